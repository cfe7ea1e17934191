"""year.xlsx: the records of 2025, one sheet a kind. No ID numbers stand in it."""

from __future__ import annotations

from datetime import date, datetime

from activities import Activity
from clerks import Clerk
from fund import FundEntry
from honours import Award, Credit, Honours, Nomination
from places import TOWN
from records import Card, Deed, Event, Ticket, Visit, Year
from sheets import Book, Column, Look
from voices import APPRAISED, Appraisal, Opinion, Rating, TaskItem, Voices

_NOTES = (
    f"{TOWN}2025年联户工作记录 说明",
    "一、“四个一”：一访（走访）、一事（办实事）、一卡（联系卡）、一评（户评和组织评定）。",
    "二、“五必访”：红白喜事、生病住院、家庭变故、矛盾纠纷、意外灾害，先记家庭大事，再记走访。",
    "三、无事不扰，走访次数不作考核；微信、电话、视频联系与上门同样记录。",
    "四、统计截止2025年12月20日。本册为示例数据，人名、事项均为虚构。",
)
_WAYS = {"上门": "入户", "电话": "电话联系"}
_COUNTED_AS = {"评选活动": "场"}


def write_year(year: Year, voices: Voices, activities: list[Activity], honours: Honours) -> Book:
    """The workbook with all sheets."""
    book = Book()
    book.notes("说明", _NOTES)
    _add_cards(book, year.cards)
    _add_visits(book, year.visits)
    _add_events(book, year.events)
    _add_deeds(book, year.deeds)
    _add_tickets(book, year.tickets)
    _add_items(book, voices.items)
    _add_ratings(book, voices.ratings)
    _add_appraisals(book, voices.appraisals)
    _add_opinions(book, voices.opinions)
    _add_activities(book, activities)
    _add_fund(book, honours.fund)
    _add_awards(book, honours.awards)
    _add_credits(book, honours.credits)
    _add_nominations(book, honours.nominations)
    return book


