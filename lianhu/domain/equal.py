"""The cheapest pairing of a network whose pairs are all worth the same: the shape with most ties.

The goals left are two, the number paired and evenness, and only small numbers count in them. All seats get
places up to the same fair cost; where these cannot all be filled the network falls apart, into seats that are
wanted more and seats that are wanted less, and each part has a fair cost of its own (decomposition: Groenevelt
1991; Fakcharoenphol, Laekhanukit and Nanongkai, "Faster Algorithms for Semi-Matching Problems", 2010).
Households are seated along as many shortest paths at once as share no move (Hopcroft and Karp 1973), and at
first along any paths in turn with these (Pothen and Fan 1990; Duff, Kaya and Uçar 2011).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lianhu.domain.flow import Network

_NOBODY = -1
_DIVES = 4
"""Rounds in which any paths are taken, each before one of shortest paths: soon done where only long ones are left."""


def equal_pairing(network: Network) -> tuple[list[int], list[int]] | None:
    """The cheapest pairing, a seat or -1 per household, and its prices; None if pairs differ in a goal.

    A part has half the undecided costs of the part that it comes from, so a household is in logarithmically many.
    When the places of a part are filled shortest paths grow longer at most 2 sqrt(edges) times (Even and Tarjan
    1975: a choice is a move that can be made once), and each time every choice is looked at once. The memory is linear.
    """
    if any(row[-1][0] for row in network.rows):
        return None
    even = _Even(network)
    even.pair()
    return even.seat_of, even.prices()


class _Part(NamedTuple):
    """Seats and households that only have each other: the places up to `low` are taken, those above `high` are not."""

    seats: Sequence[int]
    households: Sequence[int]
    low: int
    high: int


class _Even:
    """Households at seats, as many as can be, and of such pairings one with the least evenness cost.

    Costs of places are in steps here. `choices` are the rows less the seats that a household gains nothing by.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.first = [first // network.step for first in network.first]
        self.choices = [[seat for _, seat in row] for row in network.rows]
        self.seat_of = [_NOBODY] * len(network.rows)
        self.free = [0] * len(self.first)
        self.reached: AbstractSet[int] = frozenset()

    def pair(self) -> None:
        costliest = max(map(sum, zip(self.first, self.network.capacity, strict=True))) - 1
        parts = [_Part(range(len(self.first)), range(len(self.choices)), -1, costliest)]
        while parts:
            for part in self._even_out(parts.pop()):
                # Fair costs alone may break off one seat after another; the middle halves what is undecided.
                parts += self._divide(part, (part.low + part.high) // 2)

    def _even_out(self, part: _Part) -> list[_Part]:
        """Seat the households at the cheapest places; the parts to do it in if these seats are wanted too unequally."""
        fair = self._fair_cost(part)
        for cost in (fair, fair + 1):
            parts = self._divide(part, cost)
            if len(parts) != 1:
                return parts
        return []

    def _fair_cost(self, part: _Part) -> int:
        """The highest cost up to which there are no more places than households."""
        low, high = part.low, part.high
        while low < high:
            cost = (low + high + 1) // 2
            if sum([self._places(seat, cost) for seat in part.seats]) <= len(part.households):
                low = cost
            else:
                high = cost - 1
        return low

    def _places(self, seat: int, cost: int) -> int:
        """The seat's places that cost no more."""
        return min(max(cost + 1 - self.first[seat], 0), self.network.capacity[seat])

    def _divide(self, part: _Part, cost: int) -> list[_Part]:
        """Fill the places that cost no more; the parts that are still undecided: at most two.

        Seats to which those who wait have a path are apart from the rest. Their places are all taken, by households
        that can go nowhere else, so none of the others gains by going there.
        """
        waiting = self._fill(part.seats, part.households, cost)
        room = any(self.free[seat] for seat in part.seats)
        if not waiting:
            return [part._replace(high=cost)] if room else []
        if not room:
            return [part._replace(low=cost)]
        wanted = self.reached
        inside = [household for household in part.households if self.seat_of[household] in wanted]
        outside = [household for household in part.households if self.seat_of[household] not in wanted]
        for household in outside:
            self.choices[household] = [seat for seat in self.choices[household] if seat not in wanted]
        return [_Part([seat for seat in part.seats if seat in wanted], inside, cost, part.high),
                _Part([seat for seat in part.seats if seat not in wanted], outside, part.low, cost)]

    def _fill(self, seats: Iterable[int], households: Sequence[int], cost: int) -> list[int]:
        """Seat as many as can be at places that cost no more, and return the others.

        If places are left as well, `reached` are the seats to which those others have a path.
        """
        seat_of, free = self.seat_of, self.free
        for seat in seats:
            free[seat] = self._places(seat, cost)
        for household in households:
            seat = seat_of[household]
            if seat != _NOBODY and free[seat]:
                free[seat] -= 1
            else:
                seat_of[household] = _NOBODY
        self._seat_at_once([household for household in households if seat_of[household] == _NOBODY])
        for take in chain([self._take_any, self._take_shortest] * _DIVES, repeat(self._take_shortest)):
            if not any(free[seat] for seat in seats) or not take(households):
                break
        return [household for household in households if seat_of[household] == _NOBODY]

    def _seat_at_once(self, waiting: Sequence[int]) -> None:
        """Each household that can have a free place takes one where most are free.

        Whoever has only one seat left goes first (Karp and Sipser 1981).
        """
        free, choices = self.free, self.choices
        wanting: dict[int, list[int]] = {}
        left: dict[int, int] = {}
        for household in waiting:
            roomy = [seat for seat in choices[household] if free[seat]]
            left[household] = len(roomy)
            for seat in roomy:
                wanting.setdefault(seat, []).append(household)
        following = [*reversed(waiting), *[household for household in waiting if left[household] == 1]]
        while following:
            household = following.pop()
            if not left[household] or self.seat_of[household] != _NOBODY:
                continue
            seat = max(choices[household], key=free.__getitem__)
            self.seat_of[household] = seat
            free[seat] -= 1
            if not free[seat]:
                for other in wanting[seat]:
                    left[other] -= 1
                    if left[other] == 1:
                        following.append(other)

    def _take_any(self, households: Iterable[int]) -> bool:
        """Seat households along any paths that share no seat; whether there was one."""
        holders = self._holders(households)
        reached = {_NOBODY}
        self.reached = reached
        seated = [self._dive(household, holders, reached) for household in holders.pop(_NOBODY, ())]
        return any(seated)

    def _dive(self, start: int, holders: dict[int, list[int]], reached: set[int]) -> bool:
        """Seat the household along a path of seats that are not yet `reached`; what is found last is followed first.

        Whoever has moved meanwhile held and holds seats that have been reached, so `holders` is right for all others.
        """
        choices, free, seat_of = self.choices, self.free, self.seat_of
        by: dict[int, int] = {}
        following = [start]
        while following:
            household = following.pop()
            for seat in choices[household]:
                if seat in reached:
                    continue
                reached.add(seat)
                by[seat] = household
                if free[seat]:
                    free[seat] -= 1
                    to = seat
                    while to != _NOBODY:
                        mover = by[to]
                        seat_of[mover], to = to, seat_of[mover]
                    return True
                following += holders.get(seat, ())
        return False

    def _take_shortest(self, households: Iterable[int]) -> bool:
        """Seat households along shortest paths, as many as share no move; whether there was one."""
        ends = self._measure(households)
        for seat in ends:
            while self.free[seat] and self._move_along(seat):
                self.free[seat] -= 1
        return bool(ends)

    def _holders(self, households: Iterable[int]) -> dict[int, list[int]]:
        """The households at each seat, and those who wait."""
        holders: dict[int, list[int]] = {}
        for household in households:
            holders.setdefault(self.seat_of[household], []).append(household)
        return holders

    def _measure(self, households: Iterable[int]) -> list[int]:
        """The steps from those who wait to each seat, up to the nearest with a free place; all such seats.

        `moves[seat]` are the households that could come to it from one step before.
        """
        choices, free = self.choices, self.free
        holders = self._holders(households)
        depth = self.depth = {_NOBODY: 0}
        moves: dict[int, list[int]] = {}
        self.moves = moves
        layer = [_NOBODY]
        ends: list[int] = []
        steps = 0
        while layer and not ends:
            steps += 1
            further = []
            for before in layer:
                for household in holders.get(before, ()):
                    for seat in choices[household]:
                        if seat not in depth:
                            depth[seat] = steps
                            moves[seat] = [household]
                            further.append(seat)
                        elif depth[seat] == steps:
                            moves[seat].append(household)
            ends = [seat for seat in further if free[seat]]
            layer = further
        self.reached = depth.keys()
        return ends

    def _move_along(self, seat: int) -> bool:
        """Move households along one path that ends at the seat, if one is left; dead ends are forgotten."""
        seat_of, depth, moves = self.seat_of, self.depth, self.moves
        path: list[tuple[int, int]] = []
        while seat != _NOBODY:
            if moves[seat]:
                household = moves[seat].pop()
                before = seat_of[household]
                if depth[before] + 1 == depth[seat]:  # else an earlier path has taken it along
                    path.append((household, seat))
                    seat = before
            elif path:
                _, seat = path.pop()
            else:
                return False
        for household, seat in path:
            seat_of[household] = seat
        return True

    def prices(self) -> list[int]:
        """A seat's price: what the cheapest free place costs that is found along a path from the seat.

        Whoever would take one there moves others on. Without such a path, what a household costs that has nobody.
        """
        can_go: list[list[int]] = [[] for _ in self.first]
        load = [0] * len(self.first)
        for row, here in zip(self.network.rows, self.seat_of, strict=True):
            if here != _NOBODY:
                load[here] += 1
                for _, seat in row:
                    can_go[seat].append(here)
        places = [(first + taken, seat) for seat, (first, taken, capacity) in enumerate(
            zip(self.first, load, self.network.capacity, strict=True)) if taken < capacity]
        prices = [self.network.unpaired] * len(self.first)
        priced = [False] * len(self.first)
        for cost, free_seat in sorted(places):
            paths = [free_seat]
            while paths:
                seat = paths.pop()
                if not priced[seat]:
                    priced[seat] = True
                    prices[seat] = cost * self.network.step
                    paths += can_go[seat]
        return prices
