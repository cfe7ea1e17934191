"""What a sheet is, where its header stands, which column holds what, and which village it is about."""

import pytest

from lianhu.domain.forms import FORMS
from lianhu.domain.headings import Layout, Unknown, recognise
from lianhu.domain.table import Merge, Sheet
from lianhu.domain.terms import Dictionaries
from lianhu.domain.titles import village_named

DICTIONARIES = Dictionaries()


def read(rows, name="Sheet1", merges=(), **options):
    rows = [row.split() if isinstance(row, str) else list(row) for row in rows]
    for top, left, bottom, right in merges:
        value = rows[top - 1][left - 1]
        for i in range(top - 1, bottom):
            rows[i].extend([None] * (right - len(rows[i])))
            rows[i][left - 1:right] = [value] * (right - left + 1)
    return recognise(Sheet(name, rows, [Merge(*merge) for merge in merges]), DICTIONARIES, **options)


def fields(layout):
    assert isinstance(layout, Layout), layout
    return {h.text: h.column.field if h.column else f"{h.mark.dictionary}:{h.mark.term}" if h.mark else None
            for h in layout.headings}


KINDS = [
    ("household", None, "序号 姓名 性别 年龄 身份证号 联系电话 家庭住址 备注"),
    ("household", "低保户名单", "序号 村 户主 身份证号 保障人数 月保障金 开户银行 账号"),
    ("household", "2026年老年人花名册", "序号 村 姓名 年龄 身份证号 是否独居 子女联系电话 本人电话"),
    ("household", "监测对象基本信息",
     "序号 旗县 乡镇 行政村 自然村 户主姓名 户主证件号码 家庭人口数 监测对象类别 致贫返贫风险1 联系电话"),
    ("household", None, "序号 户主 身份证号 家庭人口 所属网格 网格长 网格员 户类型"),
    ("household", None, "序号 村 户主姓名 联系人 联系电话"),
    ("household", "联户长联系户台账", "序号 村 网格 联户长 联户长电话 户主姓名 户主电话 家庭人口"),
    ("household", None, "序号 村 户主姓名 户主身份证 家庭人口 配偶姓名 配偶身份证 联系电话"),
    ("pairing", "2026年重点人群花名册", "序号 村 姓名 性别 身份证号 人员类别 联系电话 责任人 责任人电话"),
    ("pairing", None, "序号 单位 姓名 职务 电话 联系户姓名 联系户电话 联系户类型 所在村"),
    ("pairing", "包联责任人一览表", "序号 包联责任人 职务 电话 包联户 村组"),
    ("pairing", "党员联系户情况表", "序号 党员姓名 联系电话 联系户主 家庭住址 联系户电话 联系时间"),
    ("pairing", "结对帮扶台账", "序号 村 户主姓名 联系人 联系电话"),
    ("cadre", "干部名册", "序号 姓名 性别 民族 出生年月 政治面貌 职务 联系电话"),
    ("cadre", None, "序号 姓名 单位 职务 联系电话 包联村 包联户数"),
    ("cadre", "“一带二”党员干部花名册", "序号 姓名 性别 单位及职务 包片村 联系电话 联系户数 备注"),
    ("visit", "走访台账", "日期 户主 地点 走访人 走访内容 存在问题 备注"),
    ("visit", None, "序号 走访时间 走访对象 走访干部 走访方式 走访情况 解决问题"),
    ("visit", None, "序号 村 户主姓名 联系干部 联系时间 联系方式 联系内容"),
    ("visit", "五必访登记表", "序号 村 户主 必访类型 发生时间 走访时间 走访人 走访方式"),
    ("deed", "为民办实事台账", "序号 时间 村 受益户 事项 办理人 结果 备注"),
    ("deed", "办实事清单", "序号 实事项目 服务对象 责任人 完成时限 完成情况"),
    ("event", "红白喜事登记", "序号 村 户主 事由 时间 备注"),
    ("event", "家庭大事", "序号 嘎查村 姓名 身份证号 事件类型 发生时间 备注"),
    ("card", "联系卡发放登记表", "序号 村 户主 干部姓名 干部电话 发放时间 领取人签字"),
    ("ticket", None, "工单号 来电人 来电号码 来电时间 诉求内容 所属区域 承办单位 办结时限 办理结果 回访满意度"),
    ("ticket", None, "工单编号 工单标题 诉求类型 受理时间 派发时间 签收时间 办结时间 责任单位 是否超期 满意度"),
    ("cluster", "网格员信息表", "序号 村 网格名称 网格员 联系电话 户数 人口数"),
    ("cluster", None, "序号 社区 网格编号 网格长姓名 网格长电话 网格员姓名 网格员电话"),
    ("cluster", "嘎查村名单", "序号 片区 嘎查村 备注"),
    ("cluster-head", "联户长花名册", "序号 村 网格 姓名 性别 年龄 身份 电话 联系户数 备注"),
    ("cluster-head", None, "序号 姓名 性别 身份证号 联系电话 所在网格 人员类别 推选方式 备注"),
    ("member", "人口信息采集表", "户编号 户主姓名 姓名 与户主关系 性别 身份证号 民族 文化程度 联系电话"),
    ("member", "户籍人口花名册", "序号 户号 姓名 关系 性别 公民身份号码 住址"),
    (None, None, "日期 摘要 收入 支出 余额"),
    (None, "值班表", "日期 值班人 电话 带班领导"),
    (None, "会议签到表", "序号 姓名 单位 职务 电话 签到"),
    (None, "各村汇总", "序号 村 联系户数 干部数 已结对 未结对"),
    (None, "汇总", "序号 嘎查村 户数 人口 低保户 五保户 残疾 备注"),
]


