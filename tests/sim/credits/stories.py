"""Short stories of one credit on an order (a contract) of its own: held and accepted, refused by the ledger, reversed, come too early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from tests.sim.credits.documents import GOODS, ISSUED, Written, claim, copy_of, masters, moved, order, subscription
from tests.sim.credits.facts import Agreed, Claim, Part, Place
from tests.sim.two_worlds import Act, Come, Refuse, Step
from tieout.scenario.draw import Draw

PRICE: Final = Fraction(1000)
COUNT: Final = Fraction(100)
DAYS: Final = Fraction(30)
_FIRST: Final = date(2026, 4, 1)


def story(pack: str, draw: Draw) -> list[Step]:
    """A story that follows from these chances."""
    teller = _Teller(pack, draw)
    ways = (
        teller.accepted,
        teller.refused,
        teller.refused_and_sent_again,
        teller.reversed,
        teller.too_early,
        teller.other_content,
    )
    told = ways[draw.below(len(ways))]()
    return [*teller.given(), *told]


@dataclass(slots=True)
class _Teller:
    pack: str
    draw: Draw
    count: int = 0

    @property
    def place(self) -> Place:
        goods = self.pack in GOODS
        return Place(company="DE01", order="O-9" if goods else "SUB-9", line="10" if goods else "L4")

    def given(self) -> list[Step]:
        """What is agreed, and all of it there."""
        whole = COUNT if self.pack in GOODS else DAYS
        agreed = Agreed(place=self.place, count=whole, price=PRICE)
        first: list[Step] = [Come(document=one) for one in masters(self.pack, ("DE01",))]
        if self.pack in GOODS:
            return [*first, order(self.pack, [agreed]), moved(self.pack, "MV-900", self.place, whole)]
        return [*first, subscription([agreed])]

    def accepted(self) -> list[Step]:
        """A credit of more than its invoice bills, or at an odd price, is held; a person accepts it, or somebody does something else."""
        bill = self._bill()
        part = self._parts_of(bill)[0]
        more = part.net + self.draw.between(2, 900) if self.draw.below(2) else max(1, part.net - part.net // 3)
        note = self._credit([replace(part, net=more)], bill)
        acts: list[Step] = [self._act(note, accepts=self.draw.below(4) > 0) for _ in range(3)]
        return [bill, note, *acts, self._anew(part)]

    def refused(self) -> list[Step]:
        """The ledger refuses a credit; the same is billed anew meanwhile. Now and then somebody has it posted again."""
        bill = self._bill()
        part = self._some_of(self._parts_of(bill)[0])
        note, anew = self._credit([part], bill), self._anew(part)
        told: list[Step] = [bill, Refuse(number=note.document.number)]
        told += [replace(note, last=False), anew] if self.draw.below(2) else [note, anew]
        return [*told, *(self._act(note) for _ in range(self.draw.below(4)))]

    def refused_and_sent_again(self) -> list[Step]:
        """The ledger refuses a credit in full; its invoice comes once more, as issued since. There are goods for both."""
        bill = self._bill(self._some_of(self._whole(), most=49))
        note = self._credit(list(self._parts_of(bill)), bill)
        day = ISSUED + timedelta(days=self.draw.between(0, 2))
        copy = copy_of(bill, f" {bill.document.number.lower()}", on=day)
        told: list[Step] = [bill, Refuse(number=note.document.number)]
        told += [replace(note, last=False), copy] if self.draw.below(2) else [note, copy]
        return [*told, *(self._act(note) for _ in range(self.draw.below(4)))]

    def reversed(self) -> list[Step]:
        """An invoice takes a credit back: it names it and bills the same again. It comes first, now and then."""
        bill = self._bill()
        part = self._some_of(self._parts_of(bill)[0])
        note = self._credit([part], bill)
        back = self._issue([part], Written(names=(note.document.number,)))
        again = self._anew(part)
        ending: list[Step] = [note, back, again] if self.draw.below(3) else [back, note, again]
        return [bill, *ending]

    def too_early(self) -> list[Step]:
        """A credit comes before its invoice, once or twice."""
        bill = self._bill()
        part = self._some_of(self._parts_of(bill)[0])
        notes: list[Step] = [self._credit([part], bill) for _ in range(self.draw.between(1, 2))]
        return [*notes, bill, self._anew(part)]

    def other_content(self) -> list[Step]:
        """Another document bears the number of one that was billed; a credit of that number is for either."""
        bill = self._bill(self._some_of(self._whole()))
        part = self._parts_of(bill)[0]
        other = replace(part, count=part.count / 2, net=part.net // 2) if self.pack in GOODS else part
        number = bill.document.number
        made = claim(self.pack, number, [other], Written(source="mail", on=ISSUED + timedelta(days=self.draw.below(3))))
        (fact,) = made.facts
        second = replace(made, facts=(replace(fact, twin=self._fact(bill).id),))
        note = self._credit([other], bill)
        return [bill, second, note] if self.draw.below(2) else [bill, note, second]

    # ---- documents ----

    def _whole(self) -> Part:
        if self.pack in GOODS:
            return Part(place=self.place, count=COUNT, net=int(COUNT * PRICE))
        return Part(place=self.place, count=DAYS, net=int(DAYS * PRICE), first=_FIRST)

    def _some_of(self, part: Part, *, most: int = 99) -> Part:
        """Some of its goods, at their price; of days all of them."""
        if part.first is not None:
            return part
        count = Fraction(self.draw.between(5, min(most, int(part.count) - 1)))
        return replace(part, count=count, net=int(count * part.net / part.count))

    def _bill(self, part: Part | None = None) -> Come:
        return self._issue([part or self._whole()], Written())

    def _anew(self, part: Part) -> Come:
        """The same once more at the agreed price, under the next number."""
        return self._issue([replace(part, net=int(part.count * PRICE))], Written())

    def _credit(self, parts: list[Part], bill: Come) -> Come:
        return self._issue(parts, Written(credit=True, names=(bill.document.number,)))

    def _issue(self, parts: list[Part], how: Written) -> Come:
        self.count += 1
        return claim(self.pack, f"B{40230 + 157 * self.count}", parts, how)

    def _act(self, come: Come, *, accepts: bool = False) -> Act:
        return Act(chance=self.draw.below(1_000_000), on=come.document.number, accepts=accepts)

    @staticmethod
    def _fact(come: Come) -> Claim:
        (fact,) = come.facts
        assert isinstance(fact, Claim)
        return fact

    def _parts_of(self, come: Come) -> tuple[Part, ...]:
        return self._fact(come).parts
