"""Recording and listing visits."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.spells import covers
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden, since
from lianhu.services.lookup import get_by_code, get_cadre, get_standing_household
from lianhu.services.settings import get_term, load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

EVERYDAY = "日常"
"""The occasion of a visit that nothing asked for."""


class NewVisit(NamedTuple):
    """A visit to record. Words may be any accepted spelling; ``by`` names a cadre or is None for
    whoever held the household that day; ``deed`` is the title of a 办实事 done with it."""

    household: str
    on: date
    by: str | None = None
    way: str = "上门"
    occasion: str = "日常"
    duties: tuple[str, ...] = ()
    is_met: bool = True
    note: str | None = None
    deed: str | None = None
    deed_kind: str | None = None
    deed_effect: str | None = None
    again: bool = False


class Recorded(NamedTuple):
    """What was written: the batch, the household and cadre, codes of the visit, the deed and the event
    it made, and the tasks it answered."""

    batch: int
    household: Record
    cadre: Record
    visit: str
    deed: str | None
    event: str | None = None
    tasks: tuple[str, ...] = ()
    occasion: str = EVERYDAY


def holder_on(database: Database, household_id: int, day: str) -> int | None:
    """The id of the cadre who held the household on a day."""
    for cadre_id, started_on, ended_on in database.execute(
        "SELECT cadre_id, started_on, ended_on FROM pairing WHERE household_id = ? ORDER BY started_on DESC, id DESC",
        [household_id],
    ):
        if covers(started_on, ended_on, day):
            return int(cadre_id)
    return None


def add_visit(database: Database, new: NewVisit, *, today: date, now: datetime) -> Recorded:
    """Records a visit, and with it a 办实事 where one is named.

    Raises UsageError for a day in the future or an unknown word, NotFoundError or AmbiguousError
    for the names, ConflictError when nobody held the household that day and no cadre is named, or
    when the same visit is recorded already.
    """
    if new.on > today:
        raise UsageError(f"走访日期 {new.on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    if new.deed is None and (new.deed_kind or new.deed_effect):
        raise UsageError("--deed-kind 和 --deed-effect 要和 --deed 一起用。")
    refuse_forbidden(new.note, new.deed)
    settings = load_settings(database)
    way, occasion = get_term(settings, "ways", new.way), get_term(settings, "occasions", new.occasion)
    duties = "、".join(dict.fromkeys(get_term(settings, "duties", duty) for duty in new.duties)) or None
    deed_kind = get_term(settings, "deed_kinds", new.deed_kind or "其他")
    effect = get_term(settings, "effects", new.deed_effect or "推进中")
    day = new.on.isoformat()
    with batch(database, "visit add", now=now) as journal:
        household = get_standing_household(database, new.household)
        cadre = visitor(database, household, new.by, day, "visit add")
        if not new.again:
            _refuse_twin(database, household, cadre, day, occasion)
        visit = {
            "id": journal.next_id("visit"), "code": next_code(database, "visit", "V"),
            "household_id": household["id"], "cadre_id": cadre["id"], "visited_on": day, "way": way,
            "mode": settings.mode_of(way), "occasion": occasion, "is_met": int(new.is_met), "duties": duties,
            "note": new.note or None,
        }
        journal.insert("visit", visit)
        event = tasks = None
        if occasion != EVERYDAY:
            from lianhu.services.events import event_of_visit

            event = event_of_visit(journal, household["id"], occasion, day, settings)
        if duties:
            from lianhu.services.tasks import answer_by_visit

            tasks = answer_by_visit(journal, visit)
        deed = None
        if new.deed:
            deed = next_code(database, "deed", "B")
            journal.insert("deed", {
                "code": deed, "household_id": household["id"], "cadre_id": cadre["id"], "visit_id": visit["id"],
                "title": new.deed, "kind": deed_kind, "effect": effect, "started_on": day,
                "done_on": day if effect == "已解决" else None})
        journal.summarise(
            f"走访 {household['code']} {household['head_name']}：{cadre['name']} {day} {way} {occasion}"
            + (f"，办实事“{mask_text(new.deed)}”" if new.deed else ""))
        return Recorded(journal.batch, household, cadre, str(visit["code"]), deed, event, tuple(tasks or ()), occasion)


def get_visit(database: Database, word: str, hint: str = "lianhu visit list") -> Record:
    """The visit of a code. Raises NotFoundError."""
    return get_by_code(database, "SELECT * FROM visit WHERE upper(code) = ?", word, "走访", hint)


def visitor(database: Database, household: Record, by: str | None, day: str, command: str) -> Record:
    """Who did something at a household: the cadre named, else whoever held it that day.

    Raises ConflictError when nobody did; ``command`` is named in its hint.
    """
    if by is not None:
        return get_cadre(database, by)
    holder = holder_on(database, household["id"], day)
    if holder is None:
        raise ConflictError(
            f"{day} {household['code']} {household['head_name']}没有结对干部，不知道是谁做的，没有登记。",
            f"lianhu {command} {household['code']} --on {day} --by 干部；或先 lianhu assign")
    (cadre,) = database.records("SELECT * FROM cadre WHERE id = ?", [holder])
    return cadre


def _refuse_twin(database: Database, household: Record, cadre: Record, day: str, occasion: str) -> None:
    twins = database.execute(
        "SELECT code FROM visit WHERE household_id = ? AND cadre_id = ? AND visited_on = ? AND occasion = ?",
        [household["id"], cadre["id"], day, occasion])
    if twins:
        raise ConflictError(
            f"{cadre['name']} {day} 对 {household['code']} {household['head_name']}的{occasion}走访已登记过"
            f"（{twins[0][0]}），没有再登记。", "确实是另一次走访时，加 --again")


def list_visits(
    database: Database, *, household: str | None = None, by: str | None = None, village: str | None = None,
    start: date | None = None, end: date | None = None, limit: int | None = None,
) -> list[Record]:
    """Visits, the latest first, of a household, a cadre, a village or a period (both days count)."""
    condition, parameters = narrowed(
        database, since("visit.visited_on", start), ("visit.visited_on <= ?", end and end.isoformat()), household=household,
        village=village, by=by)
    tail = " LIMIT ?" if limit is not None else ""
    return database.records(
        "SELECT visit.*, household.code AS household, household.head_name, village.name AS village, "
        "cadre.code AS cadre, cadre.name AS cadre_name FROM visit "
        "JOIN household ON household.id = visit.household_id JOIN village ON village.id = household.village_id "
        f"JOIN cadre ON cadre.id = visit.cadre_id WHERE {condition} ORDER BY visit.visited_on DESC, visit.id DESC{tail}",
        [*parameters, *([limit] if limit is not None else [])])
