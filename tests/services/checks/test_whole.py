"""``services.checks``: what a sound town gives, and each rule broken by a foreign hand."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lianhu.services.checks.rules import RULES, rules_of
from lianhu.services.checks.whole import MOST_NAMED, Checked, check
from lianhu.services.history import undo
from lianhu.store.connection import open_database
from lianhu.store.schema import COLUMNS, DDL
from tests.factory import NOW, TODAY, a_town, an_id_number


def checked(path: Path, *, quick: bool = False) -> Checked:
    before = path.read_bytes()
    with open_database(path) as database:
        found = check(database, today=TODAY, now=NOW, quick=quick)
    assert path.read_bytes() == before
    return found


def by_hand(path: Path, *statements: str) -> None:
    """What another program does to the file."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def rules_found(path: Path) -> set[str]:
    return set(checked(path).counts)


@pytest.fixture
def town(path: Path) -> Path:
    with a_town(path) as made:
        made.hand_over()
        visit = made.visit(1, 2)
        made.deed(1, 2, visit_id=visit)
        made.card(1, 2)
        made.event(1)
        made.ticket(household_id=1, cadre_id=2, signed_at="2026-11-02 11:00")
        made.task(1, 2)
        made.rating(1, 2)
        made.appraisal(1)
        made.opinion()
        made.cluster_head(made.cluster())
        made.member(1)
        made.nomination(1)
        made.activity(cluster_id=1)
        made.award_objection(made.award())
        made.fund_entry()
        made.credit()
    return path


def test_a_sound_town_has_no_findings(town: Path):
    found = checked(town)
    assert (found.findings, found.errors, found.warnings) == ([], 0, 0)


def test_nor_has_an_empty_one(path: Path):
    with a_town(path):
        pass
    assert checked(path).findings == []


def test_every_rule_reads_what_the_schema_has(town: Path):
    """A rule over a column that is no more would fail here, and so would one whose sentence names what it
    does not select."""
    with open_database(town) as database:
        for rule in rules_of(COLUMNS):
            rows = database.records(rule.sql.replace("WHERE", "WHERE 1 = 1 OR", 1) if rule in RULES else rule.sql)
            for row in rows[:1]:
                rule.told.format(**row)
                rule.proposal.format(**row)


