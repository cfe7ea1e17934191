"""A new head of the same household, and a new household split off from one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lianhu.domain.identity import eighteen_digits, name_key
from lianhu.domain.spells import NOT_YET
from lianhu.errors import ConflictError
from lianhu.services.households.entry import Given, insert_household, read_given
from lianhu.services.households.heads import (
    FORMER_HEAD,
    HEAD,
    find_member,
    get_member,
    head_row,
    head_values,
    members_of,
    named,
    refuse_closed,
    refuse_namesakes,
    refuse_taken,
)
from lianhu.services.lookup import get_household
from lianhu.services.pairing import refuse_days_to_come, stated_reason
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch

_SHARED = ("village_id", "cluster_id", "hamlet", "address")
"""What a household that is split off has of the old one."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A household under a new head: as it was and as it is, the cadre who holds it all the same."""

    batch: int | None
    before: Record
    household: Record
    on: str
    member: Record | None
    holder: Record | None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Split:
    """A household split off: the old one as it was, its size now, the new one and the members who went along."""

    batch: int | None
    before: Record
    size: int | None
    household: Record
    on: str
    moved: list[Record]
    holder: Record | None
    notes: list[str] = field(default_factory=list)


def change_head(
    database: Database, word: str, name: str, given: Given, *, reason: str | None, on: date | None, today: date,
    now: datetime, agreed: Collection[str] = (), dry_run: bool = False,
) -> Succeeded:
    """The household goes on under a new head; its pair, visits and tickets stay.

    A member brings his ID number, sex, birthday and phone along. Raises ConflictError when he is the
    head already, the ID number is somebody else's, or an earlier change is later than that day;
    UsageError for a day to come; UnconfirmedError for a namesake in the village who is not in ``agreed``.
    """
    refuse_days_to_come(on, today)
    said, day = stated_reason(reason) if reason is not None else None, (on or today).isoformat()
    typed = read_given(database, {"head_name": name} | dict(given), today)
    with batch(database, "household head", now=now, keep=not dry_run) as journal:
        household = get_household(database, word)
        refuse_closed(household)
        name = typed.values["head_name"]
        if name_key(name) == name_key(household["head_name"]):
            raise ConflictError(f"{household['code']} 的户主已经是{household['head_name']}，没有改动。",
                                f"改正登记的内容：lianhu household edit {household['code']}")
        _refuse_day(database, household, day)
        members = members_of(database, household)
        member = find_member(household, members, name, typed.values.get("head_id_number"))
        values = head_values(member["name"] if member else name, member, typed.values, typed.notes)
        refuse_taken(database, values["head_id_number"], household=household, member=member, former=True)
        _refuse_namesakes(database, household, values["head_name"], agreed)
        if values["phone"] is None and household["phone"]:
            values["phone"] = household["phone"]
            typed.notes.append("联系电话还是原来登记的，请核对（--phone 可改）。")
        journal.insert("former_head", {
            "household_id": household["id"], "name": household["head_name"],
            "id_number": household["head_id_number"], "ended_on": day, "reason": said})
        journal.update("household", household["id"], household, household | values)
        _change_relations(journal, head_row(members, household), member)
        journal.summarise(f"换户主：{household['code']} {household['head_name']} → {values['head_name']}"
                          f"（{day}{f'，{said}' if said else ''}）")
        return Succeeded(None if dry_run else journal.batch, household, household | values, day, member,
                         _holder(database, household), typed.notes)


def _refuse_day(database: Database, household: Record, day: str) -> None:
    for past in database.records(
        "SELECT * FROM former_head WHERE household_id = ? AND ended_on > ? ORDER BY ended_on DESC", [household["id"], day]
    ):
        raise ConflictError(f"{named(household)}从 {past['ended_on']} 起才是户主，不能在 {day} 就换，没有改动。", "请核对 --on")


def _refuse_namesakes(database: Database, household: Record, name: str, agreed: Collection[str]) -> None:
    (village,) = database.records("SELECT * FROM village WHERE id = ?", [household["village_id"]])
    refuse_namesakes(database, village, name, agreed, household=household)


