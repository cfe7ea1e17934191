"""Sheets that are older than a change of head, a split or a joining: they name who was head before, and
mean the household as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from lianhu.domain.identity import eighteen_digits, name_key
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.households.heads import FORMER_HEAD, HEAD
from lianhu.services.intake.identity import Claim, Group, merged
from lianhu.services.intake.persons import HEAD_RELATIONS
from lianhu.services.intake.staging import Source, Stage, Staged

AFTER_ALL_OTHERS = 3
"""Added to the rank of a claim that names a former head: whatever a newer row says comes first."""

_OF_THE_HEAD = ("head_name", "head_id_number", "sex", "born_on", "stated_age", "phone")
_OF_THE_PERSON = ("traits", "classes")
"""What a 户主 row of a list of persons says of himself only."""


class Former(NamedTuple):
    """Somebody who was head of a household; ``key`` is the key of his name.

    ``joined`` is the code of his own household where that was joined with this one.
    """

    household: Staged
    name: str
    key: str
    number: str | None
    ended_on: str
    joined: str | None = None

    def told(self, *, roster: bool) -> str:
        """What a row is told that names him."""
        code, head = self.household.values["code"], self.household.values["head_name"]
        if self.joined:
            return f"{self.name}那一户（{self.joined}）已并入 {code} {head}；这一行按 {code} 读入。"
        return (f"{self.name}是 {code} 的原户主，{self.ended_on} 起户主是{head}；"
                f"这一行按这一户读入{'，户主没有改回' if roster else ''}。")


class FormerHeads:
    """The former heads of the town's households, those of this import included.

    Whoever is head of a household today is never taken for a former one: his number and, in his
    village, his name mean the present household.
    """

    def __init__(self, stage: Stage) -> None:
        self._of: dict[int, list[Former]] = defaultdict(list)
        self._by_number: dict[str, Former] = {}
        self._by_name: dict[tuple[Staged | None, str | None], list[Former]] = defaultdict(list)
        self._by_code: dict[str, Staged] = {}
        formers = [*_former_heads(stage), *_joined_heads(stage)]
        if not formers:
            return
        heads = [h for h in stage.everyone("household") if h.values["merged_into_id"] is None]
        numbers = {eighteen_digits(h.values["head_id_number"]) for h in heads if h.values["head_id_number"]}
        names = {(_village(stage, h), name_key(h.values["head_name"])) for h in heads}
        for former in formers:
            if (place := (_village(stage, former.household), former.key)) not in names:
                self._by_name[place].append(former)
            if former.joined or former.key == name_key(former.household.values["head_name"]):
                continue
            self._of[id(former.household)].append(former)
            self._by_code[former.household.values["code"]] = former.household
            if former.number and former.number not in numbers:
                self._by_number[former.number] = former

    def __bool__(self) -> bool:
        return bool(self._of or self._by_name)

    def villages(self) -> dict[str, Staged]:
        """The villages of former heads' households by the ID numbers of those heads."""
        return {number: former.household.values["village_id"] for number, former in self._by_number.items()}

    def find(self, number: str | None, village: Staged | None, name: str | None) -> Former | None:
        """The former head of that number, else the only one of that name in the village.

        One whose number is known to be another is not meant.
        """
        if number and (found := self._by_number.get(eighteen_digits(number))):
            return found
        named = self._by_name.get((village, name_key(name)), []) if village and name else []
        if number:
            named = [former for former in named if former.number is None]
        households = {id(former.household) for former in named}
        return named[-1] if len(households) == 1 else None

    def settle(self, claims: Sequence[Claim]) -> None:
        """Lets the claims that name a former head mean his household, and nothing that is the head's own."""
        if not self:
            return
        taken: set[tuple[Staged | None, str | None]] = set()
        for claim in claims:
            if (claim.code or claim.id_number) and not claim.values.get("merged_into"):
                former = self._of_claim(claim)
                if former is None:
                    taken.add(claim.key)
                else:
                    _mean(claim, former)
        for claim in claims:
            # Somebody new of that name, whom another row of the import names by his number, is meant first.
            if claim.code or claim.id_number or claim.key in taken:
                continue
            if former := self.find(None, claim.place, claim.name):
                _mean(claim, former)
            elif several := self._by_name.get(claim.key):
                codes = "、".join(sorted({former.household.values["code"] for former in several}))
                claim.refuse(("head_name", "name"), "name-ambiguous",
                             f"本村有几户的原户主叫“{claim.name}”（{codes}），分不清是哪一户，没有读入；请填户编号或身份证号。")

    def _of_claim(self, claim: Claim) -> Former | None:
        """The former head whom a claim with a code or an ID number names."""
        household = self._by_code.get(claim.code or "")
        if household is None:
            return None if claim.code else self.find(claim.id_number, claim.place, claim.name)
        key = name_key(claim.name) if claim.name else None
        number = claim.id_number and eighteen_digits(claim.id_number)
        present = household.values["head_id_number"]
        if key == name_key(household.values["head_name"]) or (number and present and number == eighteen_digits(present)):
            return None
        return next((former for former in self._of[id(household)]
                     if (number is not None and former.number == number)
                     or (key == former.key and None in (number, former.number))), None)

    def values(self, group: Group) -> dict[str, Any]:
        """The values of a group without what a list of persons says of a former head alone."""
        values = merged(group)
        if not any(claim.rank >= AFTER_ALL_OTHERS for claim in group.claims):
            return values
        kept = dict(values)
        for name in _OF_THE_PERSON:
            said = min((c for c in group.claims if name in c.values), key=lambda claim: claim.rank, default=None)
            if said is not None and said.rank >= AFTER_ALL_OTHERS and said.source.kind == "member":
                del kept[name]
        return kept

    def settle_relation(self, household: Staged, person: dict[str, Any]) -> None:
        """The relation to the head of a member as it is today, where an older list has it otherwise."""
        formers = self._of.get(id(household))
        if not formers:
            return
        key, number = name_key(person["name"]), person.get("id_number") and eighteen_digits(person["id_number"])
        present = household.values["head_id_number"] and eighteen_digits(household.values["head_id_number"])
        is_called_head = "".join((person.get("relation") or "").split()) in HEAD_RELATIONS
        if number == present if number and present else key == name_key(household.values["head_name"]):
            if person.get("relation") and not is_called_head:
                person["relation"] = HEAD
        elif is_called_head and any(
                number == former.number if number and former.number else key == former.key for former in formers):
            person["relation"] = FORMER_HEAD


