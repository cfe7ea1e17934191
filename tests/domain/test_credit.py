"""Grades by stated rules, and limits in 万元."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.credit import Grading, graded, limit_text, read_limit, rule_text
from lianhu.domain.figures import Rate
from lianhu.domain.settings import CREDIT_RULES
from lianhu.domain.table import Cell


def results(**given: Rate | int) -> dict[str, Rate | int]:
    return {"rating_rate": Rate(20, 20, "份"), "opinion_rate": Rate(4, 4, "条"), "task_rate": Rate(10, 10, "户次"), "opinions": 4,
            "activities": 3} | given


def test_the_best_grade_whose_demands_are_all_met() -> None:
    assert graded(results(), CREDIT_RULES, 5) == Grading(
        "AAA", "AAA：户评满意率≥95%、意见答复率≥95%、任务完成率≥95%、自治活动≥3", "")
    made = graded(results(rating_rate=Rate(18, 20, "份"), activities=2), CREDIT_RULES, 5)
    assert made.grade == "AA"
    assert made.missing == "到 AAA 还差：户评满意率 90.0%(18/20)，要 95%；自治活动 2，要 3"
    assert graded(results(rating_rate=Rate(1, 20, "份")), CREDIT_RULES, 5).grade == "B"


def test_a_share_is_compared_exactly() -> None:
    assert graded(results(rating_rate=Rate(19, 20)), CREDIT_RULES, 5).grade == "AAA"
    # 94.96 % is shown as 95.0 %, and is not 95.
    assert graded(results(rating_rate=Rate(9496, 10000)), CREDIT_RULES, 5).grade == "AA"


def test_too_few_answers_give_no_grade() -> None:
    made = graded(results(rating_rate=Rate(4, 4, "份")), CREDIT_RULES, 5)
    assert (made.grade, made.because) == (None, "样本不足：户评 4 份，至少要 5 份")


def test_a_rate_over_nothing_is_not_judged() -> None:
    assert graded(results(task_rate=Rate(0, 0), opinion_rate=Rate(0, 0)), CREDIT_RULES, 5).grade == "AAA"


def test_rules_without_a_lowest_grade_may_give_none() -> None:
    made = graded(results(activities=0), {"A": {"activities": 1}}, 5)
    assert made == Grading(None, "没有达到任何一级的要求", "到 A 还差：自治活动 0，要 1")


def test_a_rule_in_words() -> None:
    assert rule_text({"opinions": 2, "task_rate": 70}) == "意见建议≥2、任务完成率≥70%"
    assert rule_text({}) == "没有要求"


@pytest.mark.parametrize(("cell", "limit"), [
    ("5", 50_000_00), (5, 50_000_00), (5.125, 51_250_00), ("5万", 50_000_00), ("50,000元", 50_000_00), ("5.5万元", 55_000_00),
    ("５", 50_000_00), ("无", None), (None, None), (" ", None)])
def test_a_bare_limit_is_in_wan(cell: Cell, limit: int | None) -> None:
    assert read_limit(cell) == (limit, None)


@pytest.mark.parametrize("cell", ["50000", 50000, "五五", "-5", True])
def test_a_limit_that_cannot_be(cell: Cell) -> None:
    value, fault = read_limit(cell)
    assert value is None
    assert fault is not None
    assert fault.code == "number-invalid"


@given(st.integers(0, 10_000 * 10_000 * 100).map(lambda value: value // 100 * 100))
def test_a_limit_comes_back_as_it_was(limit: int) -> None:
    assert read_limit(limit_text(limit)) == (limit, None)
