"""What lists are limited to, and what no text may say: the same for every kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from lianhu.domain.settings import Settings
from lianhu.domain.terms import forbidden_word
from lianhu.errors import UsageError
from lianhu.services.lookup import get_cadre, get_standing_household, get_village
from lianhu.services.settings import get_term
from lianhu.store.connection import Database


def narrowed(
    database: Database, *conditions: tuple[str, Any], household: str | None = None, village: str | None = None,
    by: str | None = None, aliases: tuple[str, str, str] = ("household", "village", "cadre"),
) -> tuple[str, list[Any]]:
    """A WHERE clause and its parameters for a household, a village and a cadre as typed.

    ``conditions`` are further pairs of SQL with one question mark and a value; a value of None
    leaves its condition out. ``aliases`` are the names of the three tables in the query.
    """
    home, place, cadre = aliases
    given = [
        (f"{home}.id = ?", get_standing_household(database, household)["id"] if household else None),
        (f"{place}.id = ?", get_village(database, village)["id"] if village else None),
        (f"{cadre}.id = ?", get_cadre(database, by)["id"] if by else None),
        *conditions,
    ]
    used = [(sql, value) for sql, value in given if value is not None]
    return " AND ".join(["1 = 1", *(sql for sql, _ in used)]), [value for _, value in used]


def bears_any(words: Sequence[tuple[str, str]]) -> tuple[str, list[Any]]:
    """A condition on ``household`` and its parameters: it has one of these words, given as (column, word)."""
    either = " OR ".join(f"'、' || household.{column} || '、' LIKE ?" for column, _ in words)
    return f"({either})", [f"%、{word}、%" for _, word in words]


def open_word(settings: Settings, dictionary: str, word: str) -> str:
    """The stored name of a word by which households may be picked out.

    Raises UsageError for one that only few may see: the list would tell who they are.
    """
    name = get_term(settings, dictionary, word)
    if name in settings.dictionaries.hidden_classes:
        raise UsageError(f"“{name}”是不公开的类别，不能用来挑选户。",
                         "看有这类情况的户：lianhu household list --full（会记入日志）")
    return name


def since(column: str, start: date | None) -> tuple[str, str | None]:
    """A condition for ``narrowed``: a day from ``start`` on; a month counts when any of its days does."""
    return f"{column} >= substr(?, 1, length({column}))", start.isoformat() if start else None


def refuse_forbidden(*texts: str | None) -> None:
    """Raises UsageError for a text with a word that lianhu does not keep (DOMAIN section 2)."""
    for text in texts:
        if word := forbidden_word(text or ""):
            raise UsageError(f"本系统不登记“{word}”一类信息，没有登记。", "请删去这部分内容再登记")
