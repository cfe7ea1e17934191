"""``lianhu fund``: what a clerk types and sees."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests.conftest import Outcome
from tests.factory import a_town

Command = Callable[..., Outcome]
PEOPLE = ("--by", "白玉兰", "--approved-by", "包文军")


@pytest.fixture
def fund(path: Path, lianhu: Command) -> Command:
    """永胜 with a unit; income in January, spending in March, which is reversed in April."""
    with a_town(path) as town:
        town.cluster(town.village("永胜"))
    lianhu("fund", "add", "收入", "20000", "镇财政安排", *PEOPLE, "--on", "2026-01-05")
    lianhu("fund", "add", "spending", "1234.50", "单元奖励", *PEOPLE, "--cluster", "第一网格", "--on", "2026-03-05", "--paper", "支1")
    lianhu("fund", "reverse", "F000002", "--reason", "重复发放", "--on", "2026-04-01")
    return lianhu


def test_add_says_what_is_left(fund: Command) -> None:
    made = fund("fund", "add", "income", "0.5", "捐助", *PEOPLE)
    assert (made.code, made.out, made.err) == (
        0, "已登记 F000004：收入 0.50 元（捐助），余额 20,000.50 元\n", "撤销：lianhu undo\n")
    document = fund("fund", "add", "支出", "1", "茶水", *PEOPLE, "--json").json
    assert document == {
        "entry": "F000005", "booked_on": "2026-11-24", "direction": "spending", "amount": 1, "purpose": "茶水", "village": None,
        "cluster": None, "handled_by": "白玉兰", "approved_by": "包文军", "reverses": None, "reversed_by": None, "award": None,
        "paper_number": None, "note": None, "balance": 19999.5}


@pytest.mark.parametrize(("words", "code", "says"), [
    (("add", "支出", "20000.01", "设备", *PEOPLE), 5, "余额会是 -0.01 元"),
    (("add", "支出", "1", "x", "--by", "白玉兰", "--approved-by", "白玉兰"), 2, "不能是同一个人"),
    (("add", "支出", "1", "x", *PEOPLE, "--award", "W000001"), 3, "没有编号为“W000001”的称号"),
    (("add", "支出", "1", "x", *PEOPLE, "--village", "东风"), 3, "东风"),
    (("reverse", "F000002", "--reason", "再来"), 5, "已经由 F000003 冲销过"),
    (("list", "--month", "本月", "--year", "今年"), 2, "只能用一个"),
    (("list", "--year", "明天"), 2, "年份“明天”看不懂"),
    (("statement",), 2, "哪个月或哪一年"),
    (("statement", "--month", "2026-12"), 2, "还没有到"),
    (("statement", "--year", "2026", "-o", "x.pdf"), 2, ".xlsx、.docx")])
def test_refusals(fund: Command, words: tuple[str, ...], code: int, says: str) -> None:
    refused = fund("fund", *words)
    assert (refused.code, refused.out) == (code, "")
    assert says in refused.err


def test_a_like_entry_is_asked(fund: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("fund", "add", "收入", "20000", "镇财政安排", *PEOPLE, "--on", "2026-01-05")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = fund(*words)
    assert refused.code == 5
    assert "已登记过一样的一笔（F000001）" in refused.err
    told = fund(*words, "--yes")
    assert told.code == 0
    assert told.err.startswith("注意：2026-01-05 已登记过一样的一笔")


def test_list_narrows_and_keeps_the_balance(fund: Command) -> None:
    everything = fund("fund", "list")
    assert "今天余额 20,000.00 元。同一天先收后支" in everything.out
    march = fund("fund", "list", "--month", "2026-03", "--json").json
    assert [(entry["entry"], entry["amount"], entry["balance"], entry["reversed_by"]) for entry in march] == [
        ("F000002", 1234.5, 18765.5, "F000003")]
    assert len(fund("fund", "list", "--village", "永胜", "--json").json) == 2
    assert len(fund("fund", "list", "--unit", "永胜第一网格", "--year", "2026", "--json").json) == 2
    assert fund("fund", "list", "--year", "去年", "--json").json == []
    assert fund("fund", "list", "--csv").out.splitlines()[1] == "F000001,镇财政安排,2026-01-05,20000,,20000,,白玉兰,包文军,,"


def test_a_statement_adds_up(fund: Command) -> None:
    document = fund("fund", "statement", "--year", "今年", "--json").json
    assert {name: document[name] for name in ("from", "to", "opening", "closing")} == {
        "from": "2026-01-01", "to": "2026-12-31", "opening": 0, "closing": 20000}
    assert document["income"] == [{"purpose": "镇财政安排", "entries": 1, "booked": 20000, "reversed": 0, "net": 20000}]
    assert document["spending"] == [{"purpose": "单元奖励", "entries": 2, "booked": 1234.5, "reversed": 1234.5, "net": 0}]
    april = fund("fund", "statement", "--month", "2026-04", "--json").json
    assert (april["opening"], april["spending"][0]["net"], april["closing"]) == (18765.5, -1234.5, 20000)
    shown = fund("fund", "statement", "--month", "2026-04").out
    assert shown.startswith("同心专项基金收支表（2026年4月）\n")
    assert "-1,234.50" in shown


def test_statements_on_paper(fund: Command, tmp_path: Path) -> None:
    book, paper = tmp_path / "收支.xlsx", tmp_path / "收支.docx"
    assert fund("fund", "statement", "--year", "2026", "-o", book).out == f"已写出 {book}\n"
    page = openpyxl.load_workbook(book).active
    cells: list[list[Any]] = [[cell.value for cell in row] for row in page.iter_rows()]
    assert cells[0][0] == "同心专项基金收支表（2026年）"
    assert next(row[5] for row in cells if row[0] == "期末余额") == 20000
    assert [row[3:6] for row in cells if str(row[0]).startswith("F0")] == [
        [20000, None, 20000], [None, 1234.5, 18765.5], [1234.5, None, 20000]]
    assert page.cell(6, 6).number_format == "#,##0.00"
    assert page.page_setup.paperSize == 9
    assert fund("fund", "statement", "--year", "2026", "-o", paper).code == 0
    paragraphs, tables = Document(str(paper)).paragraphs, Document(str(paper)).tables
    signed = "制表人：　　　　　　　　审核人：　　　　　　　　负责人："
    assert (cells[-1][0], paragraphs[-1].text) == (signed, signed)
    assert [cell.text for cell in tables[0].rows[-1].cells][-1] == "20,000.00"
    refused = fund("fund", "statement", "--year", "2026", "-o", paper)
    assert (refused.code, refused.out) == (5, "")
    assert fund("fund", "statement", "--year", "2026", "-o", paper, "--force").code == 0


def test_numbers_of_persons_are_masked(fund: Command) -> None:
    fund("fund", "add", "收入", "1", "电话13804820001捐助", *PEOPLE, "--note", "13804820002")
    for words in (("list",), ("list", "--json"), ("statement", "--year", "2026"), ("list", "--csv")):
        shown = fund("fund", *words).out
        assert "138048200" not in shown
        assert "138****0001" in shown


def test_undo_and_its_refusal(fund: Command) -> None:
    refused = fund("undo", "2")
    assert refused.code == 5
    assert fund("undo").code == 0
    assert fund("fund", "list", "--json").json[1]["reversed_by"] is None
    assert "2026-03-05 的余额会是 -1,234.50 元" in fund("undo", "2").err
