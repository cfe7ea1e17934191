"""The pairing as it may be posted: which cadre of which village holds how many households, and no household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from lianhu.files.lists import ListSheet, write_lists
from lianhu.services.assignment import Assignment
from lianhu.services.lookup import get_village
from lianhu.services.plan import SCHEME, TOWN_CADRES, post_of
from lianhu.services.public import Poster
from lianhu.services.public_places import PlaceNames
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database

COLUMNS = (("序号", 6), ("联系干部", 20), ("职务", 30), ("联系户数", 14))


def write_public_plan(
    database: Database, target: Path, result: Assignment, on: date, villages: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Writes the list of the cadres of each village who hold a household; an existing file is replaced.

    ``villages`` names the only ones wanted; of the town's own cadres only the households there count.
    Raises NotFoundError for a village that does not exist.
    """
    wanted = {int(get_village(database, name)["id"]) for name in villages}
    settings = load_settings(database)
    fit = Poster(settings).text
    place_names = PlaceNames(database, fit)
    records = {row["id"]: row for row in database.records("SELECT * FROM cadre")}
    held: dict[int, int] = defaultdict(int)
    for pair in result.pairs:
        if not wanted or pair.household.village in wanted:
            held[pair.cadre.id] += 1
    rows: dict[int | None, list[list[str]]] = defaultdict(list)
    counts: dict[int | None, int] = defaultdict(int)
    for cadre in result.town.cadres:
        if held[cadre.id]:
            rows[cadre.village].append([fit(cadre.name), place_names.text(post_of(records[cadre.id])), str(held[cadre.id])])
            counts[cadre.village] += held[cadre.id]
    places: list[tuple[int | None, str]] = [(village["id"], place_names.village(village["id"])) for village in sorted(
        result.town.villages.values(), key=lambda village: village["ordinal"])]
    sheets = []
    for number, name in (*places, (None, TOWN_CADRES)):
        if rows[number]:
            about = f"结对日期：{on.isoformat()}　　{len(rows[number])} 名干部，联系 {counts[number]} 户"
            sheets.append(ListSheet(name, fit(f"{settings.town}{name}{SCHEME}联系干部公示"), about, rows[number]))
    write_lists(target, COLUMNS, sheets)
    progress(1, 1)
