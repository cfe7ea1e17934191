"""The way for networks of equal pairs, each of its ways to the ties, against brute force, one by one and the proof."""

from __future__ import annotations

import random
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianhu.domain import exchange, flow, full
from lianhu.domain.assign import Problem, components, cost, dual_bound, solve
from lianhu.domain.equal import equal_pairing
from lianhu.domain.flow import Network, cheapest_pairing, pairing_cost, price_bound
from tests.domain.test_assign import (
    a_problem,
    every_pairing,
    pairs_by_code,
    random_problem,
    rank,
    shuffled,
)

WAYS = {"as it comes": {}, "path by path": {"_CLOSE": 0}, "all paths at once": {"_CLOSE": 0, "_NEAR": 1, "_PART": 10**9, "_VAIN": 1},
        "by auction": {"_CLOSE": 10**9, "_MANY": 0}, "by auction, every seat wide": {"_CLOSE": 10**9, "_MANY": 0, "_WIDE": 0}}
each_way = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WAYS[request.param].items():
        for module in (exchange, full):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


def one_by_one(network: Network) -> tuple[list[int], list[int]]:
    with patch.object(flow, "equal_pairing", lambda _: None):
        return cheapest_pairing(network)


def equal_problem(draw: st.DrawFn, most_seats: int, most_households: int) -> Problem:
    """All pairs equal; places enough, just enough or too few, seats of one place and of many, some who hold pairs."""
    seats = draw(st.integers(1, most_seats))
    households = draw(st.integers(1, most_households))
    rng = random.Random(draw(st.integers(0, 10**6)))
    degree = draw(st.integers(1, seats))
    pairs = {(h, s): (0, 30, 0) for h in range(households) for s in rng.sample(range(seats), rng.randint(1, degree))}
    return a_problem(pairs, draw(st.lists(st.integers(1, 4), min_size=seats, max_size=seats)),
                     draw(st.lists(st.integers(0, 2), min_size=seats, max_size=seats)), households=households)


equal_problems = st.composite(equal_problem)


@settings(each_way, max_examples=300)
@given(equal_problems(8, 24), st.booleans())
def test_the_pairs_are_those_found_one_by_one(problem: Problem, stands: bool) -> None:
    standing = [None] * len(problem.households) if stands else None
    for network in components(problem, standing):
        found = equal_pairing(network)
        assert found is not None
        chosen, prices = found
        assert chosen == one_by_one(network)[0]
        assert price_bound(network, prices) == pairing_cost(network, chosen)


@settings(each_way, max_examples=100)
@given(equal_problems(4, 6))
def test_no_pairing_is_better(problem: Problem) -> None:
    solution = solve(problem)
    pairings = list(every_pairing(problem))
    assert rank(problem, solution.seat_of) == max(rank(problem, each) for each in pairings)
    assert cost(problem, solution.seat_of) == min(cost(problem, each) for each in pairings)
    assert solution.proved


@settings(each_way, max_examples=50)
@given(equal_problems(6, 14), st.integers(0, 99))
def test_order_of_rows_changes_nothing(problem: Problem, seed: int) -> None:
    other = shuffled(problem, seed)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solve(problem))


def shared_cadres(households: int, cadres: int) -> Problem:
    """Every household can also have one of three town cadres, who have twenty places each."""
    rng = random.Random(6)
    pairs = {(h, s): (0, 30, 0) for h in range(households) for s in (0, 1, 2, *rng.sample(range(3, cadres), 4))}
    return a_problem(pairs, [20] * 3 + [2] * (cadres - 3))


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
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_town_of_equal_pairs(name: str) -> None:
    problem = EQUAL[name]
    for network in components(problem):
        found = equal_pairing(network)
        assert found is not None
        assert found[0] == one_by_one(network)[0]
    solution = solve(problem)
    assert solution.proved
    assert dual_bound(problem, solution.prices) == cost(problem, solution.seat_of)
    other = shuffled(problem, 7)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solution)


def test_where_pairs_differ_households_enter_one_by_one() -> None:
    problem = random_problem(2, 120, 60, degree=6, capacity=2)
    (network,) = components(problem)
    assert equal_pairing(network) is None
    assert solve(problem).proved


def test_a_place_that_nobody_can_take_stays_free() -> None:
    """Enough households for the places, but two of the seats have three places for two of them."""
    pairs = dict.fromkeys([(0, 0), (1, 0), (0, 1), (1, 1), (1, 2), (2, 2), (3, 2), (4, 2)], (0, 1, 0))
    problem = a_problem(pairs, [2, 1, 1])
    (network,) = components(problem)
    assert equal_pairing(network) is not None
    solution = solve(problem)
    assert solution.totals[0] == 3
    assert solution.proved


def test_seats_of_thousands_of_places_are_filled_level_by_level_where_they_cannot_all_be_even() -> None:
    """One seat is wanted by all, the others by one household each."""
    pairs = {(h, 0): (0, 1, 0) for h in range(60)} | {(h, 1 + h): (0, 1, 0) for h in range(3)}
    problem = a_problem(pairs, [50, 20, 20, 20])
    solution = solve(problem)
    assert solution.proved
    assert solution.totals == (53, 0, 53, 0, 50 * 49 // 2)
