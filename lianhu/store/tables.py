"""Every table of the database, once, for SQLite and PostgreSQL.

Conventions: days are ISO text (``2026-11-24``; a date known only to its month is ``2026-11``),
moments are ISO text in local time, money is in hundredths of a yuan, lists of dictionary names
are joined by ``、``. Nothing that happened is deleted: spells end, households close.

Importing SQLModel costs a third of a second, so the program runs on ``store.schema``, which is
generated from this file (``python -m lianhu.store.tables``); a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Village(SQLModel, table=True):
    """嘎查村 or 社区. ``key`` is the name without its suffix; ``ordinal`` is the town's order."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    key: str = Field(unique=True)
    district: str | None = None
    ordinal: int
    note: str | None = None


class Cluster(SQLModel, table=True):
    """联户单元 (= 网格)."""

    __table_args__ = (UniqueConstraint("village_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    village_id: int = Field(foreign_key="village.id")
    name: str
    key: str
    grid_chief: str | None = None
    grid_chief_phone: str | None = None
    grid_workers: str | None = None
    note: str | None = None


class ClusterHead(SQLModel, table=True):
    """联户长: one person's spell at one cluster; ``reason`` is why that person was chosen."""

    __tablename__ = "cluster_head"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    name: str
    id_number: str | None = None
    phone: str | None = None
    category: str | None = None
    way: str | None = None
    votes: int | None = None
    started_on: str | None = None
    ended_on: str | None = None
    end_reason: str | None = None
    reason: str | None = None
    note: str | None = None


class Household(SQLModel, table=True):
    """重点户, named by its head. One that turned out to be another one points to it and is closed."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    hamlet: str | None = None
    head_name: str
    head_id_number: str | None = Field(default=None, unique=True)
    sex: str | None = None
    born_on: str | None = None
    stated_age: int | None = None
    phone: str | None = None
    size: int | None = None
    address: str | None = None
    traits: str | None = None
    monitoring: str | None = None
    risks: str | None = None
    risk_removed: bool | None = None
    assistance: str | None = None
    classes: str | None = None
    needs: str | None = None
    is_hard: bool | None = None
    hard_reason: str | None = None
    note: str | None = None
    closed_on: str | None = None
    close_reason: str | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="household.id")
    split_from_id: int | None = Field(default=None, foreign_key="household.id")


class Closure(SQLModel, table=True):
    """A time for which a household was closed before it was reopened; one that is closed now says so itself.

    ``ended_on`` is the first day on which it counted again. One that begins with the first day of all
    (0001-01-01) stands for the time before a household was split off.
    """

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    started_on: str
    ended_on: str
    reason: str | None = None


class FormerHead(SQLModel, table=True):
    """Who was head of a household before; ``ended_on`` is the first day of the next head."""

    __tablename__ = "former_head"
    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    name: str
    id_number: str | None = Field(default=None, index=True)
    ended_on: str
    reason: str | None = None


class Member(SQLModel, table=True):
    """家庭成员; the head is a member too where a sheet lists persons."""

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    name: str
    relation: str | None = None
    id_number: str | None = Field(default=None, index=True)
    sex: str | None = None
    born_on: str | None = None
    phone: str | None = None
    traits: str | None = None
    classes: str | None = None
    note: str | None = None


class Cadre(SQLModel, table=True):
    """党员干部. A town cadre has no village but an ``area``, the names of the villages of 包片."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    id_number: str | None = Field(default=None, unique=True)
    village_id: int | None = Field(default=None, foreign_key="village.id", index=True)
    area: str | None = None
    unit: str | None = None
    post: str | None = None
    roles: str | None = None
    sex: str | None = None
    phone: str | None = None
    hamlet: str | None = None
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    capacity: int | None = None
    left_on: str | None = None
    leave_reason: str | None = None
    returns_on: str | None = None
    note: str | None = None


class Absence(SQLModel, table=True):
    """A time for which a cadre was gone before coming back; one who is gone now says so himself.

    ``ended_on`` is the first day back, ``returns_on`` the day that had been expected.
    """

    id: int | None = Field(default=None, primary_key=True)
    cadre_id: int = Field(foreign_key="cadre.id", index=True)
    started_on: str
    ended_on: str
    reason: str | None = None
    returns_on: str | None = None


class Pairing(SQLModel, table=True):
    """One spell of a cadre with a household. ``ended_on`` is the first day it no longer holds.

    ``origin``: run (assign), hand (pair set) or sheet (import). ``fit`` and ``reasons`` are what
    the run saw; reasons are a JSON list of [rule, score].
    """

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    cadre_id: int = Field(foreign_key="cadre.id", index=True)
    started_on: str
    ended_on: str | None = None
    end_reason: str | None = None
    origin: str
    is_locked: bool = False
    is_cross_village: bool = False
    fit: int | None = None
    reasons: str | None = None


class Visit(SQLModel, table=True):
    """走访 or another contact. ``mode`` is 线上 or 线下.

    The indices hold all that reports ask of a visit: over a million of them the report by cadre and the
    one of a period take a third of the time, the one by village, which goes from village to household to
    visit without sorting, half. The last one also finds the visit that answers an event without reading
    all visits of its household, in a twentieth of the time.
    """

    __table_args__ = (
        Index("ix_visit_by_day", "visited_on", "household_id", "cadre_id", "mode", "occasion"),
        Index("ix_visit_by_cadre", "cadre_id", "household_id", "visited_on", "mode", "occasion"),
        Index("ix_visit_by_household", "household_id", "occasion", "visited_on", "mode", "cadre_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    household_id: int = Field(foreign_key="household.id")
    cadre_id: int = Field(foreign_key="cadre.id")
    visited_on: str
    way: str
    mode: str
    occasion: str
    is_met: bool = True
    duties: str | None = None
    note: str | None = None


class Event(SQLModel, table=True):
    """家庭大事: one of the five occasions that ask for a visit.

    ``due_on`` is the last day for that visit; None in years whose working days nobody has told.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    kind: str
    happened_on: str
    due_on: str | None = None
    member_name: str | None = None
    note: str | None = None


class Deed(SQLModel, table=True):
    """办实事. ``cost`` in hundredths of a yuan.

    The index by household holds all that reports ask of a deed, as that of visits does.
    """

    __table_args__ = (Index("ix_deed_by_household", "household_id", "kind", "effect", "started_on", "cadre_id"),)
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    household_id: int = Field(foreign_key="household.id")
    cadre_id: int = Field(foreign_key="cadre.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    title: str
    kind: str
    effect: str
    started_on: str = Field(index=True)
    done_on: str | None = None
    cost: int | None = None
    note: str | None = None


class Card(SQLModel, table=True):
    """联系卡 given to a household."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    cadre_id: int | None = Field(default=None, foreign_key="cadre.id", index=True)
    medium: str
    issued_on: str = Field(index=True)
    note: str | None = None


class Ticket(SQLModel, table=True):
    """12345 工单. ``due_on`` may be a day or, for urgent ones, a moment.

    ``respond_by`` is the moment by which it is to be signed and the caller contacted. A ticket is
    extended once: ``extended_from`` keeps the deadline it had. ``redone`` counts how often a bad
    follow-up sent it back. Who changed what and when stands in the change log.
    """

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    village_id: int | None = Field(default=None, foreign_key="village.id", index=True)
    household_id: int | None = Field(default=None, foreign_key="household.id", index=True)
    cadre_id: int | None = Field(default=None, foreign_key="cadre.id", index=True)
    title: str | None = None
    kind: str
    is_urgent: bool = False
    received_at: str = Field(index=True)
    respond_by: str | None = None
    signed_at: str | None = None
    contacted_at: str | None = None
    due_on: str
    extended_from: str | None = None
    extension_reason: str | None = None
    closed_at: str | None = None
    result: str | None = None
    state: str
    followed_up_at: str | None = None
    is_solved: bool | None = None
    grade: str | None = None
    redone: int | None = None
    return_reason: str | None = None
    exclusion: str | None = None
    note: str | None = None


class Task(SQLModel, table=True):
    """任务: one matter of the four duties, given to many pairs at once. The last day is ``due_on``."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    title: str
    duty: str
    issued_on: str
    due_on: str | None = None
    note: str | None = None


class TaskItem(SQLModel, table=True):
    """A task at one household. Open items are with whoever holds it; ``cadre_id`` is who did it."""

    __tablename__ = "task_item"
    __table_args__ = (UniqueConstraint("task_id", "household_id"),)
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    done_on: str | None = None
    cadre_id: int | None = Field(default=None, foreign_key="cadre.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    note: str | None = None


class Rating(SQLModel, table=True):
    """户评: what a household says of the cadre who held it that day."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    household_id: int = Field(foreign_key="household.id", index=True)
    cadre_id: int | None = Field(default=None, foreign_key="cadre.id", index=True)
    grade: str
    words: str | None = None
    rated_on: str = Field(index=True)
    note: str | None = None


class Appraisal(SQLModel, table=True):
    """组织评定: an organisation's grade for a cadre's period, which is its own words (2026年上半年)."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    cadre_id: int = Field(foreign_key="cadre.id", index=True)
    grade: str
    organisation: str
    period: str
    appraised_on: str = Field(index=True)
    note: str | None = None


class Opinion(SQLModel, table=True):
    """意见建议, from a cluster head or a visit. It is open until ``closed_on``."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    cluster_head_id: int | None = Field(default=None, foreign_key="cluster_head.id", index=True)
    household_id: int | None = Field(default=None, foreign_key="household.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    content: str
    raised_on: str = Field(index=True)
    closed_on: str | None = None
    result: str | None = None
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    deed_id: int | None = Field(default=None, foreign_key="deed.id", index=True)
    note: str | None = None


class Activity(SQLModel, table=True):
    """自治活动 of a unit or of a whole village, and its result: ``quantity`` in hundredths of its ``measure``."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    kind: str
    title: str
    quantity: int
    measure: str
    held_on: str = Field(index=True)
    note: str | None = None


class Nomination(SQLModel, table=True):
    """A person proposed as 联户长 of a unit, until one of those proposed is chosen.

    ``known_by`` is how many households of the unit know the person as a neighbour. ``outcome`` is
    当选 or 落选, with its reason; the one who was chosen points to the head-ship that followed.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    name: str
    id_number: str | None = None
    phone: str | None = None
    category: str | None = None
    way: str | None = None
    votes: int | None = None
    known_by: int | None = None
    nominated_on: str = Field(index=True)
    decided_on: str | None = None
    outcome: str | None = None
    reason: str | None = None
    cluster_head_id: int | None = Field(default=None, foreign_key="cluster_head.id", index=True)
    note: str | None = None


class FundEntry(SQLModel, table=True):
    """同心专项基金: money in (``direction`` 收入) or out (支出), ``amount`` in hundredths of a yuan, above zero.

    Nothing is changed or taken away: an entry that was wrong is reversed by another of the other direction,
    which points to it. A payment for an award points to the award.
    """

    __tablename__ = "fund_entry"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    direction: str
    amount: int
    purpose: str
    village_id: int | None = Field(default=None, foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    handled_by: str
    approved_by: str
    paper_number: str | None = None
    booked_on: str = Field(index=True)
    reverses_id: int | None = Field(default=None, foreign_key="fund_entry.id", index=True)
    award_id: int | None = Field(default=None, foreign_key="award.id", index=True)
    note: str | None = None


class Award(SQLModel, table=True):
    """A title for a village's or a unit's team, proposed from a comparison.

    ``figures`` is that comparison's row as JSON, kept as it was that day; ``place`` and ``points`` (in
    hundredths) are what it gave. Objections may be raised up to and with ``objections_until``. ``state`` is
    公示中, 已授予 or 不授予.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    title: str
    village_id: int = Field(foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    period_from: str
    period_to: str
    place: int | None = None
    points: int | None = None
    figures: str | None = None
    proposed_on: str = Field(index=True)
    proposed_by: str | None = None
    objections_until: str
    state: str
    decided_on: str | None = None
    approved_by: str | None = None
    reason: str | None = None
    note: str | None = None


class AwardObjection(SQLModel, table=True):
    """An objection against an award that is proposed; ``is_upheld`` is None until it is answered."""

    __tablename__ = "award_objection"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    award_id: int = Field(foreign_key="award.id", index=True)
    raised_on: str
    raised_by: str | None = None
    content: str
    answered_on: str | None = None
    is_upheld: bool | None = None
    answer: str | None = None


class Credit(SQLModel, table=True):
    """诚信额度 that the bank returned for a unit or a village. ``credit_limit`` in hundredths of a yuan.

    ``recommended`` is the grade that the town had recommended, if it had.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    village_id: int = Field(foreign_key="village.id", index=True)
    cluster_id: int | None = Field(default=None, foreign_key="cluster.id", index=True)
    bank: str | None = None
    grade: str
    credit_limit: int | None = None
    recommended: str | None = None
    recorded_on: str = Field(index=True)
    note: str | None = None


class Setting(SQLModel, table=True):
    """A TOML text of the town's own: ``config`` or ``rules``."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    text: str


class AssignmentRun(SQLModel, table=True):
    """One run of the pairing, with a copy of the rules it used and what it reached."""

    __tablename__ = "assignment_run"
    id: int | None = Field(default=None, primary_key=True)
    held_from: str
    rules: str
    summary: str


class Batch(SQLModel, table=True):
    """One writing command. ``undoes`` names the batch that an undo took back; ``digests`` are hashes of the rows
    it inserted (``store.digests``), None in batches of versions before 6."""

    id: int | None = Field(default=None, primary_key=True)
    at: str
    command: str
    actor: str
    file_name: str | None = None
    file_sha256: str | None = None
    summary: str
    undoes: int | None = Field(default=None, foreign_key="batch.id")
    digests: str | None = None


class Change(SQLModel, table=True):
    """One row written by a batch.

    An insert keeps no copy, only a hash with its batch; an update keeps the changed columns, a delete the whole row, as JSON
    objects. ``undoes`` names the change that this one took back. The index is over the few deleted
    rows only, whose ids are not given again.
    """

    __table_args__ = (Index(
        "ix_change_deleted", "table_name", "row_id",
        sqlite_where=text("action = 'delete'"), postgresql_where=text("action = 'delete'")),)
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    table_name: str
    row_id: int
    action: str
    before: str | None = None
    after: str | None = None
    undoes: int | None = None


class Reading(SQLModel, table=True):
    """A read-out of full numbers or an export: logged, but no batch. Kept at least six months."""

    id: int | None = Field(default=None, primary_key=True)
    at: str
    command: str
    actor: str
    what: str


def main() -> None:
    """Print ``store/schema.py`` as it follows from the classes above."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect = sqlite.dialect()
    print('"""The schema as plain data. Generated: python -m lianhu.store.tables > '
          'lianhu/store/schema.py"""\n')
    print("# ruff: noqa: E501\n")
    tables = SQLModel.metadata.sorted_tables
    print("DDL: tuple[str, ...] = (")
    for table in tables:
        statement = str(CreateTable(table).compile(dialect=dialect))
        print(f"    {' '.join(statement.split())!r},")
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            print(f"    {' '.join(str(CreateIndex(index).compile(dialect=dialect)).split())!r},")
    print(")\n\nCOLUMNS: dict[str, tuple[str, ...]] = {")
    for table in tables:
        print(f"    {table.name!r}: {tuple(column.name for column in table.columns)!r},")
    print("}\n\nREFERENCES: tuple[tuple[str, str, str], ...] = (")
    print("    # (table, column, table it points to)")
    for table in tables:
        for column in table.columns:
            for key in column.foreign_keys:
                print(f"    ({table.name!r}, {column.name!r}, {key.column.table.name!r}),")
    print(")")


if __name__ == "__main__":
    main()
