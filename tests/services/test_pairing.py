"""Pairs made, locked and ended by hand, and what speaks against one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.domain.rules import default_text
from lianhu.domain.spells import NOT_YET
from lianhu.errors import ConflictError, NotFoundError, UnconfirmedError, UsageError
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.history import undo
from lianhu.services.pairing import Made, NewPair, end_pair, lock_pair, set_pair
from lianhu.services.pairs import household_pairs
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, an_id_number, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """永胜 with two cadres and three households, one of them held by C0001 from a run; 哈达 with a cadre of its own."""
    with a_town(path) as made:
        here, there = made.village("永胜"), made.village("哈达")
        made.cadre(name="包文军", village_id=here, roles="村医", hamlet="东屯")
        made.cadre(name="白玉兰", village_id=here, roles="网格员", sex="女")
        made.cadre(name="陈海", village_id=there)
        held = made.household(head_name="宝音", village_id=here, traits="年老", hamlet="东屯")
        made.household(head_name="王海林", village_id=here)
        made.household(head_name="李玉兰", village_id=here)
        made.pair(held, 1)
    return path


@pytest.fixture
def database(town: Path):
    with open_database(town) as opened:
        yield opened


def put(database: Database, household: str = "H00001", cadre: str = "C0002", *, agreed=(), dry_run: bool = False, **over: Any) -> Made:
    return set_pair(database, NewPair(household, cadre, **over), today=TODAY, now=NOW, agreed=agreed, dry_run=dry_run)


def spells(database: Database, household: str = "H00001") -> list[tuple[Any, ...]]:
    """(cadre, from, to, origin, reason), the latest first."""
    return [(s["cadre"], s["started_on"], s["ended_on"], s["origin"], s["end_reason"])
            for s in household_pairs(database, household)[1]]


class TestSet:
    def test_the_old_spell_ends_and_the_new_one_begins_the_same_day(self, database: Database):
        made = put(database, on=date(2026, 10, 1), lock=True)
        assert spells(database) == [("C0002", "2026-10-01", None, "hand", None),
                                    ("C0001", "2026-01-01", "2026-10-01", "run", "人工改派")]
        assert (made.change, made.started_on, made.before and made.before["code"]) == ("new", "2026-10-01", "C0001")
        ((locked, crosses),) = database.execute("SELECT is_locked, is_cross_village FROM pairing WHERE ended_on IS NULL")
        assert (locked, crosses) == (1, 0)

    def test_its_fit_and_reasons_are_those_of_the_rules(self, database: Database):
        put(database)
        made = put(database, cadre="C0001")
        assert made.fit.total == 40
        ((fit, reasons),) = database.execute("SELECT fit, reasons FROM pairing WHERE ended_on IS NULL")
        assert (fit, json.loads(reasons)) == (40, [["村医联系老弱病残户", 30], ["同一个屯（组）", 10]])

    def test_a_household_without_anybody(self, database: Database):
        made = put(database, "王海林", "白玉兰")
        assert made.before is None
        assert spells(database, "H00002") == [("C0002", TODAY.isoformat(), None, "hand", None)]

    def test_a_run_never_moves_it(self, database: Database):
        put(database, "H00001", "C0002")
        assign(database, AssignOptions(TODAY, rebalance=True), now=NOW)
        assert spells(database)[0][:3] == ("C0002", TODAY.isoformat(), None)

    def test_a_pair_of_a_run_becomes_one_by_hand_where_it_stands(self, database: Database):
        made = put(database, "H00001", "C0001")
        assert (made.change, made.started_on) == ("taken over", "2026-01-01")
        assert spells(database) == [("C0001", "2026-01-01", None, "hand", None)]

    def test_the_second_time_changes_nothing_and_leaves_no_batch(self, database: Database):
        put(database)
        before = records_only(database)
        made = put(database)
        assert (made.change, made.batch) == ("none", None)
        assert records_only(database) == before
        assert put(database, lock=True).change == "locked"

    def test_undo_restores_exactly(self, town: Path, database: Database):
        before = records_only(town)
        put(database, on=date(2026, 10, 1))
        undo(database, None, now=NOW)
        assert records_only(town) == before

    def test_a_dry_run_writes_nothing(self, town: Path, database: Database):
        before = records_only(town)
        made = put(database, dry_run=True)
        assert (made.batch, made.change, made.started_on) == (None, "new", TODAY.isoformat())
        assert put(database, cadre="C0001", dry_run=True).batch is None
        assert records_only(town) == before

    def test_open_tickets_of_the_old_cadre_go_along_but_not_those_of_others(self, town: Path):
        with a_town(town) as made:
            ours = made.ticket(household_id=1, cadre_id=1)
            others = made.ticket(household_id=1, cadre_id=3)
            closed = made.ticket(household_id=1, cadre_id=1, state="已办结", closed_at="2026-11-03")
        with open_database(town) as database:
            assert put(database).tickets == 1
            assert dict(database.execute("SELECT id, cadre_id FROM ticket")) == {ours: 2, others: 3, closed: 1}

    def test_a_spell_that_has_not_begun_gives_way_from_its_first_day(self, town: Path):
        with a_town(town) as made:
            made.pair(2, 1, started_on="2026-12-01")
        with open_database(town) as database:
            assert put(database, "H00002", "C0002").started_on == "2026-12-01"
            assert [s[:3] for s in spells(database, "H00002")] == [
                ("C0002", "2026-12-01", None), ("C0001", "2026-12-01", "2026-12-01")]


class TestSetIsRefused:
    def test_for_a_closed_household_and_a_cadre_who_has_left(self, town: Path):
        with a_town(town) as made:
            made.change("household", 2, closed_on="2026-11-01", close_reason="搬迁")
            made.change("cadre", 2, left_on="2026-11-01", leave_reason="调离")
        before = records_only(town)
        with open_database(town) as database:
            with pytest.raises(ConflictError, match="H00002 王海林已于 2026-11-01 销户（搬迁）"):
                put(database, "H00002", "C0001")
            with pytest.raises(ConflictError, match="C0002 白玉兰已于 2026-11-01 离岗（调离）") as caught:
                put(database, "H00003", "C0002")
        assert caught.value.hint == "已经返岗的，先登记：lianhu cadre return C0002"
        assert records_only(town) == before

    def test_for_a_day_to_come_and_names_of_nobody(self, database: Database):
        with pytest.raises(UsageError, match="2026-11-25 在今天（2026-11-24）之后"):
            put(database, on=date(2026, 11, 25))
        with pytest.raises(NotFoundError):
            put(database, "H99999")
        with pytest.raises(NotFoundError):
            put(database, cadre="没有这人")

    @pytest.mark.parametrize("cadre", ["C0001", "C0002"])
    def test_before_the_standing_spell_began(self, database: Database, cadre: str):
        with pytest.raises(ConflictError, match="从 2026-01-01 起由 C0001 包文军联系，新的结对不能从 2025-12-31 算起"):
            put(database, cadre=cadre, on=date(2025, 12, 31))

    def test_inside_an_earlier_spell(self, town: Path):
        with a_town(town) as made:
            made.pair(2, 1, started_on="2026-02-01", ended_on="2026-06-01")
        with open_database(town) as database:
            with pytest.raises(ConflictError, match="从 2026-02-01 到 2026-06-01 由 C0001 包文军联系") as caught:
                put(database, "H00002", "C0002", on=date(2026, 5, 31))
            assert caught.value.hint == "最早从 2026-06-01 算起"
            assert put(database, "H00002", "C0002", on=date(2026, 6, 1)).started_on == "2026-06-01"

    def test_while_the_household_was_closed_or_the_cadre_away(self, town: Path):
        with a_town(town) as made:
            made._add("closure", None, {"household_id": 2, "started_on": "2026-03-01", "ended_on": "2026-05-01"}, {})
            made._add("absence", None, {"cadre_id": 2, "started_on": "2026-06-01", "ended_on": "2026-07-01"}, {})
        with open_database(town) as database:
            with pytest.raises(ConflictError, match="H00002 王海林那时已销户"):
                put(database, "H00002", "C0002", on=date(2026, 4, 30))
            with pytest.raises(ConflictError, match="C0002 白玉兰那时离岗"):
                put(database, "H00002", "C0002", on=date(2026, 6, 1))
            assert put(database, "H00002", "C0002", on=date(2026, 7, 1)).change == "new"

    def test_before_the_household_was_split_off(self, town: Path):
        with a_town(town) as made:
            made._add("closure", None, {"household_id": 2, "started_on": NOT_YET, "ended_on": "2026-05-01"}, {})
        with open_database(town) as database, pytest.raises(ConflictError, match="H00002 王海林 2026-05-01 才分出来"):
            put(database, "H00002", "C0002", on=date(2026, 4, 30))


def against(database: Database, household: str, cadre: str) -> tuple[str, ...]:
    """What speaks against a pair; nothing has been written then."""
    before = records_only(database)
    with pytest.raises(UnconfirmedError) as caught:
        put(database, household, cadre)
    assert records_only(database) == before
    assert caught.value.exit_code == 5
    assert "--yes" in caught.value.hint
    return caught.value.reasons


class TestBreaches:
    def test_another_village(self, database: Database):
        (said,) = against(database, "H00001", "C0003")
        assert said == "跨村：H00001 宝音在永胜，C0003 陈海在哈达"
        made = put(database, "H00001", "C0003", agreed=(said,))
        assert made.is_cross_village
        assert database.execute("SELECT is_cross_village FROM pairing WHERE ended_on IS NULL") == [(1,)]

    def test_an_area_is_no_other_village_and_nowhere_is(self, town: Path):
        with a_town(town) as made:
            made.cadre(name="镇干部", village_id=None, area="哈达、永胜")
            made.cadre(name="闲人", village_id=None)
        with open_database(town) as database:
            assert not put(database, "H00001", "C0004").is_cross_village
            assert against(database, "H00001", "C0005") == ("跨村：H00001 宝音在永胜，C0005 闲人没有嘎查村，也没有包片村",)

    def test_a_full_cadre_and_with_whom(self, database: Database):
        put(database, "H00002", "C0001")
        assert against(database, "H00003", "C0001") == (
            "超过上限：C0001 包文军上限 2 户，这样共 3 户（H00001 宝音、H00002 王海林、H00003 李玉兰）",)

    def test_households_closed_or_ended_take_no_place(self, town: Path):
        with a_town(town) as made:
            made.pair(made.household(closed_on="2026-03-01"), 1)
            made.pair(2, 1, ended_on="2026-03-01")
        with open_database(town) as database:
            assert put(database, "H00002", "C0001").change == "new"

    def test_one_who_does_not_take_part(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 2, capacity=0)
        with open_database(town) as database:
            assert against(database, "H00002", "C0002") == ("超过上限：C0002 白玉兰上限 0 户，这样共 1 户（H00002 王海林）",)

    def test_his_own_household_or_that_of_kin(self, town: Path):
        with a_town(town) as made:
            made.member(2, name="白玉兰", id_number=an_id_number(10_002))
        with open_database(town) as database:
            (said,) = against(database, "H00002", "C0002")
            assert "H00002 王海林是C0002 白玉兰自己或亲属的户" in said

    def test_a_woman_living_alone_where_the_rules_say_so(self, town: Path):
        with a_town(town) as made:
            made.change("household", 2, sex="女", traits="独居")
            made._add("setting", None, {"name": "rules", "text": default_text().replace(
                "women_for_women_alone = false", "women_for_women_alone = true")}, {})
        with open_database(town) as database:
            (said,) = against(database, "H00002", "C0001")
            assert "独居妇女" in said
            assert put(database, "H00002", "C0002").change == "new"

    def test_a_conflict_and_a_limit_that_the_rules_name(self, town: Path):
        with a_town(town) as made:
            made.change("household", 1, is_hard=1)
            made.change("household", 2, is_hard=1)
            made._add("setting", None, {"name": "rules", "text": default_text().replace(
                "hard_per_cadre = 0", "hard_per_cadre = 1")
                + '\n[[conflict]]\ncadre = "C0002"\nhousehold = "H00002"\nreason = "有土地纠纷"\n'}, {})
        with open_database(town) as database:
            assert against(database, "H00002", "C0001") == (
                "超过重难点户上限：规则规定一名干部最多 1 户，C0001 包文军这样共 2 户（H00001 宝音、H00002 王海林）",)
            (said,) = against(database, "H00002", "C0002")
            assert "有土地纠纷" in said
            # An ordinary household takes no place among the hard ones.
            assert put(database, "H00003", "C0001").change == "new"

    def test_several_at_once_and_all_have_to_be_agreed_to(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 3, capacity=0)
        with open_database(town) as database:
            one, other = against(database, "H00001", "C0003")
            with pytest.raises(UnconfirmedError):
                put(database, "H00001", "C0003", agreed=(one,))
            assert put(database, "H00001", "C0003", agreed=(one, other)).change == "new"

    def test_a_hard_household_without_a_leader_is_none(self, town: Path):
        with a_town(town) as made:
            made.change("household", 2, is_hard=1)
        with open_database(town) as database:
            assert put(database, "H00002", "C0002").change == "new"

    def test_making_one_by_hand_of_a_pair_that_breaks_a_rule_asks_too(self, town: Path):
        with a_town(town) as made:
            made.change("cadre", 1, capacity=0)
        with open_database(town) as database:
            (said,) = against(database, "H00001", "C0001")
            assert put(database, "H00001", "C0001", agreed=(said,)).change == "taken over"


class TestLock:
    def test_a_locked_pair_is_moved_by_no_run_and_an_unlocked_one_may_be(self, town: Path, database: Database):
        before = records_only(town)
        assert lock_pair(database, "宝音", locked=True, now=NOW).batch is not None
        assert database.execute("SELECT is_locked FROM pairing") == [(1,)]
        assert lock_pair(database, "宝音", locked=True, now=NOW).batch is None
        assert lock_pair(database, "宝音", locked=False, now=NOW).batch is not None
        assert records_only(town) == before
        assert lock_pair(database, "宝音", locked=False, now=NOW).batch is None

    def test_without_a_pair_there_is_nothing_to_lock(self, database: Database):
        with pytest.raises(ConflictError, match="H00002 王海林现在没有结对干部") as caught:
            lock_pair(database, "H00002", locked=True, now=NOW)
        assert caught.value.hint == "lianhu pair set H00002 干部"


class TestEnd:
    def end(self, database: Database, household: str = "H00001", reason: str = "户主要求", on: date | None = None):
        return end_pair(database, household, reason, on=on, today=TODAY, now=NOW)

    def test_the_pair_ends_with_its_reason_and_undo_brings_it_back(self, town: Path, database: Database):
        before = records_only(town)
        done = self.end(database, reason="  户主 要求 ", on=date(2026, 11, 1))
        assert (done.spell["ended_on"], done.spell["end_reason"]) == ("2026-11-01", "户主 要求")
        assert spells(database) == [("C0001", "2026-01-01", "2026-11-01", "run", "户主 要求")]
        with pytest.raises(ConflictError, match="现在没有结对干部"):
            self.end(database)
        undo(database, None, now=NOW)
        assert records_only(town) == before

    def test_one_that_has_not_begun_ends_before_its_first_day(self, town: Path):
        with a_town(town) as made:
            made.pair(2, 1, started_on="2026-12-01")
        with open_database(town) as database:
            assert self.end(database, "H00002").spell["ended_on"] == "2026-12-01"

    def test_refused(self, town: Path, database: Database):
        before = records_only(town)
        with pytest.raises(ConflictError, match="从 2026-01-01 起才由 C0001 包文军联系，不能在 2025-12-31 结束"):
            self.end(database, on=date(2025, 12, 31))
        with pytest.raises(UsageError, match="在今天（2026-11-24）之后"):
            self.end(database, on=date(2026, 11, 25))
        with pytest.raises(UsageError, match="--reason 是空的"):
            self.end(database, reason=" ")
        with pytest.raises(UsageError, match="本系统不登记“在逃”"):
            self.end(database, reason="户主在逃")
        assert records_only(town) == before
