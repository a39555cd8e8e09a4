"""Lago: invoices and subscriptions from its API and its webhooks, as an object alone or under its own name.

Amounts are whole cents (minor units), units and rates are text, days are inclusive, as instants in UTC: they are days of the customer's
time zone where the message states it. The fields that Tieout relies on are declared as
types; a message without them is parked as INT-SCHEMA and not read in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats.agreed_shape import Agreed, Drift, Sender, agreed, read_agreed
from tieout.formats.format import Format, Source
from tieout.formats.lago_subscription import day_of, subscription_of
from tieout.trade.documents import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    TaxSubtotal,
)
from tieout.trade.documents.invoice import ChargeBasis

NAME: Final = "lago-json"
_SENDER: Final = Sender(name="lago", format=NAME, process="subscription_billing")
_BASES: Final[Mapping[str, ChargeBasis]] = {
    "subscription": "recurring",
    "commitment": "true_up",
    "charge": "usage",
    "add_on": "one_time",
    "credit": "one_time",
}
_BILLED: Final = ("draft", "finalized")


class PartyShape(Agreed):
    """The customer on an invoice."""

    external_id: str
    name: str | None
    country: str | None = None
    tax_identification_number: str | None = None
    applicable_timezone: str | None = None


class ChargedShape(Agreed):
    """What a fee is for."""

    type: str
    code: str
    name: str


class TaxShape(Agreed):
    """A tax on the invoice, with what it is on."""

    tax_code: str
    tax_rate: Decimal
    amount_cents: int
    fees_amount_cents: int


class FeeShape(Agreed):
    """A line of an invoice."""

    lago_id: str
    charged: ChargedShape = msgspec.field(name="item")
    amount_cents: int
    amount_currency: str
    units: Decimal
    external_subscription_id: str | None
    taxes_rate: Decimal
    from_date: str | None = None
    to_date: str | None = None
    precise_unit_amount: Decimal | None = None
    description: str | None = None


class InvoiceShape(Agreed):
    """An invoice in any state."""

    lago_id: str
    number: str
    issuing_date: str | None
    status: str
    currency: str
    fees_amount_cents: int
    coupons_amount_cents: int
    sub_total_excluding_taxes_amount_cents: int
    taxes_amount_cents: int
    sub_total_including_taxes_amount_cents: int
    total_amount_cents: int
    customer: PartyShape
    fees: tuple[FeeShape, ...]
    applied_taxes: tuple[TaxShape, ...]
    billing_entity_code: str | None = None


def _sniff(source: Source) -> bool:
    return source.content.lstrip()[:1] == b"{" and b'"lago_id"' in source.content


def _read(source: Source) -> tuple[Reading, ...]:
    return read_agreed(source.content, source.name, _SENDER, lambda message: (_document(message),))


def _document(message: Any) -> Document:
    """The object alone, or under its own name as in webhooks and single answers."""
    kinds: dict[str, Any] = {"invoice": _invoice, "subscription": subscription_of}
    if not isinstance(message, dict):
        raise Drift("an object", type(message).__name__, "$")
    for kind, read in kinds.items():
        if isinstance(message.get(kind), dict):
            made: Document = read(message[kind])
            return made
    return _invoice(message) if "fees" in message else _other(message)


def _other(message: dict[str, Any]) -> Document:
    if "plan_code" in message:
        return subscription_of(message)
    kind = message.get("object_type") or message.get("webhook_type")
    raise Drift("an invoice or a subscription", str(kind) if kind else "another object", "$")


def _invoice(message: Any) -> Invoice:
    shape = agreed(InvoiceShape, message)
    if shape.status not in _BILLED:
        raise Malformed(
            "an invoice that is {status}", where="$.status", remedy="draft or finalized", status=shape.status
        )
    currency = shape.currency
    zone = shape.customer.applicable_timezone or ""
    lines = tuple(_line(fee, zone) for fee in shape.fees)
    off = Money(shape.coupons_amount_cents, currency)
    subscriptions = {line.order.document for line in lines if line.order.document}
    return Invoice(
        kind="billing_invoice",
        number=shape.number or shape.lago_id,
        issue_date=day_of(shape.issuing_date),
        currency=currency,
        supplier=Party(name=shape.billing_entity_code or ""),
        buyer=_party(shape.customer),
        lines=lines,
        totals=InvoiceTotals(
            lines=Money(shape.fees_amount_cents, currency),
            allowances=off or None,
            net=Money(shape.sub_total_excluding_taxes_amount_cents, currency),
            tax=Money(shape.taxes_amount_cents, currency),
            gross=Money(shape.sub_total_including_taxes_amount_cents, currency),
            prepaid=_prepaid(shape),
            payable=Money(shape.total_amount_cents, currency),
        ),
        tax=tuple(_tax(tax, currency) for tax in shape.applied_taxes),
        allowances_charges=tuple(_coupons(shape, off)) if off else (),
        order_number=subscriptions.pop() if len(subscriptions) == 1 else "",
        entity=shape.billing_entity_code or "",
    )


def _coupons(invoice: InvoiceShape, off: Money) -> Iterator[AllowanceCharge]:
    """Coupons by tax rate: the fees of a rate less the amount taxed at it; the rest has no tax."""
    rest = off
    for tax in invoice.applied_taxes:
        fees = sum(fee.amount_cents for fee in invoice.fees if fee.taxes_rate == tax.tax_rate)
        mine = Money(fees - tax.fees_amount_cents, off.currency)
        if mine.minor > 0:
            rest = rest - mine
            yield AllowanceCharge(
                charge=False, amount=mine, reason="coupons", tax_category="S", tax_percent=tax.tax_rate
            )
    if rest.minor > 0:
        yield AllowanceCharge(charge=False, amount=rest, reason="coupons")


def _prepaid(invoice: InvoiceShape) -> Money | None:
    """Credits and wallets that are deducted after tax."""
    paid = Money(invoice.sub_total_including_taxes_amount_cents - invoice.total_amount_cents, invoice.currency)
    return paid or None


def _party(customer: PartyShape) -> Party:
    numbers = [Identifier(scheme="ours", value=customer.external_id)]
    if customer.tax_identification_number:
        numbers.append(Identifier(scheme="vat", value=customer.tax_identification_number))
    return Party(name=customer.name or customer.external_id, country=customer.country or "", identifiers=tuple(numbers))


def _line(fee: FeeShape, zone: str) -> InvoiceLine:
    basis = _BASES.get(fee.charged.type)
    if basis is None:
        raise Malformed(
            "a fee for a {type}",
            where=f"fee {fee.lago_id}",
            remedy=", ".join(_BASES),
            type=fee.charged.type,
        )
    net, price = Money(fee.amount_cents, fee.amount_currency), fee.precise_unit_amount
    exact = price is not None and Money.rounded(price * fee.units, fee.amount_currency) == net
    return InvoiceLine(
        id=fee.lago_id,
        net=net,
        quantity=Quantity(fee.units, "EA"),
        price=price if exact else None,
        order=LineReference(document=fee.external_subscription_id or "", line=fee.charged.code),
        description=fee.description or fee.charged.name,
        tax_category="S" if fee.taxes_rate else "",
        tax_percent=fee.taxes_rate or None,
        basis=basis,
        period_from=day_of(fee.from_date, zone),
        period_to=day_of(fee.to_date, zone),
    )


def _tax(tax: TaxShape, currency: str) -> TaxSubtotal:
    return TaxSubtotal(
        category="S" if tax.tax_rate else "",
        percent=tax.tax_rate,
        taxable=Money(tax.fees_amount_cents, currency),
        tax=Money(tax.amount_cents, currency),
    )


FORMAT: Final = Format(name=NAME, sniff=_sniff, read=_read)
