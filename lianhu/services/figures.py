"""Reports: the figures of a period and of some villages, and the records behind a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from lianhu.domain.figures import Hundredths, Key, Report, Table, Value
from lianhu.domain.identity import nearest, village_key
from lianhu.domain.masks import SHORTEST_NUMBER, mask_text
from lianhu.domain.tickets import shown_number
from lianhu.errors import NotFoundError
from lianhu.reports.catalogue import ReportKind, get_indicator, get_report, listing
from lianhu.reports.indicators import DIMENSIONS, WHOLES, Indicator, whole_of
from lianhu.reports.layout import HEADINGS, Line
from lianhu.reports.period import Period
from lianhu.reports.subjects import HAS_ROLE
from lianhu.services.lookup import get_cluster
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database


class Scope(NamedTuple):
    """What a report is limited to: a period, villages or units as typed (none for all), and what may be posted."""

    period: Period
    villages: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    is_public: bool = False


class Counter:
    """Counts of one scope; each indicator's SELECT is grouped once for each way it is asked for."""

    def __init__(
        self, database: Database, period: Period, villages: Sequence[int] = (), clusters: Sequence[int] = ()
    ) -> None:
        self.database = database
        self.period = period
        self.villages = villages
        self.clusters = clusters
        self.settings = load_settings(database)
        self.kind_shown: Callable[[Key], Key] | None = None
        """What a kind or outcome counts under, where not all may be told."""
        self.place_shown: Callable[[str, int], tuple[str, ...]] | None = None
        """What a village or cluster, by its id, is called where not all names may be told."""
        self._groups: dict[tuple[str, tuple[str, ...]], dict[tuple[Key, ...], int]] = {}
        self._amounts: dict[tuple[str, tuple[str, ...]], dict[tuple[Key, ...], int]] = {}
        self._lines: dict[str, list[Line]] = {}

    @cached_property
    def leading_roles(self) -> Sequence[str]:
        """The roles that the rules in force send to 重难点户 first."""
        # Few figures ask for the rules; the others do without reading them.
        from lianhu.services.town import load_rules

        return [*load_rules(self.database).priority]

    @property
    def least_answers(self) -> int:
        return self.settings.least_ratings

    @property
    def is_whole_town(self) -> bool:
        return not (self.villages or self.clusters)

    def count(self, indicator: Indicator) -> int:
        return sum(self.grouped(indicator, ()).values())

    def by(self, indicator: Indicator, dimension: str) -> Mapping[Key, int]:
        return {key: count for (key,), count in self.grouped(indicator, (dimension,)).items()}

    def cross(self, indicator: Indicator, dimension: str, other: str) -> Mapping[tuple[Key, Key], int]:
        return {(one, two): count for (one, two), count in self.grouped(indicator, (dimension, other)).items()}

    def amounts(self, indicator: Indicator, *dimensions: str) -> Mapping[tuple[Key, ...], int]:
        if (indicator.name, dimensions) not in self._amounts:
            self._amounts[indicator.name, dimensions] = self._summed(indicator, dimensions, "sum(amount)")
        return self._amounts[indicator.name, dimensions]

    def lines(self, dimension: str) -> Sequence[Line]:
        if dimension not in self._lines:
            sql = _LINES[dimension]
            if self.villages and dimension != "cadre":
                sql = sql.replace(" ORDER BY", f" WHERE place.id IN ({_marks(self.villages)}) ORDER BY")
                found = self.database.execute(sql, self.villages)
            else:
                found = self.database.execute(sql)
            width = len(HEADINGS[dimension])
            if self.place_shown is not None and dimension != "cadre":
                self._lines[dimension] = [Line(row[0], self.place_shown(dimension, row[0])) for row in found]
            else:
                self._lines[dimension] = [
                    Line(row[0], tuple(str(_fit_to_show(label, "text")) for label in row[1:1 + width])) for row in found]
        return self._lines[dimension]

    def terms(self, dictionary: str) -> Sequence[str]:
        return self.settings.dictionaries[dictionary].names

    def rows(self, indicator: Indicator) -> list[list[Value]]:
        """The records of an indicator, in the order of villages, then days."""
        return [row for row, _ in self.listed(indicator)]

    def listed(self, indicator: Indicator) -> list[tuple[list[Value], dict[str, Key]]]:
        """The same, each with its keys by dimension."""
        where, parameters = self._limits(indicator)
        names = ", ".join(f"records.{column.name}" for column in indicator.subject.columns)
        dimensions = ", ".join(f"records.{name}" if name.isidentifier() else name for name in DIMENSIONS.values())
        sql = (f"SELECT {names}, {dimensions}, place.name, holder.name, holder.code FROM ({indicator.select}) AS records "
               "LEFT JOIN village AS place ON place.id = records.village_id "
               f"LEFT JOIN cadre AS holder ON holder.id = records.cadre_id{where} "
               "ORDER BY place.ordinal IS NULL, place.ordinal, records.day, records.id")
        forms = [column.form for column in indicator.subject.columns]
        with_cadre = indicator.subject.with_cadre
        return [
            (_listed_row(row[:len(forms)], forms, row[-3], row[-2:] if with_cadre else ()),
             dict(zip(DIMENSIONS, row[len(forms):-3], strict=True)))
            for row in self.database.execute(*self._bound(sql, parameters))
        ]

    def number_of_rows(self, indicator: Indicator) -> int:
        """How many different records ``rows`` would list."""
        where, parameters = self._limits(indicator)
        ((number,),) = self.database.execute(*self._bound(
            f"SELECT count(DISTINCT records.id) FROM ({indicator.select}) AS records{where}", parameters))
        return int(number)

    def records(self, indicator: Indicator, *dimensions: str) -> list[tuple[Any, ...]]:
        """Of each record of an indicator the id of its row and these dimensions."""
        where, parameters = self._limits(indicator)
        columns = ", ".join(["id", *(DIMENSIONS[dimension] for dimension in dimensions)])
        return self.database.execute(*self._bound(
            f"SELECT {columns} FROM ({indicator.select}) AS records{where}", parameters))

    def grouped(self, indicator: Indicator, dimensions: tuple[str, ...]) -> dict[tuple[Key, ...], int]:
        """The counts of an indicator by any dimensions; a part is picked out of its whole's counts."""
        whole = whole_of(indicator)
        split = whole.name in WHOLES and "outcome" not in dimensions
        asked = (*dimensions, "outcome") if split else dimensions
        if (whole.name, asked) not in self._groups:
            self._groups[whole.name, asked] = self._summed(whole, asked, "count(*)")
        at = asked.index("outcome") if "outcome" in asked else -1
        made: dict[tuple[Key, ...], int] = {}
        for key, count in self._groups[whole.name, asked].items():
            if indicator.whole and key[at] not in indicator.outcomes:
                continue
            made[key[:len(dimensions)]] = made.get(key[:len(dimensions)], 0) + count
        return made

    def _summed(self, indicator: Indicator, dimensions: tuple[str, ...], number: str) -> dict[tuple[Key, ...], int]:
        where, parameters = self._limits(indicator)
        columns = ", ".join(DIMENSIONS[dimension] for dimension in dimensions)
        sql = f"SELECT {columns}{', ' if columns else ''}{number} FROM ({indicator.select}) AS records{where}"
        if columns:
            sql += f" GROUP BY {columns}"
        found = {row[:-1]: row[-1] for row in self.database.execute(*self._bound(sql, parameters)) if row[-1] is not None}
        return found if self.kind_shown is None else _folded(found, dimensions, self.kind_shown)

    def _limits(self, indicator: Indicator) -> tuple[str, list[Any]]:
        """The WHERE that keeps to the villages and, for dated records, to the period."""
        conditions: list[str] = []
        parameters: list[Any] = []
        if self.villages:
            conditions.append(f"records.village_id IN ({_marks(self.villages)})")
            parameters.extend(self.villages)
        if self.clusters:
            conditions.append(f"records.cluster_id IN ({_marks(self.clusters)})")
            parameters.extend(self.clusters)
        if indicator.dated:
            lower, upper = self.period.bounds
            if lower is not None:
                conditions.append("records.day >= ?")
                parameters.append(lower)
            if upper is not None:
                conditions.append("records.day < ?")
                parameters.append(upper)
        return f" WHERE {' AND '.join(conditions)}" if conditions else "", parameters

    def _bound(self, sql: str, parameters: list[Any]) -> tuple[str, list[Any]]:
        """The SQL with question marks for the names of a SELECT, which stand before all others."""
        values = {"day": self.period.day.isoformat(), "moment": self.period.moment}
        bound: list[Any] = []

        def mark(name: re.Match[str]) -> str:
            if name[1] in values:
                bound.append(values[name[1]])
                return "?"
            bound.extend(f"%、{role}、%" for role in self.leading_roles)
            return f"({' OR '.join([HAS_ROLE] * len(self.leading_roles)) or '1 = 0'})"

        return re.sub(r":(day|moment|is_leader)\b", mark, sql), [*bound, *parameters]


