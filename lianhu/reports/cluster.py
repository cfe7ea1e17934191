"""The figures of every cluster (联户单元)."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, grouped, measured


def tables(figures: Figures) -> list[Table]:
    """One table; what is recorded without a unit stands in a line of its own."""
    return [grouped(figures, "联户单元", "cluster", measured(figures, "cluster", [
        ("联户长", i.CLUSTER_HEADS), ("户数", i.HOUSEHOLDS), ("已结对", i.PAIRED_HOUSEHOLDS), ("走访", i.VISITS),
        ("联系卡", i.CARDS), ("办实事", i.DEEDS), ("意见", i.OPINIONS)]))]
