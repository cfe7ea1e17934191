"""The life of a 12345 ticket: received, given to a cadre, signed, resolved, followed up.

待签收 → 办理中 → 待回访 → 已办结; beside it 退单 (not ours), 延期 (once, before the deadline) and 重办 (a bad
follow-up). Each step is one batch, so the change log tells who took it and when.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.moments import read_moment
from lianhu.domain.tickets import REDO, SETTLED_STATES, due_of, extended, respond_by, shown_number
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_cadre, get_standing_household, get_village
from lianhu.services.settings import get_term, load_settings
from lianhu.services.town import load_rules
from lianhu.services.visits import holder_on
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch

_TICKETS = """
SELECT ticket.*, village.name AS village, household.code AS household, household.head_name,
       cadre.code AS cadre, cadre.name AS cadre_name
FROM ticket
LEFT JOIN household ON household.id = ticket.household_id
LEFT JOIN village ON village.id = coalesce(ticket.village_id, household.village_id)
LEFT JOIN cadre ON cadre.id = ticket.cadre_id
WHERE {} ORDER BY ticket.received_at DESC, ticket.id DESC
"""


class NewTicket(NamedTuple):
    """A ticket to record. ``cadre`` None gives it to the household's cadre, else the village's leader."""

    number: str
    title: str
    village: str | None = None
    household: str | None = None
    kind: str = "其他"
    urgent: bool = False
    received: str | None = None
    cadre: str | None = None
    note: str | None = None


class Step(NamedTuple):
    """One change of a ticket: when it was entered, by whom, with which command, and column → (before, after)."""

    at: str
    actor: str
    command: str
    changes: dict[str, tuple[Any, Any]]


def moment(text: str | None, now: datetime, today: date) -> str:
    """A moment typed on the command line as ISO text, now if none; a day alone stays a day.

    Raises UsageError for what cannot be read and for what has not happened yet.
    """
    if text is None:
        return now.isoformat(" ", "minutes")
    words = {"今天": today.isoformat(), "昨天": date.fromordinal(today.toordinal() - 1).isoformat()}
    found, fault = read_moment(words.get(text.strip(), text))
    if fault is not None or found is None:
        raise UsageError(f"时间“{text}”看不懂。", "写成 2026-11-24 09:30，也可以只写日期、今天、昨天")
    if found > now.isoformat(" ", "minutes") and found > today.isoformat():
        raise UsageError(f"时间 {found} 还没有到，没有登记。", "请核对时间")
    return found


def get_ticket(database: Database, word: str) -> Record:
    """The ticket of a number, or of the last figures of one. Raises NotFoundError, AmbiguousError."""
    number = word.strip().replace(" ", "").replace("-", "")
    found = database.records("SELECT * FROM ticket WHERE number = ?", [number])
    if not found and len(number) >= 4:
        found = database.records("SELECT * FROM ticket WHERE substr(number, -length(?)) = ? ORDER BY id", [number, number])
    if len(found) == 1:
        return found[0]
    if found:
        listed = "、".join(ticket["number"] for ticket in found[:6])
        raise AmbiguousError(f"有 {len(found)} 件工单以“{number}”结尾：{listed}。", "请写完整的工单编号")
    raise NotFoundError(f"没有编号为“{number}”的工单。", "看有哪些：lianhu ticket list")


def add_ticket(database: Database, new: NewTicket, *, now: datetime, today: date) -> Record:
    """Records a ticket with its deadline.

    Raises ConflictError for a number that is recorded already and for a day past the known calendar.
    """
    number = new.number.strip().replace(" ", "")
    if not number.isascii() or not number.isalnum():
        raise UsageError(f"工单编号“{new.number}”不对：只能是数字和字母。")
    refuse_forbidden(new.title, new.note)
    settings = load_settings(database)
    kind = get_term(settings, "ticket_kinds", new.kind)
    received = moment(new.received, now, today)
    with batch(database, "ticket add", now=now) as journal:
        if database.execute("SELECT 1 FROM ticket WHERE number = ?", [number]):
            raise ConflictError(f"工单 {shown_number(number)} 已经登记过，没有再登记。", f"lianhu ticket show {number}")
        household = get_standing_household(database, new.household) if new.household else None
        if household is None and new.village is None:
            raise UsageError("要写明工单是哪个村的，或是哪一户的。", f"lianhu ticket add {number} 内容 --village 村名")
        household_id: int | None = household["id"] if household else None
        place = get_village(database, new.village) if new.village else None
        if place and household and place["id"] != household["village_id"]:
            raise ConflictError(f"户 {household['code']} 不是{place['name']}的，没有登记。",
                                "只写 --household 就够了，村按户登记")
        village_id: int = place["id"] if place else household["village_id"] if household else 0
        cadre = get_cadre(database, new.cadre)["id"] if new.cadre else handler(
            database, household_id, village_id, received[:10])
        ticket = {
            "id": journal.next_id("ticket"), "number": number, "village_id": village_id,
            "household_id": household_id, "cadre_id": cadre, "title": new.title, "kind": kind,
            "is_urgent": int(new.urgent), "received_at": received, "respond_by": respond_by(received, settings),
            "due_on": due_of(kind, received, urgent=new.urgent, settings=settings), "state": "待签收",
            "redone": 0, "note": new.note}
        journal.insert("ticket", ticket)
        journal.summarise(f"工单 {shown_number(number)}：{mask_text(new.title)}，期限 {ticket['due_on']}")
    return ticket


def handler(database: Database, household_id: int | None, village_id: int | None, day: str) -> int | None:
    """Who is to handle a ticket: the household's cadre that day, else the village's leader in service."""
    if household_id is not None and (holder := holder_on(database, household_id, day)) is not None:
        return holder
    leader = leader_of(load_rules(database).priority, database.execute(
        "SELECT code, roles, id FROM cadre WHERE village_id = ? AND left_on IS NULL", [village_id]))
    return int(leader) if leader is not None else None


def leader_of(ranks: Mapping[str, int], cadres: Iterable[tuple[str, str | None, Any]]) -> Any:
    """Who leads a village by the town's rules, of its cadres as (code, roles, what stands for the cadre)."""
    leaders = [
        (-max(ranks[role] for role in leading), code, cadre) for code, roles, cadre in cadres
        if (leading := ranks.keys() & set((roles or "").split("、")))]
    return min(leaders, key=lambda leader: leader[:2])[2] if leaders else None


