"""联系卡 on paper: eight to an A4 page, whatever names and phones there are, and nothing about who made it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Mm

from lianhu.errors import FileRefusedError
from lianhu.files.cards import write_cards
from lianhu.services.cards import CardText

DUTIES = ("政策理论讲解", "民意诉求征集", "文明新风倡导", "重点工作发动")
CARD = CardText("音德尔镇", "永胜", "宝音", "其木格", "村医", "13800138000", DUTIES)
NAMES = ("白音", "其木格", "欧阳巴雅尔", "额尔敦其其格", "阿日斯楞·巴图", "布仁巴雅尔·那顺", "斯琴高娃·额尔敦图雅")


def written(target: Path, *cards: CardText, **options) -> str:
    """The whole text of the file as it stands in it."""
    write_cards(target, cards, **options)
    if target.suffix == ".html":
        return target.read_text(encoding="utf-8")
    with zipfile.ZipFile(target) as parts:
        return parts.read("word/document.xml").decode()


def lines(target: Path) -> list[list[str]]:
    """The lines of each cell of a .docx."""
    (table,) = Document(str(target)).tables
    return [[paragraph.text for paragraph in cell.paragraphs] for row in table.rows for cell in row.cells]


class TestPages:
    @pytest.mark.parametrize(("cards", "pages"), [(1, 1), (8, 1), (9, 2), (17, 3)])
    def test_html_has_eight_to_a_sheet(self, tmp_path: Path, cards: int, pages: int):
        text = written(tmp_path / "cards.html", *[CARD] * cards)
        sheets = re.findall(r'<section class="sheet">(.*?)</section>', text)
        assert [sheet.count("<article") for sheet in sheets] == [8] * (pages - 1) + [cards - 8 * (pages - 1)]
        assert "size: A4" in text
        assert "break-after: page" in text
        assert "grid-auto-rows: 70mm" in text
        assert "1px dashed" in text

    @pytest.mark.parametrize(("cards", "rows"), [(1, 1), (2, 1), (8, 4), (9, 5), (17, 9)])
    def test_word_has_rows_of_two_that_fill_a_page_with_four(self, tmp_path: Path, cards: int, rows: int):
        text = written(tmp_path / "cards.docx", *[CARD] * cards)
        document = Document(str(tmp_path / "cards.docx"))
        (table,) = document.tables
        section = document.sections[0]
        assert (len(table.rows), len(table.columns)) == (rows, 2)
        assert {(round(row.height.mm), row.height_rule) for row in table.rows} == {(70, WD_ROW_HEIGHT_RULE.EXACTLY)}
        room = section.page_height - section.top_margin - section.bottom_margin
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 4 * Mm(70) < room < 5 * Mm(70)
        assert round((section.page_width - section.left_margin - section.right_margin) / Mm(1), 1) >= 2 * 97
        assert 'w:val="dashed"' in text
        assert sum("党员干部联系卡" in cell for cell in lines(tmp_path / "cards.docx")) == cards

    def test_nothing_tells_who_made_it(self, tmp_path: Path):
        write_cards(tmp_path / "cards.docx", [CARD])
        properties = Document(str(tmp_path / "cards.docx")).core_properties
        assert [properties.author, properties.last_modified_by, properties.comments] == ["", "", ""]
        assert properties.title == "党员干部联系卡"

    @pytest.mark.parametrize("ending", ["docx", "html"])
    def test_progress_is_told_up_to_the_last_card(self, tmp_path: Path, ending: str):
        told: list[tuple[int, int]] = []
        write_cards(tmp_path / f"cards.{ending}", [CARD] * 9, progress=lambda done, total: told.append((done, total)))
        assert told == [(8, 9), (9, 9)]

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path: Path):
        with pytest.raises(FileRefusedError, match="写不了文件"):
            write_cards(tmp_path / "没有" / "cards.html", [CARD])


class TestText:
    def test_all_that_belongs_on_a_card(self, tmp_path: Path):
        write_cards(tmp_path / "cards.docx", [CARD])
        assert lines(tmp_path / "cards.docx")[0] == [
            "党员干部联系卡", "宝音 家，您的联系干部：", "其木格", "村医", "138 0013 8000",
            "政策理论讲解、民意诉求征集、文明新风倡导、重点工作发动", "音德尔镇永胜　有事请打电话，不论大小"]
        assert lines(tmp_path / "cards.docx")[1] == [""]
        text = written(tmp_path / "cards.html", CARD)
        for word in ("宝音 家", "其木格", "村医", "138 0013 8000", *DUTIES, "音德尔镇永胜"):
            assert word in text

    @pytest.mark.parametrize("name", NAMES)
    def test_a_name_of_any_length_stays_on_one_line_beside_the_code(self, tmp_path: Path, name: str):
        text = written(tmp_path / "cards.html", CARD._replace(cadre_name=name), qr=True)
        (size,) = re.findall(rf'class="who" style="font-size:(\d+)pt">{name}<', text)
        beside_code = (97 - 2 * 5 - 24) / 25.4 * 72
        assert int(size) * len(name) <= beside_code
        assert int(size) >= 12
        write_cards(tmp_path / "cards.docx", [CARD._replace(cadre_name=name)])
        (table,) = Document(str(tmp_path / "cards.docx")).tables
        (run,) = table.cell(0, 0).paragraphs[2].runs
        assert (run.text, run.font.size.pt) == (name, int(size))

    @pytest.mark.parametrize(("phone", "shown"), [
        ("13800138000", "138 0013 8000"), ("0482-6123456", "0482-6123456"), ("0482-6123456转801", "0482-6123456转801"),
        ("6123456", "6123456"), ("", "　")])
    def test_phones_as_they_are_read_out(self, tmp_path: Path, phone: str, shown: str):
        assert f'<p class="phone">{shown}</p>' in written(tmp_path / "cards.html", CARD._replace(phone=phone))
        write_cards(tmp_path / "cards.docx", [CARD._replace(phone=phone)])
        assert lines(tmp_path / "cards.docx")[0][4] == shown.strip("　")

    def test_html_takes_no_text_for_markup(self, tmp_path: Path):
        text = written(tmp_path / "cards.html", CardText(
            "<镇>", "A&B村", "<script>alert(1)</script>", '"引"<b>', "<i>医</i>", "<1>", ("<u>",)))
        assert not re.search(r"<(script|b|i|u|镇|1)>", text)
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 家" in text
        assert "A&amp;B村" in text

    def test_html_needs_no_network(self, tmp_path: Path):
        text = written(tmp_path / "cards.html", CARD, qr=True)
        assert not re.search(r'(src|href)\s*=|url\(|https?://(?!www\.w3\.org)', text)


class TestCode:
    def dialled(self, monkeypatch: pytest.MonkeyPatch, target: Path, phone: str) -> list[str]:
        """What is put into the code."""
        import segno

        texts: list[str] = []
        make = segno.make
        monkeypatch.setattr(segno, "make", lambda text, **options: (texts.append(text), make(text, **options))[1])
        write_cards(target, [CARD._replace(phone=phone)], qr=True)
        return texts

    @pytest.mark.parametrize("ending", ["docx", "html"])
    @pytest.mark.parametrize(("phone", "dialled"), [
        ("13800138000", ["tel:13800138000"]), ("0482-6123456转801", ["tel:04826123456"]), ("", [])])
    def test_it_holds_figures_only_and_none_without_a_phone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, phone: str, dialled: list[str]
    ):
        assert self.dialled(monkeypatch, tmp_path / f"cards.{ending}", phone) == dialled

    def test_only_when_asked_for(self, tmp_path: Path):
        assert "<svg" not in written(tmp_path / "cards.html", CARD)
        assert written(tmp_path / "cards.html", CARD, qr=True).count("<svg") == 1
        write_cards(tmp_path / "cards.docx", [CARD, CARD], qr=True)
        assert len(Document(str(tmp_path / "cards.docx")).inline_shapes) == 2
