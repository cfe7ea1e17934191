"""lianhu report --output: the same figures in every kind of file, and what each kind promises besides."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lianhu.reports.catalogue import REPORTS
from tests.factory import a_town
from tests.files.report_read import document_tables, read_tables
from tests.reports.town import sample

ENDINGS = (".xlsx", ".html", ".docx", ".csv", ".json")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return sample(tmp_path / "lianhu.db").write()


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_report_has_the_same_figures_in_every_kind(lianhu, tmp_path: Path, ending: str):
    for name in REPORTS:
        target = tmp_path / f"{name}{ending}"
        outcome = lianhu("report", name, "--output", target)
        assert (outcome.code, outcome.out, outcome.err) == (0, f"已写出 {target}\n", ""), name
        expected = document_tables(lianhu("report", name, "--json").json)
        found = read_tables(target)
        if len(expected) == 1 and ending == ".csv":
            expected = [("", *expected[0][1:])]
        assert [(table, headings) for table, headings, _ in found] == [(table, headings) for table, headings, _ in expected]
        for (_, _, lines), (_, _, wanted) in zip(found, expected, strict=True):
            assert len(lines) == len(wanted)
            for line, wanted_line in zip(lines, wanted, strict=True):
                assert all(_same(*pair) for pair in zip(line, wanted_line, strict=True)), (name, line, wanted_line)


def _same(found: Any, wanted: Any) -> bool:
    """Whether a value read back is the one of --json; a weighed load is shown to one decimal place, amounts in full."""
    if isinstance(wanted, float):
        return bool(found in (wanted, float(f"{wanted:.1f}")) if wanted * 100 % 1 else found == wanted)
    return bool((found or "") == (wanted or "") if wanted is None or isinstance(wanted, str) else found == wanted)


def test_the_json_file_is_the_document_of_json(lianhu, tmp_path: Path):
    lianhu("report", "--village", "-o", tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == lianhu("report", "--village", "--json").json


def test_json_beside_a_file_is_all_that_stands_on_stdout(lianhu, tmp_path: Path):
    outcome = lianhu("report", "-o", tmp_path / "r.xlsx", "--json")
    assert outcome.json["report"] == "overview"
    assert (tmp_path / "r.xlsx").exists()


def test_a_file_is_private_and_is_not_overwritten_unasked(lianhu, tmp_path: Path):
    target = tmp_path / "r.xlsx"
    assert lianhu("report", "-o", target).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    before = target.read_bytes()
    refused = lianhu("report", "--village", "-o", target)
    assert (refused.code, target.read_bytes()) == (5, before)
    assert "--force" in refused.err
    assert lianhu("report", "--village", "-o", target, "--force").code == 0
    assert target.read_bytes() != before
    assert [each.name for each in tmp_path.glob(".*")] == []


@pytest.mark.parametrize(("name", "code"), [("r.pdf", 2), ("r", 2), ("nowhere/r.xlsx", 3)])
def test_a_file_that_cannot_be_is_refused_before_any_work(lianhu, tmp_path: Path, name: str, code: int):
    outcome = lianhu("report", "-o", tmp_path / name)
    assert outcome.code == code
    assert outcome.err.splitlines()[1].startswith("→ ")
    assert not (tmp_path / name).exists()


def test_a_workbook_has_charts_formats_and_is_ready_to_print(lianhu, tmp_path: Path):
    lianhu("report", "--village", "-o", tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    for sheet in book.worksheets:
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.freeze_panes == "B4"
        assert (sheet.page_setup.paperSize, sheet.sheet_state) == (9, "visible")
        assert not any(cell.data_type == "f" or cell.comment for row in sheet.iter_rows() for cell in row)
    pairing = book["结对"]
    assert [cell.value for cell in pairing[3]][-3:] == ["结对率", "结对率分子", "结对率分母"]
    assert (pairing["F4"].value, pairing["F4"].number_format, pairing["G4"].value, pairing["H4"].value) == (1, "0.0%", 2, 2)
    assert [pairing.cell(6, column).value for column in (6, 7, 8)] == ["—", 0, 0]
    # The tables without any record have nothing to draw.
    charts = {sheet.title: sheet._charts for sheet in book.worksheets}
    assert len(charts["结对"]) == len(charts["办实事"]) == 1
    (series,) = charts["结对"][0].series
    assert series.val.numRef.f == "'结对'!$B$4:$B$6"
    assert series.cat.numRef.f == "'结对'!$A$4:$A$6"
    assert [each.val.numRef.f for each in charts["办实事"][0].series] == [f"'办实事'!${c}$4:${c}$6" for c in "CDEF"]
    assert (charts["办实事"][0].grouping, book.properties.creator) == ("stacked", "lianhu")


def test_months_are_drawn_as_lines(lianhu, tmp_path: Path):
    lianhu("report", "--by", "month", "-o", tmp_path / "r.xlsx")
    (chart,) = load_workbook(tmp_path / "r.xlsx")["走访与办实事"]._charts
    assert type(chart).__name__ == "LineChart"


def test_persons_have_no_picture(lianhu, tmp_path: Path):
    lianhu("report", "--by", "cadre", "-o", tmp_path / "r.xlsx")
    assert not any(sheet._charts for sheet in load_workbook(tmp_path / "r.xlsx").worksheets)


def test_the_records_of_a_figure_can_be_a_file(lianhu, tmp_path: Path):
    for ending in ENDINGS:
        assert lianhu("report", "--rows", "visits", "-o", tmp_path / f"r{ending}").code == 0
    count = lianhu("report", "--json").json["tables"][3]["rows"][0]
    assert count[0] == "走访"
    sheet = load_workbook(tmp_path / "r.xlsx").active
    assert sheet.max_row - 3 == count[1]


def test_rows_of_all_figures_are_for_a_page(lianhu, tmp_path: Path):
    for arguments in (["--rows", "all"], ["--rows", "全部", "-o", tmp_path / "r.xlsx"]):
        outcome = lianhu("report", *arguments)
        assert outcome.code == 2
        assert ".html" in outcome.err


def test_an_empty_town_makes_every_kind_of_file(lianhu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty = tmp_path / "empty.db"
    lianhu("--db", empty, "init")
    for ending in ENDINGS:
        outcome = lianhu("--db", empty, "report", "--by", "month", "-o", tmp_path / f"e{ending}")
        assert (outcome.code, "还没有登记联系户" in outcome.err) == (0, True)


def test_a_site_of_town_villages_and_units(lianhu, tmp_path: Path):
    folder = tmp_path / "site"
    outcome = lianhu("report", "--html-dir", folder)
    assert outcome.code == 0
    assert outcome.out == f"已写出 {folder}：6 个网页，打开 {folder / 'index.html'}\n"
    names = sorted(page.name for page in folder.iterdir())
    assert names == ["index.html", "unit-0001.html", "unit-0002.html", "village-001.html", "village-002.html", "village-003.html"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for page in folder.iterdir():
        links = re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8"))
        assert set(links) <= set(names), page.name
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="village-003.html">前进村</a>' in index
    reached, left = set(), ["index.html"]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += re.findall(r'href="([^"]+)"', (folder / name).read_text(encoding="utf-8"))
    assert reached == set(names)


def test_a_page_of_a_place_has_the_figures_of_only_that_place(lianhu, tmp_path: Path):
    lianhu("report", "--html-dir", tmp_path / "site")
    found = {name: lines for name, _, lines in read_tables(tmp_path / "site" / "village-001.html")}
    for table in lianhu("report", "--only", "永胜", "--json").json["tables"]:
        # Village pages leave out what is the town's: villages, cadres, appraisals.
        rows = {row[0]: row[1] for row in table["rows"]}
        for label, value, *_ in found.get(table["name"], []):
            if table["headings"] == ["项目", "数量", "单位"] and label in rows:
                assert value == rows[label], (table["name"], label)
    units = {name: lines for name, _, lines in read_tables(tmp_path / "site" / "unit-0001.html")}
    by_unit = lianhu("report", "--by", "cluster", "--json").json["tables"][0]
    first = dict(zip(by_unit["headings"], by_unit["rows"][0], strict=True))
    assert {row[0]: row[1] for row in units["基本情况"]}["重点户"] == first["户数"]
    assert {row[0]: row[1] for row in units["走访与联系卡"]}["走访"] == first["走访"]


def test_a_site_is_not_written_over_other_files_unasked(lianhu, tmp_path: Path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "别的.txt").write_text("x")
    refused = lianhu("report", "--html-dir", folder)
    assert (refused.code, [each.name for each in folder.iterdir()]) == (5, ["别的.txt"])
    assert lianhu("report", "--html-dir", folder, "--force").code == 0
    assert (folder / "别的.txt").read_text() == "x"
    assert lianhu("report", "--html-dir", folder / "别的.txt").code == 5
    assert lianhu("report", "--html-dir", tmp_path / "nowhere" / "site").code == 3
    assert lianhu("report", "--html-dir", folder, "--village").code == 2


def test_a_long_text_is_not_cut_off_on_paper(lianhu, path: Path, tmp_path: Path):
    with a_town(path) as town:
        town.deed(1, 1, title="联系旗医院住院" * 12)
    file = tmp_path / "a.xlsx"
    assert lianhu("report", "--rows", "deeds", "-o", file).code == 0
    sheet = load_workbook(file).worksheets[0]
    heights = sorted(sheet.row_dimensions[row].height for row in range(4, sheet.max_row + 1))
    assert heights[-1] >= 3 * heights[0]
