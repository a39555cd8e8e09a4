"""What the documents of a world say, in plain numbers: all that the oracle knows of them. It imports nothing of Tieout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

Says = Literal["", "quantity", "money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of an order or a contract, of one company: what one unit (or one day) costs there, in cents."""

    company: str
    order: str
    line: str
    currency: str = "EUR"

    @property
    def whole(self) -> tuple[str, str]:
        """The order that it is a line of."""
        return self.company, self.order


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """So much is ordered at this price for a unit (or a day), in cents; of several the one of the latest version holds."""

    place: Place
    count: Fraction
    price: Fraction
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """So much was accepted (shipped, where we sell), in the order's unit; what came back is negative."""

    place: Place
    count: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A line of an invoice or credit note: how much it names, in the order's unit, and its net amount, both positive.

    `difference`: it bills a later difference for what is billed by now, and nothing else. `first` is the first of its days.
    """

    place: Place
    count: Fraction
    net: int
    currency: str = "EUR"
    difference: bool = False
    first: date | None = None

    def days(self) -> list[date]:
        """The days that it is for, none for goods."""
        return [] if self.first is None else [self.first + timedelta(days=day) for day in range(int(self.count))]


Asks = Literal["", "prepayment", "corrected", "self-billed", "negative"]
"""What a person has to decide of a document before anything of it may be posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An invoice, or a credit (a credit note, an invoice of negative amounts) that names the invoices `names`.

    `id` is how the run calls it, `twin` the id of the document that it is a copy of, "" for its own. `says` is what a credit says that it
    gives back. An invoice that states `prepaid` asks for so much less; `gross` is what it comes to with tax.
    """

    id: str
    number: str
    parts: tuple[Part, ...]
    gross: int
    credit: bool = False
    names: tuple[str, ...] = ()
    says: Says = ""
    twin: str = ""
    asks: Asks = ""
    prepaid: int = 0


Fact = Agreed | Moved | Claim


@dataclass(frozen=True, slots=True)
class Accepted:
    """A person accepted a finding on a document: its code, where and why it was found, and up to how much money, in cents."""

    claim: str
    code: str
    place: str
    limit: int
