"""联户长 sheets: who heads a unit, and who did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lianhu.domain.identity import eighteen_digits, is_same_person, name_key
from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.head_terms import leave_ended, refuse_overlapping, refuse_overlapping_past
from lianhu.services.intake.identity import Claim, Fields, Group, group_claims, merged
from lianhu.services.intake.places import Places
from lianhu.services.intake.staging import Source, Stage, Staged

_FIELDS = Fields("联户长", "code", "id_number", "name")
_COLUMNS = (
    "code", "cluster_id", "name", "id_number", "phone", "category", "way", "votes", "started_on", "ended_on",
    "end_reason", "reason", "note",
)


def take_cluster_heads(
    stage: Stage, places: Places, rows: Sequence[tuple[Source, Row]], open_villages: set[Staged]
) -> None:
    """Takes the rows of 联户长 sheets in. A head-ship is a spell: one that is over stays as it is."""
    stored = stage.stored("cluster_head")
    for head in stored:
        if not isinstance(head.values["cluster_id"], Staged):
            head.values["cluster_id"] = stage.by_id("cluster", head.values["cluster_id"])
    made: list[Staged] = []
    claims = [claim for source, row in rows if (claim := _claim(places, source, row, open_villages))]
    over = {head.values["code"] for head in stored if head.values["ended_on"] is not None}
    past = [claim for claim in claims if claim.values.get("ended_on") or claim.code in over]
    # What is over comes first: it may end the spell that a new one follows.
    _take_past(stage, stored, past, made)
    standing = [head for head in stored if head.values["ended_on"] is None]
    told = {id(claim) for claim in past}
    current = [claim for claim in claims if id(claim) not in told and not leave_ended([*stored, *made], claim)]
    for group in group_claims(current, standing, _FIELDS, "cluster_id"):
        if group.stored is not None and _refuse_other_unit(stage, group, group.stored):
            continue
        values = merged(group)
        if refuse_overlapping([*stored, *made], group, values):
            continue
        head = group.stored or _new(stage, made)
        head.give(values)
        for number, claim in enumerate(group.claims):
            claim.source.outcome[claim.row.number] = "unchanged" if number else head.change
        if group.stored is None:
            _tell_namesakes(stage, group, head, [*standing, *made])
    stage.number("cluster_head", "L", sorted(made, key=_order))


def _tell_namesakes(stage: Stage, group: Group, head: Staged, heads: Sequence[Staged]) -> None:
    """Asks of a new head whether somebody of that name who heads another unit of the village is the same person."""
    unit = head.values["cluster_id"]
    for other in heads:
        its = other.values["cluster_id"]
        if its is unit or other.values["ended_on"] or name_key(other.values["name"]) != name_key(head.values["name"]):
            continue
        if stage.referred("village", its.values["village_id"]) is not stage.referred("village", unit.values["village_id"]):
            continue
        if other.values["id_number"] and head.values["id_number"]:
            continue
        for claim in group.claims:
            claim.source.tell(claim.row, "name", "name-ambiguous", "note",
                              f"{its.values['name']}的联户长也叫{other.values['name']}；一人同时只任一个单元，是同一个人的请改，"
                              "不是的填上身份证号。")


def _claim(places: Places, source: Source, row: Row, open_villages: set[Staged]) -> Claim | None:
    village = places.village(source, row)
    if village is None or row.is_bad:
        return None
    cluster = places.cluster(source, row, village, open_villages, needed=True)
    for name in ("cluster", "name"):
        if not row.values.get(name):
            row.refuse(missing_problem(row, source.layout.form.by_field[name], source.position(name)))
    if cluster is None or row.is_bad:
        return None
    places.use(village)
    values: dict[str, Any] = {k: v for k, v in row.values.items() if k not in {"village", "cluster"}}
    values["cluster_id"] = cluster
    started, ended = values.get("started_on"), values.get("ended_on")
    if ended and started and ended < started:
        row.refuse(Problem(
            coordinate(row.number, source.position("ended_on")), row.number, "卸任日期", "date-invalid", "error",
            f"卸任日期 {ended} 比任职日期 {started} 早，没有读入；请核对日期。"))
        return None
    return Claim(source, row, values, row.values.get("code"), row.values.get("id_number"), cluster, row.values["name"])


def _refuse_other_unit(stage: Stage, group: Group, head: Staged) -> bool:
    """Whether rows without a code put somebody who heads a unit into another one, which becomes their problem."""
    unit = head.values["cluster_id"]
    if any(claim.code or claim.place is unit for claim in group.claims):
        return False
    village = stage.referred("village", unit.values["village_id"])
    where = f"{village.values['name']} {unit.values['name']}"
    for claim in group.claims:
        claim.refuse(("cluster",), "id-duplicate",
                     f"{claim.name}在{where}任联户长（{head.values['code']}），一人同时只任一个单元，没有读入；"
                     "请补一行写那一次的卸任日期，或填联户长编号来改正单元。")
    return True


def _new(stage: Stage, made: list[Staged]) -> Staged:
    head = stage.add("cluster_head", dict.fromkeys(_COLUMNS))
    made.append(head)
    return head


def _take_past(stage: Stage, stored: list[Staged], claims: Sequence[Claim], made: list[Staged]) -> None:
    """Ends the standing spell that a row names, corrects one that is over, or adds a past one.

    Somebody may have headed a unit more than once, so the day of the end tells the spells apart.
    """
    seen: dict[tuple[Any, ...], Claim] = {}
    by_code = {head.values["code"]: head for head in stored}
    refuse_overlapping_past(stored, [
        (claim, by_code.get(claim.code) if claim.code else _meant(stored, claim)) for claim in claims])
    for claim in claims:
        if claim.row.is_bad:
            continue
        person = eighteen_digits(claim.id_number) if claim.id_number else name_key(claim.name or "")
        key = (claim.code,) if claim.code else (claim.place, person, claim.values["ended_on"])
        twin = seen.setdefault(key, claim)
        if twin is not claim:
            if twin.values == claim.values:
                claim.source.outcome[claim.row.number] = "unchanged"
            else:
                claim.refuse(("code", "name"), "id-duplicate",
                             f"与{twin.where}是同一次任职但内容不同，这一行没有读入；请只留正确的一行。")
            continue
        head = by_code.get(claim.code) if claim.code else _meant(stored, claim)
        if head is None:
            head = _new(stage, made)
        head.give(claim.values)
        claim.source.outcome[claim.row.number] = head.change


def _meant(stored: list[Staged], claim: Claim) -> Staged | None:
    """The recorded spell a row without a code means: the one that ended then, else the one that stands."""
    own = [head for head in stored if head.values["cluster_id"] is claim.place and _is_person(head, claim)]
    ended = [head for head in own if head.values["ended_on"] == claim.values["ended_on"]]
    standing = [head for head in own if head.values["ended_on"] is None
                and (head.values["started_on"] or "") <= claim.values["ended_on"]]
    return next(iter(ended or standing), None)


def _is_person(head: Staged, claim: Claim) -> bool:
    return is_same_person(head.values["name"], head.values["id_number"], claim.name or "", claim.id_number)


def _order(head: Staged) -> tuple[str, ...]:
    """The order in which new 联户长 get their codes: the same however the rows stand."""
    values = head.values
    cluster = values["cluster_id"].values
    village = cluster["village_id"]
    return (village.values["key"] if isinstance(village, Staged) else "", cluster["key"], values["id_number"] or "",
            values["name"], values["ended_on"] or "9999")
