"""Pairing the town: which pairs stand, what the solver is asked, and what is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from lianhu.domain.assign import Edge, Problem, Solution, solve
from lianhu.domain.fit import Cadre, Fit, Household, leader_rank
from lianhu.domain.rules import KEEP_BONUS
from lianhu.domain.territory import Territory
from lianhu.errors import ConflictError
from lianhu.services import spells
from lianhu.services.alone import why_alone
from lianhu.services.lookup import get_cadre, get_village
from lianhu.services.seating import seats_of
from lianhu.services.town import Town, load_rules, load_town
from lianhu.store.connection import Database
from lianhu.store.journal import Journal, batch

Progress = Callable[[int, int], None]
"""Told how many households have been dealt with, and of how many."""


@dataclass(frozen=True, slots=True)
class AssignOptions:
    """The options of ``lianhu assign``; ``on`` is the day from which new pairs hold."""

    on: date
    dry_run: bool = False
    rebalance: bool = False
    least_change: bool = False
    villages: tuple[str, ...] = ()
    scope: frozenset[int] = frozenset()
    """Ids of ``villages``; empty for the whole town."""
    rules: Path | None = None
    capacity: int | None = None
    without: tuple[str, ...] = ()


@dataclass(slots=True)
class Pass:
    """One exact problem with its solution, and whether it looked beyond the village."""

    problem: Problem
    solution: Solution
    crosses: bool
    positions: list[int]
    """Of each seat, the position of its cadre in the town's list."""


@dataclass(slots=True)
class Pair:
    """A pair that stands after the run. ``status``: kept, moved or new."""

    household: Household
    cadre: Cadre
    fit: Fit
    status: str
    crosses: bool = False
    before: Cadre | None = None


@dataclass(slots=True)
class Assignment:
    """What a run decided; ``batch`` is None for a dry run or when nothing changed."""

    town: Town
    territory: Territory
    pairs: list[Pair]
    unpaired: list[tuple[Household, str]]
    passes: list[Pass]
    dropped: list[Household] = field(default_factory=list)
    """Of those unpaired, the ones whose pair ends: their cadre has gone or serves another household."""
    batch: int | None = None
    dry_run: bool = False

    @property
    def is_proved(self) -> bool:
        return all(part.solution.proved for part in self.passes)

    def count(self, status: str) -> int:
        return sum(pair.status == status for pair in self.pairs)

    @property
    def capacity(self) -> int:
        """The households that all cadres in service may hold together."""
        return sum(cadre.capacity for cadre in self.town.cadres)

    @property
    def hard(self) -> int:
        return sum(household.is_hard for household in self.town.households)

    @property
    def hard_with_leader(self) -> int:
        rules = self.town.rules
        return sum(pair.household.is_hard and leader_rank(pair.cadre.roles, rules) > 0 for pair in self.pairs)

    @property
    def fit_total(self) -> int:
        return sum(pair.fit.total for pair in self.pairs)

    @property
    def cross_village(self) -> int:
        return sum(pair.crosses for pair in self.pairs)

    @property
    def load(self) -> dict[int, int]:
        """Number of cadres by number of households held."""
        held = Counter(pair.cadre.id for pair in self.pairs)
        return dict(sorted(Counter(held.get(cadre.id, 0) for cadre in self.town.cadres).items()))

    def as_json(self) -> dict[str, Any]:
        """The document of ``assign --json``: the whole town after the run."""
        by_rule: Counter[str] = Counter(name for pair in self.pairs for name, _ in pair.fit.reasons)
        order = [match.name for match in self.town.rules.matches]
        return {
            "batch": self.batch, "dry_run": self.dry_run, "proved_optimal": self.is_proved,
            "households": len(self.town.households), "cadres": len(self.town.cadres),
            "capacity": self.capacity,
            "paired": len(self.pairs), "unpaired": len(self.unpaired),
            "hard": self.hard, "hard_with_leader": self.hard_with_leader, "fit_total": self.fit_total,
            "kept": self.count("kept"), "moved": self.count("moved"), "new": self.count("new"),
            "cross_village": self.cross_village,
            "load": {str(number): cadres for number, cadres in self.load.items()},
            "by_rule": [
                {"rule": name, "pairs": by_rule[name]}
                for name in sorted(by_rule, key=lambda n: (order.index(n) if n in order else len(order), n))
            ],
            "unpaired_households": [
                {"household": household.code, "village": self.town.place(household), "reason": reason}
                for household, reason in self.unpaired
            ],
            "pairs": [
                {
                    "household": pair.household.code, "cadre": pair.cadre.code, "fit": pair.fit.total,
                    "reasons": [{"rule": name, "score": score} for name, score in self.town.rules.told(pair.fit.reasons)],
                    "status": pair.status,
                }
                for pair in self.pairs
            ],
        }

    def is_same_as(self, other: Assignment) -> bool:
        """Whether both come to the same pairs, begun and ended the same way."""
        return self._gist() == other._gist()

    def _gist(self) -> tuple[list[object], list[int]]:
        return ([(pair.household.id, pair.cadre.id, pair.status, pair.fit.total) for pair in self.pairs],
                [household.id for household in self.dropped])

    def problem_json(self) -> dict[str, Any]:
        """The problems that were solved and their solutions, for an independent check."""
        hard = {household.code for household in self.town.households if household.is_hard}
        return {"passes": [_pass_json(part, hard if self.town.rules.hard_per_cadre else None) for part in self.passes]}


