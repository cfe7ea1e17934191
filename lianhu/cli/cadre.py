"""``lianhu cadre``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, dossier, output
from lianhu.cli.pair import tell_batch
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.tickets import shown_number
from lianhu.services.cadre_register import Edit, add_cadre, edit_cadre
from lianhu.services.cadres import (
    Leave,
    Left,
    Returned,
    come_back,
    leave,
    list_cadres,
    show_cadre,
)
from lianhu.services.masking import masked
from lianhu.services.pairs import holder_now
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="登记和查看干部，办理离岗和返岗。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Full = Annotated[bool, typer.Option("--full", help="显示完整号码（会记入日志）")]
CadreName = Annotated[str, typer.Argument(metavar="干部", help="干部编号、身份证号、电话或姓名")]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问，照办")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="任职的嘎查村；镇干部不写")]
Area = Annotated[str | None, typer.Option("--area", metavar="村名", help="镇干部包片的村，用、分开")]
Post = Annotated[str | None, typer.Option("--post", metavar="职务", help="职务")]
Unit = Annotated[str | None, typer.Option("--unit", metavar="单位", help="工作单位")]
Roles = Annotated[str | None, typer.Option("--roles", metavar="角色", help="干部角色，用、分开，如 村医、网格员")]
Phone = Annotated[str | None, typer.Option("--phone", metavar="电话", help="联系电话")]
IdNumber = Annotated[str | None, typer.Option("--id", metavar="号码", help="身份证号")]
Sex = Annotated[str | None, typer.Option("--sex", metavar="男|女", help="性别；写了身份证号的不用写")]
Hamlet = Annotated[str | None, typer.Option("--hamlet", metavar="屯", help="组/屯")]
Capacity = Annotated[str | None, typer.Option("--capacity", metavar="户数", help="联户上限；0 表示不参加结对")]

FIELDS = (
    ("code", "干部编号"), ("name", "姓名"), ("village", "嘎查村"), ("area", "包片村"), ("unit", "工作单位"), ("post", "职务"),
    ("roles", "干部角色"), ("sex", "性别"), ("id_number", "身份证号"), ("phone", "联系电话"), ("hamlet", "组/屯"),
    ("capacity", "联户上限"), ("left_on", "离岗日期"), ("leave_reason", "离岗原因"), ("returns_on", "预计返岗"), ("note", "备注"),
)


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")] = None,
    left: Annotated[bool, typer.Option("--left", help="看已离岗的：何时、为何、预计何时返岗")] = False,
    full: Full = False, as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出在岗干部，按村的顺序，镇干部在前。"""
    here = context.of(ctx)
    with here.open() as database:
        found = list_cadres(database, villages=tuple(village or ()), left=left)
        if full:
            note_reading(database, "cadre list --full", f"{len(found)} 名干部的完整号码", now=here.now)
        rows = [masked(record, database, full=full) for record in found]
    if left:
        table = Table("离岗干部", ["嘎查村", "干部", "姓名", "角色", "职务", "电话", "离岗", "原因", "预计返岗"], [
            [_place(r), r["code"], r["name"], r["roles"], r["post"], r["phone"], r["left_on"], r["leave_reason"],
             r["returns_on"]] for r in rows], note=f"共 {len(rows)} 名")
    else:
        table = Table("干部", ["嘎查村", "干部", "姓名", "角色", "职务", "电话", "上限", "联系户数"], [
            [_place(r), r["code"], r["name"], r["roles"], r["post"], r["phone"], r["capacity"], r["households"]]
            for r in rows], note=f"共 {len(rows)} 名")
    output.show_tables([table], as_json=[_document(r) for r in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(
    ctx: typer.Context, cadre: CadreName, full: Full = False, target: dossier.Target = None,
    force: dossier.Force = False, as_json: Json = False,
) -> None:
    """看一名干部的全部：登记内容、要办的事、联系的户、以前联系过的户现由谁联系、走访、实事、工单、任务、评价；-o 写成一页。"""
    from lianhu.services.dossier import cadre_dossier, document, tables

    dossier.check(target, force=force)
    here = context.of(ctx)
    with here.open() as database:
        record = show_cadre(database, cadre)
        code = record["code"]
        sections = cadre_dossier(database, record, today=here.today, now=here.now, full=full)
        record = masked(record, database, full=full)
        own = Table(f"{code} {record['name']}", ["项目", "内容"], [
            *([title, record[name]] for name, title in FIELDS if record[name] is not None),
            ["联系户数", record["households"]]])
        if target is not None:
            dossier.write(target, f"{code} {record['name']}　联户情况", _place(record), [own, *tables(sections)],
                          full=full, now=here.now)
        dossier.log(database, "cadre show", f"{code} 的联户情况", target, full=full, now=here.now)
    if as_json:
        output.show_json(_document(record) | document(sections))
    elif target is None:
        output.show_tables([own, *tables(sections, dossier.MOST)])


@app.command("add")
def add(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="姓名", help="姓名")],
    village: Village = None, area: Area = None, post: Post = None, unit: Unit = None, roles: Roles = None,
    phone: Phone = None, id_number: IdNumber = None, sex: Sex = None, hamlet: Hamlet = None, capacity: Capacity = None,
    yes: Yes = False, as_json: Json = False,
) -> None:
    """登记一名干部。同一个村已有同名的会询问。"""
    here = context.of(ctx)
    given = {"name": name, "village": village, "area": area, "post": post, "unit": unit, "roles": roles, "phone": phone,
             "id_number": id_number, "sex": sex, "hamlet": hamlet, "capacity": capacity}
    with here.open() as database:
        entry = output.insisted(
            lambda agreed: add_cadre(database, given, today=here.today, now=here.now, agreed=agreed), yes=yes)
        record = masked(show_cadre(database, entry.cadre["code"]), database, full=False)
    for note in entry.notes:
        output.note(note)
    if as_json:
        output.show_json({"batch": entry.batch} | _document(record))
        return
    output.say(f"已登记 {record['code']} {record['name']}，{_place(record)}"
               + "".join(f"，{record[field]}" for field in ("roles", "post") if record[field]))
    if record["village"] is None and record["area"] is None:
        output.note(f"没有写嘎查村和包片村，自动结对不会用到他。补写：lianhu cadre edit {record['code']} --area 村名")
    output.note("下一步：lianhu assign；或 lianhu pair set 户 " + record["code"])
    tell_batch(entry.batch)


