"""称号 from the comparison to the decision, on a real file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.reports.period import Period
from lianhu.services import awards
from lianhu.services.awards import NewAward
from lianhu.services.exports import write_export
from lianhu.services.history import undo
from lianhu.services.rosters import ImportOptions, import_files
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, an_id_number, records_only
from tests.reports.units import two_villages
from tests.services.workbooks import Desk

TEAM, UNIT = "联户有为实绩突出领导班子", "联户有为先进联户单元"
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), NOW)


@pytest.fixture
def compared(path: Path) -> Path:
    return two_villages(path)


@pytest.fixture
def here(compared: Path):
    with open_database(compared) as database:
        yield database


def proposed(database: Database, title: str = TEAM, period: Period = MARCH, village: str | None = "永胜", **what):
    return awards.propose(database, NewAward(title, period, village, **what), today=TODAY, now=NOW)


class TestPropose:
    def test_the_comparison_is_kept_with_it(self, here: Database):
        made = proposed(here, by=" 镇党委 ")
        assert (made["code"], made["village"], made["cluster"], made["place"], made["points"], made["state"]) == (
            "W000001", "永胜", None, 1, 9017, "公示中")
        assert (made["proposed_on"], made["objections_until"], made["proposed_by"]) == ("2026-11-24", "2026-12-01", "镇党委")
        kept = json.loads(made["figures"])
        assert kept["row"] == {
            "village": "永胜", "place": 1, "points": 90.17, "best_place": 1, "worst_place": 1, "previous_place": 1,
            "previous_points": 13.33, "points_change": 76.84, "measures": {
                "rating_rate": {"numerator": 14, "denominator": 15}, "deeds_per_hundred": {"numerator": 5, "denominator": 15},
                "on_time_rate": {"numerator": 1, "denominator": 2}, "answered_rate": {"numerator": 1, "denominator": 1},
                "opinion_rate": {"numerator": 2, "denominator": 2},
                "activities_per_hundred": {"numerator": 2, "denominator": 15}, "coverage": {"numerator": 14, "denominator": 15}}}
        assert {each["measure"]: each["weight"] for each in kept["measures"]}["rating_rate"] == 30

    def test_what_is_recorded_later_does_not_change_it(self, path: Path, here: Database):
        made = proposed(here)
        with a_town(path) as town:
            town.rating(1, grade="不满意", rated_on="2026-03-21")
        assert awards.get_award(here, "w000001") == made

    def test_of_a_unit(self, here: Database):
        made = proposed(here, "联户有为先进联户单元", village=None, cluster="永胜第三网格", on=date(2026, 4, 30))
        assert (made["cluster"], made["place"], made["points"]) == ("第三网格", 3, 6722)
        assert made["objections_until"] == "2026-05-11", "1 to 5 May are off, 9 May is worked"

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"title": "先进"}, UsageError, "没有称号“先进”；可授予的有：联户有为实绩突出领导班子、"),
        ({"village": None}, UsageError, "授予谁"), ({"village": "没有的村"}, NotFoundError, "没有登记过"),
        ({"village": None, "cluster": "第一网格"}, AmbiguousError, "2 个联户单元"),
        ({"period": Period(None, None, NOW)}, UsageError, "哪一段"),
        ({"period": Period(date(2026, 3, 1), None, NOW)}, UsageError, "哪一段"),
        ({"period": Period(date(2026, 11, 1), date(2026, 11, 30), NOW)}, UsageError, "还没有结束"),
        ({"on": date(2026, 3, 30)}, UsageError, "还没有结束"), ({"on": date(2026, 11, 25)}, UsageError, "之后"),
        ({"cluster": "第二网格", "village": "乌兰"}, ConflictError, "样本不足，不排名，不能提名"),
        ({"period": Period(date(2026, 1, 1), date(2026, 1, 31), NOW)}, ConflictError, "样本不足"),
        ({"note": "在逃"}, UsageError, "不登记"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, path: Path, here: Database, what, error, sentence: str):
        before = records_only(path)
        with pytest.raises(error, match=sentence):
            proposed(here, **what)
        assert records_only(path) == before

    def test_the_same_twice_is_refused_whatever_became_of_it(self, here: Database):
        proposed(here)
        with pytest.raises(ConflictError, match=r"已提名过（W000001，公示中）"):
            proposed(here)
        awards.refuse(here, "W000001", by="包镇长", reason="材料不全", today=TODAY, now=NOW)
        with pytest.raises(ConflictError, match="不授予"):
            proposed(here)
        assert proposed(here, UNIT)["code"] == "W000002"
        assert proposed(here, village="乌兰")["code"] == "W000003"
        assert proposed(here, village=None, cluster="永胜第一网格")["code"] == "W000004"

    def test_days_that_no_calendar_knows_are_refused_with_the_way_out(self, here: Database):
        with pytest.raises(ConflictError, match="没有2027年") as caught:
            awards.propose(here, NewAward(TEAM, MARCH, "永胜"), today=date(2026, 12, 30), now=NOW)
        assert "lianhu config import" in caught.value.hint

    def test_the_towns_own_title_and_days(self, path: Path, here: Database):
        with a_town(path) as town:
            town.journal.insert("setting", {
                "name": "config", "text": '[awards]\nobjection_days = 7\ntitles = ["红旗村"]\n'})
        assert proposed(here, "红旗村")["objections_until"] == "2026-12-03"
        with pytest.raises(UsageError, match="可授予的有：红旗村"):
            proposed(here)

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        proposed(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before


@pytest.fixture
def posted(path: Path):
    """An award of 永胜 whose objection period ended yesterday; its people, and others of the same names elsewhere."""
    with a_town(path) as town:
        village, far = town.village("永胜"), town.village("哈达")
        one = town.cluster(village, grid_chief="白音仓", grid_workers="高娃、斯琴")
        town.cluster_head(one, name="巴图", id_number=an_id_number(7))
        town.cluster_head(one, name="旧人", ended_on="2026-09-01")
        town.cadre(name="其木格", village_id=village)
        town.cadre(name="已离岗", village_id=village, left_on="2026-09-30")
        town.cadre(name="其木格", village_id=far)
        town.cadre(name="包镇长", village_id=None, area="永胜、哈达")
        town.cadre(name="巴图", village_id=far)
        town.award(village)
    with open_database(path) as database:
        yield database


def objected(database: Database, content: str = "两件是往年的", **what):
    return awards.object_to(database, "w000001", content, today=TODAY, now=NOW, **what)


def answered(database: Database, code: str = "J000001", *, upheld: bool = False, by: str = "包镇长", **what):
    return awards.answer(database, code, "已核实", upheld=upheld, by=by, today=TODAY, now=NOW, **what)


def granted(database: Database, by: str = "包镇长", **what):
    return awards.grant(database, "W000001", by=by, today=TODAY, now=NOW, **what)


class TestObject:
    def test_within_the_period(self, posted: Database):
        first, last = objected(posted, on=date(2026, 11, 20), by="乌云"), objected(posted, on=date(2026, 11, 23))
        assert (first["code"], first["award"], first["raised_by"], last["code"]) == ("J000001", "W000001", "乌云", "J000002")
        assert posted.execute("SELECT count(*) FROM award_objection") == [(2,)]

    @pytest.mark.parametrize(("on", "content", "error", "sentence"), [
        (None, "迟了", ConflictError, "公示期是 2026-11-20 至 2026-11-23，2026-11-24 不在其中"),
        (date(2026, 11, 19), "早了", ConflictError, "不在其中"), (date(2026, 11, 25), "明天", UsageError, "之后"),
        (date(2026, 11, 21), " ", UsageError, "写明异议的内容"), (date(2026, 11, 21), "在逃", UsageError, "不登记"),
    ])
    def test_otherwise_it_is_refused(self, posted: Database, on, content: str, error, sentence: str):
        with pytest.raises(error, match=sentence):
            objected(posted, content, on=on)

    def test_once_and_only_while_it_is_posted(self, posted: Database):
        objected(posted, on=date(2026, 11, 21))
        with pytest.raises(ConflictError, match="已登记过（J000001）"):
            objected(posted, on=date(2026, 11, 21))
        awards.refuse(posted, "W000001", by="包镇长", reason="材料不全", today=TODAY, now=NOW)
        with pytest.raises(ConflictError, match="定为不授予"):
            objected(posted, on=date(2026, 11, 22))
        with pytest.raises(NotFoundError, match="没有编号为“W9”的称号"):
            awards.object_to(posted, "W9", "甲", today=TODAY, now=NOW)


class TestAnswer:
    def test_once_with_who_answered(self, posted: Database):
        objected(posted, on=date(2026, 11, 21))
        done = answered(posted, "j000001", upheld=True)
        assert (done["answered_on"], done["is_upheld"], done["answer"]) == ("2026-11-24", 1, "已核实（答复人：包镇长（C0004））")
        with pytest.raises(ConflictError, match="已于 2026-11-24 答复（异议成立）"):
            answered(posted)

    def test_not_by_the_team_nor_before_it_was_raised(self, posted: Database):
        objected(posted, on=date(2026, 11, 21))
        with pytest.raises(ConflictError, match="白音仓是永胜的网格长，不能答复异议"):
            answered(posted, by="白音仓")
        with pytest.raises(UsageError, match="2026-11-21 之前"):
            answered(posted, on=date(2026, 11, 20))
        with pytest.raises(NotFoundError, match="没有编号为“J9”"):
            answered(posted, "J9")


class TestGrant:
    def test_after_the_period_without_an_upheld_objection(self, posted: Database):
        objected(posted, on=date(2026, 11, 21))
        answered(posted)
        done = granted(posted, reason="实绩突出")
        assert (done["state"], done["decided_on"], done["approved_by"], done["reason"]) == (
            "已授予", "2026-11-24", "包镇长（C0004）", "实绩突出")
        with pytest.raises(ConflictError, match="已于 2026-11-24 定为已授予"):
            granted(posted)

    def test_not_while_it_is_posted(self, posted: Database):
        with pytest.raises(ConflictError, match=r"公示到 2026-11-23（含），2026-11-23 还不能授予"):
            granted(posted, on=date(2026, 11, 23))

    def test_not_while_an_objection_waits_nor_when_one_is_upheld(self, posted: Database):
        objected(posted, on=date(2026, 11, 21))
        objected(posted, "还有一件", on=date(2026, 11, 21))
        answered(posted, upheld=True)
        with pytest.raises(ConflictError, match="还有 1 条异议没有答复：J000002"):
            granted(posted)
        answered(posted, "J000002")
        with pytest.raises(ConflictError, match="的异议 J000001 成立，不能授予"):
            granted(posted)
        done = awards.refuse(posted, "W000001", by="C0004", reason="异议成立", today=TODAY, now=NOW)
        assert (done["state"], done["reason"]) == ("不授予", "异议成立")

    @pytest.mark.parametrize(("by", "role"), [
        ("C0001", "干部"), ("白音仓", "网格长"), ("高 娃", "网格员"), ("斯琴", "网格员"), ("已离岗", None), ("旧人", None),
    ])
    def test_nobody_approves_what_is_his_own(self, posted: Database, path: Path, by: str, role: str | None):
        if role is None:
            # Gone before the period began.
            assert granted(posted, by)["state"] == "已授予"
            return
        before = records_only(path)
        with pytest.raises(ConflictError, match=f"是永胜的{role}，不能审批授予自己班子的称号"):
            granted(posted, by)
        assert records_only(path) == before

    def test_who_left_within_the_period_still_belonged_to_it(self, path: Path, posted: Database):
        with a_town(path) as town:
            town.change("cadre", 2, left_on="2026-10-02")
        with pytest.raises(ConflictError, match="已离岗是永胜的干部"):
            granted(posted, "已离岗")

    @pytest.mark.parametrize(("by", "told"), [
        ("C0003", "其木格（C0003）"), ("巴图", "巴图（C0005）"), ("c0004", "包镇长（C0004）"), ("张三丰", "张三丰")])
    def test_a_namesake_elsewhere_a_town_cadre_and_who_is_on_no_list_may(self, posted: Database, by: str, told: str):
        assert granted(posted, by)["approved_by"] == told

    @pytest.mark.parametrize(("by", "error", "sentence"), [
        ("其木格", AmbiguousError, "有 2 个干部"), ("C0099", NotFoundError, "没有找到干部"), ("*", UsageError, "不是姓名"),
        (" ", UsageError, "不是姓名")])
    def test_who_it_is_has_to_be_clear(self, posted: Database, by: str, error, sentence: str):
        with pytest.raises(error, match=sentence):
            granted(posted, by)

    def test_undo_brings_every_step_back(self, posted: Database):
        states = []
        for step in (lambda: objected(posted, on=date(2026, 11, 21)), lambda: answered(posted), lambda: granted(posted)):
            states.append(records_only(posted))
            step()
        for state in reversed(states):
            undo(posted, None, now=NOW)
            assert records_only(posted) == state


class TestRefuse:
    def test_also_while_it_is_posted_with_a_reason_by_somebody_else(self, posted: Database):
        with pytest.raises(UsageError, match="--reason 是空的"):
            awards.refuse(posted, "W000001", by="包镇长", reason=" ", today=TODAY, now=NOW)
        with pytest.raises(ConflictError, match="网格员"):
            awards.refuse(posted, "W000001", by="斯琴", reason="不够", today=TODAY, now=NOW)
        with pytest.raises(UsageError, match="2026-11-20 之前"):
            awards.refuse(posted, "W000001", by="包镇长", reason="不够", on=date(2026, 11, 19), today=TODAY, now=NOW)
        done = awards.refuse(posted, "W000001", by="包镇长", reason="不够", on=date(2026, 11, 21), today=TODAY, now=NOW)
        assert (done["state"], done["decided_on"]) == ("不授予", "2026-11-21")


def test_the_list_by_state_village_and_unit(path: Path, posted: Database):
    with a_town(path) as town:
        town.award(1, cluster_id=1, period_from="2026-09-01", period_to="2026-09-30", state="已授予")
        town.award(2, period_from="2026-08-01", period_to="2026-08-31", state="不授予")
        town.award_objection(1)
    assert [(a["code"], a["waiting"]) for a in awards.list_awards(posted)] == [("W000001", 1), ("W000002", 0), ("W000003", 0)]
    assert [a["code"] for a in awards.list_awards(posted, village="永胜")] == ["W000001", "W000002"]
    assert [a["code"] for a in awards.list_awards(posted, cluster="永胜第一网格")] == ["W000002"]
    assert [a["code"] for a in awards.list_awards(posted, state="不授予")] == ["W000003"]
    with pytest.raises(UsageError, match="没有“公示”这个状态"):
        awards.list_awards(posted, state="公示")


class TestSheets:
    HEADINGS = ("嘎查村", "联户单元", "称号", "评选期起", "评选期止", "授予日期", "状态", "审批人")

    def taken(self, database: Database, path: Path, *rows: tuple, headings: tuple[str, ...] = HEADINGS, name: str = "称号表"):
        Desk(path.parent).workbook(path.name, {name: [[*headings], *map(list, rows)]})
        receipt = import_files(database, [path], ImportOptions(), today=TODAY, now=NOW)
        (sheet,) = receipt.files[0].sheets
        return sheet

    def test_earlier_years_come_in_as_granted(self, posted: Database, tmp_path: Path):
        sheet = self.taken(posted, tmp_path / "称号.xlsx",
                           ("永胜村", None, "实绩突出班子", "2025-01-01", "2025-12-31", "2026-01-20", None, "镇党委会"),
                           ("永胜", "第一网格", "好单元", "2024.1.1", "2024.12.31", "2025.1.20", "不授予", None))
        assert (sheet.kind, sheet.created, sheet.problems) == ("award", 2, [])
        one, two = awards.get_award(posted, "W000003"), awards.get_award(posted, "W000002")
        assert (one["village"], one["state"], one["objections_until"], one["approved_by"]) == ("永胜", "已授予", "2026-01-20", "镇党委会")
        assert (two["cluster"], two["state"], two["decided_on"], two["place"]) == ("第一网格", "不授予", "2025-01-20", None)

    def test_the_same_again_is_unchanged_and_a_blank_erases_nothing(self, posted: Database, tmp_path: Path):
        row = ("永胜", None, "实绩突出班子", "2025-01-01", "2025-12-31", "2026-01-20", None, "镇党委会")
        self.taken(posted, tmp_path / "a.xlsx", row)
        assert self.taken(posted, tmp_path / "b.xlsx", (*row[:-1], None)).unchanged == 1

    @pytest.mark.parametrize(("row", "code", "says"), [
        (("永胜", None, "甲", "2025-01-01", "2025-12-31", None, None, None), "date-invalid", "没有填日期"),
        (("永胜", None, "甲", "2025-12-31", "2025-01-01", "2026-01-20", None, None), "date-invalid", "比起 2025-12-31 早"),
        (("永胜", None, "甲", "2026-01-01", "2026-06-30", "2026-07-01", "公示中", None), "choice-unknown", "lianhu award propose"),
        (("永胜", "第九网格", "甲", "2025-01-01", "2025-12-31", "2026-01-20", None, None), "reference-unknown", "没有登记联户单元"),
        (("永胜", None, "联户有为实绩突出领导班子", "2026-10-01", "2026-10-31", "2026-11-24", "已授予", "白音仓"),
         "choice-unknown", "W000001 登记的是“公示中”，已登记的称号不从表里改"),
        (("永胜", None, "联户有为实绩突出领导班子", "2026-10-01", "2026-10-31", "2026-11-24", None, "白音仓"),
         "choice-unknown", "已登记的称号不从表里改"),
    ])
    def test_what_has_to_be_decided_is_not_decided_by_a_sheet(
        self, posted: Database, path: Path, tmp_path: Path, row, code: str, says: str
    ):
        before = records_only(path)
        sheet = self.taken(posted, tmp_path / "称号.xlsx", row)
        assert (sheet.rejected, [(p.code, p.level) for p in sheet.problems]) == (1, [(code, "error")])
        assert says in sheet.problems[0].message
        assert records_only(path) == before

    def test_nothing_is_granted_while_it_is_posted_in_a_sheet_either(self, posted: Database, tmp_path: Path):
        headings = ("嘎查村", "称号", "评选期起", "评选期止", "公示截止", "授予日期", "状态")
        sheet = self.taken(
            posted, tmp_path / "称号.xlsx", ("永胜", "甲", "2025-01-01", "2025-12-31", "2026-01-20", "2026-01-19", None),
            ("永胜", "乙", "2025-01-01", "2025-12-31", "2026-01-20", "2026-01-19", "不授予"),
            ("永胜", "丙", "2025-01-01", "2025-12-31", "2026-01-20", "2026-01-21", None), headings=headings)
        assert (sheet.created, [(p.cell, p.code) for p in sheet.problems]) == (2, [("F2", "date-invalid")])
        assert "公示还没有截止（2026-01-20）" in sheet.problems[0].message

    @pytest.mark.parametrize(("by", "role"), [
        ("其木格", "干部"), ("巴 图", "联户长"), ("白音仓", "网格长"), ("镇党委会、高娃", "网格员"), ("其木格（C0001）", "干部"),
        ("旧人", "联户长"), ("其木格（C0003）", None), ("包镇长", None), ("巴图（C0005）", None), ("张三丰", None)])
    def test_whoever_approved_in_a_sheet_is_not_of_the_team_either(
        self, posted: Database, tmp_path: Path, by: str, role: str | None
    ):
        sheet = self.taken(posted, tmp_path / "称号.xlsx", (
            "永胜", "第一网格", "甲", "2025-01-01", "2025-12-31", "2026-01-20", None, by))
        if role is None:
            assert (sheet.created, sheet.problems) == (1, [])
            return
        assert (sheet.rejected, [(p.code, p.cell) for p in sheet.problems]) == (1, [("choice-unknown", "H2")])
        assert f"是永胜的{role}，不能审批授予自己班子的称号" in sheet.problems[0].message

    def test_a_head_in_the_same_file_belongs_to_the_team(self, posted: Database, tmp_path: Path):
        book = Desk(tmp_path).workbook("一册.xlsx", {
            "称号表": [[*self.HEADINGS], ["哈达", None, "甲", "2025-01-01", "2025-12-31", "2026-01-20", None, "新联户长"]],
            "联户单元": [["嘎查村", "联户单元", "网格长"], ["哈达", "第七网格", "某某"]],
            "联户长": [["嘎查村", "联户单元", "联户长姓名", "人员类别"], ["哈达", "第七网格", "新联户长", "村民代表"]]})
        receipt = import_files(posted, [book], ImportOptions(), today=TODAY, now=NOW)
        assert [p.message for sheet in receipt.files[0].sheets for p in sheet.problems] == [
            "审批人新联户长是哈达的联户长，不能审批授予自己班子的称号，这一行没有读入。"]

    def test_objections_of_a_sheet(self, posted: Database, tmp_path: Path):
        headings = ("称号编号", "提出日期", "异议内容", "提出人", "异议是否成立", "答复日期")
        sheet = self.taken(posted, tmp_path / "异议.xlsx", ("W000001", "2026-11-21", "数不对", "乌云", None, None),
                           ("W000009", "2026-11-21", "数不对", None, None, None), headings=headings, name="称号异议")
        assert (sheet.kind, sheet.created, [p.code for p in sheet.problems]) == ("award-objection", 1, ["reference-unknown"])
        again = self.taken(posted, tmp_path / "异议2.xlsx", ("W000001", "2026-11-21", "数不对", None, "否", "2026-11-22"),
                           headings=headings, name="称号异议")
        assert "用 lianhu award answer" in again.problems[0].message

    def test_a_proposal_and_its_objections_come_back_as_they_were(self, here: Database, tmp_path: Path):
        proposed(here)
        proposed(here, UNIT, village=None, cluster="永胜第一网格", on=date(2026, 10, 9), by="镇党委 13804828001")
        awards.object_to(here, "W000002", "数不对", by="乌云", today=date(2026, 10, 10), now=NOW)
        awards.answer(here, "J000001", "已核实", upheld=False, by="包镇长", today=TODAY, now=NOW)
        write_export(here, tmp_path / "out.xlsx", full=True, now=NOW)
        write_export(here, tmp_path / "masked.xlsx", now=NOW)
        with open_database(tmp_path / "fresh.db", create=True) as fresh:
            receipt = import_files(fresh, [tmp_path / "out.xlsx"], ImportOptions(), today=TODAY, now=NOW)
            assert [p for file in receipt.files for sheet in file.sheets for p in sheet.problems if sheet.kind] == []
            for table in ("award", "award_objection"):
                assert fresh.records(f"SELECT * FROM {table}") == here.records(f"SELECT * FROM {table}")
        for name in ("out.xlsx", "masked.xlsx"):
            again = import_files(here, [tmp_path / name], ImportOptions(), today=TODAY, now=NOW)
            assert (again.batch, again.total("unchanged")) == (None, again.total("rows"))
