"""A town in which much has happened, by the commands of the program and at random.

Each step draws what to do and to whom; what the program refuses is simply not done.
"""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lianhu.domain.identity import born_on, sex_of
from lianhu.errors import LianhuError
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.cadres import Leave, come_back, leave
from lianhu.services.cards import Selection, issue_cards
from lianhu.services.deeds import NewDeed, add_deed, update_deed
from lianhu.services.events import NewEvent, add_event
from lianhu.services.households.closing import close_household, reopen_household
from lianhu.services.households.entry import edit_household
from lianhu.services.households.merging import merge_households
from lianhu.services.households.succession import change_head, split_household
from lianhu.services.opinions import NewOpinion, add_opinion, close_opinion
from lianhu.services.pairing import NewPair, end_pair, lock_pair, set_pair
from lianhu.services.ratings import add_appraisal, add_rating
from lianhu.services.tasks import NewTask, finish_task, issue_task
from lianhu.services.tickets import (
    NewTicket,
    add_ticket,
    exclude_ticket,
    extend_ticket,
    follow_up,
    resolve_ticket,
    return_ticket,
    sign_ticket,
)
from lianhu.services.visits import NewVisit, add_visit
from lianhu.store.connection import Database, open_database
from tests.factory import Town, a_town, an_id_number

FIRST_DAY, LAST_DAY = date(2025, 1, 6), date(2026, 11, 24)
OTHERS = ("其其格", "孛儿只斤·额尔德尼朝克图", "欧阳文军", "那顺", "金花")
REASONS = ("退休", "干部调离", "病假；待查", "（借调）至2025-03-01", "培训；2025-01-01至2025-02-01")


class Everyone:
    """Says yes to whatever is asked."""

    def __contains__(self, _reason: object) -> bool:
        return True

    def __iter__(self):
        return iter(())

    def __len__(self) -> int:
        return 0

    def __ge__(self, _others: object) -> bool:
        return True


AGREED: Any = Everyone()


def found(path: Path, rng: random.Random) -> None:
    """Makes the villages, people and 联户长 of the town."""
    with a_town(path, now=datetime(2025, 1, 1)) as town:
        villages = [town.village(name) for name in ("永胜", "东风", "西沟")]
        units = [town.cluster(village, name) for village in villages for name in ("第一网格", "第二网格")]
        for number in range(rng.randint(4, 10)):
            _household(town, rng, villages, number)
        for number in range(rng.randint(3, 7)):
            town.cadre(village_id=rng.choice([*villages, None]), roles=rng.choice(["村医", "普通党员", "支部书记"]),
                       area=rng.choice([None, "永胜、东风"]) , unit="农业服务中心", capacity=rng.choice([None, 1, 3]),
                       note=rng.choice([None, "=备注"]), name=f"干部{'甲乙丙丁戊己庚'[number]}",
                       **{k: v for k, v in _body(an_id_number(700 + number)).items() if k != "born_on"})
        for number in range(rng.randint(0, 4)):
            started, ended = rng.choice([("2023-01-01", "2024-02"), ("2023-06", None), (None, "2024-05-01"), (None, None)])
            town.cluster_head(rng.choice(units), name=f"联户长{number}" if rng.random() < 0.6 else "包金山",
                              started_on=started, ended_on=ended, votes=rng.choice([None, 12]),
                              end_reason=rng.choice([None, "届满"]) if ended else None,
                              id_number=an_id_number(900 + number) if rng.random() < 0.5 else None)
        for _ in range(rng.randint(0, 3)):
            town.ticket(village_id=rng.choice(villages), title="修路", note=rng.choice([None, "电话 13804820000"]))
        # Its own course of chance, so that all else stays as it was before there were any.
        further = random.Random()
        further.setstate(rng.getstate())
        _doings(town, further, villages, units)


