"""Terms of 联户长 in sheets: one person heads one unit at a time, and an old list brings nobody back into office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from lianhu.domain.identity import eighteen_digits, is_same_person
from lianhu.domain.spells import is_before, overlap
from lianhu.services.intake.identity import Claim, Group
from lianhu.services.intake.staging import Staged, as_recorded

_ONE_AT_A_TIME = "一人同时只任一个单元，没有读入；请核对任职、卸任日期。"


def leave_ended(heads: Iterable[Staged], claim: Claim) -> bool:
    """Whether a row without code tells a term that is over as if it still ran; then it is told and changes nothing."""
    if claim.code:
        return False
    own = [head for head in heads if head.values["cluster_id"] is claim.place
           and is_same_person(head.values["name"], head.values["id_number"], claim.name or "", claim.id_number)]
    started = claim.values.get("started_on")
    if started is None:
        # Who is in office is meant; else whoever was told to have left, before this import.
        in_office = any(head.values["ended_on"] is None for head in own)
        over = None if in_office else next((head for head in own if head.before and head.before["ended_on"]), None)
    else:
        over = next((head for head in own if head.values["ended_on"] and head.values["started_on"]
                     and overlap((started, None), _term(head.values)) and not is_before(started, head.values["started_on"])), None)
    if over is None:
        return False
    name, code, ended_on = (over.values[field] for field in ("name", "code", "ended_on"))
    claim.source.tell(claim.row, "name", "head-ended", "note",
                      f"{name}（{code or '本次导入'}）已于 {ended_on} 卸任，没有恢复；再任的写卸任之后的任职日期。")
    claim.source.outcome[claim.row.number] = "unchanged"
    return True


def refuse_overlapping_past(heads: Sequence[Staged], claims: Sequence[tuple[Claim, Staged | None]]) -> None:
    """Keeps out past terms of one person that share days with each other or with a recorded one.

    Each claim comes with the recorded term that it means, if there is one.
    """
    told = [(claim, own, _as_recorded_then(claim.values, own)) for claim, own in claims if not as_recorded(claim.source, claim.row)]
    for (claim, own, term), (other, others_own, others_term) in combinations(told, 2):
        is_other = own is not others_own if own and others_own else (
            term["cluster_id"], term["ended_on"]) != (others_term["cluster_id"], others_term["ended_on"])
        if is_other and _clash(term, others_term):
            claim.refuse(("started_on",), "id-duplicate", f"与{other.where}的任期重叠，{_ONE_AT_A_TIME}")
            other.refuse(("started_on",), "id-duplicate", f"与{claim.where}的任期重叠，{_ONE_AT_A_TIME}")
    for claim, own, term in told:
        if not claim.row.is_bad:
            _refuse_clash(heads, [claim], own, term)


def refuse_overlapping(heads: Iterable[Staged], group: Group, values: Mapping[str, Any]) -> bool:
    """Whether a term in office shares days with another of that person, which becomes the problem of its rows."""
    if any(as_recorded(claim.source, claim.row) for claim in group.claims):
        return False
    return _refuse_clash(heads, group.claims, group.stored, _as_recorded_then(values, group.stored))


def _refuse_clash(heads: Iterable[Staged], claims: Sequence[Claim], own: Staged | None, term: Mapping[str, Any]) -> bool:
    for head in heads:
        if head is not own and _clash(term, head.values):
            name, code, started_on, ended_on = (head.values[field] for field in ("name", "code", "started_on", "ended_on"))
            until = f"至 {ended_on}" if ended_on else "起"
            unit = head.values["cluster_id"].values["name"]
            for claim in claims:
                claim.refuse(("started_on", "name"), "id-duplicate",
                             f"{name} {started_on} {until}在{unit}任联户长（{code or '本次导入'}），{_ONE_AT_A_TIME}")
            return True
    return False


def _as_recorded_then(values: Mapping[str, Any], own: Staged | None) -> dict[str, Any]:
    """A term as it would be recorded: what the rows tell, else what is recorded."""
    blank = dict.fromkeys(("name", "id_number", "cluster_id", "started_on", "ended_on"))
    told = {name: value for name, value in values.items() if value is not None}
    return {**blank, **(own.values if own else {}), **told}


def _clash(term: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two terms of one person share days; a name alone is one person only within a unit."""
    if not overlap(_term(term), _term(other)):
        return False
    number, others = term.get("id_number"), other.get("id_number")
    if number and others:
        return eighteen_digits(number) == eighteen_digits(others)
    return term["cluster_id"] is other["cluster_id"] and is_same_person(term["name"], number, other["name"], others)


def _term(values: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return values.get("started_on"), values.get("ended_on")
