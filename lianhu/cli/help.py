"""Help pages, laid out here: Typer's own count a Chinese character as one column, or load all of
Rich, which makes ``--help`` the slowest command of all."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Any

from lianhu.cli.output import width

_NOT_FIRST = "，。、；：）”’》！？…—]"
"""Signs that do not begin a line."""

_WIDEST = 100
_INDENT = "  "
_NAMES_AT_MOST = 34
"""Columns for the names at the left; a longer one stands on a line of its own."""


def page(command: Any, context: Any) -> str:
    """The help page of a command or group, folded to the terminal's width."""
    room = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else _WIDEST
    parts = [f"用法：{_usage(command, context)}"]
    for paragraph in (command.help or "").strip().split("\n\n"):
        parts.append("\n".join(wrapped(" ".join(paragraph.split()), room)))
    shown = [p for p in command.get_params(context) if not getattr(p, "hidden", False)]
    arguments = [(_argument(p), _note(p)) for p in shown if p.param_type_name == "argument"]
    options = [(_option(p), _note(p)) for p in shown if p.param_type_name == "option"]
    panels: dict[str, list[tuple[str, str]]] = {}
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        sub = command.get_command(context, name)
        line = (sub.help or "").strip().partition("\n")[0]
        panels.setdefault(getattr(sub, "rich_help_panel", None) or "命令", []).append((name, line))
    for title, rows in (("参数", arguments), ("选项", options), *panels.items()):
        if rows:
            parts.append(_section(title, rows, room))
    return "\n\n".join(part for part in parts if part)


def _usage(command: Any, context: Any) -> str:
    words = [context.command_path, "[选项]"]
    for parameter in command.params:
        if parameter.param_type_name == "argument" and not getattr(parameter, "hidden", False):
            name = _argument(parameter)
            words.append(name if parameter.required or name.startswith("[") else f"[{name}]")
    if hasattr(command, "list_commands"):
        words.append("命令 [参数]...")
    return " ".join(words)


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.human_readable_name)


def _option(parameter: Any) -> str:
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or '值'}"


def _note(parameter: Any) -> str:
    note = parameter.help or ""
    if parameter.param_type_name == "option" and parameter.required:
        note += "（必填）"
    return note


def _section(title: str, rows: Sequence[tuple[str, str]], room: int) -> str:
    left = min(max(width(name) for name, _ in rows), _NAMES_AT_MOST) + 2
    lines = [f"{title}："]
    for name, text in rows:
        folded = wrapped(text, max(room - len(_INDENT) - left, 20))
        if width(name) + 2 > left:
            lines.append(_INDENT + name)
            name = ""  # noqa: PLW2901 - its text begins on the next line
        for number, line in enumerate(folded):
            first = name if not number else ""
            lines.append((_INDENT + first + " " * (left - width(first)) + line).rstrip())
    return "\n".join(lines)


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of at most ``room`` columns: broken between Chinese characters or at spaces,
    never inside a word of Latin letters that fits a line, and with no comma at the start of a line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece.strip() else ""
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """The parts between which a line may be broken."""
    pieces: list[str] = []
    for char in text:
        glued = pieces and (
            char in _NOT_FIRST
            or char == " "
            or (char.isascii() and pieces[-1][-1].isascii() and not pieces[-1].endswith(" "))
            or pieces[-1][-1] in "（“《["
        )
        if glued:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
