"""Finding the one household, cadre or village that a user names."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.services.lookup import get_cadre, get_cluster, get_household, get_village
from lianhu.store.connection import Database, open_database
from tests.factory import a_town, an_id_number

NUMBER = an_id_number(77)


@pytest.fixture
def database(path: Path):
    with a_town(path) as town:
        east, west = town.village("永胜"), town.village("哈达")
        town.household(village_id=east, head_name="宝音", head_id_number=NUMBER, phone="13800000001")
        town.household(village_id=east, head_name="王海林", phone="0482-6123456、13911112222")
        town.household(village_id=west, head_name="王海林", phone=None)
        town.household(village_id=west, head_name="巴图·孟和", code="旗-7")
        town.cadre(village_id=east, name="包文军", id_number=an_id_number(88), phone="13700000009")
        town.cadre(village_id=None, name="李镇长", area="永胜、哈达")
        town.cadre(village_id=west, name="包文军")
    with open_database(path) as opened:
        yield opened


@pytest.mark.parametrize(("word", "code"), [
    ("H00001", "H00001"), ("h00001", "H00001"), (" H00001 ", "H00001"), ("Ｈ００００１", "H00001"), (NUMBER, "H00001"),
    (NUMBER.lower(), "H00001"), (f"{NUMBER[:6]} {NUMBER[6:]}", "H00001"), ("13800000001", "H00001"),
    ("138-0000-0001", "H00001"), ("13911112222", "H00002"), ("04826123456", "H00002"), ("宝音", "H00001"),
    ("宝 音", "H00001"), ("宝音（户主）", "H00001"), ("巴图.孟和", "旗-7"), ("旗-7", "旗-7")])
def test_a_household_by_code_number_phone_or_name(database: Database, word: str, code: str):
    assert get_household(database, word)["code"] == code


@pytest.mark.parametrize(("word", "code"), [
    ("c0001", "C0001"), (an_id_number(88), "C0001"), ("13700000009", "C0001"), ("李镇长", "C0002")])
def test_a_cadre_likewise(database: Database, word: str, code: str):
    assert get_cadre(database, word)["code"] == code


def test_a_name_that_fits_several_lists_them_with_village_and_code(database: Database):
    with pytest.raises(AmbiguousError) as caught:
        get_household(database, "王海林")
    assert caught.value.exit_code == 3
    assert caught.value.sentence == "“王海林”有 2 个户：永胜 王海林 H00002；哈达 王海林 H00003。"
    with pytest.raises(AmbiguousError, match="永胜 包文军 C0001；哈达 包文军 C0003"):
        get_cadre(database, "包文军")


def test_an_unknown_name_gets_the_nearest_ones(database: Database):
    with pytest.raises(NotFoundError) as caught:
        get_household(database, "王海琳")
    assert caught.value.sentence == "没有找到户“王海琳”。"
    assert caught.value.hint == "您是不是要找：王海林"


@pytest.mark.parametrize("word", ["", "  ", "完全不像的名字啊", "H99999", "'; DROP TABLE household; --", "%", "_", "\x00"])
def test_nobody_of_that_name(database: Database, word: str):
    with pytest.raises(NotFoundError):
        get_household(database, word)
    with pytest.raises(NotFoundError):
        get_cadre(database, word)


def test_a_number_that_fits_nobody_is_not_repeated_in_full(database: Database):
    with pytest.raises(NotFoundError) as caught:
        get_household(database, an_id_number(99))
    assert an_id_number(99) not in caught.value.sentence
    assert an_id_number(99)[:6] in caught.value.sentence
    with pytest.raises(NotFoundError) as caught:
        get_household(database, "13812345678")
    assert "13812345678" not in caught.value.sentence


@pytest.mark.parametrize("word", ["永胜", "永胜村", "永胜嘎查", "永胜嘎查村", " 永胜 "])
def test_a_village_in_any_spelling(database: Database, word: str):
    assert get_village(database, word)["name"] == "永胜"


def test_an_unknown_village_gets_the_nearest(database: Database):
    with pytest.raises(NotFoundError) as caught:
        get_village(database, "永盛村")
    assert caught.value.hint == "您是不是要找：永胜"


class TestUnits:
    @pytest.fixture
    def units(self, path: Path):
        with a_town(path) as town:
            east, west = town.village("永胜嘎查"), town.village("哈达村")
            town.cluster(east, "第一网格")
            town.cluster(east, "永胜第二网格")
            town.cluster(west, "第一网格")
            town.cluster(west, "3号网格")
        with open_database(path) as opened:
            yield opened

    @pytest.mark.parametrize(("word", "village", "found"), [
        ("3号网格", None, 4), ("３号 网格", None, 4), ("第一网格", "永胜", 1), ("第一网格", "哈达嘎查", 3), ("永胜第一网格", None, 1),
        ("永胜嘎查第一网格", None, 1), ("哈达村 第一网格", None, 3), ("哈达/第一网格", None, 3), ("永胜第二网格", None, 2),
        ("永胜第二网格", "永胜", 2),
    ])
    def test_a_unit_by_name_and_village(self, units: Database, word: str, village: str | None, found: int):
        unit = get_cluster(units, word, village)
        assert unit["id"] == found
        assert unit["village_name"] == ("永胜嘎查" if found < 3 else "哈达村")

    @pytest.mark.parametrize(("word", "village", "error", "says"), [
        ("第一网格", None, AmbiguousError, "永胜嘎查、哈达村"), ("第九网格", "永胜", NotFoundError, "永胜嘎查没有登记"),
        ("第一网格", "没有的村", NotFoundError, "没有登记过"), ("3号网格", "永胜", NotFoundError, "永胜嘎查没有登记"),
    ])
    def test_what_does_not_name_one(self, units: Database, word: str, village: str | None, error, says: str):
        with pytest.raises(error) as raised:
            get_cluster(units, word, village)
        assert says in raised.value.sentence
        assert raised.value.hint

    def test_a_town_without_units_says_how_to_make_one(self, path: Path):
        with a_town(path) as town:
            town.village("永胜")
        with open_database(path) as opened, pytest.raises(NotFoundError) as raised:
            get_cluster(opened, "第一网格")
        assert "lianhu cluster add" in raised.value.hint
