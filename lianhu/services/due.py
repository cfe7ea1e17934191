"""What is to be done: overdue, today, in the next seven days, and what has no day but is missing.

It reminds of what has happened and of what was promised; no number of visits is asked of anyone
(无事不扰).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lianhu.domain.terms import GRADES_TO_ANSWER
from lianhu.domain.tickets import SETTLED_STATES, shown_number
from lianhu.reports.subjects import EVENT_ANSWERED_ON
from lianhu.services.cards import households_without_card
from lianhu.services.lookup import get_cadre, get_household, get_village
from lianhu.services.pairs import unpaired_households
from lianhu.store.connection import Database, Record

AHEAD_DAYS = 7
_A_DAY = len("2026-11-24")
_HOURS_TOLD = 48
OVERDUE, TODAY, SOON, UNDATED = range(4)
STAGES = ("已逾期", "今天到期", "七天内", "待补")
KINDS = ("必访", "工单", "任务", "户评", "未结对", "干部离岗", "意见", "联系卡")
"""In the order in which they stand among equals."""


class Due(NamedTuple):
    """One thing to do. ``due`` is a day, a moment for what is due by the hour, or None."""

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
    order: int = 0
    """The village's place in the town's order."""


def gathered(found: Sequence[Due]) -> list[Due]:
    """The same with one line a task: a task goes to hundreds of pairs."""
    lines: list[Due] = []
    tasks: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for item in found:
        if item.kind != "任务":
            lines.append(item)
            continue
        task = item.what.partition("：")[0]
        counts[task] += 1
        if task not in tasks:
            tasks[task] = len(lines)
            lines.append(item)
    for task, at in tasks.items():
        if counts[task] > 1:
            code = task.partition(" ")[0]
            lines[at] = lines[at]._replace(
                village="", household=None, head_name=None, cadre=None, cadre_name=None,
                what=f"{task}：{counts[task]} 名干部还没有完成", command=f"lianhu task list {code} --open")
    return lines


class View(NamedTuple):
    """The moment, and what the list is limited to: a cadre and a village, as ids; None for all."""

    database: Database
    today: date
    now: datetime
    cadre: int | None
    village: int | None

    def allows(self, cadre: int | None, village: int | None) -> bool:
        return (self.cadre is None or cadre == self.cadre) and (self.village is None or village == self.village)

    def stage(self, due: str) -> int | None:
        """In which part of the list a deadline stands; None for one beyond the next seven days."""
        moment = self.now.isoformat(" ", "minutes") if len(due) > _A_DAY else self.today.isoformat()
        if due < moment:
            return OVERDUE
        day = date.fromisoformat(due[:_A_DAY])
        if day == self.today:
            return TODAY
        return SOON if day <= self.today + timedelta(days=AHEAD_DAYS) else None

    def left(self, due: str) -> str:
        """How long there is still, or how long it has been overdue, in words."""
        if len(due) > _A_DAY:
            hours = (datetime.fromisoformat(due) - self.now).total_seconds() / 3600
            if abs(hours) < _HOURS_TOLD:
                return f"超过 {-hours:.0f} 小时" if hours < 0 else f"还有 {hours:.0f} 小时"
        days = (date.fromisoformat(due[:_A_DAY]) - self.today).days
        return f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"还有 {days} 天"

    def warning(self, due: str) -> str:
        """Whether it is within the 24 or 48 hours before a ticket's deadline; a day lasts until its end."""
        end = datetime.fromisoformat(due) + timedelta(days=len(due) == _A_DAY)
        hours = (end - self.now).total_seconds() / 3600
        if hours <= 0:
            return ""
        return "（24 小时内）" if hours <= 24 else "（48 小时内）" if hours <= _HOURS_TOLD else ""


