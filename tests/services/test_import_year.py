"""The working year by sheet: mistakes clerks make, what only an export knows, and households that are joined."""

from datetime import date, timedelta

import openpyxl
import pytest

from lianhu.errors import ConflictError
from lianhu.services.cadres import Leave, leave
from lianhu.services.exports import write_export, write_template
from lianhu.services.households.closing import close_household
from lianhu.services.households.merging import merge_households
from lianhu.services.pairing import end_pair
from lianhu.services.ratings import add_appraisal
from lianhu.services.rosters import ImportOptions, import_files
from lianhu.services.tickets import NewTicket, add_ticket, follow_up, resolve_ticket, sign_ticket
from lianhu.store.connection import open_database
from lianhu.store.journal import batch
from lianhu.store.undo import take_back
from tests.factory import NOW, TODAY, a_town
from tests.services.workbooks import Desk, codes, counts


def take(db, path, today=TODAY):
    return import_files(db, [path], ImportOptions(), today=today, now=NOW)


def probs(r):
    return [(s.sheet, p.level, p.code, p.message) for f in r.files for s in f.sheets for p in s.problems if s.kind]


@pytest.fixture
def desk(tmp_path):
    with a_town(tmp_path / "lianhu.db") as t:
        v = t.village("永胜")
        t.cluster(v, "第一网格")
        for n in ("甲某", "乙某", "丙某"):
            h = t.household(village_id=v, head_name=n)
            if n == "甲某":
                c = t.cadre(village_id=v, name="其木格")
            t.pair(h, c)
    return Desk(tmp_path)


TASK = ["任务内容", "四项职责", "下发日期", "完成期限", "嘎查村", "户主姓名", "完成日期"]
VIS = ["嘎查村", "户主姓名", "走访日期", "走访事由", "四项职责"]
D = "政策理论讲解到户"


def test_items_of_other_households_are_answered_beside_a_task_sheet(desk):
    desk.take(
        desk.workbook(
            "a.xlsx",
            {
                "任务落实": [
                    TASK,
                    ["宣传", D, "2026-11-02", None, "永胜", "甲某", None],
                    ["宣传", D, "2026-11-02", None, "永胜", "乙某", None],
                ]
            },
        )
    )
    desk.take(
        desk.workbook(
            "b.xlsx",
            {
                "任务落实": [TASK, ["宣传", D, "2026-11-02", None, "永胜", "甲某", "2026-11-05"]],
                "走访记录": [VIS, ["永胜", "乙某", "2026-11-06", "日常", D]],
            },
        )
    )
    assert desk.column("task_item", "done_on") == ["2026-11-05", "2026-11-06"]


def test_a_visit_with_a_typed_code_makes_its_event(desk):
    desk.take(
        desk.workbook(
            "b.xlsx", {"走访记录": [["走访编号", *VIS], ["V000001", "永胜", "乙某", "2026-11-06", "生病住院", None]]}
        )
    )
    assert len(desk.records("event")) == 1


def test_rows_of_one_task_that_differ_do_not_depend_on_order(desk, tmp_path):
    rows = [
        ["宣传", D, "2026-11-02", "2026-11-20", "永胜", "甲某", None],
        ["宣传", "文明新风倡导到户", "2026-11-02", "2026-11-28", "永胜", "乙某", None],
    ]
    out = []
    for i, rs in enumerate((rows, rows[::-1])):
        db = tmp_path / f"o{i}"
        db.mkdir()
        (db / "lianhu.db").write_bytes((tmp_path / "lianhu.db").read_bytes())
        d = Desk(db)
        d.take(d.workbook("a.xlsx", {"任务落实": [TASK, *rs]}))
        out.append([(t["duty"], t["due_on"]) for t in d.records("task")])
    assert out[0] == out[1]


def test_all_rows_refused_leave_no_task(desk):
    desk.take(desk.workbook("a.xlsx", {"任务落实": [TASK, ["宣传", D, "2026-11-02", None, "永胜", "没有人", None]]}))
    assert desk.records("task") == []


