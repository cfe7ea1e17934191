"""``lianhu task``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Rate, Table
from lianhu.domain.masks import mask_text
from lianhu.services import tasks
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="任务：按四项职责下发，登记完成。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")]
Villages = Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="这些村的户，可多次")]
_MOST_NAMED = 10


@app.command("issue")
def issue(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="任务", help="要做什么")],
    duty: Annotated[str, typer.Option(
        "--duty", metavar="职责", help="四项职责之一：政策理论讲解、民意诉求征集、文明新风倡导、重点工作发动")],
    due: Annotated[str | None, typer.Option("--due", metavar="日期", help="完成期限")] = None,
    village: Villages = None,
    trait: Annotated[list[str] | None, typer.Option("--trait", metavar="户情", help="有这种户情的户，可多次")] = None,
    need: Annotated[list[str] | None, typer.Option("--need", metavar="需求", help="有这种需求的户，可多次")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="所有结对的户")] = False,
    into: Annotated[str | None, typer.Option("--into", metavar="任务编号", help="并入这项任务，不另立一项")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """下发一项任务给有关的每一对；干部手上任务太多时提醒，并建议合并。"""
    here = context.of(ctx)
    new = tasks.NewTask(
        title, duty, parse_day(due, here.today) if due else None, tuple(village or ()), tuple(trait or ()),
        tuple(need or ()), everyone, into, note)
    with here.open() as database:
        done = tasks.issue_task(database, new, today=here.today, now=here.now, dry_run=dry_run)
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "task": done.task["code"], "title": mask_text(done.task["title"]),
            "duty": done.task["duty"], "due_on": done.task["due_on"],
            "households": [household["code"] for household in done.households],
            "without_cadre": [household["code"] for household in done.without_cadre],
            "already_done": [household["code"] for household in done.already_done],
            "overloaded": [
                {"cadre": over.cadre["code"], "tasks": [task["code"] for task in over.tasks]} for over in done.overloads],
            "merge_with": done.merge_with and done.merge_with["code"]})
        return
    cadres = len({household["cadre_id"] for household in done.households})
    output.say(f"{'会' if dry_run else '已'}{'并入' if into else '下发'} {done.task['code']} {mask_text(done.task['title'])}："
               f"{len(done.households)} 户，{cadres} 名干部")
    if new.due and done.task["due_on"] != new.due.isoformat():
        output.note(f"两项期限不同，按早的算：{done.task['due_on']}")
    if done.without_cadre:
        output.note(f"没有结对、没有下发的 {len(done.without_cadre)} 户：{_named(done.without_cadre)}")
    if done.already_done:
        output.note(f"已完成 {done.task['code']}、不再下发的 {len(done.already_done)} 户：{_named(done.already_done)}")
    if done.overloads:
        listed = "、".join(f"{over.cadre['name']}（{over.cadre['code']}，{len(over.tasks) + 1} 项）"
                          for over in done.overloads[:_MOST_NAMED]) + (" 等" if len(done.overloads) > _MOST_NAMED else "")
        output.note(f"任务偏多的干部 {len(done.overloads)} 名：{listed}")
    if done.merge_with:
        output.note(f"建议并入 {done.merge_with['code']} {mask_text(done.merge_with['title'])}"
                    + ("：" if dry_run else f"：先 lianhu undo {done.batch}，再 ")
                    + f"lianhu task issue {mask_text(title)} --duty {done.merge_with['duty']} --into {done.merge_with['code']} …")
    if done.batch is not None:
        output.note(f"批次 {done.batch}（撤销：lianhu undo {done.batch}）")


def _named(households: list[Record]) -> str:
    more = f" 等 {len(households)} 户" if len(households) > _MOST_NAMED else ""
    return "、".join(f"{h['code']} {h['head_name']}" for h in households[:_MOST_NAMED]) + more


@app.command("done")
def done_(
    ctx: typer.Context,
    task: Annotated[str, typer.Argument(metavar="任务编号", help="哪项任务，如 T000001")],
    household: Annotated[list[str] | None, typer.Argument(metavar="户", help="哪些户完成了", show_default=False)] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="这名干部联系的户都完成了")] = None,
    village: Villages = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天完成（默认今天）", show_default=False)] = "今天",
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """登记任务完成：按户、按干部或按村。"""
    here = context.of(ctx)
    with here.open() as database:
        number, record, items, untouched = tasks.finish_task(
            database, task, households=household or (), by=by, villages=village or (), on=parse_day(on, here.today),
            today=here.today, now=here.now, note=note, dry_run=dry_run)
    if as_json:
        output.show_json({"batch": number, "dry_run": dry_run, "task": record["code"],
                          "households": [item["household"] for item in items],
                          "untouched": [household["code"] for household in untouched]})
        return
    output.say(f"{'会登记' if dry_run else '已登记'} {record['code']} {mask_text(record['title'])}完成 {len(items)} 户")
    if untouched:
        output.note(f"没有未完成的、没有登记的 {len(untouched)} 户：{_named(untouched)}")
    if number is not None:
        output.note(f"批次 {number}（撤销：lianhu undo {number}）")


@app.command("list")
def list_(
    ctx: typer.Context,
    task: Annotated[str | None, typer.Argument(metavar="任务编号", help="看这项任务的每一户", show_default=False)] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="看这名干部手上的")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="看这个村的")] = None,
    household: Annotated[str | None, typer.Option("--household", metavar="户", help="看这一户的")] = None,
    unfinished: Annotated[bool, typer.Option("--open", help="只看没完成的")] = False,
    as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出任务和完成数；写了任务、干部、村或户就逐户列出。"""
    here = context.of(ctx)
    with here.open() as database:
        if task or by or village or household:
            items = tasks.list_items(
                database, task=task, by=by, village=village, household=household, unfinished=unfinished)
            table = Table("任务落实", ["任务", "内容", "嘎查村", "户", "户主", "干部", "期限", "完成"], [
                [i["task"], mask_text(i["title"]), i["village"], i["household"], i["head_name"], i["done_by"] or i["cadre_name"],
                 i["due_on"], i["done_on"] or _ended(i)] for i in items],
                note=f"共 {len(items)} 户次，完成 {sum(bool(i['done_on']) for i in items)}")
            output.show_tables([table], as_json=[_item(i) for i in items], json_wanted=as_json, csv_wanted=as_csv)
            return
        found = tasks.list_tasks(database, unfinished=unfinished)
    table = Table("任务", ["编号", "内容", "职责", "下发", "期限", "完成"], [
        [t["code"], mask_text(t["title"]), t["duty"], t["issued_on"], t["due_on"], Rate(t["done"], t["items"], "户")]
        for t in found], note=f"共 {len(found)} 项")
    output.show_tables([table], as_json=[
        {"task": t["code"], "title": mask_text(t["title"]), "duty": t["duty"], "issued_on": t["issued_on"], "due_on": t["due_on"],
         "items": t["items"], "done": t["done"]} for t in found], json_wanted=as_json, csv_wanted=as_csv)


def _ended(item: Record) -> str | None:
    """Why an open item is none any more."""
    return f"已销户（{item['close_reason']}）" if item["closed_on"] else None


def _item(item: Record) -> dict[str, Any]:
    document = {name: item[name] for name in (
        "task", "duty", "village", "household", "head_name", "cadre", "cadre_name", "issued_on", "due_on", "done_on",
        "done_by", "closed_on", "close_reason")}
    return document | {"title": mask_text(item["title"]), "note": item["note"] and mask_text(item["note"])}
