"""Who a row is about: the same household is found again, two of one name are a question."""

import pytest

from tests.services.workbooks import Desk, Page, codes, counts, id_number

WANG, OTHER, THIRD = id_number(1), id_number(4, "19580101"), id_number(6, "19610707")
HEADER = ["户编号", "村", "户主姓名", "身份证号", "联系电话", "家庭人口", "类别"]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def take(desk, *rows, name="再次.xlsx", **options):
    return desk.take_rows([HEADER, *[list(row) for row in rows]], name=name, **options)


def test_same_id_and_different_content_keeps_both_rows_out_and_names_both(desk):
    sheet = take(desk, (None, "永胜", "王福生", WANG, None, 2), (None, "永胜", "王福生", WANG, None, 3),
                 (None, "永胜", "李二", OTHER, None, 3))
    assert (counts(sheet), codes(sheet)) == ((3, 1, 0, 0, 2), ["id-duplicate", "id-duplicate"])
    assert [p.row for p in sheet.problems] == [2, 3]
    assert "第3行" in sheet.problems[0].message
    assert "第2行" in sheet.problems[1].message
    assert WANG not in str(sheet.problems)


def test_identical_rows_are_one_created_and_one_unchanged(desk):
    sheet = take(desk, (None, "永胜", "巴图·孟和", WANG, "13804821234", 2),
                 (None, "永胜嘎查村", "巴图• 孟和", f" {WANG}", 13804821234.0, "2人"))
    assert (counts(sheet), codes(sheet)) == ((2, 1, 0, 1, 0), [])
    assert desk.record("household")["head_name"] == "巴图·孟和"


@pytest.mark.parametrize("second", ["巴图·孟和", "巴图孟和", "巴图 孟和", "巴图．孟和"])
def test_one_name_twice_in_a_village_without_id_is_a_question(desk, second):
    sheet = take(desk, (None, "永胜", "巴图·孟和", None, None, 2), (None, "永胜村", second, None, None, 3),
                 (None, "好力保", second, None, None, 3))
    assert (counts(sheet), codes(sheet)) == ((3, 1, 0, 0, 2), ["name-ambiguous", "name-ambiguous"])


