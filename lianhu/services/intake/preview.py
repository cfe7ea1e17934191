"""What an import changes in records that are there already: old beside new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lianhu.domain.forms import FORMS
from lianhu.domain.masks import mask_text
from lianhu.services.intake.staging import Stage, Staged
from lianhu.store.connection import Record

_OTHER_LABELS = {
    "village_id": "嘎查村", "cluster_id": "联户单元", "household_id": "户", "cadre_id": "干部", "district": "片区",
    "ended_on": "结束日期", "end_reason": "结束原因", "mode": "线上线下", "ordinal": "次序",
    "merged_into_id": "并入户", "split_from_id": "分自户", "reason": "原因", "returns_on": "预计返岗日期",
}


class FieldChange(NamedTuple):
    """One cell of a recorded row: the record as people know it, the column, old and new, masked."""

    record: str
    field: str
    old: str
    new: str


def field_changes(stage: Stage, tables: Sequence[str]) -> Iterator[FieldChange]:
    """Every changed cell of recorded rows, table by table. To be read before the stage is written."""
    labels = {
        table: {column.field: column.label for form in FORMS.values() if form.table == table for column in form.columns}
        for table in tables
    }
    for table in tables:
        for staged in stage.loaded(table):
            if staged.before is None:
                continue
            for name, new in staged.values.items():
                old = staged.before.get(name)
                if (new.values.get("id") if isinstance(new, Staged) else new) != old:
                    label = labels[table].get(name) or _OTHER_LABELS.get(name, name)
                    yield FieldChange(_record(staged.values), label, _old(stage, name, old), _shown(new))


def _record(values: Record) -> str:
    named = values.get("household_id") or values.get("cadre_id")
    if isinstance(named, Staged):
        return _record(named.values)
    code, name = values.get("code") or values.get("number"), values.get("head_name") or values.get("name")
    return " ".join(str(part) for part in (code, name) if part)


def _old(stage: Stage, name: str, value: Any) -> str:
    """An old value; of a reference, the name of the record it points to."""
    if value is not None and name in {"village_id", "cluster_id", "household_id", "cadre_id"}:
        return _record(stage.by_id(name.removesuffix("_id"), value).values)
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, Staged):
        return _record(value.values)
    return "" if value is None else mask_text(str(value))
