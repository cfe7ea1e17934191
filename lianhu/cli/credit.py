"""``lianhu credit``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.credit import RECOMMENDATION_ONLY, limit_text, rule_text
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Hundredths, Rate, Table
from lianhu.domain.masks import mask_text
from lianhu.errors import UsageError
from lianhu.reports.indicators import Ratio
from lianhu.reports.period import parse_period
from lianhu.services import credit
from lianhu.services.settings import load_settings
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="诚信额度：按单元成效给银行的等级建议，登记银行给的等级和额度。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")]
Cluster = Annotated[str | None, typer.Option("--cluster", metavar="单元", help="只看这个联户单元")]
By = Annotated[str, typer.Option("--by", metavar="维度", help="按联户单元（cluster）还是按村（village）评")]
Month = Annotated[str | None, typer.Option("--month", metavar="月份", help="只看这个月的成效")]
From = Annotated[str | None, typer.Option("--from", metavar="日期", help="从这一天起")]
To = Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）")]


@app.command("grade")
def grade(
    ctx: typer.Context, cluster: Cluster = None, village: Village = None, by: By = "cluster", month: Month = None,
    start: From = None, end: To = None, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """按写明的规则给每个联户单元评诚信等级，说明依据和到上一级还差什么；只是建议，不排名。"""
    here = context.of(ctx)
    period = parse_period(start, end, month, here.now)
    with here.open() as database:
        units = credit.grade(database, period, by=_by(by, cluster), cluster=cluster, village=village)
        rules = load_settings(database).credit_rules
    output.show_tables(_tables(units, period.words), as_json={
        "from": period.start and period.start.isoformat(), "to": period.end and period.end.isoformat(),
        "rules": rules, "note": RECOMMENDATION_ONLY, "units": [_graded(unit) for unit in units]},
        json_wanted=as_json, csv_wanted=as_csv)
    output.note("规则：" + "；".join(f"{name}：{rule_text(rule)}" for name, rule in rules.items()) + "。")
    output.note(RECOMMENDATION_ONLY)
    figures = " ".join(dict.fromkeys(figure.name for measure in credit.MEASURES.values() for figure in (
        (measure.numerator, measure.denominator) if isinstance(measure, Ratio) else (measure,))))
    output.note(f"每个数的明细：lianhu compare {'clusters' if by == 'cluster' else 'villages'} --rows 指标 --only "
                f"{'村名单元' if by == 'cluster' else '村名'}（连同期间），指标：{figures}")


_SHORT = {"rating_rate": "满意率", "opinion_rate": "答复率", "task_rate": "完成率", "opinions": "意见", "activities": "活动"}
"""Headings of the results, narrow enough for 80 columns."""


def _tables(units: list[credit.Graded], words: str) -> list[Table]:
    """The results with the grade, and what gave it."""
    return [
        Table(f"诚信等级建议（{words}）", ["嘎查村", "联户单元", "等级", *(_SHORT[name] for name in credit.MEASURES)], [
            [u.village, u.cluster, u.grading.grade or "—", *u.results.values()] for u in units],
            note="满意率：户评；答复率：意见建议；完成率：任务。没有可评的率不计"),
        Table("依据和还差", ["嘎查村", "联户单元", "等级", "依据", "还差"], [
            [u.village, u.cluster, u.grading.grade or "—", u.grading.because, u.grading.missing] for u in units])]


def _by(word: str, cluster: str | None) -> str:
    if word not in {"cluster", "village"}:
        raise UsageError(f"不能按“{word}”评。", "--by 后面可写：cluster village")
    if word == "village" and cluster:
        raise UsageError("--cluster 和 --by village 不能同用。")
    return word


def _graded(unit: credit.Graded) -> dict[str, Any]:
    return {"village": unit.village, "cluster": unit.cluster, "grade": unit.grading.grade, "because": unit.grading.because,
            "missing": unit.grading.missing, "results": {
                name: value.as_json() if isinstance(value, Rate) else value for name, value in unit.results.items()}}


@app.command("record")
def record(
    ctx: typer.Context,
    holder: Annotated[str, typer.Argument(metavar="单元", help="联户单元，如 永胜第一网格；也可以是整村")],
    given: Annotated[str, typer.Argument(metavar="等级", help="银行给的等级：AAA、AA、A、B")],
    limit: Annotated[str | None, typer.Option("--limit", metavar="万元", help="授信额度，不写单位的是万元")] = None,
    bank: Annotated[str | None, typer.Option("--bank", metavar="银行", help="哪家银行")] = None,
    recommended: Annotated[str | None, typer.Option("--recommended", metavar="等级", help="镇里建议的等级")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="单元重名时，是哪个村的")] = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天（默认今天）", show_default=False)] = "今天",
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    as_json: Json = False,
) -> None:
    """登记银行给一个单元或整村的等级和额度。"""
    here = context.of(ctx)
    new = credit.NewCredit(holder, given, village, limit, bank, recommended, parse_day(on, here.today), note)
    with here.open() as database:
        made = credit.record_credit(database, new, today=here.today, now=here.now)
    if as_json:
        output.show_json(_document(made))
        return
    output.say(f"已登记 {made['code']}（{credit.holder_name(made)}）：{credit.told(made)}")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context, village: Village = None, cluster: Cluster = None, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出银行给的等级和额度，最近的在上。"""
    with context.of(ctx).open() as database:
        found = credit.list_credits(database, village=village, cluster=cluster)
    table = Table("诚信额度", ["编号", "嘎查村", "联户单元", "银行", "等级", "万元", "建议", "日期", "说明"], [
        [c["code"], c["village"], c["cluster"] and mask_text(c["cluster"]), mask_text(c["bank"] or ""), c["grade"],
         None if c["credit_limit"] is None else limit_text(c["credit_limit"]), c["recommended"], c["recorded_on"],
         mask_text(c["note"] or "")] for c in found], note=f"共 {len(found)} 条；建议是镇里建议的等级")
    output.show_tables([table], as_json=[_document(c) for c in found], json_wanted=as_json, csv_wanted=as_csv)


@app.command("export")
def export(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="文件.xlsx", help="写到哪个文件")],
    cluster: Cluster = None, village: Village = None, by: By = "cluster", month: Month = None, start: From = None, end: To = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
) -> None:
    """写出给银行的等级建议表，不含任何人的姓名和号码；导出记入查看记录。"""
    here = context.of(ctx)
    period = parse_period(start, end, month, here.now)
    with here.open() as database:
        units = credit.grade(database, period, by=_by(by, cluster), cluster=cluster, village=village)
        written = credit.export_grades(database, target, units, period, force=force, now=here.now)
    left = len(units) - written
    output.say(f"已写出 {target}：{written} 个" + (f"，{left} 个没有等级的没有列" if left else ""))
    output.note(f"{RECOMMENDATION_ONLY}\n银行填好后导回：lianhu import {target}")


def _document(given: Record) -> dict[str, Any]:
    limit = given["credit_limit"]
    return {"credit": given["code"], "village": given["village"],
            "cluster": given["cluster"] and mask_text(given["cluster"]),
            "bank": given["bank"] and mask_text(given["bank"]), "grade": given["grade"],
            "limit_yuan": None if limit is None else Hundredths(limit).as_json(), "recommended": given["recommended"],
            "recorded_on": given["recorded_on"], "note": given["note"] and mask_text(given["note"])}
