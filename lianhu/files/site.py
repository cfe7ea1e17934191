"""Pages that lead to one another, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from lianhu.domain.figures import Report
from lianhu.errors import ConflictError, FileRefusedError
from lianhu.files.report_html import Surroundings, report_page
from lianhu.files.safe import check_place, replacing


class Page(Protocol):
    """A page: its file, its report, the pages above it, and which file a line of a table leads to."""

    @property
    def file(self) -> str: ...
    @property
    def report(self) -> Report: ...
    @property
    def above(self) -> Sequence[tuple[str, str]]: ...
    @property
    def links(self) -> Mapping[tuple[str, ...], str]: ...


def write_site(folder: Path, pages: Iterable[Page], about: str, *, force: bool) -> int:
    """Writes the pages into the folder, which is made where there is none; gives back how many.

    Raises ConflictError for a folder with anything in it, unless ``force`` says to write over it.
    """
    if folder.exists() and not folder.is_dir():
        raise ConflictError(f"{folder} 是文件，不是文件夹，没有改动它。", "换一个文件夹名")
    if not folder.exists():
        check_place(folder, force=force)
    elif any(folder.iterdir()) and not force:
        raise ConflictError(f"文件夹 {folder} 里已经有文件，没有改动它。", "换一个文件夹名，或加 --force 覆盖里面的网页")
    try:
        # Private, as every file of ours: who may see it is for the office to say.
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FileRefusedError(f"建不了文件夹 {folder}：{error.strerror}。", "换一个可写的地方") from error
    count = 0
    for page in pages:
        with replacing(folder / page.file) as scratch:
            scratch.write_text(
                report_page(page.report, about, Surroundings(page.above, page.links)), encoding="utf-8")
        count += 1
    return count
