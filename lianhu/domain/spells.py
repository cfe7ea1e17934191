"""Dated spells: who held what on a day. A spell ends on the first day it no longer holds."""

from __future__ import annotations

NOT_YET = "0001-01-01"
"""The first day of the closure that stands for the time before a household came to be by a split."""


def covers(started_on: str, ended_on: str | None, day: str) -> bool:
    """Whether a spell holds on a day. A day known only to its month means the month's end."""
    if len(day) == 7:
        day += "-31"
    return started_on <= day and (ended_on is None or ended_on > day)


def is_before(day: str, other: str) -> bool:
    """Whether a day is before another; where one is known to its month only, months are compared."""
    return day[:len(other)] < other[:len(day)]
