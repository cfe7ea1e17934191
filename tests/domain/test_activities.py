"""Quantities with their measures, read exactly, and one measure a kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianhu.domain.activities import Quantity, read_quantity, settled
from lianhu.domain.figures import hundredths_text
from lianhu.domain.terms import MEASURE_OF, Dictionaries, Dictionary, Term

WORDS = Dictionaries()
MEASURES = WORDS["measures"]


@pytest.mark.parametrize(("cell", "hundredths", "measure"), [
    ("1170.5亩", 117050, "亩"), (1170.5, 117050, None), ("1,170 亩", 117000, "亩"), ("３场", 300, "次"), ("十二亩地", 1200, "亩"),
    ("五十个", 5000, "个"), (0.01, 1, None), ("3万", 3_000_000, None), ("12.55", 1255, None), ("8处", 800, "个"), ("26 名", 2600, "人"),
])
def test_a_number_with_or_without_its_measure(cell, hundredths, measure):
    assert read_quantity(cell, MEASURES) == (Quantity(hundredths, measure), None)


@pytest.mark.parametrize(("cell", "code"), [
    ("3公里", "choice-unknown"), ("3双", "choice-unknown"), ("30人次", "choice-unknown"), ("50多次", "choice-unknown"),
    ("约5亩", "number-invalid"), (0, "number-invalid"), ("-3亩", "number-invalid"), ("3.555亩", "number-invalid"),
    (True, "number-invalid"), ("很多", "number-invalid"), (10.0**16, "number-invalid"),
])
def test_what_is_no_quantity_is_refused_in_one_sentence(cell, code):
    quantity, fault = read_quantity(cell, MEASURES)
    assert quantity is None
    assert fault is not None
    assert fault.code == code
    assert fault.message.endswith("。")


@pytest.mark.parametrize("cell", [None, "", "无", "—", " "])
def test_a_blank_is_none_and_no_fault(cell):
    assert read_quantity(cell, MEASURES) == (None, None)


def test_a_measure_of_the_towns_own_is_known():
    own = Dictionary("measures", "计量单位", (*MEASURES.terms, Term("公里", ("千米",))))
    assert read_quantity("3.5千米", own) == (Quantity(350, "公里"), None)


@given(st.integers(1, 10**9), st.sampled_from(["", *MEASURES.names]), st.sampled_from(["", " "]))
def test_what_is_shown_is_read_back(hundredths, measure, gap):
    assert read_quantity(f"{hundredths_text(hundredths)}{gap}{measure}", MEASURES) == (
        Quantity(hundredths, measure or None), None)


@pytest.mark.parametrize(("kind", "quantity", "measure", "expected"), [
    ("特色种植", Quantity(1250), None, Quantity(1250, "亩")), ("特色种植", Quantity(1250, "亩"), "亩", Quantity(1250, "亩")),
    ("评选活动", None, None, Quantity(100, "次")), ("基础设施", None, "个", Quantity(100, "个")),
    ("其他", None, None, Quantity(100, "次")), ("其他", Quantity(3000), "人", Quantity(3000, "人")),
    ("其他", Quantity(350, "公里"), None, Quantity(350, "公里")), ("自己的类别", Quantity(300, "个"), None, Quantity(300, "个")),
])
def test_a_kind_has_its_measure(kind, quantity, measure, expected):
    assert settled(kind, quantity, measure) == (expected, None)


@pytest.mark.parametrize(("kind", "quantity", "measure", "says"), [
    ("特色种植", Quantity(300, "个"), None, "按“亩”计"), ("特色种植", Quantity(300), "次", "按“亩”计"),
    ("评选活动", None, "亩", "按“次”计"), ("其他", Quantity(300, "个"), "人", "请写一样的"),
    ("特色种植", None, None, "要填数量"), ("养老保险扩面", None, "人", "要填数量"), ("养老保险扩面", Quantity(250), None, "整数"),
])
def test_mixtures_and_what_cannot_be_are_refused(kind, quantity, measure, says):
    chosen, fault = settled(kind, quantity, measure)
    assert chosen is None
    assert fault is not None
    assert says in fault.message


def test_every_kind_of_the_dictionary_but_the_last_has_a_measure_of_the_dictionary():
    *kinds, rest = WORDS["activity_kinds"].names
    assert list(MEASURE_OF) == kinds
    assert rest == "其他"
    assert set(MEASURE_OF.values()) <= set(MEASURES.names)
