"""The pairing of a town: what stands, what moves, and an independent solver on the same problem."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]  # no stubs

from lianhu.domain.spells import covers
from lianhu.errors import ConflictError, FileRefusedError, NotFoundError
from lianhu.services.assignment import Assignment, AssignOptions, assign
from lianhu.services.history import undo
from lianhu.services.pairs import standing_pairs
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town, contents, records_only

OPTIONS = AssignOptions(TODAY)


def run(path: Path, **options: Any) -> Assignment:
    with open_database(path) as database:
        return assign(database, replace(OPTIONS, **options), now=NOW)


def pairs_of(result: Assignment) -> dict[str, str]:
    return {pair["household"]: pair["cadre"] for pair in result.as_json()["pairs"]}


def standing(path: Path) -> dict[str, str]:
    with open_database(path) as database:
        return {pair["household"]: pair["cadre"] for pair in standing_pairs(database)}


def a_random_town(path: Path, seed: int, *, shuffled: int | None = None) -> None:
    """Four villages, one with too few cadres, one with none; some pairs stand, of every origin.

    ``shuffled`` writes the same people in another order, so with other ids and codes.
    """
    rng = random.Random(seed)
    order = random.Random(shuffled)
    households = [
        {"place": rng.choice([0, 0, 1, 1, 2, 3]), "head_name": f"户主{n}", "head_id_number": f"H{n:017d}",
         "traits": "、".join(rng.sample(["年老", "患病", "独居", "残疾"], rng.randint(0, 2))) or None,
         "needs": rng.choice([None, "产业发展", "政策解读", "矛盾调解", "就医照料"]), "is_hard": rng.choice([0, 0, 0, 1]),
         "hamlet": rng.choice([None, "东屯", "西屯"]), "sex": rng.choice("男女")}
        for n in range(44)
    ]
    cadres = [
        {"place": rng.choice([0, 0, 0, 1, 2]), "name": f"干部{n}", "id_number": f"C{n:017d}",
         "roles": "、".join(rng.sample(["村医", "致富能人", "政策明白人", "调解员", "支部书记", "第一书记", "网格员", "包村领导"],
                                      rng.randint(1, 2))),
         "hamlet": rng.choice([None, "东屯", "西屯"]), "capacity": rng.choice([None, None, 0, 1, 2, 3]), "phone": None}
        for n in range(20)
    ]
    held = [(h, c, rng.choice(["run", "run", "hand", "sheet"]), rng.choice([0, 0, 0, 1]))
            for h, c in zip(rng.sample(range(44), 12), rng.choices(range(20), k=12), strict=True)
            if households[h]["place"] == cadres[c]["place"]]
    with a_town(path) as town:
        places = [town.village(name, district="东片" if name != "丁" else "西片") for name in "甲乙丙丁"]
        town_cadre = {"place": None, "name": "镇干部", "id_number": "T", "roles": "包村领导", "area": "乙、丁", "capacity": 2}
        ids_of_cadres, ids_of_households = {}, {}
        for n in order.sample(range(21), 21) if shuffled is not None else range(21):
            row = dict(cadres[n]) if n < 20 else dict(town_cadre)
            place = row.pop("place")
            ids_of_cadres[n] = town.cadre(village_id=None if place is None else places[place], **row)
        for n in order.sample(range(44), 44) if shuffled is not None else range(44):
            row = dict(households[n])
            ids_of_households[n] = town.household(village_id=places[row.pop("place")], **row)
        for h, c, origin, locked in held:
            town.pair(ids_of_households[h], ids_of_cadres[c], origin=origin, is_locked=locked)


class TestTheDocument:
    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("rebalance", [False, True])
    def test_its_figures_agree_with_each_other_and_with_the_tables(self, path: Path, seed: int, rebalance: bool):
        a_random_town(path, seed)
        result = run(path, rebalance=rebalance)
        figures = result.as_json()
        pairs = figures["pairs"]
        assert figures["proved_optimal"] is True
        assert figures["kept"] + figures["moved"] + figures["new"] == figures["paired"] == len(pairs)
        assert figures["paired"] + figures["unpaired"] == figures["households"] == 44
        assert len(figures["unpaired_households"]) == figures["unpaired"]
        assert sum(int(number) * cadres for number, cadres in figures["load"].items()) == figures["paired"]
        assert sum(figures["load"].values()) == figures["cadres"] == 21
        assert figures["fit_total"] == sum(pair["fit"] for pair in pairs)
        for pair in pairs:
            assert pair["fit"] == sum(reason["score"] for reason in pair["reasons"])
        counted: dict[str, int] = {}
        for pair in pairs:
            for reason in pair["reasons"]:
                counted[reason["rule"]] = counted.get(reason["rule"], 0) + 1
        assert {row["rule"]: row["pairs"] for row in figures["by_rule"]} == counted
        assert pairs_of(result) == standing(path)
        json.dumps(figures, ensure_ascii=False)

    def test_what_a_run_wrote_can_be_read_again(self, path: Path):
        a_random_town(path, 1)
        result = run(path)
        with open_database(path) as database:
            written = {p["household"]: p for p in standing_pairs(database) if p["started_on"] == TODAY.isoformat()}
            ((held_from, rules, summary),) = database.execute("SELECT held_from, rules, summary FROM assignment_run")
        new = [pair for pair in result.pairs if pair.status == "new"]
        assert {pair.household.code for pair in new} == set(written)
        for pair in new:
            assert written[pair.household.code]["fit"] == pair.fit.total
            assert json.loads(written[pair.household.code]["reasons"]) == [list(reason) for reason in pair.fit.reasons]
            assert written[pair.household.code]["is_cross_village"] == pair.crosses
        assert held_from == TODAY.isoformat()
        assert rules == result.town.rules.text
        assert summary.startswith("结对：新增 ")


def best_by_scipy(part: dict[str, Any]) -> list[int]:
    """The best value of each goal in turn, by an integer program: pairs, each level, evenness."""
    edges, cadres = part["edges"], part["cadres"]
    slots = [(cadre["code"], cadre["held"] + k) for cadre in cadres for k in range(cadre["capacity"])]
    columns = len(edges) + len(slots)
    if not columns:
        return [0] * (len(part["levels"]) + 2)
    rows, low, high = [], [], []
    for household in part["households"]:
        rows.append([edge[0] == household for edge in edges] + [False] * len(slots))
        low.append(0)
        high.append(1)
    for cadre in cadres:
        rows.append([edge[1] == cadre["code"] for edge in edges] + [-(slot[0] == cadre["code"]) for slot in slots])
        low.append(0)
        high.append(0)
    goals = [[-1] * len(edges) + [0] * len(slots)]
    goals += [[-edge[2][level] for edge in edges] + [0] * len(slots) for level in range(len(part["levels"]))]
    goals.append([0] * len(edges) + [slot[1] for slot in slots])
    best = []
    for goal in goals:
        solved = milp(goal, integrality=np.ones(columns), bounds=Bounds(0, 1),
                      constraints=LinearConstraint(np.array(rows, float), low, high))
        assert solved.success
        value = round(solved.fun)
        best.append(value)
        rows.append(goal)
        low.append(value)
        high.append(value)
    return [-value for value in best[:-1]] + [best[-1]]


def reached(part: dict[str, Any]) -> list[int]:
    """The same goals of the pairs that were found, after a look at whether they may be."""
    value = {(household, cadre): values for household, cadre, values in part["edges"]}
    load: dict[str, int] = {}
    for household, cadre in part["pairs"]:
        assert (household, cadre) in value
        load[cadre] = load.get(cadre, 0) + 1
    assert sorted([household for household, _ in part["pairs"]] + part["unpaired"]) == sorted(part["households"])
    evenness = 0
    for cadre in part["cadres"]:
        new = load.get(cadre["code"], 0)
        assert new <= cadre["capacity"]
        evenness += sum(cadre["held"] + k for k in range(new))
    levels = [sum(value[household, cadre][level] for household, cadre in part["pairs"])
              for level in range(len(part["levels"]))]
    return [len(part["pairs"]), *levels, evenness]


class TestAnIndependentSolver:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("options", [
        {}, {"rebalance": True}, {"rebalance": True, "least_change": True}, {"villages": ("甲", "丙")},
        {"capacity": 1, "dry_run": True}],
        ids=["default", "rebalance", "least change", "villages", "capacity"])
    def test_agrees_at_every_level_of_every_pass(self, path: Path, seed: int, options: dict[str, Any]):
        a_random_town(path, seed)
        document = run(path, **options).problem_json()
        for part in document["passes"]:
            assert all(value >= 0 for _, _, values in part["edges"] for value in values)
            assert reached(part) == best_by_scipy(part)

    def test_a_rebalance_counts_ten_for_keeping_and_the_document_does_not(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(traits="年老"), town.cadre(roles="村医"))
        result = run(path, rebalance=True)
        (part,) = result.problem_json()["passes"]
        assert part["edges"] == [["H00001", "C0001", [0, 40, 1]]]
        assert result.as_json()["pairs"][0]["fit"] == 30

    def test_levels_change_places_when_change_is_to_be_least(self, path: Path):
        a_random_town(path, 0)
        assert run(path, dry_run=True, rebalance=True).problem_json()["passes"][0]["levels"] == [
            "hard_with_leader", "fit", "keep"]
        assert run(path, dry_run=True, rebalance=True, least_change=True).problem_json()["passes"][0]["levels"] == [
            "hard_with_leader", "keep", "fit"]

    def test_leaders_of_a_hard_household_have_their_rank(self, path: Path):
        with a_town(path) as town:
            for role in ("包村领导", "支部书记", "第一书记", "村医"):
                town.cadre(roles=role)
            town.household(is_hard=1)
            town.household(is_hard=0)
        (part,) = run(path).problem_json()["passes"]
        ranks = {(household, cadre): values[0] for household, cadre, values in part["edges"]}
        assert [ranks["H00001", f"C{n:04d}"] for n in (1, 2, 3, 4)] == [3, 2, 1, 0]
        assert [ranks["H00002", f"C{n:04d}"] for n in (1, 2, 3, 4)] == [0, 0, 0, 0]


class TestWhatStands:
    def test_a_default_run_moves_nobody(self, path: Path):
        a_random_town(path, 2)
        before = standing(path)
        result = run(path)
        assert result.count("moved") == 0
        assert before.items() <= standing(path).items()

    @pytest.mark.parametrize("over", [{"origin": "hand"}, {"is_locked": 1}, {"origin": "sheet", "is_locked": 1}])
    def test_a_rebalance_leaves_locked_and_hand_made_pairs(self, path: Path, over: dict[str, Any]):
        self.a_poor_pair(path, **over)
        assert run(path, rebalance=True).count("moved") == 0

    @pytest.mark.parametrize("origin", ["run", "sheet"])
    def test_a_rebalance_moves_an_unlocked_pair_where_it_pays(self, path: Path, origin: str):
        self.a_poor_pair(path, origin=origin)
        result = run(path, rebalance=True)
        assert [(p.household.code, p.before and p.before.code, p.cadre.code) for p in result.pairs if p.status == "moved"] == [
            ("H00001", "C0001", "C0002")]
        with open_database(path) as database:
            spells = database.execute("SELECT cadre_id, started_on, ended_on, end_reason FROM pairing ORDER BY id")
        assert spells == [(1, "2026-01-01", "2026-11-24", "重新结对"), (2, "2026-11-24", None, None)]

    def test_a_rebalance_does_not_move_for_ten_points_or_less(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(traits="独居"), town.cadre(roles="普通党员"))
            town.cadre(roles="网格员")  # ten points
        assert run(path, rebalance=True).count("moved") == 0

    @staticmethod
    def a_poor_pair(path: Path, **over: Any) -> None:
        """A household with an ordinary member while a doctor is free."""
        with a_town(path) as town:
            town.pair(town.household(traits="年老"), town.cadre(roles="普通党员"), **over)
            town.cadre(roles="村医")

    def test_running_again_changes_nothing_and_makes_no_batch(self, path: Path):
        a_random_town(path, 3)
        run(path)
        before = path.read_bytes()
        again = run(path)
        assert again.batch is None
        assert again.count("kept") == len(again.pairs)
        assert path.read_bytes() == before

    def test_rebalancing_again_changes_nothing(self, path: Path):
        a_random_town(path, 3)
        first = run(path, rebalance=True)
        assert pairs_of(run(path, rebalance=True)) == pairs_of(first)
        assert run(path, rebalance=True).batch is None

    @pytest.mark.parametrize("seed", range(3))
    def test_the_order_of_rows_makes_no_difference(self, path: Path, tmp_path: Path, seed: int):
        a_random_town(path, seed)
        other = tmp_path / "other.db"
        a_random_town(other, seed, shuffled=99)
        people = [
            {(pair.household.name, pair.cadre.name) for pair in run(file, rebalance=True).pairs} for file in (path, other)]
        assert people[0] == people[1]

    @pytest.mark.parametrize("options", [{}, {"rebalance": True}])
    def test_undo_leaves_every_table_as_before(self, path: Path, options: dict[str, Any]):
        a_random_town(path, 4)
        before = records_only(path)
        run(path, **options)
        assert records_only(path) != before
        with open_database(path) as database:
            assert not undo(database, None, now=NOW).left
        assert records_only(path) == before

    def test_a_dry_run_changes_no_byte(self, path: Path):
        a_random_town(path, 4)
        before = path.read_bytes()
        result = run(path, dry_run=True, rebalance=True)
        assert result.batch is None
        assert result.count("new")
        assert path.read_bytes() == before


class TestWhoIsThere:
    def test_closed_households_and_cadres_who_left_are_out(self, path: Path):
        with a_town(path) as town:
            town.household(closed_on="2026-05-01")
            town.household()
            town.cadre(left_on="2026-05-01")
            town.cadre()
        figures = run(path).as_json()
        assert (figures["households"], figures["cadres"]) == (1, 1)
        assert standing(path) == {"H00002": "C0002"}

    def test_a_household_whose_cadre_left_gets_another_and_the_old_spell_ends(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(), town.cadre(left_on="2026-11-01"))
            town.cadre()
        run(path)
        assert standing(path) == {"H00001": "C0002"}

    def test_a_household_whose_cadre_left_and_that_nobody_can_hold_is_not_called_paired(self, path: Path):
        """The document said unpaired, the list went on showing the cadre who had left."""
        with a_town(path) as town:
            town.pair(town.household(), town.cadre(left_on="2026-11-01"))
        result = run(path)
        assert result.as_json()["unpaired"] == 1
        assert result.batch is not None
        assert standing(path) == {}
        assert "原联系干部已不在岗" in result.unpaired[0][1]

    def test_capacity_zero_holds_nobody_and_a_blank_one_means_the_rules_default(self, path: Path):
        with a_town(path) as town:
            for _ in range(4):
                town.household()
            town.cadre(capacity=0)
            town.cadre(capacity=None)
            town.cadre(capacity=1)
        assert sorted(pairs_of(run(path)).values()) == ["C0002", "C0002", "C0003"]

    def test_a_what_if_capacity_is_for_those_without_their_own(self, path: Path):
        with a_town(path) as town:
            for _ in range(5):
                town.household()
            town.cadre(capacity=None)
            town.cadre(capacity=1)
        assert sorted(pairs_of(run(path, dry_run=True, capacity=3)).values()) == ["C0001"] * 3 + ["C0002"]

    def test_a_cadre_can_be_thought_away(self, path: Path):
        with a_town(path) as town:
            town.household()
            town.cadre()
            town.cadre()
        first = next(iter(pairs_of(run(path, dry_run=True)).values()))
        assert first not in pairs_of(run(path, dry_run=True, without=(first,))).values()
        with pytest.raises(NotFoundError):
            run(path, dry_run=True, without=("没有这人",))

    def test_the_last_resort_is_another_village_of_the_district_and_is_marked(self, path: Path):
        with a_town(path) as town:
            alone, other = town.village("甲"), town.village("乙")
            town.household(village_id=alone)
            town.household(village_id=other)
            town.cadre(village_id=other)
        result = run(path)
        assert [(p.household.code, p.crosses) for p in result.pairs] == [("H00001", True), ("H00002", False)]
        own, beyond = result.problem_json()["passes"]
        assert (own["pairs"], own["unpaired"]) == ([["H00002", "C0001"]], ["H00001"])
        assert beyond["cadres"] == [{"code": "C0001", "capacity": 1, "held": 1}]
        assert result.as_json()["cross_village"] == 1
        # It stays marked when it is kept.
        assert run(path).as_json()["cross_village"] == 1

    def test_only_the_villages_that_were_named_and_the_others_say_so(self, path: Path):
        with a_town(path) as town:
            for name in ("永胜", "哈达"):
                village = town.village(name)
                town.household(village_id=village)
                town.cadre(village_id=village)
        result = run(path, villages=("永胜村",))
        assert standing(path) == {"H00001": "C0001"}
        assert [reason for _, reason in result.unpaired] == ["不在这次结对的范围内（--village 没有包括哈达）"]
        with pytest.raises(NotFoundError):
            run(path, villages=("巴彦",))

    def test_those_in_the_way_are_named_when_there_is_no_place(self, path: Path):
        with a_town(path) as town:
            for _ in range(3):
                town.household()
            town.cadre(name="包文军", capacity=1)
            town.cadre(name="白玉兰", capacity=1)
        ((_, reason),) = run(path).unpaired
        assert reason == "可以联系本户的干部都已满：包文军（C0001，1 户）、白玉兰（C0002，1 户）"

    def test_full_neighbours_and_those_who_hold_none_are_told_too(self, path: Path):
        with a_town(path) as town:
            first, second = town.village("永胜"), town.village("东升")
            for number in range(2):
                town.household(village_id=first, head_name=f"本村户{number}")
            town.household(village_id=second, head_name="邻村户")
            town.cadre(village_id=first, name="包文军", capacity=1)
            town.cadre(village_id=first, name="白玉兰", capacity=0)
        reasons = {household.village: reason for household, reason in run(path).unpaired}
        assert reasons == {
            first: "可以联系本户的干部都已满：包文军（C0001，1 户）、白玉兰（C0002，上限 0 户）",
            second: "东升没有在岗干部，也没有包片的镇干部；同片区邻村的 1 名干部也没有空位"}

    def test_nobody_there_and_nobody_allowed_are_told_apart(self, path: Path):
        with a_town(path) as town:
            village = town.village("甲", district=None)
            town.household(village_id=village)
            kin = town.village("乙", district=None)
            town.cadre(village_id=kin, id_number="X")
            town.household(village_id=kin, head_id_number="X")
        reasons = [reason for _, reason in run(path).unpaired]
        assert reasons == ["甲没有在岗干部，也没有包片的镇干部", "乙的 1 名干部都不能联系本户：李那顺（C0001，本户是自己或亲属的户）"]


class TestOneHolderADay:
    def test_a_pair_from_an_earlier_day_begins_where_the_last_one_ended(self, path: Path):
        with a_town(path) as town:
            town.pair(town.household(), town.cadre(), started_on="2026-02-01", ended_on="2026-06-01")
            town.pair(1, town.cadre(left_on="2026-09-01"), started_on="2026-06-01")
        run(path, on=TODAY.replace(month=3, day=1))
        assert holders(path) <= 1
        with open_database(path) as database:
            assert database.execute("SELECT started_on FROM pairing WHERE ended_on IS NULL") == [("2026-06-01",)]

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("day", ["2025-01-01", "2026-01-01", "2026-04-15", "2027-01-01"])
    def test_no_day_has_two_whatever_day_the_run_is_for(self, path: Path, seed: int, day: str):
        a_random_town(path, seed)
        rng = random.Random(seed)
        with a_town(path) as town:
            for household in rng.sample(range(1, 45), 20):
                for start, end in (("2025-03-01", "2025-09-01"), ("2025-09-01", "2025-12-31")):
                    town.pair(household, rng.randint(1, 21), started_on=start, ended_on=end)
        on = TODAY.fromisoformat(day)
        run(path, on=on, rebalance=True)
        run(path, on=on.replace(year=on.year + 1), rebalance=True, capacity=None)
        assert holders(path) <= 1


def holders(path: Path) -> int:
    """The most cadres that any household has on any day on which something changes."""
    with open_database(path) as database:
        spells = database.execute("SELECT household_id, started_on, ended_on FROM pairing")
    days = {day for _, start, end in spells for day in (start, end) if day}
    return max(
        sum(covers(start, end, day) for household, start, end in spells if household == one)
        for one in {household for household, _, _ in spells} for day in days)


class TestShortage:
    def test_a_rebalance_that_gives_a_cadre_to_another_household_ends_the_pair(self, path: Path):
        """The tables kept the pair, so that the cadre held more households than it may."""
        with a_town(path) as town:
            town.pair(town.household(traits=None), town.cadre(roles="村医", capacity=1))
            town.household(traits="年老")
        result = run(path, rebalance=True)
        assert pairs_of(result) == standing(path) == {"H00002": "C0001"}
        ((household, reason),) = result.unpaired
        assert household.code == "H00001"
        assert "改联系别的户" in reason
        with open_database(path) as database:
            assert not undo(database, None, now=NOW).left
        assert standing(path) == {"H00001": "C0001"}

    def test_a_cadre_whose_places_were_cut_keeps_who_stands_in_a_default_run(self, path: Path):
        with a_town(path) as town:
            cadre = town.cadre(capacity=1)
            for _ in range(2):
                town.pair(town.household(), cadre)
            town.household()
        result = run(path)
        assert result.count("kept") == 2
        assert len(result.unpaired) == 1


class TestFilesAndRules:
    def test_when_a_file_cannot_be_written_nothing_is(self, path: Path):
        """The pairs used to be in the tables when the plan could not be written."""
        a_random_town(path, 0)
        before = contents(path)

        def no_file(result: Assignment) -> None:
            assert result.batch is not None
            raise FileRefusedError("写不了文件。")

        with open_database(path) as database, pytest.raises(FileRefusedError):
            assign(database, OPTIONS, now=NOW, write_files=no_file)
        assert contents(path) == before

    def test_other_rules_can_be_tried(self, path: Path, tmp_path: Path):
        with a_town(path) as town:
            town.household(traits="独居")
            town.cadre(roles="网格员")
        rules = tmp_path / "规则.toml"
        rules.write_text('[[match]]\nname = "甲"\nroles = ["网格员"]\ntraits = ["独居"]\nscore = 77\n', encoding="utf-8")
        assert run(path, dry_run=True, rules=rules).as_json()["fit_total"] == 77
        assert run(path, dry_run=True).as_json()["fit_total"] == 10

    def test_rules_that_are_wrong_or_not_there(self, path: Path, tmp_path: Path):
        with a_town(path):
            pass
        rules = tmp_path / "规则.toml"
        with pytest.raises(NotFoundError):
            run(path, dry_run=True, rules=rules)
        rules.write_text("x = 1", encoding="utf-8")
        with pytest.raises(ConflictError):
            run(path, dry_run=True, rules=rules)
        rules.write_bytes("[[match]] # 规则".encode("gbk"))
        with pytest.raises(FileRefusedError):
            run(path, dry_run=True, rules=rules)

    def test_progress_is_told_to_the_end(self, path: Path):
        a_random_town(path, 0)
        told: list[tuple[int, int]] = []
        with open_database(path) as database:
            assign(database, OPTIONS, now=NOW, progress=lambda done, total: told.append((done, total)))
        assert any(done == total for done, total in told)


def test_an_empty_town_has_an_empty_plan(path: Path):
    with a_town(path):
        pass
    result = run(path)
    assert result.as_json()["load"] == {}
    assert (result.pairs, result.unpaired, result.batch, result.is_proved) == ([], [], None, True)


def test_a_pair_of_an_earlier_day_waits_for_both_to_be_there(path: Path):
    """The household was closed until 2 March, its cadre away until 5 March; another's only until 2 March."""
    with a_town(path) as town:
        for village, back in (("永胜", "2026-03-05"), ("东风", None)):
            place = town.village(village)
            cadre = town.cadre(village_id=place)
            household = town.household(village_id=place)
            town.journal.insert("closure", {
                "household_id": household, "started_on": "2026-01-10", "ended_on": "2026-03-02", "reason": "搬走"})
            if back:
                town.journal.insert("absence", {
                    "cadre_id": cadre, "started_on": "2026-02-01", "ended_on": back, "reason": "病假"})
    run(path, on=date(2026, 2, 15))
    with open_database(path) as database:
        assert database.execute("SELECT started_on FROM pairing ORDER BY household_id") == [("2026-03-05",), ("2026-03-02",)]
