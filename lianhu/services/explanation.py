"""What ``explain`` answers: the choice that stands, the others and their exact prices, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lianhu.domain.fit import Cadre, Fit, Household
from lianhu.store.connection import Record


class Price(NamedTuple):
    """What is lost at each goal, the first weighing more than all after it; below zero is a gain.

    ``hard_with_leader`` is the sum of the leaders' ranks, ``evenness`` what more the load is uneven.
    """

    paired: int
    hard_with_leader: int
    fit: int
    evenness: int

    def words(self, *, ranked: bool) -> str:
        """In words: 适配度少 12，负担更不均 1; empty for nothing."""
        leader = ("重难点户的领导级别", "级") if ranked else ("有领导的重难点户", "户")
        said = [
            f"{what}{'少' if lost > 0 else '多'} {abs(lost)}{unit}"
            for what, unit, lost in (
                ("结对", " 户", self.paired), (leader[0], f" {leader[1]}", self.hard_with_leader), ("适配度", "", self.fit))
            if lost]
        if self.evenness:
            said.append(f"负担{'更不均' if self.evenness > 0 else '更均匀'} {abs(self.evenness)}")
        return "，".join(said)


NOTHING = Price(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """A household that would go from one cadre to another; None is nobody.

    ``before`` is who holds it in the best pairing, ``now`` who holds it today: they differ where what
    stands is not the best.
    """

    household: Household
    before: Cadre | None
    after: Cadre | None
    now: Cadre | None = None

    def as_json(self) -> dict[str, Any]:
        return {"household": self.household.code, "from": self.before and self.before.code,
                "to": self.after and self.after.code}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice for the household (None: nobody), what it costs, and who else would have to move."""

    cadre: Cadre | None
    price: Price
    changes: tuple[Change, ...]
    is_equal: bool = False
    """Whether it is as good as what stands in all that the town cares about."""

    def as_json(self) -> dict[str, Any]:
        return {"cadre": self.cadre and self.cadre.code, "name": self.cadre and self.cadre.name,
                "price": self.price._asdict(), "equal": self.is_equal,
                "moves": [change.as_json() for change in self.changes]}


@dataclass(frozen=True, slots=True)
class Room:
    """One place more for a cadre and what it brings; ``capacity`` is what his would have to be.

    ``rival`` is who would get the place in a run, if not this household.
    """

    cadre: Cadre
    capacity: int
    price: Price
    changes: tuple[Change, ...]
    rival: Household | None

    def as_json(self) -> dict[str, Any]:
        gain = {goal: -lost for goal, lost in self.price._asdict().items()}
        return {"cadre": self.cadre.code, "name": self.cadre.name, "capacity": self.capacity, "gain": gain,
                "moves": [change.as_json() for change in self.changes], "rival": self.rival and self.rival.code}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cadre who may hold the household; equals share a place. ``households`` are those held now."""

    cadre: Cadre
    place: int
    rank: int
    fit: int
    households: tuple[Household, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Households that these cadres only may hold, more than they have places: the proof that some stay alone.

    ``fixed`` households of the villages, whose pairs no run moves, count among the households;
    ``elsewhere`` are the places that such households of other villages take. ``is_limited`` says that
    the places are those the rules leave a cadre for 重难点户.
    """

    villages: tuple[str, ...]
    households: tuple[str, ...]
    cadres: tuple[Cadre, ...]
    fixed: int
    elsewhere: int
    capacity: int
    crosses: bool
    is_limited: bool

    @property
    def number(self) -> int:
        return len(self.households) + self.fixed

    @property
    def short(self) -> int:
        return self.number - (self.capacity - self.elsewhere)

    def as_json(self) -> dict[str, Any]:
        return {"villages": list(self.villages), "households": self.number, "cadres": [c.code for c in self.cadres],
                "capacity": self.capacity, "elsewhere": self.elsewhere, "short": self.short, "cross_village": self.crosses,
                "hard_limit": self.is_limited}


