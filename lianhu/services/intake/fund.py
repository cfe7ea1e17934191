"""同心专项基金 of sheets: what goes in, what is recorded already, and what the fund cannot bear.

Entries are never changed: a row that says otherwise of a recorded one stays out, and so does spending that
would take the balance below zero on any day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lianhu.domain.figures import Money
from lianhu.domain.forms import FORMS
from lianhu.domain.fund import INCOME, SPENDING, Entry, is_same_person, opposite, shortfall_text, unaffordable
from lianhu.domain.masks import mask_text
from lianhu.domain.rows import Problem, Row
from lianhu.domain.table import coordinate
from lianhu.services.intake.staging import Source, Staged, as_recorded, picked

if TYPE_CHECKING:
    from lianhu.services.intake.records import RecordIntake

_FORM = FORMS["fund"]
_AMOUNTS = ("amount", "spending", "income")
"""Where an amount stands: in its own column, or in a ledger under one of its two."""
_REFERENCES = {"village_id": "village", "cluster_id": "cluster", "award_id": "award", "reverses_id": "fund_entry"}


@dataclass(slots=True, eq=False)
class _New:
    """An entry that is not recorded yet, and the rows that tell it; ``reverses`` is what it takes back."""

    values: dict[str, Any]
    claims: list[tuple[Source, Row]]
    reverses: Staged | _New | None = None

    @property
    def is_out(self) -> bool:
        return any(row.is_bad for _, row in self.claims)

    def refuse(self, name: str, code: str, message: str) -> None:
        for source, row in self.claims:
            _refuse(source, row, name, code, message)


def take_fund(records: RecordIntake) -> None:
    """Stages the entries of all fund sheets."""
    sources = [source for source in records.sources if source.kind == "fund"]
    if not sources:
        return
    stored = _stored(records)
    wanted = _unrecorded([
        (source, row, values) for source in sources for row in source.rows
        if not row.is_bad and (values := _values(records, source, row)) is not None and not row.is_bad], stored)
    _link_reversals(wanted, stored)
    _refuse_paid_twice(wanted, stored)
    _keep_solvent(wanted, stored)
    made = [(each, records.stage.add("fund_entry", each.values)) for each in wanted if not each.is_out]
    staged = {id(each): entry for each, entry in made}
    for each, entry in made:
        reverses = staged[id(each.reverses)] if isinstance(each.reverses, _New) else each.reverses
        entry.values["reverses_id"] = reverses
        if (village := entry.values["village_id"]) is not None:
            records.places.use(village)
        for number, (source, row) in enumerate(each.claims):
            source.outcome[row.number] = "unchanged" if number else "created"
    records.stage.number("fund_entry", _FORM.prefix, [entry for _, entry in sorted(made, key=lambda pair: _order(pair[0].values))])


def _refuse(source: Source, row: Row, name: str, code: str, message: str) -> None:
    heading = source.blamed(row, _AMOUNTS if name == "amount" else (name,))
    row.refuse(Problem(
        coordinate(row.number, heading.position) if heading else "", row.number,
        heading.text if heading else _FORM.by_field[name].label, code, "error", f"{message}，这一行没有读入。"))


def _stored(records: RecordIntake) -> list[Staged]:
    """The recorded entries, what they point to as records."""
    stored = records.stage.stored("fund_entry")
    for entry in stored:
        for name, table in _REFERENCES.items():
            entry.values[name] = records.stage.referred(table, entry.values[name])
    return stored


def _values(records: RecordIntake, source: Source, row: Row) -> dict[str, Any] | None:
    """The values of a row; what cannot be becomes its problem."""
    _settle_amount(source, row)
    source.refuse_missing(row, "booked_on", "direction", "amount", "purpose", "handled_by", "approved_by")
    if row.is_bad:
        return None
    if is_same_person(row.values["handled_by"], row.values["approved_by"]):
        _refuse(source, row, "approved_by", "choice-unknown",
                f"经办人和审批人是同一个人（{row.values['approved_by']}），要由另一个人审批")
    village = records.places.village(source, row, needed=bool(row.values.get("cluster")))
    if row.is_bad:
        return None
    cluster = records.places.cluster(source, row, village, set(), needed=True) if village else None
    if row.is_bad:
        return None
    values = {"village_id": village, "cluster_id": cluster, "award_id": None} | picked(
        row, "code", "direction", "amount", "purpose", "handled_by", "approved_by", "paper_number", "booked_on",
        "reverses_code", "note")
    if row.values.get("award_code"):
        _give_award(records, source, row, values)
    return None if row.is_bad else values


def _settle_amount(source: Source, row: Row) -> None:
    """Of a ledger with 收入 and 支出 side by side the one that is filled; an amount is above zero."""
    sides = [(direction, name) for direction, name in ((INCOME, "income"), (SPENDING, "spending")) if row.values.get(name)]
    if len(sides) > 1:
        _refuse(source, row, sides[1][1], "number-invalid", "收入和支出都填了金额，一行只写一笔")
    elif sides and not row.values.get("amount"):
        row.values["amount"] = row.values[sides[0][1]]
        row.values.setdefault("direction", sides[0][0])
    elif row.values.get("amount") == 0:
        _refuse(source, row, "amount", "number-invalid", "金额是 0")


def _give_award(records: RecordIntake, source: Source, row: Row, values: dict[str, Any]) -> None:
    """Ties a payment to the award of a code, which has to be granted, and to that village or unit."""
    code = row.values["award_code"]
    award = next((each for each in records.stage.everyone("award") if each.values["code"] == code), None)
    if award is None:
        _refuse(source, row, "award_code", "reference-unknown", f"没有编号为“{mask_text(code)}”的称号")
        return
    if award.values["state"] != "已授予":
        _refuse(source, row, "award_code", "reference-unknown", f"称号 {code} 还没有授予（{award.values['state']}），不能发放")
    if values["direction"] != SPENDING and not values["reverses_code"]:
        _refuse(source, row, "award_code", "choice-unknown", "收入不能填表彰编号")
    its = {name: records.stage.referred(_REFERENCES[name], award.values[name]) for name in ("village_id", "cluster_id")}
    for name, field, noun in (("village_id", "village", "村"), ("cluster_id", "cluster", "单元")):
        if values[name] is not None and values[name] is not its[name]:
            _refuse(source, row, field, "reference-unknown", f"称号 {code} 不是授予这个{noun}的")
    values |= its | {"award_id": award}


def _unrecorded(claims: list[tuple[Source, Row, dict[str, Any]]], stored: list[Staged]) -> list[_New]:
    """The entries that are new. Rows of one entry that differ, or that differ from what is recorded, stay out."""
    by_code = {entry.values["code"]: entry for entry in stored}
    by_identity: dict[tuple[Any, ...], list[Staged]] = defaultdict(list)
    for entry in stored:
        by_identity[_identity(entry.values)].append(entry)
    grouped: dict[Any, list[tuple[Source, Row, dict[str, Any]]]] = defaultdict(list)
    for claim in claims:
        grouped[claim[2]["code"] or _identity(claim[2])].append(claim)
    wanted = []
    for same in grouped.values():
        values = same[0][2]
        if any(other != values for _, _, other in same):
            for source, row, _ in same:
                others = "、".join(f"{s.shown}第{r.number}行" for s, r, _ in same if r is not row)
                _refuse(source, row, "code", "id-duplicate", f"与{others}是同一笔但内容不同")
            continue
        known = by_code.get(values["code"]) if values["code"] else next(iter(by_identity.get(_identity(values), ())), None)
        if known is None:
            _tell_twins(same)
            wanted.append(_New(values, [(source, row) for source, row, _ in same]))
            continue
        for source, row, _ in same:
            if differing := _differing(known, values):
                _refuse(source, row, differing, "id-duplicate",
                        f"{known.values['code']} 已登记，“{_FORM.by_field[differing].label}”与这里不同；登记了的收支不改，"
                        "错了用 lianhu fund reverse 冲销")
            else:
                source.outcome[row.number] = "unchanged"
    return wanted


def _tell_twins(same: list[tuple[Source, Row, dict[str, Any]]]) -> None:
    """Says of rows that are alike that they are taken for one entry: nothing tells a second payment from a copy."""
    source, row, values = same[0]
    if values["code"] is None:
        for twin_source, twin, _ in same[1:]:
            twin_source.tell(twin, "purpose", "id-duplicate", "note",
                             f"与{source.shown}第{row.number}行一样，只记一笔；确是两笔的，各写凭证号再导入。")


def _identity(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in _FORM.identity)


_FIELDS = {"village_id": "village", "cluster_id": "cluster", "award_id": "award_code", "reverses_id": "reverses_code"}


def _differing(known: Staged, values: dict[str, Any]) -> str:
    """The field in which a row says otherwise than what is recorded; a blank says nothing."""
    said = {name: value for name, value in values.items() if name != "reverses_code"}
    probe = Staged("fund_entry", known.before, dict(known.values))
    probe.give(said)
    for name, value in probe.values.items():
        if value != known.values[name]:
            return _FIELDS.get(name, name)
    reverses = known.values["reverses_id"]
    code = reverses.values["code"] if reverses else None
    return "reverses_code" if values["reverses_code"] not in (None, code) else ""


def _link_reversals(wanted: list[_New], stored: list[Staged]) -> None:
    """Finds what each reversal takes back: an entry of the other direction and the same amount, once."""
    known: dict[str, Staged | _New] = {each.values["code"]: each for each in wanted if each.values["code"]}
    known |= {entry.values["code"]: entry for entry in stored}
    taken = {entry.values["reverses_id"].values["code"] for entry in stored if entry.values["reverses_id"]}
    for each in wanted:
        code = each.values.pop("reverses_code")
        if code is None or each.is_out:
            continue
        original = known.get(code)
        fault = "" if original is not None else f"没有编号为“{mask_text(code)}”的收支"
        if original is not None:
            its = original.values
            is_reversal = original.reverses or its.get("reverses_code") if isinstance(original, _New) else its["reverses_id"]
            if is_reversal or original is each:
                fault = f"{code} 本身是冲销，不能再冲销"
            elif code in taken:
                fault = f"{code} 已经冲销过"
            elif (its["direction"], its["amount"]) != (opposite(each.values["direction"]), each.values["amount"]):
                fault = f"冲销 {code} 要方向相反、金额一样（{Money(its['amount'])} 元）"
            elif each.values["booked_on"] < its["booked_on"]:
                fault = f"冲销日期比 {code} 的日期 {its['booked_on']} 早"
        if fault:
            each.refuse("reverses_code", "reference-unknown", fault)
        else:
            each.reverses = original
            taken.add(code)


def _refuse_paid_twice(wanted: list[_New], stored: list[Staged]) -> None:
    """Keeps a second payment of one award out; what an export carries was agreed to when it was recorded."""
    reversed_entries = {id(each.reverses) for each in wanted if each.reverses}
    reversed_entries |= {id(entry.values["reverses_id"]) for entry in stored if entry.values["reverses_id"]}
    paid = {id(entry.values["award_id"]) for entry in stored
            if entry.values["award_id"] and not entry.values["reverses_id"] and id(entry) not in reversed_entries}
    for each in wanted:
        award = each.values["award_id"]
        if award is None or each.is_out or each.reverses is not None or id(each) in reversed_entries:
            continue
        if id(award) in paid and not all(as_recorded(source, row) for source, row in each.claims):
            each.refuse("award_code", "id-duplicate", f"称号 {award.values['code']} 已经发放过")
        paid.add(id(award))


def _keep_solvent(wanted: list[_New], stored: list[Staged]) -> None:
    """Keeps out the spending that the fund cannot bear on its day or later, and the reversals of what is out."""
    standing = [_entry(entry.values) for entry in stored]
    while True:
        for each in wanted:
            if isinstance(each.reverses, _New) and each.reverses.is_out and not each.is_out:
                each.refuse("reverses_code", "reference-unknown", f"要冲销的 {each.reverses.values['code']} 没有读入")
        inside = [each for each in wanted if not each.is_out]
        refused = unaffordable(standing, [_entry(each.values) for each in inside])
        if not refused:
            return
        for at, short in refused.items():
            amount = Money(inside[at].values["amount"])
            inside[at].refuse("amount", "number-invalid", f"支出 {amount} 元后，{shortfall_text(short)}，基金余额不能是负数")


def _entry(values: dict[str, Any]) -> Entry:
    return Entry(values["booked_on"], values["direction"], values["amount"], values["purpose"], values["code"] or "")


def _order(values: dict[str, Any]) -> tuple[Any, ...]:
    """New entries get their codes by day, income first, not by row."""
    village = values["village_id"]
    return (values["booked_on"], values["direction"] != INCOME, values["purpose"], values["amount"],
            village.values["key"] if village else "", values["paper_number"] or "", values["handled_by"])
