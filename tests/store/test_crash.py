"""A command killed at any moment leaves the database as before or as after, and it opens."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import ROOT, program
from tests.factory import a_town, an_id_number, contents

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one: a killed process loses nothing there that a disk would keep."""


def killed_at_each_write(template: Path, *words: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.store.crash", str(template), f"{folder}/work.db", *words],
            cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def a_roster(file: Path, households: int) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["嘎查村", "户主姓名", "身份证号", "户情"])
    for number in range(households):
        book.active.append(["永胜", f"王{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'春夏秋冬'[number // 10 % 4]}",
                            an_id_number(number), "年老"])
    book.save(file)
    return file


@pytest.fixture
def town(path: Path) -> Path:
    with a_town(path) as made:
        village = made.village("永胜")
        for _ in range(150):
            made.household(village_id=village, traits="年老", note="一段较长的备注，占些地方" * 20)
        for _ in range(80):
            made.cadre(village_id=village, roles="村医")
    return path


def test_assign_killed_before_each_write(town: Path):
    found = killed_at_each_write(town, "assign")
    assert found["found"] == ["before"]
    assert found["killed"] > 8


def test_undo_killed_before_each_write(town: Path):
    """An undo writes row by row, so unfinished pages are on the disk when it is killed."""
    with a_town(town) as made:
        for household in range(1, 13):
            made.change("household", household, note="另一段备注" * 60)
    found = killed_at_each_write(town, "undo", "2")
    assert found["found"] == ["before"]
    assert found["killed"] > 24
    assert found["hot_journals"] > 3


def test_visit_add_killed_before_each_write(town: Path):
    found = killed_at_each_write(town, "visit", "add", "H00001", "--by", "C0001", "--deed", "联系住院")
    assert found["found"] == ["before"]


def test_an_import_into_a_database_killed_before_each_write(town: Path, tmp_path: Path):
    roster = a_roster(tmp_path / "名册.xlsx", 8)
    assert killed_at_each_write(town, "import", str(roster))["found"] == ["before"]


def test_the_first_import_killed_before_each_write_leaves_no_database(path: Path, tmp_path: Path, process):
    roster = a_roster(tmp_path / "名册.xlsx", 5)
    found = killed_at_each_write(path, "import", str(roster))
    assert found["found"] == ["before"]
    assert found["killed"] > 50
    # What such a run leaves behind is no database to the next command, and an import goes well.
    path.touch()
    assert process("pair", "list").code == 6
    assert process("import", roster).code == 0


def test_assign_killed_at_a_random_time(town: Path, tmp_path: Path):
    whole = tmp_path / "whole.db"
    shutil.copy(town, whole)
    begun = time.monotonic()
    subprocess.run(program(whole, "assign"), capture_output=True, check=True)
    needed = time.monotonic() - begun
    before, after = contents(town), contents(whole)
    rng = random.Random(20261124)
    outcomes = []
    for _ in range(15):
        work = tmp_path / "work.db"
        for file in tmp_path.glob("work.db*"):
            file.unlink()
        shutil.copy(town, work)
        running = subprocess.Popen(program(work, "assign"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most of the time is the start of Python; the writes are in the second half.
        time.sleep(needed * rng.uniform(0.4, 1.1))
        running.send_signal(signal.SIGKILL)
        running.wait()
        now = contents(work)
        assert now in (before, after)
        outcomes.append(now == after)
    assert len(outcomes) == 15


TEN_VISITS = """
import sys
from lianhu.cli.app import run
for day in range(1, 11):
    code = run(["--db", sys.argv[1], "--today", "2026-11-24", "visit", "add", sys.argv[2], "--on", f"2026-10-{day:02d}"])
    if code:
        sys.exit(code)
"""


def test_four_commands_writing_at_once_all_get_their_turn(path: Path):
    with a_town(path) as made:
        for _ in range(4):
            made.pair(made.household(), made.cadre())
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", TEN_VISITS, str(path), f"H{number:05d}"], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        for number in range(1, 5)
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors
    visits = contents(path)["visit"]
    assert len(visits) == 40
    assert len({visit[1] for visit in visits}) == 40
    assert len({(visit[2], visit[4]) for visit in visits}) == 40


def test_four_first_imports_at_once_all_go_in(path: Path, tmp_path: Path):
    """Each found no database; the later ones gave their households codes that were taken by then."""
    running = []
    for number in range(4):
        book = openpyxl.Workbook()
        book.active.append(["嘎查村", "户主姓名"])
        for name in ("宝音", "王海林", "包金山"):
            book.active.append([f"永胜{'东西南北'[number]}", name])
        book.save(tmp_path / f"{number}.xlsx")
        running.append(subprocess.Popen(
            program(path, "import", tmp_path / f"{number}.xlsx"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
    for one in running:
        _, errors = one.communicate(timeout=60)
        assert one.returncode == 0, errors
    assert len({household[1] for household in contents(path)["household"]}) == 12
