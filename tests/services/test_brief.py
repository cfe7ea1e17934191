"""The official paragraph: what it says, of which day, and when it is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lianhu.domain.rules import default_text
from lianhu.errors import ConflictError, UsageError
from lianhu.reports.period import parse_period
from lianhu.services.brief import Brief, make_brief
from lianhu.store.connection import open_database
from tests.reports.town import NOW, Town, sample


def brief(town: Town, **period: str) -> Brief:
    with open_database(town.write()) as database:
        return make_brief(database, parse_period(period.get("start"), period.get("end"), period.get("month"), NOW))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path / "lianhu.db")
    made.village("永胜")
    return made


class TestWhatItSays:
    def test_a_town_with_everything(self, tmp_path: Path):
        made = brief(sample(tmp_path / "lianhu.db"))
        assert made.title == "“联户有为 同心善治”工作情况"
        pairing, work, clusters = made.paragraphs
        assert pairing == (
            "截至11月24日，登记重点户4户（其中重难点户3户），镇村两级3名党员干部结对联系3户，尚有1户未结对，"
            "重难点户由包村领导、支部书记、第一书记联系2户。")
        assert work == (
            "走访联系6次（线下4次、线上2次），发放联系卡3张（其中老人户2张）；五必访应访2件，已访1件，逾期未访1件；"
            "下发四项职责任务4户次，完成2户次；为群众办实事3件，办成2件，其中就医照料1件、产业帮扶1件、未分类1件；"
            "12345工单受理6件，办结3件，解决1件，按期办结率33.3%（1/3），满意率50.0%（1/2）；"
            "收到群众评价3份，满意率66.7%（2/3）；收集意见建议2条，已答复1条；"
            "开展自治活动5项，其中特色种植1170.55亩、评选活动2次；"
            "同心专项基金收入10,000.00元、支出1,234.50元，余额8,765.50元；"
            "授予称号2个，其中“联户有为实绩突出领导班子”1个、“联户有为先进联户单元”1个；取得银行授信2笔。")
        assert clusters == "以网格为基础设立联户单元2个，推选任命联户长3人，其中无职党员1人、村民代表1人、未分类1人。"

    def test_all_paired_reads_as_the_town_published_it(self, town: Town):
        town.pair(town.household(1), town.cadre(1, roles="村医"))
        town.pair(town.household(1, is_hard=1), town.cadre(1, roles="支部书记"))
        town.card(1, cadre_id=1)
        town.card(town.household(1, traits="年老"), cadre_id=2)
        town.pair(3, 2)
        assert brief(town).paragraphs == [
            "截至11月24日，镇村两级2名党员干部结对联系重点户3户，其中重难点户1户，由包村领导、支部书记、第一书记联系1户。",
            "发放联系卡2张（其中老人户1张）。"]

    def test_cards_that_all_went_to_old_people(self, town: Town):
        town.pair(town.household(1, traits="年老"), town.cadre(1))
        town.card(1, cadre_id=1)
        made = brief(town)
        assert made.paragraphs[1] == "向老人户发放联系卡1张。"
        assert (made.figures["cards"], made.figures["cards_elderly"]) == (1, 1)

    def test_nothing_is_said_of_what_there_is_none_of(self, town: Town):
        town.household(1)
        made = brief(town)
        assert made.paragraphs == ["截至11月24日，登记重点户1户，尚未结对。"]
        assert made.figures == {"households": 1}

    def test_before_the_pairing(self, town: Town):
        town.cadre(1)
        town.household(1, is_hard=1)
        assert brief(town).paragraphs == [
            "截至11月24日，镇村两级1名党员干部在岗，登记重点户1户（其中重难点户1户），尚未结对。"]

    def test_no_rate_of_nothing(self, town: Town):
        town.pair(town.household(1), town.cadre(1))
        town.ticket(1, due_on="2026-12-01")
        assert brief(town).paragraphs[1] == "12345工单受理1件。"

    def test_a_month_with_tickets_closed_but_none_received(self, town: Town):
        town.pair(town.household(1), town.cadre(1))
        town.closed_ticket(1, closed_at="2026-04-02 10:00", received_at="2026-03-31 10:00", due_on="2026-04-05")
        assert brief(town, month="2026-04").paragraphs[1] == \
            "2026年4月，12345工单办结1件，解决1件，按期办结率100.0%（1/1），满意率100.0%（1/1）。"

    def test_the_leaders_are_those_of_the_towns_rules(self, town: Town):
        town.pair(town.household(1, is_hard=1), town.cadre(1, roles="村医"))
        assert brief(town).paragraphs[0].endswith("其中重难点户1户。")
        town.path.unlink()
        town.rows["setting"] = [{
            "id": 1, "name": "rules", "text": default_text().replace('["包村领导", "支部书记", "第一书记"]', '["村医"]')}]
        assert brief(town).paragraphs[0].endswith("其中重难点户1户，由村医联系1户。")

    def test_the_towns_name_stands_in_the_title(self, town: Town):
        town.household(1)
        town.rows["setting"] = [{"id": 1, "name": "config", "text": 'town = "音德尔镇"\n'}]
        assert brief(town).title == "音德尔镇“联户有为 同心善治”工作情况"

    def test_kinds_that_someone_typed_are_not_told(self, town: Town):
        town.pair(town.household(1), town.cadre(1))
        town.deed(1, kind="找巴图办")
        assert "其中未分类1件" in brief(town).paragraphs[1]


class TestDays:
    @pytest.mark.parametrize(("period", "on", "spoken", "opening"), [
        ({}, date(2026, 11, 24), "截至11月24日，", "走访联系3次"),
        ({"month": "2026-03"}, date(2026, 3, 31), "截至3月31日，", "2026年3月，走访联系1次"),
        ({"month": "本月"}, date(2026, 11, 24), "截至11月24日，", "2026年11月1日至2026年11月24日，走访联系1次"),
        ({"start": "2026-03-01"}, date(2026, 11, 24), "截至11月24日，", "2026年3月1日以来，走访联系2次"),
        ({"end": "2026-03-31"}, date(2026, 3, 31), "截至3月31日，", "走访联系2次"),
        ({"end": "2026-12-31"}, date(2026, 11, 24), "截至11月24日，", "走访联系3次"),
        ({"start": "2026-03-01", "end": "2026-03-04"}, date(2026, 3, 4), "截至3月4日，", "2026年3月1日至2026年3月4日，没有工作记录。"),
        ({"end": "2025-12-31"}, date(2025, 12, 31), "截至2025年12月31日，", "走访联系1次"),
    ])
    def test_states_are_of_the_last_day_and_work_of_the_period(
        self, town: Town, period: dict[str, str], on: date, spoken: str, opening: str
    ):
        town.pair(town.household(1), town.cadre(1), "2025-01-01")
        for day in ("2025-12-01", "2026-03-05", "2026-11-20"):
            town.visit(1, 1, day)
        made = brief(town, **period)
        assert made.on == on
        assert made.paragraphs[0].startswith(spoken)
        assert made.paragraphs[1].startswith(opening)

    def test_a_period_that_has_not_begun_is_refused(self, town: Town):
        town.household(1)
        with pytest.raises(UsageError, match="2027年1月还没有到"):
            brief(town, month="2027-01")

    def test_a_pair_that_ended_since_still_stood_then(self, town: Town):
        town.pair(town.household(1), town.cadre(1), ended_on="2026-06-01")
        assert "结对联系重点户1户" in brief(town, end="2026-05-31").paragraphs[0]
        assert "尚未结对" in brief(town).paragraphs[0]


class TestRefusals:
    def change(self, town: Town, sql: str) -> None:
        """As someone would who opens the file with another program."""
        with open_database(town.write()) as database, database.transaction():
            database.execute(sql)

    def test_a_town_without_households(self, town: Town):
        with pytest.raises(ConflictError, match="还没有登记重点户") as refused:
            brief(town)
        assert "lianhu import" in refused.value.hint

    def test_visits_neither_online_nor_offline(self, town: Town):
        town.pair(town.household(1), town.cadre(1))
        for day in range(1, 8):
            town.visit(1, 1, f"2026-03-{day:02}")
        self.change(town, "UPDATE visit SET mode = '半线上' WHERE id <> 3")
        with pytest.raises(ConflictError) as refused:
            brief(town, month="2026-03")
        assert refused.value.exit_code == 5
        assert refused.value.sentence == (
            "走访7次，而线下走访1次、线上联系0次，加起来是1次，数对不上，没有写出："
            "V000001、V000002、V000004、V000005、V000006等6条。")
        assert refused.value.hint == "逐条核对：lianhu report --rows visits --from 2026-03-01 --to 2026-03-31"
        assert brief(town, month="2026-04").paragraphs

    def test_more_tickets_solved_than_closed(self, town: Town):
        town.pair(town.household(1), town.cadre(1))
        town.closed_ticket(1)
        self.change(town, "UPDATE ticket SET closed_at = NULL")
        with pytest.raises(ConflictError, match=r"解决工单（1）比办结工单（0）还多，数对不上，没有写出：250912-101108-115401。"):
            brief(town)

    def test_households_held_by_someone_who_is_gone(self, town: Town):
        town.cadre(1)
        town.pair(town.household(1), town.cadre(1))
        self.change(town, "UPDATE cadre SET left_on = '2026-05-01' WHERE id = 2")
        assert brief(town, end="2026-04-30").paragraphs
        with pytest.raises(ConflictError, match=r"已结对户里有1户的联系干部当日不在岗，不在1名党员干部里，数对不上，没有写出：H00001。"):
            brief(town)
