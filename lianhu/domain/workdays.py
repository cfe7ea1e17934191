"""China's working days: the State Council's yearly notices, not a rule that could be computed.

Which weekdays are off and which weekend days are worked (调休) is announced each November for
the year to come. A year that is not in the table is an error that says so, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianhu.errors import ConflictError, FileRefusedError

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Year:
    """One notice: days off (weekends among them may be left out) and weekend days worked."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str = ""


class Calendar:
    """Working days of the years it knows; ConflictError for any other."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        self.years = dict(sorted(years.items()))
        self._works: dict[date, bool] = {}
        # In order of years: a notice may also name last days of the December before.
        for year in self.years.values():
            self._works |= dict.fromkeys(year.holidays, False)
            self._works |= dict.fromkeys(year.workdays, True)

    @classmethod
    def from_dict(cls, table: Mapping[str, object]) -> Calendar:
        """A calendar from its TOML form; FileRefusedError with a Chinese sentence otherwise.

        ``{"2027": {"holidays": ["2027-01-01", "2027-02-05..2027-02-11"], "workdays": [...],
        "source": "国办发明电…"}}``; days may be texts, ranges or TOML dates.
        """
        return cls({_year_number(name): _year(name, entry) for name, entry in table.items()})

    def extended_by(self, other: Calendar) -> Calendar:
        """Both calendars' years; where both know one, the other's."""
        return Calendar(self.years | other.years)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on the day."""
        if day.year not in self.years:
            raise _unknown_year(day.year)
        works = self._works.get(day)
        return day.weekday() < _SATURDAY if works is None else works

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; the day itself for 0."""
        if count < 0:
            raise ValueError(count)
        while count:
            day += _ONE_DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` up to and with ``end``; negative if reversed.

        The inverse of ``add_workdays``: a deadline passed by two working days gives 2.
        """
        if end < start:
            return -self.workdays_between(end, start)
        return sum(map(self.is_workday, _days_after(start, end)))

    def explain(self, day: date) -> str:
        """What kind of day it is, in words: 2026-02-14（星期六）调休上班."""
        return f"{day}（星期{_WEEKDAYS[day.weekday()]}）{self._kind(day)}"

    def explain_deadline(self, start: date, count: int) -> str:
        """How a deadline comes about, naming days off on weekdays and weekends that are worked."""
        end = self.add_workdays(start, count)
        special = [
            f"{day.month}月{day.day}日{self._kind(day)}"
            for day in _days_after(start, end)
            if self.is_workday(day) != (day.weekday() < _SATURDAY)
        ]
        sentence = f"{start}之后第{count}个工作日是{end}（星期{_WEEKDAYS[end.weekday()]}）"
        return f"{sentence}，其间{'、'.join(special)}。" if special else f"{sentence}。"

    def _kind(self, day: date) -> str:
        if self.is_workday(day):
            return "工作日" if day.weekday() < _SATURDAY else "调休上班"
        return "节假日放假" if day in self._works else "周末休息"


def _days_after(start: date, end: date) -> Iterator[date]:
    for distance in range(1, (end - start).days + 1):
        yield start + timedelta(days=distance)


def _unknown_year(year: int) -> ConflictError:
    return ConflictError(
        f"工作日历里没有{year}年的放假安排，无法推算工作日。",
        f"请把国务院办公厅{year}年的放假通知写进设置的 [calendar.{year}]（lianhu config export 的文件末尾有样子），"
        "再运行 lianhu config import 文件",
    )


def _refused(name: str, why: str) -> FileRefusedError:
    return FileRefusedError(
        f"工作日历“{name}”有误：{why}。",
        '每年一节，写成 holidays = ["2027-01-01", "2027-02-05..2027-02-11"] 和 workdays = [...]。',
    )


def _year_number(name: str) -> int:
    if not (len(name) == 4 and name.isdecimal() and name.isascii()):
        raise _refused(name, "不是四位数的年份")
    return int(name)


def _year(name: str, entry: object) -> Year:
    if not isinstance(entry, Mapping):
        raise _refused(name, "没有写holidays和workdays，"
                       f"要写成：[calendar.{name}] 下面一行 holidays = [\"{name}-01-01\"]，一行 workdays = []")
    unknown = sorted(set(map(str, entry)) - {"holidays", "workdays", "source"})
    if unknown:
        raise _refused(name, f"不认识{unknown[0]}")
    holidays = frozenset(_days(name, entry.get("holidays", [])))
    workdays = frozenset(_days(name, entry.get("workdays", [])))
    if not holidays:
        raise _refused(name, "没有列出放假日期")
    for day in sorted(holidays & workdays):
        raise _refused(name, f"{day}既放假又上班")
    for day in sorted(workdays):
        if day.weekday() < _SATURDAY:
            raise _refused(name, f"{day}不是周六周日，不必列为调休上班")
    return Year(holidays, workdays, str(entry.get("source", "")))


def _days(name: str, listed: object) -> Iterator[date]:
    if not isinstance(listed, list):
        raise _refused(name, "放假和上班日期要写成列表")
    for item in listed:
        first, dots, last = item.partition("..") if isinstance(item, str) else (item, "", "")
        start = _day(name, first)
        end = _day(name, last) if dots else start
        if not start <= end <= start + timedelta(days=31):
            raise _refused(name, f"“{item}”前后颠倒或太长")
        yield from (start, *_days_after(start, end))


def _day(name: str, text: object) -> date:
    if isinstance(text, datetime) or not isinstance(text, str | date):
        raise _refused(name, f"“{text}”不是日期")
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else text
    except ValueError:
        raise _refused(name, f"“{text}”不是日期") from None
    year = int(name)
    # 2011-12-31 was a Saturday worked by the notice for 2012.
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise _refused(name, f"{day}不在{year}年")
    return day


DEFAULT = Calendar.from_dict(
    {
        "2024": {
            "source": "国办发明电〔2023〕7号",
            "holidays": [
                "2024-01-01",
                "2024-02-10..2024-02-17",
                "2024-04-04..2024-04-06",
                "2024-05-01..2024-05-05",
                "2024-06-10",
                "2024-09-15..2024-09-17",
                "2024-10-01..2024-10-07",
            ],
            "workdays": [
                "2024-02-04",
                "2024-02-18",
                "2024-04-07",
                "2024-04-28",
                "2024-05-11",
                "2024-09-14",
                "2024-09-29",
                "2024-10-12",
            ],
        },
        "2025": {
            "source": "国办发明电〔2024〕12号",
            "holidays": [
                "2025-01-01",
                "2025-01-28..2025-02-04",
                "2025-04-04..2025-04-06",
                "2025-05-01..2025-05-05",
                "2025-05-31..2025-06-02",
                "2025-10-01..2025-10-08",
            ],
            "workdays": ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
        },
        "2026": {
            "source": "国办发明电〔2025〕7号",
            "holidays": [
                "2026-01-01..2026-01-03",
                "2026-02-15..2026-02-23",
                "2026-04-04..2026-04-06",
                "2026-05-01..2026-05-05",
                "2026-06-19..2026-06-21",
                "2026-09-25..2026-09-27",
                "2026-10-01..2026-10-07",
            ],
            "workdays": [
                "2026-01-04",
                "2026-02-14",
                "2026-02-28",
                "2026-05-09",
                "2026-09-20",
                "2026-10-10",
            ],
        },
    },
)
