"""联系卡: which households are to have one, printing them and recording that they were given out.

A household lacks a card when none was given in the name of whoever holds it now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import bears_any, narrowed, open_word
from lianhu.services.lookup import get_cadre, get_household, get_standing_household, in_villages
from lianhu.services.settings import get_term, load_settings
from lianhu.services.visits import holder_on
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import last_code, make_code

_HOUSEHOLDS = """
SELECT household.id, household.code, household.head_name, household.hamlet, village.name AS village, pairing.cadre_id,
       cadre.code AS cadre, cadre.name AS cadre_name, cadre.post, cadre.roles, cadre.phone, cadre.unit,
       EXISTS (SELECT 1 FROM card WHERE card.household_id = household.id AND card.cadre_id = pairing.cadre_id) AS has_card
FROM household JOIN village ON village.id = household.village_id
JOIN pairing ON pairing.household_id = household.id AND pairing.started_on <= ?
     AND (pairing.ended_on IS NULL OR pairing.ended_on > ?)
JOIN cadre ON cadre.id = pairing.cadre_id
WHERE household.closed_on IS NULL AND {} ORDER BY village.ordinal, household.code
"""
_CARDS = """
SELECT card.*, household.code AS household, household.head_name, village.name AS village, cadre.code AS cadre,
       cadre.name AS cadre_name
FROM card JOIN household ON household.id = card.household_id JOIN village ON village.id = household.village_id
LEFT JOIN cadre ON cadre.id = card.cadre_id
WHERE {} ORDER BY card.issued_on DESC, card.id DESC
"""


class Selection(NamedTuple):
    """Whose cards are meant: named households, or those of villages, cadres and traits; all if nothing is said."""

    households: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    cadres: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    missing: bool = False


def households_for_cards(database: Database, chosen: Selection, day: date) -> list[Record]:
    """The households meant that have a cadre on a day, in the order of villages.

    Raises ConflictError when there is none, or a named one has no cadre that day.
    """
    named = [get_standing_household(database, word) for word in chosen.households]
    alone = [household for household in named if holder_on(database, household["id"], day.isoformat()) is None]
    if alone:
        listed = "、".join(f"{household['code']} {household['head_name']}" for household in alone)
        raise ConflictError(f"{listed} 在 {day} 没有结对干部，没有联系卡可发。", "先结对：lianhu assign")
    found = _found(database, chosen, named, day)
    if not found:
        raise ConflictError("没有符合条件的户。", "看哪些户还没有卡：lianhu card list --missing")
    return found


def _found(database: Database, chosen: Selection, named: Sequence[Record], day: date) -> list[Record]:
    settings = load_settings(database)
    where: list[str] = ["1 = 1"]
    parameters: list[Any] = [day.isoformat(), day.isoformat()]
    for column, ids in (("household.id", [household["id"] for household in named]),
                        ("cadre.id", [get_cadre(database, word)["id"] for word in chosen.cadres])):
        if ids:
            where.append(f"{column} IN ({', '.join('?' * len(ids))})")
            parameters += ids
    if chosen.villages:
        condition, ids = in_villages(database, chosen.villages)
        where.append(condition)
        parameters += ids
    if chosen.traits:
        condition, words = bears_any([("traits", open_word(settings, "traits", word)) for word in chosen.traits])
        where.append(condition)
        parameters += words
    found = database.records(_HOUSEHOLDS.format(" AND ".join(where)), parameters)
    return [household for household in found if not (chosen.missing and household["has_card"])]


class CardsIssued(NamedTuple):
    """The batch (None on a dry run), the households that got a card, and those that had one already."""

    batch: int | None
    given: list[Record]
    had_one: list[Record]


def issue_cards(
    database: Database, chosen: Selection, *, medium: str, on: date, today: date, now: datetime, again: bool = False,
    dry_run: bool = False,
) -> CardsIssued:
    """Records that cards of whoever held the households that day were given out.

    A household that has one of that cadre is left out unless ``again``, and so is one that got a card that
    very day.

    Raises UsageError for a day in the future, ConflictError when nobody is left.
    """
    if on > today:
        raise UsageError(f"发卡日期 {on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    name = get_term(load_settings(database), "card_media", medium)
    day = on.isoformat()
    with batch(database, "card issue", now=now, keep=not dry_run) as journal:
        found = households_for_cards(database, chosen, on)
        same_day = {row[0] for row in database.execute("SELECT household_id FROM card WHERE issued_on = ?", [day])}
        given = [household for household in found
                 if household["id"] not in same_day and (again or not household["has_card"])]
        taken = {household["id"] for household in given}
        if not given:
            if again or any(household["id"] in same_day and not household["has_card"] for household in found):
                raise ConflictError(f"这些户 {day} 已登记过发卡，没有再登记。",
                                    "登记错了：先 lianhu undo；是另一天发的：加 --on 日期")
            raise ConflictError("这些户都已有现在联系干部的卡，没有登记。", "换了新卡：加 --again")
        last = last_code(database, "card", "K")
        journal.insert_many("card", [
            {"id": journal.next_id("card"), "code": make_code("K", last + number), "household_id": household["id"],
             "cadre_id": household["cadre_id"], "medium": name, "issued_on": day}
            for number, household in enumerate(given, 1)])
        journal.summarise(f"发联系卡 {len(given)} 张（{name}）")
    return CardsIssued(None if dry_run else journal.batch, given, [row for row in found if row["id"] not in taken])


def list_cards(
    database: Database, *, household: str | None = None, village: str | None = None, by: str | None = None
) -> list[Record]:
    """Cards given out, the latest first."""
    condition, parameters = narrowed(database, household=household, village=village, by=by)
    return database.records(_CARDS.format(condition), parameters)


def households_without_card(
    database: Database, today: date, *, household: str | None = None, villages: Sequence[str] = (),
    cadres: Sequence[str] = (), traits: Sequence[str] = (),
) -> list[Record]:
    """Paired households to which nobody gave a card of their present cadre."""
    named = [get_household(database, household)] if household else []
    return _found(database, Selection((), tuple(villages), tuple(cadres), tuple(traits), missing=True), named, today)


class CardText(NamedTuple):
    """What stands on one card."""

    town: str
    village: str
    head_name: str
    cadre_name: str
    post: str
    phone: str
    duties: tuple[str, ...]


def card_texts(database: Database, chosen: Selection, today: date) -> list[CardText]:
    """The cards to print, with the cadres' full phones: that is what a card is for."""
    settings = load_settings(database)
    duties = tuple(word.removesuffix("到户") for word in settings.dictionaries["duties"].names)
    return [
        CardText(settings.town, row["village"], row["head_name"], row["cadre_name"],
                 row["post"] or (row["roles"] or "").split("、")[0], (row["phone"] or "").split("、")[0], duties)
        for row in households_for_cards(database, chosen, today)
    ]
