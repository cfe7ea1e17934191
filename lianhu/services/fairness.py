"""How fairly the pairing shares out: tables of load, of room and shortage, and of needs met, by village.

The same tables stand under a run of ``assign`` and in ``report pairing``; the latter takes who is in
service, who counts and who holds whom from the indicators of the day.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from lianhu.domain import fairness
from lianhu.domain.fairness import HARD_WEIGHT, OTHER_WEIGHT, Holding, Load, Need, Room, Spread
from lianhu.domain.figures import Key, Rate, Table, Value
from lianhu.domain.fit import Cadre
from lianhu.domain.territory import Territory
from lianhu.reports import indicators
from lianhu.reports.layout import TOTAL, Column, Line, shared_out
from lianhu.reports.period import Period, chinese_day
from lianhu.services.assignment import Assignment, AssignOptions, decide, territory_of
from lianhu.services.figures import Counter
from lianhu.services.town import Town, load_rules, read_cadres, read_households, read_villages

TOWN_CADRES = "镇干部"
"""The line of the cadres who have no village of their own."""
Counted = TypeVar("Counted", Room, Spread)
_PARTS = "一二三四五六七八九十"
_LOADS_IN_TABLE = 8
"""Columns of 负担分布 beside each other: they are narrow, 80 characters hold them beside a long village's name."""


@dataclass(slots=True)
class Moment:
    """Who holds whom at one time; ``mark`` sets its tables apart (结对前, 期末), ``remark`` is said below."""

    mark: str
    holding: Holding
    remark: str = ""
    loads: dict[int, Load] = field(init=False)

    def __post_init__(self) -> None:
        self.loads = fairness.loads(self.holding)


@dataclass(slots=True)
class Picture:
    """What the tables show: the moments in order, the last one being what room and needs are about.

    ``short`` are the ids of the households that nobody can be found for; ``villages`` limits the
    lines, empty for the whole town.
    """

    town: Town
    territory: Territory
    moments: list[Moment]
    short: Collection[int]
    villages: Sequence[int] = ()

    @property
    def last(self) -> Moment:
        return self.moments[-1]

    def shows(self, village: int | None) -> bool:
        return not self.villages or village in self.villages

    @property
    def lines(self) -> list[Line]:
        """The villages in the town's order."""
        villages = sorted(self.town.villages.values(), key=lambda village: (village["ordinal"], village["id"]))
        return [Line(village["id"], (village["name"],)) for village in villages if self.shows(village["id"])]

    @property
    def homes(self) -> list[Line]:
        """The same, and the town cadres in a line of their own if there are any."""
        of_town = self.shows(None) and any(
            cadre.village is None for moment in self.moments for cadre in moment.holding.cadres)
        return [*self.lines, Line(None, (TOWN_CADRES,))] if of_town else self.lines

    def at_home(self, moment: Moment) -> dict[Key, list[Cadre]]:
        """The cadres in service by the key of their own line."""
        found: dict[Key, list[Cadre]] = {line.key: [] for line in self.homes}
        for cadre in moment.holding.cadres:
            if self.shows(cadre.village):
                found[cadre.village].append(cadre)
        return found


def run_tables(result: Assignment) -> list[Table]:
    """The fairness of what a run decided, and of what stood before it."""
    town = result.town
    stood = {household: pair["cadre_id"] for household, pair in town.standing.items()}
    stands = {pair.household.id: pair.cadre.id for pair in result.pairs}
    return _tables(Picture(
        town, result.territory, [
            Moment("结对前", Holding(town.cadres, town.households, stood)),
            Moment("结对后", Holding(town.cadres, town.households, stands))],
        _short_after(result, stands)))


def _short_after(result: Assignment, stands: dict[int, int]) -> set[int]:
    """The households that the run could not pair; of villages out of its scope, those that no run could."""
    if not result.unpaired:
        return set()
    asked = {code for part in result.passes for code in part.problem.households}
    if all(household.code in asked for household, _ in result.unpaired):
        return {household.id for household, _ in result.unpaired}
    return _cannot_be_paired(result.town, stands)


def _cannot_be_paired(town: Town, stands: dict[int, int]) -> set[int]:
    """Ids of the households that a run which moves nobody would leave alone."""
    standing = {
        household: {"cadre_id": cadre, "origin": "hand", "is_locked": 1, "is_cross_village": 0}
        for household, cadre in stands.items()
    }
    decided = decide(replace(town, standing=standing), AssignOptions(on=date.min))
    return {household.id for household, _ in decided.unpaired}


def report_tables(counter: Counter) -> list[Table]:
    """The fairness on the first and on the last day of the counter's period, one day where it is open."""
    start, day = counter.period.start, counter.period.day
    last, stands = _town_on(counter, day)
    moments = [Moment("", Holding(last.cadres, last.households, stands), _remark(counter.period, day))]
    if start is not None and start < day:
        first, stood = _town_on(counter, start)
        moments[0].mark = "期末"
        moments.insert(0, Moment("期初", Holding(first.cadres, first.households, stood), _remark(counter.period, start)))
    return _tables(Picture(last, territory_of(last), moments, _cannot_be_paired(last, stands), counter.villages))


