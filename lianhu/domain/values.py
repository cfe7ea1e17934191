"""Reading one cell into a value: every reader that the forms use, under one name.

Each takes a cell and returns the value and a fault (``Reading``); a blank is neither. Here are
the readers of text, ticks and lists; the others live beside what they know.
"""

from __future__ import annotations

import re

from lianhu.domain.cells import Fault, Reading, cell_text, fold, lost_figures, quoted, tidy
from lianhu.domain.id_numbers import read_id_number
from lianhu.domain.moments import read_date, read_moment
from lianhu.domain.names import read_name, read_village
from lianhu.domain.phones import read_phones
from lianhu.domain.quantities import read_amount, read_integer, read_number_text
from lianhu.domain.table import Cell

__all__ = [
    "Fault",
    "Reading",
    "read_amount",
    "read_date",
    "read_flag",
    "read_id_number",
    "read_integer",
    "read_moment",
    "read_name",
    "read_number_text",
    "read_phones",
    "read_text",
    "read_village",
    "split_list",
]


def read_text(cell: Cell) -> Reading[str]:
    """Any text, tidied: NFC, no invisible characters, each gap (a line break too) one space.

    Numbers become their shortest text, 3.0 → "3"; one of 16 figures and more is number-invalid,
    because Excel has lost its last figures and the text would be a wrong number.
    """
    if isinstance(cell, str):
        return tidy(cell) or None, None
    if cell is None:
        return None, None
    text = cell_text(cell)
    if text is None:
        return None, lost_figures()
    return text, None


_YES = frozenset("√✓✔☑✅■●是有对1yvt") | {"yes", "true", "是的", "有的", "已", "on"}
_NO = frozenset("×✗✘✖❌☐□否无空没0nxf/\\-—–_") | {"no", "false", "没有", "不是", "——", "--", "off"}
_FLAGS = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
# U+FE0E and U+FE0F only choose between the plain and the coloured picture of a tick.
_PICTURE_CHOICE = "[\ufe0e\ufe0f]"


def read_flag(cell: Cell) -> Reading[bool]:
    """True for √ 是 有 1 ☑ and the like, False for × 否 无 0 —; None for a blank."""
    if cell is None:
        return None, None
    if isinstance(cell, bool):
        return cell, None
    text = cell_text(cell)
    if text is None:
        text = str(cell)
    word = fold(re.sub(_PICTURE_CHOICE, "", text)).strip().strip("()").casefold()
    if not word:
        return None, None
    flag = _FLAGS.get(word)
    if flag is None:
        return None, Fault("choice-unknown", f"{quoted(text)}看不出是或否，请填写“是”或“否”。")
    return flag, None


_SEPARATORS = "、，,；;/／|｜"
_BETWEEN = rf"[\s{_SEPARATORS}]+"
_BRACKETS = r"[(（\[【]"
_PARTS = (
    # A part is a run of other characters and of whole brackets.
    rf"(?:[(（][^()（）]*[)）]|[\[【][^\[\]【】]*[\]】]|[^\s{_SEPARATORS}])+"
)


def split_list(text: str) -> list[str]:
    """Items of a cell like 低保、残疾（二级，持证）: in order, once each, brackets kept whole."""
    parts = re.findall(_PARTS, text) if re.search(_BRACKETS, text) else re.split(_BETWEEN, text)
    return list(dict.fromkeys(filter(None, map(str.strip, parts))))
