"""同心专项基金 in a file: who may book what, reversals, awards, undo, and sheets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianhu.domain.figures import Money
from lianhu.domain.fund import shortfall
from lianhu.domain.settings import parse_settings
from lianhu.errors import (
    ConflictError,
    LianhuError,
    NotFoundError,
    TextRefusedError,
    UnconfirmedError,
    UsageError,
)
from lianhu.reports.period import Period
from lianhu.services.exports import write_export
from lianhu.services.figures import Scope, make_report
from lianhu.services.fund import (
    NewEntry,
    Reversal,
    add_entry,
    all_entries,
    balance_on,
    list_entries,
    reverse_entry,
    statement_of,
)
from lianhu.services.history import undo
from lianhu.services.rosters import ImportOptions, Receipt, import_files
from lianhu.store.connection import Database, open_database
from tests.factory import NOW, TODAY, a_town, records_only


@pytest.fixture
def fund(path: Path):
    """永胜 with two units and an award, granted to the first; 东风; and 10,000 yuan of 5 January."""
    with a_town(path) as town:
        first = town.village("永胜")
        one = town.cluster(first)
        town.cluster(first, "第二网格")
        town.village("东风")
        town.award(first, cluster_id=one, state="已授予", decided_on="2026-02-01")
        town.award(first, title="先进单元", state="公示中")
        town.fund_entry()
    with open_database(path) as database:
        yield database


def book(database: Database, direction: str = "支出", amount: str = "100", purpose: str = "单元奖励", **given: Any) -> dict[str, Any]:
    agreed = given.pop("agreed", ())
    new = NewEntry(direction, amount, purpose, given.pop("handled_by", "白玉兰"), given.pop("approved_by", "包文军"), **given)
    return add_entry(database, new, agreed=agreed, today=TODAY, now=NOW)


def take_back(database: Database, code: str, **given: Any) -> dict[str, Any]:
    return reverse_entry(database, Reversal(code, given.pop("reason", "记错"), **given), today=TODAY, now=NOW)


class TestBooking:
    def test_an_entry_with_everything(self, fund: Database):
        made = book(fund, amount="1,234.5元", cluster="第一网格", village="永胜", paper_number="支2026001", on=date(2026, 3, 5))
        assert made | {"id": 0} == {
            "id": 0, "code": "F000002", "direction": "支出", "amount": 1_234_50, "purpose": "单元奖励", "village_id": 1,
            "cluster_id": 1, "handled_by": "白玉兰", "approved_by": "包文军", "paper_number": "支2026001", "booked_on": "2026-03-05",
            "reverses_id": None, "award_id": None, "note": None, "village": "永胜", "cluster": "第一网格", "reverses": None,
            "reversed_by": None, "award": None}
        assert balance_on(fund, date(2026, 3, 4)) == 10_000_00
        assert balance_on(fund, TODAY) == 8_765_50

    @pytest.mark.parametrize(("given", "says"), [
        ({"amount": "0"}, "不大于 0"), ({"amount": "-5"}, "不大于 0"), ({"amount": "1.005"}, "超过两位小数"), ({"amount": "十几"}, "不是数字"),
        ({"amount": ""}, "空"), ({"direction": "借出"}, "收支里没有"), ({"purpose": " "}, "来源或用途"),
        ({"approved_by": "白 玉兰"}, "不能是同一个人"), ({"approved_by": ""}, "审批人"), ({"on": date(2026, 11, 25)}, "之后"),
        ({"direction": "收入", "award": "W000001"}, "收入不能写 --award"), ({"note": "涉恐人员"}, "不登记")])
    def test_what_cannot_be(self, fund: Database, given: dict[str, Any], says: str):
        before = records_only(fund)
        with pytest.raises(UsageError, match=says):
            book(fund, **given)
        assert records_only(fund) == before

    def test_more_than_there_is(self, fund: Database):
        with pytest.raises(ConflictError, match=r"2026-11-24 的余额会是 -0\.01 元"):
            book(fund, amount="10000.01")
        assert book(fund, amount="10000")["code"] == "F000002"
        assert balance_on(fund, TODAY) == 0

    def test_dated_back_it_is_checked_on_all_days_since(self, fund: Database):
        book(fund, amount="9000", on=date(2026, 6, 1))
        with pytest.raises(ConflictError, match=r"2026-06-01 的余额会是 -500\.00 元"):
            book(fund, amount="1500", on=date(2026, 3, 1))
        with pytest.raises(ConflictError, match=r"2026-01-04 的余额会是 -1\.00 元"):
            book(fund, amount="1", on=date(2026, 1, 4))

    def test_the_same_twice_is_asked(self, fund: Database):
        book(fund)
        with pytest.raises(UnconfirmedError, match="2026-11-24 已登记过一样的一笔（F000002）") as refused:
            book(fund)
        assert book(fund, agreed=refused.value.reasons)["code"] == "F000003"
        assert book(fund, village="东风")["code"] == "F000004"

    def test_one_that_was_reversed_may_be_booked_again(self, fund: Database):
        take_back(fund, book(fund)["code"])
        assert book(fund)["code"] == "F000004"


class TestReversal:
    def test_the_other_direction_the_same_amount(self, fund: Database):
        book(fund, village="永胜", on=date(2026, 3, 5))
        made = take_back(fund, "f000002", on=date(2026, 3, 6), approved_by="王忠义")
        assert (made["direction"], made["amount"], made["reverses"], made["village"], made["booked_on"], made["note"]) == (
            "收入", 100_00, "F000002", "永胜", "2026-03-06", "记错")
        assert (made["handled_by"], made["approved_by"]) == ("白玉兰", "王忠义")
        assert [entry["reversed_by"] for entry in list_entries(fund)] == [None, "F000003", None]

    def test_not_twice_and_no_reversal_of_a_reversal(self, fund: Database):
        book(fund)
        take_back(fund, "F000002")
        with pytest.raises(ConflictError, match="F000002 已经由 F000003 冲销过"):
            take_back(fund, "F000002")
        with pytest.raises(ConflictError, match="F000003 本身是对 F000002 的冲销"):
            take_back(fund, "F000003")

    def test_income_that_has_been_spent_stays(self, fund: Database):
        book(fund, amount="9999.99", on=date(2026, 2, 1))
        with pytest.raises(ConflictError, match=r"2026-11-24 的余额会是 -9,999\.99 元.*没有冲销"):
            take_back(fund, "F000001")

    def test_not_before_it_was_booked_and_not_without_a_reason(self, fund: Database):
        with pytest.raises(UsageError, match="比 F000001 的日期 2026-01-05 早"):
            take_back(fund, "F000001", on=date(2026, 1, 4))
        with pytest.raises(UsageError, match="--reason 是空的"):
            take_back(fund, "F000001", reason=" ")
        with pytest.raises(NotFoundError):
            take_back(fund, "F000009")

    def test_two_people_here_too(self, fund: Database):
        with pytest.raises(UsageError, match="不能是同一个人"):
            take_back(fund, "F000001", approved_by="白玉兰")


class TestAwards:
    def test_a_payment_goes_to_the_team_of_the_award(self, fund: Database):
        made = book(fund, award="w000001")
        assert (made["award"], made["village"], made["cluster"]) == ("W000001", "永胜", "第一网格")

    def test_only_a_granted_one(self, fund: Database):
        with pytest.raises(ConflictError, match="还没有授予（公示中）"):
            book(fund, award="W000002")
        with pytest.raises(NotFoundError):
            book(fund, award="W000009")

    def test_only_to_its_own_village_and_unit(self, fund: Database):
        with pytest.raises(ConflictError, match="不是授予这个村的"):
            book(fund, award="W000001", village="东风")
        with pytest.raises(ConflictError, match="不是授予这个单元的"):
            book(fund, award="W000001", cluster="永胜第二网格")

    def test_paid_twice_is_asked_and_not_after_a_reversal(self, fund: Database):
        book(fund, award="W000001")
        with pytest.raises(UnconfirmedError, match=r"W000001已于 2026-11-24 发放过 100\.00 元（F000002）"):
            book(fund, award="W000001", amount="50")
        take_back(fund, "F000002")
        assert book(fund, award="W000001", amount="50")["code"] == "F000004"


class TestUndo:
    def test_restores_exactly(self, fund: Database):
        before = records_only(fund)
        book(fund, award="W000001")
        undo(fund, None, now=NOW)
        assert records_only(fund) == before

    def test_income_that_has_been_spent_is_not_undone(self, fund: Database):
        book(fund, "收入", "500", "捐助", on=date(2026, 2, 1))
        book(fund, amount="10200", on=date(2026, 3, 1))
        before = records_only(fund)
        with pytest.raises(ConflictError, match=r"2026-03-01 的余额会是 -200\.00 元.*没有撤销"):
            undo(fund, 2, now=NOW)
        assert records_only(fund) == before

    def test_a_reversal_is_undone_only_while_the_money_is_there(self, fund: Database):
        book(fund, amount="10000")
        take_back(fund, "F000002")
        book(fund, amount="9000", purpose="设备")
        with pytest.raises(ConflictError, match=r"-9,000\.00 元"):
            undo(fund, 3, now=NOW)

    def test_two_reversals_of_one_entry_do_not_come_back(self, fund: Database):
        book(fund, amount="10")
        take_back(fund, "F000002")
        book(fund, "收入", "1", "捐助")
        undo(fund, 3, now=NOW)
        assert take_back(fund, "F000002")["code"] == "F000005"
        before = records_only(fund)
        with pytest.raises(ConflictError, match="F000002 会被冲销 2 次"):
            undo(fund, 5, now=NOW)
        assert records_only(fund) == before

    def test_an_award_that_was_paid_stays_granted(self, fund: Database, path: Path):
        fund.close()
        with a_town(path) as town:
            town.change("award", 2, state="已授予")
        with open_database(path) as database:
            book(database, award="W000002")
            with pytest.raises(ConflictError, match="称号 W000002 已经发放（F000002）"):
                undo(database, 2, now=NOW)


def test_a_statement_of_a_month(fund: Database):
    book(fund, amount="1234.50", on=date(2026, 3, 5))
    book(fund, "收入", "500", "捐助", on=date(2026, 3, 31))
    book(fund, amount="1", on=date(2026, 4, 1))
    made, entries = statement_of(fund, date(2026, 3, 1), date(2026, 3, 31))
    assert (made.opening, made.closing) == (10_000_00, 9_265_50)
    assert [entry["balance"] for entry in entries] == [8_765_50, 9_265_50]


def test_directions_are_the_programs_own() -> None:
    with pytest.raises(TextRefusedError, match="要正好有收入、支出这几项"):
        parse_settings('[[dictionaries.fund_directions]]\nname = "进"\n')
    made = parse_settings('[[dictionaries.fund_directions]]\nname = "收入"\nspellings = ["进"]\n[[dictionaries.fund_directions]]\n'
                          'name = "支出"\n')
    assert made.dictionaries["fund_directions"].find("进") == "收入"


def test_some_villages_have_no_balance_of_their_own(fund: Database) -> None:
    book(fund, village="永胜")
    tables = {}
    for villages in ((), ("永胜",)):
        report = make_report(fund, "overview", Scope(Period(None, None, NOW), villages))
        tables[villages] = next(table.rows for table in report.tables if table.name == "同心专项基金")
    assert tables[()] == [["收入", 1, Money(10_000_00)], ["支出", 1, Money(100_00)], ["余额", 2, Money(9_900_00)]]
    assert tables["永胜",] == [["收入", 0, Money(0)], ["支出", 1, Money(100_00)]]


@settings(max_examples=20)
@given(st.lists(st.tuples(
    st.sampled_from(["收入", "支出", "冲销", "撤销"]), st.integers(1, 30), st.integers(1, 400)), min_size=3, max_size=12))
def test_whatever_is_done_the_balance_is_below_zero_on_no_day(tmp_path_factory: pytest.TempPathFactory, doings: list[Any]) -> None:
    path = tmp_path_factory.mktemp("fund") / "lianhu.db"
    with a_town(path) as town:
        town.village()
    with open_database(path) as database:
        for doing, day, amount in doings:
            try:
                if doing == "撤销":
                    undo(database, None, now=NOW)
                elif doing == "冲销":
                    take_back(database, f"F{day % 6:06d}")
                else:
                    book(database, doing, str(amount), f"第{amount}", on=date(2026, 1, day))
            except LianhuError:
                pass
            assert shortfall(all_entries(database)) is None


HEADINGS = ("日期", "收支", "金额（元）", "事由", "嘎查村", "联户单元", "经办人", "审批人", "凭证号")


def sheet(path: Path, rows: list[tuple[Any, ...]], headings: tuple[str, ...] = HEADINGS) -> Path:
    book_ = openpyxl.Workbook()
    page = book_.active
    page.title = "同心专项基金"
    for row in (headings, *rows):
        page.append(row)
    book_.save(path)
    return path


def take(database: Database, path: Path) -> Receipt:
    return import_files(database, [path], ImportOptions(), today=TODAY, now=NOW)


def told(receipt: Receipt) -> list[tuple[str, str]]:
    return [(p.cell, p.message) for file in receipt.files for one in file.sheets for p in one.problems if one.kind]


class TestSheets:
    def test_a_sheet_is_checked_as_a_command_is(self, fund: Database, tmp_path: Path):
        people = ("白玉兰", "包文军")
        receipt = take(fund, sheet(tmp_path / "账.xlsx", [
            ("2026-03-05", "支出", "1,234.50", "单元奖励", "永胜", "第一网格", *people, "支1"),
            ("2026-03-06", "支出", 5, "同一人", None, None, "白玉兰", "白 玉兰", None),
            ("2026-03-07", "支出", 8_765.51, "太多", None, None, *people, None),
            ("2026-03-08", "支出", 0, "零", None, None, *people, None),
            ("2026-03-09", "支出", 10, "生村", "没有村", None, *people, None),
            ("2026-03", "收入", 10, "没有日子", None, None, *people, None),
            ("2026-03-10", "收", 0.01, "捐助", None, None, *people, None),
            ("2026-03-05", "支出", "1,234.50", "单元奖励", "永胜", "第一网格", *people, "支1")]))
        assert (receipt.total("created"), receipt.total("rejected"), receipt.total("unchanged")) == (2, 5, 1)
        problems = dict(told(receipt))
        assert "同一个人" in problems["H3"]
        assert problems["C4"] == "支出 8,765.51 元后，2026-03-07 的余额会是 -0.01 元，基金余额不能是负数，这一行没有读入。"
        assert "金额是 0" in problems["C5"]
        assert "没有登记过“没有村”" in problems["E6"]
        assert "A7" in problems
        assert [(e["code"], e["amount"], e["cluster"]) for e in list_entries(fund)] == [
            ("F000001", 10_000_00, None), ("F000002", 1_234_50, "第一网格"), ("F000003", 1, None)]

    def test_the_same_sheet_again_changes_nothing(self, fund: Database, tmp_path: Path):
        path = sheet(tmp_path / "账.xlsx", [("2026-03-05", "支出", 100, "奖励", "永胜", None, "白玉兰", "包文军", None)])
        take(fund, path)
        receipt = take(fund, path)
        assert (receipt.batch, receipt.total("unchanged")) == (None, 1)

    def test_a_recorded_entry_is_never_changed(self, fund: Database, tmp_path: Path):
        before = records_only(fund)
        receipt = take(fund, sheet(tmp_path / "改.xlsx", [
            ("F000001", "2026-01-05", "收入", 20_000, "镇财政安排", "白玉兰", "包文军")],
            ("收支编号", "日期", "收支", "金额", "事由", "经办人", "审批人")))
        assert "F000001 已登记，“金额（元）”与这里不同" in told(receipt)[0][1]
        assert records_only(fund) == before

    def test_a_ledger_with_both_sides(self, fund: Database, tmp_path: Path):
        receipt = take(fund, sheet(tmp_path / "账.xlsx", [
            ("2026-02-01", "捐助", 500, None, 10_500, "白玉兰", "包文军"), ("2026-02-02", "奖励", None, 200.5, 10_299.5, "白玉兰", "包文军"),
            ("2026-02-03", "两边", 1, 2, 0, "白玉兰", "包文军"), ("合计", None, 500, 200.5, None, None, None)],
            ("日期", "摘要", "收入", "支出", "余额", "经办人", "审批人")))
        assert (receipt.total("created"), receipt.total("rejected")) == (2, 1)
        assert "收入和支出都填了" in told(receipt)[0][1]
        assert balance_on(fund, TODAY) == 10_299_50

    def test_in_a_ledger_what_is_too_much_is_shown_at_its_cell(self, fund: Database, tmp_path: Path):
        receipt = take(fund, sheet(tmp_path / "账.xlsx", [
            ("2026-02-01", "捐助", 500, None, "白玉兰", "包文军"), ("2026-02-02", "奖励", None, 20_000, "白玉兰", "包文军")],
            ("日期", "摘要", "收入", "支出", "经办人", "审批人")))
        assert [cell for cell, message in told(receipt) if "不能是负数" in message] == ["D3"]

    def test_rows_that_are_alike_are_one_entry_and_it_is_said(self, fund: Database, tmp_path: Path):
        row = ("2026-03-05", "支出", 99.99, "慰问", None, None, "白玉兰", "包文军")
        receipt = take(fund, sheet(tmp_path / "账.xlsx", [(*row, None), (*row, None), (*row, "支7")]))
        assert (receipt.total("created"), receipt.total("unchanged")) == (2, 1)
        assert told(receipt) == [("D3", "与《同心专项基金》第2行一样，只记一笔；确是两笔的，各写凭证号再导入。")]

    def test_awards_by_sheet(self, fund: Database, tmp_path: Path):
        headings = (*HEADINGS, "表彰编号")
        rows = [("2026-03-05", "支出", amount, "奖金", village, unit, "白玉兰", "包文军", None, award) for amount, village, unit, award in (
            (100, None, None, "W000001"), (50, None, None, "W000001"), (60, None, None, "W000002"), (70, "东风", None, "W000001"),
            (80, None, None, "W000009"))]
        receipt = take(fund, sheet(tmp_path / "奖.xlsx", rows, headings))
        assert receipt.total("created") == 1
        messages = " ".join(message for _, message in told(receipt))
        for words in ("W000001 已经发放过", "还没有授予（公示中）", "不是授予这个村的", "没有编号为“W000009”"):
            assert words in messages
        assert list_entries(fund)[1]["cluster"] == "第一网格"

    def test_every_column_comes_back_reversals_and_awards_too(self, fund: Database, tmp_path: Path):
        book(fund, award="W000001", amount="300.05", paper_number="支1", note="=备注", on=date(2026, 3, 1))
        book(fund, award="W000001", amount="200", agreed=["W000001已于 2026-03-01 发放过 300.05 元（F000002）"])
        book(fund, village="东风", on=date(2026, 3, 1))
        take_back(fund, "F000004", on=date(2026, 3, 1))
        take_back(fund, "F000002")
        write_export(fund, tmp_path / "out.xlsx", full=True, now=NOW)
        with open_database(tmp_path / "fresh.db", create=True) as fresh:
            receipt = take(fresh, tmp_path / "out.xlsx")
            assert told(receipt) == []

            def plain(database: Database) -> list[dict[str, Any]]:
                return [{name: value for name, value in entry.items() if not name.endswith("id")} for entry in list_entries(database)]

            assert plain(fresh) == plain(fund)
            assert len(plain(fresh)) == 6
            again = take(fresh, tmp_path / "out.xlsx")
        assert again.batch is None
        undone = undo(fund, None, now=NOW)
        assert undone.taken_back == {"基金收支": 1}

    def test_a_reversal_that_fits_nothing_stays_out(self, fund: Database, tmp_path: Path):
        headings = ("收支编号", *HEADINGS[:4], "经办人", "审批人", "冲销编号")
        people = ("白玉兰", "包文军")
        receipt = take(fund, sheet(tmp_path / "冲.xlsx", [
            ("F000010", "2026-03-01", "支出", 100, "奖励", *people, None), ("F000011", "2026-03-02", "收入", 99, "奖励", *people, "F000010"),
            ("F000012", "2026-02-01", "收入", 100, "奖励", *people, "F000010"), ("F000013", "2026-03-03", "收入", 100, "奖励", *people, "F000010"),
            ("F000014", "2026-03-04", "收入", 100, "奖励", *people, "F000010"), ("F000015", "2026-03-05", "支出", 100, "奖励", *people, "F000013"),
            ("F000016", "2026-03-06", "支出", 90_000, "太多", *people, None), ("F000017", "2026-03-07", "收入", 90_000, "太多", *people, "F000016")],
            headings))
        assert [entry["code"] for entry in list_entries(fund)] == ["F000001", "F000010", "F000013"]
        messages = [message for _, message in told(receipt)]
        for words in ("金额一样（100.00 元）", "比 F000010 的日期 2026-03-01 早", "F000010 已经冲销过", "F000013 本身是冲销",
                      "余额会是", "要冲销的 F000016 没有读入"):
            assert any(words in message for message in messages), words
