"""``lianhu report``."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Report
from lianhu.errors import UsageError
from lianhu.reports.catalogue import GROUPINGS
from lianhu.services.figures import Counter, Scope, list_figures, list_records, make_report, parse_scope
from lianhu.store.connection import Database

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
    rows: Annotated[str | None, typer.Option(
        "--rows", metavar="指标", help="列出一个指标的每一条记录；写 all 并 -o 网页，每个数都能点开")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="列出全部报表和指标，连同定义")] = False,
    target: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件", help="写成文件，看结尾：.xlsx（带图表）、.html（一个网页）、.docx、.csv、.json")] = None,
    folder: Annotated[Path | None, typer.Option(
        "--html-dir", metavar="文件夹", help="写成一组网页：全镇、每个村、每个单元，互相链接")] = None,
    public: Annotated[bool, typer.Option("--public", help="只写可以公开的：没有个人信息")] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """出报表：全镇概况、分村统计、明细。同一个数在哪里都是同一条定义。"""
    if as_json and as_csv:
        raise UsageError("--json 和 --csv 只能用一个。")
    if folder is not None:
        _refuse_beside_folder(name or by or rows or target or village or show_list or as_json or as_csv)
    elif target is not None:
        from lianhu.files.report_files import ENDINGS
        from lianhu.files.safe import check_target

        check_target(target, ENDINGS, force=force)
    here = context.of(ctx)
    show = partial(_show, target=target, day=here.today, public=public, as_json=as_json, as_csv=as_csv)
    if show_list:
        show(list_figures())
        return
    chosen = _chosen(name, by, village=village)
    _refuse_rows(rows, chosen, target, public=public)
    scope = parse_scope(start, end, month, only or (), here.now, is_public=public)
    with here.open() as database:
        if folder is not None:
            _write_site(database, folder, scope, here.today, force=force)
            return
        if rows is not None and rows not in EVERYTHING:
            made = list_records(database, rows, scope)
        else:
            complete = partial(_complete, target, opened=rows is not None)
            made = make_report(database, chosen or "overview", scope, complete)
        if target is not None:
            _log_export(database, made, target, here.now, has_records=rows is not None)
    show(made)


EVERYTHING = ("all", "全部")
"""What --rows takes for the records of every figure on the page."""


def _complete(target: Path | None, report: Report, counter: Counter, *, opened: bool) -> None:
    """Adds what a page for the browser shows besides."""
    if target is None or target.suffix.lower() != ".html":
        return
    from lianhu.services.report_pages import add_headlines, add_listings

    add_headlines(report, counter)
    if opened:
        add_listings(report, counter)


def _log_export(database: Database, made: Report, target: Path, now: datetime, *, has_records: bool) -> None:
    """Before the file is there, so that none is without its line in the log; sums alone are no export."""
    from lianhu.services.public import POSTED
    from lianhu.store.journal import note_reading

    if has_records or made.name not in POSTED:
        note_reading(database, "report", f"写出{made.title}到 {target.name}", now=now)


def _refuse_rows(rows: str | None, chosen: str | None, target: Path | None, *, public: bool) -> None:
    if rows is None:
        return
    if public:
        raise UsageError("--rows 列出的是一条条记录，不能公开，没有写出。", "lianhu report --public")
    if rows in EVERYTHING:
        if target is None or target.suffix.lower() != ".html":
            raise UsageError(f"--rows {rows} 是给网页用的。", f"lianhu report --rows {rows} -o 报表.html")
    elif chosen is not None:
        raise UsageError("--rows 列出记录，不能和报表名称、--village、--by 同用。", f"lianhu report --rows {rows}")


def _refuse_beside_folder(other: object) -> None:
    if other:
        raise UsageError("--html-dir 写的是全镇、各村、各单元的一组网页，不能和报表名称、--village、--by、--rows、--output、"
                         "--list、--json、--csv 同用。", "lianhu report --html-dir 文件夹")


def _write_site(database: Database, folder: Path, scope: Scope, day: date, *, force: bool) -> None:
    from lianhu.files.site import write_site
    from lianhu.services.report_pages import make_site

    with output.progress() as progress:
        pages = make_site(database, scope, lambda done, total: progress("写网页", done, total))
        count = write_site(folder, pages, _about(day, public=scope.is_public), force=force)
    output.say(f"已写出 {folder}：{count} 个网页，打开 {folder / 'index.html'}")


def _about(day: date, *, public: bool) -> str:
    """The line beneath a title."""
    about = f"{day} 生成"
    if public:
        from lianhu.services.public import REMARK

        about += f"　{REMARK}"
    return about


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


def _show(made: Report, *, target: Path | None, day: date, public: bool, as_json: bool, as_csv: bool) -> None:
    if target is not None:
        from lianhu.files.report_files import write_report

        with output.progress() as progress:
            write_report(target, made, _about(day, public=public), lambda done, total: progress("写报表", done, total))
    if target is not None and not (as_json or as_csv):
        output.say(f"已写出 {target}")
    else:
        if not (as_json or as_csv):
            output.say(made.title)
            output.say()
        output.show_tables(
            made.tables, as_json=made.as_json() if as_json else None, json_wanted=as_json, csv_wanted=as_csv)
    for note in made.notes:
        output.note(note)
