"""``lianhu config``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.cli.texts import write_text_file
from lianhu.errors import TextRefusedError
from lianhu.services.texts import import_settings, settings_text
from lianhu.services.town import load_rules
from lianhu.store.connection import Database

app = typer.Typer(no_args_is_help=True, help="查看和更换设置：镇名、词表、工单期限、工作日。")

ConfigFile = Annotated[Path, typer.Argument(metavar="文件", help="设置的 TOML 文件")]


@app.command("show")
def show(ctx: typer.Context) -> None:
    """显示全部设置。"""
    with context.of(ctx).open() as database:
        output.say(settings_text(database).rstrip())


@app.command("export")
def export(ctx: typer.Context, file: ConfigFile) -> None:
    """把全部设置写成文件，改好再导入。"""
    with context.of(ctx).open() as database:
        write_text_file(file, settings_text(database))
    output.say(f"已写出 {file}")
    output.note(f"改好后：lianhu config import {file}")


@app.command("import")
def import_(ctx: typer.Context, file: ConfigFile) -> None:
    """换成文件里的设置；文件里没有写的项用默认值。"""
    here = context.of(ctx)
    with here.open() as database:
        settings, number = import_settings(database, file, now=here.now)
        unfit = _rules_that_no_longer_fit(database)
    if number is None:
        output.say("和现在的设置一样，没有改动。")
    else:
        output.say(f"已换设置{f'（{settings.town}）' if settings.town else ''}，批次 {number}")
    if unfit is not None:
        output.note(f"注意：{unfit.sentence}")
        output.note(f"→ {unfit.hint}")


def _rules_that_no_longer_fit(database: Database) -> TextRefusedError | None:
    """What is wrong with the rules in force after a change of the words they use."""
    try:
        load_rules(database)
    except TextRefusedError as error:
        return error
    return None
