"""自治活动: in what each kind is measured, and quantities with their measures.

A quantity is in hundredths, read exactly. Different measures are never added up, so a kind has one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lianhu.domain.cells import NOTHING, Fault, Reading, cell_text, fold, quoted
from lianhu.domain.quantities import read_amount
from lianhu.domain.table import Cell
from lianhu.domain.terms import MEASURE_OF, Dictionary

DEFAULT_MEASURE = "次"
_ONE = frozenset({"次", "个"})
"""Measures of which one activity is one where nothing else is said."""
_WHOLE = frozenset({"次", "个", "人"})
_HUNDRED = 100
_HAN_FIGURES = "零〇一二两三四五六七八九十百千万亿"


class Quantity(NamedTuple):
    """Hundredths of a measure; None where only a number was told."""

    hundredths: int
    measure: str | None = None


def read_quantity(cell: Cell, measures: Dictionary) -> Reading[Quantity]:
    """A number above zero with or without a measure: 12.5, "1,170亩", "3场". An unknown measure is refused."""
    text = cell_text(cell) if isinstance(cell, str) else None
    measure = None
    if text is not None and text not in NOTHING:
        number, measure, unknown = _parted(fold(text).strip(), measures)
        if unknown:
            return None, Fault(
                "choice-unknown", f"{quoted(text)}里的“{unknown}”不在“{measures.title}”词表中；可填：{'、'.join(measures.names)}。")
        cell = number
    hundredths, fault = read_amount(cell, low=1)
    return (None, fault) if hundredths is None else (Quantity(hundredths, measure), None)


def _parted(text: str, measures: Dictionary) -> tuple[str, str | None, str]:
    """The number of a text, its measure, and what stands behind the number that is no measure."""
    for at in range(len(text)):
        number, measure = text[:at].rstrip(), measures.find(text[at:])
        # 30人次 is no 30人 of 次.
        if measure is not None and re.fullmatch(rf".*[\d{_HAN_FIGURES}]|", number):
            return number, measure, ""
    unknown = re.search(rf"(?<=[\d{_HAN_FIGURES}])\s*([^\d\s.,+{_HAN_FIGURES}-]+)$", text)
    return text, None, unknown[1] if unknown else ""


def settled(kind: str, quantity: Quantity | None, measure: str | None) -> Reading[Quantity]:
    """The quantity of an activity in the measure of its kind; the fault says what contradicts what.

    ``measure`` is what was told apart from the number. Without a number an activity counted by 次 or 个 is one.
    """
    told = quantity.measure if quantity else None
    if told and measure and told != measure:
        return None, Fault("number-invalid", f"数量里写的是“{told}”，计量单位写的是“{measure}”；请写一样的。")
    own, said = MEASURE_OF.get(kind), told or measure
    if own and said and said != own:
        return None, Fault("number-invalid", f"{kind}按“{own}”计，不能填“{said}”；不同的单位不能相加。")
    chosen = said or own or DEFAULT_MEASURE
    if quantity is None:
        if chosen in _ONE:
            return Quantity(_HUNDRED, chosen), None
        return None, Fault("number-invalid", f"{kind}按“{chosen}”计，要填数量。")
    if chosen in _WHOLE and quantity.hundredths % _HUNDRED:
        return None, Fault("number-invalid", f"按“{chosen}”计的数量要是整数。")
    return Quantity(quantity.hundredths, chosen), None
