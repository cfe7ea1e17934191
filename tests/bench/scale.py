"""How the daily commands grow: python -m tests.bench.scale [--write]

A million visits, 200 000 deeds and 25 000 households with their pairs, events, cards and tickets, and a
tenth and a hundredth of that. Each command is timed as a whole process against ``python -c pass`` run in
turn with it, so that the ratios hold on another machine; the budgets are DESIGN's. ``--write`` draws
cost against size to tests/bench/scale.svg. The databases are made with plain SQL: what is measured is
the commands, not the imports.
"""

from __future__ import annotations

import math
import random
import sys
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import NamedTuple

from lianhu.store.connection import Database, open_database
from tests.bench.bench_large import fill
from tests.bench.timing import lianhu, paired_ratio

SIZES = (10_000, 100_000, 1_000_000)
"""Visits; a deed to five of them, a household to forty, a village to two hundred households."""
RUNS = 5
PICTURE = Path(__file__).with_name("scale.svg")
KINDS = ("就医照料", "产业帮扶", "政策落实", "就业务工", "住房饮水", "代办服务")
EFFECTS = ("已解决", "基本解决", "推进中", "未解决")


class Work(NamedTuple):
    """A command and its budget: times a bare interpreter, or seconds over a million visits."""

    name: str
    arguments: tuple[str, ...]
    most_times: float | None = None
    most_seconds: float | None = None


WORK = (
    Work("visit add", ("visit", "add", "H00012", "--again"), most_times=8),
    Work("household show", ("household", "show", "H00012")),
    Work("due --village", ("due", "--village", "示7村")),
    Work("due", ("due",)),
    Work("report", ("report",), most_seconds=2),
    Work("report --village", ("report", "--village"), most_seconds=2),
    Work("report --month", ("report", "--month", "2025-06"), most_seconds=2),
)


