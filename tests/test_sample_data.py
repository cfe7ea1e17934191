"""The sample workbooks: what a town would send, and exactly the published figures once imported."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter as Tally
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest
from python_calamine import CalamineWorkbook

from lianhu.reports.catalogue import REPORTS
from lianhu.reports.indicators import INDICATORS, UNPAIRED_HOUSEHOLDS
from lianhu.reports.period import Period
from lianhu.services.figures import Counter
from lianhu.store.connection import open_database

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
NAMES = ("roster.xlsx", "year.xlsx")
ENVIRONMENT = os.environ | {"LIANHU_TODAY": "2025-12-31", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run(*arguments, code=0):
    done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8",
                          env=ENVIRONMENT)
    assert done.returncode == code, done.stderr
    return done.stdout


def workbooks(folder):
    """Copies of both workbooks: an import leaves its problem list beside the file."""
    return [Path(shutil.copy(DATA / name, folder)) for name in NAMES]


def lianhu(database, *arguments):
    return run("-m", "lianhu", "--db", database, *arguments)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A database with both workbooks, pairs after the roster, and the two receipts."""
    database = tmp_path_factory.mktemp("sample") / "town.db"
    roster, year = workbooks(database.parent)
    first = json.loads(lianhu(database, "import", roster, "--json"))
    pairs = json.loads(lianhu(database, "assign", "--on", "2025-01-01", "--json"))
    second = json.loads(lianhu(database, "import", year, "--json"))
    return database, (first, second), pairs


