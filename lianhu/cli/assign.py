"""``lianhu assign``."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from lianhu.cli import assign_tables, context, output
from lianhu.cli.context import Context
from lianhu.domain.dates import parse_day
from lianhu.errors import UsageError
from lianhu.files.plan import write_plan
from lianhu.files.safe import replacing
from lianhu.services.assignment import Assignment, AssignOptions, Progress, assign, preview
from lianhu.services.differences import Difference, as_it_stands, difference
from lianhu.services.fairness import run_tables
from lianhu.services.objections import objections
from lianhu.services.plan import plan_of
from lianhu.services.public_plan import write_public_plan
from lianhu.services.what_if import Variant, variants
from lianhu.store.connection import Database
from lianhu.store.journal import note_reading

app = typer.Typer()

_MOST_VILLAGES = 12
"""Lines of a table by village that a screen is given whole."""

_MOST_OBJECTIONS = 6
"""Told one by one; more are counted."""


@app.command("assign")
def assign_(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="新结对从哪天算起（默认今天）", show_default=False)] = "今天",
    rebalance: Annotated[bool, typer.Option("--rebalance", help="没锁定的结对也可以调整；先列出来，再问")] = False,
    least_change: Annotated[bool, typer.Option("--least-change", help="调整时先保住原有结对")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="调整前不问")] = False,
    village: Annotated[list[str] | None, typer.Option("--village", metavar="村名", help="只结这些村，可多次")] = None,
    rules: Annotated[list[Path] | None, typer.Option(
        "--rules", metavar="文件", help="试用另一套规则（配 --dry-run），多次就并排比较")] = None,
    capacity: Annotated[list[int] | None, typer.Option(
        "--capacity", metavar="户数", min=1, max=100, help="试用另一个联户上限（配 --dry-run），多次就并排比较")] = None,
    without: Annotated[list[str] | None, typer.Option(
        "--without", metavar="干部", help="试算没有这名干部（配 --dry-run），可多次")] = None,
    plan: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件.xlsx", help="写出结对表：一村一张，每名干部一份清单")] = None,
    public: Annotated[bool, typer.Option(
        "--public", help="结对表只写可以公示的：各村干部和联系户数，没有户的信息")] = False,
    problem: Annotated[Path | None, typer.Option(
        "--problem", metavar="文件.json", help="写出求解的问题和解，供独立核对")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """给没有干部的户结对：求最优，并证明最优。已有的结对不动。"""
    trial = bool(rules or capacity or without)
    if trial and not dry_run:
        raise UsageError("--rules、--capacity、--without 是试算，要和 --dry-run 一起用。",
                         "要换规则：lianhu rules import 文件")
    if least_change and not rebalance:
        raise UsageError("--least-change 要和 --rebalance 一起用。")
    if plan is not None and plan.suffix.lower() != ".xlsx":
        raise UsageError("结对表是 Excel 文件，--output 的文件名要以 .xlsx 结尾。")
    if (plan or problem) and (len({*(rules or ())}) > 1 or len({*(capacity or ())}) > 1):
        raise UsageError("几种方案一起试算时不能写文件。", "只留一个 --rules、一个 --capacity，再写文件")
    if public and plan is None:
        raise UsageError("--public 管的是结对表，要和 --output 一起用。", "lianhu assign --output 公示.xlsx --public")
    here = context.of(ctx)
    options = AssignOptions(
        parse_day(on, here.today), dry_run, rebalance, least_change, tuple(village or ()), without=tuple(without or ()))
    with here.open() as database:
        write_files = partial(_write_files, database, options, plan, problem, public)
        if trial:
            with output.progress() as progress:
                tried = variants(database, options, rules or [], capacity or [], progress=_solving(progress),
                                 write_files=partial(write_files, progress))
            _show_trial(tried, options, as_json=as_json)
        elif not _run(here, database, options, write_files, ask_first=rebalance and not yes, as_json=as_json):
            return
        if plan is not None and not public:
            note_reading(database, "assign", f"写出结对表到 {plan.name}", now=here.now)
    if plan is not None and not as_json:
        output.note(f"结对表：{plan}")


def _solving(progress: Any) -> Progress:
    return lambda done, total: progress("求解", done, max(total, 1))


def _write_files(
    database: Database, options: AssignOptions, plan: Path | None, problem: Path | None, public: bool, progress: Any,
    result: Assignment,
) -> None:
    if problem is not None:
        with replacing(problem) as scratch:
            scratch.write_text(json.dumps(result.problem_json(), ensure_ascii=False), encoding="utf-8")
    if plan is not None and public:
        write_public_plan(database, plan, result, options.on, options.villages,
                          lambda done, total: progress("写公示表", done, total))
    elif plan is not None:
        sheets = plan_of(database, result, options.on, options.villages)
        write_plan(plan, sheets, lambda done, total: progress("写结对表", done, total))


def _run(
    here: Context, database: Database, options: AssignOptions, write_files: Callable[[Any, Assignment], None], *,
    ask_first: bool, as_json: bool,
) -> bool:
    """Decides, shows and writes; a person is shown and asked first. False when the answer was no."""
    shown = asked = None
    if ask_first and not (options.dry_run or as_json) and output.on_terminal():
        with output.progress() as progress:
            shown = preview(database, options, progress=_solving(progress))
        asked = difference(as_it_stands(shown.town), shown)
        if not asked.disturbs:
            asked = None
        elif not _agreed(asked):
            output.note("没有写入，结对和原来一样。")
            return False
    with output.progress() as progress:
        result = assign(database, options, now=here.now, progress=_solving(progress),
                        write_files=partial(write_files, progress), shown=shown)
    found = difference(as_it_stands(result.town), result) if options.rebalance else None
    if as_json:
        output.show_json(_document(result) | ({"difference": found.as_json()} if found else {}))
    else:
        _show_fairness(result)
        if found is None:
            assign_tables.show_run(result)
        elif asked is None:
            assign_tables.show_difference(found, "调整前后" + ("（试算，没有写入）" if options.dry_run else ""))
    _note_objections(result)
    if not as_json:
        _note_outcome(result)
        if options.on > here.today and result.count("kept") < len(result.pairs):
            output.note(f"新的结对从 {options.on} 起；到那天以前，走访、办实事还算给原来的干部。")
    return True


def _document(result: Assignment) -> dict[str, Any]:
    return result.as_json() | {"fairness": [table.as_json() for table in run_tables(result)]}


def _show_fairness(result: Assignment) -> None:
    """Before the figures, since what comes last stays on the screen; there a town's sixty villages are left out."""
    tables = run_tables(result)
    if sys.stdout.isatty() and any(len(table.rows) > _MOST_VILLAGES for table in tables):
        tables = [replace(table, rows=table.rows if len(table.rows) <= _MOST_VILLAGES else [], note="") for table in tables]
        output.note("分村的均衡、能力和缺口：lianhu report pairing")
    output.show_tables(tables)
    output.say()


