"""What can be counted: for each kind of record where it lies, its dimensions, and how it is shown.

The SQL keeps to what SQLite and PostgreSQL share. ``:day`` is the day a state is looked at (the end
of the period, at most today), ``:moment`` the same to the minute, for deadlines;
``:is_leader`` is ``HAS_ROLE`` for any role that the town's rules send to 重难点户 first. Days are ISO text
that may be known to the month only; as text a month stands before all of its days, so that such a
record counts as the month's first day, in exactly one of any two periods that touch.
"""

from __future__ import annotations

from typing import NamedTuple

ELDERLY_FROM = 65
"""Years from which the head of a household is old (DOMAIN section 3)."""
NO_ID = "CAST(NULL AS INTEGER)"
"""A dimension that a record does not have; PostgreSQL would take a bare NULL for a text."""


class Column(NamedTuple):
    """Something that helps a person recognise a record. Without ``sql`` it is the dimension ``name``.

    ``form``: text (typed by someone, so numbers of persons in it are masked), plain (our own codes),
    day (a moment is cut to its day), flag, amount (hundredths), or case (a 12345 number).
    """

    name: str
    heading: str
    sql: str = ""
    form: str = "text"


class Subject(NamedTuple):
    """A kind of record: FROM part, row id, dimensions as SQL, and columns to list.

    ``with_cadre`` says that a listing names the cadre of the dimension. ``outcome`` is a sixth
    dimension by which an indicator has parts (online of visits, solved of follow-ups). ``amount`` are
    hundredths that can be added up among records of one kind and outcome: what is measured, beside how often.
    """

    source: str
    id: str
    columns: tuple[Column, ...]
    village: str = NO_ID
    cluster: str = NO_ID
    cadre: str = NO_ID
    day: str = "NULL"
    kind: str = "NULL"
    outcome: str = "NULL"
    with_cadre: bool = False
    amount: str = ""


def _holds_on_day(alias: str) -> str:
    return (f"({alias}.started_on IS NULL OR {alias}.started_on <= :day) "
            f"AND ({alias}.ended_on IS NULL OR {alias}.ended_on > :day)")


# One pairing at most, the latest begun: paired and unpaired households add up to all of them even
# where two spells overlap by mistake.
STANDING_PAIR = (
    "(SELECT spell.id FROM pairing AS spell WHERE spell.household_id = h.id "
    f"AND {_holds_on_day('spell')} ORDER BY spell.started_on DESC, spell.id DESC LIMIT 1)")
UNPAIRED = f"NOT EXISTS (SELECT 1 FROM pairing AS spell WHERE spell.household_id = h.id AND {_holds_on_day('spell')})"
OPEN_HOUSEHOLD = (
    "(h.closed_on IS NULL OR h.closed_on > :day) AND NOT EXISTS (SELECT 1 FROM closure AS gap "
    "WHERE gap.household_id = h.id AND gap.started_on <= :day AND gap.ended_on > :day)")
IN_SERVICE = (
    "(c.left_on IS NULL OR c.left_on > :day) AND NOT EXISTS (SELECT 1 FROM absence AS gap "
    "WHERE gap.cadre_id = c.id AND gap.started_on <= :day AND gap.ended_on > :day)")
HOLDING_HEAD = _holds_on_day("l")
IS_LEADER = ":is_leader"
HAS_ROLE = "'、' || c.roles || '、' LIKE ?"
LED = ("EXISTS (SELECT 1 FROM pairing AS pair JOIN cadre AS c ON c.id = pair.cadre_id "
       f"WHERE pair.id = {STANDING_PAIR} AND {IS_LEADER})")
IDLE = ("(c.capacity IS NULL OR c.capacity > 0) AND c.id NOT IN (SELECT pair.cadre_id FROM household AS h "
        f"JOIN pairing AS pair ON pair.id = {STANDING_PAIR} WHERE {OPEN_HOUSEHOLD})")

_ELDERLY_WORDS = " OR ".join(
    f"'、' || h.{column} || '、' LIKE '%、{word}、%'"
    for column, word in (("traits", "年老"), ("traits", "留守老人"), ("classes", "留守老人"),
                         ("classes", "独居失能高龄老人")))
