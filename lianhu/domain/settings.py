"""What a town can set for itself: one TOML text, with defaults for everything it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lianhu.domain.terms import DEFAULTS, Dictionaries, Dictionary, Term
from lianhu.errors import FileRefusedError

if TYPE_CHECKING:
    from lianhu.domain.toml_lines import Path
    from lianhu.domain.toml_text import TomlText

TICKET_WORKDAYS = {"咨询": 1, "求助": 3, "建议": 5, "投诉": 7, "举报": 7, "表扬": 3, "其他": 5}
"""Working days a ticket may take, by its kind."""

URGENT_HOURS = 24
RESPONSE_HOURS = 24
"""Hours in which a ticket is to be signed and its caller contacted."""

EVENT_DAYS = {"红白喜事": 3, "生病住院": 3, "家庭变故": 3, "矛盾纠纷": 3, "意外灾害": 3}
"""Days in which a 必访 is to be made, by what happened: working days, unless the town says otherwise."""

MOST_OPEN_TASKS = 3
TASK_ROUND = 183
"""Days after which a task of the same title is another round of it, and one without a deadline an old matter."""
LEAST_RATINGS = 5
"""Answers from which on a cadre's evaluation is placed among others (DOMAIN section 7)."""

COMPARE_WEIGHTS = {
    "rating_rate": 30, "deeds_per_hundred": 20, "on_time_rate": 15, "answered_rate": 15, "opinion_rate": 10,
    "activities_per_hundred": 5, "coverage": 5}
"""What counts how much in 横向对比: the households' satisfaction comes first."""
COMPARE_TITLES = {
    "rating_rate": "户评满意率", "deeds_per_hundred": "百户办实事", "on_time_rate": "工单按期办结率", "answered_rate": "必访率",
    "opinion_rate": "意见答复率", "activities_per_hundred": "百户自治活动", "coverage": "结对率"}
COMPARE_LEAST_RATINGS = 5
COMPARE_LEAST_HOUSEHOLDS = 5
"""What a village or unit has at the least to be placed; a unit has some eight key households."""
COMPARE_PUBLIC = 3
OBJECTION_DAYS = 5
AWARD_TITLES = ("联户有为实绩突出领导班子", "联户有为先进联户单元")

CREDIT_MEASURES = {
    "rating_rate": "户评满意率", "opinion_rate": "意见答复率", "task_rate": "任务完成率", "opinions": "意见建议",
    "activities": "自治活动"}
"""What a grade of 诚信额度 may ask for: rates at least so many percent, others at least so many."""
CREDIT_RULES: dict[str, dict[str, int]] = {
    "AAA": {"rating_rate": 95, "opinion_rate": 95, "task_rate": 95, "activities": 3},
    "AA": {"rating_rate": 90, "opinion_rate": 85, "task_rate": 85, "activities": 2},
    "A": {"rating_rate": 80, "opinion_rate": 70, "task_rate": 70, "activities": 1},
    "B": {},
}
"""The least that each grade asks for, the best grade first."""
CREDIT_LEAST_RATINGS = 5
"""Ratings below which there is no grade: a few answers tell nothing about a unit."""

_FIXED = frozenset({"fund_directions"})
"""Dictionaries whose terms the program reckons with: a town may add spellings only."""

_LONGEST = 1000
"""The longest deadline, in hours or working days, that is no slip of the keyboard."""


