"""Tasks given to many pairs at once, and what becomes of them at each, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import tasks
from lianhu.services.history import undo
from lianhu.services.tasks import NewTask
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """永胜: 其木格 holds H00001 (年老) and H00002 (产业发展), 白音 H00003, nobody H00004; 哈达: 那顺 holds H00005."""
    with a_town(path) as made:
        made.village("永胜")
        first, second = made.cadre(name="其木格"), made.cadre(name="白音")
        for traits, needs, cadre in (("独居、年老", None, first), (None, "产业发展", first), ("残疾", None, second), ("年老", None, None)):
            household = made.household(traits=traits, needs=needs, head_name="宝音" if needs else f"户主{traits}")
            if cadre:
                made.pair(household, cadre)
        far = made.village("哈达")
        made.pair(made.household(village_id=far, head_name="宝音"), made.cadre(name="那顺", village_id=far))
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def issued(database: Database, title: str = "医保缴费", *, dry_run: bool = False, **what) -> tasks.Issued:
    return tasks.issue_task(
        database, NewTask(**({"title": title, "duty": "政策讲解", "everyone": not what} | what)), today=TODAY, now=NOW,
        dry_run=dry_run)


def to(done: tasks.Issued) -> list[str]:
    return [household["code"] for household in done.households]


def finished(database: Database, *households: str, task: str = "T000001", on: date = TODAY, **what) -> tasks.Finished:
    return tasks.finish_task(database, task, households=households, on=on, today=TODAY, now=NOW, **what)


def open_at(database: Database, **what) -> list[str]:
    return [item["household"] for item in tasks.list_items(database, unfinished=True, **what)]


class TestIssue:
    @pytest.mark.parametrize(("what", "households"), [
        ({"everyone": True}, ["H00001", "H00002", "H00003", "H00005"]), ({"villages": ("永胜嘎查",)}, ["H00001", "H00002", "H00003"]),
        ({"traits": ("高龄",)}, ["H00001"]), ({"traits": ("年老", "残疾")}, ["H00001", "H00003"]), ({"needs": ("创业",)}, ["H00002"]),
        ({"traits": ("年老",), "needs": ("产业发展",)}, ["H00001", "H00002"]),
        ({"villages": ("哈达", "永胜"), "needs": ("产业发展",)}, ["H00002"]),
    ])
    def test_to_each_pair_concerned(self, here: Database, what, households: list[str]):
        done = issued(here, **what)
        assert to(done) == households
        assert open_at(here) == households
        assert (done.task["code"], done.task["duty"], done.task["issued_on"]) == ("T000001", "政策理论讲解到户", "2026-11-24")

    def test_households_without_a_cadre_are_told(self, here: Database):
        assert [household["code"] for household in issued(here, traits=("年老",)).without_cadre] == ["H00004"]

    def test_a_closed_household_gets_none(self, town: Path):
        with a_town(town) as made:
            made.change("household", 1, closed_on="2026-11-01", close_reason="搬迁")
        with open_database(town) as database:
            assert to(issued(database, villages=("永胜",))) == ["H00002", "H00003"]

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"title": " ", "everyone": True}, UsageError, "是什么任务"), ({"everyone": False}, UsageError, "下发给谁"),
        ({"duty": "讲故事", "everyone": True}, UsageError, "没有“讲故事”"), ({"traits": ("年轻",)}, UsageError, "没有“年轻”"),
        ({"due": date(2026, 11, 23), "everyone": True}, UsageError, "之前"), ({"title": "HIV宣传", "everyone": True}, UsageError, "不登记"),
        ({"villages": ("没有的村",)}, NotFoundError, "没有登记过"), ({"needs": ("教育助学",)}, ConflictError, "没有符合条件的户"),
        ({"villages": ("哈达",), "traits": ("年老",)}, ConflictError, "没有符合条件的户"),
        ({"into": "T000009", "everyone": True}, NotFoundError, "没有编号为“T000009”"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            issued(here, **what)
        assert records_only(town) == before

    def test_the_same_twice_on_a_day_is_refused_with_how_to_add_more(self, here: Database):
        issued(here, villages=("哈达",))
        with pytest.raises(ConflictError, match="今天已下发过“医保缴费”（T000001）") as refused:
            issued(here, villages=("永胜",))
        assert "lianhu task issue 医保缴费 --duty 政策理论讲解到户 --into T000001" in refused.value.hint
        assert to(issued(here, villages=("永胜",), into="T000001")) == ["H00001", "H00002", "H00003"]
        assert [(task["title"], task["items"]) for task in tasks.list_tasks(here)] == [("医保缴费", 4)]
        with pytest.raises(ConflictError, match="已在这项任务里"):
            issued(here, villages=("永胜",), into="T000001")

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, town: Path, here: Database):
        before = records_only(town)
        dry = issued(here, dry_run=True)
        assert records_only(town) == before
        real = issued(here)
        assert (dry.batch, to(dry), dry.task) == (None, to(real), real.task)

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        issued(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before

    def test_an_empty_town_concerns_nobody(self, tmp_path: Path):
        with a_town(tmp_path / "empty.db"):
            pass
        with open_database(tmp_path / "empty.db") as database, pytest.raises(ConflictError, match="没有符合条件的户"):
            issued(database)


class TestTooMany:
    @pytest.fixture
    def busy(self, here: Database) -> Database:
        """其木格 has three open tasks, 白音 two, 那顺 none."""
        issued(here, "一", villages=("永胜",), duty="重点工作")
        issued(here, "二", villages=("永胜",))
        issued(here, "三", needs=("产业发展",))
        return here

    def test_who_would_have_more_than_three_is_told_with_one_to_merge_with(self, busy: Database):
        done = issued(busy, "四")
        assert [(over.cadre["name"], [task["title"] for task in over.tasks]) for over in done.overloads] == [
            ("其木格", ["一", "二", "三"])]
        assert done.merge_with["title"] == "二"  # of the same duty, the first

    def test_of_another_duty_where_there_is_none(self, busy: Database):
        assert issued(busy, "四", duty="文明新风", everyone=True).merge_with["title"] == "一"

    def test_those_done_do_not_count(self, busy: Database):
        finished(busy, "H00002", task="T000003")
        assert issued(busy, "四").overloads == []

    def test_nor_those_of_closed_households(self, town: Path, busy: Database):
        with a_town(town) as made:
            made.change("household", 2, closed_on="2026-11-01", close_reason="搬迁")
        assert issued(busy, "四").overloads == []

    def test_how_many_is_the_towns(self, town: Path, busy: Database):
        with a_town(town) as made:
            made.journal.insert("setting", {"name": "config", "text": "[tasks]\nmost_open = 2"})
        assert [over.cadre["name"] for over in issued(busy, "四").overloads] == ["其木格", "白音"]

    def test_after_a_hand_over_they_are_with_who_holds_the_household_now(self, town: Path, busy: Database):
        with a_town(town) as made:
            made.change("pairing", 2, ended_on="2026-11-20", end_reason="改派")
            made.pair(2, 3, started_on="2026-11-20")
        assert [over.cadre["name"] for over in issued(busy, "四").overloads] == ["那顺"]
        assert open_at(busy, by="那顺") == ["H00002", "H00005", "H00002", "H00002", "H00002"]


    def test_an_old_matter_is_not_proposed(self, town: Path, busy: Database):
        with a_town(town) as made:
            made.change("task", 2, due_on="2026-11-01")
            made.change("task", 1, issued_on="2026-03-01")
        assert issued(busy, "四").merge_with["title"] == "三"


class TestMerge:
    def test_one_past_its_deadline_takes_in_nothing(self, town: Path, here: Database):
        issued(here)
        with a_town(town) as made:
            made.change("task", 1, due_on="2026-11-01")
        with pytest.raises(ConflictError, match="期限 2026-11-01 已过"):
            issued(here, "养老保险", everyone=True, into="T000001")

    def test_an_open_item_stands_for_both_and_the_earlier_deadline_holds(self, here: Database):
        issued(here, villages=("永胜",), due=date(2026, 12, 31))
        done = issued(here, "养老保险", everyone=True, into="t000001", due=date(2026, 12, 10))
        assert (done.task["title"], done.task["due_on"]) == ("医保缴费；养老保险", "2026-12-10")
        assert to(done) == ["H00001", "H00002", "H00003", "H00005"]
        assert (done.overloads, done.merge_with, done.already_done) == ([], None, [])
        assert [task["items"] for task in tasks.list_tasks(here)] == [4]

    def test_for_the_very_same_households(self, here: Database):
        issued(here)
        assert to(issued(here, "养老保险", everyone=True, into="T000001")) == ["H00001", "H00002", "H00003", "H00005"]

    def test_what_is_done_stays_done_and_is_told(self, here: Database):
        issued(here)
        finished(here, "H00001")
        done = issued(here, "养老保险", everyone=True, into="T000001")
        assert [household["code"] for household in done.already_done] == ["H00001"]
        assert to(done) == open_at(here) == ["H00002", "H00003", "H00005"]

    def test_only_with_one_of_the_same_duty(self, here: Database):
        issued(here)
        with pytest.raises(ConflictError, match="职责是“政策理论讲解到户”，不是“重点工作发动到户”"):
            issued(here, "防火", duty="重点工作", everyone=True, into="T000001")

    def test_undo_parts_them_again(self, here: Database):
        issued(here, villages=("哈达",))
        before = records_only(here)
        issued(here, "养老保险", everyone=True, into="T000001", due=date(2026, 12, 10))
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestDone:
    @pytest.fixture
    def given(self, town: Path):
        """A task of the first of November, given to all; H00001 was 白音's until the tenth."""
        with a_town(town) as made:
            made.change("pairing", 1, started_on="2026-11-10")
            made.pair(1, 2, started_on="2026-01-01", ended_on="2026-11-10", end_reason="改派")
            made.task(1, 2, 3, 5, issued_on="2026-11-01")
        with open_database(town) as database:
            yield database

    def test_by_households(self, given: Database):
        done = finished(given, "H00001", "h00003", note="已讲")
        assert [item["household"] for item in done.items] == ["H00001", "H00003"]
        assert open_at(given) == ["H00002", "H00005"]
        assert given.execute("SELECT done_on, cadre_id, note FROM task_item WHERE id = 1") == [("2026-11-24", 1, "已讲")]

    def test_it_counts_for_whoever_held_the_household_that_day(self, given: Database):
        finished(given, "H00001", on=date(2026, 11, 9))
        assert given.execute("SELECT cadre_id FROM task_item WHERE id = 1") == [(2,)]
        assert [item["done_by"] for item in tasks.list_items(given, household="H00001")] == ["白音"]
        assert [item["household"] for item in tasks.list_items(given, by="白音")] == ["H00001", "H00003"]
        assert [item["household"] for item in tasks.list_items(given, by="其木格")] == ["H00002"]

    def test_by_cadre(self, given: Database):
        finished(given, by="其木格")
        assert open_at(given) == ["H00003", "H00005"]

    def test_by_village(self, given: Database):
        finished(given, villages=("永胜",))
        assert open_at(given) == ["H00005"]

    def test_by_cadre_within_a_village(self, given: Database):
        with pytest.raises(ConflictError, match="没有未完成的"):
            finished(given, by="其木格", villages=("哈达",))

    def test_those_done_before_are_left_and_named(self, given: Database):
        finished(given, "H00001", on=date(2026, 11, 20))
        done = finished(given, "H00001", "H00004", "H00003")
        assert [household["code"] for household in done.untouched] == ["H00001", "H00004"]
        assert given.execute("SELECT done_on FROM task_item WHERE id = 1") == [("2026-11-20",)]
        with pytest.raises(ConflictError, match="没有未完成的"):
            finished(given, "H00001", "H00003")

    def test_a_household_closed_by_then_has_not_done_it(self, town: Path, given: Database):
        with a_town(town) as made:
            made.change("household", 3, closed_on="2026-11-15", close_reason="搬迁")
        assert [item["household"] for item in finished(given, villages=("永胜",)).items] == ["H00001", "H00002"]
        assert [item["household"] for item in finished(given, "H00003", on=date(2026, 11, 14)).items] == ["H00003"]

    @pytest.mark.parametrize(("households", "what", "error", "sentence"), [
        ((), {}, UsageError, "哪些户完成了"), (("H00001",), {"on": date(2026, 11, 25)}, UsageError, "不对"),
        (("H00001",), {"on": date(2026, 10, 31)}, UsageError, "2026-11-01 下发"), (("宝音",), {}, AmbiguousError, "2 个户"),
        (("H00009",), {}, NotFoundError, "没有找到"), (("H00001",), {"task": "T9"}, NotFoundError, "没有编号为“T9”"),
        (("H00004",), {}, ConflictError, "没有未完成的"), (("H00001",), {"note": "在逃"}, UsageError, "不登记"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, given: Database, households, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            finished(given, *households, **what)
        assert records_only(town) == before

    def test_a_dry_run_writes_nothing(self, town: Path, given: Database):
        before = records_only(town)
        dry = finished(given, villages=("永胜",), dry_run=True)
        assert (dry.batch, len(dry.items)) == (None, 3)
        assert records_only(town) == before

    def test_undo_opens_them_again(self, given: Database):
        before = records_only(given)
        finished(given, villages=("永胜",))
        undo(given, None, now=NOW)
        assert records_only(given) == before


class TestList:
    def test_closing_a_household_ends_its_item(self, town: Path, here: Database):
        issued(here, villages=("永胜",))
        finished(here, "H00001")
        with a_town(town) as made:
            made.change("household", 1, closed_on="2026-11-24", close_reason="搬迁")
            made.change("household", 2, closed_on="2026-11-24", close_reason="去世")
        assert [(task["done"], task["items"]) for task in tasks.list_tasks(here, unfinished=True)] == [(1, 2)]
        assert open_at(here) == ["H00003"]
        finished(here, "H00003")
        assert tasks.list_tasks(here, unfinished=True) == []
        assert [(task["done"], task["items"]) for task in tasks.list_tasks(here)] == [(2, 2)]

    def test_narrowed(self, here: Database):
        issued(here, "一")
        issued(here, "二", villages=("哈达",))
        assert [task["title"] for task in tasks.list_tasks(here)] == ["二", "一"]
        assert open_at(here, village="哈达") == open_at(here, by="那顺") == ["H00005", "H00005"]
        assert open_at(here, task="T000002") == ["H00005"]
        assert open_at(here, task="T000001", household="H00003") == ["H00003"]
