"""Opening the database, and what SQLite can say about it in sentences a clerk understands.

One SQLite file with a rollback journal: offices copy the one file to a stick and keep it on shared
folders, where WAL's side files and shared memory do not work.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from lianhu.errors import ConflictError, DatabaseError, LianhuError, UsageError, why
from lianhu.store.migrations import MIGRATIONS, VERSION, Step

APPLICATION_ID = 0x6C68_6F75
"""Marks the file as ours (PRAGMA application_id): the letters ``lhou``."""

CACHE_KIB = 65_536
"""Room for the pages of one import, so that none is written out, and waited for, before the commit."""

BUSY_SECONDS = 10.0
"""How long a command waits for another one's lock. Read at each opening, so that a test can shorten it."""

FAILURES = (sqlite3.Error, UnicodeError)
"""What SQLite raises; texts that are no Unicode fail in Python's part of it, also those of a damaged file."""

HEADER = b"SQLite format 3\x00"

Record = dict[str, Any]


class Database:
    """An open database. Statements outside ``transaction`` are reads."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None, *, fresh: bool) -> None:
        self._connection = connection
        self.path = path
        self.fresh = fresh
        """True while the file has no tables yet; the first transaction makes them."""
        self.reason = ""
        """Why full numbers are looked at or records exported, in the words of who does; kept in the log."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.fresh and self.path is not None:
            self._remove_empty_file(self.path)
        self._connection.close()

    def _remove_empty_file(self, path: Path) -> None:
        """A file that was made and never written would look like a database to the user.

        Under the lock, so that what another process is about to put there is not lost.
        """
        with suppress(sqlite3.Error, OSError):
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("BEGIN IMMEDIATE")
            if not path.stat().st_size:
                path.unlink()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except FAILURES as error:
            raise translated(error, self.path) from error

    def write_rows(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for many rows."""
        try:
            self._connection.executemany(sql, rows)
        except FAILURES as error:
            raise translated(error, self.path) from error

    def records(self, sql: str, parameters: Sequence[Any] = ()) -> list[Record]:
        """All rows of one statement as dictionaries by column name."""
        try:
            cursor = self._connection.execute(sql, parameters)
            names = [description[0] for description in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except FAILURES as error:
            raise translated(error, self.path) from error

    def chunks(self, sql: str, parameters: Sequence[Any] = (), *, rows: int = 2_000) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of one statement, so many at a time, for what is too much to be held at once."""
        try:
            cursor = self._connection.execute(sql, parameters)
            while chunk := cursor.fetchmany(rows):
                yield chunk
        except FAILURES as error:
            raise translated(error, self.path) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see one state of the database, whoever writes meanwhile."""
        self.execute("BEGIN")
        try:
            yield
        finally:
            self.execute("ROLLBACK")

    @contextmanager
    def transaction(self, *, keep: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """All writes inside, or none; ``keep`` is asked at the end whether they are to stay."""
        self.execute("BEGIN IMMEDIATE")
        try:
            if self.fresh:
                self._create()
            yield
            kept = keep()
            self.execute("COMMIT" if kept else "ROLLBACK")
        except BaseException:
            # SQLite has already rolled back after some errors (disk full, damaged file).
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
            raise
        if kept:
            self.fresh = False

    def _create(self) -> None:
        from lianhu.store.schema import DDL

        if self.execute("SELECT 1 FROM sqlite_master LIMIT 1"):
            # Another command that found no database either has been quicker.
            self.fresh = False
            return
        for statement in DDL:
            self.execute(statement)
        self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.execute(f"PRAGMA user_version = {VERSION}")

    def write_to(self, target: Path) -> None:
        """Writes what this connection sees, page by page, to an empty file that is there already.

        Inside a ``snapshot`` that is the snapshot, whoever writes meanwhile.
        """
        try:
            with closing(sqlite3.connect(target)) as copy:
                self._connection.backup(copy)
        except FAILURES as error:
            raise translated(error, target) from error

    def copy_to(self, target: Path) -> None:
        """Writes what is committed to a new file, whole or not at all (mode 0600)."""
        assert self.path is not None
        scratch = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            os.close(os.open(scratch, os.O_CREAT | os.O_WRONLY, 0o600))
            # A connection of its own, since one that holds the write lock cannot be copied from.
            with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(scratch)) as copy:
                source.backup(copy)
            scratch.replace(target)
        except FAILURES as error:
            raise translated(error, target) from error
        except OSError as error:
            raise DatabaseError(f"不能写备份 {target}：{why(error)}。", "请检查文件夹权限和磁盘空间") from error
        finally:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)


def open_database(path: Path, *, create: bool = False) -> Database:
    """The database at ``path``; with ``create`` an empty one may come to be there.

    Raises DatabaseError (exit 6) when there is none, or the file is foreign, damaged, newer than
    this program or unreadable. A refused file is left as it was.
    """
    text = str(path)
    if "://" in text or text.startswith(("postgresql:", "postgres:")):
        raise DatabaseError(f"这一版只用 SQLite 文件作数据库，不能连接“{text.rpartition('@')[2]}”。",
                            "请用 --db 指定一个文件，如 --db lianhu.db")
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        size = -1
    except OSError as error:
        raise DatabaseError(f"打不开数据库 {path}：{why(error)}。", "请检查路径，或用 --db 指定") from error
    if path.is_dir():
        raise DatabaseError(f"数据库 {path} 是一个文件夹，不是文件。", "请用 --db 指定一个文件")
    if size <= 0 and not create:
        raise missing(path)
    if size > 0:
        _look_at_header(path)
    elif not path.parent.is_dir():
        raise DatabaseError(f"放数据库的文件夹 {path.parent} 不存在。", f"mkdir {path.parent}")
    connection = _connect(path, size < 0)
    try:
        database = Database(connection, path, fresh=False)
        database.fresh = not _holds_lianhu(database, path)
        if database.fresh and not create:
            raise missing(path)
        return database
    except BaseException:
        connection.close()
        raise


def scratch_database() -> Database:
    """An empty database in memory, for a dry run where there is no file yet."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return Database(connection, None, fresh=True)


def missing(path: Path) -> DatabaseError:
    return DatabaseError(
        f"没有找到数据库 {path.absolute()}。",
        "先导入名册：lianhu import 名册.xlsx；或看样例：lianhu demo；数据库在别处时用 --db 路径",
    )


def _connect(path: Path, new: bool) -> sqlite3.Connection:
    try:
        if new:
            # Made here, not by SQLite, so that nobody else can read it even for a moment.
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except OSError as error:
        raise DatabaseError(f"不能新建数据库 {path}：{why(error)}。",
                            "请换一个有写入权限的文件夹，或用 --db 指定") from error
    except FAILURES as error:
        raise translated(error, path) from error
    return connection


def _look_at_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(len(HEADER))
    except OSError as error:
        raise DatabaseError(f"读不了数据库 {path}：{why(error)}。", "请检查文件权限") from error
    if header != HEADER:
        raise DatabaseError(f"{path} 不是 lianhu 的数据库（文件已损坏，或是别的文件），没有改动它。",
                            "请用 --db 指定正确的文件，或用备份恢复")


def _holds_lianhu(database: Database, path: Path) -> bool:
    """Whether the file has our tables, brought up to date; False for an empty one."""
    ((application,),) = database.execute("PRAGMA application_id")
    ((version,),) = database.execute("PRAGMA user_version")
    ((tables,),) = database.execute("SELECT count(*) FROM sqlite_master")
    if application == 0 and version == 0 and tables == 0:
        return False
    if application != APPLICATION_ID:
        raise DatabaseError(f"{path} 是别的程序的数据库，没有改动它。", "请用 --db 指定 lianhu 的数据库")
    if version > VERSION:
        raise DatabaseError(
            f"{path} 由更新版本的 lianhu 写成（结构 {version}，本程序只认到 {VERSION}），没有改动它。",
            "请安装新版：pip install -U lianhu")
    if version < VERSION:
        migrate(database, path)
    return True


def migrate(database: Database, path: Path, migrations: Sequence[Sequence[Step]] = MIGRATIONS) -> None:
    """Applies the steps that the file lacks, all or none, after a copy has been put beside it."""
    with database.transaction():
        # Looked at again under the lock: another command may have done it meanwhile.
        ((version,),) = database.execute("PRAGMA user_version")
        steps = migrations[version - 1:]
        if not steps:
            return
        database.copy_to(_unused(path.with_name(f"{path.stem}-升级前备份-v{version}{path.suffix}")))
        for step in steps:
            for part in step:
                if isinstance(part, str):
                    database.execute(part)
                else:
                    part(database)
        database.execute(f"PRAGMA user_version = {len(migrations) + 1}")


def _unused(path: Path) -> Path:
    """The path, or with a number in its name the first that nothing stands at."""
    number, free = 1, path
    while os.path.exists(free):  # noqa: PTH110  Path.exists raises for a name that is too long
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def translated(error: sqlite3.Error | UnicodeError, path: Path | None) -> LianhuError:
    """An error as a sentence and what to do about it; an unforeseen one is raised as it is."""
    if isinstance(error, UnicodeEncodeError):
        return UsageError("输入里有不能识别的字符（不是 UTF-8），没有改动。", "请重新输入这部分文字")
    name = str(path) if path else "内存中的数据库"
    code = getattr(error, "sqlite_errorname", "") or ""
    if code == "SQLITE_CONSTRAINT_UNIQUE":
        return ConflictError(f"编号或号码与已登记的重复（{str(error).rpartition(' ')[2]}），没有改动。", "请核对编号和身份证号")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseError(f"数据库 {name} 正被另一个程序占用，等了 {BUSY_SECONDS:.0f} 秒仍未空出，没有改动。",
                             "请等另一个 lianhu 命令结束后重试")
    if code == "SQLITE_READONLY_DBMOVED":
        return DatabaseError(f"数据库 {name} 刚被移走、删除或换成了另一份，没有改动。",
                             "请再试一次；找不到文件时用备份恢复：lianhu restore 备份文件")
    if code.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return DatabaseError(f"数据库 {name} 或它所在的文件夹是只读的，没有改动。", "请检查文件权限，或复制到可写的文件夹")
    if code.startswith("SQLITE_FULL"):
        return DatabaseError(f"磁盘已满，数据库 {name} 没有改动。", "请清理磁盘后重试")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or isinstance(error, UnicodeDecodeError) \
            or str(error).startswith(("Could not decode", "unsupported file format")):
        return DatabaseError(f"数据库 {name} 已损坏。", "请用最近的备份替换它")
    if code.startswith("SQLITE_CANTOPEN"):
        return DatabaseError(f"打不开数据库 {name}。", "请检查路径和权限")
    if code.startswith("SQLITE_IOERR"):
        return DatabaseError(f"读写数据库 {name} 时磁盘出错，没有改动。", "请检查磁盘或网络文件夹后重试")
    if code == "SQLITE_ERROR" and any(sign in str(error) for sign in ("no such", "has no column", "foreign key mismatch")):
        return DatabaseError(f"数据库 {name} 缺少应有的表或列（{error}）。", "请用最近的备份替换它")
    raise error
