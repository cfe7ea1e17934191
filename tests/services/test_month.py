"""A month of a town's work: by two hundred commands with mistakes in them, and by the villages' sheets.

Both give the same report, and every figure of it opens to its rows.
"""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lianhu.cli.app import run
from lianhu.reports.indicators import INDICATORS
from tests.factory import TODAY, a_town

VILLAGES = ("永胜", "丰屯", "胜利", "东风", "红旗")
HOUSES = 14
"""In each village; its four cadres hold them in turn."""

OCCASIONS = ("日常", "生病住院", "日常", "红白喜事", "日常", "矛盾纠纷")
DUTIES = ("政策理论讲解到户", "", "民意诉求征集到户", "")
GRADES = ("满意", "非常满意", "基本满意", "满意", "不满意")
Records = dict[str, list[dict[str, Any]]]


def settle(path: Path) -> None:
    """The town before the month: everybody paired since January."""
    with a_town(path) as town:
        for name in VILLAGES:
            village = town.village(name)
            cluster = town.cluster(village_id=village)
            town.cluster_head(cluster)
            cadres = [town.cadre(village_id=village, roles="支部书记" if n == 0 else "普通党员") for n in range(4)]
            for number, cadre in zip(range(HOUSES), cycle(cadres)):
                town.pair(town.household(village_id=village, cluster_id=cluster, traits="年老" if number % 2 else None), cadre)


