"""``lianhu credit``: what a clerk types and sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome
from tests.factory import a_town

Command = Callable[..., Outcome]


@pytest.fixture
def credit(path: Path, lianhu: Command) -> Command:
    """永胜's first unit with five good answers and one activity, and an empty one."""
    with a_town(path) as town:
        village = town.village("永胜")
        unit = town.cluster(village)
        town.cluster(village, "第二网格")
        for _ in range(5):
            household, cadre = town.household(village_id=village, cluster_id=unit), town.cadre()
            town.pair(household, cadre)
            town.rating(household, cadre)
        town.activity(village, cluster_id=unit)
    return lianhu


def test_grades_say_why_and_what_is_missing(credit: Command) -> None:
    made = credit("credit", "grade")
    assert made.code == 0
    assert "样本不足：户评 0 份，至少要 5 份" in made.out
    assert "到 AA 还差：自治活动 1，要 2" in made.out
    assert "这只是给银行的建议，授信与否、额度多少由银行决定。" in made.err
    assert "AAA：户评满意率≥95%" in made.err
    assert "lianhu compare clusters --rows 指标 --only 村名单元" in made.err
    listed = credit("compare", "clusters", "--rows", "ratings", "--only", "永胜第一网格", "--json").json
    assert len(listed["tables"][0]["rows"]) == 5
    document = credit("credit", "grade", "--cluster", "永胜第一网格", "--json").json
    assert document["units"] == [{
        "village": "永胜", "cluster": "第一网格", "grade": "A", "because": "A：户评满意率≥80%、意见答复率≥70%、任务完成率≥70%、自治活动≥1",
        "missing": "到 AA 还差：自治活动 1，要 2", "results": {
            "rating_rate": {"numerator": 5, "denominator": 5}, "opinion_rate": {"numerator": 0, "denominator": 0},
            "task_rate": {"numerator": 0, "denominator": 0}, "opinions": 0, "activities": 1}}]
    assert document["rules"]["B"] == {}
    assert [unit["grade"] for unit in credit("credit", "grade", "--by", "village", "--json").json["units"]] == ["A"]


@pytest.mark.parametrize(("words", "code", "says"), [
    (("grade", "--by", "cadre"), 2, "不能按“cadre”评"),
    (("grade", "--by", "village", "--cluster", "永胜第一网格"), 2, "不能同用"),
    (("grade", "--village", "没有村"), 3, "没有村"),
    (("record", "永胜第一网格", "C"), 2, "没有“C”"),
    (("record", "永胜第一网格", "A", "--limit", "50000"), 2, "按万元算"),
    (("export", "out.csv"), 2, ".xlsx")])
def test_refusals(credit: Command, words: tuple[str, ...], code: int, says: str) -> None:
    refused = credit("credit", *words)
    assert (refused.code, refused.out) == (code, "")
    assert says in refused.err


def test_record_list_and_undo(credit: Command) -> None:
    made = credit("credit", "record", "永胜第一网格", "3a", "--limit", "5", "--bank", "旗农村信用社", "--on", "2026-06-30")
    assert (made.code, made.out) == (0, "已登记 X000001（永胜 第一网格）：AAA，额度 5万元，旗农村信用社\n")
    assert credit("credit", "record", "永胜第一网格", "A", "--bank", "旗农村信用社", "--on", "2026-06-30").code == 5
    assert credit("credit", "list", "--json").json == [{
        "credit": "X000001", "village": "永胜", "cluster": "第一网格", "bank": "旗农村信用社", "grade": "AAA", "limit_yuan": 50000,
        "recommended": None, "recorded_on": "2026-06-30", "note": None}]
    assert credit("credit", "list", "--csv").out.splitlines()[1] == "X000001,永胜,第一网格,旗农村信用社,AAA,5,,2026-06-30,"
    assert credit("undo").code == 0
    assert credit("credit", "list", "--json").json == []


def test_export_is_logged_and_replaces_nothing(credit: Command, tmp_path: Path) -> None:
    target = tmp_path / "银行.xlsx"
    made = credit("credit", "export", target)
    assert (made.code, made.out) == (0, f"已写出 {target}：1 个，1 个没有等级的没有列\n")
    assert "这只是给银行的建议" in made.err
    assert credit("credit", "export", target).code == 5
    assert credit("credit", "export", target, "--force").code == 0
    assert "导出诚信等级建议到 银行.xlsx" in credit("log", "--reads").out
