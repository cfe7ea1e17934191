"""The forms: what import, template, export and documents rely on."""

import pytest

from lianhu.domain.forms import FORMS
from lianhu.domain.forms.base import KINDS_OF_CELL
from lianhu.domain.matching import spellings
from lianhu.domain.terms import DEFAULTS


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_columns_are_complete(form):
    dictionaries = {dictionary.key for dictionary in DEFAULTS}
    for column in form.columns:
        assert column.kind in KINDS_OF_CELL, column
        assert (column.kind in {"term", "terms"}) == bool(column.dictionary), column
        assert not column.dictionary or column.dictionary in dictionaries
    assert len(form.by_field) == len(form.columns), "each field once"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_labels_and_spellings_tell_columns_of_one_side_apart(form):
    seen = {}
    for column in form.columns:
        for name in (column.label, *column.names):
            key = (spellings(name)[0], column.side)
            other = seen.setdefault(key, column.field)
            assert other == column.field, (form.kind, name, other)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_a_form_requires_and_shows_exists(form):
    for group in form.requires:
        assert all(name == "title" or name in form.by_field for name in group)
    assert set(form.example) <= set(form.by_field)
    assert form.signs
    assert any(column.needed for column in form.columns)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_export_has_all_columns_of_the_template_and_in_its_order(form):
    exported = [column.field for column in form.export_columns]
    assert [name for name in exported if name in {c.field for c in form.template_columns}] == [
        column.field for column in form.template_columns]
    assert not {column.field for column in form.columns if column.export_only} & {
        column.field for column in form.template_columns}


def test_a_clerks_template_asks_for_nothing_that_only_the_program_knows():
    assert {kind: [column.label for column in FORMS[kind].columns if column.export_only] for kind in (
            "household", "cadre", "pairing", "cluster-head")} == {
        "household": ["并入户编号", "分自户编号", "曾任户主", "曾销户"],
        "cadre": ["预计返岗日期", "曾离岗"],
        "pairing": ["结对来源", "跨村", "适配度", "适配理由"],
        "cluster-head": [],
    }
    asked = {column.label for form in FORMS.values() for column in form.template_columns}
    assert {"销户日期", "销户原因", "离岗日期", "离岗原因", "卸任日期", "卸任原因"} <= asked
