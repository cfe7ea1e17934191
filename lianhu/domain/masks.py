"""Identity and phone numbers made fit for a screen, a message or a printed list.

What stays visible lets a clerk tell two people apart (region and last figures) but gives
neither the birth date nor a number that can be dialled.
"""

from __future__ import annotations

import re
import unicodedata

# Patterns are compiled when first needed, see ``names``.
_LONG_RUN = r"\d{14,}[XxＸｘ×]?"
_GAP = r"[\s\-‐-―−－()（）\u200b-\u200f\u2060\ufeff]{0,3}"
_CLUSTER = rf"\d(?:{_GAP}\d)*(?:{_GAP}[XxＸｘ×])?"
_PIECE = r"[\dXxＸｘ×]+"
_MOBILE = r"(?:86|0086|0)?(1[3-9][0-9]{9})"
# Twelve to fourteen figures that begin like a mobile number are one that was mistyped.
_MISTYPED_MOBILE = r"(?:86)?1[3-9][0-9]{10,11}"
_LANDLINE = r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([2-9][0-9]{6,7})"
SHORTEST_NUMBER = 10
"""Figures in the shortest phone number that masking knows; shorter texts need no search."""
# Inside spaced figures only what holds a possible birth date is taken for an ID number,
# so that a pair of dates is left alone.
_SPACED_ID = (
    r"[1-9][0-9]{5}(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})"
)


def _starred(text: str, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_id_number(id_number: str) -> str:
    """Region code and last two figures: 152223**********1X, also for a number of wrong length."""
    text = "".join(id_number.split())
    if len(text) >= 14:
        return _starred(text, 6, 2)
    return _starred(text, len(text) // 4, len(text) // 4)


def _mask_one_phone(phone: str) -> str:
    number, turned, extension = phone.partition("转")
    area, hyphen, local = number.rpartition("-")
    if len(local) >= 11:
        masked = _starred(local, 3, 4)
    elif len(local) >= 7:
        masked = _starred(local, 0, 4)
    else:
        masked = _starred(local, 0, len(local) // 3)
    return area + hyphen + masked + turned + extension


def mask_phone(phones: str) -> str:
    """Phones as ``read_phones`` writes them: 138****8000, 0482-***3456, several joined by 、."""
    return "、".join(map(_mask_one_phone, phones.split("、")))


def mask_text(text: str) -> str:
    """The text with every ID number and phone in it masked.

    Finds them with spaces, hyphens or full-width figures inside too. Fourteen and more figures
    in a row are always masked: a 12345 ticket number cannot be told from an ID number, and a
    bank card is no better shown. Local phone numbers without area code look like any quantity
    and stay; twelve figures that begin like a mobile, as some place codes do, go.
    """
    return re.sub(_CLUSTER, _mask_cluster, re.sub(_LONG_RUN, _mask_long_run, text))


def _compact(figures: str) -> str:
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() else "X"
        for c in figures
        if c.isalnum() or c == "×"
    )


def _mask_long_run(match: re.Match[str]) -> str:
    return mask_id_number(_compact(match[0]))


def _mask_cluster(match: re.Match[str]) -> str:
    """Mask, in figures with separators between, each stretch of pieces that is a number."""
    cluster = match[0]
    if len(cluster) < SHORTEST_NUMBER:
        return cluster
    pieces = list(re.finditer(_PIECE, cluster))
    # An ID number split at every figure has 18 pieces; longer stretches need no trial.
    parts: list[str] = []
    done = first = 0
    while first < len(pieces):
        for last in range(min(len(pieces), first + 18), first, -1):
            masked = _mask_stretch([_compact(piece[0]) for piece in pieces[first:last]])
            if masked is not None:
                parts += (cluster[done : pieces[first].start()], masked)
                done = pieces[last - 1].end()
                first = last
                break
        else:
            first += 1
    return "".join(parts) + cluster[done:]


def _mask_stretch(pieces: list[str]) -> str | None:
    """The masked number, or None when the pieces together are none."""
    figures = "".join(pieces)
    bare = figures.removesuffix("X")
    if len(figures) < SHORTEST_NUMBER:
        return None
    mobile = re.fullmatch(_MOBILE, bare)
    if mobile:
        return mask_phone(mobile[1])
    landline = re.fullmatch(_LANDLINE, bare)
    # With gaps the area code must stand alone, or two dates would be a landline.
    if landline and (len(pieces) == 1 or pieces[0] == landline[1]):
        return mask_phone(f"{landline[1]}-{landline[2]}")
    if re.fullmatch(_SPACED_ID, figures):
        return mask_id_number(figures)
    if len(pieces) == 1 and re.fullmatch(_MISTYPED_MOBILE, bare):
        return mask_phone(bare)
    return None
