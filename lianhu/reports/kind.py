"""Records by what kind they are."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.figures import Table
from lianhu.domain.settings import EVENT_DAYS
from lianhu.domain.terms import MEASURE_OF
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, Measure, amounts_by_kind, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """A table for each kind of record that has kinds, in the order of its dictionary."""
    def by_kind(name: str, terms: Sequence[str], measures: Sequence[Measure]) -> Table:
        return grouped(figures, name, "kind", measured(figures, "kind", measures), terms=terms)

    return [
        grouped(figures, "联户长类别", "kind", m.heads(figures, "kind"), terms=figures.terms("head_categories")),
        by_kind("走访事由", figures.terms("occasions"), [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("家庭大事", i.EVENTS)]),
        by_kind("五必访", [*EVENT_DAYS], m.MUST_VISITS),
        by_kind("四项职责任务", figures.terms("duties"), m.TASKS),
        by_kind("联系卡形式", figures.terms("card_media"), [("联系卡", i.CARDS), ("其中老人户", i.CARDS_ELDERLY)]),
        grouped(figures, "办实事类别和成效", "kind", [
            *measured(figures, "kind", [("件数", i.DEEDS)]),
            *split(figures, "kind", i.DEEDS, "outcome", "effects")], terms=figures.terms("deed_kinds")),
        by_kind("12345工单类型", figures.terms("ticket_kinds"), [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE)]),
        by_kind("12345工单响应和重办", figures.terms("ticket_kinds"), m.RESPONSES),
        by_kind("户评满意度", figures.terms("grades"), [("户评", i.RATINGS)]),
        by_kind("组织评定等次", figures.terms("appraisal_grades"), [("组织评定", i.APPRAISALS)]),
        amounts_by_kind(figures, "自治活动", i.ACTIVITIES, "activity_kinds", MEASURE_OF),
        by_kind("称号", (), [("授予称号", i.AWARDS)]),
        by_kind("银行授信等级", figures.terms("credit_grades"), [("银行授信", i.CREDITS)]),
    ]
