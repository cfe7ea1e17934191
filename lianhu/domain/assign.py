"""Exact pairing of households with cadres, with a proof.

The goals, strictly in this order: most households paired; each level's total; evenness, where a
cadre's k-th household costs k - 1. They are folded into one integer cost per connected component,
`flow` finds the cheapest pairing and its prices, and the dual bound of the prices is set against
the cost: when both are equal no pairing is better.

Among pairings equal in every goal lots decide: seats and households are dealt with in the order of a
hash of their identities, and `flow` takes the first that it comes to. A cost of its own for each pair
would make the best pairing unique, but turn the easiest problems, those of many equal pairs, into the
hardest: ten times slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from lianhu.domain.flow import Network, cheapest_pairing, pairing_cost, price_bound


@dataclass(frozen=True, slots=True)
class Seat:
    """One cadre in one pass.

    `capacity` counts the places left, `held` the pairs that stay fixed: the cadre's first new
    household is its `held + 1`-th. `key` is the identity that its lot is drawn by.
    """

    code: str
    capacity: int
    held: int
    key: str


class Edge(NamedTuple):
    """A pair that may be made: indices of household and seat, and its value at each level.

    A named tuple, since a county makes a million of them and a frozen dataclass takes twice as
    long to build.
    """

    household: int
    seat: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One exact problem; an edge's `values` follow `levels`, the most important first."""

    levels: tuple[str, ...]
    seats: Sequence[Seat]
    households: Sequence[str]
    household_keys: Sequence[str]
    edges: Sequence[Edge]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best pairing of a problem.

    `seat_of[h]` is a seat's index or -1; `prices[s]` a seat's dual price in its component's own
    units; `totals` the number paired, each level's total, and the evenness cost of the new pairs.
    `proved` says that the dual bound of the prices equals the cost of the pairing.
    """

    seat_of: list[int]
    prices: list[int]
    totals: tuple[int, ...]
    proved: bool


def solve(
    problem: Problem,
    progress: Callable[[int], None] | None = None,
    standing: Sequence[str | None] | None = None,
) -> Solution:
    """The best pairing of a problem, its prices and its proof; of equals, see `components`.

    `progress` is told now and then how many households have been dealt with. The pairs depend
    neither on the order of seats, households and edges nor on the machine. Raises ValueError for
    a malformed problem (see `components`).
    """
    seat_of = [-1] * len(problem.households)
    prices = [0] * len(problem.seats)
    gap = 0
    done = 0

    def report(entered: int) -> None:
        if progress is not None:
            progress(done + entered)

    for network in components(problem, standing):
        chosen, component_prices = cheapest_pairing(network, report)
        gap += pairing_cost(network, chosen) - price_bound(network, component_prices)
        for household, seat in zip(network.households, chosen, strict=True):
            if seat >= 0:
                seat_of[household] = network.seats[seat]
        for seat, price in zip(network.seats, component_prices, strict=True):
            prices[seat] = price
        done += len(network.households)
    report(len(problem.households) - done)
    return Solution(seat_of, prices, totals(problem, seat_of), proved=gap == 0)


def totals(problem: Problem, seat_of: Sequence[int]) -> tuple[int, ...]:
    """The number paired, each level's total, and the evenness cost of the pairs in `seat_of`."""
    sums = [0] * len(problem.levels)
    for household, seat, values in problem.edges:
        if seat_of[household] == seat:
            for level, value in enumerate(values):
                sums[level] += value
    load = [0] * len(problem.seats)
    for seat in seat_of:
        if seat >= 0:
            load[seat] += 1
    evenness = sum(
        seat.held * new + new * (new - 1) // 2
        for seat, new in zip(problem.seats, load, strict=True)
    )
    return (sum(load), *sums, evenness)


def cost(problem: Problem, seat_of: Sequence[int]) -> int:
    """The integer cost of a pairing, to set against `dual_bound`.

    Households that can have nobody are left out of both. Raises ValueError for a pair that is no
    edge and for a seat given more than its places.
    """
    total = 0
    seen = 0
    for network in components(problem):
        position = {seat: at for at, seat in enumerate(network.seats)}
        given = [seat_of[household] for household in network.households]
        if not all(seat == -1 or seat in position for seat in given):
            raise ValueError("the pairing uses a pair that is not allowed")
        total += pairing_cost(network, [position.get(seat, -1) for seat in given])
        seen += sum(seat >= 0 for seat in given)
    if seen < sum(seat >= 0 for seat in seat_of):
        raise ValueError("the pairing gives a seat to a household that can have nobody")
    return total


def dual_bound(problem: Problem, prices: Sequence[int]) -> int:
    """A lower bound on the cost of every pairing, from any prices, recomputed from scratch."""
    return sum(
        price_bound(network, [prices[seat] for seat in network.seats])
        for network in components(problem)
    )


