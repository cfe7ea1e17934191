"""What is in a database, as hashes that two files can be compared by, and what is wrong with the file itself."""

from __future__ import annotations

from hashlib import sha256

from lianhu.store.connection import Database
from lianhu.store.schema import COLUMNS, DDL

_CHECK_CACHE_KIB = 256 * 1024
"""Taken only as far as the file is large."""
_MOST_DAMAGES = 100
"""SQLite names so many damaged places at most."""


def content_hashes(database: Database) -> dict[str, str]:
    """By table the SHA-256 of all its rows in the order of their ids; ``sqlite_master`` stands for the schema."""
    tables = [name for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    hashes = {table: _hash(database, f'SELECT * FROM "{table}" ORDER BY rowid') for table in tables}
    hashes["sqlite_master"] = _hash(database, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return hashes


def _hash(database: Database, sql: str) -> str:
    made = sha256()
    for rows in database.chunks(sql):
        # Python's own notation tells a number from a text and leaves no doubt where a cell ends.
        made.update(repr(rows).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def damages(database: Database) -> list[str]:
    """What SQLite itself finds wrong with the file, in its words; empty for a sound one."""
    # Rows are looked up in every index, all over the file: with room for all of it this takes half the time.
    database.execute(f"PRAGMA cache_size = -{_CHECK_CACHE_KIB}")
    return [text for (text,) in database.execute(f"PRAGMA integrity_check({_MOST_DAMAGES})") if text != "ok"]


def dangling(database: Database) -> list[tuple[str, int, str]]:
    """(table, row id, table it points to) of every reference to a row that is not there."""
    return [(table, row_id, target) for table, row_id, target, _ in database.execute("PRAGMA foreign_key_check")]


def missing_parts(database: Database) -> list[str]:
    """Tables, ``table.column`` and indexes of ours that the file lacks."""
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    missing = [table for table in COLUMNS if table not in there]
    for table in COLUMNS.keys() & there:
        columns = {column[1] for column in database.execute(f'PRAGMA table_info("{table}")')}
        missing += [f"{table}.{name}" for name in COLUMNS[table] if name not in columns]
    indexes = (statement.split()[2] for statement in DDL if statement.startswith("CREATE INDEX"))
    return missing + [name for name in indexes if name not in there]
