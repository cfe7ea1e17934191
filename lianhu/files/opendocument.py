"""The content of an OpenDocument spreadsheet (.ods) into sheets.

Calamine also reads this format, but knows neither merged cells nor errors in it and expands
repeated cells without a bound.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from xml.parsers import expat

from lianhu.domain.table import Cell, Merge, Sheet
from lianhu.files import grid

if TYPE_CHECKING:
    from collections.abc import Mapping

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{_NS}table:1.0 ", f"{_NS}office:1.0 "
_TEXT, _STYLE, _DRAW = f"{_NS}text:1.0 ", f"{_NS}style:1.0 ", f"{_NS}drawing:1.0 "
_EXTENDED_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ASIDES = {f"{_OFFICE}annotation", f"{_TEXT}ruby-text", f"{_TABLE}table"}
# Put together once: the handlers below run for every element of the file.
_DISPLAY = f"{_TABLE}display"
_FORMULA = f"{_TABLE}formula"
_NAME = f"{_TABLE}name"
_NUMBER_COLUMNS_REPEATED = f"{_TABLE}number-columns-repeated"
_NUMBER_COLUMNS_SPANNED = f"{_TABLE}number-columns-spanned"
_NUMBER_ROWS_REPEATED = f"{_TABLE}number-rows-repeated"
_NUMBER_ROWS_SPANNED = f"{_TABLE}number-rows-spanned"
_OFFICE_BOOLEAN_VALUE = f"{_OFFICE}boolean-value"
_OFFICE_DATE_VALUE = f"{_OFFICE}date-value"
_OFFICE_STRING_VALUE = f"{_OFFICE}string-value"
_OFFICE_TIME_VALUE = f"{_OFFICE}time-value"
_OFFICE_VALUE = f"{_OFFICE}value"
_OFFICE_VALUE_TYPE = f"{_OFFICE}value-type"
_SHAPES = f"{_TABLE}shapes"
_SHEET = f"{_TABLE}table"
_STYLE_ELEMENT = f"{_STYLE}style"
_STYLE_NAME = f"{_STYLE}name"
_STYLE_TABLE_PROPERTIES = f"{_STYLE}table-properties"
_TABLE_ROW = f"{_TABLE}table-row"
_STYLE_USED = f"{_TABLE}style-name"
_TEXT_C = f"{_TEXT}c"
_TEXT_LINE_BREAK = f"{_TEXT}line-break"
_TEXT_P = f"{_TEXT}p"
_TEXT_S = f"{_TEXT}s"
_TEXT_TAB = f"{_TEXT}tab"
_DURATION = re.compile(r"PT(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})(?:[.,]\d*)?S)?$")
_MAX_SPACES = 100


def sheets(content: bytes) -> list[Sheet]:
    """The visible sheets of a ``content.xml``."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    complete = True
    try:
        parser.Parse(content, complete)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: odd encodings
        raise grid.damaged() from error
    return reader.sheets


def _refuse(*_: object) -> None:
    raise grid.doctype()


