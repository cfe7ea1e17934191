"""The town's statistics by village: every village in the fixed order, zeros shown, totals below."""

from __future__ import annotations

from lianhu.domain.figures import Table
from lianhu.reports import indicators as i
from lianhu.reports.layout import Figures, Measure, grouped, measured, shared_out, split

_PARTS = "一二三四五六七八九十"


def tables(figures: Figures) -> list[Table]:
    """Pairing, contacts, 办实事 and 12345 tickets, each narrow enough for a terminal of 80 columns."""
    def by_village(name: str, measures: list[Measure]) -> Table:
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
        *_deeds_by_kind(figures),
        by_village("12345工单办理", [
            ("收到", i.TICKETS_RECEIVED), ("办结", i.TICKETS_CLOSED), ("按期办结率", i.ON_TIME_RATE),
            ("退单", i.TICKETS_RETURNED), ("不计考核", i.TICKETS_EXCLUDED)]),
        by_village("12345工单回访", [
            ("解决", i.TICKETS_RESOLVED), ("解决率", i.SOLVED_RATE), ("满意率", i.SATISFACTION_RATE),
            ("重办", i.TICKETS_REDONE)]),
        by_village("五必访", [
            ("大事", i.EVENTS), ("应访", i.EVENTS_DUE), ("逾期未访", i.EVENTS_OVERDUE), ("必访率", i.ANSWERED_RATE)]),
        by_village("任务与户评", [
            ("任务", i.TASK_ITEMS), ("任务完成率", i.TASK_RATE), ("户评", i.RATINGS), ("户评满意率", i.RATING_RATE)]),
        by_village("意见建议", [("意见", i.OPINIONS), ("意见答复率", i.OPINION_RATE)]),
    ]


def _deeds_by_kind(figures: Figures) -> list[Table]:
    parts = shared_out(split(figures, "village", i.DEEDS, "kind", "deed_kinds"))
    return [
        grouped(figures, "办实事类别" + (f"（{_PARTS[number]}）" if len(parts) > 1 else ""), "village", part)
        for number, part in enumerate(parts)
    ]
