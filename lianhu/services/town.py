"""The town as the pairing sees it: open households, cadres in service, the pairs that stand, the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lianhu.domain.fit import Cadre, Household, Scorer, words_of
from lianhu.domain.rules import Rules, default_text, parse_rules
from lianhu.errors import FileRefusedError, NotFoundError
from lianhu.services.settings import load_settings, stored_text
from lianhu.store.connection import Database, Record


@dataclass(slots=True)
class Town:
    """The town as the pairing sees it."""

    villages: dict[int, Record]
    cadres: list[Cadre]
    households: list[Household]
    standing: dict[int, Record]
    """The pair that stands, by household id."""
    ended: dict[int, str]
    """The first day on which a household was free of its earlier spells and closures, by its id."""
    back: dict[int, str]
    """The first day after the last absence, by cadre id."""
    rules: Rules
    scorer: Scorer = field(init=False)

    def __post_init__(self) -> None:
        self.scorer = Scorer(self.rules)

    def place(self, household: Household) -> str:
        name: str = self.villages[household.village]["name"]
        return name

    def tied_to(self, village: int, *, districts: bool = False) -> set[int]:
        """The villages that cadres of several, or with ``districts`` districts too, tie to a village."""
        groups = [set(cadre.villages) for cadre in self.cadres if len(cadre.villages) > 1]
        if districts:
            by_district = defaultdict(set)
            for number, record in self.villages.items():
                if record["district"]:
                    by_district[record["district"]].add(number)
            groups += by_district.values()
        found = {village}
        while True:
            grown = found.union(*(group for group in groups if group & found))
            if grown == found:
                return found
            found = grown


def load_rules(database: Database, path: Path | None = None) -> Rules:
    """The rules in force, or those of a file for a what-if."""
    dictionaries = load_settings(database).dictionaries
    if path is None:
        return parse_rules(
            stored_text(database, "rules") or default_text(), dictionaries, "现在的规则",
            "换过词表以后规则里的词可能没有了：lianhu rules export 规则.toml，改好再 lianhu rules import 规则.toml")
    return parse_rules(read_rules_file(path), dictionaries, path.name)


def read_rules_file(path: Path) -> str:
    """The text of a rules or settings file. Raises NotFoundError or ConflictError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(f"没有找到文件 {path}。") from error
    except IsADirectoryError as error:
        raise FileRefusedError(f"读不了 {path}：是一个文件夹。") from error
    except UnicodeDecodeError as error:
        raise FileRefusedError(f"读不了文件 {path}：要是 UTF-8 的文本文件。", "用记事本另存为，编码选 UTF-8") from error
    except OSError as error:
        raise FileRefusedError(f"读不了文件 {path}。", "请检查这个文件能不能打开") from error


def load_town(
    database: Database, rules: Rules, *, capacity: int | None = None, without: Sequence[str] = ()
) -> Town:
    """The town's open households, cadres in service and standing pairs."""
    villages = read_villages(database)
    households = read_households(database, villages, "WHERE closed_on IS NULL")
    cadres = [
        cadre for cadre in read_cadres(database, villages, capacity or rules.capacity, "WHERE left_on IS NULL")
        if cadre.code not in without
    ]
    standing: dict[int, Record] = {}
    ended: dict[int, str] = {}
    for record in database.records("SELECT * FROM pairing ORDER BY started_on, id"):
        if record["ended_on"] is None:
            standing[record["household_id"]] = record
        else:
            ended[record["household_id"]] = max(ended.get(record["household_id"], ""), record["ended_on"])
    for household_id, day in database.execute("SELECT household_id, max(ended_on) FROM closure GROUP BY household_id"):
        ended[household_id] = max(ended.get(household_id, ""), day)
    back = dict(database.execute("SELECT cadre_id, max(ended_on) FROM absence GROUP BY cadre_id"))
    return Town(villages, cadres, households, standing, ended, back, rules)


def read_villages(database: Database) -> dict[int, Record]:
    """All villages by id."""
    return {village["id"]: village for village in database.records("SELECT * FROM village")}


def read_households(database: Database, villages: dict[int, Record], where: str = "") -> list[Household]:
    """The households of a WHERE, or all, by code."""
    people: dict[int, set[str]] = defaultdict(set)
    for household_id, number in database.execute(
        "SELECT household_id, id_number FROM member WHERE id_number IS NOT NULL"
    ):
        people[household_id].add(number)
    return [
        _household(record, people[record["id"]], villages)
        for record in database.records(f"SELECT * FROM household {where} ORDER BY code")
    ]


def read_cadres(database: Database, villages: dict[int, Record], default: int, where: str = "") -> list[Cadre]:
    """The cadres of a WHERE, or all, by code; ``default`` is the capacity of those who have none of their own."""
    names = {village["name"]: village_id for village_id, village in villages.items()}
    return [
        _cadre(record, villages, names, default)
        for record in database.records(f"SELECT * FROM cadre {where} ORDER BY code")
    ]


def _household(record: Record, people: set[str], villages: dict[int, Record]) -> Household:
    number = record["head_id_number"]
    key = number or f"{villages[record['village_id']]['key']}|{record['head_name']}|{record['phone'] or ''}"
    return Household(
        record["id"], record["code"], record["head_name"], key, record["village_id"], words_of(record),
        bool(record["is_hard"]), record["sex"], record["hamlet"], record["cluster_id"],
        frozenset(people | {number} if number else people), number)


def _cadre(record: Record, villages: dict[int, Record], names: dict[str, int], default: int) -> Cadre:
    village = record["village_id"]
    own = {village} if village is not None else set()
    area = {names[name] for name in (record["area"] or "").split("、") if name in names}
    place = villages[village]["key"] if village is not None else ""
    key = record["id_number"] or f"{place}|{record['name']}|{record['phone'] or ''}"
    capacity = record["capacity"] if record["capacity"] is not None else default
    return Cadre(
        record["id"], record["code"], record["name"], key, village, frozenset(own | area),
        frozenset((record["roles"] or "").split("、")) - {""}, record["sex"], record["hamlet"],
        record["cluster_id"], capacity, record["id_number"])
