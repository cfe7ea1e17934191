"""What is past of a record, in one cell: written and read again as it was, and refused when it is not that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.names import read_name
from lianhu.domain.past import (
    Head,
    Span,
    heads_text,
    read_absences,
    read_closures,
    read_heads,
    read_origin,
    read_reasons,
    reasons_text,
    spans_text,
)
from lianhu.domain.spells import NOT_YET
from lianhu.domain.values import read_text
from tests.factory import an_id_number

DAYS = st.dates().map(str) | st.dates().map(lambda day: str(day)[:7])
REASONS = st.none() | st.text(st.characters(blacklist_categories=["C"]) | st.sampled_from("；（），至预计返岗- 2025"), min_size=1
                              ).map(lambda text: read_text(text)[0])
SPANS = st.lists(
    st.builds(Span, DAYS, DAYS, REASONS, st.none() | DAYS).filter(lambda span: span.started_on <= span.ended_on), max_size=4)


@given(spans=SPANS)
def test_absences_come_back_as_they_were(spans: list[Span]) -> None:
    told = sorted(spans, key=lambda span: span[:2])
    assert read_absences(spans_text(told)) == (tuple(told) or None, None)


@given(spans=SPANS.map(lambda spans: [span._replace(returns_on=None) for span in spans]))
def test_closures_come_back_as_they_were(spans: list[Span]) -> None:
    told = sorted(spans, key=lambda span: span[:2])
    assert read_closures(spans_text(told)) == (tuple(told) or None, None)


@given(heads=st.lists(st.builds(
    Head, st.sampled_from(["张三", "孛儿只斤·额尔德尼朝克图", "张三（东屯）", "Anna Maria"]),
    st.none() | st.integers(0, 99).map(an_id_number), DAYS, REASONS), max_size=4))
def test_former_heads_come_back_as_they_were(heads: list[Head]) -> None:
    told = sorted(heads, key=lambda head: (head.ended_on, head.name))
    assert all(read_name(head.name)[0] == head.name for head in told)
    assert read_heads(heads_text(told)) == (tuple(told) or None, None)


@given(reasons=st.lists(st.tuples(REASONS.filter(lambda text: text and not text.startswith("；") and not text.endswith("；")),
                                  st.integers(0, 100)), max_size=4))
def test_reasons_come_back_as_they_were(reasons: list[tuple[str, int]]) -> None:
    stored = json.dumps(reasons, ensure_ascii=False)
    assert read_reasons(reasons_text(stored)) == (stored if reasons else None, None)


def test_people_can_read_them() -> None:
    assert spans_text([Span(NOT_YET, "2023-05-01", "分户"), Span("2024-01-01", "2024-06-01", "搬迁")]) == (
        "至2023-05-01（分户）；2024-01-01至2024-06-01（搬迁）")
    assert spans_text([Span("2024-01", "2024-06-01", "病假", "2024-05-01")]) == "2024-01至2024-06-01（病假）预计2024-05-01返岗"
    assert heads_text([Head("张三", None, "2025-03-01", "去世"), Head("李四", None, "2026-01-01")]) == (
        "张三（至2025-03-01，去世）；李四（至2026-01-01）")
    assert reasons_text('[["村医联系老弱病残户", 30], ["同屯", 20]]') == "村医联系老弱病残户 30；同屯 20"
    assert [reasons_text(stored) for stored in (None, "[]")] == [None, None]


@pytest.mark.parametrize(("read", "cell", "code", "says"), [
    (read_closures, "去年搬走，后来回来了", "date-invalid", "应写成"),
    (read_closures, "2024-06-01至2024-01-01", "date-invalid", "比开始日期早"),
    (read_closures, "2024-02-30至2024-06-01", "date-invalid", "不存在的日期"),
    (read_closures, "2024-01-01至2024-06-01预计2024-05-01返岗", "date-invalid", "应写成"),
    (read_absences, "2024-01-01至2024-06-01（病假）预计2024-13返岗", "date-invalid", "不存在的日期"),
    (read_heads, "张三 去世", "date-invalid", "应写成"),
    (read_heads, "张三（至2024-13-01）", "date-invalid", "不存在的日期"),
    (read_heads, "张三 152223195603120010（至2024-01-01）", "id-checksum", ""),
    (read_reasons, "村医联系老弱病残户", "date-invalid", "应写成"),
    (read_origin, "听说", "choice-unknown", "自动、人工、导入"),
])
def test_anything_else_is_refused(read: Any, cell: str, code: str, says: str) -> None:
    value, fault = read(cell)
    assert value is None
    assert fault.code == code
    assert says in fault.message
    assert "152223195603120010" not in fault.message


@pytest.mark.parametrize("read", [read_closures, read_absences, read_heads, read_reasons, read_origin])
def test_a_blank_says_nothing(read: Any) -> None:
    assert [read(cell) for cell in (None, "", "  ")] == [(None, None)] * 3


@pytest.mark.parametrize(("word", "origin"), [
    ("自动", "run"), ("自动结对", "run"), ("人工", "hand"), ("人工指定", "hand"), ("导入", "sheet")])
def test_origins_have_the_words_that_are_shown(word: str, origin: str) -> None:
    assert read_origin(word) == (origin, None)
