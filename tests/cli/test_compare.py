"""``lianhu compare``: what is shown, what may be posted, and that nobody is ranked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.files.opened import words_in
from tests.reports.units import two_villages

MARCH = ("--month", "2026-03")


@pytest.fixture(autouse=True)
def town(path: Path) -> Path:
    return two_villages(path)


def test_places_rates_and_weights_in_tables_that_fit(lianhu):
    done = lianhu("compare", "clusters", *MARCH)
    assert done.code == 0
    assert done.out.splitlines()[:8] == [
        "各联户单元横向对比（2026年3月）", "", "名次",
        "嘎查村  联户单元  名次   得分  上期名次  得分增减  最好  最差",
        "永胜    第一网格     1    100         1     85.71     1     1",
        "永胜    第二网格     1    100                         1     1",
        "永胜    第三网格     3  67.22                         3     4",
        "乌兰    第三网格     4   66.5                         3     4"]
    assert "样本不足，不排名\n嘎查村  联户单元  户评  重点户\n乌兰    第一网格     5       4\n乌兰    第二网格     4       5\n" in done.out
    assert "户评不到 5 份或重点户不到 5 户。" in done.out
    assert "永胜    第一网格  100.0%(5/5)  40.0(2/5)           —(0件)" in done.out
    assert "百户办实事        20  deeds              households   40.0(2/5)" in done.out
    assert "得分        100×Σ(权重×达到满分的比例)÷Σ权重，算到0.01分" in done.out
    assert "--rows 分子或分母" in done.err


def test_a_table_fits_a_terminal_of_eighty_columns(terminal):
    screen = terminal("compare", "clusters", *MARCH)
    assert screen.finish() == 0
    assert "67.22" in screen.screen
    assert "工单按期办结率" in screen.screen


def test_json_has_the_rules_and_every_numerator_and_denominator(lianhu):
    made = lianhu("compare", "villages", *MARCH, "--json").json
    assert (made["compare"], made["period"], made["previous"], made["ranked"], made["least"]) == (
        "villages", {"from": "2026-03-01", "to": "2026-03-31"}, {"from": "2026-02-01", "to": "2026-02-28"}, 2,
        {"ratings": 5, "households": 5})
    assert made["measures"][1] == {
        "measure": "deeds_per_hundred", "title": "百户办实事", "weight": 20, "numerator": "deeds", "denominator": "households",
        "full_mark": {"numerator": 5, "denominator": 15}}
    assert made["rows"][1] == {
        "village": "乌兰", "place": 2, "points": 61.45, "best_place": 2, "worst_place": 2, "previous_place": None,
        "previous_points": None, "points_change": None, "measures": {
            "rating_rate": {"numerator": 17, "denominator": 19}, "deeds_per_hundred": {"numerator": 4, "denominator": 19},
            "on_time_rate": {"numerator": 2, "denominator": 2}, "answered_rate": {"numerator": 0, "denominator": 1},
            "opinion_rate": {"numerator": 0, "denominator": 2},
            "activities_per_hundred": {"numerator": 1, "denominator": 19}, "coverage": {"numerator": 19, "denominator": 19}}}


def test_csv_has_all_tables(lianhu):
    lines = lianhu("compare", "clusters", *MARCH, "--csv").out.splitlines()
    assert lines[:3] == ["名次", "嘎查村,联户单元,名次,得分,上期名次,得分增减,最好,最差", "永胜,第一网格,1,100,1,85.71,1,1"]
    assert "样本不足，不排名" in lines


def test_what_may_be_posted_is_the_top_and_no_figure(lianhu):
    done = lianhu("compare", "clusters", *MARCH, "--public")
    assert done.out == (
        "各联户单元横向对比红榜（2026年3月）\n\n红榜\n名次  嘎查村  联户单元\n   1  永胜    第一网格\n   1  永胜    第二网格\n"
        "按户评满意率、百户办实事、工单按期办结率、必访率、意见答复率、百户自治活动、结对率综合对比，只列靠前的，同分同名次。\n")
    assert lianhu("compare", "clusters", *MARCH, "--public", "--json").json == {
        "compare": "clusters", "period": {"from": "2026-03-01", "to": "2026-03-31"}, "rows": [
            {"village": "永胜", "cluster": "第一网格", "place": 1}, {"village": "永胜", "cluster": "第二网格", "place": 1}]}
    assert "没有红榜" in lianhu("compare", "villages", "--month", "2026-01", "--public").out


def test_a_figure_opens_to_its_rows(lianhu):
    done = lianhu("compare", "clusters", *MARCH, "--rows", "ratings", "--only", "永胜第三网格", "--json").json
    assert (len(done["tables"][0]["rows"]), done["report"]) == (5, "ratings")
    assert lianhu("compare", "villages", *MARCH, "--rows", "满意户评", "--only", "乌兰").out.startswith("满意户评明细：17份（2026年3月）")


def test_without_a_period_there_is_nothing_before(lianhu):
    done = lianhu("compare", "villages")
    assert done.code == 0
    assert "不比上期" in done.err


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (("cadres",), 2, "不给干部排名"), (("households",), 2, "不给户排名"), (("cluster-heads",), 2, "不给联户长排名"),
    (("towns",), 2, "不能对比“towns”"), (("villages", "--json", "--csv"), 2, "只能用一个"),
    (("villages", "--public", "--rows", "deeds"), 2, "--public 只有名次"), (("villages", "--only", "永胜"), 2, "--only 和 --rows"),
    (("villages", "--rows", "没有的"), 3, "没有叫“没有的”的指标"), (("villages", "--rows", "deeds", "--only", "没有的"), 3, "没有叫“没有的”"),
    (("clusters", "--rows", "deeds", "--only", "第一网格"), 3, "2 个联户单元"),
    (("villages", "--month", "2026-03", "--from", "2026-03-01"), 2, "不能和"),
    (("villages", "--month", "2027-01"), 2, "2027年1月还没有到"),
])
def test_what_is_wrong_is_said(lianhu, arguments, code: int, says: str):
    done = lianhu("compare", *arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err


def test_an_empty_town(lianhu, path: Path):
    path.unlink()
    lianhu("init")
    done = lianhu("compare", "clusters")
    assert done.code == 0
    assert "参加排名：0个" in done.out


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
def test_nobody_stands_in_the_red_list(lianhu, path: Path, tmp_path: Path, form: tuple[str, ...]):
    name = lianhu("household", "list", "--json").json[0]["head_name"]
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE cluster SET name = name || ?", [name])
    assert name in lianhu("compare", "clusters", *MARCH, *form).out
    posted = lianhu("compare", "clusters", *MARCH, "--public", *form)
    assert posted.code == 0
    assert "第一网格＊＊" in posted.out
    assert name not in posted.out
    for ending in (".xlsx", ".html", ".docx", ".csv"):
        paper = tmp_path / f"红榜{ending}"
        assert lianhu("compare", "clusters", *MARCH, "--public", "-o", paper).code == 0
        assert words_in(paper, {"第一网格＊＊"})
        assert words_in(paper, {name}) == []


def test_a_red_list_on_paper_names_the_top_only(lianhu, tmp_path: Path):
    paper, book = tmp_path / "红榜.docx", tmp_path / "对比.xlsx"
    assert lianhu("compare", "clusters", *MARCH, "--public", "-o", paper).out == f"已写出 {paper}\n"
    (table,) = Document(str(paper)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["名次", "嘎查村", "联户单元"], ["1", "永胜", "第一网格"], ["1", "永胜", "第二网格"]]
    assert lianhu("compare", "clusters", *MARCH, "-o", book).code == 0
    page = load_workbook(book)["名次"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert ["永胜", "第三网格", 3, 67.22] in [row[:4] for row in rows]
    refused = lianhu("compare", "clusters", *MARCH, "-o", book)
    assert (refused.code, refused.out) == (5, "")
    assert lianhu("compare", "clusters", *MARCH, "-o", book, "--force").code == 0


@pytest.mark.parametrize("words", [("-o", "x.json"), ("-o", "x.csv", "--json"), ("-o", "x.csv", "--rows", "deeds")])
def test_what_is_no_paper_is_refused(lianhu, tmp_path: Path, words: tuple[str, ...]):
    refused = lianhu("compare", "villages", *words)
    assert (refused.code, refused.out) == (2, "")
    assert not Path(words[1]).exists()
