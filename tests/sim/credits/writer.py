"""Writes a random world of one process, step by step: what is agreed and moved, billed and copied, credited in every way, and decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from tests.sim.credits import copies
from tests.sim.credits.documents import (
    GOODS,
    ISSUED,
    MONTHS,
    Written,
    amendment,
    claim,
    copy_of,
    masters,
    moved,
    order,
    subscription,
)
from tests.sim.credits.facts import Agreed, Asks, Claim, Part, Place, Says
from tests.sim.credits.stories import story
from tests.sim.two_worlds import Act, Come, Step, Wait
from tieout.scenario.draw import Draw
from tieout.scenario.simulation import ONLY
from tieout.trade.documents import Invoice

PRICES: Final = {"10": Fraction(1000), "20": Fraction(400)}
RAISED: Final = Fraction(1050)
ORDERED: Final = Fraction(100)
TOLERANCES: Final = (Fraction(0), Fraction(0), Fraction(2, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The steps of a world of one process, and what a price may be dearer there."""

    pack: str
    tolerance: Fraction
    steps: tuple[Step, ...]


def world(pack: str, seed: int, *, stories: bool = True) -> World:
    """A world that follows from a seed alone. A third of them have a story of a credit besides; none without `stories`."""
    draw = Draw(seed, f"credits of {pack}")
    tolerance = draw.one_of(TOLERANCES) if pack == "payables" else Fraction(0)
    writer = _Writer(pack, draw, tolerance)
    steps = writer.given()
    for _ in range(draw.between(5, 10)):
        steps += writer.step()
    arriving = _arriving(draw, steps)
    chance = Draw(seed, f"stories of {pack}")
    if stories and chance.below(3) == 0:
        arriving = _mixed(chance, arriving, story(pack, chance))
    return World(pack=pack, tolerance=tolerance, steps=tuple(arriving))


def _mixed(draw: Draw, steps: list[Step], others: list[Step]) -> list[Step]:
    """Both in their order, the one among the other; or the one after the other."""
    if draw.below(3) == 0:
        return [*steps, *others]
    left, mixed = [list(steps), list(others)], list[Step]()
    turn = 0
    while any(left):
        step = mixed[-1] if mixed else None
        if not (isinstance(step, Come) and not step.last):  # what comes together stays together
            turn = draw.below(2)
        turn = turn if left[turn] else 1 - turn
        mixed.append(left[turn].pop(0))
    return mixed


def _arriving(draw: Draw, steps: list[Step]) -> list[Step]:
    """In the order in which they are written, or almost, or in any; now and then one comes once more."""
    reach, left, arriving = draw.one_of((1, 1, 2, 4, len(steps))), list(steps), list[Step]()
    while left:
        step = left.pop(draw.below(min(reach, len(left))))
        arriving.append(step)
        if isinstance(step, Come) and step.last and draw.below(20) == 0:
            arriving.append(replace(step, facts=()))
    return [*arriving, Wait(hours=24 * 20)] if draw.below(4) == 0 else arriving


