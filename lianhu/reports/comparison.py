"""横向对比: which figures villages and units are compared by, and its tables.

Every figure is a rate of two indicators, so that it is the same as in any report and opens to its records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lianhu.domain.comparison import Share, Standing
from lianhu.domain.figures import Hundredths, Rate, Table, Value
from lianhu.domain.settings import COMPARE_TITLES
from lianhu.reports import indicators as i
from lianhu.reports.layout import HEADINGS, Figures
from lianhu.reports.period import Period

DIMENSIONS = {"villages": "village", "clusters": "cluster"}
"""What can be compared, and the dimension of the indicators that it is."""
NAMES = {"villages": "各村", "clusters": "各联户单元"}
TOO_FEW = "样本不足，不排名"
TABLE_WIDTH = 3
"""Rates in one table, so that it fits 80 columns of a terminal beside the names of a village and a unit."""


class Measured(NamedTuple):
    """A figure compared. A ``relative`` one is told per hundred and has the best of all for its full mark."""

    name: str
    numerator: i.Indicator
    denominator: i.Indicator
    relative: bool = False

    @property
    def title(self) -> str:
        return COMPARE_TITLES[self.name]

    def cell(self, share: Share) -> Value:
        if not self.relative:
            return Rate(*share, self.denominator.unit)
        if share.rate is None:
            return f"—(0{self.denominator.unit})"
        return f"{float(100 * share.rate):.1f}({share.numerator}/{share.denominator})"


def _of(ratio: i.Ratio) -> Measured:
    return Measured(ratio.name, ratio.numerator, ratio.denominator)


MEASURES: tuple[Measured, ...] = (
    _of(i.RATING_RATE), Measured("deeds_per_hundred", i.DEEDS, i.HOUSEHOLDS, relative=True), _of(i.ON_TIME_RATE),
    _of(i.ANSWERED_RATE), _of(i.OPINION_RATE), Measured("activities_per_hundred", i.ACTIVITIES, i.HOUSEHOLDS, relative=True),
    _of(i.COVERAGE))
RELATIVE = frozenset(measure.name for measure in MEASURES if measure.relative)

FORMULA = (
    ("得分", "100×Σ(权重×达到满分的比例)÷Σ权重，算到0.01分"),
    ("满分", "百分率是100%，每百户的是参加排名的最高值"),
    ("不计的项", "分母是0（—）的项，和谁都没有的项；其余项按权重折成100分"),
    ("名次", "同分同名次，如 1、2、2、4"),
    ("最好、最差", "每项权重单独加、减四分之一，名次最好和最差到第几"),
)


class Compared(NamedTuple):
    """A village or unit: its id, its names, its rates, where it stands (None for too few), and where before."""

    key: int
    labels: tuple[str, ...]
    shares: Mapping[str, Share]
    standing: Standing | None
    before: Standing | None


class Comparison(NamedTuple):
    """All villages or units of a period, those with a place first. ``weights`` are those above 0."""

    what: str
    period: Period
    previous: Period | None
    weights: Mapping[str, int]
    least_ratings: int
    least_households: int
    rows: Sequence[Compared]
    full_marks: Mapping[str, Share]
    """Whose rate the full mark of a relative measure is."""

    @property
    def ranked(self) -> int:
        return sum(row.standing is not None for row in self.rows)

    @property
    def measures(self) -> list[Measured]:
        return [measure for measure in MEASURES if measure.name in self.weights]

    @property
    def title(self) -> str:
        return f"{NAMES[self.what]}横向对比（{self.period.words}）"

    @property
    def public_title(self) -> str:
        return f"{NAMES[self.what]}横向对比红榜（{self.period.words}）"


def shares_by(figures: Figures, what: str) -> dict[int, dict[str, Share]]:
    """Every measure of every village or unit."""
    dimension = DIMENSIONS[what]
    counts = [(measure, figures.by(measure.numerator, dimension), figures.by(measure.denominator, dimension))
              for measure in MEASURES]
    return {int(line.key): {
        measure.name: Share(numerators.get(line.key, 0), denominators.get(line.key, 0))
        for measure, numerators, denominators in counts
    } for line in figures.lines(dimension) if line.key is not None}


def tables(comparison: Comparison) -> list[Table]:
    """The places, those without one, the rates in parts, the weights, and how points are made."""
    names = list(HEADINGS[DIMENSIONS[comparison.what]])
    return [*_places(comparison, names), *_rates(comparison, names), _weights(comparison),
            Table("得分办法", ["项目", "办法"], [[*line] for line in FORMULA])]


def _places(comparison: Comparison, names: list[str]) -> list[Table]:
    rows: list[list[Value]] = []
    few: list[list[Value]] = []
    for row in comparison.rows:
        now, before = row.standing, row.before
        if now is None:
            few.append([*row.labels, row.shares["rating_rate"].denominator, row.shares["coverage"].denominator])
            continue
        rows.append([*row.labels, now.place, Hundredths(now.points), before and before.place,
                     before and Hundredths(now.points - before.points), now.best, now.worst])
    places = Table("名次", [*names, "名次", "得分", "上期名次", "得分增减", "最好", "最差"], rows,
                   note=f"参加排名：{len(rows)}个")
    too_few = Table(TOO_FEW, [*names, "户评", "重点户"], few,
                    note=f"户评不到 {comparison.least_ratings} 份或重点户不到 {comparison.least_households} 户。")
    return [places, too_few] if few else [places]


def _rates(comparison: Comparison, names: list[str]) -> list[Table]:
    measures = comparison.measures
    parts = [measures[start:start + TABLE_WIDTH] for start in range(0, len(measures), TABLE_WIDTH)]
    return [Table(f"各项指标（{'一二三四'[at]}）" if len(parts) > 1 else "各项指标",
                  [*names, *(measure.title for measure in part)],
                  [[*row.labels, *(measure.cell(row.shares[measure.name]) for measure in part)] for row in comparison.rows])
            for at, part in enumerate(parts)]


def _weights(comparison: Comparison) -> Table:
    rows: list[list[Value]] = []
    for measure in comparison.measures:
        best = comparison.full_marks.get(measure.name)
        full: Value = ("不计：都没有" if best is None else measure.cell(best)) if measure.relative else "100%"
        rows.append([measure.title, comparison.weights[measure.name], measure.numerator.name, measure.denominator.name, full])
    return Table("权重", ["指标", "权重", "分子", "分母", "满分"], rows,
                 note="权重在设置 [compare.weights]；百户的是每百个重点户多少。")


def public_table(comparison: Comparison, listed: Sequence[Compared]) -> Table:
    """红榜: the places of those at the top, and nothing of anybody else."""
    names = list(HEADINGS[DIMENSIONS[comparison.what]])
    rows: list[list[Value]] = [[row.standing and row.standing.place, *row.labels] for row in listed]
    note = f"按{'、'.join(measure.title for measure in comparison.measures)}综合对比，只列靠前的，同分同名次。" if rows else \
        "参加排名的不到两个，没有红榜。"
    return Table("红榜", ["名次", *names], rows, note=note)
