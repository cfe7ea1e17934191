"""12345 tickets: when one is due, and what state its dates imply."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lianhu.domain.settings import Settings

SETTLED_STATES = ("已办结", "退单")
"""States of a ticket that nobody has to handle any more."""


def due_of(kind: str, received_at: str, *, urgent: bool, settings: Settings) -> str:
    """The deadline of a ticket: a moment for an urgent one, else the last working day.

    ``received_at`` is ISO text, a moment or a day. Raises ConflictError for a day beyond the known
    calendar of working days.
    """
    if urgent:
        start = datetime.fromisoformat(received_at)
        due = start + timedelta(hours=settings.urgent_hours)
        return due.isoformat(" ", "minutes") if len(received_at) > 10 else due.date().isoformat()
    workdays = settings.ticket_workdays.get(kind, settings.ticket_workdays["其他"])
    day: date = settings.calendar.add_workdays(date.fromisoformat(received_at[:10]), workdays)
    return day.isoformat()


def respond_by(received_at: str, settings: Settings) -> str:
    """The moment by which a ticket is to be signed and its caller contacted.

    For one of which only the day is known, the end of the day ``response_hours`` later.
    """
    by = datetime.fromisoformat(received_at) + timedelta(hours=settings.response_hours)
    return by.isoformat(" ", "minutes") if len(received_at) > 10 else by.date().isoformat()


def state_of(signed_at: str | None, closed_at: str | None) -> str:
    """The state a ticket is in when a sheet does not say."""
    if closed_at:
        return "已办结"
    return "办理中" if signed_at else "待签收"
