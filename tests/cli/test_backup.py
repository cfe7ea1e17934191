"""``lianhu backup`` and ``lianhu restore``."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lianhu.files import encryption
from lianhu.services import backup as backup_service
from lianhu.store import connection, migrations
from lianhu.store.connection import APPLICATION_ID
from tests.conftest import environment, program
from tests.factory import a_town, contents, records_only

WORDS = "天地玄黄 宇宙洪荒"


@pytest.fixture
def town(path: Path) -> Path:
    with a_town(path) as made:
        for _ in range(3):
            made.household()
        made.cadre()
    return path


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "口令.txt"
    file.write_text(f"{WORDS}\n别的\n", encoding="utf-8")
    return file


def litter(folder: Path) -> list[str]:
    """Scratch files that a command left behind."""
    return [file.name for file in folder.iterdir() if file.name.startswith(".")]


class TestBackup:
    def test_it_holds_every_row_and_stands_beside_the_database(self, town: Path, lianhu):
        before = records_only(town)
        done = lianhu("backup")
        assert done.code == 0
        copy = town.with_name("lianhu-备份-20261124-090000.db")
        assert done.out.startswith(f"已备份到 {copy}（{len(contents(town))} 张表")
        assert records_only(copy) == before
        assert litter(town.parent) == []
        assert lianhu("check").code == 0

    @pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
    def test_only_its_owner_can_read_it(self, town: Path, lianhu, tmp_path: Path):
        os.umask(0o022)
        assert lianhu("backup", tmp_path / "a.db").code == 0
        assert stat.S_IMODE((tmp_path / "a.db").stat().st_mode) == 0o600

    def test_its_name_has_the_town_in_it(self, town: Path, lianhu, tmp_path: Path):
        settings = tmp_path / "设置.toml"
        settings.write_text('town = "音德尔/镇"\n', encoding="utf-8")
        assert lianhu("config", "import", settings).code == 0
        assert lianhu("backup").code == 0
        assert (tmp_path / "音德尔镇-lianhu-备份-20261124-090000.db").exists()

    def test_the_document(self, town: Path, lianhu, tmp_path: Path):
        made = lianhu("backup", tmp_path / "a.db", "--json").json
        assert (made["file"], made["encrypted"], made["proved"], made["removed"]) == (str(tmp_path / "a.db"), False, True, [])
        assert made["bytes"] == (tmp_path / "a.db").stat().st_size

    def test_it_is_logged_with_who_and_why(self, town: Path, lianhu):
        lianhu("backup", "--reason", "季度存档")
        (look,) = lianhu("log", "--reads", "--json").json
        assert look["command"] == "backup"
        assert look["what"].endswith("（原因：季度存档）")

    def test_a_folder_takes_a_name_of_its_own(self, town: Path, lianhu, tmp_path: Path):
        (tmp_path / "U盘").mkdir()
        assert lianhu("backup", tmp_path / "U盘").code == 0
        assert len(list((tmp_path / "U盘").glob("lianhu-备份-*.db"))) == 1

    @pytest.mark.parametrize(("words", "code", "said"), [
        (("lianhu.db",), 5, "就是数据库自己"), (("没有/a.db",), 3, "不存在"), (("there.db",), 5, "已经存在"),
        (("a.db", "--keep", "3"), 2, "--keep"), (("--keep", "0"), 2, "不能小于 1"),
    ])
    def test_refusals_leave_no_file(self, town: Path, lianhu, tmp_path: Path, monkeypatch, words, code: int, said: str):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "there.db").write_text("别的")
        before = {file.name for file in tmp_path.iterdir()}
        done = lianhu("backup", *words)
        assert (done.code, done.out) == (code, "")
        assert said in done.err
        assert {file.name for file in tmp_path.iterdir()} == before
        assert (tmp_path / "there.db").read_text() == "别的"
        assert lianhu("log", "--reads", "--json").json == []

    def test_a_file_that_is_there_is_overwritten_when_told(self, town: Path, lianhu, tmp_path: Path):
        (tmp_path / "a.db").write_text("别的")
        assert lianhu("backup", tmp_path / "a.db", "--force").code == 0
        assert records_only(tmp_path / "a.db") == records_only(town)

    def test_a_copy_that_is_not_the_original_is_not_kept(self, town: Path, lianhu, tmp_path: Path, monkeypatch):
        """A disk that writes something else than it was given is found by restoring the copy."""
        def spoilt(source: Path, target: Path) -> None:
            target.write_bytes(source.read_bytes())
            with closing(sqlite3.connect(target)) as raw:
                raw.execute("UPDATE household SET note = '走样' WHERE id = 2")
                raw.commit()

        monkeypatch.setattr(backup_service.shutil, "copyfile", spoilt)
        done = lianhu("backup", tmp_path / "a.db")
        assert done.code == 6
        assert "household" in done.err
        assert not (tmp_path / "a.db").exists()
        assert litter(tmp_path) == []


class TestKeep:
    def test_the_newest_stay(self, town: Path, process, tmp_path: Path):
        for day in range(1, 5):
            (tmp_path / f"lianhu-备份-202611{day:02d}-090000.db").write_text("旧")
        done = process("backup", "--keep", "2")
        assert done.code == 0
        assert sorted(file.name for file in tmp_path.glob("lianhu-备份-*")) == [
            "lianhu-备份-20261104-090000.db", "lianhu-备份-20261124-090000.db"]
        assert done.err.count("删掉了") == 3

    def test_nothing_of_another_name_is_touched(self, town: Path, lianhu, tmp_path: Path):
        others = ["lianhu-备份-说明.db", "另一个-lianhu-备份-20200101-090000.db", "lianhu-备份-20200101-090000.db.txt",
                  "test-备份-20200101-090000.db", "lianhu-恢复前-20200101-090000.db", "lianhu-备份-20200101.db"]
        for name in others:
            (tmp_path / name).write_text("别的")
        (tmp_path / "lianhu-备份-20200101-090000.db").mkdir()
        assert lianhu("backup", "--keep", "1").code == 0
        assert all((tmp_path / name).exists() for name in others)
        assert (tmp_path / "lianhu-备份-20200101-090000.db").is_dir()

    def test_two_of_one_second_and_locked_ones_count(self, town: Path, lianhu, tmp_path: Path, monkeypatch):
        monkeypatch.setenv("LIANHU_PASSPHRASE", WORDS)
        for options in ((), ("--encrypt",), ()):
            assert lianhu("backup", "--keep", "2", *options).code == 0
        assert sorted(file.name for file in tmp_path.glob("lianhu-备份-*")) == [
            "lianhu-备份-20261124-090000-2.db", "lianhu-备份-20261124-090000.db.age"]

    def test_the_new_one_stays_though_the_clock_went_back(self, town: Path, lianhu, tmp_path: Path):
        (tmp_path / "lianhu-备份-20991231-090000.db").write_text("后")
        assert lianhu("backup", "--keep", "1").code == 0
        assert [file.name for file in tmp_path.glob("lianhu-备份-*")] == ["lianhu-备份-20261124-090000.db"]


class TestEncrypted:
    def test_it_goes_back_with_its_words_only(self, town: Path, lianhu, words: Path, tmp_path: Path):
        locked = tmp_path / "a.age"
        assert lianhu("backup", locked, "--encrypt", "--passphrase-file", words).code == 0
        assert locked.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert b"SQLite" not in locked.read_bytes()
        before = records_only(town)
        with a_town(town) as made:
            made.household()
        words.write_text("别的口令啊别的口令")
        refused = lianhu("restore", locked, "--yes", "--passphrase-file", words)
        assert (refused.code, refused.out) == (4, "")
        assert "口令不对" in refused.err
        assert records_only(town) != before
        words.write_text(WORDS)
        assert lianhu("restore", locked, "--yes", "--passphrase-file", words).code == 0
        assert records_only(town) == before
        assert litter(tmp_path) == []

    def test_typed_twice_and_never_shown(self, town: Path, terminal, tmp_path: Path):
        session = terminal("backup", tmp_path / "a.age", "--encrypt")
        session.answer("口令", "correct horse battery")
        session.answer("再输入一次口令", "correct horse battery")
        assert session.finish() == 0
        assert "correct horse" not in session.screen
        session = terminal("restore", tmp_path / "a.age")
        session.answer("口令", "correct horse battery")
        session.answer("y/N", "y")
        assert session.finish() == 0

    def test_a_slip_in_the_second_time(self, town: Path, terminal, tmp_path: Path):
        session = terminal("backup", tmp_path / "a.age", "--encrypt")
        session.answer("口令", "correct horse battery")
        session.answer("再输入一次口令", "correct horse batery")
        assert session.finish() == 2
        assert "不一样" in session.screen
        assert not (tmp_path / "a.age").exists()

    @pytest.mark.parametrize(("content", "said"), [("短", "太短"), ("", "空的"), (None, "没有口令文件")])
    def test_words_that_will_not_do(self, town: Path, lianhu, tmp_path: Path, content: str | None, said: str):
        if content is not None:
            (tmp_path / "w").write_text(content)
        done = lianhu("backup", tmp_path / "a.age", "--encrypt", "--passphrase-file", tmp_path / "w")
        assert done.code in {2, 3}
        assert said in done.err
        assert not (tmp_path / "a.age").exists()

    def test_nobody_to_ask(self, town: Path, lianhu, tmp_path: Path):
        done = lianhu("backup", tmp_path / "a.age", "--encrypt")
        assert done.code == 2
        assert "--passphrase-file" in done.err

    def test_without_the_library_one_sentence_says_how_to_get_it(self, town: Path, lianhu, words: Path, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyrage", None)
        done = lianhu("backup", tmp_path / "a.age", "--encrypt", "--passphrase-file", words)
        assert done.code == 2
        assert done.err == "加密备份要用的程序包没有安装。\n→ pip install 'lianhu[encrypt]'\n"

    def test_cut_off_or_changed_it_opens_nothing(self, town: Path, lianhu, words: Path, tmp_path: Path):
        locked = tmp_path / "a.age"
        lianhu("backup", locked, "--encrypt", "--passphrase-file", words)
        before, whole = town.read_bytes(), locked.read_bytes()
        for spoilt in (whole[:40], whole[:900] + b"\0" + whole[901:]):
            locked.write_bytes(spoilt)
            assert lianhu("restore", locked, "--yes", "--passphrase-file", words).code == 4
            assert town.read_bytes() == before

    def test_too_short_words_are_told_of_where_they_are_used(self):
        with pytest.raises(Exception, match="太短"):
            encryption.encrypted(b"x", "1234567")


class TestRestore:
    def backed_up(self, town: Path, lianhu, tmp_path: Path) -> Path:
        lianhu("backup", tmp_path / "a.db")
        with a_town(town) as made:
            made.household(head_name="后来的")
        return tmp_path / "a.db"

    def test_asked_first_and_what_was_there_is_kept(self, town: Path, lianhu, terminal, tmp_path: Path):
        copy = self.backed_up(town, lianhu, tmp_path)
        later = town.read_bytes()
        session = terminal("restore", copy)
        session.answer("y/N", "n")
        assert session.finish() == 5
        assert town.read_bytes() == later
        session = terminal("restore", copy)
        session.answer("y/N", "y")
        assert session.finish() == 0
        kept = tmp_path / "lianhu-恢复前-20261124-090000.db"
        assert str(kept.name) in session.screen.replace("\n", "")
        assert kept.read_bytes() == later
        assert records_only(town) == records_only(copy)

    def test_without_yes_in_a_pipe_nothing_happens(self, town: Path, process, lianhu, tmp_path: Path):
        copy = self.backed_up(town, lianhu, tmp_path)
        before = town.read_bytes()
        done = process("restore", copy, stdin=subprocess.DEVNULL)
        assert (done.code, done.out) == (5, "")
        assert "--yes" in done.err
        assert town.read_bytes() == before
        assert len(list(tmp_path.glob("lianhu*"))) == 1

    @pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
    def test_where_there_is_no_database_yet(self, town: Path, lianhu, tmp_path: Path):
        copy = self.backed_up(town, lianhu, tmp_path)
        copy.chmod(0o644)
        town.unlink()
        done = lianhu("restore", copy, "--json")
        assert done.json == {"file": str(town), "kept": None, "batch": 1, "at": "2026-11-24 09:00:00", "households": 3}
        assert stat.S_IMODE(town.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.stat().st_mode) == 0o644

    def test_the_restored_one_tells_of_it(self, town: Path, lianhu, tmp_path: Path):
        copy = self.backed_up(town, lianhu, tmp_path)
        assert lianhu("restore", copy, "--yes", "--reason", "误删").code == 0
        assert lianhu("log", "--reads", "--json").json[0]["what"] == "从备份 a.db 恢复（原因：误删）"
        assert lianhu("check").code == 0

    def test_twice_keeps_both(self, town: Path, lianhu, tmp_path: Path):
        copy = self.backed_up(town, lianhu, tmp_path)
        for _ in range(2):
            assert lianhu("restore", copy, "--yes").code == 0
        assert len(list(tmp_path.glob("lianhu-恢复前-*.db"))) == 2

    @pytest.mark.parametrize("spoil", ["text", "empty", "cut", "page", "foreign", "newer", "no table", "orphan", "sqlite"])
    def test_what_is_no_sound_backup_changes_nothing(self, town: Path, lianhu, tmp_path: Path, spoil: str):
        copy = self.backed_up(town, lianhu, tmp_path)
        content = copy.read_bytes()
        if spoil in {"text", "empty", "cut", "page"}:
            copy.write_bytes({"text": "这不是数据库".encode() * 300, "empty": b"", "cut": content[:len(content) // 2],
                              "page": content[:4096 * 3] + b"\xa5" * 4096 + content[4096 * 4:]}[spoil])
        else:
            if spoil == "sqlite":
                copy.unlink()
            with closing(sqlite3.connect(copy)) as raw:
                raw.execute({"foreign": "PRAGMA application_id = 7", "newer": "PRAGMA user_version = 99",
                             "no table": "DROP TABLE visit", "orphan": "UPDATE household SET village_id = 99",
                             "sqlite": "CREATE TABLE notes (id)"}[spoil])
                raw.commit()
        before, spoilt = town.read_bytes(), copy.read_bytes()
        done = lianhu("restore", copy, "--yes")
        assert (done.code, done.out) == (4, "")
        assert done.err.count("\n") == 2
        assert ("pip install" if spoil == "newer" else "换一个备份") in done.err
        assert ".lianhu-" not in done.err
        assert town.read_bytes() == before
        assert copy.read_bytes() == spoilt
        assert litter(tmp_path) == []
        assert [file.name for file in tmp_path.glob("lianhu*")] == ["lianhu.db"]

    @pytest.mark.parametrize(("words", "code", "said"), [
        (("没有.db",), 3, "没有备份文件"), (("lianhu.db",), 5, "就是数据库自己"), ((".",), 3, "没有备份文件"),
    ])
    def test_refusals(self, town: Path, lianhu, tmp_path: Path, monkeypatch, words, code: int, said: str):
        monkeypatch.chdir(tmp_path)
        done = lianhu("restore", *words, "--yes")
        assert (done.code, done.out) == (code, "")
        assert said in done.err

    def test_an_older_one_is_brought_up_to_date(self, path: Path, lianhu, tmp_path: Path):
        script = (Path(__file__).parent.parent / "store" / "schema_v1.sql").read_text(encoding="utf-8")
        old = tmp_path / "old.db"
        with closing(sqlite3.connect(old)) as raw:
            raw.executescript(script)
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            raw.execute("PRAGMA user_version = 1")
            raw.commit()
        before = old.read_bytes()
        done = lianhu("restore", old)
        assert done.code == 0, done.err
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("PRAGMA user_version").fetchone() == (migrations.VERSION,)
        assert old.read_bytes() == before
        assert sorted(file.name for file in tmp_path.iterdir()) == ["lianhu.db", "old.db"]

    def test_a_damaged_database_with_an_unfinished_journal_is_replaced(self, town: Path, lianhu, tmp_path: Path):
        """The journal of what was there must not be taken for the new file's."""
        copy = self.backed_up(town, lianhu, tmp_path)
        town.write_bytes(b"garbage" * 1000)
        journal = town.with_name("lianhu.db-journal")
        journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
        assert lianhu("restore", copy, "--yes").code == 0
        assert records_only(town) == records_only(copy)
        assert (tmp_path / "lianhu-恢复前-20261124-090000.db").read_bytes() == b"garbage" * 1000
        assert not journal.exists()

    def test_it_waits_for_nobody_for_ever(self, town: Path, lianhu, tmp_path: Path, monkeypatch):
        copy = self.backed_up(town, lianhu, tmp_path)
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
        with closing(sqlite3.connect(town, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before = town.read_bytes()
            done = lianhu("restore", copy, "--yes")
        assert done.code == 6
        assert "占用" in done.err
        assert town.read_bytes() == before
        assert lianhu("restore", copy, "--yes").code == 0

    def test_a_command_that_had_the_old_file_open_does_not_write_into_it(self, town: Path, lianhu, tmp_path: Path):
        from lianhu.errors import DatabaseError
        from lianhu.store.connection import open_database
        from lianhu.store.journal import note_reading
        from tests.factory import NOW

        copy = self.backed_up(town, lianhu, tmp_path)
        with open_database(town) as early:
            assert lianhu("restore", copy, "--yes").code == 0
            with pytest.raises(DatabaseError, match="换成了另一份"):
                note_reading(early, "x", "x", now=NOW)
        assert lianhu("check").code == 0


THIRTY_VISITS = """
import sys
from lianhu.cli.app import run
for day in range(1, 31):
    assert run(["--db", sys.argv[1], "--today", "2026-11-24", "visit", "add", "H00001", "--by", "C0001",
                "--on", f"2026-10-{day:02d}", "--deed", f"实事{day}"]) == 0
"""


def test_backups_while_another_process_writes_are_each_one_whole_state(town: Path, tmp_path: Path):
    """Each visit is one batch of two rows; a copy that had half of it would not pass the check."""
    writer = subprocess.Popen(
        [sys.executable, "-c", THIRTY_VISITS, str(town)], stdout=subprocess.DEVNULL, env=environment())
    counts = []
    for number in range(4):
        copy = tmp_path / f"{number}.db"
        subprocess.run(program(town, "backup", copy), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(program(copy, "check"), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        state = contents(copy)
        assert len(state["visit"]) == len(state["deed"])
        counts.append(len(state["visit"]))
    assert writer.wait(timeout=60) == 0
    assert counts == sorted(counts)
    assert len(contents(town)["visit"]) == 30