def due_list(
    database: Database, *, today: date, now: datetime, by: str | None = None, village: str | None = None,
    household: str | None = None,
) -> list[Due]:
    """All that is due for the town, a cadre, a village or a household, the most urgent first."""
    home = get_household(database, household) if household else None
    place = home["village_id"] if home else get_village(database, village)["id"] if village else None
    view = View(database, today, now, get_cadre(database, by)["id"] if by else None, place)
    sources: Sequence[Callable[[View], Iterable[Due]]] = (
        _visits, _tickets, _tasks, _ratings, _unpaired, _gone, _opinions, _cards)
    with database.snapshot():
        found = [due for source in sources for due in source(view)]
    if home:
        # A line about several households names them in its text.
        found = [due for due in found if home["code"] in f"{due.household} {due.what}"]
    return sorted(found, key=lambda due: (
        due.stage, due.due or "9", KINDS.index(due.kind), due.order, due.household or "", due.what))


def _visits(view: View) -> Iterable[Due]:
    for event in view.database.records(
        "SELECT e.*, h.code AS household, h.head_name, h.village_id, village.name AS village, village.ordinal, "
        "pairing.cadre_id, cadre.code AS cadre, cadre.name AS cadre_name FROM event AS e "
        "JOIN household AS h ON h.id = e.household_id JOIN village ON village.id = h.village_id "
        "LEFT JOIN pairing ON pairing.household_id = h.id AND pairing.ended_on IS NULL "
        "LEFT JOIN cadre ON cadre.id = pairing.cadre_id "
        f"WHERE h.closed_on IS NULL AND e.due_on IS NOT NULL AND {EVENT_ANSWERED_ON} IS NULL"
    ):
        stage = view.stage(event["due_on"])
        if stage is not None and view.allows(event["cadre_id"], event["village_id"]):
            yield _at(event, stage, "必访", event["due_on"], f"{event['happened_on']} {event['kind']}，要去走访",
                      view.left(event["due_on"]),
                      f"lianhu visit add {event['household']} --occasion {event['kind']}")


def _at(record: Record, stage: int, kind: str, due: str | None, what: str, reason: str, command: str) -> Due:
    return Due(stage, kind, due, record["village"] or "", record["household"], record["head_name"], record["cadre"],
               record["cadre_name"], what, reason, command, record["ordinal"] or 0)


def _tickets(view: View) -> Iterable[Due]:
    marks = ", ".join("?" * len(SETTLED_STATES))
    for ticket in view.database.records(
        "SELECT ticket.*, household.code AS household, household.head_name, village.name AS village, village.ordinal, "
        "village.id AS place, cadre.code AS cadre, cadre.name AS cadre_name FROM ticket "
        "LEFT JOIN household ON household.id = ticket.household_id "
        "LEFT JOIN village ON village.id = coalesce(ticket.village_id, household.village_id) "
        f"LEFT JOIN cadre ON cadre.id = ticket.cadre_id WHERE ticket.state NOT IN ({marks})", SETTLED_STATES
    ):
        if not view.allows(ticket["cadre_id"], ticket["place"]):
            continue
        number, title = shown_number(ticket["number"]), ticket["title"] or ticket["kind"]
        short = ticket["number"]
        if ticket["state"] == "待回访":
            yield _at(ticket, UNDATED, "工单", None, f"{number} {title}：等回访", f"{ticket['closed_at']} 已办结",
                      f"lianhu ticket follow-up {short} --solved --grade 满意")
            continue
        deadlines = [("办结", ticket["due_on"], f"lianhu ticket resolve {short} --result 办理结果")]
        if not ticket["contacted_at"] and ticket["respond_by"]:
            step = "签收并联系诉求人" if not ticket["signed_at"] else "联系诉求人"
            deadlines.append((step, ticket["respond_by"], f"lianhu ticket sign {short} --contacted 现在"))
        for step, due, command in deadlines:
            stage = view.stage(due)
            if stage is not None:
                yield _at(ticket, stage, "工单", due, f"{number} {title}：{step}", view.left(due) + view.warning(due), command)


