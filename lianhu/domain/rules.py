"""The fit rules: a TOML text that the town can change, and what it says.

The text's own comments are its manual, and each rule carries an example on either side that
``check`` runs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianhu.domain.identity import eighteen_digits
from lianhu.domain.terms import Dictionaries
from lianhu.domain.toml_lines import Path as KeyPath
from lianhu.domain.toml_lines import line_of, lines_of
from lianhu.domain.toml_text import TomlText
from lianhu.errors import Mistake

HOUSEHOLD_KEYS = ("traits", "classes", "needs", "monitoring", "assistance")
"""The keys of a rule that name dictionaries of the household."""

KEEP_BONUS = 10
"""What keeping a standing pair is worth in a rebalance, in points of fit."""

DEFAULTS: dict[tuple[str, str], Any] = {
    ("capacity", "default"): 2,
    ("priority", "roles"): [],
    ("priority", "ranked"): True,
    ("proximity", "hamlet"): 0,
    ("proximity", "cluster"): 0,
    ("limits", "hard_per_cadre"): 0,
    ("limits", "women_for_women_alone"): False,
    ("limits", "no_kin"): True,
}
"""The keys of the sections, and what holds where a text leaves them out."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cadre and a household, each by code or ID number, that are never paired."""

    cadre: str
    household: str
    reason: str

    @property
    def keys(self) -> tuple[str, str]:
        """Cadre and household in the form in which they are compared."""
        return conflict_key(self.cadre), conflict_key(self.household)


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
    hard_per_cadre: int = 0
    """The most 重难点户 of one cadre; 0 for no limit."""
    no_kin: bool = True
    conflicts: tuple[Conflict, ...] = ()
    hidden: frozenset[str] = frozenset()
    """Classes that only few may see."""
    hidden_names: frozenset[str] = frozenset()
    """Names of rules that look at such a class: that one of them scores tells what the household is."""

    def told(self, reasons: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        """Reasons for a pair as everybody may see them."""
        return tuple((HIDDEN_NAME if self.hides(name) else name, score) for name, score in reasons)

    def hides(self, name: str) -> bool:
        """Whether a rule of this name, in force or a former one, is not to be named beside a household."""
        return name in self.hidden_names or any(word in name for word in self.hidden)


HIDDEN_NAME = "（涉及不公开的类别）"


def default_text() -> str:
    """The rules that hold until a town takes its own."""
    return Path(__file__).with_name("default_rules.toml").read_text(encoding="utf-8")


def parse_rules(
    text: str, dictionaries: Dictionaries, called: str = "规则", hint: str = "请对照 lianhu rules show 改正"
) -> Rules:
    """Rules from their TOML text; ``called`` is what the user knows the text by.

    Raises TextRefusedError with all that is wrong, line by line.
    """
    source = TomlText(text, called, hint)
    table = source.table
    source.check_keys(table, (), {*(section for section, _ in DEFAULTS), "match", "conflict"}, "规则")
    sections = {name: source.section(table, (name,), f"规则 {name}") for name, _ in DEFAULTS}
    for name, section in sections.items():
        source.check_keys(section, (name,), {key for at, key in DEFAULTS if at == name}, f"[{name}] ")
    roles = _words(source, sections["priority"], ("priority", "roles"), dictionaries, "roles", "[priority]")
    ranked = _flag(source, sections, "priority", "ranked")
    rows = table.get("match", [])
    if not isinstance(rows, list) or not rows:
        source.wrong(("match",), "规则里至少要有一条 [[match]]。")
        rows = []
    matches = tuple(_match(source, at, row, dictionaries) for at, row in enumerate(rows))
    _refuse_same_names(source, matches)
    rules = Rules(
        matches,
        {role: len(roles) - at if ranked else 1 for at, role in enumerate(roles)},
        _number(source, sections, "proximity", "hamlet", 0),
        _number(source, sections, "proximity", "cluster", 0),
        _number(source, sections, "capacity", "default", 1),
        _flag(source, sections, "limits", "women_for_women_alone"),
        text,
        _number(source, sections, "limits", "hard_per_cadre", 0),
        _flag(source, sections, "limits", "no_kin"),
        _conflicts(source, table.get("conflict", [])),
        dictionaries.hidden_classes,
        frozenset(match.name for match in matches if any(words & dictionaries.hidden_classes for words in match.words.values())),
    )
    source.refuse_mistakes()
    return rules


def _flag(source: TomlText, sections: Mapping[str, dict[str, Any]], name: str, key: str) -> bool:
    return source.flag(sections[name], (name, key), DEFAULTS[name, key], f"[{name}] {key}")


def _number(source: TomlText, sections: Mapping[str, dict[str, Any]], name: str, key: str, low: int) -> int:
    return source.number(sections[name], (name, key), DEFAULTS[name, key], f"[{name}] {key}", low, 100)


def _words(
    source: TomlText, table: Mapping[str, Any], path: KeyPath, dictionaries: Dictionaries, dictionary: str, where: str
) -> tuple[str, ...]:
    """The names of a dictionary that the list at the last key of a path means."""
    found = []
    for at, word in enumerate(source.strings(table, path, [], f"{where} {path[-1]}")):
        name = dictionaries[dictionary].find(word)
        if name is None:
            near = dictionaries[dictionary].nearest(word)
            advice = f"；您是不是要写“{near}”？" if near else "。"
            source.wrong((*path, at), f"{where} {path[-1]}：“{word}”不在“{dictionaries[dictionary].title}”词表中{advice}")
        else:
            found.append(name)
    return tuple(found)


def _match(source: TomlText, at: int, row: object, dictionaries: Dictionaries) -> Match:
    path: KeyPath = ("match", at)
    named = row.get("name") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(named, str) or not named.strip():
        source.wrong(path, "每条 [[match]] 都要有 name。")
        return Match("", frozenset(), {}, False, 0, "")
    where = f"规则“{named.strip()}”"
    # A key that is misspelt is told once, not as missing too.
    complete = not source.check_keys(
        row, path, {"name", "roles", *HOUSEHOLD_KEYS, "hard", "score", "source", "example"}, where)
    roles = _words(source, row, (*path, "roles"), dictionaries, "roles", where)
    words = {key: frozenset(_words(source, row, (*path, key), dictionaries, key, where))
             for key in HOUSEHOLD_KEYS if key in row}
    hard = source.flag(row, (*path, "hard"), False, f"{where} hard")
    if complete and not row.get("roles"):
        source.wrong((*path, "roles"), f"{where}要写 roles。")
    if complete and not any(row.get(key) for key in ("hard", *HOUSEHOLD_KEYS)):
        source.wrong(path, f"{where}要写出哪些户：traits、classes、needs、monitoring、assistance 或 hard。")
    if complete and "score" not in row:
        source.wrong(path, f"{where}要写 score。")
    score = source.number(row, (*path, "score"), 1, f"{where} score", 1, 100)
    return Match(named.strip(), frozenset(roles), words, hard, score,
                 source.string(row, (*path, "source"), "", f"{where} source"),
                 _example(source, row, (*path, "example"), dictionaries, f"{where}的 example "))


def _refuse_same_names(source: TomlText, matches: tuple[Match, ...]) -> None:
    first: dict[str, int] = {}
    for at, match in enumerate(matches):
        if match.name and match.name in first:
            line = line_of(lines_of(source.text), ("match", first[match.name]))
            source.wrong(("match", at), f"有两条规则都叫“{match.name}”（另一条在第 {line} 行），请改名。")
        first.setdefault(match.name, at)


def _example(
    source: TomlText, row: Mapping[str, Any], path: KeyPath, dictionaries: Dictionaries, where: str
) -> dict[str, Case]:
    example = row.get("example", {})
    if not isinstance(example, dict) or not all(isinstance(case, dict) for case in example.values()):
        source.wrong(path, f"{where}要写成 {{ yes = {{ … }}, no = {{ … }} }}。")
        return {}
    source.check_keys(example, path, {"yes", "no"}, where)
    cases = {}
    for side, case in example.items():
        source.check_keys(case, (*path, side), {"roles", *HOUSEHOLD_KEYS, "hard"}, where)
        cases[side] = Case(
            frozenset(_words(source, case, (*path, side, "roles"), dictionaries, "roles", where.rstrip())),
            {key: frozenset(_words(source, case, (*path, side, key), dictionaries, key, where.rstrip()))
             for key in HOUSEHOLD_KEYS},
            source.flag(case, (*path, side, "hard"), False, f"{where}hard"))
    return cases


def _conflicts(source: TomlText, rows: object) -> tuple[Conflict, ...]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        source.wrong(("conflict",), "不能结对的干部和户要写成若干 [[conflict]]。")
        return ()
    found: list[Conflict] = []
    for at, row in enumerate(rows):
        path: KeyPath = ("conflict", at)
        source.check_keys(row, path, {"cadre", "household", "reason"}, "[[conflict]] ")
        cadre = _named(source, row, (*path, "cadre"), "干部")
        household = _named(source, row, (*path, "household"), "户")
        if any((conflict_key(cadre), conflict_key(household)) == other.keys for other in found):
            source.wrong(path, "这名干部和这户的 [[conflict]] 写了两次。")
        found.append(Conflict(cadre, household, source.string(row, (*path, "reason"), "", "[[conflict]] reason")))
    return tuple(found)


def _named(source: TomlText, row: Mapping[str, Any], path: KeyPath, noun: str) -> str:
    """The code or ID number of a cadre or household."""
    word = source.string(row, path, "", f"[[conflict]] {path[-1]}")
    if not word and isinstance(row.get(str(path[-1]), ""), str):
        source.wrong(path, f"[[conflict]] 要写 {path[-1]}：{noun}的编号或身份证号。")
    if "*" in word:
        source.wrong(path, f"[[conflict]] {path[-1]} 是遮住的号码，请写{noun}的编号。")
    return word


def conflict_key(word: str) -> str:
    """The form in which a code or ID number is compared: half width, capitals, 18 digits."""
    text = "".join(unicodedata.normalize("NFKC", word).split()).upper()
    return eighteen_digits(text) if text.isdigit() else text


def failing_examples(rules: Rules) -> list[Mistake]:
    """Where rules' own examples do not come out as they say."""
    from lianhu.domain.fit import scores

    lines = lines_of(rules.text)
    failing = []
    for at, match in enumerate(rules.matches):
        for side, expected in (("yes", True), ("no", False)):
            case = match.example.get(side)
            if case is not None and scores(match, case.roles, case.words, case.hard) != expected:
                failing.append(Mistake(
                    line_of(lines, ("match", at, "example", side)),
                    f"规则“{match.name}”的例子 {side} {'应得分而没有' if expected else '不应得分而得了'}。"))
    return failing


def missing_examples(rules: Rules) -> list[Mistake]:
    """The rules without an example on either side, which nobody can check."""
    lines = lines_of(rules.text)
    found = []
    for at, match in enumerate(rules.matches):
        missing = [side for side in ("yes", "no") if side not in match.example]
        if missing:
            found.append(Mistake(line_of(lines, ("match", at, "example")),
                                 f"规则“{match.name}”没有例子 {'、'.join(missing)}，写上以后 rules check 会替您验算。"))
    return found


def keys_left_out(rules: Rules) -> list[tuple[str, str, str]]:
    """Section, key and meaning of the keys that a text leaves to their defaults."""
    written, defaults = lines_of(rules.text), default_text()
    places, text = lines_of(defaults), defaults.splitlines()
    return [
        (section, key, _comment_above(text, places[section, key]))
        for section, key in DEFAULTS if (section, key) not in written
    ]


def _comment_above(text: list[str], line: int) -> str:
    """The comment that stands right above a line, from 1."""
    comment: list[str] = []
    for above in reversed(text[:line - 1]):
        if not above.startswith("#"):
            break
        comment.insert(0, above.lstrip("# "))
    return "".join(comment)