def _pass_json(part: Pass, hard: set[str] | None) -> dict[str, Any]:
    """One pass with every cadre as one; ``hard`` are the 重难点户 where the rules limit them."""
    problem, seat_of = part.problem, part.solution.seat_of
    codes, seats = problem.households, problem.seats
    cadres: dict[int, dict[str, Any]] = {}
    first = set()
    for number, (seat, at) in enumerate(zip(seats, part.positions, strict=True)):
        if at in cadres:
            cadres[at]["capacity"] += seat.capacity
        else:
            first.add(number)
            cadres[at] = {"code": seat.code, "capacity": seat.capacity, "held": seat.held}
            if hard is not None:
                cadres[at]["hard_capacity"] = seat.capacity
    return {
        "levels": list(problem.levels),
        "cadres": list(cadres.values()),
        "households": list(codes),
        **({} if hard is None else {"hard_households": [code for code in codes if code in hard]}),
        "edges": [[codes[edge.household], seats[edge.seat].code, list(edge.values)] for edge in problem.edges
                  if edge.seat in first],
        "pairs": [[codes[h], seats[s].code] for h, s in enumerate(seat_of) if s >= 0],
        "unpaired": [codes[h] for h, s in enumerate(seat_of) if s < 0],
    }


def assign(
    database: Database, options: AssignOptions, *, now: datetime, progress: Progress | None = None,
    write_files: Callable[[Assignment], None] | None = None, shown: Assignment | None = None,
) -> Assignment:
    """Pairs the households without a cadre; with ``rebalance`` unlocked pairs may move too.

    ``write_files`` is called before the pairs are settled: when a file cannot be written, nothing is.
    ``shown`` is the ``preview`` that a person has agreed to: when the records have changed since, so
    that the run comes to something else, ConflictError is raised. NotFoundError for a village or cadre
    that does not exist.
    """
    if options.dry_run:
        return preview(database, options, progress=progress, write_files=write_files)
    with batch(database, "assign", now=now) as journal:
        result = _decided(database, options, progress)
        if shown is not None and not result.is_same_as(shown):
            raise ConflictError("刚才显示以后，名册或结对又有了改动，算出来的和您看到的不同，没有写入。", "请再运行一次同样的命令")
        if _write(journal, result, options):
            result.batch = journal.batch
        if write_files is not None:
            write_files(result)
    return result


