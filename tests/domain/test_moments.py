"""Days and minutes in the spellings that rosters hold."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.moments import read_date, read_moment
from lianhu.domain.table import Cell

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
# Two-digit years and serial numbers stand for fewer years.
RECENT = st.dates(date(1970, 1, 1), date(2026, 11, 24))

SPELLINGS = [
    "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}-{0.month}-{0.day}",
    "{0:%Y-%m-%d}",
    "{0:%Y.%m.%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}年{0.month}月{0.day}号",
    "{0:%Y}年{0:%m}月{0:%d}日",
    "{0.year} 年 {0.month} 月 {0.day} 日",
    "{0.year}。{0.month}。{0.day}",
    "{0:%Y-%m-%d} 10:30:00",
    "{0:%Y-%m-%d}T10:30:00",
    "{0:%Y%m%d103000}",
    "{0.year}年{0.month}月{0.day}日（星期三）",
    "{0.year}年{0.month}月{0.day}日上午10时30分",
]


@given(DAYS, st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_day_comes_back_as_that_day(day: date, spelling: str) -> None:
    assert read_date(spelling.format(day)) == (day.isoformat(), None)


@given(DAYS, st.sampled_from(SPELLINGS))
def test_full_width_figures_make_no_difference(day: date, spelling: str) -> None:
    wide = spelling.format(day).translate({0x30 + i: 0xFF10 + i for i in range(10)})
    assert read_date(wide) == (day.isoformat(), None)


@given(RECENT)
def test_a_date_cell_or_its_serial_number_is_that_day(day: date) -> None:
    moment = datetime.combine(day, time(15, 45))
    serial = (day - date(1899, 12, 30)).days
    assert read_date(day) == read_date(moment) == (day.isoformat(), None)
    assert read_date(float(serial)) == read_date(serial + 0.999) == (day.isoformat(), None)
    assert read_date(str(serial)) == (day.isoformat(), None)
    assert read_date(float(f"{day:%Y%m%d}")) == (day.isoformat(), None)


@given(RECENT, st.sampled_from(["{0:%y}.{0.month}.{0.day}", "{0:%y}年{0.month}月{0.day}日"]))
def test_a_two_digit_year_is_of_the_nearest_past(day: date, spelling: str) -> None:
    assert read_date(spelling.format(day), today=date(2026, 11, 24)) == (day.isoformat(), None)


@given(DAYS, st.sampled_from(["{0.year}年{0.month}月", "{0:%Y-%m}", "{0:%Y%m}", "{0:%Y/%m}"]))
def test_a_month_is_read_where_a_month_will_do(day: date, spelling: str) -> None:
    assert read_date(spelling.format(day), month_ok=True) == (f"{day:%Y-%m}", None)
    value, fault = read_date(spelling.format(day))
    assert value is None
    assert fault is not None
    assert fault.code == "date-invalid"


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        (202309.0, "2023-09"),
        (2023.09, "2023-09"),
        (2023.9, "2023-09"),
        (2023.01, "2023-01"),
        (2023.12, "2023-12"),
        ("2023.1", "2023-01"),
        ("2023.10", "2023-10"),
        ("2023年09月份", "2023-09"),
    ],
)
def test_months_written_as_numbers(cell: Cell, month: str) -> None:
    assert read_date(cell, month_ok=True) == (month, None)


def test_the_number_2023_1_is_refused_because_it_may_be_october() -> None:
    value, fault = read_date(2023.1, month_ok=True)
    assert value is None
    assert fault is not None
    assert "10月" in fault.message


@pytest.mark.parametrize("cell", [None, "", "无", "/", "—", "不详", "0", 0.0])
def test_words_for_no_date_are_a_blank(cell: Cell) -> None:
    assert read_date(cell) == (None, None)
    assert read_moment(cell) == (None, None)


@pytest.mark.parametrize(
    "cell",
    [
        "2024.13.1",
        "2024-02-30",
        "2023-02-29",
        "2024.9.0",
        "20240931",
        "1899-12-31",
        "2101.1.1",
        date(1899, 12, 31),
        "2024",
        2024.0,
        "2024年",
        "9月4日",
        "9/4/2024",
        "10/12/24",
        "2024.9.4-2024.9.6",
        "三月",
        "长期",
        5.0,
        19999.0,
        80001.0,
        1.5e17,
        -45539.0,
        True,
        time(10, 30),
        timedelta(hours=3),
    ],
)
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    value, fault = read_date(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "date-invalid"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-09-04 10:30:59", "2024-09-04 10:30"),
        ("2024/9/4 9:05", "2024-09-04 09:05"),
        ("2024年9月4日10时30分", "2024-09-04 10:30"),
        ("2024年9月4日 下午3点", "2024-09-04 15:00"),
        ("2024-09-04T10:30:00.000+08:00", "2024-09-04 10:30"),
        ("20240904103000", "2024-09-04 10:30"),
        (45539.4375, "2024-09-04 10:30"),
        (datetime(2024, 9, 4, 10, 29, 59, 999_999), "2024-09-04 10:30"),
        (datetime(2024, 9, 4), "2024-09-04"),
        (date(2024, 9, 4), "2024-09-04"),
        ("2024.9.4", "2024-09-04"),
    ],
)
def test_a_moment_has_its_minute_where_one_is_given(cell: Cell, moment: str) -> None:
    assert read_moment(cell) == (moment, None)


@pytest.mark.parametrize("cell", ["2024-09-04 25:00", "2024-09-04 10:60", "2024-09", "10:30"])
def test_what_is_no_moment_is_refused(cell: str) -> None:
    assert read_moment(cell)[0] is None


@given(st.datetimes(datetime(1955, 1, 1), datetime(2100, 12, 31)))
def test_a_minute_kept_by_excel_comes_back(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0)
    serial = (minute - datetime(1899, 12, 30)) / timedelta(days=1)
    expected = f"{minute:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if serial <= 80000:
        assert read_moment(serial) == (expected, None)