def test_a_task_done_before_it_was_issued_is_told(desk):
    s = desk.take_rows({"任务落实": [TASK, ["宣传", D, "2026-11-02", None, "永胜", "甲某", "2026-10-02"]]})
    assert "date-invalid" in codes(s)


def test_an_opinion_answered_before_it_was_raised_is_told(desk):
    s = desk.take_rows(
        {"意见建议": [["嘎查村", "意见内容", "提出日期", "答复日期"], ["永胜", "路灯", "2026-11-02", "2026-10-02"]]}
    )
    assert "date-invalid" in codes(s)


def test_task_merged_titles_found(desk):
    with a_town(desk.db) as t:
        t.task(1, title="宣传；防火", duty=D)
    desk.take(
        desk.workbook("a.xlsx", {"任务落实": [TASK, ["防火", D, "2026-11-02", None, "永胜", "甲某", "2026-11-05"]]})
    )
    assert len(desk.records("task")) == 1


def test_unknown_task_code_is_refused_or_kept(desk):
    s = desk.take_rows(
        {"任务落实": [["任务编号", *TASK], ["T000099", None, None, None, None, "永胜", "甲某", "2026-11-05"]]}
    )
    assert codes(s)


def test_redo_told_without_count(desk):
    with a_town(desk.db) as t:
        t.ticket(number="W1", state="已办结", redone=0, household_id=1)
    desk.take(
        desk.workbook(
            "a.xlsx",
            {"12345工单": [["工单编号", "嘎查村", "派单时间", "工单状态"], ["W1", "永胜", "2026-11-02 10:00", "重办"]]},
        )
    )
    assert desk.record("ticket")["redone"] == 1


def test_ticket_of_nobody_goes_to_the_leader_as_by_command(desk):
    with a_town(desk.db) as t:
        t.cadre(village_id=1, name="书记某", roles="支部书记")
    desk.take(
        desk.workbook(
            "a.xlsx",
            {"12345工单": [["工单编号", "嘎查村", "派单时间", "诉求内容"], ["W1", "永胜", "2026-11-02 10:00", "修路"]]},
        )
    )
    assert desk.record("ticket")["cadre_id"] is not None


def roundtrip(desk, tmp_path):
    a, b = tmp_path / "x.xlsx", tmp_path / "y.xlsx"
    with desk.open() as db, open_database(tmp_path / "fresh.db", create=True) as fr:
        write_export(db, a, full=True, now=NOW)
        r = take(fr, a)
        assert probs(r) == []
        write_export(fr, b, full=True, now=NOW)
    from lianhu.files.reading import read_sheets

    return [{s.name: s.rows for s in read_sheets(p) if s.name in ("任务落实", "意见建议")} for p in (a, b)]


@pytest.mark.parametrize(
    "done", [(None, None), ("2026-11-05", None), (None, "2026-11-05"), ("2026-11-05", "2026-11-06")]
)
def test_merge_then_round_trip(desk, tmp_path, done):
    with a_town(desk.db) as t:
        t.task(1, 2)
        for n, d in enumerate(done, 1):
            if d:
                t.change("task_item", n, done_on=d, cadre_id=1)
    with desk.open() as db:
        merge_households(db, "H00001", "H00002", today=TODAY, now=NOW)
    x, y = roundtrip(desk, tmp_path)
    assert x == y


def test_merge_counts_a_task_once(desk):
    from lianhu.services.tasks import list_tasks

    with a_town(desk.db) as t:
        t.task(1, 2)
        t.change("task_item", 2, done_on="2026-11-05", cadre_id=1)
    with desk.open() as db:
        merge_households(db, "H00001", "H00002", today=TODAY, now=NOW)
        (task,) = list_tasks(db)
        assert (task["items"], task["done"]) == (1, 1)


def test_event_of_an_unknown_year_comes_back(desk, tmp_path):
    with a_town(desk.db) as t:
        t.event(1)
        t.change("event", 1, happened_on="2027-01-04", due_on=None)
    a = tmp_path / "x.xlsx"
    with desk.open() as db, open_database(tmp_path / "fresh.db", create=True) as fr:
        write_export(db, a, full=True, now=NOW)
        assert probs(take(fr, a, date(2027, 2, 1))) == []


