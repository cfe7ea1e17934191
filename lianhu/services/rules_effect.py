"""What other rules would do to the pairing of the town as it stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from lianhu.domain.fit import Cadre, Household
from lianhu.domain.rules import Rules
from lianhu.services.assignment import Assignment, AssignOptions, Progress, decide
from lianhu.services.differences import as_it_stands
from lianhu.services.town import Town, load_town
from lianhu.store.connection import Database


class Rescored(NamedTuple):
    """A standing pair and its fit under the present rules and the new ones."""

    household: Household
    cadre: Cadre
    before: int
    after: int


class Broken(NamedTuple):
    """Standing pairs of a cadre that the new rules forbid and the present ones allow."""

    cadre: Cadre
    households: tuple[Household, ...]
    reason: str

    @property
    def codes(self) -> list[str]:
        return [household.code for household in self.households]


@dataclass(frozen=True, slots=True)
class Effect:
    """The same town under the present rules and under the new ones.

    ``stands`` are the standing pairs; ``runs`` what a default run would come to, ``rebalanced`` a rebalance.
    """

    stands: tuple[Assignment, Assignment]
    rescored: list[Rescored]
    broken: list[Broken]
    runs: tuple[Assignment, Assignment]
    rebalanced: tuple[Assignment, Assignment]

    @property
    def newly_unpaired(self) -> list[tuple[Household, str]]:
        """The households that a default run leaves alone under the new rules only, and why."""
        already = {household.id for household, _ in self.runs[0].unpaired}
        return [(household, why) for household, why in self.runs[1].unpaired if household.id not in already]

    def as_json(self) -> dict[str, Any]:
        town = self.stands[1].town
        return {
            "standing": len(self.stands[0].pairs),
            "fit_before": self.stands[0].fit_total, "fit_after": self.stands[1].fit_total,
            "fit_changed": [
                {"household": one.household.code, "cadre": one.cadre.code, "before": one.before, "after": one.after}
                for one in self.rescored],
            "forbidden": [
                {"cadre": one.cadre.code, "households": one.codes, "reason": one.reason}
                for one in self.broken],
            "unpaired_before": len(self.runs[0].unpaired), "unpaired_after": len(self.runs[1].unpaired),
            "unpaired": [
                {"household": household.code, "village": town.place(household), "reason": why}
                for household, why in self.runs[1].unpaired],
            "moved_before": self.rebalanced[0].count("moved"), "moved_after": self.rebalanced[1].count("moved"),
        }


def effect_of(
    database: Database, present: Rules, new: Rules, *, today: date, progress: Progress | None = None
) -> Effect:
    """Runs the pairing both ways under both rules; writes nothing."""
    towns = load_town(database, present), load_town(database, new)
    stands = as_it_stands(towns[0]), as_it_stands(towns[1])
    options = AssignOptions(today, dry_run=True)
    rebalance = AssignOptions(today, dry_run=True, rebalance=True)
    rescored = [
        Rescored(old.household, old.cadre, old.fit.total, pair.fit.total)
        for old, pair in zip(stands[0].pairs, stands[1].pairs, strict=True) if old.fit.total != pair.fit.total]
    already = {(one.cadre.id, *one.codes) for one in _broken(stands[0])}
    return Effect(
        stands, rescored,
        [one for one in _broken(stands[1]) if (one.cadre.id, *one.codes) not in already],
        (decide(towns[0], options, progress), decide(towns[1], options, progress)),
        (decide(towns[0], rebalance, progress), decide(towns[1], rebalance, progress)))


def _broken(stands: Assignment) -> list[Broken]:
    """The standing pairs that the town's rules forbid, then the cadres who hold too many."""
    found = []
    held: dict[int, list[Household]] = defaultdict(list)
    for pair in stands.pairs:
        held[pair.cadre.id].append(pair.household)
        bars = stands.territory.bars_in_short(pair.cadre, pair.household)
        if bars:
            found.append(Broken(pair.cadre, (pair.household,), "，".join(bars)))
    for cadre in stands.town.cadres:
        found += _too_many(stands.town, cadre, held[cadre.id])
    return found


def _too_many(town: Town, cadre: Cadre, held: list[Household]) -> list[Broken]:
    limit = town.rules.hard_per_cadre
    hard = [household for household in held if household.is_hard]
    found = []
    if len(held) > cadre.capacity:
        found.append(Broken(cadre, tuple(held), f"联系 {len(held)} 户，上限 {cadre.capacity} 户"))
    if limit and len(hard) > limit:
        found.append(Broken(cadre, tuple(hard), f"联系重难点户 {len(hard)} 户，规则每人最多 {limit} 户"))
    return found
