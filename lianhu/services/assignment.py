"""Pairing the town: which pairs stand, what the solver is asked, and what is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from lianhu.domain.assign import Edge, Problem, Seat, Solution, solve
from lianhu.domain.fit import Cadre, Fit, Household, leader_rank
from lianhu.domain.rules import KEEP_BONUS
from lianhu.domain.territory import Territory
from lianhu.services import spells
from lianhu.services.lookup import get_cadre, get_village
from lianhu.services.town import Town, load_rules, load_town
from lianhu.store.connection import Database
from lianhu.store.journal import Journal, batch


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
    def load(self) -> dict[int, int]:
        """Number of cadres by number of households held."""
        held = Counter(pair.cadre.id for pair in self.pairs)
        return dict(sorted(Counter(held.get(cadre.id, 0) for cadre in self.town.cadres).items()))

    def as_json(self) -> dict[str, Any]:
        """The document of ``assign --json``: the whole town after the run."""
        rules = self.town.rules
        by_rule: Counter[str] = Counter(name for pair in self.pairs for name, _ in pair.fit.reasons)
        order = [match.name for match in rules.matches]
        hard = [pair for pair in self.pairs if pair.household.is_hard]
        return {
            "batch": self.batch, "dry_run": self.dry_run, "proved_optimal": self.is_proved,
            "households": len(self.town.households), "cadres": len(self.town.cadres),
            "capacity": sum(cadre.capacity for cadre in self.town.cadres),
            "paired": len(self.pairs), "unpaired": len(self.unpaired),
            "hard": sum(household.is_hard for household in self.town.households),
            "hard_with_leader": sum(leader_rank(pair.cadre.roles, rules) > 0 for pair in hard),
            "fit_total": sum(pair.fit.total for pair in self.pairs),
            "kept": self.count("kept"), "moved": self.count("moved"), "new": self.count("new"),
            "cross_village": sum(pair.crosses for pair in self.pairs),
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
                    "reasons": [{"rule": name, "score": score} for name, score in pair.fit.reasons],
                    "status": pair.status,
                }
                for pair in self.pairs
            ],
        }

    def problem_json(self) -> dict[str, Any]:
        """The problems that were solved and their solutions, for an independent check."""
        return {"passes": [_pass_json(part) for part in self.passes]}


def _pass_json(part: Pass) -> dict[str, Any]:
    problem, seat_of = part.problem, part.solution.seat_of
    codes, seats = problem.households, problem.seats
    return {
        "levels": list(problem.levels),
        "cadres": [{"code": seat.code, "capacity": seat.capacity, "held": seat.held} for seat in seats],
        "households": list(codes),
        "edges": [[codes[edge.household], seats[edge.seat].code, list(edge.values)] for edge in problem.edges],
        "pairs": [[codes[h], seats[s].code] for h, s in enumerate(seat_of) if s >= 0],
        "unpaired": [codes[h] for h, s in enumerate(seat_of) if s < 0],
    }


def assign(
    database: Database, options: AssignOptions, *, now: datetime,
    progress: Callable[[int, int], None] | None = None, write_files: Callable[[Assignment], None] | None = None,
) -> Assignment:
    """Pairs the households without a cadre; with ``rebalance`` unlocked pairs may move too.

    ``write_files`` is called before the pairs are settled: when a file cannot be written, nothing is.
    Raises NotFoundError for a village or cadre that does not exist.
    """
    with batch(database, "assign", now=now, keep=not options.dry_run) as journal:
        rules = load_rules(database, options.rules)
        codes = [str(get_cadre(database, word)["code"]) for word in options.without]
        scope = frozenset(int(get_village(database, name)["id"]) for name in options.villages)
        town = load_town(database, rules, capacity=options.capacity, without=codes)
        result = decide(town, replace(options, scope=scope), progress)
        result.dry_run = options.dry_run
        if _write(journal, result, options) and not options.dry_run:
            result.batch = journal.batch
        if write_files is not None:
            write_files(result)
    return result


def decide(
    town: Town, options: AssignOptions, progress: Callable[[int, int], None] | None = None
) -> Assignment:
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
    territory = Territory(town.cadres, town.households, {v: r["district"] for v, r in town.villages.items()}, town.rules)
    held = Counter(fixed.values())
    chosen: dict[int, tuple[int, bool]] = {household: (at, False) for household, at in fixed.items()}
    passes = []
    for crosses, circle in ((False, territory.own), (True, territory.neighbours)):
        waiting = [household for household in free if household.id not in chosen]
        if crosses and (not waiting or not any(circle(household) for household in waiting)):
            break
        part = _solve_pass(town, waiting, circle, held, before, options, crosses, progress)
        passes.append(part)
        for household, seat in zip(waiting, part.solution.seat_of, strict=True):
            if seat >= 0:
                at = part.positions[seat]
                chosen[household.id] = (at, crosses)
                held[at] += 1
    return _outcome(town, territory, chosen, before, held, passes, scope)


def _solve_pass(
    town: Town, waiting: list[Household], circle: Callable[[Household], list[int]], held: Counter[int],
    before: dict[int, int], options: AssignOptions, crosses: bool, progress: Callable[[int, int], None] | None,
) -> Pass:
    levels = ("hard_with_leader", "keep", "fit") if options.least_change else ("hard_with_leader", "fit", "keep")
    ranks = [leader_rank(cadre.roles, town.rules) for cadre in town.cadres]
    candidates = [circle(household) for household in waiting]
    used = sorted({at for positions in candidates for at in positions})
    seat_at = {at: seat for seat, at in enumerate(used)}
    seats = [
        Seat(cadre.code, max(0, cadre.capacity - held[at]), held[at], cadre.key)
        for at, cadre in ((at, town.cadres[at]) for at in used)
    ]
    edges = []
    fit_of = town.scorer.fit
    for number, (household, positions) in enumerate(zip(waiting, candidates, strict=True)):
        for at in positions:
            fit = fit_of(town.cadres[at], household).total
            keep = int(before.get(household.id) == at)
            leader = ranks[at] if household.is_hard else 0
            if options.rebalance:
                fit += KEEP_BONUS * keep
            values = (leader, keep, fit) if options.least_change else (leader, fit, keep)
            edges.append(Edge(number, seat_at[at], values))
    problem = Problem(levels, seats, [h.code for h in waiting], [h.key for h in waiting], edges)
    report = None if progress is None else partial(_report, progress, len(waiting))
    return Pass(problem, solve(problem, report), crosses, used)


def _report(progress: Callable[[int, int], None], total: int, done: int) -> None:
    progress(done, total)


def _outcome(
    town: Town, territory: Territory, chosen: dict[int, tuple[int, bool]], before: dict[int, int],
    held: Counter[int], passes: list[Pass], scope: set[int],
) -> Assignment:
    pairs, unpaired, dropped = [], [], []
    for household in town.households:
        if household.id not in chosen:
            why = _why_alone(town, territory, household, held, scope)
            if household.id in town.standing and household.village in scope:
                dropped.append(household)
                at_first = before.get(household.id)
                who = None if at_first is None else town.cadres[at_first]
                why += f"；原联系干部 {who.name}（{who.code}）改联系别的户" if who else "；原联系干部已不在岗"
            unpaired.append((household, why))
            continue
        at, crosses = chosen[household.id]
        cadre, old = town.cadres[at], before.get(household.id)
        status = "new" if old is None else "kept" if old == at else "moved"
        if status == "kept":
            crosses = bool(town.standing[household.id]["is_cross_village"])
        pairs.append(Pair(household, cadre, town.scorer.fit(cadre, household), status, crosses,
                          town.cadres[old] if status == "moved" and old is not None else None))
    return Assignment(town, pairs, unpaired, passes, dropped)


def _why_alone(
    town: Town, territory: Territory, household: Household, held: Counter[int], scope: set[int]
) -> str:
    place = town.place(household)
    if household.village not in scope:
        return f"不在这次结对的范围内（--village 没有包括{place}）"
    own = territory.own(household)
    if not own:
        everyone = [cadre for cadre in town.cadres if household.village in cadre.villages]
        if everyone:
            return f"{place}的 {len(everyone)} 名干部都不能联系本户（本户亲属，或按规则须女干部）"
        return f"{place}没有在岗干部，也没有包片的镇干部"
    full = [f"{town.cadres[at].name}（{town.cadres[at].code}，{held[at]} 户）" for at in own]
    shown = "、".join(full[:6]) + (f"等 {len(full)} 名" if len(full) > 6 else "")
    return f"可以联系本户的干部都已满：{shown}"


def _write(journal: Journal, result: Assignment, options: AssignOptions) -> bool:
    """Writes what changed: moved spells end, new ones begin. False when nothing did."""
    town, on = result.town, options.on.isoformat()
    changed = [pair for pair in result.pairs if pair.status != "kept"]
    if not changed and not result.dropped:
        return False
    begun = []
    for pair in changed:
        begins = max(on, town.ended.get(pair.household.id, ""))
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