def test_opinion_of_one_who_headed_twice_comes_back(desk, tmp_path):
    with a_town(desk.db) as t:
        h1 = t.cluster_head(1, name="巴图", started_on="2023-01-01", ended_on="2024-01-01")
        t.cluster_head(1, name="巴图", started_on="2025-01-01")
        t.opinion(1, cluster_id=1, cluster_head_id=h1, raised_on="2023-05-01")
    roundtrip(desk, tmp_path)
    def code(p):
        return open_database(p).execute(
            "SELECT l.code FROM opinion o JOIN cluster_head l ON l.id=cluster_head_id"
        )
    assert code(desk.db) == code(tmp_path / "fresh.db")


def test_opinion_without_unit_comes_back_without(desk, tmp_path):
    with a_town(desk.db) as t:
        t.change("household", 1, cluster_id=1)
        t.opinion(1, household_id=1)
    x, y = roundtrip(desk, tmp_path)
    assert x == y


def test_opinion_from_a_visit_knows_the_household(desk):
    with a_town(desk.db) as t:
        t.visit(1, 1)
    desk.take(
        desk.workbook(
            "a.xlsx",
            {"意见建议": [["嘎查村", "意见内容", "提出日期", "走访编号"], ["永胜", "路灯", "2026-11-02", "V000001"]]},
        )
    )
    assert desk.record("opinion")["household_id"] == 1


def test_head_of_two_units_is_told_by_the_unit(desk):
    with a_town(desk.db) as t:
        t.cluster_head(1, name="巴图")
        t.cluster_head(t.cluster(1, "第二网格"), name="巴图")
    s = desk.take_rows(
        {
            "意见建议": [
                ["嘎查村", "联户单元", "收集联户长", "意见内容", "提出日期"],
                ["永胜", "第二网格", "巴图", "路灯", "2026-11-02"],
            ]
        }
    )
    assert codes(s) == []
    assert desk.record("opinion")["cluster_head_id"] == 2


def test_opinion_moved_household_keeps_its_village(desk, tmp_path):
    with a_town(desk.db) as t:
        v = t.village("东风")
        t.opinion(v, household_id=1)
    x, y = roundtrip(desk, tmp_path)
    assert x == y


def test_mode_survives_other_settings(desk, tmp_path):
    with a_town(desk.db) as t:
        t.visit(1, 1, way="电话", mode="线下")
    roundtrip(desk, tmp_path)
    assert open_database(tmp_path / "fresh.db").execute("SELECT mode FROM visit") == [("线下",)]


def test_appraisal_unknown_village_is_told(desk):
    s = desk.take_rows(
        {"组织评定": [["干部姓名", "嘎查村", "评定等次", "评定时段"], ["其木格", "没这村", "优秀", "2026年"]]}
    )
    assert codes(s) == ["village-unknown"]


