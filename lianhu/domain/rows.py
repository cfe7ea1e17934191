"""From the cells of a recognised sheet to records, with every problem at its cell.

Columns are read one after the other with a memo of the values seen, because most columns of a
roster hold few different values; that is what keeps 25 000 rows near the cost of reading the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from lianhu.domain.fillers import is_no_record, names_nothing, village_of_section
from lianhu.domain.forms import Column
from lianhu.domain.headings import RUNNING, Layout
from lianhu.domain.identity import age_on, eighteen_digits, sex_of
from lianhu.domain.masks import mask_text
from lianhu.domain.matching import Heading, fold
from lianhu.domain.readers import joined_terms, reader_for, spreads
from lianhu.domain.table import Cell, Sheet, coordinate
from lianhu.domain.terms import Dictionaries
from lianhu.domain.values import Fault, Reading, read_flag

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


_OF_PEOPLE = frozenset({"household", "member", "pairing"})
"""Kinds whose remarks say what sort of person somebody is."""


def read_rows(sheet: Sheet, layout: Layout, dictionaries: Dictionaries, today: date) -> SheetRows:
    """All records of a sheet under its layout."""
    kept: list[tuple[int, list[Cell]]] = []
    skipped = 0
    section = ""
    sections: dict[int, str] = {}
    for index in range(layout.header[1], len(sheet.rows)):
        cells = sheet.rows[index]
        if not any(cells) and all(cell is None or cell == "" for cell in cells) and not _faulty(sheet, index + 1):
            continue
        # Nearly every record's first two cells differ; only a line of one text can announce a village.
        if (len(cells) < 2 or cells[0] is None or cells[0] == cells[1] or cells[1] is None) and (
                village := village_of_section(cells, layout)):
            section = village
            skipped += 1
            continue
        if is_no_record(cells, layout, index + 1) and not _faulty(sheet, index + 1):
            skipped += 1
            continue
        kept.append((index + 1, cells))
        if section:
            sections[index + 1] = section
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
    if "village" in layout.form.by_field:
        for row in rows if sections else ():
            if row.number in sections:
                row.values.setdefault("village", sections[row.number])
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


def _quoted(cell: Cell) -> str:
    """A cell as it may be told: on one line, numbers masked, also those that Excel made floats of."""
    if isinstance(cell, float) and cell.is_integer():
        cell = f"{cell:.0f}"
    return "" if cell is None else mask_text(" ".join(str(cell).split()))


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
        elif heading.repeats:
            problems.append(Problem(
                where, row, heading.text, "heading-repeated", "note",
                f"“{heading.repeats}”有两列，只读了前一列，这一列没有读入；请一行只写一户（一人）。"))
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
        spread = spreads(column, self.layout.form)
        reader = reader_for(column, self.dictionaries, self.today, of_people=self.layout.form.kind in _OF_PEOPLE,
                            spread=spread)
        if plain:
            read: dict[Any, Reading[Any]] = {
                cell: reader(cell) for cell in different if cell is not None and cell != ""}
        else:
            read = {_key(cell): reader(cell) for cell in different if cell is not None and cell != ""}
        faults = {row: fault for (row, at), fault in self.sheet.faults.items() if at == heading.position}
        joins = column.kind == "terms" or name == "note"
        if spread or faults or any(fault is not None for _, fault in read.values()) or (
                joins and any(name in row.values for row in rows)):
            self._put_one_by_one(heading, column, cells, cells if plain else map(_key, cells), read, faults, rows)
            return
        # Most columns have neither faults nor a second column of their kind.
        value_of = {key: value for key, (value, _) in read.items()}.get
        for cell, row in zip(cells if plain else map(_key, cells), rows, strict=True):
            value = value_of(cell)
            if value is not None:
                row.values[name] = value

    def _put_one_by_one(
        self, heading: Heading, column: Column, cells: Sequence[Cell], keys: Iterable[Any], read: dict[Any, Reading[Any]],
        faults: dict[int, str], rows: list[Row],
    ) -> None:
        name = column.field
        for cell, key, row in zip(cells, keys, rows, strict=True):
            if cell is None or cell == "":
                if row.number in faults:
                    self._report(row, heading, column, _cell_fault(faults[row.number]), None)
                continue
            value, fault = read[key]
            if fault is not None:
                self._report(row, heading, column, fault, cell, keeps_value=value is not None)
            if value is None:
                continue
            if isinstance(value, dict):
                for part, terms in value.items():
                    row.values[part] = joined_terms(self.dictionaries[part], row.values.get(part), terms)
            elif name not in row.values:
                row.values[name] = value
            elif name == "note":
                row.values[name] = f"{row.values[name]}；{value}"
            elif column.kind == "terms":
                row.values[name] = joined_terms(self.dictionaries[column.dictionary], row.values[name], value)

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
                        "choice-unknown", "warning", fault.message, _quoted(cell)))
            if ticked:
                row.values[mark.dictionary] = joined_terms(dictionary, row.values.get(mark.dictionary), mark.term)

    def _report(
        self, row: Row, heading: Heading, column: Column, fault: Fault, cell: Cell, *,
        keeps_value: bool = False,
    ) -> None:
        # Who did it must not be guessed from whom the household is paired with.
        names = column.needed or column.field == "cadre_name"
        level = "error" if names and not keeps_value and fault.code != "forbidden-category" else "warning"
        row.refuse(Problem(
            coordinate(row.number, heading.position), row.number, heading.text or column.label,
            fault.code, level, fault.message, _quoted(cell)))


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
    has_birthday = "born_on" in layout.form.by_field
    for row in rows:
        values = row.values
        number = values.get(name)
        if number is None:
            continue
        digits = eighteen_digits(number)
        sex, born = sex_of(digits), f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}"
        if "sex" in values or "born_on" in values or "stated_age" in values:
            _compare(row, layout, digits, sex, born, today)
        values["sex"] = sex
        if has_birthday:
            values["born_on"] = born


def _compare(row: Row, layout: Layout, digits: str, sex: str, born: str, today: date) -> None:
    """Names what a sheet says otherwise than the ID number; the stated age is not kept beside it."""
    values = row.values
    if values.get("sex", sex) != sex:
        _contradiction(row, layout, "sex", "choice-unknown", f"性别与身份证号不符，按身份证号记为{sex}；请核对。")
    stated = values.get("born_on")
    if stated is not None and not born.startswith(stated):
        _contradiction(row, layout, "born_on", "date-invalid", "出生日期与身份证号不符，按身份证号记；请核对。")
    age = values.pop("stated_age", None)
    if age is not None and abs(age_on(digits, today) - age) > AGE_TOLERANCE:
        _contradiction(row, layout, "stated_age", "number-invalid",
                       f"年龄{age}与身份证号不符（应为{age_on(digits, today)}岁）；请核对。")


def _contradiction(row: Row, layout: Layout, name: str, code: str, message: str) -> None:
    heading = next((h for h in layout.headings if h.column and h.column.field == name), None)
    if heading is not None:
        row.refuse(Problem(coordinate(row.number, heading.position), row.number, heading.text, code,
                           "warning", message))
