"""户评: what households say of the cadres who hold them."""

from lianhu.domain.forms.base import HOUSEHOLD_REFERENCE, NOTE, Column, Form, actor, code

FORM = Form(
    kind="rating", title="户评", table="rating", prefix="R", identity=("household_id", "rated_on"),
    columns=(
        code("评价编号"), *HOUSEHOLD_REFERENCE,
        *actor("被评干部", "评价对象", "被评价干部", "评价干部"),
        Column("grade", "满意度", "term", dictionary="grades", needed=True, weight=4,
               names=("评价", "满意情况", "评价等次", "群众评价", "户评价", "评价结果", "评议结果", "测评结果", "满意程度",
                      "是否满意", "评价等级")),
        Column("words", "评价意见", "text", names=("原话", "意见", "评价内容", "意见建议", "群众意见")),
        Column("rated_on", "评价日期", "month", needed=True, weight=3,
               names=("评价时间", "测评日期", "测评时间", "日期", "时间", "回访日期", "评议日期", "评议时间")),
        NOTE,
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("grade",), ("title", "words", "rated_on")),
    signs=("户评", "一评", "满意度", "群众评价", "测评", "评议"),
    example={"village": "永胜", "head_name": "宝音", "grade": "满意", "words": "常来家里看看", "rated_on": "2026-06-20"},
)