SHEETS = {
    "rating": {
        "满意度测评表": [
            ["永胜嘎查联系户满意度测评表"],
            ["序号", "嘎查村", "户主姓名", "包联干部", "满意程度", "意见建议", "测评日期"],
            [1, "永胜", "甲某", "其木格", "满意", "无", "2026.11.3"],
        ]
    },
    "rating2": {
        "Sheet1": [
            ["群众评议党员干部情况表"],
            ["村", "户主", "被评干部", "评议结果", "评议时间"],
            ["永胜", "甲某", "其木格", "非常满意", "2026.11.3"],
        ]
    },
    "opinion": {
        "意见建议台账": [
            ["序号", "嘎查村", "网格", "联户长", "意见建议内容", "收集时间", "办理情况", "办结时间", "备注"],
            [1, "永胜", "第一网格", None, "路灯不亮", "2026.11.1", "已修好", "2026.11.3", None],
        ]
    },
    "opinion2": {
        "Sheet1": [
            ["民情民意收集台账"],
            ["序号", "村", "反映人", "反映问题", "反映时间", "处理情况", "办结时间"],
            [1, "永胜", "甲某", "路灯不亮", "2026.11.1", "已修好", "2026.11.3"],
        ]
    },
    "task": {
        "任务清单": [
            ["序号", "任务名称", "四项职责", "下发时间", "完成时限", "嘎查村", "户主姓名", "责任干部", "完成时间"],
            [1, "医保", D, "2026.11.1", "2026.11.30", "永胜", "甲某", "其木格", None],
        ]
    },
    "task2": {
        "Sheet1": [
            ["“派任务”落实情况统计表"],
            ["村", "户主", "联系干部", "具体任务", "任务类别", "布置日期", "完成情况", "落实时间"],
            ["永胜", "甲某", "其木格", "医保", D, "2026.11.1", "已完成", "2026.11.9"],
        ]
    },
    "appraisal": {
        "Sheet1": [
            ["2026年度党员干部联户工作组织考核结果"],
            ["序号", "姓名", "工作村", "考核等次", "考核年度"],
            [1, "其木格", "永胜村", "优秀", "2026年"],
        ]
    },
    "visit": {
        "走访记录": [
            ["村", "户主", "走访干部", "走访日期", "走访内容", "意见建议", "满意度"],
            ["永胜", "甲某", "其木格", "2026.11.1", "聊天", "路灯", "满意"],
        ]
    },
    "deed": {
        "办实事清单": [
            ["村", "户主", "实事内容", "办理干部", "办理时间", "办理结果", "群众评价"],
            ["永胜", "甲某", "修灯", "其木格", "2026.11.1", "已解决", "满意"],
        ]
    },
    "ticket": {
        "热线办理": [
            ["工单编号", "承办单位", "反映人", "反映内容", "派单时间", "办理情况", "满意度"],
            ["W1", "永胜", "路人", "修路", "2026.11.1", "已修", "满意"],
        ]
    },
}


@pytest.mark.parametrize("kind", SHEETS)
def test_sheets_as_they_are_in_the_field(desk, kind):
    s = desk.take(desk.workbook("a.xlsx", SHEETS[kind])).files[0].sheets[0]
    assert (s.kind, counts(s)[1], [p.message for p in s.problems]) == (kind.rstrip("2"), 1, [])


def test_undo_gives_both_households_their_items_back(desk):
    with a_town(desk.db) as t:
        t.task(1, 2)
        t.change("task_item", 2, done_on="2026-11-05", cadre_id=1)
    before = desk.records("task_item")
    with desk.open() as db:
        number, *_ = merge_households(db, "H00001", "H00002", today=TODAY, now=NOW)
        with batch(db, "undo", now=NOW) as journal:
            take_back(db, journal, number)
    assert desk.records("task_item") == before


def test_a_task_sheet_without_its_day_means_the_same_task_on_another_day(desk):
    heading = [name for name in TASK if name != "下发日期"]
    rows = [heading, ["宣传", D, None, "永胜", "甲某", "2026-11-05"], ["宣传", D, None, "永胜", "乙某", None]]
    for days_later in (0, 3):
        with desk.open() as database:
            receipt = take(database, desk.workbook("任务.xlsx", {"任务落实": rows}), TODAY + timedelta(days=days_later))
        assert receipt.total("rejected") == 0
    assert desk.column("task", "issued_on") == ["2026-11-05"]
    assert desk.column("task_item", "done_on") == ["2026-11-05", None]
    desk.take(desk.workbook("年前.xlsx", {"任务落实": [TASK, ["防火", D, "2026-02-02", None, "永胜", "甲某", None]]}))
    desk.take(desk.workbook("任务.xlsx", {"任务落实": [heading, ["防火", D, None, "永胜", "甲某", None]]}))
    assert desk.column("task", "issued_on") == ["2026-11-05", "2026-02-02", TODAY.isoformat()]


