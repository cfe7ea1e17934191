"""Rows of a pairing sheet with 结束日期: spells that are over."""

from __future__ import annotations

from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.records import Pairs
from lianhu.services.intake.references import CadreFinder, HouseholdFinder
from lianhu.services.intake.staging import Source, Staged


def take_ended_pair(
    source: Source, row: Row, households: HouseholdFinder, cadres: CadreFinder, pairs: Pairs
) -> None:
    """Ends the standing spell that the row names, or adds a past one.

    The household and the cadre must be on record (or in this import): a row about the past does not
    change who lives where today.
    """
    household = households.for_row(source, row)
    if household is None:
        return
    cadre = cadres.for_row(source, row, household.values["village_id"])
    if cadre is None:
        if not row.is_bad:
            row.refuse(missing_problem(
                row, source.layout.form.by_field["cadre_name"], source.position("cadre_name")))
        return
    started, ended = row.values.get("started_on"), row.values["ended_on"]
    spell = _named_spell(pairs.spells[id(household)], cadre, started, ended)
    if spell is None and started is None:
        row.refuse(missing_problem(row, source.layout.form.by_field["started_on"], source.position("started_on")))
        return
    begun = started or (spell.values["started_on"] if spell else "")
    if ended < begun:
        _refuse_date(source, row, f"结束日期 {ended} 比结对日期 {begun} 早，没有读入；请核对日期。")
        return
    if spell is not None:
        spell.give({"ended_on": ended, "end_reason": row.values.get("end_reason"), "is_locked": _locked(row)})
        source.outcome[row.number] = "unchanged" if spell.before is None else spell.change
        return
    other = _overlapping(pairs.spells[id(household)], begun, ended)
    if other is not None:
        holder = other.values["cadre_id"].values
        _refuse_date(source, row, f"这一户从 {other.values['started_on']} 到 {other.values['ended_on'] or '今'} 由"
                     f"{holder['name']}（{holder['code']}）联系，与这一行的日期重叠，没有读入；请核对日期。")
        return
    pairs.begin(household, cadre, {
        "started_on": begun, "ended_on": ended, "end_reason": row.values.get("end_reason"), "origin": "sheet",
        "is_locked": _locked(row) or 0})
    source.outcome[row.number] = "created"


def _locked(row: Row) -> int | None:
    locked = row.values.get("is_locked")
    return None if locked is None else int(locked)


def _named_spell(spells: list[Staged], cadre: Staged, started: str | None, ended: str) -> Staged | None:
    """The spell a row means: the one that began then; without a day, the standing one or one that
    ended then."""
    own = [spell for spell in spells if spell.values["cadre_id"] is cadre]
    if started:
        began = [spell for spell in own if spell.values["started_on"] == started]
        return next((spell for spell in began if spell.values["ended_on"] == ended), began[0] if began else None)
    return next((s for s in own if s.values["ended_on"] == ended), None) or next(
        (s for s in own if s.values["ended_on"] is None), None)


def _overlapping(spells: list[Staged], started: str, ended: str) -> Staged | None:
    return next((
        spell for spell in spells
        if spell.values["started_on"] < ended and (
            spell.values["ended_on"] is None or started < spell.values["ended_on"])), None)


def _refuse_date(source: Source, row: Row, message: str) -> None:
    position = source.position("ended_on")
    row.refuse(Problem(
        coordinate(row.number, position), row.number, "结束日期", "date-invalid", "error", message))
