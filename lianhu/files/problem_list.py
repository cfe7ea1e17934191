"""The list of rows that need mending, in the shape of their source, ready to be imported again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lianhu.domain.headings import Layout
from lianhu.domain.identity import village_key
from lianhu.domain.rows import Problem
from lianhu.domain.table import Cell, Sheet
from lianhu.domain.titles import village_named
from lianhu.errors import FileRefusedError
from lianhu.files.safe import replacing
from lianhu.files.sheets import put_text, sheet_name

SUFFIX = "-问题清单"
COLUMN = "问题"

Listed = tuple[Sheet, Layout, list[Problem]]


def problem_list_path(source: Path, taken: set[Path]) -> Path:
    """Where the list of a source goes: beside it, ``名册.xlsx`` → ``名册-问题清单.xlsx``.

    A list that is itself imported gets its remaining problems under its own name.
    """
    stem = source.stem.removesuffix(SUFFIX)
    target = source.with_name(f"{stem}{SUFFIX}.xlsx")
    return target if target not in taken else source.with_name(f"{source.name}{SUFFIX}.xlsx")


def write_problem_list(target: Path, listed: Sequence[Listed]) -> Path:
    """Writes the list and gives back where it went.

    Where the place beside the source cannot be written (a stick, a file held open by Excel) the list
    goes into the current folder, so that no row is lost.
    """
    try:
        _write(target, listed)
    except FileRefusedError:
        target = Path.cwd() / f"{target.stem}-2.xlsx" if target.parent == Path.cwd() else Path.cwd() / target.name
        _write(target, listed)
    return target


def _write(target: Path, listed: Sequence[Listed]) -> None:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    book.remove(book.worksheets[0])
    bad, doubtful = PatternFill("solid", fgColor="F8CBAD"), PatternFill("solid", fgColor="FFE699")
    names: set[str] = set()
    for sheet, layout, problems in listed:
        out = book.create_sheet(sheet_name(_telling_name(sheet, layout), names))
        width = max((len(row) for row in sheet.rows[:layout.header[1]]), default=0)
        width = max(width, max((h.position for h in layout.headings), default=0))
        old = next((h.position for h in layout.headings if h.text == COLUMN), None)
        last = old or width + 1
        by_row: dict[int, list[Problem]] = defaultdict(list)
        for problem in problems:
            if problem.level != "note" and problem.row > layout.header[1]:
                by_row[problem.row].append(problem)
        for row in range(1, layout.header[1] + 1):
            _put_row(out, row, sheet.rows[row - 1])
        out.cell(layout.header[1], last, COLUMN).font = Font(bold=True)
        for merge in sheet.merges:
            if merge.bottom <= layout.header[1] and (merge.bottom > merge.top or merge.right > merge.left):
                out.merge_cells(start_row=merge.top, end_row=merge.bottom,
                                start_column=merge.left, end_column=merge.right)
        for at, (number, found) in enumerate(sorted(by_row.items()), layout.header[1] + 1):
            _put_row(out, at, sheet.rows[number - 1] if number <= len(sheet.rows) else [])
            for heading in layout.headings:
                if heading.column is not None and heading.column.kind in {"id", "number", "phones"}:
                    out.cell(at, heading.position).number_format = "@"
            for problem in found:
                if problem.cell:
                    column = "".join(c for c in problem.cell if c.isalpha())
                    cell = out[f"{column}{at}"]
                    cell.fill = bad if problem.level == "error" else doubtful
                    cell.comment = Comment(problem.message, "lianhu")
            cell = out.cell(at, last)
            put_text(cell, "；".join(dict.fromkeys(
                f"第{number}行 {problem.heading}：{problem.message}" for problem in found)))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        out.column_dimensions[out.cell(1, last).column_letter].width = 60
        out.freeze_panes = out.cell(layout.header[1] + 1, 1)
    with replacing(target) as scratch:
        book.save(scratch)


def _telling_name(sheet: Sheet, layout: Layout) -> str:
    """The sheet's name, with the village in brackets where only --village or the file's name told it."""
    if not layout.village or any(h.column and h.column.field == "village" for h in layout.headings):
        return sheet.name
    titles = [cell for row in sheet.rows[:layout.header[0] - 1] for cell in row if isinstance(cell, str)]
    told = village_named(sheet.name, titles)
    return sheet.name if village_key(told) == village_key(layout.village) else f"{sheet.name[:15]}({layout.village})"


def _put_row(out: Any, number: int, cells: Sequence[Cell]) -> None:
    for j, value in enumerate(cells, 1):
        if isinstance(value, str):
            put_text(out.cell(number, j), value)
        elif value is not None:
            # 15 figures are all that Excel kept; as a whole number they are shown as they were typed.
            out.cell(number, j).value = int(value) if isinstance(value, float) and value.is_integer() else value
