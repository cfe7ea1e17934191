"""Finding out what a sheet is: its kind, its header rows, and which column holds what.

Every pair of (header rows, form) is scored by the headings that fit (``matching``) and by what the
title says; the best one wins. Nothing is guessed: a heading that is nearly known is only proposed,
and a sheet that fits no form is named with what it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from lianhu.domain.forms import FORMS, Form
from lianhu.domain.identity import nearest
from lianhu.domain.matching import Heading, Matcher, Path, fold, spellings
from lianhu.domain.table import Cell, Sheet
from lianhu.domain.terms import Dictionaries, forbidden_word
from lianhu.domain.titles import village_named

_SHORTEST_TYPED = 3
DEEPEST_HEADER = 40
"""Rows with content that are searched for the header."""

TALLEST_HEADER = 3
SIGN_SCORE = 4
UNREAD = 0.5
PARENTS_SCORE = 3
"""By how much a reading that leaves the parents above out must be better."""

_LIKE_ENOUGH = 0.66
_SAMPLE = 8
"""Rows under a header whose cells may tell what an ambiguous heading means."""

RUNNING = frozenset({"问题", "序号", "编号", "行号", "排序", "no", "序"})
"""Folded headings of our own problem column and of running numbers: nothing is lost with them."""


@dataclass
class Layout:
    """How a sheet is to be read. Rows and columns count from 1; ``header`` is first and last."""

    form: Form
    header: tuple[int, int]
    headings: list[Heading]
    score: float
    village: str = ""
    title: str = ""
    known_villages: tuple[str, ...] = ()
    one_village: bool = False
    """Whether --village says of whom the whole sheet is."""

    @cached_property
    def texts(self) -> frozenset[str]:
        """The headings as written."""
        return frozenset(h.text for h in self.headings if h.text)

    @property
    def unmapped(self) -> list[str]:
        return [
            h.text for h in self.headings
            if not (h.column or h.mark or h.forbidden or fold(h.text) in RUNNING)]


@dataclass(slots=True)
class Unknown:
    """A sheet that is no known form: why, in one Chinese sentence."""

    reason: str
    near: list[str] = field(default_factory=list)


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _paths(sheet: Sheet, top: int, bottom: int) -> list[Path]:
    """Per column the texts from parent to leaf in rows top..bottom, repeated ones once.

    A parent that is not merged (no .csv keeps merges) stands over the first of its columns only.
    """
    width = max(len(row) for row in sheet.rows[top - 1:bottom])
    texts = [[_text(row[j]) if j < len(row) else "" for j in range(width)] for row in sheet.rows[top - 1:bottom]]
    for i, row in enumerate(texts[:-1]):
        beneath = [any(lower[j] for lower in texts[i + 1:]) for j in range(width)]
        for j in range(1, width):
            if not row[j] and beneath[j] and beneath[j - 1] and row[j - 1] not in {"", texts[i + 1][j - 1]}:
                row[j] = row[j - 1]
    paths = []
    for j in range(width):
        path = tuple(dict.fromkeys(row[j] for row in texts if row[j]))
        if path:
            paths.append((j + 1, path))
    return paths


_LABELLED = re.compile(
    r"[:：]\s*\S|^\W*(?:填报|填表|上报|制表|审核|单位|日期|时间|负责|盖章)\S*[:：]\s*$|^\d{4}\s*[年./-]\s*\d{1,2}|^\d{4}年度?$")
"""填报单位：永胜村, 填报日期：, 2026年3月."""


_FIGURES = re.compile(r"\d{10}")
"""A telephone or ID number: a record, or a form that one person fills in, but no heading."""


def _is_title(row: list[Cell]) -> bool:
    """One text only, alone or merged across, or a line such as 填报单位：… 填报日期：…"""
    texts = {_text(cell) for cell in row if cell is not None}
    return len(texts) <= 1 or all(_LABELLED.search(text) for text in texts)


def _met(form: Form, fields: set[str], signed: bool) -> list[tuple[str, ...]]:
    """The groups of ``form.requires`` that a sheet with these fields does not meet."""
    have = fields | ({"title"} if signed else set())
    return [group for group in form.requires if not have.intersection(group)]


def recognise(
    sheet: Sheet, dictionaries: Dictionaries, *, kind: str | None = None, village: str = "",
    known_villages: Iterable[str] = (), file_name: str = "",
) -> Layout | Unknown:
    """The best reading of a sheet, or why there is none.

    ``kind`` forces the form; ``village`` is what ``--village`` said; ``known_villages`` and the
    file's name (without its ending) help to find the village of a sheet that has no such column.
    """
    forms = [FORMS[kind]] if kind else list(FORMS.values())
    matchers = [Matcher(form, dictionaries) for form in forms]
    best: Layout | None = None
    nearly: tuple[float, Form, list[tuple[str, ...]]] | None = None
    filled = [i + 1 for i, row in enumerate(sheet.rows) if any(c is not None for c in row)]
    title_rows: list[str] = []
    for top in filled[:DEEPEST_HEADER]:
        row = sheet.rows[top - 1]
        if _is_title(row) and len(row) > 0 and not _single_column_header(sheet, filled):
            title_rows.extend({_text(cell) for cell in row if _text(cell)})
            continue
        if any(_FIGURES.search(text) for cell in row if (text := _text(cell))):
            continue
        title = " ".join([sheet.name, *title_rows])
        for height in range(1, TALLEST_HEADER + 1):
            bottom = top + height - 1
            if bottom > len(sheet.rows) or (height > 1 and not _header_like(sheet, top, bottom)):
                break
            if _cuts_a_merge(sheet, top, bottom):
                continue
            paths = _paths(sheet, top, bottom)
            for matcher in matchers:
                layout, missing = _score(matcher, paths, sheet, (top, bottom), title, sure=kind is not None)
                if missing:
                    if layout.score > 0 and (nearly is None or layout.score > nearly[0]):
                        nearly = (layout.score, matcher.form, missing)
                elif best is None or layout.score > best.score + (
                        PARENTS_SCORE if best.header[0] < top <= best.header[1] else 0):
                    best = layout
        if best is not None and top > best.header[0] + TALLEST_HEADER + 2:
            break
    if best is None or (kind is None and _NO_ROSTER.search(best.title)):
        return _unknown(nearly, filled=bool(filled))
    if best.form.kind in _ROSTERS and (word := forbidden_word(best.title, as_class=True)):
        return Unknown(f"这张表是“{word}”一类人员的名单，本系统不登记这类信息，整张表没有读入。")
    titles = [
        _text(cell) for row in sheet.rows[:best.header[0] - 1] for cell in dict.fromkeys(map(_text, row)) if cell]
    best.known_villages, best.one_village = tuple(known_villages), bool(village)
    best.village = village or village_named(sheet.name, titles, known_villages, file_name)
    _propose(best)
    return best


_NO_ROSTER = re.compile("签到|考勤|值班")
"""Titles of lists that have a roster's columns and are none."""

