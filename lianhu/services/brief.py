"""The official paragraph: what the town reports of its work, every figure from the indicators.

It names nobody, and says nothing of what there is none of. It is refused when its figures do not add
up, so that no paper leaves the office that contradicts itself.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from lianhu.domain.figures import Money, Rate, hundredths_text
from lianhu.domain.terms import MEASURE_OF
from lianhu.errors import ConflictError, UsageError
from lianhu.reports import indicators as i
from lianhu.reports.indicators import Indicator, Ratio
from lianhu.reports.layout import measures_of
from lianhu.reports.measures import money
from lianhu.reports.period import Period, chinese_day
from lianhu.services.figures import Counter
from lianhu.services.log_heads import batch_head
from lianhu.store.connection import Database


class Brief(NamedTuple):
    """Title, paragraphs and the day of the paper; ``figures`` are those that stand in it, by their names.

    ``foot`` is the head of the log from which they were counted: who keeps the paper can have it checked.
    """

    title: str
    paragraphs: list[str]
    on: date
    figures: dict[str, int | Rate | Money]
    foot: str


def make_brief(database: Database, period: Period, *, is_public: bool = False) -> Brief:
    """The paragraph for a period; states are those of its last day, at most today.

    One that may be posted has no number of a person and no class in it, whatever the town's own words say.

    Raises UsageError for a period that has not begun, ConflictError when nothing is recorded, or when
    figures contradict each other.
    """
    if period.start is not None and period.start > period.now.date():
        raise UsageError(f"{period.words}还没有到，写不出汇报。", "lianhu brief --month 本月")
    with database.snapshot():
        figures = Counter(database, period)
        if not figures.count(i.HOUSEHOLDS):
            raise ConflictError(f"截至{chinese_day(period.day)}还没有登记重点户，写不出汇报。",
                                "先导入名册：lianhu import 名册.xlsx")
        _refuse_contradictions(figures)
        text = _Text(figures)
        paragraphs = [_pairing(text), _work(text), _clusters(text)]
        title = f"{figures.settings.town}“联户有为 同心善治”工作情况"
        foot = batch_head(database).words
    if is_public:
        from lianhu.services.public import Poster

        fit = Poster(figures.settings).text
        title, paragraphs = fit(title), [fit(paragraph) for paragraph in paragraphs]
    return Brief(title, [paragraph for paragraph in paragraphs if paragraph], period.day, text.used, foot)


class _Text:
    """Figures on their way into a sentence; each one that is said is remembered by its indicator's name."""

    def __init__(self, figures: Counter) -> None:
        self.figures = figures
        self.used: dict[str, int | Rate | Money] = {}

    def has(self, indicator: Indicator) -> bool:
        return self.figures.count(indicator) > 0

    def number(self, indicator: Indicator) -> int:
        count = self.figures.count(indicator)
        self.used[indicator.name] = count
        return count

    def said(self, before: str, indicator: Indicator) -> str:
        """Words, number and unit, 结对联系重点户1230户; nothing when there is none."""
        return f"{before}{self.number(indicator)}{indicator.unit}" if self.has(indicator) else ""

    def money(self, indicator: Indicator) -> Money:
        self.used[indicator.name] = amount = money(self.figures, indicator)
        return amount

    def rate(self, before: str, ratio: Ratio) -> str:
        """Words and a rate with its parts, 满意率95.1%（39/41）; nothing where nothing was due."""
        if not self.has(ratio.denominator):
            return ""
        rate = Rate(self.figures.count(ratio.numerator), self.figures.count(ratio.denominator), ratio.denominator.unit)
        self.used[ratio.name] = rate
        return f"{before}{100 * rate.numerator / rate.denominator:.1f}%（{rate.numerator}/{rate.denominator}）"

    def kinds(self, indicator: Indicator, dictionary: str) -> str:
        """The kinds that occur, in the dictionary's order, then what has none: 就医照料7件、产业帮扶6件."""
        counts = self.figures.by(indicator, "kind")
        known = [(name, counts[name]) for name in self.figures.terms(dictionary) if counts.get(name)]
        # A kind that is in no dictionary was typed by someone and may be anything, even a name.
        rest = sum(counts.values()) - sum(count for _, count in known)
        return "、".join(f"{name}{count}{indicator.unit}" for name, count in [*known, ("未分类", rest)] if count)


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _pairing(text: _Text) -> str:
    period, day = text.figures.period, text.figures.period.day
    spoken = f"{day.month}月{day.day}日" if day.year == period.now.year else chinese_day(day)
    cadres = f"镇村两级{text.number(i.CADRES)}名党员干部" if text.has(i.CADRES) else ""
    hard = text.said("其中重难点户", i.HARD_HOUSEHOLDS)
    leaders = f"由{'、'.join(text.figures.leading_roles)}联系"
    if text.has(i.PAIRED_HOUSEHOLDS) and not text.has(i.UNPAIRED_HOUSEHOLDS):
        paired = text.said(f"{cadres}结对联系重点户", i.PAIRED_HOUSEHOLDS)
        return _joined(f"截至{spoken}", paired, hard, text.said(leaders, i.HARD_WITH_LEADER)) + "。"
    households = text.said("登记重点户", i.HOUSEHOLDS) + (f"（{hard}）" if hard else "")
    if not text.has(i.PAIRED_HOUSEHOLDS):
        return _joined(f"截至{spoken}", cadres and f"{cadres}在岗", households, "尚未结对") + "。"
    paired = _joined(text.said(f"{cadres}结对联系", i.PAIRED_HOUSEHOLDS), f"尚有{text.number(i.UNPAIRED_HOUSEHOLDS)}户未结对")
    led = text.said(f"重难点户{leaders}", i.HARD_WITH_LEADER)
    return _joined(f"截至{spoken}", households, paired, led) + "。"


