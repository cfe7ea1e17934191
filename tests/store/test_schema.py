"""The tables are written down twice, as classes and as plain data: both say the same."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from lianhu.store import schema, tables
from lianhu.store.connection import APPLICATION_ID, open_database

assert tables.Village  # the classes register themselves


def test_schema_py_is_what_tables_py_prints():
    printed = subprocess.run([sys.executable, "-m", "lianhu.store.tables"], capture_output=True, encoding="utf-8", check=True)
    assert Path(schema.__file__).read_text(encoding="utf-8") == printed.stdout


def test_sqlmodel_makes_the_tables_that_a_new_database_has(path: Path, tmp_path: Path):
    with open_database(path, create=True) as database, database.transaction():
        pass
    by_sqlmodel = create_engine(f"sqlite:///{tmp_path / 'sqlmodel.db'}")
    SQLModel.metadata.create_all(by_sqlmodel)
    ours = create_engine(f"sqlite:///{path}")
    try:
        assert described(ours) == described(by_sqlmodel)
    finally:
        by_sqlmodel.dispose()
        ours.dispose()


def described(engine):
    found = inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in found.get_columns(table)],
            sorted((tuple(k["constrained_columns"]), k["referred_table"]) for k in found.get_foreign_keys(table)),
            sorted((i["name"], tuple(i["column_names"])) for i in found.get_indexes(table)),
            sorted(tuple(u["column_names"]) for u in found.get_unique_constraints(table)),
        )
        for table in found.get_table_names()
    }


def in_any_order(tables):
    return {table: (sorted(columns), *rest) for table, (columns, *rest) in tables.items()}


def test_every_column_and_reference_is_listed(path: Path):
    with open_database(path, create=True) as database:
        with database.transaction():
            pass
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert sorted(schema.COLUMNS) == sorted(tables)
        references = []
        for table in tables:
            columns = tuple(row[1] for row in database.execute(f"PRAGMA table_info({table})"))
            assert schema.COLUMNS[table] == columns
            references += [(table, row[3], row[2]) for row in database.execute(f"PRAGMA foreign_key_list({table})")]
        assert sorted(schema.REFERENCES) == sorted(references)


FIRST_DDL = Path(__file__).with_name("schema_v1.sql")


def test_an_old_file_ends_with_the_tables_of_a_new_one(path: Path, tmp_path: Path):
    """The tables of version 1 as they were shipped, brought up to date, beside a fresh file."""
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as raw:
        raw.executescript(FIRST_DDL.read_text(encoding="utf-8"))
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 1")
        raw.execute("INSERT INTO village (id, name, key, ordinal) VALUES (1, '永胜', '永胜', 1)")
        raw.execute("INSERT INTO household (id, code, village_id, head_name) VALUES (1, 'H00001', 1, '宝音')")
        raw.execute("INSERT INTO event (id, code, household_id, kind, happened_on) VALUES (1, 'E1', 1, '生病住院', '2026-02-12')")
        raw.execute("INSERT INTO ticket (id, number, kind, is_urgent, received_at, due_on, state) "
                    "VALUES (1, '1', '求助', 0, '2026-11-02 10:00', '2026-11-05', '重办')")
        raw.commit()
    with open_database(old) as database:
        assert database.execute("SELECT code, split_from_id FROM household") == [("H00001", None)]
        assert database.execute("SELECT due_on FROM event") == [("2026-02-24",)], "three working days, over the holiday"
        assert database.execute("SELECT respond_by, redone FROM ticket") == [("2026-11-03 10:00", 1)]
        assert database.execute("PRAGMA integrity_check") == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check") == []
    with open_database(path, create=True) as database, database.transaction():
        pass
    engines = [create_engine(f"sqlite:///{file}") for file in (old, path)]
    try:
        # A column that came later stands last in an old file.
        assert in_any_order(described(engines[0])) == in_any_order(described(engines[1]))
    finally:
        for engine in engines:
            engine.dispose()
