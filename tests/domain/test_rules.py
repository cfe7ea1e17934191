"""The fit rules: what the default ones say, their own examples, and how a wrong text is refused."""

from __future__ import annotations

import pytest

from lianhu.domain.fit import scores
from lianhu.domain.rules import (
    DEFAULTS,
    HOUSEHOLD_KEYS,
    Conflict,
    default_text,
    failing_examples,
    keys_left_out,
    missing_examples,
    parse_rules,
)
from lianhu.domain.terms import Dictionaries
from lianhu.errors import ConflictError, TextRefusedError

WORDS = Dictionaries()
DEFAULT = parse_rules(default_text(), WORDS)
ONE = '[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 30\n'
"""The shortest text that is valid."""


def a_case(**words: str | bool) -> tuple[dict[str, frozenset[str]], bool]:
    hard = bool(words.pop("hard", False))
    return {key: frozenset([str(words[key])] if key in words else []) for key in HOUSEHOLD_KEYS}, hard


def points(role: str, **words: str | bool) -> int:
    """What the default rules give a cadre of one role for a household with these words."""
    household, hard = a_case(**words)
    return sum(match.score for match in DEFAULT.matches if scores(match, frozenset([role]), household, hard))


@pytest.mark.parametrize("match", DEFAULT.matches, ids=lambda match: match.name)
class TestEachDefaultRule:
    def test_it_has_a_source_and_a_score_in_range(self, match):
        assert match.source
        assert 1 <= match.score <= 100

    def test_its_examples_on_both_sides_come_out_as_they_say(self, match):
        yes, no = match.example["yes"], match.example["no"]
        assert scores(match, yes.roles, yes.words, yes.hard)
        assert not scores(match, no.roles, no.words, no.hard)

    def test_every_word_it_names_scores(self, match):
        for role in match.roles:
            for key, wanted in match.words.items():
                for word in wanted:
                    household, hard = a_case(**{key: word})
                    assert scores(match, frozenset([role]), household, hard)


class TestTheSchemesOwnMatches:
    @pytest.mark.parametrize("trait", ["年老", "体弱", "患病", "残疾", "失能"])
    def test_a_village_doctor_and_the_old_weak_ill_and_disabled(self, trait: str):
        assert points("村医", traits=trait) > points("普通党员", traits=trait)

    def test_who_knows_business_and_who_wants_to_start_one(self):
        assert points("致富能人", needs="产业发展") > points("村医", needs="产业发展")

    def test_who_knows_policy_and_who_needs_it_explained(self):
        assert points("政策明白人", needs="政策解读") > points("村医", needs="政策解读")

    def test_a_mediator_and_a_quarrel(self):
        assert points("调解员", needs="矛盾调解") > 0
        assert points("调解员", classes="矛盾纠纷当事人") > 0
        assert points("村医", classes="矛盾纠纷当事人") == 0

    def test_leaders_go_to_the_hard_households_first_in_the_order_of_the_scheme(self):
        assert DEFAULT.priority == {"包村领导": 3, "支部书记": 2, "第一书记": 1}
        assert points("支部书记", hard=True) > points("支部书记")

    def test_the_same_hamlet_and_unit_count_and_a_cadre_has_two(self):
        assert DEFAULT.same_hamlet > 0
        assert DEFAULT.same_cluster > 0
        assert DEFAULT.capacity == 2
        assert not DEFAULT.women_for_women_alone


def test_the_default_rules_pass_their_own_check():
    assert failing_examples(DEFAULT) == []


def test_an_example_that_does_not_hold_is_named():
    text = ONE + 'example = { yes = { roles = ["村医"] }, no = { roles = ["村医"], traits = ["年老"] } }\n'
    assert failing_examples(parse_rules(text, WORDS)) == [
        (6, "规则“甲”的例子 yes 应得分而没有。"), (6, "规则“甲”的例子 no 不应得分而得了。")]


