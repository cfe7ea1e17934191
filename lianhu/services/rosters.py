"""Importing workbooks: files in, one transaction, a receipt that adds up."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from lianhu.domain.headings import Layout, Unknown, recognise
from lianhu.domain.names import read_village
from lianhu.domain.rows import Problem, read_rows
from lianhu.domain.settings import Settings
from lianhu.domain.table import Sheet, column_letter
from lianhu.errors import FileRefusedError, UsageError
from lianhu.files.problem_list import problem_list_path, write_problem_list
from lianhu.files.reading import find_files, read_sheets
from lianhu.services.crosschecks import Finding, cross_check
from lianhu.services.intake.blanks import let_blanks_erase
from lianhu.services.intake.pairing import take_pairs
from lianhu.services.intake.pairs import Pairs, begun_spells
from lianhu.services.intake.places import Places
from lianhu.services.intake.preview import FieldChange, field_changes
from lianhu.services.intake.records import RecordIntake
from lianhu.services.intake.rosters import RosterIntake
from lianhu.services.intake.staging import Source, Stage
from lianhu.services.settings import load_settings
from lianhu.services.spells import hand_over
from lianhu.store.connection import Database
from lianhu.store.journal import batch

WRITE_ORDER = (
    "village", "cluster", "household", "closure", "former_head", "member", "cadre", "absence", "pairing",
    "cluster_head", "nomination", "activity", "award", "award_objection",
    "event", "visit", "ticket", "deed", "card", "task", "task_item", "rating", "appraisal", "opinion",
    "fund_entry", "credit",
)
"""Tables in the order of their references."""

_CHECKED_KINDS = frozenset({"household", "member", "cadre", "pairing"})
"""Kinds after which the records are checked against each other."""

_HAPPENED = frozenset({
    "pairing", "visit", "deed", "card", "ticket", "event", "task", "rating", "appraisal", "opinion", "nomination",
    "activity", "award", "award-objection", "fund", "credit"})
"""Kinds about what is between households and cadres."""

_MANY_ROWS = 50_000
"""Sheets beyond this let their cells go once they are read: together with the records they would not fit."""

_NOTES = re.compile("说明|须知|封面|目录|注意事项")
"""Names of sheets that are not meant to hold records; nobody needs to be told that they hold none."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how far it is of how much."""


@dataclass(slots=True)
class SheetReceipt:
    """What became of one sheet. rows = created + updated + unchanged + rejected."""

    sheet: str
    kind: str | None
    title: str
    header_row: int | None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    unmapped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class FileReceipt:
    """What became of one file; ``refused`` says why it could not be read, or is empty."""

    path: Path
    sheets: list[SheetReceipt] = field(default_factory=list)
    refused: str = ""
    hint: str = ""
    problem_list: Path | None = None


@dataclass(slots=True)
class Receipt:
    """The outcome of an import; ``batch`` is None when nothing was written."""

    files: list[FileReceipt]
    batch: int | None = None
    dry_run: bool = False
    strict_stopped: bool = False
    changes: list[FieldChange] = field(default_factory=list)
    """On a dry run: the cells of recorded rows that would change."""
    findings: list[Finding] = field(default_factory=list)
    """What does not go together among the records, seen after the import."""

    def total(self, name: str) -> int:
        return sum(getattr(sheet, name) for file in self.files for sheet in file.sheets)

    @property
    def left_out(self) -> bool:
        return self.total("rejected") > 0 or any(file.refused for file in self.files)


