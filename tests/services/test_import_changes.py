"""What an import changes in what is there: told before, erased only when asked, checked afterwards, and
households that were joined."""

from datetime import date, datetime

import pytest

from lianhu.services.households.merging import merge_households
from tests.services.workbooks import Desk, counts, id_number

WANG, LI = id_number(1), id_number(4, "19580101")
HEADER = ["村", "户主", "身份证号", "电话", "户情", "备注"]
FIRST = [HEADER, ["永胜", "王福生", WANG, "13804821234", "年老", "独自生活"], ["永胜", "李二", LI, None, None, None]]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.take_rows(FIRST)
    return made


class TestDryRun:
    def test_old_stands_beside_new_and_numbers_are_masked(self, desk):
        rows = [HEADER, ["永胜", "王福生", WANG, "13904821234", "年老", "独自生活"], ["永胜", "李二", LI, None, "残疾", None]]
        before = desk.db.read_bytes()
        receipt = desk.take(desk.workbook("新.xlsx", rows), dry_run=True)
        assert [tuple(change) for change in receipt.changes] == [
            ("H00001 王福生", "联系电话", "138****1234", "139****1234"), ("H00002 李二", "户情", "", "残疾")]
        assert desk.db.read_bytes() == before

    def test_a_moved_household_shows_both_villages(self, desk):
        receipt = desk.take(desk.workbook("新.xlsx", [HEADER, ["好力保", "李二", LI, None, None, None]]), dry_run=True)
        assert [tuple(change) for change in receipt.changes] == [("H00002 李二", "嘎查村", "永胜", "好力保")]


class TestReplace:
    def test_a_blank_never_erases_unless_told(self, desk):
        rows = [HEADER, ["永胜", "王福生", WANG, None, None, None]]
        assert counts(desk.take_rows(rows, "空.xlsx")) == (1, 0, 0, 1, 0)
        assert counts(desk.take_rows(rows, "空.xlsx", replace=True)) == (1, 0, 1, 0, 0)
        household = desk.records("household")[0]
        assert (household["phone"], household["traits"], household["note"]) == (None, None, None)
        assert (household["head_id_number"], household["head_name"]) == (WANG, "王福生")

    def test_a_column_that_is_not_there_or_a_bad_cell_erases_nothing(self, desk):
        desk.take_rows([["村", "户主", "身份证号", "电话"], ["永胜", "王福生", WANG, "1380"]], "坏.xlsx", replace=True)
        household = desk.records("household")[0]
        assert (household["phone"], household["note"]) == ("13804821234", "独自生活")

    def test_new_records_go_in_as_ever(self, desk):
        new = id_number(7, "19620202")
        assert counts(desk.take_rows([HEADER, ["永胜", "赵云", new, None, None, None]], "新.xlsx", replace=True))[1] == 1
        assert desk.records("household")[2]["phone"] is None


class TestCrossChecks:
    def rules(self, desk, rows):
        return {finding.rule: finding.records for finding in desk.take(desk.workbook("表.xlsx", rows)).findings}

    def test_risk_of_disability_without_anybody_disabled(self, desk):
        head = ["村", "户主", "身份证号", "返贫风险", "户情"]
        assert self.rules(desk, [head, ["永胜", "王福生", WANG, "因残", None]]) == {"因残而无残疾人": ["H00001"]}
        assert self.rules(desk, [head, ["永胜", "王福生", WANG, "因残", "残疾"]]) == {}

    def test_an_old_age_class_with_nobody_old(self, desk):
        young = id_number(9, "19900101")
        assert self.rules(desk, [HEADER, ["永胜", "年轻人", young, None, "年老", None]]) == {"老年类别而无老年人": ["H00003"]}

    def test_two_types_of_monitoring(self, desk):
        rows = [["村", "户主", "身份证号", "类别"], ["永胜", "王福生", WANG, "脱贫不稳定户、边缘易致贫户"]]
        assert self.rules(desk, rows) == {"监测户有两种类型": ["H00001"]}

    def test_a_cadre_who_is_a_key_household(self, desk):
        rows = {"干部": [["村", "姓名", "身份证号", "职务"], ["永胜", "王福生", WANG, "会计"]]}
        assert self.rules(desk, rows) == {"干部本人是重点户": ["H00001"]}

    def test_a_phone_of_more_than_three_households(self, desk):
        people = [["永胜", f"户主{'甲乙丙丁'[n]}", id_number(n + 11), "13704821111", None, None] for n in range(4)]
        assert self.rules(desk, [HEADER, *people]) == {"多户共用一个电话": ["H00003", "H00004", "H00005", "H00006"]}

    def test_a_village_with_households_but_no_cadre(self, desk):
        rows = {"干部": [["村", "姓名", "职务"], ["好力保", "白音", "书记"]]}
        assert self.rules(desk, rows) == {"村里有户没有干部": ["永胜"]}


