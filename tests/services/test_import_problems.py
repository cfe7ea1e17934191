"""Every problem code, each raised by a workbook: its level, its cell, its masked message, who stays out."""

import re

import pytest

from tests.services.workbooks import Desk, Page, codes, counts, id_number

WANG, LI, ZHAO = id_number(1), id_number(4, "19580101"), id_number(6, "19610707")
HEADER = ["序号", "村", "户主姓名", "身份证号码", "联系电话", "人口数", "出生日期", "户类型", "备注"]
GOOD = [9, "永胜", "李二", LI, None, 2]
FULL_NUMBER = re.compile(r"\d{17}[\dXx]|1[3-9]\d{9}|\d{15}")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def wrong_digit(number):
    return number[:-1] + ("1" if number[-1] != "1" else "2")


BAD_ROWS = {
    "checksum": ([1, "永胜", "王福生", wrong_digit(WANG)], "id-checksum", "error", "D2"),
    "no such province": ([1, "永胜", "王福生", "99" + WANG[2:]], "id-checksum", "error", "D2"),
    "17 digits": ([1, "永胜", "王福生", WANG[:-1]], "id-length", "error", "D2"),
    "words": ([1, "永胜", "王福生", "正在办理中"], "id-length", "error", "D2"),
    "no such day": ([1, "永胜", "王福生", id_number(1, "19561301")], "id-date", "error", "D2"),
    "born tomorrow": ([1, "永胜", "王福生", id_number(1, "20261125")], "id-date", "error", "D2"),
    "typed as a number": ([1, "永胜", "王福生", float(WANG)], "id-damaged", "error", "D2"),
    "ends in 000": ([1, "永胜", "王福生", "152223195603120000"], "id-damaged", "error", "D2"),
    "starred": ([1, "永胜", "王福生", "152223********0013"], "id-damaged", "error", "D2"),
    "15 digits": ([1, "永胜", "王福生", "152223560312001"], "id-15-digit", "warning", "D2"),
    "no name": ([1, "永胜", None, WANG], "name-missing", "error", "C2"),
    "no name, no number": ([1, "永胜", None, None, "13804821234"], "name-missing", "error", "C2"),
    "a number as name": ([1, "永胜", "13804821234", None], "name-missing", "error", "C2"),
    "no village": ([1, None, "王福生", WANG], "village-missing", "error", "B2"),
    "no village, no number": ([1, "/", "王福生", None], "village-missing", "error", "B2"),
    "phone too short": ([1, "永胜", "王福生", WANG, "1380482123"], "phone-invalid", "warning", "E2"),
    "phone with words": ([1, "永胜", "王福生", WANG, "13804821234找他儿子13904821234"], "phone-invalid", "warning", "E2"),
    "half a number": ([1, "永胜", "王福生", WANG, None, 2.5], "number-invalid", "warning", "F2"),
    "many": ([1, "永胜", "王福生", WANG, None, "好几口"], "number-invalid", "warning", "F2"),
    "31 February": ([1, "永胜", "王福生", None, None, 2, "1956-02-31"], "date-invalid", "warning", "G2"),
    "birthday against the number": ([1, "永胜", "王福生", WANG, None, 2, "1957-03-12"], "date-invalid", "warning", "G2"),
    "unknown class": ([1, "永胜", "王福生", WANG, None, 2, None, "低宝户"], "choice-unknown", "warning", "H2"),
    "one of several unknown": ([1, "永胜", "王福生", WANG, None, 2, None, "低保、富裕"], "choice-unknown", "warning", "H2"),
    "forbidden class": ([1, "永胜", "王福生", WANG, None, 2, None, "信教群众"], "forbidden-category", "warning", "H2"),
    "forbidden remark": ([1, "永胜", "王福生", WANG, None, 2, None, None, "疑似艾滋病人"], "forbidden-category", "warning", "I2"),
    "forbidden in full width": ([1, "永胜", "王福生", WANG, None, 2, None, None, "ｈｉｖ携带"],
                                "forbidden-category", "warning", "I2"),
}


