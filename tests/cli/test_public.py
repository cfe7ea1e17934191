"""What the files of lianhu give away: with --public nothing of a person, without --full no full number, never a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from lianhu.domain.settings import Settings
from lianhu.domain.terms import Dictionaries
from lianhu.reports.indicators import INDICATORS
from lianhu.services.public import POSTED, Poster, sensitive_words
from tests.factory import Town, a_name, a_town, an_id_number
from tests.files.opened import ID_NUMBER, MOBILE, numbers_in, texts, words_in

CARD_NUMBER = "6228480402564890018"
HOSTILE = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1+1", "\r=1", "＝1+1", " =1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")',
           "\x1b[2J某", "铃\x07", "某\ufffe", "<b>某</b>", "]]>", "&amp;", "某\u202e某"]
ENDINGS = (".xlsx", ".html", ".docx", ".csv", ".json")


def people(town: Town) -> None:
    """Households and cadres with everything that must not get out, in every column where someone types."""
    secret = f"身份证{an_id_number(77)}，电话13912345678，卡{CARD_NUMBER}"
    town.village("永胜")
    town.village("哈达", district="西片")
    for unit, village in (("第一网格", 1), (f"网格{an_id_number(5)}", 1), ("残疾人联户单元", 2)):
        town.cluster(village, unit, key=unit, grid_chief="格格长", grid_chief_phone="13811112222", note=secret)
    cadres = [town.cadre(village_id=village, post=f"会计 13912345678 {an_id_number(9)}", note=secret, phone="13755556666")
              for village in (1, 2, None)]
    dictionaries = Dictionaries()
    classes = [term.name for key in ("traits", "classes") for term in dictionaries[key].terms]
    for number, word in enumerate(classes):
        household = town.household(
            village_id=number % 2 + 1, cluster_id=number % 3 + 1, phone=f"137{number:08d}", note=secret, hamlet=f"屯 {secret}",
            **({"traits": word} if word in dictionaries["traits"].names else {"classes": word}), assistance="低保",
            is_hard=number % 5 == 0)
        town.member(household, name=f"员{number}", id_number=an_id_number(400 + number), phone="13666667777", note=secret)
        cadre = cadres[number % 3]
        town.pair(household, cadre)
        town.visit(household, cadre, note=secret, occasion="生病住院")
        town.event(household, note=secret)
        town.deed(household, cadre, title=f"办{secret}", kind="就医照料" if number else f"给{a_name(1)}办", note=secret)
        town.card(household, cadre, note=secret)
        town.rating(household, cadre, words=secret)
        town.ticket(household_id=household, cadre_id=cadre, title=secret, note=secret, grade="满意", is_solved=1,
                    closed_at="2026-11-04 10:00", state="已办结")
    town.opinion(content=secret)
    town.appraisal(cadres[0], note=secret)
    town.cluster_head(1, name="头头", id_number=an_id_number(900), phone="13511112222", category=f"{a_name(3)}的人", note=secret)
    town.nomination(1, name="提提", id_number=an_id_number(901), phone="13511113333", reason=secret)
    town.activity(1, cluster_id=2, title=secret, note=secret)
    award = town.award(1, cluster_id=2, note=secret, proposed_by=f"支部 {secret}")
    town.award_objection(award, content=secret, raised_by=f"{a_name(2)} {secret}", answer=secret)
    town.fund_entry(purpose=f"捐款 {secret}", paper_number=CARD_NUMBER, note=secret)
    town.fund_entry("支出", 10_00, purpose=f"慰问 {secret}", village_id=1, cluster_id=2, paper_number="13911114444")
    town.credit(1, cluster_id=2, note=secret, bank=f"银行 {secret}")


@pytest.fixture
def filled(path: Path) -> Path:
    with a_town(path) as town:
        people(town)
    return path


def names_of_households(path: Path) -> set[str]:
    from lianhu.store.connection import open_database

    with open_database(path) as database:
        return {name for table, column in (("household", "head_name"), ("member", "name"))
                for (name,) in database.execute(f"SELECT {column} FROM {table}")}


def give_away(path: Path, target: Path) -> list[str]:
    """What of persons a file tells: numbers, classes, names."""
    words = set(sensitive_words(Settings())) | names_of_households(path) | {"13755556666", CARD_NUMBER}
    return [*numbers_in(target), *words_in(target, words)]


def test_the_scanner_finds_what_it_is_to_find(filled: Path, lianhu: Callable, tmp_path: Path):
    """In the plan for the office stand names and B-classes; in an export with --full everything."""
    assert lianhu("assign", "--dry-run", "-o", tmp_path / "plan.xlsx").code == 0
    told = "\n".join(give_away(filled, tmp_path / "plan.xlsx"))
    assert a_name(1) in told
    assert "残疾人" in told
    assert "刑满释放人员" not in told
    assert lianhu("export", "-o", tmp_path / "all.xlsx", "--full").code == 0
    full = "\n".join(numbers_in(tmp_path / "all.xlsx"))
    assert an_id_number(1) in full
    assert "13666667777" in full


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_public_report_tells_nothing_of_a_person(filled: Path, lianhu: Callable, tmp_path: Path, ending: str):
    for name in POSTED:
        target = tmp_path / f"{name}{ending}"
        outcome = lianhu("report", name, "--public", "-o", target)
        assert (outcome.code, outcome.err) == (0, "")
        assert give_away(filled, target) == []
        shown = lianhu("report", name, "--public")
        assert not any(word in shown.out for word in names_of_households(filled) | sensitive_words(Settings()))
    if ending not in {".csv", ".json"}:
        assert any("可以公开" in text for _, text in texts(target))


UNITS = ["王小明网格", "李大山网格", "永胜格日勒图中心户", "红旗"]
SPELT = ["格日勒·图", "李大山（东屯）"]
"""How two of them stand on the roster."""
PEOPLE = ["王小明", "李大山", "格日勒图", "乌兰", "红旗", "王小", "包长寿", "阿拉坦其其格巴图孟和苏都"]


def a_town_of_names(town: Town) -> None:
    """Villages and units called after people, and people called after villages."""
    for name in ("永胜嘎查", "乌兰图格嘎查（王小明代管）", "红旗村", "包长寿屯"):
        town.village(name)
    for number, name in enumerate([*UNITS, f"第一网格（{PEOPLE[-1]}）"]):
        town.cluster(1 if number < 4 else 2, name, key=name)
    for name in [*SPELT, *(name for name in PEOPLE[:-1] if name not in {"格日勒图", "李大山"})]:
        town.household(head_name=name, village_id=1, cluster_id=1)
    town.member(1, name=PEOPLE[-1])
    for village in range(1, 5):
        town.pair(village, town.cadre(village_id=village, post="会计（王小明）"))
        for unit in (1, 2):
            town.deed(town.household(village_id=village, cluster_id=unit), village)


def test_nobody_stands_in_the_names_of_places_that_are_posted(path: Path, lianhu: Callable, tmp_path: Path):
    with a_town(path) as town:
        a_town_of_names(town)
    table = next(table for table in lianhu("report", "cluster", "--public", "--json").json["tables"])
    assert [row[:2] for row in table["rows"] if not str(row[0]).startswith("（")] == [
        ["永胜嘎查", "＊＊网格（1）"], ["永胜嘎查", "＊＊网格（2）"], ["永胜嘎查", "永胜＊＊中心户"], ["永胜嘎查", "红旗"],
        ["乌兰图格嘎查（＊＊代管）", "第一网格（＊＊）"]]
    (villages, *_) = lianhu("report", "village", "--public", "--json").json["tables"]
    assert [row[0] for row in villages["rows"]][:4] == ["永胜嘎查", "乌兰图格嘎查（＊＊代管）", "红旗村", "＊＊屯"]
    told = {name for name in PEOPLE if name not in {"乌兰", "红旗"}}
    assert lianhu("report", "--html-dir", tmp_path / "site", "--public").code == 0
    assert lianhu("assign", "--dry-run", "--public", "-o", tmp_path / "p.xlsx").code == 0
    for file in [tmp_path / "p.xlsx", *(tmp_path / "site").iterdir()]:
        assert words_in(file, told) == [], file.name
    assert "unit-0001.html" in (tmp_path / "site" / "village-001.html").read_text(encoding="utf-8")


def test_a_public_report_has_the_same_sums(filled: Path, lianhu: Callable):
    for name in POSTED:
        open_, posted = (lianhu("report", name, "--json", *more).json["tables"] for more in ([], ["--public"]))
        assert [table["totals"][:2] for table in posted if table["totals"]] == \
            [table["totals"][:2] for table in open_ if table["totals"]]


def test_a_kind_that_someone_typed_is_posted_without_its_words(filled: Path, lianhu: Callable):
    (table,) = [table for table in lianhu("report", "kind", "--public", "--json").json["tables"] if table["name"] == "联户长类别"]
    assert ["（其他）", 1] in [row[:2] for row in table["rows"]]
    assert a_name(3) not in str(table)


def test_a_public_site_tells_nothing_of_a_person(filled: Path, lianhu: Callable, tmp_path: Path):
    assert lianhu("report", "--html-dir", tmp_path / "site", "--public").code == 0
    pages = [*(tmp_path / "site").iterdir()]
    assert len(pages) == 6
    for page in pages:
        assert give_away(filled, page) == []


def test_the_public_brief_tells_nothing_of_a_person(filled: Path, lianhu: Callable, tmp_path: Path):
    assert lianhu("brief", "--public", "-o", tmp_path / "b.docx").code == 0
    assert give_away(filled, tmp_path / "b.docx") == []
    for more in ([], ["--json"]):
        shown = lianhu("brief", "--public", *more).out
        assert not any(word in shown for word in names_of_households(filled) | sensitive_words(Settings()))


def test_the_public_plan_names_cadres_and_how_many_they_hold(filled: Path, lianhu: Callable, tmp_path: Path):
    target = tmp_path / "p.xlsx"
    assert lianhu("assign", "--dry-run", "--public", "-o", target).code == 0
    # An office post may hold a number that someone typed there; the plan masks it.
    assert give_away(filled, target) == []
    book = load_workbook(target)
    assert book.sheetnames == ["永胜", "哈达", "镇干部"]
    assert [cell.value for cell in book["永胜"][3]] == ["序号", "联系干部", "职务", "联系户数"]
    held = sum(int(row[3].value) for sheet in book for row in sheet.iter_rows(min_row=4) if row[3].value)
    assert held == len(lianhu("pair", "list", "--json").json)
    assert all(sheet.sheet_state == "visible" for sheet in book)


@pytest.mark.parametrize("words", [
    ["report", "--by", "cadre", "--public"], ["report", "evaluation", "--public"], ["report", "pairing", "--public"],
    ["report", "--rows", "visits", "--public"], ["report", "--rows", "all", "-o", "x.html", "--public"], ["assign", "--public"]])
def test_what_is_about_persons_is_not_posted(filled: Path, lianhu: Callable, words: list[str]):
    outcome = lianhu(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert "→" in outcome.err


_SUBJECTS = list({indicator.subject.source: indicator for indicator in INDICATORS}.values())
"""An indicator for each kind of records."""


def written_files(lianhu: Callable, folder: Path) -> list[Path]:
    """Every kind of file that lianhu writes without --full, of the town in the test."""
    made = []

    def write(name: str, *words: object, code: int = 0) -> None:
        target = folder / name
        outcome = lianhu(*words, "-o", target)
        assert outcome.code == code, (words, outcome.err)
        made.append(target)

    for ending in ENDINGS:
        for report in ("overview", "cluster", "cadre", "kind", "evaluation", "pairing"):
            write(f"{report}{ending}", "report", report)
        for indicator in INDICATORS if ending == ".json" else _SUBJECTS:
            write(f"{indicator.name}{ending}", "report", "--rows", indicator.name)
        write(f"list{ending}", "report", "--list")
        if ending != ".json":
            write(f"compared{ending}", "compare", "clusters")
            write(f"red{ending}", "compare", "clusters", "--public")
    write("opened.html", "report", "--village", "--rows", "all")
    write("brief.docx", "brief")
    write("plan.xlsx", "assign", "--dry-run")
    write("public.xlsx", "assign", "--dry-run", "--public")
    write("due.xlsx", "due")
    write("export.xlsx", "export")
    write("template.xlsx", "template")
    for ending in (".xlsx", ".docx"):
        write(f"fund{ending}", "fund", "statement", "--year", "2026")
    for ending in (".xlsx", ".csv"):
        write(f"log{ending}", "log")
    for by in ("cluster", "village"):
        target = folder / f"credit by {by}.xlsx"
        # Nothing can be graded in a town of few ratings.
        assert lianhu("credit", "export", "--by", by, target).code == (0 if target.exists() else 5)
        made += [target] * target.exists()
    for ending in (".docx", ".html"):
        write(f"one household{ending}", "household", "show", "H00003")
        write(f"one cadre{ending}", "cadre", "show", "C0001")
    lianhu("report", "--html-dir", folder / "site")
    return [*made, *(folder / "site").iterdir()]


def test_without_full_no_file_holds_a_full_number_or_an_a_class(filled: Path, lianhu: Callable, tmp_path: Path):
    hidden = {term.name for key in ("traits", "classes") for term in Dictionaries()[key].terms if term.sensitivity == "A"}
    files = written_files(lianhu, tmp_path)
    assert {"fund.xlsx", "fund.docx", "log.xlsx", "credit by cluster.xlsx"} <= {file.name for file in files}
    for file in files:
        assert numbers_in(file) == [], file.name
        # A template lists what may be filled in.
        if file.name not in {"template.xlsx", "export.xlsx"}:
            assert words_in(file, hidden) == [], file.name


LISTS = [line.split() for line in """
household list
household show H00003
cadre list
cadre show C0001
pair list
pair history H00001
visit list
event list
deed list
ticket list
card list
rating list
appraisal list
opinion list
cluster list
cluster check
cluster-head list
activity list
award list
award show W000001
fund list
fund statement --year 2026
credit list
credit grade
compare clusters
report --by cluster
report --rows activities
due
check
""".strip().splitlines()]


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_no_screen_shows_a_full_number_without_full(filled: Path, lianhu: Callable, words: list[str]):
    with a_town(filled) as town:
        town.activity(1, cluster_id=2)
        town.opinion(1, cluster_id=2)
    for more in ([], ["--csv"] if not {"show", "history"} & {*words} else [], ["--json"]):
        done = lianhu(*words, *more)
        assert done.code in (0, 5), done.err
        found = [each for each in (*ID_NUMBER.findall(done.out + done.err), *MOBILE.findall(done.out + done.err))
                 # A case number of 12345 is told whole to other programs.
                 if not (words[0] == "ticket" and each.startswith("2511"))]
        assert found == []


def hostile_town(town: Town) -> None:
    for number, text in enumerate(HOSTILE, 1):
        village = town.village(f"村{number}{text}")
        unit = town.cluster(village, text, grid_chief=text)
        cadre = town.cadre(name=text, post=text, village_id=village, unit=text)
        household = town.household(head_name=text, village_id=village, cluster_id=unit, hamlet=text, note=text, address=text)
        town.pair(household, cadre)
        town.visit(household, cadre, note=text)
        town.event(household, note=text)
        town.deed(household, cadre, title=text, kind=text)
        town.rating(household, cadre, words=text)
        town.card(household, cadre)
        town.cluster_head(unit, name=text, category=text)
        town.opinion(village, content=text)
        town.ticket(village_id=village, household_id=household, cadre_id=cadre, title=text, kind="求助", due_on="2026-12-01")
        town.appraisal(cadre, organisation=text, period=text)
        town.nomination(unit, name=text, reason=text, category=text)
        town.activity(village, cluster_id=unit, title=text, kind=text, measure=text, note=text)
        award = town.award(village, cluster_id=unit, note=text, proposed_by=text)
        town.award_objection(award, content=text, raised_by=text)
        town.fund_entry(purpose=text, handled_by=text, approved_by=f"{text}二", paper_number=text, note=text)
        town.credit(village, cluster_id=unit, bank=text, note=text)


def test_no_writer_lets_a_formula_or_a_control_character_through(path: Path, lianhu: Callable, tmp_path: Path):
    with a_town(path) as town:
        hostile_town(town)
    files = written_files(lianhu, tmp_path)
    for ending in (".docx", ".html"):
        target = tmp_path / f"cards{ending}"
        assert lianhu("card", "print", "--all", "-o", target).code == 0
        files.append(target)
    for file in files:
        if file.suffix == ".xlsx":
            book = load_workbook(file)
            told = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert [cell.value for cell in told if cell.data_type == "f"] == [], file.name
        if file.suffix in {".xlsx", ".docx"}:
            with zipfile.ZipFile(file) as parts:
                for name in parts.namelist():
                    if name.endswith((".xml", ".rels")):
                        ET.fromstring(parts.read(name))
                        assert not name.startswith("xl/worksheets") or b"<f>" not in parts.read(name), (file.name, name)
        if file.suffix == ".csv":
            for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")):
                for cell in row:
                    assert not re.match(r"[ ]*[=+\-@＝＋－＠\x00-\x1f\x7f]", cell), (file.name, cell)
        if file.suffix == ".html":
            page = file.read_text(encoding="utf-8")
            assert "<b>某" not in page
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", page) or file.name == "cards.html"


def test_hostile_texts_are_defused_in_csv_on_the_screen_too(path: Path, lianhu: Callable):
    with a_town(path) as town:
        hostile_town(town)
    for words in (["household", "list"], ["pair", "list"], ["visit", "list"], ["deed", "list"], ["cadre", "list"],
                  ["report", "--by", "cluster"], ["report", "--by", "kind"]):
        out = lianhu(*words, "--csv").out
        for row in csv.reader(io.StringIO(out, newline="")):
            assert not any(re.match(r"[ ]*[=+\-@＝＋－＠\x00-\x1f\x7f]", cell) for cell in row), (words, row)


def test_words_about_people_are_taken_out_of_a_posted_text():
    poster = Poster(Settings())
    assert poster.text("残疾人联户单元 13912345678") == "＊＊联户单元 139****5678"
    assert poster.text("矛盾纠纷、就医照料、其他") == "矛盾纠纷、就医照料、其他"
    assert (poster.kind("生病住院"), poster.kind("就医照料"), poster.kind(None), poster.kind("给某人办")) == \
        ("生病住院", "就医照料", None, "（其他）")


@pytest.mark.parametrize("words", [["pair", "list"], ["pair", "show", "H00001"], ["cluster", "list"],
                                   ["cluster", "show", "第一网格"]], ids=" ".join)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_number_typed_where_none_belongs_is_masked_on_the_screen(filled: Path, lianhu: Callable, words: list[str],
                                                                 form: tuple[str, ...]):
    shown = lianhu(*words, *form)
    assert shown.code == 0
    assert not re.search(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)", shown.out)
