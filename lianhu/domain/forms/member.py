"""家庭成员: one row a person, grouped into households by 与户主关系."""

from lianhu.domain.forms.base import (
    CLUSTER,
    HAMLET,
    HEAD_ID,
    HOUSEHOLD_CODE,
    HOUSEHOLD_PHONE,
    NOTE,
    VILLAGE,
    Column,
    Form,
)
from lianhu.domain.forms.household import BORN_ON, SEX

PERSON_NAME = Column(
    "name", "姓名", "name", needed=True, weight=2,
    names=("成员姓名", "家庭成员姓名", "家庭成员", "人员姓名", "成员"))
PERSON_ID = Column(
    "id_number", "身份证号", "id", needed=True,
    names=(*(name for name in HEAD_ID.names if "户" not in name), "成员身份证号"))

FORM = Form(
    kind="member", title="家庭成员", table="member",
    columns=(
        HOUSEHOLD_CODE,
        Column("group", "户号", "number", in_template=False,
               names=("户序号", "户口编号", "户籍号", "家庭号", "户口号", "户序")),
        VILLAGE, HAMLET, CLUSTER,
        Column("head_name", "户主姓名", "name", names=("户主", "户主名", "所属户主", "户主名字")),
        Column("head_id_number", "户主身份证号", "id", needed=True,
               names=tuple(f"户主{name}" for name in HEAD_ID.names if "户" not in name)),
        PERSON_NAME,
        Column("relation", "与户主关系", "text", weight=6,
               names=("关系", "家庭关系", "与户主的关系", "与户主之关系", "户主关系", "成员关系", "称谓")),
        PERSON_ID, SEX, BORN_ON, HOUSEHOLD_PHONE,
        Column("traits", "户情", "terms", dictionary="traits", names=("特殊情况", "身体状况", "健康状况")),
        Column("classes", "重点人群", "terms", dictionary="classes",
               names=("重点人群类别", "重点类别", "人员类别")),
        NOTE,
    ),
    requires=(("name",), ("relation",)),
    signs=("家庭成员", "成员", "人口信息", "人口花名册"),
    identity=("household_id", "name"),
    example={"village": "永胜", "head_name": "宝音", "name": "乌云", "relation": "配偶"},
)
