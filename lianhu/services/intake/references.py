"""Households and cadres that other rows refer to: found by code, ID number, or village and name."""

from __future__ import annotations

from collections import defaultdict

from lianhu.domain.forms.base import NOBODY
from lianhu.domain.identity import eighteen_digits, name_key
from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.former_heads import FormerHeads, note_former
from lianhu.services.intake.places import Places
from lianhu.services.intake.staging import Source, Stage, Staged


def _unknown(source: Source, row: Row, fields: tuple[str, ...], message: str) -> None:
    heading = source.blamed(row, fields)
    position = heading.position if heading else 0
    row.refuse(Problem(
        coordinate(row.number, position) if position else "", row.number, heading.text if heading else "",
        "reference-unknown", "error", message))


class CadreFinder:
    """The cadres of the town, those of this import included."""

    def __init__(self, stage: Stage) -> None:
        self.by_code: dict[str, Staged] = {}
        self.by_id: dict[str, Staged] = {}
        self.by_name: dict[str, list[Staged]] = defaultdict(list)
        for cadre in stage.everyone("cadre"):
            values = cadre.values
            if isinstance(values["village_id"], int):
                values["village_id"] = stage.by_id("village", values["village_id"])
            self.by_code[values["code"]] = cadre
            if values["id_number"]:
                self.by_id[eighteen_digits(values["id_number"])] = cadre
            self.by_name[name_key(values["name"])].append(cadre)

    def for_row(self, source: Source, row: Row, village: Staged | None) -> Staged | None:
        """The cadre a row names; None when it names none, or after its problem was noted.

        A name is looked for among the village's own cadres, then among town cadres who have the
        village in their 包片, then among all town cadres: never in other villages, where somebody
        else may bear it.
        """
        values = row.values
        code, number, name = (values.get(k) for k in ("cadre_code", "cadre_id_number", "cadre_name"))
        if not (code or number or name) or (name == NOBODY and not (code or number)):
            return None
        found: list[Staged] = []
        if code or number:
            one = self.by_code.get(code or "") or self.by_id.get(eighteen_digits(number or ""))
            found = [one] if one else []
        if not found and name and not code:
            found = self._by_name(name, village, values.get("cadre_phone"))
        if len(found) == 1:
            return found[0]
        place = village.values["name"] if village else "镇上"
        if found:
            shown = "、".join(c.values["code"] for c in found)
            _unknown(source, row, ("cadre_name", "cadre_code"),
                     f"{place}有 {len(found)} 名干部叫“{name}”（{shown}），没有读入；请填干部编号。")
        elif code or not name:
            _unknown(source, row, ("cadre_code", "cadre_id_number"),
                     f"没有登记过编号为“{code}”的干部，没有读入；请核对编号。" if code
                     else "没有登记过这个身份证号的干部，没有读入；请先导入干部名册。")
        else:
            elsewhere = "、".join(
                f"{c.values['village_id'].values['name'] if c.values['village_id'] else '镇'} {c.values['code']}"
                for c in self.by_name.get(name_key(name), ())[:3])
            hint = f"别处有同名干部（{elsewhere}），如就是他，请填干部编号" if elsewhere else "请先导入干部名册，或核对姓名"
            _unknown(source, row, ("cadre_name",), f"{place}没有登记叫“{name}”的干部，没有读入；{hint}。")
        return None

    def _by_name(self, name: str, village: Staged | None, phone: str | None) -> list[Staged]:
        bearers = self.by_name.get(name_key(name), [])
        town = [cadre for cadre in bearers if cadre.values["village_id"] is None]
        name_of_village = village.values["name"] if village else None
        for circle in (
            [cadre for cadre in bearers if village is not None and cadre.values["village_id"] is village],
            [c for c in town if name_of_village in (c.values["area"] or "").split("、")],
            town,
        ):
            if circle:
                told = [cadre for cadre in circle if phone and cadre.values["phone"] == phone]
                return told or circle
        return []


