"""``store.content`` and ``store.chain``: hashes over tables and over the log."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lianhu.store import chain
from lianhu.store.chain import batch_links, reading_links
from lianhu.store.connection import open_database
from lianhu.store.content import content_hashes
from lianhu.store.schema import COLUMNS
from tests.factory import a_town


@pytest.fixture
def town(path: Path, lianhu) -> Path:
    with a_town(path) as made:
        for _ in range(5):
            made.household()
    for note in ("甲", "乙"):
        with a_town(path, command="edit") as made:
            made.change("household", 1, note=note)
    lianhu("household", "list", "--full")
    lianhu("household", "show", "H00001", "--full")
    return path


def by_hand(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(statement)
        raw.commit()


def hashes(path: Path) -> dict[str, str]:
    with open_database(path) as database:
        return content_hashes(database)


def links(path: Path, of=batch_links) -> list[str]:
    with open_database(path) as database:
        return [link.hash for link in of(database)]


def test_every_table_has_a_hash_of_its_own(town: Path):
    before = hashes(town)
    assert set(before) == {*COLUMNS, "sqlite_master"}
    by_hand(town, "UPDATE household SET note = NULL WHERE id = 1")
    after = hashes(town)
    assert {name for name in before if before[name] != after[name]} == {"household"}


@pytest.mark.parametrize(("one", "other"), [
    ("note = '1'", "note = 1.5"), ("note = ''", "note = NULL"), ("note = 'a', hamlet = 'b'", "note = 'ab', hamlet = ''"),
])
def test_what_looks_alike_has_another_hash(town: Path, one: str, other: str):
    by_hand(town, f"UPDATE household SET {one} WHERE id = 1")
    first = hashes(town)
    by_hand(town, f"UPDATE household SET {other} WHERE id = 1")
    assert hashes(town)["household"] != first["household"]


def test_a_dropped_index_is_seen(town: Path):
    before = hashes(town)
    by_hand(town, "DROP INDEX ix_card_issued_on")
    after = hashes(town)
    assert {name for name in before if before[name] != after[name]} == {"sqlite_master"}


class TestChain:
    def test_a_new_batch_adds_a_link_and_leaves_the_others(self, town: Path):
        before = links(town)
        assert len(before) == len(set(before)) == 3
        with a_town(town) as made:
            made.card(1)
        assert links(town)[:3] == before

    def test_it_is_typed_off_a_paper(self, town: Path):
        assert all(re.fullmatch(r"([0-9a-f]{4}-){7}[0-9a-f]{4}", link) for link in links(town))

    @pytest.mark.parametrize(("statement", "kept"), [
        ("UPDATE batch SET summary = '别的' WHERE id = 1", 0),
        ("UPDATE batch SET actor = '别人' WHERE id = 2", 1),
        ("UPDATE change SET after = replace(after, '乙', '丙') WHERE batch_id = 3", 2),
        ("UPDATE change SET batch_id = 2 WHERE batch_id = 3", 1),
        ("DELETE FROM change WHERE id = 1", 0),
        ("INSERT INTO change (id, batch_id, table_name, row_id, action) VALUES (99, 1, 'card', 1, 'insert')", 2),
    ])
    def test_whoever_rewrites_it_changes_every_later_hash(self, town: Path, statement: str, kept: int):
        before = links(town)
        by_hand(town, statement)
        after = links(town)
        assert after[:kept] == before[:kept]
        assert not set(before[kept:]) & set(after)

    def test_how_many_rows_are_read_at_once_makes_no_difference(self, town: Path, monkeypatch: pytest.MonkeyPatch):
        before = links(town)
        with open_database(town) as database:
            chunks = database.chunks
            monkeypatch.setattr(database, "chunks", lambda sql: chunks(sql, rows=2))
            assert [link.hash for link in batch_links(database)] == before

    def test_looks_have_a_chain_of_their_own(self, town: Path):
        before = links(town, reading_links)
        assert len(before) == 2
        by_hand(town, "UPDATE reading SET actor = '别人' WHERE id = 2")
        after = links(town, reading_links)
        assert after[0] == before[0]
        assert after[1] != before[1]
        assert links(town) == links(town)

    def test_an_empty_log_has_no_head(self, path: Path):
        with a_town(path):
            pass
        assert links(path) == []
        assert chain.shown("ab" * 32) == "-".join(["abab"] * 8)
