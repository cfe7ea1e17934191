"""The XML of one sheet of an .xlsx, looked over before calamine reads it.

Calamine allocates the whole area from the first to the last valued cell, and reads error cells
and formulas without a saved result as blanks. So how far the values reach is bounded here, and
those cells are found.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from lianhu.domain.table import column_letter
from lianhu.files import grid

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHEET_DATA = re.compile(rb"<([A-Za-z_][\w.-]*:)?sheetData[\s/>]")
_LAST_ROW = re.compile(rb' r="[A-Z]{0,3}([0-9]{1,7})"')
# (rows, columns as a pattern, rows as a pattern): areas that MAX_AREA allows, tallest last
_ALLOWED = (
    (39_999, rb"[A-Z]{1,2}", rb"[0-3]?[0-9]{1,4}"),  # 702 columns
    (99_999, rb"[A-I]?[A-Z]", rb"[0-9]{1,5}"),  # 260
    (199_999, rb"[A-D]?[A-Z]", rb"1?[0-9]{1,5}"),  # 130
    (299_999, rb"[AB]?[A-Z]", rb"[12]?[0-9]{1,5}"),  # 78
    (999_999, rb"[A-Z]", rb"[0-9]{1,6}"),  # 26
)
_ERROR = re.compile(rb' t="e"')
_TAG = re.compile(rb"""<(/?)(?:[^\s<>:/="']+:)?(c|row)(?=[\s/>])((?:"[^"]*+"|'[^']*+'|[^"'<>]++)*+)(>?)""")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_FORMULA = re.compile(rb"<(?:[^\s<>:/=\"']+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[^\s<>:/=\"']+:)?v(?:\s[^<>]*)?>([^<]+)<")
_VALUE_TAG = re.compile(rb"<(?:[^\s<>:/=\"']+:)?v[\s/>]")


class _Usual:
    """Patterns for the usual form of a cell, ``<c r="B3" s="1" t="s"><v>7</v></c>``.

    ``prefix`` is that of the namespace with its colon: some tools write ``<x:c r="B3">``.
    """

    def __init__(self, prefix: bytes) -> None:
        name = re.escape(prefix)
        cell = b"<" + name + b"c"
        self.others = [re.compile(rb":c[\s/>]")]
        if prefix:
            other = rb":c(?<!<" + name + rb"c)(?<!</" + name + rb"c)[\s/>]"
            self.others = [re.compile(rb"<c[\s/>]"), re.compile(other)]
        # Find a cell that is not of the usual form or lies beyond an allowed area.
        self.beyond = [
            (rows, re.compile(cell + b'(?! r="' + letters + digits + rb'")(?=[\s/>])'))
            for rows, letters, digits in _ALLOWED
        ]
        head = cell + rb' r="([A-Z]{1,3})([0-9]{1,7})"'
        self.odd = re.compile(cell + rb'(?! r="[A-Z]{1,3}[0-9]{1,7}")(?=[\s/>])')
        self.valued = re.compile(head + rb'(?!(?: [a-z]+="[^"<>]*")* ?(?:/>|></' + name + rb"c>))")
        self.head = re.compile(head + rb"([^<>]*)>")
        self.start, self.end = b"<" + prefix + b"c ", b"</" + prefix + b"c>"
        self.formula_end = b"</" + prefix + b"f>"
        without_value = rb"(?!<" + name + rb"v>[^<])"
        self.unusual_formulas = [
            re.compile(rb"</" + name + rb"f>" + without_value),
            re.compile(rb"<" + name + rb"f(?:\s[^<>]*)?/>" + without_value),
        ]


def survey(content: bytes, name: str) -> grid.Faults:
    """The faults of a sheet's XML; refuses one whose valued cells reach too far.

    Almost every sheet is let through by a few plain searches.
    """
    opened = _SHEET_DATA.search(content)
    usual = _usual((opened.group(1) or b"") if opened else b"")
    if any(pattern.search(content) for pattern in usual.others):
        return _slow_survey(content, name)
    # Which of the patterns is tried is a guess from the end of the sheet; that it fits is not.
    last = _LAST_ROW.search(content, content.rfind(b' r="'))
    rows = int(last.group(1)) if last else 1
    beyond = next((pattern for most, pattern in usual.beyond if most >= rows), usual.odd)
    if beyond is usual.odd or beyond.search(content):
        if usual.odd.search(content):
            return _slow_survey(content, name)
        _check_usual_area(content, usual, name)
    faults: grid.Faults = {}
    if usual.formula_end in content:  # formulas without text only follow one that has it
        for pattern in usual.unusual_formulas:
            for found in pattern.finditer(content):
                _add_fault(faults, content, usual, found.start())
    if b' t="e"' in content:
        for found in _ERROR.finditer(content):
            _add_fault(faults, content, usual, found.start())
    return faults


@lru_cache(maxsize=8)
def _usual(prefix: bytes) -> _Usual:
    return _Usual(prefix)


def _check_usual_area(content: bytes, usual: _Usual, name: str) -> None:
    last_row, columns = 0, set()
    for letters, digits in (found.groups() for found in usual.valued.finditer(content)):
        columns.add(letters)
        last_row = max(last_row, int(digits))
    _check_area(last_row, max(map(_column, columns), default=0), name)


def _check_area(row: int, column: int, name: str) -> None:
    grid.checked_area(row, column, f"工作表“{name}”直到 {column_letter(column)}{row}")


def _column(letters: bytes) -> int:
    """The number of a column: A → 1, aa → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _add_fault(faults: grid.Faults, content: bytes, usual: _Usual, at: int) -> None:
    """Nothing; notes the fault of the usual cell around ``at``, if it has one."""
    start = content.rfind(usual.start, 0, at + 1)
    head = usual.head.match(content, start) if start >= 0 else None
    end = content.find(usual.end, at)
    if head is None or head.group(3).endswith(b"/") or end < 0:  # not in a cell, or damaged
        return
    fault = _fault(head.group(3), content[head.end() : end])
    if fault:
        faults[int(head.group(2)), _column(head.group(1))] = fault


