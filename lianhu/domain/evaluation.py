"""Evaluation of cadres: satisfaction first, then the appraisal, then the effect of 办实事 (DOMAIN section 1).

Nobody is placed by the number of visits, and few answers are shown but not placed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def period_name(text: str) -> str:
    """The one name of an appraisal's period: 2026, 2026年度 and 二〇二六年 are 2026年; other words stay."""
    name = "".join(unicodedata.normalize("NFKC", text).split())
    if found := re.fullmatch(r"([0-9]{4}|[〇零一二三四五六七八九]{4})年?度?(.*)", name):
        return f"{found[1].translate(_DIGITS)}年{found[2]}"
    return name


class Standing(NamedTuple):
    """What an evaluation goes by: positive and all ratings, the appraisals' grades from 0 for the best,
    solved and all deeds."""

    positive: int
    answers: int
    appraisals: tuple[int, ...]
    solved: int
    deeds: int

    @property
    def order(self) -> tuple[Fraction, Fraction, Fraction]:
        """The larger the better. Without an appraisal one comes behind those who have one, without a
        deed likewise."""
        return (
            Fraction(self.positive, self.answers) if self.answers else Fraction(-1),
            -Fraction(sum(self.appraisals), len(self.appraisals)) if self.appraisals else Fraction(-100),
            Fraction(self.solved, self.deeds) if self.deeds else Fraction(-1))


def placed(standings: Mapping[int, Standing], least: int) -> dict[int, int]:
    """The place of each cadre who has ``least`` answers; equals share one, and the next is skipped."""
    enough = {key: standing.order for key, standing in standings.items() if standing.answers >= least}
    ranked = sorted(enough.values(), reverse=True)
    first = {order: at for at, order in reversed(list(enumerate(ranked, 1)))}
    return {key: first[order] for key, order in enough.items()}
