"""When a ticket is due, in working days, and the state that its dates imply."""

from __future__ import annotations

import pytest

from lianhu.domain.settings import Settings, parse_settings
from lianhu.domain.tickets import due_of, state_of
from lianhu.errors import LianhuError


@pytest.mark.parametrize(("kind", "due"), [
    ("咨询", "2026-03-03"), ("求助", "2026-03-05"), ("建议", "2026-03-09"), ("投诉", "2026-03-11"), ("举报", "2026-03-11"),
    ("不在表里的", "2026-03-09")])
def test_the_days_of_its_kind_after_a_monday(kind: str, due: str):
    assert due_of(kind, "2026-03-02 16:30", urgent=False, settings=Settings()) == due
    assert due_of(kind, "2026-03-02", urgent=False, settings=Settings()) == due


def test_holidays_and_moved_working_days_count_as_they_are():
    # 国庆 2026: 1 to 7 October are off, Saturday 10 October is worked.
    assert due_of("咨询", "2026-09-30", urgent=False, settings=Settings()) == "2026-10-08"
    assert due_of("求助", "2026-09-30", urgent=False, settings=Settings()) == "2026-10-10"


def test_an_urgent_one_is_due_in_24_hours_holiday_or_not():
    assert due_of("求助", "2026-09-30 16:30", urgent=True, settings=Settings()) == "2026-10-01 16:30"
    assert due_of("求助", "2026-09-30", urgent=True, settings=Settings()) == "2026-10-01"
    twelve = parse_settings("[tickets]\nurgent_hours = 12")
    assert due_of("求助", "2026-09-30 16:30", urgent=True, settings=twelve) == "2026-10-01 04:30"


def test_beyond_the_known_calendar_there_is_no_guess():
    with pytest.raises(LianhuError, match="2031"):
        due_of("求助", "2031-03-02", urgent=False, settings=Settings())


def test_the_state_follows_from_the_dates():
    assert state_of(None, None) == "待签收"
    assert state_of("2026-03-02", None) == "办理中"
    assert state_of("2026-03-02", "2026-03-04") == "已办结"
    assert state_of(None, "2026-03-04") == "已办结"
