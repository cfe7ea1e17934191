"""Which reports and figures there are, and finding one by what a user typed."""

from __future__ import annotations

import importlib
from typing import NamedTuple

from lianhu.domain.figures import Table
from lianhu.errors import NotFoundError
from lianhu.reports.indicators import INDICATORS, RATIOS, Indicator
from lianhu.reports.layout import Figures


class ReportKind(NamedTuple):
    """A report that can be asked for by name.

    Its tables are laid out in the module of that name, or by a service where indicators alone do not
    make them.
    """

    name: str
    title: str
    command: str
    definition: str

    def tables(self, figures: Figures) -> list[Table]:
        # Imported when asked for: one report is printed at a time.
        made: list[Table] = importlib.import_module(f"lianhu.reports.{self.name}").tables(figures)
        return made


REPORTS: dict[str, ReportKind] = {
    report.name: report for report in (
        ReportKind("overview", "全镇概况", "lianhu report",
                   "全镇的人、户、结对、走访、必访、联系卡、任务、办实事、12345工单、户评、意见建议、自治活动、专项基金、称号和诚信额度"),
        ReportKind("village", "分村统计", "lianhu report --village",
                   "每个嘎查村一行：结对、走访与联系卡、办实事、12345工单、必访、任务、户评、意见建议、联户长、自治活动、"
                   "专项基金、称号和诚信额度"),
        ReportKind("cluster", "分单元统计", "lianhu report --by cluster",
                   "每个联户单元一行：联户长、户数、结对、走访、联系卡、办实事、必访、任务、户评、意见建议、自治活动、"
                   "专项基金、称号和诚信额度"),
        ReportKind("cadre", "分干部统计", "lianhu report --by cadre",
                   "每名有记录的干部一行，按村和编号排列，不排名次"),
        ReportKind("month", "分月统计", "lianhu report --by month",
                   "从头到尾每个月一行，没有记录的月份是0：走访与办实事、必访、任务、12345工单、户评、意见建议、自治活动、专项基金、称号和诚信额度"),
        ReportKind("kind", "分类统计", "lianhu report --by kind",
                   "联户长、走访、必访、任务、联系卡、办实事、工单、户评、组织评定、自治活动、称号、银行授信各按类别"),
        ReportKind("pairing", "结对均衡", "lianhu report pairing",
                   "分村看期初和期末每名干部联系几户、按难度加权多重，联户能力和缺口，各条规则的需求对口了多少、"
                   "没有对口的是没有这样的干部还是都已满；0户的干部见指标 cadres_idle"),
        ReportKind("evaluation", "干部评价", "lianhu report evaluation",
                   "每名有评价的干部：户评数和满意率、组织评定、办实事办成率；先比户评满意率，再比组织评定，再比办成率，"
                   "户评太少的只列出，不排名；不看走访次数"),
    )
}
GROUPINGS = ("village", "cluster", "cadre", "month", "kind")
"""What --by takes; each is the name of a report."""

_SEE_LIST = "lianhu report --list"


def get_report(name: str) -> ReportKind:
    """The report of a name. Raises NotFoundError."""
    if name in REPORTS:
        return REPORTS[name]
    raise NotFoundError(_unknown("报表", name, list(REPORTS)), _SEE_LIST)


def get_indicator(word: str) -> Indicator:
    """The indicator of a name or title. Raises NotFoundError, also for a rate, which has two."""
    for indicator in INDICATORS:
        if word in {indicator.name, indicator.title}:
            return indicator
    for ratio in RATIOS:
        if word in {ratio.name, ratio.title}:
            raise NotFoundError(
                f"“{ratio.title}”是比率，明细在它的分子 {ratio.numerator.name} 和分母 {ratio.denominator.name} 里。",
                f"lianhu report --rows {ratio.denominator.name}")
    known = [name for indicator in INDICATORS for name in (indicator.name, indicator.title)]
    raise NotFoundError(_unknown("指标", word, known), _SEE_LIST)


def listing() -> list[Table]:
    """All reports, indicators and rates with what they mean."""
    return [
        Table("报表", ["名称", "内容", "命令", "说明"],
              [[report.name, report.title, report.command, report.definition] for report in REPORTS.values()]),
        Table("指标", ["名称", "指标", "单位", "定义"],
              [[indicator.name, indicator.title, indicator.unit, indicator.definition] for indicator in INDICATORS]),
        Table("比率", ["名称", "比率", "定义"],
              [[ratio.name, ratio.title, ratio.definition] for ratio in RATIOS]),
    ]


def _unknown(what: str, word: str, known: list[str]) -> str:
    from lianhu.domain.identity import nearest

    near = nearest(word, known)
    return f"没有叫“{word}”的{what}" + (f"；您是不是要找“{near[0]}”？" if near else "。")
