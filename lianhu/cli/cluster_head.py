"""``lianhu cluster-head``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.cli.pair import tell_batch
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_id_number, mask_phone, mask_text
from lianhu.services import cluster_heads, nominations
from lianhu.services.masking import masker
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="联户长：提名、比较、任命、卸任、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Full = Annotated[bool, typer.Option("--full", help="显示完整号码（会记入日志）")]
Unit = Annotated[str, typer.Argument(metavar="单元", help="联户单元名称，如 第一网格；可连村名写：永胜第一网格")]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村的单元")]
Category = Annotated[str | None, typer.Option(
    "--category", metavar="类别", help="无职党员、村民代表、积极分子、后备干部、乡土人才、屯不错、种养大户、其他")]
Votes = Annotated[str | None, typer.Option("--votes", metavar="票数", help="民主推荐得了几票")]
IdNumber = Annotated[str | None, typer.Option("--id", metavar="号码", help="身份证号")]
Phone = Annotated[str | None, typer.Option("--phone", metavar="电话", help="联系电话")]
Note = Annotated[str | None, typer.Option("--note", metavar="说明", help="备注")]

TITLES = {"name": "姓名", "id_number": "身份证号", "phone": "电话", "category": "类别", "way": "产生方式", "votes": "得票",
          "known_by": "熟识户数", "nominated_on": "提名日期", "note": "备注"}


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="单元", help="只看这个联户单元")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="看已卸任的：何时、为何")] = False,
    full: Full = False, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出在任的联户长，按村和单元；按类别、产生方式的人数见 lianhu report --by kind。"""
    here = context.of(ctx)
    with here.open() as database:
        found = cluster_heads.list_heads(database, villages=village or (), unit=unit, ended=ended, today=here.today)
        if full:
            note_reading(database, "cluster-head list --full", f"{len(found)} 名联户长的完整号码", now=here.now)
        rows = [*map(masker(database, full=full), found)]
    if ended:
        table = Table("卸任的联户长", ["嘎查村", "联户单元", "编号", "姓名", "类别", "任职", "卸任", "原因"], [
            [h["village"], h["cluster"], h["code"], h["name"], h["category"], h["started_on"], h["ended_on"],
             mask_text(h["end_reason"] or "")] for h in rows], note=f"共 {len(rows)} 名")
    else:
        table = Table("联户长", ["嘎查村", "联户单元", "编号", "姓名", "类别", "产生方式", "得票", "电话", "任职"], [
            [h["village"], h["cluster"], h["code"], h["name"], h["category"], h["way"], h["votes"], h["phone"],
             h["started_on"]] for h in rows], note=f"共 {len(rows)} 名")
    output.show_tables([table], as_json=[_document(h) for h in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("nominate")
def nominate(
    ctx: typer.Context, unit: Unit,
    name: Annotated[str, typer.Argument(metavar="姓名", help="提名谁")],
    village: Village = None, category: Category = None,
    way: Annotated[str | None, typer.Option("--way", metavar="方式", help="民主推荐（默认）或组织任命")] = None,
    votes: Votes = None,
    known_by: Annotated[str | None, typer.Option("--known-by", metavar="户数", help="单元里有几户熟识这个人")] = None,
    id_number: IdNumber = None, phone: Phone = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天提名（默认今天）")] = None,
    note: Note = None, as_json: Json = False,
) -> None:
    """提名一人任联户长；还没有结果的，再写一次就是补充（如得票）。"""
    here = context.of(ctx)
    new = nominations.NewNomination(
        unit, name, village, category, way, votes, known_by, id_number, phone, parse_day(on, here.today) if on else None, note)
    with here.open() as database:
        done = nominations.nominate(database, new, today=here.today, now=here.now)
    for remark in done.notes:
        output.note(remark)
    made = done.nomination
    if as_json:
        output.show_json({"batch": done.batch, "new": done.is_new} | _nominated(made))
        return
    who = f"{made['code']} {made['village']} {made['cluster']}：{made['name']}"
    if done.is_new:
        output.say(f"已提名 {who}" + "".join(f"，{word}" for word in _about(made)))
    elif done.changed:
        output.say(f"已补充提名 {who}；" + "；".join(
            f"{TITLES[name]} {_cell(name, before)} → {_cell(name, after)}" for name, (before, after) in done.changed.items()))
    else:
        output.say(f"提名 {who}本来就是这样，没有改动。")
    output.note(f"比较各人：lianhu cluster-head compare {made['cluster']} --village {made['village']}")
    tell_batch(done.batch)


@app.command("compare")
def compare(
    ctx: typer.Context,
    unit: Annotated[str | None, typer.Argument(metavar="[单元]", help="不写时看全镇还没有结果的提名", show_default=False)] = None,
    village: Village = None, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """比较一个单元的提名：得票、类别、几户熟识；有结果的连同理由。"""
    here = context.of(ctx)
    with here.open() as database:
        rows = nominations.list_nominations(database, unit, village, undecided_only=unit is None)
    left = [row for row in rows if row["outcome"] is None]
    headings, told = ["编号", "姓名", "类别", "方式", "得票", "熟识户", "提名"], f"共 {len(rows)} 人，{len(left)} 人还没有结果"
    people = [[n[name] for name in ("code", "name", "category", "way", "votes", "known_by", "nominated_on")] for n in rows]
    if unit is None:
        table = Table("联户长提名", [*headings[:1], "嘎查村", "单元", *headings[1:]], [
            [person[0], n["village"], n["cluster"], *person[1:]] for person, n in zip(people, rows, strict=True)], note=told)
    else:
        where = f"{rows[0]['village']} {rows[0]['cluster']} " if rows else ""
        table = Table(f"{where}联户长提名", [*headings, "结果", "理由"], [
            [*person, n["outcome"], mask_text(n["reason"] or "")] for person, n in zip(people, rows, strict=True)], note=told)
    output.show_tables([table], as_json=[_nominated(n) for n in rows], json_wanted=as_json, csv_wanted=as_csv)
    if left and not (as_json or as_csv):
        output.note("得票多的在上，票数一样看熟识户；由谁任职由人定。")
        output.note(f"任命：lianhu cluster-head appoint {left[0]['code']} --reason 理由；"
                    f"落选：lianhu cluster-head decline 提名编号 --reason 理由")


@app.command("appoint")
def appoint(
    ctx: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="单元或提名编号", help="联户单元名称，或提名编号 N000001")],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么选这个人")],
    name: Annotated[str | None, typer.Argument(metavar="[姓名]", help="任命谁；写了提名编号的不用写", show_default=False)] = None,
    village: Village = None, category: Category = None,
    way: Annotated[str | None, typer.Option("--way", metavar="方式", help="民主推荐（有提名时）或组织任命（没有提名时）")] = None,
    votes: Votes = None, id_number: IdNumber = None, phone: Phone = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="任职的第一天（默认今天）")] = None,
    note: Note = None, yes: Annotated[bool, typer.Option("--yes", help="不再询问，照办")] = False, as_json: Json = False,
) -> None:
    """任命联户长；这个人有提名的，提名记为当选。一人同时只任一个单元。"""
    here = context.of(ctx)
    new = cluster_heads.Appointment(
        unit, name, reason, village, category, way, votes, id_number, phone, parse_day(on, here.today) if on else None, note)
    with here.open() as database:
        done = output.insisted(
            lambda agreed: cluster_heads.appoint(database, new, today=here.today, now=here.now, agreed=agreed), yes=yes)
        head = masker(database, full=False)(done.head)
    for remark in done.notes:
        output.note(remark)
    if as_json:
        output.show_json({"batch": done.batch, "nomination": done.nomination} | _document(head) | {
            "undecided": [each["code"] for each in done.undecided]})
        return
    output.say(f"已任命 {head['code']} {head['name']}为{head['village']} {head['cluster']}联户长，{head['started_on']} 起"
               + "".join(f"，{word}" for word in _about(head)))
    if done.undecided:
        output.note("这个单元还没有结果的提名：" + "、".join(f"{each['code']} {each['name']}" for each in done.undecided))
        output.note(f"落选：lianhu cluster-head decline {' '.join(each['code'] for each in done.undecided)} --reason 理由")
    tell_batch(done.batch)