def preview(
    database: Database, options: AssignOptions, *, progress: Progress | None = None,
    write_files: Callable[[Assignment], None] | None = None,
) -> Assignment:
    """What ``assign`` would decide; looks only, so that nobody who writes has to wait for the answer."""
    with database.snapshot():
        result = _decided(database, options, progress)
        result.dry_run = True
        if write_files is not None:
            write_files(result)
    return result


def _decided(database: Database, options: AssignOptions, progress: Progress | None) -> Assignment:
    rules = load_rules(database, options.rules)
    codes = [str(get_cadre(database, word)["code"]) for word in options.without]
    scope = frozenset(int(get_village(database, name)["id"]) for name in options.villages)
    town = load_town(database, rules, capacity=options.capacity, without=codes)
    return decide(town, replace(options, scope=scope), progress)


def decide(town: Town, options: AssignOptions, progress: Progress | None = None) -> Assignment:
    """What the run would make of the town: every pair that stands afterwards, and who stays alone."""
    cadres = {cadre.id: at for at, cadre in enumerate(town.cadres)}
    scope = set(options.scope or town.villages)
    free: list[Household] = []
    fixed: dict[int, int] = {}
    before: dict[int, int] = {}
    for household in town.households:
        pair = town.standing.get(household.id)
        at = cadres.get(pair["cadre_id"]) if pair is not None else None
        if at is not None and pair is not None:
            before[household.id] = at
            movable = options.rebalance and pair["origin"] != "hand" and not pair["is_locked"]
            if not (movable and household.village in scope):
                fixed[household.id] = at
                continue
        if household.village in scope:
            free.append(household)
    territory = territory_of(town)
    held = Counter(fixed.values())
    chosen: dict[int, tuple[int, bool]] = {household: (at, False) for household, at in fixed.items()}
    passes = []
    for crosses, circle in ((False, territory.own), (True, territory.neighbours)):
        waiting = [household for household in free if household.id not in chosen]
        if crosses and (not waiting or not any(circle(household) for household in waiting)):
            break
        hard_held = hard_held_by(town, chosen)
        problem, positions = build_problem(town, waiting, circle, held, hard_held, before, options)
        report = None if progress is None else partial(_report, progress, len(waiting))
        part = Pass(problem, solve(problem, report), crosses, positions)
        passes.append(part)
        for household, seat in zip(waiting, part.solution.seat_of, strict=True):
            if seat >= 0:
                at = part.positions[seat]
                chosen[household.id] = (at, crosses)
                held[at] += 1
    return _outcome(town, territory, chosen, before, held, passes, scope)


def territory_of(town: Town) -> Territory:
    districts = {village_id: village["district"] for village_id, village in town.villages.items()}
    return Territory(town.cadres, town.households, districts, town.rules)


def hard_held_by(town: Town, chosen: Mapping[int, tuple[int, bool]]) -> Counter[int]:
    """How many 重难点户 are chosen for each position."""
    return Counter(chosen[h.id][0] for h in town.households if h.is_hard and h.id in chosen)


