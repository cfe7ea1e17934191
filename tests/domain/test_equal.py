"""The way for networks of equal pairs against brute force, the way one by one, scipy and the proof."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # no stubs
from scipy.sparse.csgraph import maximum_bipartite_matching  # type: ignore[import-untyped]  # no stubs

from lianhu.domain import flow
from lianhu.domain.assign import Problem, components, cost, dual_bound, solve, totals
from lianhu.domain.equal import _Even, equal_pairing
from lianhu.domain.flow import Network, cheapest_pairing, pairing_cost, price_bound
from tests.domain.test_assign import (
    a_problem,
    every_pairing,
    pairs_by_code,
    random_problem,
    rank,
    shuffled,
)


def one_by_one(network: Network) -> tuple[list[int], list[int]]:
    with patch.object(flow, "equal_pairing", lambda _: None):
        return cheapest_pairing(network)


def equal(pairs: Iterable[tuple[int, int]], places: list[int], held: list[int] | None = None, *, households: int | None = None) -> Problem:
    return a_problem(dict.fromkeys(pairs, (0, 30, 0)), places, held, households=households)


def equal_problem(draw: st.DrawFn, most_seats: int, most_households: int, most_places: int = 4) -> Problem:
    """Places enough, just enough or too few, seats of one place and of many, some who hold pairs."""
    seats = draw(st.integers(1, most_seats))
    households = draw(st.integers(1, most_households))
    rng = random.Random(draw(st.integers(0, 10**6)))
    degree = draw(st.integers(1, seats))
    pairs = [(h, s) for h in range(households) for s in rng.sample(range(seats), rng.randint(1, degree))]
    return equal(pairs, draw(st.lists(st.integers(1, most_places), min_size=seats, max_size=seats)),
                 draw(st.lists(st.integers(0, 2), min_size=seats, max_size=seats)), households=households)


equal_problems = st.composite(equal_problem)


def assert_as_good_as_one_by_one(problem: Problem, standing: list[str | None] | None = None) -> None:
    for network in components(problem, standing):
        found = equal_pairing(network)
        assert found is not None
        chosen, prices = found
        assert pairing_cost(network, chosen) == pairing_cost(network, one_by_one(network)[0])
        assert price_bound(network, prices) == pairing_cost(network, chosen)


@settings(max_examples=300, deadline=None)
@given(equal_problems(8, 24), st.booleans())
def test_no_pairing_found_one_by_one_is_better(problem: Problem, stands: bool) -> None:
    assert_as_good_as_one_by_one(problem, [None] * len(problem.households) if stands else None)


@settings(max_examples=200, deadline=None)
@given(equal_problems(4, 60, 40))
def test_seats_of_many_places(problem: Problem) -> None:
    assert_as_good_as_one_by_one(problem)


@settings(max_examples=150, deadline=None)
@given(equal_problems(4, 6))
def test_no_pairing_is_better(problem: Problem) -> None:
    solution = solve(problem)
    pairings = list(every_pairing(problem))
    assert rank(problem, solution.seat_of) == max(rank(problem, each) for each in pairings)
    assert cost(problem, solution.seat_of) == min(cost(problem, each) for each in pairings)
    assert solution.proved


@settings(max_examples=100, deadline=None)
@given(equal_problems(6, 14), st.integers(0, 99))
def test_order_of_rows_changes_nothing(problem: Problem, seed: int) -> None:
    other = shuffled(problem, seed)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solve(problem))


def shared_cadres(households: int, cadres: int) -> Problem:
    """Every household can also have one of three town cadres, who have twenty places each."""
    rng = random.Random(6)
    return equal([(h, s) for h in range(households) for s in (0, 1, 2, *rng.sample(range(3, cadres), 4))],
                 [20] * 3 + [2] * (cadres - 3))


def leaning(households: int, cadres: int, degree: int, places: int) -> Problem:
    """Households and cadres along a road, the households ever closer together: who moves, moves many on."""
    at = [int(cadres * (h / households) ** 1.4) for h in range(households)]
    return equal([(h, s) for h in range(households) for s in range(at[h], at[h] + degree) if s < cadres], [places] * cadres)


def each_full_below(seats: int, *, held: bool) -> Problem:
    """Each seat is just full when all cheaper ones are, by pairs that it holds or by households: the fair cost
    leaves out one household at the top, and so on down. One place at the bottom is to spare.
    """
    wanted = [1 if held else seat + 1 for seat in range(seats)]
    first = [sum(wanted[:seat]) for seat in range(seats)]
    pairs = [(first[seat] + at, seat) for seat in range(seats) for at in range(wanted[seat])]
    pairs += [(first[seat], seat + 1) for seat in range(seats - 1)]
    pairs += [(sum(wanted), seat) for seat in (0, seats, seats + 1)]
    return equal(pairs, [*wanted, 1, 1], [*(range(seats) if held else [0] * seats), 0, 0])


EQUAL = {
    "exactly full": random_problem(1, 300, 150, degree=6, capacity=2, equal=True),
    "short by a few": random_problem(2, 300, 145, degree=6, capacity=2, equal=True),
    "short by a third": random_problem(3, 300, 100, degree=6, capacity=2, equal=True),
    "a few to spare": random_problem(1, 300, 155, degree=6, capacity=2, equal=True),
    "half to spare": random_problem(1, 300, 220, degree=6, capacity=2, equal=True),
    "three each": random_problem(1, 300, 120, degree=6, capacity=3, equal=True),
    "some have no place, some places nobody": random_problem(8, 300, 150, degree=2, capacity=2, equal=True),
    "few seats of many places": random_problem(4, 320, 16, degree=16, capacity=20, equal=True),
    "few seats, short": random_problem(5, 400, 16, degree=16, capacity=20, equal=True),
    "few seats, to spare": random_problem(5, 300, 16, degree=12, capacity=20, equal=True),
    "town cadres shared": shared_cadres(260, 103),
    "town cadres shared, short": shared_cadres(280, 103),
    "town cadres shared, to spare": shared_cadres(230, 103),
    "a chain with a place to spare": equal([(h, h + d) for h in range(300) for d in (0, 1)], [1] * 301),
    "a chain that closes": equal([(h, (h + d) % 300) for h in range(300) for d in (0, 1)], [1] * 300),
    "a road": leaning(300, 170, 6, 2),
    "a road of many places": leaning(300, 40, 5, 12),
    "one seat wanted by most": equal([(h, s) for h in range(300) for s in ((0,) if h < 180 else (0, 1, 2))], [250] * 3),
    "one seat wanted by too many": equal([(h, s) for h in range(300) for s in ((0,) if h < 180 else (0, 1, 2))], [90] * 3),
    "each wanted more than the last": equal([(h, s) for s in range(24) for h in range(s * (s + 1) // 2, (s + 1) * (s + 2) // 2 + 1)],
                                            [40] * 24),
    "each full below the next": each_full_below(20, held=False),
    "each holds more than the last": each_full_below(40, held=True),
    "some hold thousands": equal([(h, s) for h in range(60) for s in (h % 4, 4 + h % 3)], [30] * 7, [0, 5_000, 0, 9_000, 0, 7_000, 0]),
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_town_of_equal_pairs(name: str) -> None:
    problem = EQUAL[name]
    assert_as_good_as_one_by_one(problem)
    solution = solve(problem)
    assert solution.proved
    assert dual_bound(problem, solution.prices) == cost(problem, solution.seat_of)
    assert solution.totals == totals(problem, solution.seat_of)
    other = shuffled(problem, 7)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solution)


@pytest.mark.parametrize("name", EQUAL)
def test_as_many_are_paired_as_scipy_pairs(name: str) -> None:
    """Every place is a column of its own."""
    problem = EQUAL[name]
    first = np.cumsum([0, *(seat.capacity for seat in problem.seats)])
    cells = [(edge.household, column) for edge in problem.edges for column in range(first[edge.seat], first[edge.seat + 1])]
    rows, columns = zip(*cells, strict=True)
    graph = csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(problem.households), first[-1]))
    assert solve(problem).totals[0] == int((maximum_bipartite_matching(graph) >= 0).sum())


def test_who_can_have_a_cheaper_place_stays_out_of_a_part_filled_further() -> None:
    """The second household could also have the wanted seat 3, on which a place of cost 3 is tried before its own."""
    network = Network(households=[0, 1], seats=[0, 1, 2, 3], rows=[[(0, 1), (0, 3)], [(0, 0), (0, 2), (0, 3)]],
                      first=[0, 2, 0, 2], capacity=[1, 1, 1, 2], step=1, unpaired=100)
    found = equal_pairing(network)
    assert found is not None
    assert pairing_cost(network, found[0]) == price_bound(network, found[1]) == 2


def test_two_seats_of_one_cadre_who_stands_are_equal() -> None:
    """Their cost is still in the units in which staying is the least of the goals."""
    problem = equal([(h, s) for h in range(3) for s in (0, 1)], [3, 3], [1, 2])
    problem = replace(problem, seats=[replace(seat, code="C") for seat in problem.seats])
    (network,) = components(problem, ["C"] * 3)
    assert equal_pairing(network) is not None
    solution = solve(problem, standing=["C"] * 3)
    assert solution.proved
    assert solution.totals == (3, 0, 90, 0, 5)


@pytest.mark.parametrize("held", [True, False])
def test_seats_are_not_broken_off_one_by_one(held: bool) -> None:
    (network,) = components(each_full_below(100, held=held))
    with patch.object(_Even, "_fill", autospec=True, side_effect=_Even._fill) as fill:
        assert equal_pairing(network) is not None
    looked_at = sum(len(call.args[2]) for call in fill.call_args_list)
    assert looked_at < 10 * len(network.rows)


def test_held_pairs_of_any_number_stay_exact() -> None:
    problem = equal([(h, s) for h in range(3) for s in (0, 1)], [2, 2], [10**40, 0])
    assert solve(problem).totals == (3, 0, 90, 0, 10**40 + 1)


def test_where_pairs_differ_households_enter_one_by_one() -> None:
    problem = random_problem(2, 120, 60, degree=6, capacity=2)
    (network,) = components(problem)
    assert equal_pairing(network) is None
    assert solve(problem).proved


def test_a_place_that_nobody_can_take_stays_free() -> None:
    """Enough households for the places, but two of the seats have three places for two of them."""
    problem = equal([(0, 0), (1, 0), (0, 1), (1, 1), (1, 2), (2, 2), (3, 2), (4, 2)], [2, 1, 1])
    (network,) = components(problem)
    assert equal_pairing(network) is not None
    solution = solve(problem)
    assert solution.totals[0] == 3
    assert solution.proved


def test_where_seats_cannot_all_be_even_each_part_is() -> None:
    """One seat is wanted by all, the others by one household each."""
    problem = equal([*((h, 0) for h in range(60)), *((h, 1 + h) for h in range(3))], [50, 20, 20, 20])
    solution = solve(problem)
    assert solution.proved
    assert solution.totals == (53, 0, 53 * 30, 0, 50 * 49 // 2)
