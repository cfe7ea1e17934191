"""The tables of fairness: what they say, that they add up, and that they agree with every other figure."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.domain.figures import Rate, Table, Value
from lianhu.reports import indicators as i
from lianhu.reports.period import parse_period
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.fairness import run_tables
from lianhu.services.figures import Counter, make_report, parse_scope
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town

Row = list[Value]


def report(path: Path, *villages: str, start: str | None = None, end: str | None = None) -> dict[str, Table]:
    with open_database(path) as database:
        made = make_report(database, "pairing", parse_scope(start, end, None, villages, NOW))
    return {table.name: table for table in made.tables}


def run(path: Path, **options: Any) -> dict[str, Table]:
    with open_database(path) as database:
        return {table.name: table for table in run_tables(assign(database, AssignOptions(TODAY, **options), now=NOW))}


def cells(table: Table, label: str) -> dict[str, Value]:
    row = next(row for row in [*table.rows, table.totals or []] if row[0] == label)
    return dict(zip(table.headings, row, strict=True))


def summed(rows: list[Row], at: int) -> Value:
    column = [row[at] for row in rows]
    if all(isinstance(cell, Rate) for cell in column):
        rates = [cell for cell in column if isinstance(cell, Rate)]
        return Rate(sum(rate.numerator for rate in rates), sum(rate.denominator for rate in rates), "条")
    return sum(cell for cell in column if isinstance(cell, int))


@pytest.fixture
def many(path: Path) -> Path:
    """Four villages and town cadres, too few hands in one, some households closed, some cadres gone or back."""
    rng = random.Random(4)
    with a_town(path) as town:
        villages = [town.village(name) for name in ("永胜", "哈达", "巴彦", "前进")]
        for number in range(24):
            town.cadre(
                village_id=rng.choice(villages[:3]) if number % 4 else None, area=rng.choice(["哈达、前进", "永胜"]),
                roles=rng.choice(["村医", "支部书记、村医", "政策明白人", "网格员", "包村领导"]),
                capacity=rng.choice([None, 0, 1, 3]), left_on="2026-06-01" if number % 9 == 5 else None)
        town.cadre(village_id=villages[1], roles="第一书记")
        for number in range(60):
            household = town.household(
                village_id=rng.choice(villages), traits=rng.choice([None, "年老", "独居、患病"]), is_hard=number % 5 == 0,
                needs=rng.choice([None, "政策解读", "就医照料、产业发展"]), closed_on="2026-07-01" if number % 11 == 3 else None)
            if number % 3 == 0:
                town.pair(household, rng.randint(1, 24), started_on=rng.choice(["2026-02-01", "2026-09"]),
                          ended_on=rng.choice([None, None, "2026-08-01"]))
    return path


class TestItAddsUp:
    @pytest.mark.parametrize("days", [{}, {"start": "2026-01-01"}, {"start": "2026-03-01", "end": "2026-06-30"},
                                      {"end": "2026-08-15"}])
    @pytest.mark.parametrize("villages", [(), ("永胜",), ("哈达", "前进")])
    def test_every_table(self, many: Path, villages: tuple[str, ...], days: dict[str, str]):
        tables = report(many, *villages, **days)
        for name, table in tables.items():
            assert table.totals is not None
            for at, heading in enumerate(table.headings[1:], 1):
                shared = heading in {"可联干部", "可联户数", "空位"} and name.startswith("结对缺口")
                if heading not in {"最少", "中位", "最多"} and not shared:
                    assert summed(table.rows, at) == table.totals[at], (name, heading)
            for label in [*(row[0] for row in table.rows), "合计"]:
                self.check(name, cells(table, str(label)))

    def check(self, name: str, row: dict[str, Any]) -> None:
        if name.startswith("负担分布"):
            assert row["干部"] == sum(value for heading, value in row.items() if heading[-1] == "户")
        if name.startswith("加权"):
            assert row["加权"] == row["联系户"] + row["重难点户"]
        if name.startswith("联户能力"):
            assert row["可联户数"] == row["联系户"] - row["超上限"] + row["空位"]
        if name.startswith("结对缺口"):
            assert row["户数"] == row["已结对"] + row["未结对"]
        if name.startswith("需求对口"):
            assert row["要求"] == row["对口"].denominator
            assert row["要求"] == row["对口"].numerator + row["无此干部"] + row["都已满"] + row["有空位"]

    def test_both_tables_of_needs_come_to_the_same(self, many: Path):
        tables = report(many)
        by_rule, by_village = (tables[f"需求对口（按{what}）"].totals for what in ("规则", "村"))
        assert by_rule is not None
        assert by_village is not None
        assert by_rule[1:] == by_village[2:]

    def test_a_run_too(self, many: Path):
        for name, table in run(many).items():
            for label in [*(row[0] for row in table.rows), "合计"]:
                self.check(name, cells(table, str(label)))


class TestItAgreesWithTheIndicators:
    @pytest.mark.parametrize("end", [None, "2026-03-01", "2026-06-30", "2026-08-15", "2025-12-31"])
    def test_of_any_day(self, many: Path, end: str | None):
        tables = report(many, end=end)
        with open_database(many) as database:
            counter = Counter(database, parse_period(None, end, None, NOW))
            for indicator, table, heading in (
                    (i.CADRES, "负担分布", "干部"), (i.CADRES, "联户能力", "干部"), (i.CADRES_IDLE, "负担分布", "0户"),
                    (i.HOUSEHOLDS, "结对缺口", "户数"), (i.PAIRED_HOUSEHOLDS, "结对缺口", "已结对"),
                    (i.UNPAIRED_HOUSEHOLDS, "结对缺口", "未结对")):
                by_village = counter.by(indicator, "village")
                lines = {line.key: line.labels[0] for line in counter.lines("village")} | {None: "镇干部"}
                for key, label in lines.items():
                    if key is not None or None in by_village:
                        assert cells(tables[table], label)[heading] == by_village.get(key, 0), (indicator.name, label)
                assert cells(tables[table], "合计")[heading] == counter.count(indicator)

    def test_the_pairs_of_report_village(self, many: Path):
        ours = report(many)["结对缺口"]
        with open_database(many) as database:
            theirs = make_report(database, "village", parse_scope(None, None, None, (), NOW)).tables[0]
        for row in [*theirs.rows, theirs.totals or []]:
            told = dict(zip(theirs.headings, row, strict=True))
            assert {heading: cells(ours, str(row[0]))[heading] for heading in ("户数", "已结对", "未结对")} == \
                {heading: told[heading] for heading in ("户数", "已结对", "未结对")}

    def test_hard_households_with_and_without_a_leader_are_all_hard_ones(self, many: Path):
        run(many)
        with open_database(many) as database:
            counter = Counter(database, parse_period(None, None, None, NOW))
            assert counter.count(i.HARD_WITH_LEADER) > 0
            assert counter.count(i.HARD_WITH_LEADER) + counter.count(i.HARD_WITHOUT_LEADER) == counter.count(i.HARD_HOUSEHOLDS)

    def test_a_run_shows_what_the_report_shows_afterwards(self, many: Path):
        after = run(many)
        shown = report(many)
        # A run pairs again whom only somebody gone still held, so both speak of the same pairs.
        for name in ("负担分布", "加权负担", "联户能力", "结对缺口"):
            assert after[f"{name}（结对后）"].rows == shown[name].rows
        assert after["需求对口（结对后，按规则）"].rows == shown["需求对口（按规则）"].rows


class TestLoad:
    def test_before_and_after_a_run_in_the_same_columns(self, path: Path):
        with a_town(path) as town:
            village = town.village("永胜")
            town.village("哈达")
            for _ in range(3):
                town.household(village_id=village, is_hard=1)
            town.pair(1, town.cadre(village_id=village))
            town.cadre(village_id=village)
            town.cadre(village_id=None, area="永胜", capacity=0)
        tables = run(path)
        before, after = tables["负担分布（结对前）"], tables["负担分布（结对后）"]
        assert before.headings == after.headings == ["嘎查村", "干部", "0户", "1户", "2户", "不联户"]
        assert before.rows == [["永胜", 2, 1, 1, 0, 0], ["哈达", 0, 0, 0, 0, 0], ["镇干部", 1, 0, 0, 0, 1]]
        assert after.rows == [["永胜", 2, 0, 1, 1, 0], ["哈达", 0, 0, 0, 0, 0], ["镇干部", 1, 0, 0, 0, 1]]
        assert tables["加权负担（结对前）"].rows[0] == ["永胜", 1, 1, 2, 0, 1, 2]
        assert tables["加权负担（结对后）"].rows == [
            ["永胜", 3, 3, 6, 2, 3, 4], ["哈达", 0, 0, 0, None, None, None], ["镇干部", 0, 0, 0, None, None, None]]
        assert "重难点户算2，其他户算1" in tables["加权负担（结对后）"].note

    def test_many_columns_are_shared_out(self, path: Path):
        with a_town(path) as town:
            cadre = town.cadre(capacity=9)
            for _ in range(7):
                town.pair(town.household(), cadre)
        parts = [table for name, table in report(path).items() if name.startswith("负担分布")]
        assert [table.headings for table in parts] == [["嘎查村", "干部", "0户", "1户", "2户", "7户", "不联户"]]
        with a_town(path) as town:
            other = town.cadre(capacity=9)
            for _ in range(5):
                town.pair(town.household(), other)
        parts = [table for name, table in report(path).items() if name.startswith("负担分布")]
        assert [table.headings for table in parts] == [["嘎查村", "干部", "0户", "1户", "2户", "5户", "7户", "不联户"]]
        with a_town(path) as town:
            for number in (3, 4):
                more = town.cadre()
                for _ in range(number):
                    town.pair(town.household(), more)
        parts = [table for name, table in report(path).items() if name.startswith("负担分布")]
        assert [table.name for table in parts] == ["负担分布（一）", "负担分布（二）"]
        assert [heading for table in parts for heading in table.headings[1:]] == \
            ["干部", "0户", "1户", "2户", "3户", "4户", "5户", "7户", "不联户"]

    def test_the_first_and_the_last_day_by_spells_absences_and_closures(self, path: Path):
        with a_town(path) as town:
            held, closed, later = (town.household() for _ in range(3))
            first, second = town.cadre(), town.cadre()
            town.pair(held, first, ended_on="2026-07-01")
            town.pair(held, second, started_on="2026-07-01")
            town.pair(closed, first)
            town.pair(later, second, started_on="2026-09")
            town.journal.insert("closure", {
                "household_id": closed, "started_on": "2026-02-01", "ended_on": "2026-05-01", "reason": "外出"})
            town.journal.insert("absence", {
                "cadre_id": second, "started_on": "2026-02-01", "ended_on": "2026-05-01", "reason": "病假"})
        tables = report(path, start="2026-03-01")
        assert tables["负担分布（期初）"].totals == ["合计", 1, 0, 1, 0, 0]
        assert tables["负担分布（期末）"].totals == ["合计", 2, 0, 1, 1, 0]
        assert "2026年3月1日的状态；上限" in tables["负担分布（期初）"].note
        assert tables["负担分布（期末）"].note.startswith("2026年11月24日的状态。")
        assert report(path, start="2026-06-01", end="2026-06-30")["负担分布（期末）"].totals == ["合计", 2, 1, 0, 1, 0]

    def test_a_period_that_begins_today_or_later_has_one_day(self, path: Path):
        with a_town(path) as town:
            town.household()
        assert "负担分布" in report(path, start="2026-11-24")
        assert "负担分布" in report(path, start="2027-01-01", end="2027-02-01")


class TestShortage:
    def test_shared_town_cadres_are_not_promised_twice(self, path: Path):
        with a_town(path) as town:
            for name in ("永胜", "哈达"):
                village = town.village(name, district=None)
                town.household(village_id=village)
                town.household(village_id=village)
            town.cadre(village_id=None, area="永胜、哈达", capacity=3)
        table = report(path)["结对缺口"]
        assert [row[1:7] for row in table.rows] == [[2, 1, 3, 3, 0, 2], [2, 1, 3, 3, 0, 2]]
        assert table.totals == ["合计", 4, 1, 3, 3, 0, 4, 1]
        assert run(path)["结对缺口（结对后）"].totals == ["合计", 4, 1, 3, 0, 3, 1, 1]

    def test_places_left_over_in_one_village_do_not_help_another(self, path: Path):
        with a_town(path) as town:
            here, there = town.village("永胜", district=None), town.village("哈达", district=None)
            town.household(village_id=here)
            for _ in range(3):
                town.cadre(village_id=there)
        table = report(path)["结对缺口"]
        assert cells(table, "永胜")["缺口"] == 1
        assert cells(table, "合计") == {"嘎查村": "合计", "户数": 1, "可联干部": 3, "可联户数": 6, "空位": 6, "已结对": 0,
                                     "未结对": 1, "缺口": 1}

    def test_a_neighbour_of_the_district_helps(self, path: Path):
        with a_town(path) as town:
            here, there = town.village("永胜"), town.village("哈达")
            town.household(village_id=here)
            town.cadre(village_id=there)
        assert cells(report(path)["结对缺口"], "合计")["缺口"] == 0

    def test_villages_out_of_the_scope_of_a_run_lack_only_whom_nobody_can_hold(self, path: Path):
        with a_town(path) as town:
            for name, cadres in (("永胜", 1), ("哈达", 1), ("巴彦", 0)):
                village = town.village(name, district=None)
                for _ in range(3):
                    town.household(village_id=village)
                for _ in range(cadres):
                    town.cadre(village_id=village)
        table = run(path, villages=("永胜",), dry_run=True)["结对缺口（结对后）"]
        assert [row[5:] for row in table.rows] == [[2, 1, 1], [0, 3, 1], [0, 3, 3]]

    def test_households_of_a_cadre_who_has_gone_are_told(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(), town.cadre(left_on="2026-05-01"))
        table = report(path)["结对缺口"]
        assert table.rows == [["永胜", 1, 0, 0, 0, 1, 0, 1]]
        assert "有 1 户的联系干部已不在岗" in table.note

    def test_it_is_what_a_run_leaves_over(self, many: Path):
        expected = cells(report(many)["结对缺口"], "合计")["缺口"]
        with open_database(many) as database:
            assert len(assign(database, AssignOptions(TODAY, dry_run=True), now=NOW).unpaired) == expected


class TestNeeds:
    def test_every_rule_has_a_line_in_their_order(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(traits="年老", needs="政策解读"), town.cadre(roles="村医"))
            town.household(traits="年老")
        table = report(path)["需求对口（按规则）"]
        assert table.headings == ["规则", "要求", "对口", "无此干部", "都已满", "有空位"]
        assert table.rows[0] == ["村医联系老弱病残户", 2, Rate(1, 2, "条"), 0, 0, 1]
        assert cells(table, "政策明白人联系需政策解读户") == {
            "规则": "政策明白人联系需政策解读户", "要求": 1, "对口": Rate(0, 1, "条"), "无此干部": 1, "都已满": 0, "有空位": 0}
        assert len(table.rows) == 9
        assert cells(report(path)["需求对口（按村）"], "永胜")["有要求的户"] == 2

    def test_leaders_of_hard_households_are_the_indicator(self, many: Path):
        run(many)
        with open_database(many) as database:
            led = Counter(database, parse_period(None, None, None, NOW)).count(i.HARD_WITH_LEADER)
        met = cells(report(many)["需求对口（按规则）"], "领导联系重难点户")["对口"]
        assert isinstance(met, Rate)
        assert met.numerator == led


def test_an_empty_town_has_tables_of_nothing(path: Path):
    with a_town(path) as town:
        town.village("永胜")
    for table in report(path, start=date(2026, 1, 1).isoformat()).values():
        assert table.totals is not None
        assert set(table.totals[1:]) <= {0, None, Rate(0, 0, "条")}
