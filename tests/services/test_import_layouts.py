"""Workbooks laid out as township clerks lay them out: every layout goes in on the first try."""

import pytest

from tests.services.workbooks import Desk, Page, codes, counts, id_number

WANG, LI, ZHAO = id_number(1), id_number(4, "19580101"), id_number(6, "19610707")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def heads(desk):
    return sorted(desk.column("household", "head_name"))


def test_title_reporter_guidance_sum_and_foot_are_no_records(desk):
    sheet = desk.take_rows({"Sheet1": Page([
        ["音德尔镇永胜村“联户有为”重点联系户花名册"],
        ["填报单位：永胜村村民委员会", None, None, None, None, "填报日期：2026年3月5日"],
        ["序号", "组别", "户主姓名", "性别", "年龄", "身份证号码", "联系电话", "家庭人口（人）", "户类型", "备注"],
        ["例", "如：一组", "张三", "男", 70, "18位身份证号", "11位手机号", 2, "从下拉中选择", None],
        [1, "一组", "王福生", "男", 70, WANG, "13804821234", 2, "低保、残疾", "申请表已填写，按照要求上报"],
        [2, "一组", "李 秀兰", "男", 68, LI, 13904821234.0, "3人", "监测户", "合计收入1.2万元"],
        [3, "二组", "巴图•孟和", None, None, None, "无", "1", "五保户", None],
        ["合  计", None, 3, None, None, None, None, 6],
        ["填表人：张三", None, None, "审核人：李四"],
    ], merges=("A1:J1", "A2:E2"))})
    assert (sheet.kind, sheet.header_row, counts(sheet), sheet.skipped) == ("household", 3, (3, 3, 0, 0, 0), 3)
    assert codes(sheet) == ["choice-unknown"], "only the sex that contradicts the ID number"
    assert heads(desk) == ["巴图·孟和", "李秀兰", "王福生"]
    assert desk.column("village", "name") == ["永胜村"]
    li = next(h for h in desk.records("household") if h["head_name"] == "李秀兰")
    assert (li["phone"], li["size"], li["sex"], li["hamlet"], li["classes"]) == (
        "13904821234", 3, "女", "一组", "防返贫监测对象")


def test_one_sheet_a_village_with_the_village_in_the_sheets_name_or_title_only(desk):
    header = ["序号", "姓名", "身份证", "手机号", "户属性", "诉求"]
    receipt = desk.take(desk.workbook("全镇.xlsx", {
        "永胜": [["2026年联系户台账"], header, [1, "王福生", WANG, "13804821234", "低保户", "产业发展"]],
        "2.好力保嘎查": [header, [1, "王福生", LI, "13804821239", "低保户", "医保"]],
        "Sheet3": [["音德尔镇巨力河村联系户花名册（2026年）"], header, [1, "赵云", ZHAO, None, "重残", None]],
        "说明": [["填表说明"], ["1. 请按要求填写，身份证号18位。"], ["2. 户属性从下拉中选择"]],
        "字典": Page([["低保户"], ["一般户"]], hidden=True),
    }))
    sheets = receipt.files[0].sheets
    assert [(s.sheet, s.kind) for s in sheets] == [
        ("永胜", "household"), ("2.好力保嘎查", "household"), ("Sheet3", "household"), ("说明", None)]
    assert codes(sheets[3], "note"), "a sheet of no known form says why"
    assert desk.column("village", "name") == ["永胜", "好力保嘎查", "巨力河村"]
    assert receipt.total("created") == 3


def test_village_merged_down_counts_for_each_row_and_not_for_blank_rows_below(desk):
    sheet = desk.take_rows({"联系户": Page([
        [], [None, None, "联系户花名册"], [],
        [None, "嘎查\n（村）", "户 主\n姓 名", "身份证号码（必填）", "联系电话*", "家庭人口数", "重点人群"],
        [None, "永胜", "王福生", WANG, "13804821234", 2, "残疾人"],
        [None, None, "李二", LI, "13804821235", 2, "残疾人、低保对象"],
        [],
        [None, "好力保", "王三", ZHAO, "13804821236", 3],
        [],
        [None, None, "小计", None, None, 3],
    ], merges=("C2:G2", "B5:B7", "B8:B9"))})
    assert (sheet.header_row, counts(sheet), codes(sheet)) == (4, (3, 3, 0, 0, 0), [])
    villages = {v["id"]: v["name"] for v in desk.records("village")}
    assert {h["head_name"]: villages[h["village_id"]] for h in desk.records("household")} == {
        "王福生": "永胜", "李二": "永胜", "王三": "好力保"}


