"""The pairs that stand and the spells of one household."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.services.pairs import Reason, history, household_pairs, reasons_of, standing_pairs, unpaired_households
from lianhu.store.connection import open_database
from tests.factory import TODAY, a_town


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


class TestHistory:
    @pytest.fixture
    def database(self, path: Path):
        """H00001 of C0001 until June, then of C0002; visits and deeds on both sides of the hand-over."""
        with a_town(path) as town:
            village = town.village("永胜")
            one, two = town.cadre(name="包文军", village_id=village), town.cadre(name="白玉兰", village_id=village)
            house = town.household(head_name="宝音", village_id=village)
            other = town.household(head_name="王海林", village_id=village)
            town.pair(house, one, started_on="2026-01-01", ended_on="2026-06-01", end_reason="人工改派")
            town.pair(house, two, started_on="2026-06-01", origin="hand")
            town.pair(other, one, started_on="2025-03", origin="sheet")
            for cadre, day in ((one, "2026-01-01"), (one, "2026-05-31"), (one, "2026-06-01"), (one, "2026-05"),
                               (two, "2026-06-01"), (two, "2026-06"), (two, "2026-05-31")):
                town.visit(house, cadre, visited_on=day)
            town.deed(house, one, started_on="2026-03-01")
            town.deed(house, two, started_on="2026-11-24")
            town.deed(other, one, started_on="2026-03-01")
        with open_database(path) as opened:
            yield opened

    def told(self, database, word: str, *, of_cadre: bool = False) -> list[tuple[object, ...]]:
        return [tuple(spell[name] for name in ("household", "cadre", "started_on", "ended_on", "days", "visits", "deeds",
                                               "origin", "end_reason", "holder"))
                for spell in history(database, word, today=TODAY, of_cadre=of_cadre).spells]

    def test_of_a_household_counts_what_each_cadre_did_while_he_held_it(self, database):
        # What one did on a day when the other held it falls in no spell of his.
        assert self.told(database, "宝音") == [
            ("H00001", "C0002", "2026-06-01", None, 177, 2, 1, "hand", None, "C0002"),
            ("H00001", "C0001", "2026-01-01", "2026-06-01", 151, 3, 1, "run", "人工改派", "C0002")]

    def test_of_a_cadre_says_who_holds_each_household_now(self, database):
        assert self.told(database, "C0001") == [
            ("H00001", "C0001", "2026-01-01", "2026-06-01", 151, 3, 1, "run", "人工改派", "C0002"),
            ("H00002", "C0001", "2025-03", None, 634, 0, 1, "sheet", None, "C0001")]

    def test_of_a_household_nobody_ever_held(self, database, path: Path):
        with a_town(path) as town:
            town.household(head_name="李玉兰")
        with open_database(path) as again:
            found = history(again, "李玉兰", today=TODAY)
        assert (found.household and found.household["code"], found.cadre, found.spells) == ("H00003", None, [])

    def test_a_name_that_is_a_household_and_a_cadre(self, path: Path, database):
        with a_town(path) as town:
            town.household(head_name="包文军")
        with open_database(path) as again:
            with pytest.raises(AmbiguousError, match="“包文军”既是户也是干部（户 H00003、干部 C0001）") as caught:
                history(again, "包文军", today=TODAY)
            assert "--cadre" in caught.value.hint
            assert len(self.told(again, "包文军", of_cadre=True)) == 2
            assert len(self.told(again, "c0001")) == 2

    def test_names_of_several_and_of_nobody(self, path: Path, database):
        with a_town(path) as town:
            town.household(head_name="宝音", village_id=town.village("哈达"))
            town.cadre(name="白玉兰")
        with open_database(path) as again:
            with pytest.raises(AmbiguousError, match="有 2 个户：永胜 宝音 H00001；哈达 宝音 H00003"):
                history(again, "宝音", today=TODAY)
            with pytest.raises(AmbiguousError, match="有 2 个干部"):
                history(again, "白玉兰", today=TODAY)
            with pytest.raises(NotFoundError, match="没有找到户或干部“没有这人”"):
                history(again, "没有这人", today=TODAY)
            with pytest.raises(NotFoundError, match="没有找到干部“宝音”"):
                history(again, "宝音", today=TODAY, of_cadre=True)