_ROSTERS = ("household", "member", "pairing")
"""Kinds whose title says what sort of people the list is of."""


def _cuts_a_merge(sheet: Sheet, top: int, bottom: int) -> bool:
    """Whether a header of these rows would cut a heading that is merged down in two."""
    return any(
        top <= merge.top <= bottom < merge.bottom < top + TALLEST_HEADER
        or (merge.top < top <= merge.bottom < merge.top + TALLEST_HEADER)
        for merge in sheet.merges
    )


def _single_column_header(sheet: Sheet, filled: list[int]) -> bool:
    """A sheet of one column has its heading where others have a title."""
    return max(len(sheet.rows[i - 1]) for i in filled) == 1


def _header_like(sheet: Sheet, top: int, bottom: int) -> bool:
    """Whether the row ``bottom`` can belong to a header above it: texts only, short ones.

    A header of several rows is recognised by its merged cells, or by a row beneath it that fills
    gaps; a data row under the header holds numbers, dates or a repeated value.
    """
    row = sheet.rows[bottom - 1]
    cells = [cell for cell in row if cell is not None]
    if not cells or any(not isinstance(cell, str) or len(cell) > 30 for cell in cells):
        return False
    if any(re.fullmatch(r"[\d\W]+[xX]?", cell) for cell in cells if isinstance(cell, str)):
        return False
    return any(
        (merge.top <= bottom - 1 < merge.bottom or (merge.top == bottom - 1 and merge.right > merge.left))
        and merge.top >= top
        for merge in sheet.merges
    ) or _fills_gaps(sheet.rows[top - 1], row)


