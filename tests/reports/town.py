"""A small town for the tests of reports: every record valid by default, written by the journal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from lianhu.domain.identity import village_key
from lianhu.store.connection import Database, open_database
from lianhu.store.journal import batch

NOW = datetime(2026, 11, 24, 9)
TABLES = ("village", "cluster", "household", "cadre", "pairing", "cluster_head", "event", "visit", "deed", "card",
          "ticket", "task", "task_item", "rating", "appraisal", "opinion", "activity", "fund_entry",
          "award", "credit", "setting")


class Town:
    """Collects records; ``write`` puts them into the database file, each table in one go.

    Each method gives the id of its record back; keywords replace its defaults.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}

    def _add(self, table: str, values: dict[str, Any]) -> int:
        number = len(self.rows[table]) + 1
        self.rows[table].append({"id": number} | values)
        return number

    def village(self, name: str, **values: Any) -> int:
        return self._add("village", {"name": name, "key": village_key(name),
                                     "ordinal": len(self.rows["village"]) + 1} | values)

    def cluster(self, village: int, name: str = "第一网格") -> int:
        return self._add("cluster", {"village_id": village, "name": name, "key": name})

    def head(self, cluster: int, category: str | None = "村民代表", **values: Any) -> int:
        number = len(self.rows["cluster_head"]) + 1
        return self._add("cluster_head", {"code": f"L{number:04d}", "cluster_id": cluster, "name": "巴图",
                                          "category": category} | values)

    def household(self, village: int, **values: Any) -> int:
        number = len(self.rows["household"]) + 1
        return self._add("household", {"code": f"H{number:05d}", "village_id": village,
                                       "head_name": f"宝音{number}"} | values)

    def cadre(self, village: int | None = None, **values: Any) -> int:
        number = len(self.rows["cadre"]) + 1
        return self._add("cadre", {"code": f"C{number:04d}", "name": f"其木格{number}", "village_id": village} | values)

    def pair(self, household: int, cadre: int, started_on: str = "2026-01-01", **values: Any) -> int:
        return self._add("pairing", {"household_id": household, "cadre_id": cadre, "started_on": started_on,
                                     "origin": "hand", "is_locked": 0, "is_cross_village": 0} | values)

    def visit(self, household: int, cadre: int = 1, visited_on: str = "2026-03-05", **values: Any) -> int:
        number = len(self.rows["visit"]) + 1
        way = values.get("way", "上门")
        return self._add("visit", {
            "code": f"V{number:06d}", "household_id": household, "cadre_id": cadre, "visited_on": visited_on,
            "way": way, "mode": "线下" if way == "上门" else "线上", "occasion": "日常", "is_met": 1} | values)

    def event(self, household: int, **values: Any) -> int:
        number = len(self.rows["event"]) + 1
        return self._add("event", {"code": f"E{number:06d}", "household_id": household, "kind": "生病住院",
                                   "happened_on": "2026-03-04"} | values)

    def card(self, household: int, issued_on: str = "2026-02-03", **values: Any) -> int:
        number = len(self.rows["card"]) + 1
        return self._add("card", {"code": f"K{number:06d}", "household_id": household, "medium": "纸质",
                                  "issued_on": issued_on} | values)

    def deed(self, household: int, cadre: int = 1, **values: Any) -> int:
        number = len(self.rows["deed"]) + 1
        return self._add("deed", {
            "code": f"B{number:06d}", "household_id": household, "cadre_id": cadre, "title": "联系住院",
            "kind": "就医照料", "effect": "已解决", "started_on": "2026-03-05"} | values)

    def ticket(self, village: int | None = None, **values: Any) -> int:
        number = len(self.rows["ticket"]) + 1
        return self._add("ticket", {
            "number": f"2509121011081154{number:02d}", "village_id": village, "title": "咨询医保缴费", "kind": "咨询",
            "is_urgent": 0, "received_at": "2026-03-05 09:30", "due_on": "2026-03-06", "state": "办理中"} | values)

    def closed_ticket(self, village: int | None = None, **values: Any) -> int:
        return self.ticket(village, **{"closed_at": "2026-03-06 16:00", "state": "已办结", "is_solved": 1,
                                       "grade": "满意"} | values)

    def task(self, *households: int, **values: Any) -> int:
        """A task given to households; ``done_on`` and ``cadre_id`` are the items'."""
        number = len(self.rows["task"]) + 1
        done = {name: values.pop(name) for name in ("done_on", "cadre_id") if name in values}
        task = self._add("task", {
            "code": f"T{number:06d}", "title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-03-02",
            "due_on": "2026-03-31"} | values)
        for household in households:
            self._add("task_item", {"task_id": task, "household_id": household} | done)
        return task

    def rating(self, household: int, cadre: int | None = None, grade: str = "满意", **values: Any) -> int:
        number = len(self.rows["rating"]) + 1
        return self._add("rating", {"code": f"R{number:06d}", "household_id": household, "cadre_id": cadre, "grade": grade,
                                    "rated_on": "2026-03-20"} | values)

    def appraisal(self, cadre: int, grade: str = "良好", **values: Any) -> int:
        number = len(self.rows["appraisal"]) + 1
        return self._add("appraisal", {"code": f"A{number:06d}", "cadre_id": cadre, "grade": grade, "organisation": "镇党委",
                                       "period": f"2026年第{number}次", "appraised_on": "2026-03-30"} | values)

    def opinion(self, village: int, **values: Any) -> int:
        number = len(self.rows["opinion"]) + 1
        return self._add("opinion", {"code": f"O{number:06d}", "village_id": village, "content": "村口路灯不亮",
                                     "raised_on": "2026-03-10"} | values)

    def activity(self, village: int, quantity: int, **values: Any) -> int:
        """``quantity`` in hundredths."""
        number = len(self.rows["activity"]) + 1
        return self._add("activity", {"code": f"G{number:06d}", "village_id": village, "kind": "特色种植", "title": "庭院剁椒",
                                      "quantity": quantity, "measure": "亩", "held_on": "2026-03-10"} | values)

    def fund(self, direction: str, amount: int, **values: Any) -> int:
        """``amount`` in hundredths of a yuan."""
        number = len(self.rows["fund_entry"]) + 1
        return self._add("fund_entry", {"code": f"F{number:06d}", "direction": direction, "amount": amount, "purpose": "单元奖励",
                                        "handled_by": "白玉兰", "approved_by": "包文军", "booked_on": "2026-03-10"} | values)

    def award(self, village: int, **values: Any) -> int:
        number = len(self.rows["award"]) + 1
        return self._add("award", {
            "code": f"W{number:06d}", "village_id": village, "title": "联户有为实绩突出领导班子", "period_from": "2026-01-01",
            "period_to": "2026-01-31", "proposed_on": "2026-02-02", "objections_until": "2026-02-09", "state": "已授予",
            "decided_on": "2026-03-10"} | values)

    def credit(self, village: int, **values: Any) -> int:
        number = len(self.rows["credit"]) + 1
        return self._add("credit", {"code": f"X{number:06d}", "village_id": village, "bank": "旗农村信用社", "grade": "AA",
                                    "recorded_on": "2026-03-10"} | values)

    def write(self) -> Path:
        """Writes the file, once; later calls give its path."""
        if self.path.exists():
            return self.path
        with open_database(self.path, create=True) as database, batch(database, "import", now=NOW) as journal:
            for table, rows in self.rows.items():
                journal.insert_many(table, rows)
        return self.path

    def open(self) -> Database:
        return open_database(self.write())