class _Writer:
    """What was written so far."""

    def __init__(self, pack: str, draw: Draw, tolerance: Fraction) -> None:
        self.pack, self.draw, self.tolerance = pack, draw, tolerance
        self.companies = ("DE01", "AT01") if pack == "payables" and draw.below(4) == 0 else ("DE01",)
        self.places = self._places()
        self.bills: list[Come] = []
        self.count = 0
        self.raised = False
        self.there: dict[Place, Fraction] = {}
        self.copied: set[tuple[str, str]] = set()

    def _places(self) -> list[Place]:
        if self.pack not in GOODS:
            return [Place(company="DE01", order="SUB-1", line=f"L{days[0].month}") for days in MONTHS]
        places = [Place(company=company, order="O-1", line="10") for company in self.companies]
        places.append(Place(company="DE01", order="O-1", line="20"))
        if self.draw.below(3) == 0:
            places.append(Place(company="DE01", order="O-2", line="10", currency="USD"))
        return places

    # ---- what is there ----

    def given(self) -> list[Step]:
        """Masters, orders or contracts, and the first goods."""
        steps: list[Step] = [Come(document=one) for one in masters(self.pack, self.companies)]
        if self.pack not in GOODS:
            return [*steps, subscription([self._agreed(place) for place in self.places])]
        steps += [
            order(self.pack, [self._agreed(place) for place in self.places if place.whole == whole])
            for whole in dict.fromkeys(place.whole for place in self.places)
        ]
        steps += [self._moved(place, self._some()) for place in self.places if self.draw.below(5)]
        return steps

    def _agreed(self, place: Place, price: Fraction | None = None, version: int = 1) -> Agreed:
        if self.pack in GOODS:
            return Agreed(place=place, count=ORDERED, price=price or PRICES[place.line], version=version)
        return Agreed(place=place, count=Fraction(_days(place)), price=price or PRICES["10"], version=version)

    def _some(self) -> Fraction:
        return ORDERED if self.draw.below(2) else Fraction(self.draw.between(20, 90))

    def _moved(self, place: Place, count: Fraction) -> Come:
        self.count += 1
        self.there[place] = self.there.get(place, Fraction(0)) + count
        return moved(self.pack, f"MV-{self.count}", place, count, grams=self.draw.below(2) == 0)

    def _place(self) -> Place:
        return self.places[0] if self.draw.below(2) else self.draw.one_of(self.places)

    # ---- steps ----

    def step(self) -> list[Step]:
        """The next document, or two; or what a person does."""
        goods = self.pack in GOODS
        ways: list[tuple[int, Callable[[], list[Step]]]] = [
            (5, self._bill), (2, self._bill_again), (4, self._copy), (1, self._raise), (2, self._difference),
            (6, self._credit), (4, self._person), (2, self._credited_and_again),
        ]  # fmt: skip
        if goods:
            ways += [(2, self._return), (1, self._more_goods), (1, self._two_lines), (2, self._credited_for_one_return)]
        if self.pack == "payables":
            ways += [(2, self._decided), (1, self._advance), (1, self._negative), (1, self._without_order)]
        if not self.bills:
            first = [self._bill, self._bill, self._credited_and_again]
            return (self.draw.one_of([*first, self._credited_for_one_return] if goods else first))()
        chosen = self.draw.below(sum(weight for weight, _ in ways))
        for weight, way in ways:
            chosen -= weight
            if chosen < 0:
                return way()
        raise AssertionError(chosen)

    def _number(self) -> str:
        self.count += 1
        return f"A{10230 + 157 * self.count}"

    def _part(self, place: Place | None = None) -> Part:
        """A line of an invoice: some goods at the agreed price or at the edge of what it may be dearer, or a month."""
        draw, place = self.draw, place or self._place()
        if self.pack not in GOODS:
            first = next(days[0] for days in MONTHS if f"L{days[0].month}" == place.line)
            return Part(place=place, count=Fraction(_days(place)), net=int(_days(place) * PRICES["10"]), first=first)
        count, price = Fraction(draw.between(10, 100)), PRICES[place.line]
        net = int(count * price)
        edge = int(net * self.tolerance)
        net += draw.one_of((0, 0, 0, 0, edge, edge, edge + 1, edge + int(count), int(net / 20), -int(net / 20)))
        return Part(place=place, count=count, net=net, currency=place.currency)

    def _issue(self, parts: list[Part], how: Written | None = None) -> Come:
        how = replace(how or Written(), grams=self.draw.below(2) == 0)
        come = claim(self.pack, self._number(), parts, how)
        if not how.credit and not any(part.difference for part in parts) and how.asks != "prepayment":
            self.bills.append(come)
        return come

    def _bill(self) -> list[Step]:
        part = self._part()
        if self.draw.below(10) == 0 and self.pack in GOODS:
            part = replace(part, currency="USD" if part.currency == "EUR" else "EUR")
        return [self._issue([part])]

    def _two_lines(self) -> list[Step]:
        return [self._issue([self._part(self.places[0]), self._part(self.places[0])])]

    def _without_order(self) -> list[Step]:
        return [self._issue([self._part(self.places[0])], Written(without_order=True))]

    def _bill_again(self) -> list[Step]:
        """The same once more, under the next number."""
        return [self._issue(list(self._facts(self._one()).parts))]

    def _raise(self) -> list[Step]:
        if self.raised:
            return self._bill()
        self.raised = True
        place = self.places[0]
        if self.pack not in GOODS:
            return [amendment(self._agreed(place, RAISED, 2))]
        same = [one for one in self.places if one.whole == place.whole]
        agreed = [self._agreed(one, RAISED if one == place else None, 2) for one in same]
        return [order(self.pack, agreed)]

    def _difference(self) -> list[Step]:
        """What was billed is billed anew at the raised price, by its difference."""
        part = self._facts(self._one()).parts[0]
        if self.raised is False and self.draw.below(3):
            return self._raise()
        each = RAISED - PRICES["10"]
        says = "money" if self.draw.below(3) == 0 else ""
        part = replace(part, net=max(1, int(part.count * each)), difference=True)
        return [self._issue([part], Written(says=says))]  # type: ignore[arg-type]

    def _return(self) -> list[Step]:
        return [self._moved(self._place(), -Fraction(self.draw.between(1, 20)))]

    def _more_goods(self) -> list[Step]:
        return [self._moved(self._place(), Fraction(self.draw.between(5, 40)))]

    def _person(self) -> list[Step]:
        acts: list[Step] = [Act(chance=self.draw.below(1_000_000)) for _ in range(self.draw.between(1, 3))]
        return [*acts, Wait(hours=self.draw.below(60))] if self.draw.below(3) == 0 else acts

    # ---- copies ----

    def _one(self) -> Come:
        return self.bills[self.draw.below(len(self.bills))]

    @staticmethod
    def _facts(come: Come) -> Claim:
        (fact,) = come.facts
        assert isinstance(fact, Claim)
        return fact

    def _copy(self) -> list[Step]:
        """A document comes again, its number written or read otherwise; now and then both come together."""
        draw = self.draw
        if draw.below(2):
            come = self._one()
            return [self._copied(come)]
        come = self._issue([self._part()])
        return [replace(come, last=False), self._copied(come)] if draw.below(2) else [come, self._copied(come)]

    def _copied(self, come: Come) -> Come:
        document = come.document
        assert isinstance(document, Invoice)
        ways = copies.OF_OURS if document.is_ours else copies.OF_A_SUPPLIER
        written = copies.written(document.number, self.draw, ways)
        written = replace(written, number=self._unlike(written.number, written.source))
        later = self.draw.between(-2, 2) if written.may_be_later else 0
        day = (document.issue_date or ISSUED) + timedelta(days=later)
        return copy_of(come, written.number, on=day, source=written.source)

    def _unlike(self, number: str, source: str) -> str:
        """The number as it is, or with blanks behind it: the run calls each document otherwise."""
        while (source, number) in self.copied:
            number += " "
        self.copied.add((source, number))
        return number

    # ---- credits ----

    def _credit(self) -> list[Step]:
        """A credit of some kind for one invoice, or two."""
        draw = self.draw
        billed = self._facts(self._one())
        goods = self.pack in GOODS
        names = (billed.number,)
        if goods and draw.below(8) == 0:
            names = tuple(dict.fromkeys((billed.number, self._facts(self._one()).number)))
        elif draw.below(10 if goods else 4) == 0:
            names = (self._facts(self._one()).number,)  # another one than it takes goods from
        line = billed.parts[0]
        each = Fraction(line.net) / line.count
        count = line.count if draw.below(2) else Fraction(draw.between(1, int(line.count)))
        part = replace(line, count=count, net=max(1, int(each * count)))
        if part.first is not None and draw.below(2):
            part = replace(part, first=part.first + timedelta(days=int(line.count - count)))
        steps, how = list[Step](), Written(credit=True, names=names)
        match draw.below(9):
            case 0 | 1:
                pass  # at the billed price
            case 2 | 3:  # a price credit
                part = replace(part, net=int(count * draw.between(1, 9) * each / 20) or 1)
            case 4:  # goodwill
                how = replace(how, says="money")
                part = replace(part, net=part.net if draw.below(2) else 100)
            case 5 if goods:  # goods went back
                steps.append(self._moved(line.place, -count))
                part = replace(part, net=part.net - int(count) * 20 * draw.below(2))
            case 6:  # it says that goods come back, at whatever price
                how = replace(how, says="quantity" if goods else "")
            case 7:  # more than it bills
                part = replace(part, net=part.net + draw.between(2, 2000))
            case _:  # at the edge of the price tolerance
                part = replace(part, net=part.net - int(part.net * self.tolerance) - draw.below(2))
        if part.net <= 0:
            part = replace(part, net=1)
        steps.append(self._issue([part], how))
        return steps

    def _credited_and_again(self) -> list[Step]:
        """Money is credited for an invoice, in full or for each of its units; then it comes once more, or the same is billed anew."""
        come = self._issue([self._part(self.places[0])])
        billed = self._facts(come)
        line, in_full = billed.parts[0], self.draw.below(2) == 0
        says: Says = "money" if in_full else ""
        part = line if in_full else replace(line, net=max(1, line.net // self.draw.between(3, 20)))
        note = self._issue([part], Written(credit=True, names=(billed.number,), says=says))
        if in_full:
            day = ISSUED + timedelta(days=self.draw.between(0, 2))
            return [come, note, copy_of(come, self._unlike(f" {billed.number.lower()}", ONLY), on=day)]
        again = self._issue([line])
        return [come, note, again] if self.draw.below(2) else [come, again, note]

    def _credited_for_one_return(self) -> list[Step]:
        """All that is there is billed, some goods go back, and two credits below the billed price take back as many; then they are
        billed anew."""
        billed = {part.place for come in self.bills for part in self._facts(come).parts}
        place = next((place for place in self.places if place not in billed), None)
        if place is None:
            return self._bill()
        price, missing = PRICES[place.line], ORDERED - self.there.get(place, Fraction(0))
        whole = Part(place=place, count=ORDERED, net=int(ORDERED * price), currency=place.currency)
        come = self._issue([whole])
        number, count = self._facts(come).number, Fraction(self.draw.between(1, 20))
        part = replace(whole, count=count, net=int(count * price * 9 / 10))
        notes = [self._issue([part], Written(credit=True, names=(number,))) for _ in range(2)]
        anew = replace(part, net=int(count * price))
        before = [self._moved(place, missing)] if missing > 0 else []
        return [*before, come, self._moved(place, -count), *notes, self._issue([anew])]

    def _negative(self) -> list[Step]:
        """An invoice of negative amounts, or a credit note of them: which of two readings is meant, a person decides."""
        line = self._facts(self._one()).parts[0]
        if self.draw.below(2):
            return [self._issue([line], Written(credit=True, negative=True))]
        names = (self._facts(self._one()).number,)
        return [self._issue([line], Written(credit=True, negative=True, names=names, asks="negative"))]

    # ---- what a person decides first ----

    def _decided(self) -> list[Step]:
        """A corrected invoice in the place of another one or by the difference, or one that we issue ourselves."""
        billed = self._facts(self._one())
        if self.draw.below(3) == 0:
            return [self._issue([self._part()], Written(type_code="389", asks="self-billed")), self._decide()]
        part = billed.parts[0]
        if self.draw.below(2):
            part = replace(part, net=part.net + int(part.count) * 5)
        names: tuple[str, ...] = (billed.number,)
        asks: Asks = "corrected"
        return [self._issue([part], Written(type_code="384", names=names, asks=asks)), self._decide()]

    def _decide(self) -> Act:
        return Act(chance=self.draw.below(1_000_000))

    def _advance(self) -> list[Step]:
        """A prepayment, which a person may approve, and an invoice that deducts it, or does not."""
        part = self._part(self.places[0])
        first = self._issue([replace(part, count=Fraction(10), net=10000)], Written(type_code="386", asks="prepayment"))
        gross = self._facts(first).gross
        deducted = self.draw.one_of((gross, gross, 0, gross // 2))
        final = self._issue([self._part(self.places[0])], Written())
        bill = self._facts(final)
        if deducted and bill.gross > deducted:
            self.bills.remove(final)
            final = self._issue(list(bill.parts), Written(prepaid=deducted))
        return [first, *(self._decide() for _ in range(4)), final]


def _days(place: Place) -> int:
    first, last = next(days for days in MONTHS if f"L{days[0].month}" == place.line)
    return (last - first).days + 1


def first_of(place: Place) -> date:
    """The first day of the month that a line of a contract is for."""
    return next(days[0] for days in MONTHS if f"L{days[0].month}" == place.line)
