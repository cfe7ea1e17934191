"""How a printed list looks: title, heading row and lines on a sheet of A4, lying on its side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lianhu.files.safe import printable
from lianhu.files.sheets import put_text

Columns = Sequence[tuple[str, float]]
"""Headings and widths in characters."""

LINE_HEIGHT = 15.0
"""Points."""

FONT = "宋体"
TITLE, SUBTITLE, ABOUT, HEAD, NUMBER, TEXT = "联户大标题", "联户小标题", "联户说明", "联户表头", "联户序号", "联户正文"
"""Names of the styles, as Excel shows them."""


def height_of(texts: Sequence[str], columns: Columns) -> float:
    """The height in points of a row with these texts.

    Neither Excel nor WPS makes room for wrapped lines in a file that it did not write itself.
    """
    lines = max(lines_of(text, width) for text, (_, width) in zip(texts, columns, strict=True))
    return LINE_HEIGHT * lines + 5


def lines_of(text: str, width: float) -> int:
    """Lines a text takes in a column that is ``width`` figures wide.

    A Chinese character takes up to 15 pixels where a figure takes 7, and is never halved.
    """
    room, lines, used = width * 7, 1, 0.0
    for c in text:
        size = 7.5 if c.isascii() else 15
        used += size
        if used > room:
            lines, used = lines + 1, size
    return lines


class Paper:
    """The styles of a workbook of lists: named ones, since a cell is given them in a tenth of the time."""

    def __init__(self, book: Any) -> None:
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

        line = Side("thin", color="808080")
        border, centred = Border(line, line, line, line), Alignment("center", "center", wrap_text=True)
        for style in (
            NamedStyle(TITLE, Font(FONT, 16, bold=True), alignment=centred),
            NamedStyle(SUBTITLE, Font(FONT, 14, bold=True), alignment=centred),
            NamedStyle(ABOUT, Font(FONT, 11), alignment=Alignment(vertical="center")),
            NamedStyle(HEAD, Font(FONT, 11, bold=True), PatternFill("solid", fgColor="DDEBF7"), border, centred),
            NamedStyle(NUMBER, Font(FONT, 11), border=border, alignment=centred),
            NamedStyle(TEXT, Font(FONT, 11), border=border, alignment=Alignment(wrap_text=True, vertical="center")),
        ):
            book.add_named_style(style)

    def add_title(self, sheet: Any, row: int, columns: int, text: str, *, style: str, height: float) -> None:
        cell = sheet.cell(row, 1)
        cell.style = style
        put_text(cell, text)
        self._merge(sheet, row, columns)
        sheet.row_dimensions[row].height = height

    def add_about(self, sheet: Any, row: int, columns: int, text: str) -> None:
        cell = sheet.cell(row, 1)
        cell.style = ABOUT
        put_text(cell, text)
        self._merge(sheet, row, columns)

    def _merge(self, sheet: Any, row: int, columns: int) -> None:
        from openpyxl.worksheet.cell_range import CellRange

        # merge_cells would give every cell of the range borders of its own, for half of the time of a plan.
        sheet.merged_cells.add(CellRange(min_col=1, min_row=row, max_col=columns, max_row=row))

    def add_head(self, sheet: Any, row: int, columns: Columns) -> None:
        for j, (heading, _) in enumerate(columns, 1):
            sheet.cell(row, j, heading).style = HEAD

    def add_line(self, sheet: Any, row: int, number: int, texts: Sequence[str], height: float) -> None:
        """A framed row: its number, then the texts."""
        sheet.cell(row, 1, number).style = NUMBER
        for j, text in enumerate(texts, 2):
            cell = sheet.cell(row, j)
            cell.style = TEXT
            put_text(cell, text)
        sheet.row_dimensions[row].height = height

    def set_page(self, sheet: Any, columns: Columns, *, head: str = "") -> None:
        from openpyxl.utils import get_column_letter

        for j, (_, width) in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(j)].width = width
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.7
        sheet.page_margins.header = sheet.page_margins.footer = 0.3
        sheet.print_options.horizontalCentered = True
        # & begins a code there, and Excel takes 255 characters at most.
        sheet.oddHeader.center.text = printable(head)[:100].replace("&", "&&") or None
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
