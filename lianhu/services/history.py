"""What was done to the data, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.errors import ConflictError, NotFoundError
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.undo import Row, Undone, take_back

TABLE_NAMES = {
    "village": "嘎查村", "cluster": "联户单元", "cluster_head": "联户长", "household": "联系户", "member": "家庭成员",
    "cadre": "干部", "pairing": "结对", "visit": "走访", "event": "家庭大事", "deed": "办实事", "card": "联系卡",
    "ticket": "工单", "task": "任务", "task_item": "任务落实", "rating": "户评", "appraisal": "组织评定",
    "opinion": "意见建议", "closure": "销户经历", "former_head": "原户主", "absence": "离岗经历", "setting": "设置",
    "nomination": "联户长提名", "activity": "自治活动", "award": "称号", "award_objection": "称号异议",
    "fund_entry": "基金收支", "credit": "诚信额度",
    "assignment_run": "结对记录",
}

_FUND = frozenset({"fund_entry", "award"})
"""Tables of which an undo may leave less money than is spent, or a prize without its title."""

_MOST_NAMED = 200
"""Rows that stay are named up to here; their number is always told."""

_MOST_BATCHES = 2**62
"""Beyond this a number is no integer of SQLite's."""


@dataclass(slots=True)
class UndoReceipt:
    """What an undo did or would do: rows taken back by table, rows left with the reason."""

    target: Record
    batch: int | None
    dry_run: bool
    taken_back: dict[str, int]
    left: list[tuple[str, str]]
    """(record, reason) of each row that stays because it was changed since."""
    impossible: list[tuple[str, str]]
    """(record, reason) of each row that cannot be taken back: others need it, or its place is gone."""
    left_count: int


def batches(database: Database, limit: int | None = None) -> list[Record]:
    """The writing commands, the latest first; ``rows`` changed, ``undone_by`` the undo that holds
    or None."""
    tail = " LIMIT ?" if limit is not None else ""
    undone_by = _undone_by(database)
    return [row | {"undone_by": undone_by.get(row["id"])} for row in database.records(
        "SELECT id, at, command, actor, file_name, file_sha256, summary, undoes, "
        "(SELECT count(*) FROM change WHERE change.batch_id = batch.id) AS rows "
        f"FROM batch ORDER BY batch.id DESC{tail}", [] if limit is None else [limit])]


def _undone_by(database: Database) -> dict[int, int]:
    """For each batch that has been taken back, the undo that did it and has not been undone itself."""
    found: dict[int, int] = {}
    # The latest first: whether an undo holds is known before what it undid is looked at.
    for number, undoes in database.execute("SELECT id, undoes FROM batch WHERE undoes IS NOT NULL ORDER BY id DESC"):
        if number not in found:
            found.setdefault(undoes, number)
    return found


def readings(database: Database, limit: int | None = None) -> list[Record]:
    """Read-outs of full numbers and exports, the latest first. None is ever deleted by lianhu."""
    tail = " LIMIT ?" if limit is not None else ""
    return database.records(f"SELECT * FROM reading ORDER BY id DESC{tail}", [] if limit is None else [limit])


def undo(database: Database, number: int | None, *, now: datetime, dry_run: bool = False) -> UndoReceipt:
    """Takes a batch back (the last one that stands if no number is given), as far as nothing has
    changed since.

    Raises NotFoundError when there is no such batch, ConflictError when it has been taken back
    already or everything in it has been changed since.
    """
    target = _target(database, number)
    with batch(database, "undo", now=now, undoes=target["id"], keep=not dry_run) as journal:
        done = take_back(database, journal, target["id"])
        named = [(row, (record_name(database, row.table, row.row_id), _reason(row))) for row in done.left[:_MOST_NAMED]]
        if not done.taken_back:
            raise _nothing(target, done, [told for _, told in named])
        if _FUND & journal.written.keys():
            # Few batches touch money; the others are undone without what it needs.
            from lianhu.services.fund import refuse_unsound

            refuse_unsound(database)
        journal.summarise(
            f"撤销批次 {target['id']}（{target['summary'] or target['command']}）：退回 {len(done.taken_back)} 行"
            + (f"，保留 {len(done.left)} 行" if done.left else ""))
    counts = Counter(row.table for row in done.taken_back)
    return UndoReceipt(target, None if dry_run else journal.batch, dry_run,
                       {TABLE_NAMES.get(table, table): n for table, n in counts.items()},
                       [told for row, told in named if row.blocker is not None],
                       [told for row, told in named if row.blocker is None], len(done.left))


def _target(database: Database, number: int | None) -> Record:
    undone_by = _undone_by(database)
    if number is None:
        number = _last_standing(database, undone_by)
        if number is None:
            raise NotFoundError("没有可以撤销的改动。", "lianhu log")
    found = [] if abs(number) > _MOST_BATCHES else database.records("SELECT * FROM batch WHERE id = ?", [number])
    if not found:
        raise NotFoundError(f"没有批次 {number}。", "看有哪些：lianhu log")
    return found[0] | {"undone_by": undone_by.get(number)}


def _last_standing(database: Database, undone_by: dict[int, int]) -> int | None:
    """The last batch whose records are in force: a command of its own, or an undo of an undo."""
    own: dict[int, bool] = {}
    for number, undoes in database.execute("SELECT id, undoes FROM batch ORDER BY id"):
        own[number] = undoes is None or not own.get(undoes, True)
    return next((number for number in reversed(own) if own[number] and number not in undone_by), None)


def _nothing(target: Record, done: Undone, left: Sequence[tuple[str, str]]) -> ConflictError:
    if not done.left:
        by = f"（批次 {target['undone_by']}）" if target["undone_by"] else ""
        return ConflictError(f"批次 {target['id']} 已经撤销过了{by}，没有改动。",
                             f"要恢复它：lianhu undo {target['undone_by']}" if target["undone_by"] else "lianhu log")
    shown = "；".join(f"{name}：{reason}" for name, reason in left[:5])
    more = f"；等 {len(done.left)} 行" if len(done.left) > 5 else ""
    later = next((row.blocker for row in done.left if row.blocker), None)
    return ConflictError(f"批次 {target['id']} 一行也退不回，没有改动：{shown}{more}。",
                         f"可先撤销后来的：lianhu undo {later}" if later else "lianhu log")


def _reason(row: Row) -> str:
    if row.blocker is not None:
        return f"后来被批次 {row.blocker} 改过"
    if row.missing:
        return f"它所属的{TABLE_NAMES.get(row.missing, row.missing)}已经没有了，不能恢复"
    if row.is_taken:
        return "它的编号或号码后来给了别的记录，不能恢复"
    return f"后来的{TABLE_NAMES.get(row.referrer, row.referrer)}还要用到它"


def record_name(database: Database, table: str, row_id: int) -> str:
    """How a record is called on the screen, from its table and id."""
    title = TABLE_NAMES.get(table, table)
    found = database.records(f"SELECT * FROM {table} WHERE id = ?", [row_id])
    if not found:
        return f"{title} {row_id}"
    record = found[0]
    code = record.get("code") or record.get("number") or ""
    if not code and record.get("household_id"):
        code = "".join(code for (code,) in database.execute("SELECT code FROM household WHERE id = ?", [record["household_id"]]))
    elif not code and record.get("cadre_id"):
        code = "".join(code for (code,) in database.execute("SELECT code FROM cadre WHERE id = ?", [record["cadre_id"]]))
    name = record.get("head_name") or record.get("name") or mask_text(record.get("title") or "")
    return " ".join(filter(None, (title, shown_number(str(code)), name)))
