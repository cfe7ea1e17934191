"""Ratings, appraisals, opinions and tasks: from rows to the values of their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from lianhu.domain.dates import last_day
from lianhu.domain.evaluation import period_name
from lianhu.domain.forms.base import NOBODY
from lianhu.domain.identity import name_key
from lianhu.domain.rows import Row
from lianhu.domain.settings import TASK_ROUND
from lianhu.domain.spells import covers, is_before
from lianhu.services.intake.staging import Source, Staged, as_recorded, picked

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
        self._issued_days: dict[str, str] = {}

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
        village = self.records.places.village(source, row, needed=False)
        if row.is_bad:
            return None
        cadre = self.records.cadres.for_row(source, row, village)
        if cadre is None or row.is_bad:
            return None
        return {
            "cadre_id": cadre, "organisation": row.values.get("organisation") or f"{self.records.settings.town or '镇'}党委",
            "appraised_on": row.values.get("appraised_on") or self.today.isoformat(), "period": period_name(row.values["period"]),
        } | picked(row, "code", "grade", "note")

    def opinion(self, source: Source, row: Row) -> Values | None:
        """An opinion with where it comes from and what it became; what is not found is left empty."""
        source.refuse_missing(row, "content", "raised_on")
        if row.is_bad:
            return None
        household = self.records.households.for_row(source, row, needed=False)
        visit = self.records.visit_named(source, row, household)
        if household is None and visit is not None:
            household = self.stage.referred("household", visit.values["household_id"])
        # A household may have moved since; its own village is what another spelling cannot tell.
        named = self.records.places.find(row.values["village"]) if row.values.get("village") else None
        village = named or (household.values["village_id"] if household else self.records.places.village(source, row))
        if village is None or row.is_bad:
            return None
        if household is None and row.values.get("head_name"):
            source.tell(row, "head_name", "reference-unknown", "note",
                       f"{village.values['name']}没有登记户主“{row.values['head_name']}”，意见已读入，没有记到户。")
        cluster = self.records.places.cluster(source, row, village, self.records.places.open_clusters())
        head = self._head(source, row, village, cluster)
        if row.is_bad:
            return None
        if cluster is None and not as_recorded(source, row):
            about = head or household
            cluster = self.stage.referred("cluster", about.values["cluster_id"]) if about else None
        closed_on = row.values.get("closed_on")
        if closed_on and is_before(closed_on, row.values["raised_on"]):
            source.tell(row, "closed_on", "date-invalid", "warning",
                       f"答复日期 {closed_on} 比提出日期 {row.values['raised_on']} 早，这一格没有读入；请核对日期。")
            row.values.pop("closed_on")
        return {
            "village_id": village, "cluster_id": cluster, "cluster_head_id": head, "household_id": household,
            "visit_id": visit, "ticket_id": self.records.linked(source, row, "ticket_number", "ticket", "number", "工单"),
            "deed_id": self.records.linked(source, row, "deed_code", "deed", "code", "办实事"),
        } | picked(row, "code", "content", "raised_on", "closed_on", "result", "note")

    def _head(self, source: Source, row: Row, village: Staged, cluster: Staged | None) -> Staged | None:
        """The head of that code, else of that name in the village, or in the unit that is told.

        Of several the one who was in office on the day is meant.
        """
        code, name = row.values.get("head_code"), row.values.get("head")
        if not (code or name):
            return None
        found = [head for head in self.stage.everyone("cluster_head") if (
            head.values["code"] == code if code else self._is_head(head, name or "", village, cluster))]
        if len(found) > 1:
            found = [head for head in found if covers(
                head.values["started_on"] or "", head.values["ended_on"], row.values["raised_on"])] or found
        if len(found) == 1:
            return found[0]
        what = f"有 {len(found)} 名" if found else "没有"
        advice = "请填联户单元" if found and cluster is None else "请核对"
        source.tell(row, "head_code" if code else "head", "reference-unknown", "warning",
                   f"{village.values['name']}{what}{f'编号为“{code}”' if code else f'叫“{name}”'}的联户长，"
                   f"这一格没有读入；{advice}。")
        return None

    def _is_head(self, head: Staged, name: str, village: Staged, cluster: Staged | None) -> bool:
        unit = self.stage.referred("cluster", head.values["cluster_id"])
        return (self.stage.referred("village", unit.values["village_id"]) is village and (cluster is None or unit is cluster)
                and name_key(head.values["name"]) == name_key(name))

    def task(self, source: Source, row: Row) -> Values | None:
        """A task at one household; the task is found by its code, or by title and day, or made."""
        household = self.records.about(source, row)
        task = self._task(source, row) if household is not None and not row.is_bad else None
        if task is None or household is None or row.is_bad:
            return None
        done_on = row.values.get("done_on")
        if done_on and is_before(done_on, task.values["issued_on"]):
            source.tell(row, "done_on", "date-invalid", "warning",
                       f"完成日期 {done_on} 比下发日期 {task.values['issued_on']} 早，这一格没有读入；请核对日期。")
            done_on = row.values.pop("done_on") and None
        cadre = self._named_or_holder(source, row, household, done_on) if done_on else None
        return {"task_id": task, "household_id": household, "cadre_id": cadre,
                "visit_id": self.records.visit_named(source, row, household)} | picked(row, "done_on", "note")

    def differing_tasks(self, sources: Sequence[Source]) -> Iterator[tuple[str, list[tuple[Source, Row]]]]:
        """Rows that tell of one task differently, with the column in which they do."""
        told: dict[Any, list[tuple[Source, Row]]] = defaultdict(list)
        for source in sources:
            for row in source.rows:
                if not row.is_bad:
                    values = row.values
                    told[values.get("task_code") or (values.get("title"), values.get("issued_on"))].append((source, row))
        for rows in told.values():
            for name in ("title", "duty", "issued_on", "due_on"):
                if len({row.values[name] for _, row in rows if row.values.get(name) is not None}) > 1:
                    yield rows[0][0].layout.form.by_field[name].label, rows
                    break

    def _task(self, source: Source, row: Row) -> Staged | None:
        tasks = self._known_tasks()
        values = row.values
        code, title = values.get("task_code"), values.get("title")
        if code and code in tasks:
            return tasks[code]
        if not title:
            source.refuse_missing(row, "title")
            return None
        issued = values.get("issued_on") or self._issued_day(title)
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

    def _issued_day(self, title: str) -> str:
        """The day on which a task was issued whose rows do not tell it.

        It is the last one that other rows of the import tell, else the last of the past half year on
        which a task of that title is recorded; of a new task the first day on which it was done, or today.
        """
        if title not in self._issued_days:
            rows = [row.values for source in self.records.sources if source.kind == "task" for row in source.rows
                    if row.values.get("title") == title]
            since = (self.today - timedelta(days=TASK_ROUND)).isoformat()
            told = [row["issued_on"] for row in rows if row.get("issued_on")] or [
                day for its_title, day in self._issued if its_title == title and day >= since]
            done = [last_day(row["done_on"]).isoformat() for row in rows if row.get("done_on")]
            self._issued_days[title] = max(told) if told else min([*done, self.today.isoformat()])
        return self._issued_days[title]

    def _known_tasks(self) -> dict[str, Staged]:
        if self._tasks is None:
            stored = self.stage.stored("task")
            self._tasks = {task.values["code"]: task for task in stored}
            # A task that others were merged with bears all their titles.
            self._issued = {(title, task.values["issued_on"]): task for task in stored
                            for title in (*task.values["title"].split("；"), task.values["title"])}
        return self._tasks

    def number_tasks(self) -> None:
        """Gives new tasks their codes, by day and title; one of which no row went in is none."""
        self.stage.drop_new("task", [item.values["task_id"] for item in self.stage.new("task_item")])
        self.stage.number("task", "T", sorted(
            self.stage.new("task"), key=lambda task: (task.values["issued_on"], task.values["title"])))
