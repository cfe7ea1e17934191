"""联系户: the roster of key households."""

from lianhu.domain.forms.base import (
    CLUSTER,
    DISTRICT,
    HAMLET,
    HEAD_ID,
    HEAD_NAME,
    HOUSEHOLD_CODE,
    HOUSEHOLD_PHONE,
    NOTE,
    VILLAGE,
    Column,
    Form,
)

SEX = Column("sex", "性别", "term", dictionary="sexes", names=("户主性别",))
BORN_ON = Column("born_on", "出生日期", "month", names=("出生年月", "出生年月日", "生日"))

HOUSEHOLD_COLUMNS = (
    HOUSEHOLD_CODE, VILLAGE,
    Column(DISTRICT.field, DISTRICT.label, names=DISTRICT.names, in_template=False),
    HAMLET, CLUSTER, HEAD_NAME, SEX,
    Column("stated_age", "年龄", "integer", names=("岁数", "年龄(岁)", "周岁"),
           note="有身份证号的不必填"),
    BORN_ON, HEAD_ID, HOUSEHOLD_PHONE,
    Column("size", "家庭人口", "integer",
           names=("人口数", "家庭人数", "家庭人口数", "人口", "家庭成员数", "户人口", "人数", "家庭人口(人)")),
    Column("address", "住址", "text", names=("家庭住址", "地址", "详细地址", "现住址", "居住地址", "家庭地址")),
    Column("category", "类别", "category", in_template=False, weight=2,
           names=("户类型", "户属性", "人员类别", "农户类型", "家庭类型", "类型", "户类别", "联系户类型", "联系户类别",
                  "重点户类型", "重点户类别", "对象类别", "家庭类别", "人员类型", "属性")),
    Column("traits", "户情", "terms", dictionary="traits", weight=2,
           names=("家庭情况", "老弱病残情况", "老弱病残类型", "老弱病残", "户情分类", "家庭特征", "特殊情况")),
    Column("monitoring", "监测类型", "term", dictionary="monitoring", weight=2,
           names=("监测户类型", "监测对象类型", "监测对象类别", "监测类别", "防返贫监测类型", "监测户类别")),
    Column("risks", "返贫风险", "terms", dictionary="risks",
           names=("风险", "风险原因", "返贫致贫风险", "致贫原因", "主要风险", "风险类型", "致贫返贫风险", "主要致贫原因",
                  "返贫风险类型")),
    Column("risk_removed", "风险是否消除", "flag", names=("风险消除", "是否消除风险", "是否消除", "风险是否已消除", "是否已消除")),
    Column("assistance", "社会救助", "terms", dictionary="assistance", weight=2,
           names=("救助类型", "救助类别", "低保类型", "享受救助", "社会救助类型", "保障类型")),
    Column("classes", "重点人群", "terms", dictionary="classes", weight=2,
           names=("重点类别", "重点人群类别", "重点人员类别", "重点人群类型", "重点人员类型", "重点人员")),
    Column("needs", "需求", "terms", dictionary="needs", weight=2,
           names=("需求意愿", "诉求", "发展意愿", "主要需求", "需求类型", "主要诉求", "需求类别", "帮扶需求", "意愿",
                  "家庭需求", "诉求需求")),
    Column("is_hard", "重难点户", "flag", weight=2,
           names=("是否重难点户", "重难点", "是否重难点", "难点户", "是否难点户")),
    Column("hard_reason", "重难点原因", "text", names=("难点原因", "重难点情况")),
    Column("closed_on", "销户日期", "month",
           names=("销户时间", "注销日期", "注销时间", "退出日期", "退出时间", "迁出日期", "迁出时间", "脱离日期", "脱离时间"),
           note="不再联系的户才填：不再联系的第一天"),
    Column("close_reason", "销户原因", "text", names=("销户理由", "注销原因", "退出原因", "迁出原因", "脱离原因")),
    NOTE,
)

PAST_COLUMNS = (
    Column("merged_into", "并入户编号", "number", export_only=True, names=("并入户", "并入户编码")),
    Column("split_from", "分自户编号", "number", export_only=True, names=("分自户", "分自户编码", "原户编号")),
    Column("former_heads", "曾任户主", "heads", export_only=True, names=("原户主", "前任户主")),
    Column("closures", "曾销户", "closures", export_only=True, names=("曾销户时间",)),
)
"""What is behind a household. Filled by the commands that split, join, close and reopen."""

FORM = Form(
    kind="household", title="联系户", table="household", prefix="H",
    columns=(*HOUSEHOLD_COLUMNS, *PAST_COLUMNS),
    requires=(("head_name",),),
    signs=("联系户", "重点户", "户花名册", "户名单", "户台账", "农户", "监测户", "联户对象", "户情", "住户", "户信息"),
    example={"village": "永胜", "head_name": "宝音", "traits": "年老、独居", "needs": "就医照料"},
)
