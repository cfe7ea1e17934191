"""The default dictionaries and what may never be in them."""

from __future__ import annotations

from collections import Counter

import pytest

from lianhu.domain.settings import Settings
from lianhu.domain.terms import (
    DEFAULTS,
    POSITIVE_GRADES,
    Dictionaries,
    Term,
    forbidden_word,
    term_key,
)

WORDS = Dictionaries()


@pytest.mark.parametrize("dictionary", DEFAULTS, ids=lambda dictionary: dictionary.key)
class TestEachDictionary:
    def test_no_name_stands_twice_and_no_spelling_means_two_things(self, dictionary):
        assert max(Counter(dictionary.names).values()) == 1
        spellings = Counter(term_key(word) for term in dictionary.terms for word in {term.name, *term.spellings})
        assert [word for word, count in spellings.items() if count > 1] == []

    def test_every_name_and_spelling_is_found(self, dictionary):
        for term in dictionary.terms:
            for word in (term.name, *term.spellings):
                assert dictionary.find(f" {word} ") == term.name

    def test_no_name_breaks_the_stored_list(self, dictionary):
        assert not any("、" in name for name in dictionary.names)

    def test_nothing_forbidden_is_in_it(self, dictionary):
        if dictionary.key in {"traits", "classes"}:
            assert not any(forbidden_word(name, as_class=True) for name in dictionary.names)


def test_there_are_nineteen_classes_and_eight_of_them_are_hidden():
    assert len(WORDS["classes"].names) == 19
    assert WORDS.hidden_classes == {
        "刑满释放人员", "社区矫正对象", "严重精神障碍患者", "吸毒人员", "重点青少年", "计划生育特殊家庭",
        "心理关怀对象", "留守困境儿童"}


def test_width_space_and_brackets_make_no_difference():
    assert WORDS["roles"].find("包嘎查村（社区）领导") == "包村领导"
    assert WORDS["roles"].find("包嘎查村(社区) 领导") == "包村领导"
    assert WORDS["sexes"].find("ｍ") == "男"


def test_an_unknown_word_is_none_and_the_nearest_can_be_named():
    assert WORDS["ways"].find("微新") is None
    assert WORDS["ways"].nearest("微新") == "微信"
    assert WORDS["ways"].nearest("完全不沾边") is None


def test_a_name_wins_over_another_terms_spelling():
    own = Dictionaries({"needs": [Term("甲", ("乙",)), Term("乙")]})
    assert own["needs"].find("乙") == "乙"


def test_the_lists_apart_name_terms_that_exist():
    assert set(Settings().online_ways) <= set(WORDS["ways"].names)
    assert set(POSITIVE_GRADES) <= set(WORDS["grades"].names)


@pytest.mark.parametrize("text", ["艾滋病", "hiv阳性", "ＨＩＶ", "HIV", "涉恐人员", "在逃", "有前科", "涉稳"])
def test_a_status_or_a_police_list_is_forbidden_anywhere(text: str):
    assert forbidden_word(text)
    assert forbidden_word(f"备注：{text}。", as_class=True)


@pytest.mark.parametrize("text", ["信教群众", "上访人员", "佛教"])
def test_belief_and_petitioning_are_no_class_but_a_ticket_may_tell_of_them(text: str):
    assert forbidden_word(text, as_class=True)
    assert not forbidden_word(text)


def test_ordinary_words_are_not_forbidden():
    assert not any(forbidden_word(name) for dictionary in DEFAULTS for name in dictionary.names)