def test_no_event_is_offered_that_is_refused(tmp_path):
    write_template(tmp_path / "空白.xlsx", ["event"])
    book = openpyxl.load_workbook(tmp_path / "空白.xlsx")
    words = [cell.value for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value]
    assert "红白喜事" in " ".join(map(str, words))
    assert "日常" not in words
    assert not any("日常、" in str(word) for word in words)
    assert not any("日常" in (rule.formula1 or "") for page in book.worksheets for rule in page.data_validations.dataValidation)


WAYS = ["嘎查村", "户主姓名", "走访日期", "走访方式", "走访内容"]


def test_two_contacts_of_one_day_are_two_visits(desk):
    rows = [["永胜", "甲某", "2026-11-07", "上门", "早"], ["永胜", "甲某", "2026-11-07", "微信", "晚"],
            ["永胜", "甲某", "2026-11", "电话", "一次"], ["永胜", "甲某", "2026-11", "电话", "又一次"]]
    first = desk.take(desk.workbook("走访.xlsx", {"走访记录": [WAYS, *rows]}))
    assert (first.total("created"), probs(first)) == (4, [])
    again = desk.take(desk.workbook("走访.xlsx", {"走访记录": [WAYS, *reversed(rows)]}))
    assert again.total("unchanged") == 4
    other = desk.take(desk.workbook("走访.xlsx", {"走访记录": [WAYS, ["永胜", "甲某", "2026-11-07", "视频", "午"]]}))
    assert other.total("created") == 1


def test_a_visit_whose_way_is_mended_stays_one(desk):
    desk.take(desk.workbook("走访.xlsx", {"走访记录": [WAYS, ["永胜", "甲某", "2026-11-07", None, "早"]]}))
    mended = desk.take(desk.workbook("走访.xlsx", {"走访记录": [WAYS, ["永胜", "甲某", "2026-11-07", "电话", "早"]]}))
    assert (mended.total("updated"), desk.column("visit", "way")) == (1, ["电话"])


def test_a_deed_done_before_it_began_is_told(desk):
    rows = [["嘎查村", "户主姓名", "办实事内容", "办理时间", "完成时间"], ["永胜", "甲某", "送米", "2026-11-20", "2026-11-10"]]
    receipt = desk.take(desk.workbook("实事.xlsx", {"办实事": rows}))
    assert [(level, code) for _, level, code, _ in probs(receipt)] == [("warning", "date-invalid")]
    assert desk.column("deed", "done_on") == [None]


def test_what_happened_after_a_household_was_closed_is_no_event(desk):
    with desk.open() as db:
        close_household(db, "甲某", "搬迁", on=date(2026, 11, 10), today=TODAY, now=NOW)
    rows = [["嘎查村", "户主姓名", "大事类型", "发生日期"], ["永胜", "甲某", "生病住院", "2026-11-12"],
            ["永胜", "甲某", "生病住院", "2026-11-09"]]
    receipt = desk.take(desk.workbook("大事.xlsx", {"家庭大事": rows}))
    assert [(level, code) for _, level, code, _ in probs(receipt)] == [("error", "household-closed")]
    assert desk.column("event", "happened_on") == ["2026-11-09"]


def test_a_card_of_nobody_is_told(desk):
    with desk.open() as db:
        end_pair(db, "乙某", "调整", on=date(2026, 11, 1), today=TODAY, now=NOW)
    rows = [["嘎查村", "户主姓名", "发卡日期"], ["永胜", "乙某", "2026-11-12"]]
    receipt = desk.take(desk.workbook("卡.xlsx", {"联系卡": rows}))
    assert [(level, code) for _, level, code, _ in probs(receipt)] == [("note", "reference-unknown")]
    assert desk.column("card", "cadre_id") == [None]


def test_a_visit_by_one_who_has_left_is_told(desk, tmp_path):
    with desk.open() as db:
        leave(db, Leave("其木格", "调离", date(2026, 11, 16)), today=TODAY, now=NOW)
    rows = [[*VIS[:3], "走访干部"], ["永胜", "甲某", "2026-11-18", "其木格"], ["永胜", "甲某", "2026-11-12", "其木格"]]
    receipt = desk.take(desk.workbook("走访.xlsx", {"走访记录": rows}))
    assert [(level, code) for _, level, code, _ in probs(receipt)] == [("note", "cadre-left")]
    assert desk.column("visit", "visited_on") == ["2026-11-18", "2026-11-12"]


