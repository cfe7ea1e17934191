"""Cadres: listing and showing them, and what happens to their households when they go and come back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.errors import ConflictError, UsageError
from lianhu.services import spells
from lianhu.services.breaches import breaches, refuse_unconfirmed
from lianhu.services.lookup import get_cadre, in_villages
from lianhu.services.pairing import by_hand, cadre_of_town, of_town, refuse_days_to_come, refuse_left, stated_reason
from lianhu.services.pairs import cadre_spells
from lianhu.services.town import load_rules, load_town
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch

_CADRES = """
SELECT cadre.*, village.name AS village,
       (SELECT count(*) FROM pairing WHERE pairing.cadre_id = cadre.id AND pairing.ended_on IS NULL) AS households
FROM cadre LEFT JOIN village ON village.id = cadre.village_id
WHERE {} ORDER BY coalesce(village.ordinal, 0), cadre.code
"""
_HOUSEHOLDS = """
SELECT household.*, village.name AS village, holder.code AS holder, holder.name AS holder_name,
       pairing.id AS pairing_id, pairing.started_on AS held_from, pairing.is_locked
FROM pairing
JOIN household ON household.id = pairing.household_id
JOIN village ON village.id = household.village_id
LEFT JOIN pairing AS present ON present.household_id = household.id AND present.ended_on IS NULL
LEFT JOIN cadre AS holder ON holder.id = present.cadre_id
WHERE pairing.cadre_id = ? AND {} ORDER BY village.ordinal, household.code, pairing.id
"""


class Leave(NamedTuple):
    """A cadre who goes: ``on`` is the first day away, ``returns`` the day he is expected back, ``to`` the
    cadre who takes all his households."""

    cadre: str
    reason: str
    on: date | None = None
    returns: date | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What a leave came to. ``households`` are the open ones he held, with ``tickets``, the open ones;
    ``own_tickets`` are the numbers of those in his name that go along with none of them."""

    batch: int | None
    cadre: Record
    on: str
    reason: str
    households: list[Record]
    successor: Record | None
    handed_over: int
    own_tickets: list[str]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return came to. ``households`` are the ones he held when he left, with ``holder`` and
    ``holder_name`` as they are afterwards; ``taken_back`` are the codes of those he holds again."""

    batch: int | None
    cadre: Record
    on: str
    households: list[Record]
    taken_back: tuple[str, ...]


def list_cadres(database: Database, *, villages: tuple[str, ...] = (), left: bool = False) -> list[Record]:
    """Cadres with their village and the number of households they hold; in service unless ``left``."""
    where, parameters = ["cadre.left_on IS NOT NULL" if left else "cadre.left_on IS NULL"], []
    if villages:
        condition, ids = in_villages(database, villages)
        where.append(condition)
        parameters += ids
    return database.records(_CADRES.format(" AND ".join(where)), parameters)


def show_cadre(database: Database, word: str) -> Record:
    """A cadre as ``list_cadres`` gives it."""
    cadre = get_cadre(database, word)
    (record,) = database.records(_CADRES.format("cadre.id = ?"), [cadre["id"]])
    return record


def former_households(database: Database, cadre_id: int, today: date) -> list[Record]:
    """The latest spell of each household that a cadre held and holds no more, as in ``pairs.History``."""
    latest: dict[int, Record] = {}
    for spell in cadre_spells(database, cadre_id, today):
        latest.setdefault(spell["household_id"], spell)
    return [spell for spell in latest.values() if spell["ended_on"] is not None]


def absences(database: Database, cadre_id: int) -> list[Record]:
    """The times for which a cadre was gone and came back, the latest first."""
    return database.records("SELECT * FROM absence WHERE cadre_id = ? ORDER BY started_on DESC, id DESC", [cadre_id])


def leave(
    database: Database, going: Leave, *, today: date, now: datetime, agreed: Collection[str] = (), dry_run: bool = False
) -> Left:
    """A cadre goes: his pairs end that day, and with ``to`` another takes them all by hand.

    Raises UnconfirmedError when the other's pairs break rules that are not in ``agreed``, ConflictError
    when the cadre has left already, got a household or came back later than that day, or the other has
    left, UsageError for a day to come, no reason, or a return before the leave.
    """
    refuse_days_to_come(going.on, today)
    reason, on = stated_reason(going.reason), (going.on or today).isoformat()
    if going.returns is not None and going.returns.isoformat() <= on:
        raise UsageError(f"预计返岗日期 {going.returns} 要在离岗日期 {on} 之后。", "请核对 --returns")
    with batch(database, "cadre leave", now=now, keep=not dry_run) as journal:
        cadre = get_cadre(database, going.cadre)
        _refuse_leave(database, cadre, on, today)
        successor = get_cadre(database, going.to) if going.to is not None else None
        held = database.records(_HOUSEHOLDS.format("pairing.ended_on IS NULL"), [cadre["id"]])
        households = [h | {"tickets": len(spells.open_tickets(database, [h["id"]]))} for h in held if h["closed_on"] is None]
        succession = _succession(database, cadre, successor, households, agreed) if successor is not None else []
        journal.update("cadre", cadre["id"], cadre, cadre | {
            "left_on": on, "leave_reason": reason,
            "returns_on": going.returns.isoformat() if going.returns is not None else None})
        ends = _end_pairs(journal, held, on, reason)
        handed_over = spells.begin(journal, [
            spell | {"started_on": max(ends[spell["household_id"]], spell["started_on"])} for spell in succession])
        journal.summarise(f"离岗：{cadre['code']} {cadre['name']} {on} 起{reason}，结束结对 {len(held)} 户"
                          + (f"，由 {successor['code']} {successor['name']}接 {len(succession)} 户" if successor else ""))
        return Left(None if dry_run else journal.batch, cadre, on, reason, households, successor, handed_over,
                    _own_tickets(database, cadre, households))


def _refuse_leave(database: Database, cadre: Record, on: str, today: date) -> None:
    who = f"{cadre['code']} {cadre['name']}"
    if cadre["left_on"] is not None:
        raise ConflictError(f"{who}已于 {cadre['left_on']} 离岗（{cadre['leave_reason'] or '没有写原因'}），没有改动。",
                            f"返岗：lianhu cadre return {cadre['code']}")
    # Pairs that are to begin later than today are none yet: they end before they begin.
    begun = database.records(
        "SELECT pairing.*, household.code, household.head_name FROM pairing "
        "JOIN household ON household.id = pairing.household_id WHERE pairing.cadre_id = ? AND pairing.started_on > ? "
        "AND pairing.started_on <= ? ORDER BY pairing.started_on DESC LIMIT 1", [cadre["id"], on, today.isoformat()])
    if begun:
        raise ConflictError(f"{who}从 {begun[0]['started_on']} 起联系 {begun[0]['code']} {begun[0]['head_name']}，"
                            f"不能在 {on} 就离岗。", f"请核对 --on；看他的结对：lianhu pair history {cadre['code']}")
    for gap in database.records(
        "SELECT * FROM absence WHERE cadre_id = ? AND ended_on > ? ORDER BY ended_on DESC LIMIT 1", [cadre["id"], on]
    ):
        raise ConflictError(f"{who} {gap['ended_on']} 才返岗，不能在 {on} 离岗。", "请核对 --on")


def _succession(
    database: Database, cadre: Record, successor: Record, households: Sequence[Record], agreed: Collection[str]
) -> list[dict[str, Any]]:
    """The new spells of the cadre who takes over."""
    if successor["id"] == cadre["id"]:
        raise ConflictError(f"{cadre['code']} {cadre['name']}不能由自己接。", "--to 写另一名干部")
    refuse_left(successor)
    town = load_town(database, load_rules(database))
    holder = cadre_of_town(town, successor)
    houses = [of_town(town, household) for household in households]
    refuse_unconfirmed(f"{cadre['code']} {cadre['name']}的 {len(houses)} 户由 {holder.code} {holder.name}接",
                       breaches(town, holder, houses) if houses else [], agreed)
    return [by_hand(town, holder, house, town.ended.get(house.id, "")) for house in houses]


def _end_pairs(journal: Journal, held: Sequence[Record], on: str, reason: str) -> dict[int, str]:
    """Ends the cadre's pairs; the day from which each household is free, by its id."""
    ends = {}
    for household in held:
        (pair,) = journal.database.records("SELECT * FROM pairing WHERE id = ?", [household["pairing_id"]])
        ends[household["id"]] = spells.end(journal, pair, on, reason if reason.startswith("干部") else f"干部{reason}")
    return ends