def assign_ticket(database: Database, word: str, cadre: str | None, *, now: datetime, today: date) -> tuple[Record, Record]:
    """Gives an open ticket to a cadre, by default the household's or the village's leader; gives both."""

    def change(ticket: Record) -> Record:
        _refuse_settled(ticket)
        chosen = get_cadre(database, cadre)["id"] if cadre else handler(
            database, ticket["household_id"], ticket["village_id"], today.isoformat())
        if chosen is None:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 的户没有结对干部，村里也没有登记领导，不知道交给谁。",
                                f"lianhu ticket assign {ticket['number']} 干部")
        return {"cadre_id": chosen}

    ticket = _changed(database, "ticket assign", word, change, "交办", now)
    (holder,) = database.records("SELECT * FROM cadre WHERE id = ?", [ticket["cadre_id"]])
    return ticket, holder


def sign_ticket(
    database: Database, word: str, at: str | None, contacted: str | None, *, now: datetime, today: date
) -> Record:
    """Signs a ticket, and with ``contacted`` tells when the caller was first contacted.

    On a signed ticket only the contact can be added.
    """
    when = moment(at, now, today)
    called = None if contacted is None else moment(contacted, now, today)

    def change(ticket: Record) -> Record:
        _refuse_settled(ticket)
        if ticket["signed_at"] and called is None:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 已于 {ticket['signed_at']} 签收，没有再登记。",
                                f"补登首次联系：lianhu ticket sign {ticket['number']} --contacted 时间")
        signed = ticket["signed_at"] or when
        for name, value in (("签收", signed), ("首次联系", called)):
            _refuse_before(ticket, name, value)
        state = "办理中" if ticket["state"] == "待签收" else ticket["state"]
        return {"signed_at": signed, "contacted_at": called or ticket["contacted_at"], "state": state}

    return _changed(database, "ticket sign", word, change, "签收", now)


