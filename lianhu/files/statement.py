"""A statement of the fund as a workbook to print and sign."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lianhu.domain.figures import Hundredths, Table, Value, shown
from lianhu.files.paper import HEAD, TEXT, TITLE, Columns, Paper, height_of
from lianhu.files.safe import replacing
from lianhu.files.sheets import put_text

_MONEY = "#,##0.00"
_WIDTHS = (11, 28, 12, 15, 15, 15, 22, 11, 11, 14, 22)
"""Characters of the columns of the widest table, the entries."""
SIGNED = "制表人：　　　　　　　　审核人：　　　　　　　　负责人："


def write_statement(target: Path, title: str, about: str, tables: Sequence[Table]) -> None:
    """Writes the tables one below the other, amounts as numbers; an existing file is replaced."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "收支表"
    book.properties.creator = "lianhu"
    paper, wide = Paper(book), max(len(table.headings) for table in tables)
    columns: Columns = [("", width) for width in _WIDTHS[:wide]]
    paper.add_title(sheet, 1, wide, title, style=TITLE, height=30)
    paper.add_about(sheet, 2, wide, about)
    row = 2
    for table in tables:
        row += 2
        paper.add_about(sheet, row, wide, table.name)
        lines: list[Sequence[Value]] = [table.headings, *table.rows, *([table.totals] if table.totals else [])]
        for number, line in enumerate(lines):
            row += 1
            _add_line(sheet, row, line, HEAD if number == 0 or line is table.totals else TEXT, columns)
    paper.add_about(sheet, row + 2, wide, SIGNED)
    paper.set_page(sheet, columns)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    with replacing(target) as scratch:
        book.save(scratch)


def _add_line(sheet: Any, row: int, line: Sequence[Value], style: str, columns: Columns) -> None:
    for j, value in enumerate(line, 1):
        cell = sheet.cell(row, j)
        cell.style = style
        if isinstance(value, Hundredths):
            cell.value, cell.number_format = Decimal(value.value) / 100, _MONEY
        elif isinstance(value, int):
            cell.value = value
        else:
            put_text(cell, shown(value))
    sheet.row_dimensions[row].height = height_of([shown(value) for value in line], columns[:len(line)])
