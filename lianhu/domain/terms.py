"""The dictionaries of the scheme: what the town calls things, and how clerks spell them.

A dictionary is an ordered list of terms; the term's name is what is stored and shown. The lists
here are the defaults (DOMAIN: the scheme's own terms); a town adds terms, spellings or takes its
own list by its configuration. Sensitivity: A only the holder's office and the paired cadre see
it, B sensitive, C ordinary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from lianhu.domain.identity import nearest


class Term(NamedTuple):
    """One entry: the stored name, other accepted spellings, and sensitivity A, B or C."""

    name: str
    spellings: tuple[str, ...] = ()
    sensitivity: str = "C"


def term_key(word: str) -> str:
    """The form in which two spellings of one term are equal: half width, no spaces or brackets."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "()[]【】“”\"'*:：")


class Dictionary:
    """An ordered list of terms under an English key with a Chinese title."""

    def __init__(self, key: str, title: str, terms: tuple[Term, ...]) -> None:
        self.key = key
        self.title = title
        self.terms = terms

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms)

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        """Spelling → name. A term's own name wins over another term's spelling."""
        found: dict[str, str] = {}
        for term in self.terms:
            for spelling in term.spellings:
                found.setdefault(term_key(spelling), term.name)
        for term in self.terms:
            found[term_key(term.name)] = term.name
        return found

    def find(self, word: str) -> str | None:
        """The stored name for a spelling, or None when the dictionary has no such term."""
        return self._by_spelling.get(term_key(word))

    def nearest(self, word: str) -> str | None:
        """The name whose spelling is most like the word, or None when nothing is near."""
        near = nearest(term_key(word), list(self._by_spelling))
        return self._by_spelling[near[0]] if near else None

    def sensitivity(self, name: str) -> str:
        return next((term.sensitivity for term in self.terms if term.name == name), "C")

    def with_terms(self, terms: Iterable[Term]) -> Dictionary:
        """The same dictionary with other terms."""
        return Dictionary(self.key, self.title, tuple(terms))


def _terms(*rows: str, sensitivity: str = "C") -> tuple[Term, ...]:
    """Terms written as ``name/spelling/spelling``, with ``@A`` behind the name for a sensitivity."""
    made = []
    for row in rows:
        name, *spellings = row.split("/")
        name, _, own = name.partition("@")
        made.append(Term(name, tuple(spellings), own or sensitivity))
    return tuple(made)


