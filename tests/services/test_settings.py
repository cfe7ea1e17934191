"""Reading and putting the town's texts."""

from __future__ import annotations

from pathlib import Path

from lianhu.domain.settings import Settings
from lianhu.services.settings import load_settings, store_text, stored_text
from lianhu.store.connection import open_database, scratch_database
from tests.factory import a_town


def test_a_database_without_tables_yet_has_the_defaults(path: Path):
    with open_database(path, create=True) as database:
        assert stored_text(database, "config") is None
        assert load_settings(database) == Settings()
    with scratch_database() as database:
        assert load_settings(database) == Settings()


def test_a_text_is_put_once_and_replaced(path: Path):
    with a_town(path) as town:
        database = town.journal.database
        assert store_text(database, town.journal, "config", 'town = "甲镇"')
        assert not store_text(database, town.journal, "config", 'town = "甲镇"')
        assert store_text(database, town.journal, "config", 'town = "乙镇"')
        assert load_settings(database).town == "乙镇"
        assert database.execute("SELECT count(*) FROM setting") == [(1,)]