def test_one_period_has_one_name(desk):
    rows = [["嘎查村", "干部姓名", "评定时段", "评定等次"], ["永胜", "其木格", "二〇二六年度", "优秀"], ["永胜", "其木格", "2026", "优秀"]]
    receipt = desk.take(desk.workbook("评定.xlsx", {"组织评定": rows}))
    assert probs(receipt) == []
    assert desk.column("appraisal", "period") == ["2026年"]
    with desk.open() as db, pytest.raises(ConflictError, match="已评定过"):
        add_appraisal(db, "其木格", "良好", period="2026年度", organisation=None, on=TODAY, today=TODAY, now=NOW)


CALLS = ["工单号", "嘎查村", "诉求内容", "类型", "派单时间", "签收时间", "办结时间", "办理结果", "状态", "是否解决", "满意度", "回访时间"]


def test_a_redo_by_sheet_is_as_by_command(desk):
    at = {"now": NOW, "today": TODAY}
    with desk.open() as db:
        add_ticket(db, NewTicket("Y1", "路灯", village="永胜", kind="求助", received="2026-11-04 10:00"), **at)
        sign_ticket(db, "Y1", "2026-11-04 11:00", None, **at)
        resolve_ticket(db, "Y1", "办了", "2026-11-05 09:00", **at)
        follow_up(db, "Y1", solved=False, grade="不满意", redo=True, at="2026-11-06 09:00", **at)
    row = ["Y2", "永胜", "路灯", "求助", "2026-11-04 10:00", "2026-11-04 11:00", "2026-11-05 09:00", "办了", "重办", "否", "不满意",
           "2026-11-06 09:00"]
    assert probs(desk.take(desk.workbook("工单.xlsx", {"12345工单": [CALLS, row]}))) == []
    first, second = (record | {"id": None, "number": None} for record in desk.records("ticket"))
    assert first == second
    assert (first["due_on"], first["closed_at"], first["redone"]) == ("2026-11-11", None, 1)
    # A recorded one learns of its redo from a sheet, once: closed again, an older sheet does not open it.
    told = [CALLS, ["Y3", *row[1:8], "已办结", None, None, None]], [CALLS, ["Y3", *row[1:]]]
    for number, rows in enumerate(told):
        desk.take(desk.workbook(f"{number}.xlsx", {"12345工单": rows}))
    third = desk.records("ticket")[2] | {"id": None, "number": None}
    assert third == first
    with desk.open() as db:
        resolve_ticket(db, "Y3", "又办了", "2026-11-07 09:00", **at)
    assert desk.take(desk.workbook("1.xlsx", {"12345工单": told[1]})).total("created") == 0
    assert (desk.records("ticket")[2]["state"], desk.records("ticket")[2]["closed_at"]) == ("待回访", "2026-11-07 09:00")


@pytest.mark.parametrize(("field", "when", "label"), [
    ("signed_at", "2026-11-03", "签收时间"), ("closed_at", "2026-11-04 10:30", "办结时间"),
    ("followed_up_at", "2026-11-04", "回访时间")])
def test_times_of_a_ticket_out_of_order_are_told(desk, field, when, label):
    times = {"signed_at": "2026-11-04 11:00", "closed_at": "2026-11-05 09:00", "followed_up_at": "2026-11-06"} | {field: when}
    row = ["Y1", "永胜", "路灯", "求助", "2026-11-04 10:00", times["signed_at"], times["closed_at"], "办了", None, None, None,
           times["followed_up_at"]]
    receipt = desk.take(desk.workbook("工单.xlsx", {"12345工单": [CALLS, row]}))
    assert [(level, code) for _, level, code, _ in probs(receipt)] == [("warning", "date-invalid")]
    assert probs(receipt)[0][3].startswith(f"{label} {when} 比")
    assert desk.column("ticket", field) == [None]