def test_one_name_with_two_ids_are_two_households(desk):
    sheet = take(desk, (None, "永胜", "王福生", WANG), (None, "永胜", "王福生", OTHER))
    assert counts(sheet) == (2, 2, 0, 0, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_one_name_with_and_without_id_in_one_sheet(desk, order):
    rows = [(None, "永胜", "王福生", WANG, None, 2), (None, "永胜", "王福生", None, None, 3)][::order]
    sheet = take(desk, *rows)
    assert (counts(sheet), codes(sheet)) == ((2, 1, 0, 0, 1), ["name-ambiguous"])
    assert desk.record("household")["head_id_number"] == WANG


def test_a_missing_id_is_never_a_key(desk):
    sheet = take(desk, *[(None, "永胜", f"王福{n}", None, None, 1) for n in "一二三四五六"])
    assert counts(sheet) == (6, 6, 0, 0, 0)
    assert len(desk.records("household")) == 6


@pytest.fixture
def stored(desk):
    take(desk, (None, "永胜", "王福生", WANG, "13804821234", 2, "低保"), (None, "永胜", "巴图·孟和", None, None, 4))
    return desk


@pytest.mark.parametrize("row", [
    pytest.param((None, "永胜嘎查", "王福生", WANG, "13904821234"), id="phone and village spelled otherwise"),
    pytest.param((None, "永胜", "王富生", WANG, "13904821234"), id="name corrected"),
    pytest.param((None, "永胜", "王福生", None, "13904821234"), id="by village and name"),
    pytest.param(("H00002", None, None, None, "13904821234"), id="by code alone"),
    pytest.param((None, None, None, WANG, "13904821234"), id="by ID alone"),
    pytest.param(("H00002", "永胜", "王福生", WANG, "13904821234"), id="all"),
])
def test_the_household_is_found_again_and_blanks_erase_nothing(stored, row):
    sheet = take(stored, row)
    assert (counts(sheet), codes(sheet)) == ((1, 0, 1, 0, 0), [])
    (wang,) = [h for h in stored.records("household") if h["head_id_number"] == WANG]
    assert (wang["code"], wang["phone"], wang["size"], wang["assistance"]) == ("H00002", "13904821234", 2, "低保")
    assert len(stored.records("village")) == 1


def test_an_id_number_added_later_belongs_to_the_household_without_one(stored):
    sheet = take(stored, (None, "永胜村", "巴图孟和", OTHER))
    assert (counts(sheet), codes(sheet)) == ((1, 0, 1, 0, 0), [])
    batu = next(h for h in stored.records("household") if h["code"] == "H00001")
    assert (batu["head_name"], batu["head_id_number"], batu["size"]) == ("巴图·孟和", OTHER, 4)


def test_the_old_15_digit_number_is_kept_with_a_warning_and_is_the_same_person(desk):
    sheet = take(desk, (None, "永胜", "王福生", "152223560312001", None, 2))
    assert (counts(sheet), codes(sheet, "warning")) == ((1, 1, 0, 0, 0), ["id-15-digit"])
    assert desk.record("household")["head_id_number"] == "152223560312001"
    assert counts(take(desk, (None, "永胜", "王福生", WANG, None, 2))) == (1, 0, 1, 0, 0)
    assert desk.record("household")["head_id_number"] == WANG
    assert counts(take(desk, (None, "永胜", "王福生", "152223560312001", None, 2))) == (1, 0, 0, 1, 0)
    assert desk.record("household")["head_id_number"] == WANG


def test_code_and_id_of_two_households_stay_out(stored):
    sheet = take(stored, ("H00001", "永胜", "巴图·孟和", WANG))
    assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 0, 1), ["id-duplicate"])


def test_another_person_of_a_known_name_with_his_own_id_is_new(stored):
    assert counts(take(stored, (None, "永胜", "王福生", OTHER))) == (1, 1, 0, 0, 0)
    sheet = take(stored, (None, "永胜", "王福生", None, "13904821234"))
    assert codes(sheet) == ["name-ambiguous"]
    assert "H0000" in sheet.problems[0].message


def test_an_unknown_code_names_nobody_and_a_town_may_bring_its_own_codes(desk):
    sheet = take(desk, ("H00009", None, None, None, "13904821234"))
    assert codes(sheet) == ["reference-unknown"]
    sheet = take(desk, ("H00077", "永胜", "王福生", WANG), (None, "永胜", "李二", OTHER))
    assert counts(sheet) == (2, 2, 0, 0, 0)
    assert sorted(desk.column("household", "code")) == ["H00077", "H00078"]


def test_two_sheets_may_complete_each_other_but_not_contradict(desk):
    book = {"甲": [HEADER, [None, "永胜", "王福生", WANG, "13804821234"], [None, "永胜", "李二", OTHER, "13804821235"]],
            "乙": [HEADER, [None, "永胜村", "王福生", None, None, 2], [None, "永胜村", "李二", OTHER, "13904821235"]]}
    first, second = desk.take(desk.workbook("两张.xlsx", book)).files[0].sheets
    assert (counts(first), codes(first)) == ((2, 1, 0, 0, 1), ["id-duplicate"])
    assert (counts(second), codes(second)) == ((2, 0, 0, 1, 1), ["id-duplicate"])
    assert (desk.record("household")["phone"], desk.record("household")["size"]) == ("13804821234", 2)


def test_a_roster_is_believed_before_a_pairing_list_that_mentions_the_household(desk):
    receipt = desk.take(desk.workbook("a.xlsx", {
        "结对": [["村", "户主", "身份证号", "户主电话", "联系干部"], ["永胜", "王福生", WANG, "13904821234", "白音"]],
        "联系户": [HEADER, [None, "永胜", "王福生", WANG, "13804821234"]],
        "干部": [["姓名", "村", "职务"], ["白音", "永胜", "书记"]]}))
    assert receipt.total("rejected") == 0
    assert desk.record("household")["phone"] == "13804821234"