_AGE_AT_ISSUE = (
    "CAST(substr(k.issued_on, 1, 4) AS INTEGER) - CAST(substr(h.born_on, 1, 4) AS INTEGER) "
    "- CASE WHEN substr(k.issued_on, 6) < substr(h.born_on, 6) THEN 1 ELSE 0 END")
GIVEN_TO_ELDERLY = f"({_ELDERLY_WORDS} OR h.stated_age >= {ELDERLY_FROM} OR {_AGE_AT_ISSUE} >= {ELDERLY_FROM})"

ASSESSED = "t.exclusion IS NULL AND t.state <> '退单'"
# A deadline without a time is met until midnight: the closing moment is cut to the same length.
CLOSED_IN_TIME = "substr(t.closed_at, 1, length(t.due_on)) <= t.due_on"
DEADLINE_PASSED = "CASE WHEN length(t.due_on) = 10 THEN t.due_on || ' 24:00' ELSE t.due_on END <= :moment"

# A visit known to its month only is taken to lie at the month's end.
_ANSWERED_ON = (
    "(SELECT min(answer.visited_on) FROM visit AS answer WHERE answer.household_id = e.household_id "
    "AND answer.occasion = e.kind AND CASE WHEN length(answer.visited_on) = 7 THEN answer.visited_on || '-31' "
    "ELSE answer.visited_on END >= e.happened_on{})")
EVENT_ANSWERED_ON = _ANSWERED_ON.format("")
_ANSWERED_BY_DAY = _ANSWERED_ON.format(" AND answer.visited_on <= :day")
EVENT_OUTCOME = (
    f"CASE WHEN {_ANSWERED_BY_DAY} IS NOT NULL THEN CASE WHEN e.due_on IS NULL OR {_ANSWERED_BY_DAY} <= e.due_on "
    "THEN '按期走访' ELSE '逾期走访' END WHEN h.closed_on <= :day THEN '已销户' "
    "WHEN e.due_on < :day THEN '逾期未访' ELSE '待走访' END")
HOLDER = (
    "(SELECT spell.cadre_id FROM pairing AS spell WHERE spell.household_id = h.id "
    f"AND {_holds_on_day('spell')} ORDER BY spell.started_on DESC, spell.id DESC LIMIT 1)")
"""Who holds a household on the day: open dues are with that cadre."""

# To be signed and contacted by a moment or, where the ticket tells only its day, until the end of a day.
RESPONSE_OUTCOME = (
    "CASE WHEN t.signed_at IS NOT NULL AND t.contacted_at IS NOT NULL "
    "AND substr(t.signed_at, 1, length(t.respond_by)) <= t.respond_by "
    "AND substr(t.contacted_at, 1, length(t.respond_by)) <= t.respond_by THEN '按时响应' ELSE '未按时响应' END")
RESPONSE_DUE = (
    "(t.contacted_at IS NOT NULL OR CASE WHEN length(t.respond_by) = 10 THEN t.respond_by || ' 24:00' "
    "ELSE t.respond_by END <= :moment)")

_DAY = Column("day", "日期", form="day")
_ABOUT = (Column("household", "户编号", "h.code", "plain"), Column("head_name", "户主", "h.head_name"))
_HOUSEHOLD = (
    Column("code", "户编号", "h.code", "plain"), Column("head_name", "户主", "h.head_name"),
    Column("cluster", "联户单元", "(SELECT name FROM cluster WHERE cluster.id = h.cluster_id)"),
    Column("is_hard", "重难点户", "h.is_hard", "flag"))

VILLAGE = Subject(
    source="village AS v", id="v.id", village="v.id",
    columns=(Column("code", "序号", "v.ordinal", "plain"), Column("district", "片区", "v.district")))

CLUSTER = Subject(
    source="cluster AS u", id="u.id", village="u.village_id", cluster="u.id",
    columns=(Column("code", "联户单元", "u.name"), Column("grid_chief", "网格长", "u.grid_chief"),
             Column("grid_workers", "网格员", "u.grid_workers")))

HEAD = Subject(
    source="cluster_head AS l JOIN cluster AS u ON u.id = l.cluster_id",
    id="l.id", village="u.village_id", cluster="u.id", day="l.started_on", kind="l.category", outcome="l.way",
    columns=(Column("code", "编号", "l.code", "plain"), Column("cluster", "联户单元", "u.name"),
             Column("name", "姓名", "l.name"), Column("kind", "类别"), Column("way", "产生方式", "l.way"),
             Column("day", "任职日期", form="day")))

