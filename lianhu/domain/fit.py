"""How well a cadre fits a household: a sum of named reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lianhu.domain.rules import HOUSEHOLD_KEYS, Match, Rules

SAME_HAMLET = "同一个屯（组）"
SAME_CLUSTER = "同一个联户单元"


@dataclass(frozen=True, slots=True)
class Cadre:
    """A cadre in service as the pairing sees it. ``villages`` are ids; ``key`` is the identity."""

    id: int
    code: str
    name: str
    key: str
    village: int | None
    villages: frozenset[int]
    roles: frozenset[str]
    sex: str | None
    hamlet: str | None
    cluster: int | None
    capacity: int
    id_number: str | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """An open household as the pairing sees it. ``people`` are the ID numbers of its members."""

    id: int
    code: str
    name: str
    key: str
    village: int
    words: Mapping[str, frozenset[str]]
    is_hard: bool
    sex: str | None
    hamlet: str | None
    cluster: int | None
    people: frozenset[str] = frozenset()
    """ID numbers of the head and the members."""
    id_number: str | None = None
    """The head's."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The total and its reasons (rule, score), the largest first."""

    total: int
    reasons: tuple[tuple[str, int], ...]


def scores(match: Match, roles: frozenset[str], words: Mapping[str, frozenset[str]], hard: bool) -> bool:
    """Whether a rule counts for a cadre's roles and a household's words."""
    return bool(match.roles & roles) and asks(match, words, hard)


def asks(match: Match, words: Mapping[str, frozenset[str]], hard: bool) -> bool:
    """Whether the household's side of a rule applies: it asks for a cadre of that kind."""
    return (match.hard and hard) or any(wanted & words[key] for key, wanted in match.words.items())


def leader_rank(roles: frozenset[str], rules: Rules) -> int:
    """The rank of the cadre's highest leading role; 0 for no leader."""
    return max((rules.priority.get(role, 0) for role in roles), default=0)


@dataclass(slots=True)
class Scorer:
    """Fits of pairs under one set of rules; cadres and households of one kind are scored once."""

    rules: Rules
    _memo: dict[tuple[object, ...], Fit] = field(default_factory=dict)

    def fit(self, cadre: Cadre, household: Household) -> Fit:
        near = cadre.hamlet is not None and cadre.hamlet == household.hamlet and household.village in cadre.villages
        together = cadre.cluster is not None and cadre.cluster == household.cluster
        kind = (cadre.roles, tuple(household.words.values()), household.is_hard, near, together)
        fit = self._memo.get(kind)
        if fit is None:
            fit = self._memo[kind] = self._score(cadre, household, near, together)
        return fit

    def _score(self, cadre: Cadre, household: Household, near: bool, together: bool) -> Fit:
        reasons = [
            (match.name, match.score) for match in self.rules.matches
            if scores(match, cadre.roles, household.words, household.is_hard)
        ]
        if near and self.rules.same_hamlet:
            reasons.append((SAME_HAMLET, self.rules.same_hamlet))
        if together and self.rules.same_cluster:
            reasons.append((SAME_CLUSTER, self.rules.same_cluster))
        reasons.sort(key=lambda reason: (-reason[1], reason[0]))
        return Fit(sum(score for _, score in reasons), tuple(reasons))


def words_of(values: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """A household's words by dictionary, from the joined lists in which they are stored."""
    return {key: frozenset((values[key] or "").split("、")) - {""} for key in HOUSEHOLD_KEYS}
