"""The town's own rules and settings as texts, and taking settings in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lianhu.domain.rules import default_text
from lianhu.domain.settings import Settings, parse_settings, render_settings
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


def import_settings(database: Database, path: Path, *, now: datetime) -> tuple[Settings, int | None]:
    """Takes a file's settings as the town's; gives the batch, or None when nothing changed."""
    text = read_rules_file(path)
    settings = parse_settings(text, path.name)
    with batch(database, "config import", now=now, file_name=path.name) as journal:
        if not store_text(database, journal, "config", text):
            return settings, None
        journal.summarise(f"换设置（{path.name}）")
        return settings, journal.batch
