"""Why a household stays without a cadre: nobody there, nobody allowed, or nobody with a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lianhu.domain.fit import Household
from lianhu.domain.territory import Territory
from lianhu.services.town import Town

_MOST_NAMED = 6


def why_alone(
    town: Town, territory: Territory, household: Household, held: Counter[int], hard_held: Counter[int]
) -> str:
    """What stands in the way, in words. ``held`` and ``hard_held`` count by position all that each cadre
    holds, and of it the 重难点户."""
    why = _why_not_own(town, territory, household, held, hard_held)
    around = [at for at in territory.neighbours(household) if town.cadres[at].capacity]
    return why + (f"；同片区邻村的 {len(around)} 名干部也没有空位" if around else "")


def _why_not_own(
    town: Town, territory: Territory, household: Household, held: Counter[int], hard_held: Counter[int]
) -> str:
    """The same for the cadres of the household's own village."""
    own = territory.own(household)
    barred = [at for at, cadre in enumerate(town.cadres) if household.village in cadre.villages and at not in own]
    if not own and not barred:
        return f"{town.place(household)}没有在岗干部，也没有包片的镇干部"
    if not own:
        return (f"{town.place(household)}的 {len(barred)} 名干部都不能联系本户："
                f"{_with_bars(town, territory, household, barred)}")
    limit = town.rules.hard_per_cadre if household.is_hard else 0
    is_limited = limit and any(held[at] < town.cadres[at].capacity for at in own)
    named = [f"{town.cadres[at].name}（{town.cadres[at].code}，"
             + (f"{held[at]} 户" if town.cadres[at].capacity or held[at] else "上限 0 户")
             + (f"，其中重难点户 {hard_held[at]} 户）" if is_limited else "）") for at in own]
    why = f"可以联系本户的干部都已满{f'或已到重难点户上限（每人 {limit} 户）' if is_limited else ''}：{_some(named)}"
    free = [at for at in barred if held[at] < town.cadres[at].capacity]
    return why + (f"；有空的不能联系本户：{_with_bars(town, territory, household, free)}" if free else "")


def _with_bars(town: Town, territory: Territory, household: Household, positions: Sequence[int]) -> str:
    return _some([
        f"{cadre.name}（{cadre.code}，{'，'.join(territory.bars_in_short(cadre, household))}）"
        for cadre in (town.cadres[at] for at in positions)])


def _some(named: Sequence[str]) -> str:
    return "、".join(named[:_MOST_NAMED]) + (f"等 {len(named)} 名" if len(named) > _MOST_NAMED else "")
