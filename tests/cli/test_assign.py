"""``lianhu assign``."""

from __future__ import annotations

import json
import subprocess
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

    def test_what_if_figures(self, lianhu):
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

    def test_pairs_may_hold_from_a_day_to_come(self, lianhu):
        """A list that takes effect with the new month: a second run finds nothing to do."""
        made = lianhu("assign", "--on", "2026-12-01")
        assert made.code == 0
        assert "新的结对从 2026-12-01 起" in made.err
        assert {pair["started_on"] for pair in lianhu("pair", "list", "--json").json} == {"2026-12-01"}
        assert lianhu("assign", "--json").json["new"] == 0

    def test_where_a_file_cannot_be_written_the_advice_fits_the_reason(self, lianhu, tmp_path: Path):
        """Each was told to close Excel."""
        no_folder = lianhu("assign", "--dry-run", "--output", tmp_path / "没有" / "结对表.xlsx")
        assert (no_folder.code, no_folder.err.splitlines()) == (4, [
            f"写不了文件 {tmp_path / '没有' / '结对表.xlsx'}：文件夹不存在。", "→ 请先建好文件夹，或写别的路径"])
        folder = lianhu("assign", "--dry-run", "--problem", tmp_path)
        assert (folder.code, folder.err.splitlines()) == (4, [
            f"写不了文件 {tmp_path}：是一个文件夹。", f"→ 请写出文件名，如 {tmp_path / '文件'}"])
        rules = lianhu("assign", "--dry-run", "--rules", tmp_path)
        assert (rules.code, rules.err) == (4, f"读不了 {tmp_path}：是一个文件夹。\n")
        foreign = tmp_path / "规则.toml"
        foreign.write_bytes("# 规则".encode("gbk"))
        outcome = lianhu("assign", "--dry-run", "--rules", foreign)
        assert (outcome.code, outcome.err.splitlines()) == (4, [
            f"读不了文件 {foreign}：要是 UTF-8 的文本文件。", "→ 用记事本另存为，编码选 UTF-8"])


@pytest.fixture
def _poor_pairs(path: Path) -> None:
    """A village of its own where a doctor and an ordinary member hold each other's household."""
    with a_town(path) as town:
        village = town.village("巴彦", district=None)
        doctor = town.cadre(village_id=village, name="新村医", roles="村医", capacity=1)
        member = town.cadre(village_id=village, name="旧干部", capacity=1)
        town.pair(town.household(village_id=village, head_name="李其其格", traits="年老"), member)
        town.pair(town.household(village_id=village, head_name="王宝音"), doctor)


