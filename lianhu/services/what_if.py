"""Trying things out: how the pairing would be under other rules, with other capacities, without somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from lianhu.services.assignment import Assignment, AssignOptions, Progress, preview
from lianhu.services.differences import Difference, as_it_stands, difference
from lianhu.services.lookup import get_cadre
from lianhu.services.town import load_rules, load_town
from lianhu.store.connection import Database


@dataclass(frozen=True, slots=True)
class Variant:
    """One way things might be, and what would come of it. ``without`` are codes."""

    rules: Path | None
    capacity: int | None
    without: tuple[str, ...]
    difference: Difference

    @property
    def result(self) -> Assignment:
        return self.difference.after

    @property
    def label(self) -> str:
        """What sets it apart, in words: 规则 新.toml，上限 3."""
        parts = []
        if self.rules is not None:
            parts.append(f"规则 {self.rules}")
        if self.capacity is not None:
            parts.append(f"上限 {self.capacity}")
        if self.without:
            parts.append("没有 " + "、".join(self.without))
        return "，".join(parts) or "试算"

    def as_json(self) -> dict[str, Any]:
        return {
            "what_if": {
                "rules": None if self.rules is None else str(self.rules), "capacity": self.capacity,
                "without": list(self.without)},
            **self.result.as_json(), "difference": self.difference.as_json(),
        }


def variants(
    database: Database, options: AssignOptions, rules: Sequence[Path], capacities: Sequence[int],
    *, progress: Progress | None = None, write_files: Callable[[Assignment], None] | None = None,
) -> list[Variant]:
    """Every combination of the rules and the capacities, each set against what stands now.

    ``options.without`` are all absent in each of them. Raises NotFoundError like ``preview``.
    """
    without = tuple(dict.fromkeys(str(get_cadre(database, word)["code"]) for word in options.without))
    ways = list(product(dict.fromkeys(rules) or [None], dict.fromkeys(capacities) or [None]))
    standing = as_it_stands(load_town(database, load_rules(database)))
    return [
        Variant(file, capacity, without, difference(standing, preview(
            database, replace(options, rules=file, capacity=capacity, without=without), progress=progress,
            write_files=write_files)))
        for file, capacity in ways
    ]