DEFAULTS: tuple[Dictionary, ...] = (
    Dictionary("traits", "户情", _terms(
        "年老/高龄/高龄老人/老人/老年人/老年/老/65岁以上/65岁以上老人/≥65",
        "体弱/弱/体弱多病/年老体弱",
        "患病/大病/慢病/长期患病/慢性病/重病/大病户/病/因病",
        "残疾/持证残疾/重残/重度残疾/残/残疾户/有残疾人",
        "失能/半失能/失能半失能",
        "独居/孤寡/空巢/独居老人/空巢老人/孤寡老人",
        "留守老人", "留守儿童", "困境儿童", "留守妇女",
        sensitivity="B")),
    Dictionary("monitoring", "监测类型", _terms(
        "脱贫不稳定户/脱贫不稳定/脱贫不稳定监测户",
        "边缘易致贫户/边缘易致贫/边缘户",
        "突发严重困难户/突发严重困难/突发困难户/突发困难",
        sensitivity="B")),
    Dictionary("risks", "返贫风险", _terms(
        "因病/因大病/疾病", "因学/就学", "因残", "因自然灾害/因灾/自然灾害",
        "因意外事故/因意外/意外事故", "因产业失败/产业失败",
        "因务工就业不稳/务工就业不稳/因就业不稳/因务工不稳", "缺劳动力/缺劳力/因缺劳动力",
        "因安全住房/住房安全", "因安全饮水/饮水安全", "其他", sensitivity="B")),
    Dictionary("assistance", "社会救助", _terms(
        "低保/低保户/享受低保/农村低保/最低生活保障", "特困/五保/五保户/特困户/特困供养",
        "低保边缘/低保边缘户/低边/低保边缘家庭", "刚性支出困难/支出型困难/刚性支出困难家庭",
        "脱贫户/已脱贫户/建档立卡户/建档立卡脱贫户", "一般户/一般农户/普通户", sensitivity="B")),
    Dictionary("classes", "重点人群", _terms(
        "刑满释放人员@A/刑释人员/安置帮教对象/刑满释放", "社区矫正对象@A/社矫人员/社区矫正人员/社区矫正",
        "严重精神障碍患者@A/精神障碍患者/精神障碍/严重精神障碍",
        "吸毒人员@A/社区戒毒康复人员/戒毒人员/社区戒毒人员", "重点青少年@A",
        "计划生育特殊家庭@A/失独家庭/计生特殊家庭", "流动人口/流动人员",
        "危险品从业人员/危险物品从业人员", "矛盾纠纷当事人@B/矛盾纠纷/纠纷当事人",
        "心理关怀对象@A/生活失意/心态失衡/生活失意人员/心态失衡人员",
        "防返贫监测对象@B/监测户/监测对象/防返贫监测户", "低保对象@B", "特困人员@B",
        "残疾人@B", "独居失能高龄老人@B/独居失能高龄", "留守老人@B", "留守困境儿童@A/留守及困境儿童",
        "留守妇女@B", "退役军人优抚对象@B/退役军人/优抚对象")),
    Dictionary("needs", "需求", _terms(
        "产业发展/发展意愿/致富/创业/种植/养殖/贷款/发展产业/产业发展意愿/有产业发展意愿/产业",
        "政策解读/政策咨询/医保/社保/低保政策/政策/政策宣传/政策讲解",
        "就医照料/就医/照料/看病/日常照料/医疗", "就业务工/就业/务工/找工作",
        "住房饮水/住房/饮水/危房改造", "教育助学/助学/教育/上学", "矛盾调解/调解/纠纷调解/矛盾化解",
        "其他")),
    Dictionary("roles", "干部角色", _terms(
        "包村领导/包嘎查村领导/包片领导/包社区领导/包嘎查领导/包村干部/包嘎查村（社区）领导",
        "支部书记/党支部书记/村书记/嘎查书记/村党支部书记/嘎查村党支部书记/党总支书记/书记",
        "第一书记/驻村第一书记", "村医/乡村医生/卫生员/嘎查村医/嘎查医生",
        "致富能人/致富带头人/产业带头人/能人", "政策明白人/明白人",
        "调解员/人民调解员/调解主任", "两委成员/村两委/两委/两委干部/村两委成员/嘎查两委成员/两委委员",
        "驻村队员/驻村工作队员/工作队员", "网格员", "普通党员/党员/正式党员/预备党员/中共党员")),
    Dictionary("ways", "方式", _terms(
        "上门/入户/上门走访/入户走访/走访/实地/登门/家访/面谈", "微信/微信联系/微信群/网上/微信聊天",
        "电话/电话联系/打电话/手机/电话访/电话走访/电访", "视频/视频通话/微信视频/视频走访/视频连线", "联系卡/卡片/纸质联系卡")),
    Dictionary("modes", "线上线下", _terms("线上/网络", "线下/实地")),
    Dictionary("occasions", "事由", _terms(
        "日常/日常走访/日常联系/例行", "红白喜事/婚丧嫁娶/红事/白事/喜事/丧事/红白事",
        "生病住院/生病/住院/患病住院", "家庭变故/变故", "矛盾纠纷/纠纷/矛盾",
        "意外灾害/意外/灾害/受灾/意外事故/自然灾害")),
    Dictionary("duties", "四项职责", _terms(
        "政策理论讲解到户/政策理论讲解/政策讲解/理论讲解", "民意诉求征集到户/民意诉求征集/诉求征集/民意征集",
        "文明新风倡导到户/文明新风倡导/文明新风/移风易俗", "重点工作发动到户/重点工作发动/重点工作")),
    Dictionary("deed_kinds", "办实事类别", _terms(
        "就医照料/就医/医疗/看病", "产业帮扶/产业/产业发展", "政策落实/政策", "就业务工/就业/务工",
        "住房饮水/住房/饮水", "教育助学/助学/教育", "矛盾调解/调解/矛盾化解", "代办服务/代办/跑腿代办",
        "环境整治/环境卫生/人居环境", "应急救助/救助/应急", "其他")),
    Dictionary("effects", "成效", _terms(
        "已解决/解决/已办结/已完成/完成/办结", "基本解决", "推进中/正在办理/办理中/进行中/正在推进",
        "未解决/没解决/未办结")),
    Dictionary("card_media", "卡片形式", _terms(
        "纸质/纸质卡/线下/纸质联系卡/实体卡", "微信/线上/电子卡/电子")),
    Dictionary("ticket_kinds", "工单类型", _terms(
        "咨询/咨询类", "求助/求助类", "投诉/投诉类", "举报/举报类", "建议/建议类/意见建议", "表扬/表扬类/感谢",
        "其他/其它")),
    Dictionary("ticket_states", "工单状态", _terms(
        "待签收/未签收", "办理中/处理中/已签收/在办/正在办理", "待回访/已办理/待评价",
        "已办结/办结/已完成/完成/结案/已归档/归档", "退单/已退单/退回", "延期/已延期", "重办/重新办理/二次办理")),
    Dictionary("grades", "满意度", _terms(
        "非常满意/很满意", "满意", "基本满意/一般/较满意", "不满意", "非常不满意/很不满意")),
    Dictionary("appraisal_grades", "组织评定等次", _terms("优秀/优", "良好/良", "一般/中/合格", "较差/差/不合格")),
    Dictionary("exclusions", "不计考核原因", _terms(
        "超管辖/超出管辖/超出职责", "诉讼仲裁信访程序中/诉讼/仲裁/信访程序", "不合法规/不符合法规/不合法",
        "涉密", "不属实/情况不属实", "明显不合理/诉求不合理", "恶意/恶意投诉")),
    Dictionary("head_categories", "联户长类别", _terms(
        "无职党员/党员/无职务党员", "村民代表/嘎查村民代表/代表", "积极分子/入党积极分子",
        "后备干部/村级后备干部", "乡土人才/土专家", "屯不错/屯里不错", "种养大户/种植大户/养殖大户/种养殖大户",
        "其他/其它")),
    Dictionary("head_ways", "产生方式", _terms(
        "民主推荐/推荐/民主推选/推选/村民推荐", "组织任命/任命/组织指定/指定")),
    Dictionary("nomination_outcomes", "推选结果", _terms("当选/选上/是", "落选/未当选/没选上/否")),
    Dictionary("award_states", "授予状态", _terms("公示中/公示", "已授予/授予/是", "不授予/未授予/否")),
    Dictionary("activity_kinds", "活动类别", _terms(
        "特色种植/庭院种植/庭院经济/剁椒种植/种植", "基础设施/基础设施建设/基础设施项目", "评选活动/评比活动/评选/评比",
        "矛盾排查/矛盾纠纷排查/矛盾纠纷排查化解/纠纷排查", "养老保险扩面/养老保险/社保扩面", "环境整治/环境卫生/人居环境/卫生整治",
        "其他/其它")),
    Dictionary("measures", "计量单位", _terms("亩/亩地", "个/处/项/座", "次/场/场次/届", "人/名/位")),
    Dictionary("fund_directions", "收支", _terms("收入/收/入账/进账/拨入/转入/存入", "支出/支/付/出账/支付/拨出/转出")),
    Dictionary("credit_grades", "信用等级", _terms("AAA/3A/三A/AAA级", "AA/2A/二A/两A/AA级", "A/1A/一A/A级", "B/B级")),
    Dictionary("sexes", "性别", _terms("男/男性/M", "女/女性/F")),
    Dictionary("close_reasons", "销户原因", _terms("去世/死亡/病故", "搬迁/迁出/搬走/外迁", "脱离重点/退出", "其他")),
)


