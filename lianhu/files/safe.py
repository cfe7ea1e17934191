"""Putting a finished file in place: whole or not at all, and readable by its owner only."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import clear_frames

from lianhu.errors import ConflictError, FileRefusedError, NotFoundError, UsageError, why


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
    except _disk_errors() as error:
        _let_go(error)
        reason = why(error) if isinstance(error, OSError) else "临时文件夹不能写，磁盘可能已满"
        raise FileRefusedError(f"写不了文件 {target}：{reason}。", _what_to_do(target, error)) from error
    finally:
        scratch.unlink(missing_ok=True)


def _what_to_do(target: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "请先建好文件夹，或写别的路径"
    if isinstance(error, IsADirectoryError):
        return f"请写出文件名，如 {target / '文件'}"
    return "如正在 Excel 中打开，请先关闭；或用别的文件名、别的文件夹"


def _disk_errors() -> tuple[type[Exception], ...]:
    """What a write can end in: OSError, and what lxml, where openpyxl uses it, raises of its own instead."""
    lxml = sys.modules.get("lxml.etree")
    return (OSError, lxml.SerialisationError) if lxml is not None else (OSError,)


def _let_go(error: BaseException | None) -> None:
    """Closes what was half written now: closing it fails once more, which is no news and would be shown."""
    said, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        while error is not None:
            clear_frames(error.__traceback__)
            error = error.__context__
        gc.collect()
    finally:
        sys.unraisablehook = said


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


_NO_TEXT = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029], " ") | dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF])
"""Control characters, which neither Word nor Excel can hold, and marks that turn text round. Tabs and line ends stay."""


def printable(text: str) -> str:
    """The text as a file of an office program can hold it."""
    return text.translate(_NO_TEXT)


_STARTS_A_FORMULA = frozenset("=+-@＝＋－＠")
"""The full-width ones too, which some spreadsheets read as their narrow brothers."""


def defused(text: str) -> str:
    """A text that a spreadsheet would run as a formula, made harmless for .csv.

    Also one that begins with a tab or another control character, which a spreadsheet may drop and
    then find a formula behind.
    """
    first = text.lstrip(" ")[:1]
    return f"'{text}" if first in _STARTS_A_FORMULA or (first and not first.isprintable()) else text
