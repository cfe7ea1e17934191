"""The sheets of households: sixteen villages on sheets of their own, the others on three large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clerks import REFERENCE_DAY, Clerk, categories, ticks
from households import Household
from places import DISTRICTS, TOWN, Village
from sheets import Book, Column, Look
from town import Town

OWN_SHEETS = 16
"""The largest villages send a sheet of their own."""

_TRAITS = {name: name for name in (
    "年老", "体弱", "患病", "残疾", "失能", "独居", "留守老人", "留守儿童", "困境儿童", "留守妇女")}
_SHORT_TRAITS = _TRAITS | {"年老": "老", "体弱": "弱", "患病": "病", "残疾": "残"}
_OTHER_TRAITS = _TRAITS | {"年老": "65岁以上", "残疾": "持证残疾", "独居": "独居老人"}
_MONITORING = {"脱贫不稳定户": "脱贫不稳定", "边缘易致贫户": "边缘易致贫", "突发严重困难户": "突发严重困难"}
_ASSISTANCE = {name: name for name in ("低保", "特困", "低保边缘", "刚性支出困难", "脱贫户", "一般户")}

Columns = Sequence[Column[Household]]


def add_household_sheets(book: Book, town: Town) -> None:
    """All households, each on one sheet."""
    largest = sorted(town.villages, key=lambda v: -v.size)[:OWN_SHEETS]
    own = [village for village in town.villages if village in largest]
    for number, village in enumerate(own):
        households = [h for h in town.households if h.village is village]
        _add_own_sheet(book, town, number, village, households)
    rest = [h for h in town.households if h.village not in largest]
    districts = list(DISTRICTS)
    for number, part in enumerate((districts[:3], districts[3:5], districts[5:])):
        _add_large_sheet(book, number, [h for h in rest if h.village.district in part])


# Sheets of one village ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Own:
    """One way to name and title a village's own sheet."""

    sheet: str
    title: str
    meta: str


_OWN_STYLES = (
    _Own("{name}", TOWN + "{name}党员干部联系户花名册", "填报单位：{name}        填报日期：2025年12月10日"),
    _Own("{base}", "党员干部“一带二”联系户信息统计表", "填报单位：{name}        填报日期：2025.12.12"),
    _Own("{base}联系户", TOWN + "{name}重点户台账", ""),
    _Own("{name}", "联系户基本情况表（{name}）", "单位（盖章）：{name}党支部        时间：2025年12月"),
)


def _add_own_sheet(book: Book, town: Town, number: int, village: Village, households: list[Household]) -> None:
    style = _OWN_STYLES[number % len(_OWN_STYLES)]
    if village.kind == "社区":
        style = _OWN_STYLES[0]
    names = {"name": village.name, "base": village.base}
    make = (_list_columns, _tick_columns, _short_columns, _full_columns)[number % 4]
    filler, chief = town.cadres_of(village)[1].person.name, town.chief_of(village).person.name
    book.table(style.sheet.format(**names), Look(
        style.title.format(**names), make(), meta=style.meta.format(**names), guided=number % 4 in {0, 3},
        total=f"{len(households)}户" if number % 3 else "", foot=f"填表人：{filler}        审核人：{chief}",
        font=("宋体", "仿宋", "等线", "宋体")[number % 4], fill=("", "FFDDEBF7", "FFFCE4D6", "")[number % 4],
        formatted_below=60 if number % 4 == 2 else 0), households)


def _list_columns() -> Columns:
    """One 类别 cell for everything."""
    clerk = Clerk(numeric_phones=True, words={
        "年老": "老人", "患病": "大病", "脱贫不稳定户": "脱贫不稳定", "边缘易致贫户": "边缘户", "退役军人优抚对象": "退役军人"})
    return [
        Column("户主姓名", lambda h: clerk.name(h.head), 14, guidance="与户口本一致"),
        Column("性别", lambda h: h.head.sex, 6),
        Column("身份证号", lambda h: clerk.id_number(h.head), 22, guidance="18位身份证号码，文本格式", form="@"),
        Column("联系电话", lambda h: clerk.phone(h.head), 14),
        Column("家庭人口", lambda h: h.size, 8),
        Column("自然屯", lambda h: h.hamlet, 12),
        Column("所属网格", lambda h: h.unit.name, 14),
        Column("类别", lambda h: clerk.terms(categories(h)), 34, guidance="可多选，用顿号分开"),
        Column("需求意愿", lambda h: clerk.terms(h.needs), 18, guidance="可多选"),
        Column("是否重难点户", lambda h: "是" if h.is_hard else "否", 8),
        Column("重难点原因", lambda h: h.hard_reason, 24),
        Column("备注", lambda h: h.note, 18),
    ]


