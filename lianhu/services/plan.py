"""The pairing as it is sent out: a list of each village and of each cadre, masked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lianhu.domain.fit import leader_rank
from lianhu.domain.masks import mask_phone, mask_text
from lianhu.domain.rules import HOUSEHOLD_KEYS, Rules
from lianhu.services.assignment import Assignment, Pair
from lianhu.services.lookup import get_village
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database, Record

SCHEME = "党员干部“一带二”联户"
TOWN_CADRES = "镇干部"


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
class CadreLine:
    """One household of a cadre's list, with the reason for the pair in words."""

    household: str
    head_name: str
    place: str
    situation: str
    needs: str
    phone: str
    reason: str


@dataclass(frozen=True, slots=True)
class CadreList:
    """The households of one cadre under a title, which names them; ``about`` is the line beneath it."""

    title: str
    about: str
    lines: list[CadreLine]


@dataclass(slots=True)
class PlanSheet:
    """The lines of one village under its title, and the lists of its cadres; ``on`` is the day the plan
    holds from. The town's own cadres have lists and no lines."""

    village: str
    title: str
    on: str
    lists_name: str
    lists_title: str
    lines: list[PlanLine] = field(default_factory=list)
    lists: list[CadreList] = field(default_factory=list)


def plan_of(database: Database, result: Assignment, on: date, villages: Sequence[str] = ()) -> list[PlanSheet]:
    """The sheets of the plan in the town's order, the town's own cadres last.

    Every village with a household or with a cadre who holds one; ``villages`` names the only ones
    wanted. Raises NotFoundError for a village that does not exist.
    """
    return _Planner(database, result, on).sheets({int(get_village(database, name)["id"]) for name in villages})


