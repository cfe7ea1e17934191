"""联系卡 given out."""

from lianhu.domain.forms.base import CADRE_REFERENCE, HOUSEHOLD_REFERENCE, NOTE, Column, Form, code

FORM = Form(
    kind="card", title="联系卡", table="card", prefix="K", identity=("household_id", "issued_on"),
    columns=(
        code("发卡编号"), *HOUSEHOLD_REFERENCE, *CADRE_REFERENCE,
        Column("medium", "卡片形式", "term", dictionary="card_media", weight=3,
               names=("联系卡形式", "形式", "发放方式", "卡类型", "联系卡类型")),
        Column("issued_on", "发卡日期", "month", needed=True, weight=4,
               names=("发放日期", "发放时间", "发卡时间", "送卡日期", "日期", "送达日期")),
        NOTE,
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("issued_on",), ("medium", "title", "issued_on")),
    signs=("联系卡", "一卡", "发卡"),
    example={"village": "永胜", "head_name": "宝音", "cadre_name": "其木格", "medium": "纸质",
             "issued_on": "2026-01-15"},
)
