"""How well a cadre fits a household: named reasons that sum to the total."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.fit import SAME_CLUSTER, SAME_HAMLET, Cadre, Household, Scorer, leader_rank, words_of
from lianhu.domain.rules import HOUSEHOLD_KEYS, default_text, parse_rules
from lianhu.domain.terms import Dictionaries

WORDS = Dictionaries()
RULES = parse_rules(default_text(), WORDS)
NO_WORDS: dict[str, str | None] = dict.fromkeys(HOUSEHOLD_KEYS)


def a_cadre(*roles: str, **over) -> Cadre:
    return replace(Cadre(1, "C0001", "包文军", "key", 1, frozenset([1]), frozenset(roles), "男", None, None, 2), **over)


def a_household(*, hard: bool = False, village: int = 1, hamlet: str | None = None, cluster: int | None = None,
                **words: str) -> Household:
    return Household(1, "H00001", "宝音", "key", village, words_of(NO_WORDS | words), hard, "男", hamlet, cluster)


def fit(cadre: Cadre, household: Household):
    return Scorer(RULES).fit(cadre, household)


def test_nothing_in_common_is_a_fit_of_nothing():
    assert fit(a_cadre("普通党员"), a_household()) == fit(a_cadre(), a_household(traits="年老"))
    assert fit(a_cadre(), a_household()).total == 0


def test_several_reasons_add_up_and_the_largest_comes_first():
    found = fit(a_cadre("支部书记", "村医"), a_household(traits="年老、患病", needs="就医照料", assistance="低保", hard=True))
    assert found.reasons == (
        ("领导联系重难点户", 40), ("村医联系老弱病残户", 30), ("村医联系需就医照料户", 15), ("两委成员联系低保特困户", 10))
    assert found.total == 95


def test_a_rule_counts_once_however_many_words_fit():
    assert fit(a_cadre("村医"), a_household(traits="年老、体弱、患病、残疾、失能")).total == 30


def test_the_same_hamlet_counts_within_the_village_only():
    cadre = a_cadre(hamlet="东屯")
    assert fit(cadre, a_household(hamlet="东屯")).reasons == ((SAME_HAMLET, 10),)
    assert fit(cadre, a_household(hamlet="西屯")).total == 0
    # 东屯 of another village is another place.
    assert fit(cadre, a_household(hamlet="东屯", village=2)).total == 0
    assert fit(a_cadre(), a_household()).total == 0


def test_the_same_unit_counts():
    assert fit(a_cadre(cluster=7), a_household(cluster=7)).reasons == ((SAME_CLUSTER, 5),)
    assert fit(a_cadre(cluster=7), a_household(cluster=8)).total == 0
    assert fit(a_cadre(), a_household()).total == 0


def test_the_rank_of_a_leader_is_that_of_the_highest_role():
    ranks = [leader_rank(frozenset(roles), RULES) for roles in
             ([], ["村医"], ["第一书记"], ["支部书记"], ["包村领导"], ["第一书记", "包村领导", "村医"])]
    assert ranks == [0, 0, 1, 2, 3, 3]


ROLES = st.frozensets(st.sampled_from(WORDS["roles"].names), max_size=4)
TRAITS = st.lists(st.sampled_from(WORDS["traits"].names), max_size=4).map("、".join)
NEEDS = st.lists(st.sampled_from(WORDS["needs"].names), max_size=3).map("、".join)


@given(roles=ROLES, traits=TRAITS, needs=NEEDS, hard=st.booleans(), hamlet=st.sampled_from([None, "东屯"]))
def test_reasons_are_sorted_sum_to_the_total_and_do_not_depend_on_what_was_scored_before(
    roles, traits, needs, hard, hamlet
):
    cadre, household = a_cadre(*roles, hamlet="东屯"), a_household(traits=traits, needs=needs, hard=hard, hamlet=hamlet)
    found = fit(cadre, household)
    assert found.total == sum(score for _, score in found.reasons)
    assert list(found.reasons) == sorted(found.reasons, key=lambda reason: (-reason[1], reason[0]))
    assert SHARED.fit(cadre, household) == found


SHARED = Scorer(RULES)
"""One for all examples: it remembers the kinds that it has scored."""
