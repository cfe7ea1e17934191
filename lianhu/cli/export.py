"""``lianhu export``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.domain.forms import FORMS
from lianhu.services.exports import write_export

app = typer.Typer(add_completion=False)


@app.command("export")
def export(
    ctx: typer.Context,
    target: Annotated[Path, typer.Option("-o", "--output", metavar="文件", help="写到这个 .xlsx 文件")],
    kinds: Annotated[list[str] | None, typer.Argument(
        metavar="[种类]...", help=f"只要这些表，不写时全要：{' '.join(FORMS)}", show_default=False)] = None,
    full: Annotated[bool, typer.Option("--full", help="含完整身份证号、电话和敏感类别（留记录）")] = False,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导出登记的内容，和填报表同一个样子：改好后可以再导入。默认脱敏，每次导出都留记录。"""
    here = context.of(ctx)
    with here.open() as database, output.progress() as progress:
        sheets = write_export(database, target, kinds or (), full=full, force=force, now=here.now, progress=progress)
    if as_json:
        output.show_json({"file": str(target), "sheets": [
            {"sheet": sheet.sheet, "kind": sheet.kind, "rows": sheet.rows} for sheet in sheets]})
    else:
        output.show_table(Table(
            "导出结果", ["工作表", "种类", "行数"], [[s.sheet, s.kind, s.rows] for s in sheets],
            ["合计", "", sum(s.rows for s in sheets)]))
    if full:
        output.note(f"已导出 {target}，含完整身份证号和电话，请妥善保管；这次导出已留记录。")
    else:
        output.note(f"已导出 {target}（身份证号、电话已脱敏，敏感类别没有列出；要完整内容加 --full）。")
    output.note(f"下一步：改好后导入 lianhu import {target}")
