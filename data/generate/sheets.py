"""Tables as clerks lay them out, and workbooks whose bytes do not depend on when they are written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value: TypeAlias = str | int | float | date | datetime | None
R = TypeVar("R")

_STAMP = datetime(2025, 12, 22, 9, 30)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_THIN = Side(style="thin", color="FF808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: its heading, what a record's cell holds, and how it looks.

    ``parent`` is the merged heading above; columns of one parent stand side by side. ``merged``
    puts equal values under each other into one cell. ``form`` is the number format, "@" for text.
    """

    heading: str
    cell: Callable[[R], Value]
    width: float = 12
    parent: str = ""
    guidance: str = ""
    merged: bool = False
    form: str = ""


@dataclass(frozen=True)
class Look(Generic[R]):
    """How one clerk lays a table out."""

    title: str
    columns: Sequence[Column[R]]
    meta: str = ""
    guided: bool = False
    numbered: str = "序号"
    total: str = ""
    foot: str = ""
    gap: Callable[[R], object] | None = None
    font: str = "宋体"
    fill: str = ""
    formatted_below: int = 0
    """Rows without content that were formatted all the same."""


@dataclass
class Book:
    """A workbook being written."""

    workbook: Workbook = field(default_factory=Workbook)

    def __post_init__(self) -> None:
        self.workbook.remove(self.workbook.active)  # type: ignore[arg-type]

    def table(self, name: str, look: Look[R], records: Sequence[R]) -> Worksheet:
        """Adds a sheet with a table."""
        sheet: Worksheet = self.workbook.create_sheet(name)
        _Table(sheet, look).write(records)
        return sheet

    def notes(self, name: str, lines: Sequence[str], *, hidden: bool = False, columns: int = 1) -> None:
        """Adds a sheet of plain lines; with ``columns`` each line is split at its spaces."""
        sheet = self.workbook.create_sheet(name)
        for line in lines:
            sheet.append(line.split(" ") if columns > 1 else [line])
        sheet.column_dimensions["A"].width = 96 if columns == 1 else 16
        if hidden:
            sheet.sheet_state = "hidden"

    def save(self, path: Path) -> None:
        """Writes the workbook; the same cells give the same bytes."""
        properties = self.workbook.properties
        properties.creator = properties.lastModifiedBy = "示例"
        properties.created = _STAMP
        self.workbook.active = 0
        raw = BytesIO()
        self.workbook.save(raw)
        stamp = f"{_STAMP:%Y-%m-%dT%H:%M:%SZ}".encode()
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "docProps/core.xml":
                    content = _MODIFIED.sub(rb"\g<1>" + stamp, content)
                info = zipfile.ZipInfo(name, _STAMP.timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, content, compresslevel=9)


