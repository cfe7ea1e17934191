"""Rosters that tell of hand-overs: households that close, cadres who leave, 联户长 whose time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from lianhu.services.exports import write_export
from lianhu.services.history import undo
from lianhu.services.households.closing import close_household, reopen_household
from lianhu.services.households.merging import merge_households
from lianhu.services.households.succession import change_head
from lianhu.services.rosters import SheetReceipt
from lianhu.store.connection import open_database
from tests.factory import a_town, an_id_number, records_only
from tests.services.workbooks import TODAY, Desk, counts, grid

NOW = datetime(2026, 11, 24, 9)
HOUSE = ["户编号", "户主", "销户日期", "销户原因"]
CADRE = ["干部编号", "姓名", "离岗日期", "离岗原因", "预计返岗日期"]
PAIR = ["户编号", "干部编号", "结对日期"]


@pytest.fixture
def desk(tmp_path):
    """永胜: H00001 with C0001 since 2026-01-01, H00002 with C0001 since 2026-06-01 by hand, H00003 alone; C0002."""
    made = Desk(tmp_path)
    with a_town(made.db) as town:
        village = town.village("永胜")
        town.cluster(village, "第一网格")
        for name in ("宝音", "乌云", "巴图"):
            town.household(village_id=village, head_name=name)
        town.cadre(village_id=village, name="其木格")
        town.cadre(village_id=village, name="王强")
        town.pair(1, 1)
        town.pair(2, 1, started_on="2026-06-01", origin="hand", fit=None, reasons=None)
        town.ticket(household_id=1, cadre_id=1)
    return made


def pairs(desk: Desk) -> list[tuple[Any, ...]]:
    return [(p["household_id"], p["cadre_id"], p["started_on"], p["ended_on"], p["end_reason"])
            for p in desk.records("pairing")]


def told(receipt: SheetReceipt) -> list[tuple[str, str]]:
    return [(problem.code, problem.level) for problem in receipt.problems]


STANDING = [(1, 1, "2026-01-01", None, None), (2, 1, "2026-06-01", None, None)]


class TestHouseholds:
    def test_a_closing_day_closes_the_household_and_ends_its_pair_that_day(self, desk):
        before = records_only(desk.db)
        receipt = desk.take_rows([HOUSE, ["H00001", "宝音", "2026-09-01", "搬走"], ["H00002", "乌云", None, None]])
        assert counts(receipt) == (2, 0, 1, 1, 0)
        assert told(receipt) == []
        assert (desk.records("household")[0]["closed_on"], desk.records("household")[0]["close_reason"]) == (
            "2026-09-01", "搬迁")
        assert pairs(desk) == [(1, 1, "2026-01-01", "2026-09-01", "销户：搬迁"), STANDING[1]]
        with open_database(desk.db) as database:
            undo(database, None, now=NOW)
        assert records_only(desk.db) == before

    def test_the_same_as_the_command_writes(self, desk, tmp_path):
        other = Desk(tmp_path / "other")
        other.folder.mkdir()
        other.db.write_bytes(desk.db.read_bytes())
        desk.take_rows([HOUSE, ["H00001", "宝音", "2026-09-01", "去世"]])
        with open_database(other.db) as database:
            close_household(database, "H00001", "去世", on=datetime(2026, 9, 1).date(), today=TODAY, now=NOW)
        assert [records_only(desk.db)[table] for table in ("household", "pairing", "ticket")] == [
            records_only(other.db)[table] for table in ("household", "pairing", "ticket")]

    @pytest.mark.parametrize("heading", ["注销日期", "退出日期", "迁出日期", "销户时间"])
    def test_its_other_names(self, desk, heading):
        desk.take_rows([["村", "户主", heading, "退出原因"], ["永胜", "宝音", "2026.9.1", "举家外出"]])
        household = desk.records("household")[0]
        assert (household["closed_on"], household["close_reason"]) == ("2026-09-01", "举家外出")

    def test_a_day_to_come_is_a_fault_and_the_row_goes_in(self, desk):
        receipt = desk.take_rows([[*HOUSE, "备注"], ["H00001", "宝音", "2026-11-25", None, "明天搬"]])
        assert told(receipt) == [("date-invalid", "warning")]
        assert desk.records("household")[0]["closed_on"] is None
        assert desk.records("household")[0]["note"] == "明天搬"
        assert pairs(desk) == STANDING

    def test_a_day_before_the_pair_began_is_refused_as_the_command_does(self, desk):
        receipt = desk.take_rows([HOUSE, ["H00002", "乌云", "2026-05-01", "搬迁"]])
        assert (told(receipt), counts(receipt)) == ([("date-invalid", "warning")], (1, 0, 0, 1, 0))
        assert desk.records("household")[1]["close_reason"] is None
        assert pairs(desk) == STANDING

    def test_a_reason_without_a_day_says_nothing(self, desk):
        receipt = desk.take_rows([HOUSE, ["H00001", "宝音", None, "搬迁"]])
        assert told(receipt) == [("date-invalid", "warning")]
        assert desk.records("household")[0]["close_reason"] is None

    @pytest.mark.parametrize("replace", [False, True])
    def test_a_blank_never_reopens(self, desk, *, replace):
        desk.take_rows([HOUSE, ["H00001", "宝音", "2026-09-01", "搬迁"]])
        desk.take_rows([HOUSE, ["H00001", "宝音", None, None]], replace=replace)
        assert desk.records("household")[0]["closed_on"] == "2026-09-01"

    def test_an_old_roster_does_not_close_what_was_reopened(self, desk):
        old = desk.workbook("旧.xlsx", [HOUSE, ["H00001", "宝音", "2026-09-01", "搬迁"]])
        desk.take(old)
        with open_database(desk.db) as database:
            reopen_household(database, "H00001", on=None, today=TODAY, now=NOW)
        before = records_only(desk.db)
        receipt = desk.take(old).files[0].sheets[0]
        assert told(receipt) == [("date-invalid", "warning")]
        assert records_only(desk.db) == before

    def test_a_dry_run_shows_the_pair_that_would_end(self, desk):
        before = records_only(desk.db)
        receipt = desk.take(desk.workbook("表.xlsx", [HOUSE, ["H00001", "宝音", "2026-09-01", "搬迁"]]), dry_run=True)
        assert [tuple(change) for change in receipt.changes] == [
            ("H00001 宝音", "销户日期", "", "2026-09-01"), ("H00001 宝音", "销户原因", "", "搬迁"),
            ("H00001 宝音", "结束日期", "", "2026-09-01"), ("H00001 宝音", "结束原因", "", "销户：搬迁")]
        assert records_only(desk.db) == before

    def test_a_ledger_that_pairs_a_closed_household_is_refused(self, desk):
        desk.take_rows([HOUSE, ["H00001", "宝音", "2026-09-01", "搬迁"]])
        before = pairs(desk)
        receipt = desk.take_rows([PAIR, ["H00001", "C0002", "2026-10-01"], ["H00003", "C0002", "2026-10-01"]])
        assert ("date-invalid", "error") in told(receipt)
        assert counts(receipt)[-1] == 1
        assert pairs(desk) == [*before, (3, 2, "2026-10-01", None, None)]

    def test_one_sheet_may_pair_and_close(self, desk):
        rows = [[*PAIR, "销户日期", "销户原因"], ["H00003", "C0002", "2026-02-01", "2026-09-01", "去世"]]
        assert told(desk.take_rows(rows)) == []
        assert pairs(desk)[-1] == (3, 2, "2026-02-01", "2026-09-01", "销户：去世")
        again = desk.take_rows(rows)
        assert (told(again), counts(again)) == ([], (1, 0, 0, 1, 0))

    def test_a_joining_that_is_not_recorded_is_not_made_by_a_cell(self, desk):
        receipt = desk.take_rows([[*HOUSE, "并入户编号"], ["H00001", "宝音", "2026-09-01", "并入 H00002", "H00002"]])
        assert told(receipt) == [("reference-unknown", "warning")]
        assert desk.records("household")[0]["merged_into_id"] is None
        assert desk.records("household")[0]["closed_on"] is None

    def test_a_former_closure_is_learned_once_and_two_that_overlap_are_refused(self, desk):
        receipt = desk.take_rows([["户编号", "户主", "曾销户"], ["H00001", "宝音", "2024-01-01至2024-06-01（搬迁）"]])
        assert counts(receipt) == (1, 0, 1, 0, 0)
        assert counts(desk.take_rows([["户编号", "户主", "曾销户"], ["H00001", "宝音", "2024-01-01至2024-06-01（搬迁）"]])) == (1, 0, 0, 1, 0)
        receipt = desk.take_rows([["户编号", "户主", "曾销户"], ["H00001", "宝音", "2024-05-01至2024-07-01"]])
        assert told(receipt) == [("date-invalid", "warning")]
        assert [(c["started_on"], c["ended_on"], c["reason"]) for c in desk.records("closure")] == [
            ("2024-01-01", "2024-06-01", "搬迁")]


class TestFormerHeads:
    @pytest.fixture
    def succeeded(self, desk):
        with open_database(desk.db) as database:
            change_head(database, "H00001", "新户主", {}, reason="去世", on=None, today=TODAY, now=NOW, agreed=())
        return desk

    @pytest.mark.parametrize("full", [True, False])
    def test_their_numbers_are_masked_unless_asked_for(self, succeeded, *, full):
        path = succeeded.folder / "out.xlsx"
        with open_database(succeeded.db) as database:
            write_export(database, path, ["household"], full=full, now=NOW)
        (shown,) = [cell for row in grid(path, "联系户") for cell in row if str(cell).startswith("宝音 ")]
        number = an_id_number(1)
        assert shown == f"宝音 {number if full else f'{number[:6]}**********{number[-2:]}'}（至2026-11-24，去世）"

    def test_a_masked_one_makes_no_record_elsewhere(self, desk):
        receipt = desk.take_rows([["户编号", "户主", "曾任户主"], ["H00001", "宝音", "张三 152223**********12（至2025-01-01）"]])
        assert told(receipt) == [("id-damaged", "warning")]
        assert desk.records("former_head") == []


class TestCadres:
    def test_a_cadre_who_left_ends_his_pairs(self, desk):
        before = records_only(desk.db)
        receipt = desk.take_rows([CADRE, ["C0001", "其木格", "2026-09-01", "退休", None]])
        assert (told(receipt), counts(receipt)) == ([], (1, 0, 1, 0, 0))
        assert pairs(desk) == [(1, 1, "2026-01-01", "2026-09-01", "干部退休"), (2, 1, "2026-06-01", "2026-09-01", "干部退休")]
        with open_database(desk.db) as database:
            undo(database, None, now=NOW)
        assert records_only(desk.db) == before

    def test_the_day_of_return_may_be_ahead(self, desk):
        desk.take_rows([CADRE, ["C0002", "王强", "2026-11-01", "病假", "2027-02-01"]])
        cadre = desk.records("cadre")[1]
        assert (cadre["left_on"], cadre["leave_reason"], cadre["returns_on"]) == ("2026-11-01", "病假", "2027-02-01")

    @pytest.mark.parametrize("day", ["2026-11-25", "2026-03-01"])
    def test_a_day_to_come_or_before_his_last_pair_began_is_a_fault(self, desk, day):
        receipt = desk.take_rows([CADRE, ["C0001", "其木格", day, "退休", None]])
        assert {code for code, _ in told(receipt)} == {"date-invalid"}
        assert (desk.records("cadre")[0]["left_on"], desk.records("cadre")[0]["leave_reason"]) == (None, None)
        assert pairs(desk) == STANDING

    def test_a_ledger_that_names_him_afterwards_is_refused(self, desk):
        desk.take_rows([CADRE, ["C0002", "王强", "2026-09-01", "退休", None]])
        receipt = desk.take_rows([PAIR, ["H00003", "C0002", "2026-10-01"]])
        assert ("date-invalid", "error") in told(receipt)
        assert pairs(desk) == STANDING

    def test_who_takes_over_gets_the_open_tickets(self, desk):
        desk.take_rows([CADRE, ["C0001", "其木格", "2026-09-01", "调离", None]])
        desk.take_rows([PAIR, ["H00001", "C0002", "2026-09-02"]])
        assert pairs(desk)[-1] == (1, 2, "2026-09-02", None, None)
        assert desk.records("ticket")[0]["cadre_id"] == 2


class TestNobody:
    SHEET = ("村", "户编号", "发卡日期", "联系干部")

    @pytest.mark.parametrize(("cell", "cadre"), [(None, 1), ("无", None), ("王强", 2)])
    def test_a_blank_is_whoever_held_the_household_and_none_is_nobody(self, desk, cell, cadre):
        desk.take_rows({"联系卡": [[*self.SHEET], ["永胜", "H00001", "2026-03-01", cell]]})
        assert [card["cadre_id"] for card in desk.records("card")] == [cadre]

    def test_a_pair_with_nobody_is_none(self, desk):
        receipt = desk.take_rows([["村", "户主姓名", "联系干部"], ["永胜", "巴图", "无"]])
        assert (told(receipt), counts(receipt)) == ([], (1, 0, 0, 1, 0))
        assert pairs(desk) == STANDING


HEADS = ["村", "联户单元", "联户长姓名", "任职日期", "卸任日期", "卸任原因"]


class TestClusterHeads:
    def spells(self, desk):
        return [(h["code"], h["name"], h["started_on"], h["ended_on"], h["end_reason"]) for h in desk.records("cluster_head")]

    def test_an_end_ends_the_spell_that_stands_and_the_next_one_begins(self, desk):
        desk.take_rows({"联户长": [HEADS, ["永胜", "第一网格", "金山", "2023-01-01", None, None]]})
        receipt = desk.take_rows({"联户长": [HEADS, ["永胜", "第一网格", "金山", "2026-02-01", None, None],
                                  ["永胜", "第一网格", "金山", "2023-01-01", "2026-01-31", "届满"]]})
        assert (told(receipt), counts(receipt)) == ([], (2, 1, 1, 0, 0))
        assert self.spells(desk) == [("L0001", "金山", "2023-01-01", "2026-01-31", "届满"),
                                     ("L0002", "金山", "2026-02-01", None, None)]
        assert counts(desk.take_rows({"联户长": [HEADS, ["永胜", "第一网格", "金山", "2023-01-01", "2026-01-31", "届满"]]})) == (
            1, 0, 0, 1, 0)

    def test_several_spells_of_one_person_come_back_by_their_codes(self, desk):
        number = an_id_number(77)
        desk.take_rows({"联户长": [[*HEADS, "身份证号"], *(
            ["永胜", "第一网格", "金山", f"{year}-01-01", f"{year + 1}-01-01", "届满", number] for year in (2020, 2022)),
            ["永胜", "第一网格", "金山", "2024-01-01", None, None, number]]})
        before = records_only(desk.db)
        with open_database(desk.db) as database:
            write_export(database, desk.folder / "out.xlsx", ["cluster-head"], full=True, now=NOW)
        assert counts(desk.take(desk.folder / "out.xlsx").files[0].sheets[0]) == (3, 0, 0, 3, 0)
        assert records_only(desk.db) == before

    @pytest.mark.parametrize(("started", "ended", "level"), [
        ("2026-02-01", "2026-01-01", "error"), ("2026-02-01", "2027-01-01", "warning")])
    def test_an_end_that_cannot_be_is_a_fault(self, desk, started, ended, level):
        receipt = desk.take_rows({"联户长": [HEADS, ["永胜", "第一网格", "金山", started, ended, None]]})
        assert told(receipt) == [("date-invalid", level)]


LEDGER = ["户编号", "干部编号", "结对日期", "结束日期", "结对来源", "适配度", "适配理由", "跨村"]


class TestPairs:
    def test_what_is_said_of_a_new_pair_is_kept(self, desk):
        desk.take_rows([LEDGER, ["H00003", "C0002", "2026-02-01", None, "人工", 50, "村医联系老弱病残户 30；同屯 20", "是"]])
        pair = desk.records("pairing")[-1]
        assert (pair["origin"], pair["fit"], pair["reasons"], pair["is_cross_village"]) == (
            "hand", 50, '[["村医联系老弱病残户", 30], ["同屯", 20]]', 1)

    def test_a_pair_without_a_word_on_it_comes_from_the_sheet(self, desk):
        desk.take_rows([PAIR, ["H00003", "C0002", "2026-02-01"]])
        pair = desk.records("pairing")[-1]
        assert (pair["origin"], pair["fit"], pair["reasons"], pair["is_cross_village"]) == ("sheet", None, None, 0)

    def test_a_pair_that_stands_may_become_one_made_by_hand(self, desk):
        receipt = desk.take_rows([LEDGER, ["H00001", "C0001", None, None, "人工", 99, None, None]])
        assert counts(receipt) == (1, 0, 1, 0, 0)
        pair = desk.records("pairing")[0]
        assert (pair["origin"], pair["fit"]) == ("hand", 0), "what the run saw is not typed"

    @pytest.mark.parametrize("rule", ["村医联系精神障碍家庭", "联系社区矫正对象"])
    def test_a_masked_export_does_not_tell_a_hidden_class_by_a_rules_name(self, desk, rule):
        desk.take_rows([LEDGER, ["H00003", "C0002", "2026-02-01", None, "自动", 30, f"{rule} 30", None]])
        for full in (True, False):
            path = desk.folder / f"{full}.xlsx"
            with open_database(desk.db) as database:
                write_export(database, path, ["pairing"], full=full, now=NOW)
            shown = [cell for row in grid(path, "结对台账") for cell in row if cell == f"{rule} 30"]
            assert len(shown) == (full or "社区矫正对象" not in rule)

    def test_another_word_leaves_the_cell_empty(self, desk):
        receipt = desk.take_rows([LEDGER, ["H00003", "C0002", "2026-02-01", None, "群众推荐", None, "差不多", None]])
        assert told(receipt) == [("choice-unknown", "warning"), ("date-invalid", "warning")]
        assert desk.records("pairing")[-1]["origin"] == "sheet"

    def test_a_pair_inside_an_earlier_one_is_refused(self, desk):
        desk.take_rows([LEDGER, ["H00001", "C0001", "2026-01-01", "2026-10-01", None, None, None, None]])
        before = pairs(desk)
        receipt = desk.take_rows([PAIR, ["H00001", "C0002", "2026-09-01"]])
        assert told(receipt) == [("date-invalid", "error")]
        assert pairs(desk) == before

    def test_two_that_came_together_twice_keep_both_spells(self, desk):
        rows = [["户编号", "干部编号", "结对日期", "结束日期"], ["H00003", "C0002", "2025-01-01", "2025-02-01"],
                ["H00003", "C0002", "2025-01-01", "2025-01-01"], ["H00003", "C0002", "2025-03-01", "2025-04-01"]]
        assert counts(desk.take_rows(rows)) == (3, 3, 0, 0, 0)
        assert counts(desk.take_rows([rows[0], *reversed(rows[1:])])) == (3, 0, 0, 3, 0)
        assert len(pairs(desk)) == 5

    def test_the_spells_of_a_household_stay_with_it_when_it_is_joined(self, desk):
        with open_database(desk.db) as database:
            merge_households(database, "H00002", "H00001", today=TODAY, now=NOW)
        before = records_only(desk.db)
        receipt = desk.take_rows([["户编号", "干部编号", "结对日期", "结束日期"], ["H00001", "C0001", "2026-01-01", "2026-11-24"]])
        assert counts(receipt) == (1, 0, 0, 1, 0)
        assert records_only(desk.db) == before
