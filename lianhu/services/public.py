"""What may be posted: sums only. No person, no number of a person, no class that only the office may know."""

from __future__ import annotations

import re
from dataclasses import replace

from lianhu.domain.figures import Key, Report, Table, Value
from lianhu.domain.masks import mask_text
from lianhu.domain.settings import EVENT_DAYS, Settings
from lianhu.errors import UsageError
from lianhu.reports.indicators import INDICATORS

POSTED = ("overview", "village", "cluster", "month", "kind")
"""Reports that hold sums only; the others name persons or tell what rules about persons came to."""
REMARK = "只有汇总数，没有个人信息，可以公开"
_OTHER = "（其他）"
_OF_PERSONS = ("traits", "classes", "monitoring", "risks", "assistance")
"""Dictionaries of what is known about people."""


def refuse_unposted(name: str) -> None:
    """Raises UsageError for a report that may not be posted."""
    if name not in POSTED:
        raise UsageError(f"报表 {name} 里有个人的情况，不能公开，没有写出。",
                         f"可以公开的：lianhu report 后写 {'、'.join(POSTED)} 之一，加 --public")


def sensitive_words(settings: Settings) -> frozenset[str]:
    """Names of A- and B-classes, traits and the like; words that other dictionaries use of no person are none."""
    ordinary = _ordinary_words(settings)
    return frozenset(
        term.name for key in _OF_PERSONS for term in settings.dictionaries[key].terms
        if term.sensitivity in {"A", "B"} and term.name not in ordinary)


def _ordinary_words(settings: Settings) -> set[str]:
    return {name for dictionary in settings.dictionaries if dictionary.key not in _OF_PERSONS for name in dictionary.names}


class Poster:
    """Makes reports and texts of a town fit to be posted."""

    def __init__(self, settings: Settings) -> None:
        self._words = re.compile("|".join(map(re.escape, sorted(sensitive_words(settings), key=len, reverse=True))) or "(?!)")
        self._known: set[Key] = {
            *EVENT_DAYS, *(outcome for indicator in INDICATORS for outcome in indicator.outcomes),
            *settings.award_titles, *_ordinary_words(settings)}

    def text(self, text: str) -> str:
        """The text without numbers of persons and without words about them."""
        return self._words.sub("＊＊", mask_text(text))

    def kind(self, key: Key) -> Key:
        """A kind, or what stands for all that are in no dictionary: typed by someone, they may be anything."""
        return key if key is None or key in self._known else _OTHER

    def report(self, report: Report) -> Report:
        """The report with every text made fit; its figures open to nothing."""
        return replace(report, title=self.text(report.title), tables=[self._table(table) for table in report.tables],
                       listings=[])

    def _table(self, table: Table) -> Table:
        def line(row: list[Value]) -> list[Value]:
            return [self.text(value) if isinstance(value, str) else value for value in row]

        return replace(
            table, name=self.text(table.name), headings=[self.text(heading) for heading in table.headings],
            rows=[line(row) for row in table.rows], totals=line(table.totals) if table.totals else None,
            note=self.text(table.note))
