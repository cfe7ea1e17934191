"""``lianhu rules``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.cli.texts import write_text_file
from lianhu.services.texts import check_rules, import_rules, rules_text

app = typer.Typer(no_args_is_help=True, help="查看和更换结对规则。")

RulesFile = Annotated[Path, typer.Argument(metavar="文件", help="规则的 TOML 文件")]


@app.command("show")
def show(ctx: typer.Context) -> None:
    """显示现在的规则。"""
    with context.of(ctx).open() as database:
        output.say(rules_text(database).rstrip())


@app.command("export")
def export(ctx: typer.Context, file: RulesFile) -> None:
    """把现在的规则写成文件，改好再导入。"""
    with context.of(ctx).open() as database:
        write_text_file(file, rules_text(database))
    output.say(f"已写出 {file}")
    output.note(f"改好后：lianhu rules check {file}，再 lianhu rules import {file}")


@app.command("import")
def import_(ctx: typer.Context, file: RulesFile) -> None:
    """换成文件里的规则；先检查，不对就不换。"""
    here = context.of(ctx)
    with here.open() as database:
        rules, number = import_rules(database, file, now=here.now)
    if number is None:
        output.say("和现在的规则一样，没有改动。")
    else:
        output.say(f"已换规则，共 {len(rules.matches)} 条，批次 {number}")
        output.note("已有的结对不动；看换规则后会怎样：lianhu assign --rebalance --dry-run")


@app.command("check")
def check(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="不写就检查现在的规则", show_default=False)] = None,
) -> None:
    """检查规则写得对不对，并运行规则自带的例子。"""
    with context.of(ctx).open() as database:
        rules = check_rules(database, file)
    output.say(f"规则没有问题：{len(rules.matches)} 条，例子都通过。")
