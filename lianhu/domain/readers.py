"""How the cells of a column are read: one reader for each kind of column.

No reader lets a forbidden category through (DOMAIN section 2): a health status, police-internal
lists, and in what is said of people belief and petitioning too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from lianhu.domain.activities import read_quantity
from lianhu.domain.cells import NOTHING
from lianhu.domain.credit import read_limit
from lianhu.domain.forms import Column, Form
from lianhu.domain.forms.base import NOBODY
from lianhu.domain.masks import mask_text
from lianhu.domain.past import read_absences, read_closures, read_heads, read_origin, read_reasons
from lianhu.domain.table import Cell
from lianhu.domain.terms import (
    FORBIDDEN_ANYWHERE,
    FORBIDDEN_AS_CLASS,
    Dictionaries,
    Dictionary,
    forbidden_word,
)
from lianhu.domain.values import (
    Fault,
    Reading,
    read_amount,
    read_date,
    read_flag,
    read_id_number,
    read_integer,
    read_moment,
    read_name,
    read_number_text,
    read_phones,
    read_text,
    read_village,
    split_list,
)

Reader = Callable[[Cell], Reading[Any]]

CATEGORY_ORDER = ("traits", "monitoring", "assistance", "classes")
"""Where a word of a 类别 cell is looked up first; it may stand in one of them only."""

_REMARKS = frozenset({"note", "hard_reason"})

# One search for all words: text columns are many and long.
_FORBIDDEN = re.compile("|".join(map(re.escape, FORBIDDEN_ANYWHERE)), re.IGNORECASE)
_FORBIDDEN_OF_PEOPLE = re.compile(
    "|".join(map(re.escape, FORBIDDEN_ANYWHERE + FORBIDDEN_AS_CLASS)), re.IGNORECASE)


def spreads(column: Column, form: Form) -> bool:
    """Whether the words of a column's cells may belong to several lists: 类别, and 户情 or 重点人群 as well.

    Clerks write 老人 under 重点类别 and 低保 under 户情; no word is lost for standing one column off.
    """
    return column.kind == "category" or (
        column.kind == "terms" and column.dictionary in CATEGORY_ORDER and "category" in form.by_field)


def reader_for(
    column: Column, dictionaries: Dictionaries, today: date, *, of_people: bool, spread: bool = False
) -> Reader:
    """The reader of a column; ``of_people`` says that its remarks describe people.

    Where ``spread`` the reader gives words by dictionary, the column's own being asked first.
    """
    kind = column.kind
    if spread:
        keys = dict.fromkeys(filter(None, (column.dictionary, *CATEGORY_ORDER)))
        all_of = tuple(dictionaries[key] for key in keys)
        return lambda cell: _look_up(cell, all_of)
    if kind == "id":
        return lambda cell: read_id_number(cell, today=today)
    if kind in {"day", "month", "moment"}:
        read: Reader = read_moment if kind == "moment" else lambda cell: read_date(
            cell, month_ok=kind == "month", birth=column.field == "born_on")
        return read if column.may_be_ahead else _not_ahead(read, today)
    if kind == "term":
        return _term_reader(dictionaries[column.dictionary])
    if kind == "quantity":
        return _permitted(lambda cell: read_quantity(cell, dictionaries["measures"]))
    if kind == "terms":
        return _terms_reader(dictionaries[column.dictionary])
    if kind == "text":
        return _text_reader(_FORBIDDEN_OF_PEOPLE if of_people and column.field in _REMARKS else _FORBIDDEN)
    if kind == "flag":
        return _read_urgent if column.field == "is_urgent" else _flag_reader(column)
    if column.field == "cadre_name":
        return _permitted(lambda cell: (NOBODY, None) if cell == NOBODY else read_name(cell))
    words: dict[str, Reader] = {
        "name": read_name, "village": read_village, "villages": _read_villages, "number": read_number_text,
        "origin": read_origin, "reasons": read_reasons, "closures": read_closures, "absences": read_absences,
        "heads": read_heads}
    if kind in words:
        return _permitted(words[kind])
    numbers: dict[str, Reader] = {"phones": read_phones, "integer": read_integer, "amount": read_amount, "limit": read_limit}
    return numbers[kind]


def joined_terms(dictionary: Dictionary, first: str | None, second: str) -> str:
    """The terms of two cells as one list in the dictionary's order."""
    if not first:
        return second
    words = {*first.split("、"), *second.split("、")}
    return "、".join(name for name in dictionary.names if name in words)


