"""任务: one matter of the four duties given to many pairs at once, and what became of it at each.

An item belongs to its household: while it is open it is with whoever holds the household, so that it
goes along at a hand-over; who did it is kept. Issuing warns where a cadre would have too many, since
the scheme asks for fewer, merged tasks (精简、整合).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.settings import TASK_ROUND
from lianhu.errors import ConflictError, UsageError
from lianhu.services.filters import bears_any, narrowed, open_word, refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cadre, get_standing_household, in_villages
from lianhu.services.settings import get_term, load_settings
from lianhu.services.visits import holder_on
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal, batch
from lianhu.store.queries import next_code

_CONCERNED = """
SELECT household.id, household.code, household.head_name, village.name AS village, pairing.cadre_id
FROM household JOIN village ON village.id = household.village_id
LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL
WHERE household.closed_on IS NULL{} ORDER BY village.ordinal, household.code
"""
_ITEMS = """
SELECT task_item.*, task.code AS task, task.title, task.duty, task.issued_on, task.due_on, household.code AS household,
       household.head_name, household.closed_on, household.close_reason,
       village.name AS village, holder.code AS cadre, holder.name AS cadre_name,
       doer.name AS done_by
FROM task_item JOIN task ON task.id = task_item.task_id
JOIN household ON household.id = task_item.household_id JOIN village ON village.id = household.village_id
LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL
LEFT JOIN cadre AS holder ON holder.id = pairing.cadre_id LEFT JOIN cadre AS doer ON doer.id = task_item.cadre_id
WHERE {} ORDER BY task.id DESC, village.ordinal, household.code
"""


class NewTask(NamedTuple):
    """A task to issue, and to which households: those of the villages with any of the words, or all.

    ``into`` names an open task that it is merged with instead of becoming one of its own.
    """

    title: str
    duty: str
    due: date | None = None
    villages: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    everyone: bool = False
    into: str | None = None
    note: str | None = None


class Overload(NamedTuple):
    """A cadre who would have more open tasks than the town wants, and those he has already."""

    cadre: Record
    tasks: list[Record]


class Issued(NamedTuple):
    """What was or would be issued: the task, the households it goes to, those left out, and the warnings."""

    batch: int | None
    task: Record
    households: list[Record]
    without_cadre: list[Record]
    already_done: list[Record]
    """Those that have done the task which this one is merged with: it stays done."""
    overloads: list[Overload]
    merge_with: Record | None
    """The open task of the same duty that most of the overloaded cadres have, to merge this one with."""


def issue_task(
    database: Database, new: NewTask, *, today: date, now: datetime, dry_run: bool = False
) -> Issued:
    """Gives an item to each household concerned that has a cadre; merged, an open item stands for both.

    Raises UsageError when it is not said what or to whom, ConflictError when nobody is concerned, the
    same task has been issued already, or is to be merged with one of another duty or past its deadline.
    """
    if not new.title.strip():
        raise UsageError("要写明是什么任务。")
    settings = load_settings(database)
    duty = get_term(settings, "duties", new.duty)
    refuse_forbidden(new.title, new.note)
    if new.due is not None and new.due < today:
        raise UsageError(f"完成期限 {new.due} 在今天（{today}）之前，没有下发。", "请核对 --due")
    if not (new.everyone or new.villages or new.traits or new.needs):
        raise UsageError("要写明下发给谁：--village 村名、--trait 户情、--need 需求，或 --all。")
    with batch(database, "task issue", now=now, keep=not dry_run) as journal:
        concerned = _concerned(database, new)
        task, has_grown = _task_for(database, journal, new, duty, today)
        items = dict(database.execute("SELECT household_id, done_on FROM task_item WHERE task_id = ?", [task["id"]]))
        paired = [household for household in concerned if household["cadre_id"] is not None]
        given = [household for household in paired if household["id"] not in items]
        reached = [household for household in paired
                   if household["id"] not in items or (has_grown and items[household["id"]] is None)]
        if not reached:
            raise ConflictError("没有可下发的户：条件里的户都没有结对，或已在这项任务里。" if concerned
                                else "没有符合条件的户，没有下发。", "看有哪些户：lianhu household list")
        before = _open_tasks(database)
        journal.insert_many("task_item", [
            {"id": journal.next_id("task_item"), "task_id": task["id"], "household_id": household["id"]} for household in given])
        overloads = _overloads(database, given, before, task, settings.most_open_tasks)
        journal.summarise(f"任务 {task['code']} {mask_text(task['title'])}：下发 {len(reached)} 户")
    return Issued(None if dry_run else journal.batch, task, reached,
                  [household for household in concerned if household["cadre_id"] is None],
                  [household for household in paired if has_grown and items.get(household["id"]) is not None], overloads,
                  None if new.into else _merge_with(overloads, duty, today))


def _concerned(database: Database, new: NewTask) -> list[Record]:
    settings = load_settings(database)
    conditions = ""
    parameters: list[Any] = []
    if new.villages:
        condition, ids = in_villages(database, new.villages)
        conditions += f" AND {condition}"
        parameters += ids
    wanted = [("traits", open_word(settings, "traits", word)) for word in new.traits]
    wanted += [("needs", get_term(settings, "needs", word)) for word in new.needs]
    if wanted:
        condition, words = bears_any(wanted)
        conditions += f" AND {condition}"
        parameters += words
    return database.records(_CONCERNED.format(conditions), parameters)


def _task_for(database: Database, journal: Journal, new: NewTask, duty: str, today: date) -> tuple[Record, bool]:
    """The new task, or the one it is merged into under both titles; and whether that one has grown by it."""
    if new.into is None:
        twins = database.execute("SELECT code FROM task WHERE title = ? AND issued_on = ?", [new.title, today.isoformat()])
        if twins:
            raise ConflictError(f"今天已下发过“{mask_text(new.title)}”（{twins[0][0]}），没有再下发。",
                                "给更多的户下发同一项："
                                f"lianhu task issue {mask_text(new.title)} --duty {duty} --into {twins[0][0]} …")
        task = {"id": journal.next_id("task"), "code": next_code(database, "task", "T"), "title": new.title, "duty": duty,
                "issued_on": today.isoformat(), "due_on": new.due and new.due.isoformat(), "note": new.note}
        journal.insert("task", task)
        return task, False
    old = get_task(database, new.into)
    if old["duty"] != duty:
        raise ConflictError(f"{old['code']} 的职责是“{old['duty']}”，不是“{duty}”，没有并入。",
                            f"要并入，写 --duty {old['duty']}；要分开，不写 --into")
    if old["due_on"] is not None and old["due_on"] < today.isoformat():
        raise ConflictError(f"{old['code']} {mask_text(old['title'])}的期限 {old['due_on']} 已过，并进去一下发就逾期，没有并入。",
                            "不写 --into，单独下发")
    titles = old["title"].split("；")
    due = min(filter(None, (old["due_on"], new.due and new.due.isoformat())), default=None)
    merged = old | {"title": "；".join(dict.fromkeys([*titles, new.title])), "due_on": due}
    journal.update("task", old["id"], old, merged)
    return merged, new.title not in titles


def _open_tasks(database: Database) -> dict[int, dict[int, Record]]:
    """By cadre, the tasks with an open item at a household that the cadre holds, by their ids."""
    found: dict[int, dict[int, Record]] = defaultdict(dict)
    for row in database.records(
        "SELECT DISTINCT pairing.cadre_id, task.* FROM task_item JOIN task ON task.id = task_item.task_id "
        "JOIN household ON household.id = task_item.household_id AND household.closed_on IS NULL "
        "JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL "
        "WHERE task_item.done_on IS NULL ORDER BY task.id"
    ):
        found[row["cadre_id"]][row["id"]] = row
    return found


def _overloads(
    database: Database, given: Sequence[Record], before: dict[int, dict[int, Record]], task: Record, most: int
) -> list[Overload]:
    over = []
    for cadre_id in dict.fromkeys(household["cadre_id"] for household in given):
        has = [record for row_id, record in before.get(cadre_id, {}).items() if row_id != task["id"]]
        if len(has) + 1 > most:
            (cadre,) = database.records("SELECT * FROM cadre WHERE id = ?", [cadre_id])
            over.append(Overload(cadre, has))
    return over


def _merge_with(overloads: Sequence[Overload], duty: str, today: date) -> Record | None:
    """The open task that most of those concerned have already, of the same duty where there is one.

    One whose deadline has passed, or that was issued without one more than half a year ago, is an old matter.
    """
    since = (today - timedelta(days=TASK_ROUND)).isoformat()
    counts: dict[int, int] = defaultdict(int)
    tasks: dict[int, Record] = {}
    for overload in overloads:
        for task in overload.tasks:
            if task["due_on"] < today.isoformat() if task["due_on"] else task["issued_on"] < since:
                continue
            counts[task["id"]] += 1
            tasks[task["id"]] = task
    return max(tasks.values(), key=lambda task: (task["duty"] == duty, counts[task["id"]], -task["id"]), default=None)


def get_task(database: Database, word: str) -> Record:
    """The task of a code. Raises NotFoundError."""
    return get_by_code(database, "SELECT * FROM task WHERE upper(code) = ?", word, "任务", "看有哪些：lianhu task list")


class Finished(NamedTuple):
    """The batch (None on a dry run), the task, the items done, and named households without an open one."""

    batch: int | None
    task: Record
    items: list[Record]
    untouched: list[Record]


def finish_task(
    database: Database, word: str, *, households: Sequence[str] = (), by: str | None = None, villages: Sequence[str] = (),
    on: date, today: date, now: datetime, note: str | None = None, dry_run: bool = False,
) -> Finished:
    """Marks open items of a task as done: of households, of all that a cadre holds, of villages.

    Households closed by that day are left out. Raises UsageError for a day in the future or before
    the task was issued, ConflictError when no open item is meant.
    """
    task = get_task(database, word)
    if on > today or on.isoformat() < task["issued_on"]:
        raise UsageError(f"完成日期 {on} 不对：任务 {task['issued_on']} 下发，今天是 {today}。", "请核对 --on")
    if not (households or by or villages):
        raise UsageError("要写明哪些户完成了：写户，或 --by 干部，或 --village 村名。", f"lianhu task done {task['code']} H00001")
    refuse_forbidden(note)
    where = ["task.id = ?", "task_item.done_on IS NULL", "(household.closed_on IS NULL OR household.closed_on > ?)"]
    parameters = [task["id"], on.isoformat()]
    named = [get_standing_household(database, household) for household in households]
    if named:
        ids = [household["id"] for household in named]
        where.append(f"household.id IN ({', '.join('?' * len(ids))})")
        parameters += ids
    if by:
        where.append("holder.id = ?")
        parameters.append(get_cadre(database, by)["id"])
    if villages:
        condition, ids = in_villages(database, villages)
        where.append(condition)
        parameters += ids
    with batch(database, "task done", now=now, keep=not dry_run) as journal:
        items = database.records(_ITEMS.format(" AND ".join(where)), parameters)
        if not items:
            raise ConflictError(f"任务 {task['code']} 在这些户没有未完成的，没有改动。", f"lianhu task list {task['code']}")
        for item in items:
            doer = holder_on(database, item["household_id"], on.isoformat())
            _finish(journal, item, on.isoformat(), doer, None, note)
        journal.summarise(f"任务 {task['code']} {mask_text(task['title'])}：完成 {len(items)} 户")
    touched = {item["household_id"] for item in items}
    return Finished(None if dry_run else journal.batch, task, items,
                    [household for household in named if household["id"] not in touched])


_ITEM_COLUMNS = ("id", "task_id", "household_id", "done_on", "cadre_id", "visit_id", "note")


def _finish(
    journal: Journal, item: Record, day: str, cadre_id: int | None, visit_id: int | None, note: str | None
) -> None:
    before = {name: item[name] for name in _ITEM_COLUMNS}
    journal.update("task_item", item["id"], before, before | {
        "done_on": day, "cadre_id": cadre_id, "visit_id": visit_id, "note": note or before["note"]})


def answer_by_visit(journal: Journal, visit: Record) -> list[str]:
    """Marks the household's open items of the visit's duties as done; gives the codes of their tasks."""
    duties = str(visit["duties"]).split("、")
    items = journal.database.records(_ITEMS.format(
        "task_item.household_id = ? AND task_item.done_on IS NULL AND task.issued_on <= ? "
        f"AND task.duty IN ({', '.join('?' * len(duties))})"), [visit["household_id"], visit["visited_on"], *duties])
    for item in items:
        _finish(journal, item, visit["visited_on"], visit["cadre_id"], visit["id"], None)
    return [item["task"] for item in items]


def list_tasks(database: Database, *, unfinished: bool = False) -> list[Record]:
    """Tasks with the number of their items and of those done, the latest first.

    What a household had not done when it was closed is no item any more.
    """
    items = "count(CASE WHEN task_item.done_on IS NOT NULL OR household.closed_on IS NULL THEN task_item.id END)"
    return database.records(
        f"SELECT task.*, {items} AS items, count(task_item.done_on) AS done FROM task "
        "LEFT JOIN task_item ON task_item.task_id = task.id "
        "LEFT JOIN household ON household.id = task_item.household_id GROUP BY task.id "
        + (f"HAVING count(task_item.done_on) < {items} " if unfinished else "") + "ORDER BY task.id DESC")


def list_items(
    database: Database, *, task: str | None = None, by: str | None = None, village: str | None = None,
    household: str | None = None, unfinished: bool = False,
) -> list[Record]:
    """Items with their task, household and the cadre who holds it now; ``by`` did them or has them open."""
    condition, parameters = narrowed(
        database, ("task.id = ?", get_task(database, task)["id"] if task else None),
        ("coalesce(task_item.cadre_id, holder.id) = ?", get_cadre(database, by)["id"] if by else None), household=household,
        village=village)
    if unfinished:
        condition += " AND task_item.done_on IS NULL AND household.closed_on IS NULL"
    return database.records(_ITEMS.format(condition), parameters)