def test_a_rule_that_nobody_can_check_is_named():
    half = ONE.replace("甲", "乙") + "example = { yes = { roles = [\"村医\"], traits = [\"年老\"] } }\n"
    found = missing_examples(parse_rules(ONE + half, WORDS))
    assert [(line, message.split("，")[0]) for line, message in found] == [
        (1, "规则“甲”没有例子 yes、no"), (11, "规则“乙”没有例子 no")]
    assert missing_examples(DEFAULT) == []


def test_any_accepted_spelling_will_do_in_a_rule_and_in_its_example():
    """A spelling in an example used to make the example fail."""
    rules = parse_rules(
        '[[match]]\nname = "甲"\nroles = ["乡村医生"]\ntraits = ["高龄"]\nscore = 30\n'
        'example = { yes = { roles = ["卫生员"], traits = ["老人"] } }\n', WORDS)
    assert rules.matches[0].roles == {"村医"}
    assert rules.matches[0].words == {"traits": {"年老"}}
    assert failing_examples(rules) == []


def test_leaders_without_an_order_are_all_first():
    rules = parse_rules('[priority]\nroles = ["支部书记", "第一书记"]\nranked = false\n' + ONE, WORDS)
    assert rules.priority == {"支部书记": 1, "第一书记": 1}


def test_what_a_text_leaves_out_is_off():
    rules = parse_rules(ONE, WORDS)
    assert (rules.priority, rules.same_hamlet, rules.same_cluster, rules.capacity) == ({}, 0, 0, 2)
    assert (rules.hard_per_cadre, rules.women_for_women_alone, rules.no_kin, rules.conflicts) == (0, False, True, ())
    assert [(section, key) for section, key, _ in keys_left_out(rules)] == [*DEFAULTS]


def test_every_key_of_the_default_rules_has_a_comment_that_is_told_where_an_older_file_lacks_the_key():
    assert keys_left_out(DEFAULT) == []
    left_out = {key: meaning for _, key, meaning in keys_left_out(parse_rules("[limits]\nno_kin = true\n" + ONE, WORDS))}
    assert "no_kin" not in left_out
    assert left_out["hard_per_cadre"].startswith("一名干部最多联系几户重难点户；0 = 不限")
    assert all(left_out.values())


def test_limits_and_conflicts_are_read():
    rules = parse_rules(
        ONE + '[limits]\nhard_per_cadre = 3\nno_kin = false\n[[conflict]]\ncadre = "C0031"\nhousehold = "H00012"\n'
        'reason = "有纠纷"\n[[conflict]]\ncadre = "ｃ0032"\nhousehold = "H00012"\n', WORDS)
    assert (rules.hard_per_cadre, rules.no_kin) == (3, False)
    assert rules.conflicts == (Conflict("C0031", "H00012", "有纠纷"), Conflict("ｃ0032", "H00012", ""))
    assert [conflict.keys for conflict in rules.conflicts] == [("C0031", "H00012"), ("C0032", "H00012")]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    text = (
        '[capacity]\ndefalt = 2\n# score = 0\n[[match]]\nname = "甲"\nroles = [\n  "村医",  # "[[match]]"\n  "村衣",\n]\n'
        'traits = ["年老"]\nscore = 300\n[limits]\nno_kin = 1\n')
    with pytest.raises(TextRefusedError) as caught:
        parse_rules(text, WORDS, "新.toml")
    assert [mistake.line for mistake in caught.value.mistakes] == [2, 8, 11, 13]
    assert caught.value.sentence.splitlines()[:2] == [
        "新.toml 有 4 处要改：", "第 2 行：[capacity] 里没有“defalt”这一项；您是不是要写 default？"]


def test_a_misspelt_key_is_told_once_and_not_as_missing_too():
    with pytest.raises(TextRefusedError) as caught:
        parse_rules(ONE.replace("traits", "trait").replace("score", "scor"), WORDS)
    assert [mistake.line for mistake in caught.value.mistakes] == [4, 5]


