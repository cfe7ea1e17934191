"""``lianhu compare``."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Report
from lianhu.errors import UsageError
from lianhu.services import comparison

app = typer.Typer()


@app.command("compare")
def compare(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="villages|clusters", help="比什么：villages 各村，clusters 各联户单元")],
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从这一天起")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只比这个月，如 2026-11、本月、上月")] = None,
    rows: Annotated[str | None, typer.Option("--rows", metavar="指标", help="列出一个指标的每一条记录，指标名见权重表")] = None,
    only: Annotated[list[str] | None, typer.Option(
        "--only", metavar="村名或单元", help="--rows 只列这个村（单元，如 永胜第一网格）的，可多次")] = None,
    public: Annotated[bool, typer.Option("--public", help="红榜：只有靠前的几名，可以张贴")] = False,
    target: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件", help="写成文件，看结尾：.xlsx、.html、.docx、.csv")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """横向对比各村或各联户单元：指标、得分、名次、比上期的变动，和名次受权重影响多大。不给干部和户排名。"""
    if as_json and as_csv:
        raise UsageError("--json 和 --csv 只能用一个。")
    comparison.refuse_people(what)
    if public and rows is not None:
        raise UsageError("--public 只有名次，不能和 --rows 同用。", f"lianhu compare {what} --public")
    if only and rows is None:
        raise UsageError("--only 和 --rows 一起用：名次要所有的一起比。", f"lianhu compare {what} --rows deeds --only {only[0]}")
    if target is not None:
        _refuse_target(target, rows, as_json=as_json or as_csv, force=force)
    here = context.of(ctx)
    # The tables are laid out only where something is compared.
    from lianhu.reports.comparison import public_table, tables
    from lianhu.services.figures import list_records, parse_scope

    scope = parse_scope(start, end, month, (only or ()) if what == "villages" else (), here.now)
    with here.open() as database:
        if rows is not None:
            found = list_records(database, rows, scope._replace(clusters=tuple(only or ())) if what == "clusters" else scope)
            if not (as_json or as_csv):
                output.say(found.title)
                output.say()
            output.show_tables(found.tables, as_json=found.as_json() if as_json else None, json_wanted=as_json,
                               csv_wanted=as_csv)
            return
        if public:
            made, listed = comparison.compare_to_post(database, what, scope.period)
            title, shown, document = made.public_title, [public_table(made, listed)], comparison.public_document(made, listed)
        else:
            made = comparison.compare(database, what, scope.period)
            title, shown, document = made.title, tables(made), comparison.document(made)
    if target is not None:
        _write(target, Report("compare", title, shown), here.today, public=public)
        return
    if not (as_json or as_csv):
        output.say(title)
        output.say()
    output.show_tables(shown, as_json=document, json_wanted=as_json, csv_wanted=as_csv)
    if public or as_json or as_csv:
        return
    if made.previous is None:
        output.note("没有写期间，不比上期。写 --month 本月，或 --from 和 --to。")
    output.note(f"每个数的明细：lianhu compare {what} --rows 分子或分母 --only {'村名' if what == 'villages' else '村名单元'}"
                "（连同期间）")


def _refuse_target(target: Path, rows: str | None, *, as_json: bool, force: bool) -> None:
    from lianhu.files.report_files import ENDINGS
    from lianhu.files.safe import check_target

    if rows is not None:
        raise UsageError("--output 写的是对比，不能和 --rows 同用。", f"lianhu report --rows {rows} -o 明细.xlsx")
    if as_json:
        raise UsageError("--output 不能和 --json、--csv 同用；写成 .csv 看文件的结尾。")
    # What --json shows is no report's document.
    check_target(target, tuple(ending for ending in ENDINGS if ending != ".json"), force=force)


def _write(target: Path, report: Report, day: date, *, public: bool) -> None:
    from lianhu.files.report_files import write_report

    write_report(target, report, f"{day} 生成" + ("　没有个人信息，可以公开" if public else ""))
    output.say(f"已写出 {target}")
