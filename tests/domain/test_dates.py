"""Days and months of the command line."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.dates import parse_day, parse_month
from lianhu.errors import UsageError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24",
        "2026.11.24",
        "2026/11/24",
        "20261124",
        "2026年11月24日",
        "２０２６-11-24",
        " 今天 ",
    ],
)
def test_a_day_may_be_typed_in_several_ways(text: str) -> None:
    assert parse_day(text, TODAY) == TODAY


@pytest.mark.parametrize(
    ("word", "distance"), [("前天", -2), ("昨天", -1), ("今天", 0), ("明天", 1), ("后天", 2)]
)
def test_words_count_from_today(word: str, distance: int) -> None:
    assert parse_day(word, TODAY) == TODAY + timedelta(days=distance)


@pytest.mark.parametrize(
    "text",
    [
        "11-24",
        "24.11.24",
        "2026-11",
        "2026-02-30",
        "2026-13-01",
        "1899-01-01",
        "2101-01-01",
        "2026-11.24",
        "2026112",
        "2026-11-24x",
        "大前天",
        "",
    ],
)
def test_any_other_day_is_refused_with_advice(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_day(text, TODAY)
    assert text in refused.value.sentence
    assert "2026-11-24" in refused.value.hint


@pytest.mark.parametrize("text", ["2026-11", "2026.11", "2026/11", "202611", "2026年11月", "本月"])
def test_a_month_is_its_first_and_last_day(text: str) -> None:
    assert parse_month(text, TODAY) == (date(2026, 11, 1), date(2026, 11, 30))


def test_last_month_in_january_is_december() -> None:
    assert parse_month("上月", date(2026, 1, 15)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert parse_month("2024-02", TODAY)[1] == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-0", "11", "2026", "2026-11-24", "1899-12", "十一月"]
)
def test_any_other_month_is_refused_with_advice(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_month(text, TODAY)
    assert "2026-11" in refused.value.hint


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from("-./"))
def test_every_day_comes_back(day: date, sign: str) -> None:
    assert parse_day(f"{day.year}{sign}{day.month}{sign}{day.day}", TODAY) == day
    first, last = parse_month(f"{day:%Y%m}", TODAY)
    assert first.day == 1
    assert first <= day <= last
    assert (last + timedelta(days=1)).day == 1