def ask(database, sql):
    connection = connect(database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def count(database, table, where="1 = 1"):
    return ask(database, f"SELECT count(*) FROM {table} WHERE {where}")[0][0]


def test_the_figures_are_the_published_ones(town):
    database, _, _ = town
    assert [count(database, table) for table in ("cadre", "household", "cluster", "cluster_head", "card", "deed")] == [
        650, 1230, 162, 413, 760, 47]
    assert count(database, "ticket", "is_solved = 1") == 39
    assert dict(ask(database, "SELECT category, count(*) FROM cluster_head GROUP BY category")) == {
        "无职党员": 136, "村民代表": 201, "积极分子": 20, "后备干部": 5, "乡土人才": 22, "屯不错": 20, "种养大户": 9}
    ways = dict(ask(database, "SELECT way, count(*) FROM cluster_head WHERE votes IS NOT NULL OR way = '组织任命' GROUP BY way"))
    assert (len(ways), sum(ways.values())) == (2, 413)
    assert count(database, "village") == 60
    assert count(database, "household", "is_hard = 1") == 123


def test_what_units_brought_about_is_the_published_quantities(town):
    database, _, _ = town
    totals = {(kind, measure): quantity for kind, measure, quantity in ask(
        database, "SELECT kind, measure, sum(quantity) FROM activity GROUP BY kind, measure")}
    assert {key: totals.pop(key) for key in (("特色种植", "亩"), ("基础设施", "个"), ("评选活动", "次"))} == {
        ("特色种植", "亩"): 117000, ("基础设施", "个"): 800, ("评选活动", "次"): 5000}
    assert totals.keys() == {("矛盾排查", "次"), ("养老保险扩面", "人"), ("环境整治", "次"), ("其他", "次"), ("其他", "人")}
    (table,) = [table for table in json.loads(lianhu(database, "report", "--json"))["tables"] if table["name"] == "自治活动"]
    assert [row for row in table["rows"] if row[0] in {"特色种植", "基础设施", "评选活动"}] == [
        ["特色种植", 64, 1170, "亩"], ["基础设施", 8, 8, "个"], ["评选活动", 50, 50, "次"]]


def test_the_fund_is_never_overdrawn_and_adds_up(town):
    database, _, _ = town
    balance, days = 0, {}
    for day, direction, amount in ask(database, "SELECT booked_on, direction, amount FROM fund_entry ORDER BY booked_on"):
        balance += amount if direction == "收入" else -amount
        days[day] = balance
    assert min(days.values()) >= 0
    assert (balance, len(days) > 20) == (388114, True)
    assert count(database, "fund_entry", "handled_by = approved_by") == 0


def test_heads_are_counted_by_category_and_way_by_village_and_unit_alike(town):
    database, _, _ = town

    def table(name, *words):
        return next(table for table in json.loads(lianhu(database, "report", *words, "--json"))["tables"] if table["name"] == name)

    town_wide = table("联户长类别")
    assert [row[1] for row in town_wide["rows"]] == [136, 201, 20, 5, 22, 20, 9, 0]
    assert all(row[1] == row[2] + row[3] for row in town_wide["rows"])
    assert town_wide["totals"][1] == 413
    for by, labels in (("village", 1), ("cluster", 2)):
        parts = [table(f"联户长类别（{part}）", "--by", by) for part in "一二"]
        assert [total for part in parts for total in part["totals"][labels:]] == [136, 201, 20, 5, 22, 20, 9, 0]
        assert table("联户长产生方式", "--by", by)["totals"][labels:] == town_wide["totals"][1:]


def test_every_row_goes_in_and_without_a_warning(town):
    _, receipts, _ = town
    for receipt in receipts:
        assert receipt["rejected"] == receipt["updated"] == receipt["unchanged"] == 0
        problems = [p for file in receipt["files"] for sheet in file["sheets"] for p in sheet["problems"]]
        assert [p for p in problems if p["level"] != "note"] == []
    assert receipts[0]["created"] == 162 + 650 + 1230 + 413


def test_cards_are_for_old_peoples_households_one_each(town):
    database, _, _ = town
    old = "household_id IN (SELECT id FROM household WHERE traits LIKE '年老%')"
    assert count(database, "card", old) == 760
    assert ask(database, "SELECT count(DISTINCT household_id) FROM card") == [(760,)]


def test_everybody_is_paired_inside_the_territory(town):
    _, _, pairs = town
    assert (pairs["paired"], pairs["unpaired"], pairs["cross_village"]) == (1230, 0, 0)
    assert pairs["load"]["2"] > 500


def test_the_records_are_of_those_who_hold_the_households(town):
    database, _, _ = town
    for table in ("visit", "deed", "card", "rating"):
        others = ask(database, f"""
            SELECT count(*) FROM {table} r JOIN pairing p ON p.household_id = r.household_id
            WHERE p.cadre_id <> r.cadre_id""")
        assert others == [(0,)], table
    assert ask(database, """
        SELECT count(*) FROM task_item i JOIN pairing p ON p.household_id = i.household_id
        WHERE i.done_on IS NOT NULL AND p.cadre_id <> i.cadre_id""") == [(0,)]


def test_the_records_show_every_kind(town):
    database, _, _ = town
    for table, column, number in (
        ("event", "kind", 5), ("deed", "kind", 11), ("deed", "effect", 4), ("visit", "occasion", 6), ("visit", "way", 5),
        ("ticket", "grade", 5), ("visit", "mode", 2), ("rating", "grade", 5), ("appraisal", "grade", 4), ("task", "duty", 4),
        ("activity", "kind", 7), ("activity", "measure", 4), ("cluster_head", "way", 2),
    ):
        found = ask(database, f"SELECT count(DISTINCT {column}) FROM {table}")
        assert found == [(number,)], (table, column)
    assert 1500 <= count(database, "visit") <= 2500
    assert count(database, "ticket", "exclusion IS NOT NULL") == 3
    assert count(database, "ticket", "closed_at IS NULL") >= 3
    late = "substr(closed_at, 1, 10) > substr(due_on, 1, 10)"
    assert 0 < count(database, "ticket", late) < 8


def test_all_days_lie_in_the_year(town):
    database, _, _ = town
    for table, column in (("visit", "visited_on"), ("event", "happened_on"), ("deed", "started_on"), ("card", "issued_on"),
                          ("ticket", "received_at"), ("ticket", "closed_at"), ("deed", "done_on"), ("rating", "rated_on"),
                          ("appraisal", "appraised_on"), ("opinion", "raised_on"), ("opinion", "closed_on"),
                          ("task", "issued_on"), ("task_item", "done_on"), ("activity", "held_on"), ("fund_entry", "booked_on")):
        first, last = ask(database, f"SELECT min({column}), max({column}) FROM {table}")[0]
        assert first >= "2025-01-01", (table, column)
        assert last[:10] <= "2025-12-20", (table, column)


def test_opinions_come_from_heads_in_office_and_some_became_tickets(town):
    database, _, _ = town
    assert count(database, "opinion", "cluster_head_id IS NULL OR cluster_id IS NULL") == 0
    assert ask(database, """
        SELECT count(*) FROM opinion o JOIN cluster_head h ON h.id = o.cluster_head_id WHERE h.started_on > o.raised_on""") == [(0,)]
    assert ask(database, """
        SELECT count(*) FROM opinion o JOIN ticket t ON t.id = o.ticket_id
        WHERE t.village_id = o.village_id AND t.title = o.content AND o.raised_on < t.received_at""") == [(4,)]


@pytest.mark.parametrize("indicator", [each for each in INDICATORS if each is not UNPAIRED_HOUSEHOLDS], ids=lambda each: each.name)
def test_every_figure_occurs(town, indicator):
    """Except households without a cadre, of whom the town has none."""
    database, _, _ = town
    with open_database(database) as opened:
        assert Counter(opened, Period(None, None, datetime(2025, 12, 31))).count(indicator) > 0


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_shows_something(town, name):
    database, _, _ = town
    for table in json.loads(lianhu(database, "report", name, "--json"))["tables"]:
        assert any(cell not in (0, 0.0, "", None) for row in table["rows"] for cell in row[1:]), table["name"]


def test_some_cadres_are_placed_and_most_have_too_few_answers(town):
    database, _, _ = town
    (table,) = json.loads(lianhu(database, "report", "evaluation", "--json"))["tables"]
    placed = [row for row in table["rows"] if isinstance(row[0], int)]
    assert 40 < len(placed) < 200
    assert len({row[0] for row in placed}) > 10


def test_a_second_import_changes_nothing(town):
    database, (first, second), _ = town
    for name, receipt in zip(NAMES, (first, second), strict=True):
        again = json.loads(lianhu(database, "import", database.parent / name, "--json"))
        assert (again["created"], again["updated"], again["rejected"]) == (0, 0, 0)
        assert again["unchanged"] == receipt["created"]


def test_the_records_go_in_before_the_pairs_too(tmp_path):
    receipt = json.loads(lianhu(tmp_path / "town.db", "import", *workbooks(tmp_path), "--json"))
    assert (receipt["rejected"], receipt["batch"]) == (0, 1)


def test_id_numbers_are_valid_distinct_nobodys_and_only_in_the_roster():
    numbers = Tally()
    for number in re.findall(r"(?<!\d)\d{17}[\dXx]", text_of("roster.xlsx").replace(" ", "")):
        numbers[number.upper()] += 1
        assert "10X98765432"[sum(int(f) * w for f, w in zip(number, _WEIGHTS, strict=False)) % 11] == number[-1].upper()
        # GB/T 2260 has given out no region that ends in 9x, so that the number can be nobody's.
        assert number[4] == "9"
    assert set(numbers.values()) == {1}
    assert len(numbers) > 1800
    for number in re.findall(r"(?<!\d)\d{17}[\dXx]", text_of("year.xlsx")):
        assert number.startswith("25")
        assert not 1900 <= int(number[6:10]) <= 2025


def text_of(name):
    book = CalamineWorkbook.from_path(DATA / name)
    return "\n".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row)


def test_the_generator_makes_these_very_files(tmp_path):
    """When this fails, a rule or the generator has changed: run ``python data/generate``."""
    run(DATA / "generate", tmp_path)
    for name in NAMES:
        assert layout_of(tmp_path / name) == layout_of(DATA / name), name
        assert (DATA / name).stat().st_size < 600_000


def layout_of(path):
    """Cells, merged ranges and whether hidden, of all sheets."""
    book = CalamineWorkbook.from_path(path)
    sheets = []
    for about in book.sheets_metadata:
        sheet = book.get_sheet_by_name(about.name)
        sheets.append((about.name, str(about.visible), sheet.merged_cell_ranges, sheet.to_python(skip_empty_area=False)))
    return sheets
