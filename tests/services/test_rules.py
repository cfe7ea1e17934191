"""Rules that a town may take: checked, compared, tried on the pairing, taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.domain.rules import default_text
from lianhu.errors import ConflictError, NotFoundError, TextRefusedError
from lianhu.services.history import undo
from lianhu.services.rules import Proposal, check_rules, propose_rules, take_rules
from lianhu.services.texts import import_settings, rules_text
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town, an_id_number, contents

ONE = '# 我们镇的规则\n[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 33\n'
EXAMPLE = 'example = { yes = { roles = ["村医"], traits = ["年老"] }, no = { roles = ["网格员"], traits = ["年老"] } }\n'


@pytest.fixture
def database(path: Path):
    with a_town(path) as town:
        doctor, clerk = town.cadre(roles="村医"), town.cadre(roles="两委成员", capacity=3)
        town.pair(town.household(traits="年老", is_hard=1), clerk)
        town.pair(town.household(is_hard=1), clerk)
        town.pair(town.household(traits="年老"), doctor, is_locked=1)
    with open_database(path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "文本.toml"


def proposed(database, file: Path, text: str) -> Proposal:
    file.write_text(text, encoding="utf-8")
    return propose_rules(database, file, today=TODAY)


def take(database, file: Path, text: str) -> int | None:
    return take_rules(database, proposed(database, file, text), file.name, now=NOW)


class TestChecking:
    def test_the_rules_in_force(self, database):
        rules, warnings = check_rules(database, None)
        assert len(rules.matches) >= 6
        assert warnings == []

    def test_every_example_that_fails_is_told_with_file_and_line(self, database, file: Path):
        file.write_text(ONE + EXAMPLE.replace("村医", "网格员") + ONE.replace("甲", "乙") + EXAMPLE, encoding="utf-8")
        with pytest.raises(TextRefusedError) as caught:
            check_rules(database, file)
        assert caught.value.sentence == "文本.toml 第 7 行：规则“甲”的例子 yes 应得分而没有。"

    def test_no_example_and_conflicts_about_nobody_are_no_mistakes(self, database, file: Path):
        file.write_text(ONE + '[[conflict]]\ncadre = "C0001"\nhousehold = "H00099"\n', encoding="utf-8")
        _, warnings = check_rules(database, file)
        assert [(each.line, each.message.split("，")[0]) for each in warnings] == [
            (2, "规则“甲”没有例子 yes、no"), (9, "没有编号或身份证号是“H00099”的在册联系户")]

    def test_no_file(self, database, file: Path):
        with pytest.raises(NotFoundError):
            check_rules(database, file)


class TestProposing:
    def test_nothing_is_written(self, path: Path, database, file: Path):
        before = contents(path)
        proposed(database, file, ONE)
        assert contents(path) == before

    def test_the_same_meaning_has_no_effect(self, database, file: Path):
        found = proposed(database, file, default_text() + "# 说明\n")
        assert (found.difference, found.effect, found.is_same_text) == ([], None, False)

    def test_standing_pairs_whose_fit_changes(self, database, file: Path):
        effect = proposed(database, file, default_text().replace("score = 30", "score = 50")).as_json()["effect"]
        assert effect["standing"] == 3
        assert effect["fit_changed"] == [{"household": "H00003", "cadre": "C0001", "before": 30, "after": 50}]
        assert effect["fit_after"] - effect["fit_before"] == 20

    def test_how_many_would_move_and_who_would_stay_alone(self, database, file: Path):
        effect = proposed(
            database, file, default_text().replace("hard_per_cadre = 0", "hard_per_cadre = 1")).as_json()["effect"]
        assert (effect["moved_before"], effect["moved_after"]) == (1, 1)
        assert effect["forbidden"] == [
            {"cadre": "C0002", "households": ["H00001", "H00002"], "reason": "联系重难点户 2 户，规则每人最多 1 户"}]
        effect = proposed(database, file, default_text().replace("default = 2", "default = 1")).as_json()["effect"]
        assert (effect["moved_before"], effect["moved_after"]) == (1, 0)

    def test_standing_pairs_that_would_be_forbidden_and_the_households_that_have_nobody_then(self, path: Path, database, file: Path):
        with a_town(path) as town:
            town.household(is_hard=1)
        text = default_text() + "".join(
            f'[[conflict]]\ncadre = "C000{at}"\nhousehold = "{who}"\nreason = "有纠纷"\n'
            for at, who in ((2, "H00002"), (1, "H00004"), (2, an_id_number(4))))
        found = proposed(database, file, text)
        assert found.effect is not None
        assert found.effect.as_json()["forbidden"] == [
            {"cadre": "C0002", "households": ["H00002"], "reason": "规则写明不结对（有纠纷）"}]
        assert [household.code for household, _ in found.effect.newly_unpaired] == ["H00004"]
        effect = found.as_json()["effect"]
        assert (effect["unpaired_before"], effect["unpaired_after"]) == (0, 1)
        assert "规则写明不结对" in effect["unpaired"][0]["reason"]

    def test_what_the_present_rules_forbid_already_is_not_the_new_ones_doing(self, database, file: Path):
        limited = default_text().replace("hard_per_cadre = 0", "hard_per_cadre = 1")
        take(database, file, limited)
        found = proposed(database, file, limited.replace("score = 30", "score = 31"))
        assert found.effect is not None
        assert found.effect.broken == []


class TestTaking:
    def test_with_their_comments_and_back(self, database, file: Path):
        file.write_text(ONE, encoding="utf-8-sig")
        assert take_rules(database, propose_rules(database, file, today=TODAY), file.name, now=NOW) == 2
        assert rules_text(database) == ONE
        undo(database, 2, now=NOW)
        assert rules_text(database) == default_text()

    def test_the_same_again_are_no_change(self, database, file: Path):
        assert take(database, file, default_text()) is None
        assert take(database, file, ONE) == 2
        assert take(database, file, ONE) is None

    def test_rules_that_have_been_changed_since_are_left(self, database, file: Path):
        seen = proposed(database, file, ONE)
        take(database, file, ONE.replace("33", "34"))
        with pytest.raises(ConflictError, match="又有了改动"):
            take_rules(database, seen, file.name, now=NOW)
        assert "score = 34" in rules_text(database)

    def test_rules_that_no_longer_fit_the_words_can_be_replaced(self, database, file: Path):
        """A new list of roles leaves the town with rules that cannot be read."""
        file.write_text('[[dictionaries.roles]]\nname = "医生"\n', encoding="utf-8")
        import_settings(database, file, now=NOW)
        with pytest.raises(TextRefusedError, match="现在的规则有"):
            check_rules(database, None)
        found = proposed(database, file, ONE.replace("村医", "医生"))
        assert (found.present, found.effect) == (None, None)
        assert take_rules(database, found, file.name, now=NOW) is not None
        assert check_rules(database, None)[0].matches[0].roles == {"医生"}
