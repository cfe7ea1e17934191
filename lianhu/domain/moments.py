"""Days and minutes read from cells, in the spellings that Chinese offices use."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lianhu.domain.cells import LARGEST_EXACT, NOTHING, Fault, Reading, exact, quoted, tidy
from lianhu.domain.table import Cell

_YEARS = range(1900, 2101)
# Serial numbers count days of Excel's 1900 system; below 20000 (1954) a number is more likely
# a quantity in the wrong column, and 80000 is the year 2119.
_SERIALS = (20000, 80000)
_FIRST_BIRTH_SERIAL = 10000
"""18 May 1927: in a column of birthdays a smaller number is no quantity either."""

_EXCEL_EPOCH = datetime.combine(date(1899, 12, 30), time())
# A two-digit year is of this century up to five years from now, so that deadlines are read too.
_YEARS_AHEAD = 5
_LATEST_SHORT_YEAR = 50

# Patterns are compiled when first needed, see ``names``.
_TAIL = (
    r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
    r"(?:[\sT,]*(?P<half>上午|下午|中午|早上|晚上|凌晨)?\s*"
    r"(?P<hour>[0-9]{1,2})(?:\s*[:时点]\s*(?:(?P<minute>[0-9]{1,2})\s*分?(?:[:.]?[0-9]{1,2}秒?"
    r"(?:\.[0-9]+)?)?)?)(?:Z|[+-][0-9]{2}:?[0-9]{2})?|\s*(?:上午|下午|中午|早上|晚上|凌晨))?"
)
_SEPARATOR = r"\s*[-./、,\\·_]\s*"
_DAY = (
    r"(?P<year>[0-9]{4}|[0-9]{2})"
    rf"(?:(?P<sign>{_SEPARATOR})(?P<month>[0-9]{{1,2}}){_SEPARATOR}(?P<day>[0-9]{{1,2}})"
    r"|\s*年\s*(?P<month2>[0-9]{1,2})\s*(?:月|[-./])\s*(?P<day2>[0-9]{1,2}))\s*[日号]?" + _TAIL
)
_COMPACT = (
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:[\sT]*(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})(?::?[0-9]{2})?)?"
)
_MONTH = (
    r"(?P<year>[0-9]{4})(?:\s*[-./年、·]\s*(?P<month>[0-9]{1,2})|(?P<month2>[0-9]{2}))\s*月?份?"
)
_SERIAL = r"[1-7][0-9]{4}(?:\.[0-9]+)?"

_ADVICE = "请写成2024-09-04的样子"


class _Moment(NamedTuple):
    """What a cell says: ``day`` 0 when only the month is given, ``clock`` "" without a time."""

    year: int
    month: int
    day: int
    clock: str = ""


def read_date(
    cell: Cell, *, month_ok: bool = False, today: date | None = None, birth: bool = False
) -> Reading[str]:
    """A day as 2024-09-04, or a month as 2024-09 where ``month_ok`` allows it.

    Understands dates, serial numbers, 2024.9.4, 2024年9月4日, 20240904, 24.9.4 and the like; a
    time or weekday behind it is left out. The number 2023.1 may be 2023.10 with its last figure
    dropped by Excel and is refused. ``today`` decides the century of two-digit years; ``birth``
    lets serial numbers go back to 1927.
    """
    if type(cell) is str and len(cell) == 10 and cell.isascii() and cell[4] == cell[7] == "-":
        try:
            if date.fromisoformat(cell).year in _YEARS:
                return cell, None
        except ValueError:
            pass
    moment, fault = _read(cell, today, _FIRST_BIRTH_SERIAL if birth else _SERIALS[0])
    if moment is None:
        return None, fault
    if moment.day:
        return f"{moment.year}-{moment.month:02}-{moment.day:02}", None
    if month_ok:
        return f"{moment.year}-{moment.month:02}", None
    return None, _invalid(f"{moment.year}年{moment.month}月", "没有写哪一天")


def read_moment(cell: Cell) -> Reading[str]:
    """A minute as "2024-09-04 10:30", or the day alone when no time is given."""
    moment, fault = _read(cell, None, _SERIALS[0])
    if moment is None:
        return None, fault
    if not moment.day:
        return None, _invalid(f"{moment.year}年{moment.month}月", "没有写哪一天")
    day = f"{moment.year}-{moment.month:02}-{moment.day:02}"
    return (f"{day} {moment.clock}" if moment.clock else day), None


def _read(cell: Cell, today: date | None, first_serial: int) -> Reading[_Moment]:
    if cell is None:
        return None, None
    if isinstance(cell, datetime):
        return _of_datetime(cell)
    if isinstance(cell, date):
        return _checked(str(cell), _Moment(cell.year, cell.month, cell.day))
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", tidy(cell)).replace("。", ".")
        text = text.replace("–", "-").replace("—", "-").strip("'‘’`")
        return (None, None) if text in NOTHING or text == "0" else _of_text(text, today, first_serial)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell, first_serial)
    return None, _invalid(str(cell), "不是日期")


def _of_datetime(moment: datetime) -> Reading[_Moment]:
    # Excel keeps 10:30 as a fraction of a day, which may come back as 10:29:59.999999.
    moment += timedelta(milliseconds=500)
    has_time = moment.hour or moment.minute or moment.second
    clock = f"{moment:%H:%M}" if has_time else ""
    return _checked(str(moment.date()), _Moment(moment.year, moment.month, moment.day, clock))


def _of_number(number: float, first_serial: int) -> Reading[_Moment]:
    if number == 0:  # A formula that points to a blank cell yields 0.
        return None, None
    if first_serial <= number <= _SERIALS[1]:
        return _of_datetime(_EXCEL_EPOCH + timedelta(days=number))
    text = f"{exact(number):f}" if abs(number) < LARGEST_EXACT else str(number)
    if re.fullmatch(r"(?:19|20|21)[0-9]{2}\.1", text):
        why = f"可能是{text[:4]}年1月，也可能是10月（Excel会去掉末尾的0）"
        return None, _invalid(text, why, f"请写成{text[:4]}-01或{text[:4]}-10，并把该列设为文本")
    return _of_text(text, None, first_serial)


def _of_text(text: str, today: date | None, first_serial: int) -> Reading[_Moment]:
    match = re.fullmatch(_DAY, text) or re.fullmatch(_COMPACT, text)
    if match:
        return _of_parts(text, match, today)
    match = re.fullmatch(_MONTH, text)
    if match:
        month = int(match["month"] or match["month2"])
        return _checked(text, _Moment(int(match["year"]), month, 0))
    if re.fullmatch(_SERIAL, text) and float(text) >= first_serial:
        return _of_datetime(_EXCEL_EPOCH + timedelta(days=float(text)))
    if re.fullmatch(r"[0-9]{4}年?", text):
        return None, _invalid(text, "只有年份")
    if re.fullmatch(r"[0-9]{1,2}(?:月|[-./])[0-9]{1,2}[日号]?", text):
        return None, _invalid(text, "没有写哪一年")
    return None, _invalid(text, "不是日期")


def _of_parts(text: str, match: re.Match[str], today: date | None) -> Reading[_Moment]:
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) < len("2024"):
        # Excel's American text form 10/12/24 means October 12; only a first figure that cannot
        # be a month is surely a year. With dots or 年 the year always comes first in China.
        if (parts["sign"] or "").strip() in {"/", "-"} and year <= 12:
            return None, _invalid(text, "分不清年月日的先后")
        latest = today.year % 100 + _YEARS_AHEAD if today else _LATEST_SHORT_YEAR
        year += 2000 if year <= latest else 1900
    month = int(parts["month"] or parts["month2"])
    day = int(parts["day"] or parts["day2"])
    clock = _clock(parts.get("half"), parts["hour"], parts["minute"])
    if day == 0 or clock is None:
        return None, _invalid(text, "不是一个存在的日期或时间")
    return _checked(text, _Moment(year, month, day, clock))


def _clock(half: str | None, hour: str | None, minute: str | None) -> str | None:
    """The time as 10:30, "" without one, None when there is no such time."""
    if hour is None:
        return ""
    hours, minutes = int(hour), int(minute or 0)
    if half in {"下午", "晚上"} and hours < 12:
        hours += 12
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None


def _checked(text: str, moment: _Moment) -> Reading[_Moment]:
    if moment.year not in _YEARS:
        return None, _invalid(text, f"年份不在{_YEARS[0]}到{_YEARS[-1]}之间")
    try:
        date(moment.year, moment.month, moment.day or 1)
    except ValueError:
        return None, _invalid(text, "不是一个存在的日期")
    return moment, None


def _invalid(text: str, why: str, advice: str = _ADVICE) -> Fault:
    return Fault("date-invalid", f"日期{quoted(text)}{why}，{advice}。")
