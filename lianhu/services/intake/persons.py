"""Sheets with one row a person: whose household a row belongs to, and what a head's row tells of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from lianhu.domain.identity import eighteen_digits, name_key, village_key
from lianhu.domain.rows import Row
from lianhu.services.intake.staging import Source, Stage, Staged

HEAD_RELATIONS = frozenset({"户主", "本人", "户主本人", "本人或户主", "户主(本人)", "户主（本人）", "01", "02"})
"""What 与户主关系 holds in the head's own row (GB/T 4761: 01 本人, 02 户主)."""


def is_head(row: Row) -> bool:
    """Whether a person's row is the head's own."""
    return "".join((row.values.get("relation") or "").split()) in HEAD_RELATIONS


def person_keys(source: Source, row: Row, *, as_head: bool) -> list[tuple[object, ...]]:
    """The keys by which persons of one household are put together, surest first."""
    village = row.values.get("village") or source.layout.village
    keys: list[tuple[object, ...]] = []
    if code := row.values.get("household_code"):
        keys.append(("code", code))
    number = row.values.get("head_id_number") or (row.values.get("id_number") if as_head else None)
    if number:
        keys.append(("id", eighteen_digits(number)))
    if group := row.values.get("group"):
        keys.append(("group", village and village_key(village), group))
    head = row.values.get("head_name") or (row.values.get("name") if as_head else None)
    if head:
        keys.append(("name", village and village_key(village), name_key(head)))
    return keys


def no_heads(
    members: Sequence[Source], rosters: Sequence[Source], stage: Stage, joined: Collection[str]
) -> list[Row]:
    """户主 rows of people who head no household of their own.

    Where two households became one, the list of persons may still call both 户主, under the code of the
    one that stays or (``joined``) of the one that went.
    """
    of: dict[str, list[Row]] = defaultdict(list)
    for source in members:
        for row in source.rows:
            if is_head(row) and (code := row.values.get("household_code")) and row.values.get("name"):
                of[code].append(row)
    listed = [row.values for source in rosters for row in source.rows if row.values.get("household_code")]
    went = {eighteen_digits(key) for key in joined} | {
        eighteen_digits(values["head_id_number"]) for values in listed
        if values.get("merged_into") and values.get("head_id_number")}
    doubtful = {
        code: rows for code, rows in of.items() if code not in joined and (
            len({name_key(row.values["name"]) for row in rows}) > 1
            or any(eighteen_digits(row.values.get("id_number") or "") in went for row in rows))}
    found = [row for code, rows in of.items() if code in joined for row in rows]
    if doubtful:
        heads = {household.values["code"]: household.values["head_name"] for household in stage.stored("household")}
        heads |= {values["household_code"]: values["head_name"] for values in listed if values.get("head_name")}
        found += [row for code, rows in doubtful.items() if code in heads for row in rows
                  if name_key(row.values["name"]) != name_key(heads[code])]
    return found


class HeadNews:
    """What heads' rows say that their own records do not say already.

    A household may be known better than by its head's row: by a second phone, by the 户情 of all its
    members. Taking the same list of persons in again must not put it back to what that row knew.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._heads: dict[tuple[int, str], dict[str, Any]] | None = None

    def of(self, household: Staged, values: dict[str, Any]) -> dict[str, Any]:
        """Those of the values a 户主 row gives for a recorded household that are new."""
        if self._heads is None:
            records = [member.before for member in self._stage.stored("member") if member.before]
            self._heads = {(record["household_id"], record["name"]): record for record in records}
        assert household.before is not None
        head = self._heads.get((household.before["id"], values.get("head_name", "")))
        if head is None:
            return values
        said = head | {"head_name": head["name"], "head_id_number": head["id_number"]}
        return {name: value for name, value in values.items() if name not in said or said[name] != value}