CADRES = [
    ["姓名", "职务", "所在嘎查村", "联系电话", "人员类型"],
    ["其木格", "村医", "永胜村", "13704821111", "村医"],
    ["白音", "支部书记", "永胜", "13704821112", "党支部书记"],
]
PAIRS = [
    [1, "永胜村", "王福生", WANG, "13804821234", "低保户", "其木格", "女", "村医", "13704821111"],
    [2, "永胜村", "李二", LI, "13804821235", "残疾户", "白音", "男", "支部书记", "13704821112"],
]


@pytest.mark.parametrize(("header", "merges"), [
    pytest.param([
        ["“一带二”联户结对台账"],
        ["序号", "嘎查村", "联系户信息", None, None, None, "联系干部信息", None, None, None],
        [None, None, "姓名", "身份证号", "联系电话", "类别", "姓名", "性别", "职务", "联系电话"],
    ], ("A1:J1", "A2:A3", "B2:B3", "C2:F2", "G2:J2"), id="merged parents"),
    pytest.param([
        ["序号", "村", "联系户", None, None, None, "包联责任人", None, None, None],
        [None, None, "姓名", "身份证号", "电话", "类别", "姓名", "性别", "单位及职务", "电话"],
    ], (), id="parents not merged"),
    pytest.param([
        ["序号", "村", "户主", "身份证号", "联系电话", "户类型", "结对干部", "性别", "职务", "联系电话"],
    ], (), id="one header row"),
    pytest.param([
        ["序号", "村", "联系户姓名", "联系户身份证号", "联系户电话", "联系户类别", "帮扶责任人姓名", "帮扶责任人性别",
         "帮扶责任人职务", "帮扶责任人电话"],
    ], (), id="person before each heading"),
    pytest.param([
        ["音德尔镇结对情况"],
        ["基本情况", None, "联系户", None, None, None, "联系干部", None, None, None],
        ["序号", "村", "基本信息", None, "其他", None, "基本信息", None, "其他", None],
        [None, None, "姓名", "证件号码", "电话", "类型", "姓名", "性别", "职务", "手机"],
    ], ("A1:J1", "A2:B2", "C2:F2", "G2:J2", "C3:D3", "E3:F3", "G3:H3", "I3:J3", "A3:A4", "B3:B4"), id="three rows"),
])
def test_household_and_cadre_side_by_side_are_paired(desk, header, merges):
    receipt = desk.take(desk.workbook("台账.xlsx", {"结对": Page([*header, *PAIRS], merges), "干部": CADRES}))
    sheet = receipt.files[0].sheets[0]
    assert (sheet.kind, sheet.header_row, counts(sheet), codes(sheet)) == ("pairing", len(header), (2, 2, 0, 0, 0), [])
    assert desk.pairs() == [("王福生", "其木格"), ("李二", "白音")]
    wang = next(h for h in desk.records("household") if h["head_name"] == "王福生")
    assert (wang["phone"], wang["sex"], wang["assistance"]) == ("13804821234", "男", "低保"), "nothing of the cadre's"


def test_cadre_columns_may_stand_first(desk):
    receipt = desk.take(desk.workbook("台账.xlsx", {
        "党员联户": [
            ["序号", "姓名", "单位职务", "电话", "联系户姓名", "身份证号", "电话", "所在村"],
            [1, "其木格", "村医", "13704821111", "王福生", WANG, "13804821234", "永胜"]],
        "干部": CADRES}))
    assert receipt.files[0].sheets[0].kind == "pairing"
    assert desk.pairs() == [("王福生", "其木格")]
    assert (desk.record("household")["phone"], desk.record("household")["head_id_number"]) == ("13804821234", WANG)


