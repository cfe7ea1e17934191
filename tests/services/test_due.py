"""What is due: every source, in its stage, with whoever holds the household now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from lianhu.services.due import due_list, gathered
from lianhu.services.due_sheets import write_due_sheets
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, Town, a_town


def due(path: Path, **options):
    with open_database(path) as database:
        return due_list(database, today=TODAY, now=NOW, **options)


def told(path: Path, **options):
    """Stage, kind, household and cadre of each line that is not about a card."""
    return [(d.stage, d.kind, d.household, d.cadre) for d in due(path, **options) if d.kind != "联系卡"]


def a_pair(town: Town, **household) -> tuple[int, int]:
    home, cadre = town.household(**household), town.cadre()
    town.pair(home, cadre)
    town.card(home, cadre)
    return home, cadre


def test_an_empty_town_has_nothing_to_do(path: Path):
    with a_town(path):
        pass
    assert due(path) == []


@pytest.mark.parametrize(("due_on", "stage"), [("2026-11-23", 0), ("2026-11-24", 1), ("2026-12-01", 2), ("2026-12-02", None)])
def test_an_event_by_its_deadline(path: Path, due_on: str, stage: int | None):
    with a_town(path) as town:
        home, _ = a_pair(town)
        town.event(home, due_on=due_on, happened_on="2026-11-20")
    assert told(path) == ([] if stage is None else [(stage, "必访", "H00001", "C0001")])


class TestEvents:
    def test_a_visit_answers_it_and_closing_ends_it(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            (answered, cadre), (closed, _), (early, other) = a_pair(town), a_pair(town), a_pair(town)
            for home in (answered, closed, early):
                town.event(home, happened_on="2026-11-10")
            town.visit(answered, cadre, visited_on="2026-11-12", occasion="生病住院")
            town.visit(early, other, visited_on="2026-11-09", occasion="生病住院")
            town.change("household", closed, closed_on="2026-11-11", close_reason="搬迁")
        assert told(path) == [(0, "必访", "H00003", "C0003")]

    def test_it_goes_along_at_a_hand_over(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            home, _ = a_pair(town)
            town.event(home, happened_on="2026-11-10")
            town.change("pairing", 1, ended_on="2026-11-15")
            new = town.cadre()
            town.pair(home, new, started_on="2026-11-15")
            town.card(home, new, issued_on="2026-11-16")
        assert told(path) == [(0, "必访", "H00001", "C0002")]
        assert told(path, by="C0001") == []

    def test_it_goes_along_on_the_day_of_a_hand_over_to_come_and_not_before(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            home, _ = a_pair(town)
            town.event(home, happened_on="2026-11-10", due_on="2026-11-13")
            town.change("pairing", 1, ended_on="2026-12-01")
            town.pair(home, town.cadre(), started_on="2026-12-01")
        assert told(path) == [(0, "必访", "H00001", "C0001")]

    def test_one_without_a_deadline_is_not_lost(self, path: Path):
        with a_town(path) as town:
            home, _ = a_pair(town)
            town.event(home, happened_on="2019-03-01", due_on=None)
        (line,) = due(path)
        assert (line.stage, line.due, line.reason) == (3, None, "那一年的工作日没有登记，没有期限")


class TestMonths:
    """A deadline known to its month only lasts until the month's end."""

    @pytest.mark.parametrize(("due_on", "found"), [
        ("2026-10", [(0, "逾期 24 天")]), ("2026-11", [(2, "还有 6 天")]), ("2026-12", [])])
    def test_of_a_task(self, path: Path, due_on: str, found: list[tuple[int, str]]):
        with a_town(path) as town:
            home, _ = a_pair(town)
            town.task(home, due_on=due_on)
        assert [(line.stage, line.reason) for line in due(path)] == found

    def test_of_a_ticket(self, path: Path):
        with a_town(path) as town:
            _, cadre = a_pair(town)
            town.ticket(due_on="2026-11", contacted_at="2026-11-02 11:00", cadre_id=cadre)
        assert [(line.stage, line.reason) for line in due(path)] == [(2, "还有 6 天")]

    def test_a_visit_of_the_month_answers_a_rating_of_one_of_its_days(self, path: Path):
        with a_town(path) as town:
            home, cadre = a_pair(town)
            town.rating(home, grade="基本满意", rated_on="2026-11-10")
            town.visit(home, cadre, visited_on="2026-11")
        assert due(path) == []


