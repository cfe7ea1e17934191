"""A clerk's folder for the tests of import: workbooks made as clerks make them, and the database looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from lianhu.domain.identity import check_digit
from lianhu.services.rosters import ImportOptions, Receipt, SheetReceipt, import_files
from lianhu.store.connection import Database, open_database
from lianhu.store.schema import COLUMNS

TODAY = date(2026, 11, 24)
COUNTED = ("created", "updated", "unchanged", "rejected")
RECORDS = tuple(table for table in COLUMNS if table not in {"batch", "change", "reading", "setting"})

Rows = list[list[Any]]


def id_number(number: int, born: str = "19560312", region: str = "152223") -> str:
    """A valid invented ID number; even numbers are women, odd ones men."""
    first17 = f"{region}{born}{number:03}"
    return first17 + check_digit(first17)


@dataclass
class Page:
    """One sheet to be written: its rows, merged ranges, and whether it is hidden."""

    rows: Rows
    merges: tuple[str, ...] = ()
    hidden: bool = False


class Desk:
    """A folder with workbooks and a database."""

    def __init__(self, folder: Path, today: date = TODAY) -> None:
        self.folder = folder
        self.today = today
        self.db = folder / "lianhu.db"

    def workbook(self, name: str, sheets: dict[str, Page | Rows] | Rows) -> Path:
        """Writes a workbook; rows alone are one sheet named Sheet1."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, given in (sheets.items() if isinstance(sheets, dict) else [("Sheet1", sheets)]):
            page = given if isinstance(given, Page) else Page(given)
            sheet = book.create_sheet(title)
            for i, row in enumerate(page.rows, 1):
                for j, value in enumerate(row, 1):
                    if value is not None:
                        sheet.cell(i, j).value = value
            for merge in page.merges:
                sheet.merge_cells(merge)
            if page.hidden:
                sheet.sheet_state = "hidden"
        path = self.folder / name
        book.save(path)
        return path

    def take(self, *paths: Path, **options: Any) -> Receipt:
        """Imports and checks what holds for every import: each sheet's counts add up."""
        dry = options.get("dry_run", False)
        with open_database(self.db, create=True) as database:
            receipt = import_files(
                database, paths, ImportOptions(**options), today=self.today,
                now=datetime.combine(self.today, datetime.min.time()))
        for file in receipt.files:
            for sheet in file.sheets:
                assert sheet.rows == sum(getattr(sheet, name) for name in COUNTED), sheet
        assert dry or not receipt.left_out or any(f.problem_list or f.refused for f in receipt.files)
        return receipt

    def take_rows(self, rows: Rows | dict[str, Page | Rows], name: str = "名册.xlsx", **options: Any) -> SheetReceipt:
        """Imports a workbook made of these rows and gives the receipt of its first sheet."""
        return self.take(self.workbook(name, rows), **options).files[0].sheets[0]

    def open(self) -> Database:
        return open_database(self.db)

    def records(self, table: str) -> list[dict[str, Any]]:
        if not self.db.exists():
            return []
        with self.open() as database:
            return database.records(f"SELECT * FROM {table} ORDER BY id")

    def record(self, table: str) -> dict[str, Any]:
        (only,) = self.records(table)
        return only

    def column(self, table: str, column: str) -> list[Any]:
        return [record[column] for record in self.records(table)]

    def content(self) -> str:
        """Everything recorded, by codes and names in place of ids, as text that can be compared.

        Ids follow the order of writing and mean nothing; everything else does, the order of villages too.
        """
        return json.dumps({table: _meant(self, table) for table in RECORDS}, ensure_ascii=False, indent=1)

    def pairs(self) -> list[tuple[str, str]]:
        """Head and cadre of the standing pairs."""
        with self.open() as database:
            return database.execute(
                "SELECT h.head_name, c.name FROM pairing p JOIN household h ON h.id = p.household_id "
                "JOIN cadre c ON c.id = p.cadre_id WHERE p.ended_on IS NULL ORDER BY h.code")


_SHOWN = {"village_id": ("village", "key"), "cluster_id": ("cluster", "key"), "household_id": ("household", "code"),
          "cadre_id": ("cadre", "code"), "visit_id": ("visit", "code")}


def _meant(desk: Desk, table: str) -> list[str]:
    names = {
        column: {r["id"]: r[shown] for r in desk.records(other)} for column, (other, shown) in _SHOWN.items()
    }
    rows = []
    for record in desk.records(table):
        meant = {k: names[k].get(v) if k in names else v for k, v in record.items() if k != "id"}
        rows.append(json.dumps(meant, ensure_ascii=False, sort_keys=True))
    return sorted(rows)


def codes(sheet: SheetReceipt, level: str = "") -> list[str]:
    """The problem codes of a sheet, all or those of one level."""
    return [p.code for p in sheet.problems if not level or p.level == level]


def counts(sheet: SheetReceipt) -> tuple[int, ...]:
    """rows, created, updated, unchanged, rejected."""
    return (sheet.rows, *(getattr(sheet, name) for name in COUNTED))


def grid(path: Path, sheet: str | None = None) -> Rows:
    """The cells of a written workbook."""
    book = load_workbook(path)
    page = book[sheet] if sheet else book.worksheets[0]
    return [list(row) for row in page.iter_rows(values_only=True)]


def mended(path: Path, changes: dict[str, Any], sheet: str | None = None) -> Path:
    """A workbook with some cells changed, as a clerk mends a problem list; saved in place."""
    book = load_workbook(path)
    page = book[sheet] if sheet else book.worksheets[0]
    for where, value in changes.items():
        page[where] = value
    book.save(path)
    return path
