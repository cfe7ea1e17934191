"""Records laid out as any clerk might: the generator behind the property tests of import.

Spellings are copied by hand from DOMAIN.md, so that they do not follow the code's own tables.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.services.clerks.case import ods, text, web, xls
from tests.services.workbooks import Desk, Page, Rows, id_number

HEADINGS = {
    "village": "村 嘎查村 嘎查(村) 行政村 村(社区) 所属村 所在村",
    "head_name": "户主姓名 户主 姓名 姓名(户主) 联系户 联系户姓名 户主名",
    "head_id_number": "身份证号 身份证号码 身份证 公民身份号码 证件号码 户主身份证号",
    "phone": "联系电话 电话 手机 手机号 手机号码 联系方式",
    "size": "家庭人口 人口数 家庭人数",
    "hamlet": "组/屯 村民小组 自然屯 艾里 组",
    "classes": "类别 户类型 户属性 人员类别 重点类别",
    "needs": "需求 需求意愿 诉求 发展意愿",
    "cadre": "联系干部 帮扶责任人 包联干部 帮扶干部 联户干部 责任人 结对干部",
    "name": "姓名", "id_number": "身份证号 身份证号码 公民身份号码", "relation": "与户主关系",
    "post": "职务", "roles": "干部角色", "visited_on": "走访日期 走访时间", "visitor": "走访干部 走访人",
    "way": "走访方式",
}
UNKNOWN = ("存栏数", "开户行", "是否通网", "房屋结构")
VILLAGES = ("永胜村", "好力保嘎查", "巨力河村", "沙日塔拉嘎查村")
SURNAMES, GIVEN = "王李张刘陈白包韩何孙赵吴", "福生秀兰国强桂芳青山海龙玉梅建军文博"
MONGOLIAN = ("巴图·孟和", "其木格", "乌云其其格", "阿拉坦·巴根", "𠮷日嘎拉")
# In the order of the town's lists, which is the order in which they are recorded.
TRAITS = {"年老": ("高龄", "老人"), "患病": ("大病", "慢病"), "残疾": ("持证残疾", "重残"), "失能": ("失能",), "独居": ("孤寡", "空巢")}
ASSISTANCE = {"低保": ("低保",), "特困": ("五保", "特困")}
NEEDS = {"产业发展": ("养殖", "贷款", "产业发展"), "政策解读": ("医保", "政策咨询"), "就医照料": ("就医照料",)}
ROLES = {"支部书记": "村书记", "村医": "乡村医生", "第一书记": "第一书记", "网格员": "网格员"}
WAYS = {"上门": "上门", "微信": "微信", "电话": "电话", "视频": "视频"}
SEPARATORS = ("、", "，", ",", "；", ";", "/", " ", "\n")
TICKS = ("√", "是", "1", "☑", "有")


@dataclass
class Town:
    """Invented records by kind; values are those that must come back."""

    households: list[dict[str, Any]] = field(default_factory=list)
    cadres: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)


def town(rng: random.Random, size: int) -> Town:
    """A small town: every household has an ID number, two of three a phone."""
    made, used = Town(), set()

    def name(village: str) -> str:
        while True:
            word = rng.choice(MONGOLIAN) if rng.random() < 0.2 else rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2))
            if (village, word) not in used:
                used.add((village, word))
                return word

    villages = rng.sample(VILLAGES, rng.randint(1, 3))
    for number in range(size):
        village = villages[number % len(villages)]
        household = {
            "village": village, "head_name": name(village), "head_id_number": _number(rng, 2 * number + 1),
            "phone": _phone(rng) if rng.random() < 0.7 else None, "size": rng.choice([None, 1, 2, 5]),
            "hamlet": rng.choice([None, "东屯", "一组"]),
            "traits": _some(rng, TRAITS), "assistance": rng.choice([None, *ASSISTANCE]), "needs": _some(rng, NEEDS)}
        made.households.append(household)
        cadre = {"village": village, "name": name(village), "id_number": _number(rng, 500 + number), "phone": _phone(rng),
                 "roles": rng.choice(list(ROLES)), "post": rng.choice(["会计", "妇联主席", "队员"])}
        made.cadres.append(cadre)
        for who, relation in enumerate(rng.choice([[], ["配偶"], ["妻", "长子"], ["子", "女", "母"]])):
            made.members.append({"household": number, "name": name(village), "relation": relation,
                                 "id_number": _number(rng, 100 + 10 * number + who)})
        made.visits.append({"household": number, "visited_on": date(2026, 1, 1) + timedelta(rng.randrange(300)),
                            "way": rng.choice(list(WAYS))})
    return made


def _number(rng: random.Random, sequence: int) -> str:
    return id_number(sequence, f"{date(1935, 1, 1) + timedelta(rng.randrange(20000)):%Y%m%d}")


def _phone(rng: random.Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10**9):09}"


def _some(rng: random.Random, words: dict[str, tuple[str, ...]]) -> str | None:
    chosen = [word for word in words if rng.random() < 0.3]
    return "、".join(chosen) or None


# Values and headings as they are typed ------------------------------------------------------------


class Clerk:
    """One clerk's habits: a seeded choice at every step. ``plain`` files hold texts only."""

    def __init__(self, rng: random.Random, *, plain: bool) -> None:
        self.rng = rng
        self.plain = plain

    def heading(self, name: str, *, sure: bool = False) -> str:
        """One of the spellings, decorated. ``sure`` takes the first, which is never ambiguous."""
        spellings = HEADINGS[name].split()
        word = spellings[0] if sure else self.rng.choice(spellings)
        how = self.rng.randrange(9)
        if how == 0 and len(word) == 2:
            return f"{word[0]}　{word[1]}"
        if how == 1:
            return word[:2] + "\n" + word[2:] if len(word) > 2 and "(" not in word else word
        if how == 5:
            return word.replace("(", "（").replace(")", "）")
        return word + {2: "（必填）", 3: "*", 4: "：", 6: " "}.get(how, "")

    def number(self, number: str | None) -> Any:
        if number is None:
            return self.rng.choice([None, "无"])
        return self.rng.choice([
            number, number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", f"'{number}", f" {number}",
            "".join(chr(ord(c) + 0xFEE0) for c in number)])

    def phone(self, phone: str | None) -> Any:
        if phone is None:
            return self.rng.choice([None, "无", "/", "—"])
        forms: list[Any] = [phone, f"+86{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", f"{phone[:3]} {phone[3:]}"]
        return self.rng.choice(forms if self.plain else [*forms, float(phone), int(phone)])

    def name(self, name: str) -> str:
        if "·" in name:
            return name.replace("·", self.rng.choice("·•．.・"))
        return self.rng.choice([name, name, name[0] + " " + name[1:], f" {name}", name[0] + "　" + name[1:]])

    def village(self, name: str) -> str:
        return name

    def count(self, count: int | None) -> Any:
        if count is None:
            return None
        return self.rng.choice([str(count), f"{count}人"] if self.plain else [count, float(count), f"{count}人"])

    def day(self, day: date) -> Any:
        forms: list[Any] = [f"{day.year}.{day.month}.{day.day}", f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日",
                            f"{day:%Y%m%d}"]
        return self.rng.choice(forms if self.plain else [*forms, (day - date(1899, 12, 30)).days])

    def words(self, dictionary: dict[str, tuple[str, ...]], words: str | None) -> list[str]:
        return [self.rng.choice(dictionary[word]) for word in (words or "").split("、") if word]

    def one_cell(self, words: list[str]) -> str | None:
        return self.rng.choice(SEPARATORS).join(words) or None


