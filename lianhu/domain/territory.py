"""Who may hold whom: territory, kin, the rule for women living alone, and the conflicts the rules name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from lianhu.domain.fit import Cadre, Household
from lianhu.domain.masks import mask_text
from lianhu.domain.rules import Rules, conflict_key

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
        households = list(households)
        homes, kin = _family(cadres, households)
        self._family = homes | kin if rules.no_kin else homes
        self._conflicts = _conflicts(cadres, households, rules)
        self._barred = self._family | self._conflicts.keys()
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

    def bars(self, cadre: Cadre, household: Household) -> list[str]:
        """Why a cadre may not hold a household wherever both are, a sentence each."""
        who, which = f"{cadre.code} {cadre.name}", f"{household.code} {household.name}"
        against = []
        if (cadre.id, household.id) in self._family:
            against.append(f"{which}是{who}自己或亲属的户")
        if self._is_woman_alone(household) and cadre.sex == "男":
            against.append(f"{which}是独居妇女，规则要求由女干部联系，{who}是男的")
        if (cadre.id, household.id) in self._conflicts:
            against.append(f"规则写明{which}和{who}不结对{self._reason(cadre, household)}")
        return against

    def bars_in_short(self, cadre: Cadre, household: Household) -> list[str]:
        """The same for a list of cadres, a few characters each."""
        against = []
        if (cadre.id, household.id) in self._family:
            against.append("本户是自己或亲属的户")
        if self._is_woman_alone(household) and cadre.sex == "男":
            against.append("按规则须女干部")
        if (cadre.id, household.id) in self._conflicts:
            against.append(f"规则写明不结对{self._reason(cadre, household)}")
        return against

    def _reason(self, cadre: Cadre, household: Household) -> str:
        reason = self._conflicts[cadre.id, household.id]
        return f"（{mask_text(reason)}）" if reason else ""

    def _is_woman_alone(self, household: Household) -> bool:
        return (
            self._rules.women_for_women_alone and household.sex == "女"
            and not household.words["traits"].isdisjoint(LIVING_ALONE))

    def _allowed(self, household: Household, positions: list[int]) -> list[int]:
        alone = self._is_woman_alone(household)
        return [
            at for at in positions
            if (self._cadres[at].id, household.id) not in self._barred
            and not (alone and self._cadres[at].sex == "男")
        ]


def _family(
    cadres: Sequence[Cadre], households: Sequence[Household]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs (cadre, household) of one family: the cadre's own household, known by an ID number or,
    where the cadre or the head has none, by village and name; and households that share a person
    with it."""
    homes: dict[str, list[Household]] = defaultdict(list)
    namesakes: dict[tuple[int, str], list[Household]] = defaultdict(list)
    for household in households:
        for number in household.people:
            homes[number].append(household)
        namesakes[household.village, household.name].append(household)
    at_home: set[tuple[int, int]] = set()
    kin: set[tuple[int, int]] = set()
    for cadre in cadres:
        own = list(homes.get(cadre.id_number or "", ()))
        if cadre.village is not None:
            own += [h for h in namesakes.get((cadre.village, cadre.name), ())
                    if cadre.id_number is None or h.id_number is None]
        for home in own:
            at_home.add((cadre.id, home.id))
            kin.update((cadre.id, other.id) for number in home.people for other in homes[number])
    return at_home, kin


def _conflicts(
    cadres: Sequence[Cadre], households: Sequence[Household], rules: Rules
) -> dict[tuple[int, int], str]:
    """The reasons of the pairs (cadre, household) that the rules name; those who are not there are left out."""
    if not rules.conflicts:
        return {}
    who, which = _by_name(cadres), _by_name(households)
    return {
        (cadre, household): conflict.reason for conflict in rules.conflicts
        for cadre in who.get(conflict.keys[0], ()) for household in which.get(conflict.keys[1], ())
    }


def idle_conflicts(
    cadres: Sequence[Cadre], households: Sequence[Household], rules: Rules
) -> list[tuple[int, str]]:
    """Of the conflicts that name nobody here, the number and which side: cadre or household."""
    who, which = _by_name(cadres), _by_name(households)
    return [
        (at, side) for at, conflict in enumerate(rules.conflicts)
        for side, key, known in zip(("cadre", "household"), conflict.keys, (who, which), strict=True) if key not in known
    ]


def _by_name(records: Sequence[Cadre] | Sequence[Household]) -> dict[str, list[int]]:
    """The ids of records by all that a rule may call them: the code, the ID number in either form."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in records:
        found[conflict_key(record.code)].append(record.id)
        if record.id_number:
            found[conflict_key(record.id_number)].append(record.id)
    return found
