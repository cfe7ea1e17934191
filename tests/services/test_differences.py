"""What a run changes, household by household: from whom, to whom, why, and for how many points."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from lianhu.services.assignment import AssignOptions, preview
from lianhu.services.differences import Change, Difference, as_it_stands, difference
from lianhu.store.connection import open_database
from tests.factory import TODAY, a_town


def changes(path: Path, **options: Any) -> dict[str, Change]:
    return {change.household.code: change for change in compared(path, **options).changes}


def compared(path: Path, **options: Any) -> Difference:
    with open_database(path) as database:
        result = preview(database, AssignOptions(TODAY, dry_run=True, **options))
    return difference(as_it_stands(result.town), result)


def test_one_that_gains_says_by_which_rules_and_how_much(path: Path):
    with a_town(path) as town:
        town.pair(town.household(traits="年老", hamlet="东屯"), town.cadre(roles="普通党员", hamlet="东屯"))
        town.cadre(roles="村医")
    (change,) = changes(path, rebalance=True).values()
    assert (change.kind, change.before.code, change.after.code, change.gain) == ("moved", "C0001", "C0002", 20)
    assert change.gained == (("村医联系老弱病残户", 30),)
    assert change.lost == (("同一个屯（组）", 10),)
    assert change.why == "村医联系老弱病残户+30，同一个屯（组）−10"


def test_one_that_makes_room_names_the_household_that_gains(path: Path):
    with a_town(path) as town:
        doctor, member = town.cadre(roles="村医", capacity=1), town.cadre(capacity=1)
        town.pair(town.household(traits=None), doctor)
        town.pair(town.household(traits="年老", head_name="李其其格"), member)
    found = changes(path, rebalance=True)
    assert found["H00001"].gives_way_to == found["H00002"].household
    assert found["H00001"].why == "为 H00002 李其其格 让位"
    assert found["H00001"].gain == 0
    assert found["H00002"].gives_way_to is None
    assert found["H00002"].gain == 30


def test_one_that_makes_room_through_another_names_the_one_at_the_end(path: Path):
    """The second household gains nothing either: it moves on for the third."""
    with a_town(path) as town:
        for name in ("东屯", "西屯", "北屯"):
            town.cadre(name=f"{name}干部", hamlet=name, capacity=1, roles="村医" if name == "北屯" else "普通党员")
        town.cadre(name="邻村干部", capacity=1, roles="普通党员", village_id=town.village("邻村", district=None),
                   area="永胜", hamlet=None)
        town.pair(town.household(), 1)
        town.pair(town.household(), 3)
        town.household(traits="年老", hamlet="北屯")
        town.pair(town.household(), 2)
    found = changes(path, rebalance=True)
    movers = [change for change in found.values() if change.kind == "moved"]
    assert movers
    assert all(change.gives_way_to.code == "H00003" for change in movers)


def test_a_hard_household_that_gets_a_leader_says_which(path: Path):
    with a_town(path) as town:
        town.pair(town.household(is_hard=1), town.cadre(roles="普通党员"))
        town.cadre(roles="支部书记、调解员")
    (change,) = changes(path, rebalance=True).values()
    assert change.cause == "重难点户由支部书记联系"


def test_a_cadre_over_capacity(path: Path):
    with a_town(path) as town:
        cadre = town.cadre(name="人多", capacity=1)
        town.pair(town.household(), cadre)
        town.pair(town.household(), cadre)
        town.cadre(capacity=1)
    (change,) = changes(path, rebalance=True).values()
    assert change.cause == "人多联系 2 户，超过上限 1 户"


def test_a_cadre_whom_the_rules_forbid(path: Path):
    with a_town(path) as town:
        kin = town.cadre(name="包文军", id_number="X")
        town.pair(town.household(head_id_number="X"), kin)
        town.cadre()
    (change,) = changes(path, rebalance=True).values()
    assert change.cause == "按规则包文军不能联系本户"


def test_one_that_loses_its_cadre_says_what_became_of_him(path: Path):
    with a_town(path) as town:
        town.pair(town.household(traits="独居"), town.cadre(roles="村医", capacity=1))
        town.household(traits="年老")
    found = compared(path, rebalance=True)
    assert {change.household.code: change.kind for change in found.changes} == {"H00001": "lost", "H00002": "gained"}
    assert "改联系别的户" in found.of_kind("lost")[0].cause
    assert found.disturbs


def test_one_that_loses_him_because_he_held_too_many(path: Path):
    with a_town(path) as town:
        cadre = town.cadre(name="人多", capacity=1)
        town.pair(town.household(), cadre)
        town.pair(town.household(), cadre)
    (change,) = changes(path, rebalance=True).values()
    assert change.cause.endswith("原联系干部 人多（C0001）联系 2 户，超过上限 1 户")


def test_a_household_whose_cadre_has_left_gains_one(path: Path):
    with a_town(path) as town:
        town.pair(town.household(), town.cadre(left_on="2026-11-01"))
        town.cadre()
    found = compared(path)
    assert [(change.kind, change.before) for change in found.changes] == [("gained", None)]
    assert not found.disturbs


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("least_change", [False, True])
def test_the_changes_account_for_every_figure(path: Path, seed: int, least_change: bool):
    rng = random.Random(seed)
    with a_town(path) as town:
        for _ in range(14):
            town.cadre(roles=rng.choice(["村医", "支部书记", "网格员", "致富能人", "普通党员"]), capacity=rng.choice([0, 1, 2, 3]))
        for number in range(1, 25):
            town.household(traits=rng.choice([None, "年老", "独居"]), is_hard=rng.choice([0, 0, 1]),
                           needs=rng.choice([None, "产业发展"]))
            if rng.random() < 0.7:
                town.pair(number, rng.randint(1, 14), origin=rng.choice(["run", "run", "sheet", "hand"]))
    found = compared(path, rebalance=True, least_change=least_change)
    before, after = found.before, found.after
    assert len(after.pairs) - len(before.pairs) == len(found.of_kind("gained")) - len(found.of_kind("lost"))
    assert after.fit_total - before.fit_total == sum(change.gain for change in found.changes)
    for change in found.changes:
        assert change.gain == sum(score for _, score in change.gained) - sum(score for _, score in change.lost)
    # Every household that moves has a reason in words.
    assert all(change.why for change in found.of_kind("moved"))
    document = found.as_json()
    assert document["before"]["paired"] == len(before.pairs)
    assert {row["change"] for row in document["changes"]} <= {"moved", "lost", "gained"}
    assert sum(int(number) * cadres for number, cadres in document["after"]["load"].items()) == len(after.pairs)
