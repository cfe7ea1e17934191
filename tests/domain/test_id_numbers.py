"""Identity numbers. All numbers here are invented; three are the published test vectors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.id_numbers import read_id_number
from lianhu.domain.identity import check_digit
from lianhu.domain.table import Cell

TODAY = date(2026, 11, 24)
VECTORS = ["34052419800101001X", "370101190102039973", "11010519491231002X"]

REGIONS = st.sampled_from(["152223", "110105", "340524", "650102", "810000"])
BIRTHS = st.dates(date(1900, 1, 1), TODAY)
SEQUENCES = st.integers(0, 999)
VALID = st.builds(
    lambda region, born, sequence: numbered(f"{region}{born:%Y%m%d}{sequence:03}"),
    REGIONS,
    BIRTHS,
    SEQUENCES,
)


def numbered(first17: str) -> str:
    return first17 + check_digit(first17)


def code_of(cell: Cell) -> str:
    value, fault = read_id_number(cell, today=TODAY)
    assert value is None
    assert fault is not None
    return fault.code


@pytest.mark.parametrize("vector", VECTORS)
def test_the_published_vectors_are_valid(vector: str) -> None:
    assert read_id_number(vector) == (vector, None)


@given(VALID)
def test_every_number_built_by_the_standard_is_accepted(number: str) -> None:
    assert read_id_number(number, today=TODAY) == (number, None)


@given(VALID, st.integers(0, 17), st.integers(1, 9))
def test_changing_any_one_figure_is_caught(number: str, place: int, step: int) -> None:
    figures = "0123456789X" if place == 17 else "0123456789"
    other = figures[(figures.index(number[place]) + step) % len(figures)]
    wrong = number[:place] + other + number[place + 1 :]
    assert code_of(wrong) in {"id-checksum", "id-date", "id-damaged"}


@given(VALID, st.integers(0, 15))
def test_swapping_two_neighbouring_figures_is_caught(number: str, place: int) -> None:
    left, right = number[place], number[place + 1]
    if left != right:
        swapped = number[:place] + right + left + number[place + 2 :]
        assert read_id_number(swapped, today=TODAY)[0] is None


@pytest.mark.parametrize(
    "cell",
    [
        "34052419800101001x",
        "３４０５２４１９８００１０１００１Ｘ",
        "３４０５２４１９８００１０１００１ｘ",
        "34052419800101001×",
        "34052419800101001\u0425",
        "'34052419800101001X",
        "‘34052419800101001X",
        " 340524 19800101 001X ",
        "340524-19800101-001X",
        "340524\u200b19800101001X",
        "34052419800101001X.",
        "34052419800101001X\n",
    ],
)
def test_ways_of_typing_a_number_are_accepted(cell: str) -> None:
    assert read_id_number(cell) == ("34052419800101001X", None)


@pytest.mark.parametrize(
    "cell",
    [
        1.52223198001011e17,
        152223198001010000,
        1e15,
        "1.52223E+17",
        "1.52223198001011e+17",
        "152223198001011000",
        "152223198001011234.0",
        "152223********1234",
    ],
)
def test_a_number_damaged_by_excel_or_masked_is_never_repaired(cell: Cell) -> None:
    assert code_of(cell) == "id-damaged"


def test_a_valid_number_that_happens_to_end_in_three_zeros_is_accepted() -> None:
    number = next(
        number
        for day in range(1, 29)
        for sequence in range(0, 1000, 100)
        if (number := numbered(f"152223198001{day:02}{sequence:03}")).endswith("000")
    )
    assert read_id_number(number) == (number, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("34052419800101002X", "id-checksum"),
        (numbered("99052419800101001"), "id-checksum"),
        (numbered("34052419801301001"), "id-date"),
        (numbered("34052419800230001"), "id-date"),
        (numbered("34052418991231001"), "id-date"),
        (numbered("34052420261125001"), "id-date"),
        ("340524801301001", "id-date"),
        ("990524800101001", "id-checksum"),
        ("34052419800101001", "id-length"),
        ("34052419800101001XX", "id-length"),
        ("340524198001010X10", "id-length"),
        ("护照E1234567", "id-length"),
        ("34052419800101001X、11010519491231002X", "id-length"),
        (123.0, "id-length"),
        (True, "id-length"),
        ("#N/A", "cell-error"),
    ],
)
def test_each_mistake_has_its_code(cell: Cell, code: str) -> None:
    assert code_of(cell) == code


def test_a_birth_today_is_possible() -> None:
    number = numbered("15222320261124001")
    assert read_id_number(number, today=TODAY) == (number, None)


def test_a_birth_after_the_machines_day_is_refused_without_a_given_day() -> None:
    assert read_id_number(numbered("15222320991231001"))[0] is None


@pytest.mark.parametrize("cell", ["340524800101001", 340524800101001.0, "340524 800101 001"])
def test_an_old_number_is_accepted_with_a_warning(cell: Cell) -> None:
    value, fault = read_id_number(cell)
    assert value == "340524800101001"
    assert fault is not None
    assert fault.code == "id-15-digit"


@pytest.mark.parametrize("cell", [None, "", "无", "/", "—", "无证", "不详", "0", 0.0])
def test_words_for_no_number_are_a_blank(cell: Cell) -> None:
    assert read_id_number(cell) == (None, None)


@given(
    VALID.map(lambda number: number[:-1])
    | VALID.map(lambda number: number[:16] + "张" + number[17])
)
def test_no_message_shows_the_whole_number(broken: str) -> None:
    _, fault = read_id_number(broken)
    assert fault is not None
    assert broken[6:14] not in fault.message