class TestTickets:
    def test_deadlines_responses_and_follow_ups(self, path: Path):
        with a_town(path) as town:
            village = town.village("永胜")
            town.ticket(number="1", village_id=village, due_on="2026-11-23", contacted_at="2026-11-02 11:00", title="逾期")
            town.ticket(number="2", village_id=village, due_on="2026-11-24 20:00", contacted_at="2026-11-02 11:00", title="今天")
            town.ticket(number="3", village_id=village, due_on="2026-11-25", respond_by="2026-11-24 08:00", title="没联系",
                        state="待签收")
            town.ticket(number="4", village_id=village, closed_at="2026-11-20", state="待回访", title="等回访")
            town.ticket(number="5", village_id=village, state="已办结", due_on="2026-11-01")
            town.ticket(number="6", village_id=village, state="退单", due_on="2026-11-01")
        found = [(d.stage, d.what, d.reason) for d in due(path)]
        assert found == [
            (0, "1 逾期：办结", "逾期 1 天；还没有承办人"), (0, "3 没联系：签收并联系诉求人", "逾期 1 小时；还没有承办人"),
            (1, "2 今天：办结", "还有 11 小时（24 小时内）；还没有承办人"), (2, "3 没联系：办结", "还有 1 天（48 小时内）；还没有承办人"),
            (3, "4 等回访：等回访", "2026-11-20 已办结；还没有承办人")]

    def test_a_number_of_eight_in_the_evening_is_shown_whole(self, path: Path):
        """Its figures 201108 look like a birth date, so that it was taken for an ID number and masked."""
        with a_town(path) as town:
            _, cadre = a_pair(town)
            town.ticket(number="250912201108115409", title="找 13812345678", contacted_at="2026-11-02 11:00", cadre_id=cadre)
        (line,) = due(path)
        assert line.what == "250912-201108-115409 找 138****5678：办结"
        assert line.command == "lianhu ticket resolve 250912-201108-115409 --result 办理结果"
        assert "250912201108115409" not in str(line.as_json())

    def test_of_a_closed_household_or_a_cadre_who_has_left_it_still_has_to_be_handled(self, path: Path):
        with a_town(path) as town:
            home, cadre = a_pair(town)
            gone = town.cadre(left_on="2026-10-01", leave_reason="调离")
            for holder in (cadre, gone):
                town.ticket(household_id=home, cadre_id=holder, contacted_at="2026-11-02 11:00")
            town.change("pairing", 1, ended_on="2026-11-03")
            town.change("household", home, closed_on="2026-11-03", close_reason="去世")
        assert [(line.cadre, line.reason) for line in due(path)] == [
            ("C0001", "逾期 19 天；户已销户（去世）"), ("C0002", "逾期 19 天；承办人已离岗，要另派")]


