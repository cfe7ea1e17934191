"""What happens between households and cadres: from rows to staged records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from lianhu.domain.events import visit_due
from lianhu.domain.forms import FORMS
from lianhu.domain.forms.base import NOBODY
from lianhu.domain.rows import Problem, Row
from lianhu.domain.settings import EVENT_DAYS, Settings
from lianhu.domain.spells import is_before
from lianhu.domain.table import coordinate
from lianhu.domain.tickets import REDO, due_of, respond_by, state_of
from lianhu.errors import ConflictError
from lianhu.services.intake.activities import activity
from lianhu.services.intake.awards import award, objection
from lianhu.services.intake.consequences import bring_about
from lianhu.services.intake.credit import credit
from lianhu.services.intake.fund import take_fund
from lianhu.services.intake.nominations import nomination
from lianhu.services.intake.pairs import Pairs
from lianhu.services.intake.places import Places
from lianhu.services.intake.references import CadreFinder, HouseholdFinder
from lianhu.services.intake.responses import ResponseIntake
from lianhu.services.intake.staging import Source, Stage, Staged, as_recorded, picked
from lianhu.services.intake.ticket_steps import of_a_redo, refuse_disorder
from lianhu.services.intake.twins import particulars, recorded
from lianhu.services.tickets import leader_of
from lianhu.services.town import load_rules

Values = dict[str, Any]


class RecordIntake:
    """Takes in what happened: events, visits, tickets, deeds, cards, tasks, ratings, appraisals, opinions,
    nominations, activities and awards."""

    def __init__(
        self, stage: Stage, places: Places, sources: Sequence[Source], pairs: Pairs, settings: Settings, today: date
    ) -> None:
        self.stage = stage
        self.places = places
        self.sources = sources
        self.pairs = pairs
        self.settings = settings
        self.cadres = CadreFinder(stage)
        self.households = HouseholdFinder(stage, places)
        self.today = today
        self._newly_told: list[Staged] = []
        """New visits; not those of an export, which has what they brought about beside them."""
        self._leaders: dict[int, Staged | None] = {}
        self._named: dict[tuple[str, str], Staged | None] = {}

    def take(self) -> None:
        responses = ResponseIntake(self, self.today)
        complete: dict[str, Callable[[Source, Row], Values | None]] = {
            "event": self._event, "visit": self._visit, "ticket": self._ticket, "deed": self._deed, "card": self._card,
            "task": responses.task, "rating": responses.rating, "appraisal": responses.appraisal,
            "opinion": responses.opinion, "nomination": partial(nomination, self), "activity": partial(activity, self),
            "award": partial(award, self), "award-objection": partial(objection, self),
            "credit": partial(credit, self),
        }
        for kind, make in complete.items():
            sources = [source for source in self.sources if source.kind == kind]
            if kind == "task":
                for label, rows in responses.differing_tasks(sources):
                    self._refuse_contradicting("任务", [(s, row, row.values) for s, row in rows], label)
            made = [(s, row, values) for s in sources for row in s.rows
                    if not row.is_bad and (values := make(s, row)) is not None and not row.is_bad]
            if made:
                self._stage_records(kind, made)
        take_fund(self)
        responses.number_tasks()
        bring_about(self.stage, self._newly_told, self.settings)

    def about(self, source: Source, row: Row, *needed: str) -> Staged | None:
        """The household of a record; cells it cannot do without become its problems."""
        household = self.households.for_row(source, row)
        source.refuse_missing(row, *needed)
        return None if row.is_bad else household

    def _doer(self, source: Source, row: Row, household: Staged, day: str) -> Staged | None:
        """Who did it: the cadre named, else whoever held the household that day."""
        cadre = self.cadres.for_row(source, row, household.values["village_id"])
        if cadre is not None or row.is_bad:
            left = cadre.values.get("left_on") if cadre is not None else None
            if cadre is not None and left and left <= day and not as_recorded(source, row):
                name = "cadre_name" if row.values.get("cadre_name") else "cadre_code"
                source.tell(row, name, "cadre-left", "note", f"{cadre.values['name']}已于 {left} 离岗，仍记在他名下；请核对干部。")
            return cadre
        holder = self.pairs.holder(household, day)
        if holder is None:
            heading = source.heading(("cadre_name", "cadre_code"))
            row.refuse(Problem(
                coordinate(row.number, heading.position) if heading else "", row.number,
                heading.text if heading else "", "reference-unknown", "error",
                f"{day} 这一户没有结对干部，表中也没有填干部，没有读入；请填上干部姓名。"))
        return holder

    def _event(self, source: Source, row: Row) -> Values | None:
        household = self.about(source, row, "kind", "happened_on")
        if household is None:
            return None
        if row.values["kind"] not in EVENT_DAYS:
            position = source.position("kind")
            row.refuse(Problem(coordinate(row.number, position), row.number, "大事类型", "choice-unknown", "error",
                               f"“{row.values['kind']}”不是要必访的家庭大事，没有读入；请填红白喜事、生病住院、家庭变故、矛盾纠纷或意外灾害。"))
            return None
        closed_on = household.values.get("closed_on")
        if closed_on and not as_recorded(source, row) and not is_before(row.values["happened_on"], closed_on):
            source.tell(row, "happened_on", "household-closed", "error",
                        f"{household.values['head_name']}已于 {closed_on} 销户，之后的大事没有读入；"
                        "已恢复的先 lianhu household reopen。")
            return None
        values: Values = {"household_id": household} | picked(
            row, "code", "kind", "happened_on", "due_on", "member_name", "note")
        if values["due_on"] is None and not as_recorded(source, row):
            try:
                values["due_on"] = visit_due(values["kind"], values["happened_on"], self.settings)
            except ConflictError as error:
                _refuse_deadline(source, row, "happened_on", error)
        return values

    def _visit(self, source: Source, row: Row) -> Values | None:
        household = self.about(source, row, "visited_on")
        if household is None:
            return None
        cadre = self._doer(source, row, household, row.values["visited_on"])
        way = row.values.get("way") or "上门"
        return {
            "household_id": household, "cadre_id": cadre, "way": way, "mode": row.values.get("mode") or self.settings.mode_of(way),
            "occasion": row.values.get("occasion") or "日常",
            "is_met": int(row.values.get("is_met") is not False),
        } | picked(row, "code", "visited_on", "duties", "note")

    def _deed(self, source: Source, row: Row) -> Values | None:
        household = self.about(source, row, "title", "started_on")
        if household is None:
            return None
        cadre = self._doer(source, row, household, row.values["started_on"])
        done_on = row.values.get("done_on")
        if done_on and is_before(done_on, row.values["started_on"]):
            source.tell(row, "done_on", "date-invalid", "warning",
                        f"办结日期 {done_on} 比开始日期 {row.values['started_on']} 早，这一格没有读入；请核对日期。")
            row.values.pop("done_on")
        return {
            "household_id": household, "cadre_id": cadre, "visit_id": self.visit_named(source, row, household),
            "ticket_id": self.linked(source, row, "ticket_number", "ticket", "number", "工单"),
            "kind": row.values.get("kind") or "其他",
            "effect": row.values.get("effect") or ("已解决" if row.values.get("done_on") else "推进中"),
        } | picked(row, "code", "title", "started_on", "done_on", "cost", "note")

    def visit_named(self, source: Source, row: Row, household: Staged | None) -> Staged | None:
        """The visit that a deed or an opinion comes from, which has to be one at that household."""
        visit = self.linked(source, row, "visit_code", "visit", "code", "走访")
        its = visit.values["household_id"] if visit else None
        if visit is None or household is None or its is household or its == household.values.get("id"):
            return visit
        self._leave_empty(source, row, "visit_code", f"走访 {row.values['visit_code']} 是另一户的")
        return None

    def linked(self, source: Source, row: Row, field: str, table: str, column: str, noun: str) -> Staged | None:
        """The record whose code or number a cell gives, recorded or of this import."""
        code = row.values.get(field)
        if not code:
            return None
        if (table, code) not in self._named:
            new = next((record for record in self.stage.new(table) if record.values.get(column) == code), None)
            records = [] if new or self.stage.database.fresh else self.stage.database.records(
                f"SELECT * FROM {table} WHERE {column} = ?", [code])
            self._named[table, code] = new or (Staged(table, records[0], dict(records[0])) if records else None)
        found = self._named[table, code]
        if found is None:
            self._leave_empty(source, row, field, f"没有编号为“{code}”的{noun}")
        return found

    @staticmethod
    def _leave_empty(source: Source, row: Row, field: str, what: str) -> None:
        source.tell(row, field, "reference-unknown", "warning", f"{what}，这一格没有读入；请核对编号。")

    def _card(self, source: Source, row: Row) -> Values | None:
        household = self.about(source, row, "issued_on")
        if household is None:
            return None
        cadre = self.cadres.for_row(source, row, household.values["village_id"])
        if cadre is None and not row.is_bad and row.values.get("cadre_name") != NOBODY:
            cadre = self.pairs.holder(household, row.values["issued_on"])
            if cadre is None and not as_recorded(source, row):
                source.tell(row, "issued_on", "reference-unknown", "note",
                            f"{row.values['issued_on']} 这一户没有结对干部，卡已登记，没有记是谁的卡；知道的请填干部姓名。")
        return {
            "household_id": household, "cadre_id": cadre, "medium": row.values.get("medium") or "纸质",
        } | picked(row, "code", "issued_on", "note")

    def _ticket(self, source: Source, row: Row) -> Values | None:
        source.refuse_missing(row, "number", "received_at")
        if row.is_bad:
            return None
        if not as_recorded(source, row):
            refuse_disorder(source, row)
        household = self.households.for_row(source, row, needed=False)
        if row.is_bad:
            return None
        named = self.places.find(row.values["village"]) if row.values.get("village") else None
        # A household may have moved since; its own village is what the platform's spelling cannot tell.
        village = named or (household.values["village_id"] if household else self.places.village(source, row))
        if row.is_bad or village is None:
            return None
        cadre = self.cadres.for_row(source, row, village)
        if row.is_bad:
            return None
        if cadre is None and row.values.get("cadre_name") != NOBODY:
            holder = self.pairs.holder(household, row.values["received_at"][:10]) if household is not None else None
            cadre = holder or self._leader(village)
        kind, urgent = row.values.get("kind") or "其他", bool(row.values.get("is_urgent"))
        values: Values = {"household_id": household, "village_id": village, "cadre_id": cadre, "kind": kind,
                  "is_urgent": int(urgent)} | picked(
            row, "number", "title", "received_at", "signed_at", "contacted_at", "due_on", "closed_at", "state",
            "is_solved", "grade", "exclusion", "note", "respond_by", "extended_from", "extension_reason", "result",
            "followed_up_at", "redone", "return_reason")
        values["state"] = values["state"] or state_of(values["signed_at"], values["closed_at"])
        if values["is_solved"] is not None:
            values["is_solved"] = int(values["is_solved"])
        start = "received_at"
        if not as_recorded(source, row):
            values["respond_by"] = values["respond_by"] or respond_by(values["received_at"], self.settings)
            if values["redone"] is None:
                values["redone"] = int(values["state"] == REDO)
            if values["state"] == REDO:
                start = next(name for name in ("followed_up_at", "closed_at", "received_at") if values[name])
        if values["due_on"] is None:
            try:
                values["due_on"] = due_of(kind, values[start], urgent=urgent, settings=self.settings)
            except ConflictError as error:
                _refuse_deadline(source, row, start, error)
        if values["state"] == REDO and not as_recorded(source, row):
            # It is to be done again, so it is closed no longer.
            values["closed_at"] = None
        return values

    def _leader(self, village: Staged) -> Staged | None:
        """The village's leader in service, who handles a ticket that is about no paired household."""
        if id(village) not in self._leaders:
            self._leaders[id(village)] = leader_of(load_rules(self.stage.database).priority, (
                (code, cadre.values["roles"], cadre) for code, cadre in self.cadres.by_code.items()
                if cadre.values["village_id"] is village and not cadre.values["left_on"]))
        return self._leaders[id(village)]

    def _stage_records(self, kind: str, made: list[tuple[Source, Row, Values]]) -> None:
        """Finds each record among the stored ones and among the others of the import."""
        form = FORMS[kind]
        stored = self._stored(kind, form.table, made)
        by_code = {record.values.get("code"): record for record in stored if record.values.get("code")}
        natural: dict[tuple[Any, ...], list[Staged]] = defaultdict(list)
        for record in stored:
            natural[tuple(record.values[name] for name in form.identity)].append(record)
        claimed: dict[Any, list[tuple[Source, Row, Values]]] = defaultdict(list)
        for source, row, values in made:
            claimed[values.get("code") or (*(values[name] for name in form.identity), *particulars(values))].append(
                (source, row, values))
        fresh: list[tuple[Any, Staged]] = []
        claimed = {key: claims for key, claims in claimed.items() if self._agree(form.title, claims)}
        known_ones = recorded(form.identity, [claims[0][1:] for claims in claimed.values()], by_code, natural)
        for (key, claims), known in zip(claimed.items(), known_ones, strict=True):
            source, row, values = claims[0]
            if known is None:
                record = self.stage.add(form.table, values)
                fresh.append((key, record))
                if kind == "visit" and not as_recorded(source, row):
                    self._newly_told.append(record)
            else:
                record = known
                told = {k: v for k, v in values.items() if self._said(row, k)}
                if row.values.get("mode") is None and _same_way(record, values):
                    told.pop("mode", None)
                if kind == "ticket" and not as_recorded(source, row):
                    told = of_a_redo(record, told, values)
                record.give(told)
            for number, (other, its_row, _) in enumerate(claims):
                other.outcome[its_row.number] = "unchanged" if number else record.change
        if form.prefix:
            self.stage.number(form.table, form.prefix, [record for _, record in sorted(
                fresh, key=lambda pair: _record_order(pair[1], form.identity))])

    @staticmethod
    def _said(row: Row, name: str) -> bool:
        """Whether the sheet itself gave a value: a default never replaces what is recorded."""
        implied = {"mode": "way", "visit_id": "visit_code", "cadre_id": "cadre_name", "ticket_id": "ticket_number",
                   "deed_id": "deed_code", "cluster_id": "cluster", "cluster_head_id": "head", "award_id": "award_code"}
        if name in {"household_id", "village_id", "task_id"}:
            return True
        source = implied.get(name, name)
        return row.values.get(source) is not None or row.values.get(name) is not None or (
            name == "cluster_head_id" and row.values.get("head_code") is not None) or (
            name == "cadre_id" and (row.values.get("cadre_code") or row.values.get("cadre_id_number")) is not None)

    def _stored(
        self, kind: str, table: str, made: list[tuple[Source, Row, Values]]
    ) -> list[Staged]:
        """The stored records these rows may be about, with references as staged records."""
        households = {h.values["id"]: h for h in self.stage.stored("household")}
        cadres = {c.values["id"]: c for c in self.stage.stored("cadre")}
        if kind in _LOADED_WHOLE:
            found = self.stage.stored(table)
        else:
            ids = {values["household_id"].before["id"] for _, _, values in made if values["household_id"].before}
            found = self.stage.load(table, "household_id", ids)
            codes = {values["code"] for _, _, values in made if values.get("code")}
            found = self.stage.load_codes(table, codes - {record.values["code"] for record in found}) if codes else found
        for record in found:
            values = record.values
            for name, known in (("household_id", households), ("cadre_id", cadres)):
                if name in values:
                    values[name] = known.get(values[name], values[name])
            for name, other in (("village_id", "village"), ("task_id", "task"), ("cluster_id", "cluster"), ("award_id", "award")):
                if isinstance(values.get(name), int):
                    values[name] = self.stage.by_id(other, values[name])
        return found

    def _agree(self, title: str, claims: list[tuple[Source, Row, Values]]) -> bool:
        """Whether all rows of one record say the same; those that do not are kept out."""
        if all(values == claims[0][2] for _, _, values in claims):
            return True
        self._refuse_contradicting(title, claims)
        return False

    @staticmethod
    def _refuse_contradicting(title: str, claims: list[tuple[Source, Row, Values]], label: str = "") -> None:
        """Keeps rows of one record out that differ; ``label`` is the column in which those of a task do."""
        what, advice = (f"“{label}”", "改成一样的") if label else ("内容", "只留正确的一行")
        for source, row, _ in claims:
            others = "、".join(f"{s.shown}第{r.number}行" for s, r, _ in claims if r is not row)
            heading = source.layout.headings[0]
            row.refuse(Problem(
                coordinate(row.number, heading.position), row.number, heading.text, "id-duplicate", "error",
                f"与{others}是同一条{title}但{what}不同，都没有读入；请{advice}。"))


