"""The plan as it is sent out: one list a village, in order, masked, without what only the office may know."""

from __future__ import annotations

from pathlib import Path

from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.plan import PlanSheet, plan_of
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town


def plan(path: Path) -> list[PlanSheet]:
    with open_database(path) as database:
        return plan_of(database, assign(database, AssignOptions(TODAY), now=NOW), TODAY)


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


def test_a_pair_across_villages_says_so(path: Path):
    with a_town(path) as town:
        town.household(village_id=town.village("甲"))
        town.cadre(village_id=town.village("乙"))
    ((line,),) = [sheet.lines for sheet in plan(path)]
    assert line.remark == "跨村联系"
