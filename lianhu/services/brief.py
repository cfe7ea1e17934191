"""The official paragraph: what the town reports of its work, every figure from the indicators.

It names nobody. It is refused when its figures do not add up, so that no paper leaves the office that
contradicts itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lianhu.domain.figures import Rate
from lianhu.errors import ConflictError
from lianhu.reports import indicators as i
from lianhu.reports.indicators import Indicator, Ratio
from lianhu.reports.layout import Figures
from lianhu.reports.period import Period
from lianhu.services.figures import Counter
from lianhu.store.connection import Database


class Brief(NamedTuple):
    """Title, paragraphs and the day of the paper; ``figures`` are all that stand in it, by their names."""

    title: str
    paragraphs: list[str]
    on: date
    figures: dict[str, int | Rate]


def make_brief(database: Database, period: Period) -> Brief:
    """The paragraph for a period; states are those of its last day.

    Raises ConflictError when nothing is recorded, or when figures contradict each other.
    """
    with database.snapshot():
        figures = Counter(database, period)
        text = _Text(figures)
        if not text.number(i.HOUSEHOLDS):
            raise ConflictError("还没有登记重点户，写不出汇报。", "先导入名册：lianhu import 名册.xlsx")
        paragraphs = [part(text, period) for part in (_pairing, _work, _clusters)]
        _refuse_contradictions(figures)
        town = figures.settings.town
    title = f"{town}“联户有为 同心善治”工作情况"
    return Brief(title, [paragraph for paragraph in paragraphs if paragraph], period.day, text.used)


class _Text:
    """Figures on their way into a sentence; each one that is used is remembered by its indicator's name."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.used: dict[str, int | Rate] = {}

    def number(self, indicator: Indicator) -> int:
        count = self.figures.count(indicator)
        self.used[indicator.name] = count
        return count

    def said(self, indicator: Indicator) -> str:
        """A number with its unit: 1230户."""
        return f"{self.number(indicator)}{indicator.unit}"

    def rate(self, ratio: Ratio) -> str:
        """A rate with its parts, and words where nothing was due: 95.1%（39/41）."""
        rate = Rate(self.figures.count(ratio.numerator), self.figures.count(ratio.denominator), ratio.denominator.unit)
        self.used[ratio.name] = rate
        if not rate.denominator:
            return f"—（0{rate.unit}）"
        return f"{100 * rate.numerator / rate.denominator:.1f}%（{rate.numerator}/{rate.denominator}）"

    def kinds(self, indicator: Indicator, dictionary: str) -> list[tuple[str, int]]:
        """The kinds that occur, in the dictionary's order, then what has no kind."""
        counts = self.figures.by(indicator, "kind")
        known = [(name, counts[name]) for name in self.figures.terms(dictionary) if counts.get(name)]
        rest = sum(counts.values()) - sum(count for _, count in known)
        return [*known, *([("未分类", rest)] if rest else [])]


def _joined(parts: Sequence[str]) -> str:
    return "，".join(part for part in parts if part)


def _listed(kinds: Sequence[tuple[str, int]], unit: str) -> str:
    return "、".join(f"{name}{count}{unit}" for name, count in kinds)


def _pairing(text: _Text, period: Period) -> str:
    day = period.day
    opening = (f"截至{day.month}月{day.day}日，镇村两级{text.number(i.CADRES)}名党员干部"
               f"结对联系重点户{text.said(i.PAIRED_HOUSEHOLDS)}")
    unpaired = text.number(i.UNPAIRED_HOUSEHOLDS)
    hard = text.number(i.HARD_HOUSEHOLDS)
    leaders = f"，由包村领导、支部书记、第一书记联系{text.said(i.HARD_WITH_LEADER)}" if hard else ""
    return _joined([
        opening, f"尚有{unpaired}户未结对" if unpaired else "",
        f"其中重难点户{hard}户{leaders}" if hard else ""]) + "。"


