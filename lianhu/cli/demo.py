"""``lianhu demo``."""

import shutil
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

import lianhu
from lianhu.cli import context, output
from lianhu.errors import ConflictError, FileRefusedError
from lianhu.services.assignment import AssignOptions, assign
from lianhu.services.figures import make_report, parse_scope
from lianhu.services.rosters import ImportOptions, import_files
from lianhu.store.connection import open_database

app = typer.Typer()

SAMPLES = ("roster.xlsx", "year.xlsx")
PAIRED_FROM = date(2025, 1, 1)
"""The sample's year: its pairs hold from the first day, its visits follow."""


@app.command("demo")
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="样例放在哪里")] = Path("lianhu-demo"),
) -> None:
    """用样例数据走一遍：导入名册、结对、导入一年的记录、出报表。全部人员都是虚构的。"""
    here = context.of(ctx)
    path = folder / "lianhu.db"
    if path.exists():
        raise ConflictError(f"{folder} 里已有数据库，没有改动它。", f"lianhu demo 另一个文件夹；或 lianhu --db {path} report")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        roster, year = (Path(shutil.copy(_sample(name), folder / name)) for name in SAMPLES)
    except OSError as error:
        raise FileRefusedError(f"不能在 {folder} 里放样例：{error.strerror}。", "请换一个文件夹") from error
    with open_database(path, create=True) as database, output.progress() as progress:
        output.note(f"1. 导入名册 {roster}")
        first = import_files(database, [roster], ImportOptions(), today=here.today, now=here.now, progress=progress)
        output.note(f"   新增 {first.total('created')} 行，未读入 {first.total('rejected')} 行")
        output.note("2. 结对")
        paired = assign(database, AssignOptions(min(PAIRED_FROM, here.today)), now=here.now,
                        progress=lambda done, total: progress("求解", done, max(total, 1)))
        output.note(f"   {len(paired.pairs)} 户结对，{len(paired.unpaired)} 户没有结上，"
                    f"{'已证明最优' if paired.is_proved else '没有证明最优'}")
        output.note(f"3. 导入一年的走访、办实事、联系卡和工单 {year}")
        second = import_files(database, [year], ImportOptions(), today=here.today, now=here.now, progress=progress)
        output.note(f"   新增 {second.total('created')} 行，未读入 {second.total('rejected')} 行")
        output.note("4. 报表")
        scope = parse_scope(None, None, None, (), here.now)
        reports = [make_report(database, name, scope) for name in ("overview", "village")]
    for report in reports:
        output.say(report.title)
        output.show_tables(report.tables)
        output.say()
    output.note(f"样例数据库在 {path}，里面都是虚构的人。接着可以：")
    output.note(f"  cd {folder}")
    for line in ("lianhu pair show H00012", "lianhu visit add H00012 --occasion 生病住院 --deed 联系住院",
                 "lianhu report --village", "lianhu undo"):
        output.note(f"  {line}")


def _sample(name: str) -> Path:
    """A sample workbook: inside the installed package, or in data/ of a checkout."""
    package = Path(lianhu.__file__).parent
    installed = package / "sample" / name
    return installed if installed.exists() else package.parent / "data" / name
