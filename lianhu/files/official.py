"""A paper in the layout of official documents (GB/T 9704-2012): fonts, margins, 22 lines of 28 characters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lianhu.files.safe import replacing
from lianhu.files.word import new_document, set_font

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
TITLE_SIZE, BODY_SIZE, LINE = 22, 16, 28.95
"""Points: 2号 and 3号 type; 22 lines on the type area of 225 mm."""


def write_official(target: Path, title: str, paragraphs: Sequence[str], signature: str, day: str) -> None:
    """Writes a .docx paper; an existing file is replaced."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = new_document(title)
    section = document.sections[0]
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
    _page_numbers(section)
    with replacing(target) as scratch:
        document.save(str(scratch))


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    set_font(run, font, size)


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
