"""Export then import is the identity; a masked export takes nothing away."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lianhu.domain.cells import NOTHING
from lianhu.domain.forms import FORMS
from lianhu.domain.identity import check_digit
from lianhu.domain.settings import Settings
from lianhu.domain.terms import forbidden_word
from lianhu.domain.values import read_text
from lianhu.errors import ConflictError, NotFoundError, UsageError
from lianhu.files.reading import read_sheets
from lianhu.services.exports import write_export, write_template
from lianhu.services.rosters import ImportOptions, Receipt, import_files
from lianhu.services.settings import store_text
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import batch

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9)


def id_number(serial: int, born: str = "19560312") -> str:
    first17 = f"152223{born}{serial:03}"
    return first17 + check_digit(first17)


RARE = "𠮷䶮·㐂"
TOWN: dict[str, list[dict[str, Any]]] = {
    "cluster": [
        {"district": "城郊片", "village": "永胜嘎查", "cluster": "第一网格", "grid_chief": "白音仓",
         "grid_chief_phone": "13804820001", "grid_workers": "张三13912345678、李四", "note": "@全体"},
        {"district": "城郊片", "village": "永胜嘎查", "cluster": "第二网格"},
        {"district": "山区片", "village": "阿拉坦花嘎查"},
        {"district": "城郊片", "village": "东风村", "cluster": "3", "grid_workers": "=1+1"},
    ],
    "household": [
        {"household_code": "H00007", "village": "永胜嘎查", "hamlet": "001", "cluster": "第一网格",
         "head_name": "孛儿只斤·额尔德尼朝克图", "head_id_number": id_number(101), "phone": "13804821001、0482-6123456",
         "size": 4, "address": "=1+1", "traits": "年老、独居", "monitoring": "边缘易致贫户", "risks": "因病、因残",
         "risk_removed": "否", "assistance": "低保", "classes": "社区矫正对象、低保对象", "needs": "就医照料、政策解读",
         "is_hard": "是", "hard_reason": "-长期患病", "note": "@孙女电话 13804829999，常在 +86 打来"},
        {"village": "永胜嘎查", "head_name": "[bold]某某", "stated_age": 70, "sex": "男", "born_on": "1956-03",
         "classes": "重点青少年"},
        {"village": "东风村", "cluster": "3", "head_name": RARE, "head_id_number": id_number(102)},
        {"village": "东风村", "head_name": "李秀英", "head_id_number": id_number(104), "note": "_x000D_ <&>\"'"},
        {"village": "东风村", "head_name": "李秀英", "head_id_number": id_number(106)},
        {"village": "西沟村", "head_name": "那仁托娅乌云其木格萨仁", "phone": "6123456", "is_hard": "否"},
    ],
    "member": [
        {"household_code": "H00007", "village": "永胜嘎查", "name": "孛儿只斤·额尔德尼朝克图", "relation": "户主",
         "id_number": id_number(101), "phone": "13804821001", "traits": "年老"},
        {"household_code": "H00007", "village": "永胜嘎查", "name": "乌云", "relation": "配偶", "sex": "女",
         "born_on": "1958-01-02", "classes": "重点青少年、残疾人", "note": "+视力残疾"},
        {"village": "西沟村", "head_name": "那仁托娅乌云其木格萨仁", "name": "巴图", "relation": "子",
         "id_number": id_number(201, "20150601")},
    ],
    "cadre": [
        {"cadre_code": "C0005", "name": "其木格", "id_number": id_number(301, "19800101"), "village": "永胜嘎查",
         "phone": "13804823001", "roles": "村医、普通党员", "post": "=村医", "capacity": 0, "cluster": "第二网格",
         "hamlet": "东屯", "note": "值班 18604820000"},
        {"name": "王强", "area": "永胜嘎查、东风村", "unit": "农业服务中心", "roles": "包村领导", "capacity": 3},
        {"name": "王强", "village": "东风村", "sex": "男", "post": "支部书记"},
    ],
    "pairing": [
        {"household_code": "H00007", "village": "永胜嘎查", "cadre_name": "王强", "started_on": "2026-02-01",
         "is_locked": "是"},
        {"household_code": "H00007", "village": "永胜嘎查", "cadre_code": "C0005", "started_on": "2025-01-01",
         "ended_on": "2026-02-01", "end_reason": "干部调离"},
        {"village": "西沟村", "head_name": "那仁托娅乌云其木格萨仁", "cadre_code": "C0005", "started_on": "2026-01"},
    ],
    "cluster-head": [
        {"village": "永胜嘎查", "cluster": "第一网格", "name": "巴图", "id_number": id_number(401, "19700505"),
         "phone": "13804824001", "category": "村民代表", "way": "民主推荐", "votes": 23, "started_on": "2026-01-10"},
        {"village": "东风村", "cluster": "3", "name": "张三", "note": "=SUM(A1)", "reason": "=热心，电话 13804824002"},
    ],
    "nomination": [
        {"village": "永胜嘎查", "cluster": "第一网格", "name": "巴图", "id_number": id_number(401, "19700505"),
         "phone": "13804824001", "category": "村民代表", "way": "民主推荐", "votes": 23, "known_by": 1,
         "nominated_on": "2026-01-05", "decided_on": "2026-01-10", "outcome": "当选", "reason": "得票最多"},
        {"village": "永胜嘎查", "cluster": "第一网格", "name": "白音", "votes": 11, "nominated_on": "2026-01",
         "outcome": "落选", "reason": "常年外出 13804824003", "note": "-明年再推"},
    ],
    "event": [
        {"household_code": "H00007", "kind": "生病住院", "happened_on": "2026-03-02", "member_name": "乌云",
         "note": "转院 13704820000"},
    ],
    "visit": [
        {"code": "V000009", "household_code": "H00007", "cadre_code": "C0005", "visited_on": "2026-03-03", "way": "微信",
         "occasion": "生病住院", "is_met": "否", "duties": "民意诉求征集到户", "note": "=HYPERLINK(\"x\")"},
        {"household_code": "H00007", "visited_on": "2026-04"},
    ],
    "deed": [
        {"household_code": "H00007", "title": "联系旗医院，电话 0482-6120000", "kind": "就医照料", "effect": "已解决",
         "started_on": "2026-03-03", "done_on": "2026-03", "cost": "1234.5", "visit_code": "V000009"},
        {"village": "西沟村", "head_name": "那仁托娅乌云其木格萨仁", "title": "代缴医保", "started_on": "2026-05-01",
         "cost": 380.05},
    ],
    "card": [
        {"household_code": "H00007", "medium": "纸质", "issued_on": "2026-01-15"},
        {"village": "东风村", "head_name": RARE, "cadre_name": "无", "medium": "微信", "issued_on": "2026-01-16"},
    ],
    "ticket": [
        {"number": "250912101108115409", "village": "永胜嘎查", "household_code": "H00007", "title": "-咨询医保",
         "kind": "咨询", "received_at": "2026-03-05 00:00", "signed_at": "2026-03-05 09:30", "closed_at": "2026-03-06",
         "state": "已办结", "is_solved": "是", "grade": "满意", "is_urgent": "是"},
        {"number": "W-0012", "village": "东风村", "title": "修路", "received_at": "2026-03-05", "result": "已列入计划",
         "return_reason": "属邻镇", "state": "退单"},
    ],
    "task": [
        {"title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-03-01", "due_on": "2026-03-31",
         "household_code": "H00007", "done_on": "2026-03-20", "cadre_code": "C0005", "note": "电话 13804825001"},
        {"title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-03-01", "village": "西沟村",
         "head_name": "那仁托娅乌云其木格萨仁"},
    ],
    "rating": [
        {"household_code": "H00007", "grade": "非常满意", "words": "=常来", "rated_on": "2026-06-20"},
        {"village": "东风村", "head_name": RARE, "grade": "不满意", "rated_on": "2026-06"},
    ],
    "appraisal": [
        {"cadre_code": "C0005", "cadre_name": "其木格", "grade": "优秀", "period": "2026年上半年", "appraised_on": "2026-07-10"},
        {"cadre_name": "王强", "village": "东风村", "grade": "一般", "organisation": "东风村党支部", "period": "2026年上半年"},
    ],
    "opinion": [
        {"village": "永胜嘎查", "cluster": "第一网格", "head": "巴图", "content": "村口路灯不亮", "raised_on": "2026-05-06",
         "closed_on": "2026-05-12", "result": "已修好", "ticket_number": "W-0012"},
        {"household_code": "H00007", "content": "井水发黄 13804826001", "raised_on": "2026-03-03", "visit_code": "V000009"},
    ],
    "activity": [
        {"village": "永胜嘎查", "cluster": "第一网格", "kind": "特色种植", "title": "庭院剁椒种植", "quantity": 12.55,
         "measure": "亩", "held_on": "2026-05-10", "note": "联系 13804827001"},
        {"village": "东风村", "kind": "其他", "title": "=义诊", "quantity": "30人", "held_on": "2026-06"},
        {"village": "东风村", "cluster": "3", "kind": "评选活动", "title": "好婆婆评选", "held_on": "2026-03-08"},
    ],
    "award": [
        {"village": "永胜嘎查", "title": "联户有为实绩突出领导班子", "period_from": "2025-01-01", "period_to": "2025-12-31",
         "place": 1, "points": 90.17, "proposed_on": "2026-01-05", "objections_until": "2026-01-12", "state": "已授予",
         "decided_on": "2026-01-20", "approved_by": "镇党委会", "reason": "=办实事多，电话 13804828001"},
        {"village": "东风村", "cluster": "3", "title": "先进单元", "period_from": "2024-01-01", "period_to": "2024-12-31",
         "decided_on": "2025-01-20"},
    ],
    "fund": [
        {"booked_on": "2026-01-05", "direction": "收入", "amount": "20,000元", "purpose": "=旗直单位捐助", "handled_by": "白玉兰",
         "approved_by": "包文军", "paper_number": "2509 1210 1108 1154 09", "note": "联系 13804829001"},
        {"booked_on": "2026-02-10", "direction": "支出", "amount": 1234.56, "purpose": "表彰奖金", "village": "永胜嘎查",
         "handled_by": "白玉兰", "approved_by": "孛儿只斤·额尔德尼朝克图", "award_code": "W000002"},
        {"booked_on": "2026-02-10", "direction": "支出", "amount": 300, "purpose": "单元奖励", "village": "东风村", "cluster": "3",
         "handled_by": "白玉兰", "approved_by": "包文军"},
    ],
    "credit": [
        {"village": "永胜嘎查", "cluster": "第一网格", "bank": "旗农村信用社", "grade": "AA", "credit_limit": 5.125,
         "recommended": "AAA", "recorded_on": "2026-06-30", "note": "@经理 13804829002"},
        {"village": "东风村", "grade": "B", "credit_limit": "50000元", "recorded_on": "2026-07-01"},
    ],
    "award-objection": [
        {"award_code": "W000002", "raised_on": "2026-01-08", "raised_by": "巴图", "content": "两件是往年的 13804828002",
         "answered_on": "2026-01-10", "is_upheld": "否", "answer": "已核实"},
        {"award_code": "W000001", "raised_on": "2025-01-08", "content": "=人数不对"},
    ],
}


def fill(path: Path, town: dict[str, list[dict[str, Any]]]) -> Path:
    """Types the town into the blank template, as a clerk would."""
    write_template(path, [kind for kind in FORMS if kind in town])
    book = openpyxl.load_workbook(path)
    for kind, rows in town.items():
        form = FORMS[kind]
        page = book[form.title]
        places = {column.field: j for j, column in enumerate(form.template_columns, 1)}
        for i, row in enumerate(rows, 2):
            for name, value in row.items():
                cell = page.cell(i, places[name], value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def take(database: Database, path: Path, **options: Any) -> Receipt:
    return import_files(database, [path], ImportOptions(**options), today=TODAY, now=NOW)


def problems(receipt: Receipt) -> list[tuple[str, str, str, str]]:
    return [(sheet.sheet, p.cell, p.code, p.message) for file in receipt.files for sheet in file.sheets
            for p in sheet.problems if sheet.kind is not None]


REFERENCES = {
    "village_id": ("village", "name"), "household_id": ("household", "code"), "cadre_id": ("cadre", "code"),
    "visit_id": ("visit", "code"), "cluster_id": ("cluster", "village_id", "name"),
}
NOT_IN_SHEETS = {"pairing": {"origin", "fit", "reasons", "is_cross_village"}}


def contents(database: Database) -> dict[str, list[Any]]:
    """Every table apart from ids, references by what they name."""
    def name(table: str, key: int) -> object:
        kind, *fields = next(v for k, v in REFERENCES.items() if k == table)
        (record,) = database.records(f"SELECT * FROM {kind} WHERE id = ?", [key])
        return tuple(name(f, record[f]) if f in REFERENCES else record[f] for f in fields)

    found: dict[str, list[Any]] = {}
    for table in ("village", "cluster", "household", "member", "cadre", "pairing", "cluster_head", "event", "visit",
                  "deed", "card", "ticket"):
        rows = []
        for record in database.records(f"SELECT * FROM {table}"):
            rows.append({
                field: name(field, value) if field in REFERENCES and value is not None else value
                for field, value in record.items() if field != "id" and field not in NOT_IN_SHEETS.get(table, ())
            })
        found[table] = sorted(rows, key=repr)
    return found


def cells(path: Path) -> dict[str, list[list[Any]]]:
    return {sheet.name: sheet.rows for sheet in read_sheets(path)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the town above."""
    folder = tmp_path_factory.mktemp("town")
    with open_database(folder / "town.db", create=True) as database:
        receipt = take(database, fill(folder / "filled.xlsx", TOWN))
        assert problems(receipt) == []
        assert receipt.total("created") == receipt.total("rows") == sum(map(len, TOWN.values()))
    return folder / "town.db"


