"""Entering and editing cadres: read as an import reads them, twins asked for, what it means for pairs told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianhu.errors import ConflictError, NotFoundError, UnconfirmedError, UsageError
from lianhu.services.cadre_register import Edit, Entry, add_cadre, edit_cadre
from lianhu.services.history import undo
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, an_id_number, records_only

WOMAN, MAN = an_id_number(7, male=False), an_id_number(8)


@pytest.fixture
def town(path: Path) -> Path:
    with a_town(path) as made:
        here, there = made.village("永胜"), made.village("哈达")
        made.cluster(here)
        made.cadre(name="包文军", village_id=here, hamlet="东屯", cluster_id=1, id_number=MAN, roles="村医")
        made.household(head_name="宝音", village_id=here, traits="年老")
        made.household(head_name="王海林", village_id=there)
    return path


@pytest.fixture
def database(town: Path):
    with open_database(town) as opened:
        yield opened


def add(database: Database, name: str = "白玉兰", *, agreed=(), **given: str) -> Entry:
    return add_cadre(database, {"name": name} | given, today=TODAY, now=NOW, agreed=agreed)


def edit(database: Database, cadre: str = "C0001", *, agreed=(), **given: str) -> Edit:
    return edit_cadre(database, cadre, given, today=TODAY, now=NOW, agreed=agreed)


class TestAdd:
    def test_values_are_read_as_in_a_sheet(self, database: Database):
        entry = add(database, "其 其格", village="永胜嘎查村", roles="乡村医生、两委", phone="+86 138-1234-5678",
                    id_number=f"'{WOMAN.lower()}", hamlet="东屯", capacity="３户", post="村 医", unit="卫生室")
        ((name, village, roles, phone, number, sex, capacity, post),) = database.execute(
            "SELECT name, village_id, roles, phone, id_number, sex, capacity, post FROM cadre WHERE code = 'C0002'")
        assert (name, village, roles, phone, number, sex, capacity, post) == (
            "其其格", 1, "村医、两委成员", "13812345678", WOMAN, "女", 3, "村 医")
        assert (entry.cadre["code"], entry.cadre["village"]) == ("C0002", "永胜")

    def test_a_town_cadre_with_villages_under_their_own_names(self, database: Database):
        entry = add(database, area="永胜嘎查、哈达村、永胜")
        assert (entry.cadre["village"], entry.cadre["area"]) == (None, "永胜、哈达")

    def test_an_old_number_goes_in_with_a_remark(self, database: Database):
        entry = add(database, id_number="152223560312001")
        assert "15位的旧号码" in entry.notes[0]
        assert entry.cadre["sex"] == "男"

    def test_undo_takes_it_back(self, town: Path, database: Database):
        before = records_only(town)
        add(database)
        undo(database, None, now=NOW)
        assert records_only(town) == before

    @pytest.mark.parametrize(("given", "says"), [
        ({"roles": "村一生"}, "不在“干部角色”词表中"), ({"phone": "12345"}, "不是11位手机号"), ({"capacity": "几户"}, "不是数字"),
        ({"capacity": "101"}, "最多 100 户"), ({"capacity": "-1"}, "小于0"), ({"id_number": "34052419800101001"}, "应为18位"),
        ({"id_number": WOMAN, "sex": "男"}, "与身份证号"), ({"sex": "不知道"}, "性别"), ({"name": ""}, "姓名是空的"),
        ({"name": "123"}, "不是姓名"), ({"note": "有前科"}, "本系统不登记“前科”")])
    def test_what_a_sheet_would_not_take_is_refused(self, town: Path, database: Database, given: dict[str, str], says: str):
        before = records_only(town)
        with pytest.raises(UsageError) as caught:
            add(database, **({"name": "白玉兰"} | given))
        assert says in caught.value.sentence
        assert WOMAN not in caught.value.sentence
        assert records_only(town) == before

    def test_the_nearest_word_is_named(self, database: Database):
        with pytest.raises(UsageError, match="您是不是要填“网格员”"):
            add(database, roles="网络员")

    @pytest.mark.parametrize("given", [{"village": "永升"}, {"area": "永胜、哈答"}])
    def test_an_unknown_village(self, database: Database, given: dict[str, str]):
        with pytest.raises(NotFoundError, match="没有登记过") as caught:
            add(database, **given)
        assert "您是不是要找" in caught.value.hint

    def test_another_has_that_number_also_in_its_old_form(self, town: Path):
        old = WOMAN[:6] + WOMAN[8:17]
        with a_town(town) as made:
            made.cadre(name="陈海", id_number=old, left_on="2026-01-01")
        with open_database(town) as database, pytest.raises(ConflictError) as caught:
            add(database, id_number=WOMAN)
        assert "已登记在 C0002 陈海（2026-01-01 离岗）名下" in caught.value.sentence
        assert WOMAN not in caught.value.sentence
        assert caught.value.hint == "返岗：lianhu cadre return C0002"

    def test_a_name_of_the_same_village_is_asked_for(self, town: Path, database: Database):
        before = records_only(town)
        with pytest.raises(UnconfirmedError) as caught:
            add(database, "包·文军", village="永胜")
        assert caught.value.reasons == ("同一个村已有同名的干部 C0001 包文军",)
        assert records_only(town) == before
        assert add(database, "包文军", village="永胜", agreed=caught.value.reasons).cadre["code"] == "C0002"
        assert add(database, "包文军", village="哈达").cadre["code"] == "C0003"
        assert add(database, "包文军").cadre["code"] == "C0004"
        with pytest.raises(UnconfirmedError, match="镇里已有同名的干部 C0004"):
            add(database, "包文军")


class TestEdit:
    def test_changes_and_clears(self, town: Path, database: Database):
        before = records_only(town)
        done = edit(database, phone="", post="副主任", roles="")
        assert set(done.changed) == {"phone", "post", "roles"}
        assert database.execute("SELECT phone, post, roles FROM cadre") == [(None, "副主任", None)]
        assert done.before["roles"] == "村医"
        undo(database, None, now=NOW)
        assert records_only(town) == before

    def test_nothing_to_change_and_nothing_changed(self, town: Path, database: Database):
        before = records_only(town)
        with pytest.raises(UsageError, match="没有写要改什么"):
            edit(database)
        assert edit(database, roles="乡村医生", village="永胜村").batch is None
        assert records_only(town) == before

    def test_a_name_cannot_be_cleared(self, database: Database):
        with pytest.raises(UsageError, match="姓名不能清空"):
            edit(database, name=" ")

    def test_sex_follows_the_number(self, database: Database):
        edit(database, id_number=WOMAN)
        assert database.execute("SELECT sex FROM cadre") == [("女",)]
        with pytest.raises(UsageError, match="性别“男”与身份证号"):
            edit(database, sex="男")

    def test_one_who_changes_village_leaves_hamlet_and_unit_there(self, database: Database):
        done = edit(database, village="哈达")
        assert "组/屯、联户单元已清空" in done.notes[0]
        assert database.execute("SELECT village_id, hamlet, cluster_id FROM cadre") == [(2, None, None)]
        edit(database, village="", area="哈达", hamlet="西屯")
        assert database.execute("SELECT village_id, area, hamlet FROM cadre") == [(None, "哈达", "西屯")]

    def test_twins(self, town: Path):
        with a_town(town) as made:
            made.cadre(name="白玉兰", village_id=1, id_number=WOMAN)
            made.cadre(name="包文军", village_id=2)
        with open_database(town) as database:
            with pytest.raises(UnconfirmedError, match="C0002 白玉兰"):
                edit(database, name="白玉兰")
            with pytest.raises(UnconfirmedError, match="C0001 包文军"):
                edit(database, "C0003", village="永胜")
            with pytest.raises(ConflictError, match="已登记在 C0002 白玉兰名下"):
                edit(database, id_number=WOMAN)
            # What was there before is no question.
            assert edit(database, "C0002", post="主任").changed == ("post",)


class TestWhatAnEditMeansForPairs:
    @pytest.fixture
    def database(self, town: Path):
        with a_town(town) as made:
            made.pair(1, 1, fit=40)
        with open_database(town) as opened:
            yield opened

    def pairs(self, database: Database) -> list[tuple[Any, ...]]:
        return database.execute("SELECT household_id, cadre_id, started_on, ended_on, fit FROM pairing")

    def test_pairs_that_no_longer_fit_his_villages_are_named_not_ended(self, database: Database):
        before = self.pairs(database)
        done = edit(database, village="哈达")
        assert done.misfits == ["跨村：H00001 宝音在永胜，C0001 包文军在哈达"]
        assert self.pairs(database) == before
        # It is told once: another edit has nothing to do with it.
        assert edit(database, post="主任").misfits == []
        assert edit(database, capacity="5").misfits == []

    def test_more_households_than_he_may_hold(self, database: Database):
        assert edit(database, capacity="1").misfits == []
        assert edit(database, capacity="0").misfits == ["超过上限：C0001 包文军上限 0 户，这样共 1 户（H00001 宝音）"]

    def test_roles_change_the_fit(self, database: Database):
        done = edit(database, roles="网格员")
        assert [(household.code, old, new) for household, old, new in done.fits] == [("H00001", 30, 0)]
        assert done.misfits == []

    def test_of_one_who_has_left_nothing_is_told(self, database: Database, town: Path):
        with a_town(town) as made:
            made.change("cadre", 1, left_on="2026-11-01")
        with open_database(town) as again:
            done = edit(again, village="哈达", roles="网格员")
            assert (done.misfits, done.fits) == ([], [])
