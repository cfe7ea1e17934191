"""What is to be done: overdue, today, in the next seven days, and what has no day but is missing.

It reminds of what has happened and of what was promised; no number of visits is asked of anyone
(无事不扰).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lianhu.domain.dates import last_day
from lianhu.domain.masks import mask_text
from lianhu.domain.terms import GRADES_TO_ANSWER
from lianhu.domain.tickets import SETTLED_STATES, shown_number
from lianhu.reports.subjects import EVENT_ANSWERED_ON
from lianhu.services.cards import households_without_card
from lianhu.services.lookup import get_cadre, get_household, get_village
from lianhu.store.connection import Database, Record

AHEAD_DAYS = 7
_A_DAY = len("2026-11-24")
_HOURS_TOLD = 48
_NAMED = 4
"""Households that a line about several names."""

OVERDUE, TODAY, SOON, UNDATED = range(4)
STAGE_KEYS = ("overdue", "today", "soon", "undated")
STAGES = ("已逾期", "今天到期", "七天内", "待补")
KINDS = ("必访", "工单", "任务", "户评", "未结对", "干部离岗", "意见", "联系卡")
"""In the order in which they stand among equals."""

_WHO = ("household.code AS household, household.head_name, village.name AS village, village.ordinal, "
        "cadre.code AS cadre, cadre.name AS cadre_name")
# Who holds a household today or, where nobody does yet, from the day that is agreed. Its ? is today.
_HOLDER = (
    "LEFT JOIN pairing ON pairing.id = (SELECT spell.id FROM pairing AS spell WHERE spell.household_id = household.id "
    "AND (spell.ended_on IS NULL OR spell.ended_on > ?) ORDER BY spell.started_on, spell.id LIMIT 1) "
    "LEFT JOIN cadre ON cadre.id = pairing.cadre_id")


class Due(NamedTuple):
    """One thing to do, its texts masked. ``due`` is a day, a moment for what is due by the hour, or None."""

    stage: int
    kind: str
    due: str | None
    village: str
    household: str | None
    head_name: str | None
    cadre: str | None
    cadre_name: str | None
    what: str
    reason: str
    command: str
    record: str | None = None
    """The code of the event, task, rating or opinion, or the number of the ticket, that it is about."""
    order: int = 0
    """The village's place in the town's order."""

    def as_json(self) -> dict[str, str | None]:
        document: dict[str, Any] = self._asdict()
        del document["order"]
        return document | {"stage": STAGE_KEYS[self.stage]}


def gathered(found: Sequence[Due]) -> list[Due]:
    """The same with one line a task: a task goes to hundreds of pairs."""
    counts = Counter(item.record for item in found if item.kind == "任务")
    lines: dict[object, Due] = {}
    for place, item in enumerate(found):
        if item.kind != "任务" or counts[item.record] == 1:
            lines[place] = item
        elif item.record not in lines:
            title = item.what.partition("：")[0]
            lines[item.record] = item._replace(
                village="", household=None, head_name=None, cadre=None, cadre_name=None,
                what=f"{title}：{counts[item.record]} 名干部还没有完成", command=f"lianhu task list {item.record} --open")
    return list(lines.values())


class View(NamedTuple):
    """The moment, and what the list is limited to: a cadre, a village, a household; None for all."""

    database: Database
    today: date
    now: datetime
    cadre: Record | None
    village: Record | None
    household: Record | None

    @property
    def day(self) -> str:
        return self.today.isoformat()

    @property
    def until(self) -> str:
        """The last day that is looked ahead to, its hours included."""
        return f"{self.today + timedelta(days=AHEAD_DAYS)} 24:00"

    def limits(self, cadre: str = "pairing.cadre_id", village: str = "village.id", household: str = "household.id") -> str:
        """Conditions on the columns of a query that keep to what the list is limited to."""
        return "".join(f" AND {column} = {int(record['id'])}" for column, record in (
            (cadre, self.cadre), (village, self.village), (household, self.household)) if record is not None)

    def stage(self, due: str) -> int | None:
        """In which part of the list a deadline stands; None for one beyond the next seven days."""
        day = last_day(due)
        if due < self.now.isoformat(" ", "minutes") if len(due) > _A_DAY else day < self.today:
            return OVERDUE
        if day <= self.today:
            return TODAY
        return SOON if day <= self.today + timedelta(days=AHEAD_DAYS) else None

    def left(self, due: str) -> str:
        """How long there is still, or how long it has been overdue, in words."""
        if len(due) > _A_DAY:
            hours = (datetime.fromisoformat(due) - self.now).total_seconds() / 3600
            if abs(hours) < _HOURS_TOLD:
                span = f"{abs(hours):.0f} 小时" if abs(hours) >= 1 else "不到 1 小时"
                return f"逾期 {span}" if hours < 0 else f"还有 {span}"
        days = (last_day(due) - self.today).days
        return f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"还有 {days} 天"

    def warning(self, due: str) -> str:
        """Whether it is within the 24 or 48 hours before a ticket's deadline; a day lasts until its end."""
        end = datetime.fromisoformat(due) if len(due) > _A_DAY else datetime.combine(
            last_day(due) + timedelta(days=1), datetime.min.time())
        hours = (end - self.now).total_seconds() / 3600
        if hours <= 0:
            return ""
        return "（24 小时内）" if hours <= 24 else "（48 小时内）" if hours <= _HOURS_TOLD else ""


