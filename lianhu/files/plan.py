"""The pairing plan as a workbook: one sheet a village and its cadres' lists, ready to print and sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from lianhu.files.cadre_lists import CadreList, add_lists
from lianhu.files.paper import TITLE, Paper, height_of
from lianhu.files.safe import replacing
from lianhu.files.sheets import sheet_name


class Line(Protocol):
    """What a line of the plan shows."""

    @property
    def household(self) -> str: ...
    @property
    def head_name(self) -> str: ...
    @property
    def hamlet(self) -> str: ...
    @property
    def situation(self) -> str: ...
    @property
    def needs(self) -> str: ...
    @property
    def cadre_name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def remark(self) -> str: ...


class VillagePlan(Protocol):
    """One village's part of the plan; a part without lines or without lists has no sheet for them."""

    @property
    def village(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def on(self) -> str: ...
    @property
    def lists_name(self) -> str: ...
    @property
    def lists_title(self) -> str: ...
    @property
    def lines(self) -> Sequence[Line]: ...
    @property
    def lists(self) -> Sequence[CadreList]: ...


COLUMNS = (("序号", 5), ("户编号", 9), ("户主姓名", 13), ("组/屯", 10), ("户情类别", 24), ("需求", 15), ("联系干部", 13),
           ("职务", 14), ("联系电话", 13), ("备注", 16), ("户主签字", 10), ("干部签字", 10))
"""Headings and widths in characters; together they fit an A4 page across."""


def write_plan(
    target: Path, plans: Sequence[VillagePlan], progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Writes the plan; an existing file of that name is replaced."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "lianhu"
    paper = Paper(book)
    names: set[str] = set()
    for number, plan in enumerate(plans):
        progress(number, len(plans))
        if plan.lines:
            _add_village(book.create_sheet(sheet_name(plan.village, names)), plan, paper)
        if plan.lists:
            add_lists(book.create_sheet(sheet_name(plan.lists_name, names)), plan.lists_title, plan.lists, paper)
    if not book.worksheets:
        book.create_sheet("结对表").append(["没有联系户"])
    with replacing(target) as scratch:
        book.save(scratch)
    progress(len(plans), len(plans))


def _add_village(sheet: Any, plan: VillagePlan, paper: Paper) -> None:
    paper.add_title(sheet, 1, len(COLUMNS), plan.title, style=TITLE, height=30)
    paired = sum(bool(row.cadre_name) for row in plan.lines)
    paper.add_about(sheet, 2, len(COLUMNS), f"结对日期：{plan.on}　　共 {len(plan.lines)} 户，已结对 {paired} 户")
    paper.add_head(sheet, 3, COLUMNS)
    for at, row in enumerate(plan.lines, 1):
        cells = (row.household, row.head_name, row.hamlet, row.situation, row.needs, row.cadre_name, row.post,
                 row.phone, row.remark, "", "")
        paper.add_line(sheet, at + 3, at, cells, height_of(cells, COLUMNS[1:]))
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "1:3"
    paper.set_page(sheet, COLUMNS)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
