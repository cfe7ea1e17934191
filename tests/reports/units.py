"""Two villages and six units whose comparison of March 2026 is worked out by hand in the tests."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.reports.town import Town


class Unit(NamedTuple):
    """What a unit has: parts and wholes."""

    households: int
    paired: int
    ratings: tuple[int, int]
    deeds: int = 0
    tickets: tuple[int, int] = (0, 0)
    events: tuple[int, int] = (0, 0)
    opinions: tuple[int, int] = (0, 0)
    activities: int = 0


BEST = Unit(5, 5, (5, 5), deeds=2, opinions=(1, 1), activities=1)
UNITS = {
    "永胜": [BEST, BEST, Unit(5, 4, (4, 5), 1, (1, 2), (1, 1))],
    "乌兰": [Unit(4, 4, (5, 5)), Unit(5, 5, (4, 4)), Unit(10, 10, (8, 10), 4, (2, 2), (0, 1), (0, 2), 1)],
}
NAMES = ("第一网格", "第二网格", "第三网格")


def two_villages(path: Path) -> Path:
    """永胜's first unit has five bad ratings in February besides."""
    town = Town(path)
    for name, units in UNITS.items():
        village = town.village(name)
        cadre = town.cadre(village)
        for called, unit in zip(NAMES, units, strict=True):
            _fill(town, village, town.cluster(village, called), cadre, unit)
    for _ in range(5):
        town.rating(1, 1, "不满意", rated_on="2026-02-10")
    return town.write()


def _fill(town: Town, village: int, cluster: int, cadre: int, unit: Unit) -> None:
    homes = [town.household(village, cluster_id=cluster) for _ in range(unit.households)]
    for home in homes[:unit.paired]:
        town.pair(home, cadre)
    for number in range(unit.ratings[1]):
        town.rating(homes[number % len(homes)], cadre, "满意" if number < unit.ratings[0] else "不满意")
    for number in range(unit.deeds):
        town.deed(homes[number], cadre)
    for number in range(unit.tickets[1]):
        in_time = number < unit.tickets[0]
        town.closed_ticket(village, household_id=homes[0], closed_at=f"2026-03-{'06' if in_time else '09'} 16:00")
    for number in range(unit.events[1]):
        town.event(homes[number], due_on="2026-03-07")
        if number < unit.events[0]:
            town.visit(homes[number], cadre, "2026-03-05", occasion="生病住院")
    for number in range(unit.opinions[1]):
        closed = {"closed_on": "2026-03-20", "result": "已修"} if number < unit.opinions[0] else {}
        town.opinion(village, cluster_id=cluster, content=f"第{number}条", **closed)
    for number in range(unit.activities):
        town.activity(village, 100, cluster_id=cluster, title=f"第{number}次")
