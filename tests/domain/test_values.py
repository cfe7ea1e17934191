"""Text, ticks and lists; the other readers are tested beside the modules that hold them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain import values
from lianhu.domain.cells import cell_text, quoted, tidy
from lianhu.domain.table import Cell
from lianhu.domain.values import read_flag, read_text, split_list

CELLS = st.one_of(
    st.none(),
    st.text(),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  困难户 ", "困难户"),
        ("第一行\n第二行\r\n第三行", "第一行 第二行 第三行"),
        ("甲\u3000\u3000乙", "甲 乙"),
        ("零\u200b宽\ufeff\u202e字", "零宽字"),
        ("表\x00格\x07", "表格"),
        ("坏\ud800字", "坏字"),
        ("e\u0301", "é"),
        ("𠮷㐀\ue000", "𠮷㐀\ue000"),
        ("ﬁ①ⅷ", "ﬁ①ⅷ"),
        (3.0, "3"),
        (3, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (True, "TRUE"),
        (date(2024, 9, 4), "2024-09-04"),
        (datetime(2024, 9, 4), "2024-09-04"),
        (datetime(2024, 9, 4, 10, 30), "2024-09-04 10:30"),
        (time(10, 30), "10:30"),
        (timedelta(hours=30, minutes=5), "30:05"),
        ("", None),
        (" \u200b\n", None),
        (None, None),
    ],
)
def test_text_is_tidied_without_changing_what_is_written(cell: Cell, text: str | None) -> None:
    assert read_text(cell) == (text, None)


def test_mongolian_vowel_separator_stays_because_words_need_it() -> None:
    assert read_text("\u182a\u180e\u182a")[0] == "\u182a\u180e\u182a"


@pytest.mark.parametrize("cell", [250912101108115409.0, 10**15, float("inf"), float("nan")])
def test_a_number_that_excel_has_cut_is_refused_as_text(cell: float) -> None:
    value, fault = read_text(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "number-invalid"


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_tidy_text_can_be_stored_and_printed_on_one_line(text: str) -> None:
    tidied = tidy(text)
    tidied.encode()
    assert len(tidied.splitlines()) <= 1


@given(CELLS)
def test_every_reader_takes_every_cell_and_returns_value_or_fault(cell: Cell) -> None:
    for name in values.__all__:
        if not name.startswith("read_"):
            continue
        value, fault = getattr(values, name)(cell)
        assert fault is None or value is None or fault.code == "id-15-digit"
        if fault:
            assert fault.message.endswith("。")


@given(CELLS.filter(lambda cell: cell_text(cell) is not None))
def test_a_blank_is_neither_value_nor_fault(cell: Cell) -> None:
    if cell_text(cell) == "":
        for name in values.__all__:
            if name.startswith("read_"):
                assert getattr(values, name)(cell) == (None, None)


def test_a_quoted_value_is_masked_and_short() -> None:
    assert quoted("13800138000") == "“138****8000”"
    assert len(quoted("长" * 500)) < 30


@pytest.mark.parametrize(
    "cell",
    [*"√✓✔☑■●是有对1Yy", "✔\ufe0f", "Ｙ", "yes", "TRUE", "（√）", " √ ", 1, 1.0, True],
)
def test_ticks_mean_yes(cell: Cell) -> None:
    assert read_flag(cell) == (True, None)


@pytest.mark.parametrize(
    "cell",
    [*"×✗✘☐□否无空0Nn-—/／", "没有", "no", "False", "——", 0, 0.0, False],
)
def test_crosses_and_dashes_mean_no(cell: Cell) -> None:
    assert read_flag(cell) == (False, None)


@pytest.mark.parametrize("cell", [None, "", " ", "\u200b"])
def test_a_blank_tick_cell_says_nothing(cell: Cell) -> None:
    assert read_flag(cell) == (None, None)


@pytest.mark.parametrize("cell", ["也许", "○", 2.0, "是否", datetime(2024, 9, 4)])
def test_anything_else_is_no_tick(cell: Cell) -> None:
    value, fault = read_flag(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "choice-unknown"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("低保、残疾", ["低保", "残疾"]),
        ("低保，残疾,五保；脱贫;监测/独居", ["低保", "残疾", "五保", "脱贫", "监测", "独居"]),
        ("独居 空巢\n留守", ["独居", "空巢", "留守"]),
        ("低保、低保、残疾", ["低保", "残疾"]),
        ("、低保、、", ["低保"]),
        ("残疾（二级，持证）、低保", ["残疾（二级，持证）", "低保"]),
        ("监测户(因病,因学) 低保", ["监测户(因病,因学)", "低保"]),
        ("残疾（二级、低保", ["残疾（二级", "低保"]),
        ("和睦户和好", ["和睦户和好"]),
        ("", []),
        (" 、 ", []),
    ],
)
def test_a_cell_of_several_items_is_split_in_order(text: str, items: list[str]) -> None:
    assert split_list(text) == items


@given(
    st.lists(st.sampled_from(["低保", "残疾", "独居", "脱贫户"])), st.sampled_from("、，,；;/ \n")
)
def test_splitting_finds_what_was_joined(items: list[str], separator: str) -> None:
    assert split_list(separator.join(items)) == list(dict.fromkeys(items))
