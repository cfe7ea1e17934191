"""The town's settings: defaults, what a text may say, and that what is shown can be read back."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.settings import COMPARE_TITLES, COMPARE_WEIGHTS, Settings, parse_settings, render_settings
from lianhu.domain.terms import DEFAULTS, Term
from lianhu.errors import LianhuError, TextRefusedError


def test_an_empty_text_means_the_defaults():
    assert parse_settings("") == Settings()


def test_a_call_counts_as_online_unless_the_town_says_otherwise():
    assert [Settings().mode_of(way) for way in ("微信", "视频", "电话", "上门", "联系卡")] == ["线上"] * 3 + ["线下"] * 2
    assert parse_settings('online_ways = ["微信"]').mode_of("电话") == "线下"
    assert parse_settings('online_ways = ["打电话"]').online_ways == ("电话",)


def test_a_deadline_may_be_changed_one_by_one():
    settings = parse_settings("[tickets]\nurgent_hours = 12\n[tickets.workdays]\n\"求助\" = 2\n")
    assert settings.urgent_hours == 12
    assert settings.ticket_workdays["求助"] == 2
    assert settings.ticket_workdays["投诉"] == 7


def test_a_weight_may_be_changed_one_by_one_and_left_out():
    settings = parse_settings("[compare]\nleast_households = 8\npublic = 2\n[compare.weights]\ncoverage = 0\n")
    assert settings.compare_weights == COMPARE_WEIGHTS | {"coverage": 0}
    assert (settings.compare_least_ratings, settings.compare_least_households, settings.compare_public) == (5, 8, 2)
    assert list(COMPARE_TITLES) == list(COMPARE_WEIGHTS)
    assert sum(COMPARE_WEIGHTS.values()) == 100


def test_what_is_awarded_and_how_long_it_is_posted_is_the_towns_own():
    settings = parse_settings("[awards]\nobjection_days = 7\ntitles = [\"实绩 突出\", \"好单元\"]\n")
    assert (settings.objection_days, settings.award_titles) == (7, ("实绩 突出", "好单元"))
    again = parse_settings(render_settings(settings))
    assert (again.objection_days, again.award_titles, again.compare_weights) == (7, ("实绩 突出", "好单元"), COMPARE_WEIGHTS)


def test_a_list_of_terms_replaces_the_default_one_whole():
    settings = parse_settings('[[dictionaries.needs]]\nname = "养牛"\nspellings = ["养黄牛"]\n')
    assert settings.dictionaries["needs"].names == ("养牛",)
    assert settings.dictionaries["needs"].find("养黄牛") == "养牛"
    assert settings.dictionaries["traits"].find("老人") == "年老"


def test_a_class_may_be_hidden():
    settings = parse_settings(
        '[[dictionaries.classes]]\nname = "甲类"\nsensitivity = "A"\n[[dictionaries.classes]]\nname = "乙类"\n')
    assert settings.dictionaries.hidden_classes == {"甲类"}


def test_a_year_may_be_added_to_the_calendar():
    settings = parse_settings('[calendar.2031]\nholidays = ["2031-01-01..2031-01-03"]\nworkdays = []\n')
    assert not settings.calendar.is_workday(date(2031, 1, 2))


@pytest.mark.parametrize(("text", "says"), [
    ("town = ", "第 1 行：等号右边的值写得不对"),
    ("twon = \"永胜镇\"", "没有“twon”这一项"),
    ("town = 3", "要写成文字"),
    ("villages_closed = 1", "true 或 false"),
    ("online_ways = \"微信\"", "要写成文字列表"),
    ("online_ways = [\"飞鸽\"]", "“飞鸽”不在“方式”词表中"),
    ("tickets = 1", "要写成一节 [tickets]"),
    ("[tickets]\nurgent = 1", "没有“urgent”这一项"),
    ("[tickets]\nurgent_hours = 0", "1 到 1000 的整数"),
    ("[tickets]\nurgent_hours = 99999999999999", "1 到 1000 的整数"),
    ("[tickets.workdays]\n\"求助\" = 1.5", "1 到 1000 的整数"),
    ("[tickets.workdays]\n\"求助\" = true", "1 到 1000 的整数"),
    ("[[dictionaries.nouns]]\nname = \"甲\"", "没有叫“nouns”的词表"),
    ("[dictionaries]\nneeds = \"甲\"", "要写成若干"),
    ("[[dictionaries.needs]]\nspellings = []", "都要有 name"),
    ("[[dictionaries.needs]]\nname = \"甲\"\nspelling = []", "没有“spelling”这一项"),
    ("[[dictionaries.needs]]\nname = \"甲\"\nspellings = [1]", "文字列表"),
    ("[[dictionaries.needs]]\nname = \"甲\"\nsensitivity = \"D\"", "第 3 行：词表 needs 的“甲”：sensitivity 只能是 A、B 或 C"),
    ("[[dictionaries.needs]]\nname = \"甲\"\nsensitivity = [\"A\"]", "只能是 A、B 或 C"),
    ("[compare]\nleast = 3", "没有“least”这一项"),
    ("[compare]\nleast_ratings = 0", "1 到 1000 的整数"),
    ("[compare]\nweights = 3", "要写成一节 [compare.weights]"),
    ("[compare.weights]\nvisits = 3", "没有“visits”这一项"),
    ("[compare.weights]\ncoverage = -1", "0 到 1000 的整数"),
    ("[compare.weights]\ncoverage = 2.5", "0 到 1000 的整数"),
    ("[compare.weights]\n" + "".join(f"{name} = 0\n" for name in COMPARE_WEIGHTS), "不能全是 0"),
    ("[awards]\nobjection_days = 0", "1 到 1000 的整数"),
    ("[awards]\ntitles = []", "至少要有一个称号"),
    ("[awards]\ntitles = [\"甲\", \" 甲\"]", "“甲”重复了"),
    ("[awards]\ntitles = [\"\"]", "有空的一项"),
    ("[awards]\ntitles = \"甲\"", "要写成文字列表"),
    ("[calendar.2031]\nholidays = [\"2032-01-01\"]", ""),
    ("[calendar.abc]\nholidays = []", ""),
    ("calendar = 3", "要写成一节 [calendar]"),
])
def test_a_wrong_text_is_refused_in_one_sentence(text: str, says: str):
    with pytest.raises(LianhuError) as caught:
        parse_settings(text)
    assert says in caught.value.sentence
    assert caught.value.sentence.endswith(("。", "？"))
    assert "\n" not in caught.value.sentence


def test_everything_that_is_wrong_is_told_at_once_each_with_its_line():
    with pytest.raises(TextRefusedError) as caught:
        parse_settings("twon = 1\n\n[tickets]\nurgent_hours = 0\n[calendar.2031]\nholidays = 3\n", "镇.toml")
    assert [mistake.line for mistake in caught.value.mistakes] == [1, 4, 5]
    assert caught.value.sentence.startswith("镇.toml 有 3 处要改：\n第 1 行：")


def test_what_is_shown_says_everything():
    shown = render_settings(Settings())
    table = tomllib.loads(shown)
    assert set(table["dictionaries"]) == {dictionary.key for dictionary in DEFAULTS}
    assert parse_settings(shown).ticket_workdays == Settings().ticket_workdays
    assert [list(d.terms) for d in parse_settings(shown).dictionaries] == [list(d.terms) for d in DEFAULTS]


def test_a_calendar_is_shown_as_it_was_written():
    """A year's source used to be shown letter by letter, and could not be read back."""
    text = '[calendar.2031]\nholidays = ["2031-01-01", 2031-01-02]\nworkdays = []\nsource = "国办发明电"\n'
    again = parse_settings(render_settings(parse_settings(text)))
    assert not again.calendar.is_workday(date(2031, 1, 2))
    assert again.years["2031"]["source"] == "国办发明电"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
NAMES = TEXTS.filter(lambda text: bool(text.strip()))


@given(town=NAMES.map(str.strip), kind=TEXTS, name=TEXTS, spelling=TEXTS, sensitivity=st.sampled_from("ABC"))
def test_any_text_survives_being_shown_and_read_back(town, kind, name, spelling, sensitivity):
    settings = replace(
        Settings(), town=town, ticket_workdays=Settings().ticket_workdays | {kind: 4},
        replaced={"needs": (Term(name, (spelling,), sensitivity),)})
    again = parse_settings(render_settings(settings))
    assert again.town == town
    assert again.ticket_workdays == settings.ticket_workdays
    assert again.dictionaries["needs"].terms == settings.replaced["needs"]
