"""How long an import takes, against reading and writing the same cells without any thought.

Run: python tests/bench/bench_import.py [ROWS]. Both are measured as whole processes: ``lianhu import``
into a new database, and calamine's read followed by one executemany of the same cells. Budget
(DESIGN.md section 9): at most three times as long for 25 000 rows of 20 columns.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

HEADER = (
    "序号", "嘎查村", "组别", "所属网格", "户主姓名", "性别", "年龄", "出生日期", "身份证号码", "联系电话", "家庭人口", "家庭住址",
    "户类型", "监测户类型", "致贫原因", "社会救助", "重点人群", "需求", "是否重难点户", "备注")
ROUNDS = 5
BUDGET = 3.0

RAW = """
import sqlite3, sys
from python_calamine import CalamineWorkbook
rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python(skip_empty_area=False)
database = sqlite3.connect(sys.argv[2])
width = len(rows[0])
database.execute(f"CREATE TABLE cells ({', '.join(f'c{n}' for n in range(width))})")
database.executemany(
    f"INSERT INTO cells VALUES ({', '.join('?' * width)})",
    ([cell if isinstance(cell, (str, int, float)) else str(cell) for cell in row] for row in rows))
database.commit()
"""


def made_workbook(path: Path, rows: int) -> None:
    """A roster of invented people, as one sheet."""
    from openpyxl import Workbook

    from lianhu.domain.identity import check_digit

    chance = random.Random(7)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("联系户")
    sheet.append(["示例镇联系户花名册"])
    sheet.append(HEADER)
    families, given = "王李张刘陈杨赵黄周吴白包海", "福生桂兰海山玉珍青云文志宝音"
    for number in range(rows):
        day = (date(1940, 1, 1) + timedelta(days=number // 500)).strftime("%Y%m%d")
        first17 = f"152223{day}{number % 500:03}"
        sheet.append([
            number + 1, f"示例{number % 60 + 1}村", f"{number % 5 + 1}组", f"第{number % 3 + 1}网格",
            chance.choice(families) + chance.choice(given) + chance.choice(given), None, 2026 - int(day[:4]),
            f"{day[:4]}-{day[4:6]}-{day[6:]}", first17 + check_digit(first17), f"138{chance.randrange(10**8):08}",
            chance.randint(1, 6), f"{number % 5 + 1}组{chance.randint(1, 300)}号", chance.choice(["低保", "残疾、低保", "一般户"]),
            chance.choice([None, None, "边缘易致贫户"]), chance.choice([None, "因病", "因病、因残"]),
            chance.choice([None, "低保"]), chance.choice([None, "残疾人"]), chance.choice([None, "产业发展", "就医"]),
            chance.choice([None, "是", "否"]), chance.choice([None, "子女在外务工", "常年在家"])])
    book.save(path)


class Spent(NamedTuple):
    """Seconds of one process: on the wall clock, and of the processor (steadier on a busy machine)."""

    wall: float
    processor: float


def spent(command: list[str]) -> Spent:
    """The time of one process that must end well."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(rows: int) -> float:
    """Prints both times and gives back the ratio of wall times (best of some rounds each, in turn)."""
    with tempfile.TemporaryDirectory() as folder:
        book, database = Path(folder, "roster.xlsx"), Path(folder, "scratch.db")
        made_workbook(book, rows)
        ours: list[Spent] = []
        raw: list[Spent] = []
        for _ in range(ROUNDS):
            for times, command in (
                (raw, [sys.executable, "-c", RAW, str(book), str(database)]),
                (ours, [sys.executable, "-m", "lianhu", "--db", str(database), "--today", "2026-11-24", "import", str(book)]),
            ):
                database.unlink(missing_ok=True)
                times.append(spent(command))
        best, base = Spent(*map(min, zip(*ours, strict=True))), Spent(*map(min, zip(*raw, strict=True)))
        print(f"{rows} rows x {len(HEADER)} columns: import {best.wall:.2f} s (processor {best.processor:.2f}), "
              f"calamine + executemany {base.wall:.2f} s (processor {base.processor:.2f}), "
              f"ratio {best.wall / base.wall:.2f} (processor {best.processor / base.processor:.2f}), budget {BUDGET:g}")
        return best.wall / base.wall


if __name__ == "__main__":
    sys.exit(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 25_000) > BUDGET)