def _own_tickets(database: Database, cadre: Record, households: Sequence[Record]) -> list[str]:
    """Open tickets still in the name of a cadre who goes and not about the households he held."""
    held = {household["id"] for household in households}
    return [
        ticket["number"] for ticket in spells.tickets_of(database, cadre["id"]) if ticket["household_id"] not in held]


def come_back(
    database: Database, word: str, *, on: date | None, today: date, now: datetime, take_back: bool = False,
    agreed: Collection[str] = (), dry_run: bool = False,
) -> Returned:
    """A cadre comes back; with ``take_back`` he holds again, by hand, what he held and nobody holds now.

    ``on`` is the first day back. Raises UnconfirmedError when that breaks rules that are not in
    ``agreed``, ConflictError when the cadre has not left or left later, UsageError for a day to come.
    """
    refuse_days_to_come(on, today)
    day = (on or today).isoformat()
    with batch(database, "cadre return", now=now, keep=not dry_run) as journal:
        cadre = get_cadre(database, word)
        if cadre["left_on"] is None:
            raise ConflictError(f"{cadre['code']} {cadre['name']}在岗，没有离岗，没有改动。",
                                f"离岗：lianhu cadre leave {cadre['code']} --reason 病假")
        if day < cadre["left_on"]:
            raise ConflictError(f"{cadre['code']} {cadre['name']} {cadre['left_on']} 才离岗，不能在 {day} 返岗。", "请核对 --on")
        before = _held_at_leave(database, cadre)
        journal.insert("absence", {
            "cadre_id": cadre["id"], "started_on": cadre["left_on"], "ended_on": day, "reason": cadre["leave_reason"],
            "returns_on": cadre["returns_on"]})
        journal.update("cadre", cadre["id"], cadre, cadre | {"left_on": None, "leave_reason": None, "returns_on": None})
        free = [household for household in before if household["holder"] is None and household["closed_on"] is None]
        if take_back:
            _take_back(journal, cadre, free, day, agreed)
        taken = tuple(household["code"] for household in free) if take_back else ()
        journal.summarise(f"返岗：{cadre['code']} {cadre['name']} {day} 起"
                          + (f"，重新联系 {len(taken)} 户" if taken else ""))
        return Returned(None if dry_run else journal.batch, cadre, day, _held_at_leave(database, cadre), taken)


def _held_at_leave(database: Database, cadre: Record) -> list[Record]:
    """The households whose pairs ended when the cadre left, with who holds them now."""
    # An import that brings a departure gives its pairs the bare reason.
    found = database.records(
        _HOUSEHOLDS.format("pairing.ended_on >= ? AND (pairing.end_reason LIKE '干部%' OR pairing.end_reason = ?)"),
        [cadre["id"], cadre["left_on"], cadre["leave_reason"]])
    return list({household["id"]: household for household in found}.values())


def _take_back(
    journal: Journal, cadre: Record, free: Sequence[Record], day: str, agreed: Collection[str]
) -> None:
    town = load_town(journal.database, load_rules(journal.database))
    holder = cadre_of_town(town, cadre)
    houses = [of_town(town, household) for household in free]
    refuse_unconfirmed(f"{cadre['code']} {cadre['name']}重新联系 {len(houses)} 户",
                       breaches(town, holder, houses) if houses else [], agreed)
    locked = {household["id"]: bool(household["is_locked"]) for household in free}
    spells.begin(journal, [
        by_hand(town, holder, house, max(day, town.ended.get(house.id, "")), is_locked=locked[house.id])
        for house in houses])
