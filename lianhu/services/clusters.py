"""联户单元 (= 网格): who works in them, which households belong to them, and what does not look right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

from lianhu.domain.forms import FORMS
from lianhu.domain.identity import place_key
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import refuse_forbidden
from lianhu.services.lookup import get_cluster, get_household, get_village, in_villages
from lianhu.services.settings import load_settings
from lianhu.services.typed import read_typed
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch

FIELDS = ("grid_chief", "grid_chief_phone", "grid_workers", "note")
FAR = 2
"""A unit is far from the middle from this many times the median on, or less than the median divided by it."""
ENOUGH_UNITS = 3
"""Units from which on a village has a middle of its own; below it the town's is taken."""

_HOLDING = "(head.started_on IS NULL OR head.started_on <= ?) AND (head.ended_on IS NULL OR head.ended_on > ?)"
_CLUSTERS = f"""
SELECT cluster.*, village.name AS village,
       (SELECT count(*) FROM household WHERE household.cluster_id = cluster.id AND household.closed_on IS NULL) AS households,
       (SELECT count(*) FROM cluster_head AS head WHERE head.cluster_id = cluster.id AND {_HOLDING}) AS cluster_heads
FROM cluster JOIN village ON village.id = cluster.village_id
WHERE {{}} ORDER BY village.ordinal, cluster.id
"""


def list_clusters(database: Database, *, villages: Sequence[str] = (), today: date) -> list[Record]:
    """Units with their village, and how many open households and 联户长 they have."""
    condition, ids = in_villages(database, villages) if villages else ("1 = 1", [])
    return database.records(_CLUSTERS.format(condition), [today.isoformat()] * 2 + ids)


def show_cluster(database: Database, word: str, village: str | None, *, today: date) -> tuple[Record, list[Record]]:
    """A unit as ``list_clusters`` gives it, and its open households by code."""
    unit = get_cluster(database, word, village)
    (record,) = database.records(_CLUSTERS.format("cluster.id = ?"), [*[today.isoformat()] * 2, unit["id"]])
    return record, database.records(
        "SELECT household.*, cadre.code AS cadre, cadre.name AS cadre_name FROM household "
        "LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL "
        "LEFT JOIN cadre ON cadre.id = pairing.cadre_id "
        "WHERE household.cluster_id = ? AND household.closed_on IS NULL ORDER BY household.code", [unit["id"]])


class Entered(NamedTuple):
    """A unit that was added or changed: ``changed`` is before and after by column; ``batch`` None for no change."""

    batch: int | None
    cluster: Record
    changed: dict[str, tuple[Any, Any]]
    notes: list[str]


def add_cluster(
    database: Database, village: str, name: str, given: Mapping[str, str | None], *, today: date, now: datetime
) -> Entered:
    """Records a new unit of a village.

    Raises UsageError for a value that cannot be read, ConflictError when the village has one of that name.
    """
    values, notes = _read(database, given, today)
    with batch(database, "cluster add", now=now) as journal:
        place = get_village(database, village)
        own = _own_name(database, place["id"], place["name"], name)
        unit = {"id": journal.next_id("cluster"), "village_id": place["id"], **own, **values}
        journal.insert("cluster", unit)
        journal.summarise(f"新增联户单元 {place['name']} {own['name']}")
        return Entered(journal.batch, unit | {"village_name": place["name"]}, {}, notes)


def edit_cluster(
    database: Database, word: str, village: str | None, given: Mapping[str, str | None], *, today: date, now: datetime
) -> Entered:
    """Changes what is recorded of a unit; an empty text clears a value, ``name`` gives it another name.

    Raises the errors of ``add_cluster``, and UsageError when nothing is given to change.
    """
    if all(value is None for value in given.values()):
        raise UsageError("没有写要改什么。", "lianhu cluster edit 单元 --chief 姓名")
    values, notes = _read(database, {name: value for name, value in given.items() if name != "name"}, today)
    with batch(database, "cluster edit", now=now) as journal:
        unit = get_cluster(database, word, village)
        before = {name: value for name, value in unit.items() if name not in {"village_name", "village_key"}}
        name = given.get("name")
        if name is not None:
            values |= _own_name(database, unit["village_id"], unit["village_name"], name, but=unit["id"])
        after = before | values
        changed = {name: (before[name], after[name]) for name in ("name", *FIELDS) if before[name] != after[name]}
        journal.update("cluster", unit["id"], before, after)
        journal.summarise(f"修改联户单元 {unit['village_name']} {after['name']}")
        return Entered(None if journal.is_empty else journal.batch, unit | after, changed, notes)


def _read(database: Database, given: Mapping[str, str | None], today: date) -> tuple[dict[str, Any], list[str]]:
    typed = read_typed(FORMS["cluster"], given, load_settings(database).dictionaries, today)
    return typed.values, typed.notes


