"""Records by what kind they are."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """A table for each kind of record that has kinds, in the order of its dictionary."""
    return [
        grouped(figures, "联户长类别", "kind", measured(figures, "kind", [("人数", i.CLUSTER_HEADS)]),
                dictionary="head_categories"),
        grouped(figures, "走访事由", "kind", measured(figures, "kind", [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("家庭大事", i.EVENTS)]),
                dictionary="occasions"),
        grouped(figures, "五必访", "kind", measured(figures, "kind", [
            ("大事", i.EVENTS), ("应访", i.EVENTS_DUE), ("逾期未访", i.EVENTS_OVERDUE), ("必访率", i.ANSWERED_RATE)]),
                dictionary="occasions"),
        grouped(figures, "任务职责", "kind", measured(figures, "kind", [
            ("任务", i.TASK_ITEMS), ("任务完成率", i.TASK_RATE)]), dictionary="duties"),
        grouped(figures, "联系卡形式", "kind", measured(figures, "kind", [
            ("联系卡", i.CARDS), ("其中老人户", i.CARDS_ELDERLY)]), dictionary="card_media"),
        grouped(figures, "办实事类别和成效", "kind", [
            *measured(figures, "kind", [("件数", i.DEEDS)]),
            *split(figures, "kind", i.DEEDS, "outcome", "effects")], dictionary="deed_kinds"),
        grouped(figures, "12345工单类型", "kind", measured(figures, "kind", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE)]), dictionary="ticket_kinds"),
    ]
