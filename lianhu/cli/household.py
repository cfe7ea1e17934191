"""``lianhu household``: listing, showing, adding, editing and joining; what else happens is in ``household_changes``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianhu.cli import context, dossier, household_changes, output
from lianhu.cli.household_changes import (
    FIELDS,
    Assistance,
    Born,
    Classes,
    Cluster,
    DryRun,
    Hamlet,
    HardReason,
    HouseholdName,
    IdNumber,
    Json,
    Monitoring,
    Needs,
    Note,
    Phone,
    Risks,
    Sex,
    Size,
    Traits,
    Yes,
    next_step,
    told,
)
from lianhu.domain.figures import Table
from lianhu.services.households.listing import Shown, list_households, show_household
from lianhu.services.lookup import former_note
from lianhu.services.masking import masker
from lianhu.store.connection import Database, Record
from lianhu.store.journal import note_reading

if TYPE_CHECKING:
    from lianhu.services.households.entry import Entered

app = typer.Typer(no_args_is_help=True, help="登记、修改和查看联系户，销户、恢复、分户、换户主、合并。")

Full = Annotated[bool, typer.Option("--full", help="显示完整号码和不公开的类别（会记入日志）")]
Address = Annotated[str | None, typer.Option("--address", metavar="住址", help="住址")]
Hard = Annotated[bool | None, typer.Option("--hard/--no-hard", help="是不是重难点户")]
RiskRemoved = Annotated[bool | None, typer.Option("--risk-removed/--risk-stays", help="返贫风险是否已消除")]


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")] = None,
    hard: Annotated[bool, typer.Option("--hard", help="只看重难点户")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="看已销户的")] = False,
    full: Full = False, as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出联系户，按村的顺序。"""
    here = context.of(ctx)
    with here.open() as database:
        found = list_households(database, villages=tuple(village or ()), hard=hard, closed=closed)
        if full:
            note_reading(database, "household list --full", f"{len(found)} 户的完整号码", now=here.now)
        rows = list(map(masker(database, full=full), found))
    headings = ["嘎查村", "户", "户主", *(["身份证号"] if full else []), "电话", "户情类别", "需求", "重难点",
                *(["销户日期", "原因"] if closed else ["干部"])]
    table = Table("联系户", headings, [
        [r["village"], r["code"], r["head_name"], *([r["head_id_number"]] if full else []), r["phone"], _situation(r),
         r["needs"], "是" if r["is_hard"] else "",
         *([r["closed_on"], r["close_reason"]] if closed else [r["cadre_name"]])] for r in rows],
        note=f"共 {len(rows)} 户")
    output.show_tables([table], as_json=[_document(r) for r in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(
    ctx: typer.Context, household: HouseholdName, full: Full = False, target: dossier.Target = None,
    force: dossier.Force = False, as_json: Json = False,
) -> None:
    """看一户的全部：登记内容、要办的事、谁联系过、走访、大事、实事、工单、任务、卡、评价、意见；-o 写成一户一档。"""
    from lianhu.services.dossier import document, household_dossier, tables

    dossier.check(target, force=force)
    here = context.of(ctx)
    with here.open() as database:
        found = show_household(database, household)
        code = found.household["code"]
        sections = household_dossier(database, found.household, today=here.today, now=here.now, full=full)
        shown = masker(database, full=full)
        record, members, former = shown(found.household), list(map(shown, found.members)), list(map(shown, found.former_heads))
        own = _own_tables(found, record, members, former)
        if target is not None:
            dossier.write(target, f"{code} {record['head_name']}　一户一档", record["village"], [*own, *tables(sections)],
                          full=full, now=here.now)
        dossier.log(database, "household show", f"{code} 的一户一档", target, full=full, now=here.now)
    if found.note:
        output.note(found.note)
    if as_json:
        output.show_json(_document(record) | _past_document(found, former) | {"members": [
            {name: member[name] for name in ("name", "relation", "id_number", "sex", "born_on", "phone", "traits",
                                             "classes", "note")} for member in members]} | document(sections))
    elif target is None:
        output.show_tables([*own, *tables(sections, dossier.MOST)])


def _own_tables(found: Shown, record: Record, members: list[Record], former: list[Record]) -> list[Table]:
    """The household's own data, its members and those who were its head."""
    rows: list[list[Any]] = [[title, record[name]] for name, title in FIELDS if record[name] is not None]
    if record["is_hard"]:
        rows.append(["重难点户", "是"])
    rows += _past_rows(found)
    rows.append(["联系干部", " ".join(filter(None, (record["cadre"], record["cadre_name"]))) or "（没有）"])
    own = [Table(f"{record['code']} {record['head_name']}", ["项目", "内容"], rows)]
    if members:
        own.append(Table("家庭成员", ["姓名", "与户主关系", "身份证号", "电话", "情况"], [
            [m["name"], m["relation"], m["id_number"], m["phone"], "、".join(filter(None, (m["traits"], m["classes"])))]
            for m in members]))
    if former:
        own.append(Table("以前的户主", ["姓名", "身份证号", "到哪天", "原因"], [
            [head["name"], head["id_number"], head["ended_on"], head["reason"]] for head in former]))
    return own


def _past_rows(found: Shown) -> list[list[Any]]:
    rows: list[list[Any]] = []
    if found.merged_into:
        rows.append(["并入", f"{found.merged_into['code']} {found.merged_into['head_name']}"])
    if found.split_from:
        origin = f"{found.split_from['code']} {found.split_from['head_name']}"
        rows.append(["分户", f"{f'{found.split_on} ' if found.split_on else ''}从 {origin}分出"])
    rows += [["分出的户", f"{child['code']} {child['head_name']}"] for child in found.split_off]
    rows += [["曾销户", f"{gap['started_on']} 到 {gap['ended_on']}（{gap['reason'] or '没有写原因'}）"]
             for gap in found.closures]
    return rows


def _past_document(found: Shown, former: list[Record]) -> dict[str, Any]:
    return {
        "former_heads": [{name: head[name] for name in ("name", "id_number", "ended_on", "reason")} for head in former],
        "closures": [{name: gap[name] for name in ("started_on", "ended_on", "reason")} for gap in found.closures],
        "split_from": found.split_from and found.split_from["code"], "split_on": found.split_on,
        "split_off": [child["code"] for child in found.split_off],
        "merged_into": found.merged_into and found.merged_into["code"],
    }


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="户主姓名", help="户主姓名")],
    village: Annotated[str, typer.Option("--village", metavar="村名", help="哪个嘎查村", show_default=False)],
    id: IdNumber = None, phone: Phone = None, hamlet: Hamlet = None, cluster: Cluster = None, size: Size = None,
    address: Address = None, traits: Traits = None, monitoring: Monitoring = None, risks: Risks = None,
    risk_removed: RiskRemoved = None, assistance: Assistance = None, classes: Classes = None, needs: Needs = None,
    hard: Hard = None, hard_reason: HardReason = None, note: Note = None, sex: Sex = None, born: Born = None,
    yes: Yes = False, as_json: Json = False,
) -> None:
    """登记一户新的联系户。"""
    from lianhu.services.households.entry import add_household

    here = context.of(ctx)
    given = {
        "head_id_number": id, "phone": phone, "hamlet": hamlet, "cluster": cluster, "size": size, "address": address,
        "traits": traits, "monitoring": monitoring, "risks": risks, "risk_removed": risk_removed,
        "assistance": assistance, "classes": classes, "needs": needs, "is_hard": hard, "hard_reason": hard_reason,
        "note": note, "sex": sex, "born_on": born}
    with here.open() as database:
        done = output.insisted(lambda agreed: add_household(
            database, name, village, given, today=here.today, now=here.now, agreed=agreed), yes=yes)
    told(done.notes)
    household = done.household
    if as_json:
        output.show_json({"batch": done.batch, "household": household["code"], "village": done.village["name"],
                          "head_name": household["head_name"]})
        return
    output.say(f"已登记 {household['code']} {household['head_name']}（{done.village['name']}）")
    next_step(household)
    output.note(f"批次 {done.batch}（撤销：lianhu undo）")


