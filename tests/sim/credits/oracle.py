"""The oracle: from what the documents say and what was posted, what of it was wrong. It imports nothing of Tieout.

The rules are those that the trade has. What is paid for a line is at most what was accepted of it at the agreed price, less the
credits; money that is credited makes no room for more. A credit gives goods (or days) back where it says so, where goods came back
that are not credited yet, or where it names them at the price at which they were billed; else it gives money alone. Nothing is credited
beyond the invoice that it names. Of a document and its copies one is posted. What a person accepted is excused, up to what was
accepted, and nothing else. What is paid in advance, and deducted, is judged by `tests/sim/prepaid_stories.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.sim.credits.facts import Accepted, Agreed, Claim, Fact, Moved, Part, Place

_COPIES = ("DUP", "SANE")
_ASKS = {"prepayment": "DOC-PREPAY", "corrected": "DOC-CORR", "self-billed": "DOC-SELF", "negative": "DOC-SIGN"}


@dataclass(slots=True)
class Spent:
    """What was posted on a place: its money and goods, less what was given back; and of credits what they gave back."""

    money: Fraction = Fraction(0)
    goods: Fraction = Fraction(0)
    credited: Fraction = Fraction(0)
    dearer: Fraction = Fraction(0)
    """What goods that were credited cost less, when they were billed, than they do now: it was billed as a difference since."""


@dataclass(slots=True)
class Billed:
    """What an invoice billed on a place, and what credits took of it."""

    count: Fraction
    net: int
    taken: int = 0


@dataclass(slots=True, kw_only=True)
class Oracle:
    """Takes in facts and postings in their order. `tolerance` is what a price may be dearer, as a part of it.

    `days`: what is billed are days, each of them once.
    """

    tolerance: Fraction = Fraction(0)
    wrong: list[str] = field(default_factory=list)
    agreed: dict[Place, Agreed] = field(default_factory=dict)
    moved: dict[Place, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    returned: dict[Place, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    claims: dict[str, Claim] = field(default_factory=dict)
    posted: set[str] = field(default_factory=set)
    spent: dict[Place, Spent] = field(default_factory=lambda: defaultdict(Spent))
    days: dict[tuple[Place, date], int] = field(default_factory=lambda: defaultdict(int))
    bills: dict[tuple[str, Place], Billed] = field(default_factory=dict)
    excuses: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    backs: set[str] = field(default_factory=set)

    def learn(self, fact: Fact) -> None:
        """A document is there."""
        match fact:
            case Agreed():
                held = self.agreed.get(fact.place)
                self.agreed[fact.place] = fact if held is None or fact.version >= held.version else held
            case Moved():
                self.moved[fact.place] += fact.count
                self.returned[fact.place] -= min(Fraction(0), fact.count)
            case Claim():
                self.claims[fact.id] = fact

    def accepted(self, acceptances: Iterable[Accepted]) -> None:
        """What people have accepted by now; an acceptance that was revoked stays: what was posted on it is posted."""
        for one in acceptances:
            key = f"{one.code} {one.place}"
            self.excuses[one.claim][key] = max(self.excuses[one.claim].get(key, 0), one.limit)

    def look(self, posted: Iterable[str]) -> None:
        """Takes in what is posted by now, and says what of it is wrong. What is posted together is judged together."""
        fresh = sorted((set(posted) & self.claims.keys()) - self.posted, key=lambda id_: (self.claims[id_].credit, id_))
        if not fresh:
            return
        before = {place: self._beyond(place) for place in self.agreed}
        for id_ in fresh:
            claim = self.claims[id_]
            self.posted.add(id_)
            self._gate(claim)
            for part in claim.parts:
                if claim.asks != "prepayment":
                    self._credit(claim, part) if claim.credit else self._bill(claim, part)
        self.wrong += self._copies(fresh)
        names = ", ".join(fresh)
        self.wrong += [f"with {names}, {wrong}" for wrong in self._judged(before)]

    # ---- what is posted ----

    def _bill(self, claim: Claim, part: Part) -> None:
        if part.currency != part.place.currency and not self._excused(claim.id):
            self.wrong.append(f"{claim.id} bills {part.currency} on a line in {part.place.currency}")
        most = part.count * self._price(part.place) * (1 + self.tolerance)
        if part.net > most + 1 and not self._excused(claim.id):
            self.wrong.append(f"{claim.id} bills {part.net} of {part.place}, which costs {float(most)} at most")
        spent = self.spent[part.place]
        spent.money += part.net
        goods = Fraction(0) if part.difference else part.count
        spent.goods += goods
        for day in () if part.difference else part.days():
            self.days[part.place, day] += 1
        bill = self.bills.setdefault((claim.id, part.place), Billed(Fraction(0), 0))
        bill.count, bill.net = bill.count + goods, bill.net + part.net

    def _credit(self, claim: Claim, part: Part) -> None:
        named = [self.bills[id_, part.place] for id_ in self._named(claim) if (id_, part.place) in self.bills]
        if len(claim.names) == 1 and not self._excused(claim.id):
            for bill in named:
                bill.taken += part.net
            beyond = part.net - sum(bill.net for bill in named) if not named else named[0].taken - named[0].net
            if beyond > 1:
                self.wrong.append(f"{claim.id} takes back more of {claim.names[0]} than it bills")
        if claim.says == "money":
            return
        spent = self.spent[part.place]
        prices = [bill.net / bill.count for bill in named if bill.count] or [self._each(part.place)]
        at_price = part.net >= part.count * min(prices) * (1 - self.tolerance) - 1
        came_back = part.count <= self.returned[part.place] - spent.credited and part.first is None
        rest = bool(named) and part.first is not None and sum(bill.net - bill.taken for bill in named) <= 0
        if at_price or came_back or rest or claim.says == "quantity":
            self._give_back(claim, part, min(prices))

    def _give_back(self, claim: Claim, part: Part, price: Fraction) -> None:
        spent = self.spent[part.place]
        self.backs.add(claim.id)
        spent.goods -= part.count
        spent.credited += part.count
        spent.money -= part.count * price
        spent.dearer += part.count * max(Fraction(0), self._price(part.place) - price)
        for day in part.days():
            self.days[part.place, day] -= 1

    def _named(self, claim: Claim) -> list[str]:
        """The invoices that a credit names, those that are posted; where it names none, all."""
        names = {plain(name) for name in claim.names}
        return [id_ for id_ in sorted(self.posted) if not names or plain(self.claims[id_].number) in names]

    def _each(self, place: Place) -> Fraction:
        """What a unit was billed at least at on a place."""
        billed = [bill.net / bill.count for (_, on), bill in self.bills.items() if on == place and bill.count]
        return min(billed, default=self._price(place))

    # ---- what is wrong ----

    def _gate(self, claim: Claim) -> None:
        if claim.asks and not any(found.startswith(_ASKS[claim.asks]) for found in self.excuses[claim.id]):
            self.wrong.append(f"{claim.id} ({claim.asks}) is posted and nobody decided it")

    def _copies(self, fresh: list[str]) -> Iterator[str]:
        families: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self.posted):
            families[self.claims[id_].twin or id_].append(id_)
        for family in families.values():
            excused = sum(any(word in code for code in self.excuses[id_] for word in _COPIES) for id_ in family)
            taken_back = sum(self._is_taken_back(id_) for id_ in family)
            if len(family) > 1 + excused + taken_back and set(family) & set(fresh):
                yield f"{', '.join(family)} are one document, and posted {len(family)} times"

    def _is_taken_back(self, id_: str) -> bool:
        """Whether credits of goods take a document back in full."""
        claim = self.claims[id_]
        notes = (self.claims[one] for one in self.backs if plain(claim.number) in map(plain, self.claims[one].names))
        return sum(one.gross for one in notes) >= claim.gross > 0

    def _judged(self, before: Mapping[Place, tuple[Fraction, Fraction]]) -> Iterator[str]:
        for place in self.agreed:
            (money, goods), (was, had) = self._beyond(place), before.get(place, (Fraction(0), Fraction(0)))
            if money > max(Fraction(1), was + 1):
                spent = self.spent[place]
                yield f"{float(spent.money)} are billed of {place}, {float(money)} more than {float(self.moved[place])} are worth"
            if goods > max(Fraction(0), had):
                yield f"{float(self.spent[place].goods)} are billed of {place}, and {float(self.moved[place])} accepted"
        for (place, day), times in self.days.items():
            if times > 1 and not self._excuse(place):
                yield f"{day} of {place} is billed {times} times"

    def _beyond(self, place: Place) -> tuple[Fraction, Fraction]:
        """What is posted on a place beyond what was accepted at the agreed price, less what people accepted: money and goods."""
        spent, excuse = self.spent[place], self._excuse(place)
        worth = self.moved[place] * self._price(place) * (1 + self.tolerance) + spent.dearer
        goods = spent.goods - self.moved[place] if not excuse else Fraction(0)
        return spent.money - worth - excuse, goods

    def _price(self, place: Place) -> Fraction:
        return self.agreed[place].price if place in self.agreed else Fraction(0)

    def _excuse(self, place: Place) -> int:
        """What people accepted of the documents that are posted on a place, in money."""
        claims = {id_ for id_ in self.posted for part in self.claims[id_].parts if part.place == place}
        return sum(self._excused(id_) for id_ in claims)

    def _excused(self, claim: str) -> int:
        others = (*_ASKS.values(), *_COPIES)
        return sum(limit for found, limit in self.excuses[claim].items() if not any(word in found for word in others))


def plain(number: str) -> str:
    """A number as it is compared: its letters and digits."""
    return "".join(sign for sign in number.upper() if sign.isalnum())