@pytest.mark.parametrize(("row", "code", "level", "cell"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_problem_of_one_cell(desk, row, code, level, cell):
    sheet = desk.take_rows({"联系户": [HEADER, row, GOOD]})
    (problem,) = sheet.problems
    assert (problem.code, problem.level, problem.cell, problem.row) == (code, level, cell, 2)
    assert problem.heading == HEADER[ord(cell[0]) - 65]
    assert not FULL_NUMBER.search(problem.message)
    assert problem.message.endswith(("。", "？"))
    assert counts(sheet) == ((2, 1, 0, 0, 1) if level == "error" else (2, 2, 0, 0, 0))
    if level == "warning" and code != "id-15-digit":
        field = {"E": "phone", "F": "size", "G": "", "H": "assistance", "I": "note"}[cell[0]]
        wang = next(h for h in desk.records("household") if h["head_name"] == "王福生")
        assert not field or wang[field] is None, "a cell with a warning is left empty"


def test_a_forbidden_word_is_nowhere_in_the_database(desk):
    desk.take_rows({"联系户": [
        [*HEADER, "宗教信仰", "是否上访户", "特殊情况"],
        [1, "永胜", "王福生", WANG, None, 2, None, "上访户", "有前科，HIV阳性", "佛教徒甲乙", "是丙丁", "艾滋病戊己"],
        [2, "永胜", "李二", LI, None, 2, None, "涉稳人员", None, None, None, None]]})
    stored = desk.db.read_bytes()
    for word in ("佛教", "甲乙", "丙丁", "戊己", "前科", "HIV", "艾滋", "上访", "涉稳", "信仰"):
        assert word.encode() not in stored, word
    assert len(desk.records("household")) == 2


@pytest.mark.parametrize(("heading", "cell", "code"), [
    ("备注", "全家信教", "forbidden-category"), ("备注", "多次上访", "forbidden-category"), ("联系户", "张三（HIV）", "forbidden-category"),
    ("住址", "信访局东侧", None)])
def test_what_is_said_of_people_and_what_is_not(desk, heading, cell, code):
    sheet = desk.take_rows([["村", "身份证号", "户主" if heading != "联系户" else "年龄", heading],
                            ["永胜", WANG, "王福生" if heading != "联系户" else 70, cell]])
    assert codes(sheet)[:1] == ([code] if code else [])
    assert bool(code) == (cell.encode() not in (desk.db.read_bytes() if desk.db.exists() else b""))


@pytest.mark.parametrize("heading", ["宗教信仰", "是否信教", "信访情况", "艾滋病", "是否涉恐", "前科", "HIV检测", "上访次数"])
def test_a_forbidden_column_is_named_and_left_out(desk, heading):
    sheet = desk.take_rows([["村", "户主", "身份证号", heading], ["永胜", "王福生", WANG, "是"]])
    (problem,) = sheet.problems
    assert (problem.code, problem.level, problem.cell, problem.heading) == ("forbidden-category", "warning", "D1", heading)
    assert (counts(sheet), sheet.unmapped) == ((1, 1, 0, 0, 0), [])


def test_a_list_of_forbidden_people_is_not_taken_in_at_all(desk):
    sheet = desk.take_rows([["永胜村信教群众花名册"], ["村", "姓名", "身份证号"], ["永胜", "王福生", WANG]])
    assert (sheet.kind, codes(sheet, "note")) == (None, ["sheet-unknown"])
    assert desk.records("household") == []


def test_a_ticket_may_speak_of_petitioning_and_a_roster_may_not(desk):
    sheet = desk.take_rows({"工单": [
        ["工单编号", "诉求内容", "承办村", "派单时间"], ["2509121011", "反映信访件没有答复", "永胜", "2026-03-05"]]})
    # No roster has named the village yet: a ticket teaches none.
    assert codes(sheet) == ["village-unknown"]
    desk.take_rows({"联系户": [["村", "户主"], ["永胜", "王福生"]]})
    assert desk.take(desk.folder / "名册.xlsx").total("unchanged") == 1


def test_village_of_a_closed_list_has_the_nearest_name(desk):
    desk.take_rows({"村名单": [["片区", "嘎查村"], ["城郊片", "永胜村"], ["北片", "好力保嘎查"]]})
    with desk.open() as database, database.transaction():
        database.execute("INSERT INTO setting (name, text) VALUES ('config', 'villages_closed = true')")
    sheet = desk.take_rows([["村", "户主", "身份证号"], ["永盛", "王福生", WANG], ["永胜嘎查", "李二", LI]])
    (problem,) = sheet.problems
    assert (problem.code, problem.level, problem.cell, problem.heading) == ("village-unknown", "error", "A2", "村")
    assert "永胜村" in problem.message
    assert counts(sheet) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("number", [250912101108115409, 2.50912101108115e17, "2.50912E+17", "250912101108115000.0"])
def test_ticket_numbers_as_numbers_are_damaged(desk, number):
    desk.take_rows([["村", "户主"], ["永胜", "王福生"]])
    sheet = desk.take_rows({"工单": [
        ["工单编号", "诉求内容", "承办村", "派单时间"], [number, "修路", "永胜", "2026-03-05"]]}, name="工单.xlsx")
    assert (codes(sheet), counts(sheet)) == (["id-damaged"], (1, 0, 0, 0, 1))


def test_dates_ahead_and_damaged_are_errors_where_they_name_the_record(desk):
    desk.take_rows({"联系户": [["村", "户主"], ["永胜", "王福生"]]})
    desk.take_rows({"干部": [["姓名", "村", "职务"], ["白音", "永胜", "书记"]]}, name="干部.xlsx")
    sheet = desk.take_rows({"走访": [
        ["村", "户主", "走访人", "走访时间"], ["永胜", "王福生", "白音", "2026-11-25"], ["永胜", "王福生", "白音", "3月5日"],
        ["永胜", "王福生", "白音", None], ["永胜", "王福生", "白音", 2023.1], ["永胜", "王福生", "白音", "2026-11-24"]]},
        name="走访.xlsx")
    assert (codes(sheet), counts(sheet)) == (["date-invalid"] * 4, (5, 1, 0, 0, 4))
    assert [p.cell for p in sheet.problems] == ["D2", "D3", "D4", "D5"]


def test_references_that_are_unknown(desk):
    desk.take_rows({"联系户": [["村", "户主"], ["永胜", "王福生"]]})
    header = ["村", "户主", "户编号", "身份证号", "办理人", "办实事内容", "办理时间"]
    sheet = desk.take_rows({"办实事": [
        header, ["永胜", "没有的", None, None, None, "送医", "2026-03-05"],
        [None, None, "H00099", None, None, "送医", "2026-03-05"],
        [None, None, None, WANG, None, "送医", "2026-03-05"], ["永胜", "王福生", None, None, "没有的", "送医", "2026-03-05"]]},
        name="办实事.xlsx")
    assert (codes(sheet), counts(sheet)) == (["reference-unknown"] * 4, (4, 0, 0, 0, 4))
    assert [p.cell for p in sheet.problems] == ["B2", "C3", "D4", "E5"]


def formula(desk, name, formulas, rows, sheet="联系户"):
    """A workbook with formulas that no office program has ever calculated."""
    return desk.workbook(name, {sheet: Page([*rows, *formulas])})


def test_formula_without_its_result_is_an_error_only_where_the_record_is_named(desk):
    path = formula(desk, "公式.xlsx", [
        [1, "永胜", "=A1", WANG, None, 2], [2, "永胜", "李二", LI, None, "=1+1"], [3, "永胜", "赵云", "=D2", None, 2],
        [4, "=B2", "孙五", None]], [HEADER])
    sheet = desk.take(path).files[0].sheets[0]
    got = {p.cell: (p.code, p.level) for p in sheet.problems if p.code == "cell-error"}
    assert got == {"C2": ("cell-error", "error"), "F3": ("cell-error", "warning"), "D4": ("cell-error", "error"),
                   "B5": ("cell-error", "error")}
    assert {p.code for p in sheet.problems} == {"cell-error"}
    assert counts(sheet) == (4, 1, 0, 0, 3)


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!"])
def test_error_cells(desk, value):
    sheet = desk.take_rows({"联系户": [
        HEADER, [1, "永胜", "王福生", WANG, None, value], [2, "永胜", value, ZHAO, None, 2], GOOD]})
    got = {p.cell: (p.code, p.level) for p in sheet.problems}
    assert got == {"F2": ("cell-error", "warning"), "C3": ("cell-error", "error")}
    assert counts(sheet) == (3, 2, 0, 0, 1)


def test_sex_and_age_that_contradict_the_number_are_told(desk):
    sheet = desk.take_rows([["村", "户主", "身份证号", "性别", "年龄"],
                            ["永胜", "王福生", WANG, "女", 70], ["永胜", "李二", LI, "女", 30], ["永胜", "赵云", ZHAO, "女", 65]])
    assert [(p.code, p.cell, p.level) for p in sheet.problems] == [
        ("choice-unknown", "D2", "warning"), ("number-invalid", "E3", "warning")]
    assert counts(sheet) == (3, 3, 0, 0, 0)
    assert [h["sex"] for h in sorted(desk.records("household"), key=lambda h: h["head_name"])] == ["女", "男", "女"]


def test_town_cadre_with_area_needs_no_village_and_blank_capacity_stays_blank(desk):
    sheet = desk.take_rows({"镇领导": [
        ["姓名", "嘎查村", "包片村", "联户上限", "电话"],
        ["刘建国", None, "永胜、好力保嘎查", None, "13704821113"], ["高娃", None, None, 2, None],
        ["白音", "永胜", None, "两户", None]]})
    assert (counts(sheet), codes(sheet)) == ((3, 2, 0, 0, 1), ["village-missing"])
    assert {c["name"]: (c["area"], c["capacity"]) for c in desk.records("cadre")} == {
        "刘建国": ("永胜、好力保嘎查", None), "白音": (None, 2)}