class TestJoinedHouseholds:
    @pytest.fixture
    def joined(self, desk):
        """王福生 was on record twice: H00003 without number has been joined into H00001."""
        desk.take_rows({"走访": [["村", "户主", "走访日期", "走访干部"]],
                        "干部": [["村", "姓名", "职务"], ["永胜", "白音", "书记"]],
                        "联系户": [["村", "户主", "户编号", "需求"], ["永胜", "王富生", "H00003", "就医"]]}, "二.xlsx")
        desk.take_rows({"走访": [["户编号", "走访日期", "走访干部", "村"], ["H00003", "2026-03-01", "白音", "永胜"]]}, "三.xlsx")
        with desk.open() as database:
            merge_households(database, "H00001", "H00003", today=date(2026, 11, 24), now=datetime(2026, 11, 24, 9))
        return desk

    def test_both_histories_are_with_the_one_that_stays(self, joined):
        kept, _, gone = joined.records("household")
        assert (gone["closed_on"], gone["close_reason"], gone["merged_into_id"]) == ("2026-11-24", "并入 H00001", kept["id"])
        assert kept["needs"] == "就医照料"
        assert joined.record("visit")["household_id"] == kept["id"]

    def test_a_sheet_that_still_has_the_old_code_means_the_one_that_stays(self, joined):
        rows = [["户编号", "村", "户主", "电话"], ["H00003", "永胜", "王福生", "13304821234"]]
        assert counts(joined.take_rows(rows, "四.xlsx")) == (1, 0, 1, 0, 0)
        kept, _, gone = joined.records("household")
        assert (kept["phone"], gone["phone"]) == ("13304821234", None)
        visits = {"走访": [["户编号", "走访日期", "走访干部", "村"], ["H00003", "2026-05-01", "白音", "永胜"]]}
        joined.take_rows(visits, "五.xlsx")
        assert joined.column("visit", "household_id") == [kept["id"]] * 2


def test_two_rows_that_contradict_each_other_are_shown_side_by_side(desk):
    new = id_number(21, "19620202")
    sheet = desk.take_rows([HEADER, ["永胜", "赵云", new, "13804821234", None, None],
                            ["好力保", "赵云", new, "13904825678", None, None]], "重.xlsx")
    first, second = sheet.problems
    assert "第3行" in first.message
    assert "联系电话：138****1234／139****5678" in first.message
    assert "嘎查村：永胜／好力保" in first.message
    assert "嘎查村：好力保／永胜" in second.message


@pytest.mark.parametrize("spellings", [
    ["敖伦高勒镇永胜嘎查村委会", "永胜", "永胜嘎查"], ["永胜嘎查", "敖伦高勒镇永胜嘎查村委会", "永胜"]])
def test_a_new_villages_name_is_its_own_fullest_one_whatever_comes_first(tmp_path, spellings):
    desk = Desk(tmp_path)
    desk.take_rows([["村", "户主"], *([spelling, f"户主{name}"] for spelling, name in zip(spellings, "甲乙丙", strict=True))])
    assert desk.column("village", "name") == ["永胜嘎查"]


def test_the_list_of_units_says_how_a_village_is_called(tmp_path):
    desk = Desk(tmp_path)
    desk.take_rows({"联系户": [["村", "户主"], ["永胜嘎查村", "王福生"]],
                    "网格": [["嘎查村", "网格", "网格长"], ["永胜", "第一网格", "白音"]]})
    assert desk.column("village", "name") == ["永胜"]
