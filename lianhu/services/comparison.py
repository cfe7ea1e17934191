"""横向对比 of villages and of units: places from the same indicators as every report. People are not ranked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lianhu.domain.comparison import Share, Standing, full_marks, published, standings
from lianhu.domain.figures import Hundredths
from lianhu.errors import UsageError
from lianhu.reports.comparison import DIMENSIONS, RELATIVE, Compared, Comparison, shares_by
from lianhu.reports.period import Period
from lianhu.services.figures import Counter
from lianhu.services.public_places import posted_rows
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database

_PEOPLE = {"cadres": "干部", "cadre": "干部", "households": "户", "household": "户", "cluster-heads": "联户长"}


def refuse_people(what: str) -> None:
    """Raises UsageError for anything but villages and clusters."""
    if what in DIMENSIONS:
        return
    if what in _PEOPLE:
        raise UsageError(f"不给{_PEOPLE[what]}排名：只比村和联户单元的工作，不给人排名次、打分（基层减负和个人信息保护的规定）。",
                         "lianhu compare villages，或 lianhu compare clusters")
    raise UsageError(f"不能对比“{what}”。", "可对比的有：lianhu compare villages（村）、lianhu compare clusters（联户单元）")


def compare(database: Database, what: str, period: Period) -> Comparison:
    """All villages or units of the period, with their change since the period of equal length before it.

    Raises UsageError for a period to come.
    """
    with database.snapshot():
        return _compare(database, what, period)


def compare_to_post(database: Database, what: str, period: Period) -> tuple[Comparison, list[Compared]]:
    """The same, and its 红榜 under the names that may be posted."""
    with database.snapshot():
        made = _compare(database, what, period)
        return made, posted_rows(database, what, red_list(made, load_settings(database).compare_public))


def _compare(database: Database, what: str, period: Period) -> Comparison:
    refuse_people(what)
    if period.start is not None and period.start > period.now.date():
        raise UsageError(f"{period.words}还没有到，没有可比的。", f"lianhu compare {what} --month 本月")
    counter = Counter(database, period)
    settings = counter.settings
    weights = {name: weight for name, weight in settings.compare_weights.items() if weight}
    leasts = (settings.compare_least_ratings, settings.compare_least_households)
    shares = shares_by(counter, what)
    enough = _enough(shares, *leasts)
    placed = standings(_counted(enough, weights), weights, RELATIVE)
    earlier = previous(period)
    before: dict[int, Standing] = {}
    if earlier is not None:
        rows_before = _enough(shares_by(Counter(database, earlier), what), *leasts)
        before = standings(_counted(rows_before, weights), weights, RELATIVE)
    rows = [Compared(int(line.key), line.labels, shares[int(line.key)], placed.get(int(line.key)), before.get(int(line.key)))
            for line in counter.lines(DIMENSIONS[what]) if line.key is not None]
    # Sorting keeps the fixed order of the town among equals.
    rows.sort(key=lambda row: (row.standing is None, row.standing.place if row.standing else 0))
    return Comparison(what, period, earlier, weights, *leasts, rows, _best(enough))


def previous(period: Period) -> Period | None:
    """The period of equal length before: as many months where it is whole months, else as many days; None
    where the period has no beginning."""
    if period.start is None:
        return None
    start, end = period.start, period.end or period.day
    last = start - timedelta(days=1)
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1] and end > start:
        months = start.year * 12 + start.month - 1 - ((end.year - start.year) * 12 + end.month - start.month + 1)
        return Period(date(months // 12, months % 12 + 1, 1), last, period.now)
    return Period(start - (end - start + timedelta(days=1)), last, period.now)


def red_list(comparison: Comparison, most: int) -> list[Compared]:
    """Those at the top, who may be named in public."""
    named = published({row.key: row.standing.place for row in comparison.rows if row.standing}, most)
    return [row for row in comparison.rows if row.key in named]


def document(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON: its rules, then its rows."""
    return rules_document(comparison) | {"rows": [row_document(comparison, row) for row in comparison.rows]}


def rules_document(comparison: Comparison) -> dict[str, Any]:
    """By what was compared, and when."""
    return {
        "compare": comparison.what, "period": _days(comparison.period),
        "previous": _days(comparison.previous) if comparison.previous else None,
        "least": {"ratings": comparison.least_ratings, "households": comparison.least_households},
        "ranked": comparison.ranked,
        "measures": [{
            "measure": measure.name, "title": measure.title, "weight": comparison.weights[measure.name],
            "numerator": measure.numerator.name, "denominator": measure.denominator.name,
            "full_mark": _share(comparison.full_marks.get(measure.name) if measure.relative else Share(1, 1)),
        } for measure in comparison.measures],
    }


def row_document(comparison: Comparison, row: Compared) -> dict[str, Any]:
    """One village or unit as JSON; without a place where there is too little to go by."""
    now, before = row.standing, row.before
    return place_document(comparison, row) | {
        "points": Hundredths(now.points).as_json() if now else None,
        "best_place": now.best if now else None, "worst_place": now.worst if now else None,
        "previous_place": before.place if before else None,
        "previous_points": Hundredths(before.points).as_json() if before else None,
        "points_change": Hundredths(now.points - before.points).as_json() if now and before else None,
        "measures": {measure.name: _share(row.shares[measure.name]) for measure in comparison.measures},
    }


def place_document(comparison: Comparison, row: Compared) -> dict[str, Any]:
    """The place and the names, all that is public of it."""
    village, *unit = row.labels
    return {"village": village} | ({"cluster": unit[0]} if comparison.what == "clusters" else {}) | {
        "place": row.standing.place if row.standing else None}


def public_document(comparison: Comparison, listed: Sequence[Compared]) -> dict[str, Any]:
    """红榜 as JSON: nothing of those who are not on it, not even how many they are."""
    return {"compare": comparison.what, "period": _days(comparison.period),
            "rows": [place_document(comparison, row) for row in listed]}


def _enough(shares: dict[int, dict[str, Share]], ratings: int, households: int) -> dict[int, dict[str, Share]]:
    return {key: row for key, row in shares.items()
            if row["rating_rate"].denominator >= ratings and row["coverage"].denominator >= households}


def _counted(shares: dict[int, dict[str, Share]], weights: dict[str, int]) -> dict[int, dict[str, Share]]:
    return {key: {name: share for name, share in row.items() if name in weights} for key, row in shares.items()}


def _best(shares: dict[int, dict[str, Share]]) -> dict[str, Share]:
    return {name: next(row[name] for row in shares.values() if row[name].rate == rate)
            for name, rate in full_marks(shares.values(), RELATIVE).items()}


def _share(share: Share | None) -> dict[str, int] | None:
    return None if share is None else {"numerator": share.numerator, "denominator": share.denominator}


def _days(period: Period) -> dict[str, str | None]:
    return {"from": period.start.isoformat() if period.start else None, "to": period.end.isoformat() if period.end else None}
