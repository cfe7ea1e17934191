"""What a report is made of: tables of names, numbers and rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Rate(NamedTuple):
    """A share with its numerator and denominator; over nothing it has no value.

    ``unit`` is what is counted (户, 件 …).
    """

    numerator: int
    denominator: int
    unit: str = "件"

    def __str__(self) -> str:
        if not self.denominator:
            return f"—(0{self.unit})"
        return f"{100 * self.numerator / self.denominator:.1f}%({self.numerator}/{self.denominator})"

    def as_json(self) -> dict[str, int]:
        return {"numerator": self.numerator, "denominator": self.denominator}


def hundredths_text(value: int) -> str:
    """A quantity in hundredths as people write it: 117050 → 1170.5, 300 → 3."""
    sign, (whole, part) = "-" if value < 0 else "", divmod(abs(value), 100)
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


class Hundredths(NamedTuple):
    """A quantity kept in hundredths, told exactly: 117050 is 1170.5."""

    value: int

    def __str__(self) -> str:
        return hundredths_text(self.value)

    def as_json(self) -> int | float:
        return float(str(self)) if self.value % 100 else self.value // 100


class Money(Hundredths):
    """Yuan kept in hundredths: 123450 is 1,234.50."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{'-' if self.value < 0 else ''}{abs(self.value) // 100:,}.{abs(self.value) % 100:02d}"

    def as_json(self) -> int | float:
        return Hundredths(self.value).as_json()


Value = str | int | float | bool | Rate | Hundredths | None
Key = int | str | None
"""What records are grouped by: an id, a month or a term; None for records that have none."""


class Origin(NamedTuple):
    """The records that a figure counts: those of an indicator whose dimensions have one of these keys."""

    indicator: str
    limits: tuple[tuple[str, tuple[Key, ...]], ...] = ()


def unopened(_row: int, _column: int) -> tuple[Origin, ...]:
    """The origin of a figure that is not a count of records: none."""
    return ()


@dataclass(eq=False, repr=False)
class Table:
    """A named table. ``totals`` is the last line, shown apart; ``note`` stands beneath it.

    ``origins`` tells of a cell, both counted from 0 and the totals being the row after the last, which
    records it counts: one origin for a count or an amount, numerator and denominator for a rate.
    """

    name: str
    headings: list[str]
    rows: list[list[Value]]
    totals: list[Value] | None = None
    note: str = ""
    origins: Callable[[int, int], tuple[Origin, ...]] = unopened

    def as_json(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "name": self.name, "headings": self.headings, "rows": [_raw(row) for row in self.rows],
        }
        made["totals"] = None if self.totals is None else _raw(self.totals)
        return made


def _raw(row: list[Value]) -> list[Any]:
    return [cell.as_json() if isinstance(cell, Rate | Hundredths) else cell for cell in row]


class Headline(NamedTuple):
    """A figure at the head of a page, and its count in each month that has any (none for a state)."""

    label: str
    value: int | Rate
    unit: str
    months: tuple[tuple[str, int], ...] = ()


class Listing(NamedTuple):
    """The records of an indicator as a table, and of each its key in every dimension."""

    indicator: str
    table: Table
    keys: list[dict[str, Key]]


@dataclass(eq=False, repr=False)
class Report:
    """A named report: its tables, and the period they cover (ISO days; None is open).

    ``headlines`` and ``listings`` are what a page for the browser shows besides.
    """

    name: str
    title: str
    tables: list[Table]
    start: str | None = None
    end: str | None = None
    notes: list[str] = field(default_factory=list)
    headlines: list[Headline] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "report": self.name, "period": {"from": self.start, "to": self.end},
            "tables": [table.as_json() for table in self.tables],
        }


def is_figure(value: Value) -> bool:
    """Whether a value is a figure and not a text, a yes or a no."""
    return isinstance(value, int | float | Rate | Hundredths) and not isinstance(value, bool)


def shown(value: Value) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)
