"""Putting a finished file in place: whole or not at all, and readable by its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lianhu.errors import ConflictError, FileRefusedError, NotFoundError, UsageError


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A scratch file beside ``target`` that takes its place when the block ends well (mode 0600).

    Raises FileRefusedError when the folder or file cannot be written, as when Excel holds it open.
    """
    scratch = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        # Private from the first byte on: it may hold full ID numbers.
        os.close(os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        yield scratch
        scratch.replace(target)
    except OSError as error:
        raise FileRefusedError(
            f"写不了文件 {target}：{error.strerror or error}。",
            "如正在 Excel 中打开，请先关闭；或用别的文件名、别的文件夹") from error
    finally:
        scratch.unlink(missing_ok=True)


def check_target(target: Path, endings: Sequence[str], *, force: bool) -> None:
    """Raises the error of a file that must not or cannot be written, before any work is done."""
    if target.suffix.lower() not in endings:
        raise UsageError(f"{target} 的文件名要以 {'、'.join(endings)} 结尾。", f"写成 -o {target.with_suffix(endings[0])}")
    if target.is_dir():
        raise UsageError(f"{target} 是文件夹，不是文件名。", f"写成 -o {target / ('文件' + endings[0])}")
    check_place(target, force=force)


def check_place(target: Path, *, force: bool) -> None:
    """Raises the error of a file whose folder is not there, or that is there itself and must stay."""
    if not target.parent.is_dir():
        raise NotFoundError(f"放文件的文件夹 {target.parent} 不存在。", f"mkdir {target.parent}")
    if target.exists() and not force:
        raise ConflictError(f"文件 {target} 已经存在，没有改动它。", "换一个文件名，或加 --force 覆盖它")


def defused(text: str) -> str:
    """A text that a spreadsheet would run as a formula, made harmless for .csv."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
