"""What every Word file of ours has: an A4 page, fonts for Chinese characters too, and no trace of who made it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lianhu.files.safe import printable


def new_document(title: str) -> Any:
    """An empty document of A4 pages; its properties hold the title and nobody's name."""
    from docx import Document
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    # python-docx's own template names itself there, and two dates of its own.
    properties = document.core_properties
    properties.author = properties.comments = ""
    properties.title, properties.created = printable(title), datetime.now(UTC)
    properties.modified = properties.created
    return document


def set_font(styled: Any, name: str, size: float | None = None) -> None:
    """Sets a font for Latin and for Chinese characters, which Word keeps apart; the size is in points."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    styled.font.name = name
    if size is not None:
        styled.font.size = Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