@pytest.fixture
def town(filled: Path, tmp_path: Path):
    (tmp_path / "town.db").write_bytes(filled.read_bytes())
    with open_database(tmp_path / "town.db") as database:
        yield database


def test_full_export_into_a_fresh_database_is_the_identity(town: Database, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    sheets = write_export(town, first, full=True, now=NOW)
    assert [sheet.kind for sheet in sheets] == list(FORMS)
    assert {sheet.kind: sheet.rows for sheet in sheets} == {
        kind: len(rows) + (kind == "cluster") for kind, rows in TOWN.items()}
    with open_database(tmp_path / "fresh.db", create=True) as fresh:
        receipt = take(fresh, first)
        assert problems(receipt) == []
        assert receipt.total("rejected") == 0
        assert contents(fresh) == contents(town)
        write_export(fresh, second, full=True, now=NOW)
    assert cells(second) == cells(first)


def test_full_export_into_the_same_database_changes_nothing(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "out.xlsx", full=True, now=NOW)
    before = contents(town)
    receipt = take(town, tmp_path / "out.xlsx")
    assert problems(receipt) == []
    assert (receipt.total("unchanged"), receipt.batch) == (receipt.total("rows"), None)
    assert contents(town) == before


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("kind", FORMS)
def test_one_kind_alone_changes_nothing_either(town: Database, tmp_path: Path, kind: str, *, full: bool) -> None:
    write_export(town, tmp_path / "out.xlsx", [kind], full=full, now=NOW)
    receipt = take(town, tmp_path / "out.xlsx")
    assert (problems(receipt), receipt.batch) == ([], None)
    assert receipt.total("unchanged") == receipt.total("rows") > 0


def test_villages_keep_the_towns_order(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "out.xlsx", full=True, now=NOW)
    with open_database(tmp_path / "fresh.db", create=True) as fresh:
        take(fresh, tmp_path / "out.xlsx")
        names = fresh.execute("SELECT name FROM village ORDER BY ordinal")
    assert names == [("永胜嘎查",), ("阿拉坦花嘎查",), ("东风村",), ("西沟村",)]


# Masks -----------------------------------------------------------------------------------------


def texts_of(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def test_masked_export_shows_no_number_and_no_hidden_class(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "out.xlsx", now=NOW)
    text = texts_of(tmp_path / "out.xlsx")
    assert not re.search(r"\d{17}[\dXx]", text)
    assert not re.search(r"\b1[3-9]\d{9}\b", text)
    assert not re.search(r"0482-?6120000", text)
    sheets = cells(tmp_path / "out.xlsx")
    household = dict(zip(sheets["联系户"][0], sheets["联系户"][1], strict=False))
    assert household["重点人群（不含敏感类别）"] == "低保对象"
    assert household["身份证号"] == "152223**********" + id_number(101)[-2:]
    # The notes sheet lists the words one may fill in; no record may hold a hidden one.
    records = [cell for name, rows in sheets.items() if name != "填表说明" for row in rows for cell in row]
    assert not {"社区矫正对象", "重点青少年"} & {word for cell in records if isinstance(cell, str)
                                               for word in cell.split("、")}


def test_masked_export_into_the_same_database_changes_nothing(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "out.xlsx", now=NOW)
    before = contents(town)
    receipt = take(town, tmp_path / "out.xlsx")
    assert problems(receipt) == []
    assert (receipt.total("unchanged"), receipt.batch) == (receipt.total("rows"), None)
    assert contents(town) == before


def test_a_cell_mended_in_a_masked_export_is_the_only_change(town: Database, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_export(town, path, now=NOW)
    book = openpyxl.load_workbook(path)
    page = book["联系户"]
    places = {cell.value: cell.column for cell in page[1]}
    page.cell(2, places["重点人群（不含敏感类别）"]).value = "残疾人"
    page.cell(2, places["联系电话"]).value = "13900000000"
    book.save(path)
    take(town, path)
    (household,) = town.records("SELECT * FROM household WHERE code = 'H00007'")
    assert household["classes"] == "社区矫正对象、残疾人"
    assert household["phone"] == "13900000000"
    assert household["head_id_number"] == id_number(101)
    assert household["note"] == TOWN["household"][0]["note"]


def test_a_masked_export_makes_no_records_elsewhere(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "out.xlsx", ["household"], now=NOW)
    with open_database(tmp_path / "fresh.db", create=True) as fresh:
        receipt = take(fresh, tmp_path / "out.xlsx")
        assert receipt.total("rejected") == 4
        assert fresh.execute("SELECT count(*) FROM household WHERE head_id_number IS NOT NULL") == [(0,)]


def test_a_masked_number_of_somebody_else_is_refused(town: Database, tmp_path: Path) -> None:
    path = fill(tmp_path / "in.xlsx", {"household": [
        {"household_code": "H00007", "village": "永胜嘎查", "head_name": "某某", "head_id_number": "152223**********99"}]})
    receipt = take(town, path)
    assert [code for _, _, code, _ in problems(receipt)] == ["id-damaged"]
    assert receipt.total("rejected") == 1


def test_a_masked_ticket_number_makes_no_ticket(town: Database, tmp_path: Path) -> None:
    path = fill(tmp_path / "in.xlsx", {"ticket": [
        {"number": "250912**********09", "village": "永胜嘎查", "received_at": "2026-03-05"}]})
    receipt = take(town, path)
    assert [code for _, _, code, _ in problems(receipt)] == ["id-damaged"]
    assert town.execute("SELECT count(*) FROM ticket") == [(2,)]


def test_a_town_may_hide_other_words(town: Database, tmp_path: Path) -> None:
    text = """
[[dictionaries.traits]]
name = "年老"
[[dictionaries.traits]]
name = "独居"
sensitivity = "A"
"""
    with batch(town, "config", now=NOW) as journal:
        store_text(town, journal, "config", text)
    before = contents(town)
    write_export(town, tmp_path / "out.xlsx", now=NOW)
    assert cells(tmp_path / "out.xlsx")["联系户"][1].count("年老") == 1
    take(town, tmp_path / "out.xlsx")
    assert contents(town) == before


# Spells and links ------------------------------------------------------------------------------


def pairs(database: Database) -> list[tuple[Any, ...]]:
    return database.execute(
        "SELECT h.code, c.code, p.started_on, p.ended_on, p.end_reason FROM pairing p "
        "JOIN household h ON h.id = p.household_id JOIN cadre c ON c.id = p.cadre_id ORDER BY 1, 3")


def test_an_end_typed_into_the_sheet_ends_the_pair(town: Database, tmp_path: Path) -> None:
    path = fill(tmp_path / "in.xlsx", {"pairing": [
        {"household_code": "H00007", "cadre_code": "C0005", "started_on": "2026-10-01"},
        {"household_code": "H00007", "cadre_name": "王强", "village": "永胜嘎查", "ended_on": "2026-10-01",
         "end_reason": "干部退休"}]})
    receipt = take(town, path)
    assert problems(receipt) == []
    assert [row[1:] for row in pairs(town) if row[0] == "H00007"] == [
        ("C0005", "2025-01-01", "2026-02-01", "干部调离"), ("C0006", "2026-02-01", "2026-10-01", "干部退休"),
        ("C0005", "2026-10-01", None, None)]


@pytest.mark.parametrize(("row", "code"), [
    ({"started_on": "2025-06-01", "ended_on": "2025-07-01", "cadre_name": "王强"}, "date-invalid"),
    ({"started_on": "2024-06-01", "ended_on": "2024-05-01", "cadre_name": "王强"}, "date-invalid"),
    ({"ended_on": "2024-05-01", "cadre_code": "C0005"}, "date-invalid"),
    ({"started_on": "2024-01-01", "ended_on": "2024-05-01", "cadre_name": "没有人"}, "reference-unknown"),
])
def test_a_past_pair_that_cannot_be_is_refused(town: Database, tmp_path: Path, row: dict[str, str], code: str) -> None:
    before = pairs(town)
    path = fill(tmp_path / "in.xlsx", {"pairing": [{"household_code": "H00007", "village": "永胜嘎查"} | row]})
    receipt = take(town, path)
    assert [p[2] for p in problems(receipt)] == [code]
    assert receipt.total("rejected") == 1
    assert pairs(town) == before


@pytest.mark.parametrize("visit", ["V000777", "V000009"])
def test_a_deed_is_not_linked_to_a_visit_it_cannot_belong_to(town: Database, tmp_path: Path, visit: str) -> None:
    path = fill(tmp_path / "in.xlsx", {"deed": [
        {"village": "西沟村", "head_name": "那仁托娅乌云其木格萨仁", "title": "修门", "started_on": "2026-05-02",
         "visit_code": visit}]})
    receipt = take(town, path)
    assert [p[2] for p in problems(receipt)] == ["reference-unknown"]
    assert town.execute("SELECT visit_id FROM deed WHERE title = '修门'") == [(None,)]


def test_a_visit_keeps_its_mode_when_the_towns_settings_change(town: Database, tmp_path: Path) -> None:
    with batch(town, "config", now=NOW) as journal:
        store_text(town, journal, "config", 'online_ways = ["电话"]')
    write_export(town, tmp_path / "out.xlsx", ["visit"], full=True, now=NOW)
    receipt = take(town, tmp_path / "out.xlsx")
    assert receipt.total("unchanged") == 2


# Around the file -------------------------------------------------------------------------------


def test_exports_are_logged(town: Database, tmp_path: Path) -> None:
    write_export(town, tmp_path / "a.xlsx", ["card"], now=NOW)
    write_export(town, tmp_path / "b.xlsx", ["card"], full=True, now=NOW)
    told = [what for (what,) in town.execute("SELECT what FROM reading ORDER BY id")]
    assert told == ["导出（已脱敏）到 a.xlsx：联系卡 2 行", "导出完整内容到 b.xlsx：联系卡 2 行"]
    assert (tmp_path / "b.xlsx").stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx", "town.db"]


def test_an_existing_file_stays_unless_forced(town: Database, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError):
        write_export(town, target, now=NOW)
    with pytest.raises(ConflictError):
        write_template(target)
    assert target.read_bytes() == b"mine"
    write_template(target, force=True)
    assert openpyxl.load_workbook(target).sheetnames[0] == "联户单元"


@pytest.mark.parametrize(("name", "error"), [("out.csv", UsageError), ("no/out.xlsx", NotFoundError)])
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        write_template(tmp_path / name)


def test_unknown_kind_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_template(tmp_path / "out.xlsx", ["rooster"])
    assert "household" in caught.value.hint


def test_more_rows_than_a_sheet_holds_go_on_in_another(
    town: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianhu.services.exports.LAST_ROW", 5)
    sheets = write_export(town, tmp_path / "out.xlsx", ["household"], full=True, now=NOW)
    assert [(sheet.sheet, sheet.rows) for sheet in sheets] == [("联系户（1）", 4), ("联系户（2）", 2)]
    receipt = take(town, tmp_path / "out.xlsx")
    assert receipt.total("unchanged") == 6


TEXT = st.text(
    st.one_of(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), st.sampled_from("=+-@'_x0041<>&\"·、")),
    min_size=1, max_size=30)


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(notes=st.lists(TEXT, min_size=30, max_size=60), costs=st.lists(st.integers(0, 10**13), min_size=20, max_size=20))
def test_any_text_and_amount_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str], costs: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with open_database(folder / "a.db", create=True) as first, open_database(folder / "b.db", create=True) as second:
        with batch(first, "test", now=NOW) as journal:
            village = journal.insert("village", {"name": "永胜", "key": "永胜", "ordinal": 1})
            cadre = journal.insert("cadre", {"code": "C0001", "name": "某某", "village_id": village})
            for n, note in enumerate(notes, 1):
                text = read_text(note)[0]
                # What clerks write for nothing is never stored.
                text = None if text in NOTHING or (text and forbidden_word(text, as_class=True)) else text
                household = journal.insert("household", {
                    "code": f"H{n}", "village_id": village, "head_name": f"某某{n}", "note": text, "address": text})
                if n <= len(costs):
                    journal.insert("deed", {
                        "code": f"B{n}", "household_id": household, "cadre_id": cadre, "title": "事", "kind": "其他",
                        "effect": "已解决", "started_on": "2026-01-01", "cost": costs[n - 1]})
        write_export(first, folder / "out.xlsx", full=True, now=NOW)
        assert problems(take(second, folder / "out.xlsx")) == []
        assert contents(second) == contents(first)
        write_export(first, folder / "masked.xlsx", now=NOW)
        assert take(first, folder / "masked.xlsx").batch is None


def test_default_settings_have_hidden_classes() -> None:
    assert "社区矫正对象" in Settings().dictionaries.hidden_classes
