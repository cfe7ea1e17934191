"""``lianhu household``: adding, editing, closing, reopening, splitting, a new head, and what ``show`` tells of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from lianhu.domain.identity import eighteen_digits
from lianhu.store.connection import open_database
from tests.factory import a_town, an_id_number, records_only

HEAD, SON, WIFE, OTHER = (an_id_number(n, male=n != 3) for n in (1, 2, 3, 4))
"""Of 宝音 (H00001), his son and wife, and 王海林 (H00002)."""
FREE = an_id_number(50)
OLD_FORM = "152223560312121"
TICKET = "251101101100000001"


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        east, west = town.village("永胜"), town.village("哈达")
        grid = town.cluster(east, "第一网格")
        home = town.household(
            head_name="宝音", village_id=east, head_id_number=HEAD, phone="13800000001", size=4, hamlet="东屯",
            cluster_id=grid, traits="年老、患病", assistance="低保", classes="吸毒人员、残疾人", address="东屯12号")
        town.household(head_name="王海林", village_id=east, head_id_number=OTHER)
        town.member(home, name="宝音", relation="户主", id_number=HEAD, phone="13800000001")
        town.member(home, name="乌云", relation="配偶", id_number=WIFE, classes="残疾人", phone=None)
        town.member(home, name="包小虎", relation="子", id_number=SON, phone="13900000002")
        town.member(home, name="包小花", relation="孙女")
        cadre = town.cadre(name="包文军", village_id=east, capacity=2, id_number=an_id_number(90))
        town.cadre(name="李镇长", village_id=None, area="永胜、哈达", id_number=an_id_number(91))
        town.pair(home, cadre)
        town.visit(home, cadre)
        town.ticket(household_id=home, village_id=east, cadre_id=cadre, number=TICKET)
        town.household(head_name="赵玉兰", village_id=west, head_id_number=an_id_number(60))


def rows(path: Path, table: str, where: str = "1 = 1") -> list[dict[str, Any]]:
    with open_database(path) as database:
        return database.records(f"SELECT * FROM {table} WHERE {where} ORDER BY id")


def household(path: Path, code: str) -> dict[str, Any]:
    (found,) = rows(path, "household", f"code = '{code}'")
    return found


class TestAdd:
    def test_everything_that_can_be_said(self, lianhu, path: Path):
        outcome = lianhu(
            "household", "add", "李 四海", "--village", "永胜村", "--id", FREE, "--phone", "138 0000 0009", "--hamlet", "西屯",
            "--cluster", "第一网格", "--size", "三人", "--address", "西屯3号", "--traits", "独居，高龄", "--monitoring", "边缘户",
            "--risks", "因病、因残", "--assistance", "低保户", "--classes", "残疾人", "--needs", "就医", "--hard",
            "--hard-reason", "独居多病", "--note", "耳背")
        assert (outcome.code, outcome.out) == (0, "已登记 H00004 李四海（永胜）\n")
        assert outcome.err.splitlines() == [
            "还没有结对干部：lianhu assign；或 lianhu pair set H00004 干部", "批次 2（撤销：lianhu undo）"]
        found = household(path, "H00004")
        born = f"{FREE[6:10]}-{FREE[10:12]}-{FREE[12:14]}"
        assert {k: v for k, v in found.items() if v is not None} == {
            "id": 4, "code": "H00004", "village_id": 1, "cluster_id": 1, "hamlet": "西屯", "head_name": "李四海",
            "head_id_number": FREE, "sex": "男", "born_on": born, "phone": "13800000009", "size": 3, "address": "西屯3号",
            "traits": "年老、独居", "monitoring": "边缘易致贫户", "risks": "因病、因残", "assistance": "低保", "classes": "残疾人",
            "needs": "就医照料", "is_hard": 1, "hard_reason": "独居多病", "note": "耳背"}

    def test_the_document_and_undo(self, lianhu, path: Path):
        before = records_only(path)
        assert lianhu("household", "add", "李四海", "--village", "永胜", "--json").json == {
            "batch": 2, "household": "H00004", "village": "永胜", "head_name": "李四海"}
        assert lianhu("undo").code == 0
        assert records_only(path) == before

    @pytest.mark.parametrize(("words", "code", "says", "hint"), [
        (["--id", FREE[:-1] + ("1" if FREE[-1] != "1" else "2")], 2, "校验不通过", ""),
        (["--phone", "123"], 2, "不是11位手机号", ""),
        (["--traits", "独具"], 2, "“独具”不在“户情”词表中；您是不是要填“独居”？", ""),
        (["--traits", "年老、低保"], 2, "“低保”是“社会救助”里的词，不是“户情”", "--assistance 低保"),
        (["--assistance", "独居"], 2, "“独居”是“户情”里的词", "--traits 独居"),
        (["--size", "很多"], 2, "家庭人口：“很多”不是数字", ""),
        (["--born", "2026-12"], 2, "在今天（2026-11-24）之后", ""),
        (["--note", "信教"], 2, "本系统不登记“信教”一类信息，没有登记。", "删去"),
        (["--classes", "上访户"], 2, "本系统不登记“上访”一类信息", "删去"),
        (["--address", "艾滋病院旁"], 2, "本系统不登记“艾滋”一类信息", "删去"),
        (["--cluster", "第二网格"], 3, "永胜没有登记联户单元“第二网格”", "第一网格"),
        (["--id", HEAD], 5, "是 H00001 宝音（永胜）的户主，没有登记。", "lianhu household show H00001"),
        (["--id", SON], 5, "是 H00001 宝音（永胜）的成员包小虎", "lianhu household split H00001 包小虎"),
    ])
    def test_refused_with_a_reason_and_nothing_written(self, lianhu, path: Path, words, code, says, hint):
        before = path.read_bytes()
        outcome = lianhu("household", "add", "李四海", "--village", "永胜", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err.splitlines()[0]
        assert hint in outcome.err
        assert HEAD not in outcome.err
        assert path.read_bytes() == before

    def test_villages_and_names_must_be_there(self, lianhu):
        assert lianhu("household", "add", "李四海", "--village", "永盛").err.splitlines() == [
            "没有登记过“永盛”这个村。", "→ 您是不是要找：永胜"]
        assert lianhu("household", "add", "李四海", "--village", "哈达", "--cluster", "一格").err.startswith(
            "哈达还没有登记联户单元，不能登记“一格”。")
        for name, says in (("", "户主姓名不能是空的"), ("无", "“无”不是姓名"), ("13800000001", "不是姓名，请填写姓名"), ("张三、李四", "几个人的姓名")):
            outcome = lianhu("household", "add", name, "--village", "永胜")
            assert (outcome.code, says in outcome.err) == (2, True), outcome.err

    def test_a_number_of_a_closed_household_or_a_former_head(self, lianhu):
        lianhu("household", "close", "H00002", "--reason", "搬迁")
        outcome = lianhu("household", "add", "王海林", "--village", "永胜", "--id", OTHER)
        assert outcome.code == 5
        assert "是 H00002 王海林（永胜，2026-11-24 已销户）的户主" in outcome.err
        assert "lianhu household reopen H00002" in outcome.err
        lianhu("household", "head", "H00001", "包小虎", "--reason", "去世")
        assert "是 H00001 包小虎（永胜）的原户主宝音" in lianhu("household", "add", "宝音", "--village", "哈达", "--id", HEAD).err

    def test_a_namesake_in_the_village_is_asked_about(self, lianhu, terminal, path: Path):
        outcome = lianhu("household", "add", "王海林", "--village", "永胜")
        assert outcome.code == 5
        assert outcome.err.splitlines()[-2:] == [
            "户主 王海林（永胜）：同村已有同名的户 H00002 王海林。没有确认，没有改动。", "→ 确实要这样，加 --yes"]
        assert len(rows(path, "household")) == 3
        assert lianhu("household", "add", "王海林", "--village", "哈达").code == 0
        assert lianhu("household", "add", "王海林", "--village", "永胜", "--yes").code == 0
        screen = terminal("household", "add", "宝音", "--village", "永胜")
        screen.answer("同村已有同名的户 H00001 宝音。仍要这样吗（y/N）：", "y")
        assert screen.finish() == 0
        assert [h["head_name"] for h in rows(path, "household")] == ["宝音", "王海林", "赵玉兰", "王海林", "王海林", "宝音"]

    def test_what_the_number_says_otherwise_is_told(self, lianhu, path: Path):
        outcome = lianhu("household", "add", "李四海", "--village", "永胜", "--id", FREE, "--sex", "女", "--born", "1999-01-01")
        assert outcome.code == 0
        assert "性别与身份证号不符，按身份证号记为男；请核对。" in outcome.err
        assert "出生日期与身份证号不符" in outcome.err
        assert household(path, "H00004")["sex"] == "男"

    def test_an_old_number_goes_in_with_a_remark_and_is_the_same_as_the_new_one(self, lianhu):
        assert "15位的旧号码" in lianhu("household", "add", "李四海", "--village", "永胜", "--id", OLD_FORM).err
        assert "H00004" in lianhu("household", "add", "李五海", "--village", "哈达", "--id", eighteen_digits(OLD_FORM)).err
        assert lianhu("household", "show", eighteen_digits(OLD_FORM), "--json").json["code"] == "H00004"

    def test_a_town_without_villages(self, lianhu, path: Path):
        path.unlink()
        lianhu("init")
        outcome = lianhu("household", "add", "李四海", "--village", "永胜")
        assert (outcome.code, outcome.err.splitlines()[0]) == (3, "还没有登记任何村。")


class TestEdit:
    def test_old_stands_beside_new_masked(self, lianhu, path: Path):
        outcome = lianhu("household", "edit", "宝音", "--phone", "13912345678", "--size", "", "--hard", "--needs", "致富")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已修改 H00001 宝音：", "  联系电话：138****0001 → 139****5678", "  家庭人口：4 → （空）", "  需求：（空） → 产业发展",
            "  重难点户：（空） → 是"]
        found = household(path, "H00001")
        assert (found["phone"], found["size"], found["is_hard"], found["traits"]) == ("13912345678", None, 1, "年老、患病")

    def test_the_head_among_the_members_says_the_same(self, lianhu, path: Path):
        lianhu("household", "edit", "H00001", "--phone", "13912345678", "--id", FREE, "--name", "宝音图")
        head, *rest = rows(path, "member")
        assert (head["name"], head["id_number"], head["phone"]) == ("宝音图", FREE, "13912345678")
        assert [member["phone"] for member in rest] == [None, "13900000002", None]

    def test_the_document_and_undo(self, lianhu, path: Path):
        before = records_only(path)
        assert lianhu("household", "edit", "H00001", "--phone", "13912345678", "--village", "哈达", "--json").json == {
            "batch": 2, "household": "H00001", "cadre_has_village": False, "changed": {
                "village": {"before": "永胜", "after": "哈达"}, "cluster": {"before": "第一网格", "after": None},
                "hamlet": {"before": "东屯", "after": None}, "phone": {"before": "138****0001", "after": "139****5678"}}}
        assert lianhu("undo").code == 0
        assert records_only(path) == before

    def test_hidden_classes_stay_hidden(self, lianhu):
        outcome = lianhu("household", "edit", "H00001", "--classes", "吸毒人员")
        assert "  重点人群：残疾人 → （空）" in outcome.out
        assert "吸毒" not in outcome.out + outcome.err

    def test_nothing_to_change(self, lianhu, path: Path):
        assert lianhu("household", "edit", "H00001").err.splitlines()[0] == "没有写要改什么。"
        assert lianhu("household", "edit", "H00001").code == 2
        before = path.read_bytes()
        outcome = lianhu("household", "edit", "H00001", "--size", "4")
        assert (outcome.code, outcome.out) == (0, "H00001 宝音登记的已经是这样，没有改动。\n")
        assert path.read_bytes() == before

    @pytest.mark.parametrize(("words", "code", "says"), [
        (["--name", ""], 2, "户主姓名不能是空的"), (["--village", " "], 2, "嘎查村不能是空的"),
        (["--village", "哈打"], 3, "没有登记过“哈打”这个村"), (["--id", OTHER], 5, "是 H00002 王海林（永胜）的户主"),
        (["--id", SON], 5, "的成员包小虎"), (["--name", "王海林"], 5, "同村已有同名的户 H00002 王海林"),
        (["--traits", "独具"], 2, "独居")])
    def test_refused(self, lianhu, path: Path, words, code, says):
        before = path.read_bytes()
        outcome = lianhu("household", "edit", "H00001", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err
        assert path.read_bytes() == before

    def test_a_move_keeps_the_pair_and_says_when_the_cadre_is_elsewhere(self, lianhu, path: Path):
        outcome = lianhu("household", "edit", "H00001", "--village", "哈达", "--hamlet", "南屯")
        assert "原村的联户单元已清空" in outcome.err
        assert "结对还在：C0001 包文军，但他不管哈达。要换人：lianhu pair set H00001 干部" in outcome.err
        (pair,) = rows(path, "pairing")
        assert (pair["ended_on"], pair["is_cross_village"]) == (None, 1)
        assert (household(path, "H00001")["hamlet"], household(path, "H00001")["cluster_id"]) == ("南屯", None)
        lianhu("household", "edit", "H00001", "--village", "永胜", "--cluster", "第一网格")
        assert rows(path, "pairing")[0]["is_cross_village"] == 0

    def test_a_move_under_a_town_cadre_of_both_villages_needs_nothing(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("pairing", 1, cadre_id=2)
        assert "结对还在" not in lianhu("household", "edit", "H00001", "--village", "哈达").err


class TestClose:
    def test_the_pair_ends_and_what_is_open_is_named(self, lianhu, path: Path):
        outcome = lianhu("household", "close", "宝音", "--reason", "病故", "--on", "2026-11-20")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已销户：H00001 宝音（永胜），2026-11-20 起，去世", "结对随之结束：C0001 包文军现联 0 户，还可联 2 户",
            "还没办结的工单 1 件，照旧办理：251101-101100-000001"]
        (pair,) = rows(path, "pairing")
        assert (pair["ended_on"], pair["end_reason"]) == ("2026-11-20", "销户：去世")
        assert (household(path, "H00001")["closed_on"], household(path, "H00001")["close_reason"]) == ("2026-11-20", "去世")
        assert rows(path, "ticket")[0]["cadre_id"] == 1

    def test_the_document_the_trial_and_undo(self, lianhu, path: Path):
        before = records_only(path)
        trial = lianhu("household", "close", "H00001", "--reason", "搬迁", "--dry-run")
        assert (trial.code, trial.out.splitlines()[0], trial.err) == (
            0, "会销户：H00001 宝音（永胜），2026-11-24 起，搬迁", "这是试算，没有写入。\n")
        assert records_only(path) == before
        assert lianhu("household", "close", "H00001", "--reason", "搬迁", "--json").json == {
            "batch": 2, "dry_run": False, "household": "H00001", "closed_on": "2026-11-24", "reason": "搬迁",
            "cadre": "C0001", "cadre_holds": 0, "cadre_free": 2, "open_tickets": ["251101-101100-000001"],
            "later_visits": 0}
        assert lianhu("undo").code == 0
        assert records_only(path) == before

    @pytest.mark.parametrize(("words", "code", "says"), [
        (["H00001", "--reason", "去逝"], 2, "销户原因里没有“去逝”"),
        (["H00001", "--reason", "去世", "--on", "2026-11-25"], 2, "在今天（2026-11-24）之后"),
        (["H00001", "--reason", "去世", "--on", "2025-12-31"], 5,
         "H00001 宝音从 2026-01-01 起由 C0001 包文军联系，不能在 2025-12-31 就销户"),
        (["H00009", "--reason", "去世"], 3, "没有找到户"), (["H00001"], 2, "--reason")])
    def test_refused(self, lianhu, path: Path, words, code, says):
        before = path.read_bytes()
        outcome = lianhu("household", "close", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err
        assert path.read_bytes() == before

    def test_twice_is_refused(self, lianhu):
        lianhu("household", "close", "H00001", "--reason", "搬迁")
        outcome = lianhu("household", "close", "H00001", "--reason", "搬迁")
        assert (outcome.code, outcome.err.splitlines()) == (5, [
            "H00001 宝音已于 2026-11-24 销户（搬迁），没有改动。", "→ 要恢复：lianhu household reopen H00001"])

    def test_an_earlier_pair_after_that_day_is_in_the_way(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("pairing", 1, ended_on="2026-06-01", end_reason="改派")
        assert lianhu("household", "close", "H00001", "--reason", "搬迁", "--on", "2026-05-31").code == 5
        outcome = lianhu("household", "close", "H00001", "--reason", "搬迁", "--on", "2026-06-01")
        assert (outcome.code, "结对" in outcome.out) == (0, False)
        assert "2026-06-01 之后还登记有走访 1 次" in outcome.err

    def test_a_pair_that_has_not_begun_ends_before_it_begins(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("pairing", 1, started_on="2026-12-01")
        assert lianhu("household", "close", "H00001", "--reason", "搬迁").code == 0
        assert rows(path, "pairing")[0]["ended_on"] == "2026-12-01"

    def test_a_full_or_gone_cadre_has_no_place(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("cadre", 1, capacity=0)
        assert "现联 0 户\n" in lianhu("household", "close", "H00001", "--reason", "搬迁").out


class TestReopen:
    def test_it_counts_again_and_says_who_held_it(self, lianhu, path: Path):
        lianhu("household", "close", "H00001", "--reason", "搬迁", "--on", "2026-11-01")
        before = records_only(path)
        outcome = lianhu("household", "reopen", "H00001", "--on", "2026-11-10")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已恢复：H00001 宝音（永胜），2026-11-10 起；2026-11-01 因搬迁销户", "上次由 C0001 包文军联系到 2026-11-01"]
        assert "还没有结对干部：lianhu assign；仍由包文军联系：lianhu pair set H00001 C0001" in outcome.err
        (gap,) = rows(path, "closure")
        assert (gap["started_on"], gap["ended_on"], gap["reason"]) == ("2026-11-01", "2026-11-10", "搬迁")
        assert household(path, "H00001")["closed_on"] is None
        lianhu("undo")
        assert records_only(path) == before

    def test_the_document(self, lianhu):
        lianhu("household", "close", "H00002", "--reason", "脱离重点")
        assert lianhu("household", "reopen", "H00002", "--json").json == {
            "batch": 3, "dry_run": False, "household": "H00002", "opened_on": "2026-11-24", "closed_on": "2026-11-24",
            "last_cadre": None, "open_tickets": []}

    def test_refused(self, lianhu, path: Path):
        assert "H00001 宝音没有销户，不用恢复。" in lianhu("household", "reopen", "H00001").err
        lianhu("household", "close", "H00001", "--reason", "搬迁")
        assert "2026-11-24 才销户，不能从 2026-11-23 起恢复" in lianhu("household", "reopen", "H00001", "--on", "昨天").err
        assert lianhu("household", "reopen", "H00001", "--on", "明天").code == 2
        lianhu("household", "merge", "H00003", "H00002")
        outcome = lianhu("household", "reopen", "H00002")
        assert (outcome.code, outcome.err.splitlines()) == (5, [
            "H00002 王海林已并入 H00003 赵玉兰，不能恢复。", "→ lianhu household show H00003"])

    def test_closing_before_the_day_of_reopening_is_refused(self, lianhu):
        lianhu("household", "close", "H00002", "--reason", "搬迁", "--on", "2026-03-01")
        lianhu("household", "reopen", "H00002", "--on", "2026-06-01")
        assert "2026-06-01 才恢复" in lianhu("household", "close", "H00002", "--reason", "搬迁", "--on", "2026-05-01").err


class TestHead:
    def test_a_member_brings_what_is_known_of_him(self, lianhu, path: Path):
        outcome = lianhu("household", "head", "H00001", "包小虎", "--reason", "去世", "--on", "2026-11-20")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已换户主：H00001 宝音 → 包小虎（永胜），2026-11-20 起", "结对不变：C0001 包文军"]
        assert "家庭人口 4，户情 年老、患病，社会救助 低保，重点人群 残疾人，请核对" in outcome.err
        found = household(path, "H00001")
        assert (found["head_name"], found["head_id_number"], found["phone"], found["sex"]) == (
            "包小虎", SON, "13900000002", "男")
        assert found["born_on"] == f"{SON[6:10]}-{SON[10:12]}-{SON[12:14]}"
        (former,) = rows(path, "former_head")
        assert (former["name"], former["id_number"], former["ended_on"], former["reason"]) == (
            "宝音", HEAD, "2026-11-20", "去世")
        assert [(m["name"], m["relation"]) for m in rows(path, "member")] == [
            ("宝音", "原户主"), ("乌云", "配偶"), ("包小虎", "户主"), ("包小花", "孙女")]
        assert (rows(path, "pairing")[0]["ended_on"], rows(path, "ticket")[0]["household_id"]) == (None, 1)

    def test_the_document_the_trial_and_undo(self, lianhu, path: Path):
        before = records_only(path)
        assert lianhu("household", "head", "H00001", "包小虎", "--dry-run").out.startswith("会换户主：")
        assert records_only(path) == before
        assert lianhu("household", "head", "H00001", "包小虎", "--json").json == {
            "batch": 2, "dry_run": False, "household": "H00001", "former_head": "宝音", "head_name": "包小虎",
            "from": "2026-11-24", "is_member": True, "cadre": "C0001"}
        lianhu("undo")
        assert records_only(path) == before

    def test_somebody_who_is_no_member(self, lianhu, path: Path):
        outcome = lianhu("household", "head", "H00002", "王海山", "--phone", "13911111111")
        assert "新户主还没有身份证号，有了再登记：lianhu household edit H00002 --id 号码" in outcome.err
        found = household(path, "H00002")
        assert (found["head_name"], found["head_id_number"], found["sex"], found["born_on"], found["phone"]) == (
            "王海山", None, None, None, "13911111111")

    def test_the_old_phone_stays_with_a_remark(self, lianhu, path: Path):
        assert "联系电话还是原来登记的" in lianhu("household", "head", "H00001", "乌云").err
        assert household(path, "H00001")["phone"] == "13800000001"

    @pytest.mark.parametrize(("words", "code", "says"), [
        (["宝音"], 5, "户主已经是宝音"), (["王海林"], 5, "同村已有同名的户 H00002 王海林"),
        (["包小虎", "--id", FREE], 5, "和 --id 不同"), (["别人", "--id", OTHER], 5, "是 H00002 王海林（永胜）的户主"),
        (["包小虎", "--on", "明天"], 2, "在今天（2026-11-24）之后"), (["无"], 2, "不是姓名"),
        (["包小虎", "--reason", "信HIV"], 2, "本系统不登记"), (["别人", "--id", "123"], 2, "身份证号")])
    def test_refused(self, lianhu, path: Path, words, code, says):
        before = path.read_bytes()
        outcome = lianhu("household", "head", "H00001", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err
        assert path.read_bytes() == before

    def test_two_members_of_one_name_are_told_apart_by_number(self, lianhu, path: Path):
        with a_town(path) as town:
            town.member(1, name="包小虎", relation="孙", id_number=FREE)
        assert "有 2 个成员叫“包小虎”" in lianhu("household", "head", "H00001", "包小虎").err
        assert lianhu("household", "head", "H00001", "包小虎", "--id", FREE).code == 0
        assert household(path, "H00001")["head_id_number"] == FREE

    def test_back_again_and_not_before_the_last_change(self, lianhu, path: Path):
        lianhu("household", "head", "H00001", "包小虎", "--on", "2026-11-10")
        assert "从 2026-11-10 起才是户主" in lianhu("household", "head", "H00001", "乌云", "--on", "2026-11-09").err
        assert lianhu("household", "head", "H00001", "宝音", "--on", "2026-11-12").code == 0
        assert household(path, "H00001")["head_id_number"] == HEAD
        assert [m["relation"] for m in rows(path, "member")] == ["户主", "配偶", "原户主", "孙女"]
        assert lianhu("household", "show", HEAD, "--json").json["code"] == "H00001"

    def test_a_closed_household_has_no_new_head(self, lianhu):
        lianhu("household", "close", "H00001", "--reason", "去世")
        assert "要恢复：lianhu household reopen H00001" in lianhu("household", "head", "H00001", "包小虎").err

    def test_the_cadre_himself_is_told(self, lianhu):
        assert "新户主就是联系这户的干部本人" in lianhu("household", "head", "H00001", "包文军", "--id", an_id_number(90)).err


class TestSplit:
    def test_members_go_along_and_history_stays(self, lianhu, path: Path):
        outcome = lianhu("household", "split", "H00001", "包小虎", "--member", "包小花", "--on", "2026-11-20")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已分户：H00001 宝音（永胜）分出 H00004 包小虎，2026-11-20 起，随去成员：包小虎、包小花",
            "家庭人口：原户 4 → 2，新户 2"]
        assert "原户登记的户情 年老、患病，社会救助 低保，重点人群 残疾人，请核对哪些该归新户" in outcome.err
        assert "还没有结对干部：lianhu assign；仍由包文军联系：lianhu pair set H00004 C0001" in outcome.err
        new = household(path, "H00004")
        assert {k: v for k, v in new.items() if v is not None} == {
            "id": 4, "code": "H00004", "village_id": 1, "cluster_id": 1, "hamlet": "东屯", "address": "东屯12号",
            "head_name": "包小虎", "head_id_number": SON, "sex": "男", "phone": "13900000002", "size": 2,
            "born_on": f"{SON[6:10]}-{SON[10:12]}-{SON[12:14]}", "split_from_id": 1}
        assert [(m["name"], m["household_id"], m["relation"]) for m in rows(path, "member")] == [
            ("宝音", 1, "户主"), ("乌云", 1, "配偶"), ("包小虎", 4, "户主"), ("包小花", 4, None)]
        assert {row["household_id"] for table in ("visit", "ticket", "pairing") for row in rows(path, table)} == {1}

    def test_the_document_the_trial_and_undo(self, lianhu, path: Path):
        before = records_only(path)
        assert lianhu("household", "split", "H00001", "乌云", "--dry-run").out.startswith("会分户：")
        assert records_only(path) == before
        assert lianhu("household", "split", "H00001", "乌云", "--traits", "残疾", "--json").json == {
            "batch": 2, "dry_run": False, "household": "H00004", "split_from": "H00001", "head_name": "乌云",
            "from": "2026-11-24", "members": ["乌云"], "size": 1, "size_left": 3, "cadre_of_old": "C0001"}
        assert household(path, "H00004")["traits"] == "残疾"
        lianhu("undo")
        assert records_only(path) == before

    def test_what_a_member_brings_along_is_named(self, lianhu):
        assert "其中成员乌云名下：重点人群 残疾人" in lianhu("household", "split", "H00001", "乌云").err

    def test_without_members_on_record(self, lianhu, path: Path):
        assert lianhu("household", "split", "H00002", "王小林", "--id", FREE, "--phone", "13911111111").code == 0
        new = household(path, "H00004")
        assert (new["head_id_number"], new["size"], household(path, "H00002")["size"]) == (FREE, None, None)
        assert lianhu("household", "split", "H00002", "王二林", "--size", "3").code == 0
        assert household(path, "H00005")["size"] == 3

    def test_more_people_than_are_on_record(self, lianhu, path: Path):
        outcome = lianhu("household", "split", "H00001", "包小虎", "--size", "4")
        assert "登记的家庭人口是 4，分出 4 人，没有改，请核对" in outcome.err
        assert household(path, "H00001")["size"] == 4

    @pytest.mark.parametrize(("words", "code", "says"), [
        (["宝音"], 5, "宝音是 H00001 的户主，不能分出去"), (["包小虎", "--member", "宝音"], 5, "不能分出去"),
        (["别人", "--id", HEAD], 5, "不能分出去"), (["包小虎", "--member", "包大花"], 3, "没有登记成员“包大花”"),
        (["王海林"], 5, "同村已有同名的户"), (["别人", "--id", OTHER], 5, "是 H00002"),
        (["包小虎", "--on", "明天"], 2, "之后"), (["包小虎", "--traits", "低保"], 2, "--assistance 低保")])
    def test_refused(self, lianhu, path: Path, words, code, says):
        before = path.read_bytes()
        outcome = lianhu("household", "split", "H00001", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err
        assert path.read_bytes() == before

    def test_a_former_head_may_go_his_own_way(self, lianhu):
        lianhu("household", "head", "H00001", "包小虎")
        assert lianhu("household", "split", "H00001", "宝音").code == 0
        assert lianhu("household", "show", HEAD, "--json").json["code"] == "H00004"
        assert lianhu("household", "show", "宝音", "--json").json["code"] == "H00004"


class TestShow:
    def test_what_is_behind_a_household(self, lianhu):
        lianhu("household", "close", "H00001", "--reason", "搬迁", "--on", "2026-11-01")
        lianhu("household", "reopen", "H00001", "--on", "2026-11-05")
        lianhu("household", "head", "H00001", "包小虎", "--reason", "去世", "--on", "2026-11-10")
        lianhu("household", "split", "H00001", "乌云", "--on", "2026-11-12")
        shown = lianhu("household", "show", "H00001").out
        assert "曾销户    2026-11-01 到 2026-11-05（搬迁）" in shown
        assert "分出的户  H00004 乌云" in shown
        assert "以前的户主" in shown
        assert HEAD not in shown
        assert HEAD in lianhu("household", "show", "H00001", "--full").out
        document = lianhu("household", "show", "H00001", "--json").json
        assert document["former_heads"] == [
            {"name": "宝音", "id_number": f"152223**********{HEAD[-2:]}", "ended_on": "2026-11-10", "reason": "去世"}]
        assert document["closures"] == [{"started_on": "2026-11-01", "ended_on": "2026-11-05", "reason": "搬迁"}]
        assert (document["split_off"], document["split_from"], document["merged_into"]) == (["H00004"], None, None)
        child = lianhu("household", "show", "H00004", "--json").json
        assert (child["split_from"], child["split_on"], child["closures"]) == ("H00001", "2026-11-12", [])
        assert "分户      2026-11-12 从 H00001 包小虎分出" in lianhu("household", "show", "H00004").out

    def test_by_the_former_head_and_it_says_so(self, lianhu):
        lianhu("household", "head", "H00001", "包小虎", "--reason", "去世")
        for word in ("宝音", "宝 音", HEAD, HEAD.lower()):
            outcome = lianhu("household", "show", word)
            assert (outcome.code, outcome.err) == (0, "宝音是 H00001 的原户主，2026-11-24 起户主是包小虎。\n")
        assert lianhu("household", "show", "包小虎").err == ""
        assert "原户主" in lianhu("household", "close", "宝音", "--reason", "搬迁").err

    def test_a_joined_household_says_into_which(self, lianhu):
        lianhu("household", "merge", "H00003", "H00002")
        assert "并入      H00003 赵玉兰" in lianhu("household", "show", "H00002").out
        assert "2026-11-24  并入 H00003" in lianhu("household", "list", "--closed").out


class TestMerge:
    def test_open_tickets_go_to_the_cadre_of_the_kept_one(self, lianhu, path: Path):
        with a_town(path) as town:
            town.pair(2, 2)
        before = records_only(path)
        assert lianhu("household", "merge", "H00002", "H00001").code == 0
        (ticket,) = rows(path, "ticket")
        assert (ticket["household_id"], ticket["cadre_id"]) == (2, 2)
        lianhu("undo")
        assert records_only(path) == before

    def test_the_cadre_of_the_second_goes_on_with_the_first(self, lianhu, path: Path):
        assert lianhu("household", "merge", "H00002", "H00001", "--json").json["moved"] == {
            "member": 4, "visit": 1, "event": 0, "deed": 0, "card": 0, "ticket": 1, "rating": 0, "opinion": 0,
            "task_item": 0}
        assert [(p["household_id"], p["cadre_id"], p["ended_on"]) for p in rows(path, "pairing")] == [
            (1, 1, "2026-11-24"), (2, 1, None)]
        assert "不能合并" in lianhu("household", "merge", "H00002", "H00002").err
        assert "已销户" in lianhu("household", "merge", "H00002", "H00001").err


class TestFigures:
    def counted(self, lianhu, day: str) -> int:
        (figure,) = [row for table in lianhu("report", "--to", day, "--json").json["tables"] for row in table["rows"]
                     if row[0] == "重点户"]
        return int(figure[1])

    def test_past_days_keep_their_households(self, lianhu):
        assert self.counted(lianhu, "2026-11-24") == 3
        lianhu("household", "close", "H00001", "--reason", "搬迁", "--on", "2026-11-05")
        lianhu("household", "reopen", "H00001", "--on", "2026-11-10")
        lianhu("household", "split", "H00001", "包小虎", "--on", "2026-11-15")
        lianhu("household", "close", "H00002", "--reason", "去世", "--on", "2026-11-20")
        lianhu("household", "head", "H00001", "乌云", "--on", "2026-11-21")
        assert [self.counted(lianhu, day) for day in (
            "2026-11-04", "2026-11-05", "2026-11-09", "2026-11-10", "2026-11-14", "2026-11-15", "2026-11-19",
            "2026-11-20", "2026-11-24")] == [3, 2, 2, 3, 3, 4, 4, 3, 3]