@pytest.mark.usefixtures("_poor_pairs")
class TestRebalance:
    def test_a_person_is_shown_who_moves_and_why_and_a_no_writes_nothing(self, terminal, path: Path, tmp_path: Path):
        before = path.read_bytes()
        run = terminal("assign", "--rebalance", "--output", tmp_path / "plan.xlsx", columns=120)
        run.answer("调整 2 户，照此写入吗（y/N）：", "n")
        assert run.finish() == 0
        for text in ("还没有写入", "保持 0 户，调整 2 户，新结对 5 户", "H00006 李其其格", "旧干部 C0006", "新村医 C0005", "+30",
                     "为 H00006 李其其格 让位", "没有写入，结对和原来一样。"):
            assert text in run.screen
        assert path.read_bytes() == before
        assert not (tmp_path / "plan.xlsx").exists()

    def test_a_yes_writes_what_was_shown(self, terminal, lianhu):
        run = terminal("assign", "--rebalance")
        run.answer("照此写入吗（y/N）：", "y")
        assert run.finish() == 0
        assert "已写入，批次 3" in run.screen
        assert run.screen.count("调整（原干部 → 新干部）") == 1
        pairs = {pair["household"]: pair["cadre"] for pair in lianhu("pair", "list", "--json").json}
        assert (pairs["H00006"], pairs["H00007"]) == ("C0005", "C0006")
        lianhu("undo")
        pairs = {pair["household"]: pair["cadre"] for pair in lianhu("pair", "list", "--json").json}
        assert pairs == {"H00006": "C0006", "H00007": "C0005"}

    def test_what_was_decided_while_somebody_else_wrote_is_not_written(self, terminal, path: Path):
        """The question holds no lock: another command may write, and then nothing of this run is."""
        run = terminal("assign", "--rebalance")
        run.wait_for("照此写入吗（y/N）：")
        with a_town(path) as town:
            town.change("pairing", 1, is_locked=1)
        before = contents(path)
        run.answer("照此写入吗（y/N）：", "y")
        assert run.finish() == 5
        assert "没有写入" in run.screen
        assert contents(path) == before

    def test_a_change_that_makes_no_difference_is_no_hindrance(self, terminal, path: Path):
        run = terminal("assign", "--rebalance")
        run.wait_for("照此写入吗（y/N）：")
        with a_town(path) as town:
            town.change("cadre", 1, post="主任")
        run.answer("照此写入吗（y/N）：", "y")
        assert run.finish() == 0

    def test_with_yes_nobody_is_asked(self, terminal):
        run = terminal("assign", "--rebalance", "--yes")
        assert run.finish() == 0
        assert "（y/N）" not in run.screen
        assert "已写入" in run.screen

    def test_where_nobody_moves_nobody_is_asked(self, terminal, path: Path):
        with a_town(path) as town:
            for pair in (1, 2):
                town.change("pairing", pair, is_locked=1)
        run = terminal("assign", "--rebalance")
        assert run.finish() == 0
        assert "（y/N）" not in run.screen
        assert "已写入" in run.screen

    def test_in_a_pipe_nobody_is_asked_and_all_is_told(self, process):
        run = process("assign", "--rebalance", stdin=subprocess.DEVNULL)
        assert run.code == 0
        assert "（y/N）" not in run.err
        assert "已写入" in run.err
        assert "调整前后" in run.out
        assert "…" not in run.out
        (line,) = [line for line in run.out.splitlines() if line.startswith("H00007 王宝音")]
        assert line.split() == ["H00007", "王宝音", "新村医", "C0005", "旧干部", "C0006", "0", "为", "H00006", "李其其格", "让位"]

    def test_the_document_tells_the_difference(self, lianhu, path: Path):
        document = lianhu("assign", "--rebalance", "--json").json
        assert document["moved"] == 2
        moved = [row for row in document["difference"]["changes"] if row["change"] == "moved"]
        assert [(row["household"], row["from"], row["to"], row["gain"], row["gives_way_to"]) for row in moved] == [
            ("H00006", "C0006", "C0005", 30, None), ("H00007", "C0005", "C0006", 0, "H00006")]
        assert moved[0]["gained_reasons"] == [{"rule": "村医联系老弱病残户", "score": 30}]
        assert document["difference"]["before"]["paired"] == 2
        assert document["difference"]["after"]["paired"] == document["paired"] == 7
        assert document["batch"] == 3

    def test_a_default_run_has_no_difference_and_moves_nobody(self, lianhu):
        document = lianhu("assign", "--json").json
        assert "difference" not in document
        assert (document["moved"], document["kept"]) == (0, 2)

    def test_one_that_loses_its_cadre_is_named_and_asked_about(self, terminal, path: Path):
        with a_town(path) as town:
            town.change("cadre", 6, left_on="2026-11-01")
        run = terminal("assign", "--rebalance")
        run.answer("不再有人联系 1 户，照此写入吗（y/N）：", "")
        assert run.finish() == 0
        assert "没有写入" in run.screen