@pytest.mark.parametrize(("kind", "title", "header"), KINDS, ids=[f"{k}: {t or h[:24]}" for k, t, h in KINDS])
def test_kind_of_a_sheet(kind, title, header):
    layout = read([*([[title]] if title else []), header])
    got = layout.form.kind if isinstance(layout, Layout) else None
    assert got == kind
    if kind:
        assert layout.header == ((2, 2) if title else (1, 1))
    else:
        assert isinstance(layout, Unknown)
        assert layout.reason.endswith("。")


@pytest.mark.parametrize("kind", FORMS)
def test_every_forms_own_headings_are_that_form(kind):
    form = FORMS[kind]
    layout = read([[column.label for column in form.template_columns]], form.title)
    assert layout.form.kind == kind
    assert list(fields(layout).values()) == [column.field for column in form.template_columns]
    shuffled = read([[column.label for column in reversed(form.template_columns)]], form.title)
    assert (shuffled.form.kind, shuffled.unmapped) == (kind, [])


@pytest.mark.parametrize("kind", FORMS)
def test_every_spelling_of_a_form_finds_its_column_when_the_kind_is_given(kind):
    form = FORMS[kind]
    for column in form.columns:
        for name in (column.label, *column.names, *column.vague):
            wanted = {group[0] for group in form.requires} | {c.field for c in form.columns if c.needed}
            others = [c.label for c in form.columns if c.field in wanted - {column.field}]
            others += [form.by_field[g[1]].label for g in form.requires if g[0] == column.field and g[1:] and g[1] != "title"]
            got = fields(read([[name, *others]], kind=kind))
            assert got[name] is not None, (kind, name)


def test_person_before_the_attribute_decides_whose_it_is():
    got = fields(read(["序号 嘎查村 帮扶干部 帮扶干部单位 帮扶干部职务 帮扶干部电话 帮扶对象 帮扶对象身份证号 帮扶对象电话"]))
    assert got == {
        "序号": None, "嘎查村": "village", "帮扶干部": "cadre_name", "帮扶干部单位": "cadre_unit", "帮扶干部职务": "cadre_post",
        "帮扶干部电话": "cadre_phone", "帮扶对象": "head_name", "帮扶对象身份证号": "head_id_number", "帮扶对象电话": "phone"}


