"""Workbooks made from forms: the blank one that a town fills in, and the same one filled.

Headings, drop-downs, formats and the notes sheet are laid out by openpyxl. The rows are written into
its sheets as XML by our own hand, because openpyxl takes 27 µs a cell (14 s for 25 000 households)
where this takes 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from lianhu.domain.credit import limit_text
from lianhu.domain.figures import hundredths_text
from lianhu.domain.forms import Column, Form
from lianhu.domain.past import ORIGINS
from lianhu.domain.terms import Dictionaries
from lianhu.files.form_notes import add_notes
from lianhu.files.safe import printable
from lianhu.files.sheets import put_text

LISTS_SHEET = "词表"
"""The hidden sheet of drop-down lists that are too long to stand in a validation."""

LAST_ROW = 1_048_576
"""Rows of a sheet in Excel."""

FLAGS = ("是", "否")

TEXT_KINDS = frozenset({"id", "number", "phones"})
"""Cells that Excel would damage as numbers: their columns have the text format."""

_FORMATS = dict.fromkeys(TEXT_KINDS, "@") | {
    "day": "yyyy-mm-dd", "month": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "amount": "0.00"}
_LONGEST_LIST = 255
_LONGEST_PROMPT = 250
_NARROWEST, _WIDEST = 8, 40
_SAMPLE = 200
"""Rows whose cells decide how wide a column is."""


@dataclass(slots=True)
class FormSheet:
    """One sheet: the form, and rows of stored values in the order of its ``columns``.

    A filled sheet may show more columns than the blank template. ``remarks`` stand in brackets behind
    the heading of a field.
    """

    form: Form
    rows: Iterable[Sequence[Any]] = ()
    remarks: dict[str, str] = field(default_factory=dict)
    name: str = ""
    is_export: bool = False

    @property
    def title(self) -> str:
        return self.name or self.form.title

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.form.export_columns if self.is_export else self.form.template_columns


def write_forms(
    target: Path, sheets: Sequence[FormSheet], dictionaries: Dictionaries, *,
    villages: Sequence[str] = (), notes: Sequence[str] = (),
) -> list[int]:
    """Writes the workbook; gives back how many rows each sheet got.

    ``villages`` become the drop-down of village columns; ``notes`` are lines on top of the notes
    sheet. Raises OSError where the file cannot be written.
    """
    from openpyxl import Workbook

    book: Any = Workbook()
    book.remove(book.active)
    book.properties.creator = "lianhu"
    lists = _Lists(book)
    writers = []
    for sheet in sheets:
        first, rows = _peeked(iter(sheet.rows))
        page = book.create_sheet(sheet.title)
        _lay_out(page, sheet, first, dictionaries)
        for j, column in enumerate(sheet.columns, 1):
            _add_drop_down(page, j, column, dictionaries, villages, lists)
        writers.append(_RowWriter(page, sheet.columns, rows) if first else None)
    add_notes(
        book, list({sheet.form.kind: (sheet.form, sheet.columns) for sheet in sheets}.values()), dictionaries, notes)
    lists.settle()
    frame = BytesIO()
    book.save(frame)
    _fill(frame, target, writers)
    return [writer.written if writer else 0 for writer in writers]


def _peeked(rows: Iterator[Sequence[Any]]) -> tuple[list[Sequence[Any]], Iterator[Sequence[Any]]]:
    first = list(islice(rows, _SAMPLE))
    return first, chain(first, rows)


def heading_of(column: Column, remark: str = "") -> str:
    """The heading of a column: with a star when the record cannot do without it.

    ID numbers name a record but many households have none recorded, so they bear no star.
    """
    star = "*" if column.needed and column.kind != "id" else ""
    return column.label + star + (f"（{remark}）" if remark else "")


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _lay_out(page: Any, sheet: FormSheet, first: list[Sequence[Any]], dictionaries: Dictionaries) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    line = Side("thin", color="BFBFBF")
    for j, column in enumerate(sheet.columns, 1):
        heading = heading_of(column, sheet.remarks.get(column.field, ""))
        cell = page.cell(1, j, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFE699" if "*" in heading else "DDEBF7")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(line, line, line, line)
        dimension = page.column_dimensions[get_column_letter(j)]
        shown = [heading, *_usual(column, sheet.form, dictionaries), *(_shown(column, row[j - 1]) for row in first)]
        dimension.width = min(_WIDEST, max(_NARROWEST, *map(_width, shown)) + 2)
        # The format of the column, not of cells: it holds for every row and adds nothing to the file.
        dimension.number_format = _FORMATS.get(column.kind, "General")
    page.row_dimensions[1].height = 32
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.gridLines = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.oddHeader.center.text = sheet.title
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


def _usual(column: Column, form: Form, dictionaries: Dictionaries) -> tuple[str, ...]:
    """What a column will hold when filled, as far as the form can tell."""
    if column.kind == "term":
        return dictionaries[column.dictionary].names
    usual = {"id": "0" * 18, "phones": "0" * 11, "month": "2026-01-01", "day": "2026-01-01",
             "moment": "2026-01-01 09:00", "name": "某某某"}.get(column.kind, "")
    return usual, form.example.get(column.field, "")


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return ""
    return FLAGS[0] if column.kind == "flag" else str(value)


class _Lists:
    """The lists of the drop-downs; one that is too long for a validation goes to a hidden sheet."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._ranges: dict[tuple[str, ...], str] = {}

    def formula(self, words: Sequence[str]) -> str:
        inline = ",".join(words)
        # Excel splits an inline list at commas, and has no way to write one inside a word.
        if len(inline) <= _LONGEST_LIST and not any(set(word) & set(',"') for word in words):
            return f'"{inline}"'
        key = tuple(words)
        if key not in self._ranges:
            from openpyxl.utils import get_column_letter

            letter = get_column_letter(len(self._ranges) + 1)
            self._ranges[key] = f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"
        return self._ranges[key]

    def settle(self) -> None:
        """Adds the hidden sheet if any list needs it."""
        if not self._ranges:
            return
        page = self._book.create_sheet(LISTS_SHEET)
        page.sheet_state = "hidden"
        for j, words in enumerate(self._ranges, 1):
            for i, word in enumerate(words, 1):
                put_text(page.cell(i, j), word)