def _folded(
    found: dict[tuple[Key, ...], int], dimensions: tuple[str, ...], shown_as: Callable[[Key], Key]
) -> dict[tuple[Key, ...], int]:
    made: dict[tuple[Key, ...], int] = {}
    for keys, count in found.items():
        key = tuple(shown_as(own) if dimension in {"kind", "outcome"} else own
                    for dimension, own in zip(dimensions, keys, strict=True))
        made[key] = made.get(key, 0) + count
    return made


_LINES = {
    "village": "SELECT place.id, place.name FROM village AS place ORDER BY place.ordinal, place.id",
    "cluster": "SELECT unit.id, place.name, unit.name FROM cluster AS unit "
               "JOIN village AS place ON place.id = unit.village_id ORDER BY place.ordinal, unit.id",
    "cadre": "SELECT holder.id, coalesce(place.name, holder.unit, '镇'), holder.code, holder.name "
             "FROM cadre AS holder LEFT JOIN village AS place ON place.id = holder.village_id "
             "ORDER BY place.ordinal IS NULL, place.ordinal, holder.code",
}
"""All lines of a dimension. Cadres are not limited to villages: a town cadre holds households there."""


def make_report(
    database: Database, name: str, scope: Scope, complete: Callable[[Report, Counter], None] = lambda report, counter: None,
) -> Report:
    """The report of a name. Raises NotFoundError for a report or village that there is not.

    ``complete`` may add to it what a page shows besides, from the same snapshot of the records.
    """
    kind = get_report(name)
    if scope.is_public:
        from lianhu.services.public import refuse_unposted

        refuse_unposted(name)
    with database.snapshot():
        counter = make_counter(database, scope)
        report = Report(name, f"{counter.settings.town}{kind.title}（{scope.period.words}）",
                        _tables(kind, counter), *_days(scope.period))
        if not database.execute("SELECT 1 FROM household LIMIT 1"):
            report.notes.append("还没有登记联系户。\n→ lianhu import 名册.xlsx")
        complete(report, counter)
    return posted(report, counter) if scope.is_public else report


