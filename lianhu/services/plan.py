"""The pairing as it is sent out: one list a village, masked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from lianhu.domain.masks import mask_phone
from lianhu.domain.rules import HOUSEHOLD_KEYS
from lianhu.services.assignment import Assignment, Pair
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One household of the plan; the cadre's cells are empty where nobody could be found."""

    household: str
    head_name: str
    hamlet: str
    situation: str
    needs: str
    cadre_name: str = ""
    post: str = ""
    phone: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """The lines of one village under its title; ``on`` is the day the plan holds from."""

    village: str
    title: str
    on: str
    lines: list[PlanLine]


def plan_of(database: Database, result: Assignment, on: date) -> list[PlanSheet]:
    """The sheets of the plan, every village with a household, in the town's order."""
    settings = load_settings(database)
    hidden = settings.dictionaries.hidden_classes
    cadres = {row["id"]: row for row in database.records("SELECT * FROM cadre")}
    households = {row["id"]: row for row in database.records("SELECT * FROM household")}
    pairs = {pair.household.id: pair for pair in result.pairs}
    reasons = {household.id: reason for household, reason in result.unpaired}
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    for household in result.town.households:
        row, pair = households[household.id], pairs.get(household.id)
        words = [word for key in HOUSEHOLD_KEYS if key != "needs"
                 for word in (row[key] or "").split("、") if word and word not in hidden]
        if household.is_hard:
            words.insert(0, "重难点户")
        cells = (household.code, household.name, row["hamlet"] or "", "、".join(dict.fromkeys(words)), row["needs"] or "")
        if pair is None:
            lines[household.village].append(PlanLine(*cells, remark=reasons[household.id]))
        else:
            lines[household.village].append(_paired(cells, pair, cadres[pair.cadre.id]))
    villages = sorted(result.town.villages.values(), key=lambda village: village["ordinal"])
    return [
        PlanSheet(village["name"], f"{settings.town}{village['name']}党员干部“一带二”联户结对表", on.isoformat(),
                  lines[village["id"]])
        for village in villages if lines.get(village["id"])
    ]


def _paired(cells: tuple[str, str, str, str, str], pair: Pair, cadre: dict[str, str | None]) -> PlanLine:
    post = cadre["post"] or (cadre["roles"] or "").split("、")[0]
    phone = mask_phone(cadre["phone"]) if cadre["phone"] else ""
    return PlanLine(*cells, cadre_name=pair.cadre.name, post=post, phone=phone,
                    remark="跨村联系" if pair.crosses else "")
