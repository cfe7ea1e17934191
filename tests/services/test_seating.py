"""At most so many 重难点户 for one cadre: against brute force with the true constraint, and what is told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from lianhu.services.assignment import Assignment, AssignOptions, assign
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town

MATCH = '[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 30\n'
PRIORITY = '[priority]\nroles = ["支部书记"]\n'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "规则.toml"


def run(path: Path, rules: Path, text: str, **options: Any) -> Assignment:
    rules.write_text(text, encoding="utf-8")
    with open_database(path) as database:
        return assign(database, replace(AssignOptions(TODAY, dry_run=True, rules=rules), **options), now=NOW)


def limit(number: int) -> str:
    return MATCH + PRIORITY + f"[limits]\nhard_per_cadre = {number}\n"


def a_small_town(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    with a_town(path) as town:
        for _ in range(3):
            town.cadre(roles=rng.choice(["村医", "支部书记", "普通党员"]), capacity=rng.choice([0, 1, 2, 3]))
        for _ in range(6):
            household = town.household(is_hard=rng.randint(0, 1), traits=rng.choice([None, "年老"]))
            if rng.random() < 0.4:
                town.pair(household, rng.randint(1, 3), is_locked=rng.randint(0, 1))


def best(part: dict[str, Any]) -> tuple[int, ...]:
    """The goals of the best choice within capacity and limit, pair by pair in the plainest way."""
    return max(
        goals for chosen in product(*[
            [None, *(edge for edge in part["edges"] if edge[0] == household)] for household in part["households"]])
        if (goals := measured(part, [(edge[0], edge[1]) for edge in chosen if edge])) is not None)


def measured(part: dict[str, Any], pairs: list[tuple[str, str]]) -> tuple[int, ...] | None:
    """Pairs, each level, evenness; None where a cadre has too many households or 重难点户."""
    values = {(household, cadre): levels for household, cadre, levels in part["edges"]}
    load = Counter(cadre for _, cadre in pairs)
    hard = Counter(cadre for household, cadre in pairs if household in part.get("hard_households", ()))
    evenness = 0
    for cadre in part["cadres"]:
        code, number = cadre["code"], load[cadre["code"]]
        if number > cadre["capacity"] or hard[code] > cadre.get("hard_capacity", number):
            return None
        evenness += sum(range(cadre["held"], cadre["held"] + number))
    return (len(pairs), *(sum(values[pair][at] for pair in pairs) for at in range(len(part["levels"]))), -evenness)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("rebalance", [False, True])
def test_the_best_choice_within_the_limit_is_found(path: Path, rules: Path, seed: int, number: int, rebalance: bool):
    a_small_town(path, seed)
    result = run(path, rules, limit(number), rebalance=rebalance)
    assert result.is_proved
    (part,) = result.problem_json()["passes"]
    assert measured(part, [tuple(pair) for pair in part["pairs"]]) == best(part)
    codes = [cadre["code"] for cadre in part["cadres"]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("seed", range(12))
def test_what_stays_fixed_uses_up_the_limit_and_no_run_goes_beyond_it(path: Path, rules: Path, seed: int):
    a_small_town(path, seed)
    result = run(path, rules, limit(1))
    fixed = Counter(pair.cadre.code for pair in result.pairs if pair.status == "kept" and pair.household.is_hard)
    hard = Counter(pair.cadre.code for pair in result.pairs if pair.household.is_hard)
    assert all(number <= max(1, fixed[code]) for code, number in hard.items())
    (part,) = result.problem_json()["passes"]
    for cadre in part["cadres"]:
        assert cadre["hard_capacity"] == min(cadre["capacity"], max(0, 1 - fixed[cadre["code"]]))


@pytest.mark.parametrize("seed", range(6))
def test_a_limit_that_nobody_reaches_changes_nothing(path: Path, rules: Path, seed: int):
    a_small_town(path, seed)
    free = run(path, rules, MATCH + PRIORITY, rebalance=True).as_json()
    assert run(path, rules, limit(50), rebalance=True).as_json() == free


def test_without_a_limit_the_problem_names_none(path: Path, rules: Path):
    a_small_town(path, 1)
    (part,) = run(path, rules, MATCH).problem_json()["passes"]
    assert "hard_households" not in part
    assert all(set(cadre) == {"code", "capacity", "held"} for cadre in part["cadres"])


def test_the_limit_holds_over_both_passes(path: Path, rules: Path):
    with a_town(path) as town:
        alone, other = town.village("甲"), town.village("乙")
        town.household(village_id=other, is_hard=1)
        town.household(village_id=alone, is_hard=1)
        town.household(village_id=alone)
        town.cadre(village_id=other, capacity=3)
    result = run(path, rules, limit(1))
    assert [(pair.household.code, pair.crosses) for pair in result.pairs] == [("H00001", False), ("H00003", True)]
    assert result.problem_json()["passes"][1]["cadres"] == [
        {"code": "C0001", "capacity": 2, "held": 1, "hard_capacity": 0}]


class TestWhyAHouseholdStaysAlone:
    def test_the_limit_stands_in_the_way(self, path: Path, rules: Path):
        with a_town(path) as town:
            for _ in range(2):
                town.household(is_hard=1)
            town.cadre(name="包文军", capacity=3)
        ((_, why),) = run(path, rules, limit(1)).unpaired
        assert why == "可以联系本户的干部都已满或已到重难点户上限（每人 1 户）：包文军（C0001，1 户，其中重难点户 1 户）"

    def test_a_conflict_stands_in_the_way_while_others_are_full(self, path: Path, rules: Path):
        with a_town(path) as town:
            town.household(traits="年老")
            town.household()
            town.cadre(name="包文军", capacity=1, roles="村医")
            town.cadre(name="白玉兰", capacity=1)
        text = MATCH + '[[conflict]]\ncadre = "C0002"\nhousehold = "H00002"\nreason = "有纠纷"\n'
        ((household, why),) = run(path, rules, text + text.replace("甲", "乙").replace("H00002", "H00001")).unpaired
        assert household.code == "H00002"
        assert why == "可以联系本户的干部都已满：包文军（C0001，1 户）；有空的不能联系本户：白玉兰（C0002，规则写明不结对（有纠纷））"

    def test_nobody_is_allowed_and_each_has_his_reason(self, path: Path, rules: Path):
        with a_town(path) as town:
            town.household(sex="女", traits="独居", head_id_number="X")
            town.cadre(name="包文军")
            town.cadre(name="白玉兰", sex="女", id_number="X")
        ((_, why),) = run(path, rules, MATCH + "[limits]\nwomen_for_women_alone = true\n").unpaired
        assert why == "永胜的 2 名干部都不能联系本户：包文军（C0001，按规则须女干部）、白玉兰（C0002，本户是自己或亲属的户）"
