"""What clerks send: every format, every way of being broken, and files made to do harm."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time as clock
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf import office, opendocument, style, table, text
from openpyxl.styles import PatternFill

from lianhu.domain.table import Merge, Sheet
from lianhu.errors import FileRefusedError, NotFoundError
from lianhu.files.reading import find_files, read_sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_xlsx(sheet_data: str, after: str = "", **other: str | bytes) -> bytes:
    """A workbook with one sheet of hand-written XML; ``other`` replaces or adds parts."""
    parts: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships xmlns="x"><Relationship Id="r" Type="{RELS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="永胜村" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="x"><Relationship Id="r1"'
        f' Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>',
    }
    parts.update(other)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(reference: str, value: str = "1") -> str:
    return f'<c r="{reference}"><v>{value}</v></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


@pytest.fixture
def read(tmp_path):
    """Write bytes or text under a name and read the sheets of that file."""

    def write_and_read(content: bytes | str, name: str = "名册.xlsx") -> list[Sheet]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_sheets(path)

    return write_and_read


@pytest.fixture
def refusal(read):
    """The error that reading must give; checked to be one sentence with the name and a hint."""

    def refused(content: bytes | str, name: str = "名册.xlsx") -> str:
        with pytest.raises(FileRefusedError) as caught:
            read(content, name)
        assert name in caught.value.sentence
        assert caught.value.sentence.endswith("。")
        assert caught.value.sentence.count("。") == 1
        assert caught.value.hint
        return caught.value.sentence + caught.value.hint

    return refused


def saved(workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


# --- .xlsx ---------------------------------------------------------------------------------


class TestXlsx:
    def test_values_stand_at_their_coordinates_with_their_types(self, read):
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.title = "永胜村"
        sheet["C5"] = "户主姓名"
        sheet["D6"] = 15.0
        sheet["E6"] = 3
        sheet["F6"] = date(2024, 9, 4)
        sheet["G6"] = datetime.fromisoformat("2024-09-04T10:30")
        sheet["H6"] = time(3, 4)
        sheet["I6"] = timedelta(hours=30)
        sheet["J6"] = True
        sheet["K6"] = ""
        [made] = read(saved(workbook))
        assert made.name == "永胜村"
        assert made.rows == [
            [],
            [],
            [],
            [],
            [None, None, "户主姓名"],
            [
                *[None] * 3,
                15.0,
                3.0,
                date(2024, 9, 4),
                datetime.fromisoformat("2024-09-04T10:30"),
                time(3, 4),
                timedelta(hours=30),
                True,
            ],
        ]
        assert type(made.rows[5][4]) is float

    def test_dates_of_a_mac_workbook_count_from_1904(self, read):
        workbook = openpyxl.Workbook()
        workbook.epoch = datetime.fromisoformat("1904-01-01")
        workbook.active["A1"] = date(2024, 9, 4)
        assert read(saved(workbook))[0].rows == [[date(2024, 9, 4)]]

    def test_hidden_sheets_and_charts_are_left_out(self, read):
        workbook = openpyxl.Workbook()
        workbook.active.title = "甲"
        for name, state in (("乙", "hidden"), ("丙", "veryHidden"), ("丁", "visible")):
            workbook.create_sheet(name).sheet_state = state
        workbook.create_chartsheet("图")
        for sheet in workbook.worksheets:
            sheet["A1"] = sheet.title
        assert [(made.name, made.rows) for made in read(saved(workbook))] == [
            ("甲", [["甲"]]),
            ("丁", [["丁"]]),
        ]

    def test_shared_inline_and_rich_strings(self, read):
        strings = (
            f'<sst xmlns="{MAIN}"><si><t>一</t></si>'
            '<si><r><t xml:space="preserve">张 </t></r><r><rPr/><t>三</t></r></si></sst>'
        )
        rels = (
            f'<Relationships xmlns="x"><Relationship Id="r1" Type="{RELS}/worksheet"'
            ' Target="/xl/worksheets/sheet1.xml"/><Relationship Id="r2"'
            f' Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        )
        cells = (
            '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
            '<c r="C1" t="inlineStr"><is><t>a&amp;b</t></is></c>'
        )
        other = {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": rels}
        assert read(raw_xlsx(row(1, cells), **other))[0].rows == [["一", "张 三", "a&b"]]

    def test_merged_cells_hold_the_value_of_their_range(self, read):
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet["A1"] = "联户花名册"
        sheet.merge_cells("A1:D1")
        sheet["A2"] = "永胜"
        sheet.merge_cells("A2:A4")
        for number in (2, 3, 4):
            sheet.cell(number, 2, f"户{number}")
        [made] = read(saved(workbook))
        assert made.rows == [
            ["联户花名册"] * 2,
            ["永胜", "户2"],
            ["永胜", "户3"],
            ["永胜", "户4"],
        ]
        assert made.merges == [Merge(1, 1, 1, 2), Merge(2, 1, 4, 1)]

    def test_a_merge_over_the_whole_sheet_is_clipped(self, read):
        data = row(1, cell("A1")) + row(3, cell("B3"))
        merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        [made] = read(raw_xlsx(data, merged))
        assert made.rows == [[1.0, 1.0]] * 3
        assert made.merges == [Merge(1, 1, 3, 2)]

    def test_overlapping_merges_are_refused_before_they_cost_anything(self, refusal):
        data = row(1, cell("A1")) + row(1000, cell("Z1000"))
        merged = '<mergeCell ref="A1:Z1000"/>' * 3
        assert "损坏" in refusal(raw_xlsx(data, f"<mergeCells>{merged}</mergeCells>"))

    def test_error_cells_and_formulas_without_result_are_faults(self, read):
        cells = (
            '<c r="A2" t="e"><f>B9</f><v>#REF!</v></c>',
            '<c r="B2" s="1" t="e"><v>#N/A</v></c>',
            '<c r="C2"><f>SUM(A1:A2)</f><v></v></c>',
            '<c r="D2"><f>SUM(A1:A2)</f><v/></c>',
            '<c r="E2"><f>SUM(A1:A2)</f></c>',
            '<c r="F2"><f t="shared" ref="F2:G2" si="0">A1</f><v>7</v></c>',
            '<c r="G2"><f t="shared" si="0"/><v>8</v></c>',
            '<c r="H2"><f t="shared" si="0"/></c>',
            '<c r="I2" t="str"><f>IF(1,"")</f><v></v></c>',
            '<c r="J2"><f t="array" ref="J2:J3">A1:A2</f><v>9</v></c>',
            '<c r="K2" t="str"><f>A1</f><v xml:space="preserve"> 永 </v></c>',
            '<c r="L2" s="3"/>',
            '<c r="M2"><v>1</v></c>',
        )
        after = "<oddHeader>&lt;f&gt;</oddHeader>"
        [made] = read(raw_xlsx(row(2, *cells), after))
        expected = {
            (2, 1): "#REF!",
            (2, 2): "#N/A",
            **{(2, number): "uncached" for number in (3, 4, 5, 8)},
        }
        assert made.faults == expected
        assert made.rows[1] == [*[None] * 5, 7.0, 8.0, None, None, 9.0, " 永 ", None, 1.0]

    def test_formulas_that_openpyxl_writes_are_uncached(self, read):
        workbook = openpyxl.Workbook()
        workbook.active.append(["户数", 3])
        workbook.active["B2"] = "=B1*2"
        assert read(saved(workbook))[0].faults == {(2, 2): "uncached"}

    def test_a_merged_error_is_a_fault_of_every_cell(self, read):
        data = row(1, '<c r="A1" t="e"><v>#REF!</v></c>', cell("B1")) + row(2, cell("B2"))
        merged = '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
        assert read(raw_xlsx(data, merged))[0].faults == {(1, 1): "#REF!", (2, 1): "#REF!"}

    def test_namespace_prefixes(self, read):
        xml = (
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr">'
            '<x:is><x:t>永胜</x:t></x:is></x:c><x:c r="C2" t="e"><x:v>#REF!</x:v></x:c>'
            '<x:c r="D2"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
        )
        [made] = read(raw_xlsx("", **{"xl/worksheets/sheet1.xml": xml}))
        assert made.rows == [[], [None, "永胜"]]
        assert made.faults == {(2, 3): "#REF!", (2, 4): "uncached"}

    def test_other_prefixes_than_that_of_the_sheet(self, read):
        xml = (
            f'<x:worksheet xmlns:x="{MAIN}" xmlns:y="{MAIN}"><x:sheetData><x:row r="2">'
            '<y:c r="B2"><y:f>A1</y:f></y:c><c r="C2" t="e"><v>#REF!</v></c></x:row>'
            "</x:sheetData></x:worksheet>"
        )
        [made] = read(raw_xlsx("", **{"xl/worksheets/sheet1.xml": xml}))
        assert made.faults == {(2, 2): "uncached", (2, 3): "#REF!"}

    @pytest.mark.parametrize(("columns", "last"), [(702, 1), (27, 42_000), (131, 150_000), (79, 250_000)])
    def test_wide_and_tall_sheets_within_the_limit_are_read(self, read, columns, last):
        letters = openpyxl.utils.get_column_letter(columns)
        data = row(1, cell("A1")) + row(last, cell(f"A{last}"))
        blank = f'<row r="{last}"><c r="{letters}{last}" s="1"/></row>'
        [made] = read(raw_xlsx(data + blank))
        assert len(made.rows) == last

    def test_cells_without_references_and_with_other_quotes(self, read):
        data = (
            "<row r='3'><c><v>1</v></c><c/><c t='e'><v>#REF!</v></c></row>"
            "<row><c s=\"0\" r = 'B4'><v>2</v></c><c><f>A1</f></c></row>"
        )
        [made] = read(raw_xlsx(data))
        assert made.rows == [[], [], [1.0], [None, 2.0]]
        assert made.faults == {(3, 3): "#REF!", (4, 3): "uncached"}

    def test_parts_named_with_backslashes_and_other_case(self, read):
        good = raw_xlsx(row(1, cell("A1")))
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                other = name.replace("workbook", "Workbook").replace("/", "\\")
                new.writestr(zipfile.ZipInfo(other), old.read(name))
        assert read(buffer.getvalue())[0].rows == [[1.0]]

    @pytest.mark.parametrize("element", ['<c r="{}" s="1"/>', '<c r="{}" s="1"></c>'])
    def test_formatted_blanks_to_the_last_column_cost_little(self, read, element):
        letters = [openpyxl.utils.get_column_letter(n) for n in range(1, 16_385)]
        blanks = [row(n, cell(f"A{n}"), *(element.format(f"{x}{n}") for x in letters[1:])) for n in range(1, 31)]
        started = clock.perf_counter()
        [made] = read(raw_xlsx("".join(blanks)))
        assert made.rows == [[1.0]] * 30
        assert clock.perf_counter() - started < 2

    def test_a_hundred_thousand_formatted_rows_cost_little(self, read):
        blanks = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 100_001))
        [made] = read(raw_xlsx(row(1, cell("A1")) + blanks))
        assert made.rows == [[1.0]]

    def test_formatted_blanks_by_openpyxl(self, read):
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "x"
        fill = PatternFill("solid", fgColor="FFFF00")
        for number in range(1, 200):
            workbook.active.cell(number, 16_384).fill = fill
        assert read(saved(workbook))[0].rows == [["x"]]

    def test_a_tall_narrow_sheet_is_read(self, read):
        data = row(1, cell("A1")) + row(1_048_576, cell("B1048576"))
        [made] = read(raw_xlsx(data))
        assert len(made.rows) == 1_048_576
        assert made.rows[-1] == [None, 1.0]

    def test_an_empty_workbook_gives_an_empty_sheet(self, read):
        assert read(saved(openpyxl.Workbook()))[0].rows == []


class TestHostileXlsx:
    @pytest.mark.parametrize(
        "data",
        [
            row(1, cell("A1")) + row(1_048_576, cell("XFD1048576")),
            row(1, cell("A1")) + row(1_048_576, cell("xfd1048576")),
            row(1, cell("A1"), "<c s='1' r = 'XFD1048576'><v>1</v></c>"),
            row(1, cell("A1"), '<x:c r="XFD1048576"><x:v>1</x:v></x:c>'),
            row(1, cell("A1"), '<c x="/>" r="XFD1048576"><v>1</v></c>'),
            row(1, cell("A1"), """<c r="XFD1048576" x=' r="A1"'><v>1</v></c>"""),
            row(1, cell("A1"), '<c r="XFD1048576" t="e"><v>#REF!</v></c>'),
            row(1, cell("A1")) + '<row r="1048576">' + "<c><v>1</v></c>" * 2000 + "</row>",
            row(1, cell("A1")) + '<row r="1048575"/><row>' + "<c><v>1</v></c>" * 99 + "</row>",
            row(1, cell("A1"), cell("A9999999")),
            row(1, cell("AAA50000"), cell("A1")),
        ],
    )
    def test_a_cell_far_away_is_refused(self, refusal, data):
        assert "离表格很远" in refusal(raw_xlsx(data))

    @pytest.mark.parametrize("data", [row(1, cell("A99999999999")), row(1, cell("ABCD1")), row(1, '<c r="A1')])
    def test_references_that_overflow_are_refused(self, refusal, data):
        assert "损坏" in refusal(raw_xlsx(data))

    def test_a_bomb_is_refused_by_what_it_claims(self, refusal):
        blanks = b'<row r="1"><c r="A1"/></row>' * 4_000_000
        message = refusal(raw_xlsx("", **{"xl/worksheets/sheet1.xml": blanks}))
        assert "太大" in message

    def test_a_bomb_that_lies_about_its_size_is_refused(self, refusal):
        size = 30 << 20
        content = raw_xlsx("", **{"xl/worksheets/sheet1.xml": b" " * size})
        lying = content.replace(size.to_bytes(4, "little"), (999).to_bytes(4, "little"))
        assert lying != content
        assert "损坏" in refusal(lying)

    def test_too_many_members_are_refused(self, refusal):
        many = {f"xl/media/{number}": "" for number in range(10_001)}
        assert "太大" in refusal(raw_xlsx("", **many))

    def test_one_part_for_many_sheets_is_refused(self, refusal):
        sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 60))
        workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{sheets}</sheets></workbook>'
        assert "损坏" in refusal(raw_xlsx(row(1, cell("A1")), **{"xl/workbook.xml": workbook}))

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"])
    def test_a_doctype_is_refused(self, refusal, part):
        xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
        assert "DOCTYPE" in refusal(raw_xlsx("", **{part: xml}))

    def test_a_missing_part_is_refused(self, refusal):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("_rels/.rels", "<Relationships/>")
        assert "损坏" in refusal(buffer.getvalue())

    @pytest.mark.parametrize("keep", [10, 200, 900])
    def test_a_truncated_file_is_refused(self, refusal, keep):
        assert "损坏" in refusal(raw_xlsx(row(1, cell("A1")))[:keep])

    def test_a_string_index_that_does_not_exist_is_refused(self, refusal):
        assert "损坏" in refusal(raw_xlsx(row(1, '<c r="A1" t="s"><v>7</v></c>')))


# --- .xls ----------------------------------------------------------------------------------


def old_workbook() -> xlwt.Workbook:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("永胜")
    sheet.write_merge(2, 3, 1, 2, "合并")
    sheet.write(4, 4, 5)
    sheet.write(4, 5, 1.5)
    sheet.write(4, 6, date(2024, 9, 4), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(4, 7, True)
    sheet.row(5).set_cell_error(2, "#REF!")
    sheet.write(6, 0, "末行")
    hidden = workbook.add_sheet("隐藏")
    hidden.visibility = 1
    hidden.write(0, 0, "x")
    return workbook


class TestXls:
    def test_values_merges_and_errors_at_their_coordinates(self, read):
        [made] = read(saved(old_workbook()), "名册.xls")
        assert made.name == "永胜"
        assert made.rows == [
            [],
            [],
            [None, "合并", "合并"],
            [None, "合并", "合并"],
            [*[None] * 4, 5.0, 1.5, date(2024, 9, 4), True],
            [],
            ["末行"],
        ]
        assert type(made.rows[4][4]) is float
        assert made.merges == [Merge(3, 2, 4, 3)]
        assert made.faults == {(6, 3): "#REF!"}

    def test_a_large_workbook_survives_the_new_container(self, read):
        workbook = xlwt.Workbook()
        sheet = workbook.add_sheet("大")
        for number in range(3000):
            for column in range(8):
                sheet.write(number, column, f"第{number}行第{column}列")
        [made] = read(saved(workbook))
        assert len(made.rows) == 3000
        assert made.rows[2999][7] == "第2999行第7列"

    def test_the_name_does_not_matter(self, read):
        assert read(saved(old_workbook()), "名册.xlsx")[0].name == "永胜"

    def test_a_password_is_named(self, refusal):
        content = bytearray(saved(old_workbook()))
        at = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
        content[at : at + 4] = b"\x2f\x00" + content[at + 2 : at + 4]
        assert "加了打开密码" in refusal(bytes(content), "名册.xls")

    def test_an_encrypted_xlsx_is_named(self, refusal):
        content = saved(old_workbook()).replace(
            "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12",
            "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + b"\x22",
        )
        assert "另存一份不带密码" in refusal(content)

    def test_a_word_document_is_named(self, refusal):
        content = saved(old_workbook()).replace(
            "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12",
            "WordDocument".encode("utf-16-le").ljust(64, b"\0") + b"\x1a",
        )
        assert "Word" in refusal(content, "名册.xls")

    def test_a_sheet_that_claims_to_be_enormous_is_read_all_the_same(self, read):
        content = saved(old_workbook())
        at = content.index(b"\x00\x02\x0e\x00")
        claims = content[: at + 4] + b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff" + content[at + 16 :]
        assert read(claims)[0].rows[6] == ["末行"]

    def test_a_table_of_strings_that_claims_to_be_enormous_is_refused(self, refusal):
        content = saved(old_workbook())
        at = content.index(b"\xfc\x00", 512) + 8
        assert "损坏" in refusal(content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :])

    def test_a_circle_of_sectors_is_refused(self, refusal):
        content = bytearray(saved(old_workbook()))
        fat = (int.from_bytes(content[76:80], "little") + 1) * 512
        content[fat : fat + 4] = b"\0\0\0\0"
        assert "损坏" in refusal(bytes(content))

    @pytest.mark.parametrize("keep", [100, 512, 2000])
    def test_a_truncated_file_is_refused(self, refusal, keep):
        assert "损坏" in refusal(saved(old_workbook())[:keep])


# --- .ods ----------------------------------------------------------------------------------


def ods(*tables, styles=()) -> bytes:
    document = opendocument.OpenDocumentSpreadsheet()
    for item in styles:
        document.automaticstyles.addElement(item)
    for item in tables:
        document.spreadsheet.addElement(item)
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def ods_cell(value: str | float | None = None, **attributes) -> table.TableCell:
    if isinstance(value, float):
        return table.TableCell(valuetype="float", value=value, **attributes)
    made = table.TableCell(**({"valuetype": "string"} if value else {}), **attributes)
    for line in (value or "").split("\n") if value else ():
        made.addElement(text.P(text=line))
    return made


def ods_table(*rows, name: str = "永胜", **attributes) -> table.Table:
    made = table.Table(name=name, **attributes)
    for repeated, cells in rows:
        line = table.TableRow(numberrowsrepeated=repeated)
        for item in cells:
            line.addElement(item)
        made.addElement(line)
    return made


class TestOds:
    def test_values_stand_at_their_coordinates(self, read):
        noted = ods_cell("张三")
        noted.addElement(office.Annotation())
        noted.lastChild.addElement(text.P(text="批注"))
        spaced = table.TableCell(valuetype="string")
        spaced.addElement(text.P(text="李"))
        spaced.lastChild.addElement(text.S(c=2))
        spaced.lastChild.addText("四")
        content = ods(
            ods_table(
                (4, [ods_cell()]),
                (1, [ods_cell(numbercolumnsrepeated=2), noted, ods_cell(3.0), spaced]),
                (2, [table.TableCell(valuetype="date", datevalue="2024-09-04")]),
                (
                    1,
                    [
                        table.TableCell(valuetype="date", datevalue="2024-09-04T10:30:00"),
                        table.TableCell(valuetype="time", timevalue="PT03H04M00S"),
                        table.TableCell(valuetype="boolean", booleanvalue="true"),
                        ods_cell("甲\n乙"),
                        ods_cell(numbercolumnsrepeated=1000),
                    ],
                ),
                (1_048_568, [ods_cell(numbercolumnsrepeated=16_384)]),
            )
        )
        assert read(content, "名册.ods")[0].rows == [
            [],
            [],
            [],
            [],
            [None, None, "张三", 3.0, "李  四"],
            [date(2024, 9, 4)],
            [date(2024, 9, 4)],
            [datetime.fromisoformat("2024-09-04T10:30"), time(3, 4), True, "甲\n乙"],
        ]

    def test_merges_are_filled(self, read):
        content = ods(
            ods_table(
                (1, [ods_cell("永胜", numberrowsspanned=2), ods_cell("甲")]),
                (1, [table.CoveredTableCell(), ods_cell("乙")]),
            )
        )
        [made] = read(content)
        assert made.rows == [["永胜", "甲"], ["永胜", "乙"]]
        assert made.merges == [Merge(1, 1, 2, 1)]

    def test_hidden_sheets_are_left_out(self, read):
        hidden = style.Style(name="ta2", family="table")
        hidden.addElement(style.TableProperties(display="false"))
        first = ods_table((1, [ods_cell("甲")]), name="甲")
        second = ods_table((1, [ods_cell("乙")]), name="乙", stylename="ta2")
        assert [made.name for made in read(ods(first, second, styles=[hidden]))] == ["甲"]

    def test_errors_are_faults(self, read):
        plain = ods(ods_table((1, [ods_cell("#REF!"), ods_cell("x")])))
        ns = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
        content = changed(
            plain,
            "content.xml",
            lambda xml: xml.replace(
                b"<table:table-cell ",
                f'<table:table-cell xmlns:c="{ns}" c:value-type="error" '.encode(),
                1,
            ),
        )
        [made] = read(content)
        assert made.faults == {(1, 1): "#REF!"}
        assert made.rows == [[None, "x"]]

    @pytest.mark.parametrize(
        "rows",
        [
            [(1_048_576, [ods_cell("x", numbercolumnsrepeated=16_384)])],
            [(1, [ods_cell("x", numbercolumnsrepeated=999_999)])],
            [(1, [ods_cell("x")]), (1_048_576, [ods_cell()]), (1, [ods_cell("x")])],
        ],
    )
    def test_repeated_values_are_bounded(self, refusal, rows):
        assert "离表格很远" in refusal(ods(ods_table(*rows)))

    def test_many_tall_sheets_are_bounded_together(self, refusal):
        tall = [ods_table((1_000_000, [ods_cell("x", numbercolumnsrepeated=25)])) for _ in "12"]
        assert "太大" in refusal(ods(*tall))

    def test_a_password_is_named(self, refusal):
        content = changed(
            ods(ods_table((1, [ods_cell("x")]))),
            "META-INF/manifest.xml",
            lambda xml: xml.replace(b"</", b"<manifest:encryption-data/></", 1),
        )
        assert "加了打开密码" in refusal(content, "名册.ods")

    def test_a_doctype_is_refused(self, refusal):
        content = changed(
            ods(ods_table((1, [ods_cell("x")]))),
            "content.xml",
            lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml[xml.index(b"<office") :],
        )
        assert "DOCTYPE" in refusal(content, "名册.ods")

    def test_an_unknown_encoding_is_refused(self, refusal):
        content = changed(
            ods(ods_table((1, [ods_cell("x")]))),
            "content.xml",
            lambda xml: b'<?xml version="1.0" encoding="x-none"?>' + xml[xml.index(b"<office") :],
        )
        assert "损坏" in refusal(content, "名册.ods")

    def test_a_cell_outside_of_a_row_is_passed_over(self, read):
        content = changed(
            ods(ods_table((1, [ods_cell("x")]))),
            "content.xml",
            lambda xml: xml.replace(b"<table:table-row>", b"<table:table-cell/><table:table-row>"),
        )
        assert read(content, "名册.ods")[0].rows == [["x"]]

    def test_a_text_document_is_refused(self, refusal):
        buffer = io.BytesIO()
        opendocument.OpenDocumentText().write(buffer)
        assert "不是表格" in refusal(buffer.getvalue(), "名册.ods")


def changed(archive: bytes, part: str, change) -> bytes:
    """The archive with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


