"""Who may hold whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lianhu.domain.fit import Cadre, Household, words_of
from lianhu.domain.rules import HOUSEHOLD_KEYS, Conflict, Rules, default_text, parse_rules
from lianhu.domain.terms import Dictionaries
from lianhu.domain.territory import Territory, idle_conflicts

RULES = parse_rules(default_text(), Dictionaries())
DISTRICTS = {1: "东片", 2: "东片", 3: "西片", 4: None}


def a_cadre(number: int = 1, *, village: int | None = 1, area: tuple[int, ...] = (), **over) -> Cadre:
    villages = frozenset(area if village is None else (village, *area))
    return replace(Cadre(number, f"C{number:04d}", f"干部{number}", f"c{number}", village, villages, frozenset(), "男",
                         None, None, 2, f"ID-C{number}"), **over)


def a_household(number: int = 1, *, village: int = 1, traits: str | None = None, people: tuple[str, ...] = (),
                id_number: str | None = "", **over) -> Household:
    number_of_head = f"ID-H{number}" if id_number == "" else id_number
    words = words_of(dict.fromkeys(HOUSEHOLD_KEYS) | {"traits": traits})
    everyone = frozenset([*people, *([number_of_head] if number_of_head else [])])
    return replace(Household(number, f"H{number:05d}", f"户主{number}", f"h{number}", village, words, False, "男", None,
                             None, everyone, number_of_head), **over)


def own(cadres: list[Cadre], household: Household, *others: Household, rules=RULES) -> list[str]:
    territory = Territory(cadres, [household, *others], DISTRICTS, rules)
    return [cadres[at].code for at in territory.own(household)]


def neighbours(cadres: list[Cadre], household: Household) -> list[str]:
    return [cadres[at].code for at in Territory(cadres, [household], DISTRICTS, RULES).neighbours(household)]


class TestPlaces:
    def test_cadres_of_the_village_and_no_others(self):
        assert own([a_cadre(1), a_cadre(2, village=2)], a_household()) == ["C0001"]

    def test_a_town_cadre_holds_the_villages_of_his_area(self):
        town = a_cadre(1, village=None, area=(1, 3))
        assert own([town], a_household(village=1)) == ["C0001"]
        assert own([town], a_household(village=3)) == ["C0001"]
        assert own([town], a_household(village=2)) == []

    def test_the_last_resort_is_another_village_of_the_same_district(self):
        cadres = [a_cadre(1), a_cadre(2, village=2), a_cadre(3, village=3), a_cadre(4, village=None, area=(2,))]
        assert neighbours(cadres, a_household(village=1)) == ["C0002", "C0004"]
        assert neighbours(cadres, a_household(village=3)) == []

    def test_a_town_cadre_of_the_village_is_no_neighbour_by_his_other_villages(self):
        cadres = [a_cadre(1, village=None, area=(1, 2)), a_cadre(2, village=2, area=(1,)), a_cadre(3, village=2)]
        assert own(cadres, a_household(village=1)) == ["C0001", "C0002"]
        assert neighbours(cadres, a_household(village=1)) == ["C0003"]

    def test_a_village_of_no_district_has_no_neighbours(self):
        assert neighbours([a_cadre(1), a_cadre(2, village=4)], a_household(village=4)) == []


class TestKin:
    def test_never_the_own_household_by_id_number(self):
        assert own([a_cadre(id_number="X"), a_cadre(2)], a_household(id_number="X")) == ["C0002"]

    def test_never_the_household_where_the_cadre_is_a_member(self):
        assert own([a_cadre(id_number="X")], a_household(people=("X",))) == []

    def test_never_a_household_that_shares_a_person_with_the_own_one(self):
        parents = a_household(1, people=("SON",))
        home = a_household(2, people=("SON",), id_number="X")
        assert own([a_cadre(id_number="X")], parents, home) == []

    def test_the_kin_of_one_cadre_are_not_the_kin_of_another(self):
        assert own([a_cadre(1, id_number="X"), a_cadre(2)], a_household(people=("X",))) == ["C0002"]

    def test_without_the_cadres_id_number_the_name_in_the_village_decides(self):
        namesake = a_cadre(id_number=None, name="户主1")
        assert own([namesake], a_household()) == []
        assert own([replace(namesake, village=2, villages=frozenset([1, 2]))], a_household()) == ["C0001"]

    def test_without_the_heads_id_number_the_name_decides_too_whatever_members_have_one(self):
        """A son's number in the roster used to make the cadre's own household a stranger's."""
        cadre = a_cadre(name="户主1")
        assert own([cadre], a_household(id_number=None)) == []
        assert own([cadre], a_household(id_number=None, people=("SON",))) == []

    def test_two_of_one_name_with_different_id_numbers_are_two(self):
        assert own([a_cadre(name="户主1")], a_household()) == ["C0001"]


    def test_by_the_towns_rule_relatives_are_allowed_but_never_the_own_household(self):
        allowed = replace(RULES, no_kin=False)
        home, parents = a_household(2, people=("SON",), id_number="X"), a_household(1, people=("SON",))
        assert own([a_cadre(id_number="X")], parents, home, rules=allowed) == ["C0001"]
        assert own([a_cadre(id_number="X")], home, parents, rules=allowed) == []
        assert own([a_cadre(id_number=None, name="户主1")], a_household(), rules=allowed) == []


