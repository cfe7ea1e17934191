"""自治活动 as they are recorded and totalled, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import activities
from lianhu.services.activities import NewActivity
from lianhu.services.history import undo
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def here(path: Path):
    with a_town(path) as made:
        village = made.village("永胜")
        made.cluster(village)
        made.cluster(made.village("哈达"))
        made.cluster(village, "第二网格")
    with open_database(path) as database:
        yield database


def add(database: Database, kind: str = "特色种植", title: str = "庭院剁椒", **what):
    return activities.add_activity(database, NewActivity(kind, title, **what), today=TODAY, now=NOW)


@pytest.mark.parametrize(("kind", "what", "told"), [
    ("特色种植", {"quantity": "1170.5亩", "cluster": "永胜第一网格"}, ("特色种植", "永胜", "第一网格", 117050, "亩", "2026-11-24")),
    ("庭院种植", {"quantity": "12", "measure": "亩地", "village": "永胜嘎查"}, ("特色种植", "永胜", None, 1200, "亩", "2026-11-24")),
    ("评比", {"cluster": "第二网格", "on": date(2026, 3, 8)}, ("评选活动", "永胜", "第二网格", 100, "次", "2026-03-08")),
    ("其他", {"quantity": "30名", "village": "哈达", "cluster": "第一网格"}, ("其他", "哈达", "第一网格", 3000, "人", "2026-11-24")),
    ("养老保险扩面", {"quantity": "12", "village": "哈达"}, ("养老保险扩面", "哈达", None, 1200, "人", "2026-11-24")),
])
def test_an_activity_of_a_unit_or_a_village(here: Database, kind, what, told):
    made = add(here, kind, **what)
    assert (made["kind"], made["village"], made["cluster"], made["quantity"], made["measure"], made["held_on"]) == told
    assert made["code"] == "G000001"


@pytest.mark.parametrize(("kind", "what", "error", "says"), [
    ("特色种植", {"quantity": "3个", "village": "永胜"}, UsageError, "按“亩”计"),
    ("特色种植", {"quantity": "3", "measure": "次", "village": "永胜"}, UsageError, "按“亩”计"),
    ("特色种植", {"village": "永胜"}, UsageError, "要填数量"), ("特色种植", {"quantity": "3亩"}, UsageError, "哪个单元或哪个村"),
    ("评选活动", {"quantity": "1.5", "village": "永胜"}, UsageError, "整数"), ("评选活动", {"quantity": "0", "village": "永胜"}, UsageError, "不大于 0"),
    ("没有的类别", {"village": "永胜"}, UsageError, "活动类别里没有"), ("其他", {"measure": "双", "village": "永胜"}, UsageError, "计量单位里没有"),
    ("评选活动", {"cluster": "第一网格"}, AmbiguousError, "永胜、哈达"), ("评选活动", {"village": "没有的村"}, NotFoundError, "没有登记过"),
    ("评选活动", {"village": "永胜", "title": " "}, UsageError, "做了什么"), ("评选活动", {"village": "永胜", "title": "查hiv"}, UsageError, "不登记"),
    ("评选活动", {"village": "永胜", "note": "涉稳"}, UsageError, "不登记"), ("评选活动", {"village": "永胜", "on": date(2026, 11, 25)}, UsageError, "之后"),
])
def test_what_cannot_be_is_refused_and_nothing_is_written(here: Database, kind, what, error, says):
    before = records_only(here)
    with pytest.raises(error, match=says):
        add(here, kind, **what)
    assert records_only(here) == before


def test_the_same_twice_is_refused_and_names_the_first(here: Database):
    add(here, quantity="3亩", cluster="永胜第一网格")
    with pytest.raises(ConflictError, match="G000001"):
        add(here, quantity="5亩", cluster="永胜第一网格")
    for other in ({"cluster": "永胜第二网格"}, {"village": "永胜"}, {"cluster": "永胜第一网格", "on": date(2026, 11, 23)}):
        add(here, quantity="5亩", **other)
    assert len(activities.list_activities(here)) == 4


def test_totals_never_mix_measures(here: Database):
    for kind, quantity, on in (("其他", "30人", 1), ("其他", "2个", 2), ("特色种植", "1170亩", 3), ("特色种植", "0.55亩", 4), ("其他", "5人", 5)):
        add(here, kind, quantity=quantity, cluster="永胜第一网格", on=date(2026, 11, on))
    told = [(each["kind"], each["measure"], each["activities"], str(each["quantity"])) for each in activities.totals(here, cluster_id=1)]
    assert told == [("特色种植", "亩", 2, "1170.55"), ("其他", "个", 1, "2"), ("其他", "人", 2, "35")]
    assert activities.totals(here, cluster_id=2) == []
    assert activities.summed(load_settings(here), activities.list_activities(here, kind="评选活动")) == []


def test_the_list_keeps_to_village_unit_kind_and_days(here: Database):
    add(here, quantity="3亩", cluster="永胜第一网格", on=date(2026, 5, 1))
    add(here, "评选活动", "好婆婆", village="永胜", on=date(2026, 5, 31))
    add(here, "评选活动", "好婆婆", village="哈达", on=date(2026, 6, 1))

    def listed(**limits):
        return [a["code"] for a in activities.list_activities(here, **limits)]

    assert listed() == ["G000003", "G000002", "G000001"]
    assert listed(village="永胜") == ["G000002", "G000001"]
    assert listed(cluster="永胜第一网格") == ["G000001"]
    assert listed(kind="评比") == ["G000003", "G000002"]
    assert listed(start=date(2026, 5, 2), end=date(2026, 5, 31)) == ["G000002"]


def test_it_is_taken_back_exactly(here: Database):
    before = records_only(here)
    add(here, quantity="3亩", village="永胜")
    undo(here, None, now=NOW)
    assert records_only(here) == before
