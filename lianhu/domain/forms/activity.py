"""自治活动 of units and villages, and what came of them."""

from dataclasses import replace

from lianhu.domain.forms.base import CLUSTER, NOTE, VILLAGE, Column, Form, code

FORM = Form(
    kind="activity", title="自治活动", table="activity", prefix="G",
    identity=("village_id", "cluster_id", "kind", "title", "held_on"),
    columns=(
        code("活动编号"), VILLAGE, replace(CLUSTER, note="全村的活动留空"),
        Column("kind", "活动类别", "term", dictionary="activity_kinds", needed=True, weight=4,
               names=("类别", "活动类型", "类型", "事项类别", "项目类别")),
        Column("title", "活动内容", "text", needed=True, weight=3,
               names=("活动名称", "名称", "内容", "项目名称", "主要内容", "活动", "项目", "事项")),
        Column("quantity", "数量", "quantity", needed=True, weight=3, names=("规模", "完成数量", "工作量", "成果数量"),
               note="只填数，或连单位：12.5亩；按次、按个计的空着算 1"),
        Column("measure", "计量单位", "term", dictionary="measures", weight=2, names=("单位", "数量单位", "量词"),
               note="空着按类别：种植亩、设施个、评选次、参保人"),
        Column("held_on", "活动日期", "month", needed=True, weight=3,
               names=("开展日期", "活动时间", "开展时间", "日期", "时间", "完成日期", "完成时间", "实施时间")),
        NOTE,
    ),
    requires=(("kind",), ("quantity",), ("held_on",)),
    signs=("自治活动", "联户活动", "活动台账", "活动"),
    example={"village": "永胜", "cluster": "第一网格", "kind": "特色种植", "title": "庭院剁椒种植", "quantity": "12.5",
             "measure": "亩", "held_on": "2026-05-10"},
)
