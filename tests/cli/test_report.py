"""lianhu report as a user types it."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lianhu.cli.app import run
from lianhu.domain.terms import Dictionaries
from lianhu.reports.catalogue import REPORTS
from lianhu.reports.indicators import INDICATORS, RATIOS
from tests.reports.town import Town, sample

TODAY = "2026-11-24"


class Desk:
    """Types commands at one database and reads what came back."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.capsys = capsys
        self.err = ""

    def type(self, *words: str, code: int = 0) -> str:
        assert run(["--db", str(self.path), "--today", TODAY, "report", *words]) == code
        out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        return out

    def json(self, *words: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.type(*words, "--json"))
        return document

    def table(self, name: str, *words: str) -> dict[str, Any]:
        return next(table for table in self.json(*words)["tables"] if table["name"] == name)

    def row(self, name: str, label: str, *words: str) -> list[Any]:
        found: list[Any] = next(row for row in self.table(name, *words)["rows"] if row[0] == label)
        return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("town") / "lianhu.db").write()


@pytest.fixture
def desk(file: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(file, capsys)


@pytest.fixture
def new_desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Town, Desk]:
    path = tmp_path / "lianhu.db"
    return Town(path), Desk(path, capsys)


def test_the_json_of_the_overview(desk: Desk) -> None:
    document = desk.json()
    assert list(document) == ["report", "period", "tables"]
    assert document["report"] == "overview"
    assert document["period"] == {"from": None, "to": None}
    assert document["tables"][0] == {
        "name": "基本情况", "headings": ["项目", "数量", "单位"], "totals": None, "rows": [
            ["嘎查村", 3, "个"], ["联户单元", 2, "个"], ["联户长", 3, "人"], ["党员干部", 3, "人"], ["重点户", 4, "户"],
            ["其中重难点户", 3, "户"]]}
    assert desk.row("结对", "结对率") == ["结对率", {"numerator": 3, "denominator": 4}, ""]
    assert desk.row("12345工单", "满意率") == ["满意率", {"numerator": 1, "denominator": 2}, ""]


def test_categories_stand_in_the_order_of_the_dictionary_and_others_after(desk: Desk) -> None:
    table = desk.table("联户长类别")
    names = [row[0] for row in table["rows"]]
    assert names == [*Dictionaries()["head_categories"].names, "屯里老人"]
    assert [row[:2] for row in table["rows"] if row[1]] == [["无职党员", 1], ["村民代表", 1], ["屯里老人", 1]]
    assert table["totals"][:2] == ["合计", 3]


def test_every_village_in_order_with_zeros_and_totals(desk: Desk) -> None:
    document = desk.json("--village")
    for table in document["tables"]:
        assert table["headings"][0] == "嘎查村"
        assert [row[0] for row in table["rows"][:3]] == ["永胜嘎查村", "乌兰嘎查", "前进村"]
        assert all(value == 0 or value == {"numerator": 0, "denominator": 0} for value in table["rows"][2][1:])
        assert table["totals"][0] == "合计"
        for column in range(1, len(table["headings"])):
            cells = [row[column] for row in table["rows"]]
            total = table["totals"][column]
            if isinstance(total, dict):
                assert total == {key: sum(cell[key] for cell in cells) for key in total}
            else:
                assert total == pytest.approx(sum(cells))
    names = [table["name"] for table in document["tables"]]
    assert names == [
        "结对", "走访与联系卡", "办实事", "办实事类别（一）", "办实事类别（二）", "12345工单办理", "12345工单回访",
        "12345工单响应和重办", "五必访", "四项职责任务", "户评", "意见建议", "联户长产生方式", "联户长类别（一）",
        "联户长类别（二）", "自治活动", "同心专项基金", "称号和诚信额度"]
    assert [table["headings"] for table in document["tables"] if table["name"] in {"办实事", "12345工单办理", "12345工单回访"}] == [
        ["嘎查村", "件数", "已解决", "基本解决", "推进中", "未解决", "办成率"],
        ["嘎查村", "收到", "办结", "按期办结率", "退单", "不计考核"],
        ["嘎查村", "解决", "解决率", "满意率", "重办"]]
    assert desk.row("结对", "永胜嘎查村", "--village") == \
        ["永胜嘎查村", 2, 2, 2, 0, {"numerator": 2, "denominator": 2}]
    assert desk.table("办实事", "--village")["totals"] == \
        ["合计", 3, 1, 1, 0, 1, {"numerator": 2, "denominator": 3}]


