"""A zipped workbook (.xlsx, .xlsm, .ods), checked before it is read.

What calamine gets is a new archive with only the parts that were checked here, still packed: it
can neither inflate a bomb nor find another part than the one that was measured.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from lianhu.files import grid
from lianhu.files.sheetscan import survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO
    from xml.etree.ElementTree import Element
    from zipfile import ZipInfo

_MAX_MEMBERS = 10_000
_MAX_PART = 400 << 20
_MAX_TOTAL = 500 << 20
_PIECE = 1 << 20
_MAX_RATIO = 400  # sheets of formatted blanks reach 60, deflate ends at 1032
_RATIO_COUNTS_FROM = 20 << 20


class Part(NamedTuple):
    """A visible sheet: its name and the faults of its cells."""

    name: str
    faults: grid.Faults


class Packed(NamedTuple):
    """A part of an archive as it is stored: how, its checksum and size once inflated."""

    method: int
    crc: int
    size: int
    content: bytes


class Package:
    """An archive whose parts are read with limits on what they may inflate to."""

    def __init__(self, data: bytes) -> None:
        import io
        import zipfile

        self._data = data
        try:
            infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
        # Besides BadZipFile, what zipfile lets out when its own parsing stumbles.
        except (zipfile.BadZipFile, struct.error, ValueError, OSError, RuntimeError) as error:
            raise grid.damaged() from error
        if len(infos) > _MAX_MEMBERS:
            raise grid.oversized()
        # Some programs write backslashes, and calamine ignores case too.
        self._infos = {info.filename.replace("\\", "/").lower(): info for info in infos}
        self._left = _MAX_TOTAL

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def has_folder(self, name: str) -> bool:
        """Whether any part lies in the folder."""
        return any(part.startswith(f"{name}/") for part in self._infos)

    def is_locked(self) -> bool:
        """Whether the archive itself needs a password."""
        return any(info.flag_bits & 1 for info in self._infos.values())

    def read(self, name: str) -> bytes:
        """The inflated part; refuses one that is missing, damaged, too large or has a DOCTYPE."""
        info = self._infos.get(name.lower())
        if info is None:
            raise grid.damaged()
        self._check_size(info)
        try:
            content = _inflated(self.packed(name))
        except zlib.error as error:
            raise grid.damaged() from error
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise grid.damaged()
        _check_prolog(content)
        return content

    def packed(self, name: str) -> Packed:
        """The part as it lies in the archive."""
        info = self._infos[name.lower()]
        try:
            lengths = struct.unpack_from("<HH", self._data, info.header_offset + 26)
        except struct.error as error:
            raise grid.damaged() from error
        start = info.header_offset + 30 + sum(lengths)
        content = self._data[start : start + info.compress_size]
        return Packed(info.compress_type, info.CRC, info.file_size, content)

    def _check_size(self, info: ZipInfo) -> None:
        if info.compress_type not in (0, 8):  # stored or deflated, as office programs write
            raise grid.damaged()
        size = info.file_size
        self._left -= size
        if size > _MAX_PART or self._left < 0:
            raise grid.oversized()
        if size > _RATIO_COUNTS_FROM and size > _MAX_RATIO * info.compress_size:
            raise grid.oversized()


def _inflated(packed: Packed) -> bytes:
    """At most little more than the declared size, whatever the stream holds.

    ZipExtFile takes three times as long over a bounded read.
    """
    if packed.method == 0:
        return packed.content
    inflater = zlib.decompressobj(-15)
    pieces = [inflater.decompress(packed.content, _PIECE)]
    size = len(pieces[0])
    while pieces[-1] and size <= packed.size:
        pieces.append(inflater.decompress(inflater.unconsumed_tail, _PIECE))
        size += len(pieces[-1])
    return b"".join(pieces)


_ROOT = re.compile(rb"<[^?!]")


def _check_prolog(content: bytes) -> None:
    """Nothing; raises when a declaration stands before the root element, its only lawful place."""
    root = _ROOT.search(content)
    end = root.start() if root else len(content)
    if content.find(b"<!DOCTYPE", 0, end) >= 0 or content.find(b"<!ENTITY", 0, end) >= 0:
        raise grid.doctype()


def opendocument_content(package: Package) -> bytes:
    """``content.xml`` of an OpenDocument spreadsheet."""
    manifest = "META-INF/manifest.xml"
    if manifest in package and b"encryption-data" in package.read(manifest):
        raise grid.locked()
    return package.read("content.xml")


def checked_workbook(package: Package) -> tuple[BytesIO, list[Part]]:
    """An archive that calamine can read safely, and its sheets: the visible ones."""
    import io

    path = _target(package, "_rels/.rels", "", "/officeDocument") or "xl/workbook.xml"
    workbook = _parsed(package.read(path))
    folder = posixpath.dirname(path)
    relations_path = f"{folder}/_rels/{posixpath.basename(path)}.rels"
    targets = dict(_relations(package, relations_path, folder))

    parts: list[Part] = []
    members: list[tuple[str, Packed]] = []
    for kind, name in (("/sharedStrings", "sharedStrings.xml"), ("/styles", "styles.xml")):
        found = [target for at, target in targets.values() if at.endswith(kind)]
        if found and found[0] in package:
            package.read(found[0])
            members.append((f"xl/{name}", package.packed(found[0])))
    shown = list(_visible_sheets(workbook, targets))
    if len({target for _, target in shown}) < len(shown):  # one part read again and again
        raise grid.damaged()
    for name, target in shown:
        parts.append(Part(name, survey(package.read(target), name)))
        members.append((f"xl/worksheets/sheet{len(parts)}.xml", package.packed(target)))
    settings = next((e for e in workbook.iter() if e.tag.endswith("}workbookPr")), None)
    old_dates = settings is not None and settings.get("date1904") in ("1", "true")
    numbers = range(1, len(parts) + 1)
    sheets = "".join(_SHEET % (number, number, number) for number in numbers)
    links = "".join(_LINK % (number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    link = _LINK % (0, "officeDocument", "xl/workbook.xml")
    members += [
        ("xl/workbook.xml", _plain(_WORKBOOK % (int(old_dates), sheets))),
        ("xl/_rels/workbook.xml.rels", _plain(_RELATIONS % links)),
        ("_rels/.rels", _plain(_RELATIONS % link)),
    ]
    return io.BytesIO(_archive(members)), parts


def _visible_sheets(workbook: Element, targets: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(name, path) of the worksheets that are shown; charts and dialogs are no worksheets."""
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("state", "visible") == "visible":
            relation = next((v for k, v in element.items() if k.endswith("}id")), "")
            kind, target = targets.get(relation, ("", ""))
            if kind.endswith("/worksheet"):
                yield element.get("name", ""), target


