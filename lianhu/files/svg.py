"""Small pictures as SVG to stand inside a page: each with its title and its numbers in words for a screen reader.

Colours come from the page's classes; what they tell is also told by number and order, so that a picture
can be read in black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lianhu.files.pages import escaped

WIDTH = 360
"""Units of the drawing across; the text is 12 high."""
_LABEL_MOST, _NUMBER, _ROW, _BAR = 132, 44, 22, 14
_PARTS = 6
"""Shades that the page knows; further parts begin again."""


class Drawer:
    """Draws pictures of one page, whose titles have ids of their own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def bars(self, title: str, labels: Sequence[str], values: Sequence[int]) -> str:
        """A bar for each label with its number behind it."""
        left = _label_room(labels)
        room, most = WIDTH - left - _NUMBER, max(max(values, default=0), 1)
        parts = []
        for at, (label, value) in enumerate(zip(labels, values, strict=True)):
            top = at * _ROW + (_ROW - _BAR) / 2
            length = room * value / most
            parts.append(_label(label, left, top))
            parts.append(f'<rect class="p1" x="{left}" y="{top:g}" width="{length:.1f}" height="{_BAR}"/>')
            parts.append(f'<text x="{left + length + 4:.1f}" y="{top + 11:g}">{value}</text>')
        told = "；".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
        return self._picture(title, told, len(labels) * _ROW, parts)

    def parts(self, title: str, labels: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[int]]) -> str:
        """A bar for each label in parts, whose names stand above in the order of the parts."""
        left = _label_room(labels)
        room, most = WIDTH - left - _NUMBER, max(max(map(sum, rows), default=0), 1)
        parts, across, top = [], 0.0, 0.0
        for number, name in enumerate(names):
            wide = 18 + _width(name)
            if across and across + wide > WIDTH:
                across, top = 0.0, top + 18
            parts.append(f'<rect class="p{number % _PARTS + 1}" x="{across:g}" y="{top + 2:g}" width="10" height="10"/>'
                         f'<text x="{across + 13:g}" y="{top + 11:g}">{escaped(name)}</text>')
            across += wide
        start = top + 22
        for at, (label, row) in enumerate(zip(labels, rows, strict=True)):
            y = start + at * _ROW + (_ROW - _BAR) / 2
            parts.append(_label(label, left, y))
            x = float(left)
            for number, value in enumerate(row):
                length = room * value / most
                if value:
                    parts.append(f'<rect class="p{number % _PARTS + 1} part" x="{x:.1f}" y="{y:g}" width="{length:.1f}" '
                                 f'height="{_BAR}"><title>{escaped(names[number])} {value}</title></rect>')
                    if length > 8 * len(str(value)) + 4:
                        parts.append(f'<text class="in{number % _PARTS + 1}" text-anchor="middle" x="{x + length / 2:.1f}" '
                                     f'y="{y + 11:g}">{value}</text>')
                x += length
            parts.append(f'<text x="{x + 4:.1f}" y="{y + 11:g}">{sum(row)}</text>')
        told = "；".join(f"{label} " + "、".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
                        for label, row in zip(labels, rows, strict=True))
        return self._picture(title, told, start + len(labels) * _ROW, parts)

    def months(self, title: str, months: Sequence[str], values: Sequence[int], *, height: int = 90) -> str:
        """A line by month: the first and last month and the largest number are written out."""
        most = max(*values, 1)
        step = (WIDTH - 20) / max(len(months) - 1, 1)
        points = [(10 + at * step, 18 + (height - 36) * (1 - value / most)) for at, value in enumerate(values)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        foot = height - 18
        peak = values.index(max(values))
        anchor = "start" if points[peak][0] < 40 else "end" if points[peak][0] > WIDTH - 40 else "middle"
        parts = [f'<path class="axis" d="M10 {foot}H{WIDTH - 10}"/>',
                 f'<polygon class="under" points="10,{foot} {line} {WIDTH - 10 if len(months) > 1 else 10},{foot}"/>',
                 f'<polyline class="line" points="{line}"/>',
                 *(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{month} {value}</title></circle>'
                   for (x, y), month, value in zip(points, months, values, strict=True)),
                 f'<text text-anchor="{anchor}" x="{points[peak][0]:.1f}" y="{points[peak][1] - 6:.1f}">{values[peak]}</text>',
                 f'<text x="2" y="{height - 3}">{escaped(months[0])}</text>',
                 f'<text text-anchor="end" x="{WIDTH - 2}" y="{height - 3}">{escaped(months[-1])}</text>']
        return self._picture(title, _told(months, values), height, parts)

    def sparkline(self, title: str, months: Sequence[str], values: Sequence[int]) -> str:
        """The same as a line alone, to stand beside a number."""
        most = max(*values, 1)
        step = 116 / max(len(months) - 1, 1)
        line = " ".join(f"{2 + at * step:.1f},{26 - 22 * value / most:.1f}" for at, value in enumerate(values))
        return self._picture(title, _told(months, values), 28, [f'<polyline class="line" points="{line}"/>'], width=120)

    def _picture(self, title: str, told: str, height: float, parts: Sequence[str], width: int = WIDTH) -> str:
        number = next(self._numbers)
        return (f'<svg viewBox="0 0 {width} {height:g}" role="img" aria-labelledby="picture{number} told{number}">'
                f'<title id="picture{number}">{escaped(title)}</title><desc id="told{number}">{escaped(told)}</desc>'
                f'{"".join(parts)}</svg>')


def _told(months: Sequence[str], values: Sequence[int]) -> str:
    return "；".join(f"{month} {value}" for month, value in zip(months, values, strict=True))


def _width(text: str) -> float:
    return sum(7 if c.isascii() else 12.5 for c in text)


def _label_room(labels: Sequence[str]) -> int:
    return int(min(max(map(_width, labels), default=0), _LABEL_MOST)) + 6


def _label(label: str, left: int, top: float) -> str:
    shown = label
    while _width(shown) > _LABEL_MOST:
        shown = f"{shown[:-2]}…"
    return (f'<text text-anchor="end" x="{left - 4}" y="{top + 11:g}">{escaped(shown)}'
            f'{f"<title>{escaped(label)}</title>" if shown != label else ""}</text>')
