"""Days and months as they are typed on the command line."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

from lianhu.errors import UsageError

_YEARS = range(1900, 2101)
_DAY = (
    r"([0-9]{4})(?:([-./])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})[日号])"
)
_MONTH = r"([0-9]{4})(?:[-./]([0-9]{1,2})|([0-9]{2})|年([0-9]{1,2})月份?)"
_DAYS_FROM_TODAY = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
_MONTHS_FROM_NOW = {"上月": -1, "上个月": -1, "本月": 0, "这个月": 0, "下月": 1, "下个月": 1}


def parse_day(text: str, today: date) -> date:
    """The day meant by 2026-11-24, 2026.11.24, 20261124, 今天, 昨天; else UsageError.

    A day without its year is refused: in January, 12-24 could be either year's.
    """
    word = unicodedata.normalize("NFKC", text).strip()
    if word in _DAYS_FROM_TODAY:
        return today + timedelta(days=_DAYS_FROM_TODAY[word])
    match = re.fullmatch(_DAY, word)
    if match:
        year, _, *figures = match.groups()
        month, day = (int(part) for part in figures if part is not None)
        try:
            return _day_in_range(int(year), month, day)
        except ValueError:
            raise UsageError(f"没有“{text}”这一天。", _DAY_HINT) from None
    raise UsageError(f"日期“{text}”看不懂。", _DAY_HINT)


def parse_month(text: str, today: date) -> tuple[date, date]:
    """First and last day of 2026-11, 2026.11, 202611, 2026年11月, 本月, 上月; else UsageError."""
    word = unicodedata.normalize("NFKC", text).strip()
    if word in _MONTHS_FROM_NOW:
        count = today.year * 12 + today.month - 1 + _MONTHS_FROM_NOW[word]
        return _month_days(count // 12, count % 12 + 1)
    match = re.fullmatch(_MONTH, word)
    if match:
        year, month = (int(part) for part in match.groups() if part is not None)
        try:
            return _month_days(year, month)
        except ValueError:
            raise UsageError(f"没有“{text}”这个月。", _MONTH_HINT) from None
    raise UsageError(f"月份“{text}”看不懂。", _MONTH_HINT)


def months_through(months: list[str]) -> list[str]:
    """Every month from the first to the last, so that a line does not skip the empty ones."""
    first, last = min(months), max(months)
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def last_day(text: str) -> date:
    """The day that ISO text tells (a moment's too); of a month, its last."""
    year, month = int(text[:4]), int(text[5:7])
    return date(year, month, int(text[8:10]) if len(text) > len("2026-11") else monthrange(year, month)[1])


_DAY_HINT = "日期请写成2026-11-24、2026.11.24或20261124，也可以写今天、昨天。"
_MONTH_HINT = "月份请写成2026-11、2026.11或202611，也可以写本月、上月。"


def _day_in_range(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise ValueError(year)
    return date(year, month, day)


def _month_days(year: int, month: int) -> tuple[date, date]:
    first = _day_in_range(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)
