"""提名: who was proposed as 联户长 of a unit, and what came of it."""

from lianhu.domain.forms.base import CLUSTER, HOUSEHOLD_PHONE, NOTE, VILLAGE, Column, Form, code, needed
from lianhu.domain.forms.member import PERSON_ID

FORM = Form(
    kind="nomination", title="联户长提名", table="nomination", prefix="N",
    identity=("cluster_id", "name", "nominated_on"),
    columns=(
        code("提名编号"), VILLAGE, needed(CLUSTER),
        Column("name", "被提名人", "name", needed=True, weight=2,
               names=("姓名", "提名人选", "推荐人选", "候选人", "被推荐人", "人选", "候选人姓名", "被提名人姓名")),
        PERSON_ID, HOUSEHOLD_PHONE,
        Column("category", "人员类别", "term", dictionary="head_categories", weight=2,
               names=("类别", "联户长类别", "身份类别", "身份", "人员身份", "人员类型", "八类人群")),
        Column("way", "产生方式", "term", dictionary="head_ways", weight=2, names=("推选方式", "推荐方式", "提名方式")),
        Column("votes", "得票数", "integer", weight=2, names=("票数", "得票")),
        Column("known_by", "熟识户数", "integer", weight=4,
               names=("熟识户", "认识户数", "熟悉户数", "知情户数", "邻里熟识户数"), note="单元里有几户熟识这个人"),
        Column("nominated_on", "提名日期", "month", needed=True, weight=4,
               names=("提名时间", "推荐日期", "推荐时间", "推选日期", "推选时间")),
        Column("decided_on", "确定日期", "month", names=("确定时间", "决定日期", "决定时间")),
        Column("outcome", "推选结果", "term", dictionary="nomination_outcomes", weight=3,
               names=("结果", "当选情况", "是否当选"), note="还没有结果的留空"),
        Column("reason", "推选理由", "text", names=("理由", "当选理由", "落选理由", "选用理由", "原因")),
        Column("head_code", "联户长编号", "number", export_only=True),
        NOTE,
    ),
    requires=(("name",), ("cluster",), ("nominated_on", "known_by", "outcome", "title")),
    signs=("提名", "推荐人选", "候选人"),
    example={"village": "永胜", "cluster": "第一网格", "name": "巴图", "category": "村民代表", "way": "民主推荐",
             "votes": "46", "known_by": "8", "nominated_on": "2026-03-02"},
)
