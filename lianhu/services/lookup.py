"""Finding the household or cadre a user names: by code, ID number, phone or name."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from lianhu.domain.identity import nearest, village_key
from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.store.connection import Database, Record

_HOUSEHOLDS = (
    "SELECT household.*, village.name AS village_name FROM household "
    "JOIN village ON village.id = household.village_id WHERE {} ORDER BY village.ordinal, household.code"
)
_CADRES = (
    "SELECT cadre.*, village.name AS village_name FROM cadre "
    "LEFT JOIN village ON village.id = cadre.village_id WHERE {} ORDER BY village.ordinal, cadre.code"
)


def get_household(database: Database, word: str) -> Record:
    """The household that ``word`` names, with ``village_name``.

    Raises NotFoundError, or AmbiguousError that lists those it fits.
    """
    found = _search(database, _HOUSEHOLDS, word, "head_id_number", "household.phone", "head_name")
    return _only(database, found, word, "户", "head_name", "household", "head_name")


def get_cadre(database: Database, word: str) -> Record:
    """The cadre that ``word`` names, with ``village_name`` (None for a town cadre)."""
    found = _search(database, _CADRES, word, "id_number", "cadre.phone", "cadre.name")
    return _only(database, found, word, "干部", "name", "cadre", "name")


def _search(
    database: Database, query: str, word: str, id_column: str, phone_column: str, name_column: str
) -> list[Record]:
    """Records by the first of code, ID number, phone, name that fits any."""
    # Codes and numbers come in full width too, from a Chinese keyboard.
    text = unicodedata.normalize("NFKC", word).strip()
    found = database.records(query.format("upper(code) = ?"), [text.upper()])
    digits = text.replace(" ", "").replace("-", "")
    if not found and len(digits) in (15, 18) and digits[:-1].isdigit():
        found = database.records(query.format(f"{id_column} = ?"), [digits.upper()])
    if not found and digits.isdigit() and len(digits) >= 7:
        found = database.records(query.format(f"replace({phone_column}, '-', '') LIKE ?"), [f"%{digits}%"])
    if not found:
        name = read_name(word)[0] or word.strip()
        found = database.records(query.format(f"{name_column} = ?"), [name])
    return found


def _only(
    database: Database, found: list[Record], word: str, noun: str, name_column: str, table: str, column: str
) -> Record:
    if len(found) == 1:
        return found[0]
    if found:
        listed = "；".join(
            f"{record['village_name'] or '镇'} {record[name_column]} {record['code']}" for record in found[:12])
        more = f"；等 {len(found)} 个" if len(found) > 12 else ""
        raise AmbiguousError(f"“{mask_text(word)}”有 {len(found)} 个{noun}：{listed}{more}。", "请用编号指明")
    names = [name for (name,) in database.execute(f"SELECT DISTINCT {column} FROM {table}")]
    near = [name for name in names if word in name][:3] or nearest(word, names, 3)
    raise NotFoundError(f"没有找到{noun}“{mask_text(word)}”。", f"您是不是要找：{'、'.join(near)}" if near else
                        f"可用编号、身份证号、电话或{'户主' if noun == '户' else ''}姓名")


def get_village(database: Database, word: str) -> Record:
    """The village that ``word`` names in any of its spellings."""
    villages = database.records("SELECT * FROM village ORDER BY ordinal")
    key = village_key(word)
    found = next((village for village in villages if village["key"] == key), None)
    if found is None:
        near = nearest(key, [village["key"] for village in villages])
        raise NotFoundError(f"没有登记过“{word}”这个村。", f"您是不是要找：{near[0]}" if near else "lianhu report --village")
    return found


def in_villages(database: Database, words: Sequence[str]) -> tuple[str, list[int]]:
    """An SQL condition on ``village.id`` for the villages that the words name, and its parameters."""
    ids = [int(get_village(database, word)["id"]) for word in words]
    return f"village.id IN ({', '.join('?' * len(ids))})", ids
