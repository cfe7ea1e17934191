"""What every reader of cells shares: the fault it may return, tidy text, and words for nothing."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from lianhu.domain.masks import mask_text

if TYPE_CHECKING:
    from decimal import Decimal

    from lianhu.domain.table import Cell

T = TypeVar("T")


class Fault(NamedTuple):
    """Why a cell has no usable value: a problem code of the import and one Chinese sentence.

    The sentence says what is wrong and what to do; ID numbers and phones in it are masked.
    """

    code: str
    message: str


Reading: TypeAlias = tuple[T | None, Fault | None]
"""Value and fault. Both are None for a blank; only a 15-digit ID number comes with both."""

LARGEST_EXACT = 10**15
"""Excel keeps 15 significant figures, so a whole number from here on has lost its last ones."""

_LONGEST_QUOTE = 24

NOTHING = frozenset("无空—–―－／/\\-_*") | {"", "--", "——", "没有", "暂无", "不详", "未知"}
NOTHING |= {"N/A", "n/a", "NULL", "null", "None"}
"""What clerks write into a cell to say that there is nothing to write."""

# A fixed table, not str.translate over NFKC: NFKC would also change rare characters in names.
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xFFE5: 0xA5, 0x3002: 0x2E}


def fold(text: str) -> str:
    """The text with full-width letters, figures and signs made half-width, and 。 made a dot."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def _is_invisible(char: str) -> bool:
    # U+180E shapes the ending of words written in Mongolian script; without it they are misspelt.
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char != "\u180e"


def tidy(text: str) -> str:
    """NFC text without control, zero-width and direction characters, each gap one space."""
    if text.isprintable():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        if "  " not in text:
            return text.strip(" ")
    else:
        text = "".join(c for c in text if c.isspace() or not _is_invisible(c))
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def exact(number: float) -> Decimal:
    """The number as Excel shows it: 15 significant figures, so 0.1 + 0.2 is 0.3."""
    from decimal import Decimal  # 2 ms that most commands can do without

    return Decimal(number) if isinstance(number, int) else Decimal(f"{number:.15g}")


def number_text(number: float) -> str | None:
    """The shortest text of a number (3.0 → "3"), or None when Excel has already lost figures."""
    if not math.isfinite(number) or abs(number) >= LARGEST_EXACT:
        return None
    # Adding zero turns -0.0 into 0.
    return f"{exact(number).normalize() + 0:f}"


def moment_text(moment: datetime) -> str:
    """Day and minute, or the day alone at midnight, which is how Excel keeps a mere date."""
    if moment.hour or moment.minute or moment.second:
        return moment.isoformat(" ", "minutes")
    return moment.date().isoformat()


def cell_text(cell: Cell) -> str | None:
    """The tidy text of any cell, "" for a blank; None for a number without exact text."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return _duration_text(cell)


def _duration_text(duration: timedelta) -> str:
    minutes = int(duration.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def quoted(text: str) -> str:
    """The value as a message may quote it: masked, in quotation marks, cut where it is long."""
    shown = mask_text(text)
    return f"“{shown}”" if len(shown) <= _LONGEST_QUOTE else f"“{shown[: _LONGEST_QUOTE - 1]}…”"


def lost_figures() -> Fault:
    """The fault of a number that is too long for Excel where no identity hangs on it."""
    return Fault("number-invalid", "数字太长，Excel已丢失末几位，请把该列设为文本后重新填写。")
