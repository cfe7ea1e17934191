"""``lianhu log`` as a record to be kept: who looked and why, the file of it, and the hash that proves it."""

from __future__ import annotations

import csv
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from tests.factory import a_town


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        for _ in range(2):
            town.pair(town.household(), town.cadre())


class TestWhoLooked:
    @pytest.mark.parametrize("words", [
        ("household", "list"), ("household", "show", "H00001"), ("cadre", "list"), ("cadre", "show", "C0001"),
        ("pair", "list"), ("pair", "show", "H00001"),
    ])
    def test_each_look_at_full_numbers_is_logged_with_its_reason(self, lianhu, words: tuple[str, ...]):
        assert lianhu(*words).code == 0
        assert lianhu("log", "--reads", "--json").json == []
        assert lianhu(*words, "--full", "--reason", "群众  来电\n核对").code == 0
        (look,) = lianhu("log", "--reads", "--json").json
        assert look["command"] == f"{words[0]} {words[1]} --full"
        assert look["actor"]
        assert look["what"].endswith("（原因：群众 来电 核对）")

    def test_an_export_too(self, lianhu, tmp_path: Path):
        assert lianhu("export", "-o", tmp_path / "a.xlsx", "--full", "--reason", "上报区委").code == 0
        assert lianhu("export", "-o", tmp_path / "b.xlsx").code == 0
        last, first = lianhu("log", "--reads", "--json").json
        assert "原因：上报区委" in first["what"]
        assert "原因" not in last["what"]

    @pytest.mark.parametrize("words", [("report", "--rows", "households"), ("report", "evaluation"), ("assign", "--dry-run")])
    def test_a_report_of_persons_and_the_plan_are_exports(self, lianhu, tmp_path: Path, words: tuple[str, ...]):
        assert lianhu(*words, "-o", tmp_path / "a.xlsx", "--reason", "上报区委").code == 0
        (look,) = lianhu("log", "--reads", "--json").json
        assert look["command"] == words[0]
        assert "a.xlsx" in look["what"]
        assert look["what"].endswith("（原因：上报区委）")

    @pytest.mark.parametrize("words", [("report",), ("report", "--village", "--public"), ("assign", "--dry-run", "--public")])
    def test_sums_and_what_is_posted_are_none(self, lianhu, tmp_path: Path, words: tuple[str, ...]):
        assert lianhu(*words, "-o", tmp_path / "a.xlsx").code == 0
        assert lianhu("log", "--reads", "--json").json == []

    def test_every_command_with_full_takes_a_reason(self):
        from lianhu.cli.app import COMMANDS, load_command

        def leaves(command, words):
            subs = getattr(command, "commands", {})
            if not subs:
                yield words, command
            for name, sub in subs.items():
                yield from leaves(sub, f"{words} {name}")

        found = {}
        for name in COMMANDS:
            for words, command in leaves(load_command(name), name):
                options = [option for parameter in command.params for option in parameter.opts]
                found[words] = options
                assert options.count("--reason") <= 1, words
        assert {words for words, options in found.items() if "--full" in options} \
            <= {words for words, options in found.items() if "--reason" in options}
        assert all("--reason" in found[words] for words in (
            "assign", "backup", "restore", "report", "due", "card print", "log"))

    def test_one_command_s_reason_is_not_the_next_one_s(self, lianhu):
        lianhu("household", "list", "--full", "--reason", "核对")
        lianhu("household", "list", "--full")
        assert "原因" not in lianhu("log", "--reads", "--json").json[0]["what"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
class TestOthersCanRead:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o777])
    def test_the_user_is_warned_and_told_what_to_type(self, lianhu, path: Path, mode: int):
        path.chmod(mode)
        done = lianhu("log", "--json")
        assert done.code == 0
        assert done.json
        assert f"→ chmod 600 {path}" in done.err

    @pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
    def test_nobody_else_no_warning(self, lianhu, path: Path, mode: int):
        path.chmod(mode)
        assert lianhu("log").err == ""


