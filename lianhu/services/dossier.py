"""一户一档: all that is recorded of one household, or of one cadre, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from lianhu.domain.figures import Table, Value
from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.services.cards import list_cards
from lianhu.services.deeds import list_deeds
from lianhu.services.due import STAGES, Due, due_list
from lianhu.services.events import list_events, state_of
from lianhu.services.opinions import list_opinions
from lianhu.services.pairs import household_pairs
from lianhu.services.ratings import list_appraisals, list_ratings
from lianhu.services.tasks import list_items
from lianhu.services.tickets import list_tickets
from lianhu.services.visits import list_visits
from lianhu.store.connection import Database

SCREEN_ROWS = 10


def household_tables(database: Database, code: str, *, today: date, now: datetime) -> dict[str, Table]:
    """What is due at a household and what happened there, the latest first, by a short English name."""
    _, spells = household_pairs(database, code)
    return {
        "due": _due(due_list(database, today=today, now=now, household=code)),
        "pairs": _table("结对", ["干部", "姓名", "起", "止", "结束原因"], [
            [p["cadre"], p["cadre_name"], p["started_on"], p["ended_on"], p["end_reason"]] for p in spells], "段"),
        "visits": _table("走访", ["日期", "干部", "方式", "事由", "见到", "内容"], [
            [v["visited_on"], v["cadre_name"], v["way"], v["occasion"], bool(v["is_met"]), mask_text(v["note"] or "")]
            for v in list_visits(database, household=code)], "次"),
        "events": _table("家庭大事", ["编号", "大事", "发生", "走访期限", "走访", "当事人", "说明"], [
            [e["code"], e["kind"], e["happened_on"], e["due_on"], state_of(e, today), e["member_name"], mask_text(e["note"] or "")]
            for e in list_events(database, household=code)], "件"),
        "deeds": _table("办实事", ["编号", "内容", "类别", "成效", "开始", "办完", "干部"], [
            [d["code"], mask_text(d["title"]), d["kind"], d["effect"], d["started_on"], d["done_on"], d["cadre_name"]]
            for d in list_deeds(database, household=code)], "件"),
        "tickets": _table("12345 工单", ["编号", "类型", "内容", "派单", "期限", "状态", "承办"], [
            [shown_number(t["number"]), t["kind"], mask_text(t["title"] or ""), t["received_at"][:10], t["due_on"], t["state"],
             t["cadre_name"]] for t in list_tickets(database, household=code)], "件"),
        "tasks": _table("任务", ["任务", "内容", "职责", "期限", "完成", "完成干部"], [
            [i["task"], mask_text(i["title"]), i["duty"], i["due_on"], i["done_on"], i["done_by"]]
            for i in list_items(database, household=code)], "项"),
        "cards": _table("联系卡", ["编号", "干部", "形式", "发卡日期"], [
            [c["code"], c["cadre_name"], c["medium"], c["issued_on"]] for c in list_cards(database, household=code)], "张"),
        "ratings": _table("户评", ["编号", "干部", "满意度", "日期", "原话"], [
            [r["code"], r["cadre_name"], r["grade"], r["rated_on"], mask_text(r["words"] or "")]
            for r in list_ratings(database, household=code)], "份"),
        "opinions": _table("意见建议", ["编号", "内容", "提出", "答复日期", "答复"], [
            [o["code"], mask_text(o["content"]), o["raised_on"], o["closed_on"], mask_text(o["result"] or "")]
            for o in list_opinions(database, household=code)], "条"),
    }


def cadre_tables(database: Database, code: str, *, today: date, now: datetime) -> dict[str, Table]:
    """What is due with a cadre and what he did, the latest first, by a short English name."""
    return {
        "due": _due(due_list(database, today=today, now=now, by=code)),
        "visits": _table("走访", ["日期", "户", "户主", "方式", "事由", "见到"], [
            [v["visited_on"], v["household"], v["head_name"], v["way"], v["occasion"], bool(v["is_met"])]
            for v in list_visits(database, by=code)], "次"),
        "deeds": _table("办实事", ["编号", "户", "户主", "内容", "类别", "成效", "开始"], [
            [d["code"], d["household"], d["head_name"], mask_text(d["title"]), d["kind"], d["effect"], d["started_on"]]
            for d in list_deeds(database, by=code)], "件"),
        "tickets": _table("12345 工单", ["编号", "类型", "内容", "派单", "期限", "状态"], [
            [shown_number(t["number"]), t["kind"], mask_text(t["title"] or ""), t["received_at"][:10], t["due_on"], t["state"]]
            for t in list_tickets(database, by=code)], "件"),
        "tasks": _table("任务", ["任务", "内容", "户", "户主", "期限", "完成"], [
            [i["task"], mask_text(i["title"]), i["household"], i["head_name"], i["due_on"], i["done_on"]]
            for i in list_items(database, by=code)], "户次"),
        "ratings": _table("户评", ["户", "户主", "满意度", "日期", "原话"], [
            [r["household"], r["head_name"], r["grade"], r["rated_on"], mask_text(r["words"] or "")]
            for r in list_ratings(database, by=code)], "份"),
        "appraisals": _table("组织评定", ["等次", "时段", "组织", "日期"], [
            [a["grade"], a["period"], a["organisation"], a["appraised_on"]] for a in list_appraisals(database, by=code)], "份"),
    }


def on_screen(tables: dict[str, Table]) -> list[Table]:
    """The tables that have a row, long ones cut to the latest rows."""
    return [
        table if len(table.rows) <= SCREEN_ROWS else replace(
            table, rows=table.rows[:SCREEN_ROWS], note=f"最近 {SCREEN_ROWS} 条，{table.note}")
        for table in tables.values() if table.rows]


def _due(found: list[Due]) -> Table:
    return _table("要办的事", ["紧急", "事", "期限", "要办什么", "情况"], [
        [STAGES[item.stage], item.kind, item.due, mask_text(item.what), mask_text(item.reason)] for item in found], "条")


def _table(name: str, headings: list[str], rows: list[list[Value]], unit: str) -> Table:
    return Table(name, headings, rows, note=f"共 {len(rows)} {unit}")
