"""Facts inside ID numbers and keys of places and people. All numbers are invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.identity import (
    age_on,
    born_on,
    check_digit,
    eighteen_digits,
    name_key,
    nearest,
    place_key,
    sex_of,
    village_key,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_the_standards_weighted_sum(first17: str) -> None:
    total = sum(int(figure) * weight for figure, weight in zip(first17, WEIGHTS, strict=True))
    assert check_digit(first17) == "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "vector", ["34052419800101001X", "370101190102039973", "11010519491231002X"]
)
def test_the_check_digit_of_the_published_vectors(vector: str) -> None:
    assert check_digit(vector[:17]) == vector[17]


def test_sex_and_birth_stand_in_both_generations_of_numbers() -> None:
    assert sex_of("34052419800101001X") == sex_of("340524800101001") == "男"
    assert sex_of("11010519491231002X") == sex_of("110105491231002") == "女"
    assert born_on("34052419800101001X") == born_on("340524800101001") == date(1980, 1, 1)


def test_an_old_number_and_its_successor_are_one_identity() -> None:
    assert eighteen_digits("340524800101001") == eighteen_digits("34052419800101001X")


def test_a_birth_that_is_no_day_raises() -> None:
    with pytest.raises(ValueError, match=r"month|Invalid"):
        born_on("34052419801301001X")


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2044, 12, 31), 64),
        (date(2045, 1, 1), 65),
        (date(2045, 12, 31), 65),
        (date(1980, 1, 1), 0),
    ],
)
def test_age_is_full_years_on_a_day(day: date, age: int) -> None:
    assert age_on("34052419800101001X", day) == age_on(date(1980, 1, 1), day) == age


def test_somebody_born_on_a_leap_day_is_older_from_the_first_of_march() -> None:
    assert age_on(date(2000, 2, 29), date(2025, 2, 28)) == 24
    assert age_on(date(2000, 2, 29), date(2025, 3, 1)) == 25


@pytest.mark.parametrize(
    "spelling",
    [
        "永胜",
        "永胜村",
        "永胜嘎查",
        "永胜嘎查村",
        "永胜行政村",
        "永胜村委会",
        "永胜村民委员会",
        "永胜村村民委员会",
        "永胜嘎查村委会",
        "永胜嘎查委员会",
        "(音德尔镇)永胜村",
        "（音德尔镇）永胜嘎查",
        "音德尔镇永胜村",
        "扎赉特旗音德尔镇永胜村",
        "永胜（嘎查）",
        "永胜嘎查(村)",
        "巴彦乌兰苏木永胜嘎查",
        "永 胜 村",
        " 永胜\u3000嘎查 ",
    ],
)
def test_all_spellings_of_a_village_have_one_key(spelling: str) -> None:
    assert village_key(spelling) == "永胜"


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("红旗社区", "红旗社区"),
        ("红旗社区居委会", "红旗社区"),
        ("红旗社区居民委员会", "红旗社区"),
        ("红旗居委会", "红旗社区"),
        ("音德尔镇红旗社区", "红旗社区"),
        ("红旗村", "红旗"),
        ("新村", "新村"),
        ("新村嘎查", "新村"),
        ("新村委会", "新村"),
        ("新村村委会", "新村"),
        ("东村", "东村"),
        ("东村嘎查", "东村"),
        ("村", "村"),
        ("嘎查", "嘎查"),
        ("社区", "社区"),
        ("古镇村", "古镇"),
        ("乌兰苏木嘎查", "乌兰苏木"),
        ("音德尔镇社区", "音德尔镇社区"),
        ("", ""),
    ],
)
def test_short_names_and_communities_keep_what_names_them(spelling: str, key: str) -> None:
    assert village_key(spelling) == key


NAMES = st.text("永胜红旗新东村镇乡社区嘎查苏木委会居民行政 ()", max_size=12)


@given(NAMES)
def test_a_village_key_is_its_own_key(name: str) -> None:
    assert village_key(village_key(name)) == village_key(name)


@given(st.text("永胜红旗平安兴隆和", min_size=2, max_size=4))
def test_a_community_and_a_village_of_one_name_are_never_one(name: str) -> None:
    assert village_key(name + "社区") != village_key(name + "村")


def test_a_place_key_ignores_width_spaces_and_brackets_but_not_words() -> None:
    assert place_key("第３ 网格") == place_key("第3网格")
    assert place_key("东屯（一组）") == place_key("东屯(一组)")
    assert place_key("第3网格") != place_key("3号网格")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("巴图.孟和", "巴图·孟和"),
        ("巴图孟和", "巴图•孟和"),
        ("张 三", "张三"),
        ("张三（户主）", "张三"),
        ("JOHN smith", "John  Smith"),
        ("张三(东屯)", "张三（东屯）"),
    ],
)
def test_two_spellings_of_one_persons_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_people_have_different_keys() -> None:
    assert len({name_key(name) for name in ("张三", "张三（东屯）", "张珊", "张三三")}) == 4


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("永兴", ["红旗", "永胜"], ["永胜"]),
        ("永胜屯", ["红旗村", "永胜村"], ["永胜村"]),
        ("监测胡", ["低保户", "监测户"], ["监测户"]),
        ("甲", ["乙", "丙"], []),
        ("红旗", ["永胜"], []),
        ("永胜", [], []),
        ("", ["永胜"], []),
    ],
)
def test_the_nearest_known_word(word: str, known: list[str], found: list[str]) -> None:
    assert nearest(word, known) == found


def test_the_nearest_words_come_best_first_and_equals_in_their_order() -> None:
    assert nearest("永胜村", ["永兴村", "永乐村", "永胜村", "红旗"], limit=3) == [
        "永胜村",
        "永兴村",
        "永乐村",
    ]
