"""The fairness that ``lianhu assign`` and ``lianhu report pairing`` show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factory import a_town

LONGEST = "额尔敦宝力皋嘎查村"


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village(LONGEST)
        town.village("哈达", district="西片")
        for number in range(6):
            town.household(village_id=village, traits="年老", needs="政策解读", is_hard=number == 0)
        town.cadre(village_id=village, roles="村医")
        town.cadre(village_id=None, area=LONGEST, roles="包村领导", capacity=1)


def tables_of(document: list[dict]) -> dict[str, dict]:
    return {table["name"]: table for table in document}


def test_a_run_puts_it_into_its_document(lianhu):
    document = lianhu("assign", "--dry-run", "--json").json
    tables = tables_of(document["fairness"])
    assert list(tables) == ["负担分布（结对前）", "负担分布（结对后）", "加权负担（结对前）", "加权负担（结对后）", "联户能力（结对后）",
                            "结对缺口（结对后）", "需求对口（结对后，按规则）", "需求对口（结对后，按村）"]
    assert tables["负担分布（结对前）"]["totals"] == ["合计", 2, 2, 0, 0, 0]
    assert tables["负担分布（结对后）"]["rows"] == [[LONGEST, 1, 0, 0, 1, 0], ["哈达", 0, 0, 0, 0, 0], ["镇干部", 1, 0, 1, 0, 0]]
    assert tables["结对缺口（结对后）"]["totals"] == ["合计", 6, 2, 3, 0, 3, 3, document["unpaired"]]
    assert tables["需求对口（结对后，按规则）"]["rows"][0] == \
        ["村医联系老弱病残户", 6, {"numerator": 2, "denominator": 6}, 0, 4, 0]
    assert lianhu("assign", "--dry-run", "--capacity", "5", "--json").json["fairness"]


def test_the_report_says_afterwards_what_the_run_said(lianhu):
    said = tables_of(lianhu("assign", "--json").json["fairness"])
    shown = tables_of(lianhu("report", "pairing", "--json").json["tables"])
    for name in ("负担分布", "加权负担", "联户能力", "结对缺口"):
        assert shown[name]["rows"] == said[f"{name}（结对后）"]["rows"]
    assert lianhu("undo").code == 0
    assert tables_of(lianhu("report", "pairing", "--json").json["tables"])["负担分布"]["totals"] == ["合计", 2, 2, 0, 0, 0]


def test_a_person_sees_it_before_the_result(lianhu):
    out = lianhu("assign").out
    assert out.index("负担分布（结对前）") < out.index("缺口：") < out.index("结对结果")
    assert "负担分布（结对后）" in lianhu("assign", "--rebalance").out
    assert "负担分布（结对后）" in lianhu("assign", "--dry-run", "--without", "C0001").out


@pytest.mark.parametrize("words", [("report", "pairing", "--from", "2026-01-01"), ("assign", "--dry-run")])
def test_nothing_is_cut_at_80_columns(terminal, words: tuple[str, ...]):
    run = terminal(*words)
    assert run.finish() == 0
    assert "…" not in run.screen
    for heading in ("可联干部", "无此干部", "有要求的户", "不联户", "重难点户"):
        assert heading in run.screen
    # The longest name of a village stands on one line with its figures.
    assert sum(LONGEST in line and line.rstrip()[-1].isdecimal() for line in run.screen.splitlines()) >= 6


def test_csv_and_a_pipe(lianhu):
    out = lianhu("report", "pairing", "--csv").out
    assert "嘎查村,户数,可联干部,可联户数,空位,已结对,未结对,缺口\n" in out
    assert "合计,6,2,3,3,0,6,3\n" in out
    json.loads(lianhu("report", "pairing", "--json").out)


def test_list_says_what_it_is(lianhu):
    assert "lianhu report pairing" in lianhu("report", "--list").out
