"""Places of cadres: satisfaction, then the appraisal, then the effect of 办实事; few answers are not placed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.evaluation import Standing, placed

standings = st.builds(
    lambda answers, unhappy, appraisals, deeds, unsolved: Standing(
        answers - min(unhappy, answers), answers, tuple(appraisals), deeds - min(unsolved, deeds), deeds),
    st.integers(0, 8), st.integers(0, 8), st.lists(st.integers(0, 3), max_size=3), st.integers(0, 4), st.integers(0, 4))


def places(*found: Standing, least: int = 5) -> list[int | None]:
    made = placed(dict(enumerate(found)), least)
    return [made.get(number) for number in range(len(found))]


def test_satisfaction_comes_first():
    assert places(Standing(4, 5, (0,), 9, 9), Standing(5, 5, (3,), 0, 9)) == [2, 1]
    # It is the share that counts, not the number of those who are satisfied.
    assert places(Standing(18, 20, (), 0, 0), Standing(5, 5, (), 0, 0)) == [2, 1]


def test_then_the_appraisal_then_the_deeds():
    assert places(Standing(5, 5, (1,), 9, 9), Standing(5, 5, (0,), 0, 9)) == [2, 1]
    assert places(Standing(5, 5, (0, 1), 0, 0), Standing(5, 5, (0, 0), 0, 0), Standing(5, 5, (1,), 0, 0)) == [2, 1, 3]
    assert places(Standing(5, 5, (1,), 1, 2), Standing(10, 10, (1,), 2, 3)) == [2, 1]


def test_who_was_not_appraised_or_did_nothing_comes_behind_who_was():
    assert places(Standing(5, 5, (), 0, 0), Standing(5, 5, (3,), 0, 0)) == [2, 1]
    assert places(Standing(5, 5, (1,), 0, 0), Standing(5, 5, (1,), 0, 3)) == [2, 1]


def test_equals_share_a_place_and_the_next_is_skipped():
    equal, worse = Standing(5, 5, (1,), 1, 2), Standing(4, 5, (0,), 1, 1)
    assert places(equal, worse, equal._replace(positive=10, answers=10, solved=2, deeds=4), equal) == [1, 4, 1, 1]


def test_under_five_answers_nobody_is_placed():
    assert places(Standing(4, 4, (0,), 9, 9), Standing(0, 5, (), 0, 0)) == [None, 1]
    assert places(Standing(4, 4, (0,), 9, 9), least=4) == [1]
    assert places(Standing(0, 0, (0,), 1, 1)) == [None]
    assert places() == []


@given(st.lists(standings, max_size=12))
def test_a_place_is_one_more_than_the_number_of_the_better(found: list[Standing]):
    made = placed(dict(enumerate(found)), 5)
    assert set(made) == {number for number, standing in enumerate(found) if standing.answers >= 5}
    for number, place in made.items():
        assert place == 1 + sum(found[other].order > found[number].order for other in made)
