"""Blank cells that erase: what ``import --replace`` makes of them."""

from __future__ import annotations

from lianhu.domain.forms import Column
from lianhu.domain.table import coordinate
from lianhu.services.intake.masked import LEFT_OUT
from lianhu.services.intake.staging import ERASED, Source

_ROSTERS = frozenset({"cluster", "household", "member", "cadre", "pairing", "cluster-head"})
"""Lists of what is. What has happened is corrected by saying what happened, not by leaving it out."""

_SPREAD = "category"
"""A 类别 cell speaks of several lists at once; its being blank says nothing about any one of them."""


def let_blanks_erase(source: Source) -> None:
    """Marks the blank cells of a sheet's own columns, so that what is recorded there is erased.

    Cells that name the record stay as they are, and so does a cell with a problem: it is not blank.
    """
    if source.kind not in _ROSTERS:
        return
    columns = [(h.position, h.column.field) for h in source.layout.headings
               if h.column is not None and _may_erase(h.column) and LEFT_OUT not in h.text]
    for row in source.rows:
        faulty = {problem.cell for problem in row.problems}
        for position, name in columns:
            if name not in row.values and coordinate(row.number, position) not in faulty:
                row.values[name] = ERASED


def _may_erase(column: Column) -> bool:
    return not (column.needed or column.side or column.kind in {_SPREAD, "villages"} or column.field in _REFERRING)


_REFERRING = frozenset({
    "code", "household_code", "is_locked", "cluster", "district", "group", "relation", "started_on", "ended_on",
    "closed_on", "close_reason", "merged_into", "split_from", "former_heads", "closures", "left_on", "leave_reason",
    "returns_on", "absences", "end_reason", "origin", "is_cross_village", "fit", "reasons"})
"""Fields that point elsewhere or hold a record together; they are changed by naming something else, and
what is over is not taken back by leaving it out."""
