"""``lianhu cluster``."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.cli.pair import tell_batch
from lianhu.domain.figures import Table, Value
from lianhu.domain.masks import mask_phone, mask_text
from lianhu.domain.values import split_list
from lianhu.services import clusters
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="联户单元：登记、修改、查看，把户编入，检查。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Full = Annotated[bool, typer.Option("--full", help="显示完整号码（会记入日志）")]
Unit = Annotated[str, typer.Argument(metavar="单元", help="联户单元名称，如 第一网格；可连村名写：永胜第一网格")]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村的单元")]
Villages = Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")]
Chief = Annotated[str | None, typer.Option("--chief", metavar="姓名", help="网格长")]
ChiefPhone = Annotated[str | None, typer.Option("--chief-phone", metavar="电话", help="网格长电话")]
Workers = Annotated[str | None, typer.Option("--workers", metavar="姓名", help="网格员，多人用、分开")]
Note = Annotated[str | None, typer.Option("--note", metavar="说明", help="备注")]

TITLES = {"name": "名称", "grid_chief": "网格长", "grid_chief_phone": "网格长电话", "grid_workers": "网格员", "note": "备注"}
_FOUND = 5
"""Exit code of a check that found something."""


@app.command("list")
def list_(ctx: typer.Context, village: Villages = None, full: Full = False, as_json: Json = False, as_csv: Csv = False) -> None:
    """列出联户单元：网格长、网格员、联户长人数、户数。"""
    here = context.of(ctx)
    with here.open() as database:
        found = clusters.list_clusters(database, villages=village or (), today=here.today)
        if full:
            note_reading(database, "cluster list --full", f"{len(found)} 个联户单元的网格长电话", now=here.now)
    rows = [_shown(unit, full=full) for unit in found]
    table = Table("联户单元", ["嘎查村", "联户单元", "网格长", "电话", "网格员", "联户长", "户数"], [
        [u["village"], u["name"], u["grid_chief"], u["grid_chief_phone"], u["grid_workers"], u["cluster_heads"],
         u["households"]] for u in rows], note=f"共 {len(rows)} 个")
    output.show_tables([table], as_json=[_document(u) for u in rows], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(ctx: typer.Context, unit: Unit, village: Village = None, full: Full = False, as_json: Json = False) -> None:
    """看一个联户单元：网格长、网格员、联户长、活动、户。"""
    from lianhu.services.activities import totals
    from lianhu.services.cluster_heads import list_heads

    here = context.of(ctx)
    with here.open() as database:
        record, households = clusters.show_cluster(database, unit, village, today=here.today)
        heads = list_heads(database, cluster_id=record["id"], today=here.today)
        done = totals(database, cluster_id=record["id"])
        if full:
            note_reading(database, "cluster show --full", f"{record['village']} {record['name']}的完整号码", now=here.now)
    record = _shown(record, full=full)
    households = [h | {"hamlet": _cell("hamlet", h["hamlet"], full=full)} for h in households]
    if as_json:
        output.show_json(_document(record) | {
            "heads": [{"head": h["code"], "name": h["name"], "category": h["category"], "way": h["way"],
                       "started_on": h["started_on"]} for h in heads],
            "activities": [{"kind": a["kind"], "measure": a["measure"], "activities": a["activities"],
                            "quantity": a["quantity"].as_json()} for a in done],
            "household_list": [{"household": h["code"], "head_name": h["head_name"], "hamlet": h["hamlet"],
                                "cadre": h["cadre"], "cadre_name": h["cadre_name"]} for h in households]})
        return
    output.show_tables([
        Table(f"{record['village']} {record['name']}", ["项目", "内容"], [
            *([title, record[name]] for name, title in TITLES.items() if name != "name" and record[name]),
            ["联户长", len(heads)], ["户数", len(households)]]),
        Table("联户长", ["编号", "姓名", "类别", "产生方式", "任职日期"], [
            [h["code"], h["name"], h["category"], h["way"], h["started_on"]] for h in heads]),
        *([Table("自治活动", ["类别", "项数", "数量", "单位"], [
            [a["kind"], a["activities"], a["quantity"], a["measure"]] for a in done])] if done else []),
        Table("户", ["户", "户主", "组/屯", "干部", "姓名"], [
            [h["code"], h["head_name"], h["hamlet"], h["cadre"], h["cadre_name"]] for h in households],
            note=f"共 {len(households)} 户")])


@app.command("add")
def add(
    ctx: typer.Context,
    village: Annotated[str, typer.Argument(metavar="村名", help="哪个村")],
    name: Annotated[str, typer.Argument(metavar="名称", help="单元（网格）名称，如 第一网格")],
    chief: Chief = None, chief_phone: ChiefPhone = None, workers: Workers = None, note: Note = None, as_json: Json = False,
) -> None:
    """登记一个联户单元。"""
    here = context.of(ctx)
    with here.open() as database:
        done = clusters.add_cluster(database, village, name, _given(chief, chief_phone, workers, note),
                                    today=here.today, now=here.now)
    unit = done.cluster
    for remark in done.notes:
        output.note(remark)
    if as_json:
        output.show_json({"batch": done.batch, "village": unit["village_name"], "cluster": unit["name"]})
        return
    output.say(f"已登记 {unit['village_name']} {unit['name']}")
    output.note(f"下一步：lianhu cluster put {unit['name']} 户… --village {unit['village_name']}")
    tell_batch(done.batch)


@app.command("edit")
def edit(
    ctx: typer.Context, unit: Unit, village: Village = None,
    name: Annotated[str | None, typer.Option("--name", metavar="名称", help="改名")] = None,
    chief: Chief = None, chief_phone: ChiefPhone = None, workers: Workers = None, note: Note = None, as_json: Json = False,
) -> None:
    """修改一个联户单元；写空的（如 --chief-phone ""）就清空。"""
    here = context.of(ctx)
    with here.open() as database:
        done = clusters.edit_cluster(database, unit, village, {"name": name} | _given(chief, chief_phone, workers, note),
                                     today=here.today, now=here.now)
    for remark in done.notes:
        output.note(remark)
    who = f"{done.cluster['village_name']} {done.cluster['name']}"
    if as_json:
        output.show_json({"batch": done.batch, "village": done.cluster["village_name"], "cluster": done.cluster["name"],
                          "changed": {name: {"before": _cell(name, before), "after": _cell(name, after)}
                                      for name, (before, after) in done.changed.items()}})
        return
    if not done.changed:
        output.say(f"{who}的登记内容本来就是这样，没有改动。")
        return
    output.say(f"已修改 {who}：" + "；".join(
        f"{TITLES[name]} {_cell(name, before) or '（空）'} → {_cell(name, after) or '（空）'}"
        for name, (before, after) in done.changed.items()))
    tell_batch(done.batch)


@app.command("put")
def put(
    ctx: typer.Context, unit: Unit,
    households: Annotated[list[str], typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名，可多个")],
    village: Village = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")] = False, as_json: Json = False,
) -> None:
    """把户编入联户单元；一次很多户可以用表：村、户主、联户单元三列。"""
    here = context.of(ctx)
    with here.open() as database:
        done = clusters.put_households(database, unit, village, households, now=here.now, dry_run=dry_run)
    if as_json:
        output.show_json({
            "batch": done.batch, "dry_run": dry_run, "village": done.cluster["village_name"], "cluster": done.cluster["name"],
            "moved": [{"household": h["code"], "head_name": h["head_name"], "from": h["cluster_was"]} for h in done.moved],
            "unchanged": [h["code"] for h in done.there]})
        return
    where = f"{done.cluster['village_name']} {done.cluster['name']}"
    for home in done.there:
        output.note(f"{home['code']} {home['head_name']}本来就在{where}。")
    if not done.moved:
        output.say("没有改动。")
        return
    output.say(f"{'会' if dry_run else '已'}编入 {where}：{len(done.moved)} 户")
    for home in done.moved:
        was = f"（原在{home['cluster_was']}）" if home["cluster_was"] else ""
        output.say(f"　{home['code']} {home['head_name']}{was}")
    tell_batch(done.batch)


@app.command("check")
def check(ctx: typer.Context, village: Villages = None, as_json: Json = False, as_csv: Csv = False) -> None:
    """检查联户单元：缺网格长、网格员、联户长的，没有编入单元的户，户数悬殊的。有问题时退出码为 5。"""
    here = context.of(ctx)
    with here.open() as database:
        found = clusters.check_clusters(database, villages=village or (), today=here.today)
    rule = (f"户数悬殊：超过本村各单元户数中位数的 {clusters.FAR} 倍，或不到它的 1/{clusters.FAR}；"
            f"本村不到 {clusters.ENOUGH_UNITS} 个单元的，比全镇的中位数")
    if as_json:
        output.show_json({
            "clusters": found.units, "findings": found.findings,
            "lacking": {name: [{"village": u["village"], "cluster": mask_text(u["name"])} for u in units]
                        for name, units in found.lacking.items()},
            "households_without_cluster": [
                {"village": h["village"], "household": h["code"], "head_name": h["head_name"]}
                for homes in found.homeless.values() for h in homes],
            "uneven": [{"village": u["village"], "cluster": mask_text(u["name"]), "households": u["households"],
                        "median": u["middle"],
                        "median_of": "village" if u["of_village"] else "town"} for u in found.uneven], "rule": rule})
    elif found.findings or as_csv:
        table = Table("联户单元检查", ["问题", "嘎查村", "联户单元", "说明"], [*_rows(found)],
                      note=f"{found.units} 个单元，{found.findings} 处")
        output.show_tables([table], csv_wanted=as_csv)
        output.note(f"{rule}。")
    else:
        output.say(f"{found.units} 个联户单元，没有发现问题。" if found.units else "还没有登记联户单元，也没有要编入的户。")
        output.note(f"{rule}。")
    if found.findings:
        raise typer.Exit(_FOUND)


_MOST_NAMED = 6


def _rows(found: clusters.Check) -> Iterator[list[Value]]:
    for name, units in found.lacking.items():
        for unit in units:
            yield [clusters.LACKS[name], unit["village"], mask_text(unit["name"]), ""]
    for village, homes in found.homeless.items():
        named = "、".join(f"{h['code']} {h['head_name']}" for h in homes[:_MOST_NAMED])
        yield ["户没有编入单元", village, "", f"{len(homes)} 户：{named}{'等' if len(homes) > _MOST_NAMED else ''}"]
    for unit in found.uneven:
        yield ["户数悬殊", unit["village"], mask_text(unit["name"]),
               f"{unit['households']} 户，{'本村' if unit['of_village'] else '全镇'}中位数 {unit['middle']:g} 户"]


def _given(chief: str | None, phone: str | None, workers: str | None, note: str | None) -> dict[str, str | None]:
    return {"grid_chief": chief, "grid_chief_phone": phone, "grid_workers": workers, "note": note}


def _cell(name: str, value: str | None, *, full: bool = False) -> str | None:
    """A value of a unit as it may be shown."""
    if value and name == "grid_workers":
        value = "、".join(split_list(value))
    if not value or full:
        return value
    return mask_phone(value) if name == "grid_chief_phone" else mask_text(value)


def _shown(unit: Record, *, full: bool) -> Record:
    return unit | {name: _cell(name, unit[name], full=full) for name in ("name", *clusters.FIELDS)}


def _document(unit: Record) -> dict[str, Any]:
    return {"village": unit["village"], "cluster": unit["name"], "grid_chief": unit["grid_chief"],
            "grid_chief_phone": unit["grid_chief_phone"], "grid_workers": split_list(unit["grid_workers"] or ""),
            "cluster_heads": unit["cluster_heads"], "households": unit["households"], "note": unit["note"]}
