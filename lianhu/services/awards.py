"""称号 for villages' and units' teams: proposed from a comparison, posted, objected to, granted or not."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.comparison import Standing
from lianhu.domain.identity import nearest
from lianhu.domain.masks import mask_text
from lianhu.domain.terms import term_key
from lianhu.errors import ConflictError, UsageError
from lianhu.reports.period import Period
from lianhu.services.award_team import impartial
from lianhu.services.comparison import compare, row_document, rules_document
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cluster, get_village
from lianhu.services.pairing import refuse_days_to_come, stated_reason
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

POSTED, GRANTED, REFUSED = "公示中", "已授予", "不授予"

_AWARDS = """
SELECT award.*, village.name AS village, cluster.name AS cluster FROM award
JOIN village ON village.id = award.village_id LEFT JOIN cluster ON cluster.id = award.cluster_id
WHERE {} ORDER BY award.period_to DESC, award.proposed_on DESC, award.id DESC
"""
_OBJECTIONS = """
SELECT award_objection.*, award.code AS award FROM award_objection JOIN award ON award.id = award_objection.award_id
WHERE {} ORDER BY award_objection.id
"""


class NewAward(NamedTuple):
    """A proposal as typed: a title for a village's team, or a unit's, for what it did in a period."""

    title: str
    period: Period
    village: str | None = None
    cluster: str | None = None
    by: str | None = None
    on: date | None = None
    note: str | None = None


def propose(database: Database, new: NewAward, *, today: date, now: datetime) -> Record:
    """Proposes a title from the comparison of the period, whose row is kept with it, and posts it.

    Raises UsageError for what cannot be, ConflictError for a team without a place, for a title that was
    proposed already, or when the calendar does not know the days of the objection period.
    """
    refuse_days_to_come(new.on, today)
    refuse_forbidden(new.by, new.note)
    settings, day = load_settings(database), new.on or today
    title = _title(settings.award_titles, new.title)
    start, end = _days(new.period, day)
    team = _team(database, new)
    where = f"{team['village']}{' ' + team['cluster'] if team['cluster'] else ''}"
    until = settings.calendar.add_workdays(day, settings.objection_days)
    standing, figures = _compared(database, new.period, team, where)
    with batch(database, "award propose", now=now) as journal:
        for twin in database.records(
                "SELECT * FROM award WHERE title = ? AND village_id = ? AND coalesce(cluster_id, 0) = ? AND period_from = ? "
                "AND period_to = ?", [title, team["village_id"], team["cluster_id"] or 0, start, end]):
            raise ConflictError(f"{where} {start} 至 {end} 的“{title}”已提名过（{twin['code']}，{twin['state']}），没有再提名。",
                                f"lianhu award show {twin['code']}")
        award = {
            "id": journal.next_id("award"), "code": next_code(database, "award", "W"), "title": title,
            "village_id": team["village_id"], "cluster_id": team["cluster_id"], "period_from": start, "period_to": end,
            "place": standing.place, "points": standing.points, "figures": figures, "proposed_on": day.isoformat(),
            "proposed_by": (new.by and new.by.strip()) or None, "objections_until": until.isoformat(), "state": POSTED,
            "note": new.note}
        journal.insert("award", award)
        journal.summarise(f"提名称号 {award['code']} {where}：{title}，公示到 {until}")
        return get_award(database, str(award["code"]))


def _title(titles: tuple[str, ...], word: str) -> str:
    """The title that a word means. Raises UsageError for one that the town does not award."""
    for title in titles:
        if term_key(title) == term_key(word):
            return title
    near = nearest(word, titles) or [title for title in titles if word.strip() and word.strip() in title]
    raise UsageError(f"没有称号“{mask_text(word)}”；可授予的有：{'、'.join(titles)}。",
                     f"您是不是要写 {near[0]}" if near else
                     "称号在设置 [awards] titles：lianhu config export 设置.toml，改好再 import")


def _days(period: Period, day: date) -> tuple[str, str]:
    """First and last day of what is awarded. Raises UsageError for a period that is open or not over."""
    if period.start is None or period.end is None:
        raise UsageError("要写明评的是哪一段：--month 月份，或 --from 和 --to。", "如 --from 2026-01-01 --to 2026-06-30")
    if period.end > day:
        raise UsageError(f"评选期到 {period.end}，提名日期 {day} 时还没有结束，没有提名。", "等这一段结束再提名，或核对 --to、--on")
    return period.start.isoformat(), period.end.isoformat()


def _team(database: Database, new: NewAward) -> dict[str, Any]:
    if new.cluster:
        unit = get_cluster(database, new.cluster, new.village)
        return {"village_id": unit["village_id"], "village": unit["village_name"], "cluster_id": unit["id"],
                "cluster": unit["name"]}
    if not new.village:
        raise UsageError("要写明授予谁：--village 村名，或 --cluster 单元。", "称号只授予村和联户单元的班子，不授予个人")
    village = get_village(database, new.village)
    return {"village_id": village["id"], "village": village["name"], "cluster_id": None, "cluster": None}


def _compared(database: Database, period: Period, team: dict[str, Any], where: str) -> tuple[Standing, str]:
    """Where the team stands in the comparison of the period, and that row with its rules as JSON."""
    what, key = ("clusters", team["cluster_id"]) if team["cluster_id"] else ("villages", team["village_id"])
    comparison = compare(database, what, period)
    row = next(row for row in comparison.rows if row.key == key)
    if row.standing is None:
        raise ConflictError(f"{where}在这一段样本不足，不排名，不能提名。",
                            f"lianhu compare {what} --from {period.start} --to {period.end}")
    kept = rules_document(comparison) | {"row": row_document(comparison, row)}
    return row.standing, json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def object_to(
    database: Database, code: str, content: str, *, by: str | None = None, on: date | None = None, today: date, now: datetime
) -> Record:
    """Records an objection against a posted award.

    Raises ConflictError outside the objection period and for one that is recorded already.
    """
    refuse_days_to_come(on, today)
    text, day = content.strip(), (on or today).isoformat()
    if not text:
        raise UsageError("要写明异议的内容。")
    refuse_forbidden(text, by)
    with batch(database, "award object", now=now) as journal:
        award = _posted(database, code)
        if not award["proposed_on"] <= day <= award["objections_until"]:
            raise ConflictError(f"{award['code']} 的公示期是 {award['proposed_on']} 至 {award['objections_until']}，"
                                f"{day} 不在其中，没有登记。", "公示期内提出的，用 --on 写提出那天")
        for (twin,) in database.execute("SELECT code FROM award_objection WHERE award_id = ? AND content = ? AND raised_on = ?",
                                        [award["id"], text, day]):
            raise ConflictError(f"{day} 的这条异议已登记过（{twin}），没有再登记。")
        objection = {
            "id": journal.next_id("award_objection"), "code": next_code(database, "award_objection", "J"),
            "award_id": award["id"], "raised_on": day, "raised_by": (by and by.strip()) or None, "content": text}
        journal.insert("award_objection", objection)
        journal.summarise(f"称号异议 {objection['code']}（{award['code']}）：{mask_text(text)}")
        return get_objection(database, str(objection["code"]))


def answer(
    database: Database, code: str, text: str, *, upheld: bool, by: str, on: date | None = None, today: date, now: datetime
) -> Record:
    """Answers an objection: upheld or not, by somebody who does not belong to the team.

    Raises ConflictError for one that is answered, and for somebody of the team.
    """
    refuse_days_to_come(on, today)
    reason, day = stated_reason(text), (on or today).isoformat()
    with batch(database, "award answer", now=now) as journal:
        shown = get_objection(database, code)
        if shown["answered_on"]:
            outcome = "成立" if shown["is_upheld"] else "不成立"
            raise ConflictError(f"{shown['code']} 已于 {shown['answered_on']} 答复（异议{outcome}），没有改动。",
                                "如要改：lianhu undo 那一次")
        award = _posted(database, shown["award"])
        if day < shown["raised_on"]:
            raise UsageError(f"{day} 在提出日期 {shown['raised_on']} 之前，没有登记。", "请核对 --on")
        person = impartial(database, award, by, "答复异议")
        (before,) = database.records("SELECT * FROM award_objection WHERE id = ?", [shown["id"]])
        # Who answered stands with the answer: the table has no column of its own for it.
        journal.update("award_objection", before["id"], before, before | {
            "answered_on": day, "is_upheld": int(upheld), "answer": f"{reason}（答复人：{person}）"})
        journal.summarise(f"答复称号异议 {before['code']}（{award['code']}）：{'成立' if upheld else '不成立'}")
        return get_objection(database, code)


def grant(
    database: Database, code: str, *, by: str, reason: str | None = None, on: date | None = None, today: date, now: datetime
) -> Record:
    """Grants a posted award once its objection period is over and every objection is answered and none upheld.

    Raises ConflictError where that is not so, and when the approver belongs to the team.
    """
    refuse_days_to_come(on, today)
    because = stated_reason(reason) if reason is not None else None
    with batch(database, "award grant", now=now) as journal:
        award, day = _posted(database, code), (on or today).isoformat()
        if day <= award["objections_until"]:
            raise ConflictError(f"{award['code']} 公示到 {award['objections_until']}（含），{day} 还不能授予。",
                                "公示期过后再授予；有异议先登记：lianhu award object")
        _refuse_objections(database, award)
        return _decide(database, journal, award, GRANTED, day, impartial(database, award, by, "审批"), because)


def refuse(
    database: Database, code: str, *, by: str, reason: str, on: date | None = None, today: date, now: datetime
) -> Record:
    """Decides that a posted award is not granted. Raises ConflictError when the approver belongs to the team."""
    refuse_days_to_come(on, today)
    because = stated_reason(reason)
    with batch(database, "award refuse", now=now) as journal:
        award, day = _posted(database, code), (on or today).isoformat()
        if day < award["proposed_on"]:
            raise UsageError(f"{day} 在提名日期 {award['proposed_on']} 之前，没有改动。", "请核对 --on")
        return _decide(database, journal, award, REFUSED, day, impartial(database, award, by, "审批"), because)


def _refuse_objections(database: Database, award: Record) -> None:
    objections = list_objections(database, award["id"])
    waiting = [each["code"] for each in objections if not each["answered_on"]]
    if waiting:
        raise ConflictError(f"{award['code']} 还有 {len(waiting)} 条异议没有答复：{'、'.join(waiting)}。",
                            f"lianhu award answer {waiting[0]} 答复内容 --by 答复人（异议成立加 --upheld）")
    upheld = [each["code"] for each in objections if each["is_upheld"]]
    if upheld:
        raise ConflictError(f"{award['code']} 的异议 {'、'.join(upheld)} 成立，不能授予。",
                            f"lianhu award refuse {award['code']} --reason 异议成立 --by 审批人")


def _decide(
    database: Database, journal: Any, award: Record, state: str, day: str, person: str, reason: str | None
) -> Record:
    (before,) = database.records("SELECT * FROM award WHERE id = ?", [award["id"]])
    journal.update("award", before["id"], before, before | {
        "state": state, "decided_on": day, "approved_by": person, "reason": reason})
    journal.summarise(f"称号 {award['code']} {called(award)}：{award['title']} {state}")
    return get_award(database, award["code"])


def _posted(database: Database, code: str) -> Record:
    """The award of a code that is still posted. Raises NotFoundError, ConflictError for a decided one."""
    award = get_award(database, code)
    if award["state"] != POSTED:
        raise ConflictError(f"{award['code']} 已于 {award['decided_on'] or '早先'} 定为{award['state']}，没有改动。",
                            "如要改：lianhu undo 那一次")
    return award


def called(award: Record) -> str:
    """Whose award it is: 永胜 第一网格, or the village alone."""
    return " ".join(filter(None, (award["village"], award["cluster"])))


def get_award(database: Database, word: str) -> Record:
    """The award of a code, as ``list_awards`` gives it. Raises NotFoundError."""
    return get_by_code(database, _AWARDS.format("upper(award.code) = ?"), word, "称号", "看有哪些：lianhu award list")


def get_objection(database: Database, word: str) -> Record:
    """The objection of a code, with the code of its award. Raises NotFoundError."""
    return get_by_code(database, _OBJECTIONS.format("upper(award_objection.code) = ?"), word, "称号异议",
                       "异议编号如 J000001，见 lianhu award show 称号编号")


def list_objections(database: Database, award_id: int) -> list[Record]:
    """The objections against an award, in their order."""
    return database.records(_OBJECTIONS.format("award.id = ?"), [award_id])


def list_awards(
    database: Database, *, village: str | None = None, cluster: str | None = None, state: str | None = None
) -> list[Record]:
    """Awards with village and unit and how many objections wait, the latest period first."""
    if state is not None and state not in (POSTED, GRANTED, REFUSED):
        raise UsageError(f"没有“{state}”这个状态。", f"--state 后面可写：{POSTED}、{GRANTED}、{REFUSED}")
    condition, parameters = narrowed(
        database, ("award.cluster_id = ?", get_cluster(database, cluster, village)["id"] if cluster else None),
        ("award.state = ?", state), village=village)
    waiting = dict(database.execute(
        "SELECT award_id, count(*) FROM award_objection WHERE answered_on IS NULL GROUP BY award_id"))
    return [award | {"waiting": waiting.get(award["id"], 0)}
            for award in database.records(_AWARDS.format(condition), parameters)]
