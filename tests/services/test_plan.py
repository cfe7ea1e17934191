"""The plan as it is sent out: one list a village, in order, masked, without what only the office may know."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.errors import NotFoundError
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.plan import CadreList, PlanSheet, plan_of
from lianhu.services.settings import store_text
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town


def plan(path: Path, *villages: str) -> list[PlanSheet]:
    with open_database(path) as database:
        return plan_of(database, assign(database, AssignOptions(TODAY), now=NOW), TODAY, villages)


def only_list(path: Path) -> CadreList:
    ((only,),) = [sheet.lists for sheet in plan(path)]
    return only


def test_a_sheet_for_each_village_with_households_in_the_towns_order(path: Path):
    with a_town(path) as town:
        for name, ordinal in (("哈达", 3), ("永胜", 1), ("空村", 2)):
            village = town.village(name, ordinal=ordinal)
            if name != "空村":
                town.household(village_id=village)
    sheets = plan(path)
    assert [sheet.village for sheet in sheets] == ["永胜", "哈达"]
    assert sheets[0].title == "永胜党员干部“一带二”联户结对表"
    assert sheets[0].on == "2026-11-24"


def test_a_line_says_who_they_are_and_hides_the_phone_and_the_hidden_classes(path: Path):
    with a_town(path) as town:
        town.household(head_name="宝音", hamlet="东屯", traits="年老、独居", classes="刑满释放人员、残疾人", needs="就医照料",
                       assistance="低保", is_hard=1)
        town.cadre(name="包文军", post="嘎查达", roles="支部书记、村医", phone="13812345678")
    ((line,),) = [sheet.lines for sheet in plan(path)]
    assert line.situation.split("、")[0] == "重难点户"
    assert set(line.situation.split("、")) == {"重难点户", "年老", "独居", "残疾人", "低保"}
    assert (line.household, line.head_name, line.hamlet, line.needs) == ("H00001", "宝音", "东屯", "就医照料")
    assert (line.cadre_name, line.post, line.phone, line.remark) == ("包文军", "嘎查达", "138****5678", "")


def test_without_a_post_the_first_role_stands_there(path: Path):
    with a_town(path) as town:
        town.household()
        town.cadre(roles="村医、网格员", phone=None)
    ((line,),) = [sheet.lines for sheet in plan(path)]
    assert (line.post, line.phone) == ("村医", "")


def test_a_household_without_anybody_stands_there_with_the_reason(path: Path):
    with a_town(path) as town:
        town.household()
    ((line,),) = [sheet.lines for sheet in plan(path)]
    assert line.cadre_name == ""
    assert line.remark == "永胜没有在岗干部，也没有包片的镇干部"


def test_the_reason_on_paper_names_nobody(path: Path):
    """Who is full and who is whose kin is for the office; thirty times the same five lines filled the paper."""
    with a_town(path) as town:
        town.cadre(capacity=1, name="包文军")
        for _ in range(2):
            town.household()
    (sheet,) = plan(path)
    assert sorted(line.remark for line in sheet.lines) == ["", "可以联系本户的干部都已满"]


def test_a_pair_across_villages_says_so(path: Path):
    with a_town(path) as town:
        town.household(village_id=town.village("甲"))
        town.cadre(village_id=town.village("乙"), name="其木格")
    first, second = plan(path)
    assert [line.remark for line in first.lines] == ["跨村联系"]
    assert first.lists == second.lines == []
    # The cadre's list stands with his own village and says where the household is.
    ((line,),) = [each.lines for each in second.lists]
    assert second.lists[0].title == "乙 其木格（普通党员）联系户清单"
    assert (line.place, line.reason) == ("甲", "跨村联系")


class TestCadreLists:
    def test_a_list_of_each_cadre_who_holds_a_household(self, path: Path):
        with a_town(path) as town:
            for _ in range(3):
                town.household(hamlet="东屯", phone="13912345678", needs="就医照料", traits="年老")
            town.cadre(name="其木格", post="党支部书记", roles="支部书记", phone="13812345678")
            town.cadre(name="无户", capacity=0)
            town.cadre(name="包文军", post=None, roles="村医、网格员", phone=None)
        (sheet,) = plan(path)
        assert [each.title for each in sheet.lists] == [
            "永胜 其木格（党支部书记）联系户清单", "永胜 包文军（村医）联系户清单"]
        assert (sheet.lists_name, sheet.lists_title) == ("永胜·干部清单", "永胜党员干部“一带二”联户·干部清单")
        lines = [line for each in sheet.lists for line in each.lines]
        assert sorted(line.household for line in lines) == ["H00001", "H00002", "H00003"]
        assert {(line.place, line.needs, line.phone, line.situation) for line in lines} == {
            ("东屯", "就医照料", "139****5678", "年老")}
        assert "干部编号：C0001" in sheet.lists[0].about
        assert "138****5678" in sheet.lists[0].about
        assert "结对日期：2026-11-24" in sheet.lists[0].about
        assert "联系电话" not in sheet.lists[1].about

    def test_town_cadres_stand_last_with_the_villages_of_their_households(self, path: Path):
        with a_town(path) as town:
            for name in ("永胜", "哈达"):
                town.household(village_id=town.village(name), hamlet="东屯")
            town.cadre(village_id=None, area="永胜、哈达", name="镇长", roles="包村领导")
        *villages, last = plan(path)
        assert [sheet.lists for sheet in villages] == [[], []]
        assert (last.lists_name, last.lines) == ("镇干部·清单", [])
        assert last.lists[0].title == "镇干部 镇长（包村领导）联系户清单"
        assert [(line.place, line.reason) for line in last.lists[0].lines] == [
            ("永胜 东屯", "包片干部"), ("哈达 东屯", "包片干部")]

    def test_the_towns_name_stands_over_it(self, path: Path):
        with a_town(path) as town:
            town.household()
            town.cadre()
            store_text(town.journal.database, town.journal, "config", 'town = "音德尔镇"\n')
        (sheet,) = plan(path)
        assert sheet.title == "音德尔镇永胜党员干部“一带二”联户结对表"
        assert sheet.lists_title.startswith("音德尔镇")
        assert sheet.lists[0].about.startswith("音德尔镇　")

    @pytest.mark.parametrize(("household", "cadre", "reason"), [
        ({"traits": "年老", "hamlet": "东屯"}, {"roles": "村医", "hamlet": "东屯"}, "村医联系老弱病残户、同一个屯（组）"),
        ({"is_hard": 1}, {"roles": "支部书记"}, "领导联系重难点户"),
        ({}, {}, "本村干部")])
    def test_the_reason_in_words(self, path: Path, household: dict, cadre: dict, reason: str):
        with a_town(path) as town:
            town.household(**household)
            town.cadre(**cadre)
        assert only_list(path).lines[0].reason == reason

    def test_a_pair_made_by_hand_says_so(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(traits="年老"), town.cadre(roles="村医"), origin="hand")
        assert only_list(path).lines[0].reason == "人工指定、村医联系老弱病残户"

    @pytest.mark.parametrize(("name", "words", "shown"), [
        ("调解员联系重点青少年", 'classes = ["重点青少年"]', False),
        ("调解员联系有特殊情况的户", 'classes = ["重点青少年", "残疾人"]', False),
        ("调解员联系年老户", 'classes = ["重点青少年"]\ntraits = ["年老"]', True)])
    def test_a_reason_that_would_tell_of_a_hidden_class_is_left_out(
        self, path: Path, name: str, words: str, shown: bool
    ):
        with a_town(path) as town:
            town.household(classes="重点青少年", traits="年老")
            town.cadre(roles="调解员")
            rules = f'[[match]]\nname = "{name}"\nroles = ["调解员"]\n{words}\nscore = 30\n'
            store_text(town.journal.database, town.journal, "rules", rules)
        (line,) = only_list(path).lines
        assert line.reason == (name if shown else "本村干部")
        assert line.situation == "年老"


class TestSomeVillages:
    def test_only_the_villages_that_were_named_and_town_cadres_who_are_there(self, path: Path):
        with a_town(path) as town:
            for name in ("永胜", "哈达"):
                village = town.village(name, district=None)
                town.household(village_id=village)
                town.household(village_id=village)
                town.cadre(village_id=village, capacity=1)
                town.cadre(village_id=None, area=name, name=f"包{name}", capacity=1)
        village, of_town = plan(path, "永胜村")
        assert (village.village, len(village.lines), len(village.lists)) == ("永胜", 2, 1)
        assert [each.title for each in of_town.lists] == ["镇干部 包永胜（普通党员）联系户清单"]

    def test_one_that_does_not_exist(self, path: Path):
        with a_town(path):
            pass
        with pytest.raises(NotFoundError):
            plan(path, "没有的村")


def test_a_phone_in_a_free_text_is_masked_too(path: Path):
    with a_town(path) as town:
        town.household(hamlet="东屯13912345678")
        town.cadre(post="主任13812345678")
    (sheet,) = plan(path)
    assert "13912345678" not in str(sheet)
    assert "13812345678" not in str(sheet)
