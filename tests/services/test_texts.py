"""The town's own rules and settings: checked before they hold, shown as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianhu.domain.rules import default_text
from lianhu.errors import ConflictError, NotFoundError
from lianhu.services.settings import load_settings
from lianhu.services.texts import import_settings, rules_text, settings_text
from lianhu.store.connection import open_database
from tests.factory import NOW, a_town, contents


@pytest.fixture
def database(path: Path):
    with a_town(path):
        pass
    with open_database(path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "文本.toml"


def test_until_a_town_has_its_own_the_default_rules_hold(database):
    assert rules_text(database) == default_text()


def test_settings_hold_from_then_on_and_are_shown_whole(database, file: Path):
    file.write_text('town = "永胜镇"\nonline_ways = ["微信"]\n', encoding="utf-8")
    settings, number = import_settings(database, file, now=NOW)
    assert (settings.town, number) == ("永胜镇", 1)
    assert load_settings(database).mode_of("电话") == "线下"
    assert 'town = "永胜镇"' in settings_text(database)
    assert import_settings(database, file, now=NOW)[1] is None


def test_what_is_shown_can_be_imported_and_changes_nothing(database, file: Path):
    before = load_settings(database)
    file.write_text(settings_text(database), encoding="utf-8")
    import_settings(database, file, now=NOW)
    after = load_settings(database)
    assert (after.town, after.online_ways, after.ticket_workdays) == (before.town, before.online_ways, before.ticket_workdays)
    assert [d.terms for d in after.dictionaries] == [d.terms for d in before.dictionaries]


def test_wrong_settings_and_no_file(path: Path, database, file: Path):
    with pytest.raises(NotFoundError):
        import_settings(database, file, now=NOW)
    file.write_text("town = 3", encoding="utf-8")
    before = contents(path)
    with pytest.raises(ConflictError, match=r"^文本\.toml 第 1 行：配置 town 要写成文字"):
        import_settings(database, file, now=NOW)
    assert contents(path) == before