def month() -> Records:
    """What happened, as rows of the forms; households are named by their codes."""
    records: Records = {kind: [] for kind in ("event", "visit", "deed", "ticket", "task", "rating", "appraisal", "opinion")}
    houses = [f"H{number:05d}" for number in range(1, len(VILLAGES) * HOUSES + 1)]
    for number, house in enumerate(houses):
        village = VILLAGES[number // HOUSES]
        day = f"2026-11-{number % 20 + 1:02d}"
        records["visit"].append({"household_code": house, "visited_on": day, "way": ("上门", "微信")[number % 2],
                                 "occasion": OCCASIONS[number % 6], "duties": DUTIES[number % 4]})
        records["task"].append({"title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-11-02",
                                "due_on": "2026-11-30", "household_code": house})
        if number % 2:
            records["deed"].append({"household_code": house, "title": f"代办事项{number}", "kind": ("代办服务", "就医照料")[number % 4 // 2],
                                    "effect": ("已解决", "推进中")[number % 3 // 2], "started_on": day})
            records["rating"].append({"household_code": house, "grade": GRADES[number % 5], "rated_on": "2026-11-20"})
        if number % 5 == 0:
            records["event"].append({"household_code": house, "kind": "家庭变故", "happened_on": day})
            records["opinion"].append({"village": village, "household_code": house, "content": f"路灯第{number}盏不亮",
                                       "raised_on": day, **({"closed_on": "2026-11-22", "result": "已修"} if number % 10 else {})})
        if number % 8 == 0:
            records["ticket"].append({"number": f"2611011011081{number:05d}", "household_code": house, "village": village,
                                      "title": "井水发黄", "kind": "求助", "received_at": f"{day} 09:00",
                                      "signed_at": f"{day} 10:00", "contacted_at": f"{day} 11:00", "closed_at": f"{day} 17:00",
                                      "state": "已办结", "is_solved": "是", "grade": "满意"})
            records["appraisal"].append({"cadre_code": f"C{number // 8 + 1:04d}", "village": village, "grade": "良好",
                                         "period": "2026年", "organisation": "镇党委", "appraised_on": "2026-11-20"})
    return records


def commands(records: Records) -> list[tuple[str, list[str]]]:
    """The same month as the day and the words of each command."""
    made: list[tuple[str, list[str]]] = [("2026-11-02", [
        "task", "issue", "医保缴费宣传", "--duty", "政策讲解", "--due", "2026-11-30", "--all"])]
    for row in records["event"]:
        made.append((row["happened_on"], ["event", "add", row["household_code"], row["kind"], "--on", row["happened_on"]]))
    for row in records["visit"]:
        words = ["visit", "add", row["household_code"], "--on", row["visited_on"], "--way", row["way"], "--occasion", row["occasion"]]
        made.append((row["visited_on"], [*words, *(["--duty", row["duties"]] if row["duties"] else [])]))
    for row in records["deed"]:
        made.append((row["started_on"], ["deed", "add", row["household_code"], row["title"], "--kind", row["kind"], "--effect",
                                         row["effect"], "--on", row["started_on"]]))
    for row in records["rating"]:
        made.append((row["rated_on"], ["rating", "add", row["household_code"], row["grade"], "--on", row["rated_on"]]))
    for row in records["appraisal"]:
        made.append((row["appraised_on"], ["appraisal", "add", row["cadre_code"], row["grade"], "--period", row["period"],
                                           "--organisation", row["organisation"], "--on", row["appraised_on"]]))
    for row in records["opinion"]:
        made.append((row["raised_on"], ["opinion", "add", row["content"], "--household", row["household_code"], "--on",
                                        row["raised_on"]]))
    closed = [row for row in sorted(records["opinion"], key=lambda row: row["raised_on"]) if "closed_on" in row]
    codes = {row["content"]: f"O{number:06d}" for number, row in enumerate(
        sorted(records["opinion"], key=lambda row: row["raised_on"]), 1)}
    made += [("2026-11-22", ["opinion", "close", codes[row["content"]], "--result", row["result"], "--on", row["closed_on"]])
             for row in closed]
    for row in records["ticket"]:
        day = row["received_at"][:10]
        made += [(day, words) for words in (
            ["ticket", "add", row["number"], row["title"], "--household", row["household_code"], "--kind", row["kind"],
             "--received", row["received_at"]],
            ["ticket", "sign", row["number"], "--at", row["signed_at"], "--contacted", row["contacted_at"]],
            ["ticket", "resolve", row["number"], "--result", "换了滤芯", "--at", row["closed_at"]],
            ["ticket", "follow-up", row["number"], "--solved", "--grade", row["grade"], "--at", row["closed_at"]])]
    # Python keeps the order of equal days: an event stands before the visits of its day, as in the sheets.
    return sorted(made, key=lambda command: command[0])


MISTAKES = (
    (["visit", "add", "H99999"], 3), (["visit", "add", "H00001", "--on", "2027-01-01"], 2),
    (["event", "add", "H00001", "日常"], 2), (["rating", "add", "H00002", "还行"], 2), (["deed", "update", "B999999"], 2),
    (["ticket", "resolve", "2611011011081", "--result", "办了"], 3), (["task", "done", "T000001", "H00001", "--on", "2026-10-01"], 2),
    (["opinion", "close", "O000999", "--result", "好"], 3), (["card", "issue"], 2), (["cadre", "leave", "C0001"], 2),
)


def lianhu(path: Path, *words: str, today: str = TODAY.isoformat()) -> int:
    return run(["--db", str(path), "--today", today, *words])


def report(path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert lianhu(path, "report", *words, "--month", "2026-11", "--json") == 0
    return json.loads(capsys.readouterr().out)["tables"]


def fill(path: Path, records: Records, villages: set[str]) -> None:
    """Types the rows of some villages into the blank template, as their secretary would."""
    from lianhu.domain.forms import FORMS

    assert run(["template", *records, "-o", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    for kind, rows in records.items():
        page = book[FORMS[kind].title]
        columns = {column.field: at for at, column in enumerate(FORMS[kind].template_columns, 1)}
        mine = [row for row in rows if row.get("village", VILLAGES[(int(row.get("household_code", "H00001")[1:]) - 1) // HOUSES])
                in villages]
        for at, row in enumerate(mine, 2):
            for name, value in row.items():
                page.cell(at, columns[name], value)
    book.save(path)


REPORTS = ((), ("--village",), ("--by", "cadre"), ("--by", "cluster"), ("--by", "month"), ("--by", "kind"), ("evaluation",))


def test_by_commands_and_by_sheets_the_month_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = month()
    typed, sheets = tmp_path / "typed.db", tmp_path / "sheets.db"
    for path in (typed, sheets):
        settle(path)
    script = commands(records)
    wrong = iter(MISTAKES)
    for number, (day, words) in enumerate(script):
        # Entered a day later: what has not come yet is refused.
        assert lianhu(typed, *words, today=min(f"{day[:8]}{int(day[8:]) + 1:02d}", TODAY.isoformat())
                      if words[:2] != ["task", "issue"] else day) == 0, (words, capsys.readouterr().err)
        if number % 20 == 10 and (mistake := next(wrong, None)):
            capsys.readouterr()
            assert lianhu(typed, *mistake[0]) == mistake[1], mistake
            said = capsys.readouterr()
            assert said.out == ""
            assert "Traceback" not in said.err
    assert len(script) + len(MISTAKES) > 200, "about two hundred commands"
    for number, village in enumerate(VILLAGES):
        fill(tmp_path / f"{number}.xlsx", records, {village})
        assert lianhu(sheets, "import", str(tmp_path / f"{number}.xlsx")) == 0, capsys.readouterr().out
    for words in REPORTS:
        assert report(typed, capsys, *words) == report(sheets, capsys, *words), words
    # The same sheets once more change nothing.
    capsys.readouterr()
    assert lianhu(sheets, "import", *(str(tmp_path / f"{number}.xlsx") for number in range(len(VILLAGES))), "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["created"], again["updated"], again["batch"]) == (0, 0, None)


def test_every_figure_opens_to_its_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "town.db"
    settle(path)
    fill(tmp_path / "all.xlsx", month(), set(VILLAGES))
    assert lianhu(path, "import", str(tmp_path / "all.xlsx")) == 0
    figures = {row[0]: row[1] for table in report(path, capsys) for row in table["rows"] if isinstance(row[1], int)}
    for indicator in INDICATORS:
        (rows,) = report(path, capsys, "--rows", indicator.name)
        if indicator.title in figures:
            assert len(rows["rows"]) == figures[indicator.title], indicator.name
