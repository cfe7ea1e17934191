"""All of one household or cadre: on the screen, as JSON, and as a page to print."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from lianhu.services.dossier import cadre_dossier, document, household_dossier, tables
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town


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
    assert [(pair["cadre"], pair["cadre_name"], pair["visits"]) for pair in document["pairs"]] == [
        ("C0002", "其木格", 12), ("C0001", "白音", 0)]
    assert {name: len(document[name]) for name in (
        "visits", "events", "deeds", "tickets", "tasks", "cards", "ratings", "opinions")} == {
            "visits": 12, "events": 1, "deeds": 1, "tickets": 1, "tasks": 1, "cards": 1, "ratings": 1, "opinions": 1}
    assert [line["kind"] for line in document["due"]] == ["工单", "工单", "必访", "任务", "意见"]
    assert document["visits"][0] == {
        "visit": "V000012", "visited_on": "2026-11-12", "way": "上门", "mode": "线下", "occasion": "日常", "met": True,
        "duties": [], "note": "=电话 138****5678", "cadre": "C0002", "cadre_name": "其木格"}
    assert document["tickets"][0]["number"] == "251101-101100-000001"
    assert "吸毒" not in str(document)
    assert "13812345678" not in str(document)
    cadre = lianhu("cadre", "show", "C0002", "--json").json
    assert (len(cadre["visits"]), cadre["visits"][0]["head_name"]) == (12, "孛儿只斤额尔德尼朝克图")
    assert cadre["pairs"] == [{"household": "H00001", "village": "永胜", "head_name": "孛儿只斤额尔德尼朝克图",
                               "started_on": "2026-06-01"}]
    assert cadre["appraisals"] == [{"appraisal": "A000001", "grade": "良好", "period": "2026年上半年", "organisation": "镇党委",
                                    "appraised_on": "2026-07-10", "note": None}]


def test_the_table_and_the_document_of_a_kind_tell_the_same(path: Path):
    with open_database(path) as database:
        (home,) = database.records("SELECT * FROM household")
        (_, cadre) = database.records("SELECT * FROM cadre ORDER BY id")
        for sections in (household_dossier(database, home, today=TODAY, now=NOW),
                         cadre_dossier(database, cadre, today=TODAY, now=NOW)):
            assert {section.key: len(section.table().rows) for section in sections} == {
                key: len(entries) for key, entries in document(sections).items()}
            assert [table.name for table in tables(sections)] == [section.name for section in sections if section.entries]


def test_a_house_without_anything(path: Path, lianhu):
    with a_town(path) as town:
        town.household(head_name="空")
    shown = lianhu("household", "show", "H00002", "--json").json
    assert not any(shown[name] for name in ("pairs", "visits", "events", "deeds", "tickets", "tasks", "cards", "ratings",
                                            "opinions"))
    assert [line["kind"] for line in shown["due"]] == ["未结对"]


def test_of_a_closed_house_the_dues_end_with_the_reason(path: Path, lianhu):
    with a_town(path) as town:
        town.change("household", 1, closed_on="2026-11-22", close_reason="去世")
    shown = lianhu("household", "show", "H00001").out
    assert "已销户（去世），不再走访" in shown
    assert "2026-11-30  已销户（去世）" in shown


def test_only_full_shows_the_numbers_in_texts_and_the_hidden_classes_and_it_is_logged(path: Path, lianhu, tmp_path: Path):
    assert lianhu("household", "show", "H00001").code == 0
    target = tmp_path / "档.html"
    assert "已写出" in lianhu("household", "show", "H00001", "-o", target, "--full").out
    assert "13812345678" in target.read_text(encoding="utf-8")
    assert "吸毒人员" in target.read_text(encoding="utf-8")
    assert "13812345678" in lianhu("cadre", "show", "C0002", "--full", "--json").out
    with open_database(path) as database:
        assert database.execute("SELECT command, what FROM reading ORDER BY id") == [
            ("household show --full", "H00001 的一户一档（完整号码），写到 档.html"),
            ("cadre show --full", "C0002 的联户情况（完整号码）")]


def test_a_screen_gets_the_latest_ten(lianhu):
    shown = lianhu("household", "show", "H00001").out
    assert "最近 10 次，共 12 次；全部：lianhu visit list H00001" in shown
    assert "2026-11-12" in shown
    assert shown.index("要办的事") < shown.index("由谁联系") < shown.index("走访\n")
    assert "全部：lianhu visit list --by C0002" in lianhu("cadre", "show", "C0002").out
    assert "2026-11-02" not in shown.split("家庭大事")[0].split("走访")[-1]


@pytest.mark.parametrize("ending", [".docx", ".html"])
def test_a_page_has_all_of_it_and_nothing_to_run(lianhu, tmp_path: Path, ending: str):
    target = tmp_path / f"页{ending}"
    assert lianhu("household", "show", "H00001", "-o", target).code == 0
    if ending == ".html":
        text = target.read_text(encoding="utf-8")
        assert "&lt;b&gt;修屋顶&lt;/b&gt;" in text
        assert "<script" not in text
        assert "http:" not in text
        assert "https:" not in text
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
