"""Trying things out: combinations of rules and capacities, people thought away, against what stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianhu.errors import NotFoundError
from lianhu.services.assignment import AssignOptions
from lianhu.services.what_if import Variant, variants
from lianhu.store.connection import open_database
from tests.factory import TODAY, a_town


def tried(path: Path, rules: list[Path] | None = None, capacities: list[int] | None = None, **options: Any) -> list[Variant]:
    with open_database(path) as database:
        return variants(database, AssignOptions(TODAY, dry_run=True, **options), rules or [], capacities or [])


def some_rules(path: Path, score: int) -> Path:
    path.write_text(f'[[match]]\nname = "甲"\nroles = ["网格员"]\ntraits = ["独居"]\nscore = {score}\n', encoding="utf-8")
    return path


def test_every_combination_in_order_and_nothing_twice(path: Path, tmp_path: Path):
    with a_town(path) as town:
        town.household(traits="独居")
        town.cadre(roles="网格员", capacity=None)
    files = [some_rules(tmp_path / "甲.toml", 5), some_rules(tmp_path / "乙.toml", 7)]
    found = tried(path, [*files, files[0]], [1, 3, 3])
    assert [(each.rules, each.capacity) for each in found] == [(file, number) for file in files for number in (1, 3)]
    assert [each.result.fit_total for each in found] == [5, 5, 7, 7]
    assert [each.result.capacity for each in found] == [1, 3, 1, 3]
    assert found[1].label == f"规则 {files[0]}，上限 3"


def test_those_who_are_absent_are_so_together_and_their_households_are_placed_or_alone(path: Path):
    with a_town(path) as town:
        for origin in ("hand", "run"):
            town.pair(town.household(), town.cadre(capacity=1), origin=origin, is_locked=1)
        town.cadre(capacity=1)
    (only,) = tried(path, without=("C0001", "C0002", "C0001"))
    assert only.without == ("C0001", "C0002")
    assert sorted(change.kind for change in only.difference.changes) == ["lost", "moved"]
    (moved,) = only.difference.of_kind("moved")
    assert moved.after.code == "C0003"
    assert moved.why.startswith(f"{moved.before.name}不在")
    (lost,) = only.difference.of_kind("lost")
    assert "原联系干部已不在岗" in lost.cause
    assert len(only.difference.before.town.cadres) == 3


def test_without_a_rebalance_the_others_stay(path: Path):
    with a_town(path) as town:
        for _ in range(3):
            town.pair(town.household(traits="年老"), town.cadre(roles="普通党员"))
        town.cadre(roles="村医", capacity=None)
    (only,) = tried(path, without=("C0001",))
    assert [change.household.code for change in only.difference.changes] == ["H00001"]
    (only,) = tried(path, without=("C0001",), rebalance=True)
    assert len(only.difference.changes) == 2


def test_what_stands_is_scored_by_the_rules_in_force_and_a_gain_by_those_tried(path: Path, tmp_path: Path):
    with a_town(path) as town:
        town.pair(town.household(traits="独居"), town.cadre(roles="普通党员"))
        town.cadre(roles="网格员")  # ten points by the rules in force
    (only,) = tried(path, [some_rules(tmp_path / "甲.toml", 77)], rebalance=True)
    (change,) = only.difference.changes
    assert (change.gain, change.gained) == (77, (("甲", 77),))
    assert only.difference.before.fit_total == 0


@pytest.mark.parametrize(("rules", "options"), [([Path("没有.toml")], {}), ([], {"without": ("没有这人",)})])
def test_what_is_not_there(path: Path, rules: list[Path], options: dict[str, Any]):
    with a_town(path):
        pass
    with pytest.raises(NotFoundError):
        tried(path, rules, **options)


def test_trying_changes_no_byte_and_waits_for_nobody(path: Path):
    with a_town(path) as town:
        town.household()
        town.cadre()
    before = path.read_bytes()
    with open_database(path) as other, other.transaction():
        assert tried(path, capacities=[1])[0].result.count("new") == 1
    assert path.read_bytes() == before
