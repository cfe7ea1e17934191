"""诚信额度: which grade a unit's results recommend to the bank, and limits in 万元.

The rules look at what a unit's people say and do together; nothing about any one household enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from lianhu.domain.cells import NOTHING, Fault, Reading, cell_text, quoted
from lianhu.domain.figures import Rate
from lianhu.domain.quantities import read_amount
from lianhu.domain.settings import CREDIT_MEASURES
from lianhu.domain.table import Cell

TOO_FEW = "样本不足"
RECOMMENDATION_ONLY = "这只是给银行的建议，授信与否、额度多少由银行决定。"

_WAN = 10_000
_UNITS = "百千万亿元"
_HIGHEST_LIMIT = 10_000 * _WAN * 100
"""A hundred million yuan: nobody lends a unit more, but many a clerk writes yuan where 万元 are asked."""


class Grading(NamedTuple):
    """The grade (None for none), the rule that gave it or why there is none, and what the next one lacks."""

    grade: str | None
    because: str
    missing: str


def graded(
    results: Mapping[str, Rate | int], rules: Mapping[str, Mapping[str, int]], least_ratings: int
) -> Grading:
    """The first grade all of whose demands are met.

    A rate over nothing is not judged; with fewer than ``least_ratings`` ratings there is no grade.
    """
    answers = results["rating_rate"]
    assert isinstance(answers, Rate)
    if answers.denominator < least_ratings:
        return Grading(None, f"{TOO_FEW}：户评 {answers.denominator} 份，至少要 {least_ratings} 份", "")
    better = ""
    for grade, demands in rules.items():
        lacking = [told for name, least in demands.items() if (told := _lacking(name, results[name], least))]
        if not lacking:
            return Grading(grade, f"{grade}：{rule_text(demands)}", better)
        better = f"到 {grade} 还差：{'；'.join(lacking)}"
    return Grading(None, "没有达到任何一级的要求", better)


def _lacking(name: str, result: Rate | int, least: int) -> str:
    """What keeps a result from what is asked; empty where it is met or not judged."""
    if isinstance(result, Rate):
        # Compared in whole numbers: 95% of 20 is 19, and a rounded share may not lift a grade.
        met = not result.denominator or 100 * result.numerator >= least * result.denominator
        return "" if met else f"{CREDIT_MEASURES[name]} {result}，要 {least}%"
    return "" if result >= least else f"{CREDIT_MEASURES[name]} {result}，要 {least}"


def rule_text(demands: Mapping[str, int]) -> str:
    """The demands of a grade in words."""
    return "、".join(
        f"{CREDIT_MEASURES[name]}≥{least}{'%' if name.endswith('_rate') else ''}" for name, least in demands.items()) or "没有要求"


def read_limit(cell: Cell) -> Reading[int]:
    """A limit in hundredths of a yuan: a bare number is 万元 (5, 5.125), else what it says (5万, 50000元)."""
    text = None if isinstance(cell, bool) else cell if isinstance(cell, str) else cell_text(cell)
    if text is None or text.strip() in NOTHING:
        return read_amount(cell)
    bare = not any(word in text for word in _UNITS)
    limit, fault = read_amount(f"{text.strip()}万" if bare else text)
    if limit is not None and limit > _HIGHEST_LIMIT:
        return None, Fault("number-invalid", f"{quoted(text)}太大：不写单位的按万元算，请核对；写元要连单位，如 50000元。")
    return limit, fault


def limit_text(limit: int) -> str:
    """A limit as 万元: 5500000 → 5.5."""
    return f"{(Decimal(limit) / (100 * _WAN)).normalize():f}"
