"""``lianhu pair explain``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factory import a_town, contents


@pytest.fixture(autouse=True)
def _town(path: Path) -> None:
    with a_town(path) as town:
        village = town.village("永胜")
        town.village("西山", district="西片")
        town.cadre(village_id=village, name="白大夫", roles="村医", capacity=1)
        town.cadre(village_id=village, name="包能人", roles="致富能人", capacity=1)
        town.cadre(village_id=2, name="远干部")
        town.household(village_id=village, head_name="老人户", traits="年老")
        town.household(village_id=village, head_name="产业户", needs="产业发展")


def stand(path: Path, *pairs: tuple[int, int], **how: object) -> None:
    with a_town(path) as town:
        for household, cadre in pairs:
            town.pair(household, cadre, **how)


def test_why_this_cadre_and_the_price_of_the_other(lianhu):
    lianhu("assign")
    outcome = lianhu("pair", "explain", "老人户")
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.splitlines() == [
        "H00001 老人户（永胜）由 C0001 白大夫 联系，适配度 30（自动结对）。",
        "在可以联系本户的 2 名干部中排第 1。",
        "最好的另一种选择是 C0002 包能人：适配度少 60，另有 H00002 产业户由 C0002 改为 C0001。",
        "",
        "适配理由（按现在的规则）",
        "规则                分",
        "村医联系老弱病残户  30",
        "合计                30",
        "",
        "可以联系本户的干部",
        "名次  编号   姓名    适配度  已联/上限  换成他的代价",
        "   1  C0001  白大夫      30  1/1        现在联系",
        "   2  C0002  包能人       0  1/1        适配度少 60，另 1 户改联",
    ]


def test_a_named_cadre(lianhu):
    lianhu("assign")
    last = lianhu("pair", "explain", "H00001", "C0002").out.splitlines()[-1]
    assert last == "C0002 包能人：适配度少 60，另有 H00002 产业户由 C0002 改为 C0001。"
    last = lianhu("pair", "explain", "H00001", "远干部").out.splitlines()[-1]
    assert last == "C0003 远干部 不能联系本户：远干部（C0003）在西山，本户在永胜，不同村也不同片区。"
    last = lianhu("pair", "explain", "H00001", "白大夫").out.splitlines()[-1]
    assert last == "C0001 白大夫 就是现在联系本户的干部。"


def test_the_document_and_nothing_else(lianhu):
    lianhu("assign")
    outcome = lianhu("pair", "explain", "H00001", "C0002", "--json")
    assert outcome.err == ""
    document = outcome.json
    assert list(document) == [
        "household", "head_name", "village", "cadre", "name", "origin", "locked", "cross_village", "fit", "reasons", "place",
        "candidates", "best", "price", "against", "gain", "alternatives", "best_other", "named", "unpaired"]
    assert document["named"] == {
        "cadre": "C0002", "name": "包能人", "reason": None,
        "price": {"paired": 0, "hard_with_leader": 0, "fit": 60, "evenness": 0}, "equal": False,
        "moves": [{"household": "H00002", "from": "C0002", "to": "C0001"}]}


def test_a_pair_that_is_not_the_best(lianhu, path: Path):
    stand(path, (1, 2), (2, 1))
    out = lianhu("pair", "explain", "老人户", "白大夫").out
    assert "没有规则给这一对加分。" in out
    assert "最好的结对里由 C0001 白大夫 联系；保持现在这一对，适配度少 60，另有 H00002 产业户仍由 C0001 联系（最好的结对里由 C0002）。" in out
    assert "这一片的结对重新求最优：适配度多 60（lianhu assign --rebalance 会调整这一户）。" in out
    assert out.splitlines()[-1] == "C0001 白大夫：就是最好的选择。"
    lianhu("assign", "--rebalance", "--yes")
    assert "由 C0001 白大夫 联系" in lianhu("pair", "explain", "老人户").out


def test_standing_pairs_that_a_run_could_not_make_are_told_beside_the_gain(lianhu, path: Path):
    """The doctor holds one too many: without a word the best pairing seemed to pair more than stand."""
    with a_town(path) as town:
        house = town.household(village_id=1, head_name="患病户", traits="患病")
    stand(path, (1, 1), (house, 1))
    out = lianhu("pair", "explain", "老人户").out
    assert "重新求最优：结对多 1 户" in out
    assert "；现有结对里跨村的、按规则结不成的共 1 户，没有算进去（看怎样调整：lianhu assign --rebalance --dry-run）。" in out


def test_a_gain_that_keeping_outweighs_sends_nobody_to_rebalance(lianhu, path: Path):
    with a_town(path) as town:
        house = town.household(village_id=2, head_name="近户", hamlet="东屯")
        town.household(village_id=2, head_name="远户", hamlet="东屯")
        town.change("cadre", 3, capacity=1)
        town.cadre(village_id=2, name="近干部", capacity=1, cluster_id=town.cluster(2))
        town.change("household", house + 1, cluster_id=1)
    stand(path, (house, 4), (house + 1, 3))
    out = lianhu("pair", "explain", "远户").out
    assert "适配度多 5（保持一对算 10 分，所以 lianhu assign --rebalance 不动这一户）。" in out
    assert lianhu("assign", "--rebalance", "--yes", "--json").json["moved"] == 0


def test_a_pair_made_by_hand_is_only_compared(lianhu, path: Path):
    stand(path, (1, 2), origin="hand")
    stand(path, (2, 1))
    out = lianhu("pair", "explain", "老人户").out
    assert "（人工指定）。" in out
    assert "自动结对不会动这一对；下面当作可以动来比较。" in out
    assert "（要改这一对：lianhu pair set）" in out


def test_equals_are_named(lianhu, path: Path):
    with a_town(path) as town:
        house = town.household(village_id=2, head_name="远户")
        town.cadre(village_id=2, name="另干部")
    stand(path, (house, 3))
    out = lianhu("pair", "explain", "远户").out
    assert "排第 1（并列 2 名）。" in out
    assert "换成 C0004 另干部 完全一样好，只是并列时取了现在这一位。" in out


def test_stored_points_that_are_no_longer_those_of_the_rules(lianhu, path: Path):
    stand(path, (1, 1), fit=99)
    assert "结对时记的是 99 分，规则或名册后来有改动。" in lianhu("pair", "explain", "老人户").out


def test_nobody(lianhu, path: Path):
    with a_town(path) as town:
        town.household(village_id=1, head_name="多余户")
    lianhu("assign")
    outcome = lianhu("pair", "explain", "多余户")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:5] == [
        "H00003 多余户（永胜）现在没有结对干部。",
        "人手不够：永胜：3 户，2 名干部（C0001、C0002），上限 2，缺 1。",
        outcome.out.splitlines()[2],
        outcome.out.splitlines()[3],
        "",
    ]
    assert outcome.out.splitlines()[2].endswith("多联系 1 户（上限 1 → 2）：结对多 1 户，负担更不均 1。")
    assert outcome.out.splitlines()[3].startswith("不加位置，只能让别的户让出来：由 C000")
    assert "适配度少 30" in outcome.out.splitlines()[3]
    assert "联系的户" in outcome.out
    assert "→ 加位置：lianhu cadre edit C000" in outcome.err
    assert outcome.err.rstrip().endswith("--capacity 2，再 lianhu assign")


def test_room_that_another_household_would_get_is_passed_by_hand(lianhu, path: Path):
    """The hint led to a run that gave the place to the other one."""
    with a_town(path) as town:
        town.change("household", 1, needs="就医照料")
        town.household(village_id=1, head_name="先得户", traits="年老")
        town.household(village_id=1, head_name="后到户")
        town.household(village_id=1, head_name="也先得户", needs="产业发展")
    lianhu("assign")
    outcome = lianhu("pair", "explain", "后到户")
    assert "但自动结对会把这个位置先给 H0000" in outcome.out
    *_, hint = outcome.err.splitlines()
    first, second = hint.removeprefix("→ 加位置：").split("，再 ")
    assert "lianhu pair set H00004 C000" in second
    for command in (first, second):
        assert lianhu(*command.split()[1:]).code == 0
    assert lianhu("pair", "explain", "后到户", "--json").json["cadre"] is not None


def test_the_shortage_of_a_village_counts_its_own_households(lianhu, path: Path):
    """One that a cadre holds by hand in another village was counted as one of the village."""
    with a_town(path) as town:
        far = town.household(village_id=2, head_name="远户")
        for number in range(2):
            town.household(village_id=1, head_name=f"多余户{number}")
    stand(path, (far, 1), origin="hand")
    stand(path, (1, 2), is_locked=1)
    assert "人手不够：永胜：4 户，2 名干部（C0001、C0002），上限 2（其中 1 户已给别处），缺 3。" in lianhu("pair", "explain", "多余户1").out
    (group,) = lianhu("pair", "explain", "多余户1", "--json").json["unpaired"]["shortage"]
    assert (group["households"], group["capacity"], group["elsewhere"], group["short"]) == (4, 2, 1, 3)


def test_one_of_two_equals_whose_cadre_has_one_place(lianhu, path: Path):
    """“本户没有干部，，也完全一样好”: that the other one stays was taken for no change."""
    with a_town(path) as town:
        cadre = town.cadre(village_id=2, name="干部甲", capacity=1)
        houses = [town.household(village_id=2, head_name=f"同样户{number}") for number in range(2)]
        town.change("cadre", 3, capacity=0)
    stand(path, *((house, cadre) for house in houses))
    outs = [lianhu("pair", "explain", f"同样户{number}").out for number in range(2)]
    assert not any("，，" in out for out in outs)
    assert any("不由他联系，本户就没有干部，总数和适配度都不变，另有 H0000" in out
               and "仍由 C0004 联系（最好的结对里没有干部）。" in out for out in outs)


def test_not_yet_paired_though_somebody_is_free(lianhu):
    out = lianhu("pair", "explain", "老人户").out
    assert "最好的结对里由 C0001 白大夫 联系。结对：lianhu assign" in out


def test_not_paired_and_all_are_full_with_others(lianhu, path: Path):
    with a_town(path) as town:
        town.household(village_id=1, head_name="普通户")
        town.change("cadre", 1, capacity=1)
    stand(path, (3, 1), (2, 2))
    out = lianhu("pair", "explain", "老人户").out
    assert "最好的结对里由 C0001 白大夫 联系。干部现在都满，要调整别的结对才行：lianhu assign --rebalance" in out


def test_nobody_at_all(lianhu, path: Path):
    with a_town(path) as town:
        town.household(village_id=town.village("孤村", district=None), head_name="孤户")
    outcome = lianhu("pair", "explain", "孤户", "白大夫")
    assert outcome.code == 0
    assert "没有人可以联系本户：孤村没有在岗干部，也没有包片的镇干部；孤村没有登记片区，不能由邻村干部联系。" in outcome.out
    document = lianhu("pair", "explain", "孤户", "--json").json
    assert document["unpaired"]["reasons"]
    assert document["unpaired"]["shortage"] == document["unpaired"]["make_room"] == []


def test_a_cadre_who_has_left(lianhu, path: Path):
    stand(path, (1, 1))
    with a_town(path) as town:
        town.change("cadre", 1, left_on="2026-10-01", leave_reason="调离")
    out = lianhu("pair", "explain", "老人户", "白大夫").out
    assert "H00001 老人户（永胜）登记的干部 C0001 白大夫 已离岗，等于没有干部。" in out
    assert "白大夫（C0001）已于 2026-10-01 离岗（调离）。" in out


def test_long_chains_are_a_table(lianhu, path: Path):
    with a_town(path) as town:
        ring = [town.village(f"村{n}", district=None) for n in range(6)]
        cadres = [town.cadre(village_id=None, area=f"村{n}、村{(n + 1) % 6}", capacity=1) for n in range(6)]
        houses = [town.household(village_id=village) for village in ring]
    stand(path, *zip(houses, cadres, strict=True))
    lines = lianhu("pair", "explain", f"H{houses[0]:05d}").out.splitlines()
    assert lines[3].startswith("换成 C0009")
    assert "另有 5 户要改联" in lines[3]
    assert lines[-6].split() == ["户", "户主", "原由", "改为"]


@pytest.mark.parametrize(("words", "code"), [(["没有的户"], 3), (["H00001", "没有的人"], 3), ([], 2)])
def test_what_is_not_there(lianhu, words, code):
    outcome = lianhu("pair", "explain", *words)
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err


def test_a_closed_household(lianhu, path: Path):
    with a_town(path) as town:
        town.change("household", 1, closed_on="2026-03-01", close_reason="搬迁")
    outcome = lianhu("pair", "explain", "H00001", "--json")
    assert (outcome.code, outcome.out) == (5, "")
    assert "H00001 老人户已于 2026-03-01 销户，不再结对。" in outcome.err
    assert "lianhu pair history H00001" in outcome.err


def test_it_writes_nothing(lianhu, path: Path):
    lianhu("assign")
    before = contents(path)
    lianhu("pair", "explain", "H00001", "C0002")
    assert contents(path) == before


def test_on_a_terminal_of_eighty_columns(lianhu, terminal):
    lianhu("assign")
    screen = terminal("pair", "explain", "老人户", columns=80)
    assert screen.finish() == 0
    assert "适配度少 60" in screen.screen
    assert "C0002" in screen.screen
