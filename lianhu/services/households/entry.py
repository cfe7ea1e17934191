"""Households typed in one by one: new ones, and what is changed of recorded ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lianhu.domain.forms import FORMS
from lianhu.domain.identity import nearest, place_key
from lianhu.errors import ConflictError, NotFoundError, UsageError
from lianhu.services.households.heads import (
    follow_number,
    head_row,
    members_of,
    named,
    refuse_namesakes,
    refuse_taken,
)
from lianhu.services.lookup import get_household, get_village
from lianhu.services.settings import load_settings
from lianhu.services.typed import Typed, read_typed
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch
from lianhu.store.queries import next_code

Given = Mapping[str, "str | bool | None"]
"""What was typed, by field: None for an option that was not; an empty text clears a value."""

_FLAGS = ("is_hard", "risk_removed")
_NEEDED = {"head_name": "户主姓名", "village": "嘎查村"}


@dataclass(frozen=True, slots=True)
class Entered:
    """A household that was added, or changed: ``before`` and ``after`` by column for what changed.

    ``household`` is as it was found (a new one as it is now), ``holder`` the cadre who holds it,
    ``holder_is_away`` whether its village is none of his. ``batch`` is None when nothing changed.
    """

    batch: int | None
    household: Record
    village: Record
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    holder: Record | None = None
    holder_is_away: bool = False


def add_household(
    database: Database, name: str, village: str, given: Given, *, today: date, now: datetime,
    agreed: Collection[str] = (),
) -> Entered:
    """Records a new household.

    Raises UsageError for a value that cannot be read, NotFoundError for an unknown village or unit,
    ConflictError when the ID number is recorded for somebody, UnconfirmedError when the village has a
    head of that name who is not in ``agreed``.
    """
    typed = read_given(database, {"head_name": name} | dict(given), today)
    values, notes = typed
    follow_number(values, notes)
    with batch(database, "household add", now=now) as journal:
        place = get_village(database, village)
        refuse_taken(database, values.get("head_id_number"))
        refuse_namesakes(database, place, values["head_name"], agreed)
        household = insert_household(journal, values | {"village_id": place["id"], "cluster_id": unit(
            database, place, values.pop("cluster", None))})
        journal.summarise(f"新增联系户 {named(household)}（{place['name']}）")
        return Entered(journal.batch, household, place, notes=notes)


def insert_household(journal: Journal, values: Mapping[str, Any]) -> Record:
    """Writes a new household under the next code."""
    household = {"code": next_code(journal.database, "household", "H")} | {
        name: value for name, value in values.items() if value is not None}
    return household | {"id": journal.insert("household", household)}


def edit_household(
    database: Database, word: str, given: Given, *, today: date, now: datetime, agreed: Collection[str] = ()
) -> Entered:
    """Changes what is recorded of a household; ``village`` moves it there, the pair stays.

    Raises the errors of ``add_household``, and UsageError when nothing is given to change.
    """
    if all(value is None for value in given.values()):
        raise UsageError("没有写要改什么。", "lianhu household edit 户 --phone 13800000000")
    typed = read_given(database, given, today)
    values, notes = typed
    with batch(database, "household edit", now=now) as journal:
        household = get_household(database, word)
        if household["merged_into_id"] is not None:
            raise ConflictError(f"{named(household)}已{household['close_reason']}，没有改动。", "请改并入的那一户")
        (place,) = database.records("SELECT * FROM village WHERE id = ?", [household["village_id"]])
        after = household | _moved(database, household, place, values, notes)
        place = after.pop("place", place)
        after |= values
        if not {"head_id_number", "sex", "born_on"}.isdisjoint(values):
            follow_number(after, notes)
        own_row = head_row(members_of(database, household), household)
        if after["head_id_number"] != household["head_id_number"]:
            refuse_taken(database, after["head_id_number"], household=household, member=own_row)
        if (after["head_name"], after["village_id"]) != (household["head_name"], household["village_id"]):
            refuse_namesakes(database, place, after["head_name"], agreed, household=household)
        changed = _named_changes(database, household, after)
        journal.update("household", household["id"], household, after)
        if own_row is not None:
            _follow(journal, own_row, household, after)
        holder, away = _settle_pair(journal, household, place)
        journal.summarise(f"修改联系户 {named(after)}")
        return Entered(None if journal.is_empty else journal.batch, household, place, changed, notes, holder, away)


def _named_changes(database: Database, before: Record, after: Record) -> dict[str, tuple[Any, Any]]:
    """What changes by column, villages and units by their names."""
    changed = {}
    for column in before:
        if after[column] == before[column]:
            continue
        name = column.removesuffix("_id")
        if name in {"village", "cluster"}:
            names = dict(database.execute(f"SELECT id, name FROM {name} WHERE id IN (?, ?)", [before[column], after[column]]))
            changed[name] = (names.get(before[column]), names.get(after[column]))
        else:
            changed[column] = (before[column], after[column])
    return changed


def read_given(database: Database, given: Given, today: date) -> Typed:
    """What was typed as values of columns; ``village`` and ``cluster`` stay the words they are."""
    words: dict[str, str | None] = {
        name: value for name, value in given.items() if not isinstance(value, bool)}
    for name, title in _NEEDED.items():
        text = words.get(name)
        if text is not None and not text.strip():
            raise UsageError(f"{title}不能是空的，没有登记。")
    typed = read_typed(FORMS["household"], words, load_settings(database).dictionaries, today)
    if "head_name" in typed.values and typed.values["head_name"] is None:
        raise UsageError(f"“{words['head_name']}”不是姓名，没有登记。", "请写户主的姓名")
    typed.values.update({name: int(bool(given[name])) for name in _FLAGS if given.get(name) is not None})
    return typed


def unit(database: Database, village: Record, name: str | None) -> int | None:
    """The id of a unit of a village. Raises NotFoundError with the nearest, or those there are."""
    if name is None:
        return None
    units = {unit["key"]: unit for unit in database.records(
        "SELECT * FROM cluster WHERE village_id = ? ORDER BY id", [village["id"]])}
    found = units.get(place_key(name))
    if found is not None:
        return int(found["id"])
    if not units:
        raise NotFoundError(f"{village['name']}还没有登记联户单元，不能登记“{name}”。", "先导入联户单元表：lianhu import")
    names = [unit["name"] for unit in units.values()]
    near = nearest(name, names)
    raise NotFoundError(f"{village['name']}没有登记联户单元“{name}”。",
                        f"您是不是要找：{near[0]}" if near else f"该村有：{'、'.join(names[:8])}")


def _moved(
    database: Database, household: Record, place: Record, values: dict[str, Any], notes: list[str]
) -> dict[str, Any]:
    """What follows from the village and unit that were typed, which are taken out of ``values``.

    Unit and 屯 lie in the village that is left, so they go unless new ones are given.
    """
    moved: dict[str, Any] = {}
    if "village" in values:
        place = get_village(database, values.pop("village") or "")
        moved["place"] = place
        if place["id"] != household["village_id"]:
            left = [title for name, title in (("cluster_id", "联户单元"), ("hamlet", "组/屯")) if household[name]]
            moved |= {"village_id": place["id"], "cluster_id": None, "hamlet": None}
            gone = [title for name, title in zip(("cluster", "hamlet"), ("联户单元", "组/屯"), strict=True)
                    if title in left and values.get(name) is None]
            if gone:
                notes.append(f"原村的{'、'.join(gone)}已清空；新的用 --cluster、--hamlet 登记。")
    if "cluster" in values:
        moved["cluster_id"] = unit(database, place, values.pop("cluster"))
    return moved


def _follow(journal: Journal, member: Record, before: Record, after: Record) -> None:
    """The head's row among the members says the same as before of what it said the same."""
    same = (("name", "head_name"), ("id_number", "head_id_number"), ("sex", "sex"), ("born_on", "born_on"),
            ("phone", "phone"))
    journal.update("member", member["id"], member, member | {
        own: after[name] for own, name in same if member[own] is not None and member[own] == before[name]})


def _settle_pair(journal: Journal, household: Record, place: Record) -> tuple[Record | None, bool]:
    """The cadre who holds the household, and whether it moved to a village that is none of his."""
    if place["id"] == household["village_id"]:
        return None, False
    pairs = journal.database.records(
        "SELECT * FROM pairing WHERE household_id = ? AND ended_on IS NULL", [household["id"]])
    if not pairs:
        return None, False
    (cadre,) = journal.database.records("SELECT * FROM cadre WHERE id = ?", [pairs[0]["cadre_id"]])
    away = cadre["village_id"] != place["id"] and place["name"] not in (cadre["area"] or "").split("、")
    journal.update("pairing", pairs[0]["id"], pairs[0], pairs[0] | {"is_cross_village": int(away)})
    return cadre, away
