"""The pairing solver against brute force, scipy, shuffled input and its own proof."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # no stubs

from lianhu.domain import assign
from lianhu.domain.assign import (
    Edge,
    Problem,
    Seat,
    Solution,
    components,
    cost,
    dual_bound,
    solve,
    totals,
)
from lianhu.domain.flow import Network, cheapest_pairing

LEVELS = ("hard_with_leader", "fit", "keep")
CELLS_2X2 = [(0, 0), (0, 1), (1, 0), (1, 1)]


def a_problem(
    pairs: Mapping[tuple[int, int], tuple[int, ...]],
    capacity: list[int],
    held: list[int] | None = None,
    *,
    households: int | None = None,
    levels: tuple[str, ...] = LEVELS,
) -> Problem:
    """A problem with seats of these capacities and, unless said, the households of the pairs."""
    count = households if households is not None else max((h for h, _ in pairs), default=-1) + 1
    return Problem(
        levels=levels,
        seats=[
            Seat(f"C{at}", places, (held or [0] * len(capacity))[at], f"cadre {at}")
            for at, places in enumerate(capacity)
        ],
        households=[f"H{at}" for at in range(count)],
        household_keys=[f"household {at}" for at in range(count)],
        edges=[Edge(household, seat, values) for (household, seat), values in pairs.items()],
    )


def every_pairing(problem: Problem) -> Iterator[list[int]]:
    choices: list[list[int]] = [[-1] for _ in problem.households]
    for household, seat, _ in problem.edges:
        choices[household].append(seat)
    for pairing in product(*choices):
        if all(pairing.count(at) <= seat.capacity for at, seat in enumerate(problem.seats)):
            yield list(pairing)


def rank(problem: Problem, seat_of: list[int]) -> tuple[int, ...]:
    """The goals counted pair by pair in the plainest way, all to be maximised."""
    values = {(edge.household, edge.seat): edge.values for edge in problem.edges}
    made = [pair for pair in enumerate(seat_of) if pair[1] >= 0]
    levels = [sum(values[pair][at] for pair in made) for at in range(len(problem.levels))]
    evenness = 0
    held = [seat.held for seat in problem.seats]
    for _, seat in made:
        evenness += held[seat]
        held[seat] += 1
    return (len(made), *levels, -evenness)


def shuffled(problem: Problem, seed: int) -> Problem:
    rng = random.Random(seed)
    seats = rng.sample(range(len(problem.seats)), len(problem.seats))
    households = rng.sample(range(len(problem.households)), len(problem.households))
    edges = [
        Edge(households.index(edge.household), seats.index(edge.seat), edge.values)
        for edge in problem.edges
    ]
    rng.shuffle(edges)
    return Problem(
        levels=problem.levels,
        seats=[problem.seats[at] for at in seats],
        households=[problem.households[at] for at in households],
        household_keys=[problem.household_keys[at] for at in households],
        edges=edges,
    )


def pairs_by_code(problem: Problem, solution: Solution) -> dict[str, tuple[str, int]]:
    """Each household's cadre and that cadre's price, by code."""
    return {
        problem.households[household]: (problem.seats[seat].code, solution.prices[seat])
        for household, seat in enumerate(solution.seat_of)
        if seat >= 0
    }


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    seats = draw(st.integers(0, 4))
    households = draw(st.integers(0, 6))
    cells = [(h, s) for h in range(households) for s in range(seats)]
    levels = draw(st.integers(0, 3))
    # Few distinct values, so that every level has ties for the next one to break.
    values = st.tuples(*[st.sampled_from([0, 0, 1, 3, 1000]) for _ in range(levels)])
    places = st.lists(st.integers(0, 3), min_size=seats, max_size=seats)
    return a_problem(
        {cell: draw(values) for cell in cells if draw(st.integers(0, 3))},
        draw(places),
        draw(places),
        households=households,
        levels=LEVELS[:levels],
    )


def random_problem(
    seed: int, households: int, seats: int, *, degree: int, capacity: int, equal: bool = False
) -> Problem:
    rng = random.Random(seed)
    pairs = {
        (household, seat): (0, 30, 0)
        if equal
        else (rng.choice((0, 0, 0, 1, 3)), rng.choice((0, 15, 30, 45)), rng.randrange(2))
        for household in range(households)
        for seat in rng.sample(range(seats), degree)
    }
    held = [0 if equal else rng.randrange(3) for _ in range(seats)]
    return a_problem(pairs, [capacity] * seats, held, households=households)


MEDIUM = {
    "spare places": random_problem(1, 80, 60, degree=12, capacity=2),
    "exactly full": random_problem(2, 120, 60, degree=12, capacity=2),
    "short of places": random_problem(3, 150, 60, degree=12, capacity=2),
    "many small components": random_problem(4, 90, 90, degree=1, capacity=1),
    "all equal": random_problem(5, 100, 60, degree=60, capacity=2, equal=True),
    "all equal and short": random_problem(6, 100, 40, degree=40, capacity=2, equal=True),
    "one seat": random_problem(7, 40, 1, degree=1, capacity=25),
}


@settings(max_examples=250, deadline=None)
@given(small_problems())
def test_no_pairing_of_a_small_problem_is_better(problem: Problem) -> None:
    solution = solve(problem)
    pairings = list(every_pairing(problem))
    assert solution.seat_of in pairings
    assert rank(problem, solution.seat_of) == max(rank(problem, each) for each in pairings)
    assert cost(problem, solution.seat_of) == min(cost(problem, each) for each in pairings)
    paired, *levels, evenness = rank(problem, solution.seat_of)
    assert solution.totals == (paired, *levels, -evenness)
    assert solution.proved


@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_integer_cost_orders_pairings_as_the_goals_do(problem: Problem) -> None:
    """A weight too small for what stands below it would turn some pair of pairings around."""
    pairings = sorted(every_pairing(problem), key=lambda each: cost(problem, each))
    if len(list(components(problem))) == 1:
        ranks = [rank(problem, each) for each in pairings]
        assert ranks == sorted(ranks, reverse=True)


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.integers(0, 99))
def test_order_of_rows_changes_nothing(problem: Problem, seed: int) -> None:
    other = shuffled(problem, seed)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solve(problem))


@pytest.mark.parametrize("name", MEDIUM)
def test_order_of_rows_changes_nothing_in_a_town(name: str) -> None:
    problem, other = MEDIUM[name], shuffled(MEDIUM[name], 8)
    assert pairs_by_code(other, solve(other)) == pairs_by_code(problem, solve(problem))


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.randoms(use_true_random=False))
def test_other_codes_change_nothing(problem: Problem, rng: random.Random) -> None:
    numbers = rng.sample(range(100), len(problem.seats) + len(problem.households))
    renamed = replace(
        problem,
        seats=[replace(seat, code=f"X{numbers.pop():02}") for seat in problem.seats],
        households=[f"Y{numbers.pop():02}" for _ in problem.households],
    )
    assert solve(renamed) == solve(problem)


def with_fixed(problem: Problem, seat_of: list[int], fixed: set[int]) -> Problem:
    """What is left to decide once these households keep the seats of `seat_of`."""
    given = [sum(seat_of[household] == at for household in fixed) for at in range(len(problem.seats))]
    return replace(
        problem,
        seats=[
            replace(seat, capacity=seat.capacity - more, held=seat.held + more)
            for seat, more in zip(problem.seats, given, strict=True)
        ],
        edges=[edge for edge in problem.edges if edge.household not in fixed],
    )


def completed(problem: Problem, answer: list[int], fixed: set[int]) -> list[int]:
    """The pairing with these households at the seats of `answer` and the rest solved anew."""
    rest = solve(with_fixed(problem, answer, fixed))
    assert rest.proved
    return [answer[at] if at in fixed else seat for at, seat in enumerate(rest.seat_of)]


@settings(max_examples=150, deadline=None)
@given(small_problems(), st.data())
def test_fixing_part_of_the_answer_leaves_one_as_good(problem: Problem, data: st.DataObject) -> None:
    answer = solve(problem).seat_of
    paired = [household for household, seat in enumerate(answer) if seat >= 0]
    fixed = data.draw(st.sets(st.sampled_from(paired))) if paired else set()
    assert rank(problem, completed(problem, answer, fixed)) == rank(problem, answer)


@pytest.mark.parametrize("name", MEDIUM)
def test_a_second_run_with_the_answer_fixed_finds_nothing_to_do(name: str) -> None:
    problem = MEDIUM[name]
    answer = solve(problem).seat_of
    fixed = {household for household, seat in enumerate(answer) if seat >= 0}
    assert completed(problem, answer, fixed) == answer
    half = set(random.Random(9).sample(sorted(fixed), len(fixed) // 2))
    assert rank(problem, completed(problem, answer, half)) == rank(problem, answer)


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.data())
def test_of_equal_pairings_the_one_nearest_to_what_stands(problem: Problem, data: st.DataObject) -> None:
    pairings = list(every_pairing(problem))
    before = data.draw(st.sampled_from(pairings))
    standing = [None if seat < 0 else problem.seats[seat].code for seat in before]
    solution = solve(problem, standing=standing)
    best = max(rank(problem, each) for each in pairings)
    assert rank(problem, solution.seat_of) == best
    assert solution.proved

    def moved(pairing: list[int]) -> int:
        return sum(seat not in {-1, old} for seat, old in zip(pairing, before, strict=True))

    assert moved(solution.seat_of) == min(moved(each) for each in pairings if rank(problem, each) == best)
    codes = [None if seat < 0 else problem.seats[seat].code for seat in solution.seat_of]
    assert solve(problem, standing=codes).seat_of == solution.seat_of


@pytest.mark.parametrize("name", MEDIUM)
def test_no_seat_has_more_than_its_places_and_no_pair_is_made_up(name: str) -> None:
    problem = MEDIUM[name]
    seat_of = solve(problem).seat_of
    allowed = {(edge.household, edge.seat) for edge in problem.edges}
    assert {pair for pair in enumerate(seat_of) if pair[1] >= 0} <= allowed
    assert all(seat_of.count(at) <= seat.capacity for at, seat in enumerate(problem.seats))


@pytest.mark.parametrize("name", MEDIUM)
def test_totals_agree_with_scipy(name: str) -> None:
    """Every place is a column. 120 pairs at most: each weight outweighs all below it, and the sum
    of all stays an exact float64.
    """
    problem = MEDIUM[name]
    columns = [
        (at, seat.held + place)
        for at, seat in enumerate(problem.seats)
        for place in range(seat.capacity)
    ]
    values = {(edge.household, edge.seat): edge.values for edge in problem.edges}
    weights = np.zeros((len(problem.households), len(columns)))
    for household in range(len(problem.households)):
        for column, (seat, evenness) in enumerate(columns):
            if (household, seat) in values:
                hard, fit, keep = values[household, seat]
                low = fit // 15 * 10**6 + keep * 10**3 - evenness
                weights[household, column] = 10**12 + hard * 10**9 + low
    assert weights.max() * len(problem.households) < 2**53

    rows, chosen = linear_sum_assignment(weights, maximize=True)
    seat_of = [-1] * len(problem.households)
    for household, column in zip(rows, chosen, strict=True):
        if weights[household, column] > 0:
            seat_of[household] = columns[column][0]
    solution = solve(problem)
    assert solution.totals == totals(problem, seat_of)
    assert cost(problem, solution.seat_of) <= cost(problem, seat_of)


@pytest.mark.parametrize("name", MEDIUM)
def test_bound_of_the_prices_is_the_cost(name: str) -> None:
    problem = MEDIUM[name]
    solution = solve(problem)
    assert solution.proved
    assert dual_bound(problem, solution.prices) == cost(problem, solution.seat_of)


@settings(max_examples=100, deadline=None)
@given(small_problems(), st.data())
def test_no_prices_bound_above_the_cost(problem: Problem, data: st.DataObject) -> None:
    solution = solve(problem)
    shifts = st.integers(-(10**14), 10**14) | st.integers(-3, 3)
    prices = [price + data.draw(shifts) for price in solution.prices]
    assert dual_bound(problem, prices) <= cost(problem, solution.seat_of)


def test_wrong_prices_prove_nothing() -> None:
    problem = MEDIUM["short of places"]
    solution = solve(problem)
    best = cost(problem, solution.seat_of)
    assert dual_bound(problem, [0] * len(problem.seats)) < best
    cheap = [price // 2 for price in solution.prices]
    assert dual_bound(problem, cheap) < best


def test_worse_pairing_costs_more_than_the_bound() -> None:
    problem = MEDIUM["spare places"]
    solution = solve(problem)
    worse = list(solution.seat_of)
    worse[next(at for at, seat in enumerate(worse) if seat >= 0)] = -1
    assert dual_bound(problem, solution.prices) < cost(problem, worse)


def test_faulty_solver_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(network: Network, _: object) -> tuple[list[int], list[int]]:
        seat_of, prices = cheapest_pairing(network)
        return [-1, *seat_of[1:]], prices

    monkeypatch.setattr(assign, "cheapest_pairing", forgetful)
    assert not solve(MEDIUM["spare places"]).proved


def test_one_faulty_component_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = iter([True])

    def forgetful_once(network: Network, _: object) -> tuple[list[int], list[int]]:
        seat_of, prices = cheapest_pairing(network)
        return ([-1, *seat_of[1:]] if next(faults, False) else seat_of), prices

    monkeypatch.setattr(assign, "cheapest_pairing", forgetful_once)
    assert not solve(MEDIUM["many small components"]).proved


def test_most_households_come_before_any_value() -> None:
    # Household 0 is worth most with cadre 0, but household 1 can have nobody else.
    problem = a_problem({(0, 0): (9, 99, 1), (0, 1): (0, 0, 0), (1, 0): (0, 0, 0)}, [1, 1])
    assert solve(problem).seat_of == [1, 0]


def test_one_more_leader_outweighs_all_fit() -> None:
    pairs = {(h, s): (int((h, s) == (0, 0)), 0 if h == s else 100, 0) for h, s in CELLS_2X2}
    assert solve(a_problem(pairs, [1, 1])).seat_of == [0, 1]


def test_load_is_even_when_all_else_is_equal() -> None:
    pairs = {(h, s): (0, 30, 0) for h in range(4) for s in range(3)}
    solution = solve(a_problem(pairs, [4, 4, 4], [2, 0, 0]))
    assert sorted(solution.seat_of) == [1, 1, 2, 2]
    assert solution.totals == (4, 0, 120, 0, 2)


def test_fit_comes_before_evenness() -> None:
    pairs = {(h, s): (0, 31 if s == 0 else 30, 0) for h in range(3) for s in range(3)}
    assert solve(a_problem(pairs, [3, 3, 3])).seat_of == [0, 0, 0]


def test_ties_follow_identities_not_codes() -> None:
    problem = a_problem(dict.fromkeys(CELLS_2X2, (0, 30, 0)), [1, 1])
    renamed = replace(
        problem,
        seats=[replace(seat, code=f"C{9 - at}") for at, seat in enumerate(problem.seats)],
        households=["H7", "H3"],
    )
    assert solve(renamed).seat_of == solve(problem).seat_of
    choices = {
        tuple(solve(replace(problem, household_keys=[f"a{n}", f"b{n}"])).seat_of) for n in range(20)
    }
    assert choices == {(0, 1), (1, 0)}


def test_the_choice_among_ties_never_changes() -> None:
    """Pinned: another Python or machine must not move an answer, nor a version of ours unawares."""
    pairs = {(h, s): (0, 30, 0) for h in range(8) for s in range(5)}
    assert solve(a_problem(pairs, [2] * 5)).seat_of == [0, 4, 1, 4, 1, 2, 3, 0]
    pairs = {(h, s): (0, 30 + 15 * ((h + s) % 3 == 0), 0) for h in range(8) for s in range(5)}
    assert solve(a_problem(pairs, [2] * 5)).seat_of == [0, 2, 1, 3, 2, 4, 0, 4]
    pairs = {(h, s): (0, 30, 0) for h in range(12) for s in range(5) if (h * s) % 4 != 1}
    assert solve(a_problem(pairs, [4] * 5)).seat_of == [2, 0, 4, 1, 1, 4, 1, 2, 3, 0, 3, 4]
    towns = [solve(problem).seat_of for problem in MEDIUM.values()]
    assert sha256(repr(towns).encode()).hexdigest()[:16] == "533de41783bbf154"


@pytest.mark.parametrize("twice", ["household", "seat"])
def test_one_identity_twice_is_still_decided(twice: str) -> None:
    problem = a_problem(dict.fromkeys(CELLS_2X2, (0, 30, 0)), [1, 1])
    if twice == "household":
        problem = replace(problem, household_keys=["same"] * 2)
    else:
        problem = replace(problem, seats=[replace(seat, key="same") for seat in problem.seats])
    found = {
        tuple(sorted(pairs_by_code(other, solve(other)).items()))
        for other in (shuffled(problem, seed) for seed in range(6))
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("problem", "count"),
    [
        (a_problem({}, []), 0),
        (a_problem({}, [2, 2]), 0),
        (a_problem({}, [2], households=3), 0),
        (a_problem({(0, 0): (0, 5, 0), (1, 0): (0, 5, 0)}, [0]), 0),
        (a_problem({(0, 0): (0, 5, 0), (0, 1): (0, 1, 0)}, [0, 1]), 1),
        (a_problem({(0, 0): (), (1, 0): ()}, [1], levels=()), 1),
    ],
    ids=["nothing", "no households", "no edges", "no places", "one full", "no levels"],
)
def test_degenerate_problems(problem: Problem, count: int) -> None:
    solution = solve(problem)
    assert solution.totals[0] == count == sum(seat >= 0 for seat in solution.seat_of)
    assert solution.proved
    assert len(solution.prices) == len(problem.seats)


def test_values_of_any_size_stay_exact() -> None:
    huge = 10**40
    pairs = {(0, 0): (huge + 1, 0, 0), (0, 1): (huge, 9, 9), (1, 0): (huge, 9, 9)}
    solution = solve(a_problem(pairs | {(1, 1): (huge, 0, 0)}, [1, 1]))
    assert solution.seat_of == [0, 1]
    assert solution.totals[1] == 2 * huge + 1


def test_progress_counts_up_to_every_household() -> None:
    told: list[int] = []
    problem = MEDIUM["many small components"]
    solve(problem, told.append)
    assert told == sorted(told)
    assert told[-1] == len(problem.households)


GOOD = a_problem({(0, 0): (0, 5, 0), (1, 0): (0, 5, 0)}, [1])


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (replace(GOOD, edges=[*GOOD.edges, GOOD.edges[0]]), "H0: an edge stands twice"),
        (replace(GOOD, edges=[*GOOD.edges, Edge(0, 0, (9, 9, 9))]), "H0: an edge stands twice"),
        (replace(GOOD, edges=[Edge(2, 0, (0, 0, 0))]), "household that does not exist"),
        (replace(GOOD, edges=[Edge(0, -1, (0, 0, 0))]), "seat that does not exist"),
        (replace(GOOD, edges=[Edge(0, 0, (0, -1, 0))]), "non-negative"),
        (replace(GOOD, edges=[Edge(0, 0, (0, 0))]), "one non-negative integer per level"),
        (replace(GOOD, household_keys=["only one"]), "differ in length"),
        (replace(GOOD, seats=[Seat("C0", -1, 0, "k")]), "C0: capacity and held"),
        (replace(GOOD, seats=[Seat("C0", 1, -1, "k")]), "C0: capacity and held"),
    ],
)
def test_malformed_problems_are_refused(problem: Problem, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve(problem)


@pytest.mark.parametrize(
    ("seat_of", "message"),
    [([0, 0], "more than its places"), ([1, -1], "not allowed"), ([-1, 0, 0], "have nobody")],
)
def test_cost_refuses_what_is_no_pairing(seat_of: list[int], message: str) -> None:
    problem = a_problem({(0, 0): (0, 5, 0), (1, 0): (0, 5, 0)}, [1, 1], households=len(seat_of))
    with pytest.raises(ValueError, match=message):
        cost(problem, seat_of)


def test_a_seat_counts_no_more_places_than_households_who_can_have_it() -> None:
    (network,) = components(a_problem({(0, 0): (0, 5, 0), (1, 0): (0, 5, 0)}, [10**12]))
    assert network.capacity == [2]


def test_components_are_split_at_full_seats() -> None:
    problem = a_problem(dict.fromkeys([(0, 0), (0, 1), (1, 1), (1, 2)], (0, 0, 0)), [1, 0, 1])
    found = [(network.households, network.seats) for network in components(problem)]
    assert sorted(found) == [([0], [0]), ([1], [2])]