CADRE = Subject(
    source="cadre AS c", id="c.id", village="c.village_id", cluster="c.cluster_id", cadre="c.id",
    columns=(Column("code", "编号", "c.code", "plain"), Column("name", "姓名", "c.name"),
             Column("unit", "单位", "c.unit"), Column("post", "职务", "c.post"),
             Column("roles", "角色", "c.roles")))

HOUSEHOLD = Subject(
    source="household AS h", id="h.id", village="h.village_id", cluster="h.cluster_id",
    outcome="CASE WHEN h.is_hard IS TRUE THEN '重难点户' ELSE '其他户' END",
    columns=(*_HOUSEHOLD, Column("hamlet", "屯", "h.hamlet")))

PAIRED = HOUSEHOLD._replace(
    source=f"household AS h JOIN pairing AS pair ON pair.id = {STANDING_PAIR}",
    cadre="pair.cadre_id", day="pair.started_on", with_cadre=True,
    columns=(*_HOUSEHOLD, Column("day", "结对日期", form="day")))
PAIRED_CADRE = PAIRED._replace(source=f"{PAIRED.source} JOIN cadre AS c ON c.id = pair.cadre_id")

VISIT = Subject(
    source="visit AS w JOIN household AS h ON h.id = w.household_id",
    id="w.id", village="h.village_id", cluster="h.cluster_id", cadre="w.cadre_id", day="w.visited_on",
    kind="w.occasion", outcome="w.mode", with_cadre=True,
    columns=(Column("code", "编号", "w.code", "plain"), *_ABOUT, _DAY, Column("way", "方式", "w.way"),
             Column("kind", "事由")))

EVENT = Subject(
    source="event AS e JOIN household AS h ON h.id = e.household_id",
    id="e.id", village="h.village_id", cluster="h.cluster_id", cadre=HOLDER, day="e.happened_on", kind="e.kind",
    outcome=EVENT_OUTCOME, with_cadre=True,
    columns=(Column("code", "编号", "e.code", "plain"), *_ABOUT, _DAY, Column("kind", "家庭大事"),
             Column("due_on", "走访期限", "e.due_on", "day"), Column("outcome", "结果")))

CARD = Subject(
    source="card AS k JOIN household AS h ON h.id = k.household_id",
    id="k.id", village="h.village_id", cluster="h.cluster_id", cadre="k.cadre_id", day="k.issued_on",
    kind="k.medium", outcome=f"CASE WHEN {GIVEN_TO_ELDERLY} THEN '老人户' ELSE '其他户' END", with_cadre=True,
    columns=(Column("code", "编号", "k.code", "plain"), *_ABOUT, _DAY, Column("kind", "形式")))

DEED = Subject(
    source="deed AS d JOIN household AS h ON h.id = d.household_id",
    id="d.id", village="h.village_id", cluster="h.cluster_id", cadre="d.cadre_id", day="d.started_on",
    kind="d.kind", outcome="d.effect", with_cadre=True,
    columns=(Column("code", "编号", "d.code", "plain"), *_ABOUT, Column("title", "实事内容", "d.title"), _DAY,
             Column("kind", "类别"), Column("outcome", "成效")))

RATING = Subject(
    source="rating AS r JOIN household AS h ON h.id = r.household_id",
    id="r.id", village="h.village_id", cluster="h.cluster_id", cadre="r.cadre_id", day="r.rated_on", kind="r.grade",
    outcome="r.grade", with_cadre=True,
    columns=(Column("code", "编号", "r.code", "plain"), *_ABOUT, _DAY, Column("outcome", "满意度"),
             Column("words", "原话", "r.words")))

APPRAISAL = Subject(
    source="appraisal AS a JOIN cadre AS c ON c.id = a.cadre_id",
    id="a.id", village="c.village_id", cluster="c.cluster_id", cadre="a.cadre_id", day="a.appraised_on", kind="a.grade",
    outcome="a.grade", with_cadre=True,
    columns=(Column("code", "编号", "a.code", "plain"), Column("period", "时段", "a.period"),
             Column("organisation", "组织", "a.organisation"), _DAY, Column("outcome", "等次")))

