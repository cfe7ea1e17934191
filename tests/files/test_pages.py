"""Pages to print: whole on A4, whatever the data holds, with nothing to run and nothing about who made them."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from lianhu.domain.figures import Table
from lianhu.errors import FileRefusedError
from lianhu.files.pages import WIDTH, write_page

NASTY = ("<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "\x00\x0b\x1b[31m红", "\u202e反", "&amp;", "一\n二", "\ufffe")
LONG = Table("走访", ["日期", "干部", "次数", "内容"], [
    ["2026-11-24", "孛儿只斤额尔德尼朝克图", 3, "谈了医保缴费" * 30], ["2026-11-23", "白音", None, ""]], note="共 2 次")


def word(target: Path, *tables: Table, title: str = "一户一档"):
    write_page(target, title, "永胜", tables)
    return Document(str(target))


def page(target: Path, *tables: Table, title: str = "一户一档") -> str:
    write_page(target, title, "永胜", tables)
    return target.read_text(encoding="utf-8")


class TestWord:
    def test_a4_with_the_whole_table_between_the_margins(self, tmp_path: Path):
        document = word(tmp_path / "页.docx", LONG)
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        (table,) = document.tables
        assert sum(cell.width for cell in table.rows[1].cells) <= Mm(WIDTH + 0.1)
        day, name, number, text = (cell.width.mm for cell in table.rows[1].cells)
        assert number < day < name < text

    def test_dates_keep_their_line_in_a_table_that_is_too_wide(self, tmp_path: Path):
        crowded = Table("工单", [f"第{n}列" for n in range(9)], [["2026-11-24", *["孛儿只斤额尔德尼朝克图"] * 7, "2026-11-24"]])
        (table,) = word(tmp_path / "页.docx", crowded).tables
        widths = [cell.width.mm for cell in table.rows[1].cells]
        assert sum(widths) == pytest.approx(WIDTH, abs=0.1)
        assert widths[0] > widths[1]

    def test_headings_go_on_over_pages_and_rows_stay_whole(self, tmp_path: Path):
        word(tmp_path / "页.docx", LONG)
        with zipfile.ZipFile(tmp_path / "页.docx") as parts:
            body, foot = (parts.read(name).decode() for name in ("word/document.xml", "word/footer1.xml"))
        assert body.count("w:tblHeader") == 1
        assert body.count("w:cantSplit") == 3
        assert "NUMPAGES" in foot

    def test_only_columns_of_numbers_stand_on_the_right(self, tmp_path: Path):
        mixed = Table("登记内容", ["项目", "内容"], [["人口", 4], ["住址", "东屯"]])
        long, short = word(tmp_path / "页.docx", LONG, mixed).tables
        assert [cell.paragraphs[0].alignment is not None for cell in long.rows[1].cells] == [False, False, True, False]
        assert short.rows[1].cells[1].paragraphs[0].alignment is None

    @pytest.mark.parametrize("text", NASTY)
    def test_any_text_is_text(self, tmp_path: Path, text: str):
        (table,) = word(tmp_path / "页.docx", Table(text, ["内容"], [[text]], note=text), title=text).tables
        shown = table.rows[1].cells[0].text
        assert re.sub(r"[\s\x00-\x1f\u202e\ufffe]", "", text) == re.sub(r"\s", "", shown)

    def test_it_tells_nothing_about_who_made_it(self, tmp_path: Path):
        before = datetime.now(UTC).replace(microsecond=0)
        facts = word(tmp_path / "页.docx", LONG).core_properties
        assert (facts.author, facts.last_modified_by, facts.comments, facts.title) == ("", "", "", "一户一档")
        assert facts.created.replace(tzinfo=UTC) >= before


class TestWeb:
    @pytest.mark.parametrize("text", NASTY)
    def test_any_text_is_text(self, tmp_path: Path, text: str):
        shown = page(tmp_path / "页.html", Table(text, [text], [[text]], [text], text), title=text)
        assert "<script" not in shown
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\ufffe]", shown)
        assert len(re.findall("<h1>", shown)) == 1

    def test_it_loads_nothing_and_no_spreadsheet_runs_its_cells(self, tmp_path: Path):
        shown = page(tmp_path / "页.html", LONG)
        assert "default-src 'none'" in shown
        assert not re.search(r"src=|href=|url\(|@import|https?:", shown)
        assert r'mso-number-format: "\@"' in shown

    def test_paper_is_white_and_a4_and_the_screen_may_be_dark(self, tmp_path: Path):
        shown = page(tmp_path / "页.html", LONG)
        assert "color-scheme: light dark" in shown
        print_style = shown.partition("@media print")[2]
        assert "color-scheme: light }" in print_style
        assert "table-header-group" in print_style
        assert "size: A4" in shown

    def test_numbers_and_dates_are_not_broken(self, tmp_path: Path):
        shown = page(tmp_path / "页.html", LONG)
        assert '<td class="number">3</td>' in shown
        assert '<td class="whole">2026-11-24</td>' in shown


@pytest.mark.parametrize("ending", [".docx", ".html"])
def test_a_page_without_tables_and_a_folder_that_is_gone(tmp_path: Path, ending: str):
    write_page(tmp_path / f"空{ending}", "空", "", [])
    assert (tmp_path / f"空{ending}").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileRefusedError, match="写不了文件"):
        write_page(tmp_path / "没有" / f"空{ending}", "空", "", [])
