"""``lianhu due``."""

from __future__ import annotations

import csv
import io
import re
import shlex
from pathlib import Path

import pytest

from tests.factory import a_town


@pytest.fixture
def town(path: Path) -> Path:
    """One of nearly everything that can be due, with 包文军; a second cadre in another village has nothing."""
    with a_town(path) as made:
        made.village("永胜")
        home, cadre = made.household(head_name="宝音"), made.cadre(name="包文军")
        made.pair(home, cadre)
        made.event(home, happened_on="2026-11-10", due_on="2026-11-13")
        made.ticket(number="250912201108115409", household_id=home, cadre_id=cadre, due_on="2026-11-25", state="待签收",
                    respond_by="2026-11-24 12:00", title="找 13812345678")
        made.task(home)
        made.rating(home, cadre, grade="不满意", words="来得少")
        made.opinion(household_id=home)
        made.household(head_name="王海林")
        made.cadre(name="白玉兰", village_id=made.village("哈达"))
    return path


def kinds(document) -> list[str]:
    return [line["kind"] for line in document]


def test_an_empty_town(path: Path, lianhu):
    with a_town(path):
        pass
    assert lianhu("due").out == "没有要办的事。\n"
    assert lianhu("due", "--json").json == []


def test_parts_by_urgency_with_the_reason(town: Path, lianhu):
    outcome = lianhu("due")
    assert (outcome.code, outcome.err) == (0, "")
    names = ("已逾期", "今天到期", "七天内", "待补")
    assert [line for line in outcome.out.splitlines() if line in names] == list(names)
    for words in ("逾期 11 天", "还有 3 小时（24 小时内）", "还有 1 天（48 小时内）", "2026-11-10 评“不满意”，还没有回应",
                  "没有结对干部", "还没有联系卡：H00001 宝音"):
        assert words in outcome.out


def test_the_document(town: Path, lianhu):
    document = lianhu("due", "--json").json
    assert kinds(document) == ["必访", "工单", "工单", "任务", "户评", "未结对", "意见", "联系卡"]
    assert document[0] == {
        "stage": "overdue", "kind": "必访", "due": "2026-11-13", "village": "永胜", "household": "H00001", "head_name": "宝音",
        "cadre": "C0001", "cadre_name": "包文军", "what": "2026-11-10 生病住院，要去走访", "reason": "逾期 11 天",
        "command": "lianhu visit add H00001 --occasion 生病住院", "record": "E000001"}
    assert not re.search(r"\d{17}[\dXx]|13812345678", str(document))


def test_narrowed(town: Path, lianhu):
    assert kinds(lianhu("due", "--by", "包文军", "--json").json) == ["必访", "工单", "工单", "任务", "户评", "意见", "联系卡"]
    assert lianhu("due", "--by", "白玉兰").out == lianhu("due", "--village", "哈达").out == "没有要办的事。\n"
    assert len(lianhu("due", "--village", "永胜", "--json").json) == 8
    assert lianhu("due", "--village", "没有的").code == lianhu("due", "--by", "没有的").code == 3


def test_rows_for_a_spreadsheet_say_how_urgent_each_is(town: Path, lianhu):
    first, *rows = csv.reader(io.StringIO(lianhu("due", "--csv").out))
    assert first == ["紧急", "事", "期限", "嘎查村", "户", "干部", "要办什么", "情况"]
    assert [row[0] for row in rows] == ["已逾期", "今天到期", *["七天内"] * 2, *["待补"] * 4]


def test_many_without_a_day_are_counted_unless_asked_for(town: Path, lianhu):
    with a_town(town) as made:
        for _ in range(11):
            made.household()
    outcome = lianhu("due")
    assert "还缺：未结对 12 条" in outcome.out
    assert "户评" in outcome.out
    assert "lianhu due --all" in outcome.err
    for narrow in (["--all"], ["--village", "永胜"]):
        assert lianhu("due", *narrow).out.count("未结对") == 12


@pytest.mark.parametrize("kind", ["必访", "任务", "户评", "意见"])
def test_doing_what_a_line_says_settles_it(town: Path, lianhu, kind: str):
    (line,) = [line for line in lianhu("due", "--json").json if line["kind"] == kind]
    assert lianhu(*shlex.split(line["command"])[1:]).code == 0
    assert kind not in kinds(lianhu("due", "--json").json)
    assert lianhu("undo").code == 0
    assert kind in kinds(lianhu("due", "--json").json)


def test_a_ticket_step_by_step(town: Path, lianhu):
    for left in (["办结"], ["等回访"], []):
        found = [line for line in lianhu("due", "--json").json if line["kind"] == "工单"]
        assert lianhu(*shlex.split(found[0]["command"])[1:]).code == 0
        assert [line["what"].rpartition("：")[2] for line in lianhu("due", "--json").json if line["kind"] == "工单"] == left


def test_a_new_holder_has_the_open_ones(town: Path, lianhu):
    assert lianhu("pair", "set", "H00001", "C0002", "--yes").code == 0
    assert kinds(lianhu("due", "--by", "C0002", "--json").json)[:1] == ["必访"]
    assert "必访" not in kinds(lianhu("due", "--by", "C0001", "--json").json)


def test_sheets_to_send_out(town: Path, lianhu, tmp_path: Path):
    target = tmp_path / "单.xlsx"
    assert f"已写出 {target}：2 张清单" in lianhu("due", "-o", target).err
    assert lianhu("due", "-o", target).code == 5
    assert lianhu("due", "-o", target, "--force").code == 0
    assert lianhu("due", "-o", tmp_path / "单.docx").code == 2


def test_on_a_terminal_of_80_columns_nothing_is_cut(town: Path, terminal):
    shown = terminal("due")
    assert shown.finish() == 0
    assert "…" not in shown.screen
    assert "2026-11-13" in shown.screen