def _agreed(found: Difference) -> bool:
    assign_tables.show_difference(found, "调整前后（还没有写入）")
    # Where the answer goes into a pipe a person still has to see it before the question.
    sys.stdout.flush()
    moved, lost = len(found.of_kind("moved")), len(found.of_kind("lost"))
    return output.confirmed(f"调整 {moved} 户" + (f"、不再有人联系 {lost} 户" if lost else "") + "，照此写入吗")


def _note_objections(result: Assignment) -> None:
    against = objections(result)
    for sentence in against[:_MOST_OBJECTIONS]:
        output.note(f"注意：{sentence}。")
    if len(against) > _MOST_OBJECTIONS:
        output.note(f"注意：这样的情况共 {len(against)} 处，以上列了 {_MOST_OBJECTIONS} 处。")


def _note_outcome(result: Assignment) -> None:
    if result.batch is not None:
        output.note(f"已写入，批次 {result.batch}（撤销：lianhu undo {result.batch}）")
        output.note("下一步：lianhu pair list；发文用的结对表：lianhu assign --output 结对表.xlsx")
    elif result.dry_run:
        output.note("这是试算；去掉 --dry-run 才写入。")
    elif not result.town.households:
        output.note("还没有联系户。下一步：lianhu import 名册.xlsx")
    else:
        output.note("没有要结的户，没有改动。" if not result.unpaired else "能结的都已结上，没有改动。")


def _show_trial(tried: list[Variant], options: AssignOptions, *, as_json: bool) -> None:
    first = tried[0]
    if as_json:
        document = _document(first.result) | {"difference": first.difference.as_json()}
        output.show_json(document | ({"variants": [each.as_json() for each in tried]} if len(tried) > 1 else {}))
        return
    if len(tried) == 1:
        _show_fairness(first.result)
        assign_tables.show_difference(first.difference, f"试算：{first.label}（没有写入）")
        _note_objections(first.result)
    else:
        assign_tables.show_variants(tried)
    if not options.rebalance:
        output.note("现有的结对都没有动；也调整它们时会怎样：加 --rebalance。")
    if any(each.rules is not None for each in tried):
        output.note("适配度按各自的规则计分；换规则：lianhu rules import 文件。")
    if any(each.capacity is not None for each in tried):
        output.note("--capacity 只管没有单独写上限的干部。")
