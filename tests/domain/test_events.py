"""Until when an event asks for a visit."""

from __future__ import annotations

import pytest

from lianhu.domain.events import visit_due
from lianhu.domain.settings import Settings, parse_settings
from lianhu.errors import ConflictError


@pytest.mark.parametrize(("happened_on", "due"), [
    ("2026-11-24", "2026-11-27"),
    ("2026-11-20", "2026-11-25"),  # a Friday
    ("2026-09-24", "2026-09-30"),  # 中秋 25-27 September
    ("2026-09-30", "2026-10-10"),  # 国庆, and 10 October is a Saturday that is worked
    ("2026-10", "2026-11-04"),  # the month's end, a Saturday
    ("2026-02", "2026-03-04"),
    ("2025-12-31", "2026-01-06"),
])
def test_three_working_days_after(happened_on: str, due: str):
    assert visit_due("生病住院", happened_on, Settings()) == due


def test_days_and_the_way_of_counting_are_the_towns():
    settings = parse_settings('[events]\ncalendar_days = ["意外灾害"]\n[events.days]\n"意外灾害" = 1\n"生病住院" = 5')
    assert visit_due("意外灾害", "2026-11-20", settings) == "2026-11-21"
    assert visit_due("意外灾害", "2026-02", settings) == "2026-03-01"
    assert visit_due("生病住院", "2026-11-20", settings) == "2026-11-27"


@pytest.mark.parametrize("happened_on", ["2019-05-06", "2019-05", "2023-12-28"])
def test_years_before_the_calendar_have_no_deadline(happened_on: str):
    assert visit_due("生病住院", happened_on, Settings()) is None


@pytest.mark.parametrize("happened_on", ["2027-01-04", "2026-12-30", "2026-12"])
def test_a_year_after_it_is_refused_with_how_to_load_it(happened_on: str):
    with pytest.raises(ConflictError, match="2027年") as refused:
        visit_due("生病住院", happened_on, Settings())
    assert "lianhu config import" in refused.value.hint


def test_calendar_days_need_no_calendar():
    settings = parse_settings('[events]\ncalendar_days = ["意外灾害"]')
    assert visit_due("意外灾害", "2027-01-04", settings) == "2027-01-07"


def test_a_year_that_the_town_has_loaded_is_known():
    settings = parse_settings('[calendar.2027]\nholidays = ["2027-01-01..2027-01-03"]\nworkdays = []')
    assert visit_due("生病住院", "2026-12-30", settings) == "2027-01-05"
