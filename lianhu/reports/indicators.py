"""The figures of the town, each defined once.

An indicator is one SELECT whose rows are the very records it counts, with their dimensions. Its
count is the number of rows, by village the same SELECT grouped, ``--rows`` the same SELECT listed.
A rate is two indicators. A new figure is one more entry here.
"""

from __future__ import annotations

from typing import NamedTuple

from lianhu.domain.terms import POSITIVE_GRADES
from lianhu.reports import subjects as s

DIMENSIONS: dict[str, str] = {
    "village": "village_id", "cluster": "cluster_id", "cadre": "cadre_id", "month": "substr(day, 1, 7)",
    "kind": "kind", "outcome": "outcome",
}
"""What records can be grouped by, as SQL over an indicator's SELECT."""


class Indicator(NamedTuple):
    """A figure: English name, Chinese title, unit, definition in words, and which records count.

    ``dated`` records lie in a period by their day; others are a state, looked at on ``:day``.
    ``whole`` makes the figure a part of another: those of its records whose outcome is in
    ``outcomes``, so that the two are counted together and a part never exceeds its whole.
    """

    name: str
    title: str
    unit: str
    definition: str
    subject: s.Subject
    where: str = ""
    dated: bool = True
    whole: str = ""
    outcomes: tuple[str, ...] = ()

    @property
    def select(self) -> str:
        """The one SELECT: id, the dimensions, then the columns that a listing shows."""
        subject = self.subject
        parts = [
            f"{subject.id} AS id", f"{subject.village} AS village_id", f"{subject.cluster} AS cluster_id",
            f"{subject.cadre} AS cadre_id", f"{subject.day} AS day", f"{subject.kind} AS kind",
            f"{subject.outcome} AS outcome", *([f"{subject.amount} AS amount"] if subject.amount else []),
            *(f"{column.sql} AS {column.name}" for column in subject.columns if column.sql),
        ]
        made = f"SELECT {', '.join(parts)} FROM {subject.source}"
        if self.where:
            made += f" WHERE {self.where}"
        if self.whole:
            wanted = ", ".join(f"'{outcome}'" for outcome in self.outcomes)
            made = f"SELECT * FROM ({made}) AS whole WHERE outcome IN ({wanted})"
        return made


class Ratio(NamedTuple):
    """A rate: how many of the denominator's records are the numerator's."""

    name: str
    title: str
    numerator: Indicator
    denominator: Indicator

    @property
    def definition(self) -> str:
        return f"{self.numerator.title} ÷ {self.denominator.title}"


def _part(whole: Indicator, name: str, title: str, definition: str, *outcomes: str) -> Indicator:
    return whole._replace(
        name=name, title=title, definition=definition, whole=whole.name, outcomes=outcomes)


def _ticket(name: str, title: str, definition: str, where: str, day: str = "", outcome: str = "") -> Indicator:
    subject = s.TICKET._replace(day=day or s.TICKET.day, outcome=outcome or s.TICKET.outcome)
    return Indicator(name, title, "件", definition, subject, where)


VILLAGES = Indicator("villages", "嘎查村", "个", "登记的嘎查村和社区", s.VILLAGE, dated=False)
CLUSTERS = Indicator("clusters", "联户单元", "个", "登记的联户单元（网格）", s.CLUSTER, dated=False)
CLUSTER_HEADS = Indicator(
    "cluster_heads", "联户长", "人", "截至当日在任的联户长；一人任两个单元算两次", s.HEAD, s.HOLDING_HEAD, dated=False)
CADRES = Indicator(
    "cadres", "党员干部", "人", "截至当日在岗（没有离岗）的党员干部，含没有结对的", s.CADRE, s.IN_SERVICE, dated=False)
CADRES_IDLE = Indicator(
    "cadres_idle", "没有联系户的干部", "人", "截至当日在岗、联户上限不是0、没有联系任何户的党员干部", s.CADRE,
    f"{s.IN_SERVICE} AND {s.IDLE}", dated=False)
HOUSEHOLDS = Indicator(
    "households", "重点户", "户", "截至当日没有销户的联系户", s.HOUSEHOLD, s.OPEN_HOUSEHOLD, dated=False)
HARD_HOUSEHOLDS = _part(HOUSEHOLDS, "hard_households", "重难点户", "重点户中标为重难点户的", "重难点户")
PAIRED_HOUSEHOLDS = Indicator(
    "paired_households", "已结对户", "户", "没有销户、截至当日有干部联系的户", s.PAIRED, s.OPEN_HOUSEHOLD, dated=False)
