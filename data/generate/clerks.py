"""How the town's clerks write the same thing: words, ticks, numbers and gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from households import Household
from people import Person
from sheets import Column, Value

REFERENCE_DAY = date(2025, 12, 20)


@dataclass(frozen=True)
class Clerk:
    """One clerk's habits: what lists are joined by, what stands for nothing, own words for terms."""

    join: str = "、"
    nothing: str = ""
    tick: str = "√"
    words: dict[str, str] = field(default_factory=dict)
    between_phones: str = "/"
    dashed_phones: bool = False
    numeric_phones: bool = False
    spaced_ids: bool = False
    small_x: bool = False
    wide_names: bool = False

    def terms(self, terms: Sequence[str]) -> str:
        """A cell of several terms in the clerk's own words."""
        return self.join.join(self.words.get(term, term) for term in terms) or self.nothing

    def name(self, person: Person) -> str:
        """The name; some put a space into names of two characters so that columns look even."""
        name = person.name
        if self.wide_names and len(name) == 2:
            return f"{name[0]} {name[1]}" if person.sex == "男" else f"{name[0]}\u3000{name[1]}"
        return name.replace("·", "•") if self.dashed_phones else name

    def id_number(self, person: Person) -> str:
        number = person.id_number
        if self.spaced_ids and number[-2:-1] in {"1", "2"}:
            number = f"{number[:6]} {number[6:14]} {number[14:]}"
        return number.lower() if self.small_x else number

    def phone(self, person: Person) -> Value:
        phone = person.phone
        if not phone:
            return self.nothing or None
        if self.numeric_phones and phone.isdecimal():
            return int(phone)
        if self.dashed_phones and phone.isdecimal() and phone[-1] in "0123":
            return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        return phone.replace("、", self.between_phones)


Show = Callable[[Household], Value]


def ticks(clerk: Clerk, parent: str, names: dict[str, str], of: Callable[[Household], Sequence[str]]) -> list[Column[Household]]:
    """One narrow column per term, ticked where the household has it; ``names`` gives its heading."""
    def show(term: str) -> Show:
        return lambda household: clerk.tick if term in of(household) else None
    return [Column(heading, show(term), 6, parent) for term, heading in names.items()]


def categories(household: Household) -> list[str]:
    """Everything that makes a household a key one, as one 类别 cell has it."""
    monitored = [household.monitoring] if household.monitoring else []
    return [*household.traits, *monitored, *household.assistance, *household.classes]
