"""Figures that stand side by side in several reports, with their headings.

Each group is narrow enough for a terminal of 80 columns beside the names of a village and a cluster.
"""

from __future__ import annotations

from lianhu.domain.figures import Money, Table, Value
from lianhu.reports import indicators as i
from lianhu.reports.indicators import Indicator
from lianhu.reports.layout import (
    Column,
    Figures,
    Measure,
    amounts,
    grouped,
    listed,
    measured,
    origins_of,
    shared_out,
    split,
    sums,
)

MUST_VISITS: list[Measure] = [
    ("应访", i.EVENTS_DUE), ("已访", i.EVENTS_ANSWERED), ("逾期未访", i.EVENTS_OVERDUE), ("必访率", i.ANSWERED_RATE),
    ("按期必访率", i.IN_TIME_RATE)]
TASKS: list[Measure] = [("任务", i.TASK_ITEMS), ("已完成", i.TASK_ITEMS_DONE), ("任务完成率", i.TASK_RATE)]
RESPONSES: list[Measure] = [
    ("应响应", i.TICKETS_TO_RESPOND), ("响应率", i.RESPONSE_RATE), ("回访过", i.TICKETS_VISITED), ("重办", i.TICKETS_REDONE),
    ("重办率", i.REDO_RATE)]
RATINGS: list[Measure] = [("户评", i.RATINGS), ("满意", i.RATINGS_SATISFIED), ("户评满意率", i.RATING_RATE)]
OPINIONS: list[Measure] = [("意见建议", i.OPINIONS), ("已答复", i.OPINIONS_SETTLED), ("意见答复率", i.OPINION_RATE)]
HONOURS: list[Measure] = [("授予称号", i.AWARDS), ("银行授信", i.CREDITS)]

PARTS = "一二三四五六七八九十"
"""Numbers of the parts of a table that would be too wide."""


def done(figures: Figures) -> list[Table]:
    """What cadres did for households, of a town or of a place alike: a figure a line."""
    return [
        listed(figures, "走访与联系卡", [
            ("走访", i.VISITS), ("线下", i.VISITS_OFFLINE), ("线上", i.VISITS_ONLINE), ("联系卡", i.CARDS),
            ("其中老人户", i.CARDS_ELDERLY)]),
        listed(figures, "五必访", [("家庭大事", i.EVENTS), *MUST_VISITS]),
        listed(figures, "四项职责任务", TASKS),
        listed(figures, "办实事", [("办实事", i.DEEDS), ("已解决和基本解决", i.DEEDS_SOLVED), ("办成率", i.DEED_RATE)]),
    ]


def heads(figures: Figures, dimension: str) -> list[Column]:
    """How many 联户长, and how many of them were recommended or appointed."""
    return [*measured(figures, dimension, [("人数", i.CLUSTER_HEADS)]),
            *split(figures, dimension, i.CLUSTER_HEADS, "outcome", "head_ways")]


def head_categories(figures: Figures, dimension: str) -> list[Table]:
    """联户长 by category, in as many tables as their number asks for."""
    return in_parts(figures, "联户长类别", dimension, split(figures, dimension, i.CLUSTER_HEADS, "kind", "head_categories"))


def activities(figures: Figures, dimension: str) -> list[Table]:
    """自治活动 and what they brought about, each kind in its measure."""
    return in_parts(figures, "自治活动", dimension, [
        *measured(figures, dimension, [("项数", i.ACTIVITIES)]), *amounts(figures, dimension, i.ACTIVITIES, "activity_kinds")])


FUND: tuple[tuple[str, Indicator], ...] = (
    ("收入", i.FUND_INCOME), ("支出", i.FUND_SPENDING), ("余额", i.FUND_BALANCE))


def money(figures: Figures, indicator: Indicator) -> Money:
    """What the records of an indicator come to."""
    return Money(sum(figures.amounts(indicator, "outcome").values()))


def fund(figures: Figures) -> Table:
    """同心专项基金: income and spending of the period, and of the whole town what there is at its end.

    Income is the town's: a balance of what a few villages were given would be a debt that they do not have.
    """
    told = [each for each in FUND if figures.is_whole_town or each[1] is not i.FUND_BALANCE]
    rows: list[list[Value]] = [
        [heading, figures.count(indicator), money(figures, indicator)] for heading, indicator in told]
    return Table("同心专项基金", ["项目", "笔数", "金额（元）"], rows,
                 origins=lambda row, column: origins_of(told[row][1]) if column else ())


def fund_by(figures: Figures, dimension: str) -> Table:
    """Where the fund's money came from or went."""
    return grouped(figures, "同心专项基金", dimension, [
        *measured(figures, dimension, [("笔数", i.FUND)]),
        *sums(figures, dimension, [("收入（元）", i.FUND_INCOME), ("支出（元）", i.FUND_SPENDING)])])


def in_parts(figures: Figures, name: str, dimension: str, columns: list[Column]) -> list[Table]:
    """One table, or several numbered ones where it would be too wide."""
    parts = shared_out(columns)
    return [grouped(figures, name + (f"（{PARTS[number]}）" if len(parts) > 1 else ""), dimension, part)
            for number, part in enumerate(parts)]
