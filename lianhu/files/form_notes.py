"""The notes sheet of a workbook made from forms: every column, what goes in, which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lianhu.domain.forms import Column, Form
from lianhu.domain.forms.base import KINDS_OF_CELL
from lianhu.domain.terms import Dictionaries

NOTES_SHEET = "填表说明"

_GENERAL = (
    "带 * 的列要填，其余有则填。空着的格不会抹掉已登记的内容。",
    "每张表填一类；用不着的表空着就行，不用删。填好后导入：lianhu import 本文件",
    "户、干部可以填编号（H00012、C0031）、身份证号，或村名加姓名；村里有同名的，要填编号或身份证号。",
    "身份证号、电话、编号各列已设为文本。从别处粘贴时请选“只粘贴值”，长数字才不会被改坏。",
)
_HEADINGS = ("列名", "填什么", "可填的词", "提示", "示例")
_WIDTHS = (20, 28, 80, 34, 28)
_LINE = 15


def add_notes(
    book: Any, forms: Sequence[tuple[Form, Sequence[Column]]], dictionaries: Dictionaries, lines: Sequence[str]
) -> None:
    """Adds the notes sheet on these columns of the forms.

    Import must not take it for a roster: a form's title stands alone in its row, and no two cells
    of a row are headings of one form.
    """
    from openpyxl.styles import Alignment, Font, PatternFill

    page = book.create_sheet(NOTES_SHEET)
    top = Alignment(vertical="top", wrap_text=True)
    for line in (*lines, *_GENERAL):
        page.append([line])
    for form, columns in forms:
        page.append([])
        page.append([f"《{form.title}》"])
        page.cell(page.max_row, 1).font = Font(bold=True, size=12)
        page.append(list(_HEADINGS))
        for j in range(1, len(_HEADINGS) + 1):
            page.cell(page.max_row, j).font = Font(bold=True)
            page.cell(page.max_row, j).fill = PatternFill("solid", fgColor="DDEBF7")
        for column in columns:
            page.append(_row(form, column, dictionaries))
            page.row_dimensions[page.max_row].height = _LINE * _lines(page[page.max_row])
            for cell in page[page.max_row]:
                cell.alignment = top
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(cells: Sequence[Any]) -> int:
    """Lines the row takes when its texts wrap; not every program works that out by itself."""
    return max(-(-2 * len(cell.value or "") // width) for cell, width in zip(cells, _WIDTHS, strict=False)) or 1


def _row(form: Form, column: Column, dictionaries: Dictionaries) -> list[str | None]:
    words = ("是", "否") if column.kind == "flag" else column.choices(dictionaries)
    need = "要填" if column.needed and column.kind != "id" else "有则填"
    example = form.example.get(column.field, "")
    if column.kind == "number":
        example = spaced(example)
    return [column.label, f"{need}：{KINDS_OF_CELL[column.kind]}", "、".join(words) or None, column.note or None,
            example or None]


def spaced(number: str) -> str:
    """A long number in fours: 2509 1210 1108 1154 09, which import reads as the same number.

    In one piece a 12345 ticket's number cannot be told from an ID number.
    """
    if len(number) < 11 or not number.isalnum():
        return number
    return " ".join(number[at:at + 4] for at in range(0, len(number), 4))
