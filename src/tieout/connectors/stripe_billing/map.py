"""Pure: maps a message of the billing system to our documents.

A draft and the final invoice are the same document: its number here is the billing system's id, and what finalising adds
(the official number, the due date) is left out. So a pull after the release changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from tieout.connectors.stripe_billing.amendment import amendment
from tieout.connectors.stripe_billing.shapes import (
    CustomerShape,
    InvoiceShape,
    LineShape,
    RateShape,
    SubscriptionShape,
    TaxShape,
)
from tieout.connectors.stripe_billing.subscription import customer, day, last_day, major, price_of_plan, subscription
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.formats.agreed_shape import Drift, Sender, agreed, read_agreed
from tieout.trade.arithmetic import remarks_on
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine, InvoiceTotals, LineReference, TaxSubtotal
from tieout.trade.documents.invoice import ChargeBasis

SENDER: Final = Sender(name="stripe", format="stripe-json", process="subscription_billing")
KINDS: Final = frozenset({"billing_invoice", "customer", "subscription", "amendment"})
"""The kinds that come from the billing system: drafts and final invoices, customers, subscriptions and their changes."""
_BASES: Final[Mapping[str, ChargeBasis]] = {
    "recurring": "recurring",
    "usage": "usage",
    "milestone": "milestone",
    "one_time": "one_time",
    "true_up": "true_up",
}


def readings(content: bytes, name: str, *, entity: str = "") -> tuple[Reading, ...]:
    """What a message holds: an invoice, customer, subscription or amendment of `entity`, our company; or how it differs from
    the agreed shape."""
    results = read_agreed(content, name, SENDER, lambda message: (_document(message, entity),))
    return tuple(
        replace(reading, remarks=remarks_on(reading.document)) if isinstance(reading.document, Invoice) else reading
        for reading in results
    )


def _document(message: Any, entity: str) -> Document:
    maps: dict[object, Callable[[], Document]] = {
        "invoice": lambda: invoice(agreed(InvoiceShape, message), entity),
        "customer": lambda: customer(agreed(CustomerShape, message), entity),
        "subscription": lambda: subscription(agreed(SubscriptionShape, message), entity),
        "event": lambda: amendment(message, entity),
    }
    kind = message.get("object") if isinstance(message, dict) else None
    if kind not in maps:
        raise Drift(
            Sentence("an object that is one of {kinds}", kinds=", ".join(map(str, maps))), str(kind), "$.object"
        )
    return maps[kind]()


def invoice(shape: InvoiceShape, entity: str) -> Invoice:
    """A draft or final invoice with all its lines. Raises `Drift` if lines are missing, `Malformed` for a foreign currency."""
    if shape.lines.has_more:
        raise Drift(
            "all lines of the invoice", Sentence("the first {count}", count=len(shape.lines.lines)), "$.lines.has_more"
        )
    currency = shape.currency.upper()
    usual = shape.default_tax_rates or ()
    lines = tuple(_line(line, line.tax_rates or usual) for line in shape.lines.lines)
    net, tax = total((line.net for line in lines), currency), Money(shape.tax or 0, currency)
    return Invoice(
        kind="billing_invoice",
        number=shape.id,
        issue_date=day(shape.created),
        currency=currency,
        supplier=Party(name=shape.account_name or entity),
        buyer=Party(
            name=shape.customer_name or shape.customer, identifiers=(Identifier(scheme="ours", value=shape.customer),)
        ),
        lines=lines,
        totals=InvoiceTotals(
            lines=net, net=net, tax=tax, gross=Money(shape.total, currency), payable=Money(shape.total, currency)
        ),
        tax=_breakdown(shape, lines),
        order_number=shape.subscription or "",
        entity=entity,
        run=(shape.metadata or {}).get("run", ""),
    )


def _line(shape: LineShape, rates: tuple[RateShape, ...]) -> InvoiceLine:
    currency = shape.currency.upper()
    words = shape.metadata or {}
    off = sum(discount.amount for discount in shape.discount_amounts)
    inside = sum(tax.amount for tax in shape.tax_amounts if tax.inclusive)
    allowance = AllowanceCharge(charge=False, amount=Money(off, currency), reason="discount")
    percent = rates[0].percentage if len(rates) == 1 else None
    return InvoiceLine(
        id=shape.id,
        net=Money(shape.amount - off - inside, currency),
        quantity=None if shape.quantity is None else Quantity.of(shape.quantity, "EA"),
        price=None if inside else _price_of(shape),
        order=LineReference(document=shape.subscription or "", line=shape.plan.id if shape.plan else ""),
        description=shape.description or "",
        allowances_charges=(allowance,) if off else (),
        tax_category="S" if percent else "",
        tax_percent=percent,
        basis=_BASES.get(words.get("basis", "")) or _basis(shape),
        milestone=words.get("milestone", ""),
        period_from=day(shape.period.start),
        period_to=last_day(shape.period.start, shape.period.end),
    )


def _basis(line: LineShape) -> ChargeBasis:
    if line.plan is not None and line.plan.usage_type == "metered":
        return "usage"
    return "recurring" if line.type == "subscription" or line.proration else "one_time"


def _price_of(line: LineShape) -> Decimal | None:
    """The unit price, where quantity times price gives the line's amount: not for part of a period, nor for tiers."""
    if not line.quantity:
        return None
    if line.plan is None:
        return major(Decimal(line.amount), line.currency) if line.quantity == 1 else None
    price = price_of_plan(line.plan)
    exact = price is not None and Money.rounded(price * line.quantity, line.currency.upper()).minor == line.amount
    return price if exact else None


def _breakdown(shape: InvoiceShape, lines: tuple[InvoiceLine, ...]) -> tuple[TaxSubtotal, ...]:
    """One row per rate: the taxable amount is the sum of its lines, the tax is what the billing system states."""
    currency = shape.currency.upper()
    rates = {rate.id: rate for line in shape.lines.lines for rate in line.tax_rates}
    rates |= {rate.id: rate for rate in shape.default_tax_rates or ()}
    taxes: dict[Decimal, int] = {}
    for tax in shape.total_tax_amounts:
        percent = _rate_of(tax, rates).percentage
        taxes[percent] = taxes.get(percent, 0) + tax.amount
    rows = [("S" if percent else "", percent, Money(amount, currency)) for percent, amount in sorted(taxes.items())]
    return tuple(
        TaxSubtotal(
            category=category,
            percent=percent,
            taxable=total((line.net for line in lines if line.tax_percent == percent), currency),
            tax=amount,
        )
        for category, percent, amount in rows
    )


def _rate_of(tax: TaxShape, rates: Mapping[str, RateShape]) -> RateShape:
    if tax.tax_rate not in rates:
        raise Drift("a tax rate that a line or the invoice names", tax.tax_rate, "$.total_tax_amounts")
    return rates[tax.tax_rate]
