"""Rows of a recognised sheet: which are records, and what their cells say."""

from datetime import date, datetime

import pytest

from lianhu.domain.headings import recognise
from lianhu.domain.rows import read_rows
from lianhu.domain.table import Merge, Sheet
from lianhu.domain.terms import Dictionaries
from tests.services.workbooks import id_number

WANG, LI = id_number(1), id_number(4, "19580101")
HEADER = ["序号", "村", "户主", "身份证号", "电话", "类别", "备注"]
REAL = [1, "永胜", "王福生", WANG, None, "低保户", None]


def read(rows, header=HEADER, merges=(), faults=None):
    sheet = Sheet("联系户", [list(header), *[list(row) for row in rows]], [Merge(*m) for m in merges], faults or {})
    return read_rows(sheet, recognise(sheet, Dictionaries()), Dictionaries(), date(2026, 11, 24))


FILLERS = {
    "guidance": ["如：1", "如：永胜村", "填写户主姓名", "18位身份证号", "11位手机号", "从下拉中选择", "选填"],
    "example": ["示例", "永胜村", "张三", WANG, "13800000000", "低保户", "示例行"],
    "例": ["例", "永胜", "张三", WANG, "13800138000", "低保户", None],
    "numbered columns": [1, 2, 3, 4, 5, 6, 7],
    "lettered columns": ["甲", "乙", "丙", 1, 2, 3, 4],
    "unit below a heading": [None, None, None, None, None, "（类）"],
    "sum": ["合  计", None, 1],
    "sum of a village": ["永胜村小计", None, "1户"],
    "sum in column B": [None, "合计", 1],
    "sum with unit": ["合计（户）", None, 1],
    "sum beside the village": [None, "永胜 合计", 1],
    "average": ["平均", None, 1],
    "foot": ["填表人：张三      审核人：李四      联系电话：13800138000"],
    "foot in cells": ["制表：张三", None, "审核：李四", None, "2026年3月5日"],
    "signatures": ["单位负责人（签字）：", None, None, "填报人："],
    "village secretary": ["村书记签字：", None, None, "驻村工作队："],
    "note": ["注：1.身份证号必须18位。2.类别按字典填写。"],
    "remark": ["备注：此表一式两份"],
    "page sum": ["本页共1户"],
    "class sum in a class column": [None, None, None, None, None, "低保1户"],
    "date": [None, None, None, None, "2026年3月5日"],
    "stamp": [None, None, None, None, "（盖章）"],
    "office and date": [None, None, None, None, "永胜村村民委员会", "2026年3月5日"],
    "running number alone": [2],
    "header again": HEADER,
    "title again": ["联系户花名册"],
    "section": ["一、低保户"],
    "blank below": [None, None, "以下空白"],
    "strokes": ["/", "/", "/", "/", "/", "/", "/"],
}


@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
def test_fillers_are_skipped_first_and_last(filler):
    before, after = read([filler, REAL]), read([REAL, filler])
    foot_only = filler[0] in {"例", "示例", 1, "甲", "如：1"}
    assert ([row.number for row in before.rows], before.skipped) == ([3], 1)
    assert foot_only or ([row.number for row in after.rows], after.skipped) == ([2], 1)
    assert [p for row in before.rows for p in row.problems] == []


RECORDS = {
    "remark speaks of filling in": [1, "永胜", "王福生", WANG, None, "低保户", "申请表已填写，格式按照要求"],
    "remark gives an order": [None, "永胜", "王福生", None, None, None, "请按时走访，不得延误"],
    "remark sums": [1, "永胜", "王福生", WANG, None, None, "合计收入：1.2万元"],
    "name like a label": [1, "永胜", "共青山", None, None, None, None],
    "name begins with 如": [1, "永胜", "如意", None, None, None, None],
    "village like a label": [1, "备用村", "王福生", None, None, None, None],
    "no running number": [None, "永胜", "王福生", None, None, None, None],
    "only a number and a phone": [2, "永胜", None, None, "13804821234", None, None],
    "only the ID number": [None, None, None, WANG, None, None, None],
    "only a numbered remark": [3, None, None, None, None, None, "搬走了"],
}


@pytest.mark.parametrize("row", RECORDS.values(), ids=RECORDS)
def test_real_rows_are_never_dropped(row):
    assert [r.number for r in read([row]).rows] == [2]
    assert [r.number for r in read([REAL, REAL, REAL, row]).rows][-1] == 5


