"""roster.xlsx: units, cadres, households and 联户长, as several clerks handed them in."""

from __future__ import annotations

from collections.abc import Sequence

from cadres import Cadre, ClusterHead
from clerks import Clerk
from places import DISTRICTS, TOWN, Unit, Village
from roster_households import add_household_sheets
from sheets import Book, Column, Look
from town import Town

_NOTES = (
    f"{TOWN}党员干部联户名册 填表说明",
    "一、本册由党建工作办公室汇总，各嘎查村（社区）分别填报，统计截止2025年12月20日。",
    "二、联户单元沿用现有网格，一个网格为一个联户单元；网格名称以“网格台账”为准。",
    "三、身份证号、电话按文本格式录入；没有电话的老人可填子女电话，并在备注中注明。",
    "四、联户上限不填的按两户计算，因病、抽调等不能联户的填0。",
    "五、本册含个人信息，只限工作使用，不得外传，用后收回。",
    "（本册为示例数据，人名、号码均为虚构。）",
)
_OPTIONS = (
    "类别 救助 产生方式 人员类别", "年老 低保 民主推荐 无职党员", "体弱 特困 组织任命 村民代表", "患病 低保边缘 — 积极分子",
    "残疾 刚性支出困难 — 后备干部", "失能 脱贫户 — 乡土人才", "独居 一般户 — 屯不错", "留守老人 — — 种养大户",
)
_DRAFT = (
    "序号 嘎查村 户主姓名 家庭人口 类别 备注", "1 永胜 王某 2 年老 旧表作废", "2 永胜 包某 1 残疾 旧表作废",
    "3 兴隆 李某 3 低保 旧表作废",
)


def write_roster(town: Town) -> Book:
    """The workbook with all sheets."""
    book = Book()
    book.notes("填表说明", _NOTES)
    _add_units(book, town)
    _add_town_cadres(book, town)
    _add_village_cadres(book, town)
    book.notes("下拉选项", _OPTIONS, hidden=True, columns=4)
    add_household_sheets(book, town)
    book.notes("联系户旧表", _DRAFT, hidden=True, columns=6)
    _add_heads(book, town)
    return book


def _add_units(book: Book, town: Town) -> None:
    units = [unit for village in town.villages for unit in village.units]

    def workers(unit: Unit) -> str:
        own = [c for c in town.cadres_of(unit.village) if "网格员" in c.roles]
        exact = [c for c in own if c.cluster is unit] or own[:1] or town.cadres_of(unit.village)[-1:]
        return "、".join(cadre.person.name for cadre in exact)

    columns: list[Column[Unit]] = [
        Column("片区", lambda u: u.village.district, 10, merged=True),
        Column("嘎查村（社区）", lambda u: u.village.name, 18, merged=True),
        Column("网格名称", lambda u: u.name, 16),
        Column("网格长", lambda u: town.chief_of(u.village).person.name, 14),
        Column("网格长电话", lambda u: town.chief_of(u.village).person.phone, 15, form="@"),
        Column("网格员", workers, 20),
        Column("备注", lambda u: u.hamlet if u.village.kind != "社区" else "", 12),
    ]
    book.table("网格台账", Look(
        f"{TOWN}网格（联户单元）台账", columns, meta="填报单位：平安建设办公室        填报日期：2025年12月20日",
        total=f"{len(units)}个网格", foot="填表人：陈淑清        审核人：包建军", fill="FFDDEBF7"), units)


def _add_town_cadres(book: Book, town: Town) -> None:
    columns: list[Column[Cadre]] = [
        Column("姓名", lambda c: c.person.name, 14),
        Column("性别", lambda c: c.person.sex, 6),
        Column("民族", lambda c: c.person.nationality, 8),
        Column("身份证号码", lambda c: c.person.id_number, 22, form="@"),
        Column("手机号", lambda c: c.person.phone, 14, form="@"),
        Column("所在单位", lambda c: c.unit_name, 24),
        Column("职务", lambda c: c.post, 24),
        Column("干部角色", lambda c: "、".join(c.roles), 14),
        Column("包片", lambda c: c.district, 10),
        Column("包联村", lambda c: "、".join(v.base for v in c.area), 40),
        Column("联户上限", lambda c: c.capacity, 9),
        Column("备注", lambda c: c.note, 16),
    ]
    cadres = [cadre for cadre in town.cadres if cadre.village is None]
    book.table("镇级党员干部", Look(
        f"{TOWN}镇级党员干部包联嘎查村（社区）一览表", columns,
        meta="填报单位：党建工作办公室        填报日期：2025.12.18", total=f"{len(cadres)}人", font="仿宋"), cadres)


def _add_village_cadres(book: Book, town: Town) -> None:
    districts = list(DISTRICTS)
    west = [c for c in town.cadres if c.village and c.village.district in districts[:4]]
    east = [c for c in town.cadres if c.village and c.village.district in districts[4:]]
    clerk = Clerk(small_x=True, wide_names=True, words={"支部书记": "嘎查村党支部书记", "村医": "嘎查村医", "两委成员": "两委干部"})
    book.table("嘎查村干部1", Look(
        f"{TOWN}嘎查村（社区）在职党员干部花名册（一）", _plain_cadre_columns(clerk),
        meta="单位：党建工作办公室        2025年12月", total=f"{len(west)}人",
        foot="填表人：马晓燕        审核人：", fill="FFE2EFDA"), west)
    clerk = Clerk(join="，", numeric_phones=True, words={
        "支部书记": "党支部书记", "村医": "乡村医生", "两委成员": "村两委成员", "致富能人": "致富带头人",
        "驻村队员": "驻村工作队员", "第一书记": "驻村第一书记", "调解员": "人民调解员"})
    book.table("嘎查村干部2", Look(
        f"{TOWN}嘎查村（社区）在职党员干部花名册（二）", _parted_cadre_columns(clerk), guided=True,
        gap=lambda c: c.village, font="等线", formatted_below=120), east)