def _own_name(database: Database, village_id: int, village: str, name: str, *, but: int = 0) -> dict[str, str]:
    """Name and key of a unit, which nobody else in the village has."""
    own, key = name.strip(), place_key(name)
    if not key:
        raise UsageError("联户单元要有名称，没有登记。", "lianhu cluster add 永胜 第一网格")
    refuse_forbidden(own)
    for (other,) in database.execute(
            "SELECT name FROM cluster WHERE village_id = ? AND key = ? AND id <> ?", [village_id, key, but]):
        raise ConflictError(f"{village}已有联户单元“{other}”，没有登记。", f"lianhu cluster edit {other} --village {village}")
    return {"name": own, "key": key}


@dataclass(frozen=True, slots=True)
class Put:
    """Households put into a unit: ``moved`` with the unit they were in (``cluster_was``), ``there`` already."""

    batch: int | None
    cluster: Record
    moved: list[Record]
    there: list[Record]


def put_households(
    database: Database, word: str, village: str | None, households: Sequence[str], *, now: datetime, dry_run: bool = False
) -> Put:
    """Puts households of the unit's village into it, all or none.

    Raises ConflictError for one of another village or one that is closed.
    """
    with batch(database, "cluster put", now=now, keep=not dry_run) as journal:
        unit = get_cluster(database, word, village)
        moved, there = [], []
        for home in {home["id"]: home for home in (get_household(database, each) for each in households)}.values():
            _refuse_elsewhere(home, unit)
            if home["cluster_id"] == unit["id"]:
                there.append(home)
                continue
            was = database.execute("SELECT name FROM cluster WHERE id = ?", [home["cluster_id"]])
            (before,) = database.records("SELECT * FROM household WHERE id = ?", [home["id"]])
            journal.update("household", home["id"], before, before | {"cluster_id": unit["id"]})
            moved.append(home | {"cluster_was": was[0][0] if was else None})
        journal.summarise(f"编入联户单元 {unit['village_name']} {unit['name']}：{len(moved)} 户")
        return Put(None if dry_run or journal.is_empty else journal.batch, unit, moved, there)


def _refuse_elsewhere(home: Record, unit: Record) -> None:
    who = f"{home['code']} {home['head_name']}"
    if home["closed_on"] is not None:
        raise ConflictError(f"{who}已于 {home['closed_on']} 销户，一户都没有编入。", "请去掉这一户再试")
    if home["village_id"] != unit["village_id"]:
        raise ConflictError(
            f"{who}在{home['village_name']}，不在{unit['village_name']}，一户都没有编入。",
            f"如已迁来：lianhu household edit {home['code']} --village {unit['village_name']} --cluster {unit['name']}")


@dataclass(frozen=True, slots=True)
class Check:
    """What does not look right: ``lacking`` units by what they lack, open households of no unit by village,
    and units far from the ``middle`` of their village or of the town."""

    units: int
    lacking: dict[str, list[Record]]
    homeless: dict[str, list[Record]]
    uneven: list[Record] = field(default_factory=list)

    @property
    def findings(self) -> int:
        return sum(map(len, self.lacking.values())) + sum(map(len, self.homeless.values())) + len(self.uneven)


LACKS = {"grid_chief": "没有网格长", "grid_workers": "没有网格员", "cluster_heads": "没有联户长"}


def check_clusters(database: Database, *, villages: Sequence[str] = (), today: date) -> Check:
    """Looks through the units of the town or of some villages."""
    with database.snapshot():
        everyone = list_clusters(database, today=today)
        condition, ids = in_villages(database, villages) if villages else ("1 = 1", [])
        wanted = {name for (name,) in database.execute(f"SELECT name FROM village WHERE {condition}", ids)}
        homeless: dict[str, list[Record]] = defaultdict(list)
        for home in database.records(
                "SELECT household.code, household.head_name, village.name AS village FROM household "
                f"JOIN village ON village.id = household.village_id WHERE {condition} AND household.cluster_id IS NULL "
                "AND household.closed_on IS NULL ORDER BY village.ordinal, household.code", ids):
            homeless[home["village"]].append(home)
    units = [unit for unit in everyone if unit["village"] in wanted]
    return Check(
        len(units), {name: [unit for unit in units if not unit[name]] for name in LACKS}, dict(homeless),
        [unit for unit in _with_middle(everyone) if unit["village"] in wanted and _is_far(unit)])


def _with_middle(units: Sequence[Record]) -> list[Record]:
    """Units with the ``middle`` they are measured by: their village's where it has enough units, else the town's."""
    sizes: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        sizes[unit["village"]].append(unit["households"])
    whole = median([unit["households"] for unit in units]) if units else 0
    return [unit | {
        "middle": median(own) if len(own := sizes[unit["village"]]) >= ENOUGH_UNITS else whole,
        "of_village": len(sizes[unit["village"]]) >= ENOUGH_UNITS} for unit in units]


def _is_far(unit: Record) -> bool:
    size, middle = unit["households"], unit["middle"]
    return bool(size > FAR * middle or FAR * size < middle)
