"""``lianhu card`` as it is typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.factory import a_town, records_only


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        first, second = town.cadre(name="其木格", village_id=village, phone="13800138000"), town.cadre(
            name="白音", village_id=village, phone=None)
        for number in range(9):
            town.pair(town.household(village_id=village, head_name=f"户主{number}", traits="年老" if number < 2 else None),
                      first if number else second)
        town.household(village_id=village, head_name="李玉兰")


def test_printed_then_given_out_then_nobody_lacks_one(lianhu, tmp_path: Path):
    target = tmp_path / "联系卡.html"
    done = lianhu("card", "print", "--missing", "-o", target)
    assert (done.code, done.out) == (0, f"已写出 {target}：9 张，2 页\n")
    assert done.err.splitlines() == [
        "其中 1 张没有电话；补上：lianhu cadre edit 干部 --phone 号码", "发到户后登记：lianhu card issue（同样的条件）"]
    assert "138 0013 8000" in target.read_text(encoding="utf-8")
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600
    assert [row["what"] for row in lianhu("log", "--reads", "--json").json] == ["打印 9 张联系卡（含干部电话）到 联系卡.html"]
    done = lianhu("card", "issue", "--missing")
    assert (done.out, done.err) == ("已登记发卡 9 张\n", "批次 2（撤销：lianhu undo 2）\n")
    assert lianhu("card", "list", "--missing", "--json").json == []
    assert lianhu("card", "list").out.splitlines()[-1] == "共 9 张"


def test_twice_gives_it_once(lianhu):
    assert lianhu("card", "issue", "H00001", "--medium", "电子卡", "--json").json == {
        "batch": 2, "dry_run": False, "given": ["H00001"], "had_one": []}
    again = lianhu("card", "issue", "H00001")
    assert (again.code, again.err.splitlines()[1]) == (5, "→ 换了新卡：加 --again")
    assert lianhu("card", "issue", "--trait", "年老").out == "已登记发卡 1 张；已有卡、没有再登记的 1 户\n"
    assert lianhu("card", "list", "H00001", "--json").json == [{
        "card": "K000001", "village": "永胜", "household": "H00001", "head_name": "户主0", "cadre": "C0002", "cadre_name": "白音",
        "medium": "微信", "issued_on": "2026-11-24"}]


def test_after_a_hand_over_the_household_lacks_one_again(lianhu, path: Path):
    lianhu("card", "issue", "--all", "--on", "2026-11-01")
    with a_town(path) as town:
        town.change("pairing", 1, ended_on="2026-11-20", end_reason="改派")
        town.pair(1, 1, started_on="2026-11-20")
    assert [row["household"] for row in lianhu("card", "list", "--missing", "--json").json] == ["H00001"]
    assert lianhu("card", "issue", "--missing").out == "已登记发卡 1 张\n"
    assert [row["cadre_name"] for row in lianhu("card", "list", "H00001", "--json").json] == ["其木格", "白音"]


def test_who_lacks_one_with_the_next_command(lianhu):
    shown = lianhu("card", "list", "--missing", "--trait", "年老")
    assert shown.out.splitlines()[-1] == "共 2 户"
    assert shown.err == "打印：lianhu card print --missing -o 联系卡.docx\n"
    assert lianhu("card", "list", "H00003", "--missing", "--csv").out.splitlines() == ["嘎查村,户,户主,干部", "永胜,H00003,户主2,其木格"]


def test_word_file_of_one_cadre(lianhu, tmp_path: Path):
    from docx import Document

    assert lianhu("card", "print", "--cadre", "白音", "-o", tmp_path / "a.docx").out.endswith("1 张，1 页\n")
    (table,) = Document(str(tmp_path / "a.docx")).tables
    assert table.cell(0, 0).paragraphs[1].text == "户主0 家，您的联系干部："


def test_a_file_that_is_there_is_not_overwritten_unless_forced(lianhu, tmp_path: Path):
    target = tmp_path / "a.html"
    target.write_text("旧", encoding="utf-8")
    assert lianhu("card", "print", "--all", "-o", target).code == 5
    assert target.read_text(encoding="utf-8") == "旧"
    assert lianhu("card", "print", "--all", "-o", target, "--force").code == 0


def test_a_dry_run_writes_nothing(lianhu, path: Path):
    before = path.read_bytes()
    assert lianhu("card", "issue", "--all", "--dry-run").out == "会登记发卡 9 张\n"
    assert path.read_bytes() == before


def test_undo_takes_them_away(lianhu, path: Path):
    before = records_only(path)
    lianhu("card", "issue", "--all")
    lianhu("undo")
    assert records_only(path) == before


@pytest.mark.parametrize(("words", "code", "says"), [
    (("issue",), 2, "要写明哪些户"), (("print", "-o", "a.html"), 2, "要写明哪些户"), (("print", "--all"), 2, "--output"),
    (("print", "--all", "-o", "a.pdf"), 2, "结尾"), (("print", "--all", "-o", "没有/a.html"), 3, "不存在"),
    (("issue", "H00010"), 5, "H00010 李玉兰 在 2026-11-24 没有结对干部"), (("issue", "H00001", "--on", "明天"), 2, "之后"),
    (("issue", "--trait", "高个"), 2, "没有“高个”"), (("print", "--village", "没有", "-o", "a.html"), 3, "没有登记过"),
    (("list", "--trait", "年老"), 2, "--trait 要和 --missing 一起用"), (("issue", "没有的户"), 3, "没有找到户"),
])
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(
    lianhu, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words, code: int, says: str
):
    monkeypatch.chdir(tmp_path)
    before = path.read_bytes()
    done = lianhu("card", *words)
    assert (done.code, done.out) == (code, "")
    assert says in done.err.splitlines()[0]
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