def _tick_columns() -> Columns:
    """A √ for everything, under merged parents."""
    clerk = Clerk(dashed_phones=True, words={"就医照料": "就医", "政策解读": "政策咨询", "产业发展": "发展产业"})
    base = "联系户基本信息"
    return [
        Column("户主", lambda h: clerk.name(h.head), 14, base),
        Column("身份证号码", lambda h: clerk.id_number(h.head), 22, base, form="@"),
        Column("手机号", lambda h: clerk.phone(h.head), 15, base, form="@"),
        Column("人口数", lambda h: h.size, 7, base),
        Column("家庭住址", lambda h: h.address, 26, base),
        Column("网格", lambda h: h.unit.name, 14, base),
        *ticks(clerk, "老弱病残情况（打√）", _SHORT_TRAITS, lambda h: h.traits),
        *ticks(clerk, "监测户（打√）", _MONITORING, lambda h: [h.monitoring]),
        *ticks(clerk, "社会救助（打√）", _ASSISTANCE, lambda h: h.assistance),
        Column("重点人群", lambda h: clerk.terms(h.classes), 22),
        Column("诉求", lambda h: clerk.terms(h.needs), 16),
        Column("重难点户", lambda h: "√" if h.is_hard else None, 8),
        Column("备注", lambda h: h.note, 16),
    ]


def _short_columns() -> Columns:
    """A short old form: no ID numbers, an age instead."""
    clerk = Clerk(join=" ", nothing="无", wide_names=True, words={
        "年老": "高龄", "患病": "慢病", "残疾": "残", "低保": "低保户", "特困": "五保"})
    return [
        Column("姓名（户主）", lambda h: clerk.name(h.head), 14),
        Column("性别", lambda h: h.head.sex, 6),
        Column("年龄", lambda h: h.head.age_on(REFERENCE_DAY), 6),
        Column("电话", lambda h: clerk.phone(h.head), 14, form="@"),
        Column("人口", lambda h: f"{h.size}人", 7),
        Column("组/屯", lambda h: h.hamlet, 12),
        Column("网格名称", lambda h: h.unit.name, 14),
        Column("户属性", lambda h: clerk.terms(categories(h)), 34),
        Column("主要诉求", lambda h: clerk.terms(h.needs), 18),
        Column("重难点", lambda h: "是" if h.is_hard else "", 8),
        Column("备注", lambda h: h.note, 18),
    ]


def _full_columns() -> Columns:
    """The form of the office itself: a column for every question."""
    clerk = Clerk(join="，", spaced_ids=True)
    removed = {True: "已消除", False: "未消除", None: ""}
    return [
        Column("户主姓名", lambda h: clerk.name(h.head), 14),
        Column("公民身份号码", lambda h: clerk.id_number(h.head), 24, guidance="必填", form="@"),
        Column("联系方式", lambda h: clerk.phone(h.head), 14, form="@"),
        Column("出生年月", lambda h: h.head.born_month, 10, guidance="如1955.03", form="@"),
        Column("家庭人口数", lambda h: h.size, 8),
        Column("村民小组", lambda h: h.hamlet, 12),
        Column("联户单元", lambda h: h.unit.name, 14),
        Column("户情", lambda h: clerk.terms(h.traits), 24, guidance="可多选"),
        Column("监测类型", lambda h: h.monitoring, 14),
        Column("返贫风险", lambda h: clerk.terms(h.risks), 18),
        Column("风险是否消除", lambda h: removed[h.risk_removed][:1] and ("是" if h.risk_removed else "否"), 8),
        Column("社会救助", lambda h: clerk.terms(h.assistance), 16),
        Column("重点人群类别", lambda h: clerk.terms(h.classes), 24),
        Column("帮扶需求", lambda h: clerk.terms(h.needs), 18),
        Column("是否重难点户", lambda h: "是" if h.is_hard else "否", 8),
        Column("重难点原因", lambda h: h.hard_reason, 26),
        Column("备注", lambda h: h.note, 18),
    ]


# Sheets of many villages -------------------------------------------------------------------


def _add_large_sheet(book: Book, number: int, households: list[Household]) -> None:
    total = f"{len(households)}户"
    if number == 0:
        book.table("联系户汇总1", Look(
            f"{TOWN}联系户汇总表（城郊、河东、河西片）", _merged_columns(),
            meta="填报单位：党建工作办公室        填报日期：2025年12月20日",
            total=total, foot="填表人：陈淑清        审核人：王忠义        分管领导：", fill="FFDDEBF7"), households)
    elif number == 1:
        book.table("联系户汇总2", Look(
            f"{TOWN}重点户名单（南山、北川片）", _wide_columns(), guided=True, gap=lambda h: h.village, font="仿宋"), households)
    else:
        book.table("联系户汇总3", Look(
            f"{TOWN}联系户登记表（牧区、沿河、街道片）", _every_row_columns(),
            meta="单位：党建工作办公室        2025年12月", total=total,
            font="等线", fill="FFE2EFDA", formatted_below=300), households)


