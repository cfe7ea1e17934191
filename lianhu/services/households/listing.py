"""Listing households, and all that is recorded about one of them."""

from __future__ import annotations

from typing import NamedTuple

from lianhu.domain.spells import NOT_YET
from lianhu.services.lookup import former_note, get_household, in_villages
from lianhu.store.connection import Database, Record

_HOUSEHOLDS = """
SELECT household.*, village.name AS village, cluster.name AS cluster, cadre.code AS cadre, cadre.name AS cadre_name
FROM household
JOIN village ON village.id = household.village_id
LEFT JOIN cluster ON cluster.id = household.cluster_id
LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL
LEFT JOIN cadre ON cadre.id = pairing.cadre_id
WHERE {} ORDER BY village.ordinal, household.code
"""


def list_households(
    database: Database, *, villages: tuple[str, ...] = (), hard: bool = False, closed: bool = False
) -> list[Record]:
    """Households with village, unit and the cadre who holds them; open ones unless ``closed``."""
    where, parameters = ["household.closed_on IS NOT NULL" if closed else "household.closed_on IS NULL"], []
    if hard:
        where.append("household.is_hard = 1")
    if villages:
        condition, ids = in_villages(database, villages)
        where.append(condition)
        parameters += ids
    return database.records(_HOUSEHOLDS.format(" AND ".join(where)), parameters)


class Shown(NamedTuple):
    """A household as ``list_households`` gives it with what belongs to it.

    ``note`` tells when it was found by its former head. ``split_from`` and ``merged_into`` are households
    (None without), ``split_on`` the day on which it was split off where that is known.
    """

    household: Record
    members: list[Record]
    former_heads: list[Record]
    closures: list[Record]
    split_from: Record | None
    split_on: str | None
    split_off: list[Record]
    merged_into: Record | None
    note: str | None


def show_household(database: Database, word: str) -> Shown:
    """The household that ``word`` names, and what belongs to it."""
    found = get_household(database, word)
    (record,) = database.records(_HOUSEHOLDS.format("household.id = ?"), [found["id"]])
    closures = _rows(database, "closure", "household_id", found["id"], "started_on, id")
    beginning = next((closure for closure in closures if closure["started_on"] == NOT_YET), None)
    return Shown(
        record, _rows(database, "member", "household_id", found["id"]),
        _rows(database, "former_head", "household_id", found["id"], "ended_on, id"),
        [closure for closure in closures if closure is not beginning],
        _only(_rows(database, "household", "id", found["split_from_id"])),
        beginning["ended_on"] if beginning else None,
        _rows(database, "household", "split_from_id", found["id"], "code"),
        _only(_rows(database, "household", "id", found["merged_into_id"])), former_note(found))


def _rows(database: Database, table: str, column: str, value: int | None, order: str = "id") -> list[Record]:
    return database.records(f"SELECT * FROM {table} WHERE {column} = ? ORDER BY {order}", [value])


def _only(rows: list[Record]) -> Record | None:
    return rows[0] if rows else None
