"""What every command is given: where the database is and which day it is."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from lianhu.store.connection import Database, open_database


class Context(NamedTuple):
    """The options that stand before the command. ``now`` is local time."""

    db: Path
    today: date
    now: datetime

    def open(self, *, create: bool = False) -> Database:
        return open_database(self.db, create=create)


def chosen_day(text: str | None) -> tuple[date, datetime]:
    """Today and now; a fixed day has a fixed hour too, so that output is repeatable."""
    now = datetime.now()
    if text is None:
        return now.date(), now
    from lianhu.domain.dates import parse_day

    day = parse_day(text, now.date())
    return day, datetime.combine(day, time(9))


def of(ctx: Any) -> Context:
    """The Context of a Typer context."""
    context: Context = ctx.obj
    return context