def _merged_columns() -> Columns:
    """Village merged down, one cell for the kind of household, one for the class."""
    clerk = Clerk(small_x=True, words={
        "年老": "65岁以上老人", "体弱": "体弱多病", "刑满释放人员": "刑释人员", "社区矫正对象": "社矫人员",
        "计划生育特殊家庭": "失独家庭", "防返贫监测对象": "监测户"})
    return [
        Column("所属嘎查村", lambda h: h.village.as_cun, 16, merged=True),
        Column("联系户姓名", lambda h: clerk.name(h.head), 14),
        Column("性别", lambda h: h.head.sex, 6),
        Column("身份证号", lambda h: clerk.id_number(h.head), 22, form="@"),
        Column("联系电话", lambda h: clerk.phone(h.head), 14, form="@"),
        Column("家庭人数", lambda h: h.size, 8),
        Column("屯", lambda h: h.hamlet, 10),
        Column("所属网格", lambda h: h.unit.name, 14),
        Column("户类型", lambda h: clerk.terms([*h.traits, *([h.monitoring] if h.monitoring else []), *h.assistance]), 30),
        Column("重点人群类别", lambda h: clerk.terms(h.classes), 22),
        Column("致贫返贫风险", lambda h: clerk.terms(h.risks), 16),
        Column("需求", lambda h: clerk.terms(h.needs), 18),
        Column("重难点户", lambda h: "是" if h.is_hard else "", 8),
        Column("重难点原因", lambda h: h.hard_reason, 24),
        Column("备注", lambda h: h.note, 18),
    ]


def _wide_columns() -> Columns:
    """Village merged down, a √ matrix of two header rows."""
    clerk = Clerk(tick="1", words={"就业务工": "务工", "教育助学": "助学"})
    base, kind = "户主信息", "户情（有的打1）"
    return [
        Column("嘎查（村）", lambda h: h.village.base, 14, merged=True),
        Column("姓名", lambda h: clerk.name(h.head), 14, base, "户主"),
        Column("证件号码", lambda h: clerk.id_number(h.head), 22, base, "填18位身份证号码", form="@"),
        Column("电话", lambda h: clerk.phone(h.head), 14, base, form="@"),
        Column("家庭人口", lambda h: h.size, 8, base),
        Column("所在网格", lambda h: h.unit.name, 14, base),
        *ticks(clerk, kind, _OTHER_TRAITS, lambda h: h.traits),
        Column("监测户类型", lambda h: h.monitoring, 14),
        Column("风险原因", lambda h: clerk.terms(h.risks), 14),
        *ticks(clerk, "享受救助", {k: v for k, v in _ASSISTANCE.items() if k != "一般户"}, lambda h: h.assistance),
        Column("重点人员类型", lambda h: clerk.terms(h.classes), 20),
        Column("发展意愿", lambda h: clerk.terms(h.needs), 16),
        Column("是否重难点", lambda h: "是" if h.is_hard else "", 8),
        Column("说明", lambda h: h.note, 16),
    ]


def _every_row_columns() -> Columns:
    """The village written in every row, lists broken over lines."""
    clerk = Clerk(join="\n", nothing="/", words={"年老": "老年人", "独居": "空巢", "低保": "农村低保"})
    return [
        Column("行政村", lambda h: h.village.name, 18),
        Column("户主名", lambda h: clerk.name(h.head), 14),
        Column("证件号", lambda h: clerk.id_number(h.head) or "无", 22, form="@"),
        Column("户主电话", lambda h: clerk.phone(h.head), 14, form="@"),
        Column("人口数", lambda h: h.size, 7),
        Column("详细地址", lambda h: h.address, 28),
        Column("单元名称", lambda h: h.unit.name, 14),
        Column("老弱病残情况", lambda h: clerk.terms(h.traits), 16),
        Column("监测对象类别", lambda h: h.monitoring or "/", 14),
        Column("救助类别", lambda h: clerk.terms(h.assistance), 12),
        Column("重点人员", lambda h: clerk.terms(h.classes), 18),
        Column("诉求需求", lambda h: clerk.terms(h.needs), 14),
        Column("是否难点户", lambda h: "是" if h.is_hard else "否", 8),
        Column("难点原因", lambda h: h.hard_reason, 24),
        Column("备注", lambda h: h.note, 16),
    ]
