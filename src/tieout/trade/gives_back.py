"""What a line of a credit note gives back: goods, days of a period, or money alone; and when an invoice line bills a difference alone.

One reading for all processes. What the document says comes first: for the line, for the whole document, by the code of its reason or
by its type. Where it does not say, goods that went back are given back; else the price decides: at the billed price, within
the price tolerance, a quantity is given back, and below it money alone, which frees nothing that could be billed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from tieout.core.policy.tolerance import Tolerance, assess
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import Money, exponent
from tieout.trade.books import source_of
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.documents.invoice import GivesBack

ZERO: Final = Decimal(0)
Ground = Literal[
    "stated", "reason", "type", "return", "no_quantity", "at_price", "below_price", "raise", "rest", "posted"
]
"""Why a line is read as it is: what the document says, goods that went back, a line without a quantity, the price, a price
that was raised after the goods were billed, the rest of what was billed; or that it is posted so."""

_TYPES: Final[Mapping[str, GivesBack]] = {"83": "money", "84": "money"}
"""UNTDID 1001: credit and debit notes related to financial adjustments. 381 and 81 do not say what they give back."""
ADJUSTMENTS: Final[Mapping[str, GivesBack]] = {
    "4": "quantity", "15": "quantity", "16": "quantity", "29": "quantity", "32": "quantity", "35": "quantity",
    "1": "money", "5": "money", "19": "money", "20": "money", "21": "money", "38": "money",
}  # fmt: skip
"""UNTDID 4465, as far as a code says it: short delivery, goods (partly) returned, refused or not delivered; an agreed settlement, a
price query, a discount, late delivery, advertising, a bonus. Damaged goods and errors may be either."""
COLOMBIA: Final[Mapping[str, GivesBack]] = {
    "1": "quantity", "2": "quantity", "3": "money", "4": "money", "5": "money", "6": "money",
}  # fmt: skip
"""Reasons of DIAN's credit notes: partial return, annulment; reduction, price adjustment, discounts."""
PERU: Final[Mapping[str, GivesBack]] = {
    "01": "quantity", "02": "quantity", "06": "quantity", "07": "quantity",
    "04": "money", "05": "money", "08": "money", "09": "money",
}  # fmt: skip
"""SUNAT's catalogue 09: annulments and returns; discounts, a bonus, a lower value."""


