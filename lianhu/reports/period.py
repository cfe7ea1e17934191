"""The period of a report: which days fall into it, and the day on which states are looked at."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from lianhu.domain.dates import parse_day, parse_month
from lianhu.errors import UsageError


class Period(NamedTuple):
    """First and last day, either open; and now, beyond which nothing has happened yet."""

    start: date | None
    end: date | None
    now: datetime

    @property
    def day(self) -> date:
        """The day on which states are looked at: the last of the period, at most today."""
        today = self.now.date()
        return min(self.end, today) if self.end is not None else today

    @property
    def moment(self) -> str:
        """The same to the minute, for deadlines: the end of a day that is over, else now."""
        if self.day < self.now.date():
            return f"{self.day} 24:00"
        return self.now.isoformat(" ", "minutes")

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """Text bounds for days, moments and months: ``lower <= day < upper``; None where open.

        A bound that begins a month is that month alone (``2026-03``), which as text stands before
        every day of it and is equal to a day known to the month only: such a record counts as the
        first of its month.
        """
        lower = _bound(self.start) if self.start is not None else None
        upper = _bound(self.end + timedelta(days=1)) if self.end is not None else None
        return lower, upper

    @property
    def words(self) -> str:
        """The period as it stands in a title."""
        if self.start is None:
            return f"截至{chinese_day(self.day if self.end is None else self.end)}"
        if self.end is None:
            return f"{chinese_day(self.start)}以来"
        if self.start.day == 1 and (self.end + timedelta(days=1)).day == 1 and \
                (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return f"{self.start.year}年{self.start.month}月"
        if self.start == self.end:
            return chinese_day(self.start)
        return f"{chinese_day(self.start)}至{chinese_day(self.end)}"


def _bound(day: date) -> str:
    text = day.isoformat()
    return text[:7] if day.day == 1 else text


def chinese_day(day: date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def parse_period(start: str | None, end: str | None, month: str | None, now: datetime) -> Period:
    """The period that --from, --to and --month mean. Raises UsageError for a contradiction."""
    today = now.date()
    if month is not None:
        if start is not None or end is not None:
            raise UsageError("--month 不能和 --from、--to 同用。", "lianhu report --month 本月")
        first, last = parse_month(month, today)
        return Period(first, last, now)
    first_day = parse_day(start, today) if start is not None else None
    last_day = parse_day(end, today) if end is not None else None
    if first_day is not None and last_day is not None and first_day > last_day:
        raise UsageError(f"开始日期 {first_day} 在结束日期 {last_day} 之后。", "请把 --from 和 --to 对调")
    return Period(first_day, last_day, now)
