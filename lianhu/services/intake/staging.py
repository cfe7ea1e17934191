"""What an import is about to write: records with their state before, looked up before written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianhu.domain.headings import Layout
from lianhu.domain.masks import mask_text
from lianhu.domain.matching import Heading
from lianhu.domain.rows import Problem, Row, SheetRows, missing_problem
from lianhu.domain.table import Sheet, coordinate
from lianhu.store.connection import Database
from lianhu.store.journal import Journal
from lianhu.store.queries import code_number, in_parts, last_code, make_code
from lianhu.store.schema import REFERENCES


@dataclass(slots=True)
class Source:
    """One recognised sheet of the import with its rows."""

    path: Path
    sheet: Sheet
    read: SheetRows
    many_files: bool = False
    outcome: dict[int, str] = field(default_factory=dict)
    """Excel row → created, updated or unchanged, for rows that went in."""
    is_export: bool = field(init=False)
    """Whether the sheet has every column that only an export has: there a blank says that nothing is recorded."""

    def __post_init__(self) -> None:
        told = {heading.column.field for heading in self.layout.headings if heading.column is not None}
        self.is_export = told.issuperset(column.field for column in self.layout.form.columns if column.export_only)

    @property
    def layout(self) -> Layout:
        return self.read.layout

    @property
    def rows(self) -> list[Row]:
        return self.read.rows

    @property
    def kind(self) -> str:
        return self.layout.form.kind

    @property
    def shown(self) -> str:
        return f"{self.path.name}《{self.sheet.name}》" if self.many_files else f"《{self.sheet.name}》"

    def heading(self, fields: Sequence[str]) -> Heading | None:
        """The first of the fields that this sheet has a column for."""
        for name in fields:
            for heading in self.layout.headings:
                if heading.column is not None and heading.column.field == name:
                    return heading
        return None

    def blamed(self, row: Row, fields: Sequence[str]) -> Heading | None:
        """The heading a row's problem is shown at: of the first field it fills, else that it has."""
        filled = [name for name in fields if row.values.get(name) is not None]
        return self.heading(filled) or self.heading(fields)

    def refuse_missing(self, row: Row, *names: str) -> None:
        """Makes each of these cells that is blank a problem of the row, unless its fault has been told."""
        for name in names:
            column = self.layout.form.by_field[name]
            if row.values.get(name) is None and not any(p.level == "error" and p.heading == column.label for p in row.problems):
                row.refuse(missing_problem(row, column, self.position(name)))

    def tell(self, row: Row, name: str, code: str, level: str, message: str) -> None:
        """A problem of a row at one of its cells; an error keeps the row out."""
        value = row.values.get(name)
        row.refuse(Problem(
            coordinate(row.number, self.position(name)), row.number, self.layout.form.by_field[name].label, code, level,
            message, "" if value is None else str(value)))

    def position(self, name: str) -> int:
        heading = self.heading((name,))
        return heading.position if heading else 0


def picked(row: Row, *names: str) -> dict[str, Any]:
    """These values of a row, None for those it does not have."""
    return {name: row.values.get(name) for name in names}


def as_recorded(source: Source, row: Row) -> bool:
    """Whether a row comes out of an export: its blanks are what is recorded, and nothing follows from them.

    A row that was added to one by hand has no code yet, a ticket no deadline.
    """
    return source.is_export and row.values.get("code" if "code" in source.layout.form.by_field else "due_on") is not None


class Sparse(dict[str, Any]):
    """The values of a new record in which what was never given is None.

    A town's rosters fill half of a household's columns; the other half need not stand in memory.
    """

    __slots__ = ()

    def __missing__(self, _name: str) -> None:
        return None


class _Erased:
    """The value of a blank cell under ``--replace``; false, as blanks are."""

    def __bool__(self) -> bool:
        return False


ERASED: Any = _Erased()


@dataclass(slots=True, eq=False)
class Staged:
    """A record of the import: ``before`` as stored (None if new), ``values`` as it will be.

    A value that is itself a Staged stands for that record's id, which new records get late.
    """

    table: str
    before: dict[str, Any] | None
    values: dict[str, Any]

    def give(self, values: dict[str, Any]) -> None:
        """Takes values over; a blank never erases, nor does the masked copy of a text.

        ``ERASED`` is the blank of an import that was told to let blanks erase.
        """
        for name, value in values.items():
            if value is ERASED:
                self.values[name] = None
            elif value is not None and (self.before is None or not _is_masked_copy(value, self.values.get(name))):
                self.values[name] = value

    @property
    def change(self) -> str:
        """created, updated or unchanged."""
        if self.before is None:
            return "created"
        return "unchanged" if self.resolved() == self.before else "updated"

    def resolved(self) -> dict[str, Any]:
        values = self.values.copy()
        for name in _REFERRING[self.table]:
            value = values.get(name)
            if isinstance(value, Staged):
                values[name] = value.values.get("id")
        return values


