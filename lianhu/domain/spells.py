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


def overlap(spell: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """Whether two spells (first day, end) share a day for certain; one whose first day is not known does not."""
    (started, ended), (other_started, other_ended) = spell, other
    if started is None or other_started is None:
        return False
    return ((other_ended is None or is_before(started, other_ended)) and (ended is None or is_before(other_started, ended)))
