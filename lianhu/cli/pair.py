"""``lianhu pair``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.cli.explain import explain
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_phone, mask_text
from lianhu.domain.past import ORIGINS as SHORT_ORIGINS
from lianhu.services.lookup import former_note
from lianhu.services.pairing import Made, NewPair, end_pair, lock_pair, set_pair
from lianhu.services.pairs import (
    ORIGINS,
    History,
    history,
    holder_now,
    household_pairs,
    reasons_of,
    standing_pairs,
    unpaired_households,
    with_open_reasons,
)
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="查看结对，人工指定、锁定和结束结对。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Full = Annotated[bool, typer.Option("--full", help="显示完整电话（会记入日志）")]
HouseholdName = Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")]
On = Annotated[str | None, typer.Option("--on", metavar="日期", help="从哪天起（默认今天）")]
Yes = Annotated[bool, typer.Option("--yes", help="不合规则也照办，不再询问")]


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
        else:
            pairs = with_open_reasons(database, pairs)
    table = Table("结对", ["嘎查村", "户", "户主", "干部", "姓名", "职务", *(["电话"] if full else []), "起始", "适配度"], [
        [pair["village"], pair["household"], pair["head_name"], pair["cadre"], pair["cadre_name"],
         _post(pair["post"] or (pair["roles"] or "").split("、")[0], full=full),
         *([_phone(pair, full=full)] if full else []), pair["started_on"], pair["fit"]]
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
    household: HouseholdName,
    full: Full = False, as_json: Json = False,
) -> None:
    """看一户由谁联系，为什么是他。"""
    here = context.of(ctx)
    with here.open() as database:
        record, spells = household_pairs(database, household)
        if full:
            note_reading(database, "pair show --full", f"{record['code']} 的干部电话", now=here.now)
        else:
            spells = with_open_reasons(database, spells)
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
        post = _post(standing["post"] or standing["roles"] or "", full=full)
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


@app.command("set")
def set_(
    ctx: typer.Context, household: HouseholdName,
    cadre: Annotated[str, typer.Argument(metavar="干部", help="干部编号、身份证号、电话或姓名")],
    on: On = None,
    lock: Annotated[bool, typer.Option("--lock", help="同时锁定")] = False,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不改动")] = False,
    as_json: Json = False,
) -> None:
    """由人指定谁联系一户；自动结对不会再动它。已有干部的，原来的结对到那天为止。

    不合规则的（跨村、超过上限、亲属等）会说明并询问。
    """
    here = context.of(ctx)
    new = NewPair(household, cadre, parse_day(on, here.today) if on else None, lock)
    with here.open() as database:
        made = output.insisted(
            lambda agreed: set_pair(database, new, today=here.today, now=here.now, agreed=agreed, dry_run=dry_run),
            yes=yes or dry_run)
    if as_json:
        output.show_json({
            "batch": made.batch, "dry_run": dry_run, "change": made.change, "household": made.household["code"],
            "cadre": made.cadre["code"], "before": made.before and made.before["code"], "started_on": made.started_on,
            "locked": made.is_locked, "cross_village": made.is_cross_village, "fit": made.fit.total,
            "reasons": [{"rule": rule, "score": score} for rule, score in made.fit.reasons],
            "tickets_handed_over": made.tickets})
        return
    _tell_found(made.household)
    _tell_made(made, dry_run=dry_run)
    tell_batch(made.batch)


def _tell_made(made: Made, *, dry_run: bool) -> None:
    house, who = _named(made.household), f"{made.cadre['code']} {made.cadre['name']}"
    if made.change == "none":
        output.say(f"{house}本来就由 {who}联系（人工指定，从 {made.started_on} 起），没有改动。")
        return
    will = "会" if dry_run else "已"
    if made.change == "locked":
        output.say(f"{house}本来就由 {who}联系（从 {made.started_on} 起），{will}锁定。")
        return
    if made.change == "taken over":
        output.say(f"{house}本来就由 {who}联系（从 {made.started_on} 起），{will}转为人工指定"
                   f"{'并锁定' if made.is_locked else ''}，自动结对不再动它。")
        return
    output.say(f"{will}指定：{house}从 {made.started_on} 起由 {who}联系，适配度 {made.fit.total}"
               + ("，已锁定" if made.is_locked else "") + ("，跨村" if made.is_cross_village else ""))
    for rule, score in made.fit.reasons:
        output.say(f"　{rule} {score}")
    if made.before is not None:
        output.say(f"原联系干部 {made.before['code']} {made.before['name']} 到这天为止，以前的走访和办实事仍算他的。")
    if made.tickets:
        output.say(f"没办完的工单 {made.tickets} 件随户转给 {made.cadre['name']}。")


@app.command("lock")
def lock_(ctx: typer.Context, household: HouseholdName, as_json: Json = False) -> None:
    """锁定一户的结对：自动结对和调整都不动它。"""
    _lock(ctx, household, locked=True, as_json=as_json)


@app.command("unlock")
def unlock(ctx: typer.Context, household: HouseholdName, as_json: Json = False) -> None:
    """解锁一户的结对。"""
    _lock(ctx, household, locked=False, as_json=as_json)


def _lock(ctx: typer.Context, word: str, *, locked: bool, as_json: bool) -> None:
    here = context.of(ctx)
    with here.open() as database:
        done = lock_pair(database, word, locked=locked, now=here.now)
    if as_json:
        output.show_json({"batch": done.batch, "household": done.household["code"], "cadre": done.cadre["code"],
                          "locked": locked})
        return
    _tell_found(done.household)
    verb = "锁定" if locked else "解锁"
    pair = f"{_named(done.household)}与 {done.cadre['code']} {done.cadre['name']}的结对"
    output.say(f"已{verb}：{pair}" if done.batch is not None else f"{pair}本来就{'锁定了' if locked else '没有锁定'}，没有改动。")
    if not locked and done.spell["origin"] == "hand":
        output.note("这对是人工指定的，不锁也不会被自动结对调整。")
    tell_batch(done.batch)


@app.command("end")
def end(
    ctx: typer.Context, household: HouseholdName,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="为什么结束")],
    on: On = None, as_json: Json = False,
) -> None:
    """结束一户的结对；这户随后需要另找干部。"""
    here = context.of(ctx)
    with here.open() as database:
        done = end_pair(database, household, reason, on=parse_day(on, here.today) if on else None, today=here.today,
                        now=here.now)
    if as_json:
        output.show_json({
            "batch": done.batch, "household": done.household["code"], "cadre": done.cadre["code"],
            "started_on": done.spell["started_on"], "ended_on": done.spell["ended_on"],
            "end_reason": done.spell["end_reason"]})
        return
    _tell_found(done.household)
    output.say(f"已结束：{_named(done.household)}从 {done.spell['ended_on']} 起不再由 {done.cadre['code']} "
               f"{done.cadre['name']}联系（{done.spell['end_reason']}）。这户现在没有干部。")
    output.note(f"下一步：lianhu pair set {done.household['code']} 干部；或 lianhu assign")
    tell_batch(done.batch)


@app.command("history")
def history_(
    ctx: typer.Context,
    word: Annotated[str, typer.Argument(metavar="户或干部", help="户或干部的编号、身份证号、电话或姓名")],
    cadre: Annotated[bool, typer.Option("--cadre", help="说的是干部（户主和干部同名时用）")] = False,
    as_json: Json = False, as_csv: Csv = False,
) -> None:
    """看一户由谁联系过，或一名干部联系过哪些户：起止、天数、原因、其间的走访和办实事。"""
    here = context.of(ctx)
    with here.open() as database:
        found = history(database, word, today=here.today, of_cadre=cadre)
    output.show_tables([_history_table(found)], as_json=_history_document(found), json_wanted=as_json, csv_wanted=as_csv)
    if found.household is not None and not (as_json or as_csv):
        _tell_found(found.household)


def _history_table(found: History) -> Table:
    note = f"共 {len(found.spells)} 段" + ("" if found.spells else "；结对：lianhu assign")
    if found.household is not None:
        return Table(f"{_named(found.household)}（{found.household['village_name']}）由谁联系过",
                     ["干部", "姓名", "起", "止", "天数", "走访", "实事", "来源", "结束原因"], [
            [s["cadre"], s["cadre_name"], s["started_on"], s["ended_on"], s["days"], s["visits"], s["deeds"],
             SHORT_ORIGINS[s["origin"]], s["end_reason"]] for s in found.spells], note=note)
    assert found.cadre is not None
    return Table(f"{found.cadre['code']} {found.cadre['name']} 联系过的户",
                 ["户", "户主", "起", "止", "天数", "走访", "实事", "来源", "结束原因", "现由"], [
        [s["household"], s["head_name"], s["started_on"], s["ended_on"], s["days"], s["visits"], s["deeds"],
         SHORT_ORIGINS[s["origin"]], s["end_reason"], holder_now(s)] for s in found.spells], note=note)


def _history_document(found: History) -> dict[str, Any]:
    owner = found.household or found.cadre
    assert owner is not None
    kind = "household" if found.household is not None else "cadre"
    return {kind: owner["code"], "name": owner["head_name" if kind == "household" else "name"], "spells": [
        {
            "household": s["household"], "head_name": s["head_name"], "village": s["village"], "cadre": s["cadre"],
            "cadre_name": s["cadre_name"], "started_on": s["started_on"], "ended_on": s["ended_on"], "days": s["days"],
            "origin": s["origin"], "end_reason": s["end_reason"], "visits": s["visits"], "deeds": s["deeds"],
            "holder": s["holder"], "holder_name": s["holder_name"],
        } for s in found.spells]}


def _named(household: Record) -> str:
    return f"{household['code']} {household['head_name']}"


def _tell_found(household: Record) -> None:
    """Says so when the household was found by its former head."""
    told = former_note(household)
    if told is not None:
        output.note(told)


def tell_batch(batch: int | None) -> None:
    """Which batch a command was and how it is taken back; nothing where nothing was written."""
    if batch is not None:
        output.note(f"批次 {batch}（撤销：lianhu undo {batch}）")


app.command("explain")(explain)


def _post(text: str, *, full: bool) -> str:
    """A post as it may be shown: somebody may have typed a number there."""
    return text if full else mask_text(text)


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
