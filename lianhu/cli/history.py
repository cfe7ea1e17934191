"""``lianhu log`` and ``lianhu undo``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.services.history import batches, readings, undo
from lianhu.services.log_export import batch_table, reading_table, write_log
from lianhu.services.log_heads import log_head, prove

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("log")
def log(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option(
        "--limit", "-n", metavar="条数", min=1, max=1_000_000, show_default=False,
        help="最近多少条（默认 30；写成文件时默认全部）")] = None,
    looks: Annotated[bool, typer.Option("--reads", help="看谁查看过完整号码、导出过数据")] = False,
    head: Annotated[bool, typer.Option("--head", help="只看校验码：印在纸上存档，可以证明日志没有被改过")] = False,
    verify: Annotated[str | None, typer.Option(
        "--verify", metavar="校验码", help="核对纸上的校验码：日志从头到哪一条没有被改过")] = None,
    target: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件", help="写成 .xlsx（改动和查看各一张表）或 .csv")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """看改动记录：每条写入的命令一个批次，最近的在上。记录一直保留，不会自动删除。"""
    here = context.of(ctx)
    if target is not None:
        _write(here, target, looks=looks, limit=limit, force=force)
    elif verify is not None:
        _verify(here, verify, as_json=as_json)
    elif head:
        _show_head(here, as_json=as_json)
    else:
        _list(here, looks=looks, limit=limit or _SHOWN, as_json=as_json, as_csv=as_csv)


_SHOWN = 30
"""Entries that a screen is given unless more are asked for."""


def _list(here: context.Context, *, looks: bool, limit: int, as_json: bool, as_csv: bool) -> None:
    with here.open() as database:
        if looks:
            rows = readings(database, limit)
            output.show_tables([reading_table(rows)], as_json=rows, json_wanted=as_json, csv_wanted=as_csv)
            return
        rows = batches(database, limit)
    document = [
        {
            "batch": r["id"], "at": r["at"], "actor": r["actor"], "command": r["command"], "file": r["file_name"],
            "sha256": r["file_sha256"], "summary": r["summary"], "rows": r["rows"], "undoes": r["undoes"],
            "undone_by": r["undone_by"],
        }
        for r in rows
    ]
    output.show_tables([batch_table(rows)], as_json=document, json_wanted=as_json, csv_wanted=as_csv)
    if not rows and not as_json:
        output.note("还没有改动。下一步：lianhu import 名册.xlsx")


def _write(here: context.Context, target: Path, *, looks: bool, limit: int | None, force: bool) -> None:
    with here.open() as database:
        sheets = write_log(database, target, reads_only=looks, limit=limit, force=force, now=here.now)
    output.say(f"已写出 {target}（{'、'.join(f'{name} {rows} 条' for name, rows in sheets.items())}）")


def _show_head(here: context.Context, *, as_json: bool) -> None:
    with here.open() as database:
        found = log_head(database)
    if as_json:
        output.show_json({name: link and {"number": link.number, "at": link.at, "hash": link.hash}
                          for name, link in (("batch", found.batch), ("reading", found.reading))})
        return
    if found.batch is None:
        output.note("还没有改动。下一步：lianhu import 名册.xlsx")
        return
    output.say(f"改动记录　　　至批次 {found.batch.number}（{found.batch.at}）　{found.batch.hash}")
    if found.reading is not None:
        output.say(f"查看与导出记录　至第 {found.reading.number} 条（{found.reading.at}）　{found.reading.hash}")
    output.note(f"以后核对：lianhu log --verify {found.batch.hash}")


def _verify(here: context.Context, typed: str, *, as_json: bool) -> None:
    with here.open() as database:
        proof = prove(database, typed)
    if as_json:
        output.show_json({"of": "reading" if proof.of_readings else "batch", "number": proof.link.number,
                          "at": proof.link.at, "hash": proof.link.hash, "later": proof.later})
        return
    entry = f"查看与导出记录第 {proof.link.number} 条" if proof.of_readings else f"批次 {proof.link.number}"
    output.say(f"校验码对得上：从头到{entry}（{proof.link.at}）的日志没有被改过；那以后又有 {proof.later} 条。")


@app.command("undo")
def undo_(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="批次", help="批次号（默认最后一批）", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会退回什么，不改动")] = False,
    as_json: Json = False,
) -> None:
    """撤销一个批次：退回它写的每一行；后来又改过的行保留并列出原因。"""
    here = context.of(ctx)
    with here.open() as database:
        receipt = undo(database, number, now=here.now, dry_run=dry_run)
    if as_json:
        output.show_json({
            "batch": receipt.batch, "undone": receipt.target["id"], "dry_run": receipt.dry_run,
            "taken_back": receipt.taken_back,
            "left": [{"record": name, "reason": reason} for name, reason in receipt.left],
            "impossible": [{"record": name, "reason": reason} for name, reason in receipt.impossible],
            "left_count": receipt.left_count})
        return
    verb = "会退回" if dry_run else "已退回"
    output.say(f"批次 {receipt.target['id']}（{receipt.target['summary'] or receipt.target['command']}）")
    output.show_table(Table("", [verb, "行数"], [[name, n] for name, n in receipt.taken_back.items()]))
    for title, rows in (("后来改过，保留", receipt.left), ("不能退回", receipt.impossible)):
        if rows:
            output.show_table(Table(title, ["记录", "原因"], [list(item) for item in rows]))
    if receipt.left_count > len(receipt.left) + len(receipt.impossible):
        output.note(f"……没有退回的共 {receipt.left_count} 行")
    if not dry_run:
        output.note(f"撤销本身是批次 {receipt.batch}；要恢复：lianhu undo {receipt.batch}")
