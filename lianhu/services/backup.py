"""A backup that is proved: it is put back into a scratch file, and every table there is compared with the original."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from lianhu.errors import ConflictError, DatabaseError, FileRefusedError, UsageError, why
from lianhu.files.encryption import ENDING, MARK, decrypted, encrypted
from lianhu.files.safe import check_place, replacing
from lianhu.services.settings import load_settings
from lianhu.store.connection import HEADER, Database, open_database
from lianhu.store.content import content_hashes, damages
from lianhu.store.journal import note_reading

_NO_NAME = re.compile(r'[\s\\/:*?"<>|\x00-\x1f.]+')
"""What a name of a file cannot hold everywhere."""


class BackedUp(NamedTuple):
    """A backup that was made and proved; ``removed`` are older ones that made room for it."""

    file: Path
    tables: int
    rows: int
    size: int
    is_encrypted: bool
    removed: list[Path]


def make_backup(
    database: Database, target: Path | None, *, passphrase: str | None = None, keep: int | None = None,
    force: bool = False, now: datetime,
) -> BackedUp:
    """Copies the database, whoever writes meanwhile, and proves the copy.

    ``target`` is a file, a folder, or None for the database's own folder; in a folder the name is made of the
    town's and the moment. ``keep`` leaves so many backups of such names in that folder.

    Raises UsageError, ConflictError, NotFoundError and FileRefusedError for a target that cannot be, and
    DatabaseError when the copy is not what was copied.
    """
    assert database.path is not None
    stem = _stem(database)
    ending = database.path.suffix + (ENDING if passphrase is not None else "")
    folder = database.path.parent if target is None else target if target.is_dir() else None
    if folder is None and keep is not None:
        raise UsageError("--keep 只清理自动命名的备份，不能和备份的文件名同用。", "lianhu backup 文件夹 --keep 14")
    file = _free(folder, f"{stem}-{now:%Y%m%d-%H%M%S}", ending) if folder is not None else target
    assert file is not None
    if file.exists() and file.samefile(database.path):
        raise ConflictError(f"{file} 就是数据库自己，没有改动它。", "换一个文件名，或不写文件名")
    check_place(file, force=force)
    with replacing(file) as scratch:
        with database.snapshot():
            hashes = content_hashes(database)
            rows = sum(number for ((number,),) in (
                database.execute(f'SELECT count(*) FROM "{table}"') for table in hashes if table != "sqlite_master"))
            database.write_to(scratch)
        if passphrase is not None:
            scratch.write_bytes(encrypted(scratch.read_bytes(), passphrase))
        _prove(scratch, file, hashes, passphrase)
        # No copy of everything without an entry in the log: the file takes its place after that.
        note_reading(database, "backup", f"备份{'（加密）' if passphrase is not None else ''}到 {file.name}", now=now)
    removed = _rotated(file, stem, database.path.suffix, keep) if keep is not None else []
    return BackedUp(file, len(hashes) - 1, rows, file.stat().st_size, passphrase is not None, removed)


def _prove(backup: Path, called: Path, hashes: dict[str, str], passphrase: str | None) -> None:
    with unpacked(backup, called.parent, called.name, lambda: passphrase or "") as restored, open_database(restored) as copy:
        wrong = damages(copy)
        found = content_hashes(copy)
    differing = sorted(table for table in hashes.keys() | found.keys() if hashes.get(table) != found.get(table))
    if wrong or differing:
        raise DatabaseError(f"备份 {called} 试恢复后和原来的不一样（{'、'.join(differing or wrong[:3])}），没有留下它。",
                            "请检查磁盘，或换一个地方备份")


@contextmanager
def unpacked(backup: Path, folder: Path, called: str, passphrase: Callable[[], str]) -> Iterator[Path]:
    """A scratch copy of a backup in ``folder``, its lock opened, gone after the block; the backup is only read.

    ``passphrase`` is asked for a locked one. Raises FileRefusedError for what is no database.
    """
    with _scratch_folder(folder) as scratch:
        copy = scratch / "lianhu.db"
        copy.touch(mode=0o600)
        try:
            with backup.open("rb") as file:
                head = file.read(len(MARK))
            if head == MARK:
                copy.write_bytes(decrypted(backup.read_bytes(), passphrase(), called))
            else:
                shutil.copyfile(backup, copy)
                journal = backup.with_name(f"{backup.name}-journal")
                if journal.exists():
                    # A copy made by hand while a command was writing: SQLite takes back what was half done.
                    shutil.copyfile(journal, copy.with_name(f"{copy.name}-journal"))
        except OSError as error:
            raise FileRefusedError(f"读不了备份 {called}：{why(error)}。", "请检查文件、权限和磁盘空间") from error
        with copy.open("rb") as file:
            if file.read(len(HEADER)) != HEADER:
                raise FileRefusedError(f"{called} 不是 lianhu 的备份（文件已损坏，或是别的文件），没有改动。", "请换一个备份")
        yield copy


@contextmanager
def _scratch_folder(folder: Path) -> Iterator[Path]:
    """A folder of our own beside the files, on the same disk, that nobody else can look into."""
    try:
        made = TemporaryDirectory(dir=folder, prefix=".lianhu-")
    except OSError as error:
        raise DatabaseError(f"不能在文件夹 {folder} 里写文件：{why(error)}。", "请检查文件夹权限和磁盘空间") from error
    with made as name:
        yield Path(name)


def _stem(database: Database) -> str:
    """How this database's own backups are called before their moment: 音德尔镇-lianhu-备份.

    Two databases of one town in one folder are told apart by their own names, so that ``keep`` never takes
    the other one's.
    """
    assert database.path is not None
    town = _NO_NAME.sub("", load_settings(database).town)
    return "-".join(filter(None, (town, database.path.stem, "备份")))


def _free(folder: Path, name: str, ending: str) -> Path:
    number, file = 1, folder / f"{name}{ending}"
    while file.exists():
        number += 1
        file = folder / f"{name}-{number}{ending}"
    return file


def _rotated(newest: Path, stem: str, suffix: str, keep: int) -> list[Path]:
    """Deletes the oldest backups of this database beyond ``keep``, never the one just made; gives their names."""
    own = re.compile(rf"{re.escape(stem)}-(\d{{8}}-\d{{6}})(?:-(\d+))?{re.escape(suffix)}(?:{re.escape(ENDING)})?")
    others = []
    for file in newest.parent.iterdir():
        match = own.fullmatch(file.name)
        if match and file != newest and file.is_file():
            others.append(((match[1], int(match[2] or 1)), file))
    removed = [file for _, file in sorted(others, reverse=True)[keep - 1:]]
    for file in removed:
        file.unlink()
    return removed