def _urgency(item: Due) -> tuple[Any, ...]:
    """What is due by the hour stands before what has the whole day."""
    end = "9" if item.due is None else item.due if len(item.due) > _A_DAY else f"{last_day(item.due)} 24:00"
    return item.stage, end, KINDS.index(item.kind), item.order, item.household or "", item.what


def due_list(
    database: Database, *, today: date, now: datetime, by: str | None = None, village: str | None = None,
    household: str | None = None,
) -> list[Due]:
    """All that is due for the town, a cadre, a village or a household, the most urgent first."""
    view = View(database, today, now, get_cadre(database, by) if by else None,
                get_village(database, village) if village else None,
                get_household(database, household) if household else None)
    sources: Sequence[Callable[[View], Iterable[Due]]] = (
        _visits, _tickets, _tasks, _ratings, _unpaired, _gone, _opinions, _cards)
    with database.snapshot():
        return sorted((due for source in sources for due in source(view)), key=_urgency)


def _at(about: Record, stage: int, kind: str, due: str | None, what: str, reason: str, command: str,
        record: str | None = None) -> Due:
    return Due(stage, kind, due, about["village"] or "", about["household"], about["head_name"], about["cadre"],
               about["cadre_name"], what, reason, command, record, about["ordinal"] or 0)


def _visits(view: View) -> Iterable[Due]:
    for event in view.database.records(
        f"SELECT e.code, e.kind, e.happened_on, e.due_on, {_WHO} FROM event AS e "
        "JOIN household ON household.id = e.household_id JOIN village ON village.id = household.village_id "
        f"{_HOLDER} WHERE household.closed_on IS NULL AND (e.due_on IS NULL OR e.due_on <= ?) "
        f"AND {EVENT_ANSWERED_ON} IS NULL{view.limits()}", [view.day, view.until]
    ):
        due = event["due_on"]
        stage = UNDATED if due is None else view.stage(due)
        if stage is not None:
            yield _at(event, stage, "必访", due, f"{event['happened_on']} {event['kind']}，要去走访",
                      view.left(due) if due else "那一年的工作日没有登记，没有期限",
                      f"lianhu visit add {event['household']} --occasion {event['kind']}", event["code"])


def _tickets(view: View) -> Iterable[Due]:
    marks = ", ".join("?" * len(SETTLED_STATES))
    for ticket in view.database.records(
        f"SELECT ticket.*, {_WHO}, household.closed_on, household.close_reason, cadre.left_on FROM ticket "
        "LEFT JOIN household ON household.id = ticket.household_id "
        "LEFT JOIN village ON village.id = coalesce(ticket.village_id, household.village_id) "
        f"LEFT JOIN cadre ON cadre.id = ticket.cadre_id WHERE ticket.state NOT IN ({marks})"
        f"{view.limits('ticket.cadre_id')}", SETTLED_STATES
    ):
        number = shown_number(ticket["number"])
        title = f"{number} {mask_text(ticket['title'] or ticket['kind'])}"
        remark = _remark(view, ticket)
        if ticket["state"] == "待回访":
            yield _at(ticket, UNDATED, "工单", None, f"{title}：等回访", f"{ticket['closed_at']} 已办结{remark}",
                      f"lianhu ticket follow-up {number} --solved --grade 满意", number)
            continue
        deadlines = [("办结", ticket["due_on"], f"lianhu ticket resolve {number} --result 办理结果")]
        if not ticket["contacted_at"] and ticket["respond_by"]:
            step = "联系诉求人" if ticket["signed_at"] else "签收并联系诉求人"
            deadlines.append((step, ticket["respond_by"], f"lianhu ticket sign {number} --contacted 现在"))
        for step, due, command in deadlines:
            stage = view.stage(due)
            if stage is not None:
                yield _at(ticket, stage, "工单", due, f"{title}：{step}", view.left(due) + view.warning(due) + remark,
                          command, number)


