"""Identity numbers read from cells: accepted as typed, never repaired.

GB 11643-1999 for form and check digit, GB/T 2260 for the province in the first two figures.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from lianhu.domain.cells import LARGEST_EXACT, NOTHING, Fault, Reading, cell_text, fold, quoted
from lianhu.domain.identity import born_on, check_digit
from lianhu.domain.masks import mask_id_number
from lianhu.domain.table import Cell

_PROVINCES = frozenset(
    f"{region}{province}"
    for region, provinces in enumerate(("12345", "123", "1234567", "123456", "01234", "12345"), 1)
    for province in provinces
) | {"71", "81", "82", "83", "91"}
_NO_ID = NOTHING | {"0", "无证", "无身份证", "无身份证号", "未办", "未办理", "未办证", "无户口"}
_FORM = re.compile(r"[0-9]{17}[0-9X]").fullmatch
# Patterns are compiled when first needed, see ``names``.
_OLD_FORM = r"[0-9]{15}"
_SCIENTIFIC = r"[0-9](?:\.[0-9]+)?E\+?[0-9]+"
_FROM_A_FLOAT = r"[0-9]{16,}\.0+"
_NOISE = r"[\s\-‐-―−'‘’`\"“”]"
_LAST_X = r"[×✕✖ХхΧχ](?=$)"
_FIRST_YEAR = 1900
# A birth before the program was written is not in the future, whatever day it is.
_WRITTEN_ON = date(2024, 1, 1)


def read_id_number(cell: Cell, *, today: date | None = None) -> Reading[str]:
    """An 18-character ID number, or a 15-digit one together with the warning id-15-digit.

    Full-width figures, x, spaces, hyphens and an apostrophe are accepted. A number cell, 1.5E+17
    and an 18-digit number ending in 000 that fails its check digit have lost their last figures
    to Excel: id-damaged. A birth after ``today`` (by default the machine's) is id-date.
    """
    if type(cell) is str and _FORM(cell):
        text = cell
    else:
        if isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= LARGEST_EXACT:
            return None, _damaged()
        text = _clean(cell_text(cell) or "")
        if text in _NO_ID:
            return None, None
        if not _FORM(text):
            return _read_odd(text, today)
    try:
        born = date.fromisoformat(text[6:14])
    except ValueError:
        born = None
    if check_digit(text[:17]) != text[17]:
        return None, _mistyped(text, born)
    if text[:2] not in _PROVINCES:
        return None, _no_province(text)
    if born is None or not _is_plausible(born, today):
        return None, _bad_date(text)
    return text, None


def _clean(text: str) -> str:
    folded = re.sub(_NOISE, "", fold(text)).upper() if text not in _NO_ID else text
    return re.sub(_LAST_X, "X", folded.strip(".,，、;；:"))


def _is_plausible(born: date, today: date | None) -> bool:
    if born < _WRITTEN_ON:
        return born.year >= _FIRST_YEAR
    return born <= (today or datetime.now().astimezone().date())


def _mistyped(text: str, born: date | None) -> Fault:
    """The fault of a number whose check digit is wrong, as exactly as it can be told."""
    if text.endswith("000"):
        return _damaged()
    if born is None:
        return _bad_date(text)
    return Fault(
        "id-checksum",
        f"身份证号{mask_id_number(text)}校验不通过，请对照证件检查是否有错位。",
    )


def _read_odd(text: str, today: date | None) -> Reading[str]:
    """Read a number that is not 17 figures and one more character."""
    if re.fullmatch(_SCIENTIFIC, text) or re.fullmatch(_FROM_A_FLOAT, text):
        return None, _damaged()
    digits = re.sub(r"\.0*$", "", text)
    if re.fullmatch(_OLD_FORM, digits):
        return _read_old(digits, today)
    if "*" in digits:
        return None, Fault("id-damaged", "身份证号是带星号的脱敏号码，请换成完整号码。")
    if digits.startswith("#"):
        return None, Fault("cell-error", f"身份证号处是错误值{quoted(text)}，请重新填写。")
    figures = sum(c.isdigit() or c == "X" for c in digits)
    if figures != len(digits):
        return None, Fault(
            "id-length",
            f"身份证号{quoted(text)}含有数字和X以外的字，请只填写18位号码。",
        )
    if figures == 18:
        return None, Fault("id-length", f"身份证号{mask_id_number(text)}中间有X，请检查。")
    shown = mask_id_number(digits)
    return None, Fault("id-length", f"身份证号{shown}是{figures}位，应为18位，请对照证件补正。")


def _read_old(text: str, today: date | None) -> Reading[str]:
    try:
        born = born_on(text)
    except ValueError:
        return None, _bad_date(text)
    if not _is_plausible(born, today):
        return None, _bad_date(text)
    if text[:2] not in _PROVINCES:
        return None, _no_province(text)
    shown = mask_id_number(text)
    return text, Fault("id-15-digit", f"身份证号{shown}是15位的旧号码，已收下，请尽快换成18位。")


def _damaged() -> Fault:
    return Fault(
        "id-damaged",
        "身份证号被Excel当作数字，末几位已丢失，请把该列设为文本后重新填写完整号码。",
    )


def _bad_date(text: str) -> Fault:
    shown = mask_id_number(text)
    return Fault("id-date", f"身份证号{shown}中的出生日期不成立，请对照证件检查。")


def _no_province(text: str) -> Fault:
    shown = mask_id_number(text)
    return Fault("id-checksum", f"身份证号{shown}的前两位不是省份代码，请对照证件检查。")
