"""The change log against the tables: whatever stands must follow from what was logged, and nothing else.

Of a changed row every value that the log names is compared, of a deleted one the whole row. An insert keeps no
copy: what a row was then is worked out from what it is now and the changes since, and its hash compared.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from lianhu.services.checks.words import columns_title
from lianhu.services.history import record_name
from lianhu.store.connection import Database
from lianhu.store.digests import Sealed, as_text, hashes, read_seal, text_of
from lianhu.store.queries import in_parts
from lianhu.store.schema import COLUMNS

LOG_TABLES = ("batch", "change", "reading")
_LOG_NAMES = {"batch": "批次", "change": "逐行改动", "reading": "查看与导出记录"}
_ACTIONS = {"insert": "新增", "update": "修改", "delete": "删除"}
_ABSENT = object()


class LogFault(NamedTuple):
    """A contradiction: rule, table, row (None for the log itself), and what it is in Chinese."""

    rule: str
    table: str
    row_id: int | None
    told: str


def log_faults(database: Database, columns: dict[str, tuple[str, ...]]) -> Iterator[LogFault]:
    """Every contradiction in the log itself and between it and the tables."""
    yield from _gaps(database)
    replay = _Replay(columns)
    for rows in database.chunks('SELECT id, batch_id, table_name, row_id, action, "before", "after" FROM change ORDER BY id'):
        for row in rows:
            replay.add(*row)
    yield from replay.faults
    yield from replay.compared(database)
    yield from _altered(database, replay)


def _gaps(database: Database) -> Iterator[LogFault]:
    """Entries are numbered without a gap and every batch has changes, so what was taken out leaves a hole."""
    for table in LOG_TABLES:
        last = 0
        for rows in database.chunks(f"SELECT id FROM {table} ORDER BY id"):
            if rows[0][0] == last + 1 and rows[-1][0] == last + len(rows):
                last += len(rows)
                continue
            for (number,) in rows:
                if number != last + 1:
                    yield LogFault("log-gap", table, None, f"{_LOG_NAMES[table]}缺第 {last + 1} 到 {number - 1} 条")
                last = number
    for (number,) in database.execute("SELECT id FROM batch WHERE id NOT IN (SELECT batch_id FROM change) ORDER BY id"):
        yield LogFault("log-gap", "batch", None, f"批次 {number} 的改动记录没有了")


def _altered(database: Database, replay: _Replay) -> Iterator[LogFault]:
    """Rows that are not what their batch inserted, as far as the log does not tell of it."""
    for number, text in database.execute("SELECT id, digests FROM batch WHERE digests IS NOT NULL ORDER BY id"):
        try:
            tables = read_seal(text)
        except ValueError:
            yield LogFault("log-broken", "batch", None, f"批次 {number} 登记内容的校验码读不了，是 lianhu 以外的程序改的")
            continue
        for sealed in tables:
            yield from _altered_rows(database, replay, number, sealed)


def _altered_rows(database: Database, replay: _Replay, number: int, sealed: Sealed) -> Iterator[LogFault]:
    lost: set[int] = set()

    def texts() -> Iterator[tuple[int, bytes]]:
        for rows in database.chunks(
            f"SELECT c.row_id, CASE WHEN r.id IS NOT NULL THEN {as_text(sealed.table, sealed.width, 'r.')} END "
            f"FROM change AS c LEFT JOIN {sealed.table} AS r ON r.id = c.row_id "
            "WHERE c.batch_id = ? AND c.table_name = ? AND c.action = 'insert' AND c.undoes IS NULL ORDER BY c.row_id",
            [number, sealed.table]
        ):
            for row_id, text in rows:
                if replay.is_passing(sealed.table, row_id):
                    continue
                known = replay.text(database, sealed, row_id, text)
                if known is None:
                    lost.add(row_id)
                yield row_id, known or b""

    made = [*hashes(texts())]
    if len(made) != len(sealed.hashes):
        yield LogFault("log-broken", sealed.table, None, f"批次 {number} 登记的记录和它的校验码数目不符")
        return
    for (ids, found), kept in zip(made, sealed.hashes, strict=True):
        # What is lost is told elsewhere, and nothing can be told of those hashed together with it.
        if found != kept and not lost.intersection(ids):
            which = "" if len(ids) == 1 else f"到 {record_name(database, sealed.table, ids[-1])} 的 {len(ids)} 条里，有的"
            yield LogFault("changed-outside", sealed.table, ids[0],
                           f"{which}和批次 {number} 登记时的内容不同，是 lianhu 以外的程序改的")


class _Replay:
    """What the log says there is: rows by table, and the values it names."""

    def __init__(self, columns: dict[str, tuple[str, ...]]) -> None:
        self.faults: list[LogFault] = []
        self._there: dict[str, set[int]] = {table: set() for table in columns if table not in LOG_TABLES}
        self._values: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._deleted: dict[tuple[str, int], dict[str, Any]] = {}
        self._first: dict[tuple[str, int], dict[str, Any]] = {}
        """Of a changed row what the batch that inserted it had left in the columns changed since."""
        self._own: tuple[int, set[tuple[str, int]]] = 0, set()
        """The batch at hand and what it inserted: its own later changes are in the hashes."""
        self._passing: set[tuple[str, int]] = set()
        """Rows that the batch which inserted them took away again."""

    def add(
        self, number: int, batch: int, table: str, row_id: int, action: str, before: str | None, after: str | None
    ) -> None:
        """The next change of the log."""
        rows = self._there.get(table)
        if rows is None:
            self._complain(table, None, f"批次 {batch} 的改动 {number} 是一张没有的表")
            return
        if (row_id in rows) == (action == "insert"):
            self._complain(table, row_id, f"批次 {batch} 的改动 {number} 和前面的记录接不上（{_ACTIONS.get(action, action)}）")
        if batch != self._own[0]:
            self._own = batch, set()
        key = table, row_id
        is_own = key in self._own[1]
        if action == "insert":
            rows.add(row_id)
            self._own[1].add(key)
            if key in self._deleted:
                # An undone delete brings the whole row back.
                self._values[table][row_id] = self._deleted.pop(key)
            return
        if key in self._deleted and action == "update":
            return
        old = json.loads(before or "{}")
        if is_own and action == "delete":
            self._passing.add(key)
        elif not is_own and action == "update":
            self._first[key] = old | self._first.get(key, {})
        known = self._values[table].get(row_id, {})
        torn = [name for name, value in old.items() if known.get(name, value) != value]
        if torn:
            self._complain(table, row_id, f"批次 {batch} 改动它以前，{columns_title(torn)}已被改过，日志里没有")
        if action == "delete":
            rows.discard(row_id)
            self._values[table].pop(row_id, None)
            self._deleted[key] = old
        else:
            self._values[table][row_id] = known | json.loads(after or "{}")

    def text(self, database: Database, sealed: Sealed, row_id: int, text: bytes | None) -> bytes | None:
        """The text of a row as its batch left it, given that of the row as it stands (None where it is gone);
        None for one that the log does not know to be gone."""
        key = sealed.table, row_id
        first = self._first.get(key, {})
        if text is not None and not first:
            return text
        if text is None and key not in self._deleted:
            return None
        record = self._deleted[key] if text is None else \
            database.records(f"SELECT * FROM {sealed.table} WHERE id = ?", [row_id])[0]
        return text_of(database, [(record | first).get(name) for name in COLUMNS[sealed.table][:sealed.width]])

    def is_passing(self, table: str, row_id: int) -> bool:
        """Whether the batch that inserted a row took it away again."""
        return (table, row_id) in self._passing

    def _complain(self, table: str, row_id: int | None, told: str) -> None:
        self.faults.append(LogFault("log-broken", table, row_id, told))

    def compared(self, database: Database) -> Iterator[LogFault]:
        """Where the tables differ from what the log says."""
        for table, logged in self._there.items():
            there = {row_id for rows in database.chunks(f"SELECT id FROM {table}") for (row_id,) in rows}
            for row_id in sorted(there - logged):
                yield LogFault("not-logged", table, row_id, "日志里没有登记过它，是 lianhu 以外的程序写进来的")
            for row_id in sorted(logged - there):
                yield LogFault("lost", table, row_id, "日志里登记过，没有删除的记录，现在却没有了")
            yield from self._changed_outside(database, table)

    def _changed_outside(self, database: Database, table: str) -> Iterator[LogFault]:
        values = self._values[table]
        for part in in_parts(sorted(values)):
            marks = ", ".join("?" * len(part))
            for record in database.records(f"SELECT * FROM {table} WHERE id IN ({marks})", part):
                differing = [name for name, value in values[record["id"]].items() if record.get(name, _ABSENT) != value]
                if differing:
                    yield LogFault("changed-outside", table, record["id"],
                                   f"{columns_title(differing)}和日志里最后一次改动不同，是 lianhu 以外的程序改的")
