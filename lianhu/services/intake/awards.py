"""称号 and the objections against them of sheets: earlier years' come in, what is being decided does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from lianhu.domain.identity import is_same_person
from lianhu.domain.rows import Row
from lianhu.domain.values import split_list
from lianhu.services.intake.staging import Source, Stage, Staged, as_recorded, picked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianhu.services.intake.records import RecordIntake

_DECIDED = ("place", "points", "figures", "proposed_on", "objections_until", "state", "decided_on", "approved_by")
_ANSWERED = ("answered_on", "is_upheld", "answer")
"""What only commands change of a recorded one: whoever decides must not belong to the team."""


def award(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """A title of a village, or of a unit where one is told. A new one has been decided."""
    source.refuse_missing(row, "title", "period_from", "period_to")
    if row.is_bad:
        return None
    team = records.places.team(source, row)
    if team is None:
        return None
    village, cluster = team
    if row.values["period_to"] < row.values["period_from"]:
        _refuse(source, row, "period_to", "date-invalid", f"评选期止 {row.values['period_to']} 比起 {row.values['period_from']} 早")
        return None
    identity = {"title": row.values["title"], "village_id": village, "cluster_id": cluster,
                "period_from": row.values["period_from"], "period_to": row.values["period_to"]}
    known = _known(records, "award", row, identity)
    if known is not None:
        _refuse_changes(source, row, known, _DECIDED, "称号", "lianhu award")
    elif not as_recorded(source, row):
        _refuse_undecided(source, row)
        _refuse_own_team(records, source, row, village)
    if row.is_bad:
        return None
    decided = row.values.get("decided_on")
    told = picked(row, "code", "place", "points", "figures", "proposed_by", "decided_on", "approved_by", "reason", "note")
    return told | identity | {
        "state": row.values.get("state") or "已授予", "proposed_on": row.values.get("proposed_on") or decided,
        "objections_until": row.values.get("objections_until") or decided}


def objection(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """An objection against the award of a code, recorded or of this import."""
    source.refuse_missing(row, "award_code", "raised_on", "content")
    if row.is_bad:
        return None
    award_of_it = next((each for each in records.stage.everyone("award") if each.values["code"] == row.values["award_code"]), None)
    if award_of_it is None:
        _refuse(source, row, "award_code", "reference-unknown", f"没有编号为“{row.values['award_code']}”的称号")
        return None
    if row.values.get("is_upheld") is not None:
        row.values["is_upheld"] = int(row.values["is_upheld"])
    identity = {"award_id": award_of_it, "content": row.values["content"], "raised_on": row.values["raised_on"]}
    known = _known(records, "award_objection", row, identity)
    if known is not None:
        _refuse_changes(source, row, known, _ANSWERED, "异议", "lianhu award answer")
    return None if row.is_bad else identity | picked(row, "code", "raised_by", "answered_on", "is_upheld", "answer")


def _refuse_undecided(source: Source, row: Row) -> None:
    """A title that is still to be decided is proposed by the command, which keeps the figures and counts the days."""
    if row.values.get("state") == "公示中":
        _refuse(source, row, "state", "choice-unknown", "公示中的称号不从表里读入，用 lianhu award propose 提名")
    elif (decided := row.values.get("decided_on")) is None:
        source.refuse_missing(row, "decided_on")
    elif (until := row.values.get("objections_until")) and row.values.get("state") != "不授予" and decided < until:
        _refuse(source, row, "decided_on", "date-invalid", f"授予日期 {decided} 时公示还没有截止（{until}）")


_PLAIN_BRACKETS = str.maketrans("（）", "()")


def _refuse_own_team(records: RecordIntake, source: Source, row: Row, village: Staged) -> None:
    """Whoever approved may not belong to the village, its units included; a cadre's code tells namesakes apart."""
    cadres = {each.values["code"]: each for each in records.stage.everyone("cadre")}
    # No split at spaces: 巴 图 is one name.
    for word in re.split("[、，,；;/]", row.values.get("approved_by") or ""):
        name, _, code = (part.strip() for part in word.translate(_PLAIN_BRACKETS).rstrip(")").partition("("))
        person = cadres.get(code)
        for role, member in _members(records, village, row.values["period_from"]):
            if person is not None and person is not member.record and member.record in cadres.values():
                continue
            if is_same_person(name, person.values["id_number"] if person else None, member.name, member.number):
                _refuse(source, row, "approved_by", "choice-unknown",
                        f"审批人{name}是{village.values['name']}的{role}，不能审批授予自己班子的称号")
                return


class _Member(NamedTuple):
    """Who belongs to a village: a recorded person, or a bare name."""

    name: str
    number: str | None = None
    record: Staged | None = None


def _members(records: RecordIntake, village: Staged, since: str) -> Iterator[tuple[str, _Member]]:
    """The village's cadres and its units' heads since a day, their chiefs and workers, each with the role."""
    stage = records.stage
    for table, until, role in (("cadre", "left_on", "干部"), ("cluster_head", "ended_on", "联户长")):
        for one in stage.everyone(table):
            if _village_of(stage, one) is village and (one.values[until] is None or one.values[until] > since):
                yield role, _Member(one.values["name"], one.values["id_number"], one)
    for unit in stage.everyone("cluster"):
        if _village_of(stage, unit) is village:
            yield from (("网格长", _Member(name)) for name in (unit.values["grid_chief"],) if name)
            yield from (("网格员", _Member(name)) for name in split_list(unit.values["grid_workers"] or ""))


def _village_of(stage: Stage, record: Staged) -> Staged | None:
    """The village of a cadre or a unit, or of the unit that somebody heads."""
    of = stage.referred("cluster", record.values["cluster_id"]) if record.table == "cluster_head" else record
    found: Staged | None = stage.referred("village", of.values["village_id"])
    return found


def _known(records: RecordIntake, table: str, row: Row, identity: dict[str, Any]) -> Staged | None:
    """The stored record that a row is about."""
    def same(record: Staged) -> bool:
        return all(_is(value, record.values[name], (record.before or {}).get(name)) for name, value in identity.items())

    stored = records.stage.stored(table)
    of_code = next((each for each in stored if each.values["code"] == row.values.get("code")), None)
    return of_code or next(filter(same, stored), None)


def _is(told: Any, recorded: Any, before: Any) -> bool:
    """Whether a value is the recorded one; a record of the same import has no id yet."""
    if not isinstance(told, Staged):
        return bool(told == before)
    return told is recorded or (told.before is not None and told.before["id"] == before)


def _refuse_changes(source: Source, row: Row, known: Staged, names: tuple[str, ...], noun: str, command: str) -> None:
    before = known.before or {}
    for name in names:
        told = row.values.get(name)
        if told is not None and told != before[name] and "*" not in str(told):
            _refuse(source, row, name, "choice-unknown",
                    f"{before['code']} 登记的是“{before[name] or '空'}”，已登记的{noun}不从表里改，用 {command}")
            return


def _refuse(source: Source, row: Row, name: str, code: str, what: str) -> None:
    source.tell(row, name, code, "error", f"{what}，这一行没有读入。")
