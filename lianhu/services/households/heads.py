"""Who the head of a household is, and whether somebody else is recorded under the name or ID number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lianhu.domain.identity import born_on, both_forms, eighteen_digits, name_key, sex_of
from lianhu.domain.masks import mask_id_number
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UnconfirmedError
from lianhu.services.intake.persons import HEAD_RELATIONS
from lianhu.store.connection import Database, Record

HEAD = "户主"
FORMER_HEAD = "原户主"
"""与户主关系 of the person who was head before: a household has one 户主."""

_OF_THE_PERSON = ("sex", "born_on", "phone")


def named(household: Record) -> str:
    """A household as sentences call it."""
    return f"{household['code']} {household['head_name']}"


def members_of(database: Database, household: Record) -> list[Record]:
    return database.records("SELECT * FROM member WHERE household_id = ? ORDER BY id", [household["id"]])


def head_row(members: Sequence[Record], household: Record) -> Record | None:
    """The head's own row among the members, by ID number, else by name."""
    number, key = household["head_id_number"], name_key(household["head_name"])
    if number:
        for member in members:
            if member["id_number"] and eighteen_digits(member["id_number"]) == eighteen_digits(number):
                return member
    own = [member for member in members if name_key(member["name"]) == key and not (number and member["id_number"])]
    return next((member for member in own if member["relation"] in HEAD_RELATIONS), own[0] if len(own) == 1 else None)


def find_member(household: Record, members: Sequence[Record], name: str, number: str | None = None) -> Record | None:
    """The member of that name, or of that ID number where it is given and known; None for nobody.

    Raises AmbiguousError when several bear the name.
    """
    if number:
        for member in members:
            if member["id_number"] and eighteen_digits(member["id_number"]) == eighteen_digits(number):
                return member
    found = [member for member in members if name_key(member["name"]) == name_key(name)]
    if len(found) > 1:
        raise AmbiguousError(f"{named(household)}家有 {len(found)} 个成员叫“{name}”。", "用 --id 身份证号指明是哪一个")
    return found[0] if found else None


def get_member(household: Record, members: Sequence[Record], name: str) -> Record:
    """The member of that name. Raises NotFoundError that lists who there is."""
    found = find_member(household, members, name)
    if found is None:
        listed = "、".join(member["name"] for member in members)
        raise NotFoundError(f"{named(household)}家没有登记成员“{name}”。", f"登记的成员：{listed}" if listed else
                            "这一户还没有登记成员；先导入家庭成员表，或不写 --member")
    return found


def head_values(name: str, member: Record | None, given: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """What is recorded of a household's new head: from his row as a member, and what was given.

    Raises ConflictError when the member's ID number is another one than the given.
    """
    values: dict[str, Any] = {"head_name": name, "head_id_number": given.get("head_id_number"), "stated_age": None}
    known = member or {}
    for column in _OF_THE_PERSON:
        values[column] = given.get(column) or known.get(column)
    number = known.get("id_number")
    if number and values["head_id_number"] and eighteen_digits(number) != eighteen_digits(values["head_id_number"]):
        raise ConflictError(f"成员{name}登记的身份证号是{mask_id_number(number)}，和 --id 不同，没有改动。",
                            "不写 --id，或请核对号码")
    values["head_id_number"] = number or values["head_id_number"]
    follow_number(values, notes)
    return values


def follow_number(values: dict[str, Any], notes: list[str]) -> None:
    """Puts sex and birthday as the ID number has them; what was typed otherwise is told."""
    number = values.get("head_id_number")
    if not number:
        return
    sex, born = sex_of(number), born_on(number).isoformat()
    if values.get("sex") not in (None, sex):
        notes.append(f"性别与身份证号不符，按身份证号记为{sex}；请核对。")
    if values.get("born_on") and not born.startswith(values["born_on"]):
        notes.append("出生日期与身份证号不符，按身份证号记；请核对。")
    values |= {"sex": sex, "born_on": born, "stated_age": None}


def refuse_taken(
    database: Database, number: str | None, *, household: Record | None = None, member: Record | None = None,
    former: bool = False,
) -> None:
    """Raises ConflictError when an ID number is recorded for somebody else.

    ``household`` is the one whose head it is to be, ``member`` that person's row; with ``former`` he may
    have been head of this household before.
    """
    if not number:
        return
    forms = both_forms(number)
    marks = ", ".join("?" * len(forms))
    own = household["id"] if household else 0
    who = "SELECT household.*, village.name AS village, {} FROM household JOIN village ON village.id = household.village_id"
    for head in database.records(
        f"{who.format('head_name AS person')} WHERE head_id_number IN ({marks}) AND household.id <> ?", [*forms, own]
    ):
        raise _taken(number, head, "的户主")
    for past in database.records(
        f"{who.format('former_head.name AS person')} JOIN former_head ON former_head.household_id = household.id "
        f"WHERE former_head.id_number IN ({marks}) AND household.id <> ?", [*forms, own if former else 0]
    ):
        raise _taken(number, past, f"的原户主{past['person']}")
    for other in database.records(
        f"{who.format('member.name AS person, member.id AS member_id')} JOIN member ON member.household_id = household.id "
        f"WHERE member.id_number IN ({marks}) AND member.id <> ?", [*forms, member["id"] if member else 0]
    ):
        raise _taken(number, other, f"的成员{other['person']}", f"lianhu household split {other['code']} {other['person']}")


def _taken(number: str, household: Record, role: str, step: str = "") -> ConflictError:
    closed = ""
    if household["merged_into_id"] is not None:
        closed = f"，{household['close_reason']}"
    elif household["closed_on"] is not None:
        closed, step = f"，{household['closed_on']} 已销户", f"lianhu household reopen {household['code']}"
    return ConflictError(
        f"身份证号{mask_id_number(number)}是 {named(household)}（{household['village']}{closed}）{role}，没有登记。",
        step or f"lianhu household show {household['code']}")


def refuse_namesakes(
    database: Database, village: Record, name: str, agreed: Collection[str], *, household: Record | None = None
) -> None:
    """Raises UnconfirmedError when heads of that name are recorded in the village and nobody agreed to it."""
    own, key, found = household["id"] if household else 0, name_key(name), []
    for other in database.records(
        "SELECT * FROM household WHERE village_id = ? AND merged_into_id IS NULL AND id <> ? ORDER BY code",
        [village["id"], own]
    ):
        if name_key(other["head_name"]) == key:
            found.append(f"同村已有同名的户 {named(other)}{'（已销户）' if other['closed_on'] else ''}")
    for past in database.records(
        "SELECT household.*, former_head.name AS person FROM former_head JOIN household ON household.id = "
        "former_head.household_id WHERE village_id = ? AND household.id <> ? ORDER BY code", [village["id"], own]
    ):
        if name_key(past["person"]) == key:
            found.append(f"{named(past)}的原户主也叫{past['person']}")
    if not set(found) <= set(agreed):
        raise UnconfirmedError(f"户主 {name}（{village['name']}）", tuple(found))


def refuse_closed(household: Record) -> None:
    """Raises ConflictError for a household that is closed or was joined with another."""
    if household["merged_into_id"] is not None:
        raise ConflictError(f"{named(household)}已{household['close_reason']}，没有改动。", "请写并入的那一户")
    if household["closed_on"] is not None:
        raise ConflictError(
            f"{named(household)}已于 {household['closed_on']} 销户（{household['close_reason'] or '没有写原因'}），没有改动。",
            f"要恢复：lianhu household reopen {household['code']}")

