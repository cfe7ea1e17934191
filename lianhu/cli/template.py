"""``lianhu template``."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.forms import FORMS
from lianhu.errors import DatabaseError
from lianhu.services.exports import NOTES_SHEET, write_template
from lianhu.store.connection import Database

app = typer.Typer(add_completion=False)


@app.command("template")
def template(
    ctx: typer.Context,
    target: Annotated[Path, typer.Option("-o", "--output", metavar="文件", help="写到这个 .xlsx 文件")],
    kinds: Annotated[list[str] | None, typer.Argument(
        metavar="[种类]...", help=f"只要这些表，不写时全要：{' '.join(FORMS)}", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """生成空白填报表：每种一张表，有下拉可选，身份证号和电话已设为文本，附填表说明。"""
    with _database(context.of(ctx)) or nullcontext() as database:
        sheets = write_template(target, kinds or (), database=database, force=force)
    if as_json:
        output.show_json({"file": str(target), "sheets": [
            {"sheet": sheet.sheet, "kind": sheet.kind, "rows": sheet.rows} for sheet in sheets]})
    output.note(f"已生成空白表 {target}：{'、'.join(sheet.sheet for sheet in sheets)}（怎么填见《{NOTES_SHEET}》）")
    output.note(f"下一步：填好后 lianhu import {target}")


def _database(here: context.Context) -> Database | None:
    """The database with the town's villages and words, if there is one that can be read."""
    if not here.db.exists() or not here.db.stat().st_size:
        return None
    try:
        return here.open()
    except DatabaseError as error:
        # A blank form needs no database; the drop-down of villages is all that is lacking.
        output.note(f"{error.sentence}空白表里没有村名下拉。")
        return None