def _town_on(counter: Counter, day: date) -> tuple[Town, dict[int, int]]:
    """The whole town on a day, with the cadre of each household that has one. What they are is as of today."""
    database, rules = counter.database, load_rules(counter.database)
    there = Counter(database, Period(None, day, counter.period.now))
    open_households = {row[0] for row in there.records(indicators.HOUSEHOLDS)}
    in_service = {row[0] for row in there.records(indicators.CADRES)}
    stands = dict(there.records(indicators.PAIRED_HOUSEHOLDS, "cadre"))
    villages = read_villages(database)
    households = [h for h in read_households(database, villages) if h.id in open_households]
    cadres = [c for c in read_cadres(database, villages, rules.capacity) if c.id in in_service]
    return Town(villages, cadres, households, {}, {}, {}, rules), stands


def _remark(period: Period, day: date) -> str:
    today = period.now.date()
    return f"{chinese_day(day)}的状态" + ("；上限、所在村、角色、户情和规则按今天的" if day < today else "")


def _tables(picture: Picture) -> list[Table]:
    return [
        *_numbers(picture), *(_weights(picture, moment) for moment in picture.moments),
        _room(picture), _shortage(picture), *_needs(picture),
    ]


def _numbers(picture: Picture) -> list[Table]:
    """How many cadres hold how many households, at each moment in the same columns."""
    spreads = [_spreads(picture, moment) for moment in picture.moments]
    taken = {number for total, _ in spreads for number in total.by_number}
    numbers = sorted(taken | set(range(picture.town.rules.capacity + 1)))
    note = "干部按本人所在村计，联系的户不论在哪个村都算。不联户：上限为0且没有联系户的，不算在0户里。"
    made = []
    for moment, (total, of) in zip(picture.moments, spreads, strict=True):
        parts = shared_out([
            _of_each("干部", of, total, lambda spread: spread.cadres),
            *(_column(f"{number}户", {key: spread.by_number[number] for key, spread in of.items()}, total.by_number[number])
              for number in numbers),
            _of_each("不联户", of, total, lambda spread: spread.exempt),
        ], _LOADS_IN_TABLE)
        made += [
            _table(_marked("负担分布", moment, _PARTS[at] if len(parts) > 1 else ""), picture.homes, part, _noted(note, moment))
            for at, part in enumerate(parts)
        ]
    return made


def _weights(picture: Picture, moment: Moment) -> Table:
    total, of = _spreads(picture, moment)
    columns = [
        _of_each("联系户", of, total, lambda spread: spread.load.households),
        _of_each("重难点户", of, total, lambda spread: spread.load.hard),
        _of_each("加权", of, total, lambda spread: spread.load.weight),
        _of_each("最少", of, total, lambda spread: spread.least),
        _of_each("中位", of, total, lambda spread: spread.middle),
        _of_each("最多", of, total, lambda spread: spread.most),
    ]
    note = f"加权：重难点户算{HARD_WEIGHT}，其他户算{OTHER_WEIGHT}。最少、中位、最多：每名干部的加权负担，不含不联户的干部。"
    return _table(_marked("加权负担", moment), picture.homes, columns, _noted(note, moment))


def _spreads(picture: Picture, moment: Moment) -> tuple[Spread, dict[Key, Spread]]:
    """How the load lies on all cadres of the lines, and on those of each."""
    homes = picture.at_home(moment)
    everyone = [cadre for cadres in homes.values() for cadre in cadres]
    return fairness.spread(everyone, moment.loads), {
        home: fairness.spread(cadres, moment.loads) for home, cadres in homes.items()}


def _room(picture: Picture) -> Table:
    """What the cadres may hold, by their own village."""
    moment = picture.last
    homes = picture.at_home(moment)
    total = fairness.room([cadre for cadres in homes.values() for cadre in cadres], moment.loads)
    of = {home: fairness.room(cadres, moment.loads) for home, cadres in homes.items()}
    columns = [
        _of_each("干部", of, total, lambda room: room.cadres),
        _of_each("可联户数", of, total, lambda room: room.places),
        _of_each("联系户", of, total, lambda room: room.held),
        _of_each("超上限", of, total, lambda room: room.over),
        _of_each("空位", of, total, lambda room: room.free),
    ]
    note = "干部按本人所在村计。可联户数：上限合计，等于联系户 − 超上限 + 空位。"
    return _table(_marked("联户能力", moment), picture.homes, columns, _noted(note, moment))


