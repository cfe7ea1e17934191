"""同心专项基金: money in and out, to the cent."""

from dataclasses import replace

from lianhu.domain.forms.base import CLUSTER, NOTE, VILLAGE, Column, Form, code

FORM = Form(
    kind="fund", title="同心专项基金", table="fund_entry", prefix="F",
    identity=("booked_on", "direction", "amount", "purpose", "village_id", "cluster_id", "paper_number"),
    columns=(
        code("收支编号"),
        Column("booked_on", "日期", "day", needed=True, weight=2,
               names=("收支日期", "记账日期", "入账日期", "时间", "发生日期", "收支时间", "年月日")),
        Column("direction", "收支", "term", dictionary="fund_directions", needed=True, weight=4,
               names=("收支类别", "收支类型", "收入支出", "收入/支出", "收/支", "收支方向", "类型")),
        Column("amount", "金额（元）", "amount", needed=True, weight=3, names=("金额", "收支金额", "资金金额", "资金")),
        Column("income", "收入", "amount", needed=True, weight=3, in_template=False,
               names=("收入金额", "收入（元）", "收入金额（元）")),
        Column("spending", "支出", "amount", needed=True, weight=3, in_template=False,
               names=("支出金额", "支出（元）", "支出金额（元）")),
        Column("purpose", "事由", "text", needed=True, weight=2,
               names=("来源或用途", "用途", "来源", "摘要", "资金用途", "资金来源", "收支事由", "内容", "事项", "项目"),
               note="收入写来源，支出写用途；月报按它合计"),
        replace(VILLAGE, needed=False, note="用到哪个村；全镇的留空"),
        replace(CLUSTER, note="用到哪个单元；没有的留空"),
        Column("handled_by", "经办人", "name", needed=True, weight=2, names=("经手人", "经办", "经办人员", "领款人")),
        Column("approved_by", "审批人", "name", needed=True, weight=3, names=("批准人", "审批", "审批领导", "签批人", "审核人"),
               note="不能与经办人是同一个人"),
        Column("paper_number", "凭证号", "number", weight=2, names=("凭证编号", "票据号", "单据号", "凭证", "凭单号", "票号")),
        Column("award_code", "表彰编号", "number", names=("称号编号", "奖励编号"), note="发给已授予的称号的，填它的编号"),
        Column("reverses_code", "冲销编号", "number", export_only=True, names=("冲销",), note="冲销哪一笔，填那一笔的编号"),
        NOTE,
    ),
    requires=(("amount", "income", "spending"), ("direction", "income", "title"), ("booked_on",), ("approved_by", "title")),
    signs=("同心专项基金", "专项基金", "基金收支", "基金"),
    example={"booked_on": "2026-03-05", "direction": "支出", "amount": "1234.50", "purpose": "联户单元奖励", "village": "永胜",
             "cluster": "第一网格", "handled_by": "白玉兰", "approved_by": "包文军", "paper_number": "支2026003"},
)
