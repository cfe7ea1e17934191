"""Pairs made, locked and ended by hand."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.fit import Cadre, Fit, Household
from lianhu.domain.spells import NOT_YET
from lianhu.domain.terms import forbidden_word
from lianhu.domain.values import read_text
from lianhu.errors import ConflictError, UsageError
from lianhu.services import spells
from lianhu.services.breaches import breaches, refuse_unconfirmed
from lianhu.services.lookup import get_cadre, get_household
from lianhu.services.town import Town, load_rules, load_town
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch


class NewPair(NamedTuple):
    """A pair to make by hand; ``on`` is the day from which it holds, by default today."""

    household: str
    cadre: str
    on: date | None = None
    lock: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What ``set_pair`` came to. ``change``: new, taken over (a pair that stood became one made by
    hand), locked, or none; ``before`` is the cadre who held the household until then, if another."""

    batch: int | None
    household: Record
    cadre: Record
    change: str
    started_on: str
    fit: Fit
    is_locked: bool
    is_cross_village: bool
    before: Record | None = None
    tickets: int = 0


@dataclass(frozen=True, slots=True)
class Altered:
    """A spell that was locked, unlocked or ended; ``batch`` is None when nothing changed."""

    batch: int | None
    household: Record
    cadre: Record
    spell: Record


def set_pair(
    database: Database, new: NewPair, *, today: date, now: datetime, agreed: Collection[str] = (), dry_run: bool = False
) -> Made:
    """Pairs a household with a cadre by hand: the spell that stands ends and the new one begins.

    Raises UnconfirmedError when the pair breaks rules that are not in ``agreed``, ConflictError for a
    closed household, a cadre who has left, or a day that lies in an earlier spell, UsageError for a day
    to come.
    """
    refuse_days_to_come(new.on, today)
    with batch(database, "pair set", now=now, keep=not dry_run) as journal:
        household, cadre = get_household(database, new.household), get_cadre(database, new.cadre)
        refuse_closed(household)
        refuse_left(cadre)
        town = load_town(database, load_rules(database))
        house, holder = of_town(town, household), cadre_of_town(town, cadre)
        standing = town.standing.get(house.id)
        if new.on is not None:
            _refuse_day(database, household, cadre, standing, new.on.isoformat())
        what = f"{household['code']} {household['head_name']}由 {cadre['code']} {cadre['name']}联系"
        if standing is not None and standing["cadre_id"] == holder.id:
            after = standing | {"origin": "hand", "is_locked": int(new.lock or standing["is_locked"])}
            if after != standing:
                refuse_unconfirmed(what, breaches(town, holder, [house]), agreed)
            return _keep(journal, household, cadre, standing, after, dry_run=dry_run)
        refuse_unconfirmed(what, breaches(town, holder, [house]), agreed)
        begins = max((new.on or today).isoformat(), town.ended.get(house.id, ""))
        before = None
        if standing is not None:
            (before,) = database.records("SELECT * FROM cadre WHERE id = ?", [standing["cadre_id"]])
            begins = spells.end(journal, standing, begins, "人工改派")
        spell = by_hand(town, holder, house, begins, is_locked=new.lock)
        tickets = spells.begin(journal, [spell])
        journal.summarise(f"指定结对：{what}" + (f"（原为 {before['code']} {before['name']}）" if before else ""))
        fit = Fit(spell["fit"], town.rules.told(json.loads(spell["reasons"])))
        return Made(None if dry_run else journal.batch, household, cadre, "new", begins, fit, new.lock,
                    bool(spell["is_cross_village"]), before, tickets)


def by_hand(
    town: Town, cadre: Cadre, household: Household, begins: str, *, is_locked: bool = False
) -> dict[str, Any]:
    """The new spell of a pair made by hand, with its fit under the present rules."""
    fit = town.scorer.fit(cadre, household)
    return {
        "household_id": household.id, "cadre_id": cadre.id, "started_on": begins, "origin": "hand",
        "is_locked": int(is_locked), "is_cross_village": int(household.village not in cadre.villages),
        "fit": fit.total, "reasons": json.dumps(fit.reasons, ensure_ascii=False)}


def of_town(town: Town, household: Record) -> Household:
    """A household on record as the pairing sees it."""
    return next(h for h in town.households if h.id == household["id"])


def cadre_of_town(town: Town, cadre: Record) -> Cadre:
    """A cadre on record as the pairing sees him."""
    return next(c for c in town.cadres if c.id == cadre["id"])


def _keep(
    journal: Journal, household: Record, cadre: Record, standing: Record, after: Record, *, dry_run: bool
) -> Made:
    """The pair stands already; it becomes one made by hand, or locked, where it is not yet."""
    changed = journal.update("pairing", standing["id"], standing, after)
    change = "none" if not changed else "locked" if standing["origin"] == "hand" else "taken over"
    words = {"locked": "锁定结对", "taken over": "转为人工指定"}
    if changed:
        journal.summarise(f"{words[change]}：{household['code']} {household['head_name']}由 {cadre['code']} {cadre['name']}联系")
    reasons = load_rules(journal.database).told(json.loads(standing["reasons"] or "[]"))
    return Made(journal.batch if changed and not dry_run else None, household, cadre, change, standing["started_on"],
                Fit(standing["fit"] or 0, reasons), bool(after["is_locked"]), bool(standing["is_cross_village"]))