@app.command("decline")
def decline(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="提名编号", help="哪些提名，如 N000002，可多个")],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么没有选")],
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天定的（默认今天）")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")] = False, as_json: Json = False,
) -> None:
    """把提名记为落选，连同理由。"""
    here = context.of(ctx)
    with here.open() as database:
        number, decided = nominations.decline(
            database, codes, reason, on=parse_day(on, here.today) if on else None, today=here.today, now=here.now,
            dry_run=dry_run)
    if as_json:
        output.show_json({"batch": number, "dry_run": dry_run, "nominations": [
            {"nomination": each["code"], "name": each["name"], "outcome": each["outcome"], "reason": each["reason"],
             "decided_on": each["decided_on"]} for each in decided]})
        return
    for each in decided:
        output.say(f"{'会记' if dry_run else '已记'} {each['code']} {each['name']}{each['outcome']}：{each['reason']}")
    tell_batch(number)


@app.command("end")
def end(
    ctx: typer.Context,
    head: Annotated[str, typer.Argument(metavar="联户长", help="联户长编号、身份证号、电话或姓名")],
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="届满、调整、辞去等")],
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="不再任职的第一天（默认今天）")] = None,
    village: Village = None, as_json: Json = False,
) -> None:
    """联户长卸任。"""
    here = context.of(ctx)
    with here.open() as database:
        done = cluster_heads.end(database, head, reason, village=village, on=parse_day(on, here.today) if on else None,
                                 today=here.today, now=here.now)
    over = done.head
    if as_json:
        output.show_json({"batch": done.batch, "head": over["code"], "name": over["name"], "village": over["village"],
                          "cluster": over["cluster"], "ended_on": over["ended_on"], "end_reason": over["end_reason"]})
        return
    output.say(f"{over['village']} {over['cluster']}联户长 {over['code']} {over['name']}从 {over['ended_on']} 起卸任"
               f"（{over['end_reason']}）")
    output.note(f"补人：lianhu cluster-head nominate {over['cluster']} 姓名 --village {over['village']}")
    tell_batch(done.batch)


def _about(record: Record) -> list[str]:
    """Category, way and votes of a head or a nomination, those that are known."""
    told = [record["category"], record["way"], record["votes"] is not None and f"{record['votes']} 票"]
    if record.get("known_by") is not None:
        told.append(f"{record['known_by']} 户熟识")
    return [word for word in told if word]


def _cell(name: str, value: str | int | None) -> str:
    if value is None:
        return "（空）"
    masks = {"id_number": mask_id_number, "phone": mask_phone, "note": mask_text}
    return masks[name](str(value)) if name in masks else str(value)


def _document(head: Record) -> dict[str, Any]:
    return {"head": head["code"]} | {name: head[name] for name in (
        "name", "village", "cluster", "category", "way", "votes", "id_number", "phone", "started_on", "ended_on")} | {
        name: head[name] and mask_text(head[name]) for name in ("end_reason", "reason", "note")}


def _nominated(nomination: Record) -> dict[str, Any]:
    return {"nomination": nomination["code"]} | {name: nomination[name] for name in (
        "name", "village", "cluster", "category", "way", "votes", "known_by", "nominated_on", "decided_on", "outcome", "head")} | {
        name: nomination[name] and mask_text(nomination[name]) for name in ("reason", "note")}
