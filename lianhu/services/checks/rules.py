"""Rules of the records, each one SELECT of the rows that break it.

A new rule is one more entry in RULES. Where a day is known to its month only, months are compared, so
that nothing is called wrong that may be right.
"""

from __future__ import annotations

from typing import NamedTuple

from lianhu.services.checks.words import column_title

ERROR, WARNING = "error", "warning"
"""What contradicts itself, and what a person may have wanted all the same."""


class Rule(NamedTuple):
    """``sql`` gives the ``id`` of each row of ``table`` that breaks the rule, and what ``told`` and ``proposal``
    name in braces; ``?`` in it is today."""

    name: str
    title: str
    table: str
    sql: str
    told: str
    proposal: str
    level: str = ERROR


def before(earlier: str, later: str) -> str:
    """SQL: one day or moment is surely before another."""
    return f"substr({earlier}, 1, length({later})) < substr({later}, 1, length({earlier}))"


_LASTS = "(p.ended_on IS NULL OR p.ended_on > p.started_on)"
"""A spell that ended on its first day held on no day."""
_BY_PAIR = "pairing AS p JOIN household AS h ON h.id = p.household_id JOIN cadre AS c ON c.id = p.cadre_id"
_HISTORY = "看经过：lianhu pair history {code}；改正：lianhu pair end {code} --reason 更正"

_PAIRINGS = (
    Rule(
        "two-holders", "一户同一天有两名干部", "pairing",
        "SELECT s.id, h.code, s.started_on, CASE WHEN s.held_until = '9999-12-31' THEN '现在' ELSE s.held_until END AS until FROM ("
        "SELECT p.id, p.household_id, p.started_on, max(coalesce(p.ended_on, '9999-12-31')) OVER ("
        "PARTITION BY p.household_id ORDER BY p.started_on, p.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        f") AS held_until FROM pairing AS p WHERE {_LASTS}) AS s JOIN household AS h ON h.id = s.household_id "
        f"WHERE {before('s.started_on', 's.held_until')}",
        "{started_on} 起的一段开始时，前面的一段还没有结束（到{until}）", _HISTORY),
    Rule(
        "paired-while-closed", "销户期间还有结对", "pairing",
        f"SELECT p.id, h.code, h.closed_on AS day FROM {_BY_PAIR} WHERE {_LASTS} AND h.closed_on IS NOT NULL "
        f"AND (p.ended_on IS NULL OR {before('h.closed_on', 'p.ended_on')}) "
        f"UNION SELECT p.id, h.code, gap.started_on FROM {_BY_PAIR} JOIN closure AS gap ON gap.household_id = h.id "
        f"WHERE {_LASTS} AND {before('p.started_on', 'gap.ended_on')} "
        f"AND (p.ended_on IS NULL OR {before('gap.started_on', 'p.ended_on')})",
        "{day} 起这户已销户，结对还在", _HISTORY),
    Rule(
        "paired-while-gone", "干部离岗期间还有结对", "pairing",
        f"SELECT p.id, h.code, c.code AS cadre, c.left_on AS day FROM {_BY_PAIR} WHERE {_LASTS} AND c.left_on IS NOT NULL "
        f"AND (p.ended_on IS NULL OR {before('c.left_on', 'p.ended_on')}) "
        f"UNION SELECT p.id, h.code, c.code, gap.started_on FROM {_BY_PAIR} JOIN absence AS gap ON gap.cadre_id = c.id "
        f"WHERE {_LASTS} AND {before('p.started_on', 'gap.ended_on')} "
        f"AND (p.ended_on IS NULL OR {before('gap.started_on', 'p.ended_on')})",
        "{day} 起干部 {cadre} 已离岗，结对还在", "看经过：lianhu pair history {code}；换人：lianhu pair set {code} 干部"),
)

_PLACES = (
    Rule(
        "merged-open", "已并入别户还没有销户", "household",
        "SELECT h.id, h.code, o.code AS other FROM household AS h JOIN household AS o ON o.id = h.merged_into_id "
        "WHERE h.closed_on IS NULL OR h.id = h.merged_into_id",
        "它已并入 {other}，却没有销户", "lianhu household close {code} --reason 其他"),
    Rule(
        "head-of-two-units", "联户长同一天任两个单元", "cluster_head",
        "SELECT b.id, b.code, a.code AS other FROM cluster_head AS a JOIN cluster_head AS b ON b.id_number = a.id_number "
        "AND b.id > a.id WHERE a.started_on IS NOT NULL AND b.started_on IS NOT NULL "
        f"AND (a.ended_on IS NULL OR {before('b.started_on', 'a.ended_on')}) "
        f"AND (b.ended_on IS NULL OR {before('a.started_on', 'b.ended_on')})",
        "和 {other} 是同一人，任期重叠", "核对任期：lianhu cluster-head list；卸任：lianhu cluster-head end {code} --reason 更正"),
    Rule(
        "deed-of-another-visit", "实事连着别户的走访", "deed",
        "SELECT d.id, d.code, w.code AS visit FROM deed AS d JOIN visit AS w ON w.id = d.visit_id "
        "WHERE w.household_id <> d.household_id",
        "它连着的走访 {visit} 是另一户的", "lianhu deed list；撤销登记它的批次：lianhu log"),
    Rule(
        "task-of-another-visit", "任务连着别户的走访", "task_item",
        "SELECT i.id, t.code, w.code AS visit FROM task_item AS i JOIN visit AS w ON w.id = i.visit_id "
        "JOIN task AS t ON t.id = i.task_id WHERE w.household_id <> i.household_id",
        "任务 {code} 连着的走访 {visit} 是另一户的", "看是哪一批登记的：lianhu log"),
)

