"""The fit rules: a TOML text that the town can change, and what it says.

The text's own comments are its manual, and each rule carries an example on either side that
``check`` runs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianhu.domain.identity import nearest
from lianhu.domain.terms import Dictionaries
from lianhu.errors import ConflictError

HOUSEHOLD_KEYS = ("traits", "classes", "needs", "monitoring", "assistance")
"""The keys of a rule that name dictionaries of the household."""

KEEP_BONUS = 10
"""What keeping a standing pair is worth in a rebalance, in points of fit."""


@dataclass(frozen=True, slots=True)
class Case:
    """A cadre and a household of an example."""

    roles: frozenset[str]
    words: Mapping[str, frozenset[str]]
    hard: bool


@dataclass(frozen=True, slots=True)
class Match:
    """One rule: a cadre with any of ``roles`` and a household with any of ``words`` score.

    ``example`` has a case that must score under ``yes`` and one that must not under ``no``.
    """

    name: str
    roles: frozenset[str]
    words: Mapping[str, frozenset[str]]
    hard: bool
    score: int
    source: str
    example: Mapping[str, Case] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules in force. ``priority`` maps a leader's role to its rank, the highest first."""

    matches: tuple[Match, ...]
    priority: Mapping[str, int]
    same_hamlet: int
    same_cluster: int
    capacity: int
    women_for_women_alone: bool
    text: str


def default_text() -> str:
    """The rules that hold until a town takes its own."""
    return Path(__file__).with_name("default_rules.toml").read_text(encoding="utf-8")


def parse_rules(text: str, dictionaries: Dictionaries) -> Rules:
    """Rules from their TOML text. Raises ConflictError with one sentence for what is wrong."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConflictError(f"规则不是合法的 TOML：{error}。", "请对照 lianhu rules show 改正") from error
    _known_keys(table, {"capacity", "priority", "proximity", "limits", "match"}, "规则")
    capacity, priority = _section(table, "capacity"), _section(table, "priority")
    proximity, limits = _section(table, "proximity"), _section(table, "limits")
    _known_keys(capacity, {"default"}, "[capacity] ")
    _known_keys(priority, {"roles", "ranked"}, "[priority] ")
    _known_keys(proximity, {"hamlet", "cluster"}, "[proximity] ")
    _known_keys(limits, {"women_for_women_alone"}, "[limits] ")
    rows = table.get("match", [])
    if not isinstance(rows, list) or not rows:
        raise ConflictError("规则里至少要有一条 [[match]]。")
    matches = tuple(_match(row, dictionaries) for row in rows)
    names = [match.name for match in matches]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ConflictError(f"有两条规则都叫“{twice}”，请改名。")
    roles = _words(priority, "roles", dictionaries, "roles", "[priority]")
    ranked = priority.get("ranked", True)
    if not isinstance(ranked, bool):
        raise ConflictError("[priority] ranked 只能是 true 或 false。")
    women = limits.get("women_for_women_alone", False)
    if not isinstance(women, bool):
        raise ConflictError("[limits] women_for_women_alone 只能是 true 或 false。")
    return Rules(
        matches,
        {role: len(roles) - at if ranked else 1 for at, role in enumerate(roles)},
        _number(proximity, "hamlet", 0, "[proximity] hamlet", 0),
        _number(proximity, "cluster", 0, "[proximity] cluster", 0),
        _number(capacity, "default", 2, "[capacity] default", 1),
        women, text,
    )


def _section(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ConflictError(f"规则 {key} 要写成一节 [{key}]。")
    return value


def _known_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = nearest(key, sorted(known))
            advice = f"您是不是要写 {near[0]}？" if near else f"可用的有：{'、'.join(sorted(known))}。"
            raise ConflictError(f"{where}里没有“{key}”这一项；{advice}")


def _number(table: Mapping[str, Any], key: str, default: int, where: str, low: int) -> int:
    value = table.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= 100:
        raise ConflictError(f"{where} 要写成 {low} 到 100 的整数。")
    return value


def _words(
    table: Mapping[str, Any], key: str, dictionaries: Dictionaries, dictionary: str, where: str
) -> tuple[str, ...]:
    words = table.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ConflictError(f"{where} {key} 要写成文字列表。")
    found = []
    for word in words:
        name = dictionaries[dictionary].find(word)
        if name is None:
            near = dictionaries[dictionary].nearest(word)
            advice = f"；您是不是要写“{near}”？" if near else "。"
            raise ConflictError(
                f"{where.rstrip()} {key}：“{word}”不在“{dictionaries[dictionary].title}”词表中{advice}")
        found.append(name)
    return tuple(found)


def _match(row: object, dictionaries: Dictionaries) -> Match:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"].strip():
        raise ConflictError("每条 [[match]] 都要有 name。")
    where = f"规则“{row['name']}”"
    _known_keys(row, {"name", "roles", *HOUSEHOLD_KEYS, "hard", "score", "source", "example"}, where)
    roles = _words(row, "roles", dictionaries, "roles", where)
    words = {key: frozenset(_words(row, key, dictionaries, key, where)) for key in HOUSEHOLD_KEYS if key in row}
    hard = row.get("hard", False)
    if not isinstance(hard, bool):
        raise ConflictError(f"{where} hard 只能是 true 或 false。")
    if not roles:
        raise ConflictError(f"{where}要写 roles。")
    if not any(words.values()) and not hard:
        raise ConflictError(f"{where}要写出哪些户：traits、classes、needs、monitoring、assistance 或 hard。")
    if "score" not in row:
        raise ConflictError(f"{where}要写 score。")
    return Match(row["name"].strip(), frozenset(roles), words, hard,
                 _number(row, "score", 0, f"{where} score", 1), str(row.get("source", "")),
                 _example(row.get("example", {}), dictionaries, f"{where}的 example "))


def _example(example: object, dictionaries: Dictionaries, where: str) -> dict[str, Case]:
    if not isinstance(example, dict) or not all(isinstance(case, dict) for case in example.values()):
        raise ConflictError(f"{where}要写成 {{ yes = {{ … }}, no = {{ … }} }}。")
    _known_keys(example, {"yes", "no"}, where)
    cases = {}
    for side, case in example.items():
        _known_keys(case, {"roles", *HOUSEHOLD_KEYS, "hard"}, where)
        if not isinstance(case.get("hard", False), bool):
            raise ConflictError(f"{where}hard 只能是 true 或 false。")
        cases[side] = Case(
            frozenset(_words(case, "roles", dictionaries, "roles", where)),
            {key: frozenset(_words(case, key, dictionaries, key, where)) for key in HOUSEHOLD_KEYS},
            case.get("hard", False))
    return cases


def failing_examples(rules: Rules) -> list[str]:
    """Sentences about rules whose own examples do not come out as they say."""
    from lianhu.domain.fit import scores

    failing = []
    for match in rules.matches:
        for side, expected in (("yes", True), ("no", False)):
            case = match.example.get(side)
            if case is None:
                continue
            if scores(match, case.roles, case.words, case.hard) != expected:
                failing.append(f"规则“{match.name}”的例子 {side} {'应得分而没有' if expected else '不应得分而得了'}。")
    return failing
