"""``lianhu cluster`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        one = town.cluster(village, grid_chief="陈额尔敦", grid_chief_phone="13812345678", grid_workers="白图雅、包山")
        town.cluster_head(one, name="巴图", way="民主推荐")
        cadre = town.cadre(name="其木格", village_id=village)
        household = town.household(head_name="宝音", village_id=village, cluster_id=one)
        town.pair(household, cadre)
        town.household(head_name="王海林", village_id=village)
        town.activity(village, cluster_id=one)


def test_the_list_and_one_unit(lianhu):
    listed = lianhu("cluster", "list").out.splitlines()
    assert listed[1].split() == ["嘎查村", "联户单元", "网格长", "电话", "网格员", "联户长", "户数"]
    assert listed[2].split() == ["永胜", "第一网格", "陈额尔敦", "138****5678", "白图雅、包山", "1", "1"]
    assert listed[-1] == "共 1 个"
    assert lianhu("cluster", "list", "--json").json == [{
        "village": "永胜", "cluster": "第一网格", "grid_chief": "陈额尔敦", "grid_chief_phone": "138****5678",
        "grid_workers": ["白图雅", "包山"], "cluster_heads": 1, "households": 1, "note": None}]
    document = lianhu("cluster", "show", "永胜第一网格", "--json").json
    assert document["heads"] == [{"head": "L0001", "name": "巴图", "category": "村民代表", "way": "民主推荐", "started_on": "2026-01-01"}]
    assert document["activities"] == [{"kind": "特色种植", "measure": "亩", "activities": 1, "quantity": 12.5}]
    assert document["household_list"] == [
        {"household": "H00001", "head_name": "宝音", "hamlet": None, "cadre": "C0001", "cadre_name": "其木格"}]
    shown = lianhu("cluster", "show", "第一网格").out
    assert "138****5678" in shown
    assert "共 1 户" in shown


def test_full_numbers_only_when_asked_for_and_then_logged(lianhu, path: Path):
    for words in (("list",), ("list", "--json"), ("list", "--csv"), ("show", "第一网格"), ("show", "第一网格", "--json")):
        before = path.read_bytes()
        assert "13812345678" not in lianhu("cluster", *words).out
        assert path.read_bytes() == before
        assert "13812345678" in lianhu("cluster", *words, "--full").out
        assert path.read_bytes() != before


def test_added_changed_filled_and_taken_back(lianhu, path: Path):
    states = [records_only(path)]
    for words, out in (
        (("add", "永胜嘎查", "第二网格", "--chief", "包山", "--chief-phone", "13900000000"), "已登记 永胜 第二网格\n"),
        (("edit", "第二网格", "--workers", "白音", "--chief-phone", ""), "已修改 永胜 第二网格：网格长电话 139****0000 → （空）；网格员 （空） → 白音\n"),
        (("put", "第二网格", "宝音", "H00002"), "已编入 永胜 第二网格：2 户\n　H00001 宝音（原在第一网格）\n　H00002 王海林\n"),
    ):
        done = lianhu("cluster", *words)
        assert (done.code, done.out) == (0, out)
        assert "lianhu undo" in done.err
        states.append(records_only(path))
    assert lianhu("cluster", "edit", "第二网格", "--workers", "白音").out == "永胜 第二网格的登记内容本来就是这样，没有改动。\n"
    again = lianhu("cluster", "put", "第二网格", "宝音")
    assert (again.out, again.err) == ("没有改动。\n", "H00001 宝音本来就在永胜 第二网格。\n")
    for state in reversed(states[:-1]):
        lianhu("undo")
        assert records_only(path) == state


def test_json_of_what_is_written_and_a_dry_run(lianhu, path: Path):
    assert lianhu("cluster", "add", "永胜", "第二网格", "--json").json == {"batch": 2, "village": "永胜", "cluster": "第二网格"}
    assert lianhu("cluster", "edit", "第二网格", "--name", "西网格", "--chief-phone", "13900000000", "--json").json["changed"] == {
        "name": {"before": "第二网格", "after": "西网格"}, "grid_chief_phone": {"before": None, "after": "139****0000"}}
    before = path.read_bytes()
    assert lianhu("cluster", "put", "西网格", "H00002", "--dry-run", "--json").json == {
        "batch": None, "dry_run": True, "village": "永胜", "cluster": "西网格",
        "moved": [{"household": "H00002", "head_name": "王海林", "from": None}], "unchanged": []}
    assert path.read_bytes() == before


@pytest.mark.parametrize(("words", "code", "says"), [
    (("show", "第九网格"), 3, "没有登记联户单元"), (("add", "没有的村", "第一网格"), 3, "没有登记过"), (("add", "永胜", "第一网格"), 5, "已有联户单元"),
    (("edit", "第一网格"), 2, "没有写要改什么"), (("put", "第一网格"), 2, "户"), (("put", "第一网格", "没有的户"), 3, "没有找到户"),
    (("list", "--village", "没有的村"), 3, "没有登记过"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("cluster", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before


def test_a_check_that_finds_something_ends_with_5_and_states_its_rule(lianhu):
    done = lianhu("cluster", "check")
    assert done.code == 5
    assert [line.split() for line in done.out.splitlines()[2:]] == [
        ["户没有编入单元", "永胜", "1", "户：H00002", "王海林"], ["1", "个单元，1", "处"]]
    assert "中位数的 2 倍，或不到它的 1/2" in done.err
    done = lianhu("cluster", "check", "--json")
    assert (done.code, done.json["findings"]) == (5, 1)
    assert done.json["households_without_cluster"] == [{"village": "永胜", "household": "H00002", "head_name": "王海林"}]
    assert done.json["lacking"] == {"grid_chief": [], "grid_workers": [], "cluster_heads": []}
    assert lianhu("cluster", "check", "--csv").out.splitlines()[1] == "户没有编入单元,永胜,,1 户：H00002 王海林"
    lianhu("cluster", "put", "第一网格", "H00002")
    done = lianhu("cluster", "check")
    assert (done.code, done.out) == (0, "1 个联户单元，没有发现问题。\n")
