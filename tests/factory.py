"""A town for a test: records that are valid by default, written through the journal into a real file.

    with a_town(path) as town:
        village = town.village("永胜")
        household = town.household(village_id=village, traits="年老、独居")
        town.pair(household, town.cadre(roles="村医"))

Everything made inside the block is one batch; a second block on the same path goes on where the first
ended. Each maker gives the id of the new row back and takes any column of its table as an override.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lianhu.domain.events import visit_due
from lianhu.domain.identity import check_digit, village_key
from lianhu.domain.settings import Settings
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import Journal, batch
from lianhu.store.queries import make_code

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9)
STARTED = "2026-01-01"
"""Since when a pair made here holds, unless the test says otherwise."""

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("宝音", "其其格", "海林", "玉兰", "国强", "桂芳", "巴图", "乌云", "文军", "春梅", "那顺", "金花", "德胜", "淑珍")


def an_id_number(number: int, *, male: bool = True) -> str:
    """A valid ID number, another one for each number."""
    born = date(1940, 1, 1) + timedelta(days=number * 7 % 18_000)
    first = f"152223{born:%Y%m%d}{number // 18_000 % 50:02d}{1 if male else 2}"
    return first + check_digit(first)


def a_name(number: int) -> str:
    """A person's name, another one for each of the first 280 numbers."""
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // len(_SURNAMES) % len(_GIVEN)]


