"""Steps from one version of the tables to the next: append only, never edited.

A fresh file is made from ``store.schema`` as version ``VERSION``. ``MIGRATIONS[k]`` are the SQL
statements that take a file from version ``k + 1`` to ``k + 2``; they run in one transaction after
a backup.
"""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
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
)

VERSION = len(MIGRATIONS) + 1
