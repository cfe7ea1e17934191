"""A cadre goes, the run places just his households, and history never loses a spell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lianhu.errors import ConflictError, UnconfirmedError
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.cadres import Leave, come_back, former_households, leave
from lianhu.services.figures import make_report, parse_scope
from lianhu.services.history import undo
from lianhu.services.pairing import NewPair, end_pair, lock_pair, set_pair
from lianhu.services.pairs import household_pairs, standing_pairs
from lianhu.services.visits import NewVisit, add_visit
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


class TestAfterALeave:
    @pytest.fixture
    def database(self, path: Path):
        """Six households of 永胜, paired by hand, by sheet and by run, two of them with C0001."""
        with a_town(path) as town:
            village = town.village("永胜")
            for name in ("包文军", "白玉兰", "陈海", "王海林"):
                town.cadre(name=name, village_id=village)
            for number, (cadre, origin) in enumerate(
                [(1, "run"), (1, "hand"), (2, "sheet"), (2, "run"), (3, "hand"), (3, "run")], start=1
            ):
                house = town.household(village_id=village)
                town.pair(house, cadre, origin=origin)
                town.visit(house, cadre, visited_on="2026-03-05")
                town.deed(house, cadre, started_on="2026-03-05")
                town.ticket(household_id=house, cadre_id=cadre, number=str(number))
        with open_database(path) as opened:
            yield opened

    def standing(self, database: Database) -> dict[str, tuple[str, str]]:
        return {p["household"]: (p["cadre"], p["started_on"]) for p in standing_pairs(database)}

    def test_a_run_places_just_his_households_and_moves_nobody(self, database: Database):
        before = self.standing(database)
        leave(database, Leave("C0001", "调离"), today=TODAY, now=NOW)
        result = assign(database, AssignOptions(TODAY), now=NOW)
        assert (result.count("kept"), result.count("new"), result.count("moved")) == (4, 2, 0)
        after = self.standing(database)
        assert {h: pair for h, pair in after.items() if pair == before[h]} == {
            h: pair for h, pair in before.items() if pair[0] != "C0001"}
        assert {h: pair for h, pair in after.items() if pair != before[h]} == {
            "H00001": ("C0004", TODAY.isoformat()), "H00002": ("C0004", TODAY.isoformat())}

    def test_open_tickets_follow_the_households(self, database: Database):
        leave(database, Leave("C0001", "调离"), today=TODAY, now=NOW)
        assert database.execute("SELECT cadre_id FROM ticket WHERE number IN ('1', '2')") == [(1,), (1,)]
        assign(database, AssignOptions(TODAY), now=NOW)
        assert database.execute("SELECT cadre_id FROM ticket ORDER BY number") == [(4,), (4,), (2,), (2,), (3,), (3,)]

    def test_what_he_did_stays_his_and_what_follows_is_the_successors(self, database: Database):
        leave(database, Leave("C0001", "调离", date(2026, 11, 1), to="C0004"), today=TODAY, now=NOW)
        add_visit(database, NewVisit("H00001", date(2026, 10, 31)), today=TODAY, now=NOW)
        add_visit(database, NewVisit("H00001", date(2026, 11, 1), deed="联系住院"), today=TODAY, now=NOW)
        (table, *_) = make_report(database, "cadre", parse_scope(None, None, None, (), NOW)).tables
        rows = {row[table.headings.index("干部")]: row for row in table.rows}
        by_cadre = {name: (row[table.headings.index("走访")], row[table.headings.index("办实事")])
                    for name, row in rows.items()}
        (old,), (new,) = ([v for k, v in by_cadre.items() if name in str(k)] for name in ("包文军", "王海林"))
        assert (old, new) == ((3, 2), (1, 1))

    def test_the_old_cadres_list_says_to_whom(self, database: Database):
        leave(database, Leave("C0001", "退休"), today=TODAY, now=NOW)
        assert [(f["household"], f["holder"]) for f in former_households(database, 1, TODAY)] == [
            ("H00002", None), ("H00001", None)]
        assign(database, AssignOptions(TODAY), now=NOW)
        assert {(f["household"], f["holder_name"]) for f in former_households(database, 1, TODAY)} == {
            ("H00001", "王海林"), ("H00002", "王海林")}

    def test_one_who_comes_back_is_used_again(self, database: Database):
        leave(database, Leave("C0001", "病假", date(2026, 10, 1)), today=TODAY, now=NOW)
        come_back(database, "C0001", on=date(2026, 11, 1), today=TODAY, now=NOW)
        result = assign(database, AssignOptions(TODAY), now=NOW)
        assert (result.count("new"), len(result.unpaired)) == (2, 0)
        spells = household_pairs(database, "H00001")[1]
        assert [s["ended_on"] for s in spells] == [None, "2026-10-01"]


HOUSEHOLDS = [f"H{n:05d}" for n in range(1, 6)]
CADRES = [f"C{n:04d}" for n in range(1, 5)]
households, cadres = st.sampled_from(HOUSEHOLDS), st.sampled_from(CADRES)
days_ago = st.one_of(st.none(), st.integers(0, 12))


class HandOvers(RuleBasedStateMachine):
    """Any order of hand-made pairs, ends, leaves, returns, runs and undos over some weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "lianhu.db"
        with a_town(path) as town:
            here, there = town.village("永胜"), town.village("哈达")
            for village in (here, here, there):
                town.cadre(village_id=village)
            town.cadre(village_id=None, area="永胜", capacity=1)
            for number in range(5):
                town.household(village_id=there if number == 4 else here)
        self.database = open_database(path)
        self.today = date(2026, 3, 2)
        self.before: list[dict[str, Any]] = []
        """The records before each batch that stands."""
        self.spells: dict[int, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9))

    def day(self, days: int | None) -> date | None:
        return None if days is None else self.today - timedelta(days=days)

    def act(self, command: Callable[[tuple[str, ...]], Any], *, yes: bool = True) -> None:
        """Runs a command; one that is refused or does nothing leaves everything as it was."""
        before = records_only(self.database)
        try:
            try:
                command(())
            except UnconfirmedError as error:
                assert records_only(self.database) == before
                if yes:
                    command(error.reasons)
        except ConflictError:
            assert records_only(self.database) == before
        if records_only(self.database) != before:
            self.before.append(before)

    @rule(household=households, cadre=cadres, days=days_ago, lock=st.booleans(), yes=st.booleans())
    def pair(self, household: str, cadre: str, days: int | None, lock: bool, yes: bool) -> None:
        new = NewPair(household, cadre, self.day(days), lock)
        self.act(lambda agreed: set_pair(self.database, new, today=self.today, now=self.now, agreed=agreed), yes=yes)

    @rule(household=households, days=days_ago)
    def part(self, household: str, days: int | None) -> None:
        self.act(lambda _: end_pair(
            self.database, household, "户主要求", on=self.day(days), today=self.today, now=self.now))

    @rule(household=households, locked=st.booleans())
    def lock(self, household: str, locked: bool) -> None:
        self.act(lambda _: lock_pair(self.database, household, locked=locked, now=self.now))

    @rule(cadre=cadres, days=days_ago, to=st.one_of(st.none(), cadres))
    def go(self, cadre: str, days: int | None, to: str | None) -> None:
        going = Leave(cadre, "调离", self.day(days), to=to)
        self.act(lambda agreed: leave(self.database, going, today=self.today, now=self.now, agreed=agreed))

    @rule(cadre=cadres, days=days_ago, take_back=st.booleans())
    def come(self, cadre: str, days: int | None, take_back: bool) -> None:
        self.act(lambda agreed: come_back(
            self.database, cadre, on=self.day(days), today=self.today, now=self.now, take_back=take_back, agreed=agreed))

    @rule(rebalance=st.booleans(), ahead=st.integers(-3, 3))
    def run(self, rebalance: bool, ahead: int) -> None:
        options = AssignOptions(self.today + timedelta(days=ahead), rebalance=rebalance)
        self.act(lambda _: assign(self.database, options, now=self.now))

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @precondition(lambda self: self.before)
    @rule()
    def take_back(self) -> None:
        undo(self.database, None, now=self.now)
        assert records_only(self.database) == self.before.pop()
        self.spells = {}

    @invariant()
    def every_spell_is_still_there_and_what_has_ended_does_not_change(self) -> None:
        now = {row[0]: row for row in self.database.execute(
            "SELECT id, household_id, cadre_id, started_on, ended_on, end_reason FROM pairing")}
        for number, spell in self.spells.items():
            assert number in now
            assert now[number] == spell if spell[4] is not None else now[number][:4] == spell[:4]
        self.spells = now

    @invariant()
    def one_cadre_a_day_holds_a_household(self) -> None:
        by_household: dict[int, list[tuple[str, str]]] = {}
        for household, started, ended in self.database.execute(
            "SELECT household_id, started_on, coalesce(ended_on, '9999-12-31') FROM pairing"
        ):
            assert ended >= started
            by_household.setdefault(household, []).append((started, ended))
        for spells in by_household.values():
            free = ""
            for started, ended in sorted(spells):
                assert started >= free
                free = ended

    @invariant()
    def nobody_who_has_left_holds_a_household(self) -> None:
        assert self.database.execute(
            "SELECT pairing.id FROM pairing JOIN cadre ON cadre.id = pairing.cadre_id "
            "WHERE pairing.ended_on IS NULL AND cadre.left_on IS NOT NULL") == []


HandOvers.TestCase.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
TestHistory = HandOvers.TestCase
