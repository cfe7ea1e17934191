"""The reports as a whole: every figure stands somewhere, and no table is empty where there are records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lianhu.reports import indicators as i
from lianhu.reports.catalogue import REPORTS
from lianhu.reports.indicators import INDICATORS, Indicator
from lianhu.reports.layout import Key, Line
from lianhu.services.figures import Counter, Scope, make_report
from lianhu.store.connection import open_database
from tests.factory import a_town
from tests.reports.test_indicators import ALWAYS
from tests.reports.town import Town, sample

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
