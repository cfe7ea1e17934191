"""联户单元, and the list of villages in the town's own order (rows without a unit)."""

from lianhu.domain.forms.base import CLUSTER, DISTRICT, NOTE, VILLAGE, Column, Form, labelled

FORM = Form(
    kind="cluster", title="联户单元", table="cluster", identity=("village_id", "key"),
    columns=(
        DISTRICT, VILLAGE,
        labelled(CLUSTER, "联户单元", "名称"),
        Column("grid_chief", "网格长", "name", weight=3, names=("网格长姓名", "单元长")),
        Column("grid_chief_phone", "网格长电话", "phones", names=("网格长联系电话", "联系电话", "电话", "手机号")),
        Column("grid_workers", "网格员", "text", weight=3,
               names=("网格员姓名", "专职网格员", "兼职网格员"), note="多人用、分开"),
        NOTE,
    ),
    requires=(("village",), ("cluster", "district"), ("grid_chief", "grid_workers", "district", "title")),
    signs=("联户单元", "网格", "村名单", "嘎查村名单", "村一览", "嘎查村一览", "行政村"),
    example={"district": "城郊片", "village": "永胜", "cluster": "第一网格", "grid_chief": "白音仓"},
)
