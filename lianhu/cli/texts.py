"""Writing a text that the user will edit."""

from __future__ import annotations

from pathlib import Path

from lianhu.errors import ConflictError
from lianhu.files.safe import replacing


def write_text_file(file: Path, text: str) -> None:
    """Writes a text as UTF-8; an existing file may hold the user's work and is not replaced."""
    if file.exists():
        raise ConflictError(f"{file} 已经存在，没有改动它。", "请换一个文件名")
    with replacing(file) as scratch:
        scratch.write_text(text, encoding="utf-8")
