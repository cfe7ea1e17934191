"""Joining two households that are one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lianhu.domain.identity import is_same_person, name_key
from lianhu.domain.readers import joined_terms
from lianhu.domain.terms import Dictionaries
from lianhu.errors import ConflictError
from lianhu.services import spells
from lianhu.services.households.heads import FORMER_HEAD, head_row
from lianhu.services.intake.persons import HEAD_RELATIONS
from lianhu.services.lookup import get_household
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch

FOLLOWING = ("visit", "event", "deed", "card", "ticket", "rating", "opinion")
"""Tables whose records go along when a household is joined with another; spells stay as history."""

_TAKEN_OVER = (
    "cluster_id", "hamlet", "head_id_number", "sex", "born_on", "stated_age", "phone", "size", "address", "traits",
    "monitoring", "risks", "risk_removed", "assistance", "classes", "needs", "is_hard", "hard_reason", "note",
)
_OF_THE_HEAD = frozenset({"head_id_number", "sex", "born_on", "stated_age"})
_LISTS = ("traits", "risks", "assistance", "classes", "needs")


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
        learned = _learned(kept, gone, load_settings(database).dictionaries)
        if "head_id_number" in learned:
            closing["head_id_number"] = None
        journal.update("household", gone["id"], gone, closing)
        journal.update("household", kept["id"], kept, kept | learned)
        _settle_pairs(database, journal, kept, gone, today.isoformat())
        for table in FOLLOWING:
            rows = database.records(f"SELECT * FROM {table} WHERE household_id = ?", [gone["id"]])
            for row in rows:
                journal.update(table, row["id"], row, row | {"household_id": kept["id"]})
            moved[table] = len(rows)
        moved["member"] = _move_members(database, journal, kept | learned, gone)
        moved["task_item"] = _move_task_items(database, journal, kept, gone)
        for earlier in database.records("SELECT * FROM household WHERE merged_into_id = ?", [gone["id"]]):
            journal.update("household", earlier["id"], earlier, earlier | {"merged_into_id": kept["id"]})
        journal.summarise(f"合并：{gone['code']} {gone['head_name']}并入 {kept['code']} {kept['head_name']}")
    return (None if dry_run else journal.batch), kept, gone, moved


def _move_members(database: Database, journal: Journal, kept: Record, gone: Record) -> int:
    """Takes the second's members along; gives their number. One who is in both lists stays once, with what both tell."""
    own = database.records("SELECT * FROM member WHERE household_id = ?", [kept["id"]])
    rows = database.records("SELECT * FROM member WHERE household_id = ?", [gone["id"]])
    moved = 0
    for row in rows:
        twins = [member for member in own if _is_one_person(member, row)]
        if len(twins) == 1:
            told = {name: value for name, value in row.items() if twins[0][name] is None and value is not None}
            journal.delete("member", row)
            if told:
                journal.update("member", twins[0]["id"], twins[0], twins[0] | told)
            own.remove(twins[0])
            continue
        after = row | {"household_id": kept["id"]}
        if row["relation"] in HEAD_RELATIONS and head_row([row], kept) is None:
            after["relation"] = FORMER_HEAD
        journal.update("member", row["id"], row, after)
        moved += 1
    return moved


def _is_one_person(one: Record, other: Record) -> bool:
    """By ID number where both have one, else by name and, where both are known, the day of birth."""
    if not is_same_person(one["name"], one["id_number"], other["name"], other["id_number"]):
        return False
    born = {member["born_on"] for member in (one, other)} - {None}
    return bool(one["id_number"] and other["id_number"]) or len(born) < 2


def _move_task_items(database: Database, journal: Journal, kept: Record, gone: Record) -> int:
    """Takes the second's task items along; gives their number.

    Where both were given a task one item stays, the one that is done: it is one household now.
    """
    own = {item["task_id"]: item for item in database.records(
        "SELECT * FROM task_item WHERE household_id = ?", [kept["id"]])}
    items = database.records("SELECT * FROM task_item WHERE household_id = ?", [gone["id"]])
    for item in items:
        twin = own.get(item["task_id"])
        if twin is None:
            journal.update("task_item", item["id"], item, item | {"household_id": kept["id"]})
            continue
        better = item if twin["done_on"] is None and item["done_on"] is not None else twin
        journal.delete("task_item", item)
        journal.update("task_item", twin["id"], twin, better | {"id": twin["id"], "household_id": kept["id"]})
    return sum(item["task_id"] not in own for item in items)


def _learned(kept: Record, gone: Record, dictionaries: Dictionaries) -> dict[str, Any]:
    """What the kept household does not know and the other does; lists are united in the dictionary's order."""
    learned = {name: gone[name] for name in _TAKEN_OVER if kept[name] is None and gone[name] is not None}
    if name_key(kept["head_name"]) != name_key(gone["head_name"]):
        # Of a couple recorded twice each stays who he is.
        learned = {name: value for name, value in learned.items() if name not in _OF_THE_HEAD}
    for name in _LISTS:
        if kept[name] and gone[name]:
            learned[name] = joined_terms(dictionaries[name], kept[name], gone[name])
    if gone["is_hard"]:
        learned["is_hard"] = gone["is_hard"]
    return learned


def _settle_pairs(database: Database, journal: Journal, kept: Record, gone: Record, today: str) -> None:
    """Ends the second's standing pair; where the first has none, its cadre goes on with the first.

    What is open at the second goes to whoever holds the first.
    """
    standing = {
        row["household_id"]: row for row in database.records(
            "SELECT * FROM pairing WHERE ended_on IS NULL AND household_id IN (?, ?)", [kept["id"], gone["id"]])
    }
    pair = standing.get(gone["id"])
    if pair is not None:
        free_from = spells.end(journal, pair, today, f"并入 {kept['code']}")
        if kept["id"] not in standing:
            spells.begin(journal, [{name: value for name, value in pair.items() if name != "id"} | {
                "household_id": kept["id"], "started_on": free_from, "ended_on": None, "end_reason": None}])
    if kept["id"] in standing:
        spells.hand_over(journal, {gone["id"]: standing[kept["id"]]["cadre_id"]})
