"""``lianhu opinion``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.services import opinions
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="意见建议：登记、办结、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("add")
def add(
    ctx: typer.Context,
    content: Annotated[str, typer.Argument(metavar="内容", help="什么意见")],
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村的")] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", metavar="联户单元", help="哪个联户单元的")] = None,
    head: Annotated[str | None, typer.Option("--from", metavar="联户长", help="哪名联户长收集的（编号或姓名）")] = None,
    household: Annotated[str | None, typer.Option("--household", metavar="户", help="哪一户提的")] = None,
    visit: Annotated[str | None, typer.Option("--visit", metavar="走访编号", help="哪次走访时提的")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天提的（默认走访那天或今天）")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    as_json: Json = False,
) -> None:
    """登记一条意见建议。"""
    here = context.of(ctx)
    new = opinions.NewOpinion(
        content, parse_day(on, here.today) if on else None, village, cluster, head, household, visit, note)
    with here.open() as database:
        opinion = opinions.add_opinion(database, new, today=here.today, now=here.now)
    _told(opinion, f"已登记 {opinion['code']}（{opinion['village']}）：{mask_text(opinion['content'])}", as_json=as_json)


@app.command("close")
def close(
    ctx: typer.Context,
    opinion: Annotated[str, typer.Argument(metavar="意见编号", help="哪条意见，如 O000001")],
    result: Annotated[str, typer.Option("--result", metavar="答复", help="怎样答复或办理的")],
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="工单", help="转成了哪件工单")] = None,
    deed: Annotated[str | None, typer.Option("--deed", metavar="实事编号", help="办成了哪件实事")] = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天办结（默认今天）", show_default=False)] = "今天",
    as_json: Json = False,
) -> None:
    """办结一条意见建议。"""
    here = context.of(ctx)
    with here.open() as database:
        closed = opinions.close_opinion(
            database, opinion, result, on=parse_day(on, here.today), ticket=ticket, deed=deed, today=here.today, now=here.now)
    _told(closed, f"已办结 {closed['code']}：{mask_text(closed['result'])}", as_json=as_json)


def _told(opinion: Record, said: str, *, as_json: bool) -> None:
    if as_json:
        output.show_json(_document(opinion))
        return
    output.say(said)
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    household: Annotated[str | None, typer.Option("--household", metavar="户", help="只看这一户的")] = None,
    unanswered: Annotated[bool, typer.Option("--open", help="只看还没有办结的")] = False,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出意见建议，最近的在上。"""
    with context.of(ctx).open() as database:
        found = opinions.list_opinions(database, village=village, household=household, unanswered=unanswered)
    table = Table("意见建议", ["编号", "嘎查村", "联户单元", "来自", "内容", "提出", "办结", "答复"], [
        [o["code"], o["village"], o["cluster"] and mask_text(o["cluster"]), o["cluster_head"] or o["household"],
         mask_text(o["content"]), o["raised_on"], o["closed_on"],
         mask_text(o["result"] or "")] for o in found], note=f"共 {len(found)} 条")
    output.show_tables([table], as_json=[_document(o) for o in found], json_wanted=as_json, csv_wanted=as_csv)


def _document(opinion: Record) -> dict[str, Any]:
    document = {name: opinion[name] for name in (
        "village", "cluster_head", "household", "visit", "raised_on", "closed_on", "deed")}
    return {"opinion": opinion["code"], "content": mask_text(opinion["content"])} | document | {
        "cluster": opinion["cluster"] and mask_text(opinion["cluster"]),
        "ticket": opinion["ticket"] and shown_number(opinion["ticket"]),
        "result": opinion["result"] and mask_text(opinion["result"]), "note": opinion["note"] and mask_text(opinion["note"])}
