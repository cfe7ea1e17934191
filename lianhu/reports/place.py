"""One village or one unit at a glance: a figure a line, and what was done month by month."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, grouped, listed, measured


def tables(figures: Figures) -> list[Table]:
    """Households, contacts, 办实事, 12345 tickets and what people say there."""
    return [
        listed(figures, "基本情况", [
            ("重点户", i.HOUSEHOLDS), ("其中重难点户", i.HARD_HOUSEHOLDS), ("已结对户", i.PAIRED_HOUSEHOLDS),
            ("结对率", i.COVERAGE), ("联户长", i.CLUSTER_HEADS)]),
        *m.done(figures),
        listed(figures, "12345工单", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE)]),
        listed(figures, "户评", m.RATINGS),
        listed(figures, "意见建议", m.OPINIONS),
        listed(figures, "自治活动和称号", [("自治活动", i.ACTIVITIES), *m.HONOURS]),
        grouped(figures, "逐月", "month", measured(figures, "month", [
            ("走访", i.VISITS), ("联系卡", i.CARDS), ("办实事", i.DEEDS), ("收到工单", i.TICKETS_RECEIVED),
            ("意见建议", i.OPINIONS)])),
    ]
