"""From the cells of a recognised sheet to records, with every problem at its cell.

Columns are read one after the other with a memo of the values seen, because most columns of a
roster hold few different values; that is what keeps 25 000 rows near the cost of reading the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from lianhu.domain.cells import NOTHING
from lianhu.domain.fillers import is_no_record, names_nothing
from lianhu.domain.forms import Column
from lianhu.domain.headings import RUNNING, Layout
from lianhu.domain.identity import age_on, eighteen_digits
from lianhu.domain.masks import mask_text
from lianhu.domain.matching import Heading, fold
from lianhu.domain.table import Cell, Sheet, coordinate
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

CATEGORY_ORDER = ("traits", "monitoring", "assistance", "classes")
"""Where a word of a 类别 cell is looked up first; it may stand in one of them only."""

AGE_TOLERANCE = 2
"""Years by which a stated age may differ from the ID number: sheets are older than today."""

_MISSING = {
    "name": ("name-missing", "没有填姓名"), "text": ("name-missing", "是空的"),
    "number": ("name-missing", "是空的"), "village": ("village-missing", "没有填村"),
    "day": ("date-invalid", "没有填日期"), "month": ("date-invalid", "没有填日期"),
    "moment": ("date-invalid", "没有填日期"), "term": ("choice-unknown", "没有填"),
}


@dataclass(slots=True)
class Problem:
    """What is wrong with one cell. Level error keeps the row out, warning empties the cell,
    note only tells. ``row`` counts from 1; 0 means the sheet as a whole."""

    cell: str
    row: int
    heading: str
    code: str
    level: str
    message: str
    value: str = ""


@dataclass(slots=True)
class Row:
    """One record of a sheet: its Excel row, its values by field, and its problems."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_bad: bool = False

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        if problem.level == "error":
            self.is_bad = True


@dataclass(slots=True)
class SheetRows:
    """What a sheet says: its records, how many rows were no records, problems of the header."""

    layout: Layout
    rows: list[Row]
    skipped: int
    problems: list[Problem]


Reader = Callable[[Cell], Reading[Any]]


def read_rows(sheet: Sheet, layout: Layout, dictionaries: Dictionaries, today: date) -> SheetRows:
    """All records of a sheet under its layout."""
    kept: list[tuple[int, list[Cell]]] = []
    skipped = 0
    for index in range(layout.header[1], len(sheet.rows)):
        cells = sheet.rows[index]
        if not any(cells) and all(cell is None or cell == "" for cell in cells) and not _faulty(sheet, index + 1):
            continue
        if is_no_record(cells, layout, index + 1) and not _faulty(sheet, index + 1):
            skipped += 1
            continue
        kept.append((index + 1, cells))
    rows = [Row(number) for number, _ in kept]
    problems = _heading_problems(layout)
    reader = _ColumnReader(sheet, layout, dictionaries, today)
    columns = list(zip_longest(*(cells for _, cells in kept)))
    for heading in layout.headings:
        if heading.position > len(columns) and not sheet.faults:
            continue
        column_cells = columns[heading.position - 1] if heading.position <= len(columns) else (None,) * len(rows)
        if heading.column:
            reader.read(heading, heading.column, column_cells, rows)
        elif heading.mark:
            reader.read_mark(heading, column_cells, rows)
    if "sex" in layout.form.by_field:
        _follow_numbers(rows, layout, today)
    naming = {c.field for c in layout.form.columns if c.needed and c.kind != "village"}
    records = [
        row for row, (_, cells) in zip(rows, kept, strict=True)
        if not naming.isdisjoint(row.values) or not _is_filler(row, cells, sheet, layout)]
    return SheetRows(layout, records, skipped + len(rows) - len(records), problems)


def _is_filler(row: Row, cells: list[Cell], sheet: Sheet, layout: Layout) -> bool:
    """Whether a row tells of nobody: a running number alone, a stamp or date below the table, or
    a village cell that is merged down further than the records go."""
    if not row.values and not row.problems:
        return True
    if row.is_bad or not names_nothing(cells, layout):
        return False
    if row.values.keys() == {"village"}:
        position = next(h.position for h in layout.headings if h.column and h.column.field == "village")
        return any(
            merge.top < merge.bottom and merge.top <= row.number <= merge.bottom
            and merge.left <= position <= merge.right for merge in sheet.merges)
    numbered = any(
        h.column is None and fold(h.text) in RUNNING and h.position <= len(cells) and cells[h.position - 1] is not None
        for h in layout.headings)
    by_field = layout.form.by_field
    return not numbered and all(
        name in by_field and by_field[name].kind == "text" for name in row.values)


