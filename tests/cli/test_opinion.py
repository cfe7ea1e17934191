"""``lianhu opinion`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        cluster = town.cluster(village)
        town.cluster_head(cluster, name="巴图")
        cadre = town.cadre(name="其木格", village_id=village)
        household = town.household(head_name="宝音", village_id=village, cluster_id=cluster)
        town.pair(household, cadre)
        town.visit(household, cadre, visited_on="2026-11-05")
        town.deed(household, cadre)
        town.ticket(number="261101101100000001")


def test_from_a_visit_to_what_it_became(lianhu):
    done = lianhu("opinion", "add", "路灯不亮", "--visit", "V000001")
    assert (done.code, done.out) == (0, "已登记 O000001（永胜）：路灯不亮\n")
    assert lianhu("opinion", "list", "--open").out.splitlines()[-1] == "共 1 条"
    done = lianhu("opinion", "close", "O000001", "--result", "已修", "--ticket", "0001", "--deed", "B000001", "--on", "昨天")
    assert done.out == "已办结 O000001：已修\n"
    assert lianhu("opinion", "list", "--json").json == [{
        "opinion": "O000001", "content": "路灯不亮", "village": "永胜", "cluster": "第一网格", "cluster_head": None, "household": "H00001",
        "visit": "V000001", "raised_on": "2026-11-05", "closed_on": "2026-11-23", "deed": "B000001", "ticket": "261101-101100-000001",
        "result": "已修", "note": None}]
    assert lianhu("opinion", "list", "--open", "--json").json == []


def test_from_a_head_and_from_a_village(lianhu):
    assert lianhu("opinion", "add", "修路", "--from", "巴图", "--json").json["cluster_head"] == "巴图"
    assert lianhu("opinion", "add", "打井", "--village", "永胜嘎查", "--on", "2026-11-01", "--json").json["raised_on"] == "2026-11-01"
    assert [line.split(",")[3] for line in lianhu("opinion", "list", "--csv").out.splitlines()[1:]] == ["巴图", ""]


def test_numbers_of_persons_in_the_texts_are_masked(lianhu):
    told = [lianhu("opinion", "add", "找13812345678修", "--village", "永胜", "--note", "问13812345678"),
            lianhu("opinion", "close", "O000001", "--result", "13812345678已修"),
            lianhu("opinion", "close", "O000001", "--result", "再修"), lianhu("log"), lianhu("report", "--rows", "opinions"),
            *(lianhu("opinion", "list", *words) for words in ((), ("--json",), ("--csv",)))]
    for done in told:
        assert "13812345678" not in done.out + done.err
    assert "138****5678" in told[0].out


@pytest.mark.parametrize(("words", "code", "says"), [
    (("add", "修路"), 2, "要写明意见从哪里来"), (("add", "修路", "--from", "没有的人"), 3, "没有在任的联户长"),
    (("add", "修路", "--household", "没有的户"), 3, "没有找到户"), (("add", "查hiv", "--village", "永胜"), 2, "不登记"),
    (("close", "O000009", "--result", "已修"), 3, "没有编号为“O000009”"), (("close", "O000001"), 2, "--result"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("opinion", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before


def test_each_step_is_taken_back_exactly(lianhu, path: Path):
    states = [records_only(path)]
    for words in (("add", "修路", "--village", "永胜"), ("close", "O000001", "--result", "已修", "--deed", "B000001")):
        assert lianhu("opinion", *words).code == 0
        states.append(records_only(path))
    assert lianhu("opinion", "close", "O000001", "--result", "又修").code == 5
    for state in reversed(states[:-1]):
        lianhu("undo")
        assert records_only(path) == state
