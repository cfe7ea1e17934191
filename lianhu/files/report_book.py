"""A report as a workbook: a sheet a table, every figure a number, with Excel's own charts, ready to print on A4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lianhu.domain.figures import Hundredths, Money, Rate, Report, Table, Value, is_figure, shown
from lianhu.files.paper import FONT, lines_of
from lianhu.files.pictures import Picture, picture_of
from lianhu.files.safe import printable, replacing
from lianhu.files.sheets import put_text, sheet_name

NUMERATOR, DENOMINATOR = "分子", "分母"
HEAD_ROW = 3
"""The row of the headings; the title and a line about the table stand above."""
NONE_OF = "—"
"""A rate over nothing has no value."""
_NARROWEST, _WIDEST = 7, 40
_LEAST_ACROSS = 60
"""Characters that a table takes at the least, so that its title has room."""
_UPRIGHT, _LYING = 68, 102
"""Characters of a sheet of A4 upright and on its side, at full size, also in a font wider than Excel's."""
_SMALLEST = 0.8
"""How far a table is made smaller before its sheet is turned."""
_PAGE_UPRIGHT, _PAGE_LYING = 715, 470
"""Points of a page between the margins."""
_TITLE_HEIGHT, _ABOUT_HEIGHT, _LINE_HEIGHT = 30.0, 18.0, 17.0
_HIGHEST = 409.0
"""Points that Excel lets a row be high."""
_POINTS_PER_CM = 28.35
_SMALL_TYPE = 800
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "star")
_DENSE = 20
"""Bars from which on their labels need a smaller type."""
_COLOURS = ("1F6FB2", "E0862B", "3C9A5F", "B0529B", "7A6A53", "5B6BD0")


class _Place(NamedTuple):
    """Where a column of the table begins on the sheet, from 1, and whether it holds rates and takes three."""

    column: int
    is_rate: bool


