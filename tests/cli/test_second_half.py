"""A year of two villages and six units: comparison, titles and the fund by command, against hand calculation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.units import two_villages

TITLE, OF_UNITS = "联户有为实绩突出领导班子", "联户有为先进联户单元"
MARCH = ("--month", "2026-03")
PEOPLE = ("--by", "赵会计", "--approved-by", "包镇长")


@pytest.fixture(autouse=True)
def town(path: Path) -> Path:
    return two_villages(path)


@pytest.fixture
def year(lianhu):
    """The two best of March get a title; the fund pays both, and one payment is entered wrongly and reversed."""
    def do(*words: str) -> None:
        done = lianhu(*words)
        assert done.code == 0, done.err

    do("award", "propose", TITLE, "--village", "永胜", *MARCH, "--on", "2026-04-01")
    do("award", "propose", OF_UNITS, "--cluster", "永胜第一网格", *MARCH, "--on", "2026-04-01")
    do("award", "grant", "W000001", "--by", "包镇长", "--on", "2026-04-20", "--reason", "成效第一")
    do("award", "grant", "W000002", "--by", "包镇长", "--on", "2026-04-20", "--reason", "成效第一")
    do("fund", "add", "收入", "10000", "企业捐赠", *PEOPLE, "--on", "2026-01-15", "--paper", "收001")
    do("fund", "add", "收入", "2500.55", "镇级配套", *PEOPLE, "--on", "2026-04-02")
    do("fund", "add", "支出", "3000", "奖励", *PEOPLE, "--on", "2026-04-21", "--award", "W000001")
    do("fund", "add", "支出", "1200.5", "奖励", *PEOPLE, "--on", "2026-04-21", "--award", "W000002")
    do("fund", "add", "支出", "800", "庭院种植补助", *PEOPLE, "--village", "乌兰", "--on", "2026-05-06")
    do("fund", "reverse", "F000005", "--reason", "金额记错", "--on", "2026-05-07")
    do("fund", "add", "支出", "80", "庭院种植补助", *PEOPLE, "--village", "乌兰", "--on", "2026-05-07")
    return lianhu


def statement(lianhu, *words: str) -> dict:
    return lianhu("fund", "statement", *words, "--json").json


def test_the_ranking_the_awards_and_the_fund_by_hand(year):
    ranked = year("compare", "clusters", *MARCH, "--json").json
    assert [(row["place"], row["village"], row["cluster"]) for row in ranked["rows"] if row["place"]] == [
        (1, "永胜", "第一网格"), (1, "永胜", "第二网格"), (3, "永胜", "第三网格"), (4, "乌兰", "第三网格")]
    assert [(made["award"], made["state"], made["points"]) for made in reversed(year("award", "list", "--json").json)] == [
        ("W000001", "已授予", 90.17), ("W000002", "已授予", 100)]
    # 10000 + 2500.55 in; 3000 + 1200.50 + 800 + 80 out, of which 800 came back.
    made = statement(year, "--year", "2026")
    assert (made["opening"], made["closing"]) == (0, 8220.05)
    assert {line["purpose"]: line["net"] for line in made["income"]} == {"企业捐赠": 10000, "镇级配套": 2500.55}
    assert {line["purpose"]: line["net"] for line in made["spending"]} == {"奖励": 4200.5, "庭院种植补助": 80}


def test_months_add_up_to_the_year(year):
    months = [statement(year, "--month", f"2026-{month:02}") for month in range(1, 6)]
    assert [made["closing"] for made in months] == [10000, 10000, 10000, 8300.05, 8220.05]
    assert [before["closing"] for before in months[:-1]] == [made["opening"] for made in months[1:]]


def test_the_balance_is_below_zero_on_no_day(year):
    refused = year("fund", "add", "支出", "10000.01", "购置", *PEOPLE, "--on", "2026-03-01")
    assert (refused.code, refused.out) == (5, "")
    # On 6 May there are 12500.55 - 4200.50 - 800 = 7500.05, before the reversal: no more can go on 1 March.
    assert year("fund", "add", "支出", "7500.06", "购置", *PEOPLE, "--on", "2026-03-01").code == 5
    assert year("fund", "add", "支出", "7500.05", "购置", *PEOPLE, "--on", "2026-03-01").code == 0


def test_a_title_is_not_paid_twice_unasked(year, process):
    words = ("fund", "add", "支出", "3000", "奖励", *PEOPLE, "--on", "2026-05-21", "--award", "W000001")
    asked = process("--today", "2026-11-24", *words, input="n\n")
    assert (asked.code, asked.out) == (5, "")
    assert "已于 2026-04-21 发放过" in asked.err
    assert year(*words, "--yes").code == 0


def test_whoever_handles_money_does_not_approve_it(year):
    assert year("fund", "add", "支出", "1", "纸张", "--by", "赵会计", "--approved-by", "赵 会计").code != 0


def test_nobody_of_the_team_grants_its_title(year):
    year("award", "propose", TITLE, "--village", "乌兰", *MARCH, "--on", "2026-04-01")
    cadre = next(row for row in year("cadre", "list", "--village", "乌兰", "--json").json)
    refused = year("award", "grant", "W000003", "--by", cadre["code"], "--on", "2026-04-20")
    assert (refused.code, refused.out) == (5, "")


def test_undo_takes_the_last_step_back(year):
    before = statement(year, "--year", "2026")
    year("fund", "add", "收入", "1", "零星", *PEOPLE, "--on", "2026-06-01")
    assert year("undo").code == 0
    assert statement(year, "--year", "2026") == before


def test_the_whole_town_tells_this_half(year):
    assert "永胜" in year("report", "--by", "cluster").out
    overview = {table["name"]: table for table in year("report", "--json").json["tables"]}
    assert any("基金" in name for name in overview)
    assert "8220.05元" in year("brief").out.replace(",", "")
