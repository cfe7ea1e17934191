"""The pairs that stand and the spells of one household."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lianhu.errors import NotFoundError
from lianhu.services.pairs import Reason, household_pairs, reasons_of, standing_pairs, unpaired_households
from lianhu.store.connection import open_database
from tests.factory import a_town


@pytest.fixture
def database(path: Path):
    with a_town(path) as town:
        west, east = town.village("哈达", ordinal=2), town.village("永胜", ordinal=1)
        one, two = town.cadre(village_id=west), town.cadre(village_id=east)
        town.pair(town.household(village_id=west), one)
        moved = town.household(village_id=east)
        town.pair(moved, one, started_on="2026-01-01", ended_on="2026-06-01", end_reason="重新结对")
        town.pair(moved, two, started_on="2026-06-01",
                  reasons=json.dumps([["村医联系老弱病残户", 30], ["同一个屯（组）", 10]], ensure_ascii=False), fit=40)
        town.pair(town.household(village_id=east, closed_on="2026-08-01"), two)
        town.household(village_id=east)
        town.household(village_id=west, closed_on="2026-08-01")
    with open_database(path) as opened:
        yield opened


def codes(pairs) -> list[tuple[str, str]]:
    return [(pair["household"], pair["cadre"]) for pair in pairs]


def test_standing_pairs_come_in_the_order_of_villages_without_ended_and_closed_ones(database):
    assert codes(standing_pairs(database)) == [("H00002", "C0002"), ("H00001", "C0001")]


def test_of_some_villages_or_one_cadre(database):
    assert codes(standing_pairs(database, villages=("哈达村",))) == [("H00001", "C0001")]
    assert codes(standing_pairs(database, cadre="C0002")) == [("H00002", "C0002")]
    assert codes(standing_pairs(database, villages=("哈达",), cadre="C0002")) == []
    with pytest.raises(NotFoundError):
        standing_pairs(database, villages=("没有",))


def test_open_households_that_nobody_holds(database):
    assert [household["code"] for household in unpaired_households(database)] == ["H00004"]
    assert unpaired_households(database, ("哈达",)) == []


def test_all_spells_of_a_household_the_latest_first(database):
    household, spells = household_pairs(database, "H00002")
    assert household["village_name"] == "永胜"
    assert [(s["cadre"], s["ended_on"]) for s in spells] == [("C0002", None), ("C0001", "2026-06-01")]
    assert reasons_of(spells[0]) == [Reason("村医联系老弱病残户", 30), Reason("同一个屯（组）", 10)]
    assert reasons_of({"reasons": None}) == []
