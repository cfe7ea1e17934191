"""``lianhu backup``."""

from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.cli.passphrase import PassphraseFile, passphrase
from lianhu.services.backup import make_backup

app = typer.Typer()


@app.command("backup")
def backup(
    ctx: typer.Context,
    target: Annotated[Path | None, typer.Argument(
        metavar="文件", help="备份到哪个文件或文件夹；不写就放在数据库旁边，用镇名和时间作文件名", show_default=False)] = None,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="用口令加密（口令丢了谁也打不开）")] = False,
    passphrase_file: PassphraseFile = None,
    keep: Annotated[int | None, typer.Option(
        "--keep", metavar="份数", min=1, help="自动命名的备份只留最近几份，更早的删掉")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """备份整个数据库（别的命令正在写也可以），并试恢复一遍，逐表核对一致才算成功。"""
    here = context.of(ctx)
    with here.open() as database:
        words = passphrase(passphrase_file, twice=True) if encrypt else None
        made = make_backup(database, target, passphrase=words, keep=keep, force=force, now=here.now)
    if as_json:
        output.show_json({
            "file": str(made.file), "tables": made.tables, "rows": made.rows, "bytes": made.size,
            "encrypted": made.is_encrypted, "proved": True, "removed": [str(file) for file in made.removed]})
        return
    output.say(f"已备份到 {made.file}（{made.tables} 张表、{made.rows} 行，试恢复后逐表一致）")
    for file in made.removed:
        output.note(f"只留 {keep} 份，删掉了 {file.name}")
    if made.is_encrypted:
        output.note("口令请另外保管：丢了谁也打不开这个备份。")
    else:
        output.note("备份里有完整号码，请妥善保管；要加密：lianhu backup --encrypt")
    output.note(f"恢复：lianhu restore {made.file}")
