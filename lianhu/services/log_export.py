"""The log as a file to be kept: who changed what, who looked at full numbers and took records out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lianhu.domain.figures import Report, Table
from lianhu.files.report_files import write_report
from lianhu.files.safe import check_target
from lianhu.services.history import batches, readings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import note_reading

ENDINGS = (".xlsx", ".csv")


def batch_table(rows: list[Record]) -> Table:
    """The writing commands."""
    return Table("改动记录", ["批次", "时间", "谁", "命令", "行数", "内容", "状态"], [
        [r["id"], r["at"], r["actor"], r["command"], r["rows"], r["summary"],
         f"已由批次 {r['undone_by']} 撤销" if r["undone_by"] else ""]
        for r in rows])


def reading_table(rows: list[Record]) -> Table:
    """Looks at full numbers, and exports."""
    return Table("查看与导出记录", ["时间", "谁", "命令", "内容"],
                 [[r["at"], r["actor"], r["command"], r["what"]] for r in rows])


def write_log(
    database: Database, target: Path, *, reads_only: bool, limit: int | None, force: bool, now: datetime
) -> dict[str, int]:
    """Writes all entries, or the last ``limit``; gives the number of entries by table.

    A .csv holds one table: the batches, or with ``reads_only`` the looks. Writing it is logged as an export.
    """
    check_target(target, ENDINGS, force=force)
    with database.snapshot():
        looks = reading_table(readings(database, limit))
        tables = [looks] if reads_only else [batch_table(batches(database, limit)), looks]
    if target.suffix.lower() == ".csv":
        tables = tables[:1]
    write_report(target, Report("log", "lianhu 日志", tables), f"{now:%Y-%m-%d %H:%M} 导出")
    written: dict[str, int] = {table.name: len(table.rows) for table in tables}
    note_reading(database, "log", f"导出{'、'.join(written)}到 {target.name}", now=now)
    return written