@app.command("edit")
def edit(
    ctx: typer.Context, cadre: CadreName,
    name: Annotated[str | None, typer.Option("--name", metavar="姓名", help="新姓名")] = None,
    village: Village = None, area: Area = None, post: Post = None, unit: Unit = None, roles: Roles = None,
    phone: Phone = None, id_number: IdNumber = None, sex: Sex = None, hamlet: Hamlet = None, capacity: Capacity = None,
    yes: Yes = False, as_json: Json = False,
) -> None:
    """修改一名干部的登记内容；写空的（如 --phone ""）就清空。结对不动，不再合适的会列出。"""
    here = context.of(ctx)
    given = {"name": name, "village": village, "area": area, "post": post, "unit": unit, "roles": roles, "phone": phone,
             "id_number": id_number, "sex": sex, "hamlet": hamlet, "capacity": capacity}
    with here.open() as database:
        done = output.insisted(
            lambda agreed: edit_cadre(database, cadre, given, today=here.today, now=here.now, agreed=agreed), yes=yes)
        before, after = (masked(record, database, full=False) for record in (done.before, done.cadre))
    for note in done.notes:
        output.note(note)
    if as_json:
        output.show_json({
            "batch": done.batch, "cadre": done.cadre["code"],
            "changed": {column: {"before": before[column], "after": after[column]}
                        for column, _ in FIELDS if column in _columns(done)},
            "misfits": done.misfits,
            "fits": [{"household": h.code, "before": old, "after": new} for h, old, new in done.fits]})
        return
    _tell_edit(done, before, after)


def _tell_edit(done: Edit, before: Record, after: Record) -> None:
    who = f"{done.cadre['code']} {done.cadre['name']}"
    if not done.changed:
        output.say(f"{who}的登记内容本来就是这样，没有改动。")
        return
    output.say(f"已修改 {who}：" + "；".join(
        # Two numbers that differ may look the same once they are masked.
        f"{title} {_shown(before[column])} → {_shown(after[column])}" if before[column] != after[column] else title
        for column, title in FIELDS if column in _columns(done)))
    if done.misfits:
        output.say("现有的结对没有动，但不再合规则：")
        for sentence in done.misfits:
            output.say(f"　{sentence}")
        output.note("要改：lianhu pair set 户 干部；或 lianhu pair end 户 --reason 原因")
    if done.fits:
        output.say("按他现在的情况，适配度变了：" + "、".join(
            f"{household.code} {household.name} {old} → {new}" for household, old, new in done.fits))
        output.note("看看要不要调整：lianhu assign --rebalance --dry-run")
    tell_batch(done.batch)


@app.command("leave")
def leave_(
    ctx: typer.Context, cadre: CadreName,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="调离、退休、病假等")],
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="离岗的第一天（默认今天）")] = None,
    returns: Annotated[str | None, typer.Option("--returns", metavar="日期", help="预计哪天返岗")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="干部", help="由谁接他的全部户")] = None,
    dry_run: DryRun = False, yes: Yes = False, as_json: Json = False,
) -> None:
    """干部离岗：结束他的结对，列出随后需要干部的户；有人接的用 --to。"""
    here = context.of(ctx)
    going = Leave(cadre, reason, parse_day(on, here.today) if on else None,
                  parse_day(returns, here.today) if returns else None, to)
    with here.open() as database:
        left = output.insisted(
            lambda agreed: leave(database, going, today=here.today, now=here.now, agreed=agreed, dry_run=dry_run),
            yes=yes or dry_run)
    if as_json:
        output.show_json({
            "batch": left.batch, "dry_run": dry_run, "cadre": left.cadre["code"], "left_on": left.on,
            "reason": left.reason, "returns_on": going.returns and going.returns.isoformat(),
            "successor": left.successor and left.successor["code"],
            "households": [
                {"household": h["code"], "village": h["village"], "head_name": h["head_name"], "hard": bool(h["is_hard"]),
                 "open_tickets": h["tickets"]} for h in left.households],
            "tickets_handed_over": left.handed_over, "own_tickets": left.own_tickets})
        return
    _tell_left(left, dry_run=dry_run)