@pytest.mark.parametrize("row", [
    [1, "示例村", "王福生", WANG, None, "低保户", None],
    [1, "永胜", "王福生", WANG, None, "低保户", "按照要求填写；如：一式两份"],
    [1, "永胜", "例外", None, "13704821111", None, "请按时联系"],
    ["合计", "永胜", "王福生", WANG, None, "低保户", None],
])
def test_a_row_with_somebodys_number_is_a_record_whatever_else_it_says(row):
    assert [made.number for made in read([row, REAL]).rows] == [2, 3]


def test_the_first_deed_may_tell_of_filling_in_forms():
    sheet = Sheet("办实事", [
        ["户主", "村", "办实事内容", "办理时间"], ["王福生", "永胜", "帮助填写低保申请，按照政策办理", "2026-3-5"]])
    read_ = read_rows(sheet, recognise(sheet, Dictionaries()), Dictionaries(), date(2026, 11, 24))
    assert [row.values["title"] for row in read_.rows] == ["帮助填写低保申请，按照政策办理"]


def test_village_merged_down_too_far_makes_no_rows_but_a_typed_one_does():
    rows = [REAL, [2, "永胜", None], [None, "永胜", None]]
    assert len(read(rows, merges=[(2, 2, 4, 2)]).rows) == 1
    assert len(read(rows).rows) == 3


@pytest.mark.parametrize("cell", [
    "低保、残疾", "残疾、低保户", "低保,残疾", "低保，残疾", "低保；残疾", "低保;残疾", "低保/残疾", "低保 残疾",
    "低保\n残疾", "低保　残疾"])
def test_a_class_cell_mixes_lists_and_separators(cell):
    (row,) = read([[1, "永胜", "王福生", WANG, None, cell]]).rows
    assert (row.values["assistance"], row.values["traits"], row.problems) == ("低保", "残疾", [])


def test_words_for_nothing_are_blanks_and_no_faults():
    (row,) = read([[1, "永胜", "王福生", "无", "—", "/", "无"]]).rows
    assert (row.problems, set(row.values)) == ([], {"village", "head_name"})


def test_one_and_true_are_read_apart_and_dates_as_dates():
    rows = [[n, "永胜", f"王福{n}", None, flag, day] for n, (flag, day) in enumerate([
        (1, datetime(1956, 3, 12)), (True, "1956.3"), (1.0, 20526), (0, None), (False, "无")])]
    got = read(rows, header=["序号", "村", "户主", "身份证号", "是否重难点户", "出生日期"]).rows
    assert [row.values.get("is_hard") for row in got] == [True, True, True, False, False]
    assert [row.values.get("born_on") for row in got] == ["1956-03-12", "1956-03", "1956-03-12", None, None]
    assert [row.problems for row in got] == [[]] * 5


def test_numbers_with_units():
    header = ["村", "户主", "家庭人口"]
    got = read([["永胜", "王", "3人"], ["永胜", "李", "４口"], ["永胜", "张", 5.0], ["永胜", "赵", "六"]], header).rows
    assert [row.values["size"] for row in got] == [3, 4, 5, 6]


def test_several_columns_of_risks_are_one_list():
    header = ["村", "户主", "监测户类型", "致贫返贫风险1", "致贫返贫风险2"]
    (row,) = read([["永胜", "王福生", "边缘户", "因残", "因病"]], header).rows
    assert (row.values["monitoring"], row.values["risks"]) == ("边缘易致贫户", "因病、因残")


def test_a_tick_column_may_hold_its_own_word_and_nothing_else():
    header = ["村", "户主", "残疾", "低保户"]
    first, second = read([["永胜", "王福生", "残疾", "√"], ["永胜", "李二", "二级", "×"]], header).rows
    assert (first.values["traits"], first.values["assistance"], first.problems) == ("残疾", "低保", [])
    assert ([(p.code, p.level, p.cell) for p in second.problems], "traits" in second.values) == (
        [("choice-unknown", "warning", "C3")], False)


def test_a_faulty_cell_alone_still_makes_a_row():
    (row,) = read([[None, None, None]], faults={(2, 3): "#REF!"}).rows
    assert [(p.code, p.level, p.cell) for p in row.problems] == [("cell-error", "error", "C2")]


def test_sex_follows_each_persons_own_number_in_a_list_of_persons():
    sheet = Sheet("家庭成员", [["村", "户主姓名", "户主身份证号", "姓名", "与户主关系", "身份证号", "性别"],
                            ["永胜", "王福生", WANG, "李兰", "配偶", LI, "女"]])
    (row,) = read_rows(sheet, recognise(sheet, Dictionaries()), Dictionaries(), date(2026, 11, 24)).rows
    assert (row.values["sex"], row.values["born_on"], row.problems) == ("女", "1958-01-01", [])
