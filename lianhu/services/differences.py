"""What a run changes: from what stands to what it decided, household by household, with the reasons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lianhu.domain.fit import Cadre, Household, leader_rank
from lianhu.domain.rules import KEEP_BONUS
from lianhu.services.assignment import Assignment, Pair, territory_of
from lianhu.services.town import Town

Reasons = tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Change:
    """One household whose cadre changes; ``before`` or ``after`` is None where it has none.

    ``gain`` is in points of fit under the rules of the run; ``lost`` and ``gained`` say of which rules.
    ``gives_way_to`` is the household for which its old cadre had to be freed.
    """

    household: Household
    before: Cadre | None
    after: Cadre | None
    gain: int = 0
    lost: Reasons = ()
    gained: Reasons = ()
    cause: str = ""
    gives_way_to: Household | None = None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "gained"
        return "lost" if self.after is None else "moved"

    @property
    def why(self) -> str:
        """Cause and rules in words: 为 H00002 王宝音 让位；村医联系老弱病残户−30."""
        points = [f"{rule}+{score}" for rule, score in self.gained] + [f"{rule}−{score}" for rule, score in self.lost]
        return "；".join(part for part in (self.cause, "，".join(points)) if part)

    def as_json(self, town: Town) -> dict[str, Any]:
        return {
            "household": self.household.code, "head_name": self.household.name, "village": town.place(self.household),
            "change": self.kind, "from": self.before and self.before.code, "to": self.after and self.after.code,
            "gain": self.gain, "lost_reasons": _reasons_json(self.lost), "gained_reasons": _reasons_json(self.gained),
            "why": self.why, "gives_way_to": self.gives_way_to and self.gives_way_to.code,
        }


def _reasons_json(reasons: Reasons) -> list[dict[str, Any]]:
    return [{"rule": rule, "score": score} for rule, score in reasons]


@dataclass(slots=True)
class Difference:
    """What stands, what was decided, and the households that change, in the order of their codes."""

    before: Assignment
    after: Assignment
    changes: list[Change] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    @property
    def disturbs(self) -> bool:
        """Whether anybody loses the cadre who stands."""
        return any(change.before is not None for change in self.changes)

    def as_json(self) -> dict[str, Any]:
        return {
            "before": _figures_json(self.before), "after": _figures_json(self.after),
            "changes": [change.as_json(self.after.town) for change in self.changes],
        }


def _figures_json(result: Assignment) -> dict[str, Any]:
    return {
        "cadres": len(result.town.cadres), "capacity": result.capacity,
        "paired": len(result.pairs), "unpaired": len(result.unpaired),
        "hard": result.hard, "hard_with_leader": result.hard_with_leader, "fit_total": result.fit_total,
        "cross_village": result.cross_village, "load": {str(number): cadres for number, cadres in result.load.items()},
    }


def as_it_stands(town: Town) -> Assignment:
    """The pairs of cadres in service that stand before any run."""
    cadres = {cadre.id: cadre for cadre in town.cadres}
    pairs, alone = [], []
    for household in town.households:
        record = town.standing.get(household.id)
        cadre = cadres.get(record["cadre_id"]) if record is not None else None
        if record is None or cadre is None:
            alone.append((household, ""))
        else:
            pairs.append(Pair(household, cadre, town.scorer.fit(cadre, household), "kept", bool(record["is_cross_village"])))
    return Assignment(town, territory_of(town), pairs, alone, [])


def difference(before: Assignment, after: Assignment) -> Difference:
    """What changes from ``before``, which may know other cadres and rules, to ``after``."""
    stood = {pair.household.id: pair.cadre for pair in before.pairs}
    stands = {pair.household.id: pair.cadre for pair in after.pairs}
    reasons = {household.id: reason for household, reason in after.unpaired}
    changes = []
    for household in after.town.households:
        old, new = stood.get(household.id), stands.get(household.id)
        if (old and old.id) == (new and new.id):
            continue
        change = Change(household, old, new, cause=reasons.get(household.id, ""))
        _weigh(change, after.town)
        changes.append(change)
    _explain_moves(changes, after, before.pairs)
    return Difference(before, after, changes)


def _weigh(change: Change, town: Town) -> None:
    """The points that a household gains, rule by rule; for one that loses its cadre all are lost."""
    old = town.scorer.fit(change.before, change.household) if change.before else None
    new = town.scorer.fit(change.after, change.household) if change.after else None
    had, has = old.reasons if old else (), new.reasons if new else ()
    change.lost = town.rules.told(reason for reason in had if reason not in has)
    change.gained = town.rules.told(reason for reason in has if reason not in had)
    change.gain = (new.total if new else 0) - (old.total if old else 0)


def _explain_moves(changes: Sequence[Change], after: Assignment, stood: Sequence[Pair]) -> None:
    """Why each household that moves does not stay where it was."""
    town = after.town
    held = Counter(pair.cadre.id for pair in stood)
    hard_held = Counter(pair.cadre.id for pair in stood if pair.household.is_hard)
    in_service = {cadre.id: at for at, cadre in enumerate(town.cadres)}
    comers: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if change.after is not None:
            comers[change.after.id].append(change)
    for change in changes:
        old, new = change.before, change.after
        if old is None or new is None:
            continue
        at = in_service.get(old.id)
        if at is None:
            change.cause = f"{old.name}不在"
        elif not _may_hold(after, at, change.household):
            change.cause = f"按规则{old.name}不能联系本户"
        elif held[old.id] > town.cadres[at].capacity:
            change.cause = f"{old.name}联系 {held[old.id]} 户，超过上限 {town.cadres[at].capacity} 户"
        elif change.household.is_hard and 0 < town.rules.hard_per_cadre < hard_held[old.id]:
            change.cause = f"{old.name}联系 {hard_held[old.id]} 户重难点户，超过规则的 {town.rules.hard_per_cadre} 户"
        elif _rank_gain(change, town) > 0:
            roles = town.rules.priority
            change.cause = f"重难点户由{max(new.roles & set(roles), key=lambda role: roles[role])}联系"
        elif change.gain <= KEEP_BONUS:
            _find_whom_it_gives_way_to(change, comers, town)


def _may_hold(after: Assignment, at: int, household: Household) -> bool:
    return at in after.territory.own(household) or at in after.territory.neighbours(household)


def _rank_gain(change: Change, town: Town) -> int:
    if not change.household.is_hard:
        return 0
    ranks = [leader_rank(cadre.roles, town.rules) if cadre else 0 for cadre in (change.before, change.after)]
    return ranks[1] - ranks[0]


def _find_whom_it_gives_way_to(change: Change, comers: dict[int, list[Change]], town: Town) -> None:
    """Follows who took whose place until a household that gains by it."""
    assert change.before is not None
    seen, waiting = {change.before.id}, [change.before.id]
    while waiting:
        cadre = waiting.pop(0)
        for comer in comers[cadre]:
            # A household that had nobody, a hard one that gets a leader, or more than keeping is worth.
            if comer.before is None or _rank_gain(comer, town) > 0 or comer.gain > KEEP_BONUS:
                change.gives_way_to = comer.household
                change.cause = f"为 {comer.household.code} {comer.household.name} 让位"
                return
            if comer.before.id not in seen:
                seen.add(comer.before.id)
                waiting.append(comer.before.id)
    if change.gain <= 0:
        change.cause = f"按规则{change.before.name}不能再联系本户"
