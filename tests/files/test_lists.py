"""Printed lists: a sheet each, on A4, with texts that no spreadsheet runs."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from lianhu.files.lists import ListSheet, write_lists

COLUMNS = (("序号", 5), ("户主", 12), ("要办什么", 20))


def test_each_list_is_a_sheet_that_fits_a4_across(tmp_path: Path):
    write_lists(tmp_path / "单.xlsx", COLUMNS, [
        ListSheet("白音 C0001", "白音要办的事", "共 1 条", [["孛儿只斤额尔德尼朝克图", "走访" * 20]]),
        ListSheet("白音 C0001", "同名", "", [])])
    book = load_workbook(tmp_path / "单.xlsx")
    assert book.sheetnames == ["白音 C0001", "白音 C0001_2"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[4]] == [1, "孛儿只斤额尔德尼朝克图", "走访" * 20]
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.row_dimensions[4].height > 60
    assert book.properties.creator == "lianhu"


def test_what_begins_like_a_formula_is_text(tmp_path: Path):
    write_lists(tmp_path / "单.xlsx", COLUMNS, [ListSheet("=单", "=1+1", "@x", [["+1", "=cmd|' /C calc'!A0"]])])
    sheet = load_workbook(tmp_path / "单.xlsx").worksheets[0]
    assert {sheet[cell].data_type for cell in ("A1", "A2", "B4", "C4")} == {"s"}


def test_no_list_at_all_is_told(tmp_path: Path):
    write_lists(tmp_path / "单.xlsx", COLUMNS, [])
    assert load_workbook(tmp_path / "单.xlsx").worksheets[0]["A1"].value == "没有要列的内容"
