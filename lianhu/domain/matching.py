"""Which heading of a sheet is which column of a form.

A heading fits a column when it, or its merged parent joined with it, is a spelling that the column
declares once both are folded (half width, no spaces, brackets, 必填 marks), or when it is a person
followed by what is asked of that person (帮扶对象 + 身份证号). Headings that can only be one column
are settled first; then each 姓名 or 联系电话 goes to the household or the cadre by the words of its
parent, else by the nearest settled column to its left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lianhu.domain.cells import NOTHING, cell_text
from lianhu.domain.forms import FORMS, Column, Form
from lianhu.domain.readers import CATEGORY_ORDER
from lianhu.domain.table import Cell
from lianhu.domain.terms import Dictionaries, forbidden_word
from lianhu.domain.values import split_list

MATRIX_DICTIONARIES = ("traits", "monitoring", "assistance", "classes", "needs", "risks")

_MARKS = re.compile(r"[(\[【]?(必填项?|选填项?|可不填|必录|下拉选择|下拉)[)\]】]?|[*:★☆●]|^\d+[.、]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_SOLE_BRACKETS = re.compile(r"[()\[\]【】《》“”\"'·,、，./\\_-]")
_CADRE_WORDS = ("干部", "责任人", "帮扶人", "包联人", "结对人", "联系人", "包保人", "党员")
_HOUSEHOLD_WORDS = ("户", "户主", "群众", "对象", "家庭", "居民")
_DONE_TO_HOUSEHOLDS = ("销户", "分户", "并户", "立户", "落户", "开户")
"""What ends in 户 and is nobody: 销户日期 is no household's 日期."""

_WHETHER = re.compile(r"^(?:是否(?:属于|享受|有|为|是)?|有无|享受)")
_AND = re.compile("[及和与]")
_ENDS_IN_HEAD = re.compile("户主(?:姓名|名字?)?$")
_PERSONS = ("head_name", "cadre_name", "name", "grid_chief")
"""Fields of the persons a form tells of: their spellings may stand before 电话, 身份证号 …"""

_BODILY = frozenset({"sex", "stated_age", "born_on"})
_PERSONAL = _BODILY | {"category", "traits", "classes", "assistance", "address", "size", "hamlet", "cluster"}
"""Columns of a household that a sheet may also have for the cadre beside it."""

Path = tuple[int, tuple[str, ...]]
"""Position of a column, and its heading from parent to leaf."""

Below = Callable[[int], Iterable[Cell]]
"""Some cells under a heading, by its position."""


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
    repeats: str = ""
    """The label of a person's column that an earlier heading has taken already."""


class _Index:
    """The spellings of one form: key → columns, in the form's order."""

    def __init__(self, form: Form) -> None:
        self.columns: dict[str, list[Column]] = {}
        self.vague: set[str] = set()
        self.persons: dict[str, str] = {}
        for column in form.columns:
            for name in (column.label, *column.names, *column.vague):
                for key in spellings(name)[:1]:
                    known = self.columns.setdefault(key, [])
                    if column not in known:
                        known.append(column)
                    if column.field in _PERSONS:
                        self.persons.setdefault(key, column.side)
            self.vague.update(key for name in column.vague for key in spellings(name)[:1])
        # A form about cadres tells of nobody else: there 干部电话 is its own column of phones.
        self.own_person = "cadre" if form.kind == "cadre" else ""


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


