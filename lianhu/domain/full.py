"""The cheapest pairing of a network whose places are all given out: the shape with most equal choices.

With all places full the evenness of a pairing is settled, and so is how many households go without: to
have nobody is a seat like any other, and every seat takes exactly as many households as it has places.
In such a balanced problem prices may start anywhere, so an auction with falling tolerance guesses them
(Bertsekas, *Linear Network Optimization*, 1991, chapter 4). Then each household takes its cheapest choice
at these prices, and seats with too many pass households on to those with too few along shortest paths:
one Dijkstra from all of the former, then as many paths as share no move (Hopcroft and Karp 1973; Ahuja,
Magnanti and Orlin, *Network Flows*, 1993, sections 8.2 and 9.7).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lianhu.domain.flow import Network

_TOLERANCES = (30, 300, 3_000, 30_000)
"""Of the auctions one after another, as parts of the largest hash."""
_BIDS = 10
"""The most bids of an auction, per household: a quarrel about the last places is left to the paths."""
_LARGE = 2_000
"""Households; with fewer, one by one takes a few tenths of a second at most."""


def full_pairing(network: Network) -> tuple[list[int], list[int]] | None:
    """The cheapest pairing, a seat or -1 per household, and its prices; None where this is not the way.

    That is for a large network whose pairs are all equal but for the tie, and whose places are all given
    out. Elsewhere households one by one are sooner done: measured up to twice as soon for a few distinct
    values in 120 000 pairs. A round of paths looks at every edge once and moves at least one household,
    so the time is within households times edges (and a logarithm), the memory linear.
    """
    households, nobody, unit = len(network.rows), len(network.seats), network.tie
    without = households - sum(network.capacity)
    goal = network.rows[0][0][0] // unit
    if households < _LARGE or without < 0 or any(
            row[0][0] // unit != goal or row[-1][0] // unit != goal for row in network.rows):
        return None
    capacity, rows = network.capacity, network.rows
    alike = [[(0, seat) for _, seat in row] for row in rows]
    if without:
        # Their number is settled, so any cost will do that is the same for all. With the least the price
        # of having nobody rises first, which takes fewer bids than if all others had to.
        capacity = [*capacity, without]
        rows = [[(goal * unit, nobody), *row] for row in rows]
        alike = [[*row, (0, nobody)] for row in alike]
    endless = network.unpaired << 8
    # At equal costs a round finds most paths at once, so whether all places can be filled is soon known.
    if not _Exchange(alike, capacity, endless).settle():
        return None
    exchange = _Exchange(rows, capacity, endless)
    for part in _TOLERANCES:
        exchange.auction(unit // (sum(network.capacity) * part) + 1, _BIDS)
    if without:
        exchange.balance(nobody)
    exchange.settle()
    chosen = [seat if seat < nobody else -1 for seat in exchange.seat_of]
    return chosen, _highest_prices(network, chosen, exchange.prices[:nobody])


class _Exchange:
    """Households at seats that must end up with exactly as many as their places.

    Invariant from the end of an auction on: each household has a choice whose cost plus price is least.
    `spare` counts a seat's places less its holders, below zero where it must pass some on.
    """

    def __init__(self, rows: list[list[tuple[int, int]]], capacity: Sequence[int], endless: int) -> None:
        self.rows = rows
        self.capacity = capacity
        self.prices = [0] * len(capacity)
        self.endless = endless
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

    def balance(self, asked: int) -> None:
        """Set the price of a seat that all can have so that as many want it as it has places.

        A seat of hundreds of places that is wanted too much or too little is on every path, and a round
        of paths finds one way into it.
        """
        prices = self.prices
        margins = []
        for row in self.rows:
            here = next(cost for cost, seat in row if seat == asked)
            margins.append(min([cost + prices[seat] for cost, seat in row if seat != asked]) - here)
        margins.sort(reverse=True)
        places = self.capacity[asked]
        # Rows are read only as far as costs alone, at prices from 0 up, can be least.
        prices[asked] = max(0, sum(margins[places - 1 : places + 1]) // 2)

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

    def settle(self) -> bool:
        """Pass households on until all seats have as many as they must; False if that cannot be."""
        self._place()
        while True:
            crowded = [seat for seat, spare in enumerate(self.spare) if spare < 0]
            if not crowded:
                return True
            if not _Round(self, crowded).augment():
                return False


class _Round:
    """Dijkstra over seats from all that are crowded, and the shortest paths to those with room.

    `moves[seat]` lists what brings it its distance: (household, the seat that it holds). Only moves from
    a seat that is one step less far in number are listed, so that they form no circle.
    """

    def __init__(self, exchange: _Exchange, crowded: list[int]) -> None:
        self.exchange = exchange
        self.distance = dict.fromkeys(crowded, 0)
        self.steps = dict.fromkeys(crowded, 0)
        self.moves: dict[int, list[tuple[int, int]]] = {seat: [] for seat in crowded}
        self.near = deque(crowded)
        self.heap: list[tuple[int, int]] = []
        self.closed: set[int] = set()
        self.roomy: list[int] = []
        self.wanted = -sum(exchange.spare[seat] for seat in crowded)

    def augment(self) -> int:
        """Raise the prices by what the distances allow and move along the paths; the number of paths."""
        exchange, distance = self.exchange, self.distance
        farthest = self._measure()
        for seat in self.closed:
            exchange.prices[seat] += farthest - distance[seat]
        found = 0
        for seat in self.roomy:
            while exchange.spare[seat] > 0 and self._move_along(seat):
                found += 1
        return found

    def _measure(self) -> int:
        """Distances of the seats until there is room enough or no seat left; the last distance."""
        spare, closed, near, heap, distance = self.exchange.spare, self.closed, self.near, self.heap, self.distance
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
        exchange, distance, steps, moves = self.exchange, self.distance, self.steps, self.moves
        prices, rows, paid = exchange.prices, exchange.rows, exchange.paid
        step = steps[here] + 1
        base = reach - prices[here]
        for household in exchange.holders[here]:
            offset = base - paid[household]
            for cost, seat in rows[household]:
                to = offset + cost + prices[seat]
                if seat in distance:
                    known = distance[seat]
                    if to > known:
                        continue
                    if to == known:
                        if steps[seat] == step:
                            moves[seat].append((household, here))
                        continue
                distance[seat] = to
                steps[seat] = step
                moves[seat] = [(household, here)]
                if to == reach:
                    self.near.append(seat)
                else:
                    heappush(self.heap, (to, seat))

    def _move_along(self, seat: int) -> bool:
        """Move households along one path that ends at the seat, if one is left; dead ends are forgotten."""
        exchange, moves = self.exchange, self.moves
        path: list[tuple[int, int, int]] = []
        while exchange.spare[seat] >= 0 or self.steps[seat]:
            if not moves[seat]:
                if not path:
                    return False
                _, _, seat = path.pop()
                continue
            household, before = moves[seat].pop()
            if exchange.seat_of[household] != before:
                continue  # an earlier path has taken it along
            path.append((household, before, seat))
            seat = before
        exchange.spare[seat] += 1
        exchange.spare[path[0][2]] -= 1
        for household, before, after in path:
            exchange.holders[before].remove(household)
            exchange.holders[after].append(household)
            exchange.seat_of[household] = after
            exchange.paid[household] = next(cost for cost, to in exchange.rows[household] if to == after)
        return True


def _highest_prices(network: Network, chosen: Sequence[int], prices: Sequence[int]) -> list[int]:
    """The highest prices that prove the pairing: a household without pays no more than it costs to have none.

    A seat's price is that of the cheapest way to free a place of it: a Dijkstra from the household that
    goes without back to the seat. `prices` are right but for a number that is the same for all.
    """
    paid = [next((cost for cost, to in row if to == seat), 0) for row, seat in zip(network.rows, chosen, strict=True)]
    entering: list[list[tuple[int, int]]] = [[] for _ in prices]
    highest = [2 * network.unpaired] * len(prices)
    for household, (row, here) in enumerate(zip(network.rows, chosen, strict=True)):
        if here < 0:
            continue
        highest[here] = min(highest[here], network.unpaired - paid[household])
        for cost, seat in row:
            if seat != here:
                entering[seat].append((cost - paid[household], here))
    heap = [(high - price, seat) for seat, (high, price) in enumerate(zip(highest, prices, strict=True))]
    heapify(heap)
    done: set[int] = set()
    while heap:
        _, seat = heappop(heap)
        if seat in done:
            continue
        done.add(seat)
        for cost, before in entering[seat]:
            if cost + highest[seat] < highest[before]:
                highest[before] = cost + highest[seat]
                heappush(heap, (highest[before] - prices[before], before))
    return highest
