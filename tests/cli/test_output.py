"""How tables are shown: uncut in a pipe, as data and not as markup everywhere."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from lianhu.cli.output import show_csv, show_table, width
from lianhu.domain.figures import Rate, Table
from tests.factory import a_town

AWKWARD = ["[bold]某某", "[/]", "[red]", ":smile:", "=1+1", "\\[x]", "{0}", "%s", "某'\"某"]
LONG = "阿拉坦其其格乌云毕力格图雅"
"""A name of twelve characters and one."""


@pytest.fixture
def town(path: Path) -> Path:
    with a_town(path) as made:
        cadre = made.cadre(name=LONG, post="嘎查党支部书记兼村民委员会主任兼网格长")
        for name in [*AWKWARD, LONG, "换行\n某", "制表\t某", "转义\x1b[2J某", "铃\x07"]:
            made.pair(made.household(head_name=name), cadre)
        made.visit(1, cadre, note="第一行\n第二行\r\n第三行" + "很长的内容" * 40)
    return path


def test_in_a_pipe_a_row_is_a_line_and_nothing_is_cut(process, town: Path):
    for words in (["pair", "list"], ["visit", "list"]):
        outcome = process(*words, env=None)
        lines = outcome.out.splitlines()
        assert "…" not in outcome.out
        rows = [line for line in lines if "H000" in line]
        assert len(rows) == (len(AWKWARD) + 5 if words[0] == "pair" else 1)
        assert "\x1b" not in outcome.out
    assert "第一行 第二行 第三行" in outcome.out
    assert "很长的内容" * 40 in outcome.out


def test_names_that_look_like_markup_survive_in_a_pipe(process, town: Path):
    shown = process("pair", "list").out
    for name in [*AWKWARD, LONG]:
        assert name in shown


def test_names_that_look_like_markup_survive_on_a_terminal(terminal, town: Path):
    run = terminal("pair", "list", columns=200)
    assert run.finish() == 0
    for name in AWKWARD:
        assert name in run.screen
    assert "…" not in run.screen


def test_they_survive_in_a_single_line_a_message_and_a_document(terminal, process, town: Path):
    run = terminal("pair", "show", "[/]")
    assert run.finish() == 0
    assert "H00002 [/]" in run.screen
    assert "没有找到户“[bold]没有[/bold]”" in process("pair", "show", "[bold]没有[/bold]").err
    names = [pair["head_name"] for pair in json.loads(process("pair", "list", "--json").out)]
    assert set(AWKWARD) <= set(names)


def test_csv_is_read_back_and_no_cell_is_a_formula(process, town: Path):
    rows = list(csv.reader(io.StringIO(process("pair", "list", "--csv").out)))
    assert rows[0][:4] == ["嘎查村", "户", "户主", "干部"]
    names = [row[2] for row in rows[1:]]
    assert "'=1+1" in names
    assert "换行\n某" in names
    assert not any(name.startswith("=") for name in names)


def test_a_terminal_that_is_narrow_folds_and_does_not_cut(terminal, town: Path):
    run = terminal("pair", "list", columns=60)
    assert run.finish() == 0
    assert "…" not in run.screen


def test_no_colour_codes_in_a_pipe_whatever_the_environment_says(process, town: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b" not in process("pair", "list").out


def test_output_is_utf_8_whatever_the_code_page(process, town: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONIOENCODING", "gbk")
    monkeypatch.setenv("LC_ALL", "C")
    assert LONG in process("pair", "list").out


def test_columns_of_chinese_line_up(capsys: pytest.CaptureFixture[str]):
    rows = [["永胜", 3, Rate(1, 2)], ["哈达村", 12, Rate(0, 0)]]
    show_table(Table("名", ["村", "次数", "率"], rows, ["合计", 15, Rate(1, 2)], "注"))
    title, *lines, note = capsys.readouterr().out.splitlines()
    assert (title, note) == ("名", "注")
    assert len({width(line) for line in lines}) == 1
    assert [line.split() for line in lines] == [
        ["村", "次数", "率"], ["永胜", "3", "50.0%(1/2)"], ["哈达村", "12", "—(0件)"], ["合计", "15", "50.0%(1/2)"]]


def test_a_table_without_rows_still_has_its_headings(capsys: pytest.CaptureFixture[str]):
    show_table(Table("空", ["村", "次数"], []))
    assert capsys.readouterr().out == "空\n村  次数\n"


def test_two_tables_in_csv_are_told_apart(capsys: pytest.CaptureFixture[str]):
    show_csv([Table("一", ["甲"], [["x"]]), Table("二", ["乙"], [[Rate(1, 2)], [None], [True]], ["合计"])])
    assert capsys.readouterr().out.splitlines() == ["一", "甲", "x", "", "二", "乙", "50.0%(1/2)", '""', "是", "合计"]


def test_a_wide_character_takes_two_columns():
    assert [width(text) for text in ("abc", "永胜", "永a", "ｈ", "e\u0301", "·")] == [3, 4, 3, 2, 1, 1]
