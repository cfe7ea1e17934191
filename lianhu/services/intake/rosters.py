"""Rosters: units, households, members, cadres, pairs and 联户长, from rows to staged records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from lianhu.domain.forms.household import HOUSEHOLD_COLUMNS
from lianhu.domain.identity import eighteen_digits
from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.cluster_heads import take_cluster_heads
from lianhu.services.intake.clusters import fill_in_district, take_clusters
from lianhu.services.intake.former_heads import FormerHeads, SplitOff, note_closed
from lianhu.services.intake.handovers import HandOvers
from lianhu.services.intake.identity import Claim, Fields, Group, certain_keys, group_claims, merged
from lianhu.services.intake.masked import HiddenTerms, settle_masks
from lianhu.services.intake.persons import HeadNews, is_head, no_heads, person_keys
from lianhu.services.intake.places import Places
from lianhu.services.intake.references import CadreFinder, HouseholdFinder, joined_households
from lianhu.services.intake.staging import ERASED, Source, Sparse, Stage, Staged

HEAD = Fields("户主", "household_code", "head_id_number", "head_name")
CADRE = Fields("干部", "cadre_code", "id_number", "name")

_HOUSEHOLD_FIELDS = tuple(
    column.field for column in HOUSEHOLD_COLUMNS
    if column.field not in {"household_code", "village", "district", "cluster", "category"}
)
_OF_HOUSEHOLD = frozenset(_HOUSEHOLD_FIELDS)

_CADRE_FIELDS = frozenset({
    "cadre_code", "cadre_name", "cadre_id_number", "cadre_phone", "cadre_post", "cadre_unit"})

HOUSEHOLD_RANK = {"household": 0, "member": 1, "pairing": 2}


class RosterIntake:
    """Takes the roster sheets of one import in, kind by kind."""

    def __init__(
        self, stage: Stage, places: Places, sources: Sequence[Source], today: date
    ) -> None:
        self.stage = stage
        self.places = places
        self.sources = sources
        self.today = today
        self.households: dict[int, Staged] = {}
        """The household of each roster row that went in, by the row's identity."""
        self.cadre_of: dict[int, Staged] = {}
        """The cadre of each pairing row, by the row's identity."""
        self._heads: dict[int, Row] = {}
        self._finder: HouseholdFinder | None = None
        self._village_by: dict[str, Staged] | None = None
        self._hidden = HiddenTerms(stage.database)
        self._news = HeadNews(stage)
        self.handovers = HandOvers(stage, today)

    def take(self) -> None:
        settle_masks(self.stage, self.sources)
        take_clusters(self.stage, self.places, self._rows("cluster"))
        self._open = self.places.open_clusters()
        self._cadres()
        self.cadres = CadreFinder(self.stage)
        self._households()
        self._members()
        take_cluster_heads(self.stage, self.places, self._rows("cluster-head"), self._open)

    def _of(self, *kinds: str) -> list[Source]:
        return [source for source in self.sources if source.kind in kinds]

    def _rows(self, *kinds: str) -> list[tuple[Source, Row]]:
        return [(s, row) for s in self._of(*kinds) for row in s.rows if not row.is_bad]

    def _households(self) -> None:
        joined = joined_households(self.stage)
        self._place_keyed("household")
        self._former = FormerHeads(self.stage)
        claims = self._head_claims(joined)
        for source, row in [*self._rows("household"), *self._rows("pairing")]:
            values, paired = row.values, source.kind == "pairing"
            if paired and values.get("ended_on"):
                continue
            code, number = values.get("household_code"), values.get("head_id_number")
            village = self.places.village(source, row, needed=not (code or number))
            if not (code or number or values.get("head_name")):
                row.refuse(missing_problem(
                    row, source.layout.form.by_field["head_name"], source.position("head_name")))
            if row.is_bad:
                continue
            # A household's row is its claim: a copy of each would cost as much memory as the rows themselves.
            own = {k: v for k, v in values.items() if k not in _CADRE_FIELDS} if paired else values
            own.pop("village", None)
            if joined and not values.get("merged_into") and (
                    kept := joined.get(code or "") or joined.get(eighteen_digits(number or ""))):
                # A household that was joined with another is that other one now.
                code, number = kept.values["code"], None
                own["household_code"] = code
                for name in ("head_name", "head_id_number"):
                    own.pop(name, None)
            if village is not None:
                own["village_id"] = village
            if paired:
                cadre = self.cadres.for_row(source, row, village or self._village_of_known(code, number, claims))
                if row.is_bad:
                    continue
                if cadre is not None:
                    own["cadre"] = self.cadre_of[id(row)] = cadre
            claims.append(Claim(source, row, own, code, number, village, values.get("head_name"),
                                HOUSEHOLD_RANK[source.kind]))
        self._former.settle(claims)
        groups = self._groups(claims)
        for group in groups:
            self._stage_household(group)
        new = [g.target for g in groups if g.target is not None and g.target.before is None]
        self.stage.number("household", "H", sorted(new, key=_household_order))
        self.handovers.settle_references()

    def _groups(self, claims: list[Claim]) -> list[Group]:
        """The rows of each household. One that was joined with another is named by its own rows only."""
        stored = self._place_keyed("household")
        said = [claim for claim in claims if claim.values.get("merged_into")]
        elsewhere = {token for claim in claims if claim not in said for token in certain_keys(claim.code, claim.id_number)}
        own = [claim for claim in said if elsewhere.isdisjoint(certain_keys(claim.code, claim.id_number))]
        named = {token for claim in said for token in certain_keys(claim.code, claim.id_number)}
        apart = named - elsewhere
        joined, separate = [], []
        for household in stored:
            keys = certain_keys(household.values["code"], household.values["head_id_number"]) if named else []
            if not apart.isdisjoint(keys):
                joined.append(household)
            elif household.values["merged_into_id"] is None or not named.isdisjoint(keys):
                separate.append(household)
        rest = [claim for claim in claims if claim not in own] if own else claims
        return group_claims(rest, separate, HEAD, "village_id") + group_claims(own, joined, HEAD, "village_id")

    def _village_of_known(self, code: str | None, number: str | None, claims: list[Claim]) -> Staged | None:
        """The village of a household that a row names by code or ID number only, recorded or of a
        roster of this import."""
        if self._village_by is None:
            rosters = [(c.code, c.id_number, c.place) for c in claims if c.place and c.source.kind != "pairing"]
            recorded = [(h.values["code"], h.values["head_id_number"], h.values["village_id"])
                        for h in self._place_keyed("household")]
            self._village_by = self._former.villages()
            for known, of_number, village in (*rosters, *recorded):
                if known:
                    self._village_by[known] = village
                if of_number:
                    self._village_by[eighteen_digits(of_number)] = village
        return self._village_by.get(code or "") or self._village_by.get(eighteen_digits(number or ""))

    def _place_keyed(self, table: str) -> list[Staged]:
        """Stored records with the village as the object that rows refer to."""
        records = self.stage.stored(table)
        for record in records:
            village_id = record.values["village_id"]
            if not isinstance(village_id, Staged) and village_id is not None:
                record.values["village_id"] = self.stage.by_id("village", village_id)
        return records

    def _stage_household(self, group: Group) -> None:
        values = self._former.values(group)
        village = values.get("village_id")
        household = group.stored
        if household is None:
            if village is None or not values.get("head_name"):
                for claim in group.claims:
                    _refuse_incomplete(claim, "village" if village is None else "head_name")
                return
            household = self.stage.add("household", Sparse(village_id=village))
            values = self.handovers.of_household(household, values, group)
            household.values.update({
                name: value for name, value in values.items() if name in _OF_HOUSEHOLD and value is not ERASED})
        elif all(claim.rank == HOUSEHOLD_RANK["member"] for claim in group.claims):
            values = self._news.of(household, values)
        else:
            values = self.handovers.of_household(household, values, group)
        if village is not None:
            household.values["village_id"] = village
        village = household.values["village_id"]
        self.places.use(village)
        if values.get("household_code"):
            household.values["code"] = values["household_code"]
        if household.before is not None:
            own = {name: values[name] for name in _HOUSEHOLD_FIELDS if name in values}
            household.give(self._hidden.kept(own, household, group))
        for claim in group.claims:
            if "district" in claim.row.values:
                fill_in_district(claim.source, claim.row, village)
            if "cluster" in claim.row.values:
                cluster = self.places.cluster(claim.source, claim.row, village, self._open)
                if cluster is not None:
                    household.values["cluster_id"] = cluster
        group.target = household
        leader = group.claims[0] if len(group.claims) == 1 else min(
            group.claims, key=lambda claim: (claim.rank, claim.row.number))
        says_so = any(claim.values.get("closed_on") for claim in group.claims)
        for claim in group.claims:
            if not says_so:
                note_closed(claim, household)
            self.households[id(claim.row)] = household
            claim.source.outcome[claim.row.number] = (
                self.handovers.change(household) if claim is leader else "unchanged")

    # Persons, one row each -------------------------------------------------------------------

    def _head_claims(self, joined: Collection[str]) -> list[Claim]:
        """The household each 户主 row of a person-per-row sheet makes."""
        claims = []
        for source in self._of("member"):
            self._group_persons(source)
        if not_heads := {id(row) for row in no_heads(self._of("member"), self._of("household"), self.stage, joined)}:
            self._heads = {person: head for person, head in self._heads.items() if id(head) not in not_heads}
        for source in self._of("member"):
            for row in source.rows:
                if row.is_bad or self._heads.get(id(row)) is not row:
                    continue
                village = self.places.village(source, row)
                if village is None or row.is_bad:
                    continue
                values: dict[str, Any] = {k: row.values[k] for k in (
                    "household_code", "hamlet", "cluster", "sex", "born_on", "phone", "traits", "classes")
                    if k in row.values}
                values["head_name"] = row.values["name"]
                values["village_id"] = village
                if "id_number" in row.values:
                    values["head_id_number"] = row.values["id_number"]
                claims.append(Claim(source, row, values, row.values.get("household_code"),
                                    row.values.get("id_number"), village, row.values["name"],
                                    HOUSEHOLD_RANK["member"]))
        return claims

    def _group_persons(self, source: Source) -> None:
        """Finds each person's 户主 row: by a household number, the head's ID or name, else the
        nearest 户主 row above in the same village."""
        keyed: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        rows = [row for row in source.rows if row.values.get("name")]
        for row in rows:
            if is_head(row):
                for key in person_keys(source, row, as_head=True):
                    keyed[key].append(row)
        above: Row | None = None
        place = object()
        for row in rows:
            here = row.values.get("village") or source.layout.village
            if is_head(row):
                above, place = row, here
                self._heads[id(row)] = row
                continue
            keys = person_keys(source, row, as_head=False)
            heads = next((keyed[key] for key in keys if len(keyed.get(key, ())) == 1), [])
            if heads:
                self._heads[id(row)] = heads[0]
            elif not keys and above is not None and here == place:
                self._heads[id(row)] = above

    def _members(self) -> None:
        claims: list[Claim] = []
        split_off = SplitOff(self.stage)
        for source in self._of("member"):
            for row in source.rows:
                if row.is_bad:
                    continue
                if not row.values.get("name"):
                    row.refuse(missing_problem(row, source.layout.form.by_field["name"], source.position("name")))
                    continue
                head = self._heads.get(id(row))
                household = self.households.get(id(head)) if head else self._named_household(source, row)
                if household is None:
                    if not row.is_bad:
                        row.refuse(Problem(
                            coordinate(row.number, source.position("relation")), row.number, "与户主关系",
                            "reference-unknown", "error",
                            "找不到这个人的户主（户主那一行缺失或没有读入），没有读入；请补上户主一行。"))
                    continue
                values: dict[str, Any] = {k: row.values[k] for k in (
                    "name", "relation", "id_number", "sex", "born_on", "phone", "traits", "classes", "note")
                    if k in row.values}
                self._former.settle_relation(household, values)
                values["household_id"] = household = split_off.home(source, row, household, values)
                claims.append(Claim(source, row, values, None, row.values.get("id_number"),
                                    household, row.values["name"]))
        stored = self.stage.stored("member")
        for record in stored:
            if not isinstance(record.values["household_id"], Staged):
                record.values["household_id"] = self.stage.by_id("household", record.values["household_id"])
            record.values["code"] = None
        groups = group_claims(claims, stored, Fields("家庭成员", "code", "id_number", "name"), "household_id")
        for record in stored:
            del record.values["code"]
        for group in groups:
            member = group.stored or self.stage.add("member", {})
            member.give(self._hidden.kept(merged(group), member, group))
            for number, claim in enumerate(group.claims):
                claim.source.outcome[claim.row.number] = "unchanged" if number else member.change

    def _named_household(self, source: Source, row: Row) -> Staged | None:
        """The recorded household a person's row names by its code, its head's ID or name."""
        code, number = row.values.get("household_code"), row.values.get("head_id_number")
        head = row.values.get("head_name")
        if self._finder is None:
            self._finder = HouseholdFinder(self.stage, self.places)
        village = None if code or number else self.places.village(source, row)
        return self._finder.known(code, number, village, head)

    # Cadres ------------------------------------------------------------------------------------

    def _cadres(self) -> None:
        claims = []
        for source, row in self._rows("cadre"):
            name = row.values.get("village") or source.layout.village
            village = self.places.village(source, row, needed=False) if name else None
            area = self.places.area(source, row)
            if row.is_bad:
                continue
            if village is None and not area and not row.values.get("cadre_code") \
                    and not row.values.get("unit") and not row.values.get("roles") \
                    and not row.values.get("post"):
                row.refuse(missing_problem(row, source.layout.form.by_field["village"], source.position("village")))
                continue
            if not row.values.get("name") and not row.values.get("cadre_code") and not row.values.get("id_number"):
                row.refuse(missing_problem(row, source.layout.form.by_field["name"], source.position("name")))
                continue
            values = {k: v for k, v in row.values.items() if k not in {"village", "district", "area", "cluster"}}
            values["area"] = area
            values["village_id"] = village
            values = {k: v for k, v in values.items() if v is not None}
            claims.append(Claim(source, row, values, row.values.get("cadre_code"),
                                row.values.get("id_number"), village, row.values.get("name")))
        groups = group_claims(claims, self._place_keyed("cadre"), CADRE, "village_id")
        made: list[Staged] = []
        for group in groups:
            values = merged(group)
            cadre = group.stored
            if cadre is None:
                if not values.get("name"):
                    for claim in group.claims:
                        claim.refuse(("cadre_code", "id_number"), "reference-unknown",
                                     "编号或身份证号没有登记过，新干部要填姓名；这一行没有读入。")
                    continue
                cadre = self.stage.add("cadre", dict.fromkeys((
                    "code", "name", "id_number", "village_id", "area", "unit", "post", "roles", "sex", "phone",
                    "hamlet", "cluster_id", "capacity", "left_on", "leave_reason", "returns_on", "note")))
                made.append(cadre)
            values = self.handovers.of_cadre(cadre, values, group)
            cadre.give({"code": values.pop("cadre_code", None)} | values)
            for number, claim in enumerate(group.claims):
                if cadre.values["village_id"] is not None:
                    village = cadre.values["village_id"]
                    self.places.use(village)
                    fill_in_district(claim.source, claim.row, village)
                    cluster = self.places.cluster(claim.source, claim.row, village, self._open)
                    if cluster is not None:
                        cadre.values["cluster_id"] = cluster
                claim.source.outcome[claim.row.number] = "unchanged" if number else self.handovers.change(cadre)
        self.stage.number("cadre", "C", sorted(made, key=_cadre_order))


def _refuse_incomplete(claim: Claim, lacking: str) -> None:
    """A household that is new must have its village and its head's name."""
    if claim.code and not claim.id_number:
        claim.refuse(("household_code",), "reference-unknown",
                     f"编号“{claim.code}”没有登记过，新户要填村名和户主姓名；这一行没有读入。")
    else:
        claim.row.refuse(missing_problem(
            claim.row, claim.source.layout.form.by_field[lacking], claim.source.position(lacking)))


def _household_order(household: Staged) -> tuple[str, ...]:
    """The order in which new households get their codes: the same however the rows stand."""
    values = household.values
    return (values["village_id"].values["key"], values["head_id_number"] or "", values["head_name"],
            values["phone"] or "", values["address"] or "")


def _cadre_order(cadre: Staged) -> tuple[str, ...]:
    village = cadre.values["village_id"]
    return (village.values["key"] if isinstance(village, Staged) else "", cadre.values["id_number"] or "",
            cadre.values["name"], cadre.values["phone"] or "", cadre.values["post"] or "")
