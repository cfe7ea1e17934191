"""联户单元: added, changed, filled with households and looked through, on a real file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import clusters
from lianhu.services.history import undo
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """永胜 with two units and four households, the last closed; 哈达 with a unit of the same name and one household."""
    with a_town(path) as made:
        village = made.village("永胜")
        one = made.cluster(village, grid_chief="陈额尔敦", grid_chief_phone="13800000001", grid_workers="白图雅、包山")
        made.cluster(village, "第二网格")
        made.household(head_name="宝音", village_id=village, cluster_id=one)
        made.household(head_name="王海林", village_id=village)
        made.household(head_name="陈玉兰", village_id=village)
        made.household(head_name="周国强", village_id=village, closed_on="2026-05-01", close_reason="搬走")
        far = made.village("哈达")
        made.cluster(far)
        made.household(head_name="乌云", village_id=far)
        made.cluster_head(one, name="巴图")
        made.cluster_head(one, name="白音", ended_on="2026-11-24")
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def put(database: Database, *households: str, unit: str = "第二网格", village: str | None = "永胜", dry_run: bool = False):
    return clusters.put_households(database, unit, village, households, now=NOW, dry_run=dry_run)


def edit(database: Database, unit: str = "第二网格", village: str | None = "永胜", **given: str | None):
    return clusters.edit_cluster(database, unit, village, given, today=TODAY, now=NOW)


def add(database: Database, name: str, village: str = "永胜", **given: str | None):
    return clusters.add_cluster(database, village, name, given, today=TODAY, now=NOW)


def test_the_list_counts_open_households_and_heads_in_office(here: Database):
    assert [(u["village"], u["name"], u["households"], u["cluster_heads"]) for u in clusters.list_clusters(here, today=TODAY)] == [
        ("永胜", "第一网格", 1, 1), ("永胜", "第二网格", 0, 0), ("哈达", "第一网格", 0, 0)]
    assert [u["village"] for u in clusters.list_clusters(here, villages=["哈达村"], today=TODAY)] == ["哈达"]
    unit, households = clusters.show_cluster(here, "永胜第一网格", None, today=TODAY)
    assert (unit["grid_workers"], [h["code"] for h in households]) == ("白图雅、包山", ["H00001"])


class TestAddAndEdit:
    def test_a_new_unit(self, here: Database):
        done = add(here, "３号网格", "永胜嘎查", grid_chief="陈 额尔敦", grid_chief_phone="138 0000 0002")
        assert (done.cluster["name"], done.cluster["grid_chief_phone"]) == ("３号网格", "13800000002")
        assert edit(here, "3号网格", note="新设").changed == {"note": (None, "新设")}

    @pytest.mark.parametrize(("name", "village", "given", "error", "says"), [
        ("第 一网格", "永胜", {}, ConflictError, "已有联户单元“第一网格”"), ("  ", "永胜", {}, UsageError, "要有名称"),
        ("第三网格", "没有的村", {}, NotFoundError, "没有登记过"), ("涉稳网格", "永胜", {}, UsageError, "不登记"),
        ("第三网格", "永胜", {"grid_chief_phone": "12"}, UsageError, "电话"),
    ])
    def test_what_cannot_be_is_refused(self, here: Database, name, village, given, error, says):
        with pytest.raises(error, match=says):
            add(here, name, village, **given)

    def test_values_change_and_are_cleared_and_it_gets_another_name(self, here: Database):
        assert edit(here, "第一网格", name="东网格", grid_chief="", grid_workers="包山").changed == {
            "name": ("第一网格", "东网格"), "grid_chief": ("陈额尔敦", None), "grid_workers": ("白图雅、包山", "包山")}
        assert [u["name"] for u in clusters.list_clusters(here, today=TODAY)] == ["东网格", "第二网格", "第一网格"]

    def test_the_same_again_is_no_batch(self, here: Database):
        assert edit(here, "第一网格", grid_chief="陈额尔敦").batch is None

    def test_nothing_to_change_or_a_name_that_is_taken(self, here: Database):
        with pytest.raises(UsageError, match="没有写要改什么"):
            edit(here)
        with pytest.raises(ConflictError, match="已有"):
            edit(here, name="第一网格")
        assert edit(here, name="第二 网格").changed == {"name": ("第二网格", "第二 网格")}


class TestPut:
    def test_some_are_new_some_move_some_are_there(self, here: Database):
        put(here, "H00002")
        done = put(here, "宝音", "王海林", "h00003", "H00003")
        assert [(h["code"], h["cluster_was"]) for h in done.moved] == [("H00001", "第一网格"), ("H00003", None)]
        assert [h["code"] for h in done.there] == ["H00002"]
        assert put(here, "H00001", "H00002", "H00003").batch is None

    @pytest.mark.parametrize(("words", "error", "says"), [
        (("H00002", "乌云"), ConflictError, "乌云在哈达，不在永胜"), (("H00002", "H00004"), ConflictError, "已于 2026-05-01 销户"),
        (("H00002", "没有的户"), NotFoundError, "没有找到户"),
    ])
    def test_all_or_none(self, here: Database, town: Path, words, error, says):
        before = records_only(here)
        with pytest.raises(error, match=says):
            put(here, *words)
        assert records_only(here) == before

    def test_the_unit_has_to_be_clear(self, here: Database):
        with pytest.raises(AmbiguousError):
            put(here, "H00002", unit="第一网格", village=None)

    def test_a_dry_run_writes_nothing(self, here: Database):
        before = records_only(here)
        assert [h["code"] for h in put(here, "H00002", dry_run=True).moved] == ["H00002"]
        assert records_only(here) == before


def test_each_step_is_taken_back_exactly(here: Database):
    states = [records_only(here)]
    for step in (lambda: add(here, "第三网格"), lambda: edit(here, "第三网格", note="新设"),
                 lambda: put(here, "H00001", "H00002", unit="第三网格")):
        step()
        states.append(records_only(here))
    for state in reversed(states[:-1]):
        undo(here, None, now=NOW)
        assert records_only(here) == state


class TestCheck:
    def test_what_units_lack_and_who_is_in_none(self, here: Database):
        found = clusters.check_clusters(here, today=TODAY)
        assert {name: [(u["village"], u["name"]) for u in units] for name, units in found.lacking.items()} == {
            "grid_chief": [("永胜", "第二网格"), ("哈达", "第一网格")], "grid_workers": [("永胜", "第二网格"), ("哈达", "第一网格")],
            "cluster_heads": [("永胜", "第二网格"), ("哈达", "第一网格")]}
        assert {village: [h["code"] for h in homes] for village, homes in found.homeless.items()} == {
            "永胜": ["H00002", "H00003"], "哈达": ["H00005"]}
        assert (found.units, found.findings) == (3, 6 + 3 + len(found.uneven))

    def test_only_some_villages(self, here: Database):
        found = clusters.check_clusters(here, villages=["哈达"], today=TODAY)
        assert (found.units, list(found.homeless)) == (1, ["哈达"])

    @pytest.mark.parametrize(("sizes", "uneven"), [
        ((4, 4, 4), []), ((8, 4, 4), []), ((9, 4, 4), [9]), ((2, 4, 4), []), ((1, 4, 4), [1]), ((0, 4, 4), [0]), ((0, 0, 0), []),
        ((1, 5), [1]),  # measured by the town's middle, which is 3 of these two and 3 of all
    ])
    def test_sizes_far_from_the_middle(self, path: Path, sizes, uneven):
        with a_town(path) as made:
            village = made.village("永胜")
            for at, size in enumerate(sizes):
                unit = made.cluster(village, f"{at}网格")
                for _ in range(size):
                    made.household(village_id=village, cluster_id=unit)
        with open_database(path) as database:
            found = clusters.check_clusters(database, today=TODAY)
        assert [u["households"] for u in found.uneven] == uneven
        assert all(u["of_village"] == (len(sizes) >= clusters.ENOUGH_UNITS) for u in found.uneven)

    def test_a_town_without_anything(self, path: Path):
        with a_town(path):
            pass
        with open_database(path) as database:
            assert clusters.check_clusters(database, today=TODAY).findings == 0