class _Planner:
    """Puts the records of households and cadres beside what a run decided."""

    def __init__(self, database: Database, result: Assignment, on: date) -> None:
        settings = load_settings(database)
        self._town, self._hidden = settings.town, settings.dictionaries.hidden_classes
        self._result, self._on = result, on.isoformat()
        self._households = {row["id"]: row for row in database.records("SELECT * FROM household")}
        self._cadres = {row["id"]: row for row in database.records("SELECT * FROM cadre")}

    def sheets(self, wanted: set[int]) -> list[PlanSheet]:
        lines, lists = self._lines(), self._lists()
        made = []
        for village in sorted(self._result.town.villages.values(), key=lambda village: village["ordinal"]):
            number, name = village["id"], village["name"]
            if (lines[number] or lists[number]) and number in (wanted or {number}):
                made.append(PlanSheet(name, f"{self._town}{name}{SCHEME}结对表", self._on, f"{name}·干部清单",
                                      f"{self._town}{name}{SCHEME}·干部清单", lines[number], lists[number]))
        if lists[None]:
            made.append(PlanSheet(TOWN_CADRES, "", self._on, f"{TOWN_CADRES}·清单",
                                  f"{self._town}{SCHEME}·{TOWN_CADRES}清单", lists=self._of_villages(lists[None], wanted)))
        return [sheet for sheet in made if sheet.lines or sheet.lists]

    def _lines(self) -> dict[int, list[PlanLine]]:
        """The lines of each village, by its id."""
        pairs = {pair.household.id: pair for pair in self._result.pairs}
        reasons = {household.id: reason for household, reason in self._result.unpaired}
        lines: dict[int, list[PlanLine]] = defaultdict(list)
        for household in self._result.town.households:
            record, pair = self._households[household.id], pairs.get(household.id)
            cells = (household.code, household.name, mask_text(record["hamlet"] or ""),
                     self._situation(record), record["needs"] or "")
            if pair is None:
                lines[household.village].append(PlanLine(*cells, remark=_in_short(reasons[household.id])))
            else:
                cadre = self._cadres[pair.cadre.id]
                lines[household.village].append(PlanLine(
                    *cells, cadre_name=pair.cadre.name, post=post_of(cadre), phone=_phone(cadre),
                    remark="跨村联系" if pair.crosses else ""))
        return lines

    def _lists(self) -> dict[int | None, list[CadreList]]:
        """The lists of the cadres who hold a household, by the cadre's village; None for the town's own."""
        held: dict[int, list[Pair]] = defaultdict(list)
        for pair in self._result.pairs:
            held[pair.cadre.id].append(pair)
        lists: dict[int | None, list[CadreList]] = defaultdict(list)
        for cadre in self._result.town.cadres:
            if held[cadre.id]:
                lists[cadre.village].append(self._list(held[cadre.id]))
        return lists

    def _list(self, pairs: list[Pair]) -> CadreList:
        cadre, record = pairs[0].cadre, self._cadres[pairs[0].cadre.id]
        post, phone = post_of(record), _phone(record)
        where = TOWN_CADRES if cadre.village is None else self._result.town.villages[cadre.village]["name"]
        about = [self._town, f"结对日期：{self._on}", f"干部编号：{cadre.code}", f"联系电话：{phone}" if phone else "",
                 f"共 {len(pairs)} 户"]
        return CadreList(
            f"{where} {cadre.name}{f'（{post}）' if post else ''}联系户清单", "　　".join(part for part in about if part),
            [self._cadre_line(pair) for pair in pairs])

    def _cadre_line(self, pair: Pair) -> CadreLine:
        household, record = pair.household, self._households[pair.household.id]
        place = mask_text(record["hamlet"] or "")
        if pair.cadre.village != household.village:
            place = f"{self._result.town.place(household)} {place}".rstrip()
        return CadreLine(
            household.code, household.name, place, self._situation(record), record["needs"] or "", _phone(record),
            self._reason(pair))

    def _situation(self, record: Record) -> str:
        """What is known of the household, without what only the office may know."""
        words = ["重难点户"] if record["is_hard"] else []
        words += [word for key in HOUSEHOLD_KEYS if key != "needs"
                  for word in (record[key] or "").split("、") if word and word not in self._hidden]
        return "、".join(dict.fromkeys(words))

    def _reason(self, pair: Pair) -> str:
        """Why this cadre, in words: the rules that count, the largest first."""
        rules, standing = self._result.town.rules, self._result.town.standing.get(pair.household.id)
        words = [rule for rule, _ in pair.fit.reasons if not self._betrays(rule, pair, rules)]
        if pair.status == "kept" and standing is not None and standing["origin"] == "hand":
            words.insert(0, "人工指定")
        if pair.household.is_hard and leader_rank(pair.cadre.roles, rules) and not any("重难点" in word for word in words):
            words.insert(0, "重难点户由领导联系")
        if pair.crosses:
            words.append("跨村联系")
        elif not words:
            words.append("本村干部" if pair.cadre.village == pair.household.village else "包片干部")
        return "、".join(words)

    def _betrays(self, rule: str, pair: Pair, rules: Rules) -> bool:
        """Whether a rule's name would tell of a class that only the office may know."""
        if any(word in rule for word in self._hidden):
            return True
        match = next((match for match in rules.matches if match.name == rule), None)
        if match is None or (match.hard and pair.household.is_hard):
            return False
        open_words = {key: words - self._hidden for key, words in pair.household.words.items()}
        return not any(wanted & open_words[key] for key, wanted in match.words.items())

    def _of_villages(self, lists: list[CadreList], wanted: set[int]) -> list[CadreList]:
        """Of the town cadres' lists those that name a household of the wanted villages; all for none."""
        if not wanted:
            return lists
        codes = {household.code for household in self._result.town.households if household.village in wanted}
        return [each for each in lists if any(line.household in codes for line in each.lines)]


def post_of(cadre: Record) -> str:
    """What the cadre is: the post, else the first role."""
    return mask_text(cadre["post"] or "") or (cadre["roles"] or "").split("、")[0]


def _in_short(reason: str) -> str:
    """Why nobody, as far as a paper in many hands need say: not who holds how many and who is whose kin."""
    return re.split("[：；（]", reason, maxsplit=1)[0]


def _phone(record: Record) -> str:
    return mask_phone(record["phone"]) if record["phone"] else ""
