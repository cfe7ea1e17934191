"""The town's statistics by village: every village in the fixed order, zeros shown, totals below."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports import measures as m
from lianhu.reports.layout import Figures, Measure, grouped, measured, split


def tables(figures: Figures) -> list[Table]:
    """Pairing, contacts, 办实事, 12345 tickets and what people say, each narrow enough for 80 columns."""
    def by_village(name: str, measures: Sequence[Measure]) -> Table:
        return grouped(figures, name, "village", measured(figures, "village", measures))

    return [
        by_village("结对", [
            ("户数", i.HOUSEHOLDS), ("重难点户", i.HARD_HOUSEHOLDS), ("已结对", i.PAIRED_HOUSEHOLDS),
            ("未结对", i.UNPAIRED_HOUSEHOLDS), ("结对率", i.COVERAGE)]),
        by_village("走访与联系卡", [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("联系卡", i.CARDS),
            ("其中老人户", i.CARDS_ELDERLY)]),
        grouped(figures, "办实事", "village", [
            *measured(figures, "village", [("件数", i.DEEDS)]),
            *split(figures, "village", i.DEEDS, "outcome", "effects"),
            *measured(figures, "village", [("办成率", i.DEED_RATE)])]),
        *m.in_parts(figures, "办实事类别", "village", split(figures, "village", i.DEEDS, "kind", "deed_kinds")),
        by_village("12345工单办理", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("退单", i.TICKETS_RETURNED), ("不计考核", i.TICKETS_EXCLUDED)]),
        by_village("12345工单回访", [
            ("解决", i.TICKETS_RESOLVED), ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE),
            ("重办", i.TICKETS_REDONE)]),
        by_village("12345工单响应和重办", m.RESPONSES),
        by_village("五必访", m.MUST_VISITS),
        by_village("四项职责任务", m.TASKS),
        by_village("户评", m.RATINGS),
        by_village("意见建议", m.OPINIONS),
        grouped(figures, "联户长产生方式", "village", m.heads(figures, "village")),
        *m.head_categories(figures, "village"),
        *m.activities(figures, "village"),
        m.fund_by(figures, "village"),
        by_village("称号和诚信额度", m.HONOURS),
    ]
