"""Ending and beginning the dated spells of pairing: the one place, so that what is open goes along.

A spell is never deleted; visits and deeds stay with whoever held the household that day. Open tickets
of the household follow its cadre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lianhu.domain.tickets import SETTLED_STATES
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal
from lianhu.store.queries import in_parts

_SETTLED = ", ".join(f"'{state}'" for state in SETTLED_STATES)


def end(journal: Journal, pair: Record, day: str, reason: str) -> str:
    """Ends a standing spell; gives the day from which the household is free.

    That is ``day``, or the day the spell began where that is later: none ends before it began.
    """
    over = ending(pair, day, reason)
    journal.update("pairing", pair["id"], pair, pair | over)
    return over["ended_on"]


def ending(pair: Mapping[str, Any], day: str, reason: str) -> dict[str, str]:
    """What the end of a standing spell writes into it."""
    return {"ended_on": max(day, pair["started_on"]), "end_reason": reason}


def begin(journal: Journal, spells: Sequence[Mapping[str, Any]]) -> int:
    """Begins new spells: household_id, cadre_id, started_on, origin and what else is known of each.

    Gives the number of open tickets that went along to the new cadres.
    """
    unlocked = {"is_locked": 0, "is_cross_village": 0}
    journal.insert_many("pairing", [
        {"id": journal.next_id("pairing"), **unlocked, **spell} for spell in spells])
    return hand_over(journal, {spell["household_id"]: spell["cadre_id"] for spell in spells})


def hand_over(journal: Journal, holders: Mapping[int, int]) -> int:
    """Gives the households' open tickets to the cadres who hold them now, by household id.

    A ticket goes along when nobody handles it or one of the household's earlier cadres does; one
    that was given to somebody else stays there. Gives the number of tickets that went.
    """
    database, moved = journal.database, 0
    for part in in_parts(list(holders)):
        marks = ", ".join("?" * len(part))
        earlier = set(database.execute(
            f"SELECT household_id, cadre_id FROM pairing WHERE ended_on IS NOT NULL AND household_id IN ({marks})", part))
        for ticket in open_tickets(database, part):
            holder = holders[ticket["household_id"]]
            handler = ticket["cadre_id"]
            if handler == holder or (handler is not None and (ticket["household_id"], handler) not in earlier):
                continue
            journal.update("ticket", ticket["id"], ticket, ticket | {"cadre_id": holder})
            moved += 1
    return moved


def tickets_of(database: Database, cadre_id: int) -> list[Record]:
    """The tickets in a cadre's name that are still to be handled."""
    return database.records(
        f"SELECT * FROM ticket WHERE cadre_id = ? AND state NOT IN ({_SETTLED}) ORDER BY id", [cadre_id])


def open_tickets(database: Database, households: Sequence[int]) -> list[Record]:
    """The tickets about these households (at most 500 ids) that are still to be handled."""
    marks = ", ".join("?" * len(households))
    return database.records(
        f"SELECT * FROM ticket WHERE household_id IN ({marks}) AND state NOT IN ({_SETTLED}) ORDER BY id", households)