def _work(text: _Text) -> str:
    period = text.figures.period
    sentences = "；".join(filter(None, (
        _joined(_visits(text), _cards(text)),
        _joined(text.said("五必访应访", i.EVENTS_DUE), text.said("已访", i.EVENTS_ANSWERED),
                text.said("逾期未访", i.EVENTS_OVERDUE)),
        _joined(text.said("下发四项职责任务", i.TASK_ITEMS), text.said("完成", i.TASK_ITEMS_DONE)),
        _deeds(text), _tickets(text),
        _joined(text.said("收到群众评价", i.RATINGS), text.rate("满意率", i.RATING_RATE)),
        _joined(text.said("收集意见建议", i.OPINIONS), text.said("已答复", i.OPINIONS_SETTLED)), _activities(text),
        _fund(text), _titles(text), text.said("取得银行授信", i.CREDITS))))
    if period.start is None:
        return f"{sentences}。" if sentences else ""
    until = period if period.end is None else period._replace(end=period.day)
    return f"{until.words}，{sentences or '没有工作记录'}。"


def _visits(text: _Text) -> str:
    ways = "、".join(filter(None, (text.said("线下", i.VISITS_OFFLINE), text.said("线上", i.VISITS_ONLINE))))
    return text.said("走访联系", i.VISITS) + (f"（{ways}）" if ways else "")


def _cards(text: _Text) -> str:
    if text.has(i.CARDS) and text.figures.count(i.CARDS) == text.figures.count(i.CARDS_ELDERLY):
        text.number(i.CARDS_ELDERLY)
        return text.said("向老人户发放联系卡", i.CARDS)
    elderly = text.said("其中老人户", i.CARDS_ELDERLY)
    return text.said("发放联系卡", i.CARDS) + (f"（{elderly}）" if elderly else "")


def _deeds(text: _Text) -> str:
    kinds = text.kinds(i.DEEDS, "deed_kinds")
    return _joined(text.said("为群众办实事", i.DEEDS), text.said("办成", i.DEEDS_SOLVED), kinds and f"其中{kinds}")


def _tickets(text: _Text) -> str:
    parts = [*filter(None, (
        text.said("受理", i.TICKETS_RECEIVED), text.said("办结", i.TICKETS_CLOSED), text.said("解决", i.TICKETS_RESOLVED),
        text.rate(i.ON_TIME_RATE.title, i.ON_TIME_RATE), text.rate(i.SATISFACTION_RATE.title, i.SATISFACTION_RATE)))]
    return f"12345工单{_joined(*parts)}" if parts else ""


def _activities(text: _Text) -> str:
    """What units brought about, each kind that has a measure of its own."""
    amounts = text.figures.amounts(i.ACTIVITIES, "kind", "outcome")
    told = "、".join(f"{kind}{hundredths_text(amounts[kind, measure])}{measure}"
                    for kind, measure in measures_of(text.figures, i.ACTIVITIES, "activity_kinds") if kind in MEASURE_OF)
    return _joined(text.said("开展自治活动", i.ACTIVITIES), told and f"其中{told}")


def _fund(text: _Text) -> str:
    """Income and spending of the period in yuan, and what there is at its end."""
    if not text.has(i.FUND_BALANCE):
        return ""
    moved = "、".join(f"{word}{text.money(indicator)}元" for word, indicator in (("收入", i.FUND_INCOME), ("支出", i.FUND_SPENDING))
                     if text.has(indicator))
    return f"同心专项基金{moved}{'，' if moved else ''}余额{text.money(i.FUND_BALANCE)}元"


