"""Every text that a file holds, wherever a reader could find it: cells, comments, properties, hidden sheets, parts of a zip."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.])(?!0+(?!\d))\d{12,}(?![0-9A-Za-z])")
"""An ID number, a 12345 number, a bank card; a rate in a workbook has a point before its figures."""
MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z])")


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Where in the file and what it says there; a file in a zip by its name, markup taken out and in."""
    yield "name", path.name
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield "comment of the zip", book.comment.decode(errors="replace")
            for name in book.namelist():
                yield "name of a part", name
                text = book.read(name).decode("utf-8", errors="replace")
                # How a font looks is told in twenty figures.
                yield from _marked(f"{path.name}:{name}", re.sub(r"<w:panose1 [^>]*>", "", text))
    else:
        yield from _marked(path.name, path.read_text(encoding="utf-8-sig"))


def _marked(where: str, text: str) -> Iterator[tuple[str, str]]:
    yield where, text
    if "<" in text:
        # A number broken over runs or cells of markup is still a number to a reader; paragraphs and cells part it.
        parted = re.sub(r"</(?:w:p|w:tc|c|si|t|td|th|p|v|f|text|title|desc|h1|h2|dt|dd|small|b|li)>", "\n", text)
        yield f"{where} as read", html.unescape(re.sub(r"<[^>]*>", "", parted))


def numbers_in(path: Path) -> list[str]:
    """Every full number of a person, card or ticket in the file, with where it stands."""
    return [f"{where}: {found[0]}" for where, text in texts(path) if not where.endswith((".png", ".rels"))
            for pattern in (ID_NUMBER, LONG_NUMBER, MOBILE) for found in pattern.finditer(text)]


def words_in(path: Path, words: set[str]) -> list[str]:
    """Which of the words stand anywhere in the file."""
    return [f"{where}: {word}" for where, text in texts(path) for word in words if word in text]
