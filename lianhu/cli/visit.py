"""``lianhu visit``."""

from datetime import date
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.masks import mask_text
from lianhu.errors import UsageError
from lianhu.services.lookup import former_note
from lianhu.services.visits import NewVisit, add_visit, list_visits

app = typer.Typer(no_args_is_help=True, help="登记和查看走访。")

WAYS = "上门、微信、电话、视频、联系卡"
OCCASIONS = "日常、红白喜事、生病住院、家庭变故、矛盾纠纷、意外灾害"


@app.command("add")
def add(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(
        metavar="户", help="户编号、身份证号、电话或户主姓名", show_default=False)] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天走访（默认今天）")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="谁走访（默认那天联系这户的干部）")] = None,
    way: Annotated[str | None, typer.Option("--way", metavar="方式", help=f"{WAYS}（默认上门）")] = None,
    occasion: Annotated[str | None, typer.Option("--occasion", metavar="事由", help=f"{OCCASIONS}（默认日常）")] = None,
    duty: Annotated[list[str] | None, typer.Option(
        "--duty", metavar="职责", help="四项职责，可多次：政策理论讲解、民意诉求征集、文明新风倡导、重点工作发动")] = None,
    not_met: Annotated[bool, typer.Option("--not-met", help="没有见到人")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="内容", help="谈了什么")] = None,
    deed: Annotated[str | None, typer.Option("--deed", metavar="事项", help="同时办的一件实事")] = None,
    deed_kind: Annotated[str | None, typer.Option("--deed-kind", metavar="类别", help="实事类别（默认其他）")] = None,
    deed_effect: Annotated[str | None, typer.Option(
        "--deed-effect", metavar="成效", help="已解决、基本解决、推进中、未解决（默认推进中）")] = None,
    again: Annotated[bool, typer.Option("--again", help="同一天同一事由确实又走访了一次")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """登记一次走访，可同时登记一件办实事。只写户时，在终端上会逐项询问。"""
    here = context.of(ctx)
    bare = not any((on, by, way, occasion, duty, not_met, note, deed, deed_kind, deed_effect, again, as_json))
    if household is None:
        if not output.on_terminal():
            raise UsageError("缺少参数 户。", "lianhu visit add H00001 --way 上门")
        household = output.ask("走访哪一户（编号、姓名或电话）")
    if bare and output.on_terminal():
        on = output.ask("哪天走访", "今天")
        way = output.ask(f"方式（{WAYS}）", "上门")
        occasion = output.ask(f"事由（{OCCASIONS}）", "日常")
        note = output.ask("谈了什么（可不填）") or None
        deed = output.ask("办了什么实事（没有就回车）") or None
    new = NewVisit(
        household, parse_day(on or "今天", here.today), by, way or "上门", occasion or "日常", tuple(duty or ()),
        not not_met, note, deed, deed_kind, deed_effect, again)
    with here.open() as database:
        done = add_visit(database, new, today=here.today, now=here.now)
    if remark := former_note(done.household):
        output.note(remark)
    if (left := done.cadre["left_on"]) and left <= new.on.isoformat():
        output.note(f"{done.cadre['name']}（{done.cadre['code']}）已于 {left} 离岗，仍记在他名下；"
                    "不对就 lianhu undo，再写 --by 干部。")
    if as_json:
        output.show_json({
            "batch": done.batch, "visit": done.visit, "deed": done.deed, "household": done.household["code"],
            "cadre": done.cadre["code"], "visited_on": new.on.isoformat(), "event": done.event, "tasks": list(done.tasks)})
        return
    output.say(f"已登记 {done.visit}：{done.cadre['name']}（{done.cadre['code']}）{new.on} 走访 "
               f"{done.household['code']} {done.household['head_name']}"
               + (f"；办实事 {done.deed} {mask_text(new.deed or '')}" if done.deed else ""))
    if done.event:
        output.say(f"同时登记了大事 {done.event} {done.occasion}")
    if done.tasks:
        output.say(f"同时完成了任务 {'、'.join(done.tasks)}")
    output.note(f"批次 {done.batch}（撤销：lianhu undo）")


@app.command("list")
def list_(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(metavar="户", help="只看这一户", show_default=False)] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部的")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从哪天")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到哪天")] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", metavar="条数", min=1, max=1_000_000, help="最多列多少条")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出走访，最近的在上。"""
    from lianhu.domain.figures import Table

    here = context.of(ctx)
    first: date | None = parse_day(start, here.today) if start else None
    last: date | None = parse_day(end, here.today) if end else None
    with here.open() as database:
        visits = list_visits(database, household=household, by=by, village=village, start=first, end=last, limit=limit)
    table = Table("走访", ["日期", "嘎查村", "户", "户主", "干部", "方式", "事由", "见到", "内容"], [
        [v["visited_on"], v["village"], v["household"], v["head_name"], v["cadre_name"], v["way"], v["occasion"],
         bool(v["is_met"]), mask_text(v["note"] or "")] for v in visits], note=f"共 {len(visits)} 次")
    output.show_tables([table], as_json=[
        {
            "visit": v["code"], "visited_on": v["visited_on"], "village": v["village"], "household": v["household"],
            "head_name": v["head_name"], "cadre": v["cadre"], "cadre_name": v["cadre_name"], "way": v["way"],
            "mode": v["mode"], "occasion": v["occasion"], "met": bool(v["is_met"]),
            "duties": [d for d in (v["duties"] or "").split("、") if d], "note": v["note"] and mask_text(v["note"]),
        }
        for v in visits
    ], json_wanted=as_json, csv_wanted=as_csv)
