"""A sheet as the program sees it: cells at their Excel coordinates, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | datetime | time | timedelta | None
"""What a cell holds; ``None`` is a blank. Numbers from workbooks are floats, as Excel keeps them."""


@dataclass(slots=True)
class Merge:
    """A merged range; all four bounds count from 1 and belong to the range."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One visible sheet.

    ``rows[i]`` is Excel's row ``i + 1`` and its item ``j`` is column ``j + 1``; rows may be of
    different lengths (trailing blanks are not kept). Every cell of a merged range holds the
    range's value. ``faults`` names cells that have no usable value: an error such as ``#REF!``,
    or ``uncached`` for a formula saved without its result; keys are (row, column) from 1.
    """

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def column_letter(column: int) -> str:
    """Excel's letters of a column counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def coordinate(row: int, column: int) -> str:
    """Excel's name of a cell, both counted from 1: (17, 4) → D17."""
    return f"{column_letter(column)}{row}"
