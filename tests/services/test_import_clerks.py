"""Forty messy folders go in as they should on the first try."""

import pytest

from tests.services.clerks import FORTY
from tests.services.clerks.case import Case
from tests.services.workbooks import Desk, Page, codes, counts, id_number


def stored(desk: Desk, table_columns: str):
    table, columns = table_columns.split(".")
    names = columns.split(",")
    rows = [tuple(record[name] for name in names) for record in desk.records(table)]
    return sorted(rows if len(names) > 1 else (value for (value,) in rows), key=repr)


@pytest.mark.parametrize("case", FORTY, ids=[case.name for case in FORTY])
def test_a_clerks_folder_goes_in_on_the_first_try(case: Case, tmp_path):
    desk = Desk(tmp_path)
    if case.before:
        desk.take(*(write(desk, name) for name, write in case.before.items()))
    receipt = desk.take(*(write(desk, name) for name, write in case.files.items()), **case.options)
    sheets = [sheet for file in receipt.files for sheet in file.sheets]
    shown = [(p.cell, p.code, p.message) for sheet in sheets for p in sheet.problems]
    assert [(sheet.kind, *counts(sheet)) for sheet in sheets] == case.sheets, shown
    assert sorted(f"{p.level} {p.code}" for sheet in sheets for p in sheet.problems if p.level != "note") == (
        sorted(case.problems)), shown
    assert sum(bool(file.refused) for file in receipt.files) == case.refused
    for table_columns, rows in case.stored.items():
        assert stored(desk, table_columns) == sorted(rows, key=repr), table_columns
    if case.pairs is not None:
        assert sorted(desk.pairs()) == sorted(case.pairs)


def test_there_are_forty():
    assert len({case.name for case in FORTY}) == len(FORTY) == 40


PERSON, OTHER = id_number(1), id_number(6, "19610707")


def test_a_second_person_in_a_row_is_named_and_never_taken_for_the_first_or_the_cadre(tmp_path):
    sheet = Desk(tmp_path).take_rows({"一带二": Page([
        ["序号", "村", "党员姓名", "联系户1", None, None, "联系户2", None, None],
        [None, None, None, "姓名", "身份证号", "电话", "姓名", "身份证号", "电话"],
        [1, "永胜", None, "王福生", PERSON, "13804821234", "赵云", OTHER, "13804821235"]],
        ("A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:I1"))})
    assert sheet.unmapped == ["姓名", "身份证号", "电话"]
    assert [(p.cell, p.level) for p in sheet.problems if p.code == "heading-repeated"] == [("G2", "note"), ("H2", "note")]


def test_two_names_in_one_cell_are_no_name(tmp_path):
    desk = Desk(tmp_path)
    sheet = desk.take_rows([["村", "户主", "身份证号"], ["永胜", "王福生、赵云", PERSON], ["永胜", "赵云", OTHER]])
    assert codes(sheet) == ["name-missing"]
    assert desk.column("household", "head_name") == ["赵云"]


def test_a_form_that_one_household_fills_in_is_no_roster(tmp_path):
    sheet = Desk(tmp_path).take_rows([
        ["一户一策表"], ["户主姓名", "王福生", "身份证号", PERSON], ["家庭人口", 3, "联系电话", "13804821234"]])
    assert (sheet.kind, sheet.rows) == (None, 0)


def test_an_only_column_of_id_numbers_is_the_households_even_beside_the_cadre(tmp_path):
    desk = Desk(tmp_path)
    desk.take_rows({
        "结对": [["村", "户主姓名", "联系干部", "身份证"], ["永胜", "王福生", "其木格", PERSON]],
        "干部": [["姓名", "村", "职务"], ["其木格", "永胜", "村医"]]})
    assert desk.column("household", "head_id_number") == [PERSON]
    assert desk.column("cadre", "id_number") == [None]
