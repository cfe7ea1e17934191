"""``lianhu init``."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.factory import a_town


def test_it_makes_an_empty_database_that_every_command_takes(lianhu, path: Path):
    outcome = lianhu("init")
    assert outcome.code == 0
    assert str(path) in outcome.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lianhu("log").code == 0
    assert "lianhu import" in lianhu("log").err
    assert lianhu("undo").code == 3
    assert lianhu("assign").err.endswith("lianhu import 名册.xlsx\n")


def test_one_that_is_there_is_left_alone(lianhu, path: Path):
    with a_town(path) as town:
        town.village()
    before = path.read_bytes()
    outcome = lianhu("init")
    assert outcome.code == 5
    assert "没有改动" in outcome.err
    assert path.read_bytes() == before


def test_a_foreign_file_is_left_alone(lianhu, path: Path):
    path.write_text("别的文件")
    assert lianhu("init").code == 6
    assert path.read_text() == "别的文件"