def _doings(town: Town, rng: random.Random, villages: list[int], units: list[int]) -> None:
    """What units do: nominations, open and decided ones, and activities."""
    heads = town.journal.database.execute("SELECT id, cluster_id, name FROM cluster_head ORDER BY id")
    for head, unit, name in heads:
        if rng.random() < 0.6:
            town.nomination(unit, name=name, nominated_on=rng.choice(["2023-01", "2022-12-30"]), decided_on="2023-01-01",
                            outcome="当选", reason="得票最多", cluster_head_id=rng.choice([None, head]), votes=rng.choice([None, 31]))
    for number in range(rng.randint(0, 4)):
        town.nomination(rng.choice(units), name=rng.choice(["白音", f"人选{number}"]), nominated_on=f"2025-01-{number + 1:02d}",
                        known_by=rng.choice([None, 0, 8]), phone=rng.choice([None, "13804820001"]),
                        id_number=an_id_number(950 + number) if rng.random() < 0.5 else None,
                        **rng.choice([{}, {"outcome": "落选", "reason": "常年外出"}]))
    for number in range(rng.randint(1, 6)):
        unit = rng.choice(units)
        ((village,),) = town.journal.database.execute("SELECT village_id FROM cluster WHERE id = ?", [unit])
        kind, measure = rng.choice([("特色种植", "亩"), ("评选活动", "次"), ("其他", "人"), ("其他", "个")])
        town.activity(village, cluster_id=rng.choice([None, unit]), kind=kind, measure=measure, title=f"第{number}项",
                      quantity=rng.choice([100, 1200, 117_000]) + (5 if measure == "亩" else 0),
                      held_on=rng.choice(["2024-12", "2025-01-02"]), note=rng.choice([None, "=备注", "问13804820002"]))


def _body(number: str | None) -> dict[str, Any]:
    """ID number, sex and birthday, as every way into the database keeps them."""
    if number is None:
        return {"id_number": None}
    return {"id_number": number, "sex": sex_of(number), "born_on": born_on(number).isoformat()}


def _household(town: Town, rng: random.Random, villages: list[int], number: int) -> None:
    head = _body(an_id_number(number + 1) if rng.random() < 0.7 else None)
    household = town.household(
        village_id=rng.choice(villages), traits=rng.choice([None, "年老、独居", "患病"]), size=rng.choice([None, 3, 5]),
        classes=rng.choice([None, "社区矫正对象、低保对象"]), is_hard=rng.choice([None, 0, 1]),
        head_id_number=head.pop("id_number"), **head)
    if rng.random() < 0.6:
        for place, relation in enumerate(("配偶", "子")):
            town.member(household, name=f"成员{'甲乙丙丁戊己庚辛壬癸'[number]}{'一二'[place]}", relation=relation,
                        **_body(an_id_number(500 + 2 * number + place) if rng.random() < 0.7 else None))
    if rng.random() < 0.4:
        town.event(household, happened_on="2025-01")
    if rng.random() < 0.4:
        town.card(household, issued_on="2025-01-03")


class Life:
    """Goes on day by day in the town at ``path``."""

    def __init__(self, database: Database, rng: random.Random) -> None:
        self.database, self.rng = database, rng
        self.today = FIRST_DAY
        self.year = Year(self)

    def step(self) -> None:
        self.today = min(LAST_DAY, self.today + timedelta(days=self.rng.choice((0, 0, 1, 20))))
        doing = self.rng.choice((
            self._close, self._reopen, self._split, self._merge, self._head, self._leave, self._return, self._set, self._set,
            self._end, self._lock, self._assign, self._visit, self._visit, self._move, self._ticket, *self.year.doings))
        with suppress(LianhuError):
            doing()

    def _any(self, table: str) -> str:
        return self.rng.choice([code for (code,) in self.database.execute(f"SELECT code FROM {table} ORDER BY id")])

    def _house(self) -> str:
        """A household of its own: what happens to one that was joined with another happens to the other."""
        return self.rng.choice([code for (code,) in self.database.execute(
            "SELECT code FROM household WHERE merged_into_id IS NULL ORDER BY id")])

    @property
    def _when(self) -> dict[str, Any]:
        return {"today": self.today, "now": datetime.combine(self.today, datetime.min.time())}

    def _on(self) -> date | None:
        return self.rng.choice((None, self.today, self.today - timedelta(days=3)))

    def _close(self) -> None:
        close_household(self.database, self._any("household"), self.rng.choice(("去世", "搬走")), on=self._on(), **self._when)

    def _reopen(self) -> None:
        reopen_household(self.database, self._any("household"), on=self._on(), **self._when)

    def _split(self) -> None:
        code = self._any("household")
        members = [name for (name,) in self.database.execute(
            "SELECT member.name FROM member JOIN household h ON h.id = household_id WHERE h.code = ?", [code])]
        split_household(self.database, code, self.rng.choice([*members, *OTHERS]), {}, members=members[:1], on=self._on(),
                        agreed=AGREED, **self._when)

    def _merge(self) -> None:
        merge_households(self.database, self._any("household"), self._any("household"), **self._when)

    def _head(self) -> None:
        code = self._any("household")
        members = [name for (name,) in self.database.execute(
            "SELECT member.name FROM member JOIN household h ON h.id = household_id WHERE h.code = ?", [code])]
        change_head(self.database, code, self.rng.choice([*members, *OTHERS]), {}, reason=self.rng.choice([None, *REASONS]),
                    on=self._on(), agreed=AGREED, **self._when)

    def _leave(self) -> None:
        returns = self.rng.choice((None, self.today + timedelta(days=9)))
        leave(self.database, Leave(self._any("cadre"), self.rng.choice(REASONS), self._on(), returns,
                                   self.rng.choice((None, self._any("cadre")))), agreed=AGREED, **self._when)

    def _return(self) -> None:
        come_back(self.database, self._any("cadre"), on=self._on(), take_back=self.rng.random() < 0.5, agreed=AGREED,
                  **self._when)

    def _set(self) -> None:
        set_pair(self.database, NewPair(self._any("household"), self._any("cadre"), self._on(), self.rng.random() < 0.3),
                 agreed=AGREED, **self._when)

    def _end(self) -> None:
        end_pair(self.database, self._any("household"), self.rng.choice(REASONS), on=self._on(), **self._when)

    def _lock(self) -> None:
        lock_pair(self.database, self._any("household"), locked=self.rng.random() < 0.5, now=self._when["now"])

    def _assign(self) -> None:
        on = self.today + timedelta(days=self.rng.choice((0, 0, 5)))
        assign(self.database, AssignOptions(on, rebalance=self.rng.random() < 0.5), now=self._when["now"])

    def _visit(self) -> None:
        add_visit(self.database, NewVisit(
            self._house(), on=self.today, by=self.rng.choice((None, self._any("cadre"))),
            occasion=self.rng.choice(("日常", "生病住院")), deed=self.rng.choice((None, "联系住院"))), **self._when)

    def _move(self) -> None:
        edit_household(self.database, self._any("household"), {"village": self.rng.choice(("永胜", "东风", "西沟"))},
                       agreed=AGREED, **self._when)

    def _ticket(self) -> None:
        code = self._house()
        (household,) = self.database.records("SELECT * FROM household WHERE code = ?", [code])
        holders = self.database.execute(
            "SELECT cadre_id FROM pairing WHERE household_id = ? AND ended_on IS NULL", [household["id"]])
        from lianhu.store.journal import batch
        with batch(self.database, "test", now=self._when["now"]) as journal:
            Town(journal).ticket(
                village_id=household["village_id"], household_id=household["id"],
                cadre_id=holders[0][0] if holders else None, received_at=f"{self.today} 10:00",
                due_on=str(self.today + timedelta(days=3)), state=self.rng.choice(("办理中", "已办结")))


