"""What tests share: a database file of their own, and the command run in this process or in a new one."""

from __future__ import annotations

import json
import os
import re
import select
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

try:
    import fcntl
    import termios
except ImportError:  # Windows
    fcntl = termios = None  # type: ignore[assignment]

from lianhu.cli.app import run
from tests.factory import TODAY

# How long an example takes says more about the machine than about the program.
settings.register_profile("lianhu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lianhu")


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


class Terminal:
    """A command on a terminal of its own: what it shows, and what is typed when it asks."""

    def __init__(self, arguments: list[str], *, columns: int = 80, env: dict[str, str] | None = None) -> None:
        self.screen = ""
        own, its = os.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        surroundings = {name: value for name, value in environment(TERM="xterm-256color", **(env or {})).items()
                        if name != "COLUMNS"}
        self.process = subprocess.Popen(arguments, stdin=its, stdout=its, stderr=its, env=surroundings, close_fds=True)
        os.close(its)
        self._own = own

    def wait_for(self, text: str) -> None:
        """Reads until the text has been shown."""
        while text not in self.screen:
            if not self._read():
                raise AssertionError(f"ended without {text!r}:\n{self.screen}")

    def answer(self, question: str, line: str = "") -> None:
        self.wait_for(question)
        os.write(self._own, f"{line}\n".encode())

    def finish(self) -> int:
        """Reads to the end and gives the exit code."""
        while self._read():
            pass
        os.close(self._own)
        return self.process.wait(timeout=30)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._own], [], [], 30)
        assert ready, f"silent for 30 seconds:\n{self.screen}"
        try:
            data = os.read(self._own, 65536)
        except OSError:
            return False
        self._bytes = getattr(self, "_bytes", b"") + data
        self.screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._bytes.decode(errors="replace")).replace("\r\n", "\n")
        return bool(data)


@pytest.fixture
def terminal(path: Path) -> Callable[..., Terminal]:
    """Starts a command on the test's database on a terminal."""
    if fcntl is None:
        pytest.skip("no pseudo-terminals here")
    return lambda *arguments, **options: Terminal(program(path, *arguments), **options)
