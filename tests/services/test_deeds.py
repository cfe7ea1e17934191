"""办实事 from the beginning to its effect, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import deeds
from lianhu.services.deeds import NewDeed
from lianhu.services.history import undo
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """A household handed over on 1 June, with a visit and a ticket, and one without a cadre."""
    with a_town(path) as made:
        _, other = made.hand_over()
        made.visit(1, other)
        made.ticket(number="261101101100000001", household_id=1)
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def added(database: Database, **what):
    return deeds.add_deed(
        database, NewDeed(**({"household": "H00001", "title": "修门锁", "on": date(2026, 11, 20)} | what)), today=TODAY, now=NOW)


def updated(database: Database, done: date | None = None, **given: str):
    return deeds.update_deed(database, "b000001", given, done=done, today=TODAY, now=NOW)


class TestAdd:
    def test_it_is_under_way_and_the_cadre_s_of_that_day(self, here: Database):
        deed = added(here)
        assert (deed["code"], deed["kind"], deed["effect"], deed["done_on"], deed["cadre_name"]) == (
            "B000001", "其他", "推进中", None, "白玉兰")
        assert added(here, on=date(2026, 5, 31))["cadre_name"] == "包文军"
        assert added(here, household="H00002", by="C0001")["cadre_name"] == "包文军"

    def test_with_all_that_led_to_it(self, here: Database):
        deed = added(here, kind="看病", visit="v000001", ticket="0001", cost="350.50元", note="旗医院")
        assert (deed["kind"], deed["visit"], deed["ticket"], deed["cost"], deed["note"]) == (
            "就医照料", "V000001", "261101101100000001", 35050, "旗医院")

    @pytest.mark.parametrize(("what", "effect", "done_on"), [
        ({"effect": "已完成"}, "已解决", "2026-11-20"), ({"done": date(2026, 11, 22)}, "已解决", "2026-11-22"),
        ({"done": date(2026, 11, 22), "effect": "基本解决"}, "基本解决", "2026-11-22"), ({"effect": "未解决"}, "未解决", None)])
    def test_effect_and_day_go_together(self, here: Database, what, effect: str, done_on: str | None):
        deed = added(here, **what)
        assert (deed["effect"], deed["done_on"]) == (effect, done_on)

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"title": "  "}, UsageError, "办了什么"), ({"on": date(2026, 11, 25)}, UsageError, "之后"),
        ({"done": date(2026, 11, 25)}, UsageError, "之后"), ({"done": date(2026, 11, 19)}, UsageError, "还早"),
        ({"done": date(2026, 11, 22), "effect": "推进中"}, UsageError, "还没有办结日期"), ({"kind": "修锁"}, UsageError, "没有“修锁”"),
        ({"effect": "好了"}, UsageError, "没有“好了”"), ({"cost": "很少"}, UsageError, "看不懂"), ({"cost": "-5"}, UsageError, "看不懂"),
        ({"cost": "1.234"}, UsageError, "看不懂"), ({"title": "HIV检测"}, UsageError, "不登记"), ({"note": "涉恐"}, UsageError, "不登记"),
        ({"visit": "V9"}, NotFoundError, "没有编号为“V9”的走访"), ({"ticket": "99999"}, NotFoundError, "没有编号"),
        ({"household": "H00003", "by": "C0001", "visit": "V000001"}, ConflictError, "不是 H00003"),
        ({"household": "王海林"}, AmbiguousError, "2 个户"), ({"household": "H00002"}, ConflictError, "不知道是谁做的"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            added(here, **what)
        assert records_only(town) == before

    def test_the_same_twice_is_refused_with_how_to_go_on(self, here: Database):
        added(here)
        with pytest.raises(ConflictError, match="已登记过（B000001）") as refused:
            added(here, effect="已解决")
        assert "lianhu deed update B000001" in refused.value.hint
        assert added(here, title="修窗")["code"] == "B000002"

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        added(here, visit="V000001", ticket="0001")
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestUpdate:
    def test_solved_without_a_day_is_solved_today(self, here: Database):
        added(here)
        assert updated(here, effect="解决")["done_on"] == "2026-11-24"

    def test_done_it_is_solved(self, here: Database):
        added(here)
        deed = updated(here, done=date(2026, 11, 22))
        assert (deed["effect"], deed["done_on"]) == ("已解决", "2026-11-22")
        assert updated(here, effect="基本解决", done=date(2026, 11, 22))["effect"] == "基本解决"

    def test_taken_up_again_it_has_no_day(self, here: Database):
        added(here, effect="已解决")
        assert updated(here, effect="推进中")["done_on"] is None

    def test_the_rest_of_it(self, here: Database):
        added(here, cost="20")
        deed = updated(here, title="修门窗", kind="环境卫生", ticket="0001", cost="0.5", note="自费")
        assert (deed["title"], deed["kind"], deed["ticket"], deed["cost"], deed["note"]) == (
            "修门窗", "环境整治", "261101101100000001", 50, "自费")
        assert updated(here, cost="")["cost"] is None

    def test_of_days_known_to_the_month_months_are_compared(self, town: Path):
        with a_town(town) as made:
            made.deed(1, 2, started_on="2026-11-05", done_on="2026-11", effect="已解决")
            made.deed(1, 2, started_on="2026-11", title="乙")
        with open_database(town) as database:
            assert updated(database, cost="10")["cost"] == 1000
            for done, accepted in ((date(2026, 10, 31), False), (date(2026, 11, 1), True)):
                if accepted:
                    assert deeds.update_deed(database, "B000002", {}, done=done, today=TODAY, now=NOW)["done_on"] == "2026-11-01"
                else:
                    with pytest.raises(UsageError, match="还早"):
                        deeds.update_deed(database, "B000002", {}, done=done, today=TODAY, now=NOW)

    def test_a_sheet_s_day_of_one_under_way_does_not_stop_other_changes(self, town: Path):
        with a_town(town) as made:
            made.deed(1, 2, done_on="2026-11-10")
        with open_database(town) as database:
            assert updated(database, note="等配件")["note"] == "等配件"

    @pytest.mark.parametrize(("done", "given", "error", "sentence"), [
        (None, {"title": " "}, UsageError, "办了什么"), (date(2026, 11, 19), {}, UsageError, "还早"),
        (date(2026, 11, 25), {}, UsageError, "之后"), (date(2026, 11, 22), {"effect": "推进中"}, UsageError, "还没有办结日期"),
        (None, {"effect": "推进中"}, ConflictError, "没有改动"), (None, {"note": "前科"}, UsageError, "不登记"),
        (None, {"kind": "修锁"}, UsageError, "没有“修锁”"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, done, given, error, sentence: str):
        added(here)
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            updated(here, done=done, **given)
        assert records_only(town) == before

    def test_of_no_deed(self, here: Database):
        with pytest.raises(NotFoundError, match="没有编号为“b000001”"):
            updated(here, effect="已解决")

    def test_undo_restores_it(self, here: Database):
        added(here)
        before = records_only(here)
        updated(here, effect="已解决", title="修门窗")
        undo(here, None, now=NOW)
        assert records_only(here) == before


def test_lists_are_narrowed(town: Path):
    with a_town(town) as made:
        made.deed(1, 2, started_on="2026-11-20", effect="已解决")
        made.deed(1, 1, started_on="2026-03", kind="环境整治")
        made.deed(3, 2, started_on="2026-03-05", effect="基本解决")
    with open_database(town) as database:
        def codes(**what):
            return [deed["code"] for deed in deeds.list_deeds(database, **what)]

        assert codes() == ["B000001", "B000003", "B000002"]
        assert codes(household="宝音") == ["B000001", "B000002"]
        assert codes(village="哈达") == ["B000003"]
        assert codes(by="包文军") == codes(kind="环境卫生") == codes(unfinished=True) == ["B000002"]
        assert codes(start=date(2026, 3, 6), end=date(2026, 3, 31)) == ["B000002"]
        assert codes(start=date(2026, 3, 5), end=date(2026, 3, 5)) == ["B000003", "B000002"]
        assert codes(start=date(2026, 4, 1)) == ["B000001"]
