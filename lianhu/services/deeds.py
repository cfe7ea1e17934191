"""办实事: what was done for a household, from the beginning to its effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.quantities import read_amount
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden, since
from lianhu.services.lookup import get_by_code, get_standing_household
from lianhu.services.settings import get_term, load_settings
from lianhu.services.tickets import get_ticket
from lianhu.services.visits import get_visit, visitor
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

DONE, UNDER_WAY = "已解决", "推进中"
_DEEDS = """
SELECT deed.*, household.code AS household, household.head_name, village.name AS village, cadre.code AS cadre,
       cadre.name AS cadre_name, visit.code AS visit, ticket.number AS ticket
FROM deed JOIN household ON household.id = deed.household_id JOIN village ON village.id = household.village_id
JOIN cadre ON cadre.id = deed.cadre_id LEFT JOIN visit ON visit.id = deed.visit_id
LEFT JOIN ticket ON ticket.id = deed.ticket_id
WHERE {} ORDER BY deed.started_on DESC, deed.id DESC
"""


class NewDeed(NamedTuple):
    """A deed to record. ``by`` None is whoever held the household that day; ``cost`` as typed, in yuan."""

    household: str
    title: str
    on: date
    kind: str = "其他"
    effect: str | None = None
    done: date | None = None
    by: str | None = None
    visit: str | None = None
    ticket: str | None = None
    cost: str | None = None
    note: str | None = None


def add_deed(database: Database, new: NewDeed, *, today: date, now: datetime) -> Record:
    """Records a deed; gives it as ``list_deeds`` does.

    Raises UsageError for days that cannot be and unknown words, ConflictError for a deed that is
    recorded already or when nobody held the household that day and no cadre is named.
    """
    if not new.title.strip():
        raise UsageError("办实事要写明办了什么。")
    refuse_forbidden(new.title, new.note)
    settings = load_settings(database)
    effect = get_term(settings, "effects", new.effect or (DONE if new.done else UNDER_WAY))
    day = new.on.isoformat()
    done_on = new.done.isoformat() if new.done else day if effect == DONE else None
    _refuse_days(day, done_on, effect, today)
    with batch(database, "deed add", now=now) as journal:
        household = get_standing_household(database, new.household)
        twins = database.execute("SELECT code FROM deed WHERE household_id = ? AND title = ? AND started_on = ?",
                                 [household["id"], new.title, day])
        if twins:
            raise ConflictError(f"{household['code']} {household['head_name']} {day} 的实事“{mask_text(new.title)}”已登记过"
                                f"（{twins[0][0]}），没有再登记。",
                                f"改它的进展：lianhu deed update {twins[0][0]} --effect 已解决")
        cadre = visitor(database, household, new.by, day, "deed add")
        deed = {
            "id": journal.next_id("deed"), "code": next_code(database, "deed", "B"), "household_id": household["id"],
            "cadre_id": cadre["id"], "visit_id": _visit_of(database, new.visit, household),
            "ticket_id": get_ticket(database, new.ticket)["id"] if new.ticket else None, "title": new.title,
            "kind": get_term(settings, "deed_kinds", new.kind), "effect": effect, "started_on": day, "done_on": done_on,
            "cost": _cost(new.cost), "note": new.note}
        journal.insert("deed", deed)
        journal.summarise(f"办实事 {deed['code']} {household['code']} {household['head_name']}：{mask_text(new.title)}，{effect}")
    return get_deed(database, str(deed["code"]))


def update_deed(
    database: Database, word: str, given: Mapping[str, str | None], *, done: date | None, today: date, now: datetime
) -> Record:
    """Changes what is given of title, kind, effect, cost, note, ticket; gives the deed as it is now.

    A deed that is solved without a day is done today, one under way that is done is solved, and one that
    is no longer solved has no such day.
    """
    if given.get("title") is not None and not str(given["title"]).strip():
        raise UsageError("办实事要写明办了什么。")
    settings = load_settings(database)
    with batch(database, "deed update", now=now) as journal:
        shown = get_deed(database, word)
        (before,) = database.records("SELECT * FROM deed WHERE id = ?", [shown["id"]])
        after = before | {name: value for name, value in given.items() if value is not None and name in {"title", "note"}}
        refuse_forbidden(given.get("title"), given.get("note"))
        if given.get("kind"):
            after["kind"] = get_term(settings, "deed_kinds", str(given["kind"]))
        if given.get("cost") is not None:
            after["cost"] = _cost(given["cost"])
        if given.get("ticket"):
            after["ticket_id"] = get_ticket(database, str(given["ticket"]))["id"]
        if given.get("effect"):
            after["effect"] = get_term(settings, "effects", str(given["effect"]))
            if after["effect"] == DONE:
                after["done_on"] = after["done_on"] or today.isoformat()
            elif after["effect"] != before["effect"]:
                after["done_on"] = None
        elif done is not None and after["effect"] == UNDER_WAY:
            after["effect"] = DONE
        if done is not None:
            after["done_on"] = done.isoformat()
        _refuse_days(after["started_on"], after["done_on"], after["effect"] if done else None, today)
        if not journal.update("deed", before["id"], before, after):
            raise ConflictError(f"{before['code']} 本来就是这样，没有改动。", f"lianhu deed list {shown['household']}")
        journal.summarise(f"办实事 {before['code']} {mask_text(after['title'])}：{after['effect']}")
    return get_deed(database, word)


def _refuse_days(started_on: str, done_on: str | None, effect: str | None, today: date) -> None:
    for name, day in (("开始", started_on), ("办结", done_on)):
        if day and day > today.isoformat():
            raise UsageError(f"{name}日期 {day} 在今天（{today}）之后，没有登记。", "请核对日期")
    # Where one is known to its month only, months are compared.
    if done_on and done_on[:len(started_on)] < started_on[:len(done_on)]:
        raise UsageError(f"办结日期 {done_on} 比开始日期 {started_on} 还早，没有登记。", "请核对日期")
    if done_on and effect == UNDER_WAY:
        raise UsageError(f"{UNDER_WAY}的实事还没有办结日期（{done_on}），没有登记。", f"办完了：--effect {DONE}")


def _cost(text: str | None) -> int | None:
    """Hundredths of a yuan; an empty text clears it."""
    if not (text or "").strip():
        return None
    cost, fault = read_amount(text)
    if fault is not None or cost is None or cost < 0:
        raise UsageError(f"投入资金“{text}”看不懂。", "写成元，如 350 或 350.50")
    return cost


def _visit_of(database: Database, code: str | None, household: Record) -> int | None:
    if code is None:
        return None
    hint = f"lianhu visit list {household['code']}"
    visit = get_visit(database, code, hint)
    if visit["household_id"] != household["id"]:
        raise ConflictError(f"走访 {code} 不是 {household['code']} {household['head_name']}的。", hint)
    visit_id: int = visit["id"]
    return visit_id


def get_deed(database: Database, word: str) -> Record:
    """The deed of a code, as ``list_deeds`` gives it. Raises NotFoundError."""
    return get_by_code(database, _DEEDS.format("upper(deed.code) = ?"), word, "办实事", "看有哪些：lianhu deed list")


def list_deeds(
    database: Database, *, household: str | None = None, village: str | None = None, by: str | None = None,
    kind: str | None = None, unfinished: bool = False, start: date | None = None, end: date | None = None,
) -> list[Record]:
    """Deeds with household, cadre, visit and ticket, the latest first; both days of the period count."""
    condition, parameters = narrowed(
        database, ("deed.kind = ?", get_term(load_settings(database), "deed_kinds", kind) if kind else None),
        since("deed.started_on", start), ("deed.started_on <= ?", end and end.isoformat()),
        household=household, village=village, by=by)
    if unfinished:
        condition += " AND deed.effect NOT IN ('已解决', '基本解决')"
    return database.records(_DEEDS.format(condition), parameters)
