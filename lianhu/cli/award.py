"""``lianhu award``."""

import json
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Hundredths, Table
from lianhu.domain.masks import mask_text
from lianhu.services import awards
from lianhu.store.connection import Record
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="称号：提名、公示异议、授予、查看。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Code = Annotated[str, typer.Argument(metavar="称号编号", help="如 W000001，见 lianhu award list")]
By = Annotated[str, typer.Option("--by", metavar="人", help="干部编号或姓名；不能是这个村班子里的人")]
On = Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天（默认今天）")]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村")]
Cluster = Annotated[str | None, typer.Option("--cluster", metavar="单元", help="哪个联户单元，如 永胜第一网格")]


@app.command("propose")
def propose(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="称号", help="设置 [awards] 里有的称号，如 联户有为实绩突出领导班子")],
    village: Village = None, cluster: Cluster = None,
    start: Annotated[str | None, typer.Option("--from", metavar="日期", help="评选期从这一天起")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天止（含）")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="评一个月的，如 2026-10、上月")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="人或单位", help="谁提名的")] = None,
    on: On = None, note: Annotated[str | None, typer.Option("--note", metavar="说明", help="备注")] = None, as_json: Json = False,
) -> None:
    """提名一个村或联户单元的班子：依据是这一段的横向对比，当时的数随称号留存；提名后公示。"""
    # Only a proposal has a period to compare.
    from lianhu.reports.period import parse_period

    here = context.of(ctx)
    new = awards.NewAward(title, parse_period(start, end, month, here.now), village, cluster, by,
                          parse_day(on, here.today) if on else None, note)
    with here.open() as database:
        made = awards.propose(database, new, today=here.today, now=here.now)
    if as_json:
        output.show_json(_document(made))
        return
    output.say(f"已提名 {made['code']} {awards.called(made)}：{made['title']}（{made['period_from']} 至 {made['period_to']}，"
               f"第 {made['place']} 名，{Hundredths(made['points'])} 分）")
    output.say(f"公示到 {made['objections_until']}（含）；过后没有成立的异议才能授予。")
    output.note(f"登记异议：lianhu award object {made['code']} 内容；授予：lianhu award grant {made['code']} --by 审批人")


@app.command("object")
def object_(
    ctx: typer.Context, code: Code,
    content: Annotated[str, typer.Argument(metavar="内容", help="异议的内容")],
    by: Annotated[str | None, typer.Option("--by", metavar="人", help="谁提的；不愿署名的不写。平时不显示")] = None,
    on: On = None, as_json: Json = False,
) -> None:
    """登记公示期内的一条异议。"""
    here = context.of(ctx)
    with here.open() as database:
        made = awards.object_to(database, code, content, by=by, on=parse_day(on, here.today) if on else None,
                                today=here.today, now=here.now)
    if as_json:
        output.show_json(_objection(made))
        return
    output.say(f"已登记异议 {made['code']}（{made['award']}）：{mask_text(made['content'])}")
    output.note(f"答复：lianhu award answer {made['code']} 答复内容 --by 答复人（异议成立加 --upheld）")


@app.command("answer")
def answer(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="异议编号", help="如 J000001，见 lianhu award show")],
    text: Annotated[str, typer.Argument(metavar="答复", help="核实的情况和答复")],
    by: By,
    upheld: Annotated[bool, typer.Option("--upheld", help="异议成立；不写是不成立")] = False,
    on: On = None, as_json: Json = False,
) -> None:
    """答复一条异议：成立（--upheld）或不成立。"""
    here = context.of(ctx)
    with here.open() as database:
        made = awards.answer(database, code, text, upheld=upheld, by=by, on=parse_day(on, here.today) if on else None,
                             today=here.today, now=here.now)
    if as_json:
        output.show_json(_objection(made))
        return
    output.say(f"已答复 {made['code']}（{made['award']}）：异议{'成立' if upheld else '不成立'}")
    if upheld:
        output.note(f"异议成立，不能授予：lianhu award refuse {made['award']} --reason 异议成立 --by 审批人")


@app.command("grant")
def grant(
    ctx: typer.Context, code: Code, by: By,
    reason: Annotated[str | None, typer.Option("--reason", metavar="理由", help="主要实绩")] = None,
    on: On = None, as_json: Json = False,
) -> None:
    """授予：公示期已过，异议都已答复且没有成立的。"""
    here = context.of(ctx)
    with here.open() as database:
        made = awards.grant(database, code, by=by, reason=reason, on=parse_day(on, here.today) if on else None,
                            today=here.today, now=here.now)
    _tell_decision(made, as_json=as_json)


@app.command("refuse")
def refuse(
    ctx: typer.Context, code: Code, by: By,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么不授予")],
    on: On = None, as_json: Json = False,
) -> None:
    """定为不授予，连同理由。"""
    here = context.of(ctx)
    with here.open() as database:
        made = awards.refuse(database, code, by=by, reason=reason, on=parse_day(on, here.today) if on else None,
                             today=here.today, now=here.now)
    _tell_decision(made, as_json=as_json)


