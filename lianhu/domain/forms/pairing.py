"""结对台账: household and cadre side by side in one row."""

from lianhu.domain.forms.base import CADRE_REFERENCE, Column, Form
from lianhu.domain.forms.household import HOUSEHOLD_COLUMNS

FORM = Form(
    kind="pairing", title="结对台账", table="pairing",
    columns=(
        *HOUSEHOLD_COLUMNS,
        *CADRE_REFERENCE,
        Column("cadre_post", "职务", "text", side="cadre", in_template=False,
               names=("干部职务", "责任人职务", "联系干部职务", "职务职级")),
        Column("cadre_unit", "单位", "text", side="cadre", in_template=False,
               names=("工作单位", "干部单位", "所在单位", "责任人单位")),
        Column("started_on", "结对日期", "month", may_be_ahead=True,
               names=("结对时间", "联系时间", "开始日期", "帮扶开始时间", "联户时间", "开始时间")),
        Column("is_locked", "锁定", "flag", names=("是否锁定",), note="填“是”则自动结对不改动"),
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("cadre_name", "cadre_code")),
    signs=("结对", "台账", "一带二", "联户表", "帮扶", "包联", "联系户与干部"),
    example={"village": "永胜", "head_name": "宝音", "cadre_name": "其木格"},
)
