"""Any file a clerk may send, read into sheets; what it is, its content says, not its name."""

from __future__ import annotations

import io
import os
import re
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lianhu.domain.table import Cell, Merge, Sheet
from lianhu.errors import FileRefusedError, NotFoundError
from lianhu.files import delimited, grid, olescan, webtable, zipscan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from python_calamine import CalamineSheet

READABLE = {
    ".xlsx",
    ".xlsm",
    ".xls",
    ".et",
    ".ods",
    ".csv",
    ".tsv",
    ".txt",
    ".html",
    ".htm",
}
"""Endings of the files that a folder gives; .et is what WPS calls its .xls."""

PROBLEM_LIST = "-问题清单.xlsx"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MAX_FILE = 200 << 20

_FOREIGN = (
    (b"%PDF", "是 PDF 文件，不是表格", grid.COPY_TABLE),
    (b"\x89PNG", "是图片，不是表格", grid.CHANGE),
    (b"\xff\xd8\xff", "是图片，不是表格", grid.CHANGE),
    (b"GIF8", "是图片，不是表格", grid.CHANGE),
    (b"II*\x00", "是图片，不是表格", grid.CHANGE),
    (b"MM\x00*", "是图片，不是表格", grid.CHANGE),
    (b"Rar!", "是压缩包，不是表格", "请先解压，再导入里面的表格。"),
    (b"7z\xbc\xaf\x27\x1c", "是压缩包，不是表格", "请先解压，再导入里面的表格。"),
    (b"\x1f\x8b", "是压缩包，不是表格", "请先解压，再导入里面的表格。"),
    (b"{\\rtf", "是 RTF 文档，不是表格", grid.COPY_TABLE),
    (b"MIME-Version:", "是单个文件网页（.mht），不是工作簿", grid.SAVE_AGAIN),
    (b"\x09\x00\x04\x00", "的格式太旧（Excel 2.0）", grid.SAVE_AGAIN),
    (b"\x09\x02\x06\x00", "的格式太旧（Excel 3.0）", grid.SAVE_AGAIN),
    (b"\x09\x04\x06\x00", "的格式太旧（Excel 4.0）", grid.SAVE_AGAIN),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)