def _add_drop_down(
    page: Any, j: int, column: Column, dictionaries: Dictionaries, villages: Sequence[str], lists: _Lists
) -> None:
    """The list to choose from. Other words are let in: import knows more spellings, and a new village
    is no fault. Where several words may stand in one cell Excel does not even ask."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.kind in {"term", "terms"}:
        words: Sequence[str] = column.choices(dictionaries)
    elif column.kind == "flag":
        words = FLAGS
    elif column.kind == "origin":
        words = tuple(ORIGINS.values())
    elif column.kind in {"village", "villages"}:
        words = villages
    else:
        return
    if not words:
        return
    words = [printable(word) for word in words]
    many = column.kind in {"terms", "villages"}
    letter = get_column_letter(j)
    rule = DataValidation(
        "list", formula1=lists.formula(words), allow_blank=True, errorStyle="warning",
        showErrorMessage=not many, errorTitle=column.label[:32],
        error="不在可选的词里。确定要这样填吗？")
    if many:
        rule.promptTitle = f"{column.label}（可多个）"[:32]
        rule.prompt = _prompt(words)
        rule.showInputMessage = True
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    page.add_data_validation(rule)


def _prompt(words: Sequence[str]) -> str:
    start, text = "可填几项，用、分开：", "、".join(words)
    room = _LONGEST_PROMPT - len(start) - len(" 等")
    return start + (text if len(text) <= room else text[:room].rpartition("、")[0] + " 等")


# What XML cannot hold; a text that looks like Excel's own escape for such a character gets escaped.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ODD = re.compile(f"{_ILLEGAL.pattern}|{_LIKE_ESCAPE.pattern}|[&<>\r]")
_FORMULA_STARTS = frozenset("=+-@\t\r")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})

_CellMaker = Callable[[str, Any], str]


class _RowWriter:
    """Turns rows into the XML of a sheet."""

    def __init__(self, page: Any, columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> None:
        from openpyxl.utils import get_column_letter

        self._page = page
        self._letters = [get_column_letter(j) for j in range(1, len(columns) + 1)]
        self._makers = [self._maker(column) for column in columns]
        self._rows = rows
        self.written = 0

    def xml(self) -> Iterator[str]:
        columns = list(zip(self._letters, self._makers, strict=True))
        for number, values in enumerate(self._rows, 2):
            cells = "".join([
                make(f"{letter}{number}", value)
                for (letter, make), value in zip(columns, values, strict=True) if value is not None
            ])
            self.written += 1
            yield f'<row r="{number}">{cells}</row>'

    def _style(self, number_format: str, *, quoted: bool = False) -> int:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._page)
        cell.number_format = number_format
        if quoted:
            cell.quotePrefix = True
        number: int = cell.style_id
        return number

    def _maker(self, column: Column) -> _CellMaker:
        text = self._text_maker("@" if column.kind in _FORMATS else "General")
        if column.kind == "integer":
            return _number_maker(self._style("General"), str)
        if column.kind == "amount":
            return _number_maker(self._style("0.00"), lambda value: f"{value // 100}.{value % 100:02}")
        if column.kind == "limit":
            return _number_maker(self._style("General"), limit_text)
        if column.kind == "quantity":
            return _number_maker(self._style("General"), hundredths_text)
        if column.kind == "flag":
            return lambda at, value: text(at, FLAGS[0] if value else FLAGS[1])
        if column.kind in {"day", "month", "moment"}:
            return self._day_maker(text)
        return text

    def _text_maker(self, number_format: str) -> _CellMaker:
        plain = f'" s="{self._style(number_format)}" t="inlineStr"><is><t'
        # The mark by which Excel keeps =1+1 a text when somebody edits the cell.
        quoted = f'" s="{self._style(number_format, quoted=True)}" t="inlineStr"><is><t'

        def make(at: str, value: Any) -> str:
            text = str(value)
            if _ODD.search(text):
                text = _LIKE_ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text)).translate(_ENTITIES)
            if not text:
                return ""
            space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
            style = quoted if text[0] in _FORMULA_STARTS else plain
            return f'<c r="{at}{style}{space}>{text}</t></is></c>'

        return make

    def _day_maker(self, text: _CellMaker) -> _CellMaker:
        """Dates as Excel keeps them, so that they sort and filter; what is no full day stays a text."""
        styles = {10: self._style("yyyy-mm-dd"), 16: self._style("yyyy-mm-dd hh:mm")}
        known: dict[str, float | None] = {}

        def make(at: str, value: Any) -> str:
            if value not in known:
                known[value] = _serial(value)
            serial = known[value]
            return text(at, value) if serial is None else f'<c r="{at}" s="{styles[len(value)]}"><v>{serial}</v></c>'

        return make


def _number_maker(style: int, shown: Callable[[Any], str]) -> _CellMaker:
    return lambda at, value: f'<c r="{at}" s="{style}"><v>{shown(value)}</v></c>'


def _serial(text: str) -> float | None:
    """Excel's number of a day or minute; None for what would not come back as the same text.

    A month alone is no day, midnight would come back as the day alone, and before March 1900 Excel
    counts one day too many.
    """
    if len(text) not in {10, 16} or text.endswith(" 00:00") or text < "1900-03-01":
        return None
    try:
        since = datetime.fromisoformat(text) - datetime(1899, 12, 30)
    except ValueError:
        return None
    return since.days + round(since.seconds / 86400, 10) if since.seconds else since.days


def _fill(frame: BytesIO, target: Path, writers: Sequence[_RowWriter | None]) -> None:
    """Copies the workbook that openpyxl laid out and puts the rows into its sheets."""
    import zipfile

    parts = {f"xl/worksheets/sheet{n}.xml": writer for n, writer in enumerate(writers, 1) if writer}
    with zipfile.ZipFile(frame) as laid_out, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name in laid_out.namelist():
            content = laid_out.read(name)
            with book.open(name, "w", force_zip64=True) as part:
                if name not in parts:
                    part.write(content)
                    continue
                # The extent that openpyxl saw is the heading's; it may be left out.
                head, end, tail = re.sub(rb"<dimension [^>]*/>", b"", content).partition(b"</sheetData>")
                part.write(head)
                rows = parts[name].xml()
                while block := "".join(islice(rows, 1000)):
                    part.write(block.encode())
                part.write(end + tail)
