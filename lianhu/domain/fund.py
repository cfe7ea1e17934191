"""同心专项基金: what is in it on each day, which spending it cannot bear, and statements that add up.

Amounts are hundredths of a yuan. Within a day income counts before spending, so a day on which
the balance is below zero ends with one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from lianhu.domain.figures import Money
from lianhu.domain.identity import name_key

INCOME, SPENDING = "收入", "支出"


class Entry(NamedTuple):
    """Money in or out on an ISO day. ``purpose`` is where it came from or went; ``code`` orders a day's entries."""

    day: str
    direction: str
    amount: int
    purpose: str = ""
    code: str = ""
    is_reversal: bool = False

    @property
    def signed(self) -> int:
        return self.amount if self.direction == INCOME else -self.amount

    @property
    def side(self) -> str:
        """Income or spending, whichever it is booked under: a reversal belongs to what it takes back."""
        return opposite(self.direction) if self.is_reversal else self.direction


def opposite(direction: str) -> str:
    """The direction of an entry's reversal."""
    return SPENDING if direction == INCOME else INCOME


def is_same_person(handled_by: str, approved_by: str) -> bool:
    """Whether who handles and who approves are one: 包 文军 and 包文军 are."""
    return name_key(handled_by) == name_key(approved_by)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries by day, income before spending, then by code."""
    return sorted(entries, key=lambda entry: (entry.day, entry.direction != INCOME, len(entry.code), entry.code))


def running(entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
    """The entries in order, each with the balance after it."""
    balance, found = 0, []
    for entry in in_order(entries):
        balance += entry.signed
        found.append((entry, balance))
    return found


def day_balances(entries: Iterable[Entry]) -> dict[str, int]:
    """The balance at the end of each day that has entries."""
    return {entry.day: balance for entry, balance in running(entries)}


def shortfall(entries: Iterable[Entry]) -> tuple[str, int] | None:
    """The first day on which the balance is below zero, and that balance; None where there is none."""
    return next(((day, balance) for day, balance in day_balances(entries).items() if balance < 0), None)


def shortfall_text(short: tuple[str, int]) -> str:
    """2026-03-05 的余额会是 -12.50 元."""
    return f"{short[0]} 的余额会是 {Money(short[1])} 元"


def unaffordable(standing: Iterable[Entry], wanted: Sequence[Entry]) -> dict[int, tuple[str, int]]:
    """The places in ``wanted`` of the spending that the fund cannot bear, each with the day and its balance.

    All new income counts. Spending is let in from the earliest day on, the smaller first, as long as no
    later day falls below zero; ``standing`` alone does not. So what is let in never hangs on the order of
    ``wanted``.
    """
    changes: dict[str, int] = defaultdict(int)
    for entry in (*standing, *(entry for entry in wanted if entry.direction == INCOME)):
        changes[entry.day] += entry.signed
    spending = sorted(
        ((at, entry) for at, entry in enumerate(wanted) if entry.direction != INCOME),
        key=lambda each: (each[1].day, each[1].amount, each[1].purpose, each[1].code))
    for _, entry in spending:
        changes.setdefault(entry.day, 0)
    lowest = _lowest_from(changes)
    refused: dict[int, tuple[str, int]] = {}
    spent = 0
    for at, entry in spending:
        day, least = lowest[entry.day]
        if least - spent < entry.amount:
            refused[at] = day, least - spent - entry.amount
        else:
            spent += entry.amount
    return refused


def _lowest_from(changes: dict[str, int]) -> dict[str, tuple[str, int]]:
    """For each day the lowest balance on it or later, with the first day that has it."""
    balance, ends = 0, []
    for day in sorted(changes):
        balance += changes[day]
        ends.append((day, balance))
    lowest: dict[str, tuple[str, int]] = {}
    least = ends[-1] if ends else ("", 0)
    for day, end in reversed(ends):
        least = (day, end) if end <= least[1] else least
        lowest[day] = least
    return lowest


class Line(NamedTuple):
    """One source or use in a statement: entries booked and taken back, and both amounts."""

    purpose: str
    entries: int
    booked: int
    reversed: int

    @property
    def net(self) -> int:
        return self.booked - self.reversed


class Statement(NamedTuple):
    """opening + income − spending = closing; each side by source or use, in the order of first booking."""

    start: date
    end: date
    opening: int
    income: list[Line]
    spending: list[Line]
    closing: int


def make_statement(entries: Iterable[Entry], start: date, end: date) -> Statement:
    """The statement of a period, both days included. What is reversed stands with what it takes back."""
    first, last = start.isoformat(), end.isoformat()
    told = in_order(entry for entry in entries if entry.day <= last)
    own = [entry for entry in told if entry.day >= first]
    return Statement(
        start, end, sum(entry.signed for entry in told if entry.day < first),
        _lines(own, INCOME), _lines(own, SPENDING), sum(entry.signed for entry in told))


def _lines(entries: Iterable[Entry], side: str) -> list[Line]:
    sums: dict[str, Line] = {}
    for entry in entries:
        if entry.side == side:
            line = sums.get(entry.purpose, Line(entry.purpose, 0, 0, 0))
            sums[entry.purpose] = Line(
                entry.purpose, line.entries + 1, line.booked + (0 if entry.is_reversal else entry.amount),
                line.reversed + (entry.amount if entry.is_reversal else 0))
    return list(sums.values())
