"""``lianhu brief``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.reports.period import parse_period
from lianhu.services.brief import make_brief
from lianhu.services.settings import load_settings

app = typer.Typer()


@app.command("brief")
def brief(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="写这个月的，如 2026-11、本月、上月")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从这一天起")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）")] = None,
    target: Annotated[Path | None, typer.Option("--output", "-o", metavar="文件.docx", help="写成公文格式的 Word 文件")] = None,
    public: Annotated[bool, typer.Option("--public", help="只写可以公开的：没有个人信息")] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """写一段上报用的工作情况：数都从报表的同一条定义来，不写任何人的姓名。"""
    if target is not None:
        from lianhu.files.safe import check_target

        check_target(target, (".docx",), force=force)
    here = context.of(ctx)
    period = parse_period(start, end, month, here.now)
    with here.open() as database:
        made = make_brief(database, period, is_public=public)
        town = load_settings(database).town
    if target is not None:
        from lianhu.files.official import write_official

        write_official(target, made.title, made.paragraphs, town, made.on, made.foot)
    if as_json:
        output.show_json({
            "title": made.title, "on": made.on.isoformat(), "text": "\n".join(made.paragraphs), "figures": {
                name: value if isinstance(value, int) else value.as_json()
                for name, value in made.figures.items()}, "log": made.foot})
    elif target is None:
        output.say(made.title)
        for paragraph in made.paragraphs:
            output.say(f"　　{paragraph}")
        output.say(f"（{made.foot}）")
    else:
        output.say(f"已写出 {target}")
