"""Opening the database, and what SQLite can say about it in sentences a clerk understands.

One SQLite file with a rollback journal: offices copy the one file to a stick and keep it on shared
folders, where WAL's side files and shared memory do not work.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from lianhu.errors import ConflictError, DatabaseError, LianhuError
from lianhu.store.migrations import MIGRATIONS, VERSION

APPLICATION_ID = 0x6C68_6F75
"""Marks the file as ours (PRAGMA application_id): the letters ``lhou``."""

BUSY_SECONDS = 10.0
HEADER = b"SQLite format 3\x00"

Record = dict[str, Any]


class Database:
    """An open database. Statements outside ``transaction`` are reads."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None, *, fresh: bool) -> None:
        self._connection = connection
        self.path = path
        self.fresh = fresh
        """True while the file has no tables yet; the first transaction makes them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()
        # A file that was made and never written would look like a database to the next command.
        if self.fresh and self.path is not None and self.path.exists() and not self.path.stat().st_size:
            self.path.unlink()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def write_rows(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for many rows."""
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def records(self, sql: str, parameters: Sequence[Any] = ()) -> list[Record]:
        """All rows of one statement as dictionaries by column name."""
        try:
            cursor = self._connection.execute(sql, parameters)
            names = [description[0] for description in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
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
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """All writes inside, or none. ``keep=False`` throws them away at the end (a dry run)."""
        self.execute("BEGIN IMMEDIATE")
        try:
            if self.fresh:
                self._create()
            yield
            self.execute("COMMIT" if keep else "ROLLBACK")
        except BaseException:
            # SQLite has already rolled back after some errors (disk full, damaged file).
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
            raise
        if keep:
            self.fresh = False

    def _create(self) -> None:
        from lianhu.store.schema import DDL

        for statement in DDL:
            self.execute(statement)
        self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.execute(f"PRAGMA user_version = {VERSION}")

    def copy_to(self, target: Path) -> None:
        """Writes a consistent copy of the database to a new file."""
        try:
            with sqlite3.connect(target) as copy:
                self._connection.backup(copy)
            copy.close()
        except sqlite3.Error as error:
            raise translated(error, target) from error
        target.chmod(0o600)


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
        raise DatabaseError(f"打不开数据库 {path}：{error.strerror}。") from error
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
    except OSError as error:
        raise DatabaseError(f"不能新建数据库 {path}：{error.strerror}。",
                            "请换一个有写入权限的文件夹，或用 --db 指定") from error
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return connection


def _look_at_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(len(HEADER))
    except OSError as error:
        raise DatabaseError(f"读不了数据库 {path}：{error.strerror}。", "请检查文件权限") from error
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
        _migrate(database, path, version)
    return True


def _migrate(
    database: Database, path: Path, version: int,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
) -> None:
    """Applies the steps that the file lacks, all or none, after a copy has been put beside it."""
    backup = path.with_name(f"{path.stem}-升级前备份-v{version}{path.suffix}")
    if backup.exists():
        backup.unlink()
    database.copy_to(backup)
    with database.transaction():
        for step in migrations[version - 1:]:
            for statement in step:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(migrations) + 1}")


def translated(error: sqlite3.Error, path: Path | None) -> LianhuError:
    """SQLite's error as a sentence and what to do about it; an unforeseen one is raised as it is."""
    name = str(path) if path else "内存中的数据库"
    code = getattr(error, "sqlite_errorname", "") or ""
    if code == "SQLITE_CONSTRAINT_UNIQUE":
        return ConflictError(f"编号或号码与已登记的重复（{str(error).rpartition(' ')[2]}），没有改动。", "请核对编号和身份证号")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseError(f"数据库 {name} 正被另一个程序占用，等了 {BUSY_SECONDS:.0f} 秒仍未空出，没有改动。",
                             "请等另一个 lianhu 命令结束后重试")
    if code.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return DatabaseError(f"数据库 {name} 或它所在的文件夹是只读的，没有改动。", "请检查文件权限，或复制到可写的文件夹")
    if code.startswith("SQLITE_FULL"):
        return DatabaseError(f"磁盘已满，数据库 {name} 没有改动。", "请清理磁盘后重试")
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DatabaseError(f"数据库 {name} 已损坏。", "请用最近的备份替换它")
    if code.startswith("SQLITE_CANTOPEN"):
        return DatabaseError(f"打不开数据库 {name}。", "请检查路径和权限")
    if code.startswith("SQLITE_IOERR"):
        return DatabaseError(f"读写数据库 {name} 时磁盘出错，没有改动。", "请检查磁盘或网络文件夹后重试")
    if isinstance(error, (sqlite3.OperationalError, sqlite3.DatabaseError)) and "no such" in str(error):
        return DatabaseError(f"数据库 {name} 缺少应有的表（{error}）。", "请用最近的备份替换它")
    raise error
