"""A report as a file: the ending says which kind, and the figures are the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lianhu.domain.figures import Hundredths, Report, Table, Value, hundredths_text, shown
from lianhu.files.safe import defused, replacing

ENDINGS = (".xlsx", ".html", ".docx", ".csv", ".json")


def write_report(
    target: Path, report: Report, about: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Writes the report under its title, ``about`` being a line beneath; an existing file is replaced."""
    ending = target.suffix.lower()
    if ending == ".xlsx":
        from lianhu.files.report_book import write_book

        write_book(target, report, about, progress)
    elif ending == ".docx":
        from lianhu.files.pages import write_page

        write_page(target, report.title, about, report.tables)
    else:
        made = {".html": _page, ".csv": _csv, ".json": _json}[ending](report, about)
        with replacing(target) as scratch:
            scratch.write_text(made, encoding="utf-8", newline="")


def csv_lines(tables: Sequence[Table]) -> Iterator[list[str]]:
    """The cells of each line of a .csv; more than one table are set apart by an empty line, each under its name."""
    for number, table in enumerate(tables):
        if len(tables) > 1:
            if number:
                yield []
            yield [defused(table.name)]
        rows: list[Sequence[Value]] = [table.headings, *table.rows, *([table.totals] if table.totals else [])]
        for row in rows:
            yield [_csv_cell(cell) for cell in row]


def _csv_cell(value: Value) -> str:
    if isinstance(value, str):
        return _one_kind_of_line_end(defused(value))
    # Amounts without commas between thousands: a spreadsheet reads them as numbers whatever its language.
    return hundredths_text(value.value) if isinstance(value, Hundredths) else shown(value)


def _one_kind_of_line_end(text: str) -> str:
    """Lines within a cell end alike: a bare carriage return would stand unquoted and end the row."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _csv(report: Report, _about: str) -> str:
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(csv_lines(report.tables))
    # Excel takes a file without the mark for one in the system's own code page.
    return f"\ufeff{text.getvalue()}"


def _json(report: Report, _about: str) -> str:
    import json

    return json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n"


def _page(report: Report, about: str) -> str:
    from lianhu.files.report_html import report_page

    return report_page(report, about)
