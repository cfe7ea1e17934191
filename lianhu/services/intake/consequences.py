"""What a visit of a sheet brings about, as one by command does: the event it speaks of, the tasks it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from lianhu.domain.dates import last_day
from lianhu.domain.events import due_of_visited, is_known
from lianhu.domain.settings import EVENT_DAYS, Settings
from lianhu.services.intake.staging import Stage, Staged
from lianhu.store.queries import in_parts


def bring_about(stage: Stage, visits: Sequence[Staged], settings: Settings) -> None:
    """Makes the events and finishes the task items of new visits, in the order of their days."""
    in_order = sorted(visits, key=lambda visit: (visit.values["visited_on"], str(visit.values["code"])))
    _make_events(stage, [visit for visit in in_order if visit.values["occasion"] in EVENT_DAYS], settings)
    _finish_tasks(stage, [visit for visit in in_order if visit.values.get("duties")])


def _key(household: Any) -> Any:
    """What stands for a household: its id where it is stored, else the staged record itself."""
    if isinstance(household, Staged):
        return household.before["id"] if household.before else household
    return household


def _make_events(stage: Stage, visits: Sequence[Staged], settings: Settings) -> None:
    known: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for household, kind, day in _stored(
            stage, "SELECT household_id, kind, happened_on FROM event WHERE household_id IN ({})", visits):
        known[household, kind].append(day)
    for event in stage.new("event"):
        known[_key(event.values["household_id"]), event.values["kind"]].append(event.values["happened_on"])
    made = []
    for visit in visits:
        household, kind, day = (visit.values[name] for name in ("household_id", "occasion", "visited_on"))
        events = known[_key(household), kind]
        if is_known(events, day):
            continue
        events.append(day)
        made.append(stage.add("event", {
            "household_id": household, "kind": kind, "happened_on": day, "due_on": due_of_visited(kind, day, settings)}))
    stage.number("event", "E", made)


def _finish_tasks(stage: Stage, visits: Sequence[Staged]) -> None:
    if not visits:
        return
    tasks = {task.values["id"]: task for task in stage.stored("task")}
    items: dict[Any, list[Staged]] = defaultdict(list)
    for item in (*stage.loaded("task_item"), *stage.new("task_item")):
        items[_key(item.values["household_id"])].append(item)
    # A task sheet of the same import has looked at its own households only.
    rest = {key for visit in visits if isinstance(key := _key(visit.values["household_id"]), int)} - items.keys()
    if rest and not stage.database.fresh:
        known = len(stage.loaded("task_item"))
        for item in stage.load("task_item", "household_id", rest)[known:]:
            items[item.values["household_id"]].append(item)
    for visit in visits:
        duties = visit.values["duties"].split("、")
        for item in items[_key(visit.values["household_id"])]:
            task = item.values["task_id"] if isinstance(item.values["task_id"], Staged) else tasks[item.values["task_id"]]
            if item.values.get("done_on") is None and task.values["duty"] in duties \
                    and task.values["issued_on"] <= last_day(visit.values["visited_on"]).isoformat():
                item.values |= {"done_on": visit.values["visited_on"], "cadre_id": visit.values["cadre_id"], "visit_id": visit}


def _stored(stage: Stage, query: str, visits: Sequence[Staged]) -> list[tuple[Any, ...]]:
    if stage.database.fresh:
        return []
    ids = sorted({key for visit in visits if isinstance(key := _key(visit.values["household_id"]), int)})
    return [row for part in in_parts(ids) for row in stage.database.execute(query.format(", ".join("?" * len(part))), part)]