def test_classes_as_a_matrix_of_ticks_under_merged_parents(desk):
    sheet = desk.take_rows({"联系户": Page([
        ["联系户类别统计"],
        ["序号", "村", "户主", "身份证号", "老弱病残户", None, None, None, "监测户", None, None, "低保户", "需求", None],
        [None, None, None, None, "老", "弱", "病", "残", "脱贫不稳定", "边缘易致贫", "突发严重困难", None, "产业", "其他"],
        [1, "永胜", "王福生", WANG, "√", None, None, "√", None, "√", None, "是", "√", None],
        [2, "永胜", "李二", LI, None, 1, None, None, None, None, "☑", None, None, "有"],
        [3, "永胜", "赵云", ZHAO, "×", "否", None, None, "有", None, None, "/", None, 0],
    ], merges=("A1:N1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:H2", "I2:K2", "L2:L3", "M2:N2"))})
    assert (sheet.header_row, counts(sheet), codes(sheet), sheet.unmapped) == (3, (3, 3, 0, 0, 0), [], [])
    got = {h["head_name"]: (h["traits"], h["monitoring"], h["assistance"], h["needs"]) for h in desk.records("household")}
    assert got == {
        "王福生": ("年老、残疾", "边缘易致贫户", "低保", "产业发展"),
        "李二": ("体弱", "突发严重困难户", None, "其他"),
        "赵云": (None, "脱贫不稳定户", None, None)}


def test_classes_as_one_column_each_in_a_single_header_row(desk):
    sheet = desk.take_rows([
        ["村别", "户主姓名", "身份证号", "高龄", "是否残疾", "大病", "低保户", "监测户", "失独家庭", "是否为重难点户", "备注2"],
        ["永胜", "王福生", WANG, "√", "否", "√", "√", None, None, "是", "随便"],
        ["永胜", "李二", LI, None, "是", None, None, "√", "√", "否", None],
    ])
    assert (counts(sheet), codes(sheet, "warning"), sheet.unmapped) == ((2, 2, 0, 0, 0), [], ["备注2"])
    got = {h["head_name"]: (h["traits"], h["assistance"], h["classes"], h["is_hard"]) for h in desk.records("household")}
    assert got == {"王福生": ("年老、患病", "低保", None, 1), "李二": ("残疾", None, "计划生育特殊家庭、防返贫监测对象", 0)}


SON, WIFE, DAUGHTER = id_number(11, "19850101"), id_number(10), id_number(14, "19950101")


@pytest.mark.parametrize("rows", [
    pytest.param([
        ["永胜村家庭成员信息表"],
        ["序号", "姓名", "与户主关系", "性别", "身份证号", "联系电话"],
        [1, "王福生", "户主", "男", WANG, "13804821234"], [2, "张桂兰", "配偶", "女", WIFE], [3, "王小明", "子", "男", SON],
        [4, "李二", "户主", "女", LI], [5, "李小", "女", "女", DAUGHTER]], id="contiguous"),
    pytest.param([
        ["户号", "村", "姓名", "与户主之关系", "公民身份号码", "手机"],
        ["001", "永胜村", "张桂兰", "妻", WIFE], ["002", "永胜村", "李二", "户主", LI],
        ["001", "永胜村", "王福生", "户主", WANG, "13804821234"],
        ["002", "永胜村", "李小", "长女", DAUGHTER], ["001", "永胜村", "王小明", "长子", SON]], id="household number"),
    pytest.param([
        ["村", "户主姓名", "户主证件号码", "成员姓名", "与户主关系", "成员证件号码", "成员电话"],
        ["永胜村", "王福生", WANG, "王小明", "子", SON], ["永胜村", "王福生", WANG, "王福生", "本人", WANG, "13804821234"],
        ["永胜", "李二", LI, "李二", "户主", LI], ["永胜村", "王福生", WANG, "张桂兰", "妻", WIFE],
        ["永胜嘎查", "李二", LI, "李小", "长女", DAUGHTER]], id="name of the head"),
    pytest.param(Page([
        ["户编码", "嘎查村", "姓名", "家庭关系", "证件号码", "联系方式"],
        [1.0, "永胜村", "王福生", "户主", WANG, "13804821234"], [None, None, "张桂兰", "配偶", WIFE],
        [None, None, "王小明", "子", SON],
        [2.0, None, "李二", "户主", LI], [None, None, "李小", "女", DAUGHTER]],
        merges=("B2:B6",)), id="first rows hold the code"),
])
def test_one_row_a_person_is_grouped_into_households(desk, rows):
    sheet = desk.take_rows({"家庭成员": rows})
    assert (sheet.kind, counts(sheet), codes(sheet, "error")) == ("member", (5, 5, 0, 0, 0), [])
    households = {h["id"]: h["head_name"] for h in desk.records("household")}
    assert sorted(households.values()) == ["李二", "王福生"]
    assert sorted((households[m["household_id"]], m["name"]) for m in desk.records("member")) == [
        ("李二", "李二"), ("李二", "李小"), ("王福生", "张桂兰"), ("王福生", "王小明"), ("王福生", "王福生")]
    assert {h["head_id_number"] for h in desk.records("household")} == {WANG, LI}


