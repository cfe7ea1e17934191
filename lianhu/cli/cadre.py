"""``lianhu cadre``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.services.pairs import standing_pairs
from lianhu.services.people import list_cadres, masked, show_cadre
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="查看干部。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Full = Annotated[bool, typer.Option("--full", help="显示完整号码（会记入日志）")]

FIELDS = (
    ("code", "干部编号"), ("name", "姓名"), ("village", "嘎查村"), ("area", "包片村"), ("unit", "工作单位"), ("post", "职务"),
    ("roles", "干部角色"), ("sex", "性别"), ("id_number", "身份证号"), ("phone", "联系电话"), ("hamlet", "组/屯"),
    ("capacity", "联户上限"), ("left_on", "离岗日期"), ("leave_reason", "离岗原因"), ("note", "备注"),
)


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")] = None,
    left: Annotated[bool, typer.Option("--left", help="看已离岗的")] = False,
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
    table = Table("干部", ["嘎查村", "干部", "姓名", "角色", "职务", "电话", "上限", "联系户数"], [
        [r["village"] or f"镇（{r['area'] or '不包村'}）", r["code"], r["name"], r["roles"], r["post"], r["phone"], r["capacity"],
         r["households"]] for r in rows], note=f"共 {len(rows)} 名")
    output.show_tables([table], as_json=[_document(r) for r in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(
    ctx: typer.Context,
    cadre: Annotated[str, typer.Argument(metavar="干部", help="干部编号、身份证号、电话或姓名")],
    full: Full = False, as_json: Json = False,
) -> None:
    """看一名干部的登记内容和他联系的户。"""
    here = context.of(ctx)
    with here.open() as database:
        record = show_cadre(database, cadre)
        pairs = standing_pairs(database, cadre=record["code"])
        if full:
            note_reading(database, "cadre show --full", f"{record['code']} 的完整号码", now=here.now)
        record = masked(record, database, full=full)
    if as_json:
        output.show_json(_document(record) | {"pairs": [
            {"household": p["household"], "village": p["village"], "head_name": p["head_name"],
             "started_on": p["started_on"]} for p in pairs]})
        return
    output.show_table(Table(f"{record['code']} {record['name']}", ["项目", "内容"], [
        [title, record[name]] for name, title in FIELDS if record[name] is not None]))
    output.show_table(Table("联系的户", ["户", "嘎查村", "户主", "起始"], [
        [p["household"], p["village"], p["head_name"], p["started_on"]] for p in pairs], note=f"共 {len(pairs)} 户"))


def _document(record: Record) -> dict[str, Any]:
    document = {name: record[name] for name, _ in FIELDS}
    document["roles"] = [word for word in (record["roles"] or "").split("、") if word]
    return document | {"households": record["households"]}
