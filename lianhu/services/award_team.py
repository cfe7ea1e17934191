"""Who belongs to the team that an award is for: none of them may decide about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lianhu.domain.identity import is_same_person
from lianhu.domain.masks import mask_text
from lianhu.domain.names import read_name
from lianhu.domain.values import split_list
from lianhu.errors import ConflictError, NotFoundError, UsageError
from lianhu.services.filters import refuse_forbidden
from lianhu.services.lookup import get_cadre
from lianhu.store.connection import Database, Record


def impartial(database: Database, award: Record, word: str, doing: str) -> str:
    """The person that a word names, who may decide about an award: a cadre with the code, else a bare name.

    The village's own cadres and its units' heads, chiefs and workers, since the period began, may not;
    of a unit's award either. Town cadres whose 包片 the village is may. Raises ConflictError for those who
    may not, UsageError for what is no name.
    """
    refuse_forbidden(word)
    name, id_number, told = _person(database, word)
    for other, number, role in _members(database, award):
        if is_same_person(name, id_number, other, number):
            raise ConflictError(f"{name}是{award['village']}的{role}，不能{doing}授予自己班子的称号（{award['code']}）。",
                                "请由班子以外的人来做；只是同名的，用干部编号指明")
    return told


def _person(database: Database, word: str) -> tuple[str, str | None, str]:
    """Name, ID number and how the person is recorded. Raises UsageError, NotFoundError for an unknown code or number."""
    try:
        cadre = get_cadre(database, word)
    except NotFoundError:
        if re.search(r"\d", word):
            raise
        name, _ = read_name(word)
        if name is None:
            raise UsageError(f"“{mask_text(word)}”不是姓名。", "写干部的编号或姓名；不在名册里的人写姓名") from None
        return name, None, name
    return cadre["name"], cadre["id_number"], f"{cadre['name']}（{cadre['code']}）"


def _members(database: Database, award: Record) -> Iterator[tuple[str, str | None, str]]:
    """Name, ID number if known, and role of each who belongs to the village, its units included."""
    place, since = award["village_id"], award["period_from"]
    for name, number in database.execute(
            "SELECT name, id_number FROM cadre WHERE village_id = ? AND (left_on IS NULL OR left_on > ?)", [place, since]):
        yield name, number, "干部"
    for name, number in database.execute(
            "SELECT head.name, head.id_number FROM cluster_head AS head JOIN cluster ON cluster.id = head.cluster_id "
            "WHERE cluster.village_id = ? AND (head.ended_on IS NULL OR head.ended_on > ?)", [place, since]):
        yield name, number, "联户长"
    for chief, workers in database.execute("SELECT grid_chief, grid_workers FROM cluster WHERE village_id = ?", [place]):
        if chief:
            yield chief, None, "网格长"
        for name in split_list(workers or ""):
            yield name, None, "网格员"
