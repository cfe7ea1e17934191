"""``lianhu import``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianhu.cli import context, output
from lianhu.domain.figures import Table
from lianhu.domain.forms import FORMS
from lianhu.errors import UsageError
from lianhu.services.rosters import FileReceipt, ImportOptions, Receipt, SheetReceipt, import_files
from lianhu.store.connection import scratch_database

app = typer.Typer()

MOST_SHOWN = 20
"""Problems on the screen; all of them are in the problem list."""

MOST_CHANGES = 50
"""Changed cells that a dry run shows on the screen; --json has all."""

_LEVELS = {"error": "未读入", "warning": "留空", "note": "提示"}


@app.command("import")
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="文件...", help="表格文件或文件夹，可多个", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有一行不能读入就全部不写入")] = False,
    kind: Annotated[str | None, typer.Option("--kind", metavar="种类", help=f"指明表的种类：{' '.join(FORMS)}")] = None,
    sheet: Annotated[list[str] | None, typer.Option("--sheet", metavar="表名", help="只读这些工作表，可多次")] = None,
    village: Annotated[str, typer.Option("--village", metavar="村名", help="表里没有村名一列时，整表算这个村")] = "",
    problems: Annotated[Path | None, typer.Option(
        "--problems", metavar="文件", help="问题清单写到这里（默认在原文件旁）")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="空格也算数：表里有这一列而格子空着，就清掉原来登记的")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """导入名册和记录表：认出每张表的种类和表头，好的行写入，坏的行进问题清单。"""
    if kind is not None and kind not in FORMS:
        raise UsageError(f"没有叫“{kind}”的种类。", f"可用的有：{' '.join(FORMS)}")
    if problems is not None and problems.suffix.lower() != ".xlsx":
        raise UsageError("问题清单是 Excel 文件，--problems 的文件名要以 .xlsx 结尾。")
    here = context.of(ctx)
    options = ImportOptions(dry_run, strict, kind, tuple(sheet or ()), village, problems, replace)
    database = scratch_database() if dry_run and not here.db.exists() else here.open(create=True)
    with database, output.progress() as progress:
        receipt = import_files(database, files, options, today=here.today, now=here.now, progress=progress)
    if as_json:
        output.show_json(_document(receipt))
        for file in receipt.files:
            if file.refused:
                output.note(file.refused)
    else:
        _show(receipt)
    return 4 if receipt.left_out else 0


def _document(receipt: Receipt) -> dict[str, Any]:
    return {
        "batch": receipt.batch, "dry_run": receipt.dry_run,
        "files": [_file_document(file) for file in receipt.files],
        "checks": [{"rule": f.rule, "message": f.message, "records": f.records} for f in receipt.findings],
        **({"changes": [change._asdict() for change in receipt.changes]} if receipt.dry_run else {}),
        **{name: receipt.total(name) for name in ("rows", "created", "updated", "unchanged", "rejected", "skipped")},
    }


def _file_document(file: FileReceipt) -> dict[str, Any]:
    document: dict[str, Any] = {"file": file.path.name, "sheets": [
        {
            "sheet": sheet.sheet, "kind": sheet.kind, "header_row": sheet.header_row, "rows": sheet.rows,
            "created": sheet.created, "updated": sheet.updated, "unchanged": sheet.unchanged,
            "rejected": sheet.rejected, "skipped": sheet.skipped, "unmapped": sheet.unmapped,
            "problems": [
                {"cell": p.cell or None, "row": p.row or None, "heading": _one_line(p.heading) or None, "code": p.code,
                 "level": p.level, "message": p.message}
                for p in sheet.problems
            ],
        }
        for sheet in file.sheets
    ]}
    if file.refused:
        document["error"] = file.refused
    if file.problem_list is not None:
        document["problem_list"] = str(file.problem_list)
    return document


def _one_line(heading: str) -> str:
    """A heading without the line breaks that make it fit its column."""
    return "".join(heading.splitlines())


def _kind_shown(sheet: SheetReceipt) -> str:
    if sheet.kind is None:
        return "说明页" if any(problem.code == "sheet-notes" for problem in sheet.problems) else "（不是已知的表）"
    return sheet.title


def _show(receipt: Receipt) -> None:
    many = len(receipt.files) > 1
    rows: list[list[Any]] = []
    for file in receipt.files:
        for sheet in file.sheets:
            rows.append([*([file.path.name] if many else []), sheet.sheet, _kind_shown(sheet),
                         sheet.rows, sheet.created, sheet.updated, sheet.unchanged, sheet.rejected, sheet.skipped])
    headings = [*(["文件"] if many else []), "工作表", "种类", "行数", "新增", "更新", "未变", "未读入", "略过"]
    totals: list[Any] = [*([""] if many else []), "合计", "", *(
        receipt.total(name) for name in ("rows", "created", "updated", "unchanged", "rejected", "skipped"))]
    if rows:
        output.show_table(Table("导入结果" + ("（试导入，没有写入）" if receipt.dry_run else ""), headings, rows, totals))
    if receipt.changes:
        shown = receipt.changes[:MOST_CHANGES]
        more = f"……共 {len(receipt.changes)} 处" if len(receipt.changes) > len(shown) else ""
        output.show_table(Table("会改动的内容", ["记录", "列", "原来", "改成"], [list(change) for change in shown], note=more))
    _show_problems(receipt, many=many)
    for finding in receipt.findings:
        output.note(f"[核对] {finding.rule}：{finding.message}")
    for file in receipt.files:
        if file.refused:
            output.note(f"未读入 {file.refused}")
            if file.hint:
                output.note(f"→ {file.hint}")
    _show_next(receipt)


def _show_problems(receipt: Receipt, *, many: bool) -> None:
    found = [
        (file, sheet, problem)
        for file in receipt.files for sheet in file.sheets for problem in sheet.problems if problem.code != "sheet-notes"
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    found.sort(key=lambda item: order[item[2].level])
    for file, sheet, problem in found[:MOST_SHOWN]:
        place = f"{file.path.name} " if many else ""
        value = f"“{problem.value}” " if problem.value and problem.value not in problem.message else ""
        output.note(f"[{_LEVELS[problem.level]}] {place}《{sheet.sheet}》{problem.cell} "
                    f"{_one_line(problem.heading)} {value}{problem.message}".replace("  ", " "))
    if len(found) > MOST_SHOWN:
        output.note(f"……共 {len(found)} 条，其余见问题清单。")
    for file in receipt.files:
        for sheet in file.sheets:
            if sheet.unmapped:
                output.note(f"《{sheet.sheet}》没有用到的列：{'、'.join(sheet.unmapped)}")


def _show_next(receipt: Receipt) -> None:
    for path in dict.fromkeys(file.problem_list for file in receipt.files if file.problem_list):
        output.note(f"问题清单：{path}（改好后可直接导入：lianhu import {path.name}）")
    if receipt.strict_stopped:
        output.note("有行不能读入，按 --strict 全部没有写入。")
    elif receipt.dry_run:
        output.note("这是试导入；去掉 --dry-run 才写入。")
    elif receipt.batch is not None:
        output.note(f"已写入，批次 {receipt.batch}（撤销：lianhu undo {receipt.batch}）")
        kinds = {sheet.kind for file in receipt.files for sheet in file.sheets if sheet.created}
        if kinds & {"household", "cadre"}:
            output.note("下一步：lianhu assign")
    elif not receipt.total("rows"):
        output.note("没有读到一行记录。空白表：lianhu template -o 填报表.xlsx")
    elif not receipt.left_out:
        output.note("内容都已登记过，没有改动。")