def test_ten_thousand_formatted_empty_rows_and_blank_leading_columns_cost_nothing(desk):
    from openpyxl import load_workbook
    from openpyxl.styles import PatternFill

    path = desk.workbook("a.xlsx", [[], [None, None, "村", "户主", "证件号"], [None, None, "永胜", "王福生", WANG]])
    book = load_workbook(path)
    fill = PatternFill("solid", fgColor="FFFF00")
    for row in range(4, 10_000):
        book.worksheets[0].cell(row, 3).fill = fill
    book.save(path)
    sheet = desk.take(path).files[0].sheets[0]
    assert (sheet.header_row, counts(sheet), sheet.skipped, codes(sheet)) == (2, (1, 1, 0, 0, 0), 0, [])


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_csv_in_any_encoding_with_a_two_row_header(desk, encoding):
    path = desk.folder / "永胜村.csv"
    path.write_text(
        "序号,联系户,,老弱病残,\n,姓名,身份证号,老,残\n"
        f"1,王福生,{WANG},√,\n2,巴图·孟和,{LI},,√\n", encoding=encoding)
    sheet = desk.take(path).files[0].sheets[0]
    assert (sheet.kind, sheet.header_row, counts(sheet)) == ("household", 2, (2, 2, 0, 0, 0))
    assert {(h["head_name"], h["traits"]) for h in desk.records("household")} == {("王福生", "年老"), ("巴图·孟和", "残疾")}
    assert desk.column("village", "name") == ["永胜村"]


def test_full_width_signs_line_breaks_and_marks_in_headings(desk):
    sheet = desk.take_rows([
        ["序　号", "＊村（社区）", "户主姓名\n（必填）", "１、身份证号码：", "联系电话(手机)★", "家庭人口（人）", "住 址【选填】"],
        ["1", "永胜", "王福生", WANG, "13804821234", "３", "东头"]])
    assert (counts(sheet), codes(sheet), sheet.unmapped) == ((1, 1, 0, 0, 0), [], [])
    assert (desk.record("household")["size"], desk.record("household")["address"]) == (3, "东头")


def test_a_nearly_known_heading_is_proposed_and_not_used(desk):
    sheet = desk.take_rows([["村", "户主姓名", "身份证号", "联系电活"], ["永胜", "王福生", WANG, "13804821234"]])
    (note,) = sheet.problems
    assert (note.level, note.heading, note.cell) == ("note", "联系电活", "D1")
    assert "联系电话" in note.message
    assert sheet.unmapped == ["联系电活"]
    assert desk.record("household")["phone"] is None


def test_two_columns_of_remarks_are_both_kept(desk):
    sheet = desk.take_rows([
        ["村", "户主", "身份证号", "情况说明", "备注"], ["永胜", "王福生", WANG, "老伴去年去世", "儿子在外"]])
    assert sheet.unmapped == []
    assert desk.record("household")["note"] == "老伴去年去世；儿子在外"
