"""A paper in the layout of official documents (GB/T 9704-2012): fonts, margins, 22 lines of 28 characters."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianhu.files.safe import printable, replacing
from lianhu.files.word import new_document, set_font

TITLE_FONT, BODY_FONT, NUMBER_FONT = "方正小标宋简体", "仿宋_GB2312", "宋体"
TITLE_SIZE, BODY_SIZE, NUMBER_SIZE, FOOT_SIZE = 22, 16, 14, 9
LINE = 28.95
"""Points: 2号, 3号 and 4号 type; 22 lines on a type area of 225 mm."""
_CHARACTERS = 28
_WIDTH = 156 / 25.4 * 72
"""Points of the type area from left to right."""
_FOOT = 25
"""Millimetres from the sheet's lower edge to the foot of the page number, whose dashes then stand 7 mm
below the type area."""


def write_official(
    target: Path, title: str, paragraphs: Sequence[str], signature: str, day: date, foot: str = ""
) -> None:
    """Writes a .docx paper; an existing file is replaced. An empty ``signature`` leaves the day alone.

    ``foot`` stands small beneath all, as what a paper says of itself does.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = new_document(title)
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(_FOOT)
    normal = document.styles["Normal"]
    set_font(normal, BODY_FONT, BODY_SIZE)
    _condense(normal)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(LINE)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, title, TITLE_FONT, TITLE_SIZE)
    document.add_paragraph()
    for text in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(2 * BODY_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        _run(paragraph, text, BODY_FONT, BODY_SIZE)
    _sign(document, signature, f"{day.year}年{day.month}月{day.day}日")
    if foot:
        _run(document.add_paragraph(), foot, NUMBER_FONT, FOOT_SIZE)
    document.settings.odd_and_even_pages_header_footer = True
    # A reader who lays both sides open sees the numbers at the outer edges.
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    properties = document.core_properties
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    with replacing(target) as scratch:
        document.save(str(scratch))


def _run(paragraph: Any, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(printable(text))
    set_font(run, font, size)
    return run


def _condense(style: Any) -> None:
    """28 characters of 3号 are a little wider than the type area, so they close up.

    A grid of characters would do the same in Word, but LibreOffice gives each of them two cells of it.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(math.floor((_WIDTH / _CHARACTERS - BODY_SIZE) * 20)))
    # The schema wants it before the size of the type.
    style.element.get_or_add_rPr().find(qn("w:sz")).addprevious(spacing)


def _sign(document: Any, signature: str, day: str) -> None:
    """Signature and day after an empty line: the day four characters from the right, the other centred above.

    They are kept with the last lines of the text, so that no page bears them alone.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph().paragraph_format.keep_with_next = True
    right = {day: 4.0, signature: max(0.0, 4 + (_characters(day) - _characters(signature)) / 2)}
    for text in filter(None, (signature, day)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(right[text] * BODY_SIZE)
        paragraph.paragraph_format.keep_with_next = text != day
        _run(paragraph, text, BODY_FONT, BODY_SIZE)


def _characters(text: str) -> float:
    """The width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.5 for c in text)


def _number(footer: Any, side: Any) -> None:
    """— 1 — in 4号, one character from the edge."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(NUMBER_SIZE)
    _run(paragraph, "— ", NUMBER_FONT, NUMBER_SIZE)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(_run(paragraph, "1", NUMBER_FONT, NUMBER_SIZE)._r)
    paragraph._p.append(field)
    _run(paragraph, " —", NUMBER_FONT, NUMBER_SIZE)
