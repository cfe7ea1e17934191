"""What goes out by export comes back by import exactly, also what hand-overs leave behind."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

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


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(seed=303, steps=150)
@given(seed=st.integers(0, 10**9), steps=st.integers(0, 120))
def test_a_town_with_a_past_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: int
) -> None:
    folder = tmp_path_factory.mktemp("town")
    live(folder / "town.db", seed, steps)
    first, second = folder / "first.xlsx", folder / "second.xlsx"
    with open_database(folder / "town.db") as town, open_database(folder / "fresh.db", create=True) as fresh:
        before = without_ids(town)
        write_export(town, first, full=True, now=NOW)
        receipt = take(fresh, first)
        assert problems(receipt) == []
        assert without_ids(fresh) == before
        write_export(fresh, second, full=True, now=NOW)
        assert cells(second) == cells(first)
        again = take(town, first)
        assert (problems(again), again.batch, again.total("unchanged")) == ([], None, again.total("rows"))
        write_export(town, folder / "masked.xlsx", now=NOW)
        masked = take(town, folder / "masked.xlsx")
        assert (problems(masked), masked.batch, masked.total("unchanged")) == ([], None, masked.total("rows"))
        assert without_ids(town) == before


def shuffled(source: Path, target: Path, rng: random.Random) -> Path:
    """The same workbook with its sheets, and the rows below their headings, in another order."""
    book, mixed = openpyxl.load_workbook(source), openpyxl.Workbook()
    mixed.remove(mixed.worksheets[0])
    for page in rng.sample(book.worksheets, len(book.worksheets)):
        heading, *rows = page.iter_rows(values_only=True)
        other = mixed.create_sheet(page.title)
        for i, row in enumerate([heading, *rng.sample(rows, len(rows))], 1):
            for j, value in enumerate(row, 1):
                cell = other.cell(i, j, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    mixed.save(target)
    return target


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_and_sheets_changes_nothing(tmp_path: Path, seed: int) -> None:
    live(tmp_path / "town.db", seed, 90)
    with open_database(tmp_path / "town.db") as town, open_database(tmp_path / "fresh.db", create=True) as fresh:
        before = without_ids(town)
        write_export(town, tmp_path / "out.xlsx", full=True, now=NOW)
        mixed = shuffled(tmp_path / "out.xlsx", tmp_path / "mixed.xlsx", random.Random(seed))
        assert problems(take(fresh, mixed)) == []
        after = without_ids(fresh)
        # Villages stand in the order in which a fresh database first hears of them.
        for villages in (before["village"], after["village"]):
            assert sorted(village.pop("ordinal") for village in villages) == [1, 2, 3]
        assert {table: sorted(rows, key=repr) for table, rows in after.items()} == {
            table: sorted(rows, key=repr) for table, rows in before.items()}
        again = take(town, mixed)
        assert (problems(again), again.batch, again.total("unchanged")) == ([], None, again.total("rows"))


def test_a_town_at_random_has_all_that_hand_overs_leave_behind(tmp_path: Path) -> None:
    """Else the tests above would say nothing about it."""
    found: dict[str, bool] = {}
    for seed in range(6):
        live(tmp_path / f"{seed}.db", seed, 300)
        with open_database(tmp_path / f"{seed}.db") as town:
            for what, condition in (
                ("absence", "returns_on IS NOT NULL"), ("closure", "reason = '分户'"), ("closure", "reason <> '分户'"),
                ("former_head", "id_number IS NOT NULL"), ("household", "merged_into_id IS NOT NULL"),
                ("household", "split_from_id IS NOT NULL"), ("cadre", "left_on IS NOT NULL"), ("pairing", "origin = 'hand'"),
                ("household", "closed_on IS NOT NULL AND merged_into_id IS NULL"), ("cluster_head", "ended_on IS NOT NULL"),
                ("pairing", "origin = 'run' AND reasons <> '[]'"), ("pairing", "is_locked = 1"),
                ("pairing", "is_cross_village = 1"), ("pairing", "ended_on = started_on"), ("visit", "1 = 1"),
                ("task_item", "done_on IS NOT NULL AND cadre_id IS NOT NULL"), ("task_item", "done_on IS NULL"),
                ("rating", "cadre_id IS NULL"), ("rating", "words IS NOT NULL"), ("appraisal", "organisation = '组织办'"),
                ("opinion", "visit_id IS NOT NULL"), ("opinion", "cluster_head_id IS NOT NULL"),
                ("opinion", "ticket_id IS NOT NULL"), ("opinion", "deed_id IS NOT NULL"), ("deed", "ticket_id IS NOT NULL"),
                ("ticket", "redone > 0"), ("ticket", "extended_from IS NOT NULL"), ("ticket", "return_reason IS NOT NULL"),
                ("ticket", "exclusion IS NOT NULL"), ("ticket", "is_urgent = 1"), ("event", "note IS NOT NULL"),
            ):
                ((count,),) = town.execute(f"SELECT count(*) FROM {what} WHERE {condition}")
                found[f"{what} {condition}"] = found.get(f"{what} {condition}", False) or count > 0
    assert [what for what, is_there in found.items() if not is_there] == []
