"""Invented persons: names as they occur in the banner, birth dates, ID numbers and phones.

No number can be anybody's: the region codes end in 9x, which GB/T 2260 has never given out, and
the phones begin with segments that no carrier has opened. Both are of valid form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

REGIONS = ("152290",) * 17 + ("152291", "152292", "220890", "230290")
SEGMENTS = ("154", "161", "163", "164", "169", "179")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_HAN_SURNAMES: tuple[str, ...] = (
    *"王王王王李李李李张张张张刘刘刘赵赵赵陈陈杨杨孙孙周吴徐于于马马朱高林郭何胡罗宋郑韩冯姜曹许邓田潘袁"
    "董魏蒋杜叶程崔吕丁任姚卢范石邹金夏白孟秦付尹常武乔贾龙段", "欧阳",
)
_MONGOL_SURNAMES: tuple[str, ...] = (*"包包包包包白白白吴何韩席齐梁佟陈金康",)

_OLD_MEN = _words(
    "福贵 长海 凤山 德福 万财 景春 国民 玉山 殿臣 宝库 振江 喜 义 洪生 树林 占山 永贵 春林 文 贵 有财 庆余 连生 "
    "凤林 国发 玉林 忠 福生 长林 士成 显文 广才 守业 清海 景林 维汉 宪忠 和"
)
_OLD_WOMEN = _words(
    "桂兰 凤英 玉芝 淑琴 秀英 桂珍 淑芳 玉兰 素珍 秀兰 凤兰 桂芝 亚芹 淑清 翠兰 玉梅 桂香 淑云 凤霞 秀珍 玉华 桂荣 "
    "素云 秀芝 淑贤 亚珍 彩云 凤琴 玉珍 桂琴"
)
_MEN = _words(
    "建国 海龙 志强 国军 建军 永刚 立新 晓东 明 伟 勇 洪波 立军 文杰 春雨 海波 德全 宏伟 志国 忠义 学军 景龙 长江 "
    "万军 东升 树军 利 涛 俊峰 国辉 鹏 振宇 海涛 玉龙 连军 春江 天宝 文龙 佳兴 喜东"
)
_WOMEN = _words(
    "丽 艳 静 丽娟 春梅 海燕 红梅 晓红 丽华 艳玲 亚杰 玉红 立娟 秀丽 雪梅 桂霞 敏 芳 娟 丽丽 雪 晓燕 凤玲 春艳 亚丽 "
    "金玲 彩霞 立波 淑丽 佳慧 思雨 欣"
)
_MONGOL_MEN = _words(
    "巴图 巴特尔 宝音 宝音德力格尔 布和 布和巴雅尔 朝鲁 朝克图 达木林 额尔敦 额尔敦巴图 格日勒图 哈斯巴根 呼和 "
    "吉日嘎拉 满都拉 孟和 孟和巴雅尔 敖特根 青格勒 仁钦 萨楚日拉 苏和 苏乙拉图 特木尔 铁柱 图门 乌力吉 乌力吉巴图 "
    "白音仓 阿木古郎 阿拉坦仓 那木斯来 布仁巴雅尔 斯日古楞 旺吉拉 金宝 长寿 双喜 来福 达胡巴雅尔 色音巴雅尔 "
    "桑杰 道尔吉 哈日巴拉 胡日查 毕力格 达日罕 额尔敦毕力格 阿斯冷"
)
_MONGOL_WOMEN = _words(
    "乌云其木格 乌日娜 其木格 娜仁花 娜仁高娃 萨仁高娃 斯琴高娃 斯琴 格日勒 高娃 图雅 乌云塔娜 阿拉坦花 金花 银花 "
    "月英 杏花 莲花 哈斯其其格 德力格尔玛 苏日娜 通拉嘎 塔娜 敖登 敖登高娃 其其格 萨日朗 都古尔玛 海棠 水莲 红花 "
    "乌云 乌兰其其格 额尔敦其木格 淖尔吉玛 萨其拉 美荣 玉荣 香莲 白乙拉其其格"
)
_DOTTED = ("巴图·孟和", "乌力吉·特木尔", "包·额尔敦", "萨仁·图雅", "敖特根·巴雅尔", "斯琴·塔娜")
_RARE = ("李䶮", "王㛃", "张淼焱", "刘堃", "赵赟", "孙犇", "陈䒕", "于㵘")
"""Names with characters that only GB 18030 has, and some that are hard to type."""


@dataclass(frozen=True)
class Person:
    """Name, sex (男, 女), birth date, nationality, ID number and phone (both may be ""; two phones are a、b)."""

    name: str
    sex: str
    born: date
    nationality: str
    id_number: str = ""
    phone: str = ""

    @property
    def born_month(self) -> str:
        return f"{self.born:%Y.%m}"

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def check_character(first17: str) -> str:
    """The last character of an ID number: the sum by the standard's weights (GB 11643)."""
    total = sum(int(figure) * weight for figure, weight in zip(first17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


class Registry:
    """Makes persons; no ID number and no phone is given twice."""

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self._numbers: set[str] = set()
        self._phones: set[str] = set()

    def person(
        self, taken: set[str], born: tuple[date, date], *, mongol: float, sex: str = "",
        with_id: float = 1.0, with_phone: float = 1.0, name: str = "",
    ) -> Person:
        """A person whose name is not in ``taken`` (which it joins)."""
        rng = self.rng
        day = born[0] + timedelta(days=rng.randrange((born[1] - born[0]).days + 1))
        sex = sex or rng.choice("男女")
        nationality = "蒙古族" if rng.random() < mongol else "汉族"
        if not name:
            name = self._name(sex, day.year, nationality)
            while name in taken:
                name = self._name(sex, day.year, nationality)
        taken.add(name)
        number = self._id_number(day, sex) if rng.random() < with_id else ""
        phone = self.phone() if rng.random() < with_phone else ""
        return Person(name, sex, day, nationality, number, phone)

    def special_name(self, number: int) -> tuple[str, str]:
        """A name with a dot or a rare character, and the nationality that goes with it."""
        pool = [(name, "蒙古族") for name in _DOTTED] + [(name, "汉族") for name in _RARE]
        return pool[number % len(pool)]

    def phone(self) -> str:
        while True:
            phone = self.rng.choice(SEGMENTS) + f"{self.rng.randrange(10**8):08}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone

    def landline(self) -> str:
        return f"0482-6{self.rng.randrange(10**6):06}"

    def _name(self, sex: str, year: int, nationality: str) -> str:
        rng = self.rng
        man = sex == "男"
        if nationality == "蒙古族":
            given = rng.choice(_MONGOL_MEN if man else _MONGOL_WOMEN)
            # Many write a surname before a short Mongolian name, none before a long one.
            if len(given) <= 3 and rng.random() < 0.55:
                return rng.choice(_MONGOL_SURNAMES) + given
            return given
        old = year < 1962
        pool = (_OLD_MEN if old else _MEN) if man else (_OLD_WOMEN if old else _WOMEN)
        return rng.choice(_HAN_SURNAMES) + rng.choice(pool)

    def _id_number(self, born: date, sex: str) -> str:
        rng = self.rng
        while True:
            sequence = rng.randrange(1, 400) * 2 + (1 if sex == "男" else 0)
            first17 = f"{rng.choice(REGIONS)}{born:%Y%m%d}{sequence:03}"
            number = first17 + check_character(first17)
            if number not in self._numbers:
                self._numbers.add(number)
                return number
