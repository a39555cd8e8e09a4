"""Pure: a message of the billing system to our documents.

An invoice is the same document as a draft and when it is final: its number here is the billing system's id of it, and what
finalising adds (the official number, the due date) is left out. So a pull after the release changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tieout.connectors.stripe_billing.shapes import (
    CustomerShape,
    InvoiceShape,
    LineShape,
    PlanShape,
    PositionShape,
    RateShape,
    SubscriptionShape,
    TaxShape,
)
from tieout.core.documents import (
    AllowanceCharge,
    Customer,
    Document,
    ErpRecord,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Subscription,
    SubscriptionLine,
    TaxSubtotal,
)
from tieout.core.documents.invoice import ChargeBasis
from tieout.core.documents.subscription import Interval
from tieout.core.errors import Malformed
from tieout.core.money import Money, exponent, total
from tieout.core.party import Identifier, Party
from tieout.core.quantity import Quantity
from tieout.core.reading import Reading
from tieout.formats.agreed_shape import Drift, Sender, agreed, read_agreed

SENDER: Final = Sender(name="stripe", format="stripe-json", process="subscription_billing")
_BASES: Final[Mapping[str, ChargeBasis]] = {
    "recurring": "recurring",
    "usage": "usage",
    "milestone": "milestone",
    "one_time": "one_time",
    "true_up": "true_up",
}
_INTERVALS: Final[Mapping[tuple[str, int], Interval]] = {
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 12): "year",
    ("year", 1): "year",
}


def readings(content: bytes, name: str, *, entity: str = "") -> tuple[Reading, ...]:
    """What is in a message: an invoice, a customer or a subscription of `entity`, our company; or what it lacks."""
    return read_agreed(content, name, SENDER, lambda message: (_document(message, entity),))


def _document(message: Any, entity: str) -> Document:
    maps: dict[object, Callable[[], Document]] = {
        "invoice": lambda: invoice(agreed(InvoiceShape, message), entity),
        "customer": lambda: customer(agreed(CustomerShape, message), entity),
        "subscription": lambda: subscription(agreed(SubscriptionShape, message), entity),
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
        return _major(Decimal(known.amount), known.currency) if known.quantity == 1 else None
    price = _plan_price(known.plan)
    exact = price is not None and Money.rounded(price * known.quantity, known.currency.upper()).minor == known.amount
    return price if exact else None


def _plan_price(plan: PlanShape) -> Decimal | None:
    minor = plan.amount_decimal if plan.amount_decimal is not None else plan.amount
    return None if minor is None else _major(Decimal(minor), plan.currency)


def _major(minor: Decimal, currency: str) -> Decimal:
    return minor.scaleb(-exponent(currency.upper()))


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


def customer(known: CustomerShape, entity: str) -> Customer:
    """A customer. `metadata.erp_number` is its number in our company's books, `metadata.tax_class` its tax class there."""
    words, address = known.metadata or {}, known.address
    numbers = known.tax_ids.ids if known.tax_ids else ()
    return Customer(
        number=known.id,
        name=known.name or known.email or "",
        country=(address.country if address else "") or "",
        identifiers=tuple(
            Identifier(scheme="vat" if each.type == "eu_vat" else each.type, value=each.value) for each in numbers
        ),
        street=" ".join(part for part in (address.line1, address.line2) if part) if address else "",
        city=(address.city if address else "") or "",
        postcode=(address.postal_code if address else "") or "",
        entity=entity,
        erp=(ErpRecord(entity=entity, number=words["erp_number"]),) if words.get("erp_number") else (),
        tax_class=words.get("tax_class", "") or (known.tax_exempt or "").replace("none", "standard"),
        channel="email" if known.email else "",
        address=known.email or "",
    )


def subscription(known: SubscriptionShape, entity: str) -> Subscription:
    """A subscription; each plan in it is a line of that id. Raises `Malformed` for what we have no words for."""
    off = known.discount.coupon.percent_off if known.discount else None
    ends = known.ended_at or known.cancel_at
    words = known.metadata or {}
    if known.items.has_more:
        raise Drift("all that the subscription charges for", "the first of it", "$.items.has_more")
    if not known.items.positions:
        raise Malformed("a subscription to nothing", where="$.items.data", remedy="at least one plan")
    return Subscription(
        number=known.id,
        account=known.customer,
        currency=known.items.positions[0].plan.currency.upper(),
        lines=tuple(_subscribed(each, off or Decimal(0)) for each in known.items.positions),
        customer=Party(identifiers=(Identifier(scheme="ours", value=known.customer),)),
        entity=entity,
        starts_on=day(known.start_date),
        ends_on=day(ends) if ends else None,
        quote=words.get("quote", ""),
        approved_by=words.get("approved_by", ""),
    )


def _subscribed(known: PositionShape, off: Decimal) -> SubscriptionLine:
    plan, rates = known.plan, known.tax_rates or ()
    interval = _INTERVALS.get((plan.interval, plan.interval_count))
    if interval is None:
        raise Malformed(
            f"billing every {plan.interval_count} {plan.interval}",
            where=f"plan {plan.id}",
            remedy="every month, three months or year",
        )
    price, included = _plan_price(plan), Decimal(0)
    if price is None:
        price, included = _tiered(plan)
    metered = plan.usage_type == "metered"
    return SubscriptionLine(
        id=plan.id,
        plan=plan.id,
        basis="usage" if metered else "recurring",
        price=price,
        quantity=Decimal(1 if known.quantity is None else known.quantity),
        interval=interval,
        meter=(plan.meter or plan.id) if metered else "",
        included=included,
        discount_percent=off,
        discount_approved_by=(known.metadata or {}).get("discount_approved_by", ""),
        tax_category="S" if rates and rates[0].percentage else "",
        tax_percent=rates[0].percentage if len(rates) == 1 else None,
    )


def _tiered(plan: PlanShape) -> tuple[Decimal, Decimal]:
    """Price and what is included of a plan whose first tier is free and whose second is without end."""
    match plan.tiers or ():
        case (first, second) if not int(first.unit_amount or 0) and not int(first.flat_amount or 0):
            if second.up_to in {None, "inf"} and not int(second.flat_amount or 0):
                price = _major(Decimal(second.unit_amount or 0), plan.currency)
                return price, Decimal(str(first.up_to))
    raise Malformed(
        "a price in tiers", where=f"plan {plan.id}", remedy="one price, or a free first tier and one price beyond it"
    )


def day(seconds: int) -> date:
    """The day of an instant, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).date()


def last_day(start: int, end: int) -> date:
    """The last day of a period whose end is the next one's start."""
    return (datetime.fromtimestamp(end, UTC) - timedelta(seconds=1 if end > start else 0)).date()
