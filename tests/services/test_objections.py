"""What no run touches although a capacity or the rules are against it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.objections import objections
from lianhu.services.pairs import standing_pairs
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town

FIXED = [{"origin": "hand"}, {"is_locked": 1}]


def told_and_left(path: Path, *, rebalance: bool = True) -> list[str]:
    """The objections of a run that left every pair as it was."""
    with open_database(path) as database:
        before = standing_pairs(database)
        result = assign(database, AssignOptions(TODAY, rebalance=rebalance), now=NOW)
        assert {pair["id"] for pair in before} <= {pair["id"] for pair in standing_pairs(database)}
    return objections(result)


@pytest.mark.parametrize("over", FIXED)
@pytest.mark.parametrize("rebalance", [True, False])
def test_a_capacity_that_was_lowered(path: Path, over: dict[str, object], rebalance: bool):
    with a_town(path) as town:
        cadre = town.cadre(name="包文军")
        for name in ("甲户", "乙户"):
            town.pair(town.household(head_name=name), cadre, **over)
        town.cadre(roles="村医")
        town.change("cadre", cadre, capacity=1)
    how = "锁定" if "is_locked" in over else "人工指定"
    assert told_and_left(path, rebalance=rebalance) == [
        f"包文军（C0001）上限 1 户，现联系 2 户，都没有动：H00001 甲户（{how}）、H00002 乙户（{how}）"]


@pytest.mark.parametrize("over", FIXED)
def test_a_pair_that_the_rules_forbid(path: Path, over: dict[str, object]):
    with a_town(path) as town:
        town.pair(town.household(head_name="包老", head_id_number="X"), town.cadre(name="包文军", id_number="X"), **over)
        town.cadre()
    (told,) = told_and_left(path)
    assert told.startswith("H00001 包老是")
    assert "亲属的户；H00001 包老（" in told
    assert told.endswith("）没有动")


def test_a_cadre_who_went_to_a_village_of_another_district(path: Path):
    with a_town(path) as town:
        town.pair(town.household(head_name="王宝音"), town.cadre(name="包文军"), is_locked=1)
        town.change("cadre", 1, village_id=town.village("哈达", district="西片"))
    assert told_and_left(path) == ["包文军（C0001）已不联系永胜；H00001 王宝音（锁定）没有动"]


def test_a_pair_across_villages_that_was_made_knowingly_is_not_held_against_anybody(path: Path):
    with a_town(path) as town:
        town.household()
        far = town.cadre(village_id=town.village("哈达", district="西片"))
        town.pair(1, far, origin="hand", is_cross_village=1)
    assert told_and_left(path) == []


def test_many_households_are_counted(path: Path):
    with a_town(path) as town:
        cadre = town.cadre(capacity=2)
        for _ in range(9):
            town.pair(town.household(), cadre, origin="hand")
    (told,) = told_and_left(path)
    assert told.endswith("等 9 户")


def test_a_pair_left_over_on_a_closed_household_counts_for_nothing(path: Path):
    """Old data may have it; a hand-over would have ended it."""
    with a_town(path) as town:
        cadre = town.cadre(capacity=1)
        town.pair(town.household(closed_on="2026-05-01"), cadre, origin="hand")
        town.household()
    with open_database(path) as database:
        result = assign(database, AssignOptions(TODAY, rebalance=True), now=NOW)
        assert [(pair.household.code, pair.cadre.code) for pair in result.pairs] == [("H00002", "C0001")]
        assert objections(result) == []
