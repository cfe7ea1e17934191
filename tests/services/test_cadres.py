"""Cadres who go and come back, and what becomes of their households."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.errors import ConflictError, NotFoundError, UnconfirmedError, UsageError
from lianhu.services.cadres import Leave, Left, Returned, absences, come_back, former_households, leave, list_cadres
from lianhu.services.history import undo
from lianhu.services.pairs import household_pairs
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """C0001 of 永胜 holds two households there, one of them locked; C0002 holds one; C0003 is of 哈达."""
    with a_town(path) as made:
        here, there = made.village("永胜"), made.village("哈达")
        for name, village in (("包文军", here), ("白玉兰", here), ("陈海", there)):
            made.cadre(name=name, village_id=village, capacity=3)
        for name, hard in (("宝音", 1), ("王海林", 0), ("李玉兰", 0)):
            made.household(head_name=name, village_id=here, is_hard=hard)
        made.pair(1, 1, is_locked=1)
        made.pair(2, 1, started_on="2026-05-01")
        made.pair(3, 2)
    return path


@pytest.fixture
def database(town: Path):
    with open_database(town) as opened:
        yield opened


def go(database: Database, cadre: str = "C0001", reason: str = "调离", *, agreed=(), dry_run: bool = False, **over: Any) -> Left:
    return leave(database, Leave(cadre, reason, **over), today=TODAY, now=NOW, agreed=agreed, dry_run=dry_run)


def back(database: Database, cadre: str = "C0001", **over: Any) -> Returned:
    return come_back(database, cadre, today=TODAY, now=NOW, **({"on": None} | over))


def spells(database: Database, household: str) -> list[tuple[Any, ...]]:
    return [(s["cadre"], s["started_on"], s["ended_on"], s["origin"], s["end_reason"])
            for s in household_pairs(database, household)[1]]


def cadre(database: Database, code: str = "C0001") -> tuple[Any, ...]:
    return database.execute("SELECT left_on, leave_reason, returns_on FROM cadre WHERE code = ?", [code])[0]


class TestLeave:
    def test_his_pairs_end_that_day_and_the_households_are_told(self, town: Path):
        with a_town(town) as made:
            made.ticket(household_id=1, cadre_id=1)
            made.ticket(household_id=1, cadre_id=1, state="退单")
        with open_database(town) as database:
            left = go(database, on=date(2026, 11, 1), returns=date(2027, 1, 10), reason="病假")
            assert cadre(database) == ("2026-11-01", "病假", "2027-01-10")
            assert spells(database, "H00001") == [("C0001", "2026-01-01", "2026-11-01", "run", "干部病假")]
            assert spells(database, "H00002") == [("C0001", "2026-05-01", "2026-11-01", "run", "干部病假")]
            assert spells(database, "H00003")[0][:3] == ("C0002", "2026-01-01", None)
        assert [(h["code"], h["village"], h["head_name"], h["is_hard"], h["tickets"]) for h in left.households] == [
            ("H00001", "永胜", "宝音", 1, 1), ("H00002", "永胜", "王海林", 0, 0)]
        assert (left.successor, left.handed_over, left.own_tickets) == (None, 0, [])

    def test_undo_restores_all_of_it(self, town: Path, database: Database):
        before = records_only(town)
        go(database, to="C0002")
        undo(database, None, now=NOW)
        assert records_only(town) == before

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, town: Path, database: Database):
        before = records_only(town)
        left = go(database, dry_run=True)
        assert left.batch is None
        assert [h["code"] for h in left.households] == ["H00001", "H00002"]
        assert records_only(town) == before

    def test_one_without_households(self, database: Database):
        assert go(database, "陈海", "退休").households == []
        assert cadre(database, "C0003") == (TODAY.isoformat(), "退休", None)

    def test_a_closed_household_needs_nobody_but_its_pair_ends_too(self, town: Path):
        with a_town(town) as made:
            made.change("household", 2, closed_on="2026-06-01")
        with open_database(town) as database:
            assert [h["code"] for h in go(database).households] == ["H00001"]
            assert spells(database, "H00002")[0][2] == TODAY.isoformat()

    def test_a_reason_that_says_who_is_not_doubled(self, database: Database):
        go(database, reason="干部借调旗里")
        assert spells(database, "H00001")[0][4] == "干部借调旗里"

    def test_pairs_that_have_not_begun_end_before_their_first_day(self, town: Path):
        with a_town(town) as made:
            made.change("pairing", 2, started_on="2026-12-01")
        with open_database(town) as database:
            go(database)
            assert spells(database, "H00002") == [("C0001", "2026-12-01", "2026-12-01", "run", "干部调离")]

    def test_tickets_in_his_name_that_are_of_no_household_are_told(self, town: Path):
        with a_town(town) as made:
            made.ticket(number="251101", household_id=None, cadre_id=1)
            made.ticket(number="251102", household_id=3, cadre_id=1)
            made.ticket(number="251103", household_id=3, cadre_id=1, state="已办结", closed_at="2026-11-03")
            made.ticket(number="251104", household_id=1, cadre_id=1)
        with open_database(town) as database:
            assert go(database).own_tickets == ["251101", "251102"]

    def test_refused(self, town: Path, database: Database):
        before = records_only(town)
        with pytest.raises(UsageError, match="--reason 是空的"):
            go(database, reason="")
        with pytest.raises(UsageError, match="2026-11-25 在今天（2026-11-24）之后"):
            go(database, on=date(2026, 11, 25))
        with pytest.raises(UsageError, match="预计返岗日期 2026-11-24 要在离岗日期 2026-11-24 之后"):
            go(database, returns=TODAY)
        with pytest.raises(ConflictError, match="从 2026-05-01 起联系 H00002 王海林，不能在 2026-04-30 就离岗"):
            go(database, on=date(2026, 4, 30))
        with pytest.raises(NotFoundError):
            go(database, "没有这人")
        assert records_only(town) == before

    def test_the_second_time_is_a_conflict(self, database: Database):
        go(database, on=date(2026, 11, 1))
        with pytest.raises(ConflictError, match="C0001 包文军已于 2026-11-01 离岗（调离）") as caught:
            go(database, reason="退休")
        assert caught.value.hint == "返岗：lianhu cadre return C0001"
        assert cadre(database)[1] == "调离"


class TestSuccessor:
    def test_takes_all_of_them_by_hand_from_that_day(self, town: Path):
        with a_town(town) as made:
            made.ticket(household_id=1, cadre_id=1)
        with open_database(town) as database:
            left = go(database, to="白玉兰", on=date(2026, 11, 1))
            for household in ("H00001", "H00002"):
                assert spells(database, household)[0] == ("C0002", "2026-11-01", None, "hand", None)
            assert (left.successor and left.successor["code"], left.handed_over) == ("C0002", 1)
            assert database.execute("SELECT cadre_id FROM ticket") == [(2,)]

    def test_what_breaks_the_rules_is_asked_for_all_of_them_at_once(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 3, capacity=1)
        before = records_only(town)
        with open_database(town) as database:
            with pytest.raises(UnconfirmedError) as caught:
                go(database, to="C0003")
            assert caught.value.reasons == (
                "跨村：H00001 宝音在永胜，C0003 陈海在哈达", "跨村：H00002 王海林在永胜，C0003 陈海在哈达",
                "超过上限：C0003 陈海上限 1 户，这样共 2 户（H00001 宝音、H00002 王海林）")
            assert records_only(town) == before
            go(database, to="C0003", agreed=caught.value.reasons)
            assert database.execute("SELECT is_cross_village FROM pairing WHERE ended_on IS NULL AND cadre_id = 3") == [
                (1,), (1,)]

    def test_is_not_himself_and_not_one_who_has_left(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 2, left_on="2026-11-01", leave_reason="退休")
        before = records_only(town)
        with open_database(town) as database:
            with pytest.raises(ConflictError, match="不能由自己接"):
                go(database, to="C0001")
            with pytest.raises(ConflictError, match="C0002 白玉兰已于 2026-11-01 离岗"):
                go(database, to="C0002")
        assert records_only(town) == before

    def test_with_nothing_to_take(self, database: Database):
        assert go(database, "C0003", to="C0002").households == []


class TestReturn:
    def test_the_absence_is_kept_and_the_cadre_in_service(self, town: Path, database: Database):
        go(database, on=date(2026, 10, 1), returns=date(2026, 12, 1), reason="病假")
        gone = records_only(town)
        back(database, on=date(2026, 11, 20))
        assert cadre(database) == (None, None, None)
        (gap,) = absences(database, 1)
        assert (gap["started_on"], gap["ended_on"], gap["reason"], gap["returns_on"]) == (
            "2026-10-01", "2026-11-20", "病假", "2026-12-01")
        undo(database, None, now=NOW)
        assert records_only(town) == gone

    def test_says_who_holds_what_he_held(self, town: Path, database: Database):
        go(database, on=date(2026, 11, 1))
        with a_town(town) as made:
            made.pair(1, 2, started_on="2026-11-02")
        with open_database(town) as again:
            returned = back(again)
            assert [(h["code"], h["holder"]) for h in returned.households] == [("H00001", "C0002"), ("H00002", None)]
            assert returned.taken_back == ()
            assert spells(again, "H00002")[0][2] == "2026-11-01"

    def test_takes_back_what_nobody_holds_locked_as_it_was(self, town: Path, database: Database):
        go(database, on=date(2026, 11, 1))
        with a_town(town) as made:
            made.pair(2, 2, started_on="2026-11-02")
        with open_database(town) as again:
            returned = back(again, take_back=True, on=date(2026, 11, 20))
            assert returned.taken_back == ("H00001",)
            assert [h["holder"] for h in returned.households] == ["C0001", "C0002"]
            assert spells(again, "H00001") == [("C0001", "2026-11-20", None, "hand", None),
                                               ("C0001", "2026-01-01", "2026-11-01", "run", "干部调离")]
            assert again.execute("SELECT is_locked FROM pairing WHERE household_id = 1 AND ended_on IS NULL") == [(1,)]

    def test_not_what_was_taken_from_him_before_or_has_closed_since(self, town: Path):
        with a_town(town) as made:
            made.change("pairing", 1, ended_on=TODAY.isoformat(), end_reason="户主要求")
        with open_database(town) as database:
            go(database)
        with a_town(town) as made:
            made.change("household", 2, closed_on=TODAY.isoformat(), close_reason="搬迁")
        with open_database(town) as database:
            returned = back(database, take_back=True)
            assert [h["code"] for h in returned.households] == ["H00002"]
            assert returned.taken_back == ()

    def test_taking_back_asks_when_it_breaks_a_rule(self, town: Path, database: Database):
        go(database)
        with a_town(town) as made:
            made.change("cadre", 1, capacity=1)
        with open_database(town) as again:
            with pytest.raises(UnconfirmedError) as caught:
                back(again, take_back=True)
            assert cadre(again)[0] == TODAY.isoformat()
            assert back(again, take_back=True, agreed=caught.value.reasons).taken_back == ("H00001", "H00002")

    def test_refused(self, town: Path, database: Database):
        with pytest.raises(ConflictError, match="C0001 包文军在岗，没有离岗"):
            back(database)
        go(database, on=date(2026, 11, 1))
        before = records_only(town)
        with pytest.raises(ConflictError, match="2026-11-01 才离岗，不能在 2026-10-31 返岗"):
            back(database, on=date(2026, 10, 31))
        with pytest.raises(UsageError, match="之后"):
            back(database, on=date(2026, 11, 25))
        assert records_only(town) == before

    def test_nobody_leaves_before_he_came_back(self, database: Database):
        go(database, "C0003", on=date(2026, 10, 1))
        back(database, "C0003", on=date(2026, 11, 1))
        with pytest.raises(ConflictError, match="2026-11-01 才返岗，不能在 2026-10-31 离岗"):
            go(database, "C0003", on=date(2026, 10, 31))
        assert go(database, "C0003", on=date(2026, 11, 1)).on == "2026-11-01"

    def test_one_whom_a_sheet_says_to_have_left_in_a_month(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 3, left_on="2026-09", leave_reason="借调")
        with open_database(town) as database:
            back(database, "C0003", on=date(2026, 9, 15))
            assert [(gap["started_on"], gap["ended_on"]) for gap in absences(database, 3)] == [("2026-09", "2026-09-15")]


class TestLists:
    def test_those_who_left_with_reason_and_expected_return(self, database: Database):
        go(database, reason="病假", returns=date(2027, 1, 1))
        (gone,) = list_cadres(database, left=True)
        assert (gone["code"], gone["left_on"], gone["leave_reason"], gone["returns_on"], gone["households"]) == (
            "C0001", TODAY.isoformat(), "病假", "2027-01-01", 0)
        assert [c["code"] for c in list_cadres(database)] == ["C0002", "C0003"]

    def test_former_households_once_each_without_those_held_again(self, town: Path, database: Database):
        go(database, on=date(2026, 11, 1), to="C0002")
        with a_town(town) as made:
            (pair,) = made.journal.database.execute("SELECT id FROM pairing WHERE household_id = 1 AND ended_on IS NULL")
            made.change("pairing", pair[0], ended_on="2026-11-10")
            made.change("cadre", 1, left_on=None)
            made.pair(1, 1, started_on="2026-11-10")
            made.pair(2, 1, started_on="2024-01-01", ended_on="2024-06-01")
        with open_database(town) as again:
            assert [(f["household"], f["ended_on"], f["holder"]) for f in former_households(again, 1, TODAY)] == [
                ("H00002", "2026-11-01", "C0002")]
