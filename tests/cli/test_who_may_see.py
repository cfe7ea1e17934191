"""Classes that only few may see stand nowhere without --full: not in a list, a page, a file, nor in a rule's name."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.factory import a_town

SECRET = "刑满释放人员"
TRAIT = "保密户情"
RULE = "帮教责任人联系回归人员"
CONFIG = f"""
[[dictionaries.traits]]
name = "{TRAIT}"
sensitivity = "A"
"""


@pytest.fixture(autouse=True)
def _town(path: Path, tmp_path: Path, lianhu) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        for classes in (SECRET, None, f"残疾人、{SECRET}"):
            town.household(village_id=village, classes=classes, traits="年老、" + TRAIT)
        for _ in range(3):
            town.cadre(village_id=village, roles="调解员")
        town.member(1, classes=SECRET)
    rules = tmp_path / "规则.toml"
    lianhu("rules", "export", rules)
    rules.write_text(rules.read_text(encoding="utf-8") + f"""
[[match]]
name = "{RULE}"
roles = ["调解员"]
classes = ["{SECRET}"]
score = 60
source = "镇里"
example = {{ yes = {{ roles = ["调解员"], classes = ["{SECRET}"] }}, no = {{ roles = ["网格员"], classes = ["{SECRET}"] }} }}
""", encoding="utf-8")
    assert lianhu("rules", "import", rules).code == 0
    assert lianhu("assign").code == 0
    rules.unlink()


COMMANDS = [
    ["household", "list"], ["household", "show", "H00001"], ["cadre", "list"], ["cadre", "show", "C0001"], ["pair", "list"],
    ["pair", "show", "H00001"], ["pair", "explain", "H00001"], ["pair", "history", "H00001"], ["due"], ["report"], ["brief"],
    ["report", "--rows", "households"], ["report", "--rows", "paired_households"], ["card", "list"], ["task", "list"], ["log"],
    ["check"], ["assign", "--rebalance", "--dry-run"], ["assign", "--dry-run", "--without", "C0001"],
    ["pair", "set", "H00001", "C0002", "--dry-run"], ["pair", "set", "H00003", "C0003", "--yes"],
    ["household", "edit", "H00001", "--note", "改"], ["household", "close", "H00003", "--reason", "搬迁", "--dry-run"],
    ["household", "head", "H00001", "包银山", "--reason", "去世", "--dry-run"],
]


def without_totals(document: Any) -> Any:
    """A document without what it tells of each rule in the whole town."""
    if isinstance(document, list):
        return [without_totals(each) for each in document]
    if isinstance(document, dict):
        return {name: without_totals(each) for name, each in document.items() if name not in {"by_rule", "fairness"}}
    return document


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_no_command_tells_of_them(lianhu, words: list[str], form: tuple[str, ...]):
    done = lianhu(*words, *form)
    if done.code == 2 and form:
        pytest.skip("has no --json")
    assert done.code in {0, 5}, done.err
    assert SECRET not in done.out + done.err
    # How many pairs a rule made in the town may be told, but of no household that it is one of them.
    told = json.dumps(without_totals(done.json), ensure_ascii=False) if form else done.out
    assert [line for line in (told + done.err).splitlines() if RULE in line and (form or "H0000" in line)] == []


@pytest.mark.parametrize(("words", "ending"), [
    (["export"], ".xlsx"), (["household", "show", "H00001"], ".docx"), (["household", "show", "H00001"], ".html"),
    (["cadre", "show", "C0001"], ".html"), (["due"], ".xlsx"), (["assign", "--rebalance", "--dry-run"], ".xlsx"),
    (["card", "print", "H00001"], ".docx"), (["report"], ".xlsx"), (["log"], ".xlsx"),
], ids=str)
def test_no_file_tells_of_them(lianhu, tmp_path: Path, words: list[str], ending: str):
    file = tmp_path / f"a{ending}"
    assert lianhu(*words, "-o", file).code == 0
    text = file.read_text(encoding="utf-8") if ending == ".html" else "".join(
        archive.read(part).decode("utf-8", "replace") for archive in [zipfile.ZipFile(file)] for part in archive.namelist())
    assert RULE not in text
    if words != ["export"]:  # its drop-downs list every class there is
        assert SECRET not in text


def test_with_full_they_are_told(lianhu):
    assert SECRET in lianhu("household", "show", "H00001", "--full").out
    assert RULE in lianhu("pair", "show", "H00001", "--full").out
    assert "涉及不公开的类别" in lianhu("pair", "show", "H00001").out


@pytest.mark.parametrize("words", [
    ["card", "issue", "--trait", TRAIT], ["card", "list", "--missing", "--trait", TRAIT],
    ["task", "issue", "医保", "--duty", "政策理论讲解", "--trait", TRAIT],
], ids=" ".join)
def test_they_are_no_way_to_pick_households(lianhu, tmp_path: Path, words: list[str]):
    file = tmp_path / "设置.toml"
    text = lianhu("config", "show").out
    file.write_text(text + CONFIG, encoding="utf-8")
    outcome = lianhu("config", "import", file)
    assert outcome.code == 0, outcome.err
    done = lianhu(*words)
    assert (done.code, done.out) == (2, "")
    assert "不公开" in done.err
