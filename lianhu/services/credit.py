"""诚信额度: what grade the town recommends for a unit or a village, and what the bank returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from lianhu.domain.credit import RECOMMENDATION_ONLY, Grading, graded, limit_text, read_limit
from lianhu.domain.figures import Key, Rate, shown
from lianhu.domain.masks import mask_text
from lianhu.domain.settings import CREDIT_MEASURES
from lianhu.domain.values import read_text
from lianhu.errors import ConflictError, NotFoundError, UsageError
from lianhu.reports import indicators as i
from lianhu.reports.indicators import Indicator, Ratio
from lianhu.reports.period import Period
from lianhu.services.figures import Counter
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_cluster, get_village
from lianhu.services.pairing import refuse_days_to_come
from lianhu.services.settings import get_term, load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch, note_reading
from lianhu.store.queries import next_code

MEASURES: dict[str, Indicator | Ratio] = {
    "rating_rate": i.RATING_RATE, "opinion_rate": i.OPINION_RATE, "task_rate": i.TASK_RATE, "opinions": i.OPINIONS,
    "activities": i.ACTIVITIES}
"""All that a grade looks at. 家庭大事, 办实事, 12345工单 and the households themselves are left out on
purpose: they tell of illness, of 低保 and classes, of complaints."""

_CREDITS = """
SELECT credit.*, village.name AS village, cluster.name AS cluster FROM credit
JOIN village ON village.id = credit.village_id LEFT JOIN cluster ON cluster.id = credit.cluster_id
WHERE {} ORDER BY credit.recorded_on DESC, village.ordinal, credit.cluster_id, credit.id
"""


class Graded(NamedTuple):
    """A unit (``cluster`` its name) or a village with its results and the grade they give."""

    village: str
    cluster: str | None
    results: dict[str, Rate | int]
    grading: Grading


class NewCredit(NamedTuple):
    """What a bank returned, as typed; ``limit`` in 万元 unless it says otherwise."""

    holder: str
    grade: str
    village: str | None = None
    limit: str | None = None
    bank: str | None = None
    recommended: str | None = None
    on: date | None = None
    note: str | None = None


def grade(
    database: Database, period: Period, *, by: str = "cluster", cluster: str | None = None, village: str | None = None
) -> list[Graded]:
    """The grades of units (``by`` cluster) or villages in the town's order; nobody is ranked.

    Raises NotFoundError for a unit or village that there is not, UsageError for a period to come.
    """
    if period.start is not None and period.start > period.now.date():
        raise UsageError(f"{period.words}还没有到，评不出等级。", "lianhu credit grade --month 本月")
    with database.snapshot():
        only = get_cluster(database, cluster, village) if cluster else None
        place = get_village(database, village) if village and not only else None
        counter = Counter(database, period)
        settings = counter.settings
        found = {name: _results(counter, figure, by) for name, figure in MEASURES.items()}
        villages = dict(database.execute("SELECT id, village_id FROM cluster"))
        graded_ones = []
        for line in counter.lines(by):
            if only is not None and line.key != only["id"]:
                continue
            if place is not None and place["id"] != (villages[line.key] if by == "cluster" else line.key):
                continue
            results = {name: of.get(line.key, _nothing(MEASURES[name])) for name, of in found.items()}
            labels = [str(label) for label in line.labels]
            graded_ones.append(Graded(labels[0], labels[1] if by == "cluster" else None, results,
                                      graded(results, settings.credit_rules, settings.credit_least_ratings)))
        return graded_ones


def _results(counter: Counter, figure: Indicator | Ratio, by: str) -> Mapping[Key, Rate | int]:
    if isinstance(figure, Indicator):
        return counter.by(figure, by)
    numerators, denominators = counter.by(figure.numerator, by), counter.by(figure.denominator, by)
    return {key: Rate(numerators.get(key, 0), count, figure.denominator.unit) for key, count in denominators.items()}


def _nothing(figure: Indicator | Ratio) -> Rate | int:
    return Rate(0, 0, figure.denominator.unit) if isinstance(figure, Ratio) else 0


def record_credit(database: Database, new: NewCredit, *, today: date, now: datetime) -> Record:
    """Records what a bank returned for a unit or a village; gives it as ``list_credits`` does.

    Raises UsageError for values that cannot be, ConflictError where that bank's answer of that day is recorded.
    """
    refuse_days_to_come(new.on, today)
    refuse_forbidden(new.bank, new.note)
    settings = load_settings(database)
    given = get_term(settings, "credit_grades", new.grade)
    recommended = get_term(settings, "credit_grades", new.recommended) if new.recommended else None
    limit, bank, day = _limit(new.limit), read_text(new.bank)[0], (new.on or today).isoformat()
    with batch(database, "credit record", now=now) as journal:
        village_id, cluster_id = _holder(database, new.holder, new.village)
        for (code,) in database.execute(
                "SELECT code FROM credit WHERE village_id = ? AND coalesce(cluster_id, 0) = ? AND coalesce(bank, '') = ? "
                "AND recorded_on = ?", [village_id, cluster_id or 0, bank or "", day]):
            raise ConflictError(f"{bank or '银行'} {day} 的结果已登记过（{code}），没有再登记。",
                                "登记错了：lianhu undo；看有哪些：lianhu credit list")
        row = {"id": journal.next_id("credit"), "code": next_code(database, "credit", "X"), "village_id": village_id,
               "cluster_id": cluster_id, "bank": bank, "grade": given, "credit_limit": limit, "recommended": recommended,
               "recorded_on": day, "note": new.note}
        journal.insert("credit", row)
        (made,) = database.records(_CREDITS.format("credit.id = ?"), [row["id"]])
        journal.summarise(f"诚信额度 {made['code']} {holder_name(made)}：{told(made)}")
        return made


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    limit, fault = read_limit(text)
    if limit is None:
        raise UsageError(f"额度不对：{fault.message if fault else f'“{text}”是空的。'}",
                         "写成万元，如 --limit 5；或连单位写 --limit 50000元")
    return limit


def _holder(database: Database, word: str, village: str | None) -> tuple[int, int | None]:
    """The village and unit that a word names: a unit, else a whole village."""
    try:
        unit = get_cluster(database, word, village)
    except NotFoundError as no_unit:
        try:
            return int(get_village(database, word)["id"]), None
        except NotFoundError:
            raise no_unit from None
    return int(unit["village_id"]), int(unit["id"])


def holder_name(credit: Record) -> str:
    """永胜 第一网格, or 永胜."""
    return " ".join(filter(None, (credit["village"], credit["cluster"])))


def told(credit: Record) -> str:
    """AA，额度 5万元，旗农村信用社."""
    limit = None if credit["credit_limit"] is None else f"额度 {limit_text(credit['credit_limit'])}万元"
    return "，".join(filter(None, (credit["grade"], limit, credit["bank"] and mask_text(credit["bank"]))))


def list_credits(database: Database, *, village: str | None = None, cluster: str | None = None) -> list[Record]:
    """What banks returned, the latest first, with village and unit."""
    condition, parameters = narrowed(
        database, ("credit.cluster_id = ?", get_cluster(database, cluster, village)["id"] if cluster else None), village=village)
    return database.records(_CREDITS.format(condition), parameters)


_SHEET = (("序号", 6), ("嘎查村", 14), ("联户单元", 16), ("建议等级", 10), ("依据", 60), ("银行", 16), ("信用等级", 10),
          ("授信额度（万元）", 20), ("授信日期", 13), ("备注", 14))


def export_grades(
    database: Database, target: Path, units: Sequence[Graded], period: Period, *, force: bool, now: datetime
) -> int:
    """Writes the bank's sheet and logs it; gives how many units stand in it.

    It holds names of places, results and the recommended grade, nobody's name or number, and blank columns
    for the bank; filled, it can be imported. Raises ConflictError for a file that is there, and where no unit
    has a grade.
    """
    from lianhu.files.lists import ListSheet, write_lists
    from lianhu.files.safe import check_target

    check_target(target, (".xlsx",), force=force)
    rated = [unit for unit in units if unit.grading.grade is not None]
    if not rated:
        raise ConflictError("没有一个单元评得出等级，没有写出。", "看缺什么：lianhu credit grade")
    town = load_settings(database).town
    rows = [[mask_text(unit.village), mask_text(unit.cluster or ""), unit.grading.grade or "", basis(unit), *[""] * 5]
            for unit in rated]
    about = f"{period.words}；{RECOMMENDATION_ONLY}银行填后面几列，填好可以导回。"
    write_lists(target, _SHEET, [ListSheet("诚信额度", f"{town}联户单元诚信等级建议表", about, rows)])
    note_reading(database, "credit export", f"导出诚信等级建议到 {target.name}：{len(rated)} 个单元", now=now)
    return len(rated)


def basis(unit: Graded) -> str:
    """The results behind a grade in words."""
    return "、".join(f"{CREDIT_MEASURES[name]}{shown(value)}" for name, value in unit.results.items())
