"""称号 of villages' and units' teams: what was proposed and granted, also in earlier years."""

from dataclasses import replace

from lianhu.domain.forms.base import CLUSTER, NOTE, VILLAGE, Column, Form, code

FORM = Form(
    kind="award", title="称号授予", table="award", prefix="W",
    identity=("title", "village_id", "cluster_id", "period_from", "period_to"),
    columns=(
        code("称号编号"), VILLAGE, replace(CLUSTER, note="授予全村班子的留空"),
        Column("title", "称号", "text", needed=True, weight=4, names=("称号名称", "授予称号", "荣誉称号", "荣誉名称", "奖项")),
        Column("period_from", "评选期起", "day", needed=True, weight=3, names=("期间起", "评选开始日期", "时段起")),
        Column("period_to", "评选期止", "day", needed=True, weight=3, names=("期间止", "评选结束日期", "时段止")),
        Column("place", "对比名次", "integer", names=("名次",)),
        Column("points", "对比得分", "amount", names=("得分",)),
        Column("proposed_on", "提名日期", "day", names=("提出日期", "申报日期", "公示日期")),
        Column("proposed_by", "提名单位或人", "text", names=("提名人", "提名单位", "申报单位")),
        Column("objections_until", "公示截止", "day", may_be_ahead=True, names=("公示截止日期", "公示期止")),
        Column("state", "授予状态", "term", dictionary="award_states", names=("状态", "结果"), note="空着是已授予"),
        Column("decided_on", "授予日期", "day", weight=3, names=("决定日期", "表彰日期", "授予时间", "表彰时间")),
        Column("approved_by", "审批人", "text", names=("审批", "批准人", "审批单位")),
        Column("reason", "理由", "text", names=("授予理由", "事由", "主要实绩")),
        Column("figures", "对比数据", "text", export_only=True),
        NOTE,
    ),
    requires=(("title",), ("period_from", "period_to", "decided_on")),
    signs=("称号", "表彰", "荣誉"),
    example={"village": "永胜", "title": "联户有为实绩突出领导班子", "period_from": "2025-01-01", "period_to": "2025-12-31",
             "place": "1", "decided_on": "2026-01-20", "approved_by": "镇党委会", "state": "已授予"},
)
