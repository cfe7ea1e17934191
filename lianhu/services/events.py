"""家庭大事 and the visits they ask for (五必访).

A visit with that occasion on or after the day answers the event; one without an event makes it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from lianhu.domain.events import SAME_EVENT_DAYS, due_of_visited, is_known, visit_due
from lianhu.domain.settings import EVENT_DAYS, Settings
from lianhu.errors import ConflictError, UsageError
from lianhu.reports.subjects import EVENT_ANSWERED_ON
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_standing_household
from lianhu.services.settings import get_term, load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch
from lianhu.store.queries import next_code

_EVENTS = f"""
SELECT e.*, h.code AS household, h.head_name, h.closed_on, h.close_reason, village.name AS village,
       cadre.code AS cadre, cadre.name AS cadre_name, {EVENT_ANSWERED_ON} AS answered_on
FROM event AS e
JOIN household AS h ON h.id = e.household_id
JOIN village ON village.id = h.village_id
LEFT JOIN pairing ON pairing.household_id = h.id AND pairing.ended_on IS NULL
LEFT JOIN cadre ON cadre.id = pairing.cadre_id
WHERE {{}} ORDER BY e.happened_on DESC, e.id DESC
"""


class NewEvent(NamedTuple):
    """An event to record; ``kind`` may be any accepted spelling."""

    household: str
    kind: str
    on: date
    member: str | None = None
    note: str | None = None


def add_event(database: Database, new: NewEvent, *, today: date, now: datetime) -> tuple[Record, Record]:
    """Records an event; gives it and its household.

    Raises UsageError for a day in the future or an unknown kind, ConflictError for a closed household,
    an event that is recorded already, or a year whose working days are not known yet.
    """
    if new.on > today:
        raise UsageError(f"发生日期 {new.on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    refuse_forbidden(new.note, new.member)
    settings = load_settings(database)
    kind = get_term(settings, "occasions", new.kind)
    if kind not in EVENT_DAYS:
        raise UsageError(f"“{kind}”不是要必访的大事；可用的有：{'、'.join(EVENT_DAYS)}。")
    day = new.on.isoformat()
    with batch(database, "event add", now=now) as journal:
        household = get_standing_household(database, new.household)
        refuse_closed(household, day)
        twins = database.execute(
            "SELECT code FROM event WHERE household_id = ? AND kind = ? AND happened_on = ?", [household["id"], kind, day])
        if twins:
            raise ConflictError(
                f"{household['code']} {household['head_name']} {day} 的{kind}已登记过（{twins[0][0]}），没有再登记。")
        event = made(journal, household["id"], kind, day, visit_due(kind, day, settings))
        event |= {"member_name": new.member, "note": new.note}
        journal.insert("event", event)
        journal.summarise(f"大事 {household['code']} {household['head_name']}：{kind} {day}"
                          + (f"，{event['due_on']} 前走访" if event["due_on"] else ""))
    return event, household


def refuse_closed(household: Record, day: str) -> None:
    """Raises ConflictError for a household that was closed by that day."""
    if household["closed_on"] and household["closed_on"] <= day:
        raise ConflictError(
            f"{household['code']} {household['head_name']}已于 {household['closed_on']} 销户"
            f"（{household['close_reason']}），没有登记。",
            f"如已恢复：lianhu household reopen {household['code']}")


def similar_events(database: Database, event: Record) -> list[Record]:
    """Other events of that kind at the same household close to that day: maybe the same one."""
    first, last = (day.isoformat() for day in (
        date.fromisoformat(event["happened_on"]) + timedelta(days=days) for days in (-SAME_EVENT_DAYS, SAME_EVENT_DAYS)))
    return database.records(
        "SELECT * FROM event WHERE household_id = ? AND kind = ? AND id <> ? AND happened_on >= substr(?, 1, length(happened_on)) "
        "AND happened_on <= ? ORDER BY happened_on, id", [event["household_id"], event["kind"], event["id"], first, last])


def made(journal: Journal, household_id: int, kind: str, day: str, due_on: str | None) -> Record:
    """A new event with its code, still to be written."""
    return {"id": journal.next_id("event"), "code": next_code(journal.database, "event", "E"),
            "household_id": household_id, "kind": kind, "happened_on": day, "due_on": due_on}


def event_of_visit(journal: Journal, household_id: int, kind: str, day: str, settings: Settings) -> str | None:
    """Makes the event that a visit speaks of, unless there is one; gives the new one's code.

    An occasion of the town's own is none of the five and makes none.
    """
    if kind not in EVENT_DAYS:
        return None
    known = journal.database.execute("SELECT happened_on FROM event WHERE household_id = ? AND kind = ?", [household_id, kind])
    if is_known((happened_on for (happened_on,) in known), day):
        return None
    event = made(journal, household_id, kind, day, due_of_visited(kind, day, settings))
    journal.insert("event", event)
    return str(event["code"])


def list_events(
    database: Database, *, village: str | None = None, by: str | None = None, household: str | None = None,
    kind: str | None = None, unanswered: bool = False, overdue_on: date | None = None,
) -> list[Record]:
    """Events with household, the cadre who holds it now and the day of the answering visit, latest first.

    ``overdue_on`` keeps those that were due before that day, unanswered, of households not closed.
    """
    condition, parameters = narrowed(
        database, ("e.kind = ?", get_term(load_settings(database), "occasions", kind) if kind else None),
        ("e.due_on < ?", overdue_on and overdue_on.isoformat()), household=household, village=village, by=by,
        aliases=("h", "village", "cadre"))
    if unanswered or overdue_on:
        condition += f" AND {EVENT_ANSWERED_ON} IS NULL AND h.closed_on IS NULL"
    return database.records(_EVENTS.format(condition), parameters)


def state_of(event: Record, today: date) -> str:
    """How an event of ``list_events`` stands, in a few words."""
    due, answered = event["due_on"], event["answered_on"]
    if answered:
        return f"{answered} 已走访" + ("（逾期）" if due and answered > due else "")
    if event["closed_on"]:
        return f"已销户（{event['close_reason']}），不再走访"
    if due is None:
        return "待走访"
    left = (date.fromisoformat(due) - today).days
    return f"逾期 {-left} 天" if left < 0 else "今天到期" if left == 0 else f"还有 {left} 天"