@app.command("edit")
def edit(
    ctx: typer.Context, household: HouseholdName,
    name: Annotated[str | None, typer.Option("--name", metavar="姓名", help="改正户主姓名（换户主用 household head）")] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="搬到哪个嘎查村")] = None,
    id: IdNumber = None, phone: Phone = None, hamlet: Hamlet = None, cluster: Cluster = None, size: Size = None,
    address: Address = None, traits: Traits = None, monitoring: Monitoring = None, risks: Risks = None,
    risk_removed: RiskRemoved = None, assistance: Assistance = None, classes: Classes = None, needs: Needs = None,
    hard: Hard = None, hard_reason: HardReason = None, note: Note = None, sex: Sex = None, born: Born = None,
    yes: Yes = False, as_json: Json = False,
) -> None:
    """修改一户登记的内容；写空的（如 --phone ""）就清掉那一项。"""
    from lianhu.services.households.entry import edit_household

    here = context.of(ctx)
    given = {
        "head_name": name, "village": village, "head_id_number": id, "phone": phone, "hamlet": hamlet,
        "cluster": cluster, "size": size, "address": address, "traits": traits, "monitoring": monitoring,
        "risks": risks, "risk_removed": risk_removed, "assistance": assistance, "classes": classes, "needs": needs,
        "is_hard": hard, "hard_reason": hard_reason, "note": note, "sex": sex, "born_on": born}
    with here.open() as database:
        done = output.insisted(lambda agreed: edit_household(
            database, household, given, today=here.today, now=here.now, agreed=agreed), yes=yes)
        changed = _masked_changes(done, database)
    told([former_note(done.household), *done.notes])
    if as_json:
        output.show_json({
            "batch": done.batch, "household": done.household["code"],
            "changed": {column: {"before": before, "after": after} for column, (before, after) in changed.items()},
            "cadre_has_village": None if done.holder is None else not done.holder_is_away})
        return
    which = f"{done.household['code']} {done.household['head_name']}"
    if done.batch is None:
        output.say(f"{which}登记的已经是这样，没有改动。")
        return
    output.say(f"已修改 {which}：")
    for column, (before, after) in changed.items():
        output.say(f"  {_TITLES[column]}：{_told_value(column, before)} → {_told_value(column, after)}")
    if done.holder is not None and done.holder_is_away:
        holder = f"{done.holder['code']} {done.holder['name']}"
        output.note(f"结对还在：{holder}，但他不管{done.village['name']}。要换人：lianhu pair set {done.household['code']} 干部；"
                    f"或 lianhu pair end {done.household['code']} --reason 搬迁，再 lianhu assign")
    output.note(f"批次 {done.batch}（撤销：lianhu undo）")


