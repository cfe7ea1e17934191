"""The figures of every cadre who has any, by village and code: never ranked by number of visits."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, Measure, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """In each table who has anything there; what was done counts for whoever did it, households and
    what is still to be done for who holds them."""
    def by_cadre(name: str, measures: Sequence[Measure]) -> Table:
        return grouped(figures, name, "cadre", measured(figures, "cadre", measures))

    return [
        by_cadre("党员干部", [
            ("联系户", i.PAIRED_HOUSEHOLDS), ("走访", i.VISITS), ("其中线上", i.VISITS_ONLINE), ("联系卡", i.CARDS),
            ("办实事", i.DEEDS), ("工单", i.TICKETS_RECEIVED)]),
        # The rate of visits in time would make this table wider than a terminal.
        by_cadre("五必访", m.MUST_VISITS[:-1]),
        by_cadre("四项职责任务", m.TASKS),
        grouped(figures, "办实事成效", "cadre", [
            *measured(figures, "cadre", [("件数", i.DEEDS)]), *split(figures, "cadre", i.DEEDS, "outcome", "effects")]),
        by_cadre("户评", m.RATINGS),
    ]
