"""Every kind of sheet: what is stored, that the receipt is the tables, and that order means nothing."""

import random

import pytest

from tests.services.workbooks import Desk, Page, codes, counts, id_number

WANG, LI, ZHAO, SUN = id_number(1), id_number(4, "19580101"), id_number(6, "19610707"), id_number(8, "19490101")

TOWN = {
    "村名单": [
        ["嘎查村名单"], ["序号", "片区", "嘎查村", "备注"],
        [1, "城郊片", "好力保嘎查", None], [2, "城郊片", "永胜村", None], [3, "北片", "巨力河村", None], ["合计", None, 3]],
    "网格": [
        ["音德尔镇网格（联户单元）一览表"],
        ["序号", "村（社区）", "网格名称", "网格长", "联系电话", "网格员"],
        [1, "永胜", "第一网格", "白音仓", "13704821112", "张三、李四"], [2, "永胜", "第二网格", "乌云", "13704821113", "王五"],
        [3, "好力保", "第一网格", "海山", None, None]],
    "联系户": [
        ["序号", "村", "所属网格", "户主", "身份证号码", "电话", "户类型", "监测户类型", "风险原因", "发展意愿", "是否重难点户"],
        [1, "永胜", "第一网格", "王福生", WANG, "13804821234", "低保、残疾", None, None, "产业发展", "是"],
        [2, "永胜村", "第二网格", "李二", LI, None, "监测户", "边缘易致贫", "因病、因残", None, None],
        [3, "好力保", None, "赵云", ZHAO, None, "五保户", None, None, "看病", None],
        [4, "巨力河", None, "孙老五", None, None, "独居老人", None, None, None, None]],
    "人口": [
        ["村", "户主姓名", "姓名", "与户主关系", "身份证号"],
        ["永胜", "王福生", "王福生", "户主", WANG], ["永胜", "王福生", "张桂兰", "配偶", id_number(10)],
        ["巨力河村", "孙老五", "孙老五", "户主", SUN], ["巨力河村", "孙老五", "孙大", "长子", id_number(13, "19740101")]],
    "干部": [
        ["姓名", "职务", "所在嘎查村", "包片村", "联系电话", "人员类型", "联户上限", "身份证号码"],
        ["其木格", "村医", "永胜村", None, "13704821111", "村医", None, id_number(22, "19800511")],
        ["白音", "支部书记", "好力保", None, "13704821112", "党支部书记", 3, None],
        ["刘建国", "党委委员", None, "永胜、好力保、巨力河", "13704821113", "包村领导", 0, None]],
    "结对": [
        ["村", "户主", "联系干部", "结对日期"],
        ["永胜", "王福生", "其木格", "2025-01-05"], ["好力保", "赵云", "白音", "2025.1"], ["永胜", "李二", "刘建国", "2026/3/1"]],
    "联户长": [
        ["村", "所属网格", "联户长姓名", "类别", "产生方式", "得票数", "电话", "任职时间"],
        ["永胜", "第一网格", "包青山", "党员", "推选", "35票", "13704821116", "2025.3"],
        ["永胜", "第二网格", "包青海", "屯不错", "任命", None, None, None]],
    "大事": [
        ["嘎查村", "姓名", "身份证号", "事件类型", "发生时间", "涉及人员"],
        ["永胜", "王福生", WANG, "住院", "2026.3.4", "张桂兰"], ["好力保", "赵云", None, "丧事", "2026.4", None]],
    "走访": [
        ["户主姓名", "村", "走访人", "走访时间", "走访方式", "走访事由", "是否见面", "履职内容", "走访内容"],
        ["王福生", "永胜", "其木格", "2026.3.5", "入户", "生病住院", "是", "政策讲解、诉求征集", "血压高"],
        ["王福生", "永胜", None, "2026年3月8日", "微信", None, None, None, "问候"],
        ["赵云", "好力保", None, "202604", "电话", None, "否", None, None]],
    "办实事": [
        ["户主", "村", "办实事内容", "类别", "办理人", "办理时间", "完成情况", "金额（元）"],
        ["王福生", "永胜", "帮助办理慢病证", "政策落实", "其木格", "2026.3.5", "已完成", None],
        ["赵云", "好力保", "修房顶", "住房", None, "2026.4", "推进中", "1,200.50元"]],
    "发卡": [
        ["联系卡发放登记"], ["村", "户主", "联系干部", "干部电话", "发放日期", "形式"],
        ["永胜", "王福生", "其木格", "13704821111", "2026.1.5", "纸质卡"], ["好力保", "赵云", None, None, "2026.1", "微信"]],
    "12345": [
        ["工单编号", "诉求人", "诉求内容", "工单类型", "承办村", "紧急程度", "派单时间", "办结时间", "是否解决", "满意度"],
        ["250912101108115409", "王福生", "咨询医保", "咨询", "永胜村", "一般", "2026-09-28 10:00", "2026-09-29 10:00", "是",
         "满意"],
        ["250912101108115410", "外人", "修路", "投诉", "好力保", "紧急", "2026-09-30 10:00", None, None, None],
        ["250912101108115411", None, "浇地", "求助", "永胜", None, "2026-09-30", None, None, None]],
}
KINDS = {
    "村名单": "cluster", "网格": "cluster", "联系户": "household", "人口": "member", "干部": "cadre", "结对": "pairing",
    "联户长": "cluster-head", "大事": "event", "走访": "visit", "办实事": "deed", "发卡": "card", "12345": "ticket",
}
TABLES = ("cluster", "member", "cadre", "cluster_head", "event", "visit", "deed", "card", "ticket")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def town(desk):
    receipt = desk.take(desk.workbook("全镇.xlsx", TOWN))
    assert [p.message for s in receipt.files[0].sheets for p in s.problems] == []
    return desk


