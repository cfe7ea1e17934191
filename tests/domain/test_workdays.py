"""Working days, checked against an independent table of the State Council's notices."""

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.workdays import DEFAULT, Calendar
from lianhu.errors import ConflictError, FileRefusedError

chinese_calendar = pytest.importorskip("chinese_calendar")
KNOWN = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_every_day_of_the_known_years_agrees_with_chinesecalendar() -> None:
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert DEFAULT.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 24), 1, date(2026, 9, 28)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 5, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
    ],
)
def test_a_deadline_skips_holidays_and_counts_worked_weekends(
    start: date, count: int, end: date
) -> None:
    assert DEFAULT.add_workdays(start, count) == end


@given(KNOWN.filter(lambda day: day < date(2026, 9, 1)), st.integers(1, 60))
def test_counting_back_a_deadline_gives_its_working_days(start: date, count: int) -> None:
    end = DEFAULT.add_workdays(start, count)
    assert DEFAULT.is_workday(end)
    assert DEFAULT.workdays_between(start, end) == count
    assert DEFAULT.workdays_between(end, start) == -count


@pytest.mark.parametrize("day", [date(2023, 12, 29), date(2027, 1, 4)])
def test_an_unknown_year_is_never_guessed(day: date) -> None:
    with pytest.raises(ConflictError) as refused:
        DEFAULT.is_workday(day)
    assert f"{day.year}年" in refused.value.sentence
    assert "lianhu config import" in refused.value.hint


def test_a_deadline_that_runs_into_an_unknown_year_is_not_guessed_either() -> None:
    with pytest.raises(ConflictError, match="2027年"):
        DEFAULT.add_workdays(date(2026, 12, 30), 5)


def test_a_negative_count_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="-1"):
        DEFAULT.add_workdays(date(2026, 1, 5), -1)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 14), "2026-02-14（星期六）调休上班"),
        (date(2026, 2, 17), "2026-02-17（星期二）节假日放假"),
        (date(2026, 3, 7), "2026-03-07（星期六）周末休息"),
        (date(2026, 3, 9), "2026-03-09（星期一）工作日"),
    ],
)
def test_a_day_is_explained_in_words(day: date, words: str) -> None:
    assert DEFAULT.explain(day) == words


def test_a_deadline_names_the_unusual_days_on_its_way() -> None:
    assert DEFAULT.explain_deadline(date(2026, 9, 18), 5) == (
        "2026-09-18之后第5个工作日是2026-09-24（星期四），其间9月20日调休上班。"
    )
    assert DEFAULT.explain_deadline(date(2026, 3, 9), 1) == (
        "2026-03-09之后第1个工作日是2026-03-10（星期二）。"
    )


def test_a_town_adds_a_year_in_toml() -> None:
    table = tomllib.loads(
        """
        [2027]
        holidays = [2027-01-01, "2027-02-05..2027-02-11"]
        workdays = ["2027-02-14", "2026-12-27"]
        source = "通知"
        """
    )
    calendar = DEFAULT.extended_by(Calendar.from_dict(table))
    assert not calendar.is_workday(date(2027, 1, 1))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 2, 14))
    assert calendar.is_workday(date(2026, 12, 27))
    assert calendar.is_workday(date(2026, 2, 14))
    assert calendar.years[2027].source == "通知"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"27": {"holidays": ["2027-01-01"]}}, "年份"),
        ({"2027": {}}, "没有列出放假日期"),
        ({"2027": ["2027-01-01"]}, "没有写"),
        ({"2027": {"holiday": ["2027-01-01"]}}, "不认识holiday"),
        ({"2027": {"holidays": "2027-01-01"}}, "列表"),
        ({"2027": {"holidays": ["元旦"]}}, "元旦"),
        ({"2027": {"holidays": [20270101]}}, "不是日期"),
        ({"2027": {"holidays": ["2026-01-01"]}}, "不在2027年"),
        ({"2027": {"holidays": ["2027-01-03..2027-01-01"]}}, "颠倒"),
        ({"2027": {"holidays": ["2027-01-02"], "workdays": ["2027-01-02"]}}, "既放假又上班"),
        ({"2027": {"holidays": ["2027-01-01"], "workdays": ["2027-01-04"]}}, "不是周六周日"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(table: dict[str, object], why: str) -> None:
    with pytest.raises(FileRefusedError, match=why):
        Calendar.from_dict(table)
