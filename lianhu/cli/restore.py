"""``lianhu restore``."""

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.cli.passphrase import PassphraseFile, passphrase
from lianhu.services.restore import restore

app = typer.Typer()


@app.command("restore")
def restore_(
    ctx: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="备份文件", help="lianhu backup 写出的文件", show_default=False)],
    passphrase_file: PassphraseFile = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不问，直接替换现有的数据库")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用备份恢复数据库：先查备份是否完好，原来的数据库移到旁边留着。"""
    here = context.of(ctx)
    words = cache(lambda: passphrase(passphrase_file, twice=False))
    done = output.insisted(
        lambda agreed: restore(backup, here.db, passphrase=words, agreed=agreed, reason=here.reason, now=here.now), yes=yes)
    if as_json:
        output.show_json({"file": str(here.db), "kept": str(done.kept) if done.kept else None, "batch": done.batch,
                          "at": done.at, "households": done.households})
        return
    until = f"到批次 {done.batch}（{done.at}）" if done.batch else "是空的"
    output.say(f"已用 {backup} 恢复 {here.db}：{done.households} 户，记录{until}")
    if done.kept is not None:
        output.note(f"原来的数据库移到了 {done.kept}")
    output.note("下一步：lianhu check")
