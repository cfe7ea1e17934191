"""``lianhu pair``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_phone
from lianhu.services.pairs import ORIGINS, household_pairs, reasons_of, standing_pairs, unpaired_households
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="查看结对。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Full = Annotated[bool, typer.Option("--full", help="显示完整电话（会记入日志）")]


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只看这些村，可多次")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部的")] = None,
    unpaired: Annotated[bool, typer.Option("--unpaired", help="看还没有结对的户")] = False,
    full: Full = False, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出现在的结对，按村的顺序。"""
    here = context.of(ctx)
    villages = tuple(village or ())
    with here.open() as database:
        if unpaired:
            _list_unpaired(unpaired_households(database, villages), as_json=as_json, as_csv=as_csv)
            return
        pairs = standing_pairs(database, villages=villages, cadre=by)
        if full:
            note_reading(database, "pair list --full", f"{len(pairs)} 对结对的干部电话", now=here.now)
    table = Table("结对", ["嘎查村", "户", "户主", "干部", "姓名", "职务", *(["电话"] if full else []), "起始", "适配度"], [
        [pair["village"], pair["household"], pair["head_name"], pair["cadre"], pair["cadre_name"],
         pair["post"] or (pair["roles"] or "").split("、")[0], *([_phone(pair, full=full)] if full else []), pair["started_on"],
         pair["fit"]]
        for pair in pairs], note=f"共 {len(pairs)} 对")
    output.show_tables(
        [table], as_json=[_document(pair, full=full) for pair in pairs], json_wanted=as_json, csv_wanted=as_csv)


def _list_unpaired(households: list[Record], *, as_json: bool, as_csv: bool) -> None:
    table = Table("没有结对的户", ["嘎查村", "户", "户主", "组/屯"], [
        [h["village"], h["code"], h["head_name"], h["hamlet"]] for h in households],
        note=f"共 {len(households)} 户" + ("；结对：lianhu assign" if households else ""))
    output.show_tables([table], as_json=[
        {"household": h["code"], "village": h["village"], "head_name": h["head_name"]} for h in households],
        json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(
    ctx: typer.Context,
    household: Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")],
    full: Full = False, as_json: Json = False,
) -> None:
    """看一户由谁联系，为什么是他。"""
    here = context.of(ctx)
    with here.open() as database:
        record, spells = household_pairs(database, household)
        if full:
            note_reading(database, "pair show --full", f"{record['code']} 的干部电话", now=here.now)
    standing = next((pair for pair in spells if pair["ended_on"] is None), None)
    if as_json:
        output.show_json({
            "household": record["code"], "village": record["village_name"], "head_name": record["head_name"],
            "pair": _document(standing, full=full) if standing else None,
            "history": [_document(pair, full=full) for pair in spells if pair is not standing]})
        return
    output.say(f"{record['code']} {record['head_name']}（{record['village_name']}）")
    if standing is None:
        output.say("现在没有结对干部。")
        output.note("结对：lianhu assign")
    else:
        post = standing["post"] or standing["roles"] or ""
        output.say(f"联系干部：{standing['cadre']} {standing['cadre_name']} {post} {_phone(standing, full=full)}".rstrip())
        output.say(f"从 {standing['started_on']} 起，{ORIGINS[standing['origin']]}"
                   + ("，已锁定" if standing["is_locked"] else "")
                   + ("，跨村" if standing["is_cross_village"] else ""))
        reasons = reasons_of(standing)
        if reasons:
            output.show_table(Table("适配理由", ["规则", "分"], [[r.rule, r.score] for r in reasons],
                                    ["合计", standing["fit"]]))
    earlier = [pair for pair in spells if pair is not standing]
    if earlier:
        output.show_table(Table("以前的结对", ["干部", "姓名", "起", "止", "原因"], [
            [p["cadre"], p["cadre_name"], p["started_on"], p["ended_on"], p["end_reason"]] for p in earlier]))


def _phone(pair: Record, *, full: bool) -> str:
    phone = pair["cadre_phone"] or ""
    return phone if full or not phone else mask_phone(phone)


def _document(pair: Record, *, full: bool) -> dict[str, Any]:
    return {
        "household": pair["household"], "village": pair["village"], "head_name": pair["head_name"],
        "cadre": pair["cadre"], "cadre_name": pair["cadre_name"], "cadre_phone": _phone(pair, full=full) or None,
        "started_on": pair["started_on"], "ended_on": pair["ended_on"], "end_reason": pair["end_reason"],
        "origin": pair["origin"], "locked": bool(pair["is_locked"]), "cross_village": bool(pair["is_cross_village"]),
        "fit": pair["fit"], "reasons": [{"rule": r.rule, "score": r.score} for r in reasons_of(pair)],
    }
