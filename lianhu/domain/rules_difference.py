"""What sets one set of rules against another, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.rules import HOUSEHOLD_KEYS, Case, Conflict, Match, Rules


class RuleChange(NamedTuple):
    """One key that differs. ``part`` is a section, match or conflict; ``change`` added, removed or changed.

    ``name`` is the match's name or the conflict's two codes; ``key`` is empty where the whole comes or goes.
    """

    part: str
    name: str
    key: str
    change: str
    before: Any
    after: Any

    @property
    def where(self) -> str:
        """What it is about, in words."""
        if self.part == "match":
            return f"规则“{self.name}”" + (f" {self.key}" if self.key else "")
        return f"[[conflict]] {self.name}" if self.part == "conflict" else f"[{self.part}] {self.key}"

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


def difference(before: Rules, after: Rules) -> list[RuleChange]:
    """All that differs in what the rules say; comments and the order of rules make no difference."""
    old, new = _sections(before), _sections(after)
    changes = [
        RuleChange(section, "", key, "changed", old[section, key], new[section, key])
        for section, key in old if old[section, key] != new[section, key]]
    changes += _changes("match", {match.name: _match(match) for match in before.matches},
                        {match.name: _match(match) for match in after.matches})
    changes += _changes("conflict", {_called(c): {"reason": mask_text(c.reason)} for c in before.conflicts},
                        {_called(c): {"reason": mask_text(c.reason)} for c in after.conflicts})
    return changes


def shown(value: Any) -> str:
    """A value of a change in words: a list as 甲、乙, a rule as its keys and values."""
    if value is None:
        return "没有"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "、".join(value) or "空"
    if isinstance(value, dict):
        return "；".join(f"{key} {shown(each)}" for key, each in value.items() if each not in ("", [], {}, False))
    return str(value)


def _sections(rules: Rules) -> dict[tuple[str, str], Any]:
    return {
        ("capacity", "default"): rules.capacity,
        ("priority", "roles"): list(rules.priority),
        ("priority", "ranked"): len(rules.priority) < 2 or max(rules.priority.values()) > 1,
        ("proximity", "hamlet"): rules.same_hamlet,
        ("proximity", "cluster"): rules.same_cluster,
        ("limits", "hard_per_cadre"): rules.hard_per_cadre,
        ("limits", "women_for_women_alone"): rules.women_for_women_alone,
        ("limits", "no_kin"): rules.no_kin,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "roles": sorted(match.roles), **_words(match.words), "hard": match.hard, "score": match.score,
        "source": match.source, "example": {side: _case(case) for side, case in match.example.items()},
    }


def _case(case: Case) -> dict[str, Any]:
    return {"roles": sorted(case.roles), **_words(case.words), "hard": case.hard}


def _words(words: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {key: sorted(words.get(key, ())) for key in HOUSEHOLD_KEYS}


def _called(conflict: Conflict) -> str:
    return mask_text(f"{conflict.keys[0]} × {conflict.keys[1]}")


def _changes(part: str, before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]) -> Iterator[RuleChange]:
    for name, old in before.items():
        if name not in after:
            yield RuleChange(part, name, "", "removed", old, None)
            continue
        for key, value in old.items():
            if value != after[name][key]:
                yield RuleChange(part, name, key, "changed", value, after[name][key])
    for name, new in after.items():
        if name not in before:
            yield RuleChange(part, name, "", "added", None, new)
