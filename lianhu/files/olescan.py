"""An old workbook (.xls: BIFF records in an OLE2 container), checked before calamine reads it.

Calamine reserves whatever the file's own counts say, and follows a sector chain in a circle for
ever. So the records are walked here, wrong counts are refused or cleared, and calamine is given
a new container with only the stream that was walked.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lianhu.files import grid

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN, _FAT_SECTOR, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA
_SECTOR = 4096  # of the container that is written: its header alone reaches 450 MB
_MAX_SHEETS = 1000
_MAX_COLUMNS = 256

_FORMULA, _EOF, _FILEPASS, _CONTINUE, _BOUNDSHEET = 0x0006, 0x000A, 0x002F, 0x003C, 0x0085
_MULRK, _SST, _LABELSST = 0x00BD, 0x00FC, 0x00FD
_DIMENSIONS, _NUMBER, _LABEL, _BOOLERR, _RK = 0x0200, 0x0203, 0x0204, 0x0205, 0x027E
_VALUES = {_NUMBER, _LABEL, _BOOLERR, _RK, _LABELSST, _FORMULA}
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def checked_workbook(data: bytes) -> tuple[bytes, list[grid.Faults]]:
    """A container that calamine can read safely, and the faults of each sheet in order."""
    try:
        stream = _workbook_stream(_Streams(data))
        faults = _walked(stream)
    except (struct.error, IndexError) as error:  # a record or sector that ends too early
        raise grid.damaged() from error
    return _container(bytes(stream)), faults


def _workbook_stream(streams: _Streams) -> bytearray:
    names = streams.names
    if "EncryptedPackage" in names:
        raise grid.locked()
    for name in ("Workbook", "Book"):
        if name in names:
            return bytearray(streams.content(name))
    if "WordDocument" in names:
        raise grid.UnreadableError("是 Word 文档，不是表格", grid.COPY_TABLE)
    if "PowerPoint Document" in names:
        raise grid.UnreadableError("是演示文稿，不是表格", grid.CHANGE)
    raise grid.UnreadableError("不是表格文件", grid.CHANGE)


class _Streams:
    """The directory of a container and what it needs to follow a chain of sectors."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in (9, 12):
            raise grid.damaged()
        self._size = 1 << shift
        self._fat = self._read_fat()
        directory_start, mini_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 60))
        self.names: dict[str, tuple[int, int]] = {}
        root = (_END_OF_CHAIN, 0)
        directory = self._chain(directory_start)
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            if kind == 5:
                root = (start, size)
            elif kind == 2:
                self.names.setdefault(name, (start, size))
        self._mini = self._chain(root[0])
        mini_fat = self._chain(mini_start)
        self._mini_fat = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)

    def content(self, name: str) -> bytes:
        """The bytes of a stream; refuses one that is cut short."""
        start, size = self.names[name]
        if size < 4096:
            content = b"".join(
                self._mini[number * 64 : number * 64 + 64] for number in _followed(start, self._mini_fat)
            )
        else:
            content = self._chain(start)
        if len(content) < size:
            raise grid.damaged()
        return content[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        return self._data[at : at + self._size]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _followed(start, self._fat))

    def _read_fat(self) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", self._data, 76))
        next_table = struct.unpack_from("<I", self._data, 68)[0]
        seen = set()
        while next_table <= _LAST_SECTOR:
            if next_table in seen:
                raise grid.damaged()
            seen.add(next_table)
            entries = struct.unpack(f"<{self._size // 4}I", self._sector(next_table))
            numbers.extend(entries[:-1])
            next_table = entries[-1]
        used = [number for number in numbers if number <= _LAST_SECTOR]
        if len(used) * self._size > len(self._data):
            raise grid.damaged()
        fat = b"".join(map(self._sector, used))
        return struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])


