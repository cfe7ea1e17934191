"""Writing the list of rows that need mending."""

import stat
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lianhu.domain.headings import recognise
from lianhu.domain.rows import Problem
from lianhu.domain.table import Merge, Sheet
from lianhu.domain.terms import Dictionaries
from lianhu.files.problem_list import problem_list_path, write_problem_list
from lianhu.files.reading import read_sheets


def listed(rows, problems, name="联系户", merges=()):
    sheet = Sheet(name, [list(row) for row in rows], [Merge(*merge) for merge in merges])
    return sheet, recognise(sheet, Dictionaries()), problems


def wrong(cell, row, message="不对。", level="error"):
    return Problem(cell, row, "身份证号", "id-checksum", level, message)


ROWS = [["联系户"], ["村", "户主", "身份证号"], ["永胜", "王福生", "1"], ["永胜", "李二", "2"], ["永胜", "赵云", "3"]]


def test_only_rows_with_errors_and_warnings_are_listed(tmp_path):
    path = write_problem_list(tmp_path / "x.xlsx", [listed(ROWS, [
        wrong("C3", 3), wrong("C4", 4, level="note"), wrong("C5", 5, level="warning"), wrong("C2", 2, level="warning")])])
    page = load_workbook(path).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["永胜", "王福生", "1", "第3行 身份证号：不对。"], ["永胜", "赵云", "3", "第5行 身份证号：不对。"]]
    assert page["C3"].fill.fgColor.rgb != page["C4"].fill.fgColor.rgb
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_problems_of_one_row_are_one_line(tmp_path):
    path = write_problem_list(tmp_path / "x.xlsx", [listed(ROWS, [wrong("C3", 3), wrong("B3", 3, "也不对。")])])
    page = load_workbook(path).worksheets[0]
    assert page.max_row == 3
    assert page["D3"].value == "第3行 身份证号：不对。；第3行 身份证号：也不对。"


def test_cells_that_look_like_formulas_stay_texts_and_numbers_stay_numbers(tmp_path):
    rows = [["村", "户主", "身份证号", "备注", "出生日期"], ["=1+1", "-王", 152223195603120000.0, "@x", datetime(1956, 3, 12)],
            ["+y", "李", 3.5, "=HYPERLINK(\"http://x\")", date(2026, 1, 1)]]
    path = write_problem_list(tmp_path / "x.xlsx", [listed(rows, [wrong("C2", 2), wrong("C3", 3)])])
    page = load_workbook(path).worksheets[0]
    assert [page[cell].data_type for cell in ("A2", "B2", "D2", "A3", "D3")] == ["s"] * 5
    assert page["C2"].value == 152223195603120000
    (again,) = read_sheets(path)
    assert again.rows[1][:4] == ["=1+1", "-王", 152223195603120000.0, "@x"]
    assert again.faults == {}


def test_a_header_of_two_rows_keeps_its_merges(tmp_path):
    rows = [["村", "联系户", "联系户"], ["村", "姓名", "身份证号"], ["永胜", "王福生", "1"]]
    path = write_problem_list(tmp_path / "x.xlsx", [listed(rows, [wrong("C3", 3)], merges=[(1, 1, 2, 1), (1, 2, 1, 3)])])
    page = load_workbook(path).worksheets[0]
    assert sorted(map(str, page.merged_cells.ranges)) == ["A1:A2", "B1:C1"]
    assert page["D2"].value == "问题"


@pytest.mark.parametrize(("source", "target"), [
    ("名册.xlsx", "名册-问题清单.xlsx"), ("名册.csv", "名册-问题清单.xlsx"), ("名册-问题清单.xlsx", "名册-问题清单.xlsx")])
def test_where_it_goes(source, target):
    assert problem_list_path(Path("/x") / source, set()) == Path("/x") / target


def test_two_sources_of_one_name_have_two_lists():
    first = problem_list_path(Path("/x/名册.xlsx"), set())
    assert problem_list_path(Path("/x/名册.csv"), {first}) == Path("/x/名册.csv-问题清单.xlsx")


def test_where_the_folder_cannot_be_written_it_goes_into_the_current_one(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    path = write_problem_list(tmp_path / "nowhere" / "x.xlsx", [listed(ROWS, [wrong("C3", 3)])])
    assert path == here / "x.xlsx"
    assert [file.name for file in here.iterdir()] == ["x.xlsx"]


def test_sheet_names_excel_would_refuse_and_a_village_only_the_option_knew(tmp_path):
    sheet, layout, problems = listed([["户主", "身份证号"], ["王福生", "1"]], [wrong("B2", 2)], "一/二:三[四]?" * 4)
    layout.village = "永胜村"
    path = write_problem_list(tmp_path / "x.xlsx", [(sheet, layout, problems)])
    (name,) = load_workbook(path).sheetnames
    assert len(name) <= 31
    assert name.endswith("(永胜村)")
