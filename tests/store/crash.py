"""Runs a command again and again, killing it before each of its writes, and looks at what is left.

    python -m tests.store.crash TEMPLATE WORK COMMAND...

TEMPLATE is the database before the command, or a path where none is. The command runs in a forked
child on the copy WORK; the child ends itself by SIGKILL before its k-th statement that writes, for
k = 1, 2, … until the command gets through. Prints one JSON line: for each k whether the file is as
before or as after, and what is wrong if it is neither.

The cache of the child's database is made as small as it can be, so that pages of an unfinished
transaction are on the disk already when it is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from lianhu.cli.app import run
from lianhu.store import connection
from lianhu.store.connection import Database

READS = ("SELECT", "PRAGMA foreign", "PRAGMA user_version", "PRAGMA application_id")


def kill_before(k: int) -> None:
    """This process ends itself before its k-th statement that writes."""
    left = [k]

    def count(sql: str) -> None:
        if not sql.startswith(READS) or (sql.startswith("PRAGMA") and "=" in sql):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    execute, write_rows, connect = Database.execute, Database.write_rows, connection._connect

    def execute_or_die(self: Database, sql: str, parameters: Any = ()) -> Any:
        count(sql)
        return execute(self, sql, parameters)

    def write_rows_or_die(self: Database, sql: str, rows: Any) -> None:
        count(sql)
        listed = list(rows)
        write_rows(self, sql, listed[:len(listed) // 2])
        count(sql)
        write_rows(self, sql, listed[len(listed) // 2:])

    def connect_with_a_small_cache(path: Path, new: bool) -> sqlite3.Connection:
        made = connect(path, new)
        made.execute("PRAGMA cache_size = 1")
        return made

    Database.execute = execute_or_die  # type: ignore[method-assign]
    Database.write_rows = write_rows_or_die  # type: ignore[method-assign]
    connection._connect = connect_with_a_small_cache


def dump(path: Path) -> Any:
    """Everything in the file, after a check of it; None where there is no database yet."""
    if not path.exists() or not path.stat().st_size:
        return None
    raw = sqlite3.connect(path)
    try:
        (sound,) = raw.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok" or raw.execute("PRAGMA foreign_key_check").fetchall():
            return f"damaged: {sound}"
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        if not tables:
            return None
        return [[table, [list(row) for row in raw.execute(f"SELECT * FROM {table} ORDER BY id")]] for table in tables]
    finally:
        raw.close()


def attempt(work: Path, words: list[str], k: int) -> int:
    """The exit code of the command in a child, -9 when it was killed."""
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        kill_before(k)
        os._exit(run(["--db", str(work), "--today", "2026-11-24", *words]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def place(template: Path, work: Path) -> None:
    for file in work.parent.glob(f"{work.name}*"):
        file.unlink()
    if template.exists():
        shutil.copy(template, work)


def main() -> None:
    template, work, words = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    before = dump(template)
    place(template, work)
    # In this process, so that the children find every module loaded.
    with Path(os.devnull).open("w") as null, redirect_stdout(null):
        assert run(["--db", str(work), "--today", "2026-11-24", *words]) == 0
    after = dump(work)
    assert after != before
    found, journals = [], 0
    for k in range(1, 10_000):
        place(template, work)
        code = attempt(work, words, k)
        if code == 0:
            break
        assert code == -signal.SIGKILL, code
        journal = work.with_name(f"{work.name}-journal")
        journals += journal.exists() and journal.stat().st_size > 0 and work.stat().st_size > 0
        left = dump(work)
        if left == before:
            # The next command sees what was before, and the same command gets through now; a sample is enough.
            ready = k % 4 != 1 or (attempt(work, words, 0) == 0 and dump(work) == after)
            found.append("before" if ready else "stuck")
        else:
            found.append("after" if left == after else f"between: {str(left)[:500]}")
    print(json.dumps({"killed": len(found), "hot_journals": journals, "found": sorted(set(found))}))


if __name__ == "__main__":
    main()
