"""The pairing plan as a workbook: one sheet a village, ready to print and sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from lianhu.files.safe import replacing
from lianhu.files.sheets import put_text, sheet_name


class Line(Protocol):
    """What a line of the plan shows."""

    @property
    def household(self) -> str: ...
    @property
    def head_name(self) -> str: ...
    @property
    def hamlet(self) -> str: ...
    @property
    def situation(self) -> str: ...
    @property
    def needs(self) -> str: ...
    @property
    def cadre_name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def remark(self) -> str: ...


class VillagePlan(Protocol):
    """One village's part of the plan."""

    @property
    def village(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def on(self) -> str: ...
    @property
    def lines(self) -> Sequence[Line]: ...


COLUMNS = (("序号", 5), ("户编号", 9), ("户主姓名", 13), ("组/屯", 10), ("户情类别", 24), ("需求", 15), ("联系干部", 13),
           ("职务", 14), ("联系电话", 13), ("备注", 16), ("户主签字", 10), ("干部签字", 10))
"""Headings and widths in characters; together they fit an A4 page across."""


LINE_HEIGHT = 15.0
"""Points."""


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column; a Chinese character is as wide as two figures."""
    return -(-sum(1 if c.isascii() else 2 for c in text) // (width - 1))


def write_plan(
    target: Path, sheets: Sequence[VillagePlan], progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Writes the plan; an existing file of that name is replaced."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    line = Side("thin", color="808080")
    border, wrapped = Border(line, line, line, line), Alignment(wrap_text=True, vertical="center")
    head = PatternFill("solid", fgColor="DDEBF7")
    centred = Alignment("center", "center")
    names: set[str] = set()
    for number, plan in enumerate(sheets):
        progress(number, len(sheets))
        sheet = book.create_sheet(sheet_name(plan.village, names))
        last = get_column_letter(len(COLUMNS))
        put_text(sheet.cell(1, 1), plan.title)
        sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment("center", "center")
        sheet.merge_cells(f"A1:{last}1")
        sheet.row_dimensions[1].height = 30
        paired = sum(bool(row.cadre_name) for row in plan.lines)
        put_text(sheet.cell(2, 1), f"结对日期：{plan.on}　　共 {len(plan.lines)} 户，已结对 {paired} 户")
        sheet.merge_cells(f"A2:{last}2")
        for j, (heading, width) in enumerate(COLUMNS, 1):
            cell = sheet.cell(3, j, heading)
            cell.font, cell.fill, cell.border = Font(bold=True), head, border
            cell.alignment = Alignment("center", "center", wrap_text=True)
            sheet.column_dimensions[get_column_letter(j)].width = width
        for at, row in enumerate(plan.lines, 1):
            cells = (row.household, row.head_name, row.hamlet, row.situation, row.needs, row.cadre_name, row.post,
                     row.phone, row.remark, "", "")
            sheet.cell(at + 3, 1, at)
            for j, text in enumerate(cells, 2):
                put_text(sheet.cell(at + 3, j), text)
            for j in range(1, len(COLUMNS) + 1):
                sheet.cell(at + 3, j).border, sheet.cell(at + 3, j).alignment = border, wrapped
            sheet.cell(at + 3, 1).alignment = centred
            # Neither Excel nor WPS makes room for wrapped lines in a file that it did not write itself.
            lines = max(_lines(text, width) for text, (_, width) in zip(cells, COLUMNS[1:], strict=True))
            sheet.row_dimensions[at + 3].height = LINE_HEIGHT * max(lines, 1) + 5
        sheet.freeze_panes = "A4"
        sheet.print_title_rows = "1:3"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    if not book.worksheets:
        book.create_sheet("结对表").append(["没有联系户"])
    with replacing(target) as scratch:
        book.save(scratch)
