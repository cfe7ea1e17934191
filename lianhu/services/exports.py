"""Workbooks out of the database, in the shape in which they are imported: blank ones and filled ones."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from lianhu.domain.forms import FORMS, Column, Form
from lianhu.domain.forms.base import NOBODY
from lianhu.domain.id_numbers import read_id_number
from lianhu.domain.masks import mask_id_number, mask_phone, mask_text
from lianhu.domain.past import ORIGINS, Head, Span, heads_text, read_reasons, reasons_text, spans_text
from lianhu.domain.settings import Settings
from lianhu.domain.terms import Dictionaries
from lianhu.errors import UsageError
from lianhu.files.form_notes import NOTES_SHEET, spaced
from lianhu.files.forms_book import LAST_ROW, FormSheet, write_forms
from lianhu.files.safe import check_place, replacing
from lianhu.services.intake.masked import LEFT_OUT, WITH_LEFT_OUT
from lianhu.services.masking import rule_hider
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database
from lianhu.store.journal import note_reading
from lianhu.store.schema import COLUMNS

Progress = Callable[[str, int, int], None]

_PAGE = 5000
"""Rows fetched at a time; a table may be larger than memory."""


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet that was written, and its number of records."""

    sheet: str
    kind: str
    rows: int


def chosen_forms(kinds: Sequence[str]) -> list[Form]:
    """The forms of the kinds, in the order in which they are taken in; all of them for no kind.

    Raises UsageError for an unknown kind.
    """
    for kind in kinds:
        if kind not in FORMS:
            raise UsageError(f"没有叫“{kind}”的种类。", f"可用的有：{' '.join(FORMS)}")
    return [form for form in FORMS.values() if not kinds or form.kind in kinds]


def check_target(target: Path, *, force: bool) -> None:
    """Raises the error of a file that must not or cannot be written, before any work is done."""
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"{target} 不是 .xlsx 文件名。", f"写成 -o {target.with_suffix('.xlsx')}")
    if target.is_dir():
        raise UsageError(f"{target} 是文件夹，不是文件名。", f"写成 -o {target / '名册.xlsx'}")
    check_place(target, force=force)


def write_template(
    target: Path, kinds: Sequence[str] = (), *, database: Database | None = None, force: bool = False
) -> list[WrittenSheet]:
    """Writes a blank workbook; the town's own words and villages where there is a database."""
    forms = chosen_forms(kinds)
    check_target(target, force=force)
    settings = load_settings(database) if database else Settings()
    villages = _villages(database) if database else []
    with replacing(target) as scratch:
        scratch.touch(0o600)
        write_forms(scratch, [FormSheet(form) for form in forms], settings.dictionaries, villages=villages)
    return [WrittenSheet(form.title, form.kind, 0) for form in forms]


def write_export(
    database: Database, target: Path, kinds: Sequence[str] = (), *, full: bool = False, force: bool = False,
    now: datetime, progress: Progress = lambda what, done, total: None,
) -> list[WrittenSheet]:
    """Writes the records of the kinds and logs the reading.

    Without ``full`` ID numbers and phones are masked and terms of sensitivity A left out; such a file
    may be imported again into the same database and takes nothing away there.
    """
    forms = chosen_forms(kinds)
    check_target(target, force=force)
    settings = load_settings(database)
    with replacing(target) as scratch:
        # Made before it is written, so that nobody else can read it even for a moment.
        scratch.touch(0o600)
        with database.snapshot():
            pages = [page for form in forms for page in _pages(database, form, settings, progress, full=full)]
            counts = write_forms(
                scratch, pages, settings.dictionaries, villages=_villages(database),
                notes=_notes(settings, full=full))
        written = [WrittenSheet(page.title, page.form.kind, count) for page, count in zip(pages, counts, strict=True)]
        what = "、".join(f"{sheet.sheet} {sheet.rows} 行" for sheet in written)
        note_reading(database, "export", f"导出{'完整内容' if full else '（已脱敏）'}到 {target.name}：{what}", now=now)
    return written


