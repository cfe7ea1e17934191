"""党员干部: who can hold households."""

from lianhu.domain.forms.base import (
    CADRE_CODE,
    CLUSTER,
    DISTRICT,
    HAMLET,
    HOUSEHOLD_PHONE,
    NOTE,
    VILLAGE,
    Column,
    Form,
)
from lianhu.domain.forms.household import SEX
from lianhu.domain.forms.member import PERSON_ID

FORM = Form(
    kind="cadre", title="党员干部", table="cadre", prefix="C",
    columns=(
        CADRE_CODE,
        Column("name", "姓名", "name", needed=True, weight=2,
               names=("干部姓名", "党员姓名", "党员干部", "联系干部", "人员姓名", "党员干部姓名", "联户干部", "干部")),
        SEX, PERSON_ID, HOUSEHOLD_PHONE,
        Column("village", "嘎查村", "village", needed=True, names=(*VILLAGE.names, "任职村", "工作村"),
               note="镇干部可空，填包片村"),
        Column("district", DISTRICT.label, names=DISTRICT.names, in_template=False),
        Column("area", "包片村", "villages", weight=3,
               names=("包村", "包联村", "所包村", "包片嘎查村", "包嘎查村", "包联嘎查村", "包保村", "联系村", "包片村(社区)"),
               note="镇干部可结对的村，用、分开"),
        HAMLET, CLUSTER,
        Column("unit", "工作单位", "text", names=("单位", "所在单位", "单位名称", "部门", "所在党支部", "党支部")),
        Column("post", "职务", "text", weight=3, names=("现任职务", "村内职务", "单位职务", "单位及职务", "职务职级")),
        Column("roles", "干部角色", "terms", dictionary="roles", weight=3,
               names=("角色", "人员类型", "干部类型", "身份", "干部类别", "人员类别", "人员身份", "类别", "类型", "身份类别")),
        Column("capacity", "联户上限", "integer", weight=3,
               names=("上限", "最多联户数", "联系户数上限", "可联户数", "最多联系户数"),
               note="空 = 2 户；0 = 不参加结对"),
        Column("left_on", "离岗日期", "month",
               names=("离岗时间", "离任日期", "离任时间", "调离日期", "调离时间", "调出日期", "调出时间", "退休日期", "退休时间"),
               note="已离岗的才填：不再在岗的第一天"),
        Column("leave_reason", "离岗原因", "text", names=("离岗理由", "离任原因", "调离原因", "调出原因")),
        NOTE,
        Column("returns_on", "预计返岗日期", "month", export_only=True, may_be_ahead=True,
               names=("预计返岗时间", "预计返回日期", "预计返回时间")),
        Column("absences", "曾离岗", "absences", export_only=True, names=("曾离岗时间",)),
    ),
    requires=(("name",), ("roles", "post", "capacity", "area", "cadre_code", "title")),
    signs=("干部", "党员", "帮扶责任人", "包联人员"),
    example={"name": "其木格", "village": "永胜", "roles": "村医", "capacity": "2"},
)