@pytest.mark.parametrize(("header", "whose"), [
    ("户主 联系电话 联系干部 联系电话", ["head_name", "phone", "cadre_name", "cadre_phone"]),
    ("联系干部 联系电话 户主 联系电话", ["cadre_name", "cadre_phone", "head_name", "phone"]),
    ("户主姓名 姓名 职务 电话", ["head_name", "cadre_name", "cadre_post", "cadre_phone"]),
    ("姓名 职务 电话 联系户姓名 电话", ["cadre_name", "cadre_post", "cadre_phone", "head_name", "phone"]),
    ("村 姓名 身份证号 职务 联系户 身份证号",
     ["village", "cadre_name", "cadre_id_number", "cadre_post", "head_name", "head_id_number"]),
])
def test_the_same_heading_twice_belongs_to_its_neighbours(header, whose):
    layout = read([header], "结对台账")
    assert [h.column.field for h in layout.headings] == whose


def test_relatives_and_guardians_phones_are_not_the_heads():
    got = fields(read(["村 姓名 身份证号 子女联系电话 监护人 监护人电话 网格员电话"]))
    assert [got[name] for name in ("子女联系电话", "监护人", "监护人电话", "网格员电话")] == [None] * 4


def test_contact_way_or_contact_number_is_told_by_the_cells():
    header = ["户主", "走访人", "联系方式", "走访日期"]
    assert fields(read([header, ["王", "白音", "上门", "2026-3-1"]]))["联系方式"] == "way"
    assert fields(read([header, ["王", "白音", "13704821111", "2026-3-1"]]))["联系方式"] == "cadre_phone"


def test_matrix_under_an_unmerged_parent_and_a_term_that_needs_its_parent():
    got = fields(read([
        ["村", "户主", "老弱病残", None, None, "需求", None], [None, None, "老", "弱", "残", "产业", "其他"]]))
    assert [*got.values()][2:] == ["traits:年老", "traits:体弱", "traits:残疾", "needs:产业发展", "needs:其他"]
    assert fields(read(["村 户主 身份证号 其他 病"]))["其他"] is None


def test_a_header_merged_down_is_never_cut():
    layout = read([["村", "户主", "监测户", None], [None, None, "脱贫不稳定", "边缘易致贫"], ["永胜", "王", "√", None]],
                  merges=[(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4)])
    assert layout.header == (1, 2)


def test_a_data_row_of_words_is_not_a_header_row():
    layout = read([["村", "户主", "类别", "备注"], ["永胜", "王福生", "低保户", "残疾"], ["永胜", "李二", "低保户", None]],
                  merges=[(2, 1, 3, 1)])
    assert layout.header == (1, 1)


def test_a_line_of_labels_above_is_not_a_parent():
    layout = read([["联系户花名册"], ["填报单位：永胜村", None, "填报日期：2026年3月5日"], ["户主", "身份证号", "类别", "电话"]])
    assert (layout.header, layout.village) == ((3, 3), "永胜村")


def test_unknown_sheet_names_the_best_guess_and_what_is_missing():
    unknown = read([["走访台账"], ["走访日期", "走访人", "走访内容"]])
    assert "走访记录" in unknown.reason
    assert "户主姓名" in unknown.reason
    assert "--kind visit" in unknown.reason


def test_no_proposal_for_running_numbers_or_other_words():
    layout = read([["人口信息"], ["序号", "村", "姓名", "与户主关系", "民族", "性另", "联系电活"]])
    assert {h.text: h.proposal for h in layout.headings if h.proposal} == {"联系电活": "联系电话"}
    assert layout.unmapped == ["民族", "性另", "联系电活"]


