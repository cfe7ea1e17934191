"""Phone numbers read from cells: mobiles, landlines, and what people write around them."""

from __future__ import annotations

import re
import unicodedata

from lianhu.domain.cells import NOTHING, Fault, Reading, cell_text, quoted
from lianhu.domain.masks import mask_phone
from lianhu.domain.table import Cell

_NO_PHONE = NOTHING | {
    "0",
    "无电话",
    "无手机",
    "没电话",
    "没有电话",
    "无号码",
    "无联系方式",
    "空号",
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
# Patterns are compiled when first needed, see ``names``.
_NUMBER = (
    r"(?i)(?<![0-9])(?:"
    r"(?:(?:\+|00?)?86[ -]{0,2}|0)?(?P<mobile>1[3-9][0-9](?:[ -]?[0-9]){8})"
    r"|\(?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))[ )-]{0,3}(?P<line>[2-9][0-9]{2,3}[ -]?[0-9]{4})"
    r"|(?P<local>[2-9][0-9]{2,3}-?[0-9]{4})"
    r")(?![0-9])"
    r"(?:\s*(?:转|-|#|ext\.?)\s*(?P<extension>[0-9]{1,6})(?![0-9-]))?"
)
# Between two numbers, and labels that say nothing about whose number it is.
_SIGNS = (
    r"[\s、,;/\\|.:()\[\]'‘’`+和或及-]"
    r"|手机号?码?|电话号?码?|座机|固话|联系方式|本人|微信同号|同微信|微信"
)
_DASHES = "[‐-―−]"
_ONLY_LETTERS = r"[^\W\d_]*"
_FLOAT_TAIL = r"(?<=[0-9]{7})\.0+$"
_FIGURES = r"[0-9](?:[ -]?[0-9]){4,}"
_MOST = 2


def read_phones(cell: Cell) -> Reading[str]:
    """One or two numbers joined by 、: 13800138000, 0482-6123456, 0482-6123456转801, 6123456.

    Names beside a single number are left out. Anything that is not surely a number is
    phone-invalid; a wrong number is worse than none.
    """
    if type(cell) is str and _MOBILE(cell):
        return cell, None
    # A column of phones typed as numbers is as common as one of text.
    if type(cell) is float and cell.is_integer() and _MOBILE(number := str(int(cell))):
        return number, None
    text = cell_text(cell)
    if text is None or isinstance(cell, bool):
        return None, Fault("phone-invalid", "联系电话不是号码，请重新填写。")
    if text in _NO_PHONE:
        return None, None
    folded = re.sub(_FLOAT_TAIL, "", re.sub(_DASHES, "-", unicodedata.normalize("NFKC", text)))
    found = dict.fromkeys(map(_canonical, re.finditer(_NUMBER, folded)))
    rest = re.sub(_SIGNS, "", re.sub(_NUMBER, "", folded))
    if not found or not re.fullmatch(_ONLY_LETTERS, rest) or (rest and len(found) > 1):
        return None, _invalid(folded)
    if len(found) > _MOST:
        return None, Fault("phone-invalid", f"联系电话有{len(found)}个号码，请只留两个。")
    return "、".join(found), None


def _canonical(match: re.Match[str]) -> str:
    mobile, area, line, local, extension = (
        re.sub("[ -]", "", part) if part else "" for part in match.groups()
    )
    number = mobile or (f"{area}-{line}" if area else local)
    return f"{number}转{extension}" if extension else number


def _invalid(text: str) -> Fault:
    if "*" in text:
        return Fault("phone-invalid", "联系电话是带星号的脱敏号码，请换成完整号码。")
    shown = quoted(re.sub(_FIGURES, _masked_figures, text))
    return Fault(
        "phone-invalid",
        f"联系电话{shown}不是11位手机号或带区号的座机号，请核对后重新填写。",
    )


def _masked_figures(match: re.Match[str]) -> str:
    """Even a mistyped number is nearly somebody's."""
    return mask_phone(re.sub("[ -]", "", match[0]))
