"""The figures of every cluster (联户单元)."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, Measure, grouped, measured


def tables(figures: Figures) -> list[Table]:
    """All units in every table; what is recorded without a unit stands in a line of its own."""
    def by_cluster(name: str, measures: Sequence[Measure]) -> Table:
        return grouped(figures, name, "cluster", measured(figures, "cluster", measures))

    return [
        by_cluster("联户单元", [
            ("联户长", i.CLUSTER_HEADS), ("户数", i.HOUSEHOLDS), ("已结对", i.PAIRED_HOUSEHOLDS), ("走访", i.VISITS),
            ("联系卡", i.CARDS), ("办实事", i.DEEDS)]),
        by_cluster("五必访", m.MUST_VISITS),
        by_cluster("四项职责任务", m.TASKS),
        by_cluster("户评", m.RATINGS),
        by_cluster("意见建议", m.OPINIONS),
        grouped(figures, "联户长产生方式", "cluster", m.heads(figures, "cluster")),
        *m.head_categories(figures, "cluster"),
        *m.activities(figures, "cluster"),
        m.fund_by(figures, "cluster"),
        by_cluster("称号和诚信额度", m.HONOURS),
    ]
