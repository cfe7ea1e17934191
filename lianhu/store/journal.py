"""Every write of the program: rows go in here, and what they replaced is kept.

A command is a batch; each row it writes leaves a change. An insert keeps no copy but a hash, an update
the changed columns before and after, a delete the whole row. ``store.undo`` reads them back.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

from lianhu.errors import ConflictError
from lianhu.store.connection import Database, Record
from lianhu.store.digests import seal
from lianhu.store.schema import COLUMNS


class Journal:
    """The open batch. ``batch`` is its number; counts of rows written and ids of new rows are kept by table."""

    def __init__(self, database: Database, batch: int) -> None:
        self.database = database
        self.batch = batch
        self.written: dict[str, int] = {}
        self.inserted: dict[str, list[int]] = {}
        self._next: dict[str, int] = {}

    def next_id(self, table: str) -> int:
        """The id for the next new row of a table, allotted here so that references can be made
        before rows are written.

        An id that an undo has freed is not given again: undoing the undo would mix up two records.
        """
        if table not in self._next:
            ((last, deleted),) = self.database.execute(
                f"SELECT (SELECT max(id) FROM {table}), "
                "(SELECT max(row_id) FROM change WHERE table_name = ? AND action = 'delete')", [table])
            self._next[table] = max(last or 0, deleted or 0)
        self._next[table] += 1
        return self._next[table]

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Writes one new row and gives its id back."""
        row_id: int = values["id"] if "id" in values else self.next_id(table)
        self.insert_many(table, [{**values, "id": row_id}])
        return row_id

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes new rows that carry their ids; columns a row does not name are left empty."""
        if not rows:
            return
        given = set().union(*rows)
        columns = tuple(name for name in COLUMNS[table] if name in given)
        assert len(columns) == len(given), (table, given - set(columns))
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{name}"' for name in columns)
        complete = hasattr(type(rows[0]), "__missing__") or all(len(row) == len(columns) for row in rows)
        if len(columns) > 1 and complete:
            values: Iterable[Sequence[Any]] = map(itemgetter(*columns), rows)
        else:
            values = ([row.get(name) for name in columns] for row in rows)
        self.database.write_rows(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        ids = [row["id"] for row in rows]
        self.inserted.setdefault(table, []).extend(ids)
        self._log_inserts(table, ids)
        self._count(table, len(rows))

    def _log_inserts(self, table: str, ids: list[int]) -> None:
        """One change per new row; SQLite counts a run of ids up faster than they can be handed over."""
        if len(ids) > 1 and ids == list(range(ids[0], ids[-1] + 1)):
            self.database.execute(
                "INSERT INTO change (batch_id, table_name, row_id, action) "
                f"SELECT ?, ?, id, 'insert' FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id",
                [self.batch, table, ids[0], ids[-1]])
        else:
            self._log(table, "insert", ((row_id, None, None) for row_id in ids))

    def update(self, table: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Writes those columns of ``after`` that differ from ``before``; False if none does."""
        changed = [name for name in COLUMNS[table] if name in after and after[name] != before.get(name)]
        if not changed:
            return False
        names = ", ".join(f'"{name}" = ?' for name in changed)
        self.database.execute(
            f"UPDATE {table} SET {names} WHERE id = ?", [*(after[name] for name in changed), row_id]
        )
        old = {name: before.get(name) for name in changed}
        new = {name: after[name] for name in changed}
        self._log(table, "update", [(row_id, old, new)])
        self._count(table, 1)
        return True

    def delete(self, table: str, row: Record, *, undoes: int | None = None) -> None:
        """Deletes a row given whole. Used by undo, and for a task that two households had which are one."""
        self.database.execute(f"DELETE FROM {table} WHERE id = ?", [row["id"]])
        self._log(table, "delete", [(row["id"], row, None)], undoes)
        self._count(table, 1)

    def restore(
        self, table: str, row_id: int, before: Record | None, after: Record | None, undoes: int
    ) -> None:
        """Puts columns back (an undone update) or the whole row (an undone delete)."""
        if before is None and after is not None:
            columns = ", ".join(f'"{name}"' for name in after)
            marks = ", ".join("?" * len(after))
            self.database.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [*after.values()])
            self._log(table, "insert", [(row_id, None, None)], undoes)
        elif after is not None:
            names = ", ".join(f'"{name}" = ?' for name in after)
            self.database.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*after.values(), row_id])
            self._log(table, "update", [(row_id, before, after)], undoes)
        self._count(table, 1)

    def summarise(self, summary: str) -> None:
        """What the batch did, in one line of Chinese for ``lianhu log``."""
        self.database.execute("UPDATE batch SET summary = ? WHERE id = ?", [summary, self.batch])

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Takes back what was written inside, the counts too, when the block ends in a conflict."""
        before = dict(self.written)
        self.database.execute("SAVEPOINT attempt")
        try:
            yield
        except ConflictError:
            self.database.execute("ROLLBACK TO attempt")
            self.database.execute("RELEASE attempt")
            self.written = before
            raise
        self.database.execute("RELEASE attempt")

    @property
    def is_empty(self) -> bool:
        return not self.written

    def _count(self, table: str, rows: int) -> None:
        self.written[table] = self.written.get(table, 0) + rows

    def _log(
        self, table: str, action: str,
        rows: Iterable[tuple[int, Record | None, Record | None]], undoes: int | None = None,
    ) -> None:
        self.database.write_rows(
            'INSERT INTO change (batch_id, table_name, row_id, action, "before", "after", undoes) '
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (self.batch, table, row_id, action, _json(before), _json(after), undoes)
                for row_id, before, after in rows
            ),
        )


def _json(record: Record | None) -> str | None:
    if record is None:
        return None
    import json  # an insert keeps no copy, so what is typed most often goes without

    return json.dumps(record, ensure_ascii=False)


def _storable(file_name: str) -> str:
    """A file's name with what is no UTF-8 replaced, as in names from an old Windows disk."""
    return file_name.encode("utf-8", "replace").decode()


def actor() -> str:
    """Who is at the keyboard, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未知"


@contextmanager
def batch(
    database: Database, command: str, *, now: datetime, file_name: str | None = None,
    file_sha256: str | None = None, undoes: int | None = None, keep: bool = True,
) -> Iterator[Journal]:
    """One writing command: one transaction, one batch.

    A batch that wrote no row leaves no trace, not even an empty database. ``keep=False`` is a dry
    run: everything is done, looked at and thrown away.
    """
    with database.transaction(keep=lambda: keep and not journal.is_empty):
        ((number,),) = database.execute("SELECT coalesce(max(id), 0) + 1 FROM batch")
        database.execute(
            "INSERT INTO batch (id, at, command, actor, file_name, file_sha256, summary, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, '', ?)",
            [number, now.isoformat(" ", "seconds"), command, actor(), file_name and _storable(file_name),
             file_sha256, undoes],
        )
        journal = Journal(database, number)
        yield journal
        if keep and journal.inserted:
            database.execute("UPDATE batch SET digests = ? WHERE id = ?", [seal(database, journal.inserted), number])


def note_reading(database: Database, command: str, what: str, *, now: datetime) -> None:
    """Logs that full numbers were shown or records exported, and why; no batch, nothing to undo."""
    if database.reason:
        what = f"{what}（原因：{database.reason}）"
    with database.transaction():
        database.execute(
            "INSERT INTO reading (at, command, actor, what) VALUES (?, ?, ?, ?)",
            [now.isoformat(" ", "seconds"), command, actor(), what],
        )
