"""The 1230 key households and why each is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from people import Person, Registry
from places import HOUSEHOLDS, Unit, Village

OLD = 815
"""Households with the trait 年老; 760 of them get a contact card."""
HARD = 123
MONITORED = ("脱贫不稳定户",) * 30 + ("边缘易致贫户",) * 34 + ("突发严重困难户",) * 12
_TWINS = 4
"""Pairs of heads of one name in one village, who are told apart by their ID numbers."""

_OLD_BORN = (date(1932, 1, 1), date(1959, 12, 31))
_YOUNG_BORN = (date(1964, 3, 1), date(1998, 6, 30))
_RISKS = (
    "因病", "因学", "因残", "因自然灾害", "因意外事故", "因产业失败", "因务工就业不稳", "缺劳动力", "因安全住房", "因安全饮水",
)
_RISK_WEIGHTS = (38, 6, 16, 8, 7, 8, 9, 14, 3, 2)
_SPECIAL_CLASSES = (
    ("刑满释放人员", 9), ("社区矫正对象", 5), ("严重精神障碍患者", 13), ("吸毒人员", 2), ("重点青少年", 3),
    ("计划生育特殊家庭", 8), ("心理关怀对象", 7), ("危险品从业人员", 3), ("流动人口", 16), ("矛盾纠纷当事人", 18),
    ("退役军人优抚对象", 31),
)
_HARD_REASONS = {
    "失能": "户主失能，需长期照料", "残疾": "重度残疾，家中缺劳动力", "患病": "大病支出大，收入来源少",
    "独居": "独居，子女常年在外", "困境儿童": "孩子无人照料", "矛盾纠纷当事人": "邻里地界矛盾多年未解",
    "严重精神障碍患者": "病情反复，家属照护压力大", "刑满释放人员": "刚回归社会，无固定收入",
}
_HARD_REASON = "收入低，困难较多"


@dataclass(eq=False)
class Household:
    """One household as the town knows it; a sheet shows some of it."""

    village: Village
    unit: Unit
    head: Person
    size: int
    address: str
    traits: list[str] = field(default_factory=list)
    monitoring: str = ""
    risks: list[str] = field(default_factory=list)
    risk_removed: bool | None = None
    assistance: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    is_hard: bool = False
    hard_reason: str = ""
    note: str = ""
    has_twin: bool = False

    @property
    def is_old(self) -> bool:
        return "年老" in self.traits

    @property
    def hamlet(self) -> str:
        """The 屯; in a 社区 the address says more."""
        return self.unit.hamlet

    def any_trait(self, *names: str) -> bool:
        return bool(set(names) & {*self.traits, *self.classes})


def make_households(villages: list[Village], registry: Registry, seed: str) -> list[Household]:
    """All households, village by village."""
    rng = Random(seed)
    old = [True] * OLD + [False] * (HOUSEHOLDS - OLD)
    rng.shuffle(old)
    households: list[Household] = []
    specials = {rng.randrange(HOUSEHOLDS): number for number in range(14)}
    for village in villages:
        taken: set[str] = set()
        for _ in range(village.size):
            is_old = old[len(households)]
            special = specials.get(len(households))
            name = registry.special_name(special)[0] if special is not None else ""
            head = registry.person(
                taken, _OLD_BORN if is_old else _YOUNG_BORN, mongol=village.mongol, name=name,
                sex="女" if rng.random() < 0.36 else "男", with_id=0.94,
                with_phone=0.83 if is_old else 0.95)
            if head.phone and rng.random() < 0.03:
                more = registry.landline() if is_old else registry.phone()
                head = replace(head, phone=more if rng.random() < 0.4 else f"{head.phone}、{more}")
            households.append(_household(rng, village, head, is_old=is_old))
    _name_twins(rng, households)
    _give_monitoring(rng, households)
    _give_classes(rng, households)
    for household in households:
        _give_needs(rng, household)
    _choose_hard(rng, villages, households)
    return households


def _household(rng: Random, village: Village, head: Person, *, is_old: bool) -> Household:
    unit = rng.choice(village.units)
    if village.kind == "社区":
        address = f"{unit.hamlet}{rng.randrange(1, 13)}号楼{rng.randrange(1, 5)}单元{rng.randrange(1, 7)}0{rng.randrange(1, 4)}"
    else:
        address = f"{village.name}{unit.hamlet}{rng.randrange(1, 160)}号"
    size = rng.choices((1, 2, 3, 4), (30, 52, 12, 6))[0] if is_old else rng.choices((1, 2, 3, 4, 5, 6), (9, 19, 33, 24, 11, 4))[0]
    household = Household(village, unit, head, size, address)
    household.traits = _old_traits(rng, head, size) if is_old else _young_traits(rng, size)
    if head.phone and rng.random() < 0.04:
        household.note = rng.choice(("电话为儿子号码", "电话为女儿号码", "电话为邻居号码"))
    elif rng.random() < 0.05:
        household.note = rng.choice(("冬季去旗里儿子家住", "常年在外务工，春节返乡", "耳背，需上门说", "只会蒙古语", "户籍在外地"))
    _give_assistance(rng, household)
    return household


def _old_traits(rng: Random, head: Person, size: int) -> list[str]:
    traits = ["年老"]
    age = head.age_on(date(2025, 12, 31))
    for trait, share in (("体弱", 0.2), ("患病", 0.3), ("残疾", 0.12), ("失能", 0.02 if age < 78 else 0.14)):
        if rng.random() < share:
            traits.append(trait)
    if size == 1 and rng.random() < 0.75:
        traits.append("独居")
    elif rng.random() < 0.16:
        traits.append("留守老人")
    return traits


def _young_traits(rng: Random, size: int) -> list[str]:
    traits = [trait for trait, share in (("体弱", 0.06), ("患病", 0.3), ("残疾", 0.27)) if rng.random() < share]
    if size >= 3:
        traits += [trait for trait, share in (("留守儿童", 0.06), ("困境儿童", 0.04), ("留守妇女", 0.05)) if rng.random() < share]
    return traits


def _give_assistance(rng: Random, household: Household) -> None:
    if household.is_old and "独居" in household.traits and rng.random() < 0.2:
        household.assistance = ["特困"]
    elif rng.random() < (0.34 if household.traits[1:] else 0.14):
        household.assistance = ["低保"]
    elif rng.random() < 0.06:
        household.assistance = [rng.choice(("低保边缘", "低保边缘", "刚性支出困难"))]
    if rng.random() < 0.17 and "特困" not in household.assistance:
        household.assistance.append("脱贫户")


def _give_monitoring(rng: Random, households: list[Household]) -> None:
    poor = [h for h in households if set(h.assistance) & {"低保", "低保边缘", "刚性支出困难", "脱贫户"} or not h.traits]
    for household, kind in zip(rng.sample(poor, len(MONITORED)), MONITORED, strict=True):
        household.monitoring = kind
        count = rng.choices((1, 2, 3), (60, 32, 8))[0]
        chosen = set(rng.choices(_RISKS, _RISK_WEIGHTS, k=count))
        household.risks = [risk for risk in _RISKS if risk in chosen]
        household.risk_removed = rng.random() < 0.42
        if kind == "脱贫不稳定户" and "脱贫户" not in household.assistance:
            household.assistance.append("脱贫户")


def _give_classes(rng: Random, households: list[Household]) -> None:
    young = [h for h in households if not h.is_old]
    plain = sorted(young, key=lambda h: (len(h.traits) + len(h.assistance), rng.random()))
    # Whoever has neither trait nor assistance is on the list because of a class, or to develop.
    place = 0
    for name, count in _SPECIAL_CLASSES:
        for _ in range(count):
            household = rng.choice(households) if rng.random() < 0.35 else plain[place % len(plain)]
            place += 1
            if name not in household.classes and not (name in {"重点青少年", "流动人口", "危险品从业人员"} and household.is_old):
                household.classes.append(name)
    for household in households:
        if household.monitoring and rng.random() < 0.5:
            household.classes.append("防返贫监测对象")
        if "失能" in household.traits and rng.random() < 0.6:
            household.classes.append("独居失能高龄老人")
        if not (household.traits or household.assistance or household.monitoring or household.classes):
            household.assistance = ["一般户"]


def _give_needs(rng: Random, household: Household) -> None:
    if "矛盾纠纷当事人" in household.classes:
        household.needs.append("矛盾调解")
    ill = household.any_trait("体弱", "患病", "残疾", "失能", "独居")
    choices = (
        (("就医照料", 0.6 if ill else 0.25), ("政策解读", 0.28), ("住房饮水", 0.05), ("产业发展", 0.04))
        if household.is_old else
        (("产业发展", 0.2 if ill else 0.5), ("就医照料", 0.3 if ill else 0.0), ("政策解读", 0.25), ("就业务工", 0.2),
         ("教育助学", 0.1 if household.size >= 3 else 0.0), ("住房饮水", 0.05))
    )
    for need, share in choices:
        if len(household.needs) < 2 and rng.random() < share:
            household.needs.append(need)
    if not household.needs and household.assistance == ["一般户"]:
        household.needs.append("产业发展")
    if not household.needs and rng.random() < 0.05:
        household.needs.append("其他")


def _choose_hard(rng: Random, villages: list[Village], households: list[Household]) -> None:
    """About a tenth of each village: those with most against them."""
    share = {village: village.size * HARD / HOUSEHOLDS for village in villages}
    count = {village: int(part) for village, part in share.items()}
    rest = sorted(villages, key=lambda v: (count[v] - share[v], v.name))
    for village in rest[:HARD - sum(count.values())]:
        count[village] += 1
    for village in villages:
        own = [h for h in households if h.village is village]
        own.sort(key=lambda h: -_burden(h) - rng.random() * 2)
        for household in own[:count[village]]:
            household.is_hard = True
            household.hard_reason = next(
                (reason for word, reason in _HARD_REASONS.items() if household.any_trait(word)), _HARD_REASON)


def _burden(household: Household) -> float:
    return (
        len(household.traits) + len(household.classes) + (2 if household.monitoring and not household.risk_removed else 0)
        + (2 if household.any_trait("失能", "严重精神障碍患者", "矛盾纠纷当事人", "困境儿童") else 0))


def _name_twins(rng: Random, households: list[Household]) -> None:
    """Gives a few heads the name of another head of their village who has an ID number too.

    Only in villages on the large sheets: all of those ask for ID numbers.
    """
    places = rng.sample(sorted({h.village.name for h in households if 12 < h.village.size < 21}), _TWINS)
    for name in places:
        own = [h for h in households if h.village.name == name and h.head.id_number and len(h.head.name) < 5]
        first = rng.choice(own)
        other = rng.choice([
            h for h in own if h is not first
            and (h.head.sex, h.head.nationality) == (first.head.sex, first.head.nationality)])
        other.head = replace(other.head, name=first.head.name)
        first.has_twin = other.has_twin = True
