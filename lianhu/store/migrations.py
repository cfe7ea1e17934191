"""Steps from one version of the tables to the next: append only, never edited.

A fresh file is made from ``store.schema`` as version ``VERSION``. ``MIGRATIONS[k]`` take a file from
version ``k + 1`` to ``k + 2``: SQL statements, and functions for what SQL cannot work out. They run
in one transaction after a backup. New columns stand last in their table, as ``store.digests`` counts on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianhu.errors import ConflictError

Step = str | Callable[[Any], None]
"""A statement, or a function of the open database (``store.connection.Database``)."""


def _fill_deadlines(database: Any) -> None:
    """Works out by when recorded events and tickets were to be answered, by the town's settings."""
    from lianhu.domain.events import visit_due
    from lianhu.domain.settings import Settings, parse_settings
    from lianhu.domain.tickets import respond_by

    texts = database.execute("SELECT text FROM setting WHERE name = 'config'")
    settings = parse_settings(texts[0][0]) if texts else Settings()
    for row_id, kind, happened_on in database.execute("SELECT id, kind, happened_on FROM event"):
        try:
            due = visit_due(kind, happened_on, settings)
        except ConflictError:
            # A year that the town has not told yet; the event stays without a deadline.
            continue
        database.execute("UPDATE event SET due_on = ? WHERE id = ?", [due, row_id])
    for row_id, received_at in database.execute("SELECT id, received_at FROM ticket"):
        database.execute("UPDATE ticket SET respond_by = ? WHERE id = ?", [respond_by(received_at, settings), row_id])
    database.execute("UPDATE ticket SET redone = 1 WHERE state = '重办'")


