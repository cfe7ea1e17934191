"""What a roster says of hand-overs: households that closed, cadres who left, and what is behind both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from lianhu.domain.past import Head, Span
from lianhu.domain.rows import Problem
from lianhu.domain.table import coordinate
from lianhu.domain.terms import Dictionary
from lianhu.services.intake.identity import Claim, Group
from lianhu.services.intake.staging import Stage, Staged
from lianhu.services.settings import load_settings

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of record is closed: its columns, and the table of the times that are over."""

    noun: str
    word: str
    closed_on: str
    reason: str
    spans: str
    table: str
    owner: str
    further: tuple[str, ...] = ()


_HOUSEHOLD = _Kind("这一户", "销户", "closed_on", "close_reason", "closures", "closure", "household_id")
_CADRE = _Kind("这名干部", "离岗", "left_on", "leave_reason", "absences", "absence", "cadre_id", ("returns_on",))


class HandOvers:
    """Takes in closings, departures, and what is past of households and cadres."""

    def __init__(self, stage: Stage, today: date) -> None:
        self.stage = stage
        self.today = today.isoformat()
        self.ending: dict[int, tuple[str, str]] = {}
        """Of each household that closes and cadre who leaves by this import, by identity: day and reason."""
        self._references: list[tuple[Staged, str, str, Claim]] = []
        self._past: dict[str, dict[int, list[Staged]]] = {}
        self._held: dict[str, dict[int, list[Values]]] = {}
        self._reasons: Dictionary | None = None

    def of_household(self, household: Staged, values: Values, group: Group) -> Values:
        """The values for the household's own columns; what else they say is staged, or a problem."""
        if not _SAID.intersection(values):
            return values
        values = self._joined_elsewhere(household, values, group)
        own = self._closing(_HOUSEHOLD, household, values, group)
        if heads := own.pop("former_heads", None):
            self._heads(household, heads, group)
        for name in ("merged_into", "split_from"):
            if code := own.pop(name, None):
                self._references.append((household, name, code, _saying(group, name)))
        return own

    def of_cadre(self, cadre: Staged, values: Values, group: Group) -> Values:
        """The values for the cadre's own columns; what else they say is staged, or a problem."""
        return self._closing(_CADRE, cadre, values, group) if _SAID.intersection(values) else values

    def change(self, record: Staged) -> str:
        """created, updated or unchanged, with what is behind the record taken into account."""
        if record.change != "unchanged":
            return record.change
        past = (entry for of in self._past.values() for entry in of.get(id(record), ()))
        return "updated" if any(entry.change != "unchanged" for entry in past) else "unchanged"

    def settle_references(self) -> None:
        """Lets households point to those they were joined with or split from, once all have their codes."""
        if not self._references:
            return
        by_code = {household.values["code"]: household for household in self.stage.everyone("household")}
        for household, name, code, claim in self._references:
            other = by_code.get(code)
            column = f"{name}_id"
            recorded = household.values[column]
            if isinstance(recorded, int):
                recorded = self.stage.by_id("household", recorded)
            if other is recorded and other is not None:
                continue
            if other is None or other is household:
                _warn(claim, name, "reference-unknown", f"没有登记过编号为“{code}”的户，这一格没有读入；请核对编号。")
            elif name == "merged_into" and household.values["closed_on"] is None:
                _warn(claim, name, "date-invalid", "并入别户的户要有销户日期，这一格没有读入；请补上销户日期。")
            else:
                household.values[column] = other
                claim.source.outcome[claim.row.number] = self.change(household)

    @staticmethod
    def _joined_elsewhere(household: Staged, values: Values, group: Group) -> Values:
        """The values without those of a joining that is not recorded: to join two is more than a cell."""
        if not values.get("merged_into") or household.before is None or household.before["merged_into_id"] is not None:
            return values
        _warn(_saying(group, "merged_into"), "merged_into", "reference-unknown",
              f"登记中这一户没有并入别户，这一格没有读入；要合并两户：lianhu household merge {values['merged_into']} "
              f"{household.values['code']}")
        return {k: v for k, v in values.items() if k not in {"merged_into", "closed_on", "close_reason"}}

    def _closing(self, kind: _Kind, record: Staged, values: Values, group: Group) -> Values:
        own = dict(values)
        spans = own.pop(kind.spans, None)
        if spans:
            self._spans(kind, record, spans, group)
        day, before = own.get(kind.closed_on), record.values[kind.closed_on]
        if day and kind is _HOUSEHOLD and (reason := own.get(kind.reason)):
            own[kind.reason] = self._close_reason(reason)
        if day and before is None:
            why_not = self._why_not(kind, record, day)
            if not why_not:
                self.ending[id(record)] = (day, _end_reason(kind, own.get(kind.reason)))
                return own
            _warn(_saying(group, kind.closed_on), kind.closed_on, "date-invalid",
                  f"{kind.noun}{why_not}，不能在 {day} {kind.word}，这一格没有读入；请核对日期。")
            for name in (kind.closed_on, kind.reason, *kind.further):
                own.pop(name, None)
        elif not day and before is None:
            for name in (kind.reason, *kind.further):
                if own.pop(name, None):
                    column = _saying(group, name).source.layout.form.by_field
                    _warn(_saying(group, name), name, "date-invalid",
                          f"没有填{column[kind.closed_on].label}，{column[name].label}没有读入；请补上日期。")
        return own

    def _close_reason(self, text: str) -> str:
        """The reason in the dictionary's words where it knows the text."""
        if self._reasons is None:
            self._reasons = load_settings(self.stage.database).dictionaries["close_reasons"]
        return self._reasons.find(text) or text

    def _why_not(self, kind: _Kind, record: Staged, day: str) -> str:
        """Why a recorded household cannot have closed (a cadre have left) by a day, as the command has it."""
        if record.before is None:
            return ""
        last = day if len(day) > len("2024-01") else f"{day}-31"
        again = max((span.values["ended_on"] for span in self._of(kind.table, kind.owner, record)), default="")
        if again > last:
            return f" {again} 起才{'在册' if kind is _HOUSEHOLD else '在岗'}"
        if kind.owner not in self._held:
            self._held[kind.owner] = defaultdict(list)
            for pairing in self.stage.stored("pairing"):
                if pairing.before is not None:
                    self._held[kind.owner][pairing.before[kind.owner]].append(pairing.before)
        held = max((pairing["started_on"] for pairing in self._held[kind.owner][record.before["id"]]
                    if last < pairing["started_on"] <= self.today and pairing["started_on"] != pairing["ended_on"]),
                   default="")
        return f"从 {held} 起有结对" if held else ""

    def _of(self, table: str, owner: str, record: Staged) -> list[Staged]:
        """The entries of a table behind a record, stored and new."""
        if table not in self._past:
            self._past[table] = defaultdict(list)
            owners = {each.values["id"]: each for each in self.stage.stored(owner.removesuffix("_id"))}
            for entry in self.stage.stored(table):
                entry.values[owner] = owners[entry.values[owner]]
                self._past[table][id(entry.values[owner])].append(entry)
        return self._past[table][id(record)]

    def _spans(self, kind: _Kind, record: Staged, spans: Sequence[Span], group: Group) -> None:
        entries = self._of(kind.table, kind.owner, record)
        told = [{"started_on": span.started_on, "ended_on": span.ended_on, "reason": span.reason}
                | {name: getattr(span, name) for name in kind.further} for span in spans]
        missing = _unknown(entries, told, ("started_on", "ended_on"))
        times = sorted([(e.values["started_on"], e.values["ended_on"]) for e in entries]
                       + [(new["started_on"], new["ended_on"]) for new in missing])
        if missing and any(later[0] < earlier[1] for earlier, later in pairwise(times)):
            _warn(_saying(group, kind.spans), kind.spans, "date-invalid", "几段时间互相重叠，这一格没有读入；请核对日期。")
            return
        self._add(kind.table, kind.owner, record, missing)

    def _heads(self, household: Staged, heads: Sequence[Head], group: Group) -> None:
        entries = self._of("former_head", "household_id", household)
        missing = _unknown(entries, [head._asdict() for head in heads], ("name", "ended_on"))
        if any("*" in (new["id_number"] or "") for new in missing):
            _warn(_saying(group, "former_heads"), "former_heads", "id-damaged",
                  "原户主的身份证号带星号，是脱敏的号码，这一格没有读入；请换成完整号码。")
            return
        self._add("former_head", "household_id", household, missing)

    def _add(self, table: str, owner: str, record: Staged, missing: Iterable[Values]) -> None:
        entries = self._of(table, owner, record)
        for values in missing:
            entries.append(self.stage.add(table, {owner: record} | values))