def resolve_ticket(
    database: Database, word: str, result: str, at: str | None, *, now: datetime, today: date
) -> Record:
    """Says what was done about a signed ticket; it then waits for the follow-up."""
    when = moment(at, now, today)

    def change(ticket: Record) -> Record:
        _refuse_settled(ticket)
        if ticket["state"] == "待回访":
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 已于 {ticket['closed_at']} 办结，正等回访。",
                                f"lianhu ticket follow-up {ticket['number']} --solved")
        if not ticket["signed_at"]:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 还没有签收，不能办结。",
                                f"lianhu ticket sign {ticket['number']}")
        _refuse_before(ticket, "办结", when)
        _refuse_before(ticket, "办结", when, "签收", "signed_at")
        if ticket["redone"]:
            _refuse_before(ticket, "办结", when, "退回重办的回访", "followed_up_at")
        return {"closed_at": when, "result": result, "state": "待回访"}

    return _changed(database, "ticket resolve", word, change, "办结", now)


def follow_up(
    database: Database, word: str, *, solved: bool, grade: str | None, redo: bool, at: str | None = None,
    now: datetime, today: date,
) -> Record:
    """What the caller says: solved or not, and a grade. With ``redo`` the ticket is to be done again.

    It then gets a new deadline, as long as its kind allows, from the follow-up.
    """
    settings = load_settings(database)
    name = get_term(settings, "grades", grade) if grade else None
    when = moment(at, now, today)

    def change(ticket: Record) -> Record:
        if ticket["state"] not in {"待回访", "已办结"}:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 现在是“{ticket['state']}”，还没有办结，不能回访。",
                                f"lianhu ticket resolve {ticket['number']} --result 办理结果")
        _refuse_before(ticket, "回访", when)
        _refuse_before(ticket, "回访", when, "办结", "closed_at")
        # A second answer about the same closing corrects the first; one after a redo is an answer of its own.
        kept = ticket["grade"] if ticket["state"] == "已办结" else None
        answer = {"is_solved": int(solved), "grade": name or kept, "followed_up_at": when}
        if not redo:
            return answer | {"state": "已办结"}
        return answer | {
            "state": REDO, "redone": (ticket["redone"] or 0) + 1, "closed_at": None, "extended_from": None,
            "extension_reason": None,
            "due_on": due_of(ticket["kind"], when, urgent=bool(ticket["is_urgent"]), settings=settings)}

    return _changed(database, "ticket follow-up", word, change, "回访" + ("，退回重办" if redo else ""), now)


def return_ticket(database: Database, word: str, reason: str, *, now: datetime) -> Record:
    """Sends a ticket back that is not the town's."""

    def change(ticket: Record) -> Record:
        _refuse_settled(ticket)
        return {"state": "退单", "return_reason": reason}

    return _changed(database, "ticket return", word, change, f"退单（{reason}）", now)


def extend_ticket(database: Database, word: str, days: int, reason: str, *, now: datetime) -> Record:
    """Puts the deadline off by working days: once, with a reason, before it has passed."""
    settings = load_settings(database)

    def change(ticket: Record) -> Record:
        _refuse_settled(ticket)
        if ticket["state"] == "待回访":
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 已经办结，不用延期。")
        if ticket["extended_from"]:
            raise ConflictError(
                f"工单 {shown_number(ticket['number'])} 已延期过一次（原期限 {ticket['extended_from']}），不能再延。")
        if now.isoformat(" ", "minutes")[:len(ticket["due_on"])] > ticket["due_on"]:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 的期限 {ticket['due_on']} 已过，不能延期。")
        return {"due_on": extended(ticket["due_on"], days, settings), "extended_from": ticket["due_on"],
                "extension_reason": reason, "state": "延期"}

    return _changed(database, "ticket extend", word, change, f"延期（{reason}）", now)


