"""The cheapest way to fill all places when nearly everyone is needed for them.

To have nobody is a seat like any other here, and a place may be held by one who costs nothing, so every
seat takes exactly as many as it has places (arc capacities removed: Ahuja, Magnanti and Orlin, *Network Flows*,
1993, section 2.4). In such a balanced problem prices may start anywhere, so an auction with falling tolerance guesses
them (Bertsekas, *Linear Network Optimization*, 1991, chapter 4). Then each household takes its cheapest
choice at these prices, and seats with too many pass households on to those with too few along shortest
paths: one Dijkstra from all of the former, then as many paths as share no move (Hopcroft and Karp 1973;
Ahuja, Magnanti and Orlin, sections 8.2 and 9.7).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace

_TOLERANCES = (30, 300, 3_000)
"""Of the auctions one after another, as parts of the largest cost."""
_BIDS = 10
"""The most bids of an auction, per household: a quarrel about the last places is left to the paths."""
_WIDE = 8
"""Places of a seat, as times the average, from which on its price is set by itself."""
_MANY = 8
"""And at least so many places."""


def balance(rows: list[list[tuple[int, int]]], places: Sequence[int]) -> tuple[list[int], list[int]]:
    """Fill all places, of which there are as many as households: each one's seat, and a price of each seat.

    `rows[h]` lists (cost, seat), cheapest first. The last seat, if it has places, is one that most households
    can have at the same cost. The places can be filled. A round of paths looks at every choice once and moves at
    least one household, so the time is within households times choices (and a logarithm), the memory linear.
    """
    if not all(places[:-1]):
        rows = [[pair for pair in row if places[pair[1]]] for row in rows]
    largest = max(row[-1][0] for row in rows)
    market = _Market(rows, places, largest)
    for part in _TOLERANCES:
        market.auction(largest // part + 1, _BIDS)
    wide = max(_WIDE * len(rows) // len(places), _MANY)
    last = len(places) - 1
    if seats := [seat for seat, many in enumerate(places) if many >= wide or (many and seat == last)]:
        market.balance(seats)
    market.settle()
    return market.seat_of, market.prices


class _Market:
    """Households at seats that must end up with exactly as many as their places.

    Invariant from the end of an auction on: each household has a choice whose cost plus price is least.
    `spare` counts a seat's places less its holders, below zero where it must pass some on.
    """

    def __init__(self, rows: list[list[tuple[int, int]]], capacity: Sequence[int], largest: int) -> None:
        self.rows = rows
        self.capacity = capacity
        self.prices = [0] * len(capacity)
        self.endless = (len(rows) + 1) * (largest + 1) << 8
        self.won = [-1] * len(rows)
        self.seat_of = [-1] * len(rows)
        self.paid = [0] * len(rows)
        self.holders: list[list[int]] = []
        self.spare: list[int] = []

    def auction(self, tolerance: int, bids: int) -> None:
        """Let households outbid each other up to their second choice and the tolerance beyond.

        A bid is the price at which the household would leave; a full seat's price rises to the bid
        of whoever has to.
        """
        rows, prices, capacity, endless = self.rows, self.prices, self.capacity, self.endless
        taken: list[list[tuple[int, int]]] = [[] for _ in capacity]
        waiting = deque(range(len(rows)))
        left = bids * len(rows)
        while waiting and left:
            left -= 1
            household = waiting.popleft()
            best = second = endless
            at = -1
            for cost, seat in rows[household]:
                if cost >= second:
                    break
                value = cost + prices[seat]
                if value < best:
                    second, best, at = best, value, seat
                elif value < second:
                    second = value
            bid = second - best + prices[at] + tolerance
            holders = taken[at]
            if len(holders) < capacity[at]:
                heappush(holders, (bid, household))
                continue
            if bid > holders[0][0]:
                prices[at], out = heapreplace(holders, (bid, household))
                waiting.append(out)
            else:
                prices[at] = bid
                waiting.append(household)
        self.won = [-1] * len(rows)
        for seat, holders in enumerate(taken):
            for _, household in holders:
                self.won[household] = seat

    def balance(self, seats: Sequence[int]) -> None:
        """Set each one's price so that as many want it as it has places, as if the prices of all others stayed.

        A seat of hundreds of places that is wanted too much or too little is on every path, and a round
        of paths finds one way into it.
        """
        prices = self.prices
        margins: dict[int, list[int]] = {seat: [] for seat in seats}
        for row in self.rows:
            values = sorted([cost + prices[seat] for cost, seat in row])
            for cost, seat in row:
                if seat in margins:
                    other = values[1:2] if cost + prices[seat] == values[0] else values[:1]
                    margins[seat].append((other[0] if other else self.endless) - cost)
        for seat, most in margins.items():
            most.sort(reverse=True)
            places = self.capacity[seat]
            # Rows are read only as far as costs alone, at prices from 0 up, can be least.
            prices[seat] = max(0, sum(most[places - 1 : places + 1]) // 2)

    def _place(self) -> None:
        """Give each household a cheapest choice at the prices, the one it has won if that is one."""
        won = self.won
        self.holders = [[] for _ in self.capacity]
        prices = self.prices
        for household, row in enumerate(self.rows):
            best, mine = self.endless, won[household]
            for cost, seat in row:
                if cost > best:
                    break
                value = cost + prices[seat]
                if value < best or (value == best and seat == mine):
                    best, at = value, seat
            self.seat_of[household] = at
            self.paid[household] = best - prices[at]
            self.holders[at].append(household)
        self.spare = [places - len(held) for places, held in zip(self.capacity, self.holders, strict=True)]

    def settle(self) -> None:
        """Pass households on until all seats have as many as they must."""
        self._place()
        while crowded := [seat for seat, spare in enumerate(self.spare) if spare < 0]:
            _Round(self, crowded).augment()


class _Round:
    """Dijkstra over seats from all that are crowded, and the shortest paths to those with room.

    `moves[seat]` lists what brings it its distance: (household, the seat that it holds). Only moves from
    a seat that is one step less far in number are listed, so that they form no circle.
    """

    def __init__(self, market: _Market, crowded: list[int]) -> None:
        self.market = market
        self.distance = [market.endless] * len(market.prices)
        self.steps = [0] * len(market.prices)
        self.moves: dict[int, list[tuple[int, int]]] = {seat: [] for seat in crowded}
        for seat in crowded:
            self.distance[seat] = 0
        self.near = deque(crowded)
        self.heap: list[tuple[int, int]] = []
        self.closed: set[int] = set()
        self.roomy: list[int] = []
        self.wanted = -sum(market.spare[seat] for seat in crowded)

    def augment(self) -> None:
        """Raise the prices by what the distances allow and move along the paths."""
        market, distance = self.market, self.distance
        farthest = self._measure()
        for seat in self.closed:
            market.prices[seat] += farthest - distance[seat]
        for seat in self.roomy:
            while market.spare[seat] > 0 and self._move_along(seat):
                pass

    def _measure(self) -> int:
        """Distances of the seats until there is room enough or no seat left; the last distance."""
        spare, closed, near, heap, distance = self.market.spare, self.closed, self.near, self.heap, self.distance
        reach = 0
        while True:
            if near:
                seat = near.popleft()
            elif heap and self.wanted > 0:
                reach, seat = heappop(heap)
            else:
                return reach
            if seat in closed or distance[seat] < reach:
                continue
            closed.add(seat)
            if spare[seat] > 0:
                self.roomy.append(seat)
                self.wanted -= spare[seat]
            self._scan(seat, reach)

    def _scan(self, here: int, reach: int) -> None:
        market, distance, steps, moves = self.market, self.distance, self.steps, self.moves
        prices, rows, paid = market.prices, market.rows, market.paid
        step = steps[here] + 1
        base = reach - prices[here]
        for household in market.holders[here]:
            offset = base - paid[household]
            for cost, seat in rows[household]:
                to = offset + cost + prices[seat]
                if to < distance[seat]:
                    distance[seat] = to
                    steps[seat] = step
                    moves[seat] = [(household, here)]
                    if to == reach:
                        self.near.append(seat)
                    else:
                        heappush(self.heap, (to, seat))
                elif to == distance[seat] and steps[seat] == step:
                    moves[seat].append((household, here))

    def _move_along(self, seat: int) -> bool:
        """Move households along one path that ends at the seat, if one is left; dead ends are forgotten."""
        market, moves = self.market, self.moves
        path: list[tuple[int, int, int]] = []
        while market.spare[seat] >= 0 or self.steps[seat]:
            if not moves[seat]:
                if not path:
                    return False
                _, _, seat = path.pop()
                continue
            household, before = moves[seat].pop()
            if market.seat_of[household] != before:
                continue  # an earlier path has taken it along
            path.append((household, before, seat))
            seat = before
        market.spare[seat] += 1
        market.spare[path[0][2]] -= 1
        for household, before, after in path:
            market.holders[before].remove(household)
            market.holders[after].append(household)
            market.seat_of[household] = after
            market.paid[household] = next(cost for cost, to in market.rows[household] if to == after)
        return True
