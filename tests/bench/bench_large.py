"""Large databases, whole commands: python -m tests.bench.bench_large

Pairing a county of twenty towns (13 000 cadres, 25 000 households; budget 8 s, 500 MB) and the village
report over a million visits (budget 2 s). The databases are made with plain SQL: what is measured is
the commands, not the imports.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from pathlib import Path

from lianhu.store.connection import Database, open_database
from tests.bench.timing import environment, lianhu, median_seconds

ROLES = ("支部书记", "村医", "致富能人", "政策明白人", "调解员", "两委成员", "网格员", "普通党员")
TRAITS = ("年老", "患病", "残疾", "独居", None)
NEEDS = ("产业发展", "政策解读", "就医照料", "矛盾调解", None)


def fill(database: Database, villages: int, cadres: int, households: int, visits: int = 0) -> None:
    """A territory of invented people, evenly spread over its villages."""
    chance = random.Random(3)
    with database.transaction():
        database.write_rows("INSERT INTO village (id, name, key, district, ordinal) VALUES (?, ?, ?, ?, ?)", (
            (n, f"示{n}村", f"示{n}", f"片{n // 8}", n) for n in range(1, villages + 1)))
        database.write_rows("INSERT INTO cadre (id, code, name, village_id, roles) VALUES (?, ?, ?, ?, ?)", (
            (n, f"C{n:05}", f"干部{n}", n % villages + 1, chance.choice(ROLES)) for n in range(1, cadres + 1)))
        database.write_rows(
            "INSERT INTO household (id, code, village_id, head_name, traits, needs, is_hard) VALUES (?, ?, ?, ?, ?, ?, ?)", (
                (n, f"H{n:05}", n % villages + 1, f"户{n}", chance.choice(TRAITS), chance.choice(NEEDS), int(n % 10 == 0))
                for n in range(1, households + 1)))
        database.write_rows(
            "INSERT INTO visit (id, code, household_id, cadre_id, visited_on, way, mode, occasion, is_met) "
            "VALUES (?, ?, ?, ?, ?, '上门', ?, '日常', 1)", (
                (n, f"V{n:07}", chance.randrange(households) + 1, chance.randrange(cadres) + 1,
                 f"20{chance.randrange(23, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
                 chance.choice(("线上", "线下"))) for n in range(1, visits + 1)))


def peak_megabytes(command: list[str], folder: Path) -> int:
    done = subprocess.run(["/usr/bin/env", "python3", "-c", (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"), *command],
        cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return int(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_database(folder / "county.db", create=True) as database:
            fill(database, 1200, 13_000, 25_000)
        with open_database(folder / "visits.db", create=True) as database:
            fill(database, 60, 650, 1230, 1_000_000)
        for title, command in (
            ("assign 13 000 x 25 000", lianhu("--db", "county.db", "assign", "--dry-run")),
            ("report --village, 1 000 000 visits", lianhu("--db", "visits.db", "report", "--village")),
            ("report --village, --from", lianhu("--db", "visits.db", "report", "--village", "--from", "2023-02-01")),
            ("report --by cadre", lianhu("--db", "visits.db", "report", "--by", "cadre")),
            ("report (overview)", lianhu("--db", "visits.db", "report")),
        ):
            print(f"{title:<36}{median_seconds(command, folder, 3):>8.2f} s{peak_megabytes(command, folder):>7} MB")


if __name__ == "__main__":
    main()
