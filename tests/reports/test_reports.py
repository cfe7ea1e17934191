"""The reports as a whole: every figure stands somewhere, and no table is empty where there are records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianhu.reports import indicators as i
from lianhu.reports.catalogue import REPORTS
from lianhu.reports.indicators import INDICATORS, Indicator
from lianhu.reports.layout import Key, Line
from lianhu.reports.period import Period
from lianhu.services.figures import Counter, Scope, make_report
from lianhu.store.connection import open_database
from tests.factory import a_town
from tests.reports.test_indicators import ALWAYS
from tests.reports.town import NOW, Town, sample

OF_THE_PAIRING = {i.CADRES_IDLE.name, i.HARD_WITHOUT_LEADER.name}
"""Figures that stand in the report of the pairing, which a service makes."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return sample(tmp_path_factory.mktemp("town") / "lianhu.db")


class Asked:
    """Figures of a town that remember which indicators they were asked for."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.least_answers = counter.least_answers
        self.is_whole_town = counter.is_whole_town
        self.names: set[str] = set()

    def count(self, indicator: Indicator) -> int:
        self.names.add(indicator.name)
        return self.counter.count(indicator)

    def by(self, indicator: Indicator, dimension: str) -> Mapping[Key, int]:
        self.names.add(indicator.name)
        return self.counter.by(indicator, dimension)

    def cross(self, indicator: Indicator, dimension: str, other: str) -> Mapping[tuple[Key, Key], int]:
        self.names.add(indicator.name)
        return self.counter.cross(indicator, dimension, other)

    def amounts(self, indicator: Indicator, *dimensions: str) -> Mapping[tuple[Key, ...], int]:
        self.names.add(indicator.name)
        return self.counter.amounts(indicator, *dimensions)

    def lines(self, dimension: str) -> Sequence[Line]:
        return self.counter.lines(dimension)

    def terms(self, dictionary: str) -> Sequence[str]:
        return self.counter.terms(dictionary)


def test_every_figure_stands_in_a_report(town: Town) -> None:
    with town.open() as database:
        asked = Asked(Counter(database, ALWAYS))
        for report in REPORTS.values():
            if report.name != "pairing":
                report.tables(asked)
    assert asked.names | OF_THE_PAIRING == {indicator.name for indicator in INDICATORS}


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_of_the_sample_shows_something(town: Town, name: str) -> None:
    with town.open() as database:
        report = make_report(database, name, Scope(ALWAYS))
    names = [table.name for table in report.tables]
    assert len(set(names)) == len(names)
    for table in report.tables:
        assert any(cell not in (0, 0.0, "", None) for row in table.rows for cell in row[1:]), table.name


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_file_has_every_report(tmp_path: Path, name: str) -> None:
    with a_town(tmp_path / "lianhu.db"):
        pass
    with open_database(tmp_path / "lianhu.db") as database:
        report = make_report(database, name, Scope(ALWAYS))
    assert report.tables
    assert "lianhu import" in report.notes[0]


def activities(town: Town, name: str, scope: Scope | None = None) -> list[list[Any]]:
    """The rows and totals of the tables of 自治活动 in a report, as JSON has them."""
    with town.open() as database:
        tables = [table.as_json() for table in make_report(database, name, scope or Scope(ALWAYS)).tables
                  if table.name.startswith("自治活动")]
    return [row for table in tables for row in (*table["rows"], table["totals"])]


def test_what_is_measured_is_totalled_by_kind_and_measure(town: Town) -> None:
    told = [row for row in activities(town, "overview") if row[1]]
    assert told == [["特色种植", 2, 1170.55, "亩"], ["评选活动", 1, 2, "次"], ["别的", 1, 1, "个"], ["别的", 1, 3, "人"],
                    ["合计", 5, None, ""]]
    assert [row for row in activities(town, "kind") if row[1]] == told
    assert [row for row in activities(town, "overview") if not row[1]] == [
        ["基础设施", 0, 0, "个"], ["矛盾排查", 0, 0, "次"], ["养老保险扩面", 0, 0, "人"], ["环境整治", 0, 0, "次"], ["其他", 0, 0, ""]]


def test_villages_units_and_months_have_a_column_for_each_kind_and_measure(town: Town) -> None:
    assert activities(town, "village") == [
        ["永胜嘎查村", 3, 1170.55, 0, 1, 0], ["乌兰嘎查", 2, 0, 2, 0, 3], ["前进村", 0, 0, 0, 0, 0],
        ["合计", 5, 1170.55, 2, 1, 3]]
    assert activities(town, "cluster") == [
        ["永胜嘎查村", "第一网格", 1, 1170.5, 0, 0, 0], ["永胜嘎查村", "第二网格", 1, 0.05, 0, 0, 0],
        ["（未定单元）", "", 3, 0, 2, 1, 3], ["合计", "", 5, 1170.55, 2, 1, 3]]
    assert activities(town, "month") == [
        ["2026-03", 3, 1170.5, 2, 0, 3], ["2026-04", 1, 0.05, 0, 0, 0], ["2026-05", 1, 0, 0, 1, 0],
        ["合计", 5, 1170.55, 2, 1, 3]]


def test_only_the_period_and_the_villages_are_measured(town: Town) -> None:
    march = Scope(Period(date(2026, 3, 1), date(2026, 3, 31), NOW), ("永胜",))
    assert activities(town, "village", march) == [["永胜嘎查村", 1, 1170.5], ["合计", 1, 1170.5]]


def test_heads_stand_by_category_and_way_of_every_unit(town: Town) -> None:
    with town.open() as database:
        tables = {table.name: table for table in make_report(database, "cluster", Scope(ALWAYS)).tables}
    assert tables["联户长产生方式"].headings == ["嘎查村", "联户单元", "人数", "民主推荐", "组织任命", "（未填）"]
    assert tables["联户长产生方式"].totals == ["合计", "", 3, 1, 1, 1]
    assert tables["联户长类别（一）"].rows[0] == ["永胜嘎查村", "第一网格", 1, 0, 0, 0, 0]
    assert tables["联户长类别（二）"].totals == ["合计", "", 0, 0, 0, 1]
