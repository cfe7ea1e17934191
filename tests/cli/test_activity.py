"""``lianhu activity`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        town.cluster(town.village("永胜"))


def test_from_the_command_to_the_totals(lianhu):
    done = lianhu("activity", "add", "特色种植", "庭院剁椒", "--quantity", "1170.5亩", "--cluster", "永胜第一网格", "--on", "昨天")
    assert (done.code, done.out) == (0, "已登记 G000001（永胜 第一网格）：特色种植 庭院剁椒 1170.5亩\n")
    assert lianhu("activity", "add", "评选活动", "好婆婆", "--village", "永胜", "--json").json == {
        "activity": "G000002", "village": "永胜", "cluster": None, "kind": "评选活动", "title": "好婆婆", "quantity": 1, "measure": "次",
        "held_on": "2026-11-24", "note": None}
    listed = lianhu("activity", "list").out.splitlines()
    assert listed[4] == "共 2 项"
    assert [line.split() for line in listed[-2:]] == [["特色种植", "1", "1170.5", "亩"], ["评选活动", "1", "1", "次"]]
    document = lianhu("activity", "list", "--kind", "特色种植", "--json").json
    assert [a["quantity"] for a in document["activities"]] == [1170.5]
    assert document["totals"] == [{"kind": "特色种植", "measure": "亩", "activities": 1, "quantity": 1170.5}]
    assert lianhu("activity", "list", "--month", "本月", "--csv").out.splitlines()[1:] == [
        "G000002,永胜,,评选活动,好婆婆,1,次,2026-11-24", "G000001,永胜,第一网格,特色种植,庭院剁椒,1170.5,亩,2026-11-23"]
    assert lianhu("activity", "list", "--to", "2026-11-01").out.splitlines()[-1] == "共 0 项"
    assert lianhu("report", "--rows", "activities", "--csv").out.splitlines()[1] == (
        "G000001,永胜,第一网格,特色种植,庭院剁椒,1170.5,亩,2026-11-23")


def test_numbers_of_persons_in_the_texts_are_masked(lianhu):
    told = [lianhu("activity", "add", "评比", "找13812345678报名", "--village", "永胜", "--note", "问13812345678", "--json"),
            lianhu("activity", "add", "评比", "找13812345678报名", "--village", "永胜"), lianhu("log"),
            lianhu("report", "--rows", "activities"), *(lianhu("activity", "list", *words) for words in ((), ("--json",), ("--csv",)))]
    for done in told:
        assert "13812345678" not in done.out + done.err
    assert "138****5678" in told[0].out


@pytest.mark.parametrize(("words", "code", "says"), [
    (("add", "特色种植", "剁椒", "--village", "永胜"), 2, "要填数量"), (("add", "评比", "好婆婆"), 2, "哪个单元或哪个村"),
    (("add", "特色种植", "剁椒", "--village", "永胜", "--quantity", "3个"), 2, "不同的单位不能相加"),
    (("add", "跳舞", "广场舞", "--village", "永胜"), 2, "活动类别里没有"), (("add", "评比", "好婆婆", "--cluster", "第九网格"), 3, "没有登记"),
    (("list", "--month", "本月", "--from", "昨天"), 2, "不能同用"), (("add", "评比"), 2, "内容"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("activity", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before


def test_it_is_taken_back_exactly(lianhu, path: Path):
    before = records_only(path)
    lianhu("activity", "add", "评比", "好婆婆", "--village", "永胜")
    assert lianhu("activity", "add", "评比", "好婆婆", "--village", "永胜").code == 5
    lianhu("undo")
    assert records_only(path) == before
