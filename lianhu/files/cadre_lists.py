"""The cadres' lists of a village on one sheet: a block a cadre, none broken by the end of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from lianhu.files.paper import SUBTITLE, Paper, height_of, lines_of


class CadreLine(Protocol):
    """What a line of a cadre's list shows."""

    @property
    def household(self) -> str: ...
    @property
    def head_name(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def situation(self) -> str: ...
    @property
    def needs(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def reason(self) -> str: ...


class CadreList(Protocol):
    """One cadre's households under a title and a line about it."""

    @property
    def title(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def lines(self) -> Sequence[CadreLine]: ...


COLUMNS = (("序号", 5), ("户编号", 8.5), ("户主姓名", 12), ("村、组/屯", 12), ("户情类别", 19), ("需求", 12), ("户联系电话", 13),
           ("结对理由", 18.5), ("签字", 9))
"""Headings and widths in characters. They fit an A4 page across at full size, also in a font whose figures
are 9 pixels wide: Excel keeps no page breaks on a sheet that is to be fitted to the page."""

PAGE_HEIGHT = 465.0
"""Points that rows may take on a page; a little less than there is, since each program measures its own way."""

_TITLE_LINE, _ABOUT, _HEAD, _GAP = 24.0, 17.0, 20.0, 16.0
_TITLE_WIDTH = 80.0
"""Characters of a title, which are larger, that stand on one line."""


def add_lists(sheet: Any, title: str, lists: Sequence[CadreList], paper: Paper) -> None:
    """Fills the sheet; ``title`` stands at the head of each page."""
    from openpyxl.worksheet.pagebreak import Break

    row, used = 1, 0.0
    for each in lists:
        for name, first, lines in _parts(each):
            needed = _frame(name) + sum(height for _, height in lines)
            if used and used + needed > PAGE_HEIGHT:
                sheet.row_breaks.append(Break(id=row - 1))
                used = 0.0
            row = _add_block(sheet, row, name, each.about, first, lines, paper)
            used += needed
    paper.set_page(sheet, COLUMNS, head=title)


def _title_height(title: str) -> float:
    return _TITLE_LINE * lines_of(title, _TITLE_WIDTH)


def _frame(title: str) -> float:
    """The height of what stands around the lines of a list."""
    return _title_height(title) + _ABOUT + _HEAD + _GAP


def _parts(each: CadreList) -> Iterator[tuple[str, int, list[tuple[tuple[str, ...], float]]]]:
    """The list in parts that fit a page: title, number of the first line, the lines' texts and heights."""
    part: list[tuple[tuple[str, ...], float]] = []
    name, first, used = each.title, 1, _frame(each.title)
    for number, line in enumerate(each.lines, 1):
        texts = (line.household, line.head_name, line.place, line.situation, line.needs, line.phone, line.reason, "")
        height = height_of(texts, COLUMNS[1:])
        if part and used + height > PAGE_HEIGHT:
            yield name, first, part
            part, name, first = [], f"{each.title}（续）", number
            used = _frame(name)
        part.append((texts, height))
        used += height
    yield name, first, part


def _add_block(
    sheet: Any, row: int, title: str, about: str, first: int, lines: list[tuple[tuple[str, ...], float]], paper: Paper
) -> int:
    """One block from ``row`` on; gives the row after it and the gap beneath."""
    paper.add_title(sheet, row, len(COLUMNS), title, style=SUBTITLE, height=_title_height(title))
    paper.add_about(sheet, row + 1, len(COLUMNS), about)
    sheet.row_dimensions[row + 1].height = _ABOUT
    paper.add_head(sheet, row + 2, COLUMNS)
    sheet.row_dimensions[row + 2].height = _HEAD
    row += 3
    for number, (texts, height) in enumerate(lines, first):
        paper.add_line(sheet, row, number, texts, height)
        row += 1
    sheet.row_dimensions[row].height = _GAP
    return row + 1
