"""The problem list: in the shape of its source, unmasked, and once mended imported as it is."""

import stat

import pytest
from openpyxl import load_workbook

from tests.services.workbooks import Desk, Page, codes, counts, grid, id_number, mended

WANG, LI, ZHAO = id_number(1), id_number(4, "19580101"), id_number(6, "19610707")
CADRES = {"干部": [["姓名", "村", "职务"], ["白音", "永胜", "书记"], ["高娃", "好力保", "书记"]]}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def list_of(desk, *paths, **options):
    receipt = desk.take(*paths, **options)
    return receipt.files[0].problem_list


def test_it_lies_beside_its_source_for_the_owner_only_and_holds_his_own_cells(desk):
    path = desk.workbook("名册.xlsx", [
        ["永胜村联系户花名册"], ["户主", "身份证号", "电话"], ["王福生", WANG[:-1], "13804821234"], ["李二", LI, "1380482"],
        ["赵云", ZHAO, "13904821234"]])
    listed = list_of(desk, path)
    assert listed == desk.folder / "名册-问题清单.xlsx"
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600
    rows = grid(listed)
    assert [row[:3] for row in rows] == [
        ["永胜村联系户花名册", None, None], ["户主", "身份证号", "电话"], ["王福生", WANG[:-1], "13804821234"],
        ["李二", LI, "1380482"]]
    assert [row[3] for row in rows[:2]] == [None, "问题"]
    assert "第3行" in rows[2][3]
    assert "17位" in rows[2][3]
    page = load_workbook(listed).worksheets[0]
    assert page["B3"].fill.fgColor.rgb.endswith("F8CBAD")
    assert "17位" in page["B3"].comment.text
    assert page["B3"].number_format == "@"


LAYOUTS = {
    "village merged down": (Page([
        ["联系户"], ["村", "户主", "身份证号"], ["永胜", "王福生", WANG], [None, "李二", LI[:-1]], ["好力保", "赵云", ZHAO]],
        merges=("A1:C1", "A3:A4")), "C3", LI, 3),
    "village in the title": (Page([
        ["音德尔镇永胜村联系户花名册"], ["填报单位：永胜村", None, "填报日期：2026.3.5"],
        ["户主", "身份证号", "类别"], ["李二", LI[:-1], "低保"]], merges=("A1:C1",)), "B4", LI, 4),
    "two header rows": (Page([
        ["序号", "村", "联系户", None, "老弱病残", None], [None, None, "姓名", "身份证号", "老", "残"],
        [1, "永胜", "王福生", WANG, "√", None], [2, "永胜", "李二", LI[:-1], None, "√"]],
        merges=("A1:A2", "B1:B2", "C1:D1", "E1:F1")), "D3", LI, 3),
    "blank leading rows and columns": (Page([
        [], [], [None, None, "村", "户主", "身份证号"], [None, None, "永胜", "李二", LI[:-1]],
        [None, None, "合计", 1]]), "E4", LI, 4),
    "guidance row": (Page([
        ["村", "户主", "身份证号"], ["填村名", "填写姓名", "18位身份证号"], ["永胜", "李二", LI[:-1]]]), "C2", LI, 2),
}


@pytest.mark.parametrize(("page", "cell", "right", "row"), LAYOUTS.values(), ids=LAYOUTS)
def test_mended_it_is_imported_as_it_is(desk, page, cell, right, row):
    path = desk.workbook("名册.xlsx", {"联系户": page})
    listed = list_of(desk, path)
    assert "李二" not in desk.column("household", "head_name")
    sheet = desk.take(mended(listed, {cell: right})).files[0].sheets[0]
    assert (sheet.kind, sheet.header_row, counts(sheet), codes(sheet)) == (
        "household", row - 1, (1, 1, 0, 0, 0), [])
    assert sheet.unmapped == []
    li = next(h for h in desk.records("household") if h["head_name"] == "李二")
    villages = {v["id"]: v["key"] for v in desk.records("village")}
    assert (villages[li["village_id"]], li["head_id_number"]) == ("永胜", LI)
    assert listed.exists(), "a list without problems is the clerk's to delete"


def test_village_in_the_sheets_name_only(desk):
    header = ["户主", "身份证号"]
    path = desk.workbook("全镇.xlsx", {
        "永胜": [header, ["王福生", WANG]], "好力保": [header, ["李二", LI[:-1]], ["赵云", ZHAO]]})
    listed = list_of(desk, path)
    assert load_workbook(listed).sheetnames == ["好力保"]
    sheet = desk.take(mended(listed, {"B2": LI})).files[0].sheets[0]
    assert counts(sheet) == (1, 1, 0, 0, 0)
    assert sorted(desk.column("village", "name")) == ["好力保", "永胜"]


