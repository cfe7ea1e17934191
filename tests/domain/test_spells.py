"""Who held what on a day: a spell ends on the first day it no longer holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.spells import covers, overlap


@pytest.mark.parametrize(("day", "holds"), [
    ("2026-02-28", False), ("2026-03-01", True), ("2026-05-31", True), ("2026-06-01", False), ("2026-06-02", False)])
def test_from_the_first_day_up_to_the_one_before_the_end(day: str, holds: bool):
    assert covers("2026-03-01", "2026-06-01", day) is holds


def test_one_without_an_end_holds_on():
    assert covers("2026-03-01", None, "2099-12-31")


def test_a_month_means_its_end():
    assert covers("2026-03-31", None, "2026-03")
    assert not covers("2026-04-01", None, "2026-03")
    assert not covers("2026-01-01", "2026-03-15", "2026-03")


@given(st.dates(), st.dates(), st.dates())
def test_of_two_spells_that_meet_exactly_one_holds(start, change, day):
    first = covers(start.isoformat(), max(start, change).isoformat(), day.isoformat())
    second = covers(max(start, change).isoformat(), None, day.isoformat())
    assert first + second == (day >= start)


@pytest.mark.parametrize(("spell", "other", "shared"), [
    (("2025-01-01", None), ("2025-06-01", None), True),
    (("2025-01-01", "2025-06-01"), ("2025-06-01", None), False),
    (("2025-01-01", "2025-06-02"), ("2025-06-01", None), True),
    (("2025-01", "2025-06"), ("2025-06-15", "2025-12"), False),
    ((None, "2025-06-01"), ("2025-01-01", None), False),
    (("2025-01-01", "2025-12-31"), ("2025-03-01", "2025-04-01"), True),
])
def test_spells_overlap_where_they_share_a_day_for_certain(spell, other, shared: bool):
    assert overlap(spell, other) is overlap(other, spell) is shared
