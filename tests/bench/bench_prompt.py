"""What a prompt costs, as ratios to a bare interpreter: python -m tests.bench.bench_prompt"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.timing import environment, lianhu, paired_ratio

BUDGETS = {
    "visit add": (8, ["visit", "add", "H00012", "--again"]),
    "report --village": (12, ["report", "--village"]),
    "--help": (14, ["--help"]),
    "assign --dry-run": (None, ["assign", "--dry-run"]),
    "pair show": (None, ["pair", "show", "H00012"]),
    "undo --dry-run": (None, ["undo", "--dry-run"]),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(lianhu("demo", "town"), cwd=folder, env=environment(), check=True, capture_output=True)
        town = Path(folder) / "town"
        print(f"{'命令':<20}{'秒':>8}{'倍':>8}{'预算':>8}")
        for name, (budget, arguments) in BUDGETS.items():
            seconds, ratio = paired_ratio(lianhu(*arguments), [sys.executable, "-c", "pass"], town)
            print(f"{name:<20}{seconds:>8.3f}{ratio:>8.1f}{budget or '':>8}")


if __name__ == "__main__":
    main()