def _fills_gaps(above: list[Cell], below: list[Cell]) -> bool:
    """Whether the lower row has texts only where the upper one has a blank or a parent before it."""
    gaps = [j for j, cell in enumerate(below) if cell is not None]
    blanks = [j for j in gaps if j >= len(above) or above[j] is None]
    return bool(blanks) and len(gaps) < sum(cell is not None for cell in above) + len(blanks) + 1 and (
        len(gaps) - len(blanks) <= len(blanks)
    )


def _score(
    matcher: Matcher, paths: list[Path], sheet: Sheet, header: tuple[int, int], title: str, *, sure: bool
) -> tuple[Layout, list[tuple[str, ...]]]:
    form = matcher.form
    folded = fold(title)
    signs = [sign for sign in form.signs if fold(sign) in folded]
    beneath = sheet.rows[header[1]:header[1] + _SAMPLE]

    def under(position: int) -> Iterator[Cell]:
        return (row[position - 1] for row in beneath if position <= len(row))

    headings = matcher.match(paths, under, sure=sure or bool(signs))
    columns = [h.column for h in headings if h.column and not matcher.belied(h, under(h.position))]
    fields = {column.field for column in columns}
    score = float(sum(column.weight for column in columns))
    score += sum(1 for h in headings if h.mark)
    known = sum(1 for h in headings if h.column or h.mark)
    # Of two equal readings the one that leaves fewer headings unread; then the one that starts
    # higher, which sees the merged parents.
    score -= UNREAD * (len(headings) - known)
    if signs and known:
        score += SIGN_SCORE * max(map(len, signs)) / 4
    layout = Layout(form, header, headings, score, title=title)
    missing = _met(form, fields, sure or bool(signs))
    if known < 2 and len(headings) > 1:
        missing = missing or [()]
    return layout, missing


def _unknown(nearly: tuple[float, Form, list[tuple[str, ...]]] | None, *, filled: bool) -> Unknown:
    if not filled:
        return Unknown("工作表是空的，已跳过。")
    if nearly is None:
        return Unknown("看不出这是哪一种表，已跳过；如是名册，请补上表头，或用 --kind 指明种类。")
    _, form, missing = nearly
    wanted = "；".join(
        "或".join(f"“{form.by_field[name].label}”" for name in group if name in form.by_field)
        for group in missing if group
    )
    lack = f"，但缺少{wanted}一列" if wanted else ""
    return Unknown(
        f"看不出这是哪一种表，已跳过：最像“{form.title}”{lack}；请补上表头，或用 --kind {form.kind} 指明。",
        [form.kind],
    )


def _propose(layout: Layout) -> None:
    """Names the nearest free heading of the form beside each unknown one."""
    taken = {h.column.field for h in layout.headings if h.column}
    free = {
        spellings(name)[0]: column.label
        for column in layout.form.columns if column.field not in taken
        for name in (column.label, *column.names) if spellings(name)
    }
    for heading in layout.headings:
        key = next(iter(spellings(heading.text)), "")
        # 性别 is not a mistyped 村别: two characters of which one differs are another word.
        is_settled = heading.column or heading.mark or heading.forbidden or heading.repeats
        if is_settled or len(key) < _SHORTEST_TYPED or fold(key) in RUNNING:
            continue
        near = nearest(key, list(free))
        if near and SequenceMatcher(None, key, near[0], autojunk=False).ratio() >= _LIKE_ENOUGH:
            heading.proposal = free[near[0]]
