"""意见建议, from cluster heads or visits."""

from dataclasses import replace

from lianhu.domain.forms.base import CLUSTER, HEAD_NAME, HOUSEHOLD_CODE, NOTE, VILLAGE, Column, Form, code, labelled

FORM = Form(
    kind="opinion", title="意见建议", table="opinion", prefix="O", identity=("village_id", "content", "raised_on"),
    columns=(
        code("意见编号"), VILLAGE, CLUSTER, HOUSEHOLD_CODE,
        # Whoever has an opinion need not be a key household; his name is no reason to leave it out.
        replace(labelled(HEAD_NAME, "提出户", "提出人", "反映户", "反映人"), needed=False),
        Column("head", "收集联户长", "name", names=("联户长", "收集人", "联户长姓名")),
        Column("head_code", "联户长编号", "number", export_only=True),
        Column("content", "意见内容", "text", needed=True, weight=4,
               names=("意见建议", "内容", "意见", "建议", "意见建议内容", "反映问题", "具体内容", "诉求内容")),
        Column("raised_on", "提出日期", "month", needed=True, weight=3,
               names=("提出时间", "收集日期", "收集时间", "反映日期", "反映时间", "日期", "时间")),
        Column("visit_code", "走访编号", "number", note="走访时提的，填那次走访的编号"),
        Column("closed_on", "答复日期", "month", names=("办结日期", "答复时间", "办结时间", "办理日期")),
        Column("result", "答复情况", "text", weight=2, names=("办理结果", "答复", "办理情况", "处理情况", "落实情况", "结果")),
        Column("ticket_number", "转成工单", "number", names=("工单编号",), note="转成 12345 工单的，填工单编号"),
        Column("deed_code", "办成实事", "number", names=("实事编号",), note="办成实事的，填实事编号"),
        NOTE,
    ),
    requires=(("content",), ("raised_on", "title"), ("title", "result", "head", "cluster")),
    signs=("意见建议", "意见", "建议", "民意", "民情"),
    example={"village": "永胜", "cluster": "第一网格", "head": "巴图", "content": "村口路灯不亮", "raised_on": "2026-05-06",
             "closed_on": "2026-05-12", "result": "已修好"},
)