MIGRATIONS: tuple[tuple[Step, ...], ...] = (
    # 2: what a hand-over leaves behind: absences, closures, former heads, households that were split.
    (
        "ALTER TABLE household ADD COLUMN split_from_id INTEGER REFERENCES household (id)",
        ("CREATE TABLE absence (id INTEGER NOT NULL, cadre_id INTEGER NOT NULL, started_on VARCHAR NOT NULL, "
        "ended_on VARCHAR NOT NULL, reason VARCHAR, returns_on VARCHAR, PRIMARY KEY (id), "
        "FOREIGN KEY(cadre_id) REFERENCES cadre (id))"),
        "CREATE INDEX ix_absence_cadre_id ON absence (cadre_id)",
        ("CREATE TABLE closure (id INTEGER NOT NULL, household_id INTEGER NOT NULL, started_on VARCHAR NOT NULL, "
        "ended_on VARCHAR NOT NULL, reason VARCHAR, PRIMARY KEY (id), "
        "FOREIGN KEY(household_id) REFERENCES household (id))"),
        "CREATE INDEX ix_closure_household_id ON closure (household_id)",
        ("CREATE TABLE former_head (id INTEGER NOT NULL, household_id INTEGER NOT NULL, name VARCHAR NOT NULL, "
        "id_number VARCHAR, ended_on VARCHAR NOT NULL, reason VARCHAR, PRIMARY KEY (id), "
        "FOREIGN KEY(household_id) REFERENCES household (id))"),
        "CREATE INDEX ix_former_head_household_id ON former_head (household_id)",
        "CREATE INDEX ix_former_head_id_number ON former_head (id_number)",
    ),
    # 3: the working year: deadlines of events and tickets, tasks, ratings, appraisals, opinions.
    (
        "ALTER TABLE event ADD COLUMN due_on VARCHAR",
        "ALTER TABLE deed ADD COLUMN ticket_id INTEGER REFERENCES ticket (id)",
        "CREATE INDEX ix_deed_ticket_id ON deed (ticket_id)",
        "ALTER TABLE ticket ADD COLUMN respond_by VARCHAR",
        "ALTER TABLE ticket ADD COLUMN extended_from VARCHAR",
        "ALTER TABLE ticket ADD COLUMN extension_reason VARCHAR",
        "ALTER TABLE ticket ADD COLUMN result VARCHAR",
        "ALTER TABLE ticket ADD COLUMN followed_up_at VARCHAR",
        "ALTER TABLE ticket ADD COLUMN redone INTEGER",
        "ALTER TABLE ticket ADD COLUMN return_reason VARCHAR",
        ("CREATE TABLE task (id INTEGER NOT NULL, code VARCHAR NOT NULL, title VARCHAR NOT NULL, duty "
         "VARCHAR NOT NULL, issued_on VARCHAR NOT NULL, due_on VARCHAR, note VARCHAR, PRIMARY KEY (id), "
         "UNIQUE (code))"),
        ("CREATE TABLE appraisal (id INTEGER NOT NULL, code VARCHAR NOT NULL, cadre_id INTEGER NOT NULL, "
         "grade VARCHAR NOT NULL, organisation VARCHAR NOT NULL, period VARCHAR NOT NULL, appraised_on "
         "VARCHAR NOT NULL, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(cadre_id) REFERENCES "
         "cadre (id))"),
        "CREATE INDEX ix_appraisal_appraised_on ON appraisal (appraised_on)",
        "CREATE INDEX ix_appraisal_cadre_id ON appraisal (cadre_id)",
        ("CREATE TABLE rating (id INTEGER NOT NULL, code VARCHAR NOT NULL, household_id INTEGER NOT NULL, "
         "cadre_id INTEGER, grade VARCHAR NOT NULL, words VARCHAR, rated_on VARCHAR NOT NULL, note VARCHAR, "
         "PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(household_id) REFERENCES household (id), FOREIGN "
         "KEY(cadre_id) REFERENCES cadre (id))"),
        "CREATE INDEX ix_rating_cadre_id ON rating (cadre_id)",
        "CREATE INDEX ix_rating_household_id ON rating (household_id)",
        "CREATE INDEX ix_rating_rated_on ON rating (rated_on)",
        ("CREATE TABLE task_item (id INTEGER NOT NULL, task_id INTEGER NOT NULL, household_id INTEGER NOT "
         "NULL, done_on VARCHAR, cadre_id INTEGER, visit_id INTEGER, note VARCHAR, PRIMARY KEY (id), UNIQUE "
         "(task_id, household_id), FOREIGN KEY(task_id) REFERENCES task (id), FOREIGN KEY(household_id) "
         "REFERENCES household (id), FOREIGN KEY(cadre_id) REFERENCES cadre (id), FOREIGN KEY(visit_id) "
         "REFERENCES visit (id))"),
        "CREATE INDEX ix_task_item_cadre_id ON task_item (cadre_id)",
        "CREATE INDEX ix_task_item_household_id ON task_item (household_id)",
        "CREATE INDEX ix_task_item_task_id ON task_item (task_id)",
        "CREATE INDEX ix_task_item_visit_id ON task_item (visit_id)",
        ("CREATE TABLE opinion (id INTEGER NOT NULL, code VARCHAR NOT NULL, village_id INTEGER NOT NULL, "
         "cluster_id INTEGER, cluster_head_id INTEGER, household_id INTEGER, visit_id INTEGER, content "
         "VARCHAR NOT NULL, raised_on VARCHAR NOT NULL, closed_on VARCHAR, result VARCHAR, ticket_id "
         "INTEGER, deed_id INTEGER, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(village_id) "
         "REFERENCES village (id), FOREIGN KEY(cluster_id) REFERENCES cluster (id), FOREIGN "
         "KEY(cluster_head_id) REFERENCES cluster_head (id), FOREIGN KEY(household_id) REFERENCES household "
         "(id), FOREIGN KEY(visit_id) REFERENCES visit (id), FOREIGN KEY(ticket_id) REFERENCES ticket (id), "
         "FOREIGN KEY(deed_id) REFERENCES deed (id))"),
        "CREATE INDEX ix_opinion_cluster_head_id ON opinion (cluster_head_id)",
        "CREATE INDEX ix_opinion_cluster_id ON opinion (cluster_id)",
        "CREATE INDEX ix_opinion_deed_id ON opinion (deed_id)",
        "CREATE INDEX ix_opinion_household_id ON opinion (household_id)",
        "CREATE INDEX ix_opinion_raised_on ON opinion (raised_on)",
        "CREATE INDEX ix_opinion_ticket_id ON opinion (ticket_id)",
        "CREATE INDEX ix_opinion_village_id ON opinion (village_id)",
        "CREATE INDEX ix_opinion_visit_id ON opinion (visit_id)",
        _fill_deadlines,
    ),
    # 4: the visit that answers an event is found in an index.
    (
        "CREATE INDEX ix_visit_by_household ON visit (household_id, occasion, visited_on)",
        "DROP INDEX ix_visit_household_id",
    ),
    # 5: the second half of the scheme: activities, nominations, awards, the fund, credit.
    (
        "ALTER TABLE cluster_head ADD COLUMN reason VARCHAR",
        ("CREATE TABLE activity (id INTEGER NOT NULL, code VARCHAR NOT NULL, village_id INTEGER NOT NULL, "
         "cluster_id INTEGER, kind VARCHAR NOT NULL, title VARCHAR NOT NULL, quantity INTEGER NOT NULL, "
         "measure VARCHAR NOT NULL, held_on VARCHAR NOT NULL, note VARCHAR, PRIMARY KEY (id), UNIQUE (code),"
         " FOREIGN KEY(village_id) REFERENCES village (id), FOREIGN KEY(cluster_id) REFERENCES cluster (id))"),
        "CREATE INDEX ix_activity_cluster_id ON activity (cluster_id)",
        "CREATE INDEX ix_activity_held_on ON activity (held_on)",
        "CREATE INDEX ix_activity_village_id ON activity (village_id)",
        ("CREATE TABLE award (id INTEGER NOT NULL, code VARCHAR NOT NULL, title VARCHAR NOT NULL, village_id"
         " INTEGER NOT NULL, cluster_id INTEGER, period_from VARCHAR NOT NULL, period_to VARCHAR NOT NULL, "
         "place INTEGER, points INTEGER, figures VARCHAR, proposed_on VARCHAR NOT NULL, proposed_by VARCHAR,"
         " objections_until VARCHAR NOT NULL, state VARCHAR NOT NULL, decided_on VARCHAR, approved_by "
         "VARCHAR, reason VARCHAR, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(village_id) "
         "REFERENCES village (id), FOREIGN KEY(cluster_id) REFERENCES cluster (id))"),
        "CREATE INDEX ix_award_cluster_id ON award (cluster_id)",
        "CREATE INDEX ix_award_proposed_on ON award (proposed_on)",
        "CREATE INDEX ix_award_village_id ON award (village_id)",
        ("CREATE TABLE credit (id INTEGER NOT NULL, code VARCHAR NOT NULL, village_id INTEGER NOT NULL, "
         "cluster_id INTEGER, bank VARCHAR, grade VARCHAR NOT NULL, credit_limit INTEGER, recommended "
         "VARCHAR, recorded_on VARCHAR NOT NULL, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN "
         "KEY(village_id) REFERENCES village (id), FOREIGN KEY(cluster_id) REFERENCES cluster (id))"),
        "CREATE INDEX ix_credit_cluster_id ON credit (cluster_id)",
        "CREATE INDEX ix_credit_recorded_on ON credit (recorded_on)",
        "CREATE INDEX ix_credit_village_id ON credit (village_id)",
        ("CREATE TABLE award_objection (id INTEGER NOT NULL, code VARCHAR NOT NULL, award_id INTEGER NOT "
         "NULL, raised_on VARCHAR NOT NULL, raised_by VARCHAR, content VARCHAR NOT NULL, answered_on "
         "VARCHAR, is_upheld BOOLEAN, answer VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(award_id)"
         " REFERENCES award (id))"),
        "CREATE INDEX ix_award_objection_award_id ON award_objection (award_id)",
        ("CREATE TABLE fund_entry (id INTEGER NOT NULL, code VARCHAR NOT NULL, direction VARCHAR NOT NULL, "
         "amount INTEGER NOT NULL, purpose VARCHAR NOT NULL, village_id INTEGER, cluster_id INTEGER, "
         "handled_by VARCHAR NOT NULL, approved_by VARCHAR NOT NULL, paper_number VARCHAR, booked_on VARCHAR"
         " NOT NULL, reverses_id INTEGER, award_id INTEGER, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), "
         "FOREIGN KEY(village_id) REFERENCES village (id), FOREIGN KEY(cluster_id) REFERENCES cluster (id), "
         "FOREIGN KEY(reverses_id) REFERENCES fund_entry (id), FOREIGN KEY(award_id) REFERENCES award (id))"),
        "CREATE INDEX ix_fund_entry_award_id ON fund_entry (award_id)",
        "CREATE INDEX ix_fund_entry_booked_on ON fund_entry (booked_on)",
        "CREATE INDEX ix_fund_entry_cluster_id ON fund_entry (cluster_id)",
        "CREATE INDEX ix_fund_entry_reverses_id ON fund_entry (reverses_id)",
        "CREATE INDEX ix_fund_entry_village_id ON fund_entry (village_id)",
        ("CREATE TABLE nomination (id INTEGER NOT NULL, code VARCHAR NOT NULL, cluster_id INTEGER NOT NULL, "
         "name VARCHAR NOT NULL, id_number VARCHAR, phone VARCHAR, category VARCHAR, way VARCHAR, votes "
         "INTEGER, known_by INTEGER, nominated_on VARCHAR NOT NULL, decided_on VARCHAR, outcome VARCHAR, "
         "reason VARCHAR, cluster_head_id INTEGER, note VARCHAR, PRIMARY KEY (id), UNIQUE (code), FOREIGN "
         "KEY(cluster_id) REFERENCES cluster (id), FOREIGN KEY(cluster_head_id) REFERENCES cluster_head "
         "(id))"),
        "CREATE INDEX ix_nomination_cluster_head_id ON nomination (cluster_head_id)",
        "CREATE INDEX ix_nomination_cluster_id ON nomination (cluster_id)",
        "CREATE INDEX ix_nomination_nominated_on ON nomination (nominated_on)",
    ),
    # 6: hashes of what a batch inserted; the reports by village without a sort: visits and deeds in the order
    # of their households.
    (
        "ALTER TABLE batch ADD COLUMN digests VARCHAR",
        "DROP INDEX ix_visit_by_household",
        "CREATE INDEX ix_visit_by_household ON visit (household_id, occasion, visited_on, mode, cadre_id)",
        "DROP INDEX ix_deed_household_id",
        "CREATE INDEX ix_deed_by_household ON deed (household_id, kind, effect, started_on, cadre_id)",
    ),
)

VERSION = len(MIGRATIONS) + 1
