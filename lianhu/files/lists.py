"""Printed lists as a workbook: one sheet a list, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lianhu.files.paper import TITLE, Columns, Paper, height_of
from lianhu.files.safe import replacing
from lianhu.files.sheets import sheet_name


class ListSheet(NamedTuple):
    """One list: the sheet's name, its title, a line about it, and the texts of its rows without the number."""

    name: str
    title: str
    about: str
    rows: Sequence[Sequence[str]]


def write_lists(target: Path, columns: Columns, sheets: Sequence[ListSheet]) -> None:
    """Writes the lists; the first column is the number of the row. An existing file is replaced."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "lianhu"
    paper, names = Paper(book), set[str]()
    for each in sheets:
        sheet = book.create_sheet(sheet_name(each.name, names))
        paper.add_title(sheet, 1, len(columns), each.title, style=TITLE, height=30)
        paper.add_about(sheet, 2, len(columns), each.about)
        paper.add_head(sheet, 3, columns)
        for number, texts in enumerate(each.rows, 1):
            paper.add_line(sheet, number + 3, number, texts, height_of([str(number), *texts], columns))
        sheet.freeze_panes = "A4"
        sheet.print_title_rows = "1:3"
        paper.set_page(sheet, columns)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if not book.worksheets:
        book.create_sheet("清单").append(["没有要列的内容"])
    with replacing(target) as scratch:
        book.save(scratch)
