"""Tables as a page to print: .docx for Word and WPS, .html for a browser (one file, nothing from elsewhere)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from lianhu.domain.figures import Table, Value, shown
from lianhu.files.safe import replacing
from lianhu.files.word import new_document, set_font

ENDINGS = (".docx", ".html")

_STYLE = """
:root { color-scheme: light dark }
body { font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", SimSun, sans-serif; margin: 1.5rem auto;
  max-width: 60rem; padding: 0 1rem; line-height: 1.5 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { border: 1px solid #8888; padding: .25rem .5rem; text-align: left; vertical-align: top }
th { background: #8882 } td.number { text-align: right; white-space: nowrap }
tfoot td { font-weight: bold } p.note { color: #777; margin: .2rem 0; font-size: .9rem }
@page { size: A4; margin: 15mm }
@media print { body { margin: 0; max-width: none; padding: 0 } tr { break-inside: avoid } thead { display: table-header-group } }
"""


def write_page(target: Path, title: str, about: str, tables: Sequence[Table]) -> None:
    """Writes the tables under a title as the ending says; an existing file is replaced."""
    with replacing(target) as scratch:
        if target.suffix.lower() == ".html":
            scratch.write_text(_html(title, about, tables), encoding="utf-8")
        else:
            _document(title, about, tables).save(str(scratch))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _html(title: str, about: str, tables: Sequence[Table]) -> str:
    parts = [
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>',
        f'<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1><p class="note">{escape(about)}</p>']
    for table in tables:
        parts.append(f"<h2>{escape(table.name)}</h2><div class=\"wide\"><table><thead><tr>")
        parts += [f'<th scope="col">{escape(heading)}</th>' for heading in table.headings]
        parts.append("</tr></thead><tbody>")
        parts += [_html_row(row) for row in table.rows]
        parts.append("</tbody>")
        if table.totals:
            parts.append(f"<tfoot>{_html_row(table.totals)}</tfoot>")
        parts.append("</table></div>")
        if table.note:
            parts.append(f'<p class="note">{escape(table.note)}</p>')
    return "".join([*parts, "</body></html>\n"])


def _html_row(row: Sequence[Value]) -> str:
    return "<tr>" + "".join(
        f'<td class="number">{escape(shown(value))}</td>' if _is_number(value) else f"<td>{escape(shown(value))}</td>"
        for value in row) + "</tr>"


def _document(title: str, about: str, tables: Sequence[Table]) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = new_document(title)
    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
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
        bold = name.add_run(table.name)
        bold.bold = True
        set_font(bold, "宋体", 12)
        _add_table(document, table)
        if table.note:
            document.add_paragraph(table.note)
    return document


def _add_table(document: Any, table: Table) -> None:
    lines: list[Sequence[Value]] = [table.headings, *table.rows, *([table.totals] if table.totals else [])]
    grid = document.add_table(rows=len(lines), cols=len(table.headings))
    grid.style = "Table Grid"
    # Cells are asked for once: python-docx finds each anew in the XML otherwise.
    for row, line in zip(grid.rows, lines, strict=True):
        for cell, value in zip(row.cells, line, strict=False):
            cell.paragraphs[0].add_run(shown(value)).bold = line is table.headings
    _repeat_heading(grid.rows[0])


def _repeat_heading(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
