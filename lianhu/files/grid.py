"""What the readers share: limits, the reason a file is refused, and the making of a Sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianhu.domain.table import Cell, Merge, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_AREA = 30_000_000
"""Cells from A1 to the last valued one: 1 048 576 rows of 26 columns fit, a stray corner cell not.

Calamine allocates this area densely, and a failed allocation aborts the process.
"""

Faults = dict[tuple[int, int], str]
"""What is wrong with the cell at (row, column), as in Sheet.faults."""

UNCACHED = "uncached"

SAVE_AGAIN = "请在 Excel 或 WPS 中打开它，另存为 .xlsx 再导入；打不开就请对方重新发送。"
SAVE_OPEN = "请在 Excel 或 WPS 中输入密码打开它，另存一份不带密码的文件再导入。"
SAVE_SMALLER = "请把需要的行列复制到一个新的工作簿，保存后再导入。"
CHANGE = "请换成 .xlsx、.xls、.ods 或 .csv 文件再导入。"
COPY_TABLE = "请把其中的表格复制到 Excel，保存后再导入。"


class UnreadableError(Exception):
    """Why a file is refused; ``reason`` continues “文件“…””, ``hint`` is what the clerk can do."""

    def __init__(self, reason: str, hint: str = SAVE_AGAIN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def damaged() -> UnreadableError:
    """The refusal of a file whose structure is broken."""
    return UnreadableError("已经损坏或没有传完整，读不出来")


def locked() -> UnreadableError:
    """The refusal of a file that needs a password."""
    return UnreadableError("加了打开密码", SAVE_OPEN)


def oversized() -> UnreadableError:
    """The refusal of a file that would fill the memory."""
    return UnreadableError("展开后太大，不像一张名册", SAVE_SMALLER)


def doctype() -> UnreadableError:
    """The refusal of XML with declarations of its own, which no office program writes."""
    return UnreadableError("里面带有不安全的声明（DOCTYPE），不予读取")


def checked_area(rows: int, columns: int, where: str) -> None:
    """Nothing; raises when an area from A1 is larger than a sheet may be. ``where`` is shown."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_AREA:
        reason = f"在离表格很远的地方（{where}）还有内容，大得读不下"
        raise UnreadableError(reason, "请删除表格以外的行和列里的零散内容，保存后再导入。")


def sheet(
    name: str,
    rows: list[list[Cell]],
    merges: Iterable[Merge] = (),
    faults: Faults | None = None,
) -> Sheet:
    """A Sheet made of ``rows`` (changed in place): blanks are None, trimmed, merges filled.

    Merges are clipped to the used area, so that one over a million rows costs nothing.
    """
    for row in rows:
        if "" in row:
            row[:] = [None if cell == "" else cell for cell in row]
        trim(row)
    while rows and not rows[-1]:
        rows.pop()
    made = Sheet(name, rows, faults=faults if faults is not None else {})
    made.merges = list(_filled(made, merges))
    return made


def trim(row: list[Cell]) -> None:
    """Nothing; takes the blanks off the end of ``row``."""
    while row and row[-1] is None:
        row.pop()


def sparse_rows(cells: dict[int, dict[int, Cell]]) -> list[list[Cell]]:
    """Rows of a sheet given as row → column → value, both counted from 1."""
    rows: list[list[Cell]] = []
    area = 0
    for number in sorted(cells):
        columns = cells[number]
        width = max(columns, default=0)
        area += width
        checked_area(number, width, f"第 {number} 行")
        if area > MAX_AREA:
            raise oversized()
        rows.extend([] for _ in range(number - len(rows)))
        rows[-1] = [columns.get(column) for column in range(1, width + 1)]
    return rows


def _filled(made: Sheet, merges: Iterable[Merge]) -> Iterator[Merge]:
    """The merges inside the used area, once their cells (and faults) are filled."""
    rows = made.rows
    height, width = len(rows), max(map(len, rows), default=0)
    # Merged ranges never overlap, so together they cannot cover more than the used area.
    budget = height * width
    for merge in merges:
        top, left = merge.top, merge.left
        bottom, right = min(merge.bottom, height), min(merge.right, width)
        if bottom < top or right < left:
            continue
        budget -= (bottom - top + 1) * (right - left + 1)
        if budget < 0:
            raise damaged()
        yield Merge(top, left, bottom, right)
        value = rows[top - 1][left - 1] if left <= len(rows[top - 1]) else None
        if value is not None:
            _fill(rows[top - 1 : bottom], left, right, value)
        fault = made.faults.get((top, left))
        if fault is not None:
            covered = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            made.faults.update(dict.fromkeys(covered, fault))


def _fill(rows: Sequence[list[Cell]], left: int, right: int, value: Cell) -> None:
    for row in rows:
        row.extend([None] * (right - len(row)))
        row[left - 1 : right] = [value] * (right - left + 1)
