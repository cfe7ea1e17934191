"""``lianhu assign``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day
from lianhu.domain.figures import Rate, Table
from lianhu.errors import UsageError
from lianhu.files.plan import write_plan
from lianhu.files.safe import replacing
from lianhu.services.assignment import Assignment, AssignOptions, assign
from lianhu.services.plan import plan_of

app = typer.Typer()


@app.command("assign")
def assign_(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="新结对从哪天算起（默认今天）", show_default=False)] = "今天",
    rebalance: Annotated[bool, typer.Option("--rebalance", help="没锁定的结对也可以调整")] = False,
    least_change: Annotated[bool, typer.Option("--least-change", help="调整时先保住原有结对")] = False,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只结这些村，可多次")] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="文件", help="试用另一套规则（配 --dry-run）")] = None,
    capacity: Annotated[int | None, typer.Option(
        "--capacity", metavar="户数", min=1, max=100, help="试用另一个联户上限（配 --dry-run）")] = None,
    without: Annotated[list[str] | None, typer.Option(
        "--without", metavar="干部", help="试算没有这名干部（配 --dry-run），可多次")] = None,
    plan: Annotated[Path | None, typer.Option("--output", "-o", metavar="文件.xlsx", help="写出结对表，一村一张")] = None,
    problem: Annotated[Path | None, typer.Option(
        "--problem", metavar="文件.json", help="写出求解的问题和解，供独立核对")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """给没有干部的户结对：求最优，并证明最优。已有的结对不动。"""
    if not dry_run and (rules is not None or capacity is not None or without):
        raise UsageError("--rules、--capacity、--without 是试算，要和 --dry-run 一起用。",
                         "要换规则：lianhu rules import 文件")
    if least_change and not rebalance:
        raise UsageError("--least-change 要和 --rebalance 一起用。")
    if plan is not None and plan.suffix.lower() != ".xlsx":
        raise UsageError("结对表是 Excel 文件，--output 的文件名要以 .xlsx 结尾。")
    here = context.of(ctx)
    options = AssignOptions(
        parse_day(on, here.today), dry_run, rebalance, least_change, tuple(village or ()), rules=rules,
        capacity=capacity, without=tuple(without or ()))
    with here.open() as database, output.progress() as progress:

        def write_files(result: Assignment) -> None:
            if problem is not None:
                with replacing(problem) as scratch:
                    scratch.write_text(json.dumps(result.problem_json(), ensure_ascii=False), encoding="utf-8")
            if plan is not None:
                write_plan(plan, plan_of(database, result, options.on),
                           lambda done, total: progress("写结对表", done, total))

        result = assign(
            database, options, now=here.now, write_files=write_files,
            progress=lambda done, total: progress("求解", done, max(total, 1)))
    if as_json:
        output.show_json(result.as_json())
    else:
        _show(result)
        if plan is not None:
            output.note(f"结对表：{plan}")


def _show(result: Assignment) -> None:
    figures = result.as_json()
    name = "结对结果" + ("（试算，没有写入）" if result.dry_run else "")
    output.show_table(Table(name, ["项目", "数"], [
        ["联系户", figures["households"]], ["在岗干部", figures["cadres"]],
        ["可联户数（上限合计）", figures["capacity"]],
        ["已结对", Rate(figures["paired"], figures["households"], "户")],
        ["其中：新结对", figures["new"]], ["　　　调整", figures["moved"]], ["　　　保持", figures["kept"]],
        ["　　　跨村", figures["cross_village"]],
        ["重难点户由领导联系", Rate(figures["hard_with_leader"], figures["hard"], "户")],
        ["适配度合计", figures["fit_total"]],
        ["是否最优", "已证明最优" if figures["proved_optimal"] else "没有证明（请报告）"],
    ]))
    output.say()
    output.show_table(Table("每名干部联系户数", ["联系户数", "干部数"],
                            [[f"{number} 户", count] for number, count in result.load.items()]))
    if figures["by_rule"]:
        output.say()
        output.show_table(Table("按规则", ["规则", "结对数"],
                                [[row["rule"], row["pairs"]] for row in figures["by_rule"]]))
    moved = [pair for pair in result.pairs if pair.status == "moved"]
    if moved:
        output.say()
        output.show_table(Table("调整", ["户", "户主", "原干部", "新干部", "适配度"], [
            [pair.household.code, pair.household.name,
             f"{pair.before.name} {pair.before.code}" if pair.before else "",
             f"{pair.cadre.name} {pair.cadre.code}", pair.fit.total] for pair in moved]))
    if result.unpaired:
        output.say()
        output.show_table(Table("没有结上的户", ["户", "村", "户主", "原因"], [
            [household.code, result.town.place(household), household.name, reason]
            for household, reason in result.unpaired]))
    if result.batch is not None:
        output.note(f"已写入，批次 {result.batch}（撤销：lianhu undo {result.batch}）")
        output.note("下一步：lianhu pair list；发文用的结对表：lianhu assign --output 结对表.xlsx")
    elif result.dry_run:
        output.note("这是试算；去掉 --dry-run 才写入。")
    elif not result.town.households:
        output.note("还没有联系户。下一步：lianhu import 名册.xlsx")
    else:
        output.note("没有要结的户，没有改动。" if not result.unpaired else "能结的都已结上，没有改动。")
