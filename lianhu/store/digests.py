"""Hashes of what a batch inserted: an insert keeps no copy, so they tell whether another program altered a row.

Rows are hashed as they stand when their batch ends, in the order of their ids, those of one run of sixteen ids
together: sixteen are few enough to be looked through, and an import is hardly slower. Kept with the batch as a
line for each table: its name, how many of its columns are covered, the hashes. Columns that a later version adds
go to the end of their table, so that the old hashes still hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from lianhu.store.schema import COLUMNS

if TYPE_CHECKING:
    from lianhu.store.connection import Database

IDS_TOGETHER = 16
_BYTES = 6
"""48 bits: nobody alters a row so that its hash stays the same by chance."""


class Sealed(NamedTuple):
    """The hashes of one table's rows: how many columns they cover, and one for each run of ids in order."""

    table: str
    width: int
    hashes: Sequence[str]


def seal(database: Database, inserted: Mapping[str, Iterable[int]]) -> str:
    """The lines for the rows inserted, by table; those that are gone again are left out."""
    lines = []
    for table, ids in inserted.items():
        texts = _texts(database, table, sorted(set(ids)))
        lines.append(f"{table} {len(COLUMNS[table])} {''.join(hashed for _, hashed in hashes(texts))}")
    return "\n".join(lines)


def read_seal(text: str) -> list[Sealed]:
    """The lines of a batch, read back. Raises ValueError for what ``seal`` did not write."""
    made = []
    for line in text.split("\n"):
        table, width, joined = line.split(" ")
        if table not in COLUMNS:
            raise ValueError(table)
        made.append(Sealed(table, int(width), [joined[at:at + 2 * _BYTES] for at in range(0, len(joined), 2 * _BYTES)]))
    return made


def hashes(texts: Iterable[tuple[int, bytes]]) -> Iterator[tuple[list[int], str]]:
    """For rows given as id and text in the order of ids: the ids that are hashed together, and their hash."""
    # The same as hashlib's, which loads all of OpenSSL: three thousandths of a second at every prompt.
    from _blake2 import blake2b

    for _, run in groupby(texts, lambda row: row[0] // IDS_TOGETHER):
        rows = [*run]
        yield ([row_id for row_id, _ in rows],
               blake2b(b"".join(text for _, text in rows), digest_size=_BYTES).hexdigest())


def as_text(table: str, width: int, owner: str = "") -> str:
    """SQL for a row's text: its first columns as JSON, which tells a number from a text and where a value ends.

    As the bytes that they are in the file: there and back to Python's text takes longer than the hashes.
    """
    columns = ", ".join(f'{owner}"{name}"' for name in COLUMNS[table][:width])
    return f"CAST(json_array({columns}) AS BLOB)"


def text_of(database: Database, values: Sequence[Any]) -> bytes:
    """The text of a row with these values, made by SQLite as all others are."""
    ((text,),) = database.execute(f"SELECT CAST(json_array({', '.join('?' * len(values))}) AS BLOB)", values)
    return bytes(text)


def _texts(database: Database, table: str, ids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    select = f"SELECT id, {as_text(table, len(COLUMNS[table]))} FROM {table} WHERE id"
    if ids and ids[-1] - ids[0] + 1 == len(ids):
        for rows in database.chunks(f"{select} BETWEEN {ids[0]} AND {ids[-1]} ORDER BY id"):
            yield from rows
        return
    from lianhu.store.queries import in_parts

    for part in in_parts(ids):
        yield from database.execute(f"{select} IN ({', '.join('?' * len(part))}) ORDER BY id", part)
