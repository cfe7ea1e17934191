"""Names of people and villages."""

import pytest

from lianhu.domain.names import read_name, read_village
from lianhu.domain.table import Cell


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张三", "张三"),
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("欧 阳 \n 修", "欧阳修"),
        ("张三（户主）", "张三"),
        ("张三(本人)", "张三"),
        ("张三(东屯)", "张三（东屯）"),
        ("张三 （ 大 ）", "张三（大）"),
        ("张三。", "张三"),
        ("J. Smith", "J. Smith"),
        ("John   Smith", "John Smith"),
        ("Ｂａｔｕ", "Batu"),
        ("𠮷𠀀", "𠮷𠀀"),
        ("㛃䶮\ue863", "㛃䶮\ue863"),
        ("乌云\u200b其其格", "乌云其其格"),
        ("ᠪᠠᠲᠤ", "ᠪᠠᠲᠤ"),
        ("张三1", "张三1"),
    ],
)
def test_a_name_is_stored_in_one_form(cell: str, name: str) -> None:
    assert read_name(cell) == (name, None)


@pytest.mark.parametrize("dot", "•．.・‧∙·。｡⋅")
@pytest.mark.parametrize("gap", ["", " "])
def test_every_dot_inside_a_mongolian_name_becomes_the_middle_dot(dot: str, gap: str) -> None:
    assert read_name(f"阿拉坦{gap}{dot}{gap}其其格") == ("阿拉坦·其其格", None)


@pytest.mark.parametrize("cell", [None, "", "无", "—", "——", "/", "-", "不详", "（户主）", "－－"])
def test_a_dash_or_word_for_nobody_is_a_blank(cell: Cell) -> None:
    assert read_name(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (12345.0, "name-missing"),
        (2.5e17, "name-missing"),
        ("13800138000", "name-missing"),
        ("张三13800138000", "name-missing"),
        ("字" * 41, "name-missing"),
        ("？？", "name-missing"),
        ("***", "name-missing"),
        (True, "name-missing"),
        ("#REF!", "cell-error"),
    ],
)
def test_what_is_no_name_is_refused(cell: Cell, code: str) -> None:
    value, fault = read_name(cell)
    assert value is None
    assert fault is not None
    assert fault.code == code


def test_a_phone_typed_beside_a_name_is_masked_in_the_message() -> None:
    _, fault = read_name("张三13800138000")
    assert fault is not None
    assert "13800138000" not in fault.message


@pytest.mark.parametrize(
    ("cell", "village"),
    [(" 永 胜 村 ", "永胜村"), ("永胜嘎查", "永胜嘎查"), ("无", None), ("/", None), (None, None)],
)
def test_a_village_is_read_as_it_is_spelt(cell: Cell, village: str | None) -> None:
    assert read_village(cell) == (village, None)


@pytest.mark.parametrize("cell", ["永胜村13800138000", "永胜 138-0013-8000", "152223199001011234"])
def test_a_number_in_the_village_column_is_refused_and_masked(cell: str) -> None:
    value, fault = read_village(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "village-missing"
    assert "0013800" not in fault.message.replace("-", "")
    assert "19900101" not in fault.message


def test_a_sentence_in_the_village_column_is_refused() -> None:
    value, fault = read_village("填" * 41)
    assert value is None
    assert fault is not None
    assert fault.code == "village-missing"
