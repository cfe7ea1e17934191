"""The parts of README.md that come from the code. README's marked blocks call these functions;
``cog -r README.md`` rewrites them and ``cog --check README.md`` fails when they have aged."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lianhu.cli.app import COMMANDS, load_command
from lianhu.domain.forms import FORMS
from lianhu.domain.forms.base import KINDS_OF_CELL
from lianhu.domain.rules import default_text, parse_rules
from lianhu.domain.terms import Dictionaries
from lianhu.reports.indicators import INDICATORS, RATIOS

TODAY = "2026-01-05"
"""The day on which the README's examples are run, so that they read the same on every day."""


def _table(headings: list[str], rows: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    # Markdown wants an empty line on either side of a table.
    return "\n" + "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines) + "\n"


def _leaves(name: str, command: Any) -> list[tuple[str, Any]]:
    if hasattr(command, "commands"):
        return [leaf for sub, made in command.commands.items() for leaf in _leaves(f"{name} {sub}", made)]
    return [(name, command)]


def _option(parameter: Any) -> str:
    names = "/".join(parameter.opts)
    return f"`{names}`" if parameter.is_flag else f"`{names} {parameter.metavar or parameter.name.upper()}`"


def commands() -> str:
    """Every command: how it is written, what it does, its options."""
    rows = []
    for name in COMMANDS:
        for path, command in _leaves(name, load_command(name)):
            shown = [p for p in command.params if not getattr(p, "hidden", False)]
            arguments = [p.metavar or p.name for p in shown if p.param_type_name == "argument"]
            options = [_option(p) for p in shown if p.param_type_name == "option"]
            first = (command.help or "").split("\n")[0]
            rows.append([f"`lianhu {' '.join([path, *arguments])}`", first, " ".join(options)])
    return _table(["命令", "做什么", "选项"], rows)


def forms() -> str:
    """The columns of every form."""
    parts = []
    for form in FORMS.values():
        rows = []
        for column in form.columns:
            kind = KINDS_OF_CELL[column.kind]
            names = "、".join(dict.fromkeys(name for name in column.names if name != column.label))
            notes = [column.note] if column.note else []
            if not column.in_template:
                notes.append("只读入，模板里没有")
            elif column.export_only:
                notes.append("导出里有，模板里没有")
            rows.append([column.label, kind, "是" if column.needed else "", names, "；".join(notes)])
        parts.append(f"#### {form.title}（`{form.kind}`）\n" + _table(["列", "填什么", "指明记录", "也认的写法", "说明"], rows))
    return "\n" + "\n".join(parts)


def rules() -> str:
    """The default fit rules."""
    made = parse_rules(default_text(), Dictionaries())
    rows = []
    for match in made.matches:
        households = [word for words in match.words.values() for word in sorted(words)]
        rows.append([match.name, "、".join(sorted(match.roles)),
                     "、".join((["重难点户"] if match.hard else []) + households), str(match.score), match.source])
    return _table(["规则", "干部角色", "户", "分", "依据"], rows)


def indicators() -> str:
    """Every figure with its definition."""
    return _table(["指标", "名称", "单位", "怎么算"], [
        [f"`{each.name}`", each.title, getattr(each, "unit", "率"), each.definition]
        for each in (*INDICATORS, *RATIOS)])


def session(*lines: str, most: int = 40) -> str:
    """What a terminal shows for commands typed one after the other in one folder.

    The folder is made by ``lianhu demo`` first, so that there is something to look at.
    """
    shown = []
    with tempfile.TemporaryDirectory() as folder:
        lianhu = [sys.executable, "-m", "lianhu", "--today", TODAY]
        root = Path(__file__).parents[1]
        environment = {**os.environ, "PYTHONPATH": str(root), "LIANHU_DB": "lianhu.db"}
        place = Path(folder)
        if not lines[0].startswith("demo"):
            subprocess.run([*lianhu, "demo", "lianhu-demo"], cwd=place, env=environment, check=True, capture_output=True)
            place /= "lianhu-demo"
        for line in lines:
            done = subprocess.run([*lianhu, *line.split()], cwd=place, env=environment, text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            output = done.stdout.rstrip("\n").split("\n")
            if len(output) > most:
                output = [*output[:most], f"……（共 {len(output)} 行）"]
            shown += [f"$ lianhu {line}", *output, ""]
    return "\n```console\n" + "\n".join(shown).rstrip() + "\n```\n\n"
