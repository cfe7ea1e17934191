"""``lianhu assign``."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.factory import a_town, contents


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        for name, households in (("永胜", 3), ("哈达", 2)):
            village = town.village(name)
            for _ in range(households):
                town.household(village_id=village, traits="年老", is_hard=1, classes="吸毒人员、残疾人")
            town.cadre(village_id=village, roles="村医", phone="13812345678")
            town.cadre(village_id=village, roles="支部书记", capacity=1)


class TestWhatItSays:
    def test_the_document_has_every_key_of_the_promise(self, lianhu):
        figures = lianhu("assign", "--json").json
        assert {"batch", "dry_run", "proved_optimal", "households", "cadres", "capacity", "paired", "unpaired", "hard",
                "hard_with_leader", "fit_total", "kept", "moved", "new", "load", "by_rule", "unpaired_households",
                "pairs"} <= set(figures)
        assert (figures["batch"], figures["dry_run"], figures["proved_optimal"]) == (2, False, True)
        assert (figures["households"], figures["cadres"], figures["capacity"]) == (5, 4, 6)
        assert (figures["paired"], figures["new"], figures["hard"], figures["hard_with_leader"]) == (5, 5, 5, 2)

    def test_a_person_is_told_the_result_the_batch_and_what_next(self, lianhu):
        outcome = lianhu("assign")
        assert "已证明最优" in outcome.out
        assert "100.0%(5/5)" in outcome.out
        assert "lianhu undo 2" in outcome.err

    def test_running_again_says_that_nothing_changed(self, lianhu, path: Path):
        lianhu("assign")
        before = path.read_bytes()
        outcome = lianhu("assign")
        assert outcome.err == "没有要结的户，没有改动。\n"
        assert path.read_bytes() == before

    def test_those_left_over_are_listed_with_the_reason(self, lianhu, path: Path):
        with a_town(path) as town:
            for _ in range(2):
                town.household(village_id=1)
        outcome = lianhu("assign")
        assert "没有结上的户" in outcome.out
        assert "可以联系本户的干部都已满：" in outcome.out
        assert lianhu("assign").err == "能结的都已结上，没有改动。\n"

    def test_pairs_that_moved_are_listed(self, lianhu, path: Path):
        with a_town(path) as town:
            village = town.village("巴彦")
            town.pair(town.household(village_id=village, traits="年老"), town.cadre(village_id=village, name="旧干部"))
            town.cadre(village_id=village, name="新村医", roles="村医")
        outcome = lianhu("assign", "--rebalance")
        assert "旧干部" in outcome.out
        assert "新村医" in outcome.out
        assert "调整" in outcome.out


class TestWithoutWriting:
    def test_a_dry_run_changes_no_byte(self, lianhu, path: Path):
        before = path.read_bytes()
        outcome = lianhu("assign", "--dry-run")
        assert outcome.code == 0
        assert "试算" in outcome.out
        assert path.read_bytes() == before
        assert lianhu("assign", "--dry-run", "--json").json["batch"] is None

    @pytest.mark.parametrize("words", [["--capacity", "3"], ["--without", "C0001"], ["--rules", "x.toml"]])
    def test_what_if_needs_it(self, lianhu, path: Path, words: list[str]):
        before = path.read_bytes()
        outcome = lianhu("assign", *words)
        assert (outcome.code, outcome.out) == (2, "")
        assert "--dry-run" in outcome.err
        assert path.read_bytes() == before

    def test_what_if(self, lianhu):
        assert lianhu("assign", "--dry-run", "--capacity", "5", "--json").json["capacity"] == 12
        assert lianhu("assign", "--dry-run", "--without", "C0001", "--json").json["cadres"] == 3

    @pytest.mark.parametrize(("words", "code"), [
        (["--least-change"], 2), (["--on", "某天"], 2), (["--output", "plan.docx"], 2), (["--village", "没有的村"], 3),
        (["--dry-run", "--without", "没有的人"], 3), (["--dry-run", "--rules", "没有.toml"], 3),
        (["--dry-run", "--capacity", "101"], 2)])
    def test_refused(self, lianhu, path: Path, words: list[str], code: int):
        before = path.read_bytes()
        outcome = lianhu("assign", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert path.read_bytes() == before


class TestFiles:
    def test_the_plan_has_a_sheet_for_each_village_ready_to_send(self, lianhu, path: Path, tmp_path: Path):
        with a_town(path) as town:
            town.change("household", 1, head_name="=HYPERLINK(1)")
        plan = tmp_path / "结对表.xlsx"
        outcome = lianhu("assign", "--output", plan)
        assert outcome.code == 0
        assert str(plan) in outcome.err
        book = openpyxl.load_workbook(plan)
        assert book.sheetnames == ["永胜", "哈达"]
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        texts = [str(cell.value) for cell in cells]
        assert not any("吸毒" in text or "13812345678" in text for text in texts)
        assert any("残疾人" in text for text in texts)
        assert any("138****5678" in text for text in texts)
        (formula,) = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
        assert formula.data_type != "f"
        assert [sheet.max_row for sheet in book] == [6, 5]
        assert plan.stat().st_mode & 0o077 == 0

    def test_a_dry_run_writes_the_plan_too(self, lianhu, tmp_path: Path):
        lianhu("assign", "--dry-run", "-o", tmp_path / "plan.xlsx")
        assert (tmp_path / "plan.xlsx").exists()

    def test_a_plan_that_cannot_be_written_leaves_everything_as_it_was(self, lianhu, path: Path, tmp_path: Path):
        before = contents(path)
        outcome = lianhu("assign", "--output", tmp_path / "没有的文件夹" / "plan.xlsx")
        assert outcome.code == 4
        assert contents(path) == before
        outcome = lianhu("assign", "--problem", tmp_path / "没有的文件夹" / "p.json")
        assert outcome.code == 4
        assert contents(path) == before

    def test_the_problem_and_its_solution(self, lianhu, tmp_path: Path):
        lianhu("assign", "--problem", tmp_path / "p.json")
        (part,) = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["passes"]
        assert set(part) == {"levels", "cadres", "households", "edges", "pairs", "unpaired"}
        assert part["levels"] == ["hard_with_leader", "fit", "keep"]
        assert len(part["pairs"]) == 5

    def test_a_bar_is_shown_on_a_terminal_only(self, terminal, process):
        run = terminal("assign", "--dry-run")
        assert run.finish() == 0
        assert process("assign", "--dry-run").err == "这是试算；去掉 --dry-run 才写入。\n"
