"""Typer's own words in Chinese.

Typer looks its texts up by gettext under the domain of the whole process and ships no Chinese;
the few that a user of lianhu can meet are given here. Errors of the command line are rebuilt from
what they are about, because their English sentences do not go through gettext.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from typing import Any

_WORDS = {"Aborted!": "已取消。", "default: {default}": "默认：{default}", "required": "必填"}


def install() -> None:
    """Makes Typer speak Chinese; to be called before Typer is imported."""
    english = gettext.gettext

    def chinese(message: str) -> str:
        return _WORDS.get(message) or english(message)

    gettext.gettext = chinese


def usage_sentence(error: Any) -> tuple[str, str]:
    """A command-line error of Typer as a Chinese sentence and the next thing to type."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lianhu"
    return _sentence(error, context), f"{path} --help"


def _sentence(error: Any, context: Any) -> str:
    kind, message = type(error).__name__, str(getattr(error, "message", error))
    parameter = getattr(error, "param", None)
    name = _name_of(parameter)
    if kind == "MissingParameter":
        return f"缺少{name.rstrip()}。"
    if kind == "NoSuchOption" and error.option_name[1:2].isdigit():
        return "减号开头的词会当成选项；钱数、户数、日期都不带减号写。"
    if kind == "NoSuchOption":
        near = _near(error.option_name, error.possibilities or [])
        return f"没有选项 {error.option_name}" + (f"；您是不是要找 {near[0]}？" if near else "。")
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 后面要跟一个值。" if "requires" in message \
            else f"选项 {error.option_name} 不带值。"
    if kind == "BadParameter":
        choices = getattr(getattr(parameter, "type", None), "choices", None)
        if choices:
            return f"{name}只能是：{'、'.join(str(getattr(c, 'value', c)) for c in choices)}。"
        kind_of_value = getattr(parameter, "type", None)
        low, high = getattr(kind_of_value, "min", None), getattr(kind_of_value, "max", None)
        if "is not in the range" in message:
            return f"{name}要在 {low} 到 {high} 之间。" if high is not None else f"{name}不能小于 {low}。"
        what = {"int": "一个整数", "int range": "一个整数", "float": "一个数"}.get(getattr(kind_of_value, "name", ""))
        return f"{name}要写成{what}。" if what else f"{name}的值不对。"
    if message.startswith("No such command"):
        word = message.split("'")[1] if "'" in message else ""
        known = context.command.list_commands(context) if context is not None else []
        near = _near(word, known)
        return f"没有命令“{word}”" + (f"；您是不是要找 {near[0]}？" if near else "。")
    if message.startswith("Missing command"):
        return "缺少命令。"
    if "unexpected extra argument" in message:
        return f"多了参数：{message.partition(' (')[2].removesuffix(')')}。"
    return "命令写得不对。"


def _near(word: str, known: Sequence[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(word, known, 1, 0.5)


def _name_of(parameter: Any) -> str:
    if parameter is None:
        return "参数"
    if getattr(parameter, "param_type_name", "") == "argument":
        return f"参数 {parameter.metavar or parameter.human_readable_name} "
    return f"选项 {parameter.opts[0]} "
