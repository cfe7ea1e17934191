"""Finding out what a sheet is: its kind, its header rows, and which column holds what.

Every pair of (header rows, form) is scored by the headings that fit; the best one wins. A heading
fits when it, or its merged parent joined with it, is a spelling that the form's column declares
once both are folded (half width, no spaces, brackets, 必填 marks). Where household and cadre stand
side by side, words of the parent or the nearest column to the left that can only belong to one
side decide whose 姓名 it is. Nothing is guessed: a heading that is nearly known is only proposed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lianhu.domain.forms import FORMS, Column, Form
from lianhu.domain.identity import nearest, village_key
from lianhu.domain.table import Cell, Sheet
from lianhu.domain.terms import Dictionaries, forbidden_word

DEEPEST_HEADER = 40
"""Rows with content that are searched for the header."""

TALLEST_HEADER = 3
SIGN_SCORE = 4
MATRIX_DICTIONARIES = ("traits", "monitoring", "assistance", "classes", "needs", "risks")

_MARKS = re.compile(r"[(\[【]?(必填项?|选填项?|可不填|必录|下拉选择|下拉)[)\]】]?|[*:★☆●]|^\d+[.、]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_SOLE_BRACKETS = re.compile(r"[()\[\]【】《》“”\"'·,、，./\\_-]")
_CADRE_WORDS = ("干部", "责任人", "帮扶人", "包联人", "结对人", "联系人", "包保人", "党员")
_HOUSEHOLD_WORDS = ("户", "群众", "对象", "家庭", "居民")
_FOOT = re.compile(
    r"^[\W\d一二三四五六七八九十]*(合计|小计|总计|共计|累计|总数|填表人|填报人|制表人?|审核人?|负责人|填报单位|填报日期|"
    r"填表日期|填报时间|单位[((]?盖章|主要领导|分管领导|注[::]|备注[::]|说明[::]|填表说明|填写说明|续表|第\d+页|共\d+[户人页])"
)
_FOOT_ALONE = re.compile(r"^(合计|小计|总计|共计|全镇合计|全村合计|本页合计|本村小计|.{1,8}(合计|小计|总计))$")
_GUIDANCE = re.compile(
    r"填写|必填|选填|示例|例如|例[::]|如[::]|^如[\u4e00-\u9fff]|样例|下拉|格式|请[按填选输]|参照|不得|对应|按照|"
    r"[((]如|位身份证|二选一|可多选|单选|多选"
)


def fold(heading: str) -> str:
    """A heading without what decorates it: width, white space, 必填 marks, colons, stars."""
    text = "".join(unicodedata.normalize("NFKC", heading).split())
    return _MARKS.sub("", text).casefold()


@lru_cache(maxsize=4096)
def spellings(heading: str) -> tuple[str, ...]:
    """The keys under which a heading may be known, most exact first."""
    folded = fold(heading)
    whole = _SOLE_BRACKETS.sub("", folded)
    bare = _SOLE_BRACKETS.sub("", _BRACKETED.sub("", folded))
    return (whole, bare) if bare and bare != whole else (whole,) if whole else ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A column of a √ matrix: a tick means this term of this dictionary."""

    dictionary: str
    term: str


@dataclass(slots=True)
class Heading:
    """One column of the sheet: its position from 1, its heading as written, and what it holds."""

    position: int
    text: str
    column: Column | None = None
    mark: Mark | None = None
    proposal: str = ""
    forbidden: str = ""


@dataclass(slots=True)
class Layout:
    """How a sheet is to be read. Rows and columns count from 1; ``header`` is first and last."""

    form: Form
    header: tuple[int, int]
    headings: list[Heading]
    score: float
    village: str = ""
    title: str = ""

    @property
    def unmapped(self) -> list[str]:
        return [h.text for h in self.headings if not (h.column or h.mark or h.forbidden)]


@dataclass(slots=True)
class Unknown:
    """A sheet that is no known form: why, in one Chinese sentence."""

    reason: str
    near: list[str] = field(default_factory=list)


