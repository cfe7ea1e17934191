"""``lianhu due``."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.services.due import STAGES, UNDATED, Due, due_list, gathered

app = typer.Typer()

FEW = 10
"""Lines without a day of one kind that the town's list still shows one by one."""


@app.command("due")
def due(
    ctx: typer.Context,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部的")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    everything: Annotated[bool, typer.Option("--all", help="逐条列出，多的也不合并、不略去")] = False,
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
        output.show_json([item.as_json() for item in found])
        return
    if as_csv:
        output.show_csv([_table("要办的事", found, with_stage=True)])
        return
    listed, left = _for_screen(found, whole=everything or by is not None or village is not None)
    tables = [_table(title, items) for stage, title in enumerate(STAGES)
              if (items := [item for item in listed if item.stage == stage])]
    output.show_tables(tables)
    if left:
        output.say(("\n" if tables else "") + "还缺：" + "，".join(f"{kind} {number} 条" for kind, number in left.items()))
        output.note("逐条看：lianhu due --all，或 lianhu due --village 村名")
    if not found:
        output.say("没有要办的事。")
    if target is not None:
        output.note(f"已写出 {target}：{sheets} 张清单")


def _for_screen(found: list[Due], *, whole: bool) -> tuple[list[Due], dict[str, int]]:
    """The lines to show and, unless the ``whole`` list is wanted, how many of a kind are only counted."""
    if whole:
        return found, {}
    lines = gathered(found)
    missing = Counter(item.kind for item in lines if item.stage == UNDATED)
    left = {kind: number for kind, number in missing.items() if number > FEW}
    return [item for item in lines if item.stage != UNDATED or item.kind not in left], left


def _table(title: str, items: list[Due], *, with_stage: bool = False) -> Table:
    headings = ["事", "期限", "嘎查村", "户", "干部", "要办什么", "情况"]
    return Table(title, ["紧急", *headings] if with_stage else headings, [
        [*([STAGES[i.stage]] if with_stage else []), i.kind, i.due, i.village,
         " ".join(filter(None, (i.household, i.head_name))), i.cadre_name, i.what, i.reason] for i in items],
        note=f"共 {len(items)} 条")