TASK_ITEM = Subject(
    source="task_item AS i JOIN task AS t ON t.id = i.task_id JOIN household AS h ON h.id = i.household_id",
    id="i.id", village="h.village_id", cluster="h.cluster_id", cadre=f"coalesce(i.cadre_id, {HOLDER})", day="t.issued_on",
    kind="t.duty", with_cadre=True,
    outcome="CASE WHEN i.done_on <= :day THEN '已完成' ELSE '未完成' END",
    columns=(Column("code", "任务", "t.code", "plain"), Column("title", "内容", "t.title"), *_ABOUT, _DAY,
             Column("done_on", "完成", "i.done_on", "day"), Column("outcome", "结果")))

OPINION = Subject(
    source="opinion AS o LEFT JOIN household AS h ON h.id = o.household_id",
    id="o.id", village="o.village_id", cluster="coalesce(o.cluster_id, h.cluster_id)", day="o.raised_on",
    outcome="CASE WHEN o.closed_on <= :day THEN '已答复' ELSE '未答复' END",
    columns=(Column("code", "编号", "o.code", "plain"), Column("content", "内容", "o.content"), _DAY,
             Column("closed_on", "答复日期", "o.closed_on", "day"), Column("outcome", "结果")))

ACTIVITY = Subject(
    source="activity AS a LEFT JOIN cluster AS u ON u.id = a.cluster_id",
    id="a.id", village="a.village_id", cluster="a.cluster_id", day="a.held_on", kind="a.kind", outcome="a.measure",
    amount="a.quantity",
    columns=(Column("code", "编号", "a.code", "plain"), Column("cluster", "联户单元", "u.name"), Column("kind", "类别"),
             Column("title", "内容", "a.title"), Column("amount", "数量", form="amount"), Column("outcome", "单位"), _DAY))

_REVERSAL = "f.reverses_id IS NOT NULL"
FUND = Subject(
    source="fund_entry AS f LEFT JOIN cluster AS u ON u.id = f.cluster_id",
    id="f.id", village="f.village_id", cluster="f.cluster_id", day="f.booked_on", kind="f.direction",
    # A reversal belongs to what it takes back, and lessens it.
    outcome=f"CASE WHEN (f.direction = '收入') = ({_REVERSAL}) THEN '支出' ELSE '收入' END",
    amount=f"CASE WHEN {_REVERSAL} THEN -f.amount ELSE f.amount END",
    columns=(Column("code", "编号", "f.code", "plain"), Column("cluster", "联户单元", "u.name"), Column("kind", "收支"),
             Column("purpose", "事由", "f.purpose"), Column("amount", "金额（元）", form="amount"), _DAY))
FUND_HELD = FUND._replace(amount="CASE WHEN f.direction = '收入' THEN f.amount ELSE -f.amount END")

AWARD = Subject(
    source="award AS a LEFT JOIN cluster AS u ON u.id = a.cluster_id",
    id="a.id", village="a.village_id", cluster="a.cluster_id", day="a.decided_on", kind="a.title", outcome="a.state",
    columns=(Column("code", "编号", "a.code", "plain"), Column("cluster", "联户单元", "u.name"), Column("kind", "称号"),
             Column("period_from", "评选期起", "a.period_from", "day"), Column("period_to", "止", "a.period_to", "day"), _DAY))

CREDIT = Subject(
    source="credit AS x LEFT JOIN cluster AS u ON u.id = x.cluster_id",
    id="x.id", village="x.village_id", cluster="x.cluster_id", day="x.recorded_on", kind="x.grade", outcome="x.recommended",
    columns=(Column("code", "编号", "x.code", "plain"), Column("cluster", "联户单元", "u.name"), Column("bank", "银行", "x.bank"),
             Column("kind", "等级"), Column("outcome", "建议等级"), _DAY))

TICKET = Subject(
    source="ticket AS t LEFT JOIN household AS h ON h.id = t.household_id",
    id="t.id", village="coalesce(t.village_id, h.village_id)", cluster="h.cluster_id", cadre="t.cadre_id",
    day="t.received_at", kind="t.kind", outcome="t.state", with_cadre=True,
    columns=(Column("code", "工单编号", "t.number", "case"), Column("title", "诉求内容", "t.title"),
             Column("kind", "类型"), _DAY, Column("outcome", "结果")))