UNPAIRED_HOUSEHOLDS = Indicator(
    "unpaired_households", "未结对户", "户", "没有销户、截至当日没有干部联系的户", s.HOUSEHOLD,
    f"{s.OPEN_HOUSEHOLD} AND {s.UNPAIRED}", dated=False)
HARD_WITH_LEADER = Indicator(
    "hard_with_leader", "领导联系的重难点户", "户", "已结对的重难点户中，联系干部有结对规则 [priority] 所列角色的", s.PAIRED_CADRE,
    f"{s.OPEN_HOUSEHOLD} AND h.is_hard IS TRUE AND {s.IS_LEADER}", dated=False)
HARD_WITHOUT_LEADER = Indicator(
    "hard_without_leader", "没有领导联系的重难点户", "户",
    "重难点户中没有结对，或联系干部没有结对规则 [priority] 所列角色的", s.HOUSEHOLD,
    f"{s.OPEN_HOUSEHOLD} AND h.is_hard IS TRUE AND NOT {s.LED}", dated=False)

VISITS = Indicator("visits", "走访", "次", "登记的走访和联系，按走访日期计，线上线下都算", s.VISIT)
VISITS_OFFLINE = _part(VISITS, "visits_offline", "线下走访", "走访中方式为线下的（上门、联系卡）", "线下")
VISITS_ONLINE = _part(VISITS, "visits_online", "线上联系", "走访中方式为线上的（微信、视频、电话，以设置为准）", "线上")
EVENTS = Indicator("events", "家庭大事", "件", "登记的五必访事件，按发生日期计", s.EVENT)
EVENTS_ANSWERED = _part(EVENTS, "events_answered", "已走访大事", "家庭大事中以该事由走访过的", "按期走访", "逾期走访")
EVENTS_IN_TIME = _part(EVENTS, "events_in_time", "按期走访大事", "家庭大事中在期限内走访的", "按期走访")
EVENTS_OVERDUE = _part(EVENTS, "events_overdue", "逾期未访大事", "家庭大事中期限已过、还没有走访的，不含已销户的", "逾期未访")
EVENTS_DUE = _part(
    EVENTS, "events_due", "应访大事", "家庭大事中已走访的，和期限已过的；不含已销户和没到期的", "按期走访", "逾期走访", "逾期未访")
CARDS = Indicator("cards", "联系卡", "张", "发出的联系卡，按发卡日期计", s.CARD)
CARDS_ELDERLY = _part(
    CARDS, "cards_elderly", "老人户联系卡",
    f"发给老人户的联系卡：户情或重点人群为年老、留守老人、独居失能高龄老人，或发卡时户主满{s.ELDERLY_FROM}周岁", "老人户")
DEEDS = Indicator("deeds", "办实事", "件", "登记的办实事，按开始日期计", s.DEED)
DEEDS_SOLVED = _part(DEEDS, "deeds_solved", "办成的实事", "办实事中成效为已解决或基本解决的", "已解决", "基本解决")

TICKETS_RECEIVED = _ticket("tickets_received", "收到工单", "12345工单，按派单时间计，含退单和不计考核的", "")
TICKETS_CLOSED = _ticket(
    "tickets_closed", "办结工单", "有办结时间的12345工单，按办结时间计；退回重办的要等再次办结",
    "t.closed_at IS NOT NULL", "t.closed_at")
_FOLLOWED_UP_ON = "coalesce(t.followed_up_at, t.closed_at, t.received_at)"
TICKETS_RESOLVED = _ticket(
    "tickets_resolved", "解决工单", "回访为已解决的12345工单，按回访时间（没有的按办结时间）计，含不计考核的",
    "t.is_solved IS TRUE", _FOLLOWED_UP_ON)
TICKETS_DUE = _ticket(
    "tickets_due", "到期工单", "已按期办结或期限已过的工单，按定局之日（按期的为办结日，否则为期限日）计，不含退单和不计考核的",
    f"{s.ASSESSED} AND ({s.CLOSED_IN_TIME} OR {s.DEADLINE_PASSED})",
    f"CASE WHEN {s.CLOSED_IN_TIME} THEN t.closed_at ELSE t.due_on END",
    f"CASE WHEN {s.CLOSED_IN_TIME} THEN '按期' ELSE '逾期' END")
