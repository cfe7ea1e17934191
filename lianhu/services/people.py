"""Households and cadres: listing, showing, and joining two households that are one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lianhu.domain.masks import mask_id_number, mask_phone
from lianhu.errors import ConflictError
from lianhu.services.lookup import get_cadre, get_household, in_villages
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch

_HOUSEHOLDS = """
SELECT household.*, village.name AS village, cluster.name AS cluster, cadre.code AS cadre, cadre.name AS cadre_name
FROM household
JOIN village ON village.id = household.village_id
LEFT JOIN cluster ON cluster.id = household.cluster_id
LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL
LEFT JOIN cadre ON cadre.id = pairing.cadre_id
WHERE {} ORDER BY village.ordinal, household.code
"""
_CADRES = """
SELECT cadre.*, village.name AS village,
       (SELECT count(*) FROM pairing WHERE pairing.cadre_id = cadre.id AND pairing.ended_on IS NULL) AS households
FROM cadre LEFT JOIN village ON village.id = cadre.village_id
WHERE {} ORDER BY coalesce(village.ordinal, 0), cadre.code
"""

FOLLOWING = ("member", "visit", "event", "deed", "card", "ticket")
"""Tables whose records go along when a household is joined with another; spells stay as history."""

_TAKEN_OVER = (
    "cluster_id", "hamlet", "head_id_number", "sex", "born_on", "stated_age", "phone", "size", "address", "traits",
    "monitoring", "risks", "risk_removed", "assistance", "classes", "needs", "is_hard", "hard_reason", "note",
)
_LISTS = ("traits", "risks", "assistance", "classes", "needs")


def masked(record: Record, database: Database, *, full: bool) -> Record:
    """A household, member or cadre as it may be shown: numbers masked, A-classes left out."""
    if full:
        return record
    hidden = load_settings(database).dictionaries.hidden_classes
    shown = dict(record)
    for name in ("head_id_number", "id_number"):
        if shown.get(name):
            shown[name] = mask_id_number(shown[name])
    if shown.get("phone"):
        shown["phone"] = mask_phone(shown["phone"])
    for name in ("traits", "classes"):
        if shown.get(name):
            shown[name] = "、".join(word for word in shown[name].split("、") if word not in hidden) or None
    return shown


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


def show_household(database: Database, word: str) -> tuple[Record, list[Record]]:
    """A household as ``list_households`` gives it, and its members."""
    household = get_household(database, word)
    (record,) = database.records(_HOUSEHOLDS.format("household.id = ?"), [household["id"]])
    members = database.records("SELECT * FROM member WHERE household_id = ? ORDER BY id", [household["id"]])
    return record, members


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


def merge_households(
    database: Database, kept_word: str, gone_word: str, *, today: date, now: datetime, dry_run: bool = False
) -> tuple[int | None, Record, Record, dict[str, int]]:
    """Joins two households that are one: the first stays, the second is closed and points to it.

    What is recorded about the second goes along, its spells stay with it as history (a household
    has one holder a day), and what the first does not know it learns from the second. Gives the
    batch (None on a dry run), both households, and the number of rows moved by table. Raises
    ConflictError when both are one, or one is closed already.
    """
    kept, gone = get_household(database, kept_word), get_household(database, gone_word)
    if kept["id"] == gone["id"]:
        raise ConflictError(f"{kept['code']} 和它自己不能合并。", "请写两个不同的户")
    for household in (kept, gone):
        if household["closed_on"] is not None:
            raise ConflictError(f"{household['code']} {household['head_name']}已销户（{household['close_reason']}），不能合并。")
    moved: dict[str, int] = {}
    with batch(database, "household merge", now=now, keep=not dry_run) as journal:
        # The second's number is freed before the first takes it over: it may stand only once.
        closing = gone | {"closed_on": today.isoformat(), "close_reason": f"并入 {kept['code']}",
                          "merged_into_id": kept["id"]}
        learned = _learned(kept, gone)
        if "head_id_number" in learned:
            closing["head_id_number"] = None
        journal.update("household", gone["id"], gone, closing)
        journal.update("household", kept["id"], kept, kept | learned)
        for table in FOLLOWING:
            rows = database.records(f"SELECT * FROM {table} WHERE household_id = ?", [gone["id"]])
            for row in rows:
                journal.update(table, row["id"], row, row | {"household_id": kept["id"]})
            moved[table] = len(rows)
        for earlier in database.records("SELECT * FROM household WHERE merged_into_id = ?", [gone["id"]]):
            journal.update("household", earlier["id"], earlier, earlier | {"merged_into_id": kept["id"]})
        _settle_pairs(database, journal, kept, gone, today.isoformat())
        journal.summarise(f"合并：{gone['code']} {gone['head_name']}并入 {kept['code']} {kept['head_name']}")
    return (None if dry_run else journal.batch), kept, gone, moved


def _learned(kept: Record, gone: Record) -> dict[str, Any]:
    """What the kept household does not know and the other does; lists are united."""
    learned = {name: gone[name] for name in _TAKEN_OVER if kept[name] is None and gone[name] is not None}
    for name in _LISTS:
        if kept[name] and gone[name]:
            words = [*kept[name].split("、"), *gone[name].split("、")]
            learned[name] = "、".join(dict.fromkeys(words))
    if gone["is_hard"]:
        learned["is_hard"] = gone["is_hard"]
    return learned


def _settle_pairs(database: Database, journal: Any, kept: Record, gone: Record, today: str) -> None:
    """Ends the second's standing pair; where the first has none, its cadre goes on with the first."""
    standing = {
        row["household_id"]: row for row in database.records(
            "SELECT * FROM pairing WHERE ended_on IS NULL AND household_id IN (?, ?)", [kept["id"], gone["id"]])
    }
    pair = standing.get(gone["id"])
    if pair is None:
        return
    ends = max(today, pair["started_on"])
    journal.update("pairing", pair["id"], pair, pair | {"ended_on": ends, "end_reason": f"并入 {kept['code']}"})
    if kept["id"] not in standing:
        journal.insert("pairing", {
            name: value for name, value in pair.items() if name != "id"
        } | {"household_id": kept["id"], "started_on": ends, "ended_on": None, "end_reason": None})
