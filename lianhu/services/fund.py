"""同心专项基金: entries, their reversals, and statements; the balance is below zero on no day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.figures import Money
from lianhu.domain.fund import (
    SPENDING,
    Entry,
    Statement,
    is_same_person,
    make_statement,
    opposite,
    running,
    shortfall,
    shortfall_text,
)
from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.domain.quantities import read_amount
from lianhu.errors import ConflictError, UnconfirmedError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cluster, get_village
from lianhu.services.pairing import refuse_days_to_come, stated_reason
from lianhu.services.settings import get_term, load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

_GRANTED = "已授予"

_ENTRIES = """
SELECT fund_entry.*, village.name AS village, cluster.name AS cluster, original.code AS reverses, award.code AS award,
(SELECT reversal.code FROM fund_entry AS reversal WHERE reversal.reverses_id = fund_entry.id) AS reversed_by
FROM fund_entry LEFT JOIN village ON village.id = fund_entry.village_id LEFT JOIN cluster ON cluster.id = fund_entry.cluster_id
LEFT JOIN fund_entry AS original ON original.id = fund_entry.reverses_id LEFT JOIN award ON award.id = fund_entry.award_id
WHERE {} ORDER BY fund_entry.booked_on, fund_entry.direction <> '收入', length(fund_entry.code), fund_entry.code
"""


class NewEntry(NamedTuple):
    """Money in or out as typed; ``purpose`` is its source or its use."""

    direction: str
    amount: str
    purpose: str
    handled_by: str
    approved_by: str
    village: str | None = None
    cluster: str | None = None
    paper_number: str | None = None
    award: str | None = None
    on: date | None = None
    note: str | None = None


class Reversal(NamedTuple):
    """The reversal of an entry as typed; who is not named is who the entry names."""

    code: str
    reason: str
    handled_by: str | None = None
    approved_by: str | None = None
    paper_number: str | None = None
    on: date | None = None


def add_entry(
    database: Database, new: NewEntry, *, agreed: Collection[str] = (), today: date, now: datetime
) -> Record:
    """Books an entry; gives it as ``list_entries`` does.

    Raises UsageError for values that cannot be, ConflictError when the balance would be below zero on any
    day or an award may not be paid, UnconfirmedError for an award paid already and for a like entry.
    """
    refuse_days_to_come(new.on, today)
    refuse_forbidden(new.purpose, new.note, new.paper_number)
    direction = get_term(load_settings(database), "fund_directions", new.direction)
    amount, purpose = _amount(new.amount), " ".join(new.purpose.split())
    if not purpose:
        raise UsageError("要写明资金的来源或用途。")
    handled_by, approved_by = _two_people(new.handled_by, new.approved_by)
    with batch(database, "fund add", now=now) as journal:
        unit = get_cluster(database, new.cluster, new.village) if new.cluster else None
        village = unit["village_id"] if unit else get_village(database, new.village)["id"] if new.village else None
        entry = {
            "id": journal.next_id("fund_entry"), "code": next_code(database, "fund_entry", "F"), "direction": direction,
            "amount": amount, "purpose": purpose, "village_id": village, "cluster_id": unit["id"] if unit else None,
            "handled_by": handled_by, "approved_by": approved_by, "paper_number": new.paper_number,
            "booked_on": (new.on or today).isoformat(), "reverses_id": None, "award_id": None, "note": new.note}
        reasons = _tie_to_award(database, new.award, entry) if new.award else []
        reasons += _alike(database, entry)
        if unasked := tuple(reason for reason in reasons if reason not in agreed):
            raise UnconfirmedError(f"{direction} {Money(amount)} 元", unasked)
        journal.insert("fund_entry", entry)
        refuse_shortfall(database, "没有登记")
        made = get_entry(database, str(entry["code"]))
        journal.summarise(f"基金{direction} {made['code']}：{Money(amount)} 元，{mask_text(purpose)}")
        return made


def _amount(text: str) -> int:
    amount, fault = read_amount(text, low=1)
    if amount is None:
        raise UsageError(f"金额不对：{fault.message if fault else f'“{text}”是空的。'}", "写成元，如 1234.50；精确到分，大于 0")
    return amount


def _two_people(handled_by: str, approved_by: str) -> tuple[str, str]:
    names = []
    for noun, text in (("经办人", handled_by), ("审批人", approved_by)):
        name, fault = read_name(text)
        if name is None:
            raise UsageError(f"{noun}“{mask_text(text)}”不像姓名。" if fault else f"要写{noun}的姓名。")
        names.append(name)
    if is_same_person(*names):
        raise UsageError(f"经办人和审批人不能是同一个人（{names[0]}），没有登记。", "由另一个人审批：--approved-by 姓名")
    return names[0], names[1]


def _tie_to_award(database: Database, code: str, entry: dict[str, Any]) -> list[str]:
    """Points the entry to a granted award and its village and unit; gives what a person has to agree to."""
    award = get_by_code(database, "SELECT * FROM award WHERE upper(code) = ?", code, "称号", "看有哪些：lianhu award list")
    if entry["direction"] != SPENDING:
        raise UsageError("收入不能写 --award，没有登记。")
    if award["state"] != _GRANTED:
        raise ConflictError(f"{award['code']}“{award['title']}”还没有授予（{award['state']}），不能发放。", "lianhu award list")
    for name, noun in (("village_id", "村"), ("cluster_id", "单元")):
        if entry[name] is not None and entry[name] != award[name]:
            raise ConflictError(f"{award['code']}“{award['title']}”不是授予这个{noun}的，没有登记。",
                                "不写 --village、--cluster，按称号的来")
    entry |= {"award_id": award["id"], "village_id": award["village_id"], "cluster_id": award["cluster_id"]}
    return [f"{award['code']}已于 {each['booked_on']} 发放过 {Money(each['amount'])} 元（{each['code']}）"
            for each in _payments(database, award["id"])]


def _payments(database: Database, award_id: int) -> list[Record]:
    """What was paid for an award and not taken back."""
    return database.records(
        "SELECT * FROM fund_entry AS paid WHERE award_id = ? AND reverses_id IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM fund_entry AS reversal WHERE reversal.reverses_id = paid.id) ORDER BY booked_on, id", [award_id])


def _alike(database: Database, entry: dict[str, Any]) -> list[str]:
    """Says that the same has been booked and not reversed: a command typed twice, or money paid twice."""
    same = [entry[name] for name in ("booked_on", "direction", "amount", "purpose")]
    blank = [entry[name] or default for name, default in (("village_id", 0), ("cluster_id", 0), ("paper_number", ""))]
    return [f"{entry['booked_on']} 已登记过一样的一笔（{code}）" for (code,) in database.execute(
        "SELECT code FROM fund_entry AS other WHERE booked_on = ? AND direction = ? AND amount = ? AND purpose = ? "
        "AND coalesce(village_id, 0) = ? AND coalesce(cluster_id, 0) = ? AND coalesce(paper_number, '') = ? "
        "AND reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM fund_entry AS reversal WHERE reversal.reverses_id = other.id)",
        [*same, *blank])]


def reverse_entry(database: Database, reversal: Reversal, *, today: date, now: datetime) -> Record:
    """Takes an entry back by one of the other direction; gives the reversal as ``list_entries`` does.

    Raises NotFoundError for no such entry, ConflictError for one that is reversed or a reversal itself, and
    when the balance would be below zero on any day.
    """
    refuse_days_to_come(reversal.on, today)
    reason, day = stated_reason(reversal.reason), (reversal.on or today).isoformat()
    refuse_forbidden(reversal.paper_number)
    with batch(database, "fund reverse", now=now) as journal:
        old = get_entry(database, reversal.code)
        if old["reverses"]:
            raise ConflictError(f"{old['code']} 本身是对 {old['reverses']} 的冲销，不能再冲销。",
                                "错了就重新登记一笔：lianhu fund add")
        if old["reversed_by"]:
            raise ConflictError(f"{old['code']} 已经由 {old['reversed_by']} 冲销过，没有改动。", "lianhu fund list")
        if day < old["booked_on"]:
            raise UsageError(f"冲销日期 {day} 比 {old['code']} 的日期 {old['booked_on']} 早，没有改动。", "请核对 --on")
        handled_by, approved_by = _two_people(
            reversal.handled_by or old["handled_by"], reversal.approved_by or old["approved_by"])
        entry = {name: old[name] for name in ("amount", "purpose", "village_id", "cluster_id", "award_id")} | {
            "id": journal.next_id("fund_entry"), "code": next_code(database, "fund_entry", "F"),
            "direction": opposite(old["direction"]), "handled_by": handled_by, "approved_by": approved_by,
            "paper_number": reversal.paper_number, "booked_on": day, "reverses_id": old["id"], "note": reason}
        journal.insert("fund_entry", entry)
        refuse_shortfall(database, "没有冲销")
        made = get_entry(database, str(entry["code"]))
        journal.summarise(
            f"冲销基金{old['direction']} {old['code']}（{made['code']}）：{Money(old['amount'])} 元，{mask_text(reason)}")
        return made


def get_entry(database: Database, code: str) -> Record:
    """The entry of a code, with village, unit, ``reverses``, ``reversed_by`` and ``award`` as codes. Raises NotFoundError."""
    return get_by_code(database, _ENTRIES.format("upper(fund_entry.code) = ?"), code, "基金收支", "看有哪些：lianhu fund list")


def list_entries(
    database: Database, *, village: str | None = None, cluster: str | None = None, start: date | None = None,
    end: date | None = None,
) -> list[Record]:
    """Entries by day, income before spending, each with ``balance``: what the fund holds after it."""
    condition, parameters = narrowed(
        database, ("fund_entry.cluster_id = ?", get_cluster(database, cluster, village)["id"] if cluster else None),
        ("fund_entry.booked_on >= ?", start and start.isoformat()), ("fund_entry.booked_on <= ?", end and end.isoformat()),
        village=village)
    after = {entry.code: balance for entry, balance in running(all_entries(database))}
    return [entry | {"balance": after[entry["code"]]} for entry in database.records(_ENTRIES.format(condition), parameters)]


def all_entries(database: Database) -> list[Entry]:
    """Every entry of the fund."""
    return [Entry(day, direction, amount, purpose, code, reverses is not None)
            for day, direction, amount, purpose, code, reverses in database.execute(
                "SELECT booked_on, direction, amount, purpose, code, reverses_id FROM fund_entry")]


def statement_of(database: Database, start: date, end: date) -> tuple[Statement, list[Record]]:
    """The statement of a period and the entries in it."""
    with database.snapshot():
        return make_statement(all_entries(database), start, end), list_entries(database, start=start, end=end)


def balance_on(database: Database, day: date) -> int:
    """What the fund holds at the end of a day."""
    return sum(entry.signed for entry in all_entries(database) if entry.day <= day.isoformat())


def refuse_shortfall(database: Database, outcome: str) -> None:
    """Raises ConflictError if the balance is below zero on any day; ``outcome`` says what was not done."""
    if short := shortfall(all_entries(database)):
        raise ConflictError(f"{shortfall_text(short)}，基金余额哪一天都不能是负数，{outcome}。",
                            "看每一笔之后的余额：lianhu fund list")


def refuse_unsound(database: Database) -> None:
    """Raises ConflictError where an undo would leave a fund that no command could have made."""
    refuse_shortfall(database, "没有撤销")
    for code, times in database.execute(
            "SELECT old.code, count(*) FROM fund_entry AS reversal JOIN fund_entry AS old ON old.id = reversal.reverses_id "
            "GROUP BY old.id, old.code HAVING count(*) > 1"):
        raise ConflictError(f"{code} 会被冲销 {times} 次，没有撤销。", "lianhu fund list")
    for code, award in database.execute(
            "SELECT paid.code, award.code FROM fund_entry AS paid JOIN award ON award.id = paid.award_id "
            "WHERE award.state <> ? AND paid.reverses_id IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM fund_entry AS reversal WHERE reversal.reverses_id = paid.id)", [_GRANTED]):
        raise ConflictError(f"称号 {award} 已经发放（{code}），不能退回到没有授予，没有撤销。",
                            f"先冲销发放：lianhu fund reverse {code}")