def _change_relations(journal: Journal, old: Record | None, new: Record | None) -> None:
    if old is not None:
        journal.update("member", old["id"], old, old | {"relation": FORMER_HEAD})
    if new is not None:
        journal.update("member", new["id"], new, new | {"relation": HEAD})


def _holder(database: Database, household: Record) -> Record | None:
    found = database.records(
        "SELECT cadre.* FROM pairing JOIN cadre ON cadre.id = pairing.cadre_id WHERE household_id = ? AND ended_on IS NULL",
        [household["id"]])
    return found[0] if found else None


def split_household(
    database: Database, word: str, name: str, given: Given, *, members: Sequence[str] = (), on: date | None,
    today: date, now: datetime, agreed: Collection[str] = (), dry_run: bool = False,
) -> Split:
    """Makes a new household of some of another's people, in the same place; history stays with the old one.

    The members named go along, the new head too if he is one. Raises NotFoundError for somebody who is
    no member, and the errors of ``change_head``.
    """
    refuse_days_to_come(on, today)
    day = (on or today).isoformat()
    typed = read_given(database, {"head_name": name} | dict(given), today)
    with batch(database, "household split", now=now, keep=not dry_run) as journal:
        old = get_household(database, word)
        refuse_closed(old)
        name = typed.values["head_name"]
        everyone = members_of(database, old)
        head = find_member(old, everyone, name, typed.values.get("head_id_number"))
        values = typed.values | head_values(head["name"] if head else name, head, typed.values, typed.notes)
        going = {member["id"]: member for member in [
            *([head] if head else []), *(get_member(old, everyone, word) for word in members)]}
        _refuse_head(old, values, head_row(everyone, old), going)
        refuse_taken(database, values["head_id_number"], household=old, member=head, former=True)
        _refuse_namesakes(database, old, values["head_name"], agreed)
        leaving = max(values.get("size") or 0, len(going) + (0 if head else 1))
        values["size"] = values.get("size") or (leaving if going or old["size"] else None)
        new = insert_household(journal, values | {
            name: old[name] for name in _SHARED if values.get(name) is None} | {"split_from_id": old["id"]})
        # It was not there before: reports of earlier days do not count it.
        journal.insert("closure", {
            "household_id": new["id"], "started_on": NOT_YET, "ended_on": day, "reason": "分户"})
        for member in going.values():
            journal.update("member", member["id"], member, member | {
                "household_id": new["id"], "relation": HEAD if head and member["id"] == head["id"] else None})
        size = _size_left(old, leaving, typed.notes)
        journal.update("household", old["id"], old, old | {"size": size})
        journal.summarise(f"分户：{named(old)}分出 {named(new)}（{day}，随去成员 {len(going)} 人）")
        return Split(None if dry_run else journal.batch, old, size, new, day, list(going.values()),
                     _holder(database, old), typed.notes)


def _refuse_head(old: Record, values: dict[str, Any], own: Record | None, going: dict[int, Record]) -> None:
    """Raises ConflictError when the old household's head would go."""
    number = values["head_id_number"]
    is_he = (number is not None and old["head_id_number"] is not None
             and eighteen_digits(number) == eighteen_digits(old["head_id_number"]))
    if is_he or name_key(values["head_name"]) == name_key(old["head_name"]) or (own is not None and own["id"] in going):
        raise ConflictError(f"{old['head_name']}是 {old['code']} 的户主，不能分出去，没有改动。",
                            f"先换户主：lianhu household head {old['code']} 新户主")


def _size_left(old: Record, leaving: int, notes: list[str]) -> int | None:
    size: int | None = old["size"]
    if size is None:
        return None
    if size <= leaving:
        notes.append(f"{named(old)}登记的家庭人口是 {size}，分出 {leaving} 人，没有改，请核对（lianhu household edit）。")
        return size
    return size - leaving