@dataclass(frozen=True)
class Settings:
    """The town's settings. ``dictionaries`` holds the lists that replace default ones."""

    town: str = ""
    """The town's name in titles; empty until the town has set it."""
    villages_closed: bool = False
    online_ways: tuple[str, ...] = ("微信", "视频", "电话")
    ticket_workdays: dict[str, int] = field(default_factory=lambda: dict(TICKET_WORKDAYS))
    urgent_hours: int = URGENT_HOURS
    response_hours: int = RESPONSE_HOURS
    event_days: dict[str, int] = field(default_factory=lambda: dict(EVENT_DAYS))
    calendar_day_events: tuple[str, ...] = ()
    """The kinds of event whose days are counted as they come, not as working days."""
    most_open_tasks: int = MOST_OPEN_TASKS
    least_ratings: int = LEAST_RATINGS
    compare_weights: dict[str, int] = field(default_factory=lambda: dict(COMPARE_WEIGHTS))
    compare_least_ratings: int = COMPARE_LEAST_RATINGS
    compare_least_households: int = COMPARE_LEAST_HOUSEHOLDS
    compare_public: int = COMPARE_PUBLIC
    objection_days: int = OBJECTION_DAYS
    """Working days in which objections against an award may be raised."""
    award_titles: tuple[str, ...] = AWARD_TITLES
    credit_least_ratings: int = CREDIT_LEAST_RATINGS
    credit_rules: dict[str, dict[str, int]] = field(default_factory=lambda: CREDIT_RULES)
    """The least that each grade of 诚信额度 asks for, the best first."""
    replaced: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    years: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @cached_property
    def dictionaries(self) -> Dictionaries:
        return Dictionaries(self.replaced)

    def mode_of(self, way: str) -> str:
        """线上 or 线下 for a way of contact."""
        return "线上" if way in self.online_ways else "线下"

    @cached_property
    def calendar(self) -> Any:
        """Working days: the known years, and those the town has added (``Calendar``)."""
        from lianhu.domain.workdays import DEFAULT, Calendar

        return DEFAULT.extended_by(Calendar.from_dict(self.years)) if self.years else DEFAULT


def parse_settings(text: str, called: str = "设置") -> Settings:
    """Settings from a town's TOML text; ``called`` is what the user knows the text by.

    Raises TextRefusedError with all that is wrong, line by line.
    """
    # Only a town with settings of its own needs it; every command loads this file.
    from lianhu.domain.toml_text import TomlText

    source = TomlText(text, called, "请对照 lianhu config show 改正")
    table = source.table
    source.check_keys(
        table, (), {"town", "villages_closed", "online_ways", "tickets", "events", "tasks", "ratings", "compare",
                    "awards", "credit", "dictionaries", "calendar"}, "配置")
    tickets = _section(source, "tickets", "urgent_hours", "response_hours", "workdays")
    events = _section(source, "events", "days", "calendar_days")
    tasks, ratings = _section(source, "tasks", "most_open"), _section(source, "ratings", "least")
    compare = _section(source, "compare", "weights", "least_ratings", "least_households", "public")
    awards = _section(source, "awards", "objection_days", "titles")
    credit = _section(source, "credit", "least_ratings", "rules")
    event_days = source.section(events, ("events", "days"), "配置 events.days ")
    source.check_keys(event_days, ("events", "days"), set(EVENT_DAYS), "配置 events.days ")
    days = source.section(tickets, ("tickets", "workdays"), "配置 tickets.workdays ")
    replaced = _dictionaries(source, source.section(table, ("dictionaries",), "配置 dictionaries "))
    settings = Settings(
        town=source.string(table, ("town",), "", "配置 town"),
        villages_closed=source.flag(table, ("villages_closed",), False, "配置 villages_closed"),
        online_ways=_ways(source, Dictionaries(replaced)["ways"]),
        ticket_workdays=TICKET_WORKDAYS | {
            kind: source.number(days, ("tickets", "workdays", kind), 1, f"配置 tickets.workdays.{kind}", 1, _LONGEST)
            for kind in days},
        urgent_hours=source.number(
            tickets, ("tickets", "urgent_hours"), URGENT_HOURS, "配置 tickets.urgent_hours", 1, _LONGEST),
        response_hours=source.number(
            tickets, ("tickets", "response_hours"), RESPONSE_HOURS, "配置 tickets.response_hours", 1, _LONGEST),
        event_days=EVENT_DAYS | {
            kind: source.number(event_days, ("events", "days", kind), 1, f"配置 events.days.{kind}", 1, _LONGEST)
            for kind in event_days if kind in EVENT_DAYS},
        calendar_day_events=_events(source, events),
        most_open_tasks=source.number(tasks, ("tasks", "most_open"), MOST_OPEN_TASKS, "配置 tasks.most_open", 1, _LONGEST),
        least_ratings=source.number(ratings, ("ratings", "least"), LEAST_RATINGS, "配置 ratings.least", 1, _LONGEST),
        compare_weights=_weights(source, compare),
        compare_least_ratings=source.number(
            compare, ("compare", "least_ratings"), COMPARE_LEAST_RATINGS, "配置 compare.least_ratings", 1, _LONGEST),
        compare_least_households=source.number(
            compare, ("compare", "least_households"), COMPARE_LEAST_HOUSEHOLDS, "配置 compare.least_households", 1, _LONGEST),
        compare_public=source.number(compare, ("compare", "public"), COMPARE_PUBLIC, "配置 compare.public", 1, _LONGEST),
        objection_days=source.number(
            awards, ("awards", "objection_days"), OBJECTION_DAYS, "配置 awards.objection_days", 1, _LONGEST),
        award_titles=_titles(source, awards),
        credit_least_ratings=source.number(
            credit, ("credit", "least_ratings"), CREDIT_LEAST_RATINGS, "配置 credit.least_ratings", 1, _LONGEST),
        credit_rules=_credit_rules(source, credit, Dictionaries(replaced)["credit_grades"]),
        replaced=replaced,
        years=_years(source, source.section(table, ("calendar",), "配置 calendar ")),
    )
    source.refuse_mistakes()
    return settings