def exclude_ticket(database: Database, word: str, reason: str | None, *, now: datetime) -> Record:
    """Takes a ticket out of the assessment for one of the reasons that allow it, or with None back in."""
    settings = load_settings(database)
    name = get_term(settings, "exclusions", reason) if reason else None

    def change(ticket: Record) -> Record:
        if ticket["exclusion"] == name:
            raise ConflictError(f"工单 {shown_number(ticket['number'])} 本来就是这样，没有改动。")
        return {"exclusion": name}

    return _changed(database, "ticket exclude", word, change, f"不计考核（{name}）" if name else "恢复计入考核", now)


def _changed(
    database: Database, command: str, word: str, change: Callable[[Record], Record], what: str, now: datetime
) -> Record:
    """One step of one ticket as a batch of its own; gives the ticket back as it is now."""
    with batch(database, command, now=now) as journal:
        ticket = get_ticket(database, word)
        after = ticket | change(ticket)
        journal.update("ticket", ticket["id"], ticket, after)
        journal.summarise(f"工单 {shown_number(ticket['number'])} {mask_text(what)}")
    return after


def _refuse_settled(ticket: Record) -> None:
    if ticket["state"] in SETTLED_STATES:
        raise ConflictError(f"工单 {shown_number(ticket['number'])} 已是“{ticket['state']}”，不能再办。",
                            "看它的经过：lianhu ticket show " + str(ticket["number"]))


def _refuse_before(
    ticket: Record, what: str, when: str | None, earlier: str = "派单", column: str = "received_at"
) -> None:
    """A step cannot come before an earlier one; where one is known to the day only, days are compared."""
    start = ticket[column]
    if when is None or not start:
        return
    length = min(len(when), len(start))
    if when[:length] < start[:length]:
        raise UsageError(f"{what}时间 {when} 比{earlier}时间 {start} 还早，没有登记。", "请核对时间")


def list_tickets(
    database: Database, *, village: str | None = None, by: str | None = None, household: str | None = None,
    state: str | None = None, unsettled: bool = False, overdue_at: str | None = None,
) -> list[Record]:
    """Tickets with village, household and cadre, the latest first; ``overdue_at`` keeps those late at a moment."""
    condition, parameters = narrowed(
        database, ("ticket.state = ?", get_term(load_settings(database), "ticket_states", state) if state else None),
        household=household, village=village, by=by)
    if unsettled or overdue_at:
        condition += f" AND ticket.state NOT IN ({', '.join('?' * len(SETTLED_STATES))})"
        parameters += SETTLED_STATES
    if overdue_at:
        condition += " AND ticket.closed_at IS NULL AND ticket.due_on < substr(?, 1, length(ticket.due_on))"
        parameters.append(overdue_at)
    return database.records(_TICKETS.format(condition), parameters)


def show_ticket(database: Database, word: str) -> tuple[Record, list[Step]]:
    """A ticket as ``list_tickets`` gives it, and every change of it, the first one first."""
    ticket = get_ticket(database, word)
    (record,) = database.records(_TICKETS.format("ticket.id = ?"), [ticket["id"]])
    steps = []
    for at, actor, command, before, after in database.execute(
        'SELECT batch.at, batch.actor, batch.command, change."before", change."after" FROM change '
        "JOIN batch ON batch.id = change.batch_id WHERE change.table_name = 'ticket' AND change.row_id = ? "
        "ORDER BY change.id", [ticket["id"]]
    ):
        old, new = json.loads(before or "{}"), json.loads(after or "{}")
        steps.append(Step(at, actor, command, {name: (old.get(name), new[name]) for name in new}))
    return record, steps

