"""12345 tickets: when one is due, and what state its dates imply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from lianhu.domain.settings import Settings

REDO = "重办"
SETTLED_STATES = ("已办结", "退单")
"""States of a ticket that nobody has to handle any more."""


def due_of(kind: str, received_at: str, *, urgent: bool, settings: Settings) -> str:
    """The deadline of a ticket: a moment for an urgent one, else the last working day.

    ``received_at`` is ISO text, a moment or a day. Raises ConflictError for a day beyond the known
    calendar of working days.
    """
    if urgent:
        start = datetime.fromisoformat(received_at)
        due = start + timedelta(hours=settings.urgent_hours)
        return due.isoformat(" ", "minutes") if len(received_at) > 10 else due.date().isoformat()
    workdays = settings.ticket_workdays.get(kind, settings.ticket_workdays["其他"])
    day: date = settings.calendar.add_workdays(date.fromisoformat(received_at[:10]), workdays)
    return day.isoformat()


def respond_by(received_at: str, settings: Settings) -> str:
    """The moment by which a ticket is to be signed and its caller contacted.

    For one of which only the day is known, the end of the day ``response_hours`` later.
    """
    by = datetime.fromisoformat(received_at) + timedelta(hours=settings.response_hours)
    return by.isoformat(" ", "minutes") if len(received_at) > 10 else by.date().isoformat()


def extended(due: str, workdays: int, settings: Settings) -> str:
    """A deadline put off by working days; one to the minute keeps its hour."""
    day: date = settings.calendar.add_workdays(date.fromisoformat(due[:10]), workdays)
    return day.isoformat() + due[10:]


def explained(ticket: Mapping[str, Any], settings: Settings) -> list[str]:
    """How the deadline of a ticket comes about, day by day, with the rule that gives it.

    ``ticket`` has kind, is_urgent, received_at, due_on, extended_from, extension_reason, redone and followed_up_at.
    """
    start, from_what, first = ticket["received_at"], "派单", ticket["extended_from"] or ticket["due_on"]
    lines = []
    if ticket["redone"]:
        start, from_what = ticket["followed_up_at"], "回访后重办"
    by_rule = start is not None and first == due_of(
        ticket["kind"], start, urgent=bool(ticket["is_urgent"]), settings=settings)
    if ticket["redone"] and not by_rule:
        lines.append(f"重办后重新起算，期限 {first}；那次回访的时间没有登记，或后来又回访过。")
    elif not by_rule:
        lines.append(f"期限 {first} 是登记时写明的，不是按规则推算的。")
    elif ticket["is_urgent"]:
        lines.append(f"紧急工单 {settings.urgent_hours} 小时（设置 tickets.urgent_hours）：{start} {from_what}，{first} 到期。")
    else:
        kind = ticket["kind"]
        days = settings.ticket_workdays.get(kind, settings.ticket_workdays["其他"])
        lines.append(f"“{kind}”{days} 个工作日（设置 tickets.workdays），从{from_what}次日起算：")
        lines += _counted(start, first, from_what, settings)
    if ticket["extended_from"]:
        days = settings.calendar.workdays_between(date.fromisoformat(first[:10]), date.fromisoformat(ticket["due_on"][:10]))
        reason = f"（{ticket['extension_reason']}）" if ticket["extension_reason"] else ""
        lines.append(f"延期一次{reason}，{days} 个工作日，从原期限次日起算：")
        lines += _counted(first, ticket["due_on"], "原期限", settings)
    return lines


def _counted(first: str, last: str, from_what: str, settings: Settings) -> list[str]:
    """One line a day after the first up to the deadline: which working day it is, or why it is none."""
    start, end = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
    lines, count = [f"{settings.calendar.explain(start)}　{from_what}"], 0
    for distance in range(1, (end - start).days + 1):
        day = start + timedelta(days=distance)
        count += settings.calendar.is_workday(day)
        number = f"第 {count} 个工作日" if settings.calendar.is_workday(day) else "不计"
        lines.append(f"{settings.calendar.explain(day)}　{number}{'，到期' if day == end else ''}")
    return lines


def state_of(signed_at: str | None, closed_at: str | None) -> str:
    """The state a ticket is in when a sheet does not say."""
    if closed_at:
        return "已办结"
    return "办理中" if signed_at else "待签收"


def shown_number(number: str) -> str:
    """A long ticket number in groups of six: 250912-101108-115409.

    So it cannot be taken for an ID number, which is never shown, and a spreadsheet that opens the
    .csv does not round off its last figures.
    """
    if len(number) < 14 or not number.isdecimal():
        return number
    return "-".join(number[at:at + 6] for at in range(0, len(number), 6))
