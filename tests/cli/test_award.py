"""``lianhu award`` from the proposal to the decision, as the clerk sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town
from tests.reports.units import two_villages

TITLE = "联户有为实绩突出领导班子"
MARCH = ("--month", "2026-03")


@pytest.fixture(autouse=True)
def town(path: Path) -> Path:
    return two_villages(path)


def test_from_the_proposal_to_the_grant(lianhu):
    done = lianhu("award", "propose", TITLE, "--village", "永胜", *MARCH, "--on", "2026-11-16")
    assert done.out == ("已提名 W000001 永胜：联户有为实绩突出领导班子（2026-03-01 至 2026-03-31，第 1 名，90.17 分）\n"
                        "公示到 2026-11-23（含）；过后没有成立的异议才能授予。\n")
    assert "lianhu award object W000001" in done.err
    done = lianhu("award", "object", "W000001", "两件是往年的", "--by", "乌云 13804828001", "--on", "2026-11-20")
    assert (done.code, done.out) == (0, "已登记异议 J000001（W000001）：两件是往年的\n")
    refused = lianhu("award", "grant", "W000001", "--by", "包镇长")
    assert (refused.code, refused.out) == (5, "")
    assert "还有 1 条异议没有答复：J000001" in refused.err
    assert lianhu("award", "answer", "J000001", "已核实", "--by", "包镇长").out == "已答复 J000001（W000001）：异议不成立\n"
    assert lianhu("award", "grant", "W000001", "--by", "包镇长", "--reason", "实绩突出").out == (
        "W000001 永胜：联户有为实绩突出领导班子 已授予（2026-11-24，包镇长审批）\n")
    assert "W000001  联户有为实绩突出领导班子  永胜          2026-03     1  已授予  2026-11-24" in lianhu("award", "list").out
    assert lianhu("undo").code == 0
    assert lianhu("award", "list", "--json").json[0]["state"] == "公示中"


def test_show_tells_the_figures_kept_and_not_who_objected(lianhu):
    lianhu("award", "propose", TITLE, "--village", "永胜", *MARCH)
    lianhu("award", "object", "W000001", "两件是往年的", "--by", "乌云")
    plain, full = lianhu("award", "show", "w000001"), lianhu("award", "show", "W000001", "--full")
    for told in ("第 1 名", "90.17", "户评满意率        30    14    15", "2 个参加排名", "J000001", "公示截止  2026-12-01"):
        assert told in plain.out
    assert "乌云" not in plain.out
    assert "乌云" in full.out
    assert "award show --full" in lianhu("log", "--reads", "--json").out
    made = lianhu("award", "show", "W000001", "--json").json
    assert made["figures"]["row"]["measures"]["rating_rate"] == {"numerator": 14, "denominator": 15}
    assert made["objections"] == [{"objection": "J000001", "award": "W000001", "raised_on": "2026-11-24", "content": "两件是往年的",
                                   "answered_on": None, "upheld": None, "answer": None}]


def test_an_upheld_objection_leads_to_a_refusal(lianhu):
    made = lianhu("award", "propose", "联户有为先进联户单元", "--cluster", "永胜第一网格", *MARCH, "--json").json
    assert (made["award"], made["cluster"], made["points"], made["state"]) == ("W000001", "第一网格", 100, "公示中")
    lianhu("award", "object", "W000001", "数不对")
    assert lianhu("award", "list").err.startswith("有异议没有答复：W000001")
    done = lianhu("award", "answer", "J000001", "属实", "--upheld", "--by", "包镇长", "--json").json
    assert (done["upheld"], done["answer"]) == (True, "属实（答复人：包镇长）")
    assert lianhu("award", "refuse", "W000001", "--by", "包镇长", "--reason", "异议成立").out == (
        "W000001 永胜 第一网格：联户有为先进联户单元 不授予（2026-11-24，包镇长审批）\n")
    assert [a["award"] for a in lianhu("award", "list", "--state", "不授予", "--json").json] == ["W000001"]
    assert lianhu("award", "list", "--csv").out.splitlines()[0] == "编号,称号,嘎查村,单元,评选期,名次,状态,日期"


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (("propose", TITLE, "--village", "永胜"), 2, "要写明评的是哪一段"),
    (("propose", "好村", "--village", "永胜", *MARCH), 2, "可授予的有"),
    (("propose", TITLE, "--cluster", "乌兰第一网格", *MARCH), 5, "样本不足，不排名，不能提名"),
    (("propose", TITLE, "--village", "永胜", "--month", "2026-13"), 2, "没有“2026-13”这个月"),
    (("grant", "W9", "--by", "甲"), 3, "没有编号为“W9”的称号"), (("answer", "J9", "甲", "--by", "乙"), 3, "没有编号为“J9”"),
    (("list", "--state", "好"), 2, "没有“好”这个状态"), (("show", "W9"), 3, "没有编号为"), (("grant", "W000001"), 2, "--by"),
])
def test_what_is_wrong_is_said_on_stderr_only(lianhu, arguments, code: int, says: str):
    done = lianhu("award", *arguments)
    assert (done.code, done.out) == (code, "")
    assert says in done.err


def test_a_cadre_of_the_village_cannot_approve(lianhu, path: Path):
    with a_town(path) as made:
        made.award(1)
    done = lianhu("award", "grant", "W000001", "--by", "C0001")
    assert (done.code, done.out) == (5, "")
    assert "是永胜的干部，不能审批" in done.err
    assert "→ 请由班子以外的人来做" in done.err


def test_help_is_chinese_and_lists_the_commands(lianhu):
    done = lianhu("award", "--help")
    for name in ("propose", "object", "answer", "grant", "refuse", "list", "show"):
        assert name in done.out