# --- .csv ----------------------------------------------------------------------------------


class TestCsv:
    ROWS = (("户主姓名", "类别", "备注"), ("张三", "低保;残疾", ""), ("李四", "一般户", "甲"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", "，"])
    def test_encodings_and_delimiters(self, read, encoding, delimiter):
        lines = "\r\n".join(delimiter.join(fields) for fields in self.ROWS)
        [made] = read(lines.encode(encoding), "永胜村.csv")
        assert made.name == "永胜村"
        assert made.rows == [
            ["户主姓名", "类别", "备注"],
            ["张三", "低保;残疾"],
            ["李四", "一般户", "甲"],
        ]

    def test_semicolons(self, read):
        assert read("a;b\n1,5;2\n", "x.csv")[0].rows == [["a", "b"], ["1,5", "2"]]

    def test_a_title_above_the_table_does_not_confuse(self, read):
        lines = "联户名册，2024年\n\n村,姓名,电话\n永胜,张三,1\n永胜,李四,2\n"
        assert read(lines, "x.csv")[0].rows[2:4] == [["村", "姓名", "电话"], ["永胜", "张三", "1"]]

    def test_quoted_line_breaks_and_protected_digits(self, read):
        lines = '姓名,号\n"张三\n(小)","=""0123"""\n李四,="0456"\n'
        assert read(lines, "x.csv")[0].rows == [
            ["姓名", "号"],
            ["张三\n(小)", "0123"],
            ["李四", "0456"],
        ]

    def test_a_stray_quote_does_not_swallow_the_rest(self, read):
        rows = read('姓名,备注\n张三,"甲\n李四,乙\n', "x.csv")[0].rows
        assert rows == [["姓名", "备注"], ["张三", '"甲'], ["李四", "乙"]]

    def test_a_declared_separator_keeps_its_row(self, read):
        assert read("sep=|\r\na|b\r\n", "x.csv")[0].rows == [[], ["a", "b"]]

    def test_one_column_and_old_line_ends(self, read):
        assert read("姓名\r张三\r", "x.txt")[0].rows == [["姓名"], ["张三"]]

    def test_dos_end_of_file(self, read):
        assert read("a,b\r\n\x1a", "x.csv")[0].rows == [["a", "b"]]

    @pytest.mark.parametrize("content", [b"a,b\xff\xff\xff\n", b"a\x00b,c", b"a,\x01\n"])
    def test_bytes_that_are_no_text_are_refused(self, refusal, content):
        refusal(content, "x.csv")

    def test_too_many_lines_or_columns_are_refused(self, refusal):
        assert "太大" in refusal("," * 20_000, "x.csv")
        assert "太大" in refusal("a\n" * 1_048_577, "x.csv")


# --- HTML and SpreadsheetML ----------------------------------------------------------------


class TestHtml:
    def test_spans_entities_and_charset(self, read):
        page = (
            '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
            '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'
            "<!--[if gte mso 9]><xml><x:Name>永胜村</x:Name></xml><![endif]-->"
            "<style>td {color: red}</style></head><body>"
            "<![if supportMisalignedColumns]><![endif]>"
            "<table><tr><td colspan=3>联户&middot;名册</td></tr>"
            "<tr><td rowspan=2>永胜<td>张三<br>李四<td>&nbsp;"
            "<tr><td> 王\n 五 <td>&#31108;</table></body></html>"
        )
        [made] = read(page.encode("gb18030"), "名册.xls")
        assert made.name == "永胜村"
        assert made.rows == [
            ["联户·名册"] * 3,
            ["永胜", "张三\n李四"],
            ["永胜", "王 五", "禄"],
        ]
        assert made.merges == [Merge(1, 1, 1, 3), Merge(2, 1, 3, 1)]

    def test_cells_go_around_spans_from_above(self, read):
        page = "<table><tr><th>a<th rowspan=2 colspan=2>b<th>c</tr><tr><td>d<td>e</tr><tr><td>f<td>g</tr></table>"
        [made] = read(page, "x.html")
        assert made.rows == [["a", "b", "b", "c"], ["d", "b", "b", "e"], ["f", "g"]]

    def test_each_table_is_a_sheet_and_empty_ones_are_left_out(self, read):
        page = (
            "<html><table><caption>甲村</caption><tr><td>1</table><table><tr><td></table>"
            "<table><tr><td>外<table><tr><td>内</table></table>"
        )
        made = read(page, "名册.xls")
        assert [(sheet.name, sheet.rows) for sheet in made] == [
            ("甲村", [["1"]]),
            ("名册-3", [["外"]]),
            ("名册-4", [["内"]]),
        ]

    def test_a_page_without_tables_is_refused(self, refusal):
        assert "没有表格" in refusal("<html><body>你好</body></html>", "x.xls")

    def test_enormous_spans_cost_nothing(self, read):
        cells = "<td rowspan=9999999 colspan=9999999>x" * 2
        assert read(f"<table><tr>{cells}</table>".replace("x<td", "x</tr><tr><td"), "x.xls")
        rows = "<tr><td rowspan=0>a<td>b" * 3
        assert read(f"<table>{rows}</table>", "x.xls")[0].rows[0] == ["a", "b"]


class TestSpreadsheetMl:
    def book(self, rows: str, options: str = "", prolog: str = "") -> str:
        return (
            f'<?xml version="1.0"?>{prolog}<?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
            ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            f'<Worksheet ss:Name="永胜"><Table>{rows}</Table>'
            f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{options}'
            "</WorksheetOptions></Worksheet></Workbook>"
        )

    def test_index_merges_types_and_errors(self, read):
        rows = (
            '<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">联户</Data></Cell>'
            '<Cell><Data ss:Type="Number">3</Data><Comment><Data>批注</Data></Comment></Cell></Row>'
            '<Row><Cell ss:Index="2" ss:MergeDown="1">'
            '<ss:Data ss:Type="String"><B>永</B>胜</ss:Data></Cell>'
            '<Cell><Data ss:Type="DateTime">2024-09-04T00:00:00.000</Data></Cell>'
            '<Cell ss:Formula="=A1"><Data ss:Type="Error">#REF!</Data></Cell>'
            '<Cell ss:Formula="=A1"><Data ss:Type="Number"></Data></Cell></Row>'
            '<Row><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>'
        )
        [made] = read(self.book(rows), "名册.xls")
        assert made.name == "永胜"
        assert made.rows == [
            [],
            ["联户", "联户", 3.0],
            [None, "永胜", date(2024, 9, 4)],
            [True, "永胜"],
        ]
        assert made.merges == [Merge(2, 1, 2, 2), Merge(3, 2, 4, 2)]
        assert made.faults == {(3, 4): "#REF!", (3, 5): "uncached"}

    def test_hidden_sheets_are_left_out(self, read):
        rows = '<Row><Cell><Data ss:Type="String">x</Data></Cell></Row>'
        assert read(self.book(rows, "<Visible>SheetHidden</Visible>"), "x.xls") == []

    def test_entities_are_refused(self, refusal):
        prolog = '<!DOCTYPE x [<!ENTITY a "b">]>'
        assert "DOCTYPE" in refusal(self.book("", prolog=prolog), "x.xls")

    @pytest.mark.parametrize("index", ["99999999", "9999999", "-1", "x"])
    def test_positions_out_of_the_sheet_are_refused(self, refusal, index):
        cells = f'<Row ss:Index="{index}"><Cell><Data ss:Type="String">x</Data></Cell></Row>'
        refusal(self.book(cells), "x.xls")

    def test_other_xml_is_refused(self, refusal):
        assert "XML" in refusal("<?xml version='1.0'?><a/>", "x.xls")


# --- what is no table ----------------------------------------------------------------------


class TestForeign:
    @pytest.mark.parametrize("content", [b"", b"\r\n \n", bytes(5000)])
    def test_an_empty_file(self, refusal, content):
        assert "空" in refusal(content)

    @pytest.mark.parametrize(
        ("content", "what"),
        [
            (b"%PDF-1.7\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n\0", "图片"),
            (b"\xff\xd8\xff\xe0\0", "图片"),
            (b"Rar!\x1a\x07", "压缩包"),
            (b"{\\rtf1", "RTF"),
            (b"\x7fELF\x02\x01\x01\0\0", "不是表格"),
            (b"MIME-Version: 1.0\r\n", "网页"),
            (b"\x09\x04\x06\x00\x00\x04", "格式太旧"),
        ],
    )
    def test_other_files_are_named(self, refusal, content, what):
        assert what in refusal(content)

    @pytest.mark.parametrize(
        ("part", "what"),
        [
            ("word/document.xml", "Word"),
            ("ppt/presentation.xml", "演示文稿"),
            ("xl/workbook.bin", "xlsb"),
            ("名册.xlsx", "压缩包"),
        ],
    )
    def test_other_archives_are_named(self, refusal, part, what):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(part, "x")
        assert what in refusal(buffer.getvalue())

    def test_an_archive_with_a_password(self, refusal):
        content = bytearray(raw_xlsx(""))
        content[content.index(b"PK\x01\x02") + 8] |= 1
        assert "加了打开密码" in refusal(bytes(content))

    def test_a_folder_and_a_missing_file(self, tmp_path):
        with pytest.raises(FileRefusedError, match="文件夹"):
            read_sheets(tmp_path)
        with pytest.raises(NotFoundError, match="无此"):
            read_sheets(tmp_path / "无此.xlsx")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
    def test_a_pipe_is_refused_without_waiting(self, tmp_path):
        os.mkfifo(tmp_path / "x.xlsx")
        with pytest.raises(FileRefusedError):
            read_sheets(tmp_path / "x.xlsx")

    def test_no_permission(self, tmp_path, monkeypatch):
        (tmp_path / "x.xlsx").write_bytes(b"x")

        def denied(_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", denied)  # root, who runs CI, may read anything
        with pytest.raises(FileRefusedError, match="没有权限"):
            read_sheets(tmp_path / "x.xlsx")


# --- find_files ----------------------------------------------------------------------------


class TestFindFiles:
    def test_a_folder_gives_its_readable_files_sorted(self, tmp_path):
        names = (
            "乙/b.XLS",
            "a.xlsx",
            "c.csv",
            "~$a.xlsx",
            ".x.xlsx",
            ".git/y.csv",
            "a-问题清单.xlsx",
            "图.png",
        )
        for name in names:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        found = find_files([tmp_path])
        assert [str(path.relative_to(tmp_path)) for path in found] == [
            "a.xlsx",
            "c.csv",
            "乙/b.XLS",
        ]

    def test_files_named_are_kept_whatever_they_are(self, tmp_path):
        for name in ("a-问题清单.xlsx", "图.png"):
            (tmp_path / name).touch()
        paths = [tmp_path / "图.png", tmp_path / "a-问题清单.xlsx"]
        assert find_files(paths) == paths

    def test_the_same_file_counts_once(self, tmp_path):
        (tmp_path / "a.xlsx").touch()
        (tmp_path / "b.xlsx").symlink_to(tmp_path / "a.xlsx")
        paths = [tmp_path / "a.xlsx", tmp_path, tmp_path / ".." / tmp_path.name / "a.xlsx"]
        assert find_files(paths) == [tmp_path / "a.xlsx"]

    def test_a_missing_path_is_named(self, tmp_path):
        with pytest.raises(NotFoundError, match="没有这个"):
            find_files([tmp_path, tmp_path / "没有这个.xlsx"])


# --- start-up and broken files -------------------------------------------------------------


def run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr == ""  # a panic in the library prints its traces unless silenced
    return done.stdout


def test_importing_the_module_loads_no_reader():
    code = (
        "import sys, json, lianhu.files.reading; print(json.dumps(sorted({'python_calamine',"
        " 'zipfile', 'csv', 'html', 'openpyxl'} & set(sys.modules))))"
    )
    assert json.loads(run(code)) == []


MUTATE = """
import random, sys
from pathlib import Path
from lianhu.errors import FileRefusedError
from lianhu.files.reading import read_sheets

folder = Path(sys.argv[1])
dice = random.Random(20240904)
victim = folder / "变.xlsx"
read = refused = 0
for source in sorted(folder.glob("样*")):
    original = source.read_bytes()
    for turn in range(int(sys.argv[2])):
        data = bytearray(original)
        match turn % 4:
            case 0:
                for _ in range(dice.choice((1, 1, 2, 8))):
                    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            case 1:
                del data[dice.randrange(len(data)):]
            case 2:
                at = dice.randrange(len(data))
                data[at:at + dice.choice((1, 2, 4))] = dice.choice(
                    (b"\\xff\\xff\\xff\\xff", bytes(4), b"\\xff\\xff\\xff\\x7f", b"<", b'"', b""))
            case 3:
                at, to = dice.randrange(len(data)), dice.randrange(len(data))
                data[to:to + 16] = data[at:at + 16]
        victim.write_bytes(data)
        try:
            read_sheets(victim)
            read += 1
        except FileRefusedError:
            refused += 1
ole = b"\\xd0\\xcf\\x11\\xe0\\xa1\\xb1\\x1a\\xe1"
for size in (1, 7, 600, 5000):
    for magic in (b"", b"PK\\x03\\x04", ole, b"<table>", b"<?xml"):
        victim.write_bytes(magic + dice.randbytes(size))
        try:
            read_sheets(victim)
        except FileRefusedError:
            pass
print(read, refused)
"""


def test_broken_files_are_read_or_refused_and_nothing_else(tmp_path):
    data = "".join(row(n, *(cell(f"{x}{n}") for x in "ABC")) for n in range(1, 9))
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw_xlsx(data))) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    page = "<html><meta charset=utf-8><table><tr><td rowspan=2>永胜<td>&amp;<tr><td>乙</table>"
    samples = {
        "xlsx": raw_xlsx(data),
        "stored": stored.getvalue(),  # whose mutations reach the XML
        "xls": saved(old_workbook()),
        "ods": ods(ods_table((2, [ods_cell("甲"), ods_cell(1.0)]))),
        "csv": '姓名,备注\n张三,"甲\n乙"\n'.encode("gb18030"),
        "html": page.encode(),
        "xml": TestSpreadsheetMl().book('<Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>').encode(),
    }
    for name, content in samples.items():
        (tmp_path / f"样.{name}").write_bytes(content)
    read, refused = map(int, run(MUTATE, str(tmp_path), "120").split())
    assert read > 50
    assert refused > 50
