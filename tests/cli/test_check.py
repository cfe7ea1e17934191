"""``lianhu check``."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.factory import a_town


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        town.hand_over()


def test_a_sound_town(lianhu):
    done = lianhu("check")
    assert (done.code, done.out, done.err) == (0, "文件完好，记录和日志没有矛盾，数和明细都对得上。\n", "")
    assert lianhu("check", "--quick").out == "文件完好。\n"
    assert lianhu("check", "--json").json == {"quick": False, "errors": 0, "warnings": 0, "counts": {}, "findings": []}


def test_what_is_wrong_is_told_with_place_and_proposal(lianhu, path: Path):
    with a_town(path) as town:
        town.pair(1, 1, started_on="2026-07-01")
    done = lianhu("check")
    assert done.code == 5
    assert "一户同一天有两名干部" in done.out
    assert "lianhu pair end H00001 --reason 更正" in done.out
    assert done.err == "检查发现 1 处错误、0 处提醒，没有改动。\n→ 改以前先备份：lianhu backup\n"
    document = lianhu("check", "--json").json
    assert document["counts"] == {"two-holders": 1}
    assert document["findings"][0] == {
        "rule": "two-holders", "title": "一户同一天有两名干部", "level": "error", "place": "结对 H00001",
        "message": "2026-07-01 起的一段开始时，前面的一段还没有结束（到现在）",
        "proposal": "看经过：lianhu pair history H00001；改正：lianhu pair end H00001 --reason 更正"}
    heading, row = csv.reader(lianhu("check", "--csv").out.splitlines())
    assert (heading[0], row[0]) == ("级别", "错误")


def test_a_reminder_alone_is_no_error(lianhu, path: Path):
    with a_town(path) as town:
        town.change("cadre", 2, capacity=0)
    done = lianhu("check")
    assert done.code == 0
    assert "提醒" in done.out
    assert "lianhu cadre edit C0002 --capacity 1" in done.out


def test_what_it_proposes_mends_it(lianhu, path: Path):
    with a_town(path) as town:
        town.change("cadre", 2, capacity=0)
    assert lianhu("cadre", "edit", "C0002", "--capacity", "1").code == 0
    assert lianhu("check").out == "文件完好，记录和日志没有矛盾，数和明细都对得上。\n"


def test_more_than_are_listed_are_counted(lianhu, path: Path):
    with a_town(path) as town:
        for _ in range(205):
            town.visit(1, 1, mode="其他")
    done = lianhu("check", "--csv")
    assert len(done.out.splitlines()) == 201
    assert "“走访不知是线上还是线下”共 205 处，只列出前 200 处。" in done.err


def test_without_a_database(lianhu, path: Path):
    path.unlink()
    assert lianhu("check").code == 6
    assert not path.exists()
