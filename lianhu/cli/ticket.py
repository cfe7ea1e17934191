"""``lianhu ticket``."""

from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.domain.masks import mask_text
from lianhu.domain.tickets import explained, shown_number
from lianhu.errors import ConflictError, UsageError
from lianhu.services import tickets
from lianhu.services.settings import load_settings
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="12345 工单：登记、交办、签收、办结、回访。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Number = Annotated[str, typer.Argument(metavar="工单", help="工单编号，或它的末几位（至少 4 位）")]
At = Annotated[str | None, typer.Option("--at", metavar="时间", help="什么时候，如 2026-11-24 09:30（默认现在）")]

FIELDS = (
    ("title", "诉求内容"), ("kind", "类型"), ("village", "嘎查村"), ("household", "户"), ("head_name", "户主"),
    ("cadre_name", "承办干部"), ("state", "状态"), ("received_at", "派单时间"), ("respond_by", "响应期限"),
    ("signed_at", "签收时间"), ("contacted_at", "首次联系"), ("due_on", "办理期限"), ("extended_from", "延期前的期限"),
    ("extension_reason", "延期原因"), ("closed_at", "办结时间"), ("result", "办理结果"), ("followed_up_at", "回访时间"),
    ("grade", "满意度"), ("return_reason", "退单原因"), ("exclusion", "不计考核"), ("note", "备注"),
)
_COLUMNS = (
    ("received_at", "派单时间"), ("signed_at", "签收时间"), ("contacted_at", "首次联系"), ("due_on", "办理期限"),
    ("closed_at", "办结时间"), ("state", "状态"), ("is_solved", "是否解决"), ("grade", "满意度"), ("result", "办理结果"),
    ("return_reason", "退单原因"), ("extension_reason", "延期原因"), ("exclusion", "不计考核"), ("cadre_id", "承办干部"),
    ("followed_up_at", "回访时间"), ("redone", "重办次数"),
)


@app.command("add")
def add(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="编号", help="平台的工单编号")],
    title: Annotated[str, typer.Argument(metavar="内容", help="诉求内容")],
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="哪个村的")] = None,
    household: Annotated[str | None, typer.Option("--household", metavar="户", help="是哪一户的诉求")] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="类型", help="咨询、求助、投诉、举报、建议、表扬、其他")] = "其他",
    urgent: Annotated[bool, typer.Option("--urgent", help="紧急工单，按小时计期限")] = False,
    received: Annotated[str | None, typer.Option("--received", metavar="时间", help="派单时间（默认现在）")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="干部", help="交给谁办（默认本户的联系干部，没有就交村领导）")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="备注", help="备注")] = None,
    as_json: Json = False,
) -> None:
    """登记一件工单，算出期限，交给承办干部。"""
    here = context.of(ctx)
    new = tickets.NewTicket(number, title, village, household, kind, urgent, received, to, note)
    with here.open() as database:
        ticket = tickets.add_ticket(database, new, now=here.now, today=here.today)
        record, _ = tickets.show_ticket(database, ticket["number"])
    _told(record, as_json=as_json, said=f"期限 {record['due_on']}，承办 {record['cadre_name'] or '（没有定）'}")