def _tell_decision(award: Record, *, as_json: bool) -> None:
    if as_json:
        output.show_json(_document(award))
        return
    output.say(f"{award['code']} {awards.called(award)}：{award['title']} {award['state']}"
               f"（{award['decided_on']}，{award['approved_by']}审批）")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context, village: Village = None, cluster: Cluster = None,
    state: Annotated[str | None, typer.Option("--state", metavar="状态", help="公示中、已授予、不授予")] = None,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出称号，最近的评选期在上；日期是公示截止，定了的是决定日期。"""
    here = context.of(ctx)
    with here.open() as database:
        found = awards.list_awards(database, village=village, cluster=cluster, state=state)
    table = Table("称号", ["编号", "称号", "嘎查村", "单元", "评选期", "名次", "状态", "日期"], [
        [a["code"], a["title"], a["village"], a["cluster"] and mask_text(a["cluster"]), _period(a), a["place"], a["state"],
         a["decided_on"] or a["objections_until"]] for a in found], note=f"共 {len(found)} 个")
    output.show_tables([table], as_json=[_document(a) | {"unanswered_objections": a["waiting"]} for a in found],
                       json_wanted=as_json, csv_wanted=as_csv)
    waiting = [a["code"] for a in found if a["waiting"]]
    if waiting and not (as_json or as_csv):
        output.note(f"有异议没有答复：{'、'.join(waiting)}（lianhu award show 编号）")


def _period(award: Record) -> str:
    """The days of an award; whole months without their days, so that 80 columns are enough."""
    start, end = date.fromisoformat(award["period_from"]), date.fromisoformat(award["period_to"])
    if start.day != 1 or (end + timedelta(days=1)).day != 1:
        return f"{start}至{end}"
    return f"{start:%Y-%m}" if (start.year, start.month) == (end.year, end.month) else f"{start:%Y-%m}至{end:%Y-%m}"


@app.command("show")
def show(
    ctx: typer.Context, code: Code,
    full: Annotated[bool, typer.Option("--full", help="连同提异议的人（会记入日志）")] = False, as_json: Json = False,
) -> None:
    """看一个称号：依据的对比数据、公示、异议和决定。"""
    here = context.of(ctx)
    with here.open() as database:
        award = awards.get_award(database, code)
        objections = awards.list_objections(database, award["id"])
        if full:
            note_reading(database, "award show --full", f"{award['code']} 的 {len(objections)} 条异议的提出人", now=here.now)
    if as_json:
        output.show_json(_document(award) | {"objections": [_objection(each, full=full) for each in objections]})
        return
    figures = json.loads(award["figures"]) if award["figures"] else None
    tables = [_about(award), *([_figures(figures)] if figures else [])]
    if objections:
        tables.append(Table("异议", ["编号", "提出", "内容", *(["提出人"] if full else []), "答复", "结果", "答复内容"], [
            [o["code"], o["raised_on"], mask_text(o["content"]), *([o["raised_by"]] if full else []), o["answered_on"],
             None if o["is_upheld"] is None else "成立" if o["is_upheld"] else "不成立", mask_text(o["answer"] or "")]
            for o in objections]))
    output.show_tables(tables)


def _about(award: Record) -> Table:
    rows = [
        ("称号", award["title"]), ("嘎查村", award["village"]), ("联户单元", mask_text(award["cluster"] or "")),
        ("评选期", f"{award['period_from']} 至 {award['period_to']}"),
        ("名次", award["place"] and f"第 {award['place']} 名"),
        ("得分", None if award["points"] is None else str(Hundredths(award["points"]))),
        ("提名", " ".join(filter(None, (award["proposed_on"], mask_text(award["proposed_by"] or ""))))),
        ("公示截止", award["objections_until"]), ("状态", award["state"]), ("决定日期", award["decided_on"]),
        ("审批人", mask_text(award["approved_by"] or "")), ("理由", mask_text(award["reason"] or "")),
        ("备注", mask_text(award["note"] or ""))]
    return Table(f"称号 {award['code']}", ["项目", "内容"], [[name, value] for name, value in rows if value])


def _figures(figures: dict[str, Any]) -> Table:
    """The comparison's row as it was when the award was proposed."""
    row = figures["row"]
    told = [[each["title"], each["weight"], share["numerator"], share["denominator"]]
            for each in figures["measures"] if (share := row["measures"][each["measure"]])]
    return Table("提名时的对比数据", ["指标", "权重", "分子", "分母"], told,
                 note=f"{figures['ranked']} 个参加排名；每项权重单独加减四分之一，名次{_swayed(row)}。")


def _swayed(row: dict[str, Any]) -> str:
    best, worst = row["best_place"], row["worst_place"]
    return f"都是第 {best}" if best == worst else f"在第 {best} 到第 {worst} 之间"


def _document(award: Record) -> dict[str, Any]:
    return {"award": award["code"]} | {name: award[name] for name in (
        "title", "village", "period_from", "period_to", "place")} | {
        "points": None if award["points"] is None else Hundredths(award["points"]).as_json(),
        "figures": json.loads(mask_text(award["figures"])) if award["figures"] else None} | {name: award[name] for name in (
            "proposed_on", "objections_until", "state", "decided_on")} | {
        name: award[name] and mask_text(award[name]) for name in ("cluster", "proposed_by", "approved_by", "reason", "note")}


def _objection(objection: Record, *, full: bool = False) -> dict[str, Any]:
    made = {"objection": objection["code"], "award": objection["award"], "raised_on": objection["raised_on"],
            "content": mask_text(objection["content"]), "answered_on": objection["answered_on"],
            "upheld": None if objection["is_upheld"] is None else bool(objection["is_upheld"]),
            "answer": objection["answer"] and mask_text(objection["answer"])}
    return made | ({"raised_by": objection["raised_by"]} if full else {})
