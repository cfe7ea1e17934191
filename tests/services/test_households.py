"""Households after a change of head, a split or a closing: how sheets that are older than it, and users, still find them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from lianhu.domain.identity import eighteen_digits
from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.services.history import undo
from lianhu.services.households.closing import close_household
from lianhu.services.households.merging import merge_households
from lianhu.services.households.succession import change_head, split_household
from lianhu.services.lookup import former_note, get_household
from lianhu.services.ratings import add_rating
from lianhu.services.visits import NewVisit, add_visit
from tests.services.workbooks import TODAY, Desk, codes, counts, id_number

BAO, SON, WIFE, LI = id_number(1), id_number(3, "19800101"), id_number(2, "19580808"), id_number(4, "19580101")
NOW = datetime(2026, 11, 24, 9)
HEADER = ["村", "户主", "身份证号", "电话", "性别", "家庭人口", "户情", "联系干部", "结对日期"]
OLD = [HEADER, ["永胜", "宝音", BAO, "13804821234", "男", 3, "年老", "包文军", "2026-01-01"],
       ["永胜", "李二", LI, None, None, 2, None, "包文军", "2026-01-01"]]
CADRES = [["村", "姓名", "干部角色"], ["永胜", "包文军", "村医"]]
PERSONS = [
    ["村", "姓名", "与户主关系", "身份证号", "户情"], ["永胜", "宝音", "户主", BAO, "患病"], ["永胜", "乌云", "配偶", WIFE, None],
    ["永胜", "包小虎", "子", SON, None], ["永胜", "包小花", "孙女", None, None]]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.take(made.workbook("名册.xlsx", {"干部": CADRES, "结对台账": OLD, "家庭成员": PERSONS}))
    return made


def new_head(desk, word: str = "H00001", name: str = "包小虎", *, agreed: tuple[str, ...] = (), **given: Any) -> None:
    with desk.open() as database:
        change_head(
            database, word, name, given, reason="去世", on=date(2026, 11, 20), today=TODAY, now=NOW, agreed=agreed)


NAMESAKE = ("H00001 包小虎的原户主也叫宝音",)


def split(desk, name: str, *members: str) -> None:
    with desk.open() as database:
        split_household(database, "H00001", name, {}, members=members, on=None, today=TODAY, now=NOW)


def close(desk, word: str) -> None:
    with desk.open() as database:
        close_household(database, word, "去世", on=None, today=TODAY, now=NOW)


def heads(desk) -> list[tuple[str, str, str | None]]:
    return [(h["code"], h["head_name"], h["head_id_number"]) for h in desk.records("household")]


def outcome(receipt) -> list[tuple[tuple[int, ...], list[str]]]:
    return [(counts(sheet), codes(sheet)) for sheet in receipt.files[0].sheets]


class TestOlderSheets:
    def test_the_roster_by_number_means_the_household_and_changes_nothing(self, desk):
        new_head(desk)
        before = desk.content()
        receipt = desk.take(desk.folder / "名册.xlsx")
        assert outcome(receipt) == [
            ((1, 0, 0, 1, 0), []), ((2, 0, 0, 2, 0), ["former-head"]), ((4, 0, 0, 4, 0), ["former-head"])]
        assert desk.content() == before
        (note,) = receipt.files[0].sheets[1].problems
        assert (note.cell, note.level, note.message) == (
            "C2", "note", "宝音是 H00001 的原户主，2026-11-20 起户主是包小虎；这一行按这一户读入，户主没有改回。")
        assert receipt.files[0].sheets[2].problems[0].cell == "D2"

    @pytest.mark.parametrize("row", [
        ["永胜", "宝音", None, None, None, 5, None], ["永胜", "宝 音", BAO, "13999999999", "男", 5, None],
        ["永胜村", "宝音图", BAO, None, None, 5, None]])
    def test_other_cells_of_the_household_may_change(self, desk, row):
        new_head(desk)
        sheet = desk.take_rows({"联系户": [HEADER[:7], row]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 1, 0, 0), ["former-head"])
        household = desk.records("household")[0]
        assert (household["size"], household["head_name"], household["head_id_number"], household["phone"]) == (
            5, "包小虎", SON, "13804821234")
        assert len(desk.records("household")) == 2

    def test_a_code_beside_the_former_name_or_number(self, desk):
        new_head(desk)
        for cells in (["宝音", None], ["宝音", BAO], [None, BAO]):
            sheet = desk.take_rows([["户编号", "村", "户主", "身份证号", "性别"], ["H00001", "永胜", *cells, "男"]], "旧.xlsx")
            assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), ["former-head"]), cells
        sheet = desk.take_rows([["户编号", "村", "户主"], ["H00001", "永胜", "包小虎"]], "新.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), [])

    def test_an_old_number_of_fifteen_digits_is_his_too(self, desk):
        new_head(desk)
        sheet = desk.take_rows([HEADER, ["永胜", "宝音", BAO[:6] + BAO[8:17], *[None] * 6]], "旧.xlsx")
        assert (codes(sheet), len(desk.records("household"))) == (["id-15-digit", "former-head"], 2)

    def test_a_namesake_with_his_own_number_is_a_new_household(self, desk):
        new_head(desk)
        other = id_number(9, "19500505")
        sheet = desk.take_rows([HEADER, ["永胜", "宝音", other, *[None] * 6]], "新.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 1, 0, 0, 0), [])
        # From now on the name alone means the one who is head today.
        assert codes(desk.take_rows([HEADER, ["永胜", "宝音", None, None, None, 7, *[None] * 3]], "再.xlsx")) == []
        assert desk.column("household", "size") == [3, 2, 7]

    @pytest.mark.parametrize("order", [1, -1])
    def test_a_new_namesake_of_the_same_import_comes_first(self, desk, order):
        new_head(desk)
        other = id_number(9, "19500505")
        pages = {"甲": [HEADER[:6], ["永胜", "宝音", other, None, None, None]],
                 "乙": [HEADER[:6], ["永胜", "宝音", None, None, None, 7]]}
        desk.take(desk.workbook("新.xlsx", dict(list(pages.items())[::order])))
        assert desk.column("household", "size") == [3, 2, 7]

    def test_in_another_village_the_name_is_somebody_else(self, desk):
        new_head(desk)
        assert counts(desk.take_rows([HEADER, ["好力保", "宝音", *[None] * 7]], "新.xlsx")) == (1, 1, 0, 0, 0)

    def test_two_former_heads_of_one_name_are_nobody_by_name(self, desk):
        new_head(desk)
        new_head(desk, "H00002", "宝音", agreed=NAMESAKE)
        new_head(desk, "H00002", "李小二")
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "宝音", *[None] * 5]]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 0, 1), ["name-ambiguous"])
        assert "H00001、H00002" in sheet.problems[0].message

    @pytest.mark.parametrize("order", [1, -1])
    def test_the_new_head_and_the_former_one_in_one_sheet(self, desk, order):
        new_head(desk)
        rows = [["永胜", "宝音", BAO, "13800000000", None, 9, None], ["永胜", "包小虎", SON, None, None, 4, None]][::order]
        sheet = desk.take_rows({"联系户": [HEADER[:7], *rows]}, "新旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((2, 0, 1, 1, 0), ["former-head"])
        assert desk.records("household")[0]["size"] == 4

    def test_everything_that_is_recorded_about_a_household(self, desk):
        new_head(desk)
        receipt = desk.take(desk.workbook("记录.xlsx", {
            "走访记录": [["村", "户主", "走访日期", "走访方式"], ["永胜", "宝音", "2026-11-01", "上门"]],
            "家庭大事": [["村", "户主", "大事类型", "发生日期"], ["永胜", "宝音", "生病住院", "2026-11-01"]],
            "办实事": [["村", "户主", "身份证号", "实事内容", "办理日期"], ["永胜", "宝音", BAO, "联系住院", "2026-11-02"]],
            "联系卡": [["身份证号", "发放日期", "形式"], [BAO, "2026-11-01", "纸质"]],
            "工单": [["工单编号", "村", "户主", "诉求内容", "派单时间"], ["2511010001", "永胜", "宝音", "修路", "2026-11-02 10:00"]]}))
        for sheet in receipt.files[0].sheets:
            assert (sheet.created, codes(sheet)) == (1, ["former-head"]), sheet
        for table in ("visit", "event", "deed", "card", "ticket"):
            assert desk.record(table)["household_id"] == 1
        assert desk.record("visit")["cadre_id"] == 1

    def test_a_pair_of_a_row_without_village_and_one_that_is_over(self, desk):
        new_head(desk)
        sheet = desk.take_rows({"结对台账": [
            ["身份证号", "联系干部", "结对日期", "结束日期"], [BAO, "包文军", "2025-01-01", "2025-06-01"],
            [BAO, "包文军", "2026-01-01", None]]}, "台账.xlsx")
        assert (counts(sheet), codes(sheet)) == ((2, 1, 0, 1, 0), ["former-head", "former-head"])
        assert {p["household_id"] for p in desk.records("pairing")} == {1, 2}

    def test_a_former_head_of_a_joined_household(self, desk):
        new_head(desk)
        with desk.open() as database:
            merge_households(database, "H00002", "H00001", today=TODAY, now=NOW)
            assert get_household(database, "宝音")["code"] == "H00002"
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "宝音", BAO, *[None] * 4]]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), ["former-head"])
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "包小虎", *[None] * 5]]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), ["household-joined"])


class TestJoinedHouseholds:
    """H00003 李儿, typed without number, has been joined into H00002 李二."""

    @pytest.fixture
    def joined(self, desk):
        desk.take_rows([HEADER, ["永胜", "李儿", *[None] * 7]], "又.xlsx")
        with desk.open() as database:
            merge_households(database, "H00002", "H00003", today=TODAY, now=NOW)
        return desk

    def test_a_sheet_that_names_the_other_head_means_the_kept_one(self, joined):
        sheet = joined.take_rows({"联系户": [HEADER[:7], ["永胜", "李儿", None, "13804825678", None, None, None]]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 1, 0, 0), ["household-joined"])
        assert sheet.problems[0].message == "李儿那一户（H00003）已并入 H00002 李二；这一行按 H00002 读入。"
        assert [(h["head_name"], h["phone"]) for h in joined.records("household")][1:] == [
            ("李二", "13804825678"), ("李儿", None)]
        visits = {"走访记录": [["村", "户主", "走访日期"], ["永胜", "李儿", "2026-11-01"]]}
        assert codes(joined.take_rows(visits, "走访.xlsx")) == ["household-joined"]
        assert joined.record("visit")["household_id"] == 2

    def test_the_code_of_the_other_does_not_rename_the_kept_one(self, joined):
        sheet = joined.take_rows([["户编号", "村", "户主", "家庭人口"], ["H00003", "永胜", "李儿", 5]], "旧.xlsx")
        assert counts(sheet) == (1, 0, 1, 0, 0)
        assert [(h["head_name"], h["size"]) for h in joined.records("household")][1:] == [("李二", 5), ("李儿", None)]

    def test_both_in_one_sheet(self, joined):
        rows = [["永胜", "李儿", *[None] * 5], ["永胜", "李二", LI, None, None, 4, None]]
        sheet = joined.take_rows({"联系户": [HEADER[:7], *rows]}, "旧.xlsx")
        assert (counts(sheet), codes(sheet)) == ((2, 0, 1, 1, 0), ["household-joined"])


    def test_what_happens_at_the_other_is_recorded_at_the_kept_one(self, joined):
        with joined.open() as database:
            done = add_visit(database, NewVisit("H00003", on=TODAY, by="包文军"), today=TODAY, now=NOW)
            add_rating(database, "H00003", "满意", on=TODAY, today=TODAY, now=NOW)
        assert former_note(done.household) == "H00003 李儿已并入 H00002 李二，记在这一户。"
        assert [joined.record(table)["household_id"] for table in ("visit", "rating")] == [2, 2]

    def test_a_person_in_both_lists_stays_once(self, desk):
        persons = [PERSONS[0], ["永胜", "李儿", "户主", None, None], ["永胜", "乌云", "其他", None, "患病"],
                   ["永胜", "包小花", "孙女", id_number(9, "20150101"), None], ["永胜", "包小虎", "子", id_number(8, "19700101"), None]]
        desk.take_rows([HEADER, ["永胜", "李儿", *[None] * 7]], "又.xlsx")
        desk.take(desk.workbook("人.xlsx", {"家庭成员": persons}))
        before = desk.records("member")
        with desk.open() as database:
            _, _, _, moved = merge_households(database, "H00001", "H00003", today=TODAY, now=NOW)
            assert moved["member"] == 2
            found = database.records("SELECT * FROM member WHERE household_id = 1 ORDER BY id")
            # The son's namesake has another number: he is somebody else.
            assert [(m["name"], m["relation"], m["id_number"]) for m in found] == [
                ("宝音", "户主", BAO), ("乌云", "配偶", WIFE), ("包小虎", "子", SON), ("包小花", "孙女", id_number(9, "20150101")),
                ("包小虎", "子", id_number(8, "19700101")), ("李儿", "原户主", None)]
            assert found[1]["traits"] == "患病"
            undo(database, None, now=NOW)
        assert desk.records("member") == before


class TestOlderListsOfPersons:
    def test_relations_stay_as_they_are_today(self, desk):
        new_head(desk)
        before = desk.records("member")
        assert {m["name"]: m["relation"] for m in before} == {
            "宝音": "原户主", "乌云": "配偶", "包小虎": "户主", "包小花": "孙女"}
        desk.take(desk.workbook("成员.xlsx", {"家庭成员": PERSONS}))
        assert desk.records("member") == before

    def test_a_list_that_comes_only_after_the_change(self, tmp_path):
        desk = Desk(tmp_path)
        desk.take(desk.workbook("名册.xlsx", {"结对台账": OLD, "干部": CADRES}))
        new_head(desk, head_id_number=SON)
        sheet = desk.take(desk.workbook("成员.xlsx", {"家庭成员": PERSONS})).files[0].sheets[0]
        assert (counts(sheet), codes(sheet)) == ((4, 4, 0, 0, 0), ["former-head"])
        assert {m["name"]: m["relation"] for m in desk.records("member")} == {
            "宝音": "原户主", "乌云": "配偶", "包小虎": "户主", "包小花": "孙女"}
        assert (len(desk.records("household")), desk.records("household")[0]["traits"]) == (2, "年老")

    def test_persons_who_name_the_former_head(self, desk):
        new_head(desk)
        sheet = desk.take(desk.workbook("成员.xlsx", {"家庭成员": [
            ["村", "户主", "姓名", "与户主关系"], ["永胜", "宝音", "包新生", "孙"]]})).files[0].sheets[0]
        assert counts(sheet) == (1, 1, 0, 0, 0)
        assert desk.records("member")[-1]["household_id"] == 1

    def test_who_went_along_with_a_split_is_not_put_back(self, desk):
        split(desk, "包小虎", "包小花")
        before = desk.content()
        sheet = desk.take(desk.workbook("成员.xlsx", {"家庭成员": PERSONS})).files[0].sheets[0]
        assert (counts(sheet), codes(sheet)) == ((4, 0, 0, 4, 0), ["household-split", "household-split"])
        assert sheet.problems[0].message == "包小虎已随分户到 H00003 包小虎，没有改回。"
        assert desk.content() == before

    def test_a_split_household_is_known_by_its_own_head(self, desk):
        split(desk, "包小虎")
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "包小虎", SON, None, None, 2, None]]}, "新.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 1, 0, 0), [])
        assert desk.column("household", "size") == [2, 2, 2]


class TestClosedHouseholds:
    def test_a_roster_does_not_open_them_and_says_how(self, desk):
        close(desk, "H00001")
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "宝音", BAO, None, None, 3, None]]}, "再.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), ["household-closed"])
        (note,) = sheet.problems
        assert (note.level, note.message) == (
            "note", "H00001 宝音已于 2026-11-24 销户（去世），没有恢复；如要恢复：lianhu household reopen H00001")
        assert desk.records("household")[0]["closed_on"] == "2026-11-24"

    def test_a_list_of_pairs_does_not_pair_them(self, desk):
        close(desk, "H00001")
        receipt = desk.take(desk.workbook("台账.xlsx", {"结对台账": OLD[:2]}))
        assert receipt.files[0].sheets[0].rejected == 1
        assert [p for p in desk.records("pairing") if p["household_id"] == 1 and p["ended_on"] is None] == []

    def test_the_former_head_of_a_closed_one_gives_both_notes(self, desk):
        new_head(desk)
        close(desk, "H00001")
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "宝音", BAO, *[None] * 4]]}, "再.xlsx")
        assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 1, 0), ["former-head", "household-closed"])

    def test_a_joined_one_is_no_closed_one(self, desk):
        with desk.open() as database:
            merge_households(database, "H00002", "H00001", today=TODAY, now=NOW)
        sheet = desk.take_rows({"联系户": [HEADER[:7], ["永胜", "宝音", BAO, *[None] * 4]]}, "再.xlsx")
        assert "household-closed" not in codes(sheet)


class TestLookup:
    def test_present_heads_come_before_former_ones(self, desk):
        new_head(desk)
        with desk.open() as database:
            for word in ("宝音", BAO, BAO[:6] + BAO[8:17], BAO.lower()):
                found = get_household(database, word)
                assert (found["code"], former_note(found)) == (
                    "H00001", "宝音是 H00001 的原户主，2026-11-20 起户主是包小虎。")
            assert former_note(get_household(database, "包小虎")) is None
        new_head(desk, "H00002", "宝音", agreed=NAMESAKE)
        with desk.open() as database:
            assert get_household(database, "宝音")["code"] == "H00002"

    def test_several_former_heads_of_one_name_are_listed(self, desk):
        new_head(desk)
        new_head(desk, "H00002", "宝音", agreed=NAMESAKE)
        new_head(desk, "H00002", "李小二")
        with desk.open() as database, pytest.raises(AmbiguousError, match="“宝音”有 2 个户：永胜 包小虎 H00001；永胜 李小二 H00002"):
            get_household(database, "宝音")
        with desk.open() as database, pytest.raises(NotFoundError) as caught:
            get_household(database, "宝英")
        assert "宝音" in caught.value.hint

    def test_either_form_of_a_number(self, desk):
        short = "152223560312121"
        desk.take_rows([HEADER, ["永胜", "赵云", short, *[None] * 6]], "十五位.xlsx")
        with desk.open() as database:
            assert get_household(database, eighteen_digits(short))["head_name"] == "赵云"
            assert get_household(database, short)["head_name"] == "赵云"
            assert get_household(database, LI[:6] + LI[8:17])["head_name"] == "李二"
            for word in ("15222356031212X", "152223561312121", "15222356031212²"):
                with pytest.raises(NotFoundError):
                    get_household(database, word)

    def test_the_kept_one_of_two_joined_namesakes(self, desk):
        desk.take_rows([HEADER, ["好力保", "李二", *[None] * 7]], "又.xlsx")
        with desk.open() as database:
            merge_households(database, "H00002", "H00003", today=TODAY, now=NOW)
            assert get_household(database, "李二")["code"] == "H00002"
