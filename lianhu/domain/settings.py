"""What a town can set for itself: one TOML text, with defaults for everything it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lianhu.domain.terms import DEFAULTS, Dictionaries, Dictionary, Term
from lianhu.errors import ConflictError

TICKET_WORKDAYS = {"咨询": 1, "求助": 3, "建议": 5, "投诉": 7, "举报": 7, "表扬": 3, "其他": 5}
"""Working days a ticket may take, by its kind."""

URGENT_HOURS = 24
RESPONSE_HOURS = 24
"""Hours in which a ticket is to be signed and its caller contacted."""

EVENT_DAYS = {"红白喜事": 3, "生病住院": 3, "家庭变故": 3, "矛盾纠纷": 3, "意外灾害": 3}
"""Days in which a 必访 is to be made, by what happened: working days, unless the town says otherwise."""

MOST_OPEN_TASKS = 3
LEAST_RATINGS = 5
"""Answers from which on a cadre's evaluation is placed among others (DOMAIN section 7)."""

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


def parse_settings(text: str) -> Settings:
    """Settings from a town's TOML text. Raises ConflictError with one sentence for what is wrong."""
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConflictError(f"配置不是合法的 TOML：{error}。", "请对照 lianhu config show 改正") from error
    known = {"town", "villages_closed", "online_ways", "tickets", "events", "tasks", "ratings", "dictionaries", "calendar"}
    for key in table:
        if key not in known:
            raise ConflictError(f"配置里没有“{key}”这一项；可用的有：{'、'.join(sorted(known))}。")
    tickets = _section(table, "tickets", "urgent_hours", "response_hours", "workdays")
    events = _section(table, "events", "days", "calendar_days")
    tasks = _section(table, "tasks", "most_open")
    ratings = _section(table, "ratings", "least")
    workdays = dict(TICKET_WORKDAYS)
    for kind, days in _table(tickets, "workdays").items():
        workdays[kind] = _positive(days, f"tickets.workdays.{kind}")
    ways = table.get("online_ways", list(Settings.online_ways))
    if not isinstance(ways, list) or not all(isinstance(way, str) for way in ways):
        raise ConflictError("配置 online_ways 要写成列表，如 [\"微信\", \"视频\"]。")
    replaced = _dictionaries(_table(table, "dictionaries"))
    event_days = dict(EVENT_DAYS)
    for kind, days in _table(events, "days").items():
        event_days[_event(kind, "events.days")] = _positive(days, f"events.days.{kind}")
    calendar_days = events.get("calendar_days", [])
    if not isinstance(calendar_days, list) or not all(isinstance(kind, str) for kind in calendar_days):
        raise ConflictError("配置 events.calendar_days 要写成列表，如 [\"意外灾害\"]。")
    return Settings(
        town=_text(table.get("town", ""), "town"),
        villages_closed=_flag(table.get("villages_closed", False), "villages_closed"),
        online_ways=tuple(_way(way, Dictionaries(replaced)["ways"]) for way in ways),
        ticket_workdays=workdays,
        urgent_hours=_positive(tickets.get("urgent_hours", URGENT_HOURS), "tickets.urgent_hours"),
        response_hours=_positive(tickets.get("response_hours", RESPONSE_HOURS), "tickets.response_hours"),
        event_days=event_days,
        calendar_day_events=tuple(_event(kind, "events.calendar_days") for kind in calendar_days),
        most_open_tasks=_positive(tasks.get("most_open", MOST_OPEN_TASKS), "tasks.most_open"),
        least_ratings=_positive(ratings.get("least", LEAST_RATINGS), "ratings.least"),
        replaced=replaced,
        years=_years(_table(table, "calendar")),
    )


def _table(table: dict[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ConflictError(f"配置 {key} 要写成一节 [{key}]。")
    return value


def _section(table: dict[str, Any], key: str, *known: str) -> dict[str, Any]:
    """A section of which every key is known."""
    section = _table(table, key)
    unknown = set(section) - set(known)
    if unknown:
        raise ConflictError(
            f"配置 [{key}] 里没有“{'、'.join(sorted(unknown))}”这一项；可用的有：{'、'.join(known)}。")
    return section


def _event(kind: str, where: str) -> str:
    if kind not in EVENT_DAYS:
        raise ConflictError(f"配置 {where}：没有“{kind}”这一种必访；可用的有：{'、'.join(EVENT_DAYS)}。")
    return kind


def _way(word: str, ways: Dictionary) -> str:
    name = ways.find(word)
    if name is None:
        raise ConflictError(f"配置 online_ways：“{word}”不在“{ways.title}”词表中；可用的有：{'、'.join(ways.names)}。")
    return name


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ConflictError(f"配置 {key} 要写成文字，如 {key} = \"永胜镇\"。")
    return value.strip()


def _flag(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise ConflictError(f"配置 {key} 只能是 true 或 false。")
    return value


def _positive(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST:
        raise ConflictError(f"配置 {key} 要写成 1 到 {_LONGEST} 的整数。")
    return value


def _dictionaries(table: dict[str, Any]) -> dict[str, tuple[Term, ...]]:
    known = {dictionary.key: dictionary for dictionary in DEFAULTS}
    found = {}
    for key, rows in table.items():
        if key not in known:
            raise ConflictError(f"没有叫“{key}”的词表；可用的有：{'、'.join(known)}。")
        if not isinstance(rows, list):
            raise ConflictError(f"词表 {key} 要写成若干 [[dictionaries.{key}]]。")
        found[key] = tuple(_term(row, key) for row in rows)
    return found


def _term(row: object, key: str) -> Term:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise ConflictError(f"词表 {key} 的每一项都要有 name。")
    unknown = set(row) - {"name", "spellings", "sensitivity"}
    if unknown:
        raise ConflictError(f"词表 {key} 的“{row['name']}”里没有“{'、'.join(sorted(unknown))}”这一项。")
    sensitivity = row.get("sensitivity", "C")
    spellings = row.get("spellings", [])
    if sensitivity not in {"A", "B", "C"}:
        raise ConflictError(f"词表 {key} 的“{row['name']}”：sensitivity 只能是 A、B 或 C。")
    if not isinstance(spellings, list) or not all(isinstance(word, str) for word in spellings):
        raise ConflictError(f"词表 {key} 的“{row['name']}”：spellings 要写成文字列表。")
    return Term(row["name"], tuple(spellings), sensitivity)


def _years(table: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    from lianhu.domain.workdays import Calendar

    try:
        Calendar.from_dict(table)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConflictError(
            "配置 calendar 写得不对：每年一节 [calendar.2027]，里面 holidays 和 workdays 是日期列表。") from error
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
    ]
    for year, days in settings.years.items():
        lines += [f"[calendar.{_key(year)}]", *(
            f"{key} = {_quoted(value) if isinstance(value, str) else _list(value)}" for key, value in days.items()), ""]
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
