"""The town's 片区, villages, 屯 and units."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

TOWN = "敖伦高勒镇"
HOUSEHOLDS = 1230
CLUSTERS = 162
_SMALLEST, _LARGEST = 6, 60

DISTRICTS: dict[str, str] = {
    "城郊片": "永胜嘎查 兴隆村 福兴村 巴彦塔拉嘎查 东风村 新立村 长青村 胜利村",
    "河东片": "赛罕塔拉嘎查 大榆树村 三合村 宝力根花嘎查 柳树川村 靠山村 五家子村",
    "河西片": "乌兰图格嘎查 双龙村 哈日努拉嘎查 小河沿村 团结村 毛都图嘎查 前进村 丰屯村",
    "南山片": "四方山村 太平山村 查干诺尔嘎查 敖包图嘎查 向前村 光明村 长发村 石头井村",
    "北川片": "呼和塔拉嘎查 那仁塔拉嘎查 东哈日道卜嘎查 西哈日道卜嘎查 满都拉图嘎查 民主村 六户村",
    "牧区片": "额尔敦宝力皋嘎查 胡格吉勒图嘎查 图布信嘎查 沙日格台嘎查 白音套海嘎查 特格喜嘎查 杭嘎嘎查 阿日本格勒嘎查",
    "沿河片": "吉日根嘎查 红旗村 新民村 浩斯台嘎查 渔场村 巴彦乌拉嘎查 水田村 额布根塔拉嘎查",
    "街道片": "向阳社区 友谊社区 东苑社区 河畔社区 民族社区 铁西社区",
}
_UNIT_STYLES = ("第{han}网格", "第{number}网格", "{number}号网格", "{base}第{han}网格")
_HAMLET_STYLES = {
    "嘎查": (("前艾里", "后艾里", "东艾里", "西艾里"), ("南艾里", "北艾里", "敖包艾里", "新艾里")),
    "村": (("一组", "二组", "三组", "四组"), ("前屯", "后屯", "东屯", "西屯"), ("王家屯", "李家窝棚", "后店", "新屯")),
    "社区": (("粮库小区", "福源小区", "供销小区", "锦绣家园"), ("一委", "二委", "三委", "四委")),
}


@dataclass(eq=False)
class Unit:
    """A 联户单元 of a village and the 屯 it covers."""

    village: Village
    name: str
    hamlet: str


@dataclass(eq=False)
class Village:
    """A village with its full name, district, number of households, 屯 and units."""

    name: str
    district: str
    size: int = 0
    hamlets: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return next(kind for kind in ("嘎查", "村", "社区") if self.name.endswith(kind))

    @property
    def base(self) -> str:
        """The name as people say it; a 社区 is never called without that word."""
        return self.name if self.kind == "社区" else self.name.removesuffix(self.kind)

    @property
    def as_cun(self) -> str:
        """永胜村 for 永胜嘎查, as Han clerks write."""
        return self.name if self.kind == "社区" else f"{self.base}村"

    @property
    def mongol(self) -> float:
        """The share of Mongolian families."""
        return {"嘎查": 0.85, "村": 0.2, "社区": 0.45}[self.kind]


def make_villages(seed: str) -> list[Village]:
    """All villages in the town's own order, uneven as real ones are."""
    rng = Random(seed)
    villages = [Village(name, district) for district, names in DISTRICTS.items() for name in names.split()]
    for village, size in zip(villages, _sizes(rng, len(villages)), strict=True):
        village.size = size
    counts = _unit_counts(villages)
    for village, count in zip(villages, counts, strict=True):
        style = rng.choice(_UNIT_STYLES)
        names = rng.choice(_HAMLET_STYLES[village.kind])
        village.hamlets = list(names[:max(1, min(4, count))])
        village.units = [
            Unit(village, style.format(han="一二三四五六"[i], number=i + 1, base=village.base),
                 village.hamlets[i % len(village.hamlets)])
            for i in range(count)
        ]
    return villages


def _sizes(rng: Random, count: int) -> list[int]:
    raw = [math.exp(rng.gauss(0, 0.55)) for _ in range(count)]
    factor = HOUSEHOLDS / sum(raw)
    sizes = [min(_LARGEST, max(_SMALLEST, round(value * factor))) for value in raw]
    while (missing := HOUSEHOLDS - sum(sizes)) != 0:
        step = 1 if missing > 0 else -1
        place = rng.randrange(count)
        if _SMALLEST < sizes[place] + step < _LARGEST:
            sizes[place] += step
    return sizes


def _unit_counts(villages: list[Village]) -> list[int]:
    counts = [min(6, max(1, round(village.size / 7.6))) for village in villages]
    order = sorted(range(len(villages)), key=lambda i: -villages[i].size)
    place = 0
    while (missing := CLUSTERS - sum(counts)) != 0:
        step = 1 if missing > 0 else -1
        i = order[place % len(order)]
        if 1 <= counts[i] + step <= 6:
            counts[i] += step
        place += 1
    return counts
