"""Numbers read from cells: counts, money, and numbers that are really names (ticket numbers)."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from lianhu.domain.cells import (
    LARGEST_EXACT,
    NOTHING,
    Fault,
    Reading,
    cell_text,
    exact,
    fold,
    lost_figures,
    quoted,
)
from lianhu.domain.table import Cell

_HIGHEST_COUNT = 10**9
# Ten trillion yuan in hundredths still fits a 64-bit integer of the database.
_HIGHEST_AMOUNT = 10**15
_MULTIPLIERS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "亿": 10**8}
# No unit begins a vague number: 30多人, 三个半.
_UNIT = r"(?:(?![零〇一二两三四五六七八九十百千万亿多余几约半])[\u4e00-\u9fff])"
# Patterns are compiled when first needed, see ``names``.
_NUMBER = (
    r"(?i)(?:人民币|RMB|¥|\$)?\s*"
    r"(?P<sign>[+-]?)\s*(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"\s*(?P<multiplier>百万|[十百千万亿]?)\s*"
    # Up to three characters of unit: 人, 口人, 亩地, 元整, 平方米, kg.
    rf"(?:{_UNIT}{{1,3}}|kg|km|m[23]?)?"
)
_HAN_NUMBER = (
    r"(?:(?P<tens>[一二两三四五六七八九]?)(?P<ten>十)(?P<ones>[一二三四五六七八九]?)"
    r"|(?P<digit>[零〇一二两三四五六七八九]))"
    rf"{_UNIT}{{0,3}}"
)
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCIENTIFIC = r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+"


def read_integer(cell: Cell, *, low: int = 0, high: int = _HIGHEST_COUNT) -> Reading[int]:
    """A whole number from ``low`` to ``high``: 3, 3.0, 3人, ３, 十二亩, 1,234, 3万."""
    value, fault = _decimal(cell)
    if value is None:
        return None, fault
    if value != value.to_integral_value():
        return None, Fault("number-invalid", f"{_shown(cell)}不是整数，请填写整数。")
    if value < low:
        return None, Fault("number-invalid", f"{_shown(cell)}小于{low}，请核对。")
    if value > high:
        return None, Fault("number-invalid", f"{_shown(cell)}大于{high}，请核对。")
    return int(value), None


def read_amount(cell: Cell, *, low: int = 0) -> Reading[int]:
    """Money or a quantity in hundredths, exact: "1,234.50元" → 123450, "3万" → 3000000.

    More than two decimals are refused, as is anything below ``low``: 0, or 1 where nothing is no amount.
    """
    value, fault = _decimal(cell)
    if value is None:
        return None, fault
    hundredths = value * 100
    if hundredths != hundredths.to_integral_value():
        return None, Fault("number-invalid", f"{_shown(cell)}超过两位小数，请保留两位。")
    if hundredths < low:
        return None, Fault("number-invalid", f"{_shown(cell)}{'不大于' if low else '小于'} 0，请核对。")
    if hundredths > _HIGHEST_AMOUNT:
        return None, Fault("number-invalid", f"{_shown(cell)}太大，请核对。")
    return int(hundredths), None


def read_number_text(cell: Cell) -> Reading[str]:
    """A number that is a name, such as a 12345 ticket's: its figures as text, however many.

    A number cell of 16 figures and more, or 2.5E+17, has already lost its last ones: id-damaged.
    """
    if type(cell) is str and cell.isascii() and cell.isdigit() and cell != "0":
        return cell, None
    if cell is None:
        return None, None
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None, Fault("number-invalid", f"编号处的{_shown(cell)}不是编号，请重新填写。")
    text = cell_text(cell)
    if text is None:
        return None, _damaged()
    if isinstance(cell, int | float) and not text.isdigit():
        return None, Fault("number-invalid", f"编号处的{_shown(cell)}不是编号，请重新填写。")
    if text in NOTHING or text == "0":
        return None, None
    text = re.sub(r"\s", "", fold(text)).strip("'‘’`")
    if re.fullmatch(_SCIENTIFIC, text) or re.fullmatch(r"[0-9]{16,}\.0+", text):
        return None, _damaged()
    return re.sub(r"^([0-9]+)\.0+$", r"\1", text), None


def _damaged() -> Fault:
    return Fault(
        "id-damaged",
        "编号被Excel当作数字，末几位已丢失，请把该列设为文本后重新填写完整编号。",
    )


def _decimal(cell: Cell) -> Reading[Decimal]:
    """The exact value of a number cell or of a number as people write it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell) or abs(cell) >= LARGEST_EXACT:
            return None, lost_figures()
        return exact(cell), None
    if cell is None:
        return None, None
    text = cell_text(cell) if isinstance(cell, str) else None
    if text is not None:
        # NFKC keeps exactness here: no figure of a number is a rare character.
        text = unicodedata.normalize("NFKC", text).strip("'‘’` ")
        if text in NOTHING:
            return None, None
        value = _typed_number(text)
        if value is not None:
            return value, None
    return None, Fault("number-invalid", f"{_shown(cell)}不是数字，请只填写数字。")


def _typed_number(text: str) -> Decimal | None:
    match = re.fullmatch(_NUMBER, text)
    if match:
        # 20 figures at most: what is longer is no quantity, and Decimal rounds past 28.
        figures = match["number"].replace(",", "")
        if len(figures) > 20:
            return None
        number = Decimal(figures) * _MULTIPLIERS[match["multiplier"]]
        return -number if match["sign"] == "-" else number
    match = re.fullmatch(_HAN_NUMBER, text)
    if not match:
        return None
    if match["digit"]:
        return Decimal(_HAN_DIGITS[match["digit"]])
    tens = _HAN_DIGITS[match["tens"]] if match["tens"] else 1
    return Decimal(tens * 10 + (_HAN_DIGITS[match["ones"]] if match["ones"] else 0))


def _shown(cell: Cell) -> str:
    return quoted(cell_text(cell) or str(cell))
