"""How evenly households are shared out, and how well: pure counting, told who holds whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lianhu.domain.fit import Cadre, Household, asks
from lianhu.domain.rules import Match, Rules
from lianhu.domain.territory import Territory

HARD_WEIGHT = 2
"""What a 重难点户 weighs in a cadre's load."""
OTHER_WEIGHT = 1

MET, NOBODY, FULL, PASSED_OVER = "met", "nobody", "full", "passed_over"
"""What became of a need: such a cadre holds the household; none may; all are full; one with room does not."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds whom on one day. ``holder`` is the cadre's id by household id; he may be out of service."""

    cadres: Sequence[Cadre]
    households: Sequence[Household]
    holder: Mapping[int, int]


class Load(NamedTuple):
    """The households that are held, and how many of them are 重难点户."""

    households: int = 0
    hard: int = 0

    @property
    def weight(self) -> int:
        return HARD_WEIGHT * self.hard + OTHER_WEIGHT * (self.households - self.hard)


def loads(holding: Holding) -> dict[int, Load]:
    """The load of every cadre in service by id, of those too who hold nobody."""
    held: Counter[int] = Counter()
    hard: Counter[int] = Counter()
    for household in holding.households:
        cadre = holding.holder.get(household.id)
        if cadre is not None:
            held[cadre] += 1
            hard[cadre] += household.is_hard
    return {cadre.id: Load(held[cadre.id], hard[cadre.id]) for cadre in holding.cadres}


class Spread(NamedTuple):
    """How the load lies on some cadres.

    ``by_number`` counts cadres by the households they hold; who may hold none and holds none is in
    ``exempt`` instead, and out of the least, the middle and the most weight, which are None for nobody.
    """

    cadres: int
    exempt: int
    by_number: Counter[int]
    load: Load
    least: int | None
    middle: float | None
    most: int | None


def spread(cadres: Sequence[Cadre], load_of: Mapping[int, Load]) -> Spread:
    """How the load lies on these cadres."""
    sharing = [load_of[cadre.id] for cadre in cadres if cadre.capacity or load_of[cadre.id].households]
    weights = sorted(load.weight for load in sharing)
    total = Load(sum(load.households for load in sharing), sum(load.hard for load in sharing))
    return Spread(
        len(cadres), len(cadres) - len(sharing), Counter(load.households for load in sharing), total,
        weights[0] if weights else None, _middle(weights), weights[-1] if weights else None)


def _middle(numbers: Sequence[int]) -> float | None:
    """The median of sorted numbers; whole where it is."""
    if not numbers:
        return None
    half = len(numbers) // 2
    twice = 2 * numbers[half] if len(numbers) % 2 else numbers[half - 1] + numbers[half]
    return twice / 2 if twice % 2 else twice // 2


class Room(NamedTuple):
    """What some cadres may hold, and do: ``places == held - over + free``."""

    cadres: int
    places: int
    held: int
    over: int
    free: int


def room(cadres: Sequence[Cadre], load_of: Mapping[int, Load]) -> Room:
    """What these cadres may hold together, and do; one who holds too many takes no other's place."""
    left = [cadre.capacity - load_of[cadre.id].households for cadre in cadres]
    return Room(
        len(cadres), sum(cadre.capacity for cadre in cadres), sum(load_of[cadre.id].households for cadre in cadres),
        -sum(number for number in left if number < 0), sum(number for number in left if number > 0))


class Need(NamedTuple):
    """A household to which the household's side of a rule applies, and what became of it."""

    household: Household
    rule: str
    outcome: str


def needs(holding: Holding, territory: Territory, rules: Rules) -> Iterator[Need]:
    """Every need of every household, by the households' order, then the rules'.

    ``territory`` is that of the holding's own cadres. A cadre whose capacity is 0 counts as none.
    """
    load_of = loads(holding)
    roles = {cadre.id: cadre.roles for cadre in holding.cadres}
    able: dict[str, set[int]] = defaultdict(set)
    with_room: dict[str, set[int]] = defaultdict(set)
    for at, cadre in enumerate(holding.cadres):
        for match in rules.matches:
            if cadre.capacity and match.roles & cadre.roles:
                able[match.name].add(at)
                if load_of[cadre.id].households < cadre.capacity:
                    with_room[match.name].add(at)
    wanted: dict[tuple[object, ...], list[Match]] = {}
    for household in holding.households:
        kind = (*household.words.values(), household.is_hard)
        if kind not in wanted:
            wanted[kind] = [match for match in rules.matches if asks(match, household.words, household.is_hard)]
        if not wanted[kind]:
            continue
        has = roles.get(holding.holder.get(household.id, 0), frozenset())
        around = territory.own(household)
        for match in wanted[kind]:
            if match.roles & has:
                outcome = MET
            elif able[match.name].isdisjoint(around):
                outcome = NOBODY
            else:
                outcome = FULL if with_room[match.name].isdisjoint(around) else PASSED_OVER
            yield Need(household, match.name, outcome)
