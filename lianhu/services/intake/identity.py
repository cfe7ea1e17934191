"""Whose row is it? The rows of an import that name persons or households, put into groups.

A code or an ID number names for certain; a name does so only inside its village and only while
nobody else bears it. The outcome does not depend on the order of rows, sheets or files: groups are
formed from all rows at once, and rows that contradict each other all stay out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lianhu.domain.identity import eighteen_digits, name_key
from lianhu.domain.masks import mask_id_number, mask_text
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.staging import ERASED, Source, Staged

_Key = tuple["Staged | None", "str | None"]
"""Where a name must be unique, and the key of the name: 巴图·孟和 and 巴图孟和 are one."""


@dataclass(slots=True)
class Claim:
    """One row's word about one record: the keys that name it and the values it gives.

    ``rank`` orders kinds of sheet where they disagree about a cell: the roster itself (0) before
    a list that only mentions the record.
    """

    source: Source
    row: Row
    values: dict[str, Any]
    code: str | None
    id_number: str | None
    place: Staged | None
    name: str | None
    rank: int = 0

    @property
    def key(self) -> _Key:
        return self.place, name_key(self.name) if self.name else None

    @property
    def where(self) -> str:
        return f"{self.source.shown}第{self.row.number}行"

    def refuse(self, field_names: Sequence[str], code: str, message: str) -> None:
        heading = self.source.blamed(self.row, field_names)
        position = heading.position if heading else 0
        self.row.refuse(Problem(
            coordinate(self.row.number, position) if position else "", self.row.number,
            heading.text if heading else "", code, "error", message))


@dataclass(slots=True)
class Group:
    """The claims about one record, and the stored one if there is one."""

    claims: list[Claim]
    stored: Staged | None = None
    target: Staged | None = None


@dataclass(slots=True)
class Fields:
    """The field names under which a kind of person keeps its code, ID number and name."""

    noun: str
    code: str
    id_number: str
    name: str

    def key(self, record: Staged, place_of: str) -> _Key:
        """Under which key a stored record may be named by place and name."""
        return record.values[place_of], name_key(record.values[self.name])


class _Union:
    """Sets of tokens joined by the claims that carry them."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def root(self, token: str) -> str:
        self.parent.setdefault(token, token)
        while self.parent[token] != token:
            self.parent[token] = self.parent[self.parent[token]]
            token = self.parent[token]
        return token

    def join(self, first: str, second: str) -> None:
        self.parent[self.root(first)] = self.root(second)


def group_claims(
    claims: Iterable[Claim], stored: Iterable[Staged], fields: Fields, place_of: str
) -> list[Group]:
    """Groups of claims that name one record; claims that cannot be told apart are refused.

    ``place_of`` is the stored column that holds the place in which a name must be unique.
    """
    claims = [claim for claim in claims if not claim.row.is_bad]
    stored = list(stored)
    certain = [claim for claim in claims if claim.code or claim.id_number]
    by_name = [claim for claim in claims if not (claim.code or claim.id_number)]
    groups = _certain_groups(certain, stored, fields)
    _adopt_nameless(groups, stored, fields, place_of)
    groups += _name_groups(by_name, groups, stored, fields, place_of)
    for group in groups:
        _spell_alike(group, fields)
    return [group for group in groups if _agree(group, fields)]


def _spell_alike(group: Group, fields: Fields) -> None:
    """Gives all claims the fullest of those spellings of a name or number that are one.

    Nobody contradicts himself by leaving out the dot of his name or by his old number; what is
    recorded is not put back to less either.
    """
    stored = group.stored.values if group.stored else {}
    if len(group.claims) == 1 and not stored:
        return
    for name, key in ((fields.name, name_key), (fields.id_number, eighteen_digits)):
        known = [stored.get(name), *(claim.values.get(name) for claim in group.claims)]
        spelled = set(filter(None, known))
        if len(spelled) < 2:
            continue
        fullest: dict[str, str] = {}
        for text in sorted(spelled):
            fullest[key(text)] = max(fullest.get(key(text), ""), text, key=lambda t: (len(t), t))
        for claim in group.claims:
            if text := claim.values.get(name):
                claim.values[name] = fullest[key(text)]


