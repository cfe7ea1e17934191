"""``lianhu due``."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.services.due import STAGES, UNDATED, Due, due_list, gathered

app = typer.Typer()


@app.command("due")
def due(
    ctx: typer.Context,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部的")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    everything: Annotated[bool, typer.Option("--all", help="没有期限的待补事项也逐条列出")] = False,
    target: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件.xlsx", help="写成发给干部的清单，一名干部一张")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """看要办的事：已逾期的、今天到期的、七天内到期的，和还缺什么。"""
    here = context.of(ctx)
    if target is not None:
        from lianhu.files.safe import check_target

        check_target(target, (".xlsx",), force=force)
    with here.open() as database:
        found = due_list(database, today=here.today, now=here.now, by=by, village=village)
        if target is not None:
            from lianhu.services.due_sheets import write_due_sheets

            sheets = write_due_sheets(database, target, found, today=here.today, now=here.now)
    if as_json:
        output.show_json([_document(item) for item in found])
        return
    if as_csv:
        output.show_csv([_table("要办的事", found)])
        return
    narrow = everything or by is not None or village is not None
    listed = found if narrow else gathered([item for item in found if item.stage != UNDATED])
    tables = [_table(title, items) for stage, title in enumerate(STAGES)
              if (items := [item for item in listed if item.stage == stage])]
    output.show_tables(tables)
    left = Counter(item.kind for item in found if item.stage == UNDATED and not narrow)
    if left:
        output.say(("\n" if tables else "") + "还缺：" + "，".join(f"{kind} {number} 条" for kind, number in left.items()))
        output.note("逐条看：lianhu due --all，或 lianhu due --village 村名")
    if not found:
        output.say("没有要办的事。")
    if target is not None:
        output.note(f"已写出 {target}：{sheets} 张清单")


def _table(title: str, items: list[Due]) -> Table:
    return Table(title, ["事", "期限", "嘎查村", "户", "干部", "要办什么", "情况"], [
        [i.kind, i.due, i.village, " ".join(filter(None, (i.household, i.head_name))), i.cadre_name, mask_text(i.what),
         mask_text(i.reason)] for i in items], note=f"共 {len(items)} 条")


def _document(item: Due) -> dict[str, str | None]:
    return {
        "stage": ("overdue", "today", "soon", "undated")[item.stage], "kind": item.kind, "due": item.due,
        "village": item.village, "household": item.household, "head_name": item.head_name, "cadre": item.cadre,
        "cadre_name": item.cadre_name, "what": mask_text(item.what), "reason": mask_text(item.reason), "command": item.command}
