"""The 650 cadres of the town and its villages, and the 413 联户长 of the units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from people import Person, Registry
from places import HOUSEHOLDS, Unit, Village

CADRES = 650
TOWN_CADRES = 62
HEAD_CATEGORIES = {
    "无职党员": 136, "村民代表": 201, "积极分子": 20, "后备干部": 5, "乡土人才": 22, "屯不错": 20, "种养大户": 9,
}
_CAPACITIES = (0,) * 4 + (1,) * 26 + (3,) * 12
_CAPACITY_NOTES = {0: ("病休", "产假", "抽调旗里"), 1: ("兼任多职", "年底到龄", "新到岗"), 3: ("本人主动多联系一户", "住在屯里")}
_BORN = (date(1965, 6, 1), date(1999, 12, 31))

_TOWN_LEADERS = (
    "党委书记", "党委副书记、镇长", "人大主席", "党委副书记、政法委员", "纪委书记", "组织委员", "宣传委员、统战委员", "武装部部长",
    "副镇长", "副镇长", "副镇长", "党委委员", "人大副主席", "综合行政执法局局长", "党群服务中心主任", "综合保障和技术推广中心主任",
)
_TOWN_UNITS = (
    ("党政综合办公室", "干事", "普通党员"), ("党建工作办公室", "组织员", "政策明白人"),
    ("社会事务办公室", "民政助理", "政策明白人"),
    ("农牧和经济发展办公室", "干事", "普通党员"), ("司法所", "司法助理员", "调解员"), ("综合行政执法局", "执法队员", "普通党员"),
    ("党群服务中心", "工作人员", "政策明白人"), ("综合保障和技术推广中心", "农技员", "致富能人"), ("财政所", "会计", "普通党员"),
    ("平安建设办公室", "干事", "调解员"), ("医疗保障服务站", "工作人员", "政策明白人"), ("中心卫生院", "公卫医生", "村医"),
)
_VILLAGE_POSTS: tuple[tuple[str, str], ...] = (
    ("党支部书记、{chief}", "支部书记"), ("党支部副书记", "两委成员"), ("村医", "村医"), ("网格员", "网格员"),
    ("支部委员", "两委成员"), ("政策宣讲员", "政策明白人"), ("合作社理事长", "致富能人"), ("调解委员会主任", "调解员"),
    ("妇联主席", "两委成员"), ("", "普通党员"), ("会计", "两委成员"), ("网格员", "网格员"), ("养殖大户", "致富能人"),
    ("", "普通党员"),
    ("村医", "村医"), ("小组长", "普通党员"), ("种植大户", "致富能人"), ("帮办代办员", "政策明白人"),
)
_STATION_POSTS = (("驻村第一书记", "第一书记"), ("驻村工作队员", "驻村队员"), ("驻村工作队员", "驻村队员"))
_EXTRA_ROLES = {"两委成员": ("政策明白人", "调解员"), "支部书记": ("致富能人",), "普通党员": ("致富能人",)}


@dataclass(eq=False)
class Cadre:
    """A cadre; one of the town has no village but an ``area``. ``capacity`` None is the usual 2."""

    person: Person
    village: Village | None
    roles: list[str]
    post: str
    unit_name: str = ""
    cluster: Unit | None = None
    hamlet: str = ""
    area: list[Village] = field(default_factory=list)
    district: str = ""
    capacity: int | None = None
    note: str = ""

    @property
    def places(self) -> int:
        return 2 if self.capacity is None else self.capacity


@dataclass(eq=False)
class ClusterHead:
    """A 联户长 of a unit."""

    person: Person
    cluster: Unit
    category: str
    way: str
    votes: int | None
    started: date
    note: str = ""


def make_cadres(villages: list[Village], registry: Registry, seed: str) -> list[Cadre]:
    """Village cadres by the number of households, then the town's for what that leaves open."""
    rng = Random(seed)
    counts = _village_counts(villages)
    stations = set(rng.sample(range(len(villages)), 22))
    local: list[Cadre] = []
    for i, village in enumerate(villages):
        local += _village_cadres(rng, registry, village, counts[i], has_station=i in stations)
    town = _town_cadres(rng, registry, villages, {cadre.person.name for cadre in local})
    _limit(rng, local, town, villages)
    _give_areas(town, local, villages)
    return [*town, *local]


def _village_counts(villages: list[Village]) -> list[int]:
    total = CADRES - TOWN_CADRES
    counts = [max(3, round(total * village.size / HOUSEHOLDS)) for village in villages]
    order = sorted(range(len(villages)), key=lambda i: villages[i].size - 2 * counts[i], reverse=True)
    place = 0
    while (missing := total - sum(counts)) != 0:
        i = order[place % len(order)] if missing > 0 else order[-1 - place % len(order)]
        if missing > 0 or counts[i] > 3:
            counts[i] += 1 if missing > 0 else -1
        place += 1
    return counts


