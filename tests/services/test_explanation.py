"""Explanations of a town's pairs against the run itself: the same town solved again with the pair made by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lianhu.domain.fit import Household, leader_rank
from lianhu.errors import AmbiguousError, ConflictError, NotFoundError
from lianhu.services.assignment import Assignment, AssignOptions, assign, decide
from lianhu.services.explain import explain
from lianhu.services.explanation import NOTHING, Change, Explanation, Price, is_fixed
from lianhu.services.town import Town, load_rules, load_town
from lianhu.store.connection import open_database
from tests.factory import NOW, TODAY, a_town, contents
from tests.factory import Town as Maker
from tests.services.test_assignment import a_random_town

OPTIONS = AssignOptions(TODAY)


def asked(path: Path, household: str, cadre: str | None = None) -> Explanation:
    with open_database(path) as database:
        return explain(database, household, cadre, today=TODAY)


def run(path: Path, **options: Any) -> Assignment:
    with open_database(path) as database:
        return assign(database, replace(OPTIONS, **options), now=NOW)


def loaded(path: Path, *, limit: int = 0) -> Town:
    with open_database(path) as database:
        town = load_town(database, load_rules(database))
    town.rules = replace(town.rules, hard_per_cadre=limit)
    return town


def set_limit(path: Path, limit: int) -> None:
    """Puts rules in force by which a cadre has at most so many 重难点户."""
    from lianhu.domain.rules import default_text

    text = default_text()
    assert "hard_per_cadre = 0" in text
    with a_town(path) as town:
        town._add("setting", None, {"name": "rules", "text": text.replace("hard_per_cadre = 0", f"hard_per_cadre = {limit}")}, {})


def from_scratch(town: Town, made: dict[int, int]) -> tuple[int, ...]:
    """Paired, leaders, fit and evenness of a run's first pass with only the fixed pairs and ``made`` standing.

    ``made`` is the cadre's id, or 0 for nobody, by household id.
    """
    kept = {h: pair for h, pair in town.standing.items() if is_fixed(pair) and h not in made}
    by_hand = {h: {"cadre_id": cadre, "origin": "hand", "is_locked": 0, "is_cross_village": 0} for h, cadre in made.items() if cadre}
    households = [h for h in town.households if made.get(h.id) != 0]
    result = decide(replace_town(town, households, kept | by_hand), OPTIONS)
    pairs = [pair for pair in result.pairs if not pair.crosses]
    load = Counter(pair.cadre.id for pair in pairs)
    return (len(pairs), sum(leader_rank(p.cadre.roles, town.rules) for p in pairs if p.household.is_hard),
            sum(p.fit.total for p in pairs), -sum(n * (n - 1) // 2 for n in load.values()))


def has_place(town: Town, cadre: int, household: Household) -> bool:
    """Whether the fixed pairs leave a place for the household."""
    cadres = {c.id: c for c in town.cadres}
    held = [h for h in town.households if h.id in town.standing and h is not household
            and is_fixed(town.standing[h.id]) and town.standing[h.id]["cadre_id"] == cadre]
    limit = town.rules.hard_per_cadre
    return len(held) < cadres[cadre].capacity and not (
        limit and household.is_hard and sum(h.is_hard for h in held) >= limit)


def replace_town(town: Town, households: list[Any], standing: dict[int, Any]) -> Town:
    return Town(town.villages, town.cadres, households, standing, town.ended, town.back, town.rules)


class TestAgainstTheRun:
    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("limit", [0, 1])
    def test_prices_are_what_a_run_with_the_pair_made_by_hand_loses(self, path: Path, seed: int, limit: int):
        a_random_town(path, seed)
        run(path)
        if limit:
            set_limit(path, limit)
        town = loaded(path, limit=limit)
        by_code = {cadre.code: cadre.id for cadre in town.cadres}
        compared = 0
        for household in town.households[seed % 3::3]:
            answer = asked(path, household.code)
            if answer.crosses:
                continue
            free = {h: pair for h, pair in town.standing.items() if h != household.id}
            best = from_scratch(replace_town(town, town.households, free), {})
            own = [answer.own] if answer.own else []
            for option in [*own, *answer.others]:
                there = from_scratch(town, {household.id: by_code[option.cadre.code] if option.cadre else 0})
                assert option.price == Price(*(a - b for a, b in zip(best, there, strict=True)))
                compared += 1
            if answer.own is not None:
                assert [o.is_equal for o in answer.others] == [o.price == answer.own.price for o in answer.others]
        assert compared > 30

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("limit", [0, 1])
    def test_a_fresh_run_is_the_best_and_stands(self, path: Path, seed: int, limit: int):
        a_random_town(path, seed)
        if limit:
            set_limit(path, limit)
        with a_town(path) as town:
            for (pair,) in town.journal.database.execute("SELECT id FROM pairing"):
                town.change("pairing", pair, ended_on="2026-02-01", end_reason="测试")
        result = run(path)
        crossing = 0
        for pair in result.pairs:
            answer = asked(path, pair.household.code)
            assert answer.best == pair.cadre
            assert answer.own is not None
            assert answer.own.price == answer.gain == NOTHING
            assert answer.own.changes == ()
            assert answer.crosses == pair.crosses
            assert not answer.against
            assert answer.is_rebalanced is None
            crossing += answer.crosses
        assert crossing == result.cross_village
        for household, _ in result.unpaired:
            answer = asked(path, household.code)
            assert answer.is_alone
            assert answer.shortages or answer.nobody
            for group in answer.shortages:
                assert group.short > 0
                assert household.code in group.households
        if seed == 0:
            assert crossing

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("limit", [0, 1])
    def test_one_place_more_brings_what_a_run_with_it_brings(self, path: Path, seed: int, limit: int):
        a_random_town(path, seed)
        with a_town(path) as maker:
            for number in range(12):
                maker.household(village_id=1 + number % 2, is_hard=number % 3 == 0, head_name=f"新户{number}",
                                needs="产业发展" if number % 2 else None, head_id_number=f"N{number:017d}")
        run(path)
        if limit:
            set_limit(path, limit)
        town = loaded(path, limit=limit)
        offered = 0
        for household in town.households:
            answer = asked(path, household.code)
            if not answer.is_alone or len(answer.shortages) > 1:
                continue
            best = from_scratch(town, {})
            for room in answer.rooms:
                wider = loaded(path, limit=limit)
                at = town.cadres.index(room.cadre)
                wider.cadres[at] = replace(room.cadre, capacity=room.capacity)
                # To have somebody at all is forced by trying each who may hold the household.
                there = max(from_scratch(wider, {household.id: c.cadre.id}) for c in answer.candidates
                            if has_place(wider, c.cadre.id, household))
                assert room.price == Price(*(a - b for a, b in zip(best, there, strict=True)))
                assert room.price.paired == -1
                if room.rival is None:
                    assert from_scratch(wider, {}) == there
                offered += 1
            if offered > 40:
                break
        assert offered

    @pytest.mark.parametrize("seed", range(6))
    def test_what_a_run_would_do_is_what_it_does(self, path: Path, seed: int):
        """Across villages too: “lianhu assign --rebalance” was named where it changed nothing."""
        a_random_town(path, seed)
        with a_town(path) as town:
            for number in range(6):
                town.household(village_id=3, head_name=f"丙户{number}", head_id_number=f"N{number:017d}",
                               needs="产业发展" if number % 2 else None)
        town = loaded(path)
        results = {how: decide(town, replace(OPTIONS, rebalance=how)) for how in (False, True)}
        changed = {how: {p.household.id for p in result.pairs if p.status != "kept"} | {h.id for h in result.dropped}
                   for how, result in results.items()}
        foreseen = 0
        for household in town.households:
            answer = asked(path, household.code)
            if answer.is_assigned is not None:
                assert answer.is_assigned == (household.id in changed[False])
                assert answer.is_rebalanced == (household.id in changed[True])
                foreseen += 1
        assert foreseen > 5

    def test_the_moves_lead_to_the_price(self, path: Path):
        a_random_town(path, 2)
        run(path)
        town = loaded(path)
        moved = 0
        for household in town.households:
            answer = asked(path, household.code)
            if answer.crosses or answer.gain != NOTHING or answer.own is None or answer.own.price != NOTHING:
                continue
            holder = {h.id: town.standing[h.id]["cadre_id"] for h in town.households if h.id in town.standing}
            for option in answer.others:
                if any(town.standing[c.household.id]["is_cross_village"] for c in option.changes if c.before):
                    continue  # counts as alone in the first pass, whose price this is
                after = dict(holder)
                for change in (*option.changes, Change(household, answer.best, option.cadre)):
                    assert after.get(change.household.id) == (change.before and change.before.id)
                    after[change.household.id] = change.after and change.after.id
                    moved += 1
                fits = {c.id: c for c in town.cadres}
                before_fit, after_fit = (
                    sum(town.scorer.fit(fits[c], h).total for h in town.households if (c := who.get(h.id)) is not None)
                    for who in (holder, after))
                assert before_fit - after_fit == option.price.fit
        assert moved > 20


def a_small_town(path: Path) -> dict[str, int]:
    """Two villages of one district; doctor and helper in the first, nobody free in the second."""
    with a_town(path) as town:
        first, second, far = town.village("永胜"), town.village("东升"), town.village("西山", district="西片")
        return {"doctor": town.cadre(village_id=first, name="白大夫", roles="村医", capacity=1),
                "helper": town.cadre(village_id=first, name="包能人", roles="致富能人", capacity=1),
                "far": town.cadre(village_id=far, name="远干部"),
                "old": town.household(village_id=first, head_name="老人户", traits="年老"),
                "keen": town.household(village_id=first, head_name="产业户", needs="产业发展"),
                "first": first, "second": second}


def add(path: Path, make: Any) -> Any:
    with a_town(path) as town:
        return make(town)


class TestAPair:
    def test_rules_place_price_and_who_else_moves(self, path: Path):
        a_small_town(path)
        run(path)
        answer = asked(path, "老人户", "包能人").as_json()
        assert (answer["cadre"], answer["best"], answer["fit"]) == ("C0001", "C0001", 30)
        assert answer["reasons"] == [{"rule": "村医联系老弱病残户", "score": 30}]
        assert (answer["place"], answer["candidates"]) == (1, 2)
        price = {"paired": 0, "hard_with_leader": 0, "fit": 60, "evenness": 0}
        other = {"cadre": "C0002", "name": "包能人", "price": price, "equal": False,
                 "moves": [{"household": "H00002", "from": "C0002", "to": "C0001"}]}
        assert answer["best_other"] == other
        assert answer["named"] == other | {"reason": None}
        assert answer["alternatives"][1]["cadre"] is None
        assert answer["alternatives"][1]["price"]["paired"] == 1
        assert answer["unpaired"] is None

    def test_equals_share_a_place_and_cost_nothing(self, path: Path):
        with a_town(path) as town:
            for _ in range(3):
                town.cadre()
            town.household()
        run(path)
        answer = asked(path, "H00001")
        assert [c.place for c in answer.candidates] == [1, 1, 1]
        assert [o.is_equal for o in answer.others] == [True, True, False]

    def test_what_stands_but_is_not_the_best_is_told_with_the_gain(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: [town.pair(made["old"], made["helper"]), town.pair(made["keen"], made["doctor"])])
        answer = asked(path, "老人户")
        assert answer.best is not None
        assert answer.best.name == "白大夫"
        assert answer.own is not None
        assert answer.own.price == Price(0, 0, 60, 0)
        assert answer.gain == Price(0, 0, 60, 0)
        assert answer.is_rebalanced is True

    def test_a_gain_below_the_bonus_for_keeping_is_no_reason_to_move(self, path: Path):
        with a_town(path) as town:
            near, other = town.cadre(cluster_id=town.cluster()), town.cadre()
            house = town.household(cluster_id=1)
            town.pair(house, other)
        answer = asked(path, "H00001")
        assert answer.best is not None
        assert answer.best.id == near
        assert answer.gain == Price(0, 0, 5, 0)
        assert answer.is_rebalanced is False
        assert run(path, rebalance=True).count("moved") == 0

    @pytest.mark.parametrize("how", [{"origin": "hand"}, {"is_locked": 1}])
    def test_a_fixed_pair_is_treated_as_free_for_its_own_question_only(self, path: Path, how: dict[str, Any]):
        made = a_small_town(path)
        add(path, lambda town: [town.pair(made["old"], made["helper"], **how), town.pair(made["keen"], made["doctor"])])
        answer = asked(path, "老人户")
        assert answer.is_fixed
        assert answer.best is not None
        assert answer.best.name == "白大夫"
        assert answer.is_rebalanced is None
        other = asked(path, "产业户")
        assert other.best is not None
        assert other.best.name == "白大夫"
        assert other.others[0].cadre is None  # the helper's only place is fixed

    def test_a_pair_that_the_rules_forbid_says_so(self, path: Path):
        with a_town(path) as town:
            kin, other = town.cadre(id_number="X1"), town.cadre()
            house = town.household()
            town.member(house, id_number="X1")
            town.pair(house, kin, origin="hand")
        answer = asked(path, "H00001")
        assert answer.own is None
        assert "亲属" in answer.against[0]
        assert answer.best is not None
        assert answer.best.id == other

    def test_beyond_capacity_by_hand_is_told(self, path: Path):
        with a_town(path) as town:
            cadre = town.cadre(capacity=1)
            for _ in range(3):
                town.pair(town.household(), cadre, origin="hand")
        answer = asked(path, "H00001")
        assert "上限 1 户，已有人工指定或锁定的 H00002" in answer.against[0]

    def test_it_writes_nothing(self, path: Path):
        a_small_town(path)
        run(path)
        before = contents(path)
        asked(path, "老人户", "白大夫")
        assert contents(path) == before


class TestANamedCadre:
    def reason(self, path: Path, cadre: int) -> str:
        answer = asked(path, "老人户", f"C{cadre:04d}")
        assert answer.named is None
        assert answer.as_json()["named"]["reason"] == answer.named_reason
        return answer.named_reason

    def test_of_another_district(self, path: Path):
        made = a_small_town(path)
        assert self.reason(path, made["far"]) == "远干部（C0003）在西山，本户在永胜，不同村也不同片区"

    def test_of_a_neighbouring_village(self, path: Path):
        made = a_small_town(path)
        cadre = add(path, lambda town: town.cadre(village_id=made["second"], name="邻干部"))
        assert "邻村干部只在本村干部都联系不了时才用" in self.reason(path, cadre)

    def test_of_no_village(self, path: Path):
        a_small_town(path)
        cadre = add(path, lambda town: town.cadre(village_id=None, name="镇干部"))
        assert "没有嘎查村，也没有包片村" in self.reason(path, cadre)

    def test_of_the_family(self, path: Path):
        made = a_small_town(path)

        def kin(town: Maker) -> int:
            town.member(made["old"], id_number="X1")
            return town.cadre(village_id=made["first"], id_number="X1")

        assert "亲属" in self.reason(path, add(path, kin))

    def test_who_has_left(self, path: Path):
        made = a_small_town(path)
        cadre = add(path, lambda town: town.cadre(
            village_id=made["first"], name="老干部", left_on="2026-05-01", leave_reason="退休"))
        assert self.reason(path, cadre) == f"老干部（C{cadre:04d}）已于 2026-05-01 离岗（退休）"

    def test_with_a_capacity_of_none(self, path: Path):
        made = a_small_town(path)
        cadre = add(path, lambda town: town.cadre(village_id=made["first"], name="不联户", capacity=0))
        assert self.reason(path, cadre) == f"不联户（C{cadre:04d}）的联户上限是 0"

    def test_whose_places_are_all_made_by_hand(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: town.pair(made["keen"], made["helper"], origin="hand"))
        assert self.reason(path, made["helper"]) == "包能人（C0002）上限 1 户，已有人工指定或锁定的 H00002 产业户"

    def test_a_woman_alone_has_a_woman(self, path: Path):
        from lianhu.domain.rules import default_text

        made = a_small_town(path)
        rules = default_text().replace("women_for_women_alone = false", "women_for_women_alone = true")

        def alone(town: Maker) -> None:
            town._add("setting", None, {"name": "rules", "text": rules}, {})
            town.change("household", made["old"], sex="女", traits="独居")

        add(path, alone)
        assert "须由女干部" in self.reason(path, made["doctor"]) or "女干部" in self.reason(path, made["doctor"])

    def test_the_one_who_holds_it_already(self, path: Path):
        a_small_town(path)
        run(path)
        answer = asked(path, "老人户", "白大夫")
        assert answer.named is answer.own


class TestNobody:
    def test_the_full_the_room_and_the_proof(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: [town.household(village_id=made["first"], head_name=f"多余户{n}", traits="年老" if n == 0 else None)
                                for n in range(3)])
        run(path)
        alone = [h for h in ("H00001", "H00003", "H00004", "H00005") if asked(path, h).is_alone]
        assert len(alone) == 3
        answer = asked(path, "H00005").as_json()["unpaired"]
        assert {row["cadre"]: len(row["households"]) for row in answer["full_cadres"]} == {"C0001": 1, "C0002": 1}
        assert answer["shortage"] == [{"villages": ["永胜"], "households": 5, "cadres": ["C0001", "C0002"], "capacity": 2,
                                       "elsewhere": 0, "short": 3, "cross_village": False, "hard_limit": False}]
        doctor, helper = (next(r for r in answer["make_room"] if r["cadre"] == code) for code in ("C0001", "C0002"))
        assert doctor["gain"] == {"paired": 1, "hard_with_leader": 0, "fit": 0, "evenness": -1}
        assert doctor["moves"] == []
        assert doctor["rival"] in {"H00001", "H00003"}  # the old people's household that waits fits the doctor
        assert helper["gain"]["paired"] == 1

    def test_a_place_elsewhere_helps_through_a_chain(self, path: Path):
        with a_town(path) as town:
            here, there = town.village("甲"), town.village("乙", district="西片")
            both = town.cadre(village_id=None, area="甲、乙", capacity=1)
            town.cadre(village_id=there, capacity=0, name="零上限")
            town.pair(town.household(village_id=there, is_hard=1), both)
            town.household(village_id=here)
        answer = asked(path, "H00002")
        assert answer.is_alone
        rooms = {room.cadre.code: room for room in answer.rooms}
        assert [change.as_json() for change in rooms["C0002"].changes] == [
            {"household": "H00001", "from": "C0001", "to": "C0002"}]
        assert rooms["C0001"].changes == ()
        (group,) = answer.shortages
        assert (group.number, group.capacity, group.short) == (2, 1, 1)

    def test_a_cadre_beyond_capacity_needs_more_than_one(self, path: Path):
        with a_town(path) as town:
            cadre = town.cadre(capacity=1)
            for _ in range(3):
                town.pair(town.household(), cadre, is_locked=1)
            town.household()
        answer = asked(path, "H00004")
        (room,) = answer.rooms
        assert room.capacity == 4
        (group,) = answer.shortages
        assert (group.number, group.capacity, group.short) == (4, 3, 1)

    def test_to_make_room_another_goes_without_at_a_price(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: town.household(village_id=made["first"]))
        run(path)
        answer = asked(path, "H00003")
        assert answer.best_other is not None
        assert answer.best_other.price == Price(0, 0, 30, 0)
        assert [change.after for change in answer.best_other.changes] == [None]

    def test_a_cadre_who_has_left_counts_as_nobody(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: [town.pair(made["old"], made["doctor"]), town.change("cadre", made["doctor"], left_on="2026-05-01"),
                                town.change("cadre", made["helper"], capacity=2)])
        answer = asked(path, "老人户")
        assert answer.fit is None
        assert answer.best is not None
        assert answer.best.name == "包能人"

    def test_places_for_the_hardest_are_counted_by_the_limit(self, path: Path):
        with a_town(path) as town:
            town.cadre(capacity=3)
            for _ in range(3):
                town.household(is_hard=1)
        set_limit(path, 1)
        run(path)
        answer = next(a for a in (asked(path, f"H0000{n}") for n in (1, 2, 3)) if a.is_alone)
        (group,) = answer.shortages
        assert group.is_limited
        assert (group.number, group.capacity, group.short) == (3, 1, 2)
        assert answer.rooms == []

    def test_a_village_without_cadres_and_neighbours(self, path: Path):
        made = a_small_town(path)
        add(path, lambda town: town.household(village_id=town.village("孤村", district=None), head_name="孤户"))
        answer = asked(path, "孤户")
        assert answer.nobody == ["孤村没有在岗干部，也没有包片的镇干部", "孤村没有登记片区，不能由邻村干部联系"]
        assert made

    def test_all_cadres_of_the_family(self, path: Path):
        with a_town(path) as town:
            town.cadre(id_number="X1", name="包军")
            town.member(town.household(), id_number="X1")
        answer = asked(path, "H00001")
        assert "亲属" in answer.nobody[0]

    def test_no_cadre_in_the_town(self, path: Path):
        add(path, lambda town: town.household())
        assert asked(path, "H00001").nobody == ["全镇还没有在岗干部"]


class TestAcrossVillages:
    def test_neighbours_are_weighed_where_the_own_village_has_nobody(self, path: Path):
        made = a_small_town(path)

        def more(town: Maker) -> None:
            town.household(village_id=made["second"], head_name="邻村户", traits="年老")
            town.change("cadre", made["doctor"], capacity=2)

        add(path, more)
        run(path)
        answer = asked(path, "邻村户")
        assert answer.crosses
        assert answer.best is not None
        assert answer.best.name == "白大夫"
        assert answer.as_json()["cross_village"] is True
        assert len(answer.candidates) == 2
        named = asked(path, "邻村户", "包能人")
        assert named.named is None
        assert "先要留给" in named.named_reason or "上限" in named.named_reason

    def test_a_crossing_that_is_no_longer_needed_is_told(self, path: Path):
        made = a_small_town(path)
        house = add(path, lambda town: town.household(village_id=made["second"], head_name="邻村户"))
        add(path, lambda town: [
            town.change("cadre", made["doctor"], capacity=2), town.pair(house, made["doctor"], is_cross_village=1),
            town.cadre(village_id=made["second"], name="本村干部")])
        answer = asked(path, "邻村户")
        assert not answer.crosses
        assert answer.best is not None
        assert answer.best.name == "本村干部"
        assert "邻村干部只在本村干部都联系不了时才用" in answer.against[0]


    def test_nobody_is_sent_to_a_run_that_keeps_what_stands(self, path: Path):
        """Two places are left for the neighbour's two, by keeping the wrong ones: a run would change nothing."""
        with a_town(path) as town:
            first, second = town.village("永胜"), town.village("东升")
            one, two = (town.cadre(village_id=first, capacity=1, name=name, roles=roles)
                        for name, roles in (("白大夫", "村医"), ("包能人", "致富能人")))
            own = town.household(village_id=first)
            sick = town.household(village_id=second, head_name="患病户", traits="患病")
            plain = town.household(village_id=second, head_name="普通户")
            town.pair(own, one)
            town.pair(plain, two, is_cross_village=1)
        assert run(path, rebalance=True).batch is None
        answer = asked(path, "患病户")
        assert answer.fit is None
        assert sick
        if answer.best is not None:
            assert (answer.is_assigned, answer.is_rebalanced) == (False, False)

    def test_a_cadre_needed_at_home_is_why_a_crossing_is_not_made(self, path: Path):
        with a_town(path) as town:
            first, second = town.village("永胜"), town.village("东升")
            doctor = town.cadre(village_id=first, capacity=1, name="白大夫", roles="村医")
            town.cadre(village_id=first, capacity=1, name="包能人", roles="致富能人")
            town.household(village_id=first, traits="年老")
            house = town.household(village_id=second, head_name="邻村户")
            town.pair(house, doctor, is_cross_village=1)
        answer = asked(path, "邻村户")
        assert answer.against == ["白大夫（C0001）的位置先要留给他自己的村"]


class TestRefusals:
    def test_a_closed_household(self, path: Path):
        add(path, lambda town: town.household(closed_on="2026-03-01", close_reason="搬迁"))
        with pytest.raises(ConflictError, match="已于 2026-03-01 销户"):
            asked(path, "H00001")

    def test_names_that_are_not_there_or_fit_several(self, path: Path):
        a_small_town(path)
        add(path, lambda town: [town.household(head_name="同名"), town.household(head_name="同名")])
        with pytest.raises(NotFoundError):
            asked(path, "没有的户")
        with pytest.raises(NotFoundError):
            asked(path, "老人户", "没有的人")
        with pytest.raises(AmbiguousError):
            asked(path, "同名")
