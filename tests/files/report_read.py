"""Reads the tables of a report back out of each kind of file, as the raw values that --json gives."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Tables = list[tuple[str, list[str], list[list[Any]]]]
"""Name, headings and lines of each table, the totals being the last line."""


def read_tables(path: Path) -> Tables:
    return {".json": _json, ".csv": _csv, ".html": _html, ".docx": _docx, ".xlsx": _xlsx}[path.suffix](path)


def document_tables(document: dict[str, Any]) -> Tables:
    return [(table["name"], table["headings"], [*table["rows"], *([table["totals"]] if table["totals"] else [])])
            for table in document["tables"]]


def _json(path: Path) -> Tables:
    return document_tables(json.loads(path.read_text(encoding="utf-8")))


def _value(text: str) -> Any:
    """What a text that a person reads stands for."""
    if found := re.fullmatch(r"[\d.]+%\((\d+)/(\d+)\)", text):
        return {"numerator": int(found[1]), "denominator": int(found[2])}
    if re.fullmatch(r"—\(0\S*\)", text):
        return {"numerator": 0, "denominator": 0}
    if re.fullmatch(r"-?[\d,]+\.\d+", text):
        return float(text.replace(",", ""))
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def _csv(path: Path) -> Tables:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    blocks: list[list[list[str]]] = [[]]
    for row in rows:
        if row:
            blocks[-1].append(row)
        else:
            blocks.append([])
    # A table alone stands without its name.
    named = [block if len(block[0]) == 1 and len(blocks) > 1 else [[""], *block] for block in blocks]
    return [(name, headings, [list(map(_value, line)) for line in lines]) for (name,), headings, *lines in named]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: Tables = []
        self._part = ""
        self._attributes: dict[str, str | None] = {}
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "table":
            self.tables.append((found["aria-label"] or "", [], []))
        elif tag == "tr" and self.tables and self._part != "thead":
            self.tables[-1][2].append([])
        elif tag in {"thead", "tbody", "tfoot"}:
            self._part = tag
        elif tag in {"th", "td"}:
            self._attributes, self._text = found, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self.tables[-1][1].append(self._text)
        elif tag == "td":
            self.tables[-1][2][-1].append(self._cell())

    def _cell(self) -> Any:
        shown = _value(self._text)
        if "data-d" in self._attributes:
            raw = {"numerator": int(self._attributes["data-n"] or ""), "denominator": int(self._attributes["data-d"] or "")}
            assert raw == shown
            return raw
        if "data-v" in self._attributes:
            assert shown == float(self._attributes["data-v"] or "")
        return shown


def _html(path: Path) -> Tables:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return [table for table in reader.tables if not table[0].endswith("明细")]


def _docx(path: Path) -> Tables:
    from docx import Document

    document = Document(str(path))
    names = [paragraph.text for paragraph in document.paragraphs]
    found: Tables = []
    for table in document.tables:
        lines = [[cell.text for cell in row.cells] for row in table.rows]
        before = table._tbl.getprevious()
        name = "".join(text.text or "" for text in before.iter("{*}t"))
        assert name in names
        found.append((name, lines[0], [list(map(_value, line)) for line in lines[1:]]))
    return found


def _xlsx(path: Path) -> Tables:
    from openpyxl import load_workbook

    found: Tables = []
    for sheet in load_workbook(path).worksheets:
        name = str(sheet.cell(2, 1).value).split("　")[0]
        raw = [cell.value for cell in sheet[3]]
        heads = [str(head) for head in raw if head is not None]
        rates = [j for j, head in enumerate(heads) if f"{head}分子" in heads]
        lines = []
        row = 4
        while any(cell.value is not None for cell in sheet[row][:len(heads)]) and sheet.cell(row, 1).style != "报表说明":
            lines.append(_line([cell.value for cell in sheet[row][:len(heads)]], rates))
            row += 1
        found.append((name, [head for j, head in enumerate(heads) if j not in {k + 1 for k in rates} | {k + 2 for k in rates}],
                      lines))
    return found


def _line(cells: list[Any], rates: list[int]) -> list[Any]:
    made: list[Any] = []
    skipped = {at + more for at in rates for more in (1, 2)}
    for j, cell in enumerate(cells):
        if j in skipped:
            continue
        if j in rates and cells[j + 2] is not None:
            numerator, denominator = cells[j + 1], cells[j + 2]
            assert cell == ("—" if not denominator else numerator / denominator)
            made.append({"numerator": numerator, "denominator": denominator})
        else:
            made.append("" if cell is None else cell)
    return made
