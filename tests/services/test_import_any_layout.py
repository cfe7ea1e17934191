"""Any records in any layout come back as they were, a second import changes nothing, order means nothing."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services import layouts
from tests.services.layouts import Clerk, Town
from tests.services.workbooks import Desk

KINDS = ("household", "cadre", "pairing", "member", "visit")


@pytest.fixture
def folders(tmp_path_factory):
    return lambda: Desk(tmp_path_factory.mktemp("desk"))


def files_of(desk: Desk, kind: str, made: Town, rng: random.Random):
    """The files of a kind's records, and of the rosters they refer to."""
    ending = rng.choice([".xlsx", ".xlsx", *layouts.FLAT_KINDS])
    flat = ending != ".xlsx"
    clerk = Clerk(rng, plain=flat)
    pages = {}
    if kind in {"household", "visit"}:
        named_by_file = ending in {".html.xls"}
        pages |= layouts.household_sheets(clerk, made.households, flat=flat, one_sheet=named_by_file)
    if kind in {"cadre", "pairing", "visit"}:
        pages["干部"] = layouts.cadre_sheet(clerk, made.cadres, flat=flat)
    if kind == "pairing":
        pages["结对"] = layouts.pair_sheet(clerk, made, flat=flat)
    if kind == "member":
        pages["人口"] = layouts.member_sheet(clerk, made, flat=flat)
    if kind == "visit":
        pages["走访"] = layouts.visit_sheet(clerk, made, flat=flat)
    shuffled = list(pages.items())
    rng.shuffle(shuffled)
    return layouts.save(desk, "名册", dict(shuffled), ending, rng)


def stored(desk: Desk, kind: str):
    villages = {v["id"]: v["name"] for v in desk.records("village")}
    households = {h["id"]: h for h in desk.records("household")}
    if kind == "cadre":
        names = ("name", "id_number", "phone", "roles", "post")
        return sorted(repr((villages[c["village_id"]], *(c[n] for n in names))) for c in desk.records("cadre"))
    if kind == "pairing":
        cadres = {c["id"]: c["name"] for c in desk.records("cadre")}
        pairs = [(households[p["household_id"]], cadres[p["cadre_id"]]) for p in desk.records("pairing")]
        return sorted(repr((h["head_name"], name, h["head_id_number"], h["phone"])) for h, name in pairs)
    if kind == "member":
        return sorted(repr((households[m["household_id"]]["head_name"], m["name"], m["id_number"], m["relation"]))
                      for m in desk.records("member"))
    if kind == "visit":
        return sorted(repr((households[v["household_id"]]["head_name"], v["visited_on"], v["way"]))
                      for v in desk.records("visit"))
    names = ("head_name", "head_id_number", "phone", "size", "hamlet", "traits", "assistance", "needs")
    return sorted(repr((villages[h["village_id"]], *(h[n] for n in names))) for h in households.values())


def expected(kind: str, made: Town):
    if kind == "cadre":
        return sorted(repr((c["village"], c["name"], c["id_number"], c["phone"], c["roles"], c["post"])) for c in made.cadres)
    if kind == "pairing":
        return sorted(repr((h["head_name"], c["name"], h["head_id_number"], h["phone"]))
                      for h, c in zip(made.households, made.cadres, strict=True))
    if kind == "member":
        heads = [(h["head_name"], h["head_name"], h["head_id_number"], "户主") for h in made.households]
        return sorted(map(repr, heads + [
            (made.households[m["household"]]["head_name"], m["name"], m["id_number"], m["relation"]) for m in made.members]))
    if kind == "visit":
        return sorted(repr((made.households[v["household"]]["head_name"], v["visited_on"].isoformat(), v["way"]))
                      for v in made.visits)
    names = ("village", "head_name", "head_id_number", "phone", "size", "hamlet", "traits", "assistance", "needs")
    return sorted(repr(tuple(h[n] for n in names)) for h in made.households)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), size=st.integers(2, 6))
def test_records_in_any_layout_come_back_and_a_second_import_changes_nothing(folders, kind, seed, size):
    rng = random.Random(seed)
    made = layouts.town(rng, size)
    desk = folders()
    paths = files_of(desk, kind, made, rng)
    receipt = desk.take(*paths)
    problems = [(f.path.name, s.sheet, p.cell, p.heading, p.code, p.message) for f in receipt.files for s in f.sheets
                for p in s.problems if p.level != "note"]
    assert (problems, [f.refused for f in receipt.files if f.refused]) == ([], [])
    assert stored(desk, kind) == expected(kind, made)
    again = desk.take(*paths)
    assert [again.total(name) for name in ("created", "updated", "rejected")] == [0, 0, 0]
    assert again.total("unchanged") == receipt.total("rows")


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_the_order_of_rows_and_sheets_and_the_layout_mean_nothing(folders, seed):
    rng = random.Random(seed)
    made = layouts.town(rng, 5)
    one, two = folders(), folders()
    one.take(*files_of(one, "pairing", made, random.Random(seed + 1)))
    order = list(range(5))
    rng.shuffle(order)
    other = Town([made.households[i] for i in order], [made.cadres[i] for i in order])
    two.take(*files_of(two, "pairing", other, random.Random(seed + 2)))
    for kind in ("pairing", "cadre"):
        assert stored(one, kind) == stored(two, kind)
    assert sorted(h["code"] + h["head_name"] for h in one.records("household")) == sorted(
        h["code"] + h["head_name"] for h in two.records("household"))
