"""Villages and units named by an import: known ones found, new ones learned."""

from __future__ import annotations

from lianhu.domain.identity import nearest, place_key, village_key
from lianhu.domain.rows import Problem, Row, missing_problem
from lianhu.domain.table import coordinate
from lianhu.services.intake.staging import Source, Stage, Staged

LEARNING_KINDS = ("cluster", "cluster-head", "household", "member", "cadre", "pairing")
"""Rosters: a village they name comes to be, unless the town has closed its list."""


class Places:
    """The villages and units of the town while an import is being taken in."""

    def __init__(self, stage: Stage, sources: list[Source], *, closed: bool) -> None:
        self.stage = stage
        self.closed = closed
        self.villages = {village.values["key"]: village for village in stage.stored("village")}
        self.clusters = {
            (stage.by_id("village", c.values["village_id"]), c.values["key"]): c
            for c in stage.stored("cluster")
        }
        self.used: set[int] = set()
        self._with_clusters = {village for village, _ in self.clusters}
        self._cluster_keys: dict[str, str] = {}
        self._found: dict[str, Staged | None] = {}
        self._learn(sources)

    def _learn(self, sources: list[Source]) -> None:
        """New villages in the order in which the sheets name them: village lists first, then units.

        Its name is the spelling of the list of units or villages, else the fullest one that is the
        village's alone, so that the outcome does not hang on which row comes first.
        """
        if self.closed:
            return
        spelled: dict[str, str] = {}
        listed: set[str] = set()
        learning = [source for source in sources if source.kind in LEARNING_KINDS]
        seen: set[str] = set()
        for source in sorted(learning, key=lambda s: (s.kind != "cluster", s.heading(("cluster",)) is not None)):
            for row in source.rows:
                names = [row.values.get("village") or source.layout.village]
                if area := row.values.get("area"):
                    names += area.split("、")
                for name in names:
                    if not name or name in seen:
                        continue
                    seen.add(name)
                    key = village_key(name)
                    if source.kind == "cluster":
                        listed.add(name)
                    if key and key not in self.villages:
                        known = spelled.setdefault(key, name)
                        spelled[key] = max(known, name, key=lambda n: (n in listed, *_fullness(n)))
        last = max((v.values["ordinal"] for v in self.stage.stored("village")), default=0)
        for number, (key, name) in enumerate(spelled.items(), last + 1):
            self.villages[key] = self.stage.add(
                "village", {"name": name, "key": key, "district": None, "ordinal": number, "note": None})

    def use(self, village: Staged) -> None:
        """Marks a village as named by a row that went in; others are not written."""
        self.used.add(id(village))

    def settle(self) -> None:
        """Drops new villages that only refused rows named, and closes the gaps in the order."""
        fresh = self.stage.new("village")
        self.stage.drop_new("village", [village for village in fresh if id(village) in self.used])
        last = max((v.values["ordinal"] for v in self.stage.stored("village")), default=0)
        for number, village in enumerate(self.stage.new("village"), last + 1):
            village.values["ordinal"] = number
        self.stage.drop_new(
            "cluster", [c for c in self.stage.new("cluster") if id(c.values["village_id"]) in self.used
                        or c.values["village_id"].before is not None])

    def find(self, name: str) -> Staged | None:
        if name not in self._found:
            self._found[name] = self.villages.get(village_key(name))
        return self._found[name]

    def _key_of_cluster(self, name: str) -> str:
        if name not in self._cluster_keys:
            self._cluster_keys[name] = place_key(name)
        return self._cluster_keys[name]

    def village(self, source: Source, row: Row, *, needed: bool = True) -> Staged | None:
        """The village of a row; a missing or unknown one becomes the row's problem."""
        name = row.values.get("village") or source.layout.village
        if name in self._found and (known := self._found[name]) is not None:
            return known
        column = source.layout.form.by_field["village"]
        if not name:
            if needed and not any(p.heading == column.label for p in row.problems):
                row.refuse(missing_problem(row, column, source.position("village")))
            return None
        found = self.find(name)
        if found is None and not any(p.code == "village-unknown" for p in row.problems):
            position = source.position("village")
            near = nearest(village_key(name), list(self.villages))
            advice = f"您是不是要填“{self.villages[near[0]].values['name']}”？" if near else "请核对村名。"
            row.refuse(Problem(
                coordinate(row.number, position) if position else "", row.number, column.label,
                "village-unknown", "error", f"没有登记过“{name}”这个村，这一行没有读入；{advice}", name))
        return found

    def learn_cluster(self, village: Staged, name: str) -> Staged:
        """The unit a list of units names, made if new."""
        key = self._key_of_cluster(name)
        if (village, key) not in self.clusters:
            self.clusters[village, key] = self.stage.add("cluster", {
                "village_id": village, "name": name, "key": key, "grid_chief": None,
                "grid_chief_phone": None, "grid_workers": None, "note": None})
            self._with_clusters.add(village)
        return self.clusters[village, key]

    def open_clusters(self) -> set[Staged]:
        """Villages whose units no list has given: there a roster's unit names are believed."""
        return {village for village in self.villages.values() if village not in self._with_clusters}

    def cluster(
        self, source: Source, row: Row, village: Staged, open_villages: set[Staged], *, needed: bool = False
    ) -> Staged | None:
        """The unit a row names in its village."""
        name = row.values.get("cluster")
        if not name:
            return None
        if village in open_villages:
            return self.learn_cluster(village, name)
        found = self.clusters.get((village, self._key_of_cluster(name)))
        if found is None:
            known = [cluster.values["name"] for (v, _), cluster in self.clusters.items() if v is village]
            near = nearest(name, known)
            advice = f"您是不是要填“{near[0]}”？" if near else f"该村有：{'、'.join(known[:8])}。"
            position = source.position("cluster")
            row.refuse(Problem(
                coordinate(row.number, position), row.number, "联户单元", "reference-unknown",
                "error" if needed else "warning",
                f"{village.values['name']}没有登记联户单元“{name}”，{'这一行' if needed else '这一格'}没有读入；{advice}",
                name))
        return found

    def team(self, source: Source, row: Row) -> tuple[Staged, Staged | None] | None:
        """The village of a row that is about a unit, or about a whole village where no unit is told, and that unit.

        None where either is not recorded, which becomes the row's problem.
        """
        village = self.village(source, row)
        if village is None or row.is_bad:
            return None
        cluster = self.cluster(source, row, village, set(), needed=True)
        return None if row.is_bad else (village, cluster)

    def area(self, source: Source, row: Row) -> str | None:
        """The villages of 包片 under their recorded names; unknown ones become a problem."""
        text = row.values.get("area")
        if not text:
            return None
        names = []
        for name in text.split("、"):
            found = self.find(name)
            if found is None:
                position = source.position("area")
                row.refuse(Problem(coordinate(row.number, position), row.number, "包片村", "village-unknown",
                                   "warning", f"没有登记过“{name}”这个村，这一格没有读入；请核对村名。", name))
                return None
            names.append(found)
        for village in names:
            self.use(village)
        return "、".join(dict.fromkeys(village.values["name"] for village in names))


def _fullness(name: str) -> tuple[bool, int, str]:
    """How good a spelling is as a village's name: without the town before it or its committee behind
    it, and then the longer the better."""
    bare = name.startswith(village_key(name)) and not name.endswith(("委会", "委员会", "居委", "村委"))
    return bare, len(name), name
