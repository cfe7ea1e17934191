"""联户长 from the nomination to the end of the term, on a real file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UnconfirmedError, UsageError
from lianhu.services import cluster_heads, nominations
from lianhu.services.cluster_heads import Appointment
from lianhu.services.history import undo
from lianhu.services.nominations import NewNomination
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, an_id_number, records_only

BATU, OTHER_BATU = an_id_number(401), an_id_number(402)


@pytest.fixture
def town(path: Path) -> Path:
    """永胜 with two units, 巴图 (with his ID number) heads the first since 1 May; 哈达 with one unit and its 巴图 without."""
    with a_town(path) as made:
        village = made.village("永胜")
        one = made.cluster(village)
        made.cluster(village, "第二网格")
        far = made.cluster(made.village("哈达"))
        made.cluster_head(one, name="巴图", id_number=BATU, started_on="2026-05-01")
        made.cluster_head(far, name="巴图", phone="13800000009")
        made.cluster_head(one, name="陈旧人", started_on="2024-01", ended_on="2026-05")
    return path


@pytest.fixture
def here(town: Path):
    with open_database(town) as database:
        yield database


def nominate(database: Database, name: str, unit: str = "永胜第二网格", **what):
    return nominations.nominate(database, NewNomination(unit, name, **what), today=TODAY, now=NOW)


def appoint(database: Database, name: str | None, unit: str = "永胜第二网格", reason: str = "热心", agreed=(), **what):
    return cluster_heads.appoint(database, Appointment(unit, name, reason, **what), today=TODAY, now=NOW, agreed=agreed)


def end(database: Database, word: str, reason: str = "届满", on: date | None = None, **what):
    return cluster_heads.end(database, word, reason, on=on, today=TODAY, now=NOW, **what)


def decline(database: Database, *codes: str, reason: str = "常年外出", on: date | None = None, **what):
    return nominations.decline(database, codes, reason, on=on, today=TODAY, now=NOW, **what)


def standing(database: Database) -> list[tuple[str, str, str]]:
    return [(h["village"], h["cluster"], h["name"]) for h in cluster_heads.list_heads(database, today=TODAY)]


class TestNominate:
    def test_everything_that_is_said_of_a_person(self, here: Database):
        done = nominate(here, "白 音", category="代表", votes="46票", known_by="8户", phone="138 0000 0001", on=date(2026, 11, 2))
        told = done.nomination
        assert (done.is_new, told["code"], told["name"], told["category"], told["way"]) == (
            True, "N000001", "白音", "村民代表", "民主推荐")
        assert (told["votes"], told["known_by"], told["nominated_on"], told["outcome"]) == (46, 8, "2026-11-02", None)

    def test_the_same_again_changes_nothing_and_more_is_filled_in(self, here: Database):
        nominate(here, "白音", category="村民代表")
        assert nominate(here, "白音", category="村民代表").batch is None
        done = nominate(here, "白音", votes="30", known_by="5", id_number=an_id_number(7))
        assert done.changed == {"id_number": (None, an_id_number(7)), "votes": (None, 30), "known_by": (None, 5)}
        assert nominate(here, "白音", id_number=an_id_number(7)).batch is None
        assert len(nominations.list_nominations(here)) == 1

    def test_two_of_one_name_are_told_apart_by_their_numbers(self, here: Database):
        for number in (7, 8):
            assert nominate(here, "白音", id_number=an_id_number(number)).is_new
        with pytest.raises(AmbiguousError, match="N000001、N000002"):
            nominate(here, "白音", votes="3")
        assert nominate(here, "白音", id_number=an_id_number(8), votes="3").changed == {"votes": (None, 3)}

    @pytest.mark.parametrize(("name", "what", "error", "says"), [
        ("巴图", {"unit": "永胜第一网格"}, ConflictError, "已是永胜 第一网格的联户长"),
        ("白音", {"votes": "-3"}, UsageError, "小于0"), ("白音", {"votes": "3.5"}, UsageError, "不是整数"),
        ("白音", {"known_by": "很多"}, UsageError, "不是数字"), ("白音", {"category": "能人"}, UsageError, "联户长类别"),
        ("白音", {"way": "组织任命", "votes": "3"}, UsageError, "组织任命没有得票"), ("白音", {"on": date(2026, 11, 25)}, UsageError, "之后"),
        ("123", {}, UsageError, "姓名"), ("白音", {"unit": "第一网格"}, AmbiguousError, "永胜、哈达"),
        ("白音", {"unit": "永胜第九网格"}, NotFoundError, "没有登记"), ("白音", {"note": "涉稳"}, UsageError, "不登记"),
    ])
    def test_what_cannot_be_is_refused(self, here: Database, name, what, error, says):
        before = records_only(here)
        with pytest.raises(error, match=says):
            nominate(here, name, **what)
        assert records_only(here) == before

    def test_a_namesake_of_a_head_is_nominated_with_his_number(self, here: Database):
        assert nominate(here, "巴图", unit="永胜第一网格", id_number=OTHER_BATU).is_new

    def test_they_stand_by_votes_then_neighbours_and_decided_ones_last(self, here: Database):
        for name, votes, known in (("甲一", "10", "3"), ("乙二", "20", "1"), ("丙三", "10", "9"), ("丁四", None, "30")):
            nominate(here, name, votes=votes, known_by=known)
        decline(here, "N000002")
        assert [n["name"] for n in nominations.list_nominations(here, "第二网格", "永胜")] == ["丙三", "甲一", "丁四", "乙二"]
        assert [n["name"] for n in nominations.list_nominations(here, undecided_only=True)] == ["丙三", "甲一", "丁四"]


class TestAppoint:
    def test_a_nomination_is_decided_and_points_to_the_head(self, here: Database):
        nominate(here, "白音", category="村民代表", votes="46", known_by="8", phone="13800000001", on=date(2026, 11, 2))
        nominate(here, "陈海", category="屯不错", votes="30")
        done = appoint(here, "白音", reason="得票最多", on=date(2026, 11, 10))
        head = done.head
        assert (head["code"], head["name"], head["category"], head["way"], head["votes"], head["phone"]) == (
            "L0004", "白音", "村民代表", "民主推荐", 46, "13800000001")
        assert (head["started_on"], head["reason"], done.nomination) == ("2026-11-10", "得票最多", "N000001")
        assert [n["code"] for n in done.undecided] == ["N000002"]
        told = nominations.get_nomination(here, "n000001")
        assert (told["outcome"], told["reason"], told["decided_on"], told["head"]) == ("当选", "得票最多", "2026-11-10", "L0004")

    @pytest.mark.parametrize(("unit", "name"), [("N000001", None), ("永胜第二网格", "n000001")])
    def test_by_the_code_of_the_nomination(self, here: Database, unit: str, name: str | None):
        nominate(here, "白音", category="村民代表")
        assert appoint(here, name, unit).head["name"] == "白音"
        with pytest.raises(ConflictError, match="N000001 白音已于 2026-11-24 当选"):
            appoint(here, name, unit)

    def test_without_a_nomination_the_organisation_appoints(self, here: Database):
        head = appoint(here, "白音", category="无职党员").head
        assert (head["way"], head["votes"], head["started_on"]) == ("组织任命", None, "2026-11-24")
        assert appoint(here, "陈海", category="其他", votes="12").head["way"] == "民主推荐"

    def test_appointed_after_a_recommendation_has_no_votes(self, here: Database):
        nominate(here, "白音", category="村民代表", votes="46")
        head = appoint(here, "白音", way="组织任命").head
        assert (head["way"], head["votes"]) == ("组织任命", None)

    @pytest.mark.parametrize(("name", "what", "error", "says"), [
        ("白音", {}, UsageError, "要写明联户长类别"), ("白音", {"category": "其他", "reason": " "}, UsageError, "空的"),
        ("白音", {"category": "其他", "on": date(2026, 11, 25)}, UsageError, "之后"), (None, {}, UsageError, "要写任命谁"),
        ("N000009", {}, NotFoundError, "没有编号为“N000009”"), ("白音", {"category": "其他", "way": "组织任命", "votes": "3"}, UsageError, "没有得票"),
        ("巴图", {"category": "其他", "id_number": BATU}, ConflictError, "巴图（L0001）2026-05-01 起在永胜 第一网格任联户长"),
        ("白音", {"category": "其他", "id_number": BATU}, ConflictError, "L0001"),
        ("巴图", {"unit": "永胜第一网格", "category": "其他"}, ConflictError, "L0001"),
        ("巴图", {"unit": "哈达第一网格", "category": "其他"}, ConflictError, "L0002"),
    ])
    def test_what_cannot_be_is_refused(self, here: Database, name, what, error, says):
        before = records_only(here)
        with pytest.raises(error) as raised:
            appoint(here, name, **what)
        assert says in raised.value.sentence
        assert records_only(here) == before

    def test_a_nomination_of_another_unit_and_a_day_before_it(self, here: Database):
        nominate(here, "白音", category="村民代表", on=date(2026, 11, 2))
        with pytest.raises(ConflictError, match="是永胜 第二网格的提名，不是永胜 第一网格的"):
            appoint(here, "N000001", "永胜第一网格")
        with pytest.raises(UsageError, match="在提名日期 2026-11-02 之前"):
            appoint(here, "白音", on=date(2026, 11, 1))

    def test_the_same_name_in_the_village_is_asked_about(self, here: Database):
        with pytest.raises(UnconfirmedError) as raised:
            appoint(here, "巴图", category="其他")
        (reason,) = raised.value.reasons
        assert "永胜 第一网格的联户长 L0001 也叫巴图" in reason
        assert appoint(here, "巴图", category="其他", agreed={reason}).head["cluster"] == "第二网格"
        end(here, "L0004")
        assert appoint(here, "巴图", category="其他", id_number=OTHER_BATU).head["code"] == "L0005"

    def test_one_who_ended_may_head_another_unit_from_that_day_on(self, here: Database):
        end(here, "L0001", on=date(2026, 11, 10))
        with pytest.raises(ConflictError, match="任到 2026-11-10"):
            appoint(here, "巴图", category="其他", id_number=BATU, on=date(2026, 11, 9))
        assert appoint(here, "巴图", category="其他", id_number=BATU, on=date(2026, 11, 10)).head["started_on"] == "2026-11-10"

    def test_an_earlier_day_does_not_hide_a_later_term(self, here: Database):
        with pytest.raises(ConflictError, match="L0001"):
            appoint(here, "巴图", category="其他", id_number=BATU, on=date(2026, 1, 1))


class TestDecline:
    def test_each_keeps_its_reason(self, here: Database):
        for name in ("白音", "陈海", "乌云"):
            nominate(here, name)
        decline(here, "N000001", "n000002", "N000001", reason="票数不够")
        decline(here, "N000003", reason="年事已高")
        assert [(n["outcome"], n["reason"], n["decided_on"]) for n in nominations.list_nominations(here, "永胜第二网格")] == [
            ("落选", "票数不够", "2026-11-24"), ("落选", "票数不够", "2026-11-24"), ("落选", "年事已高", "2026-11-24")]
        assert nominate(here, "白音").nomination["code"] == "N000004"

    def test_a_decided_one_an_unknown_one_and_days_that_cannot_be(self, here: Database):
        nominate(here, "白音", on=date(2026, 11, 2))
        for what, error in (({"on": date(2026, 11, 1)}, UsageError), ({"on": date(2026, 11, 25)}, UsageError), ({"reason": ""}, UsageError)):
            with pytest.raises(error):
                decline(here, "N000001", **what)
        decline(here, "N000001")
        before = records_only(here)
        nominate(here, "陈海")
        with pytest.raises(ConflictError, match="已于 2026-11-24 落选（常年外出）"):
            decline(here, "N000002", "N000001")
        with pytest.raises(NotFoundError):
            decline(here, "N000009")
        undo(here, None, now=NOW)
        assert records_only(here) == before

    def test_a_dry_run_writes_nothing(self, here: Database):
        nominate(here, "白音")
        before = records_only(here)
        number, decided = decline(here, "N000001", dry_run=True)
        assert (number, decided[0]["outcome"]) == (None, "落选")
        assert records_only(here) == before


class TestEnd:
    @pytest.mark.parametrize(("word", "village", "code"), [
        ("l0001", None, "L0001"), (BATU, None, "L0001"), ("13800000009", None, "L0002"), ("巴图", "哈达村", "L0002"),
        ("巴 图", "永胜", "L0001"),
    ])
    def test_a_head_by_code_number_phone_or_name(self, here: Database, word: str, village: str | None, code: str):
        assert end(here, word, village=village).head["code"] == code

    def test_the_first_day_no_longer(self, here: Database):
        done = end(here, "L0001", on=date(2026, 5, 1)).head
        assert (done["ended_on"], done["end_reason"]) == ("2026-05-01", "届满")
        assert standing(here) == [("哈达", "第一网格", "巴图")]
        assert [h["code"] for h in cluster_heads.list_heads(here, ended=True, today=TODAY)] == ["L0001", "L0003"]

    @pytest.mark.parametrize(("word", "what", "error", "says"), [
        ("巴图", {}, AmbiguousError, "有 2 名在任的联户长叫“巴图”"), ("没有的人", {}, NotFoundError, "没有在任的联户长"),
        ("L0003", {}, ConflictError, "已于 2026-05 卸任"), ("L0001", {"on": date(2026, 4, 30)}, UsageError, "2026-05-01 才任职"),
        ("L0001", {"on": date(2026, 11, 25)}, UsageError, "之后"), ("L0001", {"reason": " "}, UsageError, "空的"),
    ])
    def test_what_cannot_be_is_refused(self, here: Database, word, what, error, says):
        with pytest.raises(error) as raised:
            end(here, word, **what)
        assert says in raised.value.sentence


def test_lists_keep_to_a_village_and_a_unit(here: Database):
    def listed(**limits):
        return [h["code"] for h in cluster_heads.list_heads(here, today=TODAY, **limits)]

    assert listed() == ["L0001", "L0002"]
    assert listed(villages=["永胜"]) == ["L0001"]
    assert listed(unit="第一网格", villages=["哈达"]) == ["L0002"]
    assert listed(unit="永胜第二网格") == []


def test_each_step_is_taken_back_exactly(here: Database):
    states = [records_only(here)]
    for step in (lambda: nominate(here, "白音", category="其他"), lambda: nominate(here, "白音", votes="3"), lambda: nominate(here, "陈海"),
                 lambda: appoint(here, "白音"), lambda: decline(here, "N000002"), lambda: end(here, "白音")):
        step()
        states.append(records_only(here))
    for state in reversed(states[:-1]):
        undo(here, None, now=NOW)
        assert records_only(here) == state
