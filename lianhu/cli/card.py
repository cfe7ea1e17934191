"""``lianhu card``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.errors import UsageError
from lianhu.services import cards
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="联系卡：打印、登记发放、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Households = Annotated[list[str] | None, typer.Argument(metavar="户", help="哪些户", show_default=False)]
Villages = Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="这些村的户，可多次")]
Cadres = Annotated[list[str] | None, typer.Option("--cadre", metavar="干部", help="这些干部联系的户，可多次")]
Traits = Annotated[list[str] | None, typer.Option("--trait", metavar="户情", help="有这种户情的户，如 年老，可多次")]
Missing = Annotated[bool, typer.Option("--missing", help="只要还没有现任干部的卡的户")]
Everyone = Annotated[bool, typer.Option("--all", help="所有结对的户")]


def _selection(
    households: list[str] | None, villages: list[str] | None, cadres: list[str] | None, traits: list[str] | None,
    missing: bool, everyone: bool, command: str,
) -> cards.Selection:
    if not (households or villages or cadres or traits or missing or everyone):
        raise UsageError("要写明哪些户：写户，或 --village 村名、--cadre 干部、--trait 户情、--missing、--all。",
                         f"lianhu card {command} --trait 年老")
    return cards.Selection(tuple(households or ()), tuple(villages or ()), tuple(cadres or ()), tuple(traits or ()), missing)


@app.command("print")
def print_(
    ctx: typer.Context,
    target: Annotated[Path, typer.Option("--output", "-o", metavar="文件", help="写成 .docx 或 .html")],
    household: Households = None, village: Villages = None, cadre: Cadres = None, trait: Traits = None,
    missing: Missing = False, everyone: Everyone = False,
    qr: Annotated[bool, typer.Option("--qr", help="加电话的二维码")] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
) -> None:
    """打印联系卡：一页 A4 八张，有裁切线；卡上是干部的完整电话，会记入日志。"""
    from lianhu.files.cards import ACROSS, DOWN, write_cards
    from lianhu.files.safe import check_target

    check_target(target, (".docx", ".html"), force=force)
    here = context.of(ctx)
    chosen = _selection(household, village, cadre, trait, missing, everyone, "print")
    with here.open() as database, output.progress() as progress:
        texts = cards.card_texts(database, chosen, here.today)
        write_cards(target, texts, qr=qr, progress=lambda done, total: progress("写联系卡", done, total))
        note_reading(database, "card print", f"打印 {len(texts)} 张联系卡（含干部电话）到 {target.name}", now=here.now)
    output.say(f"已写出 {target}：{len(texts)} 张，{-(-len(texts) // (ACROSS * DOWN))} 页")
    silent = sum(not text.phone for text in texts)
    if silent:
        output.note(f"其中 {silent} 张没有电话；补上：lianhu cadre edit 干部 --phone 号码")
    output.note("发到户后登记：lianhu card issue（同样的条件）")


@app.command("issue")
def issue(
    ctx: typer.Context,
    household: Households = None, village: Villages = None, cadre: Cadres = None, trait: Traits = None,
    missing: Missing = False, everyone: Everyone = False,
    medium: Annotated[str, typer.Option("--medium", metavar="形式", help="纸质或微信")] = "纸质",
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天发的（默认今天）", show_default=False)] = "今天",
    again: Annotated[bool, typer.Option("--again", help="已有卡的也再登记一张（换了新卡）")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")] = False, as_json: Json = False,
) -> None:
    """登记联系卡已经发给哪些户。"""
    here = context.of(ctx)
    chosen = _selection(household, village, cadre, trait, missing, everyone, "issue")
    with here.open() as database:
        done = cards.issue_cards(database, chosen, medium=medium, on=parse_day(on, here.today), today=here.today, now=here.now,
                                 again=again, dry_run=dry_run)
    if as_json:
        output.show_json({"batch": done.batch, "dry_run": dry_run, "given": [row["code"] for row in done.given],
                          "had_one": [row["code"] for row in done.had_one]})
        return
    output.say(f"{'会登记' if dry_run else '已登记'}发卡 {len(done.given)} 张"
               + (f"；已有卡、没有再登记的 {len(done.had_one)} 户" if done.had_one else ""))
    if done.batch is not None:
        output.note(f"批次 {done.batch}（撤销：lianhu undo {done.batch}）")


@app.command("list")
def list_(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(metavar="户", help="只看这一户", show_default=False)] = None,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部的")] = None,
    trait: Traits = None,
    missing: Annotated[bool, typer.Option("--missing", help="看还没有现任干部的卡的户")] = False,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出发过的卡，最近的在上；--missing 看谁还没有。"""
    if trait and not missing:
        raise UsageError("--trait 要和 --missing 一起用。", f"lianhu card list --missing --trait {trait[0]}")
    here = context.of(ctx)
    with here.open() as database:
        if missing:
            lacking = cards.households_without_card(
                database, here.today, household=household, villages=[village] if village else (),
                cadres=[by] if by else (), traits=trait or ())
            _show_missing(lacking, as_json=as_json, as_csv=as_csv)
            return
        found = cards.list_cards(database, household=household, village=village, by=by)
    table = Table("联系卡", ["编号", "嘎查村", "户", "户主", "干部", "形式", "发卡日期"], [
        [c["code"], c["village"], c["household"], c["head_name"], c["cadre_name"], c["medium"], c["issued_on"]] for c in found],
        note=f"共 {len(found)} 张")
    output.show_tables([table], as_json=[
        {"card": c["code"], "village": c["village"], "household": c["household"], "head_name": c["head_name"],
         "cadre": c["cadre"], "cadre_name": c["cadre_name"], "medium": c["medium"], "issued_on": c["issued_on"]} for c in found],
        json_wanted=as_json, csv_wanted=as_csv)


def _show_missing(households: list[Record], *, as_json: bool, as_csv: bool) -> None:
    table = Table("还没有现任干部联系卡的户", ["嘎查村", "户", "户主", "干部"], [
        [h["village"], h["code"], h["head_name"], h["cadre_name"]] for h in households],
        note=f"共 {len(households)} 户")
    document: list[Any] = [{"village": h["village"], "household": h["code"], "head_name": h["head_name"], "cadre": h["cadre"],
                            "cadre_name": h["cadre_name"]} for h in households]
    output.show_tables([table], as_json=document, json_wanted=as_json, csv_wanted=as_csv)
    if households and not (as_json or as_csv):
        output.note("打印：lianhu card print --missing -o 联系卡.docx")
