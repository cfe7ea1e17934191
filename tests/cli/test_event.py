"""``lianhu event`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.pair(town.household(head_name="宝音", village_id=village), town.cadre(name="其木格", village_id=village))
        town.household(head_name="王海林", village_id=village)
        town.household(head_name="王海林", village_id=town.village("哈达"))


def test_from_the_event_to_the_visit(lianhu):
    done = lianhu("event", "add", "宝音", "住院", "--on", "2026-11-20", "--member", "包银山")
    assert (done.code, done.out) == (
        0, "已登记 E000001：H00001 宝音 2026-11-20 生病住院；请其木格（C0001）在 2026-11-25 前走访\n")
    assert done.err == "走访后：lianhu visit add H00001 --occasion 生病住院\n"
    assert lianhu("event", "list", "--open").out.splitlines()[-1] == "共 1 件"
    assert lianhu("visit", "add", "H00001", "--occasion", "生病住院").out.count("\n") == 1
    (event,) = lianhu("event", "list", "--json").json
    assert event == {
        "event": "E000001", "village": "永胜", "household": "H00001", "head_name": "宝音", "kind": "生病住院",
        "happened_on": "2026-11-20", "due_on": "2026-11-25", "answered_on": "2026-11-24", "state": "2026-11-24 已走访",
        "cadre": "C0001", "member": "包银山", "note": None}
    assert lianhu("event", "list", "--open", "--json").json == []


def test_the_document(lianhu):
    assert lianhu("event", "add", "H00002", "白事", "--json").json == {
        "event": "E000001", "household": "H00002", "kind": "红白喜事", "happened_on": "2026-11-24", "due_on": "2026-11-27",
        "answered_on": None, "cadre": None}
    assert lianhu("event", "add", "H00002", "纠纷").out.endswith("矛盾纠纷；还没有结对干部，请在 2026-11-27 前走访\n")


def test_a_visit_before_does_not_answer_it_one_after_does(lianhu):
    lianhu("visit", "add", "H00001", "--occasion", "住院", "--on", "2026-11-19")
    done = lianhu("event", "add", "H00001", "住院", "--on", "2026-11-20")
    assert done.out.endswith("请其木格（C0001）在 2026-11-25 前走访\n")
    assert done.err.splitlines()[0] == "前后一个月内还有：E000001 2026-11-19 生病住院；如是同一件，lianhu undo 撤销这一条"
    lianhu("visit", "add", "H00001", "--occasion", "矛盾纠纷", "--on", "2026-11-22")
    assert lianhu("event", "add", "H00001", "纠纷", "--on", "2026-11-21").out.endswith("矛盾纠纷，2026-11-22 已走访\n")


def test_of_a_household_that_is_closed_nobody_is_sent(lianhu, path: Path):
    with a_town(path) as town:
        town.change("household", 2, closed_on="2026-11-20", close_reason="搬迁")
    assert lianhu("event", "add", "H00002", "白事", "--on", "2026-11-18").out == (
        "已登记 E000001：H00002 王海林 2026-11-18 红白喜事，已销户（搬迁），不再走访\n")


def test_overdue_by_cadre_village_and_kind(lianhu, path: Path):
    for household, kind, day in (("H00001", "住院", "2026-11-10"), ("H00003", "白事", "2026-11-10"), ("H00001", "白事", "2026-11-23")):
        lianhu("event", "add", household, kind, "--on", day)
    assert lianhu("event", "list", "--overdue", "--csv").out.splitlines()[1:] == [
        "哈达,H00003,王海林,红白喜事,2026-11-10,2026-11-13,逾期 11 天,", "永胜,H00001,宝音,生病住院,2026-11-10,2026-11-13,逾期 11 天,其木格"]
    for words, events in ((["--by", "其木格"], ["E000001"]), (["--village", "哈达"], ["E000002"]), (["--kind", "喜事"], ["E000002"])):
        assert [event["event"] for event in lianhu("event", "list", "--overdue", *words, "--json").json] == events


def test_numbers_of_persons_in_the_texts_are_masked(lianhu):
    said = lianhu("event", "add", "H00001", "住院", "--member", "包银山13812345678", "--note", "电话13812345678").out
    for shown in (said, *(lianhu("event", "list", *words).out for words in ((), ("--json",), ("--csv",))), lianhu("log").out):
        assert "13812345678" not in shown
    assert lianhu("event", "list", "--json").json[0]["note"] == "电话138****5678"


def test_on_80_columns_codes_and_dates_stay_whole(lianhu, terminal, path: Path):
    with a_town(path) as town:
        town.change("village", 1, name="阿日本格勒嘎查村")
        town.change("household", 1, head_name="阿日斯楞·巴图巴雅尔")
    lianhu("event", "add", "H00001", "住院", "--on", "2026-11-20")
    run = terminal("event", "list", columns=80)
    assert run.finish() == 0
    for whole in ("H00001", "2026-11-20", "2026-11-25"):
        assert whole in run.screen


@pytest.mark.parametrize(("words", "code", "says", "hint"), [
    (["H00001", "住院", "--on", "明天"], 2, "发生日期 2026-11-25 在今天（2026-11-24）之后", "--on"),
    (["H00001", "住院", "--on", "2026-11"], 2, "看不懂", "日期请写成"), (["H00001", "日常"], 2, "不是要必访的大事", ""),
    (["H00001", "住陆"], 2, "没有“住陆”", ""), (["H00001"], 2, "缺少参数", ""), (["王海林", "住院"], 3, "有 2 个户", "编号"),
    (["H00009", "住院"], 3, "没有找到户", ""), (["H00001", "住院", "--note", "hiv"], 2, "不登记", "删去"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str, hint: str):
    before = path.read_bytes()
    done = lianhu("event", "add", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert hint in done.err
    assert path.read_bytes() == before


def test_the_same_twice_and_undo(lianhu, path: Path):
    before = records_only(path)
    lianhu("event", "add", "H00001", "住院")
    again = lianhu("event", "add", "H00001", "生病")
    assert (again.code, "已登记过（E000001）" in again.err) == (5, True)
    assert lianhu("undo").code == 0
    assert records_only(path) == before
