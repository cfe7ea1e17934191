"""``lianhu import`` as a user meets it: options, exit codes, JSON, receipt and screen."""

import json
import sqlite3

import pytest

from lianhu.cli.app import run
from tests.services.workbooks import Desk, id_number

WANG, LI, ZHAO = id_number(1), id_number(4, "19580101"), id_number(6, "19610707")
HEADER = ["村", "户主", "身份证号", "联系电话", "备注2"]
GOOD = [HEADER, ["永胜", "王福生", WANG, "13804821234", "x"], ["永胜", "李二", LI, None, None], ["合计", 2]]
MIXED = [HEADER, ["永胜", "王福生", WANG, "13804821234", "x"], ["永胜", "李二", LI[:-1], "1380482", None]]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIANHU_TODAY", "2026-11-24")
    monkeypatch.delenv("LIANHU_DB", raising=False)
    return Desk(tmp_path)


@pytest.fixture
def lianhu(capfd):
    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err
    return call


@pytest.fixture
def imported(lianhu):
    def call(*arguments):
        code, out, _err = lianhu("import", *arguments, "--json")
        return code, json.loads(out)
    return call


TOP = {"batch", "dry_run", "files", "rows", "created", "updated", "unchanged", "rejected", "skipped"}
SHEET = {"sheet", "kind", "header_row", "rows", "created", "updated", "unchanged", "rejected", "skipped", "unmapped",
         "problems"}
PROBLEM = {"cell", "row", "heading", "code", "level", "message"}


def test_json_has_exactly_the_promised_keys_and_adds_up(desk, imported):
    code, document = imported(desk.workbook("roster.xlsx", {"联系户": MIXED}))
    assert code == 4
    assert set(document) >= TOP
    (file,) = document["files"]
    assert file["file"] == "roster.xlsx"
    (sheet,) = file["sheets"]
    assert set(sheet) == SHEET
    assert (sheet["kind"], sheet["header_row"], sheet["unmapped"]) == ("household", 1, ["备注2"])
    assert (sheet["rows"], sheet["created"], sheet["rejected"]) == (2, 1, 1)
    assert all(set(problem) == PROBLEM for problem in sheet["problems"])
    error = next(p for p in sheet["problems"] if p["level"] == "error")
    assert (error["cell"], error["row"], error["heading"], error["code"]) == ("C3", 3, "身份证号", "id-length")
    assert (document["batch"], document["dry_run"]) == (1, False)
    assert sum(document[name] for name in ("created", "updated", "unchanged", "rejected")) == document["rows"]


def test_the_receipt_is_for_people_and_never_shows_a_number(desk, lianhu):
    code, out, err = lianhu("import", desk.workbook("名册.xlsx", {"联系户": MIXED}))
    assert code == 4
    assert "联系户" in out
    assert "C3" in err
    assert "名册-问题清单.xlsx" in err
    assert "lianhu undo 1" in err
    for number in (WANG, LI[:-1], "13804821234"):
        assert number not in out + err


def test_importing_again_says_that_nothing_changed(desk, lianhu, imported):
    path = desk.workbook("名册.xlsx", GOOD)
    assert imported(path)[0] == 0
    code, document = imported(path)
    assert (code, document["batch"], document["unchanged"], document["skipped"]) == (0, None, 2, 1)
    assert "没有改动" in lianhu("import", path)[2]


def test_dry_run_needs_no_database_and_makes_none(desk, imported):
    code, document = imported(desk.workbook("名册.xlsx", MIXED), "--dry-run")
    assert (code, document["dry_run"], document["batch"], document["created"], document["rejected"]) == (4, True, None, 1, 1)
    assert [path.name for path in desk.folder.iterdir()] == ["名册.xlsx"]


def test_dry_run_changes_no_byte(desk, imported):
    imported(desk.workbook("名册.xlsx", GOOD))
    before = desk.db.read_bytes()
    code, document = imported(desk.workbook("二.xlsx", [HEADER, ["好力保", "赵云", ZHAO], ["永胜", "李二", LI, "13904821234"]]),
                              "--dry-run")
    assert (code, document["created"], document["updated"]) == (0, 1, 1)
    assert desk.db.read_bytes() == before


def test_strict_writes_all_or_nothing(desk, imported):
    code, document = imported(desk.workbook("名册.xlsx", MIXED), "--strict")
    assert (code, document["created"], document["rejected"], document["batch"]) == (4, 1, 1, None)
    assert desk.records("household") == []
    assert (desk.folder / "名册-问题清单.xlsx").exists()
    code, document = imported(desk.workbook("好.xlsx", GOOD), "--strict")
    assert (code, document["created"]) == (0, 2)
    assert len(desk.records("household")) == 2


