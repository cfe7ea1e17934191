"""What a report shows beside its tables in a browser: figures at the head, records behind each, pages of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lianhu.domain.figures import Headline, Key, Listing, Rate, Report, Table
from lianhu.errors import ConflictError
from lianhu.reports import cluster, overview, place, village
from lianhu.reports import indicators as i
from lianhu.reports.indicators import BY_NAME, Indicator, Ratio
from lianhu.reports.layout import Figures, Line
from lianhu.services.figures import Counter, Scope, listing_headings, make_counter, posted
from lianhu.store.connection import Database

MOST_RECORDS = 30_000
"""Records that one page can hold so that a browser still opens it at once."""

_HEADLINES: tuple[tuple[Indicator | Ratio, Indicator | None], ...] = (
    (i.CADRES, None), (i.PAIRED_HOUSEHOLDS, None), (i.COVERAGE, None), (i.VISITS, i.VISITS), (i.CARDS, i.CARDS),
    (i.DEEDS, i.DEEDS), (i.TICKETS_CLOSED, i.TICKETS_CLOSED), (i.SATISFACTION_RATE, None))
"""The figures that a leader looks for first; of what is done month by month also its months."""

Progress = Callable[[int, int], None]


def add_headlines(report: Report, figures: Figures) -> None:
    """Adds the figures of the whole scope to a report, those that there are."""
    for figure, dated in _HEADLINES:
        months = sorted((str(month), count) for month, count in figures.by(dated, "month").items()
                        if month is not None) if dated else []
        value: int | Rate
        if isinstance(figure, Ratio):
            value = Rate(figures.count(figure.numerator), figures.count(figure.denominator), figure.denominator.unit)
            unit = ""
        else:
            value, unit = figures.count(figure), figure.unit
        if value == 0 or (isinstance(value, Rate) and not value.denominator):
            continue
        report.headlines.append(Headline(figure.title, value, unit, tuple(months)))


def add_listings(report: Report, counter: Counter) -> None:
    """Adds the records behind the figures of a report. Raises ConflictError for more than a page can hold."""
    wanted = dict.fromkeys(
        origin.indicator for table in report.tables for row in range(len(table.rows) + (table.totals is not None))
        for column in range(len(table.headings)) for origin in table.origins(row, column))
    needed = sum(counter.count(BY_NAME[name]) for name in wanted)
    if needed > MOST_RECORDS:
        raise ConflictError(f"这些数背后有 {needed} 条记录，一个网页最多放 {MOST_RECORDS} 条，没有写出。",
                            "用 --month 或 --only 少取一些，或不加 --rows")
    for name in wanted:
        indicator = BY_NAME[name]
        listed = counter.listed(indicator)
        table = Table(indicator.title, listing_headings(indicator), [row for row, _ in listed])
        report.listings.append(Listing(name, table, [keys for _, keys in listed]))


class Slice:
    """The figures of one village or unit, out of the counts of all: ``Figures`` limited to one key."""

    def __init__(self, counter: Counter, dimension: str, key: Key) -> None:
        self._counter, self._dimension, self._key = counter, dimension, key

    @property
    def least_answers(self) -> int:
        return self._counter.least_answers

    @property
    def is_whole_town(self) -> bool:
        return False

    def count(self, indicator: Indicator) -> int:
        return self._counter.by(indicator, self._dimension).get(self._key, 0)

    def by(self, indicator: Indicator, dimension: str) -> Mapping[Key, int]:
        return {key: count for (own, key), count in self._counter.cross(indicator, self._dimension, dimension).items()
                if own == self._key}

    def cross(self, indicator: Indicator, dimension: str, other: str) -> Mapping[tuple[Key, Key], int]:
        return {(one, two): count for (own, one, two), count
                in self._counter.grouped(indicator, (self._dimension, dimension, other)).items() if own == self._key}

    def amounts(self, indicator: Indicator, *dimensions: str) -> Mapping[tuple[Key, ...], int]:
        return {tuple(keys): amount for (own, *keys), amount
                in self._counter.amounts(indicator, self._dimension, *dimensions).items() if own == self._key}

    def lines(self, dimension: str) -> Sequence[Line]:
        known = self._counter.lines(dimension)
        if dimension == "cluster" and self._dimension == "village":
            names = {line.labels for line in self._counter.lines("village") if line.key == self._key}
            return [line for line in known if line.labels[:1] in names]
        return [line for line in known if dimension != self._dimension or line.key == self._key]

    def terms(self, dictionary: str) -> Sequence[str]:
        return self._counter.terms(dictionary)


class SitePage(NamedTuple):
    """A page of the site: its file, its report, the pages above it, and which file a line of a table leads to."""

    file: str
    report: Report
    above: tuple[tuple[str, str], ...]
    links: Mapping[tuple[str, ...], str]


def make_site(database: Database, scope: Scope, progress: Progress) -> Iterator[SitePage]:
    """The pages of the town, of its villages and of their units, the town first; all from one snapshot.

    File names are numbers, so that they tell nobody's name.
    """
    with database.snapshot():
        counter = make_counter(database, scope)
        villages, units = counter.lines("village"), counter.lines("cluster")
        files = {line.key: f"village-{number:03}.html" for number, line in enumerate(villages, 1)}
        unit_files = {line.key: f"unit-{number:04}.html" for number, line in enumerate(units, 1)}
        links = {line.labels: files[line.key] for line in villages} | {line.labels: unit_files[line.key] for line in units}
        total, town, when = 1 + len(villages) + len(units), counter.settings.town, scope.period.words
        top = (("index.html", town or "全镇"),)

        def page(file: str, title: str, figures: Figures, tables: list[Table], above: tuple[tuple[str, str], ...]) -> SitePage:
            report = Report(file, f"{title}（{when}）", tables)
            add_headlines(report, figures)
            return SitePage(file, posted(report, counter) if scope.is_public else report, above, links)

        yield page("index.html", f"{town}联户概况", counter, [*overview.tables(counter), *village.tables(counter)], ())
        for number, line in enumerate(villages, 1):
            progress(number, total)
            part = Slice(counter, "village", line.key)
            yield page(files[line.key], f"{line.labels[0]}联户概况", part, [*place.tables(part), *cluster.tables(part)], top)
        named = {line.labels[0]: files[line.key] for line in villages}
        for number, line in enumerate(units, 1 + len(villages)):
            progress(number, total)
            part = Slice(counter, "cluster", line.key)
            above = (*top, (named[line.labels[0]], line.labels[0])) if line.labels[0] in named else top
            yield page(unit_files[line.key], f"{line.labels[0]} {line.labels[1]}联户概况", part, place.tables(part), above)
        progress(total, total)
