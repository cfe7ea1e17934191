"""Every error a user can cause: its exit code, its one Chinese sentence, and what to type next.

The translator in ``lianhu.cli`` prints the sentence and the hint and exits with the code;
nothing else in the program decides how an error looks. Problems of single rows in a workbook
are data (``lianhu.domain.values.Fault``), not exceptions.
"""

from __future__ import annotations

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
