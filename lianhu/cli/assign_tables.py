"""The tables of ``lianhu assign``: what a run came to, and what it changes."""

from collections.abc import Callable, Sequence

from lianhu.cli import output
from lianhu.domain.figures import Rate, Table, Value
from lianhu.domain.fit import Cadre
from lianhu.services.assignment import Assignment
from lianhu.services.differences import Change, Difference
from lianhu.services.what_if import Variant


def show_run(result: Assignment) -> None:
    """A run that moves nobody: the figures, the load, the rules that counted, who is left over."""
    figures = result.as_json()
    name = "结对结果" + ("（试算，没有写入）" if result.dry_run else "")
    output.show_table(Table(name, ["项目", "数"], [
        ["联系户", figures["households"]], ["在岗干部", figures["cadres"]],
        ["可联户数（上限合计）", figures["capacity"]],
        ["已结对", Rate(figures["paired"], figures["households"], "户")],
        ["其中：新结对", figures["new"]], ["　　　保持", figures["kept"]], ["　　　跨村", figures["cross_village"]],
        ["重难点户由领导联系", Rate(figures["hard_with_leader"], figures["hard"], "户")],
        ["适配度合计", figures["fit_total"]],
        ["是否最优", _proof(result)],
    ]))
    if figures["by_rule"]:
        output.say()
        output.show_table(Table("按规则", ["规则", "结对数"],
                                [[row["rule"], row["pairs"]] for row in figures["by_rule"]]))
    _show_unpaired("没有结上的户", result, set())


def show_difference(found: Difference, title: str) -> None:
    """What stands beside what would stand, then every household that changes."""
    output.show_table(Table(title, ["项目", "现状", "调整后", "增减"], [
        [name, before, after, _signed(after - before)]
        for (name, before), (_, after) in zip(*_aligned([found.before, found.after]), strict=True)
    ]))
    output.say(_summary(found))
    moved, lost, gained = (found.of_kind(kind) for kind in ("moved", "lost", "gained"))
    _show_changes("调整（原干部 → 新干部）", moved, ["户", "从", "到", "分差", "为什么"], lambda change: [
        _household(change), _called(change.before), _called(change.after), _signed(change.gain), change.why])
    _show_changes("不再有人联系的户", lost, ["户", "从", "原因"], lambda change: [
        _household(change), _called(change.before), change.cause])
    if found.before.pairs:
        # Where nothing stood before everything is new: the figures say it.
        _show_changes("新结对", gained, ["户", "到", "分", "为什么"], lambda change: [
            _household(change), _called(change.after), change.gain, change.why or "没有规则加分"])
    _show_unpaired("仍没有结上的户" if lost else "没有结上的户", found.after, {change.household.id for change in lost})


def show_variants(tried: Sequence[Variant]) -> None:
    """What stands and each variant side by side."""
    labels = [variant.label for variant in tried]
    figures = _aligned([tried[0].difference.before, *(variant.result for variant in tried)])
    rows: list[list[Value]] = [
        [name, *(column[at][1] for column in figures)] for at, (name, _) in enumerate(figures[0])]
    for name, kind in (("换干部的户", "moved"), ("不再有人联系的户", "lost"), ("新结对的户", "gained")):
        rows.append([name, 0, *(len(variant.difference.of_kind(kind)) for variant in tried)])
    output.show_table(Table("几种方案（试算，没有写入）", ["项目", "现状", *labels], rows))


def _proof(result: Assignment) -> str:
    return "已证明最优" if result.is_proved else "没有证明（请报告）"


def _summary(found: Difference) -> str:
    kept = len(found.after.pairs) - len(found.of_kind("moved")) - len(found.of_kind("gained"))
    return (f"保持 {kept} 户，调整 {len(found.of_kind('moved'))} 户，新结对 {len(found.of_kind('gained'))} 户，"
            f"不再有人联系 {len(found.of_kind('lost'))} 户；{_proof(found.after)}")


def _aligned(results: Sequence[Assignment]) -> list[list[tuple[str, int]]]:
    """The same named figures of each; numbers of households that a cadre holds in any of them are lines."""
    loads = sorted({number for result in results for number in result.load})
    return [
        [
            ("联系户", len(result.town.households)), ("在岗干部", len(result.town.cadres)),
            ("可联户数（上限合计）", result.capacity), ("已结对", len(result.pairs)), ("没有结上", len(result.unpaired)),
            ("重难点户", result.hard), ("其中由领导联系", result.hard_with_leader), ("适配度合计", result.fit_total),
            ("跨村", result.cross_village), *((f"联系 {number} 户的干部", result.load.get(number, 0)) for number in loads),
        ]
        for result in results
    ]


def _show_changes(title: str, changes: list[Change], headings: list[str], row: Callable[[Change], list[Value]]) -> None:
    if changes:
        output.say()
        output.show_table(Table(title, headings, [row(change) for change in changes], note=f"共 {len(changes)} 户"))


def _show_unpaired(title: str, result: Assignment, without: set[int]) -> None:
    alone = [(household, reason) for household, reason in result.unpaired if household.id not in without]
    if alone:
        output.say()
        output.show_table(Table(title, ["户", "村", "户主", "原因"], [
            [household.code, result.town.place(household), household.name, reason] for household, reason in alone]))


def _household(change: Change) -> str:
    return f"{change.household.code} {change.household.name}"


def _called(cadre: Cadre | None) -> str:
    return f"{cadre.name} {cadre.code}" if cadre else ""


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"
