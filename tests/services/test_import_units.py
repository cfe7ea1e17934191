"""Units, heads, nominations and activities by sheet: clerks' spellings, rows that stay out, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.services.history import undo
from lianhu.services.rosters import SheetReceipt
from lianhu.store.journal import batch
from tests.factory import NOW, a_town, an_id_number, records_only
from tests.services.workbooks import Desk, codes, counts


def tally(receipt: SheetReceipt) -> tuple[int, ...]:
    """Rows created, updated, unchanged and rejected."""
    return counts(receipt)[1:]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    with a_town(tmp_path / "lianhu.db") as town:
        village = town.village("永胜")
        one = town.cluster(village)
        town.cluster(village, "第二网格")
        town.cluster(town.village("哈达"))
        for name in ("宝音", "王海林", "陈玉兰"):
            town.household(village_id=village, head_name=name, head_id_number=None, phone="13800000001", traits="年老")
        town.cluster_head(one, name="巴图")
    return Desk(tmp_path)


class TestHouseholdsIntoUnits:
    SHEET = ("村", "户主", "联户单元")

    def test_a_sheet_of_village_head_and_unit_is_enough(self, desk: Desk):
        before = records_only(desk.db)
        receipt = desk.take_rows([[*self.SHEET], ["永胜村", "宝音", "第二网格"], ["永胜", "王 海林", "第 一网格"]])
        assert (receipt.kind, tally(receipt), codes(receipt)) == ("household", (0, 2, 0, 0), [])
        assert [(h["head_name"], h["cluster_id"], h["phone"], h["traits"]) for h in desk.records("household")] == [
            ("宝音", 2, "13800000001", "年老"), ("王海林", 1, "13800000001", "年老"), ("陈玉兰", None, "13800000001", "年老")]
        with desk.open() as database:
            undo(database, None, now=NOW)
        assert records_only(desk.db) == before

    def test_the_same_sheet_again_changes_nothing_and_another_moves_them(self, desk: Desk):
        rows = [[*self.SHEET], ["永胜", "宝音", "第一网格"]]
        desk.take_rows(rows)
        assert tally(desk.take_rows(rows)) == (0, 0, 1, 0)
        assert tally(desk.take_rows([[*self.SHEET], ["永胜", "宝音", "第二网格"]])) == (0, 1, 0, 0)
        assert desk.column("household", "cluster_id") == [2, None, None]

    def test_a_unit_that_the_village_has_not_is_named_with_the_nearest(self, desk: Desk):
        receipt = desk.take_rows([[*self.SHEET], ["永胜", "宝音", "第三网格"], ["永胜", "王海林", "第二网格"]])
        assert codes(receipt) == ["reference-unknown"]
        assert "您是不是要填" in receipt.problems[0].message
        assert desk.column("household", "cluster_id") == [None, 2, None]


class TestActivities:
    SHEET = ("嘎查村", "网格", "类别", "活动名称", "数量", "单位", "时间")

    def rows(self, *rows: list) -> list[list]:
        return [["自治活动台账"], [*self.SHEET], *rows]

    def test_as_clerks_write_them(self, desk: Desk):
        receipt = desk.take_rows(self.rows(
            ["永胜村", "第一网格", "庭院种植", "剁椒", "1,170.5亩", None, "2026.5.10"], ["永胜", None, "评比", "好婆婆", None, "场", "2026年3月8日"],
            ["哈达", "第 一网格", "其他", "义诊", 46.0, "人", "202606"], ["哈达", None, "基础设施", "修桥", "1座", "", "2026-07-01"]))
        assert (receipt.kind, tally(receipt), codes(receipt)) == ("activity", (4, 0, 0, 0), [])
        assert [(a["village_id"], a["cluster_id"], a["kind"], a["title"], a["quantity"], a["measure"], a["held_on"])
                for a in desk.records("activity")] == [
            (1, 1, "特色种植", "剁椒", 117050, "亩", "2026-05-10"), (1, None, "评选活动", "好婆婆", 100, "次", "2026-03-08"),
            (2, 3, "其他", "义诊", 4600, "人", "2026-06"), (2, None, "基础设施", "修桥", 100, "个", "2026-07-01")]

    @pytest.mark.parametrize(("row", "code", "says"), [
        (["永胜", None, "特色种植", "剁椒", 3, "个", "2026-05-10"], "number-invalid", "按“亩”计"),
        (["永胜", None, "特色种植", "剁椒", None, None, "2026-05-10"], "number-invalid", "要填数量"),
        (["永胜", None, "评选活动", "好婆婆", "很多", None, "2026-05-10"], "number-invalid", "不是数字"),
        (["永胜", None, "评选活动", "好婆婆", "3双", None, "2026-05-10"], "choice-unknown", "双"),
        (["永胜", None, "评选活动", "好婆婆", 1.5, None, "2026-05-10"], "number-invalid", "整数"),
        (["永胜", None, "跳舞", "广场舞", 1, None, "2026-05-10"], "choice-unknown", "活动类别"),
        (["永胜", "第九网格", "评选活动", "好婆婆", 1, None, "2026-05-10"], "reference-unknown", "第九网格"),
        (["东风", None, "评选活动", "好婆婆", 1, None, "2026-05-10"], "village-unknown", "东风"),
        (["永胜", None, "评选活动", "好婆婆", 1, None, "2027-05-10"], "date-invalid", "之后"),
        (["永胜", None, "评选活动", None, 1, None, "2026-05-10"], "name-missing", "活动内容"),
    ])
    def test_a_bad_row_stays_out_with_its_reason_and_the_good_one_goes_in(self, desk: Desk, row, code, says):
        receipt = desk.take_rows(self.rows(row, ["永胜", None, "评选活动", "最美庭院", 1, None, "2026-05-11"]))
        assert tally(receipt) == (1, 0, 0, 1)
        (problem,) = [p for p in receipt.problems if p.level == "error"]
        assert (problem.code, says in problem.message, problem.row) == (code, True, 3)
        assert problem.message.endswith(("。", "？"))

    def test_the_same_again_is_unchanged_and_a_corrected_number_an_update(self, desk: Desk):
        row = ["永胜", "第一网格", "特色种植", "剁椒", 12, "亩", "2026-05-10"]
        desk.take_rows(self.rows(row))
        assert tally(desk.take_rows(self.rows(row))) == (0, 0, 1, 0)
        assert tally(desk.take_rows(self.rows([*row[:4], "12.5亩", None, row[6]]))) == (0, 1, 0, 0)
        assert desk.column("activity", "quantity") == [1250]

    def test_a_blank_number_does_not_take_a_recorded_one_back(self, desk: Desk):
        desk.take_rows(self.rows(["永胜", None, "其他", "义诊", 46, "人", "2026-05-10"]))
        assert tally(desk.take_rows(self.rows(["永胜", None, "其他", "义诊", None, None, "2026-05-10"]))) == (0, 0, 1, 0)
        assert tally(desk.take_rows(self.rows(["永胜", None, "其他", "义诊", "3个", None, "2026-05-10"]))) == (0, 1, 0, 0)
        assert (desk.column("activity", "quantity"), desk.column("activity", "measure")) == ([300], ["个"])

    def test_rows_of_one_activity_that_differ_both_stay_out_in_any_order(self, desk: Desk):
        rows = [["永胜", None, "特色种植", "剁椒", number, "亩", "2026-05-10"] for number in (12, 13)]
        for each in (rows, rows[::-1]):
            receipt = desk.take_rows(self.rows(*each))
            assert (tally(receipt), codes(receipt, "error")) == ((0, 0, 0, 2), ["id-duplicate"] * 2)

    def test_codes_do_not_depend_on_the_order_of_rows(self, desk: Desk, tmp_path: Path):
        rows = [[village, None, "评选活动", "好婆婆", None, None, "2026-05-10"] for village in ("永胜", "哈达")]
        desk.take_rows(self.rows(*rows))
        first = {(a["code"], a["village_id"]) for a in desk.records("activity")}
        with desk.open() as database:
            undo(database, None, now=NOW)
        desk.take_rows(self.rows(*rows[::-1]))
        assert {(a["code"], a["village_id"]) for a in desk.records("activity")} == first


class TestNominations:
    SHEET = ("村", "单元", "候选人", "身份证号", "身份", "得票", "熟识户数", "推荐日期", "是否当选", "理由")

    def rows(self, *rows: list) -> list[list]:
        return [["联户长候选人推荐表"], [*self.SHEET], *rows]

    def test_as_clerks_write_them_and_the_chosen_one_points_to_the_head(self, desk: Desk):
        receipt = desk.take_rows(self.rows(
            ["永胜", "第一网格", "巴 图", an_id_number(401), "代表", "46票", 8, "2025.12.20", "是", "得票最多"],
            ["永胜", "第一网格", "白音", None, "屯里不错", 31, None, "2025-12", "否", "常年外出"],
            ["永胜", "第二网格", "陈海", None, None, None, "5户", "2026-11-02", None, None]))
        assert (receipt.kind, tally(receipt), codes(receipt)) == ("nomination", (3, 0, 0, 0), [])
        told = {n["name"]: n for n in desk.records("nomination")}
        assert {name: (n["outcome"], n["votes"], n["known_by"], n["category"], n["cluster_head_id"]) for name, n in told.items()} == {
            "巴图": ("当选", 46, 8, "村民代表", 1), "白音": ("落选", 31, None, "屯不错", None), "陈海": (None, None, 5, None, None)}
        assert told["白音"]["reason"] == "常年外出"

    @pytest.mark.parametrize(("row", "counted", "code"), [
        (["永胜", "第九网格", "白音", None, None, 3, None, "2026-11-02", None, None], (0, 0, 0, 1), "reference-unknown"),
        (["永胜", None, "白音", None, None, 3, None, "2026-11-02", None, None], (0, 0, 0, 1), "name-missing"),
        (["永胜", "第一网格", None, None, None, 3, None, "2026-11-02", None, None], (0, 0, 0, 1), "name-missing"),
        (["永胜", "第一网格", "白音", None, None, 3, None, None, None, None], (0, 0, 0, 1), "date-invalid"),
        (["永胜", "第一网格", "白音", "123", None, 3, None, "2026-11-02", None, None], (0, 0, 0, 1), "id-length"),
        (["永胜", "第一网格", "白音", None, "能人", 3, None, "2026-11-02", None, None], (1, 0, 0, 0), "choice-unknown"),
        (["永胜", "第一网格", "白音", None, None, "很多", None, "2026-11-02", None, None], (1, 0, 0, 0), "number-invalid"),
    ])
    def test_what_names_it_is_an_error_and_the_rest_a_warning(self, desk: Desk, row, counted, code):
        receipt = desk.take_rows(self.rows(row))
        assert (tally(receipt), codes(receipt)) == (counted, [code])

    def test_votes_of_an_appointment_and_a_day_before_the_nomination_are_left_empty(self, desk: Desk):
        receipt = desk.take_rows([
            ["联户长提名"], ["村", "单元", "被提名人", "产生方式", "得票数", "提名日期", "确定日期"],
            ["永胜", "第一网格", "白音", "组织任命", 3, "2026-11-02", "2026-11-01"]])
        assert (tally(receipt), sorted(codes(receipt))) == ((1, 0, 0, 0), ["date-invalid", "number-invalid"])
        assert (desk.column("nomination", "votes"), desk.column("nomination", "decided_on")) == ([None], [None])

    def test_the_same_again_is_unchanged_and_the_outcome_an_update(self, desk: Desk):
        row = ["永胜", "第一网格", "白音", None, "代表", 31, 4, "2026-11-02", None, None]
        desk.take_rows(self.rows(row))
        assert tally(desk.take_rows(self.rows(row))) == (0, 0, 1, 0)
        assert tally(desk.take_rows(self.rows([*row[:8], "否", "常年外出"]))) == (0, 1, 0, 0)
        assert desk.column("nomination", "outcome") == ["落选"]


def test_the_reason_of_a_choice_stands_in_the_sheet_of_heads(desk: Desk):
    receipt = desk.take_rows([
        ["联户长花名册"], ["村", "网格", "联户长", "类别", "产生方式", "得票", "任职理由"],
        ["永胜", "第一网格", "巴图", "村民代表", "民主推荐", 46, "得票最多"], ["哈达", "第一网格", "乌云", "其他", "组织任命", None, None]])
    assert (receipt.kind, tally(receipt), codes(receipt)) == ("cluster-head", (1, 1, 0, 0), [])
    assert [(h["name"], h["votes"], h["reason"]) for h in desk.records("cluster_head")] == [("巴图", 46, "得票最多"), ("乌云", None, None)]


HEADS = ["村", "网格", "联户长", "身份证号", "类别", "任职日期", "卸任日期"]


class TestOneUnitAtATime:
    def test_a_row_without_code_does_not_move_a_head_to_another_unit(self, desk: Desk):
        desk.take_rows([HEADS, ["永胜", "第一网格", "巴图", an_id_number(401), "其他", "2026-01-01", None]])
        before = records_only(desk.db)
        receipt = desk.take_rows([HEADS, ["永胜", "第二网格", "巴图", an_id_number(401), "其他", "2026-06-01", None]])
        assert (tally(receipt), codes(receipt)) == ((0, 0, 0, 1), ["id-duplicate"])
        assert "永胜 第一网格任联户长（L0001）" in receipt.problems[0].message
        assert records_only(desk.db) == before

    def test_two_heads_of_one_name_in_a_village_are_asked_about(self, desk: Desk):
        rows = [["嘎查村", "联户单元", "联户长姓名", "身份证号", "人员类别"], ["永胜", "第二网格", "巴 图", None, "村民代表"],
                ["哈达", "第一网格", "巴图", None, "村民代表"]]
        receipt = desk.take_rows(rows)
        assert tally(receipt) == (2, 0, 0, 0)
        (note,) = [p for p in receipt.problems if p.code == "name-ambiguous"]
        assert (note.level, note.row, note.cell) == ("note", 2, "C2")
        assert "第一网格的联户长也叫巴图；一人同时只任一个单元" in note.message
        assert "name-ambiguous" not in codes(desk.take_rows(rows))

    def test_with_the_end_of_the_first_term_it_goes_in(self, desk: Desk):
        desk.take_rows([HEADS, ["永胜", "第一网格", "巴图", an_id_number(401), "其他", "2026-01-01", None]])
        receipt = desk.take_rows([
            HEADS, ["永胜", "第二网格", "巴图", an_id_number(401), "其他", "2026-06-01", None],
            ["永胜", "第一网格", "巴图", an_id_number(401), "其他", None, "2026-06-01"]])
        assert (tally(receipt), codes(receipt)) == ((1, 1, 0, 0), [])
        assert [(h["cluster_id"], h["started_on"], h["ended_on"]) for h in desk.records("cluster_head")] == [
            (1, "2026-01-01", "2026-06-01"), (2, "2026-06-01", None)]

    def test_an_old_list_brings_nobody_back_into_office(self, desk: Desk):
        rows = [HEADS, ["永胜", "第二网格", "白音", None, "其他", "2025-03-01", None], ["永胜", "第二网格", "高娃", None, "其他", None, None]]
        desk.take_rows(rows)
        with desk.open() as database, batch(database, "cluster-head end", now=NOW) as journal:
            for head in database.records("SELECT * FROM cluster_head WHERE name <> '巴图'"):
                journal.update("cluster_head", head["id"], head, head | {"ended_on": "2026-06-01", "end_reason": "辞去"})
        before = records_only(desk.db)
        receipt = desk.take_rows(rows)
        assert (tally(receipt), codes(receipt)) == ((0, 0, 2, 0), ["head-ended", "head-ended"])
        assert "白音（L0002）已于 2026-06-01 卸任，没有恢复" in receipt.problems[0].message
        assert records_only(desk.db) == before
        # In office again since: the old row does not move the new term's first day.
        desk.take_rows([HEADS, ["永胜", "第二网格", "白音", None, "其他", "2026-09", None]])
        assert tally(desk.take_rows(rows)) == (0, 0, 2, 0)
        assert [(h["started_on"], h["ended_on"]) for h in desk.records("cluster_head") if h["name"] == "白音"] == [
            ("2025-03-01", "2026-06-01"), ("2026-09", None)]

    @pytest.mark.parametrize(("rows", "out"), [
        ([("第一网格", "2024-01-01", "2025-06-01"), ("第二网格", "2025-01-01", None)], [3]),
        ([("第一网格", "2024-01-01", "2025-06-01"), ("第二网格", "2025-01-01", "2025-12-31")], [2, 3]),
        ([("第二网格", "2025-01-01", "2025-12-31"), ("第一网格", "2024-01-01", "2025-06-01")], [2, 3]),
        ([("第一网格", "2024-01-01", "2025-06-01"), ("第二网格", "2025-06-01", None)], []),
        ([("第一网格", "2024-01", "2025-06"), ("第二网格", "2025-06", "2025-12"), ("第一网格", "2026-01", None)], []),
        ([("第一网格", None, "2025-06-01"), ("第二网格", "2025-01-01", None)], []),
    ])
    def test_terms_of_one_person_do_not_overlap(self, desk: Desk, rows: list[tuple], out: list[int]):
        receipt = desk.take_rows([HEADS, *(["永胜", unit, "那日松", an_id_number(79), "其他", start, end] for unit, start, end in rows)])
        assert [p.row for p in receipt.problems] == out
        assert tally(receipt) == (len(rows) - len(out), 0, 0, len(out))
        assert all("一人同时只任一个单元" in p.message for p in receipt.problems)

    def test_a_term_does_not_overlap_a_recorded_one(self, desk: Desk):
        row = ["永胜", "第一网格", "那日松", an_id_number(79), "其他", "2024-01-01", "2025-06-01"]
        desk.take_rows([HEADS, row])
        receipt = desk.take_rows([HEADS, ["永胜", "第二网格", *row[2:5], "2025-01-01", None], row])
        assert (tally(receipt), [p.row for p in receipt.problems]) == ((0, 0, 1, 1), [2])
        assert "那日松 2024-01-01 至 2025-06-01在第一网格任联户长（L0002）" in receipt.problems[0].message

    def test_with_its_code_the_unit_of_a_term_is_corrected(self, desk: Desk):
        receipt = desk.take_rows([["联户长编号", *HEADS], ["L0001", "永胜", "第二网格", "巴图", None, "其他", None, None]])
        assert (tally(receipt), codes(receipt)) == ((0, 1, 0, 0), [])
        assert desk.column("cluster_head", "cluster_id") == [2]


def test_an_import_of_all_kinds_is_taken_back_exactly(desk: Desk):
    before = records_only(desk.db)
    desk.take(desk.workbook("一年.xlsx", {
        "自治活动": TestActivities().rows(["永胜", "第三网格", "评选活动", "好婆婆", 1, None, "2026-05-10"]),
        "联户长提名": TestNominations().rows(["永胜", "第三网格", "白音", None, None, 3, None, "2026-11-02", None, None]),
        "联户单元": [["村", "联户单元", "网格长"], ["永胜", "第三网格", "包山"]]}))
    assert desk.column("activity", "cluster_id") == desk.column("nomination", "cluster_id") == [4]
    with desk.open() as database:
        undo(database, None, now=NOW)
    assert records_only(desk.db) == before
