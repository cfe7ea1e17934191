"""A report as one page for a browser: figures at the head, pictures, tables that sort, and the records behind figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lianhu.domain.dates import months_through
from lianhu.domain.figures import Headline, Hundredths, Listing, Origin, Rate, Report, Table, Value, is_figure, shown
from lianhu.files.pages import escaped
from lianhu.files.pictures import Picture, picture_of
from lianhu.files.report_style import SCRIPT, STYLE, policy
from lianhu.files.svg import Drawer

_FEW = 5
"""Columns of a table that would be lost in the whole width of a desk."""


class Surroundings(NamedTuple):
    """What a page of a site has besides: the pages above it, and the page that a line of a table leads to.

    ``above`` are file and words, ``links`` files by the labels of a line.
    """

    above: Sequence[tuple[str, str]] = ()
    links: Mapping[tuple[str, ...], str] = {}


def report_page(report: Report, about: str, around: Surroundings | None = None) -> str:
    """The page as text; it needs no other file and no network."""
    return "".join([*_Page(report, about, around or Surroundings()).parts(), "\n"])


class _Page:
    def __init__(self, report: Report, about: str, around: Surroundings) -> None:
        self._report, self._about, self._around = report, about, around
        self._drawer = Drawer()
        self._dimensions = {listing.indicator: [*listing.keys[0]] if listing.keys else [] for listing in report.listings}

    def parts(self) -> Iterator[str]:
        title = escaped(self._report.title)
        yield ('<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
               f'<meta http-equiv="Content-Security-Policy" content="{policy()}">'
               '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
               f"<title>{title}</title><style>{STYLE}</style></head><body>")
        if self._around.above:
            yield "<nav>" + " / ".join(
                f'<a href="{escaped(file)}">{escaped(words)}</a>' for file, words in self._around.above) + "</nav>"
        yield f'<h1>{title}</h1><p class="note">{escaped(self._about)}</p>'
        if self._report.headlines:
            yield f'<dl class="tiles">{"".join(map(self._tile, self._report.headlines))}</dl>'
        for table in self._report.tables:
            yield from self._section(table)
        if self._report.listings:
            yield '<section id="records"><h2>每个数背后的记录</h2>'
            for listing in self._report.listings:
                yield from self._listing(listing)
            yield "</section>"
        yield f"<script>{SCRIPT}</script></body></html>"

    def _tile(self, headline: Headline) -> str:
        value, below = shown(headline.value), ""
        if isinstance(headline.value, Rate):
            value, _, below = value.partition("(")
            below = f"<small>{escaped(below.rstrip(')'))}</small>"
        if len(headline.months) > 1:
            counts = dict(headline.months)
            months = months_through([month for month, _ in headline.months])
            below = self._drawer.sparkline(
                f"{headline.label}逐月", months, [counts.get(month, 0) for month in months])
        return (f'<div class="tile"><dt>{escaped(headline.label)}</dt><dd><b>{escaped(value)}</b> '
                f"{escaped(headline.unit)} {below}</dd></div>")

    def _section(self, table: Table) -> Iterator[str]:
        picture = picture_of(table)
        drawn = "" if picture is None else self._drawn(table, picture)
        yield f"<section><h2>{escaped(table.name)}</h2>"
        if picture is not None and picture.kind == "months":
            yield f'<div class="months">{drawn}</div>'
        beside = bool(drawn) and picture is not None and picture.kind != "months"
        yield '<div class="beside">' if beside else ""
        yield f'<div class="wide{" alone" if picture is None and len(table.headings) < _FEW else ""}">'
        yield from self._table(table)
        yield "</div>"
        yield f"{drawn}</div>" if beside else ""
        if table.note:
            yield f'<p class="note">{escaped(table.note)}</p>'
        yield "</section>"

    def _drawn(self, table: Table, picture: Picture) -> str:
        rows = [table.rows[at] for at in picture.rows]
        labels = [" ".join(shown(row[j]) for j in picture.labels) for row in rows]
        if picture.kind == "months":
            return "".join(self._months(table.headings[column], labels, [row[column] for row in rows])
                           for column in picture.columns)
        counts = [[_count(row[column]) for column in picture.columns] for row in rows]
        if picture.kind == "parts":
            made = self._drawer.parts(picture.title, labels, [table.headings[j] for j in picture.columns], counts)
        else:
            made = self._drawer.bars(picture.title, labels, [count for (count,) in counts])
        return f"<figure><figcaption>{escaped(picture.title)}</figcaption>{made}</figure>"

    def _months(self, heading: str, months: Sequence[str], values: Sequence[Value]) -> str:
        counts = {month: _count(value) for month, value in zip(months, values, strict=True)}
        every = months_through([*months])
        drawn = self._drawer.months(f"{heading}逐月", every, [counts.get(month, 0) for month in every])
        return f"<figure><figcaption>{escaped(heading)}</figcaption>{drawn}</figure>"

    def _table(self, table: Table) -> Iterator[str]:
        lines = [*table.rows, *([table.totals] if table.totals else [])]
        numbers = [any(is_figure(line[j]) for line in lines) for j in range(len(table.headings))]
        yield f'<table aria-label="{escaped(table.name)}"><thead><tr>'
        for heading, is_number in zip(table.headings, numbers, strict=True):
            yield f'<th scope="col"{" class=number" if is_number else ""}>{escaped(heading)}</th>'
        yield "</tr></thead><tbody>"
        for number, row in enumerate(table.rows):
            yield self._row(table, number, row)
        yield "</tbody>"
        if table.totals:
            yield f"<tfoot>{self._row(table, len(table.rows), table.totals)}</tfoot>"
        yield "</table>"

    def _row(self, table: Table, number: int, row: Sequence[Value]) -> str:
        href, linked = "", 0
        if number < len(table.rows):
            for wide in (2, 1):
                href = self._around.links.get(tuple(shown(value) for value in row[:wide]), "")
                if href:
                    linked = wide - 1
                    break
        cells = [self._cell(table, number, column, value) for column, value in enumerate(row)]
        if href:
            cells[linked] = f'<td><a href="{escaped(href)}">{escaped(shown(row[linked]))}</a></td>'
        return f"<tr>{''.join(cells)}</tr>"

    def _cell(self, table: Table, number: int, column: int, value: Value) -> str:
        if not is_figure(value):
            return _plain_cell(value)
        origins = [origin for origin in table.origins(number, column) if origin.indicator in self._dimensions]
        label = shown(table.rows[number][0]) if number < len(table.rows) else shown((table.totals or [""])[0])
        words = f"{table.name} {label} {table.headings[column]}"
        if isinstance(value, Rate):
            text, share = shown(value), value.numerator / value.denominator if value.denominator else ""
            if len(origins) == 2 and value.denominator:
                parts = (f"{_opening(origins[0], self._dimensions, str(value.numerator), words)}/"
                         f"{_opening(origins[1], self._dimensions, str(value.denominator), words)}")
                text = f"{text.partition('(')[0]}({parts})"
            return (f'<td class="number" data-v="{share}" data-n="{value.numerator}" data-d="{value.denominator}">'
                    f"{text}</td>")
        raw = value.as_json() if isinstance(value, Hundredths) else value
        text = _opening(origins[0], self._dimensions, shown(value), words) if len(origins) == 1 and raw else shown(value)
        return f'<td class="number" data-v="{raw}">{text}</td>'

    def _listing(self, listing: Listing) -> Iterator[str]:
        table = listing.table
        yield (f'<details id="of-{listing.indicator}"><summary>{escaped(table.name)}（共 {len(table.rows)}）</summary>'
               '<p class="note"><span class="chosen"></span> <button type="button" class="all" hidden>全部列出</button></p>'
               f'<div class="wide"><table aria-label="{escaped(table.name)}明细"><thead><tr>')
        yield from (f'<th scope="col">{escaped(heading)}</th>' for heading in table.headings)
        yield "</tr></thead><tbody>"
        for row, keys in zip(table.rows, listing.keys, strict=True):
            known = escaped(json.dumps([*keys.values()], ensure_ascii=False, separators=(",", ":")))
            yield f'<tr data-k="{known}">{"".join(map(_plain_cell, row))}</tr>'
        yield "</tbody></table></div></details>"


def _opening(origin: Origin, dimensions: Mapping[str, Sequence[str]], text: str, words: str) -> str:
    """A number that opens the records it counts."""
    names = dimensions[origin.indicator]
    if not names:
        return text
    pick = json.dumps([[names.index(dimension), keys] for dimension, keys in origin.limits],
                      ensure_ascii=False, separators=(",", ":"))
    return (f'<a href="#of-{origin.indicator}" data-pick="{escaped(pick)}" title="{escaped(words)}">{text}</a>')


def _plain_cell(value: Value) -> str:
    text = shown(value)
    whole = ' class="whole"' if text.isascii() and len(text) <= len("2026-11-24 10:00") else ""
    return f"<td{whole}>{escaped(text)}</td>"


def _count(value: Value) -> int:
    assert isinstance(value, int)
    return value
