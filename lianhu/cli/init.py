"""``lianhu init``."""

import typer

from lianhu.cli import context, output
from lianhu.errors import ConflictError

app = typer.Typer()


@app.command("init")
def init(ctx: typer.Context) -> None:
    """新建一个空数据库。已有的数据库不会被改动。"""
    here = context.of(ctx)
    with here.open(create=True) as database:
        if not database.fresh:
            raise ConflictError(f"{here.db} 已经是 lianhu 的数据库，没有改动。", "lianhu report")
        with database.transaction():
            pass
    output.say(f"已新建数据库 {here.db}")
    output.note("下一步：lianhu import 名册.xlsx；空白表：lianhu template -o 填报表.xlsx")
