"""What speaks against a pair that a person makes by hand. A run never makes one that breaks a rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lianhu.domain.fit import Cadre, Household
from lianhu.errors import UnconfirmedError
from lianhu.services.assignment import territory_of
from lianhu.services.town import Town

_MOST_NAMED = 6


def breaches(town: Town, cadre: Cadre, households: Sequence[Household]) -> list[str]:
    """What speaks against the cadre holding these households beside his others, a sentence each."""
    territory = territory_of(town)
    found = []
    for household in households:
        if household.village not in cadre.villages:
            found.append(f"跨村：{household.code} {household.name}在{town.place(household)}，"
                         f"{cadre.code} {cadre.name}{_whereabouts(town, cadre)}")
        found += territory.bars(cadre, household)
    others = households_of(town, cadre, besides=households)
    if len(others) + len(households) > cadre.capacity:
        found.append(f"超过上限：{cadre.code} {cadre.name}上限 {cadre.capacity} 户，"
                     f"这样共 {len(others) + len(households)} 户（{_listed((*others, *households))}）")
    hard = [household for household in (*others, *households) if household.is_hard]
    limit = town.rules.hard_per_cadre
    if limit and len(hard) > limit and any(household.is_hard for household in households):
        found.append(f"超过重难点户上限：规则规定一名干部最多 {limit} 户，{cadre.code} {cadre.name}这样共 {len(hard)} 户"
                     f"（{_listed(hard)}）")
    return found


def refuse_unconfirmed(what: str, found: Sequence[str], agreed: Collection[str]) -> None:
    """Raises UnconfirmedError when something speaks against ``what`` that nobody has agreed to."""
    if not set(found) <= set(agreed):
        raise UnconfirmedError(what, tuple(found))


def households_of(town: Town, cadre: Cadre, *, besides: Sequence[Household] = ()) -> list[Household]:
    """The open households that a cadre holds."""
    left_out = {household.id for household in besides}
    return [
        household for household in town.households
        if household.id not in left_out and household.id in town.standing
        and town.standing[household.id]["cadre_id"] == cadre.id]


def _whereabouts(town: Town, cadre: Cadre) -> str:
    places = sorted((town.villages[village] for village in cadre.villages), key=lambda village: village["ordinal"])
    return f"在{'、'.join(place['name'] for place in places)}" if places else "没有嘎查村，也没有包片村"


def _listed(households: Sequence[Household]) -> str:
    named = [f"{household.code} {household.name}" for household in households]
    return "、".join(named[:_MOST_NAMED]) + (f"等 {len(named)} 户" if len(named) > _MOST_NAMED else "")
