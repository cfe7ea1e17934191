"""办实事."""

from lianhu.domain.forms.base import HOUSEHOLD_REFERENCE, NOTE, Column, Form, actor, code

FORM = Form(
    kind="deed", title="办实事", table="deed", prefix="B",
    identity=("household_id", "title", "started_on"),
    columns=(
        code("实事编号"), *HOUSEHOLD_REFERENCE,
        *actor("办理干部", "办理人", "承办人", "经办人", "承办干部"),
        Column("title", "实事内容", "text", needed=True, weight=4,
               names=("办实事", "事项", "实事", "办实事内容", "实事名称", "办实事事项", "事项名称", "内容", "具体事项",
                      "办理事项", "一事", "实事项目")),
        Column("kind", "实事类别", "term", dictionary="deed_kinds", weight=3,
               names=("办实事类别", "事项类别", "实事类型", "事项类型", "类别", "类型", "办实事类型")),
        Column("effect", "成效", "term", dictionary="effects", weight=3,
               names=("办理结果", "办理成效", "解决情况", "办理情况", "进展", "是否解决", "完成情况", "结果", "落实情况")),
        Column("started_on", "开始日期", "month", needed=True, weight=2,
               names=("办理日期", "办理时间", "日期", "时间", "受理日期", "开始时间", "办实事时间", "办实事日期")),
        Column("done_on", "办结日期", "month", names=("完成日期", "办结时间", "完成时间", "解决时间")),
        Column("visit_code", "走访编号", "number", note="走访时办的，填那次走访的编号"),
        Column("ticket_number", "工单编号", "number", note="由 12345 工单而来的，填工单编号"),
        Column("cost", "投入资金", "amount", names=("金额", "资金", "投入资金(元)", "花费", "费用", "资金(元)")),
        NOTE,
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("title",)),
    signs=("实事", "一事"),
    example={"village": "永胜", "head_name": "宝音", "cadre_name": "其木格", "title": "联系旗医院住院",
             "kind": "就医照料", "effect": "已解决", "started_on": "2026-03-05"},
)
