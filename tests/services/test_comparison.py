"""The comparison of two villages and six units, worked out by hand, on a real file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from lianhu.domain.comparison import Share, Standing
from lianhu.reports.comparison import MEASURES, Comparison
from lianhu.reports.period import Period
from lianhu.services import comparison
from lianhu.services.comparison import compare, compare_to_post, previous, red_list
from lianhu.services.figures import Scope, list_records
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, a_town
from tests.reports.units import two_villages

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), NOW)


@pytest.fixture
def here(path: Path):
    with open_database(two_villages(path)) as database:
        yield database


def standing_of(made: Comparison) -> dict[str, Standing | None]:
    return {" ".join(row.labels): row.standing for row in made.rows}


def test_the_six_units_by_hand(here: Database):
    """Full marks: 2 deeds and 1 activity in 5 households. 永胜's first and second have all of what they are
    measured by (70 of 70). Its third: 30×4/5 + 20×½ + 15×½ + 15×1 + 5×0 + 5×4/5 = 60.5 of 90, no opinions.
    乌兰's third: 30×8/10 + 20×1 + 15×1 + 15×0 + 10×0 + 5×½ + 5×1 = 66.5 of 100; where 必访 counts a quarter
    less it has 66.5 of 96.25 = 69.09 and the other 56.75 of 86.25 = 65.80."""
    assert standing_of(compare(here, "clusters", MARCH)) == {
        "永胜 第一网格": Standing(10000, 1, 1, 1), "永胜 第二网格": Standing(10000, 1, 1, 1),
        "永胜 第三网格": Standing(6722, 3, 3, 4), "乌兰 第三网格": Standing(6650, 4, 3, 4),
        "乌兰 第一网格": None, "乌兰 第二网格": None}


def test_the_two_villages_by_hand(here: Database):
    """永胜: 30×14/15 + 20 + 15×½ + 15 + 10 + 5 + 5×14/15 = 90.17. 乌兰, with 4/19 deeds to 5/15 and 1/19
    activities to 2/15: 30×17/19 + 20×12/19 + 15 + 0 + 0 + 5×15/38 + 5 = 61.45."""
    made = compare(here, "villages", MARCH)
    assert standing_of(made) == {"永胜": Standing(9017, 1, 1, 1), "乌兰": Standing(6145, 2, 2, 2)}
    assert made.full_marks == {"deeds_per_hundred": Share(5, 15), "activities_per_hundred": Share(2, 15)}
    assert made.rows[1].shares == {
        "rating_rate": Share(17, 19), "deeds_per_hundred": Share(4, 19), "on_time_rate": Share(2, 2),
        "answered_rate": Share(0, 1), "opinion_rate": Share(0, 2), "activities_per_hundred": Share(1, 19),
        "coverage": Share(19, 19)}


def test_the_change_since_the_month_before(here: Database):
    """In February only 永胜's first unit was rated: 30×0 + 5×1 of 35, deeds and activities nobody had."""
    made = compare(here, "clusters", MARCH)
    assert made.previous == Period(date(2026, 2, 1), date(2026, 2, 28), NOW)
    assert {row.labels: row.before for row in made.rows if row.before} == {("永胜", "第一网格"): Standing(1429, 1, 1, 1)}


def test_every_figure_opens_to_its_rows(here: Database):
    for what in ("villages", "clusters"):
        for row in compare(here, what, MARCH).rows:
            scope = Scope(MARCH, *(((), ("".join(row.labels),)) if what == "clusters" else (row.labels,)))
            for measure in MEASURES:
                counted = [len(list_records(here, indicator.name, scope).tables[0].rows)
                           for indicator in (measure.numerator, measure.denominator)]
                assert tuple(counted) == row.shares[measure.name], (row.labels, measure.name)


def test_only_the_top_is_published(here: Database):
    assert [row.labels for row in red_list(compare(here, "clusters", MARCH), 3)] == [("永胜", "第一网格"), ("永胜", "第二网格")]
    assert [row.labels for row in red_list(compare(here, "villages", MARCH), 3)] == [("永胜",)]
    nobody = Period(date(2026, 1, 1), date(2026, 1, 31), NOW)
    assert red_list(compare(here, "clusters", nobody), 3) == []


def test_nobody_changes_the_names_between_the_places_and_the_paper(here: Database, path: Path, monkeypatch: pytest.MonkeyPatch):
    def posted_later(*given):
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE cluster SET name = '改了'")
            other.commit()
        return named(*given)

    named = comparison.posted_rows
    monkeypatch.setattr(comparison, "posted_rows", posted_later)
    made, listed = compare_to_post(here, "clusters", MARCH)
    assert [row.labels for row in listed] == [row.labels for row in red_list(made, 3)]


def test_the_towns_own_weights_and_least_numbers(path: Path, here: Database):
    """乌兰's first unit then has 1 + 5 of (1 + 5 + 5): no activity, and nothing to divide the rest by."""
    text = "[compare]\nleast_ratings = 4\nleast_households = 4\n[compare.weights]\ndeeds_per_hundred = 0\nrating_rate = 1\n"
    with a_town(path) as town:
        town.journal.insert("setting", {"name": "config", "text": text})
    made = compare(here, "clusters", MARCH)
    assert made.ranked == 6
    assert "deeds_per_hundred" not in made.weights
    assert made.weights["rating_rate"] == 1
    assert standing_of(made)["乌兰 第一网格"] == Standing(5455, 4, 4, 4)


@pytest.mark.parametrize(("start", "end", "before"), [
    ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")), ("2026-01-01", "2026-06-30", ("2025-07-01", "2025-12-31")),
    ("2025-01-01", "2025-12-31", ("2024-01-01", "2024-12-31")), ("2026-03-01", "2026-03-30", ("2026-01-30", "2026-02-28")),
    ("2026-03-02", "2026-03-02", ("2026-03-01", "2026-03-01")), ("2026-11-01", None, ("2026-10-08", "2026-10-31")),
    (None, "2026-03-31", None), (None, None, None),
])
def test_the_period_before_is_as_long(start, end, before):
    period = Period(start and date.fromisoformat(start), end and date.fromisoformat(end), NOW)
    earlier = previous(period)
    assert (earlier and (str(earlier.start), str(earlier.end))) == before
