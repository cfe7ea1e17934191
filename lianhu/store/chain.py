"""A chain of hashes over the log, worked out from what is stored, so that a hash on paper proves it unchanged.

Each batch's hash covers the one before, the batch's own row and its changes in their order; each reading's
covers the one before and its own row. Whoever rewrites, removes or slips in an entry changes every hash
after it. Going through a million changes takes about two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from lianhu.store.connection import Database

_START = "0" * 64
_SHOWN = 32
"""Figures of a hash that are shown: 128 bits, which nobody can hit by trying."""


class Link(NamedTuple):
    """An entry of the log, its moment, and the hash over the log up to and with it."""

    number: int
    at: str
    hash: str


def batch_links(database: Database) -> Iterator[Link]:
    """One link for each batch, in order; the last one is the head."""
    runs = _runs(database)
    owner, text = next(runs, _NO_MORE)
    former = _START
    for batch in database.execute(
        "SELECT id, at, command, actor, file_name, file_sha256, summary, undoes, digests FROM batch ORDER BY id"
    ):
        made = sha256(f"{former}{batch!r}".encode("utf-8", "surrogatepass"))
        # Changes that stand among another batch's are covered with those they stand before.
        while owner is not None and owner <= batch[0]:
            made.update(text.encode("utf-8", "surrogatepass"))
            owner, text = next(runs, _NO_MORE)
        former = made.hexdigest()
        yield Link(batch[0], batch[1], shown(former))


_NO_MORE: tuple[int | None, str] = (None, "")


def _runs(database: Database) -> Iterator[tuple[int | None, str]]:
    """The changes in order, as (batch, text of some changes of it that follow each other).

    How they are cut makes no difference to what the texts are together.
    """
    for rows in database.chunks(
        'SELECT batch_id, id, table_name, row_id, action, "before", "after", undoes FROM change ORDER BY id'
    ):
        for owner, run in groupby(rows, key=itemgetter(0)):
            yield owner, f"{[*run]!r}"[1:-1] + ", "


def reading_links(database: Database) -> Iterator[Link]:
    """One link for each logged look or export, in order."""
    former = _START
    for reading in chain.from_iterable(database.chunks("SELECT id, at, command, actor, what FROM reading ORDER BY id")):
        former = sha256(f"{former}{reading!r}".encode("utf-8", "surrogatepass")).hexdigest()
        yield Link(reading[0], reading[1], shown(former))


def shown(digest: str) -> str:
    """A hash as it is printed, in groups of four, so that it can be typed off a paper.

    Grouped it is also never taken for an ID number.
    """
    return "-".join(digest[at:at + 4] for at in range(0, _SHOWN, 4))
