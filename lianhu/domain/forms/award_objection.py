"""异议 against awards while they were posted, and what was answered."""

from lianhu.domain.forms.base import Column, Form, code

FORM = Form(
    kind="award-objection", title="称号异议", table="award_objection", prefix="J",
    identity=("award_id", "content", "raised_on"),
    columns=(
        code("异议编号"),
        Column("award_code", "称号编号", "number", needed=True, weight=3, note="称号授予表里的编号，如 W000001"),
        Column("raised_on", "提出日期", "day", needed=True, weight=1),
        Column("raised_by", "提出人", "text", names=("异议人",), note="不愿署名的留空"),
        Column("content", "异议内容", "text", needed=True, weight=4, names=("异议", "异议事由")),
        Column("answered_on", "答复日期", "day"),
        Column("is_upheld", "异议是否成立", "flag", weight=3, names=("是否成立", "异议成立")),
        Column("answer", "答复内容", "text", names=("答复", "核实情况")),
    ),
    requires=(("award_code",), ("content",)),
    signs=("异议",),
    example={"award_code": "W000001", "raised_on": "2026-01-08", "content": "办实事有两件是往年的"},
)
