"""``lianhu log`` and ``lianhu undo``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, contents, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        for _ in range(2):
            town.household()
        town.cadre()


class TestLog:
    def test_each_writing_command_is_a_line(self, lianhu):
        lianhu("assign")
        lianhu("visit", "add", "H00001")
        outcome = lianhu("log")
        lines = [line.split() for line in outcome.out.splitlines()[2:]]
        assert [line[0] for line in lines] == ["3", "2", "1"]
        assert "visit add" in outcome.out
        assert "结对：新增 2" in outcome.out

    def test_the_document(self, lianhu):
        lianhu("assign")
        lianhu("undo")
        undone, assigned, _ = lianhu("log", "--json").json
        assert (undone["command"], undone["undoes"], undone["rows"]) == ("undo", 2, 3)
        assert (assigned["command"], assigned["undone_by"], assigned["at"]) == ("assign", 3, "2026-11-24 09:00:00")
        assert set(assigned) == {
            "batch", "at", "actor", "command", "file", "sha256", "summary", "rows", "undoes", "undone_by"}

    def test_as_many_as_are_asked_for(self, lianhu):
        lianhu("assign")
        assert [batch["batch"] for batch in lianhu("log", "-n", "1", "--json").json] == [2]
        assert lianhu("log", "-n", "0").code == 2


class TestUndo:
    def test_after_an_assignment_every_table_is_as_before(self, lianhu, path: Path):
        before = records_only(path)
        lianhu("assign")
        outcome = lianhu("undo")
        assert outcome.code == 0
        assert records_only(path) == before
        assert "已退回" in outcome.out
        assert outcome.err == "撤销本身是批次 3；要恢复：lianhu undo 3\n"

    def test_it_can_be_undone_as_it_says(self, lianhu, path: Path):
        lianhu("assign")
        paired = records_only(path)
        lianhu("undo")
        assert lianhu("undo", "3").code == 0
        assert records_only(path) == paired

    def test_a_dry_run_tells_and_changes_no_byte(self, lianhu, path: Path):
        lianhu("assign")
        before = path.read_bytes()
        document = lianhu("undo", "--dry-run", "--json").json
        assert document == {"batch": None, "undone": 2, "dry_run": True, "taken_back": {"结对": 2, "结对记录": 1}, "left": [],
                            "impossible": [], "left_count": 0}
        assert "会退回" in lianhu("undo", "--dry-run").out
        assert path.read_bytes() == before

    def test_what_stays_is_named(self, lianhu):
        lianhu("visit", "add", "H00001", "--by", "C0001")
        outcome = lianhu("undo", "1")
        assert outcome.code == 0
        assert "不能退回" in outcome.out
        assert "后来的走访还要用到它" in outcome.out
        assert "联系户 H00001" in outcome.out

    def test_twice(self, lianhu, path: Path):
        lianhu("assign")
        lianhu("undo", "2")
        before = contents(path)
        outcome = lianhu("undo", "2")
        assert outcome.code == 5
        assert outcome.err == "批次 2 已经撤销过了（批次 3），没有改动。\n→ 要恢复它：lianhu undo 3\n"
        assert contents(path) == before

    def test_a_batch_that_is_not_there(self, lianhu):
        for number in ("99", "0", "99999999999999999999"):
            outcome = lianhu("undo", number)
            assert (outcome.code, outcome.err) == (3, f"没有批次 {number}。\n→ 看有哪些：lianhu log\n")

    def test_nothing_left_to_undo(self, lianhu):
        lianhu("undo")
        outcome = lianhu("undo")
        assert outcome.code == 3
        assert outcome.err.startswith("没有可以撤销的改动。")
