"""How the records of people may be shown."""

from __future__ import annotations

from collections.abc import Callable

from lianhu.domain.masks import SHORTEST_NUMBER, mask_id_number, mask_phone, mask_text
from lianhu.errors import TextRefusedError
from lianhu.services.settings import load_settings
from lianhu.services.town import load_rules
from lianhu.store.connection import Database, Record

_TYPED = ("hamlet", "address", "note", "hard_reason", "close_reason", "unit", "post", "area", "leave_reason", "cluster")
"""Columns in which someone may have typed a number of a person where it does not belong."""


def masker(database: Database, *, full: bool) -> Callable[[Record], Record]:
    """A function that gives a household, member or cadre as it may be shown: numbers masked, A-classes left out."""
    if full:
        return lambda record: record
    hidden = load_settings(database).dictionaries.hidden_classes

    def shown(record: Record) -> Record:
        copy = dict(record)
        for name in ("head_id_number", "id_number"):
            if copy.get(name):
                copy[name] = mask_id_number(copy[name])
        if copy.get("phone"):
            copy["phone"] = mask_phone(copy["phone"])
        for name in _TYPED:
            # Shorter texts hold no such number and are spared the search.
            if len(copy.get(name) or "") >= SHORTEST_NUMBER:
                copy[name] = mask_text(copy[name])
        for name in ("traits", "classes"):
            if copy.get(name):
                copy[name] = "、".join(word for word in copy[name].split("、") if word not in hidden) or None
        return copy

    return shown


def rule_hider(database: Database) -> Callable[[str], bool]:
    """Tells of a rule's name whether it would betray a class that only few may see.

    While the rules in force cannot be read, since the town has changed the words that they use, any name might.
    """
    try:
        rules = load_rules(database)
    except TextRefusedError:
        return lambda name: True
    return rules.hides


def masked(record: Record, database: Database, *, full: bool) -> Record:
    """One household, member or cadre as it may be shown."""
    return masker(database, full=full)(record)
