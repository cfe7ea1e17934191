"""Why a household has this cadre, what another choice would cost, or why it has nobody.

The problem that is asked about is the one a run could change: every household without a cadre and
every standing pair that is neither made by hand nor locked is free, the others stay fixed; the asked
household is free even where its own pair is by hand or locked. The goals are those of a run (most
households paired, 重难点户 with leaders, fit, evenness), without any bonus for keeping a pair. Prices
are set against the best pairing of that problem; where equal ones exist, against the one nearest to
what stands, so after a fresh run against what stands. Cadres of neighbouring villages come in as in
a run: only for households that the first pass leaves alone, what it gave being fixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lianhu.domain.assign import Edge, Problem, solve
from lianhu.domain.explain import NOBODY, Move, Shortage, Study, shortage, study
from lianhu.domain.fit import Cadre, Fit, Household, leader_rank
from lianhu.errors import ConflictError
from lianhu.services.assignment import AssignOptions, build_problem, decide, hard_held_by, territory_of
from lianhu.services.explanation import NOTHING, Candidate, Change, Explanation, Group, Option, Price, Room, is_fixed
from lianhu.services.lookup import get_cadre, get_household
from lianhu.services.town import Town, load_rules, load_town
from lianhu.store.connection import Database, Record

Circle = Callable[[Household], list[int]]
Chosen = dict[int, tuple[int, bool]]
"""Who holds a household, by its id: the position of the cadre in the town's list, and whether across villages."""


def explain(database: Database, word: str, cadre_word: str | None, *, today: date) -> Explanation:
    """Explains the household that ``word`` names and, if given, the choice of another cadre.

    Raises NotFoundError or AmbiguousError for a name, ConflictError for a closed household.
    """
    with database.snapshot():
        record = get_household(database, word)
        named = get_cadre(database, cadre_word) if cadre_word is not None else None
        if record["closed_on"] is not None:
            raise ConflictError(
                f"{record['code']} {record['head_name']}已于 {record['closed_on']} 销户，不再结对。",
                f"以前由谁联系：lianhu pair history {record['code']}")
        town = load_town(database, load_rules(database))
        asked = next(household for household in town.households if household.id == record["id"])
        standing, holder = town.standing.get(asked.id), None
        if standing is not None:
            (holder,) = database.records("SELECT * FROM cadre WHERE id = ?", [standing["cadre_id"]])
    answer = Explanation(asked, town.place(asked), max(town.rules.priority.values(), default=0) > 1, standing, holder)
    question = _Question(town, asked, today)
    question.answer(answer)
    if named is not None:
        question.name(answer, named)
    return answer


@dataclass(slots=True)
class _Stage:
    """One pass of the problem as far as it concerns the asked household, whose number is ``asked``.

    ``study`` is None where no cadre of the pass may hold it. ``positions`` are those of the seats.
    """

    problem: Problem
    positions: list[int]
    waiting: list[Household]
    asked: int
    standing: list[str | None]
    study: Study | None
    crosses: bool
    chosen: Chosen
    """Who is fixed in this pass."""
    hard_held: Counter[int]

    def seats_by_position(self) -> dict[int, list[int]]:
        seats = defaultdict(list)
        for seat, at in enumerate(self.positions):
            seats[at].append(seat)
        return seats


