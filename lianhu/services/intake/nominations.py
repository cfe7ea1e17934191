"""提名 of sheets: from rows to the values of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lianhu.domain.identity import name_key
from lianhu.domain.rows import Row
from lianhu.domain.spells import is_before
from lianhu.services.intake.staging import Source, Staged, as_recorded, picked

if TYPE_CHECKING:
    from lianhu.services.intake.records import RecordIntake


def nomination(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """A person proposed for a unit; one who was chosen points to the head of that name there."""
    source.refuse_missing(row, "cluster", "name", "nominated_on")
    if row.is_bad:
        return None
    _, cluster = records.places.team(source, row) or (None, None)
    if cluster is None:
        return None
    decided_on = row.values.get("decided_on")
    if decided_on and is_before(decided_on, row.values["nominated_on"]):
        _leave_out(source, row, "decided_on", f"确定日期 {decided_on} 比提名日期 {row.values['nominated_on']} 早")
    if row.values.get("way") == "组织任命" and row.values.get("votes") is not None:
        _leave_out(source, row, "votes", "组织任命没有得票")
    return {"cluster_id": cluster, "cluster_head_id": _head(records, source, row, cluster)} | picked(
        row, "code", "name", "id_number", "phone", "category", "way", "votes", "known_by", "nominated_on", "decided_on",
        "outcome", "reason", "note")


def _leave_out(source: Source, row: Row, name: str, what: str) -> None:
    source.tell(row, name, "date-invalid" if name == "decided_on" else "number-invalid", "warning",
                f"{what}，这一格没有读入；请核对。")
    row.values.pop(name)


def _head(records: RecordIntake, source: Source, row: Row, cluster: Staged) -> Staged | None:
    """The head-ship that a nomination led to: the one of that code, else the only one of that name in the unit."""
    code = row.values.get("head_code")
    if not code and (row.values.get("outcome") != "当选" or as_recorded(source, row)):
        return None
    found = [head for head in records.stage.everyone("cluster_head") if (
        head.values["code"] == code if code else
        records.stage.referred("cluster", head.values["cluster_id"]) is cluster
        and name_key(head.values["name"]) == name_key(row.values["name"]))]
    return found[0] if len(found) == 1 else None

