"""Phone numbers. All are invented."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.phones import read_phones
from lianhu.domain.table import Cell

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("13800138000", "13800138000"),
        (13800138000.0, "13800138000"),
        (13800138000, "13800138000"),
        ("13800138000.0", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("手机：13800138000", "13800138000"),
        ("张三13800138000", "13800138000"),
        ("13800138000（张三）", "13800138000"),
        ("0482-6123456", "0482-6123456"),
        ("04826123456", "0482-6123456"),
        ("(0482)6123456", "0482-6123456"),
        ("0482 612 3456", "0482-6123456"),
        ("010-61234567", "010-61234567"),
        ("0482-6123456转801", "0482-6123456转801"),
        ("0482-6123456-801", "0482-6123456转801"),
        ("6123456", "6123456"),
        ("61234567", "61234567"),
        (6123456.0, "6123456"),
        ("13800138000/13900139000", "13800138000、13900139000"),
        ("13800138000、13900139000", "13800138000、13900139000"),
        ("13800138000，13900139000", "13800138000、13900139000"),
        ("13800138000;0482-6123456", "13800138000、0482-6123456"),
        ("13800138000 13900139000", "13800138000、13900139000"),
        ("13800138000\n13900139000", "13800138000、13900139000"),
        ("13800138000或13900139000", "13800138000、13900139000"),
        ("13800138000 13800138000", "13800138000"),
    ],
)
def test_numbers_are_read_in_one_form(cell: Cell, phones: str) -> None:
    assert read_phones(cell) == (phones, None)


@pytest.mark.parametrize(
    "cell", [None, "", "无", "/", "—", "-", "0", 0.0, "无电话", "空号", "不详"]
)
def test_words_for_no_phone_are_a_blank(cell: Cell) -> None:
    assert read_phones(cell) == (None, None)


@pytest.mark.parametrize(
    "cell",
    [
        "1380013800",
        "138001380001",
        "12800138000",
        "4826123456",
        "138****8000",
        "张三13800138000、李四13900139000",
        "13800138000、13900139000、13700137000",
        "13800138000、1390013",
        "2024-09-04",
        datetime(2024, 9, 4),
        "34052419800101001X",
        "找村长",
        True,
        1.3800138e16,
        13800138000.5,
    ],
)
def test_what_is_not_surely_a_number_is_refused(cell: Cell) -> None:
    value, fault = read_phones(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "phone-invalid"


@given(MOBILES, MOBILES, st.sampled_from(["、", "/", " ", "\n", "，", ";", "或", " / "]))
def test_two_mobiles_survive_any_separator(one: str, other: str, separator: str) -> None:
    expected = "、".join(dict.fromkeys([one, other]))
    assert read_phones(one + separator + other) == (expected, None)


@given(
    MOBILES, st.sampled_from(["", " ", "-"]), st.sampled_from(["", "+86", "0086", "86 ", "+86-"])
)
def test_prefix_and_groups_do_not_change_a_mobile(number: str, gap: str, prefix: str) -> None:
    typed = prefix + gap.join([number[:3], number[3:7], number[7:]])
    assert read_phones(typed) == (number, None)


@given(st.text("0123456789 -+/、张三转()", max_size=30))
def test_reading_again_what_was_read_changes_nothing(text: str) -> None:
    value, _ = read_phones(text)
    if value is not None:
        assert read_phones(value) == (value, None)


@given(st.from_regex(r"[0-9 /、张-]{7,40}", fullmatch=True))
def test_a_message_never_shows_a_whole_number(text: str) -> None:
    _, fault = read_phones(text)
    if fault:
        assert not re.search(r"\d{5}", fault.message)