def _fault(attributes: bytes, body: bytes) -> str:
    """What is wrong with a cell: its error, ``uncached``, or ''."""
    value = _VALUE.search(body)
    kind = _attributes(attributes).get(b"t", b"")
    if kind == b"e":
        return value.group(1).decode("utf-8", "replace") if value else "#N/A"
    if value or not _FORMULA.search(body):
        return ""
    # A formula whose result is an empty string has t="str" and an empty <v>.
    return "" if kind == b"str" and _VALUE_TAG.search(body) else grid.UNCACHED


def _attributes(written: bytes) -> dict[bytes, bytes]:
    found = _ATTRIBUTE.findall(written)
    return {key: double or single for key, double, single in found}


def _slow_survey(content: bytes, name: str) -> grid.Faults:
    """The same for a sheet with namespace prefixes, cells without references, other quotes."""
    faults: grid.Faults = {}
    last_row = last_column = 0
    for row, column, attributes, body in _bodies(content):
        last_row, last_column = max(last_row, row), max(last_column, column)
        fault = _fault(attributes, body)
        if fault:
            faults[row, column] = fault
    _check_area(last_row, last_column, name)
    return faults


def _bodies(content: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """(row, column, attributes, content) of the cells with any content, placed as calamine does."""
    row = column = 1
    opened: tuple[int, int, bytes, int] | None = None
    for tag in _TAG.finditer(content):
        closing, kind, attributes, end = tag.groups()
        if not end:
            raise grid.damaged()
        empty = attributes.endswith(b"/")
        if kind == b"row":
            row = _number(_attributes(attributes).get(b"r"), row)
            if closing or empty:
                row, column = row + 1, 1
        elif not closing:
            place = _place(_attributes(attributes).get(b"r"), row, column)
            column = place[1] + 1
            opened = None if empty else (*place, attributes, tag.end())
        elif opened is not None:
            body = content[opened[3] : tag.start()]
            if body:
                yield *opened[:3], body
            opened = None


def _place(reference: bytes | None, row: int, column: int) -> tuple[int, int]:
    if reference is None:
        return row, column
    parts = _REFERENCE.match(reference)
    if parts is None:
        raise grid.damaged()
    return int(parts.group(2)), _column(parts.group(1))


def _number(written: bytes | None, otherwise: int) -> int:
    if written is None:
        return otherwise
    if not written.isdigit() or len(written) > 7:
        raise grid.damaged()
    return int(written)