def test_pairing_sheet_with_an_unknown_cadre(desk):
    path = desk.workbook("台账.xlsx", {"结对": Page([
        ["结对台账"], ["村", "联系户", None, "联系干部", None], [None, "姓名", "身份证号", "姓名", "电话"],
        ["永胜", "王福生", WANG, "白银", "13704821112"], ["好力保", "李二", LI, "高娃", "13704821113"]],
        merges=("A1:E1", "A2:A3", "B2:C2", "D2:E2"))} | CADRES)
    listed = list_of(desk, path)
    assert desk.pairs() == [("李二", "高娃")]
    sheet = desk.take(mended(listed, {"D4": "白音"})).files[0].sheets[0]
    assert (sheet.kind, counts(sheet)) == ("pairing", (1, 1, 0, 0, 0))
    assert sorted(desk.pairs()) == [("李二", "高娃"), ("王福生", "白音")]


def test_numbers_and_dates_stay_what_they_are(desk):
    from datetime import datetime

    desk.take(desk.workbook("户.xlsx", [["村", "户主"], ["永胜", "王福生"]]))
    path = desk.workbook("走访.xlsx", {"走访": [
        ["村", "户主", "走访人", "走访日期", "走访内容"], ["永胜", "王福生", "没有的", datetime(2026, 3, 5), "=看望"],
        ["永胜", "王福生", None, 46090, 3.5]]})
    listed = list_of(desk, path)
    assert [row[:5] for row in grid(listed)[1:]] == [
        ["永胜", "王福生", "没有的", datetime(2026, 3, 5), None], ["永胜", "王福生", None, 46090, 3.5]]
    desk.take(desk.workbook("干部.xlsx", CADRES))
    mended(listed, {"C2": "白音", "C3": "白音", "E2": "看望"})
    sheet = desk.take(listed).files[0].sheets[0]
    assert (codes(sheet), counts(sheet)) == ([], (2, 2, 0, 0, 0))


def test_a_warning_is_listed_too_and_its_mended_cell_fills_the_gap(desk):
    path = desk.workbook("名册.xlsx", [["村", "户主", "身份证号", "类别"], ["永胜", "王福生", WANG, "低宝"]])
    listed = list_of(desk, path)
    assert desk.record("household")["assistance"] is None
    sheet = desk.take(mended(listed, {"D2": "低保"})).files[0].sheets[0]
    assert counts(sheet) == (1, 0, 1, 0, 0)
    assert desk.record("household")["assistance"] == "低保"


def test_still_wrong_it_goes_under_its_own_name_again(desk):
    path = desk.workbook("名册.xlsx", [["村", "户主", "身份证号"], ["永胜", "王福生", WANG[:-1]], ["永胜", "李二", LI[:-1]]])
    listed = list_of(desk, path)
    receipt = desk.take(mended(listed, {"C2": WANG}))
    assert receipt.files[0].problem_list == listed
    rows = grid(listed)
    assert [row[1] for row in rows] == ["户主", "李二"]
    assert rows[0].count("问题") == 1
    assert len(rows[1]) == 4


def test_a_conflict_of_two_files_is_in_both_lists_and_one_name_may_have_two_endings(desk):
    header = ["村", "户主", "身份证号", "电话"]
    first = desk.workbook("名册.xlsx", [header, ["永胜", "王福生", WANG, "13804821234"]])
    second = desk.folder / "名册.csv"
    second.write_text(f"村,户主,身份证号,电话\n永胜,王福生,{WANG},13904821234\n", encoding="gbk")
    receipt = desk.take(first, second)
    lists = [file.problem_list for file in receipt.files]
    assert len(set(lists)) == 2
    assert {grid(path)[1][3] for path in lists} == {"13804821234", "13904821234"}


def test_a_chosen_file_takes_all_lists(desk):
    first = desk.workbook("一.xlsx", {"永胜": [["户主", "身份证号"], ["王福生", WANG[:-1]]]})
    second = desk.workbook("二.xlsx", {"永胜": [["户主", "身份证号"], ["李二", LI[:-1]]]})
    chosen = desk.folder / "都在这里.xlsx"
    desk.take(first, second, problems=chosen)
    assert len(load_workbook(chosen).sheetnames) == 2
    assert {path.name for path in desk.folder.iterdir()} - {"lianhu.db"} == {"一.xlsx", "二.xlsx", "都在这里.xlsx"}
    mended(chosen, {"B2": WANG})
    receipt = desk.take(chosen)
    assert receipt.total("created") == 1
    assert desk.column("village", "key") == ["永胜"]


def test_no_problems_no_list_and_a_dry_run_writes_none(desk):
    good = desk.workbook("好.xlsx", [["村", "户主", "身份证号"], ["永胜", "王福生", WANG]])
    bad = desk.workbook("坏.xlsx", [["村", "户主", "身份证号"], ["永胜", "李二", LI[:-1]]])
    assert list_of(desk, good) is None
    assert list_of(desk, bad, dry_run=True) is None
    assert {path.name for path in desk.folder.iterdir()} == {"好.xlsx", "坏.xlsx", "lianhu.db"}


def test_a_village_told_by_the_option_stands_in_the_lists_sheet_name(desk):
    path = desk.workbook("名册.xlsx", [["户主", "身份证号"], ["王福生", WANG[:-1]], ["李二", LI]])
    listed = list_of(desk, path, village="永胜村")
    sheet = desk.take(mended(listed, {"B2": WANG})).files[0].sheets[0]
    assert counts(sheet) == (1, 1, 0, 0, 0)
    assert desk.column("village", "name") == ["永胜村"]
