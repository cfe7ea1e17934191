"""联户长: who heads which unit since when, appointed with reasons; one person heads one unit at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.identity import both_forms, eighteen_digits, is_same_person
from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.domain.spells import is_before
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UnconfirmedError, UsageError
from lianhu.services.lookup import get_cluster, get_village, in_villages
from lianhu.services.nominations import (
    APPOINTED,
    CHOSEN,
    RECOMMENDED,
    decided_day,
    list_nominations,
    open_nomination,
    read_person,
    refuse_votes,
    undecided,
)
from lianhu.services.pairing import refuse_days_to_come, stated_reason
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

_HEADS = """
SELECT head.*, village.name AS village, village.id AS village_id, cluster.name AS cluster
FROM cluster_head AS head JOIN cluster ON cluster.id = head.cluster_id JOIN village ON village.id = cluster.village_id
WHERE {} ORDER BY village.ordinal, head.cluster_id, head.code
"""
_TAKEN_OVER = ("name", "id_number", "phone", "category", "way", "votes")
"""What a head-ship takes from the nomination that led to it."""


class Appointment(NamedTuple):
    """An appointment as typed. ``unit`` may be the code of a nomination; then ``name`` is not needed."""

    unit: str
    name: str | None
    reason: str
    village: str | None = None
    category: str | None = None
    way: str | None = None
    votes: str | None = None
    id_number: str | None = None
    phone: str | None = None
    on: date | None = None
    note: str | None = None


class Appointed(NamedTuple):
    """A head as ``list_heads`` gives it, the nomination it came from, and those of the unit still undecided."""

    batch: int
    head: Record
    nomination: str | None
    undecided: list[Record]
    notes: list[str]


def appoint(
    database: Database, new: Appointment, *, today: date, now: datetime, agreed: Collection[str] = ()
) -> Appointed:
    """Makes a person head of a unit from a day on; a nomination of that person is decided with it.

    Raises UnconfirmedError when somebody of that name, who may be the same person, heads another unit of
    the village; ConflictError when this person heads a unit on that day or later; UsageError for values
    that cannot be.
    """
    refuse_days_to_come(new.on, today)
    reason = stated_reason(new.reason)
    with batch(database, "cluster-head appoint", now=now) as journal:
        unit, nomination, person = _unit_and_person(database, new)
        values, notes = _values(database, new, nomination, person, today)
        day = decided_day(nomination, new.on, today) if nomination else (new.on or today).isoformat()
        _refuse_two_units(database, unit, values, day, agreed)
        head = values | {"id": journal.next_id("cluster_head"), "code": next_code(database, "cluster_head", "L"),
                         "cluster_id": unit["id"], "started_on": day, "reason": reason}
        journal.insert("cluster_head", head)
        if nomination is not None:
            (row,) = database.records("SELECT * FROM nomination WHERE id = ?", [nomination["id"]])
            journal.update("nomination", row["id"], row, row | {
                "outcome": CHOSEN, "reason": reason, "decided_on": day, "cluster_head_id": head["id"]})
        journal.summarise(f"任联户长 {unit['village_name']} {unit['name']}：{head['code']} {head['name']} {day} 起")
        (made,) = database.records(_HEADS.format("head.id = ?"), [head["id"]])
        return Appointed(journal.batch, made, nomination["code"] if nomination else None,
                         [each for each in list_nominations(database, undecided_only=True) if each["cluster_id"] == unit["id"]],
                         notes)


def _unit_and_person(database: Database, new: Appointment) -> tuple[Record, Record | None, str]:
    """The unit, the open nomination if there is one, and the name that was typed or nominated."""
    code = (new.name or new.unit).strip().upper()
    if re.fullmatch(r"N[0-9]+", code):
        nomination = undecided(database, code)
        unit = get_cluster(database, nomination["cluster"], nomination["village"])
        if new.name and (told := get_cluster(database, new.unit, new.village))["id"] != unit["id"]:
            raise ConflictError(f"{nomination['code']}是{unit['village_name']} {unit['name']}的提名，"
                                f"不是{told['village_name']} {told['name']}的，没有任命。")
        return unit, nomination, nomination["name"]
    if not new.name:
        raise UsageError("要写任命谁：单元和姓名，或提名编号。",
                         f"lianhu cluster-head appoint {new.unit} 姓名 --reason 理由；或 appoint N000001 --reason 理由")
    unit = get_cluster(database, new.unit, new.village)
    return unit, open_nomination(database, unit, new.name, new.id_number), new.name


def _values(
    database: Database, new: Appointment, nomination: Record | None, person: str, today: date
) -> tuple[dict[str, Any], list[str]]:
    """What is recorded of the head: what was typed, else what the nomination says."""
    typed, notes = read_person(database, {
        "name": person, "id_number": new.id_number, "phone": new.phone, "category": new.category, "way": new.way,
        "votes": new.votes, "note": new.note}, "cluster-head", today)
    values = {name: nomination[name] for name in _TAKEN_OVER} if nomination else {}
    values |= typed
    values["way"] = values.get("way") or (RECOMMENDED if nomination or values.get("votes") is not None else APPOINTED)
    if values["way"] == APPOINTED and new.votes is None:
        values["votes"] = None
    refuse_votes(values["way"], values.get("votes"))
    if values.get("category") is None:
        words = load_settings(database).dictionaries["head_categories"].names
        raise UsageError("要写明联户长类别，没有任命。", f"--category 后面可写：{'、'.join(words)}")
    return values, notes


def _refuse_two_units(
    database: Database, unit: Record, values: dict[str, Any], day: str, agreed: Collection[str]
) -> None:
    """Raises the errors of ``appoint`` about who heads a unit on that day or later."""
    doubts = []
    for head in database.records(_HEADS.format("head.ended_on IS NULL OR head.ended_on > ?"), [day]):
        if not is_same_person(head["name"], head["id_number"], values["name"], values.get("id_number")):
            continue
        where = f"{head['village']} {head['cluster']}"
        is_certain = bool(head["id_number"] and values.get("id_number")) or head["cluster_id"] == unit["id"]
        if is_certain:
            since = f"{head['started_on']} 起" if head["started_on"] else ""
            until = f"任到 {head['ended_on']}" if head["ended_on"] else "任联户长"
            raise ConflictError(
                f"{head['name']}（{head['code']}）{since}在{where}{until}，一人同时只任一个单元，没有任命。",
                f"核对 --on {day}" if head["ended_on"] else
                f"先卸任：lianhu cluster-head end {head['code']} --reason 调整 --on {day}")
        if head["village_id"] == unit["village_id"]:
            doubts.append(f"{where}的联户长 {head['code']} 也叫{head['name']}，可能是同一个人")
    left = tuple(doubt for doubt in doubts if doubt not in agreed)
    if left:
        raise UnconfirmedError(f"任命{values['name']}", left)


class Ended(NamedTuple):
    batch: int
    head: Record


def end(
    database: Database, word: str, reason: str, *, village: str | None = None, on: date | None, today: date, now: datetime
) -> Ended:
    """Ends a head-ship; ``on`` is the first day on which the person is head no longer.

    Raises NotFoundError, ConflictError for one that is over, UsageError for a day to come or before it began.
    """
    refuse_days_to_come(on, today)
    because, day = stated_reason(reason), (on or today).isoformat()
    with batch(database, "cluster-head end", now=now) as journal:
        head = get_head(database, word, village)
        if head["ended_on"] is not None:
            raise ConflictError(f"{head['code']} {head['name']}已于 {head['ended_on']} 卸任"
                                f"（{head['end_reason'] or '没有写原因'}），没有改动。")
        if head["started_on"] and is_before(day, head["started_on"]):
            raise UsageError(f"{head['code']} {head['name']} {head['started_on']} 才任职，不能在 {day} 卸任。", "请核对 --on")
        (before,) = database.records("SELECT * FROM cluster_head WHERE id = ?", [head["id"]])
        journal.update("cluster_head", head["id"], before, before | {"ended_on": day, "end_reason": because})
        journal.summarise(f"联户长卸任 {head['village']} {head['cluster']}：{head['code']} {head['name']} {day} 起（{because}）")
        (made,) = database.records(_HEADS.format("head.id = ?"), [head["id"]])
        return Ended(journal.batch, made)


def get_head(database: Database, word: str, village: str | None = None) -> Record:
    """The head of a code, or the one in office of that ID number, phone or name. Raises NotFoundError, AmbiguousError."""
    text = word.strip().upper()
    found = database.records(_HEADS.format("upper(head.code) = ?"), [text])
    place = get_village(database, village)["id"] if village else None
    if not found:
        digits = text.replace(" ", "").replace("-", "")
        condition, parameters = "head.name = ?", [read_name(word)[0] or word.strip()]
        if len(digits) in (15, 18) and digits[:-1].isdigit():
            forms = both_forms(eighteen_digits(digits))
            condition, parameters = f"head.id_number IN ({', '.join('?' * len(forms))})", [*forms]
        elif digits.isdigit():
            condition, parameters = "replace(head.phone, '-', '') LIKE ?", [f"%{digits}%"]
        found = [head for head in database.records(_HEADS.format(f"head.ended_on IS NULL AND {condition}"), parameters)
                 if place is None or head["village_id"] == place]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "；".join(f"{head['village']} {head['cluster']} {head['code']}" for head in found[:12])
        raise AmbiguousError(f"有 {len(found)} 名在任的联户长叫“{mask_text(word)}”：{listed}。", "请写编号，或加 --village")
    raise NotFoundError(f"没有在任的联户长“{mask_text(word)}”。", "写联户长的编号或姓名；看有哪些：lianhu cluster-head list")


def list_heads(
    database: Database, *, villages: Sequence[str] = (), unit: str | None = None, cluster_id: int | None = None,
    ended: bool = False, today: date,
) -> list[Record]:
    """Heads in office on the day, or with ``ended`` those who are no longer, with village and unit.

    ``unit`` is looked for in the one village given, if one is.
    """
    conditions = ["head.ended_on <= ?" if ended else
                  "(head.started_on IS NULL OR head.started_on <= ?) AND (head.ended_on IS NULL OR head.ended_on > ?)"]
    parameters: list[Any] = [today.isoformat()] * (1 if ended else 2)
    if unit is not None:
        cluster_id = get_cluster(database, unit, villages[0] if len(villages) == 1 else None)["id"]
    if cluster_id is not None:
        conditions.append("head.cluster_id = ?")
        parameters.append(cluster_id)
    if villages:
        condition, ids = in_villages(database, villages)
        conditions.append(condition)
        parameters += ids
    return database.records(_HEADS.format(" AND ".join(conditions)), parameters)
