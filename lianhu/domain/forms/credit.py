"""诚信额度: the grade and limit that a bank returned for a unit or a village."""

from dataclasses import replace

from lianhu.domain.forms.base import CLUSTER, NOTE, VILLAGE, Column, Form, code

FORM = Form(
    kind="credit", title="诚信额度", table="credit", prefix="X",
    identity=("village_id", "cluster_id", "bank", "recorded_on"),
    columns=(
        code("授信编号"), VILLAGE, replace(CLUSTER, note="整村的留空"),
        Column("bank", "银行", "text", weight=3, names=("授信银行", "金融机构", "银行名称", "经办银行", "授信机构")),
        Column("grade", "信用等级", "term", dictionary="credit_grades", needed=True, weight=4,
               names=("等级", "评定等级", "银行评级", "信用评级", "诚信等级")),
        Column("credit_limit", "授信额度（万元）", "limit", weight=4,
               names=("授信额度", "诚信额度", "额度", "授信金额", "额度（万元）", "诚信额度（万元）"),
               note="不写单位的是万元；也可写 50000元"),
        Column("recommended", "建议等级", "term", dictionary="credit_grades", names=("镇建议等级", "推荐等级")),
        Column("recorded_on", "授信日期", "day", needed=True, weight=3,
               names=("日期", "评定日期", "反馈日期", "时间", "授信时间")),
        NOTE,
    ),
    requires=(("grade",), ("credit_limit", "bank", "title"), ("recorded_on",)),
    signs=("诚信额度", "授信", "信用"),
    example={"village": "永胜", "cluster": "第一网格", "bank": "旗农村信用社", "grade": "AA", "credit_limit": "5",
             "recommended": "AA", "recorded_on": "2026-06-30"},
)
