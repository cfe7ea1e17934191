"""诚信额度 of sheets: what a bank returned for a unit or a village."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lianhu.domain.rows import Row
from lianhu.services.intake.staging import Source, picked

if TYPE_CHECKING:
    from lianhu.services.intake.records import RecordIntake

_RETURNED = ("bank", "grade", "credit_limit", "recorded_on")


def credit(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """A bank's grade and limit for a unit, or for a whole village where no unit is told.

    In the sheet that the bank got from ``credit export`` it may leave a unit's cells empty: then it said nothing.
    """
    if row.values.get("recommended") and not any(row.values.get(name) for name in _RETURNED) and not row.problems:
        source.outcome[row.number] = "unchanged"
        return None
    source.refuse_missing(row, "grade", "recorded_on")
    if row.is_bad:
        return None
    team = records.places.team(source, row)
    if team is None:
        return None
    village, cluster = team
    return {"village_id": village, "cluster_id": cluster} | picked(
        row, "code", "bank", "grade", "credit_limit", "recommended", "recorded_on", "note")
