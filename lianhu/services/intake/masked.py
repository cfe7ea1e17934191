"""Masked cells of a sheet: those of our own export say nothing new, every other one is refused.

Without ``--full`` an export shows 138****8000 and leaves out classes that only few may see. Such a
sheet may be mended and imported again: nothing recorded is lost to a mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lianhu.domain.forms import Column
from lianhu.domain.masks import mask_id_number, mask_phone, mask_text
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.domain.terms import Dictionaries
from lianhu.services.intake.identity import Group
from lianhu.services.intake.staging import Source, Stage, Staged
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database

LEFT_OUT = "不含敏感类别"
"""Behind a heading: the column does not tell the terms of sensitivity A."""

WITH_LEFT_OUT = ("traits", "classes")
"""Fields whose dictionaries may have such terms."""

_NUMBERS = (
    ("household", "head_id_number", "phone"), ("member", "id_number", "phone"), ("cadre", "id_number", "phone"),
    ("cluster_head", "id_number", "phone"), ("nomination", "id_number", "phone"), ("cluster", "", "grid_chief_phone"),
)


def settle_masks(stage: Stage, sources: Sequence[Source]) -> None:
    """Passes over masks of recorded numbers; refuses rows whose own number is masked.

    An ID number may be passed over only where a code names the record instead.
    """
    known: set[str] | None = None
    for source in sources:
        columns = {h.position: h.column for h in source.layout.headings if h.column}
        numbers = [(position, column) for position, column in columns.items() if column.kind == "number"]
        by_place = {_letters(position): column for position, column in columns.items()}
        for row in source.rows:
            for position, column in numbers:
                if "*" in (row.values.get(column.field) or ""):
                    row.values.pop(column.field)
                    row.refuse(Problem(
                        coordinate(row.number, position), row.number, column.label, "id-damaged", "error",
                        "编号是带星号的脱敏编号，这一行没有读入；请换成完整编号。"))
            starred = [p for p in row.problems if "*" in p.value]
            if not starred:
                continue
            if known is None:
                known = _known_masks(stage.database)
            passed = [p for p in starred if p.value in known and _may_pass(by_place.get(_letters(p.cell)), source, row)]
            if passed:
                row.problems = [p for p in row.problems if p not in passed]
                row.is_bad = any(p.level == "error" for p in row.problems)


def _letters(place: int | str) -> str:
    cell = coordinate(1, place) if isinstance(place, int) else place
    return cell.rstrip("0123456789")


def _may_pass(column: Column | None, source: Source, row: Row) -> bool:
    if column is None or column.kind not in {"id", "phones"}:
        return False
    values = row.values
    if column.side == "cadre":
        return bool(values.get("cadre_code"))
    if source.kind == "cluster":
        return bool(values.get("cluster"))
    return bool(values.get("household_code") or values.get("code")
                or (source.kind == "cadre" and values.get("cadre_code")))


def _known_masks(database: Database) -> set[str]:
    """Every recorded ID number and phone as an export masks it."""
    found: set[str] = set()
    if database.fresh:
        return found
    for table, number, phone in _NUMBERS:
        for field, mask in ((number, mask_id_number), (phone, mask_phone)):
            if field:
                found.update(mask_text(mask(text)) for (text,) in database.execute(
                    f"SELECT {field} FROM {table} WHERE {field} IS NOT NULL"))
    return found


class HiddenTerms:
    """Keeps the terms of a record that a sheet was not shown."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dictionaries: Dictionaries | None = None

    def kept(self, values: dict[str, Any], record: Staged, group: Group) -> dict[str, Any]:
        """The values for a record, with the hidden terms it has where its sheets leave them out."""
        if record.before is None:
            return values
        kept = dict(values)
        for name in WITH_LEFT_OUT:
            if values.get(name) and record.values.get(name) and any(
                    (h := claim.source.heading((name,))) and LEFT_OUT in h.text for claim in group.claims):
                if self._dictionaries is None:
                    self._dictionaries = load_settings(self._database).dictionaries
                words = {*values[name].split("、")}
                words |= {*record.values[name].split("、")} & self._dictionaries.hidden_classes
                kept[name] = "、".join(term for term in self._dictionaries[name].names if term in words)
        return kept
