"""The evaluation of cadres and the other figures of the working year, out of real records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianhu.domain.figures import Rate
from lianhu.reports import evaluation
from lianhu.reports import indicators as i
from lianhu.reports.indicators import Indicator
from lianhu.reports.period import parse_period
from lianhu.services.figures import Counter
from tests.reports.town import NOW, Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path / "lianhu.db")
    made.village("永胜")
    return made


def counted(town: Town, indicator: Indicator, **period: str) -> int:
    with town.open() as database:
        return Counter(database, parse_period(period.get("start"), period.get("end"), period.get("month"), NOW)).count(indicator)


class TestEvaluation:
    def rate(self, town: Town, cadre: int, *grades: str) -> None:
        for number, grade in enumerate(grades, 1):
            town.rating(town.household(1), cadre, grade, rated_on=f"2026-03-{number:02}")

    def rows(self, town: Town, **period: str) -> list[list[Any]]:
        with town.open() as database:
            (table,) = evaluation.tables(Counter(database, parse_period(period.get("start"), period.get("end"), None, NOW)))
        return table.rows

    def test_by_place_then_those_with_few_answers(self, town: Town):
        few, worse, best, equal, nobody = (town.cadre(1) for _ in range(5))
        self.rate(town, few, "非常满意", "满意", "满意", "满意")
        self.rate(town, worse, "满意", "满意", "满意", "满意", "不满意")
        self.rate(town, best, "满意", "满意", "基本满意", "满意", "非常满意")
        self.rate(town, equal, "满意", "满意", "基本满意", "满意", "非常满意")
        town.appraisal(few, "优秀")
        for _ in range(20):
            town.visit(1, worse)
        town.deed(1, nobody, effect="未解决")
        rows = self.rows(town)
        assert [(row[0], row[2]) for row in rows] == [
            (1, "C0003"), (1, "C0004"), (3, "C0002"), ("样本不足，不排名", "C0001"), ("样本不足，不排名", "C0005")]
        assert rows[3][4:] == [4, Rate(4, 4, "份"), "优秀", Rate(0, 0, "件")]
        assert rows[4][4:] == [0, Rate(0, 0, "份"), "", Rate(0, 1, "件")]

    def test_the_appraisal_then_the_deeds_decide_among_equals(self, town: Town):
        for _ in range(3):
            self.rate(town, town.cadre(1), *["满意"] * 5)
        town.appraisal(1, "良好")
        town.appraisal(2, "优秀")
        town.appraisal(2, "一般")
        town.appraisal(3, "良好")
        town.deed(1, 3)
        assert [(row[0], row[2], row[6]) for row in self.rows(town)] == [
            (1, "C0003", "良好"), (2, "C0001", "良好"), (2, "C0002", "优秀、一般")]

    def test_satisfaction_stands_above_appraisal_and_appraisal_above_deeds(self, town: Town):
        self.rate(town, town.cadre(1), *["满意"] * 4, "不满意")
        for _ in range(2):
            self.rate(town, town.cadre(1), *["满意"] * 5)
        town.appraisal(1, "优秀")
        town.deed(1, 1)
        town.appraisal(2, "较差")
        town.deed(1, 2)
        town.appraisal(3, "一般")
        town.deed(1, 3, effect="未解决")
        assert [row[2] for row in self.rows(town)] == ["C0003", "C0002", "C0001"]

    def test_visits_change_nothing(self, town: Town, tmp_path: Path):
        busy = Town(tmp_path / "busy.db")
        busy.village("永胜")
        for made in (town, busy):
            self.rate(made, made.cadre(1), *["满意"] * 5)
            self.rate(made, made.cadre(1), *["满意"] * 5)
            made.cadre(1)
        for day in range(1, 29):
            busy.visit(1, 2, f"2026-03-{day:02}")
            busy.visit(1, 3, f"2026-03-{day:02}")
        assert self.rows(busy) == self.rows(town)
        assert [row[0] for row in self.rows(busy)] == [1, 1]

    def test_the_town_says_how_many_answers_are_enough(self, town: Town):
        self.rate(town, town.cadre(1), "满意", "满意")
        town.rows["setting"] = [{"id": 1, "name": "config", "text": "[ratings]\nleast = 2\n"}]
        assert self.rows(town)[0][0] == 1

    def test_only_what_lies_in_the_period_counts(self, town: Town):
        self.rate(town, town.cadre(1), *["满意"] * 5)
        assert self.rows(town, end="2026-03-04")[0][0] == "样本不足，不排名"
        assert self.rows(town, start="2026-04-01") == []

    def test_ratings_of_nobody_are_no_line(self, town: Town):
        town.rating(town.household(1))
        assert self.rows(town) == []


class TestEvents:
    @pytest.mark.parametrize(("event", "visit", "outcome"), [
        ({"due_on": "2026-03-09"}, "2026-03-09", "in_time"), ({"due_on": "2026-03-09"}, "2026-03-10", "late"),
        ({"due_on": "2026-03-09"}, "2026-03-03", "overdue"), ({"due_on": "2026-03-09"}, None, "overdue"),
        ({"due_on": "2026-11-24"}, None, "open"), ({"due_on": None}, None, "open"), ({"due_on": None}, "2026-05-01", "in_time"),
        ({"due_on": "2026-03-09"}, "2026-03", "in_time"), ({"due_on": "2026-04-03", "happened_on": "2026-03"}, "2026-03-01", "in_time"),
    ])
    def test_each_has_one_outcome(self, town: Town, event: dict[str, Any], visit: str | None, outcome: str):
        household = town.household(1)
        town.event(household, **event)
        if visit:
            town.visit(household, town.cadre(1), visit, occasion="生病住院")
        figures = {indicator: counted(town, indicator) for indicator in (
            i.EVENTS, i.EVENTS_DUE, i.EVENTS_ANSWERED, i.EVENTS_IN_TIME, i.EVENTS_OVERDUE)}
        assert list(figures.values()) == {
            "in_time": [1, 1, 1, 1, 0], "late": [1, 1, 1, 0, 0], "overdue": [1, 1, 0, 0, 1], "open": [1, 0, 0, 0, 0]}[outcome]

    def test_closing_the_household_ends_what_is_due(self, town: Town):
        town.event(town.household(1, closed_on="2026-05-01", close_reason="搬迁"), due_on="2026-03-09")
        assert counted(town, i.EVENTS_OVERDUE) == counted(town, i.EVENTS_DUE) == 0
        assert counted(town, i.EVENTS_OVERDUE, end="2026-04-30") == 1

    def test_a_visit_after_the_period_has_not_answered_it_yet(self, town: Town):
        town.event(town.household(1), due_on="2026-03-09")
        town.visit(1, town.cadre(1), "2026-04-02", occasion="生病住院")
        assert counted(town, i.EVENTS_ANSWERED, month="2026-03") == 0
        assert counted(town, i.EVENTS_OVERDUE, month="2026-03") == 1
        assert counted(town, i.EVENTS_ANSWERED) == 1

    def test_it_is_with_whoever_holds_the_household_at_the_end_of_the_period(self, town: Town):
        first, second = town.cadre(1), town.cadre(1)
        household = town.household(1)
        town.pair(household, first, "2026-01-01", ended_on="2026-06-01")
        town.pair(household, second, "2026-06-01")
        town.event(household, due_on="2026-03-09")
        with town.open() as database:
            for end, holder in (("2026-05-31", first), (None, second)):
                assert Counter(database, parse_period(None, end, None, NOW)).by(i.EVENTS_OVERDUE, "cadre") == {holder: 1}


class TestTasks:
    def test_done_items_are_with_who_did_them_and_open_ones_with_who_holds_the_household(self, town: Town):
        first, second = town.cadre(1), town.cadre(1)
        household = town.household(1)
        town.pair(household, first, "2026-01-01", ended_on="2026-06-01")
        town.pair(household, second, "2026-06-01")
        town.task(household, done_on="2026-03-09", cadre_id=first)
        town.task(household)
        with town.open() as database:
            counter = Counter(database, parse_period(None, None, None, NOW))
            assert counter.by(i.TASK_ITEMS, "cadre") == {first: 1, second: 1}
            assert counter.by(i.TASK_ITEMS_DONE, "cadre") == {first: 1}
            assert counter.by(i.TASK_ITEMS, "kind") == {"政策理论讲解到户": 2}

    def test_what_was_not_done_when_the_household_closed_is_none_any_more(self, town: Town):
        town.task(town.household(1, closed_on="2026-05-01", close_reason="搬迁"), town.household(1))
        town.task(1, done_on="2026-04-01")
        assert (counted(town, i.TASK_ITEMS), counted(town, i.TASK_ITEMS_DONE)) == (2, 1)
        assert (counted(town, i.TASK_ITEMS, end="2026-03-31"), counted(town, i.TASK_ITEMS_DONE, end="2026-03-31")) == (3, 0)


class TestOpinionsAndRatings:
    def test_an_answer_counts_from_its_day(self, town: Town):
        town.opinion(1, closed_on="2026-04-02")
        town.opinion(1, closed_on="2026-03")
        town.opinion(1)
        assert (counted(town, i.OPINIONS), counted(town, i.OPINIONS_SETTLED)) == (3, 2)
        assert counted(town, i.OPINIONS_SETTLED, month="2026-03") == 1

    @pytest.mark.parametrize(("grade", "satisfied"), [
        ("非常满意", 1), ("满意", 1), ("基本满意", 1), ("不满意", 0), ("非常不满意", 0)])
    def test_three_of_five_grades_are_satisfied(self, town: Town, grade: str, satisfied: int):
        town.rating(town.household(1), None, grade)
        assert (counted(town, i.RATINGS), counted(town, i.RATINGS_SATISFIED)) == (1, satisfied)

    def test_words_and_contents_are_masked_in_listings(self, town: Town):
        town.rating(town.household(1), None, words="打13800138000")
        town.opinion(1, content="找13800138000修")
        town.task(1, title="通知13800138000")
        with town.open() as database:
            counter = Counter(database, parse_period(None, None, None, NOW))
            shown = str([counter.rows(indicator) for indicator in (i.RATINGS, i.OPINIONS, i.TASK_ITEMS)])
        assert "13800138000" not in shown
        assert shown.count("138****8000") == 3
