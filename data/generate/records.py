"""What happened in 2025: contact cards, visits, events, 办实事 and 12345 tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import texts
from cadres import Cadre
from households import Household
from pairs import Pairs
from places import Village
from town import SEED, Town

CARDS = 760
VISITS = 2050
EVENT_COUNTS = {"生病住院": 58, "红白喜事": 44, "家庭变故": 12, "矛盾纠纷": 17, "意外灾害": 14}
DONE = ("已解决",) * 31 + ("基本解决",) * 9
NOT_DONE = ("推进中",) * 5 + ("未解决",) * 2
_FIRST, LAST = date(2025, 1, 2), date(2025, 12, 20)
_COSTS = {"产业帮扶": (800, 4800), "应急救助": (300, 3000), "住房饮水": (200, 6000), "教育助学": (500, 3000)}


_CALLERS = ("王先生", "李女士", "包先生", "张女士", "白女士", "匿名")


@dataclass(frozen=True)
class Card:
    household: Household
    cadre: Cadre
    medium: str
    issued: date
    note: str


@dataclass(frozen=True)
class Visit:
    household: Household
    cadre: Cadre
    day: date
    way: str
    occasion: str
    is_met: bool
    duties: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Event:
    household: Household
    kind: str
    day: date
    member: str
    note: str


@dataclass(frozen=True)
class Deed:
    household: Household
    cadre: Cadre
    title: str
    kind: str
    effect: str
    started: date
    done: date | None
    cost: int | None
    note: str


@dataclass(frozen=True)
class Ticket:
    """``caller`` is a key household's head or somebody else; ``due`` the last day of the deadline."""

    number: str
    village: Village
    caller: str
    cadre: Cadre
    title: str
    kind: str
    is_urgent: bool
    received: datetime
    signed: datetime | None
    contacted: datetime | None
    due: date | datetime
    closed: datetime | None
    state: str
    is_solved: bool | None
    grade: str
    exclusion: str
    note: str


@dataclass(frozen=True)
class Year:
    """All records of the year, each kind by day."""

    cards: list[Card]
    visits: list[Visit]
    events: list[Event]
    deeds: list[Deed]
    tickets: list[Ticket]


