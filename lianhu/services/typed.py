"""Values typed on the command line, read as the cells of a sheet are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lianhu.domain.forms import Column, Form
from lianhu.domain.readers import reader_for
from lianhu.domain.terms import Dictionaries, forbidden_word
from lianhu.domain.values import Fault, split_list
from lianhu.errors import UsageError


class Typed(NamedTuple):
    """Values by field (None clears one), and remarks about values that went in all the same."""

    values: dict[str, Any]
    notes: list[str]


def read_typed(form: Form, given: Mapping[str, str | None], dictionaries: Dictionaries, today: date) -> Typed:
    """The values of the fields that are given; an empty text clears one, None leaves it alone.

    Raises UsageError for a value that a sheet's cell would not be read with either.
    """
    typed = Typed({}, [])
    for name, text in given.items():
        if text is None:
            continue
        column = form.by_field[name]
        value, fault = reader_for(column, dictionaries, today, of_people=True)(text)
        if fault is not None and value is None:
            raise _refusal(column, text, fault, form, dictionaries)
        if fault is not None:
            typed.notes.append(fault.message)
        typed.values[name] = value
    return typed


def _refusal(column: Column, text: str, fault: Fault, form: Form, dictionaries: Dictionaries) -> UsageError:
    if fault.code == "forbidden-category":
        word = forbidden_word(text, as_class=True) or ""
        return UsageError(f"本系统不登记“{word}”一类信息，没有登记。", "请删去这部分内容再登记")
    if column.dictionary:
        own = dictionaries[column.dictionary]
        for word in split_list(text):
            home = next((other for other in form.columns if other.dictionary and other.kind in {"term", "terms"}
                         and dictionaries[other.dictionary].find(word)), None)
            if home is not None and own.find(word) is None:
                return UsageError(f"“{word}”是“{home.label}”里的词，不是“{column.label}”，没有登记。",
                                  f"写在 --{home.field} {word}")
    return UsageError(fault.message if column.label in fault.message else f"{column.label}：{fault.message}")
