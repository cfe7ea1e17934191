"""What sets one set of rules against another."""

from __future__ import annotations

from lianhu.domain.rules import Rules, default_text, parse_rules
from lianhu.domain.rules_difference import RuleChange, difference, shown
from lianhu.domain.terms import Dictionaries

WORDS = Dictionaries()
ONE = '[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老", "体弱"]\nscore = 30\n'
CONFLICT = '[[conflict]]\ncadre = "C0031"\nhousehold = "H00012"\nreason = "有纠纷"\n'


def rules(text: str) -> Rules:
    return parse_rules(text, WORDS)


def changes(before: str, after: str) -> list[tuple[str, str, object, object]]:
    return [(each.where, each.change, each.before, each.after) for each in difference(rules(before), rules(after))]


def test_comments_spellings_and_the_order_of_rules_and_words_make_no_difference():
    other = ONE.replace("甲", "乙")
    assert changes(ONE + other, "# 说明\n" + other + ONE.replace('["年老", "体弱"]', '["弱", "老人"]')) == []
    assert difference(rules(default_text()), rules(default_text())) == []


def test_a_rule_field_by_field():
    after = ONE.replace("30", "60").replace('"年老", ', "") + 'source = "方案"\nexample = { yes = { roles = ["村医"] } }\n'
    found = changes(ONE, after)
    assert found[:3] == [
        ("规则“甲” traits", "changed", ["体弱", "年老"], ["体弱"]), ("规则“甲” score", "changed", 30, 60),
        ("规则“甲” source", "changed", "", "方案")]
    assert found[3][0] == "规则“甲” example"


def test_rules_that_come_and_go_are_told_whole():
    (gone, come) = difference(rules(ONE), rules(ONE.replace("甲", "乙")))
    assert (gone.name, gone.change, gone.after) == ("甲", "removed", None)
    assert (come.name, come.change, come.before) == ("乙", "added", None)
    assert shown(come.after) == "roles 村医；traits 体弱、年老；score 30"


def test_sections_and_what_they_leave_out():
    before = ONE + "[limits]\nhard_per_cadre = 0\n"
    after = ONE + (
        '[limits]\nhard_per_cadre = 1\nno_kin = false\n[capacity]\ndefault = 3\n'
        '[priority]\nroles = ["第一书记", "支部书记"]\nranked = false\n[proximity]\nhamlet = 5\n')
    assert changes(before, after) == [
        ("[capacity] default", "changed", 2, 3), ("[priority] roles", "changed", [], ["第一书记", "支部书记"]),
        ("[priority] ranked", "changed", True, False), ("[proximity] hamlet", "changed", 0, 5),
        ("[limits] hard_per_cadre", "changed", 0, 1), ("[limits] no_kin", "changed", True, False)]
    assert [shown(value) for value in ([], True, False, 3, None)] == ["空", "true", "false", "3", "没有"]


def test_conflicts_by_the_pair_they_name_with_numbers_masked():
    assert changes(ONE + CONFLICT, ONE + CONFLICT.replace("C0031", "c0031")) == []
    assert changes(ONE + CONFLICT, ONE + CONFLICT.replace("有纠纷", "电话13812345678")) == [
        ("[[conflict]] C0031 × H00012", "changed", "有纠纷", "电话138****5678")]
    (added,) = difference(rules(ONE), rules(ONE + CONFLICT.replace("C0031", "11010519491231002X")))
    assert isinstance(added, RuleChange)
    assert "11010519491231002X" not in f"{added.name}{added.as_json()}"
    assert added.change == "added"
