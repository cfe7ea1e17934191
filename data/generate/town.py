"""The whole invented town, made from one seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cadres import Cadre, ClusterHead, make_cadres, make_heads
from households import Household, make_households
from people import Registry
from places import Village, make_villages

SEED = "敖伦高勒2025"


@dataclass(frozen=True)
class Town:
    """Villages in the town's order, and who lives and works there."""

    villages: list[Village]
    households: list[Household]
    cadres: list[Cadre]
    heads: list[ClusterHead]

    def cadres_of(self, village: Village) -> list[Cadre]:
        return [cadre for cadre in self.cadres if cadre.village is village]

    def chief_of(self, village: Village) -> Cadre:
        return next(cadre for cadre in self.cadres_of(village) if "支部书记" in cadre.roles)


def make_town(seed: str = SEED) -> Town:
    """The same town for the same seed."""
    villages = make_villages(f"{seed} places")
    registry = Registry(f"{seed} people")
    households = make_households(villages, registry, f"{seed} households")
    cadres = make_cadres(villages, registry, f"{seed} cadres")
    heads = make_heads(villages, registry, f"{seed} heads")
    _free_of_confusion(cadres)
    return Town(villages, households, cadres, heads)


def _free_of_confusion(cadres: list[Cadre]) -> None:
    """A record names a cadre by village and name: no one else there may answer to it."""
    for cadre in cadres:
        for village in cadre.area:
            names = Counter(
                other.person.name for other in cadres if other.village is village or village in other.area)
            if names[cadre.person.name] > 1:
                raise ValueError(f"two cadres called {cadre.person.name} for {village.name}")
