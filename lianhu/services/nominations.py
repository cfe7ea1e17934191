"""提名: who is proposed as 联户长 of a unit, compared side by side until one is chosen, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.forms import FORMS
from lianhu.domain.identity import is_same_person
from lianhu.domain.spells import is_before
from lianhu.errors import AmbiguousError, ConflictError, UsageError
from lianhu.services.filters import refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cluster
from lianhu.services.pairing import stated_reason
from lianhu.services.settings import load_settings
from lianhu.services.typed import read_typed
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

RECOMMENDED, APPOINTED = "民主推荐", "组织任命"
CHOSEN, NOT_CHOSEN = "当选", "落选"

_NOMINATIONS = """
SELECT nomination.*, village.name AS village, cluster.name AS cluster, head.code AS head
FROM nomination JOIN cluster ON cluster.id = nomination.cluster_id JOIN village ON village.id = cluster.village_id
LEFT JOIN cluster_head AS head ON head.id = nomination.cluster_head_id
WHERE {} ORDER BY village.ordinal, nomination.cluster_id, nomination.outcome IS NOT NULL, coalesce(nomination.votes, -1) DESC,
coalesce(nomination.known_by, -1) DESC, nomination.id
"""
FIELDS = ("name", "id_number", "phone", "category", "way", "votes", "known_by", "note")


class NewNomination(NamedTuple):
    """A nomination as typed; None where nothing was said."""

    unit: str
    name: str
    village: str | None = None
    category: str | None = None
    way: str | None = None
    votes: str | None = None
    known_by: str | None = None
    id_number: str | None = None
    phone: str | None = None
    on: date | None = None
    note: str | None = None


class Nominated(NamedTuple):
    """A nomination as ``list_nominations`` gives it, and what changed of one that was there (``is_new`` False)."""

    batch: int | None
    nomination: Record
    is_new: bool
    changed: dict[str, tuple[Any, Any]]
    notes: list[str]


def nominate(database: Database, new: NewNomination, *, today: date, now: datetime) -> Nominated:
    """Proposes a person for a unit; an open nomination of the same person is filled in instead.

    Raises UsageError for values that cannot be, ConflictError for somebody who heads the unit already.
    """
    if new.on is not None and new.on > today:
        raise UsageError(f"提名日期 {new.on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    values, notes = read_person(database, {
        "name": new.name, "id_number": new.id_number, "phone": new.phone, "category": new.category, "way": new.way,
        "votes": new.votes, "known_by": new.known_by, "note": new.note}, "nomination", today)
    with batch(database, "cluster-head nominate", now=now) as journal:
        unit = get_cluster(database, new.unit, new.village)
        _refuse_head(database, unit, values)
        before = open_nomination(database, unit, values["name"], values.get("id_number"))
        if before is None:
            values = {"way": RECOMMENDED, **{name: value for name, value in values.items() if value is not None}}
            refuse_votes(values["way"], values.get("votes"))
            code = next_code(database, "nomination", "N")
            journal.insert("nomination", values | {
                "code": code, "cluster_id": unit["id"], "nominated_on": (new.on or today).isoformat()})
            changed: dict[str, tuple[Any, Any]] = {}
        else:
            code = before["code"]
            after = before | values | ({"nominated_on": new.on.isoformat()} if new.on else {})
            refuse_votes(after["way"], after["votes"])
            changed = {name: (before[name], after[name]) for name in (*FIELDS, "nominated_on") if before[name] != after[name]}
            journal.update("nomination", before["id"], before, after)
        journal.summarise(f"提名联户长 {unit['village_name']} {unit['name']}：{values['name']}（{code}）")
        return Nominated(None if journal.is_empty else journal.batch, get_nomination(database, code), before is None,
                         changed, notes)


def read_person(
    database: Database, given: dict[str, str | None], kind: str, today: date
) -> tuple[dict[str, Any], list[str]]:
    """What was typed of a person, read as the cells of that kind's sheet."""
    typed = read_typed(FORMS[kind], given, load_settings(database).dictionaries, today)
    if "name" in typed.values and typed.values["name"] is None:
        raise UsageError(f"“{given['name']}”不是姓名，没有登记。", "请写这个人的姓名")
    refuse_forbidden(given.get("note"))
    return typed.values, typed.notes