TICKETS_ON_TIME = _part(TICKETS_DUE, "tickets_on_time", "按期办结工单", "到期工单中在期限内办结的", "按期")
TICKETS_FOLLOWED_UP = _ticket(
    "tickets_followed_up", "有效回访工单", "回访填了是否解决的工单，按回访时间（没有的按办结时间）计，不含退单和不计考核的",
    f"t.is_solved IS NOT NULL AND {s.ASSESSED}", _FOLLOWED_UP_ON,
    "CASE WHEN t.is_solved IS TRUE THEN '已解决' ELSE '未解决' END")
TICKETS_SOLVED = _part(TICKETS_FOLLOWED_UP, "tickets_solved", "回访已解决工单", "有效回访工单中已解决的", "已解决")
TICKETS_RATED = _ticket(
    "tickets_rated", "有效评价工单", "填了满意度的工单，按回访时间（没有的按办结时间）计，不含退单和不计考核的",
    f"t.grade IS NOT NULL AND {s.ASSESSED}", _FOLLOWED_UP_ON, "t.grade")
TICKETS_SATISFIED = _part(
    TICKETS_RATED, "tickets_satisfied", "满意工单", "有效评价工单中非常满意、满意和基本满意的", *POSITIVE_GRADES)
TICKETS_EXCLUDED = _ticket(
    "tickets_excluded", "不计考核工单", "写明不计考核原因的工单，按派单时间计", "t.exclusion IS NOT NULL", outcome="t.exclusion")
TICKETS_RETURNED = _ticket("tickets_returned", "退单", "状态为退单的工单，按派单时间计", "t.state = '退单'")
TICKETS_REDONE = _ticket(
    "tickets_redone", "重办工单", "因回访不好退回重办过的工单，按派单时间计，不含退单和不计考核的",
    f"(t.redone > 0 OR t.state = '重办') AND {s.ASSESSED}")
TICKETS_VISITED = _ticket(
    "tickets_visited", "回访过的工单", "回访过的工单和退回重办过的工单，按派单时间计，不含退单和不计考核的",
    f"(t.is_solved IS NOT NULL OR t.redone > 0 OR t.state = '重办') AND {s.ASSESSED}")
TICKETS_TO_RESPOND = _ticket(
    "tickets_to_respond", "应响应工单", "已联系诉求人或响应期限已过的工单，按派单时间计，不含退单和不计考核的",
    f"t.respond_by IS NOT NULL AND {s.RESPONSE_DUE} AND {s.ASSESSED}", outcome=s.RESPONSE_OUTCOME)
TICKETS_RESPONDED = _part(
    TICKETS_TO_RESPOND, "tickets_responded", "按时响应工单", "应响应工单中在期限内签收并首次联系的", "按时响应")

RATINGS = Indicator("ratings", "户评", "份", "登记的群众评价，按评价日期计", s.RATING)
RATINGS_SATISFIED = _part(RATINGS, "ratings_satisfied", "满意户评", "户评中非常满意、满意和基本满意的", *POSITIVE_GRADES)
APPRAISALS = Indicator("appraisals", "组织评定", "份", "登记的组织评定，按评定日期计", s.APPRAISAL)
TASK_ITEMS = Indicator(
    "task_items", "任务", "户次", "下发到户的任务，一项任务一户算一次，按下发日期计；不含没完成就销户的", s.TASK_ITEM,
    f"(i.done_on <= :day OR {s.OPEN_HOUSEHOLD})")
TASK_ITEMS_DONE = _part(TASK_ITEMS, "task_items_done", "完成任务", "任务中截至当日已完成的", "已完成")
OPINIONS = Indicator("opinions", "意见建议", "条", "登记的意见建议，按提出日期计", s.OPINION)
OPINIONS_SETTLED = _part(OPINIONS, "opinions_settled", "已答复意见", "意见建议中截至当日已答复的", "已答复")
ACTIVITIES = Indicator(
    "activities", "自治活动", "项", "登记的自治活动，按活动日期计；数量按类别和单位分别合计，不同单位不相加", s.ACTIVITY)
FUND = Indicator(
    "fund_entries", "基金收支", "笔", "登记的同心专项基金收支，按日期计；冲销算在被冲销的收入或支出里，金额为负", s.FUND)
FUND_INCOME = _part(FUND, "fund_income", "基金收入", "基金收支中的收入，含对收入的冲销", "收入")
FUND_SPENDING = _part(FUND, "fund_spending", "基金支出", "基金收支中的支出，含对支出的冲销", "支出")
FUND_BALANCE = Indicator(
    "fund_balance", "基金余额", "笔", "截至当日的全部基金收支，收入为正、支出为负，加起来是余额", s.FUND_HELD,
    "f.booked_on <= :day", dated=False)

