"""``lianhu rating`` and ``lianhu appraisal`` as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.pair(town.household(head_name="宝音", village_id=village), town.cadre(name="其木格", village_id=village))
        town.household(head_name="王海林", village_id=village)


def test_a_household_rates_its_cadre(lianhu):
    done = lianhu("rating", "add", "宝音", "很满意", "--words", "常来", "--on", "昨天")
    assert (done.code, done.out) == (0, "已登记 R000001：H00001 宝音 对 其木格（C0001） 非常满意\n")
    assert lianhu("rating", "add", "王海林", "不满意", "--json").json == {
        "rating": "R000002", "household": "H00002", "cadre": None, "grade": "不满意", "rated_on": "2026-11-24"}
    assert [rating["rating"] for rating in lianhu("rating", "list", "--bad", "--json").json] == ["R000002"]
    assert lianhu("rating", "list", "--by", "其木格", "--json").json == [{
        "rating": "R000001", "village": "永胜", "household": "H00001", "head_name": "宝音", "cadre": "C0001", "cadre_name": "其木格",
        "grade": "非常满意", "rated_on": "2026-11-23", "words": "常来"}]
    assert lianhu("rating", "list").out.splitlines()[-1] == "共 2 份"


def test_one_without_a_cadre_is_about_nobody(lianhu):
    assert "对 （没有结对干部） 满意" in lianhu("rating", "add", "王海林", "满意").out


def test_the_organisation_appraises_a_cadre(lianhu):
    done = lianhu("appraisal", "add", "其木格", "优")
    assert (done.code, done.out) == (0, "已登记 A000001：镇党委评定 其木格（C0001）2026年为优秀\n")
    assert lianhu("appraisal", "add", "C0001", "良好", "--period", "2026年上半年", "--organisation", "永胜党支部", "--json").json == {
        "appraisal": "A000002", "cadre": "C0001", "grade": "良好", "organisation": "永胜党支部", "period": "2026年上半年"}
    assert lianhu("appraisal", "list", "--by", "其木格").out.splitlines()[-1] == "共 2 份"
    assert lianhu("appraisal", "list", "--csv").out.splitlines()[0] == "编号,嘎查村,干部,姓名,等次,时段,组织,日期,说明"


def test_numbers_of_persons_in_the_texts_are_masked(lianhu):
    lianhu("rating", "add", "宝音", "满意", "--words", "打13812345678")
    lianhu("appraisal", "add", "其木格", "优秀", "--note", "问13812345678")
    for group in ("rating", "appraisal"):
        for words in ((), ("--json",), ("--csv",)):
            shown = lianhu(group, "list", *words).out
            assert "13812345678" not in shown
            assert "138****5678" in shown


@pytest.mark.parametrize(("words", "code", "says"), [
    (("rating", "add", "宝音", "还行吧"), 2, "满意度里没有“还行吧”"), (("rating", "add", "宝音", "满意", "--on", "明天"), 2, "之后"),
    (("rating", "add", "没有的户", "满意"), 3, "没有找到户"), (("rating", "add", "宝音", "满意", "--words", "在逃"), 2, "不登记"),
    (("appraisal", "add", "其木格", "很好"), 2, "没有“很好”"), (("appraisal", "add", "没有的人", "优秀"), 3, "没有找到干部"),
    (("appraisal", "add", "其木格", "优秀", "--note", "涉恐"), 2, "不登记"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(lianhu, path: Path, words, code: int, says: str):
    before = path.read_bytes()
    done = lianhu(*words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before


@pytest.mark.parametrize("words", [("rating", "add", "宝音", "满意"), ("appraisal", "add", "其木格", "优秀")])
def test_twice_is_refused_and_undo_takes_it_away(lianhu, path: Path, words):
    before = records_only(path)
    assert lianhu(*words).code == 0
    again = lianhu(*words)
    assert (again.code, again.err.splitlines()[1]) == (5, "→ 评错了：先 lianhu undo，再重新登记")
    lianhu("undo")
    assert records_only(path) == before
