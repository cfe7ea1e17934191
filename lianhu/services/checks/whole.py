"""``lianhu check``: the file, the records, the log and the figures, each finding with its place and what to type.

It changes nothing. What SQLite finds in the file comes first: in a damaged file nothing else can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.errors import TextRefusedError
from lianhu.services.checks.dates import impossible_days
from lianhu.services.checks.figures import figure_faults
from lianhu.services.checks.log import log_faults
from lianhu.services.checks.rules import ERROR, WARNING, Rule, rules_of
from lianhu.services.history import TABLE_NAMES, record_name
from lianhu.services.settings import load_settings
from lianhu.services.town import load_rules
from lianhu.store.connection import Database
from lianhu.store.content import damages, dangling, missing_parts
from lianhu.store.schema import COLUMNS

MOST_NAMED = 200
"""Findings of one rule are named up to here; their number is always told."""

_TYPED = frozenset({"name", "handled_by", "state", "mode"})
"""What a rule tells of a record in words that someone typed, and may have typed a number into."""
_FROM_BACKUP = "用最近的备份恢复：lianhu restore 备份文件"
_FOREIGN = "看这条记录的批次：lianhu log；不对时用备份恢复：lianhu restore 备份文件"
_LOG_TITLES = {
    "log-gap": "日志缺了记录", "log-broken": "日志前后接不上", "not-logged": "日志里没有的记录", "lost": "记录不见了",
    "changed-outside": "日志以外改过的记录",
}


class Finding(NamedTuple):
    """Something wrong: the rule (English name and Chinese title), where, what, and what to type."""

    rule: str
    title: str
    level: str
    place: str
    told: str
    proposal: str


@dataclass(slots=True)
class Checked:
    """What a check found: findings in the order of the rules, and by rule how many there are."""

    quick: bool
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    warnings: int = 0

    def add(self, finding: Finding) -> None:
        self.counts[finding.rule] = self.counts.get(finding.rule, 0) + 1
        if finding.level == ERROR:
            self.errors += 1
        else:
            self.warnings += 1
        if self.counts[finding.rule] <= MOST_NAMED:
            self.findings.append(finding)


def check(database: Database, *, today: date, now: datetime, quick: bool = False) -> Checked:
    """Everything that is wrong; with ``quick`` only what is wrong with the file."""
    checked = Checked(quick)
    with database.snapshot():
        for finding in _file(database):
            checked.add(finding)
        if quick or any(finding.rule in {"damaged", "incomplete"} for finding in checked.findings):
            return checked
        for finding in _records(database, today, now):
            checked.add(finding)
    return checked


def _file(database: Database) -> Iterator[Finding]:
    for told in damages(database):
        yield Finding("damaged", "文件损坏", ERROR, "数据库文件", told, _FROM_BACKUP)
    for name in missing_parts(database):
        yield Finding("incomplete", "缺少表、列或索引", ERROR, "数据库文件", f"缺少 {name}", _FROM_BACKUP)
    for table, row_id, target in dangling(database):
        yield Finding("orphan", "指向没有的记录", ERROR, f"{TABLE_NAMES.get(table, table)} {row_id}",
                      f"它所属的{TABLE_NAMES.get(target, target)}没有了", _FROM_BACKUP)


def _records(database: Database, today: date, now: datetime) -> Iterator[Finding]:
    rules, broken = rules_of(COLUMNS), None
    try:
        rules += _rules_of_the_town(database)
    except TextRefusedError as error:
        broken = error
    for rule in rules:
        for row in database.records(rule.sql, [today.isoformat()] * rule.sql.count("?")):
            yield _found(database, rule, row)
    for rule, table, rows in impossible_days(database, COLUMNS, today):
        for row_id in rows:
            yield _found(database, rule, {"id": row_id}, table)
    for log in log_faults(database, COLUMNS):
        place = "改动记录" if log.row_id is None else record_name(database, log.table, log.row_id)
        yield Finding(log.rule, _LOG_TITLES[log.rule], ERROR, place, log.told,
                      _FROM_BACKUP if log.row_id is None else _FOREIGN)
    if broken is not None:
        # Figures ask the rules who leads; without them none can be checked.
        yield Finding("town-rules", "规则或设置读不了", ERROR, "规则和设置", broken.mistakes[0].message, broken.hint)
        return
    for figure in figure_faults(database, now):
        yield Finding("figure", "数和明细对不上", ERROR, figure.title, figure.told, f"lianhu report --rows {figure.name}")


def _rules_of_the_town(database: Database) -> list[Rule]:
    """Rules that depend on the town's own rules and words."""
    default = load_rules(database).capacity
    states = ", ".join(f"'{name.replace(chr(39), '')}'" for name in load_settings(database).dictionaries["ticket_states"].names)
    return [
        Rule("over-capacity", "干部联系的户超过上限", "cadre",
             "SELECT c.id, c.code, count(*) AS held, coalesce(c.capacity, ...) AS room FROM cadre AS c "
             "JOIN pairing AS p ON p.cadre_id = c.id AND p.started_on <= ? AND (p.ended_on IS NULL OR p.ended_on > ?) "
             "JOIN household AS h ON h.id = p.household_id AND h.closed_on IS NULL "
             "GROUP BY c.id, c.code, c.capacity HAVING count(*) > coalesce(c.capacity, ...)".replace("...", str(default)),
             "联系 {held} 户，上限 {room} 户", "lianhu cadre edit {code} --capacity {held}；或换人：lianhu pair set 户 干部",
             WARNING),
        Rule("ticket-state", "工单状态不在词表里", "ticket",
             f"SELECT id, number AS code, state FROM ticket WHERE state NOT IN ({states})",
             "状态“{state}”词表里没有", "lianhu ticket show {code}；看词表：lianhu config show"),
    ]


def _found(database: Database, rule: Rule, row: dict[str, Any], table: str = "") -> Finding:
    values = {name: shown_number(str(value)) if name == "code" else mask_text(str(value)) if name in _TYPED else value
              for name, value in row.items()}
    return Finding(rule.name, rule.title, rule.level, record_name(database, table or rule.table, row["id"]),
                   rule.told.format(**values), rule.proposal.format(**values))
