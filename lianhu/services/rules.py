"""Rules that a town may take: checked, set against the present ones, tried on the pairing, taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianhu.domain.masks import mask_text
from lianhu.domain.rules import Rules, failing_examples, missing_examples, parse_rules
from lianhu.domain.rules_difference import RuleChange, difference
from lianhu.domain.territory import idle_conflicts
from lianhu.domain.toml_lines import line_of, lines_of
from lianhu.errors import ConflictError, Mistake, TextRefusedError
from lianhu.services.assignment import Progress
from lianhu.services.rules_effect import Effect, effect_of
from lianhu.services.settings import load_settings, store_text
from lianhu.services.texts import rules_text
from lianhu.services.town import load_rules, load_town
from lianhu.store.connection import Database
from lianhu.store.journal import batch


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules of a file that may be taken. ``present`` is None where the town's own are wrong by now.

    ``effect`` is None where the rules say the same as the present ones, or these are wrong.
    """

    rules: Rules
    present_text: str
    present: Rules | None
    warnings: list[Mistake]
    difference: list[RuleChange]
    effect: Effect | None

    @property
    def is_same_text(self) -> bool:
        return self.rules.text == self.present_text

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": True, "rules": len(self.rules.matches), "errors": [],
            "warnings": [mistake._asdict() for mistake in self.warnings],
            "difference": [change.as_json() for change in self.difference],
            "effect": self.effect and self.effect.as_json(),
        }


def check_rules(database: Database, path: Path | None) -> tuple[Rules, list[Mistake]]:
    """The rules of a file, or those in force, with their examples run, and what else is worth a look.

    Raises TextRefusedError with all that is wrong.
    """
    rules = load_rules(database, path)
    failing = failing_examples(rules)
    if failing:
        raise TextRefusedError("现在的规则" if path is None else path.name, failing, "请改规则，或改它的例子")
    warnings = missing_examples(rules) + _idle_conflicts(database, rules)
    return rules, sorted(warnings, key=lambda mistake: mistake.line or 0)


def _idle_conflicts(database: Database, rules: Rules) -> list[Mistake]:
    """Those conflicts that name nobody who is there: people come and go, so they are no mistake."""
    if not rules.conflicts:
        return []
    town = load_town(database, rules)
    lines = lines_of(rules.text)
    nouns = {"cadre": "在岗干部", "household": "在册联系户"}
    return [
        Mistake(line_of(lines, ("conflict", at, side)),
                f"没有编号或身份证号是“{mask_text(getattr(rules.conflicts[at], side))}”的{nouns[side]}，"
                "这条 [[conflict]] 暂时不起作用。")
        for at, side in idle_conflicts(town.cadres, town.households, rules)]


def propose_rules(database: Database, path: Path, *, today: date, progress: Progress | None = None) -> Proposal:
    """The rules of a file, what sets them against the present ones, and what they would do to the pairing.

    Raises TextRefusedError with all that is wrong.
    """
    with database.snapshot():
        rules, warnings = check_rules(database, path)
        text = rules_text(database)
        try:
            present = parse_rules(text, load_settings(database).dictionaries)
        except TextRefusedError:
            return Proposal(rules, text, None, warnings, [], None)
        changes = difference(present, rules)
        effect = effect_of(database, present, rules, today=today, progress=progress) if changes else None
        return Proposal(rules, text, present, warnings, changes, effect)


def take_rules(database: Database, proposal: Proposal, file_name: str, *, now: datetime) -> int | None:
    """Makes the proposed rules the town's; gives the batch, or None when nothing changed.

    Raises ConflictError when the present rules are no longer those the proposal was set against.
    """
    with batch(database, "rules import", now=now, file_name=file_name) as journal:
        if rules_text(database) != proposal.present_text:
            raise ConflictError("刚才显示以后，规则又有了改动，没有写入。", "请再运行一次同样的命令")
        if proposal.is_same_text or not store_text(database, journal, "rules", proposal.rules.text):
            return None
        journal.summarise(f"换规则：{len(proposal.rules.matches)} 条（{file_name}）")
        return journal.batch