CHANGES = {
    "two-holders": lambda t: t.pair(1, 1, started_on="2026-07-01"),
    "paired-while-closed": lambda t: t.change("household", 1, closed_on="2026-10-01", close_reason="搬迁"),
    "paired-while-gone": lambda t: t.change("cadre", 2, left_on="2026-10-01"),
    "ends-before-it-begins": lambda t: t.change("pairing", 1, ended_on="2026-01-15"),
    "over-capacity": lambda t: t.change("cadre", 2, capacity=0),
    "cluster-elsewhere": lambda t: t.change("household", 3, cluster_id=1),
    "head-of-two-units": lambda t: [t.cluster_head(1, id_number=an_id_number(9), started_on=day) for day in ("2025-01-01", "2026")],
    "merged-open": lambda t: t.change("household", 3, merged_into_id=2),
    "deed-of-another-visit": lambda t: t.change("deed", 1, household_id=2),
    "task-of-another-visit": lambda t: t.change("task_item", 2, visit_id=1),
    "ticket-closed-without-moment": lambda t: t.change("ticket", 1, state="已办结"),
    "ticket-open-with-moment": lambda t: t.change("ticket", 1, closed_at="2026-11-03 10:00"),
    "ticket-signed": lambda t: t.change("ticket", 1, state="待签收"),
    "ticket-extended": lambda t: t.change("ticket", 1, extended_from="2026-11-09"),
    "ticket-state": lambda t: t.change("ticket", 1, state="搁置"),
    "mode-unknown": lambda t: t.change("visit", 1, mode="其他"),
    "deed-under-way-done": lambda t: t.change("deed", 1, done_on="2026-11-10"),
    "fund-below-zero": lambda t: t.fund_entry("支出", 10_000_01, booked_on="2026-03-01"),
    "fund-one-hand": lambda t: t.change("fund_entry", 1, handled_by="包文军", approved_by="包 文军"),
    "fund-reversal": lambda t: t.fund_entry("支出", 9_999_99, reverses_id=1, booked_on="2026-03-01"),
    "fund-reversed-twice": lambda t: [t.fund_entry(), *(
        t.fund_entry("支出", reverses_id=1, booked_on="2026-03-01") for _ in range(2))],
    "award-before-its-time": lambda t: t.change("award", 1, state="已授予", decided_on="2026-11-22"),
    "award-undecided": lambda t: t.change("award", 1, state="已授予"),
    "payment-without-title": lambda t: t.fund_entry("支出", 1, award_id=1),
    "negative": lambda t: t.change("household", 1, size=-3),
    "impossible-day": lambda t: t.change("visit", 1, visited_on="2026-11-31"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_contradicts_itself_is_found_with_its_place_and_a_proposal(town: Path, name: str):
    with a_town(town) as made:
        CHANGES[name](made)
    found = checked(town)
    (finding,) = [each for each in found.findings if each.rule == name]
    assert any(code in finding.place for code in (
        "H0000", "C0002", "L0003", "V000001", "B000001", "251101-", "任务落实", "F00000", "W000001")), finding
    assert finding.proposal
    assert found.counts[name] == 1


def test_all_rules_of_the_records_are_tried_above():
    assert {rule.name for rule in rules_of(COLUMNS)} - {"duplicate"} <= CHANGES.keys()


@pytest.mark.parametrize("day", ["昨天", "2026-13-01", "20261101", "0202-11-01", "2026-11-25", "2026-11-01 25:00"])
def test_days_that_cannot_be(town: Path, day: str):
    with a_town(town) as made:
        made.change("visit", 1, visited_on=day)
    (finding,) = [each for each in checked(town).findings if each.rule == "impossible-day"]
    assert finding.told.startswith("走访日期")


@pytest.mark.parametrize(("table", "column", "value"), [
    ("pairing", "started_on", "2026-06"),  # the month in which the one before ended
    ("pairing", "started_on", "2027-01-01"), ("visit", "visited_on", "2026-11"), ("household", "born_on", "1950"),
])
def test_what_may_be_right_is_not_called_wrong(town: Path, table: str, column: str, value: str):
    if (table, column) == ("household", "born_on"):
        value = "1950-03"
    with a_town(town) as made:
        made.change(table, 2 if table == "pairing" else 1, **{column: value})
    assert checked(town).errors == 0


def test_a_spell_that_ended_on_its_first_day_held_on_none(town: Path):
    with a_town(town) as made:
        made.pair(1, 1, started_on="2026-09-01", ended_on="2026-09-01")
    assert checked(town).findings == []


def test_many_of_one_rule_are_counted_and_some_named(path: Path):
    with a_town(path) as made:
        home = made.household()
        cadre = made.cadre()
        for _ in range(MOST_NAMED + 5):
            made.visit(home, cadre, mode="其他")
    found = checked(path)
    assert found.counts["mode-unknown"] == MOST_NAMED + 5
    assert len([each for each in found.findings if each.rule == "mode-unknown"]) == MOST_NAMED


class TestForeignHands:
    """What another program wrote, which the log does not tell of."""

    def test_a_value_of_a_row_that_had_been_changed_before(self, town: Path):
        with a_town(town) as made:
            made.change("deed", 1, effect="基本解决")
        by_hand(town, "UPDATE deed SET effect = '未解决' WHERE id = 1")
        (finding,) = checked(town).findings
        assert (finding.rule, finding.place) == ("changed-outside", "办实事 B000001 联系住院")
        assert "成效" in finding.told

    def test_a_value_of_a_row_that_was_never_changed(self, town: Path):
        with a_town(town) as made:
            made.deed(1, 2, title="修路灯")
        by_hand(town, "UPDATE deed SET title = '修井' WHERE id = 2")
        (finding,) = checked(town).findings
        assert (finding.rule, finding.place) == ("changed-outside", "办实事 B000002 修井")
        assert finding.told == "和批次 2 登记时的内容不同，是 lianhu 以外的程序改的"

    def test_another_column_than_the_one_that_a_command_changed(self, town: Path):
        with a_town(town) as made:
            made.change("deed", 1, effect="基本解决")
        by_hand(town, "UPDATE deed SET title = '修井' WHERE id = 1")
        (finding,) = checked(town).findings
        assert (finding.rule, finding.place) == ("changed-outside", "办实事 B000001 修井")

    def test_one_of_many_is_looked_for_among_sixteen(self, town: Path):
        with a_town(town) as made:
            for _ in range(40):
                made.household()
        by_hand(town, "UPDATE household SET note = '改过' WHERE id = 20")
        (finding,) = checked(town).findings
        assert finding.rule == "changed-outside"
        assert finding.told.startswith("到 联系户 H00031 ")
        assert "的 16 条里" in finding.told

    def test_a_row_that_was_deleted_and_brought_back(self, town: Path):
        with a_town(town) as made:
            made.deed(1, 2, title="修路灯")
        with open_database(town) as database:
            for number in (2, 3):
                undo(database, number, now=NOW)
        assert checked(town).findings == []
        by_hand(town, "UPDATE deed SET title = '修井' WHERE id = 2")
        assert rules_found(town) == {"changed-outside"}

    @pytest.mark.parametrize("text", ["deed", "no_such_table 3 0011", "deed many 0011"])
    def test_a_hash_that_cannot_be_read(self, town: Path, text: str):
        by_hand(town, f"UPDATE batch SET digests = '{text}' WHERE id = 1")
        assert rules_found(town) == {"log-broken"}

    def test_batches_of_older_versions_have_no_hashes(self, town: Path):
        by_hand(town, "UPDATE batch SET digests = NULL")
        assert checked(town).findings == []

    def test_a_change_that_later_ones_built_on(self, town: Path):
        with a_town(town) as made:
            made.change("deed", 1, effect="基本解决")
        by_hand(town, "UPDATE deed SET effect = '未解决' WHERE id = 1")
        with a_town(town) as made:
            made.change("deed", 1, effect="已解决", done_on="2026-11-20")
        assert rules_found(town) == {"log-broken"}

    def test_a_row_put_in(self, town: Path):
        by_hand(town, "INSERT INTO card (id, code, household_id, medium, issued_on) VALUES (7, 'K000007', 1, '纸质', '2026-01-01')")
        (finding,) = checked(town).findings
        assert (finding.rule, finding.place) == ("not-logged", "联系卡 K000007")

    def test_a_row_taken_out(self, town: Path):
        by_hand(town, "DELETE FROM rating WHERE id = 1")
        assert rules_found(town) == {"lost"}

    def test_a_row_that_others_need_taken_out(self, town: Path):
        by_hand(town, "DELETE FROM visit WHERE id = 1")
        assert rules_found(town) >= {"lost", "orphan"}

    def test_a_batch_taken_out_of_the_log(self, town: Path):
        for note in ("甲", "乙"):
            with a_town(town) as made:
                made.change("household", 1, note=note)
        by_hand(town, "DELETE FROM change WHERE batch_id = 2", "DELETE FROM batch WHERE id = 2")
        found = checked(town)
        assert {each.told for each in found.findings if each.rule == "log-gap"} >= {"批次缺第 2 到 2 条"}
        assert "log-gap" in found.counts

    def test_the_changes_of_a_batch_taken_out(self, town: Path):
        with a_town(town) as made:
            made.change("household", 1, note="甲")
        by_hand(town, "DELETE FROM change WHERE batch_id = 2")
        assert "批次 2 的改动记录没有了" in {each.told for each in checked(town).findings}

    def test_a_logged_look_taken_out(self, town: Path, lianhu):
        for _ in range(2):
            lianhu("household", "list", "--full")
        by_hand(town, "DELETE FROM reading WHERE id = 1")
        assert rules_found(town) == {"log-gap"}

    def test_a_code_given_twice_where_the_index_is_gone(self, town: Path):
        by_hand(town, "CREATE TABLE copy AS SELECT * FROM rating", "DROP TABLE rating", "ALTER TABLE copy RENAME TO rating",
                *(statement for statement in DDL if "INDEX ix_rating" in statement),
                "INSERT INTO rating (id, code, household_id, grade, rated_on) VALUES (2, 'R000001', 1, '满意', '2026-11-01')")
        assert "duplicate" in rules_found(town)

    def test_a_dropped_index_and_a_dropped_table(self, town: Path):
        by_hand(town, "DROP INDEX ix_visit_by_day", "DROP TABLE rating")
        found = checked(town)
        assert {each.told for each in found.findings} >= {"缺少 ix_visit_by_day", "缺少 rating"}
        assert set(found.counts) == {"incomplete"}

    def test_a_figure_that_does_not_open_to_its_rows(self, town: Path):
        by_hand(town, "UPDATE household SET cluster_id = 99 WHERE id = 1")
        found = checked(town)
        assert found.counts["figure"] > 0
        assert any(each.place == "走访" and each.told.startswith("按联户单元") for each in found.findings if each.rule == "figure")
        assert "lianhu report --rows visits" in {each.proposal for each in found.findings}


def test_undo_and_the_undo_of_an_undo_agree_with_the_log(town: Path, lianhu):
    with a_town(town, command="edit") as made:
        made.change("deed", 1, effect="基本解决", note="甲")
        made.change("deed", 1, note="乙")
        made.card(2)
    for words in ((), ("3",), ("4",), ("5",), ("1",)):
        assert lianhu("undo", *words).code == 0
        assert checked(town).errors == 0


def test_rules_that_the_town_s_own_words_have_broken_are_named(town: Path, lianhu, tmp_path: Path):
    (tmp_path / "c.toml").write_text('[[dictionaries.traits]]\nname = "年老"\n', encoding="utf-8")
    assert lianhu("config", "import", tmp_path / "c.toml").code == 0
    (finding,) = checked(town).findings
    assert (finding.rule, finding.place) == ("town-rules", "规则和设置")
    assert "lianhu rules" in finding.proposal


def test_quick_looks_at_the_file_only(town: Path):
    with a_town(town) as made:
        made.change("household", 1, size=-3)
    by_hand(town, "UPDATE visit SET household_id = 99")
    assert set(checked(town, quick=True).counts) == {"orphan"}


def test_a_damaged_page_is_named(path: Path):
    with a_town(path) as made:
        for _ in range(400):
            made.household(note="一段较长的备注，占些地方" * 5)
    with closing(sqlite3.connect(path)) as raw:
        ((page,),) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_household_village_id'").fetchall()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 + 200:page * 4096] = bytes(4096 - 200)
    path.write_bytes(content)
    found = checked(path)
    assert set(found.counts) == {"damaged"}
    assert "lianhu restore" in found.findings[0].proposal


def test_the_sample_town_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from lianhu.cli.app import run

    monkeypatch.chdir(tmp_path)
    assert run(["--today", "2026-11-24", "demo"]) == 0
    assert checked(tmp_path / "lianhu-demo" / "lianhu.db").findings == []


def test_nothing_it_says_shows_an_id_number_or_a_whole_ticket_number(town: Path, lianhu):
    by_hand(town, "UPDATE deed SET title = '身份证 11010519491231002X 的药', done_on = '2026-11-02'",
            "UPDATE ticket SET state = '已办结'")
    done = lianhu("check", "--json")
    assert done.code == 5
    assert {"deed-under-way-done", "ticket-closed-without-moment"} <= set(done.json["counts"])
    assert not re.search(r"\d{14}", done.out)

