"""走访 and other contacts."""

from lianhu.domain.forms.base import HOUSEHOLD_REFERENCE, NOTE, Column, Form, actor, code, labelled

FORM = Form(
    kind="visit", title="走访记录", table="visit", prefix="V",
    identity=("household_id", "cadre_id", "visited_on", "occasion"),
    columns=(
        code("走访编号"), *HOUSEHOLD_REFERENCE,
        *actor("走访干部", "走访人", "入户干部", "走访人员", "入户人员"),
        Column("visited_on", "走访日期", "month", needed=True, weight=4,
               names=("走访时间", "入户日期", "入户时间", "联系日期", "联系时间", "日期", "时间", "走访年月")),
        Column("way", "联系方式", "term", dictionary="ways", weight=2,
               names=("走访方式", "方式", "走访形式", "联系形式", "线上线下")),
        Column("occasion", "走访事由", "term", dictionary="occasions", weight=2,
               names=("事由", "必访类型", "走访类型", "走访原因", "五必访")),
        Column("is_met", "是否见到", "flag", names=("是否见面", "见面情况", "是否见到本人")),
        Column("duties", "四项职责", "terms", dictionary="duties", weight=2,
               names=("职责", "履职内容", "任务", "派任务")),
        # Kept because the town may count a way otherwise since.
        Column("mode", "联系归类", "term", dictionary="modes", export_only=True),
        labelled(NOTE, "走访内容", "内容", "走访情况", "谈话内容", "走访记录"),
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("visited_on",)),
    signs=("走访", "入户", "一访", "必访"),
    example={"village": "永胜", "head_name": "宝音", "cadre_name": "其木格",
             "visited_on": "2026-03-05", "way": "上门"},
)