def refuse_votes(way: str | None, votes: int | None) -> None:
    """Raises UsageError for votes of somebody whom the organisation appoints."""
    if way == APPOINTED and votes is not None:
        raise UsageError(f"{APPOINTED}没有得票，没有登记。", f"民主推荐的写 --way {RECOMMENDED}；否则不写 --votes")


def _refuse_head(database: Database, unit: Record, values: dict[str, Any]) -> None:
    for head in database.records("SELECT * FROM cluster_head WHERE cluster_id = ? AND ended_on IS NULL", [unit["id"]]):
        if is_same_person(head["name"], head["id_number"], values["name"], values.get("id_number")):
            raise ConflictError(f"{head['name']}（{head['code']}）已是{unit['village_name']} {unit['name']}的联户长，没有提名。",
                                f"另有同名的人，加 --id 身份证号；卸任：lianhu cluster-head end {head['code']} --reason 届满")


def open_nomination(database: Database, unit: Record, name: str, id_number: str | None) -> Record | None:
    """The undecided nomination of that person in a unit. Raises AmbiguousError for several of the name."""
    found = [each for each in database.records(
        "SELECT * FROM nomination WHERE cluster_id = ? AND outcome IS NULL ORDER BY id", [unit["id"]])
        if is_same_person(each["name"], each["id_number"], name, id_number)]
    if len(found) > 1:
        raise AmbiguousError(f"{unit['village_name']} {unit['name']}有 {len(found)} 个叫“{name}”的提名："
                             f"{'、'.join(each['code'] for each in found)}。", "请用提名编号，或加 --id 身份证号")
    return found[0] if found else None


def decline(
    database: Database, words: Sequence[str], reason: str, *, on: date | None, today: date, now: datetime,
    dry_run: bool = False,
) -> tuple[int | None, list[Record]]:
    """Decides open nominations as 落选; gives the batch and the nominations as they are then.

    Raises ConflictError for one that is decided, UsageError for a day to come or before the nomination.
    """
    because = stated_reason(reason)
    with batch(database, "cluster-head decline", now=now, keep=not dry_run) as journal:
        decided = []
        for code in dict.fromkeys(word.strip().upper() for word in words):
            before = undecided(database, code)
            day = decided_day(before, on, today)
            (row,) = database.records("SELECT * FROM nomination WHERE id = ?", [before["id"]])
            journal.update("nomination", row["id"], row, row | {
                "outcome": NOT_CHOSEN, "reason": because, "decided_on": day})
            decided.append(get_nomination(database, code))
        journal.summarise(f"提名落选：{'、'.join(each['name'] for each in decided)}（{because}）")
        return None if dry_run else journal.batch, decided


def undecided(database: Database, code: str) -> Record:
    """The open nomination of a code. Raises NotFoundError, ConflictError for a decided one."""
    found = get_nomination(database, code)
    if found["outcome"] is not None:
        raise ConflictError(f"{found['code']} {found['name']}已于 {found['decided_on'] or '早先'} {found['outcome']}"
                            f"（{found['reason'] or '没有写理由'}），没有改动。", "如要改：lianhu undo 那一次")
    return found


def decided_day(nomination: Record, on: date | None, today: date) -> str:
    """The day of a decision. Raises UsageError for one that cannot be."""
    day = on or today
    if day > today:
        raise UsageError(f"--on {day} 在今天（{today}）之后，没有改动。", "请核对 --on")
    if is_before(day.isoformat(), nomination["nominated_on"]):
        raise UsageError(f"{day} 在提名日期 {nomination['nominated_on']} 之前，没有改动。", "请核对 --on")
    return day.isoformat()


def get_nomination(database: Database, word: str) -> Record:
    """The nomination of a code, as ``list_nominations`` gives it. Raises NotFoundError."""
    return get_by_code(database, _NOMINATIONS.format("upper(nomination.code) = ?"), word, "提名",
                       "看有哪些：lianhu cluster-head compare 单元")


def list_nominations(
    database: Database, unit: str | None = None, village: str | None = None, *, undecided_only: bool = False
) -> list[Record]:
    """Nominations of a unit, or of all: open ones first, those with more votes and neighbours before others."""
    condition, parameters = "1 = 1", []
    if unit is not None:
        condition, parameters = "nomination.cluster_id = ?", [get_cluster(database, unit, village)["id"]]
    if undecided_only:
        condition += " AND nomination.outcome IS NULL"
    return database.records(_NOMINATIONS.format(condition), parameters)
