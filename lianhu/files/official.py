"""A paper in the layout of official documents (GB/T 9704-2012): fonts, margins, 22 lines of 28 characters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lianhu.files.safe import replacing

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
TITLE_SIZE, BODY_SIZE, LINE = 22, 16, 28.95
"""Points: 2号 and 3号 type; 22 lines on the type area of 225 mm."""


def write_official(target: Path, title: str, paragraphs: Sequence[str], signature: str, day: str, foot: str = "") -> None:
    """Writes a .docx paper; an existing file is replaced. ``foot`` is a small line at the end."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    set_font(normal, BODY_FONT, BODY_SIZE)
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
    document.add_paragraph()
    for text in filter(None, (signature, day)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        # Signature and date stand four characters from the right edge.
        paragraph.paragraph_format.right_indent = Pt(4 * BODY_SIZE)
        _run(paragraph, text, BODY_FONT, BODY_SIZE)
    if foot:
        _run(document.add_paragraph(), foot, BODY_FONT, 10.5)
    _page_numbers(section)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = title
    with replacing(target) as scratch:
        document.save(str(scratch))


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    set_font(run, font, size)


def set_font(styled: Any, name: str, size: float) -> None:
    """Sets a font for Latin and for Chinese characters, which Word keeps apart."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _page_numbers(section: Any) -> None:
    """— 1 — in 4号 at the foot, as the standard has it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", "宋体", 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _run(paragraph, " —", "宋体", 14)