class SplitOff:
    """Who went along when households were split: an older list still has them with the old one."""

    def __init__(self, stage: Stage) -> None:
        self._new: dict[int, list[Staged]] = defaultdict(list)
        for household in stage.stored("household"):
            origin = household.values["split_from_id"]
            if origin is not None and household.values["merged_into_id"] is None:
                self._new[id(_staged(stage, origin))].append(household)
        self._members: dict[int, list[Staged]] = defaultdict(list)
        for member in stage.stored("member") if self._new else ():
            self._members[id(_staged(stage, member.values["household_id"]))].append(member)

    def home(self, source: Source, row: Row, household: Staged, person: dict[str, Any]) -> Staged:
        """The household where the person of a row is: one that was split off from the named one, or that.

        Who went along keeps his relation there, and the row is told.
        """
        new = self._left_to(household, person)
        if new is None:
            return household
        person.pop("relation", None)
        _note(source, row, ("name",), "household-split",
              f"{person['name']}已随分户到 {new.values['code']} {new.values['head_name']}，没有改回。")
        return new

    def _left_to(self, household: Staged, person: dict[str, Any]) -> Staged | None:
        if id(household) not in self._new or self._is_there(household, person):
            return None
        for new in self._new[id(household)]:
            found = new if self._is_there(new, person) else self._left_to(new, person)
            if found is not None:
                return found
        return None

    def _is_there(self, household: Staged, person: dict[str, Any]) -> bool:
        number, key = person.get("id_number"), name_key(person["name"])
        for member in self._members[id(household)]:
            own = member.values["id_number"]
            if eighteen_digits(number) == eighteen_digits(own) if number and own else (
                    key == name_key(member.values["name"])):
                return True
        return False


def note_former(source: Source, row: Row, former: Former, fields: Collection[str], *, roster: bool = False) -> None:
    """Tells at the row's cell that it names a former head."""
    _note(source, row, fields, "household-joined" if former.joined else "former-head", former.told(roster=roster))


def note_closed(claim: Claim, household: Staged) -> None:
    """Tells at the claim's row that the household is closed and stays so, unless the row says so itself.

    A row that pairs it is refused where pairs are taken in.
    """
    closed = household.before and household.before["closed_on"]
    if not closed or household.before is None or household.before["merged_into_id"] is not None:
        return
    if claim.source.kind == "pairing" or claim.row.values.get("closed_on"):
        return
    values = household.before
    _note(claim.source, claim.row, ("household_code", "head_id_number", "head_name", "id_number", "name"),
          "household-closed",
          f"{values['code']} {values['head_name']}已于 {closed} 销户（{values['close_reason'] or '没有写原因'}），"
          f"没有恢复；如要恢复：lianhu household reopen {values['code']}")


def _note(source: Source, row: Row, fields: Collection[str], code: str, message: str) -> None:
    heading = source.blamed(row, tuple(fields))
    row.refuse(Problem(
        coordinate(row.number, heading.position) if heading else "", row.number, heading.text if heading else "",
        code, "note", message))


def _mean(claim: Claim, former: Former) -> None:
    of_persons = claim.source.kind == "member"
    fields = ("id_number", "name") if of_persons else ("head_id_number", "head_name")
    note_former(claim.source, claim.row, former, fields, roster=True)
    for name in ("head_name", "head_id_number") if former.joined else _OF_THE_HEAD:
        claim.values.pop(name, None)
    claim.code, claim.id_number, claim.name = former.household.values["code"], None, None
    claim.values["household_code"] = claim.code
    claim.rank += AFTER_ALL_OTHERS


def _former_heads(stage: Stage) -> Iterator[Former]:
    for entry in stage.everyone("former_head"):
        number = entry.values["id_number"]
        yield Former(_present(stage, entry.values["household_id"]), entry.values["name"], name_key(entry.values["name"]),
                     number and eighteen_digits(number), entry.values["ended_on"])


def _joined_heads(stage: Stage) -> Iterator[Former]:
    for household in stage.everyone("household"):
        values = household.values
        if values["merged_into_id"] is not None:
            number = values["head_id_number"]
            yield Former(_present(stage, household), values["head_name"], name_key(values["head_name"]),
                         number and eighteen_digits(number), values["closed_on"], values["code"])


def _staged(stage: Stage, household: Staged | int) -> Staged:
    return stage.by_id("household", household) if isinstance(household, int) else household


def _present(stage: Stage, household: Staged | int) -> Staged:
    """The household itself, or the one it was joined with."""
    own = _staged(stage, household)
    kept = own.values["merged_into_id"]
    return own if kept is None else _present(stage, kept)


def _village(stage: Stage, household: Staged) -> Staged:
    village = household.values["village_id"]
    return stage.by_id("village", village) if isinstance(village, int) else village
