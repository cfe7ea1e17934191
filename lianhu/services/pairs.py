"""The pairs that stand, and the spells of one household or cadre."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lianhu.domain.masks import mask_text
from lianhu.domain.rules import HIDDEN_NAME
from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.services.lookup import get_cadre, get_household, in_villages
from lianhu.services.masking import rule_hider
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

_FELL_WITHIN = (
    "(SELECT count(*) FROM {table} WHERE {table}.household_id = pairing.household_id "
    "AND {table}.cadre_id = pairing.cadre_id AND pairing.started_on <= {day} "
    "AND (pairing.ended_on IS NULL OR pairing.ended_on > {day}))")


def _fell_within(table: str, column: str) -> str:
    # A day known only to its month means the month's end, as in ``domain.spells.covers``.
    day = f"CASE WHEN length({table}.{column}) = 7 THEN {table}.{column} || '-31' ELSE {table}.{column} END"
    return _FELL_WITHIN.format(table=table, day=day)


_SPELLS = f"""
SELECT pairing.*, household.code AS household, household.head_name, household.closed_on, village.name AS village,
       cadre.code AS cadre, cadre.name AS cadre_name, holder.code AS holder, holder.name AS holder_name,
       {_fell_within("visit", "visited_on")} AS visits, {_fell_within("deed", "started_on")} AS deeds
FROM pairing
JOIN household ON household.id = pairing.household_id
JOIN village ON village.id = household.village_id
JOIN cadre ON cadre.id = pairing.cadre_id
LEFT JOIN pairing AS present ON present.household_id = household.id AND present.ended_on IS NULL
LEFT JOIN cadre AS holder ON holder.id = present.cadre_id
WHERE {{}}
ORDER BY pairing.started_on DESC, pairing.id DESC
"""

ORIGINS = {"run": "自动结对", "hand": "人工指定", "sheet": "导入"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a pair's fit."""

    rule: str
    score: int


@dataclass(frozen=True, slots=True)
class History:
    """All spells of a household or a cadre, the latest first; one of both is None.

    Each spell has ``days`` (those on which it held, today included), ``visits`` and ``deeds`` of its
    cadre within it, and who holds the household now: ``holder`` and ``holder_name``.
    """

    household: Record | None
    cadre: Record | None
    spells: list[Record]


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


def with_open_reasons(database: Database, pairs: list[Record]) -> list[Record]:
    """The pairs with their reasons as everybody may see them."""
    hides = rule_hider(database)
    return [
        pair | {"reasons": json.dumps(
            [(HIDDEN_NAME if hides(rule) else rule, score) for rule, score in json.loads(pair["reasons"] or "[]")],
            ensure_ascii=False)}
        for pair in pairs]


def reasons_of(pair: Record) -> list[Reason]:
    """Why the run made a pair: rule and score, the largest first; none for one made by hand."""
    return [Reason(rule, score) for rule, score in json.loads(pair["reasons"] or "[]")]


def history(database: Database, word: str, *, today: date, of_cadre: bool = False) -> History:
    """The spells of the household or the cadre that ``word`` names; with ``of_cadre`` a cadre only.

    Raises NotFoundError, or AmbiguousError when it fits several, or a household and a cadre.
    """
    if of_cadre:
        cadre = get_cadre(database, word)
        return History(None, cadre, cadre_spells(database, cadre["id"], today))
    household, cadre_found = _household_or_cadre(database, word)
    if household is not None:
        return History(household, None, household_spells(database, household["id"], today))
    assert cadre_found is not None
    return History(None, cadre_found, cadre_spells(database, cadre_found["id"], today))


def household_spells(database: Database, household_id: int, today: date) -> list[Record]:
    """All spells of a household, as in ``History``."""
    return _spells(database, "pairing.household_id = ?", household_id, today)


def cadre_spells(database: Database, cadre_id: int, today: date) -> list[Record]:
    """All spells of a cadre, as in ``History``."""
    return _spells(database, "pairing.cadre_id = ?", cadre_id, today)


def holder_now(household: Record) -> str:
    """Who holds a household now, by its ``holder``, ``holder_name`` and ``closed_on``."""
    if household["closed_on"] is not None:
        return "已销户"
    return f"{household['holder_name']} {household['holder']}" if household["holder"] is not None else "没有干部"


def _spells(database: Database, condition: str, row_id: int, today: date) -> list[Record]:
    return [spell | {"days": _days(spell, today)} for spell in database.records(_SPELLS.format(condition), [row_id])]


def _days(spell: Record, today: date) -> int:
    """Days on which a spell held; one that stands has held today too."""
    started = _first_day(spell["started_on"])
    if spell["ended_on"] is None:
        return max(0, (today - started).days + 1)
    return max(0, (_first_day(spell["ended_on"]) - started).days)


def _first_day(text: str) -> date:
    """A day; of a month, its first."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def _household_or_cadre(database: Database, word: str) -> tuple[Record | None, Record | None]:
    household, no_household = _found(get_household, database, word)
    cadre, no_cadre = _found(get_cadre, database, word)
    if isinstance(no_cadre, NotFoundError):
        if isinstance(no_household, NotFoundError):
            raise NotFoundError(f"没有找到户或干部“{mask_text(word)}”。", no_household.hint)
        if no_household is not None:
            raise no_household
        return household, None
    if isinstance(no_household, NotFoundError):
        if no_cadre is not None:
            raise no_cadre
        return None, cadre
    which = "、".join(f"{noun} {record['code']}" for noun, record in (("户", household), ("干部", cadre)) if record)
    raise AmbiguousError(
        f"“{mask_text(word)}”既是户也是干部{f'（{which}）' if which else ''}。", "请用编号指明；要看干部的，加 --cadre")


def _found(find: Callable[[Database, str], Record], database: Database, word: str) -> tuple[
        Record | None, NotFoundError | AmbiguousError | None]:
    """What ``find`` gives for the word, or why it gives nothing."""
    try:
        return find(database, word), None
    except (NotFoundError, AmbiguousError) as error:
        return None, error
