"""Which households are to have a card, and who has one of whoever holds them, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import cards
from lianhu.services.cards import Selection
from lianhu.services.history import undo
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """永胜: 其木格 holds H00001 (年老), 白音 H00002 since 1 June, before that 其木格; nobody H00003. 哈达: 那顺 holds H00004."""
    with a_town(path) as made:
        made.village("永胜")
        first = made.cadre(name="其木格", post=None, roles="村医、普通党员", phone="13800138000、0482-6123456")
        second = made.cadre(name="白音", post="嘎查委员", phone=None)
        made.pair(made.household(traits="独居、年老", head_name="宝音"), first)
        made.pair(made.household(head_name="王海林"), first, ended_on="2026-06-01", end_reason="改派")
        made.pair(2, second, started_on="2026-06-01")
        made.household(head_name="李玉兰")
        far = made.village("哈达")
        made.pair(made.household(village_id=far, head_name="宝音", traits="残疾"), made.cadre(name="那顺", village_id=far))
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def chosen(*households: str, **what) -> Selection:
    return Selection(households, **what)


def issued(database: Database, choice: Selection | None = None, *, medium: str = "纸质", on: date = TODAY, **what):
    return cards.issue_cards(database, choice or chosen(), medium=medium, on=on, today=TODAY, now=NOW, **what)


def lacking(database: Database, **what) -> list[str]:
    return [household["code"] for household in cards.households_without_card(database, TODAY, **what)]


class TestWhose:
    @pytest.mark.parametrize(("choice", "households"), [
        (chosen(), ["H00001", "H00002", "H00004"]), (chosen(villages=("永胜村",)), ["H00001", "H00002"]),
        (chosen(cadres=("白音", "那顺")), ["H00002", "H00004"]), (chosen(traits=("高龄",)), ["H00001"]),
        (chosen(traits=("年老", "残疾"), villages=("哈达",)), ["H00004"]), (chosen("H00004", "王海林"), ["H00002", "H00004"]),
        (chosen("H00001", "H00001"), ["H00001"]),
    ])
    def test_in_the_order_of_villages(self, here: Database, choice: Selection, households: list[str]):
        assert [household["code"] for household in cards.households_for_cards(here, choice, TODAY)] == households

    @pytest.mark.parametrize(("choice", "error", "sentence"), [
        (chosen("H00003"), ConflictError, "H00003 李玉兰 在 2026-11-24 没有结对干部"), (chosen(traits=("失能",)), ConflictError, "没有符合条件"),
        (chosen("H00001", villages=("哈达",)), ConflictError, "没有符合条件"), (chosen("宝音"), AmbiguousError, "2 个户"),
        (chosen(cadres=("没有的人",)), NotFoundError, "没有找到干部"), (chosen(traits=("高个",)), UsageError, "没有“高个”"),
    ])
    def test_what_is_wrong_is_said(self, here: Database, choice: Selection, error, sentence: str):
        with pytest.raises(error, match=sentence):
            cards.households_for_cards(here, choice, TODAY)

    def test_a_closed_household_gets_none(self, town: Path):
        with a_town(town) as made:
            made.change("household", 1, closed_on="2026-11-01", close_reason="去世")
        with open_database(town) as database:
            assert lacking(database) == ["H00002", "H00004"]

    def test_a_pair_of_tomorrow_has_none_today(self, town: Path):
        with a_town(town) as made:
            made.pair(3, 1, started_on="2026-11-25")
        with open_database(town) as database:
            assert lacking(database, villages=("永胜",)) == ["H00001", "H00002"]


class TestIssue:
    def test_a_card_is_in_the_name_of_who_holds_the_household(self, here: Database):
        done = issued(here, medium="电子卡")
        assert [household["code"] for household in done.given] == ["H00001", "H00002", "H00004"]
        assert [(card["code"], card["household"], card["cadre_name"], card["medium"], card["issued_on"])
                for card in cards.list_cards(here, village="永胜")] == [
            ("K000002", "H00002", "白音", "微信", "2026-11-24"), ("K000001", "H00001", "其木格", "微信", "2026-11-24")]

    def test_who_has_one_is_left_out_unless_it_is_a_new_one(self, here: Database):
        issued(here, chosen("H00001"), on=date(2026, 11, 20))
        done = issued(here)
        assert ([household["code"] for household in done.given], [household["code"] for household in done.had_one]) == (
            ["H00002", "H00004"], ["H00001"])
        with pytest.raises(ConflictError, match="都已有现在联系干部的卡") as refused:
            issued(here)
        assert "--again" in refused.value.hint
        assert [household["code"] for household in issued(here, again=True).given] == ["H00001"]
        with pytest.raises(ConflictError, match="2026-11-24 已登记过发卡"):
            issued(here, again=True)

    def test_on_a_day_before_the_hand_over_it_was_the_other_cadre_s(self, here: Database):
        issued(here, chosen("H00002"), on=date(2026, 5, 31))
        assert [card["cadre_name"] for card in cards.list_cards(here)] == ["其木格"]
        assert lacking(here) == ["H00001", "H00002", "H00004"]
        with pytest.raises(ConflictError, match="在 2025-12-31 没有结对干部"):
            issued(here, chosen("H00002"), on=date(2025, 12, 31))

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"on": date(2026, 11, 25)}, UsageError, "之后"), ({"medium": "短信"}, UsageError, "没有“短信”"),
        ({"choice": chosen("H00001", "H00003")}, ConflictError, "H00003 李玉兰"), ({"choice": chosen("H9")}, NotFoundError, "没有找到"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            issued(here, **what)
        assert records_only(town) == before

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, town: Path, here: Database):
        before = records_only(town)
        dry = issued(here, dry_run=True)
        assert records_only(town) == before
        assert (dry.batch, dry.given) == (None, issued(here).given)

    def test_undo_takes_them_away(self, here: Database):
        before = records_only(here)
        issued(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestMissing:
    def test_the_card_of_the_cadre_before_does_not_count(self, town: Path):
        with a_town(town) as made:
            made.card(1, 1)
            made.card(2, 1, issued_on="2026-03-01")
            made.card(4, None)
        with open_database(town) as database:
            assert lacking(database) == ["H00002", "H00004"]
            assert lacking(database, villages=["永胜"]) == lacking(database, cadres=["白音"]) == ["H00002"]
            assert lacking(database, traits=["年老"]) == []
            assert lacking(database, household="H00001") == []
            assert lacking(database, household="H00002") == ["H00002"]
            assert [household["code"] for household in issued(database, chosen(missing=True)).given] == ["H00002", "H00004"]
            assert lacking(database) == []

    def test_in_an_empty_town_nobody_does(self, tmp_path: Path):
        with a_town(tmp_path / "empty.db"):
            pass
        with open_database(tmp_path / "empty.db") as database:
            assert lacking(database) == []


def test_a_card_says_who_is_to_be_called(town: Path):
    with a_town(town) as made:
        made.journal.insert("setting", {"name": "config", "text": 'town = "音德尔镇"'})
    with open_database(town) as database:
        first, second, _ = cards.card_texts(database, chosen(), TODAY)
    assert first == cards.CardText(
        "音德尔镇", "永胜", "宝音", "其木格", "村医", "13800138000", ("政策理论讲解", "民意诉求征集", "文明新风倡导", "重点工作发动"))
    assert (second.post, second.phone) == ("嘎查委员", "")
