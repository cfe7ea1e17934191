"""任务落实: which households a task was given to, and where it is done."""

from lianhu.domain.forms.base import HOUSEHOLD_REFERENCE, NOTE, Column, Form, actor

FORM = Form(
    kind="task", title="任务落实", table="task_item", identity=("task_id", "household_id"),
    columns=(
        Column("task_code", "任务编号", "number", names=("任务号",), note="系统编号如 T000001；新任务留空"),
        Column("title", "任务内容", "text", needed=True, weight=4, names=("任务", "任务名称", "工作任务", "内容", "具体任务")),
        Column("duty", "四项职责", "term", dictionary="duties", weight=3, names=("职责", "任务类别", "类别")),
        Column("issued_on", "下发日期", "day", weight=2, names=("下发时间", "派发日期", "布置日期", "日期"),
               note="不填：最近半年下发的同名任务"),
        Column("due_on", "完成期限", "day", may_be_ahead=True, names=("期限", "截止日期", "要求完成时间", "完成时限")),
        *HOUSEHOLD_REFERENCE,
        Column("done_on", "完成日期", "month", weight=2, names=("完成时间", "落实日期", "办结日期", "落实时间")),
        *actor("完成干部", "落实干部", "责任干部"),
        Column("visit_code", "走访编号", "number", export_only=True),
        Column("task_note", "任务说明", "text", export_only=True, names=("任务要求", "工作要求")),
        NOTE,
    ),
    requires=(("title", "task_code"), ("head_name", "household_code", "head_id_number"), ("done_on", "duty", "due_on")),
    signs=("任务", "派任务", "四项职责"),
    example={"title": "医保缴费宣传", "duty": "政策理论讲解到户", "issued_on": "2026-11-02", "due_on": "2026-11-30",
             "village": "永胜", "head_name": "宝音", "done_on": "2026-11-10"},
)
