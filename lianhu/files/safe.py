"""Putting a finished file in place: whole or not at all, and readable by its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lianhu.errors import FileRefusedError


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


def defused(text: str) -> str:
    """A text that a spreadsheet would run as a formula, made harmless for .csv."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