class Town:
    """Makes records inside one open batch."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def _add(self, table: str, prefix: str | None, values: dict[str, Any], overrides: dict[str, Any]) -> int:
        row = values | overrides
        if "id" not in row:
            row["id"] = self.journal.next_id(table)
        if prefix is not None:
            row.setdefault("code", make_code(prefix, row["id"]))
        return self.journal.insert(table, row)

    def _first_village(self) -> int:
        rows = self.journal.database.execute("SELECT min(id) FROM village")
        return rows[0][0] or self.village()

    def village(self, name: str = "永胜", **overrides: Any) -> int:
        ((last,),) = self.journal.database.execute("SELECT coalesce(max(ordinal), 0) FROM village")
        return self._add("village", None, {
            "name": name, "key": village_key(name), "district": "东片", "ordinal": last + 1}, overrides)

    def cluster(self, village_id: int | None = None, name: str = "第一网格", **overrides: Any) -> int:
        return self._add("cluster", None, {
            "village_id": village_id or self._first_village(), "name": name, "key": name}, overrides)

    def cluster_head(self, cluster_id: int, **overrides: Any) -> int:
        return self._add("cluster_head", "L", {
            "cluster_id": cluster_id, "name": "包金山", "category": "村民代表", "started_on": STARTED}, overrides)

    def household(self, **overrides: Any) -> int:
        number = self.journal.next_id("household")
        return self._add("household", "H", {
            "id": number, "head_name": a_name(number), "head_id_number": an_id_number(number), "sex": "男",
            "village_id": overrides.get("village_id") or self._first_village()}, overrides)

    def member(self, household_id: int, **overrides: Any) -> int:
        return self._add("member", None, {
            "household_id": household_id, "name": "包银山", "relation": "子"}, overrides)

    def cadre(self, **overrides: Any) -> int:
        number = self.journal.next_id("cadre")
        village = overrides["village_id"] if "village_id" in overrides else self._first_village()
        return self._add("cadre", "C", {
            "id": number, "name": a_name(200 + number), "id_number": an_id_number(10_000 + number), "sex": "男",
            "village_id": village, "roles": "普通党员", "phone": f"138{number:08d}"}, overrides)

    def pair(self, household_id: int, cadre_id: int, **overrides: Any) -> int:
        return self._add("pairing", None, {
            "household_id": household_id, "cadre_id": cadre_id, "started_on": STARTED, "origin": "run",
            "is_locked": 0, "is_cross_village": 0, "fit": 0, "reasons": "[]"}, overrides)

    def visit(self, household_id: int, cadre_id: int, **overrides: Any) -> int:
        return self._add("visit", "V", {
            "household_id": household_id, "cadre_id": cadre_id, "visited_on": "2026-11-01", "way": "上门",
            "mode": "线下", "occasion": "日常", "is_met": 1}, overrides)

    def event(self, household_id: int, **overrides: Any) -> int:
        event = {"household_id": household_id, "kind": "生病住院", "happened_on": "2026-11-01"} | overrides
        return self._add("event", "E", {"due_on": visit_due(event["kind"], event["happened_on"], Settings())}, event)

    def deed(self, household_id: int, cadre_id: int, **overrides: Any) -> int:
        return self._add("deed", "B", {
            "household_id": household_id, "cadre_id": cadre_id, "title": "联系住院", "kind": "就医照料",
            "effect": "推进中", "started_on": "2026-11-01"}, overrides)

    def card(self, household_id: int, cadre_id: int | None = None, **overrides: Any) -> int:
        return self._add("card", "K", {
            "household_id": household_id, "cadre_id": cadre_id, "medium": "纸质", "issued_on": "2026-03-01"}, overrides)

    def ticket(self, **overrides: Any) -> int:
        number = self.journal.next_id("ticket")
        return self._add("ticket", None, {
            "id": number, "number": f"2511011011{number:08d}", "village_id": self._first_village(), "kind": "求助",
            "is_urgent": 0, "received_at": "2026-11-02 10:00", "respond_by": "2026-11-03 10:00", "due_on": "2026-11-05",
            "state": "办理中", "redone": 0}, overrides)

    def task(self, *households: int, **overrides: Any) -> int:
        """A task, given to these households."""
        task = self._add("task", "T", {
            "title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-11-02", "due_on": "2026-11-30"}, overrides)
        for household in households:
            self._add("task_item", None, {"task_id": task, "household_id": household}, {})
        return task

    def rating(self, household_id: int, cadre_id: int | None = None, **overrides: Any) -> int:
        return self._add("rating", "R", {
            "household_id": household_id, "cadre_id": cadre_id, "grade": "满意", "rated_on": "2026-11-10"}, overrides)

    def appraisal(self, cadre_id: int, **overrides: Any) -> int:
        return self._add("appraisal", "A", {
            "cadre_id": cadre_id, "grade": "良好", "organisation": "镇党委", "period": "2026年上半年",
            "appraised_on": "2026-07-10"}, overrides)

    def opinion(self, village_id: int | None = None, **overrides: Any) -> int:
        return self._add("opinion", "O", {
            "village_id": village_id or self._first_village(), "content": "村口路灯不亮", "raised_on": "2026-11-05"}, overrides)

    def nomination(self, cluster_id: int, **overrides: Any) -> int:
        return self._add("nomination", "N", {
            "cluster_id": cluster_id, "name": "白音", "category": "村民代表", "way": "民主推荐", "nominated_on": "2026-11-02"},
            overrides)

    def activity(self, village_id: int | None = None, **overrides: Any) -> int:
        """``quantity`` in hundredths."""
        return self._add("activity", "G", {
            "village_id": village_id or self._first_village(), "kind": "特色种植", "title": "庭院剁椒", "quantity": 1250,
            "measure": "亩", "held_on": "2026-05-10"}, overrides)

    def award(self, village_id: int | None = None, **overrides: Any) -> int:
        """A title of October, posted since the 20th of November."""
        return self._add("award", "W", {
            "village_id": village_id or self._first_village(), "title": "联户有为实绩突出领导班子", "period_from": "2026-10-01",
            "period_to": "2026-10-31", "place": 1, "points": 9000, "proposed_on": "2026-11-20",
            "objections_until": "2026-11-23", "state": "公示中"}, overrides)

    def award_objection(self, award_id: int, **overrides: Any) -> int:
        return self._add("award_objection", "J", {
            "award_id": award_id, "raised_on": "2026-11-21", "content": "两件是往年的"}, overrides)

    def fund_entry(self, direction: str = "收入", amount: int = 10_000_00, **overrides: Any) -> int:
        """``amount`` in hundredths of a yuan."""
        return self._add("fund_entry", "F", {
            "direction": direction, "amount": amount, "purpose": "镇财政安排" if direction == "收入" else "单元奖励",
            "handled_by": "白玉兰", "approved_by": "包文军", "booked_on": "2026-01-05"}, overrides)

    def credit(self, village_id: int | None = None, **overrides: Any) -> int:
        return self._add("credit", "X", {
            "village_id": village_id or self._first_village(), "bank": "旗农村信用社", "grade": "AA", "credit_limit": 50_000_00,
            "recorded_on": "2026-06-30"}, overrides)

    def hand_over(self) -> tuple[int, int]:
        """永胜 with 宝音's household, 包文军's until 1 June and 白玉兰's since, and two households of one name
        without a cadre, the second in 哈达. Gives the two cadres."""
        self.village("永胜")
        one, other = self.cadre(name="包文军"), self.cadre(name="白玉兰")
        self.pair(self.household(head_name="宝音"), one, started_on="2026-02-01", ended_on="2026-06-01")
        self.pair(1, other, started_on="2026-06-01")
        self.household(head_name="王海林")
        self.household(head_name="王海林", village_id=self.village("哈达"))
        return one, other

    def change(self, table: str, row_id: int, **after: Any) -> None:
        """Writes columns of a row that is there."""
        (row,) = self.journal.database.records(f"SELECT * FROM {table} WHERE id = ?", [row_id])
        self.journal.update(table, row_id, row, row | after)


@contextmanager
def a_town(path: Path, *, command: str = "import", now: datetime = NOW) -> Iterator[Town]:
    """The town in the file at ``path``, made if there is none, empty or not; the block is one batch."""
    with open_database(path, create=True) as database:
        with database.transaction():
            pass
        with batch(database, command, now=now) as journal:
            yield Town(journal)


def contents(path_or_database: Path | Database, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, to compare before and after."""
    if isinstance(path_or_database, Path):
        with open_database(path_or_database) as database:
            return contents(database, without=without)
    database = path_or_database
    tables = [name for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    return {table: database.execute(f"SELECT * FROM {table} ORDER BY id") for table in tables if table not in without}


def records_only(path_or_database: Path | Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the town's own tables: what an undo has to bring back."""
    return contents(path_or_database, without=("batch", "change", "reading"))
