"""``lianhu template`` and ``lianhu export`` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from lianhu.cli.app import run
from lianhu.domain.forms import FORMS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIANHU_TODAY", "2026-11-24")
    monkeypatch.delenv("LIANHU_DB", raising=False)
    return tmp_path


@pytest.fixture
def town(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a database of one household with its cadre and a visit."""
    assert run(["template", "household", "cadre", "-o", "in.xlsx"]) == 0
    book = openpyxl.load_workbook("in.xlsx")
    for title, values in {
        "联系户": {"嘎查村*": "永胜", "户主姓名*": "宝音", "身份证号": "34052419800101001X", "联系电话": "13800138000"},
        "党员干部": {"姓名*": "其木格", "嘎查村*": "永胜", "干部角色": "村医"},
    }.items():
        places = {cell.value: cell.column for cell in book[title][1]}
        for heading, value in values.items():
            book[title].cell(2, places[heading], value)
    book.save("in.xlsx")
    assert run(["import", "in.xlsx"]) == 0
    capsys.readouterr()
    return folder


def test_template_says_what_was_written_and_what_is_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "-o", "blank.xlsx"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "blank.xlsx" in err
    assert err.rstrip().endswith("lianhu import blank.xlsx")
    assert not Path("lianhu.db").exists()


def test_an_unfilled_template_imports_to_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["template", "-o", "blank.xlsx"])
    capsys.readouterr()
    assert run(["import", "blank.xlsx", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    sheets = document["files"][0]["sheets"]
    assert document["rows"] == 0
    assert [sheet["kind"] for sheet in sheets[:-1]] == [*FORMS]
    assert (sheets[-1]["sheet"], sheets[-1]["kind"]) == ("填表说明", None)
    assert {p["level"] for sheet in sheets for p in sheet["problems"]} <= {"note"}


def test_template_offers_the_villages_of_the_database(town: Path) -> None:
    assert run(["template", "event", "-o", "blank.xlsx"]) == 0
    rules = openpyxl.load_workbook("blank.xlsx")["家庭大事"].data_validations.dataValidation
    assert '"永胜"' in [rule.formula1 for rule in rules]


def test_template_does_without_a_database_it_cannot_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("lianhu.db").write_text("no database")
    assert run(["template", "-o", "blank.xlsx"]) == 0
    assert "没有村名下拉" in capsys.readouterr().err
    assert Path("lianhu.db").read_text() == "no database"


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["template"], 2, "-o"),
    (["export"], 2, "-o"),
    (["template", "rooster", "-o", "x.xlsx"], 2, "household"),
    (["export", "rooster", "-o", "x.xlsx"], 2, "household"),
    (["template", "-o", "x.csv"], 2, "x.xlsx"),
    (["export", "-o", "no/x.xlsx"], 3, "mkdir"),
    (["export", "-o", "in.xlsx"], 5, "--force"),
    (["template", "-o", "in.xlsx"], 5, "--force"),
    (["--db", "other.db", "export", "-o", "x.xlsx"], 6, "other.db"),
])
def test_refusals(
    town: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    before = Path("in.xlsx").read_bytes()
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert not Path("x.xlsx").exists()
    assert Path("in.xlsx").read_bytes() == before


def test_export_tells_its_sheets(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "-o", "out.xlsx", "--json"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["file"] == "out.xlsx"
    assert document["sheets"][1] == {"sheet": "联系户", "kind": "household", "rows": 1}
    assert "--full" in err
    assert Path("out.xlsx").stat().st_mode & 0o777 == 0o600
    assert run(["export", "household", "-o", "out.xlsx", "--force"]) == 0
    out, err = capsys.readouterr()
    assert "联系户" in out
    assert err.rstrip().endswith("lianhu import out.xlsx")


def test_export_masks_unless_full(town: Path) -> None:
    run(["export", "household", "-o", "masked.xlsx"])
    run(["export", "household", "--full", "-o", "full.xlsx"])
    for name, shown in (("masked.xlsx", "340524**********1X"), ("full.xlsx", "34052419800101001X")):
        row = [cell.value for cell in openpyxl.load_workbook(name)["联系户"][2]]
        assert shown in row


def test_export_comes_back_unchanged(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, options in (("masked.xlsx", []), ("full.xlsx", ["--full"])):
        run(["export", "-o", name, *options])
        capsys.readouterr()
        assert run(["import", name, "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert (document["unchanged"], document["batch"]) == (document["rows"], None)
    assert run(["--db", "fresh.db", "import", "full.xlsx", "--strict"]) == 0
