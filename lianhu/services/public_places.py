"""The names of villages and units as they may be posted: nobody who is on the roster stands in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

from lianhu.domain.identity import village_key
from lianhu.reports.comparison import DIMENSIONS, Compared
from lianhu.services.public import Poster
from lianhu.services.settings import load_settings
from lianhu.store.connection import Database

HIDDEN = "＊＊"
_SHORTEST, _SURELY_A_NAME = 2, 3
_PEOPLE = (("household", "head_name"), ("member", "name"), ("former_head", "name"))
_PLACE = r".[^（）()\[\]【】\s、，,;；:：\d]*?(?:嘎查村|嘎查|村|社区)|.[^（）()\[\]【】\s、，,;；:：\d]*"
"""What a village is called as a place: up to 嘎查, 村 or 社区, or to the first bracket, space or figure."""


class PlaceNames:
    """What villages and units are called in a posted paper, by their ids; no two alike in one list.

    ``fit`` makes any text fit to be posted. Places are often called as people are: of the name of the place
    itself only a person's name of three or more characters goes, and not where it is all of it, 乌兰图格嘎查
    being no word about a 乌兰. From what stands behind it, and from units' names, every name goes.
    """

    def __init__(self, database: Database, fit: Callable[[str], str]) -> None:
        self._fit = fit
        self._people = frozenset(
            spelt for table, column in _PEOPLE for (name,) in database.execute(f"SELECT DISTINCT {column} FROM {table}")
            for spelt in _spellings(name or "") if len(spelt) >= _SHORTEST)
        villages = [(int(number), str(name)) for number, name in database.execute(
            "SELECT id, name FROM village ORDER BY ordinal, id")]
        self._places = frozenset(word for _, name in villages for word in (_place(name), village_key(_place(name))))
        self._longest = max(map(len, self._people | self._places), default=0)
        self._villages = dict(_told_apart((number, self._village(name)) for number, name in villages))
        units: dict[int, list[tuple[int, str]]] = {number: [] for number in self._villages}
        for number, village, name in database.execute("SELECT id, village_id, name FROM cluster ORDER BY id"):
            units[village].append((int(number), self.text(name)))
        self._units = {number: (self._villages[village], name)
                       for village, own in units.items() for number, name in _told_apart(own)}

    def village(self, number: int) -> str:
        return self._villages[number]

    def labels(self, dimension: str, number: int) -> tuple[str, ...]:
        """The first cells of the line of a village or of a cluster."""
        return (self._villages[number],) if dimension == "village" else self._units[number]

    def _village(self, name: str) -> str:
        place = _place(name)
        itself = place if village_key(place) in self._people else self._without_people(place, frozenset(), _SURELY_A_NAME)
        return self._fit(itself + self._without_people(name[len(place):], self._places))

    def text(self, text: str) -> str:
        """A unit's name, or anything else that someone typed, without the people of households."""
        return self._fit(self._without_people(text, self._places))

    def _without_people(self, text: str, places: AbstractSet[str], shortest: int = _SHORTEST) -> str:
        """The text with stars for people; a name of a place that stands there is read as one."""
        made, at = "", 0
        while at < len(text):
            place, person = self._starting(text, at, places, shortest), self._starting(text, at, self._people, shortest)
            if person > place:
                made += HIDDEN
            else:
                made += text[at:at + max(place, 1)]
            at += max(place, person, 1)
        return made

    def _starting(self, text: str, at: int, words: AbstractSet[str], shortest: int) -> int:
        """How long the longest of the words is that stands there; 0 for none."""
        return next((length for length in range(min(self._longest, len(text) - at), shortest - 1, -1)
                     if text[at:at + length] in words), 0)


def _spellings(name: str) -> set[str]:
    """As it is on the roster, without a remark that tells two of a name apart, and without the dot in 巴图·孟和."""
    alone = name.partition("（")[0]
    return {name, alone, alone.replace("·", "")}


def posted_rows(database: Database, what: str, rows: Sequence[Compared]) -> list[Compared]:
    """Rows of a comparison under the names that may be posted."""
    names = PlaceNames(database, Poster(load_settings(database)).text)
    return [row._replace(labels=names.labels(DIMENSIONS[what], row.key)) for row in rows]


def _place(name: str) -> str:
    found = re.match(_PLACE, name)
    return found[0] if found else ""


def _told_apart(names: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The names; those that have become alike with a number behind them."""
    listed = list(names)
    alike, seen = Counter(name for _, name in listed), Counter[str]()
    made = []
    for number, name in listed:
        seen[name] += 1
        made.append((number, f"{name}（{seen[name]}）" if alike[name] > 1 else name))
    return made
