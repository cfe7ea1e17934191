"""What happens to a household: it closes, opens again, is split, gets a new head; and the options all share.

What writes is imported when it is called: looking takes half the time then.
"""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.services.lookup import former_note
from lianhu.services.masking import masked
from lianhu.store.connection import Database, Record

FIELDS = (
    ("code", "户编号"), ("village", "嘎查村"), ("hamlet", "组/屯"), ("cluster", "联户单元"), ("head_name", "户主姓名"),
    ("sex", "性别"), ("born_on", "出生日期"), ("head_id_number", "身份证号"), ("phone", "联系电话"), ("size", "家庭人口"),
    ("address", "住址"), ("traits", "户情"), ("monitoring", "监测类型"), ("risks", "返贫风险"), ("assistance", "社会救助"),
    ("classes", "重点人群"), ("needs", "需求"), ("hard_reason", "重难点原因"), ("note", "备注"),
    ("closed_on", "销户日期"), ("close_reason", "销户原因"),
)

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")]
Yes = Annotated[bool, typer.Option("--yes", help="村里有同名的户主也照办，不再问")]
HouseholdName = Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")]
On = Annotated[str | None, typer.Option("--on", metavar="日期", help="从哪天起（默认今天）")]
IdNumber = Annotated[str | None, typer.Option("--id", metavar="号码", help="户主身份证号；性别和出生日期随它")]
Phone = Annotated[str | None, typer.Option("--phone", metavar="电话", help="联系电话，几个用、分开")]
Hamlet = Annotated[str | None, typer.Option("--hamlet", metavar="屯", help="组/屯")]
Cluster = Annotated[str | None, typer.Option("--cluster", metavar="单元", help="联户单元")]
Size = Annotated[str | None, typer.Option("--size", metavar="人数", help="家庭人口")]
Traits = Annotated[str | None, typer.Option("--traits", metavar="户情", help="户情，如 年老、独居")]
Monitoring = Annotated[str | None, typer.Option("--monitoring", metavar="类型", help="监测类型")]
Risks = Annotated[str | None, typer.Option("--risks", metavar="风险", help="返贫风险，如 因病、因残")]
Assistance = Annotated[str | None, typer.Option("--assistance", metavar="救助", help="社会救助，如 低保")]
Classes = Annotated[str | None, typer.Option("--classes", metavar="类别", help="重点人群")]
Needs = Annotated[str | None, typer.Option("--needs", metavar="需求", help="需求，如 就医照料")]
HardReason = Annotated[str | None, typer.Option("--hard-reason", metavar="原因", help="重难点原因")]
Note = Annotated[str | None, typer.Option("--note", metavar="备注", help="备注")]
Sex = Annotated[str | None, typer.Option("--sex", metavar="性别", help="户主性别")]
Born = Annotated[str | None, typer.Option("--born", metavar="日期", help="户主出生日期，可只到月")]


def told(notes: Iterable[str | None]) -> None:
    """Remarks about what was asked for, to stderr."""
    for text in notes:
        if text:
            output.note(text)


def next_step(household: Record, same: Record | None = None) -> None:
    """How a household without a cadre gets one; ``same`` is a cadre who may be meant."""
    by_hand = f"仍由{same['name']}联系：lianhu pair set {household['code']} {same['code']}" if same else (
        f"或 lianhu pair set {household['code']} 干部")
    output.note(f"还没有结对干部：lianhu assign；{by_hand}")


