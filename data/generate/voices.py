"""What people say of the town's work, and what cadres were asked to do: ratings, appraisals, opinions, tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import texts
from cadres import Cadre, ClusterHead
from households import Household
from pairs import Pairs
from places import Village
from records import LAST, Ticket
from town import SEED, Town

RATING_ROUNDS = (date(2025, 3, 24), date(2025, 6, 23), date(2025, 9, 22), date(2025, 12, 8))
"""The Mondays of the weeks in which households are asked; a part of them each time."""
_ASKED = 0.38
_GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
_OF_GOOD_CADRES, _OF_OTHERS = (52, 42, 5, 1, 0), (26, 47, 19, 6, 2)
OPINIONS = 64
_APPRAISED_ON, APPRAISED = date(2025, 7, 8), "2025年上半年"
_APPRAISAL_GRADES, _APPRAISAL_SHARES = ("优秀", "良好", "一般", "较差"), (17, 59, 22, 2)


@dataclass(frozen=True)
class Rating:
    household: Household
    cadre: Cadre
    grade: str
    words: str
    day: date


@dataclass(frozen=True)
class Appraisal:
    cadre: Cadre
    grade: str
    day: date
    note: str


@dataclass(frozen=True)
class Opinion:
    """An opinion that a 联户长 brought in; ``number`` is the ticket it became."""

    village: Village
    head: ClusterHead
    content: str
    raised: date
    closed: date | None
    result: str
    number: str = ""


@dataclass(frozen=True)
class Task:
    title: str
    duty: str
    issued: date
    due: date


@dataclass(frozen=True)
class TaskItem:
    """A task at one household, with the cadre who did it where it is done."""

    task: Task
    household: Household
    cadre: Cadre
    done: date | None


@dataclass(frozen=True)
class Voices:
    """All of it, each kind by day."""

    ratings: list[Rating]
    appraisals: list[Appraisal]
    opinions: list[Opinion]
    items: list[TaskItem]


def make_voices(town: Town, pairs: Pairs, tickets: Sequence[Ticket], seed: str = SEED) -> Voices:
    """The same pairs, tickets and seed give the same ones."""
    return Voices(
        _ratings(town, pairs, Random(f"{seed} ratings")), _appraisals(town, Random(f"{seed} appraisals")),
        _opinions(town, tickets, Random(f"{seed} opinions")), _items(town, pairs, Random(f"{seed} tasks")))


def _ratings(town: Town, pairs: Pairs, rng: Random) -> list[Rating]:
    good = {cadre for cadre in town.cadres if rng.random() < 0.6}
    ratings = []
    for first in RATING_ROUNDS:
        for household in town.households:
            if household not in pairs or rng.random() >= _ASKED:
                continue
            cadre = pairs[household]
            grade = rng.choices(_GRADES, _OF_GOOD_CADRES if cadre in good else _OF_OTHERS)[0]
            words = rng.choice(texts.RATING_WORDS[grade]) if rng.random() < 0.35 else ""
            ratings.append(Rating(household, cadre, grade, words, first + timedelta(days=rng.randrange(5))))
    return sorted(ratings, key=lambda rating: rating.day)


def _appraisals(town: Town, rng: Random) -> list[Appraisal]:
    """One for every cadre who is to hold households."""
    appraisals = []
    for cadre in town.cadres:
        if cadre.capacity == 0:
            continue
        grade = rng.choices(_APPRAISAL_GRADES, _APPRAISAL_SHARES)[0]
        note = rng.choice(("", "办实事成效好", "群众评价高")) if grade == "优秀" else "已约谈" if grade == "较差" else ""
        appraisals.append(Appraisal(cadre, grade, _APPRAISED_ON, note))
    return appraisals


def _opinions(town: Town, tickets: Sequence[Ticket], rng: Random) -> list[Opinion]:
    """Those that became tickets of the kind 建议, then others; four in five have an answer."""
    heads: dict[Village, list[ClusterHead]] = defaultdict(list)
    for head in town.heads:
        heads[head.cluster.village].append(head)
    opinions = []
    for ticket in tickets:
        if ticket.kind == "建议" and ticket.closed is not None:
            raised = ticket.received.date() - timedelta(days=rng.randrange(1, 5))
            head = _in_office(heads[ticket.village], raised, rng)
            opinions.append(Opinion(
                ticket.village, head, ticket.title, raised, ticket.closed.date(), "已转12345工单办理并回复", ticket.number))
    used = set()
    while len(opinions) < OPINIONS:
        village = rng.choices(town.villages, [village.size for village in town.villages])[0]
        raised = date(2025, 1, 6) + timedelta(days=rng.randrange(345))
        content, result = rng.choice(texts.OPINIONS)
        if not texts.fits(content, raised) or (village, content) in used:
            continue
        used.add((village, content))
        answered = raised + timedelta(days=rng.randrange(2, 40))
        closed = None if answered > LAST or rng.random() < 0.18 else answered
        opinions.append(Opinion(village, _in_office(heads[village], raised, rng), texts.plain(content), raised, closed,
                                result if closed else rng.choice(("", "已列入明年计划", "正与旗里对接"))))
    return sorted(opinions, key=lambda opinion: (opinion.raised, opinion.content))


def _in_office(heads: Sequence[ClusterHead], day: date, rng: Random) -> ClusterHead:
    return rng.choice([head for head in heads if head.started <= day])


def _items(town: Town, pairs: Pairs, rng: Random) -> list[TaskItem]:
    """Each task goes to the households it is about; most are done in time, some late, some not yet."""
    items = []
    for title, duty, issued, due, reason, share in texts.TASKS:
        task = Task(title, duty, issued, due)
        for household in town.households:
            if household not in pairs or not (household.any_trait(reason) or reason in household.needs or rng.random() < share):
                continue
            late = rng.random() < 0.06
            day = due + timedelta(days=rng.randrange(1, 15)) if late \
                else issued + timedelta(days=rng.randrange(1, (due - issued).days + 1))
            is_open = day > LAST or rng.random() < 0.12
            items.append(TaskItem(task, household, pairs[household], None if is_open else day))
    return items
