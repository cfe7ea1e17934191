"""All of one household or cadre: on the screen, as JSON, and as a page to print."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.factory import a_town


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        home = town.household(village_id=village, head_name="孛儿只斤额尔德尼朝克图", classes="吸毒人员")
        first, second = town.cadre(name="白音", left_on="2026-06-01", leave_reason="调离"), town.cadre(name="其木格")
        town.pair(home, first, ended_on="2026-06-01", end_reason="干部调离")
        town.pair(home, second, started_on="2026-06-01")
        for day in range(1, 13):
            town.visit(home, second, visited_on=f"2026-11-{day:02d}", note="=电话 13812345678")
        town.event(home, happened_on="2026-11-20")
        town.deed(home, second, title="<b>修屋顶</b>")
        town.ticket(household_id=home, village_id=village, cadre_id=second, title="井水发黄")
        town.task(home)
        town.card(home, second, issued_on="2026-07-01")
        town.rating(home, second)
        town.opinion(village, household_id=home)
        town.appraisal(second)


def test_the_document_has_everything(lianhu):
    document = lianhu("household", "show", "H00001", "--json").json
    assert [row[:2] for row in document["pairs"]["rows"]] == [["C0002", "其木格"], ["C0001", "白音"]]
    assert {name: len(document[name]["rows"]) for name in (
        "visits", "events", "deeds", "tickets", "tasks", "cards", "ratings", "opinions")} == {
            "visits": 12, "events": 1, "deeds": 1, "tickets": 1, "tasks": 1, "cards": 1, "ratings": 1, "opinions": 1}
    assert [row[1] for row in document["due"]["rows"]] == ["工单", "工单", "必访", "任务", "意见"]
    assert "吸毒" not in str(document)
    assert "13812345678" not in str(document)
    cadre = lianhu("cadre", "show", "C0002", "--json").json
    assert len(cadre["visits"]["rows"]) == 12
    assert cadre["appraisals"]["rows"] == [["良好", "2026年上半年", "镇党委", "2026-07-10"]]


def test_a_screen_gets_the_latest_ten(lianhu):
    shown = lianhu("household", "show", "H00001").out
    assert "最近 10 条，共 12 次" in shown
    assert "2026-11-12" in shown
    assert "2026-11-02" not in shown.split("家庭大事")[0].split("走访")[-1]


@pytest.mark.parametrize("ending", [".docx", ".html"])
def test_a_page_has_all_of_it_and_nothing_to_run(lianhu, tmp_path: Path, ending: str):
    target = tmp_path / f"页{ending}"
    assert lianhu("household", "show", "H00001", "-o", target).code == 0
    if ending == ".html":
        text = target.read_text(encoding="utf-8")
        assert "&lt;b&gt;修屋顶&lt;/b&gt;" in text
        assert "<script" not in text
        assert "http" not in text.replace('lang="zh-CN"', "")
    else:
        paper = docx.Document(str(target))
        text = "\n".join([*(p.text for p in paper.paragraphs), *(c.text for t in paper.tables for r in t.rows for c in r.cells)])
        assert paper.core_properties.author == ""
        assert "<b>修屋顶</b>" in text
    for word in ("孛儿只斤额尔德尼朝克图", "2026-11-01", "2026-11-12", "井水发黄", "医保缴费宣传", "共 12 次"):
        assert word in text
    for word in ("13812345678", "吸毒"):
        assert word not in text
    assert target.stat().st_mode & 0o777 == 0o600
    assert lianhu("household", "show", "H00001", "-o", target).code == 5
    assert lianhu("cadre", "show", "C0002", "-o", target, "--force").code == 0