def _plain(text: str) -> Packed:
    content = text.encode()
    return Packed(0, zlib.crc32(content), len(content), content)


def _archive(members: list[tuple[str, Packed]]) -> bytes:
    """A zip archive of the members as they are; zipfile can only pack them again."""
    local, central = [], []
    offset = 0
    for name, (method, crc, size, content) in members:
        path = name.encode()
        fields = (20, 0, method, 0, 0x21, crc, len(content), size, len(path), 0)
        local += [struct.pack("<4s5H3I2H", b"PK\3\4", *fields), path, content]
        central += [struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *fields, 0, 0, 0, 0, offset), path]
        offset += 30 + len(path) + len(content)
    length = sum(map(len, central))
    count = len(members)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, length, offset, 0)
    return b"".join([*local, *central, end])


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    f' xmlns:r="{_OFFICE}"><workbookPr date1904="%d"/><sheets>%s</sheets></workbook>'
)
_SHEET = '<sheet name="%d" sheetId="%d" r:id="r%d"/>'
_LINK = f'<Relationship Id="r%d" Type="{_OFFICE}/%s" Target="%s"/>'
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'


def _parsed(content: bytes) -> Element:
    from xml.etree import ElementTree as ET

    try:
        return ET.fromstring(content)  # noqa: S314 - a part with a DOCTYPE was refused before
    except (ET.ParseError, ValueError, LookupError) as error:  # the latter two: odd encodings
        raise grid.damaged() from error


def _relations(package: Package, path: str, folder: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """(id, (type, path of the part)) of each relation that stays inside the package."""
    for element in _parsed(package.read(path)):
        target = element.get("Target", "")
        if element.get("TargetMode") != "External":
            whole = target if target.startswith("/") else f"/{folder}/{target}"
            place = posixpath.normpath(whole.replace("\\", "/")).lstrip("/")
            yield element.get("Id", ""), (element.get("Type", ""), place)


def _target(package: Package, path: str, folder: str, kind: str) -> str:
    """Where the first relation of a type leads; '' when there is none."""
    if path not in package:
        return ""
    found = (place for _, (at, place) in _relations(package, path, folder) if at.endswith(kind))
    return next(found, "")
