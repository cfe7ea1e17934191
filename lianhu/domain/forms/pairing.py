"""结对台账: household and cadre side by side in one row; ended pairs have 结束日期.

A sheet may bring all of the household's columns; the template keeps to those that name it.
"""

from dataclasses import replace

from lianhu.domain.forms.base import CADRE_REFERENCE, Column, Form
from lianhu.domain.forms.household import HOUSEHOLD_COLUMNS

_NAMING = {"household_code", "village", "head_name", "head_id_number"}

FORM = Form(
    kind="pairing", title="结对台账", table="pairing",
    columns=(
        *(replace(column, in_template=column.field in _NAMING) for column in HOUSEHOLD_COLUMNS),
        *CADRE_REFERENCE,
        Column("cadre_post", "职务", "text", side="cadre", in_template=False,
               names=("干部职务", "责任人职务", "联系干部职务", "职务职级", "单位及职务", "单位职务", "现任职务", "职务职称")),
        Column("cadre_unit", "单位", "text", side="cadre", in_template=False,
               names=("工作单位", "干部单位", "所在单位", "责任人单位")),
        Column("started_on", "结对日期", "month", may_be_ahead=True,
               names=("结对时间", "联系时间", "开始日期", "帮扶开始时间", "联户时间", "开始时间")),
        Column("is_locked", "锁定", "flag", names=("是否锁定",), note="填“是”则自动结对不改动"),
        Column("ended_on", "结束日期", "month", may_be_ahead=True,
               names=("结束时间", "解除日期", "解除时间", "终止日期", "结对结束日期"),
               note="已结束的结对才填：不再联系的第一天"),
        Column("end_reason", "结束原因", "text", names=("解除原因", "终止原因", "结对结束原因")),
        Column("origin", "结对来源", "origin", export_only=True, vague=("来源",)),
        Column("is_cross_village", "跨村", "flag", export_only=True, names=("是否跨村",)),
        Column("fit", "适配度", "integer", export_only=True, names=("适配分", "适配度得分")),
        Column("reasons", "适配理由", "reasons", export_only=True, names=("结对理由",)),
    ),
    requires=(("head_name", "household_code", "head_id_number"), ("cadre_name", "cadre_code")),
    signs=("结对", "台账", "一带二", "联户表", "帮扶", "包联", "联系户与干部", "党员联系户", "党员联户"),
    example={"village": "永胜", "head_name": "宝音", "cadre_name": "其木格"},
)