def test_records_without_a_village_keep_the_total_right(desk: Desk) -> None:
    table = desk.table("12345工单办理", "--village")
    assert table["rows"][3][:2] == ["（未定村）", 1]
    assert table["totals"][1] == desk.row("12345工单", "收到")[1] == 6
    assert len(desk.table("结对", "--village")["rows"]) == 3


def test_kinds_no_dictionary_knows_are_shown(desk: Desk) -> None:
    tables = [table for table in desk.json("--village")["tables"] if table["name"].startswith("办实事类别")]
    headings = [heading for table in tables for heading in table["headings"][1:]]
    assert headings == [*Dictionaries()["deed_kinds"].names, "别的"]
    assert sum(sum(table["totals"][1:]) for table in tables) == 3


def test_a_rate_over_nothing_has_no_value(desk: Desk) -> None:
    assert "—(0件)" in desk.type("--village")
    lines = [line.split() for line in desk.type("--village").splitlines() if line.startswith("前进村")]
    assert lines[0] == ["前进村", "0", "0", "0", "0", "—(0户)"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_drawn_in_every_format(desk: Desk, name: str) -> None:
    assert desk.type(name).splitlines()[2] == desk.json(name)["tables"][0]["name"]
    assert list(csv.reader(io.StringIO(desk.type(name, "--csv"))))
    for table in desk.json(name)["tables"]:
        assert all(len(row) == len(table["headings"]) for row in [*table["rows"], table["totals"] or table["headings"]])


# Where each figure of the town stands: table and line of the overview, table and column by village.
PLACES = {
    "households": ("基本情况", "重点户", "结对", "户数"), "hard_households": ("基本情况", "其中重难点户", "结对", "重难点户"),
    "paired_households": ("结对", "已结对户", "结对", "已结对"), "unpaired_households": ("结对", "未结对户", "结对", "未结对"),
    "visits": ("走访与联系卡", "走访", "走访与联系卡", "走访"),
    "visits_offline": ("走访与联系卡", "线下", "走访与联系卡", "线下"),
    "visits_online": ("走访与联系卡", "线上", "走访与联系卡", "线上"), "cards": ("走访与联系卡", "联系卡", "走访与联系卡", "联系卡"),
    "cards_elderly": ("走访与联系卡", "其中老人户", "走访与联系卡", "其中老人户"),
    "events_due": ("五必访", "应访", "五必访", "应访"), "events_answered": ("五必访", "已访", "五必访", "已访"),
    "events_overdue": ("五必访", "逾期未访", "五必访", "逾期未访"),
    "task_items": ("四项职责任务", "任务", "四项职责任务", "任务"),
    "task_items_done": ("四项职责任务", "已完成", "四项职责任务", "已完成"),
    "deeds": ("办实事", "办实事", "办实事", "件数"), "tickets_received": ("12345工单", "收到", "12345工单办理", "收到"),
    "tickets_closed": ("12345工单", "办结", "12345工单办理", "办结"), "tickets_resolved": ("12345工单", "解决", "12345工单回访", "解决"),
    "tickets_redone": ("12345工单", "重办", "12345工单响应和重办", "重办"),
    "tickets_returned": ("12345工单", "退单", "12345工单办理", "退单"),
    "tickets_excluded": ("12345工单", "不计考核", "12345工单办理", "不计考核"),
    "ratings": ("户评与组织评定", "户评", "户评", "户评"), "ratings_satisfied": ("户评与组织评定", "满意", "户评", "满意"),
    "opinions": ("意见建议", "意见建议", "意见建议", "意见建议"), "opinions_settled": ("意见建议", "已答复", "意见建议", "已答复"),
}
# A rate opens in its two parts.
RATE_PLACES = {
    "answered_rate": ("五必访", "必访率", "五必访", "必访率"), "in_time_rate": ("五必访", "按期必访率", "五必访", "按期必访率"),
    "task_rate": ("四项职责任务", "任务完成率", "四项职责任务", "任务完成率"), "deed_rate": ("办实事", "办成率", "办实事", "办成率"),
    "on_time_rate": ("12345工单", "按期办结率", "12345工单办理", "按期办结率"),
    "response_rate": ("12345工单", "响应率", "12345工单响应和重办", "响应率"),
    "solved_rate": ("12345工单", "解决率", "12345工单回访", "解决率"),
    "satisfaction_rate": ("12345工单", "满意率", "12345工单回访", "满意率"),
    "redo_rate": ("12345工单", "重办率", "12345工单响应和重办", "重办率"),
    "rating_rate": ("户评与组织评定", "户评满意率", "户评", "户评满意率"),
    "opinion_rate": ("意见建议", "意见答复率", "意见建议", "意见答复率"), "coverage": ("结对", "结对率", "结对", "结对率"),
}


@pytest.mark.parametrize("words", [(), ("--month", "2026-03"), ("--only", "永胜")], ids=str)
@pytest.mark.parametrize(("name", "place"), [*PLACES.items(), *RATE_PLACES.items()], ids=lambda value: str(value)[:30])
def test_a_figure_is_the_same_wherever_it_stands_and_opens_to_its_records(
    desk: Desk, name: str, place: tuple[str, str, str, str], words: tuple[str, ...]
) -> None:
    overview, label, by_village, heading = place
    shown = desk.row(overview, label, *words)[1]
    table = desk.table(by_village, "--village", *words)
    at = table["headings"].index(heading)
    ratio = next((ratio for ratio in RATIOS if ratio.name == name), None)
    parts = {"numerator": ratio.numerator.name, "denominator": ratio.denominator.name} if ratio else {"": name}
    for part, indicator in parts.items():
        listed = desk.json("--rows", indicator, *words)["tables"][0]["rows"]
        by_name = [row[at][part] if part else row[at] for row in table["rows"]]
        assert len(listed) == sum(by_name)
        assert len(listed) == (shown[part] if part else shown)
        assert len(listed) == (table["totals"][at][part] if part else table["totals"][at])
        for row, number in zip(table["rows"], by_name, strict=True):
            village = None if row[0] == "（未定村）" else row[0]
            assert sum(record[1] == village for record in listed) == number


def test_by_cadre_overdue_visits_are_with_who_holds_the_household(desk: Desk) -> None:
    assert desk.table("五必访", "--by", "cadre")["headings"] == ["嘎查村", "编号", "干部", "应访", "已访", "逾期未访", "必访率"]
    assert [row[1:6] for row in desk.table("五必访", "--by", "cadre")["rows"]] == [
        ["C0002", "其木格2", 1, 1, 0], ["C0004", "其木格4", 1, 0, 1]]
    assert desk.row("五必访", "意外灾害", "--by", "kind")[1:4] == [1, 0, 1]
    assert [row[0] for row in desk.table("五必访", "--by", "kind")["rows"]] == [
        "红白喜事", "生病住院", "家庭变故", "矛盾纠纷", "意外灾害"]


@pytest.mark.parametrize(("dimension", "table", "line"), [
    ("cadre", "办实事成效", ["永胜嘎查村", "C0002", "其木格2", 1, 1, 0, 0, 0]),
    ("month", "办实事成效", ["2026-03", 3, 1, 1, 0, 1, {"numerator": 2, "denominator": 3}]),
    ("kind", "办实事类别和成效", ["产业帮扶", 1, 0, 1, 0, 0]),
    ("village", "办实事", ["永胜嘎查村", 2, 1, 1, 0, 0, {"numerator": 2, "denominator": 2}]),
    ("cadre", "四项职责任务", ["永胜嘎查村", "C0002", "其木格2", 3, 2, {"numerator": 2, "denominator": 3}]),
    ("kind", "四项职责任务", ["政策理论讲解到户", 4, 2, {"numerator": 2, "denominator": 4}]),
    ("cluster", "户评", ["永胜嘎查村", "第一网格", 1, 1, {"numerator": 1, "denominator": 1}]),
    ("cluster", "意见建议", ["（未定单元）", "", 1, 0, {"numerator": 0, "denominator": 1}]),
    ("month", "意见建议", ["2026-03", 2, 1, {"numerator": 1, "denominator": 2}]),
    ("month", "12345工单响应和重办",
     ["2026-03", 1, {"numerator": 1, "denominator": 1}, 2, 1, {"numerator": 1, "denominator": 2}]),
    ("kind", "户评满意度", ["不满意", 1]), ("kind", "组织评定等次", ["良好", 1]),
])
def test_the_working_year_by_every_dimension(desk: Desk, dimension: str, table: str, line: list[Any]) -> None:
    assert line in desk.table(table, "--by", dimension)["rows"]


def test_the_evaluation_places_by_what_people_say_and_nobody_of_few_answers(new_desk: tuple[Town, Desk]) -> None:
    town, desk = new_desk
    village = town.village("永胜")
    for cadre, answers in ((town.cadre(village), 4), (town.cadre(village), 5)):
        for day in range(answers):
            town.rating(town.household(village), cadre, rated_on=f"2026-03-{day + 1:02}")
    for _ in range(9):
        town.visit(1, 1)
    town.write()
    assert [[row[0], row[2], row[4]] for row in desk.table("干部评价", "evaluation")["rows"]] == [
        [1, "C0002", 5], ["样本不足，不排名", "C0001", 4]]
    assert "走访" not in "".join(desk.table("干部评价", "evaluation")["headings"])
    text = desk.type("evaluation")
    assert "户评不足 5 份的只列出，不排名；不看走访次数" in text
    assert "样本不足，不排名" in text


@pytest.mark.parametrize("words", [("--village",), ("--by", "village"), ("village",), ("overview", "--village")])
def test_the_village_report_has_several_names(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.json(*words) == desk.json("--village")


def test_by_cluster_shows_all_units_and_what_has_none(desk: Desk) -> None:
    table = desk.table("联户单元", "--by", "cluster")
    assert table["headings"][:3] == ["嘎查村", "联户单元", "联户长"]
    assert [row[:5] for row in table["rows"]] == [
        ["永胜嘎查村", "第一网格", 1, 1, 1], ["永胜嘎查村", "第二网格", 2, 1, 1], ["（未定单元）", "", 0, 2, 1]]


def test_by_cadre_shows_who_has_anything_in_the_order_of_villages(desk: Desk) -> None:
    table = desk.table("党员干部", "--by", "cadre")
    assert [row[:4] for row in table["rows"]] == [
        ["永胜嘎查村", "C0001", "其木格1", 0], ["永胜嘎查村", "C0002", "其木格2", 1],
        ["镇政府", "C0004", "其木格4", 2], ["（没有干部）", "", "", 0]]
    assert table["totals"][:5] == ["合计", "", "", 3, 6]


def test_by_month_shows_every_month_from_the_first_record_to_the_last(desk: Desk) -> None:
    table = desk.table("走访与办实事", "--by", "month")
    assert [row[:2] for row in table["rows"]] == [
        ["2026-02", 0], ["2026-03", 3], ["2026-04", 0], ["2026-05", 1], ["2026-06", 1], ["2026-07", 1]]


def test_a_mistyped_year_does_not_fill_the_table_with_months(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample(tmp_path / "lianhu.db").write()
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("UPDATE visit SET visited_on = '1996-03-02' WHERE visited_on >= '2026-07'")
    table = Desk(path, capsys).table("走访与办实事", "--by", "month")
    assert [row[0] for row in table["rows"]][:2] == ["1996-03", "2026-02"]


def test_the_fairness_of_the_pairing(desk: Desk) -> None:
    document = desk.json("pairing")
    assert document["report"] == "pairing"
    assert [table["name"] for table in document["tables"]] == [
        "负担分布", "加权负担", "联户能力", "结对缺口", "需求对口（按规则）", "需求对口（按村）"]
    assert desk.table("负担分布", "pairing")["rows"] == [
        ["永胜嘎查村", 2, 1, 1, 0, 0], ["乌兰嘎查", 0, 0, 0, 0, 0], ["前进村", 0, 0, 0, 0, 0], ["镇干部", 1, 0, 0, 1, 0]]
    assert desk.row("需求对口（按规则）", "村医联系老弱病残户", "pairing") == \
        ["村医联系老弱病残户", 1, {"numerator": 0, "denominator": 1}, 0, 0, 1]
    assert "重难点户算2，其他户算1" in desk.type("pairing")
    assert "结对均衡（2026年1月1日以来）" in desk.type("pairing", "--from", "2026-01-01")
    assert [row[0] for row in desk.table("负担分布", "pairing", "--only", "乌兰")["rows"]] == ["乌兰嘎查"]


def test_the_load_opens_to_its_cadres_and_households(desk: Desk) -> None:
    idle = desk.json("--rows", "cadres_idle")["tables"][0]["rows"]
    assert [row[0] for row in idle] == ["C0001"]
    assert len(idle) == desk.table("负担分布", "pairing")["totals"][2]
    assert [row[0] for row in desk.json("--rows", "hard_without_leader")["tables"][0]["rows"]] == ["H00004"]
    assert [row[0] for row in desk.json("--rows", "hard_without_leader", "--to", "2026-06-30")["tables"][0]["rows"]] == \
        ["H00002", "H00004"]


def test_a_period_limits_what_happened(desk: Desk) -> None:
    document = desk.json("--month", "2026-03", "--village")
    assert document["period"] == {"from": "2026-03-01", "to": "2026-03-31"}
    assert desk.table("走访与联系卡", "--village", "--month", "2026-03")["totals"] == ["合计", 3, 2, 1, 1, 0]
    assert desk.json("--from", "2026.3.1", "--to", "20260331", "--village")["tables"] == document["tables"]
    assert "2026年3月" in desk.type("--month", "2026-03")


def test_only_limits_everything(desk: Desk) -> None:
    table = desk.table("结对", "--village", "--only", "乌兰嘎查村")
    assert [row[0] for row in table["rows"]] == ["乌兰嘎查"]
    assert table["totals"] == ["合计", 2, 1, 1, 1, {"numerator": 1, "denominator": 2}]
    assert desk.row("走访与联系卡", "走访", "--only", "永胜", "--only", "永胜村", "--only", "前进")[1] == 5
    assert desk.row("基本情况", "嘎查村", "--only", "永胜", "--only", "前进")[1] == 2
    assert len(desk.table("联户单元", "--by", "cluster", "--only", "永胜")["rows"]) == 2


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_rows_lists_the_records_of_every_indicator(desk: Desk, indicator: Any) -> None:
    document = desk.json("--rows", indicator.name)
    assert document["report"] == indicator.name
    (table,) = document["tables"]
    assert table["name"] == indicator.title
    assert table["headings"][1] == "嘎查村"
    assert table["rows"]
    assert all(len(row) == len(table["headings"]) for row in table["rows"])
    listed = list(csv.reader(io.StringIO(desk.type("--rows", indicator.title, "--csv"))))
    assert len(listed) == 1 + len(table["rows"])


def test_rows_are_the_figure_of_the_same_options(desk: Desk) -> None:
    words = ("--only", "永胜", "--month", "2026-03")
    rows = desk.json("--rows", "visits", *words)["tables"][0]["rows"]
    assert len(rows) == desk.row("走访与联系卡", "走访", *words)[1] == 2
    assert rows[0] == ["V000001", "永胜嘎查村", "H00001", "宝音1", "2026-03-05", "上门", "日常", "其木格2",
                       "C0002"]
    assert "走访明细：2次" in desk.type("--rows", "visits", *words)


def test_rows_of_nothing_are_headings(desk: Desk) -> None:
    (table,) = desk.json("--rows", "visits", "--only", "前进")["tables"]
    assert table["rows"] == []
    assert table["headings"][0] == "编号"


def test_list_names_every_report_and_figure_without_a_database(tmp_path: Path, capsys: Any) -> None:
    desk = Desk(tmp_path / "none.db", capsys)
    text = desk.type("--list")
    for indicator in INDICATORS:
        assert f"{indicator.name} " in text
        assert indicator.definition in text
    assert "lianhu report --village" in text
    assert [table["name"] for table in desk.json("--list")["tables"]] == ["报表", "指标", "比率"]


@pytest.mark.parametrize(("words", "code", "said"), [
    (("--month", "2026-03", "--from", "2026-03-01"), 2, "--month"),
    (("--from", "2026-04-01", "--to", "2026-03-01"), 2, "之后"),
    (("--from", "去年"), 2, "看不懂"),
    (("--month", "2026-13"), 2, "没有"),
    (("--by", "weather"), 2, "village cluster cadre month kind"),
    (("--village", "--by", "month"), 2, "一次只出一张报表"),
    (("--rows", "visits", "--village"), 2, "--rows"),
    (("--json", "--csv"), 2, "只能用一个"),
    (("villag",), 3, "“village”"),
    (("--rows", "vists"), 3, "“visits”"),
    (("--rows", "走访次"), 3, "“走访”"),
    (("--rows", "结对率"), 3, "paired_households"),
    (("--only", "永盛"), 3, "“永胜嘎查村”"),
    (("--only", "某某某某"), 3, "某某某某"),
])
def test_refusals(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    assert desk.type(*words, code=code) == ""
    assert said in desk.err


def test_no_database_says_where_it_looked(tmp_path: Path, capsys: Any) -> None:
    desk = Desk(tmp_path / "none.db", capsys)
    assert desk.type(code=6) == ""
    assert "none.db" in desk.err
    assert "lianhu import" in desk.err


def test_an_empty_town_has_zeros_and_is_told_what_is_next(new_desk: tuple[Town, Desk]) -> None:
    town, desk = new_desk
    town.village("永胜")
    town.write()
    assert desk.row("基本情况", "重点户")[1] == 0
    assert "lianhu import" in desk.err
    assert desk.row("结对", "结对率")[1] == {"numerator": 0, "denominator": 0}
    assert desk.table("结对", "--village")["rows"] == [["永胜", 0, 0, 0, 0, {"numerator": 0, "denominator": 0}]]


def test_names_that_look_like_markup_or_formulas_survive(new_desk: tuple[Town, Desk]) -> None:
    town, desk = new_desk
    village = town.village("[bold]某某")
    town.cadre(village, name="[/]")
    town.visit(town.household(village, head_name="=1+1"))
    town.write()
    assert "[bold]某某" in desk.type("--village")
    text = desk.type("--rows", "visits")
    assert "[bold]某某" in text
    assert "[/]" in text
    assert "=1+1" in text
    assert list(csv.reader(io.StringIO(desk.type("--rows", "visits", "--csv"))))[1][3] == "'=1+1"


def _process(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"LIANHU_TODAY": TODAY} | (env or {}), check=False)


def test_a_pipe_gets_whole_tables_whatever_its_code_page(file: Path) -> None:
    done = _process("-m", "lianhu", "--db", str(file), "report", "--village",
                    env={"COLUMNS": "20", "PYTHONIOENCODING": "gbk"})
    assert done.returncode == 0
    assert "…" not in done.stdout
    assert "12345工单办理" in done.stdout
    assert "乌兰嘎查" in done.stdout


def test_the_report_loads_nothing_heavy(file: Path) -> None:
    code = ("import sys; from lianhu.cli.app import run; run(['--db', sys.argv[1], 'report', '--village']); "
            "print([m for m in ('sqlmodel', 'sqlalchemy', 'pydantic', 'openpyxl', 'rich', 'statistics', "
            "'python_calamine', 'lianhu.services.fairness', 'lianhu.domain.assign') if m in sys.modules], file=sys.stderr)")
    done = _process("-c", code, str(file))
    assert done.stderr == "[]\n"
