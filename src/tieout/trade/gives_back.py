"""What a line of a credit note gives back: goods, days of a period, or value only; and when an invoice line bills a difference alone.

One reading for all processes. What the document says comes first: for the line, for the whole document, by the code of its reason or
by its type. Where it does not say, goods that went back are given back; else the price decides: at the billed price, within
the price tolerance, a quantity is given back, and below it only value, which frees nothing that could be billed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.policy.tolerance import Tolerance, assess
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money, exponent
from tieout.trade.books import source_of
from tieout.trade.credit_reasons import Reading, stated
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.documents.invoice import GivesBack

ZERO: Final = Decimal(0)


@made_often
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


@made_often
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
        billed=Billed(
            quantity=min(asked.before, asked.usable),
            minor=asked.minor - asked.given_minor,
            price=billed.price,
            returned=billed.returned,
        ),
        room=max(ZERO, asked.usable - asked.before),
        tolerance=asked.tolerance,
    )


def bills_new_goods(document: Invoice, asked: Asked) -> bool:
    """Whether a line that asks for money bills goods without more ado: more than are billed by now, and it does not say otherwise."""
    quantity = asked.billed
    return (
        quantity is not None
        and quantity > 0
        and (quantity > asked.before or quantity > asked.usable)
        and stated(document, asked.line) is None
    )


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

    A line without a quantity can only be a value-only credit, whatever it says.
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
    at no more than half their price or the raise of one, and either the difference explains its money or no more of the goods may be
    billed (`room`). Where nothing was raised, or all of it is billed, less than half the price for goods of which no more may be
    billed is a difference all the same.
    """
    reading = stated(document, line)
    if reading is not None and reading.is_money:
        return reading
    if not quantity or quantity < 0 or quantity > billed.quantity or not price or agreed is None:
        return None
    currency = line.net.currency
    raised = agreed * billed.quantity - Decimal(billed.minor).scaleb(-exponent(currency))
    if price >= agreed or _near(tolerance, agreed, price, quantity=quantity, currency=currency):
        return None
    if raised <= 0:
        return Reading(gives_back="money", ground="raise") if room < quantity and price <= agreed / 2 else None
    cent = Decimal(1).scaleb(-exponent(currency))
    if price > max(agreed / 2, raised / billed.quantity + cent):
        return None  # the raise is no reason for goods at nearly their whole price
    explained = price * quantity <= raised + cent
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


def counted_on(allocated: Sequence[Allocated], claim: Document) -> tuple[Allocated, ...]:
    """What other claims use up, as far as the claim may count on it: what is given back makes room once it is posted, and not before.

    Else an invoice and a credit would wait for each other: the credit is read by what is billed, and is read otherwise where more
    of it is. What takes something back itself counts all of it.
    """
    if isinstance(claim, Invoice) and (claim.is_credit or any(line.net.minor < 0 for line in claim.lines)):
        return tuple(allocated)
    return tuple(used for used in allocated if used.posted or not used.gives_back)


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
