"""What units and villages brought about in the year: 自治活动, in the published quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import texts
from places import Unit, Village
from town import SEED, Town

PEPPER_MU = 1170
"""亩 of 剁椒 in the courtyards, as published; so are the next two numbers."""
PROJECTS = 8
CONTESTS = 50
_PEPPER_UNITS = 64
_LEAST_MU = 4
_STEPS_IN_MU = 2
"""Clerks measure courtyards to half a 亩."""
_MEDIATIONS, _INSURANCE, _CLEAN_UPS, _OTHERS = 36, 24, 30, 6
_FIRST, _LAST = date(2025, 1, 6), date(2025, 12, 18)


@dataclass(frozen=True)
class Activity:
    """Something a unit did, or a whole village where ``unit`` is None; ``quantity`` in its ``measure``."""

    village: Village
    unit: Unit | None
    kind: str
    title: str
    quantity: float
    measure: str
    day: date


def make_activities(town: Town, seed: str = SEED) -> list[Activity]:
    """The same town and seed give the same ones, by day."""
    rng = Random(f"{seed} activities")
    units = [unit for village in town.villages for unit in village.units]
    activities = [
        *_peppers(rng.sample(units, _PEPPER_UNITS), rng), *_projects(town.villages, rng),
        *_held(units, "评选活动", texts.CONTESTS, CONTESTS, rng), *_held(units, "矛盾排查", texts.MEDIATIONS, _MEDIATIONS, rng),
        *_insured(rng.sample(units, _INSURANCE), rng), *_held(units, "环境整治", texts.CLEAN_UPS, _CLEAN_UPS, rng),
        *_others(rng.sample(town.villages, _OTHERS), rng),
    ]
    return sorted(activities, key=lambda each: (each.day, each.village.name, each.unit.name if each.unit else "", each.title))


def _peppers(units: Sequence[Unit], rng: Random) -> list[Activity]:
    """The area shared out among the units, half a 亩 at a time."""
    shares = [_LEAST_MU * _STEPS_IN_MU] * len(units)
    weights = [rng.expovariate(1) for _ in units]
    for place in rng.choices(range(len(units)), weights, k=PEPPER_MU * _STEPS_IN_MU - sum(shares)):
        shares[place] += 1
    return [Activity(unit.village, unit, "特色种植", "庭院剁椒种植", share / _STEPS_IN_MU, "亩",
                     date(2025, 4, 25) + timedelta(days=rng.randrange(40)))
            for unit, share in zip(units, shares, strict=True)]


def _projects(villages: Sequence[Village], rng: Random) -> list[Activity]:
    chosen = rng.sample(villages, PROJECTS)
    return [Activity(village, rng.choice([None, *village.units]), "基础设施", title, 1, "个",
                     date(2025, 5, 6) + timedelta(days=rng.randrange(160)))
            for village, title in zip(chosen, texts.PROJECTS, strict=True)]


def _held(units: Sequence[Unit], kind: str, titles: Sequence[str], number: int, rng: Random) -> list[Activity]:
    """So many occasions of one kind, each once; no two of one title in a unit on a day."""
    made: dict[tuple[Unit, str, date], Activity] = {}
    while len(made) < number:
        unit, title = rng.choice(units), rng.choice(titles)
        day = _FIRST + timedelta(days=rng.randrange((_LAST - _FIRST).days))
        if texts.fits(title, day):
            made[unit, title, day] = Activity(unit.village, unit, kind, texts.plain(title), 1, "次", day)
    return [*made.values()]


def _insured(units: Sequence[Unit], rng: Random) -> list[Activity]:
    return [Activity(unit.village, unit, "养老保险扩面", "动员新参保和续保", rng.randrange(3, 26), "人",
                     date(2025, 9, 1) + timedelta(days=rng.randrange(100))) for unit in units]


def _others(villages: Sequence[Village], rng: Random) -> list[Activity]:
    """What fits no kind, in two measures, which are not to be added up."""
    return [Activity(village, None, "其他", title, quantity, measure, _FIRST + timedelta(days=rng.randrange(300)))
            for village, (title, quantity, measure) in zip(villages, texts.OTHER_ACTIVITIES, strict=True)]
