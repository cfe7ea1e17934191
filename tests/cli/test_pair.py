"""``lianhu pair list`` and ``pair show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factory import a_town


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        one, two = (town.cadre(name=name, village_id=village, roles="村医、网格员", phone="13812345678")
                    for name in ("包文军", "白玉兰"))
        held = town.household(head_name="宝音", village_id=village)
        town.pair(held, one, started_on="2026-01-01", ended_on="2026-06-01", end_reason="重新结对")
        town.pair(held, two, started_on="2026-06-01", fit=30, origin="run", is_locked=1, is_cross_village=1,
                  reasons=json.dumps([["村医联系老弱病残户", 30]], ensure_ascii=False))
        town.household(head_name="王海林", village_id=village)


class TestList:
    def test_who_holds_whom(self, lianhu):
        outcome = lianhu("pair", "list")
        assert outcome.code == 0
        _, headings, row, note = outcome.out.splitlines()
        assert headings.split() == ["嘎查村", "户", "户主", "干部", "姓名", "职务", "起始", "适配度"]
        assert row.split() == ["永胜", "H00001", "宝音", "C0002", "白玉兰", "村医", "2026-06-01", "30"]
        assert note == "共 1 对"

    def test_the_document(self, lianhu):
        (pair,) = lianhu("pair", "list", "--json").json
        assert pair == {
            "household": "H00001", "village": "永胜", "head_name": "宝音", "cadre": "C0002", "cadre_name": "白玉兰",
            "cadre_phone": "138****5678", "started_on": "2026-06-01", "ended_on": None, "end_reason": None, "origin": "run",
            "locked": True, "cross_village": True, "fit": 30, "reasons": [{"rule": "村医联系老弱病残户", "score": 30}]}

    def test_full_phones_are_shown_and_logged(self, lianhu):
        assert "13812345678" not in lianhu("pair", "list", "--csv").out
        assert "13812345678" in lianhu("pair", "list", "--full").out
        (looked,) = lianhu("log", "--reads", "--json").json
        assert looked["command"] == "pair list --full"
        assert [batch["batch"] for batch in lianhu("log", "--json").json] == [1]

    def test_households_without_anybody(self, lianhu):
        outcome = lianhu("pair", "list", "--unpaired")
        assert "H00002" in outcome.out
        assert "H00001" not in outcome.out
        assert lianhu("pair", "list", "--unpaired", "--json").json == [
            {"household": "H00002", "village": "永胜", "head_name": "王海林"}]

    def test_of_one_village_or_cadre(self, lianhu):
        assert len(lianhu("pair", "list", "--village", "永胜嘎查", "--json").json) == 1
        assert lianhu("pair", "list", "--by", "包文军", "--json").json == []

    @pytest.mark.parametrize("words", [["--village", "没有的村"], ["--by", "没有的人"], ["--unpaired", "--village", "没有的村"]])
    def test_nobody_and_nowhere_of_that_name(self, lianhu, words: list[str]):
        outcome = lianhu("pair", "list", *words)
        assert outcome.code == 3
        assert outcome.out == ""
        assert "没有" in outcome.err


class TestShow:
    def test_who_and_why_and_who_before(self, lianhu):
        out = lianhu("pair", "show", "宝音").out
        assert "H00001 宝音（永胜）" in out
        assert "联系干部：C0002 白玉兰 村医" in out
        assert "138****5678" in out
        assert "从 2026-06-01 起，自动结对，已锁定，跨村" in out
        assert "村医联系老弱病残户" in out
        assert "C0001  包文军  2026-01-01  2026-06-01  重新结对" in out

    def test_the_document(self, lianhu):
        document = lianhu("pair", "show", "H00001", "--json").json
        assert document["pair"]["cadre"] == "C0002"
        assert [spell["cadre"] for spell in document["history"]] == ["C0001"]
        assert lianhu("pair", "show", "H00002", "--json").json["pair"] is None

    def test_nobody_yet(self, lianhu):
        outcome = lianhu("pair", "show", "王海林")
        assert "现在没有结对干部" in outcome.out
        assert "lianhu assign" in outcome.err

    def test_full_is_logged(self, lianhu):
        assert "13812345678" in lianhu("pair", "show", "H00001", "--full").out
        assert "H00001" in lianhu("log", "--reads").out

    def test_nobody_of_that_name_and_several(self, lianhu, path: Path):
        outcome = lianhu("pair", "show", "宝英")
        assert outcome.code == 3
        assert outcome.err == "没有找到户“宝英”。\n→ 您是不是要找：宝音\n"
        with a_town(path) as town:
            town.household(head_name="宝音", village_id=town.village("哈达"))
        outcome = lianhu("pair", "show", "宝音")
        assert outcome.code == 3
        assert outcome.err == "“宝音”有 2 个户：永胜 宝音 H00001；哈达 宝音 H00003。\n→ 请用编号指明\n"
