"""Closing a household and reopening it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lianhu.domain.tickets import shown_number
from lianhu.errors import ConflictError
from lianhu.services import spells
from lianhu.services.households.heads import named, refuse_closed
from lianhu.services.lookup import get_household
from lianhu.services.pairing import refuse_days_to_come
from lianhu.services.settings import get_term, load_settings
from lianhu.services.town import load_rules
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch


@dataclass(frozen=True, slots=True)
class Closed:
    """A household that was closed. ``on`` is the first day on which it no longer counts.

    ``cadre`` held it and now holds ``held`` households, with room for ``free`` more (None where he has
    left); ``tickets`` are the numbers of those still open, ``later_visits`` those after the day.
    """

    batch: int | None
    household: Record
    on: str
    reason: str
    cadre: Record | None
    held: int
    free: int | None
    tickets: list[str]
    later_visits: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """A household that counts again from ``on``; ``last`` is the latest spell with its cadre, or None."""

    batch: int | None
    household: Record
    on: str
    last: Record | None
    tickets: list[str]


def close_household(
    database: Database, word: str, reason: str, *, on: date | None, today: date, now: datetime, dry_run: bool = False
) -> Closed:
    """Closes a household and ends its pair; whatever is recorded about it stays.

    Raises UsageError for an unknown reason or a day to come, ConflictError when it is closed already,
    its cadre began later or it was reopened later than that day.
    """
    refuse_days_to_come(on, today)
    reason = get_term(load_settings(database), "close_reasons", reason)
    day = (on or today).isoformat()
    with batch(database, "household close", now=now, keep=not dry_run) as journal:
        household = get_household(database, word)
        refuse_closed(household)
        _refuse_day(database, household, day, today)
        cadre = None
        for pair in database.records(
            "SELECT * FROM pairing WHERE household_id = ? AND ended_on IS NULL ORDER BY id", [household["id"]]
        ):
            spells.end(journal, pair, day, f"销户：{reason}")
            (cadre,) = database.records("SELECT * FROM cadre WHERE id = ?", [pair["cadre_id"]])
        journal.update("household", household["id"], household, household | {"closed_on": day, "close_reason": reason})
        journal.summarise(f"销户：{named(household)}（{day}，{reason}）")
        held, free = _places(database, cadre) if cadre else (0, None)
        ((later,),) = database.execute(
            "SELECT count(*) FROM visit WHERE household_id = ? AND visited_on > ?", [household["id"], day])
        return Closed(None if dry_run else journal.batch, household, day, reason, cadre, held, free,
                      open_ticket_numbers(database, household), later)


def open_ticket_numbers(database: Database, household: Record) -> list[str]:
    """The numbers of the household's tickets that are still to be handled, as they may be shown."""
    return [shown_number(ticket["number"]) for ticket in spells.open_tickets(database, [household["id"]])]


def _refuse_day(database: Database, household: Record, day: str, today: date) -> None:
    # A pair that is to begin later than today is none yet: it ends before it begins.
    for pair in database.records(
        "SELECT pairing.*, cadre.code, cadre.name FROM pairing JOIN cadre ON cadre.id = pairing.cadre_id "
        "WHERE household_id = ? AND (ended_on > ? AND ended_on > started_on "
        "OR ended_on IS NULL AND started_on > ? AND started_on <= ?) ORDER BY started_on DESC",
        [household["id"], day, day, today.isoformat()]
    ):
        until = f"到 {pair['ended_on']} " if pair["ended_on"] else "起"
        raise ConflictError(
            f"{named(household)}从 {pair['started_on']} {until}由 {pair['code']} {pair['name']}联系，"
            f"不能在 {day} 就销户，没有改动。", f"请核对 --on；看结对：lianhu pair history {household['code']}")
    for gap in database.records(
        "SELECT * FROM closure WHERE household_id = ? AND ended_on > ? ORDER BY ended_on DESC", [household["id"], day]
    ):
        raise ConflictError(f"{named(household)} {gap['ended_on']} 才{_began(gap)}，不能在 {day} 销户，没有改动。", "请核对 --on")


def _began(gap: Record) -> str:
    return "分户" if gap["reason"] == "分户" else "恢复"


def _places(database: Database, cadre: Record) -> tuple[int, int | None]:
    """How many households a cadre holds, and how many more he may (None for one who has left)."""
    ((held,),) = database.execute(
        "SELECT count(*) FROM pairing JOIN household ON household.id = pairing.household_id "
        "WHERE cadre_id = ? AND ended_on IS NULL AND closed_on IS NULL", [cadre["id"]])
    if cadre["left_on"] is not None:
        return held, None
    capacity = cadre["capacity"] if cadre["capacity"] is not None else load_rules(database).capacity
    return held, max(0, capacity - held)


def reopen_household(
    database: Database, word: str, *, on: date | None, today: date, now: datetime, dry_run: bool = False
) -> Reopened:
    """A closed household counts again; it has no cadre until it is paired anew.

    Raises ConflictError when it is open, was joined with another, or was closed later than that day,
    UsageError for a day to come.
    """
    refuse_days_to_come(on, today)
    day = (on or today).isoformat()
    with batch(database, "household reopen", now=now, keep=not dry_run) as journal:
        household = get_household(database, word)
        if household["merged_into_id"] is not None:
            (kept,) = database.records("SELECT * FROM household WHERE id = ?", [household["merged_into_id"]])
            raise ConflictError(f"{named(household)}已并入 {named(kept)}，不能恢复。", f"lianhu household show {kept['code']}")
        if household["closed_on"] is None:
            raise ConflictError(f"{named(household)}没有销户，不用恢复。", f"lianhu household show {household['code']}")
        if day < household["closed_on"]:
            raise ConflictError(f"{named(household)} {household['closed_on']} 才销户，不能从 {day} 起恢复，没有改动。",
                                "请核对 --on")
        journal.insert("closure", {
            "household_id": household["id"], "started_on": household["closed_on"], "ended_on": day,
            "reason": household["close_reason"]})
        journal.update("household", household["id"], household, household | {"closed_on": None, "close_reason": None})
        journal.summarise(f"恢复：{named(household)}（{day} 起）")
        last = _last_spell(database, household)
        return Reopened(None if dry_run else journal.batch, household, day, last,
                        open_ticket_numbers(database, household))


def _last_spell(database: Database, household: Record) -> Record | None:
    found = database.records(
        "SELECT pairing.*, cadre.code AS cadre, cadre.name AS cadre_name, cadre.left_on FROM pairing "
        "JOIN cadre ON cadre.id = pairing.cadre_id WHERE household_id = ? AND (ended_on IS NULL OR ended_on > started_on) "
        "ORDER BY coalesce(ended_on, '9999') DESC, started_on DESC, pairing.id DESC LIMIT 1", [household["id"]])
    return found[0] if found else None
