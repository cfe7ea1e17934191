"""家庭大事: until when one of the five is to be answered by a visit (五必访)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from lianhu.domain.settings import Settings
from lianhu.errors import ConflictError


def visit_due(kind: str, happened_on: str, settings: Settings) -> str | None:
    """The last day for the visit that an event asks for.

    Of an event known only to its month the days count from the month's end. None for a year before
    those whose working days are known; ConflictError for one after them.
    """
    year, month = int(happened_on[:4]), int(happened_on[5:7])
    day = date(year, month, int(happened_on[8:10]) if len(happened_on) > 7 else monthrange(year, month)[1])
    days = settings.event_days[kind]
    if kind in settings.calendar_day_events:
        return (day + timedelta(days=days)).isoformat()
    try:
        due: date = settings.calendar.add_workdays(day, days)
    except ConflictError:
        if year < min(settings.calendar.years):
            return None
        raise
    return due.isoformat()
