"""``lianhu fund``."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.dates import parse_day, parse_month
from lianhu.domain.figures import Money, Table, Value
from lianhu.domain.fund import INCOME, SPENDING, Line, Statement
from lianhu.domain.masks import mask_text
from lianhu.errors import UsageError
from lianhu.services import fund
from lianhu.services.settings import load_settings
from lianhu.store.connection import Record

app = typer.Typer(no_args_is_help=True, help="同心专项基金：收入、支出、冲销、收支表；余额哪一天都不能是负数。")

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Csv = Annotated[bool, typer.Option("--csv", help="输出 CSV")]
Paper = Annotated[str | None, typer.Option("--paper", metavar="凭证号", help="凭证号")]
_ORDER = "同一天先收后支；金额单位：元"


@app.command("add")
def add(
    ctx: typer.Context,
    direction: Annotated[str, typer.Argument(metavar="收支", help="收入（income）或支出（spending）")],
    amount: Annotated[str, typer.Argument(metavar="金额", help="元，精确到分：1234.50")],
    purpose: Annotated[str, typer.Argument(metavar="事由", help="收入写来源，支出写用途；收支表按它合计")],
    handled_by: Annotated[str, typer.Option("--by", metavar="姓名", help="经办人")],
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="姓名", help="审批人，不能是经办人自己")],
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="用到哪个村")] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", metavar="单元", help="用到哪个联户单元")] = None,
    award: Annotated[str | None, typer.Option(
        "--award", metavar="称号编号", help="发给已授予的称号；村和单元按称号的来")] = None,
    paper: Paper = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天（默认今天）", show_default=False)] = "今天",
    note: Annotated[str | None, typer.Option("--note", metavar="说明", help="说明")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问：已登记过一样的、称号已发放过，也登记")] = False,
    as_json: Json = False,
) -> None:
    """登记一笔收入或支出。登记了就不改，错了用 lianhu fund reverse 冲销。"""
    here = context.of(ctx)
    new = fund.NewEntry(
        {"income": "收入", "spending": "支出"}.get(direction.lower(), direction), amount, purpose, handled_by, approved_by,
        village, cluster, paper, award, parse_day(on, here.today), note)
    with here.open() as database:
        made = output.insisted(
            lambda agreed: fund.add_entry(database, new, agreed=agreed, today=here.today, now=here.now), yes=yes)
        balance = fund.balance_on(database, here.today)
    _told(made, f"已登记 {made['code']}：{made['direction']} {Money(made['amount'])} 元（{mask_text(made['purpose'])}）",
          balance, as_json=as_json)


@app.command("reverse")
def reverse(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="编号", help="冲销哪一笔，如 F000012")],
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="为什么冲销")],
    handled_by: Annotated[str | None, typer.Option("--by", metavar="姓名", help="经办人（默认原来的）")] = None,
    approved_by: Annotated[str | None, typer.Option("--approved-by", metavar="姓名", help="审批人（默认原来的）")] = None,
    paper: Paper = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="哪天（默认今天）", show_default=False)] = "今天",
    as_json: Json = False,
) -> None:
    """冲销一笔：另记一笔方向相反、金额一样的，原来的留着。"""
    here = context.of(ctx)
    wanted = fund.Reversal(code, reason, handled_by, approved_by, paper, parse_day(on, here.today))
    with here.open() as database:
        made = fund.reverse_entry(database, wanted, today=here.today, now=here.now)
        balance = fund.balance_on(database, here.today)
    _told(made, f"已冲销 {made['reverses']}：{made['code']} {made['direction']} {Money(made['amount'])} 元", balance,
          as_json=as_json)


def _told(entry: Record, said: str, balance: int, *, as_json: bool) -> None:
    if as_json:
        output.show_json(_document(entry) | {"balance": Money(balance).as_json()})
        return
    output.say(f"{said}，余额 {Money(balance)} 元")
    output.note("撤销：lianhu undo")


@app.command("list")
def list_(
    ctx: typer.Context,
    village: Annotated[str | None, typer.Option("--village", metavar="村名", help="只看用到这个村的")] = None,
    cluster: Annotated[str | None, typer.Option("--cluster", "--unit", metavar="单元", help="只看用到这个单元的")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只看这个月，如 2026-11、本月")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="年份", help="只看这一年，如 2026、今年")] = None,
    as_json: Json = False, as_csv: Csv = False,
) -> None:
    """列出收支，按日期，每一笔之后的余额。"""
    here = context.of(ctx)
    start, end = _days(month, year, here.today) if month or year else (None, None)
    with here.open() as database:
        found = fund.list_entries(database, village=village, cluster=cluster, start=start, end=end)
        balance = fund.balance_on(database, here.today)
    table = _narrow(found, f"共 {len(found)} 笔；今天余额 {Money(balance)} 元。{_ORDER}")
    output.show_tables([_entries(found)] if as_csv else [table], as_json=[*map(_with_balance, found)], json_wanted=as_json,
                       csv_wanted=as_csv)


@app.command("statement")
def statement(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="哪个月，如 2026-11、本月、上月")] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="年份", help="哪一年，如 2026、今年")] = None,
    target: Annotated[Path | None, typer.Option(
        "--output", "-o", metavar="文件", help="写成可以打印签字的 .xlsx 或 .docx")] = None,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Json = False, as_csv: Csv = False,
) -> None:
    """收支表：期初余额 + 收入（按来源）− 支出（按用途）= 期末余额，后附明细。"""
    here = context.of(ctx)
    if not (month or year):
        raise UsageError("要写明哪个月或哪一年。", "lianhu fund statement --month 本月，或 --year 今年")
    start, end = _days(month, year, here.today)
    if start > here.today:
        raise UsageError(f"{start} 还没有到，没有收支表。", "lianhu fund statement --month 本月")
    if target is not None:
        from lianhu.files.safe import check_target

        check_target(target, (".xlsx", ".docx"), force=force)
    with here.open() as database:
        made, found = fund.statement_of(database, start, end)
        town = load_settings(database).town
    words = f"{start.year}年" + ("" if year else f"{start.month}月")
    title = f"{town}同心专项基金收支表（{words}）"
    summary = _summary(made)
    if target is not None:
        about = f"{start} 至 {end}；{_ORDER}；期初余额 + 收入 − 支出 = 期末余额。"
        # A sheet of A4 that stands upright is no wider than a terminal.
        entries = _entries(found) if target.suffix.lower() == ".xlsx" else _narrow(found, "")
        _write(target, title, about, [summary, entries])
        if not as_json:
            output.say(f"已写出 {target}")
            return
    if not (as_json or as_csv):
        output.say(title)
        output.say()
    tables = [summary, _entries(found)] if as_csv else [summary, _narrow(found, _ORDER)]
    output.show_tables(tables, as_json=_statement_document(made, found),
                       json_wanted=as_json, csv_wanted=as_csv)


def _write(target: Path, title: str, about: str, tables: list[Table]) -> None:
    from lianhu.files.statement import SIGNED, write_statement

    if target.suffix.lower() == ".xlsx":
        write_statement(target, title, about, tables)
    else:
        from lianhu.files.pages import write_page

        write_page(target, title, about, tables, SIGNED)


def _days(month: str | None, year: str | None, today: date) -> tuple[date, date]:
    """The first and last day that --month or --year means."""
    if month and year:
        raise UsageError("--month 和 --year 只能用一个。")
    if month:
        return parse_month(month, today)
    word = (year or "").strip().removesuffix("年")
    number = {"今": today.year, "去": today.year - 1}.get(word) or (int(word) if word.isdecimal() and len(word) == 4 else 0)
    if not number:
        raise UsageError(f"年份“{year}”看不懂。", "写成 --year 2026、今年、去年")
    return date(number, 1, 1), date(number, 12, 31)


def _summary(made: Statement) -> Table:
    income, spending = sum(line.net for line in made.income), sum(line.net for line in made.spending)
    rows: list[list[Value]] = [["期初余额", "", None, None, None, Money(made.opening)]]
    rows += [_line("收入", line) for line in made.income] + [["收入合计", "", None, None, None, Money(income)]]
    rows += [_line("支出", line) for line in made.spending] + [["支出合计", "", None, None, None, Money(spending)]]
    return Table("收支汇总", ["项目", "来源或用途", "笔数", "登记", "冲销", "净额"], rows,
                 ["期末余额", "", None, None, None, Money(made.closing)])


def _line(side: str, line: Line) -> list[Value]:
    return [side, mask_text(line.purpose), line.entries, Money(line.booked), Money(line.reversed), Money(line.net)]


def _narrow(found: list[Record], note: str) -> Table:
    """The entries for a terminal of 80 columns: who and by which paper stand in the last column."""
    return Table("收支明细", ["编号", "日期", "收支", "金额", "余额", "事由", "去向", "说明"], [
        [e["code"], e["booked_on"], e["direction"], Money(e["amount"]), Money(e["balance"]), mask_text(e["purpose"]), _place(e),
         "；".join(filter(None, (
             f"{e['handled_by']}经办，{e['approved_by']}审批", e["paper_number"] and f"凭证 {mask_text(e['paper_number'])}",
             _remark(e))))] for e in found], note=note)


def _entries(found: list[Record]) -> Table:
    """The entries as a ledger with all its columns, for paper and for other programs."""
    return Table("收支明细", ["编号", "事由", "日期", "收入", "支出", "余额", "去向", "经办人", "审批人", "凭证号", "说明"], [
        [e["code"], mask_text(e["purpose"]), e["booked_on"],
         *(Money(e["amount"]) if e["direction"] == side else None for side in (INCOME, SPENDING)), Money(e["balance"]), _place(e),
         e["handled_by"], e["approved_by"], mask_text(e["paper_number"] or ""), _remark(e)] for e in found])


def _place(entry: Record) -> str:
    return mask_text(" ".join(filter(None, (entry["village"], entry["cluster"]))))


def _remark(entry: Record) -> str:
    """What an entry takes back or is taken back by, its award, and the note."""
    parts = (entry["reverses"] and f"冲销 {entry['reverses']}", entry["reversed_by"] and f"已由 {entry['reversed_by']} 冲销",
             entry["award"] and f"称号 {entry['award']}", entry["note"] and mask_text(entry["note"]))
    return "；".join(filter(None, parts))


def _document(entry: Record) -> dict[str, Any]:
    return {"entry": entry["code"], "booked_on": entry["booked_on"],
            "direction": "income" if entry["direction"] == INCOME else "spending", "amount": Money(entry["amount"]).as_json(),
            "purpose": mask_text(entry["purpose"])} | {name: entry[name] for name in (
                "village", "handled_by", "approved_by", "reverses", "reversed_by", "award")} | {
            "cluster": entry["cluster"] and mask_text(entry["cluster"]),
            "paper_number": entry["paper_number"] and mask_text(entry["paper_number"]),
            "note": entry["note"] and mask_text(entry["note"])}


def _with_balance(entry: Record) -> dict[str, Any]:
    return _document(entry) | {"balance": Money(entry["balance"]).as_json()}


def _statement_document(made: Statement, found: list[Record]) -> dict[str, Any]:
    def lines(side: list[Line]) -> list[dict[str, Any]]:
        return [{"purpose": mask_text(line.purpose), "entries": line.entries, "booked": Money(line.booked).as_json(),
                 "reversed": Money(line.reversed).as_json(), "net": Money(line.net).as_json()} for line in side]

    return {"from": made.start.isoformat(), "to": made.end.isoformat(), "opening": Money(made.opening).as_json(),
            "income": lines(made.income), "spending": lines(made.spending), "closing": Money(made.closing).as_json(),
            "entries": [*map(_with_balance, found)]}
