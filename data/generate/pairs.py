"""Who holds which household: lianhu itself decides, on the roster just made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cadres import Cadre
from households import Household
from town import Town

ROOT = Path(__file__).resolve().parents[2]
DAY = "2025-01-01"
"""The day from which the pairs hold; records of the year fall under them."""

Pairs = dict[Household, Cadre]


def make_pairs(town: Town, roster: Path) -> Pairs:
    """The cadre of each household after ``lianhu assign`` on the roster.

    Heads of one name in one village are left out: the list of pairs cannot tell them apart.
    """
    with TemporaryDirectory() as folder:
        database = Path(folder) / "sample.db"
        _run(database, "import", str(roster))
        _run(database, "assign", "--on", DAY, "--json")
        listed = json.loads(_run(database, "pair", "list", "--json"))
    holders = {(pair["village"], pair["head_name"]): pair["cadre_name"] for pair in listed}
    by_name: dict[tuple[object, str], Cadre] = {}
    for cadre in town.cadres:
        for village in (cadre.village, *cadre.area):
            by_name[village, cadre.person.name] = cadre
    pairs = {
        household: by_name[household.village, holders[household.village.name, household.head.name]]
        for household in town.households if not household.has_twin
    }
    if len(listed) != len(town.households):
        raise ValueError(f"only {len(listed)} households have a cadre")
    return pairs


def _run(database: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LIANHU_TODAY": "2025-12-31"}
    done = subprocess.run(
        [sys.executable, "-m", "lianhu", "--db", str(database), *arguments],
        capture_output=True, text=True, check=False, env=environment, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"lianhu {arguments[0]}: {done.stderr}")
    return done.stdout