def build(path: Path, visits: int) -> None:
    """A territory with so many visits and what belongs to them."""
    households, deeds, chance = visits // 40, visits // 5, random.Random(5)
    cadres, villages = max(households // 2, 8), max(households // 200, 8)

    def day() -> str:
        return f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"

    def rows(count: int) -> Iterable[tuple[int, int, int]]:
        return ((n, chance.randrange(households) + 1, chance.randrange(cadres) + 1) for n in range(1, count + 1))

    with open_database(path, create=True) as database:
        fill(database, villages, cadres, households, visits)
        with database.transaction():
            _write(database, "pairing", "household_id, cadre_id, started_on, origin, is_locked, is_cross_village", (
                (n, n, (n - 1) % cadres + 1, "2025-01-01", "run", 0, 0) for n in range(1, households + 1)))
            _write(database, "deed", "code, household_id, cadre_id, title, kind, effect, started_on", (
                (n, f"B{n:06}", household, cadre, "联系住院", chance.choice(KINDS), chance.choice(EFFECTS), day())
                for n, household, cadre in rows(deeds)))
            _write(database, "event", "code, household_id, kind, happened_on, due_on", (
                (n, f"E{n:06}", household, "生病住院", happened, f"{happened[:8]}28")
                for n, household, _ in rows(visits // 50) for happened in [day()]))
            _write(database, "card", "code, household_id, cadre_id, medium, issued_on", (
                (n, f"K{n:06}", n, (n - 1) % cadres + 1, "纸质", day()) for n in range(1, households + 1)))
            _write(database, "ticket", "number, village_id, household_id, cadre_id, kind, is_urgent, received_at, due_on, "
                   "closed_at, state, is_solved, grade, redone", (
                       (n, f"2512{n:014}", household % villages + 1, household, cadre, "求助", 0, f"{received} 10:00", received,
                        f"{received} 16:00", "已办结", 1, "满意", 0)
                       for n, household, cadre in rows(visits // 100) for received in [day()]))


def _write(database: Database, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * (len(columns.split(",")) + 1))
    database.write_rows(f"INSERT INTO {table} (id, {columns}) VALUES ({marks})", rows)


Cost = tuple[float, float]
"""Seconds, and times a bare interpreter."""


def measured(folder: Path, size: int) -> dict[str, Cost]:
    name = f"{size}.db"
    build(folder / name, size)
    bare = [sys.executable, "-c", "pass"]
    return {work.name: paired_ratio(lianhu("--db", name, *work.arguments), bare, folder, RUNS) for work in WORK}


def verdict(work: Work, largest: Cost) -> str:
    """The budget and whether it is kept at the largest size."""
    if work.most_times is not None:
        return f"≤ {work.most_times:g} 倍 {'✓' if largest[1] <= work.most_times else '✗'}"
    if work.most_seconds is not None:
        return f"≤ {work.most_seconds:g} 秒 {'✓' if largest[0] <= work.most_seconds else '✗'}"
    return "—"


def table(costs: dict[int, dict[str, Cost]]) -> str:
    """The costs as a table of Markdown: seconds and, in brackets, times a bare interpreter."""
    lines = ["| 命令 | " + " | ".join(f"{size:,} 次走访".replace(",", " ") for size in costs) + " | 预算 |",
             "| --- |" + " --: |" * len(costs) + " --- |"]
    for work in WORK:
        cells = [f"{seconds:.2f} 秒（{times:.1f} 倍）" for seconds, times in (found[work.name] for found in costs.values())]
        lines.append(f"| `lianhu {' '.join(work.arguments)}` | {' | '.join(cells)} | "
                     f"{verdict(work, costs[max(costs)][work.name])} |")
    return "\n".join(lines)


WIDE, HIGH, LEFT, TOP, RIGHT, FOOT = 720, 400, 56, 24, 190, 40
COLOURS = ("#1f6fb2", "#c8701a", "#2f8a52", "#a0468c", "#6d5f4b", "#4a5ac4", "#b03a3a")


def picture(costs: dict[int, dict[str, Cost]]) -> str:
    """Seconds against visits, both by powers of ten, a line a command with its name at its end."""
    sizes = [*costs]
    most = max(seconds for found in costs.values() for seconds, _ in found.values())
    low, high = 0.03, max(2.2, most * 1.1)

    def across(size: int) -> float:
        first, last = math.log(sizes[0]), math.log(sizes[-1])
        return LEFT + (WIDE - LEFT - RIGHT) * (math.log(size) - first) / (last - first or 1)

    def down(seconds: float) -> float:
        part = (math.log(seconds) - math.log(low)) / (math.log(high) - math.log(low))
        return HIGH - FOOT - (HIGH - FOOT - TOP) * part

    told = "；".join(f"{work.name} " + "、".join(f"{costs[size][work.name][0]:.2f}" for size in sizes) for work in WORK)
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-labelledby="t d" '
            'font-family="sans-serif" font-size="12"><title id="t">用时与走访次数（对数坐标）</title>'
            f'<desc id="d">{escape("、".join(map(str, sizes)))} 次走访时的秒数：{escape(told)}</desc>'
            f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>')
    parts = [head]
    for seconds in (0.05, 0.1, 0.2, 0.5, 1, 2, 5):
        if low <= seconds <= high:
            y = down(seconds)
            dash = ' stroke-dasharray="5 3" stroke="#b03a3a"' if seconds == 2 else ' stroke="#ddd"'
            parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDE - RIGHT}"{dash}/><text x="{LEFT - 6}" y="{y + 4:.1f}" '
                         f'text-anchor="end">{seconds:g} 秒</text>')
    parts += [f'<text x="{across(size):.0f}" y="{HIGH - 14}" text-anchor="middle">{size:,}</text>'.replace(",", " ")
              for size in sizes]
    parts.append(f'<text x="{LEFT}" y="{down(2) - 5:.1f}" fill="#b03a3a">预算：报表 2 秒</text>')
    ends: list[float] = []
    order = sorted(enumerate(WORK), key=lambda pair: -costs[sizes[-1]][pair[1].name][0])
    for number, work in order:
        points = [(across(size), down(costs[size][work.name][0])) for size in sizes]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        # Names that would cover one another move down.
        end = max([points[-1][1] + 4, *(y + 15 for y in ends[-1:])])
        ends.append(end)
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{WIDE - RIGHT + 10}" y="{end:.1f}" fill="{colour}">{escape(work.name)} '
                     f'{costs[sizes[-1]][work.name][0]:.2f} 秒</text>')
    return "".join([*parts, "</svg>\n"])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        costs = {size: measured(Path(name), size) for size in SIZES}
    print(table(costs))
    if "--write" in sys.argv[1:]:
        PICTURE.write_text(picture(costs), encoding="utf-8")
        print(f"→ {PICTURE}")


if __name__ == "__main__":
    main()