class TestHousehold:
    """Of one household: found by itself, not by its code in what is told of others."""

    def test_the_fifth_of_a_task_and_of_the_cards(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            cadre = town.cadre()
            homes = [town.household() for _ in range(6)]
            for home in homes:
                town.pair(home, cadre)
            town.task(*homes)
        assert [line.what for line in due(path, household="H00006")] == [
            "T000001 医保缴费宣传：H00006 赵宝音", "还没有联系卡：H00006 赵宝音"]
        assert [line.what.endswith("等 6 户") for line in due(path)] == [True, True]

    def test_a_code_that_another_one_begins_with(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            for code in ("H1", "H12"):
                home, _ = a_pair(town, code=code)
                town.event(home, due_on="2026-11-13")
        assert [line.household for line in due(path, household="H1")] == ["H1"]
        assert due(path, household="H1", village="永胜") == due(path, household="H1")

    def test_a_ticket_of_another_villager_that_names_it(self, path: Path):
        with a_town(path) as town:
            a_pair(town)
            town.ticket(title="邻居 H00001 占道")
        assert due(path, household="H00001") == []

    def test_its_cadre_who_has_left(self, path: Path):
        with a_town(path) as town:
            a_pair(town)
            town.change("cadre", 1, left_on="2026-11-01", leave_reason="调离")
        (line,) = due(path, household="H00001")
        assert (line.kind, line.what, line.reason) == ("干部离岗", "已离岗，名下还有 1 户", "2026-11-01 调离")


class TestTheRest:
    def test_a_town_cadre_who_has_left_stands_in_the_villages_of_his_households(self, path: Path):
        with a_town(path) as town:
            east, west = town.village("永胜"), town.village("哈达")
            cadre = town.cadre(village_id=None, area="永胜、哈达", left_on="2026-11-01", leave_reason="调离")
            town.pair(home := town.household(village_id=east), cadre)
            town.card(home, cadre)
            other = town.household(village_id=west)
            town.pair(other, holder := town.cadre(village_id=west))
            town.card(other, holder)
        assert [(line.kind, line.village) for line in due(path, village="永胜")] == [("干部离岗", "")]
        assert due(path, village="哈达") == []

    def test_a_leave_to_come_and_a_return_to_come(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            a_pair(town, head_name="宝音")
            town.change("cadre", 1, left_on="2026-11-27", leave_reason="学习")
            town.cadre(left_on="2026-10-01", leave_reason="病假", returns_on="2026-11-30")
            town.cadre(left_on="2026-10-01", leave_reason="病假", returns_on="2026-12-30")
        assert [(line.stage, line.due, line.cadre, line.what) for line in due(path)] == [
            (2, "2026-11-27", "C0001", "2026-11-27 起离岗，名下还有 1 户"), (2, "2026-11-30", "C0002", "预计返岗")]

    def test_a_task_without_a_day(self, path: Path):
        with a_town(path) as town:
            home, _ = a_pair(town)
            town.task(home, due_on=None)
        assert [(line.stage, line.reason) for line in due(path)] == [(3, "没有定期限")]

    def test_two_tasks_of_one_title_with_a_colon_stay_two(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            (one, _), (two, _) = a_pair(town), a_pair(town)
            for _ in range(2):
                town.task(one, two, title="宣传：医保")
        assert [(line.record, line.household) for line in gathered(due(path))] == [("T000001", None), ("T000002", None)]
        assert all("：2 名干部还没有完成" in line.what for line in gathered(due(path)))

    def test_closed_households_ask_for_nothing(self, path: Path):
        with a_town(path) as town:
            home, cadre = a_pair(town)
            town.event(home, due_on="2026-11-13")
            town.task(home, due_on="2026-11-13")
            town.rating(home, cadre, grade="不满意")
            town.change("pairing", 1, ended_on="2026-11-20", end_reason="销户：去世")
            town.change("household", home, closed_on="2026-11-20", close_reason="去世")
        assert due(path) == []

    def test_tasks_are_one_line_a_cadre_and_one_for_the_town(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            (one, first), (two, _) = a_pair(town), a_pair(town)
            three = town.household()
            town.pair(three, first)
            town.card(three, first)
            town.task(one, two, three, due_on="2026-11-30")
        found = due(path)
        assert [(d.cadre, d.household) for d in found] == [("C0001", None), ("C0002", "H00002")]
        (line,) = gathered(found)
        assert line.what == "T000001 医保缴费宣传：2 名干部还没有完成"
        assert [d.what for d in due(path, household="H00002")] == [found[1].what]

    def test_bad_ratings_until_somebody_answers(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            (bad, _), (answered, cadre), (again, _) = a_pair(town), a_pair(town), a_pair(town)
            for home in (bad, answered, again):
                town.rating(home, grade="不满意", rated_on="2026-11-10")
            town.deed(answered, cadre, started_on="2026-11-12")
            town.rating(again, grade="满意", rated_on="2026-11-15")
        assert told(path) == [(3, "户评", "H00001", "C0001")]

    def test_households_alone_cadres_gone_opinions_and_cards(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
            home, cadre = town.household(is_hard=1), town.cadre(name="白音")
            town.pair(home, cadre, ended_on="2026-11-20", end_reason="干部病假")
            town.change("cadre", cadre, left_on="2026-11-20", leave_reason="病假", returns_on="2026-11-24")
            paired, other = town.household(), town.cadre()
            town.pair(paired, other)
            town.opinion(household_id=paired)
        found = due(path)
        assert [(d.stage, d.kind) for d in found] == [(1, "干部离岗"), (3, "未结对"), (3, "意见"), (3, "联系卡")]
        assert (found[1].what, found[1].reason) == ("没有结对干部（重难点户）", "原由白音联系，2026-11-20 干部病假")
        assert [d.kind for d in due(path, by="C0002")] == ["意见", "联系卡"]
        assert [d.kind for d in due(path, village="永胜")] == [d.kind for d in found]

    def test_a_sheet_a_cadre_goes_out(self, path: Path, tmp_path: Path):
        with a_town(path) as town:
            town.village("永胜")
            home, cadre = town.household(), town.cadre(name="孛儿只斤额尔德尼朝克图")
            town.pair(home, cadre)
            town.event(home, happened_on="2026-11-10", note="电话 13812345678")
            town.household()
        with open_database(path) as database:
            found = due_list(database, today=TODAY, now=NOW)
            assert write_due_sheets(database, tmp_path / "due.xlsx", found, today=TODAY, now=datetime(2026, 11, 24)) == 2
            assert database.execute("SELECT command FROM reading") == [("due",)]
        book = openpyxl.load_workbook(tmp_path / "due.xlsx")
        assert book.properties.creator == "lianhu"
        assert book.sheetnames == ["孛儿只斤额尔德尼朝克图 C0001", "未定干部"]
        rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
        assert rows[0][:4] == ("序号", "事", "紧急", "期限")
        assert rows[1][1:4] == ("必访", "已逾期", "2026-11-13")
        assert book.worksheets[0].page_setup.paperSize == 9

    def test_what_stands_with_one_who_has_left_goes_to_nobodys_sheet_with_his_name(self, path: Path, tmp_path: Path):
        with a_town(path) as town:
            town.village("永胜")
            home, cadre = town.household(), town.cadre(name="白音", left_on="2026-11-01", leave_reason="调离")
            town.pair(home, cadre)
            town.card(home, cadre)
        with open_database(path) as database:
            found = due_list(database, today=TODAY, now=NOW)
            write_due_sheets(database, tmp_path / "due.xlsx", found, today=TODAY, now=NOW)
        book = openpyxl.load_workbook(tmp_path / "due.xlsx")
        assert book.sheetnames == ["未定干部"]
        assert book.worksheets[0].cell(4, 8).value == "已离岗，名下还有 1 户（C0001 白音）"
