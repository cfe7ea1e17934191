"""lianhu brief as a clerk types it: the paragraph, its figures, and the paper."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from lianhu.reports.indicators import INDICATORS, RATIOS
from lianhu.store.connection import open_database
from tests.conftest import Outcome
from tests.reports.town import Town, sample

Command = Callable[..., Outcome]


@pytest.fixture
def town(path: Path) -> Town:
    made = sample(path)
    made.rows["setting"] = [{"id": 1, "name": "config", "text": 'town = "音德尔镇"\n'}]
    made.write()
    return made


def test_it_is_said_on_stdout(town: Town, lianhu: Command) -> None:
    done = lianhu("brief")
    assert done.code == 0
    title, *paragraphs, foot = done.out.splitlines()
    assert title == "音德尔镇“联户有为 同心善治”工作情况"
    assert paragraphs[0].startswith("　　截至11月24日，登记重点户4户")
    assert len(paragraphs) == 3
    assert foot == f"（改动记录至批次1，校验码{lianhu('log', '--head', '--json').json['batch']['hash']}）"


def test_the_json(town: Town, lianhu: Command) -> None:
    document = lianhu("brief", "--month", "2026-03", "--json").json
    assert list(document) == ["title", "on", "text", "figures", "log"]
    assert document["log"].startswith("改动记录至批次1，校验码")
    assert document["on"] == "2026-03-31"
    assert document["text"].splitlines()[1].startswith("2026年3月，走访联系3次")
    assert document["figures"]["visits"] == 3
    assert document["figures"]["rating_rate"] == {"numerator": 2, "denominator": 3}


@pytest.mark.parametrize("words", [(), ("--month", "2026-03"), ("--to", "2026-05-10"), ("--from", "2026-06-01")], ids=str)
def test_every_number_is_a_figure_of_the_report(town: Town, lianhu: Command, words: tuple[str, ...]) -> None:
    document = lianhu("brief", *words, "--json").json
    text = re.sub(r"截至.*?日，|\d+年\d+月(\d+日)?(至.*?日|以来)?，|12345", "", document["text"])
    figures = document["figures"]
    known = {indicator.name for indicator in INDICATORS}
    assert set(figures) <= known | {ratio.name for ratio in RATIOS}
    places = {"办实事类别和成效": 1, "联户长类别": 1, "自治活动": 2}
    kinds = {
        str(row[places[table["name"]]]) for table in lianhu("report", "--by", "kind", *words, "--json").json["tables"]
        if table["name"] in places for row in table["rows"]}
    # The kinds that are in no dictionary are told as one.
    text, listed = re.sub(r"未分类\d+", "", text), []
    for name, value in figures.items():
        if name in {"fund_income", "fund_spending", "fund_balance"}:
            (table,) = lianhu("report", "--rows", name, *words, "--json").json["tables"]
            assert value == sum(row[table["headings"].index("金额（元）")] for row in table["rows"]), name
            listed.append(f"{value:,.2f}")
        elif name in known:
            assert value == len(lianhu("report", "--rows", name, *words, "--json").json["tables"][0]["rows"]), name
            listed.append(str(value))
        else:
            listed += [f"{100 * value['numerator'] / value['denominator']:.1f}", str(value["numerator"]), str(value["denominator"])]
    told = set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))
    assert told <= {*listed, *kinds}
    assert set(listed) <= told
    assert re.search(r"(?<!\d)0[户件次张份条个人名]", text) is None


# What precedes a number, and where the report has it: table and line.
PHRASES = {
    r"登记重点户(\d+)户": ("基本情况", "重点户"), r"重难点户(\d+)户）": ("基本情况", "其中重难点户"),
    r"(\d+)名党员干部": ("基本情况", "党员干部"), r"结对联系(\d+)户": ("结对", "已结对户"), r"尚有(\d+)户未结对": ("结对", "未结对户"),
    r"第一书记联系(\d+)户": ("结对", "领导联系的重难点户"), r"走访联系(\d+)次": ("走访与联系卡", "走访"),
    r"线下(\d+)次": ("走访与联系卡", "线下"), r"线上(\d+)次": ("走访与联系卡", "线上"), r"发放联系卡(\d+)张": ("走访与联系卡", "联系卡"),
    r"老人户(\d+)张": ("走访与联系卡", "其中老人户"), r"应访(\d+)件": ("五必访", "应访"), r"已访(\d+)件": ("五必访", "已访"),
    r"逾期未访(\d+)件": ("五必访", "逾期未访"), r"任务(\d+)户次": ("四项职责任务", "任务"), r"完成(\d+)户次": ("四项职责任务", "已完成"),
    r"办实事(\d+)件": ("办实事", "办实事"), r"办成(\d+)件": ("办实事", "已解决和基本解决"), r"受理(\d+)件": ("12345工单", "收到"),
    r"办结(\d+)件": ("12345工单", "办结"), r"，解决(\d+)件": ("12345工单", "解决"), r"群众评价(\d+)份": ("户评与组织评定", "户评"),
    r"收集意见建议(\d+)条": ("意见建议", "意见建议"), r"已答复(\d+)条": ("意见建议", "已答复"),
    r"联户单元(\d+)个": ("基本情况", "联户单元"), r"联户长(\d+)人": ("基本情况", "联户长"),
}


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_phrase_has_the_number_and_unit_of_its_line(town: Town, lianhu: Command, phrase: str) -> None:
    table, label = PHRASES[phrase]
    rows = next(each["rows"] for each in lianhu("report", "--json").json["tables"] if each["name"] == table)
    (number,) = re.findall(phrase, lianhu("brief").out)
    assert int(number) == next(row[1] for row in rows if row[0] == label)


def test_nobody_is_named_in_text_json_or_paper(town: Town, lianhu: Command, tmp_path: Path) -> None:
    paper = tmp_path / "汇报.docx"
    with open_database(town.path) as database:
        names = {name for table, column in (
            ("cadre", "name"), ("household", "head_name"), ("cluster_head", "name"), ("cadre", "code"), ("household", "code"))
            for (name,) in database.execute(f"SELECT {column} FROM {table}")}
    assert len(names) > 10
    told = lianhu("brief").out + lianhu("brief", "--json", "-o", paper).out
    with zipfile.ZipFile(paper) as archive:
        told += "".join(archive.read(part).decode("utf-8", "replace") for part in archive.namelist())
    assert "音德尔镇" in told
    assert [name for name in names if name in told] == []


def test_the_paper_says_what_the_screen_says(town: Town, lianhu: Command, tmp_path: Path) -> None:
    paper = tmp_path / "汇报.docx"
    done = lianhu("brief", "--month", "2026-03", "-o", paper)
    assert (done.code, done.out) == (0, f"已写出 {paper}\n")
    title, _, *rest = [paragraph.text for paragraph in Document(str(paper)).paragraphs]
    *said, foot = lianhu("brief", "--month", "2026-03").out.splitlines()
    assert [title, *rest[:-4]] == [line.lstrip("　") for line in said]
    assert rest[-4:] == ["", "音德尔镇", "2026年3月31日", foot.strip("（）")]
    before = paper.read_bytes()
    refused = lianhu("brief", "-o", paper)
    assert refused.code == 5
    assert "--force" in refused.err
    assert paper.read_bytes() == before
    assert lianhu("brief", "-o", paper, "--force").code == 0
    assert paper.read_bytes() != before


def test_the_json_with_a_paper_is_still_one_document(town: Town, lianhu: Command, tmp_path: Path) -> None:
    done = lianhu("brief", "--json", "-o", tmp_path / "汇报.docx")
    assert json.loads(done.out)["title"]
    assert (tmp_path / "汇报.docx").exists()


@pytest.mark.parametrize(("words", "code", "said"), [
    (("--month", "2026-03", "--from", "2026-03-01"), 2, "--month"), (("--month", "2027-01"), 2, "还没有到"),
    (("-o", "汇报.pdf"), 2, ".docx"), (("-o", "没有/汇报.docx"), 3, "不存在"), (("--to", "2025"), 2, "看不懂"),
])
def test_refusals(town: Town, lianhu: Command, words: tuple[str, ...], code: int, said: str) -> None:
    done = lianhu("brief", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_contradictions_are_refused_and_nothing_is_written(town: Town, lianhu: Command, tmp_path: Path) -> None:
    with open_database(town.path) as database, database.transaction():
        database.execute("UPDATE visit SET mode = '其他' WHERE code = 'V000002'")
    done = lianhu("brief", "-o", tmp_path / "汇报.docx")
    assert (done.code, done.out) == (5, "")
    assert "走访6次，而线下走访4次、线上联系1次，加起来是5次，数对不上，没有写出：V000002。" in done.err
    assert "lianhu report --rows visits" in done.err
    assert not (tmp_path / "汇报.docx").exists()


def test_an_empty_town_is_told_what_is_next(path: Path, lianhu: Command) -> None:
    made = Town(path)
    made.village("永胜")
    made.write()
    done = lianhu("brief")
    assert (done.code, done.out) == (5, "")
    assert "lianhu import" in done.err