# Laying out ---------------------------------------------------------------------------------------

Columns = dict[tuple[str, ...], list[Any]]
"""Path of headings → the cells beneath."""


def _lines(columns: Columns, clerk: Clerk, height: int) -> tuple[Rows, list[str]]:
    """Header rows of equal height with merges over parents and down leaves, then the records."""
    paths = list(columns)
    header: Rows = [[None] * len(paths) for _ in range(height)]
    merges: list[str] = []
    for j, path in enumerate(paths):
        for i, word in enumerate(path):
            if i == len(path) - 1 or j == 0 or paths[j - 1][:i + 1] != path[:i + 1]:
                header[i][j] = word
                if i < len(path) - 1:
                    last = j
                    while last + 1 < len(paths) and paths[last + 1][:i + 1] == path[:i + 1]:
                        last += 1
                    if last > j:
                        merges.append(f"{get_column_letter(j + 1)}{i + 1}:{get_column_letter(last + 1)}{i + 1}")
        if len(path) < height:
            letter = get_column_letter(j + 1)
            merges.append(f"{letter}{len(path)}:{letter}{height}")
    records = [list(cells) for cells in zip(*columns.values(), strict=True)]
    return header + records, merges


def _shifted(merge: str, down: int, right: int) -> str:
    from openpyxl.utils import range_boundaries

    left, top, last, bottom = range_boundaries(merge)
    return f"{get_column_letter(left + right)}{top + down}:{get_column_letter(last + right)}{bottom + down}"


