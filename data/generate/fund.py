"""同心专项基金: what came in during the year and what it was spent on; there is always enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from places import Unit, Village
from town import SEED, Town

_HANDLERS, _APPROVERS = ("陈淑清", "于海燕", "白志国"), ("王忠义", "包塔娜")
_INCOME: tuple[tuple[date, str, int], ...] = (
    (date(2025, 1, 15), "镇财政年初安排", 25_000_00), (date(2025, 3, 12), "旗直帮扶单位捐助", 8_000_00),
    (date(2025, 6, 20), "剁椒加工企业捐助", 6_000_00), (date(2025, 9, 10), "爱心商户捐助", 4_650_50),
    (date(2025, 11, 5), "乡贤捐助", 5_000_00))
"""Day, source and hundredths of a yuan."""
_SPENT: tuple[tuple[str, int, int], ...] = (
    ("清洁庭院评比奖品", 300_00, 1_200_00), ("好婆婆好儿媳评选奖品", 200_00, 800_00), ("剁椒种植能手奖励", 500_00, 2_000_00),
    ("联户单元季度奖励", 1_000_00, 3_000_00), ("邻里互助慰问", 300_00, 1_000_00), ("人居环境整治工具", 180_00, 950_00))
"""Purpose, least and most."""
_SPENDINGS = 42
_FIRST_SPENT, _LAST_SPENT = date(2025, 2, 10), date(2025, 12, 18)


@dataclass(frozen=True)
class FundEntry:
    """Money in (收入) or out (支出), in hundredths; one that is spent goes to a unit or a whole village."""

    day: date
    direction: str
    amount: int
    purpose: str
    village: Village | None
    unit: Unit | None
    handled_by: str
    approved_by: str
    paper: str
    award: str = ""
    """The code of the title that it pays."""


def make_fund(town: Town, seed: str = SEED) -> list[FundEntry]:
    """The same town and seed give the same entries, by day; the balance is below zero on none."""
    rng = Random(f"{seed} fund")
    entries = [_entry(day, "收入", amount, source, None, None, rng) for day, source, amount in _INCOME]
    for _ in range(_SPENDINGS):
        village = rng.choice(town.villages)
        purpose, least, most = rng.choice(_SPENT)
        # To ten yuan, as prizes are; tools cost what they cost.
        amount = rng.randrange(least, most) if purpose.endswith("工具") else rng.randrange(least, most, 10_00)
        day = date.fromordinal(rng.randrange(_FIRST_SPENT.toordinal(), _LAST_SPENT.toordinal()))
        entries.append(_entry(day, "支出", amount, purpose, village, rng.choice([None, *village.units]), rng))
    entries.sort(key=lambda entry: (entry.day, entry.direction != "收入", entry.purpose, entry.amount))
    return [replace(entry, paper=f"{entry.direction[0]}2025{number:03d}")
            for number, entry in enumerate(_affordable(entries), 1)]


def _entry(
    day: date, direction: str, amount: int, purpose: str, village: Village | None, unit: Unit | None, rng: Random
) -> FundEntry:
    return FundEntry(day, direction, amount, purpose, village, unit, rng.choice(_HANDLERS), rng.choice(_APPROVERS), "")


def _affordable(entries: list[FundEntry]) -> list[FundEntry]:
    """Without the spending that there was no money for on its day."""
    balance, kept = 0, []
    for entry in entries:
        change = entry.amount if entry.direction == "收入" else -entry.amount
        if balance + change >= 0:
            balance += change
            kept.append(entry)
    return kept
