"""Tables as a page to print: .docx for Word and WPS, .html for a browser (one file, nothing from elsewhere)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from lianhu.domain.figures import Table, Value, is_figure, shown
from lianhu.files.safe import printable, replacing
from lianhu.files.word import new_document, set_font

ENDINGS = (".docx", ".html")

WIDTH = 174.0
"""Millimetres of a sheet of A4 between its margins in Word."""
_TEXT_SIZE = 9.5
"""Points of the text in a table of Word."""
_LATIN, _CHINESE, _GAP = 2.15, 3.4, 4.2
"""Millimetres that a character of that size takes, where the font is not there too, and a cell beside its text."""
_LONGEST = 38.0
"""Millimetres of text that are kept on one line where there is room: a moment, a name of eleven."""
_ROOMY = 1.15
_KEPT = 10 * _LATIN + _GAP
"""Millimetres of a column that holds no more than a day."""
_MOMENT = len("2026-11-24 10:00")

# Data is text only: the policy forbids what none of it can bring in, and mso-number-format keeps a
# spreadsheet that opens the page from running a cell that begins like a formula.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark }
body { font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", SimSun, sans-serif; margin: 1.5rem auto;
  max-width: 60rem; padding: 0 1rem; line-height: 1.5 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { border: 1px solid #8888; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th, td.whole { white-space: nowrap } td { mso-number-format: "\\@" }
th { background: #8882 } td.number { text-align: right; white-space: nowrap }
tfoot td { font-weight: bold } p.note { opacity: .75; margin: .2rem 0; font-size: .9rem }
@page { size: A4; margin: 15mm }
@media print { :root { color-scheme: light } h2 { break-after: avoid }
  body { margin: 0; max-width: none; padding: 0; font-size: 10pt; background: #fff; color: #000 }
  .wide { overflow: visible; padding-right: 1px }
  th, td { padding: .1rem .3rem }
  tr { break-inside: avoid } thead { display: table-header-group } }
"""


def write_page(target: Path, title: str, about: str, tables: Sequence[Table], foot: str = "") -> None:
    """Writes the tables under a title as the ending says, ``foot`` being a line below; an existing file is replaced."""
    with replacing(target) as scratch:
        if target.suffix.lower() == ".html":
            scratch.write_text(_html(title, about, tables, foot), encoding="utf-8")
        else:
            _document(title, about, tables, foot).save(str(scratch))


def _numbers(table: Table) -> list[bool]:
    """Which columns hold numbers and nothing else, so that they stand on the right."""
    lines = [*table.rows, *([table.totals] if table.totals else [])]
    columns = [[line[j] for line in lines if j < len(line) and line[j] is not None] for j in range(len(table.headings))]
    return [bool(column) and all(map(is_figure, column)) for column in columns]


def _html(title: str, about: str, tables: Sequence[Table], foot: str) -> str:
    parts = [
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escaped(title)}</title>',
        f'<style>{_STYLE}</style></head><body><h1>{escaped(title)}</h1><p class="note">{escaped(about)}</p>']
    for table in tables:
        parts.append(f"<h2>{escaped(table.name)}</h2><div class=\"wide\"><table><thead><tr>")
        parts += [f'<th scope="col">{escaped(heading)}</th>' for heading in table.headings]
        parts.append("</tr></thead><tbody>")
        numbers = _numbers(table)
        parts += [_html_row(row, numbers) for row in table.rows]
        parts.append("</tbody>")
        if table.totals:
            parts.append(f"<tfoot>{_html_row(table.totals, numbers)}</tfoot>")
        parts.append("</table></div>")
        if table.note:
            parts.append(f'<p class="note">{escaped(table.note)}</p>')
    if foot:
        parts.append(f'<p class="note">{escaped(foot)}</p>')
    return "".join([*parts, "</body></html>\n"])


def _html_row(row: Sequence[Value], numbers: Sequence[bool]) -> str:
    return "<tr>" + "".join(map(_html_cell, row, numbers)) + "</tr>"


