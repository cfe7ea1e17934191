"""Counts, money and numbers that are names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.quantities import read_amount, read_integer, read_number_text
from lianhu.domain.table import Cell


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        ("３", 3),
        ("3.0", 3),
        ("3人", 3),
        ("3 口人", 3),
        ("12亩", 12),
        ("1,234", 1234),
        ("1，234", 1234),
        ("1.2万", 12000),
        ("三", 3),
        ("两口", 2),
        ("十", 10),
        ("十二", 12),
        ("三十", 30),
        ("九十九人", 99),
        ("零", 0),
        (0.0, 0),
    ],
)
def test_counts_are_read_with_their_units(cell: Cell, count: int) -> None:
    assert read_integer(cell) == (count, None)


@pytest.mark.parametrize("cell", [None, "", "无", "/", "—"])
def test_no_number_is_a_blank(cell: Cell) -> None:
    assert read_integer(cell) == read_amount(cell) == read_number_text(cell) == (None, None)


@pytest.mark.parametrize(
    "cell",
    [
        *["3.5", 3.5, "-3", -3.0, "3 4", "1,23", "约3人", "30多人", "三个半", "3个半", "1e3", "5%"],
        *["若干", True, 1e15, float("nan"), "34052419800101001X", "152223198001010000", "9" * 30],
    ],
)
def test_what_is_no_count_is_refused(cell: Cell) -> None:
    value, fault = read_integer(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "number-invalid"
    assert "19800101" not in fault.message


def test_a_count_outside_its_bounds_is_refused() -> None:
    assert read_integer("200岁", high=150)[0] is None
    assert read_integer("0", low=1)[0] is None
    assert read_integer(-5.0, low=-10) == (-5, None)


@pytest.mark.parametrize(
    ("cell", "hundredths"),
    [
        ("1,234.50元", 123450),
        ("￥500", 50000),
        ("¥ 1.5万元", 1500000),
        ("3万", 3000000),
        ("人民币20元整", 2000),
        ("3.3亩", 330),
        (1.1, 110),
        (0.1 + 0.2, 30),
        (1234.56, 123456),
        ("0.07", 7),
        ("十元", 1000),
        (0, 0),
    ],
)
def test_money_is_exact_to_the_hundredth(cell: Cell, hundredths: int) -> None:
    assert read_amount(cell) == (hundredths, None)


@pytest.mark.parametrize(
    "cell", ["12.345", 12.345, "-5", "(50)", "3万5", "一百", 1e15, True, "约100元"]
)
def test_what_is_no_amount_is_refused(cell: Cell) -> None:
    value, fault = read_amount(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "number-invalid"


def test_a_negative_amount_is_read_where_it_is_allowed() -> None:
    assert read_amount("-5", low=-1000) == (-500, None)


@given(st.integers(0, 10**12))
def test_no_hundredth_is_lost_to_floating_point(hundredths: int) -> None:
    amount = Decimal(hundredths) / 100
    assert read_amount(float(amount)) == read_amount(f"{amount:,.2f}元") == (hundredths, None)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("250912101108115409", "250912101108115409"),
        ("000123", "000123"),
        ("２５０９", "2509"),
        ("'2509", "2509"),
        ("2509 1210 11", "2509121011"),
        (12345.0, "12345"),
        (123456789012345.0, "123456789012345"),
        ("123.0", "123"),
        ("GD-2025-001", "GD-2025-001"),
        ("V1.0", "V1.0"),
    ],
)
def test_ticket_numbers_are_text_of_any_length(cell: Cell, number: str) -> None:
    assert read_number_text(cell) == (number, None)


@pytest.mark.parametrize(
    "cell", [250912101108115409.0, 10**15, "2.50912E+17", "250912101108115409.0"]
)
def test_a_ticket_number_kept_as_a_number_has_lost_figures(cell: Cell) -> None:
    value, fault = read_number_text(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "id-damaged"


@given(st.text("0123456789", min_size=2, max_size=30))
def test_figures_typed_as_text_are_kept_to_the_last(text: str) -> None:
    assert read_number_text(text) == (text, None)
