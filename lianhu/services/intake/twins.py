"""Finding the stored record that a row of a sheet is about, also among several that are much alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from lianhu.domain.rows import Row
from lianhu.services.intake.staging import Staged


def particulars(values: dict[str, Any]) -> tuple[Any, ...]:
    """What tells two visits of one cadre at one household apart: the way, in a month the note too."""
    if "visited_on" not in values:
        return ()
    return values["way"], values["note"] if len(values["visited_on"]) == len("2026-11") else None


def recorded(
    identity: Sequence[str], rows: Sequence[tuple[Row, dict[str, Any]]], by_code: dict[Any, Staged],
    natural: dict[tuple[Any, ...], list[Staged]],
) -> list[Staged | None]:
    """The stored record that each row is about, if there is one.

    Of several visits of one day a row means the one that is like it. One that is like none corrects the only
    one that no other row means; where that is not clear it is another visit.
    """
    def twins(values: dict[str, Any]) -> list[Staged]:
        return [twin for twin in natural.get(tuple(values[name] for name in identity), [])
                if values.get("code") in (None, twin.values.get("code"))]

    found: list[Staged | None] = [by_code.get(values.get("code")) for _, values in rows]
    for at, (row, values) in enumerate(rows):
        if found[at] is None:
            like = [twin for twin in twins(values) if particulars(twin.values) == particulars(values)]
            if not like and ("visited_on" not in values or row.values.get("way") is None):
                like = twins(values)
            found[at] = like[0] if like else None
    taken = {id(record) for record in found}
    left: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for at, (_, values) in enumerate(rows):
        if found[at] is None:
            left[tuple(values[name] for name in identity)].append(at)
    for places in left.values():
        free = [twin for twin in twins(rows[places[0]][1]) if id(twin) not in taken]
        if len(places) == len(free) == 1:
            found[places[0]] = free[0]
    return found
