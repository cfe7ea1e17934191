"""A report in a browser: it sorts, opens its figures, asks nobody for anything, and can be read without seeing it."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from lianhu.domain.figures import Headline, Listing, Origin, Rate, Report, Table
from lianhu.files.report_html import report_page
from lianhu.files.svg import Drawer
from tests.reports.town import sample

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here (Debian: apt-get install chromium)")
MEASURED = re.compile(r" (数量|金额（元）|收入（元）|支出（元）|\S+ \(\S+\))$")
HOSTILE = '</script><img src=x onerror=alert(1)>"\'&'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return sample(tmp_path / "lianhu.db").write()


class Opened(HTMLParser):
    """What a page with records holds: the picks of its figures with their words, the keys of its records, their cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.picks: list[tuple[str, list[list[Any]], str, str]] = []
        self.records: dict[str, list[list[Any]]] = {}
        self.headings: dict[str, list[str]] = {}
        self.cells: dict[str, list[list[str]]] = {}
        self._text: str | None = None
        self._section = ""
        self._pick: tuple[str, list[list[Any]], str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "details":
            self._section = (found["id"] or "").removeprefix("of-")
            self.records[self._section], self.headings[self._section], self.cells[self._section] = [], [], []
        elif tag == "tr" and found.get("data-k"):
            self.records[self._section].append(json.loads(found["data-k"] or ""))
            self.cells[self._section].append([])
        elif tag in {"td", "th"} and self._section:
            self._text = ""
        elif tag == "a" and "data-pick" in found:
            self._pick = ((found["href"] or "").removeprefix("#of-"), json.loads(found["data-pick"] or ""),
                          found["title"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self._text is not None:
            (self.headings[self._section] if tag == "th" else self.cells[self._section][-1]).append(self._text)
            self._text = None

    def figure(self, indicator: str, rows: list[int], words: str) -> float:
        """What these records come to: how many they are, or under some headings what they measure."""
        column = next((j for j, heading in enumerate(self.headings[indicator]) if heading in {"数量", "金额（元）"}), None)
        if column is None or not MEASURED.search(words):
            return len(rows)
        return sum(float(self.cells[indicator][row][column].replace(",", "")) for row in rows)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data
        if self._pick is not None:
            self.picks.append((*self._pick, data))
            self._pick = None


@pytest.mark.parametrize("words", [[], ["--village"], ["--by", "cluster"], ["--by", "cadre"], ["--by", "month"], ["--by", "kind"]])
def test_every_figure_opens_to_as_many_records_as_it_says(lianhu, tmp_path: Path, words: list[str]):
    target = tmp_path / "r.html"
    assert lianhu("report", *words, "--rows", "all", "-o", target).code == 0
    page = Opened(target.read_text(encoding="utf-8"))
    for indicator, pick, words_of_it, number in page.picks:
        opened = [row for row, keys in enumerate(page.records[indicator]) if all(keys[at] in allowed for at, allowed in pick)]
        assert page.figure(indicator, opened, words_of_it) == pytest.approx(float(number.replace(",", ""))), (indicator, pick)
    figures = [value for table in lianhu("report", *words, "--json").json["tables"]
               for line in [*table["rows"], *([table["totals"]] if table["totals"] else [])] for value in line
               if isinstance(value, int | float | dict) and value]
    # Every figure above nothing can be opened, a rate in its two parts.
    wanted = [part for value in figures for part in (value.values() if isinstance(value, dict) and value["denominator"]
                                                     else [] if isinstance(value, dict) else [value])]
    assert sorted(float(number.replace(",", "")) for *_, number in page.picks) == sorted(wanted)


def test_without_rows_no_record_is_on_the_page(lianhu, tmp_path: Path):
    lianhu("report", "-o", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "宝音" not in page
    assert Opened(page).picks == []


def test_too_many_records_for_a_page_are_refused(lianhu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lianhu.services.report_pages.MOST_RECORDS", 3)
    outcome = lianhu("report", "--rows", "all", "-o", tmp_path / "r.html")
    assert (outcome.code, (tmp_path / "r.html").exists()) == (5, False)
    assert "--month" in outcome.err


def _report() -> Report:
    table = Table(
        f"走访{HOSTILE}", ["嘎查村", "次数", "率"], [[HOSTILE, 3, Rate(1, 3)], ["哈达", 12, Rate(0, 0)], ["永胜", 2, Rate(1, 1)]],
        ["合计", 17, Rate(2, 4)], origins=lambda row, column: (Origin("visits", (("village", (row,)),)),) if column == 1 else ())
    listing = Listing("visits", Table("走访", ["编号", "户主"], [["V1", HOSTILE], ["V2", "宝音"]]),
                      [{"village": 0, "kind": HOSTILE}, {"village": 1, "kind": None}])
    return Report("village", f"统计{HOSTILE}", [table], headlines=[
        Headline("走访", 17, "次", (("2026-01", 3), ("2026-04", 14))), Headline("满意率", Rate(2, 4), "")], listings=[listing])


def test_data_is_text_wherever_it_stands():
    page = report_page(_report(), HOSTILE)
    assert "<img" not in page
    assert page.count("</script>") == 1
    assert html.escape(HOSTILE) in page


def test_the_page_asks_nobody_for_anything(lianhu, tmp_path: Path):
    lianhu("report", "--village", "--rows", "all", "-o", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href)=["'](?!#)""", page) == []
    assert not re.search(r"https?://|//[a-z]|url\(|@import", page)
    assert "default-src 'none'" in page


def test_pictures_are_told_in_words_and_well_formed():
    drawer = Drawer()
    made = [drawer.bars("户数", ["永胜", HOSTILE], [3, 0]), drawer.parts("成效", ["永胜", "哈达"], ["已解决", "未解决"], [[1, 2], [0, 0]]),
            drawer.months("走访", ["2026-01", "2026-02"], [0, 0]), drawer.months("走访", ["2026-01"], [4]),
            drawer.sparkline("走访", ["2026-01", "2026-02"], [1, 2])]
    ids: list[str] = []
    for picture in made:
        root = ET.fromstring(picture)
        title, told = root[0], root[1]
        assert (title.tag, told.tag, root.get("role")) == ("title", "desc", "img")
        assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert title.text
        assert told.text
        ids += [str(title.get("id")), str(told.get("id"))]
    assert len(set(ids)) == len(ids)
    assert ET.fromstring(made[1])[1].text == "永胜 已解决 1、未解决 2；哈达 已解决 0、未解决 0"


def test_a_line_by_month_does_not_skip_the_empty_months():
    assert "2026-01 3；2026-02 0；2026-03 0；2026-04 14" in report_page(_report(), "")


class Browser:
    """Opens a page without a screen and gives what became of it and what the console said."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def open(self, page: Path, *options: str) -> tuple[str, list[str]]:
        assert BROWSER is not None
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={self.profile}",
             "--enable-logging=stderr", "--virtual-time-budget=4000", *options, page.as_uri()],
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path / "profile")


def _acted_on(page: Path, script: str) -> Path:
    """A copy of the page that does something to itself; its policy, which would forbid that, is taken out."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    copy = page.with_name("acted.html")
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    return copy


def _first_cells(dom: str) -> list[str]:
    body = re.findall(r"<tbody>(.*?)</tbody>", dom, re.DOTALL)[0]
    return [html.unescape(re.sub("<[^>]*>", "", row)) for row in re.findall(r"<tr><td[^>]*>(.*?)</td>", body)]


@needs_browser
def test_the_script_runs_under_the_policy_and_the_console_stays_empty(browser: Browser, tmp_path: Path):
    page = tmp_path / "r.html"
    page.write_text(report_page(_report(), ""), encoding="utf-8")
    dom, said = browser.open(page, "--dump-dom")
    assert said == []
    # The buttons in the heads are of the script's making.
    assert dom.count('title="按') == 5
    assert "background: var(--ground)" in dom


@needs_browser
def test_a_click_on_a_heading_sorts_and_the_next_turns_it_round(browser: Browser, tmp_path: Path):
    page = tmp_path / "r.html"
    page.write_text(report_page(_report(), ""), encoding="utf-8")
    click = "document.querySelectorAll('thead')[0].querySelectorAll('button')[{}].click();"
    orders = {}
    for name, script in (("up", click.format(1)), ("down", click.format(1) * 2), ("rate", click.format(2)),
                         ("rate down", click.format(2) * 2)):
        dom, said = browser.open(_acted_on(page, script), "--dump-dom")
        assert said == []
        orders[name] = _first_cells(dom)
        assert "<tfoot><tr><td" in dom
    assert orders["up"] == ["永胜", HOSTILE, "哈达"]
    assert orders["down"] == ["哈达", HOSTILE, "永胜"]
    # A rate over nothing stands last, whichever way.
    assert orders["rate"] == [HOSTILE, "永胜", "哈达"]
    assert orders["rate down"] == ["永胜", HOSTILE, "哈达"]


@needs_browser
def test_a_figure_opens_its_records_and_no_others(browser: Browser, lianhu, tmp_path: Path):
    page = tmp_path / "r.html"
    lianhu("report", "--village", "--rows", "all", "-o", page)
    dom, said = browser.open(_acted_on(page, """
        const link = [...document.querySelectorAll('a[data-pick]')].find(a => a.title === '走访与联系卡 永胜嘎查村 线上');
        link.click();
        const part = document.querySelector(link.getAttribute('href'));
        document.title = JSON.stringify({said: link.textContent, open: part.open, chosen: part.querySelector('.chosen').textContent,
            rows: [...part.querySelectorAll('tbody tr')].filter(row => !row.hidden).map(row => row.cells[0].textContent),
            all: part.querySelectorAll('tbody tr').length});"""), "--dump-dom")
    assert said == []
    found = json.loads(html.unescape(re.findall(r"<title>(.*?)</title>", dom)[0]))
    assert found["open"] is True
    assert len(found["rows"]) == int(found["said"]) > 0
    assert found["all"] > len(found["rows"])
    assert found["chosen"] == f"走访与联系卡 永胜嘎查村 线上：{found['said']}"


@needs_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_screen(browser: Browser, lianhu, tmp_path: Path, width: int):
    page = tmp_path / "r.html"
    lianhu("report", "--village", "--rows", "all", "-o", page)
    # A window of a browser without a screen is never narrower than 500; a frame is as narrow as it is told to be.
    frame = tmp_path / "frame.html"
    acted = _acted_on(page, "top.postMessage(document.documentElement.scrollWidth, '*')").name
    frame.write_text(f'<iframe src="{acted}" style="border:0;width:{width}px;height:900px"></iframe><script>'
                     "addEventListener('message', e => document.title = 'wide ' + e.data)</script>", encoding="utf-8")
    dom, said = browser.open(frame, "--dump-dom", "--window-size=1400,1000")
    assert said == []
    assert re.findall(r"<title>wide (\d+)</title>", dom) == [str(width)]
