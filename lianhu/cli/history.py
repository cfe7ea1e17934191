"""``lianhu log`` and ``lianhu undo``."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.services.history import batches, readings, undo

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("log")
def log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="条数", min=1, max=1_000_000, help="看最近多少条")] = 30,
    looks: Annotated[bool, typer.Option("--reads", help="看谁查看过完整号码、导出过数据")] = False,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """看改动记录：每条写入的命令一个批次，最近的在上。"""
    here = context.of(ctx)
    with here.open() as database:
        if looks:
            rows = readings(database, limit)
            table = Table("查看与导出记录", ["时间", "谁", "命令", "内容"],
                          [[r["at"], r["actor"], r["command"], r["what"]] for r in rows])
            output.show_tables([table], as_json=rows, json_wanted=as_json, csv_wanted=as_csv)
            return
        rows = batches(database, limit)
    table = Table("改动记录", ["批次", "时间", "谁", "命令", "行数", "内容", "状态"], [
        [r["id"], r["at"], r["actor"], r["command"], r["rows"], r["summary"],
         f"已由批次 {r['undone_by']} 撤销" if r["undone_by"] else ""]
        for r in rows])
    document = [
        {
            "batch": r["id"], "at": r["at"], "actor": r["actor"], "command": r["command"], "file": r["file_name"],
            "sha256": r["file_sha256"], "summary": r["summary"], "rows": r["rows"], "undoes": r["undoes"],
            "undone_by": r["undone_by"],
        }
        for r in rows
    ]
    output.show_tables([table], as_json=document, json_wanted=as_json, csv_wanted=as_csv)
    if not rows and not as_json:
        output.note("还没有改动。下一步：lianhu import 名册.xlsx")


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