def read_sheets(path: Path) -> list[Sheet]:
    """The visible sheets of a file, in order; the file is only read, never changed.

    Raises NotFoundError when there is no such file and FileRefusedError, with one sentence and
    what to do, when it is not a table that can be read.
    """
    data = _content(path)
    try:
        return _sheets(data, path.stem)
    except grid.UnreadableError as error:
        raise FileRefusedError(f"文件“{path.name}”{error.reason}。", error.hint) from error
    except MemoryError as error:
        refusal = grid.oversized()
        raise FileRefusedError(f"文件“{path.name}”{refusal.reason}。", refusal.hint) from error


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and for a folder the readable files in it and below, sorted by path.

    A folder's hidden files, Office's lock files (``~$…``) and our own problem lists are left
    out. A file that is reached twice counts once. Raises NotFoundError for a missing path.
    """
    found: dict[tuple[int, int], Path] = {}
    for path in paths:
        for file in _files_below(path) if path.is_dir() else (path,):
            try:
                status = file.stat()
            except FileNotFoundError as error:
                sentence = f"找不到文件或文件夹“{path}”。"
                raise NotFoundError(sentence, "请检查路径有没有写错。") from error
            except OSError as error:
                raise _unopened(file, error) from error
            found.setdefault((status.st_dev, status.st_ino), file)
    return list(found.values())


def _files_below(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise _unopened(Path(error.filename or folder), error) from error

    files = []
    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(place, name) for name in names if _belongs(name)]
    return sorted(file for file in files if file.is_file())


def _belongs(name: str) -> bool:
    return (
        Path(name).suffix.lower() in READABLE and not name.startswith((".", "~$")) and not name.endswith(PROBLEM_LIST)
    )


def _unopened(path: Path, error: OSError) -> FileRefusedError:
    if isinstance(error, PermissionError):
        hint = "请检查权限；如果它正在 Excel 或 WPS 中打开，请先关闭。"
        return FileRefusedError(f"没有权限读取“{path.name}”。", hint)
    return FileRefusedError(f"“{path.name}”读不出来（{error.strerror}）。", "请检查磁盘或网络。")


def _content(path: Path) -> bytes:
    """The bytes of a regular file that is neither empty nor enormous."""
    try:
        if path.is_dir():
            sentence = f"“{path.name}”是文件夹，不是文件。"
            raise FileRefusedError(sentence, "请给出文件夹里的表格文件。")
        if path.exists() and not path.is_file():  # a pipe or device would block or never end
            raise FileRefusedError(f"“{path.name}”不是普通文件。", grid.CHANGE)
        if path.stat().st_size > _MAX_FILE:
            raise FileRefusedError(f"文件“{path.name}”超过 200 MB，太大。", grid.SAVE_SMALLER)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"找不到文件“{path}”。", "请检查路径有没有写错。") from error
    except OSError as error:
        raise _unopened(path, error) from error
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefusedError(f"文件“{path.name}”是空的，没有内容。", "请对方重新发送。")
    return data


def _sheets(data: bytes, stem: str) -> list[Sheet]:
    if data.startswith(b"PK"):
        return _zipped(zipscan.Package(data))
    if data.startswith(olescan.MAGIC):
        return _old_workbook(*olescan.checked_workbook(data))
    for magic, reason, hint in _FOREIGN:
        if data.startswith(magic):
            raise grid.UnreadableError(reason, hint)
    return _texts(data, stem)


def _zipped(package: zipscan.Package) -> list[Sheet]:
    from lianhu.files import opendocument

    if package.is_locked():
        raise grid.locked()
    if "xl/workbook.bin" in package:
        raise grid.UnreadableError("是二进制工作簿（.xlsb）", grid.SAVE_AGAIN)
    if package.has_folder("word"):
        raise grid.UnreadableError("是 Word 文档，不是表格", grid.COPY_TABLE)
    if package.has_folder("ppt"):
        raise grid.UnreadableError("是演示文稿，不是表格", grid.CHANGE)
    if "mimetype" in package and "content.xml" in package:
        if not package.read("mimetype").startswith(_ODS):
            raise grid.UnreadableError("是 OpenDocument 文档，不是表格", grid.COPY_TABLE)
        return opendocument.sheets(zipscan.opendocument_content(package))
    if "_rels/.rels" not in package and not package.has_folder("xl"):
        raise grid.UnreadableError("是压缩包，不是表格", "请先解压，再导入里面的表格。")
    archive, parts = zipscan.checked_workbook(package)
    if not parts:
        return []
    return _calamine_sheets(archive, [part.faults for part in parts], [part.name for part in parts])


def _old_workbook(container: bytes, faults: list[grid.Faults]) -> list[Sheet]:
    sheets = _calamine_sheets(io.BytesIO(container), faults)
    for row in chain.from_iterable(made.rows for made in sheets):
        # .xls has a short form for whole numbers; to Excel all numbers are floats.
        row[:] = [float(cell) if type(cell) is int else cell for cell in row]
    return sheets


def _calamine_sheets(stream: BinaryIO, faults: list[grid.Faults], names: list[str] | None = None) -> list[Sheet]:
    """The visible worksheets as calamine reads them, with the faults found before."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    sheets = []
    try:
        with _silence():
            workbook = CalamineWorkbook.from_filelike(stream)
            for index, about in enumerate(workbook.sheets_metadata):
                if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
                    name = names[index] if names else about.name
                    cells = workbook.get_sheet_by_index(index)
                    sheets.append(_sheet(name, cells, faults[index]))
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise grid.damaged() from error
    except BaseException as error:
        # pyo3 gives a panic of the library as PanicException, which derives from BaseException
        # and cannot be imported; whatever else comes here is not ours.
        if type(error).__name__ != "PanicException":
            raise
        raise grid.damaged() from error
    return sheets


def _sheet(name: str, cells: CalamineSheet, faults: grid.Faults) -> Sheet:
    rows: list[list[Cell]] = cells.to_python(skip_empty_area=False)  # type: ignore[assignment]  # lists are invariant
    merges = [
        Merge(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in cells.merged_cell_ranges or ()
    ]
    return grid.sheet(name, rows, merges, faults)


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing reaches the terminal meanwhile: a panic would print a page of Rust to the clerk."""
    try:
        kept = os.dup(2)
    except OSError:  # no standard error at all
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _texts(data: bytes, stem: str) -> list[Sheet]:
    """Sheets of a file that is text: HTML, SpreadsheetML or separated values."""
    head = data[:4096]
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise grid.UnreadableError("不是表格文件", grid.CHANGE)
    text = delimited.decoded(data).rstrip("\x1a")  # DOS ends a text file with Ctrl-Z
    if _CONTROL.search(text):
        raise grid.UnreadableError("不是表格文件", grid.CHANGE)
    start = text[:4096].lstrip()
    if start.startswith("<"):
        if webtable.SPREADSHEET_ML in start and "<html" not in start.lower():
            return webtable.spreadsheet_ml_sheets(webtable.spreadsheet_ml_text(data))
        if not _HTML.search(start):
            raise grid.UnreadableError("是 XML 文件，不是表格", grid.CHANGE)
        sheets = webtable.html_sheets(webtable.html_text(data), stem)
        if not sheets:
            raise grid.UnreadableError("是网页，里面没有表格", grid.CHANGE)
        return sheets
    return [grid.sheet(stem, delimited.table_rows(text))]
