"""What goes out by export comes back by import exactly, also what hand-overs leave behind."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from lianhu.files.reading import read_sheets
from lianhu.services.exports import write_export
from lianhu.services.rosters import ImportOptions, Receipt, import_files
from lianhu.store.connection import Database, open_database
from tests.services.random_town import live, without_ids

NOW = datetime(2026, 11, 24, 9)
TODAY = date(2026, 11, 24)


def take(database: Database, path: Path, **options: Any) -> Receipt:
    return import_files(database, [path], ImportOptions(**options), today=TODAY, now=NOW)


def problems(receipt: Receipt) -> list[tuple[str, str, str, str]]:
    return [(sheet.sheet, p.cell, p.code, p.message) for file in receipt.files for sheet in file.sheets
            for p in sheet.problems if sheet.kind is not None]


def cells(path: Path) -> dict[str, list[list[Any]]]:
    return {sheet.name: sheet.rows for sheet in read_sheets(path)}


@pytest.mark.parametrize("seed", range(12))
def test_a_town_with_a_past_comes_back_as_it_was(tmp_path: Path, seed: int) -> None:
    live(tmp_path / "town.db", seed, 60)
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    with open_database(tmp_path / "town.db") as town, open_database(tmp_path / "fresh.db", create=True) as fresh:
        before = without_ids(town)
        write_export(town, first, full=True, now=NOW)
        receipt = take(fresh, first)
        assert problems(receipt) == []
        assert without_ids(fresh) == before
        write_export(fresh, second, full=True, now=NOW)
        assert cells(second) == cells(first)
        again = take(town, first)
        assert (problems(again), again.batch, again.total("unchanged")) == ([], None, again.total("rows"))
        write_export(town, tmp_path / "masked.xlsx", now=NOW)
        masked = take(town, tmp_path / "masked.xlsx")
        assert (problems(masked), masked.batch, masked.total("unchanged")) == ([], None, masked.total("rows"))
        assert without_ids(town) == before