@app.command("assign")
def assign(
    ctx: typer.Context, number: Number,
    cadre: Annotated[str | None, typer.Argument(
        metavar="干部", help="交给谁（默认本户的联系干部，没有就交村领导）", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """把工单交给一名干部。"""
    here = context.of(ctx)
    with here.open() as database:
        ticket, holder = tickets.assign_ticket(database, number, cadre, now=here.now, today=here.today)
    _told(ticket, as_json=as_json, said=f"交给 {holder['name']}（{holder['code']}）")


@app.command("sign")
def sign(
    ctx: typer.Context, number: Number, at: At = None,
    contacted: Annotated[str | None, typer.Option("--contacted", metavar="时间", help="首次联系诉求人的时间，可写“现在”")] = None,
    as_json: Json = False,
) -> None:
    """签收工单；--contacted 登记什么时候首次联系了诉求人。"""
    here = context.of(ctx)
    called = here.now.isoformat(" ", "minutes") if contacted == "现在" else contacted
    with here.open() as database:
        ticket = tickets.sign_ticket(database, number, at, called, now=here.now, today=here.today)
    late = ticket["contacted_at"] and ticket["respond_by"] and ticket["contacted_at"] > ticket["respond_by"]
    _told(ticket, as_json=as_json, said=f"签收 {ticket['signed_at']}，首次联系 {ticket['contacted_at'] or '（还没有登记）'}"
          + (f"，超过响应期限 {ticket['respond_by']}" if late else ""))


@app.command("resolve")
def resolve(
    ctx: typer.Context, number: Number,
    result: Annotated[str, typer.Option("--result", metavar="结果", help="怎样办的")], at: At = None, as_json: Json = False,
) -> None:
    """登记办结，等待回访。"""
    here = context.of(ctx)
    with here.open() as database:
        ticket = tickets.resolve_ticket(database, number, result, at, now=here.now, today=here.today)
    late = ticket["closed_at"][:len(ticket["due_on"])] > ticket["due_on"]
    _told(ticket, as_json=as_json,
          said=f"{ticket['closed_at']} 办结，{'超过期限' if late else '在期限内，期限'} {ticket['due_on']}")


@app.command("follow-up")
def follow_up(
    ctx: typer.Context, number: Number,
    solved: Annotated[bool | None, typer.Option("--solved/--not-solved", help="诉求人说解决了没有", show_default=False)] = None,
    grade: Annotated[str | None, typer.Option(
        "--grade", metavar="满意度", help="非常满意、满意、基本满意、不满意、非常不满意")] = None,
    redo: Annotated[bool | None, typer.Option(
        "--redo/--no-redo", help="是否退回重办（默认没解决的重办）", show_default=False)] = None,
    at: At = None, as_json: Json = False,
) -> None:
    """登记回访：解决了没有，满意不满意；没有解决的退回重办。"""
    if solved is None:
        raise UsageError("要写明解决了没有。", f"lianhu ticket follow-up {number} --solved --grade 满意")
    here = context.of(ctx)
    with here.open() as database:
        ticket = tickets.follow_up(
            database, number, solved=solved, grade=grade, redo=not solved if redo is None else redo, at=at,
            now=here.now, today=here.today)
    said = f"{'已解决' if solved else '未解决'}，{ticket['grade'] or '没有评价'}；现在是“{ticket['state']}”"
    _told(ticket, as_json=as_json, said=said + (f"，新期限 {ticket['due_on']}" if ticket["state"] == "重办" else ""))


@app.command("return")
def return_(
    ctx: typer.Context, number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="为什么不是本镇的")], as_json: Json = False,
) -> None:
    """退单：不属于本镇办理的。"""
    here = context.of(ctx)
    with here.open() as database:
        ticket = tickets.return_ticket(database, number, reason, now=here.now)
    _told(ticket, as_json=as_json, said=f"已退单：{reason}")


@app.command("extend")
def extend(
    ctx: typer.Context, number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="为什么要延期")],
    days: Annotated[int, typer.Option("--days", metavar="天数", min=1, max=60, help="延几个工作日")] = 5,
    as_json: Json = False,
) -> None:
    """延期一次：要在期限之前，写明原因。"""
    here = context.of(ctx)
    with here.open() as database:
        ticket = tickets.extend_ticket(database, number, days, reason, now=here.now)
    _told(ticket, as_json=as_json, said=f"期限 {ticket['extended_from']} 延到 {ticket['due_on']}")


@app.command("exclude")
def exclude(
    ctx: typer.Context, number: Number,
    reason: Annotated[str | None, typer.Option(
        "--reason", metavar="原因", help="超管辖、诉讼仲裁信访程序中、不合法规、涉密、不属实、明显不合理、恶意")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="恢复计入考核")] = False, as_json: Json = False,
) -> None:
    """写明不计考核的原因，或恢复计入考核。"""
    if (reason is None) != clear:
        raise UsageError("要写 --reason 原因，或写 --clear。", f"lianhu ticket exclude {number} --reason 超管辖")
    here = context.of(ctx)
    with here.open() as database:
        ticket = tickets.exclude_ticket(database, number, reason, now=here.now)
    _told(ticket, as_json=as_json, said=f"不计考核：{ticket['exclusion']}" if reason else "恢复计入考核")


