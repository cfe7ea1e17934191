"""组织评定: an organisation's grade for a cadre's period."""

from lianhu.domain.forms.base import CADRE_CODE, NOTE, VILLAGE, Column, Form, code
from lianhu.domain.forms.member import PERSON_ID

FORM = Form(
    kind="appraisal", title="组织评定", table="appraisal", prefix="A", identity=("cadre_id", "organisation", "period"),
    columns=(
        code("评定编号"), CADRE_CODE,
        Column("cadre_name", "干部姓名", "name", needed=True, weight=2,
               names=("姓名", "联系干部", "干部", "被评定人", "党员干部", "被考核人")),
        Column("village", VILLAGE.label, "village", names=(*VILLAGE.names, "任职村", "工作村"), note="镇干部可空"),
        Column("cadre_id_number", PERSON_ID.label, "id", names=PERSON_ID.names, in_template=False),
        Column("grade", "评定等次", "term", dictionary="appraisal_grades", needed=True, weight=4,
               names=("等次", "考核等次", "评定结果", "组织评定", "考核结果", "评定", "评定等级")),
        Column("organisation", "评定组织", "text", names=("评定单位", "组织", "考核单位", "评定党组织", "党组织")),
        Column("period", "评定时段", "text", needed=True, weight=3,
               names=("时段", "年度", "考核年度", "评定年度", "考核时段", "评定周期", "季度")),
        Column("appraised_on", "评定日期", "month", names=("评定时间", "考核日期", "考核时间", "日期")),
        NOTE,
    ),
    requires=(("cadre_name", "cadre_code"), ("grade",), ("title", "period", "organisation")),
    signs=("组织评定", "评定", "考核"),
    example={"cadre_name": "其木格", "village": "永胜", "grade": "优秀", "organisation": "镇党委", "period": "2026年上半年",
             "appraised_on": "2026-07-10"},
)
