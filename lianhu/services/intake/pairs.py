"""The spells of pairing that an import speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lianhu.domain.rows import Row
from lianhu.domain.spells import covers
from lianhu.services.intake.staging import Stage, Staged
from lianhu.services.spells import ending


def begun_spells(stage: Stage) -> list[Staged]:
    """The new standing spells of households that were on record before: what is open there goes along."""
    return [pair for pair in stage.new("pairing")
            if pair.values["ended_on"] is None and pair.values["household_id"].before is not None]


class Pairs:
    """The spells of the households an import speaks of, as they will stand after it."""

    def __init__(self, stage: Stage) -> None:
        self.spells: dict[int, list[Staged]] = defaultdict(list)
        self.stage = stage
        households = {h.values["id"]: h for h in stage.stored("household")}
        cadres = {c.values["id"]: c for c in stage.stored("cadre")}
        for pairing in stage.stored("pairing"):
            values = pairing.values
            values["household_id"] = households[values["household_id"]]
            values["cadre_id"] = cadres[values["cadre_id"]]
            self.spells[id(values["household_id"])].append(pairing)

    def standing(self, household: Staged) -> Staged | None:
        return next((p for p in self.spells[id(household)] if p.values["ended_on"] is None), None)

    def holder(self, household: Staged, day: str) -> Staged | None:
        """The cadre who held the household on a day (or, of a month, at its end)."""
        for pairing in self.spells[id(household)]:
            if covers(pairing.values["started_on"], pairing.values["ended_on"], day):
                cadre: Staged = pairing.values["cadre_id"]
                return cadre
        return None

    def last(self, household: Staged) -> Staged | None:
        """The spell that ended last; one that ended before it began never held."""
        over = [pairing for pairing in self.spells[id(household)]
                if pairing.values["ended_on"] is not None and pairing.values["ended_on"] > pairing.values["started_on"]]
        return max(over, key=lambda pairing: str(pairing.values["ended_on"]), default=None)

    def begin(self, household: Staged, cadre: Staged, row: Row, started: str) -> None:
        """Adds a new spell as a row tells it; what a run saw comes back from an export."""
        said = row.values
        fit, reasons = said.get("fit"), said.get("reasons")
        pairing = self.stage.add("pairing", {
            "household_id": household, "cadre_id": cadre, "started_on": started, "ended_on": said.get("ended_on"),
            "end_reason": said.get("end_reason"), "origin": said.get("origin") or "sheet",
            "is_locked": int(bool(said.get("is_locked"))), "is_cross_village": int(bool(said.get("is_cross_village"))),
            "fit": fit, "reasons": "[]" if fit is not None and reasons is None else reasons})
        self.spells[id(household)].append(pairing)

    def end(self, pairing: Staged, day: str, reason: str) -> None:
        pairing.values |= ending(pairing.values, day, reason)

    def end_with(self, over: Mapping[int, tuple[str, str]]) -> None:
        """Ends the standing spells of households that closed and cadres who left, by their identity."""
        for spells in self.spells.values():
            for pairing in spells:
                if pairing.values["ended_on"] is None:
                    ends = [over[key] for key in (id(pairing.values["household_id"]), id(pairing.values["cadre_id"]))
                            if key in over]
                    if ends:
                        self.end(pairing, *min(ends))
