"""What the journal writes down about each row, and how codes and ids are given."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from lianhu.errors import ConflictError
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import batch, note_reading
from lianhu.store.queries import code_number, last_code, make_code, next_code
from tests.factory import NOW, a_town, contents


def changes(database: Database):
    return database.execute('SELECT batch_id, table_name, row_id, action, "before", "after", undoes FROM change')


def test_an_insert_keeps_no_copy_an_update_keeps_the_changed_columns(path: Path):
    with a_town(path) as town:
        household = town.household(phone="1")
        town.change("household", household, phone="2", note="甲", head_name="某")
    with open_database(path) as database:
        _, inserted, updated = changes(database)
        (row,) = database.records("SELECT * FROM household")
    assert inserted == (1, "household", household, "insert", None, None, None)
    before, after = json.loads(updated[4]), json.loads(updated[5])
    assert set(before) == set(after) == {"phone", "note", "head_name"}
    assert (before["phone"], before["note"]) == ("1", None)
    assert after == {"phone": "2", "note": "甲", "head_name": "某"}
    assert (row["phone"], row["note"]) == ("2", "甲")


def test_an_update_that_changes_nothing_writes_nothing(path: Path):
    with a_town(path) as town:
        household = town.household()
    with a_town(path) as town:
        town.change("household", household, note=None)
        assert town.journal.is_empty


def test_a_batch_that_wrote_nothing_leaves_no_trace(path: Path):
    with a_town(path) as town:
        town.village()
    before = path.read_bytes()
    with open_database(path) as database, batch(database, "import", now=NOW):
        pass
    assert path.read_bytes() == before


def test_a_first_batch_that_wrote_nothing_leaves_no_database(path: Path):
    with open_database(path, create=True) as database, batch(database, "import", now=NOW):
        pass
    assert not path.exists()


def test_a_batch_says_when_who_and_from_which_file(path: Path):
    with open_database(path, create=True) as database:
        with batch(database, "import", now=datetime(2026, 3, 4, 5, 6, 7), file_name="名册.xlsx", file_sha256="ab") as journal:
            journal.insert("village", {"name": "甲", "key": "甲", "ordinal": 1})
            journal.summarise("导入 名册.xlsx")
        ((number, at, command, actor, name, digest, summary, undoes),) = database.execute(
            "SELECT id, at, command, actor, file_name, file_sha256, summary, undoes FROM batch")
    assert (number, at, command, name, digest, summary, undoes) == (
        1, "2026-03-04 05:06:07", "import", "名册.xlsx", "ab", "导入 名册.xlsx", None)
    assert actor


def test_a_file_name_from_an_old_disk_is_stored_as_far_as_it_can_be_read(path: Path):
    with open_database(path, create=True) as database:
        with batch(database, "import", now=NOW, file_name="\udcc3\udcfb.xlsx") as journal:
            journal.insert("village", {"name": "甲", "key": "甲", "ordinal": 1})
        assert database.execute("SELECT file_name FROM batch") == [("??.xlsx",)]


def test_an_error_takes_the_whole_batch_with_it(path: Path):
    with a_town(path) as town:
        town.village()
    before = contents(path)
    with pytest.raises(ConflictError), a_town(path) as town:
        town.household(code="H1")
        town.household(code="H1")
    assert contents(path) == before


def test_a_dry_run_throws_everything_away(path: Path):
    with a_town(path) as town:
        town.village()
    before = path.read_bytes()
    with open_database(path) as database, batch(database, "import", now=NOW, keep=False) as journal:
        journal.insert("village", {"name": "乙", "key": "乙", "ordinal": 2})
        assert database.execute("SELECT count(*) FROM village") == [(2,)]
    assert path.read_bytes() == before


def test_a_column_that_no_table_has_is_a_bug_and_stops(path: Path):
    with a_town(path) as town, pytest.raises(AssertionError):
        town.journal.insert("village", {"name": "甲", "key": "甲", "ordinal": 1, "no_such_column": 1})


def test_looking_is_logged_and_is_no_batch(path: Path):
    with a_town(path) as town:
        town.village()
    with open_database(path) as database:
        note_reading(database, "pair list --full", "3 对", now=NOW)
        assert database.execute("SELECT command, what FROM reading") == [("pair list --full", "3 对")]
        assert database.execute("SELECT count(*) FROM batch") == [(1,)]


class TestCodes:
    def test_they_have_the_width_of_their_kind(self):
        assert [make_code(prefix, 12) for prefix in "HCLV"] == ["H00012", "C0012", "L0012", "V000012"]
        assert make_code("C", 12_345) == "C12345"

    def test_the_number_in_a_code_of_ours(self):
        assert code_number("H00012", "H") == 12
        assert [code_number(code, "H") for code in (None, "", "C0012", "H", "H12a", "H-12", "H1234567890")] == [0] * 7

    def test_the_next_one_follows_the_highest(self, path: Path):
        with a_town(path) as town:
            database = town.journal.database
            assert next_code(database, "household", "H") == "H00001"
            town.household(code="H00009")
            town.household(code="H00010")
            town.household(code="H000000007")
            town.household(code="户-3")
            town.household(code="h00500")
            assert next_code(database, "household", "H") == "H00011"

    def test_codes_of_the_towns_own_making_do_not_hide_ours(self, path: Path):
        """With a hundred longer ones the next code used to be H00001 again, and was refused."""
        with a_town(path) as town:
            town.household(code="H00001")
            for number in range(120):
                town.household(code=f"H{15_222_300_000 + number}")
                town.household(code=f"H-2026-{number:03d}")
            assert last_code(town.journal.database, "household", "H") == 1