def _told(ticket: Record, *, as_json: bool, said: str) -> None:
    if as_json:
        output.show_json(_document(ticket))
        return
    output.say(f"工单 {shown_number(ticket['number'])}：{said}")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看这个村的")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="干部", help="只看这名干部承办的")] = None,
    household: Annotated[str | None, typer.Option("--household", metavar="户", help="只看这一户的")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="状态", help="只看这个状态的")] = None,
    unsettled: Annotated[bool, typer.Option("--open", help="只看没办完的")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看过了期限还没办结的")] = False,
    as_json: Json = False, as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
) -> None:
    """列出工单，最近派单的在上。"""
    here = context.of(ctx)
    with here.open() as database:
        found = tickets.list_tickets(
            database, village=village, by=by, household=household, state=state, unsettled=unsettled,
            overdue_at=here.now.isoformat(" ", "minutes") if overdue else None)
    table = Table("12345 工单", ["编号", "嘎查村", "户", "类型", "内容", "派单", "期限", "状态", "承办"], [
        [shown_number(t["number"]), t["village"], t["household"], t["kind"], mask_text(t["title"] or ""), t["received_at"][:10],
         t["due_on"], t["state"], t["cadre_name"]] for t in found], note=f"共 {len(found)} 件")
    output.show_tables([table], as_json=[_document(t) for t in found], json_wanted=as_json, csv_wanted=as_csv)


@app.command("show")
def show(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """看一件工单：登记内容、期限怎么来的、每一步的经过。"""
    here = context.of(ctx)
    with here.open() as database:
        ticket, steps = tickets.show_ticket(database, number)
        settings = load_settings(database)
        cadres = {row_id: f"{name}（{code}）" for row_id, name, code in database.execute("SELECT id, name, code FROM cadre")}
    try:
        deadline = explained(ticket, settings)
    except ConflictError as error:
        deadline = [f"{error.sentence}{error.hint}"]
    if as_json:
        output.show_json(_document(ticket) | {"deadline": deadline, "steps": [
            {"at": s.at, "by": s.actor, "command": s.command,
             "changes": {name: list(pair) for name, pair in s.changes.items()}} for s in steps]})
        return
    rows: list[list[Any]] = [[title, mask_text(str(ticket[name]))] for name, title in FIELDS if ticket[name] not in (None, "")]
    for name, title in (("is_urgent", "紧急"), ("is_solved", "回访是否解决")):
        if ticket[name] is not None and (ticket[name] or name == "is_solved"):
            rows.append([title, bool(ticket[name])])
    if ticket["redone"]:
        rows.append(["重办次数", ticket["redone"]])
    output.show_table(Table(f"工单 {shown_number(ticket['number'])}", ["项目", "内容"], rows))
    output.say("期限怎么来的")
    for line in deadline:
        output.say(f"  {line}")
    output.say()
    output.show_table(Table("经过", ["时间", "谁", "命令", "改动"], [
        [s.at, s.actor, s.command, _told_changes(s, cadres)] for s in steps]))


def _told_changes(step: tickets.Step, cadres: dict[int, str]) -> str:
    titles = dict(_COLUMNS)
    told = []
    for name, (before, after) in step.changes.items():
        if name in titles:
            old, new = (_value(name, value, cadres) for value in (before, after))
            told.append(f"{titles[name]}：{old}→{new}" if before not in (None, "") else f"{titles[name]} {new}")
    return "；".join(told) or "登记"


def _value(name: str, value: Any, cadres: dict[int, str]) -> str:
    if value is None:
        return "（空）"
    if name == "cadre_id":
        return cadres.get(value, str(value))
    if name == "is_solved":
        return "是" if value else "否"
    return mask_text(str(value))


def _document(ticket: Record) -> dict[str, Any]:
    names = ("number", "kind", "received_at", "respond_by", "signed_at", "contacted_at", "due_on",
             "extended_from", "extension_reason", "closed_at", "state", "followed_up_at", "grade",
             "return_reason", "exclusion")
    document = {name: ticket.get(name) for name in names} | {name: ticket.get(name) and mask_text(ticket[name])
                                                            for name in ("title", "result", "note")}
    for name in ("village", "household", "cadre", "cadre_name"):
        if name in ticket:
            document[name] = ticket[name]
    return document | {
        "urgent": bool(ticket["is_urgent"]), "redone": ticket["redone"] or 0,
        "solved": None if ticket["is_solved"] is None else bool(ticket["is_solved"])}
