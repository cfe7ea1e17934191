"""Which reports and figures there are, and finding one by what a user typed."""

from __future__ import annotations

import importlib
from typing import NamedTuple

from lianhu.domain.figures import Table
from lianhu.errors import NotFoundError
from lianhu.reports.indicators import INDICATORS, RATIOS, Indicator
from lianhu.reports.layout import Figures


class ReportKind(NamedTuple):
    """A report that can be asked for by name; its tables are laid out in the module of that name."""

    name: str
    title: str
    command: str

    def tables(self, figures: Figures) -> list[Table]:
        # Imported when asked for: one report is printed at a time.
        made: list[Table] = importlib.import_module(f"lianhu.reports.{self.name}").tables(figures)
        return made


REPORTS: dict[str, ReportKind] = {
    report.name: report for report in (
        ReportKind("overview", "全镇概况", "lianhu report"),
        ReportKind("village", "分村统计", "lianhu report --village"),
        ReportKind("cluster", "分单元统计", "lianhu report --by cluster"),
        ReportKind("cadre", "分干部统计", "lianhu report --by cadre"),
        ReportKind("month", "分月统计", "lianhu report --by month"),
        ReportKind("kind", "分类统计", "lianhu report --by kind"),
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
        Table("报表", ["名称", "内容", "命令"],
              [[report.name, report.title, report.command] for report in REPORTS.values()]),
        Table("指标", ["名称", "指标", "单位", "定义"],
              [[indicator.name, indicator.title, indicator.unit, indicator.definition] for indicator in INDICATORS]),
        Table("比率", ["名称", "比率", "定义"],
              [[ratio.name, ratio.title, ratio.definition] for ratio in RATIOS]),
    ]


def _unknown(what: str, word: str, known: list[str]) -> str:
    from lianhu.domain.identity import nearest

    near = nearest(word, known)
    return f"没有叫“{word}”的{what}" + (f"；您是不是要找“{near[0]}”？" if near else "。")