_FLAGS = {"is_hard": "重难点户", "risk_removed": "风险已消除"}
_TITLES = dict(FIELDS) | _FLAGS


def _masked_changes(done: "Entered", database: Database) -> dict[str, tuple[Any, Any]]:
    columns = [column for column in done.changed if column in _TITLES]
    shown = masker(database, full=False)
    before, after = (shown({column: done.changed[column][side] for column in columns}) for side in (0, 1))
    return {column: (before[column], after[column]) for column in columns}


def _told_value(column: str, value: Any) -> str:
    if value is None:
        return "（空）"
    return ("是" if value else "否") if column in _FLAGS else str(value)


@app.command("merge")
def merge(
    ctx: typer.Context, kept: Annotated[str, typer.Argument(metavar="留下的户", help="留下的户")],
    gone: Annotated[str, typer.Argument(metavar="并入的户", help="并进去、随即销户的户")],
    dry_run: DryRun = False, as_json: Json = False,
) -> None:
    """把登记了两次的一户合成一户：走访、办实事等都归到留下的户，两户的历史都保留。"""
    from lianhu.services.households.merging import merge_households

    here = context.of(ctx)
    with here.open() as database:
        number, first, second, moved = merge_households(
            database, kept, gone, today=here.today, now=here.now, dry_run=dry_run)
    told([former_note(first), former_note(second)])
    if as_json:
        output.show_json({"batch": number, "dry_run": dry_run, "kept": first["code"], "merged": second["code"],
                          "moved": moved})
        return
    output.say(f"{'会把' if dry_run else '已把'} {second['code']} {second['head_name']}（{second['village_name']}）并入 "
               f"{first['code']} {first['head_name']}（{first['village_name']}）；随同的记录 {sum(moved.values())} 条")
    if number is not None:
        output.note(f"批次 {number}（撤销：lianhu undo {number}）")


def _situation(record: Record) -> str:
    parts = (record["traits"], record["monitoring"], record["assistance"], record["classes"])
    return "、".join(dict.fromkeys(word for part in parts if part for word in part.split("、")))


def _document(record: Record) -> dict[str, Any]:
    document = {name: record[name] for name, _ in FIELDS}
    for name in ("traits", "risks", "assistance", "classes", "needs"):
        document[name] = [word for word in (record[name] or "").split("、") if word]
    return document | {"hard": bool(record["is_hard"]), "cadre": record["cadre"], "cadre_name": record["cadre_name"]}


household_changes.register(app)