def joined_households(stage: Stage) -> dict[str, Staged]:
    """The households that others were joined with, by the code and the 18-digit ID number of those others."""
    kept: dict[str, Staged] = {}
    for household in stage.everyone("household"):
        target = household.values["merged_into_id"]
        if target is not None:
            number = household.values["head_id_number"]
            for key in (household.values["code"], number and eighteen_digits(number)):
                if key:
                    kept[key] = target if isinstance(target, Staged) else stage.by_id("household", target)
    return kept


class HouseholdFinder:
    """The households of the town, those of this import included."""

    def __init__(self, stage: Stage, places: Places) -> None:
        self.places = places
        self.by_code: dict[str, Staged] = {}
        self.by_id: dict[str, Staged] = {}
        self.by_name: dict[tuple[Staged, str], list[Staged]] = defaultdict(list)
        joined = joined_households(stage)
        for household in stage.everyone("household"):
            values = household.values
            if isinstance(values["village_id"], int):
                values["village_id"] = stage.by_id("village", values["village_id"])
            if values["code"] in joined:
                continue
            self.by_code[values["code"]] = household
            if values["head_id_number"]:
                self.by_id[eighteen_digits(values["head_id_number"])] = household
            self.by_name[values["village_id"], name_key(values["head_name"])].append(household)
        self.by_code |= joined
        self.by_id |= joined
        self.former = FormerHeads(stage)

    def known(self, code: str | None, number: str | None, village: Staged | None, name: str | None) -> Staged | None:
        """The household of that code or ID number, or the only one of that name in the village; a former
        head's too."""
        if code or number:
            found = self.by_code.get(code or "") or self.by_id.get(eighteen_digits(number or ""))
            if found is not None or code:
                return found
        bearers = self.by_name.get((village, name_key(name)), []) if village and name and not number else []
        if bearers:
            return bearers[0] if len(bearers) == 1 else None
        former = self.former.find(number, village, name)
        return former.household if former else None

    def for_row(self, source: Source, row: Row, *, needed: bool = True) -> Staged | None:
        """The household a row is about; None after its problem was noted.

        With ``needed=False`` (a ticket of somebody who is no key household) an unknown name is no
        problem.
        """
        values = row.values
        code, number, name = (values.get(k) for k in ("household_code", "head_id_number", "head_name"))
        if not (code or number or name):
            if needed:
                row.refuse(missing_problem(
                    row, source.layout.form.by_field["head_name"], source.position("head_name")))
            return None
        if code or number:
            found = self.by_code.get(code or "") or self.by_id.get(eighteen_digits(number or ""))
            if found is not None:
                return found
            if not code and (former := self.former.find(number, None, None)):
                note_former(source, row, former, ("head_id_number",))
                return former.household
            if code or not name:
                if needed or code:
                    _unknown(source, row, ("household_code", "head_id_number"),
                             f"没有登记过编号为“{code}”的户，没有读入；请核对编号。" if code
                             else "没有登记过这个身份证号的户，没有读入；请先导入联系户名册。")
                return None
        village = self.places.village(source, row, needed=needed)
        if village is None or not name:
            return None
        bearers = self.by_name.get((village, name_key(name)), [])
        if number:
            bearers = [h for h in bearers if not h.values["head_id_number"]]
        if len(bearers) == 1:
            return bearers[0]
        if not bearers and (former := self.former.find(number, village, name)):
            note_former(source, row, former, ("head_name",))
            return former.household
        if not needed:
            return None
        if bearers:
            shown = "、".join(h.values["code"] for h in bearers)
            heading = source.heading(("head_name",))
            row.refuse(Problem(
                coordinate(row.number, heading.position) if heading else "", row.number,
                heading.text if heading else "", "name-ambiguous", "error",
                f"{village.values['name']}有 {len(bearers)} 户户主叫“{name}”（{shown}），没有读入；请填户编号或身份证号。"))
        else:
            _unknown(source, row, ("head_name",),
                     f"{village.values['name']}没有登记户主“{name}”，没有读入；请先导入联系户名册，或核对姓名。")
        return None