def sheet(
    columns: Columns, clerk: Clerk, title: str, *, flat: bool, merge_down: str = "", shuffle: bool = True,
    guidance: bool = False,
) -> Page:
    """A sheet around these columns: blanks, title, header, records, sums and foot."""
    rng = clerk.rng
    if rng.random() < 0.5:
        columns = dict(columns) | {(rng.choice(UNKNOWN),): [rng.choice([None, "3", "甲"]) for _ in next(iter(columns.values()))]}
    if shuffle:
        groups: dict[str, list[tuple[str, ...]]] = {}
        for path in columns:
            groups.setdefault(path[0] if len(path) > 1 else "".join(path), []).append(path)
        order = list(groups.values())
        rng.shuffle(order)
        columns = {path: columns[path] for group in order for path in group}
    if not flat and rng.random() < 0.3:
        whole = rng.choice(["基本情况", "基本信息", "登记内容"])
        columns = {(whole, *path): cells for path, cells in columns.items()}
    if rng.random() < 0.7:
        columns = {("序号",): list(range(1, len(next(iter(columns.values()))) + 1))} | columns
    height = max(map(len, columns))
    rows, merges = _lines(columns, clerk, height)
    if merge_down:
        at = next(i for i, path in enumerate(columns) if path[-1] == merge_down)
        start = height
        for i in range(height + 1, len(rows) + 1):
            if i == len(rows) or rows[i][at] != rows[start][at]:
                if i - start > 1:
                    letter = get_column_letter(at + 1)
                    merges.append(f"{letter}{start + 1}:{letter}{i}")
                start = i
    if guidance:
        rows.insert(height, [
            "填写18位，文本格式" if "身份证" in path[-1] or "证件" in path[-1] or "公民" in path[-1] else
            "必填" if i == 0 else None for i, path in enumerate(columns)])
        merges = [_shifted(m, 1, 0) if int("".join(c for c in m.split(":")[0] if c.isdigit())) > height else m for m in merges]
    above: Rows = []
    if rng.random() < 0.3:
        above.append([])
    if title:
        above.append([title])
        if not flat and len(columns) > 1 and rng.random() < 0.7:
            merges = [*(merges), f"A{-len(above) + 1}"]
    if rng.random() < 0.4:
        above.append(["填报单位：音德尔镇人民政府", None, "填报日期：2026年3月5日"])
    right = rng.choice([0, 0, 1, 2])
    titled = [m for m in merges if ":" not in m]
    merges = [_shifted(m, len(above), right) for m in merges if ":" in m]
    if titled:
        row = next(i for i, line in enumerate(above, 1) if line and line[0] == title)
        merges.append(f"{get_column_letter(right + 1)}{row}:{get_column_letter(right + len(columns))}{row}")
    below: Rows = []
    if rng.random() < 0.4:
        below.append(["合计", None, len(rows) - height])
    if rng.random() < 0.4:
        below += [[], ["填表人：张三", None, "审核人：李四"]]
    return Page([[None] * right + row if row else [] for row in [*above, *rows, *below]],
                () if flat else tuple(merges))


