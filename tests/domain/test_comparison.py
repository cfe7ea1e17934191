"""横向对比: points, places and what depends on the weights, by hand and for any rows."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.comparison import (
    Share,
    Standing,
    all_points,
    fulfilled,
    full_marks,
    places,
    published,
    standings,
)

WEIGHTS = {"satisfied": 30, "deeds": 20, "in_time": 10}
RELATIVE = {"deeds"}


def row(satisfied=(0, 0), deeds=(0, 0), in_time=(0, 0)):
    return {"satisfied": Share(*satisfied), "deeds": Share(*deeds), "in_time": Share(*in_time)}


def test_points_are_weight_times_rate_over_full_mark():
    """甲: (30×0.9 + 20×(2/10÷4/10) + 10×1)÷60 = 47/60 = 78.33; 乙: (30×0.8 + 20×1 + 10×0.5)÷60 = 49/60 = 81.67."""
    rows = {"甲": row((9, 10), (2, 10), (4, 4)), "乙": row((8, 10), (4, 10), (1, 2))}
    assert full_marks(rows.values(), RELATIVE) == {"deeds": Fraction(2, 5)}
    assert {key: standing.points for key, standing in standings(rows, WEIGHTS, RELATIVE).items()} == {"甲": 7833, "乙": 8167}


def test_what_cannot_be_divided_is_left_out_and_the_rest_stands_for_the_whole():
    """甲 has no deadline reached: (30×0.9 + 20×1)÷50 = 94."""
    rows = {"甲": row((9, 10), (4, 10)), "乙": row((9, 10), (4, 10), (0, 3))}
    made = standings(rows, WEIGHTS, RELATIVE)
    assert made["甲"].points == 9400
    assert made["乙"].points == 7833


def test_what_nobody_has_any_of_tells_nobody_apart():
    rows = {"甲": row((9, 10), (0, 10)), "乙": row((10, 10), (0, 40))}
    assert [standing.points for standing in standings(rows, WEIGHTS, RELATIVE).values()] == [9000, 10000]


def test_a_row_with_nothing_to_go_by_has_no_place():
    assert standings({"甲": row(), "乙": row((0, 3))}, WEIGHTS, RELATIVE) == {"乙": Standing(0, 1, 1, 1)}
    assert standings({}, WEIGHTS, RELATIVE) == {}
    assert standings({"甲": row(in_time=(1, 1))}, WEIGHTS | {"in_time": 0}, RELATIVE) == {}


def test_equals_share_a_place_and_the_next_is_skipped():
    assert places({"甲": 90, "乙": 80, "丙": 80, "丁": 70}) == {"甲": 1, "乙": 2, "丙": 2, "丁": 4}


def test_what_is_seen_to_be_equal_is_equal():
    """1/3 and 3333/10000 are both 33.33 points."""
    rows = {"甲": row((1, 3)), "乙": row((3333, 10000))}
    assert [(standing.points, standing.place) for standing in standings(rows, WEIGHTS, RELATIVE).values()] == [(3333, 1)] * 2


def test_half_a_hundredth_is_rounded_up():
    assert all_points({"甲": {"satisfied": Fraction(1, 20000)}}, WEIGHTS) == {"甲": 1}


def test_a_place_that_depends_on_the_weights_is_told():
    """By 30:20 甲 has 60, 乙 58, 丙 20. With 20 → 25 甲 has 30/55 = 54.5 and 乙 (30×0.3 + 25)/55 = 61.8."""
    weights = {"satisfied": 30, "in_time": 20}
    rows = {"甲": {"satisfied": Share(1, 1), "in_time": Share(0, 1)}, "乙": {"satisfied": Share(3, 10), "in_time": Share(1, 1)},
            "丙": {"satisfied": Share(1, 3), "in_time": Share(0, 1)}}
    assert standings(rows, weights, ()) == {
        "甲": Standing(6000, 1, 1, 2), "乙": Standing(5800, 2, 1, 2), "丙": Standing(2000, 3, 3, 3)}


@pytest.mark.parametrize(("placed", "most", "named"), [
    ({}, 3, ""), ({"甲": 1}, 3, ""), ({"甲": 1, "乙": 2}, 3, "甲"), ({"甲": 1, "乙": 2, "丙": 3, "丁": 4}, 3, "甲"),
    ({"甲": 1, "乙": 1, "丙": 3}, 3, "甲乙"), (dict(zip("甲乙丙丁戊己庚辛壬", range(1, 10), strict=True)), 3, "甲乙丙"),
    (dict(zip("甲乙丙丁戊己庚辛壬", range(1, 10), strict=True)), 2, "甲乙"),
])
def test_only_the_top_is_published_and_nobody_can_be_seen_to_be_last(placed, most, named):
    assert published(placed, most) == set(named)


SHARES = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda pair: Share(min(pair), max(pair)))
COUNTS = st.builds(Share, st.integers(0, 30), st.integers(0, 12))
ROWS = st.dictionaries(st.integers(1, 99), st.fixed_dictionaries(
    {"satisfied": SHARES, "deeds": COUNTS, "in_time": SHARES}), max_size=7)
SOME_WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 40) for name in WEIGHTS})


@given(rows=ROWS, weights=SOME_WEIGHTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, weights, order):
    shuffled = list(rows.items())
    order.shuffle(shuffled)
    assert standings(dict(shuffled), weights, RELATIVE) == standings(rows, weights, RELATIVE)


@given(rows=ROWS, weights=SOME_WEIGHTS, by=st.integers(2, 50))
def test_all_weights_by_the_same_factor_change_nothing(rows, weights, by):
    assert standings(rows, {name: weight * by for name, weight in weights.items()}, RELATIVE) == standings(
        rows, weights, RELATIVE)


@given(rows=ROWS, weights=SOME_WEIGHTS)
def test_places_lie_between_the_best_and_the_worst_and_follow_the_points(rows, weights):
    made = standings(rows, weights, RELATIVE)
    for standing in made.values():
        assert 1 <= standing.best <= standing.place <= standing.worst <= len(made)
        assert 0 <= standing.points <= 10000
        assert standing.place == 1 + sum(other.points > standing.points for other in made.values())


@given(rows=ROWS)
def test_nobody_reaches_more_than_the_full_mark(rows):
    for score in fulfilled(rows, RELATIVE).values():
        assert all(0 <= part <= 1 for part in score.values())


@given(rows=ROWS, weights=SOME_WEIGHTS, better=st.sampled_from(["satisfied", "in_time"]), data=st.data())
def test_a_better_rate_never_costs_points(rows, weights, better, data):
    improvable = [key for key, shares in rows.items() if shares[better].numerator < shares[better].denominator]
    if not improvable:
        return
    key = data.draw(st.sampled_from(improvable))
    share = rows[key][better]
    raised = rows | {key: rows[key] | {better: Share(share.numerator + 1, share.denominator)}}
    before, after = standings(rows, weights, RELATIVE), standings(raised, weights, RELATIVE)
    if key in before:
        assert after[key].points >= before[key].points
        assert after[key].place <= before[key].place
