"""The cheapest pairing of a network whose pairs are all worth the same: the shape with most ties.

The goals left are two, the number paired and evenness, and only small numbers count in them: places are
opened cost by cost, and households seated at them along as many shortest paths at once as share no seat
(Hopcroft and Karp 1973; for evenness Harvey, Ladner, Lovász and Tamir, "Semi-matchings", 2006). From where
paths end follows which choices a best pairing can make and which places it must fill. Among those only the
ties are left to decide, which is `exchange`'s part.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lianhu.domain.exchange import Exchange

if TYPE_CHECKING:
    from lianhu.domain.flow import Network

_MANY = 8
"""Costs of places, one above the other; fewer are opened one by one."""


def equal_pairing(network: Network) -> tuple[list[int], list[int]] | None:
    """The cheapest pairing, a seat or -1 per household, and its prices; None if pairs differ in a goal.

    The time is within households times edges (and a logarithm), the memory linear.
    """
    if any(row[-1][0] >= network.tie for row in network.rows):
        return None
    even = _Even(network)
    even.fill()
    goals = even.prices()
    nobody = len(goals)
    rows = network.rows
    if len(set(goals)) > 1:
        # A household's choices are those that are best in the goals.
        least = [min([goals[seat] for _, seat in row]) for row in rows]
        rows = [[pair for pair in row if goals[pair[1]] == low] for row, low in zip(rows, least, strict=True)]
    needed, room = [], []
    for price, first, capacity in zip(goals, network.first, network.capacity, strict=True):
        cheaper = min(capacity, max(0, -((first - price) // network.step)))
        needed.append(cheaper)
        room.append(int(cheaper < capacity and first + cheaper * network.step == price))

    exchange = Exchange(rows, nobody, network.tie // 4)
    roomy = [seat for seat, level in enumerate(even.level) if level is not None]
    if len(roomy) == nobody and exchange.is_wide(needed):
        exchange.seat_all(needed, room)
    else:
        exchange.fill(needed)
        if roomy:
            wanting = [household for household, row in enumerate(rows) if even.level[row[0][1]] is not None]
            exchange.seat(wanting, roomy, room)
    chosen = [seat if seat < nobody else -1 for seat in exchange.at]
    return chosen, [goal + price for goal, price in zip(goals, exchange.prices, strict=False)]


class _Even:
    """Households at seats, as many as can be, and of such pairings one with the least evenness cost.

    Costs of places are in steps here. `level[s]`, set by `prices`, is the cost of the cheapest free place that
    is found along a path from the seat: whoever would take one there moves others on. None without such a path.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rows = [[seat for _, seat in row] for row in network.rows]
        self.first = [first // network.step for first in network.first]
        self.level: list[int | None] = [None] * len(self.first)
        self._clear()

    def _clear(self) -> None:
        self.seat_of = [-1] * len(self.rows)
        self.holders: list[list[int]] = [[] for _ in self.first]
        self.waiting = list(range(len(self.rows)))

    def fill(self) -> None:
        """Seat the households, at the cheapest places first.

        A pairing that fills all places up to some cost is as good as one that filled them cost by cost,
        which would take long where seats have hundreds of places: there the highest such cost is tried first.
        """
        least = min(self.first)
        cost = self._fair_cost()
        if cost < least + _MANY:
            cost = least
        while not self._open(cost) and cost > least:
            self._clear()
            cost = (least + cost) // 2
        while self.waiting:
            further = [self.first[seat] + len(self.holders[seat]) for seat in self.reached if self._has_room(seat)]
            if not further:
                return
            self._open(min(further))

    def _fair_cost(self) -> int:
        """The highest cost up to which there are no more places than households."""
        costs = range(max(self.first) + max(self.network.capacity))
        return bisect_right(costs, len(self.rows), key=lambda cost: sum(self._places(cost))) - 1

    def _places(self, cost: int) -> list[int]:
        """The places of each seat that cost no more."""
        return [min(max(cost + 1 - first, 0), capacity)
                for first, capacity in zip(self.first, self.network.capacity, strict=True)]

    def _has_room(self, seat: int) -> bool:
        return len(self.holders[seat]) < self.network.capacity[seat]

    def _open(self, cost: int) -> bool:
        """Seat as many as can be at places that cost no more; whether that fills them all.

        If not, `reached` are the seats to which those who still wait have a path.
        """
        self.free = [places - len(held) for places, held in zip(self._places(cost), self.holders, strict=True)]
        self._seat_at_once()
        self.reached: Iterable[int] = range(len(self.free))
        while any(self.free):
            if not self._measure():
                self.reached = [seat for seat, depth in enumerate(self.depth) if depth]
                return False
            self.waiting = [household for household in self.waiting if not self._seat(household)]
        return True

    def _seat_at_once(self) -> None:
        """Each household that can have a free place takes one where most are free."""
        free, still = self.free, []
        for household in self.waiting:
            most, at = 0, -1
            for seat in self.rows[household]:
                if free[seat] > most:
                    most, at = free[seat], seat
            if most:
                free[at] -= 1
                self.seat_of[household] = at
                self.holders[at].append(household)
            else:
                still.append(household)
        self.waiting = still

    def _measure(self) -> bool:
        """The steps from those who wait to each seat, up to the nearest free place; whether there is one."""
        depth = self.depth = [0] * len(self.free)
        self.untried: dict[int, list[int]] = {}
        self.deepest = 0
        households = self.waiting
        found = False
        while households and not found:
            self.deepest += 1
            layer = []
            for household in households:
                for seat in self.rows[household]:
                    if not depth[seat]:
                        depth[seat] = self.deepest
                        layer.append(seat)
            found = any(self.free[seat] for seat in layer)
            households = [household for seat in layer for household in self.holders[seat]]
        return found

    def _seat(self, household: int) -> bool:
        """Seat the household along a path of least depth, if one is left that shares no move with earlier ones."""
        path, tried = [household], [0]
        while path:
            row = self.rows[path[-1]]
            if tried[-1] == len(row):
                path.pop()
                tried.pop()
                continue
            seat = row[tried[-1]]
            if self.depth[seat] == len(path):
                if self.free[seat]:
                    self.free[seat] -= 1
                    self._move(path, [self.rows[mover][at] for mover, at in zip(path, tried, strict=True)])
                    return True
                if len(path) < self.deepest and (holder := self._next_holder(seat)) is not None:
                    path.append(holder)
                    tried.append(0)
                    continue
            tried[-1] += 1
        return False

    def _next_holder(self, seat: int) -> int | None:
        if seat not in self.untried:
            self.untried[seat] = list(self.holders[seat])
        untried = self.untried[seat]
        while untried:
            household = untried.pop()
            if self.seat_of[household] == seat:  # else an earlier path has taken it along
                return household
        return None

    def _move(self, households: list[int], seats: list[int]) -> None:
        for household, seat in zip(households, seats, strict=True):
            if self.seat_of[household] >= 0:
                self.holders[self.seat_of[household]].remove(household)
            self.seat_of[household] = seat
            self.holders[seat].append(household)

    def prices(self) -> list[int]:
        """A seat's price in the goals: the cost of its `level`, or of a household more without anybody.

        Where all places are given out and nobody is missing one any price between these two will do.
        """
        can_go: list[list[int]] = [[] for _ in self.first]
        for row, here in zip(self.rows, self.seat_of, strict=True):
            if here >= 0:
                for seat in row:
                    can_go[seat].append(here)
        cheapest_last = sorted(((first + len(held), seat) for seat, (first, held) in enumerate(
            zip(self.first, self.holders, strict=True)) if self._has_room(seat)), reverse=True)
        while cheapest_last:
            cost, seat = cheapest_last.pop()
            if self.level[seat] is None:
                self.level[seat] = cost
                cheapest_last += [(cost, before) for before in can_go[seat] if self.level[before] is None]

        unpaired, between = self.network.unpaired, self.network.unpaired - self.network.tie // 2
        prices = [between if cost is None else cost * self.network.step for cost in self.level]
        missed = [seat for household in self.waiting for seat in self.rows[household]]
        while missed:
            seat = missed.pop()
            if prices[seat] != unpaired:
                prices[seat] = unpaired
                missed += [other for household in self.holders[seat] for other in self.rows[household]
                           if prices[other] != unpaired]
        return prices
