"""自治活动: what units and villages bring about, in the measure of its kind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.activities import read_quantity, settled
from lianhu.domain.figures import Hundredths
from lianhu.domain.masks import mask_text
from lianhu.domain.settings import Settings
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cluster, get_village
from lianhu.services.settings import get_term, load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

_ACTIVITIES = """
SELECT activity.*, village.name AS village, cluster.name AS cluster FROM activity
JOIN village ON village.id = activity.village_id LEFT JOIN cluster ON cluster.id = activity.cluster_id
WHERE {} ORDER BY activity.held_on DESC, activity.id DESC
"""


class NewActivity(NamedTuple):
    """An activity to record; ``kind`` and ``measure`` may be any accepted spelling, ``quantity`` with its measure."""

    kind: str
    title: str
    quantity: str | None = None
    measure: str | None = None
    village: str | None = None
    cluster: str | None = None
    on: date | None = None
    note: str | None = None


def add_activity(database: Database, new: NewActivity, *, today: date, now: datetime) -> Record:
    """Records an activity of a unit, or of a whole village; gives it as ``list_activities`` does.

    Raises UsageError for values that cannot be, ConflictError for one that is recorded already.
    """
    title = new.title.strip()
    if not title:
        raise UsageError("要写明做了什么。")
    if new.on is not None and new.on > today:
        raise UsageError(f"活动日期 {new.on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    if not (new.village or new.cluster):
        raise UsageError("要写明是哪个单元或哪个村的。", "加 --cluster 单元（如 永胜第一网格），或 --village 村名")
    refuse_forbidden(title, new.note)
    settings = load_settings(database)
    kind = get_term(settings, "activity_kinds", new.kind)
    hundredths, measure = _quantity(settings, kind, new)
    with batch(database, "activity add", now=now) as journal:
        unit = get_cluster(database, new.cluster, new.village) if new.cluster else None
        village_id = unit["village_id"] if unit else get_village(database, new.village or "")["id"]
        day = (new.on or today).isoformat()
        for (code,) in database.execute(
                "SELECT code FROM activity WHERE village_id = ? AND coalesce(cluster_id, 0) = ? AND kind = ? AND title = ? "
                "AND held_on = ?", [village_id, unit["id"] if unit else 0, kind, title, day]):
            raise ConflictError(f"{day} 的“{mask_text(title)}”已登记过（{code}），没有再登记。")
        activity = {
            "id": journal.next_id("activity"), "code": next_code(database, "activity", "G"), "village_id": village_id,
            "cluster_id": unit["id"] if unit else None, "kind": kind, "title": title, "quantity": hundredths,
            "measure": measure, "held_on": day, "note": new.note}
        journal.insert("activity", activity)
        made = get_activity(database, str(activity["code"]))
        journal.summarise(f"自治活动 {made['code']} {made['village']}：{kind} {mask_text(title)} {told(made)}")
        return made


def _quantity(settings: Settings, kind: str, new: NewActivity) -> tuple[int, str]:
    read, fault = read_quantity(new.quantity, settings.dictionaries["measures"])
    if fault is None:
        measure = get_term(settings, "measures", new.measure) if new.measure else None
        read, fault = settled(kind, read, measure)
    if read is None or read.measure is None:
        raise UsageError(f"{fault.message if fault else '数量不对。'}没有登记。",
                         "写法如 --quantity 12.5亩，或 --quantity 12.5 --measure 亩")
    return read.hundredths, read.measure


def told(activity: Record) -> str:
    """The quantity of an activity with its measure: 12.5亩."""
    return f"{Hundredths(activity['quantity'])}{activity['measure']}"


def get_activity(database: Database, word: str) -> Record:
    """The activity of a code. Raises NotFoundError."""
    return get_by_code(database, _ACTIVITIES.format("upper(activity.code) = ?"), word, "活动", "看有哪些：lianhu activity list")


def list_activities(
    database: Database, *, village: str | None = None, cluster: str | None = None, kind: str | None = None,
    start: date | None = None, end: date | None = None,
) -> list[Record]:
    """Activities with village and unit, the latest first; a month counts where any of its days does."""
    condition, parameters = narrowed(
        database, ("activity.cluster_id = ?", get_cluster(database, cluster, village)["id"] if cluster else None),
        ("activity.kind = ?", get_term(load_settings(database), "activity_kinds", kind) if kind else None),
        ("activity.held_on >= substr(?, 1, length(activity.held_on))", start and start.isoformat()),
        ("activity.held_on <= ?", end and end.isoformat()), village=village)
    return database.records(_ACTIVITIES.format(condition), parameters)


def totals(database: Database, *, cluster_id: int) -> list[dict[str, Any]]:
    """What a unit brought about, by kind and measure, in the order of the dictionary."""
    found = database.records(
        "SELECT kind, measure, quantity FROM activity WHERE cluster_id = ?", [cluster_id])
    return summed(load_settings(database), found)


def summed(settings: Settings, activities: list[Record]) -> list[dict[str, Any]]:
    """Activities by kind and measure, in the dictionary's order: how many, and their quantity."""
    sums: dict[tuple[str, str], list[int]] = {}
    for activity in activities:
        sums.setdefault((activity["kind"], activity["measure"]), []).append(activity["quantity"])
    names = settings.dictionaries["activity_kinds"].names
    places = {name: at for at, name in enumerate(names)}
    return [{"kind": kind, "measure": measure, "activities": len(quantities), "quantity": Hundredths(sum(quantities))}
            for (kind, measure), quantities in sorted(sums.items(), key=lambda each: (
                places.get(each[0][0], len(names)), *each[0]))]
