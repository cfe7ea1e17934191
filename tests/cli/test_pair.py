"""``lianhu pair``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.factory import TODAY, a_town, records_only


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


class TestSet:
    def test_says_from_when_how_well_and_who_before(self, lianhu):
        outcome = lianhu("pair", "set", "宝音", "包文军", "--on", "2026-10-01", "--lock")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已指定：H00001 宝音从 2026-10-01 起由 C0001 包文军联系，适配度 0，已锁定",
            "原联系干部 C0002 白玉兰 到这天为止，以前的走访和办实事仍算他的。"]
        assert outcome.err == "批次 2（撤销：lianhu undo 2）\n"

    def test_the_document(self, lianhu):
        outcome = lianhu("pair", "set", "H00001", "C0001", "--json")
        assert outcome.json == {
            "batch": 2, "dry_run": False, "change": "new", "household": "H00001", "cadre": "C0001", "before": "C0002",
            "started_on": TODAY.isoformat(), "locked": False, "cross_village": False, "fit": 0, "reasons": [],
            "tickets_handed_over": 0}
        assert outcome.err == ""

    def test_the_second_time_says_so(self, lianhu):
        assert "已转为人工指定" in lianhu("pair", "set", "H00001", "C0002").out
        outcome = lianhu("pair", "set", "H00001", "C0002")
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out == "H00001 宝音本来就由 C0002 白玉兰联系（人工指定，从 2026-06-01 起），没有改动。\n"

    def test_a_dry_run(self, lianhu, path: Path):
        before = records_only(path)
        outcome = lianhu("pair", "set", "H00001", "C0001", "--dry-run")
        assert outcome.out.startswith("会指定：H00001 宝音")
        assert records_only(path) == before

    @pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("是\n", 0), ("n\n", 5), ("\n", 5), ("", 5)])
    def test_a_breach_is_asked_and_an_answer_from_a_pipe_counts(self, process, path: Path, answer: str, code: int):
        with a_town(path) as town:
            town.change("cadre", 1, capacity=0)
        before = records_only(path)
        outcome = process("pair", "set", "H00001", "C0001", "--json", input=answer)
        assert outcome.code == code
        assert "超过上限：C0001 包文军上限 0 户，这样共 1 户（H00001 宝音）。仍要这样吗（y/N）" in outcome.err
        if code:
            assert outcome.out == ""
            assert outcome.err.endswith("没有确认，没有改动。\n→ 确实要这样，加 --yes\n")
            assert records_only(path) == before
        else:
            assert outcome.json["cadre"] == "C0001"

    def test_yes_tells_what_it_breaks_and_does_not_ask(self, lianhu, path: Path):
        with a_town(path) as town:
            town.cadre(name="陈海", village_id=town.village("哈达"))
        outcome = lianhu("pair", "set", "H00001", "陈海", "--yes")
        assert outcome.code == 0
        assert "注意：跨村：H00001 宝音在永胜，C0003 陈海在哈达。" in outcome.err
        assert "y/N" not in outcome.err
        assert "，跨村" in outcome.out

    def test_on_a_terminal(self, terminal, path: Path):
        with a_town(path) as town:
            town.change("cadre", 1, capacity=0)
        screen = terminal("pair", "set", "H00001", "C0001")
        screen.answer("仍要这样吗", "y")
        assert screen.finish() == 0
        assert "已指定：H00001 宝音" in screen.screen

    @pytest.mark.parametrize(("words", "code"), [
        (["H99999", "C0001"], 3), (["H00001", "没有这人"], 3), (["H00001", "C0001", "--on", "2026-13-01"], 2),
        (["H00001", "C0001", "--on", "明天"], 2), (["H00001", "C0001", "--on", "2026-05-01"], 5), (["H00001"], 2)])
    def test_refused(self, lianhu, path: Path, words: list[str], code: int):
        before = records_only(path)
        outcome = lianhu("pair", "set", *words, "--yes")
        assert (outcome.code, outcome.out) == (code, "")
        assert outcome.err
        assert records_only(path) == before


class TestLockAndEnd:
    def test_lock_and_unlock(self, lianhu):
        assert lianhu("pair", "lock", "宝音").out == "H00001 宝音与 C0002 白玉兰的结对本来就锁定了，没有改动。\n"
        outcome = lianhu("pair", "unlock", "宝音", "--json")
        assert outcome.json == {"batch": 2, "household": "H00001", "cadre": "C0002", "locked": False}
        assert lianhu("pair", "lock", "宝音").out == "已锁定：H00001 宝音与 C0002 白玉兰的结对\n"
        assert lianhu("pair", "lock", "王海林").code == 5

    def test_an_end_says_that_the_household_needs_somebody(self, lianhu):
        outcome = lianhu("pair", "end", "宝音", "--reason", "户主要求", "--on", "2026-11-01")
        assert outcome.out == "已结束：H00001 宝音从 2026-11-01 起不再由 C0002 白玉兰联系（户主要求）。这户现在没有干部。\n"
        assert "lianhu pair set H00001 干部；或 lianhu assign" in outcome.err
        outcome = lianhu("pair", "end", "宝音", "--reason", "户主要求")
        assert (outcome.code, outcome.err) == (5, "H00001 宝音现在没有结对干部。\n→ lianhu pair set H00001 干部\n")

    def test_the_document_of_an_end(self, lianhu):
        assert lianhu("pair", "end", "H00001", "--reason", "户主要求", "--json").json == {
            "batch": 2, "household": "H00001", "cadre": "C0002", "started_on": "2026-06-01", "ended_on": "2026-11-24",
            "end_reason": "户主要求"}

    def test_without_a_reason(self, lianhu):
        assert lianhu("pair", "end", "H00001").code == 2
        assert lianhu("pair", "end", "H00001", "--reason", "").code == 2


class TestHistory:
    def test_of_a_household(self, lianhu, path: Path):
        with a_town(path) as town:
            town.visit(1, 1, visited_on="2026-03-05")
        lines = lianhu("pair", "history", "宝音").out.splitlines()
        assert lines[0] == "H00001 宝音（永胜）由谁联系过"
        assert lines[2].split() == ["C0002", "白玉兰", "2026-06-01", "177", "0", "0", "自动"]
        assert lines[3].split() == [
            "C0001", "包文军", "2026-01-01", "2026-06-01", "151", "1", "0", "自动", "重新结对"]
        assert lines[4] == "共 2 段"

    def test_of_a_cadre_with_who_holds_each_household_now(self, lianhu):
        lines = lianhu("pair", "history", "C0001").out.splitlines()
        assert lines[2].split()[-2:] == ["白玉兰", "C0002"]

    def test_the_document(self, lianhu):
        document = lianhu("pair", "history", "包文军", "--cadre", "--json").json
        assert (document["cadre"], document["name"]) == ("C0001", "包文军")
        (spell,) = document["spells"]
        assert spell == {
            "household": "H00001", "head_name": "宝音", "village": "永胜", "cadre": "C0001", "cadre_name": "包文军",
            "started_on": "2026-01-01", "ended_on": "2026-06-01", "days": 151, "origin": "run", "end_reason": "重新结对",
            "visits": 0, "deeds": 0, "holder": "C0002", "holder_name": "白玉兰"}
        assert lianhu("pair", "history", "H00002", "--json").json == {"household": "H00002", "name": "王海林", "spells": []}

    def test_as_rows(self, lianhu):
        head, *rows = lianhu("pair", "history", "H00001", "--csv").out.splitlines()
        assert head == "干部,姓名,起,止,天数,走访,实事,来源,结束原因"
        assert len(rows) == 2

    def test_nobody(self, lianhu):
        outcome = lianhu("pair", "history", "没有这人")
        assert (outcome.code, outcome.out) == (3, "")

    @pytest.mark.parametrize("word", ["宝音", "包文军"])
    def test_days_and_codes_stay_whole_on_eighty_columns(self, terminal, word: str):
        screen = terminal("pair", "history", word)
        assert screen.finish() == 0
        assert "2026-01-01  2026-06-01" in screen.screen
        assert "H00001" in screen.screen
        assert "…" not in screen.screen
