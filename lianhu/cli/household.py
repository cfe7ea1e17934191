"""``lianhu household``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.services.people import list_households, masked, merge_households, show_household
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="查看联系户，合并重复的户。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Full = Annotated[bool, typer.Option("--full", help="显示完整号码和不公开的类别（会记入日志）")]
HouseholdName = Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")]

FIELDS = (
    ("code", "户编号"), ("village", "嘎查村"), ("hamlet", "组/屯"), ("cluster", "联户单元"), ("head_name", "户主姓名"),
    ("sex", "性别"), ("born_on", "出生日期"), ("head_id_number", "身份证号"), ("phone", "联系电话"), ("size", "家庭人口"),
    ("address", "住址"), ("traits", "户情"), ("monitoring", "监测类型"), ("risks", "返贫风险"), ("assistance", "社会救助"),
    ("classes", "重点人群"), ("needs", "需求"), ("hard_reason", "重难点原因"), ("note", "备注"),
    ("closed_on", "销户日期"), ("close_reason", "销户原因"),
)


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
        rows = [masked(record, database, full=full) for record in found]
    headings = ["嘎查村", "户", "户主", *(["身份证号"] if full else []), "电话", "户情类别", "需求", "重难点", "干部"]
    table = Table("联系户", headings, [
        [r["village"], r["code"], r["head_name"], *([r["head_id_number"]] if full else []), r["phone"], _situation(r),
         r["needs"], "是" if r["is_hard"] else "", r["cadre_name"]] for r in rows],
        note=f"共 {len(rows)} 户")
    output.show_tables([table], as_json=[_document(r) for r in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(ctx: typer.Context, household: HouseholdName, full: Full = False, as_json: Json = False) -> None:
    """看一户的全部登记内容。"""
    here = context.of(ctx)
    with here.open() as database:
        record, members = show_household(database, household)
        if full:
            note_reading(database, "household show --full", f"{record['code']} 的完整号码", now=here.now)
        record = masked(record, database, full=full)
        members = [masked(member, database, full=full) for member in members]
    if as_json:
        output.show_json(_document(record) | {"members": [
            {name: member[name] for name in ("name", "relation", "id_number", "sex", "born_on", "phone", "traits",
                                             "classes", "note")} for member in members]})
        return
    rows: list[list[Any]] = [[title, record[name]] for name, title in FIELDS if record[name] is not None]
    if record["is_hard"]:
        rows.append(["重难点户", "是"])
    rows.append(["联系干部", " ".join(filter(None, (record["cadre"], record["cadre_name"]))) or "（没有）"])
    output.show_table(Table(f"{record['code']} {record['head_name']}", ["项目", "内容"], rows))
    if members:
        output.show_table(Table("家庭成员", ["姓名", "与户主关系", "身份证号", "电话"], [
            [m["name"], m["relation"], m["id_number"], m["phone"]] for m in members]))


@app.command("merge")
def merge(
    ctx: typer.Context, kept: Annotated[str, typer.Argument(metavar="留下的户", help="留下的户")],
    gone: Annotated[str, typer.Argument(metavar="并入的户", help="并进去、随即销户的户")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")] = False, as_json: Json = False,
) -> None:
    """把登记了两次的一户合成一户：走访、办实事等都归到留下的户，两户的历史都保留。"""
    here = context.of(ctx)
    with here.open() as database:
        number, first, second, moved = merge_households(
            database, kept, gone, today=here.today, now=here.now, dry_run=dry_run)
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