@dataclass
class _Writer:
    """Makes records; a household is visited once a day for one occasion."""

    pairs: Pairs
    households: Sequence[Household]
    rng: Random
    visits: list[Visit] = field(default_factory=list)
    _seen: set[tuple[Household, date, str]] = field(default_factory=set)

    def visit(
        self, household: Household, day: date, way: str, note: str, *, occasion: str = "日常",
        duties: tuple[str, ...] = (), is_met: bool = True,
    ) -> None:
        if day > LAST or (household, day, occasion) in self._seen:
            return
        self._seen.add((household, day, occasion))
        self.visits.append(Visit(household, self.pairs[household], day, way, occasion, is_met, duties, note))

    def day(self, first: date = _FIRST, last: date = LAST) -> date:
        """A day of the year; few cadres go visiting on Sundays."""
        while True:
            day = first + timedelta(days=self.rng.randrange((last - first).days + 1))
            if day.weekday() < 6 or self.rng.random() < 0.3:
                return day

    def cards(self) -> list[Card]:
        rng = self.rng
        chosen = set(rng.sample([h for h in self.households if h.is_old], CARDS))
        cards = []
        for household in self.households:
            if household not in chosen:
                continue
            issued = self.day(date(2025, 2, 10), date(2025, 9, 30))
            medium = "纸质" if rng.random() < 0.88 else "微信"
            note = rng.choice(("", "", "", "", "", "子女代收", "字号加大", "蒙汉双语卡"))
            cards.append(Card(household, self.pairs[household], medium, issued, note))
            if medium == "纸质" and rng.random() < 0.35:
                self.visit(household, issued, "上门", rng.choice(texts.CARD_VISIT_NOTES), duties=(texts.DUTIES[1],))
        return sorted(cards, key=lambda card: card.issued)

    def events(self) -> list[Event]:
        rng = self.rng
        kinds = [kind for kind, count in EVENT_COUNTS.items() for _ in range(count)]
        events = []
        for household, kind in zip(rng.sample(self.households, len(kinds)), kinds, strict=True):
            day = self.day(last=date(2025, 12, 12))
            note = rng.choice(texts.of_season(texts.EVENT_NOTES[kind], day))
            member = household.head.name if kind in {"生病住院", "矛盾纠纷"} and rng.random() < 0.6 else ""
            events.append(Event(household, kind, day, member, note))
            # Five in a hundred of the visits that are due were not made.
            if rng.random() < 0.95:
                way = rng.choices(("上门", "电话", "视频"), (84, 13, 3))[0]
                self.visit(household, day + timedelta(days=rng.choice((0, 0, 1, 1, 2, 3))), way,
                           rng.choice(texts.EVENT_VISIT_NOTES[kind]), occasion=kind)
        return sorted(events, key=lambda event: event.day)

    def deeds(self) -> list[Deed]:
        rng = self.rng
        may_be_open = [title for _, title, _ in texts.DEEDS if any(word in title for word in texts.UNFINISHED)]
        unfinished = dict(zip(rng.sample(may_be_open, len(NOT_DONE)), NOT_DONE, strict=True))
        effects = iter(rng.sample(DONE, len(DONE)))
        used: set[Household] = set()
        deeds = []
        for kind, seasonal, reason in texts.DEEDS:
            effect = unfinished.get(seasonal) or next(effects)
            fitting = [h for h in self.households if h not in used and (h.any_trait(reason) or reason in h.needs)]
            household = rng.choice(fitting)
            used.add(household)
            started = self.day(date(2025, 2, 17), date(2025, 12, 5))
            while not texts.fits(seasonal, started):
                started = self.day(date(2025, 2, 17), date(2025, 12, 5))
            title = texts.plain(seasonal)
            done = started + timedelta(days=rng.choice((0, 1, 3, 5, 9, 15))) if effect in DONE else None
            low, high = _COSTS.get(kind, (0, 0))
            cost = rng.randrange(low, high + 1, 100) if high and rng.random() < 0.6 else None
            cost = texts.STATED_COSTS.get(title, cost)
            deeds.append(Deed(household, self.pairs[household], title, kind, effect, started, done, cost,
                              "已报旗医保局，等批复" if effect == "推进中" and kind == "就医照料" else ""))
            self.visit(household, started, rng.choices(("上门", "电话"), (85, 15))[0], title, duties=(texts.DUTIES[1],))
        return sorted(deeds, key=lambda deed: deed.started)

    def fill_visits(self) -> None:
        """Everyday contacts until the year has its number, hard households more often."""
        rng = self.rng
        weights = [3 if h.is_hard else 1.6 if h.is_old else 1 for h in self.households]
        while len(self.visits) < VISITS:
            household = rng.choices(self.households, weights)[0]
            day = self.day()
            way = rng.choices(("上门", "微信", "电话", "视频", "联系卡"), (56, 14, 22, 4, 4))[0]
            if way == "微信" and household.is_old and rng.random() < 0.7:
                way = "电话"
            duties: tuple[str, ...] = ()
            if way == "上门" and rng.random() < 0.05:
                self.visit(household, day, way, rng.choice(texts.MISSED_NOTES), is_met=False)
            elif way in {"上门", "联系卡"} and rng.random() < 0.75:
                duties = tuple(duty for duty in texts.DUTIES if rng.random() < 0.34) or (rng.choice(texts.DUTIES),)
                notes = texts.of_season(texts.DUTY_NOTES[rng.choice(duties)], day)
                self.visit(household, day, way, rng.choice(notes), duties=duties)
            elif way in {"上门", "联系卡"}:
                self.visit(household, day, way, rng.choice(texts.of_season(texts.PLAIN_NOTES, day)))
            else:
                duties = (rng.choice(texts.DUTIES),) if rng.random() < 0.4 else ()
                self.visit(household, day, way, rng.choice(texts.of_season(texts.ONLINE_NOTES, day)), duties=duties)


def make_year(town: Town, pairs: Pairs, seed: str = SEED) -> Year:
    """The year's records; the same pairs and seed give the same ones."""
    households = [household for household in town.households if household in pairs]

    def writer(part: str) -> _Writer:
        return _Writer(pairs, households, Random(f"{seed} {part}"))

    cards, events, deeds, others = (writer(part) for part in ("cards", "events", "deeds", "visits"))
    made = (cards.cards(), events.events(), deeds.deeds())
    for earlier in (events, deeds, cards):
        for visit in earlier.visits:
            others.visit(visit.household, visit.day, visit.way, visit.note, occasion=visit.occasion, duties=visit.duties)
    others.fill_visits()
    visits = sorted(others.visits, key=lambda visit: visit.day)
    return Year(made[0], visits, made[1], made[2], make_tickets(town, households, Random(f"{seed} tickets")))


# 12345 tickets -----------------------------------------------------------------------------


