"""Kills commands at random moments and looks at what is left.

    python -m tests.store.random_kills TEMPLATE WORK TRIALS < COMMANDS

TEMPLATE is a folder with the database ``lianhu.db`` and whatever the commands read; COMMANDS is a JSON list of
lists of words, in which ``{}`` stands for the folder. Each command runs, on a copy of the folder in WORK, in a
forked child that gets SIGKILL after a random part of the time it needs. Then the database must be as before or
as after, every file of a backup or an export that is there must be whole, and the next command must work.

Prints one JSON line: the trials, how many of them ended before and after, and the losses, described.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from lianhu.cli.app import run
from tests.store.crash import dump

SEED = 20261124


def place(template: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(template, work)


def arguments(work: Path, words: list[str]) -> list[str]:
    return ["--db", f"{work}/lianhu.db", "--today", "2026-11-24", *(word.replace("{}", str(work)) for word in words)]


def quietly(work: Path, words: list[str]) -> int:
    with Path(os.devnull).open("w") as null, redirect_stdout(null), redirect_stderr(null):
        return run(arguments(work, words))


def started(work: Path, words: list[str]) -> int:
    """The process id of a child that runs the command."""
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os._exit(quietly(work, words))
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def halves(work: Path, known: set[str]) -> list[str]:
    """New files, other than scratch files, that are not whole."""
    broken = []
    for file in work.iterdir():
        if file.name in known or file.name.startswith(".") or file.name.endswith("-journal"):
            continue
        if file.suffix == ".db" and isinstance(dump(file), str | None):
            broken.append(file.name)
        if file.suffix in {".xlsx", ".docx"} and (not zipfile.is_zipfile(file) or zipfile.ZipFile(file).testzip()):
            broken.append(file.name)
    return broken


def tried(template: Path, work: Path, words: list[str], trials: int, rng: random.Random) -> tuple[int, list[str]]:
    """How many trials ended after the command, and what was lost."""
    before, known = dump(template / "lianhu.db"), {file.name for file in template.iterdir()}
    place(template, work)
    # In this process, so that the children find every module loaded.
    code = quietly(work, words)
    assert code == 0, (words, code)
    after = dump(work / "lianhu.db")
    place(template, work)
    begun = time.monotonic()
    assert ended(started(work, words)) == 0
    needed = time.monotonic() - begun
    done, lost = 0, []
    for trial in range(trials):
        place(template, work)
        child = started(work, words)
        time.sleep(needed * rng.uniform(0, 1.05))
        os.kill(child, signal.SIGKILL)
        ended(child)
        broken = halves(work, known)
        left = dump(work / "lianhu.db")
        if left not in (before, after) or broken:
            lost.append(f"{' '.join(words)}: {broken or str(left)[:300]}")
        done += left == after and after != before
        if trial % 3 == 0 and ended(started(work, ["check", "--quick"])) != 0:
            lost.append(f"{' '.join(words)}: the next command fails")
    return done, lost


def main() -> None:
    template, work, trials = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    commands: list[list[str]] = json.load(sys.stdin)
    rng = random.Random(SEED)
    after, lost = 0, []
    for words in commands:
        done, found = tried(template, work, words, trials, rng)
        after += done
        lost += found
    count = trials * len(commands)
    print(json.dumps({"trials": count, "before": count - after, "after": after, "lost": lost}))


if __name__ == "__main__":
    main()