def _refused(word: str) -> Fault:
    return Fault("forbidden-category", f"本系统不登记“{word}”一类信息，这一格没有读入；请从表中删去。")


def _permitted(read: Reader) -> Reader:
    def reader(cell: Cell) -> Reading[Any]:
        if isinstance(cell, str) and (word := _FORBIDDEN.search(cell)):
            return None, _refused(word.group())
        return read(cell)

    return reader


def _text_reader(forbidden: re.Pattern[str]) -> Reader:
    def reader(cell: Cell) -> Reading[Any]:
        text, fault = read_text(cell)
        if text is None or text in NOTHING:
            return None, fault
        word = forbidden.search(text)
        return (None, _refused(word.group())) if word else (text, fault)

    return reader


def _not_ahead(read: Reader, today: date) -> Reader:
    limit = today.isoformat()

    def reader(cell: Cell) -> Reading[Any]:
        value, fault = read(cell)
        if value is not None and value[:10] > limit[:len(value[:10])]:
            return None, Fault("date-invalid", f"日期{value}在今天（{limit}）之后，请核对。")
        return value, fault

    return reader


def _term_reader(dictionary: Dictionary) -> Reader:
    def reader(cell: Cell) -> Reading[Any]:
        text, fault = read_text(cell)
        if text is None or fault is not None or text in NOTHING:
            return None, fault
        found = dictionary.find(text)
        return (found, None) if found else (None, _unknown(text, (dictionary,)))

    return reader


def _terms_reader(dictionary: Dictionary) -> Reader:
    def reader(cell: Cell) -> Reading[Any]:
        found, fault = _look_up(cell, (dictionary,))
        return (found or {}).get(dictionary.key), fault

    return reader


def _look_up(cell: Cell, dictionaries: tuple[Dictionary, ...]) -> Reading[dict[str, str]]:
    """The terms of a cell by dictionary key, each list joined in the dictionary's order."""
    text, fault = read_text(cell)
    if text is None or fault is not None:
        return None, fault
    whole = [(d, name) for d in dictionaries if (name := d.find(text))][:1]
    found = list(whole)
    for word in [] if whole else split_list(text):
        if word in NOTHING or word == "否":
            continue
        pair = next(((d, name) for d in dictionaries if (name := d.find(word))), None)
        if pair is None:
            return None, _unknown(word, dictionaries)
        found.append(pair)
    joined: dict[str, str] = {}
    for dictionary, name in found:
        joined[dictionary.key] = joined_terms(dictionary, joined.get(dictionary.key), name)
    return joined or None, None


def _unknown(word: str, dictionaries: tuple[Dictionary, ...]) -> Fault:
    forbidden = forbidden_word(word, as_class=True)
    if forbidden:
        return _refused(forbidden)
    shown = mask_text(word)
    title = "、".join(d.title for d in dictionaries)
    near = next((n for d in dictionaries if (n := d.nearest(word))), None)
    if near:
        return Fault("choice-unknown", f"“{shown}”不在“{title}”词表中；您是不是要填“{near}”？")
    some = "、".join(dictionaries[0].names[:12])
    return Fault("choice-unknown", f"“{shown}”不在“{title}”词表中；可填：{some}。")


_NOT = re.compile(r"^(?:尚未|未|没有|没|不|非)")
_DONE = re.compile(r"^(?:已经|均已|已|是)")


def _flag_reader(column: Column) -> Reader:
    """是否消除 holds 未消除 and 已消除 as often as 否 and 是: the heading's own words, denied or not."""
    asked = "/".join(name.replace("是否", "") for name in (column.label, *column.names))

    def reader(cell: Cell) -> Reading[bool]:
        flag, fault = read_flag(cell)
        if fault is None or not isinstance(cell, str):
            return flag, fault
        word = "".join(cell.split())
        said = (_NOT if (denied := _NOT.match(word)) else _DONE).sub("", word)
        return (not denied, None) if len(said) > 1 and said in asked else (flag, fault)

    return reader


def _read_urgent(cell: Cell) -> Reading[bool]:
    """紧急程度 columns hold 紧急 or 一般 as often as 是 or 否."""
    text, _ = read_text(cell)
    if text in {"紧急", "特急", "加急", "急", "重大", "紧急件"}:
        return True, None
    if text in {"一般", "普通", "普通件", "正常", "平件"}:
        return False, None
    return read_flag(cell)


def _read_villages(cell: Cell) -> Reading[str]:
    text, fault = read_text(cell)
    if text is None or fault is not None:
        return None, fault
    names = [name for part in split_list(text) if (name := read_village(part)[0])]
    return "、".join(names) or None, None
