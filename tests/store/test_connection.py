"""Opening the database: what counts as none, what is refused and left untouched, and migrations."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from lianhu.errors import ConflictError, DatabaseError, UsageError
from lianhu.store import connection
from lianhu.store.connection import APPLICATION_ID, Database, migrate, open_database
from lianhu.store.migrations import VERSION
from tests.factory import a_town, contents


def an_empty_one(path: Path) -> None:
    with open_database(path, create=True) as database, database.transaction():
        pass


def is_one_chinese_sentence(text: str) -> bool:
    return text.endswith("。") and text.count("。") == 1 and any("一" <= c <= "鿿" for c in text)


def refused(path: Path, *, create: bool = False) -> DatabaseError:
    """The refusal of a file, which has not changed by a byte."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DatabaseError) as caught:
        open_database(path, create=create)
    assert caught.value.exit_code == 6
    assert is_one_chinese_sentence(caught.value.sentence)
    if before is not None:
        assert path.read_bytes() == before
    return caught.value


class TestNewDatabase:
    def test_it_is_the_owners_alone_and_marked_as_ours(self, path: Path):
        an_empty_one(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with sqlite3.connect(path) as raw:
            assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
            assert raw.execute("PRAGMA user_version").fetchone() == (VERSION,)
            assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        raw.close()

    def test_it_is_private_from_the_first_moment(self, path: Path):
        database = open_database(path, create=True)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        database.close()

    def test_a_file_that_was_never_written_goes_away(self, path: Path):
        open_database(path, create=True).close()
        assert not path.exists()

    def test_without_create_there_is_none_and_none_comes_to_be(self, path: Path):
        error = refused(path)
        assert str(path.absolute()) in error.sentence
        assert "lianhu import" in error.hint
        assert not path.exists()

    def test_an_empty_file_counts_as_none(self, path: Path):
        path.touch()
        refused(path)
        with a_town(path) as town:
            town.village()
        assert contents(path)["village"]

    def test_the_folder_must_be_there(self, path: Path):
        error = refused(path.parent / "无" / "lianhu.db", create=True)
        assert error.hint.startswith("mkdir ")

    def test_two_commands_that_both_found_none_both_write(self, path: Path):
        """The second one met the tables of the first and ended in a traceback."""
        one, two = open_database(path, create=True), open_database(path, create=True)
        with one.transaction():
            one.execute("INSERT INTO village (id, name, key, ordinal) VALUES (1, '甲', '甲', 1)")
        with two.transaction():
            two.execute("INSERT INTO village (id, name, key, ordinal) VALUES (2, '乙', '乙', 2)")
        one.close()
        two.close()
        assert len(contents(path)["village"]) == 2

    def test_a_command_that_wrote_nothing_does_not_remove_what_another_wrote(self, path: Path):
        one, two = open_database(path, create=True), open_database(path, create=True)
        with two.transaction():
            pass
        one.close()
        two.close()
        assert path.stat().st_size

    def test_a_file_removed_meanwhile_is_noticed_before_writing_into_nothing(self, path: Path):
        one, two = open_database(path, create=True), open_database(path, create=True)
        one.close()
        assert not path.exists()
        with pytest.raises(DatabaseError), two.transaction():
            pass
        two.close()


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("ready", flush=True)
sys.stdin.read()
"""


class TestRefused:
    def test_a_foreign_database(self, path: Path):
        with sqlite3.connect(path) as raw:
            raw.execute("CREATE TABLE contacts (id INTEGER)")
        raw.close()
        assert "别的程序" in refused(path).sentence
        assert "别的程序" in refused(path, create=True).sentence

    @pytest.mark.parametrize("content", [b"x", "联系户名册\n".encode(), b"PK\x03\x04" + bytes(3000)])
    def test_a_file_that_is_no_database(self, path: Path, content: bytes):
        path.write_bytes(content)
        refused(path)
        refused(path, create=True)

    def test_a_folder(self, path: Path):
        path.mkdir()
        assert "文件夹" in refused(path).sentence
        assert "文件夹" in refused(path, create=True).sentence

    def test_a_path_through_a_file(self, path: Path):
        path.write_text("x")
        assert "不是文件夹" in refused(path / "lianhu.db").sentence

    @pytest.mark.parametrize("keep", [20, 99, 100, 4096, 5000, 9000])
    def test_a_file_cut_off(self, path: Path, keep: int):
        with a_town(path) as town:
            town.household()
        path.write_bytes(path.read_bytes()[:keep])
        refused(path)

    @pytest.mark.parametrize(("at", "length"), [(16, 84), (100, 600), (100, 3996)])
    def test_a_file_with_its_first_page_overwritten(self, path: Path, at: int, length: int):
        with a_town(path) as town:
            town.household()
        content = bytearray(path.read_bytes())
        content[at:at + length] = bytes(b ^ 0xA5 for b in content[at:at + length])
        path.write_bytes(content)
        refused(path)

    def test_a_newer_one(self, path: Path):
        an_empty_one(path)
        with sqlite3.connect(path) as raw:
            raw.execute(f"PRAGMA user_version = {VERSION + 1}")
        raw.close()
        error = refused(path)
        assert "更新版本" in error.sentence
        assert "pip install -U lianhu" in error.hint

    @pytest.mark.parametrize("address", [
        "postgresql://county:geheim@db.example/lianhu", "postgres://county:geheim@db.example/lianhu"])
    def test_an_address_of_a_server(self, address: str):
        error = refused(Path(address), create=True)
        assert "SQLite" in error.sentence
        assert "geheim" not in error.sentence

    def test_one_that_another_process_is_writing(self, path: Path, monkeypatch: pytest.MonkeyPatch):
        an_empty_one(path)
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "ready\n"
            assert "占用" in refused(path).sentence
        finally:
            holder.communicate("")
        open_database(path).close()

    def test_one_that_another_process_is_about_to_write_can_be_read_but_not_written(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        an_empty_one(path)
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
        with open_database(path) as one, one.transaction(), open_database(path) as two:
            assert two.execute("SELECT count(*) FROM village") == [(0,)]
            with pytest.raises(DatabaseError, match="占用"), two.transaction():
                pass


@contextmanager
def a_user_without_rights(folder: Path) -> Iterator[None]:
    """Inside, the folder can be read but not written; root gives its rights up for the time."""
    for above in (folder, *folder.parents[:3]):  # pytest's own folders, one more when tests run in parallel
        above.chmod(0o755)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
class TestReadOnlyFolder:
    @pytest.mark.parametrize("command", [["visit", "add", "H00001", "--by", "C0001"], ["assign"]])
    def test_nothing_is_written_and_the_reason_named(self, path: Path, tmp_path: Path, lianhu, command: list[str]):
        with a_town(path) as town:
            town.household()
            town.cadre()
        lianhu(*command)  # what it imports is there before the rights go
        with a_town(path) as town:
            town.household()
        path.chmod(0o644)
        before = path.read_bytes()
        with a_user_without_rights(tmp_path):
            outcome = lianhu(*command)
        assert outcome.code == 6
        assert "权限" in outcome.err
        assert path.read_bytes() == before

    def test_no_new_database(self, tmp_path: Path):
        with a_user_without_rights(tmp_path):
            error = refused(tmp_path / "lianhu.db", create=True)
        assert "没有权限" in error.sentence

    def test_a_file_of_somebody_else(self, path: Path, tmp_path: Path):
        an_empty_one(path)
        with a_user_without_rights(tmp_path), pytest.raises(DatabaseError) as caught:
            open_database(path)
        assert caught.value.sentence == f"读不了数据库 {path}：没有权限。"


class TestDamageInside:
    """Damage that opening does not meet: each command ends well or with exit 6, and writes nothing."""

    def test_a_broken_page_of_a_table(self, path: Path, lianhu):
        with a_town(path) as town:
            for _ in range(300):
                town.household()
        content = bytearray(path.read_bytes())
        with sqlite3.connect(path) as raw:
            ((page,),) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'household'").fetchall()
        raw.close()
        content[(page - 1) * 4096:page * 4096] = b"\xa5" * 4096
        path.write_bytes(content)
        outcome = lianhu("pair", "list", "--unpaired")
        assert outcome.code == 6
        assert outcome.err.startswith("数据库 ")
        assert "已损坏" in outcome.err
        assert path.read_bytes() == bytes(content)

    def test_a_text_that_is_no_text(self, path: Path, lianhu):
        with a_town(path) as town:
            town.household(head_name="坏字节某")
        content = path.read_bytes()
        path.write_bytes(content.replace("坏字节某".encode(), b"\xff\xfe" * 6))
        outcome = lianhu("pair", "list", "--unpaired")
        assert outcome.code == 6
        assert "已损坏" in outcome.err

    def test_a_missing_table(self, path: Path, lianhu):
        an_empty_one(path)
        with sqlite3.connect(path) as raw:
            raw.execute("DROP TABLE visit")
        raw.close()
        outcome = lianhu("visit", "list")
        assert outcome.code == 6
        assert "缺少应有的表" in outcome.err

    def test_a_schema_that_is_no_text(self, path: Path, lianhu):
        """SQLite's own message about it is no UTF-8, and Python fails to make an error of it."""
        an_empty_one(path)
        content = path.read_bytes()
        path.write_bytes(content.replace(b"CREATE TABLE visit", b"\xff\xfeEATE T\xc3BLE visit"[:18]))
        outcome = lianhu("visit", "list")
        assert outcome.code == 6
        assert "已损坏" in outcome.err


class TestTransactions:
    def test_an_error_inside_leaves_nothing(self, path: Path):
        an_empty_one(path)
        before = contents(path)
        with open_database(path) as database:
            with pytest.raises(DatabaseError), database.transaction():
                database.execute("INSERT INTO village (id, name, key, ordinal) VALUES (1, '甲', '甲', 1)")
                database.execute("SELECT * FROM no_such_table")
            with database.transaction(keep=lambda: False):
                database.execute("INSERT INTO village (id, name, key, ordinal) VALUES (1, '甲', '甲', 1)")
        assert contents(path) == before

    def test_a_code_given_twice_is_a_conflict(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            with pytest.raises(ConflictError) as caught:
                town.village("永胜")
        assert is_one_chinese_sentence(caught.value.sentence)

    def test_a_snapshot_does_not_see_what_is_written_meanwhile(self, path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
        an_empty_one(path)
        with open_database(path) as reader, open_database(path) as writer, reader.snapshot():
            assert reader.execute("SELECT count(*) FROM village") == [(0,)]
            with pytest.raises(DatabaseError, match="占用"), writer.transaction():
                writer.execute("INSERT INTO village (id, name, key, ordinal) VALUES (1, '甲', '甲', 1)")
            assert reader.execute("SELECT count(*) FROM village") == [(0,)]

    def test_a_text_that_is_no_unicode_is_refused(self, path: Path):
        an_empty_one(path)
        with open_database(path) as database, pytest.raises(UsageError):
            database.execute("SELECT ?", ["\udcff"])


STEPS = (
    ("ALTER TABLE village ADD COLUMN lake VARCHAR", "UPDATE village SET lake = name || '湖'"),
    ("ALTER TABLE village ADD COLUMN hill VARCHAR",),
)
"""Two made-up steps, from version 1 to 3."""


class TestMigration:
    @pytest.fixture
    def old(self, path: Path) -> Path:
        with a_town(path) as town:
            town.village("永胜")
        # The steps made up here go on from version 1, whatever the program's own version is.
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA user_version = 1")
        return path

    def migrated(self, path: Path, steps: tuple[tuple[str, ...], ...]) -> None:
        # Opened without looking at versions: the steps here are not the program's.
        raw = sqlite3.connect(path, isolation_level=None)
        with Database(raw, path, fresh=False) as database:
            migrate(database, path, steps)

    def as_it_is(self, path: Path) -> dict[str, list[tuple[Any, ...]]]:
        """The contents without bringing the file up to date, as opening it would."""
        with Database(sqlite3.connect(path, isolation_level=None), path, fresh=False) as database:
            return contents(database)

    def test_a_copy_is_made_first_and_then_all_steps_run(self, old: Path):
        before = self.as_it_is(old)
        self.migrated(old, STEPS)
        with sqlite3.connect(old) as raw:
            assert raw.execute("SELECT name, lake, hill FROM village").fetchall() == [("永胜", "永胜湖", None)]
            assert raw.execute("PRAGMA user_version").fetchone() == (3,)
        raw.close()
        backup = old.with_name("lianhu-升级前备份-v1.db")
        assert self.as_it_is(backup) == before
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        assert sorted(file.name for file in old.parent.iterdir()) == ["lianhu-升级前备份-v1.db", "lianhu.db"]

    def test_a_step_that_fails_leaves_the_file_as_it_was(self, old: Path):
        before = old.read_bytes()
        with pytest.raises(DatabaseError):
            self.migrated(old, (STEPS[0], ("UPDATE no_such_table SET x = 1",)))
        assert old.read_bytes() == before

    def test_an_earlier_copy_is_not_overwritten(self, old: Path):
        old.with_name("lianhu-升级前备份-v1.db").write_text("the copy of another day")
        self.migrated(old, STEPS)
        assert old.with_name("lianhu-升级前备份-v1.db").read_text() == "the copy of another day"
        assert old.with_name("lianhu-升级前备份-v1-2.db").exists()

    def test_a_second_command_finds_it_done(self, old: Path):
        """Both read the old version; the second used to overwrite the copy and fail."""
        self.migrated(old, STEPS)
        self.migrated(old, STEPS)
        with sqlite3.connect(old) as raw:
            assert raw.execute("PRAGMA user_version").fetchone() == (3,)
        raw.close()

    def test_no_copy_no_migration(self, old: Path):
        """The name is so long that the copy's would be too long."""
        long = old.rename(old.with_name("名" * 80 + ".db"))
        before = long.read_bytes()
        with pytest.raises(DatabaseError, match="文件名太长"):
            self.migrated(long, STEPS)
        assert long.read_bytes() == before

    def test_opening_an_old_file_migrates_it(self, old: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(connection, "VERSION", 3)
        monkeypatch.setattr(connection, "MIGRATIONS", STEPS)
        monkeypatch.setattr(migrate, "__defaults__", (STEPS,))
        with open_database(old) as database:
            assert database.execute("SELECT lake FROM village") == [("永胜湖",)]
