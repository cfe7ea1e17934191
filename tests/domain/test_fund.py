"""The balance is below zero on no day whatever the order, and statements add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.figures import Money
from lianhu.domain.fund import (
    INCOME,
    SPENDING,
    Entry,
    Line,
    day_balances,
    is_same_person,
    make_statement,
    opposite,
    running,
    shortfall,
    unaffordable,
)

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12)).map(date.isoformat)
ENTRIES = st.lists(st.builds(
    Entry, day=DAYS, direction=st.sampled_from([INCOME, SPENDING]), amount=st.integers(1, 500_00),
    purpose=st.sampled_from(["镇财政", "奖励", "捐助"]), code=st.text("0123456789", min_size=1, max_size=3),
    is_reversal=st.booleans()), max_size=14)


def let_in(standing: list[Entry], wanted: list[Entry]) -> list[Entry]:
    refused = unaffordable(standing, wanted)
    return [entry for at, entry in enumerate(wanted) if at not in refused]


@given(ENTRIES, ENTRIES)
def test_what_is_let_in_leaves_no_day_below_zero(first: list[Entry], second: list[Entry]) -> None:
    standing = let_in([], first)
    assert shortfall(standing) is None
    assert shortfall([*standing, *let_in(standing, second)]) is None


@given(ENTRIES, st.randoms())
def test_the_order_of_rows_changes_nothing(wanted: list[Entry], rng) -> None:
    other = wanted[:]
    rng.shuffle(other)
    assert sorted(let_in([], wanted)) == sorted(let_in([], other))


@given(ENTRIES)
def test_spending_is_kept_out_only_where_it_would_have_been_too_much(wanted: list[Entry]) -> None:
    inside = let_in([], wanted)
    for at, (day, balance) in unaffordable([], wanted).items():
        assert balance < 0
        assert day >= wanted[at].day
        assert shortfall([*inside, wanted[at]]) is not None


@given(ENTRIES, st.integers(0, 12), st.integers(0, 12))
def test_a_statement_adds_up_and_follows_the_one_before(entries: list[Entry], skip: int, length: int) -> None:
    start = date(2026, 1, 1) + timedelta(skip)
    end = start + timedelta(length)
    made = make_statement(entries, start, end)
    assert made.opening + sum(line.net for line in made.income) - sum(line.net for line in made.spending) == made.closing
    assert make_statement(entries, date(2025, 1, 1), start - timedelta(1)).closing == made.opening
    inside = [entry for entry in entries if start.isoformat() <= entry.day <= end.isoformat()]
    assert sum(line.entries for line in (*made.income, *made.spending)) == len(inside)


@given(ENTRIES)
def test_what_is_let_in_never_goes_below_zero_within_a_day_either(entries: list[Entry]) -> None:
    assert all(balance >= 0 for _, balance in running(let_in([], entries)))
    assert min(day_balances(let_in([], entries)).values(), default=0) >= 0


def test_income_counts_before_spending_of_the_same_day() -> None:
    wanted = [Entry("2026-01-05", SPENDING, 100), Entry("2026-01-05", INCOME, 100)]
    assert unaffordable([], wanted) == {}
    assert [balance for _, balance in running(wanted)] == [100, 0]


def test_spending_that_is_dated_back_may_not_use_up_what_was_spent_later() -> None:
    standing = [Entry("2026-01-01", INCOME, 100), Entry("2026-01-10", SPENDING, 80)]
    assert unaffordable(standing, [Entry("2026-01-05", SPENDING, 30)]) == {0: ("2026-01-10", -10)}
    assert unaffordable(standing, [Entry("2026-01-05", SPENDING, 20)]) == {}


def test_a_year_by_hand() -> None:
    entries = [
        Entry("2025-12-01", INCOME, 5_000_00, "镇财政安排", "F1"), Entry("2026-01-05", INCOME, 20_000_00, "镇财政安排", "F2"),
        Entry("2026-02-10", INCOME, 3_000_50, "旗直单位捐助", "F3"), Entry("2026-03-05", SPENDING, 1_234_50, "单元奖励", "F4"),
        Entry("2026-03-06", SPENDING, 600_00, "评选奖品", "F5"), Entry("2026-04-01", INCOME, 600_00, "评选奖品", "F6", True),
        Entry("2026-05-01", SPENDING, 3_000_50, "旗直单位捐助", "F7", True)]
    made = make_statement(entries, date(2026, 1, 1), date(2026, 12, 31))
    assert made.opening == 5_000_00
    assert made.income == [Line("镇财政安排", 1, 20_000_00, 0), Line("旗直单位捐助", 2, 3_000_50, 3_000_50)]
    assert made.spending == [Line("单元奖励", 1, 1_234_50, 0), Line("评选奖品", 2, 600_00, 600_00)]
    assert made.closing == 23_765_50


@pytest.mark.parametrize(("one", "other", "same"), [
    ("包文军", "包 文军", True), ("巴图·孟和", "巴图孟和", True), ("包文军", "白玉兰", False)])
def test_who_is_the_same_person(one: str, other: str, *, same: bool) -> None:
    assert is_same_person(one, other) is same


def test_directions_and_money() -> None:
    assert (opposite(INCOME), opposite(SPENDING)) == (SPENDING, INCOME)
    assert [str(Money(value)) for value in (123450, 5, -123456789, 0)] == ["1,234.50", "0.05", "-1,234,567.89", "0.00"]
    assert [Money(value).as_json() for value in (123450, 300)] == [1234.5, 3]