def build_problem(
    town: Town, waiting: list[Household], circle: Callable[[Household], list[int]], held: Counter[int],
    hard_held: Counter[int], before: dict[int, int], options: AssignOptions,
) -> tuple[Problem, list[int]]:
    """The exact problem of one pass, and of each seat the position of its cadre in the town's list.

    ``held`` counts the pairs that stay fixed by position, ``hard_held`` those of 重难点户 among them;
    ``before`` is the position of the cadre who holds a household now, by household id. Where the rules
    limit the 重难点户 of one cadre, a cadre may be two seats (``seats_of``).
    """
    levels = ("hard_with_leader", "keep", "fit") if options.least_change else ("hard_with_leader", "fit", "keep")
    ranks = [leader_rank(cadre.roles, town.rules) for cadre in town.cadres]
    candidates = [circle(household) for household in waiting]
    seating = seats_of(town, sorted({at for allowed in candidates for at in allowed}), held, hard_held)
    edges = []
    fit_of = town.scorer.fit
    for number, (household, allowed) in enumerate(zip(waiting, candidates, strict=True)):
        for at in allowed:
            fit = fit_of(town.cadres[at], household).total
            keep = int(before.get(household.id) == at)
            leader = ranks[at] if household.is_hard else 0
            if options.rebalance:
                fit += KEEP_BONUS * keep
            values = (leader, keep, fit) if options.least_change else (leader, fit, keep)
            for seat in seating.places[at][:1] if household.is_hard else seating.places[at]:
                edges.append(Edge(number, seat, values))
    problem = Problem(levels, seating.seats, [h.code for h in waiting], [h.key for h in waiting], edges)
    return problem, seating.positions


def _report(progress: Progress, total: int, done: int) -> None:
    progress(done, total)


def _outcome(
    town: Town, territory: Territory, chosen: dict[int, tuple[int, bool]], before: dict[int, int],
    held: Counter[int], passes: list[Pass], scope: set[int],
) -> Assignment:
    pairs, unpaired, dropped = [], [], []
    had = Counter(before.values())
    hard_held = hard_held_by(town, chosen)
    for household in town.households:
        if household.id not in chosen:
            if household.village in scope:
                why = why_alone(town, territory, household, held, hard_held)
            else:
                why = f"不在这次结对的范围内（--village 没有包括{town.place(household)}）"
            if household.id in town.standing and household.village in scope:
                dropped.append(household)
                why += f"；{_why_dropped(town, before.get(household.id), had)}"
            unpaired.append((household, why))
            continue
        at, crosses = chosen[household.id]
        cadre, old = town.cadres[at], before.get(household.id)
        status = "new" if old is None else "kept" if old == at else "moved"
        if status == "kept":
            crosses = bool(town.standing[household.id]["is_cross_village"])
        pairs.append(Pair(household, cadre, town.scorer.fit(cadre, household), status, crosses,
                          town.cadres[old] if status == "moved" and old is not None else None))
    return Assignment(town, territory, pairs, unpaired, passes, dropped)


def _why_dropped(town: Town, at: int | None, had: Counter[int]) -> str:
    if at is None:
        return "原联系干部已不在岗"
    who = town.cadres[at]
    over = f"联系 {had[at]} 户，超过上限 {who.capacity} 户"
    return f"原联系干部 {who.name}（{who.code}）" + (over if had[at] > who.capacity else "改联系别的户")


def _write(journal: Journal, result: Assignment, options: AssignOptions) -> bool:
    """Writes what changed: moved spells end, new ones begin. False when nothing did."""
    town, on = result.town, options.on.isoformat()
    changed = [pair for pair in result.pairs if pair.status != "kept"]
    if not changed and not result.dropped:
        return False
    begun = []
    for pair in changed:
        begins = max(on, town.ended.get(pair.household.id, ""), town.back.get(pair.cadre.id, ""))
        old = town.standing.get(pair.household.id)
        if old is not None:
            begins = spells.end(journal, old, begins, "重新结对")
        begun.append({
            "household_id": pair.household.id, "cadre_id": pair.cadre.id, "started_on": begins, "origin": "run",
            "is_cross_village": int(pair.crosses), "fit": pair.fit.total,
            "reasons": json.dumps(pair.fit.reasons, ensure_ascii=False),
        })
    for household in result.dropped:
        spells.end(journal, town.standing[household.id], on, "重新结对")
    spells.begin(journal, begun)
    summary = (f"结对：新增 {result.count('new')}，调整 {result.count('moved')}，保持 {result.count('kept')}，"
               f"未结对 {len(result.unpaired)}")
    journal.insert("assignment_run", {"held_from": on, "rules": town.rules.text, "summary": summary})
    journal.summarise(summary)
    return True