def _remark(view: View, ticket: Record) -> str:
    """Why somebody else may have to see to a ticket; one of a closed household still has to be handled."""
    if ticket["cadre"] is None:
        return "；还没有承办人"
    if ticket["left_on"] and ticket["left_on"] <= view.day:
        return "；承办人已离岗，要另派"
    return f"；户已销户（{ticket['close_reason']}）" if ticket["closed_on"] else ""


def _tasks(view: View) -> Iterable[Due]:
    groups: dict[tuple[int, int | None], list[Record]] = defaultdict(list)
    for item in view.database.records(
        f"SELECT task.id AS task_id, task.code, task.title, task.due_on, pairing.cadre_id, {_WHO} "
        "FROM task_item JOIN task ON task.id = task_item.task_id "
        "JOIN household ON household.id = task_item.household_id JOIN village ON village.id = household.village_id "
        f"{_HOLDER} WHERE task_item.done_on IS NULL AND (task.due_on IS NULL OR task.due_on <= ?) "
        f"AND household.closed_on IS NULL{view.limits()} ORDER BY village.ordinal, household.code", [view.day, view.until]
    ):
        groups[item["task_id"], item["cadre_id"]].append(item)
    for items in groups.values():
        first = items[0]
        due = first["due_on"]
        stage = UNDATED if due is None else view.stage(due)
        if stage is not None:
            who = f"--by {first['cadre']}" if first["cadre"] else " ".join(item["household"] for item in items)
            yield _at(_about(items), stage, "任务", due, f"{first['code']} {mask_text(first['title'])}：{_named(items)}",
                      view.left(due) if due else "没有定期限", f"lianhu task done {first['code']} {who}", first["code"])


def _named(households: Sequence[Record]) -> str:
    names = "、".join(f"{record['household']} {record['head_name']}" for record in households[:_NAMED])
    return f"{names}等 {len(households)} 户" if len(households) > _NAMED else names


def _about(households: Sequence[Record]) -> Record:
    """The first one for a line about all of them, which names a household only where it is the only one."""
    return households[0] if len(households) == 1 else households[0] | {"household": None, "head_name": None}


def _ratings(view: View) -> Iterable[Due]:
    marks = ", ".join("?" * len(GRADES_TO_ANSWER))
    for rating in view.database.records(
        f"SELECT rating.code, rating.grade, rating.rated_on, rating.words, {_WHO} FROM rating "
        "JOIN household ON household.id = rating.household_id JOIN village ON village.id = household.village_id "
        f"{_HOLDER} WHERE rating.grade IN ({marks}) AND household.closed_on IS NULL{_no_later('visit', 'visited_on')}"
        f"{_no_later('deed', 'started_on')}{_no_later('rating', 'rated_on')}{view.limits()}", [view.day, *GRADES_TO_ANSWER]
    ):
        yield _at(rating, UNDATED, "户评", None, f"{rating['rated_on']} 评“{rating['grade']}”，还没有回应",
                  mask_text(rating["words"] or "评价后没有走访或办实事"), f"lianhu visit add {rating['household']}",
                  rating["code"])


def _no_later(table: str, column: str) -> str:
    """A condition: the household has no such record of after the rating; one known to its month is of its end."""
    return (f" AND NOT EXISTS (SELECT 1 FROM {table} AS later WHERE later.household_id = rating.household_id AND CASE "
            f"WHEN length(later.{column}) = 7 THEN later.{column} || '-31' ELSE later.{column} END > rating.rated_on)")


