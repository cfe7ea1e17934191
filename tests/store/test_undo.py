"""Taking batches back: exactly, in any order, and what is left is named."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lianhu.errors import ConflictError, NotFoundError
from lianhu.services.checks.log import log_faults
from lianhu.services.history import batches, undo
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import Journal, batch
from lianhu.store.schema import COLUMNS
from tests.factory import NOW, a_town, records_only

Image = dict[tuple[str, int], dict[str, Any]]


def image(database: Database) -> Image:
    """Every row of the town's tables by table and id."""
    return {
        (table, row["id"]): row
        for table in COLUMNS if table not in {"batch", "change", "reading"}
        for row in database.records(f"SELECT * FROM {table}")
    }


def changed(before: Image, after: Image) -> set[tuple[str, int]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def standing(database: Database) -> list[tuple[int, int | None]]:
    return [(row["id"], row["undone_by"]) for row in batches(database)]


class TestOneBatch:
    def test_an_inserted_row_goes_away(self, path: Path):
        with a_town(path) as town:
            town.village()
        before = records_only(path)
        with a_town(path) as town:
            town.household()
        with open_database(path) as database:
            receipt = undo(database, None, now=NOW)
        assert receipt.taken_back == {"联系户": 1}
        assert records_only(path) == before

    def test_an_updated_row_gets_its_old_values_back(self, path: Path):
        with a_town(path) as town:
            household = town.household(phone="13800000001")
        before = records_only(path)
        with a_town(path) as town:
            town.change("household", household, phone="13900000002", note="改了电话")
        with open_database(path) as database:
            undo(database, None, now=NOW)
        assert records_only(path) == before

    def test_undoing_the_undo_brings_everything_back_with_its_ids(self, path: Path):
        with a_town(path) as town:
            town.member(town.household())
            town.change("household", 1, note="第二次写")
        before = records_only(path)
        with open_database(path) as database:
            undo(database, 1, now=NOW)
            receipt = undo(database, 2, now=NOW)
            assert not receipt.left
        assert records_only(path) == before

    def test_a_redone_batch_can_be_undone_and_redone_again(self, path: Path):
        with a_town(path) as town:
            town.household()
        full = records_only(path)
        with open_database(path) as database:
            for number in range(1, 8):
                undo(database, number, now=NOW)
                assert bool(image(database)) == (number % 2 == 0)
            undo(database, 8, now=NOW)
        assert records_only(path) == full

    def test_a_dry_run_tells_the_same_and_changes_no_byte(self, path: Path):
        with a_town(path) as town:
            town.household()
        before = path.read_bytes()
        with open_database(path) as database:
            tried = undo(database, None, now=NOW, dry_run=True)
        assert path.read_bytes() == before
        assert tried.batch is None
        assert tried.taken_back == {"嘎查村": 1, "联系户": 1}

    def test_codes_that_changed_places_find_their_way_back(self, path: Path):
        with a_town(path) as town:
            one, two = town.household(code="A"), town.household(code="B")
        before = records_only(path)
        with a_town(path) as town:
            town.change("household", one, code="暂")
            town.change("household", two, code="A")
            town.change("household", one, code="B")
        with open_database(path) as database:
            assert not undo(database, None, now=NOW).left
        assert records_only(path) == before


class TestRowsThatStay:
    def test_a_row_changed_later_stays_and_the_later_batch_is_named(self, path: Path):
        with a_town(path) as town:
            one, two = town.household(), town.household()
        with a_town(path) as town:
            town.change("household", one, note="甲")
            town.change("household", two, note="乙")
        with a_town(path) as town:
            town.change("household", one, note="丙")
        with open_database(path) as database:
            receipt = undo(database, 2, now=NOW)
            notes = database.execute("SELECT note FROM household ORDER BY id")
        assert receipt.taken_back == {"联系户": 1}
        assert [reason for _, reason in receipt.left] == ["后来被批次 3 改过"]
        assert "H00001" in receipt.left[0][0]
        assert notes == [("丙",), (None,)]

    def test_a_row_changed_later_and_back_again_does_not_stay(self, path: Path):
        with a_town(path) as town:
            household = town.household()
        for note in ("甲", "乙", "甲"):
            with a_town(path) as town:
                town.change("household", household, note=note)
        with open_database(path) as database:
            assert not undo(database, 2, now=NOW).left
            assert database.execute("SELECT note FROM household") == [(None,)]
            with pytest.raises(ConflictError, match="批次 5"):
                undo(database, 4, now=NOW)
            undo(database, 5, now=NOW)
            undo(database, 4, now=NOW)
            assert database.execute("SELECT note FROM household") == [("乙",)]

    def test_a_row_that_a_later_row_needs_stays(self, path: Path):
        with a_town(path) as town:
            household, cadre = town.household(), town.cadre()
            town.household()
        with a_town(path) as town:
            town.visit(household, cadre)
        with open_database(path) as database:
            receipt = undo(database, 1, now=NOW)
            assert database.execute("PRAGMA foreign_key_check") == []
        assert receipt.taken_back == {"联系户": 1}
        assert receipt.left == []
        assert dict(receipt.impossible)["联系户 H00001 李宝音"] == "后来的走访还要用到它"
        assert all(reason.endswith("还要用到它") for _, reason in receipt.impossible)
        assert receipt.left_count == 3

    def test_when_nothing_can_go_back_it_says_so_and_leaves_no_batch(self, path: Path):
        with a_town(path) as town:
            household = town.household()
        with a_town(path) as town:
            town.change("household", household, note="甲")
        with a_town(path) as town:
            town.change("household", household, note="乙")
        with open_database(path) as database:
            with pytest.raises(ConflictError) as caught:
                undo(database, 2, now=NOW)
            assert len(batches(database)) == 3
        assert "批次 3" in caught.value.sentence
        assert caught.value.hint.endswith("lianhu undo 3")

    def test_undoing_twice_says_that_it_is_done_and_how_to_get_it_back(self, path: Path):
        with a_town(path) as town:
            town.household()
        with open_database(path) as database:
            undo(database, 1, now=NOW)
            with pytest.raises(ConflictError) as caught:
                undo(database, 1, now=NOW)
        assert caught.value.sentence == "批次 1 已经撤销过了（批次 2），没有改动。"
        assert caught.value.hint == "要恢复它：lianhu undo 2"

    def test_undone_is_undone_also_when_the_row_was_changed_afterwards(self, path: Path):
        with a_town(path) as town:
            household = town.household()
        with a_town(path) as town:
            town.change("household", household, note="甲")
        with open_database(path) as database:
            undo(database, 2, now=NOW)
        with a_town(path) as town:
            town.change("household", household, note="乙")
        with open_database(path) as database, pytest.raises(ConflictError, match="已经撤销过了"):
            undo(database, 2, now=NOW)

    def test_a_code_given_away_meanwhile_keeps_the_old_record_out(self, path: Path):
        with a_town(path) as town:
            town.village()
        with a_town(path) as town:
            town.household(code="H00001")
        with open_database(path) as database:
            undo(database, 2, now=NOW)
        with a_town(path) as town:
            town.household(code="H00001")
        with open_database(path) as database:
            with pytest.raises(ConflictError, match="后来给了别的记录"):
                undo(database, 3, now=NOW)
            assert database.execute("PRAGMA foreign_key_check") == []

    def test_a_row_that_keeps_its_reference_keeps_what_it_points_to(self, path: Path):
        """The household cannot get its code back, so the village it has moved to has to stay."""
        with a_town(path) as town:
            household = town.household(code="A")
        with a_town(path) as town:
            town.change("household", household, code="B", village_id=town.village("哈达"))
        with a_town(path) as town:
            town.household(code="A")
        with open_database(path) as database:
            with pytest.raises(ConflictError):
                undo(database, 2, now=NOW)
            assert database.execute("PRAGMA foreign_key_check") == []
            assert database.execute("SELECT count(*) FROM village") == [(2,)]

    def test_no_batch_of_that_number(self, path: Path):
        with a_town(path) as town:
            town.village()
        with open_database(path) as database:
            for number in (9, 0, -1, 10**30):
                with pytest.raises(NotFoundError):
                    undo(database, number, now=NOW)


class TestWhichBatchIsLast:
    def test_the_last_one_that_stands(self, path: Path):
        for _ in range(3):
            with a_town(path) as town:
                town.village(f"村{town.journal.batch}")
        with open_database(path) as database:
            assert undo(database, None, now=NOW).target["id"] == 3
            assert undo(database, None, now=NOW).target["id"] == 2
            assert standing(database) == [(5, None), (4, None), (3, 4), (2, 5), (1, None)]

    def test_after_an_undo_was_undone_the_redone_batch_is_the_last(self, path: Path):
        """It used to be passed over: a plain undo then took back the batch before it."""
        for _ in range(2):
            with a_town(path) as town:
                town.village(f"村{town.journal.batch}")
        with open_database(path) as database:
            undo(database, 2, now=NOW)
            undo(database, 3, now=NOW)
            assert standing(database) == [(4, None), (3, 4), (2, None), (1, None)]
            undo(database, None, now=NOW)
            assert database.execute("SELECT key FROM village") == [("村1",)]

    def test_nothing_to_undo(self, path: Path):
        with a_town(path):
            pass
        with open_database(path) as database, pytest.raises(NotFoundError, match="没有可以撤销的改动"):
            undo(database, None, now=NOW)


def test_an_id_freed_by_an_undo_is_not_given_again(path: Path):
    """A visit that got a freed id would be taken for the old one when the undo is undone."""
    with a_town(path) as town:
        household, cadre = town.household(), town.cadre()
    with a_town(path) as town:
        town.deed(household, cadre, visit_id=town.visit(household, cadre, code="V1"), code="B1")
    with open_database(path) as database:
        undo(database, 2, now=NOW)
    with a_town(path) as town:
        town.visit(household, cadre, code="V1")
    with open_database(path) as database:
        with pytest.raises(ConflictError):
            undo(database, 3, now=NOW)
        assert database.execute("SELECT count(*) FROM deed") == [(0,)]


def test_undoing_a_large_batch_with_many_later_changes_is_quick(path: Path):
    """It compared every change with every other: a minute for a county's import."""
    with a_town(path) as town:
        village = town.village()
        rows = [{"id": n, "code": f"H{n:05d}", "village_id": village, "head_name": "某"} for n in range(1, 8_001)]
        town.journal.insert_many("household", rows)
    with a_town(path) as town:
        for n in range(1, 8_001, 4):
            town.journal.update("household", n, {"note": None}, {"note": "改"})
    with open_database(path) as database:
        receipt = undo(database, 1, now=NOW)
    assert receipt.taken_back == {"联系户": 6_000}
    assert receipt.left_count == 2_001


# A random town: places that are referred to, people that refer, codes that are unique.
STEPS = st.lists(st.tuples(st.sampled_from(["write", "write", "write", "undo", "undo", "undo last"]),
                           st.integers(0, 2**32)), min_size=2, max_size=14)


def write_something(journal: Journal, rng: random.Random) -> None:
    """One to six inserts and updates over four tables, some rows more than once."""
    database = journal.database
    for _ in range(rng.randint(1, 6)):
        ids = {table: [i for (i,) in database.execute(f"SELECT id FROM {table}")]
               for table in ("village", "cluster", "household", "member")}
        table = rng.choice([t for t in ids if t == "village" or ids["village"]])
        if table == "member" and not ids["household"]:
            table = "household"
        if ids[table] and rng.random() < 0.5:
            row_id = rng.choice(ids[table])
            (row,) = database.records(f"SELECT * FROM {table} WHERE id = ?", [row_id])
            after = dict(row)
            after["note"] = rng.choice([None, "甲", "乙", "丙"])
            if table == "household":
                after["village_id"] = rng.choice(ids["village"])
                after["cluster_id"] = rng.choice([None, *ids["cluster"]])
                taken = {c for (c,) in database.execute("SELECT code FROM household")}
                after["code"] = rng.choice([row["code"], *({f"H{n}" for n in range(6)} - taken)])
            if table == "member":
                after["household_id"] = rng.choice(ids["household"])
            journal.update(table, row_id, row, after)
            continue
        number = journal.next_id(table)
        if table == "village":
            journal.insert(table, {"id": number, "name": f"村{number}", "key": f"村{number}", "ordinal": number})
        elif table == "cluster":
            village = rng.choice(ids["village"])
            journal.insert(table, {"id": number, "village_id": village, "name": "格", "key": f"格{number}"})
        elif table == "household":
            taken = {c for (c,) in database.execute("SELECT code FROM household")}
            free = [f"H{n}" for n in range(6) if f"H{n}" not in taken]
            if free:
                journal.insert(table, {"id": number, "code": rng.choice(free), "village_id": rng.choice(ids["village"]),
                                       "head_name": "某", "cluster_id": rng.choice([None, *ids["cluster"]])})
        else:
            journal.insert(table, {"id": number, "household_id": rng.choice(ids["household"]), "name": "某"})


@example(steps=[("write", 1), ("write", 1), ("undo", 1), ("write", 0), ("undo", 1), ("write", 155), ("undo", 6438147)])
@example(steps=[("undo", 1), ("write", 51), ("write", 8066536), ("undo", 6620216), ("undo", 159), ("undo", 77)])
@example(steps=[("write", 0), ("write", 9698789), ("write", 9698789), ("undo", 1)])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_undo_restores_exactly_in_any_order(steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("undo") / "lianhu.db"
    images: dict[int, tuple[Image, Image]] = {}
    with open_database(path, create=True) as database:
        database.execute("PRAGMA synchronous = OFF")
        with database.transaction():
            pass
        for what, seed in steps:
            rng = random.Random(seed)
            before = image(database)
            if what == "write":
                with batch(database, "test", now=NOW) as journal:
                    write_something(journal, rng)
                    number = journal.batch
                if changed(before, image(database)):
                    images[number] = before, image(database)
            else:
                everything = [row["id"] for row in batches(database)]
                number = rng.choice([*everything, 99]) if what == "undo" else None
                undo_and_compare(database, number, images, before)
            assert database.execute("PRAGMA foreign_key_check") == []
        # Whatever was taken back and brought back, the tables are what the log says.
        assert [*log_faults(database, COLUMNS)] == []


def undo_and_compare(
    database: Database, number: int | None, images: dict[int, tuple[Image, Image]], before: Image
) -> None:
    logged = len(batches(database))
    try:
        receipt = undo(database, number, now=NOW)
    except (ConflictError, NotFoundError):
        assert image(database) == before
        assert len(batches(database)) == logged
        return
    after = image(database)
    assert receipt.batch is not None
    images[receipt.batch] = before, after
    was, became = images.get(receipt.target["id"], ({}, {}))
    touched, moved = changed(was, became), changed(before, after)
    # Only rows of the batch move, and those that do are as they were before it.
    assert moved <= touched
    assert all(after.get(key) == was.get(key) for key in moved)
    # A row may stay only with a reason; one that is as the batch left it, and that nothing later
    # concerns, never does. What an undone undo has brought back is that one's to take back.
    assert sum(receipt.taken_back.values()) + receipt.left_count >= len(moved)
    undoes = dict(database.execute("SELECT id, undoes FROM batch WHERE undoes IS NOT NULL"))
    came_back = any(undoes.get(undone) == receipt.target["id"] for undone in undoes.values())
    if not came_back and all(before.get(key) == became.get(key) for key in before.keys() | became.keys()):
        assert moved == touched
        assert after == was
        assert not receipt.left_count


def test_everything_undone_from_the_last_to_the_first_leaves_an_empty_town(path: Path):
    for seed in range(12):
        with open_database(path, create=True) as database, batch(database, "test", now=NOW) as journal:
            write_something(journal, random.Random(seed))
    with open_database(path) as database:
        full = image(database)
        numbers = [row["id"] for row in batches(database)]
        undone = []
        for number in numbers:
            receipt = undo(database, number, now=NOW)
            assert not receipt.left
            undone.append(receipt.batch)
        assert image(database) == {}
        for number in reversed(undone):
            assert not undo(database, number, now=NOW).left
        assert image(database) == full
