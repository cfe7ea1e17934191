"""The list of what is due as a workbook to send out: one sheet a cadre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from lianhu.files.lists import ListSheet, write_lists
from lianhu.services.due import STAGES, Due
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database
from lianhu.store.journal import note_reading

NOBODY = "未定干部"
COLUMNS = (("序号", 5), ("事", 8), ("紧急", 9), ("期限", 16), ("嘎查村", 13), ("户", 8), ("户主", 12), ("要办什么", 40),
           ("情况", 22), ("办理情况", 18))


def write_due_sheets(database: Database, target: Path, found: Sequence[Due], *, today: date, now: datetime) -> int:
    """Writes one sheet for each cadre with something to do and one for what is nobody's; gives their number.

    What stands with a cadre who has left is for somebody else now, so it goes to nobody's.
    """
    gone = {code for (code,) in database.execute("SELECT code FROM cadre WHERE left_on <= ?", [today.isoformat()])}
    by_cadre: dict[tuple[str, str], list[Due]] = defaultdict(list)
    for item in found:
        is_his = item.cadre is not None and item.cadre not in gone
        by_cadre[(item.cadre or "", item.cadre_name or "") if is_his else ("", NOBODY)].append(item)
    town = load_settings(database).town
    sheets = [
        ListSheet(f"{name} {code}".strip(), f"{town}{name}要办的事", f"{today}　共 {len(items)} 条", [
            [item.kind, STAGES[item.stage], item.due or "", item.village, item.household or "",
             item.head_name or "", _what(item, code), item.reason, ""]
            for item in items])
        for (code, name), items in sorted(by_cadre.items(), key=lambda entry: (not entry[0][0], entry[0]))
    ]
    write_lists(target, COLUMNS, sheets)
    note_reading(database, "due", f"写出 {len(sheets)} 张清单到 {target.name}", now=now)
    return len(sheets)


def _what(item: Due, code: str) -> str:
    """What is to be done and, on another sheet than the cadre's own, with whom it stands."""
    return item.what if item.cadre in {None, code} else f"{item.what}（{item.cadre} {item.cadre_name}）"
