"""家庭大事: until when one of the five is to be answered by a visit (五必访), and which visit speaks of which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from lianhu.domain.dates import last_day
from lianhu.domain.settings import Settings
from lianhu.errors import ConflictError

SAME_EVENT_DAYS = 30
"""A visit with an occasion belongs to an event of that kind up to so many days before; else it makes one."""


def visit_due(kind: str, happened_on: str, settings: Settings) -> str | None:
    """The last day for the visit that an event asks for.

    Of an event known only to its month the days count from the month's end. None for a year before
    those whose working days are known; ConflictError for one after them.
    """
    day, days = last_day(happened_on), settings.event_days[kind]
    if kind in settings.calendar_day_events:
        return (day + timedelta(days=days)).isoformat()
    try:
        due: date = settings.calendar.add_workdays(day, days)
    except ConflictError:
        if day.year < min(settings.calendar.years):
            return None
        raise
    return due.isoformat()


def due_of_visited(kind: str, day: str, settings: Settings) -> str | None:
    """``visit_due`` of an event that a visit makes; None in a year not known yet.

    That very visit answers it, so it need not wait for the year's calendar.
    """
    try:
        return visit_due(kind, day, settings)
    except ConflictError:
        return None


def is_known(happened_on: Iterable[str], visited_on: str) -> bool:
    """Whether a visit speaks of one of these events of its kind, by their days; a month stands for any of its days."""
    visited = last_day(visited_on)
    since = (visited - timedelta(days=SAME_EVENT_DAYS)).isoformat()
    return any(day <= visited.isoformat() and (day >= since or day == since[:7]) for day in happened_on)
