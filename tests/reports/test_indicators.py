"""Every figure is the number of its records, however it is grouped, and means what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.reports import indicators as i
from lianhu.reports.catalogue import REPORTS
from lianhu.reports.indicators import DIMENSIONS, INDICATORS, RATIOS, Indicator
from lianhu.reports.period import Period, parse_period
from lianhu.services.figures import Counter, list_figures
from lianhu.store.connection import Database
from tests.reports.town import NOW, Town, sample

ALWAYS = Period(None, None, NOW)
SCOPES: dict[str, tuple[Period, list[int]]] = {
    "all": (ALWAYS, []),
    "march": (Period(date(2026, 3, 1), date(2026, 3, 31), NOW), []),
    "second village": (ALWAYS, [2]),
    "empty village": (ALWAYS, [3]),
    "until May": (Period(None, date(2026, 5, 10), NOW), [1, 2]),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with sample(tmp_path_factory.mktemp("town") / "lianhu.db").open() as opened:
        yield opened


def count(town: Town, indicator: Indicator, **period: Any) -> int:
    with town.open() as database:
        return Counter(database, parse_period(period.get("start"), period.get("end"), period.get("month"), NOW)) \
            .count(indicator)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "lianhu.db")


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_count_rows_and_every_grouping_agree(database: Database, indicator: Indicator, scope: str) -> None:
    counter = Counter(database, *SCOPES[scope])
    total = counter.count(indicator)
    assert len(counter.rows(indicator)) == total
    for dimension in DIMENSIONS:
        assert sum(counter.by(indicator, dimension).values()) == total, dimension
        for other in DIMENSIONS:
            assert sum(counter.cross(indicator, dimension, other).values()) == total, (dimension, other)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.name)
def test_the_sample_has_every_figure(database: Database, indicator: Indicator) -> None:
    assert Counter(database, ALWAYS).count(indicator) > 0


@pytest.mark.parametrize("ratio", RATIOS, ids=lambda ratio: ratio.name)
def test_a_rate_never_exceeds_one(database: Database, ratio: i.Ratio) -> None:
    for period, villages in SCOPES.values():
        counter = Counter(database, period, villages)
        denominators = counter.by(ratio.denominator, "village")
        for village, numerator in counter.by(ratio.numerator, "village").items():
            assert numerator <= denominators[village]


def test_paired_and_unpaired_make_all_households(database: Database) -> None:
    for period, villages in SCOPES.values():
        counter = Counter(database, period, villages)
        assert counter.count(i.PAIRED_HOUSEHOLDS) + counter.count(i.UNPAIRED_HOUSEHOLDS) == \
            counter.count(i.HOUSEHOLDS)


def test_the_rows_of_a_listing_name_the_record(database: Database) -> None:
    rows = Counter(database, SCOPES["march"][0]).rows(i.VISITS_ONLINE)
    assert rows == [["V000002", "永胜嘎查村", "H00001", "宝音1", "2026-03-31", "微信", "日常", "其木格2",
                     "C0002"]]


def test_names_and_definitions_are_given_once() -> None:
    assert len({indicator.name for indicator in INDICATORS}) == len(INDICATORS)
    assert len({indicator.title for indicator in INDICATORS}) == len(INDICATORS)
    assert all(indicator.definition and indicator.unit for indicator in INDICATORS)
    defined = {row[0] for table in list_figures().tables for row in table.rows}
    assert defined == {x.name for x in INDICATORS} | {x.name for x in RATIOS} | set(REPORTS)


# --- what falls into a period

@pytest.mark.parametrize(("day", "in_march", "in_first_half", "in_second_half"), [
    ("2026-03-01", 1, 1, 0),
    ("2026-03-15", 1, 1, 0),
    ("2026-03-16", 1, 0, 1),
    ("2026-03-31", 1, 0, 1),
    ("2026-03", 1, 1, 0),  # known to the month only: its first day
    ("2026-02-28", 0, 0, 0),
    ("2026-02", 0, 0, 0),
    ("2026-04-01", 0, 0, 0),
    ("2026-04", 0, 0, 0),
])
def test_a_day_falls_into_one_of_two_touching_periods(
    town: Town, day: str, in_march: int, in_first_half: int, in_second_half: int
) -> None:
    household = town.household(town.village("永胜"))
    town.cadre()
    town.visit(household, 1, day)
    with town.open() as database:
        def counted(start: str | None, end: str | None, month: str | None = None) -> int:
            return Counter(database, parse_period(start, end, month, NOW)).count(i.VISITS)

        assert counted(None, None, "2026-03") == counted("2026-03-01", "2026-03-31") == in_march
        assert counted("2026-03-01", "2026-03-15") == in_first_half
        assert counted("2026-03-16", "2026-03-31") == in_second_half
        assert counted(None, None) == 1
        assert counted(None, "2026-02-28") + counted("2026-03-01", None) == 1


def test_this_month_alone_is_counted_before_it_ends(town: Town) -> None:
    household = town.household(town.village("永胜"))
    town.cadre()
    town.visit(household, 1, "2026-11")
    assert count(town, i.VISITS, month="本月") == 1


def test_a_moment_late_on_the_last_day_is_in_the_period(town: Town) -> None:
    town.ticket(town.village("永胜"), received_at="2026-03-31 23:50")
    assert count(town, i.TICKETS_RECEIVED, month="2026-03") == 1
    assert count(town, i.TICKETS_RECEIVED, month="2026-04") == 0


# --- states on a day

def test_a_handed_over_household_counts_for_whoever_held_it(town: Town) -> None:
    village = town.village("永胜")
    first, second = town.cadre(village), town.cadre(village)
    household = town.household(village)
    town.pair(household, first, "2026-01-01", ended_on="2026-07-01")
    town.pair(household, second, "2026-07-01")
    town.visit(household, first, "2026-06-30")
    town.visit(household, second, "2026-07-01")
    with town.open() as database:
        for end, holder in (("2026-06-30", first), ("2026-07-01", second), (None, second)):
            counter = Counter(database, parse_period(None, end, None, NOW))
            assert counter.by(i.PAIRED_HOUSEHOLDS, "cadre") == {holder: 1}
            assert counter.count(i.UNPAIRED_HOUSEHOLDS) == 0
        assert Counter(database, ALWAYS).by(i.VISITS, "cadre") == {first: 1, second: 1}
        assert Counter(database, parse_period(None, "2025-12-31", None, NOW)).count(i.PAIRED_HOUSEHOLDS) == 0


def test_overlapping_spells_count_a_household_once(town: Town) -> None:
    village = town.village("永胜")
    household = town.household(village)
    town.pair(household, town.cadre(village), "2026-01-01")
    later = town.cadre(village)
    town.pair(household, later, "2026-05-01")
    with town.open() as database:
        assert Counter(database, ALWAYS).by(i.PAIRED_HOUSEHOLDS, "cadre") == {later: 1}


def test_states_are_looked_at_on_the_day(town: Town) -> None:
    village = town.village("永胜")
    town.household(village, closed_on="2026-04-01")
    town.cadre(village, left_on="2026-04-01")
    town.head(town.cluster(village), started_on="2026-02", ended_on="2026-04-01")
    for indicator in (i.HOUSEHOLDS, i.CADRES, i.CLUSTER_HEADS):
        assert count(town, indicator, end="2026-03-31") == 1
        assert count(town, indicator, end="2026-04-01") == 0
        assert count(town, indicator) == 0


def test_a_pair_of_tomorrow_does_not_stand_today(town: Town) -> None:
    village = town.village("永胜")
    town.pair(town.household(village), town.cadre(village), "2026-11-25")
    assert count(town, i.PAIRED_HOUSEHOLDS) == 0
    assert count(town, i.PAIRED_HOUSEHOLDS, month="本月") == 0


@pytest.mark.parametrize(("roles", "led"), [
    ("支部书记", 1), ("村医、第一书记", 1), ("包村领导、两委成员", 1), ("村医", 0), (None, 0)])
def test_a_leader_is_one_of_three_roles(town: Town, roles: str | None, led: int) -> None:
    village = town.village("永胜")
    town.pair(town.household(village, is_hard=1), town.cadre(village, roles=roles))
    assert count(town, i.HARD_WITH_LEADER) == led


@pytest.mark.parametrize(("household", "elderly"), [
    ({"traits": "患病、年老"}, 1), ({"classes": "留守老人"}, 1), ({"stated_age": 65}, 1), ({"stated_age": 64}, 0),
    ({"born_on": "1961-02-03"}, 1), ({"born_on": "1961-02-04"}, 0), ({"born_on": "1961-01"}, 1), ({}, 0),
    ({"traits": "残疾"}, 0)])
def test_a_card_goes_to_old_people(town: Town, household: dict[str, Any], elderly: int) -> None:
    town.card(town.household(town.village("永胜"), **household), "2026-02-03")
    assert count(town, i.CARDS_ELDERLY) == elderly


# --- 12345

@pytest.mark.parametrize(("ticket", "due", "on_time"), [
    ({"due_on": "2026-03-06", "closed_at": "2026-03-06 23:59"}, 1, 1),
    ({"due_on": "2026-03-06", "closed_at": "2026-03-07 00:01"}, 1, 0),
    ({"due_on": "2026-03-06 10:00", "closed_at": "2026-03-06 10:00"}, 1, 1),
    ({"due_on": "2026-03-06 10:00", "closed_at": "2026-03-06 10:01"}, 1, 0),
    ({"due_on": "2026-03-06 10:00", "closed_at": "2026-03-06"}, 1, 1),
    ({"due_on": "2026-12-31", "closed_at": "2026-11-20"}, 1, 1),
    ({"due_on": "2026-11-23"}, 1, 0),
    ({"due_on": "2026-11-24"}, 0, 0),  # today is not over
    ({"due_on": "2026-11-24 08:59"}, 1, 0),
    ({"due_on": "2026-11-24 09:01"}, 0, 0),
    ({"due_on": "2026-03-06", "state": "退单"}, 0, 0),
    ({"due_on": "2026-03-06", "exclusion": "恶意"}, 0, 0),
])
def test_deadlines(town: Town, ticket: dict[str, Any], due: int, on_time: int) -> None:
    town.ticket(town.village("永胜"), **ticket)
    with town.open() as database:
        counter = Counter(database, ALWAYS)
        assert (counter.count(i.TICKETS_DUE), counter.count(i.TICKETS_ON_TIME)) == (due, on_time)


def test_a_deadline_is_settled_in_one_month(town: Town) -> None:
    village = town.village("永胜")
    town.ticket(village, due_on="2026-04-10", closed_at="2026-03-31 10:00")
    town.ticket(village, due_on="2026-03-31", closed_at="2026-04-02 10:00")
    assert count(town, i.TICKETS_DUE, month="2026-03") == 2
    assert count(town, i.TICKETS_ON_TIME, month="2026-03") == 1
    assert count(town, i.TICKETS_DUE, month="2026-04") == 0


def test_tickets_outside_assessment_are_counted_but_not_rated(town: Town) -> None:
    village = town.village("永胜")
    town.closed_ticket(village)
    town.closed_ticket(village, exclusion="不属实")
    town.closed_ticket(village, grade="不满意", is_solved=0)
    expected = {
        i.TICKETS_RECEIVED: 3, i.TICKETS_CLOSED: 3, i.TICKETS_RESOLVED: 2, i.TICKETS_EXCLUDED: 1,
        i.TICKETS_FOLLOWED_UP: 2, i.TICKETS_SOLVED: 1, i.TICKETS_RATED: 2, i.TICKETS_SATISFIED: 1}
    with town.open() as database:
        counter = Counter(database, ALWAYS)
        assert {indicator.name: counter.count(indicator) for indicator in expected} == \
            {indicator.name: number for indicator, number in expected.items()}


def test_a_ticket_without_a_village_takes_its_households(town: Town) -> None:
    village = town.village("永胜")
    town.ticket(None, household_id=town.household(village))
    town.ticket(None)
    with town.open() as database:
        assert Counter(database, ALWAYS).by(i.TICKETS_RECEIVED, "village") == {village: 1, None: 1}


# --- privacy

def test_numbers_of_persons_are_masked_in_listings(town: Town) -> None:
    village = town.village("永胜")
    town.cadre()
    town.deed(town.household(village, head_id_number="152223195603121234", phone="13800138000"),
              title="送152223195603121234到医院，电话13800138000")
    town.ticket(village, title="来电13800138000反映", number="250912101108115409")
    with town.open() as database:
        counter = Counter(database, ALWAYS)
        shown = str([counter.rows(indicator) for indicator in INDICATORS])
    assert "15222319560312" not in shown
    assert "13800138000" not in shown
    assert "250912-101108-115409" in shown


class TestTitlesAndCredit:
    def test_granted_titles_count_on_the_day_of_their_grant_and_the_others_do_not(self, database: Database):
        always, march = Counter(database, ALWAYS), Counter(database, parse_period(None, None, "2026-03", NOW))
        assert (always.count(i.AWARDS), march.count(i.AWARDS)) == (2, 1)
        assert always.by(i.AWARDS, "kind") == {"联户有为实绩突出领导班子": 1, "联户有为先进联户单元": 1}
        # The one of a whole village has no unit.
        assert always.by(i.AWARDS, "cluster") == {None: 1, 1: 1}

    def test_what_banks_returned_counts_by_grade_and_unit(self, database: Database):
        always, march = Counter(database, ALWAYS), Counter(database, parse_period(None, None, "2026-03", NOW))
        assert (always.count(i.CREDITS), march.count(i.CREDITS)) == (2, 1)
        assert always.by(i.CREDITS, "kind") == {"AA": 1, "B": 1}
        assert always.by(i.CREDITS, "cluster") == {1: 1, None: 1}