@pytest.mark.parametrize(("text", "says"), [
    ("", "至少要有一条"),
    ("match = 1", "至少要有一条"),
    ("[[match]\n", "第 1 行：第 8 个字起，规则开头要写成 [[match]]"),
    ("[capacty]\ndefault = 2\n" + ONE, "您是不是要写 capacity？"),
    ("[capacity]\ndefalt = 2\n" + ONE, "您是不是要写 default？"),
    ("capacity = 2\n" + ONE, "要写成一节 [capacity]"),
    ("[capacity]\ndefault = 0\n" + ONE, "1 到 100 的整数"),
    ("[capacity]\ndefault = true\n" + ONE, "1 到 100 的整数"),
    ("[proximity]\nhamlet = -1\n" + ONE, "0 到 100 的整数"),
    ("[priority]\nroles = [\"支部记书\"]\n" + ONE, "您是不是要写“支部书记”？"),
    ("[priority]\nroles = \"支部书记\"\n" + ONE, "文字列表"),
    ("[priority]\nranked = 1\n" + ONE, "true 或 false"),
    ("[limits]\nwomen_for_women_alone = \"是\"\n" + ONE, "true 或 false"),
    (ONE + ONE, "第 6 行：有两条规则都叫“甲”（另一条在第 1 行）"),
    (ONE.replace("村医", "村衣"), "您是不是要写“村医”？"),
    (ONE.replace("年老", "完全不沾边的词"), "“完全不沾边的词”不在“户情”词表中。"),
    (ONE.replace("traits", "trait"), "您是不是要写 traits？"),
    (ONE.replace('name = "甲"', 'name = " "'), "都要有 name"),
    (ONE.replace('roles = ["村医"]', "roles = []"), "要写 roles"),
    (ONE.replace('traits = ["年老"]', "traits = []"), "要写出哪些户"),
    (ONE.replace("score = 30", ""), "要写 score"),
    (ONE.replace("30", "101"), "1 到 100 的整数"),
    (ONE.replace("30", '"三十"'), "1 到 100 的整数"),
    (ONE + "hard = 1\n", "第 6 行：规则“甲” hard 只能是 true 或 false"),
    (ONE + "source = 1\n", "要写成文字"),
    (ONE + "[limits]\nhard_per_cadre = 101\n", "第 7 行：[limits] hard_per_cadre 要写成 0 到 100 的整数"),
    (ONE + "[limits]\nhard_per_cadr = 1\n", "您是不是要写 hard_per_cadre？"),
    (ONE + "[conflict]\ncadre = \"C1\"\n", "要写成若干 [[conflict]]"),
    (ONE + "[[conflict]]\ncadre = \"C1\"\n", "第 6 行：[[conflict]] 要写 household：户的编号或身份证号"),
    (ONE + "[[conflict]]\ncadre = \"C1\"\nhousehold = 3\n", "第 8 行：[[conflict]] household 要写成文字"),
    (ONE + "[[conflict]]\ncadre = \"1522**********1234\"\nhousehold = \"H1\"\n", "第 7 行：[[conflict]] cadre 是遮住的号码"),
    (ONE + "[[conflict]]\ncadre = \"C1\"\nhousehold = \"H1\"\n[[conflict]]\ncadre = \"c1\"\nhousehold = \"h1\"\n",
     "第 9 行：这名干部和这户的 [[conflict]] 写了两次"),
    (ONE + "example = 3\n", "example 要写成"),
    (ONE + 'example = { yes = "年老" }\n', "example 要写成"),
    (ONE + "example = { maybe = {} }\n", "没有“maybe”这一项"),
    (ONE + 'example = { yes = { traits = ["年佬"] } }\n', "您是不是要写“年老”？"),
    (ONE + "example = { yes = { hard = 1 } }\n", "true 或 false"),
])
def test_a_wrong_text_is_refused_in_one_sentence(text: str, says: str):
    with pytest.raises(ConflictError) as caught:
        parse_rules(text, WORDS)
    assert says in caught.value.sentence
    assert caught.value.sentence[-1] in "。？"
    assert "\n" not in caught.value.sentence