def household_columns(clerk: Clerk, households: list[dict[str, Any]], *, with_village: bool) -> Columns:
    """The household's own columns; classes in one cell or as a √ matrix."""
    rng, columns = clerk.rng, {}
    if with_village:
        columns[clerk.heading("village"),] = [clerk.village(h["village"]) for h in households]
    columns[clerk.heading("head_name"),] = [clerk.name(h["head_name"]) for h in households]
    columns[clerk.heading("head_id_number"),] = [clerk.number(h["head_id_number"]) for h in households]
    columns[clerk.heading("phone"),] = [clerk.phone(h["phone"]) for h in households]
    columns[clerk.heading("size"),] = [clerk.count(h["size"]) for h in households]
    columns[clerk.heading("hamlet"),] = [h["hamlet"] for h in households]
    if rng.random() < 0.5:
        columns[clerk.heading("classes"),] = [clerk.one_cell(
            clerk.words(TRAITS, h["traits"]) + clerk.words(ASSISTANCE, h["assistance"])) for h in households]
    else:
        parents = rng.random() < 0.6
        for group, dictionary, key in (("老弱病残", TRAITS, "traits"), ("社会救助", ASSISTANCE, "assistance")):
            for term, spellings in dictionary.items():
                leaf = rng.choice(spellings)
                columns[(group, leaf) if parents else (leaf,)] = [
                    rng.choice(TICKS) if term in (h[key] or "").split("、") else rng.choice([None, None, "否"])
                    for h in households]
    columns[clerk.heading("needs"),] = [clerk.one_cell(clerk.words(NEEDS, h["needs"])) for h in households]
    return columns


def household_sheets(clerk: Clerk, households: list[dict[str, Any]], *, flat: bool, one_sheet: bool) -> dict[str, Page]:
    """The households with their village in a column, merged down, in the sheet's name or in the title."""
    rng = clerk.rng
    guidance = rng.random() < 0.3
    how = rng.choice(["column", "merged"]) if one_sheet else rng.choice(["column", "merged", "name", "title"])
    if how in {"column", "merged"}:
        ordered = sorted(households, key=lambda h: h["village"]) if how == "merged" else households
        columns = household_columns(clerk, ordered, with_village=True)
        village = next(iter(columns))[-1]
        page = sheet(columns, clerk, rng.choice(["", "联系户花名册"]), flat=flat,
                     merge_down=village if how == "merged" and not flat else "", guidance=guidance)
        return {"联系户": page}
    pages = {}
    for number, village in enumerate(dict.fromkeys(h["village"] for h in households), 1):
        own = [h for h in households if h["village"] == village]
        title = f"音德尔镇{village}联系户花名册" if how == "title" else rng.choice(["", "联系户花名册"])
        name = f"Sheet{number}" if how == "title" else rng.choice([village, f"{number}.{village}"])
        pages[name] = sheet(household_columns(clerk, own, with_village=False), clerk, title, flat=flat, guidance=guidance)
    return pages


def cadre_sheet(clerk: Clerk, cadres: list[dict[str, Any]], *, flat: bool) -> Page:
    return sheet({
        (clerk.heading("village"),): [c["village"] for c in cadres],
        (clerk.heading("name"),): [clerk.name(c["name"]) for c in cadres],
        (clerk.heading("id_number"),): [clerk.number(c["id_number"]) for c in cadres],
        (clerk.heading("phone"),): [clerk.phone(c["phone"]) for c in cadres],
        (clerk.heading("post"),): [c["post"] for c in cadres],
        (clerk.heading("roles"),): [ROLES[c["roles"]] for c in cadres],
    }, clerk, clerk.rng.choice(["", "党员干部名单"]), flat=flat)


def pair_sheet(clerk: Clerk, made: Town, *, flat: bool) -> Page:
    """Household and cadre side by side, under merged parents or in one row of full headings."""
    parents = not flat and clerk.rng.random() < 0.7
    households, cadres = made.households, made.cadres
    village = {(clerk.heading("village"),): [h["village"] for h in households]}
    if parents:
        house, staff = clerk.rng.choice([("联系户信息", "联系干部信息"), ("联系户", "联系干部"), ("户主信息", "帮扶责任人信息")])
        columns: Columns = village | {
            (house, "姓名"): [clerk.name(h["head_name"]) for h in households],
            (house, clerk.heading("id_number")): [clerk.number(h["head_id_number"]) for h in households],
            (house, "联系电话"): [clerk.phone(h["phone"]) for h in households],
            (staff, "姓名"): [clerk.name(c["name"]) for c in cadres],
            (staff, "职务"): [c["post"] for c in cadres],
            (staff, "联系电话"): [clerk.phone(c["phone"]) for c in cadres]}
    else:
        columns = village | {
            ("户主姓名",): [clerk.name(h["head_name"]) for h in households],
            (clerk.heading("head_id_number"),): [clerk.number(h["head_id_number"]) for h in households],
            ("户主联系电话",): [clerk.phone(h["phone"]) for h in households],
            (clerk.heading("cadre"),): [clerk.name(c["name"]) for c in cadres]}
    return sheet(columns, clerk, clerk.rng.choice(["", "“一带二”结对台账"]), flat=flat)


