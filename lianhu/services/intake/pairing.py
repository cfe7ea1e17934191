"""Rows in which a household and a cadre stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.ended import take_ended_pairs
from lianhu.services.intake.pairs import Pairs
from lianhu.services.intake.references import HouseholdFinder
from lianhu.services.intake.rosters import RosterIntake
from lianhu.services.intake.staging import Source, Staged


def take_pairs(sources: Sequence[Source], rosters: RosterIntake, pairs: Pairs, today: date) -> None:
    """Pairs the household and the cadre that stand in one row."""
    sheets = [source for source in sources if source.kind == "pairing"]
    # What is over comes first: it may end the spell that a new one follows.
    over = [(s, row) for s in sheets for row in s.rows if row.values.get("ended_on") and not row.is_bad]
    if over:
        households = HouseholdFinder(rosters.stage, rosters.places)
        # The spells of a household stay with it when it is joined with another.
        households.by_code |= {
            household.values["code"]: household for household in rosters.stage.everyone("household")
            if household.values["merged_into_id"] is not None}
        take_ended_pairs(over, households, rosters.cadres, pairs)
    for source in sheets:
        for row in source.rows:
            household, cadre = rosters.households.get(id(row)), rosters.cadre_of.get(id(row))
            if row.is_bad or household is None or cadre is None:
                continue
            _take_pair(source, row, household, cadre, pairs, today, rosters.handovers.ending)
    pairs.end_with(rosters.handovers.ending)


def _take_pair(
    source: Source, row: Row, household: Staged, cadre: Staged, pairs: Pairs, today: date,
    leaving: Mapping[int, tuple[str, str]],
) -> None:
    standing = pairs.standing(household)
    started = row.values.get("started_on")
    locked = row.values.get("is_locked")
    if row.values.get("closed_on") and standing is None and any(
            spell.values["cadre_id"] is cadre and started in (None, spell.values["started_on"])
            for spell in pairs.spells[id(household)]):
        # The row that closed the household and ended this spell, once more.
        return
    last = pairs.last(household)
    if started and last is not None and started < last.values["ended_on"][:len(started)]:
        _refuse_start(source, row, f"这一户到 {last.values['ended_on']} 为止由{last.values['cadre_id'].values['name']}"
                                   f"（{last.values['cadre_id'].values['code']}）联系，与这一行的日期重叠，没有读入；请核对日期。")
        return
    if standing is not None and standing.values["cadre_id"] is cadre:
        new = standing.before is None
        if started:
            standing.values["started_on"] = started
        if locked is not None:
            standing.values["is_locked"] = int(locked)
        if row.values.get("origin"):
            standing.values["origin"] = row.values["origin"]
        if not new and standing.change == "updated":
            source.outcome[row.number] = "updated"
        return
    begins = started or max(today.isoformat(), last.values["ended_on"] if last else "")
    for one, column, words in ((household, "closed_on", "销户"), (cadre, "left_on", "离岗")):
        gone = one.values[column]
        if gone and (gone <= begins or id(one) not in leaving):
            _refuse_start(source, row, f"{one.values['code']} 已于 {gone} {words}，不能再结对，没有读入；"
                                       "已结束的结对请填结束日期。")
            return
    if standing is not None:
        if begins < standing.values["started_on"]:
            holder = standing.values["cadre_id"].values
            _refuse_start(
                source, row, f"这一户从 {standing.values['started_on']} 起由{holder['name']}（{holder['code']}）联系，"
                f"新的结对日期 {begins} 比它早，没有读入；请核对日期。")
            return
        pairs.end(standing, begins, "导入改派")
    pairs.begin(household, cadre, row, begins)
    if source.outcome.get(row.number) != "created":
        source.outcome[row.number] = "updated" if standing is not None else "created"


def _refuse_start(source: Source, row: Row, message: str) -> None:
    row.refuse(Problem(
        coordinate(row.number, source.position("started_on") or 1), row.number, "结对日期", "date-invalid", "error",
        message))
