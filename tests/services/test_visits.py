"""Recording a visit: for whoever held the household that day, once, and with its 办实事."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services.history import undo
from lianhu.services.settings import store_text
from lianhu.services.visits import NewVisit, Recorded, add_visit, holder_on, list_visits
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import batch
from tests.factory import NOW, TODAY, a_town, records_only

VISIT = NewVisit("H00001", TODAY)


@pytest.fixture
def town(path: Path) -> Path:
    """One household handed over from C0001 to C0002 on 1 June, one of which nobody knows who holds it."""
    with a_town(path) as made:
        made.village("永胜")
        one, other = made.cadre(name="包文军"), made.cadre(name="白玉兰")
        household = made.household(head_name="宝音")
        made.household(head_name="王海林")
        made.pair(household, one, started_on="2026-02-01", ended_on="2026-06-01")
        made.pair(household, other, started_on="2026-06-01")
    return path


@pytest.fixture
def database(town: Path):
    with open_database(town) as opened:
        yield opened


def add(database: Database, **over: Any) -> Recorded:
    return add_visit(database, VISIT._replace(**over), today=TODAY, now=NOW)


@pytest.mark.parametrize(("day", "cadre"), [
    ("2026-02-01", "C0001"), ("2026-05-31", "C0001"), ("2026-06-01", "C0002"), ("2026-11-24", "C0002")])
def test_it_counts_for_whoever_held_the_household_that_day(database: Database, day: str, cadre: str):
    assert add(database, on=date.fromisoformat(day)).cadre["code"] == cadre


def test_a_day_known_only_to_its_month_is_the_months_end(database: Database):
    assert [holder_on(database, 1, month) for month in ("2026-01", "2026-02", "2026-05", "2026-06")] == [None, 1, 1, 2]


def test_before_anybody_held_it_somebody_must_be_named(database: Database):
    with pytest.raises(ConflictError) as caught:
        add(database, on=date(2026, 1, 31))
    assert caught.value.hint.startswith("lianhu visit add H00001 --on 2026-01-31 --by")
    assert add(database, on=date(2026, 1, 31), by="包文军").cadre["code"] == "C0001"


def test_somebody_else_may_have_gone(database: Database):
    assert add(database, by="c0001").cadre["name"] == "包文军"


def test_the_future_has_not_been_visited(database: Database):
    with pytest.raises(UsageError, match="之后"):
        add(database, on=date(2026, 11, 25))


def test_everything_that_was_said_is_stored(database: Database):
    done = add(database, way="打电话", occasion="住院", duties=("政策讲解", "民意征集", "政策讲解"), is_met=False, note="手术顺利",
               deed="联系住院", deed_kind="看病", deed_effect="已解决")
    (visit,) = database.records("SELECT * FROM visit")
    (deed,) = database.records("SELECT * FROM deed")
    assert (visit["code"], visit["way"], visit["mode"], visit["occasion"], visit["is_met"], visit["note"]) == (
        "V000001", "电话", "线上", "生病住院", 0, "手术顺利")
    assert visit["duties"] == "政策理论讲解到户、民意诉求征集到户"
    assert (deed["code"], deed["title"], deed["kind"], deed["effect"], deed["started_on"], deed["done_on"]) == (
        "B000001", "联系住院", "就医照料", "已解决", "2026-11-24", "2026-11-24")
    assert deed["visit_id"] == visit["id"]
    assert (done.visit, done.deed) == ("V000001", "B000001")


def test_a_deed_without_more_is_of_another_kind_and_under_way(database: Database):
    add(database, deed="修门锁")
    assert database.execute("SELECT kind, effect, done_on FROM deed") == [("其他", "推进中", None)]


def test_the_visit_and_its_deed_are_one_batch_and_go_together(town: Path, database: Database):
    before = records_only(town)
    add(database, deed="联系住院")
    receipt = undo(database, None, now=NOW)
    assert receipt.taken_back == {"走访": 1, "办实事": 1}
    assert records_only(town) == before


class TestEvent:
    """A visit with one of the five occasions answers the event it speaks of, or makes it."""

    def events(self, database: Database) -> list[tuple[Any, ...]]:
        return database.execute("SELECT code, kind, happened_on, due_on FROM event ORDER BY id")

    def test_without_an_event_it_makes_one(self, database: Database):
        assert add(database, occasion="住院").event == "E000001"
        assert self.events(database) == [("E000001", "生病住院", "2026-11-24", "2026-11-27")]

    def test_an_everyday_visit_makes_none(self, database: Database):
        assert add(database).event is None
        assert self.events(database) == []

    @pytest.mark.parametrize(("happened_on", "kind", "belongs"), [
        ("2026-11-24", "生病住院", True), ("2026-11", "生病住院", True), ("2026-10-25", "生病住院", True),
        ("2026-10", "生病住院", True), ("2026-10-24", "生病住院", False), ("2026-09", "生病住院", False),
        ("2026-11-24", "红白喜事", False)])
    def test_one_of_that_kind_up_to_30_days_before_is_the_event(self, town: Path, happened_on: str, kind: str, belongs: bool):
        with a_town(town) as made:
            made.event(1, happened_on=happened_on, kind=kind)
        with open_database(town) as database:
            assert add(database, occasion="住院").event == (None if belongs else "E000002")

    def test_an_event_after_the_visit_or_of_another_household_is_another(self, town: Path):
        with a_town(town) as made:
            made.event(1, happened_on="2026-11-21")
            made.event(2, happened_on="2026-11-19")
        with open_database(town) as database:
            assert add(database, on=date(2026, 11, 20), occasion="住院").event == "E000003"

    def test_a_second_visit_belongs_to_the_event_that_the_first_made(self, database: Database):
        add(database, on=date(2026, 11, 20), occasion="住院")
        assert add(database, occasion="住院").event is None

    @pytest.mark.parametrize("day", [date(2019, 5, 6), date(2027, 1, 5)])
    def test_a_year_whose_working_days_nobody_knows_does_not_stop_the_visit(self, database: Database, day: date):
        done = add_visit(database, VISIT._replace(on=day, by="C0001", occasion="住院"), today=date(2027, 1, 6), now=NOW)
        assert done.event == "E000001"
        assert self.events(database) == [("E000001", "生病住院", day.isoformat(), None)]

    def test_an_occasion_of_the_towns_own_asks_for_nothing(self, database: Database):
        text = "".join(f'[[dictionaries.occasions]]\nname = "{name}"\n' for name in ("日常", "生病住院", "节日慰问"))
        with batch(database, "config import", now=NOW) as journal:
            store_text(database, journal, "config", text)
        assert add(database, occasion="节日慰问").event is None
        assert self.events(database) == []


class TestTask:
    """A visit with a duty answers the household's open items of that duty."""

    @pytest.fixture
    def given(self, town: Path):
        with a_town(town) as made:
            made.task(1, 2)
            made.task(1, title="移风易俗", duty="文明新风倡导到户")
            made.task(1, title="以后的", issued_on="2026-11-23")
        with open_database(town) as database:
            yield database

    def open_items(self, database: Database) -> list[tuple[int, int]]:
        return database.execute("SELECT task_id, household_id FROM task_item WHERE done_on IS NULL ORDER BY id")

    def test_those_of_its_duty_issued_by_that_day(self, given: Database):
        done = add(given, on=date(2026, 11, 20), duties=("政策讲解",))
        assert done.tasks == ("T000001",)
        assert self.open_items(given) == [(1, 2), (2, 1), (3, 1)]
        assert given.execute("SELECT done_on, cadre_id, visit_id FROM task_item WHERE id = 1") == [("2026-11-20", 2, 1)]

    def test_several_at_once_and_none_again(self, given: Database):
        assert add(given, duties=("政策讲解", "移风易俗")).tasks == ("T000003", "T000002", "T000001")
        assert add(given, duties=("政策讲解",), again=True).tasks == ()
        assert self.open_items(given) == [(1, 2)]

    def test_a_visit_without_duties_answers_none(self, given: Database):
        assert add(given).tasks == ()
        assert len(self.open_items(given)) == 4

    def test_undo_opens_them_again(self, town: Path, given: Database):
        before = records_only(given)
        add(given, duties=("政策讲解",), occasion="住院")
        undo(given, None, now=NOW)
        assert records_only(given) == before


