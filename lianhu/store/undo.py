"""Taking a batch back, exactly, row by row; what cannot be taken back is left and named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from lianhu.errors import ConflictError
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal
from lianhu.store.schema import REFERENCES


@dataclass(slots=True)
class Row:
    """A row a batch wrote: where it is, and for one that stays, the batch that is in the way."""

    table: str
    row_id: int
    blocker: int | None = None
    referrer: str = ""
    """The table with a later row that needs this one, where that is the reason."""
    missing: str = ""
    """The table of a record this one would have to point to but which is gone."""
    is_taken: bool = False
    """Whether its code or number has been given to another record since."""


@dataclass(slots=True)
class Undone:
    """What an undo did: rows taken back, rows left because of later changes."""

    taken_back: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _Change:
    id: int
    batch: int
    table: str
    row_id: int
    action: str
    before: Record | None
    after: Record | None
    undoes: int | None


def _changes(database: Database, where: str, parameters: list[int]) -> list[_Change]:
    rows = database.execute(
        'SELECT id, batch_id, table_name, row_id, action, "before", "after", undoes FROM change '
        f"WHERE {where} ORDER BY id", parameters)
    return [
        _Change(a, b, t, r, action, before and json.loads(before), after and json.loads(after), undoes)
        for a, b, t, r, action, before, after, undoes in rows
    ]


def _standing(history: Iterable[_Change]) -> list[_Change]:
    """The changes of one row that still stand, oldest first: what was undone has cancelled out.

    An undo cancels the change on top of the stack; undoing that undo puts it back.
    """
    stack: list[_Change] = []
    cancelled: dict[int, _Change] = {}
    for change in history:
        if change.undoes is None:
            stack.append(change)
        elif stack and stack[-1].id == change.undoes:
            cancelled[change.id] = stack.pop()
        elif change.undoes in cancelled:
            stack.append(cancelled[change.undoes])
            # Undoing the undo stands under its own number too, so that it can be undone again.
            stack[-1] = _Change(change.id, change.batch, change.table, change.row_id, stack[-1].action,
                                stack[-1].before, stack[-1].after, None)
        else:
            stack.append(change)
    return stack


def take_back(database: Database, journal: Journal, target: int) -> Undone:
    """Undoes batch ``target`` inside the open journal; rows changed since then are left as they are."""
    own = _changes(database, "batch_id = ?", [target])
    later = _changes(
        database,
        "batch_id > ? AND batch_id < ? AND EXISTS (SELECT 1 FROM change AS own WHERE own.batch_id = ? "
        "AND own.table_name = change.table_name AND own.row_id = change.row_id)",
        [target, journal.batch, target])
    histories: dict[tuple[str, int], list[_Change]] = defaultdict(list)
    for change in (*own, *later):
        histories[change.table, change.row_id].append(change)

    result = Undone()
    free: dict[tuple[str, int], list[_Change]] = {}
    for (table, row_id), history in histories.items():
        standing = _standing(history)
        mine = [change for change in history if change.batch == target]
        blocker = next((c for c in standing if c.batch != target), None)
        if blocker is not None:
            result.left.append(Row(table, row_id, blocker.batch))
        elif standing:
            free[table, row_id] = mine
    _hold_what_is_needed(database, free, result)
    _apply(database, journal, free, result)
    return result


def _hold_what_is_needed(
    database: Database, free: dict[tuple[str, int], list[_Change]], result: Undone
) -> None:
    """Keeps rows that the undo would delete but staying rows point to, and does not bring back rows
    that would point to nothing; each kept row may keep others, so until nothing changes."""
    while True:
        held = _still_needed(database, free) | _homeless(database, free)
        if not held:
            return
        for (table, row_id), row in held.items():
            del free[table, row_id]
            result.left.append(row)


def _doomed(free: dict[tuple[str, int], list[_Change]]) -> dict[str, set[int]]:
    """Rows that the undo would delete, by table."""
    doomed: dict[str, set[int]] = defaultdict(set)
    for (table, row_id), changes in free.items():
        if changes[0].action == "insert":
            doomed[table].add(row_id)
    return doomed


def _still_needed(
    database: Database, free: dict[tuple[str, int], list[_Change]]
) -> dict[tuple[str, int], Row]:
    doomed = _doomed(free)
    held: dict[tuple[str, int], Row] = {}
    for table, column, target in REFERENCES:
        if not doomed.get(target) or table in {"change", "batch"}:
            continue
        for row_id, pointed in database.execute(
            f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"
        ):
            if pointed in doomed[target] and row_id not in doomed.get(table, ()) \
                    and not _lets_go(free.get((table, row_id)), column):
                held.setdefault((target, pointed), Row(target, pointed, None, table))
    return held


def _lets_go(changes: list[_Change] | None, column: str) -> bool:
    """Whether undoing these changes makes the row point elsewhere."""
    return bool(changes) and any(c.before and column in c.before for c in changes or ())


def _homeless(
    database: Database, free: dict[tuple[str, int], list[_Change]]
) -> dict[tuple[str, int], Row]:
    """Rows that would be given back a reference to a record which is no longer there."""
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, column, target in REFERENCES:
        columns[table].append((column, target))
    returning: dict[str, set[int]] = defaultdict(set)
    for (table, row_id), changes in free.items():
        if changes[0].action == "delete":
            returning[table].add(row_id)
    doomed, there = _doomed(free), {}
    held = {}
    for (table, row_id), changes in free.items():
        for change in changes:
            if change.action == "insert" or change.before is None:
                continue
            for column, target in columns[table]:
                value = change.before.get(column)
                if value is None or value in returning[target]:
                    continue
                if target not in there:
                    there[target] = {found for (found,) in database.execute(f"SELECT id FROM {target}")}
                if value not in there[target] or value in doomed[target]:
                    held[table, row_id] = Row(table, row_id, None, "", target)
    return held


def _apply(
    database: Database, journal: Journal, free: dict[tuple[str, int], list[_Change]], result: Undone
) -> None:
    database.execute("PRAGMA defer_foreign_keys = ON")
    for key, changes in sorted(free.items(), key=lambda item: -item[1][-1].id):
        database.execute("SAVEPOINT one_row")
        try:
            for change in reversed(changes):
                _revert(database, journal, change)
        except ConflictError:
            # Its code or number is taken by a record that came later.
            database.execute("ROLLBACK TO one_row")
            result.left.append(Row(*key, is_taken=True))
        else:
            result.taken_back.append(Row(*key))
        database.execute("RELEASE one_row")


def _revert(database: Database, journal: Journal, change: _Change) -> None:
    if change.action == "insert":
        (row,) = database.records(f"SELECT * FROM {change.table} WHERE id = ?", [change.row_id])
        journal.delete(change.table, row, undoes=change.id)
    elif change.action == "delete":
        journal.restore(change.table, change.row_id, None, change.before, change.id)
    else:
        journal.restore(change.table, change.row_id, change.after, change.before, change.id)
