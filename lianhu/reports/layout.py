"""Tables out of indicators: one line per village (cluster, cadre, month, kind), or one per figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from lianhu.domain.dates import months_through
from lianhu.domain.figures import Hundredths, Key, Money, Origin, Rate, Table, Value
from lianhu.reports.indicators import Indicator, Ratio, whole_of

HEADINGS: dict[str, tuple[str, ...]] = {
    "village": ("嘎查村",), "cluster": ("嘎查村", "联户单元"), "cadre": ("嘎查村", "编号", "干部"),
    "month": ("月份",), "kind": ("类别",),
}
NOWHERE: dict[str, str] = {
    "village": "（未定村）", "cluster": "（未定单元）", "cadre": "（没有干部）", "month": "（没有日期）",
    "kind": "（未填）",
}
"""How the line is called that keeps the total right: records without that dimension."""
TOTAL = "合计"
LONGEST_GAP = 24
"""Months without anything that a table by month still lists."""
KINDS_IN_TABLE = 6
"""Columns of kinds in one table, so that it fits 80 columns of a terminal."""


class Line(NamedTuple):
    """One line of a table: what it is about, and its first cells."""

    key: Key
    labels: tuple[str, ...]


class Figures(Protocol):
    """Counts, already limited to the period and the villages of a report."""

    @property
    def least_answers(self) -> int:
        """Ratings from which on a cadre is placed among others."""
        ...

    @property
    def is_whole_town(self) -> bool:
        """Whether no villages are left out."""
        ...

    def count(self, indicator: Indicator) -> int:
        """All records of an indicator."""
        ...

    def by(self, indicator: Indicator, dimension: str) -> Mapping[Key, int]:
        """Its records by village, cluster, cadre, month, kind or outcome; nothing for none."""
        ...

    def cross(self, indicator: Indicator, dimension: str, other: str) -> Mapping[tuple[Key, Key], int]:
        """Its records by two dimensions at once."""
        ...

    def amounts(self, indicator: Indicator, *dimensions: str) -> Mapping[tuple[Key, ...], int]:
        """What its records measure, in hundredths, added up by dimensions; nothing for none."""
        ...

    def lines(self, dimension: str) -> Sequence[Line]:
        """All villages, clusters or cadres in their fixed order."""
        ...

    def terms(self, dictionary: str) -> Sequence[str]:
        """The terms of a dictionary in its order."""
        ...


class Column(NamedTuple):
    """A column of figures: its heading, the value of a line, and the value of the last line.

    ``origins`` are the records of the whole column.
    """

    heading: str
    of: Callable[[Key], Value]
    total: Value
    keys: frozenset[Key]
    origins: tuple[Origin, ...] = ()


Measure = tuple[str, Indicator | Ratio]
"""A heading and the figure under it."""


def listed(figures: Figures, name: str, measures: Sequence[Measure]) -> Table:
    """A table with one figure a line."""
    rows: list[list[Value]] = []
    for heading, figure in measures:
        if isinstance(figure, Ratio):
            rows.append([heading, Rate(figures.count(figure.numerator), figures.count(figure.denominator),
                                       figure.denominator.unit), ""])
        else:
            rows.append([heading, figures.count(figure), figure.unit])
    return Table(name, ["项目", "数量", "单位"], rows,
                 origins=lambda row, column: origins_of(measures[row][1]) if column == 1 else ())


def origins_of(figure: Indicator | Ratio, *limits: tuple[str, tuple[Key, ...]]) -> tuple[Origin, ...]:
    """The records behind a figure: of a part, those of its whole with the outcomes that make it."""
    if isinstance(figure, Ratio):
        return (*origins_of(figure.numerator, *limits), *origins_of(figure.denominator, *limits))
    own: tuple[tuple[str, tuple[Key, ...]], ...] = (("outcome", figure.outcomes),) if figure.whole else ()
    return (Origin(whole_of(figure).name, (*own, *limits)),)


def measured(figures: Figures, dimension: str, measures: Sequence[Measure]) -> list[Column]:
    """A column for each figure."""
    columns = []
    for heading, figure in measures:
        if isinstance(figure, Ratio):
            columns.append(_rate_column(
                heading, figures.by(figure.numerator, dimension), figures.by(figure.denominator, dimension),
                figure.denominator.unit)._replace(origins=origins_of(figure)))
        else:
            columns.append(_count_column(heading, figures.by(figure, dimension))._replace(origins=origins_of(figure)))
    return columns


def split(
    figures: Figures, dimension: str, indicator: Indicator, other: str, dictionary: str
) -> list[Column]:
    """A column for each term of a dictionary, and for what else is recorded."""
    found = figures.cross(indicator, dimension, other)
    terms = ordered({term for _, term in found}, figures.terms(dictionary))
    return [
        _count_column(
            str(NOWHERE["kind"] if term is None else term),
            {key: count for (key, its_term), count in found.items() if its_term == term},
        )._replace(origins=origins_of(indicator, (other, (term,))))
        for term in terms
    ]


def measures_of(figures: Figures, indicator: Indicator, dictionary: str) -> list[tuple[str, str]]:
    """Kinds with the measures in which they occur, in the dictionary's order; each is totalled by itself."""
    found = {(str(kind), str(measure)) for kind, measure in figures.amounts(indicator, "kind", "outcome")}
    places = [str(key) for key in ordered({kind for kind, _ in found}, figures.terms(dictionary))]
    return sorted(found, key=lambda each: (places.index(each[0]), each[1]))


