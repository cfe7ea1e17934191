"""How things are shown: Rich tables on a terminal, plain aligned text in a pipe, JSON, CSV.

The only file that knows Rich, and it imports it only when a terminal is there. Cells are data, never
markup: a household called ``[bold]某某`` is shown by that name.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from lianhu.errors import UnconfirmedError

if TYPE_CHECKING:
    from lianhu.domain.figures import Table, Value

Result = TypeVar("Result")


def say(text: str = "") -> None:
    """A line of the answer, to stdout."""
    print(text)


def note(text: str) -> None:
    """A remark, warning or next step, to stderr, so that pipes carry the answer only."""
    print(text, file=sys.stderr)


def show_json(document: Any) -> None:
    """One JSON document, and nothing else, on stdout."""
    import json

    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def show_csv(tables: Sequence[Table]) -> None:
    """Tables as CSV; more than one are set apart by an empty line, each under its name."""
    import csv

    from lianhu.files.report_files import csv_lines

    csv.writer(sys.stdout, lineterminator="\n").writerows(csv_lines(tables))


def show_table(table: Table) -> None:
    """A table for a person: drawn on a terminal, plain and uncut in a pipe."""
    if sys.stdout.isatty():
        _draw(table)
    else:
        _write_plain(table)


def show_tables(
    tables: Sequence[Table], *, as_json: Any = None, json_wanted: bool = False, csv_wanted: bool = False
) -> None:
    """Tables in the format the flags ask for; ``as_json`` is the document for --json."""
    if json_wanted:
        show_json(as_json)
    elif csv_wanted:
        show_csv(tables)
    else:
        for number, table in enumerate(tables):
            if number:
                say()
            show_table(table)


def width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two."""
    return len(text) if text.isascii() else _wide(text)


@cache
def _wide(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_NO_TEXT = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ") | dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Line ends and control characters, which would break a row or move the cursor, and marks that turn text round."""


def _line(value: Value) -> str:
    """A value on one line, as data: what a terminal would obey is taken out."""
    if type(value) is int:
        return str(value)
    from lianhu.domain.figures import shown

    return shown(value).replace("\r\n", " ").translate(_NO_TEXT)


def _write_plain(table: Table) -> None:
    rows = [[_line(cell) for cell in row] for row in table.rows]
    body = [table.headings, *rows, *([[_line(cell) for cell in table.totals]] if table.totals else [])]
    widths = [max(width(row[j]) for row in body if j < len(row)) for j in range(len(table.headings))]
    right = _right_aligned(table)
    if table.name:
        say(table.name)
    for row in body:
        parts = []
        for j, cell in enumerate(row):
            gap = " " * (widths[j] - width(cell))
            parts.append(gap + cell if right[j] else cell + gap)
        say("  ".join(parts).rstrip())
    if table.note:
        say(table.note)


def _right_aligned(table: Table) -> list[bool]:
    """Which columns hold numbers and rates, and nothing else."""
    from lianhu.domain.figures import Hundredths, Money, Rate

    numbers = {int, float, Rate, Hundredths, Money}
    lines = [*table.rows, *([table.totals] if table.totals else [])]
    kinds = [{type(row[j]) for row in lines if j < len(row)} for j in range(len(table.headings))]
    return [bool(found & numbers) and found <= {*numbers, type(None)} for found in kinds]


def _draw(table: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from lianhu.cli import blocks

    drawn = RichTable(
        title=Text(table.name, style="bold") if table.name else None, title_justify="left",
        box=box.SIMPLE_HEAD, show_footer=False, pad_edge=False, collapse_padding=True, highlight=False,
        caption=Text(table.note) if table.note else None, caption_justify="left")
    console = Console(highlight=False, markup=False, emoji=False)
    whole = _unbroken(table, console.width)
    for heading, right, unbroken in zip(table.headings, _right_aligned(table), whole, strict=True):
        drawn.add_column(Text(heading), justify="right" if right else "left", overflow="fold", no_wrap=unbroken)
    shown = blocks.with_bars(table, lambda value: width(_line(value)), console.width, sys.stdout.encoding)
    for row, bars in zip(table.rows, shown, strict=False):
        drawn.add_row(*(Text(_line(cell) + bar) for cell, bar in zip(row, bars, strict=True)))
    if table.totals:
        drawn.add_section()
        drawn.add_row(*(Text(_line(cell) + bar, style="bold") for cell, bar in zip(table.totals, shown[-1], strict=True)))
    console.print(drawn)
    for line in blocks.trends(table, width, console.width, sys.stdout.encoding):
        console.print(Text(line), soft_wrap=True)


_LEAST_TEXT = 6
"""Columns of the terminal that a column of Chinese text is left at the least."""


def _unbroken(table: Table, room: int) -> list[bool]:
    """Which columns hold codes, dates and numbers only, which nobody can read when they are broken.

    None of them where the terminal is too narrow to keep them whole: then nothing may be cut off.
    """
    lines = [*table.rows, *([table.totals] if table.totals else [])]
    columns = [[_line(line[j]) for line in lines if j < len(line)] for j in range(len(table.headings))]
    whole = [all(cell.isascii() or _is_masked(cell) for cell in cells) for cells in columns]
    widths = [max(map(width, [heading, *cells])) for heading, cells in zip(table.headings, columns, strict=True)]
    needed = sum(w if unbroken else min(w, _LEAST_TEXT) for w, unbroken in zip(widths, whole, strict=True))
    return whole if needed + 2 * len(columns) <= room else [False] * len(columns)


def _is_masked(cell: str) -> bool:
    """Numbers and rates: 138****8000、0482-***3456, 100.0%(1/1), —(0件)."""
    return not any("\u3400" <= c <= "\u9fff" and c not in "户件次人份条" for c in cell)


@contextmanager
def progress() -> Iterator[Any]:
    """A function ``report(what, done, total)`` that moves a bar on a terminal, and elsewhere is silent."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
                   TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task("", total=1)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def ask(question: str, default: str = "") -> str:
    """Asks on a terminal and gives the answer back, trimmed; the default on an empty one."""
    sys.stderr.write(f"{question}{f'（回车 = {default}）' if default else ''}：")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip() or default


def ask_unseen(question: str) -> str:
    """Asks on a terminal for what must not be seen, and gives it back as it was typed."""
    from getpass import getpass

    try:
        return getpass(f"{question}：", stream=sys.stderr)
    except EOFError as error:
        raise KeyboardInterrupt from error


def confirmed(question: str) -> bool:
    """Whether the answer, from a person or out of a pipe, is yes; no answer is a no."""
    sys.stderr.write(f"{question}（y/N）：")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():
        # What a person types ends the line on the screen; what comes from a pipe does not.
        sys.stderr.write("\n")
    return answer.strip().lower() in {"y", "yes", "是", "好"}


def insisted(act: Callable[[frozenset[str]], Result], *, yes: bool) -> Result:
    """What ``act`` gives back, once a person has agreed to the reasons it names against it.

    ``act`` is given the reasons agreed to; with ``yes`` they are told instead of asked. Raises the
    UnconfirmedError of ``act`` when the answer is no.
    """
    agreed: frozenset[str] = frozenset()
    while True:
        try:
            return act(agreed)
        except UnconfirmedError as error:
            if yes:
                note(f"注意：{'；'.join(error.reasons)}。")
            elif not confirmed(error.question):
                raise
            agreed |= set(error.reasons)


def on_terminal() -> bool:
    """Whether a person can be asked: both ends of the conversation are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()
