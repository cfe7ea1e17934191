"""Whole-process times, so that start-up counts as the user feels it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 7


def environment() -> dict[str, str]:
    """The environment of a measured run: compiled modules are used, the day is fixed."""
    made = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return made | {"LIANHU_TODAY": "2026-01-05"}


def lianhu(*arguments: str) -> list[str]:
    """The command as the installed script runs it."""
    return [sys.executable, "-c", "from lianhu.cli.start import main; main()", *arguments]


def median_seconds(command: Sequence[str], folder: Path, runs: int = RUNS) -> float:
    """The median over some runs, after one that compiles and warms the disk cache."""
    times = []
    for number in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if number:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def paired_ratio(command: Sequence[str], base: Sequence[str], folder: Path, runs: int = RUNS) -> tuple[float, float]:
    """The median time of a command, and the median of its ratio to a base run in turn with it."""
    times, ratios = [], []
    for number in range(runs + 1):
        pair = []
        for each in (command, base):
            start = time.perf_counter()
            subprocess.run(each, cwd=folder, env=environment(), check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            pair.append(time.perf_counter() - start)
        if number:
            times.append(pair[0])
            ratios.append(pair[0] / pair[1])
    return statistics.median(times), statistics.median(ratios)
