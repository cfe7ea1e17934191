"""What a form is: the columns of one kind of sheet.

Everything about a kind of sheet follows from its columns: how a heading is recognised, how a cell
is read, what the blank template shows, what the export writes and what the manual says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lianhu.domain.terms import Dictionaries

KINDS_OF_CELL = {
    "text": "文字", "name": "姓名", "village": "村名", "id": "身份证号", "phones": "电话",
    "day": "日期", "month": "日期（可只到月）", "moment": "日期时间", "integer": "整数",
    "amount": "金额（元）", "limit": "金额（万元）", "quantity": "数量", "flag": "是/否", "number": "编号",
    "term": "选一项", "terms": "可选多项",
    "category": "可选多项", "villages": "村名（可多个）", "origin": "自动、人工或导入", "reasons": "规则 分数",
    "closures": "日期至日期（原因）", "absences": "日期至日期（原因）", "heads": "姓名 身份证号（至日期，原因）",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``kind`` is a key of KINDS_OF_CELL and says how a cell is read; ``dictionary`` gives the words
    of a term, terms or category column. ``names`` are further accepted headings. A ``needed``
    cell names the record: bad or missing, the row stays out; any other bad cell is left empty.
    ``vague`` headings count only where the title or --kind says that the sheet is of this kind.
    ``weight`` is how much the heading tells about the kind of sheet. ``side`` is ``cadre`` where
    household and cadre stand side by side. A column that is not ``in_template`` is only read.
    One that is ``export_only`` stands in the export, which carries all that is recorded, but not in the
    blank template, where nobody would fill it.
    A date later than today is a fault unless it ``may_be_ahead``. Words in ``without`` stand in the
    dictionary but not in this column.
    """

    field: str
    label: str
    kind: str = "text"
    names: tuple[str, ...] = ()
    dictionary: str = ""
    needed: bool = False
    weight: int = 1
    side: str = ""
    in_template: bool = True
    export_only: bool = False
    note: str = ""
    may_be_ahead: bool = False
    without: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()

    def choices(self, dictionaries: Dictionaries) -> tuple[str, ...]:
        """The words of its dictionary that a cell may hold; none for a column without one."""
        names = dictionaries[self.dictionary].names if self.dictionary else ()
        return tuple(name for name in names if name not in self.without)


@dataclass(frozen=True)
class Form:
    """One kind of sheet.

    ``requires`` lists groups of fields of which a sheet must have one each to be of this kind;
    the group member ``"title"`` is met by one of ``signs`` standing in the sheet's name or title.
    ``prefix`` begins the codes of its records; ``identity`` are the table columns by which a
    record without code is found again.
    """

    kind: str
    title: str
    table: str
    columns: tuple[Column, ...]
    requires: tuple[tuple[str, ...], ...]
    signs: tuple[str, ...] = ()
    prefix: str = ""
    identity: tuple[str, ...] = ()
    example: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    @cached_property
    def template_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.in_template and not column.export_only)

    @cached_property
    def export_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.in_template or column.export_only)


def needed(column: Column) -> Column:
    """The column as one that names the record."""
    return replace(column, needed=True)


def labelled(column: Column, label: str, *names: str) -> Column:
    """The column under another heading; the old label stays an accepted one."""
    return replace(column, label=label, names=(column.label, *column.names, *names))


VILLAGE = Column(
    "village", "嘎查村", "village", needed=True,
    names=("村", "嘎查", "嘎查(村)", "行政村", "村(社区)", "嘎查村(社区)", "所属村", "所在村", "所属嘎查村",
           "所在嘎查村", "村名", "村居", "嘎查村名称", "村名称", "社区", "所属嘎查", "所在嘎查", "村委会", "村别",
           "户籍村", "村(居)", "嘎查(社区)", "村嘎查", "单位(村)"),
    note="每行都填，也可合并单元格")
DISTRICT = Column("district", "片区", "text", names=("所属片区", "包片", "工作片区", "片"))
CLUSTER = Column(
    "cluster", "联户单元", "text",
    names=("网格", "所属网格", "网格名称", "联户单元名称", "所属联户单元", "单元", "单元名称", "网格号", "所在网格", "网格编号"))
