"""The line of every key, held against tomllib, and the parser's errors in Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.toml_lines import Path, line_of, lines_of, syntax_error

DECOYS = st.sampled_from([
    '"[[match]] # no"', "'a = 1 \\'", '"\\"]} = [x]"', '"""\n[table]\nkey = 1 # "\n\\""""', "'''\n[[x]]\n'''", '""', "''",
    '""""two" quotes"""""', "'''it''s'''''", '"中文，＝"', "2027-01-01 07:32:00", "-1.5e3", "true", "0x1F"])
"""Values that look like something else."""

KEYS = ["a", "b", "match", "x-1", '"点.号"', "'#'", '"\\u4e2d"', "1"]


class Writer:
    """Writes a valid document in which each number says the line where its key, or itself, stands."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def gap(self, *, lines: bool) -> None:
        choices = ["", " ", "\t"] + (["\n", " # ] } \"\n", "\r\n"] if lines else [])
        self.text += self.draw(st.sampled_from(choices))

    def value(self, line: int, depth: int) -> None:
        """A number that says ``line``, or something to be misled by."""
        kind = self.draw(st.integers(0, 5 if depth < 2 else 3))
        if kind <= 2:
            self.text += str(line)
        elif kind == 3:
            self.text += self.draw(DECOYS)
        elif kind == 4:
            self.array(depth)
        else:
            self.inline(depth)

    def array(self, depth: int) -> None:
        self.text += "["
        for _ in range(self.draw(st.integers(0, 3))):
            self.gap(lines=True)
            self.value(self.line, depth + 1)
            self.gap(lines=True)
            self.text += ","
        self.gap(lines=True)
        self.text += "]"

    def inline(self, depth: int) -> None:
        self.text += "{"
        for number, key in enumerate(self.draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3))):
            self.text += "," if number else ""
            self.gap(lines=False)
            line = self.line
            self.text += f"{key} = "
            self.value(line, depth + 1)
        self.text += " }"

    def pairs(self) -> None:
        for key in self.draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4)):
            dotted = self.draw(st.sampled_from(["", "", " . d"]))
            line = self.line
            self.text += f"{key}{dotted} = "
            self.value(line, 0)
            self.text += self.draw(st.sampled_from(["\n", " # x = 1\n", "\r\n", "\n\n"]))


@st.composite
def documents(draw: st.DrawFn) -> str:
    writer = Writer(draw)
    writer.pairs()
    for number in range(draw(st.integers(0, 4))):
        header = draw(st.sampled_from([
            f"[t{number}]", f'[ t{number} . "s.t" ]', "[[rows]]", "[[ rows ]]  # [no]", f"[rows.t{number}]", "[[rows.deep]]"]))
        if header.startswith(("[rows.", "[[rows.")):
            header = f"[[rows]]\n{header}"
        writer.text += f"{header}\n"
        writer.pairs()
    return writer.text


def numbers(value: Any, path: Path = ()) -> Iterator[tuple[Path, int]]:
    """The whole numbers of a document by path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from numbers(inner, (*path, at))
    elif isinstance(value, int) and not isinstance(value, bool) and value != 0x1F:
        yield path, value


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


@given(documents())
def test_every_key_and_element_has_the_line_where_it_stands(text: str):
    table, lines = tomllib.loads(text), lines_of(text)
    assert set(lines) == set(paths(table))
    assert {path: lines[path] for path, _ in numbers(table)} == dict(numbers(table))


def test_sections_rules_keys_and_words_of_a_list():
    text = (
        '# [limits]\n[limits]\nno_kin = true\n\n[[match]]\nname = """\n[[match]]\n"""\n[[match]]\nroles = [\n  "a", # "b",\n'
        '  "c",\n]\nexample = { yes = { roles = [] }, no = { hard = true } }\n')
    lines = lines_of(text)
    assert [lines[path] for path in (
        ("limits",), ("limits", "no_kin"), ("match", 0), ("match", 0, "name"), ("match", 1), ("match", 1, "roles"),
        ("match", 1, "roles", 1), ("match", 1, "example", "no", "hard"))] == [2, 3, 5, 6, 9, 10, 12, 14]


def test_of_what_is_not_written_the_nearest_thing_around_it():
    lines = lines_of("\n[a]\nb = 1\n")
    assert line_of(lines, ("a", "c", 3)) == 2
    assert line_of(lines, ("z",)) is None


@pytest.mark.parametrize(("text", "line", "says"), [
    ("a = 1\nname", 2, "英文等号"),
    ("a＝1", 1, "第 2 个字起，项和值之间要有英文等号"),
    ("a = “x”", 1, "第 5 个字起，等号右边的值写得不对"),
    ("a = yes", 1, "true 或 false"),
    ('\na = "x\nb = 1', 2, "引号没有成对"),
    ('a = """x\n\n\n', 1, "引号没有成对"),
    ("a = [1 2]", 1, "列表没有写完"),
    ("a = [1\nb = 2", 2, "这里或上一行的列表没有写完"),
    ("a = {b = 1\n}", 1, "花括号没有写完"),
    ("[limits\nx = 1", 1, "节的名称后面要有 ]"),
    ("[[match]\nx = 1", 1, "要写成 [[match]]"),
    ("score = 30，", 1, "第 11 个字起，一行只能写一项"),
    ("a = 1\na = 2\n", 2, "只能写一次"),
    ("[a]\n[a]\n", 2, "这一节前面已经写过"),
    ("a = {b = 1, b = 2}", 1, "只能写一次"),
    ('a = "\\q"', 1, "\\ 要写成 \\\\"),
    ("名 = 1", 1, "中文的项要加英文引号"),
    ("a = \"x\u0007\"", 1, "控制字符"),
    ("# \u0007", 1, "控制字符"),
    ("a = 2027-02-30", 1, "日期要写成"),
    ("a = " + "9" * 5000, None, "数字太长"),
])
def test_what_is_no_toml_is_told_with_its_line_in_chinese(text: str, line: int | None, says: str):
    with pytest.raises(ValueError) as caught:
        tomllib.loads(text)
    found, meaning = syntax_error(caught.value, text)
    assert (found, says in meaning) == (line, True), meaning
    assert meaning.endswith("。")
