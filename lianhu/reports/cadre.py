"""The figures of every cadre who has any, by village and code: never ranked by number of visits."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """Visits and the rest count for whoever did them, households and open dues for who holds them."""
    return [
        grouped(figures, "党员干部", "cadre", measured(figures, "cadre", [
            ("联系户", i.PAIRED_HOUSEHOLDS), ("走访", i.VISITS), ("其中线上", i.VISITS_ONLINE), ("联系卡", i.CARDS),
            ("办实事", i.DEEDS), ("工单", i.TICKETS_RECEIVED)])),
        grouped(figures, "必访、任务、评价", "cadre", measured(figures, "cadre", [
            ("应访", i.EVENTS_DUE), ("逾期未访", i.EVENTS_OVERDUE), ("任务", i.TASK_ITEMS), ("完成", i.TASK_ITEMS_DONE),
            ("户评", i.RATINGS), ("满意", i.RATINGS_SATISFIED)])),
        grouped(figures, "办实事成效", "cadre", [
            *split(figures, "cadre", i.DEEDS, "outcome", "effects"), *measured(figures, "cadre", [("办成率", i.DEED_RATE)])]),
    ]
