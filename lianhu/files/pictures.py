"""Which picture a table of figures is worth: bars, bars in parts, or lines by month; the same in every kind of file."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal, NamedTuple

from lianhu.domain.figures import Rate, Table

MOST_BARS = 80
"""Lines of a table beyond which bars could not be told apart: lists of persons, above all, have no picture."""
MOST_LINES = 6
"""Figures by month that are drawn for one table."""


class Picture(NamedTuple):
    """What to draw of a table: the rows, from 0, the columns of the figures, and the columns of the labels.

    ``parts`` are columns that share out one figure, ``bars`` one figure of each row, ``months`` figures by month.
    """

    kind: Literal["bars", "parts", "months"]
    rows: range
    columns: tuple[int, ...]
    labels: tuple[int, ...]
    title: str


def picture_of(table: Table) -> Picture | None:
    """The picture of a table; None where there is nothing to compare."""
    if table.headings == ["项目", "数量", "单位"]:
        return _of_list(table)
    counts = [j for j in range(len(table.headings)) if _is_count(table, j)]
    most = len(table.rows) if table.headings[:1] == ["月份"] else MOST_BARS
    if not counts or not 2 <= len(table.rows) <= most or "编号" in table.headings or not any(
            row[j] for row in table.rows for j in counts):
        return None
    labels = tuple(range(counts[0]))
    rows = range(len(table.rows))
    if not labels:
        return None
    if table.headings[0] == "月份":
        columns = tuple(j for j in counts if any(row[j] for row in table.rows))[:MOST_LINES]
        months = range(sum(_is_month(row[0]) for row in table.rows))
        return Picture("months", months, columns, labels, f"{table.name}逐月") if len(months) > 1 and columns else None
    parts = _parts(table, counts)
    if parts:
        return Picture("parts", rows, parts, labels, table.name)
    return Picture("bars", rows, (counts[0],), labels, f"{table.name}：{table.headings[counts[0]]}")


def _of_list(table: Table) -> Picture | None:
    """The longest run of counts in one unit, where it is at least half of all counts."""
    best = run = range(0)
    for number, row in enumerate(table.rows):
        same = len(run) > 0 and run.stop == number and row[2] == table.rows[run.start][2]
        run = (range(run.start if same else number, number + 1)) if isinstance(row[1], int) else range(0)
        best = max(best, run, key=len)
    counts = sum(isinstance(row[1], int) for row in table.rows)
    if len(best) < 2 or len(best) * 2 < counts or not any(table.rows[at][1] for at in best):
        return None
    return Picture("bars", best, (1,), (0,), f"{table.name}（{table.rows[best.start][2]}）")


def _is_count(table: Table, column: int) -> bool:
    return bool(table.rows) and all(isinstance(row[column], int) and not isinstance(row[column], bool) for row in table.rows)


def _parts(table: Table, counts: list[int]) -> tuple[int, ...]:
    """The columns that share out one figure by its kinds or outcomes; none where there is but one."""
    shared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for column in counts:
        for origin in table.origins(0, column):
            dimension, keys = origin.limits[0] if len(origin.limits) > 1 else ("", ())
            if dimension in {"kind", "outcome"} and len(keys) == 1:
                shared[origin.indicator, dimension].append(column)
    return next((tuple(columns) for columns in shared.values() if len(columns) > 1), ())


def _is_month(value: object) -> bool:
    return isinstance(value, str) and len(value) == len("2026-11") and value[4] == "-" and value.replace("-", "").isdigit()


def share(value: object) -> float | None:
    """The part of one that a rate comes to, for a bar; None for what has none."""
    if isinstance(value, Rate) and value.denominator:
        return min(1.0, value.numerator / value.denominator)
    return None