class TestTwins:
    def test_a_second_one_of_the_same_day_and_occasion_is_not_stored(self, database: Database):
        add(database)
        with pytest.raises(ConflictError) as caught:
            add(database, way="微信", note="又去了")
        assert "V000001" in caught.value.sentence
        assert "--again" in caught.value.hint
        assert database.execute("SELECT count(*) FROM visit") == [(1,)]

    def test_unless_it_is_said_to_be_another(self, database: Database):
        add(database)
        assert add(database, again=True).visit == "V000002"

    def test_another_day_occasion_household_or_cadre_is_no_twin(self, database: Database):
        add(database)
        add(database, on=date(2026, 11, 23))
        add(database, occasion="红白喜事")
        add(database, by="C0001")
        add(database, household="H00002", by="C0002")
        assert database.execute("SELECT count(*) FROM visit") == [(5,)]


class TestRefused:
    @pytest.mark.parametrize(("over", "says", "near"), [
        ({"way": "微新"}, "方式里没有“微新”", "微信"), ({"occasion": "生病主院"}, "事由里没有“生病主院”", "生病住院"),
        ({"duties": ("政策讲姐",)}, "四项职责里没有“政策讲姐”", "政策理论讲解到户"),
        ({"deed": "修路", "deed_kind": "环境整洁"}, "办实事类别里没有“环境整洁”", "环境整治"),
        ({"deed": "修路", "deed_effect": "已经解决"}, "成效里没有“已经解决”", "已解决")])
    def test_an_unknown_word_names_what_there_is_and_the_nearest(self, database: Database, over, says: str, near: str):
        with pytest.raises(UsageError) as caught:
            add(database, **over)
        assert says in caught.value.sentence
        assert "可用的有：" in caught.value.sentence
        assert near in caught.value.hint

    @pytest.mark.parametrize("over", [{"note": "他有艾滋病"}, {"note": "hiv 阳性"}, {"deed": "HIV检测"}, {"note": "有前科"}])
    def test_a_forbidden_word(self, town: Path, database: Database, over: dict[str, str]):
        before = records_only(town)
        with pytest.raises(UsageError, match="本系统不登记"):
            add(database, **over)
        assert records_only(town) == before

    def test_the_kind_of_a_deed_without_a_deed(self, database: Database):
        with pytest.raises(UsageError, match="要和 --deed 一起用"):
            add(database, deed_kind="就医照料")

    def test_nobody_of_that_name(self, database: Database):
        with pytest.raises(NotFoundError):
            add(database, household="H99999")
        with pytest.raises(NotFoundError):
            add(database, by="没有这人")

    def test_a_name_that_fits_several(self, town: Path):
        with a_town(town) as made:
            made.household(head_name="宝音", village_id=made.village("哈达"))
        with open_database(town) as database, pytest.raises(AmbiguousError, match="永胜 宝音 H00001；哈达 宝音 H00003"):
            add(database, household="宝音")


