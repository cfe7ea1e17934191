"""A paper in the layout of GB/T 9704, as Word reads it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lianhu.errors import FileRefusedError
from lianhu.files.official import write_official

DAY = date(2026, 3, 31)


@pytest.fixture
def paper(tmp_path: Path) -> Any:
    write_official(tmp_path / "汇报.docx", "音德尔镇工作情况", ["截至3月31日。", "走访联系2次。"], "音德尔镇", DAY)
    return Document(str(tmp_path / "汇报.docx"))


def test_the_type_area_is_156_by_225_millimetres(paper: Any) -> None:
    (section,) = paper.sections
    assert [round(length.mm) for length in (
        section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
        section.right_margin)] == [210, 297, 37, 35, 28, 26]


def test_title_and_text_have_their_fonts_sizes_and_lines(paper: Any) -> None:
    title, blank, *body = paper.paragraphs
    (run,) = title.runs
    assert (run.text, run.font.size, run.font.name, run._r.rPr.rFonts.get(qn("w:eastAsia"))) == (
        "音德尔镇工作情况", Pt(22), "方正小标宋简体", "方正小标宋简体")
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert blank.text == ""
    for paragraph in body[:2]:
        (run,) = paragraph.runs
        assert (run.font.size, run.font.name, run._r.rPr.rFonts.get(qn("w:eastAsia"))) == (
            Pt(16), "仿宋_GB2312", "仿宋_GB2312")
        assert paragraph.paragraph_format.first_line_indent == Pt(32)
    assert paper.styles["Normal"].paragraph_format.line_spacing == Pt(28.95)
    assert 22 * Pt(28.95) <= Mm(225)


def test_28_characters_stand_in_a_line(paper: Any) -> None:
    spacing = int(paper.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + spacing) <= Mm(156).pt < 28.5 * (16 + spacing)


def test_the_signature_is_centred_above_the_day_four_characters_from_the_right(paper: Any) -> None:
    blank, signature, day = paper.paragraphs[-3:]
    assert [paragraph.text for paragraph in (blank, signature, day)] == ["", "音德尔镇", "2026年3月31日"]
    assert day.paragraph_format.right_indent == Pt(64)
    # Four characters over the day's six and a half: one and a quarter more on each side.
    assert signature.paragraph_format.right_indent == Pt((4 + 1.25) * 16)
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in (paper.paragraphs[-4], blank, signature))


def test_page_numbers_stand_at_the_outer_edge_between_dashes(paper: Any) -> None:
    (section,) = paper.sections
    assert paper.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        (paragraph,) = footer.paragraphs
        assert paragraph.alignment == side
        assert [element.text for element in paragraph._p.iter(qn("w:t"))] == ["— ", "1", " —"]
        assert [field.get(qn("w:instr")) for field in paragraph._p.iter(qn("w:fldSimple"))] == ["PAGE"]
        assert {size.get(qn("w:val")) for size in paragraph._p.iter(qn("w:sz"))} == {"28"}


def test_without_a_signature_the_day_stands_alone(tmp_path: Path) -> None:
    write_official(tmp_path / "汇报.docx", "工作情况", ["走访联系2次。"], "", DAY)
    assert [paragraph.text for paragraph in Document(str(tmp_path / "汇报.docx")).paragraphs] == [
        "工作情况", "", "走访联系2次。", "", "2026年3月31日"]


def test_the_file_tells_nobody_who_wrote_it(paper: Any, tmp_path: Path) -> None:
    properties = paper.core_properties
    assert (properties.title, properties.author, properties.comments, properties.last_modified_by) == (
        "音德尔镇工作情况", "", "", "")
    assert properties.created.date() == DAY
    assert b"python" not in zipfile.ZipFile(tmp_path / "汇报.docx").read("docProps/core.xml")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="写不了文件"):
        write_official(tmp_path / "没有" / "汇报.docx", "工作情况", ["走访联系2次。"], "", DAY)
