"""What happened in each month."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, grouped, measured


def tables(figures: Figures) -> list[Table]:
    """Months in which anything is recorded; states such as pairs have no month."""
    return [
        grouped(figures, "走访与办实事", "month", measured(figures, "month", [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("家庭大事", i.EVENTS),
            ("联系卡", i.CARDS), ("办实事", i.DEEDS), ("办成", i.DEEDS_SOLVED)])),
        grouped(figures, "12345工单", "month", measured(figures, "month", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE)])),
        grouped(figures, "任务、评价、意见", "month", measured(figures, "month", [
            ("任务", i.TASK_ITEMS), ("任务完成率", i.TASK_RATE), ("户评", i.RATINGS), ("户评满意率", i.RATING_RATE),
            ("意见", i.OPINIONS)])),
    ]