class Matcher:
    """Assigns the columns of a sheet to the columns of one form.

    ``sure`` says that this is the form (by the title or by --kind), so that vague headings count.
    """

    def __init__(self, form: Form, dictionaries: Dictionaries) -> None:
        self.form = form
        self._index = _index(form.kind)
        self._dictionaries = dictionaries
        self._marks = {column.field for column in form.columns} & set(MATRIX_DICTIONARIES)

    def match(self, paths: Sequence[Path], below: Below, *, sure: bool) -> list[Heading]:
        """One Heading per path; ``below`` gives cells under a position, to tell phones from ways."""
        found = [Heading(position, path[-1]) for position, path in paths]
        choices: list[list[Column]] = []
        for heading, (_, path) in zip(found, paths, strict=True):
            candidates = self._candidates(path, sure=sure)
            word = next((w for part in path if (w := forbidden_word(part, as_class=True))), None)
            # A ticket's own wording may speak of 信访; every other heading asks for a register.
            if word and not candidates:
                heading.forbidden = word
            choices.append(candidates)
        taken: set[str] = set()
        side = ""
        for heading, (_, path), candidates in zip(found, paths, choices, strict=True):
            parent = _side_of("".join(path[:-1])) if len(path) > 1 else None
            if len(candidates) != 1 or _is_of_other(candidates[0], parent, side):
                continue
            if _may_take(candidates[0], taken, heading):
                heading.column = candidates[0]
                taken.add(candidates[0].field)
            side = candidates[0].side
        side = ""
        numbers = sum(any(column.kind == "id" for column in candidates) for candidates in choices)
        for heading, (_, path), candidates in zip(found, paths, choices, strict=True):
            parent = _side_of("".join(path[:-1])) if len(path) > 1 else None
            if parent is not None:
                side = parent
            elif numbers == 1 and len(candidates) > 1 and candidates[0].kind == "id":
                # A sheet's only ID numbers are the household's, whichever column they stand beside.
                side = ""
            if heading.column is None and len(candidates) > 1:
                # Under a parent of its own a second household's phone is not the cadre's.
                own = [column for column in candidates if parent is None or column.side == parent]
                heading.column = self._choice(own or candidates, side, taken, below(heading.position))
                if heading.column is not None:
                    taken.add(heading.column.field)
            if parent is None and heading.column is not None:
                side = heading.column.side
            if heading.column is None and not heading.forbidden:
                heading.mark = self._mark(path)
                mine = [column for column in candidates if parent is None or column.side == parent] or candidates
                persons = [column for column in mine if column.kind in {"name", "id"}]
                if heading.mark is None and persons and {column.field for column in mine} <= taken:
                    heading.repeats = persons[0].label
        return found

    def _candidates(self, path: tuple[str, ...], *, sure: bool) -> list[Column]:
        columns, vague = self._index.columns, () if sure else self._index.vague
        joined = ("".join(path), "".join(path[-2:]), path[-1])
        for text in dict.fromkeys(joined):
            for key in spellings(text):
                if key in columns and key not in vague:
                    return columns[key]
        for key in spellings(path[-1]):
            if owned := self._owned(key):
                return owned
        return self._loosely(path[-1])

    def _owned(self, key: str) -> list[Column]:
        """The columns of a heading such as 帮扶对象身份证号: a person, then what is asked of him."""
        for cut in range(len(key) - 1, 0, -1):
            columns = self._index.columns.get(key[cut:])
            if columns and (side := self._person(key[:cut])) is not None:
                return [column for column in columns if column.side == side]
        return []

    def _person(self, words: str) -> str | None:
        """The side of a person named by the words before an attribute, None when they name nobody."""
        if words in self._index.persons:
            return self._index.persons[words]
        if words.endswith(_CADRE_WORDS):
            return "" if self._index.own_person else "cadre"
        if words.endswith(_DONE_TO_HOUSEHOLDS) or self._index.own_person:
            return None
        return "" if words.endswith(_HOUSEHOLD_WORDS) else None

    def _loosely(self, leaf: str) -> list[Column]:
        """是否为重难点户 is 重难点户 where a tick is asked for; 风险1 and 风险2 are 风险; 单位及职务 is a
        text that holds both; whatever ends in 户主 (被走访户主, 受助户户主) is the head of a household."""
        for key in spellings(leaf):
            asked = self._index.columns.get(_WHETHER.sub("", key), [])
            if _WHETHER.match(key) and [column for column in asked if column.kind == "flag"]:
                return asked
            several = self._index.columns.get(re.sub(r"[\d一二三四五]$", "", key), [])
            if several and all(column.kind in {"terms", "category"} for column in several):
                return several
            halves = [self._index.columns.get(half, []) for half in _AND.split(key)]
            if len(halves) > 1 and all(half and half[-1].kind == "text" for half in halves):
                return halves[-1]
            if (head := _ENDS_IN_HEAD.search(key)) and not _WHETHER.match(key):
                return self._index.columns.get(head.group(), [])
        return []

    def belied(self, heading: Heading, cells: Iterable[Cell]) -> bool:
        """Whether no cell under a heading holds a word of the list that the heading would be in this form.

        人员类别 asks a cadre for his role and a household for its 低保: the words beneath say which.
        """
        column = heading.column
        if column is None or column.kind not in {"term", "terms", "category"} or (
                fold(column.label) in spellings(heading.text)):
            return False
        lists = [self._dictionaries[key] for key in (
            CATEGORY_ORDER if column.kind == "category" else (column.dictionary,))]
        texts = [text for cell in cells if (text := cell_text(cell)) and text not in NOTHING]
        return bool(texts) and not any(
            words.find(word) for text in texts for word in (text, *split_list(text)) for words in lists)

    @staticmethod
    def _choice(candidates: list[Column], side: str, taken: set[str], cells: Iterable[Cell]) -> Column | None:
        free = [column for column in candidates if column.field not in taken]
        if len({column.kind == "phones" for column in free}) > 1:
            # 联系方式 is a phone in one sheet and 上门 or 微信 in the next.
            texts = [text for cell in cells if (text := cell_text(cell))]
            if texts:
                phones = any(re.search(r"\d{7}", text) for text in texts)
                free = [column for column in free if (column.kind == "phones") == phones]
        own = [column for column in free if column.side == side]
        return (own or free or [None])[0]  # type: ignore[list-item]

    def _mark(self, path: tuple[str, ...]) -> Mark | None:
        """The term a heading of a √ matrix stands for; the parent may say of which dictionary."""
        words = [_WHETHER.sub("", fold(text)) for text in dict.fromkeys((path[-1], "".join(path[-2:])))]
        if len(path) > 1:
            asked = {column.field for column in self._candidates(path[:-1], sure=True)}
            for key in MATRIX_DICTIONARIES:
                for word in words:
                    if key in asked & self._marks and (term := self._dictionaries[key].find(word)):
                        return Mark(key, term)
        # 病 says something only under a parent; 其他 says nothing but of its own list.
        words = [word for word in words if len(word) > (1 if len(path) == 1 else 0) and word != "其他"]
        for exact in (True, False):
            for word in words:
                for key in MATRIX_DICTIONARIES:
                    if key in self._marks:
                        term = self._dictionaries[key].find(word)
                        if term and (term == word or not exact):
                            return Mark(key, term)
        return None


def _is_of_other(column: Column, parent: str | None, left: str) -> bool:
    """Whether a household's column would take what a sheet says of the cadre beside it."""
    return (parent == "cadre" and column.field in _PERSONAL) or (
        parent is None and left == "cadre" and column.field in _BODILY)


def _may_take(column: Column, taken: set[str], heading: Heading) -> bool:
    """A column is taken once; lists of terms may stand in several columns, and so may remarks."""
    return column.field not in taken or column.kind in {"terms", "category"} or (
        column.field == "note" and heading.text != "")