def sample(path: Path) -> Town:
    """Three villages, the last without anything, and every kind of record and of gap."""
    town = Town(path)
    first, second, _ = town.village("永胜嘎查村"), town.village("乌兰嘎查"), town.village("前进村")
    one, two = town.cluster(first), town.cluster(first, "第二网格")
    town.head(one, "无职党员", way="民主推荐")
    town.head(two, way="组织任命")
    town.head(two, "屯里老人")
    town.head(one, None, ended_on="2026-05-01")
    doctor, secretary = town.cadre(first, roles="村医"), town.cadre(first, roles="支部书记、两委成员")
    town.cadre(second, left_on="2026-06-01", leave_reason="调离")
    office = town.cadre(unit="镇政府", roles="包村领导")
    old = town.household(first, cluster_id=one, traits="独居、年老", is_hard=1)
    hard = town.household(first, cluster_id=two, is_hard=1, born_on="1990-01-01")
    far = town.household(second, born_on="1950-06-01", is_hard=0)
    town.household(second, is_hard=1)
    town.household(second, closed_on="2026-04-01", close_reason="搬迁")
    town.pair(old, secretary)
    town.pair(hard, doctor, ended_on="2026-07-01", end_reason="改派")
    town.pair(hard, office, "2026-07-01")
    town.pair(far, office, "2026-02")
    for household, cadre, day, way in (
            (old, secretary, "2026-03-05", "上门"), (old, secretary, "2026-03-31", "微信"),
            (hard, doctor, "2026-06-30", "上门"), (hard, office, "2026-07-01", "电话"), (far, office, "2026-03", "上门")):
        town.visit(household, cadre, day, way=way)
    town.visit(old, secretary, "2026-05-01", occasion="生病住院", is_met=0)
    town.event(old)
    town.card(old, cadre_id=secretary)
    town.card(hard, "2026-03")
    town.card(far, cadre_id=office, medium="微信")
    town.deed(old, secretary)
    town.deed(hard, doctor, effect="基本解决", kind="产业帮扶", started_on="2026-03")
    town.deed(far, office, effect="未解决", kind="别的")
    town.closed_ticket(first, household_id=old, cadre_id=secretary, respond_by="2026-03-06 09:30",
                       signed_at="2026-03-05 10:00", contacted_at="2026-03-05 11:00")
    town.closed_ticket(first, closed_at="2026-03-09 10:00", is_solved=0, grade="不满意", state="重办")
    town.closed_ticket(second, exclusion="不属实", is_solved=0, grade="非常不满意")
    town.ticket(second, state="退单")
    town.event(far, kind="意外灾害", due_on="2026-03-07")
    town.task(old, hard, done_on="2026-03-09", cadre_id=secretary)
    town.task(old, far)
    town.rating(old, secretary)
    town.rating(far, office, "不满意")
    town.rating(hard)
    town.appraisal(secretary)
    town.opinion(first, household_id=old, closed_on="2026-03-12", result="已修")
    town.opinion(second)
    town.activity(first, 117050, cluster_id=one)
    town.activity(first, 5, cluster_id=two, held_on="2026-04")
    town.activity(second, 200, kind="评选活动", title="好婆婆", measure="次")
    town.activity(second, 300, kind="别的", title="义诊", measure="人")
    town.activity(first, 100, kind="别的", title="修桥", measure="个", held_on="2026-05-01")
    town.fund("收入", 10_000_00, purpose="镇财政安排", booked_on="2026-01-05")
    town.fund("支出", 1_234_50, village_id=first, cluster_id=one)
    town.fund("支出", 500_00, village_id=second)
    town.fund("收入", 500_00, village_id=second, reverses_id=3, booked_on="2026-04-01")
    town.award(first)
    town.award(first, cluster_id=one, title="联户有为先进联户单元", decided_on="2026-04-02")
    town.award(second, state="公示中", decided_on=None)
    town.award(second, state="不授予")
    town.credit(first, cluster_id=one)
    town.credit(second, grade="B", recorded_on="2026-04-01")
    town.ticket(second, due_on="2026-11-24")
    town.ticket(None, kind="投诉", due_on="2026-11-23")
    return town