def _village_cadres(
    rng: Random, registry: Registry, village: Village, count: int, *, has_station: bool
) -> list[Cadre]:
    posts = list(_VILLAGE_POSTS)
    if has_station and count >= 7:
        posts[4:4] = _STATION_POSTS[:2 if count < 14 else 3]
    while len(posts) < count:
        posts.append(rng.choice((("", "普通党员"), ("", "普通党员"), ("小组长", "普通党员"), ("网格员", "网格员"))))
    chief = {"嘎查": "嘎查达", "村": "村委会主任", "社区": "居委会主任"}[village.kind]
    taken: set[str] = set()
    cadres = []
    for number, (post, role) in enumerate(posts[:count]):
        outside = role in {"第一书记", "驻村队员"}
        person = registry.person(taken, _BORN, mongol=0.4 if outside else village.mongol,
                                 sex="男" if role == "支部书记" and rng.random() < 0.8 else "")
        roles = [role]
        extra = _EXTRA_ROLES.get(role)
        if extra and number % 3 != 1 and rng.random() < 0.3:
            roles.append(rng.choice(extra))
        cadre = Cadre(person, village, roles, post.format(chief=chief), district=village.district)
        if village.kind == "社区":
            cadre.post = cadre.post.replace("村医", "社区医生")
        if role == "网格员":
            cadre.cluster = village.units[number % len(village.units)]
        elif not outside and rng.random() < 0.7:
            cadre.hamlet = rng.choice(village.hamlets)
        if outside:
            cadre.unit_name = rng.choice(("旗农牧和科技局", "旗林草局", "旗自然资源局", "旗融媒体中心", "旗税务局"))
        cadres.append(cadre)
    return cadres


def _town_cadres(rng: Random, registry: Registry, villages: list[Village], taken: set[str]) -> list[Cadre]:
    """Cadres of the town; none bears a name in ``taken``, so that a name in a record is one cadre."""
    districts = list(dict.fromkeys(village.district for village in villages))
    cadres = []
    for number in range(TOWN_CADRES):
        person = registry.person(taken, _BORN, mongol=0.4)
        if number < len(_TOWN_LEADERS):
            unit, post, role = "镇领导班子", _TOWN_LEADERS[number], "包村领导"
        else:
            unit, post, role = _TOWN_UNITS[number % len(_TOWN_UNITS)]
        cadres.append(Cadre(person, None, [role], post, unit, district=districts[number % len(districts)]))
    for cadre in cadres[:4]:
        cadre.note = rng.choice(("", "驻村联系点"))
    return cadres


def _limit(rng: Random, local: list[Cadre], town: list[Cadre], villages: list[Village]) -> None:
    """Gives a few cadres another limit than the usual two; fewer places only where there are some over."""
    spare = {village: -village.size for village in villages}
    for cadre in local:
        if cadre.village is not None:
            spare[cadre.village] += 2
    everyone = [cadre for cadre in [*local, *town] if "支部书记" not in cadre.roles and "包村领导" not in cadre.roles]
    order = rng.sample(everyone, len(everyone))
    for capacity in _CAPACITIES:
        fits = (c for c in order if c.capacity is None and (
            capacity == 3 or c.village is None or spare[c.village] >= 2 - capacity))
        cadre = next(fits, None) or next(c for c in order if c.capacity is None)
        cadre.capacity = capacity
        if cadre.village is not None:
            spare[cadre.village] += capacity - 2
        if rng.random() < 0.7:
            cadre.note = rng.choice(_CAPACITY_NOTES[capacity])
    # Some clerks write the usual limit down.
    for cadre in order[-40:]:
        if cadre.capacity is None:
            cadre.capacity = 2


def _give_areas(town: list[Cadre], local: list[Cadre], villages: list[Village]) -> None:
    """Each village gets a leader; the others of the town go where places are missing."""
    leaders = [cadre for cadre in town if "包村领导" in cadre.roles]
    places = Counter[Village]()
    for cadre in local:
        if cadre.village is not None:
            places[cadre.village] += cadre.places
    open_places = {village: village.size - places[village] for village in villages}
    by_district: dict[str, list[Village]] = {}
    for village in villages:
        by_district.setdefault(village.district, []).append(village)
    for number, (district, own) in enumerate(by_district.items()):
        half = (len(own) + 1) // 2
        for leader, part in zip(leaders[2 * number:2 * number + 2], (own[:half], own[half:]), strict=True):
            leader.area, leader.district = list(part), district
    for cadre in town:
        if cadre in leaders:
            continue
        village = max(villages, key=lambda v: open_places[v])
        cadre.area, cadre.district = [village], village.district
        rest = cadre.places - max(0, min(cadre.places, open_places[village]))
        open_places[village] -= cadre.places
        beside = max((v for v in by_district[village.district] if v is not village), key=lambda v: open_places[v])
        if rest or len(cadre.person.name) % 2:
            cadre.area.append(beside)
            open_places[beside] -= rest


def make_heads(villages: list[Village], registry: Registry, seed: str) -> list[ClusterHead]:
    """The 联户长, two or three a unit, in the published numbers by category."""
    rng = Random(seed)
    categories = [name for name, count in HEAD_CATEGORIES.items() for _ in range(count)]
    rng.shuffle(categories)
    units = [unit for village in villages for unit in village.units]
    counts = [len(categories) // len(units)] * len(units)
    for place in rng.sample(range(len(units)), len(categories) - sum(counts)):
        counts[place] += 1
    for _ in range(20):
        more, fewer = rng.sample(range(len(units)), 2)
        if counts[more] < 4 and counts[fewer] > 1:
            counts[more] += 1
            counts[fewer] -= 1
    heads = []
    taken: dict[Village, set[str]] = {village: set() for village in villages}
    for unit, count in zip(units, counts, strict=True):
        for _ in range(count):
            person = registry.person(
                taken[unit.village], (date(1952, 1, 1), date(1996, 12, 31)), mongol=unit.village.mongol,
                with_id=0.9, with_phone=0.97)
            way = "民主推荐" if rng.random() < 0.72 else "组织任命"
            votes = rng.randrange(11, 64) if way == "民主推荐" else None
            started = date(2024, 4, 1) + timedelta(days=rng.choice((0, 0, 14, 30, 61, 200, 365)))
            heads.append(ClusterHead(person, unit, categories.pop(), way, votes, started))
    return heads