def certain_keys(code: str | None, id_number: str | None) -> list[str]:
    """What names a record for certain: its code and its ID number."""
    number = [eighteen_digits(id_number)] if id_number else []
    return [f"code {code}", *number] if code else number


def _certain_groups(
    certain: list[Claim], stored: list[Staged], fields: Fields
) -> list[Group]:
    union = _Union()
    known = union.parent
    tokens_of = [certain_keys(claim.code, claim.id_number) for claim in certain]
    for first, *rest in tokens_of:
        known.setdefault(first, first)
        for token in rest:
            union.join(token, first)
    owners: dict[str, list[Staged]] = defaultdict(list)
    for record in stored:
        tokens = [t for t in certain_keys(record.values["code"], record.values[fields.id_number]) if t in known]
        if tokens:
            for token in tokens[1:]:
                union.join(token, tokens[0])
            owners[tokens[0]].append(record)
    members: dict[str, Group] = {}
    for claim, (first, *_) in zip(certain, tokens_of, strict=True):
        root = first if known[first] == first else union.root(first)
        members.setdefault(root, Group([])).claims.append(claim)
    holders: dict[str, list[Staged]] = defaultdict(list)
    for token, records in owners.items():
        holders[union.root(token)].extend(records)
    groups = []
    for root, group in members.items():
        records = holders.get(root, [])
        codes = {c.code for c in group.claims if c.code} | {r.values["code"] for r in records}
        if len(records) > 1 or len(codes) > 1:
            names = "、".join(sorted(filter(None, codes)))
            for claim in group.claims:
                claim.refuse((fields.code, fields.id_number), "id-duplicate",
                             f"编号与身份证号指向不同的{fields.noun}（{names}），没有读入；请核对编号和身份证号。")
            continue
        group.stored = records[0] if records else None
        groups.append(group)
    return groups


def _adopt_nameless(
    groups: list[Group], stored: list[Staged], fields: Fields, place_of: str
) -> None:
    """A new ID number belongs to the stored record of that name and place which has none yet."""
    free: dict[_Key, list[Staged]] = defaultdict(list)
    for record in stored:
        if not record.values[fields.id_number]:
            free[fields.key(record, place_of)].append(record)
    if not free:
        return
    wanting: dict[_Key, list[Group]] = defaultdict(list)
    for group in groups:
        if group.stored is None and not any(claim.code for claim in group.claims):
            for key in {claim.key for claim in group.claims}:
                wanting[key].append(group)
    taken = {id(group.stored) for group in groups if group.stored}
    for key, seekers in wanting.items():
        records = [record for record in free.get(key, ()) if id(record) not in taken]
        if not records:
            continue
        if len(records) == 1 and len(seekers) == 1:
            seekers[0].stored = records[0]
            taken.add(id(records[0]))
            continue
        for group in seekers:
            for claim in group.claims:
                claim.refuse((fields.name,), "name-ambiguous",
                             f"本村已登记的同名{fields.noun}没有身份证号，分不清是哪一{_measure(fields)}，没有读入；"
                             f"请填上编号 {'、'.join(r.values['code'] for r in records)} 之一。")


