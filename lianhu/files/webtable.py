"""Tables saved as text with tags: HTML named .xls, and SpreadsheetML 2003 (one XML file)."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from xml.parsers import expat

from lianhu.domain.table import Cell, Merge, Sheet
from lianhu.files import grid
from lianhu.files.delimited import decoded

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>")
_CONDITION = re.compile(r"<!\[[^<>]{0,200}>")
_MAX_SPAN_WORK = 20_000_000

# (text, rows spanned, columns spanned)
_Spanned = tuple[str, int, int]


# --- HTML ----------------------------------------------------------------------------------


def html_text(data: bytes) -> str:
    """The text of a page: by its BOM or declared charset, else UTF-8 or GB18030."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        charset = declared.group(1).decode("ascii", "replace").lower()
        if charset in ("gb2312", "gbk", "x-gbk", "gb_2312-80"):
            charset = "gb18030"  # the larger set, whose characters people use all the same
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass  # pages lie about their charset: see what fits
    return decoded(data)


def html_sheets(text: str, stem: str) -> list[Sheet]:
    """One sheet per table that holds anything, spans filled; every value is a string."""
    import html

    tables = _tables(text)
    names = [html.unescape(name) for name in _SHEET_NAME.findall(text)]
    sheets = []
    for number, (caption, rows) in enumerate(tables):
        numbered = stem if len(tables) == 1 else f"{stem}-{number + 1}"
        name = names[number] if len(names) == len(tables) else caption or numbered
        sheets.append(_spread(name, rows))
    return [sheet for sheet in sheets if sheet.rows]


def _tables(text: str) -> list[tuple[str, list[list[_Spanned]]]]:
    """(caption, rows) of each table, in the order in which they open."""
    from html.parser import HTMLParser

    class Tables(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.collector = _Collector()

        def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002 - line numbers that nobody asks
            return j

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.collector.start(tag, attrs)

        def handle_endtag(self, tag: str) -> None:
            self.collector.end(tag)

        def handle_data(self, data: str) -> None:
            self.collector.text(data)

    parser = Tables()
    try:
        # Excel's <![if !supportMisalignedColumns]> and the like; the parser asserts on others.
        parser.feed(_CONDITION.sub("", text))
        parser.close()
    except AssertionError as error:  # html.parser's way of rejecting a malformed declaration
        raise grid.damaged() from error
    return [(table.caption, table.rows) for table in parser.collector.tables]


class _Table:
    """A table that is being read."""

    def __init__(self) -> None:
        self.caption = ""
        self.rows: list[list[_Spanned]] = []
        self.pieces: list[str] | None = None  # of the open cell or caption
        self.spans = (1, 1)
        self.in_caption = False

    def close_cell(self) -> None:
        if self.pieces is None:
            return
        lines = "".join(self.pieces).split("\n")
        text = "\n".join(" ".join(line.split()) for line in lines).strip()
        if self.in_caption:
            self.caption = text
        else:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append((text, *self.spans))
        self.pieces = None
        self.in_caption = False


class _Collector:
    """Tables from the tags of a page; end tags of rows and cells may be missing."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._silent = ""

    def start(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent = tag
        elif tag == "table":
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif self._open:
            table = self._open[-1]
            if tag in ("td", "th", "caption"):
                table.close_cell()
                table.pieces = []
                table.in_caption = tag == "caption"
                given = dict(attributes)
                table.spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
            elif tag == "tr":
                table.close_cell()
                table.rows.append([])
            elif tag in ("br", "p", "div", "li") and table.pieces:
                table.pieces.append("\n")

    def end(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif self._open:
            if tag in ("td", "th", "tr", "caption", "table"):
                self._open[-1].close_cell()
            if tag == "table":
                self._open.pop()

    def text(self, data: str) -> None:
        if self._open and not self._silent:
            pieces = self._open[-1].pieces
            if pieces is not None:
                pieces.append(data.replace("\r", " ").replace("\n", " "))


def _span(written: str | None) -> int:
    """A rowspan or colspan; 0 means to the end of the table."""
    if written is None:
        return 1
    digits = written.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 7:
        return 1
    return int(digits) or grid.MAX_ROWS


def _spread(name: str, table: list[list[_Spanned]]) -> Sheet:
    """The sheet, each cell in the column that spans from the left and from above leave it."""
    cells: dict[int, dict[int, Cell]] = {}
    merges = []
    above: list[tuple[int, int, int]] = []  # (left, right, bottom) of spans that reach this row
    work = 0
    for row, spanned in enumerate(table, 1):
        above = sorted(span for span in above if span[2] >= row)
        work += len(above)
        if work > _MAX_SPAN_WORK:
            raise grid.oversized()
        taken = iter([*above, (grid.MAX_COLUMNS * 2, 0, 0)])
        left, right, _ = next(taken)
        column = 1
        for text, down, across in spanned:
            while column >= left:
                column = max(column, right + 1)
                left, right, _ = next(taken)
            if column > grid.MAX_COLUMNS:
                break  # what lies beyond has no place on a sheet
            if text:
                cells.setdefault(row, {})[column] = text
            if down > 1 or across > 1:
                last = min(column + across - 1, grid.MAX_COLUMNS)
                merges.append(Merge(row, column, row + down - 1, last))
                if down > 1:
                    above.append((column, last, row + down - 1))
            column += across
    return grid.sheet(name, grid.sparse_rows(cells), merges)


# --- SpreadsheetML 2003 --------------------------------------------------------------------

SPREADSHEET_ML = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{SPREADSHEET_ML} "
_EXCEL = "urn:schemas-microsoft-com:office:excel "
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def spreadsheet_ml_text(data: bytes) -> str:
    """The text of the XML file, by its BOM or its declared encoding."""
    declared = re.match(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.-]{2,30})""", data)
    if declared and declared.group(1).lower() not in (b"utf-8", b"gb2312", b"gbk"):
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


