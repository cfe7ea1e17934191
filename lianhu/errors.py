"""Every error a user can cause: its exit code, its one Chinese sentence, and what to type next.

The translator in ``lianhu.cli`` prints the sentence and the hint and exits with the code;
nothing else in the program decides how an error looks. Problems of single rows in a workbook
are data (``lianhu.domain.values.Fault``), not exceptions.
"""

from __future__ import annotations

from typing import ClassVar


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


class DatabaseError(LianhuError):
    """The database is missing, damaged, foreign, newer than the program, locked or read-only."""

    exit_code = 6
