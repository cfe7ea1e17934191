"""How evenly households are shared out, and which needs found the kind of cadre they ask for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.fairness import FULL, MET, NOBODY, PASSED_OVER, Holding, Load, loads, needs, room, spread
from lianhu.domain.fit import Cadre, Household, scores, words_of
from lianhu.domain.rules import HOUSEHOLD_KEYS, default_text, parse_rules
from lianhu.domain.terms import Dictionaries
from lianhu.domain.territory import Territory

RULES = parse_rules(default_text(), Dictionaries())
DOCTOR_RULE, POLICY_RULE = "村医联系老弱病残户", "政策明白人联系需政策解读户"
NOWHERE = {1: None, 2: None}


def a_cadre(number: int, *roles: str, village: int | None = 1, area: tuple[int, ...] = (), capacity: int = 2) -> Cadre:
    villages = frozenset(area if village is None else (village, *area))
    return Cadre(number, f"C{number:04d}", f"干部{number}", f"c{number}", village, villages, frozenset(roles), "男", None,
                 None, capacity)


def a_household(number: int, *, hard: bool = False, village: int = 1, **words: str) -> Household:
    stored = dict.fromkeys(HOUSEHOLD_KEYS) | words
    return Household(number, f"H{number:05d}", f"户主{number}", f"h{number}", village, words_of(stored), hard, "男", None, None)


def outcomes(cadres: list[Cadre], households: list[Household], holder: dict[int, int]) -> dict[tuple[int, str], str]:
    territory = Territory(cadres, households, NOWHERE, RULES)
    return {(need.household.id, need.rule): need.outcome
            for need in needs(Holding(cadres, households, holder), territory, RULES)}


class TestLoad:
    def test_a_hard_household_weighs_two_and_any_other_one(self):
        households = [a_household(1, hard=True), a_household(2), a_household(3)]
        found = loads(Holding([a_cadre(1), a_cadre(2)], households, {1: 1, 2: 1}))
        assert found == {1: Load(2, 1), 2: Load(0, 0)}
        assert [load.weight for load in found.values()] == [3, 0]

    def test_who_is_out_of_service_has_no_line(self):
        assert loads(Holding([a_cadre(1)], [a_household(1)], {1: 7})) == {1: Load()}

    def test_the_middle_is_between_two_where_there_is_no_one(self):
        cadres = [a_cadre(number) for number in range(1, 5)]
        found = spread(cadres, dict(zip(range(1, 5), (Load(0), Load(1), Load(2), Load(2, 2)), strict=True)))
        assert (found.least, found.middle, found.most) == (0, 1.5, 4)
        assert found.by_number == {0: 1, 1: 1, 2: 2}
        assert found.load == Load(5, 2)

    def test_who_may_hold_none_is_set_apart_unless_he_holds_some(self):
        found = spread([a_cadre(1), a_cadre(2, capacity=0), a_cadre(3, capacity=0)], {1: Load(), 2: Load(), 3: Load(1)})
        assert (found.cadres, found.exempt, found.by_number) == (3, 1, {0: 1, 1: 1})

    def test_of_nobody_there_is_no_least(self):
        assert spread([], {}) == (0, 0, {}, Load(), None, None, None)


class TestRoom:
    def test_one_who_holds_too_many_takes_no_other_ones_place(self):
        found = room([a_cadre(1), a_cadre(2)], {1: Load(3), 2: Load(1)})
        assert found == (2, 4, 4, 1, 1)

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=8))
    def test_places_are_held_or_free(self, numbers: list[tuple[int, int]]):
        cadres = [a_cadre(at, capacity=capacity) for at, (capacity, _) in enumerate(numbers, 1)]
        found = room(cadres, {at: Load(held) for at, (_, held) in enumerate(numbers, 1)})
        assert found.places == found.held - found.over + found.free


class TestNeeds:
    def test_a_household_asks_by_every_rule_that_names_it_and_by_no_other(self):
        household = a_household(1, hard=True, traits="年老", needs="政策解读")
        assert {rule for _, rule in outcomes([], [household], {})} == {DOCTOR_RULE, POLICY_RULE, "领导联系重难点户"}
        assert outcomes([], [a_household(2, needs="其他")], {}) == {}

    def test_met_by_the_cadre_who_holds_it_wherever_he_is_from(self):
        far = a_cadre(1, "村医", village=2)
        assert outcomes([far], [a_household(1, traits="年老")], {1: 1}) == {(1, DOCTOR_RULE): MET}

    def test_nobody_of_the_kind_may_hold_it(self):
        household = a_household(1, traits="年老")
        others = [a_cadre(1, "网格员"), a_cadre(2, "村医", village=2), a_cadre(3, "村医", capacity=0)]
        assert outcomes(others, [household], {1: 1}) == {(1, DOCTOR_RULE): NOBODY}

    def test_his_own_kin_does_not_count(self):
        household = replace(a_household(1, traits="年老"), people=frozenset({"ID"}), id_number="ID")
        doctor = replace(a_cadre(1, "村医"), id_number="ID")
        assert outcomes([doctor], [household], {}) == {(1, DOCTOR_RULE): NOBODY}

    def test_all_of_the_kind_are_full(self):
        old = [a_household(number, traits="年老") for number in (1, 2, 3)]
        cadres = [a_cadre(1, "村医"), a_cadre(2)]
        found = outcomes(cadres, old, {1: 1, 2: 1, 3: 2})
        assert found == {(1, DOCTOR_RULE): MET, (2, DOCTOR_RULE): MET, (3, DOCTOR_RULE): FULL}

    def test_one_with_room_was_passed_over(self):
        household = a_household(1, traits="年老")
        cadres = [a_cadre(1, "村医"), a_cadre(2)]
        assert outcomes(cadres, [household], {1: 2}) == {(1, DOCTOR_RULE): PASSED_OVER}
        assert outcomes(cadres, [household], {}) == {(1, DOCTOR_RULE): PASSED_OVER}

    def test_a_town_cadre_is_there_for_the_villages_of_his_area(self):
        doctor = a_cadre(1, "村医", village=None, area=(2,))
        households = [a_household(1, traits="年老"), a_household(2, traits="年老", village=2)]
        assert outcomes([doctor], households, {}) == {(1, DOCTOR_RULE): NOBODY, (2, DOCTOR_RULE): PASSED_OVER}

    @given(st.data())
    def test_the_needs_that_are_met_are_the_pairs_that_score(self, data: st.DataObject):
        roles = st.sampled_from(["村医", "政策明白人", "支部书记", "网格员"])
        cadres = [a_cadre(number, data.draw(roles), village=data.draw(st.sampled_from([1, 2])),
                          capacity=data.draw(st.integers(0, 2))) for number in range(1, 5)]
        households = [a_household(number, hard=data.draw(st.booleans()), village=data.draw(st.sampled_from([1, 2])),
                                  traits=data.draw(st.sampled_from(["", "年老", "独居、患病"])),
                                  needs=data.draw(st.sampled_from(["", "政策解读"]))) for number in range(1, 7)]
        holder = data.draw(st.dictionaries(st.sampled_from(range(1, 7)), st.sampled_from(range(1, 5))))
        found = outcomes(cadres, households, holder)
        met = {key for key, outcome in found.items() if outcome == MET}
        assert met == {
            (household.id, match.name) for household in households for match in RULES.matches
            if household.id in holder
            and scores(match, cadres[holder[household.id] - 1].roles, household.words, household.is_hard)}
        assert Counter(found.values()).total() == len(found)