def _html_cell(value: Value, is_number: bool) -> str:
    text = shown(value)
    mark = ' class="number"' if is_number else ' class="whole"' if text.isascii() and len(text) <= _MOMENT else ""
    return f"<td{mark}>{escaped(text)}</td>"


def escaped(text: str) -> str:
    """A text as HTML can hold it, between tags and in attributes."""
    return escape(printable(text))


def _document(title: str, about: str, tables: Sequence[Table], foot: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    title, about = printable(title), printable(about)
    document = new_document(title)
    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    _number_pages(section)
    normal = document.styles["Normal"]
    set_font(normal, "宋体", 10.5)
    normal.paragraph_format.space_after = Pt(2)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(title)
    run.bold = True
    set_font(run, "宋体", 16)
    document.add_paragraph(about)
    for table in tables:
        name = document.add_paragraph()
        name.paragraph_format.space_before, name.paragraph_format.keep_with_next = Pt(8), True
        bold = name.add_run(printable(table.name))
        bold.bold = True
        set_font(bold, "宋体", 12)
        _add_table(document, table)
        if table.note:
            document.add_paragraph(printable(table.note))
    if foot:
        signed = document.add_paragraph(printable(foot))
        signed.paragraph_format.space_before = Pt(18)
    return document


def _add_table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    lines: list[Sequence[Value]] = [table.headings, *table.rows, *([table.totals] if table.totals else [])]
    grid = document.add_table(rows=len(lines), cols=len(table.headings))
    grid.style = "Table Grid"
    grid.autofit = False
    widths = [Mm(width) for width in _widths([[shown(value) for value in line] for line in lines])]
    numbers = _numbers(table)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    # Cells are asked for once: python-docx finds each anew in the XML otherwise.
    for number, (row, line) in enumerate(zip(grid.rows, lines, strict=True)):
        _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, value, width, is_number in zip(row.cells, line, widths, numbers, strict=False):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            # A heading alone at the foot of a page would say nothing.
            paragraph.paragraph_format.keep_with_next = number == 0 or None
            if is_number and number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(printable(shown(value)))
            run.bold, run.font.size = line is table.headings or line is table.totals, Pt(_TEXT_SIZE)
    for cell in grid.rows[0].cells:
        _mark(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill="E7ECF3")
    _mark(grid.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")


def _widths(lines: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres of each column: short ones as wide as their texts, the rest to those with long ones."""
    longest = [max(map(_width_of, column)) for column in zip(*lines, strict=True)]
    least = [min(length, _LONGEST) + _GAP for length in longest]
    wanted = [max(0.0, length - _LONGEST) for length in longest]
    room = WIDTH - sum(least)
    if room < 0:
        # Dates and codes keep their line: only what is wider gives way.
        fixed = sum(width for width in least if width <= _KEPT)
        share = max(0.2, (WIDTH - fixed) / (sum(least) - fixed)) if sum(least) > fixed else 1.0
        tried = [width if width <= _KEPT else width * share for width in least]
        return [width * WIDTH / sum(tried) for width in tried]
    if not sum(wanted):
        # Where there is room it goes to totals, whose bold figures are wider.
        return [width * min(_ROOMY, WIDTH / sum(least)) for width in least]
    share = min(1.0, room / sum(wanted))
    return [width + share * more for width, more in zip(least, wanted, strict=True)]


def _width_of(text: str) -> float:
    """Millimetres of a text on one line."""
    return sum(_LATIN if c.isascii() else _CHINESE for c in text)


def _number_pages(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, field, after in (("第 ", "PAGE", " 页"), ("　共 ", "NUMPAGES", " 页")):
        paragraph.add_run(before)
        element = OxmlElement("w:fldSimple")
        element.set(qn("w:instr"), field)
        paragraph._p.append(element)
        paragraph.add_run(after)


def _mark(properties: Any, name: str, **attributes: str) -> None:
    """Adds an element to the properties of a row or a cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in (attributes or {"val": "true"}).items():
        element.set(qn(f"w:{key}"), value)
    properties.append(element)
