"""Look-ups that several services share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lianhu.store.connection import Database

CODE_WIDTHS = {"H": 5, "C": 4, "L": 4}
"""Digits of a code by its prefix; others have six."""


_AT_ONCE = 500
"""Ids in one statement; SQLite takes a limited number of parameters."""


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in parts that one statement may name."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start:start + _AT_ONCE]


def make_code(prefix: str, number: int) -> str:
    """H and 12 → H00012."""
    return f"{prefix}{number:0{CODE_WIDTHS.get(prefix, 6)}d}"


def code_number(code: str | None, prefix: str) -> int:
    """The number in a code of ours, 0 for any other text."""
    digits = code[len(prefix):] if code and code.startswith(prefix) else ""
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def last_code(database: Database, table: str, prefix: str) -> int:
    """The highest number among the codes of a table; 0 when there is none."""
    # Codes of a town's own making may stand among ours: only the prefix and up to nine digits count.
    ((last,),) = database.execute(
        f"SELECT max(CAST(substr(code, ?) AS INTEGER)) FROM {table} WHERE substr(code, 1, ?) = ? "
        "AND length(code) BETWEEN ? AND ? AND rtrim(substr(code, ?), '0123456789') = ''",
        [len(prefix) + 1, len(prefix), prefix, len(prefix) + 1, len(prefix) + 9, len(prefix) + 1])
    return last or 0


def next_code(database: Database, table: str, prefix: str) -> str:
    """The code for one more record of a table: after the highest."""
    latest = database.execute(f"SELECT id, code FROM {table} ORDER BY id DESC LIMIT 1")
    if latest:
        row_id, code = latest[0]
        number = code_number(code, prefix)
        following = make_code(prefix, number + 1)
        # Where codes have run along with the rows the latest is the highest, and a million need not be searched.
        if number >= row_id and code == make_code(prefix, number) and not database.execute(
                f"SELECT 1 FROM {table} WHERE code >= ? AND length(code) = ? LIMIT 1", [following, len(following)]):
            return following
    return make_code(prefix, last_code(database, table, prefix) + 1)