@dataclass(slots=True)
class Explanation:
    """The answer. ``standing`` is the spell that holds now, ``holder`` its cadre's record."""

    household: Household
    place: str
    ranked: bool
    standing: Record | None = None
    holder: Record | None = None
    fit: Fit | None = None
    """The standing pair's fit under the present rules; None without one, or when its cadre has left."""
    crosses: bool = False
    """Whether the candidates are those of neighbouring villages."""
    candidates: list[Candidate] = field(default_factory=list)
    best: Cadre | None = None
    """Who holds the household in the best pairing."""
    own: Option | None = None
    """The standing pair as a choice; None if there is none or a run could not make it."""
    against: list[str] = field(default_factory=list)
    """Why a run could not make the standing pair."""
    gain: Price = NOTHING
    """What the best pairing of the component has more than the one that stands, as a gain above zero."""
    uncounted: int = 0
    """Standing pairs that ``gain`` takes for none: across villages, beyond a limit, or against the rules."""
    is_assigned: bool | None = None
    """Whether ``assign`` would give somebody to the household; None where it need not be asked."""
    is_rebalanced: bool | None = None
    """Whether ``assign --rebalance`` would change who holds the household; None where it need not be asked."""
    is_rearranged: bool | None = None
    """Whether ``assign --rebalance`` would change anything around it; None where it need not be asked."""
    others: list[Option] = field(default_factory=list)
    """Every other cadre who could hold it, and having nobody, the best first."""
    named: Option | None = None
    named_cadre: Record | None = None
    named_reason: str = ""
    """Why the named cadre may not hold it."""
    nobody: list[str] = field(default_factory=list)
    """Why no cadre of its own village may hold it, nor one of a neighbouring village unless these are full."""
    rooms: list[Room] = field(default_factory=list)
    shortages: list[Group] = field(default_factory=list)

    @property
    def is_fixed(self) -> bool:
        """Whether no run moves the standing pair."""
        return self.standing is not None and is_fixed(self.standing)

    @property
    def position(self) -> Candidate | None:
        """The standing cadre among the candidates."""
        return next((c for c in self.candidates if self.holder and c.cadre.id == self.holder["id"]), None)

    @property
    def best_other(self) -> Option | None:
        """The best of the other cadres; without any, having nobody."""
        return next((option for option in self.others if option.cadre is not None), self.nobody_instead)

    @property
    def nobody_instead(self) -> Option | None:
        """What it would cost, or bring others, if the household had nobody."""
        return next((option for option in self.others if option.cadre is None), None)

    @property
    def is_alone(self) -> bool:
        """Whether nobody in service holds it and nobody would in the best pairing."""
        return self.fit is None and self.best is None

    def as_json(self) -> dict[str, Any]:
        position, standing = self.position, self.standing
        return {
            "household": self.household.code, "head_name": self.household.name, "village": self.place,
            "cadre": self.holder and self.holder["code"], "name": self.holder and self.holder["name"],
            "origin": standing and standing["origin"], "locked": bool(standing and standing["is_locked"]),
            "cross_village": self.crosses, "fit": self.fit and self.fit.total,
            "reasons": [{"rule": rule, "score": score} for rule, score in self.fit.reasons] if self.fit else [],
            "place": position and position.place, "candidates": len(self.candidates),
            "best": self.best and self.best.code, "price": self.own and self.own.price._asdict(),
            "against": self.against, "gain": self.gain._asdict(),
            "alternatives": [option.as_json() for option in self.others],
            "best_other": self.best_other and self.best_other.as_json(), "named": self._named_json(),
            "unpaired": self._unpaired_json() if self.is_alone else None,
        }

    def _named_json(self) -> dict[str, Any] | None:
        if self.named_cadre is None:
            return None
        asked = {"cadre": self.named_cadre["code"], "name": self.named_cadre["name"], "reason": self.named_reason or None}
        return {**asked, "price": None, "equal": False, "moves": [], **(self.named.as_json() if self.named else {})}

    def _unpaired_json(self) -> dict[str, Any]:
        return {
            "full_cadres": [
                {"cadre": c.cadre.code, "name": c.cadre.name, "capacity": c.cadre.capacity,
                 "households": [household.code for household in c.households]}
                for c in self.candidates],
            "make_room": [room.as_json() for room in self.rooms],
            "shortage": [group.as_json() for group in self.shortages], "reasons": self.nobody,
        }


def is_fixed(pair: Record) -> bool:
    """Whether no run moves a standing pair: it was made by hand or is locked."""
    return pair["origin"] == "hand" or bool(pair["is_locked"])