class _Question:
    """The town, which of its pairs are free, and the passes that concern the asked household."""

    def __init__(self, town: Town, asked: Household, today: date) -> None:
        self.town = town
        self.asked = asked
        self.territory = territory_of(town)
        self._options = AssignOptions(today)
        self._position = {cadre.id: at for at, cadre in enumerate(town.cadres)}
        self._before: dict[int, int] = {}
        self._fixed: Chosen = {}
        self._holds: dict[int, list[Household]] = defaultdict(list)
        for household in town.households:
            pair = town.standing.get(household.id)
            at = self._position.get(pair["cadre_id"]) if pair is not None else None
            if at is None or pair is None:
                continue
            self._before[household.id] = at
            self._holds[at].append(household)
            if is_fixed(pair) and household is not asked:
                self._fixed[household.id] = (at, False)
        self._stages: list[_Stage] = []

    def answer(self, answer: Explanation) -> None:
        """Fills in all but what concerns a named cadre."""
        asked, at = self.asked, self._before.get(self.asked.id)
        if at is not None:
            fit = self.town.scorer.fit(self.town.cadres[at], asked)
            answer.fit = Fit(fit.total, self.town.rules.told(fit.reasons))
        stage = self._stage(at)
        answer.crosses = stage.crosses
        answer.candidates = self._candidates(
            self.territory.neighbours(asked) if stage.crosses else self.territory.own(asked))
        self._weigh(answer, stage, None if at is None else self.town.cadres[at])
        if answer.is_alone:
            self._tell_alone(answer)

    def name(self, answer: Explanation, named: Record) -> None:
        """Fills in what the choice of a named cadre would cost, or why he may not hold the household."""
        answer.named_cadre = named
        known = [answer.own, *answer.others] if answer.own else list(answer.others)
        if answer.crosses:
            known += self._priced(self._stages[0])
        answer.named = next((o for o in known if o.cadre is not None and o.cadre.id == named["id"]), None)
        if answer.named is None:
            answer.named_reason = self._why_not(answer, named)

    def _stage(self, at: int | None) -> _Stage:
        """The pass that decides about the asked household: the first unless it leaves it to the second."""
        town, asked, territory = self.town, self.asked, self.territory
        own = self._pass(self._free(town.tied_to(asked.village)), self._fixed, crosses=False)
        self._stages = [own]
        if (own.study is not None and own.study.seat != NOBODY) or not territory.neighbours(asked):
            return own
        if at is not None and at in territory.own(asked):
            return own
        around = self._free(town.tied_to(asked.village, districts=True))
        problem, positions = self._problem(around, self._fixed, territory.own)
        given = solve(problem, standing=self._codes(around)).seat_of
        chosen = self._fixed | {
            household.id: (positions[seat], False)
            for household, seat in zip(around, given, strict=True) if seat != NOBODY and household is not asked}
        cross = self._pass([household for household in around if household.id not in chosen], chosen, crosses=True)
        self._stages.append(cross)
        return cross if cross.study is not None else own

    def _free(self, villages: set[int]) -> list[Household]:
        return [h for h in self.town.households if h.village in villages and h.id not in self._fixed]

    def _codes(self, households: Sequence[Household]) -> list[str | None]:
        at = [self._before.get(household.id) for household in households]
        return [None if position is None else self.town.cadres[position].code for position in at]

    def _problem(self, waiting: list[Household], chosen: Chosen, circle: Circle) -> tuple[Problem, list[int]]:
        held = Counter(at for at, _ in chosen.values())
        return build_problem(self.town, waiting, circle, held, hard_held_by(self.town, chosen), {}, self._options)

    def _pass(self, waiting: list[Household], chosen: Chosen, *, crosses: bool) -> _Stage:
        circle = self.territory.neighbours if crosses else self.territory.own
        problem, positions = self._problem(waiting, chosen, circle)
        asked, standing = waiting.index(self.asked), self._codes(waiting)
        stage = _Stage(
            problem, positions, waiting, asked, standing, None, crosses, chosen, hard_held_by(self.town, chosen))
        if self.town.rules.hard_per_cadre and not self.asked.is_hard:
            self._add_next_seats(stage)
        stage.study = study(stage.problem, asked, standing)
        return stage

    def _next_seat(self, stage: _Stage, at: int, seats: Sequence[int]) -> int | None:
        """The seat that grows when a cadre's capacity does; None if that would be one not there yet.

        Up to the limit of 重难点户 it is the first, open to all, beyond it the other.
        """
        limit = self.town.rules.hard_per_cadre
        if not limit or stage.problem.seats[seats[0]].capacity + stage.hard_held[at] < limit:
            return seats[0]
        return seats[1] if len(seats) > 1 else None

    def _add_next_seats(self, stage: _Stage) -> None:
        """Adds, without a place, the seats that one place more would make, so that it can be asked about."""
        problem, seats = stage.problem, list(stage.problem.seats)
        grown: dict[int, int] = {}
        for at, own in stage.seats_by_position().items():
            if self._next_seat(stage, at, own) is None:
                first = seats[own[0]]
                grown[own[0]] = len(seats)
                seats.append(replace(first, capacity=0, held=first.held + first.capacity))
                stage.positions.append(at)
        edges = [Edge(edge.household, grown[edge.seat], edge.values) for edge in problem.edges
                 if edge.seat in grown and not stage.waiting[edge.household].is_hard]
        stage.problem = replace(problem, seats=seats, edges=[*problem.edges, *edges])

    def _candidates(self, circle: Sequence[int]) -> list[Candidate]:
        town, asked = self.town, self.asked
        merits = []
        for at in circle:
            cadre = town.cadres[at]
            if cadre.capacity == 0 and at != self._before.get(asked.id):
                continue  # takes no part
            rank = leader_rank(cadre.roles, town.rules) if asked.is_hard else 0
            merits.append((-rank, -town.scorer.fit(cadre, asked).total, cadre.code, at))
        found: list[Candidate] = []
        for number, (rank, fit, _, at) in enumerate(sorted(merits), start=1):
            is_equal = found and (found[-1].rank, found[-1].fit) == (-rank, -fit)
            place = found[-1].place if is_equal else number
            found.append(Candidate(town.cadres[at], place, -rank, -fit, tuple(self._holds.get(at, ()))))
        return found

    def _weigh(self, answer: Explanation, stage: _Stage, now: Cadre | None) -> None:
        """The best pairing, the standing one against it, and every other choice."""
        if stage.study is not None:
            options = self._priced(stage)
            answer.best = options[0].cadre
            answer.own = next((o for o in options if now is not None and o.cadre is now), None)
            measure = answer.own.price if answer.own is not None else NOTHING
            answer.others = [
                replace(option, is_equal=option.price == measure) for option in options
                if option is not answer.own and not (answer.is_alone and option.cadre is None)]
            answer.gain = _price(stage.problem, stage.study.standing_loss(stage.standing))
            given = stage.study.pairing
            stands = sum(seat != NOBODY for seat in given.values()) - answer.gain.paired
            answer.uncounted = sum(stage.standing[number] is not None for number in given) - stands
        if now is not None and answer.own is None:
            answer.against = self._why_not_made(now, stage)
        if not answer.is_fixed and (now is not answer.best or answer.gain != NOTHING):
            self._foresee(answer, now)

    def _foresee(self, answer: Explanation, now: Cadre | None) -> None:
        """What a run would make of the household: it prefers what stands, so it need not come to the best."""
        changed = self._changed_by_run(rebalance=True)
        answer.is_rearranged = bool(changed)
        if now is not answer.best:
            answer.is_rebalanced = self.asked.id in changed
            answer.is_assigned = self.asked.id in self._changed_by_run(rebalance=False)

    def _changed_by_run(self, *, rebalance: bool) -> set[int]:
        """The households around the asked one that a run would give to somebody else, or to nobody."""
        around = frozenset(self.town.tied_to(self.asked.village, districts=True))
        result = decide(self.town, replace(self._options, rebalance=rebalance, scope=around))
        return {pair.household.id for pair in result.pairs if pair.status != "kept"} | {
            household.id for household in result.dropped}

    def _priced(self, stage: _Stage) -> list[Option]:
        """The best pairing's choice and then every other, each cadre once, the cheapest first."""
        if stage.study is None:
            return []
        options = [Option(self._cadre(stage, stage.study.seat), NOTHING, ())]
        seen = {options[0].cadre and options[0].cadre.id}
        for choice in stage.study.choices():
            cadre = self._cadre(stage, choice.seat)
            if (cadre and cadre.id) not in seen:
                seen.add(cadre and cadre.id)
                options.append(Option(cadre, _price(stage.problem, choice.loss), self._changes(stage, choice.moves)))
        return options

    def _cadre(self, stage: _Stage, seat: int) -> Cadre | None:
        return None if seat == NOBODY else self.town.cadres[stage.positions[seat]]

    def _changes(self, stage: _Stage, moves: Sequence[Move]) -> tuple[Change, ...]:
        """Who else gets another cadre; from one seat to another of the same cadre is no change."""
        changes = []
        for move in moves:
            household = stage.waiting[move.household]
            before, after = self._cadre(stage, move.before), self._cadre(stage, move.after)
            at = self._before.get(household.id)
            now = None if at is None else self.town.cadres[at]
            if before is None and not stage.crosses and now is not None and household.village not in now.villages:
                # The first pass leaves it to a neighbouring village, which is where it stands.
                before = now
            if household is not self.asked and before is not after:
                changes.append(Change(household, before, after, now))
        return tuple(changes)

    def _why_not_made(self, now: Cadre, stage: _Stage) -> list[str]:
        """Why a run could not make the pair that stands."""
        bars = self.territory.bars(now, self.asked)
        if not bars and self.asked.village not in now.villages and not stage.crosses:
            bars = [self._elsewhere(now)]
        return bars or self._no_place(now) or [self._needed_at_home(now)]

    def _needed_at_home(self, cadre: Cadre) -> str:
        return f"{_called(cadre)}的位置先要留给他自己的村"

    def _why_not(self, answer: Explanation, named: Record) -> str:
        """Why the named cadre may not hold the household, in one sentence."""
        if named["left_on"] is not None:
            why = f"（{named['leave_reason']}）" if named["leave_reason"] else ""
            return f"{named['name']}（{named['code']}）已于 {named['left_on']} 离岗{why}"
        cadre = self.town.cadres[self._position[named["id"]]]
        bars = self.territory.bars(cadre, self.asked)
        if not bars and self.asked.village not in cadre.villages and not (
                answer.crosses and any(candidate.cadre is cadre for candidate in answer.candidates)):
            bars = [self._elsewhere(cadre)]
        return "；".join(bars or self._no_place(cadre) or [self._needed_at_home(cadre)])

    def _no_place(self, cadre: Cadre) -> list[str]:
        """Why a cadre of the right circle has no place that a run could give."""
        if cadre.capacity == 0:
            return [f"{_called(cadre)}的联户上限是 0"]
        at, limit = self._position[cadre.id], self.town.rules.hard_per_cadre
        held = [household for household in self._holds.get(at, ()) if household.id in self._fixed]
        if len(held) >= cadre.capacity:
            return [f"{_called(cadre)}上限 {cadre.capacity} 户，已有人工指定或锁定的 {_listed(held)}"]
        hard = [household for household in held if household.is_hard]
        if self.asked.is_hard and limit and len(hard) >= limit:
            return [f"{_called(cadre)}已到每人 {limit} 户重难点户的上限：{_listed(hard)}"]
        return []

    def _elsewhere(self, cadre: Cadre) -> str:
        villages = [self.town.villages[village] for village in cadre.villages]
        home = self.town.villages[self.asked.village]
        where = "、".join(village["name"] for village in sorted(villages, key=lambda village: village["ordinal"]))
        where = f"{_called(cadre)}{f'在{where}' if where else '没有嘎查村，也没有包片村'}，本户在{home['name']}"
        if home["district"] and any(village["district"] == home["district"] for village in villages):
            return f"{where}；邻村干部只在本村干部都联系不了时才用"
        return f"{where}，不同村也不同片区"

    def _tell_alone(self, answer: Explanation) -> None:
        """What would make room and what proves that there is none, or why nobody may hold it."""
        for stage in self._stages:
            if stage.study is None:
                continue
            found = shortage(stage.problem, stage.study.pairing, stage.asked)
            if found is not None:
                answer.shortages.append(self._group(stage, found))
            answer.rooms += self._rooms(stage, stage.study)
        answer.rooms.sort(key=lambda room: room.cadre.capacity == 0)  # who takes no part is asked last
        if self._stages[0].study is None:
            answer.nobody = self._why_nobody()

    def _rooms(self, stage: _Stage, asked: Study) -> Iterator[Room]:
        """One place more for a cadre that lets the household in and leaves nobody else without, the best first."""
        of_position = stage.seats_by_position()
        growing = {self._next_seat(stage, at, seats) for at, seats in of_position.items()}
        for choice in asked.more_places():
            changes = self._changes(stage, choice.moves)
            if choice.seat not in growing or any(change.after is None for change in changes):
                continue
            at = stage.positions[choice.seat]
            own = [stage.problem.seats[seat] for seat in of_position[at]]
            capacity = own[0].held + sum(seat.capacity for seat in own) + 1
            rival = None if choice.rival is None else stage.waiting[choice.rival]
            yield Room(self.town.cadres[at], capacity, _price(stage.problem, choice.loss), changes, rival)

    def _group(self, stage: _Stage, found: Shortage) -> Group:
        reached, seats = set(found.seats), stage.problem.seats
        limited = set()
        positions, of_position = sorted({stage.positions[seat] for seat in found.seats}), stage.seats_by_position()
        for at in positions:
            if any(seat not in reached and seats[seat].capacity for seat in of_position[at]):
                # Only the places for 重难点户 count, and only those who hold one.
                limited.add(at)
        fixed = [
            household for household in self.town.households
            if household.id in stage.chosen and (at := stage.chosen[household.id][0]) in positions
            and (household.is_hard or at not in limited)]
        households = [stage.waiting[number] for number in found.households]
        villages = sorted({household.village for household in households},
                          key=lambda village: int(self.town.villages[village]["ordinal"]))
        here = sum(household.village in villages for household in fixed)
        positions = [at for at in positions if self.town.cadres[at].capacity or self._holds.get(at)]
        return Group(
            tuple(self.town.villages[village]["name"] for village in villages),
            tuple(household.code for household in households), tuple(self.town.cadres[at] for at in positions),
            here, len(fixed) - here, found.places + len(fixed), stage.crosses, bool(limited))

    def _why_nobody(self) -> list[str]:
        """Why no cadre at all may hold the household."""
        home = self.town.villages[self.asked.village]
        if not self.town.cadres:
            return ["全镇还没有在岗干部"]
        serving = [cadre for cadre in self.town.cadres if self.asked.village in cadre.villages]
        said = [bar for cadre in serving for bar in self.territory.bars(cadre, self.asked)]
        said = said or [f"{home['name']}没有在岗干部，也没有包片的镇干部"]
        if self.territory.neighbours(self.asked):
            return said
        return [*said, f"同片区（{home['district']}）的邻村也没有可以联系本户的干部" if home["district"]
                else f"{home['name']}没有登记片区，不能由邻村干部联系"]


def _called(cadre: Cadre) -> str:
    return f"{cadre.name}（{cadre.code}）"


def _listed(households: Sequence[Household]) -> str:
    return "、".join(f"{household.code} {household.name}" for household in households)


def _price(problem: Problem, loss: Sequence[int]) -> Price:
    paired, *levels, evenness = loss
    values = dict(zip(problem.levels, levels, strict=True))
    return Price(paired, values["hard_with_leader"], values["fit"], evenness)
