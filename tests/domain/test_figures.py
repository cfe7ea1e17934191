"""What a report is made of, and how a figure is shown."""

from __future__ import annotations

import json

import pytest

from lianhu.domain.figures import Hundredths, Rate, Report, Table, shown


@pytest.mark.parametrize(("rate", "text"), [
    (Rate(39, 41), "95.1%(39/41)"), (Rate(0, 41), "0.0%(0/41)"), (Rate(41, 41), "100.0%(41/41)"),
    (Rate(0, 0), "—(0件)"), (Rate(0, 0, "户"), "—(0户)"), (Rate(1, 3), "33.3%(1/3)")])
def test_a_rate_prints_its_numerator_and_denominator_and_nothing_over_zero(rate: Rate, text: str):
    assert str(rate) == text


def test_a_document_holds_raw_numbers():
    table = Table("走访", ["村", "次数", "满意率"], [["永胜", 3, Rate(1, 2)], ["哈达", 0, Rate(0, 0)]], ["合计", 3, Rate(1, 2)])
    document = Report("village", "分村统计", [table], "2026-01-01", None).as_json()
    assert json.loads(json.dumps(document)) == {
        "report": "village", "period": {"from": "2026-01-01", "to": None},
        "tables": [{
            "name": "走访", "headings": ["村", "次数", "满意率"],
            "rows": [["永胜", 3, {"numerator": 1, "denominator": 2}], ["哈达", 0, {"numerator": 0, "denominator": 0}]],
            "totals": ["合计", 3, {"numerator": 1, "denominator": 2}]}]}


def test_a_table_without_a_last_line_says_so():
    assert Table("", ["甲"], []).as_json()["totals"] is None


@pytest.mark.parametrize(("value", "text"), [
    (None, ""), (True, "是"), (False, "否"), (0, "0"), (1230, "1230"), (2.25, "2.2"), ("=1+1", "=1+1")])
def test_values_as_a_person_reads_them(value, text: str):
    assert shown(value) == text


@pytest.mark.parametrize(("value", "text", "number"), [
    (117050, "1170.5", 1170.5), (117000, "1170", 1170), (5, "0.05", 0.05), (0, "0", 0), (-1250, "-12.5", -12.5),
    (10, "0.1", 0.1), (1255, "12.55", 12.55),
])
def test_hundredths_are_told_exactly(value, text, number):
    assert (str(Hundredths(value)), shown(Hundredths(value))) == (text, text)
    assert Hundredths(value).as_json() == number
    assert Table("", ["数量"], [[Hundredths(value)]]).as_json()["rows"] == [[number]]
