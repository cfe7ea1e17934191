"""Pictures made of characters, for a terminal: a bar behind a rate, a row of blocks for the months of a figure.

They repeat what the numbers say, without colour, and stand only where there is room for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lianhu.domain.dates import months_through
from lianhu.domain.figures import Rate, Table, Value
from lianhu.files.pictures import picture_of, share

BAR = 8
"""Columns of the terminal that a bar takes."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_GAP = 2
"""Columns between two columns of a table."""
_LEAST_MONTHS = 3


def bar(value: Value, encoding: str | None) -> str:
    """The bar behind a value, a space before it: nothing for what is no rate or a rate over nothing."""
    part = share(value)
    if part is None:
        return " " * (BAR + 1) if isinstance(value, Rate) else ""
    if not _can_show(_EIGHTHS, encoding):
        return " " + ("#" * round(part * BAR)).ljust(BAR, ".")
    eighths = round(part * BAR * 8)
    # What is above nothing is seen to be so.
    whole, rest = divmod(max(eighths, 1) if part else 0, 8)
    return " " + ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(BAR, "·")


def with_bars(
    table: Table, width: Callable[[Value], int], room: int, encoding: str | None
) -> list[list[str]]:
    """What stands behind each cell of each line, the totals last; nothing at all where there is no room for it."""
    lines = [*table.rows, *([table.totals] if table.totals else [])]
    nothing = [[""] * len(line) for line in lines]
    if not any(isinstance(value, Rate) for line in lines for value in line):
        return nothing
    rated = {j for line in lines for j, value in enumerate(line) if isinstance(value, Rate)}
    taken = sum(max(width(value) for value in column) for column in
                zip(table.headings, *lines, strict=True)) + _GAP * len(table.headings)
    if taken + (BAR + 1) * len(rated) > room:
        return nothing
    return [[bar(value, encoding) if isinstance(value, Rate) else " " * (BAR + 1) if j in rated else ""
             for j, value in enumerate(line)] for line in lines]


def trends(table: Table, width: Callable[[str], int], room: int, encoding: str | None) -> list[str]:
    """A line of blocks by month for each figure of a table by month, the empty months among them."""
    picture = picture_of(table)
    if picture is None or picture.kind != "months":
        return []
    rows = [table.rows[at] for at in picture.rows]
    months = months_through([str(row[0]) for row in rows])
    widest = max(width(table.headings[column]) for column in picture.columns)
    lines = []
    for column in picture.columns:
        counts = {str(row[0]): row[column] for row in rows}
        values = [count if isinstance(count := counts.get(month, 0), int) else 0 for month in months]
        most = max(values)
        told = f"最多 {months[values.index(most)]}：{most}"
        kept = max(room - widest - width(told) - 2 * len(months[0]) - 6, _LEAST_MONTHS)
        heading = table.headings[column]
        lines.append(f"{heading}{' ' * (widest - width(heading))}  {months[-kept:][0]} "
                     f"{_blocks(values[-kept:], most, encoding)} {months[-1]}  {told}")
    return lines


def _blocks(values: Sequence[int], most: int, encoding: str | None) -> str:
    marks = _LEVELS if _can_show(_LEVELS, encoding) else "12345678"
    return "".join(marks[(value * len(marks) - 1) // most] if value else "·" if marks is _LEVELS else "0" for value in values)


def _can_show(marks: str, encoding: str | None) -> bool:
    try:
        marks.encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
