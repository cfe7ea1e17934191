"""``lianhu pair explain``."""

from typing import Annotated

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table, Value
from lianhu.services.explain import explain as explained
from lianhu.services.explanation import Candidate, Change, Explanation, Group, Option, Price, Room
from lianhu.services.pairs import ORIGINS

_MOST_CADRES = 6
_MOST_NAMED = 3
_NO_GAIN = Price(0, 0, 0, 0)


def explain(
    ctx: typer.Context,
    household: Annotated[str, typer.Argument(metavar="户", help="户编号、身份证号、电话或户主姓名")],
    cadre: Annotated[str | None, typer.Argument(
        metavar="干部", help="再问：换成这名干部会怎样", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """说明一户为什么由这名干部联系，换人的代价是多少、还要动谁；没有干部的，说明为什么。

    代价是精确的：与全部可动的结对（人工指定、锁定的除外）重新求最优相比，少了什么。
    """
    here = context.of(ctx)
    with here.open() as database:
        answer = explained(database, household, cadre, today=here.today)
    if as_json:
        output.show_json(answer.as_json())
        return
    for line in (*_standing(answer), *_best(answer), *_alone(answer)):
        output.say(line)
    if answer.fit is not None and answer.fit.reasons:
        output.say()
        output.show_table(Table("适配理由（按现在的规则）", ["规则", "分"], [list(r) for r in answer.fit.reasons],
                                ["合计", answer.fit.total]))
    if answer.candidates:
        output.say()
        output.show_table(_candidates(answer))
    if answer.named_cadre is not None:
        output.say()
        output.say(_named(answer))
    moved = _moved(answer)
    if moved is not None:
        output.say()
        output.show_table(moved)
    if answer.rooms:
        output.note(_to_make_room(answer))


def _standing(answer: Explanation) -> list[str]:
    """Who holds it, since when and by whose decision, and where he stands among the others."""
    which = f"{answer.household.code} {answer.household.name}（{answer.place}）"
    if answer.holder is None or answer.standing is None:
        return [f"{which}现在没有结对干部。"]
    who = f"{answer.holder['code']} {answer.holder['name']}"
    if answer.fit is None:
        return [f"{which}登记的干部 {who} 已离岗，等于没有干部。"]
    locked = "，已锁定" if answer.standing["is_locked"] else ""
    crosses = "，跨村" if answer.standing["is_cross_village"] else ""
    lines = [f"{which}由 {who} 联系，适配度 {answer.fit.total}（{ORIGINS[answer.standing['origin']]}{locked}{crosses}）。"]
    if not answer.fit.reasons:
        lines.append("没有规则给这一对加分。")
    stored = answer.standing["fit"]
    if stored is not None and answer.standing["origin"] == "run" and stored != answer.fit.total:
        lines.append(f"结对时记的是 {stored} 分，规则或名册后来有改动。")
    if answer.is_fixed:
        lines.append("自动结对不会动这一对；下面当作可以动来比较。")
    position = answer.position
    if position is not None:
        lines.append(f"在可以联系本户的 {len(answer.candidates)} 名{'邻村' if answer.crosses else ''}干部中排第 "
                     f"{position.place}{_shared(position, answer.candidates)}。")
    return lines


def _shared(position: Candidate, candidates: list[Candidate]) -> str:
    equals = sum(candidate.place == position.place for candidate in candidates)
    return f"（并列 {equals} 名）" if equals > 1 else ""


def _best(answer: Explanation) -> list[str]:
    """The best other choice and its price; what could be gained where the standing pair is not the best."""
    lines = [f"按现在的规则不会这样结对：{'；'.join(answer.against)}。"] if answer.against else []
    standing = answer.fit is not None
    if _stands_best(answer):
        lines += _next_best(answer)
        alone = answer.nobody_instead
        if alone is not None and alone.is_equal and alone is not answer.best_other:
            others = _others(alone.changes)
            lines.append(f"本户没有干部{f'，{others}' if others else ''}，也完全一样好。")
    elif standing and not answer.is_alone:
        better = f"由 {_who(answer.best.code, answer.best.name)} 联系" if answer.best else "本户没有干部"
        lines.append(f"最好的结对里{better}{_against_own(answer)}。")
    elif answer.best is not None:
        lines.append(f"最好的结对里由{'邻村的 ' if answer.crosses else ' '}{_who(answer.best.code, answer.best.name)} 联系。"
                     + _to_pair(answer))
    if standing and answer.gain != _NO_GAIN:
        uncounted = f"；现有结对里跨村的、按规则结不成的共 {answer.uncounted} 户，没有算进去" if answer.uncounted else ""
        lines.append(f"这一片的结对重新求最优：{_words(answer, answer.gain, gained=True)}{uncounted}{_rebalance(answer)}。")
    return lines


def _against_own(answer: Explanation) -> str:
    if answer.own is None:
        return ""
    return f"；保持现在这一对，{_weighed(answer, answer.own)}"


def _next_best(answer: Explanation) -> list[str]:
    equals = [option.cadre for option in answer.others if option.is_equal and option.cadre is not None]
    if equals:
        named = "、".join(_who(cadre.code, cadre.name) for cadre in equals[:_MOST_NAMED])
        more = f"等 {len(equals)} 名" if len(equals) > _MOST_NAMED else ""
        first = next(option for option in answer.others if option.cadre is equals[0])
        moved = f"（{equals[0].code}：{_others(first.changes)}）" if first.changes else ""
        return [f"换成 {named}{more} 完全一样好{moved}，只是并列时取了现在这一位。"]
    other = answer.best_other
    if other is None:
        return []
    if other.cadre is None:
        return [f"没有别的选择：不由他联系，本户就没有干部，{_weighed(answer, other)}。"]
    return [f"最好的另一种选择是 {_who(other.cadre.code, other.cadre.name)}：{_weighed(answer, other)}。"]


def _rebalance(answer: Explanation) -> str:
    if answer.is_fixed:
        return "（要改这一对：lianhu pair set）"
    if answer.is_rebalanced:
        return "（lianhu assign --rebalance 会调整这一户）"
    if answer.is_rearranged and answer.is_rebalanced is None:
        return "（看怎样调整：lianhu assign --rebalance --dry-run）"
    return "（保持一对算 10 分，所以 lianhu assign --rebalance 不动这一户）"


def _to_pair(answer: Explanation) -> str:
    """The command that gives the household somebody: a run may prefer to keep what stands."""
    if answer.is_assigned:
        return "结对：lianhu assign"
    if answer.is_rebalanced:
        return "干部现在都满，要调整别的结对才行：lianhu assign --rebalance"
    return ("自动结对先保住现有结对，不会调整到这一步；要给本户："
            f"lianhu pair set {answer.household.code} {answer.best.code if answer.best else '干部'}")


def _alone(answer: Explanation) -> list[str]:
    """Why nobody: who is full, what would make room, and the group that proves the shortage."""
    if not answer.is_alone:
        return []
    nobody = "本村没有人可以联系本户" if answer.shortages else "没有人可以联系本户"
    lines = [f"{nobody}：{'；'.join(answer.nobody)}。"] if answer.nobody else []
    lines += [f"人手不够：{_group(group)}。" for group in answer.shortages]
    direct = _direct(answer)
    lines += [_room(answer, room) for room in answer.rooms if room is answer.rooms[0] or room is direct]
    other = answer.best_other
    if other is not None and other.cadre is not None:
        lines.append(f"不加位置，只能让别的户让出来：由 {_who(other.cadre.code, other.cadre.name)} 联系，"
                     f"{_weighed(answer, other)}。")
    return lines


def _group(group: Group) -> str:
    villages = "、".join(group.villages[:_MOST_NAMED])
    villages += f"等 {len(group.villages)} 村" if len(group.villages) > _MOST_NAMED else ""
    cadres = "、".join(cadre.code for cadre in group.cadres[:_MOST_CADRES])
    cadres += "等" if len(group.cadres) > _MOST_CADRES else ""
    kind = "重难点户上限" if group.is_limited else "上限"
    beyond = "（由邻村联系的）" if group.crosses else ""
    elsewhere = f"（其中 {group.elsewhere} 户已给别处）" if group.elsewhere else ""
    return (f"{villages}{beyond}：{group.number} 户，{len(group.cadres)} 名干部（{cadres}），"
            f"{kind} {group.capacity}{elsewhere}，缺 {group.short}")


def _room(answer: Explanation, room: Room) -> str:
    gain = Price(*(-lost for lost in room.price))
    line = f"{_who(room.cadre.code, room.cadre.name)} 多联系 1 户（上限 {room.cadre.capacity} → {room.capacity}）："
    line += "，".join(part for part in (_words(answer, gain, gained=True), _others(room.changes)) if part) + "。"
    if room.rival is not None:
        line += f"但自动结对会把这个位置先给 {room.rival.code} {room.rival.name}。"
    return line


def _to_make_room(answer: Explanation) -> str:
    """The commands that give the household a place of its own: another's claim is passed by hand."""
    room = answer.rooms[0]
    direct = _direct(answer)
    if room.rival is not None and direct is not None:
        room = direct
    run = "lianhu assign --rebalance" if room.changes else "lianhu assign"
    if room.rival is not None and not room.changes:
        run = f"lianhu pair set {answer.household.code} {room.cadre.code}"
    return f"→ 加位置：lianhu cadre edit {room.cadre.code} --capacity {room.capacity}，再 {run}"


def _direct(answer: Explanation) -> Room | None:
    """The best place more by which nobody else has to move."""
    return next((room for room in answer.rooms if not room.changes and room.cadre.capacity), None)


def _named(answer: Explanation) -> str:
    assert answer.named_cadre is not None
    who = _who(answer.named_cadre["code"], answer.named_cadre["name"])
    option = answer.named
    if option is None:
        return f"{who} 不能联系本户：{answer.named_reason}。"
    if answer.fit is not None and answer.holder is not None and answer.holder["id"] == answer.named_cadre["id"]:
        return f"{who} 就是现在联系本户的干部。"
    if option.price == _NO_GAIN:
        equal = "完全一样好" if _stands_best(answer) else "就是最好的选择"
        return f"{who}：{'，'.join(part for part in (equal, _others(option.changes)) if part)}。"
    compared = "" if _stands_best(answer) else "与最好的结对相比，"
    return f"{who}：{compared}{_weighed(answer, option)}。"


def _stands_best(answer: Explanation) -> bool:
    return answer.own is not None and answer.own.price == _NO_GAIN


def _candidates(answer: Explanation) -> Table:
    """The first of those who may hold the household, the standing cadre, and what each would cost."""
    prices = {option.cadre.id: option for option in answer.others if option.cadre is not None}
    held = answer.holder["id"] if answer.holder is not None else None
    named = answer.named_cadre["id"] if answer.named_cadre is not None else None
    best = answer.best_other.cadre.id if answer.best_other is not None and answer.best_other.cadre is not None else None
    shown = [c for number, c in enumerate(answer.candidates) if number < _MOST_CADRES or c.cadre.id in {held, named, best}]
    ranks = any(candidate.rank for candidate in answer.candidates)
    rows: list[list[Value]] = []
    for c in shown:
        option = answer.own if c.cadre.id == held else prices.get(c.cadre.id)
        price = _priced(answer, option, is_held=c.cadre.id == held)
        rows.append([c.place, c.cadre.code, c.cadre.name, *([c.rank or None] if ranks else []), c.fit,
                     f"{len(c.households)}/{c.cadre.capacity}",
                     "、".join(h.code for h in c.households) if answer.is_alone else price])
    left = len(answer.candidates) - len(shown)
    last = "换成他的代价" if _stands_best(answer) else "与最好的结对相比"
    return Table(
        "可以联系本户的邻村干部" if answer.crosses else "可以联系本户的干部",
        ["名次", "编号", "姓名", *(["领导级别"] if ranks else []), "适配度", "已联/上限",
         "联系的户" if answer.is_alone else last], rows, note=f"另有 {left} 名" if left else "")


def _priced(answer: Explanation, option: Option | None, *, is_held: bool) -> str:
    said = ["现在联系"] if is_held else []
    if option is None:
        return "".join(said) or "位置都固定了"
    if option.price != _NO_GAIN:
        said.append(_words(answer, option.price))
    elif not is_held:
        said.append("完全一样好" if _stands_best(answer) else "最好")
    if option.changes:
        said.append(f"另 {len(option.changes)} 户改联")
    return "，".join(said)


def _words(answer: Explanation, price: Price, *, gained: bool = False) -> str:
    return (Price(*(-gain for gain in price)) if gained else price).words(ranked=answer.ranked)


def _weighed(answer: Explanation, option: Option) -> str:
    """A choice's price and who else would have to move."""
    price = _words(answer, option.price) or "总数和适配度都不变"
    return "，".join(part for part in (price, _others(option.changes)) if part)


def _others(changes: tuple[Change, ...]) -> str:
    """Who else would have to move; many are counted here and listed in a table."""
    if not changes:
        return ""
    if len(changes) > _MOST_NAMED:
        return f"另有 {len(changes)} 户要改联"
    return "另有 " + "、".join(
        f"{change.household.code} {change.household.name}{_from_to(change)}" for change in changes)


def _from_to(change: Change) -> str:
    if change.before is not change.now:
        return _from_what_stands(change)
    if change.before and change.after:
        return f"由 {change.before.code} 改为 {change.after.code}"
    return f"（现没有干部）由 {change.after.code} 联系" if change.after else "没有干部"


def _from_what_stands(change: Change) -> str:
    """Where what stands is not the best pairing, from which the prices are counted, both are said."""
    goes = f"由 {change.after.code} 联系" if change.after else "没有干部"
    best = f"由 {change.before.code}" if change.before else "没有干部"
    if change.after is change.now:
        return f"仍{goes}（最好的结对里{best}）"
    now = f"现由 {change.now.code}" if change.now else "现没有干部"
    return f"（{now}，最好的结对里{best}）{goes}"


def _moved(answer: Explanation) -> Table | None:
    """Long chains of moves: of the named cadre if there is one, else of the best other choice."""
    option = answer.named if answer.named_cadre is not None else answer.best_other
    if option is None or len(option.changes) <= _MOST_NAMED:
        return None
    who = _who(option.cadre.code, option.cadre.name) if option.cadre else "没有人"
    stands_best = all(change.before is change.now for change in option.changes)
    headings = ["户", "户主", "原由", "改为"] if stands_best else ["户", "户主", "现由", "最好的结对里", "改为"]
    return Table(f"由 {who} 联系时要改联的户", headings, [
        [change.household.code, change.household.name, *(
            _who(cadre.code, cadre.name) if cadre else None
            for cadre in (*([] if stands_best else [change.now]), change.before, change.after))]
        for change in option.changes])


def _who(code: str, name: str) -> str:
    return f"{code} {name}"
