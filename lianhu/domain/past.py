"""What a hand-over leaves behind, written into one cell and read from it again.

An export carries former heads, closures and absences on the row of their household or cadre, so that
whoever gets the sheet can read them and an import knows all of it again. Entries stand one after the
other, parted by ；, which is doubled inside a reason:

    至2023-05-01（分户）；2024-01-01至2024-06-01（搬迁）；2025-03至2025-04（外出）
    2024-01-01至2024-06-01（病假）预计2024-05-01返岗
    张三 152223195603120012（至2025-03-01，去世）；李四（至2026-01-01）
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lianhu.domain.cells import Fault, Reading, cell_text, quoted
from lianhu.domain.id_numbers import read_id_number
from lianhu.domain.names import read_name
from lianhu.domain.spells import NOT_YET
from lianhu.domain.table import Cell

ORIGINS = {"run": "自动", "hand": "人工", "sheet": "导入"}
"""Who made a pair: the stored word and the one in a sheet."""

_ORIGIN_OF = {word: origin for origin, words in (
    ("run", ("自动", "自动结对")), ("hand", ("人工", "人工指定", "手工")), ("sheet", ("导入",))) for word in words}

_DAY = r"\d{4}-\d\d(?:-\d\d)?"
_BETWEEN = re.compile("(?<!；)；(?!；)")
_SPAN = re.compile(rf"({_DAY})?至({_DAY})(?:（(.*)）)?(?:预计({_DAY})返岗)?")
_HEAD = re.compile(rf"(.+?)(?: ([\dXx*]+))?（至({_DAY})(?:，(.*))?）")
_REASON = re.compile(r"(.+) (\d+)")


class Span(NamedTuple):
    """A time that is over; ``ended_on`` is the first day after it, ``returns_on`` the day expected."""

    started_on: str
    ended_on: str
    reason: str | None = None
    returns_on: str | None = None


class Head(NamedTuple):
    """A former head of a household; ``ended_on`` is the first day of the next one."""

    name: str
    id_number: str | None
    ended_on: str
    reason: str | None = None


def spans_text(spans: Iterable[Span]) -> str | None:
    """The cell of closures or absences; None for none."""
    return "；".join(
        f"{'' if span.started_on == NOT_YET else span.started_on}至{span.ended_on}"
        + (f"（{_doubled(span.reason)}）" if span.reason else "")
        + (f"预计{span.returns_on}返岗" if span.returns_on else "")
        for span in spans) or None


def heads_text(heads: Iterable[Head]) -> str | None:
    """The cell of former heads; None for none."""
    return "；".join(
        _doubled(head.name) + (f" {head.id_number}" if head.id_number else "") + f"（至{head.ended_on}"
        + (f"，{_doubled(head.reason)}" if head.reason else "") + "）"
        for head in heads) or None


def reasons_text(stored: str | None) -> str | None:
    """The cell of a pair's reasons, of the JSON list in which they are stored."""
    return "；".join(f"{_doubled(rule)} {score}" for rule, score in json.loads(stored or "[]")) or None


def _doubled(text: str) -> str:
    return text.replace("；", "；；")


def read_closures(cell: Cell) -> Reading[tuple[Span, ...]]:
    """Times for which a household was closed."""
    spans, fault = read_absences(cell)
    if spans and any(span.returns_on for span in spans):
        return None, _unreadable(cell_text(cell) or "", "2024-01-01至2024-06-01（搬迁）")
    return spans, fault


def read_absences(cell: Cell) -> Reading[tuple[Span, ...]]:
    """Times for which a cadre was gone."""
    spans = []
    for text in _entries(cell):
        found = _SPAN.fullmatch(text)
        if found is None:
            return None, _unreadable(text, "2024-01-01至2024-06-01（病假）")
        span = Span(found[1] or NOT_YET, found[2], _single(found[3]), found[4])
        if not all(_is_day(day) for day in (span.started_on, span.ended_on, span.returns_on) if day):
            return None, Fault("date-invalid", f"{quoted(text)}里有不存在的日期，请核对。")
        if span.ended_on < span.started_on:
            return None, Fault("date-invalid", f"{quoted(text)}的结束日期比开始日期早，请核对。")
        spans.append(span)
    return tuple(sorted(spans, key=lambda span: span[:2])) or None, None


def read_heads(cell: Cell) -> Reading[tuple[Head, ...]]:
    """Former heads of a household."""
    heads = []
    for text in _entries(cell):
        found = _HEAD.fullmatch(text)
        name = read_name(_single(found[1]))[0] if found else None
        if found is None or name is None:
            return None, _unreadable(text, "张三（至2025-03-01，去世）")
        number = found[2]
        if number and "*" not in number:
            number, fault = read_id_number(number)
            if number is None:
                return None, fault
        if not _is_day(found[3]):
            return None, Fault("date-invalid", f"{quoted(text)}里有不存在的日期，请核对。")
        heads.append(Head(name, number, found[3], _single(found[4])))
    return tuple(sorted(heads, key=lambda head: (head.ended_on, head.name))) or None, None


def read_reasons(cell: Cell) -> Reading[str]:
    """A pair's reasons, as the JSON list in which they are stored."""
    reasons = []
    for text in _entries(cell):
        found = _REASON.fullmatch(text)
        if found is None:
            return None, _unreadable(text, "村医联系老弱病残户 30")
        reasons.append([_single(found[1]), int(found[2])])
    return json.dumps(reasons, ensure_ascii=False) if reasons else None, None


def read_origin(cell: Cell) -> Reading[str]:
    """Who made a pair, as it is stored."""
    text = cell_text(cell)
    if not text:
        return None, None
    origin = _ORIGIN_OF.get(text)
    return origin, None if origin else Fault("choice-unknown", f"{quoted(text)}不是结对来源；可填：自动、人工、导入。")


def _entries(cell: Cell) -> list[str]:
    return [text for part in _BETWEEN.split(cell_text(cell) or "") if (text := part.strip())]


def _single(text: str | None) -> str | None:
    return text.replace("；；", "；") if text else None


def _unreadable(text: str, example: str) -> Fault:
    return Fault("date-invalid", f"{quoted(text)}看不懂，应写成：{example}；几段之间用；分开。")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text if len(text) == len("2024-01-01") else f"{text}-01")
    except ValueError:
        return False
    return True