def _section(source: TomlText, key: str, *known: str) -> dict[str, Any]:
    """A section at the top, of which every key is known."""
    section = source.section(source.table, (key,), f"配置 {key} ")
    source.check_keys(section, (key,), set(known), f"配置 [{key}] ")
    return section


def _weights(source: TomlText, compare: dict[str, Any]) -> dict[str, int]:
    """What each measure of 横向对比 counts; 0 leaves one out, but not all of them."""
    path = ("compare", "weights")
    given = source.section(compare, path, "配置 compare.weights ")
    source.check_keys(given, path, set(COMPARE_WEIGHTS), "配置 compare.weights ")
    weights = COMPARE_WEIGHTS | {
        name: source.number(given, (*path, name), 0, f"配置 compare.weights.{name}", 0, _LONGEST)
        for name in given if name in COMPARE_WEIGHTS}
    if not any(weights.values()):
        source.wrong(path, "配置 compare.weights 不能全是 0。")
    return weights


def _titles(source: TomlText, awards: dict[str, Any]) -> tuple[str, ...]:
    titles = [" ".join(title.split()) for title in source.strings(
        awards, ("awards", "titles"), list(AWARD_TITLES), "配置 awards.titles")]
    for at, title in enumerate(titles):
        if not title or title in titles[:at]:
            source.wrong(("awards", "titles", at),
                         f"配置 awards.titles：“{title}”重复了。" if title else "配置 awards.titles 里有空的一项。")
    if not titles:
        source.wrong(("awards", "titles"), "配置 awards.titles 至少要有一个称号。")
    return tuple(titles)


def _credit_rules(source: TomlText, credit: dict[str, Any], grades: Dictionary) -> dict[str, dict[str, int]]:
    """What each grade asks for; a list of one's own replaces the default one whole."""
    path = ("credit", "rules")
    given = source.section(credit, path, "配置 credit.rules ")
    rules: dict[str, dict[str, int]] = {}
    for grade in given:
        where = f"配置 credit.rules.{grade}"
        demands = source.section(given, (*path, grade), where)
        if grade not in grades.names:
            source.wrong((*path, grade), f"{where}：“{grade}”不在“{grades.title}”词表中；可用的有：{'、'.join(grades.names)}。")
        elif any(not rule for rule in rules.values()):
            source.wrong((*path, grade), f"{where}：前面的等级没有要求，轮不到这一级；请从高到低写。")
        source.check_keys(demands, (*path, grade), set(CREDIT_MEASURES), f"{where} ")
        rules[grade] = {
            name: source.number(demands, (*path, grade, name), 0, f"{where}.{name}", 0, 100 if name.endswith("_rate") else _LONGEST)
            for name in demands if name in CREDIT_MEASURES}
    return rules or CREDIT_RULES