class _Index:
    """The spellings of one form: key → columns, in the form's order."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.columns: dict[str, list[Column]] = {}
        for column in form.columns:
            for name in (column.label, *column.names):
                for key in spellings(name)[:1]:
                    known = self.columns.setdefault(key, [])
                    if column not in known:
                        known.append(column)
        self.two_sided = any(column.side for column in form.columns)


@lru_cache(maxsize=32)
def _index(kind: str) -> _Index:
    return _Index(FORMS[kind])


def _side_of(text: str) -> str | None:
    """Whose column a heading speaks of: the word that stands last decides (联系户干部 is a cadre)."""
    cadre = max((text.rfind(word) for word in _CADRE_WORDS), default=-1)
    household = max((text.rfind(word) for word in _HOUSEHOLD_WORDS), default=-1)
    if cadre < 0 and household < 0:
        return None
    return "cadre" if cadre > household else ""


class _Matcher:
    """Assigns the columns of a sheet to the columns of one form."""

    def __init__(self, form: Form, dictionaries: Dictionaries) -> None:
        self.index = _index(form.kind)
        self.form = form
        self.dictionaries = dictionaries
        self.marks = {column.field for column in form.columns} & set(MATRIX_DICTIONARIES)

    def match(self, paths: Sequence[tuple[int, tuple[str, ...]]]) -> list[Heading]:
        """One Heading per path; a path is (position, (parent, …, leaf))."""
        found: list[Heading] = []
        taken: set[str] = set()
        side = ""
        for position, path in paths:
            heading = Heading(position, "".join(path[-1:]))
            found.append(heading)
            word = next((w for part in path if (w := forbidden_word(part, as_class=True))), None)
            # A ticket's own wording may speak of 信访; every other heading asks for a register.
            if word and not self._candidates(path):
                heading.forbidden = word
                continue
            candidates = self._candidates(path)
            parent_side = _side_of("".join(path[:-1])) if len(path) > 1 else None
            if parent_side is not None:
                side = parent_side
            elif candidates and len({column.side for column in candidates}) == 1:
                side = candidates[0].side
            column = self._choose(candidates, side, taken)
            if column is not None:
                heading.column = column
                taken.add(column.field)
                continue
            heading.mark = self._mark(path)
        return found

    def _candidates(self, path: tuple[str, ...]) -> list[Column]:
        joined = ("".join(path), "".join(path[-2:]), path[-1])
        for text in dict.fromkeys(joined):
            for key in spellings(text):
                if key in self.index.columns:
                    return self.index.columns[key]
        return []

    @staticmethod
    def _choose(candidates: list[Column], side: str, taken: set[str]) -> Column | None:
        free = [column for column in candidates if column.field not in taken]
        own = [column for column in free if column.side == side]
        return (own or free or [None])[0]  # type: ignore[list-item]

    def _mark(self, path: tuple[str, ...]) -> Mark | None:
        for text in dict.fromkeys((path[-1], "".join(path[-2:]))):
            word = fold(text)
            for key in MATRIX_DICTIONARIES:
                if key in self.marks:
                    term = self.dictionaries[key].find(word)
                    if term and len(word) > 1:
                        return Mark(key, term)
        return None


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _paths(sheet: Sheet, top: int, bottom: int) -> list[tuple[int, tuple[str, ...]]]:
    """Per column the texts from parent to leaf in rows top..bottom, repeated ones once."""
    rows = sheet.rows[top - 1:bottom]
    width = max(len(row) for row in rows)
    paths = []
    for j in range(width):
        texts = [_text(row[j]) if j < len(row) else "" for row in rows]
        path = tuple(dict.fromkeys(text for text in texts if text))
        if path:
            paths.append((j + 1, path))
    return paths


def _is_title(row: list[Cell]) -> bool:
    """One text only, alone or merged across: a title or a line such as 填报单位."""
    return len({_text(cell) for cell in row if cell is not None}) <= 1


def _met(form: Form, fields: set[str], signed: bool) -> list[tuple[str, ...]]:
    """The groups of ``form.requires`` that a sheet with these fields does not meet."""
    have = fields | ({"title"} if signed else set())
    return [group for group in form.requires if not have.intersection(group)]


def recognise(
    sheet: Sheet, dictionaries: Dictionaries, *, kind: str | None = None, village: str = "",
    known_villages: Iterable[str] = (),
) -> Layout | Unknown:
    """The best reading of a sheet, or why there is none.

    ``kind`` forces the form; ``village`` is what ``--village`` said; ``known_villages`` help to
    find a village in a title or in the sheet's name.
    """
    forms = [FORMS[kind]] if kind else list(FORMS.values())
    matchers = [_Matcher(form, dictionaries) for form in forms]
    best: Layout | None = None
    nearly: tuple[float, Form, list[tuple[str, ...]]] | None = None
    filled = [i + 1 for i, row in enumerate(sheet.rows) if any(c is not None for c in row)]
    title_rows: list[str] = []
    for top in filled[:DEEPEST_HEADER]:
        row = sheet.rows[top - 1]
        if _is_title(row) and len(row) > 0 and not _single_column_header(sheet, filled):
            title_rows.extend({_text(cell) for cell in row if _text(cell)})
            continue
        title = " ".join([sheet.name, *title_rows])
        for height in range(1, TALLEST_HEADER + 1):
            bottom = top + height - 1
            if bottom > len(sheet.rows) or (height > 1 and not _header_like(sheet, top, bottom)):
                break
            paths = _paths(sheet, top, bottom)
            for matcher in matchers:
                layout, missing = _score(matcher, paths, (top, bottom), title)
                if missing:
                    if layout.score > 0 and (nearly is None or layout.score > nearly[0]):
                        nearly = (layout.score, matcher.form, missing)
                elif best is None or layout.score > best.score:
                    best = layout
        if best is not None and top > best.header[0] + TALLEST_HEADER + 2:
            break
    if best is None:
        return _unknown(nearly, filled=bool(filled))
    best.village = village or _village_of(best, sheet, known_villages)
    _propose(best)
    return best


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
    matcher: _Matcher, paths: list[tuple[int, tuple[str, ...]]], header: tuple[int, int], title: str
) -> tuple[Layout, list[tuple[str, ...]]]:
    form = matcher.form
    headings = matcher.match(paths)
    fields = {h.column.field for h in headings if h.column}
    folded = fold(title)
    signed = any(fold(sign) in folded for sign in form.signs)
    score = float(sum(h.column.weight for h in headings if h.column))
    score += sum(1 for h in headings if h.mark)
    known = sum(1 for h in headings if h.column or h.mark)
    # Of two equal readings the one that leaves fewer headings unread; then the one that starts
    # higher, which sees the merged parents.
    score -= 0.3 * (len(headings) - known)
    if signed and known:
        score += SIGN_SCORE * max(len(sign) for sign in form.signs if fold(sign) in folded) / 4
    layout = Layout(form, header, headings, score, title=title)
    missing = _met(form, fields, signed)
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
        if heading.column or heading.mark or heading.forbidden or not spellings(heading.text):
            continue
        near = nearest(spellings(heading.text)[0], list(free))
        if near:
            heading.proposal = free[near[0]]


_PLACE = re.compile(r"([\u4e00-\u9fff·]{1,12}?)(嘎查村|嘎查|行政村|村|社区)(?!民|委|级|书记|医|党|干|小组)")
_REPORTER = re.compile(r"(填报单位|填报村|单位|嘎查村|村名|所在村|村别)[:：]\s*([^\s:：]+?)(?=填报|日期|时间|\s|$|[((])")
_GENERIC_SHEETS = re.compile(r"^(sheet|工作表|表)\d*$|模板|样表|汇总|花名册|名册|名单|台账|记录|统计", re.IGNORECASE)


def _village_of(layout: Layout, sheet: Sheet, known: Iterable[str]) -> str:
    """The village a sheet is about when it has no village column: its title or its name says so."""
    titles = [
        _text(cell)
        for row in sheet.rows[:layout.header[0] - 1] for cell in dict.fromkeys(map(_text, row)) if cell
    ]
    keys = {village_key(name): name for name in known}
    for text in (sheet.name, *titles):
        reporter = _REPORTER.search(text)
        parts = (reporter.group(2), text) if reporter else (text,)
        for part in parts:
            if village_key(part) in keys:
                return keys[village_key(part)]
        # The longest known name inside a text: 永胜村联系户花名册.
        inside = [name for key, name in keys.items() if len(key) > 1 and key in text]
        if inside:
            return max(inside, key=lambda name: len(village_key(name)))
        for part in parts:
            place = _PLACE.search(_after_town(part))
            if place and place.group(1) not in {"各", "全", "本", "嘎查", "行政", "所属", "所在", "包", "驻"}:
                return place.group(1) + place.group(2)
    name = sheet.name.strip()
    if re.fullmatch(r"[\u4e00-\u9fff·]{2,8}", name) and not _GENERIC_SHEETS.search(name) \
            and not any(sign in name for form in FORMS.values() for sign in (*form.signs, form.title)):
        return name
    return ""


def _after_town(text: str) -> str:
    """A title without the town before the village: 音德尔镇永胜村… → 永胜村…"""
    return re.sub(r"^.*?[\u4e00-\u9fff]{2,6}?(镇|乡|苏木|街道)(?=[\u4e00-\u9fff]{2,})", "", text)


def is_no_record(cells: Sequence[Cell], layout: Layout, row: int) -> bool:
    """Whether a row under the header is 合计, guidance, column numbers, a repeated header or foot."""
    texts = [str(cell).strip() for cell in cells if cell is not None]
    if not texts:
        return True
    first = texts[0]
    if _FOOT_ALONE.match("".join(first.split())) or any(
        _FOOT_ALONE.match("".join(text.split())) and len(text) <= 6 for text in texts[:3]
    ):
        return True
    if _FOOT.match("".join(first.split())) and len(set(texts)) <= max(6, len(texts) // 3):
        return True
    repeated = sum(
        1 for h in layout.headings
        if h.position <= len(cells) and _text(cells[h.position - 1]) == h.text and h.text
    )
    if repeated >= max(2, len(texts) // 2):
        return True
    if row - layout.header[1] > 2:
        return False
    if _is_count(texts):
        return True
    guiding = sum(1 for text in texts if _GUIDANCE.search(text))
    return guiding >= 2 or (guiding == 1 and len(set(texts)) <= 2) or (
        guiding >= 1 and _key_is_guidance(cells, layout)
    )


def _is_count(texts: list[str]) -> bool:
    """A row that numbers the columns: 1 2 3 …, or 甲 乙 1 2 …"""
    numbers = [text.removesuffix(".0") for text in texts if text not in "甲乙丙丁戊ABCDE栏次"]
    return len(texts) >= 3 and len(numbers) >= 2 and all(map(str.isdigit, numbers)) and (
        [int(number) for number in numbers]
        == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
        and int(numbers[0]) <= 3
    )


def _key_is_guidance(cells: Sequence[Cell], layout: Layout) -> bool:
    """Whether a cell that names the record holds an instruction instead."""
    return any(
        _GUIDANCE.search(_text(cells[h.position - 1]))
        for h in layout.headings
        if h.column and h.column.needed and h.position <= len(cells)
    )