def write_book(
    target: Path, report: Report, about: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Writes the report; an existing file of that name is replaced."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "lianhu", printable(report.title)
    line = Side("thin", color="A6A6A6")
    frame = Border(line, line, line, line)
    for style in (
        NamedStyle("报表标题", Font(FONT, 16, bold=True), alignment=Alignment("center", "center")),
        NamedStyle("报表说明", Font(FONT, 10, color="595959"), alignment=Alignment(vertical="center")),
        NamedStyle("报表表头", Font(FONT, 11, bold=True), PatternFill("solid", fgColor="DDEBF7"), frame,
                   Alignment("center", "center", wrap_text=True)),
        NamedStyle("报表正文", Font(FONT, 11), border=frame, alignment=Alignment(vertical="center", wrap_text=True)),
        NamedStyle("报表合计", Font(FONT, 11, bold=True), PatternFill("solid", fgColor="F2F2F2"), frame,
                   Alignment(vertical="center")),
    ):
        book.add_named_style(style)
    names: set[str] = set()
    for number, table in enumerate(report.tables):
        progress(number, len(report.tables))
        _Sheet(book.create_sheet(sheet_name(table.name, names)), table).fill(report.title, about)
    with replacing(target) as scratch:
        book.save(scratch)
    progress(len(report.tables), len(report.tables))


class _Sheet:
    def __init__(self, sheet: Any, table: Table) -> None:
        self.sheet, self.table = sheet, table
        lines = [*table.rows, *([table.totals] if table.totals else [])]
        self.places: list[_Place] = []
        at = 1
        for j in range(len(table.headings)):
            is_rate = any(isinstance(line[j], Rate) for line in lines)
            self.places.append(_Place(at, is_rate))
            at += 3 if is_rate else 1
        self.width = at - 1

    def fill(self, title: str, about: str) -> None:
        for row, text, style, height in ((1, title, "报表标题", _TITLE_HEIGHT),
                                         (2, f"{self.table.name}　　{about}", "报表说明", _ABOUT_HEIGHT)):
            put_text(self.sheet.cell(row, 1), text)
            self.sheet.cell(row, 1).style = style
            self.sheet.row_dimensions[row].height = height
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=self.width)
        texts = self._add_head()
        row = HEAD_ROW
        for line in self.table.rows:
            row += 1
            self._add_line(row, line, "报表正文")
        last = row
        if self.table.totals:
            row += 1
            self._add_line(row, self.table.totals, "报表合计")
        if self.table.note:
            row += 1
            put_text(self.sheet.cell(row, 1), self.table.note)
            self.sheet.cell(row, 1).style = "报表说明"
        widths = self._set_widths(texts)
        self._set_heights(widths)
        page = self._set_page(sum(widths))
        if self.table.rows:
            from openpyxl.utils import get_column_letter

            # Without the totals, which would be sorted in among the rest.
            self.sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(self.width)}{last}"
        picture = picture_of(self.table)
        if picture is not None:
            self._add_chart(picture, row + 2, page)

    def _add_chart(self, picture: Picture, row: int, page: float) -> None:
        """Puts the chart below the table, on a new page where the rest of this one is too small; ``page`` in points."""
        from openpyxl.worksheet.pagebreak import Break

        head = _TITLE_HEIGHT + _ABOUT_HEIGHT + self.sheet.row_dimensions[HEAD_ROW].height
        room = page - head
        chart = self._chart(picture, min(room - _LINE_HEIGHT, (3 + 0.62 * len(picture.rows)) * _POINTS_PER_CM))
        used = (row - 1 - HEAD_ROW) * _LINE_HEIGHT % room
        if used + chart.height * _POINTS_PER_CM > room:
            self.sheet.row_breaks.append(Break(id=row - 2))
        self.sheet.add_chart(chart, f"A{row}")

    def _add_head(self) -> list[str]:
        texts: list[str] = []
        for heading, place in zip(self.table.headings, self.places, strict=True):
            texts += [heading, *((f"{heading}{part}" for part in (NUMERATOR, DENOMINATOR)) if place.is_rate else ())]
        for column, text in enumerate(texts, 1):
            cell = self.sheet.cell(HEAD_ROW, column)
            put_text(cell, text)
            cell.style = "报表表头"
        return texts

    def _add_line(self, row: int, line: Sequence[Value], style: str) -> None:
        from openpyxl.styles import Alignment

        right = Alignment("right", "center")
        for column in range(1, self.width + 1):
            self.sheet.cell(row, column).style = style
        self.sheet.row_dimensions[row].height = _LINE_HEIGHT
        for value, (column, is_rate) in zip(line, self.places, strict=True):
            if isinstance(value, Rate):
                self._put(row, column, value.numerator / value.denominator if value.denominator else NONE_OF, "0.0%")
                self.sheet.cell(row, column).alignment = right
                self._put(row, column + 1, value.numerator, "0")
                self._put(row, column + 2, value.denominator, "0")
            else:
                self._put(row, column, value, "0" if is_rate else _format_of(value))

    def _put(self, row: int, column: int, value: Value, number_format: str) -> None:
        cell = self.sheet.cell(row, column)
        if is_figure(value):
            cell.value = value.as_json() if isinstance(value, Hundredths) else value
            cell.number_format = number_format
        else:
            put_text(cell, shown(value))

    def _set_widths(self, heads: Sequence[str]) -> list[float]:
        from openpyxl.utils import get_column_letter

        widths = [min(_WIDEST, max(_NARROWEST, 2 + min(_width(head), 12))) for head in heads]
        for line in [*self.table.rows, *([self.table.totals] if self.table.totals else [])]:
            for value, (column, _) in zip(line, self.places, strict=True):
                if not isinstance(value, Rate):
                    widths[column - 1] = min(_WIDEST, max(widths[column - 1], 2 + _width(shown(value))))
        if sum(widths) < _LEAST_ACROSS:
            widths = [width * _LEAST_ACROSS // sum(widths) + 1 for width in widths]
        for j, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(j)].width = width
        lines = max(lines_of(head, width) for head, width in zip(heads, widths, strict=True))
        self.sheet.row_dimensions[HEAD_ROW].height = 15 * lines + 7
        return [float(width) for width in widths]

    def _set_heights(self, widths: Sequence[float]) -> None:
        """Makes the rows that hold long texts as high as these are when wrapped."""
        for row, line in enumerate(self.table.rows, HEAD_ROW + 1):
            lines = max((sum(lines_of(part, widths[place.column - 1] - 1) for part in value.split("\n"))
                         for value, place in zip(line, self.places, strict=True) if isinstance(value, str)), default=1)
            if lines > 1:
                self.sheet.row_dimensions[row].height = min(_HIGHEST, _LINE_HEIGHT * lines)

    def _set_page(self, width: float) -> float:
        """Sets the sheet up for A4; gives the points that rows may take on a page."""
        sheet = self.sheet
        labels = next((place.column for row in self.table.rows for value, place in zip(row, self.places, strict=True)
                       if is_figure(value)), 2)
        sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, min(labels, 4))
        sheet.print_title_rows = f"1:{HEAD_ROW}"
        lies = width * _SMALLEST > _UPRIGHT
        sheet.page_setup.orientation = "landscape" if lies else "portrait"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        # Not fitted to the page: Excel would then keep no page break before a chart.
        scale = min(1.0, (_LYING if lies else _UPRIGHT) / width)
        sheet.page_setup.scale = max(10, int(100 * scale))
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.7
        sheet.page_margins.header = sheet.page_margins.footer = 0.3
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
        return (_PAGE_LYING if lies else _PAGE_UPRIGHT) / scale

    def _chart(self, picture: Picture, height: float) -> Any:
        """The chart of a picture; ``height`` in points is what bars take."""
        from openpyxl.chart import BarChart, LineChart, Reference
        from openpyxl.chart.label import DataLabelList
        from openpyxl.chart.shapes import GraphicalProperties
        from openpyxl.drawing.line import LineProperties

        first, last = HEAD_ROW + 1 + picture.rows.start, HEAD_ROW + picture.rows.stop
        is_line = picture.kind == "months"
        chart: Any = LineChart() if is_line else BarChart()
        if not is_line:
            chart.type, chart.gapWidth = "bar", 40
            chart.x_axis.scaling.orientation = "maxMin"
            # With the first line on top the numbers would stand there too.
            chart.y_axis.crosses = "max"
        if picture.kind == "parts":
            chart.grouping, chart.overlap = "stacked", 100
        for at, column in enumerate(picture.columns):
            place = self.places[column].column
            chart.add_data(Reference(self.sheet, min_col=place, min_row=first, max_row=last))
            _dress(chart.series[-1], at, self._name_of(place), is_line=is_line)
        chart.set_categories(Reference(
            self.sheet, min_col=self.places[picture.labels[0]].column, max_col=self.places[picture.labels[-1]].column,
            min_row=first, max_row=last))
        chart.title, chart.style = picture.title, 2
        chart.title.tx.rich.p[0].pPr = _sized(1200)
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.y_axis.number_format, chart.y_axis.scaling.min = "0", 0
        chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
        if len(picture.rows) > _DENSE:
            chart.x_axis.txPr = _small_type()
            chart.x_axis.tickLblSkip = 1
        if len(picture.columns) == 1:
            chart.legend = None
            chart.dataLabels = DataLabelList()
            chart.dataLabels.showVal = True
            chart.dataLabels.showSerName = chart.dataLabels.showCatName = chart.dataLabels.showLegendKey = False
        else:
            chart.legend.position = "b"
        chart.width, chart.height = 17, 8 if is_line else max(5.0, height / _POINTS_PER_CM)
        return chart

    def _name_of(self, column: int) -> Any:
        from openpyxl.chart.data_source import StrRef
        from openpyxl.chart.series import SeriesLabel
        from openpyxl.utils import get_column_letter, quote_sheetname

        return SeriesLabel(strRef=StrRef(f"{quote_sheetname(self.sheet.title)}!${get_column_letter(column)}${HEAD_ROW}"))


def _dress(series: Any, at: int, name: Any, *, is_line: bool) -> None:
    """Name, colour and, for a line, a marker of its own shape, so that it is told apart without colour."""
    series.tx = name
    colour = _COLOURS[at % len(_COLOURS)]
    series.graphicalProperties.solidFill = series.graphicalProperties.line.solidFill = colour
    if is_line:
        series.smooth, series.marker.symbol = False, _MARKERS[at % len(_MARKERS)]
        series.marker.graphicalProperties.solidFill = colour


def _format_of(value: Value) -> str:
    """Excel's format for a figure: what has a fraction shows it, money always its cents."""
    if isinstance(value, Money):
        return "#,##0.00"
    if isinstance(value, Hundredths):
        return "0.00" if value.value % 100 else "0"
    return "0.0" if isinstance(value, float) else "0"


def _sized(size: int) -> Any:
    """Type of a size in hundredths of a point."""
    from openpyxl.drawing.text import CharacterProperties, ParagraphProperties

    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=size > _SMALL_TYPE))


def _small_type() -> Any:
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, RichTextProperties

    return RichText(bodyPr=RichTextProperties(), p=[Paragraph(pPr=_sized(_SMALL_TYPE), endParaRPr=None)])


def _width(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)