class TestFile:
    def test_a_workbook_of_both_logs(self, lianhu, tmp_path: Path):
        lianhu("household", "list", "--full")
        lianhu("visit", "add", "H00001")
        done = lianhu("log", "-o", tmp_path / "日志.xlsx", "--reason", "存档")
        assert done.out == f"已写出 {tmp_path / '日志.xlsx'}（改动记录 2 条、查看与导出记录 1 条）\n"
        book = openpyxl.load_workbook(tmp_path / "日志.xlsx")
        assert book.sheetnames == ["改动记录", "查看与导出记录"]
        cells = [[cell.value for cell in row] for row in book["改动记录"].iter_rows()]
        assert [row[0] for row in cells if isinstance(row[0], int)] == [2, 1]
        assert "原因：存档" in lianhu("log", "--reads", "--json").json[0]["what"]

    @pytest.mark.parametrize(("words", "first"), [((), "批次"), (("--reads",), "时间")])
    def test_a_csv_of_one(self, lianhu, tmp_path: Path, words: tuple[str, ...], first: str):
        lianhu("household", "list", "--full")
        assert lianhu("log", *words, "-o", tmp_path / "a.csv").code == 0
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0][0] == first
        assert len(rows) == 2

    def test_all_of_it_unless_told_otherwise(self, lianhu, tmp_path: Path, path: Path):
        for number in range(40):
            with a_town(path) as town:
                town.change("household", 1, note=str(number))
        lianhu("log", "-o", tmp_path / "a.csv")
        lianhu("log", "-n", "5", "-o", tmp_path / "b.csv")
        assert [len((tmp_path / name).read_text(encoding="utf-8-sig").splitlines()) for name in ("a.csv", "b.csv")] == [42, 6]
        assert len(lianhu("log", "--json").json) == 30

    @pytest.mark.parametrize(("name", "code"), [("a.pdf", 2), ("没有/a.csv", 3), ("there.csv", 5)])
    def test_refusals(self, lianhu, tmp_path: Path, name: str, code: int):
        (tmp_path / "there.csv").write_text("别的")
        done = lianhu("log", "-o", tmp_path / name)
        assert (done.code, done.out) == (code, "")
        assert lianhu("log", "--reads", "--json").json == []


class TestHead:
    def test_a_printed_hash_proves_the_log_up_to_it(self, lianhu):
        printed = lianhu("brief").out.splitlines()[-1].partition("校验码")[2].strip("）")
        lianhu("visit", "add", "H00001")
        lianhu("visit", "add", "H00002")
        done = lianhu("log", "--verify", printed)
        assert done.code == 0
        assert done.out == "校验码对得上：从头到批次 1（2026-11-24 09:00:00）的日志没有被改过；那以后又有 2 条。\n"
        proof = lianhu("log", "--verify", printed.upper().replace("-", " "), "--json").json
        assert (proof["of"], proof["number"], proof["later"], proof["hash"]) == ("batch", 1, 2, printed)

    def test_of_a_rewritten_log_it_is_not_found(self, lianhu, path: Path):
        lianhu("visit", "add", "H00001")
        printed = lianhu("log", "--head", "--json").json["batch"]["hash"]
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("UPDATE batch SET actor = '别人' WHERE id = 1")
            raw.commit()
        done = lianhu("log", "--verify", printed)
        assert (done.code, done.out) == (5, "")
        assert "被改过" in done.err

    def test_looks_are_proved_too(self, lianhu):
        lianhu("household", "list", "--full")
        head = lianhu("log", "--head")
        assert "至第 1 条" in head.out
        proof = lianhu("log", "--verify", lianhu("log", "--head", "--json").json["reading"]["hash"])
        assert "查看与导出记录第 1 条" in proof.out

    def test_looking_does_not_change_it(self, lianhu):
        assert lianhu("log", "--head").out == lianhu("log", "--head").out

    @pytest.mark.parametrize("typed", ["", "123", "不是校验码", "zz" * 16])
    def test_what_is_no_hash(self, lianhu, typed: str):
        done = lianhu("log", "--verify", typed)
        assert (done.code, done.out) == (2, "")
        assert "看不懂" in done.err

    def test_an_empty_log(self, path: Path, lianhu):
        path.unlink()
        lianhu("init")
        done = lianhu("log", "--head")
        assert (done.code, done.out) == (0, "")
        assert "还没有改动" in done.err
        assert lianhu("log", "--head", "--json").json == {"batch": None, "reading": None}
