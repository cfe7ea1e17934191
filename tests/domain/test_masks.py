"""Nothing that identifies or reaches a person stays readable. All numbers are invented."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.identity import check_digit
from lianhu.domain.masks import mask_id_number, mask_phone, mask_text

LEAK = re.compile(r"\d{17}[\dXx]|\b1[3-9]\d{9}\b")
BARE = re.compile(r"[\s\-－（）()]+")

IDS = st.builds(
    lambda born, sequence: (first := f"152223{born:%Y%m%d}{sequence:03}") + check_digit(first),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
WORDS = st.text("张三的电话是，、。:;#abc", max_size=8)
GAPS = st.sampled_from(["", " ", "-", "－", "\u3000", "\n", " - "])


def widened(text: str) -> str:
    return text.translate({0x30 + i: 0xFF10 + i for i in range(10)} | {ord("X"): ord("Ｘ")})


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("34052419800101001X", "340524**********1X"),
        ("340524800101001", "340524*******01"),
        ("3405241980010100", "340524********00"),
        ("12345", "1***5"),
        ("", ""),
    ],
)
def test_an_id_number_keeps_region_and_two_figures(number: str, masked: str) -> None:
    assert mask_id_number(number) == masked


@pytest.mark.parametrize(
    ("phones", "masked"),
    [
        ("13800138000", "138****8000"),
        ("0482-6123456", "0482-***3456"),
        ("010-61234567", "010-****4567"),
        ("0482-6123456转801", "0482-***3456转801"),
        ("6123456", "***3456"),
        ("13800138000、0482-6123456", "138****8000、0482-***3456"),
    ],
)
def test_a_phone_keeps_enough_to_tell_two_apart(phones: str, masked: str) -> None:
    assert mask_phone(phones) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证34052419800101001X，电话13800138000", "身份证340524**********1X，电话138****8000"),
        ("340524 19800101 001X", "340524**********1X"),
        ("340524-800101-001", "340524*******01"),
        ("３４０５２４１９８００１０１００１Ｘ", "340524**********1X"),
        ("138 0013 8000", "138****8000"),
        ("138-0013-8000和１３９００１３９０００", "138****8000和139****9000"),
        ("13800138000 13900139000", "138****8000 139****9000"),
        ("1. 13800138000 2. 13900139000", "1. 138****8000 2. 139****9000"),
        ("8613800138000", "138****8000"),
        ("电话04826123456或0482-6123456", "电话0482-***3456或0482-***3456"),
        ("错号138001380001", "错号138*****0001"),
        # A ticket number looks like an ID number, so it goes too.
        ("工单250912101108115409", "工单250912**********09"),
    ],
)
def test_numbers_in_free_text_are_masked_however_typed(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-01 2024-09-30",
        "截至2026年11月24日，650名干部联系1230户",
        "2024-09-04 10:30:00",
        "共计1,234.50元，12345热线",
        "第3网格 6123456",
        "",
    ],
)
def test_dates_counts_and_codes_are_left_alone(text: str) -> None:
    assert mask_text(text) == text


@given(st.lists(st.one_of(WORDS, IDS, MOBILES, IDS.map(widened), MOBILES.map(widened), GAPS)))
def test_no_number_is_left_in_any_mixture(parts: list[str]) -> None:
    assert not LEAK.search(mask_text("".join(parts)))


@given(WORDS, IDS, WORDS, GAPS, GAPS)
def test_a_grouped_id_number_is_found(
    before: str, number: str, after: str, one: str, other: str
) -> None:
    typed = one.join([number[:6], number[6:14]]) + other + number[14:]
    masked = BARE.sub("", mask_text(before + typed + after))
    assert number[6:14] not in masked


@given(WORDS, MOBILES, WORDS, GAPS)
def test_a_grouped_mobile_is_found(before: str, number: str, after: str, gap: str) -> None:
    typed = gap.join([number[:3], number[3:7], number[7:]])
    assert number not in BARE.sub("", mask_text(before + typed + after))


@given(st.text("0123456789Xx０９Ｘ٣ -－、()\n张a_", max_size=80))
def test_no_text_at_all_leaks(text: str) -> None:
    assert not LEAK.search(mask_text(text))


@given(st.text("0123456789X -张", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)
