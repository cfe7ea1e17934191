"""``lianhu deed``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import shown_number
from lianhu.errors import UsageError
from lianhu.services import deeds
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="办实事：登记、更新进展、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
KINDS = "就医照料、产业帮扶、政策落实、就业务工、住房饮水、教育助学、矛盾调解、代办服务、环境整治、应急救助、其他"
Kind = Annotated[str | None, typer.Option("--kind", metavar="类别", help=f"{KINDS}（登记时默认其他）")]
Effect = Annotated[str | None, typer.Option(
    "--effect", metavar="成效", help="已解决、基本解决、推进中、未解决（登记时默认推进中）")]
Done = Annotated[str | None, typer.Option("--done", metavar="日期", help="哪天办完")]
Ticket = Annotated[str | None, typer.Option("--ticket", metavar="工单", help="由哪件工单而来")]
Cost = Annotated[str | None, typer.Option("--cost", metavar="元", help="投入资金")]
Note = Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")]


@app.command("add")
def add(
    ctx: typer.Context,
    household: Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")],
    title: Annotated[str, typer.Argument(metavar="事项", help="办了什么")],
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天开始办（默认今天）", show_default=False)] = "今天",
    kind: Kind = None, effect: Effect = None, done: Done = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="谁办的（默认当天联系本户的干部）")] = None,
    visit: Annotated[str | None, typer.Option("--visit", metavar="走访编号", help="由哪次走访而来")] = None,
    ticket: Ticket = None, cost: Cost = None, note: Note = None, as_json: Json = False,
) -> None:
    """登记一件办实事。"""
    here = context.of(ctx)
    new = deeds.NewDeed(
        household, title, parse_day(on, here.today), kind or "其他", effect, parse_day(done, here.today) if done else None, by,
        visit, ticket, cost, note)
    with here.open() as database:
        deed = deeds.add_deed(database, new, today=here.today, now=here.now)
    _told(deed, "已登记", as_json=as_json)


@app.command("update")
def update(
    ctx: typer.Context,
    deed: Annotated[str, typer.Argument(metavar="实事编号", help="哪件实事，如 B000001")],
    effect: Effect = None, done: Done = None, kind: Kind = None,
    title: Annotated[str | None, typer.Option("--title", metavar="事项", help="改内容")] = None,
    ticket: Ticket = None, cost: Cost = None, note: Note = None, as_json: Json = False,
) -> None:
    """更新一件办实事的进展：成效、办完日期、资金等。"""
    here = context.of(ctx)
    given = {"effect": effect, "kind": kind, "title": title, "ticket": ticket, "cost": cost, "note": note}
    if done is None and all(value is None for value in given.values()):
        raise UsageError("没有写要改什么。", f"lianhu deed update {deed} --effect 已解决")
    with here.open() as database:
        changed = deeds.update_deed(
            database, deed, given, done=parse_day(done, here.today) if done else None, today=here.today, now=here.now)
    _told(changed, "已更新", as_json=as_json)


def _told(deed: Record, verb: str, *, as_json: bool) -> None:
    if as_json:
        output.show_json(_document(deed))
        return
    output.say(f"{verb} {deed['code']}：{deed['household']} {deed['head_name']}　{mask_text(deed['title'])}，{deed['kind']}，"
               f"{deed['effect']}"
               + (f"，{deed['done_on']} 办完" if deed["done_on"] else "") + f"（{deed['cadre_name']} {deed['cadre']}）")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(metavar="户", help="只看这一户", show_default=False)] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部办的")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="类别", help="只看这一类")] = None,
    unfinished: Annotated[bool, typer.Option("--open", help="只看还没有解决的")] = False,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="从哪天开始的")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到哪天")] = None,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出办实事，最近的在上。"""
    here = context.of(ctx)
    with here.open() as database:
        found = deeds.list_deeds(
            database, household=household, village=village, by=by, kind=kind, unfinished=unfinished,
            start=parse_day(start, here.today) if start else None, end=parse_day(end, here.today) if end else None)
    # The day it was done is left to --json: more columns would break dates on 80 columns of a terminal.
    table = Table("办实事", ["编号", "嘎查村", "户", "户主", "内容", "类别", "成效", "开始", "干部"], [
        [d["code"], d["village"], d["household"], d["head_name"], mask_text(d["title"]), d["kind"], d["effect"], d["started_on"],
         d["cadre_name"]] for d in found], note=f"共 {len(found)} 件")
    output.show_tables([table], as_json=[_document(d) for d in found], json_wanted=as_json, csv_wanted=as_csv)


def _document(deed: Record) -> dict[str, Any]:
    document = {name: deed[name] for name in (
        "village", "household", "head_name", "cadre", "cadre_name", "kind", "effect", "started_on", "done_on", "visit", "ticket")}
    return {"deed": deed["code"], "title": mask_text(deed["title"])} | document | {
        "ticket": deed["ticket"] and shown_number(deed["ticket"]),
        "cost": None if deed["cost"] is None else deed["cost"] / 100, "note": deed["note"] and mask_text(deed["note"])}