AWARDS = Indicator(
    "awards", "授予称号", "个", "已授予的称号，按授予日期计；授予全村班子的没有单元", s.AWARD, "a.state = '已授予'")
CREDITS = Indicator(
    "credits", "银行授信", "笔", "登记的银行给村和联户单元的等级和额度，按授信日期计；给整村的没有单元", s.CREDIT)

INDICATORS: tuple[Indicator, ...] = (
    VILLAGES, CLUSTERS, CLUSTER_HEADS, CADRES, CADRES_IDLE, HOUSEHOLDS, HARD_HOUSEHOLDS, PAIRED_HOUSEHOLDS,
    UNPAIRED_HOUSEHOLDS, HARD_WITH_LEADER, HARD_WITHOUT_LEADER, VISITS, VISITS_OFFLINE, VISITS_ONLINE, EVENTS,
    EVENTS_DUE, EVENTS_ANSWERED, EVENTS_IN_TIME, EVENTS_OVERDUE, CARDS, CARDS_ELDERLY, DEEDS, DEEDS_SOLVED,
    TICKETS_RECEIVED, TICKETS_CLOSED, TICKETS_RESOLVED, TICKETS_DUE, TICKETS_ON_TIME, TICKETS_FOLLOWED_UP,
    TICKETS_SOLVED, TICKETS_RATED, TICKETS_SATISFIED, TICKETS_EXCLUDED, TICKETS_RETURNED, TICKETS_REDONE,
    TICKETS_VISITED, TICKETS_TO_RESPOND, TICKETS_RESPONDED, RATINGS, RATINGS_SATISFIED, APPRAISALS, TASK_ITEMS,
    TASK_ITEMS_DONE, OPINIONS, OPINIONS_SETTLED, ACTIVITIES, FUND, FUND_INCOME, FUND_SPENDING, FUND_BALANCE,
    AWARDS, CREDITS,
)

COVERAGE = Ratio("coverage", "结对率", PAIRED_HOUSEHOLDS, HOUSEHOLDS)
LEADER_RATE = Ratio("leader_rate", "重难点户领导联系率", HARD_WITH_LEADER, HARD_HOUSEHOLDS)
ANSWERED_RATE = Ratio("answered_rate", "必访率", EVENTS_ANSWERED, EVENTS_DUE)
IN_TIME_RATE = Ratio("in_time_rate", "按期必访率", EVENTS_IN_TIME, EVENTS_DUE)
DEED_RATE = Ratio("deed_rate", "办成率", DEEDS_SOLVED, DEEDS)
ON_TIME_RATE = Ratio("on_time_rate", "按期办结率", TICKETS_ON_TIME, TICKETS_DUE)
SOLVED_RATE = Ratio("solved_rate", "解决率", TICKETS_SOLVED, TICKETS_FOLLOWED_UP)
SATISFACTION_RATE = Ratio("satisfaction_rate", "满意率", TICKETS_SATISFIED, TICKETS_RATED)
RESPONSE_RATE = Ratio("response_rate", "响应率", TICKETS_RESPONDED, TICKETS_TO_RESPOND)
REDO_RATE = Ratio("redo_rate", "重办率", TICKETS_REDONE, TICKETS_VISITED)
RATING_RATE = Ratio("rating_rate", "户评满意率", RATINGS_SATISFIED, RATINGS)
TASK_RATE = Ratio("task_rate", "任务完成率", TASK_ITEMS_DONE, TASK_ITEMS)
OPINION_RATE = Ratio("opinion_rate", "意见答复率", OPINIONS_SETTLED, OPINIONS)

RATIOS: tuple[Ratio, ...] = (
    COVERAGE, LEADER_RATE, ANSWERED_RATE, IN_TIME_RATE, DEED_RATE, ON_TIME_RATE, RESPONSE_RATE, SOLVED_RATE, SATISFACTION_RATE,
    REDO_RATE, RATING_RATE, TASK_RATE, OPINION_RATE)

BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
WHOLES = frozenset(indicator.whole for indicator in INDICATORS if indicator.whole)
"""Names of the indicators that have parts."""


def whole_of(indicator: Indicator) -> Indicator:
    """The indicator whose records an indicator's are among: itself, or what it is a part of."""
    return BY_NAME[indicator.whole] if indicator.whole else indicator