class Year:
    """What the town does in its working year, among what happens to its people."""

    def __init__(self, life: Life) -> None:
        self.life, self.database, self.rng = life, life.database, life.rng
        self.doings = (self._task, self._finish, self._finish, self._rate, self._appraise, self._opine, self._answer, self._happen,
                       self._deed, self._update, self._call, self._handle, self._handle, self._redo, self._card)

    def _some(self, table: str, column: str = "code") -> str | None:
        found = [code for (code,) in self.database.execute(f"SELECT {column} FROM {table} ORDER BY id")]
        return self.rng.choice([None, *found])

    @property
    def _today(self) -> date:
        return self.life.today

    def _task(self) -> None:
        issue_task(self.database, NewTask(
            self.rng.choice(("医保缴费：宣传", "防火", "=清雪")), self.rng.choice(("政策理论讲解到户", "民意诉求征集到户", "重点工作发动到户")),
            self.rng.choice((None, self._today + timedelta(days=5))), villages=self.rng.choice(((), ("永胜",))),
            traits=self.rng.choice(((), ("年老",))), everyone=self.rng.random() < 0.3), **self.life._when)

    def _finish(self) -> None:
        ((task, household),) = self.database.execute(
            "SELECT task.code, household.code FROM task_item JOIN task ON task.id = task_id "
            "JOIN household ON household.id = household_id ORDER BY task_item.done_on, task_item.id LIMIT 1") or [("T1", "H1")]
        finish_task(self.database, task, households=[household],
                    on=self._today,
                    note=self.rng.choice((None, "已讲")), **self.life._when)

    def _rate(self) -> None:
        add_rating(self.database, self.life._house(), self.rng.choice(("满意", "不满意", "非常满意")),
                   words=self.rng.choice((None, "常来，好")), on=self._today, **self.life._when)

    def _appraise(self) -> None:
        add_appraisal(self.database, self.life._any("cadre"), self.rng.choice(("优秀", "良好")),
                      period=self.rng.choice(("2025年上半年", "2025年")), organisation=self.rng.choice((None, "组织办")),
                      on=self._today, **self.life._when)

    def _opine(self) -> None:
        head, visit = self._some("cluster_head"), self._some("visit")
        source = self.rng.choice(({"village": "东风"}, {"village": "永胜", "cluster": "第一网格"}, {"head": head},
                                  {"visit": visit}, {"household": self.life._house()}))
        add_opinion(self.database, NewOpinion(self.rng.choice(("路灯不亮", "+要修路")), self._today, **source),
                    **self.life._when)

    def _answer(self) -> None:
        close_opinion(self.database, self._some("opinion") or "O1", "已答复", on=self._today,
                      ticket=self.rng.choice((None, self._some("ticket", "number"))),
                      deed=self.rng.choice((None, self._some("deed"))), **self.life._when)

    def _happen(self) -> None:
        add_event(self.database, NewEvent(
            self.life._house(), self.rng.choice(("红白喜事", "意外灾害")), self._today, note=self.rng.choice((None, "@房屋"))),
            **self.life._when)

    def _deed(self) -> None:
        add_deed(self.database, NewDeed(
            self.life._house(), self.rng.choice(("送药", "修房")), self._today, cost=self.rng.choice((None, "120.5")),
            effect=self.rng.choice((None, "推进中", "已解决")), by=self._some("cadre"),
            ticket=self.rng.choice((None, self._some("ticket", "number")))), **self.life._when)

    def _update(self) -> None:
        update_deed(self.database, self._some("deed") or "B1", {"effect": self.rng.choice(("已解决", "未解决"))}, done=None,
                    **self.life._when)

    def _call(self) -> None:
        add_ticket(self.database, NewTicket(
            f"25091210110811{self.rng.randrange(1000, 9999)}", "水管漏水",
            **self.rng.choice(({"village": "西沟"}, {"household": self.life._house()})),
            kind=self.rng.choice(("求助", "投诉", "表扬")), urgent=self.rng.random() < 0.2), **self.life._when)

    def _handle(self) -> None:
        number = self._some("ticket", "number") or "1"
        at = {"at": None, **self.life._when}
        self.rng.choice((
            lambda: sign_ticket(self.database, number, contacted=self.rng.choice((None, "今天")), **at),
            lambda: resolve_ticket(self.database, number, "已修好", **at),
            lambda: follow_up(self.database, number, solved=self.rng.random() < 0.5, grade=self.rng.choice((None, "满意")),
                              redo=self.rng.random() < 0.5, **at),
            lambda: return_ticket(self.database, number, "不属本镇", now=at["now"]),
            lambda: extend_ticket(self.database, number, 2, "材料未到", now=at["now"]),
            lambda: exclude_ticket(self.database, number, "超管辖", now=at["now"]),
        ))()

    def _redo(self) -> None:
        """A ticket all the way to its follow-up, which sends it back."""
        number, at = f"26{self.rng.randrange(10**12, 10**13)}", {"at": None, **self.life._when}
        add_ticket(self.database, NewTicket(number, "路不平", household=self.life._house(), kind="求助"), **self.life._when)
        sign_ticket(self.database, number, contacted="今天", **at)
        resolve_ticket(self.database, number, "已铺平", **at)
        follow_up(self.database, number, solved=False, grade="不满意", redo=True, **at)

    def _card(self) -> None:
        issue_cards(self.database, Selection((self.life._house(),)), medium="微信", on=self._today, **self.life._when)


