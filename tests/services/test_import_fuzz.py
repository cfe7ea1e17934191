"""Sheets of nonsense: whatever stands in them, an import ends with a receipt that adds up."""

from datetime import date, datetime
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianhu.domain.forms import FORMS
from lianhu.domain.headings import Layout, recognise
from lianhu.domain.rows import read_rows
from lianhu.domain.table import Merge, Sheet
from lianhu.domain.terms import Dictionaries
from tests.services.workbooks import Desk, id_number

LABELS = sorted({name for form in FORMS.values() for column in form.columns for name in (column.label, *column.names)})
WORDS = ["永胜", "永胜村", "合计", "填表人：", "户主", "配偶", "低保、残疾", "√", "是", "否", "无", "/", "2024.9.4", "13804821234",
         id_number(1), id_number(2)[:-1], "示例", "如：", "=1+1", "[/]", "包村领导", "上门", "H00001", "C0001", "　", "\u202e"]
CELLS = st.one_of(
    st.none(), st.sampled_from(WORDS), st.text(max_size=12), st.floats(allow_nan=True), st.booleans(),
    st.dates(date(1899, 12, 31)), st.datetimes(datetime(1899, 12, 31)), st.integers(-10**20, 10**20).map(float))
GRIDS = st.integers(1, 9).flatmap(lambda width: st.tuples(
    st.lists(st.sampled_from(LABELS), min_size=width, max_size=width),
    st.lists(st.lists(CELLS, max_size=width + 1), max_size=8)))


@settings(max_examples=300)
@given(GRIDS, st.integers(0, 3), st.sampled_from([None, *FORMS]))
def test_any_cells_under_any_headings_are_read(grid, above, kind):
    header, rows = grid
    rows = [[cell for cell in row if cell != ""] for row in rows]
    sheet = Sheet("永胜", [*[[]] * above, header, *rows], [Merge(above + 1, 1, above + 2, 1)], {(above + 2, 1): "#REF!"})
    layout = recognise(sheet, Dictionaries(), kind=kind)
    if isinstance(layout, Layout):
        read = read_rows(sheet, layout, Dictionaries(), date(2026, 11, 24))
        assert all(row.is_bad == any(p.level == "error" for p in row.problems) for row in read.rows)


SAVEABLE = st.one_of(st.none(), st.sampled_from([w for w in WORDS if w.isprintable()]), st.floats(-1e6, 1e6), st.booleans())


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.lists(st.sampled_from(LABELS), min_size=2, max_size=9),
                          st.lists(st.lists(SAVEABLE, max_size=9), max_size=6)), min_size=1, max_size=3))
def test_any_workbook_gives_a_receipt_that_adds_up_and_a_second_import_no_traceback(sheets):
    from pathlib import Path

    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        path = desk.workbook("乱.xlsx", {f"表{n}": [header, *rows] for n, (header, rows) in enumerate(sheets)})
        desk.take(path)
        second = desk.take(path)
        assert second.total("created") == 0
