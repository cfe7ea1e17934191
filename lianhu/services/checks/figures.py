"""Figures that do not open to their rows: each record behind one counts once, and in every breakdown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from lianhu.domain.figures import Key
from lianhu.reports.indicators import INDICATORS, RATIOS, Indicator
from lianhu.reports.period import Period
from lianhu.services.figures import Counter
from lianhu.store.connection import Database

_DIMENSIONS = {"village": "按村", "cluster": "按联户单元", "cadre": "按干部"}
"""Breakdowns whose lines are records of their own, among which a record's must be."""


class FigureFault(NamedTuple):
    """An indicator's name, its title, and what does not add up."""

    name: str
    title: str
    told: str


def figure_faults(database: Database, now: datetime) -> Iterator[FigureFault]:
    """Every indicator of all time up to now that is not the number of its rows."""
    counter = Counter(database, Period(None, None, now))
    lines = {dimension: {None, *(line.key for line in counter.lines(dimension))} for dimension in _DIMENSIONS}
    for indicator in INDICATORS:
        count = counter.count(indicator)
        for told in (*_twice(counter, indicator, count), *_outside(counter, indicator, lines)):
            yield FigureFault(indicator.name, indicator.title, told)
    for ratio in RATIOS:
        part, whole = counter.count(ratio.numerator), counter.count(ratio.denominator)
        if part > whole:
            yield FigureFault(ratio.numerator.name, ratio.title,
                              f"{ratio.numerator.title}（{part}）比{ratio.denominator.title}（{whole}）还多")


def _twice(counter: Counter, indicator: Indicator, count: int) -> Iterator[str]:
    rows = counter.number_of_rows(indicator)
    if rows != count:
        yield f"数是 {count}，逐条只有 {rows} 条"


def _outside(counter: Counter, indicator: Indicator, lines: dict[str, set[Key]]) -> Iterator[str]:
    for dimension, words in _DIMENSIONS.items():
        lost = sum(count for key, count in counter.by(indicator, dimension).items() if key not in lines[dimension])
        if lost:
            yield f"{words}分项加起来少 {lost} 条"