def close(
    ctx: typer.Context, household: HouseholdName,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="去世、搬迁、脱离重点、其他", show_default=False)],
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="不再联系的第一天（默认今天）")] = None,
    dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """销户：这一户不再联系，结对随之结束；登记的内容都留着。"""
    from lianhu.services.households.closing import close_household

    here = context.of(ctx)
    with here.open() as database:
        done = close_household(
            database, household, reason, on=parse_day(on, here.today) if on else None, today=here.today, now=here.now,
            dry_run=dry_run)
    told([former_note(done.household)])
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "household": done.household["code"], "closed_on": done.on,
            "reason": done.reason, "cadre": done.cadre and done.cadre["code"], "cadre_holds": done.held,
            "cadre_free": done.free, "open_tickets": done.tickets, "later_visits": done.later_visits})
        return
    which = f"{done.household['code']} {done.household['head_name']}（{done.household['village_name']}）"
    output.say(f"{'会销户' if dry_run else '已销户'}：{which}，{done.on} 起，{done.reason}")
    if done.cadre is not None:
        cadre = f"{done.cadre['code']} {done.cadre['name']}"
        place = f"，还可联 {done.free} 户" if done.free else ""
        output.say(f"结对随之结束：{cadre}{'会' if dry_run else '现'}联 {done.held} 户{place}")
    if done.tickets:
        output.say(f"还没办结的工单 {len(done.tickets)} 件，照旧办理：{'、'.join(done.tickets)}")
    if done.later_visits:
        output.note(f"{done.on} 之后还登记有走访 {done.later_visits} 次，请核对销户日期。")
    _told_batch(done.batch)


def reopen(
    ctx: typer.Context, household: HouseholdName,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="恢复联系的第一天（默认今天）")] = None,
    dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """恢复一户已销户的联系户；原来的结对不会自动恢复。"""
    from lianhu.services.households.closing import reopen_household

    here = context.of(ctx)
    with here.open() as database:
        done = reopen_household(
            database, household, on=parse_day(on, here.today) if on else None, today=here.today, now=here.now,
            dry_run=dry_run)
    told([former_note(done.household)])
    last = done.last
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "household": done.household["code"], "opened_on": done.on,
            "closed_on": done.household["closed_on"], "last_cadre": last and last["cadre"],
            "open_tickets": done.tickets})
        return
    which = f"{done.household['code']} {done.household['head_name']}（{done.household['village_name']}）"
    output.say(f"{'会恢复' if dry_run else '已恢复'}：{which}，{done.on} 起；"
               f"{done.household['closed_on']} 因{done.household['close_reason'] or '（没有写原因）'}销户")
    if last is not None:
        away = "，已离岗" if last["left_on"] else ""
        output.say(f"上次由 {last['cadre']} {last['cadre_name']}联系到 {last['ended_on']}{away}")
    same = {"code": last["cadre"], "name": last["cadre_name"]} if last and not last["left_on"] else None
    next_step(done.household, same)
    _told_batch(done.batch)


def head(
    ctx: typer.Context, household: HouseholdName,
    name: Annotated[str, typer.Argument(metavar="新户主", help="新户主的姓名；是家庭成员的，号码、电话随他登记的")],
    id: IdNumber = None, phone: Phone = None, sex: Sex = None, born: Born = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="原因", help="为什么换，如 去世")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="新户主的第一天（默认今天）")] = None,
    yes: Yes = False, dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """换户主：户还是这一户，结对、走访、工单都不变；按原户主的姓名、身份证号仍能找到。"""
    from lianhu.services.households.succession import change_head

    here = context.of(ctx)
    given = {"head_id_number": id, "phone": phone, "sex": sex, "born_on": born}
    with here.open() as database:
        done = output.insisted(lambda agreed: change_head(
            database, household, name, given, reason=reason, on=parse_day(on, here.today) if on else None,
            today=here.today, now=here.now, agreed=agreed, dry_run=dry_run), yes=yes)
        words = _words(done.before, database)
    told([former_note(done.before), *done.notes])
    new, code = done.household, done.household["code"]
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "household": code, "former_head": done.before["head_name"],
            "head_name": new["head_name"], "from": done.on, "is_member": done.member is not None,
            "cadre": done.holder and done.holder["code"]})
        return
    output.say(f"{'会换户主' if dry_run else '已换户主'}：{code} {done.before['head_name']} → {new['head_name']}"
               f"（{done.before['village_name']}），{done.on} 起")
    if done.holder is not None:
        output.say(f"结对不变：{done.holder['code']} {done.holder['name']}")
    if new["head_id_number"] is None:
        output.note(f"新户主还没有身份证号，有了再登记：lianhu household edit {code} --id 号码")
    elif done.holder is not None and done.holder["id_number"] == new["head_id_number"]:
        output.note(f"新户主就是联系这户的干部本人，请换人：lianhu pair set {code} 干部")
    if done.before["size"]:
        words = "，".join(filter(None, (f"家庭人口 {done.before['size']}", words)))
    if words:
        output.note(f"原户主时登记的{words}，请核对还合不合：lianhu household edit {code}")
    _told_batch(done.batch)


