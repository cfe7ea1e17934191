"""What stands although a capacity or the rules are against it: no run ends it, so it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lianhu.domain.fit import Cadre
from lianhu.services.assignment import Assignment, Pair

_MOST_NAMED = 6


def objections(result: Assignment) -> list[str]:
    """A sentence for each cadre over a limit, and for each pair that was kept against the rules."""
    kept: dict[int, list[Pair]] = defaultdict(list)
    for pair in result.pairs:
        if pair.status == "kept":
            kept[pair.cadre.id].append(pair)
    said = []
    for at, cadre in enumerate(result.town.cadres):
        if kept[cadre.id]:
            said += _over_limits(result, cadre, kept[cadre.id])
            said += [sentence for pair in kept[cadre.id] for sentence in _against(result, at, pair)]
    return said


def _over_limits(result: Assignment, cadre: Cadre, pairs: list[Pair]) -> list[str]:
    hard, most_hard = [pair for pair in pairs if pair.household.is_hard], result.town.rules.hard_per_cadre
    said = []
    if len(pairs) > cadre.capacity:
        said.append(f"{cadre.name}（{cadre.code}）上限 {cadre.capacity} 户，现联系 {len(pairs)} 户，都没有动："
                    + _named(result, pairs))
    if most_hard and len(hard) > most_hard:
        said.append(f"{cadre.name}（{cadre.code}）按规则最多联系 {most_hard} 户重难点户，现联系 {len(hard)} 户，都没有动："
                    + _named(result, hard))
    return said


def _against(result: Assignment, at: int, pair: Pair) -> list[str]:
    """Why the cadre at this position would not be given the household now."""
    town, territory, cadre = result.town, result.territory, pair.cadre
    called = _called(result, pair)
    said = [f"{reason}；{called}没有动" for reason in territory.bars(cadre, pair.household)]
    # What was paired across villages was so knowingly.
    if not (pair.crosses or pair.household.village in cadre.villages or at in territory.neighbours(pair.household)):
        said.append(f"{cadre.name}（{cadre.code}）已不联系{town.place(pair.household)}；{called}没有动")
    return said


def _named(result: Assignment, pairs: Sequence[Pair]) -> str:
    named = [_called(result, pair) for pair in pairs]
    return "、".join(named[:_MOST_NAMED]) + (f"等 {len(named)} 户" if len(named) > _MOST_NAMED else "")


def _called(result: Assignment, pair: Pair) -> str:
    """The household, and what keeps a rebalance from moving it: H00001 王宝音（锁定）."""
    record = result.town.standing[pair.household.id]
    how = "锁定" if record["is_locked"] else "人工指定" if record["origin"] == "hand" else ""
    return f"{pair.household.code} {pair.household.name}" + (f"（{how}）" if how else "")
