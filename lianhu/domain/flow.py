"""Minimum-cost pairing on one network of integer costs, and its dual bound.

Successive shortest augmenting paths (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, section
9.7), with prices that keep every reduced cost non-negative so that Dijkstra applies (Edmonds and
Karp 1972; Tomizawa 1971). The final prices solve the dual linear programme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from lianhu.domain.equal import equal_pairing

_PROGRESS_STEP = 64


@dataclass(frozen=True, slots=True)
class Network:
    """A connected component with every goal folded into one non-negative integer cost.

    `households` and `seats` are the caller's numbers of the nodes; below, a node is named by its
    place in these lists. `rows[h]` lists (cost, seat), cheapest first, each seat once. The k-th
    place given out by seat s, from 0, costs `first[s] + k * step`; it has `capacity[s]` of them, at
    least one. A household left out costs `unpaired`, more than the rest of a pairing can.
    """

    households: list[int]
    seats: list[int]
    rows: list[list[tuple[int, int]]]
    first: list[int]
    capacity: list[int]
    step: int
    unpaired: int


def pairing_cost(network: Network, seat_of: Sequence[int]) -> int:
    """The cost of giving each household h the seat `seat_of[h]`, or nobody for -1.

    Raises ValueError for a pair that is no edge and for a seat given more than its places.
    """
    load = [0] * len(network.seats)
    total = 0
    for row, seat in zip(network.rows, seat_of, strict=True):
        if seat < 0:
            total += network.unpaired
            continue
        edge_cost = next((edge_cost for edge_cost, to in row if to == seat), None)
        if edge_cost is None:
            raise ValueError("the pairing uses a pair that is not allowed")
        if load[seat] == network.capacity[seat]:
            raise ValueError("the pairing gives a seat more than its places")
        total += edge_cost + network.first[seat] + network.step * load[seat]
        load[seat] += 1
    return total


def price_bound(network: Network, prices: Sequence[int]) -> int:
    """A lower bound on the cost of every pairing, from any prices, one per seat.

    A household pays at least its cheapest choice at these prices, and a seat earns at most what its
    price exceeds the cost of its places by.
    """
    bound = 0
    for row in network.rows:
        cheapest = min([edge_cost + prices[seat] for edge_cost, seat in row])
        bound += min(cheapest, network.unpaired)
    for price, first, capacity in zip(prices, network.first, network.capacity, strict=True):
        for place in range(capacity):
            bound -= max(0, price - first - place * network.step)
    return bound


def cheapest_pairing(
    network: Network, progress: Callable[[int], None] | None = None
) -> tuple[list[int], list[int]]:
    """The cheapest pairing, a seat or -1 per household, and its prices, one per seat.

    Households enter one by one, and each search looks at every edge at most once: the time is within
    households times edges (and a logarithm), the memory linear. Where all pairs are equal `equal`
    takes over, within a better bound. `progress` is told now and then how many have entered.
    """
    found = equal_pairing(network)
    if found is not None:
        return found
    state = _State(network)
    # Where places are short, whoever comes last mostly goes without at once instead of driving out
    # another after a search of everything: up to ten times faster there, at most a few tenths of a
    # second slower elsewhere (240 000 pairs).
    cheapest_first = sorted(range(len(network.rows)), key=lambda at: network.rows[at][0][0])
    for entered, start in enumerate(cheapest_first):
        _Search(state, start).augment()
        if progress is not None and entered % _PROGRESS_STEP == 0:
            progress(entered)
    return state.seat_of, state.prices


class _State:
    """A cheapest pairing of the households that have entered so far.

    Invariant: a seat's price lies between the cost of the last place it gave and that of the next
    one, and each household has the choice whose cost plus price is least. Prices only rise.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.prices = list(network.first)
        self.next_place = list(network.first)
        self.free = list(network.capacity)
        self.seat_of = [-1] * len(network.rows)
        self.paid = [0] * len(network.rows)
        self.holders: list[list[int]] = [[] for _ in network.first]
        self.least_price = min(network.first)
        self.scanned = 0

    def raise_least_price(self) -> None:
        # Any lower bound will do, so it is renewed only as often as the scans it shortens pay for.
        if self.scanned * 8 > len(self.prices):
            self.least_price = min(self.prices)
            self.scanned = 0

    def take_place(self, seat: int) -> None:
        self.free[seat] -= 1
        if self.free[seat]:
            self.next_place[seat] += self.network.step
        else:
            self.next_place[seat] = 2 * self.network.unpaired  # no path is that long


class _Search:
    """Dijkstra over seats from one entering household to the cheapest end of a path.

    A path ends at a free place of the seat `last`, or with the household `dropped` going without. Seats no
    farther than the one at hand are `near`: the last found is looked at first, which dives down to an end
    where going through all that is equally far would take up to five times as long.
    """

    def __init__(self, state: _State, start: int) -> None:
        self.state = state
        self.start = start
        self.distance: dict[int, int] = {}
        self.via: dict[int, tuple[int, int]] = {}
        self.heap: list[tuple[int, int]] = []
        self.near: list[int] = []
        self.closed: list[int] = []
        self.shortest, self.last, self.dropped = state.network.unpaired, -1, start

    def augment(self) -> None:
        """Let the household in along the shortest path, and move the prices with it."""
        state = self.state
        self._find_end()
        for seat in self.closed:
            state.prices[seat] += self.shortest - self.distance[seat]
        state.raise_least_price()

        seat = self.last
        if seat >= 0:
            state.take_place(seat)
        elif self.dropped == self.start:
            return
        else:
            seat = state.seat_of[self.dropped]
            state.seat_of[self.dropped] = -1
            state.holders[seat].remove(self.dropped)
        while True:
            household, edge_cost = self.via[seat]
            left = state.seat_of[household]
            state.seat_of[household] = seat
            state.paid[household] = edge_cost
            state.holders[seat].append(household)
            if household == self.start:
                return
            state.holders[left].remove(household)
            seat = left

    def _find_end(self) -> None:
        state, heap, near, unpaired = self.state, self.heap, self.near, self.state.network.unpaired
        self._scan(self.start, 0, -1)
        while near or heap:
            if near:
                seat = near.pop()
            else:
                reach, seat = heappop(heap)
            if reach >= self.shortest:
                return
            if reach > self.distance[seat]:
                continue
            self.closed.append(seat)
            # All who hold the seat are as far away as the seat: a pair made costs nothing reduced.
            for household in state.holders[seat]:
                offset = reach - state.paid[household] - state.prices[seat]
                if offset + unpaired < self.shortest:
                    self.shortest, self.last, self.dropped = offset + unpaired, -1, household
                self._scan(household, offset, reach)

    def _scan(self, household: int, offset: int, reached: int) -> None:
        """Relax the household's edges; `offset` is its distance, here `reached`, less what it pays now."""
        state, distance = self.state, self.distance
        prices, next_place = state.prices, state.next_place
        state.scanned += 1
        limit = self.shortest - offset
        stop = limit - state.least_price
        for edge_cost, seat in state.network.rows[household]:
            if edge_cost >= stop:
                return
            reach = edge_cost + prices[seat]
            if reach >= limit:
                continue
            reach += offset
            if seat in distance and distance[seat] <= reach:
                continue
            distance[seat] = reach
            self.via[seat] = (household, edge_cost)
            end = offset + edge_cost + next_place[seat]
            if end < self.shortest:
                self.shortest, self.last = end, seat
                limit = end - offset
                stop = limit - state.least_price
            if reach == reached:
                self.near.append(seat)
            elif reach < self.shortest:
                heappush(self.heap, (reach, seat))
