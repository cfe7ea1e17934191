"""家庭大事 and the visits that answer them, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import events
from lianhu.services.due import due_list
from lianhu.services.events import NewEvent
from lianhu.services.history import undo
from lianhu.services.visits import NewVisit, add_visit
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """A household handed over from 包文军 to 白玉兰 on 1 June, one without a cadre, one in another village."""
    with a_town(path) as made:
        made.hand_over()
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def added(database: Database, household: str = "H00001", kind: str = "住院", on: str = "2026-11-20", today: date = TODAY, **more):
    return events.add_event(database, NewEvent(household, kind, date.fromisoformat(on), **more), today=today, now=NOW)[0]


def codes(database: Database, **what) -> list[str]:
    return [event["code"] for event in events.list_events(database, **what)]


class TestAdd:
    def test_it_is_due_after_three_working_days(self, here: Database):
        event = added(here, member="包银山", note="旗医院")
        assert (event["code"], event["kind"], event["due_on"]) == ("E000001", "生病住院", "2026-11-25")
        (listed,) = events.list_events(here)
        assert (listed["member_name"], listed["note"], listed["answered_on"]) == ("包银山", "旗医院", None)

    def test_the_days_are_those_of_the_town(self, town: Path):
        with a_town(town) as made:
            made.journal.insert("setting", {"name": "config", "text": '[events]\ncalendar_days = ["意外灾害"]\n[events.days]\n"意外灾害" = 2'})
        with open_database(town) as database:
            assert added(database, kind="受灾")["due_on"] == "2026-11-22"
            assert added(database)["due_on"] == "2026-11-25"

    @pytest.mark.parametrize("held", ["2026-05-20", "2026-06-20"])
    def test_whoever_holds_the_household_now_is_to_go(self, here: Database, held: str):
        added(here, on=held)
        (event,) = events.list_events(here)
        assert event["cadre_name"] == "白玉兰"
        assert codes(here, by="白玉兰") == ["E000001"]
        assert codes(here, by="包文军") == []

    def test_a_year_nobody_knows_any_more_has_no_deadline(self, here: Database):
        assert added(here, on="2019-05-06")["due_on"] is None

    def test_one_of_next_year_is_refused_with_what_to_load(self, town: Path, here: Database):
        before = records_only(town)
        with pytest.raises(ConflictError, match="2027年") as refused:
            added(here, on="2027-01-05", today=date(2027, 1, 6))
        assert "lianhu config import" in refused.value.hint
        assert records_only(town) == before

    def test_the_same_one_twice_is_not_stored(self, here: Database):
        added(here)
        with pytest.raises(ConflictError, match="已登记过（E000001）"):
            added(here, kind="生病")
        assert codes(here) == ["E000001"]
        for other in ({"on": "2026-11-19"}, {"kind": "白事"}, {"household": "H00002"}):
            added(here, **other)
        assert len(codes(here)) == 4

    def test_near_ones_of_that_kind_are_told(self, town: Path):
        with a_town(town) as made:
            for day in ("2026-11", "2026-10-21", "2026-10-20", "2026-10", "2026-09"):
                made.event(1, happened_on=day)
            made.event(1, happened_on="2026-11-19", kind="矛盾纠纷")
            made.event(2, happened_on="2026-11-19")
        with open_database(town) as database:
            found = events.similar_events(database, added(database))
        assert [event["happened_on"] for event in found] == ["2026-10", "2026-10-21", "2026-11"]

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"on": "2026-11-25"}, UsageError, "之后"), ({"kind": "住医院了"}, UsageError, "没有“住医院了”"),
        ({"kind": "日常"}, UsageError, "不是要必访的大事"), ({"note": "有前科"}, UsageError, "不登记“前科”"),
        ({"member": "艾滋"}, UsageError, "不登记"), ({"household": "H00009"}, NotFoundError, "没有找到"),
        ({"household": "王海林"}, AmbiguousError, "有 2 个户"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            added(here, **what)
        assert records_only(town) == before

    def test_a_closed_household_has_none_any_more(self, town: Path):
        with a_town(town) as made:
            made.change("household", 2, closed_on="2026-11-10", close_reason="搬迁")
        with open_database(town) as database:
            for day in ("2026-11-10", "2026-11-20"):
                with pytest.raises(ConflictError, match=r"已于 2026-11-10 销户（搬迁）") as refused:
                    added(database, "H00002", on=day)
                assert "household reopen H00002" in refused.value.hint
            assert added(database, "H00002", on="2026-11-09")["code"] == "E000001"

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        added(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestAnswer:
    def answered(self, path: Path, happened_on: str, *visits: str, occasion: str = "生病住院") -> str | None:
        with a_town(path) as made:
            made.event(1, happened_on=happened_on)
            for day in visits:
                made.visit(1, 2, visited_on=day, occasion=occasion)
        with open_database(path) as database:
            return events.list_events(database)[0]["answered_on"]

    @pytest.mark.parametrize(("happened_on", "visit", "answered"), [
        ("2026-11-10", "2026-11-10", True), ("2026-11-10", "2026-11-20", True), ("2026-11-10", "2026-11-09", False),
        ("2026-11-10", "2026-11", True), ("2026-11-10", "2026-10", False), ("2026-11", "2026-11-01", True),
        ("2026-11", "2026-11", True), ("2026-11", "2026-10-31", False)])
    def test_by_a_visit_on_or_after_the_day(self, town: Path, happened_on: str, visit: str, answered: bool):
        assert self.answered(town, happened_on, visit) == (visit if answered else None)

    def test_by_the_first_such_visit(self, town: Path):
        assert self.answered(town, "2026-11-10", "2026-11-20", "2026-11-12") == "2026-11-12"

    def test_not_by_an_everyday_one(self, town: Path):
        assert self.answered(town, "2026-11-10", "2026-11-20", occasion="日常") is None

    def test_a_visit_of_the_cadre_before_answers_it_too(self, town: Path, here: Database):
        added(here, on="2026-05-20")
        assert add_visit(here, NewVisit("H00001", date(2026, 5, 22), occasion="住院"), today=TODAY, now=NOW).cadre["name"] == "包文军"
        assert events.state_of(events.list_events(here)[0], TODAY) == "2026-05-22 已走访"


class TestState:
    @pytest.mark.parametrize(("event", "state"), [
        ({"due_on": "2026-11-25"}, "还有 1 天"), ({"due_on": "2026-11-24"}, "今天到期"), ({"due_on": "2026-11-21"}, "逾期 3 天"),
        ({"due_on": None}, "待走访"), ({"due_on": None, "answered_on": "2019-06-01"}, "2019-06-01 已走访"),
        ({"due_on": "2026-11-24", "answered_on": "2026-11-24"}, "2026-11-24 已走访"),
        ({"due_on": "2026-11-24", "answered_on": "2026-11"}, "2026-11 已走访"),
        ({"due_on": "2026-11-20", "answered_on": "2026-11-21"}, "2026-11-21 已走访（逾期）"),
        ({"due_on": "2026-11-20", "closed_on": "2026-11-22", "close_reason": "搬迁"}, "已销户（搬迁），不再走访"),
    ])
    def test_in_a_few_words(self, event, state: str):
        assert events.state_of({"answered_on": None, "closed_on": None, "close_reason": None} | event, TODAY) == state


class TestList:
    @pytest.fixture
    def recorded(self, town: Path):
        with a_town(town) as made:
            made.event(1, happened_on="2026-11-20", due_on="2026-11-25")
            made.event(1, happened_on="2026-11-10", due_on="2026-11-13")
            made.event(3, happened_on="2026-11", kind="红白喜事", due_on="2026-11-23")
            made.event(2, happened_on="2026-10-10", due_on="2026-10-13")
            made.event(2, happened_on="2026-10-09", due_on="2026-10-12", kind="矛盾纠纷")
            made.visit(2, 1, visited_on="2026-10-20", occasion="矛盾纠纷")
        return town

    def test_narrowed(self, recorded: Path):
        with open_database(recorded) as database:
            assert codes(database) == ["E000001", "E000002", "E000003", "E000004", "E000005"]
            assert codes(database, household="宝音") == ["E000001", "E000002"]
            assert codes(database, village="哈达嘎查") == codes(database, kind="喜事") == ["E000003"]
            assert codes(database, unanswered=True) == ["E000001", "E000002", "E000003", "E000004"]
            assert codes(database, overdue_on=TODAY) == ["E000002", "E000003", "E000004"]
            assert codes(database, overdue_on=TODAY, by="白玉兰") == ["E000002"]
            assert codes(database, overdue_on=date(2026, 11, 23), village="哈达") == []
            with pytest.raises(NotFoundError):
                codes(database, village="没有的村")

    def test_closing_the_household_ends_what_is_due(self, recorded: Path):
        with a_town(recorded) as made:
            made.change("household", 2, closed_on="2026-11-01", close_reason="去世")
        with open_database(recorded) as database:
            assert codes(database, unanswered=True) == ["E000001", "E000002", "E000003"]
            states = {event["code"]: events.state_of(event, TODAY) for event in events.list_events(database, household="H00002")}
            assert states == {"E000004": "已销户（去世），不再走访", "E000005": "2026-10-20 已走访（逾期）"}
            assert [item.due for item in due_list(database, today=TODAY, now=NOW) if item.kind == "必访"] == [
                "2026-11-13", "2026-11-23", "2026-11-25"]

    def test_an_empty_town_has_none(self, tmp_path: Path):
        path = tmp_path / "empty.db"
        with a_town(path):
            pass
        with open_database(path) as database:
            assert events.list_events(database, unanswered=True, overdue_on=TODAY) == []