_SAID = frozenset({"merged_into", "split_from", "former_heads"}) | {
    name for kind in (_HOUSEHOLD, _CADRE) for name in (kind.closed_on, kind.reason, kind.spans, *kind.further)}


def _unknown(entries: Sequence[Staged], told: Sequence[Values], key: tuple[str, ...]) -> list[Values]:
    """Those of the entries a cell tells that are not on record; a known one learns what it lacks."""
    free = list(entries)
    missing = []
    for values in told:
        same = [e for e in free if all(e.values[name] == values[name] for name in key)]
        if not same:
            missing.append(values)
            continue
        known = next((entry for entry in same if entry.values["reason"] == values["reason"]), same[0])
        free.remove(known)
        known.give(values)
    return missing


def _end_reason(kind: _Kind, reason: str | None) -> str:
    """The reason with which pairs end, in the words of the commands."""
    if kind is _HOUSEHOLD:
        return f"销户：{reason}" if reason else "销户"
    return reason if reason and reason.startswith("干部") else f"干部{reason or kind.word}"


def _saying(group: Group, name: str) -> Claim:
    """The claim of a group that says something about a field."""
    return next(claim for claim in group.claims if claim.values.get(name) is not None)


def _warn(claim: Claim, name: str, code: str, message: str) -> None:
    heading = claim.source.heading((name,))
    claim.row.refuse(Problem(
        coordinate(claim.row.number, heading.position) if heading else "", claim.row.number,
        heading.text if heading else "", code, "warning", message))
