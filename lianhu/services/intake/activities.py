"""自治活动 of sheets: from rows to the values of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lianhu.domain.activities import settled
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.staging import Source, picked

if TYPE_CHECKING:
    from lianhu.services.intake.records import RecordIntake


def activity(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """An activity of a unit, or of its whole village where no unit is told."""
    source.refuse_missing(row, "kind", "title", "held_on")
    if row.is_bad:
        return None
    team = records.places.team(source, row)
    if team is None:
        return None
    village, cluster = team
    quantity, fault = settled(row.values["kind"], row.values.get("quantity"), row.values.get("measure"))
    if quantity is None:
        heading = source.blamed(row, ("quantity", "measure"))
        row.refuse(Problem(
            coordinate(row.number, heading.position) if heading else "", row.number, heading.text if heading else "数量",
            fault.code if fault else "number-invalid", "error", f"{fault.message if fault else ''}这一行没有读入。"))
        return None
    if row.values.get("quantity") and row.values["quantity"].measure:
        row.values["measure"] = quantity.measure
    return {
        "village_id": village, "cluster_id": cluster, "quantity": quantity.hundredths, "measure": quantity.measure,
    } | picked(row, "code", "kind", "title", "held_on", "note")