def live(path: Path, seed: int, steps: int) -> date:
    """A town in a file at ``path`` in which that many things have been tried; gives the last day."""
    rng = random.Random(seed)
    found(path, rng)
    with open_database(path) as database:
        life = Life(database, rng)
        for _ in range(steps):
            life.step()
    return life.today


def without_ids(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every table of the town's own, row for row, references by what they name."""
    from lianhu.store.schema import COLUMNS, REFERENCES

    named = {"village": "name", "cluster": "name", "household": "code", "cadre": "code", "visit": "code",
             "deed": "code", "ticket": "number", "task": "code", "cluster_head": "code"}
    refers = {(table, column): target for table, column, target in REFERENCES}
    names = {table: dict(database.execute(f"SELECT id, {column} FROM {table}")) for table, column in named.items()}
    names["cluster"] = {row["id"]: (names["village"][row["village_id"]], row["name"])
                        for row in database.records("SELECT * FROM cluster")}
    told: dict[str, list[dict[str, Any]]] = {}
    for table in COLUMNS:
        if table in {"batch", "change", "reading", "setting", "assignment_run"}:
            continue
        told[table] = sorted(({
            column: names[refers[table, column]][value] if (table, column) in refers and value is not None else value
            for column, value in record.items() if column != "id"
        } for record in database.records(f"SELECT * FROM {table}")), key=repr)
    return told