_TICKETS = (
    Rule(
        "ticket-closed-without-moment", "办结的工单没有办结时间", "ticket",
        "SELECT t.id, t.number AS code, t.state FROM ticket AS t WHERE t.state IN ('待回访', '已办结') AND t.closed_at IS NULL",
        "状态是“{state}”，没有办结时间", "导入带办结时间的工单表：lianhu import 工单.xlsx"),
    Rule(
        "ticket-open-with-moment", "没办结的工单有办结时间", "ticket",
        "SELECT t.id, t.number AS code, t.state, t.closed_at FROM ticket AS t "
        "WHERE t.state IN ('待签收', '办理中', '延期') AND t.closed_at IS NOT NULL",
        "状态是“{state}”，却有办结时间 {closed_at}", "核对后重新导入这张工单：lianhu import 工单.xlsx"),
    Rule(
        "ticket-signed", "待签收的工单有签收时间", "ticket",
        "SELECT t.id, t.number AS code, t.signed_at FROM ticket AS t WHERE t.state = '待签收' AND t.signed_at IS NOT NULL",
        "状态是“待签收”，却有签收时间 {signed_at}", "lianhu ticket sign {code} --contacted 时间"),
    Rule(
        "ticket-extended", "延期的工单期限没有推后", "ticket",
        "SELECT t.id, t.number AS code, t.due_on, t.extended_from FROM ticket AS t WHERE t.extended_from IS NOT NULL "
        f"AND NOT ({before('t.extended_from', 't.due_on')})",
        "原期限 {extended_from}，延期后却是 {due_on}", "看它的经过：lianhu ticket show {code}"),
)

_FIGURES = (
    Rule(
        "mode-unknown", "走访不知是线上还是线下", "visit",
        "SELECT id, code, mode FROM visit WHERE mode NOT IN ('线上', '线下')",
        "方式是“{mode}”，线上线下都不算", "核对后重新导入这次走访：lianhu import 走访.xlsx"),
    Rule(
        "deed-under-way-done", "推进中的实事有办结日期", "deed",
        "SELECT id, code, done_on FROM deed WHERE effect = '推进中' AND done_on IS NOT NULL",
        "成效是“推进中”，却有办结日期 {done_on}", "lianhu deed update {code} --effect 已解决",
        # A sheet may say so, and other changes of such a deed go through.
        WARNING),
)

_FUND = (
    Rule(
        "fund-below-zero", "基金余额小于零", "fund_entry",
        # Within a day income counts before spending, so a day is judged by its end: all its entries are one frame.
        "SELECT min(id) AS id, code, day, printf('%.2f', balance / 100.0) AS balance FROM ("
        "SELECT f.id, f.code, f.booked_on AS day, "
        "sum(CASE f.direction WHEN '收入' THEN f.amount ELSE -f.amount END) OVER (ORDER BY f.booked_on) AS balance "
        "FROM fund_entry AS f) AS held WHERE balance < 0 GROUP BY day",
        "{day} 结束时余额 {balance} 元", "看每天的余额：lianhu fund list；登记错的冲销：lianhu fund reverse {code}"),
    Rule(
        "fund-one-hand", "基金经办和审批是同一人", "fund_entry",
        "SELECT id, code, handled_by FROM fund_entry "
        "WHERE reverses_id IS NULL AND replace(handled_by, ' ', '') = replace(approved_by, ' ', '')",
        "经办和审批都是 {handled_by}", "冲销后另由一人审批重新登记：lianhu fund reverse {code}"),
    Rule(
        "fund-reversal", "冲销和原来那笔不符", "fund_entry",
        "SELECT f.id, f.code, o.code AS other FROM fund_entry AS f JOIN fund_entry AS o ON o.id = f.reverses_id "
        f"WHERE f.amount <> o.amount OR f.direction = o.direction OR {before('f.booked_on', 'o.booked_on')}",
        "它冲销 {other}，金额、收支方向或日期却对不上", "看这两笔：lianhu fund list"),
    Rule(
        "fund-reversed-twice", "一笔基金冲销了两次", "fund_entry",
        "SELECT max(f.id) AS id, o.code, count(*) AS times FROM fund_entry AS f JOIN fund_entry AS o ON o.id = f.reverses_id "
        "GROUP BY o.id, o.code HAVING count(*) > 1",
        "{code} 冲销了 {times} 次", "看是哪一批登记的：lianhu log"),
)

