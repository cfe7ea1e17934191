"""一户一档: all that is recorded of one household, or of one cadre, for screen, paper and JSON from one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.figures import Table, Value
from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.services.cadres import absences, former_households
from lianhu.services.cards import list_cards
from lianhu.services.deeds import list_deeds
from lianhu.services.due import STAGE_KEYS, STAGES, due_list
from lianhu.services.events import list_events, state_of
from lianhu.services.opinions import list_opinions
from lianhu.services.pairs import ORIGINS, holder_now, household_spells, standing_pairs
from lianhu.services.ratings import list_appraisals, list_ratings
from lianhu.services.tasks import list_items
from lianhu.services.tickets import list_tickets
from lianhu.services.visits import list_visits
from lianhu.store.connection import Database, Record

Entry = dict[str, Any]
Columns = tuple[tuple[str | Callable[[Entry], Value], str], ...]
"""Keys of an entry, or what is made of it for a person to read, and their headings."""


class Section(NamedTuple):
    """One kind of record: its JSON key, what it is called and counted in, the columns of its table, ``entries``
    as JSON has them, and the command that lists all of them ('' for one that is never cut)."""

    key: str
    name: str
    unit: str
    columns: Columns
    entries: list[Entry]
    see: str = ""

    def table(self, most: int | None = None) -> Table:
        """The entries, or the first ``most`` of them with a note how to see the others."""
        count = len(self.entries)
        is_cut = most is not None and bool(self.see) and count > most
        rows: list[list[Value]] = [[key(entry) if callable(key) else entry[key] for key, _ in self.columns]
                                   for entry in self.entries[:most if is_cut else None]]
        total = f"共 {count} {self.unit}"
        return Table(self.name, [heading for _, heading in self.columns], rows,
                     note=f"最近 {most} {self.unit}，{total}；全部：{self.see}" if is_cut else total)


class _Side(NamedTuple):
    """From which side records are told: a household's name their cadre, a cadre's name their household."""

    keys: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    household: str | None
    cadre: str | None
    """Of which of both; the other one is None."""
    clear: Callable[[str], str]
    """A text as it may be shown."""

    @property
    def listed(self) -> str:
        """Whose they are as words of a list command that takes the household as its argument."""
        return self.household or f"--by {self.cadre}"

    @property
    def named(self) -> str:
        """The same for one that takes it as an option."""
        return f"--household {self.household}" if self.household else f"--by {self.cadre}"

    def entry(self, record: Record, *names: str, **more: Any) -> Entry:
        """The columns of a record, more, and whose it is."""
        return more | {name: record[name] for name in (*names, *self.keys)}

    def text(self, words: str | None) -> str | None:
        return words and self.clear(words)


def household_dossier(
    database: Database, household: Record, *, today: date, now: datetime, full: bool = False
) -> list[Section]:
    """What is due at a household now, who holds it and held it, and all that happened there, the latest first."""
    code = household["code"]
    side = _Side(("cadre", "cadre_name"), (("cadre_name", "干部"),), code, None, _as_it_is if full else mask_text)
    return [
        _due(database, side, today, now),
        Section("pairs", "由谁联系", "段", (
            ("cadre", "干部"), ("cadre_name", "姓名"), ("started_on", "起"), ("ended_on", "止"), ("days", "天数"),
            ("visits", "走访"), ("deeds", "实事"), (_origin, "来源"), ("end_reason", "结束原因")),
            [side.entry(spell, "started_on", "ended_on", "days", "origin", "end_reason", "visits", "deeds")
             for spell in household_spells(database, household["id"], today)], f"lianhu pair history {code}"),
        _visits(database, side),
        Section("events", "家庭大事", "件", (
            ("kind", "大事"), ("happened_on", "发生"), ("due_on", "走访期限"), ("state", "走访"), ("member", "当事人"),
            ("note", "说明")),
            [{"event": event["code"]} | {name: event[name] for name in ("kind", "happened_on", "due_on", "answered_on")}
             | {"state": state_of(event, today), "member": side.text(event["member_name"]), "note": side.text(event["note"])}
             for event in list_events(database, household=code)], f"lianhu event list {code}"),
        _deeds(database, side),
        _tickets(database, side),
        _tasks(database, side),
        Section("cards", "联系卡", "张", (
            ("card", "编号"), ("cadre_name", "干部"), ("medium", "形式"), ("issued_on", "发卡日期")),
            [side.entry(card, "medium", "issued_on", card=card["code"]) for card in list_cards(database, household=code)],
            f"lianhu card list {code}"),
        _ratings(database, side),
        Section("opinions", "意见建议", "条", (
            ("opinion", "编号"), ("content", "内容"), ("raised_on", "提出"), ("closed_on", "办结"), ("result", "答复")),
            [{"opinion": opinion["code"], "content": side.text(opinion["content"])}
             | {name: opinion[name] for name in ("raised_on", "closed_on", "visit", "deed")}
             | {"ticket": opinion["ticket"] and shown_number(opinion["ticket"]), "result": side.text(opinion["result"]),
                "note": side.text(opinion["note"])}
             for opinion in list_opinions(database, household=code)], f"lianhu opinion list --household {code}"),
    ]


def cadre_dossier(
    database: Database, cadre: Record, *, today: date, now: datetime, full: bool = False
) -> list[Section]:
    """What is due with a cadre now, the households he holds and held, and all he did, the latest first."""
    code = cadre["code"]
    side = _Side(("village", "household", "head_name"), (("household", "户"), ("head_name", "户主")), None, code,
                 _as_it_is if full else mask_text)
    return [
        _due(database, side, today, now),
        Section("pairs", "联系的户", "户", (
            ("household", "户"), ("village", "嘎查村"), ("head_name", "户主"), ("started_on", "起始")),
            [side.entry(pair, "started_on") for pair in standing_pairs(database, cadre=code)]),
        Section("former", "以前联系的户", "户", (
            ("household", "户"), ("village", "嘎查村"), ("head_name", "户主"), ("started_on", "起"), ("ended_on", "止"),
            ("end_reason", "结束原因"), (holder_now, "现由谁联系")),
            [side.entry(spell, "started_on", "ended_on", "end_reason", "holder", "holder_name", "closed_on")
             for spell in former_households(database, cadre["id"], today)], f"lianhu pair history {code} --cadre"),
        Section("absences", "曾离岗", "次", (("started_on", "离岗"), ("ended_on", "返岗"), ("reason", "原因")),
                [{name: gap[name] for name in ("started_on", "ended_on", "reason", "returns_on")}
                 for gap in absences(database, cadre["id"])]),
        _visits(database, side),
        _deeds(database, side),
        _tickets(database, side),
        _tasks(database, side),
        _ratings(database, side),
        Section("appraisals", "组织评定", "份", (
            ("grade", "等次"), ("period", "时段"), ("organisation", "组织"), ("appraised_on", "日期"), ("note", "说明")),
            [{"appraisal": found["code"]} | {name: found[name] for name in ("grade", "period", "organisation", "appraised_on")}
             | {"note": side.text(found["note"])} for found in list_appraisals(database, by=code)],
            f"lianhu appraisal list --by {code}"),
    ]


def tables(sections: Sequence[Section], most: int | None = None) -> list[Table]:
    """The tables of the sections that have anything in them."""
    return [section.table(most) for section in sections if section.entries]


def document(sections: Sequence[Section]) -> dict[str, list[Entry]]:
    """The sections as JSON, the empty ones too."""
    return {section.key: section.entries for section in sections}


def _as_it_is(text: str) -> str:
    return text


def _due(database: Database, side: _Side, today: date, now: datetime) -> Section:
    """Its texts stay masked: they are a reminder, what they are about stands in full beneath."""
    return Section("due", "要办的事", "条", (
        (_urgency, "紧急"), ("kind", "事"), ("due", "期限"), ("what", "要办什么"), ("reason", "情况")),
        [item.as_json() for item in due_list(database, today=today, now=now, household=side.household, by=side.cadre)])


def _urgency(due: Entry) -> str:
    return STAGES[STAGE_KEYS.index(due["stage"])]


def _origin(spell: Entry) -> str:
    return ORIGINS[spell["origin"]]


def _visits(database: Database, side: _Side) -> Section:
    return Section("visits", "走访", "次", (
        ("visited_on", "日期"), *side.columns, ("way", "方式"), ("occasion", "事由"), ("met", "见到"), ("note", "内容")),
        [side.entry(visit, "visited_on", "way", "mode", "occasion", visit=visit["code"], met=bool(visit["is_met"]),
                    duties=[duty for duty in (visit["duties"] or "").split("、") if duty], note=side.text(visit["note"]))
         for visit in list_visits(database, household=side.household, by=side.cadre)], f"lianhu visit list {side.listed}")


def _deeds(database: Database, side: _Side) -> Section:
    return Section("deeds", "办实事", "件", (
        ("deed", "编号"), *side.columns, ("title", "内容"), ("kind", "类别"), ("effect", "成效"), ("started_on", "开始"),
        ("done_on", "办完")),
        [side.entry(deed, "kind", "effect", "started_on", "done_on", "visit", deed=deed["code"], title=side.text(deed["title"]),
                    ticket=deed["ticket"] and shown_number(deed["ticket"]),
                    cost=None if deed["cost"] is None else deed["cost"] / 100, note=side.text(deed["note"]))
         for deed in list_deeds(database, household=side.household, by=side.cadre)], f"lianhu deed list {side.listed}")


def _tickets(database: Database, side: _Side) -> Section:
    return Section("tickets", "12345 工单", "件", (
        ("number", "编号"), *side.columns, ("kind", "类型"), ("title", "内容"), (_received, "派单"), ("due_on", "期限"),
        ("state", "状态")),
        [side.entry(ticket, "kind", "received_at", "due_on", "closed_at", "state", "grade",
                    number=shown_number(ticket["number"]), title=side.text(ticket["title"]), urgent=bool(ticket["is_urgent"]),
                    solved=None if ticket["is_solved"] is None else bool(ticket["is_solved"]),
                    result=side.text(ticket["result"]), note=side.text(ticket["note"]))
         for ticket in list_tickets(database, household=side.household, by=side.cadre)], f"lianhu ticket list {side.named}")


def _received(ticket: Entry) -> str:
    day: str = ticket["received_at"][:10]
    return day


def _tasks(database: Database, side: _Side) -> Section:
    return Section("tasks", "任务", "项", (
        ("task", "任务"), ("title", "内容"), *side.columns, ("duty", "职责"), ("due_on", "期限"), (_done, "完成")),
        [side.entry(item, "task", "duty", "issued_on", "due_on", "done_on", "done_by", "closed_on", "close_reason",
                    title=side.text(item["title"]), note=side.text(item["note"]))
         for item in list_items(database, household=side.household, by=side.cadre)], f"lianhu task list {side.named}")


def _done(item: Entry) -> str:
    if item["done_on"]:
        return f"{item['done_on']} {item['done_by'] or ''}".rstrip()
    return f"已销户（{item['close_reason']}）" if item["closed_on"] else "还没有"


def _ratings(database: Database, side: _Side) -> Section:
    return Section("ratings", "户评", "份", (
        ("rated_on", "日期"), *side.columns, ("grade", "满意度"), ("words", "原话")),
        [side.entry(rating, "grade", "rated_on", rating=rating["code"], words=side.text(rating["words"]))
         for rating in list_ratings(database, household=side.household, by=side.cadre)], f"lianhu rating list {side.listed}")
