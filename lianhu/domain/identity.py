"""Who and where a record means: facts inside an ID number, and keys by which spellings are one.

The identity number is GB 11643-1999 (six figures of region by GB/T 2260, birth date, three of
sequence, check digit by ISO 7064 MOD 11-2); its 15-digit predecessor of 1984 has a two-digit
year and no check digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

from lianhu.domain.cells import tidy
from lianhu.domain.names import read_name

# The weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 are the powers of 2 modulo 11, and 13 is 2
# modulo 11: reading the figures in base 13 gives half the standard's sum, in one fast step.
_BASE = 13
_CHECK_DIGITS = "".join("10X98765432"[2 * half % 11] for half in range(11))


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 figures (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECK_DIGITS[int(first17, _BASE) % 11]


def eighteen_digits(id_number: str) -> str:
    """The 18-character form of either generation, by which one person's two numbers are equal."""
    if len(id_number) != 15:
        return id_number
    first17 = f"{id_number[:6]}19{id_number[6:]}"
    return first17 + check_digit(first17)


def both_forms(id_number: str) -> tuple[str, ...]:
    """The 18-character form and, of somebody born before 2000, the 15-digit one: either may be on record."""
    whole = eighteen_digits(id_number)
    return (whole, whole[:6] + whole[8:17]) if whole[6:8] == "19" else (whole,)


def sex_of(id_number: str) -> Literal["男", "女"]:
    """男 or 女 by the sequence number of a valid ID number: odd for men."""
    return "男" if int(eighteen_digits(id_number)[16]) % 2 else "女"


def born_on(id_number: str) -> date:
    """The birth date in a valid ID number; ValueError when it names no day."""
    digits = eighteen_digits(id_number)
    return date.fromisoformat(digits[6:14])


def age_on(who: str | date, day: date) -> int:
    """Full years of age (周岁) on a day, of an ID number or a birth date."""
    born = born_on(who) if isinstance(who, str) else who
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# Patterns are compiled when first needed, see ``names``.
_BRACKETS_AND_SPACES = r"[\s()\[\]{}【】〔〕《》<>「」]"
_TOWN_BEFORE = r".{2,}?(?:镇|乡|苏木|街道办事处|街道)(?P<village>.{2,})"
_COMMITTEE = r"(?<=村)(?:民委员会|委会|委)$|(?<=嘎查)(?:委员会|委会|委)$"
_RESIDENTS = r"(?<=..)(?:社区)?(?:居民委员会|居委会|居委)$"
_SUFFIXES = ("嘎查村", "行政村", "嘎查", "村")
_NO_NAME = frozenset([*_SUFFIXES, "社区", "村委会", "村民委员会", "居委会"])


@lru_cache(maxsize=4096)
def village_key(name: str) -> str:
    """One key for all spellings of a village: 永胜, 永胜嘎查村, (音德尔镇)永胜村委会 → 永胜.

    社区 is no spelling of 村 and stays. Two characters always remain, so 新村 and 新村嘎查 are
    one and 东村 is itself; a town's name in front goes only when a village's follows.
    """
    key, longer = place_key(name), ""
    while key != longer:
        key, longer = _without_one_addition(key), key
    return key


def _without_one_addition(key: str) -> str:
    after = re.fullmatch(_TOWN_BEFORE, key)
    if after and after["village"] not in _NO_NAME:
        return after["village"]
    village = re.sub(_RESIDENTS, "社区", re.sub(_COMMITTEE, "", key))
    for suffix in _SUFFIXES:
        if village.endswith(suffix) and len(village) >= len(suffix) + 2:
            return village.removesuffix(suffix)
    return village


def place_key(name: str) -> str:
    """The key of a 屯, unit or grid: half-width, without spaces and brackets, case aside.

    第 and 号 stay: 第3网格 and 3号网格 may be two places.
    """
    return re.sub(_BRACKETS_AND_SPACES, "", unicodedata.normalize("NFKC", tidy(name))).casefold()


def name_key(name: str) -> str:
    """The key by which two spellings of a person's name are equal.

    Dots and spaces are left out: 巴图·孟和 and 巴图孟和 are one man to whoever typed them.
    """
    stored = read_name(name)[0] or tidy(name)
    folded = unicodedata.normalize("NFKC", stored).casefold()
    return folded.replace("·", "").replace(" ", "")


def is_same_person(name: str, id_number: str | None, other: str, other_number: str | None) -> bool:
    """Whether two may be one: by their ID numbers where both are known, else by name."""
    if id_number and other_number:
        return eighteen_digits(id_number) == eighteen_digits(other_number)
    return name_key(name) == name_key(other)


def nearest(word: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """The known words most like the word, best first, for 您是不是要找…; often none.

    A Chinese name of two characters with one mistyped has a ratio of 0.5, below difflib's usual
    bound of 0.6, so short words are measured less strictly.
    """
    bound = 0.5 if len(word) <= 3 else 0.6
    from difflib import SequenceMatcher  # only a mistake needs it; every command loads this file

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(word)
    scored: list[tuple[float, int, str]] = []
    for place, candidate in enumerate(known):
        matcher.set_seq1(candidate)
        # The two cheap upper bounds spare most words the full comparison.
        if matcher.real_quick_ratio() >= bound and matcher.quick_ratio() >= bound:
            ratio = matcher.ratio()
            if ratio >= bound:
                scored.append((-ratio, place, candidate))
    return [candidate for _, _, candidate in sorted(scored)[:limit]]
