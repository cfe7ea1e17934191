"""Taking the town's own rules and settings in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lianhu.domain.rules import Rules, default_text, failing_examples, parse_rules
from lianhu.domain.settings import Settings, parse_settings, render_settings
from lianhu.errors import ConflictError
from lianhu.services.settings import load_settings, store_text, stored_text
from lianhu.services.town import read_rules_file
from lianhu.store.connection import Database
from lianhu.store.journal import batch


def rules_text(database: Database) -> str:
    """The rules in force as the town wrote them."""
    return stored_text(database, "rules") or default_text()


def settings_text(database: Database) -> str:
    """All settings in force, each with its comment."""
    return render_settings(load_settings(database))


def check_rules(database: Database, path: Path | None) -> Rules:
    """The rules of a file, or those in force, with their examples run. Raises ConflictError."""
    text = rules_text(database) if path is None else read_rules_file(path)
    rules = parse_rules(text, load_settings(database).dictionaries)
    failing = failing_examples(rules)
    if failing:
        raise ConflictError("；".join(sentence.rstrip("。") for sentence in failing) + "。",
                            "请改规则，或改它的例子")
    return rules


def import_rules(database: Database, path: Path, *, now: datetime) -> tuple[Rules, int | None]:
    """Takes a file's rules as the town's; gives the batch, or None when nothing changed."""
    rules = check_rules(database, path)
    with batch(database, "rules import", now=now, file_name=path.name) as journal:
        if rules.text == rules_text(database) or not store_text(database, journal, "rules", rules.text):
            return rules, None
        journal.summarise(f"换规则：{len(rules.matches)} 条（{path.name}）")
        return rules, journal.batch


def import_settings(database: Database, path: Path, *, now: datetime) -> tuple[Settings, int | None]:
    """Takes a file's settings as the town's; gives the batch, or None when nothing changed."""
    text = read_rules_file(path)
    settings = parse_settings(text)
    with batch(database, "config import", now=now, file_name=path.name) as journal:
        if not store_text(database, journal, "config", text):
            return settings, None
        journal.summarise(f"换设置（{path.name}）")
        return settings, journal.batch
