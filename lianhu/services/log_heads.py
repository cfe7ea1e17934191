"""The head hash of the log, for a paper in the archive, and what such a paper proves."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from lianhu.errors import ConflictError, UsageError
from lianhu.store.chain import Link, batch_links, reading_links
from lianhu.store.connection import Database

_LEAST = 16
"""Figures of a hash that must be typed at the least: 64 bits do not fit by chance."""


class Head(NamedTuple):
    """The last batch and the last logged look with the hashes over all before them; None where there is none."""

    batch: Link | None
    reading: Link | None

    @property
    def words(self) -> str:
        """The foot of a paper: 改动记录至批次 15，校验码 3f9a-…"""
        if self.batch is None:
            return ""
        return f"改动记录至批次{self.batch.number}，校验码{self.batch.hash}"


class Proof(NamedTuple):
    """A hash found again: of the batches (or of the looks), the entry it stands for, and how many came after."""

    of_readings: bool
    link: Link
    later: int


def log_head(database: Database) -> Head:
    """The head of the log as it is now."""
    return Head(_last(batch_links(database)), _last(reading_links(database)))


def batch_head(database: Database) -> Head:
    """The head of the batches only, which is what papers carry."""
    return Head(_last(batch_links(database)), None)


def _last(links: Iterator[Link]) -> Link | None:
    tail = deque(links, maxlen=1)
    return tail[0] if tail else None


def prove(database: Database, typed: str) -> Proof:
    """The entry up to which a printed hash shows the log unchanged.

    Raises UsageError for what is no hash, ConflictError when no entry has it: then the log is another one or
    has been rewritten.
    """
    figures = re.sub(r"[\s\-－—]", "", typed).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_LEAST},64}}", figures):
        raise UsageError(f"校验码“{typed}”看不懂：至少要前 {_LEAST} 位，只有数字和 a 到 f。",
                         "照纸上的写：lianhu log --verify 3f9a-1c2d-…")
    for of_readings, links in ((False, batch_links(database)), (True, reading_links(database))):
        found, later = None, 0
        for link in links:
            later += 1
            if link.hash.replace("-", "").startswith(figures[:32]):
                found, later = link, 0
        if found is not None:
            return Proof(of_readings, found, later)
    raise ConflictError(f"现在的日志里没有校验码“{typed}”：纸上的数字抄错了，或者不是这个数据库，或者那以前的日志被改过。",
                        "先核对数字；再和那时的备份比：lianhu --db 备份文件 log --head")
