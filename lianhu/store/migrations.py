"""Steps from one version of the tables to the next: append only, never edited.

A fresh file is made from ``store.schema`` as version ``VERSION``. ``MIGRATIONS[k]`` take a file from
version ``k + 1`` to ``k + 2``: SQL statements, and functions for what SQL cannot work out. They run
in one transaction after a backup.
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
)

VERSION = len(MIGRATIONS) + 1