_AWARDS = (
    Rule(
        "award-before-its-time", "公示没有期满就授予", "award",
        "SELECT id, code, decided_on, objections_until FROM award WHERE state = '已授予' "
        f"AND {before('decided_on', 'objections_until')}",
        "{decided_on} 授予，公示到 {objections_until}", "看它的经过：lianhu award show {code}"),
    Rule(
        "award-undecided", "称号的状态和决定日期不符", "award",
        "SELECT id, code, state FROM award WHERE (state = '公示中') <> (decided_on IS NULL)",
        "状态是“{state}”，决定日期却对不上", "看它的经过：lianhu award show {code}"),
    Rule(
        "payment-without-title", "奖励支出的称号没有授予", "fund_entry",
        "SELECT f.id, f.code, a.code AS award, a.state FROM fund_entry AS f JOIN award AS a ON a.id = f.award_id "
        "WHERE f.direction = '支出' AND a.state <> '已授予' "
        "AND NOT EXISTS (SELECT 1 FROM fund_entry AS back WHERE back.reverses_id = f.id)",
        "它是称号 {award} 的奖励，称号“{state}”", "冲销它：lianhu fund reverse {code}"),
)

RULES: tuple[Rule, ...] = (*_PAIRINGS, *_PLACES, *_TICKETS, *_FIGURES, *_FUND, *_AWARDS)

_ORDERED: tuple[tuple[str, str, str], ...] = (
    ("deed", "started_on", "done_on"), ("opinion", "raised_on", "closed_on"), ("task", "issued_on", "due_on"),
    ("event", "happened_on", "due_on"), ("ticket", "received_at", "signed_at"), ("ticket", "received_at", "contacted_at"),
    ("ticket", "received_at", "closed_at"), ("ticket", "signed_at", "closed_at"), ("ticket", "closed_at", "followed_up_at"),
    ("ticket", "received_at", "due_on"), ("nomination", "nominated_on", "decided_on"), ("award", "period_from", "period_to"),
    ("award", "proposed_on", "objections_until"), ("award", "proposed_on", "decided_on"),
    ("award_objection", "raised_on", "answered_on"),
)
"""(table, column, column): the second day cannot be before the first. Tables of spells join by themselves."""

_NOT_NEGATIVE = (("household", "size"), ("household", "stated_age"), ("cadre", "capacity"), ("cluster_head", "votes"),
                 ("deed", "cost"), ("activity", "quantity"), ("nomination", "votes"), ("nomination", "known_by"),
                 ("fund_entry", "amount"), ("credit", "credit_limit"))


def rules_of(columns: dict[str, tuple[str, ...]]) -> list[Rule]:
    """All rules for a schema: those above, and those that follow from the names of its columns."""
    made = list(RULES)
    for table, names in columns.items():
        if {"started_on", "ended_on"} <= set(names):
            made.append(_ordered(table, "started_on", "ended_on"))
        made += [_unique(table, name) for name in ("code", "number") if name in names]
        if {"village_id", "cluster_id"} <= set(names):
            made.append(_elsewhere(table))
    made += [_ordered(*pair) for pair in _ORDERED]
    made += [_unique("household", "head_id_number"), _unique("cadre", "id_number")]
    made += [Rule("negative", "数字小于零", table, f"SELECT id, {name} AS number FROM {table} WHERE {name} < 0",
                  f"{column_title(name)}是 {{number}}", _CORRECT) for table, name in _NOT_NEGATIVE]
    return made


_CORRECT = "看是哪一批改的：lianhu log；撤销它：lianhu undo 批次"


def _ordered(table: str, first: str, second: str) -> Rule:
    return Rule(
        "ends-before-it-begins", "结束早于开始", table,
        f"SELECT id, {first} AS first, {second} AS second FROM {table} WHERE {before(second, first)}",
        f"{column_title(first)} {{first}}，{column_title(second)}却是 {{second}}", _CORRECT)


def _elsewhere(table: str) -> Rule:
    return Rule(
        "cluster-elsewhere", "联户单元不在本村", table,
        f"SELECT r.id, r.code, u.name FROM {table} AS r JOIN cluster AS u ON u.id = r.cluster_id "
        "WHERE u.village_id <> r.village_id",
        "它的联户单元“{name}”是另一个村的",
        "lianhu household edit {code} --cluster 本村的单元" if table == "household" else _CORRECT)


def _unique(table: str, column: str) -> Rule:
    # Names its column only: the value may be an ID number.
    return Rule(
        "duplicate", "编号或号码重复", table,
        f"SELECT max(id) AS id, count(*) AS times FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} HAVING count(*) > 1",
        f"{{times}} 条记录的{column_title(column)}相同", _CORRECT)