class TestList:
    @pytest.fixture
    def visited(self, town: Path):
        with a_town(town) as made:
            made.household(village_id=made.village("哈达"))
            for household, cadre, day in ((1, 1, "2026-03-05"), (1, 2, "2026-07-01"), (3, 1, "2026-07"), (2, 2, "2026-07-31")):
                made.visit(household, cadre, visited_on=day)
        with open_database(town) as database:
            yield database

    def days(self, database: Database, **options: Any) -> list[str]:
        return [visit["visited_on"] for visit in list_visits(database, **options)]

    def test_the_latest_first(self, visited: Database):
        assert self.days(visited) == ["2026-07-31", "2026-07-01", "2026-07", "2026-03-05"]
        assert self.days(visited, limit=2) == ["2026-07-31", "2026-07-01"]

    def test_of_one_household_cadre_or_village(self, visited: Database):
        assert self.days(visited, household="宝音") == ["2026-07-01", "2026-03-05"]
        assert self.days(visited, by="C0001") == ["2026-07", "2026-03-05"]
        assert self.days(visited, village="哈达嘎查") == ["2026-07"]

    def test_of_a_period_with_both_its_days(self, visited: Database):
        assert self.days(visited, start=date(2026, 7, 1), end=date(2026, 7, 31)) == ["2026-07-31", "2026-07-01", "2026-07"]
        assert self.days(visited, start=date(2026, 3, 5), end=date(2026, 3, 5)) == ["2026-03-05"]
        # One known only to its month belongs to a period that begins within the month.
        assert self.days(visited, start=date(2026, 7, 15)) == ["2026-07-31", "2026-07"]

    def test_of_nobody(self, visited: Database):
        with pytest.raises(NotFoundError):
            list_visits(visited, household="H99999")
