"""意见建议 from where they come to what they become, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import opinions
from lianhu.services.history import undo
from lianhu.services.opinions import NewOpinion
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """永胜 with two units and their heads, a household in the first, its visit, a ticket and a deed; 哈达 with one head."""
    with a_town(path) as made:
        village = made.village("永胜")
        one, two = made.cluster(village), made.cluster(village, "第二网格")
        made.cluster_head(one, name="巴图")
        made.cluster_head(two, name="包金山")
        made.cluster_head(two, name="白音", ended_on="2026-05-01")
        far = made.village("哈达")
        made.cluster_head(made.cluster(far), name="巴图")
        household = made.household(head_name="宝音", village_id=village, cluster_id=one)
        made.household(head_name="宝音", village_id=far)
        cadre = made.cadre()
        made.pair(household, cadre)
        made.visit(household, cadre, visited_on="2026-11-05")
        made.visit(household, cadre, visited_on="2026-10")
        made.ticket(number="261101101100000001")
        made.deed(household, cadre)
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def added(database: Database, content: str = "路灯不亮", **what):
    return opinions.add_opinion(database, NewOpinion(content, **what), today=TODAY, now=NOW)


def closed(database: Database, word: str = "o000001", result: str = "已修", on: date = TODAY, **what):
    return opinions.close_opinion(database, word, result, on=on, today=TODAY, now=NOW, **what)


class TestAdd:
    @pytest.mark.parametrize(("what", "source"), [
        ({"visit": "v000001"}, ("永胜", "第一网格", None, "H00001", "V000001", "2026-11-05")),
        ({"visit": "V000002"}, ("永胜", "第一网格", None, "H00001", "V000002", "2026-10")),
        ({"visit": "V000001", "on": date(2026, 11, 6)}, ("永胜", "第一网格", None, "H00001", "V000001", "2026-11-06")),
        ({"household": "H00001"}, ("永胜", "第一网格", None, "H00001", None, "2026-11-24")),
        ({"household": "H00001", "head": "包金山"}, ("永胜", "第二网格", "包金山", "H00001", None, "2026-11-24")),
        ({"household": "H00002"}, ("哈达", None, None, "H00002", None, "2026-11-24")),
        ({"head": "包 金山"}, ("永胜", "第二网格", "包金山", None, None, "2026-11-24")),
        ({"head": "l0004"}, ("哈达", "第一网格", "巴图", None, None, "2026-11-24")),
        ({"head": "巴图", "village": "哈达嘎查"}, ("哈达", "第一网格", "巴图", None, None, "2026-11-24")),
        ({"head": "巴图", "household": "H00001"}, ("永胜", "第一网格", "巴图", "H00001", None, "2026-11-24")),
        ({"village": "永胜村"}, ("永胜", None, None, None, None, "2026-11-24")),
        ({"village": "永胜", "cluster": "第二网格"}, ("永胜", "第二网格", None, None, None, "2026-11-24")),
        ({"cluster": "第二网格"}, ("永胜", "第二网格", None, None, None, "2026-11-24")),
    ])
    def test_each_level_follows_from_the_one_below(self, here: Database, what, source):
        opinion = added(here, **what)
        assert tuple(opinion[name] for name in (
            "village", "cluster", "cluster_head", "household", "visit", "raised_on")) == source

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({}, UsageError, "从哪里来"), ({"content": " ", "village": "永胜"}, UsageError, "写明意见建议的内容"),
        ({"village": "永胜", "on": date(2026, 11, 25)}, UsageError, "之后"), ({"village": "没有的村"}, NotFoundError, "没有登记过"),
        ({"village": "永胜", "content": "查艾滋"}, UsageError, "不登记"), ({"village": "永胜", "note": "在逃"}, UsageError, "不登记"),
        ({"visit": "V9"}, NotFoundError, "没有编号为“V9”的走访"), ({"visit": "V000001", "household": "H00002"}, ConflictError, "不是 H00002"),
        ({"household": "H00001", "village": "哈达"}, ConflictError, "不在哈达"), ({"household": "宝音"}, AmbiguousError, "2 个户"),
        ({"head": "巴图"}, AmbiguousError, r"2 名联户长叫“巴图”（L0001、L0004）"), ({"head": "白音"}, NotFoundError, "没有在任的联户长"),
        ({"cluster": "第一网格"}, AmbiguousError, "永胜、哈达"), ({"cluster": "第九网格"}, NotFoundError, "没有登记联户单元“第九网格”"),
        ({"village": "哈达", "cluster": "第二网格"}, NotFoundError, "没有登记联户单元“第二网格”"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            added(here, **what)
        assert records_only(town) == before

    def test_the_same_twice_on_a_day_is_refused(self, here: Database):
        added(here, village="永胜")
        with pytest.raises(ConflictError, match="已登记过（O000001）"):
            added(here, household="H00001")
        assert added(here, village="哈达")["code"] == "O000002"
        assert added(here, village="永胜", on=date(2026, 11, 23))["code"] == "O000003"

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        added(here, visit="V000001")
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestClose:
    def test_with_the_ticket_and_the_deed_it_became(self, here: Database):
        added(here, village="永胜")
        opinion = closed(here, ticket="0001", deed="b000001")
        assert (opinion["closed_on"], opinion["result"], opinion["ticket"], opinion["deed"]) == (
            "2026-11-24", "已修", "261101101100000001", "B000001")

    def test_once(self, here: Database):
        added(here, village="永胜")
        closed(here)
        with pytest.raises(ConflictError, match="已于 2026-11-24 办结：已修"):
            closed(here, result="又修")

    def test_one_of_a_month_on_any_day_of_it(self, here: Database):
        added(here, visit="V000002")
        assert closed(here, on=date(2026, 10, 2))["closed_on"] == "2026-10-02"

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"result": " "}, UsageError, "怎样答复"), ({"result": "涉恐"}, UsageError, "不登记"), ({"on": date(2026, 11, 25)}, UsageError, "不对"),
        ({"on": date(2026, 11, 4)}, UsageError, "2026-11-05 提出"), ({"word": "O9"}, NotFoundError, "没有编号为“O9”"),
        ({"ticket": "99999"}, NotFoundError, "工单"), ({"deed": "B9"}, NotFoundError, "办实事"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        added(here, visit="V000001")
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            closed(here, **what)
        assert records_only(town) == before

    def test_undo_opens_it_again(self, here: Database):
        added(here, village="永胜")
        before = records_only(here)
        closed(here, ticket="0001", deed="B000001")
        undo(here, None, now=NOW)
        assert records_only(here) == before


def test_lists_are_narrowed(here: Database):
    added(here, visit="V000001")
    added(here, village="哈达")
    closed(here, "O000002")

    def codes(**what):
        return [opinion["code"] for opinion in opinions.list_opinions(here, **what)]

    assert codes() == ["O000002", "O000001"]
    assert codes(village="永胜") == codes(household="H00001") == codes(unanswered=True) == ["O000001"]
