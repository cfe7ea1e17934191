"""Ratings, appraisals, opinions and tasks: from rows to the values of their records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from lianhu.domain.forms.base import NOBODY
from lianhu.domain.identity import name_key
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.staging import Source, Staged, picked

if TYPE_CHECKING:
    from lianhu.services.intake.records import RecordIntake

Values = dict[str, Any]


class ResponseIntake:
    """What households, the organisation and cluster heads say, and what tasks came to."""

    def __init__(self, records: RecordIntake, today: date) -> None:
        self.records = records
        self.stage = records.stage
        self.today = today
        self._tasks: dict[str, Staged] | None = None
        self._issued: dict[tuple[str, str], Staged] = {}

    def rating(self, source: Source, row: Row) -> Values | None:
        """A household's grade for the cadre named, else for whoever held it that day."""
        household = self.records.about(source, row, "grade", "rated_on")
        if household is None:
            return None
        cadre = self._named_or_holder(source, row, household, row.values["rated_on"])
        return {"household_id": household, "cadre_id": cadre} | picked(row, "code", "grade", "words", "rated_on", "note")

    def _named_or_holder(self, source: Source, row: Row, household: Staged, day: str) -> Staged | None:
        cadre = self.records.cadres.for_row(source, row, household.values["village_id"])
        if cadre is None and not row.is_bad and row.values.get("cadre_name") != NOBODY:
            cadre = self.records.pairs.holder(household, day)
        return cadre

    def appraisal(self, source: Source, row: Row) -> Values | None:
        """An organisation's grade for a cadre: the town's 党委 where the sheet names none."""
        source.refuse_missing(row, "grade", "period")
        if not any(row.values.get(name) for name in ("cadre_code", "cadre_name", "cadre_id_number")):
            source.refuse_missing(row, "cadre_name")
        if row.is_bad:
            return None
        place = row.values.get("village") or source.layout.village
        village = self.records.places.find(place) if place else None
        cadre = self.records.cadres.for_row(source, row, village)
        if cadre is None or row.is_bad:
            return None
        return {
            "cadre_id": cadre, "organisation": row.values.get("organisation") or f"{self.records.settings.town or '镇'}党委",
            "appraised_on": row.values.get("appraised_on") or self.today.isoformat(),
        } | picked(row, "code", "grade", "period", "note")

    def opinion(self, source: Source, row: Row) -> Values | None:
        """An opinion with where it comes from and what it became; what is not found is left empty."""
        source.refuse_missing(row, "content", "raised_on")
        if row.is_bad:
            return None
        household = self.records.households.for_row(source, row, needed=False)
        village = household.values["village_id"] if household else None
        if village is None and not row.is_bad:
            village = self.records.places.village(source, row)
        if village is None or row.is_bad:
            return None
        head = self._head(source, row, village)
        cluster = self.records.places.cluster(source, row, village, self.records.places.open_clusters())
        if row.is_bad:
            return None
        if cluster is None:
            cluster = head.values["cluster_id"] if head else household.values["cluster_id"] if household else None
        return {
            "village_id": village, "cluster_id": cluster, "cluster_head_id": head, "household_id": household,
            "visit_id": self.records.visit_named(source, row, household),
            "ticket_id": self.records.linked(source, row, "ticket_number", "ticket", "number", "工单"),
            "deed_id": self.records.linked(source, row, "deed_code", "deed", "code", "办实事"),
        } | picked(row, "code", "content", "raised_on", "closed_on", "result", "note")

    def _head(self, source: Source, row: Row, village: Staged) -> Staged | None:
        """The head of a unit of the village who bears the name, one in office before one who was."""
        name = row.values.get("head")
        if not name:
            return None
        bearers = []
        for head in self.stage.everyone("cluster_head"):
            cluster = head.values["cluster_id"]
            if not isinstance(cluster, Staged):
                cluster = head.values["cluster_id"] = self.stage.by_id("cluster", cluster)
            place = cluster.values["village_id"]
            place = place if isinstance(place, Staged) else self.stage.by_id("village", place)
            if place is village and name_key(head.values["name"]) == name_key(name):
                bearers.append(head)
        standing = [head for head in bearers if head.values.get("ended_on") is None]
        found = standing or bearers
        if len(found) == 1:
            return found[0]
        what = f"有 {len(found)} 名" if found else "没有"
        row.refuse(Problem(
            coordinate(row.number, source.position("head")), row.number, "收集联户长", "reference-unknown", "warning",
            f"{village.values['name']}{what}叫“{name}”的联户长，这一格没有读入；请核对姓名。", name))
        return None

    def task(self, source: Source, row: Row) -> Values | None:
        """A task at one household; the task is found by its code, or by title and day, or made."""
        task = self._task(source, row)
        household = self.records.about(source, row) if not row.is_bad else None
        if task is None or household is None or row.is_bad:
            return None
        done_on = row.values.get("done_on")
        cadre = self._named_or_holder(source, row, household, done_on) if done_on else None
        return {"task_id": task, "household_id": household, "cadre_id": cadre,
                "visit_id": self.records.visit_named(source, row, household)} | picked(row, "done_on", "note")

    def _task(self, source: Source, row: Row) -> Staged | None:
        tasks = self._known_tasks()
        values = row.values
        code, title = values.get("task_code"), values.get("title")
        if code and code in tasks:
            return tasks[code]
        if not title:
            source.refuse_missing(row, "title")
            return None
        issued = values.get("issued_on") or self.today.isoformat()
        if (title, issued) not in self._issued:
            source.refuse_missing(row, "duty")
            if row.is_bad:
                return None
            made = self.stage.add("task", {
                "code": code, "title": title, "duty": values["duty"], "issued_on": issued, "due_on": values.get("due_on"),
                "note": values.get("task_note")})
            self._issued[title, issued] = made
            if code:
                tasks[code] = made
        task = self._issued[title, issued]
        task.give({"due_on": values.get("due_on"), "note": values.get("task_note")})
        return task

    def _known_tasks(self) -> dict[str, Staged]:
        if self._tasks is None:
            stored = self.stage.stored("task")
            self._tasks = {task.values["code"]: task for task in stored}
            self._issued = {(task.values["title"], task.values["issued_on"]): task for task in stored}
        return self._tasks

    def number_tasks(self) -> None:
        """Gives new tasks their codes, by day and title."""
        self.stage.number("task", "T", sorted(
            self.stage.new("task"), key=lambda task: (task.values["issued_on"], task.values["title"])))
