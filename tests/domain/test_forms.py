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
