"""What was done, as ``lianhu log`` shows it, and how records that stay are called."""

from __future__ import annotations

from pathlib import Path

from lianhu.services.history import batches, readings, undo
from lianhu.store.connection import open_database
from lianhu.store.journal import note_reading
from tests.factory import NOW, a_town


def test_batches_come_latest_first_with_their_rows(path: Path):
    with a_town(path) as town:
        town.village()
    with a_town(path, command="visit add") as town:
        town.visit(town.household(), town.cadre())
        town.journal.summarise("走访 H00001")
    with open_database(path) as database:
        last, first = batches(database)
        assert batches(database, 1) == [last]
    assert (first["id"], first["command"], first["rows"], first["undone_by"]) == (1, "import", 1, None)
    assert (last["id"], last["command"], last["rows"], last["summary"]) == (2, "visit add", 3, "走访 H00001")


def test_an_undo_is_a_batch_that_says_what_it_took_back(path: Path):
    with a_town(path) as town:
        town.household()
    with open_database(path) as database:
        undo(database, 1, now=NOW)
        last, first = batches(database)
    assert (last["command"], last["undoes"], first["undone_by"]) == ("undo", 1, 2)
    assert last["summary"] == "撤销批次 1（import）：退回 2 行"


def test_an_undo_that_was_undone_holds_no_more(path: Path):
    with a_town(path) as town:
        town.household()
    with open_database(path) as database:
        undo(database, 1, now=NOW)
        undo(database, 2, now=NOW)
        assert [row["undone_by"] for row in batches(database)] == [None, 3, None]


def test_read_outs_are_listed_apart(path: Path):
    with a_town(path) as town:
        town.village()
    with open_database(path) as database:
        note_reading(database, "pair list --full", "1 对", now=NOW)
        note_reading(database, "export --full", "全部", now=NOW)
        assert [row["command"] for row in readings(database, 30)] == ["export --full", "pair list --full"]
        assert len(readings(database, 1)) == 1
        assert len(batches(database)) == 1


def test_each_kind_of_record_has_a_name(path: Path):
    """Everything but one household is changed again later, so that the undo has to name it all."""
    with a_town(path) as town:
        cluster = town.cluster(name="第一网格")
        household, cadre = town.household(head_name="宝音"), town.cadre(name="包文军")
        rows = {
            "village": 1, "cluster": cluster, "cluster_head": town.cluster_head(cluster, name="包金山"),
            "household": household, "member": town.member(household, name="包银山"), "cadre": cadre,
            "pairing": town.pair(household, cadre), "visit": town.visit(household, cadre), "event": town.event(household),
            "deed": town.deed(household, cadre, title="联系住院"), "card": town.card(household),
            "ticket": town.ticket(number="250912101108115409"),
        }
        town.household()
    with a_town(path) as town:
        for table, row_id in rows.items():
            town.change(table, row_id, **{"end_reason" if table == "pairing" else "note": "甲"})
    with open_database(path) as database:
        receipt = undo(database, 1, now=NOW)
    assert receipt.taken_back == {"联系户": 1}
    assert {name for name, _ in receipt.left} == {
        "嘎查村 永胜", "联户单元 第一网格", "联户长 L0001 包金山", "联系户 H00001 宝音", "家庭成员 H00001 包银山", "干部 C0001 包文军",
        "结对 H00001", "走访 V000001", "家庭大事 E000001", "办实事 B000001 联系住院", "联系卡 K000001",
        "工单 250912-101108-115409"}
    assert {reason for _, reason in receipt.left} == {"后来被批次 2 改过"}


def test_more_rows_than_can_be_named_are_counted(path: Path):
    with a_town(path) as town:
        for _ in range(250):
            town.household()
    with a_town(path) as town:
        for household in range(1, 250):
            town.change("household", household, note="甲")
    with open_database(path) as database:
        receipt = undo(database, 1, now=NOW)
    assert receipt.taken_back == {"联系户": 1}
    assert receipt.left_count == 250
    assert len(receipt.left) == 200
    assert receipt.left[0][0].startswith("联系户 H00001 ")
