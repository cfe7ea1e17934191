"""联户长 of the units."""

from lianhu.domain.forms.base import CLUSTER, HOUSEHOLD_PHONE, NOTE, VILLAGE, Column, Form, code, needed
from lianhu.domain.forms.member import PERSON_ID

FORM = Form(
    kind="cluster-head", title="联户长", table="cluster_head", prefix="L",
    identity=("cluster_id", "name"),
    columns=(
        code("联户长编号"), VILLAGE, needed(CLUSTER),
        Column("name", "联户长姓名", "name", needed=True, weight=2,
               names=("联户长", "姓名", "联户长名单", "人员姓名")),
        PERSON_ID, HOUSEHOLD_PHONE,
        Column("category", "联户长类别", "term", dictionary="head_categories", weight=3,
               names=("类别", "人员类别", "身份类别", "身份", "人员身份", "人员类型", "类型", "八类人群")),
        Column("way", "产生方式", "term", dictionary="head_ways", weight=3,
               names=("推选方式", "选任方式", "推荐方式", "任职方式", "选聘方式")),
        Column("votes", "得票数", "integer", weight=2, names=("票数", "得票")),
        Column("started_on", "任职日期", "month", names=("任职时间", "开始日期", "聘任时间", "上任时间")),
        Column("ended_on", "卸任日期", "month",
               names=("卸任时间", "离任日期", "离任时间", "免职日期", "免职时间", "解聘日期", "解聘时间", "结束日期", "结束时间"),
               note="已卸任的才填：不再任职的第一天"),
        Column("end_reason", "卸任原因", "text", names=("卸任理由", "离任原因", "免职原因", "解聘原因", "结束原因")),
        Column("reason", "当选理由", "text", names=("任职理由", "推选理由", "选任理由", "选用理由")),
        NOTE,
    ),
    requires=(("name",), ("cluster",), ("category", "way", "title")),
    signs=("联户长",),
    example={"village": "永胜", "cluster": "第一网格", "name": "巴图", "category": "村民代表",
             "way": "民主推荐"},
)
