"""The official paragraph: its figures are the reports', it names nobody, and it does not contradict itself."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from lianhu.errors import ConflictError
from lianhu.files.official import write_official
from lianhu.reports.period import Period, parse_period
from lianhu.services.brief import make_brief
from lianhu.store.connection import open_database
from tests.factory import NOW, a_town

ALWAYS = Period(None, None, NOW)


def brief(path: Path, period: Period = ALWAYS):
    with open_database(path) as database:
        return make_brief(database, period)


@pytest.fixture
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        unit = town.cluster(village)
        for category in ("村民代表", "村民代表", "无职党员"):
            town.cluster_head(unit, category=category)
        for number in range(3):
            home, cadre = town.household(is_hard=int(number == 0)), town.cadre(roles="支部书记" if number == 0 else "村医")
            town.pair(home, cadre)
            town.visit(home, cadre, visited_on=f"2026-1{number % 2}-05", mode=("线下", "线上")[number % 2])
            town.deed(home, cadre, effect="已解决", kind=("就医照料", "其他")[number % 2], started_on="2026-11-02")
            town.rating(home, cadre, grade="满意" if number else "不满意")
        town.household()
        town.card(1, 1)
        town.opinion(closed_on="2026-11-10", result="已修")
        town.ticket(closed_at="2026-11-04 10:00", is_solved=1, grade="满意", state="已办结")


@pytest.mark.usefixtures("_town")
class TestParagraph:
    def test_it_reads_as_the_town_writes(self, path: Path):
        made = brief(path)
        assert made.title == "“联户有为 同心善治”工作情况"
        assert made.paragraphs == [
            "截至11月24日，镇村两级3名党员干部结对联系重点户3户，尚有1户未结对，其中重难点户1户，由包村领导、支部书记、第一书记联系1户。",
            ("走访联系3次（线下2次、线上1次），发放联系卡1张；为群众办实事3件，办成3件，其中就医照料2件、其他1件；"
             "受理12345工单1件，办结1件，解决1件，按期办结率100.0%（1/1），满意率100.0%（1/1）；收到群众评价3份，满意率66.7%（2/3）。"),
            "以网格为基础设立联户单元1个，推选任命联户长3人，其中无职党员1人、村民代表2人，收集意见建议1条，答复1条。"]

    def test_a_month_says_so(self, path: Path):
        made = brief(path, parse_period(None, None, "2026-10", NOW))
        assert made.paragraphs[0].startswith("截至10月31日，")
        assert made.paragraphs[1] == "2026年10月，走访联系2次（线下2次、线上0次）；为群众办实事0件。"

    def test_nobody_is_named(self, path: Path, tmp_path: Path):
        made = brief(path)
        target = tmp_path / "brief.docx"
        write_official(target, made.title, made.paragraphs, "某镇", "2026年11月24日")
        paper = docx.Document(str(target))
        text = "\n".join([made.title, *made.paragraphs, *(p.text for p in paper.paragraphs), paper.core_properties.author,
                          paper.core_properties.comments, paper.core_properties.last_modified_by])
        with open_database(path) as database:
            names = [name for table, column in (("household", "head_name"), ("cadre", "name"), ("cluster_head", "name"))
                     for (name,) in database.execute(f"SELECT {column} FROM {table}")]
        assert names
        assert not [name for name in names if name in text]
        assert "docx" not in text

    def test_each_number_is_a_figure(self, path: Path):
        made = brief(path)
        known = {value for value in made.figures.values() if isinstance(value, int)} | {1, 2}
        numbers = re.findall(r"(\d+)(?:名|户|次|张|件|份|人|个|条)", "".join(made.paragraphs).replace("12345", ""))
        assert {int(number) for number in numbers} <= known

    def test_what_does_not_add_up_is_refused(self, path: Path):
        with open_database(path) as database, database.transaction():
            database.execute("UPDATE visit SET mode = '不明' WHERE id = 1")
        with pytest.raises(ConflictError, match="数对不上") as refused:
            brief(path)
        assert "report --rows visits" in refused.value.hint


def test_without_households_there_is_nothing_to_say(path: Path):
    with a_town(path):
        pass
    with pytest.raises(ConflictError, match="还没有登记重点户"):
        brief(path)


def test_the_paper_has_the_layout_of_official_documents(tmp_path: Path):
    write_official(tmp_path / "a.docx", "标题", ["正文"], "某镇", "2026年11月24日")
    paper = docx.Document(str(tmp_path / "a.docx"))
    section = paper.sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)] == [
        37, 35, 28, 26]
    assert (paper.paragraphs[0].runs[0].font.size.pt, paper.paragraphs[2].runs[0].font.size.pt) == (22, 16)
    assert paper.paragraphs[2].paragraph_format.first_line_indent.pt == 32
    assert "PAGE" in section.footer._element.xml


def test_commands(lianhu, path: Path, tmp_path: Path):
    with a_town(path) as town:
        town.pair(town.household(), town.cadre())
    said = lianhu("brief")
    assert said.out.splitlines()[1].startswith("　　截至11月24日，镇村两级1名党员干部结对联系重点户1户")
    assert lianhu("brief", "--json").json["figures"]["households"] == 1
    assert lianhu("brief", "-o", tmp_path / "a.docx").code == 0
    assert lianhu("brief", "-o", tmp_path / "a.docx").code == 5
    assert lianhu("brief", "-o", tmp_path / "a.txt").code == 2