_LOADED_WHOLE = frozenset({"ticket", "appraisal", "opinion", "nomination", "activity", "award", "award-objection", "credit"})
"""Kinds of which a town has few, or whose records need have no household."""


def _refuse_deadline(source: Source, row: Row, field: str, error: ConflictError) -> None:
    row.refuse(Problem(
        coordinate(row.number, source.position(field)), row.number, source.layout.form.by_field[field].label, "date-invalid",
        "error", f"{error.sentence}{error.hint}"))


def _same_way(record: Staged, values: Values) -> bool:
    """A visit keeps the mode under which it was recorded, whatever the settings say since."""
    return bool("way" in values and record.values["way"] == values["way"])


_DAYS = ("visited_on", "happened_on", "started_on", "issued_on", "rated_on", "appraised_on", "raised_on", "nominated_on", "held_on",
         "proposed_on", "recorded_on")


def _record_order(record: Staged, identity: tuple[str, ...]) -> tuple[str, ...]:
    """New records get their codes by day, then by what they are about, not by row."""
    values = record.values
    day = next((str(values[n]) for n in _DAYS if n in values), "")
    return (day, *(_named(values[name]) for name in identity))


def _named(value: Any) -> str:
    """What stands for a value in that order: a record's code, a village's or unit's own key."""
    if not isinstance(value, Staged):
        return str(value)
    values = value.values
    if "key" not in values:
        return str(values.get("code"))
    return f"{_named(values['village_id'])} {values['key']}" if "village_id" in values else str(values["key"])
