"""What cannot be seen in one cell: records that do not go together, told as warnings after an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lianhu.domain.identity import age_on
from lianhu.domain.masks import mask_phone
from lianhu.store.connection import Database

OLD_AGE = 60
"""Years from which somebody counts as old in the rosters (老年人权益保障法 article 2)."""

PHONE_SHARED_BY = 3
"""More open households than this under one phone number are a question."""

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that something breaks: its name, a sentence, and the codes of the records."""

    rule: str
    message: str
    records: list[str]


def cross_check(database: Database, today: date) -> list[Finding]:
    """All findings over the open households and the cadres in service, rule by rule."""
    return [finding for rule in _RULES for finding in rule(database, today)]


def _named(codes: list[str]) -> str:
    more = f"等 {len(codes)} 户" if len(codes) > _MOST_NAMED else ""
    return "、".join(codes[:_MOST_NAMED]) + more


def _disabled(database: Database, _today: date) -> list[Finding]:
    codes = [code for (code,) in database.execute(
        "SELECT code FROM household WHERE closed_on IS NULL AND risks LIKE '%因残%' "
        "AND coalesce(traits, '') NOT LIKE '%残疾%' AND coalesce(classes, '') NOT LIKE '%残疾%' AND NOT EXISTS ("
        "SELECT 1 FROM member WHERE member.household_id = household.id AND (member.traits LIKE '%残疾%' "
        "OR member.classes LIKE '%残疾%')) ORDER BY code")]
    return [Finding("因残而无残疾人", f"返贫风险填了“因残”，但没有登记残疾人：{_named(codes)}；请核对。", codes)] if codes else []


def _old(database: Database, today: date) -> list[Finding]:
    births: dict[int, list[str]] = defaultdict(list)
    suspects: dict[int, str] = {}
    for household_id, code, born in database.execute(
        "SELECT id, code, born_on FROM household WHERE closed_on IS NULL AND born_on IS NOT NULL "
        "AND (traits LIKE '%年老%' OR traits LIKE '%留守老人%' OR classes LIKE '%老人%')"
    ):
        if _age(born, today) < OLD_AGE:
            suspects[household_id] = code
            births[household_id].append(born)
    if not suspects:
        return []
    for household_id, born in database.execute("SELECT household_id, born_on FROM member WHERE born_on IS NOT NULL"):
        if household_id in suspects and _age(born, today) >= OLD_AGE:
            del suspects[household_id]
    codes = sorted(suspects.values())
    return [Finding("老年类别而无老年人", f"登记为老年人户，但已知的人都不满 {OLD_AGE} 岁：{_named(codes)}；请核对。",
                    codes)] if codes else []


def _age(born: str, today: date) -> int:
    """Full years; of a birthday known to its month or year only, at most one too many."""
    padded = born if len(born) == 10 else f"{born}-01" if len(born) == 7 else f"{born}-01-01"
    return age_on(date.fromisoformat(padded), today)


def _two_types(database: Database, _today: date) -> list[Finding]:
    codes = [code for (code,) in database.execute(
        "SELECT code FROM household WHERE closed_on IS NULL AND monitoring LIKE '%、%' ORDER BY code")]
    return [Finding("监测户有两种类型", f"一户只能有一种监测类型：{_named(codes)}；请核对。", codes)] if codes else []


def _cadre_household(database: Database, _today: date) -> list[Finding]:
    rows = database.execute(
        "SELECT household.code, cadre.code FROM household JOIN cadre ON cadre.left_on IS NULL AND ("
        "cadre.id_number = household.head_id_number) WHERE household.closed_on IS NULL "
        "UNION SELECT household.code, cadre.code FROM household JOIN cadre ON cadre.left_on IS NULL "
        "AND cadre.village_id = household.village_id AND cadre.name = household.head_name "
        "AND (cadre.id_number IS NULL OR household.head_id_number IS NULL) "
        "WHERE household.closed_on IS NULL ORDER BY 1")
    codes = [code for code, _ in rows]
    shown = "、".join(f"{household}（{cadre}）" for household, cadre in rows[:_MOST_NAMED])
    return [Finding("干部本人是重点户", f"户主同时是干部：{shown}{f'等 {len(rows)} 户' if len(rows) > _MOST_NAMED else ''}；"
                    "结对时不会联系自己，请核对。", codes)] if rows else []


def _shared_phones(database: Database, _today: date) -> list[Finding]:
    by_phone: dict[str, list[str]] = defaultdict(list)
    for code, phones in database.execute(
        "SELECT code, phone FROM household WHERE closed_on IS NULL AND phone IS NOT NULL ORDER BY code"
    ):
        for phone in phones.split("、"):
            by_phone[phone].append(code)
    return [
        Finding("多户共用一个电话", f"电话 {mask_phone(phone)} 有 {len(codes)} 户在用：{_named(codes)}；请核对。", codes)
        for phone, codes in by_phone.items() if len(codes) > PHONE_SHARED_BY
    ]


def _no_cadre(database: Database, _today: date) -> list[Finding]:
    if not database.execute("SELECT 1 FROM cadre WHERE left_on IS NULL LIMIT 1"):
        return []  # no cadre roster yet: nothing to tell village by village
    areas = {name for (area,) in database.execute("SELECT area FROM cadre WHERE left_on IS NULL AND area IS NOT NULL")
             for name in area.split("、")}
    rows = [
        (name, count) for name, count in database.execute(
            "SELECT village.name, count(*) FROM household JOIN village ON village.id = household.village_id "
            "WHERE household.closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM cadre WHERE cadre.village_id = village.id "
            "AND cadre.left_on IS NULL) GROUP BY village.id, village.name, village.ordinal ORDER BY village.ordinal")
        if name not in areas
    ]
    shown = "、".join(f"{name}（{count} 户）" for name, count in rows[:_MOST_NAMED])
    more = f"等 {len(rows)} 个村" if len(rows) > _MOST_NAMED else ""
    return [Finding("村里有户没有干部", f"有联系户但没有在岗干部也没有包片干部的村：{shown}{more}。",
                    [name for name, _ in rows])] if rows else []


_RULES: tuple[Callable[[Database, date], list[Finding]], ...] = (
    _disabled, _old, _two_types, _cadre_household, _shared_phones, _no_cadre)
