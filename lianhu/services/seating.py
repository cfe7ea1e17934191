"""The seats that cadres have in the solver's problem, also where the rules limit their 重难点户."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lianhu.domain.assign import Seat
from lianhu.services.town import Town


class Seating(NamedTuple):
    """The seats, of each seat the position of its cadre in the town's list, and of each position its seats.

    A 重难点户 may take the first seat of a cadre only.
    """

    seats: list[Seat]
    positions: list[int]
    places: dict[int, list[int]]


def seats_of(town: Town, used: Sequence[int], held: Counter[int], hard_held: Counter[int]) -> Seating:
    """The seats of the cadres at the positions ``used``; ``held`` counts what stays fixed, of it ``hard_held`` 重难点户.

    A cadre with places for at most m more 重难点户 is a seat of his first m places, open to all, and one
    of the others. The other places are paid for as if the first seat's were all taken, so to leave one of
    these empty for them never pays, and a cadre's k-th household costs k - 1 as with one seat. Any choice
    within capacity and limit fits in: the 重难点户 into the first seat, which others then fill up.
    """
    seating = Seating([], [], {})
    for at in used:
        cadre = town.cadres[at]
        left = first = max(0, cadre.capacity - held[at])
        if town.rules.hard_per_cadre:
            first = min(left, max(0, town.rules.hard_per_cadre - hard_held[at]))
        own = seating.places[at] = []
        for capacity, already in ((first, held[at]), (left - first, held[at] + first)):
            if capacity or not own:
                own.append(len(seating.seats))
                seating.seats.append(Seat(cadre.code, capacity, already, cadre.key))
                seating.positions.append(at)
    return seating
