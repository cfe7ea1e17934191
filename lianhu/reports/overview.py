"""The town at a glance."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.domain.terms import MEASURE_OF
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, amounts_by_kind, grouped, listed, measured, split


def tables(figures: Figures) -> list[Table]:
    """People, pairs, contacts, 办实事, 12345 tickets and what people say, of the whole town."""
    return [
        listed(figures, "基本情况", [
            ("嘎查村", i.VILLAGES), ("联户单元", i.CLUSTERS), ("联户长", i.CLUSTER_HEADS), ("党员干部", i.CADRES),
            ("重点户", i.HOUSEHOLDS), ("其中重难点户", i.HARD_HOUSEHOLDS)]),
        grouped(figures, "联户长类别", "kind", m.heads(figures, "kind"), terms=figures.terms("head_categories")),
        listed(figures, "结对", [
            ("已结对户", i.PAIRED_HOUSEHOLDS), ("未结对户", i.UNPAIRED_HOUSEHOLDS), ("结对率", i.COVERAGE),
            ("领导联系的重难点户", i.HARD_WITH_LEADER), ("重难点户领导联系率", i.LEADER_RATE)]),
        *m.done(figures),
        grouped(figures, "办实事类别和成效", "kind", [
            *measured(figures, "kind", [("件数", i.DEEDS)]),
            *split(figures, "kind", i.DEEDS, "outcome", "effects")], terms=figures.terms("deed_kinds")),
        listed(figures, "12345工单", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("解决", i.TICKETS_RESOLVED),
            ("响应率", i.RESPONSE_RATE), ("按期办结率", i.ON_TIME_RATE), ("解决率", i.SOLVED_RATE),
            ("满意率", i.SATISFACTION_RATE), ("重办率", i.REDO_RATE), ("重办", i.TICKETS_REDONE),
            ("退单", i.TICKETS_RETURNED), ("不计考核", i.TICKETS_EXCLUDED)]),
        listed(figures, "户评与组织评定", [*m.RATINGS, ("组织评定", i.APPRAISALS)]),
        listed(figures, "意见建议", m.OPINIONS),
        amounts_by_kind(figures, "自治活动", i.ACTIVITIES, "activity_kinds", MEASURE_OF),
        m.fund(figures),
        listed(figures, "称号和诚信额度", m.HONOURS),
    ]
