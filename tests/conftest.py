"""What tests share: a database file of their own, and the command run in this process or in a new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lianhu.cli.app import run
from tests.factory import TODAY


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIANHU_DB", "LIANHU_TODAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the test's database is or will be."""
    return tmp_path / "lianhu.db"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def lianhu(path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command on the test's database in this process: ``lianhu("pair", "list")``."""

    def command(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = run(["--db", str(path), "--today", TODAY.isoformat(), *map(str, arguments)])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return command


@pytest.fixture
def process(path: Path) -> Callable[..., Outcome]:
    """Runs a command on the test's database in a new process."""

    def command(*arguments: object, **options: Any) -> Outcome:
        done = subprocess.run(
            program(path, *arguments), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
            **options)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return command


def program(path: Path, *arguments: object) -> list[str]:
    """The words that start the command in a new process."""
    return [sys.executable, "-m", "lianhu", "--db", str(path), "--today", TODAY.isoformat(), *map(str, arguments)]


ROOT = Path(__file__).resolve().parent.parent


def environment(**more: str) -> dict[str, str]:
    """The environment of a new process that finds the package wherever it starts."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}
