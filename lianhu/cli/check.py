"""``lianhu check``."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.errors import ConflictError
from lianhu.services.checks.whole import MOST_NAMED, Checked, check

app = typer.Typer()

_LEVELS = {"error": "错误", "warning": "提醒"}


@app.command("check")
def check_(
    ctx: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="只查文件是否损坏，不查记录")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """检查数据库文件和全部记录，列出不对的地方和改法；只看，不改动。有错误时退出码是 5。"""
    here = context.of(ctx)
    with here.open() as database:
        checked = check(database, today=here.today, now=here.now, quick=quick)
    table = Table("检查结果", ["级别", "问题", "在哪里", "情况", "怎么办"], [
        [_LEVELS[f.level], f.title, f.place, f.told, f.proposal] for f in checked.findings])
    document = {
        "quick": checked.quick, "errors": checked.errors, "warnings": checked.warnings, "counts": checked.counts,
        "findings": [{"rule": f.rule, "title": f.title, "level": f.level, "place": f.place, "message": f.told,
                      "proposal": f.proposal} for f in checked.findings]}
    if checked.findings or as_json or as_csv:
        output.show_tables([table], as_json=document, json_wanted=as_json, csv_wanted=as_csv)
    elif quick:
        output.say("文件完好。")
    else:
        output.say("文件完好，记录和日志没有矛盾，数和明细都对得上。")
    _tell_the_rest(checked)
    if checked.errors:
        raise ConflictError(f"检查发现 {checked.errors} 处错误、{checked.warnings} 处提醒，没有改动。",
                            "改以前先备份：lianhu backup")


def _tell_the_rest(checked: Checked) -> None:
    for rule, count in checked.counts.items():
        if count > MOST_NAMED:
            title = next(f.title for f in checked.findings if f.rule == rule)
            output.note(f"“{title}”共 {count} 处，只列出前 {MOST_NAMED} 处。")
