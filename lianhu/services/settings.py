"""The town's own texts: settings and fit rules."""

from __future__ import annotations

from lianhu.domain.settings import Settings, parse_settings
from lianhu.errors import UsageError
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


def get_term(settings: Settings, dictionary: str, word: str) -> str:
    """The stored name of a word of a dictionary. Raises UsageError that names what there is."""
    found = settings.dictionaries[dictionary].find(word)
    if found is None:
        words = settings.dictionaries[dictionary]
        near = words.nearest(word)
        raise UsageError(f"{words.title}里没有“{word}”；可用的有：{'、'.join(words.names)}。",
                         f"您是不是要写 {near}" if near else "")
    return found


def store_text(database: Database, journal: Journal, name: str, text: str) -> bool:
    """Puts a town's text in place; False when it is the one already there."""
    rows = database.records("SELECT * FROM setting WHERE name = ?", [name])
    if rows:
        return journal.update("setting", rows[0]["id"], rows[0], rows[0] | {"text": text})
    journal.insert("setting", {"name": name, "text": text})
    return True