def _faulty(sheet: Sheet, row: int) -> bool:
    return bool(sheet.faults) and any(place[0] == row for place in sheet.faults)


def _heading_problems(layout: Layout) -> list[Problem]:
    problems = []
    row = layout.header[1]
    for heading in layout.headings:
        where = coordinate(row, heading.position)
        if heading.forbidden:
            problems.append(Problem(
                where, row, heading.text, "forbidden-category", "warning",
                f"本系统不登记“{heading.forbidden}”一类信息，这一列没有读入；请从表中删去这一列。"))
        elif heading.proposal:
            problems.append(Problem(
                where, row, heading.text, "heading-unknown", "note",
                f"不认识列名“{heading.text}”，没有读入；您是不是要找“{heading.proposal}”？"))
    return problems


_TELLING = frozenset({str, float, type(None)})
"""Classes of cells that are equal only to cells of their own class (1, 1.0 and True are equal)."""


def _key(cell: Cell) -> Any:
    """What tells a cell from every other that is read differently."""
    return cell if cell.__class__ in _TELLING else (cell.__class__, cell)


class _ColumnReader:
    def __init__(
        self, sheet: Sheet, layout: Layout, dictionaries: Dictionaries, today: date
    ) -> None:
        self.sheet = sheet
        self.layout = layout
        self.dictionaries = dictionaries
        self.today = today

    def read(
        self, heading: Heading, column: Column, cells: Sequence[Cell], rows: list[Row]
    ) -> None:
        name = column.field
        plain = _TELLING.issuperset(map(type, cells))
        different = set(cells) if plain else {_key(cell): cell for cell in cells}.values()
        reader = self._reader(column)
        if plain:
            read: dict[Any, Reading[Any]] = {
                cell: reader(cell) for cell in different if cell is not None and cell != ""}
        else:
            read = {_key(cell): reader(cell) for cell in different if cell is not None and cell != ""}
        faults = {row: fault for (row, at), fault in self.sheet.faults.items() if at == heading.position}
        joins = column.kind == "terms" or name == "note"
        if column.kind == "category" or faults or any(fault is not None for _, fault in read.values()) or (
                joins and any(name in row.values for row in rows)):
            self._put_one_by_one(heading, column, cells, read, faults, rows)
            return
        # Most columns have neither faults nor a second column of their kind.
        value_of = {key: value for key, (value, _) in read.items()}.get
        for cell, row in zip(cells if plain else map(_key, cells), rows, strict=True):
            value = value_of(cell)
            if value is not None:
                row.values[name] = value

    def _put_one_by_one(
        self, heading: Heading, column: Column, cells: Sequence[Cell], read: dict[Any, Reading[Any]],
        faults: dict[int, str], rows: list[Row],
    ) -> None:
        name = column.field
        for cell, row in zip(cells, rows, strict=True):
            if cell is None or cell == "":
                if row.number in faults:
                    self._report(row, heading, column, _cell_fault(faults[row.number]), None)
                continue
            value, fault = read[_key(cell)]
            if fault is not None:
                self._report(row, heading, column, fault, cell, keeps_value=value is not None)
            if value is None:
                continue
            if column.kind == "category":
                for part, terms in value.items():
                    row.values[part] = self._joined(part, row.values.get(part), terms)
            elif name not in row.values:
                row.values[name] = value
            elif name == "note":
                row.values[name] = f"{row.values[name]}；{value}"
            elif column.kind == "terms":
                row.values[name] = self._joined(column.dictionary, row.values[name], value)

    def read_mark(self, heading: Heading, cells: Sequence[Cell], rows: list[Row]) -> None:
        """A column of a √ matrix. A cell that holds a word of its own counts as a tick."""
        mark = heading.mark
        assert mark is not None
        dictionary = self.dictionaries[mark.dictionary]
        for cell, row in zip(cells, rows, strict=True):
            if cell is None or cell == "":
                continue
            ticked, fault = read_flag(cell)
            if fault is not None:
                ticked = isinstance(cell, str) and dictionary.find(cell) == mark.term
                if not ticked:
                    row.refuse(Problem(
                        coordinate(row.number, heading.position), row.number, heading.text,
                        "choice-unknown", "warning", fault.message, mask_text(str(cell))))
            if ticked:
                row.values[mark.dictionary] = self._joined(
                    mark.dictionary, row.values.get(mark.dictionary), mark.term)

    def _joined(self, key: str, first: str | None, second: str) -> str:
        """The terms of two cells of one dictionary as one list in the dictionary's order."""
        if not first:
            return second
        words = {*first.split("、"), *second.split("、")}
        return "、".join(name for name in self.dictionaries[key].names if name in words)

    def _report(
        self, row: Row, heading: Heading, column: Column, fault: Fault, cell: Cell, *,
        keeps_value: bool = False,
    ) -> None:
        level = "error" if column.needed and not keeps_value and fault.code != "forbidden-category" \
            else "warning"
        row.refuse(Problem(
            coordinate(row.number, heading.position), row.number, heading.text or column.label,
            fault.code, level, fault.message, "" if cell is None else mask_text(str(cell))))

    def _reader(self, column: Column) -> Reader:
        kind = column.kind
        if kind == "id":
            return lambda cell: read_id_number(cell, today=self.today)
        if kind in {"day", "month"}:
            read = lambda cell: read_date(cell, month_ok=kind == "month")  # noqa: E731
            return read if column.may_be_ahead else self._not_ahead(read)
        if kind == "moment":
            return read_moment if column.may_be_ahead else self._not_ahead(read_moment)
        if kind == "term":
            return self._term_reader(self.dictionaries[column.dictionary])
        if kind == "terms":
            return self._terms_reader(self.dictionaries[column.dictionary])
        if kind == "category":
            return self._category_reader()
        if kind == "flag" and column.field == "is_urgent":
            return _read_urgent
        if kind == "villages":
            return _read_villages
        simple: dict[str, Reader] = {
            "name": read_name, "village": read_village, "phones": read_phones,
            "integer": read_integer, "amount": read_amount, "flag": read_flag,
            "number": read_number_text, "text": _read_note,
        }
        return simple[kind]

    def _not_ahead(self, read: Reader) -> Reader:
        limit = self.today.isoformat()

        def reader(cell: Cell) -> Reading[Any]:
            value, fault = read(cell)
            if value is not None and value[:10] > limit[:len(value[:10])]:
                return None, Fault("date-invalid", f"日期{value}在今天（{limit}）之后，请核对。")
            return value, fault

        return reader

    def _term_reader(self, dictionary: Dictionary) -> Reader:
        def reader(cell: Cell) -> Reading[Any]:
            text, fault = read_text(cell)
            if text is None or fault is not None or text in "—-/无":
                return None, fault
            found = dictionary.find(text)
            return (found, None) if found else (None, self._unknown(text, (dictionary,)))

        return reader

    def _terms_reader(self, dictionary: Dictionary) -> Reader:
        def reader(cell: Cell) -> Reading[Any]:
            found, fault = self._look_up(cell, (dictionary,))
            return (found or {}).get(dictionary.key), fault

        return reader

    def _category_reader(self) -> Reader:
        dictionaries = tuple(self.dictionaries[key] for key in CATEGORY_ORDER)
        return lambda cell: self._look_up(cell, dictionaries)

    def _look_up(
        self, cell: Cell, dictionaries: tuple[Dictionary, ...]
    ) -> tuple[dict[str, str] | None, Fault | None]:
        """The terms of a cell by dictionary key, each list joined in the dictionary's order."""
        text, fault = read_text(cell)
        if text is None or fault is not None:
            return None, fault
        whole = [(d, name) for d in dictionaries if (name := d.find(text))][:1]
        words = [] if whole else split_list(text)
        found = [(d.key, name) for d, name in whole]
        for word in words:
            if word in {"无", "—", "/", "-", "否"}:
                continue
            pair = next(((d.key, name) for d in dictionaries if (name := d.find(word))), None)
            if pair is None:
                return None, self._unknown(word, dictionaries)
            found.append(pair)
        joined: dict[str, str] = {}
        for key, name in found:
            joined[key] = self._joined(key, joined.get(key), name)
        return joined or None, None

    def _unknown(self, word: str, dictionaries: tuple[Dictionary, ...]) -> Fault:
        forbidden = forbidden_word(word, as_class=True)
        if forbidden:
            return Fault("forbidden-category", f"本系统不登记“{forbidden}”一类信息，这一格没有读入；请从表中删去。")
        shown = mask_text(word)
        title = "、".join(d.title for d in dictionaries)
        near = next((n for d in dictionaries if (n := d.nearest(word))), None)
        if near:
            return Fault("choice-unknown", f"“{shown}”不在“{title}”词表中；您是不是要填“{near}”？")
        some = "、".join(dictionaries[0].names[:12])
        return Fault("choice-unknown", f"“{shown}”不在“{title}”词表中；可填：{some}。")


