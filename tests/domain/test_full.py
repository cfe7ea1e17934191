"""The way for large networks of equal pairs, against the search household by household and the proof."""

from __future__ import annotations

import random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianhu.domain import flow, full
from lianhu.domain.assign import Problem, components, cost, dual_bound, solve
from lianhu.domain.flow import Network, cheapest_pairing, pairing_cost, price_bound
from lianhu.domain.full import full_pairing
from tests.domain.test_assign import a_problem, pairs_by_code, random_problem, shuffled


@pytest.fixture(autouse=True)
def of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full, "_LARGE", 0)


def one_by_one(network: Network) -> tuple[list[int], list[int]]:
    with patch.object(flow, "full_pairing", lambda _: None):
        return cheapest_pairing(network)


@st.composite
def equal_problems(draw: st.DrawFn) -> Problem:
    """All pairs equal; often as many places as households or a few less, seats of one place and of many."""
    seats = draw(st.integers(1, 6))
    households = draw(st.integers(1, 14))
    rng = random.Random(draw(st.integers(0, 10**6)))
    pairs = {(h, s): (0, 30, 0) for h in range(households)
             for s in rng.sample(range(seats), draw(st.integers(1, seats)))}
    return a_problem(pairs, draw(st.lists(st.integers(1, 4), min_size=seats, max_size=seats)),
                     draw(st.lists(st.integers(0, 2), min_size=seats, max_size=seats)), households=households)


@settings(max_examples=300, deadline=None)
@given(equal_problems(), st.booleans())
def test_the_pairs_are_those_found_one_by_one(problem: Problem, stands: bool) -> None:
    standing = [None] * len(problem.households) if stands else None
    for network in components(problem, standing):
        plain, _ = one_by_one(network)
        found = full_pairing(network)
        if found is None:
            load = [plain.count(at) for at in range(len(network.seats))]
            assert load != network.capacity
            continue
        chosen, prices = found
        assert chosen == plain
        assert price_bound(network, prices) == pairing_cost(network, chosen)


EQUAL = {
    "exactly full": random_problem(1, 300, 150, degree=6, capacity=2, equal=True),
    "short by a few": random_problem(2, 300, 145, degree=6, capacity=2, equal=True),
    "short by a third": random_problem(3, 300, 100, degree=6, capacity=2, equal=True),
    "few seats of many places": random_problem(4, 320, 16, degree=16, capacity=20, equal=True),
    "few seats, short": random_problem(5, 400, 16, degree=16, capacity=20, equal=True),
}


def shared_cadres(households: int, cadres: int) -> Problem:
    """Every household can also have one of three town cadres, who have twenty places each."""
    rng = random.Random(6)
    pairs = {(h, s): (0, 30, 0) for h in range(households) for s in (0, 1, 2, *rng.sample(range(3, cadres), 4))}
    return a_problem(pairs, [20] * 3 + [2] * (cadres - 3))


EQUAL |= {"town cadres shared": shared_cadres(260, 103), "town cadres shared, short": shared_cadres(280, 103)}


@pytest.mark.parametrize("name", EQUAL)
def test_a_town_of_equal_pairs(name: str) -> None:
    problem = EQUAL[name]
    (network,) = components(problem)
    found = full_pairing(network)
    assert found is not None
    assert found[0] == one_by_one(network)[0]
    solution = solve(problem)
    assert solution.proved
    assert dual_bound(problem, solution.prices) == cost(problem, solution.seat_of)
    other = shuffled(problem, 7)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solution)


@pytest.mark.parametrize("problem", [
    random_problem(1, 90, 60, degree=6, capacity=2, equal=True),
    random_problem(2, 120, 60, degree=6, capacity=2),
], ids=["places to spare", "scores differ"])
def test_elsewhere_households_enter_one_by_one(problem: Problem) -> None:
    (network,) = components(problem)
    assert full_pairing(network) is None
    assert solve(problem).proved


def test_a_place_that_nobody_can_take_is_seen() -> None:
    """Enough households for the places, but two of the seats have three places for two of them."""
    pairs = {(0, 0): (0, 1, 0), (1, 0): (0, 1, 0), (0, 1): (0, 1, 0), (1, 1): (0, 1, 0), (1, 2): (0, 1, 0),
             (2, 2): (0, 1, 0), (3, 2): (0, 1, 0), (4, 2): (0, 1, 0)}
    problem = a_problem(pairs, [2, 1, 1])
    (network,) = components(problem)
    assert full_pairing(network) is None
    assert solve(problem).proved