@dataclass(slots=True, frozen=True)
class ImportOptions:
    """The options of ``lianhu import``."""

    dry_run: bool = False
    strict: bool = False
    kind: str | None = None
    sheets: tuple[str, ...] = ()
    village: str = ""
    problems: Path | None = None
    replace: bool = False


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing here makes cycles, and the collector would walk the same million cells again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def import_files(
    database: Database, paths: Sequence[Path], options: ImportOptions, *, today: date, now: datetime,
    progress: Progress = lambda what, done, total: None,
) -> Receipt:
    """Takes every sheet of every file into the database in one transaction.

    Raises NotFoundError for a missing file. A file that cannot be read is named in the receipt; the
    others go in.
    """
    settings = load_settings(database)
    found = find_files(paths)
    if not found:
        raise FileRefusedError(f"文件夹 {paths[0]} 里没有可导入的表格。", "可导入 .xlsx、.xls、.ods、.csv")
    files = [FileReceipt(path) for path in found]
    sources, receipts = _read(database, files, options, settings, today, progress)
    progress("核对并写入", 0, 1)
    one = len(files) == 1
    receipt = Receipt(files, dry_run=options.dry_run)
    names = "、".join(file.path.name for file in files[:3]) + ("等" if len(files) > 3 else "")
    keep = not options.dry_run
    with batch(database, "import", now=now, file_name=names,
               file_sha256=_sha256(files[0].path) if one and not files[0].refused else None, keep=keep) as journal:
        stage = Stage(database)
        if options.replace:
            for source in sources:
                let_blanks_erase(source)
        _take(stage, sources, settings, today)
        if options.dry_run:
            receipt.changes = list(field_changes(stage, WRITE_ORDER))
        for source, sheet in zip(sources, receipts, strict=True):
            _settle(source, sheet)
        receipt.strict_stopped = options.strict and receipt.left_out
        if not receipt.strict_stopped:
            begun = begun_spells(stage)
            stage.write(journal, WRITE_ORDER)
            if not any(source.kind == "ticket" for source in sources):
                hand_over(journal, {pair.values["household_id"]: pair.values["cadre_id"] for pair in begun})
            if _CHECKED_KINDS & {source.kind for source in sources}:
                receipt.findings = cross_check(database, today)
            journal.summarise(
                f"导入 {names}：新增 {receipt.total('created')}，更新 {receipt.total('updated')}，"
                f"未变 {receipt.total('unchanged')}，未读入 {receipt.total('rejected')}")
        if not options.dry_run or options.problems:
            _write_lists(files, sources, receipts, options.problems)
        if keep and not journal.is_empty:
            receipt.batch = journal.batch
    progress("完成", 1, 1)
    return receipt


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(
    database: Database, files: list[FileReceipt], options: ImportOptions, settings: Settings, today: date,
    progress: Progress,
) -> tuple[list[Source], list[SheetReceipt]]:
    known = [] if database.fresh else [name for (name,) in database.execute("SELECT name FROM village")]
    sources: list[Source] = []
    receipts: list[SheetReceipt] = []
    wanted, seen = set(options.sheets), set()
    contents: list[tuple[FileReceipt, list[Sheet]]] = []
    for number, file in enumerate(files):
        progress(f"读取 {file.path.name}", number, len(files))
        try:
            contents.append((file, read_sheets(file.path)))
        except FileRefusedError as error:
            file.refused, file.hint = error.sentence, error.hint
    opened: list[tuple[FileReceipt, _Opened]] = []
    for file, sheets in contents:
        for sheet in sheets:
            if wanted and sheet.name not in wanted:
                continue
            seen.add(sheet.name)
            opened.append((file, _Opened(file.path, sheet, _recognised(sheet, file, options, settings, known))))
    # A sheet's name or title is understood better when the other sheets have said which villages there are.
    spoken = sorted({name for _, each in opened for name in each.villages_in_cells()})
    for file, each in opened:
        if each.lacks_village() and not options.village:
            each.layout = _recognised(each.sheet, file, options, settings, [*known, *spoken])
        file.sheets.append(each.receipt(settings, today, sources, receipts, many=len(files) > 1))
    missing = wanted - seen
    if missing:
        every = "、".join(dict.fromkeys(sheet.name for _, sheets in contents for sheet in sheets))
        raise UsageError(f"文件里没有名叫“{'、'.join(sorted(missing))}”的工作表。", f"有这些：{every}")
    return sources, receipts


def _recognised(
    sheet: Sheet, file: FileReceipt, options: ImportOptions, settings: Settings, known: Sequence[str]
) -> Layout | Unknown:
    return recognise(sheet, settings.dictionaries, kind=options.kind, village=options.village,
                     known_villages=known, file_name=file.path.stem)


