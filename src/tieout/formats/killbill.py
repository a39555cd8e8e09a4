"""Kill Bill: an invoice of its API, with its positions.

Amounts are decimal numbers in the account's currency; a period ends where the next one begins. Adjustments and the tax are
positions too. The fields that Tieout relies on are declared as types; an invoice without them is parked as INT-SCHEMA.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats.agreed_shape import Agreed, Sender, agreed, read_agreed
from tieout.formats.format import Format, Source
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, LineReference
from tieout.trade.documents.invoice import ChargeBasis

NAME: Final = "killbill-json"
_SENDER: Final = Sender(name="killbill", format=NAME, process="subscription_billing")
_BASES: Final[Mapping[str, ChargeBasis]] = {
    "RECURRING": "recurring",
    "USAGE": "usage",
    "FIXED": "one_time",
    "EXTERNAL_CHARGE": "one_time",
    "REPAIR_ADJ": "recurring",
    "ITEM_ADJ": "one_time",
    "PARENT_SUMMARY": "one_time",
}
_TAX: Final = "TAX"
_CREDITS: Final = frozenset({"CBA_ADJ", "CREDIT_ADJ"})
"""Credit of the account, used or created: it changes the amount payable, but no charge."""


class PositionShape(Agreed):
    """A position of an invoice."""

    invoiceItemId: str  # noqa: N815  theirs
    itemType: str  # noqa: N815
    amount: Decimal
    currency: str
    startDate: date | None  # noqa: N815
    endDate: date | None  # noqa: N815
    subscriptionId: str | None  # noqa: N815
    planName: str | None  # noqa: N815
    description: str | None
    rate: Decimal | None = None
    quantity: Decimal | None = None
    usageName: str | None = None  # noqa: N815


class InvoiceShape(Agreed):
    """An invoice in any state."""

    invoiceId: str  # noqa: N815
    invoiceDate: date | None  # noqa: N815
    accountId: str  # noqa: N815
    amount: Decimal
    currency: str
    status: Literal["DRAFT", "COMMITTED", "VOID"]
    positions: tuple[PositionShape, ...] = msgspec.field(name="items")
    invoiceNumber: str | None = None  # noqa: N815


def _sniff(source: Source) -> bool:
    text = source.content
    return text.lstrip()[:1] == b"{" and b'"invoiceId"' in text and b'"accountId"' in text


def _read(source: Source) -> tuple[Reading, ...]:
    return read_agreed(source.content, source.name, _SENDER, lambda message: (_invoice(message),))


def _invoice(message: Any) -> Document:
    shape = agreed(InvoiceShape, message)
    if shape.status == "VOID":
        raise Malformed("a void invoice", where="$.status", remedy="DRAFT or COMMITTED")
    currency = shape.currency
    charged = [position for position in shape.positions if position.itemType not in {_TAX, *_CREDITS}]
    lines = tuple(_line(position) for position in charged)
    net = total((line.net for line in lines), currency)
    tax = _sum(shape, {_TAX})
    credit = _sum(shape, _CREDITS)
    subscriptions = {line.order.document for line in lines if line.order.document}
    return Invoice(
        kind="billing_invoice",
        number=shape.invoiceId,
        issue_date=shape.invoiceDate,
        currency=currency,
        supplier=Party(),
        buyer=Party(identifiers=(Identifier(scheme="ours", value=shape.accountId),)),
        lines=lines,
        totals=InvoiceTotals(
            lines=net,
            net=net,
            tax=tax,
            gross=net + tax,
            prepaid=-credit if credit else None,
            payable=net + tax + credit,
        ),
        order_number=subscriptions.pop() if len(subscriptions) == 1 else "",
    )


def _sum(invoice: InvoiceShape, types: frozenset[str] | set[str]) -> Money:
    amounts = (
        Money.of(position.amount, position.currency) for position in invoice.positions if position.itemType in types
    )
    return total(amounts, invoice.currency)


def _line(position: PositionShape) -> InvoiceLine:
    basis = _BASES.get(position.itemType)
    if basis is None:
        raise Malformed(
            "a position {type}", where=position.invoiceItemId, remedy=", ".join(_BASES), type=position.itemType
        )
    net = Money.of(position.amount, position.currency)
    quantity = Decimal(1) if position.quantity is None else position.quantity
    price = position.rate if position.rate is not None else position.amount
    exact = Money.rounded(price * quantity, position.currency) == net
    return InvoiceLine(
        id=position.invoiceItemId,
        net=net,
        quantity=Quantity(quantity, "EA"),
        price=price if exact else None,
        order=LineReference(document=position.subscriptionId or "", line=position.planName or ""),
        description=position.description or position.usageName or "",
        basis=basis,
        period_from=position.startDate,
        period_to=_last(position.startDate, position.endDate),
    )


def _last(start: date | None, end: date | None) -> date | None:
    """The last day of a period, whose end is the start of the next one."""
    return end - timedelta(days=1) if start and end and end > start else start


FORMAT: Final = Format(name=NAME, sniff=_sniff, read=_read)