def _unpaired(view: View) -> Iterable[Due]:
    for household in view.database.records(
        f"SELECT household.is_hard, {_WHO}, before.name AS before_name, last.end_reason, last.ended_on FROM household "
        f"JOIN village ON village.id = household.village_id {_HOLDER} LEFT JOIN pairing AS last ON last.id = "
        "(SELECT spell.id FROM pairing AS spell WHERE spell.household_id = household.id "
        "ORDER BY spell.ended_on DESC, spell.id DESC LIMIT 1) LEFT JOIN cadre AS before ON before.id = last.cadre_id "
        f"WHERE household.closed_on IS NULL AND pairing.id IS NULL{view.limits()}", [view.day]
    ):
        reason = "还没有结过对" if household["before_name"] is None else (
            f"原由{household['before_name']}联系，{household['ended_on']} {household['end_reason'] or '结束'}")
        yield _at(household, UNDATED, "未结对", None, f"没有结对干部{'（重难点户）' if household['is_hard'] else ''}", reason,
                  "lianhu assign")


def _gone(view: View) -> Iterable[Due]:
    """Cadres who have left or are about to and still hold households, and those who ought to be back."""
    held = ("FROM pairing JOIN household ON household.id = pairing.household_id WHERE pairing.cadre_id = cadre.id "
            "AND pairing.ended_on IS NULL AND household.closed_on IS NULL")
    limits = "" if view.cadre is None else f" AND cadre.id = {view.cadre['id']}"
    if view.household is not None:
        limits += f" AND EXISTS (SELECT 1 {held} AND household.id = {view.household['id']})"
    if view.village is not None:
        place = view.village["id"]
        limits += f" AND (cadre.village_id = {place} OR EXISTS (SELECT 1 {held} AND household.village_id = {place}))"
    for cadre in view.database.records(
        "SELECT NULL AS household, NULL AS head_name, cadre.code AS cadre, cadre.name AS cadre_name, village.name AS village, "
        f"village.ordinal, cadre.left_on, cadre.leave_reason, cadre.returns_on, (SELECT count(*) {held}) AS pairs FROM cadre "
        f"LEFT JOIN village ON village.id = cadre.village_id WHERE cadre.left_on IS NOT NULL{limits}"
    ):
        left_on, reason = cadre["left_on"], cadre["leave_reason"] or "离岗"
        has_left = left_on <= view.day
        stage = UNDATED if has_left else view.stage(left_on)
        if cadre["pairs"] and stage is not None:
            what = "已离岗" if has_left else f"{left_on} 起离岗"
            yield _at(cadre, stage, "干部离岗", None if has_left else left_on, f"{what}，名下还有 {cadre['pairs']} 户",
                      f"{left_on} {reason}", f"lianhu pair list --by {cadre['cadre']}")
        back = view.stage(cadre["returns_on"]) if cadre["returns_on"] else None
        if has_left and back is not None:
            yield _at(cadre, back, "干部离岗", cadre["returns_on"], "到了预计返岗的日子" if back != SOON else "预计返岗",
                      f"{left_on} {reason}", f"lianhu cadre return {cadre['cadre']}")


def _opinions(view: View) -> Iterable[Due]:
    for opinion in view.database.records(
        f"SELECT opinion.code, opinion.content, opinion.raised_on, {_WHO} FROM opinion "
        "JOIN village ON village.id = opinion.village_id LEFT JOIN household ON household.id = opinion.household_id "
        f"{_HOLDER} WHERE opinion.closed_on IS NULL{view.limits()}", [view.day]
    ):
        yield _at(opinion, UNDATED, "意见", None, f"{opinion['code']} {mask_text(opinion['content'])}",
                  f"{opinion['raised_on']} 提出，还没有答复", f"lianhu opinion close {opinion['code']} --result 答复",
                  opinion["code"])


def _cards(view: View) -> Iterable[Due]:
    """Households without a card, one line a cadre and village: a town has hundreds of them."""
    ordinals = dict(view.database.execute("SELECT name, ordinal FROM village"))
    groups: dict[tuple[int, str], list[Record]] = defaultdict(list)
    for household in households_without_card(
        view.database, view.today, household=view.household["code"] if view.household else None,
        villages=[view.village["name"]] if view.village else (), cadres=[view.cadre["code"]] if view.cadre else (),
    ):
        groups[household["cadre_id"], household["village"]].append(
            household | {"household": household["code"], "ordinal": ordinals[household["village"]]})
    for (_, village), households in groups.items():
        cadre = households[0]["cadre"]
        yield _at(_about(households), UNDATED, "联系卡", None, f"还没有联系卡：{_named(households)}", "没有发过现任干部的卡",
                  f"lianhu card print --missing --cadre {cadre} --village {village} -o 联系卡.docx")
