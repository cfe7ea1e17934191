"""``lianhu rules``."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.cli.context import Context
from lianhu.cli.texts import write_text_file
from lianhu.domain.figures import Table, Value
from lianhu.domain.masks import mask_text
from lianhu.domain.rules import DEFAULTS, Rules, keys_left_out
from lianhu.domain.rules_difference import RuleChange, shown
from lianhu.errors import Mistake, TextRefusedError
from lianhu.services.rules import Proposal, check_rules, propose_rules, take_rules
from lianhu.services.rules_effect import Effect
from lianhu.services.texts import rules_text
from lianhu.services.town import load_rules
from lianhu.store.connection import Database
from lianhu.store.journal import note_reading

app = typer.Typer(no_args_is_help=True, help="查看和更换结对规则。")

RulesFile = Annotated[Path, typer.Argument(metavar="文件", help="规则的 TOML 文件")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]

_MOST_SHOWN = 12
"""Households told one by one; more are counted, and --json has them all."""


@app.command("show")
def show(ctx: typer.Context) -> None:
    """显示现在的规则。"""
    with context.of(ctx).open() as database:
        output.say(mask_text(rules_text(database)).rstrip())
        left_out = keys_left_out(load_rules(database))
    if left_out:
        output.note("没有写的项用默认值：")
    for section, key, meaning in left_out:
        output.note(f"  [{section}] {key} = {shown(DEFAULTS[section, key])}  {meaning}")


@app.command("export")
def export(
    ctx: typer.Context, file: RulesFile,
    full: Annotated[bool, typer.Option("--full", help="规则里的身份证号不遮住（会记入日志）")] = False,
) -> None:
    """把现在的规则写成文件，改好再导入。"""
    here = context.of(ctx)
    with here.open() as database:
        text = rules_text(database)
        masked = mask_text(text)
        write_text_file(file, text if full else masked)
        if full and masked != text:
            note_reading(database, "rules export --full", f"规则里的完整号码到 {file.name}", now=here.now)
    output.say(f"已写出 {file}")
    if masked != text and not full:
        output.note("规则里的号码已遮住，这样的文件不能再导入；要完整的，加 --full，或在规则里改写编号。")
    output.note(f"改好后：lianhu rules check {file}，再 lianhu rules import {file}")


@app.command("import")
def import_(
    ctx: typer.Context, file: RulesFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差别和影响，不写入")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不问，直接换")] = False,
    as_json: AsJson = False,
) -> None:
    """换成文件里的规则；先检查、比较，不对就不换。"""
    here = context.of(ctx)
    with here.open() as database:
        proposal = _proposal(here, database, file, as_json=as_json)
        if not as_json:
            _show(proposal, file)
        if not (dry_run or yes or as_json) and _is_worth_asking(proposal):
            # Where the answer goes into a pipe a person still has to see it before the question.
            sys.stdout.flush()
            if not output.confirmed("换成这些规则吗"):
                output.note("没有写入，规则和原来一样。")
                return
        number = None if dry_run else take_rules(database, proposal, file.name, now=here.now)
    if as_json:
        output.show_json(proposal.as_json() | {"batch": number, "dry_run": dry_run})
    elif proposal.is_same_text:
        output.say("和现在的规则一样，没有改动。")
    elif dry_run:
        output.note("没有写入；去掉 --dry-run 才换规则。")
    else:
        output.say(f"已换规则，共 {len(proposal.rules.matches)} 条，批次 {number}")
        output.note("已有的结对不动；要按新规则调整：lianhu assign --rebalance")


@app.command("check")
def check(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="不写就检查现在的规则", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """检查规则写得对不对，运行它自带的例子，比较和现在规则的差别。"""
    here = context.of(ctx)
    with here.open() as database:
        if file is None:
            _check_present(database, as_json=as_json)
            return
        proposal = _proposal(here, database, file, as_json=as_json)
    if as_json:
        output.show_json(proposal.as_json())
        return
    output.say(_sound(proposal.rules))
    output.say()
    _show(proposal, file)


def _check_present(database: Database, *, as_json: bool) -> None:
    with _refusal_as_json(as_json):
        rules, warnings = check_rules(database, None)
    if as_json:
        output.show_json({"ok": True, "rules": len(rules.matches), "errors": [],
                          "warnings": [mistake._asdict() for mistake in warnings], "difference": [], "effect": None})
    else:
        output.say(_sound(rules))
        _note_warnings(warnings)


def _sound(rules: Rules) -> str:
    return f"规则没有问题：{len(rules.matches)} 条，例子都通过。"


@contextmanager
def _refusal_as_json(wanted: bool) -> Iterator[None]:
    """Shows what is wrong with the rules as the document too; the error goes on."""
    try:
        yield
    except TextRefusedError as error:
        if wanted:
            output.show_json({"ok": False, "rules": 0, "errors": [mistake._asdict() for mistake in error.mistakes],
                              "warnings": [], "difference": [], "effect": None})
        raise


def _proposal(here: Context, database: Database, file: Path, *, as_json: bool) -> Proposal:
    with _refusal_as_json(as_json), output.progress() as progress:
        return propose_rules(database, file, today=here.today,
                             progress=lambda done, total: progress("试算", done, max(total, 1)))


def _is_worth_asking(proposal: Proposal) -> bool:
    """Whether a person is there, and a pairing that was made by the present rules."""
    return output.on_terminal() and proposal.effect is not None and bool(proposal.effect.stands[0].pairs)


def _show(proposal: Proposal, file: Path) -> None:
    """What sets the rules against the present ones, what they would do, and what is worth a look."""
    if proposal.present is None:
        output.note("现在的规则已经和词表不符，没有比较差别和影响。")
    elif not proposal.difference and not proposal.is_same_text:
        output.say("和现在的规则意思一样，只改了写法、注释或次序。")
    if proposal.difference:
        output.show_table(Table(f"和现在的规则比，{file.name} 改了", ["哪里", "现在", "改成"],
                                [_row(change) for change in proposal.difference]))
        output.say()
    if proposal.effect is not None and proposal.effect.stands[1].town.households:
        _show_effect(proposal.effect)
        output.say()
    _note_warnings(proposal.warnings)


def _row(change: RuleChange) -> list[Value]:
    if change.key == "example":
        return [change.where, "", "例子有改动"]
    words = {"added": ("没有", "；".join(["新增", shown(change.after)]).rstrip("；")), "removed": (shown(change.before), "删去")}
    return [change.where, *words.get(change.change, (shown(change.before), shown(change.after)))]


def _show_effect(effect: Effect) -> None:
    now, new = effect.stands
    output.show_table(Table("换规则以后（试算）", ["项目", "现在的规则", "新规则"], [
        ["现有结对（户）", len(now.pairs), len(new.pairs)],
        ["现有结对的适配度合计", now.fit_total, new.fit_total],
        ["其中分数有变的户", None, len(effect.rescored)],
        ["新规则不允许的现有结对（处）", None, len(effect.broken)],
        ["不动现有结对，仍没有结上的户", *(len(run.unpaired) for run in effect.runs)],
        ["全镇调整（--rebalance）要换干部的户", *(run.count("moved") for run in effect.rebalanced)],
        ["全镇调整后没有结上的户", *(len(run.unpaired) for run in effect.rebalanced)],
    ], note="换规则不动现有的结对；以后运行 lianhu assign 才按新规则算。"))
    if effect.broken:
        output.say()
        output.show_table(Table("新规则不允许的现有结对", ["干部", "户", "原因"], [
            [f"{one.cadre.name} {one.cadre.code}",
             "、".join(f"{household.code} {household.name}" for household in one.households), one.reason]
            for one in effect.broken[:_MOST_SHOWN]], note=_rest(len(effect.broken))))
    if effect.newly_unpaired:
        output.say()
        output.show_table(Table("按新规则结不上的户", ["户", "户主", "原因"], [
            [household.code, household.name, why] for household, why in effect.newly_unpaired[:_MOST_SHOWN]],
            note=_rest(len(effect.newly_unpaired))))


def _rest(number: int) -> str:
    return f"……共 {number} 处，全部见 --json。" if number > _MOST_SHOWN else ""


def _note_warnings(warnings: Sequence[Mistake]) -> None:
    for mistake in warnings:
        output.note(f"注意：{mistake}")