# One search for all forbidden words: text columns are many and long.
_FORBIDDEN = re.compile("|".join(map(re.escape, FORBIDDEN_ANYWHERE)), re.IGNORECASE)
_FORBIDDEN_CLASS = re.compile("|".join(map(re.escape, FORBIDDEN_AS_CLASS)))


def _read_note(cell: Cell) -> Reading[str]:
    text, fault = read_text(cell)
    if text in NOTHING:
        return None, fault
    if text is not None and (word := _FORBIDDEN.search(text)):
        return None, Fault(
            "forbidden-category", f"本系统不登记“{word.group()}”一类信息，这一格没有读入；请从表中删去。")
    return text, fault


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


def _cell_fault(what: str) -> Fault:
    if what == "uncached":
        return Fault("cell-error", "这一格是公式，文件里没有它的计算结果；请用 Excel 打开、保存后再导入，或直接填数。")
    return Fault("cell-error", f"这一格是公式错误 {what}；请改正公式或直接填数。")


def missing_problem(row: Row, column: Column, position: int = 0) -> Problem:
    """The error of a record that lacks a cell by which it is named."""
    code, words = _MISSING.get(column.kind, ("name-missing", "是空的"))
    return Problem(
        coordinate(row.number, position) if position else "", row.number, column.label, code, "error",
        f"“{column.label}”{words}，这一行没有读入；请补上。")


