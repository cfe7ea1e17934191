"""联系卡 on paper: eight to an A4 page with cut lines, as .docx or as an .html page to print.

Cards are 97 × 70 mm, two across and four down; a QR code holds the phone (``tel:``), so that a camera
dials it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from lianhu.files.safe import printable, replacing
from lianhu.files.word import new_document, set_font

ACROSS, DOWN = 2, 4
WIDTH, HEIGHT = 97, 70
"""Of one card, in millimetres."""
MARGIN = 8

Progress = Callable[[int, int], None]


class Card(Protocol):
    """What stands on one card."""

    @property
    def town(self) -> str: ...
    @property
    def village(self) -> str: ...
    @property
    def head_name(self) -> str: ...
    @property
    def cadre_name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def duties(self) -> Sequence[str]: ...


def write_cards(
    target: Path, cards: Sequence[Card], *, qr: bool = False, progress: Progress = lambda done, total: None
) -> None:
    """Writes the cards as the ending of ``target`` says (.docx or .html); replaces an existing file."""
    with replacing(target) as scratch:
        if target.suffix.lower() == ".html":
            scratch.write_text(_page(cards, qr=qr, progress=progress), encoding="utf-8")
        else:
            _document(cards, qr=qr, progress=progress).save(str(scratch))


def _sheets(cards: Sequence[Card]) -> Iterator[Sequence[Card]]:
    for start in range(0, len(cards), ACROSS * DOWN):
        yield cards[start:start + ACROSS * DOWN]


def _code(phone: str) -> Any:
    import segno

    # An extension is asked for by whoever answers; a phone that dials knows figures only.
    return segno.make(f"tel:{phone.partition('转')[0].replace('-', '')}", error="m", micro=False)


def _spaced(phone: str) -> str:
    """A mobile number as it is read out: 138 0013 8000."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 and phone.isdecimal() else phone


def _name_size(name: str) -> int:
    """Points in which a name of any length stays on one line beside the code."""
    return min(27, max(12, 170 // max(len(name), 1)))


_STYLE = f"""
@page {{ size: A4; margin: {MARGIN}mm }}
* {{ box-sizing: border-box }}
body {{ margin: 0; font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", SimHei, sans-serif; color: #000 }}
.sheet {{ display: grid; grid-template-columns: repeat({ACROSS}, {WIDTH}mm); grid-auto-rows: {HEIGHT}mm; break-after: page }}
.sheet:last-child {{ break-after: auto }}
.card {{ position: relative; border: 1px dashed #888; padding: 4mm 5mm; overflow: hidden }}
.card h1 {{ font-size: 15pt; margin: 0 0 1.5mm; text-align: center; letter-spacing: .15em }}
.card p {{ margin: 0 0 1mm; font-size: 12pt }}
.card .who {{ font-weight: bold; line-height: 1.25; margin-right: 24mm; white-space: nowrap }}
.card .post {{ margin-right: 24mm; white-space: nowrap; overflow: hidden }}
.card .phone {{ font-size: 25pt; font-weight: bold; letter-spacing: .02em; line-height: 1.2; white-space: nowrap }}
.card .duties {{ font-size: 9.5pt; line-height: 1.35 }}
.card .foot {{ position: absolute; left: 5mm; right: 5mm; bottom: 3mm; font-size: 9.5pt }}
.card svg {{ position: absolute; right: 4mm; top: 13mm; width: 22mm; height: 22mm }}
@media screen {{ body {{ margin: 8mm auto; width: {ACROSS * WIDTH}mm }} }}
"""


def _page(cards: Sequence[Card], *, qr: bool, progress: Progress) -> str:
    parts = ['<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>党员干部联系卡</title>',
             f"<style>{_STYLE}</style></head><body>"]
    done = 0
    for sheet in _sheets(cards):
        parts.append('<section class="sheet">')
        parts += [_html_card(card, qr=qr) for card in sheet]
        parts.append("</section>")
        done += len(sheet)
        progress(done, len(cards))
    return "".join([*parts, "</body></html>\n"])


def _html_card(card: Card, *, qr: bool) -> str:
    picture = _code(card.phone).svg_inline(border=0, omitsize=True) if qr and card.phone else ""
    phone = escape(_spaced(card.phone)) or "　"
    return (f'<article class="card"><h1>党员干部联系卡</h1><p>{escape(card.head_name)} 家，您的联系干部：</p>'
            f'<p class="who" style="font-size:{_name_size(card.cadre_name)}pt">{escape(card.cadre_name)}</p>'
            f'<p class="post">{escape(card.post) or "　"}</p><p class="phone">{phone}</p>{picture}'
            f'<p class="duties">{escape("、".join(card.duties))}</p>'
            f'<p class="foot">{escape(card.town)}{escape(card.village)}　有事请打电话，不论大小</p></article>')


def _document(cards: Sequence[Card], *, qr: bool, progress: Progress) -> Any:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Mm, Pt

    document = new_document("党员干部联系卡")
    section = document.sections[0]
    # A hair less, since Word rounds to twentieths of a point and the cards fill the page.
    section.left_margin = section.right_margin = Mm(MARGIN - 0.5)
    section.top_margin = Mm(MARGIN)
    section.bottom_margin = Mm(MARGIN - 2)
    section.header_distance = section.footer_distance = Mm(4)
    normal = document.styles["Normal"]
    set_font(normal, "微软雅黑")
    normal.paragraph_format.space_after = Pt(0)
    rows = -(-len(cards) // ACROSS)
    table = document.add_table(rows=rows, cols=ACROSS)
    table.autofit = False
    _dashed(table)
    cells = [cell for row in table.rows for cell in row.cells]
    for row in table.rows:
        row.height, row.height_rule = Mm(HEIGHT), WD_ROW_HEIGHT_RULE.EXACTLY
    for number, (cell, card) in enumerate(zip(cells, cards, strict=False), 1):
        cell.width = Mm(WIDTH)
        _fill(cell, card, qr=qr)
        if number % (ACROSS * DOWN) == 0:
            progress(number, len(cards))
    # A document cannot end with a table; its last paragraph must not start another page.
    last = document.add_paragraph()
    last.paragraph_format.line_spacing_rule, last.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    progress(len(cards), len(cards))
    return document


def _fill(cell: Any, card: Card, *, qr: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt

    title = cell.paragraphs[0]
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(4)
    _say(title, "党员干部联系卡", 15, bold=True)
    _say(cell.add_paragraph(), f"{card.head_name} 家，您的联系干部：", 12)
    who = cell.add_paragraph()
    _say(who, card.cadre_name, _name_size(card.cadre_name), bold=True)
    if qr and card.phone:
        picture = BytesIO()
        _code(card.phone).save(picture, kind="png", scale=6, border=1)
        picture.seek(0)
        who.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH - 8), WD_TAB_ALIGNMENT.RIGHT)
        who.add_run("\t").add_picture(picture, width=Mm(16))
    _say(cell.add_paragraph(), card.post, 12)
    _say(cell.add_paragraph(), _spaced(card.phone), 24, bold=True)
    _say(cell.add_paragraph(), "、".join(card.duties), 9.5)
    foot = cell.add_paragraph()
    foot.paragraph_format.space_before = Pt(6)
    _say(foot, f"{card.town}{card.village}　有事请打电话，不论大小", 10)
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(2)


def _say(paragraph: Any, text: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(printable(text))
    run.bold, run.font.size = bold, Pt(size)


def _dashed(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "dashed"), ("sz", "4"), ("space", "0"), ("color", "888888")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
