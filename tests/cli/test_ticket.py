"""``lianhu ticket`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town

NUMBER = "261101101100000001"


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.pair(town.household(village_id=village), town.cadre(village_id=village, name="其木格"))


def test_a_ticket_s_whole_life(lianhu):
    done = lianhu("ticket", "add", NUMBER, "井水发黄", "--household", "H00001", "--kind", "求助", "--received", "2026-11-20 10:00")
    assert (done.code, done.out) == (0, "工单 261101-101100-000001：期限 2026-11-25，承办 其木格\n")
    assert lianhu("ticket", "sign", "0001", "--at", "2026-11-21 09:00", "--contacted", "2026-11-22").out.endswith(
        "超过响应期限 2026-11-21 10:00\n")
    assert "在期限内" in lianhu("ticket", "resolve", "0001", "--result", "换了滤芯").out
    assert "现在是“重办”，新期限 2026-11-27" in lianhu("ticket", "follow-up", "0001", "--not-solved", "--grade", "不满意").out
    assert "延到 2026-11-30" in lianhu("ticket", "extend", "0001", "--reason", "等配件", "--days", "1").out
    assert lianhu("ticket", "extend", "0001", "--reason", "再等").code == 5
    lianhu("ticket", "resolve", "0001", "--result", "打了新井")
    assert lianhu("ticket", "follow-up", "0001", "--solved", "--grade", "满意", "--json").json["state"] == "已办结"
    shown = lianhu("ticket", "show", "0001")
    assert "打了新井" in shown.out
    assert "重办次数" in shown.out
    assert "ticket follow-up" in shown.out


def test_show_explains_the_deadline(lianhu):
    lianhu("ticket", "add", NUMBER, "井水发黄", "--village", "永胜", "--kind", "求助", "--received", "2026-11-20")
    document = lianhu("ticket", "show", NUMBER, "--json").json
    assert document["deadline"][0] == "“求助”3 个工作日（设置 tickets.workdays），从派单次日起算："
    assert document["deadline"][-1] == "2026-11-25（星期三）工作日　第 3 个工作日，到期"
    assert [step["command"] for step in document["steps"]] == ["ticket add"]


def test_numbers_of_persons_in_the_text_are_masked(lianhu):
    lianhu("ticket", "add", NUMBER, "请回电 13812345678", "--village", "永胜")
    for command in (("list",), ("show", NUMBER), ("list", "--json"), ("show", NUMBER, "--json"), ("list", "--csv")):
        said = lianhu("ticket", *command).out
        assert "13812345678" not in said
        assert "138****5678" in said


def test_lists(lianhu):
    lianhu("ticket", "add", NUMBER, "井水发黄", "--village", "永胜", "--kind", "求助", "--received", "2026-11-02")
    assert lianhu("ticket", "list", "--overdue").out.splitlines()[-1] == "共 1 件"
    lianhu("ticket", "return", NUMBER, "--reason", "属邻镇")
    assert lianhu("ticket", "list", "--open", "--json").json == []
    assert lianhu("ticket", "list", "--state", "退单", "--csv").out.splitlines()[1].startswith("261101-101100-000001,永胜")


@pytest.mark.parametrize(("words", "code", "sentence"), [
    (("show", "99999999"), 3, "没有编号"), (("follow-up", NUMBER), 2, "要写明解决了没有"),
    (("exclude", NUMBER), 2, "要写 --reason"), (("add", NUMBER, "修路"), 2, "哪个村"),
    (("add", NUMBER, "修路", "--village", "永胜", "--kind", "投诉", "--received", "2027-01-04"), 2, "还没有到"),
])
def test_what_is_wrong_is_one_sentence(lianhu, words, code, sentence):
    done = lianhu("ticket", *words)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err.splitlines()[0]


def test_help_shows_both_forms_of_a_switch(lianhu):
    shown = lianhu("ticket", "follow-up", "--help").out
    assert "--solved, --not-solved" in shown
    assert "--redo, --no-redo" in shown