class TestConflicts:
    def rules(self, cadre: str = "C0001", household: str = "H00001", reason: str = "有纠纷") -> Rules:
        return replace(RULES, conflicts=(Conflict(cadre, household, reason),))

    @pytest.mark.parametrize("cadre", ["C0001", " ｃ0001", "11010519491231002x", "110105491231002"])
    @pytest.mark.parametrize("household", ["H00001", "h00001", "34052419800101001X"])
    def test_a_cadre_and_a_household_that_the_rules_name_by_code_or_id_number(self, cadre: str, household: str):
        who = [a_cadre(1, id_number="11010519491231002X"), a_cadre(2)]
        which = a_household(id_number="34052419800101001X")
        assert own(who, which, rules=self.rules(cadre, household)) == ["C0002"]

    def test_a_number_of_the_first_generation_on_record_is_the_same_person(self):
        who = [a_cadre(1, id_number="110105491231002"), a_cadre(2)]
        assert own(who, a_household(), rules=self.rules("11010519491231002X")) == ["C0002"]

    def test_other_pairs_of_the_two_stay(self):
        assert own([a_cadre(1)], a_household(2), a_household(1), rules=self.rules()) == ["C0001"]

    def test_the_last_resort_keeps_to_it_too(self):
        cadres = [a_cadre(1, village=2)]
        territory = Territory(cadres, [a_household()], DISTRICTS, self.rules())
        assert territory.neighbours(a_household()) == []

    def test_the_reason_is_told_with_numbers_masked(self):
        cadre, household = a_cadre(), a_household()
        territory = Territory([cadre], [household], DISTRICTS, self.rules(reason="和13812345678有纠纷"))
        assert territory.bars_in_short(cadre, household) == ["规则写明不结对（和138****5678有纠纷）"]
        assert territory.bars(cadre, household) == [
            "规则写明H00001 户主1和C0001 干部1不结对（和138****5678有纠纷）"]

    def test_those_who_are_not_there_are_told_apart(self):
        rules = replace(RULES, conflicts=(
            Conflict("C0001", "H00001", ""), Conflict("C0009", "H00001", ""), Conflict("C0009", "H00009", "")))
        assert idle_conflicts([a_cadre()], [a_household()], rules) == [(1, "cadre"), (2, "cadre"), (2, "household")]


class TestWomenAlone:
    ONLY_WOMEN = replace(RULES, women_for_women_alone=True)

    def test_by_the_towns_rule_a_woman_living_alone_is_held_by_women(self):
        cadres = [a_cadre(1), a_cadre(2, sex="女"), a_cadre(3, sex=None)]
        alone = a_household(sex="女", traits="年老、独居")
        assert own(cadres, alone, rules=self.ONLY_WOMEN) == ["C0002", "C0003"]
        assert own(cadres, alone) == ["C0001", "C0002", "C0003"]

    def test_the_rule_is_about_women_and_about_living_alone(self):
        assert own([a_cadre(1)], a_household(sex="女", traits="年老"), rules=self.ONLY_WOMEN) == ["C0001"]
        assert own([a_cadre(1)], a_household(sex="男", traits="独居"), rules=self.ONLY_WOMEN) == ["C0001"]