def test_same_cadre_name_in_two_villages_and_twice_in_one(desk):
    header = ["姓名", "身份证号", "嘎查村", "职务"]
    sheet = desk.take_rows({"干部": [header, ["白音", None, "永胜", "书记"], ["白音", None, "好力保", "书记"],
                                   ["高娃", None, "永胜", "委员"], ["高娃", None, "永胜村", "妇联"]]})
    assert (counts(sheet), codes(sheet)) == ((4, 2, 0, 0, 2), ["name-ambiguous", "name-ambiguous"])
    sheet = desk.take_rows({"干部": [header, ["高娃", WANG, "永胜", "委员"], ["高娃", OTHER, "永胜村", "妇联"]]})
    assert counts(sheet) == (2, 2, 0, 0, 0)


def test_a_cadre_keeps_his_record_when_phone_and_post_change_or_the_dot_of_his_name_goes(desk):
    header = ["姓名", "村", "职务", "电话"]
    desk.take_rows({"干部": [header, ["额尔敦·巴特尔", "永胜", "委员", "13704821111"]]})
    sheet = desk.take_rows({"干部": [header, ["额尔敦巴特尔", "永胜嘎查", "副书记", "13704821112"]]})
    assert counts(sheet) == (1, 0, 1, 0, 0)
    cadre = desk.record("cadre")
    assert (cadre["name"], cadre["post"], cadre["phone"]) == ("额尔敦·巴特尔", "副书记", "13704821112")


def test_a_pairing_by_a_name_two_cadres_bear_stays_out_until_a_code_tells(desk):
    header = ["姓名", "身份证号", "嘎查村", "职务"]
    desk.take_rows({"干部": [header, ["高娃", WANG, "永胜", "委员"], ["高娃", OTHER, "永胜村", "妇联"]]})
    pairs = ["村", "户主", "联系干部", "干部编号"]
    sheet = desk.take_rows({"结对": [pairs, ["永胜", "王福生", "高娃", None]]})
    assert (codes(sheet), desk.records("household")) == (["reference-unknown"], [])
    code = desk.records("cadre")[1]["code"]
    sheet = desk.take_rows({"结对": [pairs, ["永胜", "王福生", "高娃", code]]})
    assert counts(sheet) == (1, 1, 0, 0, 0)


def test_persons_of_one_name_in_two_households_and_a_person_twice(desk):
    header = ["村", "户主姓名", "姓名", "与户主关系", "身份证号", "备注"]
    sheet = desk.take_rows({"家庭成员": [
        header, ["永胜", "王福生", "王福生", "户主", WANG], ["永胜", "王福生", "王小", "子", None],
        ["永胜", "李二", "李二", "户主", OTHER], ["永胜", "李二", "王小", "女婿", None],
        ["永胜", "李二", "李花", "女", THIRD, "一"], ["永胜", "李二", "李花", "女", THIRD, "二"]]})
    assert (counts(sheet), codes(sheet)) == ((6, 4, 0, 0, 2), ["id-duplicate", "id-duplicate"])


def test_a_person_whose_head_is_missing_stays_out(desk):
    sheet = desk.take_rows({"家庭成员": [
        ["村", "户主姓名", "姓名", "与户主关系"], ["永胜", "王福生", "王小", "子"]]})
    assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 0, 1), ["reference-unknown"])


def test_village_merged_down_over_persons_of_several_households(desk):
    sheet = desk.take_rows({"家庭成员": Page([
        ["村", "姓名", "与户主关系"], ["永胜", "王福生", "户主"], [None, "王小", "子"],
        ["好力保", "李小", "子"], [None, "李二", "户主"]], merges=("A2:A3", "A4:A5"))})
    assert codes(sheet) == ["reference-unknown"], "a person above the first head of her village is nobody's guess"
    assert counts(sheet) == (4, 3, 0, 0, 1)
