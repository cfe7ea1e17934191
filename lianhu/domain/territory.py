"""Who may hold whom: territory, kin, and the rule for women living alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lianhu.domain.fit import Cadre, Household
from lianhu.domain.rules import Rules

LIVING_ALONE = frozenset({"独居"})


class Territory:
    """The cadres who may hold a household, by village and, as a last resort, by district."""

    def __init__(
        self, cadres: Sequence[Cadre], households: Iterable[Household], districts: Mapping[int, str | None],
        rules: Rules,
    ) -> None:
        self._rules = rules
        self._districts = districts
        self._by_village: dict[int, list[int]] = defaultdict(list)
        self._by_district: dict[str, list[int]] = defaultdict(list)
        self._cadres = cadres
        self._kin = _kin(cadres, households)
        for at, cadre in enumerate(cadres):
            for village in cadre.villages:
                self._by_village[village].append(at)
            for district in {d for village in cadre.villages if (d := districts.get(village))}:
                self._by_district[district].append(at)

    def own(self, household: Household) -> list[int]:
        """Positions of the cadres of the household's village, and town cadres of its 包片."""
        return self._allowed(household, self._by_village.get(household.village, []))

    def neighbours(self, household: Household) -> list[int]:
        """Positions of the cadres of other villages in the same district."""
        district = self._districts.get(household.village)
        if not district:
            return []
        own = set(self._by_village.get(household.village, ()))
        return self._allowed(household, [at for at in self._by_district[district] if at not in own])

    def _allowed(self, household: Household, positions: list[int]) -> list[int]:
        alone = (
            self._rules.women_for_women_alone and household.sex == "女" and household.words["traits"] & LIVING_ALONE
        )
        return [
            at for at in positions
            if (self._cadres[at].id, household.id) not in self._kin
            and not (alone and self._cadres[at].sex == "男")
        ]


def _kin(cadres: Sequence[Cadre], households: Iterable[Household]) -> set[tuple[int, int]]:
    """Pairs (cadre, household) of one family: the cadre's own household, known by an ID number or,
    where the cadre or the head has none, by village and name; and households that share a person
    with it."""
    households = list(households)
    homes: dict[str, list[Household]] = defaultdict(list)
    namesakes: dict[tuple[int, str], list[Household]] = defaultdict(list)
    for household in households:
        for number in household.people:
            homes[number].append(household)
        namesakes[household.village, household.name].append(household)
    found: set[tuple[int, int]] = set()
    for cadre in cadres:
        own = list(homes.get(cadre.id_number or "", ()))
        if cadre.village is not None:
            own += [h for h in namesakes.get((cadre.village, cadre.name), ())
                    if cadre.id_number is None or h.id_number is None]
        for home in own:
            found.add((cadre.id, home.id))
            found.update((cadre.id, other.id) for number in home.people for other in homes[number])
    return found
