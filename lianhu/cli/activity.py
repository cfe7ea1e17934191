"""``lianhu activity``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day, parse_month
from lianhu.domain.figures import Hundredths, Table
from lianhu.domain.masks import mask_text
from lianhu.errors import UsageError
from lianhu.services import activities
from lianhu.services.settings import load_settings
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="自治活动：登记、查看，按类别合计。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
KINDS = "特色种植、基础设施、评选活动、矛盾排查、养老保险扩面、环境整治、其他"
Cluster = Annotated[str | None, typer.Option("--cluster", metavar="单元", help="哪个联户单元的，如 第一网格 或 永胜第一网格")]


@app.command("add")
def add(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="类别", help=KINDS)],
    title: Annotated[str, typer.Argument(metavar="内容", help="做了什么")],
    quantity: Annotated[str | None, typer.Option(
        "--quantity", metavar="数量", help="多少，可连单位：1170.5亩；按次、按个计的不写算 1")] = None,
    measure: Annotated[str | None, typer.Option(
        "--measure", metavar="单位", help="亩、个、次、人；不写按类别，同一类别只用一种")] = None,
    cluster: Cluster = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村的；不写单元就是全村的活动")] = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天（默认今天）", show_default=False)] = "今天",
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    as_json: Json = False,
) -> None:
    """登记一项自治活动和它的成果。"""
    here = context.of(ctx)
    new = activities.NewActivity(kind, title, quantity, measure, village, cluster, parse_day(on, here.today), note)
    with here.open() as database:
        made = activities.add_activity(database, new, today=here.today, now=here.now)
    if as_json:
        output.show_json(_document(made))
        return
    where = mask_text(" ".join(filter(None, (made["village"], made["cluster"]))))
    output.say(f"已登记 {made['code']}（{where}）：{made['kind']} {mask_text(made['title'])} {activities.told(made)}")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    cluster: Cluster = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="类别", help="只看这一类")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只看这个月，如 2026-11、本月")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从这一天起")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）")] = None,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出自治活动，最近的在上，下面按类别和单位合计。"""
    here = context.of(ctx)
    if month and (start or end):
        raise UsageError("--month 和 --from、--to 不能同用。")
    first, last = parse_month(month, here.today) if month else (
        parse_day(start, here.today) if start else None, parse_day(end, here.today) if end else None)
    with here.open() as database:
        found = activities.list_activities(database, village=village, cluster=cluster, kind=kind, start=first, end=last)
        sums = activities.summed(load_settings(database), found)
    table = Table("自治活动", ["编号", "嘎查村", "联户单元", "类别", "内容", "数量", "单位", "日期"], [
        [a["code"], a["village"], a["cluster"] and mask_text(a["cluster"]), a["kind"], mask_text(a["title"]),
         Hundredths(a["quantity"]), a["measure"],
         a["held_on"]] for a in found], note=f"共 {len(found)} 项")
    total = Table("按类别和单位合计", ["类别", "项数", "数量", "单位"], [
        [each["kind"], each["activities"], each["quantity"], each["measure"]] for each in sums])
    output.show_tables([table, total] if sums and not as_csv else [table], as_json={
        "activities": [_document(a) for a in found],
        "totals": [each | {"quantity": each["quantity"].as_json()} for each in sums]}, json_wanted=as_json, csv_wanted=as_csv)


def _document(activity: Record) -> dict[str, Any]:
    return {"activity": activity["code"], "village": activity["village"],
            "cluster": activity["cluster"] and mask_text(activity["cluster"]),
            "kind": activity["kind"], "title": mask_text(activity["title"]),
            "quantity": Hundredths(activity["quantity"]).as_json(), "measure": activity["measure"],
            "held_on": activity["held_on"], "note": activity["note"] and mask_text(activity["note"])}