def _tell_left(left: Left, *, dry_run: bool) -> None:
    who = f"{left.cadre['code']} {left.cadre['name']}"
    output.say(f"{'会登记' if dry_run else '已登记'}：{who}从 {left.on} 起离岗（{left.reason}）"
               + (f"，他的 {len(left.households)} 户由 {left.successor['code']} {left.successor['name']}接"
                  if left.successor is not None and left.households else ""))
    if left.households:
        name = "他联系的户" if left.successor is not None else "随后需要干部的户"
        output.show_table(Table(name, ["户", "嘎查村", "户主", "重难点", "未办结工单"], [
            [h["code"], h["village"], h["head_name"], "是" if h["is_hard"] else "", h["tickets"]]
            for h in left.households], note=f"共 {len(left.households)} 户"))
    else:
        output.say("他没有联系的户。")
    if left.handed_over:
        output.say(f"没办完的工单 {left.handed_over} 件随户转出。")
    if left.own_tickets:
        output.note(f"还有 {len(left.own_tickets)} 件没办完的工单在他名下，不是这些户的，请另行安排："
                    + "、".join(shown_number(number) for number in left.own_tickets[:6])
                    + ("……" if len(left.own_tickets) > 6 else ""))
    if left.households and left.successor is None:
        output.note("下一步：lianhu assign（只给没有干部的户结对，别的不动）")
    tell_batch(left.batch)


@app.command("return")
def return_(
    ctx: typer.Context, cadre: CadreName,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="返岗的第一天（默认今天）")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="离岗前的户里现在没有干部的，仍由他联系")] = False,
    dry_run: DryRun = False, yes: Yes = False, as_json: Json = False,
) -> None:
    """干部返岗：列出他离岗前联系的户和现由谁联系。"""
    here = context.of(ctx)
    day = parse_day(on, here.today) if on else None
    with here.open() as database:
        back = output.insisted(
            lambda agreed: come_back(database, cadre, on=day, today=here.today, now=here.now, take_back=take_back,
                                     agreed=agreed, dry_run=dry_run), yes=yes or dry_run)
    if as_json:
        output.show_json({
            "batch": back.batch, "dry_run": dry_run, "cadre": back.cadre["code"], "returned_on": back.on,
            "left_on": back.cadre["left_on"], "taken_back": list(back.taken_back),
            "households": [{"household": h["code"], "village": h["village"], "head_name": h["head_name"],
                            "holder": h["holder"], "holder_name": h["holder_name"]} for h in back.households]})
        return
    _tell_returned(back, dry_run=dry_run)
    if take_back and not back.taken_back:
        output.note("没有要接回的户：离岗前的户都已有干部或已销户。" if back.households else "没有要接回的户。")


def _tell_returned(back: Returned, *, dry_run: bool) -> None:
    code, name = back.cadre["code"], back.cadre["name"]
    output.say(f"{'会登记' if dry_run else '已登记'}：{code} {name}从 {back.on} 起返岗"
               f"（{back.cadre['left_on']} 起{back.cadre['leave_reason'] or '离岗'}）"
               + (f"，重新联系 {len(back.taken_back)} 户" if back.taken_back else ""))
    if back.households:
        output.show_table(Table("离岗前联系的户", ["户", "嘎查村", "户主", "现由谁联系"], [
            [h["code"], h["village"], h["head_name"], holder_now(h)] for h in back.households],
            note=f"共 {len(back.households)} 户"))
    free = [h["code"] for h in back.households if h["holder"] is None and h["closed_on"] is None]
    if free:
        again = "加 --take-back" if dry_run else f"lianhu undo {back.batch} 后加 --take-back 再登记"
        output.note(f"还没有干部的 {len(free)} 户仍由他联系：{again}；或逐户 lianhu pair set {free[0]} {code}")
    tell_batch(back.batch)


def _place(record: Record) -> str:
    return record["village"] or f"镇（{record['area'] or '不包村'}）"


def _shown(value: str | int | None) -> str:
    return "（空）" if value is None else str(value)


def _columns(done: Edit) -> set[str]:
    """The columns in which a person sees what an edit changed."""
    return {"village" if name == "village_id" else name for name in done.changed}


def _document(record: Record) -> dict[str, Any]:
    document = {name: record[name] for name, _ in FIELDS}
    document["roles"] = [word for word in (record["roles"] or "").split("、") if word]
    return document | {"households": record["households"]}
