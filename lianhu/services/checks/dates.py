"""Days and moments that cannot be: every column of the schema that holds one is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from lianhu.domain.spells import NOT_YET
from lianhu.services.checks.rules import ERROR, Rule
from lianhu.services.checks.words import column_title
from lianhu.store.connection import Database

_FORM = re.compile(r"\d{4}-\d\d(-\d\d( \d\d:\d\d(:\d\d)?)?)?")
_ENDINGS = ("_on", "_at")
_OTHERS = {"at", "extended_from", "respond_by", "objections_until", "period_from", "period_to"}
_FIRST_YEAR = "1900"

_PAST = {
    ("visit", "visited_on"), ("event", "happened_on"), ("rating", "rated_on"), ("appraisal", "appraised_on"),
    ("card", "issued_on"), ("deed", "done_on"), ("opinion", "raised_on"), ("opinion", "closed_on"),
    ("task_item", "done_on"), ("ticket", "received_at"), ("ticket", "signed_at"), ("ticket", "contacted_at"),
    ("ticket", "closed_at"), ("ticket", "followed_up_at"), ("household", "born_on"), ("member", "born_on"),
    ("activity", "held_on"), ("nomination", "nominated_on"), ("nomination", "decided_on"), ("fund_entry", "booked_on"),
    ("award", "proposed_on"), ("award", "decided_on"), ("award_objection", "raised_on"), ("award_objection", "answered_on"),
    ("credit", "recorded_on"),
}
"""What can only have happened; other days may be planned."""


def impossible_days(
    database: Database, columns: dict[str, tuple[str, ...]], today: date
) -> Iterator[tuple[Rule, str, list[int]]]:
    """For each value that cannot be: the rule with its sentence, the table, and the rows that have it."""
    for table, names in columns.items():
        for name in names:
            if not name.endswith(_ENDINGS) and name not in _OTHERS:
                continue
            # The same few days stand in a million rows, so each is judged once.
            for (value,) in database.execute(f'SELECT DISTINCT "{name}" FROM {table} WHERE "{name}" IS NOT NULL'):
                told = _fault(value, name, is_past=(table, name) in _PAST, today=today.isoformat())
                if told:
                    rows = database.execute(f'SELECT id FROM {table} WHERE "{name}" = ? ORDER BY id', [value])
                    rule = Rule("impossible-day", "不可能的日期", table, "", told,
                                "核对后改正；看是哪一批登记的：lianhu log", ERROR)
                    yield rule, table, [row_id for (row_id,) in rows]


def _fault(value: object, name: str, *, is_past: bool, today: str) -> str:
    """What is wrong with a stored day or moment; empty when nothing is."""
    if value == NOT_YET:
        return ""
    if not isinstance(value, str) or not _FORM.fullmatch(value) or not _exists(value):
        return f"{column_title(name)}不是一个日期：{str(value)[:20]}"
    if value < _FIRST_YEAR:
        return f"{column_title(name)}太早：{value}"
    if is_past and value[:len(today)] > today:
        return f"{column_title(name)}还没有到：{value}"
    return ""


def _exists(value: str) -> bool:
    try:
        datetime.fromisoformat(f"{value}-01" if len(value) == len("2026-11") else value)
    except ValueError:
        return False
    return True
