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
            (0, "1 逾期：办结", "逾期 1 天"), (0, "3 没联系：签收并联系诉求人", "超过 1 小时"),
            (1, "2 今天：办结", "还有 11 小时（24 小时内）"), (2, "3 没联系：办结", "还有 1 天（48 小时内）"),
            (3, "4 等回访：等回访", "2026-11-20 已办结")]


class TestTheRest:
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
        assert book.sheetnames == ["孛儿只斤额尔德尼朝克图 C0001", "未定干部"]
        rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
        assert rows[0][:4] == ("序号", "事", "紧急", "期限")
        assert rows[1][1:4] == ("必访", "已逾期", "2026-11-13")
        assert book.worksheets[0].page_setup.paperSize == 9
