"""Putting a backup in the place of the database: checked before, kept what was there, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lianhu.errors import ConflictError, DatabaseError, FileRefusedError, NotFoundError, UnconfirmedError, why
from lianhu.services.backup import unpacked
from lianhu.store import connection
from lianhu.store.connection import FAILURES, open_database, translated
from lianhu.store.content import damages, dangling, missing_parts
from lianhu.store.journal import note_reading


class Restored(NamedTuple):
    """A backup that is the database now. ``kept`` is where the former one went (None if there was none).

    ``batch`` is the last batch in it (None for an empty log), ``at`` its moment.
    """

    kept: Path | None
    batch: int | None
    at: str | None
    households: int


def restore(
    backup: Path, target: Path, *, passphrase: Callable[[], str], agreed: frozenset[str], reason: str = "", now: datetime
) -> Restored:
    """Makes the backup the database at ``target``; an older one is brought up to date on the way.

    Raises NotFoundError, FileRefusedError for a backup that is none, is damaged, newer than this program or
    locked by another passphrase, and UnconfirmedError while a database stands there that nobody has agreed to
    replace. Then nothing has changed.
    """
    if not backup.is_file():
        raise NotFoundError(f"没有备份文件 {backup}。", "请核对路径；备份：lianhu backup")
    if target.exists() and backup.samefile(target):
        raise ConflictError(f"{backup} 就是数据库自己，没有改动它。", "请写备份文件的路径")
    if target.is_dir():
        raise DatabaseError(f"数据库 {target} 是一个文件夹，不是文件。", "请用 --db 指定一个文件")
    if not target.parent.is_dir():
        raise DatabaseError(f"放数据库的文件夹 {target.parent} 不存在。", f"mkdir {target.parent}")
    with unpacked(backup, target.parent, backup.name, passphrase) as copy:
        batch, at, households = _looked_at(copy, backup)
        if _is_there(target) and not agreed:
            told = f"备份到批次 {batch}（{at}）" if batch else "备份是空的"
            raise UnconfirmedError(f"恢复 {backup.name}", (f"{told}，现有的 {target.name} 会移到旁边",))
        with open_database(copy) as database:
            database.reason = reason
            note_reading(database, "restore", f"从备份 {backup.name} 恢复", now=now)
        kept = _put_in_place(copy, target, now)
    return Restored(kept, batch, at, households)


def _is_there(target: Path) -> bool:
    """An empty file is no database, only the place for one."""
    return target.exists() and target.stat().st_size > 0


def _looked_at(copy: Path, backup: Path) -> tuple[int | None, str | None, int]:
    """The last batch, its moment and the number of households. Raises FileRefusedError for what is not sound."""
    try:
        with open_database(copy) as database:
            wrong = damages(database) or missing_parts(database) or [f"{table} {row}" for table, row, _ in dangling(database)]
            last = database.execute("SELECT id, at FROM batch ORDER BY id DESC LIMIT 1")
            ((households,),) = database.execute("SELECT count(*) FROM household")
    except DatabaseError as error:
        told = error.sentence.replace(str(copy), str(backup)).rstrip("。").removesuffix("，没有改动它")
        raise FileRefusedError(f"{told}，没有恢复。", error.hint if "pip" in error.hint else "请换一个备份") from error
    if wrong:
        raise FileRefusedError(f"备份 {backup} 已损坏（{wrong[0]}），没有恢复。", "请换一个备份")
    return *(last[0] if last else (None, None)), households


def _put_in_place(copy: Path, target: Path, now: datetime) -> Path | None:
    """Renames the copy to ``target``; gives where the former file is kept.

    At every moment one of the two whole files stands there, and nobody is writing to the former one.
    """
    kept = None
    try:
        with _nobody_writes(target):
            if _is_there(target):
                kept = _beside(target, now)
                _keep(target, kept)
            copy.replace(target)
    except OSError as error:
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise DatabaseError(f"不能替换数据库 {target}：{why(error)}，没有改动。",
                            "请关闭正在使用它的程序，检查文件夹权限和磁盘空间") from error
    return kept


def _keep(target: Path, kept: Path) -> None:
    journal = target.with_name(f"{target.name}-journal")
    if journal.exists():
        # Of a file too damaged to be recovered: left here it would be taken for the new file's.
        journal.replace(kept.with_name(f"{kept.name}-journal"))
    try:
        os.link(target, kept)
    except OSError:
        # A file system without hard links, such as a stick's.
        shutil.copy(target, kept)


def _beside(target: Path, now: datetime) -> Path:
    number, free = 1, target.with_name(f"{target.stem}-恢复前-{now:%Y%m%d-%H%M%S}{target.suffix}")
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}-恢复前-{now:%Y%m%d-%H%M%S}-{number}{target.suffix}")
    return free


@contextmanager
def _nobody_writes(target: Path) -> Iterator[None]:
    """Waits until no command is at work on the former file and keeps others out; a damaged one needs no lock."""
    if not _is_there(target):
        yield
        return
    with closing(sqlite3.connect(target, timeout=connection.BUSY_SECONDS, isolation_level=None)) as held:
        try:
            held.execute("BEGIN EXCLUSIVE")
        except FAILURES as error:
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                raise translated(error, target) from error
        yield
        with suppress(sqlite3.Error):
            held.execute("ROLLBACK")
