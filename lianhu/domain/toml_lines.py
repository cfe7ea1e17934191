"""Where each key of a TOML text stands, and what a syntax error means in Chinese.

``tomllib`` gives values without their places; this reads the keys of a text that it has accepted.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""The keys down to a value, and from 0 the numbers of elements: ("match", 2, "roles", 0)."""

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'", re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_PLAIN = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line, from 1, of every key, header and array element of a valid text.

    A table has the line where it is first mentioned; an element of an array of tables that of its header.
    """
    return _Scanner(text.replace("\r\n", "\n")).lines


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path; of what is not written, that of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


class _Scanner:
    """Goes through a valid text once, from key to value."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._tables: dict[Path, int] = {}
        """How many elements each array of tables has so far."""
        self._document()

    def _document(self) -> None:
        table: Path = ()
        while self._next():
            if self._take("[["):
                table = self._header(is_array=True)
            elif self._take("["):
                table = self._header(is_array=False)
            else:
                self._pair(table)

    def _next(self) -> str:
        """The next character that is no gap or comment; empty at the end."""
        match = _GAP.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._text[self._at:self._at + 1]

    def _take(self, token: str) -> bool:
        if self._text.startswith(token, self._at):
            self._at += len(token)
            return True
        return False

    def _token(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, f"not valid TOML at {self._at}"
        self._at = match.end()
        return match[0]

    def _line(self) -> int:
        return bisect_right(self._ends, self._at - 1) + 1

    def _header(self, *, is_array: bool) -> Path:
        line, keys = self._line(), self._keys()
        self._take("]]" if is_array else "]")
        path: Path = ()
        for at, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if is_array and at == len(keys) - 1:
                self._tables[path] = self._tables.get(path, 0) + 1
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
                self.lines.setdefault(path, line)
        return path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._next()
            if self._text[self._at] in "\"'":
                # The string's escapes are the parser's business.
                keys.append(str(tomllib.loads(f"key = {self._token(_STRING)}")["key"]))
            else:
                keys.append(self._token(_BARE))
            self._next()
            if not self._take("."):
                return keys

    def _pair(self, table: Path) -> None:
        line = self._line()
        for key in self._keys():
            table = (*table, key)
            self.lines.setdefault(table, line)
        self._take("=")
        self._value(table)

    def _value(self, path: Path) -> None:
        start = self._next()
        if start in "\"'":
            self._token(_STRING)
        elif self._take("["):
            number = 0
            while self._next() != "]":
                self.lines[*path, number] = self._line()
                self._value((*path, number))
                number += 1
                self._next()
                self._take(",")
            self._take("]")
        elif self._take("{"):
            while self._next() != "}":
                self._pair(path)
                self._next()
                self._take(",")
            self._take("}")
        else:
            self._token(_PLAIN)


_MEANINGS = (
    ("Expected '='", "项和值之间要有英文等号，如 score = 30"),
    ("Invalid initial character", "等号左边只能是英文字母、数字、- 和 _；中文的项要加英文引号"),
    ("Invalid statement", "这一行不是“项 = 值”：等号左边只能是英文字母、数字、- 和 _，中文的项要加英文引号"),
    ("Invalid value", "等号右边的值写得不对：文字要加英文引号，如 \"村医\"，数字直接写，是否写 true 或 false"),
    ("Illegal character '\\n'", "引号没有成对：文字两边都要有英文引号"),
    ("Unterminated string", "引号没有成对：文字两边都要有英文引号"),
    ("Illegal character", "有看不见的控制字符，请删去"),
    ("Found invalid character", "有看不见的控制字符，请删去"),
    ("Unclosed array", "这里或上一行的列表没有写完：各项之间用英文逗号，最后要有 ]"),
    ("Unclosed inline table", "这里的花括号没有写完：各项之间用英文逗号，最后要有 }，都写在同一行"),
    ("Expected newline", "一行只能写一项，后面多了别的内容"),
    ("Expected ']'", "节的名称后面要有 ]，如 [limits]"),
    ("Expected ']]'", "规则开头要写成 [[match]]"),
    ("Cannot overwrite a value", "这一项前面已经写过，只能写一次"),
    ("Duplicate inline table key", "这一项前面已经写过，只能写一次"),
    ("Cannot declare", "这一节前面已经写过，请并到一处"),
    ("Cannot mutate", "这一项前面已经写过，只能写一次"),
    ("Cannot redefine", "这一节前面已经写过，请并到一处"),
    ("Unescaped", "文字里的 \\ 要写成 \\\\，或者整段用英文单引号"),
    ("Invalid hex", "文字里的 \\ 要写成 \\\\，或者整段用英文单引号"),
    ("Escaped character", "文字里的 \\ 要写成 \\\\，或者整段用英文单引号"),
    ("Invalid date", "日期要写成 2027-01-01"),
)
"""What the parser's messages mean, by how they begin."""


def syntax_error(error: ValueError, text: str) -> tuple[int | None, str]:
    """The line and the meaning of an error of ``tomllib.loads``."""
    if not isinstance(error, tomllib.TOMLDecodeError):
        return None, "有一个数字太长。"
    said = str(error)
    meaning = next((words for begins, words in _MEANINGS if said.startswith(begins)), "不合 TOML 的写法")
    place = re.search(r"\(at line (\d+), column (\d+)\)$", said)
    if place is None:
        return len(text.rstrip().splitlines()), f"{meaning}（文件到这里就完了）。"
    return int(place[1]), f"第 {place[2]} 个字起，{meaning}。"