def _events(source: TomlText, events: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of event whose days are counted as they come."""
    kinds = source.strings(events, ("events", "calendar_days"), [], "配置 events.calendar_days")
    for at, kind in enumerate(kinds):
        if kind not in EVENT_DAYS:
            source.wrong(("events", "calendar_days", at),
                         f"配置 events.calendar_days：没有“{kind}”这一种必访；可用的有：{'、'.join(EVENT_DAYS)}。")
    return tuple(kind for kind in kinds if kind in EVENT_DAYS)


def _ways(source: TomlText, ways: Dictionary) -> tuple[str, ...]:
    found = []
    for at, word in enumerate(source.strings(
            source.table, ("online_ways",), list(Settings.online_ways), "配置 online_ways")):
        name = ways.find(word)
        if name is None:
            source.wrong(("online_ways", at), f"配置 online_ways：“{word}”不在“{ways.title}”词表中；"
                                              f"可用的有：{'、'.join(ways.names)}。")
        else:
            found.append(name)
    return tuple(found)


def _dictionaries(source: TomlText, table: dict[str, Any]) -> dict[str, tuple[Term, ...]]:
    known = {dictionary.key: dictionary for dictionary in DEFAULTS}
    found = {}
    for key, rows in table.items():
        path = ("dictionaries", key)
        if key not in known:
            source.wrong(path, f"没有叫“{key}”的词表；可用的有：{'、'.join(known)}。")
        elif not isinstance(rows, list):
            source.wrong(path, f"词表 {key} 要写成若干 [[dictionaries.{key}]]。")
        else:
            found[key] = tuple(_term(source, (*path, at), row) for at, row in enumerate(rows))
            if key in _FIXED and {term.name for term in found[key]} != set(known[key].names):
                source.wrong(path, f"词表 {key} 要正好有{'、'.join(known[key].names)}这几项，只能加写法（spellings）。")
    return found


def _term(source: TomlText, path: Path, row: object) -> Term:
    where = f"词表 {path[1]} "
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        source.wrong(path, f"{where}的每一项都要有 name。")
        return Term("", (), "C")
    where += f"的“{row['name']}”"
    source.check_keys(row, path, {"name", "spellings", "sensitivity"}, where)
    sensitivity = row.get("sensitivity", "C")
    if sensitivity not in ("A", "B", "C"):
        source.wrong((*path, "sensitivity"), f"{where}：sensitivity 只能是 A、B 或 C。")
    spellings = source.strings(row, (*path, "spellings"), [], f"{where}：spellings")
    return Term(row["name"], tuple(spellings), sensitivity)


def _years(source: TomlText, table: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    from lianhu.domain.workdays import Calendar

    for year, days in table.items():
        try:
            Calendar.from_dict({year: days})
        except FileRefusedError as error:
            source.wrong(("calendar", year), error.sentence)
        except OverflowError:
            source.wrong(("calendar", year), f"工作日历“{year}”超出了日历的范围。")
    return table


def render_settings(settings: Settings) -> str:
    """The whole of the settings as TOML with a comment on each key."""
    lines = [
        "# lianhu 的设置。改好后用 lianhu config import 文件 导入；没有写的项用默认值。", "",
        "# 镇名，出现在报表和结对表的标题里", f"town = {_quoted(settings.town)}", "",
        "# true：村名单已定，名册里的生村名当作写错，不新建",
        f"villages_closed = {str(settings.villages_closed).lower()}", "",
        "# 算作线上的联系方式，其余算线下", f"online_ways = {_list(settings.online_ways)}", "",
        "[tickets]", "# 紧急工单的办理小时数", f"urgent_hours = {settings.urgent_hours}",
        "# 派单后多少小时内要签收并首次联系（响应率按它算）", f"response_hours = {settings.response_hours}", "",
        "# 各类工单的办理期限（工作日）", "[tickets.workdays]",
        *(f"{_key(kind)} = {days}" for kind, days in settings.ticket_workdays.items()), "",
        "[events]", "# 这些事由的必访期限按自然日算，其余按工作日",
        f"calendar_days = {_list(settings.calendar_day_events)}", "",
        "# 五必访：事情发生后几天内要走访", "[events.days]",
        *(f"{_key(kind)} = {days}" for kind, days in settings.event_days.items()), "",
        "[tasks]", "# 一名干部手上的任务超过这个数，下发时会提醒，并建议合并",
        f"most_open = {settings.most_open_tasks}", "",
        "[ratings]", "# 户评少于这个数的干部只列出，不排名次", f"least = {settings.least_ratings}", "",
        "[compare]", "# 户评或重点户少于这个数的村和单元只列出，不排名",
        f"least_ratings = {settings.compare_least_ratings}", f"least_households = {settings.compare_least_households}",
        "# 红榜最多公布前几名，且不超过参加排名的三分之一", f"public = {settings.compare_public}", "",
        "# 横向对比各项的权重，0 是不计", "[compare.weights]",
        *(f"{name} = {weight}  # {COMPARE_TITLES[name]}" for name, weight in settings.compare_weights.items()), "",
        "[awards]", "# 称号公示几个工作日，期间可以提异议", f"objection_days = {settings.objection_days}",
        "# 可以授予的称号", f"titles = {_list(settings.award_titles)}", "",
        "[credit]", "# 户评少于这个数的单元不定诚信等级（样本不足）", f"least_ratings = {settings.credit_least_ratings}", "",
        "# 诚信等级的要求，从高到低，第一个全部达到的就是建议等级；只看本单元的户评、意见、任务和活动，不看任何一户的情况",
    ]
    for grade, demands in settings.credit_rules.items():
        lines += [f"[credit.rules.{_key(grade)}]", *(
            f"{name} = {least}  # {CREDIT_MEASURES[name]}，至少{'百分之几' if name.endswith('_rate') else '几条（项）'}"
            for name, least in demands.items()), ""]
    for year, days in settings.years.items():
        lines += [f"[calendar.{_key(year)}]", *(
            f"{key} = {_quoted(value) if isinstance(value, str) else _list(value)}" for key, value in days.items()), ""]
    year = max(settings.calendar.years) + 1
    lines += ["# 新一年的工作日历：放假通知公布后，去掉下面几行的 # 并改成通知上的日子（workdays 是调休上班的日子）",
              f"# [calendar.{year}]", f'# holidays = ["{year}-01-01..{year}-01-03", "{year}-10-01..{year}-10-07"]',
              f'# workdays = ["{year}-10-10"]', ""]
    lines += ["# 词表：name 是登记和显示的名称，spellings 是也认的写法，sensitivity 为 A 的默认不显示。",
              "# 一个词表只要写了，就整个代替默认的。", ""]
    for dictionary in settings.dictionaries:
        lines += _dictionary_lines(dictionary)
    return "\n".join(lines).rstrip() + "\n"


def _dictionary_lines(dictionary: Dictionary) -> list[str]:
    lines = [f"# {dictionary.title}"]
    for term in dictionary.terms:
        lines += [f"[[dictionaries.{dictionary.key}]]", f"name = {_quoted(term.name)}"]
        if term.spellings:
            lines.append(f"spellings = {_list(term.spellings)}")
        if term.sensitivity != "C":
            lines.append(f'sensitivity = "{term.sensitivity}"')
    return [*lines, ""]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    # A string of JSON is one of TOML, but for one control character that JSON leaves as it is.
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(words: Any) -> str:
    return "[" + ", ".join(_quoted(str(word)) for word in words) + "]"
