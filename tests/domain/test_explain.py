"""Prices out of the residual network against re-solving the problem with the choice forced or forbidden."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianhu.domain.assign import Edge, Problem, solve, totals
from lianhu.domain.explain import NOBODY, Choice, Study, shortage, study
from tests.domain.test_assign import a_problem, every_pairing, random_problem, rank, small_problems

Pairing = list[int]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Problem, int, list[str | None]]:
    """A small problem, a household of it, and cadres who hold some of the households now."""
    problem = draw(small_problems().filter(lambda each: len(each.households) > 0))
    household = draw(st.integers(0, len(problem.households) - 1))
    codes = [seat.code for seat in problem.seats]
    standing = [draw(st.sampled_from([None, *codes])) for _ in problem.households]
    return problem, household, standing


def best_rank(problem: Problem, allowed: Callable[[Pairing], bool] = lambda _: True) -> tuple[int, ...] | None:
    return max((rank(problem, each) for each in every_pairing(problem) if allowed(each)), default=None)


def loss_of(best: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(best, other, strict=True))


def best_pairing(problem: Problem, asked: Study) -> Pairing:
    """The study's own component; the others as the solver leaves them."""
    seat_of = list(solve(problem).seat_of)
    for household, seat in asked.pairing.items():
        seat_of[household] = seat
    return seat_of


def after(problem: Problem, asked: Study, choice: Choice) -> Pairing:
    """The pairing once everyone has moved; each must have stood where the move says."""
    seat_of = best_pairing(problem, asked)
    for household, before, _ in choice.moves:
        assert seat_of[household] == before
    assert len({household for household, _, _ in choice.moves}) == len(choice.moves)
    for household, _, to in choice.moves:
        seat_of[household] = to
    return seat_of


def with_place(problem: Problem, seat: int) -> Problem:
    seats = list(problem.seats)
    seats[seat] = replace(seats[seat], capacity=seats[seat].capacity + 1)
    return replace(problem, seats=seats)


