"""``lianhu rules`` and ``lianhu config``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianhu.domain.rules import default_text
from lianhu.store.connection import open_database
from tests.factory import a_town, an_id_number, contents

ONE = '[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 1\n'


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        town.household(traits="独居")
        town.cadre(roles="网格员")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "镇里的.toml"


class TestRules:
    def test_shown_as_they_are_written(self, lianhu):
        assert lianhu("rules", "show").out == default_text()

    def test_exported_changed_checked_and_imported(self, lianhu, file: Path):
        assert lianhu("rules", "export", file).code == 0
        file.write_text(file.read_text(encoding="utf-8").replace("score = 10", "score = 60"), encoding="utf-8")
        assert lianhu("rules", "check", file).code == 0
        outcome = lianhu("rules", "import", file)
        assert outcome.code == 0
        assert "规则“网格员联系独居留守户” score    10    60" in outcome.out
        assert outcome.out.endswith("\n\n已换规则，共 9 条，批次 2\n")
        assert lianhu("assign", "--json").json["fit_total"] == 60
        assert lianhu("rules", "import", file).out == "和现在的规则一样，没有改动。\n"

    def test_undo_brings_the_rules_before_back(self, lianhu, file: Path):
        file.write_text('[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 1\n', encoding="utf-8")
        lianhu("rules", "import", file)
        lianhu("undo")
        assert lianhu("rules", "show").out == default_text()

    def test_a_file_that_is_there_is_not_overwritten(self, lianhu, file: Path):
        file.write_text("我的")
        for group in ("rules", "config"):
            outcome = lianhu(group, "export", file)
            assert outcome.code == 5
            assert "已经存在" in outcome.err
        assert file.read_text() == "我的"

    @pytest.mark.parametrize("command", ["check", "import"])
    def test_wrong_rules_are_told_and_do_not_come_in(self, lianhu, path: Path, file: Path, command: str):
        file.write_text('[[match]]\nname = "甲"\nroles = ["村衣"]\ntraits = ["年老"]\nscore = 1\n', encoding="utf-8")
        before = contents(path)
        outcome = lianhu("rules", command, file)
        assert outcome.code == 5
        assert "您是不是要写“村医”？" in outcome.err
        assert contents(path) == before

    def test_a_file_that_is_not_there_or_no_text(self, lianhu, file: Path):
        assert lianhu("rules", "import", file).code == 3
        assert lianhu("config", "import", file).code == 3
        file.write_bytes(b"\xff\xfe\x00")
        assert lianhu("rules", "check", file).code == 4

    def test_the_rules_in_force_are_checked_without_a_file(self, lianhu):
        assert lianhu("rules", "check").out == "规则没有问题：9 条，例子都通过。\n"
        assert lianhu("rules", "check", "--json").json == {
            "ok": True, "rules": 9, "errors": [], "warnings": [], "difference": [], "effect": None}

    def test_an_older_file_is_shown_as_it_is_with_a_note_on_the_keys_it_lacks(self, lianhu, file: Path):
        file.write_text("# 老规则\n[proximity]\nhamlet = 3\n" + ONE, encoding="utf-8")
        lianhu("rules", "import", file)
        outcome = lianhu("rules", "show")
        assert outcome.out == "# 老规则\n[proximity]\nhamlet = 3\n" + ONE
        assert "[limits] hard_per_cadre = 0  一名干部最多联系几户重难点户" in outcome.err
        assert "[limits] no_kin = true" in outcome.err
        assert "hamlet" not in outcome.err
        assert lianhu("rules", "show").out != default_text()

    def test_every_mistake_has_its_line_also_where_the_rules_are_only_tried(self, lianhu, file: Path):
        file.write_text("[limits]\nno_kin = 1\nno_kim = true\n" + ONE, encoding="utf-8")
        told = (
            "镇里的.toml 有 2 处要改：\n第 2 行：[limits] no_kin 只能是 true 或 false。\n"
            "第 3 行：[limits] 里没有“no_kim”这一项；您是不是要写 no_kin？\n→ 请对照 lianhu rules show 改正\n")
        for command in (["rules", "check", file], ["rules", "import", file], ["assign", "--dry-run", "--rules", file]):
            outcome = lianhu(*command)
            assert (outcome.code, outcome.out, outcome.err) == (5, "", told)
        outcome = lianhu("rules", "check", file, "--json")
        assert (outcome.code, outcome.err) == (5, told)
        assert outcome.json["ok"] is False
        assert [error["line"] for error in outcome.json["errors"]] == [2, 3]
        assert outcome.json["errors"][0]["message"] == "[limits] no_kin 只能是 true 或 false。"


class TestChangingRules:
    @pytest.fixture(autouse=True)
    def _pairs(self, path: Path, file: Path) -> None:
        with a_town(path) as town:
            town.pair(1, 1)
            town.pair(town.household(is_hard=1), 1)
            town.pair(town.household(is_hard=1), town.cadre())
        file.write_text(
            default_text().replace("hard_per_cadre = 0", "hard_per_cadre = 1").replace("score = 10", "score = 60"),
            encoding="utf-8")

    def test_check_shows_the_difference_and_what_it_would_do(self, lianhu, path: Path, file: Path):
        before = contents(path)
        outcome = lianhu("rules", "check", file)
        assert outcome.code == 0
        assert "[limits] hard_per_cadre" in outcome.out
        assert re.search(r"现有结对的适配度合计 +10 +60\n", outcome.out)
        assert re.search(r"其中分数有变的户 +1\n", outcome.out)
        assert contents(path) == before

    def test_the_document(self, lianhu, file: Path):
        document = lianhu("rules", "import", file, "--json", "--dry-run").json
        assert document["ok"] is True
        assert (document["batch"], document["dry_run"], document["rules"]) == (None, True, 9)
        assert document["difference"][0] == {
            "part": "limits", "name": "", "key": "hard_per_cadre", "change": "changed", "before": 0, "after": 1}
        assert document["effect"]["fit_changed"] == [{"household": "H00001", "cadre": "C0001", "before": 10, "after": 60}]
        assert lianhu("rules", "import", file, "--json").json["batch"] == 3

    def test_a_dry_run_writes_nothing(self, lianhu, path: Path, file: Path):
        before = contents(path)
        outcome = lianhu("rules", "import", file, "--dry-run")
        assert "没有写入" in outcome.err
        assert "已换规则" not in outcome.out
        assert contents(path) == before

    def test_a_person_is_shown_and_asked(self, terminal, path: Path, file: Path):
        before = contents(path)
        screen = terminal("rules", "import", file)
        screen.answer("换成这些规则吗（y/N）：", "n")
        assert screen.finish() == 0
        assert "hard_per_cadre" in screen.screen
        assert "没有写入" in screen.screen
        assert contents(path) == before
        screen = terminal("rules", "import", file)
        screen.answer("换成这些规则吗（y/N）：", "y")
        assert screen.finish() == 0
        assert "已换规则" in screen.screen

    def test_nobody_is_asked_with_yes_or_where_only_a_comment_is_new(self, terminal, path: Path, file: Path):
        screen = terminal("rules", "import", file, "--yes")
        assert screen.finish() == 0
        assert "已换规则" in screen.screen
        file.write_text(file.read_text(encoding="utf-8") + "# 完\n", encoding="utf-8")
        screen = terminal("rules", "import", file)
        assert screen.finish() == 0
        assert "意思一样" in screen.screen
        assert "已换规则" in screen.screen

    def test_id_numbers_of_conflicts_are_masked_unless_they_are_asked_for(self, lianhu, path: Path, file: Path, tmp_path: Path):
        number = an_id_number(1)
        file.write_text(ONE + f'[[conflict]]\ncadre = "C0001"\nhousehold = "{number}"\n', encoding="utf-8")
        for outcome in (lianhu("rules", "import", file), lianhu("rules", "show"), lianhu("rules", "check", "--json")):
            assert outcome.code == 0
            assert number not in outcome.out + outcome.err
        masked, whole = tmp_path / "遮住.toml", tmp_path / "完整.toml"
        assert "不能再导入" in lianhu("rules", "export", masked).err
        assert number not in masked.read_text(encoding="utf-8")
        assert "遮住的号码" in lianhu("rules", "import", masked).err
        assert lianhu("rules", "export", whole, "--full").code == 0
        assert whole.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
        with open_database(path) as database:
            assert database.execute("SELECT command FROM reading") == [("rules export --full",)]


class TestConfig:
    def test_exported_imported_and_no_change(self, lianhu, file: Path):
        assert lianhu("config", "export", file).code == 0
        assert file.read_text(encoding="utf-8") == lianhu("config", "show").out
        assert lianhu("config", "import", file).code == 0
        assert lianhu("config", "import", file).out == "和现在的设置一样，没有改动。\n"
        assert lianhu("config", "show").out == file.read_text(encoding="utf-8")

    def test_it_holds_at_once_and_can_be_undone(self, lianhu, file: Path):
        file.write_text('town = "永胜镇"\nonline_ways = ["微信"]\n', encoding="utf-8")
        assert lianhu("config", "import", file).out == "已换设置（永胜镇），批次 2\n"
        lianhu("visit", "add", "H00001", "--by", "C0001", "--way", "电话")
        assert lianhu("visit", "list", "--json").json[0]["mode"] == "线下"
        lianhu("undo", "2")
        assert 'town = ""' in lianhu("config", "show").out

    def test_rules_that_use_a_word_that_is_gone_are_told(self, lianhu, file: Path):
        file.write_text('[[dictionaries.roles]]\nname = "医生"\n', encoding="utf-8")
        outcome = lianhu("config", "import", file)
        assert (outcome.code, outcome.out) == (0, "已换设置，批次 2\n")
        assert outcome.err.startswith("注意：现在的规则有 ")
        assert "“村医”不在“干部角色”词表中" in outcome.err
        assert "lianhu rules export 规则.toml" in outcome.err

    def test_wrong_settings_are_told_and_do_not_come_in(self, lianhu, path: Path, file: Path):
        file.write_text("twon = 1", encoding="utf-8")
        before = contents(path)
        outcome = lianhu("config", "import", file)
        assert outcome.code == 5
        assert outcome.err.startswith("镇里的.toml 第 1 行：配置里没有“twon”这一项")
        assert contents(path) == before
