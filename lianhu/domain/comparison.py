"""横向对比: points, places and how far these depend on the weights. Whole numbers and fractions only.

A measure gives its weight times its rate over the full mark: 1 for a share, the best rate among the rows
compared for a measure that has no natural full mark (so many per hundred households). What a row has
nothing of to divide by is left out of it, and its other weights stand for the whole hundred; so is what
nobody has any of. Points are rounded to hundredths, and those that are seen decide the places.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)

WHOLE = 100 * 100
"""All points there are, in hundredths."""
SWAYS = (Fraction(3, 4), Fraction(5, 4))
"""How far each weight is moved, alone, to see what depends on it."""


class Share(NamedTuple):
    """A rate by what it is made of."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


class Standing(NamedTuple):
    """Points in hundredths, the place, and the best and worst place as each weight moves by a quarter."""

    points: int
    place: int
    best: int
    worst: int


Row = Mapping[str, Share]
Weights = Mapping[str, int | Fraction]


def standings(rows: Mapping[Key, Row], weights: Mapping[str, int], relative: Collection[str]) -> dict[Key, Standing]:
    """The standing of each row that has anything to go by; ``relative`` measures have the best for full mark."""
    scores = fulfilled(rows, relative)
    points = all_points(scores, weights)
    at_first = places(points)
    found = {key: [place] for key, place in at_first.items()}
    for measure in weights:
        for sway in SWAYS:
            for key, place in places(all_points(scores, {**weights, measure: weights[measure] * sway})).items():
                found[key].append(place)
    return {key: Standing(points[key], place, min(found[key]), max(found[key])) for key, place in at_first.items()}


def full_marks(rows: Iterable[Row], relative: Collection[str]) -> dict[str, Fraction]:
    """The best rate of each relative measure; nothing for one of which nobody has any."""
    best: dict[str, Fraction] = {}
    for row in rows:
        for measure in relative:
            rate = row[measure].rate if measure in row else None
            if rate and rate > best.get(measure, 0):
                best[measure] = rate
    return best


def fulfilled(rows: Mapping[Key, Row], relative: Collection[str]) -> dict[Key, dict[str, Fraction]]:
    """How much of its full mark each row reaches in each measure, at most 1; nothing for what does not count."""
    full = full_marks(rows.values(), relative)
    return {key: {
        measure: min(Fraction(1), rate / full.get(measure, 1)) for measure, share in row.items()
        if (rate := share.rate) is not None and (measure not in relative or measure in full)
    } for key, row in rows.items()}


def all_points(scores: Mapping[Key, Mapping[str, Fraction]], weights: Weights) -> dict[Key, int]:
    """The points of each row, in hundredths, rounded half up; none for a row without a measure that counts."""
    made = {}
    for key, score in scores.items():
        weight = sum(weights[measure] for measure in score)
        if weight:
            reached = sum((weights[measure] * part for measure, part in score.items()), Fraction(0))
            made[key] = int(WHOLE * reached / weight + Fraction(1, 2))
    return made


def places(points: Mapping[Key, int]) -> dict[Key, int]:
    """1 for the most points; equals share a place and the next is skipped: 1, 2, 2, 4."""
    ranked = sorted(points.values(), reverse=True)
    first = {value: at for at, value in reversed(list(enumerate(ranked, 1)))}
    return {key: first[value] for key, value in points.items()}


def published(placed: Mapping[Key, int], most: int) -> set[Key]:
    """Who may be named in public: the first ``most``, never beyond the first third, so that nobody can be
    seen to be last; nobody where there are fewer than two to compare."""
    last = min(most, max(1, len(placed) // 3))
    return {key for key, place in placed.items() if place <= last} if len(placed) > 1 else set()
