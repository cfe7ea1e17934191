"""``lianhu visit add`` and ``visit list``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.pair(town.household(head_name="宝音", village_id=village), town.cadre(name="包文军", village_id=village))
        town.household(head_name="王海林", village_id=village)
        town.household(head_name="王海林", village_id=town.village("哈达"))


class TestAdd:
    def test_one_visit_with_its_deed(self, lianhu):
        outcome = lianhu("visit", "add", "H00001", "--occasion", "生病住院", "--deed", "联系住院", "--way", "微信",
                         "--duty", "政策讲解")
        assert outcome.code == 0
        assert outcome.out == ("已登记 V000001：包文军（C0001）2026-11-24 走访 H00001 宝音；办实事 B000001 联系住院\n"
                               "同时登记了大事 E000001 生病住院\n")
        (visit,) = lianhu("visit", "list", "--json").json
        assert visit == {
            "visit": "V000001", "visited_on": "2026-11-24", "village": "永胜", "household": "H00001", "head_name": "宝音",
            "cadre": "C0001", "cadre_name": "包文军", "way": "微信", "mode": "线上", "occasion": "生病住院", "met": True,
            "duties": ["政策理论讲解到户"], "note": None}

    def test_the_document(self, lianhu):
        assert lianhu("visit", "add", "宝音", "--on", "昨天", "--json").json == {
            "batch": 2, "visit": "V000001", "deed": None, "household": "H00001", "cadre": "C0001", "visited_on": "2026-11-23",
            "event": None, "tasks": []}

    def test_with_an_occasion_and_a_duty_it_makes_the_event_and_answers_the_task(self, lianhu, path: Path):
        lianhu("task", "issue", "医保缴费", "--duty", "政策讲解", "--all")
        before = records_only(path)
        done = lianhu("visit", "add", "宝音", "--occasion", "住院", "--duty", "政策讲解", "--json").json
        assert (done["event"], done["tasks"]) == ("E000001", ["T000001"])
        lianhu("undo")
        assert records_only(path) == before
        assert lianhu("visit", "add", "宝音", "--occasion", "住院", "--duty", "政策讲解").out.splitlines()[1:] == [
            "同时登记了大事 E000001 生病住院", "同时完成了任务 T000001"]

    def test_numbers_of_persons_in_the_texts_are_masked(self, lianhu):
        said = lianhu("visit", "add", "宝音", "--note", "儿子电话13812345678", "--deed", "打13812345678联系住院").out
        for shown in (said, lianhu("visit", "list").out, lianhu("visit", "list", "--json").out, lianhu("log").out):
            assert "13812345678" not in shown
            assert "138****5678" in shown

    def test_undo_takes_visit_and_deed_away(self, lianhu, path: Path):
        before = records_only(path)
        lianhu("visit", "add", "H00001", "--deed", "联系住院")
        assert lianhu("undo").code == 0
        assert records_only(path) == before

    @pytest.mark.parametrize(("words", "code", "says", "hint"), [
        (["H00001", "--on", "2026-11-25"], 2, "走访日期 2026-11-25 在今天（2026-11-24）之后，没有登记。", "--on"),
        (["H00001", "--on", "明天"], 2, "走访日期 2026-11-25 在今天", "--on"),
        (["H00001", "--way", "微新"], 2, "方式里没有“微新”；可用的有：上门、微信、电话、视频、联系卡。", "微信"),
        (["H00001", "--occasion", "红白喜丧"], 2, "事由里没有“红白喜丧”；", "红白喜事"),
        (["H00001", "--note", "艾滋病患者"], 2, "本系统不登记“艾滋”一类信息", "删去"),
        (["H00001", "--deed-kind", "就医照料"], 2, "要和 --deed 一起用", ""),
        (["H99999"], 3, "没有找到户“H99999”。", ""),
        (["王海林"], 3, "“王海林”有 2 个户：永胜 王海林 H00002；哈达 王海林 H00003。", "编号"),
        (["H00001", "--by", "包文均"], 3, "没有找到干部“包文均”。", "包文军"),
        (["H00002"], 5, "2026-11-24 H00002 王海林没有结对干部，不知道是谁做的，没有登记。", "--by"),
        (["H00001", "--on", "2025-12-31"], 5, "没有结对干部", "lianhu visit add H00001 --on 2025-12-31 --by"),
    ])
    def test_refused_with_a_reason_and_nothing_written(self, lianhu, path: Path, words, code: int, says: str, hint: str):
        before = path.read_bytes()
        outcome = lianhu("visit", "add", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err.splitlines()[0]
        assert hint in outcome.err
        assert path.read_bytes() == before

    def test_the_same_again(self, lianhu):
        assert lianhu("visit", "add", "H00001").code == 0
        outcome = lianhu("visit", "add", "H00001", "--way", "电话")
        assert outcome.code == 5
        assert outcome.err.splitlines()[1] == "→ 确实是另一次走访时，加 --again"
        assert lianhu("visit", "add", "H00001", "--again").code == 0
        assert len(lianhu("visit", "list", "--json").json) == 2

    def test_somebody_else_and_nobody_met(self, lianhu):
        assert lianhu("visit", "add", "H00002", "--by", "C0001", "--not-met").code == 0
        (visit,) = lianhu("visit", "list", "--json").json
        assert (visit["household"], visit["cadre"], visit["met"]) == ("H00002", "C0001", False)

    def test_without_a_household_and_without_a_terminal(self, process):
        outcome = process("visit", "add")
        assert outcome.code == 2
        assert outcome.err == "缺少参数 户。\n→ lianhu visit add H00001 --way 上门\n"


class TestAsking:
    def test_everything_is_asked_for(self, terminal, lianhu):
        run = terminal("visit", "add")
        run.answer("走访哪一户", "宝音")
        run.answer("哪天走访（回车 = 今天）：", "2026.11.20")
        run.answer("方式", "电话")
        run.answer("事由", "生病住院")
        run.answer("谈了什么", "快出院了")
        run.answer("办了什么实事", "联系住院")
        assert run.finish() == 0
        assert "已登记 V000001：包文军（C0001）2026-11-20 走访 H00001 宝音；办实事 B000001 联系住院" in run.screen
        (visit,) = lianhu("visit", "list", "--json").json
        assert (visit["way"], visit["occasion"], visit["note"]) == ("电话", "生病住院", "快出院了")

    def test_enter_takes_what_is_usual(self, terminal, lianhu):
        run = terminal("visit", "add", "H00001")
        for question in ("哪天走访", "方式", "事由", "谈了什么", "办了什么实事"):
            run.answer(question)
        assert run.finish() == 0
        (visit,) = lianhu("visit", "list", "--json").json
        assert (visit["visited_on"], visit["way"], visit["occasion"], visit["note"]) == ("2026-11-24", "上门", "日常", None)

    def test_with_any_option_nothing_is_asked(self, terminal):
        run = terminal("visit", "add", "H00001", "--way", "上门")
        assert run.finish() == 0
        assert "哪天走访" not in run.screen

    def test_a_wrong_answer_ends_like_a_wrong_option(self, terminal, path: Path):
        before = path.read_bytes()
        run = terminal("visit", "add", "H00001")
        run.answer("哪天走访", "某天")
        for question in ("方式", "事由", "谈了什么", "办了什么实事"):
            run.answer(question)
        assert run.finish() == 2
        assert "日期“某天”看不懂。" in run.screen
        assert path.read_bytes() == before

    def test_the_end_of_input_is_an_interruption(self, terminal):
        run = terminal("visit", "add")
        run.answer("走访哪一户", "\x04")
        assert run.finish() == 130


class TestList:
    @pytest.fixture(autouse=True)
    def _visits(self, path: Path, _town: None) -> None:
        with a_town(path) as town:
            town.visit(1, 1, visited_on="2026-03-05", note="春耕")
            town.visit(3, 1, visited_on="2026-07-01")

    def test_the_latest_first_with_the_number(self, lianhu):
        outcome = lianhu("visit", "list")
        assert outcome.out.splitlines()[-1] == "共 2 次"
        assert outcome.out.index("2026-07-01") < outcome.out.index("2026-03-05")

    def test_chosen_by_household_cadre_village_days_and_number(self, lianhu):
        def days(*words: str) -> list[str]:
            return [visit["visited_on"] for visit in lianhu("visit", "list", *words, "--json").json]

        assert days("宝音") == ["2026-03-05"]
        assert days("--village", "哈达") == ["2026-07-01"]
        assert days("--by", "包文军", "--limit", "1") == ["2026-07-01"]
        assert days("--from", "2026-03-05", "--to", "2026.3.5") == ["2026-03-05"]
        assert days("--from", "2026-08-01") == []

    def test_csv(self, lianhu):
        assert lianhu("visit", "list", "--csv").out.splitlines()[0] == "日期,嘎查村,户,户主,干部,方式,事由,见到,内容"

    @pytest.mark.parametrize("words", [["没有的户"], ["--by", "没有的人"], ["--village", "没有的村"]])
    def test_nobody_of_that_name(self, lianhu, words: list[str]):
        assert lianhu("visit", "list", *words).code == 3
