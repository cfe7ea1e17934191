"""The passphrase of a locked backup: typed unseen, or from a file or the environment, never an argument,
which everybody at the machine could read."""

import os
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import output
from lianhu.errors import NotFoundError, UsageError

VARIABLE = "LIANHU_PASSPHRASE"

PassphraseFile = Annotated[Path | None, typer.Option(
    "--passphrase-file", metavar="文件", help=f"口令写在这个文件的第一行；不写时看环境变量 {VARIABLE}，再没有就在屏幕上问")]


def passphrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase; ``twice`` when a slip of the finger would lock a backup for good.

    Raises UsageError where nobody can be asked, or when the two differ.
    """
    if file is not None:
        return _first_line(file)
    given = os.environ.get(VARIABLE)
    if given:
        return given
    if not output.on_terminal():
        raise UsageError("没有口令。", f"把口令写进文件，加 --passphrase-file 文件；或用环境变量 {VARIABLE}")
    typed = output.ask_unseen("口令")
    if twice and output.ask_unseen("再输入一次口令") != typed:
        raise UsageError("两次输入的口令不一样，没有备份。", "请再试一次")
    return typed


def _first_line(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(f"没有口令文件 {file}。", "请核对路径") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"读不了口令文件 {file}：要是 UTF-8 的文本文件。") from error
    line = text.partition("\n")[0].rstrip("\r")
    if not line:
        raise UsageError(f"口令文件 {file} 的第一行是空的。")
    return line
