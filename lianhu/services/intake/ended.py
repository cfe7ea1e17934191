"""Rows of a pairing sheet with 结束日期: spells that are over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.pairs import Pairs
from lianhu.services.intake.references import CadreFinder, HouseholdFinder
from lianhu.services.intake.staging import Source, Staged

_TOLD = ("started_on", "ended_on", "end_reason", "is_locked", "origin", "is_cross_village", "fit", "reasons")


@dataclass(slots=True)
class _Ended:
    """One row about a spell that is over, and the recorded spell it means."""

    source: Source
    row: Row
    household: Staged
    cadre: Staged
    spell: Staged | None = None

    @property
    def started(self) -> str | None:
        return self.row.values.get("started_on")

    @property
    def ended(self) -> str:
        ended: str = self.row.values["ended_on"]
        return ended

    @property
    def order(self) -> tuple[str, ...]:
        return self.started or "", self.ended, self.household.values["code"], self.cadre.values["code"]


def take_ended_pairs(
    rows: Sequence[tuple[Source, Row]], households: HouseholdFinder, cadres: CadreFinder, pairs: Pairs
) -> None:
    """Ends the standing spells that the rows name, or adds past ones.

    The household and the cadre must be on record (or in this import): a row about the past does not
    change who lives where today. The same two may have come together more than once, so each row
    takes one spell, those first that fit best.
    """
    named = [each for source, row in rows if (each := _named(source, row, households, cadres))]
    taken: dict[int, _Ended] = {}
    for fits in _FITS:
        for each in named:
            if each.spell is None:
                each.spell = next((
                    spell for spell in pairs.spells[id(each.household)]
                    if spell.values["cadre_id"] is each.cadre and id(spell) not in taken and fits(each, spell.values)
                ), None)
                if each.spell is not None:
                    taken[id(each.spell)] = each
    for each in sorted(named, key=lambda each: each.order):
        _take(each, pairs)


def _named(source: Source, row: Row, households: HouseholdFinder, cadres: CadreFinder) -> _Ended | None:
    household = households.for_row(source, row)
    if household is None:
        return None
    cadre = cadres.for_row(source, row, household.values["village_id"])
    if cadre is None:
        if not row.is_bad:
            row.refuse(missing_problem(
                row, source.layout.form.by_field["cadre_name"], source.position("cadre_name")))
        return None
    return _Ended(source, row, household, cadre)


_FITS: tuple[Callable[[_Ended, dict[str, Any]], bool], ...] = (
    lambda each, spell: all(each.row.values.get(name) in (None, spell[name]) for name in _TOLD),
    lambda each, spell: spell["ended_on"] == each.ended and each.started in (None, spell["started_on"]),
    lambda each, spell: spell["ended_on"] is None and each.started in (None, spell["started_on"]),
    lambda each, spell: each.started == spell["started_on"],
)
"""Which recorded spell a row means: the same one; the one of these days; the standing one that began
then; the one that began then and ended on another day."""


def _take(each: _Ended, pairs: Pairs) -> None:
    source, row, spell, ended = each.source, each.row, each.spell, each.ended
    if spell is None and each.started is None:
        row.refuse(missing_problem(row, source.layout.form.by_field["started_on"], source.position("started_on")))
        return
    begun = each.started or (spell.values["started_on"] if spell else "")
    if ended < begun:
        _refuse_date(source, row, f"结束日期 {ended} 比结对日期 {begun} 早，没有读入；请核对日期。")
        return
    others = [other for other in pairs.spells[id(each.household)] if other is not spell]
    if spell is not None:
        spell.give({"ended_on": ended} | {
            name: row.values.get(name) for name in ("end_reason", "origin")} | {"is_locked": _locked(row)})
        source.outcome[row.number] = spell.change
        return
    twin = next((other for other in others if other.before is None and other.values["cadre_id"] is each.cadre
                 and (other.values["started_on"], other.values["ended_on"]) == (begun, ended)), None)
    if twin is not None and begun < ended and all(
            row.values.get(name) in (None, twin.values[name]) for name in _TOLD):
        source.outcome[row.number] = "unchanged"
        return
    other = _overlapping(others, begun, ended)
    if other is not None:
        holder = other.values["cadre_id"].values
        _refuse_date(source, row, f"这一户从 {other.values['started_on']} 到 {other.values['ended_on'] or '今'} 由"
                     f"{holder['name']}（{holder['code']}）联系，与这一行的日期重叠，没有读入；请核对日期。")
        return
    pairs.begin(each.household, each.cadre, row, begun)
    source.outcome[row.number] = "created"


def _locked(row: Row) -> int | None:
    locked = row.values.get("is_locked")
    return None if locked is None else int(locked)


def _overlapping(spells: list[Staged], started: str, ended: str) -> Staged | None:
    return next((
        spell for spell in spells
        if spell.values["started_on"] < ended and (
            spell.values["ended_on"] is None or started < spell.values["ended_on"])), None)


def _refuse_date(source: Source, row: Row, message: str) -> None:
    position = source.position("ended_on")
    row.refuse(Problem(
        coordinate(row.number, position), row.number, "结束日期", "date-invalid", "error", message))