def _titles(text: _Text) -> str:
    """Titles granted, each that the town awards by its name."""
    counts = text.figures.by(i.AWARDS, "kind")
    titles = [title for title in text.figures.settings.award_titles if counts.get(title)]
    told = "、".join(f"“{title}”{counts[title]}{i.AWARDS.unit}" for title in titles)
    return _joined(text.said("授予称号", i.AWARDS), told and f"其中{told}")


def _clusters(text: _Text) -> str:
    kinds = text.kinds(i.CLUSTER_HEADS, "head_categories")
    made = _joined(
        text.said("以网格为基础设立联户单元", i.CLUSTERS), text.said("推选任命联户长", i.CLUSTER_HEADS), kinds and f"其中{kinds}")
    return f"{made}。" if made else ""


_WHOLES: tuple[tuple[Indicator, tuple[Indicator, ...]], ...] = (
    (i.HOUSEHOLDS, (i.PAIRED_HOUSEHOLDS, i.UNPAIRED_HOUSEHOLDS)),
    (i.HARD_HOUSEHOLDS, (i.HARD_WITH_LEADER, i.HARD_WITHOUT_LEADER)),
    (i.VISITS, (i.VISITS_OFFLINE, i.VISITS_ONLINE)),
    (i.EVENTS_DUE, (i.EVENTS_ANSWERED, i.EVENTS_OVERDUE)),
)
"""Figures that are the sum of others."""

_PARTS: tuple[tuple[Indicator, Indicator], ...] = (
    (i.CARDS_ELDERLY, i.CARDS), (i.DEEDS_SOLVED, i.DEEDS), (i.TICKETS_RESOLVED, i.TICKETS_CLOSED),
    (i.TICKETS_ON_TIME, i.TICKETS_DUE), (i.TICKETS_SATISFIED, i.TICKETS_RATED), (i.TASK_ITEMS_DONE, i.TASK_ITEMS),
    (i.RATINGS_SATISFIED, i.RATINGS), (i.OPINIONS_SETTLED, i.OPINIONS),
)
"""Figures that can be no larger than another."""

_MOST_NAMED = 5


def _refuse_contradictions(figures: Counter) -> None:
    """Raises ConflictError with what does not add up, and which records it is about."""
    for whole, parts in _WHOLES:
        counts = [figures.count(part) for part in parts]
        if sum(counts) != figures.count(whole):
            told = "、".join(f"{part.title}{count}{part.unit}" for part, count in zip(parts, counts, strict=True))
            among = {code for part in parts for code in _codes(figures, part)}
            raise _contradiction(
                figures, whole, f"{whole.title}{figures.count(whole)}{whole.unit}，而{told}，加起来是{sum(counts)}{whole.unit}",
                among ^ _codes(figures, whole))
    for part, whole in _PARTS:
        if figures.count(part) > figures.count(whole):
            raise _contradiction(
                figures, part, f"{part.title}（{figures.count(part)}）比{whole.title}（{figures.count(whole)}）还多",
                _codes(figures, part) - _codes(figures, whole))
    serving = figures.by(i.CADRES, "cadre")
    if any(cadre not in serving for cadre in figures.by(i.PAIRED_HOUSEHOLDS, "cadre")):
        codes = _codes(figures, i.CADRES)
        held = {str(row[0]) for row in figures.rows(i.PAIRED_HOUSEHOLDS) if row[-1] not in codes}
        raise _contradiction(figures, i.PAIRED_HOUSEHOLDS,
                             f"已结对户里有{len(held)}户的联系干部当日不在岗，不在{len(codes)}名党员干部里", held)


def _contradiction(figures: Counter, indicator: Indicator, told: str, odd: AbstractSet[str]) -> ConflictError:
    """The refusal: what does not add up, which records it is about, and how to list them."""
    named = "、".join(sorted(odd)[:_MOST_NAMED]) + (f"等{len(odd)}条" if len(odd) > _MOST_NAMED else "")
    period = figures.period
    options = "".join(f" {option} {day}" for option, day in (("--from", period.start), ("--to", period.end)) if day is not None)
    return ConflictError(f"{told}，数对不上，没有写出" + (f"：{named}" if named else "") + "。",
                         f"逐条核对：lianhu report --rows {indicator.name}{options}")


def _codes(figures: Counter, indicator: Indicator) -> set[str]:
    return {str(row[0]) for row in figures.rows(indicator)}
