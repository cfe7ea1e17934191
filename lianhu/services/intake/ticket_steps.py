"""The steps of a 12345 ticket that a sheet tells: in their order, and what a redo undoes."""

from __future__ import annotations

from typing import Any

from lianhu.domain.rows import Row
from lianhu.domain.spells import is_before
from lianhu.domain.tickets import REDO
from lianhu.services.intake.staging import ERASED, Source, Staged

_AFTER = (
    ("signed_at", "received_at"), ("contacted_at", "received_at"), ("due_on", "received_at"), ("closed_at", "received_at"),
    ("closed_at", "signed_at"), ("followed_up_at", "closed_at"),
)
"""What cannot come before what."""
_OF_A_REDO = ("state", "closed_at", "due_on", "is_solved", "grade", "followed_up_at", "redone")


def refuse_disorder(source: Source, row: Row) -> None:
    """Leaves a time empty that comes before what it follows, and tells of a closed ticket without a time."""
    labels = {name: column.label for name, column in source.layout.form.by_field.items()}
    for name, former in _AFTER:
        when, since = row.values.get(name), row.values.get(former)
        if when and since and is_before(when, since):
            source.tell(row, name, "date-invalid", "warning",
                        f"{labels[name]} {when} 比{labels[former]} {since} 早，这一格没有读入；请核对时间。")
            row.values.pop(name)
    if row.values.get("state") == "已办结" and not row.values.get("closed_at"):
        source.tell(row, "state", "date-missing", "note", "已办结的工单没有办结时间，不计入办结；请补上办结时间。")


def of_a_redo(record: Staged, told: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """What a row that says 重办 changes of a recorded ticket: it is open again and has a new deadline.

    A redo that the record has gone through already, and has been closed after, is left as it was.
    """
    if told.get("state") != REDO or record.values["state"] == REDO:
        return told
    if not record.values["redone"] or (values["followed_up_at"] or "") > (record.values["followed_up_at"] or ""):
        return told | {"closed_at": ERASED, "due_on": values["due_on"], "redone": (record.values["redone"] or 0) + 1}
    return {name: value for name, value in told.items() if name not in _OF_A_REDO}
