"""Rows under a header that are no records: sums, guidance, examples, repeated headers, the foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lianhu.domain.cells import NOTHING
from lianhu.domain.table import Cell
from lianhu.domain.titles import village_named

if TYPE_CHECKING:
    from lianhu.domain.headings import Layout
    from lianhu.domain.matching import Heading

_FOOT = re.compile(
    r"^[\W\d一二三四五六七八九十]*(合计|小计|总计|共计|累计|总数|其中|填表人|填报人|制表人?|审核人?|(?:单位)?负责人|填报单位|"
    r"填报日期|填表日期|填报时间|单位[(（]?盖章|主要领导|分管领导|注[:：]|备注[:：]|说明[:：]|填表说明|填写说明|续表|第\d+页|"
    r"共\d+[户人页条]|本页|全村共|全镇共)"
)
_FOOT_ALONE = re.compile(
    r"^(合计|小计|总计|共计|汇总|平均|其中|全镇合计|全村合计|本页合计|本村小计|以下空白|以下无正文|此页无正文|"
    r"[(（]?盖章[)）]?|.{1,8}(合计|小计|总计)([(（].{1,3}[)）])?|(合计|小计|总计)[(（].{1,3}[)）])$")
_SIGNED = re.compile(r"(签字|签名|签章|盖章|填报人|填表人|审核人|负责人|制表人|工作队|日期)\W*[:：]\s*$")
_SUM_WORDS = re.compile("[计总汇均其以此盖]")
_GUIDANCE = re.compile(
    r"填写|必填|选填|示例|例如|例[:：]|如[:：]|^如[\u4e00-\u9fff]|样例|下拉|格式|请[按填选输]|参照|不得|对应|按照|"
    r"[(（]如|位身份证|二选一|可多选|单选|多选"
)
_EXAMPLE = re.compile(r"^(例|示例|样例|举例|范例)\d*$")
_NAMING_KINDS = frozenset({"name", "village", "id", "number", "day", "month", "moment"})
_FEW = 6
"""Different cells of a foot, at most."""

_LABEL_CELLS = 3
"""Among how many first cells 合计 may stand."""

_FEWEST_FIGURES = 10
"""Figures of a telephone or ID number; 18位 in an instruction has fewer."""

_FIRST_ROWS = 2
"""Guidance, an example and the columns' numbers stand directly under the header."""


def is_no_record(cells: Sequence[Cell], layout: Layout, row: int) -> bool:
    """Whether a row under the header is 合计, guidance, column numbers, a repeated header or foot."""
    near = row - layout.header[1] <= _FIRST_ROWS
    if not near and _is_surely_more(cells, layout):
        return False
    texts = [str(cell).strip() for cell in cells if cell is not None]
    if not texts:
        return True
    if _numbers_somebody(cells, layout):
        return near and bool(_EXAMPLE.match(texts[0]))
    if _is_foot(texts) or _repeats_header(cells, texts, layout):
        return True
    if not near:
        return False
    if _is_count(texts) or _EXAMPLE.match(texts[0]):
        return True
    return _is_guidance(cells, texts, layout)


def village_of_section(cells: Sequence[Cell], layout: Layout) -> str:
    """The village that a line between the records announces (永胜村（32户）, 永胜村联系户花名册), or "".

    Such a line is one text, merged across or standing where no record is named; a sheet of several
    tables one below the other repeats its title in this way.
    """
    filled = [i for i, cell in enumerate(cells, 1) if cell is not None and cell != ""]
    texts = {_text(cells[i - 1]) for i in filled}
    if len(texts) != 1 or layout.one_village:
        return ""
    (text,) = texts
    naming = {h.position for h in layout.headings if h.column and h.column.needed and h.column.kind in _NAMING_KINDS}
    if not text or _FOOT.match(text) or (len(filled) == 1 and filled[0] in naming):
        return ""
    return village_named("", [text], layout.known_villages)