_REFERRING: dict[str, list[str]] = defaultdict(list)
for _table, _column, _ in REFERENCES:
    _REFERRING[_table].append(_column)


def _is_masked_copy(value: Any, recorded: Any) -> bool:
    """Whether a value is what an export without --full shows of the recorded one."""
    return isinstance(value, str) and "*" in value and isinstance(recorded, str) and mask_text(recorded) == value


class Stage:
    """All records an import touches, by table, in the order in which they will be written."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._loaded: dict[str, list[Staged]] = {}
        self._new: dict[str, list[Staged]] = defaultdict(list)
        self._by_id: dict[str, dict[int, Staged]] = {}

    def stored(self, table: str) -> list[Staged]:
        """All stored records of a table, loaded once."""
        if table not in self._loaded:
            records = [] if self.database.fresh else self.database.records(f"SELECT * FROM {table} ORDER BY id")
            self._loaded[table] = [Staged(table, record, dict(record)) for record in records]
        return self._loaded[table]

    def loaded(self, table: str) -> list[Staged]:
        """The stored records of a table that this import has looked at."""
        return self._loaded.get(table, [])

    def load(self, table: str, column: str, ids: Iterable[int]) -> list[Staged]:
        """The stored records of a table that may be large, only those that point to the ids."""
        wanted = sorted(set(ids))
        found = self._loaded.setdefault(table, [])
        for part in in_parts(wanted):
            marks = ", ".join("?" * len(part))
            found.extend(
                Staged(table, record, dict(record)) for record in self.database.records(
                    f"SELECT * FROM {table} WHERE {column} IN ({marks}) ORDER BY id", part))
        return found

    def load_codes(self, table: str, codes: Iterable[str]) -> list[Staged]:
        """Adds the stored records with these codes to what ``load`` has found; gives back all."""
        found = self._loaded[table]
        for code in sorted(codes):
            found.extend(Staged(table, record, dict(record)) for record in self.database.records(
                f"SELECT * FROM {table} WHERE code = ?", [code]))
        return found

    def everyone(self, table: str) -> list[Staged]:
        """Stored and new records of a table."""
        return [*self.stored(table), *self._new[table]]

    def by_id(self, table: str, row_id: int) -> Staged:
        if table not in self._by_id:
            self._by_id[table] = {record.values["id"]: record for record in self.stored(table)}
        return self._by_id[table][row_id]

    def referred(self, table: str, reference: Any) -> Any:
        """The record that a reference means, which is an id where it has not been looked up yet; None for none."""
        return self.by_id(table, reference) if isinstance(reference, int) else reference

    def add(self, table: str, values: dict[str, Any]) -> Staged:
        staged = Staged(table, None, values)
        self._new[table].append(staged)
        return staged

    def new(self, table: str) -> list[Staged]:
        return self._new[table]

    def drop_new(self, table: str, keep: Iterable[Staged]) -> None:
        kept = {id(record) for record in keep}
        self._new[table] = [record for record in self._new[table] if id(record) in kept]

    def number(self, table: str, prefix: str, records: Iterable[Staged]) -> None:
        """Gives codes to new records without one, in the order given: H00001, H00002 …"""
        last = 0 if self.database.fresh else last_code(self.database, table, prefix)
        for record in self._new[table]:
            if code := record.values.get("code"):
                last = max(last, code_number(code, prefix))
        for record in records:
            if not record.values.get("code"):
                last += 1
                record.values["code"] = make_code(prefix, last)

    def write(self, journal: Journal, order: Sequence[str]) -> None:
        """Writes new records table by table, then what changed of stored ones."""
        # A household may point to one of the same import that is written after it.
        self.database.execute("PRAGMA defer_foreign_keys = ON")
        for table in order:
            rows = [record.values for record in self._new[table]]
            for values in rows:
                values.setdefault("id", journal.next_id(table))
            for values in rows:
                for name in _REFERRING[table]:
                    value = values.get(name)
                    if value.__class__ is Staged:
                        values[name] = value.values["id"]
            journal.insert_many(table, rows)
        for table in order:
            for record in self._loaded.get(table, ()):
                if record.before is not None:
                    journal.update(table, record.before["id"], record.before, record.resolved())