class _Reader:
    """Collects sheets from the events of the parser."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._in_table = self._in_row = False
        self._aside = 0  # depth inside what is not the text of a cell: comments, drawings
        self._cell: Mapping[str, str] | None = None
        self._paragraphs: list[str] = []
        self._area = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._aside:
            self._aside += 1
        elif self._cell is not None:
            self._start_inside_cell(tag, attributes)
        elif tag in _CELLS and self._in_row:
            self._cell = attributes
            self._paragraphs = []
        elif tag == _TABLE_ROW and self._in_table:
            self._in_row = True
            self._row: list[Cell] = []
            self._blanks = 0
            self._row_faults: dict[int, str] = {}
            self._repeat = _count(attributes.get(_NUMBER_ROWS_REPEATED))
        elif tag == _SHEET:
            self._start_table(attributes)
        elif tag == _SHAPES:
            self._aside = 1
        elif tag == _STYLE_ELEMENT:
            self._style = attributes.get(_STYLE_NAME, "")
        elif tag == _STYLE_TABLE_PROPERTIES and attributes.get(_DISPLAY) == "false":
            self._hidden_styles.add(self._style)

    def _start_inside_cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _ASIDES or tag.startswith(_DRAW):
            self._aside = 1
        elif tag == _TEXT_P:
            self._paragraphs.append("")
        elif tag == _TEXT_S:
            self.text(" " * min(_count(attributes.get(_TEXT_C)), _MAX_SPACES))
        elif tag == _TEXT_TAB:
            self.text("\t")
        elif tag == _TEXT_LINE_BREAK:
            self.text("\n")

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        self._in_table = True
        self._name = attributes.get(_NAME, "")
        self._hidden = attributes.get(_STYLE_USED) in self._hidden_styles
        self._rows: list[list[Cell]] = []
        self._blank_rows = 0
        self._merges: list[Merge] = []
        self._faults: grid.Faults = {}

    def text(self, data: str) -> None:
        if self._cell is not None and not self._aside and self._paragraphs:
            self._paragraphs[-1] += data

    def end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif self._cell is not None:
            if tag in _CELLS:
                self._end_cell(self._cell)
                self._cell = None
        elif tag == _TABLE_ROW and self._in_row:
            self._in_row = False
            self._end_row()
        elif tag == _SHEET and self._in_table:
            self._in_table = False
            if not self._hidden:
                self.sheets.append(grid.sheet(self._name, self._rows, self._merges, self._faults))

    def _end_cell(self, attributes: Mapping[str, str]) -> None:
        repeat = _count(attributes.get(_NUMBER_COLUMNS_REPEATED))
        column = len(self._row) + self._blanks + 1
        text = "\n".join(self._paragraphs)
        value: Cell = None
        fault = ""
        if attributes.get(_EXTENDED_TYPE) == "error":
            fault = text or "#N/A"
        else:
            value = _value(attributes, text)
            if _FORMULA in attributes and _OFFICE_VALUE_TYPE not in attributes:
                fault = "" if text else grid.UNCACHED
        if value is None or value == "":
            self._blanks += repeat
        else:
            width = len(self._row) + self._blanks + repeat
            if width > grid.MAX_COLUMNS:  # asked first, as the words take time for every cell
                grid.checked_area(1, width, f"工作表“{self._name}”第 {width} 列")
            self._row.extend([None] * self._blanks)
            self._row.extend([value] * repeat)
            self._blanks = 0
        if fault:
            for number in range(column, min(column + repeat, grid.MAX_COLUMNS + 1)):
                self._row_faults[number] = fault
        down = _count(attributes.get(_NUMBER_ROWS_SPANNED))
        across = _count(attributes.get(_NUMBER_COLUMNS_SPANNED))
        if down > 1 or across > 1:
            top = len(self._rows) + self._blank_rows + 1
            self._merges.append(Merge(top, column, top + down - 1, column + across - 1))

    def _end_row(self) -> None:
        if not self._row and not self._row_faults:
            self._blank_rows += self._repeat
            return
        first = len(self._rows) + self._blank_rows + 1
        last = first + self._repeat - 1
        grid.checked_area(last, len(self._row), f"工作表“{self._name}”第 {last} 行")
        self._area += self._repeat * (len(self._row) + len(self._row_faults)) + self._blank_rows
        if self._area > grid.MAX_AREA:
            raise grid.oversized()
        self._rows.extend([] for _ in range(self._blank_rows))
        self._rows.extend(list(self._row) for _ in range(self._repeat))
        self._blank_rows = 0
        for number in range(first, last + 1):
            self._faults.update({(number, c): fault for c, fault in self._row_faults.items()})


def _count(written: str | None) -> int:
    """A repeat or span; the format's default is 1, and nonsense is refused."""
    if written is None:
        return 1
    if not written.isdecimal() or len(written) > 7:
        raise grid.damaged()
    return max(int(written), 1)


def _value(attributes: Mapping[str, str], text: str) -> Cell:
    """The typed value of a cell; a value that does not parse is given as the text shown."""
    value: Cell = text
    try:
        match attributes.get(_OFFICE_VALUE_TYPE):
            case "float" | "percentage" | "currency":
                value = float(attributes[_OFFICE_VALUE])
            case "date":
                value = _moment(attributes[_OFFICE_DATE_VALUE])
            case "time":
                value = _duration(attributes[_OFFICE_TIME_VALUE])
            case "boolean":
                value = attributes[_OFFICE_BOOLEAN_VALUE] == "true"
            case "string":
                value = attributes.get(_OFFICE_STRING_VALUE) or text
    except (KeyError, ValueError):
        return text
    return value


def _moment(written: str) -> date | datetime:
    if "T" not in written:
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written)
    return moment.date() if moment.time() == time() else moment


def _duration(written: str) -> time | timedelta | str:
    found = _DURATION.match(written)
    if found is None:
        return written
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if length.days:
        return length
    return time(length.seconds // 3600, length.seconds // 60 % 60, length.seconds % 60)