def make_tickets(town: Town, households: Sequence[Household], rng: Random) -> list[Ticket]:
    """Tickets by the moment they came in: 39 resolved ones and those of other outcomes."""
    matters = [(kind, title, "") for kind, title in texts.TICKETS] + list(texts.OPEN_TICKETS)
    numbers: set[str] = set()
    tickets = []
    for kind, seasonal, fate in matters:
        day = _workday(rng, fate)
        while not texts.fits(seasonal, day):
            day = _workday(rng, fate)
        received, title = _office_hour(rng, day), texts.plain(seasonal)
        number = f"{received:%y%m%d%H%M%S}{rng.randrange(100000, 999999)}"
        numbers.add(number)
        tickets.append(_ticket(town, households, rng, number, received, kind, title, fate))
    if len(numbers) != len(matters):
        raise ValueError("two tickets of one number")
    return sorted(tickets, key=lambda ticket: ticket.number)


def _workday(rng: Random, fate: str) -> date:
    from lianhu.domain.workdays import DEFAULT

    if fate == "办理中":
        return date(2025, 12, 19)
    while True:
        day = date(2025, 1, 6) + timedelta(days=rng.randrange(335))
        if DEFAULT.is_workday(day):
            return day


def _office_hour(rng: Random, day: date) -> datetime:
    moment = time(rng.choice((8, 9, 10, 11, 14, 15, 16)), rng.randrange(30, 60), rng.randrange(60))
    return datetime.combine(day, moment)


def _ticket(
    town: Town, households: Sequence[Household], rng: Random, number: str, received: datetime, kind: str, title: str, fate: str
) -> Ticket:
    from lianhu.domain.settings import Settings
    from lianhu.domain.tickets import due_of
    from lianhu.domain.workdays import DEFAULT

    village = rng.choices(town.villages, [v.size for v in town.villages])[0]
    if "小区" in title or "暖气" in title:
        village = rng.choice([v for v in town.villages if v.kind == "社区"])
    known = [h for h in households if h.village is village and ("老人" in title or rng.random() < 0.3)]
    caller = rng.choice(known).head.name if known and rng.random() < 0.4 else rng.choice(_CALLERS)
    cadre = town.chief_of(village) if rng.random() < 0.55 else rng.choice(town.cadres_of(village))
    is_urgent = any(word in title for word in ("垂落", "停水", "暖气"))
    due_text = due_of(kind, received.isoformat(" ", "minutes"), urgent=is_urgent, settings=Settings())
    due = datetime.fromisoformat(due_text) if len(due_text) > 10 else date.fromisoformat(due_text)
    signed = received + timedelta(minutes=rng.randrange(5, 55))
    first_contact = signed + timedelta(minutes=rng.randrange(10, 180))
    closed: datetime | None
    if is_urgent:
        closed = received + timedelta(hours=rng.randrange(4, 22))
    else:
        # Four are closed late, the others within their working days.
        late = number[-1] == "7" and kind != "咨询"
        allowed = max(1, DEFAULT.workdays_between(received.date(), date.fromisoformat(due_text)))
        after = allowed + rng.randrange(1, 4) if late else rng.randrange(1, allowed + 1)
        closed = _office_hour(rng, DEFAULT.add_workdays(received.date(), after))
    contacted: datetime | None = first_contact
    if number[-1] in "35" and closed > (a_day_later := first_contact + timedelta(days=1, hours=2)):
        contacted = a_day_later  # the caller was not contacted in time
    grade = rng.choices(("非常满意", "满意", "基本满意", "不满意", "非常不满意"), (34, 44, 14, 6, 2))[0]
    state, exclusion, note = "已办结", "", ""
    is_solved: bool | None = True
    if fate in {"超管辖", "诉讼仲裁信访程序中"}:
        state, is_solved, exclusion, grade, closed, note = "退单", None, fate, "", None, "已说明情况，退回旗热线"
        contacted = None
    elif fate == "不属实":
        is_solved, exclusion, grade, note = None, fate, "", "经核查收费有据"
    elif fate == "不满意":
        is_solved, grade, note = False, "非常不满意", "已列入明年修缮计划，来电人不认可"
    elif fate == "重办":
        state, is_solved, grade, closed, note = "重办", False, "不满意", None, "回访不满意，二次交办"
    elif fate == "待回访":
        state, is_solved, grade = "待回访", None, ""
    elif fate == "办理中":
        state, is_solved, grade, closed = "办理中", None, "", None
    return Ticket(number, village, caller, cadre, title, kind, is_urgent, received, signed, contacted, due, closed, state,
                  is_solved, grade, exclusion, note)