def of_reason(code: str, *, listed: str = "") -> GivesBack:
    """What a reason code says that a credit note gives back; "" where it does not say. `listed` is how its list is called."""
    name = listed.casefold()
    if "dian" in name:
        return COLOMBIA.get(code, "")
    if "sunat" in name or "catalogo09" in name:
        return PERU.get(code, "")
    return ADJUSTMENTS.get(code, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a line moves: `gives_back` goods, days or money alone, on which ground. `stated` is what says so, where something does."""

    gives_back: GivesBack
    ground: Ground
    stated: str = ""

    @property
    def is_money(self) -> bool:
        """Whether it moves money alone."""
        return self.gives_back == "money"

    @property
    def assumed(self) -> bool:
        """Whether nothing says so and another reading may be meant: the price alone made it money."""
        return self.ground == "below_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What is billed on one place by now, by other claims: `quantity` and `minor` less what was taken back, `price` as it was
    billed for one unit (None where nothing was), `returned` the goods that went back and are not credited yet.
    """

    quantity: Decimal = ZERO
    minor: int = 0
    price: Decimal | None = None
    returned: Decimal = ZERO

    def net_price(self, currency: str) -> Decimal | None:
        """What one unit that is still billed costs after all price credits."""
        if self.quantity <= 0 or self.minor <= 0:
            return None
        return Decimal(self.minor).scaleb(-exponent(currency)) / self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A part of an invoice line on its way to the match sheet: quantity and money signed, the price for the order's unit.

    `ledger` and `place` are the order's ledger and the id of its line. `before` and `minor` are what others and earlier lines of
    the invoice bill there, `given_minor` the money (0 or less) that was given back without goods, `returned` the goods that went back
    and are not credited yet. `agreed` is what one unit costs, `usable` how much of the order line may be billed by now.
    """

    line: InvoiceLine
    ledger: Key
    place: str
    tolerance: Tolerance | None
    billed: Decimal | None
    net: Money
    before: Decimal
    minor: int
    given_minor: int
    returned: Decimal
    price: Decimal | None
    agreed: Decimal | None
    usable: Decimal

    @property
    def is_credit(self) -> bool:
        """Whether it takes money back: a credit note's line, or a minus line of an invoice."""
        return self.net.minor < 0 or (not self.net.minor and self.billed is not None and self.billed < 0)

    def others(self, price: Decimal | None) -> Billed:
        """What is billed on the order line by now, at this price for one unit."""
        return Billed(quantity=self.before, minor=self.minor, price=price, returned=max(ZERO, self.returned))


def reading_of(document: Invoice, asked: Asked, billed: Billed) -> Reading | None:
    """What the line gives back of what is billed, or that it bills a difference alone; None where it bills goods."""
    price = None if asked.price is None else abs(asked.price)
    if asked.is_credit:
        quantity = None if asked.billed is None else abs(asked.billed)
        return reading_of_credit(
            document, asked.line, quantity=quantity, price=price, billed=billed, tolerance=asked.tolerance
        )
    return reading_of_debit(
        document,
        asked.line,
        quantity=asked.billed,
        price=price,
        agreed=asked.agreed,
        billed=replace(billed, quantity=min(asked.before, asked.usable), minor=asked.minor - asked.given_minor),
        room=max(ZERO, asked.usable - asked.before),
        tolerance=asked.tolerance,
    )


def stated(document: Invoice, line: InvoiceLine) -> Reading | None:
    """What the document itself says that a line gives back; None where it does not."""
    if line.gives_back:
        return Reading(gives_back=line.gives_back, ground="stated", stated=line.gives_back)
    if document.gives_back:
        ground: Ground = "reason" if document.credit_reason else "stated"
        return Reading(
            gives_back=document.gives_back, ground=ground, stated=document.credit_reason or document.gives_back
        )
    by_type = _TYPES.get(document.type_code)
    return Reading(gives_back=by_type, ground="type", stated=document.type_code) if by_type else None


def reading_of_credit(
    document: Invoice,
    line: InvoiceLine,
    *,
    quantity: Decimal | None,
    price: Decimal | None,
    billed: Billed,
    tolerance: Tolerance | None,
) -> Reading:
    """What a line that takes money back gives back. `quantity` and `price` are for the order's unit, both positive.

    A line without a quantity can give back money alone, whatever it says.
    """
    reading = stated(document, line)
    if line.quantity is None or (quantity is not None and not quantity):
        return (
            reading if reading is not None and reading.is_money else Reading(gives_back="money", ground="no_quantity")
        )
    if reading is not None:
        return replace(reading, gives_back="quantity") if reading.gives_back == "days" else reading
    if quantity is None or price is None or billed.price is None:
        return Reading(gives_back="quantity", ground="at_price")
    if 0 < quantity <= billed.returned:
        return Reading(gives_back="quantity", ground="return")
    if reaches(tolerance, billed.price, price, quantity=quantity, currency=line.net.currency):
        return Reading(gives_back="quantity", ground="at_price")
    return Reading(gives_back="money", ground="below_price")


def reading_of_debit(
    document: Invoice,
    line: InvoiceLine,
    *,
    quantity: Decimal | None,
    price: Decimal | None,
    agreed: Decimal | None,
    billed: Billed,
    room: Decimal,
    tolerance: Tolerance | None,
) -> Reading | None:
    """Whether a line that asks for money bills a difference alone, for goods that are billed already; None: it bills goods.

    So it is where it says so, and where the agreed price (`agreed`) was raised since: it names no more goods than are billed,
    below their price, and either the difference explains its money or no more of the goods may be billed (`room`).
    """
    reading = stated(document, line)
    if reading is not None and reading.is_money:
        return reading
    if not quantity or quantity < 0 or quantity > billed.quantity or not price or agreed is None:
        return None
    currency = line.net.currency
    raised = agreed * billed.quantity - Decimal(billed.minor).scaleb(-exponent(currency))
    if raised <= 0 or price >= agreed or _near(tolerance, agreed, price, quantity=quantity, currency=currency):
        return None
    explained = price * quantity <= raised + Decimal(1).scaleb(-exponent(currency))
    return Reading(gives_back="money", ground="raise") if explained or room < quantity else None


def reaches(
    tolerance: Tolerance | None, billed: Decimal, credited: Decimal, *, quantity: Decimal, currency: str
) -> bool:
    """Whether a credited price is the billed one, or more: within what the price tolerance allows against us, or to the cent."""
    return credited >= billed or _near(tolerance, billed, credited, quantity=quantity, currency=currency)


def _near(tolerance: Tolerance | None, expected: Decimal, actual: Decimal, *, quantity: Decimal, currency: str) -> bool:
    """Within the tolerance, whichever side it is on, or a cent of the line. A price that nobody checks has no tolerance."""
    difference = abs(actual - expected)
    if difference * abs(quantity) <= Decimal(1).scaleb(-exponent(currency)):
        return True
    if tolerance is None or tolerance.state != "limits":
        return False
    return assess(tolerance, expected=expected, actual=expected + difference, currency=currency).within


def price_as_billed(entries: Iterable[Allocated], named: Collection[str], currency: str) -> Decimal | None:
    """What one unit was billed at on a place: by the invoices that are named, else the least of any; None where nothing was billed.

    `entries` are the place's, `named` the source keys of invoices without versions. What is billed later at another price
    changes nothing about a credit note that names its invoice.
    """
    billing = [used for used in entries if used.quantity > 0 and used.amount.currency == currency]
    mine = [used for used in billing if source_of(used.claim) in named]
    if mine:
        return _unit_price(mine, currency)
    return min((_unit_price([used], currency) for used in billing), default=None)


def _unit_price(entries: Collection[Allocated], currency: str) -> Decimal:
    quantity = sum((used.quantity for used in entries), ZERO)
    return Decimal(sum(used.amount.minor for used in entries)).scaleb(-exponent(currency)) / quantity


def as_posted(
    reading: Reading | None, posted: Iterable[PostingLine], line: str, *, is_credit: bool, goods: GivesBack = "quantity"
) -> Reading | None:
    """The reading that a line was posted with, whatever comes later; the same one where nothing of it is posted."""
    kinds = {part.kind for part in posted if part.claim_line == line and part.kind in {"goods", "price"}}
    money = reading is not None and reading.is_money
    if not kinds or ("price" in kinds) == money:
        return reading
    if "price" in kinds:
        return Reading(gives_back="money", ground="posted")
    return Reading(gives_back=goods, ground="posted") if is_credit else None
