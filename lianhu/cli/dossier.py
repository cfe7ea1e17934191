"""What ``household show`` and ``cadre show`` have in common: the dossier on paper."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import output
from lianhu.domain.figures import Table
from lianhu.store.connection import Database
from lianhu.store.journal import note_reading

MOST = 10
"""Rows of a long list that are shown on the screen."""

Target = Annotated[Path | None, typer.Option(
    "--output", "-o", metavar="文件", help="写成 .docx 或 .html，A4，内容齐全")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件")]


def check(target: Path | None, *, force: bool) -> None:
    """Raises the error of a file that cannot be written, before any work is done."""
    if target is not None:
        from lianhu.files.pages import ENDINGS
        from lianhu.files.safe import check_target

        check_target(target, ENDINGS, force=force)


def log(database: Database, command: str, what: str, target: Path | None, *, full: bool, now: datetime) -> None:
    """Logs a read-out of full numbers and a page; plain looking is not logged."""
    if full or target is not None:
        note_reading(database, command + (" --full" if full else ""),
                     f"{what}{'（完整号码）' if full else ''}" + (f"，写到 {target.name}" if target else ""), now=now)


def write(target: Path, title: str, place: str, tables: list[Table], *, full: bool, now: datetime) -> None:
    """Writes the page and says so."""
    from lianhu.files.pages import write_page

    remark = "内有完整号码，请妥善保管" if full else "号码已隐去中间几位"
    write_page(target, title, f"{place}　{now:%Y-%m-%d} 打印　{remark}", tables)
    output.say(f"已写出 {target}")
