"""Names of people and villages, read from cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lianhu.domain.cells import NOTHING, Fault, Reading, cell_text, quoted

if TYPE_CHECKING:
    from lianhu.domain.table import Cell

_LONGEST = 40

# All planes that GB 18030 can write, its private-use characters in old files included.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_DOTS = "•．.・‧∙·。｡･⋅⸱●"
_WORDS_FOR_NOBODY = frozenset(["不详", "未知", "暂无", "没有", "无人"])

_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,20}").fullmatch
# Patterns are compiled when first needed (``re`` keeps them): together they would cost every
# command of the program more than it takes to run.
_REMARK = r"[(（\[【]\s*(?:户主|本人|户主本人|户代表|代表)\s*[)）\]】]$"
_SPACED_HAN = rf"(?<=[{_HAN}]) (?=[{_HAN}])"
_SPACED_SIGN = rf" (?=[)）])|(?<=[(（]) |(?<=[{_HAN}]) (?=[(（])"
_DOT_IN_HAN = rf"(?<=[{_HAN}]) ?[{_DOTS}]+ ?(?=[{_HAN}])"
_DOT = rf"(?<=[^\W\d_])[{_DOTS}]+(?=[^\W\d_])"
_LETTER = rf"[^\W\d_]|[{_HAN}]"
_SEVERAL = rf"(?<=[{_HAN}]) ?[、，,;；/] ?(?=[{_HAN}])"
_NUMBER_INSIDE = r"\d(?:[ \-]?\d){6,}"
_EDGES = " .。,，、;；:：'‘’`"
_WIDE_LATIN = {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
_BRACKETS = str.maketrans("()[]【】", "（）（）（）")


def read_name(cell: Cell) -> Reading[str]:
    """A person's name in the one form in which it is stored.

    "张 三" becomes 张三, any dot inside a name becomes · (U+00B7), a remark such as （户主） at the
    end goes; one that tells people apart, 张三（东屯）, stays. Rare characters stay as they are.
    """
    if type(cell) is str and _PLAIN_NAME(cell) and cell not in _WORDS_FOR_NOBODY:
        return cell, None
    text = cell_text(cell)
    if text is None:
        return None, Fault("name-missing", "姓名处是一个很大的数字，请填写姓名。")
    if text in NOTHING:
        return None, None
    name = _normal_name(text)
    if name in NOTHING or name in _WORDS_FOR_NOBODY or not name.strip("-—–―－/\\"):
        return None, None
    if name.startswith("#"):
        return None, Fault("cell-error", f"姓名处是错误值{quoted(text)}，请填写姓名。")
    if isinstance(cell, bool) or not re.search(_LETTER, name):
        return None, Fault("name-missing", f"姓名处的{quoted(text)}不是姓名，请填写姓名。")
    if re.search(_NUMBER_INSIDE, name):
        return None, Fault("name-missing", f"姓名处的{quoted(text)}混有号码，请只填写姓名。")
    if re.search(_SEVERAL, name):
        return None, Fault("name-missing", f"姓名处的{quoted(text)}是几个人的姓名，请一人（户）一行，每格只写一个姓名。")
    if len(name) > _LONGEST:
        return None, Fault("name-missing", f"姓名处的文字超过{_LONGEST}个字，请只填写姓名。")
    return name, None


def _normal_name(text: str) -> str:
    name = text.translate(_WIDE_LATIN).strip(_EDGES)
    name = re.sub(_REMARK, "", name).translate(_BRACKETS).strip(_EDGES)
    name = re.sub(_SPACED_SIGN, "", re.sub(_SPACED_HAN, "", name))
    return re.sub(_DOT, "·", re.sub(_DOT_IN_HAN, "·", name))


def read_village(cell: Cell) -> Reading[str]:
    """A village, 屯 or unit as the sheet spells it, without spaces.

    ``lianhu.domain.identity.village_key`` says which spellings are one village.
    """
    text = cell_text(cell)
    if text is None:
        return None, Fault("village-missing", "村名处是一个很大的数字，请填写村名。")
    if text in NOTHING:
        return None, None
    text = text.replace(" ", "")
    if re.search(_NUMBER_INSIDE, text):
        # A village's name stands in every table, also where no number of a person may.
        return None, Fault("village-missing", f"村名处的{quoted(text)}混有号码，请只填写村名。")
    if len(text) > _LONGEST:
        return None, Fault("village-missing", f"村名处的文字超过{_LONGEST}个字，请只填写村名。")
    return text, None