def _is_surely_more(cells: Sequence[Cell], layout: Layout) -> bool:
    """A quick look that spares most rows the thorough one: many different cells, none of the header,
    and no word such as 合计 in the first three."""
    first = [cell for cell in cells[:2 * _LABEL_CELLS] if cell.__class__ is str]
    # A foot is short, or one text merged across.
    if len(cells) - cells.count(None) <= max(_FEW, len(cells) // 3) or len(set(first)) < len(first) or (
            not layout.texts.isdisjoint(cells)):
        return False
    return len(first) >= _LABEL_CELLS and not _SUM_WORDS.search("".join(first))


def names_nothing(cells: Sequence[Cell], layout: Layout) -> bool:
    """Whether a row is blank where its record would be named; a village alone names none."""
    needed = [heading for heading in layout.headings if heading.column and heading.column.needed]
    naming = [h for h in needed if h.column and h.column.kind in _NAMING_KINDS - {"village"}] or needed
    return not any(_filled(cells, heading) for heading in naming)


def _is_foot(texts: list[str]) -> bool:
    first = "".join(texts[0].split())
    if _FOOT_ALONE.match(first) or any(
        len(text) <= 6 and _FOOT_ALONE.match("".join(text.split())) for text in texts[1:_LABEL_CELLS]
    ):
        return True
    few = len(set(texts)) <= max(_FEW, len(texts) // 3)
    return few and bool(_FOOT.match(first) or any(_SIGNED.search(text) for text in texts))


def _repeats_header(cells: Sequence[Cell], texts: list[str], layout: Layout) -> bool:
    repeated = sum(
        1 for h in layout.headings
        if h.text and h.position <= len(cells) and _text(cells[h.position - 1]) == h.text
    )
    return repeated >= max(2, len(texts) // 2)


def _is_count(texts: list[str]) -> bool:
    """A row that numbers the columns: 1 2 3 …, or 甲 乙 1 2 …"""
    numbers = [text.removesuffix(".0") for text in texts if text not in "甲乙丙丁戊ABCDE栏次"]
    return len(texts) >= 3 and len(numbers) >= 2 and all(map(str.isdecimal, numbers)) and (
        [int(number) for number in numbers]
        == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
        and int(numbers[0]) <= 3
    )


def _is_guidance(cells: Sequence[Cell], texts: list[str], layout: Layout) -> bool:
    """A row of instructions: they stand where a record would be named, or nothing is named at all.

    A real record may speak of 填写 or 按照 in its remarks; its name and number do not.
    """
    mapped = [h for h in layout.headings if (h.column or h.mark) and _filled(cells, h)]
    guiding = [h for h in mapped if _GUIDANCE.search(_text(cells[h.position - 1]))]
    # A village may be called 示例村.
    naming = [h for h in guiding if h.column and h.column.needed and h.column.kind in _NAMING_KINDS - {"village"}]
    # 如意 may be a name; beside another instruction, or longer, it is one too.
    surely = [h for h in naming if not re.fullmatch(r"如[\u4e00-\u9fff]{1,2}", _text(cells[h.position - 1]))]
    if surely or (naming and len(guiding) > 1):
        return True
    return names_nothing(cells, layout) and (
        bool(guiding) or (len(set(texts)) <= 2 and any(_GUIDANCE.search(text) for text in texts)))


def _numbers_somebody(cells: Sequence[Cell], layout: Layout) -> bool:
    """Whether an ID number or telephone stands where one should: then the row is about somebody."""
    return any(
        heading.column is not None and heading.column.kind in {"id", "phones"}
        and heading.position <= len(cells) and (cell := cells[heading.position - 1]) is not None
        and len(re.findall(r"\d", str(cell))) >= _FEWEST_FIGURES
        for heading in layout.headings)


def _filled(cells: Sequence[Cell], heading: Heading) -> bool:
    cell = cells[heading.position - 1] if heading.position <= len(cells) else None
    return cell is not None and (not isinstance(cell, str) or cell.strip() not in NOTHING)


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""