class _Table(Generic[R]):
    def __init__(self, sheet: Worksheet, look: Look[R]) -> None:
        self.sheet = sheet
        self.look = look
        number: list[Column[R]] = [Column(look.numbered, lambda _: None, 6)] if look.numbered else []
        self.columns = [*number, *look.columns]
        self.width = len(self.columns)
        self.row = 0
        self.styles: dict[int, Any] = {}
        self.head_font = Font(name=look.font, size=10, bold=True)
        self.body_font = Font(name=look.font, size=10)
        self.centre = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def write(self, records: Sequence[R]) -> None:
        self._line(self.look.title, Font(name="黑体", size=16), height=30)
        if self.look.meta:
            self._line(self.look.meta, self.body_font, left=True)
        self._header()
        if self.look.guided:
            self._guidance()
        self.sheet.freeze_panes = f"A{self.row + 1}"
        self._body(records)
        if self.look.total:
            self._cells(self._next(), {1: "合计", 2: self.look.total})
        if self.look.foot:
            self._next()
            self._line(self.look.foot, self.body_font, left=True)
        for _ in range(self.look.formatted_below):
            self._cells(self._next(), {})
        for j, column in enumerate(self.columns):
            self.sheet.column_dimensions[get_column_letter(j + 1)].width = column.width

    def _next(self) -> int:
        self.row += 1
        return self.row

    def _line(self, text: str, font: Font, *, left: bool = False, height: float | None = None) -> None:
        row = self._next()
        cell = self.sheet.cell(row, 1, text)
        cell.font = font
        cell.alignment = Alignment(horizontal="left" if left else "center", vertical="center")
        self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=self.width)
        if height:
            self.sheet.row_dimensions[row].height = height

    def _header(self) -> None:
        tall = any(column.parent for column in self.columns)
        top = self._next()
        bottom = self._next() if tall else top
        fill = PatternFill("solid", fgColor=self.look.fill) if self.look.fill else None
        for j, column in enumerate(self.columns, 1):
            for row, text in ((top, column.parent or column.heading), (bottom, column.heading)):
                cell = self.sheet.cell(row, j)
                cell.font, cell.alignment, cell.border = self.head_font, self.centre, _BORDER
                if fill:
                    cell.fill = fill
                if row == top or column.parent:
                    cell.value = text
        if tall:
            for first, last in _runs([column.parent or f"\0{j}" for j, column in enumerate(self.columns)]):
                height = 0 if self.columns[first].parent else 1
                if last > first or height:
                    self._merge(top, top + height, first + 1, last + 1)

    def _merge(self, top: int, bottom: int, left: int, right: int) -> None:
        for row in range(top, bottom + 1):
            for j in range(left, right + 1):
                if (row, j) != (top, left):
                    self.sheet.cell(row, j).value = None
        self.sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)

    def _guidance(self) -> None:
        font = Font(name="楷体", size=9, italic=True, color="FFC00000")
        row = self._next()
        for j, column in enumerate(self.columns, 1):
            cell = self.sheet.cell(row, j, column.guidance or None)
            cell.font, cell.alignment, cell.border = font, self.centre, _BORDER

    def _body(self, records: Sequence[R]) -> None:
        start, group = self.row + 1, None
        for number, record in enumerate(records, 1):
            if self.look.gap is not None and number > 1 and self.look.gap(record) != group:
                self._merge_down(start, self.row)
                self._next()
                start = self.row + 1
            group = self.look.gap(record) if self.look.gap else None
            values = {j: column.cell(record) for j, column in enumerate(self.columns, 1)}
            if self.look.numbered:
                values[1] = number
            self._cells(self._next(), values)
        self._merge_down(start, self.row)

    def _cells(self, row: int, values: dict[int, Value]) -> None:
        for j, column in enumerate(self.columns, 1):
            value: Any = values.get(j)
            cell: Any = self.sheet.cell(row, j, None if value == "" else value)
            # Setting fonts and borders cell by cell takes ten times as long as all else together.
            if j not in self.styles:
                self.styles[j] = self._style(cell, column)
            cell._style = copy(self.styles[j])

    def _style(self, cell: Any, column: Column[R]) -> Any:
        cell.font, cell.border = self.body_font, _BORDER
        cell.number_format = column.form or "General"
        if column.merged or column.width <= 8:
            cell.alignment = self.centre
        return copy(cell._style)

    def _merge_down(self, top: int, bottom: int) -> None:
        ends: list[int] = []
        for j, column in enumerate(self.columns, 1):
            if not column.merged:
                continue
            values = [self.sheet.cell(row, j).value for row in range(top, bottom + 1)]
            for first, last in _runs(values, set(ends)):
                ends.append(first)
                if last > first:
                    self._merge(top + first, top + last, j, j)


def _runs(values: Sequence[object], breaks: set[int] | None = None) -> list[tuple[int, int]]:
    """First and last index of each run of equal values; a run also ends before a break."""
    runs: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[start] or i in (breaks or ()):
            runs.append((start, i - 1))
            start = i
    return runs
