"""The life of a 12345 ticket, step by step, on a real file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from lianhu.domain.settings import Settings
from lianhu.domain.tickets import explained, extended, respond_by
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import tickets
from lianhu.services.history import undo
from lianhu.services.tickets import NewTicket
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town, records_only

NUMBER = "261101101100000001"


@pytest.fixture
def here(path: Path):
    """A village with its secretary, a household with its cadre, and one without."""
    with a_town(path) as town:
        village = town.village("永胜")
        town.cadre(village_id=village, roles="支部书记", name="白音")
        cadre = town.cadre(village_id=village, roles="村医", name="其木格")
        town.pair(town.household(village_id=village), cadre)
        town.household(village_id=village)
        town.village("丰屯")
    with open_database(path) as database:
        yield database


def added(database, **what):
    return tickets.add_ticket(
        database, NewTicket(**({"number": NUMBER, "title": "井水发黄", "household": "H00001", "kind": "求助",
                                "received": "2026-11-20 10:00"} | what)), now=NOW, today=TODAY)


def at(moment: str) -> dict:
    return {"now": datetime.fromisoformat(moment), "today": date.fromisoformat(moment[:10])}


class TestAdd:
    def test_the_deadline_is_in_working_days_and_the_cadre_is_the_household_s(self, here):
        ticket = added(here)
        assert (ticket["due_on"], ticket["respond_by"], ticket["state"]) == ("2026-11-25", "2026-11-21 10:00", "待签收")
        shown, steps = tickets.show_ticket(here, NUMBER)
        assert (shown["cadre_name"], shown["village"], [step.command for step in steps]) == ("其木格", "永胜", ["ticket add"])

    def test_without_a_holder_it_goes_to_the_village_s_leader(self, here):
        added(here, household="H00002")
        assert tickets.show_ticket(here, NUMBER)[0]["cadre_name"] == "白音"

    def test_a_village_without_leaders_leaves_it_open(self, here):
        added(here, household=None, village="丰屯")
        assert tickets.show_ticket(here, NUMBER)[0]["cadre_name"] is None
        with pytest.raises(ConflictError, match="不知道交给谁"):
            tickets.assign_ticket(here, NUMBER, None, now=NOW, today=TODAY)
        assert tickets.assign_ticket(here, NUMBER, "其木格", now=NOW, today=TODAY)[1]["code"] == "C0002"

    def test_an_urgent_one_is_due_in_hours(self, here):
        assert added(here, urgent=True)["due_on"] == "2026-11-21 10:00"

    @pytest.mark.parametrize(("what", "sentence"), [
        ({"household": None}, "哪个村"), ({"kind": "求住"}, "没有“求住”"), ({"received": "2026-11-25"}, "还没有到"),
        ({"received": "昨日"}, "看不懂"), ({"title": "艾滋病"}, "不登记"), ({"number": "12 三"}, "只能是数字"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, here, what, sentence):
        before = records_only(here)
        with pytest.raises(UsageError, match=sentence):
            added(here, **what)
        assert records_only(here) == before

    def test_a_number_stands_once(self, here):
        added(here)
        with pytest.raises(ConflictError, match="已经登记过"):
            added(here)

    def test_a_day_past_the_calendar_is_refused_with_what_to_do(self, here):
        with pytest.raises(ConflictError, match="2027年") as refused:
            tickets.add_ticket(here, NewTicket(NUMBER, "修路", village="永胜", kind="投诉", received="2026-12-30"),
                               **at("2026-12-31 09:00"))
        assert "lianhu config import" in refused.value.hint


class TestLife:
    def test_from_signing_to_the_follow_up(self, here):
        added(here)
        signed = tickets.sign_ticket(here, NUMBER, "2026-11-20 11:00", "2026-11-20 15:30", now=NOW, today=TODAY)
        assert (signed["state"], signed["contacted_at"]) == ("办理中", "2026-11-20 15:30")
        resolved = tickets.resolve_ticket(here, NUMBER, "换了滤芯", "昨天", now=NOW, today=TODAY)
        assert (resolved["state"], resolved["closed_at"]) == ("待回访", "2026-11-23")
        done = tickets.follow_up(here, NUMBER, solved=True, grade="很满意", redo=False, now=NOW, today=TODAY)
        assert (done["state"], done["is_solved"], done["grade"]) == ("已办结", 1, "非常满意")
        shown, steps = tickets.show_ticket(here, NUMBER)
        assert [step.command for step in steps] == ["ticket add", "ticket sign", "ticket resolve", "ticket follow-up"]
        assert steps[1].changes["state"] == ("待签收", "办理中")
        assert shown["result"] == "换了滤芯"

    def test_a_bad_follow_up_starts_it_again_with_a_new_deadline(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, None, None, now=NOW, today=TODAY)
        tickets.resolve_ticket(here, NUMBER, "看过", None, now=NOW, today=TODAY)
        again = tickets.follow_up(here, NUMBER, solved=False, grade="不满意", redo=True, now=NOW, today=TODAY)
        assert (again["state"], again["redone"], again["closed_at"], again["due_on"]) == ("重办", 1, None, "2026-11-27")
        tickets.resolve_ticket(here, NUMBER, "换了井", None, now=NOW, today=TODAY)
        last = tickets.follow_up(here, NUMBER, solved=True, grade="满意", redo=False, now=NOW, today=TODAY)
        assert (last["state"], last["redone"], last["is_solved"]) == ("已办结", 1, 1)

    def test_it_is_extended_once_and_in_time(self, here):
        added(here)
        longer = tickets.extend_ticket(here, NUMBER, 2, "等配件", now=NOW)
        assert (longer["extended_from"], longer["due_on"], longer["state"]) == ("2026-11-25", "2026-11-27", "延期")
        with pytest.raises(ConflictError, match="已延期过一次"):
            tickets.extend_ticket(here, NUMBER, 2, "再等", now=NOW)

    def test_not_after_the_deadline(self, here):
        added(here, received="2026-11-02 10:00")
        with pytest.raises(ConflictError, match="已过"):
            tickets.extend_ticket(here, NUMBER, 2, "等配件", now=NOW)

    def test_on_the_last_day_it_can_still_be_extended(self, here):
        added(here)
        assert tickets.extend_ticket(here, NUMBER, 1, "等配件", now=datetime(2026, 11, 25, 23))["due_on"] == "2026-11-26"

    def test_returned_it_is_over(self, here):
        added(here)
        assert tickets.return_ticket(here, NUMBER, "属邻镇", now=NOW)["return_reason"] == "属邻镇"
        for step in (lambda: tickets.sign_ticket(here, NUMBER, None, None, now=NOW, today=TODAY),
                     lambda: tickets.resolve_ticket(here, NUMBER, "办了", None, now=NOW, today=TODAY),
                     lambda: tickets.extend_ticket(here, NUMBER, 1, "等", now=NOW),
                     lambda: tickets.return_ticket(here, NUMBER, "再退", now=NOW),
                     lambda: tickets.assign_ticket(here, NUMBER, None, now=NOW, today=TODAY)):
            with pytest.raises(ConflictError, match="已是“退单”"):
                step()

    def test_excluded_with_a_reason_of_the_list_and_back(self, here):
        added(here)
        assert tickets.exclude_ticket(here, NUMBER, "不属实", now=NOW)["exclusion"] == "不属实"
        with pytest.raises(UsageError, match="没有“麻烦”"):
            tickets.exclude_ticket(here, NUMBER, "麻烦", now=NOW)
        assert tickets.exclude_ticket(here, NUMBER, None, now=NOW)["exclusion"] is None

    @pytest.mark.parametrize("step", ["resolve", "follow-up", "sign twice", "sign before"])
    def test_steps_out_of_order_are_refused(self, here, step):
        added(here)
        if step == "resolve":
            with pytest.raises(ConflictError, match="还没有签收"):
                tickets.resolve_ticket(here, NUMBER, "办了", None, now=NOW, today=TODAY)
        elif step == "follow-up":
            with pytest.raises(ConflictError, match="还没有办结"):
                tickets.follow_up(here, NUMBER, solved=True, grade=None, redo=False, now=NOW, today=TODAY)
        elif step == "sign twice":
            tickets.sign_ticket(here, NUMBER, None, None, now=NOW, today=TODAY)
            with pytest.raises(ConflictError, match="签收，没有再登记"):
                tickets.sign_ticket(here, NUMBER, None, None, now=NOW, today=TODAY)
            assert tickets.sign_ticket(here, NUMBER, None, "今天", now=NOW, today=TODAY)["contacted_at"] == "2026-11-24"
        else:
            with pytest.raises(UsageError, match="还早"):
                tickets.sign_ticket(here, NUMBER, "2026-11-19", None, now=NOW, today=TODAY)

    def test_every_step_can_be_taken_back(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, None, None, now=NOW, today=TODAY)
        before = records_only(here)
        tickets.resolve_ticket(here, NUMBER, "办了", None, now=NOW, today=TODAY)
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestFinding:
    def test_by_the_last_figures(self, here):
        added(here)
        assert tickets.get_ticket(here, "0001")["number"] == NUMBER
        assert tickets.get_ticket(here, "261101-101100-000001")["number"] == NUMBER
        with pytest.raises(NotFoundError):
            tickets.get_ticket(here, "001")
        added(here, number="991101101100000001")
        with pytest.raises(AmbiguousError, match="2 件"):
            tickets.get_ticket(here, "0001")

    def test_lists_are_narrowed(self, here):
        added(here)
        added(here, number="2", village="丰屯", household=None, received="2026-11-02")
        tickets.return_ticket(here, NUMBER, "属邻镇", now=NOW)

        def numbers(**what):
            return [ticket["number"] for ticket in tickets.list_tickets(here, **what)]

        assert numbers() == [NUMBER, "2"]
        assert numbers(village="永胜") == numbers(by="其木格") == numbers(household="H00001") == numbers(state="退单") == [NUMBER]
        assert numbers(unsettled=True) == numbers(overdue_at="2026-11-24 09:00") == ["2"]
        assert numbers(overdue_at="2026-11-05 23:00") == []


class TestDeadlines:
    def test_each_day_is_explained(self):
        ticket = {"kind": "求助", "is_urgent": 0, "received_at": "2026-02-13 10:00", "due_on": "2026-02-25",
                  "extended_from": None, "redone": 0}
        lines = explained(ticket, Settings())
        assert lines[0].startswith("“求助”3 个工作日")
        assert any("2026-02-14" in line and "调休上班" in line and "第 1 个工作日" in line for line in lines)
        assert any("节假日放假" in line and "不计" in line for line in lines)
        assert lines[-1].startswith("2026-02-25")
        assert lines[-1].endswith("第 3 个工作日，到期")

    def test_a_deadline_of_the_sheet_is_called_that(self):
        ticket = {"kind": "求助", "is_urgent": 0, "received_at": "2026-11-02", "due_on": "2026-11-20",
                  "extended_from": None, "redone": 0}
        assert explained(ticket, Settings()) == ["期限 2026-11-20 是登记时写明的，不是按规则推算的。"]

    def test_extension_keeps_the_hour(self):
        assert extended("2026-11-20 10:00", 2, Settings()) == "2026-11-24 10:00"

    def test_response_by_the_hour_or_the_day(self):
        assert respond_by("2026-11-20 10:00", Settings()) == "2026-11-21 10:00"
        assert respond_by("2026-11-20", Settings()) == "2026-11-21"


class TestOrderOfSteps:
    def test_a_ticket_is_not_resolved_before_it_was_signed(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, "2026-11-23 09:00", None, now=NOW, today=TODAY)
        with pytest.raises(UsageError, match="比签收时间 2026-11-23 09:00 还早"):
            tickets.resolve_ticket(here, NUMBER, "已修", "2026-11-22", now=NOW, today=TODAY)
        assert tickets.resolve_ticket(here, NUMBER, "已修", "2026-11-23", now=NOW, today=TODAY)["state"] == "待回访"

    def test_a_follow_up_is_not_before_the_closing(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, "2026-11-20 11:00", None, now=NOW, today=TODAY)
        tickets.resolve_ticket(here, NUMBER, "已修", "2026-11-23 09:00", now=NOW, today=TODAY)
        with pytest.raises(UsageError, match="比办结时间 2026-11-23 09:00 还早"):
            tickets.follow_up(here, NUMBER, solved=True, grade=None, redo=False, at="2026-11-22", now=NOW, today=TODAY)
        assert tickets.show_ticket(here, NUMBER)[0]["followed_up_at"] is None

    def test_after_a_redo_a_ticket_is_not_resolved_before_the_follow_up(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, "2026-11-20 11:00", None, now=NOW, today=TODAY)
        tickets.resolve_ticket(here, NUMBER, "已修", "2026-11-21", now=NOW, today=TODAY)
        tickets.follow_up(here, NUMBER, solved=False, grade="不满意", redo=True, at="2026-11-23", now=NOW, today=TODAY)
        with pytest.raises(UsageError, match="比退回重办的回访时间 2026-11-23 还早"):
            tickets.resolve_ticket(here, NUMBER, "再修", "2026-11-22", now=NOW, today=TODAY)

    def test_a_second_follow_up_without_a_grade_keeps_the_first_one_s(self, here):
        added(here)
        tickets.sign_ticket(here, NUMBER, "2026-11-20 11:00", None, now=NOW, today=TODAY)
        tickets.resolve_ticket(here, NUMBER, "已修", "2026-11-21", now=NOW, today=TODAY)
        tickets.follow_up(here, NUMBER, solved=True, grade="满意", redo=False, now=NOW, today=TODAY)
        again = tickets.follow_up(here, NUMBER, solved=False, grade=None, redo=False, now=NOW, today=TODAY)
        assert (again["grade"], again["is_solved"]) == ("满意", 0)


def test_a_ticket_of_a_household_is_not_another_village_s(here):
    with pytest.raises(ConflictError, match="H00001 不是丰屯的"):
        added(here, village="丰屯")
    assert added(here, village="永胜")["household_id"] is not None
