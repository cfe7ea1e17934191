"""What another choice for one household costs, exactly, and why a household has nobody.

A choice is priced in the residual network of the cheapest pairing (Ahuja, Magnanti and Orlin,
*Network Flows*, 1993, section 9): seats are nodes, and an arc from one to another is the cheapest
move of a household that holds a place at the first. Two more nodes stand for having nobody and for
the places not given out. When the asked household takes a place at seat t, a shortest path from t
to its own seat says who gives way, and its length is the price. The prices of the solver keep every
arc at or above zero, so one Dijkstra towards the household's seat prices all its choices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from lianhu.domain.assign import Edge, Problem, Seat, components, solve, totals
from lianhu.domain.flow import Network, cheapest_pairing

NOBODY = -1
_PLACE = -1
"""Stands for the household on arcs that only take or give back a place."""


class Move(NamedTuple):
    """A household's change, by the problem's numbers; a seat is NOBODY where it has none."""

    household: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice for the asked household, all else arranged as well as can be.

    `loss` is what the best pairing has more: households paired, each level of the problem, and last
    what the choice has more of evenness cost. It is never below zero in the order of the goals; all
    zero says that only the tie decides. `moves` lists everyone who changes, the asked household
    first. `seat` is NOBODY, or the seat that has one place more in `Study.more_places`.
    """

    seat: int
    loss: tuple[int, ...]
    moves: tuple[Move, ...]
    rival: int | None = None
    """In `Study.more_places`: the household that the place would go to, if not the asked one."""

    @property
    def is_equal(self) -> bool:
        return not any(self.loss)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Households that can have these seats only, and the seats: there are fewer places than households."""

    households: tuple[int, ...]
    seats: tuple[int, ...]
    places: int

    @property
    def short(self) -> int:
        return len(self.households) - self.places


def study(problem: Problem, household: int, standing: Sequence[str | None]) -> Study | None:
    """The asked household's component solved, ready for questions; None if nobody may hold it.

    `standing` is the code of each household's present cadre or None: among pairings equal in every
    goal the one nearest to it is the reference.
    """
    if not any(edge.household == household for edge in problem.edges):
        return None
    network = _network_of(problem, household, standing)
    found = Study(problem, household, network) if network is not None else None
    closed = {edge.seat for edge in problem.edges if problem.seats[edge.seat].capacity == 0}
    if closed and (found is None or found.seat == NOBODY):
        # A seat without places takes no part in a network; the question about one place more needs it there.
        wider = _with_stand_ins(problem, sorted(closed))
        network = _network_of(wider, household, [*standing, *[None] * len(closed)])
        assert network is not None
        return Study(problem, household, network)
    return found


def _network_of(problem: Problem, household: int, standing: Sequence[str | None]) -> Network | None:
    return next((part for part in components(problem, standing) if household in part.households), None)


def _with_stand_ins(problem: Problem, closed: Sequence[int]) -> Problem:
    """The same problem with one place at each closed seat, taken by a stand-in that nobody outbids.

    All other seats count one pair more as held, so that evenness stays as it is between seats.
    """
    first = len(problem.households)
    names = [f"\0{number}" for number in range(len(closed))]
    seats = [replace(seat, held=seat.held + 1) for seat in problem.seats]
    for at in closed:
        seats[at] = replace(problem.seats[at], capacity=1)
    edges = [Edge(edge.household, edge.seat, (0, *edge.values)) for edge in problem.edges]
    nothing = (0,) * len(problem.levels)
    edges += [Edge(first + number, at, (1, *nothing)) for number, at in enumerate(closed)]
    return Problem(("stand_in", *problem.levels), seats, [*problem.households, *names],
                   [*problem.household_keys, *names], edges)


class Study:
    """The best pairing of one component and what each other choice for one household would cost.

    `network` may have stand-ins: households beyond those of the problem, which hold closed seats.
    """

    def __init__(self, problem: Problem, household: int, network: Network) -> None:
        self.problem = problem
        self.household = household
        self._network = network
        self._me = network.households.index(household)
        self._nobody = len(network.seats)
        self._pool = self._nobody + 1
        chosen, prices = cheapest_pairing(network)
        self._at = [seat if seat >= 0 else self._nobody for seat in chosen]
        self._prices = [*prices, network.unpaired, 0]
        self._load = Counter(self._at)
        self._values = {
            (edge.household, edge.seat): edge.values
            for inside in [set(network.households)]
            for edge in problem.edges if edge.household in inside
        }
        self._arcs = self._residual()

    @property
    def seat(self) -> int:
        """The asked household's seat in the best pairing, or NOBODY."""
        return self._seat(self._at[self._me])

    @property
    def pairing(self) -> dict[int, int]:
        """The best pairing: seat or NOBODY of each household of the component."""
        return {household: self._seat(at) for household, at in zip(self._network.households, self._at, strict=True)
                if household < len(self.problem.households)}

    def choices(self) -> list[Choice]:
        """Every other choice for the household, the cheapest first; going without is one."""
        here = self._at[self._me]
        distance, via = _shortest(_reversed(self._arcs), {here: 0})
        paid = self._paid(self._me)
        ways = [(cost + self._prices[to] - paid + distance[to], to) for cost, to in self._network.rows[self._me]
                if to != here]
        if here != self._nobody:
            ways.append((self._prices[self._nobody] - paid + distance[self._nobody], self._nobody))
        found = []
        for _, to in sorted(ways):
            moves = [(self._me, here, to), *self._along(_nodes(via, to))]
            if self._is_real(moves):
                found.append(self._choice(to, moves))
        return found

    def more_places(self) -> list[Choice]:
        """For a household without anybody: what one place more at a full seat would bring it.

        The best gain first; the seats are all those of which one place more lets a household more in.
        """
        if self._at[self._me] != self._nobody:
            return []
        paid = self._paid(self._me)
        start: dict[int, int] = {}
        for cost, to in self._network.rows[self._me]:
            start[to] = cost + self._prices[to] - paid
        mine, via = _shortest(self._arcs, start)
        others, their_via = _shortest(self._arcs, {self._nobody: 0})
        ways = []
        for seat, reach in mine.items():
            if seat < self._nobody and self._load[seat] == self._network.capacity[seat]:
                ways.append((reach + self._place(seat, self._load[seat]) - self._prices[seat], seat))
        found = []
        for _, seat in sorted(ways):
            nodes = _nodes(via, seat)[::-1]
            moves = [(self._me, self._nobody, nodes[0]), *self._along(nodes)]
            choice = self._choice(seat, moves) if self._is_real(moves) else None
            if choice is None or choice.loss[0] == 0:
                continue
            rival = None
            if seat in others and others[seat] < mine[seat]:
                first = next(self._along(_nodes(their_via, seat)[::-1]))
                rival = self._network.households[first[0]]
            found.append(replace(choice, rival=rival))
        return found

    def standing_loss(self, standing: Sequence[str | None]) -> tuple[int, ...]:
        """What the best pairing of the component has more than the one that stands, as in `Choice.loss`.

        Standing pairs that are not allowed, or beyond a cadre's places, count as not paired.
        """
        best = [NOBODY] * len(self.problem.households)
        for household, seat in self.pairing.items():
            best[household] = seat
        inside = self.pairing
        seats = self.problem.seats
        kept = replace(self.problem, edges=[
            edge for edge in self.problem.edges
            if edge.household in inside and seats[edge.seat].code == standing[edge.household]])
        now = solve(kept).totals
        *gained, evenness = (a - b for a, b in zip(totals(self.problem, best), now, strict=True))
        return (*gained, -evenness)

    def _residual(self) -> list[dict[int, tuple[int, int]]]:
        """Arcs from node to node: reduced cost, and the household that moves. The asked one never does."""
        network, prices, nobody, pool = self._network, self._prices, self._nobody, self._pool
        arcs: list[dict[int, tuple[int, int]]] = [{} for _ in range(pool + 1)]
        for household, row in enumerate(network.rows):
            if household == self._me:
                continue
            here = self._at[household]
            out, paid = arcs[here], self._paid(household)
            for cost, to in row:
                reduced = cost + prices[to] - paid
                if to != here and (to not in out or reduced < out[to][0]):
                    out[to] = (reduced, household)
            if here != nobody and (nobody not in out or prices[nobody] - paid < out[nobody][0]):
                out[nobody] = (prices[nobody] - paid, household)
        for seat, capacity in enumerate(network.capacity):
            load = self._load[seat]
            if load < capacity:
                arcs[seat][pool] = (self._place(seat, load) - prices[seat], _PLACE)
            if load:
                arcs[pool][seat] = (prices[seat] - self._place(seat, load - 1), _PLACE)
        # The way back would seat one household more, which the best pairing leaves no room for.
        arcs[nobody][pool] = (0, _PLACE)
        return arcs

    def _place(self, seat: int, number: int) -> int:
        return self._network.first[seat] + self._network.step * number

    def _paid(self, household: int) -> int:
        """What the household's own seat costs it, the seat's price included."""
        here = self._at[household]
        own = next((cost for cost, to in self._network.rows[household] if to == here), 0)
        return own + self._prices[here]

    def _along(self, nodes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Who moves, from and to, on each arc of a path."""
        for before, after in pairwise(nodes):
            yield self._arcs[before][after][1], before, after

    def _is_real(self, moves: Sequence[tuple[int, int, int]]) -> bool:
        """Whether no stand-in would have to move."""
        own = len(self.problem.households)
        return all(household == _PLACE or self._network.households[household] < own for household, _, _ in moves)

    def _seat(self, node: int) -> int:
        return NOBODY if node == self._nobody else self._network.seats[node]

    def _choice(self, seat: int, moves: Sequence[tuple[int, int, int]]) -> Choice:
        named = tuple(Move(self._network.households[household], self._seat(before), self._seat(after))
                      for household, before, after in moves if household != _PLACE)
        return Choice(self._seat(seat), self._loss(named), named)

    def _loss(self, moves: Sequence[Move]) -> tuple[int, ...]:
        levels = [0] * len(self.problem.levels)
        load: Counter[int] = Counter()
        for household, before, after in moves:
            for seat, sign in ((before, 1), (after, -1)):
                if seat == NOBODY:
                    continue
                load[seat] -= sign
                for level, value in enumerate(self._values[household, seat]):
                    levels[level] += sign * value
        position = {seat: at for at, seat in enumerate(self._network.seats)}
        stand_ins = {self._network.seats[at] for household, at in zip(self._network.households, self._at, strict=True)
                     if household >= len(self.problem.households) and at != self._nobody}
        evenness = 0
        for seat, change in load.items():
            now = self._load[position[seat]] - (seat in stand_ins)
            evenness += _evenness(self.problem.seats[seat], now + change) - _evenness(self.problem.seats[seat], now)
        return (-sum(load.values()), *levels, evenness)


def _evenness(seat: Seat, number: int) -> int:
    return seat.held * number + number * (number - 1) // 2


def _reversed(arcs: Sequence[Mapping[int, tuple[int, int]]]) -> list[dict[int, tuple[int, int]]]:
    turned: list[dict[int, tuple[int, int]]] = [{} for _ in arcs]
    for before, out in enumerate(arcs):
        for after, arc in out.items():
            turned[after][before] = arc
    return turned


def _shortest(
    arcs: Sequence[Mapping[int, tuple[int, int]]], start: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, int | None]]:
    """Least distance of each node that can be reached, and the node before it; None at a start.

    Of equal ways the one on which fewest households move.
    """
    scale = len(arcs) + 1
    distance = {node: reach * scale for node, reach in start.items()}
    via: dict[int, int | None] = dict.fromkeys(start)
    heap = [(reach, node) for node, reach in distance.items()]
    heap.sort()
    done: set[int] = set()
    while heap:
        reach, node = heappop(heap)
        if node in done:
            continue
        done.add(node)
        for to, (cost, household) in arcs[node].items():
            there = reach + cost * scale + (household != _PLACE)
            if to not in distance or there < distance[to]:
                distance[to] = there
                via[to] = node
                heappush(heap, (there, to))
    return {node: reach // scale for node, reach in distance.items()}, via


def _nodes(via: Mapping[int, int | None], node: int) -> list[int]:
    """The path from a node back to the start of a search."""
    nodes = [node]
    while (before := via[nodes[-1]]) is not None:
        nodes.append(before)
    return nodes


def shortage(problem: Problem, seat_of: Mapping[int, int], household: int) -> Shortage | None:
    """The smallest group of seats that shows why a household of a largest pairing has nobody.

    They are those that alternating paths from the household reach: all are full, whoever holds one
    can go to another of them only, so all who can have no other seat are too many for the places.
    None if a path reaches a free place: then the pairing was not a largest one.
    """
    can_have: dict[int, list[int]] = {}
    holders: dict[int, list[int]] = {}
    for edge in problem.edges:
        can_have.setdefault(edge.household, []).append(edge.seat)
    for other, seat in seat_of.items():
        if seat != NOBODY:
            holders.setdefault(seat, []).append(other)
    reached: set[int] = set()
    waiting = [household]
    while waiting:
        for seat in can_have.get(waiting.pop(), ()):
            if seat not in reached:
                reached.add(seat)
                waiting += holders.get(seat, ())
    places = sum(problem.seats[seat].capacity for seat in reached)
    if places > sum(len(holders.get(seat, ())) for seat in reached):
        return None
    group = sorted(other for other, seats in can_have.items() if reached.issuperset(seats))
    return Shortage(tuple(group), tuple(sorted(reached)), places)