def _shortage(picture: Picture) -> Table:
    """Whether the households of each village find somebody."""
    moment, lines = picture.last, picture.lines
    holder, cadres = moment.holding.holder, moment.holding.cadres
    shown = [household for household in moment.holding.households if picture.shows(household.village)]
    around: dict[Key, list[Cadre]] = {line.key: [] for line in lines}
    for cadre in cadres:
        for village in cadre.villages.intersection(around):
            around[village].append(cadre)
    of = {village: fairness.room(there, moment.loads) for village, there in around.items()}
    total = fairness.room([cadre for cadre in cadres if not cadre.villages.isdisjoint(around)], moment.loads)
    columns = [
        _tally("户数", (household.village for household in shown)),
        _of_each("可联干部", of, total, lambda room: room.cadres),
        _of_each("可联户数", of, total, lambda room: room.places),
        _of_each("空位", of, total, lambda room: room.free),
        _tally("已结对", (household.village for household in shown if household.id in holder)),
        _tally("未结对", (household.village for household in shown if household.id not in holder)),
        _tally("缺口", (household.village for household in shown if household.id in picture.short)),
    ]
    in_service = {cadre.id for cadre in cadres}
    gone = sum(household.id in holder and holder[household.id] not in in_service for household in shown)
    note = ("可联干部：本村的和包片到本村的；包片干部在他包的每个村都算，合计里只算一次，所以各村相加可大于合计。"
            "缺口：现有结对不动、再结一次也结不上的户，由求解得出（先本村和包片，再同片区邻村），不是户数减可联户数；"
            "包片干部先补哪个村按求解的结果。未结对 − 缺口 = 现在就能结上的。"
            + (f"已结对中有 {gone} 户的联系干部已不在岗，也要重新结对，缺口按此计算。" if gone else ""))
    return _table(_marked("结对缺口", moment), lines, columns, _noted(note, moment))


def _needs(picture: Picture) -> list[Table]:
    """Which needs found the kind of cadre that a rule gives them, by rule and by village."""
    moment, rules = picture.last, picture.town.rules
    found = [need for need in fairness.needs(moment.holding, picture.territory, rules)
             if picture.shows(need.household.village)]
    needing = {need.household.id: need.household.village for need in found}
    note = ("一条要求：一户符合一条规则的“户”一边，就要这条规则的干部；一户可有几条。对口：联系本户的在岗干部有规则所要的角色。"
            "没有对口的分三种。无此干部：能联系本户的干部（本村和包片，除去亲属等）中没有这样的；都已满：有，但都已联系满；"
            "有空位：有且没满，但联系了别的干部（别的规则或原结对更要紧）或还没有结对。")
    return [
        _table(_marked("需求对口", moment, "按规则"), [Line(match.name, (match.name,)) for match in rules.matches],
               _outcomes(found, lambda need: need.rule), _noted(note, moment), "规则"),
        _table(_marked("需求对口", moment, "按村"), picture.lines,
               [_tally("有要求的户", needing.values()), *_outcomes(found, lambda need: need.household.village)],
               _noted("各条规则的要求加在一起，按条计。", moment)),
    ]


def _outcomes(found: Sequence[Need], by: Callable[[Need], Key]) -> list[Column]:
    asked = Tally(by(need) for need in found)
    met = Tally(by(need) for need in found if need.outcome == fairness.MET)
    rates: dict[Key, Value] = {key: Rate(met[key], number, "条") for key, number in asked.items()}
    return [
        _column("要求", asked, asked.total()),
        _column("对口", rates, Rate(met.total(), asked.total(), "条"), Rate(0, 0, "条")),
        *(_tally(heading, (by(need) for need in found if need.outcome == outcome)) for heading, outcome in (
            ("无此干部", fairness.NOBODY), ("都已满", fairness.FULL), ("有空位", fairness.PASSED_OVER))),
    ]


def _column(heading: str, of: Mapping[Any, Value], total: Value, nothing: Value = 0) -> Column:
    return Column(heading, lambda key: of.get(key, nothing), total, frozenset(of))


def _tally(heading: str, keys: Iterable[Key]) -> Column:
    counts = Tally(keys)
    return _column(heading, counts, counts.total())


def _of_each(heading: str, of: Mapping[Key, Counted], total: Counted, value: Callable[[Counted], Value]) -> Column:
    return _column(heading, {key: value(one) for key, one in of.items()}, value(total))


def _table(name: str, lines: Sequence[Line], columns: Sequence[Column], note: str, heading: str = "嘎查村") -> Table:
    rows: list[list[Value]] = [[*line.labels, *(column.of(line.key) for column in columns)] for line in lines]
    return Table(name, [heading, *(column.heading for column in columns)], rows,
                 [TOTAL, *(column.total for column in columns)], note)


def _marked(name: str, moment: Moment, part: str = "") -> str:
    """A table's name with what sets it apart: 负担分布（结对后，一）."""
    marks = "，".join(mark for mark in (moment.mark, part) if mark)
    return f"{name}（{marks}）" if marks else name


def _noted(note: str, moment: Moment) -> str:
    return f"{moment.remark}。{note}" if moment.remark else note
