"""Text with separators (.csv, .txt) into rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lianhu.files.grid import MAX_AREA, MAX_COLUMNS, MAX_ROWS, UnreadableError, damaged, oversized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianhu.domain.table import Cell

DELIMITERS = ("\t", ",", ";", "，")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_SAMPLE = 65_536


def decoded(data: bytes) -> str:
    """The text of ``data``: by its BOM, else UTF-8, else GB18030; refuses what is neither."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("的文字编码认不出来", "请在 Excel 或 WPS 中打开它，另存为 .xlsx 再导入。")


def table_rows(text: str) -> list[list[Cell]]:
    """Rows of the text; every value a string, quoted fields may hold line breaks."""
    import csv

    declared = _SEPARATOR_LINE.match(text)
    delimiter = declared.group(1) if declared else _sniffed(text)
    try:
        rows = list(_limited(_records(text, delimiter)))
    except csv.Error as error:
        raise damaged() from error
    if declared:
        rows[0] = []  # kept, so that row numbers are those that Excel shows
    return rows


def _limited(records: Iterator[list[str]]) -> Iterator[list[Cell]]:
    area = 0
    for number, record in enumerate(records, 1):
        area += len(record)
        if number > MAX_ROWS or len(record) > MAX_COLUMNS or area > MAX_AREA:
            raise oversized()
        yield [_value(field) for field in record]


def _value(field: str) -> str:
    """The field; ``="0123"``, a way of exports to protect digits from Excel, is unwrapped."""
    if field.startswith('="') and field.endswith('"') and len(field) > 2:
        return field[2:-1].replace('""', '"')
    return field


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records; a stray quote, which would swallow the rest of the file, is a plain letter."""
    import csv
    import io

    lines = io.StringIO(text, newline="")
    if text.count('"') % 2:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter)


def _sniffed(text: str) -> str:
    """The delimiter that explains most of the first lines: many lines of one width, and wide."""
    import csv
    from collections import Counter

    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, most = ",", 0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(record) for record in _records(sample, delimiter))
        except csv.Error:
            continue
        explained = max(((width - 1) * count for width, count in widths.items()), default=0)
        if explained > most:
            best, most = delimiter, explained
    return best