def test_kind_and_village_settle_what_the_sheet_leaves_open(desk, imported):
    path = desk.workbook("名单.xlsx", [["姓名", "电话"], ["其木格", "13704821111"]])
    code, document = imported(path, "--kind", "cadre", "--village", "永胜村")
    assert (code, document["files"][0]["sheets"][0]["kind"], document["created"]) == (0, "cadre", 1)
    code, document = imported(path)
    assert document["files"][0]["sheets"][0]["problems"][0]["code"] == "village-missing"


def test_a_sheet_that_is_no_form_is_told_with_its_best_guess(desk, imported):
    code, document = imported(desk.workbook("x.xlsx", {
        "联系户": GOOD, "说明": [["填表说明"], ["一、请如实填写"]], "收支": [["日期", "摘要", "收入"], ["2026-1-1", "x", 1]]}))
    assert code == 0
    for sheet in document["files"][0]["sheets"][1:]:
        assert (sheet["kind"], sheet["header_row"], sheet["rows"]) == (None, None, 0)
        assert [problem["level"] for problem in sheet["problems"]] == ["note"]
        assert "--kind" in sheet["problems"][0]["message"]


def test_sheets_are_chosen_by_name(desk, imported, lianhu):
    path = desk.workbook("x.xlsx", {"甲": GOOD, "乙": [HEADER, ["好力保", "赵云", ZHAO]], "丙": GOOD})
    code, document = imported(path, "--sheet", "乙")
    assert (code, [s["sheet"] for s in document["files"][0]["sheets"]], document["created"]) == (0, ["乙"], 1)
    code, _, err = lianhu("import", path, "--sheet", "丁")
    assert code in {2, 3}
    assert "丁" in err
    assert "甲" in err


def test_a_folder_gives_its_workbooks_and_not_the_problem_lists(desk, imported):
    folder = desk.folder / "各村"
    folder.mkdir()
    Desk(folder).workbook("永胜村.xlsx", [["户主", "身份证号"], ["王福生", WANG]])
    Desk(folder).workbook("好力保嘎查.xlsx", [["户主", "身份证号"], ["李二", LI[:-1]]])
    Desk(folder).workbook("旧-问题清单.xlsx", GOOD)
    (folder / "~$永胜村.xlsx").write_bytes(b"lock")
    code, document = imported(folder)
    assert code == 4
    assert sorted(file["file"] for file in document["files"]) == ["好力保嘎查.xlsx", "永胜村.xlsx"]
    assert (document["created"], document["rejected"]) == (1, 1)
    assert desk.column("village", "name") == ["永胜村"]


def test_a_missing_file_is_exit_3_and_nothing_is_read(desk, lianhu):
    code, out, err = lianhu("import", desk.workbook("名册.xlsx", GOOD), "没有.xlsx")
    assert (code, out) == (3, "")
    assert "没有.xlsx" in err
    assert not desk.db.exists() or desk.records("household") == []


def test_one_refused_file_does_not_keep_the_others_out(desk, imported, lianhu):
    good = desk.workbook("好.xlsx", GOOD)
    for name, content in {"坏.xlsx": b"PK\x03\x04 broken", "空.xlsx": b"", "图.xlsx": b"\x89PNG\r\n\x1a\n"}.items():
        bad = desk.folder / name
        bad.write_bytes(content)
        code, document = imported(bad, good)
        assert code == 4
        assert [len(file["sheets"]) for file in document["files"]] == [0, 1]
        assert document["created"] + document["unchanged"] == 2
        code, _, err = lianhu("import", bad)
        assert code == 4
        assert name in err
        assert "Traceback" not in err


def test_gbk_csv_from_another_office(desk, imported):
    path = desk.folder / "永胜村联系户.csv"
    path.write_bytes(f"序号,户主,身份证号\r\n1,王福生,{WANG}\r\n2,㐂山,{LI}\r\n".encode("gb18030"))
    code, document = imported(path)
    assert (code, document["created"]) == (0, 2)
    assert sorted(desk.column("household", "head_name")) == ["㐂山", "王福生"]


def test_problems_go_where_they_are_sent(desk, imported, lianhu):
    path = desk.workbook("名册.xlsx", MIXED)
    assert imported(path, "--problems", desk.folder / "这里.xlsx")[0] == 4
    assert (desk.folder / "这里.xlsx").exists()
    assert not (desk.folder / "名册-问题清单.xlsx").exists()
    assert lianhu("import", path, "--problems", "这里.txt")[0] == 2


def test_wrong_options_are_exit_2(desk, lianhu):
    path = desk.workbook("名册.xlsx", GOOD)
    code, _, err = lianhu("import", path, "--kind", "户")
    assert code == 2
    assert "household" in err
    assert lianhu("import")[0] == 2


def test_the_database_is_one_private_file_and_undo_takes_the_import_back(desk, imported, lianhu):
    imported(desk.workbook("名册.xlsx", GOOD))
    assert desk.db.stat().st_mode & 0o777 == 0o600
    assert lianhu("undo")[0] == 0
    with sqlite3.connect(desk.db) as database:
        assert database.execute("SELECT count(*) FROM household").fetchone() == (0,)
    database.close()
