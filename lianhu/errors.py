"""Every error a user can cause: its exit code, its one Chinese sentence, and what to type next.

The translator in ``lianhu.cli`` prints the sentence and the hint and exits with the code;
nothing else in the program decides how an error looks. Problems of single rows in a workbook
are data (``lianhu.domain.values.Fault``), not exceptions.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class LianhuError(Exception):
    """Base of the family. ``sentence`` is Chinese and complete; ``hint`` is the next step or ''."""

    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(LianhuError):
    """The command line does not make sense (a bad date, options that exclude each other)."""

    exit_code = 2


class NotFoundError(LianhuError):
    """The household, cadre, village, batch or file that was named does not exist."""

    exit_code = 3


class AmbiguousError(LianhuError):
    """A name fits several records; the sentence lists them and nothing was done."""

    exit_code = 3


class FileRefusedError(LianhuError):
    """A file cannot be read or written: damaged, encrypted, foreign, too large, no permission."""

    exit_code = 4


class ConflictError(LianhuError):
    """What is asked contradicts what is recorded."""

    exit_code = 5


class UnconfirmedError(ConflictError):
    """Something a person may insist on goes against ``reasons``, and nobody has said yes to them."""

    def __init__(self, what: str, reasons: tuple[str, ...]) -> None:
        told = f"{what}：{'；'.join(reasons)}。"
        super().__init__(f"{told}没有确认，没有改动。", "确实要这样，加 --yes")
        self.question = f"{told}仍要这样吗"
        self.reasons = reasons


class Mistake(NamedTuple):
    """What is wrong in a text that a person wrote, and its line from 1; None where it has none."""

    line: int | None
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}" if self.line else self.message


class TextRefusedError(ConflictError):
    """A town's own rules or settings are wrong; ``called`` is the file or what else the text is known by."""

    def __init__(self, called: str, mistakes: Sequence[Mistake], hint: str) -> None:
        named = f"{called} " if called[-1:].isascii() else called
        if len(mistakes) == 1:
            told = f"{named}{mistakes[0]}" if mistakes[0].line else f"{named.rstrip()}：{mistakes[0]}"
        else:
            told = f"{named}有 {len(mistakes)} 处要改：\n" + "\n".join(map(str, mistakes))
        super().__init__(told, hint)
        self.mistakes = tuple(mistakes)


class DatabaseError(LianhuError):
    """The database is missing, damaged, foreign, newer than the program, locked or read-only."""

    exit_code = 6


_WHY = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "磁盘是只读的", errno.ENOSPC: "磁盘已满",
    errno.EFBIG: "磁盘已满或文件太大",
    errno.ENOTDIR: "路径里有一段不是文件夹", errno.ENOENT: "文件夹不存在", errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈", errno.EISDIR: "是一个文件夹",
}


def why(error: OSError) -> str:
    """The system's reason in Chinese, where it is one that a user meets."""
    if "temporary directory" in (error.strerror or ""):
        # Python has tried all of them by writing a little into each.
        return "临时文件夹不能写，磁盘可能已满"
    return _WHY.get(error.errno or 0) or error.strerror or str(error)
