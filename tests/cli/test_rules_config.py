"""``lianhu rules`` and ``lianhu config``."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.domain.rules import default_text
from tests.factory import a_town, contents


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
        assert (outcome.code, outcome.out) == (0, "已换规则，共 9 条，批次 2\n")
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

    def test_wrong_settings_are_told_and_do_not_come_in(self, lianhu, path: Path, file: Path):
        file.write_text("twon = 1", encoding="utf-8")
        before = contents(path)
        outcome = lianhu("config", "import", file)
        assert outcome.code == 5
        assert "没有“twon”这一项" in outcome.err
        assert contents(path) == before