def member_sheet(clerk: Clerk, made: Town, *, flat: bool) -> Page:
    """One row a person: contiguous groups, a household number, or the head's name in each row."""
    how = clerk.rng.choice(["contiguous", "number", "head"])
    lines = []
    for number, h in enumerate(made.households):
        own = [{"name": h["head_name"], "id_number": h["head_id_number"], "relation": "户主"}]
        own += [m for m in made.members if m["household"] == number]
        lines += [(number, h, m) for m in own]
    if how != "contiguous":
        clerk.rng.shuffle(lines)
    columns: Columns = {}
    if how == "number":
        columns["户号",] = [str(number + 1) for number, _, _ in lines]
    columns[clerk.heading("village"),] = [h["village"] for _, h, _ in lines]
    if how == "head":
        columns["户主姓名",] = [clerk.name(h["head_name"]) for _, h, _ in lines]
    columns["姓名",] = [clerk.name(m["name"]) for _, _, m in lines]
    columns["与户主关系",] = [m["relation"] for _, _, m in lines]
    columns[clerk.heading("id_number"),] = [clerk.number(m["id_number"]) for _, _, m in lines]
    return sheet(columns, clerk, clerk.rng.choice(["", "家庭成员信息表"]), flat=flat)


def visit_sheet(clerk: Clerk, made: Town, *, flat: bool) -> Page:
    households = [made.households[v["household"]] for v in made.visits]
    cadres = [made.cadres[v["household"]] for v in made.visits]
    return sheet({
        (clerk.heading("village"),): [h["village"] for h in households],
        (clerk.heading("head_name", sure=True),): [clerk.name(h["head_name"]) for h in households],
        (clerk.heading("visitor"),): [clerk.name(c["name"]) for c in cadres],
        (clerk.heading("visited_on"),): [clerk.day(v["visited_on"]) for v in made.visits],
        (clerk.heading("way"),): [WAYS[v["way"]] for v in made.visits],
    }, clerk, clerk.rng.choice(["", "入户走访记录表"]), flat=flat)


# Files --------------------------------------------------------------------------------------------

FLAT_KINDS = (".csv", ".gbk.csv", ".xls", ".html.xls", ".ods")


def save(desk: Desk, stem: str, pages: dict[str, Page], kind: str, rng: random.Random) -> list[Path]:
    """The pages as one workbook, or as a file each where the kind holds one sheet only."""
    if kind == ".xlsx":
        if rng.random() < 0.4:
            pages = {**pages, "旧": Page([["村", "户主", "身份证号"], ["旧村", "旧人", id_number(999)]], hidden=True)}
        if rng.random() < 0.4:
            pages = {"填表说明": Page([["填表说明"], ["1. 请按要求填写。"]]), **pages}
        path = desk.workbook(f"{stem}.xlsx", dict(pages))
        if rng.random() < 0.2:
            _formatted_blanks(path)
        return [path]
    if kind == ".xls":
        return [xls({name: page.rows for name, page in pages.items()})(desk, f"{stem}.xls")]
    if kind == ".ods":
        return [ods({name: page.rows for name, page in pages.items()})(desk, f"{stem}.ods")]
    made = []
    for number, (name, page) in enumerate(pages.items()):
        if kind == ".html.xls":
            made.append(web(page.rows)(desk, f"{stem}{number}.xls"))
        else:
            encoding = "gb18030" if kind == ".gbk.csv" else "utf-8-sig"
            made.append(text(page.rows, encoding)(desk, f"{name}.csv"))
    return made


def _formatted_blanks(path: Path) -> None:
    book = load_workbook(path)
    page, fill = book.worksheets[-1], PatternFill("solid", fgColor="FFFF00")
    for row in range(page.max_row + 1, page.max_row + 1001):
        page.cell(row, 2).fill = fill
    book.save(path)