def _villages(database: Database) -> list[str]:
    if database.fresh:
        return []
    return [name for (name,) in database.execute("SELECT name FROM village ORDER BY ordinal")]


def _notes(settings: Settings, *, full: bool) -> list[str]:
    if full:
        return [f"{settings.town}导出的全部登记内容，含完整身份证号和电话，请妥善保管。"]
    return [
        f"{settings.town}导出的登记内容，身份证号和电话已脱敏，敏感类别没有列出。",
        "改好后可以导入原来的数据库，带星号的格不会改动登记；要完整内容用 lianhu export --full。",
    ]


def _pages(
    database: Database, form: Form, settings: Settings, progress: Progress, *, full: bool
) -> list[FormSheet]:
    """The sheets of a form: one, or several where the rows outgrow a sheet."""
    query = _query(form)
    ((total,),) = database.execute(f"SELECT count(*) FROM {query.source}")
    rows = _told(_rows(database, form, query, total, progress), _tellers(database, form))
    remarks: dict[str, str] = {}
    if not full:
        rows = _masked(rows, form, settings.dictionaries, rule_hider(database))
        remarks = {name: LEFT_OUT for name in WITH_LEFT_OUT if name in form.by_field and
                   settings.dictionaries.hidden_classes.intersection(settings.dictionaries[name].names)}
    most = LAST_ROW - 1
    if total <= most:
        return [FormSheet(form, rows, remarks, is_export=True)]
    return [
        FormSheet(form, islice(rows, most), remarks, f"{form.title}（{number}）", is_export=True)
        for number in range(1, -(-total // most) + 1)
    ]


@dataclass(frozen=True, slots=True)
class _Query:
    """How the rows of a form are read: expressions in the order of its export columns."""

    expressions: tuple[str, ...]
    source: str
    order: str


_OWN = {
    "household": {"household_code": "t.code"}, "cadre": {"cadre_code": "t.code"}, "cluster": {"cluster": "t.name"},
}
"""Fields of a form that its own table has under another name."""

_JOINED = {
    "village": "v.name", "district": "v.district", "cluster": "u.name", "household_code": "h.code",
    "head_name": "h.head_name", "cadre_code": "c.code", "cadre_name": "c.name", "visit_code": "w.code",
    "ticket_number": "k.number", "deed_code": "d.code", "head": "l.name", "head_code": "l.code",
    "task_code": "j.code", "title": "j.title", "duty": "j.duty", "issued_on": "j.issued_on", "due_on": "j.due_on",
    "task_note": "j.note", "award_code": "a.code", "reverses_code": "r.code",
    "merged_into": "m.code", "split_from": "s.code", "closures": "t.id", "former_heads": "t.id", "absences": "t.id",
}
"""Fields that name another record, and where they stand. The code does, so an ID number stands in the
workbook once, at its owner. What is behind a record is looked up by its id."""

_JOINS = (
    ("household_id", "LEFT JOIN household h ON h.id = t.household_id"),
    ("cadre_id", "LEFT JOIN cadre c ON c.id = t.cadre_id"),
    ("cluster_id", "LEFT JOIN cluster u ON u.id = t.cluster_id"),
    ("visit_id", "LEFT JOIN visit w ON w.id = t.visit_id"),
    ("ticket_id", "LEFT JOIN ticket k ON k.id = t.ticket_id"),
    ("deed_id", "LEFT JOIN deed d ON d.id = t.deed_id"),
    ("cluster_head_id", "LEFT JOIN cluster_head l ON l.id = t.cluster_head_id"),
    ("task_id", "LEFT JOIN task j ON j.id = t.task_id"),
    ("award_id", "LEFT JOIN award a ON a.id = t.award_id"),
    ("reverses_id", "LEFT JOIN fund_entry r ON r.id = t.reverses_id"),
    ("merged_into_id", "LEFT JOIN household m ON m.id = t.merged_into_id"),
    ("split_from_id", "LEFT JOIN household s ON s.id = t.split_from_id"),
)

_BY_DEFAULT = {"card": "t.household_id", "ticket": "t.id", "rating": "t.household_id", "task_item": "t.done_on"}
"""Tables whose import gives a blank cadre the one whose it would be, where this is not NULL; nobody has to be said."""

_ROSTER_ORDERS = {
    "household": "v.ordinal, length(t.code), t.code",
    "member": "v.ordinal, length(h.code), h.code, CASE t.relation WHEN '户主' THEN 0 WHEN '配偶' THEN 1 ELSE 2 END, "
              "coalesce(t.born_on, ''), t.name, coalesce(t.id_number, '')",
    "cadre": "coalesce(v.ordinal, 0), length(t.code), t.code",
    "pairing": "v.ordinal, length(h.code), h.code, t.started_on, coalesce(t.ended_on, '9999'), c.code, "
               "coalesce(t.end_reason, ''), t.origin, coalesce(t.fit, -1), coalesce(t.reasons, ''), t.is_locked",
    "cluster_head": "v.ordinal, t.cluster_id, length(t.code), t.code",
}
"""People stand in the town's order of villages; what happened, as it was recorded."""


def _query(form: Form) -> _Query:
    """The reading of a form's rows, as it follows from its columns and its table."""
    own = COLUMNS[form.table]
    joins = [join for column, join in _JOINS if column in own]
    if form.table == "cluster":
        # The list of villages: those without a unit stand in it too.
        source = "village v LEFT JOIN cluster t ON t.village_id = v.id"
        return _Query(_expressions(form), source, "v.ordinal, t.id")
    # The village of the record itself, else of its unit or its household.
    place = next((f"{table}.village_id" for table, holder in (
        ("t", "village_id"), ("h", "household_id"), ("u", "cluster_id"), ("c", "cadre_id")) if holder in own), "NULL")
    joins.append(f"LEFT JOIN village v ON v.id = {place}")
    return _Query(_expressions(form), f"{form.table} t {' '.join(joins)}", _ROSTER_ORDERS.get(form.table, ""))


def _expressions(form: Form) -> tuple[str, ...]:
    own, named = COLUMNS[form.table], _OWN.get(form.table, {})
    return tuple(
        named.get(column.field) or (f"t.{column.field}" if column.field in own else _reference(form, column.field))
        for column in form.export_columns)


def _reference(form: Form, name: str) -> str:
    """The expression for what is not in the table itself; a column of another form's record is empty."""
    own, expression = COLUMNS[form.table], _JOINED.get(name, "NULL")
    if name == "cadre_name" and (given := _BY_DEFAULT.get(form.table)):
        return f"CASE WHEN t.cadre_id IS NULL AND {given} IS NOT NULL THEN '{NOBODY}' ELSE c.name END"
    holder = {"h": "household_id", "c": "cadre_id", "u": "cluster_id", "w": "visit_id", "k": "ticket_id",
              "d": "deed_id", "l": "cluster_head_id", "j": "task_id", "a": "award_id", "r": "reverses_id",
              "m": "merged_into_id", "s": "split_from_id"}.get(expression.partition(".")[0])
    return expression if holder is None or holder in own else "NULL"


def _rows(
    database: Database, form: Form, query: _Query, total: int, progress: Progress
) -> Iterator[Sequence[Any]]:
    done = 0
    for rows in _fetched(database, query):
        yield from rows
        done += len(rows)
        progress(f"导出 {form.title}", done, total)


def _fetched(database: Database, query: _Query) -> Iterator[list[tuple[Any, ...]]]:
    fields = ", ".join(query.expressions)
    if query.order:
        yield database.execute(f"SELECT {fields} FROM {query.source} ORDER BY {query.order}")
        return
    last = 0
    while rows := database.execute(
            f"SELECT t.id, {fields} FROM {query.source} WHERE t.id > ? ORDER BY t.id LIMIT {_PAGE}", [last]):
        yield [row[1:] for row in rows]
        last = rows[-1][0]


Teller = Callable[[Any], str | None]


def _tellers(database: Database, form: Form) -> dict[int, Teller]:
    """What turns stored values into cells, by the place of their column."""
    tellers: dict[int, Teller] = {}
    for at, column in enumerate(form.export_columns):
        if column.kind == "origin":
            tellers[at] = ORIGINS.get
        elif column.kind == "reasons":
            tellers[at] = lru_cache(maxsize=4096)(reasons_text)
        elif column.kind == "closures":
            tellers[at] = _spans(database, "household_id, started_on, ended_on, reason FROM closure").get
        elif column.kind == "absences":
            tellers[at] = _spans(database, "cadre_id, started_on, ended_on, reason, returns_on FROM absence").get
        elif column.kind == "heads":
            tellers[at] = _heads(database).get
    return tellers


def _spans(database: Database, what: str) -> dict[int, str | None]:
    """Closures or absences as text, by whose they are."""
    found: dict[int, list[Span]] = defaultdict(list)
    for owner, *span in database.execute(f"SELECT {what} ORDER BY 1, 2, 3, id"):
        found[owner].append(Span(*span))
    return {owner: spans_text(spans) for owner, spans in found.items()}


def _heads(database: Database) -> dict[int, str | None]:
    """Former heads as text, by household."""
    found: dict[int, list[Head]] = defaultdict(list)
    for owner, *head in database.execute(
            "SELECT household_id, name, id_number, ended_on, reason FROM former_head ORDER BY 1, ended_on, name, id"):
        found[owner].append(Head(*head))
    return {owner: heads_text(heads) for owner, heads in found.items()}


def _told(rows: Iterator[Sequence[Any]], tellers: dict[int, Teller]) -> Iterator[Sequence[Any]]:
    if not tellers:
        return rows
    return ([tellers[at](value) if at in tellers else value for at, value in enumerate(row)] for row in rows)


def _masked(
    rows: Iterator[Sequence[Any]], form: Form, dictionaries: Dictionaries, hides: Callable[[str], bool]
) -> Iterator[Sequence[Any]]:
    masks = [_mask(column, dictionaries, hides) for column in form.export_columns]
    for row in rows:
        yield [
            mask(value) if mask is not None and isinstance(value, str) else value
            for mask, value in zip(masks, row, strict=True)
        ]


def _mask(
    column: Column, dictionaries: Dictionaries, hides: Callable[[str], bool]
) -> Callable[[str], str | None] | None:
    if column.kind == "id":
        return mask_id_number
    if column.kind == "phones":
        return mask_phone
    if column.kind == "number":
        return _masked_code
    hidden = dictionaries.hidden_classes
    if column.kind == "reasons":
        return lru_cache(maxsize=4096)(partial(_open_reasons, hides=hides))
    if column.dictionary in WITH_LEFT_OUT:

        @lru_cache(maxsize=4096)
        def shown(text: str) -> str | None:
            return "、".join(term for term in text.split("、") if term not in hidden) or None

        return shown
    if column.kind in {"text", "name", "village", "villages", "closures", "absences", "heads"}:
        return _masked_text
    return None


def _open_reasons(text: str, hides: Callable[[str], bool]) -> str | None:
    """The cell of a pair's reasons, empty where a rule's name or that it scored tells what the household is."""
    return None if any(hides(rule) for rule, _ in json.loads(read_reasons(text)[0] or "[]")) else text


_FIGURE = re.compile(r"\d")
_SHORTEST_NUMBER = 10


def _masked_text(text: str) -> str:
    # Most cells are too short to hold a number; the full search takes ten times as long.
    return mask_text(text) if len(text) >= _SHORTEST_NUMBER and _FIGURE.search(text) else text


def _masked_code(code: str) -> str:
    """A code as it is; a long one in fours, unless it is somebody's ID number or phone itself."""
    if _masked_text(code) == code:
        return code
    if read_id_number(code)[0] or len(code) < len("138001380001"):
        return mask_text(code)
    return spaced(code)


__all__ = ["NOTES_SHEET", "WrittenSheet", "check_target", "chosen_forms", "write_export", "write_template"]
