"""诚信额度: grades from a unit's results alone, what the bank returned, and the bank's sheet."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lianhu.domain.settings import parse_settings, render_settings
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.reports.indicators import Ratio
from lianhu.reports.period import Period, parse_period
from lianhu.services.credit import (
    MEASURES,
    Graded,
    NewCredit,
    export_grades,
    grade,
    list_credits,
    record_credit,
)
from lianhu.services.exports import write_export
from lianhu.services.history import readings, undo
from lianhu.services.rosters import ImportOptions, import_files
from lianhu.services.settings import store_text
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import batch
from tests.factory import NOW, TODAY, a_town, an_id_number, records_only

ALWAYS = Period(None, None, NOW)


@pytest.fixture
def town(path: Path):
    """永胜: one unit with twenty good answers, one with ten of which one is bad, one with four; 东风: nothing."""
    with a_town(path) as town:
        village = town.village("永胜")
        for name, answers, bad, activities in (("第一网格", 20, 0, 3), ("第二网格", 10, 1, 2), ("第三网格", 4, 0, 9)):
            unit = town.cluster(village, name)
            for number in range(answers):
                household = town.household(
                    village_id=village, cluster_id=unit, assistance="低保", classes="社区矫正对象", traits="患病",
                    phone="13804820000")
                cadre = town.cadre(village_id=village)
                town.pair(household, cadre)
                town.rating(household, cadre, grade="不满意" if number < bad else "满意")
            for number in range(activities):
                town.activity(village, cluster_id=unit, title=f"第{number}项")
            town.opinion(village, cluster_id=unit, closed_on="2026-11-10", result="已修")
        town.cluster(town.village("东风"))
    with open_database(path) as database:
        yield database


def told(units: list[Graded]) -> list[tuple[str, str | None, str | None]]:
    return [(unit.village, unit.cluster, unit.grading.grade) for unit in units]


class TestGrade:
    def test_units_in_the_towns_order(self, town: Database):
        assert told(grade(town, ALWAYS)) == [
            ("永胜", "第一网格", "AAA"), ("永胜", "第二网格", "AA"), ("永胜", "第三网格", None), ("东风", "第一网格", None)]
        _, second, third, _ = grade(town, ALWAYS)
        assert second.grading.missing == "到 AAA 还差：户评满意率 90.0%(9/10)，要 95%；自治活动 2，要 3"
        assert third.grading.because == "样本不足：户评 4 份，至少要 5 份"

    def test_one_unit_one_village_and_whole_villages(self, town: Database):
        assert told(grade(town, ALWAYS, cluster="永胜第二网格")) == [("永胜", "第二网格", "AA")]
        assert len(grade(town, ALWAYS, village="东风")) == 1
        assert told(grade(town, ALWAYS, by="village")) == [("永胜", None, "AAA"), ("东风", None, None)]
        with pytest.raises(NotFoundError):
            grade(town, ALWAYS, cluster="第九网格")

    def test_only_what_lies_in_the_period(self, town: Database):
        assert {unit.grading.grade for unit in grade(town, parse_period(None, None, "2026-10", NOW))} == {None}
        with pytest.raises(UsageError, match="还没有到"):
            grade(town, parse_period(None, None, "2026-12", NOW))

    def test_the_towns_own_rules(self, town: Database):
        with batch(town, "config import", now=NOW) as journal:
            store_text(town, journal, "config", "[credit]\nleast_ratings = 3\n[credit.rules.A]\nactivities = 3\n[credit.rules.B]\n")
        assert told(grade(town, ALWAYS, village="永胜")) == [
            ("永胜", "第一网格", "A"), ("永胜", "第二网格", "B"), ("永胜", "第三网格", "A")]


FORBIDDEN = ("低保", "assistance", "classes", "traits", "monitoring", "risks", "is_hard", "needs", "ticket", "event", "信访", "患病",
             "petition", "重难点", "重点人群")


def test_nothing_a_grade_looks_at_tells_of_a_households_condition() -> None:
    for figure in MEASURES.values():
        parts = (figure.numerator, figure.denominator) if isinstance(figure, Ratio) else (figure,)
        for indicator in parts:
            for word in FORBIDDEN:
                assert word not in indicator.select, (indicator.name, word)
                assert word not in indicator.definition, (indicator.name, word)


def test_a_households_condition_changes_no_grade(town: Database) -> None:
    before = grade(town, ALWAYS)
    with batch(town, "test", now=NOW) as journal:
        for row in town.records("SELECT * FROM household"):
            journal.update("household", row["id"], row, row | {"assistance": None, "classes": None, "traits": None, "is_hard": 1})
    assert grade(town, ALWAYS) == before


def record(database: Database, holder: str = "永胜第一网格", given: str = "AA", **more: Any) -> dict[str, Any]:
    return record_credit(database, NewCredit(holder, given, **more), today=TODAY, now=NOW)


class TestRecord:
    def test_what_the_bank_returned(self, town: Database):
        made = record(town, given="2A", limit="5.5", bank="旗农村信用社", recommended="AAA", on=date(2026, 6, 30))
        assert (made["code"], made["village"], made["cluster"], made["grade"], made["credit_limit"], made["recommended"]) == (
            "X000001", "永胜", "第一网格", "AA", 55_000_00, "AAA")
        assert record(town, "东风", "B")["cluster"] is None
        assert [credit["code"] for credit in list_credits(town)] == ["X000002", "X000001"]
        assert [credit["code"] for credit in list_credits(town, cluster="永胜第一网格")] == ["X000001"]

    def test_not_twice(self, town: Database):
        record(town, bank="信用社")
        with pytest.raises(ConflictError, match="已登记过（X000001）"):
            record(town, given="A", bank="信用社")
        assert record(town, bank="农业银行")["code"] == "X000002"

    @pytest.mark.parametrize(("given", "error"), [
        ({"given": "C"}, UsageError), ({"limit": "50000"}, UsageError), ({"limit": ""}, UsageError),
        ({"on": date(2026, 11, 25)}, UsageError), ({"holder": "第九网格"}, NotFoundError), ({"holder": "第一网格"}, AmbiguousError)])
    def test_what_cannot_be(self, town: Database, given: dict[str, Any], error: type[Exception]):
        before = records_only(town)
        with pytest.raises(error):
            record(town, **given)
        assert records_only(town) == before

    def test_undo(self, town: Database):
        before = records_only(town)
        record(town)
        assert undo(town, None, now=NOW).taken_back == {"诚信额度": 1}
        assert records_only(town) == before


class TestSheets:
    def test_the_banks_sheet_holds_nobody_and_no_condition(self, town: Database, tmp_path: Path):
        target = tmp_path / "银行.xlsx"
        units = grade(town, ALWAYS)
        assert export_grades(town, target, units, ALWAYS, force=False, now=NOW) == 2
        text = "\n".join(str(cell) for page in openpyxl.load_workbook(target) for row in page.iter_rows(values_only=True)
                         for cell in row if cell is not None)
        assert "AAA" in text
        assert "这只是给银行的建议" in text
        for word in (*FORBIDDEN, "矫正", "疾病", "低收入", an_id_number(1)):
            assert word not in text
        assert re.search(r"\d{7}", text) is None
        assert not any(name in text for (name,) in town.execute("SELECT head_name FROM household UNION SELECT name FROM cadre"))
        assert [row["what"] for row in readings(town, 5)] == ["导出诚信等级建议到 银行.xlsx：2 个单元"]

    def test_it_replaces_nothing_unless_told(self, town: Database, tmp_path: Path):
        target = tmp_path / "银行.xlsx"
        target.write_text("我的")
        units = grade(town, ALWAYS)
        with pytest.raises(ConflictError, match="已经存在"):
            export_grades(town, target, units, ALWAYS, force=False, now=NOW)
        assert target.read_text() == "我的"
        assert export_grades(town, target, units, ALWAYS, force=True, now=NOW) == 2
        with pytest.raises(UsageError):
            export_grades(town, tmp_path / "银行.csv", units, ALWAYS, force=False, now=NOW)
        with pytest.raises(ConflictError, match="没有一个单元评得出等级"):
            export_grades(town, tmp_path / "空.xlsx", units[3:], ALWAYS, force=False, now=NOW)

    def test_filled_by_the_bank_it_comes_back(self, town: Database, tmp_path: Path):
        target = tmp_path / "银行.xlsx"
        export_grades(town, target, grade(town, ALWAYS), ALWAYS, force=False, now=NOW)
        book = openpyxl.load_workbook(target)
        page = book.active
        heads = {cell.value: cell.column for cell in page[3]}
        for row, (given, limit) in enumerate((("AAA", 10), ("A", "3万")), 4):
            for heading, value in (("银行", "旗农村信用社"), ("信用等级", given), ("授信额度（万元）", limit), ("授信日期", "2026-11-20")):
                page.cell(row, heads[heading], value)
        book.save(target)
        receipt = import_files(town, [target], ImportOptions(), today=TODAY, now=NOW)
        assert [p.message for file in receipt.files for sheet in file.sheets for p in sheet.problems if p.level != "note"] == []
        assert [(c["cluster"], c["grade"], c["credit_limit"], c["recommended"], c["bank"]) for c in list_credits(town)] == [
            ("第一网格", "AAA", 100_000_00, "AAA", "旗农村信用社"), ("第二网格", "A", 30_000_00, "AA", "旗农村信用社")]

    def test_what_the_bank_left_empty_says_nothing(self, town: Database, tmp_path: Path):
        target = tmp_path / "银行.xlsx"
        export_grades(town, target, grade(town, ALWAYS), ALWAYS, force=False, now=NOW)
        book = openpyxl.load_workbook(target)
        page = book.active
        heads = {cell.value: cell.column for cell in page[3]}
        for heading, value in (("信用等级", "AA级"), ("授信日期", "2026-11-20")):
            page.cell(5, heads[heading], value)
        book.save(target)
        receipt = import_files(town, [target], ImportOptions(), today=TODAY, now=NOW)
        assert (receipt.total("created"), receipt.total("unchanged"), receipt.total("rejected")) == (1, 1, 0)
        assert [(c["cluster"], c["grade"]) for c in list_credits(town)] == [("第二网格", "AA")]

    def test_every_column_comes_back(self, town: Database, tmp_path: Path):
        record(town, limit="5.125", bank="旗农村信用社", recommended="AAA", note="=说明", on=date(2026, 6, 30))
        record(town, "东风", "B")
        write_export(town, tmp_path / "out.xlsx", full=True, now=NOW)
        with open_database(tmp_path / "fresh.db", create=True) as fresh:
            import_files(fresh, [tmp_path / "out.xlsx"], ImportOptions(), today=TODAY, now=NOW)
            assert [{k: v for k, v in c.items() if not k.endswith("id")} for c in list_credits(fresh)] == [
                {k: v for k, v in c.items() if not k.endswith("id")} for c in list_credits(town)]


def test_the_settings_come_back_with_their_own_rules() -> None:
    text = "[credit]\nleast_ratings = 8\n[credit.rules.AAA]\nopinions = 2\n[credit.rules.A]\nrating_rate = 70\n"
    made = parse_settings(text)
    assert (made.credit_least_ratings, made.credit_rules) == (8, {"AAA": {"opinions": 2}, "A": {"rating_rate": 70}})
    again = parse_settings(render_settings(made))
    assert (again.credit_least_ratings, again.credit_rules) == (8, made.credit_rules)
