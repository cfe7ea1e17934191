"""The figures of every cadre who has any, by village and code: never ranked by number of visits."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, grouped, measured


def tables(figures: Figures) -> list[Table]:
    """One table; visits and the rest count for whoever did them, households for who holds them."""
    return [grouped(figures, "党员干部", "cadre", measured(figures, "cadre", [
        ("联系户", i.PAIRED_HOUSEHOLDS), ("走访", i.VISITS), ("其中线上", i.VISITS_ONLINE), ("联系卡", i.CARDS),
        ("办实事", i.DEEDS), ("工单", i.TICKETS_RECEIVED)]))]