POSITIVE_GRADES = ("非常满意", "满意", "基本满意")
"""The three of five grades that count for the satisfaction rate."""

GRADES_TO_ANSWER = ("基本满意", "不满意", "非常不满意")
"""Below 满意: a household that says so is to be answered by a visit or a deed."""

MEASURE_OF = {
    "特色种植": "亩", "基础设施": "个", "评选活动": "次", "矛盾排查": "次", "养老保险扩面": "人", "环境整治": "次"}
"""The measure of each kind of 自治活动; 其他 and a town's own kinds take any, each totalled by itself."""

FORBIDDEN_ANYWHERE = ("艾滋", "HIV", "ＨＩＶ", "涉恐", "在逃", "前科", "涉稳")
"""Words no cell may hold (DOMAIN section 2): a health status and police-internal lists."""

FORBIDDEN_AS_CLASS = (
    "信教", "宗教信仰", "宗教", "信仰", "佛教", "基督", "伊斯兰", "天主教", "上访", "信访", "访民", "邪教", "法轮",
)
"""Words that may stand in a ticket's text but never as a heading or a class of people."""


def forbidden_word(text: str, *, as_class: bool = False) -> str | None:
    """The forbidden word a text contains, or None. ``as_class`` adds belief and petitioning."""
    folded = unicodedata.normalize("NFKC", text).upper()
    words = FORBIDDEN_ANYWHERE + FORBIDDEN_AS_CLASS if as_class else FORBIDDEN_ANYWHERE
    return next((word for word in words if word in folded), None)


class Dictionaries:
    """All dictionaries by key; what a town's configuration replaced is already in place."""

    def __init__(self, replaced: Mapping[str, Iterable[Term]] | None = None) -> None:
        self._by_key = {dictionary.key: dictionary for dictionary in DEFAULTS}
        for key, terms in (replaced or {}).items():
            self._by_key[key] = self._by_key[key].with_terms(terms)

    def __getitem__(self, key: str) -> Dictionary:
        return self._by_key[key]

    def __iter__(self) -> Iterator[Dictionary]:
        return iter(self._by_key.values())

    @cached_property
    def hidden_classes(self) -> frozenset[str]:
        """Names of sensitivity A, which screens and files leave out without ``--full``."""
        return frozenset(
            term.name for key in ("traits", "classes") for term in self[key].terms
            if term.sensitivity == "A"
        )