def _tasks(view: View) -> Iterable[Due]:
    groups: dict[tuple[int, int | None], list[Record]] = defaultdict(list)
    for item in view.database.records(
        "SELECT task.id AS task_id, task.code AS task, task.title, task.due_on, household.code AS household, household.head_name, "
        "household.village_id, village.name AS village, village.ordinal, pairing.cadre_id, cadre.code AS cadre, "
        "cadre.name AS cadre_name FROM task_item JOIN task ON task.id = task_item.task_id "
        "JOIN household ON household.id = task_item.household_id JOIN village ON village.id = household.village_id "
        "LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL "
        "LEFT JOIN cadre ON cadre.id = pairing.cadre_id WHERE task_item.done_on IS NULL AND task.due_on IS NOT NULL "
        "AND household.closed_on IS NULL ORDER BY village.ordinal, household.code"
    ):
        if view.allows(item["cadre_id"], item["village_id"]):
            groups[item["task_id"], item["cadre_id"]].append(item)
    for items in groups.values():
        first = items[0]
        stage = view.stage(first["due_on"])
        if stage is None:
            continue
        names = "、".join(f"{item['household']} {item['head_name']}" for item in items[:4])
        more = f"等 {len(items)} 户" if len(items) > 4 else ""
        who = f"--by {first['cadre']}" if first["cadre"] else " ".join(item["household"] for item in items[:4])
        told = first if len(items) == 1 else first | {"household": None, "head_name": None}
        yield _at(told, stage, "任务", first["due_on"], f"{first['task']} {first['title']}：{names}{more}",
                  view.left(first["due_on"]), f"lianhu task done {first['task']} {who}")


def _ratings(view: View) -> Iterable[Due]:
    marks = ", ".join("?" * len(GRADES_TO_ANSWER))
    for rating in view.database.records(
        "SELECT rating.*, household.code AS household, household.head_name, household.village_id, village.name AS village, "
        "village.ordinal, pairing.cadre_id AS holder, cadre.code AS cadre, cadre.name AS cadre_name FROM rating "
        "JOIN household ON household.id = rating.household_id JOIN village ON village.id = household.village_id "
        "LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL "
        "LEFT JOIN cadre ON cadre.id = pairing.cadre_id "
        f"WHERE rating.grade IN ({marks}) AND household.closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM visit "
        "WHERE visit.household_id = rating.household_id AND visit.visited_on > rating.rated_on) AND NOT EXISTS "
        "(SELECT 1 FROM deed WHERE deed.household_id = rating.household_id AND deed.started_on > rating.rated_on) "
        "AND NOT EXISTS (SELECT 1 FROM rating AS later WHERE later.household_id = rating.household_id "
        "AND later.rated_on > rating.rated_on)", GRADES_TO_ANSWER
    ):
        if view.allows(rating["holder"], rating["village_id"]):
            yield _at(rating, UNDATED, "户评", None, f"{rating['rated_on']} 评“{rating['grade']}”，还没有回应",
                      rating["words"] or "评价后没有走访或办实事", f"lianhu visit add {rating['household']}")


def _unpaired(view: View) -> Iterable[Due]:
    if view.cadre is not None:
        return
    last = {
        household: (name, reason, day) for household, name, reason, day in view.database.execute(
            "SELECT pairing.household_id, cadre.name, pairing.end_reason, max(pairing.ended_on) FROM pairing "
            "JOIN cadre ON cadre.id = pairing.cadre_id WHERE pairing.ended_on IS NOT NULL GROUP BY pairing.household_id")}
    ordinals = dict(view.database.execute("SELECT id, ordinal FROM village"))
    for household in unpaired_households(view.database):
        if not view.allows(None, household["village_id"]):
            continue
        before = last.get(household["id"])
        reason = f"原由{before[0]}联系，{before[2]} {before[1] or '结束'}" if before else "还没有结过对"
        record = household | {"household": household["code"], "cadre": None, "cadre_name": None,
                              "ordinal": ordinals[household["village_id"]]}
        yield _at(record, UNDATED, "未结对", None, "没有结对干部" + ("（重难点户）" if household["is_hard"] else ""), reason,
                  "lianhu assign")


