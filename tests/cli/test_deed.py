"""``lianhu deed`` as it is typed."""

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
        town.ticket(number="261101101100000001")


def test_from_the_beginning_to_its_effect(lianhu):
    done = lianhu("deed", "add", "宝音", "修门锁", "--on", "2026-11-20", "--kind", "代办", "--cost", "35.5", "--ticket", "0001")
    assert (done.code, done.out) == (0, "已登记 B000001：H00001 宝音　修门锁，代办服务，推进中（其木格 C0001）\n")
    assert lianhu("deed", "list", "--open").out.splitlines()[-1] == "共 1 件"
    assert lianhu("deed", "update", "b000001", "--done", "昨天").out == (
        "已更新 B000001：H00001 宝音　修门锁，代办服务，已解决，2026-11-23 办完（其木格 C0001）\n")
    assert lianhu("deed", "list", "--json").json == [{
        "deed": "B000001", "title": "修门锁", "village": "永胜", "household": "H00001", "head_name": "宝音", "cadre": "C0001",
        "cadre_name": "其木格", "kind": "代办服务", "effect": "已解决", "started_on": "2026-11-20", "done_on": "2026-11-23",
        "visit": None, "ticket": "261101-101100-000001", "cost": 35.5, "note": None}]
    assert lianhu("deed", "list", "--open", "--json").json == []


def test_lists_by_period_kind_and_in_csv(lianhu):
    lianhu("deed", "add", "宝音", "=修门锁", "--on", "2026-10-20")
    lianhu("deed", "add", "王海林", "办低保", "--kind", "政策", "--by", "其木格")
    assert [deed["deed"] for deed in lianhu("deed", "list", "--from", "2026-11-01", "--json").json] == ["B000002"]
    assert [deed["deed"] for deed in lianhu("deed", "list", "--to", "2026-10-31", "--json").json] == ["B000001"]
    assert lianhu("deed", "list", "--kind", "其他", "--csv").out.splitlines()[1].startswith("B000001,永胜,H00001,宝音,'=修门锁,其他,")


def test_numbers_of_persons_in_the_texts_are_masked(lianhu):
    told = [lianhu("deed", "add", "宝音", "找13812345678修锁", "--note", "问13812345678"), lianhu("deed", "add", "宝音", "找13812345678修锁"),
            lianhu("deed", "update", "B000001", "--effect", "已解决"), lianhu("deed", "list"), lianhu("deed", "list", "--json"),
            lianhu("deed", "list", "--csv"), lianhu("log"), lianhu("report", "--rows", "deeds")]
    for done in told:
        assert "13812345678" not in done.out + done.err
    assert "138****5678" in told[0].out


def test_on_80_columns_codes_and_dates_stay_whole(lianhu, terminal, path: Path):
    with a_town(path) as town:
        town.change("village", 1, name="阿日本格勒嘎查村")
        town.change("household", 1, head_name="阿日斯楞·巴图巴雅尔")
    lianhu("deed", "add", "H00001", "联系旗医院住院并垫付押金", "--kind", "看病")
    run = terminal("deed", "list", columns=80)
    assert run.finish() == 0
    for whole in ("B000001", "H00001", "2026-11-24"):
        assert whole in run.screen


@pytest.mark.parametrize(("words", "code", "says"), [
    (("add", "宝音"), 2, "缺少参数"), (("add", "宝音", "修锁", "--on", "明天"), 2, "之后"), (("add", "宝音", "修锁", "--cost", "很多"), 2, "看不懂"),
    (("add", "王海林", "修锁"), 5, "没有结对干部，不知道是谁做的"), (("add", "没有的户", "修锁"), 3, "没有找到户"),
    (("update", "B000001"), 2, "没有写要改什么"), (("update", "B000001", "--effect", "已解决"), 3, "没有编号为“B000001”"),
    (("add", "宝音", "修锁", "--done", "昨天", "--on", "昨天", "--effect", "推进中"), 2, "还没有办结日期"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("deed", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before


def test_each_step_is_taken_back_exactly(lianhu, path: Path):
    states = [records_only(path)]
    for words in (("add", "宝音", "修锁"), ("update", "B000001", "--effect", "已解决", "--cost", "10")):
        assert lianhu("deed", *words).code == 0
        states.append(records_only(path))
    for state in reversed(states[:-1]):
        lianhu("undo")
        assert records_only(path) == state