@dataclass(slots=True)
class _Opened:
    """A sheet with what it was recognised as."""

    path: Path
    sheet: Sheet
    layout: Layout | Unknown

    def villages_in_cells(self) -> set[str]:
        """What stands in the sheet's village column."""
        if isinstance(self.layout, Unknown):
            return set()
        at = next((h.position - 1 for h in self.layout.headings if h.column and h.column.kind == "village"), None)
        if at is None:
            return set()
        cells = {row[at] for row in self.sheet.rows[self.layout.header[1]:] if at < len(row)}
        return {name for cell in cells if isinstance(cell, str) and (name := read_village(cell)[0])}

    def lacks_village(self) -> bool:
        """Whether the sheet is known and has no village column."""
        return isinstance(self.layout, Layout) and not any(
            h.column and h.column.kind == "village" for h in self.layout.headings)

    def receipt(
        self, settings: Settings, today: date, sources: list[Source], receipts: list[SheetReceipt], *, many: bool
    ) -> SheetReceipt:
        """The sheet's receipt, still to be filled; a known form joins the sources."""
        if isinstance(self.layout, Unknown):
            note = Problem("", 0, "", "sheet-unknown", "note", self.layout.reason)
            if _NOTES.search(self.sheet.name):
                note = Problem(
                    "", 0, "", "sheet-notes", "note", "看来是说明页，已略过；如是名册，请补上表头，或用 --kind 指明种类。")
            return SheetReceipt(self.sheet.name, None, "", None, problems=[note])
        read = read_rows(self.sheet, self.layout, settings.dictionaries, today)
        if len(self.sheet.rows) > _MANY_ROWS:
            self.sheet.rows = self.sheet.rows[:self.layout.header[1]]
        receipt = SheetReceipt(
            self.sheet.name, self.layout.form.kind, self.layout.form.title, self.layout.header[1],
            skipped=read.skipped, unmapped=self.layout.unmapped)
        sources.append(Source(self.path, self.sheet, read, many))
        receipts.append(receipt)
        return receipt


def _take(stage: Stage, sources: list[Source], settings: Settings, today: date) -> None:
    places = Places(stage, sources, closed=settings.villages_closed)
    rosters = RosterIntake(stage, places, sources, today)
    rosters.take()
    if _HAPPENED & {source.kind for source in sources} or rosters.handovers.ending:
        pairs = Pairs(stage)
        take_pairs(sources, rosters, pairs, today)
        RecordIntake(stage, places, sources, pairs, settings, today).take()
    places.settle()


def _settle(source: Source, receipt: SheetReceipt) -> None:
    """Counts the rows of a sheet: each is created, updated, unchanged or rejected."""
    receipt.problems.extend(source.read.problems)
    as_written = {column_letter(h.position): h.text for h in source.layout.headings if h.text}
    for row in source.rows:
        for problem in row.problems:
            # A clerk looks for the heading of his own sheet.
            problem.heading = as_written.get(problem.cell.rstrip("0123456789"), problem.heading)
            receipt.problems.append(problem)
    outcomes = Counter(source.outcome[row.number] for row in source.rows if not row.is_bad)
    receipt.rows = len(source.rows)
    receipt.rejected = receipt.rows - outcomes.total()
    receipt.created, receipt.updated, receipt.unchanged = (
        outcomes[name] for name in ("created", "updated", "unchanged"))


def _whole(source: Source) -> Sheet:
    """The source's sheet with all its cells; those of a large sheet were let go and are read again."""
    if len(source.sheet.rows) > source.layout.header[1]:
        return source.sheet
    # Two tables of one HTML file may bear one name; their headers differ or they are one form's parts.
    return next(sheet for sheet in read_sheets(source.path)
                if sheet.name == source.sheet.name and sheet.rows[:source.layout.header[1]] == source.sheet.rows)


def _write_lists(
    files: list[FileReceipt], sources: list[Source], receipts: list[SheetReceipt], chosen: Path | None
) -> None:
    """Writes the rows that need mending beside their source, or all into the chosen file."""
    taken: set[Path] = set()
    together: list[tuple[Sheet, Layout, list[Problem]]] = []
    for file in files:
        own = [
            (_whole(source), source.layout, receipt.problems)
            for source, receipt in zip(sources, receipts, strict=True)
            if source.path == file.path and any(p.level != "note" and p.row for p in receipt.problems)
        ]
        if not own:
            continue
        if chosen is not None:
            together.extend(own)
            file.problem_list = chosen
            continue
        target = problem_list_path(file.path, taken)
        taken.add(target)
        file.problem_list = write_problem_list(target, own)
    if chosen is not None and together:
        write_problem_list(chosen, together)
