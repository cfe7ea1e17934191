"""Figures that stand side by side in several reports, with their headings.

Each group is narrow enough for a terminal of 80 columns beside the names of a village and a cluster.
"""

from __future__ import annotations

from lianhu.reports import indicators as i
from lianhu.reports.layout import Measure

MUST_VISITS: list[Measure] = [
    ("应访", i.EVENTS_DUE), ("已访", i.EVENTS_ANSWERED), ("逾期未访", i.EVENTS_OVERDUE), ("必访率", i.ANSWERED_RATE),
    ("按期必访率", i.IN_TIME_RATE)]
TASKS: list[Measure] = [("任务", i.TASK_ITEMS), ("已完成", i.TASK_ITEMS_DONE), ("任务完成率", i.TASK_RATE)]
RESPONSES: list[Measure] = [
    ("应响应", i.TICKETS_TO_RESPOND), ("响应率", i.RESPONSE_RATE), ("回访过", i.TICKETS_VISITED), ("重办", i.TICKETS_REDONE),
    ("重办率", i.REDO_RATE)]
RATINGS: list[Measure] = [("户评", i.RATINGS), ("满意", i.RATINGS_SATISFIED), ("户评满意率", i.RATING_RATE)]
OPINIONS: list[Measure] = [("意见建议", i.OPINIONS), ("已答复", i.OPINIONS_SETTLED), ("意见答复率", i.OPINION_RATE)]
