"""Pictures made of characters: they say what the numbers say, without colour, and only where there is room."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianhu.cli import blocks
from lianhu.cli.output import width
from lianhu.domain.figures import Rate, Table, Value, shown
from tests.reports.town import sample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return sample(tmp_path / "lianhu.db").write()


def _wide(value: Value) -> int:
    return width(shown(value))


@pytest.mark.parametrize(("rate", "drawn"), [
    (Rate(0, 4), " ········"), (Rate(4, 4), " ████████"), (Rate(1, 2), " ████····"), (Rate(1, 1000), " ▏·······"),
    (Rate(9, 16), " ████▌···"), (Rate(5, 4), " ████████"), (Rate(0, 0), " " * 9)])
def test_a_bar_is_as_long_as_the_share(rate: Rate, drawn: str):
    assert blocks.bar(rate, "utf-8") == drawn
    assert len(blocks.bar(rate, "ascii")) == len(drawn)


def test_where_blocks_cannot_be_shown_there_are_plain_signs():
    assert blocks.bar(Rate(1, 2), "ascii") == " ####...."
    assert blocks.bar(Rate(1, 2), "gbk") == " ████····"
    assert blocks.bar(Rate(1, 2), None) == " ####...."


def test_only_rates_have_bars():
    assert [blocks.bar(value, "utf-8") for value in (1, 0.5, "x", None, True)] == [""] * 5


def test_bars_stand_only_where_the_table_still_fits():
    table = Table("结对", ["村", "率"], [["永胜", Rate(1, 2)], ["哈达", Rate(0, 0)]], ["合计", Rate(1, 2)])
    room = 4 + width("50.0%(1/2)") + 4 + blocks.BAR + 1
    assert [[bool(bar) for bar in line] for line in blocks.with_bars(table, _wide, room, "utf-8")] == [[False, True]] * 3
    assert blocks.with_bars(table, _wide, room - 1, "utf-8") == [["", ""]] * 3
    assert blocks.with_bars(Table("无", ["村"], [["永胜"]]), _wide, 80, "utf-8") == [[""]]


def test_a_trend_shows_every_month_and_names_the_largest():
    rows: list[list[Value]] = [["2025-11", 4, 0], ["2025-12", 8, 0], ["2026-02", 1, 0], ["（没有日期）", 9, 0]]
    (line,) = blocks.trends(Table("走访", ["月份", "走访", "办成"], rows, ["合计", 22, 0]), width, 80, "utf-8")
    assert line == "走访  2025-11 ▄█·▁ 2026-02  最多 2025-12：8"
    (plain,) = blocks.trends(Table("走访", ["月份", "走访", "办成"], rows), width, 80, "ascii")
    assert " 4801 " in plain


def test_a_long_trend_keeps_the_latest_months_and_fits():
    rows: list[list[Value]] = [[f"{2010 + n // 12}-{n % 12 + 1:02}", n] for n in range(190)]
    (line,) = blocks.trends(Table("走访", ["月份", "走访"], rows), width, 80, "utf-8")
    assert width(line) <= 80
    assert " 2025-10  最多 2025-10：189" in line


def test_other_tables_have_no_trend():
    assert blocks.trends(Table("结对", ["嘎查村", "户数"], [["永胜", 1], ["哈达", 2]]), width, 80, "utf-8") == []
    assert blocks.trends(Table("走访", ["月份", "走访"], [["2026-01", 3]]), width, 80, "utf-8") == []


@pytest.mark.parametrize("words", [[], ["--village"], ["--by", "month"], ["--by", "cluster"]])
def test_on_a_terminal_everything_fits_80_columns_and_no_colour_is_needed(terminal, words: list[str]):
    run = terminal("report", *words, env={"NO_COLOR": "1"})
    assert run.finish() == 0
    assert all(width(line) <= 80 for line in run.screen.splitlines())
    assert "█" in run.screen
    # Bold at most.
    assert set(re.findall(rb"\x1b\[([0-9;]*)m", run._bytes)) <= {b"0", b"1"}


def test_in_a_pipe_there_are_no_pictures(process):
    for words in ([], ["--by", "month"]):
        assert not re.search("[▁-█·]", process("report", *words).out)
