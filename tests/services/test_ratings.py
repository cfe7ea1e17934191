"""What households and the organisation say of the cadres, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services import ratings
from lianhu.services.history import undo
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def town(path: Path) -> Path:
    """A household handed over on 1 June, and two of one name without a cadre."""
    with a_town(path) as made:
        made.hand_over()
        made.cadre(name="包文军", village_id=2)
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def rated(database: Database, household: str = "H00001", grade: str = "满意", on: date = TODAY, **what):
    return ratings.add_rating(database, household, grade, on=on, today=TODAY, now=NOW, **what)


def appraised(database: Database, cadre: str = "白玉兰", grade: str = "优", **what):
    return ratings.add_appraisal(
        database, cadre, grade, **({"period": "2026年", "organisation": None, "on": TODAY} | what), today=TODAY, now=NOW)


class TestRating:
    @pytest.mark.parametrize(("day", "cadre"), [("2026-05-31", "包文军"), ("2026-06-01", "白玉兰"), ("2026-01-31", None)])
    def test_it_is_about_whoever_held_the_household_that_day(self, here: Database, day: str, cadre: str | None):
        rating, household, about = rated(here, on=date.fromisoformat(day), words="常来")
        assert (rating["code"], rating["words"], household["code"], about and about["name"]) == ("R000001", "常来", "H00001", cadre)

    def test_or_about_who_is_named(self, here: Database):
        assert rated(here, by="C0001")[2]["name"] == "包文军"

    @pytest.mark.parametrize(("word", "grade"), [("很满意", "非常满意"), ("一般", "基本满意"), ("很不满意", "非常不满意")])
    def test_five_grades_in_the_words_of_people(self, here: Database, word: str, grade: str):
        assert rated(here, grade=word)[0]["grade"] == grade

    def test_a_second_one_of_the_day_is_refused(self, here: Database):
        rated(here)
        with pytest.raises(ConflictError, match="已评过“满意”（R000001）"):
            rated(here, grade="不满意")
        assert rated(here, on=date(2026, 11, 23))[0]["code"] == "R000002"

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"on": date(2026, 11, 25)}, UsageError, "之后"), ({"grade": "还行吧"}, UsageError, "没有“还行吧”"),
        ({"words": "说他在逃"}, UsageError, "不登记“在逃”"), ({"household": "王海林"}, AmbiguousError, "2 个户"),
        ({"by": "包文军"}, AmbiguousError, "2 个干部"), ({"household": "H9"}, NotFoundError, "没有找到"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            rated(here, **what)
        assert records_only(town) == before

    def test_lists_are_narrowed(self, town: Path):
        with a_town(town) as made:
            for household, cadre, grade, day in ((1, 2, "基本满意", "2026-11-10"), (1, 1, "不满意", "2026-03"), (3, None, "非常不满意", "2026-04-01")):
                made.rating(household, cadre, grade=grade, rated_on=day)
        with open_database(town) as database:
            def codes(**what):
                return [rating["code"] for rating in ratings.list_ratings(database, **what)]

            assert codes() == ["R000001", "R000003", "R000002"]
            assert codes(bad=True) == ["R000003", "R000002"]
            assert codes(household="宝音") == ["R000001", "R000002"]
            assert codes(village="哈达") == ["R000003"]
            assert codes(by="C0001") == ["R000002"]

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        rated(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before


class TestAppraisal:
    def test_of_a_cadre_for_a_period(self, here: Database):
        appraisal, cadre = appraised(here, period=" 2026年上半年 ", note="群众反映好")
        assert (appraisal["code"], appraisal["grade"], appraisal["organisation"], appraisal["period"], cadre["code"]) == (
            "A000001", "优秀", "镇党委", "2026年上半年", "C0002")

    def test_the_organisation_is_the_town_s_committee(self, town: Path):
        with a_town(town) as made:
            made.journal.insert("setting", {"name": "config", "text": 'town = "音德尔镇"'})
        with open_database(town) as database:
            assert appraised(database)[0]["organisation"] == "音德尔镇党委"
            assert appraised(database, organisation="永胜党支部")[0]["organisation"] == "永胜党支部"

    def test_once_for_a_period(self, here: Database):
        appraised(here)
        with pytest.raises(ConflictError, match=r"2026年：优秀（A000001）"):
            appraised(here, grade="良好", on=date(2026, 11, 20))
        for other in ({"period": "2025年"}, {"organisation": "永胜党支部"}, {"cadre": "C0001"}):
            appraised(here, **other)
        assert [a["code"] for a in ratings.list_appraisals(here, by="白玉兰")] == ["A000003", "A000002", "A000001"]
        assert [a["code"] for a in ratings.list_appraisals(here, village="永胜")] == ["A000004", "A000003", "A000002", "A000001"]
        assert ratings.list_appraisals(here, village="哈达") == []

    @pytest.mark.parametrize(("what", "error", "sentence"), [
        ({"on": date(2026, 11, 25)}, UsageError, "之后"), ({"period": " "}, UsageError, "哪一段"), ({"grade": "很好"}, UsageError, "没有“很好”"),
        ({"cadre": "包文军"}, AmbiguousError, "2 个干部"), ({"cadre": "没有的人"}, NotFoundError, "没有找到干部"),
        ({"note": "涉稳"}, UsageError, "不登记"),
    ])
    def test_what_is_wrong_is_said_and_nothing_is_written(self, town: Path, here: Database, what, error, sentence: str):
        before = records_only(town)
        with pytest.raises(error, match=sentence):
            appraised(here, **what)
        assert records_only(town) == before

    def test_undo_takes_it_away(self, here: Database):
        before = records_only(here)
        appraised(here)
        undo(here, None, now=NOW)
        assert records_only(here) == before
