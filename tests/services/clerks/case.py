"""What a clerk's folder is for the tests: files made of literal cells, and what must come of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tests.services.workbooks import Desk, Page, Rows

Write = Callable[[Desk, str], Path]
"""Writes one file into the clerk's folder under a name."""

Outcome = tuple[str | None, int, int, int, int, int]
"""Kind, rows, created, updated, unchanged, rejected of one sheet."""

UNREAD: Outcome = (None, 0, 0, 0, 0, 0)
"""A sheet of no known form."""


@dataclass
class Case:
    """One messy folder: its files, and what a clerk expects of importing them.

    ``sheets`` in order over all files; ``problems`` are levels and codes without notes, sorted;
    ``stored`` maps ``table.column,column`` to the rows that must stand there, in any order.
    """

    name: str
    what: str
    files: dict[str, Write]
    sheets: list[Outcome]
    problems: list[str] = field(default_factory=list)
    stored: dict[str, list[Any]] = field(default_factory=dict)
    refused: int = 0
    before: dict[str, Write] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    pairs: list[tuple[str, str]] | None = None


def xlsx(sheets: dict[str, Page | Rows] | Rows) -> Write:
    return lambda desk, name: desk.workbook(name, sheets)


def raw(content: bytes) -> Write:
    def write(desk: Desk, name: str) -> Path:
        path = desk.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def text(rows: Rows, encoding: str = "utf-8-sig", comma: str = ",") -> Write:
    """A .csv as Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=comma).writerows([["" if c is None else c for c in row] for row in rows])
    return raw(out.getvalue().encode(encoding))


def web(rows: Rows, spans: dict[tuple[int, int], str] | None = None, encoding: str = "gb18030") -> Write:
    """An HTML page saved as .xls, as platforms export; ``spans`` are attributes by row and column."""
    lines = []
    for i, row in enumerate(rows):
        cells = [
            f"<td {(spans or {}).get((i, j), '')}>{escape('' if c is None else str(c))}</td>"
            for j, c in enumerate(row) if c is not ...]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    page = f"<html><head><meta charset={encoding}></head><body><table>{''.join(lines)}</table></body></html>"
    return raw(page.encode(encoding))


def xls(sheets: dict[str, Rows]) -> Write:
    return raw(old_book(sheets))


def encrypted() -> Write:
    """What Excel writes when a workbook gets a password: the package hides in an old container."""
    return raw(old_book({"永胜": [["村"]]}).replace(
        "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12",
        "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + b"\x22"))


def old_book(sheets: dict[str, Rows]) -> bytes:
    """The bytes of an .xls workbook."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    sheet.write(i, j, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: dict[str, Rows]) -> Write:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                if cell is None:
                    line.addElement(TableCell())
                    continue
                number = isinstance(cell, int | float)
                made = TableCell(valuetype="float", value=cell) if number else TableCell(valuetype="string")
                made.addElement(P(text=str(cell)))
                line.addElement(made)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return raw(out.getvalue())
