"""``lianhu task`` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        cadre = town.cadre(name="其木格", village_id=village)
        for traits in ("年老", None):
            town.pair(town.household(village_id=village, head_name="宝音" if traits else "王海林", traits=traits), cadre)
        town.household(village_id=village, head_name="李玉兰")
        far = town.village("哈达")
        town.pair(town.household(village_id=far, head_name="宝音"), town.cadre(name="那顺", village_id=far))


def issue(lianhu, title: str, *words: str):
    return lianhu("task", "issue", title, "--duty", "政策讲解", *(words or ("--all",)))


def test_from_issuing_to_done(lianhu):
    done = issue(lianhu, "医保缴费", "--village", "永胜", "--due", "2026-11-30")
    assert (done.code, done.out) == (0, "已下发 T000001 医保缴费：2 户，1 名干部\n")
    assert done.err.splitlines() == ["没有结对、没有下发的 1 户：H00003 李玉兰", "批次 2（撤销：lianhu undo 2）"]
    done = lianhu("task", "done", "T000001", "H00001", "H00003")
    assert done.out == "已登记 T000001 医保缴费完成 1 户\n"
    assert done.err.splitlines()[0] == "没有未完成的、没有登记的 1 户：H00003 李玉兰"
    assert lianhu("task", "list", "--json").json == [
        {"task": "T000001", "title": "医保缴费", "duty": "政策理论讲解到户", "issued_on": "2026-11-24", "due_on": "2026-11-30",
         "items": 2, "done": 1}]
    assert lianhu("task", "list").out.splitlines()[2].endswith("50.0%(1/2)")
    assert lianhu("task", "list", "T000001").out.splitlines()[-1] == "共 2 户次，完成 1"
    assert [item["household"] for item in lianhu("task", "list", "--by", "其木格", "--open", "--json").json] == ["H00002"]
    assert lianhu("task", "done", "T000001", "--by", "其木格", "--json").json == {
        "batch": 4, "dry_run": False, "task": "T000001", "households": ["H00002"], "untouched": []}
    assert lianhu("task", "list", "--open", "--json").json == []


def test_too_many_are_told_and_what_is_proposed_works(lianhu):
    for title in ("一", "二", "三"):
        assert "偏多" not in issue(lianhu, title).err
    done = issue(lianhu, "四")
    assert done.code == 0
    assert "任务偏多的干部 2 名：其木格（C0001，4 项）、那顺（C0002，4 项）" in done.err
    assert ("建议并入 T000001 一：先 lianhu undo 5，再 lianhu task issue 四 --duty 政策理论讲解到户 --into T000001 …") in done.err
    assert issue(lianhu, "五", "--village", "哈达", "--json").json["merge_with"] == "T000001"
    lianhu("undo", "6")
    lianhu("undo", "5")
    merged = lianhu("task", "issue", "四", "--duty", "政策理论讲解到户", "--into", "T000001", "--all")
    assert merged.out == "已并入 T000001 一；四：3 户，2 名干部\n"
    assert "偏多" not in merged.err


def test_a_dry_run_tells_the_same_and_writes_nothing(lianhu, path: Path):
    issue(lianhu, "一")
    before = path.read_bytes()
    assert issue(lianhu, "二", "--all", "--dry-run").out == "会下发 T000002 二：3 户，2 名干部\n"
    assert issue(lianhu, "二", "--all", "--into", "T000001", "--dry-run").out == "会并入 T000001 一；二：3 户，2 名干部\n"
    assert issue(lianhu, "二", "--all", "--dry-run", "--json").json["batch"] is None
    assert lianhu("task", "done", "T000001", "--village", "永胜", "--dry-run").out == "会登记 T000001 一完成 2 户\n"
    assert path.read_bytes() == before


def test_each_step_is_taken_back_exactly(lianhu, path: Path):
    states = [records_only(path)]
    for words in (("issue", "一", "--duty", "政策讲解", "--village", "永胜"), ("done", "T000001", "H00001"),
                  ("issue", "二", "--duty", "政策讲解", "--all", "--into", "T000001")):
        assert lianhu("task", *words).code == 0
        states.append(records_only(path))
    for state in reversed(states[:-1]):
        assert lianhu("undo").code == 0
        assert records_only(path) == state


def test_what_is_done_before_merging_is_told(lianhu):
    issue(lianhu, "一")
    lianhu("task", "done", "T000001", "H00001")
    done = issue(lianhu, "二", "--all", "--into", "T000001")
    assert done.out.endswith("2 户，2 名干部\n")
    assert "已完成 T000001、不再下发的 1 户：H00001 宝音" in done.err


def test_of_a_closed_household_the_list_says_why(lianhu, path: Path):
    issue(lianhu, "一")
    with a_town(path) as town:
        town.change("household", 2, closed_on="2026-11-24", close_reason="搬迁")
    assert lianhu("task", "list", "T000001", "--csv").out.splitlines()[2].endswith("已销户（搬迁）")


def test_numbers_of_persons_in_the_title_are_masked(lianhu):
    told = [issue(lianhu, "通知13812345678缴费", "--all", "--note", "问13812345678")]
    told += [issue(lianhu, "通知13812345678缴费"), lianhu("log"), lianhu("task", "done", "T000001", "H00001")]
    told += [lianhu("task", "list", *words) for words in ((), ("--json",), ("--csv",), ("T000001",), ("T000001", "--json"))]
    told += [lianhu("report", "--rows", "task_items"), lianhu("undo", "--dry-run")]
    for done in told:
        assert "13812345678" not in done.out + done.err
    assert lianhu("task", "list", "--json").json[0]["title"] == "通知138****5678缴费"


@pytest.mark.parametrize(("words", "code", "says"), [
    (("issue", "一", "--duty", "政策讲解"), 2, "要写明下发给谁"), (("issue", "一", "--all"), 2, "--duty"),
    (("issue", "一", "--duty", "讲故事", "--all"), 2, "没有“讲故事”"), (("issue", "一", "--duty", "政策讲解", "--village", "没有"), 3, "没有登记过"),
    (("issue", "一", "--duty", "政策讲解", "--trait", "失能"), 5, "没有符合条件的户"), (("done", "T000009", "H00001"), 3, "没有编号为“T000009”"),
    (("issue", "一", "--duty", "政策讲解", "--all", "--due", "昨天"), 2, "在今天（2026-11-24）之前"), (("list", "T9"), 3, "没有编号"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu("task", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before