def _followed(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """Sector numbers from ``start`` to the end of the chain; refuses one that runs in a circle."""
    steps = 0
    while start <= _LAST_SECTOR:
        yield start
        start = table[start]
        steps += 1
        if steps > len(table):
            raise grid.damaged()


def _records(stream: bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, start, length) of the records from ``at`` to the end of their substream."""
    header = struct.Struct("<HH").unpack_from
    end = len(stream)
    while at + 4 <= end:
        kind, length = header(stream, at)
        at += 4
        if at + length > end:
            raise grid.damaged()
        yield kind, at, length
        if kind == _EOF:
            return
        at += length


def _walked(stream: bytearray) -> list[grid.Faults]:
    """The faults of each sheet; refuses counts that cannot be true, clears sheet dimensions."""
    positions = _sheet_positions(stream)
    if len(positions) > _MAX_SHEETS or len(set(positions)) < len(positions):
        raise grid.damaged()
    faults, area = [], 0
    for position in positions:
        found, rows, columns = _walked_sheet(stream, position)
        faults.append(found)
        area += rows * columns
        if area > grid.MAX_AREA:  # calamine holds all sheets at once, hidden ones too
            raise grid.oversized()
    return faults


def _sheet_positions(stream: bytearray) -> list[int]:
    """Where the sheets begin, once the records before them are checked."""
    positions: list[int] = []
    room = count = 0  # bytes of the table of strings so far, and how many it claims to hold
    for kind, at, length in _records(stream, 0):
        if kind == _FILEPASS:
            raise grid.locked()
        if kind == _CONTINUE:
            room += length
        elif count * 3 > room:  # the shortest string takes three bytes
            raise grid.damaged()
        elif kind == _SST:
            room, count = length, struct.unpack_from("<I", stream, at + 4)[0]
        else:
            room = count = 0
        if kind == _BOUNDSHEET:
            positions.append(struct.unpack_from("<I", stream, at)[0])
    if count * 3 > room:
        raise grid.damaged()
    return positions


def _walked_sheet(stream: bytearray, position: int) -> tuple[grid.Faults, int, int]:
    """The faults of a sheet and how many rows and columns its values reach over."""
    place = struct.Struct("<HH").unpack_from
    faults: grid.Faults = {}
    last_row = last_column = -1
    for kind, at, length in _records(stream, position):
        if kind in _VALUES:
            row, column = place(stream, at)
            last_row = max(last_row, row)
            last_column = max(last_column, column)
            if kind == _BOOLERR and stream[at + 7]:
                faults[row + 1, column + 1] = _ERRORS.get(stream[at + 6], "#N/A")
            elif kind == _FORMULA and _has_error(stream, at):
                faults[row + 1, column + 1] = _ERRORS.get(stream[at + 8], "#N/A")
        elif kind == _MULRK:
            row, first = place(stream, at)
            last_row = max(last_row, row)
            last_column = max(last_column, first + (length - 6) // 6 - 1)
        elif kind == _DIMENSIONS:
            stream[at : at + length] = bytes(length)
    if last_column >= _MAX_COLUMNS:
        raise grid.damaged()
    return faults, last_row + 1, last_column + 1


def _has_error(stream: bytearray, at: int) -> bool:
    """Whether the result of the formula record is an error, by its marks of a non-number."""
    return stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2


def _container(stream: bytes) -> bytes:
    """An OLE2 file with one stream, ``Workbook``."""
    stream_sectors = max(-(-len(stream) // _SECTOR), 1)
    entries = _SECTOR // 4
    fat_sectors = 1
    while fat_sectors * entries < fat_sectors + 1 + stream_sectors:
        fat_sectors += 1
    if fat_sectors > 109:
        raise grid.oversized()
    first = fat_sectors + 1
    chain = [*range(first + 1, first + stream_sectors), _END_OF_CHAIN]
    fat = [_FAT_SECTOR] * fat_sectors + [_END_OF_CHAIN, *chain]
    fat += [_FREE] * (fat_sectors * entries - len(fat))
    header = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 4, 0xFFFE, 12, 6)
    # one directory sector, how many of FAT, where the directory is; no short streams, no more FAT
    header += struct.pack("<5I", 1, fat_sectors, fat_sectors, 0, 4096)
    header += struct.pack("<4I", _END_OF_CHAIN, 0, _END_OF_CHAIN, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[_FREE] * (109 - fat_sectors))
    size = stream_sectors * _SECTOR  # padded: below 4096 bytes the format has other rules
    # Calamine wants a start of the short streams even when there are none: the directory's sector.
    directory = _entry("Root Entry", 5, fat_sectors, 0, child=1)
    directory += _entry("Workbook", 2, first, size)
    parts = (
        header.ljust(_SECTOR, b"\0"),
        struct.pack(f"<{len(fat)}I", *fat),
        directory.ljust(_SECTOR, b"\0"),
        stream.ljust(size, b"\0"),
    )
    return b"".join(parts)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<3I", _FREE, _FREE, child)
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