HAMLET = Column(
    "hamlet", "组/屯", "text",
    names=("村民小组", "自然屯", "艾里", "组", "屯", "小组", "自然村", "屯组", "所在屯", "村组", "浩特", "组别", "社"))
HOUSEHOLD_CODE = Column(
    "household_code", "户编号", "number", names=("户编码", "家庭编号", "重点户编号", "联系户编号", "户代码", "户主编号"),
    note="系统编号如 H00012；新户留空")
HEAD_NAME = Column(
    "head_name", "户主姓名", "name", needed=True, weight=2,
    names=("户主", "姓名", "姓名(户主)", "联系户", "联系户姓名", "户主名", "户主姓名(联系户)", "重点户", "重点户姓名",
           "户名", "联系户户主", "联系户户主姓名", "农户姓名", "群众姓名", "被联系户", "联系对象", "户主名字", "对象姓名",
           "重点户户主", "帮扶对象", "家庭户主", "联系户主", "包联户", "包联户主", "包联户户主", "结对户", "帮扶户", "走访户",
           "走访对象", "服务对象", "受益户", "受益人", "结对对象", "包联对象"))
HEAD_ID = Column(
    "head_id_number", "身份证号", "id", needed=True,
    names=("身份证号码", "身份证", "公民身份号码", "证件号码", "户主身份证号", "户主身份证号码", "户主身份证", "证件号",
           "公民身份证号码", "身份号码", "户主证件号码", "联系户身份证号"),
    note="18 位，文本格式；有则填")
HOUSEHOLD_PHONE = Column(
    "phone", "联系电话", "phones",
    names=("电话", "手机", "手机号", "手机号码", "联系方式", "户主电话", "户主联系电话", "电话号码", "联系户电话",
           "联系号码", "户主手机号", "本人电话"))

HOUSEHOLD_REFERENCE = (HOUSEHOLD_CODE, needed(VILLAGE), HEAD_NAME, HEAD_ID)
"""The columns that name the household a record is about; one of code, ID, village + name does."""

CADRE_CODE = Column(
    "cadre_code", "干部编号", "number", side="cadre", names=("干部编码", "干部代码"),
    note="系统编号如 C0031；可留空")
CADRE_NAME = Column(
    "cadre_name", "联系干部", "name", side="cadre", weight=2,
    names=("帮扶责任人", "包联干部", "帮扶干部", "联户干部", "责任人", "结对干部", "联系干部姓名", "干部姓名", "姓名",
           "帮扶人", "包联责任人", "包户干部", "联户党员", "党员干部", "结对干部姓名", "帮扶责任人姓名",
           "包保干部", "包保责任人", "联户责任人", "联系党员干部", "干部", "结对党员干部"),
    # Beside a household 联系人 is as often a relative whom one may call.
    vague=("联系人", "联系人姓名"))
CADRE_ID = Column(
    "cadre_id_number", "干部身份证号", "id", side="cadre", in_template=False,
    names=("身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码", "责任人身份证号"))
CADRE_PHONE = Column(
    "cadre_phone", "干部电话", "phones", side="cadre", in_template=False,
    names=("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "干部联系电话", "责任人电话", "联系人电话",
           "干部手机号", "责任人联系电话", "帮扶责任人电话", "帮扶责任人联系电话", "电话号码"))
NOBODY = "无"
"""In the cell of a cadre: there was none. A blank one means whoever held the household that day."""

CADRE_REFERENCE = (CADRE_CODE, CADRE_NAME, CADRE_ID, CADRE_PHONE)

NOTE = Column("note", "备注", "text", names=("说明", "备注说明", "其他说明", "情况说明"))


def actor(label: str, *names: str) -> tuple[Column, ...]:
    """The reference to the cadre who did what a record tells, under that record's own heading."""
    return (CADRE_CODE, labelled(CADRE_NAME, label, *names), CADRE_ID, CADRE_PHONE)


def code(label: str) -> Column:
    """The column of a record's own code, filled by the export."""
    return Column("code", label, "number", note="导出时自动填写；新记录留空")
