"""A TOML text that a town writes for itself: read with its mistakes collected, each with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from lianhu.domain.identity import nearest
from lianhu.domain.toml_lines import Path, line_of, lines_of, syntax_error
from lianhu.errors import Mistake, TextRefusedError


class TomlText:
    """The text, its table, and what is wrong with it.

    Readers of single values note what is wrong and give the default back, so that one reading finds
    everything; ``refuse_mistakes`` ends it. ``called`` is what the user knows the text by.
    """

    def __init__(self, text: str, called: str, hint: str) -> None:
        self.text = text
        self._called = called
        self._hint = hint
        self._wrong: list[tuple[Path, str]] = []
        try:
            self.table: dict[str, Any] = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            line, meaning = (None, "方括号套得太深。") if isinstance(error, RecursionError) else syntax_error(error, text)
            raise TextRefusedError(called, [Mistake(line, meaning)], hint) from error

    def wrong(self, path: Path, sentence: str) -> None:
        """Notes what is wrong at a path."""
        self._wrong.append((path, sentence))

    def refuse_mistakes(self) -> None:
        """Raises TextRefusedError if anything was wrong."""
        if self._wrong:
            lines = lines_of(self.text)
            mistakes = [Mistake(line_of(lines, path), sentence) for path, sentence in self._wrong]
            raise TextRefusedError(self._called, sorted(mistakes, key=lambda mistake: mistake.line or 0), self._hint)

    def section(self, table: Mapping[str, Any], path: Path, what: str) -> dict[str, Any]:
        """The table at the last key of a path; empty when there is none."""
        value = table.get(str(path[-1]), {})
        if isinstance(value, dict):
            return value
        self.wrong(path, f"{what}要写成一节 [{'.'.join(map(str, path))}]。")
        return {}

    def check_keys(self, table: Mapping[str, Any], path: Path, known: Collection[str], where: str) -> bool:
        """Notes each key that is not known, with the one most like it; whether there is any."""
        for key in table:
            if key not in known:
                near = nearest(key, sorted(known))
                advice = f"您是不是要写 {near[0]}？" if near else f"可用的有：{'、'.join(sorted(known))}。"
                self.wrong((*path, key), f"{where}里没有“{key}”这一项；{advice}")
        return not set(table) <= set(known)

    def flag(self, table: Mapping[str, Any], path: Path, default: bool, where: str) -> bool:
        """The true or false at the last key of a path."""
        value = table.get(str(path[-1]), default)
        if isinstance(value, bool):
            return value
        self.wrong(path, f"{where} 只能是 true 或 false。")
        return default

    def number(self, table: Mapping[str, Any], path: Path, default: int, where: str, low: int, high: int) -> int:
        """The whole number at the last key of a path."""
        value = table.get(str(path[-1]), default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(path, f"{where} 要写成 {low} 到 {high} 的整数。")
        return default

    def strings(self, table: Mapping[str, Any], path: Path, default: list[str], where: str) -> list[str]:
        """The list of strings at the last key of a path."""
        value = table.get(str(path[-1]), default)
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        self.wrong(path, f"{where} 要写成文字列表，如 [\"甲\", \"乙\"]。")
        return default

    def string(self, table: Mapping[str, Any], path: Path, default: str, where: str) -> str:
        """The string at the last key of a path, without blanks around it."""
        value = table.get(str(path[-1]), default)
        if isinstance(value, str):
            return value.strip()
        self.wrong(path, f"{where} 要写成文字，两边加英文引号。")
        return default