def test_every_kind_is_recognised_and_all_rows_go_in(desk):
    receipt = desk.take(desk.workbook("全镇.xlsx", TOWN))
    sheets = {s.sheet: s for s in receipt.files[0].sheets}
    assert {name: s.kind for name, s in sheets.items()} == KINDS
    assert {p.message for s in sheets.values() for p in s.problems} == set()
    assert receipt.total("rejected") == 0
    for name, kind in KINDS.items():
        table = kind.replace("-", "_")
        if table in TABLES and name != "村名单":
            assert sheets[name].created == len(desk.records(table)), name
    assert len(desk.records("household")) == sheets["联系户"].created == 4
    assert len(desk.records("village")) == sheets["村名单"].created == 3


def test_the_same_workbook_again_changes_nothing(town):
    before, path = town.content(), town.folder / "全镇.xlsx"
    receipt = town.take(path)
    assert {s.sheet: (s.created, s.updated) for s in receipt.files[0].sheets if s.created or s.updated} == {}
    assert receipt.total("unchanged") == receipt.total("rows")
    assert receipt.batch is None
    assert town.content() == before


@pytest.mark.parametrize("seed", range(4))
def test_order_of_rows_and_sheets_and_files_means_nothing(desk, tmp_path, seed):
    desk.take(desk.workbook("全镇.xlsx", TOWN))
    chance = random.Random(seed)
    # The order of villages is the order of the village list: that sheet says something by its order.
    shuffled = {}
    for name, rows in TOWN.items():
        first = next(i for i, row in enumerate(rows) if len([c for c in row if c is not None]) > 2) + 1
        body = rows[first:] if name != "村名单" else []
        chance.shuffle(body)
        shuffled[name] = [*rows[:first], *body] if name != "村名单" else rows
    names = list(shuffled)
    chance.shuffle(names)
    other = Desk(tmp_path / "other")
    other.folder.mkdir()
    half = chance.randrange(1, len(names))
    paths = [
        other.workbook("一.xlsx", {n: shuffled[n] for n in names[:half]}),
        other.workbook("二.xlsx", {n: shuffled[n] for n in names[half:]})]
    chance.shuffle(paths)
    receipt = other.take(*paths)
    assert receipt.total("rejected") == 0
    assert other.content() == desk.content()


def by(town, table, key):
    return {record[key]: record for record in town.records(table)}


def test_what_a_household_row_says_is_stored(town):
    people = by(town, "household", "head_name")
    wang = people["王福生"]
    assert (wang["traits"], wang["assistance"], wang["needs"], wang["is_hard"]) == ("残疾", "低保", "产业发展", 1)
    li = people["李二"]
    assert (li["classes"], li["monitoring"], li["risks"]) == ("防返贫监测对象", "边缘易致贫户", "因病、因残")
    assert people["赵云"]["assistance"] == "特困"
    assert people["孙老五"]["head_id_number"] == SUN, "the list of persons knows the number the roster lacks"


def test_villages_keep_the_order_and_the_names_of_their_list(town):
    assert [(v["name"], v["district"]) for v in town.records("village")] == [
        ("好力保嘎查", "城郊片"), ("永胜村", "城郊片"), ("巨力河村", "北片")]


def test_cadres_have_roles_area_and_capacity(town):
    cadres = by(town, "cadre", "name")
    assert (cadres["其木格"]["roles"], cadres["其木格"]["capacity"]) == ("村医", None)
    assert (cadres["白音"]["roles"], cadres["白音"]["capacity"]) == ("支部书记", 3)
    liu = cadres["刘建国"]
    assert (liu["roles"], liu["capacity"], liu["village_id"]) == ("包村领导", 0, None)
    assert liu["area"] == "永胜村、好力保嘎查、巨力河村"


def test_pairs_join_household_and_cadre_on_their_day(town):
    assert sorted(town.pairs()) == [("李二", "刘建国"), ("王福生", "其木格"), ("赵云", "白音")]
    assert sorted(town.column("pairing", "started_on")) == ["2025-01", "2025-01-05", "2026-03-01"]


