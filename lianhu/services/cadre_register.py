"""Entering a cadre and changing what is registered of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lianhu.domain.fit import Cadre, Household
from lianhu.domain.forms.cadre import FORM
from lianhu.domain.identity import both_forms, name_key, sex_of
from lianhu.domain.masks import mask_id_number
from lianhu.errors import ConflictError, UsageError
from lianhu.services.breaches import breaches, households_of, refuse_unconfirmed
from lianhu.services.lookup import get_cadre, get_village
from lianhu.services.settings import load_settings
from lianhu.services.town import Town, load_rules, load_town
from lianhu.services.typed import read_typed
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

MOST_HOUSEHOLDS = 100
"""The highest capacity that is no slip of the keyboard; the same as in the rules."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cadre as he is registered now. ``notes`` are remarks about values that went in all the same."""

    batch: int | None
    cadre: Record
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit came to. ``changed`` are the columns with new values that
    a person gave or reads; ``misfits`` sentences about
    pairs that the edit sets at odds with the rules, which go on standing; ``fits`` (household, fit
    before, fit now) of the pairs that fit otherwise now."""

    batch: int | None
    before: Record
    cadre: Record
    changed: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    fits: list[tuple[Household, int, int]] = field(default_factory=list)


def add_cadre(
    database: Database, given: Mapping[str, str | None], *, today: date, now: datetime, agreed: Collection[str] = ()
) -> Entry:
    """Enters a cadre; ``given`` are texts by the field of the cadre's form, ``name`` among them.

    Raises UsageError for a value that cannot be read, NotFoundError for an unknown village,
    ConflictError for an ID number that another cadre has, UnconfirmedError when the village has a cadre
    of that name and that is not in ``agreed``.
    """
    with batch(database, "cadre add", now=now) as journal:
        values, notes = _read(database, given, None, today)
        if values.get("name") is None:
            raise UsageError("姓名是空的，没有登记。", "lianhu cadre add 姓名 --village 村名")
        row = values | {"id": journal.next_id("cadre"), "code": next_code(database, "cadre", "C")}
        _refuse_twins(database, f"登记干部 {row['name']}", row, tuple(row), agreed)
        journal.insert("cadre", row)
        (cadre,) = database.records(_CADRE, [row["id"]])
        journal.summarise(f"登记干部 {cadre['code']} {cadre['name']}（{cadre['village'] or '镇'}）")
        return Entry(journal.batch, cadre, notes)


def edit_cadre(
    database: Database, word: str, given: Mapping[str, str | None], *, today: date, now: datetime,
    agreed: Collection[str] = (),
) -> Edit:
    """Changes what is registered of a cadre; an empty text clears a value. Raises like ``add_cadre``.

    His pairs stand; what the edit means for them is told.
    """
    if all(text is None for text in given.values()):
        raise UsageError("没有写要改什么。", "lianhu cadre edit 干部 --post 职务；能改什么：lianhu cadre edit --help")
    with batch(database, "cadre edit", now=now) as journal:
        (before,) = database.records(_CADRE, [get_cadre(database, word)["id"]])
        values, notes = _read(database, given, before, today)
        if "name" in values and values["name"] is None:
            raise UsageError("姓名不能清空，没有改动。", "--name 新姓名")
        values |= _left_behind(before, values, notes)
        changed = tuple(name for name, value in values.items() if value != before[name])
        if not changed:
            return Edit(None, before, before, (), notes)
        _refuse_twins(database, f"修改 {before['code']} {before['name']}", before | values, changed, agreed)
        held = None if _OF_PAIRS.isdisjoint(changed) else _held(database, before)
        journal.update("cadre", before["id"], before, before | values)
        (after,) = database.records(_CADRE, [before["id"]])
        journal.summarise(f"修改干部 {after['code']} {after['name']}：" + "、".join(
            FORM.by_field[name.removesuffix("_id")].label for name in changed))
        misfits, fits = _consequences(held, _held(database, before)) if held is not None else ([], [])
        return Edit(journal.batch, before, after, tuple(name for name in changed if name != "cluster_id"), notes, misfits, fits)


_OF_PAIRS = frozenset({"village_id", "area", "roles", "capacity", "sex", "id_number", "hamlet", "cluster_id"})
"""What the pairing looks at."""

_CADRE = (
    "SELECT cadre.*, village.name AS village FROM cadre LEFT JOIN village ON village.id = cadre.village_id "
    "WHERE cadre.id = ?")


def _read(
    database: Database, given: Mapping[str, str | None], before: Record | None, today: date
) -> tuple[dict[str, Any], list[str]]:
    """Columns of the table from the texts, and remarks."""
    values, notes = read_typed(FORM, given, load_settings(database).dictionaries, today)
    if "village" in values:
        village = values.pop("village")
        values["village_id"] = get_village(database, village)["id"] if village else None
    if values.get("area"):
        names = [get_village(database, name)["name"] for name in values["area"].split("、")]
        values["area"] = "、".join(dict.fromkeys(names))
    if values.get("capacity") is not None and values["capacity"] > MOST_HOUSEHOLDS:
        raise UsageError(f"联户上限 {values['capacity']} 太大，最多 {MOST_HOUSEHOLDS} 户。", "请核对 --capacity")
    number = values.get("id_number", before["id_number"] if before else None)
    if number is not None:
        sex = sex_of(number)
        if values.get("sex", sex) != sex:
            raise UsageError(f"性别“{values['sex'] or '空'}”与身份证号 {mask_id_number(number)} 不符（应为{sex}），没有登记。",
                             "请核对 --sex 和 --id")
        if "id_number" in values:
            values["sex"] = sex
    return values, notes


def _left_behind(before: Record, values: Mapping[str, Any], notes: list[str]) -> dict[str, None]:
    """A cadre who changes village leaves his 屯 and unit there, unless a new 屯 is given."""
    if values.get("village_id", before["village_id"]) == before["village_id"]:
        return {}
    left = [name for name in ("hamlet", "cluster_id") if before[name] is not None and name not in values]
    if left:
        words = {"hamlet": "组/屯", "cluster_id": "联户单元"}
        notes.append(f"换了村，原村的{'、'.join(words[name] for name in left)}已清空。")
    return dict.fromkeys(left)


def _refuse_twins(
    database: Database, what: str, cadre: Mapping[str, Any], changed: Collection[str], agreed: Collection[str]
) -> None:
    """Raises for another cadre with the same ID number, or of the same name in the same village."""
    number = cadre.get("id_number")
    if number and "id_number" in changed:
        forms = both_forms(number)
        for other in database.records(
            f"SELECT * FROM cadre WHERE id_number IN ({', '.join('?' * len(forms))}) AND id <> ?",
            [*forms, cadre["id"]],
        ):
            raise ConflictError(
                f"身份证号 {mask_id_number(number)} 已登记在 {other['code']} {other['name']}{_gone(other)}名下，没有改动。",
                f"返岗：lianhu cadre return {other['code']}" if other["left_on"] else f"lianhu cadre show {other['code']}")
    if {"name", "village_id"}.isdisjoint(changed):
        return
    key = name_key(cadre["name"])
    twins = [
        other for other in database.records(
            "SELECT * FROM cadre WHERE coalesce(village_id, 0) = ? AND id <> ? ORDER BY code",
            [cadre.get("village_id") or 0, cadre["id"]])
        if name_key(other["name"]) == key]
    place = "同一个村" if cadre.get("village_id") else "镇里"
    refuse_unconfirmed(
        what, [f"{place}已有同名的干部 {other['code']} {other['name']}{_gone(other)}" for other in twins], agreed)


def _gone(cadre: Record) -> str:
    return f"（{cadre['left_on']} 离岗）" if cadre["left_on"] is not None else ""


def _held(database: Database, cadre: Record) -> tuple[Town, Cadre | None, list[Household]]:
    """The cadre as the pairing sees him now (None once he has left), and the households he holds."""
    town = load_town(database, load_rules(database))
    seen = next((c for c in town.cadres if c.id == cadre["id"]), None)
    return town, seen, households_of(town, seen) if seen is not None else []


def _consequences(
    before: tuple[Town, Cadre | None, list[Household]], after: tuple[Town, Cadre | None, list[Household]]
) -> tuple[list[str], list[tuple[Household, int, int]]]:
    """What speaks against the standing pairs now and did not before, and whose fit has changed."""
    (town, cadre, households), (new_town, new_cadre, _) = before, after
    if cadre is None or new_cadre is None or not households:
        return [], []
    known = breaches(town, cadre, households)
    fits = [
        (household, old, new) for household in households
        if (old := town.scorer.fit(cadre, household).total) != (new := new_town.scorer.fit(new_cadre, household).total)]
    return [said for said in breaches(new_town, new_cadre, households) if said not in known], fits