def _dotted(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def _spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _add_cards(book: Book, cards: list[Card]) -> None:
    clerk = Clerk()
    household, cadre = "联系户信息", "联系干部信息"
    columns: list[Column[Card]] = [
        Column("嘎查村（社区）", lambda c: c.household.village.name, 18, household),
        Column("户主姓名", lambda c: c.household.head.name, 14, household),
        Column("姓名", lambda c: c.cadre.person.name, 14, cadre),
        Column("联系电话", lambda c: clerk.phone(c.cadre.person), 14, cadre, form="@"),
        Column("卡片形式", lambda c: c.medium, 10),
        Column("发放日期", lambda c: _dotted(c.issued), 12),
        Column("备注", lambda c: c.note, 16),
    ]
    book.table("联系卡", Look(
        f"{TOWN}老年户联系卡发放登记表", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月20日",
        total=f"{len(cards)}张", foot="填表人：陈淑清        审核人：王忠义", fill="FFDDEBF7"), cards)


def _add_visits(book: Book, visits: list[Visit]) -> None:
    columns: list[Column[Visit]] = [
        Column("日期", lambda v: v.day, 12, form="yyyy-mm-dd"),
        Column("嘎查村", lambda v: v.household.village.base, 16),
        Column("联系户", lambda v: v.household.head.name, 14),
        Column("走访干部", lambda v: v.cadre.person.name, 14),
        Column("联系方式", lambda v: _WAYS.get(v.way, v.way), 10),
        Column("走访事由", lambda v: v.occasion, 10),
        Column("是否见到本人", lambda v: "否" if not v.is_met else "是" if v.way == "上门" else "", 8),
        Column("四项职责", lambda v: "、".join(v.duties), 34),
        Column("走访内容", lambda v: v.note, 44),
    ]
    book.table("走访记录", Look(
        f"{TOWN}党员干部走访联系记录（2025年）", columns, meta="单位：党建工作办公室        2025年12月",
        total=f"{len(visits)}次", formatted_below=100), visits)


def _add_events(book: Book, events: list[Event]) -> None:
    columns: list[Column[Event]] = [
        Column("村", lambda e: e.household.village.as_cun, 16),
        Column("户主", lambda e: e.household.head.name, 14),
        Column("事件类型", lambda e: e.kind, 12),
        Column("发生时间", lambda e: _spelled(e.day), 16),
        Column("当事人", lambda e: e.member, 14),
        Column("情况说明", lambda e: e.note, 30),
    ]
    book.table("家庭大事", Look(f"{TOWN}联系户家庭大事登记表", columns, font="仿宋", total=f"{len(events)}件"), events)


def _add_deeds(book: Book, deeds: list[Deed]) -> None:
    columns: list[Column[Deed]] = [
        Column("嘎查村", lambda d: d.household.village.name, 18),
        Column("户主姓名", lambda d: d.household.head.name, 14),
        Column("承办人", lambda d: d.cadre.person.name, 14),
        Column("办实事内容", lambda d: d.title, 36, guidance="一事一行，填写具体事项"),
        Column("事项类别", lambda d: d.kind, 12),
        Column("办理时间", lambda d: d.started, 12, form="yyyy/m/d"),
        Column("完成时间", lambda d: d.done, 12, form="yyyy/m/d"),
        Column("成效", lambda d: d.effect, 10, guidance="已解决、基本解决、推进中、未解决，单选"),
        Column("投入资金（元）", lambda d: d.cost, 12),
        Column("备注", lambda d: d.note, 20),
    ]
    book.table("办实事", Look(
        f"{TOWN}党员干部为联系户办实事清单", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月20日", guided=True,
        total=f"{len(deeds)}件", foot="填表人：陈淑清        审核人：王忠义        主要领导：", fill="FFE2EFDA"), deeds)


def _add_tickets(book: Book, tickets: list[Ticket]) -> None:
    solved = {True: "是", False: "否", None: ""}

    def due(ticket: Ticket) -> str:
        return _minute(ticket.due) if isinstance(ticket.due, datetime) else ticket.due.isoformat()

    columns: list[Column[Ticket]] = [
        Column("工单编号", lambda t: t.number, 22, form="@"),
        Column("承办单位", lambda t: t.village.name, 18),
        Column("诉求人", lambda t: t.caller, 14),
        Column("诉求标题", lambda t: t.title, 34),
        Column("诉求类型", lambda t: t.kind, 10),
        Column("紧急程度", lambda t: "紧急" if t.is_urgent else "一般", 9),
        Column("派单时间", lambda t: _minute(t.received), 20),
        Column("签收时间", lambda t: _minute(t.signed), 20),
        Column("首次联系时间", lambda t: _minute(t.contacted), 20),
        Column("截止时间", due, 20),
        Column("办结时间", lambda t: _minute(t.closed), 20),
        Column("经办人", lambda t: t.cadre.person.name, 14),
        Column("工单状态", lambda t: t.state, 10),
        Column("是否解决", lambda t: solved[t.is_solved], 8),
        Column("满意度", lambda t: t.grade, 12),
        Column("不计考核原因", lambda t: t.exclusion, 18),
        Column("备注", lambda t: t.note, 26),
    ]
    book.table("12345工单", Look(f"{TOWN}12345热线工单台账（2025年）", columns, font="等线", fill="FFF2F2F2"), tickets)


def _add_items(book: Book, items: list[TaskItem]) -> None:
    columns: list[Column[TaskItem]] = [
        Column("任务内容", lambda i: i.task.title, 30),
        Column("四项职责", lambda i: i.task.duty, 20),
        Column("下发日期", lambda i: i.task.issued, 12, form="yyyy-mm-dd"),
        Column("完成期限", lambda i: i.task.due, 12, form="yyyy-mm-dd"),
        Column("嘎查村", lambda i: i.household.village.name, 18),
        Column("户主姓名", lambda i: i.household.head.name, 14),
        Column("责任干部", lambda i: i.cadre.person.name, 14),
        Column("落实日期", lambda i: i.done, 12, form="yyyy-mm-dd"),
    ]
    book.table("任务落实", Look(
        f"{TOWN}四项职责任务落实台账", columns, meta="填报单位：党政综合办公室        填报日期：2025年12月20日",
        total=f"{len(items)}户次", fill="FFFFF2CC"), items)


def _add_ratings(book: Book, ratings: list[Rating]) -> None:
    columns: list[Column[Rating]] = [
        Column("嘎查村", lambda r: r.household.village.base, 16),
        Column("户主", lambda r: r.household.head.name, 14),
        Column("被评干部", lambda r: r.cadre.person.name, 14),
        Column("满意度", lambda r: r.grade, 12),
        Column("群众原话", lambda r: r.words, 30),
        Column("测评日期", lambda r: _dotted(r.day), 12),
    ]
    book.table("户评", Look(
        f"{TOWN}重点户评价登记表（2025年四次）", columns, meta="单位：纪检监察办公室        2025年12月", total=f"{len(ratings)}份",
        font="仿宋"), ratings)


def _add_appraisals(book: Book, appraisals: list[Appraisal]) -> None:
    columns: list[Column[Appraisal]] = [
        Column("嘎查村", lambda a: a.cadre.village.name if a.cadre.village else "", 18),
        Column("干部姓名", lambda a: a.cadre.person.name, 14),
        Column("评定时段", lambda _: APPRAISED, 14),
        Column("评定等次", lambda a: a.grade, 10),
        Column("评定单位", lambda _: f"{TOWN}党委", 18),
        Column("评定日期", lambda a: _spelled(a.day), 16),
        Column("备注", lambda a: a.note, 16),
    ]
    book.table("组织评定", Look(f"{TOWN}党员干部联户工作组织评定结果", columns, fill="FFDDEBF7"), appraisals)


def _add_opinions(book: Book, opinions: list[Opinion]) -> None:
    columns: list[Column[Opinion]] = [
        Column("嘎查村", lambda o: o.village.name, 18),
        Column("联户单元", lambda o: o.head.cluster.name, 14),
        Column("收集联户长", lambda o: o.head.person.name, 14),
        Column("意见建议内容", lambda o: o.content, 36),
        Column("提出日期", lambda o: o.raised, 12, form="yyyy/m/d"),
        Column("答复日期", lambda o: o.closed, 12, form="yyyy/m/d"),
        Column("答复情况", lambda o: o.result, 30),
        Column("转成工单", lambda o: o.number, 22, form="@"),
    ]
    book.table("意见建议", Look(
        f"{TOWN}联户长收集意见建议台账", columns, meta="填报单位：平安建设办公室        填报日期：2025年12月20日",
        total=f"{len(opinions)}条", foot="填表人：陈淑清        审核人：王忠义"), opinions)


def _add_activities(book: Book, activities: list[Activity]) -> None:
    columns: list[Column[Activity]] = [
        Column("嘎查村", lambda a: a.village.name, 18),
        Column("联户单元", lambda a: a.unit.name if a.unit else "", 16),
        Column("活动类别", lambda a: a.kind, 14),
        Column("活动内容", lambda a: a.title, 26),
        Column("数量", lambda a: a.quantity, 10),
        Column("单位", lambda a: _COUNTED_AS.get(a.kind, a.measure), 8),
        Column("开展日期", lambda a: _dotted(a.day), 12),
    ]
    book.table("自治活动", Look(
        f"{TOWN}联户单元自治活动及成果台账（2025年）", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月20日",
        total=f"{len(activities)}项", foot="填表人：于海燕        审核人：王忠义", fill="FFE2EFDA"), activities)


def _add_fund(book: Book, entries: list[FundEntry]) -> None:
    columns: list[Column[FundEntry]] = [
        Column("日期", lambda e: e.day, 12, form="yyyy/m/d"),
        Column("收支", lambda e: e.direction, 8),
        Column("金额（元）", lambda e: e.amount / 100, 12, form="#,##0.00"),
        Column("事由", lambda e: e.purpose, 24),
        Column("嘎查村", lambda e: e.village.name if e.village else "", 18),
        Column("联户单元", lambda e: e.unit.name if e.unit else "", 16),
        Column("经办人", lambda e: e.handled_by, 10),
        Column("审批人", lambda e: e.approved_by, 10),
        Column("凭证号", lambda e: e.paper, 14, form="@"),
        Column("表彰编号", lambda e: e.award, 12, form="@"),
    ]
    book.table("同心专项基金", Look(
        f"{TOWN}同心专项基金收支明细（2025年）", columns, meta="填报单位：财政所        填报日期：2025年12月20日",
        font="等线"), entries)


def _add_awards(book: Book, awards: list[Award]) -> None:
    columns: list[Column[Award]] = [
        Column("称号编号", lambda a: a.code, 12, form="@"),
        Column("嘎查村", lambda a: a.village.name, 18),
        Column("联户单元", lambda a: a.unit.name if a.unit else "", 18),
        Column("称号", lambda a: a.title, 28),
        Column("评选期起", lambda a: a.start, 12, form="yyyy/m/d"),
        Column("评选期止", lambda a: a.end, 12, form="yyyy/m/d"),
        Column("提名日期", lambda a: a.proposed, 12, form="yyyy/m/d"),
        Column("公示截止", lambda a: a.posted_until, 12, form="yyyy/m/d"),
        Column("授予日期", lambda a: a.decided, 12, form="yyyy/m/d"),
        Column("审批人", lambda _: "镇党委会", 12),
    ]
    book.table("称号授予", Look(
        f"{TOWN}联户称号授予登记表（2025年）", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月20日",
        foot="填表人：于海燕        审核人：王忠义"), awards)


def _add_credits(book: Book, returned: list[Credit]) -> None:
    columns: list[Column[Credit]] = [
        Column("嘎查村", lambda c: c.unit.village.name, 18),
        Column("联户单元", lambda c: c.unit.name, 18),
        Column("建议等级", lambda c: c.recommended, 10),
        Column("授信银行", lambda c: c.bank, 22),
        Column("信用等级", lambda c: c.grade, 10),
        Column("授信额度（万元）", lambda c: c.limit / 10, 18),
        Column("授信日期", lambda c: c.day, 12, form="yyyy/m/d"),
    ]
    book.table("诚信额度", Look(
        f"{TOWN}联户单元诚信额度反馈表（2025年）", columns, meta="填报单位：财政所        填报日期：2025年12月20日"), returned)


def _add_nominations(book: Book, nominations: list[Nomination]) -> None:
    columns: list[Column[Nomination]] = [
        Column("嘎查村", lambda n: n.unit.village.name, 18),
        Column("联户单元", lambda n: n.unit.name, 18),
        Column("被提名人", lambda n: n.name, 14),
        Column("人员类别", lambda n: n.category, 14),
        Column("产生方式", lambda _: "民主推荐", 12),
        Column("得票数", lambda n: n.votes, 8),
        Column("熟识户数", lambda n: n.known_by, 10),
        Column("提名日期", lambda n: n.day, 12, form="yyyy/m/d"),
        Column("推选结果", lambda n: n.outcome, 10),
        Column("推选理由", lambda n: n.reason, 24),
    ]
    book.table("联户长提名", Look(
        f"{TOWN}联户长提名和推选结果（2025年春季）", columns, meta="填报单位：党建工作办公室        填报日期：2025年12月20日"),
        nominations)
