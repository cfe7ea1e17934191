"""How the records of people may be shown."""

from __future__ import annotations

from collections.abc import Callable

from lianhu.domain.masks import mask_id_number, mask_phone
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record


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
        for name in ("traits", "classes"):
            if copy.get(name):
                copy[name] = "、".join(word for word in copy[name].split("、") if word not in hidden) or None
        return copy

    return shown


def masked(record: Record, database: Database, *, full: bool) -> Record:
    """One household, member or cadre as it may be shown."""
    return masker(database, full=full)(record)
