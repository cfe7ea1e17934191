"""What columns are called in findings."""

from __future__ import annotations

_TITLES = {
    "code": "编号", "number": "编号", "name": "名称", "title": "内容", "note": "备注", "kind": "类别", "state": "状态",
    "head_name": "户主姓名", "head_id_number": "户主身份证号", "id_number": "身份证号", "phone": "电话", "born_on": "出生日期",
    "size": "家庭人口", "stated_age": "年龄", "votes": "得票", "capacity": "联户上限", "cost": "投入资金", "traits": "户情",
    "classes": "重点人群", "needs": "需求", "assistance": "社会救助", "hamlet": "屯", "address": "住址", "roles": "角色",
    "started_on": "开始日期", "ended_on": "结束日期", "end_reason": "结束原因", "closed_on": "结束日期", "close_reason": "销户原因",
    "left_on": "离岗日期", "returns_on": "预计返岗日期", "visited_on": "走访日期", "happened_on": "发生日期", "due_on": "期限",
    "done_on": "办结日期", "issued_on": "下发日期", "rated_on": "评价日期", "appraised_on": "评定日期", "raised_on": "提出日期",
    "received_at": "派单时间", "respond_by": "响应期限", "signed_at": "签收时间", "contacted_at": "首次联系时间",
    "closed_at": "办结时间", "followed_up_at": "回访时间", "extended_from": "原期限", "at": "时间", "held_from": "起始日期",
    "household_id": "所属的户", "cadre_id": "干部", "village_id": "嘎查村", "cluster_id": "联户单元", "visit_id": "走访",
    "effect": "成效", "grade": "满意度", "result": "结果", "mode": "线上线下", "way": "方式", "occasion": "事由",
    "is_locked": "锁定", "is_hard": "重难点户", "text": "内容",
    "quantity": "数量", "measure": "单位", "held_on": "活动日期", "known_by": "认识的户数", "nominated_on": "提名日期",
    "decided_on": "决定日期", "outcome": "结果", "reason": "原因", "cluster_head_id": "联户长", "direction": "收支",
    "amount": "金额", "purpose": "来源或用途", "handled_by": "经办人", "approved_by": "审批人", "paper_number": "凭证号",
    "booked_on": "收支日期", "reverses_id": "被冲销的一笔", "award_id": "称号", "period_from": "评比期起",
    "period_to": "评比期止", "place": "名次", "points": "得分", "figures": "评比依据", "proposed_on": "提名日期",
    "proposed_by": "提名人", "objections_until": "公示截止日期", "raised_by": "提出人", "content": "内容",
    "answered_on": "答复日期", "answer": "答复", "is_upheld": "异议成立", "bank": "银行", "credit_limit": "额度",
    "recommended": "推荐等级", "recorded_on": "登记日期", "category": "类别",
}


def column_title(name: str) -> str:
    """A column in Chinese; one that nobody has put into words keeps its name."""
    return _TITLES.get(name, name)


def columns_title(names: list[str]) -> str:
    """Several columns in Chinese, each word once."""
    return "、".join(dict.fromkeys(map(column_title, names)))