def _work(text: _Text, period: Period) -> str:
    opening = "" if period.start is None else f"{period.words}，"
    visits = text.number(i.VISITS)
    cards, elderly = text.number(i.CARDS), text.number(i.CARDS_ELDERLY)
    sentences = [_joined([
        f"{opening}走访联系{visits}次"
        + (f"（线下{text.said(i.VISITS_OFFLINE)}、线上{text.said(i.VISITS_ONLINE)}）" if visits else ""),
        f"发放联系卡{cards}张" + (f"（其中老人户{elderly}张）" if elderly else "") if cards else "",
        f"五必访应访{text.said(i.EVENTS_DUE)}、已访{text.said(i.EVENTS_ANSWERED)}" if text.number(i.EVENTS_DUE) else ""])]
    deeds = text.number(i.DEEDS)
    if deeds:
        kinds = text.kinds(i.DEEDS, "deed_kinds")
        sentences.append(f"为群众办实事{deeds}件，办成{text.said(i.DEEDS_SOLVED)}，其中{_listed(kinds, '件')}")
    else:
        sentences.append(f"为群众办实事{deeds}件")
    received = text.number(i.TICKETS_RECEIVED)
    if received:
        sentences.append(_joined([
            f"受理12345工单{received}件", f"办结{text.said(i.TICKETS_CLOSED)}", f"解决{text.said(i.TICKETS_RESOLVED)}",
            f"按期办结率{text.rate(i.ON_TIME_RATE)}", f"满意率{text.rate(i.SATISFACTION_RATE)}"]))
    if text.number(i.TASK_ITEMS):
        sentences.append(f"四项职责任务下发{text.said(i.TASK_ITEMS)}，完成{text.said(i.TASK_ITEMS_DONE)}")
    if text.number(i.RATINGS):
        sentences.append(f"收到群众评价{text.said(i.RATINGS)}，满意率{text.rate(i.RATING_RATE)}")
    return "；".join(sentences) + "。"


def _clusters(text: _Text, _period: Period) -> str:
    if not text.number(i.CLUSTERS):
        return ""
    heads = text.number(i.CLUSTER_HEADS)
    kinds = text.kinds(i.CLUSTER_HEADS, "head_categories")
    opinions = text.number(i.OPINIONS)
    return _joined([
        f"以网格为基础设立联户单元{text.said(i.CLUSTERS)}",
        f"推选任命联户长{heads}人" + (f"，其中{_listed(kinds, '人')}" if kinds else "") if heads else "",
        f"收集意见建议{opinions}条，答复{text.said(i.OPINIONS_SETTLED)}" if opinions else ""]) + "。"


_WHOLES: tuple[tuple[Indicator, tuple[Indicator, ...]], ...] = (
    (i.HOUSEHOLDS, (i.PAIRED_HOUSEHOLDS, i.UNPAIRED_HOUSEHOLDS)),
    (i.VISITS, (i.VISITS_OFFLINE, i.VISITS_ONLINE)),
)
"""Figures that are the sum of others."""

_PARTS: tuple[tuple[Indicator, Indicator], ...] = (
    (i.HARD_HOUSEHOLDS, i.HOUSEHOLDS), (i.HARD_WITH_LEADER, i.HARD_HOUSEHOLDS), (i.CARDS_ELDERLY, i.CARDS),
    (i.DEEDS_SOLVED, i.DEEDS), (i.EVENTS_ANSWERED, i.EVENTS_DUE), (i.TICKETS_ON_TIME, i.TICKETS_DUE),
    (i.TICKETS_SATISFIED, i.TICKETS_RATED), (i.TASK_ITEMS_DONE, i.TASK_ITEMS), (i.RATINGS_SATISFIED, i.RATINGS),
    (i.OPINIONS_SETTLED, i.OPINIONS),
)
"""Figures that can be no larger than another."""


def _refuse_contradictions(figures: Figures) -> None:
    for whole, parts in _WHOLES:
        total, counts = figures.count(whole), [figures.count(part) for part in parts]
        if sum(counts) != total:
            told = "、".join(f"{part.title} {count}" for part, count in zip(parts, counts, strict=True))
            raise ConflictError(f"{whole.title} {total} {whole.unit}，而{told}加起来是 {sum(counts)}，数对不上，没有写出。",
                                f"逐条核对：lianhu report --rows {whole.name}")
    for part, whole in _PARTS:
        if figures.count(part) > figures.count(whole):
            raise ConflictError(f"{part.title}（{figures.count(part)}）比{whole.title}（{figures.count(whole)}）还多，"
                                "数对不上，没有写出。",
                                f"逐条核对：lianhu report --rows {part.name}")
