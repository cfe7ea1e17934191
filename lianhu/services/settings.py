"""The town's own texts: settings and fit rules."""

from __future__ import annotations

from lianhu.domain.settings import Settings, parse_settings
from lianhu.store.connection import Database
from lianhu.store.journal import Journal


def stored_text(database: Database, name: str) -> str | None:
    """The town's own text of ``config`` or ``rules``; None while the defaults hold."""
    if database.fresh:
        return None
    rows = database.execute("SELECT text FROM setting WHERE name = ?", [name])
    return rows[0][0] if rows else None


def load_settings(database: Database) -> Settings:
    """The settings in force."""
    text = stored_text(database, "config")
    return parse_settings(text, "现在的设置") if text is not None else Settings()


def store_text(database: Database, journal: Journal, name: str, text: str) -> bool:
    """Puts a town's text in place; False when it is the one already there."""
    rows = database.records("SELECT * FROM setting WHERE name = ?", [name])
    if rows:
        return journal.update("setting", rows[0]["id"], rows[0], rows[0] | {"text": text})
    journal.insert("setting", {"name": name, "text": text})
    return True
