"""``lianhu cadre``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import TODAY, a_town, an_id_number, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.village("哈达")
        for name in ("包文军", "白玉兰"):
            town.cadre(name=name, village_id=village, roles="村医", phone="13812345678")
        for name, hard in (("宝音", 1), ("王海林", 0)):
            town.pair(town.household(head_name=name, village_id=village, is_hard=hard), 1)
        town.ticket(number="251101101108115409", household_id=1, cadre_id=1)


class TestLeave:
    def test_lists_the_households_and_the_next_command(self, lianhu):
        outcome = lianhu("cadre", "leave", "包文军", "--reason", "调离", "--on", "2026-11-01")
        assert outcome.code == 0
        assert outcome.out.splitlines() == [
            "已登记：C0001 包文军从 2026-11-01 起离岗（调离）", "随后需要干部的户", "户      嘎查村  户主    重难点  未办结工单",
            "H00001  永胜    宝音    是               1", "H00002  永胜    王海林                   0", "共 2 户"]
        assert outcome.err == "下一步：lianhu assign（只给没有干部的户结对，别的不动）\n批次 2（撤销：lianhu undo 2）\n"

    def test_the_document(self, lianhu):
        assert lianhu("cadre", "leave", "C0001", "--reason", "病假", "--returns", "2027-01-01", "--json").json == {
            "batch": 2, "dry_run": False, "cadre": "C0001", "left_on": "2026-11-24", "reason": "病假",
            "returns_on": "2027-01-01", "successor": None, "households": [
                {"household": "H00001", "village": "永胜", "head_name": "宝音", "hard": True, "open_tickets": 1},
                {"household": "H00002", "village": "永胜", "head_name": "王海林", "hard": False, "open_tickets": 0}],
            "tickets_handed_over": 0, "own_tickets": []}

    def test_to_a_successor(self, lianhu):
        outcome = lianhu("cadre", "leave", "C0001", "--reason", "退休", "--to", "白玉兰")
        assert "他的 2 户由 C0002 白玉兰接" in outcome.out
        assert "没办完的工单 1 件随户转出。" in outcome.out
        assert "lianhu assign" not in outcome.err
        assert [pair["household"] for pair in lianhu("pair", "list", "--by", "C0002", "--json").json] == ["H00001", "H00002"]

    def test_a_dry_run_asks_nothing_and_writes_nothing(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("cadre", 2, capacity=1)
        before = records_only(path)
        outcome = lianhu("cadre", "leave", "C0001", "--reason", "退休", "--to", "C0002", "--dry-run")
        assert outcome.code == 0
        assert outcome.out.startswith("会登记：")
        assert "注意：超过上限" in outcome.err
        assert records_only(path) == before

    def test_an_overfull_successor_is_asked_for(self, process, path: Path):
        with a_town(path) as town:
            town.change("cadre", 2, capacity=1)
        before = records_only(path)
        words = ("cadre", "leave", "C0001", "--reason", "退休", "--to", "C0002")
        outcome = process(*words, input="")
        assert outcome.code == 5
        assert "超过上限：C0002 白玉兰上限 1 户，这样共 2 户" in outcome.err
        assert records_only(path) == before
        assert process(*words, "--yes", input="").code == 0

    def test_tickets_of_no_household_are_named_in_groups(self, lianhu, path: Path):
        with a_town(path) as town:
            town.ticket(number="251101101108115410", household_id=None, cadre_id=1)
        outcome = lianhu("cadre", "leave", "C0001", "--reason", "退休")
        assert "还有 1 件没办完的工单在他名下，不是这些户的，请另行安排：251101-101108-115410" in outcome.err

    def test_one_without_households(self, lianhu):
        assert "他没有联系的户。" in lianhu("cadre", "leave", "C0002", "--reason", "退休").out

    @pytest.mark.parametrize(("words", "code"), [
        (["C0001"], 2), (["C0001", "--reason", ""], 2), (["没有这人", "--reason", "调离"], 3),
        (["C0001", "--reason", "调离", "--on", "明天"], 2), (["C0001", "--reason", "调离", "--on", "2025-12-31"], 5),
        (["C0001", "--reason", "调离", "--to", "C0001"], 5), (["C0001", "--reason", "调离", "--returns", "昨天"], 2)])
    def test_refused(self, lianhu, path: Path, words: list[str], code: int):
        before = records_only(path)
        outcome = lianhu("cadre", "leave", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert outcome.err
        assert records_only(path) == before


class TestReturn:
    def test_says_who_holds_what_he_held(self, lianhu):
        lianhu("cadre", "leave", "C0001", "--reason", "病假", "--on", "2026-10-01")
        lianhu("pair", "set", "H00001", "C0002")
        outcome = lianhu("cadre", "return", "C0001")
        assert outcome.out.splitlines() == [
            "已登记：C0001 包文军从 2026-11-24 起返岗（2026-10-01 起病假）", "离岗前联系的户",
            "户      嘎查村  户主    现由谁联系", "H00001  永胜    宝音    白玉兰 C0002", "H00002  永胜    王海林  没有干部", "共 2 户"]
        assert "lianhu pair set H00002 C0001" in outcome.err
        assert "--take-back" in outcome.err

    def test_takes_back_what_is_free(self, lianhu):
        lianhu("cadre", "leave", "C0001", "--reason", "病假")
        document = lianhu("cadre", "return", "C0001", "--take-back", "--json").json
        assert document["taken_back"] == ["H00001", "H00002"]
        assert [h["holder"] for h in document["households"]] == ["C0001", "C0001"]
        lianhu("cadre", "leave", "C0001", "--reason", "退休", "--to", "C0002")
        outcome = lianhu("cadre", "return", "C0001", "--take-back")
        assert "没有要接回的户：离岗前的户都已有干部或已销户。" in outcome.err

    def test_a_dry_run(self, lianhu, path: Path):
        lianhu("cadre", "leave", "C0001", "--reason", "病假")
        before = records_only(path)
        assert "重新联系 2 户" in lianhu("cadre", "return", "C0001", "--take-back", "--dry-run").out
        assert records_only(path) == before

    def test_one_who_is_here(self, lianhu):
        outcome = lianhu("cadre", "return", "C0001")
        assert (outcome.code, outcome.out) == (5, "")
        assert "C0001 包文军在岗" in outcome.err


class TestAddAndEdit:
    def test_add(self, lianhu):
        number = an_id_number(7, male=False)
        outcome = lianhu("cadre", "add", "其其格", "--village", "永胜嘎查", "--roles", "乡村医生", "--id", number,
                         "--phone", "13900001111", "--capacity", "3", "--post", "院长", "--unit", "卫生院", "--hamlet", "东屯")
        assert outcome.code == 0
        assert outcome.out == "已登记 C0003 其其格，永胜，村医，院长\n"
        assert "lianhu pair set 户 C0003" in outcome.err
        document = lianhu("cadre", "show", "其其格", "--json").json
        assert number not in str(document)
        assert (document["sex"], document["capacity"], document["unit"], document["hamlet"]) == ("女", 3, "卫生院", "东屯")

    def test_one_of_nowhere_is_told_that_no_run_will_use_him(self, lianhu):
        assert "没有写嘎查村和包片村" in lianhu("cadre", "add", "其其格").err

    def test_the_document_of_an_add_is_masked(self, lianhu):
        outcome = lianhu("cadre", "add", "其其格", "--phone", "13900001111", "--json")
        assert (outcome.json["batch"], outcome.json["code"], outcome.json["phone"]) == (2, "C0003", "139****1111")

    def test_a_namesake_is_asked_for(self, process, path: Path):
        before = records_only(path)
        words = ("cadre", "add", "包文军", "--village", "永胜")
        outcome = process(*words, input="n\n")
        assert outcome.code == 5
        assert "同一个村已有同名的干部 C0001 包文军" in outcome.err
        assert records_only(path) == before
        assert process(*words, input="y\n").code == 0
        assert process(*words, "--yes", input="").code == 0

    def test_edit_says_what_changed_and_what_it_means(self, lianhu):
        outcome = lianhu("cadre", "edit", "C0001", "--village", "哈达", "--capacity", "0", "--phone", "", "--post", "主任")
        assert outcome.out.splitlines() == [
            "已修改 C0001 包文军：嘎查村 永胜 → 哈达；职务 （空） → 主任；联系电话 138****5678 → （空）；联户上限 （空） → 0",
            "现有的结对没有动，但不再合规则：", "　跨村：H00001 宝音在永胜，C0001 包文军在哈达", "　跨村：H00002 王海林在永胜，C0001 包文军在哈达",
            "　超过上限：C0001 包文军上限 0 户，这样共 2 户（H00001 宝音、H00002 王海林）"]
        assert "lianhu pair set" in outcome.err
        assert len(lianhu("pair", "list", "--by", "C0001", "--json").json) == 2

    def test_the_document_of_an_edit(self, lianhu):
        assert lianhu("cadre", "edit", "C0001", "--phone", "13900001111", "--json").json == {
            "batch": 2, "cadre": "C0001", "changed": {"phone": {"before": "138****5678", "after": "139****1111"}},
            "misfits": [], "fits": []}

    def test_roles_change_how_well_pairs_fit(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("household", 1, traits="年老")
        outcome = lianhu("cadre", "edit", "C0001", "--roles", "网格员")
        assert "适配度变了：H00001 宝音 30 → 0" in outcome.out
        assert "lianhu assign --rebalance --dry-run" in outcome.err

    def test_a_number_that_looks_the_same_masked_is_not_shown_as_one(self, lianhu, path: Path):
        with a_town(path) as town:
            town.change("cadre", 1, phone="13800005678")
        assert lianhu("cadre", "edit", "C0001", "--phone", "13800015678").out == "已修改 C0001 包文军：联系电话\n"

    @pytest.mark.parametrize(("words", "code", "says"), [
        (["edit", "C0001"], 2, "没有写要改什么"), (["edit", "C0001", "--roles", "网络员"], 2, "您是不是要填“网格员”"),
        (["edit", "C0001", "--village", "永升"], 3, "永升"), (["edit", "没有这人", "--post", "主任"], 3, "没有找到干部"),
        (["edit", "C0001", "--name", ""], 2, "姓名不能清空"), (["add", ""], 2, "姓名是空的"),
        (["edit", "C0002", "--id", an_id_number(10_001)], 5, "已登记在 C0001 包文军名下")])
    def test_refused(self, lianhu, path: Path, words: list[str], code: int, says: str):
        before = records_only(path)
        outcome = lianhu("cadre", *words)
        assert (outcome.code, outcome.out) == (code, "")
        assert says in outcome.err
        assert an_id_number(10_001) not in outcome.err
        assert records_only(path) == before

    def test_the_same_again_changes_nothing(self, lianhu):
        outcome = lianhu("cadre", "edit", "C0001", "--roles", "村医")
        assert (outcome.code, outcome.out, outcome.err) == (0, "C0001 包文军的登记内容本来就是这样，没有改动。\n", "")


class TestLists:
    def test_those_who_left(self, lianhu):
        lianhu("cadre", "leave", "C0001", "--reason", "病假", "--returns", "2027-01-01")
        outcome = lianhu("cadre", "list", "--left")
        assert outcome.out.splitlines()[1].split() == ["嘎查村", "干部", "姓名", "角色", "职务", "电话", "离岗", "原因", "预计返岗"]
        assert outcome.out.splitlines()[2].split() == [
            "永胜", "C0001", "包文军", "村医", "138****5678", TODAY.isoformat(), "病假", "2027-01-01"]
        (document,) = lianhu("cadre", "list", "--left", "--json").json
        assert (document["left_on"], document["leave_reason"], document["returns_on"]) == (
            TODAY.isoformat(), "病假", "2027-01-01")
        assert lianhu("cadre", "list", "--left", "--csv").out.splitlines()[0].endswith("离岗,原因,预计返岗")
        assert "C0001" not in lianhu("cadre", "list").out

    def test_an_old_cadres_households_and_who_holds_them(self, lianhu):
        lianhu("cadre", "leave", "C0001", "--reason", "病假", "--on", "2026-10-01", "--to", "C0002")
        lianhu("cadre", "return", "C0001", "--on", "2026-11-01")
        out = lianhu("cadre", "show", "C0001").out
        assert "以前联系的户" in out
        assert "H00001  永胜    宝音    2026-01-01  2026-10-01  干部病假  白玉兰 C0002" in out
        assert "2026-10-01  2026-11-01  病假" in out
        document = lianhu("cadre", "show", "C0001", "--json").json
        assert {(f["household"], f["holder"]) for f in document["former"]} == {("H00001", "C0002"), ("H00002", "C0002")}
        assert document["absences"] == [
            {"started_on": "2026-10-01", "ended_on": "2026-11-01", "reason": "病假", "returns_on": None}]

    def test_undo_of_a_leave_and_of_a_return(self, lianhu, path: Path):
        before = records_only(path)
        lianhu("cadre", "leave", "C0001", "--reason", "病假", "--to", "C0002")
        gone = records_only(path)
        lianhu("cadre", "return", "C0001", "--take-back")
        assert "离岗经历" in lianhu("undo").out
        assert records_only(path) == gone
        assert lianhu("undo").code == 0
        assert records_only(path) == before