def _name_groups(
    by_name: list[Claim], groups: list[Group], stored: list[Staged], fields: Fields, place_of: str
) -> list[Group]:
    if not by_name:
        return []
    candidates: dict[_Key, list[Group | Staged]] = defaultdict(list)
    matched = {id(group.stored) for group in groups if group.stored}
    for group in groups:
        for key in {claim.key for claim in group.claims if claim.name} | (
            {fields.key(group.stored, place_of)} if group.stored else set()
        ):
            candidates[key].append(group)
    for record in stored:
        if id(record) not in matched:
            candidates[fields.key(record, place_of)].append(record)
    same_name: dict[_Key, list[Claim]] = defaultdict(list)
    for claim in by_name:
        same_name[claim.key].append(claim)
    made: list[Group] = []
    for key, claims in same_name.items():
        known = candidates.get(key, [])
        per_sheet: dict[int, int] = defaultdict(int)
        for claim in claims:
            per_sheet[id(claim.source)] += 1
        twice = max(per_sheet.values()) > 1
        beside = any(
            isinstance(other, Group) and any(c.source is claim.source for c in other.claims)
            for other in known for claim in claims
        )
        if twice or len(known) > 1 or beside:
            _ask_who(claims, known, fields)
        elif not known:
            made.append(Group(claims))
        elif isinstance(known[0], Group):
            known[0].claims.extend(claims)
        else:
            made.append(Group(claims, known[0]))
    return made


def _ask_who(claims: list[Claim], known: list[Group | Staged], fields: Fields) -> None:
    rows = "、".join(dict.fromkeys(claim.where for claim in claims))
    others = []
    for other in known:
        if isinstance(other, Staged):
            number = other.values[fields.id_number]
            others.append(other.values["code"] + (f"（{mask_id_number(number)}）" if number else ""))
        elif other.stored is not None:
            others.append(other.stored.values["code"])
        else:
            others.extend(claim.where for claim in other.claims)
    beside = f"，另有{'、'.join(dict.fromkeys(others))}" if others else ""
    for claim in claims:
        claim.refuse((fields.name,), "name-ambiguous",
                     f"本村有同名的{fields.noun}“{claim.name}”（{rows}{beside}），分不清是不是同一{_measure(fields)}，"
                     "没有读入；请填上身份证号或编号。")


def _measure(fields: Fields) -> str:
    return "户" if fields.noun == "户主" else "人"


def _agree(group: Group, fields: Fields) -> bool:
    """Whether the claims of a group say the same; if not, those that differ are refused.

    Rows of one sheet must be equal. Rows of different sheets may complete each other; the sheet of
    the lowest rank is believed where they differ, and two of one rank contradict each other.
    """
    if len(group.claims) == 1:
        return not group.claims[0].row.is_bad
    alive = [claim for claim in group.claims if not claim.row.is_bad]
    for first in alive:
        against = [
            other for other in alive
            if other is not first and other.rank == first.rank and (
                first.values != other.values if other.source is first.source
                else _contradict(first.values, other.values))
        ]
        if against:
            shown = "、".join(dict.fromkeys(other.where for other in against))
            differing = _differing(first, against[0])
            first.refuse((fields.id_number, fields.code, fields.name), "id-duplicate",
                         f"与{shown}是同一{_measure(fields)}但内容不同{differing}，两行都没有读入；请只留正确的一行。")
    group.claims = [claim for claim in alive if not claim.row.is_bad]
    return bool(group.claims)


def _contradict(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return any(
        name in second and second[name] != value and ERASED not in (value, second[name])
        for name, value in first.items())


def _differing(first: Claim, second: Claim) -> str:
    """The cells in which two claims differ, this row's value beside the other's, numbers masked."""
    by_field = first.source.layout.form.by_field
    pairs = []
    for name in {**first.values, **second.values}:
        one, two = first.values.get(name), second.values.get(name)
        label = "嘎查村" if name == "village_id" else by_field[name].label if name in by_field else ""
        if one != two and label:
            pairs.append(f"{label}：{_shown(one)}／{_shown(two)}")
    return f"（{'；'.join(pairs[:4])}）" if pairs else ""


def _shown(value: Any) -> str:
    if isinstance(value, Staged):
        value = value.values["name"]
    return mask_text(str(value)) if value else "空"


def merged(group: Group) -> dict[str, Any]:
    """The values of a group: of each field the one of the lowest rank that gives it."""
    if len(group.claims) == 1:
        return group.claims[0].values
    values: dict[str, Any] = {}
    for claim in sorted(group.claims, key=lambda claim: claim.rank):
        for name, value in claim.values.items():
            values.setdefault(name, value)
    return values
