"""Finding the household or cadre a user names: by code, ID number, phone or name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lianhu.domain.identity import both_forms, nearest, place_key, village_key
from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.errors import AmbiguousError, NotFoundError
from lianhu.store.connection import Database, Record

_HOUSEHOLDS = (
    "SELECT household.*, village.name AS village_name FROM household "
    "JOIN village ON village.id = household.village_id WHERE {} ORDER BY village.ordinal, household.code"
)
_BY_FORMER_HEAD = (
    "SELECT household.*, village.name AS village_name, former_head.name AS former_name, "
    "former_head.ended_on AS former_until FROM former_head JOIN household AS own ON own.id = former_head.household_id "
    "JOIN household ON household.id = coalesce(own.merged_into_id, own.id) "
    "JOIN village ON village.id = household.village_id WHERE {} ORDER BY village.ordinal, household.code, former_until"
)
_CADRES = (
    "SELECT cadre.*, village.name AS village_name FROM cadre "
    "LEFT JOIN village ON village.id = cadre.village_id WHERE {} ORDER BY village.ordinal, cadre.code"
)


def get_household(database: Database, word: str) -> Record:
    """The household that ``word`` names, with ``village_name``.

    Where no present household fits, one whose former head bore the name or ID number does; such a
    record carries ``former_name`` and ``former_until``, which ``former_note`` tells. Raises
    NotFoundError, or AmbiguousError that lists those it fits.
    """
    found = _search(database, _HOUSEHOLDS, word, "head_id_number", "household.phone", "head_name")
    if len(found) > 1:
        # One that was joined with another is meant only where nothing else is.
        found = [household for household in found if household["merged_into_id"] is None] or found
    return _only(database, found or _of_former_head(database, word), word, "户", "head_name", "household", "head_name")


def get_standing_household(database: Database, word: str) -> Record:
    """As ``get_household``; for one that was joined with another that other, whose ``joined`` is its code and head."""
    named = get_household(database, word)
    if named["merged_into_id"] is None:
        return named
    (household,) = database.records(_HOUSEHOLDS.format("household.id = ?"), [named["merged_into_id"]])
    return household | {"joined": f"{named['code']} {named['head_name']}"}


def former_note(household: Record) -> str | None:
    """The sentence that tells of a household found by its former head or by one joined with it; None for any other."""
    if "joined" in household:
        return f"{household['joined']}已并入 {household['code']} {household['head_name']}，记在这一户。"
    if "former_name" not in household:
        return None
    return (f"{household['former_name']}是 {household['code']} 的原户主，{household['former_until']} 起户主是"
            f"{household['head_name']}。")


def _of_former_head(database: Database, word: str) -> list[Record]:
    number = _id_number(word)
    if number:
        condition, parameters = _either_form("former_head.id_number", number)
    else:
        condition, parameters = "former_head.name = ?", [read_name(word)[0] or word.strip()]
    found = database.records(_BY_FORMER_HEAD.format(condition), parameters)
    return list({household["id"]: household for household in found}.values())


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
    number = _id_number(word)
    if not found and number:
        condition, parameters = _either_form(id_column, number)
        found = database.records(query.format(condition), parameters)
    if not found and digits.isdigit() and len(digits) >= 7:
        found = database.records(query.format(f"replace({phone_column}, '-', '') LIKE ?"), [f"%{digits}%"])
    if not found:
        name = read_name(word)[0] or word.strip()
        found = database.records(query.format(f"{name_column} = ?"), [name])
    return found


def _id_number(word: str) -> str | None:
    """The word as an ID number of either generation, if it looks like one."""
    text = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", word)).upper()
    return text if re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", text) else None


def _either_form(column: str, number: str) -> tuple[str, list[str]]:
    """An SQL condition for a number that may be on record in its old form or its new one."""
    forms = both_forms(number)
    return f"{column} IN ({', '.join('?' * len(forms))})", [*forms]


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
    if table == "household":
        names = list(dict.fromkeys([*names, *(name for (name,) in database.execute("SELECT name FROM former_head"))]))
    near = [name for name in names if word in name][:3] or nearest(word, names, 3)
    raise NotFoundError(f"没有找到{noun}“{mask_text(word)}”。", f"您是不是要找：{'、'.join(near)}" if near else
                        f"可用编号、身份证号、电话或{'户主' if noun == '户' else ''}姓名")


def get_by_code(database: Database, query: str, word: str, noun: str, hint: str) -> Record:
    """The record that ``query`` finds by a code in capitals, its one parameter. Raises NotFoundError."""
    found = database.records(query, [word.strip().upper()])
    if not found:
        raise NotFoundError(f"没有编号为“{mask_text(word)}”的{noun}。", hint)
    return found[0]


def get_village(database: Database, word: str) -> Record:
    """The village that ``word`` names in any of its spellings."""
    villages = database.records("SELECT * FROM village ORDER BY ordinal")
    key = village_key(word)
    found = next((village for village in villages if village["key"] == key), None)
    if found is None:
        if not villages:
            raise NotFoundError("还没有登记任何村。", "先导入名册或联户单元表：lianhu import 名册.xlsx")
        near = nearest(key, [village["key"] for village in villages])
        raise NotFoundError(f"没有登记过“{word}”这个村。", f"您是不是要找：{near[0]}" if near else "lianhu report --village")
    return found


def get_cluster(database: Database, word: str, village: str | None = None) -> Record:
    """The unit that ``word`` names, with ``village_name``: in that village, or after a village's name (永胜第一网格).

    Raises NotFoundError with those that come near, AmbiguousError with the villages that have one of that name.
    """
    place = get_village(database, village) if village else None
    units = database.records(
        "SELECT cluster.*, village.name AS village_name, village.key AS village_key FROM cluster "
        "JOIN village ON village.id = cluster.village_id ORDER BY village.ordinal, cluster.id")
    if not units:
        raise NotFoundError("还没有登记联户单元。", "lianhu cluster add 村名 单元名；或导入联户单元表：lianhu import")
    near = [unit for unit in units if place is None or unit["village_id"] == place["id"]]
    key = place_key(word)
    found = [unit for unit in near if unit["key"] == key] or [
        unit for unit in near if key in {
            place_key(f"{unit[name]}{mark}{unit['key']}") for name in ("village_name", "village_key") for mark in ("", "/", "-")}]
    if len(found) == 1:
        return found[0]
    if found:
        places = "、".join(unit["village_name"] for unit in found[:12]) + ("等" if len(found) > 12 else "")
        raise AmbiguousError(f"有 {len(found)} 个联户单元叫“{word}”：{places}。",
                             f"加上 --village 村名，或连村名写，如 {found[0]['village_name']}{found[0]['name']}")
    where = place["name"] if place else ""
    names = list(dict.fromkeys(unit["name"] for unit in near))
    like = nearest(word, names)
    raise NotFoundError(f"{where}没有登记联户单元“{word}”。", f"您是不是要找：{like[0]}" if like else
                        f"{where}有：{'、'.join(names[:8])}" if place and names else "看有哪些：lianhu cluster list")


def in_villages(database: Database, words: Sequence[str]) -> tuple[str, list[int]]:
    """An SQL condition on ``village.id`` for the villages that the words name, and its parameters."""
    ids = [int(get_village(database, word)["id"]) for word in words]
    return f"village.id IN ({', '.join('?' * len(ids))})", ids