def test_a_visit_without_a_cadre_counts_for_the_holder_of_that_day(town):
    cadres = {c["id"]: c["name"] for c in town.records("cadre")}
    visits = {v["visited_on"]: v for v in town.records("visit")}
    assert {day: cadres[v["cadre_id"]] for day, v in visits.items()} == {
        "2026-03-05": "其木格", "2026-03-08": "其木格", "2026-04": "白音"}
    assert (visits["2026-03-05"]["way"], visits["2026-03-05"]["mode"], visits["2026-03-05"]["duties"]) == (
        "上门", "线下", "政策理论讲解到户、民意诉求征集到户")
    assert (visits["2026-04"]["mode"], visits["2026-04"]["is_met"], visits["2026-04"]["occasion"]) == ("线上", 0, "日常")


def test_deeds_events_cards_and_heads(town):
    deeds = by(town, "deed", "title")
    assert (deeds["帮助办理慢病证"]["effect"], deeds["修房顶"]["effect"], deeds["修房顶"]["cost"]) == ("已解决", "推进中", 120050)
    assert sorted(town.column("event", "kind")) == ["生病住院", "红白喜事"]
    assert sorted(town.column("card", "medium")) == ["微信", "纸质"]
    heads = by(town, "cluster_head", "name")
    assert (heads["包青山"]["category"], heads["包青山"]["way"], heads["包青山"]["votes"]) == ("无职党员", "民主推荐", 35)


def test_ticket_deadlines_skip_the_national_holiday_and_count_its_working_weekend(town):
    tickets = by(town, "ticket", "number")
    # 2026: holiday from 1 to 7 October, 10 October a working Saturday.
    assert tickets["250912101108115409"]["due_on"] == "2026-09-29"
    assert tickets["250912101108115410"]["due_on"] == "2026-10-01 10:00", "urgent: 24 hours"
    assert tickets["250912101108115411"]["due_on"] == "2026-10-10", "求助: 8, 9 and 10 October"
    assert (tickets["250912101108115409"]["grade"], tickets["250912101108115409"]["is_solved"]) == ("满意", 1)
    assert tickets["250912101108115409"]["household_id"] is not None
    assert tickets["250912101108115410"]["household_id"] is None


def test_a_visit_before_any_pair_and_without_cadre_stays_out(town):
    sheet = town.take_rows([
        ["村", "户主", "走访时间", "走访方式"], ["永胜", "李二", "2026-01-08", "上门"], ["永胜", "李二", "2026-03-08", "上门"]])
    assert (counts(sheet), codes(sheet)) == ((2, 1, 0, 0, 1), ["reference-unknown"])


def test_after_a_hand_over_old_visits_stay_with_the_old_cadre(town):
    sheet = town.take_rows([["村", "户主", "联系干部", "结对日期"], ["永胜", "王福生", "刘建国", "2026-06-01"]])
    assert counts(sheet) == (1, 0, 1, 0, 0)
    town.take_rows([["走访台账"], ["村", "户主", "走访时间", "走访方式"],
                    ["永胜", "王福生", "2026-05-31", "电话"], ["永胜", "王福生", "2026-06-01", "电话"]], name="走访.xlsx")
    cadres = {c["id"]: c["name"] for c in town.records("cadre")}
    visits = {v["visited_on"]: cadres[v["cadre_id"]] for v in town.records("visit")}
    assert (visits["2026-05-31"], visits["2026-06-01"]) == ("其木格", "刘建国")
    assert len(town.records("pairing")) == 4, "the old pair is ended, not lost"


def test_unknown_cadre_keeps_the_household_of_a_pairing_row_out_too(desk):
    sheet = desk.take_rows({"结对": [["村", "户主", "身份证号", "联系干部"], ["永胜", "王福生", WANG, "没见过的"]]})
    assert (counts(sheet), codes(sheet)) == ((1, 0, 0, 0, 1), ["reference-unknown"])
    assert desk.records("household") == desk.records("village") == []


def test_cadres_and_villages_may_come_in_a_later_file(desk):
    pairs = desk.workbook("1结对.xlsx", [["户主姓名", "户主身份证号", "联系干部"], ["王福生", WANG, "白音"]])
    households = desk.workbook("2户.xlsx", {"永胜村": [["户主", "证件号"], ["王福生", WANG]]})
    cadres = desk.workbook("3干部.xlsx", {"干部": [["姓名", "村", "职务"], ["白音", "永胜", "书记"]]})
    receipt = desk.take(pairs, households, cadres)
    assert receipt.total("rejected") == 0
    assert desk.pairs() == [("王福生", "白音")]


def test_a_village_merged_down_in_a_cluster_list(desk):
    sheet = desk.take_rows({"网格": Page([
        ["片区", "村", "联户单元", "网格长"], ["城郊片", "永胜", "第一网格", "白音仓"], [None, None, "第二网格", "乌云"],
        [None, "好力保", "第一网格", "海山"]], merges=("A2:A4", "B2:B3"))})
    assert (sheet.kind, counts(sheet)) == ("cluster", (3, 3, 0, 0, 0))
    assert [v["district"] for v in desk.records("village")] == ["城郊片", "城郊片"]
