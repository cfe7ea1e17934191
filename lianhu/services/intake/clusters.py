"""Lists of units and of villages."""

from __future__ import annotations

from collections.abc import Sequence

from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.places import Places
from lianhu.services.intake.staging import Source, Stage, Staged


def fill_in_district(source: Source, row: Row, village: Staged) -> bool:
    """Records the village's district; a unit list may correct it, a roster only fills it in."""
    name = row.values.get("district")
    old = village.values.get("district")
    if not name or old == name or (old and source.kind != "cluster"):
        return False
    village.values["district"] = name
    return True


def take_clusters(stage: Stage, places: Places, rows: Sequence[tuple[Source, Row]]) -> None:
    """Takes the rows of lists of units in; a row without a unit tells of a village."""
    seen: dict[Staged, tuple[Source, Row]] = {}
    for source, row in rows:
        village = places.village(source, row)
        if village is None or row.is_bad:
            continue
        changed = fill_in_district(source, row, village)
        places.use(village)
        name = row.values.get("cluster")
        if not name:
            source.outcome[row.number] = "created" if village.before is None else (
                "updated" if changed else "unchanged")
            continue
        cluster = places.learn_cluster(village, name)
        if cluster in seen:
            other, earlier = seen[cluster]
            if row.values != earlier.values:
                for one, it in ((source, row), (other, earlier)):
                    it.refuse(Problem(
                        coordinate(it.number, one.position("cluster")), it.number, "联户单元", "id-duplicate",
                        "error", f"联户单元“{name}”在表中有两行，内容不同，两行都没有读入；请只留一行。"))
            else:
                source.outcome[row.number] = "unchanged"
            continue
        seen[cluster] = (source, row)
    refused = []
    for cluster, (source, row) in seen.items():
        if row.is_bad:
            refused.append(cluster)
            continue
        cluster.give({k: row.values.get(k) for k in ("grid_chief", "grid_chief_phone", "grid_workers", "note")})
        source.outcome[row.number] = cluster.change
    gone = {id(cluster) for cluster in refused if cluster.before is None}
    stage.drop_new("cluster", [c for c in stage.new("cluster") if id(c) not in gone])
    for key in [key for key, cluster in places.clusters.items() if id(cluster) in gone]:
        del places.clusters[key]