def spreadsheet_ml_sheets(text: str) -> list[Sheet]:
    """The visible sheets of a SpreadsheetML workbook; values have their types."""
    reader = _SpreadsheetReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    complete = True
    try:
        parser.Parse(_DECLARATION.sub("", text, count=1), complete)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: odd encodings
        raise grid.damaged() from error
    return reader.sheets


def _refuse(*_: object) -> None:
    raise grid.doctype()


class _SpreadsheetReader:
    """Collects sheets from the events of the parser."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._comment = False
        self._visible_tag = False
        self._pieces: list[str] | None = None
        self._open_sheet("")

    def _open_sheet(self, name: str) -> None:
        self._name = name
        self._hidden = False
        self._cells: dict[int, dict[int, Cell]] = {}
        self._merges: list[Merge] = []
        self._faults: grid.Faults = {}
        self._next_row = self._next_column = 1
        self._row = self._column = 1

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag.removeprefix(_SS):
            case "Worksheet":
                self._open_sheet(attributes.get(f"{_SS}Name", ""))
            case "Row":
                self._row = _index(attributes, "Index", self._next_row)
                self._next_row = self._row + 1 + _index(attributes, "Span", 0)
                self._next_column = 1
            case "Cell":
                self._start_cell(attributes)
            case "Comment":
                self._comment = True
            case "Data" if not self._comment:
                self._pieces = []
                self._kind = attributes.get(f"{_SS}Type", "String")
        self._visible_tag = tag == f"{_EXCEL}Visible"

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = _index(attributes, "Index", self._next_column)
        across = _index(attributes, "MergeAcross", 0)
        down = _index(attributes, "MergeDown", 0)
        self._next_column = self._column + across + 1
        if across or down:
            merge = Merge(self._row, self._column, self._row + down, self._column + across)
            self._merges.append(merge)
        if f"{_SS}Formula" in attributes:
            self._faults[self._row, self._column] = grid.UNCACHED  # until a value is seen

    def text(self, data: str) -> None:
        if self._pieces is not None:
            self._pieces.append(data)
        elif self._visible_tag and data.strip() in ("SheetHidden", "SheetVeryHidden"):
            self._hidden = True

    def end(self, tag: str) -> None:
        self._visible_tag = False
        match tag.removeprefix(_SS):
            case "Comment":
                self._comment = False
            case "Data" if self._pieces is not None:
                self._end_data("".join(self._pieces))
                self._pieces = None
            case "Worksheet" if not self._hidden:
                rows = grid.sparse_rows(self._cells)
                self.sheets.append(grid.sheet(self._name, rows, self._merges, self._faults))

    def _end_data(self, text: str) -> None:
        place = (self._row, self._column)
        if self._kind == "Error":
            self._faults[place] = text or "#N/A"
            return
        if text or self._kind == "String":
            self._faults.pop(place, None)
        if text:
            self._cells.setdefault(self._row, {})[self._column] = _typed(self._kind, text)


def _index(attributes: Mapping[str, str], name: str, default: int) -> int:
    written = attributes.get(f"{_SS}{name}")
    if written is None:
        return default
    if not written.isdecimal() or len(written) > 7:
        raise grid.damaged()
    return int(written)


def _typed(kind: str, text: str) -> Cell:
    """The value of a cell; what does not parse is given as its text."""
    try:
        match kind:
            case "Number":
                return float(text)
            case "Boolean":
                return text.strip() == "1"
            case "DateTime":
                return _moment(text)
    except ValueError:
        pass
    return text


def _moment(text: str) -> date | datetime:
    moment = datetime.fromisoformat(text)
    return moment.date() if moment.time() == time() else moment