TITLES = {
    "音德尔镇永胜村联系户花名册": "永胜村", "扎赉特旗音德尔镇永胜嘎查2026年重点户台账": "永胜嘎查",
    "永胜嘎查村“一带二”联系户名单（2026年）": "永胜嘎查村", "兴安盟扎赉特旗音德尔镇永胜村民委员会联系户登记表": "永胜村",
    "音德尔镇联系户花名册（永胜村）": "永胜村", "填报单位（盖章）：永胜村    填报日期：2026.3.5": "永胜村",
    "填报单位：音德尔镇永胜村  填报人：张三": "永胜村", "填报单位：永胜": "永胜", "附件1：永胜村联系户花名册": "永胜村",
    "五道河子村重点户": "五道河子村", "新村联系户": "新村", "2026年永胜村联系户": "永胜村", "二〇二六年永胜村": "永胜村",
    "关于永胜村重点户情况的统计表": "永胜村", "驻永胜村工作队联系户": "永胜村", "东风社区联系户": "东风社区",
    "红旗嘎查联系户": "红旗嘎查", "扎赉特旗红旗村联系户": "红旗村", "镇郊村联系户": "镇郊村", "永胜村村民代表联户长名单": "永胜村",
    "东风村、永胜村联系户花名册": "", "音德尔镇2024年联系户花名册": "", "乡村振兴重点户花名册": "",
    "音德尔镇镇村两级党员干部花名册": "",
    "嘎查村干部花名册": "", "各村联系户": "", "包村干部联系户": "", "音德尔镇社区矫正人员名单": "",
    "填报单位：音德尔镇人民政府": "",
    "村级干部名单": "", "农村低保户": "",
}


@pytest.mark.parametrize(("title", "village"), TITLES.items())
def test_village_in_a_title(title, village):
    assert village_named("Sheet1", [title]) == village


SHEETS = {
    "永胜": "永胜", "永胜村联系户": "永胜村", "永胜(12户)": "永胜", "1.永胜": "永胜", "01永胜村": "永胜村",
    "联系户（永胜）": "永胜",
    "五家子": "五家子", "永胜-低保户": "永胜", "巴彦·高勒嘎查": "巴彦·高勒嘎查",
    **dict.fromkeys([
        "Sheet1", "联系户", "2024年", "汇总", "重点人群", "音德尔镇", "2组", "东屯", "Sheet1 (2)", "附件2", "低保户", "结对",
        "城郊片",
        "全镇", "村民", "农村", "表一", "第一网格", "3月", "户主信息", "通讯录", "永胜、好力保", "镇领导",
        "村两委", "驻村队员"], ""),
}


@pytest.mark.parametrize(("name", "village"), SHEETS.items())
def test_village_in_a_sheets_name(name, village):
    assert village_named(name, []) == village


def test_known_villages_are_found_inside_and_a_town_of_that_name_is_not_one():
    assert village_named("Sheet1", ["永胜2026年台账"], ["永胜村"]) == "永胜村"
    assert village_named("Sheet1", ["永胜镇2026年台账"], ["永胜村"]) == ""
    assert village_named("Sheet1", ["城郊片重点户"], ["城郊村"]) == ""
    assert village_named("Sheet1", ["东永胜2026年"], ["永胜", "东永胜"]) == "东永胜"


def test_a_files_name_counts_last_and_only_when_it_spells_a_village_out():
    assert village_named("Sheet1", [], [], "永胜村联系户") == "永胜村"
    assert village_named("Sheet1", ["好力保嘎查联系户"], [], "永胜村") == "好力保嘎查"
    assert village_named("Sheet1", [], [], "名册") == village_named("Sheet1", [], [], "缺村") == ""


def test_option_village_is_believed_before_all():
    layout = read([["永胜村联系户花名册"], ["户主", "身份证号", "电话"]], village="好力保")
    assert layout.village == "好力保"
