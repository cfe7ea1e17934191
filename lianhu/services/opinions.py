"""意见建议: what cluster heads and visits bring in, until it has an answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from lianhu.services.deeds import get_deed
from lianhu.services.filters import narrowed, refuse_forbidden
from lianhu.services.lookup import get_by_code, get_cluster, get_standing_household, get_village
from lianhu.services.tickets import get_ticket
from lianhu.services.visits import get_visit
from lianhu.store.connection import Database, Record
from lianhu.store.journal import batch
from lianhu.store.queries import next_code

_OPINIONS = """
SELECT opinion.*, village.name AS village, cluster.name AS cluster, cluster_head.name AS cluster_head,
       household.code AS household, household.head_name, visit.code AS visit, ticket.number AS ticket, deed.code AS deed
FROM opinion JOIN village ON village.id = opinion.village_id
LEFT JOIN cluster ON cluster.id = opinion.cluster_id
LEFT JOIN cluster_head ON cluster_head.id = opinion.cluster_head_id
LEFT JOIN household ON household.id = opinion.household_id LEFT JOIN visit ON visit.id = opinion.visit_id
LEFT JOIN ticket ON ticket.id = opinion.ticket_id LEFT JOIN deed ON deed.id = opinion.deed_id
WHERE {} ORDER BY opinion.raised_on DESC, opinion.id DESC
"""


class NewOpinion(NamedTuple):
    """An opinion to record: where it comes from is a visit, a household, a cluster head, a unit or a village."""

    content: str
    on: date | None = None
    village: str | None = None
    cluster: str | None = None
    head: str | None = None
    household: str | None = None
    visit: str | None = None
    note: str | None = None


def add_opinion(database: Database, new: NewOpinion, *, today: date, now: datetime) -> Record:
    """Records an opinion; gives it as ``list_opinions`` does. A visit tells the household and the day.

    Raises UsageError when nothing says where it comes from, ConflictError for one recorded already.
    """
    if not new.content.strip():
        raise UsageError("要写明意见建议的内容。")
    if new.on is not None and new.on > today:
        raise UsageError(f"提出日期 {new.on} 在今天（{today}）之后，没有登记。", "请核对 --on")
    refuse_forbidden(new.content, new.note)
    with batch(database, "opinion add", now=now) as journal:
        source = _source(database, new)
        day = new.on.isoformat() if new.on else source.pop("day", None) or today.isoformat()
        source.pop("day", None)
        twins = database.execute("SELECT code FROM opinion WHERE village_id = ? AND content = ? AND raised_on = ?",
                                 [source["village_id"], new.content, day])
        if twins:
            raise ConflictError(f"{day} 的这条意见已登记过（{twins[0][0]}），没有再登记。")
        opinion = {"id": journal.next_id("opinion"), "code": next_code(database, "opinion", "O"), **source,
                   "content": new.content, "raised_on": day, "note": new.note}
        journal.insert("opinion", opinion)
        journal.summarise(f"意见建议 {opinion['code']}：{mask_text(new.content)}")
    return get_opinion(database, str(opinion["code"]))


def _source(database: Database, new: NewOpinion) -> dict[str, Any]:
    """The ids of where an opinion comes from, each level filled in from the one below it."""
    source: dict[str, Any] = {}
    if new.visit:
        visit = get_visit(database, new.visit)
        source |= {"visit_id": visit["id"], "household_id": visit["household_id"], "day": visit["visited_on"]}
    if new.household:
        household = get_standing_household(database, new.household)
        if source.get("household_id", household["id"]) != household["id"]:
            raise ConflictError(f"走访 {new.visit} 不是 {household['code']} {household['head_name']}的。")
        source["household_id"] = household["id"]
    if source.get("household_id"):
        (home,) = database.records("SELECT * FROM household WHERE id = ?", [source["household_id"]])
        source |= {"village_id": home["village_id"], "cluster_id": home["cluster_id"]}
    village = get_village(database, new.village) if new.village else None
    if village is not None and source.setdefault("village_id", village["id"]) != village["id"]:
        raise ConflictError(f"这一户不在{village['name']}，没有登记。", "请核对 --village 和 --household")
    if new.head:
        source |= _head(database, new.head, source.get("village_id"))
    if new.cluster:
        source["cluster_id"] = _cluster(database, new.cluster, source)
    if "village_id" not in source:
        raise UsageError("要写明意见从哪里来：--visit 走访编号、--household 户、--from 联户长，或 --village 村名。")
    return source


def _head(database: Database, word: str, village_id: int | None) -> dict[str, Any]:
    found = database.records(
        "SELECT cluster_head.*, cluster.village_id FROM cluster_head JOIN cluster ON cluster.id = cluster_head.cluster_id "
        "WHERE (upper(cluster_head.code) = ? OR cluster_head.name = ?) AND cluster_head.ended_on IS NULL "
        "AND (? IS NULL OR cluster.village_id = ?) ORDER BY cluster_head.code",
        [word.strip().upper(), read_name(word)[0] or word.strip(), village_id, village_id])
    if len(found) == 1:
        return {"cluster_head_id": found[0]["id"], "cluster_id": found[0]["cluster_id"], "village_id": found[0]["village_id"]}
    if found:
        raise AmbiguousError(f"有 {len(found)} 名联户长叫“{mask_text(word)}”（{'、'.join(head['code'] for head in found[:6])}）。",
                             "请写编号，或加 --village")
    raise NotFoundError(f"没有在任的联户长“{mask_text(word)}”。", "写联户长的编号或姓名")


def _cluster(database: Database, name: str, source: dict[str, Any]) -> int:
    village = database.execute("SELECT name FROM village WHERE id = ?", [source.get("village_id")])
    unit = get_cluster(database, name, village[0][0] if village else None)
    source.setdefault("village_id", unit["village_id"])
    return int(unit["id"])


def close_opinion(
    database: Database, word: str, result: str, *, on: date, ticket: str | None = None, deed: str | None = None,
    today: date, now: datetime,
) -> Record:
    """Gives an open opinion its answer, and the ticket or deed that it became.

    Raises UsageError for an empty answer or a day that cannot be, ConflictError for one that has its answer.
    """
    if not result.strip():
        raise UsageError("要写明怎样答复或办理的。")
    refuse_forbidden(result)
    with batch(database, "opinion close", now=now) as journal:
        shown = get_opinion(database, word)
        if shown["closed_on"]:
            raise ConflictError(f"{shown['code']} 已于 {shown['closed_on']} 办结：{mask_text(shown['result'] or '')}。")
        if on > today or on.isoformat() < shown["raised_on"]:
            raise UsageError(f"办结日期 {on} 不对：意见 {shown['raised_on']} 提出，今天是 {today}。", "请核对 --on")
        (before,) = database.records("SELECT * FROM opinion WHERE id = ?", [shown["id"]])
        journal.update("opinion", before["id"], before, before | {
            "closed_on": on.isoformat(), "result": result,
            "ticket_id": get_ticket(database, ticket)["id"] if ticket else before["ticket_id"],
            "deed_id": get_deed(database, deed)["id"] if deed else before["deed_id"]})
        journal.summarise(f"意见建议 {before['code']} 办结：{mask_text(result)}")
    return get_opinion(database, word)


def get_opinion(database: Database, word: str) -> Record:
    """The opinion of a code, as ``list_opinions`` gives it. Raises NotFoundError."""
    return get_by_code(database, _OPINIONS.format("upper(opinion.code) = ?"), word, "意见建议", "看有哪些：lianhu opinion list")


def list_opinions(
    database: Database, *, village: str | None = None, household: str | None = None, unanswered: bool = False
) -> list[Record]:
    """Opinions with where they come from and what they became, the latest first."""
    condition, parameters = narrowed(database, household=household, village=village)
    if unanswered:
        condition += " AND opinion.closed_on IS NULL"
    return database.records(_OPINIONS.format(condition), parameters)
