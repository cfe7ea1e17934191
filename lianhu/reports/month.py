"""What happened in each month."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, Measure, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """Every month from the first record to the last; states such as pairs have no month."""
    def by_month(name: str, measures: Sequence[Measure]) -> Table:
        return grouped(figures, name, "month", measured(figures, "month", measures))

    return [
        by_month("走访与办实事", [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("家庭大事", i.EVENTS),
            ("联系卡", i.CARDS), ("办实事", i.DEEDS), ("办成", i.DEEDS_SOLVED)]),
        by_month("五必访", m.MUST_VISITS),
        by_month("四项职责任务", m.TASKS),
        grouped(figures, "办实事成效", "month", [
            *measured(figures, "month", [("件数", i.DEEDS)]), *split(figures, "month", i.DEEDS, "outcome", "effects"),
            *measured(figures, "month", [("办成率", i.DEED_RATE)])]),
        by_month("12345工单", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE)]),
        by_month("12345工单响应和重办", m.RESPONSES),
        by_month("户评", m.RATINGS),
        by_month("意见建议", m.OPINIONS),
        *m.activities(figures, "month"),
        m.fund_by(figures, "month"),
        by_month("称号和诚信额度", m.HONOURS),
    ]
