"""``lianhu rating`` and ``lianhu appraisal``: what households and the organisation say of the cadres."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.services import ratings

app = typer.Typer()
rating_app = typer.Typer(no_args_is_help=True, help="户评：群众对联系干部的评价。")
appraisal_app = typer.Typer(no_args_is_help=True, help="组织评定：党组织对干部的评定。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
On = Annotated[str, typer.Option("--on", metavar="日期", help="哪天（默认今天）", show_default=False)]
Village = Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")]
By = Annotated[str | None, typer.Option("--by", metavar="干部", help="只看对这名干部的")]


@rating_app.command("add")
def add_rating(
    ctx: typer.Context,
    household: Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")],
    grade: Annotated[str, typer.Argument(metavar="满意度", help="非常满意、满意、基本满意、不满意、非常不满意")],
    words: Annotated[str | None, typer.Option("--words", metavar="原话", help="户里怎么说")] = None,
    on: On = "今天",
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="评的是谁（默认当天联系本户的干部）")] = None,
    as_json: Json = False,
) -> None:
    """登记一户的评价。"""
    here = context.of(ctx)
    with here.open() as database:
        rating, home, cadre = ratings.add_rating(
            database, household, grade, words=words, on=parse_day(on, here.today), today=here.today, now=here.now, by=by)
    if as_json:
        output.show_json({"rating": rating["code"], "household": home["code"], "cadre": cadre and cadre["code"],
                          "grade": rating["grade"], "rated_on": rating["rated_on"]})
        return
    whom = f"{cadre['name']}（{cadre['code']}）" if cadre else "（没有结对干部）"
    output.say(f"已登记 {rating['code']}：{home['code']} {home['head_name']} 对 {whom} {rating['grade']}")
    output.note("撤销：lianhu undo")


@rating_app.command("list")
def list_ratings(
    ctx: typer.Context,
    household: Annotated[str | None, typer.Argument(metavar="户", help="只看这一户", show_default=False)] = None,
    village: Village = None, by: By = None,
    bad: Annotated[bool, typer.Option("--bad", help="只看不满意的")] = False, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出户评，最近的在上。"""
    with context.of(ctx).open() as database:
        found = ratings.list_ratings(database, household=household, village=village, by=by, bad=bad)
    table = Table("户评", ["编号", "嘎查村", "户", "户主", "干部", "满意度", "日期", "原话"], [
        [r["code"], r["village"], r["household"], r["head_name"], r["cadre_name"], r["grade"], r["rated_on"],
         mask_text(r["words"] or "")] for r in found], note=f"共 {len(found)} 份")
    output.show_tables([table], as_json=[
        {"rating": r["code"], "village": r["village"], "household": r["household"], "head_name": r["head_name"],
         "cadre": r["cadre"], "cadre_name": r["cadre_name"], "grade": r["grade"], "rated_on": r["rated_on"],
         "words": r["words"] and mask_text(r["words"])} for r in found], json_wanted=as_json, csv_wanted=as_csv)


@appraisal_app.command("add")
def add_appraisal(
    ctx: typer.Context,
    cadre: Annotated[str, typer.Argument(metavar="干部", help="干部编号、身份证号、电话或姓名")],
    grade: Annotated[str, typer.Argument(metavar="等次", help="优秀、良好、一般、较差")],
    period: Annotated[str | None, typer.Option("--period", metavar="时段", help="评定哪一段（默认本年，如“2026年”）")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", metavar="组织", help="谁评定的（默认镇党委）")] = None,
    on: On = "今天", note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    as_json: Json = False,
) -> None:
    """登记党组织对一名干部的评定。"""
    here = context.of(ctx)
    day = parse_day(on, here.today)
    with here.open() as database:
        appraisal, person = ratings.add_appraisal(
            database, cadre, grade, period=period or f"{day.year}年", organisation=organisation, on=day, today=here.today,
            now=here.now, note=note)
    if as_json:
        output.show_json({"appraisal": appraisal["code"], "cadre": person["code"], "grade": appraisal["grade"],
                          "organisation": appraisal["organisation"], "period": appraisal["period"]})
        return
    output.say(f"已登记 {appraisal['code']}：{appraisal['organisation']}评定 {person['name']}（{person['code']}）"
               f"{appraisal['period']}为{appraisal['grade']}")
    output.note("撤销：lianhu undo")


@appraisal_app.command("list")
def list_appraisals(
    ctx: typer.Context,
    village: Village = None, by: By = None, as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出组织评定，最近的在上。"""
    with context.of(ctx).open() as database:
        found = ratings.list_appraisals(database, by=by, village=village)
    table = Table("组织评定", ["编号", "嘎查村", "干部", "姓名", "等次", "时段", "组织", "日期", "说明"], [
        [a["code"], a["village"], a["cadre"], a["cadre_name"], a["grade"], a["period"], a["organisation"], a["appraised_on"],
         mask_text(a["note"] or "")] for a in found], note=f"共 {len(found)} 份")
    output.show_tables([table], as_json=[
        {"appraisal": a["code"], "village": a["village"], "cadre": a["cadre"], "cadre_name": a["cadre_name"], "grade": a["grade"],
         "period": a["period"], "organisation": a["organisation"], "appraised_on": a["appraised_on"],
         "note": a["note"] and mask_text(a["note"])}
        for a in found], json_wanted=as_json, csv_wanted=as_csv)


app.add_typer(rating_app, name="rating")
app.add_typer(appraisal_app, name="appraisal")
