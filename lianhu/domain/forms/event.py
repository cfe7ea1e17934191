"""家庭大事: what asks for one of the five 必访."""

from lianhu.domain.forms.base import HOUSEHOLD_REFERENCE, NOTE, Column, Form, code

FORM = Form(
    kind="event", title="家庭大事", table="event", prefix="E",
    identity=("household_id", "kind", "happened_on"),
    columns=(
        code("大事编号"), *HOUSEHOLD_REFERENCE,
        Column("kind", "大事类型", "term", dictionary="occasions", without=("日常",), needed=True, weight=4,
               names=("事件类型", "必访事由", "大事", "事件", "类型", "事项类型", "五必访类型", "事由")),
        Column("happened_on", "发生日期", "month", needed=True, weight=4,
               names=("发生时间", "事发日期", "事件日期", "日期", "时间", "事发时间")),
        Column("due_on", "走访期限", "day", export_only=True, may_be_ahead=True, names=("必访期限",)),
        Column("member_name", "当事人", "name", names=("当事成员", "成员姓名", "涉及人员")),
        NOTE,
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("kind",), ("happened_on",)),
    signs=("大事", "必访", "事件", "红白", "变故", "受灾"),
    example={"village": "永胜", "head_name": "宝音", "kind": "生病住院", "happened_on": "2026-03-02"},
)