class TestWhatIf:
    def test_one_is_set_against_what_stands(self, lianhu, path: Path):
        lianhu("assign")
        before = path.read_bytes()
        outcome = lianhu("assign", "--dry-run", "--without", "C0001")
        assert outcome.code == 0
        assert "试算：没有 C0001（没有写入）" in outcome.out
        assert ["在岗干部", "4", "3", "−1"] in [line.split() for line in outcome.out.splitlines()]
        assert "不再有人联系的户" in outcome.out
        assert "已不在岗" in outcome.out
        assert "--rebalance" in outcome.err
        assert path.read_bytes() == before

    def test_several_stand_side_by_side(self, lianhu):
        lianhu("assign")
        outcome = lianhu("assign", "--dry-run", "--rebalance", "--capacity", "1", "--capacity", "3", "--without", "C0001")
        heads, *rows = outcome.out.splitlines()[1:]
        assert heads.split() == ["项目", "现状", "上限", "1，没有", "C0001", "上限", "3，没有", "C0001"]
        figures = {row.split()[0]: row.split()[1:] for row in rows}
        assert figures["在岗干部"] == ["4", "3", "3"]
        assert figures["可联户数（上限合计）"] == ["6", "3", "5"]
        assert figures["不再有人联系的户"][0] == "0"
        assert "单独写上限" in outcome.err

    def test_documents(self, lianhu, tmp_path: Path):
        lianhu("assign")
        rules = tmp_path / "规则.toml"
        rules.write_text('[[match]]\nname = "甲"\nroles = ["村医"]\ntraits = ["年老"]\nscore = 7\n', encoding="utf-8")
        document = lianhu("assign", "--dry-run", "--rules", rules, "--without", "C0001", "--without", "C0003", "--json").json
        assert "variants" not in document
        assert (document["batch"], document["dry_run"], document["cadres"]) == (None, True, 2)
        assert {row["change"] for row in document["difference"]["changes"]} == {"lost"}
        document = lianhu("assign", "--dry-run", "--rules", rules, "--capacity", "1", "--capacity", "4", "--json").json
        first, second = document["variants"]
        assert [each["what_if"] for each in (first, second)] == [
            {"rules": str(rules), "capacity": number, "without": []} for number in (1, 4)]
        assert first["capacity"] == document["capacity"] == 4
        assert second["capacity"] == 10
        assert first["difference"] == document["difference"]

    def test_several_cannot_go_into_one_file(self, lianhu, path: Path, tmp_path: Path):
        for words in (["--output", tmp_path / "p.xlsx"], ["--problem", tmp_path / "p.json"]):
            outcome = lianhu("assign", "--dry-run", "--capacity", "1", "--capacity", "2", *words)
            assert (outcome.code, outcome.out) == (2, "")
        assert lianhu("assign", "--dry-run", "--capacity", "1", "--output", tmp_path / "p.xlsx").code == 0
        assert (tmp_path / "p.xlsx").exists()

    def test_an_empty_town(self, tmp_path: Path, process):
        with a_town(tmp_path / "empty.db"):
            pass
        for words in (["--rebalance"], ["--dry-run", "--capacity", "1"], ["--dry-run", "--capacity", "1", "--capacity", "2"]):
            assert process("--db", tmp_path / "empty.db", "assign", *words).code == 0


class TestWhatNoRunTouches:
    @pytest.mark.parametrize("words", [[], ["--rebalance"], ["--dry-run", "--capacity", "1"], ["--json"]])
    def test_a_note_names_it(self, lianhu, path: Path, words: list[str]):
        with a_town(path) as town:
            for household in (1, 2):
                town.pair(household, 2, origin="hand")
        outcome = lianhu("assign", *words)
        assert outcome.code == 0
        assert "（C0002）上限 1 户，现联系 2 户，都没有动：H00001" in outcome.err
        assert outcome.err.count("注意：") == 1

    def test_many_are_counted(self, lianhu, path: Path):
        with a_town(path) as town:
            village = town.village("巴彦")
            for _ in range(8):
                town.pair(town.household(village_id=village), town.cadre(village_id=village, capacity=0), origin="hand")
        outcome = lianhu("assign")
        assert outcome.err.count("上限 0 户") == 6
        assert "这样的情况共 8 处，以上列了 6 处" in outcome.err


class TestFiles:
    def test_the_plan_has_a_sheet_for_each_village_ready_to_send(self, lianhu, path: Path, tmp_path: Path):
        with a_town(path) as town:
            town.change("household", 1, head_name="=HYPERLINK(1)")
        plan = tmp_path / "结对表.xlsx"
        outcome = lianhu("assign", "--output", plan)
        assert outcome.code == 0
        assert str(plan) in outcome.err
        book = openpyxl.load_workbook(plan)
        assert book.sheetnames == ["永胜", "永胜·干部清单", "哈达", "哈达·干部清单"]
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        texts = [str(cell.value) for cell in cells]
        assert not any("吸毒" in text or "13812345678" in text for text in texts)
        assert any("残疾人" in text for text in texts)
        assert any("138****5678" in text for text in texts)
        formulas = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
        assert len(formulas) == 2
        assert not any(cell.data_type == "f" for cell in formulas)
        assert [book[name].max_row for name in ("永胜", "哈达")] == [6, 5]
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