def _gone(view: View) -> Iterable[Due]:
    for cadre in view.database.records(
        "SELECT cadre.id, cadre.code AS cadre, cadre.name AS cadre_name, cadre.left_on, cadre.leave_reason, cadre.returns_on, "
        "cadre.village_id, village.name AS village, village.ordinal, count(pairing.id) AS pairs FROM cadre "
        "LEFT JOIN village ON village.id = cadre.village_id "
        "LEFT JOIN pairing ON pairing.cadre_id = cadre.id AND pairing.ended_on IS NULL "
        "WHERE cadre.left_on IS NOT NULL GROUP BY cadre.id, village.id"
    ):
        if not view.allows(cadre["id"], cadre["village_id"]):
            continue
        record = cadre | {"household": None, "head_name": None}
        if cadre["pairs"]:
            yield _at(record, UNDATED, "干部离岗", None, f"已离岗，名下还有 {cadre['pairs']} 户",
                      f"{cadre['left_on']} {cadre['leave_reason'] or '离岗'}", f"lianhu pair list --by {cadre['cadre']}")
        elif cadre["returns_on"] and cadre["returns_on"] <= view.today.isoformat():
            yield _at(record, view.stage(cadre["returns_on"]) or OVERDUE, "干部离岗", cadre["returns_on"],
                      "预计返岗的日子到了", cadre["leave_reason"] or "", f"lianhu cadre return {cadre['cadre']}")


def _opinions(view: View) -> Iterable[Due]:
    for opinion in view.database.records(
        "SELECT opinion.*, household.code AS household, household.head_name, village.name AS village, village.ordinal, "
        "pairing.cadre_id, cadre.code AS cadre, cadre.name AS cadre_name FROM opinion "
        "JOIN village ON village.id = opinion.village_id LEFT JOIN household ON household.id = opinion.household_id "
        "LEFT JOIN pairing ON pairing.household_id = household.id AND pairing.ended_on IS NULL "
        "LEFT JOIN cadre ON cadre.id = pairing.cadre_id WHERE opinion.closed_on IS NULL"
    ):
        if view.allows(opinion["cadre_id"], opinion["village_id"]):
            yield _at(opinion, UNDATED, "意见", None, f"{opinion['code']} {opinion['content']}",
                      f"{opinion['raised_on']} 提出，还没有答复", f"lianhu opinion close {opinion['code']} --result 答复")


def _cards(view: View) -> Iterable[Due]:
    """Households without a card, one line a cadre: a town has hundreds of them."""
    ordinals = {name: (row_id, ordinal) for row_id, name, ordinal in view.database.execute("SELECT id, name, ordinal FROM village")}
    groups: dict[tuple[int, str], list[Record]] = defaultdict(list)
    for household in households_without_card(view.database, view.today):
        if view.allows(household["cadre_id"], ordinals[household["village"]][0]):
            groups[household["cadre_id"], household["village"]].append(household)
    for (_, village), households in groups.items():
        one = households[0]
        names = "、".join(f"{h['code']} {h['head_name']}" for h in households[:4]) + (
            f"等 {len(households)} 户" if len(households) > 4 else "")
        record = {"village": village, "household": one["code"] if len(households) == 1 else None,
                  "head_name": one["head_name"] if len(households) == 1 else None, "cadre": one["cadre"],
                  "cadre_name": one["cadre_name"], "ordinal": ordinals[village][1]}
        yield _at(record, UNDATED, "联系卡", None, f"还没有联系卡：{names}", "没有发过现任干部的卡",
                  f"lianhu card print --missing --cadre {one['cadre']} -o 联系卡.docx")
