"""Taking a batch back, exactly, row by row; what cannot be taken back is left and named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lianhu.errors import ConflictError
from lianhu.store.connection import Database, Record
from lianhu.store.journal import Journal
from lianhu.store.schema import REFERENCES

Key = tuple[str, int]
"""A row: its table and id."""


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
    origin: int
    """The batch that first made it; ``batch`` may be one that made it again by undoing an undo."""


def _changes(database: Database, where: str, parameters: list[int]) -> list[_Change]:
    rows = database.execute(
        'SELECT id, batch_id, table_name, row_id, action, "before", "after", undoes FROM change '
        f"WHERE {where} ORDER BY id", parameters)
    return [
        _Change(a, b, t, r, action, before and json.loads(before), after and json.loads(after), undoes, b)
        for a, b, t, r, action, before, after, undoes in rows
    ]


def _standing(history: Iterable[_Change]) -> list[_Change]:
    """The changes of one row that still stand, oldest first: what was undone has cancelled out.

    An undo cancels the change on top of the stack, and with it those above that came to nothing; undoing
    that undo puts it back.
    """
    stack: list[_Change] = []
    cancelled: dict[int, _Change] = {}
    for change in history:
        at = next((at for at, below in enumerate(stack) if below.id == change.undoes), None)
        if at is not None and _came_to_nothing(stack[at + 1:]):
            cancelled[change.id] = stack[at]
            del stack[at:]
        elif change.undoes in cancelled:
            # It stands under the number of the undo's undo, so that it can be undone again.
            stack.append(replace(cancelled[change.undoes], id=change.id, batch=change.batch, undoes=None))
        else:
            stack.append(change)
    return stack


def _came_to_nothing(changes: Sequence[_Change]) -> bool:
    """Whether these changes of one row, oldest first, left it as it was."""
    if any(change.action != "update" for change in changes):
        return False
    became: Record = {}
    for change in changes:
        became |= change.after or {}
    return became == _given_back(changes)


def take_back(database: Database, journal: Journal, target: int) -> Undone:
    """Undoes batch ``target`` inside the open journal; rows changed since then are left as they are."""
    own = _changes(database, "batch_id = ?", [target])
    later = _changes(
        database,
        "batch_id > ? AND batch_id < ? AND (table_name, row_id) IN "
        "(SELECT table_name, row_id FROM change WHERE batch_id = ?)",
        [target, journal.batch, target])
    histories: dict[Key, list[_Change]] = defaultdict(list)
    for change in (*own, *later):
        histories[change.table, change.row_id].append(change)

    result = Undone()
    free: dict[Key, list[_Change]] = {}
    for (table, row_id), history in histories.items():
        standing = _standing(history)
        if not any(change.origin == target for change in standing):
            continue
        # What an undone undo has brought back is that one's to take back.
        mine = [change for change in standing if change.batch == target]
        later = [change for change in standing if change.batch != target]
        if mine and _came_to_nothing(later):
            free[table, row_id] = mine
        elif not _came_to_nothing(mine or later):
            result.left.append(Row(table, row_id, later[0].batch))
    while True:
        _hold_what_is_needed(database, free, result)
        taken = _apply(database, journal, free)
        if not taken:
            break
        # Rows that stay may hold others in their place, so what is left is looked at anew.
        for key in taken:
            del free[key]
            result.left.append(Row(*key, is_taken=True))
    result.taken_back = [Row(*key) for key in sorted(free, key=lambda key: -free[key][-1].id)]
    return result


def _hold_what_is_needed(database: Database, free: dict[Key, list[_Change]], result: Undone) -> None:
    """Keeps rows that the undo would delete but staying rows point to, and does not bring back rows
    that would point to nothing; each kept row may keep others, so until nothing changes."""
    while True:
        held = _still_needed(database, free) | _homeless(database, free)
        if not held:
            return
        for key, row in held.items():
            del free[key]
            result.left.append(row)


def _ending(free: dict[Key, list[_Change]], action: str) -> dict[str, set[int]]:
    """By table, the rows that the undo deletes ("insert") or brings back ("delete")."""
    found: dict[str, set[int]] = defaultdict(set)
    for (table, row_id), changes in free.items():
        if any(change.action == action for change in changes):
            found[table].add(row_id)
    return found


def _still_needed(database: Database, free: dict[Key, list[_Change]]) -> dict[Key, Row]:
    doomed = _ending(free, "insert")
    held: dict[Key, Row] = {}
    for table, column, target in REFERENCES:
        if not doomed.get(target) or table in {"change", "batch"}:
            continue
        for row_id, pointed in database.execute(
            f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"
        ):
            if pointed in doomed[target] and row_id not in doomed.get(table, ()) \
                    and _given_back(free.get((table, row_id), ())).get(column, pointed) == pointed:
                held.setdefault((target, pointed), Row(target, pointed, None, table))
    return held


def _given_back(changes: Iterable[_Change]) -> Record:
    """The values that a row has again when all these changes of it are undone."""
    values: Record = {}
    for change in changes:
        # The oldest change has the last word.
        values = (change.before or {}) | values
    return values


def _homeless(database: Database, free: dict[Key, list[_Change]]) -> dict[Key, Row]:
    """Rows that would be given back a reference to a record which is no longer there."""
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, column, target in REFERENCES:
        columns[table].append((column, target))
    doomed, returning = _ending(free, "insert"), _ending(free, "delete")
    there: dict[str, set[int]] = {}
    held = {}
    for (table, row_id), changes in free.items():
        if row_id in doomed[table]:
            continue
        values = _given_back(changes)
        for column, target in columns[table]:
            value = values.get(column)
            if value is None or value in returning[target]:
                continue
            if target not in there:
                there[target] = {found for (found,) in database.execute(f"SELECT id FROM {target}")}
            if value not in there[target] or value in doomed[target]:
                held[table, row_id] = Row(table, row_id, None, "", target)
    return held


def _apply(database: Database, journal: Journal, free: dict[Key, list[_Change]]) -> list[Key]:
    """Reverts the changes, the latest first, so that a code passed from row to row finds its way back.

    Gives the rows whose code or number a later record has taken; then nothing has been written.
    """
    database.execute("PRAGMA defer_foreign_keys = ON")
    taken: list[Key] = []
    with suppress(ConflictError), journal.attempt():
        for change in sorted((c for changes in free.values() for c in changes), key=lambda c: -c.id):
            key = change.table, change.row_id
            if key in taken:
                continue
            try:
                _revert(database, journal, change)
            except ConflictError:
                taken.append(key)
        if taken:
            raise ConflictError("rows are taken")
    return taken


def _revert(database: Database, journal: Journal, change: _Change) -> None:
    if change.action == "insert":
        (row,) = database.records(f"SELECT * FROM {change.table} WHERE id = ?", [change.row_id])
        journal.delete(change.table, row, undoes=change.id)
    elif change.action == "delete":
        journal.restore(change.table, change.row_id, None, change.before, change.id)
    else:
        journal.restore(change.table, change.row_id, change.after, change.before, change.id)