def _village_of(cadre: Cadre) -> Village:
    if cadre.village is None:
        raise ValueError(cadre.person.name)
    return cadre.village


def _plain_cadre_columns(clerk: Clerk) -> Sequence[Column[Cadre]]:
    return [
        Column("嘎查村", lambda c: _village_of(c).base, 14, merged=True),
        Column("姓名", lambda c: clerk.name(c.person), 14),
        Column("性别", lambda c: c.person.sex, 6),
        Column("出生年月", lambda c: c.person.born_month, 10, form="@"),
        Column("公民身份号码", lambda c: clerk.id_number(c.person), 22, form="@"),
        Column("联系电话", lambda c: clerk.phone(c.person), 14, form="@"),
        Column("单位", lambda c: c.unit_name, 18),
        Column("现任职务", lambda c: c.post, 22),
        Column("人员类别", lambda c: clerk.terms(c.roles), 22),
        Column("屯（艾里）", lambda c: c.hamlet, 12),
        Column("所属网格", lambda c: c.cluster.name if c.cluster else "", 14),
        Column("最多联户数", lambda c: c.capacity, 9),
        Column("备注", lambda c: c.note, 14),
    ]


def _parted_cadre_columns(clerk: Clerk) -> Sequence[Column[Cadre]]:
    own, work, link = "个人基本情况", "任职情况", "联户情况"
    return [
        Column("村（社区）", lambda c: _village_of(c).name, 18, merged=True, guidance="填全称"),
        Column("姓名", lambda c: clerk.name(c.person), 14, own),
        Column("性别", lambda c: c.person.sex, 6, own),
        Column("身份证号", lambda c: clerk.id_number(c.person), 22, own, "必填，18位身份证号码", form="@"),
        Column("手机号码", lambda c: clerk.phone(c.person), 14, own, "填常用号码"),
        Column("职务", lambda c: c.post, 20, work),
        Column("人员身份", lambda c: clerk.terms(c.roles), 24, work, "可多选，用逗号分开"),
        Column("所在单位", lambda c: c.unit_name, 18, work, "驻村干部填写"),
        Column("自然屯", lambda c: c.hamlet, 10, link),
        Column("所在网格", lambda c: c.cluster.name if c.cluster else "", 14, link),
        Column("联户上限（户）", lambda c: c.capacity, 9, link, "不填按2户"),
        Column("备注", lambda c: c.note, 14),
    ]


def _add_heads(book: Book, town: Town) -> None:
    districts = list(DISTRICTS)
    first = [h for h in town.heads if h.cluster.village.district in districts[:5]]
    second = [h for h in town.heads if h.cluster.village.district in districts[5:]]
    clerk = Clerk(words={"种养大户": "种养殖大户", "积极分子": "入党积极分子", "村民代表": "嘎查村民代表"}, wide_names=True)
    columns: list[Column[ClusterHead]] = [
        Column("嘎查村", lambda h: h.cluster.village.name, 18, merged=True),
        Column("联户单元", lambda h: h.cluster.name, 16, merged=True),
        Column("联户长姓名", lambda h: clerk.name(h.person), 14),
        Column("身份证号", lambda h: h.person.id_number, 22, form="@"),
        Column("联系电话", lambda h: h.person.phone, 14, form="@"),
        Column("人员类别", lambda h: clerk.terms([h.category]), 16),
        Column("产生方式", lambda h: h.way, 12),
        Column("得票数", lambda h: h.votes, 8),
        Column("任职日期", lambda h: h.started, 12, form="yyyy/m/d"),
        Column("备注", lambda h: h.note, 12),
    ]
    book.table("联户长1", Look(
        f"{TOWN}联户长花名册（一）", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月19日",
        total=f"{len(first)}人", fill="FFFFF2CC"), first)
    other = Clerk(words={"民主推荐": "民主推选", "组织任命": "任命"})
    columns = [
        Column("村（社区）", lambda h: h.cluster.village.base, 18, merged=True),
        Column("网格", lambda h: h.cluster.name, 16, merged=True),
        Column("联户长", lambda h: h.person.name, 14),
        Column("电话", lambda h: h.person.phone or "无", 14, form="@"),
        Column("身份类别", lambda h: h.category, 16),
        Column("推选方式", lambda h: other.terms([h.way]), 12),
        Column("票数", lambda h: h.votes if h.votes is not None else "/", 8),
        Column("任职时间", lambda h: f"{h.started.year}年{h.started.month}月", 12),
    ]
    book.table("联户长2", Look(
        f"{TOWN}联户长花名册（二）", columns, total=f"{len(second)}人", foot="填表人：于海燕        审核人：王忠义",
        gap=lambda h: h.cluster.village, font="仿宋"), second)
