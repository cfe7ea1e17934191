"""The blank workbook and the filled one, as Excel and as the import see them."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from lianhu.domain.forms import FORMS, Form
from lianhu.domain.headings import Layout, Unknown, recognise
from lianhu.domain.settings import Settings
from lianhu.files.form_notes import NOTES_SHEET, spaced
from lianhu.files.forms_book import LISTS_SHEET, FormSheet, write_forms
from lianhu.files.reading import read_sheets

DICTIONARIES = Settings().dictionaries


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    write_forms(target, [FormSheet(form) for form in FORMS.values()], DICTIONARIES, villages=["永胜", "东风"])
    return target


@pytest.fixture(scope="module")
def book(blank: Path) -> Any:
    return openpyxl.load_workbook(blank)


def letter_of(form: Form, name: str) -> str:
    return get_column_letter([column.field for column in form.template_columns].index(name) + 1)


def rule_of(page: Any, letter: str) -> Any:
    return next((r for r in page.data_validations.dataValidation if f"{letter}2:{letter}1048576" in str(r.sqref)), None)


def filled(target: Path, kind: str, **values: Any) -> Any:
    form = FORMS[kind]
    rows = [tuple(values.get(column.field) for column in form.template_columns)]
    assert write_forms(target, [FormSheet(form, rows)], DICTIONARIES) == [1]
    return openpyxl.load_workbook(target)[form.title]


def test_one_sheet_a_kind_and_the_notes(book: Any) -> None:
    assert book.sheetnames == [*(form.title for form in FORMS.values()), NOTES_SHEET]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_import_knows_every_blank_sheet_and_all_its_columns(blank: Path, form: Form) -> None:
    sheet = next(sheet for sheet in read_sheets(blank) if sheet.name == form.title)
    layout = recognise(sheet, DICTIONARIES)
    assert isinstance(layout, Layout)
    assert (layout.form.kind, layout.header, layout.unmapped, layout.village) == (form.kind, (1, 1), [], "")
    assert [h.column.field for h in layout.headings if h.column] == [c.field for c in form.template_columns]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("exported") / "exported.xlsx"
    write_forms(target, [FormSheet(form, is_export=True) for form in FORMS.values()], DICTIONARIES, villages=["永胜"])
    return target


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_import_knows_every_exported_sheet_and_all_its_columns(exported: Path, form: Form) -> None:
    sheet = next(sheet for sheet in read_sheets(exported) if sheet.name == form.title)
    layout = recognise(sheet, DICTIONARIES)
    assert isinstance(layout, Layout)
    assert (layout.form.kind, layout.unmapped) == (form.kind, [])
    assert [h.column.field for h in layout.headings if h.column] == [c.field for c in form.export_columns]


def test_the_notes_of_an_export_name_its_columns_and_are_no_roster(exported: Path) -> None:
    told = {cell.value for cell in openpyxl.load_workbook(exported)[NOTES_SHEET]["A"]}
    assert {column.label for form in FORMS.values() for column in form.export_columns} <= told
    assert isinstance(recognise(next(s for s in read_sheets(exported) if s.name == NOTES_SHEET), DICTIONARIES), Unknown)


def test_an_exported_sheet_prints_as_wide_as_its_paper_and_offers_the_origins(exported: Path) -> None:
    page = openpyxl.load_workbook(exported)["结对台账"]
    letter = get_column_letter([column.field for column in FORMS["pairing"].export_columns].index("origin") + 1)
    assert rule_of(page, letter).formula1 == '"自动,人工,导入"'
    for sheet in openpyxl.load_workbook(exported).worksheets[:-1]:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"


def test_import_takes_the_notes_for_no_roster(blank: Path) -> None:
    sheet = next(sheet for sheet in read_sheets(blank) if sheet.name == NOTES_SHEET)
    assert isinstance(recognise(sheet, DICTIONARIES), Unknown)
    for form in FORMS.values():
        write_forms(blank.with_name("one.xlsx"), [FormSheet(form)], DICTIONARIES)
        notes = read_sheets(blank.with_name("one.xlsx"))[-1]
        assert isinstance(recognise(notes, DICTIONARIES), Unknown), form.kind


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_headings_are_bold_fixed_and_printed_on_every_page(book: Any, form: Form) -> None:
    page = book[form.title]
    assert all(cell.font.b and cell.fill.fgColor.rgb != "00000000" for cell in page[1])
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_columns_have_drop_downs_and_formats_by_their_kind(book: Any, form: Form) -> None:
    page = book[form.title]
    for column in form.template_columns:
        letter = letter_of(form, column.field)
        rule = rule_of(page, letter)
        text_format = page.column_dimensions[letter].number_format
        assert (text_format == "@") == (column.kind in {"id", "number", "phones"}), column.label
        if column.kind in {"day", "month"}:
            assert text_format == "yyyy-mm-dd"
        if column.kind in {"term", "terms"}:
            assert rule.formula1 == '"' + ",".join(column.choices(DICTIONARIES)) + '"'
            assert rule.errorStyle == "warning"
            assert bool(rule.showErrorMessage) == (column.kind == "term")
            assert (rule.prompt is not None) == (column.kind == "terms")
        elif column.kind == "flag":
            assert rule.formula1 == '"是,否"'
        elif column.kind in {"village", "villages"}:
            assert rule.formula1 == '"永胜,东风"'
        else:
            assert rule is None, column.label


def test_needed_columns_bear_a_star(book: Any) -> None:
    headings = [cell.value for cell in book["联系户"][1]]
    assert {"嘎查村*", "户主姓名*", "身份证号", "联系电话"} <= set(headings)


def test_a_long_list_stands_on_a_hidden_sheet(tmp_path: Path) -> None:
    villages = [f"第{n}嘎查村" for n in range(300)]
    write_forms(tmp_path / "x.xlsx", [FormSheet(FORMS["visit"])], DICTIONARIES, villages=villages)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    rule = rule_of(book["走访记录"], letter_of(FORMS["visit"], "village"))
    assert rule.formula1 == f"'{LISTS_SHEET}'!$A$1:$A$300"
    assert book[LISTS_SHEET].sheet_state == "hidden"
    assert [cell.value for cell in book[LISTS_SHEET]["A"]] == villages
    # What is hidden is not read as a roster.
    assert [sheet.name for sheet in read_sheets(tmp_path / "x.xlsx")] == ["走访记录", NOTES_SHEET]


def test_a_list_with_a_comma_in_a_word_stands_on_the_hidden_sheet(tmp_path: Path) -> None:
    write_forms(tmp_path / "x.xlsx", [FormSheet(FORMS["cluster"])], DICTIONARIES, villages=['甲,乙', '丙"丁'])
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert [cell.value for cell in book[LISTS_SHEET]["A"]] == ['甲,乙', '丙"丁']


@pytest.mark.parametrize("text", ["=1+1", "+86", "-x", "@某某", "\t=1", "=HYPERLINK(\"http://x\")"])
def test_a_text_like_a_formula_stays_a_text(tmp_path: Path, text: str) -> None:
    page = filled(tmp_path / "x.xlsx", "household", note=text)
    cell = page[f"{letter_of(FORMS['household'], 'note')}2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["[bold]某某", "𠮷田䶮", "孛儿只斤·额尔德尼朝克图", "<a>&amp;\"'", "_x000D_", "#N/A", " 前后 "])
def test_odd_texts_come_back_as_they_were(tmp_path: Path, text: str) -> None:
    filled(tmp_path / "x.xlsx", "household", note=text)
    row = read_sheets(tmp_path / "x.xlsx")[0].rows[1]
    assert row[-1] == text


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    assert filled(tmp_path / "x.xlsx", "household", note="甲\x01\ud800乙\uffff")["A2"].value is None
    assert read_sheets(tmp_path / "x.xlsx")[0].rows[1][-1] == "甲乙"


@pytest.mark.parametrize(("stored", "shown"), [
    ("2026-03-05", datetime(2026, 3, 5)), ("2026-03", "2026-03"), ("1900-01-31", "1900-01-31"),
    ("1900-03-01", datetime(1900, 3, 1)), ("2026-02-30", "2026-02-30"),
])
def test_full_days_are_dates_and_other_texts_stay(tmp_path: Path, stored: str, shown: object) -> None:
    page = filled(tmp_path / "x.xlsx", "event", happened_on=stored)
    assert page[f"{letter_of(FORMS['event'], 'happened_on')}2"].value == shown


@pytest.mark.parametrize(("stored", "shown"), [
    ("2026-03-05 09:31", datetime(2026, 3, 5, 9, 31)), ("2026-03-05", datetime(2026, 3, 5)),
    ("2026-03-05 00:00", "2026-03-05 00:00"),
])
def test_minutes_are_kept(tmp_path: Path, stored: str, shown: object) -> None:
    page = filled(tmp_path / "x.xlsx", "ticket", received_at=stored)
    assert page[f"{letter_of(FORMS['ticket'], 'received_at')}2"].value == shown


def test_numbers_are_numbers_and_codes_texts(tmp_path: Path) -> None:
    page = filled(tmp_path / "x.xlsx", "deed", code="001", cost=123450)
    cost, code = page[f"{letter_of(FORMS['deed'], 'cost')}2"], page["A2"]
    assert (cost.value, cost.number_format) == (1234.5, "0.00")
    assert (code.value, code.number_format) == ("001", "@")


def test_the_notes_name_every_column(book: Any) -> None:
    told = {cell.value for cell in book[NOTES_SHEET]["A"]}
    assert {column.label for form in FORMS.values() for column in form.template_columns} <= told


def test_blank_workbook_stays_small(blank: Path) -> None:
    assert blank.stat().st_size < 60_000


def test_long_numbers_are_shown_in_fours() -> None:
    assert spaced("250912101108115409") == "2509 1210 1108 1154 09"
    assert spaced("H00012") == "H00012"
    assert spaced("W-2026-000012") == "W-2026-000012"
