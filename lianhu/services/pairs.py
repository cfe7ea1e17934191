"""The pairs that stand, and the spells of one household."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lianhu.services.lookup import get_cadre, get_household, in_villages
from lianhu.store.connection import Database, Record

_PAIRS = """
SELECT pairing.*, household.code AS household, household.head_name, household.hamlet,
       village.name AS village, cadre.code AS cadre, cadre.name AS cadre_name, cadre.post, cadre.roles,
       cadre.phone AS cadre_phone
FROM pairing
JOIN household ON household.id = pairing.household_id
JOIN village ON village.id = household.village_id
JOIN cadre ON cadre.id = pairing.cadre_id
WHERE {}
ORDER BY village.ordinal, household.code, pairing.started_on, pairing.id
"""

ORIGINS = {"run": "自动结对", "hand": "人工指定", "sheet": "导入"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a pair's fit."""

    rule: str
    score: int


def standing_pairs(
    database: Database, *, villages: tuple[str, ...] = (), cadre: str | None = None
) -> list[Record]:
    """All pairs that stand, in the order of villages; of some villages or one cadre only."""
    where, parameters = ["pairing.ended_on IS NULL", "household.closed_on IS NULL"], []
    if villages:
        condition, ids = in_villages(database, villages)
        where.append(condition)
        parameters += ids
    if cadre is not None:
        where.append("cadre.id = ?")
        parameters.append(get_cadre(database, cadre)["id"])
    return database.records(_PAIRS.format(" AND ".join(where)), parameters)


def unpaired_households(database: Database, villages: tuple[str, ...] = ()) -> list[Record]:
    """Open households nobody holds."""
    condition, ids = in_villages(database, villages) if villages else ("1 = 1", [])
    return database.records(
        "SELECT household.*, village.name AS village FROM household "
        "JOIN village ON village.id = household.village_id WHERE household.closed_on IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM pairing WHERE pairing.household_id = household.id AND pairing.ended_on IS NULL) "
        f"AND {condition} ORDER BY village.ordinal, household.code", ids)


def household_pairs(database: Database, word: str) -> tuple[Record, list[Record]]:
    """A household and all its spells, the latest first."""
    household = get_household(database, word)
    spells = database.records(_PAIRS.format("household.id = ?"), [household["id"]])
    return household, spells[::-1]


def reasons_of(pair: Record) -> list[Reason]:
    """Why the run made a pair: rule and score, the largest first; none for one made by hand."""
    return [Reason(rule, score) for rule, score in json.loads(pair["reasons"] or "[]")]