def components(problem: Problem, standing: Sequence[str | None] | None = None) -> Iterator[Network]:
    """The connected components that hold an edge, one at a time, in the order of their lots.

    With `standing`, the code of each household's present cadre or None, the pairing that differs
    from it in the fewest households is the cheapest among those equal in every goal.

    Seats without a place left take no part. Raises ValueError, before the first component, if
    lengths differ, an index or a number is out of range, or an edge stands twice.
    """
    _refuse_malformed(problem)
    rows: list[list[Edge]] = [[] for _ in problem.households]
    for edge in problem.edges:
        rows[edge.household].append(edge)
    for household, row in enumerate(rows):
        if len({edge.seat for edge in row}) < len(row):
            raise ValueError(f"household {problem.households[household]}: an edge stands twice")
    return _networks(problem, rows, standing)


def _refuse_malformed(problem: Problem) -> None:
    if len(problem.households) != len(problem.household_keys):
        raise ValueError("households and household_keys differ in length")
    for seat in problem.seats:
        if seat.capacity < 0 or seat.held < 0:
            raise ValueError(f"seat {seat.code}: capacity and held must not be negative")
    if not problem.edges:
        return
    for name, indices, size in (
        ("household", {edge.household for edge in problem.edges}, len(problem.households)),
        ("seat", {edge.seat for edge in problem.edges}, len(problem.seats)),
    ):
        if min(indices) < 0 or max(indices) >= size:
            raise ValueError(f"an edge names a {name} that does not exist")
    for values in {edge.values for edge in problem.edges}:
        if len(values) != len(problem.levels) or any(value < 0 for value in values):
            raise ValueError(f"edge values {values} must be one non-negative integer per level")


def _networks(
    problem: Problem, rows: list[list[Edge]], standing: Sequence[str | None] | None
) -> Iterator[Network]:
    root = list(range(len(problem.seats)))

    def find(seat: int) -> int:
        while root[seat] != seat:
            root[seat] = seat = root[root[seat]]
        return seat

    open_seat = [seat.capacity > 0 for seat in problem.seats]
    rows = [[edge for edge in row if open_seat[edge.seat]] for row in rows]
    for row in rows:
        if row:
            top = find(row[0].seat)
            for edge in row:
                root[find(edge.seat)] = top

    groups: dict[int, list[int]] = {}
    lots = [(_lot(key), key, code) for key, code in zip(problem.household_keys, problem.households, strict=True)]
    for household in sorted(range(len(rows)), key=lots.__getitem__):
        if rows[household]:
            groups.setdefault(find(rows[household][0].seat), []).append(household)
    seat_lots = [(_lot(seat.key), seat.key, seat.code) for seat in problem.seats]
    for households in groups.values():
        yield _network(problem, households, rows, seat_lots, standing)


def _lot(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=8).digest()


def _network(
    problem: Problem,
    households: list[int],
    rows: list[list[Edge]],
    seat_lots: list[tuple[bytes, str, str]],
    standing: Sequence[str | None] | None,
) -> Network:
    """One component, its goals weighted so that each outweighs all below it together.

    Values are measured from the component's best, held pairs from its least: that changes the cost
    of a pairing only through the number of pairs, which is decided first, and keeps numbers short.
    """
    degree: dict[int, int] = {}
    distinct: set[tuple[int, ...]] = set()
    for household in households:
        for _, seat, values in rows[household]:
            degree[seat] = degree.get(seat, 0) + 1
            distinct.add(values)
    seats = sorted(degree, key=seat_lots.__getitem__)
    capacity = [min(problem.seats[seat].capacity, degree[seat]) for seat in seats]
    least = min(problem.seats[seat].held for seat in seats)
    held = [problem.seats[seat].held - least for seat in seats]
    pairs = min(len(households), sum(capacity))
    stands = standing is not None and any(
        problem.seats[seat].code == standing[household] for household in households for _, seat, _ in rows[household])

    moving = int(stands)
    below = pairs * moving
    step = below + 1
    below += step * pairs * max(h + c - 1 for h, c in zip(held, capacity, strict=True))
    price_of_values = dict.fromkeys(distinct, 0)
    for level in reversed(range(len(problem.levels))):
        best = max(values[level] for values in distinct)
        spread = best - min(values[level] for values in distinct)
        weight = below + 1
        below += weight * pairs * spread
        for values in distinct:
            price_of_values[values] += weight * (best - values[level])

    position = {seat: at for at, seat in enumerate(seats)}
    costed: list[list[tuple[int, int]]] = []
    for household in households:
        row = [(price_of_values[values], position[seat]) for _, seat, values in rows[household]]
        if standing is not None and stands:
            now = standing[household]
            row = [
                (edge_cost if problem.seats[seats[at]].code == now else edge_cost + moving, at)
                for edge_cost, at in row
            ]
        row.sort()
        costed.append(row)
    return Network(households, seats, costed, [step * h for h in held], capacity, step, unpaired=below + 1)
