"""Small things every written workbook needs."""

from __future__ import annotations

from typing import Any

from lianhu.files.safe import printable


def put_text(cell: Any, text: str) -> None:
    """Puts a text into a cell as text, also one that begins like a formula."""
    text = printable(text)
    cell.value = text or None
    if text[:1] in {"=", "+", "-", "@"}:
        cell.data_type = "s"
        cell.quotePrefix = True


def sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel accepts (31 characters, no brackets, colons, stars or slashes) that is not taken yet; now it is."""
    base = "".join("_" if c in "[]:*?/\\" or not c.isprintable() else c for c in name).strip("'")[:28] or "表"
    wanted, number = base, 2
    while wanted.casefold() in taken:
        wanted, number = f"{base}_{number}", number + 1
    taken.add(wanted.casefold())
    return wanted
