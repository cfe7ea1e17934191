"""The village a sheet is about when no column says so: what its name, title or 填报单位 line tells.

A village is believed when the text names exactly one: a known village, or a word that ends like
one (永胜村, 永胜嘎查, 东风社区) once towns, dates and the words of rosters are taken away. A bare
word is believed only as a sheet's name. Everything else stays a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from lianhu.domain.identity import village_key

_HAN = "\u4e00-\u9fff"
_TOWNS = (
    rf"(?:[{_HAN}]{{2,4}}?(?:自治区|盟|市|旗|县))*[{_HAN}]{{2,4}}?(?:镇|乡|苏木|街道(?:办事处)?)",
    rf"[{_HAN}]{{2,4}}?(?:盟|旗|县|市)(?=[{_HAN}]{{2}})(?!嘎查|社区)",
)
_DATES = r"[0-9〇零一二三四五六七八九十]{1,4}\s*(?:年度?|月份?|日|季度|户|人|组|号|期|批)(?!村|嘎查|社区)"
_WORDS = (
    "关于|附件|附表|截至|截止|美丽乡村|和美乡村|乡村振兴|新农村|农村|乡村|镇村|两级|全镇|全旗|全村|各村|"
    "联系户|重点户|监测户|脱贫户|低保户|难点户|重点人群|重点人员|结对|帮扶|包联|联户|一带二|花名册|名册|名单|台账|"
    "登记|统计|汇总|一览|信息|情况|走访|入户|办实事|网格|填报单位|单位|党员|干部"
)
_PLACE = re.compile(rf"([{_HAN}·]{{1,10}}?)(嘎查村|嘎查|行政村|村|社区)(?!矫正|戒毒)")
_NO_PLACE = frozenset("各全本我包驻镇乡农两每某该外入到进下村及和") | {
    "嘎查", "行政", "自然", "所属", "所在", "示范", "重点", "贫困", "脱贫", "嘎查村"}
_REPORTER = re.compile(
    r"(?:填报单位|填报村|上报单位|单位名称|单位|嘎查村|村名|所在村|村别)(?:\([^()]*\))?\s*:\s*([^\s:]+?)"
    r"(?=填报|填表|上报|日期|时间|审核|负责|\s|$|\()")
_OFFICE = re.compile(r"(?:镇|乡|苏木|街道|政府|党委|办|局|站|所|中心|支部|委员会|科|室)$")
_NO_VILLAGE = re.compile(
    r"户|人员|人群|群众|干部|党员|村民|农村|全镇|全村|全旗|信息|情况|统计|汇总|明细|数据|名单|名册|花名|表|册|台账|记录|"
    r"登记|清单|附件|模板|样|说明|目录|封面|备注|字典|选项|下拉|参考|工作|矫正|网格|结对|走访|实事|工单|热线|重点|低保|"
    r"残疾|监测|脱贫|贫困|老年|老人|儿童|妇女|签到|通讯|会议|测试|示例|正式|最新|修改|导入|导出|新增|变更|问题|原始|副本|"
    r"全部|合计|领导|班子|机关|镇直|两委|书记|村医|医生|能人|队员|调解|代表|家庭|成员|人口|基本|任务|落实|意见|建议|评定|评价|测评|满意|考核|职责|基础|底册|资料|档案|大事|事件|必访|联系|发卡|单元|活动|提名|人选|基金|专项|收支|诚信|授信|信用|额度|称号|表彰|荣誉|异议|公示|对比|红榜|"
    r"(?:镇|乡|苏木|片|片区|旗|县|组|屯|艾里|浩特|类|员|长|月|年|版|局|办|站|所|季度)$")


def village_named(
    sheet_name: str, titles: Sequence[str], known: Iterable[str] = (), file_name: str = ""
) -> str:
    """The one village these texts name, or "" when they name none or several.

    ``titles`` are the texts above the header; ``file_name`` (without its ending) comes last.
    """
    keys: dict[str, str] = {key: name for name in known if len(key := village_key(name)) > 1}
    for text in (sheet_name, *titles):
        found = _villages_in(text, keys)
        if len(found) == 1:
            return found[0]
    bare: list[str] = [
        part for part in re.findall(rf"[{_HAN}·]+", unicodedata.normalize("NFKC", sheet_name))
        if 2 <= len(part) <= 8 and not _NO_VILLAGE.search(part)
    ]
    if len(bare) == 1:
        return bare[0]
    found = _villages_in(file_name, keys)
    # 缺村.xlsx is no village's file: a file's name must spell one out.
    return found[0] if len(found) == 1 and len(found[0]) > len("新村") else ""


def _villages_in(text: str, known: Mapping[str, str]) -> list[str]:
    """The villages a text names, each once: known ones if there are any, else by their endings."""
    plain = unicodedata.normalize("NFKC", text)
    reporter = _REPORTER.search(plain)
    if reporter:
        name = reporter[1]
        if village_key(name) in known:
            return [known[village_key(name)]]
        if re.fullmatch(rf"[{_HAN}·]{{2,6}}", name) and not _OFFICE.search(name) and not _PLACE.search(name):
            return [name]
    for town in _TOWNS:
        plain = re.sub(town, " ", plain)
    inside = [key for key in known if re.search(rf"{re.escape(key)}(?!片|镇|乡|旗|县|组)", "".join(plain.split()))]
    if inside:
        return [known[key] for key in inside if not any(key != other and key in other for other in inside)]
    parts = re.findall(rf"[{_HAN}·]+", re.sub(_WORDS, " ", re.sub(_DATES, " ", plain)))
    found: dict[str, str] = {}
    for part in parts:
        for place in _PLACE.finditer(re.sub(r"^(?:驻|赴|到|在)(?=..)", "", part)):
            if place[1] not in _NO_PLACE:
                found.setdefault(village_key(place[0]), place[0])
    return list(found.values())
