"""What every command is given: where the database is and which day it is."""

from __future__ import annotations

import os
import stat
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from lianhu.cli import output
from lianhu.store.connection import Database, open_database


class Context(NamedTuple):
    """The options that stand before the command. ``now`` is local time.

    ``reason`` is why full numbers are looked at or records exported (``--reason``); it goes into the log.
    """

    db: Path
    today: date
    now: datetime
    reason: str = ""

    def open(self, *, create: bool = False) -> Database:
        database = open_database(self.db, create=create)
        database.reason = self.reason
        _warn_of_readers(self.db)
        return database


def _warn_of_readers(path: Path) -> None:
    """Says so when others than the file's owner can read it."""
    # Windows tells rights otherwise: there the mode means nothing.
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        output.note(f"注意：{path} 里有公民个人信息，这台电脑上的别人也能读它。\n→ chmod 600 {path}")


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
