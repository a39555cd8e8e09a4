"""Pure: a message of the billing system to our documents.

An invoice is the same document as a draft and when it is final: its number here is the billing system's id of it, and what
finalising adds (the official number, the due date) is left out. So a pull after the release changes nothing.
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
from tieout.formats.agreed_shape import Drift, Sender, agreed, read_agreed
from tieout.trade.arithmetic import remarks_on
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine, InvoiceTotals, LineReference, TaxSubtotal
from tieout.trade.documents.invoice import ChargeBasis

SENDER: Final = Sender(name="stripe", format="stripe-json", process="subscription_billing")
KINDS: Final = frozenset({"billing_invoice", "customer", "subscription", "amendment"})
"""What the billing system says: drafts and final invoices, customers, subscriptions and their changes."""
_BASES: Final[Mapping[str, ChargeBasis]] = {
    "recurring": "recurring",
    "usage": "usage",
    "milestone": "milestone",
    "one_time": "one_time",
    "true_up": "true_up",
}


def readings(content: bytes, name: str, *, entity: str = "") -> tuple[Reading, ...]:
    """What is in a message: an invoice, customer, subscription or amendment of `entity`, our company; or how it differs."""
    found = read_agreed(content, name, SENDER, lambda message: (_document(message, entity),))
    return tuple(
        replace(each, remarks=remarks_on(each.document)) if isinstance(each.document, Invoice) else each
        for each in found
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
        raise Drift(f"an object that is one of {', '.join(map(str, maps))}", str(kind), "$.object")
    return maps[kind]()


def invoice(known: InvoiceShape, entity: str) -> Invoice:
    """A draft or final invoice with all its lines. Raises `Drift` if lines are missing, `Malformed` for a foreign currency."""
    if known.lines.has_more:
        raise Drift("all lines of the invoice", f"the first {len(known.lines.lines)}", "$.lines.has_more")
    currency = known.currency.upper()
    usual = known.default_tax_rates or ()
    lines = tuple(_line(line, line.tax_rates or usual) for line in known.lines.lines)
    net, tax = total((line.net for line in lines), currency), Money(known.tax or 0, currency)
    return Invoice(
        kind="billing_invoice",
        number=known.id,
        issue_date=day(known.created),
        currency=currency,
        supplier=Party(name=known.account_name or entity),
        buyer=Party(
            name=known.customer_name or known.customer, identifiers=(Identifier(scheme="ours", value=known.customer),)
        ),
        lines=lines,
        totals=InvoiceTotals(
            lines=net, net=net, tax=tax, gross=Money(known.total, currency), payable=Money(known.total, currency)
        ),
        tax=_breakdown(known, lines),
        order_number=known.subscription or "",
        entity=entity,
        run=(known.metadata or {}).get("run", ""),
    )


def _line(known: LineShape, rates: tuple[RateShape, ...]) -> InvoiceLine:
    currency = known.currency.upper()
    words = known.metadata or {}
    off = sum(each.amount for each in known.discount_amounts)
    inside = sum(tax.amount for tax in known.tax_amounts if tax.inclusive)
    allowance = AllowanceCharge(charge=False, amount=Money(off, currency), reason="discount")
    percent = rates[0].percentage if len(rates) == 1 else None
    return InvoiceLine(
        id=known.id,
        net=Money(known.amount - off - inside, currency),
        quantity=None if known.quantity is None else Quantity.of(known.quantity, "EA"),
        price=None if inside else _price_of(known),
        order=LineReference(document=known.subscription or "", line=known.plan.id if known.plan else ""),
        description=known.description or "",
        allowances_charges=(allowance,) if off else (),
        tax_category="S" if percent else "",
        tax_percent=percent,
        basis=_BASES.get(words.get("basis", "")) or _basis(known),
        milestone=words.get("milestone", ""),
        period_from=day(known.period.start),
        period_to=last_day(known.period.start, known.period.end),
    )


def _basis(known: LineShape) -> ChargeBasis:
    if known.plan is not None and known.plan.usage_type == "metered":
        return "usage"
    return "recurring" if known.type == "subscription" or known.proration else "one_time"


def _price_of(known: LineShape) -> Decimal | None:
    """The price of one, where quantity times price is the line: not of a part of a period, nor of tiers."""
    if not known.quantity:
        return None
    if known.plan is None:
        return major(Decimal(known.amount), known.currency) if known.quantity == 1 else None
    price = price_of_plan(known.plan)
    exact = price is not None and Money.rounded(price * known.quantity, known.currency.upper()).minor == known.amount
    return price if exact else None


def _breakdown(known: InvoiceShape, lines: tuple[InvoiceLine, ...]) -> tuple[TaxSubtotal, ...]:
    """One row a rate: what is taxed is the lines of that rate, the tax is what the billing system states."""
    currency = known.currency.upper()
    rates = {rate.id: rate for line in known.lines.lines for rate in line.tax_rates}
    rates |= {rate.id: rate for rate in known.default_tax_rates or ()}
    taxes: dict[Decimal, int] = {}
    for tax in known.total_tax_amounts:
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
