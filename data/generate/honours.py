"""What the best got and how 联户长 were found: titles, what the bank returned, nominations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from cadres import ClusterHead
from fund import FundEntry
from people import Registry
from places import Unit, Village
from town import SEED, Town

_TEAM, _UNIT, _PRIZE = "联户有为实绩突出领导班子", "联户有为先进联户单元", "联户单元季度奖励"
_TEAMS, _RETURNED, _ELECTIONS = 3, 24, 12
_BANKS = ("旗农村信用合作联社", "旗邮政储蓄银行")
_GRADES = ("AAA", "AA", "A", "B")
_LIMITS = {"AAA": (80, 150), "AA": (50, 80), "A": (20, 50), "B": (5, 20)}
"""Least and most of a limit, in thousands of yuan."""


@dataclass(frozen=True)
class Award:
    """A title of a unit, or of a whole village where ``unit`` is None, for the days of a period."""

    code: str
    title: str
    village: Village
    unit: Unit | None
    start: date
    end: date
    proposed: date
    posted_until: date
    decided: date


@dataclass(frozen=True)
class Credit:
    """The grade and limit (in thousands of yuan) that a bank returned for a unit."""

    unit: Unit
    bank: str
    grade: str
    recommended: str
    limit: int
    day: date


@dataclass(frozen=True)
class Nomination:
    """Somebody proposed for a unit, chosen or not."""

    unit: Unit
    name: str
    category: str
    votes: int
    known_by: int
    day: date
    outcome: str
    reason: str


@dataclass(frozen=True)
class Honours:
    """The sheets of this half, and the fund's entries with the titles that they pay."""

    awards: list[Award]
    credits: list[Credit]
    nominations: list[Nomination]
    fund: list[FundEntry]


def make_honours(town: Town, fund: list[FundEntry], seed: str = SEED) -> Honours:
    """The same town, fund and seed give the same."""
    rng = Random(f"{seed} honours")
    titles = [_title("W000001", _TEAM, village, None, date(2024, 7, 1), date(2024, 12, 31), date(2025, 1, 24))
              for village in sorted(rng.sample(town.villages, _TEAMS), key=town.villages.index)]
    paid: dict[str, Award] = {}
    for entry in fund:
        if entry.purpose == _PRIZE and entry.village is not None:
            start, end = _quarter_before(entry.day)
            paid[entry.paper] = _title(
                "", _UNIT if entry.unit else _TEAM, entry.village, entry.unit, start, end, entry.day - timedelta(days=3))
    awards = [replace(award, code=f"W{number:06d}") for number, award in enumerate([*titles, *paid.values()], 1)]
    codes = dict(zip(paid, (award.code for award in awards[_TEAMS:]), strict=True))
    return Honours(awards, _credits(town, rng), _nominations(town, rng),
                   [replace(entry, award=codes.get(entry.paper, "")) for entry in fund])


def _title(
    code: str, title: str, village: Village, unit: Unit | None, start: date, end: date, decided: date
) -> Award:
    return Award(code, title, village, unit, start, end, decided - timedelta(days=14), decided - timedelta(days=4), decided)


def _quarter_before(day: date) -> tuple[date, date]:
    """The last quarter that was over three weeks before a day."""
    last = day - timedelta(days=21)
    begins = date(last.year, 3 * ((last.month - 1) // 3) + 1, 1)
    end = begins - timedelta(days=1)
    return date(end.year, end.month - 2, 1), end


def _credits(town: Town, rng: Random) -> list[Credit]:
    units = [unit for village in town.villages for unit in village.units]
    made = []
    for unit in sorted(rng.sample(units, _RETURNED), key=units.index):
        recommended = rng.choice(_GRADES)
        # The bank may see it otherwise by one.
        grade = rng.choice([recommended, recommended, _GRADES[min(3, _GRADES.index(recommended) + 1)]])
        made.append(Credit(unit, rng.choice(_BANKS), grade, recommended, rng.randrange(*_LIMITS[grade], 5),
                           date(2025, 7, 8) + timedelta(days=rng.randrange(90))))
    return made


def _nominations(town: Town, rng: Random) -> list[Nomination]:
    """Elections of spring: who heads the unit since, and who came second."""
    registry = Registry(f"{SEED} nominations")
    elected = [head for head in town.heads if head.way == "民主推荐" and head.started == date(2025, 4, 1)]
    made = []
    for head in sorted(rng.sample(elected, _ELECTIONS), key=elected.index):
        taken = {other.person.name for other in town.heads if other.cluster.village is head.cluster.village}
        second = registry.person(taken, (date(1955, 1, 1), date(1996, 12, 31)), mongol=0.5, with_id=0, with_phone=0)
        made += [_chosen(head, rng), _beaten(head, second.name, rng)]
    return made


def _chosen(head: ClusterHead, rng: Random) -> Nomination:
    return Nomination(head.cluster, head.person.name, head.category, head.votes or 0, rng.randrange(5, 9), date(2025, 3, 10),
                      "当选", "得票最多，邻里都熟识")


def _beaten(head: ClusterHead, name: str, rng: Random) -> Nomination:
    return Nomination(head.cluster, name, rng.choice(("村民代表", "无职党员", "屯不错")), rng.randrange(1, head.votes or 2),
                      rng.randrange(1, 6), date(2025, 3, 10), "落选", "得票较少")