class TestAgainstEveryPairing:
    @settings(max_examples=300)
    @given(questions())
    def test_the_reference_is_a_best_pairing_and_of_those_the_nearest_to_what_stands(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None:
            assert not any(edge.household == household for edge in problem.edges)
            return
        best = best_rank(problem)
        reference = best_pairing(problem, asked)
        assert rank(problem, reference) == best
        assert asked.seat == reference[household]

        def changed(pairing: Pairing) -> int:
            return sum(seat != NOBODY and problem.seats[seat].code != standing[h]
                       for h, seat in enumerate(pairing) if h in asked.pairing)

        assert changed(reference) == min(
            changed(each) for each in every_pairing(problem) if rank(problem, each) == best)

    @settings(max_examples=300)
    @given(questions())
    def test_every_price_is_that_of_a_full_solution_with_the_choice_forced(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None:
            return
        best = best_rank(problem)
        choices = asked.choices()
        open_seats = {edge.seat for edge in problem.edges
                      if edge.household == household and problem.seats[edge.seat].capacity}
        assert {choice.seat for choice in choices} | {asked.seat} == open_seats | {NOBODY}
        for choice in choices:
            forced = best_rank(problem, lambda each, seat=choice.seat: each[household] == seat)
            assert choice.loss == loss_of(best, forced)
            assert choice.is_equal == (forced == best)
            assert rank(problem, after(problem, asked, choice)) == forced
            assert choice.moves[0] == (household, asked.seat, choice.seat)
        assert [choice.loss for choice in choices] == sorted(choice.loss for choice in choices)

    @settings(max_examples=300)
    @given(questions())
    def test_the_first_choice_is_the_price_of_forbidding_the_pair(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None:
            return
        without = best_rank(problem, lambda each: each[household] != asked.seat)
        choices = asked.choices()
        if without is None or not choices:
            # Nobody but those without a place may hold it: it cannot but stay alone.
            assert asked.seat == NOBODY
            assert not choices
        else:
            assert choices[0].loss == loss_of(best_rank(problem), without)

    @settings(max_examples=300)
    @given(questions())
    def test_one_place_more_brings_what_a_full_solution_with_it_brings(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None:
            return
        best = best_rank(problem)
        found = asked.more_places()
        assert [choice.loss for choice in found] == sorted(choice.loss for choice in found)
        offers = {choice.seat: choice for choice in found}
        if asked.seat != NOBODY:
            assert not offers
            return
        for seat in range(len(problem.seats)):
            wider = with_place(problem, seat)
            if seat not in offers:
                now = [h for h, to in asked.pairing.items() if to != NOBODY]
                assert not any(all(each[h] != NOBODY for h in (*now, household)) for each in every_pairing(wider))
                continue
            forced = best_rank(wider, lambda each: each[household] != NOBODY)
            offer = offers[seat]
            assert offer.loss == loss_of(best, forced)
            assert offer.loss[0] == -1
            moved = after(problem, asked, offer)
            assert moved in list(every_pairing(wider))
            assert rank(wider, moved) == forced
            if offer.rival is None:
                assert best_rank(wider) == forced
            else:
                assert best_rank(wider) == best_rank(
                    wider, lambda each, rival=offer.rival: each[rival] != NOBODY and each[household] == NOBODY)

    @settings(max_examples=300)
    @given(questions())
    def test_a_shortage_proves_itself(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None or asked.seat != NOBODY:
            return
        found = shortage(problem, asked.pairing, household)
        assert found is not None
        assert household in found.households
        can_have = {h: {e.seat for e in problem.edges if e.household == h} for h in range(len(problem.households))}
        group = set().union(*(can_have[h] for h in found.households))
        assert group == set(found.seats)
        assert found.places == sum(problem.seats[seat].capacity for seat in found.seats)
        reference = best_pairing(problem, asked)
        assert found.short == sum(reference[h] == NOBODY for h in found.households) > 0
        # The smallest: no fewer seats prove it for this household.
        for size in range(len(found.seats)):
            for seats in combinations(found.seats, size):
                if can_have[household] <= set(seats):
                    only_these = [h for h in can_have if can_have[h] and can_have[h] <= set(seats)]
                    certain = sum(problem.seats[seat].capacity for seat in seats)
                    holders = [h for h in only_these if reference[h] in seats]
                    assert len(holders) < certain or len(only_these) <= certain

    @settings(max_examples=300)
    @given(questions())
    def test_what_stands_is_measured_against_the_best(self, question):
        problem, household, standing = question
        asked = study(problem, household, standing)
        if asked is None:
            return
        inside = asked.pairing
        code_of = [seat.code for seat in problem.seats]
        kept = [each for each in every_pairing(problem) if all(
            seat == NOBODY or (code_of[seat] == standing[h] and h in inside) for h, seat in enumerate(each))]
        part = [inside.get(h, NOBODY) for h in range(len(problem.households))]
        assert asked.standing_loss(standing) == loss_of(
            rank(problem, part), max(rank(problem, each) for each in kept))


def forced(problem: Problem, household: int, keep: Callable[[Edge], bool]) -> Problem:
    return replace(problem, edges=[edge for edge in problem.edges if edge.household != household or keep(edge)])


@pytest.mark.parametrize("name", ["spare", "exact", "short", "equal", "equal and short"])
def test_prices_in_a_town_agree_with_solving_it_again(name: str) -> None:
    problem = {
        "spare": random_problem(11, 40, 30, degree=6, capacity=2),
        "exact": random_problem(12, 60, 30, degree=6, capacity=2),
        "short": random_problem(13, 75, 30, degree=6, capacity=2),
        "equal": random_problem(14, 40, 24, degree=24, capacity=2, equal=True),
        "equal and short": random_problem(15, 40, 16, degree=16, capacity=2, equal=True),
    }[name]
    solution = solve(problem)
    codes: list[str | None] = [problem.seats[seat].code if seat >= 0 else None for seat in solution.seat_of]
    signs = [1] * (1 + len(problem.levels)) + [-1]
    best = [sign * total for sign, total in zip(signs, solution.totals, strict=True)]
    for household in random.Random(5).sample(range(len(problem.households)), 6):
        asked = study(problem, household, codes)
        assert asked is not None
        assert asked.standing_loss(codes) == (0,) * len(best)
        assert all(solution.seat_of[h] == seat for h, seat in asked.pairing.items())
        choices = asked.choices()
        for choice in choices:
            if choice.seat == NOBODY:
                again = solve(forced(problem, household, lambda _: False))
            else:
                again = solve(forced(problem, household, lambda edge, to=choice.seat: edge.seat == to))
                if again.seat_of[household] == NOBODY:
                    continue  # not forced: to be alone is dearer only where somebody else goes without
            there = [sign * total for sign, total in zip(signs, again.totals, strict=True)]
            assert choice.loss == loss_of(tuple(best), tuple(there))
            moved = totals(problem, after(problem, asked, choice))
            assert [sign * total for sign, total in zip(signs, moved, strict=True)] == there
        if asked.seat != NOBODY:
            again = solve(forced(problem, household, lambda edge, seat=asked.seat: edge.seat != seat))
            there = [sign * total for sign, total in zip(signs, again.totals, strict=True)]
            assert choices[0].loss == loss_of(tuple(best), tuple(there))


def test_a_chain_of_three_is_named_in_order():
    fits = {(0, 0): 10, (0, 1): 4, (1, 1): 10, (1, 2): 7, (2, 2): 10, (2, 0): 9}
    problem = a_problem({pair: (0, fit, 0) for pair, fit in fits.items()}, [1, 1, 1])
    asked = study(problem, 0, [None] * 3)
    assert asked is not None
    first, alone = asked.choices()
    assert first.moves == ((0, 0, 1), (1, 1, 2), (2, 2, 0))
    assert first.loss == (0, 0, 10, 0, 0)
    assert alone.seat == NOBODY
    assert alone.loss[0] == 1


def test_equal_pairings_that_stand_stay_and_the_other_costs_nothing():
    problem = a_problem({(h, s): (0, 30, 0) for h in range(2) for s in range(2)}, [1, 1])
    for standing, seats in ((["C0", "C1"], [0, 1]), (["C1", "C0"], [1, 0])):
        asked = study(problem, 0, standing)
        assert asked is not None
        assert [asked.pairing[h] for h in range(2)] == seats
        other = asked.choices()[0]
        assert other.is_equal
        assert other.moves == ((0, seats[0], seats[1]), (1, seats[1], seats[0]))


def test_of_equal_ways_the_one_that_moves_fewest_is_named():
    # Out of cadre 0 into 1, whose household may go to the free cadre 2, or along a longer round of equals.
    pairs = {(0, 0): 30, (0, 1): 30, (1, 1): 30, (1, 2): 30, (1, 3): 30, (2, 3): 30, (2, 0): 30}
    problem = a_problem({pair: (0, fit, 0) for pair, fit in pairs.items()}, [1, 1, 1, 1])
    asked = study(problem, 0, ["C0", "C1", "C3"])
    assert asked is not None
    assert asked.choices()[0].moves == ((0, 0, 1), (1, 1, 2))


@pytest.mark.parametrize("seed", range(12))
def test_no_other_pairing_as_good_moves_fewer(seed: int) -> None:
    """With nobody standing, that is: else those who stand move last."""
    problem = random_problem(seed, 5, 8, degree=3, capacity=1, equal=True)
    pairings = list(every_pairing(problem))
    for household in range(len(problem.households)):
        asked = study(problem, household, [None] * len(problem.households))
        if asked is None or asked.seat == NOBODY:
            continue
        now = [asked.pairing.get(h, NOBODY) for h in range(len(problem.households))]
        for choice in asked.choices():
            there = [[seat if h in asked.pairing else NOBODY for h, seat in enumerate(each)]
                     for each in pairings if each[household] == choice.seat]
            best = max(rank(problem, each) for each in there)
            fewest = min(sum(a != b for a, b in zip(each, now, strict=True)) for each in there if rank(problem, each) == best)
            assert len(choice.moves) == fewest


def test_a_place_that_brings_nobody_in_is_not_offered():
    problem = a_problem(dict.fromkeys([(0, 0), (1, 0), (2, 0), (2, 1)], (0, 30, 0)), [1, 1])
    for household in range(2):
        asked = study(problem, household, ["C0" if household else None, None, "C1"])
        assert asked is not None
        assert [choice.seat for choice in asked.more_places()] == ([0] if asked.seat == NOBODY else [])


def test_of_two_as_good_the_asked_one_gets_the_place_more():
    problem = a_problem(dict.fromkeys([(0, 0), (1, 0), (2, 0)], (0, 30, 0)), [1])
    offers = [study(problem, household, [None] * 3).more_places() for household in range(3)]
    assert sorted(map(len, offers)) == [0, 1, 1]
    assert all(choice.rival is None for found in offers for choice in found)


@pytest.mark.parametrize("lot", range(4))
def test_a_cadre_without_a_place_and_one_with_more_pairs_are_in_order(lot: int) -> None:
    """One place more at cadre 1, who holds none, is better than at cadre 0, who has one household."""
    problem = a_problem({(0, 0): (0, 30, 0), (1, 0): (0, 30, 0), (1, 1): (0, 30, 0)}, [1, 0])
    problem = replace(problem, seats=[replace(seat, key=f"{seat.key} {lot}") for seat in problem.seats])
    asked = study(problem, 1, ["C0", None])
    assert asked is not None
    assert [(choice.seat, choice.loss[-1]) for choice in asked.more_places()] == [(1, 0), (0, 1)]


def test_two_seats_of_one_cadre_are_both_what_stands():
    problem = a_problem({(0, 0): (0, 30, 0), (0, 1): (0, 30, 0), (1, 0): (0, 30, 0), (0, 2): (0, 30, 0)}, [1, 1, 1])
    seats = [problem.seats[0], replace(problem.seats[1], code="C0"), problem.seats[2]]
    asked = study(replace(problem, seats=seats), 0, ["C0", "C0"])
    assert asked is not None
    assert asked.pairing == {0: 1, 1: 0}


def test_a_household_nobody_may_hold_has_no_study():
    assert study(a_problem({(1, 0): (0, 1, 0)}, [1], households=2), 0, [None, None]) is None


def test_a_pairing_with_a_free_place_in_reach_proves_no_shortage():
    problem = a_problem({(0, 0): (0, 1, 0)}, [1])
    assert shortage(problem, {0: NOBODY}, 0) is None
