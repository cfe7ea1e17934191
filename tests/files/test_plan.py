"""The plan's workbook: sheets and their names, blocks that no page breaks, what prints on A4."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from lianhu.files import cadre_lists
from lianhu.files.paper import height_of, lines_of
from lianhu.files.plan import COLUMNS, write_plan
from lianhu.services.plan import CadreLine, CadreList, PlanLine, PlanSheet

LINE = CadreLine("H00001", "王宝音", "东屯", "年老、独居", "就医照料", "139****5678", "村医联系老弱病残户")
A4_PIXELS = (297 / 25.4 - 2 * 0.4) * 96
"""The room for columns on a sheet lying on its side."""


def a_sheet(village: str = "永胜", lists: int = 1, *, lines: int = 2) -> PlanSheet:
    return PlanSheet(
        village, f"{village}结对表", "2026-11-24", f"{village}·干部清单", f"{village}干部清单",
        [PlanLine("H00001", "王宝音", "东屯", "年老", "就医照料", "其木格", "支部书记", "138****5678")] * lines,
        [CadreList(f"{village} 干部{number}联系户清单", "结对日期：2026-11-24", [LINE] * lines) for number in range(lists)])


def written(tmp_path: Path, *sheets: PlanSheet) -> openpyxl.Workbook:
    write_plan(tmp_path / "结对表.xlsx", sheets)
    return openpyxl.load_workbook(tmp_path / "结对表.xlsx")


def blocks(sheet) -> list[tuple[int, int]]:
    """First and last row of each block; after a break in a list the title says so and counts as one."""
    starts = [row for row in range(1, sheet.max_row + 1) if "联系户清单" in str(sheet.cell(row, 1).value)]
    ends = [start - 1 for start in starts[1:]] + [sheet.max_row]
    return list(zip(starts, ends, strict=True))


def pages(sheet) -> list[list[int]]:
    breaks = sorted(each.id for each in sheet.row_breaks.brk)
    edges = [0, *breaks, sheet.max_row]
    return [list(range(first + 1, last + 1)) for first, last in pairwise(edges)]


def test_each_village_is_followed_by_its_cadres_and_what_is_empty_has_no_sheet(tmp_path: Path):
    only_cadres = a_sheet("镇干部")
    only_cadres.lines = []
    book = written(tmp_path, a_sheet("永胜"), a_sheet("哈达", lists=0), only_cadres)
    assert book.sheetnames == ["永胜", "永胜·干部清单", "哈达", "镇干部·干部清单"]


def test_names_that_excel_does_not_take(tmp_path: Path):
    long = "巴彦高勒苏木查干陶力木第一嘎查村民委员会东屯联合大队"
    names = written(tmp_path, a_sheet("哈达/东[一]区"), a_sheet(long), a_sheet(f"{long}二")).sheetnames
    assert len({name.casefold() for name in names}) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_who_wrote_it_is_not_told(tmp_path: Path):
    properties = written(tmp_path, a_sheet()).properties
    assert (properties.creator, properties.lastModifiedBy, properties.title) == ("lianhu", None, None)


def test_a_block_has_title_date_head_and_a_place_to_sign(tmp_path: Path):
    sheet = written(tmp_path, a_sheet())["永胜·干部清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=5)]
    assert rows[0][0] == "永胜 干部0联系户清单"
    assert rows[1][0] == "结对日期：2026-11-24"
    assert rows[2] == [heading for heading, _ in cadre_lists.COLUMNS]
    assert rows[2][-1] == "签字"
    assert rows[3][:4] == [1, "H00001", "王宝音", "东屯"]
    assert "A1:I1" in {str(merged) for merged in sheet.merged_cells}
    assert written(tmp_path, a_sheet())["永胜"]["L3"].value == "干部签字"


def test_both_kinds_of_sheet_print_on_a4_lying_with_the_number_of_the_page(tmp_path: Path):
    book = written(tmp_path, a_sheet())
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert book["永胜"].sheet_properties.pageSetUpPr.fitToPage
    assert book["永胜"].print_title_rows == "$1:$3"
    # Excel drops page breaks from a sheet that is fitted to the page; so the columns have to fit by themselves.
    lists = book["永胜·干部清单"]
    assert not lists.sheet_properties.pageSetUpPr or not lists.sheet_properties.pageSetUpPr.fitToPage
    assert sum(9 * width + 5 for _, width in cadre_lists.COLUMNS) < A4_PIXELS
    assert lists.oddHeader.center.text == "永胜干部清单"


def test_an_ampersand_is_no_code_of_the_page_head(tmp_path: Path):
    sheet = a_sheet()
    sheet.lists_title = "甲&P乙"
    assert written(tmp_path, sheet)["永胜·干部清单"].oddHeader.center.text == "甲&&P乙"


@pytest.mark.parametrize("seed", range(5))
def test_no_block_is_broken_by_the_end_of_a_page(tmp_path: Path, seed: int):
    rng = random.Random(seed)
    sheet = a_sheet()
    sheet.lists = [
        CadreList(f"永胜 {'某' * rng.randint(2, 60)}{number}联系户清单", "日期", [
            CadreLine(f"H{rng.randint(1, 9999):05d}", "包青格勒图那仁朝克图巴雅尔"[:rng.randint(2, 12)], "东屯",
                      "年老、患病、独居、"[:rng.randint(0, 9)] * rng.randint(0, 4), "就医照料", "139****5678、0482-***3456",
                      "村医联系老弱病残户、" * rng.randint(0, 3))
            for _ in range(rng.choice([1, 2, 2, 5, 40]))])
        for number in range(20)]
    page = written(tmp_path, sheet)["永胜·干部清单"]
    of_page = {row: number for number, rows in enumerate(pages(page)) for row in rows}
    for start, end in blocks(page):
        assert of_page[start] == of_page[end]
    for rows in pages(page):
        assert sum(page.row_dimensions[row].height for row in rows) <= cadre_lists.PAGE_HEIGHT
    # Nobody is lost, and the numbers of a long list run on.
    numbers = [page.cell(row, 1).value for row in range(1, page.max_row + 1) if isinstance(page.cell(row, 1).value, int)]
    assert numbers == [number for each in sheet.lists for number in range(1, len(each.lines) + 1)]
    assert len(pages(page)) > 1


def test_a_list_longer_than_a_page_goes_on_under_a_title_that_says_so(tmp_path: Path):
    sheet = a_sheet(lines=60)
    page = written(tmp_path, sheet)["永胜·干部清单"]
    titles = [page.cell(start, 1).value for start, _ in blocks(page)]
    assert titles[0] == "永胜 干部0联系户清单"
    assert set(titles[1:]) == {"永胜 干部0联系户清单（续）"}
    assert len(titles) == len(pages(page))


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("", 10, 1), ("王宝音", 10, 1), ("年老患病", 10, 1), ("年老患病独", 10, 2), ("139****5678", 13, 1),
    ("就医照料、政策解读、产业发展", 12, 3)])
def test_lines_of_a_text(text: str, width: float, lines: int):
    assert lines_of(text, width) == lines


def test_a_row_is_as_high_as_its_longest_cell():
    assert height_of(["甲", "年老患病独居"], (("一", 9), ("二", 5))) == 15 * 3 + 5


def test_the_number_of_a_row_stands_before_its_texts(tmp_path: Path):
    sheet = written(tmp_path, a_sheet(lines=3))["永胜"]
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == [1, 2, 3]
    assert [cell.value for cell in sheet[3]] == [heading for heading, _ in COLUMNS]


def test_nothing_to_write_makes_a_sheet_that_says_so(tmp_path: Path):
    book = written(tmp_path)
    assert book.sheetnames == ["结对表"]
    assert book["结对表"]["A1"].value == "没有联系户"
