"""``lianhu cluster-head`` as it is typed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.factory import a_town, an_id_number, records_only

NUMBER = an_id_number(401)


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        one = town.cluster(village)
        town.cluster(village, "第二网格")
        town.cluster_head(one, name="巴图", id_number=NUMBER, phone="13812345678", way="民主推荐", votes=33)


def test_from_the_nomination_to_the_end(lianhu, path: Path):
    states = [records_only(path)]
    for words, out in (
        (("nominate", "第二网格", "白音", "--category", "村民代表", "--votes", "46", "--known-by", "8"),
         "已提名 N000001 永胜 第二网格：白音，村民代表，民主推荐，46 票，8 户熟识\n"),
        (("nominate", "第二网格", "陈海"), "已提名 N000002 永胜 第二网格：陈海，民主推荐\n"),
        (("nominate", "第二网格", "陈海", "--votes", "31", "--phone", "13900000000"),
         "已补充提名 N000002 永胜 第二网格：陈海；电话 （空） → 139****0000；得票 （空） → 31\n"),
        (("appoint", "N000001", "--reason", "得票最多"), "已任命 L0002 白音为永胜 第二网格联户长，2026-11-24 起，村民代表，民主推荐，46 票\n"),
        (("decline", "N000002", "--reason", "票数不够"), "已记 N000002 陈海落选：票数不够\n"),
        (("end", "白音", "--reason", "迁走"), "永胜 第二网格联户长 L0002 白音从 2026-11-24 起卸任（迁走）\n"),
    ):
        done = lianhu("cluster-head", *words)
        assert (done.code, done.out) == (0, out)
        assert "lianhu undo" in done.err
        states.append(records_only(path))
    assert [line.split() for line in lianhu("cluster-head", "compare", "第二网格").out.splitlines()[2:]] == [
        ["N000001", "白音", "村民代表", "民主推荐", "46", "8", "2026-11-24", "当选", "得票最多"],
        ["N000002", "陈海", "民主推荐", "31", "2026-11-24", "落选", "票数不够"], ["共", "2", "人，0", "人还没有结果"]]
    assert lianhu("cluster-head", "list", "--ended", "--csv").out.splitlines()[1:] == [
        "永胜,第二网格,L0002,白音,村民代表,2026-11-24,2026-11-24,迁走"]
    for state in reversed(states[:-1]):
        lianhu("undo")
        assert records_only(path) == state


def test_who_is_left_undecided_is_told(lianhu):
    for name in ("白音", "陈海"):
        lianhu("cluster-head", "nominate", "第二网格", name, "--category", "其他")
    assert "N000001 白音" not in lianhu("cluster-head", "compare", "第一网格").out
    assert lianhu("cluster-head", "compare").out.splitlines()[-1] == "共 2 人，2 人还没有结果"
    done = lianhu("cluster-head", "appoint", "第二网格", "陈海", "--reason", "热心", "--json")
    assert done.json["undecided"] == ["N000001"]
    assert (done.json["head"], done.json["nomination"], done.json["reason"]) == ("L0002", "N000002", "热心")
    assert lianhu("cluster-head", "decline", "N000001", "--reason", "外出", "--json").json["nominations"] == [
        {"nomination": "N000001", "name": "白音", "outcome": "落选", "reason": "外出", "decided_on": "2026-11-24"}]
    assert [n["head"] for n in lianhu("cluster-head", "compare", "第二网格", "--json").json] == [None, "L0002"]


def test_numbers_are_masked_unless_asked_for_and_then_logged(lianhu, path: Path):
    for words in (("list",), ("list", "--csv"), ("list", "--json")):
        told = lianhu("cluster-head", *words).out
        assert "13812345678" not in told
        assert NUMBER not in told
        before = path.read_bytes()
        assert "13812345678" in lianhu("cluster-head", *words, "--full").out
        assert path.read_bytes() != before
    done = [lianhu("cluster-head", "nominate", "第二网格", "白音", "--id", an_id_number(9), "--note", "问13900000000", "--json"),
            lianhu("cluster-head", "appoint", "N000001", "--reason", "13900000000推荐", "--category", "其他"),
            lianhu("cluster-head", "compare", "第二网格"), lianhu("cluster-head", "compare", "第二网格", "--json"),
            lianhu("cluster-head", "list", "--json"), lianhu("log")]
    for each in done:
        assert "13900000000" not in each.out + each.err
        assert an_id_number(9) not in each.out + each.err


def test_a_namesake_is_asked_about(lianhu, process, path: Path, terminal):
    before = path.read_bytes()
    done = process("cluster-head", "appoint", "第二网格", "巴图", "--reason", "热心", "--category", "其他", stdin=subprocess.DEVNULL)
    assert (done.code, done.out) == (5, "")
    assert "也叫巴图，可能是同一个人" in done.err
    assert path.read_bytes() == before
    session = terminal("cluster-head", "appoint", "第二网格", "巴图", "--reason", "热心", "--category", "其他")
    session.answer("仍要这样吗", "y")
    assert session.finish() == 0
    assert "已任命 L0002 巴图" in session.screen
    lianhu("undo")
    assert lianhu("cluster-head", "appoint", "第二网格", "巴图", "--reason", "热心", "--category", "其他", "--yes").code == 0


@pytest.mark.parametrize(("words", "code", "says"), [
    (("nominate", "第一网格", "巴图"), 5, "已是永胜 第一网格的联户长"), (("nominate", "第九网格", "白音"), 3, "没有登记"),
    (("nominate", "第二网格", "白音", "--votes", "-1"), 2, "小于0"), (("appoint", "第二网格", "白音", "--reason", "热心"), 2, "类别"),
    (("appoint", "第二网格", "白音"), 2, "--reason"), (("appoint", "第二网格", "--reason", "热心"), 2, "要写任命谁"),
    (("appoint", "第二网格", "白音", "--id", NUMBER, "--category", "其他", "--reason", "热心"), 5, "一人同时只任一个单元"),
    (("decline", "N000009", "--reason", "外出"), 3, "没有编号为“N000009”"), (("end", "没有的人", "--reason", "届满"), 3, "没有在任的联户长"),
    (("end", "巴图", "--reason", "届满", "--on", "2025-01-01"), 2, "才任职"), (("list", "--unit", "第九网格"), 3, "没有登记"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("cluster-head", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before