def amounts(figures: Figures, dimension: str, indicator: Indicator, dictionary: str) -> list[Column]:
    """A column for each kind and measure that occurs: what was brought about, never of two measures at once."""
    found = figures.amounts(indicator, dimension, "kind", "outcome")
    return [
        _amount_column(f"{kind} ({measure})", {
            key: amount for (key, its_kind, its_measure), amount in found.items() if (its_kind, its_measure) == (kind, measure)
        })._replace(origins=origins_of(indicator, ("kind", (kind,)), ("outcome", (measure,))))
        for kind, measure in measures_of(figures, indicator, dictionary)
    ]


def sums(figures: Figures, dimension: str, measures: Sequence[tuple[str, Indicator]]) -> list[Column]:
    """A column of yuan for each figure whose records are amounts of money."""
    return [
        _amount_column(heading, {key: amount for (key,), amount in figures.amounts(indicator, dimension).items()},
                       Money)._replace(origins=origins_of(indicator))
        for heading, indicator in measures
    ]


def amounts_by_kind(
    figures: Figures, name: str, indicator: Indicator, dictionary: str, usual: Mapping[str, str]
) -> Table:
    """A line for each kind of the dictionary and each measure that it occurs in, a zero in its ``usual`` one for
    what does not occur; the total is of records only."""
    counts, found = figures.cross(indicator, "kind", "outcome"), figures.amounts(indicator, "kind", "outcome")
    told = measures_of(figures, indicator, dictionary)
    silent = [(kind, usual.get(kind, "")) for kind in figures.terms(dictionary) if kind not in {kind for kind, _ in told}]
    places = [str(key) for key in ordered({kind for kind, _ in told}, figures.terms(dictionary))]
    lines = sorted([*told, *silent], key=lambda each: (places.index(each[0]), each[1]))

    def origins(row: int, column: int) -> tuple[Origin, ...]:
        if column not in {1, 2}:
            return ()
        if row == len(lines):
            return origins_of(indicator)
        kind, measure = lines[row]
        return origins_of(indicator, ("kind", (kind,)), ("outcome", (measure,)))

    rows: list[list[Value]] = [
        [kind, counts.get((kind, measure), 0), Hundredths(found.get((kind, measure), 0)), measure] for kind, measure in lines]
    return Table(name, [*HEADINGS["kind"], f"{indicator.unit}数", "数量", "单位"], rows,
                 [TOTAL, sum(counts.values()), None, ""], "数量按类别和单位分别合计，不同单位不相加。", origins)


def grouped(
    figures: Figures, name: str, dimension: str, columns: Sequence[Column], *, terms: Sequence[str] = ()
) -> Table:
    """A table with one line for each village or the like, and totals.

    Villages and clusters are all there, so are the ``terms`` and every month from the first with something
    to the last; cadres and other kinds only where something is counted.
    """
    keys = frozenset().union(*(column.keys for column in columns))
    headings = HEADINGS[dimension]
    lines = _lines(figures, dimension, keys, terms)
    rows: list[list[Value]] = [[*line.labels, *(column.of(line.key) for column in columns)] for line in lines]
    blanks = [""] * (len(headings) - 1)

    def origins(row: int, column: int) -> tuple[Origin, ...]:
        own = columns[column - len(headings)].origins if column >= len(headings) else ()
        if row == len(lines):
            return own
        return tuple(Origin(one.indicator, (*one.limits, (dimension, (lines[row].key,)))) for one in own)

    return Table(name, [*headings, *(column.heading for column in columns)], rows,
                 [TOTAL, *blanks, *(column.total for column in columns)], origins=origins)


def shared_out(columns: Sequence[Column], most: int = KINDS_IN_TABLE) -> list[Sequence[Column]]:
    """Columns in parts of about one size, none wider than a table may be."""
    parts = max(1, -(-len(columns) // most))
    size = -(-len(columns) // parts)
    return [columns[start:start + size] for start in range(0, len(columns), size)]


def ordered(keys: set[Key], terms: Sequence[str]) -> list[Key]:
    """The terms in their order, then what else is recorded, then None if anything has none."""
    others: list[Key] = [*sorted(str(key) for key in keys if key is not None and key not in terms)]
    return [*terms, *others, *([None] if None in keys else [])]


def _lines(figures: Figures, dimension: str, keys: frozenset[Key], terms: Sequence[str]) -> list[Line]:
    if dimension == "month":
        known = [Line(month, (month,)) for month in _every_month(sorted(str(key) for key in keys if key is not None))]
    elif dimension == "kind":
        known = [Line(key, (str(key),)) for key in ordered(set(keys) - {None}, terms)]
    else:
        known = [line for line in figures.lines(dimension) if dimension != "cadre" or line.key in keys]
    if None in keys:
        blanks = ("",) * (len(HEADINGS[dimension]) - 1)
        known.append(Line(None, (NOWHERE[dimension], *blanks)))
    return known


def _every_month(recorded: Sequence[str]) -> list[str]:
    """The months with something and those between them; not a gap of years, which a mistyped date makes."""
    months = [*recorded[:1]]
    for earlier, later in pairwise(recorded):
        between = months_through([earlier, later])[1:]
        months += between if len(between) <= LONGEST_GAP else [later]
    return months


def _count_column(heading: str, counts: Mapping[Key, int]) -> Column:
    return Column(heading, lambda key: counts.get(key, 0), sum(counts.values()), frozenset(counts))


def _amount_column(heading: str, amounts: Mapping[Key, int], number: type[Hundredths] = Hundredths) -> Column:
    return Column(heading, lambda key: number(amounts.get(key, 0)), number(sum(amounts.values())), frozenset(amounts))


def _rate_column(
    heading: str, numerators: Mapping[Key, int], denominators: Mapping[Key, int], unit: str
) -> Column:
    return Column(
        heading, lambda key: Rate(numerators.get(key, 0), denominators.get(key, 0), unit),
        Rate(sum(numerators.values()), sum(denominators.values()), unit), frozenset(denominators))
