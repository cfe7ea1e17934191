"""``lianhu report``."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Report
from lianhu.errors import UsageError
from lianhu.reports.catalogue import GROUPINGS
from lianhu.services.figures import list_figures, list_records, make_report, parse_scope

app = typer.Typer()


@app.command("report")
def report(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(
        metavar="[报表]", help="报表名称；不写时是全镇概况", show_default=False)] = None,
    village: Annotated[bool, typer.Option("--village", help="分村统计：每个嘎查村一行，下有合计")] = False,
    by: Annotated[str | None, typer.Option(
        "--by", metavar="维度", help="按什么分：village 村、cluster 单元、cadre 干部、month 月、kind 类别")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="村名", help="只统计这个嘎查村，可多次")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从这一天起")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）；结对等按这一天的状态")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只统计这个月，如 2026-11、本月、上月")] = None,
    rows: Annotated[str | None, typer.Option("--rows", metavar="指标", help="列出一个指标的每一条记录")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="列出全部报表和指标，连同定义")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """出报表：全镇概况、分村统计、明细。同一个数在哪里都是同一条定义。"""
    if as_json and as_csv:
        raise UsageError("--json 和 --csv 只能用一个。")
    if show_list:
        _show(list_figures(), as_json=as_json, as_csv=as_csv)
        return
    chosen = _chosen(name, by, village=village)
    if rows is not None and chosen is not None:
        raise UsageError("--rows 列出记录，不能和报表名称、--village、--by 同用。", f"lianhu report --rows {rows}")
    here = context.of(ctx)
    scope = parse_scope(start, end, month, only or (), here.now)
    with here.open() as database:
        made = make_report(database, chosen or "overview", scope) if rows is None \
            else list_records(database, rows, scope)
    _show(made, as_json=as_json, as_csv=as_csv)


def _chosen(name: str | None, by: str | None, *, village: bool) -> str | None:
    """The report meant by its name, --village or --by, which may not contradict each other."""
    if by is not None and by not in GROUPINGS:
        raise UsageError(f"不能按“{by}”分。", f"--by 后面可写：{' '.join(GROUPINGS)}")
    wanted = dict.fromkeys(word for word in (name, "village" if village else None, by) if word is not None)
    if len(wanted) > 1:
        wanted.pop("overview", None)
    if len(wanted) > 1:
        raise UsageError("一次只出一张报表：报表名称、--village、--by 只写一个。", "lianhu report --village")
    return next(iter(wanted), None)


def _show(made: Report, *, as_json: bool, as_csv: bool) -> None:
    if not (as_json or as_csv):
        output.say(made.title)
        output.say()
    output.show_tables(made.tables, as_json=made.as_json() if as_json else None, json_wanted=as_json, csv_wanted=as_csv)
    for note in made.notes:
        output.note(note)