def lock_pair(database: Database, word: str, *, locked: bool, now: datetime) -> Altered:
    """Locks or unlocks the pair of a household, so that no run moves it or that one may.

    Raises ConflictError when nobody holds the household.
    """
    with batch(database, "pair lock" if locked else "pair unlock", now=now) as journal:
        household, cadre, spell = _standing(database, word)
        changed = journal.update("pairing", spell["id"], spell, spell | {"is_locked": int(locked)})
        if changed:
            journal.summarise(f"{'锁定' if locked else '解锁'}结对：{household['code']} {household['head_name']}由 "
                              f"{cadre['code']} {cadre['name']}联系")
        return Altered(journal.batch if changed else None, household, cadre, spell | {"is_locked": int(locked)})


def end_pair(
    database: Database, word: str, reason: str, *, on: date | None, today: date, now: datetime
) -> Altered:
    """Ends the pair of a household; ``on`` is the first day on which it no longer holds.

    Raises ConflictError when nobody holds the household or the pair began later, UsageError for a day
    to come or no reason.
    """
    refuse_days_to_come(on, today)
    reason = stated_reason(reason)
    with batch(database, "pair end", now=now) as journal:
        household, cadre, spell = _standing(database, word)
        if on is not None and on.isoformat() < spell["started_on"]:
            raise ConflictError(
                f"{household['code']} {household['head_name']}从 {spell['started_on']} 起才由 {cadre['code']} "
                f"{cadre['name']}联系，不能在 {on} 结束。", "请核对 --on")
        ended = spells.end(journal, spell, (on or today).isoformat(), reason)
        journal.summarise(f"结束结对：{household['code']} {household['head_name']}不再由 {cadre['code']} {cadre['name']}"
                          f"联系（{reason}）")
        return Altered(journal.batch, household, cadre, spell | {"ended_on": ended, "end_reason": reason})


def stated_reason(text: str) -> str:
    """A reason as it is recorded. Raises UsageError for none or a forbidden word."""
    word = forbidden_word(text)
    if word:
        raise UsageError(f"本系统不登记“{word}”一类信息，没有改动。", "请换一个说法")
    reason, _ = read_text(text)
    if reason is None:
        raise UsageError("--reason 是空的，请写明原因。", "--reason 调离")
    return reason


def refuse_days_to_come(on: date | None, today: date) -> None:
    """Raises UsageError for a day after today."""
    if on is not None and on > today:
        raise UsageError(f"--on {on} 在今天（{today}）之后，没有改动。", "到那一天再登记，或不写 --on（默认今天）")


def refuse_closed(household: Record) -> None:
    """Raises ConflictError for a household that is closed."""
    if household["closed_on"] is not None:
        raise ConflictError(
            f"{household['code']} {household['head_name']}已于 {household['closed_on']} 销户"
            f"（{household['close_reason'] or '没有写原因'}），不能结对。", f"lianhu household show {household['code']}")


def refuse_left(cadre: Record) -> None:
    """Raises ConflictError for a cadre who has left."""
    if cadre["left_on"] is not None:
        raise ConflictError(
            f"{cadre['code']} {cadre['name']}已于 {cadre['left_on']} 离岗（{cadre['leave_reason'] or '没有写原因'}），不能联系户。",
            f"已经返岗的，先登记：lianhu cadre return {cadre['code']}")


def _standing(database: Database, word: str) -> tuple[Record, Record, Record]:
    """The household, the cadre who holds it, and their spell."""
    household = get_household(database, word)
    found = database.records("SELECT * FROM pairing WHERE household_id = ? AND ended_on IS NULL", [household["id"]])
    if not found:
        raise ConflictError(f"{household['code']} {household['head_name']}现在没有结对干部。",
                            f"lianhu pair set {household['code']} 干部")
    (cadre,) = database.records("SELECT * FROM cadre WHERE id = ?", [found[0]["cadre_id"]])
    return household, cadre, found[0]


def _refuse_day(database: Database, household: Record, cadre: Record, standing: Record | None, day: str) -> None:
    """Raises ConflictError when a new spell cannot begin on a day: another one held, the household was
    closed or the cadre away."""
    which = f"{household['code']} {household['head_name']}"
    if standing is not None and day < standing["started_on"]:
        (holder,) = database.records("SELECT * FROM cadre WHERE id = ?", [standing["cadre_id"]])
        raise ConflictError(f"{which}从 {standing['started_on']} 起由 {holder['code']} {holder['name']}联系，"
                            f"新的结对不能从 {day} 算起。", "请核对 --on；要看以前的：lianhu pair history " + household["code"])
    for spell in database.records(
        "SELECT pairing.*, cadre.code, cadre.name FROM pairing JOIN cadre ON cadre.id = pairing.cadre_id "
        "WHERE pairing.household_id = ? AND pairing.ended_on > ? ORDER BY pairing.ended_on DESC", [household["id"], day]
    ):
        raise ConflictError(
            f"{which}从 {spell['started_on']} 到 {spell['ended_on']} 由 {spell['code']} {spell['name']}联系，"
            f"新的结对不能从 {day} 算起。", f"最早从 {spell['ended_on']} 算起")
    for table, column, row_id, words in (
        ("closure", "household_id", household["id"], f"{which}那时已销户"),
        ("absence", "cadre_id", cadre["id"], f"{cadre['code']} {cadre['name']}那时离岗"),
    ):
        for gap in database.records(
            f"SELECT * FROM {table} WHERE {column} = ? AND started_on <= ? AND ended_on > ?", [row_id, day, day]
        ):
            why = f"{which} {gap['ended_on']} 才分出来" if gap["started_on"] == NOT_YET else \
                f"{words}（{gap['started_on']} 到 {gap['ended_on']}）"
            raise ConflictError(f"{why}，结对不能从 {day} 算起。", f"最早从 {gap['ended_on']} 算起")
