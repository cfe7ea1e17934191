"""``lianhu event``."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.services import events

app = typer.Typer(no_args_is_help=True, help="家庭大事（五必访）：登记、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("add")
def add(
    ctx: typer.Context,
    household: Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")],
    kind: Annotated[str, typer.Argument(metavar="大事", help="红白喜事、生病住院、家庭变故、矛盾纠纷、意外灾害")],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天发生（默认今天）", show_default=False)] = "今天",
    member: Annotated[str | None, typer.Option("--member", metavar="姓名", help="当事人")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    as_json: Json = False,
) -> None:
    """登记一件要必访的大事，算出走访期限。"""
    here = context.of(ctx)
    new = events.NewEvent(household, kind, parse_day(on, here.today), member, note)
    with here.open() as database:
        event, home = events.add_event(database, new, today=here.today, now=here.now)
        similar = events.similar_events(database, event)
        (listed,) = [e for e in events.list_events(database, household=home["code"]) if e["code"] == event["code"]]
    if as_json:
        output.show_json({
            "event": event["code"], "household": home["code"], "kind": event["kind"], "happened_on": event["happened_on"],
            "due_on": event["due_on"], "answered_on": listed["answered_on"], "cadre": listed["cadre"]})
        return
    said = f"已登记 {event['code']}：{home['code']} {home['head_name']} {event['happened_on']} {event['kind']}"
    is_open = not listed["answered_on"] and not listed["closed_on"]
    who = f"请{listed['cadre_name']}（{listed['cadre']}）" if listed["cadre"] else "还没有结对干部，请"
    until = f"在 {event['due_on']} 前" if event["due_on"] else ""
    output.say(f"{said}；{who}{until}走访" if is_open else f"{said}，{events.state_of(listed, here.today)}")
    if similar:
        output.note("前后一个月内还有：" + "、".join(f"{e['code']} {e['happened_on']} {e['kind']}" for e in similar)
                    + "；如是同一件，lianhu undo 撤销这一条")
    if is_open:
        output.note(f"走访后：lianhu visit add {home['code']} --occasion {event['kind']}")


@app.command("list")
def list_(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(metavar="户", help="只看这一户", show_default=False)] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部联系的户的")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="大事", help="只看这一种")] = None,
    unanswered: Annotated[bool, typer.Option("--open", help="只看还没有走访的")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看过了期限还没有走访的")] = False,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出家庭大事和走访没有，最近的在上。"""
    here = context.of(ctx)
    with here.open() as database:
        found = events.list_events(
            database, village=village, by=by, household=household, kind=kind, unanswered=unanswered,
            overdue_on=here.today if overdue else None)
    # Code and note are left to --json and household show: more columns would break dates on 80 columns of a terminal.
    table = Table("家庭大事", ["嘎查村", "户", "户主", "大事", "发生", "走访期限", "走访", "干部"], [
        [e["village"], e["household"], e["head_name"], e["kind"], e["happened_on"], e["due_on"],
         events.state_of(e, here.today), e["cadre_name"]] for e in found], note=f"共 {len(found)} 件")
    output.show_tables([table], as_json=[
        {"event": e["code"], "village": e["village"], "household": e["household"], "head_name": e["head_name"],
         "kind": e["kind"], "happened_on": e["happened_on"], "due_on": e["due_on"], "answered_on": e["answered_on"],
         "state": events.state_of(e, here.today), "cadre": e["cadre"], "member": e["member_name"] and mask_text(e["member_name"]),
         "note": e["note"] and mask_text(e["note"])} for e in found], json_wanted=as_json, csv_wanted=as_csv)