def _follow_numbers(rows: list[Row], layout: Layout, today: date) -> None:
    """What follows from the ID numbers of people: sex, birthday and age."""
    name = "head_id_number" if "head_name" in layout.form.by_field and layout.form.kind != "member" else "id_number"
    for row in rows:
        number = row.values.get(name)
        if number is not None:
            _follow_id(row, layout, number, today)


def _follow_id(row: Row, layout: Layout, number: str, today: date) -> None:
    values = row.values
    digits = eighteen_digits(number)
    sex, born = ("男" if digits[16] in "13579" else "女"), f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}"
    if values.get("sex", sex) != sex:
        _contradiction(row, layout, "sex", "choice-unknown", f"性别与身份证号不符，按身份证号记为{sex}；请核对。")
    stated = values.get("born_on")
    if stated is not None and not born.startswith(stated):
        _contradiction(row, layout, "born_on", "date-invalid", "出生日期与身份证号不符，按身份证号记；请核对。")
    age = values.pop("stated_age", None)
    if age is not None and abs(age_on(digits, today) - age) > AGE_TOLERANCE:
        _contradiction(row, layout, "stated_age", "number-invalid",
                       f"年龄{age}与身份证号不符（应为{age_on(digits, today)}岁）；请核对。")
    values["sex"] = sex
    if "born_on" in layout.form.by_field:
        values["born_on"] = born


def _contradiction(row: Row, layout: Layout, name: str, code: str, message: str) -> None:
    heading = next((h for h in layout.headings if h.column and h.column.field == name), None)
    if heading is not None:
        row.refuse(Problem(coordinate(row.number, heading.position), row.number, heading.text, code,
                           "warning", message))