def _tables(kind: ReportKind, counter: Counter) -> list[Table]:
    if kind.name == "pairing":
        # Other reports do without the solver, which this one asks who cannot be paired.
        from lianhu.services.fairness import report_tables

        return report_tables(counter)
    return kind.tables(counter)


def list_records(database: Database, word: str, scope: Scope) -> Report:
    """The records behind an indicator, named by its English name or Chinese title.

    Raises NotFoundError for an indicator or village that there is not.
    """
    indicator = get_indicator(word)
    with database.snapshot():
        rows = make_counter(database, scope).rows(indicator)
    title = f"{indicator.title}明细：{len(rows)}{indicator.unit}（{scope.period.words}）"
    return Report(indicator.name, title, [Table(indicator.title, listing_headings(indicator), rows)], *_days(scope.period))


def listing_headings(indicator: Indicator) -> list[str]:
    """The headings over the records of an indicator."""
    headings = [column.heading for column in indicator.subject.columns]
    headings.insert(1, "嘎查村")
    return [*headings, "干部", "干部编号"] if indicator.subject.with_cadre else headings


def list_figures() -> Report:
    """All reports and indicators with their definitions."""
    return Report("list", "报表和指标", listing())


def parse_scope(
    start: str | None, end: str | None, month: str | None, villages: Sequence[str], now: datetime, *,
    is_public: bool = False,
) -> Scope:
    """What the options mean. Raises UsageError."""
    from lianhu.reports.period import parse_period

    return Scope(parse_period(start, end, month, now), tuple(villages), is_public=is_public)


def make_counter(database: Database, scope: Scope) -> Counter:
    """The counts of a scope. Raises NotFoundError for a village or unit that there is not."""
    counter = Counter(database, scope.period, _village_ids(database, scope.villages),
                      [int(get_cluster(database, name)["id"]) for name in scope.clusters])
    if scope.is_public:
        from lianhu.services.public import Poster
        from lianhu.services.public_places import PlaceNames

        poster = Poster(counter.settings)
        counter.kind_shown, counter.place_shown = poster.kind, PlaceNames(database, poster.text).labels
    return counter


def posted(report: Report, counter: Counter) -> Report:
    """The report as it may be posted."""
    from lianhu.services.public import Poster

    return Poster(counter.settings).report(report)


def _village_ids(database: Database, names: Sequence[str]) -> list[int]:
    if not names:
        return []
    known = {key: (row_id, name) for row_id, key, name in database.execute("SELECT id, key, name FROM village")}
    found = []
    for name in names:
        key = village_key(name)
        if key not in known:
            near = nearest(key, list(known))
            question = f"；您是不是要找“{known[near[0]][1]}”？" if near else "。"
            raise NotFoundError(f"没有叫“{name}”的嘎查村{question}", "lianhu report --rows villages")
        found.append(known[key][0])
    return list(dict.fromkeys(found))


def _days(period: Period) -> tuple[str | None, str | None]:
    return (period.start.isoformat() if period.start else None, period.end.isoformat() if period.end else None)


def _listed_row(
    cells: tuple[Any, ...], forms: list[str], village: str | None, cadre: tuple[Any, ...]
) -> list[Value]:
    row: list[Value] = [_fit_to_show(cell, form) for cell, form in zip(cells, forms, strict=True)]
    row.insert(1, village)
    return [*row, *cadre]


def _fit_to_show(cell: Any, form: str) -> Value:
    if cell is None:
        return None
    if form == "flag":
        return bool(cell)
    if form == "amount":
        return Hundredths(int(cell))
    if form == "day":
        return str(cell)[:len("2026-11-24")]
    if form == "case":
        return shown_number(str(cell))
    if form == "text" and len(cell) >= SHORTEST_NUMBER:
        return mask_text(cell)
    value: Value = cell
    return value


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