def split(
    ctx: typer.Context, household: HouseholdName,
    name: Annotated[str, typer.Argument(metavar="新户主", help="新户的户主；是家庭成员的，号码、电话随他登记的")],
    member: Annotated[list[str] | None, typer.Option("--member", metavar="姓名", help="一同分出的家庭成员，可多次")] = None,
    id: IdNumber = None, phone: Phone = None, sex: Sex = None, born: Born = None, size: Size = None,
    traits: Traits = None, assistance: Assistance = None, classes: Classes = None, needs: Needs = None,
    note: Note = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="新户的第一天（默认今天）")] = None,
    yes: Yes = False, dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """分户：把一家里的人分出去另立一户，同村同屯；走访、工单等历史留在原户。"""
    from lianhu.services.households.succession import split_household

    here = context.of(ctx)
    given = {"head_id_number": id, "phone": phone, "sex": sex, "born_on": born, "size": size, "traits": traits,
             "assistance": assistance, "classes": classes, "needs": needs, "note": note}
    with here.open() as database:
        done = output.insisted(lambda agreed: split_household(
            database, household, name, given, members=tuple(member or ()),
            on=parse_day(on, here.today) if on else None, today=here.today, now=here.now, agreed=agreed,
            dry_run=dry_run), yes=yes)
        words = _words(done.before, database)
        carried = [(person["name"], _words(person, database)) for person in done.moved]
    told([former_note(done.before), *done.notes])
    old, new = done.before, done.household
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "household": new["code"], "split_from": old["code"],
            "head_name": new["head_name"], "from": done.on, "members": [person["name"] for person in done.moved],
            "size": new.get("size"), "size_left": done.size, "cadre_of_old": done.holder and done.holder["code"]})
        return
    people = f"，随去成员：{'、'.join(person['name'] for person in done.moved)}" if done.moved else ""
    output.say(f"{'会分户' if dry_run else '已分户'}：{old['code']} {old['head_name']}（{old['village_name']}）分出 "
               f"{new['code']} {new['head_name']}，{done.on} 起{people}")
    if done.size is not None and done.size != old["size"]:
        output.say(f"家庭人口：原户 {old['size']} → {done.size}，新户 {new['size']}")
    if words:
        output.note(f"原户登记的{words}，请核对哪些该归新户：lianhu household edit {old['code']} / {new['code']}")
    for person, own in carried:
        if own:
            output.note(f"其中成员{person}名下：{own}")
    next_step(new, done.holder)
    _told_batch(done.batch)


def _words(record: Record, database: Database) -> str:
    """The situation of a household or person as it may be shown: 户情 年老、独居，社会救助 低保."""
    shown = masked(record, database, full=False)
    titles = dict(FIELDS)
    return "，".join(
        f"{titles[name]} {shown[name]}" for name in ("traits", "monitoring", "assistance", "classes") if shown.get(name))


def _told_batch(number: int | None) -> None:
    output.note(f"批次 {number}（撤销：lianhu undo）" if number is not None else "这是试算，没有写入。")


def register(app: Any) -> None:
    """Adds these commands to the group."""
    for name, command in (("close", close), ("reopen", reopen), ("head", head), ("split", split)):
        app.command(name)(command)
